package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"tripact/app"
	"tripact/problem"
)

// Sentences about signing in.
var (
	problemCredentials = problem.T("登录名或密码有误。", "Wrong name or password.")
	problemFailures    = problem.T("尝试次数过多，请15分钟后再试。", "Too many attempts: try again in fifteen minutes.")
	problemOIDC        = problem.T("登录未完成，请重新登录。", "Signing in was not completed. Please begin again.")
	problemStranger    = problem.T("您尚未加入任何单位。请向单位管理员索取邀请链接。", "You are no member of any organisation here. Ask for an invitation.")
)

// signInPage is what the page to sign in is made from.
type signInPage struct {
	OIDC    string // what the provider's button says; "" for none
	Login   string
	Problem problem.Text
}

// accountRoutes adds the pages to sign in, and those where owners look after organisations, members and tokens.
func (s *Server) accountRoutes(r *mux.Router) {
	r.HandleFunc("/sign-in", s.signInForm).Methods(http.MethodGet)
	r.HandleFunc("/sign-in", s.signIn).Methods(http.MethodPost)
	if s.cfg.OIDC != nil { // links and no forms: form-action in our policy would stop the way to another site
		r.HandleFunc("/sign-in/oidc", func(w http.ResponseWriter, r *http.Request) { s.beginOIDC(w, r, "") }).Methods(http.MethodGet)
		r.HandleFunc("/sign-in/oidc/callback", s.endOIDC).Methods(http.MethodGet)
		r.HandleFunc("/invite/{token}/oidc", func(w http.ResponseWriter, r *http.Request) { s.beginOIDC(w, r, mux.Vars(r)["token"]) }).Methods(http.MethodGet)
	}
	r.HandleFunc("/sign-out", s.signOut).Methods(http.MethodPost)
	r.HandleFunc("/invite/{token}", s.inviteForm).Methods(http.MethodGet)
	r.HandleFunc("/invite/{token}", s.join).Methods(http.MethodPost)

	r.HandleFunc("/account", s.guard(s.account)).Methods(http.MethodGet)
	r.HandleFunc("/account/password", s.guard(s.changePassword)).Methods(http.MethodPost)
	r.HandleFunc("/account/organisation", s.guard(s.changeOrganisation)).Methods(http.MethodPost)
	r.HandleFunc("/organisations", s.guard(s.organisations)).Methods(http.MethodGet)
	r.HandleFunc("/organisations", s.guard(s.saveOrganisation)).Methods(http.MethodPost)
	r.HandleFunc("/organisations/{org}", s.guard(s.saveOrganisation)).Methods(http.MethodPost)
	r.HandleFunc("/organisations/{org}/members", s.guard(s.members)).Methods(http.MethodGet)
	r.HandleFunc("/organisations/{org}/invites", s.guard(s.invite)).Methods(http.MethodPost)
	r.HandleFunc("/organisations/{org}/invites/{invite}/end", s.guard(s.endInvite)).Methods(http.MethodPost)
	r.HandleFunc("/organisations/{org}/members/{person}/roles", s.guard(s.setRoles)).Methods(http.MethodPost)
	r.HandleFunc("/organisations/{org}/members/{person}/remove", s.guard(s.removeMember)).Methods(http.MethodPost)
	r.HandleFunc("/organisations/{org}/members/{person}/link", s.guard(s.memberLink)).Methods(http.MethodPost)
	r.HandleFunc("/tokens", s.guard(s.tokens)).Methods(http.MethodGet)
	r.HandleFunc("/tokens", s.guard(s.createToken)).Methods(http.MethodPost)
	r.HandleFunc("/tokens/{id}/revoke", s.guard(s.revokeToken)).Methods(http.MethodPost)
}

func (s *Server) signInForm(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if _, err := s.who(r); err == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	s.show(w, r, http.StatusOK, "sign-in.html", signInPage{OIDC: s.cfg.OIDC.name()})
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	login := r.PostFormValue("login")
	account, err := s.cfg.Cases.SignIn(r.Context(), login, r.PostFormValue("password"), s.address(r))
	page := signInPage{OIDC: s.cfg.OIDC.name(), Login: login}
	switch {
	case errors.Is(err, app.ErrBadCredentials):
		page.Problem = problemCredentials
		s.show(w, r, http.StatusUnauthorized, "sign-in.html", page)
	case errors.Is(err, app.ErrTooManyFailures):
		page.Problem = problemFailures
		w.Header().Set("Retry-After", "900")
		s.show(w, r, http.StatusTooManyRequests, "sign-in.html", page)
	default:
		s.enter(w, r, account, err)
	}
}

// enter opens the session of an account and leads to the first page, or tells what went wrong.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, a app.Account, err error) {
	if err == nil {
		err = s.open(r, a)
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if err := s.sessions.Destroy(r.Context()); err != nil {
		s.fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
}

// invitePage is what the page of an invitation is made from.
type invitePage struct {
	app.Invite
	Token    string // of the address
	OIDC     string
	Form     app.NewAccount
	Findings problem.List
}

// inviteForm shows a form with a button: mail scanners and previews follow links, and must not use the invitation up.
func (s *Server) inviteForm(w http.ResponseWriter, r *http.Request) {
	s.showInvite(w, r, http.StatusOK, app.NewAccount{}, nil)
}

func (s *Server) showInvite(w http.ResponseWriter, r *http.Request, status int, form app.NewAccount, found problem.List) {
	w.Header().Set("Cache-Control", "no-store")
	i, err := s.cfg.Cases.LookAtInvite(r.Context(), app.Secret(mux.Vars(r)["token"]))
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	form.Password = ""
	s.show(w, r, status, "invite.html", invitePage{Invite: i, Token: mux.Vars(r)["token"], OIDC: s.cfg.OIDC.name(), Form: form, Findings: found})
}

func (s *Server) join(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	form := app.NewAccount{Name: r.PostFormValue("name"), Login: r.PostFormValue("login"), Email: r.PostFormValue("email"), Password: r.PostFormValue("password")}
	account, err := s.cfg.Cases.Join(r.Context(), app.Secret(mux.Vars(r)["token"]), form)
	if found := problem.Of(err); found != nil {
		s.showInvite(w, r, http.StatusUnprocessableEntity, form, found)
		return
	}
	s.enter(w, r, account, err)
}

// accountPage is what the page of one's own account is made from.
type accountPage struct {
	Who      app.Principal
	Places   []app.Organisation
	Local    bool // has a password here
	Findings problem.List
}

func (s *Server) account(w http.ResponseWriter, r *http.Request, who app.Principal) {
	s.showAccount(w, r, http.StatusOK, who, nil)
}

func (s *Server) showAccount(w http.ResponseWriter, r *http.Request, status int, who app.Principal, found problem.List) {
	places, err := s.cfg.Cases.Places(r.Context(), who)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.show(w, r, status, "account.html", accountPage{Who: who, Places: places, Local: who.Local, Findings: found})
}

func (s *Server) changePassword(w http.ResponseWriter, r *http.Request, who app.Principal) {
	account, err := s.cfg.Cases.ChangePassword(r.Context(), who, r.PostFormValue("old"), r.PostFormValue("password"), s.address(r))
	wrong := func(status int, t problem.Text) {
		s.showAccount(w, r, status, who, problem.List{{Code: "account.old", Severity: problem.Fail, Message: t}})
	}
	switch found := problem.Of(err); {
	case found != nil:
		s.showAccount(w, r, http.StatusUnprocessableEntity, who, found)
	case errors.Is(err, app.ErrBadCredentials):
		wrong(http.StatusUnprocessableEntity, problem.T("原密码有误", "the old password is wrong"))
	case errors.Is(err, app.ErrTooManyFailures):
		wrong(http.StatusTooManyRequests, problemFailures)
	default:
		s.enter(w, r, account, err)
	}
}

func (s *Server) changeOrganisation(w http.ResponseWriter, r *http.Request, who app.Principal) {
	places, err := s.cfg.Cases.Places(r.Context(), who)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	id := r.PostFormValue("organisation")
	if !slices.ContainsFunc(places, func(p app.Organisation) bool { return p.ID == id }) {
		s.notFound(w, r)
		return
	}
	s.sessions.Put(r.Context(), keyOrganisation, id)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// organisationsPage is what the list of organisations is made from.
type organisationsPage struct {
	List     []app.Organisation
	Kinds    []app.OrganisationKind
	Findings problem.List
}

func (s *Server) organisations(w http.ResponseWriter, r *http.Request, who app.Principal) {
	s.showOrganisations(w, r, http.StatusOK, who, nil)
}

func (s *Server) showOrganisations(w http.ResponseWriter, r *http.Request, status int, who app.Principal, found problem.List) {
	if !who.May(app.ManageOrganisations) {
		s.refuse(w, r, app.ErrForbidden)
		return
	}
	list, err := s.cfg.Cases.Organisations(r.Context(), who)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.show(w, r, status, "organisations.html", organisationsPage{List: list, Kinds: []app.OrganisationKind{app.ManagingUnitKind, app.ApplicantKind}, Findings: found})
}

func (s *Server) saveOrganisation(w http.ResponseWriter, r *http.Request, who app.Principal) {
	_, err := s.cfg.Cases.SaveOrganisation(r.Context(), who, app.Organisation{
		ID: mux.Vars(r)["org"], Kind: app.OrganisationKind(r.PostFormValue("kind")),
		NameCN: r.PostFormValue("name_cn"), NameEN: r.PostFormValue("name_en"), Code: r.PostFormValue("code"),
	})
	if found := problem.Of(err); found != nil {
		s.showOrganisations(w, r, http.StatusUnprocessableEntity, who, found)
		return
	}
	s.done(w, r, err, "/organisations")
}

// membersPage is what the page of an organisation's members is made from.
type membersPage struct {
	Org      app.Organisation
	Members  []app.Member
	Invites  []app.Invite
	Roles    []app.Role
	Secret   string // address of an invitation that was just made, shown once
	Known    bool   // it signs a member in
	Findings problem.List
}

// Has reports whether a member has a role.
func (membersPage) Has(m app.Member, r app.Role) bool { return slices.Contains(m.Roles, r) }

func (s *Server) members(w http.ResponseWriter, r *http.Request, who app.Principal) {
	s.showMembers(w, r, http.StatusOK, who, membersPage{})
}

func (s *Server) showMembers(w http.ResponseWriter, r *http.Request, status int, who app.Principal, page membersPage) {
	id := mux.Vars(r)["org"]
	var err error
	if page.Org, page.Members, err = s.cfg.Cases.Members(r.Context(), who, id); err == nil {
		page.Invites, err = s.cfg.Cases.Invites(r.Context(), who, id)
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	page.Roles = app.RolesIn(page.Org.Kind)
	s.show(w, r, status, "members.html", page)
}

func formRoles(r *http.Request) []app.Role {
	if err := r.ParseForm(); err != nil {
		return nil // refused as no role
	}
	var list []app.Role
	for _, v := range r.PostForm["role"] {
		list = append(list, app.Role(v))
	}
	return list
}

func (s *Server) invite(w http.ResponseWriter, r *http.Request, who app.Principal) {
	secret, _, err := s.cfg.Cases.Invite(r.Context(), who, mux.Vars(r)["org"], formRoles(r))
	s.showSecret(w, r, who, secret, false, err)
}

func (s *Server) memberLink(w http.ResponseWriter, r *http.Request, who app.Principal) {
	secret, _, err := s.cfg.Cases.SignInLink(r.Context(), who, mux.Vars(r)["org"], mux.Vars(r)["person"])
	s.showSecret(w, r, who, secret, true, err)
}

// showSecret shows a new invitation once: it is the answer itself, kept nowhere.
func (s *Server) showSecret(w http.ResponseWriter, r *http.Request, who app.Principal, secret app.Secret, known bool, err error) {
	if found := problem.Of(err); found != nil {
		s.showMembers(w, r, http.StatusUnprocessableEntity, who, membersPage{Findings: found})
		return
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.showMembers(w, r, http.StatusOK, who, membersPage{Secret: s.cfg.Public + InvitePath(secret), Known: known})
}

// InvitePath is the path of the page where an invitation is used.
func InvitePath(s app.Secret) string { return "/invite/" + string(s) }

func (s *Server) endInvite(w http.ResponseWriter, r *http.Request, who app.Principal) {
	s.done(w, r, s.cfg.Cases.EndInvite(r.Context(), who, mux.Vars(r)["org"], mux.Vars(r)["invite"]), membersPath(r))
}

func (s *Server) setRoles(w http.ResponseWriter, r *http.Request, who app.Principal) {
	err := s.cfg.Cases.SetRoles(r.Context(), who, mux.Vars(r)["org"], mux.Vars(r)["person"], formRoles(r))
	s.changed(w, r, who, err)
}

func (s *Server) removeMember(w http.ResponseWriter, r *http.Request, who app.Principal) {
	s.changed(w, r, who, s.cfg.Cases.RemoveMember(r.Context(), who, mux.Vars(r)["org"], mux.Vars(r)["person"]))
}

func (s *Server) changed(w http.ResponseWriter, r *http.Request, who app.Principal, err error) {
	found := problem.Of(err)
	if errors.Is(err, app.ErrLastOwner) {
		found = problem.List{{
			Code: "member.last", Severity: problem.Fail, Message: problem.T("主管部门须保留至少一名所有者", "a bureau keeps at least one owner"),
			Fix: problem.Fix{ZH: "先将所有者角色授予他人", EN: "make somebody else an owner first"},
		}}
	}
	if found != nil {
		s.showMembers(w, r, http.StatusUnprocessableEntity, who, membersPage{Findings: found})
		return
	}
	s.done(w, r, err, membersPath(r))
}

func membersPath(r *http.Request) string {
	return "/organisations/" + url.PathEscape(mux.Vars(r)["org"]) + "/members"
}

// tokensPage is what the page of an organisation's tokens is made from.
type tokensPage struct {
	List     []app.Token
	Roles    []app.Role
	Scopes   []app.Scope
	Secret   string // a token that was just made, shown once
	Findings problem.List
}

func (s *Server) tokens(w http.ResponseWriter, r *http.Request, who app.Principal) {
	s.showTokens(w, r, http.StatusOK, who, tokensPage{})
}

func (s *Server) showTokens(w http.ResponseWriter, r *http.Request, status int, who app.Principal, page tokensPage) {
	list, err := s.cfg.Cases.Tokens(r.Context(), who)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	page.List, page.Scopes = list, app.Scopes()
	for _, role := range app.RolesIn(who.Organisation.Kind) {
		if role != app.Owner && role != app.Administrator {
			page.Roles = append(page.Roles, role)
		}
	}
	s.show(w, r, status, "tokens.html", page)
}

func (s *Server) createToken(w http.ResponseWriter, r *http.Request, who app.Principal) {
	days, err := strconv.Atoi(r.PostFormValue("days"))
	if err != nil || days < 0 || days > 10_000 {
		days = 0 // refused as no age
	}
	ask := app.NewToken{Name: r.PostFormValue("name"), Roles: formRoles(r), Age: time.Duration(days) * 24 * time.Hour}
	for _, v := range r.PostForm["scope"] {
		ask.Scopes = append(ask.Scopes, app.Scope(v))
	}
	secret, _, err := s.cfg.Cases.CreateToken(r.Context(), who, ask)
	if found := problem.Of(err); found != nil {
		s.showTokens(w, r, http.StatusUnprocessableEntity, who, tokensPage{Findings: found})
		return
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.showTokens(w, r, http.StatusOK, who, tokensPage{Secret: string(secret)})
}

func (s *Server) revokeToken(w http.ResponseWriter, r *http.Request, who app.Principal) {
	s.done(w, r, s.cfg.Cases.RevokeToken(r.Context(), who, mux.Vars(r)["id"]), "/tokens")
}

// done leads to the page that shows what was done, or tells why it was not.
func (s *Server) done(w http.ResponseWriter, r *http.Request, err error, to string) {
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// language keeps a choice of language (?lang=) for the pages after it.
func language(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l := r.URL.Query().Get("lang"); l == "zh" || l == "en" {
			http.SetCookie(w, &http.Cookie{Name: langCookie, Value: l, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()), SameSite: http.SameSiteLaxMode, HttpOnly: true})
		}
		next.ServeHTTP(w, r)
	})
}

const langCookie = "tripact_lang"

// names joins the names of roles or scopes in the reader's language.
func names[T interface{ Name() problem.Text }](lang string, list []T) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = v.Name().In(lang)
	}
	return strings.Join(out, map[string]string{"zh": "、", "en": ", "}[lang])
}
