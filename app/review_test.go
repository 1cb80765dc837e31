package app_test

import (
	"bytes"
	"io/fs"
	"slices"
	"testing"

	"tripact/app"
	"tripact/examples"
	"tripact/problem"
	"tripact/project"
)

// reviewed is an example with one of the example reviews.
func reviewed(t *testing.T, name, review string) *project.Project {
	t.Helper()
	data, err := fs.ReadFile(examples.FS(), "ningbo-2025/review/"+review)
	if err != nil {
		t.Fatal(err)
	}
	r, found := project.DecodeReview(bytes.NewReader(data))
	if r == nil {
		t.Fatal(found.Err())
	}
	p := example(t, name)
	p.Review = r
	return p
}

// TestReview: what the data show and what people decided give the result; what does not bear it out keeps it from being issued.
func TestReview(t *testing.T) {
	type edit = func(p *project.Project)
	unmet := func(rule string) project.ReviewDecision {
		return project.ReviewDecision{RuleID: rule, Decision: "unmet", Name: "周慧", Reason: "与要求不符。", ReasonEN: "Not so.", Evidence: "附件A1", Remedy: "请补充。", RemedyEN: "Add it."}
	}
	late := func(p *project.Project) { p.Prior[2].Date = project.Date{Year: 2025, Month: 7, Day: 1} }
	for name, tt := range map[string]struct {
		change   edit
		proposal string
		findings []string // rule severity source
		fails    []string
	}{
		"accepted":          {nil, app.Accepted, nil, nil},
		"no result":         {func(p *project.Project) { p.Review.Result = "" }, app.Accepted, nil, []string{"review.result"}},
		"rules undecided":   {func(p *project.Project) { p.Review.OthersMet = "" }, "", nil, []string{"review.open"}},
		"no number":         {func(p *project.Project) { p.Review.AcceptNo = "" }, app.Accepted, nil, []string{"review.accept_no"}},
		"the data say no":   {late, app.Returned, []string{"NB-III.1.3b fatal auto"}, []string{"review.accepted"}},
		"a person says no":  {func(p *project.Project) { p.Review.Decisions = append(p.Review.Decisions, unmet("NB-II.2.4")) }, app.Correctable, []string{"NB-II.2.4 correctable manual"}, []string{"review.accepted"}},
		"only in principle": {func(p *project.Project) { p.Review.Decisions = append(p.Review.Decisions, unmet("NB-II.1.e")) }, app.Accepted, []string{"NB-II.1.e note manual"}, nil},
		"a file is missing": {func(p *project.Project) {
			p.Attach = slices.DeleteFunc(p.Attach, func(a project.Attachment) bool { return a.Kind == "commitment" })
			p.Commit.Ref, p.Review.Result, p.Review.AcceptNo = "", app.Correctable, ""
			p.Review.CorrectBy = p.Review.ReviewedAt
			p.Review.CorrectBy.Time = p.Review.CorrectBy.AddDate(0, 0, 10)
		}, app.Correctable, []string{"NB-II.3.b correctable auto"}, nil},
		"returned for good": {func(p *project.Project) {
			late(p)
			p.Review.Result, p.Review.AcceptNo = app.Returned, ""
		}, app.Returned, []string{"NB-III.1.3b fatal auto"}, nil},
		"returned without reason":   {func(p *project.Project) { p.Review.Result = app.Returned }, app.Accepted, nil, []string{"review.returned"}},
		"correction without a date": {func(p *project.Project) { late(p); p.Review.Result = app.Correctable }, app.Correctable, []string{"NB-III.1.3b correctable auto"}, []string{"review.correct_by"}},
		"date not after the review": {func(p *project.Project) {
			late(p)
			p.Review.Result, p.Review.CorrectBy = app.Correctable, p.Review.ReviewedAt
		}, app.Correctable, []string{"NB-III.1.3b correctable auto"}, []string{"review.correct_by"}},
		"date one second after": {func(p *project.Project) {
			late(p)
			p.Review.Result, p.Review.CorrectBy = app.Correctable, p.Review.ReviewedAt
			p.Review.CorrectBy.Time = p.Review.CorrectBy.Add(1_000_000_000)
		}, app.Correctable, []string{"NB-III.1.3b correctable auto"}, nil},
		"a date on an acceptance": {func(p *project.Project) { p.Review.CorrectBy = p.Review.ReviewedAt }, app.Accepted, nil, []string{"review.correct_by"}},
		"unmet without reason, place and remedy": {func(p *project.Project) {
			p.Review.Result = app.Returned
			p.Review.Decisions = []project.ReviewDecision{{RuleID: "NB-II.2.4", Decision: "unmet", Name: "周慧"}}
		}, app.Correctable, []string{"NB-II.2.4 correctable manual"}, []string{"review.decision", "review.decision", "review.decision"}},
		"unmet, but a note": {func(p *project.Project) {
			d := unmet("NB-II.2.4")
			d.Severity = "note"
			p.Review.Decisions = append(p.Review.Decisions, d)
		}, app.Accepted, []string{"NB-II.2.4 note manual"}, []string{"review.decision"}},
		"a rule that there is not": {func(p *project.Project) { p.Review.Decisions[0].RuleID = "NB-9" }, app.Accepted, nil, []string{"decision.rule"}},
		"findings beside decisions": {func(p *project.Project) {
			p.Review.Findings = []project.ReviewFinding{{RuleID: "NB-II.1.a", Severity: "fatal", Source: "manual"}}
		}, app.Accepted, nil, []string{"review.findings"}},
		"the data contradict themselves": {func(p *project.Project) { p.Budget.Units[0].Fiscal--; p.Derive() }, app.Accepted, nil, []string{"project.budget.units", "project.budget.units.fiscal"}},
		"findings without decisions": {func(p *project.Project) {
			p.Review.Decisions, p.Review.OthersMet = nil, ""
			p.Review.Findings = []project.ReviewFinding{{RuleID: "NB-II.1.a", Severity: "fatal", Source: "manual"}}
		}, app.Returned, []string{"NB-II.1.a fatal manual"}, []string{"review.accepted"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := reviewed(t, university, "01-accepted.json")
			if tt.change != nil {
				tt.change(p)
			}
			before := *p.Review
			r, found := offline(t).Review(p, signing)
			var rows []string
			for _, f := range r.Review.Findings {
				rows = append(rows, f.RuleID+" "+f.Severity+" "+f.Source)
				if f.Source == "auto" && (f.ClauseCN == "" || f.ClauseEN == "" || f.Requirement == "" || f.Fact == "" || f.FactEN == "" || f.Evidence == "" || f.EvidenceEN == "" || f.Remedy == "" || f.RemedyEN == "" || f.Kind == "") {
					t.Errorf("incomplete: %+v", f)
				}
			}
			if r.Proposal != tt.proposal || !slices.Equal(rows, tt.findings) || !slices.Equal(codes(found, problem.Fail), tt.fails) {
				t.Errorf("proposal %s, findings %q, fails %q; want %s, %q, %q\n%v", r.Proposal, rows, codes(found, problem.Fail), tt.proposal, tt.findings, tt.fails, found)
			}
			if before.Result != p.Review.Result || len(before.Findings) != len(p.Review.Findings) {
				t.Error("the project was changed")
			}
			files, gen := offline(t).Generate(t.Context(), []*project.Project{p}, app.Request{Kinds: []app.Kind{app.ReviewNotice}, DOCX: true, On: signing})
			if (len(files) == 1) != (len(tt.fails) == 0) || gen.Failed() != (len(tt.fails) > 0) {
				t.Errorf("%d files, %v", len(files), gen)
			}
		})
	}
}

// TestExampleReviews: each example review makes a notice in both languages; an English one without English words says so.
func TestExampleReviews(t *testing.T) {
	for _, tt := range []struct{ project, review, result string }{
		{university, "01-accepted.json", app.Accepted}, {young, "02-returned-for-correction.json", app.Correctable}, {enterprise, "03-returned-for-good.json", app.Returned},
	} {
		p := reviewed(t, tt.project, tt.review)
		r, found := offline(t).Review(p, signing)
		if found.Failed() || r.Proposal != tt.result && r.Proposal != app.Correctable && tt.result != app.Returned || r.Review.Result != tt.result {
			t.Errorf("%s: %s, %v", tt.review, r.Proposal, found)
		}
		for _, lang := range []string{"zh", "en"} {
			files, found := offline(t).Generate(t.Context(), []*project.Project{p}, app.Request{Kinds: []app.Kind{app.ReviewNotice}, DOCX: true, Lang: lang, On: signing})
			if len(files) != 1 || slices.Contains(codes(found, problem.Warn), "review.english") {
				t.Errorf("%s in %s: %v", tt.review, lang, found)
			}
		}
	}
	p := reviewed(t, young, "02-returned-for-correction.json")
	p.Review.Decisions[0].ReasonEN = ""
	_, found := offline(t).Generate(t.Context(), []*project.Project{p}, app.Request{Kinds: []app.Kind{app.ReviewNotice}, DOCX: true, Lang: "en", On: signing})
	if found.Failed() || !slices.Contains(codes(found, problem.Warn), "review.english") {
		t.Errorf("%v", found)
	}
}
