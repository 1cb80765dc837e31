package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// ErrGone means that the link was there and works no longer: it was revoked, has expired, or is used up.
var ErrGone = errors.New("the link works no longer")

// LinkHolder is the actor of events that whoever has a link causes.
const LinkHolder = "link-holder"

// Link is a revocable way to one document.
type Link struct {
	ID           string
	Document     string
	Organisation string    // that made it
	CreatedAt    time.Time // UTC, to the microsecond
	ExpiresAt    time.Time
	RevokedAt    time.Time // zero while it is not revoked
	Limited      bool      // UsesLeft counts
	UsesLeft     int
	Uses         int // how often it was used
}

// Works reports whether the link gives its document at that time.
func (l Link) Works(at time.Time) bool {
	return l.RevokedAt.IsZero() && l.ExpiresAt.After(at) && (!l.Limited || l.UsesLeft > 0)
}

// CreateLink makes a link to a document that works until expires, and at most uses times when uses is above 0. An event
// goes with it. ErrNotFound when there is no such document.
func (db *DB) CreateLink(ctx context.Context, v Viewer, document string, uses int, expires, at time.Time) (Link, error) {
	l := Link{
		ID: newID(), Document: document, Organisation: v.Organisation, CreatedAt: fromMicros(micros(at)), ExpiresAt: fromMicros(micros(expires)),
		Limited: uses > 0, UsesLeft: max(uses, 0),
	}
	left := sql.NullInt64{Int64: int64(uses), Valid: l.Limited}
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		var made string
		err := tx.QueryRowContext(ctx, `
			insert into links (id, document, organisation, created_at, expires_at, uses_left)
			select $1, d.id, $3, $4, $5, $6 from documents d where d.id = $2 and `+v.seesDocument(3)+` returning id`,
			l.ID, l.Document, v.Organisation, micros(l.CreatedAt), micros(l.ExpiresAt), left).Scan(&made)
		if err != nil {
			return err
		}
		return audit(ctx, tx, v, EventCreated, l.ID, l.Document, at)
	})
	if err != nil {
		return Link{}, fmt.Errorf("create link: %w", db.known(err))
	}
	return l, nil
}

// UseLink counts one use of a link and returns its document. Its address proves the right to it, so that it asks for no
// viewer. Whether it works is decided and counted in one statement,
// so that of twenty callers of a one-time link one gets the document. An event goes with it: when this returns without
// an error the use is on record. Errors: ErrNotFound, and ErrGone for a link that works no longer.
func (db *DB) UseLink(ctx context.Context, id string, at time.Time) (Document, error) {
	var d Document
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		var document string
		err := tx.QueryRowContext(ctx, `
			update links set uses = uses + 1, uses_left = uses_left - 1
			where id = $1 and revoked_at is null and expires_at > $2 and (uses_left is null or uses_left > 0)
			returning document`, id, micros(at)).Scan(&document)
		if errors.Is(err, sql.ErrNoRows) {
			var there int
			if err := tx.QueryRowContext(ctx, `select count(*) from links where id = $1`, id).Scan(&there); err != nil {
				return err
			}
			if there == 0 {
				return ErrNotFound
			}
			return ErrGone
		}
		if err != nil {
			return err
		}
		list, err := documents(ctx, tx, `d.id = $1`, document)
		if err != nil {
			return err
		}
		if len(list) != 1 {
			return ErrNotFound
		}
		d = list[0]
		holder := System().As(LinkHolder)
		err = tx.QueryRowContext(ctx, `select o.bureau from links l join organisations o on o.id = l.organisation where l.id = $1`, id).Scan(&holder.Bureau)
		if err != nil {
			return err
		}
		return audit(ctx, tx, holder, EventUsed, id, document, at)
	})
	if err != nil {
		return Document{}, fmt.Errorf("use link: %w", db.known(err))
	}
	return d, nil
}

// RevokeLink ends a link for good: one of v's own, or as a bureau any to a document that it sees. One that is revoked already stays as it is. ErrNotFound when there is none.
func (db *DB) RevokeLink(ctx context.Context, v Viewer, id string, at time.Time) error {
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		var document string
		err := tx.QueryRowContext(ctx, `select l.document from links l join documents d on d.id = l.document
			where l.id = $1 and `+v.seesLink(2)+` and `+v.seesDocument(2), id, v.Organisation).Scan(&document)
		if err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `update links set revoked_at = $2 where id = $1 and revoked_at is null`, id, micros(at))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return audit(ctx, tx, v, EventRevoked, id, document, at)
	})
	if err != nil {
		return fmt.Errorf("revoke link: %w", db.known(err))
	}
	return nil
}

// Link returns the link, or ErrNotFound. It counts nothing.
func (db *DB) Link(ctx context.Context, v Viewer, id string) (Link, error) {
	list, err := db.links(ctx, v, `l.id = $2`, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Link{}, fmt.Errorf("read link: %w", err)
	}
	return list[0], nil
}

// Links lists the links to a document that v may revoke, newest first, those that work no longer too.
func (db *DB) Links(ctx context.Context, v Viewer, document string) ([]Link, error) {
	list, err := db.links(ctx, v, `l.document = $2`, document)
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	return list, nil
}

// links reads whole links; where is text of this package, never of a caller, with parameters from $2 on.
func (db *DB) links(ctx context.Context, v Viewer, where string, args ...any) (list []Link, err error) {
	rows, err := db.read.QueryContext(ctx, `
		select l.id, l.document, l.organisation, l.created_at, l.expires_at, l.revoked_at, l.uses_left, l.uses
		from links l join documents d on d.id = l.document
		where `+v.seesLink(1)+` and `+v.seesDocument(1)+` and `+where+` order by l.created_at desc, l.id`, append([]any{v.Organisation}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var l Link
		var created, expires int64
		var revoked, left sql.NullInt64
		if err := rows.Scan(&l.ID, &l.Document, &l.Organisation, &created, &expires, &revoked, &left, &l.Uses); err != nil {
			return nil, err
		}
		l.CreatedAt, l.ExpiresAt, l.Limited, l.UsesLeft = fromMicros(created), fromMicros(expires), left.Valid, int(left.Int64)
		if revoked.Valid {
			l.RevokedAt = fromMicros(revoked.Int64)
		}
		list = append(list, l)
	}
	return list, rows.Err()
}
