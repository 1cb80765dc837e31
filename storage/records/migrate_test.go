package records

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMigrateFromRelease opens databases as earlier programs left them, and finds all of it: every byte of the payloads, the
// documents, the links and the unbroken audit, all of it the first bureau's.
func TestMigrateFromRelease(t *testing.T) {
	for _, engine := range []struct {
		name, driver string
		where        func(*testing.T) string
	}{
		{"sqlite", "sqlite", func(t *testing.T) string { return filepath.Join(t.TempDir(), "tripact.db") }},
		{"postgres", "pgx", newBase},
	} {
		for schema := 1; schema <= 4; schema++ {
			t.Run(fmt.Sprintf("%s %d", engine.name, schema), func(t *testing.T) {
				where := engine.where(t)
				dump, err := os.ReadFile(fmt.Sprintf("testdata/%s-%d.sql", engine.name, schema))
				if err != nil {
					t.Fatal(err)
				}
				raw, err := sql.Open(engine.driver, where)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := raw.ExecContext(t.Context(), string(dump)); err != nil {
					t.Fatal(err)
				}
				if err := raw.Close(); err != nil {
					t.Fatal(err)
				}
				migrated(t, openAt(t, where), schema)
			})
		}
	}
}

func migrated(t *testing.T, db *DB, schema int) {
	t.Helper()
	ctx := t.Context()
	first, err := db.Organisation(ctx, System(), FirstBureau)
	if err != nil || first.Kind != Bureau || first.Bureau != FirstBureau {
		t.Fatalf("the first bureau: %+v, %v", first, err)
	}
	bureau := viewerOf(first)
	lead := organisation(t, db, bureau, Applicant, "申报", "12330200MB0X000017")
	unit := organisation(t, db, bureau, ManagingUnit, "归口", "11330200002970001X")
	for _, want := range []struct {
		call, number string
		revision     int
		payload      string
		lead, unit   bool // see it
	}{
		{"ningbo-2025", "202501A0012", 2, "{\n  \"call\": \"ningbo-2025\", \"lead\": {\"uscc\": \"12330200MB0X000017\"}, \"mu\": {\"uscc\": \"11330200002970001X\"}, \"v\": 2, \"名\": \"𬭎'\"\n}", true, true},
		{"ningbo-2025", "202502B0037", 1, `{"lead":{}}`, false, false},
		{"shanghai-2024", "24510000001", 1, "\x00\xff'", false, false},
	} {
		p, err := db.ProjectByNumber(ctx, bureau, want.call, want.number)
		if err != nil || p.Revision != want.revision || string(p.Payload) != want.payload || p.Digest != digestOf(p.Payload) || p.Bureau != FirstBureau || p.SavedBy != "system" {
			t.Errorf("%s: %+v, %v", want.number, p, err)
		}
		_, err = db.Project(ctx, lead, p.ID)
		if _, e := db.Project(ctx, unit, p.ID); (err == nil) != want.lead || (e == nil) != want.unit {
			t.Errorf("%s: the applicant %v, the managing unit %v", want.number, err, e)
		}
		// The next revision follows.
		next, err := db.SaveProject(ctx, bureau, ProjectData{Call: want.call, Number: want.number, Title: p.Title, Payload: []byte("next")}, want.revision, day(20))
		if err != nil || next.Revision != want.revision+1 {
			t.Errorf("%s: %+v, %v", want.number, next, err)
		}
	}
	p, err := db.ProjectByNumber(ctx, bureau, "ningbo-2025", "202501A0012")
	if err != nil {
		t.Fatal(err)
	}
	docs, err := db.Documents(ctx, bureau, p.ID)
	if err != nil || len(docs) != 2 || docs[0].Kind != "contract" || docs[0].FileName != "任务书.pdf" || len(docs[1].Sources) != 2 {
		t.Fatalf("documents %+v, %v", docs, err)
	}
	// What was made with the call's template says so, and an uploaded one can take its place.
	if docs[0].TemplateVersion != 0 {
		t.Errorf("made with version %d of a template", docs[0].TemplateVersion)
	}
	if v, _, err := db.AddTemplate(ctx, bureau, upload("a"), day(21)); err != nil || v.Version != 1 {
		t.Errorf("template %+v, %v", v, err)
	}
	if schema < 2 {
		return
	}
	used, err := db.Links(ctx, bureau, docs[0].ID)
	if err != nil || len(used) != 1 || used[0].Uses != 1 || used[0].Works(day(6)) || used[0].Organisation != FirstBureau {
		t.Errorf("links %+v, %v", used, err)
	}
	if revoked, err := db.Links(ctx, bureau, docs[1].ID); err != nil || len(revoked) != 1 || revoked[0].RevokedAt.IsZero() {
		t.Errorf("links %+v, %v", revoked, err)
	}
	var events []string
	for e, err := range db.Events(ctx, bureau, 0) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e.Event)
	}
	want := "document.issued document.issued link.created link.used link.created link.revoked account.signed-in"
	if schema >= 4 {
		want += " webhook.created"
	}
	own := len(strings.Fields(want)) // the others are of what this test did
	if g := strings.Join(events[:own], " "); g != want || len(events) != own+6 {
		t.Errorf("%d events: %s", len(events), g)
	}
	if last, err := db.VerifyAudit(ctx); err != nil || last.Seq != int64(own+6) {
		t.Errorf("the audit: %+v, %v", last, err)
	}
	if schema >= 3 {
		if data, err := db.Session(ctx, digestOf([]byte("session")), day(20)); err != nil || string(data) != "\x00data'" {
			t.Errorf("the session: %q, %v", data, err)
		}
	}
	if schema < 4 {
		return
	}
	batches, err := db.Batches(ctx, FirstBureau, "", 10)
	if err != nil || len(batches) != 1 || !batches[0].Over() || batches[0].Counts[RowRefused] != 1 {
		t.Errorf("batches %+v, %v", batches, err)
	}
	hooks, err := db.Subscribed(ctx, FirstBureau, "document.issued")
	if err != nil || len(hooks) != 1 {
		t.Fatalf("webhooks %+v, %v", hooks, err)
	}
	if told, err := db.Deliveries(ctx, FirstBureau, hooks[0].ID, "", 10); err != nil || len(told) != 1 || told[0].State != DeliveryWaiting {
		t.Errorf("deliveries %+v, %v", told, err)
	}
	if n, err := db.Waiting(ctx, "webhook"); err != nil || n != 1 {
		t.Errorf("%d jobs wait, %v", n, err)
	}
}
