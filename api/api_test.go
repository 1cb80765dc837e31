package api_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"tripact/api"
	"tripact/app"
	"tripact/examples"
	"tripact/fonts"
	"tripact/project"
	"tripact/storage"
	"tripact/storage/records"
	"tripact/storage/records/recordstest"
	"tripact/templates"
)

var update = flag.Bool("update", false, "write openapi.yaml")

// nowhere sends nothing: every address is one that must not be asked.
type nowhere struct{}

func (nowhere) Send(context.Context, app.Message) (int, error) { return 0, app.ErrAddress }

func (nowhere) Allowed(context.Context, string) error { return app.ErrAddress }

// asHeader names who asks, in place of the cookie that the pages give.
const asHeader = "X-Test-As"

// service is the API over a real database and the real embedded store.
type service struct {
	app     *app.App
	at      string // address of the database
	records *records.DB
	server  *httptest.Server
	routes  routers.Router
	people  map[string]app.Principal // "lead/applicant": one for each role of each organisation, and one in all of them
	orgs    map[string]app.Organisation
	bad     []string // what kin-openapi found wrong with answers
	mu      sync.Mutex
}

func start(t *testing.T, change func(*api.Config)) *service {
	t.Helper()
	book := fonts.Shipped()
	if book == nil {
		t.Skip("skipped: built without fonts (tag nofonts)")
	}
	set, found := templates.Load(templates.Shipped(), app.TemplateOptions)
	if found.Failed() {
		t.Fatal(found.Err())
	}
	ctx := context.WithoutCancel(t.Context())
	cfg := app.Config{
		Templates: set, Examples: examples.FS(), Fonts: book, Log: slog.New(slog.DiscardHandler), Version: "test", LinkKey: []byte(strings.Repeat("k", 32)), Sender: nowhere{},
		Now: func() time.Time { return time.Date(2025, 12, 20, 9, 0, 0, 0, time.UTC) },
	}
	var err error
	at := recordstest.Database(t)
	if cfg.Records, err = records.Open(ctx, at); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cfg.Records.Close() }) //nolint:errcheck // the test is over
	store, err := storage.Embedded(ctx, filepath.Join(t.TempDir(), "objects"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() }) //nolint:errcheck // the test is over
	if cfg.Store, err = storage.Open(ctx, store.Config("http://localhost:1")); err != nil {
		t.Fatal(err)
	}
	s := &service{app: app.New(cfg), at: at, records: cfg.Records, people: map[string]app.Principal{}, orgs: map[string]app.Organisation{}}
	s.staff(t)
	with := api.Config{
		App: s.app, Log: cfg.Log, Now: cfg.Now, Public: "https://tripact.example.org",
		Session: func(r *http.Request) (app.Principal, error) {
			p, ok := s.people[r.Header.Get(asHeader)]
			if !ok {
				return p, app.ErrSignedOut
			}
			return p, nil
		},
	}
	if change != nil {
		change(&with)
	}
	a, err := api.New(with)
	if err != nil {
		t.Fatal(err)
	}
	text, err := a.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	if s.routes, err = gorillamux.NewRouter(doc); err != nil {
		t.Fatal(err)
	}
	s.server = httptest.NewServer(a.Handler())
	t.Cleanup(func() {
		s.server.Close()
		for _, bad := range s.bad {
			t.Error(bad)
		}
	})
	return s
}

// exec changes the database behind the service's back.
func (s *service) exec(t *testing.T, statement string) {
	t.Helper()
	driver, address := "sqlite", "file:"+s.at+"?_pragma=busy_timeout(10000)"
	if records.IsPostgres(s.at) {
		driver, address = "pgx", s.at
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // it has been used
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// staff makes the parties of the first example's project, and others that have no part in it.
func (s *service) staff(t *testing.T) {
	t.Helper()
	owner := app.LocalOwner()
	first, err := s.app.Organisations(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	s.orgs["bureau"] = first[0]
	p, q := example(t, 1), example(t, 2)
	for name, o := range map[string]app.Organisation{
		"unit": {Kind: records.ManagingUnit, Code: p.Managing.USCC}, "lead": {Kind: records.Applicant, Code: p.Lead.USCC},
		"other-unit": {Kind: records.ManagingUnit, Code: q.Managing.USCC}, "other-lead": {Kind: records.Applicant, Code: q.Lead.USCC},
	} {
		o.NameCN = name
		if s.orgs[name], err = s.app.SaveOrganisation(t.Context(), owner, o); err != nil {
			t.Fatal(err)
		}
	}
	for name, o := range s.orgs {
		s.people[name] = s.join(t, o, name, app.RolesIn(o.Kind)...)
		for _, r := range app.RolesIn(o.Kind) {
			s.people[name+"/"+string(r)] = s.join(t, o, name+"."+string(r), r)
		}
	}
}

func (s *service) join(t *testing.T, o app.Organisation, login string, roles ...app.Role) app.Principal {
	t.Helper()
	secret, _, err := s.app.Invite(t.Context(), app.LocalOwner(), o.ID, roles)
	if err != nil {
		t.Fatal(err)
	}
	account, err := s.app.Join(t.Context(), secret, app.NewAccount{Name: "成员", Login: login, Password: "correct horse " + login})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.app.Principal(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func raw(t *testing.T, n int) []byte {
	t.Helper()
	names, err := fs.Glob(examples.FS(), fmt.Sprintf("ningbo-2025/%02d-*.json", n))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	data, err := fs.ReadFile(examples.FS(), names[0])
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func example(t *testing.T, n int) *project.Project {
	t.Helper()
	p, found := project.Decode(bytes.NewReader(raw(t, n)))
	if p == nil {
		t.Fatal(found.Err())
	}
	return p
}

// request is one request; as is who asks, a person or a token.
type request struct {
	method, path, as string
	body             []byte
	header           map[string]string
	chunked          bool // sent without its length
}

// reply is its answer.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r reply) get(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal(r.body, into); err != nil {
		t.Fatalf("%v: %.300s", err, r.body)
	}
}

// do sends a request; the answer must be one that the API's own description allows.
func (s *service) do(t *testing.T, q request) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), q.method, s.server.URL+q.path, bytes.NewReader(q.body))
	if err != nil {
		t.Fatal(err)
	}
	if q.chunked {
		req.ContentLength = -1
	}
	if len(q.body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	if strings.HasPrefix(q.as, "tp_") {
		req.Header.Set("Authorization", "Bearer "+q.as)
	} else if q.as != "" {
		req.Header.Set(asHeader, q.as)
	}
	for k, v := range q.header {
		req.Header.Set(k, v)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	s.judge(req, q, resp, body)
	return reply{resp.StatusCode, resp.Header, body}
}

// judge asks kin-openapi whether the description allows the answer.
func (s *service) judge(req *http.Request, q request, resp *http.Response, body []byte) {
	plain := req.Clone(req.Context())
	plain.URL.Scheme, plain.URL.Host = "", ""
	route, params, err := s.routes.FindRoute(plain)
	if err != nil {
		return // not part of the API
	}
	err = openapi3filter.ValidateResponse(req.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: plain, PathParams: params, Route: route},
		Status:                 resp.StatusCode, Header: resp.Header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true, MultiError: true,
			ExcludeResponseBody: resp.Header.Get("Content-Type") == "text/event-stream", // it reads none
		},
	})
	if err != nil {
		s.mu.Lock()
		s.bad = append(s.bad, fmt.Sprintf("%s %s answers %d against the description: %.600v", q.method, q.path, resp.StatusCode, err))
		s.mu.Unlock()
	}
}

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if err := recordstest.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func TestOnPostgres(t *testing.T) { recordstest.SuiteOnPostgres(t) }

// TestDescription: openapi.yaml is what the program serves, and an OpenAPI 3.1 document to an independent reader.
func TestDescription(t *testing.T) {
	a, err := api.New(api.Config{Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	text, err := a.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("openapi.yaml", text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile("openapi.yaml")
	if err != nil || !bytes.Equal(kept, text) {
		t.Error("openapi.yaml is not what the program serves; run go test ./api -update and read the difference", err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if bytes.Contains(text, []byte("$schema")) {
		t.Error("answers hold $schema")
	}
}

// TestPages: the description is there for everybody, without anything from elsewhere.
func TestPages(t *testing.T) {
	s := start(t, nil)
	for path, want := range map[string]string{
		"/v1/docs": "makeDocuments", "/v1/docs.css": "max-width", "/v1/openapi.yaml": "openapi: 3.1.0", "/v1/openapi.json": `"3.1.0"`,
		"/v1/schemas/project.json": `"$schema"`,
	} {
		r := s.do(t, request{method: "GET", path: path})
		if r.status != 200 || !bytes.Contains(r.body, []byte(want)) {
			t.Errorf("%s: %d", path, r.status)
		}
		if strings.Contains(path, "docs") && (bytes.Contains(r.body, []byte("://")) || bytes.Contains(r.body, []byte("<script"))) {
			t.Errorf("%s holds an address or a script", path)
		}
	}
	for i, q := range []request{{method: "GET", path: "/v1/nothing"}, {method: "PATCH", path: "/v1/projects"}, {method: "TRACE", path: "/v1/docs"}} {
		r := s.do(t, q)
		if want := []string{"", "GET, POST", "GET, HEAD"}[i]; r.header.Get("Allow") != want {
			t.Errorf("%s %s: Allow %q, want %q", q.method, q.path, r.header.Get("Allow"), want)
		}
		if r.status != 404 && r.status != 405 || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d %s", q.method, q.path, r.status, r.header.Get("Content-Type"))
		}
	}
}

// TestProjectByAPI goes the way of a project: saved, revised, checked, documents made, links given out.
func TestProjectByAPI(t *testing.T) {
	s := start(t, nil)
	var token struct {
		ID, Secret string
	}
	s.do(t, request{
		method: "POST", path: "/v1/tokens", as: "bureau/owner",
		body: []byte(`{"name":"审批系统","roles":["officer"],"scopes":["read","write","documents","links"],"days":30}`),
	}).get(t, &token)
	as := token.Secret
	if r := s.do(t, request{method: "GET", path: "/v1/projects", as: as[:len(as)-1] + "x"}); r.status != 401 || r.header.Get("WWW-Authenticate") == "" {
		t.Errorf("a wrong token: %d", r.status)
	}

	data := raw(t, 1)
	r := s.do(t, request{method: "POST", path: "/v1/projects", as: as, body: data})
	var p struct {
		ID       string
		Revision int
		Data     json.RawMessage
	}
	r.get(t, &p)
	if r.status != 201 || p.Revision != 1 || r.header.Get("ETag") != `"r1"` || r.header.Get("Location") != "/v1/projects/"+p.ID {
		t.Fatalf("%d %s %.200s", r.status, r.header, r.body)
	}
	at := "/v1/projects/" + p.ID

	changed := bytes.Replace(data, []byte("海洋防护涂层"), []byte("海洋涂层"), 1)
	if bytes.Equal(changed, data) {
		t.Fatal("the example has changed")
	}
	for _, c := range []struct {
		match string
		want  int
	}{{"", 428}, {`"r7"`, 412}, {"nonsense", 412}, {`"r1"`, 200}, {`"r1"`, 412}} {
		h := map[string]string{}
		if c.match != "" {
			h["If-Match"] = c.match
		}
		body := changed
		if c.want == 412 {
			body = bytes.Replace(data, []byte("海洋防护涂层"), []byte("深海涂层"), 1)
		}
		if r := s.do(t, request{method: "PUT", path: at, as: as, body: body, header: h}); r.status != c.want {
			t.Errorf("If-Match %q: %d, want %d: %.300s", c.match, r.status, c.want, r.body)
		}
	}
	if r := s.do(t, request{method: "PUT", path: at, as: as, body: raw(t, 2), header: map[string]string{"If-Match": "*"}}); r.status != 422 {
		t.Errorf("another project's data: %d", r.status)
	}
	var revisions struct{ Items []struct{ Revision int } }
	s.do(t, request{method: "GET", path: at + "/revisions", as: as}).get(t, &revisions)
	if len(revisions.Items) != 2 || revisions.Items[0].Revision != 2 {
		t.Errorf("revisions %+v", revisions)
	}
	s.do(t, request{method: "GET", path: at + "?revision=1", as: as}).get(t, &p)
	if p.Revision != 1 || !bytes.Contains(p.Data, []byte("海洋防护涂层")) {
		t.Errorf("revision 1 is %d", p.Revision)
	}

	var check struct {
		OK       bool
		Findings []struct{ Code, Severity string }
	}
	s.do(t, request{method: "POST", path: at + "/check?stage=contract&on=2025-12-20", as: as}).get(t, &check)
	if !check.OK {
		t.Errorf("check: %+v", check)
	}
	s.do(t, request{method: "POST", path: "/v1/check?stage=contract", as: "lead/applicant", body: []byte(`{"call":"ningbo-2025","nonsense":1}`)}).get(t, &check)
	if check.OK || len(check.Findings) < 5 {
		t.Errorf("check of nonsense: %+v", check)
	}

	var docs struct {
		Items []struct {
			ID, Kind, Format string
			Draft            bool
			Version          int
		}
	}
	making := request{
		method: "POST", path: "/v1/documents", as: as,
		body: []byte(`{"projects":["` + p.ID + `"],"kinds":["contract","review-notice"],"formats":["pdf"],"on":"2025-12-20"}`),
	}
	r = s.do(t, making)
	r.get(t, &docs)
	if r.status != 201 || len(docs.Items) != 2 {
		t.Fatalf("%d %.400s", r.status, r.body)
	}
	id := docs.Items[0].ID
	s.do(t, request{method: "GET", path: at + "/documents", as: as}).get(t, &docs)
	if len(docs.Items) != 2 {
		t.Errorf("documents %+v", docs)
	}
	if r := s.do(t, request{method: "GET", path: "/v1/documents/" + id + "/content", as: as}); r.status != 302 || !strings.Contains(r.header.Get("Location"), "X-Amz-Signature=") {
		t.Errorf("content: %d %s", r.status, r.header)
	}
	var link struct {
		ID, URL  string
		UsesLeft int `json:"uses_left"`
	}
	s.do(t, request{method: "POST", path: "/v1/documents/" + id + "/links", as: as, body: []byte(`{"seconds":3600,"uses":1}`)}).get(t, &link)
	if !strings.HasPrefix(link.URL, "https://tripact.example.org/d/") || link.UsesLeft != 1 {
		t.Errorf("link %+v", link)
	}
	if r := s.do(t, request{method: "DELETE", path: "/v1/documents/" + id + "/links/" + link.ID, as: as}); r.status != 204 {
		t.Errorf("revoke: %d", r.status)
	}
	var links struct {
		Items []struct{ Revoked, Works bool }
	}
	s.do(t, request{method: "GET", path: "/v1/documents/" + id + "/links", as: as}).get(t, &links)
	if len(links.Items) != 1 || !links.Items[0].Revoked || links.Items[0].Works {
		t.Errorf("links %+v", links)
	}
	if r := s.do(t, request{method: "POST", path: "/v1/documents/" + id + "/presigned", as: as, body: []byte(`{"seconds":60}`)}); r.status != 201 {
		t.Errorf("presigned: %d %s", r.status, r.body)
	}
	if r := s.do(t, request{method: "POST", path: "/v1/documents/" + id + "/presigned", as: as, body: []byte(`{"seconds":604801}`)}); r.status != 422 {
		t.Errorf("presigned for more than a week: %d %s", r.status, r.body)
	}
	if r := s.do(t, request{method: "DELETE", path: "/v1/tokens/" + token.ID, as: "bureau/owner"}); r.status != 204 {
		t.Errorf("revoke token: %d", r.status)
	}
	if r := s.do(t, request{method: "GET", path: at, as: as}); r.status != 401 {
		t.Errorf("a revoked token: %d", r.status)
	}
}

// TestProblems: everything that is wrong comes back at once, in the language asked for, and never the values.
func TestProblems(t *testing.T) {
	s := start(t, nil)
	q := request{
		method: "POST", path: "/v1/tokens", as: "bureau/owner", body: []byte(`{"name":"","roles":["officer"],"scopes":["read"],"days":"secret-value"}`),
		header: map[string]string{"Accept-Language": "en-GB,en;q=0.9"},
	}
	r := s.do(t, q)
	var p api.Problem
	r.get(t, &p)
	if r.status != 422 || r.header.Get("Content-Type") != "application/problem+json" || p.Title != "The content has faults" || p.Instance == "" {
		t.Errorf("%d %s %+v", r.status, r.header, p)
	}
	var paths []string
	for _, f := range p.Findings {
		paths = append(paths, f.Path)
		if f.Message.ZH == "" || f.Message.EN == "" || f.Fix.ZH == "" {
			t.Errorf("finding %+v", f)
		}
	}
	slices.Sort(paths)
	if !slices.Equal(paths, []string{"/days", "/name"}) || bytes.Contains(r.body, []byte("secret-value")) {
		t.Errorf("findings %v: %s", paths, r.body)
	}
	q.header = nil
	s.do(t, q).get(t, &p)
	if p.Title != "内容有误" {
		t.Errorf("title %q", p.Title)
	}
	data := bytes.Replace(raw(t, 1), []byte(`"app_no"`), []byte(`"app_nr"`), 1)
	r = s.do(t, request{method: "POST", path: "/v1/projects", as: "bureau/officer", body: data})
	r.get(t, &p)
	if r.status != 422 || len(p.Findings) < 2 || !strings.HasPrefix(p.Findings[0].Path, "/project") {
		t.Errorf("%d %.500s", r.status, r.body)
	}
	if r := s.do(t, request{method: "POST", path: "/v1/projects", as: "bureau/officer", body: bytes.Repeat([]byte(" "), 5<<20)}); r.status != 413 {
		t.Errorf("a body of 5 MiB: %d", r.status)
	}
	if r := s.do(t, request{method: "GET", path: "/v1/projects?after=nonsense", as: "bureau/officer"}); r.status != 400 {
		t.Errorf("a page of nowhere: %d", r.status)
	}
	if r := s.do(t, request{method: "GET", path: "/v1/projects?nonsense=1", as: "bureau/officer"}); r.status != 422 {
		t.Errorf("an unknown parameter: %d", r.status)
	}
}

// TestIdempotency: of twenty requests with one key at once one works; the others are told to wait or get its answer.
func TestIdempotency(t *testing.T) {
	s := start(t, nil)
	q := request{
		method: "POST", path: "/v1/organisations", as: "bureau/owner", header: map[string]string{"Idempotency-Key": "import-1"},
		body: []byte(`{"kind":"applicant","name_cn":"甬江大学","code":"` + example(t, 3).Lead.USCC + `"}`),
	}
	var wg sync.WaitGroup
	replies := make([]reply, 20)
	for i := range replies {
		wg.Go(func() { replies[i] = s.do(t, q) })
	}
	wg.Wait()
	bodies := map[string]int{}
	for _, r := range replies {
		switch r.status {
		case 201:
			bodies[string(r.body)]++
		case 409:
			if r.header.Get("Retry-After") == "" {
				t.Error("409 without Retry-After")
			}
		default:
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	again := s.do(t, q)
	bodies[string(again.body)]++
	if len(bodies) != 1 || again.status != 201 || again.header.Get("Content-Type") != "application/json" {
		t.Errorf("answers %v, then %d", bodies, again.status)
	}
	other := q
	other.body = bytes.Replace(q.body, []byte("甬江大学"), []byte("甬江学院"), 1)
	if r := s.do(t, other); r.status != 422 {
		t.Errorf("the key for another body: %d", r.status)
	}
	stranger := q
	stranger.as = "lead"
	if r := s.do(t, stranger); r.status != 403 {
		t.Errorf("the key of another organisation: %d", r.status)
	}
	if r := s.do(t, request{method: "POST", path: "/v1/tokens", as: "bureau/owner", body: []byte(`{}`), header: q.header}); r.status != 400 {
		t.Errorf("a key where none is taken: %d", r.status)
	}
	var list struct{ Items []struct{ Code string } }
	s.do(t, request{method: "GET", path: "/v1/organisations", as: "bureau/owner"}).get(t, &list)
	n := 0
	for _, o := range list.Items {
		if o.Code == example(t, 3).Lead.USCC {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d organisations were made", n)
	}
}

// TestTwentyRevisions: of twenty who change one revision at once, one does; the others are told to read it again.
func TestTwentyRevisions(t *testing.T) {
	s := start(t, nil)
	var p struct{ ID string }
	s.do(t, request{method: "POST", path: "/v1/projects", as: "bureau/officer", body: raw(t, 1)}).get(t, &p)
	statuses := make([]int, 20)
	var wg sync.WaitGroup
	for i := range statuses {
		wg.Go(func() {
			body := bytes.Replace(raw(t, 1), []byte("海洋防护涂层"), fmt.Appendf(nil, "涂层%d", i), 1)
			statuses[i] = s.do(t, request{method: "PUT", path: "/v1/projects/" + p.ID, as: "bureau/officer", body: body, header: map[string]string{"If-Match": `"r1"`}}).status
		})
	}
	wg.Wait()
	counts := map[int]int{}
	for _, status := range statuses {
		counts[status]++
	}
	var revisions struct{ Items []struct{ Revision int } }
	s.do(t, request{method: "GET", path: "/v1/projects/" + p.ID + "/revisions", as: "bureau/officer"}).get(t, &revisions)
	if counts[200] != 1 || counts[412] != 19 || len(revisions.Items) != 2 {
		t.Errorf("answers %v, %d revisions", counts, len(revisions.Items))
	}
}

// TestRate: a caller who asks too often waits; others do not.
func TestRate(t *testing.T) {
	s := start(t, func(c *api.Config) { c.Rate, c.Burst = 1, 3 })
	for i := range 5 {
		r := s.do(t, request{method: "GET", path: "/v1/me", as: "bureau/officer"})
		if want := map[bool]int{true: 200, false: 429}[i < 3]; r.status != want {
			t.Errorf("request %d: %d, want %d", i, r.status, want)
		}
		if r.status == 429 && r.header.Get("Retry-After") != "1" {
			t.Errorf("Retry-After %q", r.header.Get("Retry-After"))
		}
	}
	if r := s.do(t, request{method: "GET", path: "/v1/me", as: "lead/applicant"}); r.status != 200 {
		t.Errorf("another caller: %d", r.status)
	}
	for i := range 5 { // guesses at tokens
		r := s.do(t, request{method: "GET", path: "/v1/me", as: "tp_" + strings.Repeat("a", 51)})
		if want := map[bool]int{true: 401, false: 429}[i < 3]; r.status != want {
			t.Errorf("guess %d: %d, want %d", i, r.status, want)
		}
	}
}

// TestLintByAPI: a template of ours has no fault; one with a misspelled field has one, with its place.
func TestLintByAPI(t *testing.T) {
	s := start(t, nil)
	good, err := fs.ReadFile(templates.Shipped(), "ningbo-2025/contract.docx")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"good": good, "bad": good[:len(good)/2]} {
		r := s.do(t, word("/v1/calls/ningbo-2025/templates/contract/lint", "bureau/template-clerk", data, ""))
		var found struct{ OK bool }
		r.get(t, &found)
		if r.status != 200 || found.OK != (name == "good") {
			t.Errorf("%s: %d %.500s", name, r.status, r.body)
		}
	}
}

// word is a form with a Word file, and a note unless it is "".
func word(path, as string, data []byte, note string) request {
	const media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	var b strings.Builder
	if note != "" {
		b.WriteString("--xxx\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n" + note + "\r\n")
	}
	b.WriteString("--xxx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"模板.docx\"\r\nContent-Type: " + media + "\r\n\r\n")
	b.Write(data)
	b.WriteString("\r\n--xxx--\r\n")
	return request{method: "POST", path: path, as: as, body: []byte(b.String()), header: map[string]string{"Content-Type": "multipart/form-data; boundary=xxx"}}
}

// TestEventsOutliveTimeouts: the events of a batch go on after the time-outs that a request has otherwise, and a reader who was cut off goes on
// after the event that it had last.
func TestEventsOutliveTimeouts(t *testing.T) {
	s := start(t, nil)
	short := httptest.NewUnstartedServer(s.server.Config.Handler)
	short.Config.ReadTimeout, short.Config.WriteTimeout = 200*time.Millisecond, 300*time.Millisecond
	short.Start()
	defer short.Close()
	var p struct{ ID string }
	s.do(t, request{method: "POST", path: "/v1/projects", as: "bureau/officer", body: raw(t, 1)}).get(t, &p)
	var b struct{ ID string }
	s.do(t, request{
		method: "POST", path: "/v1/batches", as: "bureau/officer", body: []byte(`{"kind":"contract","projects":["` + p.ID + `"],"formats":["docx"],"on":"2025-12-20"}`),
	}).get(t, &b)
	follow := func(last string) *bufio.Scanner {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, short.URL+"/v1/batches/"+b.ID+"/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(asHeader, "bureau/officer")
		if last != "" {
			req.Header.Set("Last-Event-ID", last)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() }) //nolint:errcheck // read to its end
		return bufio.NewScanner(resp.Body)
	}
	events := follow("")
	var id string
	jobs := false
	over := false
	for events.Scan() {
		line := events.Text()
		if last, ok := strings.CutPrefix(line, "id: "); ok {
			id = last
		}
		over = over || strings.Contains(line, `"over":true`)
		if !jobs && strings.HasPrefix(line, "data:") {
			jobs = true
			go func() {
				time.Sleep(700 * time.Millisecond) // longer than both time-outs
				if err := s.app.StartJobs(context.WithoutCancel(t.Context()), app.JobSettings{}); err != nil {
					t.Error(err)
				}
			}()
		}
	}
	defer s.app.StopJobs(context.WithoutCancel(t.Context())) //nolint:errcheck // the test is over
	if !over || id == "" {
		t.Fatalf("the events ended before the batch: %v, last id %q", events.Err(), id)
	}
	for again := follow(id); again.Scan(); {
		if strings.Contains(again.Text(), `"position"`) {
			t.Errorf("a row that was known comes again: %s", again.Text())
		}
	}
	rows := 0
	for first := follow("0"); first.Scan(); {
		rows += strings.Count(first.Text(), `"position"`)
	}
	if rows != 1 {
		t.Errorf("%d rows from the beginning", rows)
	}
}

// TestIdempotentBatch: when the answer of a request cannot be kept, the batch that it started is not there either.
func TestIdempotentBatch(t *testing.T) {
	s := start(t, nil)
	var p struct{ ID string }
	s.do(t, request{method: "POST", path: "/v1/projects", as: "bureau/officer", body: raw(t, 1)}).get(t, &p)
	count := func() int {
		var list struct{ Items []json.RawMessage }
		s.do(t, request{method: "GET", path: "/v1/batches", as: "bureau/officer"}).get(t, &list)
		return len(list.Items)
	}
	q := request{
		method: "POST", path: "/v1/batches", as: "bureau/officer", header: map[string]string{"Idempotency-Key": "monday"},
		body: []byte(`{"kind":"contract","projects":["` + p.ID + `"],"formats":["docx"],"on":"2025-12-20"}`),
	}
	fails, works := `create trigger lost before update on idempotency_keys begin select raise(abort, 'disk full'); end`, `drop trigger lost`
	if records.IsPostgres(s.at) {
		fails, works = `alter table idempotency_keys add constraint lost check (state <> 'done')`, `alter table idempotency_keys drop constraint lost`
	}
	s.exec(t, fails)
	if r := s.do(t, q); r.status != 500 || count() != 0 {
		t.Errorf("the answer was lost: %d, %d batches", r.status, count())
	}
	s.exec(t, works)
	var first, second struct{ ID string }
	s.do(t, q).get(t, &first)
	s.do(t, q).get(t, &second)
	if first.ID == "" || first != second || count() != 1 {
		t.Errorf("batches %q and %q, %d on record", first.ID, second.ID, count())
	}
}

// TestBatchByAPI: a batch is followed by events to its end, and its documents come as a ZIP; a project of nobody is a refused row.
func TestBatchByAPI(t *testing.T) {
	s := start(t, nil)
	ctx := context.WithoutCancel(t.Context())
	if err := s.app.StartJobs(ctx, app.JobSettings{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.app.StopJobs(ctx); err != nil {
			t.Error(err)
		}
	})
	var p struct{ ID string }
	s.do(t, request{method: "POST", path: "/v1/projects", as: "bureau/officer", body: raw(t, 1)}).get(t, &p)
	var b struct{ ID string }
	r := s.do(t, request{
		method: "POST", path: "/v1/batches", as: "bureau/officer",
		body: []byte(`{"kind":"contract","projects":["` + p.ID + `","nobody"],"formats":["docx"],"on":"2025-12-20"}`),
	})
	r.get(t, &b)
	if r.status != 202 || r.header.Get("Location") != "/v1/batches/"+b.ID {
		t.Fatalf("%d %s", r.status, r.body)
	}
	events := s.do(t, request{method: "GET", path: "/v1/batches/" + b.ID + "/events", as: "bureau/officer"})
	if events.header.Get("Content-Type") != "text/event-stream" || !bytes.Contains(events.body, []byte(`"over":true`)) {
		t.Errorf("events: %d %s %.300s", events.status, events.header.Get("Content-Type"), events.body)
	}
	if r := s.do(t, request{
		method: "POST", path: "/v1/batches", as: "bureau/officer", body: []byte(`{"kind":"application-form","projects":["` + p.ID + `"],"formats":["docx"],"on":"2025-12-20"}`),
	}); r.status != 202 {
		t.Errorf("another batch: %d %s", r.status, r.body)
	}
	pages := 0
	for after := ""; ; pages++ { // two pages of one, and no third
		var list struct {
			Items []struct{ ID string }
			Next  string
		}
		s.do(t, request{method: "GET", path: "/v1/batches?limit=1&after=" + after, as: "bureau/officer"}).get(t, &list)
		if len(list.Items) != 1 {
			t.Fatalf("page %d has %d batches", pages, len(list.Items))
		}
		if after = list.Next; after == "" {
			break
		}
	}
	if pages != 1 {
		t.Errorf("%d further pages", pages)
	}
	var end struct {
		Total, Done, Refused int
		Over                 bool
	}
	s.do(t, request{method: "GET", path: "/v1/batches/" + b.ID, as: "bureau/officer"}).get(t, &end)
	if !end.Over || end.Total != 2 || end.Done != 1 || end.Refused != 1 {
		t.Errorf("at its end: %+v", end)
	}
	var rows struct {
		Items []struct {
			State    string
			Findings []any
		}
	}
	s.do(t, request{method: "GET", path: "/v1/batches/" + b.ID + "/rows", as: "bureau/officer"}).get(t, &rows)
	if len(rows.Items) != 2 {
		t.Errorf("rows %+v", rows)
	}
	archive := s.do(t, request{method: "GET", path: "/v1/batches/" + b.ID + "/archive", as: "bureau/officer"})
	files, err := zip.NewReader(bytes.NewReader(archive.body), int64(len(archive.body)))
	if err != nil || len(files.File) != 1 || !strings.HasSuffix(files.File[0].Name, ".docx") {
		t.Errorf("archive: %d %v", archive.status, err)
	}
	for _, path := range []string{"", "/rows", "/events", "/archive"} {
		r := s.do(t, request{method: "GET", path: "/v1/batches/" + b.ID + path, as: "lead/applicant"})
		var p api.Problem
		r.get(t, &p)
		if r.status != 404 || p.Title != "没有找到" || p.Detail != "" || len(p.Findings) > 0 {
			t.Errorf("%s of another organisation's batch: %d %s", path, r.status, r.body)
		}
	}
}
