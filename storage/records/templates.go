package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Slot is the place of a template: a kind of document of a call, in one language.
type Slot struct {
	Call string // id
	Kind string // such as contract
	Lang string // such as zh
}

func (s Slot) String() string { return s.Call + "/" + s.Kind + "/" + s.Lang }

// TemplateVersion is a Word template that was uploaded. It never changes.
type TemplateVersion struct {
	Slot
	Version      int    // from 1 in its slot, set when it is added
	Note         string // what the clerk says of it
	Fails, Warns int    // findings when it was uploaded
	Object       Object
	UploadedBy   string // account
	UploadedName string // the person's name, "" for others
	UploadedAt   time.Time
}

// Publication put a version in force in its slot, until the next one.
type Publication struct {
	Slot
	Seq           int // from 1 in its slot
	Version       int // 0 for the template that comes with the call
	PublishedBy   string
	PublishedName string // the person's name, "" for others
	PublishedAt   time.Time
}

// AddTemplate puts a version on record under the next number of its slot, and tells whether it is new: bytes that the slot
// has already are the version that has them, whatever else t says. Its object must be stored already. A bureau's first
// template takes a call that no bureau has.
//
// Errors: ErrNotFound for a call of another bureau and for a viewer that is no bureau, ErrConflict while the object is being
// removed.
func (db *DB) AddTemplate(ctx context.Context, v Viewer, t TemplateVersion, at time.Time) (added TemplateVersion, fresh bool, err error) {
	err = db.inTx(ctx, func(tx *sql.Tx) error {
		fresh = false
		if err := oneByOne(ctx, tx); err != nil {
			return err
		}
		if err := ownCall(ctx, tx, v, t.Call); err != nil {
			return err
		}
		list, err := templates(ctx, tx, `t.call = $1 and t.kind = $2 and t.lang = $3 and t.object_sha256 = $4`, t.Call, t.Kind, t.Lang, t.Object.SHA256)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			added = list[0]
			return nil
		}
		added, fresh = t, true
		added.UploadedBy, added.UploadedAt = v.actor(), fromMicros(micros(at))
		err = tx.QueryRowContext(ctx, `
			insert into template_versions (call, kind, lang, version, note, fails, warns, object_key, object_size, object_sha256, object_version, uploaded_by, uploaded_at)
			select $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, $6, $7, $8, $9, $10, $11, $12
			from template_versions where call = $1 and kind = $2 and lang = $3
			returning version`,
			t.Call, t.Kind, t.Lang, t.Note, t.Fails, t.Warns, t.Object.Key, t.Object.Size, t.Object.SHA256, t.Object.VersionID,
			added.UploadedBy, micros(at)).Scan(&added.Version)
		if err != nil {
			return err
		}
		if err := audit(ctx, tx, v, EventTemplateUploaded, t.String(), fmt.Sprintf("v%d sha256:%s", added.Version, t.Object.SHA256), at); err != nil {
			return err
		}
		return beingSwept(ctx, tx, t.Object.Key, at)
	})
	if err != nil {
		return TemplateVersion{}, false, fmt.Errorf("add a template of %s: %w", t.Slot, db.known(err))
	}
	return added, fresh, nil
}

// PublishTemplate puts a version in force, or with 0 the template that comes with the call, and returns the publication. base is
// the Seq of the publication that the caller knows as the last one, 0 for none, AnyRevision for whichever it is. A version
// that is in force already stays so by the publication that there is.
//
// Errors: ErrNotFound for a version that is not there or another bureau's, ErrConflict when somebody published since base.
func (db *DB) PublishTemplate(ctx context.Context, v Viewer, s Slot, version, base int, at time.Time) (p Publication, err error) {
	err = db.inTx(ctx, func(tx *sql.Tx) error {
		if err := oneByOne(ctx, tx); err != nil {
			return err
		}
		if err := ownCall(ctx, tx, v, s.Call); err != nil {
			return err
		}
		const slot = `p.call = $1 and p.kind = $2 and p.lang = $3`
		last, err := publications(ctx, tx, slot+` order by p.seq desc limit 1`, s.Call, s.Kind, s.Lang)
		if err != nil {
			return err
		}
		p = Publication{Slot: s}
		if len(last) > 0 {
			p = last[0]
		}
		if p.Version == version {
			return nil
		}
		if base != AnyRevision && base != p.Seq {
			return fmt.Errorf("publication %d is the last one, not %d: %w", p.Seq, base, ErrConflict)
		}
		before, err := publications(ctx, tx, slot+` and coalesce(p.version, 0) = $4 limit 1`, s.Call, s.Kind, s.Lang, version)
		if err != nil {
			return err
		}
		p = Publication{Slot: s, Seq: p.Seq + 1, Version: version, PublishedBy: v.actor(), PublishedAt: fromMicros(micros(at))}
		_, err = tx.ExecContext(ctx, `
			insert into template_publications (call, kind, lang, seq, version, published_by, published_at) values ($1, $2, $3, $4, $5, $6, $7)`,
			s.Call, s.Kind, s.Lang, p.Seq, sql.NullInt64{Int64: int64(version), Valid: version != 0}, p.PublishedBy, micros(at))
		if err != nil {
			return err
		}
		event := EventTemplatePublished
		if version == 0 || len(before) > 0 {
			event = EventTemplateRolledBack
		}
		return audit(ctx, tx, v, event, s.String(), fmt.Sprintf("v%d", version), at)
	})
	if err != nil {
		return Publication{}, fmt.Errorf("publish version %d of %s: %w", version, s, db.known(err))
	}
	return p, nil
}

// oneByOne lets what changes templates come one after the other, and after or before a sweep: the end of the audit is what
// each of them waits for in the end.
func oneByOne(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `update audit_head set seq = seq where id = 1`)
	return err
}

// ownCall is ErrNotFound unless v is the bureau whose call it is; one that no bureau has becomes v's.
func ownCall(ctx context.Context, tx *sql.Tx, v Viewer, call string) error {
	if v.Kind != Bureau {
		return ErrNotFound
	}
	_, err := callBureau(ctx, tx, v, call)
	return err
}

// seesCall is the condition that v's bureau has the call of the row called as. n is the number of the parameter that is v.Bureau.
func (v Viewer) seesCall(as string, n int) string {
	if v.whole {
		return fmt.Sprintf("$%d <> ''", n)
	}
	return fmt.Sprintf("exists (select 1 from call_bureaus c where c.call = %s.call and c.bureau = $%d)", as, n)
}

// Templates lists the versions and publications of a call's templates, both by slot and newest first. Templates that come
// with the call are not among them. The error is ErrNotFound for a call of another bureau.
func (db *DB) Templates(ctx context.Context, v Viewer, call string) (list []TemplateVersion, published []Publication, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("list templates of %s: %w", call, err)
		}
	}()
	var others int
	err = db.read.QueryRowContext(ctx, `select count(*) from call_bureaus o where o.call = $1 and not (`+v.seesCall("o", 2)+`)`, call, v.Bureau).Scan(&others)
	if err == nil && (others > 0 || v.Bureau == "") {
		err = ErrNotFound
	}
	if err != nil {
		return nil, nil, err
	}
	if list, err = templates(ctx, db.read, `t.call = $1 and `+v.seesCall("t", 2)+` order by t.kind, t.lang, t.version desc`, call, v.Bureau); err != nil {
		return nil, nil, err
	}
	published, err = publications(ctx, db.read, `p.call = $1 and `+v.seesCall("p", 2)+` order by p.kind, p.lang, p.seq desc`, call, v.Bureau)
	return list, published, err
}

// Template returns a version, or ErrNotFound.
func (db *DB) Template(ctx context.Context, v Viewer, s Slot, version int) (TemplateVersion, error) {
	list, err := templates(ctx, db.read, `t.call = $1 and t.kind = $2 and t.lang = $3 and t.version = $4 and `+v.seesCall("t", 5),
		s.Call, s.Kind, s.Lang, version, v.Bureau)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return TemplateVersion{}, fmt.Errorf("read version %d of %s: %w", version, s, err)
	}
	return list[0], nil
}

// CurrentTemplate returns the version in force in a slot; its Version is 0 for the template that comes with the call.
func (db *DB) CurrentTemplate(ctx context.Context, v Viewer, s Slot) (TemplateVersion, error) {
	list, err := templates(ctx, db.read, `t.call = $1 and t.kind = $2 and t.lang = $3 and `+v.seesCall("t", 4)+` and t.version = (
			select p.version from template_publications p where p.call = t.call and p.kind = t.kind and p.lang = t.lang order by p.seq desc limit 1)`,
		s.Call, s.Kind, s.Lang, v.Bureau)
	if err != nil {
		return TemplateVersion{}, fmt.Errorf("read the current template of %s: %w", s, err)
	}
	if len(list) == 0 {
		return TemplateVersion{Slot: s}, nil
	}
	return list[0], nil
}

// templates reads versions; where is text of this package, never of a caller.
func templates(ctx context.Context, q querier, where string, args ...any) (list []TemplateVersion, err error) {
	rows, err := q.QueryContext(ctx, `
		select t.call, t.kind, t.lang, t.version, t.note, t.fails, t.warns, t.object_key, t.object_size, t.object_sha256, t.object_version,
			t.uploaded_by, coalesce(n.name, ''), t.uploaded_at
		from template_versions t left join persons n on n.id = t.uploaded_by where `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var t TemplateVersion
		var at int64
		err := rows.Scan(&t.Call, &t.Kind, &t.Lang, &t.Version, &t.Note, &t.Fails, &t.Warns, &t.Object.Key, &t.Object.Size, &t.Object.SHA256, &t.Object.VersionID,
			&t.UploadedBy, &t.UploadedName, &at)
		if err != nil {
			return nil, err
		}
		t.UploadedAt = fromMicros(at)
		list = append(list, t)
	}
	return list, rows.Err()
}

// publications reads publications; where is text of this package, never of a caller.
func publications(ctx context.Context, q querier, where string, args ...any) (list []Publication, err error) {
	rows, err := q.QueryContext(ctx, `
		select p.call, p.kind, p.lang, p.seq, coalesce(p.version, 0), p.published_by, coalesce(n.name, ''), p.published_at
		from template_publications p left join persons n on n.id = p.published_by where `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var p Publication
		var at int64
		if err := rows.Scan(&p.Call, &p.Kind, &p.Lang, &p.Seq, &p.Version, &p.PublishedBy, &p.PublishedName, &at); err != nil {
			return nil, err
		}
		p.PublishedAt = fromMicros(at)
		list = append(list, p)
	}
	return list, rows.Err()
}

// Predecessor returns what is on record of the template of the version before d of the same document, made of other inputs: its digest and number.
// The digest is "" when there is none.
func (db *DB) Predecessor(ctx context.Context, v Viewer, d Document) (digest string, version int, err error) {
	err = db.read.QueryRowContext(ctx, `
		select d.template_digest, d.template_version from documents d
		where kind = $1 and lang = $2 and state = $3 and subject = $4 and version < $5 and `+v.seesDocument(6)+` order by version desc limit 1`,
		d.Kind, d.Lang, string(d.State), d.subject(), d.Version, v.Organisation).Scan(&digest, &version)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", 0, fmt.Errorf("version before %d of %s: %w", d.Version, d.Kind, err)
	}
	return digest, version, nil
}
