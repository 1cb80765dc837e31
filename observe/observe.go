// Package observe gives each HTTP request a number, logs it and counts it: by its route and caller, never by its path, query or content, in which names
// and secrets may stand.
package observe

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Counter counts requests. route is the template of the path, "" for none.
type Counter func(route, method string, status int, took time.Duration)

// Request is what is known of a request under way. Its handlers fill it in; it belongs to the goroutine that serves the request.
type Request struct {
	ID           string // stands in the log and in the answer's X-Request-Id
	Route        string // template of the path
	Caller       string // id of the person or token, "" for nobody
	Organisation string // that the caller works for
}

type key struct{}

// Of returns the request that ctx is of, an empty one outside of any.
func Of(ctx context.Context) *Request {
	if r, ok := ctx.Value(key{}).(*Request); ok {
		return r
	}
	return new(Request)
}

// Handler serves requests by next, and logs and counts each when it was answered. count may be nil. A number that comes from outside is not taken: it would
// stand in the log.
func Handler(log *slog.Logger, count Counter, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now() //nolint:forbidigo // how long it takes, not what time it is
		var b [10]byte
		rand.Read(b[:]) // never fails
		req := &Request{ID: strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))}
		w.Header().Set("X-Request-Id", req.ID)
		answer := &recorder{ResponseWriter: w, status: http.StatusOK}
		ctx := context.WithValue(r.Context(), key{}, req)
		defer func() {
			took := time.Since(begun)
			if count != nil {
				count(req.Route, r.Method, answer.status, took)
			}
			log.InfoContext(ctx, "request", slog.String("id", req.ID), slog.String("route", req.Route), slog.String("method", r.Method),
				slog.Int("status", answer.status), slog.Int64("bytes", answer.bytes), slog.Int64("us", took.Microseconds()),
				slog.String("caller", req.Caller), slog.String("organisation", req.Organisation))
		}()
		next.ServeHTTP(answer, r.WithContext(ctx))
	})
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter

	status int
	bytes  int64
	begun  bool
}

func (w *recorder) WriteHeader(status int) {
	if !w.begun && status >= 200 { // before it there may be others, such as 103
		w.status, w.begun = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(data []byte) (int, error) {
	w.begun = true
	n, err := w.ResponseWriter.Write(data)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController find what the connection can do, such as sending events as they come.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
