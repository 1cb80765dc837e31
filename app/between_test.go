package app_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tripact/app"
	"tripact/storage"
	"tripact/storage/records"
	"tripact/storage/records/recordstest"
)

// storeUntil passes requests on to the store at a socket, objects one after another, and calls then when the nth is stored: before whoever
// stored it is told. It takes no object after that one.
func storeUntil(t *testing.T, socket string, nth int32, then func()) *httptest.Server {
	t.Helper()
	var mu sync.Mutex
	puts := int32(0)
	proxy := &httputil.ReverseProxy{
		Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		}},
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host, p.Out.Host = "http", "s3", p.In.Host // the host is signed
		},
		ModifyResponse: func(r *http.Response) error {
			if isObject(r.Request) && r.StatusCode == http.StatusOK {
				if puts++; puts == nth {
					then()
				}
			}
			return nil
		},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isObject(r) {
			mu.Lock()
			defer mu.Unlock()
			if puts >= nth {
				http.Error(w, "", http.StatusServiceUnavailable)
				return
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server
}

func isObject(r *http.Request) bool {
	return r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/sha256/")
}

// TestKilledBetween kills a process with kill -9 when it has stored one object or both and has nothing on record. A document is then not
// there at all; who asks again gets it whole and once, and a sweep a day later removes what nobody asked for again, and nothing else.
func TestKilledBetween(t *testing.T) {
	if testing.Short() {
		t.Skip("not short: builds and kills a process")
	}
	databases := map[string]func(*testing.T) string{
		"SQLite":     func(t *testing.T) string { return filepath.Join(t.TempDir(), "tripact.db") },
		"PostgreSQL": func(t *testing.T) string { return recordstest.Postgres(t) },
	}
	recordstest.WithoutDatabase(t) // it has its own
	ctx := t.Context()
	server, err := storage.Embedded(context.WithoutCancel(ctx), filepath.Join(t.TempDir(), "objects"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	place := server.Config("http://localhost:1")
	n := 0
	for name, open := range databases {
		for objects := int32(1); objects <= 2; objects++ {
			n++
			t.Run(fmt.Sprintf("%s, after %d of 2 objects", name, objects), func(t *testing.T) {
				now := time.Now()
				cfg := config(t)
				cfg.Now = func() time.Time { return now }
				if cfg.Store, err = storage.Open(ctx, place); err != nil {
					t.Fatal(err)
				}
				database := open(t)
				if cfg.Records, err = records.Open(ctx, database); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() {
					if err := cfg.Records.Close(); err != nil {
						t.Error(err)
					}
				})
				a := app.New(cfg)
				id := copies(t, a, []byte(strings.ReplaceAll(string(raw(t, university)), "海洋防护涂层", fmt.Sprintf("涂层%d", n))), 1)[0] // bytes of its own
				stored := func() (keys []string) {
					for page, err := range cfg.Store.Old(ctx, time.Now().Add(time.Hour)) {
						if err != nil {
							t.Fatal(err)
						}
						keys = append(keys, page...)
					}
					return keys
				}
				killed := make(chan struct{})
				kill := make(chan func(), 1)
				proxy := storeUntil(t, place.Socket, objects, func() {
					(<-kill)()
					close(killed)
				})
				child, _ := worker(t, workplace{
					Database: database, Endpoint: proxy.URL, Bucket: place.Bucket, AccessKey: place.AccessKey, SecretKey: place.SecretKey, Issue: id,
				})
				kill <- func() {
					if err := child.Process.Kill(); err != nil {
						t.Error(err)
					}
					child.Wait() //nolint:errcheck // killed
				}
				select {
				case <-killed:
				case <-time.After(time.Minute):
					t.Fatal("nothing was stored")
				}

				// Objects without a record, and nothing that names them.
				if got := len(stored()); got != int(objects) {
					t.Errorf("%d objects were stored, want %d", got, objects)
				}
				if docs, err := cfg.Records.Documents(ctx, records.System(), id); err != nil || len(docs) != 0 {
					t.Fatalf("%d documents on record, %v", len(docs), err)
				}
				now = now.Add(time.Hour)
				if n, err := a.SweepObjects(ctx); n != 0 || err != nil {
					t.Errorf("%d swept on the same day, %v: somebody may be about to record them", n, err)
				}
				again := func() {
					docs, found, err := a.Issue(ctx, bureau, []string{id}, app.Request{Kinds: []app.Kind{app.Contract}, DOCX: true, PDF: true, On: signing})
					if err != nil || found.Failed() || len(docs) != 2 {
						t.Fatal(err, found)
					}
					for _, d := range docs {
						if _, err := cfg.Store.Get(ctx, storage.Object(d.Object)); err != nil || d.Version != 1 {
							t.Errorf("version %d, %v", d.Version, err)
						}
					}
					if got := len(stored()); got != 2 {
						t.Errorf("%d objects, want 2", got)
					}
				}
				if objects == 2 { // at once: what was stored is used
					again()
				}
				now = now.Add(24 * time.Hour)
				want := map[int32]int{1: 1, 2: 0}[objects]
				if n, err := a.SweepObjects(ctx); n != want || err != nil {
					t.Errorf("%d swept a day later, want %d, %v", n, want, err)
				}
				again()
				if docs, err := cfg.Records.Documents(ctx, records.System(), id); err != nil || len(docs) != 2 {
					t.Errorf("%d documents in the end, %v", len(docs), err)
				}
				if _, err := cfg.Records.VerifyAudit(ctx); err != nil {
					t.Error(err)
				}
				for _, key := range stored() { // the next database knows none of them
					if err := cfg.Store.Remove(ctx, key); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
}
