package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Token lets a program in, for an organisation. Only the SHA-256 of its secret is on record.
type Token struct {
	ID           string // 8 characters, part of what the program sends
	Organisation Organisation
	Name         string
	Digest       string // of the secret, 64 hex digits
	Roles        []string
	Scopes       []string
	CreatedBy    string // actor

	CreatedAt  time.Time // UTC, to the microsecond
	ExpiresAt  time.Time
	LastUsedAt time.Time // to the minute; zero when it was never used
	RevokedAt  time.Time // zero while it is not revoked
}

// Works reports whether the token lets anybody in at that time.
func (t Token) Works(at time.Time) bool { return t.RevokedAt.IsZero() && t.ExpiresAt.After(at) }

// CreateToken puts a token of v's organisation on record. An event goes with it. An ID that is taken is ErrConflict.
func (db *DB) CreateToken(ctx context.Context, v Viewer, t Token, at time.Time) error {
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			insert into tokens (id, organisation, name, digest, roles, scopes, created_by, created_at, expires_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			t.ID, v.Organisation, t.Name, t.Digest, words(t.Roles), words(t.Scopes), v.actor(), micros(at), micros(t.ExpiresAt))
		if err != nil {
			return err
		}
		return audit(ctx, tx, v, EventTokenMade, t.ID, v.Organisation+": "+words(t.Roles)+"; "+words(t.Scopes), at)
	})
	if err != nil {
		return fmt.Errorf("create token: %w", db.known(err))
	}
	return nil
}

// Token returns the token, one that works no longer too, or ErrNotFound. It serves sign-in, which has no viewer yet.
func (db *DB) Token(ctx context.Context, id string) (Token, error) {
	list, err := db.tokens(ctx, `t.id = $1`, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Token{}, fmt.Errorf("read token: %w", err)
	}
	return list[0], nil
}

// Tokens lists the tokens of v's organisation, newest first.
func (db *DB) Tokens(ctx context.Context, v Viewer) ([]Token, error) {
	list, err := db.tokens(ctx, `t.organisation = $1`, v.Organisation)
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	return list, nil
}

func (db *DB) tokens(ctx context.Context, where string, args ...any) (list []Token, err error) {
	rows, err := db.read.QueryContext(ctx, `
		select t.id, t.name, t.digest, t.roles, t.scopes, t.created_by, t.created_at, t.expires_at, t.last_used_at, t.revoked_at,
			o.id, o.kind, o.bureau, o.name_cn, o.name_en, o.code, o.created_at
		from tokens t join organisations o on o.id = t.organisation where `+where+` order by t.created_at desc, t.id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var t Token
		var roles, scopes string
		var created, expires, oc int64
		var used, revoked sql.NullInt64
		err := rows.Scan(&t.ID, &t.Name, &t.Digest, &roles, &scopes, &t.CreatedBy, &created, &expires, &used, &revoked,
			&t.Organisation.ID, &t.Organisation.Kind, &t.Organisation.Bureau, &t.Organisation.NameCN, &t.Organisation.NameEN, &t.Organisation.Code, &oc)
		if err != nil {
			return nil, err
		}
		t.Roles, t.Scopes, t.CreatedAt, t.ExpiresAt, t.Organisation.CreatedAt = unwords(roles), unwords(scopes), fromMicros(created), fromMicros(expires), fromMicros(oc)
		if used.Valid {
			t.LastUsedAt = fromMicros(used.Int64)
		}
		if revoked.Valid {
			t.RevokedAt = fromMicros(revoked.Int64)
		}
		list = append(list, t)
	}
	return list, rows.Err()
}

// TokenUsed notes that a token let somebody in, once a minute at most.
func (db *DB) TokenUsed(ctx context.Context, id string, at time.Time) error {
	_, err := db.write.ExecContext(ctx, `
		update tokens set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $3)`,
		id, micros(at.Truncate(time.Minute)), micros(at.Truncate(time.Minute)))
	if err != nil {
		return fmt.Errorf("note use of token: %w", err)
	}
	return nil
}

// RevokeToken ends a token of v's organisation for good. One that is revoked already stays as it is. ErrNotFound when v has none such.
func (db *DB) RevokeToken(ctx context.Context, v Viewer, id string, at time.Time) error {
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		var one int
		if err := tx.QueryRowContext(ctx, `select 1 from tokens where id = $1 and organisation = $2`, id, v.Organisation).Scan(&one); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `update tokens set revoked_at = $2 where id = $1 and revoked_at is null`, id, micros(at))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return audit(ctx, tx, v, EventTokenRevoked, id, "", at)
	})
	if err != nil {
		return fmt.Errorf("revoke token: %w", db.known(err))
	}
	return nil
}

// SaveSession keeps the data of a session until expires. digest is the SHA-256 of its id in hex: who reads the database opens none.
func (db *DB) SaveSession(ctx context.Context, digest string, data []byte, expires time.Time) error {
	_, err := db.write.ExecContext(ctx, `
		insert into sessions (digest, data, expires_at) values ($1, $2, $3)
		on conflict (digest) do update set data = excluded.data, expires_at = excluded.expires_at`, digest, data, micros(expires))
	if err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	return nil
}

// Session returns the data of a session that is not over, or ErrNotFound.
func (db *DB) Session(ctx context.Context, digest string, at time.Time) ([]byte, error) {
	var data []byte
	err := db.read.QueryRowContext(ctx, `select data from sessions where digest = $1 and expires_at > $2`, digest, micros(at)).Scan(&data)
	if err != nil {
		return nil, fmt.Errorf("read session: %w", db.known(err))
	}
	return data, nil
}

// EndSession removes a session; one that is not there stays so.
func (db *DB) EndSession(ctx context.Context, digest string) error {
	if _, err := db.write.ExecContext(ctx, `delete from sessions where digest = $1`, digest); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// failuresFor is for how long failures to sign in count.
const failuresFor = 15 * time.Minute

// SignInFailed counts a failure to sign in under a key, 64 hex digits that stand for an account or an address, and returns how many
// there were of late, this one included: the count begins anew fifteen minutes after the first.
func (db *DB) SignInFailed(ctx context.Context, key string, at time.Time) (n int, err error) {
	err = db.write.QueryRowContext(ctx, `
		insert into sign_in_failures (key, failures, since) values ($1, 1, $2)
		on conflict (key) do update set
			failures = case when sign_in_failures.since <= $3 then 1 else sign_in_failures.failures + 1 end,
			since = case when sign_in_failures.since <= $3 then excluded.since else sign_in_failures.since end
		returning failures`, key, micros(at), micros(at.Add(-failuresFor))).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count failures: %w", err)
	}
	return n, nil
}

// SignInFailures returns how many failures there were of late under a key, and when they stop counting.
func (db *DB) SignInFailures(ctx context.Context, key string, at time.Time) (n int, until time.Time, err error) {
	var since int64
	err = db.read.QueryRowContext(ctx, `select failures, since from sign_in_failures where key = $1 and since > $2`, key, micros(at.Add(-failuresFor))).Scan(&n, &since)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, time.Time{}, nil
	}
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("count failures: %w", err)
	}
	return n, fromMicros(since).Add(failuresFor), nil
}

// SignInWorked forgets the failures under a key.
func (db *DB) SignInWorked(ctx context.Context, key string) error {
	if _, err := db.write.ExecContext(ctx, `delete from sign_in_failures where key = $1`, key); err != nil {
		return fmt.Errorf("forget failures: %w", err)
	}
	return nil
}

// Answer is what a request with an idempotency key was answered with.
type Answer struct {
	Status int // of HTTP
	Body   []byte
}

// Errors of idempotency keys.
var (
	// ErrKeyReused: the key was used for another request.
	ErrKeyReused = errors.New("the idempotency key was used for another request")
	// ErrKeyRunning: the first request with this key is still under way.
	ErrKeyRunning = errors.New("the first request with this idempotency key is still under way")
)

// runningFor is how long a request may be under way before another takes over from it: its process must have ended.
const runningFor = 10 * time.Minute

// BeginOnce takes a key of v's organisation for a request, whose digest is 64 hex digits of SHA-256. Of twenty callers at once one
// gets no answer and no error: it does the work and ends it with FinishOnce or AbandonOnce. Once that is done, each gets the
// answer. Errors: ErrKeyReused, ErrKeyRunning.
func (db *DB) BeginOnce(ctx context.Context, v Viewer, key, request string, at time.Time) (answer *Answer, err error) {
	err = db.inTx(ctx, func(tx *sql.Tx) error {
		answer = nil
		var taken string
		err := tx.QueryRowContext(ctx, `
			insert into idempotency_keys (organisation, key, request, state, status, answer, created_at) values ($1, $2, $3, 'running', 0, $4, $5)
			on conflict (organisation, key) do update set created_at = excluded.created_at
				where idempotency_keys.state = 'running' and idempotency_keys.request = excluded.request and idempotency_keys.created_at <= $6
			returning key`, v.Organisation, key, request, []byte{}, micros(at), micros(at.Add(-runningFor))).Scan(&taken)
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var a Answer
		var first, state string
		err = tx.QueryRowContext(ctx, `select request, state, status, answer from idempotency_keys where organisation = $1 and key = $2`,
			v.Organisation, key).Scan(&first, &state, &a.Status, &a.Body)
		switch {
		case err != nil:
			return err
		case first != request:
			return ErrKeyReused
		case state == "running":
			return ErrKeyRunning
		}
		answer = &a
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("idempotency key: %w", db.known(err))
	}
	return answer, nil
}

// FinishOnce keeps the answer to the request that took a key, in the transaction of ctx where there is one (see Together).
func (db *DB) FinishOnce(ctx context.Context, v Viewer, key string, a Answer) error {
	body := a.Body
	if body == nil {
		body = []byte{}
	}
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `update idempotency_keys set state = 'done', status = $3, answer = $4 where organisation = $1 and key = $2`,
			v.Organisation, key, a.Status, body)
		return err
	})
	if err != nil {
		return fmt.Errorf("idempotency key: %w", err)
	}
	return nil
}

// AbandonOnce gives a key back whose request came to nothing.
func (db *DB) AbandonOnce(ctx context.Context, v Viewer, key string) error {
	_, err := db.write.ExecContext(ctx, `delete from idempotency_keys where organisation = $1 and key = $2 and state = 'running'`, v.Organisation, key)
	if err != nil {
		return fmt.Errorf("idempotency key: %w", err)
	}
	return nil
}

// Sweep removes what is over: sessions, invitations, failures to sign in, and idempotency keys after two days.
func (db *DB) Sweep(ctx context.Context, at time.Time) error {
	for _, s := range []struct {
		statement string
		before    time.Time
	}{
		{`delete from sessions where expires_at <= $1`, at},
		{`delete from invites where expires_at <= $1`, at.Add(-30 * 24 * time.Hour)},
		{`delete from sign_in_failures where since <= $1`, at.Add(-failuresFor)},
		{`delete from idempotency_keys where created_at <= $1`, at.Add(-48 * time.Hour)},
	} {
		if _, err := db.write.ExecContext(ctx, s.statement, micros(s.before)); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	return nil
}
