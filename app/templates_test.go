package app_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"tripact/app"
	"tripact/problem"
	"tripact/project"
	"tripact/render/docx"
	"tripact/storage"
	"tripact/storage/records"
	"tripact/templates"
)

var contractSlot = app.TemplateSlot{Call: "ningbo-2025", Kind: "contract", Lang: "zh"}

// edited is a shipped template whose main part a change was made to.
func edited(t *testing.T, file string, change func(string) string) []byte {
	t.Helper()
	data, err := fs.ReadFile(templates.Shipped(), file)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := docx.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	main := pkg.Main()
	now := change(string(main.Data))
	if now == string(main.Data) {
		t.Fatalf("%s is as it was", file)
	}
	pkg.Set(main.Name, []byte(now))
	out, err := pkg.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// with puts a sentence of a clerk's at the end of a shipped template.
func with(t *testing.T, file, sentence string) []byte {
	return edited(t, file, func(main string) string {
		end := strings.LastIndex(main, "<w:sectPr")
		return main[:end] + "<w:p><w:r><w:t>" + sentence + "</w:t></w:r></w:p>" + main[end:]
	})
}

func contractWith(t *testing.T, sentence string) []byte {
	return with(t, "ningbo-2025/contract.docx", sentence)
}

// unsigned is the contract's template without the place where a party signs.
func unsigned(t *testing.T, party string) []byte {
	t.Helper()
	return edited(t, "ningbo-2025/contract.docx", func(main string) string {
		return strings.Replace(main, `w:name="签章_`+party+`"`, `w:name="签章"`, 1)
	})
}

// repacked copies a Word file entry by entry; change may drop an entry ("") or rename it, and more is added at the end.
func repacked(t *testing.T, data []byte, change func(name string, data []byte) []byte, more map[string][]byte) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	put := func(name string, data []byte) {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range r.File {
		src, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(src); err != nil {
			t.Fatal(err)
		}
		put(e.Name, change(e.Name, b.Bytes()))
	}
	for name, data := range more {
		put(name, data)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func text(t *testing.T, file []byte) string {
	t.Helper()
	pkg, err := docx.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	root, err := pkg.Main().Parse()
	if err != nil {
		t.Fatal(err)
	}
	return root.Content()
}

// TestTemplateVersions is a clerk's work on the contract's template from upload to roll back, with two processes over one
// database, and what documents are made with meanwhile.
func TestTemplateVersions(t *testing.T) {
	var cfg app.Config
	a, _ := onlineWith(t, func(c *app.Config, _ *storage.Server) { cfg = *c })
	replica := app.New(cfg)
	ctx := t.Context()
	o := newOffices(t, a)
	clerk, officer := o.bureau.each[app.TemplateClerk], o.bureau.each[app.Officer]
	rec, _, err := a.SaveProject(ctx, officer, raw(t, university), 0)
	if err != nil {
		t.Fatal(err)
	}
	issue := func(a *app.App) (records.Document, problem.List, string) {
		t.Helper()
		docs, found, err := a.Issue(ctx, officer, []string{rec.ID}, app.Request{Kinds: []app.Kind{app.Contract}, DOCX: true, On: signing})
		if err != nil || found.Failed() || len(docs) != 1 {
			t.Fatal(docs, found, err)
		}
		data, err := cfg.Store.Get(ctx, storage.Object(docs[0].Object))
		if err != nil {
			t.Fatal(err)
		}
		return docs[0], found, text(t, data)
	}
	first, found, _ := issue(a)
	if first.TemplateVersion != 0 || first.Version != 1 || slices.Contains(codes(found, problem.Info), "template.changed") {
		t.Errorf("with the template that comes with the call: %+v, %v", first, found)
	}
	const sentence = "本任务书由科技处二〇二五年修订。"
	one, found, err := a.UploadTemplate(ctx, clerk, contractSlot, contractWith(t, sentence), " 二〇二五年修订 ")
	if err != nil || found.Failed() || one.Version != 1 || one.State != app.TemplateDraft || one.Note != "二〇二五年修订" || one.UploadedName != "成员" || one.Fails != 0 {
		t.Fatalf("%+v, %v, %v", one, found, err)
	}
	if same, found, err := a.UploadTemplate(ctx, clerk, contractSlot, contractWith(t, sentence), ""); err != nil || same != one || !slices.Contains(codes(found, problem.Info), "template.same") {
		t.Errorf("the same bytes again: %+v, %v, %v", same, found, err)
	}
	if again, _, _ := issue(a); again.ID != first.ID {
		t.Error("a draft is in use")
	}
	slot, err := a.PublishTemplate(ctx, clerk, contractSlot, 1, 0)
	if err != nil || slot.Current != 1 || slot.Seq != 1 || slot.Versions[0].State != app.TemplatePublished || slot.Versions[1].State != app.TemplateRetired {
		t.Fatalf("%+v, %v", slot, err)
	}
	// Both processes make the next version with it, and say so; the first document stays as it is.
	for i, a := range []*app.App{replica, a} {
		second, found, words := issue(a)
		if second.Version != 2 || second.TemplateVersion != 1 || second.TemplateDigest != one.SHA256 || !strings.Contains(words, sentence) {
			t.Errorf("process %d: %+v", i, second)
		}
		if !slices.Contains(codes(found, problem.Info), "template.changed") {
			t.Errorf("process %d says nothing of another template: %v", i, found)
		}
	}
	if docs, err := a.Documents(ctx, officer, rec.ID); err != nil || len(docs) != 2 || docs[1].ID != first.ID || docs[1].TemplateVersion != 0 || docs[1].Object != first.Object {
		t.Errorf("documents %+v, %v", docs, err)
	}
	// A batch makes the same document.
	batch, err := a.StartBatch(ctx, officer, app.BatchRequest{Kind: app.Contract, Projects: []string{rec.ID}, Formats: []string{"docx"}, On: signing.String()})
	if err != nil {
		t.Fatal(err)
	}
	startJobs(t, replica)
	second, _, _ := issue(a)
	if _, rows := watch(t, a, batch.ID); len(rows) != 1 || len(rows[1].Documents) != 1 || rows[1].Documents[0] != second.ID {
		t.Errorf("the batch made %+v", rows)
	}
	// Another version over the same publication: the one who is late hears of it.
	if _, _, err := a.UploadTemplate(ctx, clerk, contractSlot, contractWith(t, "第二次修订。"), ""); err != nil {
		t.Fatal(err)
	}
	if _, err := a.PublishTemplate(ctx, clerk, contractSlot, 2, 0); !errors.Is(err, app.ErrConflict) {
		t.Errorf("published over what the clerk did not see: %v", err)
	}
	if slot, err = replica.PublishTemplate(ctx, clerk, contractSlot, 2, 1); err != nil || slot.Current != 2 {
		t.Errorf("%+v, %v", slot, err)
	}
	if third, _, words := issue(a); third.Version != 3 || third.TemplateVersion != 2 || strings.Contains(words, sentence) {
		t.Errorf("%+v", third)
	}
	// Roll back: to the first, whose document is there already, and to the one that comes with the call.
	for _, back := range []struct {
		version int
		want    records.Document
	}{{1, second}, {0, first}} {
		version, want := back.version, back.want
		if _, err := a.PublishTemplate(ctx, clerk, contractSlot, version, records.AnyRevision); err != nil {
			t.Fatal(err)
		}
		if got, _, _ := issue(replica); got.ID != want.ID {
			t.Errorf("rolled back to %d: %+v", version, got)
		}
	}
	slot, err = a.Slot(ctx, officer, contractSlot)
	if err != nil || len(slot.History) != 4 || len(slot.Versions) != 3 || slot.History[3].PublishedName != "成员" {
		t.Errorf("%+v, %v", slot, err)
	}
	if _, err := a.PublishTemplate(ctx, clerk, contractSlot, 9, records.AnyRevision); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a version that is not there: %v", err)
	}
	// What the store keeps for templates is not swept, in force or not.
	for _, v := range slot.Versions {
		if f, err := a.TemplateFile(ctx, clerk, contractSlot, v.Version); err != nil || f.Size != v.Size || !strings.Contains(f.Disposition, "ningbo-2025_contract_zh_v") {
			t.Errorf("version %d: %+v, %v", v.Version, f.Name, err)
		}
	}
}

// TestTemplateBytesAreKept: no sweep removes them, and where the store has lost them nothing is made with another template.
func TestTemplateBytesAreKept(t *testing.T) {
	now := time.Now()
	var cfg app.Config
	a, _ := onlineWith(t, func(c *app.Config, _ *storage.Server) {
		c.Now = func() time.Time { return now }
		cfg = *c
	})
	ctx := t.Context()
	rec, _, err := a.SaveProject(ctx, bureau, raw(t, university), 0)
	if err != nil {
		t.Fatal(err)
	}
	v, _, err := a.UploadTemplate(ctx, bureau, contractSlot, contractWith(t, "修订。"), "")
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(48 * time.Hour)
	if n, err := a.SweepObjects(ctx); err != nil || n != 0 {
		t.Errorf("%d swept, %v", n, err)
	}
	if _, err := a.PublishTemplate(ctx, bureau, contractSlot, v.Version, 0); err != nil {
		t.Fatal(err)
	}
	if err := cfg.Store.Remove(ctx, "sha256/"+v.SHA256[:2]+"/"+v.SHA256[2:]+".docx"); err != nil {
		t.Fatal(err)
	}
	// Another process, which has not read it yet.
	docs, found, err := app.New(cfg).Issue(ctx, bureau, []string{rec.ID}, app.Request{Kinds: []app.Kind{app.Contract}, DOCX: true, On: signing})
	if err == nil || errors.Is(err, fs.ErrNotExist) || len(docs) != 0 || found.Failed() {
		t.Errorf("%v, %v, %v", docs, found, err)
	}
}

// TestTemplatesRefused: what must not come in is refused as a whole; what is a template with faults is a draft that is not
// published.
func TestTemplatesRefused(t *testing.T) {
	a, _ := online(t)
	ctx := t.Context()
	good := contractWith(t, "修订。")
	same := func(_ string, data []byte) []byte { return data }
	types := func(old, now string) []byte {
		return repacked(t, good, func(name string, data []byte) []byte {
			if name == "[Content_Types].xml" {
				return bytes.Replace(data, []byte(old), []byte(now), 1)
			}
			return data
		}, nil)
	}
	for _, tt := range []struct {
		name, want string
		file       []byte
	}{
		{"nothing", "docx.open.empty", nil},
		{"a PDF", "docx.open.pdf", []byte("%PDF-1.7\n")},
		{"an old .doc", "docx.open.doc", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")},
		{"a ZIP", "docx.open.notword", repacked(t, good, same, nil)},
		{"cut short", "docx.open.damaged", good[:len(good)/2]},
		{"a ZIP bomb", "docx.limit.ratio", repacked(t, good, same, map[string][]byte{"word/media/bomb.xml": make([]byte, 40<<20)})},
		{"macros", "docx.macro", repacked(t, good, same, map[string][]byte{"word/vbaProject.bin": []byte("macro")})},
		{"a .docm", "template.format", types("wordprocessingml.document.main+xml", "ms-word.document.macroEnabled.main+xml")},
		{"a .dotx", "template.format", types("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml")},
	} {
		if tt.name == "a ZIP" {
			tt.file = []byte("PK\x05\x06" + strings.Repeat("\x00", 18))
		}
		_, _, err := a.UploadTemplate(ctx, bureau, contractSlot, tt.file, "")
		if found := problem.Of(err); !slices.Contains(codes(found, problem.Fail), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	if _, _, err := a.UploadTemplate(ctx, bureau, contractSlot, good, "一\n二"); !slices.Contains(codes(problem.Of(err), problem.Fail), "template.note") {
		t.Errorf("a note of two lines: %v", err)
	}
	slot, err := a.Slot(ctx, bureau, contractSlot)
	if err != nil || len(slot.Versions) != 1 {
		t.Fatalf("something refused was kept: %+v, %v", slot, err)
	}
	for i, tt := range []struct {
		name, want string
		file       []byte
	}{
		{"a name that there is not", "fill.name.unknown", contractWith(t, "{{项目名}}")},
		{"a loop that does not end", "fill.pair.unclosed", contractWith(t, "{{#成员}}")},
		{"no place for a signature", "render.signature", unsigned(t, "乙方")},
		{"no place for a signature, and a name that there is not", "render.signature", edited(t, "ningbo-2025/contract.docx", func(main string) string {
			return strings.NewReplacer(`w:name="签章_甲方"`, `w:name="签章"`, "{{项目名称}}", "{{项目名}}").Replace(main)
		})},
		{"a character that no font has", "", contractWith(t, "\U000E0FFF")},
	} {
		v, found, err := a.UploadTemplate(ctx, bureau, contractSlot, tt.file, "")
		if err != nil || v.Version != i+1 || v.Fails == 0 || !found.Failed() || tt.want != "" && !slices.Contains(codes(found, problem.Fail), tt.want) {
			t.Errorf("%s: %+v, %v, %v, want %s", tt.name, v, codes(found, problem.Fail), err, tt.want)
			continue
		}
		_, err = a.PublishTemplate(ctx, bureau, contractSlot, v.Version, 0)
		if got := codes(problem.Of(err), problem.Fail); !slices.Equal(got, codes(found, problem.Fail)) {
			t.Errorf("%s is published: %v", tt.name, err)
		}
	}
	if slot, err = a.Slot(ctx, bureau, contractSlot); err != nil || slot.Current != 0 || len(slot.History) != 0 {
		t.Errorf("%+v, %v", slot, err)
	}
}

// TestShippedTemplatesPass: what comes with the program could be uploaded and published as it is, and is previewed with an example.
func TestShippedTemplatesPass(t *testing.T) {
	a, _ := online(t)
	ctx := t.Context()
	for _, call := range a.Templates().Calls() {
		slots, err := a.SlotsOf(ctx, bureau, call.ID)
		if err != nil || len(slots) < 4 {
			t.Fatal(slots, err)
		}
		for _, s := range slots {
			at := app.TemplateSlot{Call: s.Call, Kind: string(s.Kind), Lang: s.Lang}
			if _, found, err := a.LintVersion(ctx, bureau, at, 0); err != nil || found.Failed() {
				t.Errorf("%s: %v, %v", at, found.Err(), err)
			}
			p := a.Example(s.Call, s.Kind)
			if p == nil {
				t.Errorf("%s has no example", at)
				continue
			}
			f, found, err := a.PreviewTemplate(ctx, bureau, at, 0, "", "docx")
			if err != nil || found.Failed() || !strings.Contains(text(t, f.Data), p.Lead.NameCN) && !strings.Contains(text(t, f.Data), p.Lead.NameEN) {
				t.Errorf("the preview of %s: %v, %v", at, found.Err(), err)
			}
		}
	}
}

// TestPreviewTemplate: a version is shown with sample data to whoever looks after templates, and with a project to those who may
// read it; nothing is kept.
func TestPreviewTemplate(t *testing.T) {
	a, db := online(t)
	ctx := t.Context()
	o := newOffices(t, a)
	clerk, officer := o.bureau.each[app.TemplateClerk], o.bureau.each[app.Officer]
	rec, _, err := a.SaveProject(ctx, officer, raw(t, young), 0)
	if err != nil {
		t.Fatal(err)
	}
	const sentence = "修订后的一句话。"
	v, _, err := a.UploadTemplate(ctx, clerk, contractSlot, contractWith(t, sentence), "")
	if err != nil {
		t.Fatal(err)
	}
	sample, own := example(t, university).Project.TitleCN, example(t, young).Project.TitleCN
	for _, tt := range []struct {
		name, project, want string
		who                 app.Principal
		err                 error
	}{
		{"the clerk, sample data", "", sample, clerk, nil},
		{"the officer, sample data", "", sample, officer, nil},
		{"the officer, a project", rec.ID, own, officer, nil},
		{"the clerk, a project", rec.ID, "", clerk, app.ErrForbidden},
		{"the officer, no project", "nothing", "", officer, fs.ErrNotExist},
	} {
		f, found, err := a.PreviewTemplate(ctx, tt.who, contractSlot, v.Version, tt.project, "docx")
		if !errors.Is(err, tt.err) || found.Failed() {
			t.Errorf("%s: %v, %v", tt.name, found.Err(), err)
			continue
		}
		if tt.err == nil {
			if words := text(t, f.Data); !strings.Contains(words, tt.want) || !strings.Contains(words, sentence) {
				t.Errorf("%s: %q is not in it", tt.name, tt.want)
			}
		}
	}
	if f, found, err := a.PreviewTemplate(ctx, officer, contractSlot, v.Version, rec.ID, "pdf"); err != nil || found.Failed() || !bytes.HasPrefix(f.Data, []byte("%PDF-")) || f.MediaType != storage.TypePDF {
		t.Errorf("PDF: %v, %v", found.Err(), err)
	}
	shanghai := contractSlot
	shanghai.Call = "shanghai-2024"
	if _, found, err := a.PreviewTemplate(ctx, officer, shanghai, 0, rec.ID, "pdf"); err != nil || !slices.Contains(codes(found, problem.Fail), "template.project") {
		t.Errorf("a project of another call: %v, %v", found, err)
	}
	if docs, err := db.Documents(ctx, records.System(), rec.ID); err != nil || len(docs) != 0 {
		t.Errorf("a preview is kept: %v, %v", docs, err)
	}
}

// TestPreviewWithoutExample: a call without examples is shown, and tried, with made-up data.
func TestPreviewWithoutExample(t *testing.T) {
	a, _ := onlineWith(t, func(c *app.Config, _ *storage.Server) { c.Examples = nil })
	if f, found, err := a.PreviewTemplate(t.Context(), bureau, contractSlot, 0, "", "docx"); err != nil || found.Failed() || !strings.Contains(text(t, f.Data), "乙方") {
		t.Errorf("%v, %v", found.Err(), err)
	}
	if _, found, err := a.UploadTemplate(t.Context(), bureau, contractSlot, unsigned(t, "丙方"), ""); err != nil ||
		!slices.Contains(codes(found, problem.Fail), "render.signature") {
		t.Errorf("%v, %v", found, err)
	}
}

func TestCompareTemplates(t *testing.T) {
	a, _ := online(t)
	ctx := t.Context()
	if _, _, err := a.UploadTemplate(ctx, bureau, contractSlot, contractWith(t, "保密期限：{{项目名}}"), ""); err != nil {
		t.Fatal(err)
	}
	c, err := a.CompareTemplates(ctx, bureau, contractSlot, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(c.Added, []string{"项目名"}) || len(c.Removed) != 0 || len(c.Changes) != 1 || c.Changes[0].New != "保密期限：{{项目名}}" || len(c.Parts) != 0 ||
		c.From.Version != 0 || c.To.Version != 1 || c.FromFindings.Failed() || !c.ToFindings.Failed() {
		t.Errorf("%+v", c)
	}
	back, err := a.CompareTemplates(ctx, bureau, contractSlot, 1, 0)
	if err != nil || !slices.Equal(back.Removed, c.Added) {
		t.Errorf("%+v, %v", back, err)
	}
	if _, err := a.CompareTemplates(ctx, bureau, contractSlot, 0, 2); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a version that is not there: %v", err)
	}
}

// TestTemplatesAskWho tries every use case about templates as every member: those of another bureau, and all without one, find no
// such call; others are told that they may not, or are served.
func TestTemplatesAskWho(t *testing.T) {
	a, db := online(t)
	ctx := t.Context()
	o := newOffices(t, a)
	clerk := o.bureau.each[app.TemplateClerk]
	file := contractWith(t, "修订。")
	if _, _, err := a.UploadTemplate(ctx, clerk, contractSlot, file, ""); err != nil {
		t.Fatal(err)
	}
	foreign, err := db.SaveOrganisation(ctx, records.System(), records.Organisation{Kind: records.Bureau, NameCN: "外局"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	strangers := []app.Principal{{}}
	for _, r := range app.RolesIn(records.Bureau) {
		strangers = append(strangers, app.Principal{Person: "p", Organisation: foreign, Roles: []app.Role{r}})
	}
	for _, tt := range []struct {
		name   string
		action app.Action
		do     func(context.Context, app.Principal, app.TemplateSlot) error
	}{
		{"list", app.ReadTemplate, func(ctx context.Context, who app.Principal, at app.TemplateSlot) error {
			_, err := a.SlotsOf(ctx, who, at.Call)
			return err
		}},
		{"read", app.ReadTemplate, func(ctx context.Context, who app.Principal, at app.TemplateSlot) error {
			_, err := a.Slot(ctx, who, at)
			return err
		}},
		{"file", app.ReadTemplate, func(ctx context.Context, who app.Principal, at app.TemplateSlot) error {
			_, err := a.TemplateFile(ctx, who, at, 1)
			return err
		}},
		{"lint", app.ReadTemplate, func(ctx context.Context, who app.Principal, at app.TemplateSlot) error {
			_, _, err := a.LintVersion(ctx, who, at, 1)
			return err
		}},
		{"preview", app.ReadTemplate, func(ctx context.Context, who app.Principal, at app.TemplateSlot) error {
			_, _, err := a.PreviewTemplate(ctx, who, at, 1, "", "docx")
			return err
		}},
		{"compare", app.ReadTemplate, func(ctx context.Context, who app.Principal, at app.TemplateSlot) error {
			_, err := a.CompareTemplates(ctx, who, at, 0, 1)
			return err
		}},
		{"upload", app.WriteTemplate, func(ctx context.Context, who app.Principal, at app.TemplateSlot) error {
			_, _, err := a.UploadTemplate(ctx, who, at, file, "")
			return err
		}},
		{"publish", app.WriteTemplate, func(ctx context.Context, who app.Principal, at app.TemplateSlot) error {
			_, err := a.PublishTemplate(ctx, who, at, 1, records.AnyRevision)
			return err
		}},
	} {
		for _, who := range strangers {
			if err := tt.do(ctx, who, contractSlot); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s as %v of another bureau: %v", tt.name, who.Roles, err)
			}
		}
		for _, at := range []app.TemplateSlot{{Call: "ningbo-1999", Kind: "contract", Lang: "zh"}, {Call: "ningbo-2025", Kind: "contract", Lang: "en"}, {Call: "ningbo-2025", Kind: "letter", Lang: "zh"}} {
			if err := tt.do(ctx, clerk, at); !errors.Is(err, fs.ErrNotExist) && (tt.name != "list" || at.Call != contractSlot.Call) {
				t.Errorf("%s of %s: %v", tt.name, at, err)
			}
		}
		for _, office := range []office{o.bureau, o.unit, o.lead} {
			for role, who := range office.each {
				want := app.ErrForbidden
				if who.May(tt.action) {
					want = nil
				}
				if err := tt.do(ctx, who, contractSlot); !errors.Is(err, want) {
					t.Errorf("%s as %s: %v, want %v", tt.name, role, err, want)
				}
			}
		}
	}
}

// An applicant's and a managing unit's documents are made with the bureau's template.
func TestTemplatesOfTheBureauAreTheirsToo(t *testing.T) {
	a, _ := online(t)
	ctx := t.Context()
	o := newOffices(t, a)
	rec, _, err := a.SaveProject(ctx, o.bureau.each[app.Officer], raw(t, university), 0)
	if err != nil {
		t.Fatal(err)
	}
	at := app.TemplateSlot{Call: "ningbo-2025", Kind: "application-form", Lang: "en"}
	v, _, err := a.UploadTemplate(ctx, o.bureau.each[app.TemplateClerk], at, with(t, "ningbo-2025/application-form.docx", "Revised."), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.PublishTemplate(ctx, o.bureau.each[app.TemplateClerk], at, v.Version, 0); err != nil {
		t.Fatal(err)
	}
	docs, found, err := a.Issue(ctx, o.lead.each[app.Applicant], []string{rec.ID}, app.Request{Kinds: []app.Kind{app.ApplicationForm}, DOCX: true, On: project.Date{Year: 2025, Month: 9, Day: 1}})
	if err != nil || found.Failed() || docs[0].TemplateVersion != 1 {
		t.Errorf("%+v, %v, %v", docs, found.Err(), err)
	}
}
