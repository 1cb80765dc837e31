// Package api serves the use cases as JSON under /v1, for programs. What it offers is described by an OpenAPI document that it
// serves itself; what is wrong comes back as problem+json with all findings, in Chinese and English.
package api

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"
	"github.com/gorilla/mux"

	"tripact/app"
	"tripact/observe"
	"tripact/project"
)

// Prefix is where the API lives. Another version of it will live beside it.
const Prefix = "/v1"

// Config is what a Server needs.
type Config struct {
	App *app.App
	Log *slog.Logger
	Now func() time.Time
	// Public is the base URL of the service, without a slash at its end; addresses of links are made with it.
	Public string
	// Session says who is signed in on the pages, for requests without a token; nil when there are no pages. Its errors wrap
	// app.ErrSignedOut for nobody.
	Session func(*http.Request) (app.Principal, error)
	// Rate is how many requests a second a caller may make on average, and Burst how many at once; 0 for no limit. With several
	// processes it is a limit for each of them.
	Rate  float64
	Burst int
	// Observe counts requests; route is the template of the path, "" for none. It may be nil.
	Observe observe.Counter
}

// Server serves the API. It is safe for concurrent use.
type Server struct {
	cfg     Config
	huma    huma.API
	handler http.Handler
	limits  limits
	ops     map[string]*op // by method and path template
}

// op is an operation: what the document says of it and how it is guarded.
type op struct {
	method, path string
	id           string // unique, in lower camel case
	tag          string
	summary      string
	action       app.Action // what the caller must be allowed; "" for everybody who is signed in
	status       int        // of success; 0 for 200, or 204 without a body
	body         int64      // most bytes of a request body; 0 for maxBody
	age          time.Duration
	once         bool   // takes an Idempotency-Key
	together     bool   // what it does is on record alone: one transaction with the answer that is kept
	raw          string // what the body is, when its form is not checked here but where it is read
	media        string // of such a body; "" for application/json
}

// Limits of a request.
const (
	maxBody     = 4 << 20
	maxList     = 17 << 20 // a workbook of the largest size that is read
	maxTemplate = 34 << 20 // a template of the largest size that is opened, and its form
	maxAge      = 30 * time.Second
	maxUpload   = time.Minute // to read, check and typeset a template
)

// usual are the statuses that any operation may fail with.
var usual = []int{
	http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed,
	http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity, http.StatusPreconditionRequired, http.StatusTooManyRequests,
	http.StatusInternalServerError, http.StatusServiceUnavailable, http.StatusInsufficientStorage,
}

// New returns a Server over cfg.
func New(cfg Config) (*Server, error) {
	s := &Server{cfg: cfg, ops: map[string]*op{}, limits: limits{rate: cfg.Rate, burst: cfg.Burst, now: cfg.Now}}
	root := mux.NewRouter().SkipClean(true).UseEncodedPath()
	root.NotFoundHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { write(w, r, failure(http.StatusNotFound)) })
	root.MethodNotAllowedHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allowed(root, r))
		write(w, r, failure(http.StatusMethodNotAllowed))
	})
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:       "tripact",
				Version:     "1",
				Description: "The documents of a science-and-technology programme, from project data: projects, checks, documents, links.",
			},
			Servers: []*huma.Server{{URL: "/"}},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token":   {Type: "http", Scheme: "bearer", Description: "A token of an organisation: tp_ and 51 characters."},
					"session": {Type: "apiKey", In: "cookie", Name: "tripact_session", Description: "Who is signed in on the pages; changes only from the same origin."},
				},
			},
			Security: []map[string][]string{{"token": {}}, {"session": {}}},
		},
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}
	s.huma = humamux.New(root, config)
	root.Use(s.guard)
	s.projects()
	s.documents()
	s.links()
	s.export()
	s.reviews()
	s.approvals()
	s.calls()
	s.templates()
	s.batches()
	s.webhooks()
	s.accounts()
	s.audit()
	if err := s.pages(root); err != nil {
		return nil, err
	}
	s.handler = s.outside(http.NewCrossOriginProtection().Handler(root))
	return s, nil
}

// allowed lists the methods that the path of a request is served with (RFC 9110, 15.5.6).
func allowed(root *mux.Router, r *http.Request) string {
	var list []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if m := new(mux.RouteMatch); root.Match(other, m) && m.MatchErr == nil {
			list = append(list, method)
		}
	}
	return strings.Join(list, ", ")
}

// Handler serves everything under Prefix.
func (s *Server) Handler() http.Handler { return s.handler }

// add makes an operation of a use case.
func add[I, O any](s *Server, o op, use func(context.Context, app.Principal, *I) (*O, error)) {
	if o.body == 0 {
		o.body = maxBody
	}
	if o.age == 0 {
		o.age = maxAge
	}
	o.media = cmp.Or(o.media, "application/json")
	doc := huma.Operation{
		OperationID: o.id, Method: o.method, Path: Prefix + o.path, Tags: []string{o.tag}, Summary: o.summary, DefaultStatus: o.status,
		MaxBodyBytes: o.body, BodyReadTimeout: o.age,
		Errors:     usual,
		Extensions: map[string]any{},
	}
	if o.action != "" {
		doc.Extensions["x-action"] = string(o.action)
	}
	if o.raw != "" {
		doc.SkipValidateBody = true
		doc.RequestBody = &huma.RequestBody{Required: true, Description: o.raw, Content: map[string]*huma.MediaType{o.media: {}}}
	}
	if o.once {
		doc.Parameters = append(doc.Parameters, &huma.Param{
			Name: onceHeader, In: "header", Description: "Any text of up to 200 characters, new for each thing to make: a request that is sent again with it is answered as the first one was, and makes nothing new.",
			Schema: &huma.Schema{Type: "string", MaxLength: new(200)},
		})
	}
	s.ops[o.method+" "+Prefix+o.path] = &o
	huma.Register(s.huma, doc, func(ctx context.Context, in *I) (*O, error) {
		ctx, cancel := context.WithTimeout(ctx, o.age)
		defer cancel()
		out, err := use(ctx, caller(ctx).who, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
	if o.raw != "" { // of bytes huma says that they are no JSON
		doc.RequestBody.Content[o.media].Schema = &huma.Schema{Description: o.raw}
	}
}

// day reads a date, today in Beijing when it is "".
func (s *Server) day(text string) (project.Date, error) {
	if text == "" {
		return project.DateOf(s.cfg.Now()), nil
	}
	on, err := project.ParseDate(text)
	if err != nil {
		return project.Date{}, failure(http.StatusUnprocessableEntity).because("on不是日期，应如2025-09-05", "on is no date such as 2025-09-05")
	}
	return on, nil
}
