package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"testing"

	"tripact/render/docx"
	"tripact/templates"
)

// revised is the contract's template with a sentence at its end.
func revised(t *testing.T, sentence string) []byte {
	t.Helper()
	data, err := fs.ReadFile(templates.Shipped(), "ningbo-2025/contract.docx")
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := docx.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	main := string(pkg.Main().Data)
	end := strings.LastIndex(main, "<w:sectPr")
	pkg.Set(pkg.Main().Name, []byte(main[:end]+"<w:p><w:r><w:t>"+sentence+"</w:t></w:r></w:p>"+main[end:]))
	out, err := pkg.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestTemplatesByAPI goes the way of a template: uploaded by a program, looked at, compared, published, used, rolled back.
func TestTemplatesByAPI(t *testing.T) {
	s := start(t, nil)
	names := s.world(t)
	var token struct{ Secret string }
	s.do(t, request{
		method: "POST", path: "/v1/tokens", as: "bureau/owner", body: []byte(`{"name":"模板","roles":["template-clerk"],"scopes":["read","templates"],"days":30}`),
	}).get(t, &token)
	var weak struct{ Secret string }
	s.do(t, request{
		method: "POST", path: "/v1/tokens", as: "bureau/owner", body: []byte(`{"name":"只读","roles":["template-clerk"],"scopes":["read"],"days":30}`),
	}).get(t, &weak)
	as := token.Secret
	const at = "/v1/calls/ningbo-2025/templates/contract/zh"
	get := func(path string) reply { return s.do(t, request{method: "GET", path: path, as: as}) }

	var list struct {
		Items []struct {
			Kind, Lang string
			Current    int
			Versions   []struct{ State string }
		}
	}
	get("/v1/calls/ningbo-2025/templates").get(t, &list)
	if len(list.Items) != 5 || list.Items[0].Current != 0 || list.Items[0].Versions[0].State != "published" {
		t.Fatalf("%+v", list)
	}

	file := revised(t, "本任务书由科技处修订。")
	q := word(at+"/versions", as, file, "二〇二五年修订")
	q.header["Idempotency-Key"] = "upload-1"
	var up struct {
		Version  int
		State    string
		Note     string
		OK       bool
		Fails    int
		Findings []struct{ Code string }
	}
	for range 2 { // sent twice, it is kept once
		r := s.do(t, q)
		r.get(t, &up)
		if r.status != 201 || up.Version != 1 || up.State != "draft" || up.Note != "二〇二五年修订" || !up.OK || r.header.Get("Location") != at+"/versions/1" {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	weakly := q
	weakly.as, weakly.header = weak.Secret, map[string]string{"Content-Type": q.header["Content-Type"]}
	if r := s.do(t, weakly); r.status != 403 {
		t.Errorf("with the scope read alone: %d", r.status)
	}
	// What is no template at all is refused with findings; what has faults is a draft that is not published.
	for name, data := range map[string][]byte{"half": file[:len(file)/2], "pdf": []byte("%PDF-1.7")} {
		r := s.do(t, word(at+"/versions", as, data, ""))
		var p struct{ Findings []struct{ Code string } }
		r.get(t, &p)
		if r.status != 422 || r.header.Get("Content-Type") != "application/problem+json" || len(p.Findings) != 1 || !strings.HasPrefix(p.Findings[0].Code, "docx.open.") {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	for name, header := range map[string]string{"": "", "in pieces": "chunked", "with a key": "key"} {
		q := word(at+"/versions", as, bytes.Repeat([]byte("x"), 35<<20), "")
		if q.chunked = header == "chunked"; header == "key" {
			q.header["Idempotency-Key"] = "large"
		}
		if r := s.do(t, q); r.status != 413 || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("too large %s: %d %.200s", name, r.status, r.body)
		}
	}
	s.do(t, word(at+"/versions", as, revised(t, "{{项目名}}"), "")).get(t, &up)
	if up.Version != 2 || up.OK || up.Fails != 1 {
		t.Errorf("with a fault: %+v", up)
	}

	publish := func(version int, match string) reply {
		h := map[string]string{}
		if match != "" {
			h["If-Match"] = match
		}
		return s.do(t, request{method: "POST", path: fmt.Sprintf("%s/versions/%d/publication", at, version), as: as, header: h})
	}
	tag := get(at).header.Get("ETag")
	if tag != `"p0"` {
		t.Errorf("ETag %s", tag)
	}
	for _, tt := range []struct {
		name    string
		version int
		match   string
		want    int
		etag    string
	}{
		{"without If-Match", 1, "", 428, ""},
		{"with a tag of something else", 1, `"r1"`, 412, ""},
		{"with faults", 2, tag, 422, ""},
		{"what is not there", 9, tag, 404, ""},
		{"the first", 1, tag, 200, `"p1"`},
		{"it again", 1, tag, 200, `"p1"`},
		{"over what was not seen", 0, tag, 412, ""},
	} {
		r := publish(tt.version, tt.match)
		if r.status != tt.want || r.header.Get("ETag") != tt.etag {
			t.Errorf("%s: %d %s %.300s", tt.name, r.status, r.header.Get("ETag"), r.body)
		}
	}

	var compared struct {
		Added, Parts []string
		Changes      []struct{ Kind, New string }
		To           struct{ Version int }
		ToFindings   []json.RawMessage `json:"to_findings"`
	}
	get(at+"/comparison?to=2").get(t, &compared)
	if len(compared.Added) != 1 || len(compared.Changes) != 1 || compared.Changes[0].New != "{{项目名}}" || compared.To.Version != 2 || len(compared.ToFindings) == 0 {
		t.Errorf("%+v", compared)
	}
	if r := get(at + "/versions/1/content"); !bytes.Equal(r.body, file) || r.header.Get("Content-Type") != "application/vnd.openxmlformats-officedocument.wordprocessingml.document" ||
		!strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment;") {
		t.Errorf("content: %d %v", r.status, r.header)
	}
	if r := get(at + "/versions/1/preview"); !bytes.HasPrefix(r.body, []byte("%PDF-")) || r.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("preview: %d %.200s", r.status, r.body)
	}
	if r := get(names.Replace(at + "/versions/1/preview?project={project}")); r.status != 403 {
		t.Errorf("a clerk's preview with a project: %d", r.status)
	}
	if r := s.do(t, request{method: "GET", path: names.Replace(at + "/versions/1/preview?format=docx&project={project}"), as: "bureau/officer"}); r.status != 200 || !bytes.HasPrefix(r.body, []byte("PK")) {
		t.Errorf("an officer's preview with a project: %d", r.status)
	}
	if r := get(at + "/versions/2/preview"); r.status != 422 {
		t.Errorf("the preview of what has faults: %d", r.status)
	}

	// The document that is there keeps its template; the next one has the new one and says so.
	documents := func() (versions map[int]int, told bool) {
		t.Helper()
		r := s.do(t, request{
			method: "POST", path: "/v1/documents", as: "bureau/officer", body: []byte(names.Replace(`{"projects":["{project}"],"kinds":["contract"],"formats":["docx"],"on":"2025-12-20"}`)),
		})
		told = bytes.Contains(r.body, []byte("template.changed"))
		var docs struct {
			Items []struct {
				Version  int
				Template int    `json:"template_version"`
				SHA256   string `json:"template_sha256"`
			}
		}
		s.do(t, request{method: "GET", path: names.Replace("/v1/projects/{project}/documents"), as: "bureau/officer"}).get(t, &docs)
		versions = map[int]int{}
		for _, d := range docs.Items {
			versions[d.Version] = d.Template
			if len(d.SHA256) != 64 {
				t.Errorf("%+v", d)
			}
		}
		return versions, told
	}
	if versions, told := documents(); !maps.Equal(versions, map[int]int{1: 0, 2: 1}) || !told {
		t.Errorf("documents by version and template: %v, told %v", versions, told)
	}
	if r := publish(0, `"p1"`); r.status != 200 || r.header.Get("ETag") != `"p2"` {
		t.Errorf("roll back: %d %.300s", r.status, r.body)
	}
	if versions, told := documents(); !maps.Equal(versions, map[int]int{1: 0, 2: 1}) || told {
		t.Errorf("after rolling back: %v, told %v", versions, told)
	}
	var slot struct {
		Current int
		History []struct{ Seq, Version int }
	}
	get(at).get(t, &slot)
	if slot.Current != 0 || len(slot.History) != 2 || slot.History[1].Version != 1 {
		t.Errorf("%+v", slot)
	}
	var audit struct {
		Items []struct{ Event, Subject, Actor string }
	}
	s.do(t, request{method: "GET", path: "/v1/audit", as: "bureau/auditor"}).get(t, &audit)
	var events []string
	for _, e := range audit.Items {
		if strings.HasPrefix(e.Event, "template.") {
			events = append(events, strings.TrimPrefix(e.Event, "template."))
			if e.Subject != "ningbo-2025/contract/zh" || !strings.HasPrefix(e.Actor, "token:") {
				t.Errorf("%+v", e)
			}
		}
	}
	if got := strings.Join(events, " "); got != "uploaded uploaded published rolled-back" {
		t.Errorf("the audit tells %s", got)
	}
}
