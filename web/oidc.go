package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tripact/app"
)

// OIDC is an OpenID Connect provider that signs people in. It is asked for its settings when first needed, and again until it
// answers: a provider that is away keeps nobody else out. It is safe for concurrent use.
type OIDC struct {
	Issuer       string // https://…, exactly as the provider says it
	ClientID     string
	ClientSecret string // "" for a public client
	Name         string // as the button calls it
	Redirect     string // {public address}/sign-in/oidc/callback

	mu       sync.Mutex
	provider *oidc.Provider
}

// oidcTimeout bounds each question to the provider.
const oidcTimeout = 10 * time.Second

func (o *OIDC) name() string {
	if o == nil {
		return ""
	}
	if o.Name == "" {
		return strings.TrimPrefix(o.Issuer, "https://")
	}
	return o.Name
}

func (o *OIDC) context(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, &http.Client{Timeout: oidcTimeout})
}

// open returns the provider and how to speak to it.
func (o *OIDC) open(ctx context.Context) (*oidc.Provider, *oauth2.Config, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.provider == nil {
		// Keys are fetched later under this context: it must not end with the request.
		p, err := oidc.NewProvider(o.context(context.WithoutCancel(ctx)), o.Issuer)
		if err != nil {
			return nil, nil, providerError{err}
		}
		o.provider = p
	}
	return o.provider, &oauth2.Config{
		ClientID: o.ClientID, ClientSecret: o.ClientSecret, Endpoint: o.provider.Endpoint(), RedirectURL: o.Redirect,
		Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}, nil
}

// beginOIDC sends the browser to the provider. state ties the way back to this session, nonce the token to this request, and the
// PKCE verifier the code to us.
func (s *Server) beginOIDC(w http.ResponseWriter, r *http.Request, invite string) {
	w.Header().Set("Cache-Control", "no-store")
	_, config, err := s.cfg.OIDC.open(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	state, nonce, verifier := secret(), secret(), oauth2.GenerateVerifier()
	ctx := r.Context()
	s.sessions.Put(ctx, keyState, state)
	s.sessions.Put(ctx, keyNonce, nonce)
	s.sessions.Put(ctx, keyVerifier, verifier)
	s.sessions.Put(ctx, keyInvite, invite)
	http.Redirect(w, r, config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), http.StatusSeeOther)
}

// errOIDC means that what came back from the provider does not belong to what this browser began.
var errOIDC = errors.New("the answer does not belong to this sign-in")

func (s *Server) endOIDC(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	ctx := r.Context()
	state, nonce, verifier, invite := s.sessions.PopString(ctx, keyState), s.sessions.PopString(ctx, keyNonce), s.sessions.PopString(ctx, keyVerifier), s.sessions.PopString(ctx, keyInvite)
	id, err := s.identity(r, state, nonce, verifier)
	if errors.Is(err, errOIDC) {
		s.show(w, r, http.StatusBadRequest, "sign-in.html", signInPage{OIDC: s.cfg.OIDC.name(), Problem: problemOIDC})
		return
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var account app.Account
	if invite != "" {
		account, err = s.cfg.Cases.JoinAs(ctx, app.Secret(invite), id)
	} else {
		account, err = s.cfg.Cases.SignInAs(ctx, id)
	}
	if errors.Is(err, app.ErrSignedOut) {
		s.show(w, r, http.StatusForbidden, "sign-in.html", signInPage{OIDC: s.cfg.OIDC.name(), Problem: problemStranger})
		return
	}
	s.enter(w, r, account, err)
}

// identity exchanges the code of the way back and checks what the provider signed.
func (s *Server) identity(r *http.Request, state, nonce, verifier string) (app.Identity, error) {
	q := r.URL.Query()
	if !same(state, q.Get("state")) || q.Get("code") == "" {
		return app.Identity{}, errOIDC
	}
	provider, config, err := s.cfg.OIDC.open(r.Context())
	if err != nil {
		return app.Identity{}, err
	}
	ctx := s.cfg.OIDC.context(r.Context())
	token, err := config.Exchange(ctx, q.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		if _, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
			return app.Identity{}, errOIDC // refused: an old code, or one of somebody else
		}
		return app.Identity{}, providerError{err}
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return app.Identity{}, errOIDC
	}
	signed, err := provider.Verifier(&oidc.Config{ClientID: config.ClientID}).Verify(ctx, raw)
	if err != nil || !same(nonce, signed.Nonce) {
		return app.Identity{}, errOIDC
	}
	var claims struct {
		Name     string `json:"name"`
		Username string `json:"preferred_username"`
		Email    string `json:"email"`
	}
	if err := signed.Claims(&claims); err != nil {
		return app.Identity{}, errOIDC
	}
	if claims.Name == "" || claims.Email == "" {
		// Some providers tell these at their user-info endpoint only. Who it is is settled: no answer there stops nobody.
		if info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token)); err == nil && info.Subject == signed.Subject {
			if err := info.Claims(&claims); err != nil {
				return app.Identity{}, errOIDC
			}
		}
	}
	for _, name := range []string{claims.Username, claims.Email, signed.Subject} {
		if claims.Name == "" {
			claims.Name = name
		}
	}
	return app.Identity{Issuer: signed.Issuer, Subject: signed.Subject, Name: claims.Name, Email: claims.Email}, nil
}

// providerError is what went wrong with the provider. It is not unwrapped: that the provider does not answer says nothing about our own database or store.
type providerError struct{ err error }

func (e providerError) Error() string { return "OpenID Connect provider: " + e.err.Error() }
