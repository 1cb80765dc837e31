package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"tripact/problem"
	"tripact/project"
	"tripact/storage/records"
)

// Organisations lists the organisations that who sees: its own, and for a bureau those that belong to it.
func (a *App) Organisations(ctx context.Context, who Principal) ([]records.Organisation, error) {
	list, err := a.cfg.Records.Organisations(ctx, who.viewer())
	if err != nil {
		return nil, fmt.Errorf("organisations: %w", err)
	}
	return list, nil
}

// SaveOrganisation makes a managing unit or an applicant of who's bureau, or with an ID changes names and code of one, or of
// the bureau itself. What is wrong with it is a *problem.Error.
func (a *App) SaveOrganisation(ctx context.Context, who Principal, o records.Organisation) (records.Organisation, error) {
	if o.ID != "" {
		old, err := a.cfg.Records.Organisation(ctx, who.viewer(), o.ID)
		if err != nil {
			return records.Organisation{}, notExist(err)
		}
		o.Kind = old.Kind
	}
	if err := who.need(ManageOrganisations); err != nil {
		return records.Organisation{}, err
	}
	o.NameCN, o.NameEN = strings.TrimSpace(o.NameCN), strings.TrimSpace(o.NameEN)
	var found problem.List
	add := func(bad bool, path string, message problem.Text, fix problem.Fix) {
		if bad {
			found.Add(problem.Finding{Code: "organisation" + strings.ReplaceAll(path, "/", "."), Severity: problem.Fail, Path: path, Message: message, Fix: fix})
		}
	}
	add(o.NameCN == "" || len(o.NameCN) > 300, "/name_cn", problem.T("单位名称缺失或过长", "the Chinese name is missing or too long"),
		problem.Fix{ZH: "填写单位全称", EN: "fill in the full name"})
	add(len(o.NameEN) > 300, "/name_en", problem.T("英文名称过长", "the English name is too long"), problem.Fix{ZH: "缩短英文名称", EN: "shorten it"})
	if o.Kind != records.Bureau {
		add(o.Kind != records.ManagingUnit && o.Kind != records.Applicant, "/kind",
			problem.T("单位类别须为归口管理单位或申报单位", "an organisation is a managing unit or an applicant"), problem.Fix{ZH: "选择类别", EN: "choose one"})
	}
	if o.Kind != records.Bureau || o.Code != "" { // projects name an organisation by it
		code, more := project.USCC("/code", o.Code)
		o.Code = code
		found.Add(more...)
	}
	if err := found.Err(); err != nil {
		return records.Organisation{}, err
	}
	saved, err := a.cfg.Records.SaveOrganisation(ctx, who.viewer(), o, a.cfg.Now())
	if errors.Is(err, records.ErrConflict) {
		return saved, problem.List{{
			Code: "organisation.code", Severity: problem.Fail, Path: "/code", Found: o.Code,
			Message: problem.T("同类单位中已有此统一社会信用代码", "another organisation of this kind has this code"),
			Fix:     problem.Fix{ZH: "检查是否已登记", EN: "see whether it is there already"},
		}}.Err()
	}
	return saved, notExist(err)
}

// Members lists the members of an organisation that who looks after.
func (a *App) Members(ctx context.Context, who Principal, organisation string) (records.Organisation, []Member, error) {
	o, err := a.manages(ctx, who, organisation)
	if err != nil {
		return o, nil, err
	}
	list, err := a.cfg.Records.Members(ctx, who.viewer(), organisation)
	if err != nil {
		return o, nil, fmt.Errorf("members: %w", err)
	}
	out := make([]Member, len(list))
	for i, m := range list {
		out[i] = Member{Person: m.Person.ID, Name: m.Person.Name, Email: m.Person.Email, Roles: roles(m.Roles), Since: m.CreatedAt}
		if m.Person.Issuer == "" {
			out[i].Login = m.Person.Subject
		}
	}
	return o, out, nil
}

// Invites lists the invitations into an organisation that who looks after and that can still be used.
func (a *App) Invites(ctx context.Context, who Principal, organisation string) ([]Invite, error) {
	if _, err := a.manages(ctx, who, organisation); err != nil {
		return nil, err
	}
	list, err := a.cfg.Records.Invites(ctx, who.viewer(), organisation, a.cfg.Now())
	if err != nil {
		return nil, fmt.Errorf("invitations: %w", err)
	}
	out := make([]Invite, len(list))
	for i, v := range list {
		out[i] = inviteOf(v)
	}
	return out, nil
}

// EndInvite makes an invitation useless.
func (a *App) EndInvite(ctx context.Context, who Principal, organisation, id string) error {
	if _, err := a.manages(ctx, who, organisation); err != nil {
		return err
	}
	return notExist(a.cfg.Records.EndInvite(ctx, who.viewer(), organisation, id, a.cfg.Now()))
}

// SetRoles gives a member other roles. ErrLastOwner when nobody would be left to look after the members.
func (a *App) SetRoles(ctx context.Context, who Principal, organisation, person string, as []Role) error {
	o, err := a.manages(ctx, who, organisation)
	if err != nil {
		return err
	}
	if err := fit(o.Kind, as); err != nil {
		return err
	}
	return notExist(a.cfg.Records.SetRoles(ctx, who.viewer(), organisation, person, words(as), keeper(o.Kind), a.cfg.Now()))
}

// RemoveMember takes a person out of an organisation: at the next request they are out. ErrLastOwner as with SetRoles.
func (a *App) RemoveMember(ctx context.Context, who Principal, organisation, person string) error {
	o, err := a.manages(ctx, who, organisation)
	if err != nil {
		return err
	}
	return notExist(a.cfg.Records.SetRoles(ctx, who.viewer(), organisation, person, nil, keeper(o.Kind), a.cfg.Now()))
}

// keeper is the role that a bureau must not be without. Managing units and applicants can: their bureau looks after them too.
func keeper(kind records.OrganisationKind) string {
	if kind == records.Bureau {
		return string(Owner)
	}
	return ""
}

// NewToken is what is asked for a token.
type NewToken struct {
	Name   string
	Roles  []Role  // of the organisation's kind, but not to look after members
	Scopes []Scope // what the token may do of what the roles may
	Age    time.Duration
}

// CreateToken makes a token of who's organisation and returns it, the only time that it is told.
func (a *App) CreateToken(ctx context.Context, who Principal, n NewToken) (Secret, records.Token, error) {
	if err := who.need(ManageTokens); err != nil {
		return "", records.Token{}, err
	}
	if err := n.check(who.Organisation.Kind); err != nil {
		return "", records.Token{}, err
	}
	s, now := newSecret(), a.cfg.Now()
	t := records.Token{
		ID: tokenID(), Organisation: who.Organisation, Name: strings.TrimSpace(n.Name), Digest: s.digest(), Roles: words(n.Roles), Scopes: words(n.Scopes),
		CreatedBy: who.Actor(), CreatedAt: now, ExpiresAt: now.Add(n.Age),
	}
	if err := a.cfg.Records.CreateToken(ctx, who.viewer(), t, now); err != nil {
		return "", records.Token{}, fmt.Errorf("token: %w", err)
	}
	return tokenPrefix + Secret(t.ID) + s, t, nil
}

func (n NewToken) check(kind records.OrganisationKind) error {
	var found problem.List
	if strings.TrimSpace(n.Name) == "" || len(n.Name) > 200 {
		found.Add(problem.Finding{
			Code: "token.name", Severity: problem.Fail, Path: "/name", Message: problem.T("名称缺失或过长", "the name is missing or too long"),
			Fix: problem.Fix{ZH: "写明由哪个系统使用", EN: "say which system uses it"},
		})
	}
	if n.Age < time.Hour || n.Age > maxTokenAge {
		found.Add(problem.Finding{
			Code: "token.age", Severity: problem.Fail, Path: "/age", Found: n.Age.String(),
			Message: problem.T("有效期须在1小时至2年之间", "a token works between an hour and two years"), Fix: problem.Fix{ZH: "改有效期", EN: "choose another end"},
		})
	}
	if i := slices.IndexFunc(n.Scopes, func(s Scope) bool { return !slices.Contains(Scopes(), s) }); i >= 0 || len(n.Scopes) == 0 {
		found.Add(problem.Finding{
			Code: "token.scopes", Severity: problem.Fail, Path: "/scopes", Message: problem.T("权限范围缺失或不存在", "a scope is missing or not known"),
			Fix: problem.Fix{ZH: "可用的有：" + strings.Join(words(Scopes()), "、"), EN: "use " + strings.Join(words(Scopes()), ", ")},
		})
	}
	if slices.Contains(n.Roles, Owner) || slices.Contains(n.Roles, Administrator) {
		found.Add(problem.Finding{
			Code: "token.roles", Severity: problem.Fail, Path: "/roles",
			Message: problem.T("令牌不得管理成员", "a token looks after no members"), Fix: problem.Fix{ZH: "选择其他角色", EN: "choose another role"},
		})
	}
	if err := fit(kind, n.Roles); err != nil {
		found.Add(problem.Of(err)...)
	}
	return found.Err()
}

// tokenID returns 8 letters and digits.
func tokenID() string {
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	var b [8]byte
	rand.Read(b[:]) // never fails
	for i := range b {
		b[i] = letters[b[i]%32]
	}
	return string(b[:])
}

// Tokens lists the tokens of who's organisation, newest first.
func (a *App) Tokens(ctx context.Context, who Principal) ([]records.Token, error) {
	if err := who.need(ManageTokens); err != nil {
		return nil, err
	}
	list, err := a.cfg.Records.Tokens(ctx, who.viewer())
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	return list, nil
}

// RevokeToken ends a token for good.
func (a *App) RevokeToken(ctx context.Context, who Principal, id string) error {
	if err := who.need(ManageTokens); err != nil {
		return err
	}
	return notExist(a.cfg.Records.RevokeToken(ctx, who.viewer(), id, a.cfg.Now()))
}

// Audit yields the events that concern who's bureau, from the one behind after on.
func (a *App) Audit(ctx context.Context, who Principal, after int64) (iter.Seq2[records.Event, error], error) {
	if err := who.need(ReadAudit); err != nil {
		return nil, err
	}
	return a.cfg.Records.Events(ctx, who.viewer(), after), nil
}
