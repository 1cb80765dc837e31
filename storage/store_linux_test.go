package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/minio/minio-go/v7"
)

func put(t *testing.T, data, media string) Object {
	t.Helper()
	o, err := shared.store.Put(t.Context(), []byte(data), media)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// versions counts what the store holds under key.
func versions(t *testing.T, key string) int {
	t.Helper()
	n := 0
	for info := range shared.store.client.ListObjects(t.Context(), embeddedBucket,
		minio.ListObjectsOptions{Prefix: key, Recursive: true, WithVersions: true}) {
		if info.Err != nil {
			t.Fatal(info.Err)
		}
		n++
	}
	return n
}

// removeAll takes an object away with its versions when the test ends, for a test that spoils it.
func removeAll(t *testing.T, bucket, prefix string) {
	t.Helper()
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		for info := range shared.store.client.ListObjects(ctx, bucket,
			minio.ListObjectsOptions{Prefix: prefix, Recursive: true, WithVersions: true}) {
			err := info.Err
			if err == nil {
				err = shared.store.client.RemoveObject(ctx, bucket, info.Key, minio.RemoveObjectOptions{VersionID: info.VersionID})
			}
			if err != nil {
				t.Error(err)
			}
		}
	})
}

func TestPutOnce(t *testing.T) {
	data := "任务书：同样的内容，同样的地址"
	first := put(t, data, TypePDF)
	sum := sha256.Sum256([]byte(data))
	digest := hex.EncodeToString(sum[:])
	want := Object{
		Key:  "sha256/" + digest[:2] + "/" + digest[2:] + ".pdf",
		Size: int64(len(data)), SHA256: digest, VersionID: first.VersionID,
	}
	if first != want || first.VersionID == "" {
		t.Errorf("Put = %+v, want %+v with a version", first, want)
	}
	if again := put(t, data, TypePDF); again != first {
		t.Errorf("Put again = %+v, want %+v", again, first)
	}
	if n := versions(t, first.Key); n != 1 {
		t.Errorf("%d versions of an object put twice, want 1", n)
	}
	got, err := shared.store.Get(t.Context(), first)
	if err != nil || string(got) != data {
		t.Errorf("Get = %q, %v", got, err)
	}
	if other := put(t, data, TypeDOCX); other.Key == first.Key || !strings.HasSuffix(other.Key, ".docx") {
		t.Errorf("the same bytes as DOCX have the key %s", other.Key)
	}
}

func TestPutRefuses(t *testing.T) {
	if o, err := shared.store.Put(t.Context(), []byte("<script>"), "text/html"); err == nil {
		t.Errorf("HTML was stored as %+v", o)
	}
	if o, err := shared.store.Put(t.Context(), nil, TypePDF); err == nil {
		t.Errorf("nothing was stored as %+v", o)
	}
}

func TestSixteenPutters(t *testing.T) {
	const n = 16
	data := strings.Repeat("十六个写入者，一个对象。", 5000)
	got := make([]Object, n)
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { got[i], errs[i] = shared.store.Put(t.Context(), []byte(data), TypePDF) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if got[i] != got[0] {
			t.Errorf("writer %d got %+v, writer 0 %+v", i, got[i], got[0])
		}
	}
	if v := versions(t, got[0].Key); v != 1 {
		t.Errorf("%d versions, want 1", v)
	}
}

func TestWrongChecksumRefused(t *testing.T) {
	sum := sha256.Sum256([]byte("what was meant"))
	f, _ := formatOfType(TypeText)
	o := Object{Key: keyOf(sum, f), SHA256: hex.EncodeToString(sum[:])}
	data := []byte("what was sent!")
	o.Size = int64(len(data))
	if _, err := shared.store.upload(t.Context(), o, data, f); !hasStatus(err, 400) {
		t.Errorf("upload with a wrong SHA-256: %v, want 400", err)
	}
	if _, err := shared.store.Stat(t.Context(), o); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stat after a refused upload: %v, want not exist", err)
	}
}

func TestDamageIsSeen(t *testing.T) {
	o := put(t, "the bytes as they were", TypeText)
	removeAll(t, embeddedBucket, o.Key)
	file := filepath.Join(shared.dir, "objects", embeddedBucket, filepath.FromSlash(o.Key))
	if err := os.WriteFile(file, []byte("the bytes as they are!"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := shared.store.Get(t.Context(), o); !errors.Is(err, ErrDamaged) {
		t.Errorf("Get of changed bytes: %v, want ErrDamaged", err)
	}
	if err := os.WriteFile(file, []byte("shorter"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := shared.store.Put(t.Context(), []byte("the bytes as they were"), TypeText); !errors.Is(err, ErrDamaged) {
		t.Errorf("Put over a cut object: %v, want ErrDamaged", err)
	}
}

// A copy made by other tools keeps the bytes but not the recorded digest.
func TestForeignCopy(t *testing.T) {
	for data, want := range map[string]error{"copied by hand": nil, "copied by hund": ErrDamaged} {
		sum := sha256.Sum256([]byte("copied by hand"))
		f, _ := formatOfType(TypeText)
		o := Object{Key: keyOf(sum, f), Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}
		if _, err := shared.store.client.PutObject(t.Context(), embeddedBucket, o.Key,
			strings.NewReader(data), o.Size, foreignPut()); err != nil {
			t.Fatal(err)
		}
		if _, err := shared.store.Stat(t.Context(), o); !errors.Is(err, want) {
			t.Errorf("Stat of %q: %v, want %v", data, err, want)
		}
		removeAll(t, embeddedBucket, o.Key)
	}
}

func TestMissing(t *testing.T) {
	none := Object{Key: "sha256/00/" + strings.Repeat("0", 62) + ".pdf", Size: 1, SHA256: strings.Repeat("0", 64)}
	if _, err := shared.store.Get(t.Context(), none); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Get: %v, want not exist", err)
	}
	if _, err := shared.store.Stat(t.Context(), none); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stat: %v, want not exist", err)
	}
}

func TestProbe(t *testing.T) {
	for range 2 {
		lacking, err := shared.store.Probe(t.Context())
		if err != nil || len(lacking) != 0 {
			t.Errorf("Probe of the embedded server = %v, %v; want nothing lacking", lacking, err)
		}
	}
	bucket := "bare-bucket"
	err := shared.store.client.MakeBucket(t.Context(), bucket, minio.MakeBucketOptions{})
	if err != nil && !hasCode(err, "BucketAlreadyOwnedByYou") { // -count above 1
		t.Fatal(err)
	}
	removeAll(t, bucket, "")
	bare := *shared.store
	bare.bucket = bucket
	lacking, err := bare.Probe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, f := range lacking {
		codes = append(codes, f.Code)
	}
	if got := strings.Join(codes, " "); got != "storage.versions.lacking storage.lock.lacking" {
		t.Errorf("Probe of a bare bucket = %s", got)
	}
}

func TestOpenRefuses(t *testing.T) {
	good := shared.server.Config("http://localhost:8080")
	tests := []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"no settings", func(c *Config) { *c = Config{} }, "settings are missing: endpoint, bucket, access key, secret key"},
		{"path in the public address", func(c *Config) { c.Public = "https://example.org/s3" }, "must be a scheme, a host and a port only"},
		{"not an address", func(c *Config) { c.Public = "example.org" }, "not an http or https address"},
		{"lookup", func(c *Config) { c.Lookup = "virtual" }, `"path" or "dns"`},
		{"no bucket", func(c *Config) { c.Bucket, c.Create = "another", false }, "there is none"},
		{"wrong key", func(c *Config) { c.SecretKey = "wrong" }, "look for it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := good
			tt.change(&c)
			if _, err := Open(t.Context(), c); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Open: %v, want %q", err, tt.want)
			}
		})
	}
}

func TestWorkingDirectoryStays(t *testing.T) {
	// go test starts in the package's folder: the running server must not have moved the process.
	if _, err := os.Stat("store_linux_test.go"); err != nil {
		t.Error(err)
	}
	if shared.server.Moved() {
		t.Skip("this system refuses unshare(2): the working directory is the object folder")
	}
	o := put(t, "stored in the object folder", TypeText)
	if _, err := os.Stat(filepath.Join(shared.dir, "objects", embeddedBucket, filepath.FromSlash(o.Key))); err != nil {
		t.Error(err)
	}
}

func TestOneServer(t *testing.T) {
	if s, err := Embedded(t.Context(), t.TempDir()); s != nil || err == nil || !strings.Contains(err.Error(), "one instance per process") {
		t.Errorf("a second server in one process: %v", err)
	}
	if s, err := Embedded(t.Context(), shared.dir); s != nil || err == nil || !strings.Contains(err.Error(), "in use by another") {
		t.Errorf("a second server over one folder: %v", err)
	}
	// The refused ones left the running one alone.
	put(t, "still running", TypeText)
}

func TestSecretsArePrivate(t *testing.T) {
	for name, want := range map[string]fs.FileMode{"credentials.json": 0o600, "s3.sock": 0o600 | fs.ModeSocket} {
		info, err := os.Stat(filepath.Join(shared.dir, name))
		if err != nil {
			t.Error(err)
		} else if got := info.Mode() & (fs.ModePerm | fs.ModeSocket); got != want {
			t.Errorf("mode of %s = %v, want %v", name, got, want)
		}
	}
	first, err := loadKeys(filepath.Join(shared.dir, "credentials.json"))
	if err != nil || first != shared.server.keys {
		t.Errorf("credentials read again = %v, %v", first.AccessKey, err)
	}
	bad := filepath.Join(t.TempDir(), "credentials.json")
	if err := os.WriteFile(bad, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := loadKeys(bad); err == nil {
		t.Error("credentials without keys were accepted")
	}
}

func TestKilledAndRestarted(t *testing.T) {
	for name, sidecar := range map[string]bool{"extended attributes": false, "sidecar": true} {
		t.Run(name, func(t *testing.T) {
			// A folder too deep for a socket: the socket goes to the temporary folder.
			base := filepath.Join(t.TempDir(), strings.Repeat("deep-", 20))
			dir := filepath.Join(base, "data")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if sidecar { // as if it had begun on a file system without extended attributes
				if err := os.Mkdir(filepath.Join(dir, "sidecar"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			killAndRestart(t, base, dir)
		})
	}
}

func killAndRestart(t *testing.T, base, dir string) {
	t.Helper()
	var acknowledged strings.Builder
	const rounds, each = 2, 20
	for range rounds {
		writer, lines := startChild(t, "write", dir)
		for range each {
			if !lines.Scan() {
				t.Fatal("the writer ended by itself")
			}
			fmt.Fprintln(&acknowledged, lines.Text())
		}
		if err := writer.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := writer.Wait(); err == nil {
			t.Fatal("the writer was not killed")
		}
	}
	if err := os.WriteFile(filepath.Join(base, "acknowledged"), []byte(acknowledged.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	reader, lines := startChild(t, "read", dir)
	if !lines.Scan() || lines.Text() != fmt.Sprint(rounds*each) {
		t.Errorf("the reader said %q, want %d objects", lines.Text(), rounds*each)
	}
	if err := reader.Wait(); err != nil {
		t.Error(err)
	}
}

// In the temporary folder anybody can make a folder first.
func TestScratchIsPrivate(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := &Server{dir: "/data"}
	if err := s.makeScratch(); err != nil || !private(s.scratch) {
		t.Fatalf("scratch %s: %v", s.scratch, err)
	}
	first := s.scratch
	if err := s.makeScratch(); err != nil || s.scratch != first {
		t.Errorf("what a killed process left is not used again: %s, then %s, %v", first, s.scratch, err)
	}
	if err := os.Chmod(first, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := s.makeScratch(); err != nil || s.scratch == first || !private(s.scratch) {
		t.Errorf("a folder open to others was used: %s, %v", s.scratch, err)
	}
	if err := errors.Join(os.Remove(first), os.Symlink(t.TempDir(), first)); err != nil {
		t.Fatal(err)
	}
	if err := s.makeScratch(); err != nil || s.scratch == first || !private(s.scratch) {
		t.Errorf("a link was followed: %s, %v", s.scratch, err)
	}
}

func TestWithoutOwnThreads(t *testing.T) {
	cmd, lines := startChild(t, "moved", t.TempDir())
	for lines.Scan() {
		t.Errorf("the server printed %q", lines.Text())
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// foreignPut are the options of a put by another program: over whatever is there, without our digest.
func foreignPut() minio.PutObjectOptions {
	return minio.PutObjectOptions{ContentType: TypeText, SendContentMd5: true, DisableMultipart: true}
}

// TestSyncOfOneObject asks for one object alone to be on disk: what is not there is told, and no key leads out of the bucket.
func TestSyncOfOneObject(t *testing.T) {
	s := shared.server
	o := put(t, "asked for alone", TypePDF)
	if err := s.Sync(t.Context(), o.Key); err != nil {
		t.Error(err)
	}
	if err := s.Sync(t.Context(), keyPrefix+"00/there-is-none.pdf"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an object that is not there: %v", err)
	}
	for _, key := range []string{"", "../../elsewhere", "/etc/passwd"} { // all is asked for instead
		if err := s.Sync(t.Context(), key); err != nil {
			t.Errorf("%q: %v", key, err)
		}
	}
}
