package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tripact/storage"
	"tripact/storage/records/recordstest"
)

// shared is what replicas have in common: a bucket, a database, and the keys.
type shared struct {
	settings string // text of their settings file
	server   *storage.Server
}

// newShared makes a bucket behind an S3 service of its own port, over a database at an address.
func newShared(t testing.TB, database string) *shared {
	t.Helper()
	server, err := storage.Embedded(context.Background(), filepath.Join(t.TempDir(), "objects"))
	if err != nil {
		t.Fatal(err)
	}
	c := server.Config("http://localhost:1")
	s3 := httptest.NewServer(&httputil.ReverseProxy{
		Transport: &http.Transport{MaxIdleConnsPerHost: 64, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", c.Socket)
		}},
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host, p.Out.Host = "http", "s3", p.In.Host // the host is signed
		},
	})
	t.Cleanup(func() {
		s3.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := storage.Open(t.Context(), c); err != nil { // makes the bucket
		t.Fatal(err)
	}
	return &shared{server: server, settings: fmt.Sprintf(
		"rate: -1\nlink_key: %s\ndatabase: %q\njobs: {timeout: 5s, rescue: 5s}\ns3: {endpoint: %q, bucket: %q, access_key: %q, secret_key: %q}\n",
		strings.Repeat("5e", 32), database, s3.URL, c.Bucket, c.AccessKey, c.SecretKey)}
}

// replica is a process of its own.
type replica struct {
	*visitor

	cmd   *exec.Cmd
	setUp string // link, "" when it is set up
	log   *bytes.Buffer
}

// serveApart runs `tripact serve` in a process of its own until the test ends.
func serveApart(t testing.TB, settings string, env ...string) *replica {
	t.Helper()
	file := filepath.Join(t.TempDir(), "settings.yaml")
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &replica{visitor: &visitor{client: &http.Client{Timeout: 2 * time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 256}}}, log: new(bytes.Buffer)}
	r.cmd = exec.CommandContext(context.WithoutCancel(t.Context()), "tripact", "serve", "--addr", "127.0.0.1:0", "--data", t.TempDir(), "--config", file)
	r.cmd.Env = append(os.Environ(), env...)
	r.cmd.Stderr = r.log
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for range 2 {
		if !lines.Scan() {
			r.cmd.Wait() //nolint:errcheck // its log says why
			t.Fatalf("it did not start: %s", r.log)
		}
		switch word := strings.Fields(lines.Text()); word[0] {
		case "web":
			r.base = strings.TrimSuffix(word[1], "/")
		case "set":
			r.setUp = word[2]
		}
	}
	t.Cleanup(func() { r.stop(t) })
	return r
}

// stop asks a replica to end, and waits for it.
func (r *replica) stop(t testing.TB) {
	t.Helper()
	if r.cmd.ProcessState != nil {
		return
	}
	if err := r.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Error(err)
	}
	if err := r.cmd.Wait(); err != nil {
		t.Errorf("it did not end well: %v\n%s", err, r.log)
	}
}

// peak is the highest resident size of a replica so far, in MiB.
func (r *replica) peak(t testing.TB) float64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.cmd.Process.Pid))
	if err != nil {
		t.Skipf("no resident size here: %v", err)
	}
	m := regexp.MustCompile(`VmHWM:\s*(\d+) kB`).FindSubmatch(text)
	if m == nil {
		t.Fatalf("no resident size in %s", text)
	}
	kb, err := strconv.Atoi(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	return float64(kb) / 1024
}

// manyProjects saves n projects like the first example.
func manyProjects(t testing.TB, v *visitor, n int) (ids []string) {
	t.Helper()
	data := exampleData(t, "ningbo-2025/01")
	for i := range n {
		var p struct{ ID string }
		v.call(t, 201, "POST", "/v1/projects", strings.ReplaceAll(data, "202501A0012", fmt.Sprintf("202501A%04d", 1000+i)), &p)
		ids = append(ids, p.ID)
	}
	return ids
}

// setUpOwner makes the first owner at a replica, and returns a token of an officer.
func (r *replica) setUpOwner(t testing.TB, jar http.CookieJar) (token string) {
	t.Helper()
	r.client.Jar = jar
	form := url.Values{"name": {"所有者"}, "login": {"owner"}, "password": {"correct horse battery"}}
	if res, _ := r.send(t, "POST", r.setUp, "application/x-www-form-urlencoded", []byte(form.Encode())); res.StatusCode != 303 {
		t.Fatalf("set up: %d", res.StatusCode)
	}
	var made struct{ Secret string }
	r.call(t, 201, "POST", "/v1/tokens", `{"name":"n","roles":["officer"],"scopes":["read","write","documents","links"],"days":1}`, &made)
	return made.Secret
}

func batchOf(ids []string) string {
	return `{"kind":"contract","projects":["` + strings.Join(ids, `","`) + `"],"formats":["docx","pdf"],"on":"2025-12-20"}`
}

// TestTwoReplicas: two processes over one PostgreSQL and one S3 service are one service. What is made at one is there at the other: sessions,
// tokens, links and how often they were used, idempotency keys, invitations; both work on a batch, and when one is killed the other ends it.
func TestTwoReplicas(t *testing.T) {
	database := recordstest.Postgres(t)
	t.Cleanup(func() {
		if err := recordstest.Stop(); err != nil { // no other test of this package has PostgreSQL
			t.Error(err)
		}
	})
	common := newShared(t, database)
	one, two := serveApart(t, common.settings), serveApart(t, common.settings)
	owner := visit(t, one.base)
	token := one.setUpOwner(t, owner.client.Jar)

	// The owner's session, set up at one, works at the other; cookies know no ports.
	two.client.Jar = owner.client.Jar
	var me struct{ Roles []string }
	two.call(t, 200, "GET", "/v1/me", "", &me)
	if res, body := two.send(t, "GET", "/", "", nil); res.StatusCode != 200 || len(me.Roles) == 0 {
		t.Errorf("the session at the other: %d %s", res.StatusCode, body)
	}
	if res, _ := two.send(t, "POST", strings.Replace(one.setUp, one.base, two.base, 1), "application/x-www-form-urlencoded", nil); res.StatusCode != 410 {
		t.Errorf("the set-up link works twice: %d", res.StatusCode)
	}
	for _, r := range []*replica{one, two} {
		r.client.Jar, r.token = nil, token
		r.call(t, 200, "GET", "/v1/me", "", nil)
	}

	// A one-time link of one, clicked at both at once.
	ids := manyProjects(t, one.visitor, 40)
	var docs struct{ Items []struct{ ID string } }
	two.call(t, 201, "POST", "/v1/documents", `{"projects":["`+ids[0]+`"],"kinds":["contract"],"formats":["pdf"],"on":"2025-12-20"}`, &docs)
	var link struct{ ID, URL string }
	one.call(t, 201, "POST", "/v1/documents/"+docs.Items[0].ID+"/links", `{"seconds":600,"uses":1}`, &link)
	var given, gone atomic.Int32
	var all sync.WaitGroup
	for i := range 20 {
		at := strings.Replace(link.URL, one.base, []string{one.base, two.base}[i%2], 1)
		all.Go(func() {
			res, err := http.Post(at, "", nil) //nolint:noctx // of this test
			if err != nil {
				t.Error(err)
				return
			}
			_, err = io.Copy(io.Discard, res.Body)
			if err := errors.Join(err, res.Body.Close()); err != nil {
				t.Error(err)
			}
			switch res.StatusCode {
			case 200:
				given.Add(1)
			case 410:
				gone.Add(1)
			}
		})
	}
	all.Wait()
	if given.Load() != 1 || gone.Load() != 19 {
		t.Errorf("one-time link: given %d times, gone %d times", given.Load(), gone.Load())
	}
	one.call(t, 201, "POST", "/v1/documents/"+docs.Items[0].ID+"/links", `{"seconds":600}`, &link)
	two.call(t, 204, "DELETE", "/v1/documents/"+docs.Items[0].ID+"/links/"+link.ID, "", nil)
	if res, _ := one.send(t, "GET", link.URL, "", nil); res.StatusCode != 410 {
		t.Errorf("revoked at the other: %d", res.StatusCode)
	}

	// One idempotency key at both: one batch.
	var b, again struct{ ID string }
	header := map[string]string{"Content-Type": "application/json", "Idempotency-Key": "monday"}
	for i, r := range []*replica{one, two} {
		res, body := r.sendWith(t, "POST", "/v1/batches", header, []byte(batchOf(ids)))
		if res.StatusCode != 202 {
			t.Fatalf("batch: %d %s", res.StatusCode, body)
		}
		decode(t, body, []any{&b, &again}[i])
	}
	if b != again {
		t.Errorf("batches %v and %v of one key", b, again)
	}

	// One is killed in the middle; the other is asked, and ends it.
	for n := 0; ; n++ {
		var now struct {
			Done int
			Over bool
		}
		two.call(t, 200, "GET", "/v1/batches/"+b.ID, "", &now)
		if now.Done >= 5 || now.Over {
			break
		}
		if n > 3000 {
			t.Fatal("the batch does not move")
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err := one.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	one.cmd.Wait() //nolint:errcheck // killed
	var end struct {
		Total, Done int
		Over        bool
	}
	if _, events := two.send(t, "GET", "/v1/batches/"+b.ID+"/events", "", nil); !bytes.Contains(events, []byte(`"over":true`)) {
		t.Errorf("events of a batch of a replica that was killed: %.300s", events)
	}
	two.call(t, 200, "GET", "/v1/batches/"+b.ID, "", &end)
	if !end.Over || end.Total != len(ids) || end.Done != len(ids) {
		t.Errorf("at the end: %+v", end)
	}
	for _, id := range ids {
		two.call(t, 200, "GET", "/v1/projects/"+id+"/documents", "", &docs)
		if len(docs.Items) != 2 {
			t.Errorf("project %s has %d documents", id, len(docs.Items))
		}
	}
}

// BenchmarkReplicas makes batches of contracts with one and with two processes over one PostgreSQL and one S3 service, each process on one
// core: b.N contracts of two files each.
func BenchmarkReplicas(b *testing.B) {
	database := recordstest.Postgres(b)
	b.Cleanup(func() {
		if err := recordstest.Stop(); err != nil {
			b.Error(err)
		}
	})
	common := newShared(b, database)
	var token string
	for n := 1; n <= 2; n++ {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var replicas []*replica
			for range n {
				replicas = append(replicas, serveApart(b, common.settings, "GOMAXPROCS=1"))
			}
			first := replicas[0]
			if token == "" {
				jar := visit(b, first.base).client.Jar
				token = first.setUpOwner(b, jar)
			}
			first.client.Jar, first.token = nil, token
			ids := manyProjects(b, first.visitor, b.N)
			var batch struct{ ID string }
			b.ResetTimer()
			// Drafts are made each time.
			first.call(b, 202, "POST", "/v1/batches", strings.Replace(batchOf(ids), `{`, `{"draft":true,`, 1), &batch)
			first.send(b, "GET", "/v1/batches/"+batch.ID+"/events", "", nil)
			b.StopTimer()
			var end struct{ Total, Done int }
			first.call(b, 200, "GET", "/v1/batches/"+batch.ID, "", &end)
			if end.Done != b.N {
				b.Errorf("%+v", end)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "contracts/s")
			b.ReportMetric(first.peak(b), "MiB")
			for _, r := range replicas {
				r.stop(b)
			}
		})
	}
}

// BenchmarkLoad lets 200 callers ask a service with everything embedded for contracts by the API, each again as soon as it is answered:
// b.N answers in all, none an error other than 429 and 503.
func BenchmarkLoad(b *testing.B) {
	r := serveApart(b, "rate: -1\n")
	token := r.setUpOwner(b, visit(b, r.base).client.Jar)
	r.client.Jar, r.token = nil, token
	ids := manyProjects(b, r.visitor, 50)
	var made, busy, next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range 200 {
		all.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				body := `{"projects":["` + ids[n%50] + `"],"kinds":["contract"],"formats":["docx","pdf"],"draft":true,"on":"2025-12-20"}`
				switch res, got := r.send(b, "POST", "/v1/documents", "application/json", []byte(body)); res.StatusCode {
				case 201:
					made.Add(1)
				case 429, 503:
					busy.Add(1)
					time.Sleep(50 * time.Millisecond)
				default:
					b.Errorf("%d %s", res.StatusCode, got)
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(made.Load())/b.Elapsed().Seconds(), "made/s")
	b.ReportMetric(float64(busy.Load()), "busy")
	b.ReportMetric(r.peak(b), "MiB")
}

// TestDrain: told to stop, a service says that it is not ready for as long as the settings ask, answers all the same, and ends in good order.
func TestDrain(t *testing.T) {
	r := serveApart(t, "drain: 2s\n")
	status := func(path string) int {
		resp, err := r.client.Get(r.base + path)
		if err != nil {
			return 0
		}
		resp.Body.Close() //nolint:errcheck // not read
		return resp.StatusCode
	}
	if got := status("/readyz"); got != http.StatusOK {
		t.Fatalf("ready: %d", got)
	}
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	got := status("/readyz")
	for deadline := time.Now().Add(time.Second); got == http.StatusOK && time.Now().Before(deadline); got = status("/readyz") {
		time.Sleep(10 * time.Millisecond) // the signal is on its way
	}
	if live := status("/livez"); got != http.StatusServiceUnavailable || live != http.StatusOK {
		t.Errorf("while it drains: ready %d, live %d", got, live)
	}
	if err := r.cmd.Wait(); err != nil {
		t.Errorf("it did not end well: %v\n%s", err, r.log)
	}
	if got := status("/livez"); got != 0 {
		t.Errorf("after its end: %d", got)
	}
}
