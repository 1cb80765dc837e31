package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// disk runs the service over a disk of its own: a tmpfs of 48 MiB, in a mount namespace that ends with the test. On "fill" and "free" the
// shell takes all room there is, and gives it back.
const disk = `
mount -t tmpfs -o size=48m tripact-test "$1" || exit 99
echo mounted
tripact serve --addr 127.0.0.1:0 --data "$1/data" --config "$2" &
while read -r what; do
	case $what in
	fill) cat /dev/zero > "$1/ballast" 2>/dev/null; echo full ;;
	free) rm "$1/ballast"; echo free ;;
	esac
done
kill -TERM $!
wait $!
echo "ended $?"
`

// TestDiskFull: on a disk without room nothing is half stored or half recorded, what was there can be read, each request is told that it
// failed, and when there is room again everything goes on without a restart.
func TestDiskFull(t *testing.T) {
	args := []string{"--mount"}
	if os.Getuid() != 0 {
		args = append(args, "--user", "--map-root-user")
	}
	settings := t.TempDir() + "/settings.yaml"
	if err := os.WriteFile(settings, []byte("rate: -1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), tool(t, "unshare"), append(args, "sh", "-c", disk, "sh", t.TempDir(), settings)...)
	var log bytes.Buffer
	cmd.Stderr = &log
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	until := func(prefix string) string {
		for lines.Scan() {
			if rest, ok := strings.CutPrefix(lines.Text(), prefix); ok {
				return strings.TrimSpace(rest)
			}
		}
		return ""
	}
	if until("mounted"); lines.Text() != "mounted" {
		cmd.Wait() //nolint:errcheck // it says why
		if os.Getenv("CI") == "true" {
			t.Fatalf("no disk of its own, and CI must not skip this test: %s", log.String())
		}
		t.Skipf("skipped: needs the right to mount a tmpfs, as root or in a user namespace: %s", log.String())
	}
	say := func(what, answer string) {
		t.Helper()
		if _, err := io.WriteString(in, what+"\n"); err != nil {
			t.Fatal(err)
		}
		if until(answer); lines.Text() != answer {
			t.Fatalf("after %q: %s", what, log.String())
		}
	}
	base := strings.TrimSuffix(until("web"), "/")
	setUp, _, _ := strings.Cut(until("set up"), " ")
	if base == "" || setUp == "" {
		t.Fatalf("it did not start: %s", log.String())
	}
	v := visit(t, base)
	form := url.Values{"name": {"所有者"}, "login": {"owner"}, "password": {"correct horse battery"}}
	if res, _ := v.send(t, "POST", setUp, "application/x-www-form-urlencoded", []byte(form.Encode())); res.StatusCode != 303 {
		t.Fatalf("set up: %d", res.StatusCode)
	}
	projects := make([]struct{ ID string }, 2)
	v.call(t, 201, "POST", "/v1/projects", exampleData(t, "ningbo-2025/01"), &projects[0])
	v.call(t, 201, "POST", "/v1/projects", exampleData(t, "ningbo-2025/02"), &projects[1])
	making := func(i int) string {
		return `{"projects":["` + projects[i].ID + `"],"kinds":["application-form","contract"],"formats":["docx","pdf"],"on":"2025-12-20"}`
	}
	type document struct{ ID, SHA256 string }
	var before, after struct{ Items []document }
	v.call(t, 201, "POST", "/v1/documents", making(0), &before)

	say("fill", "full")
	failed := 0
	for name, q := range map[string][3]string{
		"documents": {"POST", "/v1/documents", making(1)}, "revision": {"PUT", "/v1/projects/" + projects[0].ID, strings.Replace(exampleData(t, "ningbo-2025/01"), "海洋防护涂层", "海洋涂层", 1)},
		"project": {"POST", "/v1/projects", exampleData(t, "ningbo-2025/03")}, "link": {"POST", "/v1/documents/" + before.Items[0].ID + "/links", `{"seconds":60}`},
		"token": {"POST", "/v1/tokens", `{"name":"n","roles":["officer"],"scopes":["read"],"days":1}`},
	} {
		for range 20 { // the database has some room left in its own file, until it has none
			if name == "revision" {
				q[2] += " "
			}
			res, body := v.sendWith(t, q[0], q[1], map[string]string{"Content-Type": "application/json", "If-Match": "*"}, []byte(q[2]))
			var p struct {
				Status int
				Detail string
			}
			if res.StatusCode < 300 {
				continue
			}
			if err := json.Unmarshal(body, &p); err != nil || res.StatusCode != 507 || !strings.Contains(p.Detail, "空间") {
				t.Errorf("%s on a full disk: %d %s", name, res.StatusCode, body)
			}
			failed++
			break
		}
	}
	if failed == 0 {
		t.Fatal("the disk is not full")
	}
	v.call(t, 200, "GET", "/v1/projects/"+projects[0].ID, "", nil)
	v.call(t, 200, "GET", "/v1/documents/"+before.Items[0].ID, "", nil)

	say("free", "free")
	v.call(t, 201, "POST", "/v1/documents", making(1), &after)
	v.call(t, 201, "POST", "/v1/documents", making(0), nil) // nothing new
	for i, list := range [][]document{before.Items, after.Items} {
		var on struct{ Items []document }
		v.call(t, 200, "GET", "/v1/projects/"+projects[i].ID+"/documents", "", &on)
		if len(list) != 4 {
			t.Errorf("project %d: %d documents were made", i, len(list))
		}
		for _, d := range on.Items {
			res, _ := v.send(t, "GET", "/v1/documents/"+d.ID+"/content", "", nil)
			_, file := v.send(t, "GET", res.Header.Get("Location"), "", nil)
			if sum := sha256.Sum256(file); hex.EncodeToString(sum[:]) != d.SHA256 {
				t.Errorf("document %s: status %d, and not its bytes", d.ID, res.StatusCode)
			}
		}
	}
	var chain struct{ OK bool }
	v.call(t, 200, "GET", "/v1/audit/verification", "", &chain)
	if !chain.OK {
		t.Error("the audit does not hold")
	}
	v.call(t, 200, "GET", "/readyz", "", nil)
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if got := until("ended"); got != "0" {
		t.Errorf("it ended with %s: %s", got, log.String())
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("it does not end")
	}
}
