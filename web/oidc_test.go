package web

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	provider "github.com/zitadel/oidc/v3/example/server/storage"

	"tripact/app"
	"tripact/storage/records"
)

// startProvider runs a real OpenID Connect provider with a form to sign in, for the client of a house.
func startProvider(t *testing.T, client, redirect string) string {
	t.Helper()
	var handler http.Handler
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := srv.Listener.Close(); err != nil {
		t.Fatal(err)
	}
	srv.Listener = l
	srv.Start()
	t.Cleanup(srv.Close)
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	issuer := "http://localhost:" + port
	provider.RegisterClients(provider.WebClient(client, "client secret", redirect))
	handler = exampleop.SetupServer(issuer, provider.NewStorage(provider.NewUserStore(issuer)), slog.New(slog.DiscardHandler), false)
	return issuer
}

// signInThere follows the way to the provider, signs in there and returns the address of the way back, not yet followed.
func signInThere(t *testing.T, c *http.Client, begin, user string) string {
	t.Helper()
	at := begin
	for range 10 {
		status, header, body := do(t, c, "GET", at, nil)
		here, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		if status == http.StatusOK { // the provider's form
			id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(body)
			if id == nil {
				t.Fatalf("%s is no form to sign in: %s", at, body)
			}
			_, header, _ = do(t, c, "POST", here.ResolveReference(&url.URL{Path: "/login/username"}).String(), url.Values{"username": {user}, "password": {"verysecure"}, "id": {id[1]}})
		}
		next, err := here.Parse(header.Get("Location"))
		if err != nil || header.Get("Location") == "" {
			t.Fatalf("%s: %d %v\n%s", at, status, err, body)
		}
		if at = next.String(); next.Path == "/sign-in/oidc/callback" {
			return at
		}
	}
	t.Fatal("the way does not end")
	return ""
}

// TestOIDC is the whole way against a real provider: an invitation joined with it, sign-in again, strangers, and answers that
// were replayed, mixed up or forged.
func TestOIDC(t *testing.T) {
	o := &OIDC{ClientID: "tripact-test", ClientSecret: "client secret", Name: "统一认证"}
	h := newHouse(t, func(c *Config) { c.OIDC = o })
	o.Redirect = h.public + "/sign-in/oidc/callback"
	o.Issuer = startProvider(t, o.ClientID, o.Redirect)
	begin := h.public + "/sign-in/oidc"
	get := func(c *http.Client, at string, want int) string {
		t.Helper()
		status, _, body := do(t, c, "GET", at, nil)
		if status != want {
			t.Errorf("%s: %d, want %d", at, status, want)
		}
		return body
	}
	if body := get(browser(t), h.public+"/sign-in", 200); !strings.Contains(body, "统一认证") {
		t.Error("no button")
	}

	// Signed in there, and a member of nothing here.
	stranger := browser(t)
	if body := get(stranger, signInThere(t, stranger, begin, "test-user2"), 403); !strings.Contains(body, "邀请") {
		t.Error("a stranger is not told what to do")
	}
	get(stranger, h.public+"/", 401)

	// Invited: joins, is signed in, and next time comes without an invitation.
	s, _, err := h.app.Invite(t.Context(), app.LocalOwner(), records.FirstBureau, []app.Role{app.Officer})
	if err != nil {
		t.Fatal(err)
	}
	li := browser(t)
	back := signInThere(t, li, h.public+InvitePath(s)+"/oidc", "test-user@localhost")
	get(li, back, 303)
	if body := get(li, h.public+"/account", 200); !strings.Contains(body, "Test User") || strings.Contains(body, "/account/password") {
		t.Error("the account of the provider")
	}
	again := browser(t)
	get(again, signInThere(t, again, begin, "test-user@localhost"), 303)
	get(again, h.public+"/", 200)

	// The answer works once, in its own browser, as it was given.
	get(li, back, 400)
	thief := browser(t)
	get(thief, back, 400)
	victim := browser(t)
	mine := signInThere(t, thief, begin, "test-user@localhost")
	signInThere(t, victim, begin, "test-user2")
	get(victim, mine, 400) // another's answer, planted: the state is not this session's
	for name, change := range map[string]func(url.Values){
		"no state": func(q url.Values) { q.Del("state") }, "another state": func(q url.Values) { q.Set("state", "x") },
		"no code": func(q url.Values) { q.Del("code") }, "another code": func(q url.Values) { q.Set("code", "x") },
	} {
		c := browser(t)
		u, err := url.Parse(signInThere(t, c, begin, "test-user@localhost"))
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		change(q)
		u.RawQuery = q.Encode()
		if status, _, _ := do(t, c, "GET", u.String(), nil); status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, status)
		}
		get(c, h.public+"/", 401)
	}
	// A code of one browser with the state of another: PKCE and the nonce bind it.
	a, b := browser(t), browser(t)
	codeOf, err := url.Parse(signInThere(t, a, begin, "test-user@localhost"))
	if err != nil {
		t.Fatal(err)
	}
	stateOf, err := url.Parse(signInThere(t, b, begin, "test-user2"))
	if err != nil {
		t.Fatal(err)
	}
	q := stateOf.Query()
	q.Set("code", codeOf.Query().Get("code"))
	stateOf.RawQuery = q.Encode()
	get(b, stateOf.String(), 400)
	get(b, h.public+"/", 401)
}

// TestOIDCAway: a provider that does not answer is an error with a number, and passwords go on.
func TestOIDCAway(t *testing.T) {
	away := httptest.NewServer(http.NotFoundHandler())
	away.Close()
	h := newHouse(t, func(c *Config) { c.OIDC = &OIDC{Issuer: away.URL, ClientID: "x", Redirect: c.Public} })
	if status, _, _ := do(t, browser(t), "GET", h.public+"/sign-in/oidc", nil); status != http.StatusInternalServerError {
		t.Errorf("%d", status)
	}
	h.join(t, app.Organisation{ID: records.FirstBureau}, "wang", app.Officer)
	if status, _, _ := do(t, browser(t), "POST", h.public+"/sign-in", url.Values{"login": {"wang"}, "password": {password}}); status != http.StatusSeeOther {
		t.Errorf("by password: %d", status)
	}
	if _, _, err := (&OIDC{Issuer: away.URL}).open(context.WithoutCancel(t.Context())); err == nil {
		t.Error("no error")
	}
}
