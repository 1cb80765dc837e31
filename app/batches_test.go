package app_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"testing"
	"time"

	"tripact/app"
	"tripact/problem"
	"tripact/storage"
	"tripact/storage/records"
)

// bureau is who works in these tests, stranger a member of another bureau.
var bureau, stranger = app.LocalOwner(), app.Principal{
	Person: "other", Organisation: records.Organisation{ID: "others", Kind: records.Bureau, Bureau: "others"}, Roles: app.RolesIn(records.Bureau),
}

// save keeps a project and returns its id.
func save(t testing.TB, a *app.App, data []byte) (id string, found problem.List, err error) {
	t.Helper()
	p, found, err := a.SaveProject(t.Context(), bureau, data, records.AnyRevision)
	return p.ID, found, err
}

// startJobs does jobs until the test ends.
func startJobs(t *testing.T, a *app.App) {
	t.Helper()
	if err := a.StartJobs(t.Context(), app.JobSettings{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.StopJobs(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
}

// copies saves n projects that are alike but for their numbers, and returns their ids.
func copies(t testing.TB, a *app.App, data []byte, n int) []string {
	t.Helper()
	ids := make([]string, n)
	for i := range ids {
		one := bytes.ReplaceAll(data, []byte("202501A0012"), fmt.Appendf(nil, "202501A%04d", 1000+i))
		id, found, err := save(t, a, one)
		if err != nil || id == "" {
			t.Fatal(err, found)
		}
		ids[i] = id
	}
	return ids
}

// watch follows a batch to its end and returns the last step and all rows as they are then.
func watch(t *testing.T, a *app.App, id string) (app.Batch, map[int]app.BatchRow) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	rows := map[int]app.BatchRow{}
	var last app.BatchStep
	for step, err := range a.WatchBatch(ctx, bureau, id, 0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range step.Rows {
			rows[r.Position] = r
		}
		last = step
	}
	if !last.Batch.Over {
		t.Fatalf("the batch does not end: %+v", last.Batch)
	}
	return last.Batch, rows
}

func TestBatch(t *testing.T) {
	a, db := online(t)
	ctx := t.Context()
	ids := copies(t, a, raw(t, university), 3)
	broken, err := db.SaveProject(ctx, records.System(), records.ProjectData{Call: "ningbo-2025", Number: "broken", Title: "t", Payload: []byte(`{"call": "ningbo-2025"}`)}, records.AnyRevision, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	request := app.BatchRequest{
		Kind: app.Contract, Projects: append(ids, ids[0], broken.ID, "nobody"), Formats: []string{"docx", "pdf"}, On: signing.String(),
	}
	b, err := a.StartBatch(ctx, bureau, request)
	if err != nil {
		t.Fatal(err)
	}
	if b.Total != 5 || b.Waiting != 3 || b.Refused != 2 || b.Over {
		t.Errorf("at the start: %+v", b)
	}
	startJobs(t, a)
	b, rows := watch(t, a, b.ID)
	if b.Done != 3 || b.Refused != 2 || b.Waiting+b.Running+b.Failed != 0 || b.FinishedAt == nil || len(rows) != 5 {
		t.Errorf("at the end: %+v, %d rows", b, len(rows))
	}
	for _, r := range rows {
		if r.State == "done" && len(r.Documents) != 2 || r.State == "refused" && !r.Findings.Failed() {
			t.Errorf("row %+v", r)
		}
	}
	if _, err := a.Batch(ctx, stranger, b.ID); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a stranger's view: %v", err)
	}
	var one, two bytes.Buffer
	if err := errors.Join(a.WriteBatch(ctx, bureau, b.ID, &one), a.WriteBatch(ctx, bureau, b.ID, &two)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("the ZIP is another one the second time")
	}
	z, err := zip.NewReader(bytes.NewReader(one.Bytes()), int64(one.Len()))
	if err != nil || len(z.File) != 6 {
		t.Errorf("%d files in the ZIP, %v", len(z.File), err)
	}
	for _, id := range ids {
		if docs, err := db.Documents(ctx, records.System(), id); err != nil || len(docs) != 2 {
			t.Errorf("%d documents of a project, %v", len(docs), err)
		}
	}
	// The same batch again makes nothing new.
	again, err := a.StartBatch(ctx, bureau, app.BatchRequest{Kind: app.Contract, Projects: ids, Formats: []string{"docx", "pdf"}, On: signing.String()})
	if err != nil {
		t.Fatal(err)
	}
	if again, _ = watch(t, a, again.ID); again.Done != 3 {
		t.Errorf("again: %+v", again)
	}
	if docs, err := db.Documents(ctx, records.System(), ids[0]); err != nil || len(docs) != 2 {
		t.Errorf("%d documents of a project after the second batch, %v", len(docs), err)
	}
}

func TestBatchOfLetters(t *testing.T) {
	a, _ := online(t)
	var ids []string
	for _, name := range []string{enterprise, young, university} {
		id, found, err := save(t, a, raw(t, name))
		if err != nil {
			t.Fatal(err, found)
		}
		ids = append(ids, id)
	}
	startJobs(t, a)
	b, err := a.StartBatch(t.Context(), bureau, app.BatchRequest{Kind: app.RecommendationLetter, Projects: ids, Formats: []string{"docx"}, On: signing.String()})
	if err != nil {
		t.Fatal(err)
	}
	b, rows := watch(t, a, b.ID)
	if b.Total != 2 || b.Done != 2 || rows[1].Label != "202503C0005 202501A0012" || len(rows[1].Projects) != 2 {
		t.Errorf("%+v, %+v", b, rows)
	}
}

func TestBatchCancelledAndResumed(t *testing.T) {
	a, db := onlineWith(t, func(c *app.Config, _ *storage.Server) { c.Now = ticking() })
	ids := copies(t, a, raw(t, university), 4)
	b, err := a.StartBatch(t.Context(), bureau, app.BatchRequest{Kind: app.ApplicationForm, Projects: ids, Formats: []string{"docx"}, On: signing.String()})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.CancelBatch(t.Context(), stranger, b.ID); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a stranger cancels: %v", err)
	}
	if err := a.CancelBatch(t.Context(), bureau, b.ID); err != nil {
		t.Fatal(err)
	}
	startJobs(t, a)
	if b, _ = watch(t, a, b.ID); b.Cancelled != 4 {
		t.Errorf("cancelled: %+v", b)
	}
	if err := a.ResumeBatch(t.Context(), bureau, b.ID); err != nil {
		t.Fatal(err)
	}
	if b, _ = watch(t, a, b.ID); b.Done != 4 {
		t.Errorf("resumed: %+v", b)
	}
	if docs, err := db.Documents(t.Context(), records.System(), ids[0]); err != nil || len(docs) != 1 {
		t.Errorf("%d documents, %v", len(docs), err)
	}
}

// TestBatchRights: a batch goes by the rights that its starter has when a row is made, and whoever resumes it takes over.
func TestBatchRights(t *testing.T) {
	a, db := onlineWith(t, func(c *app.Config, _ *storage.Server) { c.Now = ticking() })
	ids := copies(t, a, raw(t, university), 2)
	first := bureau.Organisation
	owner := join(t, a, bureau, first, "owner", app.Owner)
	request := app.BatchRequest{Kind: app.Contract, Projects: ids, Formats: []string{"docx"}, On: signing.String()}
	lost := map[string]struct {
		start app.Principal
		lose  func() error
	}{}
	left := join(t, a, bureau, first, "left", app.Officer)
	lost["left the office"] = struct {
		start app.Principal
		lose  func() error
	}{left, func() error { return a.RemoveMember(t.Context(), owner, first.ID, left.Person) }}
	moved := join(t, a, bureau, first, "moved", app.Officer)
	lost["does something else"] = struct {
		start app.Principal
		lose  func() error
	}{moved, func() error {
		return a.SetRoles(t.Context(), owner, first.ID, moved.Person, []app.Role{app.Auditor})
	}}
	secret, token, err := a.CreateToken(t.Context(), owner, app.NewToken{Name: "n", Roles: []app.Role{app.Officer}, Scopes: []app.Scope{app.ScopeRead, app.ScopeDocuments}, Age: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	program, err := a.TokenPrincipal(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	lost["token revoked"] = struct {
		start app.Principal
		lose  func() error
	}{program, func() error { return a.RevokeToken(t.Context(), owner, token.ID) }}
	started := map[string]string{}
	for name, c := range lost {
		b, err := a.StartBatch(t.Context(), c.start, request)
		if err != nil {
			t.Fatal(name, err)
		}
		if err := c.lose(); err != nil {
			t.Fatal(name, err)
		}
		started[name] = b.ID
	}
	kept, err := a.StartBatch(t.Context(), join(t, a, bureau, first, "kept", app.Signatory), request)
	if err != nil {
		t.Fatal(err)
	}
	startJobs(t, a)
	if b, _ := watch(t, a, kept.ID); b.Done != 2 {
		t.Errorf("who kept the right: %+v", b)
	}
	for name, id := range started {
		b, rows := watch(t, a, id)
		if b.Cancelled != 2 || len(rows[1].Findings) != 1 || rows[1].Findings[0].Code != "batch.rights" || len(rows[1].Documents) != 0 {
			t.Errorf("%s: %+v %+v", name, b, rows)
		}
		if err := a.ResumeBatch(t.Context(), bureau, id); err != nil {
			t.Fatal(name, err)
		}
		if b, rows = watch(t, a, id); b.Done != 2 || len(rows[1].Findings) > 0 && rows[1].Findings[0].Code == "batch.rights" {
			t.Errorf("%s, resumed: %+v %+v", name, b, rows)
		}
	}
	if docs, err := db.Documents(t.Context(), records.System(), ids[0]); err != nil || len(docs) != 1 {
		t.Errorf("%d documents, %v", len(docs), err)
	}
}

func TestBatchRefused(t *testing.T) {
	a, _ := online(t)
	_, err := a.StartBatch(t.Context(), bureau, app.BatchRequest{Kind: "all", On: "20 December"})
	var codes []string
	for _, f := range problem.Of(err) {
		codes = append(codes, f.Code)
	}
	if want := []string{"batch.kind", "batch.formats", "batch.on", "batch.projects"}; !slices.Equal(codes, want) {
		t.Errorf("findings %v, want %v", codes, want)
	}
}

// TestDroppedBatch: a batch whose jobs are gone, as when a database was away at their last try, is taken up again after a while: rows that wait, and rows that
// were left running. One that something happened to of late is left alone.
func TestDroppedBatch(t *testing.T) {
	clock := ticking()
	a, db := onlineWith(t, func(c *app.Config, _ *storage.Server) { c.Now = clock })
	ctx := t.Context()
	ids := copies(t, a, raw(t, university), 2)
	request, err := json.Marshal(struct {
		app.BatchRequest
		Viewer records.Viewer `json:"viewer"`
	}{
		app.BatchRequest{Kind: app.Contract, Formats: []string{"docx"}, On: signing.String()},
		records.Viewer{Organisation: records.FirstBureau, Kind: records.Bureau, Bureau: records.FirstBureau, Actor: "local"},
	})
	if err != nil {
		t.Fatal(err)
	}
	without := func(at time.Time) records.Batch { // jobs
		t.Helper()
		var rows []records.BatchRow
		for _, id := range ids {
			rows = append(rows, records.BatchRow{Label: id, Projects: []string{id}, State: records.RowWaiting})
		}
		b, err := db.CreateBatch(ctx, records.FirstBureau, "local", request, rows, at)
		if err == nil {
			_, err = db.BeginRow(ctx, records.FirstBureau, b.ID, 1, 10, at)
		}
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	dropped, young := without(clock().Add(-16*time.Minute)), without(clock().Add(-14*time.Minute))
	startJobs(t, a)
	if b, _ := watch(t, a, dropped.ID); b.Done != 2 {
		t.Errorf("what was dropped: %+v", b)
	}
	if b, err := a.Batch(ctx, bureau, young.ID); err != nil || b.Done != 0 || b.Running != 1 || b.Waiting != 1 {
		t.Errorf("what is under way: %+v, %v", b, err)
	}
	for _, id := range ids {
		if docs, err := db.Documents(ctx, records.System(), id); err != nil || len(docs) != 1 {
			t.Errorf("project %s has %d documents, %v", id, len(docs), err)
		}
	}
}
