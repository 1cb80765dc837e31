package records

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/postgres/*.sql
var postgresMigrations embed.FS

// postgresConnections is how many connections one process holds at most. A server lets a hundred in by default.
const postgresConnections = 16

// migrationLock is the advisory lock that a process holds while it migrates: any number that others do not use.
const migrationLock = 0x7472697061637400

// openPostgres opens the database at the address dsn. Errors do not repeat dsn, which may hold a password.
func openPostgres(ctx context.Context, dsn string) (_ *DB, err error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err) // pgx hides the password
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("open database %s at %s: %w", config.Database, config.Host, err)
		}
	}()
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "tripact"
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(postgresConnections)
	pool.SetMaxIdleConns(postgresConnections)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	db := &DB{write: pool, read: pool, code: postgresFault}
	var encoding string
	err = pool.QueryRowContext(ctx, `show server_encoding`).Scan(&encoding)
	if err == nil && encoding != "UTF8" {
		err = fmt.Errorf("its encoding is %s; create it with encoding UTF8", encoding)
	}
	if err == nil {
		err = migratePostgres(ctx, pool)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// migratePostgres migrates under an advisory lock: of several processes that start at once, the others wait and then
// find nothing to do. The lock goes with its connection, however the process ends.
func migratePostgres(ctx context.Context, pool *sql.DB) (err error) {
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
	return migrate(ctx, goose.DialectPostgres, pool, sub)
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
