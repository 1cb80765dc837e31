package records

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// State of a document.
type State string

// A draft may be made from anything; an issued document stands for what was checked.
const (
	Draft  State = "draft"
	Issued State = "issued"
)

// Object is where a document's bytes are: the fields of storage.Object.
type Object struct {
	Key       string
	Size      int64 // bytes
	SHA256    string
	VersionID string
}

// Source is a project that a document was made from, in the revision that was read.
type Source struct {
	Project  string // id
	Revision int
	Digest   string // SHA-256 of that revision's payload
}

// Provenance is all that decides a document's bytes. The same provenance gives the same bytes.
type Provenance struct {
	Sources        []Source // in the document's order; one, or several in a letter that covers several projects
	DataDigest     string   // of all values that went in, reviews and approvals included
	Call           string
	CallDigest     string // of the call's rules and parameters
	TemplateDigest string
	FontsDigest    string
	Program        string // version of the program
}

// Digest returns the SHA-256 of p, 64 hex digits.
func (p Provenance) Digest() string {
	parts := []string{p.DataDigest, p.Call, p.CallDigest, p.TemplateDigest, p.FontsDigest, p.Program}
	for _, s := range p.Sources {
		parts = append(parts, s.Project, strconv.Itoa(s.Revision), s.Digest)
	}
	return digestOfParts(parts)
}

// digestOfParts writes each part with its length before it, so that no two lists share a digest.
func digestOfParts(parts []string) string {
	var b strings.Builder
	for _, s := range parts {
		fmt.Fprintf(&b, "%d:%s\n", len(s), s)
	}
	return digestOf([]byte(b.String()))
}

// Document is one file that was made, in one format.
type Document struct {
	ID       string // made when it is saved
	Kind     string // such as contract
	Lang     string // such as zh
	State    State
	Format   string // such as pdf
	Version  int    // from 1, see NextVersion
	FileName string
	Code     string // the code printed on its pages
	Object   Object
	Provenance

	// TemplateVersion is the number that the template had in its slot when the document was made, 0 for the one that comes with
	// the call. It is for people: TemplateDigest tells which bytes it was.
	TemplateVersion int

	CreatedAt time.Time // UTC, to the microsecond
}

// subject is what the document is about: the set of its projects, whatever their order.
func (d Document) subject() string {
	ids := make([]string, len(d.Sources))
	for i, s := range d.Sources {
		ids[i] = s.Project
	}
	slices.Sort(ids)
	return digestOfParts(ids)
}

// NextVersion returns the version number that the document d will have, from its kind, language, state, and provenance:
// the one on record if it was made before from the same inputs, in whatever format; else one more than the highest of
// its kind for the same projects. Nothing is reserved: of two callers that save different documents under one number,
// SaveDocuments refuses the second with ErrConflict.
func (db *DB) NextVersion(ctx context.Context, v Viewer, d Document) (int, error) {
	var n int
	err := db.read.QueryRowContext(ctx, `
		select coalesce(
			(select max(version) from documents d where kind = $1 and lang = $2 and state = $3 and subject = $4 and provenance = $5 and `+v.seesDocument(6)+`),
			(select max(version) + 1 from documents d where kind = $1 and lang = $2 and state = $3 and subject = $4 and `+v.seesDocument(6)+`),
			1)`, d.Kind, d.Lang, string(d.State), d.subject(), d.Digest(), v.Organisation).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("next version of %s: %w", d.Kind, err)
	}
	return n, nil
}

// SaveDocuments records documents, all of them or none, and returns them as they are on record, in the same order.
// Their objects must be stored already. An event goes with each that is new. It is idempotent: a document with the kind, language, state, format, projects
// and provenance of one on record is that one, its ID and CreatedAt included.
//
// Errors: ErrNotFound for a source that is not on record or that v does not see, ErrConflict for a source whose digest is another or a version
// number that is taken, ErrNotReproduced when a document on record has the same provenance and other bytes.
func (db *DB) SaveDocuments(ctx context.Context, v Viewer, documents []Document, at time.Time) ([]Document, error) {
	saved := make([]Document, 0, len(documents))
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		saved = saved[:0]
		var fresh []Document // put on record by this call
		for _, d := range documents {
			if err := d.check(); err != nil {
				return fmt.Errorf("%s %s: %w", d.Kind, d.Format, err)
			}
			d.ID, d.CreatedAt = newID(), fromMicros(micros(at))
			got, err := db.saveDocument(ctx, tx, v, d)
			if err != nil {
				return fmt.Errorf("%s %s: %w", d.Kind, d.Format, db.known(err))
			}
			saved = append(saved, got)
			if got.ID == d.ID {
				fresh = append(fresh, got)
			}
		}
		for _, d := range fresh {
			detail := fmt.Sprintf("%s %s %s %s v%d sha256:%s", d.State, d.Kind, d.Lang, d.Format, d.Version, d.Object.SHA256)
			if err := audit(ctx, tx, v, EventIssued, d.ID, detail, at); err != nil {
				return err
			}
			if err := beingSwept(ctx, tx, d.Object.Key, at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("save documents: %w", err)
	}
	return saved, nil
}

// check finds what no document may lack; it guards against mistakes of the program, not of people.
func (d Document) check() error {
	if d.Kind == "" || d.Lang == "" || d.Format == "" || d.FileName == "" || d.Version < 1 || len(d.Sources) == 0 {
		return errors.New("kind, language, format, file name, version and sources are required")
	}
	if d.State != Draft && d.State != Issued {
		return fmt.Errorf("state %q is neither draft nor issued", d.State)
	}
	if d.Object.Key == "" || d.Object.Size < 1 || len(d.Object.SHA256) != 64 {
		return errors.New("the object is not stored")
	}
	return nil
}

func (db *DB) saveDocument(ctx context.Context, tx *sql.Tx, v Viewer, d Document) (Document, error) {
	for i, source := range d.Sources {
		if err := look(ctx, tx, v, source.Project); err != nil {
			return Document{}, fmt.Errorf("source %d: %w", i+1, err)
		}
	}
	subject, provenance := d.subject(), d.Digest()
	var id string
	err := tx.QueryRowContext(ctx, `
		insert into documents (id, kind, lang, state, format, version, subject, provenance, code, file_name,
			object_key, object_size, object_sha256, object_version,
			data_digest, call, call_digest, template_digest, template_version, fonts_digest, program, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
		on conflict (kind, lang, state, format, subject, provenance) do nothing
		returning id`,
		d.ID, d.Kind, d.Lang, string(d.State), d.Format, d.Version, subject, provenance, d.Code, d.FileName,
		d.Object.Key, d.Object.Size, d.Object.SHA256, d.Object.VersionID,
		d.DataDigest, d.Call, d.CallDigest, d.TemplateDigest, d.TemplateVersion, d.FontsDigest, d.Program, micros(d.CreatedAt)).Scan(&id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return recorded(ctx, tx, d, subject, provenance)
	case err != nil:
		return Document{}, err
	}
	for i, source := range d.Sources {
		var digest string
		err := tx.QueryRowContext(ctx, `select digest from revisions where project = $1 and revision = $2`,
			source.Project, source.Revision).Scan(&digest)
		if err != nil {
			return Document{}, fmt.Errorf("source %d: %w", i+1, err)
		}
		if digest != source.Digest {
			return Document{}, fmt.Errorf("source %d has the digest %s on record: %w", i+1, digest, ErrConflict)
		}
		_, err = tx.ExecContext(ctx, `
			insert into document_projects (document, position, project, revision) values ($1, $2, $3, $4)`,
			d.ID, i+1, source.Project, source.Revision)
		if err != nil {
			return Document{}, fmt.Errorf("source %d: %w", i+1, err)
		}
	}
	return d, nil
}

// recorded returns the document that was made before from what d was made from.
func recorded(ctx context.Context, tx *sql.Tx, d Document, subject, provenance string) (Document, error) {
	list, err := documents(ctx, tx, `d.kind = $1 and d.lang = $2 and d.state = $3 and d.format = $4 and d.subject = $5 and d.provenance = $6`,
		d.Kind, d.Lang, string(d.State), d.Format, subject, provenance)
	if err != nil {
		return Document{}, err
	}
	if len(list) != 1 {
		return Document{}, ErrConflict // removed between two statements
	}
	if list[0].Object.SHA256 != d.Object.SHA256 {
		return Document{}, fmt.Errorf("document %s: %w", list[0].ID, ErrNotReproduced)
	}
	return list[0], nil
}

// Document returns the document, or ErrNotFound.
func (db *DB) Document(ctx context.Context, v Viewer, id string) (Document, error) {
	list, err := documents(ctx, db.read, `d.id = $1 and `+v.seesDocument(2), id, v.Organisation)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Document{}, fmt.Errorf("read document: %w", err)
	}
	return list[0], nil
}

// Documents lists the documents that a project has a part in and v sees, newest first. A project without any has an empty list.
func (db *DB) Documents(ctx context.Context, v Viewer, project string) ([]Document, error) {
	list, err := documents(ctx, db.read,
		`d.id in (select document from document_projects where project = $1) and `+v.seesDocument(2), project, v.Organisation)
	if err != nil {
		return nil, fmt.Errorf("list documents: %w", err)
	}
	slices.SortStableFunc(list, func(a, b Document) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Lang, b.Lang),
			cmp.Compare(b.Version, a.Version), cmp.Compare(a.Format, b.Format), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// DocumentFilter narrows a list of documents; the zero value lists all.
type DocumentFilter struct {
	Call string // id
	Kind string // such as recommendation-letter
	Code string // that is printed on its pages
	// Drafts says of which kinds drafts are listed, besides what is issued.
	Drafts []string
}

// AllDocuments lists the documents that v sees, of all projects, newest first, and returns the cursor of the next page, "" after the last one. Documents made
// between two calls never make a listed one appear twice or be left out.
func (db *DB) AllDocuments(ctx context.Context, v Viewer, f DocumentFilter, page Page) (list []Document, next string, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("list documents: %w", err)
		}
	}()
	at, id, err := readCursor(page.After)
	if err != nil {
		return nil, "", err
	}
	before := int64(math.MaxInt64)
	if page.After != "" {
		if before, err = strconv.ParseInt(at, 10, 64); err != nil {
			return nil, "", fmt.Errorf("%w: %w", ErrPage, err)
		}
	}
	limit := page.Limit
	if limit <= 0 {
		limit = defaultPage
	}
	limit = min(limit, MaxPage)
	args := []any{v.Organisation, before, id, f.Call, f.Kind, f.Code, string(Issued), limit + 1}
	drafts := ""
	for _, kind := range f.Drafts {
		args = append(args, kind)
		drafts += fmt.Sprintf(" or d.kind = $%d", len(args))
	}
	list, err = documents(ctx, db.read, `d.id in (
			select d.id from documents d
			where (d.created_at, d.id) < ($2, $3) and ($4 = '' or d.call = $4) and ($5 = '' or d.kind = $5) and ($6 = '' or d.code = $6) and (d.state = $7`+drafts+`)
				and `+v.seesDocument(1)+`
			order by d.created_at desc, d.id desc limit $8)`, args...)
	if err != nil {
		return nil, "", err
	}
	slices.SortFunc(list, func(a, b Document) int { return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID)) })
	if len(list) > limit { // one more was asked for to know this
		list = list[:limit]
		next = cursorOf(strconv.FormatInt(micros(list[limit-1].CreatedAt), 10), list[limit-1].ID)
	}
	return list, next, nil
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// documents reads whole documents; where is text of this package, never of a caller.
func documents(ctx context.Context, q querier, where string, args ...any) (list []Document, err error) {
	rows, err := q.QueryContext(ctx, `
		select d.id, d.kind, d.lang, d.state, d.format, d.version, d.code, d.file_name,
			d.object_key, d.object_size, d.object_sha256, d.object_version,
			d.data_digest, d.call, d.call_digest, d.template_digest, d.template_version, d.fonts_digest, d.program, d.created_at,
			l.project, l.revision, r.digest
		from documents d
			join document_projects l on l.document = d.id
			join revisions r on r.project = l.project and r.revision = l.revision
		where `+where+` order by d.id, l.position`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var d Document
		var source Source
		var created int64
		err := rows.Scan(&d.ID, &d.Kind, &d.Lang, &d.State, &d.Format, &d.Version, &d.Code, &d.FileName,
			&d.Object.Key, &d.Object.Size, &d.Object.SHA256, &d.Object.VersionID,
			&d.DataDigest, &d.Call, &d.CallDigest, &d.TemplateDigest, &d.TemplateVersion, &d.FontsDigest, &d.Program, &created,
			&source.Project, &source.Revision, &source.Digest)
		if err != nil {
			return nil, err
		}
		d.CreatedAt = fromMicros(created)
		if n := len(list); n == 0 || list[n-1].ID != d.ID {
			list = append(list, d)
		}
		last := &list[len(list)-1]
		last.Sources = append(last.Sources, source)
	}
	return list, rows.Err()
}
