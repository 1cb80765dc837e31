package web

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"tripact/app"
	"tripact/observe"
)

// sessionAge is how long somebody stays signed in: a day at the office.
const sessionAge = 12 * time.Hour

// store keeps sessions in the records, so that every process knows them.
type store struct{ cases Cases }

func (s store) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	return s.cases.Session(ctx, app.Secret(token))
}

func (s store) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return s.cases.SaveSession(ctx, app.Secret(token), data, expiry)
}

func (s store) DeleteCtx(ctx context.Context, token string) error {
	return s.cases.EndSession(ctx, app.Secret(token))
}

// scs asks for the methods without a context too, and calls those with one where there are both.
func (s store) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

func (s store) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

func (s store) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// Names of what a session holds.
const (
	keyPerson       = "person"
	keyEpoch        = "epoch"
	keyOrganisation = "organisation"
	keyState        = "oidc.state"
	keyNonce        = "oidc.nonce"
	keyVerifier     = "oidc.verifier"
	keyInvite       = "oidc.invite"
)

func (s *Server) newSessions() *scs.SessionManager {
	m := scs.New()
	m.Store = store{s.cfg.Cases}
	m.Lifetime = sessionAge
	m.Cookie.Name = "tripact_session"
	m.Cookie.HttpOnly, m.Cookie.Path = true, "/"
	// Lax, not Strict: the way back from an OpenID Connect provider begins on another site.
	m.Cookie.SameSite = http.SameSiteLaxMode
	if s.cfg.Secure {
		m.Cookie.Name, m.Cookie.Secure = "__Host-tripact", true
	}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) { s.fail(w, r, err) }
	return m
}

// open begins the session of somebody who was let in, under a new id.
func (s *Server) open(r *http.Request, a app.Account) error {
	ctx := r.Context()
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	for _, key := range []string{keyState, keyNonce, keyVerifier, keyInvite} {
		s.sessions.Remove(ctx, key)
	}
	s.sessions.Put(ctx, keyPerson, a.Person)
	s.sessions.Put(ctx, keyEpoch, a.Epoch)
	s.sessions.Put(ctx, keyOrganisation, a.Organisation)
	return nil
}

// Principal returns who is signed in by the session of a request that the pages do not serve. Errors wrap app.ErrSignedOut for nobody.
func (s *Server) Principal(r *http.Request) (app.Principal, error) {
	cookie, err := r.Cookie(s.sessions.Cookie.Name)
	if err != nil {
		return app.Principal{}, app.ErrSignedOut
	}
	ctx, err := s.sessions.Load(r.Context(), cookie.Value)
	if err != nil {
		return app.Principal{}, fmt.Errorf("session: %w", err)
	}
	return s.who(r.WithContext(ctx))
}

// who returns who is signed in, with the roles of this moment, or app.ErrSignedOut.
func (s *Server) who(r *http.Request) (app.Principal, error) {
	ctx := r.Context()
	person := s.sessions.GetString(ctx, keyPerson)
	if person == "" {
		return app.Principal{}, app.ErrSignedOut
	}
	return s.cfg.Cases.Principal(ctx, app.Account{
		Person: person, Epoch: s.sessions.GetInt(ctx, keyEpoch), Organisation: s.sessions.GetString(ctx, keyOrganisation),
	})
}

// member is a handler for whoever is signed in.
type member func(w http.ResponseWriter, r *http.Request, who app.Principal)

// guard lets members in and shows the others where to sign in, whatever the address: whether a thing exists cannot be told.
func (s *Server) guard(next member) http.HandlerFunc { return s.guardUpTo(maxForm, next) }

// guardUpTo is guard for a page whose form may have so many bytes.
func (s *Server) guardUpTo(size int64, next member) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		who, err := s.who(r)
		switch {
		case errors.Is(err, app.ErrSignedOut):
			s.show(w, r, http.StatusUnauthorized, "sign-in.html", signInPage{OIDC: s.cfg.OIDC.name()})
		case err != nil:
			s.fail(w, r, err)
		default:
			r.Body = http.MaxBytesReader(w, r.Body, size)
			known := observe.Of(r.Context())
			known.Caller, known.Organisation = who.Actor(), who.Organisation.ID
			next(w, r.WithContext(context.WithValue(r.Context(), whoKey{}, who)), who)
		}
	}
}

// maxForm bounds the forms of the pages, in bytes.
const maxForm = 64 << 10

// whoKey keeps who is signed in for the head of the page.
type whoKey struct{}

// address is where a request comes from: the connection, or behind a proxy what the proxy nearest to us says.
func (s *Server) address(r *http.Request) string {
	if s.cfg.Proxied {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if last := strings.TrimSpace(hops[len(hops)-1]); net.ParseIP(last) != nil {
			return last
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// same compares two secrets in constant time; empty ones are not the same.
func same(a, b string) bool {
	return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
