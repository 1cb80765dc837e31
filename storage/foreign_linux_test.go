package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
)

// TestEngines holds the embedded server and one of another maker (MinIO) to one behaviour: what runs on the one in an
// office's cupboard must run on the other in its data centre.
func TestEngines(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { engine(t, shared.store) })
	t.Run("MinIO", func(t *testing.T) { engine(t, foreign(t)) })
}

// foreign starts a MinIO server of the test's own. Without the program the test is skipped, and fails in CI.
func foreign(t *testing.T) *Store {
	t.Helper()
	bin, err := exec.LookPath("minio")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("minio is not installed, and CI must not skip this test")
		}
		t.Skip("skipped: needs minio, which is not installed (check.sh builds it)")
	}
	address := freeAddress(t)
	cmd := exec.CommandContext(t.Context(), bin, "server", "--quiet", "--address", address, "--console-address", freeAddress(t), filepath.Join(t.TempDir(), "minio"))
	cmd.Env = append(os.Environ(), "MINIO_ROOT_USER=tripact", "MINIO_ROOT_PASSWORD=tripact-secret", "MINIO_UPDATE=off", "MINIO_BROWSER=off", "CI=true")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait() //nolint:errcheck // killed with the test
		close(ended)
	}()
	t.Cleanup(func() {
		cmd.Process.Kill() //nolint:errcheck // it may have ended
		<-ended
	})
	c := Config{
		Endpoint: "http://" + address, Bucket: "documents", AccessKey: "tripact", SecretKey: "tripact-secret", Create: true,
	}
	for range 300 {
		var s *Store
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		s, err = Open(ctx, c)
		cancel()
		if err == nil {
			return s
		}
		select {
		case <-ended:
			t.Fatalf("minio ended by itself:\n%s", said.String())
		case <-time.After(100 * time.Millisecond):
		}
	}
	t.Fatalf("minio does not answer: %v\n%s", err, said.String())
	return nil
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // taken for its number only
	return l.Addr().String()
}

// engine is what every engine must do.
func engine(t *testing.T, s *Store) {
	ctx := t.Context()
	stamp := fmt.Sprint(time.Now().UnixNano()) // -count above 1: content of its own
	text := "三方合同任务书 " + stamp
	o, err := s.Put(ctx, []byte(text), TypePDF)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("reach", func(t *testing.T) {
		if err := s.Reach(ctx); err != nil {
			t.Error(err)
		}
		elsewhere := *s
		elsewhere.bucket = "there-is-no-such-bucket"
		if err := elsewhere.Reach(ctx); err == nil {
			t.Error("a bucket that is not there was reached")
		}
	})
	t.Run("probe", func(t *testing.T) {
		if lacking, err := s.Probe(ctx); err != nil || len(lacking) != 0 {
			t.Errorf("lacking %v, %v", lacking, err)
		}
	})
	t.Run("put once", func(t *testing.T) {
		if again, err := s.Put(ctx, []byte(text), TypePDF); err != nil || again != o || o.VersionID == "" {
			t.Errorf("%+v, then %+v, %v", o, again, err)
		}
		data, err := s.Get(ctx, o)
		if err != nil || string(data) != text {
			t.Errorf("Get = %q, %v", data, err)
		}
	})
	t.Run("sixteen putters", func(t *testing.T) {
		var all sync.WaitGroup
		got, errs := make([]Object, 16), make([]error, 16)
		for i := range got {
			all.Go(func() { got[i], errs[i] = s.Put(ctx, []byte(strings.Repeat("十六"+stamp, 9000)), TypePDF) })
		}
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if got[i] != got[0] {
				t.Errorf("writer %d got %+v, writer 0 %+v", i, got[i], got[0])
			}
		}
	})
	t.Run("what is there already", func(t *testing.T) {
		for _, absent := range []func(string) bool{nil, func(string) bool { return true }} { // the second time it is wrong about it
			again := *s
			again.absent = absent
			data := []byte(strings.Repeat(fmt.Sprint("已存在", stamp, absent == nil), 20_000))
			first, err := again.Put(ctx, data, TypeText)
			if err != nil {
				t.Fatal(err)
			}
			if second, err := again.Put(ctx, data, TypeText); err != nil || second != first {
				t.Errorf("put again is %+v, %v; was %+v", second, err, first)
			}
		}
	})
	t.Run("wrong checksum", func(t *testing.T) {
		f, _ := formatOfType(TypeText)
		bad := Object{Key: "sha256/00/" + strings.Repeat("0", 62) + ".txt", Size: 4, SHA256: strings.Repeat("0", 64)}
		if _, err := s.upload(ctx, bad, []byte("four"), f); !hasStatus(err, http.StatusBadRequest) {
			t.Errorf("taken with a wrong SHA-256: %v", err)
		}
		if _, err := s.Stat(ctx, bad); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("after the refusal: %v", err)
		}
	})
	t.Run("missing", func(t *testing.T) {
		none := Object{Key: "sha256/11/" + strings.Repeat("1", 62) + ".pdf", Size: 4, SHA256: strings.Repeat("1", 64)}
		if _, err := s.Get(ctx, none); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Get: %v", err)
		}
	})
	t.Run("link", func(t *testing.T) {
		link, err := s.SignLink(ctx, o, LinkOptions{FileName: "任务书 (1) 100%=@.pdf", Age: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		got := fetch(t, http.MethodGet, link, nil)
		want := "attachment; filename=\"_ (1) 100_=@.pdf\"; filename*=UTF-8''%E4%BB%BB%E5%8A%A1%E4%B9%A6%20%281%29%20100%25%3D%40.pdf"
		if got.body != text || got.header.Get("Content-Disposition") != want || got.header.Get("Content-Type") != TypePDF {
			t.Errorf("%+v", got)
		}
		for name, change := range map[string]func(string) string{
			"another name":      func(u string) string { return strings.Replace(u, "100_", "200_", 1) },
			"another signature": func(u string) string { return u[:len(u)-1] + flip(u[len(u)-1]) },
			"a longer life":     func(u string) string { return strings.Replace(u, "X-Amz-Expires=60", "X-Amz-Expires=600", 1) },
			"another key":       func(u string) string { return strings.Replace(u, "/sha256/", "/sha257/", 1) },
		} {
			if other := change(link); other == link {
				t.Errorf("%s: nothing changed", name)
			} else if fetch(t, http.MethodGet, other, nil).status == http.StatusOK {
				t.Errorf("%s was let through", name)
			}
		}
	})
	t.Run("lock", func(t *testing.T) {
		locked, err := s.Put(ctx, []byte("locked "+stamp), TypePDF)
		if err != nil {
			t.Fatal(err)
		}
		until := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
		if err := s.Lock(ctx, locked, until); err != nil {
			t.Fatal(err)
		}
		if got, err := s.LockedUntil(ctx, locked); err != nil || !got.Equal(until) {
			t.Errorf("locked until %v, %v; want %v", got, err, until)
		}
		// Neither by the store's own key nor by a sweep.
		if err := s.client.RemoveObject(ctx, s.bucket, locked.Key, minio.RemoveObjectOptions{VersionID: locked.VersionID}); err == nil {
			t.Error("a locked version was removed")
		}
		if err := s.Remove(ctx, locked.Key); err != nil {
			t.Errorf("sweep of a locked object: %v", err)
		}
		if _, err := s.Get(ctx, locked); err != nil {
			t.Errorf("after a sweep: %v", err)
		}
	})
	t.Run("sweep", func(t *testing.T) {
		orphan, err := s.Put(ctx, []byte("orphan "+stamp), TypeDOCX)
		if err != nil {
			t.Fatal(err)
		}
		listed := func(before time.Time) bool {
			for page, err := range s.Old(ctx, before) {
				if err != nil {
					t.Fatal(err)
				}
				for _, key := range page {
					if key == probeKey {
						t.Error("the probe's object would be swept")
					}
					if key == orphan.Key {
						return true
					}
				}
			}
			return false
		}
		if listed(time.Now().Add(-time.Hour)) || !listed(time.Now().Add(time.Hour)) {
			t.Error("the age of an object is not seen")
		}
		if err := s.Remove(ctx, orphan.Key); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Stat(ctx, orphan); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("after its removal: %v", err)
		}
		if listed(time.Now().Add(time.Hour)) {
			t.Error("it is still listed")
		}
		if again, err := s.Put(ctx, []byte("orphan "+stamp), TypeDOCX); err != nil || again.Key != orphan.Key {
			t.Errorf("stored again: %+v, %v", again, err)
		}
		if err := s.Remove(ctx, "../etc/passwd"); err == nil {
			t.Error("removed what is no document")
		}
	})
	t.Run("clock", func(t *testing.T) {
		for _, off := range []time.Duration{0, time.Minute, -time.Hour} {
			skew, err := s.Skew(ctx, func() time.Time { return time.Now().Add(-off) })
			if err != nil || (skew-off).Abs() > 3*time.Second {
				t.Errorf("skew %v, %v; want %v", skew, err, off)
			}
		}
	})
}

func flip(c byte) string {
	if c == '0' {
		return "1"
	}
	return "0"
}
