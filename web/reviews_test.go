package web

import (
	"bytes"
	"encoding/json"
	"html"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tripact/app"
	"tripact/examples"
	"tripact/project"
	"tripact/storage/records"
)

// unreviewed saves the university's project as it is before its review and returns its id.
func (h *house) unreviewed(t *testing.T) string {
	t.Helper()
	raw, err := fs.ReadFile(examples.FS(), "ningbo-2025/01-university-serbia.json")
	if err != nil {
		t.Fatal(err)
	}
	whole := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &whole); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"review", "approval", "contract"} {
		delete(whole, part)
	}
	if raw, err = json.Marshal(whole); err != nil {
		t.Fatal(err)
	}
	rec, found, err := h.app.SaveProject(t.Context(), app.LocalOwner(), raw, 0)
	if err != nil || found.Failed() {
		t.Fatal(err, found)
	}
	return rec.ID
}

var (
	inputs    = regexp.MustCompile(`<input (?:type="hidden" )?name="([^"]+)"(?: type="[^"]+")?(?: step="1")?(?: required)? value="([^"]*)"`)
	checked   = regexp.MustCompile(`<input type="(?:radio|checkbox)" name="([^"]+)" value="([^"]*)" checked`)
	textareas = regexp.MustCompile(`(?s)<textarea name="([^"]+)"[^>]*>([^<]*)</textarea>`)
	selects   = regexp.MustCompile(`(?s)<select name="([^"]+)">(.*?)</select>`)
	chosen    = regexp.MustCompile(`<option value="([^"]*)" selected`)
)

// filled is the form of a page as a browser would send it.
func filled(body string) url.Values {
	_, body, _ = strings.Cut(body, "<main>") // without the head's forms
	form := url.Values{}
	for _, find := range []*regexp.Regexp{inputs, checked, textareas} {
		for _, m := range find.FindAllStringSubmatch(body, -1) {
			form.Set(m[1], html.UnescapeString(m[2]))
		}
	}
	for _, m := range selects.FindAllStringSubmatch(body, -1) {
		form.Set(m[1], "")
		if c := chosen.FindStringSubmatch(m[2]); c != nil {
			form.Set(m[1], html.UnescapeString(c[1]))
		}
	}
	return form
}

// row is the number of a rule's row in a form.
func row(t *testing.T, form url.Values, rule string) string {
	t.Helper()
	for name, v := range form {
		if n, ok := strings.CutPrefix(name, "rule."); ok && v[0] == rule {
			return n
		}
	}
	t.Fatalf("no row for %q", rule)
	return ""
}

// TestReviewOnPages: an officer sees what the data show and what a person decides, saves decisions, is told what keeps the review from its end, and ends it; a second officer's
// decisions bear that one's name, and nobody's work is overwritten unseen.
func TestReviewOnPages(t *testing.T) {
	h := newHouse(t, nil)
	id := h.unreviewed(t)
	c := h.join(t, app.Organisation{ID: records.FirstBureau}, "officer", app.Officer)
	at := h.public + "/projects/" + id + "/review"
	page := func(c *http.Client) (string, url.Values) {
		t.Helper()
		status, _, body := do(t, c, "GET", at+"?lang=en", nil)
		if status != 200 {
			t.Fatalf("%d %.500s", status, body)
		}
		return body, filled(body)
	}
	send := func(c *http.Client, form url.Values, step string, want int) string {
		t.Helper()
		form.Set("step", step)
		status, header, body := do(t, c, "POST", at, form)
		if status != want {
			t.Fatalf("%s: %d, want %d: %s", step, status, want, body)
		}
		return header.Get("Location") + body
	}
	saved := func() (*project.Review, int) {
		t.Helper()
		rec, err := h.app.Project(t.Context(), app.LocalOwner(), id)
		if err != nil {
			t.Fatal(err)
		}
		p, _ := project.Decode(bytes.NewReader(rec.Payload))
		return p.Review, rec.Revision
	}

	if status, _, body := do(t, c, "GET", h.public+"/projects/"+id, nil); status != 200 || !strings.Contains(body, `href="/projects/`+id+`/review"`) {
		t.Errorf("the project does not lead there: %d %s", status, body)
	}
	body, form := page(c)
	if !strings.Contains(body, "nothing yet, as rules are undecided") || form.Get("reviewer") != "成员officer" || form.Get("date") == "" || form.Get("base") != "1" {
		t.Errorf("begun: %v %s", form, body)
	}
	// Nothing is accepted that nobody decided.
	for name, v := range map[string]string{"notice_no": "甬科外形审〔2025〕12号", "submitted_at": "2025-09-03T15:26:40", "recommended_at": "2025-09-08T10:05", "reviewed_at": "2025-09-15T16:20:00", "date": "2025-09-16"} {
		form.Set(name, v)
	}
	form.Set("result", "accepted")
	form.Set("accept_no", "2025SL0012")
	if body := send(c, form, "conclude", 422); !strings.Contains(body, "rules undecided that ask a person") || !strings.Contains(body, `role="alert"`) {
		t.Errorf("nothing decided: %s", body)
	}
	// What was written comes back, with what is missing, and without a word lost.
	n := row(t, form, "NB-II.3.c")
	form.Set("reason."+n, "协议英文签字页\r\n<未载明>\r\n部门。")
	if body := send(c, form, "check", 422); !strings.Contains(body, "NB-II.3.c has words and no decision") || !strings.Contains(body, "&lt;未载明&gt; 部门") {
		t.Errorf("words without a decision: %s", body)
	}
	form.Set("decision."+n, "unmet")
	if got := filled(send(c, form, "check", 200)); got.Get("reason."+n) != "协议英文签字页 <未载明> 部门。" || got.Get("recommended_at") != "2025-09-08T10:05" || got.Get("decision."+n) != "unmet" {
		t.Errorf("a check forgot: %v", got)
	}
	form.Set("evidence."+n, "附件A1第18页")
	form.Set("remedy."+n, "请补充说明。")
	if r, revision := saved(); r != nil || revision != 1 {
		t.Fatalf("a check saved: %+v, revision %d", r, revision)
	}
	m := row(t, form, "NB-II.2.4")
	form.Set("decision."+m, "met")
	if to := send(c, form, "save", 303); to != "/projects/"+id+"/review" {
		t.Errorf("saved: %s", to)
	}
	r, revision := saved()
	if revision != 2 || r == nil || r.Result != "" || len(r.Decisions) != 2 || r.Decisions[0].Name != "成员officer" || r.Recommended.String() != "2025-09-08T10:05:00+08:00" {
		t.Fatalf("saved: %+v, revision %d", r, revision)
	}
	// Another officer adds a decision of her own on another clause; the first one's stay his.
	other := h.join(t, app.Organisation{ID: records.FirstBureau}, "second", app.Officer)
	body, form2 := page(other)
	if !strings.Contains(body, "协议英文签字页") || !strings.Contains(body, "Not accepted (returned for correction)") {
		t.Errorf("what is on record: %s", body)
	}
	last := row(t, form2, "")
	form2.Set("decision."+last, "unmet")
	if body := send(other, form2, "check", 422); !strings.Contains(body, "no clause is chosen") {
		t.Errorf("no clause: %s", body)
	}
	form2.Set("rule."+last, "NB-III.1.3b")
	for _, field := range []string{"reason.", "evidence.", "remedy."} {
		form2.Set(field+last, "见附件。")
	}
	form2.Set("others_met", "1")
	send(other, form2, "save", 303)
	r, revision = saved()
	names := map[string]string{}
	for _, d := range r.Decisions {
		names[d.RuleID] = d.Name
	}
	if revision != 3 || len(names) != 3 || names["NB-II.3.c"] != "成员officer" || names["NB-II.2.4"] != "成员officer" || names["NB-III.1.3b"] != "成员second" || r.OthersMet != "成员second" {
		t.Fatalf("by whom: %v, %q, revision %d", names, r.OthersMet, revision)
	}
	// The first one's page is of before: it is not saved over hers.
	form.Set("result", "returned_correctable")
	if body := send(c, form, "save", 409); !strings.Contains(body, "somebody else saved the project meanwhile") || filled(body).Get("base") != "3" {
		t.Errorf("meanwhile: %s", body)
	}
	_, form = page(c)
	form.Set("result", "returned_correctable")
	if body := send(c, form, "conclude", 422); !strings.Contains(body, "without a date") || !strings.Contains(body, "附件A1第18页") {
		t.Errorf("no date for the correction: %s", body)
	}
	form.Set("correct_by", "2025-09-26T17:00:00")
	for range 2 { // sent twice, it is one review and one notice
		if to := send(c, form, "conclude", 303); to != "/projects/"+id {
			t.Errorf("concluded: %s", to)
		}
	}
	r, revision = saved()
	if revision != 4 || r.Result != app.Correctable || r.CorrectBy.String() != "2025-09-26T17:00:00+08:00" {
		t.Errorf("concluded: %+v, revision %d", r, revision)
	}
	v, err := h.app.ProjectView(t.Context(), app.LocalOwner(), id)
	if err != nil || len(v.Documents) != 1 || v.Documents[0].Kind != app.ReviewNotice || len(v.Documents[0].Files) != 2 {
		t.Errorf("the notice: %+v %v", v.Documents, err)
	}
	if body, _ := page(c); !strings.Contains(body, "Concluded: ") {
		t.Errorf("the end: %s", body)
	}
	if status, _, _ := do(t, c, "POST", at, form, csrf...); status != http.StatusForbidden {
		t.Errorf("from another site: %d", status)
	}
	form.Set("base", "x")
	send(c, form, "check", 422)
}

// TestReviewOfFindings: a review that was recorded as findings alone opens as the decisions that they stand for, and loses nothing when it is saved.
func TestReviewOfFindings(t *testing.T) {
	saved := &project.Review{Reviewer: "顾书言", Findings: []project.ReviewFinding{
		{RuleID: "NB-II.2.2", Severity: "correctable", Source: "manual", Kind: "completeness", Fact: "未载明。", Evidence: "第18页", Remedy: "补充。", FactEN: "Not stated."},
		{RuleID: "NB-III.1.3b", Severity: "fatal", Source: "auto"},
		{RuleID: "NB-II.1.e", Severity: "note", Source: "manual", Fact: "原则上。"},
	}}
	s := &Server{cfg: Config{Now: time.Now}}
	f := s.reviewOn(saved, app.Principal{})
	want := project.ReviewDecision{RuleID: "NB-II.2.2", Decision: "unmet", Name: "顾书言", Reason: "未载明。", ReasonEN: "Not stated.", Evidence: "第18页", Remedy: "补充。", Kind: "completeness", Severity: "correctable"}
	if len(f.Decisions) != 1 || f.Decisions[0] != want {
		t.Errorf("decisions: %+v", f.Decisions)
	}
	raw, err := f.json(saved, "")
	if err != nil || !strings.Contains(string(raw), "原则上") || strings.Contains(string(raw), "NB-III.1.3b") || strings.Contains(string(raw), "result") {
		t.Errorf("sent: %s %v", raw, err)
	}
}
