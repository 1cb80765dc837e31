package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"tripact/api"
)

// A longer run: go test ./api -run TestHostileRequests -requests 2000 -seed 7.
var (
	hostileRequests = flag.Int("requests", 40, "how many requests TestHostileRequests makes of each operation")
	hostileSeed     = flag.Uint64("seed", 1, "where the requests of TestHostileRequests begin")
)

// nasty are texts that broke programs before: paths, headers, markup, templates, formulas, SQL, characters that are invisible, turn the
// direction, or are none, and lengths.
var nasty = []string{
	"", " ", "\x00", "a\x00b", "\r\nSet-Cookie: a=b", "../../../etc/passwd", `..\..\windows\win.ini`, "%2e%2e%2f", "%00", "/", "//evil.example", "file:///etc/passwd",
	"http://169.254.169.254/latest/meta-data", "http://[::1]:5432/", "javascript:alert(1)", "<script>alert(1)</script>", "{{.}}", "{{#每个}}", "{{项目名称}}", "${7*7}", "=1+1",
	"@SUM(A1)", "' or 1=1 --", "\"; drop table projects; --", "\u202efdp.exe", "\ufeff", "\u200b", "\ufffd", "\xff\xfe", "𬭎", "e\u0301", "null", "NaN", "-0", "1e309",
	"99999999999999999999", "2025-02-30", "0000-00-00", strings.Repeat("长", 5000), strings.Repeat("a", 20000), strings.Repeat("[", 5000),
}

// hostile makes requests from the description of the API: some as it says, some not.
type hostile struct {
	*rand.Rand

	doc   *openapi3.T
	names *strings.Replacer // of path parameters, to records that there are
	known []string          // their ids
	as    []string
}

func (h *hostile) pick(list []string) string { return list[h.IntN(len(list))] }

func (h *hostile) text() string {
	if h.IntN(3) == 0 {
		return h.pick(h.known)
	}
	return h.pick(nasty)
}

// value is one that a schema allows, mostly.
func (h *hostile) value(s *openapi3.Schema, depth int) any {
	if s == nil || depth > 6 || h.IntN(8) == 0 {
		return h.junk(depth)
	}
	switch {
	case len(s.Enum) > 0:
		return s.Enum[h.IntN(len(s.Enum))]
	case s.Type == nil || s.Type.Is("object") || len(s.Properties) > 0:
		out := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			p := s.Properties[name]
			if slices.Contains(s.Required, name) && h.IntN(10) > 0 || h.IntN(2) == 0 {
				out[name] = h.value(p.Value, depth+1)
			}
		}
		if h.IntN(6) == 0 {
			out[h.text()] = h.junk(depth)
		}
		return out
	case s.Type.Includes("array"):
		list := make([]any, h.IntN(4))
		for i := range list {
			list[i] = h.value(s.Items.Value, depth+1)
		}
		return list
	case s.Type.Includes("integer"), s.Type.Includes("number"):
		return []any{0, 1, -1, 60, 1 << 31, int64(1) << 62, 0.5, json.Number("1e400")}[h.IntN(8)]
	case s.Type.Includes("boolean"):
		return h.IntN(2) == 0
	case s.Format == "date":
		return []string{"2025-12-20", "2025-02-30", "x"}[h.IntN(3)]
	}
	return h.text()
}

func (h *hostile) junk(depth int) any {
	switch h.IntN(6) {
	case 0:
		return nil
	case 1:
		return h.IntN(2) == 0
	case 2:
		return h.Int64() - 1<<62
	case 3:
		if depth < 6 {
			return []any{h.junk(depth + 1), h.junk(depth + 1)}
		}
		return []any{}
	case 4:
		return map[string]any{h.text(): h.text()}
	}
	return h.text()
}

// request is one of an operation at a path.
func (h *hostile) request(method, path string, o *openapi3.Operation, params openapi3.Parameters) request {
	q := request{method: method, as: h.pick(h.as), header: map[string]string{}}
	query := url.Values{}
	for _, ref := range slices.Concat(params, o.Parameters) {
		p := ref.Value
		text := fmt.Sprint(h.value(p.Schema.Value, 5))
		switch {
		case p.In == "path":
			if text == "" || h.IntN(2) == 0 {
				if text = h.names.Replace("{" + p.Name + "}"); strings.HasPrefix(text, "{") {
					text = h.pick(h.known)
				}
			}
			path = strings.Replace(path, "{"+p.Name+"}", url.PathEscape(text), 1)
		case p.In == "query" && h.IntN(2) == 0:
			query.Set(p.Name, text)
		case p.In == "header" && h.IntN(2) == 0:
			q.header[p.Name] = strings.Map(func(r rune) rune { // what no client can send
				if r < ' ' || r == 0x7f {
					return -1
				}
				return r
			}, text)
		}
	}
	if h.IntN(10) == 0 {
		query.Set(h.text(), h.text())
	}
	if q.path = path; len(query) > 0 {
		q.path += "?" + query.Encode()
	}
	if o.RequestBody != nil && h.IntN(12) > 0 {
		for _, mediaType := range slices.Sorted(maps.Keys(o.RequestBody.Value.Content)) {
			q.header["Content-Type"] = mediaType
			q.body = h.body(mediaType, o.RequestBody.Value.Content[mediaType].Schema)
		}
	}
	switch h.IntN(20) {
	case 0:
		q.header["Content-Type"] = "application/xml"
	case 1:
		q.header["Accept-Language"] = strings.Repeat("x-", 3000)
	case 2:
		q.header["Accept"] = "image/png"
	case 3:
		q.body = bytes.Repeat([]byte("["), 200000)
	case 4:
		q.header["Content-Encoding"] = "gzip"
	}
	return q
}

func (h *hostile) body(mediaType string, schema *openapi3.SchemaRef) []byte {
	if strings.HasPrefix(mediaType, "multipart/") {
		return []byte(form)
	}
	var s *openapi3.Schema
	if schema != nil {
		s = schema.Value
	}
	body, err := json.Marshal(h.value(s, 0))
	if err != nil { // 1e400 is no number of Go's
		body = []byte(`{"n":1e400}`)
	}
	if h.IntN(8) == 0 && len(body) > 0 { // damaged
		body[h.IntN(len(body))] ^= byte(1 + h.IntN(255)) //nolint:gosec // a byte
	}
	if h.IntN(12) == 0 {
		body = body[:h.IntN(len(body)+1)]
	}
	return body
}

// TestHostileRequests asks every operation with requests made from the API's own description, sound ones and broken ones, as everybody:
// no answer is a failure of the service, each is one that the description has, and whoever is refused reads a problem.
func TestHostileRequests(t *testing.T) {
	s := start(t, nil)
	names := s.world(t)
	doc, err := openapi3.NewLoader().LoadFromData(s.do(t, request{method: "GET", path: "/v1/openapi.json"}).body)
	if err != nil {
		t.Fatal(err)
	}
	h := &hostile{
		Rand: rand.New(rand.NewPCG(*hostileSeed, 0)), doc: doc, names: names, //nolint:gosec // repeatable, not secret
		known: strings.Fields(names.Replace("{project} {document} {link} {token} {lead} {person} nobody")),
		as:    append(slices.Sorted(maps.Keys(s.people)), "bureau", "bureau", "bureau", "bureau", "bureau", "", "tp_"+strings.Repeat("a", 51)),
	}
	statuses := map[int]int{}
	for _, path := range doc.Paths.InMatchingOrder() {
		item := doc.Paths.Value(path)
		operations := item.Operations()
		for _, method := range slices.Sorted(maps.Keys(operations)) {
			for range *hostileRequests {
				q := h.request(method, path, operations[method], item.Parameters)
				r := s.do(t, q)
				statuses[r.status]++
				kind, _, _ := strings.Cut(r.header.Get("Content-Type"), ";")
				var p api.Problem
				switch {
				case r.status >= 500 && (r.status != 503 || r.header.Get("Retry-After") == ""):
					t.Errorf("%s %.200s as %q with %.300q: %d %.300s", q.method, q.path, q.as, q.body, r.status, r.body)
				case r.status >= 400 && (kind != "application/problem+json" || json.Unmarshal(r.body, &p) != nil || p.Status != r.status || p.Title == ""):
					t.Errorf("%s %.200s as %q: %d is told as %s %.200s", q.method, q.path, q.as, r.status, kind, r.body)
				}
				for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Set-Cookie": ""} {
					if r.header.Get(name) != want {
						t.Errorf("%s %.200s: %s %q", q.method, q.path, name, r.header.Get(name))
					}
				}
			}
		}
	}
	if statuses[http.StatusOK] == 0 || statuses[http.StatusUnprocessableEntity] == 0 || statuses[http.StatusNotFound] == 0 {
		t.Errorf("answers %v", statuses)
	}
	t.Logf("answers by status: %v", statuses)
	if _, err := s.records.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}
