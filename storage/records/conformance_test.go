package records

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// opener returns an empty database, closed when the test ends.
type opener func(t *testing.T) *DB

// conformance holds every engine to one behaviour.
func conformance(t *testing.T, open opener) {
	for _, c := range []struct {
		name string
		test func(*testing.T, *DB)
	}{
		{"project revisions", testRevisions},
		{"project not found", testProjectNotFound},
		{"project conflicts", testProjectConflicts},
		{"payload bytes", testPayloadBytes},
		{"twenty writers of one project", testTwentyWriters},
		{"twenty writers of twenty projects", testTwentyProjects},
		{"paging", testPaging},
		{"filter", testFilter},
		{"documents", testDocuments},
		{"documents are idempotent", testDocumentsIdempotent},
		{"documents roll back", testDocumentsRollBack},
		{"documents refused", testDocumentsRefused},
		{"twenty writers of one document", testTwentyDocumentWriters},
		{"versions", testVersions},
		{"letter", testLetter},
		{"readiness sees the schema", testPing},
		{"documents of all projects", testAllDocuments},
		{"links", testLinks},
		{"twenty clicks on a one-time link", testTwentyClicks},
		{"audit", testAudit},
		{"audit by twenty at once", testAuditAtOnce},
		{"audit that was tampered with", testAuditBroken},
		{"strangers see nothing", testStrangers},
		{"calls belong to bureaus", testCallBureaus},
		{"revisions tell who and when", testRevisionsTell},
		{"organisations", testOrganisations},
		{"invitations and members", testInvites},
		{"twenty uses of one invitation", testTwentyInvites},
		{"the last owner stays", testLastOwner},
		{"tokens", testTokens},
		{"sessions", testSessions},
		{"failures to sign in", testFailures},
		{"idempotency keys", testOnce},
		{"twenty callers with one key", testTwentyKeys},
		{"jobs", testJobs},
		{"jobs handed back", testHandedBack},
		{"reading within forty transactions", testReadingTogether},
		{"batches", testBatches},
		{"the last row of a batch", testLastRow},
		{"webhooks", testWebhooks},
		{"templates", testTemplates},
		{"templates of other bureaus", testTemplateStrangers},
		{"twenty templates at once", testTwentyTemplates},
		{"sweep of templates", testTemplateSweep},
		{"documents keep their template", testDocumentTemplate},
		{"sweep of objects", testSweepObjects},
		{"kept objects", testKeptObjects},
		{"sweep", testSweep},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

// day is a moment with more digits than are kept.
func day(n int) time.Time {
	return time.Date(2026, 3, n, 9, 30, 0, 123456789, time.FixedZone("CST", 8*3600))
}

// put saves a project for the system.
func put(ctx context.Context, db *DB, call, number, title string, payload []byte, base int, at time.Time) (Project, error) {
	return db.SaveProject(ctx, System(), ProjectData{Call: call, Number: number, Title: title, Payload: payload}, base, at)
}

func save(t *testing.T, db *DB, number, payload string) Project {
	t.Helper()
	p, err := put(t.Context(), db, "ningbo-2025", number, "智能传感"+number, []byte(payload), AnyRevision, day(1))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func source(p Project) Source { return Source{Project: p.ID, Revision: p.Revision, Digest: p.Digest} }

// contract is a document of p; seed stands for what it was made from.
func contract(p Project, format, seed string) Document {
	return Document{
		Kind: "contract", Lang: "zh", State: Issued, Format: format, Version: 1,
		FileName: "任务书." + format, Code: "ABCD-EFGH-JK",
		Object: Object{Key: "sha256/ab/" + seed + "." + format, Size: 7, SHA256: digestOf([]byte(seed + format)), VersionID: "v1"},
		Provenance: Provenance{
			Sources: []Source{source(p)}, DataDigest: digestOf([]byte(seed)), Call: "ningbo-2025",
			CallDigest: "c", TemplateDigest: "t", FontsDigest: "f", Program: "1.0",
		},
	}
}

func testRevisions(t *testing.T, db *DB) {
	first := save(t, db, "202501A0001", `{"v":1}`)
	if first.Revision != 1 || first.ID == "" || first.Digest != digestOf([]byte(`{"v":1}`)) {
		t.Errorf("first = %+v", first)
	}
	if want := day(1).Truncate(time.Microsecond); !first.CreatedAt.Equal(want) || !first.UpdatedAt.Equal(want) {
		t.Errorf("times = %v, %v, want %v", first.CreatedAt, first.UpdatedAt, want)
	}
	again, err := put(t.Context(), db, "ningbo-2025", "202501A0001", first.Title, []byte(`{"v":1}`), AnyRevision, day(2))
	if err != nil || again.Revision != 1 || again.ID != first.ID || !again.UpdatedAt.Equal(first.UpdatedAt) {
		t.Errorf("the same payload again = %+v, %v", again, err)
	}
	second, err := put(t.Context(), db, "ningbo-2025", "202501A0001", "新题目", []byte(`{"v":2}`), AnyRevision, day(3))
	if err != nil || second.Revision != 2 || second.ID != first.ID || !second.CreatedAt.Equal(first.CreatedAt) {
		t.Errorf("another payload = %+v, %v", second, err)
	}
	// Back to the first payload: that is a change too.
	third := save(t, db, "202501A0001", `{"v":1}`)
	if third.Revision != 3 {
		t.Errorf("back to the first payload = revision %d, want 3", third.Revision)
	}
	for revision, want := range map[int]string{1: `{"v":1}`, 2: `{"v":2}`, 3: `{"v":1}`} {
		p, err := db.ProjectAt(t.Context(), System(), first.ID, revision)
		if err != nil || string(p.Payload) != want || p.Revision != revision || p.Digest != digestOf([]byte(want)) {
			t.Errorf("revision %d = %+v, %v", revision, p, err)
		}
	}
	now, err := db.Project(t.Context(), System(), first.ID)
	if err != nil || now.Revision != 3 || now.Title != first.Title {
		t.Errorf("Project = %+v, %v", now, err)
	}
	byNumber, err := db.ProjectByNumber(t.Context(), System(), "ningbo-2025", "202501A0001")
	if err != nil || byNumber.ID != first.ID || !bytes.Equal(byNumber.Payload, now.Payload) {
		t.Errorf("ProjectByNumber = %+v, %v", byNumber, err)
	}
}

func testProjectNotFound(t *testing.T, db *DB) {
	p := save(t, db, "1", "{}")
	for name, read := range map[string]func() error{
		"id":       func() error { _, err := db.Project(t.Context(), System(), "none"); return err },
		"number":   func() error { _, err := db.ProjectByNumber(t.Context(), System(), "other", "1"); return err },
		"revision": func() error { _, err := db.ProjectAt(t.Context(), System(), p.ID, 2); return err },
		"document": func() error { _, err := db.Document(t.Context(), System(), "none"); return err },
	} {
		if err := read(); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v, want ErrNotFound", name, err)
		}
	}
	if list, err := db.Documents(t.Context(), System(), p.ID); err != nil || len(list) != 0 {
		t.Errorf("Documents of a project without any = %v, %v", list, err)
	}
}

func testProjectConflicts(t *testing.T, db *DB) {
	write := func(payload string, base int) (Project, error) {
		return put(t.Context(), db, "c", "1", "t", []byte(payload), base, day(1))
	}
	if _, err := write("a", 3); !errors.Is(err, ErrConflict) {
		t.Errorf("a change of what is not there: %v", err)
	}
	if _, err := db.ProjectByNumber(t.Context(), System(), "c", "1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a refused save left something: %v", err)
	}
	if p, err := write("a", 0); err != nil || p.Revision != 1 {
		t.Errorf("new = %+v, %v", p, err)
	}
	if _, err := write("b", 0); !errors.Is(err, ErrConflict) {
		t.Errorf("new over what is there: %v", err)
	}
	if p, err := write("a", 0); err != nil || p.Revision != 1 {
		t.Errorf("the same new again = %+v, %v", p, err)
	}
	if p, err := write("b", 1); err != nil || p.Revision != 2 {
		t.Errorf("a change of the current one = %+v, %v", p, err)
	}
	if _, err := write("c", 1); !errors.Is(err, ErrConflict) {
		t.Errorf("a change of an old one: %v", err)
	}
	for _, p := range []Project{{}, {Call: "c"}, {Call: "c", Number: "1"}} {
		if _, err := put(t.Context(), db, p.Call, p.Number, "t", nil, AnyRevision, day(1)); err == nil {
			t.Errorf("saved %+v", p)
		}
	}
}

func testPayloadBytes(t *testing.T, db *DB) {
	// Key order, white space, numbers as written, a rare character, and bytes that are no text at all.
	for i, payload := range []string{"{ \"z\":1,\n\t\"a\":1.50, \"名\":\"𬭎\" }", "\x00\xff\xfe", "'; drop table projects; --"} {
		p := save(t, db, fmt.Sprint(i), payload)
		got, err := db.Project(t.Context(), System(), p.ID)
		if err != nil || string(got.Payload) != payload {
			t.Errorf("payload %q came back as %q, %v", payload, got.Payload, err)
		}
	}
}

func testTwentyWriters(t *testing.T, db *DB) {
	const n = 20
	save(t, db, "1", "base")
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			_, errs[i] = put(t.Context(), db, "ningbo-2025", "1", "t", fmt.Appendf(nil, "writer %d", i), 1, day(2))
		})
	}
	all.Wait()
	won := 0
	for i, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, ErrConflict):
			t.Errorf("writer %d: %v", i, err)
		}
	}
	p, err := db.ProjectByNumber(t.Context(), System(), "ningbo-2025", "1")
	if won != 1 || err != nil || p.Revision != 2 {
		t.Errorf("%d writers of one revision won; %+v, %v", won, p, err)
	}
}

func testTwentyProjects(t *testing.T, db *DB) {
	const n, changes = 20, 5
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			for c := range changes {
				_, err := put(t.Context(), db, "c", fmt.Sprint(i), "t", fmt.Appendf(nil, "%d %d", i, c), c, day(1))
				errs[i] = errors.Join(errs[i], err)
				if _, _, err := db.Projects(t.Context(), System(), ProjectFilter{}, Page{}); err != nil {
					errs[i] = errors.Join(errs[i], err)
				}
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	list, _, err := db.Projects(t.Context(), System(), ProjectFilter{}, Page{Limit: MaxPage})
	if err != nil || len(list) != n {
		t.Fatalf("%d projects, %v", len(list), err)
	}
	for _, p := range list {
		if p.Revision != changes {
			t.Errorf("project %s is at revision %d, want %d", p.Number, p.Revision, changes)
		}
	}
}

func testPaging(t *testing.T, db *DB) {
	var want []string
	for i := range 23 {
		call := fmt.Sprintf("call-%d", i%2)
		number := fmt.Sprintf("%03d", i)
		if _, err := put(t.Context(), db, call, number, "t", []byte("{}"), 0, day(1)); err != nil {
			t.Fatal(err)
		}
	}
	for c := range 2 {
		for i := c; i < 23; i += 2 {
			want = append(want, fmt.Sprintf("call-%d %03d", c, i))
		}
	}
	for _, limit := range []int{1, 5, 22, 23, 24, 0, 100_000} {
		var got []string
		var page Page
		for page.Limit = limit; ; {
			list, next, err := db.Projects(t.Context(), System(), ProjectFilter{}, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range list {
				got = append(got, p.Call+" "+p.Number)
				if p.Payload != nil || p.Digest == "" || p.Revision < 1 {
					t.Errorf("listed %+v", p)
				}
			}
			if next == "" {
				break
			}
			page.After = next
			// A project that changes meanwhile does not shift the pages.
			if _, err := put(t.Context(), db, "call-0", "000", "t", []byte(next), AnyRevision, day(2)); err != nil {
				t.Fatal(err)
			}
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("pages of %d: %d projects\n%s", limit, len(got), strings.Join(got, "\n"))
		}
	}
	for _, after := range []string{"%", "bm9uc2Vuc2U"} {
		if _, _, err := db.Projects(t.Context(), System(), ProjectFilter{}, Page{After: after}); !errors.Is(err, ErrPage) {
			t.Errorf("page after %q: %v", after, err)
		}
	}
}

func testFilter(t *testing.T, db *DB) {
	for number, title := range map[string]string{
		"A1": "100%可降解材料", "A2": "1000 台传感器", "A3": `路径 C:\_`, "A4": "Sensors for Novi Sad",
	} {
		if _, err := put(t.Context(), db, "c", number, title, []byte("{}"), 0, day(1)); err != nil {
			t.Fatal(err)
		}
	}
	save(t, db, "B1", "{}")
	for _, tt := range []struct {
		filter ProjectFilter
		want   string
	}{
		{ProjectFilter{}, "A1 A2 A3 A4 B1"},
		{ProjectFilter{Call: "c"}, "A1 A2 A3 A4"},
		{ProjectFilter{Call: "none"}, ""},
		{ProjectFilter{Text: "传感"}, "A2 B1"},
		{ProjectFilter{Call: "c", Text: "传感"}, "A2"},
		{ProjectFilter{Text: "100%"}, "A1"},
		{ProjectFilter{Text: "_"}, "A3"},
		{ProjectFilter{Text: `\`}, "A3"},
		{ProjectFilter{Text: "sensors FOR"}, "A4"},
		{ProjectFilter{Text: "a4"}, "A4"},
		{ProjectFilter{Text: "' or 1=1 --"}, ""},
	} {
		list, _, err := db.Projects(t.Context(), System(), tt.filter, Page{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range list {
			got = append(got, p.Number)
		}
		if g := strings.Join(got, " "); g != tt.want {
			t.Errorf("%+v lists %q, want %q", tt.filter, g, tt.want)
		}
	}
}

func testDocuments(t *testing.T, db *DB) {
	p := save(t, db, "1", "{}")
	want := []Document{contract(p, "docx", "one"), contract(p, "pdf", "one")}
	saved, err := db.SaveDocuments(t.Context(), System(), want, day(5))
	if err != nil || len(saved) != 2 {
		t.Fatalf("SaveDocuments = %v, %v", saved, err)
	}
	for i := range want {
		want[i].ID, want[i].CreatedAt = saved[i].ID, day(5).UTC().Truncate(time.Microsecond)
		got, err := db.Document(t.Context(), System(), saved[i].ID)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want[i]) || fmt.Sprint(saved[i]) != fmt.Sprint(want[i]) {
			t.Errorf("document %d\nread  %+v\nsaved %+v\nwant  %+v\n%v", i, got, saved[i], want[i], err)
		}
	}
	later := contract(p, "pdf", "two")
	later.Version = 2
	if _, err := db.SaveDocuments(t.Context(), System(), []Document{later}, day(6)); err != nil {
		t.Fatal(err)
	}
	list, err := db.Documents(t.Context(), System(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range list {
		got = append(got, fmt.Sprintf("%s%d", d.Format, d.Version))
	}
	if g := strings.Join(got, " "); g != "pdf2 docx1 pdf1" {
		t.Errorf("Documents = %s", g)
	}
}

func testDocumentsIdempotent(t *testing.T, db *DB) {
	p := save(t, db, "1", "{}")
	in := []Document{contract(p, "docx", "one"), contract(p, "pdf", "one")}
	first, err := db.SaveDocuments(t.Context(), System(), in, day(5))
	if err != nil {
		t.Fatal(err)
	}
	again, err := db.SaveDocuments(t.Context(), System(), in, day(9))
	if err != nil || fmt.Sprint(again) != fmt.Sprint(first) {
		t.Errorf("saved again\n%+v\nfirst\n%+v\n%v", again, first, err)
	}
	other := contract(p, "pdf", "one")
	other.Object.SHA256 = digestOf([]byte("other bytes"))
	if _, err := db.SaveDocuments(t.Context(), System(), []Document{other}, day(9)); !errors.Is(err, ErrNotReproduced) {
		t.Errorf("other bytes from the same inputs: %v", err)
	}
	draft := contract(p, "pdf", "one")
	draft.State = Draft
	if d, err := db.SaveDocuments(t.Context(), System(), []Document{draft}, day(9)); err != nil || d[0].ID == first[1].ID {
		t.Errorf("a draft from the same inputs = %+v, %v", d, err)
	}
}

func testDocumentsRollBack(t *testing.T, db *DB) {
	p := save(t, db, "1", "{}")
	bad := contract(p, "pdf", "two")
	bad.Sources[0].Revision = 7
	if _, err := db.SaveDocuments(t.Context(), System(), []Document{contract(p, "docx", "one"), bad}, day(5)); !errors.Is(err, ErrNotFound) {
		t.Errorf("a source that is not there: %v", err)
	}
	if list, err := db.Documents(t.Context(), System(), p.ID); err != nil || len(list) != 0 {
		t.Errorf("left behind: %v, %v", list, err)
	}
	if _, err := db.SaveDocuments(t.Context(), System(), []Document{contract(p, "docx", "one")}, day(5)); err != nil {
		t.Errorf("after a roll-back: %v", err)
	}
}

func testDocumentsRefused(t *testing.T, db *DB) {
	p := save(t, db, "1", "{}")
	if _, err := db.SaveDocuments(t.Context(), System(), []Document{contract(p, "pdf", "one")}, day(5)); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		change func(*Document)
		want   error
	}{
		"version taken":     {func(d *Document) { d.DataDigest = "other" }, ErrConflict},
		"digest of another": {func(d *Document) { d.Version, d.Sources[0].Digest = 2, digestOf([]byte("x")) }, ErrConflict},
		"unknown project":   {func(d *Document) { d.Sources[0].Project = "none" }, ErrNotFound},
		"no source":         {func(d *Document) { d.Sources = nil }, nil},
		"no state":          {func(d *Document) { d.State = "" }, nil},
		"no version":        {func(d *Document) { d.Version = 0 }, nil},
		"no object":         {func(d *Document) { d.Object = Object{} }, nil},
		"no file name":      {func(d *Document) { d.FileName = "" }, nil},
		"a project twice":   {func(d *Document) { d.Version = 2; d.Sources = append(d.Sources, d.Sources[0]) }, ErrConflict},
	} {
		d := contract(p, "pdf", "one")
		tt.change(&d)
		_, err := db.SaveDocuments(t.Context(), System(), []Document{d}, day(5))
		if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	if list, err := db.Documents(t.Context(), System(), p.ID); err != nil || len(list) != 1 {
		t.Errorf("%d documents, %v; want 1", len(list), err)
	}
}

func testTwentyDocumentWriters(t *testing.T, db *DB) {
	const n = 20
	p := save(t, db, "1", "{}")
	ids := make([]string, n)
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			saved, err := db.SaveDocuments(t.Context(), System(), []Document{contract(p, "docx", "one"), contract(p, "pdf", "one")}, day(5))
			if errs[i] = err; err == nil {
				ids[i] = saved[0].ID + saved[1].ID
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if ids[i] != ids[0] {
			t.Errorf("writer %d got other documents", i)
		}
	}
}

func testVersions(t *testing.T, db *DB) {
	p, q := save(t, db, "1", "{}"), save(t, db, "2", "{}")
	next := func(d Document) int {
		t.Helper()
		n, err := db.NextVersion(t.Context(), System(), d)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	one, two := contract(p, "docx", "one"), contract(p, "docx", "two")
	if n := next(one); n != 1 {
		t.Errorf("the first document has version %d", n)
	}
	if _, err := db.SaveDocuments(t.Context(), System(), []Document{one}, day(5)); err != nil {
		t.Fatal(err)
	}
	if n := next(contract(p, "pdf", "one")); n != 1 {
		t.Errorf("another format of version 1 has version %d", n)
	}
	if n := next(two); n != 2 {
		t.Errorf("the document after version 1 has version %d", n)
	}
	two.Version = 2
	if _, err := db.SaveDocuments(t.Context(), System(), []Document{two}, day(5)); err != nil {
		t.Fatal(err)
	}
	if n := next(one); n != 1 {
		t.Errorf("version 1 made again has version %d", n)
	}
	draft, english := contract(p, "docx", "three"), contract(p, "docx", "three")
	draft.State, english.Lang = Draft, "en"
	for name, d := range map[string]Document{
		"draft": draft, "other language": english, "other project": contract(q, "docx", "one"),
	} {
		if n := next(d); n != 1 {
			t.Errorf("%s: version %d, want 1", name, n)
		}
	}
}

// A later program that migrates the database makes this one unready.
func testPing(t *testing.T, db *DB) {
	ctx := t.Context()
	if err := db.Ping(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := db.write.ExecContext(ctx, `insert into goose_db_version (version_id, is_applied) values (999, true)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Ping(ctx); !errors.Is(err, ErrNewerSchema) {
		t.Errorf("a later schema: %v", err)
	}
}

// Documents of all projects come newest first, page by page, each once, whatever is made meanwhile; filters and drafts as asked.
func testAllDocuments(t *testing.T, db *DB) {
	ctx := t.Context()
	p, q := save(t, db, "1", "{}"), save(t, db, "2", `{"q":1}`)
	put := func(kind string, state State, of Project, name string, at int) Document {
		t.Helper()
		d := contract(of, "pdf", name)
		d.Kind, d.State, d.Code = kind, state, "CODE-"+name
		if kind == "recommendation-letter" {
			d.Sources = []Source{source(q), source(p)}
		}
		docs, err := db.SaveDocuments(ctx, System(), []Document{d}, day(at))
		if err != nil {
			t.Fatal(err)
		}
		return docs[0]
	}
	c1, c2 := put("contract", Issued, p, "a", 5), put("contract", Issued, q, "b", 5) // at one moment
	letter, draft := put("recommendation-letter", Issued, q, "c", 6), put("contract", Draft, p, "d", 7)
	want := []string{letter.ID, max(c1.ID, c2.ID), min(c1.ID, c2.ID)}
	ids := func(f DocumentFilter, limit int) (list []string) {
		t.Helper()
		for after := ""; ; {
			docs, next, err := db.AllDocuments(ctx, System(), f, Page{After: after, Limit: limit})
			if err != nil || len(docs) > limit {
				t.Fatal(docs, err)
			}
			for _, d := range docs {
				list = append(list, d.ID)
			}
			if after = next; next == "" {
				return list
			}
		}
	}
	for limit := 1; limit < 5; limit++ {
		if got := ids(DocumentFilter{}, limit); !slices.Equal(got, want) {
			t.Errorf("by %d: %q, want %q", limit, got, want)
		}
	}
	for _, tt := range []struct {
		filter DocumentFilter
		want   []string
	}{
		{DocumentFilter{Kind: "recommendation-letter"}, []string{letter.ID}},
		{DocumentFilter{Kind: "contract", Drafts: []string{"review-notice", "contract"}}, []string{draft.ID, max(c1.ID, c2.ID), min(c1.ID, c2.ID)}},
		{DocumentFilter{Drafts: []string{"review-notice"}}, want},
		{DocumentFilter{Code: "CODE-a"}, []string{c1.ID}},
		{DocumentFilter{Call: c1.Call}, want},
		{DocumentFilter{Call: "elsewhere"}, nil},
	} {
		if got := ids(tt.filter, 10); !slices.Equal(got, tt.want) {
			t.Errorf("%+v: %q, want %q", tt.filter, got, tt.want)
		}
	}
	_, next, err := db.AllDocuments(ctx, System(), DocumentFilter{}, Page{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	put("application-form", Issued, q, "e", 9)
	if docs, _, err := db.AllDocuments(ctx, System(), DocumentFilter{}, Page{After: next, Limit: 1}); err != nil || len(docs) != 1 || docs[0].ID != want[1] || len(docs[0].Sources) != 1 {
		t.Errorf("the second page, after another was made: %+v, %v", docs, err)
	}
	for _, bad := range []string{"x", cursorOf("a", "b")} {
		if _, _, err := db.AllDocuments(ctx, System(), DocumentFilter{}, Page{After: bad}); !errors.Is(err, ErrPage) {
			t.Errorf("%q is a page: %v", bad, err)
		}
	}
	for name, v := range map[string]Viewer{"nobody": {}, "other bureau": {Organisation: "other", Kind: Bureau, Bureau: "other"}, "applicant": {Organisation: "x", Kind: Applicant, Bureau: FirstBureau}} {
		if docs, _, err := db.AllDocuments(ctx, v, DocumentFilter{Drafts: []string{"contract"}}, Page{}); err != nil || len(docs) != 0 {
			t.Errorf("%s sees %+v, %v", name, docs, err)
		}
	}
}

func testLetter(t *testing.T, db *DB) {
	p, q := save(t, db, "1", "{}"), save(t, db, "2", `{"q":1}`)
	letter := contract(p, "pdf", "letter")
	letter.Kind = "recommendation-letter"
	letter.Sources = []Source{source(q), source(p)}
	saved, err := db.SaveDocuments(t.Context(), System(), []Document{letter}, day(5))
	if err != nil {
		t.Fatal(err)
	}
	for _, project := range []Project{p, q} {
		list, err := db.Documents(t.Context(), System(), project.ID)
		if err != nil || len(list) != 1 || fmt.Sprint(list[0]) != fmt.Sprint(saved[0]) {
			t.Errorf("documents of %s = %+v, %v", project.Number, list, err)
		}
	}
	// Another order is another document of the same subject: it has the next version.
	letter.Sources = []Source{source(p), source(q)}
	if n, err := db.NextVersion(t.Context(), System(), letter); err != nil || n != 2 {
		t.Errorf("the letter in another order has version %d, %v", n, err)
	}
}
