package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// OrganisationKind is what an organisation does in a programme.
type OrganisationKind string

// The three kinds of organisations.
const (
	Bureau       OrganisationKind = "bureau"
	ManagingUnit OrganisationKind = "managing-unit"
	Applicant    OrganisationKind = "applicant"
)

// FirstBureau is the id of the bureau that is there from the start.
const FirstBureau = "first"

// Organisation is an office or unit whose members use the service.
type Organisation struct {
	ID     string // made when it is saved
	Kind   OrganisationKind
	Bureau string // id of the bureau that it belongs to; a bureau's own
	NameCN string
	NameEN string
	Code   string // unified social credit code, by which projects name it; "" for none

	CreatedAt time.Time // UTC, to the microsecond
}

// seesOrganisation is the condition that v sees the row o of organisations: its own, and as a bureau those of its tenant.
func (v Viewer) seesOrganisation(n int) string {
	switch {
	case v.whole:
		return fmt.Sprintf("$%d <> ''", n)
	case v.Kind == Bureau:
		return fmt.Sprintf("(o.id = $%d or o.bureau = $%d)", n, n)
	}
	return fmt.Sprintf("o.id = $%d", n)
}

// SaveOrganisation puts an organisation on record, or with an ID changes its names and code. An event goes with it. A bureau
// makes managing units and applicants of its own; a further bureau is made with System. Errors: ErrNotFound for one that v
// does not see, ErrConflict for a code that another of its kind has.
func (db *DB) SaveOrganisation(ctx context.Context, v Viewer, o Organisation, at time.Time) (Organisation, error) {
	var saved Organisation
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		n := o
		if n.ID == "" {
			n.ID, n.Bureau, n.CreatedAt = newID(), v.Bureau, fromMicros(micros(at))
			if n.Kind == Bureau {
				n.Bureau = n.ID
			}
			if !v.whole && (v.Kind != Bureau || n.Kind == Bureau) {
				return ErrNotFound
			}
			_, err := tx.ExecContext(ctx, `
				insert into organisations (id, kind, bureau, name_cn, name_en, code, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
				n.ID, string(n.Kind), n.Bureau, n.NameCN, n.NameEN, n.Code, micros(n.CreatedAt))
			if err != nil {
				return err
			}
		} else {
			var created int64
			err := tx.QueryRowContext(ctx, `
				update organisations as o set name_cn = $2, name_en = $3, code = $4 where id = $1 and `+v.seesOrganisation(5)+`
				returning kind, bureau, created_at`,
				n.ID, n.NameCN, n.NameEN, n.Code, v.Organisation).Scan(&n.Kind, &n.Bureau, &created)
			if err != nil {
				return err
			}
			n.CreatedAt = fromMicros(created)
		}
		saved = n
		tenant := v
		tenant.Bureau = n.Bureau
		return audit(ctx, tx, tenant, EventOrganisation, n.ID, string(n.Kind), at)
	})
	if err != nil {
		return Organisation{}, fmt.Errorf("save organisation: %w", db.known(err))
	}
	return saved, nil
}

// Organisation returns the organisation, or ErrNotFound.
func (db *DB) Organisation(ctx context.Context, v Viewer, id string) (Organisation, error) {
	list, err := db.organisations(ctx, v, `o.id = $2`, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Organisation{}, fmt.Errorf("read organisation: %w", err)
	}
	return list[0], nil
}

// Organisations lists the organisations that v sees: bureaus first, then by kind and name.
func (db *DB) Organisations(ctx context.Context, v Viewer) ([]Organisation, error) {
	list, err := db.organisations(ctx, v, `$2 = ''`, "")
	if err != nil {
		return nil, fmt.Errorf("list organisations: %w", err)
	}
	return list, nil
}

func (db *DB) organisations(ctx context.Context, v Viewer, where string, args ...any) (list []Organisation, err error) {
	rows, err := db.read.QueryContext(ctx, `
		select o.id, o.kind, o.bureau, o.name_cn, o.name_en, o.code, o.created_at from organisations o
		where `+v.seesOrganisation(1)+` and `+where+`
		order by case o.kind when 'bureau' then 1 when 'managing-unit' then 2 else 3 end, o.name_cn, o.id`,
		append([]any{v.Organisation}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var o Organisation
		var created int64
		if err := rows.Scan(&o.ID, &o.Kind, &o.Bureau, &o.NameCN, &o.NameEN, &o.Code, &created); err != nil {
			return nil, err
		}
		o.CreatedAt = fromMicros(created)
		list = append(list, o)
	}
	return list, rows.Err()
}

// Person is somebody with an account. Issuer and Subject are those of OpenID Connect; with no Issuer it is a local account, and
// Subject is the name to sign in with.
type Person struct {
	ID       string
	Issuer   string
	Subject  string
	Name     string
	Email    string
	Password string // argon2id in its usual notation; "" for none
	Epoch    int    // sessions of an earlier one are over

	CreatedAt time.Time // UTC, to the microsecond
}

// Member is a person in an organisation.
type Member struct {
	Organisation Organisation
	Person       Person
	Roles        []string

	CreatedAt time.Time // UTC, to the microsecond
}

// PersonBySubject returns the person with this account, or ErrNotFound. It serves sign-in, which has no viewer yet.
func (db *DB) PersonBySubject(ctx context.Context, issuer, subject string) (Person, error) {
	return db.person(ctx, db.read, `issuer = $1 and subject = $2`, issuer, subject)
}

func (db *DB) person(ctx context.Context, q rower, where string, args ...any) (Person, error) {
	var p Person
	var created int64
	err := q.QueryRowContext(ctx, `select id, issuer, subject, name, email, password, epoch, created_at from persons where `+where, args...).
		Scan(&p.ID, &p.Issuer, &p.Subject, &p.Name, &p.Email, &p.Password, &p.Epoch, &created)
	if err != nil {
		return Person{}, fmt.Errorf("read person: %w", db.known(err))
	}
	p.CreatedAt = fromMicros(created)
	return p, nil
}

// SetPassword changes the password of a local account and ends all its sessions. An event goes with it. With no password nobody signs in by one.
func (db *DB) SetPassword(ctx context.Context, v Viewer, person, password string, at time.Time) error {
	event := EventPassword
	if password == "" {
		event = EventReset
	}
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		var id string
		err := tx.QueryRowContext(ctx, `
			update persons set password = $2, epoch = epoch + 1 where id = $1 and issuer = '' returning id`, person, password).Scan(&id)
		if err != nil {
			return err
		}
		return audit(ctx, tx, v, event, person, "", at)
	})
	if err != nil {
		return fmt.Errorf("set password: %w", db.known(err))
	}
	return nil
}

// Memberships lists the organisations of a person, in the order in which the person joined them. It serves sign-in and every
// request after it, which have no viewer yet: the result is what makes one.
func (db *DB) Memberships(ctx context.Context, person string) ([]Member, error) {
	list, err := members(ctx, db.read, `m.person = $1`, person)
	if err != nil {
		return nil, fmt.Errorf("list memberships: %w", err)
	}
	return list, nil
}

// Members lists the members of an organisation that v sees, in the order in which they joined. None when v does not see it.
func (db *DB) Members(ctx context.Context, v Viewer, organisation string) ([]Member, error) {
	list, err := members(ctx, db.read, `m.organisation = $1 and `+v.seesOrganisation(2), organisation, v.Organisation)
	if err != nil {
		return nil, fmt.Errorf("list members: %w", err)
	}
	return list, nil
}

func members(ctx context.Context, q querier, where string, args ...any) (list []Member, err error) {
	rows, err := q.QueryContext(ctx, `
		select o.id, o.kind, o.bureau, o.name_cn, o.name_en, o.code, o.created_at,
			p.id, p.issuer, p.subject, p.name, p.email, p.epoch, p.created_at, m.roles, m.created_at
		from members m join organisations o on o.id = m.organisation join persons p on p.id = m.person
		where `+where+` order by m.created_at, o.id, p.id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var m Member
		var roles string
		var oc, pc, mc int64
		err := rows.Scan(&m.Organisation.ID, &m.Organisation.Kind, &m.Organisation.Bureau, &m.Organisation.NameCN, &m.Organisation.NameEN,
			&m.Organisation.Code, &oc, &m.Person.ID, &m.Person.Issuer, &m.Person.Subject, &m.Person.Name, &m.Person.Email, &m.Person.Epoch, &pc, &roles, &mc)
		if err != nil {
			return nil, err
		}
		m.Roles = unwords(roles)
		m.Organisation.CreatedAt, m.Person.CreatedAt, m.CreatedAt = fromMicros(oc), fromMicros(pc), fromMicros(mc)
		list = append(list, m)
	}
	return list, rows.Err()
}

// SetRoles gives a member other roles; with none the member is removed. An event goes with it. keep, if set, is a role that
// somebody in the organisation must go on having. Errors: ErrNotFound for a member that v does not see, ErrLast when nobody
// would have keep.
func (db *DB) SetRoles(ctx context.Context, v Viewer, organisation, person string, roles []string, keep string, at time.Time) error {
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		// The organisation's row is locked where rows have locks, so that two owners do not remove each other.
		var tenant string
		err := tx.QueryRowContext(ctx, `
			update organisations as o set code = code where o.id = $1 and `+v.seesOrganisation(2)+` returning bureau`, organisation, v.Organisation).Scan(&tenant)
		if err != nil {
			return err
		}
		list, err := members(ctx, tx, `m.organisation = $1`, organisation)
		if err != nil {
			return err
		}
		found, had, kept := false, false, false
		for _, m := range list {
			of := " " + words(m.Roles) + " "
			had = had || strings.Contains(of, " "+keep+" ")
			if m.Person.ID == person {
				found, of = true, " "+words(roles)+" "
			}
			kept = kept || strings.Contains(of, " "+keep+" ")
		}
		if !found {
			return ErrNotFound
		}
		if keep != "" && had && !kept {
			return ErrLast
		}
		w := v
		w.Bureau = tenant
		if len(roles) == 0 {
			if _, err := tx.ExecContext(ctx, `delete from members where organisation = $1 and person = $2`, organisation, person); err != nil {
				return err
			}
			return audit(ctx, tx, w, EventRemoved, person, organisation, at)
		}
		if _, err := tx.ExecContext(ctx, `update members set roles = $3 where organisation = $1 and person = $2`, organisation, person, words(roles)); err != nil {
			return err
		}
		return audit(ctx, tx, w, EventRoles, person, organisation+": "+words(roles), at)
	})
	if err != nil {
		return fmt.Errorf("set roles: %w", db.known(err))
	}
	return nil
}

// ErrLast means that nobody would be left to look after an organisation.
var ErrLast = errors.New("nobody else has this role")

// Invite is a one-time way into an organisation. Whoever has its secret uses it; only the secret's digest is on record.
type Invite struct {
	ID           string // names it; no secret
	Organisation Organisation
	Person       string // id of the person whom it signs in; "" when it makes a member of whoever comes
	Roles        []string

	CreatedAt time.Time // UTC, to the microsecond
	ExpiresAt time.Time
	UsedAt    time.Time // zero while it was not used
}

// CreateInvite puts an invitation on record. digest is the SHA-256 of its secret in hex. Its organisation and person must be
// there, and v must see the organisation, else ErrNotFound. An event goes with it.
func (db *DB) CreateInvite(ctx context.Context, v Viewer, digest string, i Invite, at time.Time) (Invite, error) {
	i.ID, i.CreatedAt, i.ExpiresAt = newID(), fromMicros(micros(at)), fromMicros(micros(i.ExpiresAt))
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		o := &i.Organisation
		err := tx.QueryRowContext(ctx, `select o.kind, o.bureau, o.name_cn, o.name_en, o.code from organisations o where o.id = $1 and `+v.seesOrganisation(2), o.ID, v.Organisation).
			Scan(&o.Kind, &o.Bureau, &o.NameCN, &o.NameEN, &o.Code)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			insert into invites (digest, id, organisation, person, roles, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)`,
			digest, i.ID, o.ID, sql.NullString{String: i.Person, Valid: i.Person != ""}, words(i.Roles), micros(i.CreatedAt), micros(i.ExpiresAt))
		if err != nil {
			return err
		}
		w := v
		w.Bureau = o.Bureau
		return audit(ctx, tx, w, EventInvited, i.ID, o.ID+": "+words(i.Roles), at)
	})
	if err != nil {
		return Invite{}, fmt.Errorf("invite: %w", db.known(err))
	}
	return i, nil
}

// Invite returns the invitation with this digest while it can be used, or ErrNotFound. It serves sign-in.
func (db *DB) Invite(ctx context.Context, digest string, at time.Time) (Invite, error) {
	list, err := invites(ctx, db.read, `i.digest = $1 and i.used_at is null and i.expires_at > $2`, digest, micros(at))
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Invite{}, fmt.Errorf("read invitation: %w", err)
	}
	return list[0], nil
}

// Invites lists the invitations into an organisation that v sees and that can still be used, newest first.
func (db *DB) Invites(ctx context.Context, v Viewer, organisation string, at time.Time) ([]Invite, error) {
	list, err := invites(ctx, db.read, `i.organisation = $1 and i.used_at is null and i.expires_at > $2 and `+v.seesOrganisation(3), organisation, micros(at), v.Organisation)
	if err != nil {
		return nil, fmt.Errorf("list invitations: %w", err)
	}
	return list, nil
}

// EndInvite makes an invitation useless. ErrNotFound when v does not see its organisation or it was used.
func (db *DB) EndInvite(ctx context.Context, v Viewer, organisation, id string, at time.Time) error {
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		var bureau string
		err := tx.QueryRowContext(ctx, `select o.bureau from organisations o where o.id = $1 and `+v.seesOrganisation(2), organisation, v.Organisation).Scan(&bureau)
		if err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `delete from invites where id = $1 and organisation = $2 and used_at is null`, id, organisation)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrNotFound)
		}
		w := v
		w.Bureau = bureau
		return audit(ctx, tx, w, EventInviteRevoked, id, organisation, at)
	})
	if err != nil {
		return fmt.Errorf("end invitation: %w", db.known(err))
	}
	return nil
}

func invites(ctx context.Context, q querier, where string, args ...any) (list []Invite, err error) {
	rows, err := q.QueryContext(ctx, `
		select i.id, i.person, i.roles, i.created_at, i.expires_at, o.id, o.kind, o.bureau, o.name_cn, o.name_en, o.code, o.created_at
		from invites i join organisations o on o.id = i.organisation where `+where+` order by i.created_at desc, i.id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what matters
	for rows.Next() {
		var i Invite
		var person sql.NullString
		var roles string
		var created, expires, oc int64
		err := rows.Scan(&i.ID, &person, &roles, &created, &expires, &i.Organisation.ID, &i.Organisation.Kind, &i.Organisation.Bureau,
			&i.Organisation.NameCN, &i.Organisation.NameEN, &i.Organisation.Code, &oc)
		if err != nil {
			return nil, err
		}
		i.Person, i.Roles = person.String, unwords(roles)
		i.CreatedAt, i.ExpiresAt, i.Organisation.CreatedAt = fromMicros(created), fromMicros(expires), fromMicros(oc)
		list = append(list, i)
	}
	return list, rows.Err()
}

// UseInvite uses an invitation up and returns the member whom it lets in: the person it was made for; or else p, found by
// Issuer and Subject or put on record, who joins the organisation (or, being a member, gets its roles besides). Of twenty callers
// one gets in. Errors: ErrNotFound for an invitation that cannot be used; ErrConflict for a new local account whose name is taken.
func (db *DB) UseInvite(ctx context.Context, digest string, p Person, at time.Time) (Member, error) {
	var joined Member
	err := db.inTx(ctx, func(tx *sql.Tx) error {
		now := fromMicros(micros(at))
		var organisation, roles string
		var invited sql.NullString
		err := tx.QueryRowContext(ctx, `
			update invites set used_at = $2 where digest = $1 and used_at is null and expires_at > $2
			returning organisation, person, roles`, digest, micros(now)).Scan(&organisation, &invited, &roles)
		if err != nil {
			return err
		}
		q := p
		if invited.Valid {
			q.ID = invited.String
		} else if q.ID, err = account(ctx, tx, p, now); err != nil {
			return err
		}
		list, err := members(ctx, tx, `m.organisation = $1 and m.person = $2`, organisation, q.ID)
		if err != nil {
			return err
		}
		if len(list) == 0 && invited.Valid {
			return ErrNotFound // removed meanwhile
		}
		have := words(nil)
		if len(list) == 1 {
			have = words(list[0].Roles)
		}
		if !invited.Valid {
			for _, role := range unwords(roles) {
				if !strings.Contains(" "+have+" ", " "+role+" ") {
					have = strings.TrimSpace(have + " " + role)
				}
			}
			_, err = tx.ExecContext(ctx, `
				insert into members (organisation, person, roles, created_at) values ($1, $2, $3, $4)
				on conflict (organisation, person) do update set roles = excluded.roles`, organisation, q.ID, have, micros(now))
			if err != nil {
				return err
			}
		}
		if list, err = members(ctx, tx, `m.organisation = $1 and m.person = $2`, organisation, q.ID); err != nil {
			return err
		}
		if len(list) != 1 {
			return ErrNotFound
		}
		joined = list[0]
		if invited.Valid {
			return nil // signs in; that is an event of its own
		}
		return audit(ctx, tx, Viewer{Bureau: joined.Organisation.Bureau, Actor: q.ID}, EventJoined, q.ID, organisation+": "+have, at)
	})
	if err != nil {
		return Member{}, fmt.Errorf("use invitation: %w", db.known(err))
	}
	return joined, nil
}

// account finds the person of an OpenID Connect subject or makes one; a local account must be new.
func account(ctx context.Context, tx *sql.Tx, p Person, now time.Time) (id string, err error) {
	if p.Subject == "" || p.Issuer == "" && p.Password == "" {
		return "", errors.New("an account needs a subject, and a local one a password")
	}
	onConflict := ""
	if p.Issuer != "" {
		onConflict = ` on conflict (issuer, subject) do update set name = excluded.name, email = excluded.email`
	}
	err = tx.QueryRowContext(ctx, `
		insert into persons (id, issuer, subject, name, email, password, created_at) values ($1, $2, $3, $4, $5, $6, $7)`+onConflict+`
		returning id`, newID(), p.Issuer, p.Subject, p.Name, p.Email, p.Password, micros(now)).Scan(&id)
	return id, err
}

// HasMembers reports whether anybody can sign in at all.
func (db *DB) HasMembers(ctx context.Context) (bool, error) {
	var n int
	if err := db.read.QueryRowContext(ctx, `select count(*) from (select 1 from members limit 1) one`).Scan(&n); err != nil {
		return false, fmt.Errorf("count members: %w", err)
	}
	return n > 0, nil
}
