package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/mux"

	"tripact/app"
	"tripact/examples"
	"tripact/fonts"
	"tripact/project"
	"tripact/storage"
	"tripact/storage/records"
	"tripact/storage/records/recordstest"
	"tripact/templates"
)

// house is a service over a real database and the real embedded store, with the university's project, one issued document,
// and two members in each organisation's every role: in its parties, and in a managing unit and an applicant that have no part in it.
type house struct {
	app      *app.App
	web      *Server
	srv      *httptest.Server
	public   string
	project  string // id
	document string // id
	batch    string // id, of the bureau
	link     app.SharedLink
	offices  []*office
}

type office struct {
	name     string
	org      app.Organisation
	stranger bool
	members  map[string]*http.Client // signed in, by role; "all" for one with every role
	person   string                  // id of a member who may be changed
}

func TestMain(m *testing.M) {
	code := m.Run()
	if err := recordstest.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func TestOnPostgres(t *testing.T) { recordstest.SuiteOnPostgres(t) }

const password = "correct horse battery"

func newHouse(t *testing.T, change func(*Config)) *house {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	book := fonts.Shipped()
	if book == nil {
		t.Skip("skipped: built without fonts (tag nofonts)")
	}
	set, found := templates.Load(templates.Shipped(), app.TemplateOptions)
	if found.Failed() {
		t.Fatal(found.Err())
	}
	server, err := storage.Embedded(ctx, filepath.Join(t.TempDir(), "objects"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := records.Open(ctx, recordstest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(server.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	})
	h := &house{}
	h.srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.web.Handler().ServeHTTP(w, r) }))
	t.Cleanup(h.srv.Close)
	h.public = h.srv.URL
	objects, err := storage.Open(ctx, server.Config(h.public))
	if err != nil {
		t.Fatal(err)
	}
	h.app = app.New(app.Config{
		Templates: set, Examples: examples.FS(), Fonts: book, Store: objects, Records: db, LinkKey: []byte(strings.Repeat("k", 32)),
		Now: time.Now, Log: slog.New(slog.DiscardHandler), Version: "test",
	})
	cfg := Config{Cases: h.app, Log: slog.New(slog.DiscardHandler), Now: time.Now, Public: h.public, Ready: func(context.Context) ([]string, error) { return nil, nil }}
	if change != nil {
		change(&cfg)
	}
	if h.web, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	return h
}

// issue saves the university's project and issues its form.
func (h *house) issue(t *testing.T) *project.Project {
	t.Helper()
	raw, err := fs.ReadFile(examples.FS(), "ningbo-2025/01-university-serbia.json")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := project.Decode(bytes.NewReader(raw))
	owner := app.LocalOwner()
	rec, found, err := h.app.SaveProject(t.Context(), owner, raw, 0)
	if err != nil || found.Failed() {
		t.Fatal(err, found)
	}
	docs, found, err := h.app.Issue(t.Context(), owner, []string{rec.ID}, app.Request{
		Kinds: []app.Kind{app.ApplicationForm}, DOCX: true, On: project.Date{Year: 2025, Month: 12, Day: 20},
	})
	if err != nil || found.Failed() {
		t.Fatal(err, found)
	}
	h.project, h.document = rec.ID, docs[0].ID
	b, err := h.app.StartBatch(t.Context(), owner, app.BatchRequest{Kind: app.Contract, Projects: []string{rec.ID}, Formats: []string{"docx"}, On: "2025-12-20"})
	if err != nil {
		t.Fatal(err)
	}
	h.batch = b.ID
	if h.link, err = h.app.CreateLink(t.Context(), owner, h.document, time.Hour, 0); err != nil {
		t.Fatal(err)
	}
	return p
}

func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// join makes a member through an invitation, in a browser of their own.
func (h *house) join(t *testing.T, org app.Organisation, login string, roles ...app.Role) *http.Client {
	t.Helper()
	s, _, err := h.app.Invite(t.Context(), app.LocalOwner(), org.ID, roles)
	if err != nil {
		t.Fatal(err)
	}
	c := browser(t)
	if status, _, body := do(t, c, "POST", h.public+InvitePath(s), url.Values{"name": {"成员" + login}, "login": {login}, "password": {password}}); status != http.StatusSeeOther {
		t.Fatalf("join as %s: %d %s", login, status, body)
	}
	return c
}

func (h *house) people(t *testing.T) {
	t.Helper()
	p := h.issue(t)
	owner := app.LocalOwner()
	for _, o := range []*office{
		{name: "bureau", org: app.Organisation{Kind: app.BureauKind}},
		{name: "unit", org: app.Organisation{Kind: app.ManagingUnitKind, NameCN: p.Managing.NameCN, NameEN: p.Managing.NameEN, Code: p.Managing.USCC}},
		{name: "lead", org: app.Organisation{Kind: app.ApplicantKind, NameCN: p.Lead.NameCN, Code: p.Lead.USCC}},
		{name: "otherunit", stranger: true, org: app.Organisation{Kind: app.ManagingUnitKind, NameCN: "别的归口", Code: p.Lead.USCC}},
		{name: "otherlead", stranger: true, org: app.Organisation{Kind: app.ApplicantKind, NameCN: "别的申报", Code: p.Managing.USCC}},
	} {
		var err error
		if o.org.Kind == app.BureauKind {
			list, e := h.app.Organisations(t.Context(), owner)
			o.org, err = list[0], e
		} else {
			o.org, err = h.app.SaveOrganisation(t.Context(), owner, o.org)
		}
		if err != nil {
			t.Fatal(err)
		}
		o.members = map[string]*http.Client{"all": h.join(t, o.org, o.name+".all", app.RolesIn(o.org.Kind)...)}
		for _, r := range app.RolesIn(o.org.Kind) {
			o.members[string(r)] = h.join(t, o.org, o.name+"."+string(r), r)
		}
		h.join(t, o.org, o.name+".victim", app.RolesIn(o.org.Kind)[1])
		_, list, err := h.app.Members(t.Context(), owner, o.org.ID)
		if err != nil {
			t.Fatal(err)
		}
		o.person = list[slices.IndexFunc(list, func(m app.Member) bool { return m.Login == o.name+".victim" })].Person
		h.offices = append(h.offices, o)
	}
}

func do(t *testing.T, client *http.Client, method, address string, form url.Values, header ...string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(body)
}

// access is what one route asks for.
type access struct {
	need   app.Action // "" for any member
	public bool       // serves anybody
	form   url.Values
	want   int  // what it answers to somebody who may
	alien  bool // a stranger is told that there is none
	own    bool // is about the caller's own organisation: there are no strangers to it
}

// TestEveryRoute is total: each route of the router, by each role of each organisation, and by nobody. Nobody is asked to sign
// in, strangers are told that there is no such thing, members without the right that they may not.
func TestEveryRoute(t *testing.T) {
	h := newHouse(t, func(c *Config) { c.OIDC = &OIDC{Issuer: "https://id.example", ClientID: "x"} })
	h.people(t)
	roles := url.Values{"role": {"applicant"}}
	table := map[string]access{
		"GET /livez": {public: true}, "GET /readyz": {public: true}, "GET /style.css": {public: true},
		"GET /sign-in": {public: true}, "POST /sign-in": {public: true}, "GET /sign-in/oidc": {public: true}, "GET /sign-in/oidc/callback": {public: true},
		"GET /invite/{token}": {public: true}, "POST /invite/{token}": {public: true}, "GET /invite/{token}/oidc": {public: true}, "POST /sign-out": {public: true},
		"GET /d/{token}": {public: true}, "HEAD /d/{token}": {public: true}, "POST /d/{token}": {public: true},

		"GET /":                      {own: true, want: 200},
		"GET /account":               {own: true, want: 200},
		"POST /account/password":     {own: true, want: 422},
		"POST /account/organisation": {alien: true, form: url.Values{"organisation": {"other"}}, want: 404},

		"GET /projects/{project}":                                    {need: app.ReadProject, alien: true, want: 200},
		"POST /projects/{project}/documents":                         {need: app.MakeNotice, alien: true, form: url.Values{"kind": {"review-notice"}}, want: 303},
		"GET /projects/{project}/differences.{format:xlsx|pdf|docx}": {need: app.ReadProject, alien: true, want: 200},
		"GET /projects/{project}/review":                             {need: app.WriteReview, alien: true, want: 200},
		"POST /projects/{project}/review":                            {need: app.WriteReview, alien: true, form: url.Values{"base": {"1"}, "step": {"conclude"}}, want: 422},
		"GET /approvals":                                             {need: app.WriteApproval, own: true, want: 200},
		"POST /approvals":                                            {need: app.WriteApproval, own: true, form: url.Values{"list": {"AA=="}, "on": {"2025-12-20"}, "call": {"ningbo-2025"}}, want: 422},
		"GET /batches":                                               {need: app.ReadDocument, own: true, want: 200},
		"GET /batches/{batch}":                                       {need: app.ReadDocument, alien: true, want: 200},
		"GET /batches/{batch}/archive":                               {need: app.ReadDocument, alien: true, want: 200},
		"POST /batches/{batch}/cancel":                               {need: app.MakeContract, alien: true, want: 303},
		"POST /batches/{batch}/resume":                               {need: app.MakeContract, alien: true, want: 303},
		"POST /batches/{batch}/links":                                {need: app.ManageLinks, alien: true, form: url.Values{"hours": {"1"}}, want: 200},

		"GET /documents/{id}":                      {need: app.ReadDocument, alien: true, want: 302},
		"GET /documents/{id}/links":                {need: app.ManageLinks, alien: true, want: 200},
		"POST /documents/{id}/links":               {need: app.ManageLinks, alien: true, form: url.Values{"hours": {"1"}}, want: 303},
		"POST /documents/{id}/links/{link}/revoke": {need: app.ManageLinks, alien: true, want: 303},

		"GET /organisations":        {need: app.ManageOrganisations, own: true, want: 200},
		"POST /organisations":       {need: app.ManageOrganisations, own: true, form: url.Values{"kind": {"applicant"}}, want: 422},
		"POST /organisations/{org}": {need: app.ManageOrganisations, alien: true, form: url.Values{"name_cn": {""}}, want: 422},

		"GET /organisations/{org}/members":                  {need: app.ManageMembers, alien: true, want: 200},
		"POST /organisations/{org}/invites":                 {need: app.ManageMembers, alien: true, form: roles, want: 200},
		"POST /organisations/{org}/invites/{invite}/end":    {need: app.ManageMembers, alien: true, want: 303},
		"POST /organisations/{org}/members/{person}/roles":  {need: app.ManageMembers, alien: true, form: roles, want: 303},
		"POST /organisations/{org}/members/{person}/link":   {need: app.ManageMembers, alien: true, want: 200},
		"POST /organisations/{org}/members/{person}/remove": {need: app.ManageMembers, alien: true, want: 303},

		"GET /templates":                                         {need: app.ReadTemplate, own: true, want: 200},
		"GET /templates/{call}/{kind}/{lang}":                    {need: app.ReadTemplate, own: true, want: 200},
		"POST /templates/{call}/{kind}/{lang}":                   {need: app.WriteTemplate, own: true, want: 400},
		"GET /templates/{call}/{kind}/{lang}/compare":            {need: app.ReadTemplate, own: true, want: 200},
		"GET /templates/{call}/{kind}/{lang}/{version}":          {need: app.ReadTemplate, own: true, want: 200},
		"GET /templates/{call}/{kind}/{lang}/{version}/file":     {need: app.ReadTemplate, own: true, want: 200},
		"GET /templates/{call}/{kind}/{lang}/{version}/preview":  {need: app.ReadTemplate, own: true, want: 200},
		"POST /templates/{call}/{kind}/{lang}/{version}/publish": {need: app.WriteTemplate, own: true, want: 303},

		"GET /tokens":              {need: app.ManageTokens, own: true, want: 200},
		"POST /tokens":             {need: app.ManageTokens, own: true, form: url.Values{"name": {""}}, want: 422},
		"POST /tokens/{id}/revoke": {need: app.ManageTokens, alien: true, want: 303},
	}
	lead := h.offices[2]
	seen := map[string]bool{}
	err := h.web.router().Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, err := route.GetPathTemplate()
		methods, e := route.GetMethods()
		if err != nil || e != nil {
			return nil //nolint:nilerr // the subrouter of the pages: no route of its own
		}
		for _, method := range methods {
			name := method + " " + path
			seen[name] = true
			a, ok := table[name]
			if !ok {
				t.Errorf("%s is not in the table", name)
				continue
			}
			if !a.public {
				h.try(t, method, path, a, lead)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range table {
		if !seen[name] {
			t.Errorf("there is no route %s", name)
		}
	}
}

// try asks for a route about the applicant's things, as everybody.
func (h *house) try(t *testing.T, method, path string, a access, lead *office) {
	t.Helper()
	// fresh puts what the route asks for in its place: things that a use uses up are made anew.
	fresh := func() string {
		owner := app.LocalOwner()
		at := strings.NewReplacer("{org}", lead.org.ID, "{person}", lead.person, "{call}", "ningbo-2025", "{kind}", "contract", "{lang}", "zh", "{version}", "0").Replace(path)
		if strings.HasSuffix(path, "/compare") {
			at += "?from=0&to=0"
		}
		if strings.Contains(path, "{invite}") {
			_, i, err := h.app.Invite(t.Context(), owner, lead.org.ID, []app.Role{app.Applicant})
			if err != nil {
				t.Fatal(err)
			}
			at = strings.Replace(at, "{invite}", i.ID, 1)
		}
		if strings.Contains(path, "/tokens/") {
			admin := app.Principal{Person: "x", Organisation: lead.org, Roles: []app.Role{app.Administrator}}
			_, tok, err := h.app.CreateToken(t.Context(), admin, app.NewToken{Name: "x", Roles: []app.Role{app.Applicant}, Scopes: app.Scopes(), Age: time.Hour})
			if err != nil {
				t.Fatal(err)
			}
			at = strings.Replace(at, "{id}", tok.ID, 1)
		}
		return strings.NewReplacer("{format:xlsx|pdf|docx}", "xlsx", "{project}", h.project, "{batch}", h.batch, "{id}", h.document, "{link}", h.link.ID).Replace(at)
	}
	if status, _, body := do(t, &http.Client{}, method, h.public+fresh(), a.form); status != http.StatusUnauthorized || strings.Contains(body, "202501A0012") {
		t.Errorf("%s %s by nobody: %d", method, path, status)
	}
	for _, o := range h.offices {
		for role, client := range o.members {
			may := func(action app.Action) bool {
				rs := []app.Role{app.Role(role)}
				if role == "all" {
					rs = app.RolesIn(o.org.Kind)
				}
				return app.Principal{Person: "x", Organisation: o.org, Roles: rs}.May(action)
			}
			allowed := a.need == "" || may(a.need)
			if a.need == app.ManageLinks {
				allowed = allowed && may(app.ReadDocument)
			}
			stranger := o.stranger
			switch {
			case strings.HasPrefix(path, "/organisations/"):
				// To a bureau the members of its applicants are a matter of its owners; to other organisations they are not there.
				stranger = o.name != "bureau" && o != lead
				if o.name == "bureau" {
					allowed = may(app.ManageOrganisations)
				}
			case strings.HasPrefix(path, "/batches/"):
				stranger = o.name != "bureau" // batches are their organisation's alone
				if !may(app.ReadDocument) {
					allowed, stranger = false, false // told before it is looked for
				}
				if a.need == app.ManageLinks && !may(app.ManageLinks) {
					stranger = false
				}
			case strings.HasPrefix(path, "/tokens/"):
				stranger = o != lead // tokens are their organisation's alone
				if !allowed {
					stranger = false // who may manage none is told so, whatever the id
				}
			}
			want := a.want
			switch {
			case a.alien && stranger:
				want = http.StatusNotFound
			case !allowed:
				want = http.StatusForbidden
			case path == "/" && !may(app.ReadProject):
				want = http.StatusSeeOther // to the account
			case strings.Contains(path, "{link}") && o.name != "bureau":
				want = http.StatusNotFound // the link is the bureau's
			}
			if strings.Contains(path, "/remove") && want == http.StatusSeeOther {
				continue // TestOwnersDay removes
			}
			if status, _, body := do(t, client, method, h.public+fresh(), a.form); status != want {
				t.Errorf("%s %s by %s of %s: %d, want %d\n%.300s", method, path, role, o.name, status, want, body)
			}
		}
	}
}

var (
	secretOnPage = regexp.MustCompile(`<code class="secret">([^<]+)</code>`)
	csrf         = []string{"Sec-Fetch-Site", "cross-site"}
)

// TestOwnersDay is the way of an owner through the pages: set up, an organisation, an invitation, a member who is let in, gets
// other roles and is removed, a token, a new password, sign-out and sign-in; in both languages.
func TestOwnersDay(t *testing.T) {
	h := newHouse(t, func(c *Config) { c.Secure = false })
	p := h.issue(t)
	owner := browser(t)
	setUp, err := h.app.SetUp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at := h.public + InvitePath(setUp)
	for range 3 { // mail scanners look
		if status, _, body := do(t, browser(t), "GET", at, nil); status != http.StatusOK || !strings.Contains(body, `name="password"`) {
			t.Fatalf("the set-up page: %d", status)
		}
	}
	me := url.Values{"name": {"王<b>主任"}, "login": {"wang"}, "password": {password}}
	if status, _, _ := do(t, browser(t), "POST", at, me, csrf...); status != http.StatusForbidden {
		t.Errorf("a form on another site joins: %d", status)
	}
	if status, _, body := do(t, owner, "POST", at, url.Values{"name": {"王<b>主任"}, "login": {"wang"}, "password": {"short"}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, "12") || !strings.Contains(body, "王&lt;b&gt;主任") || strings.Contains(body, "short\"") {
		t.Errorf("a short password: %d %s", status, body)
	}
	status, header, _ := do(t, owner, "POST", at, me)
	if c := header.Get("Set-Cookie"); status != http.StatusSeeOther || !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Lax") {
		t.Fatalf("set up: %d, cookie %q", status, c)
	}
	if status, _, _ := do(t, browser(t), "POST", at, me); status != http.StatusGone {
		t.Errorf("the set-up worked twice: %d", status)
	}
	page := func(c *http.Client, path string, want int) string {
		t.Helper()
		status, header, body := do(t, c, "GET", h.public+path, nil)
		if status != want || strings.Contains(body, "<b>") || header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%s: %d, want %d\n%s", path, status, want, body)
		}
		return body
	}
	post := func(c *http.Client, path string, form url.Values, want int) string {
		t.Helper()
		status, _, body := do(t, c, "POST", h.public+path, form)
		if status != want {
			t.Fatalf("%s: %d, want %d\n%s", path, status, want, body)
		}
		return body
	}
	if body := page(owner, "/", 200); !strings.Contains(body, "英文申报书") || !strings.Contains(body, "甬江理工大学") {
		t.Error("the list lacks the document")
	}
	if body := page(owner, "/?lang=en", 200); !strings.Contains(body, "Application form") || !strings.Contains(body, `lang="en-GB"`) {
		t.Error("the list is not in English")
	}
	if body := page(owner, "/account", 200); !strings.Contains(body, "My account") {
		t.Error("the language is not kept")
	}

	// An applicant organisation and its member.
	org := url.Values{"kind": {"applicant"}, "name_cn": {p.Lead.NameCN}, "name_en": {p.Lead.NameEN}, "code": {p.Lead.USCC}}
	post(owner, "/organisations", org, 303)
	if body := post(owner, "/organisations", org, 422); !strings.Contains(body, "has this code") {
		t.Error("the same organisation twice is not told")
	}
	members := regexp.MustCompile(`/organisations/[0-9a-f]{32}/members`).FindString(page(owner, "/organisations", 200))
	invites := strings.TrimSuffix(members, "members") + "invites"
	if body := post(owner, invites, url.Values{"role": {"officer"}}, 422); !strings.Contains(body, "no such role") {
		t.Error("a role that does not fit is not told")
	}
	invited := secretOnPage.FindStringSubmatch(post(owner, invites, url.Values{"role": {"administrator", "applicant"}}, 200))[1]
	if strings.Contains(page(owner, members, 200), invited) {
		t.Error("the invitation is shown twice")
	}
	li := browser(t)
	post(li, strings.TrimPrefix(invited, h.public), url.Values{"name": {"李"}, "login": {"li12"}, "password": {password}}, 303)
	if body := page(li, "/", 200); !strings.Contains(body, "英文申报书") {
		t.Error("the applicant does not see its project")
	}
	if body := page(li, members, 200); !strings.Contains(body, "li12") || strings.Contains(body, "/organisations\"") {
		t.Error("the administrator's page")
	}
	page(li, "/organisations/first/members", 404)

	// Other roles count at the next request; removed is out.
	person := regexp.MustCompile(members + `/[0-9a-f]{32}`).FindString(page(owner, members, 200))
	post(owner, person+"/roles", url.Values{"role": {"applicant"}}, 303)
	page(li, members, 403)
	page(li, "/", 200)
	token := tokenDay(t, h, owner, page, post)
	post(owner, person+"/remove", nil, 303)
	page(li, "/", 401)
	if _, err := h.app.TokenPrincipal(t.Context(), app.Secret(token)); !errors.Is(err, app.ErrSignedOut) {
		t.Errorf("a revoked token: %v", err)
	}

	// The last owner stays; a new password ends other sessions.
	self := regexp.MustCompile(`/organisations/first/members/[0-9a-f]{32}`).FindString(page(owner, "/organisations/first/members", 200))
	if body := post(owner, self+"/remove", nil, 422); !strings.Contains(body, "at least one owner") {
		t.Error("the last owner")
	}
	elsewhere := browser(t)
	post(elsewhere, "/sign-in", url.Values{"login": {"WANG"}, "password": {password}}, 303)
	page(elsewhere, "/", 200)
	post(owner, "/account/password", url.Values{"old": {"wrong"}, "password": {"another horse entirely"}}, 422)
	post(owner, "/account/password", url.Values{"old": {password}, "password": {"another horse entirely"}}, 303)
	page(elsewhere, "/", 401)
	page(owner, "/", 200)

	// Signed out, the session is over on the server too.
	stolen := browser(t)
	at0, err := url.Parse(h.public)
	if err != nil {
		t.Fatal(err)
	}
	stolen.Jar.SetCookies(at0, owner.Jar.Cookies(at0))
	page(stolen, "/", 200)
	if status, _, _ := do(t, owner, "POST", h.public+"/sign-out", nil, csrf...); status != http.StatusForbidden {
		t.Errorf("another site signs out: %d", status)
	}
	post(owner, "/sign-out", nil, 303)
	page(owner, "/", 401)
	page(stolen, "/", 401)
}

// tokenDay makes a token through the pages and revokes it.
func tokenDay(t *testing.T, h *house, owner *http.Client, page func(*http.Client, string, int) string, post func(*http.Client, string, url.Values, int) string) string {
	t.Helper()
	ask := url.Values{"name": {"科研<i>系统"}, "role": {"officer"}, "scope": {"read", "links"}, "days": {"30"}}
	token := secretOnPage.FindStringSubmatch(post(owner, "/tokens", ask, 200))[1]
	if who, err := h.app.TokenPrincipal(t.Context(), app.Secret(token)); err != nil || !who.May(app.ManageLinks) || who.May(app.WriteReview) {
		t.Errorf("%+v, %v", who, err)
	}
	body := page(owner, "/tokens", 200)
	if strings.Contains(body, token) || !strings.Contains(body, token[:11]) || !strings.Contains(body, "科研&lt;i&gt;系统") {
		t.Error("the list of tokens")
	}
	post(owner, "/tokens/"+token[3:11]+"/revoke", nil, 303)
	return token
}

// TestSignIn: a new session id at sign-in, one answer for a wrong name and a wrong password, and an end to guessing.
func TestSignIn(t *testing.T) {
	h := newHouse(t, nil)
	h.join(t, app.Organisation{ID: records.FirstBureau}, "wang", app.Officer)
	c := browser(t)
	at, err := url.Parse(h.public)
	if err != nil {
		t.Fatal(err)
	}
	// A session id that somebody planted is not the one that is signed in.
	c.Jar.SetCookies(at, []*http.Cookie{{Name: "tripact_session", Value: "planted"}})
	answers := map[string]bool{}
	for _, form := range []url.Values{{"login": {"wang"}, "password": {"wrong"}}, {"login": {"nobody"}, "password": {password}}, {"login": {""}, "password": {""}}} {
		status, _, body := do(t, c, "POST", h.public+"/sign-in", form)
		if status != http.StatusUnauthorized {
			t.Errorf("%v: %d", form, status)
		}
		answers[strings.ReplaceAll(body, `value="`+form.Get("login")+`"`, "")] = true
	}
	if len(answers) != 1 {
		t.Error("the answers differ")
	}
	if status, _, _ := do(t, c, "POST", h.public+"/sign-in", url.Values{"login": {"wang"}, "password": {password}}); status != http.StatusSeeOther {
		t.Fatalf("sign in: %d", status)
	}
	// Nor does an id outlive a sign-in: whoever knew it before knows nothing after.
	before := c.Jar.Cookies(at)
	if status, _, _ := do(t, c, "POST", h.public+"/sign-in", url.Values{"login": {"wang"}, "password": {password}}); status != http.StatusSeeOther {
		t.Fatalf("sign in again: %d", status)
	}
	old := browser(t)
	old.Jar.SetCookies(at, before)
	if status, _, _ := do(t, old, "GET", h.public+"/", nil); before[0].Value == c.Jar.Cookies(at)[0].Value || before[0].Value == "planted" || status != http.StatusUnauthorized {
		t.Errorf("the session id was not renewed: %d", status)
	}
	if status, _, _ := do(t, c, "GET", h.public+"/sign-in", nil); status != http.StatusSeeOther {
		t.Errorf("the page to sign in, signed in: %d", status)
	}
	for range 5 {
		do(t, browser(t), "POST", h.public+"/sign-in", url.Values{"login": {"wang"}, "password": {"wrong"}})
	}
	if status, header, _ := do(t, browser(t), "POST", h.public+"/sign-in", url.Values{"login": {"wang"}, "password": {password}}, "X-Forwarded-For", "203.0.113.1"); status != http.StatusTooManyRequests || header.Get("Retry-After") == "" {
		t.Errorf("after five failures: %d", status)
	}
}

// TestBehindProxy: the caller is who the nearest proxy says, and nobody else's word counts.
func TestBehindProxy(t *testing.T) {
	for name, tt := range map[string]struct {
		proxied   bool
		forwarded []string
		want      string
	}{
		"no proxy": {false, []string{"203.0.113.1"}, "192.0.2.9"}, "a proxy": {true, []string{"203.0.113.1"}, "203.0.113.1"},
		"a caller who lies": {true, []string{"198.51.100.1, 203.0.113.1"}, "203.0.113.1"}, "two headers": {true, []string{"198.51.100.1", "203.0.113.1"}, "203.0.113.1"},
		"nonsense": {true, []string{"x"}, "192.0.2.9"}, "none": {true, nil, "192.0.2.9"}, "version 6": {true, []string{"2001:db8::1"}, "2001:db8::1"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.RemoteAddr = "192.0.2.9:1234"
		r.Header["X-Forwarded-For"] = tt.forwarded
		if got := (&Server{cfg: Config{Proxied: tt.proxied}}).address(r); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// TestSecureCookie: with HTTPS the cookie is bound to this host.
func TestSecureCookie(t *testing.T) {
	h := newHouse(t, func(c *Config) { c.Secure = true })
	s, _, err := h.app.Invite(t.Context(), app.LocalOwner(), records.FirstBureau, []app.Role{app.Officer})
	if err != nil {
		t.Fatal(err)
	}
	_, header, _ := do(t, browser(t), "POST", h.public+InvitePath(s), url.Values{"name": {"王"}, "login": {"wang"}, "password": {password}})
	if c := header.Get("Set-Cookie"); !strings.HasPrefix(c, "__Host-tripact=") || !strings.Contains(c, "; Secure") || !strings.Contains(c, "Path=/") || strings.Contains(c, "Domain") {
		t.Errorf("cookie %q", c)
	}
}

// TestOtherPages: what has no guard answers, and what is not there is said without a hint.
func TestOtherPages(t *testing.T) {
	h := newHouse(t, nil)
	for path, want := range map[string]int{"/livez": 200, "/readyz": 200, "/style.css": 200, "/nothing": 404, "/invite/none": 410, "/sign-in/oidc": 404} {
		status, header, _ := do(t, browser(t), "GET", h.public+path, nil)
		if status != want || header.Get("Set-Cookie") != "" || header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %d, want %d; %v", path, status, want, header)
		}
	}
}

// TestReadyTells: what the service lacks stands under the word that it is ready, and what keeps it from working is not told to strangers.
func TestReadyTells(t *testing.T) {
	var err error
	h := newHouse(t, func(c *Config) {
		c.Ready = func(context.Context) ([]string, error) { return []string{"storage.lock.lacking: no object lock"}, err }
	})
	if status, _, body := do(t, browser(t), "GET", h.public+"/readyz", nil); status != 200 || body != "ready\nstorage.lock.lacking: no object lock\n" {
		t.Errorf("%d %q", status, body)
	}
	err = errors.New("dial 10.0.0.7: refused")
	if status, _, body := do(t, browser(t), "GET", h.public+"/readyz", nil); status != 503 || body != "not ready\n" {
		t.Errorf("%d %q", status, body)
	}
}

// broken is a house whose database is away.
type broken struct{ *app.App }

func (broken) Projects(context.Context, app.Principal, app.ProjectQuery) ([]app.ProjectSummary, string, error) {
	return nil, "", errors.New("password of the database")
}

// TestErrorsShowANumberOnly: what went wrong inside goes to the log, not to the reader.
func TestErrorsShowANumberOnly(t *testing.T) {
	var log bytes.Buffer
	h := newHouse(t, func(c *Config) {
		c.Cases, c.Log = broken{c.Cases.(*app.App)}, slog.New(slog.NewJSONHandler(&log, nil))
	})
	c := h.join(t, app.Organisation{ID: records.FirstBureau}, "wang", app.Officer)
	status, _, body := do(t, c, "GET", h.public+"/", nil)
	id := regexp.MustCompile(`<code>([^<]+)</code>`).FindStringSubmatch(body)
	if status != http.StatusInternalServerError || strings.Contains(body, "password of") || id == nil || !strings.Contains(log.String(), id[1]) {
		t.Errorf("%d %s", status, body)
	}
	at, err := url.Parse(h.public)
	if err != nil {
		t.Fatal(err)
	}
	told := strings.ReplaceAll(log.String(), "/invite/{token}", "") // a route, not an address
	for _, secret := range []string{password, "wang", "/invite/", c.Jar.Cookies(at)[0].Value} {
		if strings.Contains(told, secret) {
			t.Errorf("the log tells %s", secret)
		}
	}
}
