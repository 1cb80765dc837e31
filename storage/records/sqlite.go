package records

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed migrations/sqlite/*.sql
var sqliteMigrations embed.FS

const readers = 4

// openFile opens the SQLite file at path.
func openFile(ctx context.Context, path string) (_ *DB, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("open database %s: %w", path, err)
		}
	}()
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	// Made here, because SQLite would make it readable to all; its -wal and -shm files take the mode of this one.
	f, err := os.OpenFile(abs, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	write, err := openSQLite(abs, "_txlock=immediate", 1)
	if err != nil {
		return nil, err
	}
	read, err := openSQLite(abs, "_pragma=query_only(1)", readers)
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	db := &DB{write: write, read: read, code: sqliteFault}
	sub, err := fs.Sub(sqliteMigrations, "migrations/sqlite")
	if err == nil {
		err = migrate(ctx, goose.DialectSQLite3, write, sub)
	}
	if err == nil {
		db.jobs = sqliteJobs(write)
		err = again(ctx, riverSteps, db.jobs.migrate)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// riverSteps is more than River has steps of migration.
const riverSteps = 10

func sqliteJobs(write *sql.DB) jobQueue {
	return &riverQueue[*sql.Tx]{
		driver: riversqlite.New(write),
		with:   func(tx *transaction, do func(*sql.Tx) error) error { return do(tx.Tx) },
		complete: func(ctx context.Context, tx *sql.Tx, job *river.Job[task]) error {
			_, err := river.JobCompleteTx[*riversqlite.Driver](ctx, tx, job)
			return err
		},
		// One process uses a file at a time: what runs in it was left by one that is gone. A job whose last try it was goes
		// the ordinary way.
		orphans: func(ctx context.Context) error {
			_, err := write.ExecContext(ctx, `update river_job set state = 'available' where state = 'running' and attempt < max_attempts`)
			if err == nil {
				_, err = write.ExecContext(ctx, `delete from river_leader`)
			}
			return err
		},
	}
}

// again calls do until it succeeds, at most that often: of two processes that migrate one database, one finds done what it
// was about to do, and fails.
func again(ctx context.Context, times int, do func(context.Context) error) (err error) {
	for range times {
		if err = do(ctx); err == nil || ctx.Err() != nil {
			break
		}
	}
	return err
}

// Snapshot copies the SQLite file at path, as it is at one moment, to a new file at to (mode 0600), while other processes
// read and write it. The copy has the schema of the original: nothing is migrated.
func Snapshot(ctx context.Context, path, to string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("copy database %s: %w", path, err)
		}
	}()
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if _, err := os.Stat(abs); err != nil { // SQLite would make an empty one
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	db, err := openSQLite(abs, "_txlock=deferred", 1)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `vacuum into $1`, to) // into an empty file, which keeps its mode
	return errors.Join(err, db.Close())
}

func openSQLite(abs, option string, connections int) (*sql.DB, error) {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: option +
		"&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// migrate brings the tables from any earlier release, or from nothing, to what this program needs.
//
// Of two processes that start at once over one database, the slower one finds a step done that it had just seen as
// pending, and fails. Each such failure means that the other came a step further, so trying once more than there are
// steps is enough; a step that is really broken was rolled back each time.
func migrate(ctx context.Context, dialect goose.Dialect, db *sql.DB, files fs.FS) error {
	provider, err := goose.NewProvider(dialect, db, files)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	for range len(provider.ListSources()) + 2 {
		err = migrateOnce(ctx, provider)
		if err == nil || ctx.Err() != nil || errors.Is(err, ErrNewerSchema) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func migrateOnce(ctx context.Context, provider *goose.Provider) error {
	current, latest, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > latest {
		return fmt.Errorf("%w: its schema is %d, this program knows %d", ErrNewerSchema, current, latest)
	}
	_, err = provider.Up(ctx)
	return err
}

func sqliteFull(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_FULL // the rest of an extended code says more
}

func sqliteFault(err error) fault {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return otherFault
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return uniqueFault
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return foreignFault
	}
	return otherFault
}
