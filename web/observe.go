package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// Observer counts requests. route is the template of the path, "" for none, never the path itself.
type Observer func(route, method string, status int, took time.Duration)

type requestKey struct{}

// RequestID returns the number of the request that ctx is of, "" for none: it stands in the log and in the answer's
// X-Request-Id.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// identify gives each request a number. A number that comes from outside is not taken: it would stand in the log.
func identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := secret()[:16]
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, id)))
	})
}

// observe logs and counts each request by its route: the path may hold what opens a link or a session, the query what
// people searched for.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now() //nolint:forbidigo // how long it takes, not what time it is
		answer := &counted{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			took := time.Since(begun)
			if s.cfg.Observe != nil {
				s.cfg.Observe(route(r), r.Method, answer.status, took)
			}
			s.cfg.Log.InfoContext(r.Context(), "request", slog.String("id", RequestID(r.Context())), slog.String("route", route(r)),
				slog.String("method", r.Method), slog.Int("status", answer.status), slog.Int64("bytes", answer.bytes),
				slog.Int64("us", took.Microseconds()))
		}()
		next.ServeHTTP(answer, r)
	})
}

// counted remembers what was answered.
type counted struct {
	http.ResponseWriter

	status int
	bytes  int64
	begun  bool
}

func (c *counted) WriteHeader(status int) {
	if !c.begun {
		c.status, c.begun = status, true
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counted) Write(data []byte) (int, error) {
	c.begun = true
	n, err := c.ResponseWriter.Write(data)
	c.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController find what the connection can do, such as sending events as they come.
func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }
