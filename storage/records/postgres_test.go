package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"tripact/storage/records/recordstest"
)

// childAddress names the database that a child process of TestTwoProcesses works on.
const childAddress = "TRIPACT_TEST_DATABASE"

func TestMain(m *testing.M) {
	if where := os.Getenv(childAddress); where != "" {
		if err := raise(context.Background(), where); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	if err := recordstest.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// newBase returns the address of an empty database of its own. Without PostgreSQL the test is skipped, and fails in CI.
func newBase(t *testing.T) string {
	t.Helper()
	return recordstest.Postgres(t)
}

func TestPostgres(t *testing.T) {
	conformance(t, func(t *testing.T) *DB { return openAt(t, newBase(t)) })
}

func TestPostgresMigrationsBothWays(t *testing.T) {
	db := openAt(t, newBase(t))
	save(t, db, "1", "{}")
	sub, err := fs.Sub(postgresMigrations, "migrations/postgres")
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db.write, sub)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	var tables int
	if err := db.write.QueryRowContext(t.Context(),
		`select count(*) from pg_tables where schemaname = 'public' and tablename not like 'goose%' and tablename not like 'river%'`).Scan(&tables); err != nil || tables != 0 {
		t.Errorf("%d tables are left after migrating down, %v", tables, err)
	}
	if _, err := provider.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p := save(t, db, "1", "{}"); p.Revision != 1 {
		t.Errorf("after migrating down and up: %+v", p)
	}
}

// Several processes that start at once over one empty database all find it migrated.
func TestPostgresOpenAtOnce(t *testing.T) {
	where := newBase(t)
	const n = 6
	errs := make(chan error, n)
	for range n {
		go func() {
			db, err := Open(t.Context(), where)
			if err == nil {
				err = db.Close()
			}
			errs <- err
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestPostgresRefuses(t *testing.T) {
	t.Run("a later schema", func(t *testing.T) {
		where := newBase(t)
		db := openAt(t, where)
		if _, err := db.write.ExecContext(t.Context(), `insert into goose_db_version (version_id, is_applied) values (999, true)`); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), where); !errors.Is(err, ErrNewerSchema) {
			t.Errorf("Open = %v, want ErrNewerSchema", err)
		}
	})
	t.Run("no server", func(t *testing.T) {
		where := "postgres://who:hunter2@/none?host=" + url.QueryEscape(t.TempDir())
		_, err := Open(t.Context(), where)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open = %v; want an error without the password", err)
		}
	})
	t.Run("no address", func(t *testing.T) {
		_, err := Open(t.Context(), "postgres://who:hunter2@host:port/none")
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open = %v; want an error without the password", err)
		}
	})
}

// raises is how often each process of TestTwoProcesses changes the one project.
const raises = 50

// raise changes one project again and again, each time from the revision that it has just read, as long as that takes.
func raise(ctx context.Context, where string) error {
	db, err := Open(ctx, where)
	if err != nil {
		return err
	}
	for i := range raises {
		for {
			base := 0
			p, err := db.ProjectByNumber(ctx, System(), "c", "1")
			if err == nil {
				base = p.Revision
			} else if !errors.Is(err, ErrNotFound) {
				return errors.Join(err, db.Close())
			}
			_, err = put(ctx, db, "c", "1", "t", fmt.Appendf(nil, "%d %d", os.Getpid(), i), base, day(1))
			if err == nil {
				break
			}
			if !errors.Is(err, ErrConflict) {
				return errors.Join(err, db.Close())
			}
		}
	}
	return db.Close()
}

// Two processes that start over one empty database and change one project lose no change and make none twice.
func TestTwoProcesses(t *testing.T) {
	where := newBase(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	errs := make(chan error, 2)
	for range 2 {
		go func() {
			cmd := exec.CommandContext(t.Context(), self)
			cmd.Env = append(os.Environ(), childAddress+"="+where)
			out, err := cmd.CombinedOutput()
			if err != nil {
				err = fmt.Errorf("%w\n%s", err, out)
			}
			errs <- err
		}()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	db := openAt(t, where)
	p, err := db.ProjectByNumber(t.Context(), System(), "c", "1")
	if err != nil || p.Revision != 2*raises {
		t.Errorf("the project is at revision %d, %v; want %d", p.Revision, err, 2*raises)
	}
}

// TestHeldLocks: what a process holds in a transaction that stands still is taken from it, so that no other waits for ever. The address may set the time.
func TestHeldLocks(t *testing.T) {
	at := recordstest.Postgres(t)
	for address, want := range map[string]string{at: "1min", at + "&idle_in_transaction_session_timeout=5s": "5s"} {
		db, err := Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		for _, pool := range []*sql.DB{db.write, db.read} {
			var got string
			if err := pool.QueryRowContext(t.Context(), `show idle_in_transaction_session_timeout`).Scan(&got); err != nil || got != want {
				t.Errorf("%q, %v; want %q", got, err, want)
			}
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestStandingStill: a process that stands still in a transaction which holds the audit's lock keeps nobody else waiting, and what it had begun is not kept.
func TestStandingStill(t *testing.T) {
	at := recordstest.Postgres(t) + "&idle_in_transaction_session_timeout=1s"
	var both [2]*DB
	for i := range both {
		db, err := Open(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close() //nolint:errcheck // the test is over
		both[i] = db
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	holds, awake, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- both[0].Together(ctx, func(ctx context.Context) error {
			err := both[0].Audit(ctx, System(), EventSignedIn, "still", "", day(1))
			close(holds)
			<-awake
			return err
		})
	}()
	<-holds
	if err := both[1].Audit(ctx, System(), EventSignedIn, "other", "", day(1)); err != nil {
		t.Errorf("the other waits for ever: %v", err)
	}
	close(awake)
	if err := <-ended; err == nil || !Away(err) {
		t.Errorf("what stood still is kept: %v", err)
	}
	var subjects []string
	for e, err := range both[1].Events(ctx, System(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		subjects = append(subjects, e.Subject)
	}
	if len(subjects) != 1 || subjects[0] != "other" {
		t.Errorf("events about %q", subjects)
	}
}
