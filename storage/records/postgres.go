package records

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

//go:embed migrations/postgres/*.sql
var postgresMigrations embed.FS

// How many connections one process holds at most; a server lets a hundred in by default. Reading has its own: a transaction that
// reads on the way (see Together) would else wait for the connections of those who wait for its end, and all of them for ever.
const (
	postgresWriters = 8
	postgresReaders = 8
)

// migrationLock is the advisory lock that a process holds while it migrates: any number that others do not use.
const migrationLock = 0x7472697061637400

// openPostgres opens the database at the address dsn. Errors do not repeat dsn, which may hold a password.
func openPostgres(ctx context.Context, dsn string) (_ *DB, err error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err) // pgx hides the password
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("open database %s at %s: %w", config.ConnConfig.Database, config.ConnConfig.Host, err)
		}
	}()
	if params := config.ConnConfig.RuntimeParams; params["application_name"] == "" {
		params["application_name"] = "tripact"
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = 5 * time.Second // an address that swallows what is sent to it holds nobody up
	}
	config.MaxConnIdleTime = 5 * time.Minute
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		return guardLocks(ctx, conn, config.ConnConfig.RuntimeParams)
	}
	config.MaxConns = postgresWriters
	conns, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	config = config.Copy()
	config.MaxConns = postgresReaders
	readers, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		conns.Close()
		return nil, err
	}
	pool := stdlib.OpenDBFromPool(conns)
	db := &DB{write: pool, read: stdlib.OpenDBFromPool(readers), code: postgresFault, jobs: postgresJobs(conns), close: func() {
		conns.Close()
		readers.Close()
	}}
	var encoding string
	err = pool.QueryRowContext(ctx, `show server_encoding`).Scan(&encoding)
	if err == nil && encoding != "UTF8" {
		err = fmt.Errorf("its encoding is %s; create it with encoding UTF8", encoding)
	}
	if err == nil {
		err = migratePostgres(ctx, pool, db.jobs)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// guardLocks has the server take from this process what it holds in a transaction, the audit's lock above all, when it stands still or is not reached any more: all
// others would wait for it. The address can say otherwise with the same names. These are no parameters of the start, which poolers refuse.
func guardLocks(ctx context.Context, conn *pgx.Conn, said map[string]string) error {
	var sets []string
	for _, s := range [][2]string{
		{"idle_in_transaction_session_timeout", "60s"}, {"tcp_keepalives_idle", "30s"}, {"tcp_keepalives_interval", "10s"}, {"tcp_keepalives_count", "3"},
	} {
		if _, ok := said[s[0]]; !ok {
			sets = append(sets, "set "+s[0]+" = '"+s[1]+"'")
		}
	}
	if len(sets) == 0 {
		return nil
	}
	_, err := conn.Exec(ctx, strings.Join(sets, "; "))
	return err
}

// migratePostgres migrates under an advisory lock: of several processes that start at once, the others wait and then
// find nothing to do. The lock goes with its connection, however the process ends.
func migratePostgres(ctx context.Context, pool *sql.DB, jobs jobQueue) (err error) {
	holder, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, holder.Close()) }()
	if _, err := holder.ExecContext(ctx, `select pg_advisory_lock($1)`, int64(migrationLock)); err != nil {
		return fmt.Errorf("wait for the turn to migrate: %w", err)
	}
	defer func() {
		_, e := holder.ExecContext(context.WithoutCancel(ctx), `select pg_advisory_unlock($1)`, int64(migrationLock))
		err = errors.Join(err, e)
	}()
	sub, err := fs.Sub(postgresMigrations, "migrations/postgres")
	if err != nil {
		return err
	}
	if err := migrate(ctx, goose.DialectPostgres, pool, sub); err != nil {
		return err
	}
	return jobs.migrate(ctx)
}

func postgresJobs(conns *pgxpool.Pool) jobQueue {
	return &riverQueue[pgx.Tx]{
		driver: riverpgxv5.New(conns),
		with: func(tx *transaction, do func(pgx.Tx) error) error {
			return tx.conn.Raw(func(c any) error {
				conn, ok := c.(*stdlib.Conn)
				if !ok {
					return fmt.Errorf("%T is not a connection of pgx", c)
				}
				return do(&borrowed{conn: conn.Conn()})
			})
		},
		complete: func(ctx context.Context, tx pgx.Tx, job *river.Job[task]) error {
			_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
			return err
		},
	}
}

// borrowed is a transaction of database/sql as pgx has transactions. Its end belongs to database/sql; what is begun in it
// is a savepoint.
type borrowed struct {
	conn   *pgx.Conn
	savept string // "" for the transaction itself
	depth  int
}

var errBorrowed = errors.New("the transaction belongs to another")

func (b *borrowed) Begin(ctx context.Context) (pgx.Tx, error) {
	inner := &borrowed{conn: b.conn, depth: b.depth + 1, savept: fmt.Sprintf("tripact_%d", b.depth+1)}
	_, err := b.conn.Exec(ctx, "savepoint "+inner.savept)
	return inner, err
}

func (b *borrowed) Commit(ctx context.Context) error { return b.end(ctx, "release savepoint ") }

func (b *borrowed) Rollback(ctx context.Context) error { return b.end(ctx, "rollback to savepoint ") }

func (b *borrowed) end(ctx context.Context, how string) error {
	if b.depth == 0 {
		return errBorrowed
	}
	if b.savept == "" {
		return pgx.ErrTxClosed
	}
	_, err := b.conn.Exec(ctx, how+b.savept)
	b.savept = ""
	return err
}

func (b *borrowed) Conn() *pgx.Conn { return b.conn }

func (b *borrowed) LargeObjects() pgx.LargeObjects { panic("not used") }

func (b *borrowed) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return b.conn.CopyFrom(ctx, table, columns, rows)
}

func (b *borrowed) SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults {
	return b.conn.SendBatch(ctx, batch)
}

func (b *borrowed) Prepare(ctx context.Context, name, text string) (*pgconn.StatementDescription, error) {
	return b.conn.Prepare(ctx, name, text)
}

func (b *borrowed) Exec(ctx context.Context, text string, args ...any) (pgconn.CommandTag, error) {
	return b.conn.Exec(ctx, text, args...)
}

func (b *borrowed) Query(ctx context.Context, text string, args ...any) (pgx.Rows, error) {
	return b.conn.Query(ctx, text, args...)
}

func (b *borrowed) QueryRow(ctx context.Context, text string, args ...any) pgx.Row {
	return b.conn.QueryRow(ctx, text, args...)
}

// postgresAway knows a server that is not reached, is going down or coming up, or takes no more connections, and a connection that broke.
func postgresAway(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch e.Code {
		case "57P01", "57P02", "57P03", "53300", "25P03": // admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections, idle_in_transaction_session_timeout
			return true
		}
		return strings.HasPrefix(e.Code, "08") // connection exceptions
	}
	_, connect := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[*net.OpError](err)
	return connect || network || errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF)
}

func postgresFull(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "53100" // disk_full
}

// Unfit reports whether an error says that the database cannot keep or compare a value: a NUL in a text, a number beyond its column.
// SQLite takes both.
func Unfit(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "22021" || e.Code == "22P05" || e.Code == "22003") // character_not_in_repertoire, untranslatable_character, numeric_value_out_of_range
}

// postgresFault reads the SQLSTATE codes of PostgreSQL's manual, appendix A.
func postgresFault(err error) fault {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return otherFault
	}
	switch e.Code {
	case "23505":
		return uniqueFault
	case "23503":
		return foreignFault
	case "40001", "40P01":
		return retryFault
	}
	return otherFault
}
