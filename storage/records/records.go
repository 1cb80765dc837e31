// Package records keeps what the product knows in a database: projects with every payload that was saved, and the
// documents made from them with all that they were made from. The files themselves are in package storage; a row here
// is written after its object.
//
// One text of SQL serves every engine: $1 placeholders, "on conflict", "returning", row values, integer microseconds.
// What differs (opening, migrations, error codes) is in the engine's own file. SQLite is the engine of a single machine,
// PostgreSQL that of several processes over one database.
//
// All methods are safe for concurrent use and take the time as an argument. Nothing is logged.
package records

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Errors that callers tell apart with errors.Is.
var (
	// ErrNotFound: there is no such record.
	ErrNotFound = errors.New("no such record")
	// ErrConflict: somebody else was first; read again and repeat.
	ErrConflict = errors.New("changed by somebody else meanwhile")
	// ErrNotReproduced: the same inputs and program gave other bytes than the document that is on record.
	ErrNotReproduced = errors.New("the same inputs gave other bytes than before")
	// ErrNewerSchema: the database was written by a later program.
	ErrNewerSchema = errors.New("the database belongs to a later version of the program")
)

// DB is an open database.
type DB struct {
	write  *sql.DB // one connection on SQLite
	read   *sql.DB
	code   func(error) fault
	jobs   jobQueue
	group  group  // events of the audit that share a transaction
	schema int64  // number of the last migration when it was opened
	close  func() // what is left to close after both, or nil
}

// fault is what an engine's error says about the data.
type fault int

const (
	otherFault fault = iota
	uniqueFault
	foreignFault
	retryFault // nothing is wrong: another transaction was in the way
)

// Open opens a database and brings its tables up to date. A where that begins with postgres:// or postgresql:// is the
// address of a PostgreSQL database (12 or later, encoding UTF8), which any number of processes may share; PGPASSWORD and
// the other variables of libpq fill in what the address leaves out. Any other where is the path of a SQLite file on a
// local disk, made with mode 0600 when it is not there (its folder must be): one process uses a file at a time.
//
// A commit is on disk when the call that made it returns, on PostgreSQL as far as the server's settings say so. Errors
// name no password. Close it after use.
func Open(ctx context.Context, where string) (*DB, error) {
	open := openFile
	if IsPostgres(where) {
		open = openPostgres
	}
	db, err := open(ctx, where)
	if err != nil {
		return nil, err
	}
	if db.schema, err = db.version(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), db.Close())
	}
	return db, nil
}

// version is the number of the last migration of the database.
func (db *DB) version(ctx context.Context) (n int64, err error) {
	err = db.read.QueryRowContext(ctx, `select coalesce(max(version_id), 0) from goose_db_version where is_applied`).Scan(&n)
	return n, err
}

// IsPostgres reports whether where is the address of a PostgreSQL database, not the path of a file.
func IsPostgres(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

// Close ends the use of the database after the calls under way.
func (db *DB) Close() error {
	err := errors.Join(db.write.Close(), db.read.Close())
	if db.close != nil {
		db.close()
	}
	return err
}

// Ping reports whether the database answers, and is still the one that this program knows: the error is ErrNewerSchema when a later program has migrated it
// meanwhile.
func (db *DB) Ping(ctx context.Context) error {
	now, err := db.version(ctx)
	if err == nil && now != db.schema {
		err = fmt.Errorf("%w: its schema is %d now, and was %d when it was opened", ErrNewerSchema, now, db.schema)
	}
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	return nil
}

// inTx runs do in one transaction: all of it is kept, or nothing; in that of ctx where there is one (see Together). Where
// two transactions block each other, the engine ends one of them and do is called again, so that it must set all its
// results anew.
func (db *DB) inTx(ctx context.Context, do func(*sql.Tx) error) error {
	if tx := db.joined(ctx); tx != nil {
		return do(tx.Tx)
	}
	return db.retried(ctx, func(tx *transaction) error { return do(tx.Tx) })
}

func (db *DB) retried(ctx context.Context, do func(*transaction) error) error {
	const tries = 5
	for i := 1; ; i++ {
		err := db.once(ctx, do)
		if err == nil || i == tries || db.code(err) != retryFault || ctx.Err() != nil {
			return err
		}
	}
}

func (db *DB) once(ctx context.Context, do func(*transaction) error) (err error) {
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() {
		if e := conn.Close(); e != nil && err == nil {
			err = fmt.Errorf("give the connection back: %w", e)
		}
	}()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	committed := false
	defer func() {
		if !committed { // also when do panics: the connection cannot be given back before
			if e := tx.Rollback(); e != nil && !errors.Is(e, sql.ErrTxDone) {
				err = errors.Join(err, e)
			}
		}
	}()
	if err := do(&transaction{Tx: tx, conn: conn}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	committed = true
	return nil
}

// Full reports whether an error says that the disk of a database has no room left.
func Full(err error) bool { return sqliteFull(err) || postgresFull(err) }

// Away reports whether an error says that the database did not answer, or could not: the same call may do well later.
func Away(err error) bool { return err != nil && postgresAway(err) }

// known puts this package's errors before those of the engine.
func (db *DB) known(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	}
	switch db.code(err) {
	case uniqueFault:
		return fmt.Errorf("%w: %w", ErrConflict, err)
	case foreignFault:
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	case otherFault, retryFault:
	}
	return err
}

// newID returns 128 random bits in hex: a name that cannot be guessed and tells nothing.
func newID() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails: it ends the program instead
	return hex.EncodeToString(b)
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func micros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }
