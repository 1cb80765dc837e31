package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tripact/app"
	"tripact/problem"
)

type cases struct {
	list []app.ProjectSummary
	err  error
}

func (c cases) Projects(context.Context, app.Principal) ([]app.ProjectSummary, error) {
	return c.list, c.err
}

func (c cases) Link(_ context.Context, _ app.Principal, id string, age time.Duration) (string, error) {
	if id != "d1" {
		return "", fmt.Errorf("document %s: %w", id, fs.ErrNotExist)
	}
	return "https://objects.example/signed?age=" + age.String(), nil
}

var sample = cases{list: []app.ProjectSummary{{
	ID: "p1", Call: "ningbo-2025", Number: "202501A0012", TitleCN: "<script>标题</script>", TitleEN: "Title", LeadCN: "甬江理工大学", LeadEN: "University",
	Documents: []app.DocumentSummary{{Kind: app.Contract, Name: problem.T("三方合同任务书", "Three-party task contract"), Version: 2, Code: "AAAA-BBBB-CCCC", Files: []app.StoredFile{{ID: "d1", Format: "pdf", Size: 700_000}}}},
}}}

func start(t *testing.T, c Cases) (*Server, *httptest.Server, *http.Client) {
	t.Helper()
	s, err := New(Config{Cases: c, Log: slog.New(slog.DiscardHandler), Ready: func(context.Context) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return s, srv, client
}

func do(t *testing.T, client *http.Client, method, url string, header ...string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
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

// TestStrangersSeeNothing: without a session there is no list and no file, and whether a document exists cannot be told.
func TestStrangersSeeNothing(t *testing.T) {
	_, srv, client := start(t, sample)
	for _, path := range []string{"/", "/documents/d1", "/documents/other"} {
		if status, _, body := do(t, client, "GET", srv.URL+path); status != http.StatusUnauthorized || strings.Contains(body, "202501A0012") {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, _, _ := do(t, client, "GET", srv.URL+"/nothing"); status != http.StatusNotFound {
		t.Errorf("/nothing: %d", status)
	}
}

// TestInvitationLetsInOnce: the page may be looked at by mail scanners, the button works once.
func TestInvitationLetsInOnce(t *testing.T) {
	s, srv, client := start(t, sample)
	url := srv.URL + s.Invite()
	for range 3 {
		if status, _, _ := do(t, client, "GET", url); status != http.StatusOK {
			t.Fatalf("the sign-in page: %d", status)
		}
	}
	if status, _, _ := do(t, &http.Client{}, "POST", url, "Sec-Fetch-Site", "cross-site"); status != http.StatusForbidden {
		t.Errorf("a form on another site signs in: %d", status)
	}
	status, header, _ := do(t, client, "POST", url)
	if status != http.StatusSeeOther || header.Get("Location") != "/" {
		t.Fatalf("sign-in: %d", status)
	}
	if c := header.Get("Set-Cookie"); !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Strict") {
		t.Errorf("cookie %q", c)
	}
	if status, _, _ := do(t, &http.Client{}, "POST", url); status != http.StatusGone {
		t.Errorf("the invitation worked twice: %d", status)
	}
	status, _, body := do(t, client, "GET", srv.URL+"/")
	if status != http.StatusOK || !strings.Contains(body, "三方合同任务书") || strings.Contains(body, "<script>") || !strings.Contains(body, "684 KB") {
		t.Errorf("the list: %d %s", status, body)
	}
	if _, _, body := do(t, client, "GET", srv.URL+"/?lang=en"); !strings.Contains(body, "Three-party task contract") || !strings.Contains(body, `lang="en-GB"`) {
		t.Error("the list is not in English")
	}
	status, header, _ = do(t, client, "GET", srv.URL+"/documents/d1")
	if status != http.StatusFound || header.Get("Location") != "https://objects.example/signed?age=5m0s" || header.Get("Cache-Control") != "no-store" || header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("download: %d %v", status, header)
	}
	if status, _, _ := do(t, client, "GET", srv.URL+"/documents/other"); status != http.StatusNotFound {
		t.Errorf("a document that is not there: %d", status)
	}
}

// TestErrorsShowANumberOnly: what went wrong inside goes to the log, not to the reader.
func TestErrorsShowANumberOnly(t *testing.T) {
	s, srv, client := start(t, cases{err: errors.New("password of the database")})
	do(t, client, "POST", srv.URL+s.Invite())
	if status, _, body := do(t, client, "GET", srv.URL+"/"); status != http.StatusInternalServerError || strings.Contains(body, "password") {
		t.Errorf("%d %s", status, body)
	}
	for path, want := range map[string]int{"/livez": 200, "/readyz": 200, "/style.css": 200} {
		if status, _, _ := do(t, client, "GET", srv.URL+path); status != want {
			t.Errorf("%s: %d", path, status)
		}
	}
}
