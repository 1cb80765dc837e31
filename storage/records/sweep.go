package records

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// sweepTime is how long an object may be on its way out. A mark that is older was left by a process that is gone.
const sweepTime = 5 * time.Minute

// SweepObjects calls remove for those of keys that nothing on record names, and returns how many. Until remove has returned no
// document of such a key comes on record: SaveDocuments says ErrConflict, and who stores the object again and repeats it
// finds its way free. remove gets a context that ends before that promise does.
func (db *DB) SweepObjects(ctx context.Context, keys []string, at time.Time, remove func(ctx context.Context, key string) error) (int, error) {
	n := 0
	for _, key := range keys {
		swept, err := db.sweep(ctx, key, at, remove)
		if err != nil {
			return n, fmt.Errorf("sweep %s: %w", key, err)
		}
		if swept {
			n++
		}
	}
	return n, nil
}

func (db *DB) sweep(ctx context.Context, key string, at time.Time, remove func(context.Context, string) error) (swept bool, err error) {
	err = db.inTx(ctx, func(tx *sql.Tx) error {
		swept = false
		// The end of the audit is what each new document waits for as well: one of the two comes first and is seen.
		if err := oneByOne(ctx, tx); err != nil {
			return err
		}
		var kept int
		if err := tx.QueryRowContext(ctx, `select count(*) from kept_objects where object_key = $1`, key).Scan(&kept); err != nil || kept > 0 {
			return err
		}
		_, err := tx.ExecContext(ctx, `
			insert into sweeps (object_key, begun_at) values ($1, $2) on conflict (object_key) do update set begun_at = excluded.begun_at`, key, micros(at))
		swept = err == nil
		return err
	})
	if err != nil || !swept {
		return false, err
	}
	limited, cancel := context.WithTimeout(ctx, sweepTime/2)
	defer cancel()
	if err := remove(limited, key); err != nil {
		return false, err
	}
	return true, db.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `delete from sweeps where object_key = $1`, key)
		return err
	})
}

// beingSwept is ErrConflict for an object that is being removed. Call it after audit, which lets one come after the other.
func beingSwept(ctx context.Context, tx *sql.Tx, key string, at time.Time) error {
	var n int
	err := tx.QueryRowContext(ctx, `select count(*) from sweeps where object_key = $1 and begun_at > $2`, key, micros(at.Add(-sweepTime))).Scan(&n)
	if err == nil && n > 0 {
		err = fmt.Errorf("its object is being removed: %w", ErrConflict)
	}
	return err
}
