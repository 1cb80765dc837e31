package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"sync"
	"time"
)

// Events of the audit.
const (
	EventIssued   = "document.issued"   // a document was put on record; subject: its id, detail: kind, format, version, SHA-256 of its bytes
	EventLinked   = "document.linked"   // a signed link straight to a stored file was given out; subject: the document's id
	EventCreated  = "link.created"      // subject: the link's id, detail: the document's id
	EventUsed     = "link.used"         // subject: the link's id, detail: the document's id
	EventRevoked  = "link.revoked"      // subject: the link's id, detail: the document's id
	EventSignedIn = "account.signed-in" // somebody was let in; subject: the person's id

	EventStarted       = "service.started"     // a process began; subject: the program's version, detail: SHA-256 of its settings without secrets, so that a change of them is seen
	EventExported      = "project.exported"    // all that is on record of a project was read; subject: the project's id
	EventViewed        = "project.viewed"      // its data were shown; subject: the project's id, detail: revision
	EventDownloaded    = "document.downloaded" // a stored file was given out as a part of a ZIP; subject: its id, detail: the batch's id
	EventProjectSaved  = "project.saved"       // a revision was saved; subject: the project's id, detail: revision, SHA-256 of its payload
	EventOrganisation  = "organisation.saved"  // subject: its id, detail: kind
	EventInvited       = "member.invited"      // subject: the invitation's id, detail: organisation and roles
	EventJoined        = "member.joined"       // subject: the person's id, detail: organisation and roles
	EventRoles         = "member.roles"        // subject: the person's id, detail: organisation and roles
	EventRemoved       = "member.removed"      // subject: the person's id, detail: organisation
	EventReset         = "account.reset"       // the password was taken away on the server, for a new one by a link; subject: the person's id
	EventPassword      = "account.password"    // subject: the person's id
	EventTokenMade     = "token.made"          // subject: the token's id, detail: organisation, roles and scopes
	EventTokenRevoked  = "token.revoked"       // subject: the token's id
	EventInviteRevoked = "member.invite-ended" // subject: the invitation's id

	EventWebhookCreated = "webhook.created" // subject: its id, detail: the events it is told of
	EventWebhookStopped = "webhook.stopped" // subject: its id

	EventTemplateUploaded   = "template.uploaded"    // subject: call/kind/language, detail: version, SHA-256 of its bytes
	EventTemplatePublished  = "template.published"   // a version was put in force for the first time; subject: call/kind/language, detail: version
	EventTemplateRolledBack = "template.rolled-back" // a version that was in force before is so again; likewise, v0 comes with the call
)

// Event is one line of the audit. It holds ids and digests, and no personal data: it can be exported and shown.
type Event struct {
	Seq     int64     `json:"seq"` // from 1, without gaps
	At      time.Time `json:"at"`  // UTC, to the microsecond
	Actor   string    `json:"actor"`
	Event   string    `json:"event"`
	Subject string    `json:"subject"`
	Detail  string    `json:"detail,omitempty"`
	Bureau  string    `json:"bureau,omitempty"` // the tenant that it concerns; none in events from before there were organisations
	Prev    string    `json:"prev"`             // Digest of the event before, 64 zeros in the first
	Digest  string    `json:"digest"`           // of all the above
}

// sum is the digest that e must have.
func (e Event) sum() string {
	parts := []string{
		strconv.FormatInt(e.Seq, 10), strconv.FormatInt(micros(e.At), 10), e.Actor, e.Event, e.Subject, e.Detail, e.Prev,
	}
	if e.Bureau != "" {
		parts = append(parts, e.Bureau)
	}
	return digestOfParts(parts)
}

// BrokenChainError says where the audit is not as it was written.
type BrokenChainError struct {
	Seq  int64 // the first event that does not fit
	What string
}

func (e *BrokenChainError) Error() string {
	return fmt.Sprintf("the audit is broken at event %d: %s", e.Seq, e.What)
}

// Audit adds an event that goes with no other change of the database, or is a part of the transaction of ctx (see Together).
// Events that come at once share a transaction, and so a write to the disk. An event whose caller has gone before the
// answer may be on record.
func (db *DB) Audit(ctx context.Context, v Viewer, event, subject, detail string, at time.Time) error {
	e := &awaited{done: make(chan error, 1), add: func(ctx context.Context, tx *sql.Tx) error {
		return audit(ctx, tx, v, event, subject, detail, at)
	}}
	var err error
	if db.joined(ctx) != nil {
		err = db.inTx(ctx, func(tx *sql.Tx) error { return e.add(ctx, tx) })
	} else {
		if db.group.join(e) {
			go db.group.write(context.WithoutCancel(ctx), db)
		}
		select {
		case err = <-e.done:
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	if err != nil {
		return fmt.Errorf("audit %s: %w", event, err)
	}
	return nil
}

// group collects events while others are being written. The zero value is ready for use.
type group struct {
	mu      sync.Mutex
	waiting []*awaited
	writing bool
}

type awaited struct {
	add  func(ctx context.Context, tx *sql.Tx) error
	done chan error
}

// join reports whether the caller is to see to it that the events are written.
func (g *group) join(e *awaited) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, e)
	first := !g.writing
	g.writing = true
	return first
}

// take returns what waits, nil when nothing does and the next to join has to write again.
func (g *group) take() []*awaited {
	const most = 256 // so that nobody waits long for the others
	g.mu.Lock()
	defer g.mu.Unlock()
	list := g.waiting[:min(most, len(g.waiting))]
	g.waiting = g.waiting[len(list):]
	g.writing = len(list) > 0
	return list
}

// write writes until nothing waits.
func (g *group) write(ctx context.Context, db *DB) {
	for list := g.take(); len(list) > 0; list = g.take() {
		err := db.inTx(ctx, func(tx *sql.Tx) error {
			for _, e := range list {
				if err := e.add(ctx, tx); err != nil {
					return err
				}
			}
			return nil
		})
		for _, e := range list {
			e.done <- err
		}
	}
}

// audit adds an event in the transaction of what it tells, so that there is neither without the other. The end of the
// chain stays locked until the transaction ends: let it be the last statement.
func audit(ctx context.Context, tx *sql.Tx, v Viewer, event, subject, detail string, at time.Time) error {
	e := Event{At: fromMicros(micros(at)), Actor: v.actor(), Event: event, Subject: subject, Detail: detail, Bureau: v.Bureau}
	err := tx.QueryRowContext(ctx, `update audit_head set seq = seq + 1 where id = 1 returning seq, digest`).Scan(&e.Seq, &e.Prev)
	if err != nil {
		return fmt.Errorf("audit: end of the chain: %w", err)
	}
	e.Digest = e.sum()
	_, err = tx.ExecContext(ctx, `
		insert into audit (seq, at, actor, event, subject, detail, bureau, prev, digest) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.Seq, micros(e.At), e.Actor, e.Event, e.Subject, e.Detail, e.Bureau, e.Prev, e.Digest)
	if err != nil {
		return fmt.Errorf("audit: event: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `update audit_head set digest = $1 where id = 1`, e.Digest); err != nil {
		return fmt.Errorf("audit: end of the chain: %w", err)
	}
	return nil
}

// auditPage is how many events are read at once.
const auditPage = 1000

// Events yields the events that concern v's bureau, or the whole audit, each event as it is on record, from the one behind
// after on. It ends after the first error.
func (db *DB) Events(ctx context.Context, v Viewer, after int64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for {
			page, err := db.events(ctx, v, after)
			if err != nil {
				yield(Event{}, fmt.Errorf("read the audit: %w", err))
				return
			}
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
				after = e.Seq
			}
			if len(page) < auditPage {
				return
			}
		}
	}
}

func (db *DB) events(ctx context.Context, v Viewer, after int64) (list []Event, err error) {
	// What is older than organisations is the first bureau's.
	where := `(bureau = $3 or bureau = '' and $3 = '` + FirstBureau + `')`
	if v.whole {
		where = `$3 <> ''`
	}
	rows, err := db.read.QueryContext(ctx, `
		select seq, at, actor, event, subject, detail, bureau, prev, digest from audit where seq > $1 and `+where+` order by seq limit $2`,
		after, auditPage, v.Bureau)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var e Event
		var at int64
		if err := rows.Scan(&e.Seq, &at, &e.Actor, &e.Event, &e.Subject, &e.Detail, &e.Bureau, &e.Prev, &e.Digest); err != nil {
			return nil, err
		}
		e.At = fromMicros(at)
		list = append(list, e)
	}
	return list, rows.Err()
}

// VerifyAudit walks the whole audit and returns its last event: how many there are, and the digest that stands for all of
// them. A *BrokenChainError says which event was changed, removed or put in between. Somebody who may write the whole
// database can write a new chain too: whoever must rule that out keeps the last digest elsewhere from time to time.
func (db *DB) VerifyAudit(ctx context.Context) (Event, error) {
	// The end is read first: events that are added meanwhile come after it.
	var seq int64
	var digest string
	err := db.read.QueryRowContext(ctx, `select seq, digest from audit_head where id = 1`).Scan(&seq, &digest)
	if errors.Is(err, sql.ErrNoRows) {
		return Event{}, &BrokenChainError{What: "its end is not on record"}
	}
	if err != nil {
		return Event{}, fmt.Errorf("read the audit: %w", err)
	}
	last := Event{Digest: noEvent}
	for e, err := range db.Events(ctx, System(), 0) {
		if err != nil {
			return last, err
		}
		switch {
		case e.Seq != last.Seq+1:
			return last, &BrokenChainError{Seq: last.Seq + 1, What: "it is missing"}
		case e.Prev != last.Digest:
			return last, &BrokenChainError{Seq: e.Seq, What: "it does not follow the event before it"}
		case e.Digest != e.sum():
			return last, &BrokenChainError{Seq: e.Seq, What: "it was changed"}
		case e.Seq == seq && e.Digest != digest:
			return last, &BrokenChainError{Seq: e.Seq, What: "the chain ended otherwise"}
		}
		last = e
	}
	if last.Seq < seq {
		return last, &BrokenChainError{Seq: last.Seq + 1, What: "it is missing"}
	}
	if seq == 0 && last.Seq == 0 && digest != noEvent {
		return last, &BrokenChainError{What: "the chain ended otherwise"}
	}
	return last, nil
}

// noEvent is what the first event follows.
const noEvent = "0000000000000000000000000000000000000000000000000000000000000000"
