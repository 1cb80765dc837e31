package app_test

import (
	"io"
	"slices"
	"testing"
	"time"

	"tripact/app"
	"tripact/storage"
	"tripact/storage/records"
)

// TestViewsAreOnAudit: whatever shows a project or gives a file out is one event with who and what, before it is shown; what shows nothing is none, and nobody who is
// refused leaves the trace of having seen it.
func TestViewsAreOnAudit(t *testing.T) {
	a, db := onlineWith(t, func(c *app.Config, _ *storage.Server) { c.Now = ticking() })
	ctx := t.Context()
	o := newOffices(t, a)
	officer := o.bureau.all
	rec, _, err := a.SaveProject(ctx, officer, raw(t, university), 0)
	if err != nil {
		t.Fatal(err)
	}
	startJobs(t, a)
	b, err := a.StartBatch(ctx, officer, app.BatchRequest{Kind: app.Contract, Projects: []string{rec.ID}, Formats: []string{"docx", "pdf"}, On: signing.String()})
	if err != nil {
		t.Fatal(err)
	}
	watch(t, a, b.ID)
	docs, err := a.Documents(ctx, officer, rec.ID)
	if err != nil || len(docs) != 2 {
		t.Fatal(docs, err)
	}
	var seq int64
	events := func() (list []string) {
		t.Helper()
		for e, err := range db.Events(ctx, records.System(), seq) {
			if err != nil {
				t.Fatal(err)
			}
			seq = e.Seq
			if e.Actor != officer.Actor() {
				t.Errorf("%s by %s", e.Event, e.Actor)
			}
			list = append(list, e.Event+" "+e.Subject+" "+e.Detail)
		}
		return list
	}
	last, err := db.VerifyAudit(ctx)
	if err != nil {
		t.Fatal(err)
	}
	seq = last.Seq
	viewed := []string{"project.viewed " + rec.ID + " revision 1"}
	for name, c := range map[string]struct {
		do   func() error
		want []string
	}{
		"project":          {func() error { _, err := a.Project(ctx, officer, rec.ID); return err }, viewed},
		"earlier revision": {func() error { _, err := a.ProjectAt(ctx, officer, rec.ID, 1); return err }, viewed},
		"page":             {func() error { _, err := a.ProjectView(ctx, officer, rec.ID); return err }, viewed},
		"review":           {func() error { _, err := a.ReviewSheet(ctx, officer, rec.ID, signing); return err }, viewed},
		"differences":      {func() error { _, err := a.ReconcileSaved(ctx, officer, []string{rec.ID}, signing); return err }, viewed},
		"template with it": {func() error {
			_, _, err := a.PreviewTemplate(ctx, officer, contractSlot, 0, rec.ID, "docx")
			return err
		}, viewed},
		"file": {func() error { _, err := a.Link(ctx, officer, docs[0].ID, time.Minute); return err }, []string{"document.linked " + docs[0].ID + " 1m0s"}},
		"ZIP": {func() error { return a.WriteBatch(ctx, officer, b.ID, io.Discard) }, []string{
			"document.downloaded " + docs[0].ID + " " + b.ID, "document.downloaded " + docs[1].ID + " " + b.ID,
		}},
		"list":      {func() error { _, _, err := a.ListProjects(ctx, officer, app.ProjectQuery{}); return err }, nil},
		"documents": {func() error { _, err := a.Documents(ctx, officer, rec.ID); return err }, nil},
		"head": {func() error {
			p, err := a.ProjectHead(ctx, officer, rec.ID)
			if p.Payload != nil {
				t.Error("the head has the data")
			}
			return err
		}, nil},
		"stranger":        {func() error { a.Project(ctx, o.otherLead.all, rec.ID); return nil }, nil},                             //nolint:errcheck // refused, as other tests show
		"without a right": {func() error { a.ProjectAt(ctx, o.bureau.each[app.TemplateClerk], rec.ID, 1); return nil }, nil},       //nolint:errcheck // refused, as other tests show
		"other's review":  {func() error { a.ReviewSheet(ctx, o.lead.all, rec.ID, signing); return nil }, nil},                     //nolint:errcheck // refused, as other tests show
		"no such batch":   {func() error { a.WriteBatch(ctx, o.otherUnit.all, b.ID, io.Discard); return nil }, nil},                //nolint:errcheck // refused, as other tests show
		"other's file":    {func() error { a.Link(ctx, o.otherUnit.all, docs[0].ID, time.Minute); return nil }, nil},               //nolint:errcheck // refused, as other tests show
		"other's preview": {func() error { a.PreviewTemplate(ctx, o.lead.all, contractSlot, 0, rec.ID, "docx"); return nil }, nil}, //nolint:errcheck // refused, as other tests show
	} {
		if err := c.do(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got := events()
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: events %q, want %q", name, got, c.want)
		}
	}
	if _, err := db.VerifyAudit(ctx); err != nil {
		t.Error(err)
	}
}
