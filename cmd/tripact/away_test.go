package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	s3 "github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"tripact/storage"
	"tripact/storage/records"
	"tripact/storage/records/recordstest"
)

// minio is an S3 service of another maker that a test stops and starts again.
type minio struct {
	address, dir string
	cmd          *exec.Cmd
}

const minioKey, minioSecret = "tripact", "tripact-secret"

func (m *minio) start(t *testing.T, bin string) {
	t.Helper()
	m.cmd = exec.CommandContext(context.WithoutCancel(t.Context()), bin, "server", "--quiet", "--address", m.address, "--console-address", "127.0.0.1:0", m.dir)
	m.cmd.Env = append(os.Environ(), "MINIO_ROOT_USER="+minioKey, "MINIO_ROOT_PASSWORD="+minioSecret, "MINIO_UPDATE=off", "MINIO_BROWSER=off", "CI=true")
	if err := m.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var err error
	for range 300 {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		_, err = storage.Open(ctx, m.config())
		cancel()
		if err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("minio does not answer: %v", err)
}

func (m *minio) stop() {
	m.cmd.Process.Kill() //nolint:errcheck // it may have ended
	m.cmd.Wait()         //nolint:errcheck // killed
}

func (m *minio) config() storage.Config {
	return storage.Config{Endpoint: "http://" + m.address, Bucket: "documents", AccessKey: minioKey, SecretKey: minioSecret, Create: true}
}

// newMinio starts a service that ends with the test.
func newMinio(t *testing.T) (m *minio, start func()) {
	t.Helper()
	bin := tool(t, "minio")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m = &minio{address: l.Addr().String(), dir: filepath.Join(t.TempDir(), "minio")}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	start = func() { m.start(t, bin) }
	start()
	t.Cleanup(m.stop)
	return m, start
}

// moves waits until a batch has made n documents, and tells how far it is.
func moves(t *testing.T, v *visitor, batch string, n int) (done int, over bool) {
	t.Helper()
	for range 3000 {
		var now struct {
			Done int
			Over bool
		}
		v.call(t, 200, "GET", "/v1/batches/"+batch, "", &now)
		if now.Done >= n || now.Over {
			return now.Done, now.Over
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the batch does not move")
	return 0, false
}

// away asks a service of which a part does not answer: it lives, is not ready, and says when to come again.
func away(t *testing.T, r *replica, method, path, body string, header map[string]string) {
	t.Helper()
	h := map[string]string{"Content-Type": "application/json"}
	for k, v := range header {
		h[k] = v
	}
	begun := time.Now()
	res, said := r.sendWith(t, method, path, h, []byte(body))
	var p struct {
		Status int
		Detail string
	}
	if strings.HasPrefix(path, "/v1/") {
		if err := json.Unmarshal(said, &p); err != nil || p.Status != 503 || p.Detail == "" || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s %s: %s %v", method, path, said, err)
		}
	} else if !bytes.Contains(said, []byte("数据库或存储暂时没有响应")) && !bytes.Contains(said, []byte("not ready")) {
		t.Errorf("%s %s: %s", method, path, said)
	}
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || time.Since(begun) > 30*time.Second {
		t.Errorf("%s %s: %d, come again after %q, answered after %v", method, path, res.StatusCode, res.Header.Get("Retry-After"), time.Since(begun))
	}
	for _, secret := range []string{"postgres", "socket", minioKey + "-", "dial"} {
		if bytes.Contains(said, []byte(secret)) {
			t.Errorf("%s %s tells %q: %s", method, path, secret, said)
		}
	}
}

// ready waits until a service is ready again.
func ready(t *testing.T, r *replica) {
	t.Helper()
	for begun := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		if res, _ := r.send(t, "GET", "/readyz", "", nil); res.StatusCode == 200 {
			return
		}
		if time.Since(begun) > 30*time.Second {
			t.Fatalf("not ready again\n%s", r.log)
		}
	}
}

// TestDatabaseComesBack: PostgreSQL is stopped under a service that makes a batch, and started again. Requests meanwhile are told when to come again, and
// afterwards everything goes on by itself: the requests, the batch, the jobs; nothing is lost, nothing is there twice, the audit is whole.
func TestDatabaseComesBack(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: takes most of a minute, until lost jobs are rescued")
	}
	postgres := recordstest.OwnPostgres(t)
	r := serveApart(t, newShared(t, postgres.Address).settings)
	owner := visit(t, r.base)
	token := r.setUpOwner(t, owner.client.Jar)
	session := owner.client.Jar
	r.client.Jar, r.token = nil, token
	ids := manyProjects(t, r.visitor, 40)
	var docs struct{ Items []struct{ ID string } }
	r.call(t, 201, "POST", "/v1/documents", `{"projects":["`+ids[0]+`"],"kinds":["contract"],"formats":["pdf"],"on":"2025-12-20"}`, &docs)
	var link struct{ URL string }
	r.call(t, 201, "POST", "/v1/documents/"+docs.Items[0].ID+"/links", `{"seconds":600}`, &link)
	var batch struct{ ID string }
	r.call(t, 202, "POST", "/v1/batches", batchOf(ids), &batch)
	done, over := moves(t, r.visitor, batch.ID, 5)
	postgres.Stop(t)
	if over {
		t.Fatal("the batch ended before the database could be stopped")
	}

	data := strings.ReplaceAll(exampleData(t, "ningbo-2025/02"), "202502B0037", "202502B9999")
	key := map[string]string{"Idempotency-Key": "while away"}
	for range 2 {
		away(t, r, "GET", "/v1/projects", "", nil)
		away(t, r, "POST", "/v1/projects", data, key)
		away(t, r, "POST", "/v1/documents", `{"projects":["`+ids[0]+`"],"kinds":["contract"],"formats":["pdf"],"on":"2025-12-20"}`, nil)
		away(t, r, "GET", strings.TrimPrefix(link.URL, r.base), "", nil)
		away(t, r, "GET", "/readyz", "", nil)
		r.client.Jar = session
		away(t, r, "GET", "/", "", nil)
		r.client.Jar = nil
	}
	if res, _ := r.send(t, "GET", "/livez", "", nil); res.StatusCode != 200 {
		t.Errorf("it does not live: %d", res.StatusCode)
	}
	postgres.Start(t)
	back := time.Now()
	ready(t, r)
	t.Logf("stopped at %d of %d; ready %v after the return", done, len(ids), time.Since(back).Round(time.Millisecond))

	// The same request again, with its key, works once.
	h := map[string]string{"Content-Type": "application/json", "Idempotency-Key": "while away"}
	var saved, again struct{ ID string }
	for _, into := range []any{&saved, &again} {
		res, body := r.sendWith(t, "POST", "/v1/projects", h, []byte(data))
		if res.StatusCode != 201 {
			t.Fatalf("afterwards: %d %s", res.StatusCode, body)
		}
		decode(t, body, into)
	}
	if saved != again {
		t.Errorf("one key, projects %v and %v", saved, again)
	}
	if res, _ := r.send(t, "HEAD", link.URL, "", nil); res.StatusCode != 200 {
		t.Errorf("the link: %d", res.StatusCode)
	}
	r.client.Jar = session
	if res, _ := r.send(t, "GET", "/", "", nil); res.StatusCode != 200 {
		t.Errorf("the session: %d", res.StatusCode)
	}
	r.client.Jar = nil
	whole(t, r.visitor, batch.ID, ids)
	t.Logf("the batch was over %v after the return", time.Since(back).Round(time.Second))
	r.stop(t)
	db, err := records.Open(t.Context(), postgres.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // only read from
	if _, err := db.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}

// whole waits for the end of a batch, and sees that it made the two files of every project's contract, each once.
func whole(t *testing.T, v *visitor, batch string, ids []string) {
	t.Helper()
	if _, events := v.send(t, "GET", "/v1/batches/"+batch+"/events", "", nil); !bytes.Contains(events, []byte(`"over":true`)) {
		t.Errorf("events of the batch: %.300s", events)
	}
	var end struct {
		Total, Done int
		Over        bool
	}
	v.call(t, 200, "GET", "/v1/batches/"+batch, "", &end)
	if !end.Over || end.Total != len(ids) || end.Done != len(ids) {
		t.Errorf("at the end: %+v", end)
	}
	for _, id := range ids {
		var docs struct {
			Items []struct {
				ID      string
				Version int
			}
		}
		v.call(t, 200, "GET", "/v1/projects/"+id+"/documents", "", &docs)
		for _, d := range docs.Items {
			if d.Version != 1 {
				t.Errorf("project %s has version %d", id, d.Version)
			}
		}
		if len(docs.Items) != 2 {
			t.Errorf("project %s has %d documents", id, len(docs.Items))
		}
	}
}

// TestStoreComesBack: the S3 service goes away under a service that makes a batch, and comes back. What needs it is told when to come again, what does
// not goes on; nothing is on record whose bytes are nowhere, and afterwards the batch ends by itself.
func TestStoreComesBack(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: waits for tries of jobs")
	}
	m, start := newMinio(t)
	c := m.config()
	settings := "rate: -1\njobs: {timeout: 20s, rescue: 30s}\ns3: {endpoint: \"" + c.Endpoint + "\", bucket: " + c.Bucket + ", access_key: " + c.AccessKey + ", secret_key: " + c.SecretKey + "}\n"
	r := serveApart(t, settings)
	token := r.setUpOwner(t, visit(t, r.base).client.Jar)
	r.client.Jar, r.token = nil, token
	ids := manyProjects(t, r.visitor, 40)
	var batch struct{ ID string }
	r.call(t, 202, "POST", "/v1/batches", batchOf(ids), &batch)
	done, over := moves(t, r.visitor, batch.ID, 5)
	m.stop()
	if over {
		t.Fatal("the batch ended before the store could be stopped")
	}
	last := ids[len(ids)-1]
	away(t, r, "POST", "/v1/documents", `{"projects":["`+last+`"],"kinds":["application-form"],"formats":["pdf"],"on":"2025-12-20"}`, map[string]string{"Idempotency-Key": "while away"})
	away(t, r, "GET", "/readyz", "", nil)
	r.call(t, 200, "GET", "/v1/projects", "", nil) // what needs no store goes on
	var before struct{ Items []struct{ ID, Kind string } }
	r.call(t, 200, "GET", "/v1/projects/"+last+"/documents", "", &before)
	for _, d := range before.Items {
		if d.Kind == "application-form" {
			t.Errorf("on record, and nowhere stored: %+v", d)
		}
	}
	start()
	back := time.Now()
	ready(t, r)
	t.Logf("stopped at %d of %d; ready %v after the return", done, len(ids), time.Since(back).Round(time.Millisecond))
	h := map[string]string{"Content-Type": "application/json", "Idempotency-Key": "while away"}
	if res, body := r.sendWith(t, "POST", "/v1/documents", h, []byte(`{"projects":["`+saveAnother(t, r.visitor)+`"],"kinds":["application-form"],"formats":["pdf"],"on":"2025-12-20"}`)); res.StatusCode != 201 {
		t.Errorf("the key was not given back: %d %s", res.StatusCode, body)
	}
	whole(t, r.visitor, batch.ID, ids)
	t.Logf("the batch was over %v after the return", time.Since(back).Round(time.Second))
	for _, id := range ids[:3] {
		var docs struct{ Items []struct{ ID string } }
		r.call(t, 200, "GET", "/v1/projects/"+id+"/documents", "", &docs)
		for _, d := range docs.Items {
			res, _ := r.send(t, "GET", "/v1/documents/"+d.ID+"/content", "", nil)
			file, err := http.Get(res.Header.Get("Location")) //nolint:noctx // of this test
			if err != nil {
				t.Fatal(err)
			}
			file.Body.Close() //nolint:errcheck // not read
			if res.StatusCode != 302 || file.StatusCode != 200 {
				t.Errorf("document %s: %d, then %d", d.ID, res.StatusCode, file.StatusCode)
			}
		}
	}
}

func saveAnother(t *testing.T, v *visitor) string {
	t.Helper()
	var p struct{ ID string }
	v.call(t, 201, "POST", "/v1/projects", exampleData(t, "ningbo-2025/03"), &p)
	return p.ID
}

// TestReadySaysWhatTheStoreLacks: a bucket without versions and lock works, and readiness tells of it.
func TestReadySaysWhatTheStoreLacks(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: starts an S3 service")
	}
	m, _ := newMinio(t)
	client, err := s3.New(m.address, &s3.Options{Creds: credentials.NewStaticV4(minioKey, minioSecret, "")})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.MakeBucket(t.Context(), "bare", s3.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	r := serveApart(t, "s3: {endpoint: \"http://"+m.address+"\", bucket: bare, access_key: "+minioKey+", secret_key: "+minioSecret+"}\n")
	res, body := r.send(t, "GET", "/readyz", "", nil)
	if res.StatusCode != 200 || !strings.HasPrefix(string(body), "ready\n") || !strings.Contains(string(body), "storage.versions.lacking") || !strings.Contains(string(body), "storage.lock.lacking") ||
		strings.Contains(string(body), "conditional") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}
