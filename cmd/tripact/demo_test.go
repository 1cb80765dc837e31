package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"tripact/app"
	"tripact/examples"
)

// TestDemo starts the demo as a person would and takes what it prints: every link gives the file that it names, without any other
// credential, and an altered one gives nothing.
func TestDemo(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "tripact", "demo", "--json", "--addr", "127.0.0.1:0", "--data", t.TempDir())
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	var last demoLink
	lines := bufio.NewScanner(out)
	projects, err := fs.Glob(examples.FS(), "*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	want := len(projects) * len(app.Kinds()) * 2 // each document in two formats
	for n := 0; n < want && lines.Scan(); n++ {
		if err := json.Unmarshal(lines.Bytes(), &last); err != nil {
			t.Fatalf("%v in %q", err, lines.Text())
		}
		seen[last.Project+" "+last.Kind+" "+last.Format]++
		body, header, status := get(ctx, t, last.URL)
		sum := sha256.Sum256(body)
		if status != http.StatusOK || hex.EncodeToString(sum[:]) != last.SHA256 {
			t.Errorf("%s: status %d, %d bytes that are not the file", last.URL, status, len(body))
		}
		_, params, err := mime.ParseMediaType(header.Get("Content-Disposition"))
		if err != nil || params["filename"] != last.Name {
			t.Errorf("Content-Disposition %q does not name %q", header.Get("Content-Disposition"), last.Name)
		}
	}
	if len(seen) != want {
		t.Fatalf("the demo gave %d links, want %d: %v\n%s", len(seen), want, seen, errs.String())
	}
	signInOnce(ctx, t, lines)
	for name, altered := range alterations(t, last.URL) {
		if body, _, status := get(ctx, t, altered); status != http.StatusForbidden {
			t.Errorf("a link with another %s gave %d and %d bytes", name, status, len(body))
		}
	}
	u, err := url.Parse(last.URL)
	if err != nil {
		t.Fatal(err)
	}
	if body, _, status := get(ctx, t, u.Scheme+"://"+u.Host+"/"); status != http.StatusUnauthorized || strings.Contains(string(body), "202501A0012") {
		t.Errorf("the list of projects is shown to strangers: %d", status)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the demo did not end well: %v\n%s", err, errs.String())
	}
}

// signInOnce takes the sign-in links that follow: each lets one person in, once, and shows the first example; the bureau sees
// every example, the others what is theirs.
func signInOnce(ctx context.Context, t *testing.T, lines *bufio.Scanner) {
	t.Helper()
	for _, role := range []string{"bureau", "managing-unit", "applicant"} {
		var line demoSignIn
		if !lines.Scan() {
			t.Fatalf("no link for the %s", role)
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil || line.Role != role || line.Organisation == "" {
			t.Fatalf("%+v, %v in %q", line, err, lines.Text())
		}
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		statuses := make([]int, 2)
		var page []byte
		for i, client := range []*http.Client{{Jar: jar}, {}} { // follows the redirect to the list
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, line.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			if err := errors.Join(err, res.Body.Close()); err != nil {
				t.Fatal(err)
			}
			if statuses[i] = res.StatusCode; i == 0 {
				page = body
			}
		}
		if statuses[0] != http.StatusOK || statuses[1] != http.StatusGone || !strings.Contains(string(page), "202501A0012") {
			t.Errorf("%s: signed in %d, again %d", role, statuses[0], statuses[1])
		}
		if all := strings.Contains(string(page), "SH24A0036"); all != (role == "bureau") {
			t.Errorf("the %s sees projects of others: %v", role, all)
		}
		// The session opens the API too, on the same terms.
		base := line.URL[:strings.Index(line.URL, "/invite/")]
		for i, client := range []*http.Client{{Jar: jar}, {}} {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/v1/projects", nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			if err := errors.Join(err, res.Body.Close()); err != nil {
				t.Fatal(err)
			}
			switch {
			case i == 1 && res.StatusCode != http.StatusUnauthorized:
				t.Errorf("the API lists projects to strangers: %d", res.StatusCode)
			case i == 0 && (res.StatusCode != http.StatusOK || strings.Contains(string(body), "shanghai-2024") != (role == "bureau")):
				t.Errorf("%s: the API lists %d %s", role, res.StatusCode, body)
			}
		}
	}
}

// alterations are links of which one thing is not as it was signed.
func alterations(t *testing.T, link string) map[string]string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	with := func(key, value string) string {
		q := u.Query()
		if q.Get(key) == "" {
			t.Fatalf("%s has no %s", link, key)
		}
		q.Set(key, value)
		v := *u
		v.RawQuery = q.Encode()
		return v.String()
	}
	other := *u
	at, digit := len(other.Path)-6, "0"
	if other.Path[at] == '0' {
		digit = "1"
	}
	other.Path = other.Path[:at] + digit + other.Path[at+1:]
	return map[string]string{
		"signature": with("X-Amz-Signature", strings.Repeat("0", 64)),
		"end":       with("X-Amz-Expires", "604800"),
		"date":      with("X-Amz-Date", "20200101T000000Z"), // long over, and not signed
		"name":      with("response-content-disposition", "inline"),
		"key":       other.String(),
	}
}

func get(ctx context.Context, t *testing.T, link string) (body []byte, header http.Header, status int) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	body, err = io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body, res.Header, res.StatusCode
}
