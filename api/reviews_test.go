package api_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tripact/api"
	"tripact/app"
	"tripact/sheet"
)

// listed is the example's approval list with cells changed: A1, text, …
func listed(t *testing.T, cells ...string) []byte {
	t.Helper()
	book, err := excelize.OpenFile("../examples/ningbo-2025/approval/list.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close() //nolint:errcheck // it was written
	for i := 0; i < len(cells); i += 2 {
		if err := book.SetCellValue(book.GetSheetName(0), cells[i], cells[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	b, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// unapproved saves an example's project as it was before its approval, and returns its id.
func (s *service) unapproved(t *testing.T, n int) string {
	t.Helper()
	var p map[string]json.RawMessage
	if err := json.Unmarshal(raw(t, n), &p); err != nil {
		t.Fatal(err)
	}
	delete(p, "approval")
	delete(p, "contract")
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	r := s.do(t, request{method: "POST", path: "/v1/projects", as: "bureau/officer", body: data})
	var saved struct{ ID string }
	if r.get(t, &saved); saved.ID == "" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	return saved.ID
}

// TestApprovalsByAPI: of a list, the rows that stand become approvals, and the others are told with sheet and cell. Sent again it changes nothing.
func TestApprovalsByAPI(t *testing.T) {
	s := start(t, nil)
	ids := []string{s.unapproved(t, 1), s.unapproved(t, 2)}
	list := listed(t, "D7", "另一个题目")
	send := func(query string, body []byte, header map[string]string) (app.ApprovalImport, int) {
		t.Helper()
		var done app.ApprovalImport
		r := s.do(t, request{method: "POST", path: "/v1/approvals?call=ningbo-2025&on=2025-12-20" + query, as: "bureau/officer", body: body, header: header})
		r.get(t, &done)
		return done, r.status
	}
	states := func(done app.ApprovalImport) string {
		var list []string
		for _, r := range done.Rows {
			list = append(list, string(r.State))
		}
		return strings.Join(list, " ")
	}
	revision := func(id string) int {
		var p struct{ Revision int }
		s.do(t, request{method: "GET", path: "/v1/projects/" + id, as: "bureau/officer"}).get(t, &p)
		return p.Revision
	}
	done, status := send("&check=true", list, nil)
	if status != 200 || states(done) != "waiting refused refused" || revision(ids[0]) != 1 || done.Batch != nil {
		t.Fatalf("looked at: %d %q, revision %d: %+v", status, states(done), revision(ids[0]), done)
	}
	if f := done.Rows[1].Findings[0]; f.Place == nil || f.Place.Cell != "D7" || f.File != "202502B0037" {
		t.Errorf("the place of a finding: %+v %+v", f, f.Place)
	}
	if f := done.Rows[2].Findings[0]; f.Code != "list.project" {
		t.Errorf("a row without a project: %+v", f)
	}
	key := map[string]string{"Idempotency-Key": "list-1"}
	done, _ = send("&kind=review-notice", list, key)
	if states(done) != "made refused refused" || revision(ids[0]) != 2 || revision(ids[1]) != 1 || done.Batch == nil || done.Batch.Total != 1 {
		t.Errorf("taken: %q, revisions %d, %d: %+v", states(done), revision(ids[0]), revision(ids[1]), done.Batch)
	}
	if again, _ := send("&kind=review-notice", list, key); again.Batch == nil || done.Batch == nil || again.Batch.ID != done.Batch.ID {
		t.Errorf("the same request again: %+v", again.Batch)
	}
	if done, _ = send("", list, nil); states(done) != "kept refused refused" || revision(ids[0]) != 2 {
		t.Errorf("again: %q, revision %d", states(done), revision(ids[0]))
	}
	if done, _ = send("", listed(t), nil); states(done) != "kept made refused" || revision(ids[1]) != 2 {
		t.Errorf("mended: %q", states(done))
	}
	json, err := os.ReadFile("../examples/ningbo-2025/approval/list.json")
	if err != nil {
		t.Fatal(err)
	}
	if done, _ = send("", json, nil); states(done) != "kept kept refused" {
		t.Errorf("as JSON: %q", states(done))
	}
	bad := s.do(t, request{method: "POST", path: "/v1/approvals?call=ningbo-2025", as: "bureau/officer", body: listed(t, "H9", "1")})
	var p api.Problem
	if bad.get(t, &p); bad.status != 422 || len(p.Findings) == 0 || p.Findings[0].Code != "approvals.sum" {
		t.Errorf("a sum that does not agree: %d %+v", bad.status, p)
	}
	if r := s.do(t, request{method: "POST", path: "/v1/approvals?call=nowhere", as: "bureau/officer", body: list}); r.status != 422 {
		t.Errorf("another call: %d", r.status)
	}
	report := s.do(t, request{method: "POST", path: "/v1/approvals/report?call=ningbo-2025&on=2025-12-20&lang=en", as: "bureau/officer", body: list})
	sheets, found := sheet.Read(report.body)
	if found.Failed() || len(sheets) != 2 || sheets[0].At(2, 6).Text != "Refused" || len(sheets[1].Rows) < 3 {
		t.Errorf("the report: %d %v %.300q", report.status, found, report.body)
	}
}

// TestReviewByAPI: the sheet of a review tells what is open; an acceptance with open rules saves nothing; one that people stand for is saved
// with its notice.
func TestReviewByAPI(t *testing.T) {
	s := start(t, nil)
	var p struct{ ID string }
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(raw(t, 1), &whole); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"review", "approval", "contract"} {
		delete(whole, part)
	}
	data, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	s.do(t, request{method: "POST", path: "/v1/projects", as: "bureau/officer", body: data}).get(t, &p)
	path := "/v1/projects/" + p.ID + "/review"
	var begun api.Review
	r := s.do(t, request{method: "GET", path: path + "?on=2025-09-15", as: "bureau/officer"})
	r.get(t, &begun)
	if r.status != 200 || r.header.Get("ETag") != `"r1"` || begun.OK || begun.Proposal != "" || len(begun.Open) == 0 || begun.Open[0].Text.ZH == "" {
		t.Fatalf("begun: %d %s", r.status, r.body)
	}
	accepted, err := os.ReadFile("../examples/ningbo-2025/review/01-accepted.json")
	if err != nil {
		t.Fatal(err)
	}
	var open map[string]json.RawMessage
	if err := json.Unmarshal(accepted, &open); err != nil {
		t.Fatal(err)
	}
	delete(open, "others_met_by")
	undecided, err := json.Marshal(open)
	if err != nil {
		t.Fatal(err)
	}
	conclude := func(body []byte, match string) reply {
		return s.do(t, request{method: "POST", path: path + "?on=2025-09-15", as: "bureau/officer", body: body, header: map[string]string{"If-Match": match}})
	}
	var refused api.Problem
	if r := conclude(undecided, `"r1"`); r.status != 422 {
		t.Errorf("accepted with open rules: %d %s", r.status, r.body)
	} else if r.get(t, &refused); refused.Findings[0].Code != "review.open" {
		t.Errorf("accepted with open rules: %+v", refused.Findings)
	}
	if r := conclude(accepted, `"r7"`); r.status != 412 {
		t.Errorf("over another revision: %d %s", r.status, r.body)
	}
	if r := s.do(t, request{method: "GET", path: path, as: "bureau/officer"}); r.header.Get("ETag") != `"r1"` {
		t.Errorf("what was refused was saved: %s", r.header.Get("ETag"))
	}
	r = conclude(accepted, `"r1"`)
	var done struct {
		api.Review
		Documents []api.Document
	}
	r.get(t, &done)
	if r.status != 201 || !done.OK || done.Result != "accepted" || done.Revision != 2 || len(done.Documents) != 2 || done.Documents[0].Kind != "review-notice" || done.Documents[0].Draft {
		t.Errorf("concluded: %d %s", r.status, r.body)
	}
	if r := conclude(accepted, `"r2"`); r.status != 201 || !bytes.Contains(r.body, []byte(done.Documents[0].ID)) {
		t.Errorf("concluded again: %d %.300s", r.status, r.body)
	}
	for as, want := range map[string]int{"bureau/auditor": 403, "lead": 403, "other-lead": 404} {
		if r := s.do(t, request{method: "GET", path: path, as: as}); r.status != want {
			t.Errorf("%s reads the sheet: %d", as, r.status)
		}
	}
}

// TestDifferencesByAPI: application, approval and contract side by side, as JSON and as files that are the same each time.
func TestDifferencesByAPI(t *testing.T) {
	s := start(t, nil)
	var p struct{ ID string }
	s.do(t, request{method: "POST", path: "/v1/projects", as: "bureau/officer", body: raw(t, 1)}).get(t, &p)
	var table app.Reconciliation
	s.do(t, request{method: "GET", path: "/v1/projects/" + p.ID + "/differences?on=2025-12-20", as: "unit"}).get(t, &table)
	if len(table.Rows) < 10 || table.AppNo != "202501A0012" || !table.OK {
		t.Errorf("%+v", table)
	}
	for format, begins := range map[string]string{"xlsx": "PK", "docx": "PK", "pdf": "%PDF-"} {
		q := request{method: "POST", path: "/v1/differences", as: "bureau/officer", body: []byte(`{"projects":["` + p.ID + `"],"format":"` + format + `","lang":"en","on":"2025-12-20"}`)}
		first, second := s.do(t, q), s.do(t, q)
		if first.status != 200 || !bytes.HasPrefix(first.body, []byte(begins)) || !bytes.Equal(first.body, second.body) || !strings.Contains(first.header.Get("Content-Disposition"), "differences."+format) {
			t.Errorf("%s: %d %.200q", format, first.status, first.body)
		}
	}
}
