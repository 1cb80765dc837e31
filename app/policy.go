package app

import (
	"errors"
	"fmt"
	"slices"

	"tripact/problem"
	"tripact/storage/records"
)

// ErrForbidden means that the caller belongs to the organisation and may see the thing, and may not do this to it. What a
// caller's organisation has no part in is fs.ErrNotExist instead.
var ErrForbidden = errors.New("not allowed")

// Role is what a member does in an organisation.
type Role string

// The roles. Owners and administrators look after members and tokens and have no part in projects by that alone.
const (
	Owner         Role = "owner"
	Officer       Role = "officer"
	Signatory     Role = "signatory"
	TemplateClerk Role = "template-clerk"
	Auditor       Role = "auditor"
	Administrator Role = "administrator"
	Recommender   Role = "managing-unit"
	Applicant     Role = "applicant"
)

// Organisation is an office or unit whose members use the service.
type Organisation = records.Organisation

// OrganisationKind is what an organisation does in a programme.
type OrganisationKind = records.OrganisationKind

// The kinds of organisations.
const (
	BureauKind       = records.Bureau
	ManagingUnitKind = records.ManagingUnit
	ApplicantKind    = records.Applicant
)

// KindName is the name of a kind of organisation.
func KindName(k OrganisationKind) problem.Text {
	switch k {
	case BureauKind:
		return problem.T("主管部门", "Bureau")
	case ManagingUnitKind:
		return problem.T("归口管理单位", "Managing unit")
	case ApplicantKind:
		return problem.T("申报单位", "Applicant")
	}
	return problem.T(string(k), string(k))
}

// Token lets a program in.
type Token = records.Token

// Roles lists every role.
func Roles() []Role {
	return []Role{Owner, Officer, Signatory, TemplateClerk, Auditor, Administrator, Recommender, Applicant}
}

// RolesIn lists the roles that there are in an organisation of this kind.
func RolesIn(kind records.OrganisationKind) []Role {
	switch kind {
	case records.Bureau:
		return []Role{Owner, Officer, Signatory, TemplateClerk, Auditor}
	case records.ManagingUnit:
		return []Role{Administrator, Recommender}
	case records.Applicant:
		return []Role{Administrator, Applicant}
	}
	return nil
}

// Name is the role's name.
func (r Role) Name() problem.Text {
	switch r {
	case Owner:
		return problem.T("所有者", "Owner")
	case Officer:
		return problem.T("主管部门经办人", "Bureau officer")
	case Signatory:
		return problem.T("主管部门签署人", "Bureau signatory")
	case TemplateClerk:
		return problem.T("模板管理员", "Template clerk")
	case Auditor:
		return problem.T("审计员", "Auditor")
	case Administrator:
		return problem.T("单位管理员", "Administrator")
	case Recommender:
		return problem.T("归口管理经办人", "Managing unit officer")
	case Applicant:
		return problem.T("申报人", "Applicant")
	}
	return problem.T(string(r), string(r))
}

// Action is something that a caller may or may not do.
type Action string

// The actions.
const (
	ReadProject      Action = "project.read"
	WriteApplication Action = "project.write" // all of a project but the parts below
	WriteRec         Action = "project.recommend"
	WriteReview      Action = "project.review"
	WriteApproval    Action = "project.approve"
	WriteContract    Action = "project.contract"

	MakeApplicationForm Action = "document.application-form"
	MakeLetter          Action = "document.recommendation-letter"
	MakeNotice          Action = "document.review-notice"
	MakeContract        Action = "document.contract"
	ReadDocument        Action = "document.read"
	ManageLinks         Action = "link.manage"

	ReadTemplate  Action = "template.read"
	WriteTemplate Action = "template.write"

	ManageOrganisations Action = "organisation.manage"
	ManageMembers       Action = "member.manage"
	ManageTokens        Action = "token.manage"
	ManageWebhooks      Action = "webhook.manage"
	ReadAudit           Action = "audit.read"
)

// Scope narrows what a token may do.
type Scope string

// The scopes. An action without one is for people only.
const (
	ScopeRead      Scope = "read"      // projects, documents, templates
	ScopeWrite     Scope = "write"     // projects with their parts
	ScopeDocuments Scope = "documents" // make documents
	ScopeLinks     Scope = "links"     // make, list and revoke links
	ScopeTemplates Scope = "templates" // upload and publish templates
	ScopeAudit     Scope = "audit"     // export the audit
)

// Scopes lists every scope.
func Scopes() []Scope {
	return []Scope{ScopeRead, ScopeWrite, ScopeDocuments, ScopeLinks, ScopeTemplates, ScopeAudit}
}

// Name says what the scope allows.
func (s Scope) Name() problem.Text {
	switch s {
	case ScopeRead:
		return problem.T("读取项目与文书", "read projects and documents")
	case ScopeWrite:
		return problem.T("写入项目", "write projects")
	case ScopeDocuments:
		return problem.T("生成文书", "make documents")
	case ScopeLinks:
		return problem.T("管理链接", "manage links")
	case ScopeTemplates:
		return problem.T("管理模板", "manage templates")
	case ScopeAudit:
		return problem.T("导出审计记录", "export the audit")
	}
	return problem.T(string(s), string(s))
}

// rule says who may do something: members with one of these roles, and tokens that have such a role and the scope.
type rule struct {
	action Action
	scope  Scope // "" for people only
	roles  []Role
}

// policy is the whole of it; TestPolicy holds it to a table that is written down a second time.
var policy = []rule{
	{ReadProject, ScopeRead, []Role{Officer, Signatory, Auditor, Recommender, Applicant}},
	{WriteApplication, ScopeWrite, []Role{Officer, Applicant}},
	{WriteRec, ScopeWrite, []Role{Officer, Recommender}},
	{WriteReview, ScopeWrite, []Role{Officer}},
	{WriteApproval, ScopeWrite, []Role{Officer, Signatory}},
	{WriteContract, ScopeWrite, []Role{Officer, Signatory}},

	{MakeApplicationForm, ScopeDocuments, []Role{Officer, Applicant}},
	{MakeLetter, ScopeDocuments, []Role{Officer, Recommender}},
	{MakeNotice, ScopeDocuments, []Role{Officer}},
	{MakeContract, ScopeDocuments, []Role{Officer, Signatory}},
	{ReadDocument, ScopeRead, []Role{Officer, Signatory, Auditor, Recommender, Applicant}},
	{ManageLinks, ScopeLinks, []Role{Officer, Signatory, Recommender, Applicant}},

	{ReadTemplate, ScopeRead, []Role{Officer, Signatory, TemplateClerk, Auditor}},
	{WriteTemplate, ScopeTemplates, []Role{TemplateClerk}},

	{ManageOrganisations, "", []Role{Owner}},
	{ManageMembers, "", []Role{Owner, Administrator}},
	{ManageTokens, "", []Role{Owner, Administrator}},
	{ManageWebhooks, "", []Role{Owner, Administrator}},
	{ReadAudit, ScopeAudit, []Role{Owner, Auditor}},
}

// Actions lists every action.
func Actions() []Action {
	list := make([]Action, len(policy))
	for i, r := range policy {
		list[i] = r.action
	}
	return list
}

// makes is the action of making a document of a kind.
func (k Kind) makes() Action {
	switch k {
	case ApplicationForm:
		return MakeApplicationForm
	case RecommendationLetter:
		return MakeLetter
	case ReviewNotice:
		return MakeNotice
	case Contract:
		return MakeContract
	}
	return ""
}

// Principal is who asks: a person as a member of one organisation, or a token of it. The zero value may do nothing. It is made for one
// request, so that what was taken from a member is gone at the next.
type Principal struct {
	Person       string // id; "" for a token
	Token        string // id; "" for a person
	Name         string
	Organisation records.Organisation
	Roles        []Role
	Scopes       []Scope // of a token
	Local        bool    // a person with a password here, not at another provider
}

// LocalOwner is who works at the command line, without a service: all of the first bureau.
func LocalOwner() Principal {
	return Principal{
		Person: "local", Organisation: records.Organisation{ID: records.FirstBureau, Kind: records.Bureau, Bureau: records.FirstBureau},
		Roles: RolesIn(records.Bureau),
	}
}

// May reports whether the policy lets p do this to what its organisation sees.
func (p Principal) May(a Action) bool {
	i := slices.IndexFunc(policy, func(r rule) bool { return r.action == a })
	if i < 0 || p.Person == "" && p.Token == "" {
		return false
	}
	if p.Token != "" && (policy[i].scope == "" || !slices.Contains(p.Scopes, policy[i].scope)) {
		return false
	}
	kind := RolesIn(p.Organisation.Kind)
	return slices.ContainsFunc(p.Roles, func(r Role) bool {
		return slices.Contains(kind, r) && slices.Contains(policy[i].roles, r)
	})
}

// Actor names p in the audit and in revisions; "" for the zero value.
func (p Principal) Actor() string {
	if p.Token != "" {
		return "token:" + p.Token
	}
	return p.Person
}

func (p Principal) viewer() records.Viewer {
	return records.Viewer{Organisation: p.Organisation.ID, Kind: p.Organisation.Kind, Bureau: p.Organisation.Bureau, Actor: p.Actor()}
}

// need is ErrForbidden unless p may do a.
func (p Principal) need(a Action) error {
	if p.May(a) {
		return nil
	}
	return fmt.Errorf("%s: %w", a, ErrForbidden)
}
