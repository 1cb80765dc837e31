package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Webhook is an address that an organisation wants to be told of events at.
type Webhook struct {
	ID           string
	Organisation string
	URL          string
	Secret       string   // signs what is sent; never logged
	Events       []string // names such as document.issued
	CreatedAt    time.Time
	StoppedAt    time.Time // zero while it is told
}

// Delivery is one event for one webhook.
type Delivery struct {
	ID        string
	Webhook   string
	Event     string
	Body      []byte // JSON, as it is sent each time
	State     string // DeliveryWaiting, DeliveryDone or DeliveryFailed
	Tries     int
	Status    int    // HTTP status of the last answer, 0 for none
	Fault     string // what went wrong with the last try, "" when nothing did
	CreatedAt time.Time
	UpdatedAt time.Time
}

// States of a delivery.
const (
	DeliveryWaiting = "waiting"
	DeliveryDone    = "delivered"
	DeliveryFailed  = "failed"
)

// CreateWebhook puts a webhook of v's organisation on record. Its event in the audit names the webhook, and not its address.
func (db *DB) CreateWebhook(ctx context.Context, v Viewer, w Webhook, at time.Time) (Webhook, error) {
	if w.Organisation = v.Organisation; w.Organisation == "" || w.URL == "" || w.Secret == "" || len(w.Events) == 0 {
		return Webhook{}, errors.New("create webhook: organisation, address, secret and events are required")
	}
	w.ID, w.CreatedAt = newID(), fromMicros(micros(at))
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			insert into webhooks (id, organisation, url, secret, events, created_at) values ($1, $2, $3, $4, $5, $6)`,
			w.ID, w.Organisation, w.URL, w.Secret, " "+strings.Join(w.Events, " ")+" ", micros(at))
		if err != nil {
			return err
		}
		return audit(ctx, tx, v, EventWebhookCreated, w.ID, strings.Join(w.Events, " "), at)
	})
	if err != nil {
		return Webhook{}, fmt.Errorf("create webhook: %w", db.known(err))
	}
	return w, nil
}

// StopWebhook ends a webhook for good. What waits for it is not sent any more. Doing it again changes nothing.
func (db *DB) StopWebhook(ctx context.Context, v Viewer, id string, at time.Time) error {
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		var n int
		err := tx.QueryRowContext(ctx, `
			update webhooks set stopped_at = $3 where id = $1 and organisation = $2 and stopped_at is null returning 1`, id, v.Organisation, micros(at)).Scan(&n)
		if errors.Is(err, sql.ErrNoRows) {
			return tx.QueryRowContext(ctx, `select 1 from webhooks where id = $1 and organisation = $2`, id, v.Organisation).Scan(&n)
		}
		if err != nil {
			return err
		}
		return audit(ctx, tx, v, EventWebhookStopped, id, "", at)
	})
	if err != nil {
		return fmt.Errorf("stop webhook: %w", db.known(err))
	}
	return nil
}

// Webhook returns a webhook of the organisation, or ErrNotFound.
func (db *DB) Webhook(ctx context.Context, organisation, id string) (Webhook, error) {
	list, err := db.webhooks(ctx, `organisation = $1 and id = $2`, organisation, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Webhook{}, fmt.Errorf("read webhook: %w", err)
	}
	return list[0], nil
}

// Webhooks lists the webhooks of an organisation, newest first, stopped ones too.
func (db *DB) Webhooks(ctx context.Context, organisation string) ([]Webhook, error) {
	list, err := db.webhooks(ctx, `organisation = $1 order by created_at desc, id`, organisation)
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	return list, nil
}

// Subscribed lists the webhooks of an organisation that want to be told of an event.
func (db *DB) Subscribed(ctx context.Context, organisation, event string) ([]Webhook, error) {
	list, err := db.webhooks(ctx, `organisation = $1 and stopped_at is null and events like $2 escape '\' order by id`,
		organisation, like(" "+event+" "))
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	return list, nil
}

// SubscribedTo lists the webhooks that want to be told of an event about projects, of every organisation that sees all of them, as they are in the
// transaction of ctx where there is one.
func (db *DB) SubscribedTo(ctx context.Context, event string, projects []string) (list []Webhook, err error) {
	hooks, err := db.webhooks(ctx, `stopped_at is null and events like $1 escape '\' order by organisation, id`, like(" "+event+" "))
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	if len(hooks) == 0 || len(projects) == 0 { // most often
		return nil, nil
	}
	var q rower = db.read
	if tx := db.joined(ctx); tx != nil {
		q = tx.Tx
	}
	sees := map[string]bool{}
	for _, w := range hooks {
		all, known := sees[w.Organisation]
		if !known {
			all = true
			for _, p := range projects {
				var n int
				err := q.QueryRowContext(ctx, `
					select count(*) from projects p join organisations o on o.id = $1
					where p.id = $2 and (o.kind = '`+string(Bureau)+`' and p.bureau = o.id or p.id in (select v.project from sights v where v.organisation = o.id))`,
					w.Organisation, p).Scan(&n)
				if err != nil {
					return nil, fmt.Errorf("who sees project %s: %w", p, err)
				}
				all = all && n == 1
			}
			sees[w.Organisation] = all
		}
		if all {
			list = append(list, w)
		}
	}
	return list, nil
}

// webhooks reads webhooks; where is text of this package, never of a caller.
func (db *DB) webhooks(ctx context.Context, where string, args ...any) (list []Webhook, err error) {
	rows, err := db.read.QueryContext(ctx, `
		select id, organisation, url, secret, events, created_at, stopped_at from webhooks where `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var w Webhook
		var events string
		var created int64
		var stopped sql.NullInt64
		if err := rows.Scan(&w.ID, &w.Organisation, &w.URL, &w.Secret, &events, &created, &stopped); err != nil {
			return nil, err
		}
		w.Events, w.CreatedAt = strings.Fields(events), fromMicros(created)
		if stopped.Valid {
			w.StoppedAt = fromMicros(stopped.Int64)
		}
		list = append(list, w)
	}
	return list, rows.Err()
}

// AddDelivery puts an event for a webhook on record under an id of the caller's. One that is there already stays.
func (db *DB) AddDelivery(ctx context.Context, d Delivery, at time.Time) error {
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			insert into deliveries (id, webhook, event, body, state, tries, status, fault, created_at, updated_at)
			values ($1, $2, $3, $4, 'waiting', 0, 0, '', $5, $5) on conflict (id) do nothing`,
			d.ID, d.Webhook, d.Event, string(d.Body), micros(at))
		return err
	})
	if err != nil {
		return fmt.Errorf("add delivery: %w", db.known(err))
	}
	return nil
}

// TriedDelivery puts the outcome of a try on record.
func (db *DB) TriedDelivery(ctx context.Context, id, state string, status int, fault string, at time.Time) error {
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			update deliveries set state = $2, tries = tries + 1, status = $3, fault = $4, updated_at = $5 where id = $1`,
			id, state, status, fault, micros(at))
		return err
	})
	if err != nil {
		return fmt.Errorf("delivery %s: %w", id, err)
	}
	return nil
}

// ReplayDelivery lets a delivery of the organisation's wait again, or is ErrNotFound.
func (db *DB) ReplayDelivery(ctx context.Context, organisation, id string, at time.Time) error {
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		var n int
		return tx.QueryRowContext(ctx, `
			update deliveries set state = 'waiting', updated_at = $3
			where id = $1 and webhook in (select w.id from webhooks w where w.organisation = $2 and w.stopped_at is null) returning 1`,
			id, organisation, micros(at)).Scan(&n)
	})
	if err != nil {
		return fmt.Errorf("replay delivery: %w", db.known(err))
	}
	return nil
}

// Delivery returns a delivery with the webhook that it is for, or ErrNotFound.
func (db *DB) Delivery(ctx context.Context, organisation, id string) (Delivery, Webhook, error) {
	list, err := db.deliveries(ctx, `id = $1`, id)
	if err != nil || len(list) == 0 {
		return Delivery{}, Webhook{}, fmt.Errorf("read delivery: %w", errors.Join(err, ErrNotFound))
	}
	w, err := db.Webhook(ctx, organisation, list[0].Webhook)
	return list[0], w, err
}

// Deliveries lists what a webhook of the organisation was told, newest first, at most limit, older than the delivery whose
// id is given ("" for the first page).
func (db *DB) Deliveries(ctx context.Context, organisation, webhook, after string, limit int) ([]Delivery, error) {
	list, err := db.deliveries(ctx, `webhook = $1 and exists (select 1 from webhooks w where w.id = $1 and w.organisation = $2)
		and ($3 = '' or (created_at, id) < (select x.created_at, x.id from deliveries x where x.id = $3))
		order by created_at desc, id desc limit $4`, webhook, organisation, after, min(max(limit, 1), MaxPage))
	if err != nil {
		return nil, fmt.Errorf("list deliveries: %w", err)
	}
	return list, nil
}

// deliveries reads deliveries; where is text of this package, never of a caller.
func (db *DB) deliveries(ctx context.Context, where string, args ...any) (list []Delivery, err error) {
	rows, err := db.read.QueryContext(ctx, `
		select id, webhook, event, body, state, tries, status, fault, created_at, updated_at from deliveries where `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var d Delivery
		var body string
		var created, updated int64
		if err := rows.Scan(&d.ID, &d.Webhook, &d.Event, &body, &d.State, &d.Tries, &d.Status, &d.Fault, &created, &updated); err != nil {
			return nil, err
		}
		d.Body, d.CreatedAt, d.UpdatedAt = []byte(body), fromMicros(created), fromMicros(updated)
		list = append(list, d)
	}
	return list, rows.Err()
}

// RemoveDeliveries forgets deliveries older than before that wait no more, and returns how many.
func (db *DB) RemoveDeliveries(ctx context.Context, before time.Time) (int, error) {
	var n int64
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `delete from deliveries where created_at < $1 and state <> 'waiting'`, micros(before))
		if err == nil {
			n, err = r.RowsAffected()
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("remove old deliveries: %w", err)
	}
	return int(n), nil
}
