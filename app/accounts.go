package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"tripact/problem"
	"tripact/storage/records"
)

// Errors of signing in.
var (
	// ErrSignedOut: nobody is signed in, or not any more.
	ErrSignedOut = errors.New("not signed in")
	// ErrBadCredentials: name or password are wrong; which of them is not said.
	ErrBadCredentials = errors.New("wrong name or password")
	// ErrTooManyFailures: wait before trying again.
	ErrTooManyFailures = errors.New("too many failures to sign in")
	// ErrInviteGone: there is no such invitation, or not any more.
	ErrInviteGone = errors.New("the invitation works no longer")
	// ErrLastOwner: an organisation must keep somebody who looks after its members.
	ErrLastOwner = records.ErrLast
)

// How long things work.
const (
	inviteAge   = 7 * 24 * time.Hour
	setUpAge    = 24 * time.Hour
	maxTokenAge = 2 * 366 * 24 * time.Hour
)

// How many failures to sign in are borne within fifteen minutes: for an account from one address, for an account from anywhere,
// and from one address for any account.
const (
	failuresHere      = 5
	failuresOfAccount = 30
	failuresOfAddress = 50
)

// Account is who signed in: what a session keeps.
type Account struct {
	Person       string
	Epoch        int    // sessions of an earlier one are over
	Organisation string // the one that the person works for at the moment
}

// Member is a person in an organisation.
type Member struct {
	Person string
	Name   string
	Login  string // name to sign in with; "" when another provider signs the person in
	Email  string
	Roles  []Role
	Since  time.Time
}

// Invite is an invitation that can still be used.
type Invite struct {
	ID           string
	Organisation records.Organisation
	Known        bool // signs one member in; makes no new one
	Roles        []Role
	Expires      time.Time
}

// Secret is what a one-time or lasting credential is sent as. It is shown once and kept as a digest.
type Secret string

// String hides it from logs.
func (Secret) String() string { return "[secret]" }

func newSecret() Secret {
	var b [32]byte
	rand.Read(b[:]) // never fails: it ends the program instead
	return Secret(base64.RawURLEncoding.EncodeToString(b[:]))
}

func (s Secret) digest() string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// Principal returns who an account is at this moment: its roles are read from the records each time. An account whose person
// left the organisation works for the next of theirs. ErrSignedOut when the person has none, or has ended the session.
func (a *App) Principal(ctx context.Context, of Account) (Principal, error) {
	list, err := a.cfg.Records.Memberships(ctx, of.Person)
	if err != nil {
		return Principal{}, fmt.Errorf("who is signed in: %w", err)
	}
	if len(list) == 0 || list[0].Person.Epoch != of.Epoch {
		return Principal{}, ErrSignedOut
	}
	i := max(0, slices.IndexFunc(list, func(m records.Member) bool { return m.Organisation.ID == of.Organisation }))
	return memberPrincipal(list[i]), nil
}

// Places lists the organisations that who can work for.
func (a *App) Places(ctx context.Context, who Principal) ([]records.Organisation, error) {
	list, err := a.cfg.Records.Memberships(ctx, who.Person)
	if err != nil {
		return nil, fmt.Errorf("organisations of %s: %w", who.Person, err)
	}
	out := make([]records.Organisation, len(list))
	for i, m := range list {
		out[i] = m.Organisation
	}
	return out, nil
}

// tokenPrefix begins every token, so that scanners for leaked secrets know it.
const tokenPrefix = "tp_"

// TokenPrincipal returns who a token is. ErrSignedOut for one that does not work, whatever the reason.
func (a *App) TokenPrincipal(ctx context.Context, token Secret) (Principal, error) {
	rest, ok := strings.CutPrefix(string(token), tokenPrefix)
	if !ok || len(rest) != 8+43 {
		return Principal{}, ErrSignedOut
	}
	t, err := a.cfg.Records.Token(ctx, rest[:8])
	if errors.Is(err, records.ErrNotFound) {
		return Principal{}, ErrSignedOut
	}
	if err != nil {
		return Principal{}, fmt.Errorf("token: %w", err)
	}
	now := a.cfg.Now()
	if subtle.ConstantTimeCompare([]byte(t.Digest), []byte(Secret(rest[8:]).digest())) != 1 || !t.Works(now) {
		return Principal{}, ErrSignedOut
	}
	if err := a.cfg.Records.TokenUsed(ctx, t.ID, now); err != nil {
		return Principal{}, fmt.Errorf("token: %w", err)
	}
	return tokenPrincipal(t), nil
}

// standing returns what an actor may do at this moment in the organisation that it once worked for: the zero Principal, who may do nothing, when it
// left, or its token works no longer.
func (a *App) standing(ctx context.Context, v records.Viewer) (Principal, error) {
	local := LocalOwner()
	if v == local.viewer() {
		return local, nil
	}
	if id, ok := strings.CutPrefix(v.Actor, "token:"); ok {
		t, err := a.cfg.Records.Token(ctx, id)
		if errors.Is(err, records.ErrNotFound) || err == nil && (!t.Works(a.cfg.Now()) || t.Organisation.ID != v.Organisation) {
			return Principal{}, nil
		}
		if err != nil {
			return Principal{}, fmt.Errorf("token: %w", err)
		}
		return tokenPrincipal(t), nil
	}
	list, err := a.cfg.Records.Memberships(ctx, v.Actor)
	if err != nil {
		return Principal{}, fmt.Errorf("rights of %s: %w", v.Actor, err)
	}
	i := slices.IndexFunc(list, func(m records.Member) bool { return m.Organisation.ID == v.Organisation })
	if i < 0 {
		return Principal{}, nil
	}
	return memberPrincipal(list[i]), nil
}

func tokenPrincipal(t records.Token) Principal {
	p := Principal{Token: t.ID, Name: t.Name, Organisation: t.Organisation, Roles: roles(t.Roles)}
	for _, s := range t.Scopes {
		p.Scopes = append(p.Scopes, Scope(s))
	}
	return p
}

func memberPrincipal(m records.Member) Principal {
	return Principal{Person: m.Person.ID, Name: m.Person.Name, Organisation: m.Organisation, Roles: roles(m.Roles), Local: m.Person.Issuer == ""}
}

func roles(list []string) []Role {
	out := make([]Role, len(list))
	for i, r := range list {
		out[i] = Role(r)
	}
	return out
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// SetUp returns the secret of an invitation that makes the first owner of the first bureau, and "" once there is a member.
func (a *App) SetUp(ctx context.Context) (Secret, error) {
	done, err := a.cfg.Records.HasMembers(ctx)
	if err != nil || done {
		return "", err
	}
	s, _, err := a.invite(ctx, LocalOwner(), records.FirstBureau, "", RolesIn(records.Bureau), setUpAge)
	return s, err
}

// Owners lists the owners of the first bureau, for who works at the command line of the server.
func (a *App) Owners(ctx context.Context) ([]Member, error) {
	_, list, err := a.Members(ctx, LocalOwner(), records.FirstBureau)
	return slices.DeleteFunc(list, func(m Member) bool { return !slices.Contains(m.Roles, Owner) }), err
}

// ResetOwner takes the password of an owner of the first bureau away, ends all sessions of theirs, and makes a link that lets them in once, within a day, to
// set a new one: for who works at the command line of the server. A login that is no owner's is a *problem.Error.
func (a *App) ResetOwner(ctx context.Context, login string) (s Secret, i Invite, err error) {
	list, err := a.Owners(ctx)
	if err != nil {
		return "", Invite{}, err
	}
	at := slices.IndexFunc(list, func(m Member) bool { return m.Login != "" && m.Login == strings.ToLower(login) })
	if at < 0 {
		return "", Invite{}, problem.List{{
			Code: "owner.login", Severity: problem.Fail, Found: login, Message: problem.T("没有使用该登录名的所有者", "no owner has this login"),
			Fix: problem.Fix{ZH: "用 tripact owner 查看所有者；由外部平台登录的所有者没有密码，可用 --new 新增所有者", EN: "see tripact owner; an owner whom another provider signs in has no password: use --new"},
		}}.Err()
	}
	local := LocalOwner()
	err = a.cfg.Records.Together(ctx, func(ctx context.Context) (err error) {
		if err := a.cfg.Records.SetPassword(ctx, local.viewer(), list[at].Person, "", a.cfg.Now()); err != nil {
			return err
		}
		s, i, err = a.invite(ctx, local, records.FirstBureau, list[at].Person, list[at].Roles, setUpAge)
		return err
	})
	return s, i, err
}

// Invite makes an invitation for one new member with these roles, in who's organisation or, as a bureau's owner, in one of
// the bureau's. A wrong role is a *problem.Error.
func (a *App) Invite(ctx context.Context, who Principal, organisation string, as []Role) (Secret, Invite, error) {
	o, err := a.manages(ctx, who, organisation)
	if err != nil {
		return "", Invite{}, err
	}
	if err := fit(o.Kind, as); err != nil {
		return "", Invite{}, err
	}
	return a.invite(ctx, who, organisation, "", as, inviteAge)
}

// SignInLink makes an invitation that signs a member in once: for somebody who forgot the password, who can set a new one then.
func (a *App) SignInLink(ctx context.Context, who Principal, organisation, person string) (Secret, Invite, error) {
	if _, err := a.manages(ctx, who, organisation); err != nil {
		return "", Invite{}, err
	}
	list, err := a.cfg.Records.Members(ctx, who.viewer(), organisation)
	if err != nil {
		return "", Invite{}, fmt.Errorf("sign-in link: %w", err)
	}
	i := slices.IndexFunc(list, func(m records.Member) bool { return m.Person.ID == person })
	if i < 0 {
		return "", Invite{}, fmt.Errorf("sign-in link: member: %w", notExist(records.ErrNotFound))
	}
	// A member of other organisations too is not only this one's to sign in.
	if places, err := a.cfg.Records.Memberships(ctx, person); err != nil || len(places) > 1 {
		return "", Invite{}, errors.Join(err, fmt.Errorf("sign-in link: a member of several organisations: %w", ErrForbidden))
	}
	return a.invite(ctx, who, organisation, person, roles(list[i].Roles), setUpAge)
}

func (a *App) invite(ctx context.Context, who Principal, organisation, person string, as []Role, age time.Duration) (Secret, Invite, error) {
	s, now := newSecret(), a.cfg.Now()
	i, err := a.cfg.Records.CreateInvite(ctx, who.viewer(), s.digest(), records.Invite{
		Organisation: records.Organisation{ID: organisation}, Person: person, Roles: words(as), ExpiresAt: now.Add(age),
	}, now)
	if err != nil {
		return "", Invite{}, notExist(err)
	}
	return s, inviteOf(i), nil
}

func inviteOf(i records.Invite) Invite {
	return Invite{ID: i.ID, Organisation: i.Organisation, Known: i.Person != "", Roles: roles(i.Roles), Expires: i.ExpiresAt}
}

// fit refuses roles that an organisation of this kind does not have.
func fit(kind records.OrganisationKind, as []Role) error {
	var found problem.List
	have := RolesIn(kind)
	if len(as) == 0 {
		found.Add(problem.Finding{
			Code: "member.roles", Severity: problem.Fail, Path: "/roles",
			Message: problem.T("未选择角色", "no role is chosen"),
			Fix:     problem.Fix{ZH: "至少选择一个角色", EN: "choose at least one"},
		})
	}
	for i, r := range as {
		if !slices.Contains(have, r) || slices.Contains(as[:i], r) {
			found.Add(problem.Finding{
				Code: "member.roles", Severity: problem.Fail, Path: "/roles", Found: string(r),
				Message: problem.T("此类单位没有这个角色，或角色重复", "an organisation of this kind has no such role, or it is there twice"),
				Fix:     problem.Fix{ZH: "可用的有：" + strings.Join(words(have), "、"), EN: "use " + strings.Join(words(have), ", ")},
			})
		}
	}
	return found.Err()
}

// manages returns the organisation whose members who may change: its own, or as a bureau's owner one of the bureau's.
func (a *App) manages(ctx context.Context, who Principal, organisation string) (records.Organisation, error) {
	o, err := a.cfg.Records.Organisation(ctx, who.viewer(), organisation)
	if err != nil {
		return o, notExist(err)
	}
	action := ManageMembers
	if o.ID != who.Organisation.ID {
		action = ManageOrganisations
	}
	return o, who.need(action)
}

// LookAtInvite tells what an invitation is for and counts nothing, or is ErrInviteGone.
func (a *App) LookAtInvite(ctx context.Context, s Secret) (Invite, error) {
	i, err := a.cfg.Records.Invite(ctx, s.digest(), a.cfg.Now())
	if errors.Is(err, records.ErrNotFound) {
		return Invite{}, ErrInviteGone
	}
	if err != nil {
		return Invite{}, fmt.Errorf("invitation: %w", err)
	}
	return inviteOf(i), nil
}

// NewAccount is what somebody who was invited fills in.
type NewAccount struct {
	Name     string
	Login    string // name to sign in with
	Email    string
	Password string
}

// check says what is missing.
func (n NewAccount) check() problem.List {
	var found problem.List
	add := func(bad bool, path, zh, en, fixZH, fixEN string) {
		if bad {
			found.Add(problem.Finding{
				Code: "account" + strings.ReplaceAll(path, "/", "."), Severity: problem.Fail, Path: path,
				Message: problem.T(zh, en), Fix: problem.Fix{ZH: fixZH, EN: fixEN},
			})
		}
	}
	add(strings.TrimSpace(n.Name) == "" || len(n.Name) > 200, "/name", "姓名缺失或过长", "the name is missing or too long", "填写姓名", "fill it in")
	add(!loginFits(n.Login), "/login", "登录名须为3至64个字母、数字或 . _ - @", "a login has 3 to 64 letters, digits or . _ - @", "换一个登录名", "choose another")
	add(len(n.Email) > 200, "/email", "电子邮箱过长", "the e-mail address is too long", "检查电子邮箱", "check it")
	found.Add(checkPassword(n.Password, n.Login)...)
	return found
}

func loginFits(s string) bool {
	return len(s) >= 3 && len(s) <= 64 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-@") == ""
}

// checkPassword asks for length and nothing else (NIST SP 800-63B, 3.1.1.2).
func checkPassword(password, login string) problem.List {
	n := len([]rune(password))
	if n >= 12 && n <= 128 && !strings.EqualFold(password, login) {
		return nil
	}
	return problem.List{{
		Code: "account.password", Severity: problem.Fail, Path: "/password",
		Message: problem.T("密码须为12至128个字符，且不得与登录名相同", "a password has 12 to 128 characters and is not the login"),
		Fix:     problem.Fix{ZH: "例如用几个不相关的词组成", EN: "some words that have nothing to do with each other will do"},
	}}
}

// Join uses an invitation up. One for a known member signs that member in, and gives a local account n's password if there is
// one; any other makes a local account of n, who joins. What is wrong with n is a *problem.Error and leaves the invitation as it was.
func (a *App) Join(ctx context.Context, s Secret, n NewAccount) (Account, error) {
	i, err := a.LookAtInvite(ctx, s)
	if err != nil {
		return Account{}, err
	}
	var p records.Person
	switch {
	case i.Known && n.Password != "":
		if err := checkPassword(n.Password, "").Err(); err != nil {
			return Account{}, err
		}
	case !i.Known:
		if err := n.check().Err(); err != nil {
			return Account{}, err
		}
		hash, err := a.hashPassword(ctx, n.Password)
		if err != nil {
			return Account{}, err
		}
		p = records.Person{Subject: strings.ToLower(n.Login), Name: strings.TrimSpace(n.Name), Email: strings.TrimSpace(n.Email), Password: hash}
	}
	account, err := a.join(ctx, s, p)
	if err == nil && i.Known && n.Password != "" {
		who, err := a.Principal(ctx, account)
		if err != nil {
			return Account{}, err
		}
		return a.setPassword(ctx, who, n.Password)
	}
	if errors.Is(err, records.ErrConflict) {
		return Account{}, problem.List{{
			Code: "account.login", Severity: problem.Fail, Path: "/login", Found: n.Login,
			Message: problem.T("登录名已被使用", "the login is taken"), Fix: problem.Fix{ZH: "换一个登录名", EN: "choose another"},
		}}.Err()
	}
	return account, err
}

// Identity is what an OpenID Connect provider says of somebody who signed in there.
type Identity struct{ Issuer, Subject, Name, Email string }

// JoinAs uses an invitation up for somebody whom an OpenID Connect provider signed in.
func (a *App) JoinAs(ctx context.Context, s Secret, id Identity) (Account, error) {
	if i, err := a.LookAtInvite(ctx, s); err != nil || i.Known {
		return Account{}, errors.Join(err, map[bool]error{true: ErrInviteGone}[i.Known])
	}
	return a.join(ctx, s, records.Person{Issuer: id.Issuer, Subject: id.Subject, Name: id.Name, Email: id.Email})
}

func (a *App) join(ctx context.Context, s Secret, p records.Person) (Account, error) {
	m, err := a.cfg.Records.UseInvite(ctx, s.digest(), p, a.cfg.Now())
	if errors.Is(err, records.ErrNotFound) {
		return Account{}, ErrInviteGone
	}
	if err != nil {
		return Account{}, fmt.Errorf("join: %w", err)
	}
	return a.signedIn(ctx, m)
}

// signedIn records that somebody is let in; nobody is when that fails.
func (a *App) signedIn(ctx context.Context, m records.Member) (Account, error) {
	v := records.Viewer{Organisation: m.Organisation.ID, Kind: m.Organisation.Kind, Bureau: m.Organisation.Bureau, Actor: m.Person.ID}
	if err := a.cfg.Records.Audit(ctx, v, records.EventSignedIn, m.Person.ID, m.Organisation.ID, a.cfg.Now()); err != nil {
		return Account{}, fmt.Errorf("sign in: %w", err)
	}
	return Account{Person: m.Person.ID, Epoch: m.Person.Epoch, Organisation: m.Organisation.ID}, nil
}

// SignInAs lets in whom an OpenID Connect provider signed in and who joined before; ErrSignedOut for anybody else.
func (a *App) SignInAs(ctx context.Context, id Identity) (Account, error) {
	if id.Issuer == "" || id.Subject == "" {
		return Account{}, ErrSignedOut
	}
	p, err := a.cfg.Records.PersonBySubject(ctx, id.Issuer, id.Subject)
	if errors.Is(err, records.ErrNotFound) {
		return Account{}, ErrSignedOut
	}
	if err != nil {
		return Account{}, fmt.Errorf("sign in: %w", err)
	}
	return a.letIn(ctx, p)
}

func (a *App) letIn(ctx context.Context, p records.Person) (Account, error) {
	list, err := a.cfg.Records.Memberships(ctx, p.ID)
	if err != nil {
		return Account{}, fmt.Errorf("sign in: %w", err)
	}
	if len(list) == 0 {
		return Account{}, ErrSignedOut
	}
	return a.signedIn(ctx, list[0])
}

// SignIn lets in who knows name and password. address is where the caller is. After five failures for a name from an address,
// thirty for a name, or fifty from an address, within fifteen minutes it is ErrTooManyFailures, right password or not; else
// ErrBadCredentials, after the same work whether there is such a name or not.
func (a *App) SignIn(ctx context.Context, login, password, address string) (Account, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	now := a.cfg.Now()
	from := Secret("address " + address).digest()
	if n, _, err := a.cfg.Records.SignInFailures(ctx, from, now); err != nil || n >= failuresOfAddress {
		return Account{}, errors.Join(err, ErrTooManyFailures)
	}
	account := []struct {
		key  string
		most int
	}{{Secret("account " + login + " " + address).digest(), failuresHere}, {Secret("account " + login).digest(), failuresOfAccount}}
	for _, k := range account {
		// Counted before it is tried: of a thousand guesses at once no more than these are tried. A sign-in that works forgets them.
		n, err := a.cfg.Records.SignInFailed(ctx, k.key, now)
		if err != nil {
			return Account{}, fmt.Errorf("sign in: %w", err)
		}
		if n > k.most {
			return Account{}, ErrTooManyFailures
		}
	}
	p, err := a.cfg.Records.PersonBySubject(ctx, "", login)
	if err != nil && !errors.Is(err, records.ErrNotFound) {
		return Account{}, fmt.Errorf("sign in: %w", err)
	}
	right, err := a.passwordFits(ctx, p.Password, password)
	if err != nil {
		return Account{}, err
	}
	if !right {
		if _, err := a.cfg.Records.SignInFailed(ctx, from, now); err != nil {
			return Account{}, fmt.Errorf("sign in: %w", err)
		}
		return Account{}, ErrBadCredentials
	}
	for _, k := range account {
		if err := a.cfg.Records.SignInWorked(ctx, k.key); err != nil {
			return Account{}, fmt.Errorf("sign in: %w", err)
		}
	}
	in, err := a.letIn(ctx, p)
	if errors.Is(err, ErrSignedOut) {
		return Account{}, ErrBadCredentials // a member of nothing any more
	}
	return in, err
}

// ChangePassword gives who another password, once the old one is proved, and ends every session of theirs; the account
// returned begins a new one. A wrong old one counts as a failure to sign in.
func (a *App) ChangePassword(ctx context.Context, who Principal, old, password, address string) (Account, error) {
	list, err := a.cfg.Records.Memberships(ctx, who.Person)
	if err != nil {
		return Account{}, fmt.Errorf("change password: %w", err)
	}
	if len(list) == 0 || list[0].Person.Issuer != "" {
		return Account{}, fmt.Errorf("change password: %w", ErrForbidden)
	}
	if err := checkPassword(password, list[0].Person.Subject).Err(); err != nil {
		return Account{}, err
	}
	if _, err := a.SignIn(ctx, list[0].Person.Subject, old, address); err != nil {
		return Account{}, err
	}
	return a.setPassword(ctx, who, password)
}

func (a *App) setPassword(ctx context.Context, who Principal, password string) (Account, error) {
	hash, err := a.hashPassword(ctx, password)
	if err != nil {
		return Account{}, err
	}
	if err := a.cfg.Records.SetPassword(ctx, who.viewer(), who.Person, hash, a.cfg.Now()); err != nil {
		return Account{}, notExist(err)
	}
	list, err := a.cfg.Records.Memberships(ctx, who.Person)
	if err != nil || len(list) == 0 {
		return Account{}, errors.Join(err, ErrSignedOut)
	}
	return Account{Person: who.Person, Epoch: list[0].Person.Epoch, Organisation: who.Organisation.ID}, nil
}

// Parameters of argon2id: those that OWASP's password storage cheat sheet asks for at least.
const (
	argonTime   = 2
	argonMemory = 19 * 1024 // KiB
	argonKey    = 32
)

// argonAtOnce bounds the memory that hashing takes, at 19 MiB each.
const argonAtOnce = 2

// hash computes argon2id, a few at a time.
func (a *App) hash(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case a.hashing <- struct{}{}:
		defer func() { <-a.hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, 1, argonKey), nil
}

const argonHead = "$argon2id$v=19$m=19456,t=2,p=1$"

func (a *App) hashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, 16)
	rand.Read(salt) // never fails
	key, err := a.hash(ctx, password, salt)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	b := base64.RawStdEncoding
	return argonHead + b.EncodeToString(salt) + "$" + b.EncodeToString(key), nil
}

// passwordFits takes as long for an account that there is not, whose stored is "".
func (a *App) passwordFits(ctx context.Context, stored, password string) (bool, error) {
	salt, want := make([]byte, 16), make([]byte, argonKey)
	ok := false
	if rest, has := strings.CutPrefix(stored, argonHead); has {
		s, k, _ := strings.Cut(rest, "$")
		b := base64.RawStdEncoding
		sb, err1 := b.DecodeString(s)
		kb, err2 := b.DecodeString(k)
		if err1 == nil && err2 == nil && len(kb) == argonKey {
			salt, want, ok = sb, kb, true
		}
	}
	if len([]rune(password)) > 128 {
		password, ok = "", false
	}
	got, err := a.hash(ctx, password, salt)
	if err != nil {
		return false, fmt.Errorf("check password: %w", err)
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && ok, nil
}
