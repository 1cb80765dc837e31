package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tripact/app"
	"tripact/problem"
	"tripact/project"
	"tripact/storage/records"
)

// office is an organisation with one member in each of its roles, and one in all of them.
type office struct {
	org  records.Organisation
	all  app.Principal
	each map[app.Role]app.Principal
}

// offices are those of a bureau: the parties of the university's project, and others that have no part in it.
type offices struct {
	bureau, unit, lead, otherUnit, otherLead office
}

func join(t *testing.T, a *app.App, owner app.Principal, org records.Organisation, login string, roles ...app.Role) app.Principal {
	t.Helper()
	s, _, err := a.Invite(t.Context(), owner, org.ID, roles)
	if err != nil {
		t.Fatal(err)
	}
	account, err := a.Join(t.Context(), s, app.NewAccount{Name: "成员", Login: login, Password: "correct horse " + login})
	if err != nil {
		t.Fatal(err)
	}
	p, err := a.Principal(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newOffices(t *testing.T, a *app.App) offices {
	t.Helper()
	owner := app.LocalOwner()
	people := func(org records.Organisation, name string) office {
		o := office{org: org, each: make(map[app.Role]app.Principal)}
		roles := app.RolesIn(org.Kind)
		o.all = join(t, a, owner, org, name, roles...)
		for _, r := range roles {
			o.each[r] = join(t, a, owner, org, name+"."+string(r), r)
		}
		return o
	}
	org := func(kind records.OrganisationKind, name, code string) office {
		o, err := a.SaveOrganisation(t.Context(), owner, records.Organisation{Kind: kind, NameCN: name, Code: code})
		if err != nil {
			t.Fatal(err)
		}
		return people(o, strings.ReplaceAll(string(kind), "-", "")+code[15:])
	}
	first, err := a.Organisations(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	p, q := example(t, university), example(t, young)
	return offices{
		bureau: people(first[0], "bureau"),
		unit:   org(records.ManagingUnit, "归口", p.Managing.USCC), lead: org(records.Applicant, "申报", p.Lead.USCC),
		otherUnit: org(records.ManagingUnit, "别的归口", q.Managing.USCC), otherLead: org(records.Applicant, "别的申报", q.Lead.USCC),
	}
}

// patched is the project with one thing changed in a part, or in the application for "".
func patched(t *testing.T, data []byte, part app.Part) []byte {
	t.Helper()
	whole := map[string]any{}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&whole); err != nil {
		t.Fatal(err)
	}
	path := map[app.Part][2]string{
		"": {"lead", "address_cn"}, app.PartRec: {"rec", "opinion"}, app.PartReview: {"review", "notice_no"},
		app.PartApproval: {"approval", "doc_title"}, app.PartContract: {"contract", "sign_place"},
	}[part]
	whole[path[0]].(map[string]any)[path[1]] = "改过的地方"
	out, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestPartsHaveAuthors: each part of a project is changed by those whose it is, whether it comes alone or in the whole; for
// members without the right it is ErrForbidden, for strangers there is no such project.
func TestPartsHaveAuthors(t *testing.T) {
	a, _ := online(t)
	ctx := t.Context()
	o := newOffices(t, a)
	data := raw(t, university)
	rec, found, err := a.SaveProject(ctx, o.bureau.each[app.Officer], data, 0)
	if err != nil || found.Failed() {
		t.Fatal(err, found)
	}
	writes := map[app.Part]app.Action{
		"": app.WriteApplication, app.PartRec: app.WriteRec, app.PartReview: app.WriteReview, app.PartApproval: app.WriteApproval, app.PartContract: app.WriteContract,
	}
	for part, action := range writes {
		change := patched(t, data, part)
		p, found := project.Decode(bytes.NewReader(change))
		if p == nil {
			t.Fatal(found.Err())
		}
		for _, office := range []office{o.bureau, o.unit, o.lead, o.otherUnit, o.otherLead} {
			for role, who := range office.each {
				want := error(nil)
				switch {
				case office.org.ID == o.otherUnit.org.ID || office.org.ID == o.otherLead.org.ID:
					want = fs.ErrNotExist
				case !who.May(action) || !who.May(app.ReadProject):
					want = app.ErrForbidden
				}
				_, _, err := a.SaveProject(ctx, who, change, records.AnyRevision)
				// To somebody who may not write applications at all, a project of others is one that may not be made.
				if !errors.Is(err, want) && (!errors.Is(want, fs.ErrNotExist) || !errors.Is(err, app.ErrForbidden)) {
					t.Errorf("%s of %s changes %q: %v, want %v", role, office.org.NameCN, part, err, want)
				}
				if part != "" {
					var whole map[string]json.RawMessage
					if err := json.Unmarshal(change, &whole); err != nil {
						t.Fatal(err)
					}
					if _, _, err := a.SavePart(ctx, who, rec.ID, part, whole[string(part)], records.AnyRevision); !errors.Is(err, want) {
						t.Errorf("%s of %s saves %q: %v, want %v", role, office.org.NameCN, part, err, want)
					}
				}
				if want == nil { // back, for the next
					if _, _, err := a.SaveProject(ctx, o.bureau.each[app.Officer], data, records.AnyRevision); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
	// Who and when are kept, and an applicant's revision is the applicant's.
	rec, _, err = a.SaveProject(ctx, o.lead.each[app.Applicant], patched(t, data, ""), records.AnyRevision)
	if err != nil {
		t.Fatal(err)
	}
	list, err := a.Revisions(ctx, o.unit.each[app.Recommender], rec.ID)
	if err != nil || list[0].SavedBy != o.lead.each[app.Applicant].Person || list[0].Revision != rec.Revision {
		t.Errorf("%+v, %v", list, err)
	}
	if _, _, err := a.SaveProject(ctx, o.lead.each[app.Applicant], data, rec.Revision-1); !errors.Is(err, records.ErrConflict) {
		t.Errorf("over an old revision: %v", err)
	}
	// A part can be left out, and nonsense is refused with its place.
	saved, found, err := a.SavePart(ctx, o.bureau.each[app.Officer], rec.ID, app.PartReview, []byte("null"), rec.Revision)
	if err != nil || found.Failed() || saved.Revision != rec.Revision+1 {
		t.Errorf("%+v, %v, %v", saved, found, err)
	}
	for _, bad := range []string{`{`, `{"result": 7}`, `[]`} {
		if _, found, err := a.SavePart(ctx, o.bureau.each[app.Officer], rec.ID, app.PartReview, []byte(bad), records.AnyRevision); err != nil || !found.Failed() {
			t.Errorf("%s: %v, %v", bad, found, err)
		}
	}
}

// TestTwentyPartsAtOnce: parts that are saved at once over whatever revision there is lose none of each other.
func TestTwentyPartsAtOnce(t *testing.T) {
	a, _ := online(t)
	owner := app.LocalOwner()
	rec, _, err := a.SaveProject(t.Context(), owner, raw(t, university), 0)
	if err != nil {
		t.Fatal(err)
	}
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(raw(t, university), &whole); err != nil {
		t.Fatal(err)
	}
	errs := make([]error, 20)
	var all sync.WaitGroup
	for i := range errs {
		part := app.Parts()[i%4]
		value := whole[string(part)]
		all.Go(func() {
			for _, v := range []string{"null", string(value)} {
				_, found, err := a.SavePart(t.Context(), owner, rec.ID, part, []byte(v), records.AnyRevision)
				errs[i] = errors.Join(errs[i], err, found.Err())
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	last, err := a.Project(t.Context(), owner, rec.ID)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := project.Decode(bytes.NewReader(last.Payload))
	want := example(t, university)
	g, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	if !bytes.Equal(g, w) {
		t.Error("a part was lost")
	}
}

// TestUseCasesAskWho tries every use case about a project and its documents as every member: strangers are told that there is none,
// members without the right that they may not, and the others are served.
func TestUseCasesAskWho(t *testing.T) {
	a, _ := online(t)
	ctx := t.Context()
	o := newOffices(t, a)
	officer := o.bureau.each[app.Officer]
	rec, _, err := a.SaveProject(ctx, officer, raw(t, university), 0)
	if err != nil {
		t.Fatal(err)
	}
	docs, found, err := a.Issue(ctx, officer, []string{rec.ID}, app.Request{Kinds: app.Kinds(), DOCX: true, On: signing})
	if err != nil || found.Failed() {
		t.Fatal(err, found)
	}
	drafts, found, err := a.Issue(ctx, officer, []string{rec.ID}, app.Request{Kinds: []app.Kind{app.ReviewNotice}, DOCX: true, On: signing, Draft: true})
	if err != nil || found.Failed() {
		t.Fatal(err, found)
	}
	doc := docs[0]
	issue := func(k app.Kind) func(app.Principal) error {
		return func(who app.Principal) error {
			_, _, err := a.Issue(ctx, who, []string{rec.ID}, app.Request{Kinds: []app.Kind{k}, DOCX: true, On: signing})
			return err
		}
	}
	cases := []struct {
		name   string
		action app.Action
		do     func(app.Principal) error
	}{
		{"Project", app.ReadProject, func(who app.Principal) error { _, err := a.Project(ctx, who, rec.ID); return err }},
		{"ProjectAt", app.ReadProject, func(who app.Principal) error { _, err := a.ProjectAt(ctx, who, rec.ID, 1); return err }},
		{"Revisions", app.ReadProject, func(who app.Principal) error { _, err := a.Revisions(ctx, who, rec.ID); return err }},
		{"Link", app.ReadDocument, func(who app.Principal) error { _, err := a.Link(ctx, who, doc.ID, time.Minute); return err }},
		{"CreateLink", app.ManageLinks, func(who app.Principal) error { _, err := a.CreateLink(ctx, who, doc.ID, time.Hour, 1); return err }},
		{"DocumentLinks", app.ManageLinks, func(who app.Principal) error { _, err := a.DocumentLinks(ctx, who, doc.ID); return err }},
		{"RevokeLink", app.ManageLinks, func(who app.Principal) error {
			l, err := a.CreateLink(ctx, officer, doc.ID, time.Hour, 0)
			if err != nil {
				return err
			}
			err = a.RevokeLink(ctx, who, doc.ID, l.ID)
			if who.Organisation.Kind != records.Bureau && who.May(app.ManageLinks) {
				if !errors.Is(err, fs.ErrNotExist) {
					return fmt.Errorf("revokes a link of the bureau: %w", err)
				}
				if l, err = a.CreateLink(ctx, who, doc.ID, time.Hour, 0); err == nil {
					err = a.RevokeLink(ctx, who, doc.ID, l.ID)
				}
			}
			return err
		}},
		{"Issue form", app.MakeApplicationForm, issue(app.ApplicationForm)},
		{"Issue letter", app.MakeLetter, issue(app.RecommendationLetter)},
		{"Issue notice", app.MakeNotice, issue(app.ReviewNotice)},
		{"Issue contract", app.MakeContract, issue(app.Contract)},
	}
	for _, c := range cases {
		for _, office := range []office{o.bureau, o.unit, o.lead, o.otherUnit, o.otherLead} {
			stranger := office.org.ID == o.otherUnit.org.ID || office.org.ID == o.otherLead.org.ID
			for role, who := range office.each {
				want := error(nil)
				switch {
				case stranger:
					want = fs.ErrNotExist
				case !who.May(c.action) || c.action == app.ManageLinks && !who.May(app.ReadDocument):
					want = app.ErrForbidden
				}
				if err := c.do(who); !errors.Is(err, want) {
					t.Errorf("%s by %s of %s: %v, want %v", c.name, role, office.org.NameCN, err, want)
				}
			}
		}
		if err := c.do(app.Principal{}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s by nobody: %v", c.name, err)
		}
	}
	// Lists hold what is the reader's; a draft notice is the bureau's alone.
	count := func(who app.Principal) (projects, documents int) {
		t.Helper()
		list, _, err := a.Projects(ctx, who, app.ProjectQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list {
			documents += len(p.Documents)
		}
		return len(list), documents
	}
	for name, tt := range map[string]struct {
		who  app.Principal
		want [2]int
	}{
		"bureau": {o.bureau.all, [2]int{1, 5}}, "managing unit": {o.unit.all, [2]int{1, 4}}, "applicant": {o.lead.all, [2]int{1, 4}},
		"another managing unit": {o.otherUnit.all, [2]int{}}, "another applicant": {o.otherLead.all, [2]int{}},
	} {
		if p, d := count(tt.who); [2]int{p, d} != tt.want {
			t.Errorf("the %s sees %d projects with %d documents, want %v", name, p, d, tt.want)
		}
	}
	for name, who := range map[string]app.Principal{"applicant": o.lead.all, "managing unit": o.unit.all} {
		if _, err := a.Link(ctx, who, drafts[0].ID, time.Minute); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the %s reads a draft notice: %v", name, err)
		}
	}
	for role, who := range o.bureau.each {
		if _, _, err := a.Projects(ctx, who, app.ProjectQuery{}); (err == nil) != who.May(app.ReadProject) {
			t.Errorf("%s lists projects: %v", role, err)
		}
		if _, err := a.Audit(ctx, who, 0); (err == nil) != who.May(app.ReadAudit) {
			t.Errorf("%s reads the audit: %v", role, err)
		}
	}
	if _, err := a.Audit(ctx, o.lead.all, 0); !errors.Is(err, app.ErrForbidden) {
		t.Errorf("an applicant reads the audit: %v", err)
	}
	events, err := a.Audit(ctx, o.bureau.all, 0)
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range events {
		line, _ := json.Marshal(e)
		if err != nil || strings.Contains(string(line), "成员") || strings.Contains(string(line), "correct horse") || strings.Contains(string(line), "bureau.owner") {
			t.Errorf("an event tells too much: %s %v", line, err)
		}
	}
}

// TestMembersAndTokens is an owner's day: invitations, roles, removal, links for those who forgot, tokens.
func TestMembersAndTokens(t *testing.T) {
	a, _ := online(t)
	ctx := t.Context()
	setUp, err := a.SetUp(ctx)
	if err != nil || setUp == "" {
		t.Fatal(err)
	}
	first, err := a.Join(ctx, setUp, app.NewAccount{Name: "王", Login: "Wang", Password: "correct horse wang"})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := a.SetUp(ctx); err != nil || s != "" {
		t.Errorf("set-up again: %v", err)
	}
	owner, err := a.Principal(ctx, first)
	if err != nil || !owner.May(app.ManageOrganisations) || owner.Name != "王" {
		t.Fatalf("%+v, %v", owner, err)
	}
	o := newOffices(t, a)

	// Who may look after whose members.
	for _, tt := range []struct {
		who  app.Principal
		org  records.Organisation
		want error
	}{
		{o.bureau.each[app.Owner], o.bureau.org, nil},
		{o.bureau.each[app.Owner], o.lead.org, nil},
		{o.bureau.each[app.Officer], o.bureau.org, app.ErrForbidden},
		{o.bureau.each[app.Officer], o.lead.org, app.ErrForbidden},
		{o.lead.each[app.Administrator], o.lead.org, nil},
		{o.lead.each[app.Applicant], o.lead.org, app.ErrForbidden},
		{o.lead.each[app.Administrator], o.otherLead.org, fs.ErrNotExist},
		{o.lead.each[app.Administrator], o.bureau.org, fs.ErrNotExist},
		{app.Principal{}, o.lead.org, fs.ErrNotExist},
	} {
		role := app.RolesIn(tt.org.Kind)[0]
		_, _, errs := a.Members(ctx, tt.who, tt.org.ID)
		_, err1 := a.Invites(ctx, tt.who, tt.org.ID)
		_, i, err2 := a.Invite(ctx, tt.who, tt.org.ID, []app.Role{role})
		if i.ID == "" {
			_, i, err = a.Invite(ctx, owner, tt.org.ID, []app.Role{role})
			if err != nil {
				t.Fatal(err)
			}
		}
		err3 := a.EndInvite(ctx, tt.who, tt.org.ID, i.ID)
		member := o.lead.each[app.Applicant].Person
		if tt.org.ID == o.bureau.org.ID {
			member = o.bureau.each[app.Auditor].Person
		}
		err4 := a.SetRoles(ctx, tt.who, tt.org.ID, member, []app.Role{role})
		_, _, err5 := a.SignInLink(ctx, tt.who, tt.org.ID, member)
		for n, err := range []error{errs, err1, err2, err3, err4, err5} {
			if !errors.Is(err, tt.want) {
				t.Errorf("%d of %s by %s %v: %v, want %v", n, tt.org.NameCN, tt.who.Organisation.NameCN, tt.who.Roles, err, tt.want)
			}
		}
	}
	if _, _, err := a.Invite(ctx, owner, o.lead.org.ID, []app.Role{app.Officer}); problem.Of(err) == nil {
		t.Errorf("an officer among applicants: %v", err)
	}
	if _, _, err := a.Invite(ctx, owner, o.lead.org.ID, nil); problem.Of(err) == nil {
		t.Errorf("no role: %v", err)
	}

	// Removed: out at the next request, and cannot come back with the password.
	gone := join(t, a, owner, o.lead.org, "gone", app.Applicant)
	account := app.Account{Person: gone.Person, Organisation: gone.Organisation.ID}
	if err := a.RemoveMember(ctx, o.lead.each[app.Administrator], o.lead.org.ID, gone.Person); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Principal(ctx, account); !errors.Is(err, app.ErrSignedOut) {
		t.Errorf("a member who was removed: %v", err)
	}
	if _, err := a.SignIn(ctx, "gone", "correct horse gone", "192.0.2.1"); !errors.Is(err, app.ErrBadCredentials) {
		t.Errorf("a member who was removed signs in: %v", err)
	}
	// Other roles count at once.
	if err := a.SetRoles(ctx, owner, o.bureau.org.ID, o.bureau.each[app.Officer].Person, []app.Role{app.Auditor}); err != nil {
		t.Fatal(err)
	}
	now, err := a.Principal(ctx, app.Account{Person: o.bureau.each[app.Officer].Person, Organisation: o.bureau.org.ID})
	if err != nil || now.May(app.WriteReview) || !now.May(app.ReadAudit) {
		t.Errorf("%+v, %v", now, err)
	}

	// Forgotten password.
	link, _, err := a.SignInLink(ctx, owner, o.lead.org.ID, o.lead.each[app.Applicant].Person)
	if err != nil {
		t.Fatal(err)
	}
	if i, err := a.LookAtInvite(ctx, link); err != nil || !i.Known {
		t.Errorf("%+v, %v", i, err)
	}
	if _, err := a.Join(ctx, link, app.NewAccount{Password: "short"}); problem.Of(err) == nil {
		t.Errorf("a short password: %v", err)
	}
	if _, err := a.Join(ctx, link, app.NewAccount{Password: "another horse entirely"}); err != nil {
		t.Errorf("the link is used up by a short password: %v", err)
	}
	if _, err := a.Join(ctx, link, app.NewAccount{}); !errors.Is(err, app.ErrInviteGone) {
		t.Errorf("a link used twice: %v", err)
	}
	if _, err := a.Principal(ctx, app.Account{Person: o.lead.each[app.Applicant].Person, Organisation: o.lead.org.ID}); !errors.Is(err, app.ErrSignedOut) {
		t.Errorf("a session from before the new password: %v", err)
	}
	login := "applicant" + o.lead.org.Code[15:] + ".applicant"
	login = strings.ToUpper(login) // sign-in does not ask for case
	if _, err := a.SignIn(ctx, login, "another horse entirely", "192.0.2.1"); err != nil {
		t.Errorf("the new password: %v", err)
	}

	tokens(t, a, o)
}

func tokens(t *testing.T, a *app.App, o offices) {
	t.Helper()
	ctx := t.Context()
	admin := o.lead.each[app.Administrator]
	ask := app.NewToken{Name: "科研系统", Roles: []app.Role{app.Applicant}, Scopes: []app.Scope{app.ScopeRead}, Age: 24 * time.Hour}
	secret, tok, err := a.CreateToken(ctx, admin, ask)
	if err != nil || !strings.HasPrefix(string(secret), "tp_"+tok.ID) || len(secret) != 54 {
		t.Fatalf("%d characters, %v", len(secret), err)
	}
	p, err := a.TokenPrincipal(ctx, secret)
	if err != nil || !p.May(app.ReadProject) || p.May(app.WriteApplication) || p.May(app.ManageMembers) || p.Organisation.ID != o.lead.org.ID || p.Actor() != "token:"+tok.ID {
		t.Errorf("%+v, %v", p, err)
	}
	for name, wrong := range map[string]app.Secret{
		"empty": "", "another secret": secret[:53] + "!", "no prefix": secret[3:], "another id": "tp_aaaaaaaa" + secret[11:], "longer": secret + "a",
	} {
		if _, err := a.TokenPrincipal(ctx, wrong); !errors.Is(err, app.ErrSignedOut) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, change := range map[string]func(*app.NewToken){
		"no name": func(n *app.NewToken) { n.Name = " " }, "no scope": func(n *app.NewToken) { n.Scopes = nil },
		"an unknown scope": func(n *app.NewToken) { n.Scopes = []app.Scope{"all"} }, "no role": func(n *app.NewToken) { n.Roles = nil },
		"a bureau's role": func(n *app.NewToken) { n.Roles = []app.Role{app.Officer} }, "an administrator": func(n *app.NewToken) { n.Roles = []app.Role{app.Administrator} },
		"for ever": func(n *app.NewToken) { n.Age = 10 * 366 * 24 * time.Hour }, "no time": func(n *app.NewToken) { n.Age = 0 },
	} {
		n := ask
		change(&n)
		if _, _, err := a.CreateToken(ctx, admin, n); problem.Of(err) == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, who := range []app.Principal{o.lead.each[app.Applicant], p} {
		_, _, err := a.CreateToken(ctx, who, ask)
		_, err1 := a.Tokens(ctx, who)
		for _, err := range []error{err, err1, a.RevokeToken(ctx, who, tok.ID)} {
			if !errors.Is(err, app.ErrForbidden) {
				t.Errorf("tokens by %+v: %v", who, err)
			}
		}
	}
	if err := a.RevokeToken(ctx, o.bureau.each[app.Owner], tok.ID); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a bureau revokes an applicant's token: %v", err)
	}
	if list, err := a.Tokens(ctx, admin); err != nil || len(list) != 1 || list[0].LastUsedAt.IsZero() {
		t.Errorf("%+v, %v", list, err)
	}
	if err := a.RevokeToken(ctx, admin, tok.ID); err != nil {
		t.Error(err)
	}
	if _, err := a.TokenPrincipal(ctx, secret); !errors.Is(err, app.ErrSignedOut) {
		t.Errorf("a revoked token: %v", err)
	}
}

// TestSignInThrottle: guesses end, right ones too, and other accounts and addresses go on; in time all is forgotten.
func TestSignInThrottle(t *testing.T) {
	cfg, now := stored(t), time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	cfg.Now = func() time.Time { return now }
	a := app.New(cfg)
	ctx := t.Context()
	owner, first := app.LocalOwner(), records.Organisation{ID: records.FirstBureau}
	join(t, a, owner, first, "wang", app.Officer)
	join(t, a, owner, first, "li12", app.Officer)
	try := func(login, password, address string, want error) {
		t.Helper()
		if _, err := a.SignIn(ctx, login, password, address); !errors.Is(err, want) {
			t.Errorf("%s from %s: %v, want %v", login, address, err, want)
		}
	}
	for range 5 {
		try("wang", "wrong", "192.0.2.1", app.ErrBadCredentials)
	}
	try("wang", "correct horse wang", "192.0.2.1", app.ErrTooManyFailures)
	try("wang", "correct horse wang", "192.0.2.2", nil)
	try("li12", "correct horse li12", "192.0.2.1", nil)
	try("nobody", "correct horse nobody", "192.0.2.3", app.ErrBadCredentials)
	try("wang", strings.Repeat("x", 100_000), "192.0.2.3", app.ErrBadCredentials)
	now = now.Add(16 * time.Minute)
	try("wang", "correct horse wang", "192.0.2.1", nil)
	// Names tried one after another from one address.
	for i := range 50 {
		try(fmt.Sprint("name", i), "guess", "192.0.2.9", app.ErrBadCredentials)
	}
	try("li12", "correct horse li12", "192.0.2.9", app.ErrTooManyFailures)
	try("li12", "correct horse li12", "192.0.2.1", nil)
	// One name from many addresses.
	for i := range 30 {
		try("wang", "guess", fmt.Sprint("198.51.100.", i), app.ErrBadCredentials)
	}
	try("wang", "correct horse wang", "203.0.113.1", app.ErrTooManyFailures)
}

// TestChangePassword asks for the old one, ends all sessions and begins a new one.
func TestChangePassword(t *testing.T) {
	a := app.New(stored(t))
	ctx := t.Context()
	p := join(t, a, app.LocalOwner(), records.Organisation{ID: records.FirstBureau}, "wang", app.Officer)
	if _, err := a.ChangePassword(ctx, p, "wrong", "another horse entirely", "192.0.2.1"); !errors.Is(err, app.ErrBadCredentials) {
		t.Errorf("a wrong old password: %v", err)
	}
	if _, err := a.ChangePassword(ctx, p, "correct horse wang", "short", "192.0.2.1"); problem.Of(err) == nil {
		t.Errorf("a short one: %v", err)
	}
	account, err := a.ChangePassword(ctx, p, "correct horse wang", "another horse entirely", "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Principal(ctx, account); err != nil {
		t.Errorf("the new session: %v", err)
	}
	if _, err := a.Principal(ctx, app.Account{Person: p.Person, Organisation: records.FirstBureau}); !errors.Is(err, app.ErrSignedOut) {
		t.Errorf("an old session: %v", err)
	}
	if _, err := a.ChangePassword(ctx, app.Principal{Token: "t"}, "", "another horse entirely", ""); !errors.Is(err, app.ErrForbidden) {
		t.Errorf("a token: %v", err)
	}
}

// TestJoinRefuses: what is wrong with a new account comes back all at once and leaves the invitation as it was.
func TestJoinRefuses(t *testing.T) {
	a := app.New(stored(t))
	ctx := t.Context()
	join(t, a, app.LocalOwner(), records.Organisation{ID: records.FirstBureau}, "wang", app.Officer)
	s, _, err := a.Invite(ctx, app.LocalOwner(), records.FirstBureau, []app.Role{app.Officer})
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Join(ctx, s, app.NewAccount{Login: "李", Password: "short"})
	if got := codes(problem.Of(err), problem.Fail); !slices.Equal(got, []string{"account.name", "account.login", "account.password"}) {
		t.Errorf("%v", got)
	}
	_, err = a.Join(ctx, s, app.NewAccount{Name: "李", Login: "WANG", Password: "correct horse li"})
	if got := codes(problem.Of(err), problem.Fail); !slices.Equal(got, []string{"account.login"}) {
		t.Errorf("a name that is taken: %v, %v", got, err)
	}
	if _, err := a.Join(ctx, s, app.NewAccount{Name: "李", Login: "li12", Password: "correct horse li"}); err != nil {
		t.Error(err)
	}
	// By another provider.
	s, _, err = a.Invite(ctx, app.LocalOwner(), records.FirstBureau, []app.Role{app.Officer})
	if err != nil {
		t.Fatal(err)
	}
	id := app.Identity{Issuer: "https://id.example", Subject: "42", Name: "赵"}
	if _, err := a.SignInAs(ctx, id); !errors.Is(err, app.ErrSignedOut) {
		t.Errorf("somebody who never joined: %v", err)
	}
	if _, err := a.JoinAs(ctx, s, id); err != nil {
		t.Error(err)
	}
	if account, err := a.SignInAs(ctx, id); err != nil || account.Person == "" {
		t.Errorf("%+v, %v", account, err)
	}
	if _, err := a.SignInAs(ctx, app.Identity{Subject: "wang"}); !errors.Is(err, app.ErrSignedOut) {
		t.Errorf("a local account by no provider: %v", err)
	}
	if _, err := a.SignIn(context.WithoutCancel(ctx), "42", "", "192.0.2.1"); !errors.Is(err, app.ErrBadCredentials) {
		t.Errorf("an account of another provider by password: %v", err)
	}
}
