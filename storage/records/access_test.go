package records

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// world is two bureaus with their organisations, and what each saved: one project in each bureau.
type world struct {
	bureau, unit, lead, otherUnit, otherLead Viewer // of the first bureau
	foreign, foreignLead                     Viewer // of another bureau; its applicant has the code of lead
	project, foreignProject                  Project
	document                                 Document // of project
}

// The organisations' codes.
const (
	leadCode  = "91330200MA2GT00001"
	unitCode  = "11330200002970001X"
	otherCode = "91330200MA2GT00002"
)

func viewerOf(o Organisation) Viewer {
	return Viewer{Organisation: o.ID, Kind: o.Kind, Bureau: o.Bureau, Actor: "of " + o.NameCN}
}

func organisation(t *testing.T, db *DB, v Viewer, kind OrganisationKind, name, code string) Viewer {
	t.Helper()
	o, err := db.SaveOrganisation(t.Context(), v, Organisation{Kind: kind, NameCN: name, NameEN: name, Code: code}, day(1))
	if err != nil {
		t.Fatal(err)
	}
	return viewerOf(o)
}

func newWorld(t *testing.T, db *DB) world {
	t.Helper()
	first, err := db.Organisation(t.Context(), System(), FirstBureau)
	if err != nil {
		t.Fatal(err)
	}
	w := world{bureau: viewerOf(first)}
	w.unit = organisation(t, db, w.bureau, ManagingUnit, "归口", unitCode)
	w.lead = organisation(t, db, w.bureau, Applicant, "申报", leadCode)
	w.otherUnit = organisation(t, db, w.bureau, ManagingUnit, "别的归口", otherCode)
	w.otherLead = organisation(t, db, w.bureau, Applicant, "别的申报", otherCode)
	w.foreign = organisation(t, db, System(), Bureau, "外局", "")
	w.foreignLead = organisation(t, db, w.foreign, Applicant, "申报", leadCode)
	w.project, err = db.SaveProject(t.Context(), w.bureau, ProjectData{
		Call: "ningbo-2025", Number: "1", Title: "一", LeadCode: leadCode, ManagingCode: unitCode, Payload: []byte("{}"),
	}, 0, day(1))
	if err != nil {
		t.Fatal(err)
	}
	w.foreignProject, err = db.SaveProject(t.Context(), w.foreign, ProjectData{
		Call: "shanghai-2024", Number: "1", Title: "二", LeadCode: leadCode, ManagingCode: unitCode, Payload: []byte("{}"),
	}, 0, day(1))
	if err != nil {
		t.Fatal(err)
	}
	saved, err := db.SaveDocuments(t.Context(), w.bureau, []Document{contract(w.project, "pdf", "one")}, day(1))
	if err != nil {
		t.Fatal(err)
	}
	w.document = saved[0]
	return w
}

// testStrangers tries every method that takes a viewer as each organisation: parties reach the project and its document,
// all others are told that there is none.
func testStrangers(t *testing.T, db *DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	link := link(t, db, w.document, 0)
	methods := map[string]func(Viewer) error{
		"Project":         func(v Viewer) error { _, err := db.Project(ctx, v, w.project.ID); return err },
		"ProjectByNumber": func(v Viewer) error { _, err := db.ProjectByNumber(ctx, v, "ningbo-2025", "1"); return err },
		"ProjectAt":       func(v Viewer) error { _, err := db.ProjectAt(ctx, v, w.project.ID, 1); return err },
		"Revisions":       func(v Viewer) error { _, err := db.Revisions(ctx, v, w.project.ID); return err },
		"SaveProject": func(v Viewer) error {
			_, err := db.SaveProject(ctx, v, ProjectData{Call: "ningbo-2025", Number: "1", Title: "一", LeadCode: leadCode, ManagingCode: unitCode, Payload: []byte("{}")}, AnyRevision, day(2))
			return err
		},
		"SaveDocuments": func(v Viewer) error {
			_, err := db.SaveDocuments(ctx, v, []Document{w.document}, day(2))
			return err
		},
		"Document":   func(v Viewer) error { _, err := db.Document(ctx, v, w.document.ID); return err },
		"CreateLink": func(v Viewer) error { _, err := db.CreateLink(ctx, v, w.document.ID, 0, day(3), day(1)); return err },
		"Documents": func(v Viewer) error {
			list, err := db.Documents(ctx, v, w.project.ID)
			if err == nil && len(list) == 0 {
				return ErrNotFound
			}
			return err
		},
		"NextVersion": func(v Viewer) error {
			d := contract(w.project, "pdf", "two")
			n, err := db.NextVersion(ctx, v, d)
			if err == nil && n == 1 { // does not see the first
				return ErrNotFound
			}
			return err
		},
		"Projects": func(v Viewer) error {
			list, _, err := db.Projects(ctx, v, ProjectFilter{}, Page{})
			for _, p := range list {
				if p.ID == w.project.ID {
					return err
				}
			}
			return errors.Join(err, ErrNotFound)
		},
	}
	parties := map[string]Viewer{"bureau": w.bureau, "managing unit": w.unit, "applicant": w.lead, "system": System()}
	strangers := map[string]Viewer{
		"another managing unit": w.otherUnit, "another applicant": w.otherLead, "another bureau": w.foreign,
		"the applicant of that code in another bureau": w.foreignLead, "nobody": {},
		"an applicant that says it is the bureau": {Organisation: w.otherLead.Organisation, Kind: Bureau, Bureau: w.otherLead.Bureau},
		"a managing unit with an applicant's id":  {Organisation: "none", Kind: ManagingUnit, Bureau: FirstBureau},
	}
	for name, method := range methods {
		for who, v := range parties {
			if err := method(v); err != nil {
				t.Errorf("%s for the %s: %v", name, who, err)
			}
		}
		for who, v := range strangers {
			if err := method(v); !errors.Is(err, ErrNotFound) {
				t.Errorf("%s for %s: %v, want ErrNotFound", name, who, err)
			}
		}
	}
	// Links of the bureau are for the bureau alone, and an applicant's for it and the bureau.
	own, err := db.CreateLink(ctx, w.lead, w.document.ID, 0, day(3), day(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		link  Link
		sees  []Viewer
		blind []Viewer
	}{
		{link, []Viewer{w.bureau, System()}, []Viewer{w.unit, w.lead, w.otherLead, w.foreign, {}}},
		{own, []Viewer{w.bureau, w.lead, System()}, []Viewer{w.unit, w.otherLead, w.foreign, w.foreignLead, {}}},
	} {
		listed := func(v Viewer) bool {
			list, err := db.Links(ctx, v, w.document.ID)
			if err != nil {
				t.Error(err)
			}
			for _, l := range list {
				if l.ID == tt.link.ID {
					return true
				}
			}
			return false
		}
		for _, v := range tt.blind {
			_, err := db.Link(ctx, v, tt.link.ID)
			if !errors.Is(err, ErrNotFound) || listed(v) || !errors.Is(db.RevokeLink(ctx, v, tt.link.ID, day(2)), ErrNotFound) {
				t.Errorf("%+v sees or revokes a link of %s: %v", v, tt.link.Organisation, err)
			}
		}
		for _, v := range tt.sees {
			if _, err := db.Link(ctx, v, tt.link.ID); err != nil || !listed(v) || db.RevokeLink(ctx, v, tt.link.ID, day(2)) != nil {
				t.Errorf("%+v does not see a link of %s: %v", v, tt.link.Organisation, err)
			}
		}
	}
	// A letter over two applicants' projects is for those who see both.
	q, err := db.SaveProject(ctx, w.bureau, ProjectData{Call: "ningbo-2025", Number: "2", LeadCode: otherCode, ManagingCode: unitCode, Payload: []byte("{}")}, 0, day(1))
	if err != nil {
		t.Fatal(err)
	}
	letter := contract(w.project, "pdf", "letter")
	letter.Sources = append(letter.Sources, source(q))
	if _, err := db.SaveDocuments(ctx, w.lead, []Document{letter}, day(2)); !errors.Is(err, ErrNotFound) {
		t.Errorf("an applicant makes a letter over another's project: %v", err)
	}
	saved, err := db.SaveDocuments(ctx, w.unit, []Document{letter}, day(2))
	if err != nil {
		t.Fatal(err)
	}
	for who, v := range map[string]Viewer{"lead": w.lead, "other": w.otherLead} {
		if _, err := db.Document(ctx, v, saved[0].ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s reads the letter: %v", who, err)
		}
	}
	// The audit of a bureau is its own.
	for who, v := range map[string]Viewer{"bureau": w.bureau, "foreign": w.foreign, "nobody": {}} {
		n := 0
		for e, err := range db.Events(ctx, v, 0) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; e.Bureau != v.Bureau {
				t.Errorf("%s reads %+v", who, e)
			}
		}
		if (n == 0) != (who == "nobody") {
			t.Errorf("%s reads %d events", who, n)
		}
	}
	if _, err := db.VerifyAudit(ctx); err != nil {
		t.Error(err)
	}
}

func testCallBureaus(t *testing.T, db *DB) {
	ctx := t.Context()
	first, err := db.Organisation(ctx, System(), FirstBureau)
	if err != nil {
		t.Fatal(err)
	}
	bureau := viewerOf(first)
	lead := organisation(t, db, bureau, Applicant, "申报", leadCode)
	write := func(v Viewer, call, number, code string) error {
		_, err := db.SaveProject(ctx, v, ProjectData{Call: call, Number: number, LeadCode: code, Payload: []byte(number + code)}, AnyRevision, day(1))
		return err
	}
	// With one bureau an applicant's project opens its call for it.
	if err := write(lead, "alone", "1", leadCode); err != nil {
		t.Error(err)
	}
	foreign := organisation(t, db, System(), Bureau, "外局", "")
	foreignLead := organisation(t, db, foreign, Applicant, "申报", leadCode)
	for _, tt := range []struct {
		name       string
		v          Viewer
		call, code string
		want       error
	}{
		{"a call of another bureau", foreign, "alone", leadCode, ErrNotFound},
		{"as its applicant", foreignLead, "alone", leadCode, ErrNotFound},
		{"a call that no bureau has", foreignLead, "new", leadCode, ErrNotFound},
		{"a project of somebody else", lead, "alone", otherCode, ErrNotFound},
		{"an own call", foreign, "own", leadCode, nil},
		{"an applicant in its bureau's call", foreignLead, "own", leadCode, nil},
		{"the first bureau in that of another", bureau, "own", leadCode, ErrNotFound},
		{"the first's applicant, likewise", lead, "own", leadCode, ErrNotFound},
		{"nobody", Viewer{}, "alone", leadCode, ErrNotFound},
		{"an applicant without a code, in none", foreignLead, "own", "", ErrNotFound},
	} {
		if err := write(tt.v, tt.call, "2"+tt.name, tt.code); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	// What was refused left nothing behind, and nobody gives a project away.
	if err := write(lead, "alone", "1", otherCode); !errors.Is(err, ErrNotFound) {
		t.Errorf("an applicant gives its project away: %v", err)
	}
	p, err := db.ProjectByNumber(ctx, lead, "alone", "1")
	if err != nil || p.Revision != 1 || p.LeadCode != leadCode || p.Bureau != FirstBureau {
		t.Errorf("%+v, %v", p, err)
	}
	// The bureau does, and from then on the former applicant sees nothing of it.
	if err := write(bureau, "alone", "1", otherCode); err != nil {
		t.Error(err)
	}
	if _, err := db.ProjectAt(ctx, lead, p.ID, 1); !errors.Is(err, ErrNotFound) {
		t.Errorf("the former applicant: %v", err)
	}
}

func testRevisionsTell(t *testing.T, db *DB) {
	w := newWorld(t, db)
	_, err := db.SaveProject(t.Context(), w.lead, ProjectData{Call: "ningbo-2025", Number: "1", Title: "改", LeadCode: leadCode, Payload: []byte("two")}, 1, day(4))
	if err != nil {
		t.Fatal(err)
	}
	list, err := db.Revisions(t.Context(), w.bureau, w.project.ID)
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	var got []string
	for _, p := range list {
		got = append(got, fmt.Sprint(p.Revision, " ", p.SavedBy, " ", p.Title, " ", p.UpdatedAt.Day(), " ", len(p.Payload)))
	}
	if g := strings.Join(got, "\n"); g != "2 of 申报 改 4 0\n1 of "+"科技主管部门"+" 一 1 0" {
		t.Errorf("revisions:\n%s", g)
	}
}

func testOrganisations(t *testing.T, db *DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	seen := func(v Viewer) (names string) {
		t.Helper()
		list, err := db.Organisations(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range list {
			names += " " + o.NameCN
		}
		return names
	}
	for who, tt := range map[string]struct {
		v    Viewer
		want int
	}{"bureau": {w.bureau, 5}, "foreign": {w.foreign, 2}, "lead": {w.lead, 1}, "nobody": {Viewer{}, 0}, "system": {System(), 7}} {
		if n := len(strings.Fields(seen(tt.v))); n != tt.want {
			t.Errorf("the %s sees %d organisations, want %d: %s", who, n, tt.want, seen(tt.v))
		}
	}
	made := func(v Viewer, kind OrganisationKind, code string) error {
		_, err := db.SaveOrganisation(ctx, v, Organisation{Kind: kind, NameCN: "新", NameEN: "new", Code: code}, day(2))
		return err
	}
	for name, tt := range map[string]struct{ got, want error }{
		"a code twice":                       {made(w.bureau, Applicant, leadCode), ErrConflict},
		"no code twice":                      {errors.Join(made(w.bureau, Applicant, ""), made(w.bureau, Applicant, "")), nil},
		"a university that recommends":       {made(w.bureau, ManagingUnit, leadCode), nil},
		"a bureau by a bureau":               {made(w.bureau, Bureau, ""), ErrNotFound},
		"an organisation by an applicant":    {made(w.lead, Applicant, ""), ErrNotFound},
		"an organisation by nobody":          {made(Viewer{}, Applicant, ""), ErrNotFound},
		"a kind that there is not":           {made(w.bureau, "guest", ""), nil},
		"an applicant's code already abroad": {made(w.foreign, Applicant, otherCode), nil},
	} {
		if name == "a kind that there is not" {
			if tt.got == nil {
				t.Errorf("%s was saved", name)
			}
			continue
		}
		if !errors.Is(tt.got, tt.want) {
			t.Errorf("%s: %v, want %v", name, tt.got, tt.want)
		}
	}
	change := func(v Viewer, id string) error {
		_, err := db.SaveOrganisation(ctx, v, Organisation{ID: id, NameCN: "改名", NameEN: "renamed", Code: leadCode}, day(3))
		return err
	}
	for _, v := range []Viewer{w.foreign, w.otherLead, {}} {
		if err := change(v, w.lead.Organisation); !errors.Is(err, ErrNotFound) {
			t.Errorf("%+v renames an applicant: %v", v, err)
		}
	}
	if err := change(w.bureau, w.lead.Organisation); err != nil {
		t.Error(err)
	}
	o, err := db.Organisation(ctx, w.lead, w.lead.Organisation)
	if err != nil || o.NameCN != "改名" || o.Kind != Applicant || o.Bureau != FirstBureau || !o.CreatedAt.Equal(day(1).Truncate(time.Microsecond)) {
		t.Errorf("%+v, %v", o, err)
	}
}

func invite(t *testing.T, db *DB, v Viewer, organisation, secret, person string, roles ...string) Invite {
	t.Helper()
	i, err := db.CreateInvite(t.Context(), v, digestOf([]byte(secret)), Invite{Organisation: Organisation{ID: organisation}, Person: person, Roles: roles, ExpiresAt: day(5)}, day(1))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func testInvites(t *testing.T, db *DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	if some, err := db.HasMembers(ctx); err != nil || some {
		t.Errorf("HasMembers = %v, %v", some, err)
	}
	made := invite(t, db, w.bureau, FirstBureau, "one", "", "owner", "officer")
	if list, err := db.Invites(ctx, w.bureau, FirstBureau, day(2)); err != nil || len(list) != 1 || list[0].ID != made.ID {
		t.Errorf("Invites = %+v, %v", list, err)
	}
	if list, err := db.Invites(ctx, w.foreign, FirstBureau, day(2)); err != nil || len(list) != 0 {
		t.Errorf("another bureau sees invitations: %+v, %v", list, err)
	}
	use := func(secret string, p Person, n int) (Member, error) {
		return db.UseInvite(ctx, digestOf([]byte(secret)), p, day(n))
	}
	local := Person{Subject: "wang", Name: "王", Email: "w@example.org", Password: "$argon2id$"}
	if _, err := use("one", local, 5); !errors.Is(err, ErrNotFound) {
		t.Errorf("an invitation at its end: %v", err)
	}
	if _, err := use("other", local, 2); !errors.Is(err, ErrNotFound) {
		t.Errorf("no invitation: %v", err)
	}
	owner, err := use("one", local, 2)
	if err != nil || owner.Person.Name != "王" || strings.Join(owner.Roles, ",") != "owner,officer" || owner.Organisation.ID != FirstBureau {
		t.Fatalf("%+v, %v", owner, err)
	}
	if _, err := use("one", Person{Subject: "li", Password: "x"}, 2); !errors.Is(err, ErrNotFound) {
		t.Errorf("used twice: %v", err)
	}
	// A taken name leaves the invitation as it was.
	invite(t, db, w.bureau, w.lead.Organisation, "two", "", "applicant")
	if _, err := use("two", local, 2); !errors.Is(err, ErrConflict) {
		t.Errorf("a name that is taken: %v", err)
	}
	oidc := Person{Issuer: "https://id.example", Subject: "42", Name: "李", Email: "l@example.org"}
	li, err := use("two", oidc, 2)
	if err != nil {
		t.Fatal(err)
	}
	// The same subject joins another organisation and gets more roles in the first.
	invite(t, db, w.bureau, w.unit.Organisation, "three", "", "managing-unit")
	invite(t, db, w.bureau, w.lead.Organisation, "four", "", "administrator", "applicant")
	for _, secret := range []string{"three", "four"} {
		if again, err := use(secret, oidc, 3); err != nil || again.Person.ID != li.Person.ID {
			t.Errorf("%+v, %v", again, err)
		}
	}
	list, err := db.Memberships(ctx, li.Person.ID)
	if err != nil || len(list) != 2 || strings.Join(list[0].Roles, ",") != "applicant,administrator" || list[1].Organisation.ID != w.unit.Organisation {
		t.Errorf("memberships %+v, %v", list, err)
	}
	// A link for one person signs that person in, changes nothing, and ends with the membership.
	invite(t, db, w.bureau, w.unit.Organisation, "five", li.Person.ID, "owner")
	if m, err := use("five", Person{}, 3); err != nil || m.Person.ID != li.Person.ID || strings.Join(m.Roles, ",") != "managing-unit" {
		t.Errorf("%+v, %v", m, err)
	}
	invite(t, db, w.bureau, w.unit.Organisation, "six", li.Person.ID)
	for who, v := range map[string]Viewer{"foreign": w.foreign, "lead": w.lead} {
		if err := db.SetRoles(ctx, v, w.unit.Organisation, li.Person.ID, nil, "", day(3)); !errors.Is(err, ErrNotFound) {
			t.Errorf("the %s removes a member: %v", who, err)
		}
		if list, err := db.Members(ctx, v, w.unit.Organisation); err != nil || len(list) != 0 {
			t.Errorf("the %s sees members: %v, %v", who, list, err)
		}
		_, err := db.CreateInvite(ctx, v, digestOf([]byte(who)), Invite{Organisation: Organisation{ID: w.unit.Organisation}, ExpiresAt: day(5)}, day(1))
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("the %s invites: %v", who, err)
		}
	}
	if err := db.SetRoles(ctx, w.bureau, w.unit.Organisation, li.Person.ID, nil, "", day(3)); err != nil {
		t.Error(err)
	}
	if _, err := use("six", Person{}, 3); !errors.Is(err, ErrNotFound) {
		t.Errorf("a link of a person who was removed: %v", err)
	}
	ended := invite(t, db, w.bureau, w.lead.Organisation, "seven", "", "applicant")
	if err := db.EndInvite(ctx, w.foreign, w.lead.Organisation, ended.ID, day(2)); !errors.Is(err, ErrNotFound) {
		t.Errorf("another bureau ends an invitation: %v", err)
	}
	if err := db.EndInvite(ctx, w.lead, w.lead.Organisation, ended.ID, day(2)); err != nil {
		t.Error(err)
	}
	if _, err := use("seven", oidc, 2); !errors.Is(err, ErrNotFound) {
		t.Errorf("an invitation that was ended: %v", err)
	}
	// Passwords.
	if p, err := db.PersonBySubject(ctx, "", "wang"); err != nil || p.Password != local.Password || p.Epoch != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	if err := db.SetPassword(ctx, w.bureau, owner.Person.ID, "new", day(4)); err != nil {
		t.Error(err)
	}
	if p, err := db.PersonBySubject(ctx, "", "wang"); err != nil || p.Password != "new" || p.Epoch != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	if err := db.SetPassword(ctx, w.bureau, li.Person.ID, "new", day(4)); !errors.Is(err, ErrNotFound) {
		t.Errorf("a password for an account of another provider: %v", err)
	}
	if some, err := db.HasMembers(ctx); err != nil || !some {
		t.Errorf("HasMembers = %v, %v", some, err)
	}
}

// atOnce runs do twenty times at once and returns how many got no error; every other error must be want.
func atOnce(t *testing.T, want error, do func(i int) error) (won int) {
	t.Helper()
	errs := make([]error, 20)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = do(i) })
	}
	all.Wait()
	for i, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, want):
			t.Errorf("caller %d: %v, want %v", i, err, want)
		}
	}
	return won
}

func testTwentyInvites(t *testing.T, db *DB) {
	w := newWorld(t, db)
	invite(t, db, w.bureau, FirstBureau, "one", "", "owner")
	if won := atOnce(t, ErrNotFound, func(i int) error {
		_, err := db.UseInvite(t.Context(), digestOf([]byte("one")), Person{Subject: fmt.Sprint(i), Password: "x"}, day(2))
		return err
	}); won != 1 {
		t.Errorf("%d got in", won)
	}
	if list, err := db.Members(t.Context(), w.bureau, FirstBureau); err != nil || len(list) != 1 {
		t.Errorf("%d members, %v", len(list), err)
	}
}

// testLastOwner: of twenty owners who each remove another at once, one stays.
func testLastOwner(t *testing.T, db *DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	ids := make([]string, 20)
	for i := range ids {
		invite(t, db, w.bureau, FirstBureau, fmt.Sprint(i), "", "owner")
		m, err := db.UseInvite(ctx, digestOf([]byte(fmt.Sprint(i))), Person{Subject: fmt.Sprint(i), Password: "x"}, day(2))
		if err != nil {
			t.Fatal(err)
		}
		ids[i] = m.Person.ID
	}
	won := atOnce(t, ErrLast, func(i int) error {
		return db.SetRoles(ctx, w.bureau, FirstBureau, ids[i], []string{"officer"}, "owner", day(2))
	})
	owners := 0
	list, err := db.Members(ctx, w.bureau, FirstBureau)
	for _, m := range list {
		if strings.Join(m.Roles, " ") == "owner" {
			owners++
		}
	}
	if err != nil || won != 19 || owners != 1 {
		t.Errorf("%d owners gave up, %d are left, %v", won, owners, err)
	}
}

func testTokens(t *testing.T, db *DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	tok := Token{ID: "abcd1234", Name: "系统", Digest: digestOf([]byte("secret")), Roles: []string{"applicant"}, Scopes: []string{"read", "write"}, ExpiresAt: day(9)}
	if err := db.CreateToken(ctx, w.lead, tok, day(1)); err != nil {
		t.Fatal(err)
	}
	if err := db.CreateToken(ctx, w.bureau, tok, day(1)); !errors.Is(err, ErrConflict) {
		t.Errorf("an id that is taken: %v", err)
	}
	got, err := db.Token(ctx, tok.ID)
	if err != nil || got.Organisation.ID != w.lead.Organisation || got.Digest != tok.Digest || strings.Join(got.Scopes, ",") != "read,write" || !got.Works(day(8)) || got.Works(day(9)) || !got.LastUsedAt.IsZero() {
		t.Errorf("%+v, %v", got, err)
	}
	for _, at := range []time.Time{day(2), day(2).Add(time.Second), day(1)} {
		if err := db.TokenUsed(ctx, tok.ID, at); err != nil {
			t.Error(err)
		}
	}
	if got, err := db.Token(ctx, tok.ID); err != nil || !got.LastUsedAt.Equal(day(2).Truncate(time.Minute)) {
		t.Errorf("last used %v, %v", got.LastUsedAt, err)
	}
	for who, v := range map[string]Viewer{"bureau": w.bureau, "foreign": w.foreign, "other": w.otherLead, "nobody": {}} {
		if err := db.RevokeToken(ctx, v, tok.ID, day(2)); !errors.Is(err, ErrNotFound) {
			t.Errorf("the %s revokes it: %v", who, err)
		}
		if list, err := db.Tokens(ctx, v); err != nil || len(list) != 0 {
			t.Errorf("the %s sees %v, %v", who, list, err)
		}
	}
	for range 2 {
		if err := db.RevokeToken(ctx, w.lead, tok.ID, day(3)); err != nil {
			t.Error(err)
		}
	}
	if list, err := db.Tokens(ctx, w.lead); err != nil || len(list) != 1 || list[0].Works(day(4)) || !list[0].RevokedAt.Equal(day(3).Truncate(time.Microsecond)) {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := db.Token(ctx, "none0000"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}

func testSessions(t *testing.T, db *DB) {
	ctx, id := t.Context(), digestOf([]byte("session"))
	for _, data := range []string{"one", "\x00\xff"} {
		if err := db.SaveSession(ctx, id, []byte(data), day(3)); err != nil {
			t.Fatal(err)
		}
		if got, err := db.Session(ctx, id, day(2)); err != nil || string(got) != data {
			t.Errorf("%q, %v", got, err)
		}
	}
	if _, err := db.Session(ctx, id, day(3)); !errors.Is(err, ErrNotFound) {
		t.Errorf("at its end: %v", err)
	}
	for range 2 {
		if err := db.EndSession(ctx, id); err != nil {
			t.Error(err)
		}
	}
	if _, err := db.Session(ctx, id, day(2)); !errors.Is(err, ErrNotFound) {
		t.Errorf("ended: %v", err)
	}
}

func testFailures(t *testing.T, db *DB) {
	ctx, key := t.Context(), digestOf([]byte("name"))
	at := day(1)
	for i := 1; i <= 3; i++ {
		if n, err := db.SignInFailed(ctx, key, at.Add(time.Duration(i)*time.Minute)); err != nil || n != i {
			t.Errorf("failure %d counts as %d, %v", i, n, err)
		}
	}
	n, until, err := db.SignInFailures(ctx, key, at.Add(4*time.Minute))
	if err != nil || n != 3 || !until.Equal(at.Add(16*time.Minute).Truncate(time.Microsecond)) {
		t.Errorf("%d until %v, %v", n, until, err)
	}
	if n, _, err := db.SignInFailures(ctx, key, at.Add(16*time.Minute)); err != nil || n != 0 {
		t.Errorf("%d after their time, %v", n, err)
	}
	if n, err := db.SignInFailed(ctx, key, at.Add(20*time.Minute)); err != nil || n != 1 {
		t.Errorf("a later failure counts as %d, %v", n, err)
	}
	if err := db.SignInWorked(ctx, key); err != nil {
		t.Error(err)
	}
	if n, _, err := db.SignInFailures(ctx, key, at.Add(20*time.Minute)); err != nil || n != 0 {
		t.Errorf("%d after signing in, %v", n, err)
	}
}

func testOnce(t *testing.T, db *DB) {
	w := newWorld(t, db)
	ctx, one, two := t.Context(), digestOf([]byte("one")), digestOf([]byte("two"))
	begin := func(v Viewer, request string, at time.Time) string {
		a, err := db.BeginOnce(ctx, v, "key", request, at)
		switch {
		case errors.Is(err, ErrKeyReused):
			return "reused"
		case errors.Is(err, ErrKeyRunning):
			return "running"
		case err != nil:
			return err.Error()
		case a == nil:
			return "go"
		}
		return fmt.Sprint(a.Status, " ", string(a.Body))
	}
	expect := func(want, got string) {
		t.Helper()
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	expect("go", begin(w.lead, one, day(1)))
	expect("running", begin(w.lead, one, day(1)))
	expect("reused", begin(w.lead, two, day(1)))
	expect("go", begin(w.bureau, two, day(1))) // another organisation's key is another key
	expect("go", begin(w.lead, one, day(1).Add(runningFor)))
	expect("running", begin(w.lead, one, day(1).Add(runningFor)))
	if err := db.AbandonOnce(ctx, w.lead, "key"); err != nil {
		t.Error(err)
	}
	expect("go", begin(w.lead, one, day(1)))
	if err := db.FinishOnce(ctx, w.lead, "key", Answer{Status: 201, Body: []byte("made")}); err != nil {
		t.Error(err)
	}
	if err := db.AbandonOnce(ctx, w.lead, "key"); err != nil { // too late
		t.Error(err)
	}
	expect("201 made", begin(w.lead, one, day(2)))
	expect("reused", begin(w.lead, two, day(2)))
	expect("running", begin(w.bureau, two, day(1)))
	if err := db.FinishOnce(ctx, w.bureau, "key", Answer{Status: 204}); err != nil {
		t.Error(err)
	}
	expect("204 ", begin(w.bureau, two, day(1)))
}

func testTwentyKeys(t *testing.T, db *DB) {
	one := digestOf([]byte("one"))
	if won := atOnce(t, ErrKeyRunning, func(int) error {
		_, err := db.BeginOnce(t.Context(), System(), "key", one, day(1))
		return err
	}); won != 1 {
		t.Errorf("%d of twenty callers do the work", won)
	}
}

func testSweep(t *testing.T, db *DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	for name, end := range map[string]time.Time{"old": day(2), "new": day(9)} {
		if err := db.SaveSession(ctx, digestOf([]byte(name)), []byte("x"), end); err != nil {
			t.Fatal(err)
		}
	}
	invite(t, db, w.bureau, FirstBureau, "one", "", "owner")
	for _, at := range []time.Time{day(1), day(4)} {
		if _, err := db.SignInFailed(ctx, digestOf([]byte(at.String())), at); err != nil {
			t.Fatal(err)
		}
		if _, err := db.BeginOnce(ctx, w.bureau, at.String(), digestOf(nil), at); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Sweep(ctx, day(4)); err != nil {
		t.Fatal(err)
	}
	for table, want := range map[string]int{"sessions": 1, "invites": 1, "sign_in_failures": 1, "idempotency_keys": 1} {
		var n int
		if err := db.read.QueryRowContext(context.WithoutCancel(ctx), "select count(*) from "+table).Scan(&n); err != nil || n != want {
			t.Errorf("%d rows left in %s, %v; want %d", n, table, err, want)
		}
	}
}
