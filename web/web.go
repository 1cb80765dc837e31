// Package web serves the pages that people see. They are rendered on the server, work without scripts, and are the same for
// Chinese and English readers.
package web

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gorilla/mux"

	"tripact/app"
	"tripact/observe"
	"tripact/problem"
	"tripact/project"
)

//go:embed pages/*.html pages/style.css
var pages embed.FS

// readyWait is how long readiness waits for what it asks.
const readyWait = 5 * time.Second

// linkAge is how long the link behind a download button works. The button makes a fresh one at each click, so that minutes are enough.
const linkAge = 5 * time.Minute

// Cases are the use cases that the pages stand on; *app.App has them.
type Cases interface {
	Calls() []app.CallName
	Projects(ctx context.Context, who app.Principal, q app.ProjectQuery) ([]app.ProjectSummary, string, error)
	ProjectView(ctx context.Context, who app.Principal, id string) (app.ProjectView, error)
	ReviewSheet(ctx context.Context, who app.Principal, id string, on project.Date) (app.ReviewSheet, error)
	TryReview(ctx context.Context, who app.Principal, id string, raw []byte, req app.Request) (app.ReviewSheet, problem.List, error)
	SavePart(ctx context.Context, who app.Principal, id string, part app.Part, raw []byte, base int) (app.SavedProject, problem.List, error)
	Conclude(ctx context.Context, who app.Principal, id string, raw []byte, base int, req app.Request) (app.ReviewSheet, []app.StoredDocument, problem.List, error)
	Issue(ctx context.Context, who app.Principal, projects []string, req app.Request) ([]app.StoredDocument, problem.List, error)
	Document(ctx context.Context, who app.Principal, id string) (app.StoredDocument, error)
	DifferenceFile(ctx context.Context, who app.Principal, projects []string, on project.Date, format, lang string) ([]byte, error)
	ImportApprovals(ctx context.Context, who app.Principal, call string, data []byte, on project.Date, check bool, documents *app.BatchRequest) (app.ApprovalImport, error)
	Once(ctx context.Context, who app.Principal, key, request string, together bool, work func(context.Context) (int, []byte, bool)) (int, []byte, error)
	Batches(ctx context.Context, who app.Principal, after string, limit int) ([]app.Batch, error)
	Batch(ctx context.Context, who app.Principal, id string) (app.Batch, error)
	BatchRows(ctx context.Context, who app.Principal, id string, seq int64, limit int) ([]app.BatchRow, error)
	CancelBatch(ctx context.Context, who app.Principal, id string) error
	ResumeBatch(ctx context.Context, who app.Principal, id string) error
	WriteBatch(ctx context.Context, who app.Principal, id string, w io.Writer) error
	Link(ctx context.Context, who app.Principal, documentID string, age time.Duration) (string, error)

	CreateLink(ctx context.Context, who app.Principal, documentID string, age time.Duration, uses int) (app.SharedLink, error)
	DocumentLinks(ctx context.Context, who app.Principal, documentID string) ([]app.SharedLink, error)
	RevokeLink(ctx context.Context, who app.Principal, documentID, linkID string) error
	LookAtLink(ctx context.Context, token string) (app.SharedFile, error)
	UseLink(ctx context.Context, token string) (app.SharedFile, error)

	Session(ctx context.Context, id app.Secret) ([]byte, bool, error)
	SaveSession(ctx context.Context, id app.Secret, data []byte, expires time.Time) error
	EndSession(ctx context.Context, id app.Secret) error
	Principal(ctx context.Context, of app.Account) (app.Principal, error)
	SignIn(ctx context.Context, login, password, address string) (app.Account, error)
	SignInAs(ctx context.Context, id app.Identity) (app.Account, error)
	LookAtInvite(ctx context.Context, s app.Secret) (app.Invite, error)
	Join(ctx context.Context, s app.Secret, n app.NewAccount) (app.Account, error)
	JoinAs(ctx context.Context, s app.Secret, id app.Identity) (app.Account, error)
	ChangePassword(ctx context.Context, who app.Principal, old, password, address string) (app.Account, error)
	Places(ctx context.Context, who app.Principal) ([]app.Organisation, error)

	Organisations(ctx context.Context, who app.Principal) ([]app.Organisation, error)
	SaveOrganisation(ctx context.Context, who app.Principal, o app.Organisation) (app.Organisation, error)
	Members(ctx context.Context, who app.Principal, organisation string) (app.Organisation, []app.Member, error)
	Invites(ctx context.Context, who app.Principal, organisation string) ([]app.Invite, error)
	Invite(ctx context.Context, who app.Principal, organisation string, as []app.Role) (app.Secret, app.Invite, error)
	SignInLink(ctx context.Context, who app.Principal, organisation, person string) (app.Secret, app.Invite, error)
	EndInvite(ctx context.Context, who app.Principal, organisation, id string) error
	SetRoles(ctx context.Context, who app.Principal, organisation, person string, as []app.Role) error
	RemoveMember(ctx context.Context, who app.Principal, organisation, person string) error
	Tokens(ctx context.Context, who app.Principal) ([]app.Token, error)
	CreateToken(ctx context.Context, who app.Principal, n app.NewToken) (app.Secret, app.Token, error)
	RevokeToken(ctx context.Context, who app.Principal, id string) error

	ListProjects(ctx context.Context, who app.Principal, q app.ProjectQuery) ([]app.SavedProject, string, error)
	AllTemplates(ctx context.Context, who app.Principal) ([]app.CallTemplates, error)
	Slot(ctx context.Context, who app.Principal, at app.TemplateSlot) (app.SlotTemplates, error)
	UploadTemplate(ctx context.Context, who app.Principal, at app.TemplateSlot, file []byte, note string) (app.TemplateVersion, problem.List, error)
	LintVersion(ctx context.Context, who app.Principal, at app.TemplateSlot, version int) (app.TemplateVersion, problem.List, error)
	TemplateFile(ctx context.Context, who app.Principal, at app.TemplateSlot, version int) (app.SharedFile, error)
	PreviewTemplate(ctx context.Context, who app.Principal, at app.TemplateSlot, version int, project, format string) (app.SharedFile, problem.List, error)
	PublishTemplate(ctx context.Context, who app.Principal, at app.TemplateSlot, version, base int) (app.SlotTemplates, error)
	CompareTemplates(ctx context.Context, who app.Principal, at app.TemplateSlot, from, to int) (app.TemplateComparison, error)
}

// Config is what a Server needs.
type Config struct {
	Cases Cases
	Log   *slog.Logger
	Now   func() time.Time // never nil
	// Objects serves signed links to stored files under /{Bucket}/; nil when the store has an address of its own.
	Objects http.Handler
	Bucket  string
	// Ready reports what keeps the service from working, nil when nothing does, and what it lacks though it works, a line each.
	Ready func(context.Context) (lacks []string, err error)
	// Public is the base URL that links and invitations are shown with.
	Public string
	// Observe, if set, is called for each request.
	Observe observe.Counter
	// OIDC signs people in besides passwords; nil for none.
	OIDC *OIDC
	// Proxied: the address of a caller is the last one in X-Forwarded-For, which a proxy before us writes.
	Proxied bool
	// Secure marks cookies for HTTPS only.
	Secure bool
}

// Server serves the pages. It is safe for concurrent use.
type Server struct {
	cfg      Config
	views    *template.Template
	sessions *scs.SessionManager
}

// New returns a Server over cfg.
func New(cfg Config) (*Server, error) {
	views, err := template.New("").Funcs(template.FuncMap{
		"size": size,
		"findings": func(lang string, found problem.List) (lines []string) {
			for _, f := range found {
				line := f.Message.In(lang)
				if fix := (problem.Text{ZH: f.Fix.ZH, EN: f.Fix.EN}).In(lang); fix != "" {
					line += map[string]string{"zh": "；", "en": "; "}[lang] + fix
				}
				lines = append(lines, line)
			}
			return lines
		},
		"roles":  names[app.Role],
		"scopes": names[app.Scope],
		"asRoles": func(list []string) (out []app.Role) {
			for _, v := range list {
				out = append(out, app.Role(v))
			}
			return out
		},
		"asScopes": func(list []string) (out []app.Scope) {
			for _, v := range list {
				out = append(out, app.Scope(v))
			}
			return out
		},
		"kind": app.KindName,
		"add":  func(a, b int) int { return a + b },
		"sub":  func(a, b int) int { return a - b },
		// part gives a piece of a page the page's language and data of its own.
		"part":   func(v view, data any) view { v.Data = data; return v },
		"lines":  lines,
		"state":  func(s string) problem.Text { return stateNames[s] },
		"states": states,
		"format": func(list []string, i int) string { return strings.ToUpper(list[i%len(list)]) },
		"beijing": func(t time.Time) string {
			return t.In(time.FixedZone("CST", 8*3600)).Format("2006-01-02 15:04")
		},
		"upper": func(s string) string {
			return strings.ToUpper(s)
		},
	}).Funcs(templateFuncs()).Funcs(reviewFuncs()).ParseFS(pages, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse pages: %w", err)
	}
	s := &Server{cfg: cfg, views: views}
	s.sessions = s.newSessions()
	return s, nil
}

// Handler returns the routes.
func (s *Server) Handler() http.Handler {
	ours := observe.Handler(s.cfg.Log, s.cfg.Observe, http.NewCrossOriginProtection().Handler(s.headers(language(s.router()))))
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

// router has every route of ours. Those of pages know the session; the others serve anybody.
func (s *Server) router() *mux.Router {
	r := mux.NewRouter().SkipClean(true).UseEncodedPath()
	r.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			observe.Of(r.Context()).Route = route(r)
			next.ServeHTTP(w, r)
		})
	})
	r.NotFoundHandler = http.HandlerFunc(s.notFound)
	r.MethodNotAllowedHandler = http.HandlerFunc(s.notFound)
	r.HandleFunc("/livez", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") }).Methods(http.MethodGet)
	r.HandleFunc("/readyz", s.ready).Methods(http.MethodGet)
	r.HandleFunc("/style.css", s.style).Methods(http.MethodGet)
	pages := r.NewRoute().Subrouter()
	pages.Use(s.sessions.LoadAndSave)
	s.linkRoutes(r, pages)
	s.accountRoutes(pages)
	s.officeRoutes(pages)
	s.reviewRoutes(pages)
	s.templateRoutes(pages)
	return r
}

// headers sets what every answer of ours carries. Signed links to stored files set their own.
func (s *Server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		next.ServeHTTP(w, r)
	})
}

func (s *Server) download(w http.ResponseWriter, r *http.Request, who app.Principal) {
	url, err := s.cfg.Cases.Link(r.Context(), who, mux.Vars(r)["id"], linkAge)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	http.Redirect(w, r, url, http.StatusFound)
}

// refuse answers an error of a use case.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var busy *app.BusyError
	switch {
	case app.Away(err): // before what a missing socket could be taken for
		s.fail(w, r, err)
	case errors.Is(err, fs.ErrNotExist):
		s.notFound(w, r)
	case errors.Is(err, app.ErrForbidden):
		s.show(w, r, http.StatusForbidden, "forbidden.html", nil)
	case errors.Is(err, app.ErrInviteGone):
		s.show(w, r, http.StatusGone, "invite-gone.html", nil)
	case errors.As(err, &busy):
		w.Header().Set("Retry-After", strconv.Itoa(int(busy.RetryAfter.Seconds())))
		s.show(w, r, http.StatusServiceUnavailable, "busy.html", nil)
	default:
		s.fail(w, r, err)
	}
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	answer := "ready"
	if s.cfg.Ready != nil {
		ctx, cancel := context.WithTimeout(r.Context(), readyWait)
		defer cancel()
		lacks, err := s.cfg.Ready(ctx)
		if err != nil {
			w.Header().Set("Retry-After", "5")
			s.cfg.Log.WarnContext(r.Context(), "not ready", slog.Any("error", err))
			plain(w, http.StatusServiceUnavailable, "not ready")
			return
		}
		answer = strings.Join(append([]string{answer}, lacks...), "\n")
	}
	plain(w, http.StatusOK, answer)
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

// fail logs an unknown error and shows a number by which the log can be searched, and nothing else; or when to come again.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	id := observe.Of(r.Context()).ID
	s.cfg.Log.ErrorContext(r.Context(), "failed", slog.String("id", id), slog.String("route", route(r)), slog.Any("error", err))
	if app.Away(err) {
		w.Header().Set("Retry-After", "5")
		s.show(w, r, http.StatusServiceUnavailable, "away.html", nil)
		return
	}
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
	Who  app.Principal
	Here string // what the links to the other language lead to: this page, or the first one from the answer to a form
	Data any
}

// With is the view of a part of a page, which is made from data.
func (v view) With(data any) view {
	v.Data = data
	return v
}

// Signed reports whether somebody is signed in.
func (v view) Signed() bool { return v.Who.Person != "" }

// May reports whether who is signed in may do something.
func (v view) May(a string) bool { return v.Who.May(app.Action(a)) }

// Name picks a name in the reader's language: the Chinese one where there is no English one.
func (v view) Name(o app.Organisation) string {
	if v.Lang == "en" && o.NameEN != "" {
		return o.NameEN
	}
	return o.NameCN
}

// T picks the sentence in the reader's language.
func (v view) T(zh, en string) string {
	if v.Lang == "en" {
		return en
	}
	return zh
}

func (s *Server) show(w http.ResponseWriter, r *http.Request, status int, page string, data any) {
	who, _ := r.Context().Value(whoKey{}).(app.Principal) // nobody on the other pages
	here := ""
	if r.Method != http.MethodGet {
		here = "/"
	}
	var b strings.Builder
	if err := s.views.ExecuteTemplate(&b, page, view{Lang: lang(r), Who: who, Here: here, Data: data}); err != nil {
		s.cfg.Log.ErrorContext(r.Context(), "page", slog.String("page", page), slog.Any("error", err))
		plain(w, http.StatusInternalServerError, "internal error")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write([]byte(b.String())) //nolint:errcheck // the reader has gone
}

// lang takes ?lang=, then what was chosen before, then the browser's first wish; Chinese is the default.
func lang(r *http.Request) string {
	switch r.URL.Query().Get("lang") {
	case "en":
		return "en"
	case "zh":
		return "zh"
	}
	if c, err := r.Cookie(langCookie); err == nil && (c.Value == "zh" || c.Value == "en") {
		return c.Value
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
