// Package web serves the pages that people see. They are rendered on the server, work without scripts, and are the same for
// Chinese and English readers.
package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/mux"

	"tripact/app"
)

//go:embed pages/*.html pages/style.css
var pages embed.FS

// linkAge is how long the link behind a download button works. The button makes a fresh one at each click, so that minutes are enough.
const linkAge = 5 * time.Minute

// maxSessions bounds the sessions kept in memory; the oldest goes first.
const maxSessions = 1000

// Cases are the use cases that the pages stand on; *app.App has them.
type Cases interface {
	Projects(ctx context.Context, who app.Principal) ([]app.ProjectSummary, error)
	Link(ctx context.Context, who app.Principal, documentID string, age time.Duration) (string, error)
}

// Config is what a Server needs.
type Config struct {
	Cases Cases
	Log   *slog.Logger
	// Objects serves signed links to stored files under /{Bucket}/; nil when the store has an address of its own.
	Objects http.Handler
	Bucket  string
	// Ready reports what keeps the service from working, nil when nothing does.
	Ready func(context.Context) error
	// Links serves revocable links under /d/; nil for none. Public is the base URL that they are shown with.
	Links  Links
	Public string
	// SignedIn, if set, puts on record that somebody is let in; nobody is when it fails.
	SignedIn func(context.Context) error
	// Observe, if set, is called for each request.
	Observe Observer
	// Secure marks cookies for HTTPS only.
	Secure bool
}

// Server serves the pages. It is safe for concurrent use.
type Server struct {
	cfg   Config
	views *template.Template

	mu       sync.Mutex
	invites  map[string]bool     // hashes of one-time sign-in tokens not used yet
	sessions map[string]struct{} // hashes of session ids
	order    []string            // of sessions, oldest first
}

// New returns a Server over cfg.
func New(cfg Config) (*Server, error) {
	views, err := template.New("").Funcs(template.FuncMap{
		"size": size,
		"add":  func(a, b int) int { return a + b },
		"beijing": func(t time.Time) string {
			return t.In(time.FixedZone("CST", 8*3600)).Format("2006-01-02 15:04")
		},
		"upper": func(s string) string {
			return strings.ToUpper(s)
		},
	}).ParseFS(pages, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse pages: %w", err)
	}
	return &Server{cfg: cfg, views: views, invites: map[string]bool{}, sessions: map[string]struct{}{}}, nil
}

// Invite returns the path of a new sign-in page that lets one person in, once.
func (s *Server) Invite() string {
	token := secret()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.invites[digest(token)] = true
	return "/sign-in/" + token
}

// Handler returns the routes.
func (s *Server) Handler() http.Handler {
	r := mux.NewRouter().SkipClean(true).UseEncodedPath()
	r.Use(s.observe)
	r.NotFoundHandler = s.observe(http.HandlerFunc(s.notFound)) // no middleware of the router is called for these two
	r.MethodNotAllowedHandler = s.observe(http.HandlerFunc(s.notFound))
	r.HandleFunc("/livez", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") }).Methods(http.MethodGet)
	r.HandleFunc("/readyz", s.ready).Methods(http.MethodGet)
	r.HandleFunc("/style.css", s.style).Methods(http.MethodGet)
	r.HandleFunc("/sign-in/{token}", s.signInPage).Methods(http.MethodGet)
	r.HandleFunc("/sign-in/{token}", s.signIn).Methods(http.MethodPost)
	r.HandleFunc("/", s.guard(s.index)).Methods(http.MethodGet)
	r.HandleFunc("/documents/{id}", s.guard(s.download)).Methods(http.MethodGet)
	s.linkRoutes(r)
	ours := identify(http.NewCrossOriginProtection().Handler(headers(r)))
	if s.cfg.Objects == nil {
		return ours
	}
	objects := "/" + s.cfg.Bucket + "/"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, objects) {
			s.cfg.Objects.ServeHTTP(w, r)
			return
		}
		ours.ServeHTTP(w, r)
	})
}

// headers sets what every answer of ours carries. Signed links to stored files set their own.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		next.ServeHTTP(w, r)
	})
}

const cookieName = "tripact_session"

func (s *Server) guard(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if !s.signedIn(r) {
			s.show(w, r, http.StatusUnauthorized, "signed-out.html", nil)
			return
		}
		next(w, r)
	}
}

func (s *Server) signedIn(r *http.Request) bool {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.sessions[digest(cookie.Value)]
	return ok
}

// signInPage shows a button: mail scanners and previews follow links, and must not use the token up.
func (s *Server) signInPage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	s.show(w, r, http.StatusOK, "sign-in.html", nil)
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	id, ok := s.admit(mux.Vars(r)["token"])
	if !ok {
		s.show(w, r, http.StatusGone, "signed-out.html", nil)
		return
	}
	if s.cfg.SignedIn != nil {
		if err := s.cfg.SignedIn(r.Context()); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: id, Path: "/", HttpOnly: true, Secure: s.cfg.Secure,
		SameSite: http.SameSiteStrictMode, MaxAge: int((12 * time.Hour).Seconds()),
	})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// admit uses up an invitation and opens a session.
func (s *Server) admit(token string) (session string, ok bool) {
	want := digest(token)
	s.mu.Lock()
	defer s.mu.Unlock()
	for have := range s.invites {
		if subtle.ConstantTimeCompare([]byte(have), []byte(want)) == 1 {
			delete(s.invites, have)
			ok = true
			break
		}
	}
	if !ok {
		return "", false
	}
	session = secret()
	key := digest(session)
	s.sessions[key] = struct{}{}
	s.order = append(s.order, key)
	if len(s.order) > maxSessions {
		delete(s.sessions, s.order[0])
		s.order = s.order[1:]
	}
	return session, true
}

func (s *Server) index(w http.ResponseWriter, r *http.Request) {
	list, err := s.cfg.Cases.Projects(r.Context(), app.LocalOwner())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.show(w, r, http.StatusOK, "index.html", list)
}

func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	url, err := s.cfg.Cases.Link(r.Context(), app.LocalOwner(), mux.Vars(r)["id"], linkAge)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.notFound(w, r)
	case err != nil:
		s.fail(w, r, err)
	default:
		http.Redirect(w, r, url, http.StatusFound)
	}
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Ready != nil {
		if err := s.cfg.Ready(r.Context()); err != nil {
			s.cfg.Log.WarnContext(r.Context(), "not ready", slog.Any("error", err))
			plain(w, http.StatusServiceUnavailable, "not ready")
			return
		}
	}
	plain(w, http.StatusOK, "ready")
}

func (s *Server) style(w http.ResponseWriter, _ *http.Request) {
	data, err := pages.ReadFile("pages/style.css")
	if err != nil {
		plain(w, http.StatusNotFound, "not found")
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=300")
	w.Write(data) //nolint:errcheck // the reader has gone
}

func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	s.show(w, r, http.StatusNotFound, "not-found.html", nil)
}

// fail logs an unknown error and shows a number by which the log can be searched, and nothing else.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	id := RequestID(r.Context())
	s.cfg.Log.ErrorContext(r.Context(), "failed", slog.String("id", id), slog.String("route", route(r)), slog.Any("error", err))
	s.show(w, r, http.StatusInternalServerError, "failed.html", id)
}

// route names the kind of a request. Its path may hold what opens a link or a session, and belongs in no log.
func route(r *http.Request) string {
	if current := mux.CurrentRoute(r); current != nil {
		if template, err := current.GetPathTemplate(); err == nil {
			return template
		}
	}
	return ""
}

// view is what a page is rendered from.
type view struct {
	Lang string // "zh" or "en"
	Data any
}

// T picks the sentence in the reader's language.
func (v view) T(zh, en string) string {
	if v.Lang == "en" {
		return en
	}
	return zh
}

func (s *Server) show(w http.ResponseWriter, r *http.Request, status int, page string, data any) {
	var b strings.Builder
	if err := s.views.ExecuteTemplate(&b, page, view{Lang: lang(r), Data: data}); err != nil {
		s.cfg.Log.ErrorContext(r.Context(), "page", slog.String("page", page), slog.Any("error", err))
		plain(w, http.StatusInternalServerError, "internal error")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write([]byte(b.String())) //nolint:errcheck // the reader has gone
}

// lang takes ?lang=, then the browser's first wish; Chinese is the default.
func lang(r *http.Request) string {
	switch r.URL.Query().Get("lang") {
	case "en":
		return "en"
	case "zh":
		return "zh"
	}
	if strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "en") {
		return "en"
	}
	return "zh"
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	w.Write([]byte(text + "\n")) //nolint:errcheck // the reader has gone
}

// size writes a number of bytes as people read it.
func size(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KB", (n+1023)>>10)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

func secret() string {
	var b [32]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
