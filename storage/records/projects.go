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

	Bureau       string // id of the organisation whose call it is
	LeadCode     string // unified social credit code of the lead applicant, "" when it is not known
	ManagingCode string // of the managing unit

	CreatedAt time.Time // UTC, to the microsecond
	UpdatedAt time.Time // when Revision was saved
	SavedBy   string    // actor who saved Revision
}

// AnyRevision saves over whatever revision is current.
const AnyRevision = -1

// ProjectData is what SaveProject keeps of a project.
type ProjectData struct {
	Call, Number, Title    string
	LeadCode, ManagingCode string // unified social credit codes: these organisations see the project
	Payload                []byte // kept as it is
}

// SaveProject keeps d as the current revision of the project that its call and number name, and returns it as it is on
// record. Every earlier payload stays. The same payload as the current one changes nothing, so saving is idempotent.
//
// base is the revision that the caller's payload was made from: 0 for a project that must be new, AnyRevision not to
// ask. Another one being current is ErrConflict, unless it holds the same payload. ErrNotFound means that the project is
// one that v does not see, would not see any more, or that the call is another bureau's. An event goes with each new revision.
func (db *DB) SaveProject(ctx context.Context, v Viewer, d ProjectData, base int, at time.Time) (Project, error) {
	if d.Call == "" || d.Number == "" || len(d.Payload) == 0 {
		return Project{}, errors.New("save project: a call, an application number and a payload are required")
	}
	p := Project{
		Call: d.Call, Number: d.Number, Title: d.Title, Payload: bytes.Clone(d.Payload), Digest: digestOf(d.Payload),
		LeadCode: d.LeadCode, ManagingCode: d.ManagingCode, UpdatedAt: fromMicros(micros(at)), SavedBy: v.actor(),
	}
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		q := p // set anew at each try
		if err := saveProject(ctx, tx, v, &q, base); err != nil {
			return err
		}
		p = q
		return nil
	})
	if err != nil {
		return Project{}, fmt.Errorf("save project %s of %s: %w", d.Number, d.Call, db.known(err))
	}
	return p, nil
}

// callBureau returns the bureau whose call it is. The first bureau to save a project in a call takes it; an organisation of
// a bureau does so in its place where there is no other bureau.
func callBureau(ctx context.Context, tx *sql.Tx, v Viewer, call string) (bureau string, err error) {
	const find = `select bureau from call_bureaus where call = $1`
	err = tx.QueryRowContext(ctx, find, call).Scan(&bureau)
	if errors.Is(err, sql.ErrNoRows) {
		_, err = tx.ExecContext(ctx, `
			insert into call_bureaus (call, bureau) select $1, $2
			where $3 = '`+string(Bureau)+`' or (select count(*) from organisations where kind = '`+string(Bureau)+`') = 1
			on conflict (call) do nothing`, call, v.Bureau, string(v.Kind))
		if err != nil {
			return "", fmt.Errorf("take the call: %w", err)
		}
		err = tx.QueryRowContext(ctx, find, call).Scan(&bureau)
	}
	if err == nil && bureau != v.Bureau && !v.whole {
		err = ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("bureau of the call: %w", err)
	}
	return bureau, nil
}

// look is ErrNotFound unless v sees the project.
func look(ctx context.Context, q rower, v Viewer, project string) error {
	var one int
	return q.QueryRowContext(ctx, `select 1 from projects p where p.id = $1 and `+v.sees(2), project, v.Organisation).Scan(&one)
}

type rower interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func saveProject(ctx context.Context, tx *sql.Tx, v Viewer, p *Project, base int) error {
	var err error
	if p.Bureau, err = callBureau(ctx, tx, v, p.Call); err != nil {
		return err
	}
	// The update that changes nothing takes the row's lock where rows have locks, and makes "returning" return.
	var created int64
	err = tx.QueryRowContext(ctx, `
		insert into projects (id, call, number, title, revision, bureau, lead_code, managing_code, created_at, updated_at)
		values ($1, $2, $3, $4, 0, $5, $6, $7, $8, $8)
		on conflict (call, number) do update set call = excluded.call
		returning id, revision, created_at`,
		newID(), p.Call, p.Number, p.Title, p.Bureau, p.LeadCode, p.ManagingCode, micros(p.UpdatedAt)).Scan(&p.ID, &p.Revision, &created)
	if err != nil {
		return fmt.Errorf("find: %w", err)
	}
	if err := look(ctx, tx, v, p.ID); err != nil {
		return fmt.Errorf("see: %w", err)
	}
	p.CreatedAt = fromMicros(created)
	if p.Revision > 0 {
		var digest, title, by string
		var saved int64
		err := tx.QueryRowContext(ctx, `select digest, title, saved_at, saved_by from revisions where project = $1 and revision = $2`,
			p.ID, p.Revision).Scan(&digest, &title, &saved, &by)
		if err != nil {
			return fmt.Errorf("compare: %w", err)
		}
		if digest == p.Digest && title == p.Title {
			p.UpdatedAt, p.SavedBy = fromMicros(saved), by
			return nil
		}
	}
	if base != AnyRevision && base != p.Revision {
		return fmt.Errorf("revision %d is current, not %d: %w", p.Revision, base, ErrConflict)
	}
	p.Revision++
	_, err = tx.ExecContext(ctx, `
		insert into revisions (project, revision, title, payload, digest, saved_at, saved_by) values ($1, $2, $3, $4, $5, $6, $7)`,
		p.ID, p.Revision, p.Title, p.Payload, p.Digest, micros(p.UpdatedAt), p.SavedBy)
	if err != nil {
		return fmt.Errorf("keep the payload: %w", err)
	}
	_, err = tx.ExecContext(ctx, `
		update projects set title = $2, revision = $3, updated_at = $4, lead_code = $5, managing_code = $6 where id = $1`,
		p.ID, p.Title, p.Revision, micros(p.UpdatedAt), p.LeadCode, p.ManagingCode)
	if err != nil {
		return fmt.Errorf("make it current: %w", err)
	}
	if err := look(ctx, tx, v, p.ID); err != nil { // nobody gives a project away
		return fmt.Errorf("see it afterwards: %w", err)
	}
	tenant := v
	tenant.Bureau = p.Bureau
	return audit(ctx, tx, tenant, EventProjectSaved, p.ID, fmt.Sprintf("r%d sha256:%s", p.Revision, p.Digest), p.UpdatedAt)
}

// Project returns the current revision of the project, or ErrNotFound.
func (db *DB) Project(ctx context.Context, v Viewer, id string) (Project, error) {
	return db.project(ctx, v, `p.id = $2 and r.revision = p.revision`, id)
}

// ProjectByNumber returns the current revision of the project that call and number name, or ErrNotFound.
func (db *DB) ProjectByNumber(ctx context.Context, v Viewer, call, number string) (Project, error) {
	return db.project(ctx, v, `p.call = $2 and p.number = $3 and r.revision = p.revision`, call, number)
}

// ProjectAt returns the project as it was in the given revision, or ErrNotFound.
func (db *DB) ProjectAt(ctx context.Context, v Viewer, id string, revision int) (Project, error) {
	return db.project(ctx, v, `p.id = $2 and r.revision = $3`, id, revision)
}

// project reads one row; where is text of this package, never of a caller, with parameters from $2 on.
func (db *DB) project(ctx context.Context, v Viewer, where string, args ...any) (Project, error) {
	var p Project
	var created, saved int64
	err := db.read.QueryRowContext(ctx, `
		select p.id, p.call, p.number, p.bureau, p.lead_code, p.managing_code, r.title, r.revision, r.payload, r.digest, p.created_at, r.saved_at, r.saved_by
		from projects p join revisions r on r.project = p.id where `+v.sees(1)+` and `+where, append([]any{v.Organisation}, args...)...).
		Scan(&p.ID, &p.Call, &p.Number, &p.Bureau, &p.LeadCode, &p.ManagingCode, &p.Title, &p.Revision, &p.Payload, &p.Digest, &created, &saved, &p.SavedBy)
	if err != nil {
		return Project{}, fmt.Errorf("read project: %w", db.known(err))
	}
	p.CreatedAt, p.UpdatedAt = fromMicros(created), fromMicros(saved)
	return p, nil
}

// Revisions lists the revisions of a project without payloads, newest first: who saved what, and when.
func (db *DB) Revisions(ctx context.Context, v Viewer, id string) (list []Project, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("list revisions: %w", db.known(err))
		}
	}()
	rows, err := db.read.QueryContext(ctx, `
		select p.id, p.call, p.number, p.bureau, p.lead_code, p.managing_code, r.title, r.revision, r.digest, p.created_at, r.saved_at, r.saved_by
		from projects p join revisions r on r.project = p.id where `+v.sees(1)+` and p.id = $2 order by r.revision desc`, v.Organisation, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var p Project
		var created, saved int64
		err := rows.Scan(&p.ID, &p.Call, &p.Number, &p.Bureau, &p.LeadCode, &p.ManagingCode, &p.Title, &p.Revision, &p.Digest, &created, &saved, &p.SavedBy)
		if err != nil {
			return nil, err
		}
		p.CreatedAt, p.UpdatedAt = fromMicros(created), fromMicros(saved)
		list = append(list, p)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, ErrNotFound
	}
	return list, nil
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

// Projects lists the projects that v sees, without payloads, ordered by call and number, and returns the cursor of the next page, ""
// after the last one. Projects saved between two calls never make a listed one appear twice or be left out.
func (db *DB) Projects(ctx context.Context, v Viewer, f ProjectFilter, page Page) (list []Project, next string, err error) {
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
		select p.id, p.call, p.number, p.bureau, p.lead_code, p.managing_code, p.title, p.revision, r.digest, p.created_at, p.updated_at, r.saved_by
		from projects p join revisions r on r.project = p.id and r.revision = p.revision
		where (p.call, p.number) > ($1, $2) and `+v.sees(7)+`
			and ($3 = '' or p.call = $3)
			and ($4 = '' or lower(p.title) like lower($5) escape '\' or lower(p.number) like lower($5) escape '\')
		order by p.call, p.number limit $6`,
		call, number, f.Call, f.Text, like(f.Text), limit+1, v.Organisation)
	if err != nil {
		return nil, "", err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var p Project
		var created, updated int64
		err := rows.Scan(&p.ID, &p.Call, &p.Number, &p.Bureau, &p.LeadCode, &p.ManagingCode, &p.Title, &p.Revision, &p.Digest, &created, &updated, &p.SavedBy)
		if err != nil {
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
func cursor(p Project) string { return cursorOf(p.Call, p.Number) }

func cursorOf(first, second string) string {
	b, _ := json.Marshal([2]string{first, second}) // cannot fail for strings
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
