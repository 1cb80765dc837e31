package web

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"html"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tripact/app"
	"tripact/examples"
	"tripact/storage/records"
)

// upload sends a form with a file, and leaves the file out for nil.
func upload(t *testing.T, c *http.Client, address, name string, file []byte, fields url.Values) (status int, to, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for field := range fields {
		if err := w.WriteField(field, fields.Get(field)); err != nil {
			t.Fatal(err)
		}
	}
	if file != nil {
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		part.Write(file) //nolint:errcheck // into memory
	}
	w.Close() //nolint:errcheck // into memory
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, &b)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), string(text)
}

var hidden = regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)">`)

// TestOfficersDay: an officer finds a project, sends an approval list, sees what is wrong with its rows, takes the others, follows the batch, and gets its documents and
// links. The form sent twice starts one batch.
func TestOfficersDay(t *testing.T) {
	h := newHouse(t, nil)
	ctx := context.WithoutCancel(t.Context())
	if err := h.app.StartJobs(ctx, app.JobSettings{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.app.StopJobs(ctx); err != nil {
			t.Error(err)
		}
	})
	for _, name := range []string{"01-university-serbia", "03-enterprise-germany"} {
		raw, err := fs.ReadFile(examples.FS(), "ningbo-2025/"+name+".json")
		if err != nil {
			t.Fatal(err)
		}
		if _, found, err := h.app.SaveProject(ctx, app.LocalOwner(), raw, 0); err != nil || found.Failed() {
			t.Fatal(err, found)
		}
	}
	c := h.join(t, app.Organisation{ID: records.FirstBureau}, "officer", app.Officer)
	get := func(path string, want int) (http.Header, string) {
		t.Helper()
		status, header, body := do(t, c, "GET", h.public+path, nil)
		if status != want {
			t.Fatalf("%s: %d %.500s", path, status, body)
		}
		return header, body
	}
	if _, body := get("/?q=202503C0005&call=ningbo-2025", 200); strings.Contains(body, "202501A0012") || !strings.Contains(body, "202503C0005") {
		t.Errorf("found: %s", body)
	}
	if _, body := get("/?q=nowhere&lang=en", 200); !strings.Contains(body, "No projects fit") {
		t.Errorf("found nothing: %s", body)
	}
	get("/?after=x", 404)
	list, err := fs.ReadFile(examples.FS(), "ningbo-2025/approval/list.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	fields := url.Values{"call": {"ningbo-2025"}, "kind": {"contract"}, "on": {"2025-12-20"}}
	status, _, body := upload(t, c, h.public+"/approvals", "立项清单.xlsx", list, fields)
	if status != 200 || !strings.Contains(body, "A7") || !strings.Contains(body, "there is no project for this row") || !strings.Contains(body, "Rows that stand <strong>2</strong>") {
		t.Fatalf("checked: %d %s", status, body)
	}
	if batches, err := h.app.Batches(ctx, app.LocalOwner(), "", 10); err != nil || len(batches) != 0 {
		t.Errorf("a check started something: %v %v", batches, err)
	}
	second := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(body, -1) {
		second.Set(m[1], html.UnescapeString(m[2]))
	}
	var batch string
	for range 2 {
		status, _, body := do(t, c, "POST", h.public+"/approvals", second)
		m := regexp.MustCompile(`/batches/(\w+)"`).FindStringSubmatch(body)
		if status != 200 || m == nil || batch != "" && batch != m[1] {
			t.Fatalf("saved: %d, batch %q, %s", status, batch, body)
		}
		batch = m[1]
	}
	deadline := time.Now().Add(time.Minute)
	header, body := get("/batches/"+batch, 200)
	for header.Get("Refresh") != "" && time.Now().Before(deadline) {
		time.Sleep(100 * time.Millisecond)
		header, body = get("/batches/"+batch, 200)
	}
	if !strings.Contains(body, "Over") || strings.Count(body, ">DOCX</a>") != 2 || strings.Count(body, ">PDF</a>") != 2 {
		t.Fatalf("the batch: %s", body)
	}
	if _, body := get("/batches/"+batch+"?state=refused", 200); strings.Contains(body, "202501A0012") {
		t.Errorf("refused rows: %s", body)
	}
	if _, body := get("/batches", 200); !strings.Contains(body, batch) {
		t.Errorf("batches: %s", body)
	}
	_, archive := get("/batches/"+batch+"/archive", 200)
	if z, err := zip.NewReader(strings.NewReader(archive), int64(len(archive))); err != nil || len(z.File) != 4 {
		t.Errorf("archive: %v", err)
	}
	status, _, body = do(t, c, "POST", h.public+"/batches/"+batch+"/links", url.Values{"hours": {"24"}, "format": {"pdf"}})
	links := regexp.MustCompile(regexp.QuoteMeta(h.public)+`/d/\S+`).FindAllString(body, -1)
	if status != 200 || len(links) != 2 {
		t.Fatalf("links: %d %s", status, body)
	}
	if status, _, _ := do(t, browser(t), "HEAD", links[0], nil); status != 200 {
		t.Errorf("a link: %d", status)
	}
	project := regexp.MustCompile(`/projects/\w+`).FindString(body)
	if _, page := get(project, 200); !strings.Contains(page, "Three-party task contract") || !strings.Contains(page, "2026H00") {
		t.Errorf("the project: %s", page)
	}
	status, _, page := do(t, c, "POST", h.public+project+"/documents", url.Values{"kind": {"application-form"}, "draft": {"1"}})
	if status != 303 {
		t.Errorf("a draft: %d %s", status, page)
	}
	if _, file := get(project+"/differences.xlsx", 200); !strings.HasPrefix(file, "PK") {
		t.Error("no difference table")
	}
	refusals(t, h, c, list, fields)
}

// refusals: what cannot be taken is told on the page, and changes nothing.
func refusals(t *testing.T, h *house, c *http.Client, list []byte, fields url.Values) {
	t.Helper()
	for name, try := range map[string]struct {
		file   []byte
		fields url.Values
		says   string
	}{
		"no workbook": {[]byte("PK no workbook"), fields, "problem"},
		"empty":       {nil, fields, "no file came"},
		"no day":      {list, url.Values{"call": {"ningbo-2025"}, "on": {"soon"}}, "not a date"},
		"no call":     {list, url.Values{"call": {"nowhere"}, "on": {"2025-12-20"}}, "no such call"},
	} {
		if status, _, body := upload(t, c, h.public+"/approvals", "立项清单.xlsx", try.file, try.fields); status != http.StatusUnprocessableEntity || !strings.Contains(body, try.says) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	if status, _, _ := do(t, c, "POST", h.public+"/approvals", fields, csrf...); status != http.StatusForbidden {
		t.Errorf("from another site: %d", status)
	}
	var big bytes.Buffer
	if err := json.NewEncoder(&big).Encode(bytes.Repeat([]byte("x"), maxUpload)); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := upload(t, c, h.public+"/approvals", "立项清单.xlsx", big.Bytes(), fields); status != http.StatusUnprocessableEntity {
		t.Errorf("too large: %d", status)
	}
}
