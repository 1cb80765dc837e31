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
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/pressly/goose/v3"
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
	if err := cluster.stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// server is a PostgreSQL server of the tests' own, in a folder of its own and reached through a socket in it.
type server struct {
	once  sync.Once
	err   error
	bin   string
	dir   string
	as    *syscall.Credential // PostgreSQL does not run as root
	mu    sync.Mutex
	bases int
}

var cluster server

// postgresBin finds the folder of initdb and pg_ctl: on the path, or where Debian keeps it, the latest version first.
func postgresBin() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return ""
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return len(a) - len(b) + strings.Compare(a, b) }))
}

func (s *server) start() error {
	dir, err := os.MkdirTemp("", "tripact-postgres-")
	if err != nil {
		return err
	}
	s.dir = dir
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			u, err = user.Lookup("nobody")
		}
		if err != nil {
			return err
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return err
		}
		s.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(dir, int(uid), int(gid)); err != nil {
			return err
		}
	}
	if err := s.run("initdb", "-D", dir+"/data", "-U", "tripact", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"); err != nil {
		return err
	}
	return s.run("pg_ctl", "-D", dir+"/data", "-l", dir+"/log", "-w", "-o", "-k "+dir+" -c listen_addresses='' -c fsync=off", "start")
}

func (s *server) run(name string, args ...string) error {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir, cmd.SysProcAttr = s.dir, &syscall.SysProcAttr{Credential: s.as}
	// To a file: the server keeps what it inherits, and a pipe would never end.
	out, err := os.Create(filepath.Join(s.dir, name+".out"))
	if err != nil {
		return err
	}
	defer out.Close() //nolint:errcheck // output for a failure only
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name()) // what there is of it
		return fmt.Errorf("%s: %w\n%s", name, err, said)
	}
	return nil
}

func (s *server) stop() error {
	if s.dir == "" {
		return nil
	}
	var err error
	if _, e := os.Stat(filepath.Join(s.dir, "data", "postmaster.pid")); e == nil {
		err = s.run("pg_ctl", "-D", s.dir+"/data", "-m", "immediate", "-w", "stop")
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

func (s *server) address(base string) string {
	return "postgres://tripact@/" + base + "?" + url.Values{"host": {s.dir}}.Encode()
}

// newBase returns the address of an empty database of its own. Without PostgreSQL the test is skipped, and fails in CI.
func newBase(t *testing.T) string {
	t.Helper()
	cluster.once.Do(func() {
		if cluster.bin = postgresBin(); cluster.bin != "" {
			cluster.err = cluster.start()
		}
	})
	switch {
	case cluster.bin == "" && os.Getenv("CI") == "true":
		t.Fatal("PostgreSQL is not installed, and CI must not skip this test")
	case cluster.bin == "":
		t.Skip("skipped: needs PostgreSQL, which is not installed (check.sh installs it)")
	case cluster.err != nil:
		t.Fatal(cluster.err)
	}
	cluster.mu.Lock()
	defer cluster.mu.Unlock()
	cluster.bases++
	name := fmt.Sprintf("t%d", cluster.bases)
	admin, err := sql.Open("pgx", cluster.address("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close() //nolint:errcheck // one statement
	if _, err := admin.ExecContext(t.Context(), "create database "+name); err != nil {
		t.Fatal(err)
	}
	return cluster.address(name)
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
		`select count(*) from pg_tables where schemaname = 'public' and tablename not like 'goose%'`).Scan(&tables); err != nil || tables != 0 {
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
