package observe_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tripact/observe"
)

// TestHandler: a request is logged and counted by what its handlers say of it, and nothing of its path, query or headers stands in the log.
func TestHandler(t *testing.T) {
	var log bytes.Buffer
	var route, method string
	var status int
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req := observe.Of(r.Context())
		req.Route, req.Caller, req.Organisation = "/d/{token}", "token:abc", "office"
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusTeapot)
		w.Write([]byte("four")) //nolint:errcheck // recorded
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	})
	h := observe.Handler(slog.New(slog.NewJSONHandler(&log, nil)), func(r, m string, s int, _ time.Duration) { route, method, status = r, m, s }, inner)
	server := httptest.NewServer(h)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/d/secret?name=secret", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Request-Id", "secret")
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	w.Body.Close() //nolint:errcheck // only the head counts
	server.Close() // waits for the handler
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	if line["route"] != "/d/{token}" || line["status"] != 418.0 || line["bytes"] != 4.0 || line["caller"] != "token:abc" || line["organisation"] != "office" || line["id"] != w.Header.Get("X-Request-Id") {
		t.Errorf("logged %v", line)
	}
	if route != "/d/{token}" || method != http.MethodGet || status != http.StatusTeapot {
		t.Errorf("counted %s %s %d", route, method, status)
	}
	if strings.Contains(log.String(), "secret") || len(w.Header.Get("X-Request-Id")) != 16 {
		t.Errorf("the log tells too much: %s", log.String())
	}
}

// TestPanic: a handler that ends by a panic is logged, too.
func TestPanic(t *testing.T) {
	var log bytes.Buffer
	h := observe.Handler(slog.New(slog.NewJSONHandler(&log, nil)), nil, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	func() {
		defer func() { recover() }() //nolint:errcheck // it is the one above
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	}()
	if !strings.Contains(log.String(), `"request"`) {
		t.Error("not logged")
	}
}
