package records

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// issued puts one document on record.
func issued(t *testing.T, db *DB) Document {
	t.Helper()
	saved, err := db.SaveDocuments(t.Context(), System(), []Document{contract(save(t, db, "1", "{}"), "pdf", "one")}, day(1))
	if err != nil {
		t.Fatal(err)
	}
	return saved[0]
}

func link(t *testing.T, db *DB, d Document, uses int) Link {
	t.Helper()
	l, err := db.CreateLink(t.Context(), System(), d.ID, uses, day(3), day(1))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func testLinks(t *testing.T, db *DB) {
	d := issued(t, db)
	free, once, twice, ended := link(t, db, d, 0), link(t, db, d, 1), link(t, db, d, 2), link(t, db, d, 0)
	for range 3 {
		if got, err := db.UseLink(t.Context(), free.ID, day(2)); err != nil || fmt.Sprint(got) != fmt.Sprint(d) {
			t.Errorf("UseLink = %+v, %v; want %+v", got, err, d)
		}
	}
	for l, want := range map[Link][]error{once: {nil, ErrGone, ErrGone}, twice: {nil, nil, ErrGone}} {
		for i, want := range want {
			if _, err := db.UseLink(t.Context(), l.ID, day(2)); !errors.Is(err, want) {
				t.Errorf("use %d of a link for %d: %v, want %v", i+1, l.UsesLeft, err, want)
			}
		}
	}
	if _, err := db.UseLink(t.Context(), free.ID, day(3)); !errors.Is(err, ErrGone) {
		t.Errorf("at its end: %v, want ErrGone", err)
	}
	if _, err := db.UseLink(t.Context(), free.ID, day(3).Add(-time.Millisecond)); err != nil {
		t.Errorf("just before its end: %v", err)
	}
	for range 2 { // the second finds it done
		if err := db.RevokeLink(t.Context(), System(), ended.ID, day(2)); err != nil {
			t.Error(err)
		}
	}
	if _, err := db.UseLink(t.Context(), ended.ID, day(2)); !errors.Is(err, ErrGone) {
		t.Errorf("revoked: %v, want ErrGone", err)
	}
	for name, err := range map[string]error{
		"use":    func() error { _, err := db.UseLink(t.Context(), "none", day(2)); return err }(),
		"read":   func() error { _, err := db.Link(t.Context(), System(), "none"); return err }(),
		"revoke": db.RevokeLink(t.Context(), System(), "none", day(2)),
		"create": func() error { _, err := db.CreateLink(t.Context(), System(), "none", 0, day(3), day(1)); return err }(),
	} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v, want ErrNotFound", name, err)
		}
	}
	list, err := db.Links(t.Context(), System(), d.ID)
	if err != nil || len(list) != 4 {
		t.Fatalf("Links = %+v, %v", list, err)
	}
	for _, l := range list {
		one, err := db.Link(t.Context(), System(), l.ID)
		if err != nil || one != l {
			t.Errorf("Link = %+v, %v; in the list %+v", one, err, l)
		}
		want := map[string]string{free.ID: "4 0 true", once.ID: "1 0 false", twice.ID: "2 0 false", ended.ID: "0 0 false"}[l.ID]
		if got := fmt.Sprint(l.Uses, l.UsesLeft, l.Works(day(2))); got != want {
			t.Errorf("link = %+v: %s, want %s", l, got, want)
		}
		if l.Works(day(3)) {
			t.Errorf("%+v works after its end", l)
		}
	}
}

func testTwentyClicks(t *testing.T, db *DB) {
	const n = 20
	l := link(t, db, issued(t, db), 1)
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { _, errs[i] = db.UseLink(t.Context(), l.ID, day(2)) })
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, ErrGone) {
			t.Error(err)
		}
	}
	if got, err := db.Link(t.Context(), System(), l.ID); won != 1 || err != nil || got.Uses != 1 {
		t.Errorf("%d of %d clicks got the document; %+v, %v", won, n, got, err)
	}
}

func testAudit(t *testing.T, db *DB) {
	if last, err := db.VerifyAudit(t.Context()); err != nil || last.Seq != 0 {
		t.Errorf("an empty audit = %+v, %v", last, err)
	}
	d := issued(t, db)
	if _, err := db.SaveDocuments(t.Context(), System(), []Document{d}, day(2)); err != nil { // nothing new
		t.Fatal(err)
	}
	l := link(t, db, d, 1)
	owner := System().As("owner")
	for _, want := range []error{nil, ErrGone} { // the second leaves nothing
		if _, err := db.UseLink(t.Context(), l.ID, day(2)); !errors.Is(err, want) {
			t.Fatal(err)
		}
	}
	if err := db.RevokeLink(t.Context(), owner, l.ID, day(2)); err != nil {
		t.Fatal(err)
	}
	if err := db.Audit(t.Context(), owner, EventSignedIn, "owner", "", day(4)); err != nil {
		t.Fatal(err)
	}
	var got []string
	var last Event
	for e, err := range db.Events(t.Context(), System(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%d %s %s %s", e.Seq, e.Actor, e.Event, e.Subject))
		last = e
	}
	want := []string{
		"1 system project.saved " + d.Sources[0].Project, "2 system document.issued " + d.ID, "3 system link.created " + l.ID,
		"4 link-holder link.used " + l.ID, "5 owner link.revoked " + l.ID, "6 owner account.signed-in owner",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("audit:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if end, err := db.VerifyAudit(t.Context()); err != nil || end != last {
		t.Errorf("VerifyAudit = %+v, %v; want %+v", end, err, last)
	}
}

func testAuditAtOnce(t *testing.T, db *DB) {
	const n, each = 20, 5
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			for range each {
				errs[i] = errors.Join(errs[i], db.Audit(t.Context(), System(), EventLinked, fmt.Sprint(i), "", day(1)))
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if last, err := db.VerifyAudit(t.Context()); err != nil || last.Seq != n*each {
		t.Errorf("VerifyAudit = %+v, %v; want %d events", last, err, n*each)
	}
}

func testAuditBroken(t *testing.T, db *DB) {
	for i := range 5 {
		if err := db.Audit(t.Context(), System(), EventLinked, fmt.Sprint(i), "", day(1)); err != nil {
			t.Fatal(err)
		}
	}
	exec := func(statement string) {
		t.Helper()
		if _, err := db.write.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		tamper, mend string
		seq          int64
	}{
		{`update audit set actor = 'nobody' where seq = 3`, `update audit set actor = 'system' where seq = 3`, 3},
		{`update audit set at = at + 1 where seq = 1`, `update audit set at = at - 1 where seq = 1`, 1},
		{`update audit_head set seq = 6`, `update audit_head set seq = 5`, 6},
		{`delete from audit where seq = 5`, ``, 5},
		{`delete from audit where seq = 2`, ``, 2},
	} {
		exec(tt.tamper)
		_, err := db.VerifyAudit(t.Context())
		broken, ok := errors.AsType[*BrokenChainError](err)
		if !ok || broken.Seq != tt.seq {
			t.Errorf("after %q: %v, want event %d", tt.tamper, err, tt.seq)
		}
		if tt.mend != "" {
			exec(tt.mend)
			if _, err := db.VerifyAudit(t.Context()); err != nil {
				t.Errorf("mended: %v", err)
			}
		}
	}
}
