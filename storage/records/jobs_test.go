package records

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tripact/problem"
)

// work starts jobs that end with the test, before the database is closed.
func work(t *testing.T, db *DB, c JobsConfig) {
	t.Helper()
	c.Log = slog.New(slog.DiscardHandler)
	if err := db.Start(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
}

// seen collects what workers did.
type seen struct {
	mu   sync.Mutex
	list []string
	more chan struct{}
}

func newSeen() *seen { return &seen{more: make(chan struct{}, 1000)} }

func (s *seen) add(text string) {
	s.mu.Lock()
	s.list = append(s.list, text)
	s.mu.Unlock()
	s.more <- struct{}{}
}

func (s *seen) wait(t *testing.T, n int) []string {
	t.Helper()
	for range n {
		select {
		case <-s.more:
		case <-time.After(time.Minute):
			t.Fatalf("only %v after a minute", s.list)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.list...)
}

func testJobs(t *testing.T, db *DB) {
	ctx := t.Context()
	// What is rolled back takes its jobs along.
	lost := errors.New("lost")
	err := db.Together(ctx, func(ctx context.Context) error {
		return errors.Join(db.Enqueue(ctx, Job{Kind: "mark", Key: "rolled back"}), lost)
	})
	if !errors.Is(err, lost) {
		t.Fatal(err)
	}
	if n, err := db.Waiting(ctx, "mark"); n != 0 || err != nil {
		t.Fatalf("%d jobs of a transaction that was rolled back, %v", n, err)
	}
	// One key, one job; another kind with that key is another job.
	for range 3 {
		if err := db.Enqueue(ctx, Job{Kind: "mark", Key: "a", Args: map[string]int{"n": 7}}, Job{Kind: "fail", Key: "a"}); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := db.Waiting(ctx, "mark"); n != 1 || err != nil {
		t.Fatalf("%d jobs of one key, %v", n, err)
	}
	did, failed, gaveUp := newSeen(), newSeen(), newSeen()
	work(t, db, JobsConfig{Workers: []Worker{
		{Kind: "mark", Queue: QueueErrands, Do: func(ctx context.Context, j *RunningJob) error {
			err := db.Together(ctx, func(ctx context.Context) error {
				if _, err := put(ctx, db, "c", j.Key, "t", j.Args, 0, day(1)); err != nil {
					return err
				}
				return j.Done(ctx)
			})
			did.add(fmt.Sprint(j.Key, j.Try, " ", j.Last, " ", err))
			return err
		}},
		{Kind: "fail", Queue: QueueErrands, Backoff: func(int) time.Duration { return time.Millisecond }, Do: func(_ context.Context, j *RunningJob) error {
			failed.add(fmt.Sprint(j.Try))
			if j.Try == 2 {
				return nil
			}
			return errors.New("not yet")
		}},
		{Kind: "hopeless", Queue: QueueErrands, Do: func(_ context.Context, j *RunningJob) error {
			gaveUp.add(j.Key)
			return fmt.Errorf("%w: no", ErrGiveUp)
		}},
	}})
	if got := did.wait(t, 1); got[0] != "a1 false <nil>" {
		t.Errorf("done: %v", got)
	}
	if p, err := db.ProjectByNumber(ctx, System(), "c", "a"); err != nil || strings.ReplaceAll(string(p.Payload), " ", "") != `{"n":7}` {
		t.Errorf("the effect: %s, %v", p.Payload, err)
	}
	if n, err := db.Waiting(ctx, "mark"); n != 0 || err != nil {
		t.Errorf("%d jobs wait after they were done, %v", n, err)
	}
	failed.wait(t, 2) // tried again
	if err := db.Enqueue(ctx, Job{Kind: "hopeless", Key: "h"}); err != nil {
		t.Fatal(err)
	}
	gaveUp.wait(t, 1)
	waitNone(t, db, "fail")
	waitNone(t, db, "hopeless")
	// Done once more: the key is free again.
	if err := db.Enqueue(ctx, Job{Kind: "mark", Key: "b", Args: 1}); err != nil {
		t.Fatal(err)
	}
	did.wait(t, 1)
}

// Reading within a transaction needs nothing that the others hold who wait for it to end.
func testReadingTogether(t *testing.T, db *DB) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			err := db.Together(ctx, func(ctx context.Context) error {
				if err := db.Audit(ctx, System(), EventSignedIn, "x", "", day(1)); err != nil { // one after another, on the chain
					return err
				}
				_, err := db.ProjectByNumber(ctx, System(), "c", "none")
				if !errors.Is(err, ErrNotFound) {
					return fmt.Errorf("read: %w", err)
				}
				return nil
			})
			if err != nil {
				t.Errorf("transaction %d: %v", i, err)
			}
		})
	}
	all.Wait()
}

// waitNone returns when no job of the kind waits or runs.
func waitNone(t *testing.T, db *DB, kind string) {
	t.Helper()
	for range 600 {
		n, err := db.Waiting(t.Context(), kind)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("jobs of kind %s still wait after half a minute", kind)
}

// A job that runs when the process is told to stop is handed back and done by the next one.
func testHandedBack(t *testing.T, db *DB) {
	begun := newSeen()
	var stopped atomic.Bool
	slow := Worker{Kind: "slow", Queue: QueueErrands, Do: func(ctx context.Context, j *RunningJob) error {
		begun.add(fmt.Sprint(j.Try))
		if stopped.Load() {
			return nil
		}
		<-ctx.Done()
		return ctx.Err()
	}}
	c := JobsConfig{Workers: []Worker{slow}, Grace: 50 * time.Millisecond, Log: slog.New(slog.DiscardHandler)}
	if err := db.Enqueue(t.Context(), Job{Kind: "slow", Key: "s"}); err != nil {
		t.Fatal(err)
	}
	if err := db.Start(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	begun.wait(t, 1)
	if err := db.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := db.Waiting(t.Context(), "slow"); n != 1 || err != nil {
		t.Fatalf("%d jobs handed back, %v", n, err)
	}
	stopped.Store(true)
	work(t, db, c)
	if got := begun.wait(t, 1); got[1] != "1" { // the try that was taken away does not count
		t.Errorf("tries: %v", got)
	}
	waitNone(t, db, "slow")
}

func testBatches(t *testing.T, db *DB) {
	ctx := t.Context()
	rows := []BatchRow{
		{Label: "A", Projects: []string{"p1"}, State: RowWaiting},
		{Label: "B", Projects: []string{"p2", "p3"}, State: RowWaiting},
		{Label: "C", State: RowRefused, Findings: problem.List{{Code: "c", Severity: problem.Fail}}},
	}
	b, err := db.CreateBatch(ctx, "office", "zhang", []byte(`{"kind":"contract"}`), rows, day(1))
	if err != nil {
		t.Fatal(err)
	}
	state := func(want string) {
		t.Helper()
		got, err := db.Batch(ctx, "office", b.ID)
		if err != nil {
			t.Fatal(err)
		}
		if text := fmt.Sprint(got.Counts, got.Over()); text != want {
			t.Errorf("batch = %s, want %s", text, want)
		}
	}
	state("map[refused:1 waiting:2] false")
	if _, err := db.Batch(ctx, "others", b.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("a stranger's view: %v", err)
	}
	if list, err := db.BatchRows(ctx, "others", b.ID, 0, 10); err != nil || len(list) != 0 {
		t.Errorf("a stranger's rows: %v, %v", list, err)
	}
	if _, err := db.EndRow(ctx, "others", b.ID, 1, RowDone, nil, nil, day(2)); !errors.Is(err, ErrNotFound) {
		t.Errorf("a stranger ends a row: %v", err)
	}
	row, err := db.BeginRow(ctx, "office", b.ID, 2, 3, day(2))
	if err != nil || row.State != RowRunning || row.Tries != 1 || len(row.Projects) != 2 || row.Label != "B" {
		t.Errorf("BeginRow = %+v, %v", row, err)
	}
	state("map[refused:1 running:1 waiting:1] false")
	for i, want := range []bool{false, false} { // again: it stays as it is
		last, err := db.EndRow(ctx, "office", b.ID, 2, RowDone, nil, []string{fmt.Sprint("d", i)}, day(3))
		if err != nil || last != want {
			t.Errorf("EndRow = %v, %v", last, err)
		}
	}
	if _, err := db.BeginRow(ctx, "office", b.ID, 2, 3, day(3)); !errors.Is(err, ErrGone) {
		t.Errorf("a row that has ended begins again: %v", err)
	}
	if _, err := db.BeginRow(ctx, "office", b.ID, 9, 3, day(3)); !errors.Is(err, ErrNotFound) {
		t.Errorf("a row that is not there: %v", err)
	}
	changed, err := db.BatchRows(ctx, "office", b.ID, int64(b.Total), 10)
	if err != nil || len(changed) != 1 || changed[0].Position != 2 || changed[0].Documents[0] != "d0" {
		t.Errorf("rows changed since the start = %+v, %v", changed, err)
	}
	// The fourth try of three is the end of the row, and of the batch.
	for range 3 {
		if _, err := db.BeginRow(ctx, "office", b.ID, 1, 3, day(4)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.BeginRow(ctx, "office", b.ID, 1, 3, day(4)); !errors.Is(err, ErrGone) {
		t.Errorf("a try too many: %v", err)
	}
	state("map[done:1 failed:1 refused:1] true")
	if err := db.ResumeBatch(ctx, "office", b.ID, []byte(`{"kind":"contract"}`), day(5)); err != nil {
		t.Fatal(err)
	}
	state("map[done:1 refused:1 waiting:1] false")
	if list, err := db.UnfinishedBatches(ctx, day(6)); err != nil || len(list) != 1 {
		t.Errorf("unfinished: %v, %v", list, err)
	}
	if list, err := db.UnfinishedBatches(ctx, day(5)); err != nil || len(list) != 0 {
		t.Errorf("touched just now, and yet listed: %v, %v", list, err)
	}
	if err := db.CancelBatch(ctx, "office", b.ID, day(6)); err != nil {
		t.Fatal(err)
	}
	state("map[cancelled:1 done:1 refused:1] true")
	all, err := db.BatchRows(ctx, "office", b.ID, 0, 10)
	if err != nil || len(all) != 3 {
		t.Errorf("%d rows, %v", len(all), err)
	}
	seqs := map[int64]bool{}
	for _, r := range all {
		seqs[r.Seq] = true
	}
	if len(seqs) != 3 {
		t.Errorf("rows share a change: %v", seqs)
	}
	if list, err := db.Batches(ctx, "office", "", 10); err != nil || len(list) != 1 {
		t.Errorf("Batches = %v, %v", list, err)
	}
	if list, err := db.Batches(ctx, "office", b.ID, 10); err != nil || len(list) != 0 {
		t.Errorf("Batches after the last = %v, %v", list, err)
	}
}

// Of rows that end at once, one is the last.
func testLastRow(t *testing.T, db *DB) {
	const n = 20
	rows := make([]BatchRow, n)
	for i := range rows {
		rows[i] = BatchRow{Label: fmt.Sprint(i), State: RowWaiting}
	}
	b, err := db.CreateBatch(t.Context(), "office", "zhang", []byte(`{}`), rows, day(1))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	lasts := 0
	for i := range n {
		all.Go(func() {
			last, err := db.EndRow(t.Context(), "office", b.ID, i+1, RowDone, nil, nil, day(2))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if last {
				lasts++
			}
		})
	}
	all.Wait()
	if got, err := db.Batch(t.Context(), "office", b.ID); lasts != 1 || err != nil || !got.Over() || got.Counts[RowDone] != n {
		t.Errorf("%d last rows; %+v, %v", lasts, got, err)
	}
}

func testWebhooks(t *testing.T, db *DB) {
	ctx := t.Context()
	w, err := db.CreateWebhook(ctx, Viewer{Organisation: "office"}, Webhook{URL: "https://example.org/", Secret: "s", Events: []string{"document.issued", "batch.finished"}}, day(1))
	if err != nil {
		t.Fatal(err)
	}
	for event, want := range map[string]int{"document.issued": 1, "batch.finished": 1, "batch": 0, "%": 0, "document_issued": 0} {
		if list, err := db.Subscribed(ctx, "office", event); err != nil || len(list) != want {
			t.Errorf("Subscribed(%s) = %v, %v", event, list, err)
		}
	}
	if list, err := db.Subscribed(ctx, "others", "document.issued"); err != nil || len(list) != 0 {
		t.Errorf("a stranger's event: %v, %v", list, err)
	}
	d := Delivery{ID: "d1", Webhook: w.ID, Event: "document.issued", Body: []byte(`{"a": 1}`)}
	for range 2 { // the second is the first
		if err := db.AddDelivery(ctx, d, day(2)); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.TriedDelivery(ctx, "d1", DeliveryFailed, 500, "answered 500", day(3)); err != nil {
		t.Fatal(err)
	}
	list, err := db.Deliveries(ctx, "office", w.ID, "", 10)
	if err != nil || len(list) != 1 || list[0].Tries != 1 || list[0].Status != 500 || string(list[0].Body) != `{"a": 1}` {
		t.Errorf("Deliveries = %+v, %v", list, err)
	}
	if list, err := db.Deliveries(ctx, "others", w.ID, "", 10); err != nil || len(list) != 0 {
		t.Errorf("a stranger's log: %v, %v", list, err)
	}
	if err := db.ReplayDelivery(ctx, "others", "d1", day(4)); !errors.Is(err, ErrNotFound) {
		t.Errorf("a stranger's replay: %v", err)
	}
	if err := db.ReplayDelivery(ctx, "office", "d1", day(4)); err != nil {
		t.Fatal(err)
	}
	if n, err := db.RemoveDeliveries(ctx, day(9)); n != 0 || err != nil {
		t.Errorf("removed %d that wait, %v", n, err)
	}
	if err := db.TriedDelivery(ctx, "d1", DeliveryDone, 204, "", day(5)); err != nil {
		t.Fatal(err)
	}
	if got, hook, err := db.Delivery(ctx, "office", "d1"); err != nil || got.State != DeliveryDone || hook.Secret != "s" {
		t.Errorf("Delivery = %+v, %v", got, err)
	}
	if n, err := db.RemoveDeliveries(ctx, day(9)); n != 1 || err != nil {
		t.Errorf("removed %d, %v", n, err)
	}
	if err := db.StopWebhook(ctx, Viewer{Organisation: "others"}, w.ID, day(6)); !errors.Is(err, ErrNotFound) {
		t.Errorf("a stranger stops it: %v", err)
	}
	for range 2 {
		if err := db.StopWebhook(ctx, Viewer{Organisation: "office"}, w.ID, day(6)); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := db.Subscribed(ctx, "office", "document.issued"); err != nil || len(list) != 0 {
		t.Errorf("told after its end: %v, %v", list, err)
	}
}

func testSweepObjects(t *testing.T, db *DB) {
	ctx := t.Context()
	p := save(t, db, "1", "{}")
	kept, fresh := contract(p, "pdf", "kept"), contract(p, "docx", "fresh")
	if _, err := db.SaveDocuments(ctx, System(), []Document{kept}, day(1)); err != nil {
		t.Fatal(err)
	}
	var removed []string
	n, err := db.SweepObjects(ctx, []string{kept.Object.Key, "sha256/ab/nobody.pdf", fresh.Object.Key}, day(2), func(ctx context.Context, key string) error {
		removed = append(removed, key)
		if key == fresh.Object.Key {
			if _, err := db.SaveDocuments(ctx, System(), []Document{fresh}, day(2)); !errors.Is(err, ErrConflict) {
				t.Errorf("a document came on record whose object is being removed: %v", err)
			}
		}
		return nil
	})
	if err != nil || n != 2 || strings.Join(removed, " ") != "sha256/ab/nobody.pdf "+fresh.Object.Key {
		t.Errorf("swept %d: %v, %v", n, removed, err)
	}
	// Stored again, it comes on record; and so it does when the one who removed it was killed and has left its mark.
	if _, err := db.SaveDocuments(ctx, System(), []Document{fresh}, day(2)); err != nil {
		t.Error(err)
	}
	other := contract(p, "xlsx", "other")
	killed := errors.New("killed")
	if _, err := db.SweepObjects(ctx, []string{other.Object.Key}, day(3), func(context.Context, string) error { return killed }); !errors.Is(err, killed) {
		t.Error(err)
	}
	if _, err := db.SaveDocuments(ctx, System(), []Document{other}, day(3)); !errors.Is(err, ErrConflict) {
		t.Errorf("beside a removal: %v", err)
	}
	if _, err := db.SaveDocuments(ctx, System(), []Document{other}, day(4)); err != nil {
		t.Error(err)
	}
}

// A table that names objects and has no part in kept_objects would lose them.
func testKeptObjects(t *testing.T, db *DB) {
	tables := `select m.name, (select sql from sqlite_master where name = 'kept_objects') from sqlite_master m
		join pragma_table_info(m.name) c on c.name = 'object_key' where m.type = 'table' and m.name <> 'sweeps'`
	if db.close != nil { // PostgreSQL
		tables = `select c.table_name, pg_get_viewdef('kept_objects'::regclass) from information_schema.columns c
			join information_schema.tables t using (table_schema, table_name)
			where c.column_name = 'object_key' and t.table_type = 'BASE TABLE' and c.table_name <> 'sweeps'`
	}
	rows, err := db.read.QueryContext(t.Context(), tables)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	n := 0
	for rows.Next() {
		var table, view string
		if err := rows.Scan(&table, &view); err != nil {
			t.Fatal(err)
		}
		if n++; !strings.Contains(view, table) {
			t.Errorf("table %s names objects, and view kept_objects leaves it out", table)
		}
	}
	if err := rows.Err(); err != nil || n == 0 {
		t.Errorf("%d tables, %v", n, err)
	}
}
