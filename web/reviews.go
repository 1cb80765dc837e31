package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gorilla/mux"

	"tripact/app"
	"tripact/problem"
	"tripact/project"
)

// reviewRoutes adds the page on which an officer decides a format review.
func (s *Server) reviewRoutes(r *mux.Router) {
	r.HandleFunc("/projects/{project}/review", s.guard(s.review)).Methods(http.MethodGet)
	r.HandleFunc("/projects/{project}/review", s.guardUpTo(maxReview, s.sendReview)).Methods(http.MethodPost)
}

// Limits of the form of a review: its bytes, and its rows, of which a call has one for each rule at most.
const (
	maxReview     = 1 << 20
	maxReviewRows = 500
)

// reviewRow is a rule that a person decides, with the decision as the form has it.
type reviewRow struct {
	Rule  app.CallRule // zero for a row whose rule is chosen from the others
	Known bool         // the call has this rule
	project.ReviewDecision
}

// Open reports whether the row has words to show.
func (r reviewRow) Open() bool { return r.Decision == "unmet" || wordy(r.ReviewDecision) }

// wordy reports whether anything was written about a decision.
func wordy(d project.ReviewDecision) bool {
	d.RuleID, d.Decision, d.Name = "", "", ""
	return d != (project.ReviewDecision{})
}

// numberedRow is a row with its number in the form.
type numberedRow struct {
	N   int
	Row reviewRow
}

// reviewForm is what the form of a review says beside its decisions, as text.
type reviewForm struct {
	NoticeNo, Received, Recommended, Reviewed, Result, AcceptNo, CorrectBy, Reviewer, Date, Lang string

	Decisions []project.ReviewDecision // as filled in, one for each row
	OthersMet string                   // who finds all others met
}

// reviewPage is what the page of a review is made from.
type reviewPage struct {
	app.ReviewSheet

	Form     reviewForm
	Rows     []reviewRow
	Others   []app.CallRule // that the last row can be about
	OthersBy string         // who would find all others met
	Refused  bool           // what was asked for was not done, and Findings say why
	Meantime bool           // somebody else saved the project meanwhile
	Findings problem.List
}

// Issued reports whether the review on record has a result.
func (p reviewPage) Issued() bool { return p.Saved != nil && p.Saved.Result != "" }

// reviewFuncs are what the page of a review asks for.
func reviewFuncs() template.FuncMap {
	return template.FuncMap{
		"choices": project.Choices,
		"label":   project.Label,
		"numbered": func(i int, row reviewRow) numberedRow {
			return numberedRow{i, row}
		},
	}
}

func (s *Server) review(w http.ResponseWriter, r *http.Request, who app.Principal) {
	s.showReview(w, r, http.StatusOK, who, reviewPage{}, nil)
}

// showReview shows a review: as form has it, or as it is on record for nil.
func (s *Server) showReview(w http.ResponseWriter, r *http.Request, status int, who app.Principal, page reviewPage, form *reviewForm) {
	if page.Review == nil {
		sheet, err := s.cfg.Cases.ReviewSheet(r.Context(), who, mux.Vars(r)["project"], project.DateOf(s.cfg.Now()))
		if found := problem.Of(err); found != nil {
			s.showProject(w, r, who, http.StatusUnprocessableEntity, found)
			return
		}
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		page.ReviewSheet = sheet
	}
	if page.Findings == nil {
		page.Findings = page.ReviewSheet.Findings
	}
	if form == nil {
		begun := s.reviewOn(page.Saved, who)
		form = &begun
	}
	page.Form, page.OthersBy = *form, who.Name
	if page.Saved != nil && page.Saved.OthersMet != "" {
		page.OthersBy = page.Saved.OthersMet
	}
	page.Rows, page.Others = reviewRows(page.ReviewSheet, form.Decisions)
	s.show(w, r, status, "review.html", page)
}

// reviewOn fills the form of a review from the one on record. Findings that were written without decisions become the decisions that they stand for.
func (s *Server) reviewOn(saved *project.Review, who app.Principal) reviewForm {
	now := project.Time{Time: s.cfg.Now()}
	if saved == nil {
		return reviewForm{Reviewed: local(project.Time{Time: now.Truncate(time.Minute)}), Date: now.Date().String(), Reviewer: who.Name, Lang: "zh"}
	}
	f := reviewForm{
		NoticeNo: saved.NoticeNo, Received: local(saved.ReceivedAt), Recommended: local(saved.Recommended), Reviewed: local(saved.ReviewedAt), Result: saved.Result,
		AcceptNo: saved.AcceptNo, CorrectBy: local(saved.CorrectBy), Reviewer: saved.Reviewer, Date: saved.Date.String(), Lang: "zh",
		Decisions: slices.Clone(saved.Decisions), OthersMet: saved.OthersMet,
	}
	if !saved.Decided() {
		for _, v := range saved.Findings {
			if v.Severity != "note" && v.Source != "auto" {
				f.Decisions = append(f.Decisions, project.ReviewDecision{
					RuleID: v.RuleID, Decision: "unmet", Name: saved.Reviewer, Reason: v.Fact, ReasonEN: v.FactEN, Evidence: v.Evidence, EvidenceEN: v.EvidenceEN,
					Remedy: v.Remedy, RemedyEN: v.RemedyEN, Kind: v.Kind, Severity: v.Severity,
				})
			}
		}
	}
	return f
}

// reviewRows are the rows of the form: every rule that asks a person, in the order of the call, what else was decided, and a last row for a rule of choice.
func reviewRows(sheet app.ReviewSheet, decisions []project.ReviewDecision) (rows []reviewRow, others []app.CallRule) {
	byRule := map[string][]project.ReviewDecision{}
	for _, d := range decisions {
		byRule[d.RuleID] = append(byRule[d.RuleID], d)
	}
	add := func(rule app.CallRule, always bool) bool {
		list := byRule[rule.ID]
		delete(byRule, rule.ID)
		if len(list) == 0 && always {
			list = []project.ReviewDecision{{RuleID: rule.ID}}
		}
		for _, d := range list {
			rows = append(rows, reviewRow{rule, true, d})
		}
		return len(list) > 0
	}
	last := reviewRow{}
	if list := byRule[""]; len(list) > 0 {
		last.ReviewDecision = list[0]
	}
	delete(byRule, "")
	for _, rule := range sheet.Asked {
		add(rule, true)
	}
	for _, rule := range sheet.Others {
		if !add(rule, false) {
			others = append(others, rule)
		}
	}
	for _, d := range decisions { // of no rule in force: kept, so that the officer sees what is wrong
		for _, d := range byRule[d.RuleID] {
			rows = append(rows, reviewRow{ReviewDecision: d})
		}
		delete(byRule, d.RuleID)
	}
	return append(rows, last), others
}

// local is an instant as a form has it, in Beijing, to the second.
func local(t project.Time) string {
	text, _, _ := strings.Cut(t.String(), "+")
	return text
}

// instant is what a form's time says, in project data; text that is none is left as it is, for the decoder to refuse.
func instant(text string) string {
	if t, err := time.Parse("2006-01-02T15:04", text); err == nil {
		return t.Format("2006-01-02T15:04:05+08:00")
	}
	if t, err := time.Parse("2006-01-02T15:04:05", text); err == nil {
		return t.Format("2006-01-02T15:04:05+08:00")
	}
	return text
}

// oneLine puts lines of a form together, as each text is one paragraph of a notice: without a space where Chinese meets.
func oneLine(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		last, _ := utf8.DecodeLastRuneInString(b.String())
		first, _ := utf8.DecodeRuneInString(line)
		if b.Len() > 0 && (last < utf8.RuneSelf || first < utf8.RuneSelf) {
			b.WriteByte(' ')
		}
		b.WriteString(line)
	}
	return b.String()
}

// formOf reads the form of a review, with who decided what: whoever sends a decision has made it, unless it is on record as it is.
func formOf(r *http.Request, saved *project.Review, who app.Principal) (reviewForm, problem.List) {
	text := func(name string) string { return oneLine(r.PostFormValue(name)) }
	f := reviewForm{
		NoticeNo: text("notice_no"), Received: text("submitted_at"), Recommended: text("recommended_at"), Reviewed: text("reviewed_at"), Result: text("result"),
		AcceptNo: text("accept_no"), CorrectBy: text("correct_by"), Reviewer: text("reviewer"), Date: text("date"), Lang: text("lang"),
	}
	if saved == nil {
		saved = new(project.Review)
	}
	if text("others_met") != "" {
		f.OthersMet = cmp.Or(saved.OthersMet, who.Name)
	}
	var found problem.List
	for i := range maxReviewRows {
		n := "." + strconv.Itoa(i)
		if _, ok := r.PostForm["rule"+n]; !ok {
			break
		}
		d := project.ReviewDecision{
			RuleID: text("rule" + n), Decision: text("decision" + n), Name: who.Name, Reason: text("reason" + n), ReasonEN: text("reason_en" + n), Evidence: text("evidence" + n),
			EvidenceEN: text("evidence_en" + n), Remedy: text("remedy" + n), RemedyEN: text("remedy_en" + n), Kind: text("kind" + n), Severity: text("severity" + n),
		}
		for _, before := range saved.Decisions {
			name := before.Name
			if before.Name = d.Name; before == d {
				d.Name = name
			}
		}
		switch {
		case d.Decision == "" && !wordy(d):
			continue
		case d.Decision == "":
			found.Add(problem.Finding{
				Code: "review.form", Severity: problem.Fail, Path: "/review/decisions", Found: d.RuleID,
				Message: problem.Tf("%[1]s 填写了意见，但没有判断是否符合", "%[1]s has words and no decision", cmp.Or(d.RuleID, "—")),
				Fix:     problem.Fix{ZH: "选择“符合”或“不符合”，或删去意见", EN: "choose met or unmet, or take the words out"},
			})
		case d.RuleID == "":
			found.Add(problem.Finding{
				Code: "review.form", Severity: problem.Fail, Path: "/review/decisions",
				Message: problem.T("对其他条款作了判断，但没有选择条款", "there is a decision on another clause, and no clause is chosen"), Fix: problem.Fix{ZH: "选择条款", EN: "choose the clause"},
			})
		}
		f.Decisions = append(f.Decisions, d)
	}
	return f, found
}

// json is the review as project data. Notes that are on record beside the decisions stay.
func (f reviewForm) json(saved *project.Review, result string) ([]byte, error) {
	whole := map[string]any{}
	for name, v := range map[string]string{
		"notice_no": f.NoticeNo, "submitted_at": instant(f.Received), "recommended_at": instant(f.Recommended), "reviewed_at": instant(f.Reviewed), "result": result,
		"accept_no": f.AcceptNo, "correct_by": instant(f.CorrectBy), "reviewer": f.Reviewer, "date": f.Date, "others_met_by": f.OthersMet,
	} {
		if v != "" {
			whole[name] = v
		}
	}
	if len(f.Decisions) > 0 {
		whole["decisions"] = f.Decisions
	}
	if saved != nil {
		notes := slices.DeleteFunc(slices.Clone(saved.Findings), func(v project.ReviewFinding) bool { return v.Severity != "note" || v.Source == "auto" })
		if len(notes) > 0 {
			whole["findings"] = notes
		}
	}
	return json.Marshal(whole)
}

// sendReview does what the officer asks for with the form: look at what it comes to, save it without a result, or conclude the review and make its notice.
func (s *Server) sendReview(w http.ResponseWriter, r *http.Request, who app.Principal) {
	id, on := mux.Vars(r)["project"], project.DateOf(s.cfg.Now())
	now, err := s.cfg.Cases.ReviewSheet(r.Context(), who, id, on)
	if found := problem.Of(err); found != nil {
		s.showProject(w, r, who, http.StatusUnprocessableEntity, found)
		return
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	base, err := strconv.Atoi(r.PostFormValue("base")) // also reads the form
	if err != nil {
		plain(w, http.StatusUnprocessableEntity, "base: a number")
		return
	}
	form, found := formOf(r, now.Saved, who)
	step, result := r.PostFormValue("step"), form.Result
	if step == "save" {
		result = ""
	}
	raw, err := form.json(now.Saved, result)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	req := app.Request{DOCX: true, PDF: true, Lang: form.Lang, On: on}
	page := reviewPage{ReviewSheet: now, Refused: true}
	if found.Failed() {
		page.Findings = found
		s.showReview(w, r, http.StatusUnprocessableEntity, who, page, &form)
		return
	}
	switch step {
	case "save":
		_, found, err = s.cfg.Cases.SavePart(r.Context(), who, id, app.PartReview, raw, base)
	case "conclude":
		_, _, found, err = s.cfg.Cases.Conclude(r.Context(), who, id, raw, base, req)
	default:
		var sheet app.ReviewSheet
		if sheet, found, err = s.cfg.Cases.TryReview(r.Context(), who, id, raw, req); err == nil && !found.Failed() {
			s.showReview(w, r, http.StatusOK, who, reviewPage{ReviewSheet: sheet, Findings: sheet.Findings}, &form)
			return
		}
	}
	if of := problem.Of(err); of != nil {
		found, err = of, nil
	}
	switch {
	case errors.Is(err, app.ErrConflict):
		page.Meantime = true
		page.Findings = problem.List{{
			Code: "review.meantime", Severity: problem.Fail,
			Message: problem.T("填写期间项目已被他人修改，本次提交未保存", "somebody else saved the project meanwhile: nothing of this was saved"),
			Fix:     problem.Fix{ZH: "在新窗口核对现行内容，再提交本页；再次提交以本页内容为准", EN: "look at what is on record in another window, and send this again; it then replaces that"},
		}}
		s.showReview(w, r, http.StatusConflict, who, page, &form)
	case err != nil:
		s.refuse(w, r, err)
	case found.Failed():
		for i := range found {
			if found[i].Code == "project.field.missing" { // who fills in a form knows its names, not those of the data
				found[i].Fix = problem.Fix{ZH: "请填写", EN: "fill it in"}
			}
		}
		page.Findings = found
		if sheet, more, err := s.cfg.Cases.TryReview(r.Context(), who, id, raw, req); err == nil && !more.Failed() {
			page.ReviewSheet = sheet // what the form comes to, not what is on record
		}
		s.showReview(w, r, http.StatusUnprocessableEntity, who, page, &form)
	case step == "conclude":
		http.Redirect(w, r, "/projects/"+id, http.StatusSeeOther)
	default:
		http.Redirect(w, r, "/projects/"+id+"/review", http.StatusSeeOther)
	}
}
