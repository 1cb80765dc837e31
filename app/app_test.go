package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tripact/app"
	"tripact/examples"
	"tripact/fonts"
	"tripact/problem"
	"tripact/project"
	"tripact/storage"
	"tripact/storage/records"
	"tripact/storage/records/recordstest"
	"tripact/templates"
)

var signing = project.Date{Year: 2025, Month: 12, Day: 20}

// offline is an App that keeps nothing, over what ships.
func offline(t *testing.T) *app.App {
	t.Helper()
	recordstest.WithoutDatabase(t)
	return app.New(config(t))
}

func config(t testing.TB) app.Config {
	t.Helper()
	cfg, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Fonts == nil {
		t.Skip("skipped: built without fonts (tag nofonts)")
	}
	return cfg
}

// shipped is what an App is made of, but for where it keeps things.
func shipped() (app.Config, error) {
	set, found := templates.Load(templates.Shipped(), app.TemplateOptions)
	return app.Config{
		Templates: set, Examples: examples.FS(), Fonts: fonts.Shipped(), Log: slog.New(slog.DiscardHandler), Version: "test",
		Now: func() time.Time { return time.Date(2025, 12, 20, 9, 0, 0, 0, time.UTC) },
	}, found.Err()
}

func raw(t testing.TB, name string) []byte {
	t.Helper()
	data, err := fs.ReadFile(examples.FS(), "ningbo-2025/"+name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func example(t *testing.T, name string) *project.Project {
	t.Helper()
	p, found := project.Decode(bytes.NewReader(raw(t, name)))
	if p == nil {
		t.Fatal(found.Err())
	}
	return p
}

const (
	university = "01-university-serbia.json"
	young      = "02-young-scientist-hungary-singapore.json"
	enterprise = "03-enterprise-germany.json"
)

func codes(found problem.List, sev problem.Severity) []string {
	var list []string
	for _, f := range found {
		if f.Severity == sev {
			list = append(list, f.Code)
		}
	}
	return list
}

func TestGenerateIsReproducible(t *testing.T) {
	all := []*project.Project{example(t, university), example(t, young), example(t, enterprise)}
	req := app.Request{Kinds: app.Kinds(), DOCX: true, PDF: true, On: signing}
	one, found := offline(t).Generate(t.Context(), all, req)
	if found.Failed() {
		t.Fatal(found.Err())
	}
	two, _ := offline(t).Generate(t.Context(), all, req)
	if len(one) != 22 || len(two) != len(one) { // 3 forms, 2 letters, 3 notices, 3 contracts, in two formats
		t.Fatalf("%d and %d files, want 22", len(one), len(two))
	}
	seen := map[string]bool{}
	for i := range one {
		if one[i].SHA256 != two[i].SHA256 || one[i].Name != two[i].Name || !bytes.Equal(one[i].Data, two[i].Data) {
			t.Errorf("%s is not the same the second time", one[i].Name)
		}
		seen[one[i].Code] = true
	}
	if len(seen) != 11 {
		t.Errorf("%d codes for 11 documents", len(seen))
	}
}

func TestLetterCoversProjectsOfOneManagingUnit(t *testing.T) {
	all := []*project.Project{example(t, enterprise), example(t, young), example(t, university)}
	files, found := offline(t).Generate(t.Context(), all, app.Request{Kinds: []app.Kind{app.RecommendationLetter}, DOCX: true, On: signing})
	if found.Failed() {
		t.Fatal(found.Err())
	}
	if len(files) != 2 || !slices.Equal(files[0].Projects, []string{"202503C0005", "202501A0012"}) || !slices.Equal(files[1].Projects, []string{"202502B0037"}) {
		t.Errorf("letters %+v", files)
	}
}

// TestCodesFollowTheData: another character in the data is another digest, another code and another file.
func TestCodesFollowTheData(t *testing.T) {
	a := offline(t)
	req := app.Request{Kinds: []app.Kind{app.Contract}, PDF: true, On: signing}
	p := example(t, university)
	before, found := a.Generate(t.Context(), []*project.Project{p}, req)
	if found.Failed() {
		t.Fatal(found.Err())
	}
	p.Project.KeyTechCN[0] += "。"
	after, _ := a.Generate(t.Context(), []*project.Project{p}, req)
	if before[0].Code == after[0].Code || before[0].SHA256 == after[0].SHA256 {
		t.Error("the code stays the same although the data changed")
	}
	if !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(after[0].Code) {
		t.Errorf("code %q", after[0].Code)
	}
}

func TestGenerateRefuses(t *testing.T) {
	a := offline(t)
	contract := []app.Kind{app.Contract}
	tests := []struct {
		name   string
		change func(*project.Project)
		kinds  []app.Kind
		want   string
	}{
		{"no approval", func(p *project.Project) { p.Approval = nil }, contract, "generate.part"},
		{"no such call", func(p *project.Project) { p.Call = "ningbo-1999" }, contract, "generate.call"},
		{"grant over the cap", func(p *project.Project) {
			p.Project.Requested++
			p.Budget.Sources[0].Fiscal++
			p.Derive()
		}, []app.Kind{app.ApplicationForm}, "NB-I.1.7"},
		{"amount is not the approved one", func(p *project.Project) { p.Approval.Amount -= 100 }, contract, "project.contract.amount"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := example(t, university)
			tt.change(p)
			files, found := a.Generate(t.Context(), []*project.Project{p}, app.Request{Kinds: tt.kinds, PDF: true, On: signing})
			if len(files) != 0 || !slices.Contains(codes(found, problem.Fail), tt.want) {
				t.Errorf("%d files, failures %v, want %s", len(files), codes(found, problem.Fail), tt.want)
			}
		})
	}
}

// TestDraftIsMadeInSpiteOfFailures: a failed rule becomes a warning, and the draft says what it is.
func TestDraftIsMadeInSpiteOfFailures(t *testing.T) {
	p := example(t, university)
	p.Members[0].Overdue = true
	files, found := offline(t).Generate(t.Context(), []*project.Project{p}, app.Request{Kinds: []app.Kind{app.ApplicationForm}, DOCX: true, Draft: true, On: signing})
	if len(files) != 1 || found.Failed() || !slices.Contains(codes(found, problem.Warn), "NB-III.2.4c") {
		t.Fatalf("%d files, %v", len(files), found)
	}
	if !files[0].Draft || !strings.Contains(files[0].Name, "_draft.") {
		t.Errorf("the draft is called %q", files[0].Name)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	files, found := offline(t).Generate(ctx, []*project.Project{example(t, university)}, app.Request{Kinds: app.Kinds(), PDF: true, On: signing})
	if len(files) != 0 || !found.Failed() {
		t.Errorf("%d files after the end of the context", len(files))
	}
}

// stored is a config with a real database and no store.
func stored(t *testing.T) app.Config {
	t.Helper()
	cfg := config(t)
	var err error
	if cfg.Records, err = records.Open(context.WithoutCancel(t.Context()), recordstest.Database(t)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cfg.Records.Close(); err != nil {
			t.Error(err)
		}
	})
	return cfg
}

// online is an App over a real database and the real embedded store.
func online(t *testing.T) (*app.App, *records.DB) {
	t.Helper()
	return onlineWith(t, func(*app.Config, *storage.Server) {})
}

func onlineWith(t *testing.T, change func(*app.Config, *storage.Server)) (*app.App, *records.DB) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	server, err := storage.Embedded(ctx, filepath.Join(t.TempDir(), "objects"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	cfg := stored(t)
	if cfg.Store, err = storage.Open(ctx, server.Config("http://localhost:1")); err != nil {
		t.Fatal(err)
	}
	cfg.LinkKey = []byte(strings.Repeat("k", 32))
	change(&cfg, server)
	return app.New(cfg), cfg.Records
}

// TestIssue: saving and issuing twice stores and records nothing new; a changed project gets the next version, and the old one stays.
func TestIssue(t *testing.T) {
	a, db := online(t)
	ctx := t.Context()
	data := raw(t, university)
	owner := app.LocalOwner()
	rec, found, err := a.SaveProject(ctx, owner, data, records.AnyRevision)
	if err != nil || found.Failed() {
		t.Fatal(err, found)
	}
	req := app.Request{Kinds: []app.Kind{app.Contract}, DOCX: true, PDF: true, On: signing}
	one, _, err := a.Issue(ctx, owner, []string{rec.ID}, req)
	if err != nil {
		t.Fatal(err)
	}
	two, _, err := a.Issue(ctx, owner, []string{rec.ID}, req)
	if err != nil {
		t.Fatal(err)
	}
	if len(one) != 2 || one[0].ID != two[0].ID || one[1].Object != two[1].Object || one[0].Version != 1 {
		t.Errorf("issued twice: %+v and %+v", one, two)
	}
	changed := bytes.Replace(data, []byte("浙江省宁波市甬东区文渊路818号"), []byte("浙江省宁波市甬东区文渊路819号"), 1)
	if _, _, err := a.SaveProject(ctx, owner, changed, records.AnyRevision); err != nil {
		t.Fatal(err)
	}
	three, _, err := a.Issue(ctx, owner, []string{rec.ID}, req)
	if err != nil {
		t.Fatal(err)
	}
	if three[0].Version != 2 || three[0].ID == one[0].ID || three[0].Code == one[0].Code {
		t.Errorf("a changed project: %+v", three[0])
	}
	list, _, err := a.Projects(ctx, owner, app.ProjectQuery{})
	if err != nil || len(list) != 1 || len(list[0].Documents) != 2 || len(list[0].Documents[0].Files) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	if list[0].Documents[0].Version != 2 || list[0].Documents[0].Files[0].Format != "docx" || list[0].TitleEN == "" || list[0].LeadCN != "甬江理工大学" {
		t.Errorf("summary %+v", list[0])
	}
	link, err := a.Link(ctx, owner, one[0].ID, time.Minute)
	if err != nil || !strings.HasPrefix(link, "http://localhost:1/") {
		t.Errorf("link %q, %v", link, err)
	}
	for _, secret := range []string{"330299197603210", "13900000018", "陈"} { // of the PI and the contact
		if strings.Contains(link, secret) || strings.Contains(three[0].FileName, secret) {
			t.Errorf("a link or a file name tells %s", secret)
		}
	}
	if _, err := a.Link(ctx, owner, "nothing", time.Minute); err == nil {
		t.Error("a link to no document")
	}
	if docs, err := db.Documents(ctx, records.System(), rec.ID); err != nil || len(docs) != 4 {
		t.Errorf("%d documents on record, %v", len(docs), err)
	}
}

func TestSaveProjectRefusesFaults(t *testing.T) {
	a, db := online(t)
	rec, found, err := a.SaveProject(t.Context(), app.LocalOwner(), []byte(`{"call": "ningbo-2025"}`), records.AnyRevision)
	if err != nil || rec.ID != "" || !found.Failed() {
		t.Errorf("%+v, %v, %v", rec, found, err)
	}
	if list, _, err := db.Projects(t.Context(), records.System(), records.ProjectFilter{}, records.Page{}); err != nil || len(list) != 0 {
		t.Errorf("%d projects on record, %v", len(list), err)
	}
}

func TestFileMediaType(t *testing.T) {
	if got := (app.File{Format: "pdf"}).MediaType(); got != "application/pdf" {
		t.Error(got)
	}
	if got := (app.File{Format: "docx"}).MediaType(); http.DetectContentType(nil) == got || !strings.HasSuffix(got, "wordprocessingml.document") {
		t.Error(got)
	}
	if _, err := json.Marshal(app.File{Data: []byte("x")}); err != nil {
		t.Error(err)
	}
}
