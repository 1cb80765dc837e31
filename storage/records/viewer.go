package records

import (
	"fmt"
	"strings"
)

// Viewer is the organisation that a method works for, and who acts for it. It is a condition of every statement: what the
// organisation has no part in is ErrNotFound, as if it were not there. The zero value sees nothing.
//
// A bureau sees the projects of its calls; a managing unit and an applicant see, of the bureau that they belong to, those that
// name them by their unified social credit code. A document is seen by those who see every project in it.
type Viewer struct {
	Organisation string // id
	Kind         OrganisationKind
	Bureau       string // the tenant: of a bureau, itself
	Actor        string // id of a person or token, for the audit and for revisions; "" is "system"

	whole bool
}

// System is the viewer of what serves no organisation: sweeps, addresses that are themselves a proof, export of the whole.
// It sees everything, and acts for the first bureau.
func System() Viewer {
	return Viewer{Organisation: FirstBureau, Kind: Bureau, Bureau: FirstBureau, whole: true}
}

// As returns v with another actor.
func (v Viewer) As(actor string) Viewer {
	v.Actor = actor
	return v
}

func (v Viewer) actor() string {
	if v.Actor == "" {
		return "system"
	}
	return v.Actor
}

// sees is the condition that v sees the row p of projects. n is the number of the parameter that is v.Organisation.
func (v Viewer) sees(n int) string {
	switch {
	case v.whole:
		return fmt.Sprintf("$%d <> ''", n)
	case v.Kind == Bureau:
		return fmt.Sprintf("p.bureau = $%d", n)
	}
	return fmt.Sprintf("p.id in (select v.project from sights v where v.organisation = $%d)", n)
}

// seesDocument is the condition that v sees the row d of documents.
func (v Viewer) seesDocument(n int) string {
	return `not exists (select 1 from document_projects x join projects p on p.id = x.project where x.document = d.id and not (` + v.sees(n) + `))`
}

// seesLink is the condition that v sees the row l of links, of a document that it sees: its own, and as a bureau all.
func (v Viewer) seesLink(n int) string {
	if v.whole || v.Kind == Bureau {
		return fmt.Sprintf("$%d <> ''", n)
	}
	return fmt.Sprintf("l.organisation = $%d", n)
}

// words and unwords keep a list of words, such as roles, in one column.
func words(list []string) string { return strings.Join(list, " ") }

func unwords(text string) []string { return strings.Fields(text) }
