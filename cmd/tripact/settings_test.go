package main

import (
	"bytes"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tripact/app"
	"tripact/problem"
	"tripact/storage/records"
)

var updateSettings = flag.Bool("update-settings", false, "write the table of settings in docs/operations.md anew")

// TestSettingsTable: the table in the guide is that of the code.
func TestSettingsTable(t *testing.T) {
	const name = "../../docs/operations.md"
	const begin, end = "<!-- settings -->\n", "<!-- /settings -->"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	old, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("the guide has no place for the table")
	}
	if *updateSettings {
		if err := os.WriteFile(name, []byte(before+begin+settingsTable()+end+after), 0o644); err != nil { //nolint:gosec // a page for all
			t.Fatal(err)
		}
		return
	}
	if old != settingsTable() {
		t.Error("docs/operations.md has another table: go test ./cmd/tripact -run TestSettingsTable -update-settings")
	}
	for _, row := range strings.Split(strings.TrimSpace(settingsTable()), "\n") {
		if strings.Contains(row, "|  |") {
			t.Errorf("a setting without words: %s", row)
		}
	}
}

// TestPrintConfig: what is printed is what the service would use, and no secret is in it.
func TestPrintConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings.yaml")
	given := "database: postgres://tripact:hunter2@db/tripact?sslpassword=hunter3\nlink_key: hunter4\nlock_days: 30\n" +
		"s3: {endpoint: 'https://s3.example.org', access_key: AKIA, secret_key: hunter5, link_secret_key: hunter6}\noidc: {issuer: 'https://id.example.org', client_id: tripact, client_secret: hunter7}\n"
	if err := os.WriteFile(file, []byte(given), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run([]string{"serve", "--print-config", "--config", file, "--addr", "127.0.0.1:9"}, &out, &errs); code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	if strings.Contains(out.String(), "hunter") {
		t.Errorf("a secret is printed:\n%s", out.String())
	}
	for _, want := range []string{"addr: 127.0.0.1:9", "lock_days: 30", "access_key: AKIA", "endpoint: https://s3.example.org", "tripact:xxxxx@db/tripact"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
}

func TestMetrics(t *testing.T) {
	m := newMetrics()
	m.Rendered(app.Contract, "made", 30*time.Millisecond)
	m.Found(problem.Warn)
	m.Linked("used")
	m.Refused()
	m.Delivered("again")
	m.request("/documents/{id}", http.MethodGet, http.StatusFound, time.Millisecond)
	m.request("", "PROPFIND; drop", http.StatusNotFound, time.Millisecond)
	s := &service{failed: make(chan error, 1)}
	if err := s.serveMetrics(m, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer s.metrics.Close()                                       //nolint:errcheck // the test is over
	answer, err := http.Get("http://" + s.metricsAt + "/metrics") //nolint:noctx // of this test
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // read to its end
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`tripact_render_seconds_count{kind="contract",outcome="made"} 1`, `tripact_findings_total{severity="warn"} 1`, `tripact_links_total{event="used"} 1`,
		"tripact_render_refused_total 1", `tripact_webhook_tries_total{outcome="again"} 1`,
		`tripact_http_request_seconds_count{method="GET",route="/documents/{id}",status="302"} 1`,
		`tripact_http_request_seconds_count{method="other",route="",status="404"} 1`, "go_goroutines",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is missing", want)
		}
	}
}

// TestStartIsOnAudit: each start is an event with a digest of the settings, the same for the same settings and without a secret in it.
func TestStartIsOnAudit(t *testing.T) {
	data := t.TempDir()
	var details []string
	for _, set := range []settings{{Rate: -1}, {Rate: -1, LinkKey: strings.Repeat("5e", 32)}, {Rate: -1}, {Rate: 7}} {
		t.Run("", func(t *testing.T) {
			set.Addr, set.Data = "127.0.0.1:0", data
			s, _ := serveHere(t, set)
			details = nil
			for e, err := range s.db.Events(t.Context(), records.System(), 0) {
				if err != nil {
					t.Fatal(err)
				}
				if e.Event == records.EventStarted {
					details = append(details, e.Detail)
				}
			}
		})
	}
	if len(details) != 4 || details[0] != details[2] || details[0] == details[3] || details[0] == details[1] || strings.Contains(details[1], "5e5e") {
		t.Errorf("starts: %q", details)
	}
}
