package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/mux"
	"golang.org/x/time/rate"

	"tripact/app"
	"tripact/observe"
)

// call is what is known of a request under way.
type call struct {
	request string // id
	lang    string
	who     app.Principal
}

type callKey struct{}

// caller returns the request under way; an empty one outside of any.
func caller(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{lang: "zh"}
}

// outside sets what every answer carries.
func (s *Server) outside(next http.Handler) http.Handler {
	return observe.Handler(s.cfg.Log, s.cfg.Observe, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{request: observe.Of(r.Context()).ID, lang: language(r.Header.Get("Accept-Language"))}
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'")
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callKey{}, c)))
	}))
}

// guard lets known callers in to the operations, as often as they may, and sees that a request which is sent twice works once.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := mux.CurrentRoute(r)
		path, err := route.GetPathTemplate()
		if err != nil {
			write(w, r, failure(http.StatusNotFound))
			return
		}
		c := caller(r.Context())
		known := observe.Of(r.Context())
		known.Route = path
		o := s.ops[r.Method+" "+path]
		if o == nil { // the description, for everybody
			next.ServeHTTP(w, r)
			return
		}
		if c.who, err = s.principal(r); err != nil {
			p := s.problem(r.Context(), err)
			if wait := s.limits.wait("from:" + address(r)); wait > 0 { // guessing is slowed down
				p = failure(http.StatusTooManyRequests)
				p.wait = wait
			}
			write(w, r, p)
			return
		}
		known.Caller, known.Organisation = c.who.Actor(), c.who.Organisation.ID
		if wait := s.limits.wait(c.who.Actor()); wait > 0 {
			p := failure(http.StatusTooManyRequests)
			p.wait = wait
			write(w, r, p)
			return
		}
		if r.ContentLength > o.body {
			write(w, r, failure(http.StatusRequestEntityTooLarge))
			return
		}
		// huma bounds what it reads itself, and forms not at all.
		r.Body = http.MaxBytesReader(w, r.Body, o.body)
		key := r.Header.Get(onceHeader)
		switch {
		case key == "" || r.Method == http.MethodGet:
			s.serve(w, r, next)
		case !o.once:
			write(w, r, failure(http.StatusBadRequest).because("此操作不接受"+onceHeader, "this operation takes no "+onceHeader))
		case len(key) > 200:
			write(w, r, failure(http.StatusBadRequest).because(onceHeader+"不得超过200个字符", onceHeader+" has more than 200 characters"))
		default:
			s.once(w, r, next, o, key)
		}
	})
}

// serve answers a request. Forms are read here: huma would take one that is too large for a broken one, and nobody would remove their files, as
// net/http looks for those of the request that it made itself.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "multipart/form-data" && r.Body != nil {
		const inMemory = 1 << 20
		err := r.ParseMultipartForm(inMemory)
		defer func() {
			if r.MultipartForm != nil {
				if err := r.MultipartForm.RemoveAll(); err != nil {
					s.failed(r.Context(), err)
				}
			}
		}()
		switch _, big := errors.AsType[*http.MaxBytesError](err); {
		case big:
			write(w, r, failure(http.StatusRequestEntityTooLarge))
			return
		case err != nil:
			write(w, r, failure(http.StatusBadRequest).because("表单没有收全或格式有误", "the form did not arrive whole, or is none"))
			return
		}
	}
	next.ServeHTTP(w, r)
}

// principal is who asks: a token before a session.
func (s *Server) principal(r *http.Request) (app.Principal, error) {
	if auth := r.Header.Get("Authorization"); auth != "" {
		scheme, token, _ := strings.Cut(auth, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return app.Principal{}, app.ErrSignedOut
		}
		return s.cfg.App.TokenPrincipal(r.Context(), app.Secret(strings.TrimSpace(token)))
	}
	if s.cfg.Session == nil {
		return app.Principal{}, app.ErrSignedOut
	}
	return s.cfg.Session(r)
}

func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// limits is a token bucket for each caller.
type limits struct {
	rate  float64
	burst int
	now   func() time.Time

	mu      sync.Mutex
	buckets map[string]*bucket
	swept   time.Time
}

type bucket struct {
	limiter *rate.Limiter
	seen    time.Time
}

// idle is how long a bucket is kept after its last use; it is full again long before.
const idle = 10 * time.Minute

// wait takes one request from a caller's bucket. It returns how long to wait when the bucket is empty, else 0.
func (l *limits) wait(who string) time.Duration {
	if l.rate <= 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.buckets == nil {
		l.buckets, l.swept = map[string]*bucket{}, now
	}
	if now.Sub(l.swept) > idle {
		for k, b := range l.buckets {
			if now.Sub(b.seen) > idle {
				delete(l.buckets, k)
			}
		}
		l.swept = now
	}
	b := l.buckets[who]
	if b == nil {
		b = &bucket{limiter: rate.NewLimiter(rate.Limit(l.rate), max(1, l.burst))}
		l.buckets[who] = b
	}
	b.seen = now
	r := b.limiter.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// onceHeader names a request, so that it can be sent again without harm (draft-ietf-httpapi-idempotency-key-header-07).
const onceHeader = "Idempotency-Key"

// answer is what is kept of an answer.
type answer struct {
	Type     string `json:"type"`
	ETag     string `json:"etag,omitempty"`
	Location string `json:"location,omitempty"`
	Again    string `json:"retry_after,omitempty"` // of an answer that is not kept
	Body     []byte `json:"body"`
}

// once answers a request whose key is new, and keeps the answer; one whose key is known gets the answer that was kept.
func (s *Server) once(w http.ResponseWriter, r *http.Request, next http.Handler, o *op, key string) {
	ctx := r.Context()
	body, err := io.ReadAll(r.Body)
	_, big := errors.AsType[*http.MaxBytesError](err)
	switch {
	case big:
		write(w, r, failure(http.StatusRequestEntityTooLarge))
		return
	case err != nil:
		write(w, r, failure(http.StatusBadRequest).because("请求没有收全", "the request did not arrive whole"))
		return
	}
	h := sha256.New()
	for _, part := range []string{r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Get("If-Match"), string(body)} {
		n := sha256.Sum256([]byte(part)) // so that no two requests run into one another
		h.Write(n[:])
	}
	status, kept, err := s.cfg.App.Once(ctx, caller(ctx).who, key, hex.EncodeToString(h.Sum(nil)), o.together, func(ctx context.Context) (int, []byte, bool) {
		again := r.Clone(ctx)
		again.Body = io.NopCloser(bytes.NewReader(body))
		buf := &buffer{header: http.Header{}}
		s.serve(buf, again, next)
		a := answer{Type: buf.header.Get("Content-Type"), ETag: buf.header.Get("ETag"), Location: buf.header.Get("Location"), Again: buf.header.Get("Retry-After"), Body: buf.body.Bytes()}
		text, err := json.Marshal(a)
		// What may be otherwise at the next try is not kept.
		keep := err == nil && (buf.status < 300 || buf.status == http.StatusUnprocessableEntity)
		return buf.status, text, keep
	})
	switch {
	case errors.Is(err, app.ErrKeyReused):
		write(w, r, failure(http.StatusUnprocessableEntity).because(onceHeader+"已用于另一个请求", "this "+onceHeader+" was used for another request"))
		return
	case errors.Is(err, app.ErrKeyRunning):
		p := failure(http.StatusConflict).because("使用该"+onceHeader+"的请求仍在处理", "the first request with this "+onceHeader+" is still under way")
		p.wait = time.Second
		write(w, r, p)
		return
	case err != nil:
		write(w, r, s.problem(ctx, err))
		return
	}
	var a answer
	if err := json.Unmarshal(kept, &a); err != nil {
		write(w, r, s.problem(ctx, err))
		return
	}
	for name, value := range map[string]string{"Content-Type": a.Type, "ETag": a.ETag, "Location": a.Location, "Retry-After": a.Again} {
		if value != "" {
			w.Header().Set(name, value)
		}
	}
	w.WriteHeader(status)
	w.Write(a.Body) //nolint:errcheck // a reader who has gone
}

// buffer is an answer in memory.
type buffer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (b *buffer) Header() http.Header { return b.header }

func (b *buffer) WriteHeader(status int) {
	if b.status == 0 {
		b.status = status
	}
}

func (b *buffer) Write(p []byte) (int, error) {
	b.WriteHeader(http.StatusOK)
	return b.body.Write(p)
}

// SetReadDeadline is asked for by huma; what is in memory needs none.
func (b *buffer) SetReadDeadline(time.Time) error { return nil }
