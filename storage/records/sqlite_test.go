package records

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
)

func openAt(t *testing.T, path string) *DB {
	t.Helper()
	db, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func TestSQLite(t *testing.T) {
	conformance(t, func(t *testing.T) *DB { return openAt(t, filepath.Join(t.TempDir(), "tripact.db")) })
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "科技 100% #1?.db")
	db, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	p := save(t, db, "1", `{"v":1}`)
	saved, err := db.SaveDocuments(t.Context(), System(), []Document{contract(p, "pdf", "one")}, day(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = openAt(t, path)
	if got, err := db.Project(t.Context(), System(), p.ID); err != nil || string(got.Payload) != `{"v":1}` {
		t.Errorf("Project after reopening = %+v, %v", got, err)
	}
	if got, err := db.Document(t.Context(), System(), saved[0].ID); err != nil || got.Object != saved[0].Object {
		t.Errorf("Document after reopening = %+v, %v", got, err)
	}
	if err := db.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestFileIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tripact.db")
	db := openAt(t, path)
	save(t, db, "1", "{}")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != 0o600 {
			t.Errorf("mode of tripact.db%s = %v", suffix, info.Mode())
		}
	}
}

// The promises of Open hold on the connections themselves.
func TestPragmas(t *testing.T) {
	db := openAt(t, filepath.Join(t.TempDir(), "tripact.db"))
	for name, pool := range map[string]*sql.DB{"write": db.write, "read": db.read} {
		for pragma, want := range map[string]string{
			"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000",
			"query_only": map[string]string{"write": "0", "read": "1"}[name],
		} {
			var got string
			if err := pool.QueryRowContext(t.Context(), "pragma "+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s: %s = %s, %v; want %s", name, pragma, got, err, want)
			}
		}
	}
}

func TestMigrationsBothWays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tripact.db")
	db := openAt(t, path)
	save(t, db, "1", "{}")
	sub, err := fs.Sub(sqliteMigrations, "migrations/sqlite")
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db.write, sub)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	var tables int
	if err := db.write.QueryRowContext(t.Context(),
		`select count(*) from sqlite_master where type = 'table' and name not like 'goose%' and name not like 'sqlite%' and name not like 'river%'`).
		Scan(&tables); err != nil || tables != 0 {
		t.Errorf("%d tables are left after migrating down, %v", tables, err)
	}
	if _, err := provider.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p := save(t, db, "1", "{}"); p.Revision != 1 {
		t.Errorf("after migrating down and up: %+v", p)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Run("a later schema", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "tripact.db")
		db, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.write.ExecContext(t.Context(),
			`insert into goose_db_version (version_id, is_applied) values (999, 1)`); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), path); !errors.Is(err, ErrNewerSchema) {
			t.Errorf("Open = %v, want ErrNewerSchema", err)
		}
	})
	t.Run("not a database", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "tripact.db")
		if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("Open = %v", err)
		}
	})
	t.Run("no folder", func(t *testing.T) {
		if _, err := Open(t.Context(), filepath.Join(t.TempDir(), "none", "tripact.db")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open = %v, want not exist", err)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Open(ctx, filepath.Join(t.TempDir(), "tripact.db")); !errors.Is(err, context.Canceled) {
			t.Errorf("Open = %v, want cancelled", err)
		}
	})
}

// Two processes that start at once over one new file both find it migrated.
func TestOpenTwiceAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tripact.db")
	const n = 4
	errs := make(chan error, n)
	for range n {
		go func() {
			db, err := Open(t.Context(), path)
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
