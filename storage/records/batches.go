package records

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tripact/problem"
)

// RowState is how far a row of a batch is.
type RowState string

// A row ends as done, refused (its findings say why), failed (a part outside did, again and again), or cancelled.
const (
	RowWaiting   RowState = "waiting"
	RowRunning   RowState = "running"
	RowDone      RowState = "done"
	RowRefused   RowState = "refused"
	RowFailed    RowState = "failed"
	RowCancelled RowState = "cancelled"
)

// Batch is an order to make documents for many projects.
type Batch struct {
	ID           string
	Organisation string
	Actor        string // account that started it
	Request      []byte // what to make, as JSON of the caller's
	Total        int
	Counts       map[RowState]int // states that no row is in are left out
	Seq          int64            // of the last change of a row
	CreatedAt    time.Time        // UTC, to the microsecond
	FinishedAt   time.Time        // zero while a row waits or runs
}

// Over reports whether no row waits or runs.
func (b Batch) Over() bool { return !b.FinishedAt.IsZero() }

// BatchRow is one document of a batch.
type BatchRow struct {
	Position  int // from 1
	Label     string
	Projects  []string // ids
	State     RowState
	Findings  problem.List
	Documents []string // ids, one for each format
	Tries     int
	Seq       int64 // of its last change, unique in the batch
	UpdatedAt time.Time
}

// CreateBatch puts a batch with its rows (label, projects, state and findings of each) on record. Rows are waiting or have
// ended already; a batch without a waiting row is finished.
func (db *DB) CreateBatch(ctx context.Context, organisation, actor string, request []byte, rows []BatchRow, at time.Time) (Batch, error) {
	if organisation == "" || len(rows) == 0 {
		return Batch{}, errors.New("create batch: an organisation and a row are required")
	}
	b := Batch{
		ID: newID(), Organisation: organisation, Actor: actor, Request: request, Total: len(rows), Seq: int64(len(rows)),
		Counts: make(map[RowState]int), CreatedAt: fromMicros(micros(at)),
	}
	for _, r := range rows {
		b.Counts[r.State]++
	}
	finished := sql.NullInt64{}
	if b.Counts[RowWaiting] == 0 {
		b.FinishedAt, finished = b.CreatedAt, sql.NullInt64{Int64: micros(at), Valid: true}
	}
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			insert into batches (id, organisation, actor, request, total, seq, created_at, finished_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			b.ID, organisation, actor, string(request), b.Total, b.Seq, micros(at), finished)
		if err != nil {
			return err
		}
		for i, r := range rows {
			projects, findings, err := rowJSON(r.Projects, r.Findings)
			if err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `
				insert into batch_rows (batch, position, label, projects, state, findings, documents, tries, seq, updated_at)
				values ($1, $2, $3, $4, $5, $6, '[]', 0, $2, $7)`,
				b.ID, i+1, r.Label, projects, string(r.State), findings, micros(at))
			if err != nil {
				return fmt.Errorf("row %d: %w", i+1, err)
			}
		}
		return nil
	})
	if err != nil {
		return Batch{}, fmt.Errorf("create batch: %w", db.known(err))
	}
	return b, nil
}

func rowJSON(ids []string, found problem.List) (list, findings string, err error) {
	if ids == nil {
		ids = []string{}
	}
	if found == nil {
		found = problem.List{}
	}
	a, err := json.Marshal(ids)
	if err != nil {
		return "", "", err
	}
	b, err := json.Marshal(found)
	return string(a), string(b), err
}

// BeginRow counts a try of a waiting or running row and returns it. ErrGone for a row that has ended, which is to be left
// alone; ErrNotFound when there is none. A row that was tried more than tries times becomes failed, and is ErrGone.
func (db *DB) BeginRow(ctx context.Context, organisation, batch string, position, tries int, at time.Time) (BatchRow, error) {
	var row BatchRow
	var over error
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		over = nil
		seq, err := nextSeq(ctx, tx, organisation, batch)
		if err != nil {
			return err
		}
		list, err := batchRows(ctx, tx, `batch = $1 and position = $2`, batch, position)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return ErrNotFound
		}
		row = list[0]
		if row.State != RowWaiting && row.State != RowRunning {
			over = ErrGone
			return nil
		}
		row.Tries, row.Seq, row.UpdatedAt, row.State = row.Tries+1, seq, fromMicros(micros(at)), RowRunning
		if row.Tries > tries {
			row.State, over = RowFailed, ErrGone
		}
		_, err = tx.ExecContext(ctx, `update batch_rows set state = $3, tries = $4, seq = $5, updated_at = $6 where batch = $1 and position = $2`,
			batch, position, string(row.State), row.Tries, row.Seq, micros(at))
		if err == nil && over != nil {
			_, err = finishBatch(ctx, tx, batch, at)
		}
		return err
	})
	if err = errors.Join(err, over); err != nil {
		return BatchRow{}, fmt.Errorf("row %d of batch %s: %w", position, batch, db.known(err))
	}
	return row, nil
}

// EndRow puts the end of a row on record and reports whether it was the last one of the batch. A row that has ended
// already stays as it is.
func (db *DB) EndRow(ctx context.Context, organisation, batch string, position int, state RowState, found problem.List, documents []string, at time.Time) (last bool, err error) {
	ids, findings, err := rowJSON(documents, found)
	if err != nil {
		return false, err
	}
	err = db.inTx(ctx, func(tx *sql.Tx) error {
		seq, err := nextSeq(ctx, tx, organisation, batch)
		if err != nil {
			return err
		}
		r, err := tx.ExecContext(ctx, `
			update batch_rows set state = $3, findings = $4, documents = $5, seq = $6, updated_at = $7
			where batch = $1 and position = $2 and state in ('waiting', 'running')`,
			batch, position, string(state), findings, ids, seq, micros(at))
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		if err != nil || n == 0 {
			return err
		}
		last, err = finishBatch(ctx, tx, batch, at)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("row %d of batch %s: %w", position, batch, db.known(err))
	}
	return last, nil
}

// nextSeq also takes the lock of the batch where rows have locks, so that of two rows that end at once one is the last.
func nextSeq(ctx context.Context, tx *sql.Tx, organisation, batch string) (seq int64, err error) {
	err = tx.QueryRowContext(ctx, `update batches set seq = seq + 1 where id = $1 and organisation = $2 returning seq`, batch, organisation).Scan(&seq)
	return seq, err
}

// finishBatch ends a batch whose rows have all ended.
func finishBatch(ctx context.Context, tx *sql.Tx, batch string, at time.Time) (bool, error) {
	r, err := tx.ExecContext(ctx, `
		update batches set finished_at = $2 where id = $1 and finished_at is null
			and not exists (select 1 from batch_rows where batch = $1 and state in ('waiting', 'running'))`, batch, micros(at))
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}

// CancelBatch ends the rows that wait. Those that run end as they do.
func (db *DB) CancelBatch(ctx context.Context, organisation, batch string, at time.Time) error {
	return db.turnRows(ctx, organisation, batch, `state = 'waiting'`, RowCancelled, at)
}

// ResumeBatch lets the rows that failed or were cancelled wait again, as if they had not been tried. request is kept in place of the one before.
func (db *DB) ResumeBatch(ctx context.Context, organisation, batch string, request []byte, at time.Time) error {
	return db.Together(ctx, func(ctx context.Context) error {
		if err := db.turnRows(ctx, organisation, batch, `state in ('failed', 'cancelled')`, RowWaiting, at); err != nil {
			return err
		}
		return db.inTx(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `update batches set request = $3 where id = $1 and organisation = $2`, batch, organisation, string(request))
			return err
		})
	})
}

// turnRows changes rows one by one, each with a seq of its own; where is text of this package.
func (db *DB) turnRows(ctx context.Context, organisation, batch, where string, to RowState, at time.Time) error {
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := nextSeq(ctx, tx, organisation, batch); err != nil {
			return err
		}
		list, err := batchRows(ctx, tx, `batch = $1 and `+where, batch)
		if err != nil {
			return err
		}
		for _, r := range list {
			seq, err := nextSeq(ctx, tx, organisation, batch)
			if err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `update batch_rows set state = $3, tries = 0, findings = '[]', seq = $4, updated_at = $5 where batch = $1 and position = $2`,
				batch, r.Position, string(to), seq, micros(at))
			if err != nil {
				return err
			}
		}
		if to == RowWaiting && len(list) > 0 {
			_, err := tx.ExecContext(ctx, `update batches set finished_at = null where id = $1`, batch)
			return err
		}
		_, err = finishBatch(ctx, tx, batch, at)
		return err
	})
	if err != nil {
		return fmt.Errorf("batch %s: %w", batch, db.known(err))
	}
	return nil
}

// Batch returns a batch of the organisation with its counts, or ErrNotFound.
func (db *DB) Batch(ctx context.Context, organisation, id string) (Batch, error) {
	list, err := db.batches(ctx, `b.id = $1 and b.organisation = $2`, id, organisation)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Batch{}, fmt.Errorf("read batch: %w", err)
	}
	return list[0], nil
}

// Batches lists the batches of an organisation, newest first, at most limit, after the one whose id is given ("" for the
// first page).
func (db *DB) Batches(ctx context.Context, organisation, after string, limit int) ([]Batch, error) {
	list, err := db.batches(ctx, `b.organisation = $1 and ($2 = '' or (b.created_at, b.id) < (select x.created_at, x.id from batches x where x.id = $2))
		order by b.created_at desc, b.id desc limit $3`, organisation, after, min(max(limit, 1), MaxPage))
	if err != nil {
		return nil, fmt.Errorf("list batches: %w", err)
	}
	return list, nil
}

// UnfinishedBatches lists batches of all organisations that have rows to make and were not touched since before.
func (db *DB) UnfinishedBatches(ctx context.Context, before time.Time) ([]Batch, error) {
	list, err := db.batches(ctx, `b.finished_at is null and b.created_at < $1
		and not exists (select 1 from batch_rows r where r.batch = b.id and r.updated_at >= $1) order by b.created_at limit 100`, micros(before))
	if err != nil {
		return nil, fmt.Errorf("list unfinished batches: %w", err)
	}
	return list, nil
}

// batches reads batches; where is text of this package, never of a caller.
func (db *DB) batches(ctx context.Context, where string, args ...any) (list []Batch, err error) {
	rows, err := db.read.QueryContext(ctx, `
		select b.id, b.organisation, b.actor, b.request, b.total, b.seq, b.created_at, b.finished_at from batches b where `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var b Batch
		var request string
		var created int64
		var finished sql.NullInt64
		if err := rows.Scan(&b.ID, &b.Organisation, &b.Actor, &request, &b.Total, &b.Seq, &created, &finished); err != nil {
			return nil, err
		}
		b.Request, b.CreatedAt = []byte(request), fromMicros(created)
		if finished.Valid {
			b.FinishedAt = fromMicros(finished.Int64)
		}
		list = append(list, b)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Counts, err = db.counts(ctx, list[i].ID); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (db *DB) counts(ctx context.Context, batch string) (map[RowState]int, error) {
	rows, err := db.read.QueryContext(ctx, `select state, count(*) from batch_rows where batch = $1 group by state`, batch)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	counts := make(map[RowState]int)
	for rows.Next() {
		var state RowState
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return nil, err
		}
		counts[state] = n
	}
	return counts, rows.Err()
}

// BatchRows lists the rows of a batch that changed after the change seq, in the order of their changes, at most limit. Rows
// that were never touched have the seq of their position, so that from 0 on all rows come.
func (db *DB) BatchRows(ctx context.Context, organisation, batch string, seq int64, limit int) ([]BatchRow, error) {
	list, err := batchRows(ctx, db.read, `batch = $1 and seq > $2 and exists (select 1 from batches where id = $1 and organisation = $3)
		order by seq limit $4`, batch, seq, organisation, min(cmp.Or(max(limit, 0), MaxPage), 10*MaxPage))
	if err != nil {
		return nil, fmt.Errorf("rows of batch %s: %w", batch, err)
	}
	return list, nil
}

// batchRows reads rows; where is text of this package, never of a caller.
func batchRows(ctx context.Context, q querier, where string, args ...any) (list []BatchRow, err error) {
	rows, err := q.QueryContext(ctx, `
		select position, label, projects, state, findings, documents, tries, seq, updated_at from batch_rows where `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var r BatchRow
		var projects, findings, documents string
		var updated int64
		if err := rows.Scan(&r.Position, &r.Label, &projects, &r.State, &findings, &documents, &r.Tries, &r.Seq, &updated); err != nil {
			return nil, err
		}
		err := errors.Join(json.Unmarshal([]byte(projects), &r.Projects), json.Unmarshal([]byte(findings), &r.Findings),
			json.Unmarshal([]byte(documents), &r.Documents))
		if err != nil {
			return nil, err
		}
		r.UpdatedAt = fromMicros(updated)
		list = append(list, r)
	}
	return list, rows.Err()
}
