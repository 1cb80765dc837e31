package programme

import (
	"slices"

	"cel.dev/cel-go/common/types"

	"tripact/problem"
	"tripact/project"
)

// Verdict is what a person found about one rule.
type Verdict string

// Verdicts.
const (
	Met   Verdict = "met"
	Unmet Verdict = "unmet"
)

// Decision is a person's decision on one rule of a project. It adds to what the data show and takes nothing away: a person
// who opens a file may find unmet what the data declare, but a finding of Check stays until the data are mended. Without Name it decides nothing, and
// without Reason it finds nothing unmet.
type Decision struct {
	Rule    string  `json:"rule_id"`
	Verdict Verdict `json:"decision"`
	Name    string  `json:"name"`
	Reason  string  `json:"reason"`
}

// Decisions reads the decisions that a format review records. Where it records none by themselves, each finding about an attachment or made
// by a person finds its rule unmet, except where it is a note; the reviewer's name stands for all.
func Decisions(r *project.Review) []Decision {
	if r == nil {
		return nil
	}
	var list []Decision
	for _, d := range r.Decisions {
		list = append(list, Decision{Rule: d.RuleID, Verdict: Verdict(d.Decision), Name: d.Name, Reason: d.Reason})
	}
	if r.Decided() {
		return list
	}
	for _, f := range r.Findings {
		if (f.Source == "manual" || f.Source == "attachment") && f.Severity != "note" {
			list = append(list, Decision{Rule: f.RuleID, Verdict: Unmet, Name: r.Reviewer, Reason: f.Fact})
		}
	}
	return list
}

// Decide gives the findings of the rules that a person decides: those of stage in force on that day that are about p. A
// rule that asks a person at this stage and has no decision is an Info finding that asks for one. A decision that finds its rule unmet has the
// severity of the rule; one that lacks name or reason leaves the rule open, with a Warn, and so fails no project. A
// decision on a clause that binds nobody, or on none of the call, is a Fail.
func (c *Call) Decide(p *project.Project, stage Stage, on project.Date, decisions []Decision) problem.List {
	var list problem.List
	for i, d := range decisions {
		rule, ok := c.Rule(d.Rule)
		switch {
		case !ok:
			list.Add(wrongDecision(d, "decision.rule", problem.T("本通知没有这条规则", "the call has no such rule")))
		case rule.How == Background:
			list.Add(wrongDecision(d, "decision.how", problem.T("说明性条款无须判断", "this clause binds nobody, so there is nothing to decide")))
		case d.Verdict != Met && d.Verdict != Unmet:
			list.Add(wrongDecision(d, "decision.verdict", problem.T("结论应为 met 或 unmet", "a decision is met or unmet")))
		case slices.ContainsFunc(decisions[:i], func(o Decision) bool { return o.Rule == d.Rule && o.Verdict != d.Verdict }):
			list.Add(wrongDecision(d, "decision.contradiction", problem.T("对同一规则有相反的结论", "there are opposite decisions on this rule")))
		}
	}
	vars := activation(c, p, stage, on)
	for i := range c.Rules {
		r := &c.Rules[i]
		if r.How != Background && r.InForce(on) {
			list.Add(c.decide(r, stage, vars, decisions)...)
		}
	}
	list.Worst()
	return list
}

// decide gives the findings of one rule.
func (c *Call) decide(r *Rule, stage Stage, vars map[string]any, decisions []Decision) problem.List {
	if when := c.compiled.whens[r.ID]; when != nil {
		if v, _, err := when.Eval(vars); err == nil && v != types.True {
			return nil
		}
	}
	finding := problem.Finding{Code: r.ID, Clause: c.Cite(r)}
	var list problem.List
	open := slices.Contains(r.Stages, stage)
	for _, d := range decisions {
		if d.Rule != r.ID {
			continue
		}
		f := finding
		switch {
		case d.Name == "":
			f.Severity = problem.Warn
			f.Message = problem.T("人工判断没有署名，不作数", "the decision bears no name and does not count")
			f.Fix = problem.Fix{ZH: "写明判断人姓名", EN: "give the name of the person who decided"}
		case d.Verdict == Unmet && d.Reason == "":
			f.Severity, f.Found = problem.Warn, d.Name
			f.Message = problem.T("人工判断为不符合，但没有写明理由，不作数", "the decision finds the rule unmet without a reason and does not count")
			f.Fix = problem.Fix{ZH: "写明事实和理由", EN: "state fact and reason"}
		case d.Verdict == Unmet:
			open = false
			f.Severity, f.Found = r.Severity, d.Name
			f.Message = problem.Tf("人工判断不符合“%[1]s”：%[3]s", "found unmet by a person (%[2]s): %[3]s", r.Requirement.ZH, r.Requirement.EN, d.Reason)
			f.Fix = problem.Fix{ZH: "按判断意见处理", EN: "act on the reason given"}
		case d.Verdict == Met:
			open = false
			continue
		default:
			continue
		}
		list.Add(f)
	}
	if open {
		finding.Severity = problem.Info
		finding.Message = problem.Tf("须人工判断：%[1]s", "a person decides: %[2]s", r.Requirement.ZH, r.Requirement.EN)
		finding.Fix = problem.Fix{ZH: "由审查人员判断，写明姓名和理由", EN: "have a reviewer decide, with name and reason"}
		list.Add(finding)
	}
	return list
}

func wrongDecision(d Decision, code string, message problem.Text) problem.Finding {
	return problem.Finding{
		Code: code, Severity: problem.Fail, Found: d.Rule + " " + string(d.Verdict), Message: message,
		Fix: problem.Fix{ZH: "对照通知的规则清单改正人工判断", EN: "mend the decision by the rules of the call"},
	}
}
