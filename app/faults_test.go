package app_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tripact/app"
	"tripact/storage"
	"tripact/storage/records"
)

// ticking makes the clock of a test run, from the day of its documents on: no two batches begin at one moment.
func ticking() func() time.Time {
	begun, day := time.Now(), time.Date(2025, 12, 20, 9, 0, 0, 0, time.UTC)
	return func() time.Time { return day.Add(time.Since(begun)) }
}

// A link that is signed by a clock a minute off would not work as it says.
func TestReadySeesTheClock(t *testing.T) {
	var off time.Duration
	a, _ := onlineWith(t, func(c *app.Config, _ *storage.Server) { c.Now = func() time.Time { return time.Now().Add(off) } })
	for _, tt := range []struct {
		off  time.Duration
		want string // in the error, "" for ready
	}{{0, ""}, {20 * time.Second, ""}, {time.Minute, "clock"}, {-time.Minute, "clock"}} {
		off = tt.off
		err := a.Ready(t.Context())
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("a clock off by %v: %v", tt.off, err)
		}
	}
}

func TestStoreAway(t *testing.T) {
	var server *storage.Server
	a, db := onlineWith(t, func(_ *app.Config, s *storage.Server) { server = s })
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	id, _, err := save(t, a, raw(t, university))
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	_, found, err := a.Issue(ctx, bureau, []string{id}, app.Request{Kinds: []app.Kind{app.Contract}, PDF: true, On: signing})
	if err == nil || found.Failed() {
		t.Errorf("issued without a store: %v, %v", found, err)
	}
	if docs, err := db.Documents(ctx, records.System(), id); err != nil || len(docs) != 0 {
		t.Errorf("%d documents on record whose bytes are nowhere, %v", len(docs), err)
	}
	if err := a.Ready(ctx); err == nil {
		t.Error("ready without a store")
	}
}

func TestDatabaseAway(t *testing.T) {
	a, db := online(t)
	id, _, err := save(t, a, raw(t, university))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	_, found, err := a.Issue(t.Context(), bureau, []string{id}, app.Request{Kinds: []app.Kind{app.Contract}, PDF: true, On: signing})
	if err == nil || found.Failed() { // an outage is no finding about the project
		t.Errorf("issued without a database: %v, %v", found, err)
	}
	if _, _, err := save(t, a, raw(t, young)); err == nil {
		t.Error("saved without a database")
	}
	if err := a.Ready(t.Context()); err == nil {
		t.Error("ready without a database")
	}
}

// Twenty callers who issue one document get one document, whoever is first; and twenty who change a project meanwhile lose
// no change.
func TestTwentyIssuers(t *testing.T) {
	a, db := onlineWith(t, func(c *app.Config, _ *storage.Server) { c.Waiting = 100 })
	ctx := t.Context()
	id, _, err := save(t, a, raw(t, university))
	if err != nil {
		t.Fatal(err)
	}
	const n = 20
	got := make([][]records.Document, n)
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			got[i], _, errs[i] = a.Issue(ctx, bureau, []string{id}, app.Request{Kinds: []app.Kind{app.Contract}, DOCX: true, PDF: true, On: signing})
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if len(got[i]) != 2 || got[i][0].ID != got[0][0].ID || got[i][1].ID != got[0][1].ID {
			t.Errorf("caller %d has other documents", i)
		}
	}
	if docs, err := db.Documents(ctx, records.System(), id); err != nil || len(docs) != 2 {
		t.Errorf("%d documents, %v", len(docs), err)
	}
}

// What a process left that was killed between object and record is swept after a day; what is on record stays.
func TestSweepObjects(t *testing.T) {
	now := time.Now()
	var cfg app.Config
	a, db := onlineWith(t, func(c *app.Config, _ *storage.Server) {
		c.Now = func() time.Time { return now }
		cfg = *c
	})
	ctx := t.Context()
	id, _, err := save(t, a, raw(t, university))
	if err != nil {
		t.Fatal(err)
	}
	docs, _, err := a.Issue(ctx, bureau, []string{id}, app.Request{Kinds: []app.Kind{app.Contract}, DOCX: true, PDF: true, On: signing})
	if err != nil {
		t.Fatal(err)
	}
	orphan, err := cfg.Store.Put(ctx, []byte("stored, and then the process was killed"), storage.TypePDF)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		after time.Duration
		want  int
	}{{23 * time.Hour, 0}, {25 * time.Hour, 1}, {26 * time.Hour, 0}} {
		begun := now
		now = now.Add(tt.after)
		if n, err := a.SweepObjects(ctx); err != nil || n != tt.want {
			t.Errorf("after %v: %d swept, %v; want %d", tt.after, n, err, tt.want)
		}
		now = begun
	}
	if _, err := cfg.Store.Get(ctx, orphan); err == nil {
		t.Error("the orphan is still there")
	}
	for _, d := range docs {
		if _, err := cfg.Store.Get(ctx, storage.Object(d.Object)); err != nil {
			t.Error(err)
		}
	}
	if again, err := db.Documents(ctx, records.System(), id); err != nil || len(again) != 2 {
		t.Errorf("%d documents, %v", len(again), err)
	}
}

// More callers than there is room for are told when to come again; those inside get their documents.
func TestBusy(t *testing.T) {
	a, _ := onlineWith(t, func(c *app.Config, _ *storage.Server) { c.Waiting = 2 })
	id, _, err := save(t, a, raw(t, university))
	if err != nil {
		t.Fatal(err)
	}
	const n = 60
	var mu sync.Mutex
	outcomes := map[string]int{}
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			_, _, err := a.Issue(t.Context(), bureau, []string{id}, app.Request{Kinds: []app.Kind{app.Contract}, PDF: true, On: signing})
			outcome := fmt.Sprint(err)
			if busy, ok := errors.AsType[*app.BusyError](err); ok {
				outcome = "busy"
				if busy.RetryAfter < time.Second || busy.RetryAfter%time.Second != 0 {
					t.Errorf("come again after %v", busy.RetryAfter)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			outcomes[outcome]++
		})
	}
	all.Wait()
	if outcomes["<nil>"] == 0 || outcomes["busy"] == 0 || outcomes["<nil>"]+outcomes["busy"] != n {
		t.Errorf("outcomes %v", outcomes)
	}
	if making, inside := a.Load(); making != 0 || inside != 0 {
		t.Errorf("%d made and %d inside after all have gone", making, inside)
	}
}
