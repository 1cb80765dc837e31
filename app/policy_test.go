package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tripact/storage/records"
)

// decided is the policy written down a second time, by role: everything that is not here is refused. A change of the policy
// is a change here too.
var decided = map[Role]string{
	Owner: "organisation.manage member.manage token.manage webhook.manage audit.read",
	Officer: "project.read project.write project.recommend project.review project.approve project.contract " +
		"document.application-form document.recommendation-letter document.review-notice document.contract document.read link.manage template.read",
	Signatory:     "project.read project.approve project.contract document.contract document.read link.manage template.read",
	TemplateClerk: "template.read template.write",
	Auditor:       "project.read document.read template.read audit.read",
	Administrator: "member.manage token.manage webhook.manage",
	Recommender:   "project.read project.recommend document.recommendation-letter document.read link.manage",
	Applicant:     "project.read project.write document.application-form document.read link.manage",
}

// tokenScopes are the actions of each scope; what is in none is for people only.
var tokenScopes = map[Scope]string{
	ScopeRead:      "project.read document.read template.read",
	ScopeWrite:     "project.write project.recommend project.review project.approve project.contract",
	ScopeDocuments: "document.application-form document.recommendation-letter document.review-notice document.contract",
	ScopeLinks:     "link.manage",
	ScopeTemplates: "template.write",
	ScopeAudit:     "audit.read",
}

func of(kind records.OrganisationKind) records.Organisation {
	return records.Organisation{ID: "o", Kind: kind, Bureau: "b"}
}

var kinds = []records.OrganisationKind{records.Bureau, records.ManagingUnit, records.Applicant, "", "other"}

// TestPolicy is total: each role in each kind of organisation, each action, as a person, as a token with each scope, as nobody.
func TestPolicy(t *testing.T) {
	if len(decided) != len(Roles()) || len(tokenScopes) != len(Scopes()) {
		t.Fatal("the tables are not whole")
	}
	seen := make(map[Action]bool)
	for _, a := range Actions() {
		if seen[a] {
			t.Errorf("%s is there twice", a)
		}
		seen[a] = true
		for _, role := range Roles() {
			for _, kind := range kinds {
				want := slices.Contains(RolesIn(kind), role) && slices.Contains(strings.Fields(decided[role]), string(a))
				p := Principal{Person: "p", Organisation: of(kind), Roles: []Role{role}}
				if p.May(a) != want || (p.need(a) == nil) != want {
					t.Errorf("%s of a %q may %s: %v, want %v", role, kind, a, p.May(a), want)
				}
				if err := p.need(a); err != nil && !errors.Is(err, ErrForbidden) {
					t.Error(err)
				}
				for _, scope := range append(Scopes(), "") {
					tok := Principal{Token: "t", Organisation: of(kind), Roles: []Role{role}, Scopes: []Scope{scope}}
					if w := want && slices.Contains(strings.Fields(tokenScopes[scope]), string(a)); tok.May(a) != w {
						t.Errorf("a token with scope %q as %s of a %q may %s: %v, want %v", scope, role, kind, a, tok.May(a), w)
					}
				}
				if (Principal{Organisation: of(kind), Roles: []Role{role}}).May(a) {
					t.Errorf("nobody may %s", a)
				}
			}
		}
	}
	for role, list := range decided {
		for _, a := range strings.Fields(list) {
			if !seen[Action(a)] {
				t.Errorf("%s: there is no action %s", role, a)
			}
		}
	}
	if LocalOwner().May("nothing") || (Principal{}).May(ReadProject) {
		t.Error("what is not in the policy is allowed")
	}
	if len(Actions()) != len(policy) {
		t.Error("an action is not listed")
	}
}

// TestRolesHavePlaces: every role is one of exactly one or two kinds of organisations, has a name, and gives some right.
func TestRolesHavePlaces(t *testing.T) {
	for _, r := range Roles() {
		n := 0
		for _, kind := range kinds {
			if slices.Contains(RolesIn(kind), r) {
				n++
			}
		}
		if n == 0 || r.Name().ZH == string(r) || r.Name().EN == "" {
			t.Errorf("%s: in %d kinds, called %v", r, n, r.Name())
		}
	}
	for _, s := range Scopes() {
		if s.Name().ZH == string(s) {
			t.Errorf("scope %s has no name", s)
		}
	}
	for _, k := range Kinds() {
		if !slices.Contains(Actions(), k.makes()) {
			t.Errorf("nobody makes %s", k)
		}
	}
	for _, p := range Parts() {
		if !slices.Contains(Actions(), p.writes()) {
			t.Errorf("nobody writes %s", p)
		}
	}
}

// TestSecretsStayOutOfLogs: whatever prints a secret prints that it is one.
func TestSecretsStayOutOfLogs(t *testing.T) {
	s := newSecret()
	if len(s) != 43 || s == newSecret() {
		t.Errorf("secret of %d characters", len(s))
	}
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%v %s %q", s, s, s), fmt.Sprintf("%+v", struct{ S Secret }{s})} {
		if strings.Contains(text, string(s)) {
			t.Error("a secret is printed")
		}
	}
}
