// Package recordstest gives tests a database: PostgreSQL on a server of their own, or SQLite in a file.
package recordstest

import (
	"database/sql"
	"errors"
	"fmt"
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

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of the statement that makes a database
)

// Stop ends the server, if there is one.
func Stop() error { return cluster.stop() }

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
	return s.listen()
}

// listen starts the server over the data that there are.
func (s *server) listen() error {
	return s.run("pg_ctl", "-D", s.dir+"/data", "-l", s.dir+"/log", "-w", "-o", "-k "+s.dir+" -c listen_addresses='' -c fsync=off", "start")
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

// Postgres returns the address of an empty database of its own, on a server that is started for the tests of this process:
// call Stop when they are over. Without PostgreSQL the test is skipped, and fails in CI.
func Postgres(t testing.TB) string {
	t.Helper()
	return cluster.base(t)
}

// Server is a PostgreSQL server that one test has for itself, with one empty database.
type Server struct {
	Address string // of the database

	server server
}

// OwnPostgres starts a server that the test may stop and start again. It ends with the test.
func OwnPostgres(t testing.TB) *Server {
	t.Helper()
	s := new(Server)
	t.Cleanup(func() {
		if err := s.server.stop(); err != nil {
			t.Error(err)
		}
	})
	s.Address = s.server.base(t)
	return s
}

// Stop ends the server as an administrator does ("fast"): transactions are taken back and connections cut.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if err := s.server.run("pg_ctl", "-D", s.server.dir+"/data", "-m", "fast", "-w", "stop"); err != nil {
		t.Fatal(err)
	}
}

// Start starts it again after Stop.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	if err := s.server.listen(); err != nil {
		t.Fatal(err)
	}
}

// base makes an empty database on the server, which it starts when it does not run.
func (s *server) base(t testing.TB) string {
	t.Helper()
	s.once.Do(func() {
		if s.bin = postgresBin(); s.bin != "" {
			s.err = s.start()
		}
	})
	switch {
	case s.bin == "" && os.Getenv("CI") == "true":
		t.Fatal("PostgreSQL is not installed, and CI must not skip this test")
	case s.bin == "":
		t.Skip("skipped: needs PostgreSQL, which is not installed (check.sh installs it)")
	case s.err != nil:
		t.Fatal(s.err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bases++
	name := fmt.Sprintf("t%d", s.bases)
	admin, err := sql.Open("pgx", s.address("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close() //nolint:errcheck // one statement
	if _, err := admin.ExecContext(t.Context(), "create database "+name); err != nil {
		t.Fatal(err)
	}
	return s.address(name)
}
