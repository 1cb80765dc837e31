package project

import (
	"fmt"
	"slices"
	"strings"

	"tripact/notation"
	"tripact/problem"
)

// Compared is one row of the table that sets application, approval list and contract side by side (DOMAIN.md A.3, F). What a document
// does not say is "".
type Compared struct {
	Name        problem.Text `json:"name"`
	Application string       `json:"application"`
	Approved    string       `json:"approved"`
	Contract    string       `json:"contract"`
	Money       bool         `json:"money"`      // the values are amounts in yuan
	Equal       bool         `json:"equal"`      // what is there is the same everywhere
	Difference  problem.Text `json:"difference"` // how they differ, empty when they do not

	about []string // JSON Pointers and codes of the findings that are about this row
}

// About reports whether a finding of a check is about this row.
func (c *Compared) About(f problem.Finding) bool {
	return slices.ContainsFunc(c.about, func(s string) bool {
		if strings.HasPrefix(s, "/") {
			return f.Path == s || strings.HasPrefix(f.Path, s+"/")
		}
		return f.Code == s
	})
}

// Compare sets application, approval list and contract side by side: first the texts that must be equal to the character, then amounts,
// then what the contract must keep: indicators, and the labour contracts of the first core members of the Chinese side. It
// only shows; what is wrong, the findings of checks say. Derive must have been called since p last changed.
func (p *Project) Compare(core int) []Compared {
	t := &comparison{p: p, a: p.Approval, k: p.Contract}
	if t.a == nil {
		t.a = &Approval{}
	}
	t.texts()
	t.money()
	t.indicators()
	t.members(core)
	return t.rows
}

type comparison struct {
	p    *Project
	a    *Approval
	k    *Contract
	rows []Compared
}

// text adds a row of texts; the contract repeats what the application says where it has no words of its own.
func (t *comparison) text(zh, en, application, approved, contract string, about ...string) {
	r := Compared{Name: problem.T(zh, en), Application: application, Approved: approved, Contract: contract, Equal: true, about: about}
	said := slices.DeleteFunc([]string{approved, application, contract}, func(s string) bool { return s == "" })
	for _, got := range said[min(1, len(said)):] {
		if got != said[0] {
			dz, de := firstDifference(said[0], got)
			r.Equal, r.Difference = false, problem.T(dz, de)
			break
		}
	}
	t.rows = append(t.rows, r)
}

// amounts adds a row of amounts; nil is an amount that a document does not have.
func (t *comparison) amounts(zh, en string, application, approved, contract *Fen, about ...string) {
	r := Compared{Name: problem.T(zh, en), Money: true, Equal: true, about: about}
	var zhs, ens []string
	for _, x := range []struct {
		to     *string
		fen    *Fen
		zh, en string
	}{{&r.Application, application, "", ""}, {&r.Approved, approved, "立项", "approved"}, {&r.Contract, contract, "合同", "contract"}} {
		if x.fen == nil {
			continue
		}
		*x.to = x.fen.String()
		if x.zh == "" || application == nil || *x.fen == *application {
			continue
		}
		r.Equal = false
		diff, wz, we := *x.fen-*application, "多", "more"
		if diff < 0 {
			diff, wz, we = -diff, "少", "less"
		}
		sum := notation.Yuan(int64(diff))
		zhs = append(zhs, fmt.Sprintf("%s比申报%s %s 元", x.zh, wz, sum))
		ens = append(ens, fmt.Sprintf("%s: %s yuan %s than applied for", x.en, sum, we))
	}
	if approved != nil && contract != nil && *approved != *contract {
		r.Equal = false
		sum := notation.Yuan(int64(max(*approved-*contract, *contract-*approved)))
		zhs, ens = append(zhs, "合同与立项相差 "+sum+" 元"), append(ens, "contract and approval are "+sum+" yuan apart")
	}
	r.Difference = problem.T(strings.Join(zhs, "；"), strings.Join(ens, "; "))
	t.rows = append(t.rows, r)
}

// printed is what the contract prints of the application, nothing when there is no contract.
func (t *comparison) printed(s string) string {
	if t.k == nil {
		return ""
	}
	return s
}

func (t *comparison) texts() {
	p, a := t.p, t.a
	no := ""
	if t.k != nil {
		no = t.k.No
	}
	label := func(code string) string { return Label("category", code).ZH }
	period := p.Project.Start.String() + "—" + p.Project.End.String()
	t.text("项目编号（合同编号）", "Project (contract) no.", "", a.No, no, "/contract/no", "/approval/no")
	t.text("项目名称", "Project title", p.Project.TitleCN, a.TitleCN, t.printed(p.Project.TitleCN), "/project/title_cn")
	t.text("牵头承担单位", "Lead unit", p.Lead.NameCN, a.Lead, t.printed(p.Lead.NameCN), "/lead/name_cn", "project.account.name")
	t.text("项目负责人", "Principal investigator", p.PI.NameCN, a.PI, t.printed(p.PI.NameCN), "/pi/name_cn", "project.member.first")
	t.text("项目类别", "Category", label(p.Project.Category), label(a.Category), t.printed(label(p.Project.Category)), "/project/category")
	t.text("执行期限", "Period", period, "", t.printed(period), "/project/start", "/project/end", "/contract/schedule", "/schedule")
}

func (t *comparison) money() {
	p, a := t.p, t.a
	var approved, approvedTotal *Fen
	if p.Approval != nil {
		approved, approvedTotal = &a.Amount, &a.Total
	}
	var fiscal, total, self, other, outward, abroad, payments *Fen
	if t.k != nil {
		b := p.ContractBudget()
		fiscal, total, self, other, outward, payments = &b.Fiscal, &b.Total, &b.Self, &b.Other, &b.Outward, &t.k.PaySum
		abroad = overseasFiscal(b)
	}
	b := &p.Budget
	t.amounts("市财政补助（申请、立项、合同）", "Municipal grant (requested, approved, contract)", &p.Project.Requested, approved, fiscal,
		"/project/requested", "/approval/amount", "/contract/budget/fiscal", "project.contract.amount", "project.budget.requested", "project.budget.items.fiscal", "project.budget.units.fiscal")
	t.amounts("项目总预算", "Total budget", &b.Total, approvedTotal, total,
		"/approval/total", "/contract/budget/total", "project.contract.total", "project.contract.total.lower", "project.budget.items", "project.budget.units", "project.budget.zero")
	t.amounts("自筹经费", "Self-raised funds", &b.Self, nil, self, "/contract/budget/self", "project.contract.self", "project.budget.items.self", "project.budget.units.self")
	t.amounts("其他经费", "Other funds", &b.Other, nil, other, "/contract/budget/other")
	t.amounts("财政资金外拨合计", "Grant passed on to partners", &b.Outward, nil, outward, "/contract/budget/outward")
	t.amounts("外方单位财政经费", "Grant for overseas partners", overseasFiscal(b), nil, abroad, "/contract/budget/units", "/budget/units")
	t.amounts("拨款计划合计", "Payment plan, total", nil, approved, payments, "/contract/payments")
}

// overseasFiscal is the fiscal money that a budget gives to overseas partners.
func overseasFiscal(b *Budget) *Fen {
	var sum Fen
	for _, u := range b.Units {
		if u.Role == "overseas" {
			sum = plus(sum, u.Fiscal)
		}
	}
	return &sum
}

func (t *comparison) indicators() {
	in := t.p.Indicators
	now := in
	if t.k != nil {
		now = t.p.ContractIndicators()
	}
	for nth, was := range in {
		r := Compared{
			Name: problem.T("指标 "+was.ID+" "+was.Name, "Indicator "+was.ID), Application: was.Target, Equal: true, about: []string{at("/indicators", nth, "")},
		}
		if t.k != nil {
			i := slices.IndexFunc(now, func(n Indicator) bool { return n.ID == was.ID })
			if i < 0 {
				r.Equal, r.Difference = false, problem.T("合同中没有该指标", "not in the contract")
			} else {
				r.Contract, r.about = now[i].Target, append(r.about, at("/contract/indicators", i, ""))
				if now[i].Target != was.Target || now[i].Cmp != was.Cmp || now[i].Number != was.Number || now[i].Unit != was.Unit {
					dz, de := firstDifference(was.Target, now[i].Target)
					r.Equal, r.Difference = false, problem.T(dz, de)
				}
			}
		}
		t.rows = append(t.rows, r)
	}
	if t.k == nil {
		return
	}
	for _, n := range now {
		if !slices.ContainsFunc(in, func(was Indicator) bool { return was.ID == n.ID }) {
			t.rows = append(t.rows, Compared{Name: problem.T("指标 "+n.ID+" "+n.Name, "Indicator "+n.ID), Contract: n.Target, Difference: problem.T("合同新增的指标", "added by the contract")})
		}
	}
}

// members shows how long the labour contracts of the core members last, beside the end of the project (C9).
func (t *comparison) members(core int) {
	for i, m := range t.p.Members {
		if m.Side != "CN" || m.CNRank > core {
			continue
		}
		end, term := t.p.Project.End.Last().String(), m.ContractEnd.String()
		r := Compared{
			Name:        problem.T(fmt.Sprintf("核心成员%s劳动合同截止日期", m.NameCN), "Labour contract of "+m.NameEN+" ends"),
			Application: term, Contract: t.printed(term), Equal: term == "" || term >= end, about: []string{at("/members", i, "")},
		}
		if !r.Equal {
			r.Difference = problem.Tf("早于项目结束日期 %[1]s", "before the project ends, %[1]s", end)
		}
		t.rows = append(t.rows, r)
	}
}
