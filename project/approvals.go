package project

import (
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"tripact/problem"
)

// ApprovalList is the approval document with its list of projects (立项清单). What holds for the whole list may be left out
// where the projects' own data have it.
type ApprovalList struct {
	DocNo    string        `json:"doc_no" zh:"立项文号" en:"Approval document no." is:"docno" opt:"1"`
	DocTitle string        `json:"doc_title" zh:"立项文件名称" en:"Approval document" opt:"1"`
	Date     Date          `json:"date" zh:"立项日期" en:"Approved on" opt:"1"`
	Batch    int           `json:"batch" zh:"批次" en:"Batch" opt:"1"`
	SignBy   Date          `json:"sign_by" zh:"签订期限" en:"Sign by" opt:"1"`
	PubFrom  Date          `json:"pub_from" zh:"公示开始日期" en:"Publicity from" opt:"1"`
	PubTo    Date          `json:"pub_to" zh:"公示结束日期" en:"Publicity to" opt:"1"`
	Projects []ApprovalRow `json:"projects" zh:"项目" en:"Projects"`
	Amount   *Sum          `json:"sum" zh:"合计" en:"Sum" opt:"1"`
}

// ApprovalRow is one project of an ApprovalList. AppNo may be empty: rows are then found by number.
type ApprovalRow struct {
	AppNo    string `json:"app_no" zh:"申报编号" en:"Application no." opt:"1"`
	No       string `json:"no" zh:"项目编号" en:"Project no." ex:"2026H001"`
	TitleCN  string `json:"title_cn" zh:"项目名称" en:"Title"`
	Lead     string `json:"lead" zh:"承担单位" en:"Lead"`
	PI       string `json:"pi" zh:"项目负责人" en:"PI" is:"person"`
	Category string `json:"category" zh:"项目类别" en:"Category" enum:"category"`
	Amount   Fen    `json:"amount" zh:"立项经费" en:"Approved funding" unit:"元"`
	Total    Fen    `json:"total" zh:"核定总预算" en:"Approved total budget" unit:"元"`

	At *problem.Place `json:"-"` // where the row stands in a workbook; nil: at its index in JSON
}

// Sum is what the list itself says its columns add up to.
type Sum struct {
	Amount Fen `json:"amount" zh:"立项经费合计" en:"Approved funding, total" unit:"元"`
	Total  Fen `json:"total" zh:"核定总预算合计" en:"Approved total budget, total" unit:"元"`
}

// DecodeApprovals reads an approval list in JSON, as strictly as Decode, and checks it.
func DecodeApprovals(r io.Reader) (*ApprovalList, problem.List) {
	l, list := decodePart[ApprovalList](r)
	if l == nil {
		return nil, list
	}
	if list.Add(l.Check()...); list.Failed() {
		return nil, list
	}
	return l, list
}

// Check finds numbers that stand twice and, where the list gives sums, tells whether its rows add up to them, to the fen.
func (l *ApprovalList) Check() problem.List {
	var list problem.List
	numbers, applications := map[string]int{}, map[string]int{}
	twice := func(i int, seen map[string]int, no, field, zh, en string) {
		if no == "" {
			return
		}
		if first, again := seen[no]; again {
			list.Add(l.finding(i, field, "approvals.twice", problem.Tf("%[1]s与第%[3]d个项目重复", "%[2]s is that of project %[3]d of the list", zh, en, first+1), no,
				problem.Fix{ZH: "每个项目只列一行，编号不重复", EN: "list each project once, with a number of its own"}))
			return
		}
		seen[no] = i
	}
	var amount, total Fen
	for i, r := range l.Projects {
		twice(i, numbers, r.No, "no", "项目编号", "the project number")
		twice(i, applications, r.AppNo, "app_no", "申报编号", "the application number")
		amount, total = plus(amount, r.Amount), plus(total, r.Total)
		if r.Amount > r.Total {
			list.Add(l.finding(i, "amount", "approvals.amount", problem.Tf("立项经费多于核定总预算 %[1]s 元", "more is approved than the total budget of %[1]s yuan", r.Total), r.Amount.String(),
				problem.Fix{ZH: "核对两项金额及其单位", EN: "check both amounts and their unit"}))
		}
	}
	if l.Amount == nil {
		return list
	}
	for _, s := range []struct {
		field, zh, en string
		said, is      Fen
	}{{"amount", "立项经费", "approved funding", l.Amount.Amount, amount}, {"total", "核定总预算", "total budgets", l.Amount.Total, total}} {
		if s.said != s.is {
			list.Add(problem.Finding{
				Code: "approvals.sum", Severity: problem.Fail, Path: "/sum/" + s.field, Found: s.said.String(),
				Message: problem.Tf("清单的%[1]s合计与各行之和 %[3]s 元不符", "the list's sum of %[2]s is not that of its rows, %[3]s yuan", s.zh, s.en, s.is),
				Fix:     problem.Fix{ZH: "核对各行金额和合计，确认没有缺行", EN: "check amounts and sum, and that no row is missing"},
			})
		}
	}
	return list
}

func (l *ApprovalList) finding(i int, field, code string, message problem.Text, found string, fix problem.Fix) problem.Finding {
	f := problem.Finding{Code: code, Severity: problem.Fail, Message: message, Found: short(found), Fix: fix}
	if at := l.Projects[i].At; at != nil {
		f.Place = at
	} else {
		f.Path = "/projects/" + strconv.Itoa(i) + "/" + field
	}
	return f
}

// Of returns the approval of p: the row with its application number or, where rows have none, with the number that p has
// in its approval or its contract. What the list leaves out is taken from the approval that p has. The approval is nil, with a
// Fail, when no row is that of p, or when a date or number of the approval document is known from neither.
func (l *ApprovalList) Of(p *Project) (*Approval, problem.List) {
	number := ""
	switch {
	case p.Approval != nil:
		number = p.Approval.No
	case p.Contract != nil:
		number = p.Contract.No
	}
	row := -1
	for i, r := range l.Projects {
		if r.AppNo != "" && r.AppNo == p.Project.AppNo {
			row = i
			break
		}
		if r.AppNo == "" && number != "" && r.No == number {
			row = i
		}
	}
	if row < 0 {
		return nil, problem.List{{
			Code: "approvals.row", Severity: problem.Fail, Path: "/project/app_no", Found: p.Project.AppNo,
			Message: problem.Tf("立项清单中没有本项目（申报编号 %[1]s%[2]s）", "the approval list has no row of this project (application %[1]s%[3]s)", p.Project.AppNo, told(number, "，项目编号 "), told(number, ", project no. ")),
			Fix:     problem.Fix{ZH: "核对清单中的申报编号或项目编号", EN: "check the application or project numbers of the list"},
		}}
	}
	a := Approval{}
	if p.Approval != nil {
		a = *p.Approval
	}
	r := l.Projects[row]
	a.No, a.TitleCN, a.Lead, a.PI, a.Category, a.Amount, a.Total = r.No, r.TitleCN, r.Lead, r.PI, r.Category, r.Amount, r.Total
	for _, x := range []struct{ from, to any }{
		{&l.DocNo, &a.DocNo}, {&l.DocTitle, &a.DocTitle}, {&l.Date, &a.Date}, {&l.Batch, &a.Batch}, {&l.SignBy, &a.SignBy}, {&l.PubFrom, &a.PubFrom}, {&l.PubTo, &a.PubTo},
	} {
		if from := reflect.ValueOf(x.from).Elem(); !from.IsZero() {
			reflect.ValueOf(x.to).Elem().Set(from)
		}
	}
	var list problem.List
	v := reflect.ValueOf(a)
	for _, f := range model[v.Type()] {
		if v.Field(f.index).IsZero() {
			list.Add(problem.Finding{
				Code: "approvals.missing", Severity: problem.Fail, Path: "/approval/" + f.json,
				Message: problem.Tf("立项清单和项目数据都没有“%[1]s”", "neither the approval list nor the project has %[2]q", f.zh[0], f.en),
				Fix:     problem.Fix{ZH: fmt.Sprintf("在清单表头上方写明“%s：…”，或在 JSON 中填写 %s", f.zh[0], f.json), EN: fmt.Sprintf("write “%s: …” above the head of the list, or %s in JSON", f.en, f.json)},
			})
		}
	}
	if list.Failed() {
		return nil, list
	}
	return &a, nil
}

// told is text with what introduces it, or nothing.
func told(text, before string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// ReadText sets the field of this JSON name from the text of a workbook, checked as Decode checks it; a code may be given by
// its label, and a date as 2025年12月10日. The findings have no place.
func (r *ApprovalRow) ReadText(name, text string) problem.List {
	return readText(reflect.ValueOf(r).Elem(), name, text)
}

// ReadText is ApprovalRow.ReadText for what holds for the whole list.
func (l *ApprovalList) ReadText(name, text string) problem.List {
	return readText(reflect.ValueOf(l).Elem(), name, text)
}

func readText(v reflect.Value, name, text string) problem.List {
	f := fieldNamed(model[v.Type()], name)
	d := &decoder{}
	n := &node{kind: '"', text: text}
	switch {
	case f.kind == kindInt:
		n.kind = '0'
	case f.enum != "":
		for _, c := range enums[f.enum] {
			if text == c.Label.ZH || text+"类" == c.Label.ZH || strings.EqualFold(text, c.Label.EN) {
				n.text = c.Code
			}
		}
	case f.kind == kindDate:
		if t := dateWords(text); t != "" {
			n.text = t
		}
	}
	d.value(n, v.Field(f.index), f, "")
	return d.list
}

// dateWords is the ISO form of a date as lists write it: 2025年12月10日, 2025/12/10 or 2025.12.10; "" when it is none of these.
func dateWords(s string) string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("年月日/.- ", r) })
	if len(parts) != 3 || len(parts[0]) != 4 {
		return ""
	}
	for i := 1; i < 3; i++ {
		if len(parts[i]) == 1 {
			parts[i] = "0" + parts[i]
		}
	}
	return strings.Join(parts, "-")
}
