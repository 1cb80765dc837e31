package records

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Project is a project as it was saved in one revision.
type Project struct {
	ID       string // made when the project is first saved
	Call     string // id of the call, such as ningbo-2025
	Number   string // application number, one project in a call
	Title    string
	Revision int    // from 1; rises when another payload is saved
	Payload  []byte // the JSON as it came in; nil in lists
	Digest   string // SHA-256 of Payload, 64 hex digits

	CreatedAt time.Time // UTC, to the microsecond
	UpdatedAt time.Time // when Revision was saved
}

// AnyRevision saves over whatever revision is current.
const AnyRevision = -1

// SaveProject keeps payload as the current revision of the project that call and number name, and returns it as it is
// on record. Every earlier payload stays. The same payload as the current one changes nothing, so saving is idempotent.
//
// base is the revision that the caller's payload was made from: 0 for a project that must be new, AnyRevision not to
// ask. Another one being current is ErrConflict, unless it holds the same payload.
func (db *DB) SaveProject(ctx context.Context, call, number, title string, payload []byte, base int, at time.Time) (Project, error) {
	if call == "" || number == "" || len(payload) == 0 {
		return Project{}, errors.New("save project: a call, an application number and a payload are required")
	}
	p := Project{
		Call: call, Number: number, Title: title, Payload: bytes.Clone(payload), Digest: digestOf(payload),
		UpdatedAt: fromMicros(micros(at)),
	}
	err := db.inTx(ctx, func(tx *sql.Tx) error { return saveProject(ctx, tx, &p, base) })
	if err != nil {
		return Project{}, fmt.Errorf("save project %s of %s: %w", number, call, db.known(err))
	}
	return p, nil
}

func saveProject(ctx context.Context, tx *sql.Tx, p *Project, base int) error {
	// The update that changes nothing takes the row's lock where rows have locks, and makes "returning" return.
	var created int64
	err := tx.QueryRowContext(ctx, `
		insert into projects (id, call, number, title, revision, created_at, updated_at)
		values ($1, $2, $3, $4, 0, $5, $5)
		on conflict (call, number) do update set call = excluded.call
		returning id, revision, created_at`,
		newID(), p.Call, p.Number, p.Title, micros(p.UpdatedAt)).Scan(&p.ID, &p.Revision, &created)
	if err != nil {
		return fmt.Errorf("find: %w", err)
	}
	p.CreatedAt = fromMicros(created)
	if p.Revision > 0 {
		var digest, title string
		var saved int64
		err := tx.QueryRowContext(ctx, `select digest, title, saved_at from revisions where project = $1 and revision = $2`,
			p.ID, p.Revision).Scan(&digest, &title, &saved)
		if err != nil {
			return fmt.Errorf("compare: %w", err)
		}
		if digest == p.Digest && title == p.Title {
			p.UpdatedAt = fromMicros(saved)
			return nil
		}
	}
	if base != AnyRevision && base != p.Revision {
		return fmt.Errorf("revision %d is current, not %d: %w", p.Revision, base, ErrConflict)
	}
	p.Revision++
	_, err = tx.ExecContext(ctx, `
		insert into revisions (project, revision, title, payload, digest, saved_at) values ($1, $2, $3, $4, $5, $6)`,
		p.ID, p.Revision, p.Title, p.Payload, p.Digest, micros(p.UpdatedAt))
	if err != nil {
		return fmt.Errorf("keep the payload: %w", err)
	}
	_, err = tx.ExecContext(ctx, `update projects set title = $2, revision = $3, updated_at = $4 where id = $1`,
		p.ID, p.Title, p.Revision, micros(p.UpdatedAt))
	if err != nil {
		return fmt.Errorf("make it current: %w", err)
	}
	return nil
}

// Project returns the current revision of the project, or ErrNotFound.
func (db *DB) Project(ctx context.Context, id string) (Project, error) {
	return db.project(ctx, `p.id = $1 and r.revision = p.revision`, id)
}

// ProjectByNumber returns the current revision of the project that call and number name, or ErrNotFound.
func (db *DB) ProjectByNumber(ctx context.Context, call, number string) (Project, error) {
	return db.project(ctx, `p.call = $1 and p.number = $2 and r.revision = p.revision`, call, number)
}

// ProjectAt returns the project as it was in the given revision, or ErrNotFound.
func (db *DB) ProjectAt(ctx context.Context, id string, revision int) (Project, error) {
	return db.project(ctx, `p.id = $1 and r.revision = $2`, id, revision)
}

// project reads one row; where is text of this package, never of a caller.
func (db *DB) project(ctx context.Context, where string, args ...any) (Project, error) {
	var p Project
	var created, saved int64
	err := db.read.QueryRowContext(ctx, `
		select p.id, p.call, p.number, r.title, r.revision, r.payload, r.digest, p.created_at, r.saved_at
		from projects p join revisions r on r.project = p.id where `+where, args...).
		Scan(&p.ID, &p.Call, &p.Number, &p.Title, &p.Revision, &p.Payload, &p.Digest, &created, &saved)
	if err != nil {
		return Project{}, fmt.Errorf("read project: %w", db.known(err))
	}
	p.CreatedAt, p.UpdatedAt = fromMicros(created), fromMicros(saved)
	return p, nil
}

// ProjectFilter narrows a list of projects. The zero value lists all.
type ProjectFilter struct {
	Call string // only this call
	Text string // only projects with this in their title or number; case counts only beyond A–Z
}

// Page says which part of a list to return.
type Page struct {
	After string // the next of the page before, "" for the first page
	Limit int    // at most this many, 1 to 500; 0 means 50
}

// Most of a list that one call returns, and what it returns when not told.
const (
	MaxPage     = 500
	defaultPage = 50
)

// ErrPage means that Page.After is not a cursor that Projects gave.
var ErrPage = errors.New("not a page of this list")

// Projects lists projects without payloads, ordered by call and number, and returns the cursor of the next page, ""
// after the last one. Projects saved between two calls never make a listed one appear twice or be left out.
func (db *DB) Projects(ctx context.Context, f ProjectFilter, page Page) (list []Project, next string, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("list projects: %w", err)
		}
	}()
	call, number, err := readCursor(page.After)
	if err != nil {
		return nil, "", err
	}
	limit := page.Limit
	if limit <= 0 {
		limit = defaultPage
	}
	limit = min(limit, MaxPage)
	rows, err := db.read.QueryContext(ctx, `
		select p.id, p.call, p.number, p.title, p.revision, r.digest, p.created_at, p.updated_at
		from projects p join revisions r on r.project = p.id and r.revision = p.revision
		where (p.call, p.number) > ($1, $2)
			and ($3 = '' or p.call = $3)
			and ($4 = '' or lower(p.title) like lower($5) escape '\' or lower(p.number) like lower($5) escape '\')
		order by p.call, p.number limit $6`,
		call, number, f.Call, f.Text, like(f.Text), limit+1)
	if err != nil {
		return nil, "", err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var p Project
		var created, updated int64
		if err := rows.Scan(&p.ID, &p.Call, &p.Number, &p.Title, &p.Revision, &p.Digest, &created, &updated); err != nil {
			return nil, "", err
		}
		p.CreatedAt, p.UpdatedAt = fromMicros(created), fromMicros(updated)
		list = append(list, p)
	}
	if err := rows.Err(); err != nil {
		return nil, "", err
	}
	if len(list) > limit { // one more was asked for to know this
		list = list[:limit]
		next = cursor(list[limit-1])
	}
	return list, next, nil
}

// like makes a pattern that finds text anywhere, taken as it stands.
func like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
}

// cursor names the last project of a page; for callers it is opaque.
func cursor(p Project) string {
	b, _ := json.Marshal([2]string{p.Call, p.Number}) // cannot fail for strings
	return base64.RawURLEncoding.EncodeToString(b)
}

func readCursor(s string) (call, number string, err error) {
	if s == "" {
		return "", "", nil
	}
	var pair [2]string
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &pair)
	}
	if err != nil {
		return "", "", fmt.Errorf("%w: %w", ErrPage, err)
	}
	return pair[0], pair[1], nil
}
