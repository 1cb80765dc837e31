package storage

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tripact/problem"
)

func link(t *testing.T, o Object, name string) *url.URL {
	t.Helper()
	s, err := shared.store.SignLink(t.Context(), o, LinkOptions{FileName: name, Age: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// answer is a response whose body has been read.
type answer struct {
	status int
	header http.Header
	length int64
	body   string
}

func fetch(t *testing.T, method, u string, header http.Header) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, u, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		r.Header[k] = v
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // only read from
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, resp.ContentLength, string(body)}
}

func TestLink(t *testing.T) {
	const data = "%PDF-1.7 三方合同任务书"
	name := "宁波市科技计划项目任务书（乙方：𬭎达科技）“终稿”.pdf"
	u := link(t, put(t, data, TypePDF), name)
	if !strings.HasPrefix(u.String(), shared.front.URL+Prefix) {
		t.Errorf("the link %s is not on the public address", u)
	}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		got := fetch(t, method, u.String(), nil)
		want := data
		if method == http.MethodHead {
			want = ""
		}
		if got.status != http.StatusOK || got.body != want || got.length != int64(len(data)) {
			t.Errorf("%s: %+v", method, got)
		}
		if coding := got.header.Get("Content-Encoding"); coding != "" {
			t.Errorf("%s: the file is said to be coded as %q", method, coding)
		}
		kind, params, err := mime.ParseMediaType(got.header.Get("Content-Disposition"))
		if err != nil || kind != "attachment" || params["filename"] != name {
			t.Errorf("%s: disposition %q: %s %q %v", method, got.header.Get("Content-Disposition"), kind, params, err)
		}
		for k, v := range map[string]string{
			"Content-Type":            TypePDF,
			"Cache-Control":           "private, no-store",
			"X-Content-Type-Options":  "nosniff",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
			"Referrer-Policy":         "no-referrer",
			"Server":                  "",
		} {
			if h := got.header.Get(k); h != v {
				t.Errorf("%s: %s = %q, want %q", method, k, h, v)
			}
		}
	}
}

func TestLinkRange(t *testing.T) {
	u := link(t, put(t, "0123456789", TypeText), "a.txt")
	got := fetch(t, http.MethodGet, u.String(), http.Header{"Range": {"bytes=2-5"}})
	if got.status != http.StatusPartialContent || got.body != "2345" || got.header.Get("Content-Range") != "bytes 2-5/10" {
		t.Errorf("range 2-5: %+v", got)
	}
	got = fetch(t, http.MethodGet, u.String(), http.Header{"Range": {"bytes=20-"}})
	if got.status != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("range after the end: %+v", got)
	}
}

func TestAlteredLinkRefused(t *testing.T) {
	a, b := put(t, "the one", TypePDF), put(t, "the other", TypePDF)
	set := func(key, value string) func(*url.URL) {
		return func(u *url.URL) {
			q := u.Query()
			q.Set(key, value)
			u.RawQuery = q.Encode()
		}
	}
	tests := []struct {
		name  string
		alter func(*url.URL)
		want  int
	}{
		{"untouched", func(*url.URL) {}, 200},
		{"signature", set("X-Amz-Signature", strings.Repeat("0", 64)), 403},
		{"no signature", set("X-Amz-Signature", ""), 403},
		{"disposition", set("response-content-disposition", "inline"), 403},
		{"type", set("response-content-type", "text/html"), 403},
		{"expiry", set("X-Amz-Expires", "7200"), 403},
		{"date", set("X-Amz-Date", "20200101T000000Z"), 403},
		{"version", set("versionId", b.VersionID), 403},
		{"added parameter", set("acl", ""), 403},
		{"credential", set("X-Amz-Credential", "someone/20200101/us-east-1/s3/aws4_request"), 403},
		{"key", func(u *url.URL) { u.Path = Prefix + b.Key }, 403},
		{"bucket", func(u *url.URL) { u.Path = "/other/" + a.Key }, 404},
		{"all of the bucket", func(u *url.URL) { u.Path = Prefix }, 404},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := link(t, a, "a.pdf")
			tt.alter(u)
			got := fetch(t, http.MethodGet, u.String(), nil)
			if got.status != tt.want {
				t.Errorf("status %d, want %d", got.status, tt.want)
			}
			if tt.want == 200 {
				return
			}
			if strings.Contains(got.body, shared.server.keys.AccessKey) || !strings.Contains(got.body, "。") {
				t.Errorf("refused with %q", got.body)
			}
			if got := fetch(t, http.MethodHead, u.String(), nil); got.status != tt.want {
				t.Errorf("HEAD: %d, want %d", got.status, tt.want)
			}
		})
	}
}

// resign signs u again as of when: an independent reading of AWS Signature Version 4, query parameters.
func resign(u *url.URL, secret string, when time.Time) {
	day, stamp := when.UTC().Format("20060102"), when.UTC().Format("20060102T150405Z")
	q := u.Query()
	q.Del("X-Amz-Signature")
	q.Set("X-Amz-Date", stamp)
	access, _, _ := strings.Cut(q.Get("X-Amz-Credential"), "/")
	scope := day + "/" + embeddedRegion + "/s3/aws4_request"
	q.Set("X-Amz-Credential", access+"/"+scope)
	query := strings.ReplaceAll(q.Encode(), "+", "%20")
	canonical := strings.Join([]string{
		"GET", u.EscapedPath(), query, "host:" + u.Host, "", "host", "UNSIGNED-PAYLOAD",
	}, "\n")
	digest := sha256.Sum256([]byte(canonical))
	mac := func(key []byte, s string) []byte {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(s))
		return h.Sum(nil)
	}
	key := []byte("AWS4" + secret)
	for _, part := range []string{day, embeddedRegion, "s3", "aws4_request"} {
		key = mac(key, part)
	}
	signature := mac(key, "AWS4-HMAC-SHA256\n"+stamp+"\n"+scope+"\n"+hex.EncodeToString(digest[:]))
	u.RawQuery = query + "&X-Amz-Signature=" + hex.EncodeToString(signature)
}

func TestLinkExpires(t *testing.T) {
	u := link(t, put(t, "an hour long", TypePDF), "一小时.pdf")
	made, err := time.Parse("20060102T150405Z", u.Query().Get("X-Amz-Date"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		ago  time.Duration
		want int
	}{
		{"signed half an hour ago", 30 * time.Minute, 200},
		{"signed two hours ago", 2 * time.Hour, 403},
	} {
		resign(u, shared.server.keys.SecretKey, made.Add(-tt.ago))
		if got := fetch(t, http.MethodGet, u.String(), nil); got.status != tt.want {
			t.Errorf("%s: %+v, want %d", tt.name, got, tt.want)
		}
	}
}

func TestLinkAge(t *testing.T) {
	o := put(t, "aged", TypePDF)
	for _, age := range []time.Duration{0, -time.Hour, time.Millisecond, MaxLinkAge + time.Second} {
		_, err := shared.store.SignLink(t.Context(), o, LinkOptions{Age: age})
		if f := problem.Of(err); len(f) != 1 || f[0].Code != "storage.link.age" {
			t.Errorf("SignLink for %v: %v", age, err)
		}
	}
	if _, err := shared.store.SignLink(t.Context(), o, LinkOptions{Age: MaxLinkAge}); err != nil {
		t.Error(err)
	}
	if _, err := shared.store.SignLink(t.Context(), Object{Key: "a.html"}, LinkOptions{Age: time.Hour}); err == nil {
		t.Error("a link to HTML was signed")
	}
}

func TestLinkToNothing(t *testing.T) {
	o := Object{Key: "sha256/00/" + strings.Repeat("0", 62) + ".pdf"}
	if got := fetch(t, http.MethodGet, link(t, o, "无.pdf").String(), nil); got.status != http.StatusNotFound {
		t.Errorf("%+v", got)
	}
}

// A link keeps reading the version that was issued, whatever is put beside it.
func TestLinkPinsVersion(t *testing.T) {
	o := put(t, "as issued", TypeText)
	removeAll(t, embeddedBucket, o.Key)
	u := link(t, o, "issued.txt")
	if got := u.Query().Get("versionId"); got != o.VersionID {
		t.Errorf("versionId = %q, want %q", got, o.VersionID)
	}
	if _, err := shared.store.client.PutObject(t.Context(), embeddedBucket, o.Key,
		strings.NewReader("as forged"), 9, foreignPut()); err != nil {
		t.Fatal(err)
	}
	if got := fetch(t, http.MethodGet, u.String(), nil); got.body != "as issued" {
		t.Errorf("%+v", got)
	}
	if data, err := shared.store.Get(t.Context(), o); err != nil || string(data) != "as issued" {
		t.Errorf("Get = %q, %v", data, err)
	}
}

func TestFrontKeepsSessionsBack(t *testing.T) {
	u := link(t, put(t, "with a session", TypeText), "a.txt")
	// An Authorization header beside a signed query would be refused by S3.
	got := fetch(t, http.MethodGet, u.String(), http.Header{
		"Authorization": {"Bearer secret"}, "Cookie": {"session=secret"},
	})
	if got.status != http.StatusOK {
		t.Errorf("%+v", got)
	}
	for _, method := range []string{http.MethodPut, http.MethodPost, http.MethodDelete} {
		if got := fetch(t, method, u.String(), nil); got.status != http.StatusMethodNotAllowed {
			t.Errorf("%s: %+v", method, got)
		}
	}
}

func TestFrontWithoutServer(t *testing.T) {
	w := httptest.NewRecorder()
	front(shared.dir+"/none.sock").ServeHTTP(w, httptest.NewRequest(http.MethodGet, Prefix+"k?X-Amz-Signature=1", http.NoBody))
	if w.Code != http.StatusBadGateway || !strings.Contains(w.Body.String(), "稍后再试") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
