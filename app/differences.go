package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"tripact/notation"
	"tripact/problem"
	"tripact/programme"
	"tripact/project"
	"tripact/render"
	"tripact/render/fill"
	"tripact/render/pdf"
	"tripact/sheet"
	"tripact/templates"
)

// Verdict is what the difference table says of one row.
type Verdict string

// Verdicts, from best to worst.
const (
	Equal     Verdict = "equal"     // the same everywhere
	Allowed   Verdict = "allowed"   // it differs, and no rule minds
	Explained Verdict = "explained" // a rule that holds in principle is not kept
	Wrong     Verdict = "wrong"     // a rule is broken
)

var verdicts = map[Verdict]problem.Text{
	Equal: problem.T("一致", "Equal"), Allowed: problem.T("有差异，符合规定", "Differs, as allowed"),
	Explained: problem.T("须作说明", "To be explained"), Wrong: problem.T("不符合", "Not in order"),
}

// Difference is one row of the difference table.
type Difference struct {
	project.Compared

	Verdict  Verdict `json:"verdict"`
	Findings []int   `json:"findings,omitempty"` // indexes in Reconciliation.Findings, from 0
}

// Reconciliation sets the application, the approval list and the contract of one project side by side (三方对账) and says what
// is wrong, as a table and as findings.
type Reconciliation struct {
	AppNo    string        `json:"app_no"`
	No       string        `json:"no"`
	Title    string        `json:"title"`
	TitleEN  string        `json:"title_en"`
	Stage    string        `json:"stage"`
	OK       bool          `json:"ok"` // no finding is a Fail
	Rows     []Difference  `json:"rows"`
	Findings problem.List  `json:"findings"`
	Call     *problem.Text `json:"call"`

	digest string // of the project's data
}

// Reconcile compares the project's application with its approval and, once there is one, its contract: fields that must be equal to the
// character, amounts to the fen, indicators and terms. Findings are those of Check at the stage of the contract, before there is a contract at that of
// approval, on that day; the verdict of each row follows from the findings about it.
func (a *App) Reconcile(p *project.Project, on project.Date) (*Reconciliation, problem.List) {
	b, found := a.bundle(p)
	if found.Failed() {
		return nil, found
	}
	stage := programme.ContractMaking
	if p.Contract == nil {
		stage = programme.Approving
	}
	return a.reconcile(b, p, stage, a.Check(p, stage, on))
}

func (a *App) reconcile(b *templates.Bundle, p *project.Project, stage programme.Stage, found problem.List) (*Reconciliation, problem.List) {
	digest, err := dataDigest(p)
	if err != nil {
		return nil, problem.List{internal("differences.digest", err)}
	}
	r := &Reconciliation{
		AppNo: p.Project.AppNo, Title: p.Project.TitleCN, TitleEN: p.Project.TitleEN, Stage: string(stage), OK: !found.Failed(), Findings: found,
		Call: &b.Call.Title, digest: digest,
	}
	if p.Approval != nil {
		r.No = p.Approval.No
	}
	for _, c := range p.Compare(b.Call.Team.Top) {
		d := Difference{Compared: c, Verdict: Allowed}
		if c.Equal {
			d.Verdict = Equal
		}
		for i, f := range found {
			if !c.About(f) {
				continue
			}
			d.Findings = append(d.Findings, i)
			switch {
			case f.Severity == problem.Fail:
				d.Verdict = Wrong
			case f.Severity == problem.Warn && d.Verdict != Wrong:
				d.Verdict = Explained
			}
		}
		r.Rows = append(r.Rows, d)
	}
	return r, nil
}

// differenceWords are the words of the table in both languages.
var differenceWords = []struct{ key, zh, en string }{
	{"title", "申报书、立项清单与合同任务书差异表", "Differences between application, approval list and contract"},
	{"call", "通知", "Call"},
	{"app_no", "申报编号", "Application no."},
	{"no", "项目编号", "Project no."},
	{"project", "项目名称", "Project"},
	{"result", "核对结果", "Result"},
	{"row", "序号", "No."},
	{"item", "项目", "Item"},
	{"application", "申报书", "Application"},
	{"approved", "立项清单", "Approval list"},
	{"contract", "合同任务书", "Contract"},
	{"difference", "差异", "Difference"},
	{"verdict", "结论", "Verdict"},
	{"findings", "问题清单", "Findings"},
	{"severity", "性质", "Severity"},
	{"where", "位置", "Where"},
	{"message", "问题", "Finding"},
	{"clause", "依据", "Clause"},
	{"fix", "处理", "Remedy"},
	{"none", "没有发现问题。", "Nothing was found."},
	{"unit", "金额单位：元", "Amounts in yuan"},
	{"digest", "数据摘要", "Digest of the data"},
	{"checked", "核对人：", "Checked by:"},
	{"day", "日期：", "Date:"},
}

func in(lang, zh, en string) string {
	if lang == "en" {
		return en
	}
	return zh
}

// result is the outcome in one sentence.
func (r *Reconciliation) result(lang string) string {
	n := make(map[Verdict]int)
	for _, d := range r.Rows {
		n[d.Verdict]++
	}
	return fmt.Sprintf(in(lang, "共%d项：一致%d项，有差异但符合规定%d项，须作说明%d项，不符合%d项；问题%d个。", "%d rows: %d equal, %d differ as allowed, %d to be explained, %d not in order; %d findings."),
		len(r.Rows), n[Equal], n[Allowed], n[Explained], n[Wrong], len(r.Findings))
}

// shown is a value of the table for people: amounts with separators, "—" where a document says nothing.
func (d *Difference) shown(s string) string {
	if s != "" && d.Money {
		if fen, err := notation.ParseYuan(s); err == nil {
			return notation.Yuan(fen)
		}
	}
	return cmp.Or(s, "—")
}

var severityNames = map[problem.Severity]problem.Text{
	problem.Fail: problem.T("错误", "error"), problem.Warn: problem.T("提醒", "warning"), problem.Info: problem.T("说明", "note"),
}

// DifferencesXLSX writes the difference tables of projects as a workbook: a sheet with the rows and one with the findings, in lang "zh" or "en". The same
// tables give the same bytes.
func DifferencesXLSX(list []*Reconciliation, lang string) ([]byte, error) {
	words := map[string]string{}
	for _, w := range differenceWords {
		words[w.key] = in(lang, w.zh, w.en)
	}
	columns := func(keys ...any) (cols []sheet.Column) {
		for i := 0; i < len(keys); i += 2 {
			cols = append(cols, sheet.Column{Head: words[keys[i].(string)], Width: float64(keys[i+1].(int))}) //nolint:forcetypeassert // the pairs below
		}
		return cols
	}
	rows := sheet.Table{Name: in(lang, "差异表", "Differences"), Head: columns("app_no", 16, "no", 14, "row", 6, "item", 30, "application", 30, "approved", 30, "contract", 30, "difference", 44, "verdict", 18)}
	findings := sheet.Table{Name: in(lang, "问题清单", "Findings"), Head: columns("app_no", 16, "no", 14, "row", 6, "severity", 10, "where", 30, "message", 60, "clause", 40, "fix", 50)}
	for _, r := range list {
		for i, d := range r.Rows {
			amount := func(s string) sheet.Value { return sheet.Value{Text: s, Amount: d.Money} }
			mark := map[Verdict]problem.Severity{Equal: "", Allowed: "", Explained: problem.Warn, Wrong: problem.Fail}[d.Verdict]
			rows.Rows = append(rows.Rows, append(sheet.Text(r.AppNo, r.No, fmt.Sprint(i+1), d.Name.In(lang)), amount(d.Application), amount(d.Approved), amount(d.Contract),
				sheet.Value{Text: d.Difference.In(lang)}, sheet.Value{Text: verdicts[d.Verdict].In(lang), Mark: mark}))
		}
		for i, f := range r.Findings {
			row := sheet.Text(r.AppNo, r.No, fmt.Sprint(i+1), severityNames[f.Severity].In(lang), project.Where(f.Path).In(lang), f.Message.In(lang)+foundWords(f, lang), source(f, lang), in(lang, f.Fix.ZH, f.Fix.EN))
			row[3].Mark = f.Severity
			findings.Rows = append(findings.Rows, row)
		}
	}
	return sheet.Write(rows, findings) //nolint:wrapcheck // says so itself
}

// source is the clause that a finding rests on; what must hold in any call has the code of its check.
func source(f problem.Finding, lang string) string {
	return cmp.Or(f.Clause, fmt.Sprintf(in(lang, "数据一致性（%s）", "consistency of the data (%s)"), f.Code))
}

func foundWords(f problem.Finding, lang string) string {
	if f.Found == "" {
		return ""
	}
	return fmt.Sprintf(in(lang, "（现为 %s）", " (found %s)"), f.Found)
}

// Differences writes the difference tables of projects as pages to print: a table for each project and its findings, in lang "zh" or "en".
func (a *App) Differences(ctx context.Context, list []*Reconciliation, lang string, formats render.Formats) (*render.Output, problem.List) {
	compiled, found := a.differences()
	if found.Failed() {
		return nil, found
	}
	out, more := a.engine.Render(ctx, render.Job{
		Template: compiled, Data: differenceValues(list, lang), Missing: fill.Strict, Formats: formats,
		Info: pdf.Options{Title: in(lang, differenceWords[0].zh, differenceWords[0].en), Lang: bcp47(lang), Seed: seed(list)},
	})
	found.Add(more...)
	return out, found
}

// seed follows from the tables, so that the same tables give the same file.
func seed(list []*Reconciliation) string {
	data, err := json.Marshal(list)
	if err != nil {
		return ""
	}
	return sum(string(data))
}

// compileDifferences compiles the template of the pages against the names of its data.
func compileDifferences() (*fill.Template, problem.List) {
	known := &Reconciliation{Call: &problem.Text{}, Rows: []Difference{{Verdict: Equal}}, Findings: problem.List{{}}}
	return templates.Differences(fill.Options{Known: fill.KnownOf(differenceValues([]*Reconciliation{known}, "zh"))})
}

// differenceValues is what the template of the pages sees.
func differenceValues(list []*Reconciliation, lang string) map[string]any {
	words := map[string]any{}
	for _, w := range differenceWords {
		words[w.key] = in(lang, w.zh, w.en)
	}
	projects := make([]any, len(list))
	for i, r := range list {
		rows := make([]any, len(r.Rows))
		for j, d := range r.Rows {
			rows[j] = map[string]any{
				"row": fmt.Sprint(j + 1), "item": d.Name.In(lang), "application": d.shown(d.Application), "approved": d.shown(d.Approved), "contract": d.shown(d.Contract),
				"difference": cmp.Or(d.Difference.In(lang), "—"), "verdict": verdicts[d.Verdict].In(lang),
				"numbers": numbers(d.Findings, lang),
			}
		}
		findings := make([]any, len(r.Findings))
		for j, f := range r.Findings {
			findings[j] = map[string]any{
				"row": fmt.Sprint(j + 1), "severity": severityNames[f.Severity].In(lang), "where": project.Where(f.Path).In(lang), "message": f.Message.In(lang) + foundWords(f, lang),
				"clause": source(f, lang), "fix": in(lang, f.Fix.ZH, f.Fix.EN),
			}
		}
		projects[i] = map[string]any{
			"call": r.Call.In(lang), "app_no": r.AppNo, "no": cmp.Or(r.No, "—"), "title": in(lang, r.Title, r.TitleEN), "result": r.result(lang), "digest": r.digest[:min(16, len(r.digest))],
			"rows": rows, "findings": findings, "first": i == 0,
		}
	}
	return map[string]any{"w": words, "projects": projects}
}

// numbers refers to findings by their numbers.
func numbers(at []int, lang string) string {
	if len(at) == 0 {
		return ""
	}
	list := make([]string, len(at))
	for i, n := range at {
		list[i] = fmt.Sprint(n + 1)
	}
	return in(lang, "（见问题", " (see finding ") + strings.Join(list, in(lang, "、", ", ")) + in(lang, "）", ")")
}
