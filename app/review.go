package app

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"tripact/problem"
	"tripact/programme"
	"tripact/project"
)

// Results of a format review: codes of project's enum "review_result".
const (
	Accepted    = "accepted"
	Correctable = "returned_correctable"
	Returned    = "returned_final"
)

// FormatReview is a format review worked out: what the data show and what people decided, together.
type FormatReview struct {
	Review   *project.Review // with the findings that a notice prints, in the order of the call's clauses
	Proposal string          // the result that follows from the findings; "" while rules are open that could change it
	Open     []string        // ids of the rules that still ask a person
}

// Review works out the format review of p, which must have one: the program proposes, people decide, and only a result that the
// findings bear out makes a notice (NB-IV.3b).
//
// Findings of the data cite their clause, the fact, where it was seen and the remedy, in both languages. A rule that a person decides is unmet only
// by a decision with name and reason; Review.OthersMet names who found all others met. A rule about who or what is eligible is fatal, other
// failures can be corrected, and what holds only in principle is a note; a decision may say otherwise of its own rule. A review that records no
// decisions keeps the findings that it has, and so does one that accepts an application and has none, as a notice that was issued
// before decisions were kept.
//
// The list holds what keeps the review from being issued: no result, an acceptance against findings or with rules undecided, a return without
// reason, a correction without the bureau's date. The date is never computed.
func (a *App) Review(p *project.Project, on project.Date) (*FormatReview, problem.List) {
	b, found := a.bundle(p)
	if found.Failed() {
		return nil, found
	}
	decide := p.Review.Decided() || len(p.Review.Findings) == 0 && p.Review.Result != Accepted
	out, more := a.workOut(b.Call, p, on, decide)
	return out, append(found, more...)
}

// workOut is Review; decide says whether the findings follow from data and decisions, or are those that the review has.
func (a *App) workOut(call *programme.Call, p *project.Project, on project.Date, decide bool) (*FormatReview, problem.List) {
	var found problem.List
	review := *p.Review
	out := &FormatReview{Review: &review}
	if decide {
		found.Add(out.decide(a, call, p, on)...)
	}
	out.propose()
	found.Add(out.check()...)
	return out, found
}

// decide puts the findings of the data and of people's decisions together.
func (r *FormatReview) decide(a *App, call *programme.Call, p *project.Project, on project.Date) (found problem.List) {
	var rows []project.ReviewFinding
	for _, f := range r.Review.Findings {
		if f.Severity != "note" || f.Source == "auto" {
			found.Add(reviewFault("review.findings", "/review/findings", problem.T("已记录人工判断的审查，除提示外不另写审查意见", "a review that records decisions has no findings of its own but notes"), f.RuleID,
				problem.T("把意见写成 decisions 中的判断", "make it a decision")))
			continue
		}
		rows = append(rows, f)
	}
	bare := *p // without its review, which is not what is reviewed
	bare.Review = nil
	for _, f := range a.Check(&bare, programme.FormatReview, on) {
		rule, ok := call.Rule(f.Code)
		switch {
		case f.Severity == problem.Info:
		case ok:
			rows = append(rows, automatic(&rule, f))
		case f.Severity == problem.Fail && r.Review.Result == Accepted: // no clause: the data contradict themselves
			f.File = cmp.Or(f.File, p.Project.AppNo)
			found.Add(f)
		}
	}
	for i, d := range r.Review.Decisions {
		rule, ok := call.Rule(d.RuleID)
		if !ok || d.Decision != string(programme.Unmet) {
			continue // Decide says what is wrong with it
		}
		row, faults := byPerson(&rule, d, "/review/decisions/"+strconv.Itoa(i))
		found.Add(faults...)
		rows = append(rows, row)
	}
	for _, f := range call.Decide(&bare, programme.FormatReview, on, programme.Decisions(r.Review)) {
		switch {
		case f.Severity == problem.Fail && strings.HasPrefix(f.Code, "decision."):
			f.Path = "/review/decisions"
			found.Add(f)
		case f.Severity == problem.Info && r.Review.OthersMet == "":
			r.Open = append(r.Open, f.Code)
		}
	}
	order := make(map[string]int, len(call.Rules))
	for i := range call.Rules {
		order[call.Rules[i].ID] = i
	}
	slices.SortStableFunc(rows, func(x, y project.ReviewFinding) int { return cmp.Compare(order[x.RuleID], order[y.RuleID]) })
	slices.SortStableFunc(r.Open, func(x, y string) int { return cmp.Compare(order[x], order[y]) })
	if r.Review.Result == Correctable {
		for i := range rows {
			if rows[i].Severity == "fatal" {
				found.Add(problem.Finding{
					Code: "review.eligibility", Severity: problem.Warn, Path: "/review/result", Found: rows[i].RuleID,
					Message: problem.Tf("%[1]s 关系申报资格，一般无法通过补正解决；通知按“可补正”写明", "%[1]s is about eligibility, which a correction can seldom mend; the notice says that it can be corrected", rows[i].RuleID),
					Fix:     problem.Fix{ZH: "确认限期补正，或把结论改为退回", EN: "confirm the correction, or return the application for good"},
				})
				rows[i].Severity = "correctable"
			}
		}
	}
	r.Review.Findings = rows
	return found
}

// automatic is a finding of the data as a notice has it.
func automatic(rule *programme.Rule, f problem.Finding) project.ReviewFinding {
	where := project.Where(f.Path)
	return project.ReviewFinding{
		RuleID: rule.ID, ClauseCN: rule.Clause.ZH, ClauseEN: rule.Clause.EN, Requirement: rule.Requirement.ZH,
		Fact: f.Message.ZH + foundWords(f, "zh") + "。", FactEN: f.Message.EN + foundWords(f, "en") + ".",
		Evidence: "申报数据“" + where.ZH + "”", EvidenceEN: "Application data, “" + where.EN + "”",
		Kind: rule.Kind(), Source: string(programme.Auto), Severity: weight(rule, f.Severity), Remedy: f.Fix.ZH + "。", RemedyEN: f.Fix.EN + ".",
	}
}

// weight is what a failure of a rule is for the notice.
func weight(rule *programme.Rule, s problem.Severity) string {
	switch {
	case s != problem.Fail:
		return "note"
	case rule.Kind() == "eligibility":
		return "fatal"
	}
	return "correctable"
}

// byPerson is a person's finding as a notice has it, with what it lacks.
func byPerson(rule *programme.Rule, d project.ReviewDecision, path string) (project.ReviewFinding, problem.List) {
	source := string(programme.Manual)
	if rule.How == programme.Attached {
		source = string(programme.Attached)
	}
	f := project.ReviewFinding{
		RuleID: rule.ID, ClauseCN: rule.Clause.ZH, ClauseEN: rule.Clause.EN, Requirement: rule.Requirement.ZH,
		Fact: d.Reason, FactEN: d.ReasonEN, Evidence: d.Evidence, EvidenceEN: d.EvidenceEN, Remedy: d.Remedy, RemedyEN: d.RemedyEN,
		Kind: cmp.Or(d.Kind, rule.Kind()), Source: source, Severity: cmp.Or(d.Severity, weight(rule, rule.Severity)),
	}
	var found problem.List
	lack := func(text, field, zh, en string) {
		if text == "" {
			found.Add(reviewFault("review.decision", path+"/"+field, problem.Tf("判断 %[3]s 不符合，但没有写明%[1]s", "%[3]s is found unmet without %[2]s", zh, en, rule.ID), "",
				problem.Tf("填写 %[1]s", "fill in %[1]s", field)))
		}
	}
	lack(f.Fact, "reason", "事实和理由", "fact and reason")
	lack(f.Evidence, "evidence", "证据位置", "where it was seen")
	if f.Severity == "correctable" {
		lack(f.Remedy, "remedy", "处理建议", "a remedy")
	}
	if f.Severity == "note" && rule.Severity == problem.Fail {
		found.Add(reviewFault("review.decision", path+"/severity", problem.Tf("%[1]s 为必须符合的条款，不符合时不能只作提示", "%[1]s must be met; found unmet, it is more than a note", rule.ID), d.Severity,
			problem.T("改为 fatal 或 correctable", "make it fatal or correctable")))
	}
	return f, found
}

// propose tells what result follows from the findings.
func (r *FormatReview) propose() {
	r.Proposal = Accepted
	for _, f := range r.Review.Findings {
		switch f.Severity {
		case "fatal":
			r.Proposal = Returned
			return
		case "correctable":
			r.Proposal = Correctable
		}
	}
	if len(r.Open) > 0 && r.Proposal == Accepted {
		r.Proposal = ""
	}
}

// check tells what keeps the result from being issued.
func (r *FormatReview) check() (found problem.List) {
	v := r.Review
	fail := func(code, path string, message problem.Text, seen string, fix problem.Text) {
		found.Add(reviewFault(code, path, message, seen, fix))
	}
	var against []string
	for _, f := range v.Findings {
		if f.Severity != "note" {
			against = append(against, f.RuleID)
		}
	}
	against = slices.Compact(against)
	open := strings.Join(r.Open, ", ")
	switch v.Result {
	case "":
		proposal := project.Label("review_result", r.Proposal)
		if r.Proposal == "" {
			proposal = problem.T("有条款尚未判断，暂无建议", "none yet, as rules are undecided")
		}
		fail("review.result", "/review/result", problem.Tf("没有审查结论；系统建议：%[1]s", "there is no result; the program proposes: %[2]s", proposal.ZH, proposal.EN), r.Proposal,
			problem.T("由审查人员确认后写明 result", "have the reviewer confirm it, and state it in result"))
	case Accepted:
		if len(against) > 0 {
			fail("review.accepted", "/review/result", problem.Tf("结论为受理，但有不符合的条款：%[1]s", "accepted, with rules that are not met: %[1]s", strings.Join(against, ", ")), v.Result, problem.T("改正申报数据，或作退回处理", "have the application mended, or return it"))
		}
		if len(r.Open) > 0 {
			fail("review.open", "/review/decisions", problem.Tf("结论为受理，但有 %[1]d 条须人工判断的条款没有判断：%[2]s", "accepted, with %[1]d rules undecided that ask a person: %[2]s", len(r.Open), open), "",
				problem.T("逐条判断，或由一人在 others_met_by 署名认定其余条款均符合", "decide each, or have a person state in others_met_by that all others are met"))
		}
		if v.AcceptNo == "" {
			fail("review.accept_no", "/review/accept_no", problem.T("受理通知没有受理编号", "an acceptance has no number"), "", problem.T("填写受理编号", "give the acceptance number"))
		}
	case Correctable, Returned:
		if len(against) == 0 {
			fail("review.returned", "/review/findings", problem.T("结论为退回，但没有不符合的条款", "returned, but no rule is found unmet"), v.Result, problem.T("写明不符合的条款和事实，或予以受理", "state rule and fact, or accept the application"))
		}
		if len(r.Open) > 0 {
			found.Add(problem.Finding{
				Code: "review.open", Severity: problem.Warn, Path: "/review/decisions",
				Message: problem.Tf("有 %[1]d 条须人工判断的条款没有判断：%[2]s", "%[1]d rules that ask a person are undecided: %[2]s", len(r.Open), open),
				Fix:     problem.Fix{ZH: "一次告知全部问题为宜，请逐条判断", EN: "decide each, so that the applicant learns of everything at once"},
			})
		}
	}
	switch {
	case v.Result == Correctable && v.CorrectBy.IsZero():
		fail("review.correct_by", "/review/correct_by", problem.T("限期补正没有写明期限；通知没有规定期限，系统不代填", "returned for correction without a date; the call sets none, and none is made up"), "", problem.T("由主管部门填写补正期限", "have the bureau state the date"))
	case v.Result == Correctable && !v.CorrectBy.After(v.ReviewedAt.Time):
		fail("review.correct_by", "/review/correct_by", problem.Tf("补正期限不晚于审查时间 %[1]s", "the date for correction is not after the review, %[1]s", v.ReviewedAt), v.CorrectBy.String(), problem.T("核对补正期限", "check the date"))
	case v.Result != Correctable && v.Result != "" && !v.CorrectBy.IsZero():
		fail("review.correct_by", "/review/correct_by", problem.T("只有限期补正的退回有补正期限", "only a return for correction has a date for it"), v.CorrectBy.String(), problem.T("删去补正期限，或改正结论", "take the date out, or mend the result"))
	}
	return found
}

func reviewFault(code, path string, message problem.Text, seen string, fix problem.Text) problem.Finding {
	return problem.Finding{Code: code, Severity: problem.Fail, Path: path, Message: message, Found: seen, Fix: problem.Fix{ZH: fix.ZH, EN: fix.EN}}
}

// inEnglish tells which findings of a review have no English words for an English notice.
func inEnglish(r *project.Review) problem.List {
	var found problem.List
	for _, f := range r.Findings {
		if f.FactEN == "" || f.Remedy != "" && f.RemedyEN == "" {
			found.Add(problem.Finding{
				Code: "review.english", Severity: problem.Warn, Path: "/review/findings", Found: f.RuleID,
				Message: problem.Tf("%[1]s 的审查意见没有英文，英文通知将印中文", "the finding on %[1]s has no English words; the English notice prints the Chinese", f.RuleID),
				Fix:     problem.Fix{ZH: "补充 fact_en、remedy_en（判断中为 reason_en、remedy_en）", EN: "add fact_en and remedy_en (reason_en and remedy_en of a decision)"},
			})
		}
	}
	return found
}
