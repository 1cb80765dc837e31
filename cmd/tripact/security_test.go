package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tripact/api"
	"tripact/examples"
	"tripact/templates"
	"tripact/web"
)

// visitor is somebody at the service, in a browser or a program.
type visitor struct {
	client *http.Client
	base   string
	token  string
}

func visit(t testing.TB, base string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{client: &http.Client{Jar: jar, Timeout: time.Minute}, base: base}
}

// owner makes the first owner through the set-up link.
func (s *service) owner(t *testing.T) *visitor {
	t.Helper()
	v := visit(t, s.public)
	signIn(t, s, v.client)
	return v
}

// send sends a body of a content type, "" for none.
func (v *visitor) send(t testing.TB, method, path, contentType string, body []byte) (answer, []byte) {
	t.Helper()
	header := map[string]string{}
	if contentType != "" {
		header["Content-Type"] = contentType
	}
	return v.sendWith(t, method, path, header, body)
}

// sendWith sends a body with headers.
func (v *visitor) sendWith(t testing.TB, method, path string, header map[string]string, body []byte) (answer, []byte) {
	t.Helper()
	address := path
	if strings.HasPrefix(path, "/") {
		address = v.base + path
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	if v.token != "" {
		req.Header.Set("Authorization", "Bearer "+v.token)
	}
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := v.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, res.ContentLength}, got
}

// call asks the API; the status must be the one that is wanted. into may be nil.
func (v *visitor) call(t testing.TB, want int, method, path, body string, into any) {
	t.Helper()
	kind := ""
	if body != "" {
		kind = "application/json"
	}
	res, got := v.send(t, method, path, kind, []byte(body))
	if res.StatusCode != want {
		t.Fatalf("%s %s: %d, want %d: %.500s", method, path, res.StatusCode, want, got)
	}
	if into != nil {
		decode(t, got, into)
	}
}

func decode(t testing.TB, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v: %.300s", err, text)
	}
}

// exampleData is the data of an example, such as "ningbo-2025/01".
func exampleData(t testing.TB, name string) string {
	t.Helper()
	names, err := fs.Glob(examples.FS(), name+"-*.json")
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	data, err := fs.ReadFile(examples.FS(), names[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestHeadersEverywhere: behind TLS every answer keeps browsers to it, and none can be framed, sniffed, or run anything from elsewhere.
func TestHeadersEverywhere(t *testing.T) {
	s, _ := serveHere(t, settings{Addr: "127.0.0.1:0", Data: t.TempDir(), Public: "https://tripact.example.org", Rate: -1})
	base := publicURL(s.listener.Addr())
	var doc struct {
		Paths map[string]map[string]json.RawMessage
	}
	v := visit(t, base)
	v.call(t, 200, "GET", "/v1/openapi.json", "", &doc)
	asked := [][2]string{
		{"GET", "/"},
		{"GET", "/sign-in"},
		{"POST", "/sign-in"},
		{"GET", "/account"},
		{"GET", "/organisations"},
		{"GET", "/tokens"},
		{"GET", "/livez"},
		{"GET", "/readyz"},
		{"GET", "/style.css"},
		{"GET", "/nothing"},
		{"DELETE", "/"},
		{"GET", "/invite/x"},
		{"POST", "/invite/x"},
		{"GET", "/d/x"},
		{"HEAD", "/d/x"},
		{"POST", "/d/x"},
		{"GET", "/documents/x"},
		{"GET", "/tripact/sha256/x"},
		{"PUT", "/tripact/x"},
		{"GET", "/tripact/x?X-Amz-Signature=x"},
		{"GET", "/v1"},
		{"GET", "/v1/docs"},
		{"GET", "/v1/docs.css"},
		{"GET", "/v1/openapi.yaml"},
		{"GET", "/v1/schemas/project.json"},
		{"GET", "/v1/nothing"},
		{"PATCH", "/v1/projects"},
	}
	for path, item := range doc.Paths {
		for method := range item {
			asked = append(asked, [2]string{strings.ToUpper(method), regexp.MustCompile(`\{[^}]+\}`).ReplaceAllString(path, "x")})
		}
	}
	if len(asked) < 70 {
		t.Fatalf("only %d routes", len(asked))
	}
	for _, a := range asked {
		res, _ := v.send(t, a[0], a[1], "", nil)
		h := res.Header
		policy := h.Get("Content-Security-Policy")
		if h.Get("Strict-Transport-Security") != "max-age=31536000" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" ||
			!strings.HasPrefix(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s %s (%d): %v", a[0], a[1], res.StatusCode, h)
		}
	}
}

// upload is a form with one Word file.
func upload(t *testing.T, data []byte) (contentType string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="../../etc/passwd.docx"`},
		"Content-Type":        {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	})
	if err != nil {
		t.Fatal(err)
	}
	part.Write(data) //nolint:errcheck // into memory
	w.Close()        //nolint:errcheck // into memory
	return w.FormDataContentType(), b.Bytes()
}

// repacked is a ZIP with one file replaced or added.
func repacked(t *testing.T, data []byte, name string, content func(old []byte) []byte) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	add := func(name string, data []byte) {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	done := false
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		old, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == name {
			old, done = content(old), true
		}
		add(f.Name, old)
	}
	if !done {
		add(name, content(nil))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestHostileUploads: bombs, forged archives and files that are too large are refused with words, addresses in templates are not
// asked, and the service goes on.
func TestHostileUploads(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	s, _ := serveHere(t, settings{Addr: "127.0.0.1:0", Data: t.TempDir(), Rate: -1})
	v := s.owner(t)
	var asked atomic.Int32
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer trap.Close()
	good, err := fs.ReadFile(templates.Shipped(), "ningbo-2025/contract.docx")
	if err != nil {
		t.Fatal(err)
	}
	external := `<Relationship Id="rTrap" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="` + trap.URL + `/a" TargetMode="External"/></Relationships>`
	with := func(kind string) []byte {
		return repacked(t, good, "word/_rels/document.xml.rels", func(old []byte) []byte {
			return bytes.Replace(old, []byte("</Relationships>"), []byte(strings.Replace(external, "%s", kind, 1)), 1)
		})
	}
	entity := repacked(t, good, "word/document.xml", func(old []byte) []byte {
		i := bytes.Index(old, []byte("<w:document"))
		return append([]byte(`<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "`+trap.URL+`/x">]>`), old[max(i, 0):]...)
	})
	const lint = "/v1/calls/ningbo-2025/templates/contract/lint"
	for name, c := range map[string]struct {
		data []byte
		want int
		ok   any // of the answer, nil for whichever
	}{
		"good":               {good, 200, true},
		"bomb":               {repacked(t, good, "word/media/a.bin", func([]byte) []byte { return make([]byte, 300<<20) }), 200, false},
		"many entries":       {manyEntries(t, 3000), 200, false},
		"path out":           {repacked(t, good, "../../../../etc/cron.d/tripact", func([]byte) []byte { return []byte("x") }), 200, nil},
		"entities":           {entity, 200, false},
		"picture elsewhere":  {with("image"), 200, nil},
		"template elsewhere": {with("attachedTemplate"), 200, nil},
		"frame elsewhere":    {with("frame"), 200, nil},
		"half":               {good[:len(good)/2], 200, false},
		"nothing":            {nil, 200, false},
		"too large":          {make([]byte, 40<<20), 413, nil},
	} {
		kind, body := upload(t, c.data)
		res, got := v.send(t, "POST", lint, kind, body)
		var found struct {
			OK any `json:"ok"`
		}
		if err := json.Unmarshal(got, &found); err != nil || res.StatusCode != c.want && (name != "nothing" || res.StatusCode != 422) {
			t.Errorf("%s: %d, want %d: %.300s", name, res.StatusCode, c.want, got)
		} else if c.ok != nil && res.StatusCode == 200 && found.OK != c.ok {
			t.Errorf("%s: ok %v, want %v: %.500s", name, found.OK, c.ok, got)
		}
	}
	chunked, err := http.NewRequestWithContext(t.Context(), "POST", s.public+lint, io.MultiReader(strings.NewReader("--xxx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"), io.LimitReader(endless{}, 60<<20))) // its length is not told
	if err != nil {
		t.Fatal(err)
	}
	chunked.Header.Set("Content-Type", "multipart/form-data; boundary=xxx")
	if res, err := v.client.Do(chunked); err == nil { // or the connection was closed under it
		res.Body.Close() //nolint:errcheck // not read
		if res.StatusCode != 413 {
			t.Errorf("a form without an end: %d", res.StatusCode)
		}
	}
	if left, err := filepath.Glob(filepath.Join(temporary, "multipart-*")); err != nil || len(left) != 0 {
		t.Errorf("files of forms are left over: %v, %v", left, err)
	}
	for name, body := range map[string]string{
		"deep":  strings.Repeat(`{"a":`, 100000) + "1" + strings.Repeat("}", 100000),
		"wide":  `{"call":"ningbo-2025","x":[` + strings.Repeat("1,", 1000000) + `1]}`,
		"twice": `{"call":"ningbo-2025","call":"shanghai-2024"}`,
	} {
		if res, got := v.send(t, "POST", "/v1/projects", "application/json", []byte(body)); res.StatusCode != 422 && res.StatusCode != 400 {
			t.Errorf("%s: %d %.300s", name, res.StatusCode, got)
		}
	}
	if res, _ := v.send(t, "GET", "/readyz", "", nil); res.StatusCode != 200 {
		t.Errorf("afterwards: %d", res.StatusCode)
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("an address in a template was asked %d times", n)
	}
}

// endless is a file without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func manyEntries(t *testing.T, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range n {
		if _, err := w.Create(strings.Repeat("a", i%50+1) + "/" + strings.Repeat("b", i/50+1)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestDataIsInert: template syntax, markup and formulas in project data come out as they stand, names of files lead nowhere, and no
// header is made of them.
func TestDataIsInert(t *testing.T) {
	s, _ := serveHere(t, settings{Addr: "127.0.0.1:0", Data: t.TempDir(), Rate: -1})
	v := s.owner(t)
	const evil = `../../{{负责人.证件号}}{{#成员}}=1+1<w:p/>&amp;"; filename=x.exe`
	whole := map[string]any{}
	if err := json.Unmarshal([]byte(exampleData(t, "ningbo-2025/01")), &whole); err != nil {
		t.Fatal(err)
	}
	whole["project"].(map[string]any)["title_cn"] = evil
	if approval, ok := whole["approval"].(map[string]any); ok {
		for k := range approval {
			if strings.Contains(k, "title") && k != "doc_title" {
				approval[k] = evil
			}
		}
	}
	text, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	var p struct{ ID string }
	v.call(t, 201, "POST", "/v1/projects", string(text), &p)
	var docs struct {
		Items []struct {
			ID     string
			Name   string `json:"file_name"`
			Format string
		}
	}
	v.call(t, 201, "POST", "/v1/documents", `{"projects":["`+p.ID+`"],"kinds":["application-form","review-notice","contract"],"formats":["docx","pdf"],"draft":true,"on":"2025-12-20"}`, &docs)
	literal := 0
	for _, d := range docs.Items {
		res, _ := v.send(t, "GET", "/v1/documents/"+d.ID+"/content", "", nil)
		file, body := v.send(t, "GET", res.Header.Get("Location"), "", nil)
		disposition := file.Header.Get("Content-Disposition")
		if file.StatusCode != 200 || strings.ContainsAny(disposition, "\r\n") || strings.Contains(disposition, "..") && strings.Contains(disposition, "/") ||
			strings.Contains(disposition, "x.exe") && !strings.HasSuffix(strings.Trim(disposition[strings.Index(disposition, "filename="):], `"`), d.Format) {
			t.Errorf("%s: %d %q", d.Format, file.StatusCode, disposition)
		}
		if d.Format != "docx" {
			continue
		}
		z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		if err != nil {
			t.Fatal(err)
		}
		f, err := z.Open("word/document.xml")
		if err != nil {
			t.Fatal(err)
		}
		xml, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		plain := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(xml), "")
		if strings.Contains(plain, "{{负责人.证件号}}{{#成员}}=1+1&lt;w:p/&gt;&amp;amp;") {
			literal++
		}
	}
	if literal == 0 {
		t.Error("no document has the title as it stands")
	}
}

// TestNothingPrivateIsTold goes through a working day with marked secrets and personal data, mistakes and attacks with it, and then
// looks for them where they must not be: in logs, metrics, names of files, and addresses.
func TestNothingPrivateIsTold(t *testing.T) {
	var failing atomic.Bool
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		failing.Store(true)
		w.WriteHeader(http.StatusInternalServerError)
	}))
	defer receiver.Close()
	const linkKey = "5ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2"
	dir := t.TempDir()
	s, log := serveHere(t, settings{
		Addr: "127.0.0.1:0", Data: dir, LinkKey: linkKey, Metrics: "127.0.0.1:0", WebhookPrivate: true, Rate: -1,
		OIDC: oidcSettings{Issuer: "http://127.0.0.1:1", ClientID: "tripact", ClientSecret: "oidc-secret-oidc"},
	})
	private := map[string]string{"link key": linkKey, "client secret": "oidc-secret-oidc", "password": "correct horse battery"}
	var urls []string

	setUp, err := s.app.SetUp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	private["set-up link"] = strings.TrimPrefix(web.InvitePath(setUp), "/invite/")
	v := visit(t, s.public)
	form := func(who *visitor, path string, values url.Values) answer {
		res, _ := who.send(t, "POST", path, "application/x-www-form-urlencoded", []byte(values.Encode()))
		return res
	}
	if res := form(v, web.InvitePath(setUp), url.Values{"name": {"所有者"}, "login": {"owner"}, "password": {"correct horse battery"}}); res.StatusCode != 303 {
		t.Fatalf("set up: %d", res.StatusCode)
	}
	base, err := url.Parse(s.public)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range v.client.Jar.Cookies(base) {
		if c.Name == "tripact_session" {
			private["session"] = c.Value
		}
	}
	stranger := visit(t, s.public)
	private["wrong password"], private["wrong login"] = "wrong-pass-wrong-pass", "13912345678"
	form(stranger, "/sign-in", url.Values{"login": {private["wrong login"]}, "password": {private["wrong password"]}})
	stranger.send(t, "GET", "/sign-in/oidc", "", nil) // its provider is away

	// Personal data of a project, and of a broken one.
	data := exampleData(t, "ningbo-2025/01")
	personal := regexp.MustCompile(`"(id_no|mobile|email|tel|phone|passport_no|passport)": *"([^"]+)"`)
	for _, m := range personal.FindAllStringSubmatch(data, -1) {
		private[m[1]+" "+m[2]] = m[2]
	}
	if len(private) < 20 {
		t.Fatalf("only %d things to look for", len(private))
	}
	var p struct{ ID string }
	v.call(t, 201, "POST", "/v1/projects", data, &p)
	v.call(t, 422, "POST", "/v1/projects", strings.Replace(data, `"id_no"`, `"id_no_of"`, 2), nil)
	v.call(t, 422, "POST", "/v1/projects", strings.Replace(data, `"app_no"`, `"33029919760321005X"`, 1), nil)
	v.call(t, 200, "GET", "/v1/projects?q=33029919760321005X", "", nil)
	v.call(t, 404, "GET", "/v1/projects/33029919760321005X", "", nil)
	v.call(t, 404, "GET", "/v1/13900000018", "", nil)
	v.send(t, "GET", "/13900000018?q=33029919760321005X", "", nil)
	v.call(t, 200, "POST", "/v1/projects/"+p.ID+"/check?stage=contract&on=2025-12-20", "", nil)

	// Documents, links of each sort, a token, an invitation, a webhook whose receiver fails.
	var docs struct {
		Items []struct {
			ID   string
			Name string `json:"file_name"`
		}
	}
	v.call(t, 201, "POST", "/v1/documents", `{"projects":["`+p.ID+`"],"kinds":["application-form","recommendation-letter","review-notice","contract"],"formats":["docx","pdf"],"on":"2025-12-20"}`, &docs)
	var hook struct{ ID, Secret string }
	private["webhook address"] = "hook-path-hook-path"
	v.call(t, 201, "POST", "/v1/webhooks", `{"url":"`+receiver.URL+`/hook-path-hook-path","events":["document.issued","batch.finished"]}`, &hook)
	private["webhook secret"] = hook.Secret
	var token struct{ ID, Secret string }
	v.call(t, 201, "POST", "/v1/tokens", `{"name":"张三 13900000018","roles":["officer"],"scopes":["read","write","documents","links"],"days":1}`, &token)
	private["token"] = token.Secret
	integrator := &visitor{client: &http.Client{}, base: s.public, token: token.Secret}
	for _, d := range docs.Items {
		var link struct{ URL string }
		integrator.call(t, 201, "POST", "/v1/documents/"+d.ID+"/links", `{"seconds":3600}`, &link)
		private["link "+d.ID] = link.URL[strings.LastIndex(link.URL, "/")+1:]
		res, _ := stranger.send(t, "GET", link.URL, "", nil)
		signed := res.Header.Get("Location")
		file, _ := stranger.send(t, "GET", signed, "", nil)
		if file.StatusCode != 200 {
			t.Fatalf("%s: %d", link.URL, file.StatusCode)
		}
		at, err := url.Parse(signed)
		if err != nil {
			t.Fatal(err)
		}
		private["signature "+d.ID] = at.Query().Get("X-Amz-Signature")
		urls = append(urls, file.Header.Get("Content-Disposition"), signed, link.URL)
		stranger.send(t, "GET", signed[:len(signed)-2]+"00", "", nil)
		stranger.send(t, "GET", link.URL[:len(link.URL)-1]+"!", "", nil)
	}
	(&visitor{client: &http.Client{}, base: s.public, token: token.Secret + "x"}).call(t, 401, "GET", "/v1/me", "", nil)
	code := regexp.MustCompile(`"uscc": *"([^"]+)"`).FindStringSubmatch(exampleData(t, "ningbo-2025/03"))
	var org struct{ ID string }
	v.call(t, 201, "POST", "/v1/organisations", `{"kind":"applicant","name_cn":"甬江大学","code":"`+code[1]+`"}`, &org)
	var invitation struct{ URL string }
	v.call(t, 201, "POST", "/v1/organisations/"+org.ID+"/invitations", `{"roles":["applicant"]}`, &invitation)
	private["invitation"] = invitation.URL[strings.LastIndex(invitation.URL, "/")+1:]
	private["member's password"] = "member-pass-member"
	form(stranger, strings.TrimPrefix(invitation.URL, s.public), url.Values{"name": {"李四"}, "login": {"lisi"}, "password": {private["member's password"]}})
	var b struct{ ID string }
	v.call(t, 202, "POST", "/v1/batches", `{"kind":"contract","projects":["`+p.ID+`","33029919760321005X"],"formats":["pdf"],"draft":true,"on":"2025-12-20"}`, &b)
	if _, events := v.send(t, "GET", "/v1/batches/"+b.ID+"/events", "", nil); !bytes.Contains(events, []byte(`"over":true`)) {
		t.Errorf("the batch does not end: %s", events)
	}
	for range 200 {
		if failing.Load() {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if !failing.Load() {
		t.Error("the webhook was never told")
	}
	_, metrics := visit(t, "http://"+s.metricsAt).send(t, "GET", "/metrics", "", nil)
	var names []string
	err = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		names = append(names, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var requests struct{ Route string }
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) < 40 || json.Unmarshal([]byte(lines[0]), &requests) != nil {
		t.Fatalf("a log of %d lines: %.300s", len(lines), log.String())
	}
	for what, text := range private {
		if text == "" {
			t.Fatalf("nothing to look for: %s", what)
		}
		for where, in := range map[string]string{"log": log.String(), "metrics": string(metrics), "names of files": strings.Join(names, "\n")} {
			if strings.Contains(in, text) || strings.Contains(in, url.QueryEscape(text)) {
				t.Errorf("the %s stands in the %s: %s", what, where, regexp.MustCompile(`.{0,200}`+regexp.QuoteMeta(text)).FindString(in))
			}
		}
		if strings.HasPrefix(what, "link ") || strings.HasPrefix(what, "signature ") { // an address is what they are for
			continue
		}
		for _, address := range urls {
			if strings.Contains(address, text) || strings.Contains(address, url.QueryEscape(text)) {
				t.Errorf("the %s stands in %s", what, address)
			}
		}
	}

	// A database that cannot be reached is told without its password.
	file := filepath.Join(t.TempDir(), "settings.yaml")
	text := "database: postgres://tripact:hunter22@127.0.0.1:1/tripact?connect_timeout=1\nlink_key: " + linkKey + "\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), "tripact", "serve", "--config", file, "--addr", "127.0.0.1:0", "--data", t.TempDir()).CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 3 || bytes.Contains(said, []byte("hunter22")) || bytes.Contains(said, []byte(linkKey)) {
		t.Errorf("without a database: %v\n%s", err, said)
	}
}

// TestWebhookStaysOutside: nobody makes the service ask its own network, whatever the address looks like.
func TestWebhookStaysOutside(t *testing.T) {
	inside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close() //nolint:errcheck // the test is over
	s, _ := serveHere(t, settings{Addr: "127.0.0.1:0", Data: t.TempDir(), Rate: -1})
	v := s.owner(t)
	_, port, err := net.SplitHostPort(inside.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{
		"127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "127.1", "2130706433", "0x7f.1", "169.254.169.254", "10.0.0.1", "192.168.1.1", "[fd00::1]",
		"[64:ff9b::7f00:1]", "user:pass@127.0.0.1",
	} {
		for _, scheme := range []string{"https", "http", "ftp", "file", "gopher"} {
			var p api.Problem
			v.call(t, 422, "POST", "/v1/webhooks", `{"url":"`+scheme+"://"+host+":"+port+`/","events":["document.issued"]}`, &p)
			if len(p.Findings) == 0 {
				t.Errorf("%s://%s is refused without a word", scheme, host)
			}
		}
	}
}
