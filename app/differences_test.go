package app_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tripact/app"
	"tripact/notation"
	"tripact/problem"
	"tripact/project"
	"tripact/render"
	"tripact/sheet"
)

// contracted is the enterprise example with a contract budget of its own; change is made before sums are computed again.
func contracted(t *testing.T, change func(p *project.Project)) *project.Project {
	t.Helper()
	p := example(t, enterprise)
	if change != nil {
		change(p)
	}
	p.Derive()
	return p
}

// money sets application, approval and contract to plain sums of one year, one item and one unit each, so that worked examples can be
// followed: totals and grants in 万元, the rest of each total self-raised.
func money(p *project.Project, total, requested, approvedTotal, approved, contractTotal, contractSelf string) {
	wan := func(s string) project.Fen {
		n, err := notation.ParseWan(s)
		if err != nil {
			panic(err)
		}
		return project.Fen(n)
	}
	budget := func(b *project.Budget, total, fiscal project.Fen) {
		source, line, unit := b.Sources[0], b.Spending[0], b.Units[0]
		source = project.Source{Year: source.Year, Fiscal: fiscal, LeadSelf: total - fiscal}
		line.Fiscal, line.Self, line.Other = fiscal, total-fiscal, 0
		unit.Fiscal, unit.Self, unit.Other = fiscal, total-fiscal, 0
		b.Sources, b.Spending, b.Equipment = []project.Source{source}, []project.Spending{line}, nil
		b.Units[0] = unit
		for i := range b.Units[1:] {
			b.Units[i+1].Fiscal, b.Units[i+1].Self, b.Units[i+1].Other = 0, 0, 0
		}
	}
	p.Project.Requested = wan(requested)
	budget(&p.Budget, wan(total), wan(requested))
	p.Approval.Amount, p.Approval.Total = wan(approved), wan(approvedTotal)
	budget(p.Contract.Budget, wan(contractTotal), wan(contractTotal)-wan(contractSelf))
	p.Contract.Payments = []project.Payment{{No: 1, Condition: "合同生效", Rate: 10_000, Amount: wan(approved)}}
}

// TestInvariants holds the invariants of the contract (DOMAIN.md A.3) with its worked examples: what keeps them passes, what breaks
// one is found, at the row of the difference table that it is about.
func TestInvariants(t *testing.T) {
	a := offline(t)
	for _, tt := range []struct {
		id, name string
		change   func(p *project.Project)
		want     []string // code and row of each Fail or Warn; none: it passes
	}{
		{"C1", "all sums agree", nil, nil},
		{"C1", "an item one fen more", func(p *project.Project) { p.Contract.Budget.Spending[0].Self++ }, []string{"fail project.budget.items 项目总预算", "warn project.budget.items.self 自筹经费"}},
		{"C1", "a unit one fen less", func(p *project.Project) { p.Contract.Budget.Units[0].Self-- }, []string{"fail project.budget.units 项目总预算", "warn project.budget.units.self 自筹经费"}},
		{"C2", "the list one fen more", func(p *project.Project) { p.Approval.Amount++ }, []string{
			"fail NB-IV.6a 市财政补助（申请、立项、合同）", "fail project.contract.amount 市财政补助（申请、立项、合同）", "fail project.payments.sum 拨款计划合计",
		}},
		{"C2", "at the cap", func(p *project.Project) { money(p, "640", "200", "640", "200", "640", "440") }, nil},
		{"C2", "a fen above the cap", func(p *project.Project) { money(p, "640", "200", "640", "200.000001", "640", "439.999999") }, []string{
			"fail NB-I.3.6 市财政补助（申请、立项、合同）", "warn project.approval.more 市财政补助（申请、立项、合同）",
			"fail NB-V.2d 自筹经费",
		}},
		{"C3", "worked example: 3 × 60 = 180 ≤ 300", func(p *project.Project) { money(p, "300", "80", "300", "60", "300", "240") }, nil},
		{"C3", "rounding trap: 3 × 66.67 = 200.01 > 200.00", func(p *project.Project) { money(p, "200", "66.67", "200", "66.67", "200", "133.33") }, []string{
			"fail NB-V.2a 市财政补助（申请、立项、合同）", "fail NB-V.2a 市财政补助（申请、立项、合同）",
		}},
		{"C3", "rounding trap: 66.66 passes", func(p *project.Project) { money(p, "200", "66.66", "200", "66.66", "200", "133.34") }, nil},
		{"C5", "worked example: the total shrinks by a fen", func(p *project.Project) { money(p, "300", "80", "299.999999", "60", "299.999999", "239.999999") }, []string{
			"warn NB-V.2b 项目总预算", "fail NB-V.2c 自筹经费", "warn project.contract.total.lower 项目总预算", "fail project.contract.self 自筹经费",
		}},
		{"C5", "worked example: more than the shortfall", func(p *project.Project) { money(p, "300", "80", "310", "60", "310", "250") }, nil},
		{"C6", "half is passed on", func(p *project.Project) { outward(p, p.Approval.Amount/2) }, nil},
		{"C6", "a fen more than half", func(p *project.Project) { outward(p, p.Approval.Amount/2+1) }, []string{"fail NB-V.2f 财政资金外拨合计"}},
		{"C6", "a fen abroad", func(p *project.Project) { abroad(p, 1) }, []string{"fail NB-V.3a 外方单位财政经费"}},
		{"C7", "number with the letter O", func(p *project.Project) { p.Contract.No = "2026H0O3" }, []string{
			"fail NB-IV.6a 项目编号（合同编号）", "warn NB-IV.6a 项目编号（合同编号）", "fail project.contract.approved 项目编号（合同编号）",
		}},
		{"C7", "another dash in the title", func(p *project.Project) { p.Approval.TitleCN += "—" }, []string{"fail NB-IV.6a 项目名称", "fail project.contract.approved 项目名称"}},
		{"C7", "lead with a blank inside", func(p *project.Project) {
			p.Approval.Lead = strings.Replace(p.Approval.Lead, "宁波", "宁波\u00a0", 1)
		}, []string{
			"fail NB-IV.6a 牵头承担单位", "fail project.contract.approved 牵头承担单位",
		}},
		{"C7", "another variant of a character", func(p *project.Project) { p.Approval.PI = "顾承硯" }, []string{"fail NB-IV.6a 项目负责人", "fail project.contract.approved 项目负责人"}},
		{"C7", "another category", func(p *project.Project) { p.Approval.Category = "applied" }, []string{"fail NB-IV.6a 项目类别", "fail project.contract.approved 项目类别"}},
		{"C8", "an indicator is gone", func(p *project.Project) { p.Contract.Indicators = slices.Clone(p.Indicators[1:]) }, []string{"fail project.contract.indicator.missing 指标 I1 关节扭矩密度"}},
		{"C8", "a target is weaker", func(p *project.Project) {
			p.Contract.Indicators = slices.Clone(p.Indicators)
			p.Contract.Indicators[0].Number, p.Contract.Indicators[0].Target = "179.99", "≥179.99 牛·米/千克"
		}, []string{"fail project.contract.indicator.weaker 指标 I1 关节扭矩密度"}},
		{"C8", "a target is stronger", func(p *project.Project) {
			p.Contract.Indicators = slices.Clone(p.Indicators)
			p.Contract.Indicators[0].Number, p.Contract.Indicators[0].Target = "181", "≥181 牛·米/千克"
		}, nil},
		{"C9", "end before start", func(p *project.Project) { p.Project.End = p.Project.Start }, []string{
			"fail project.period.order 执行期限", "fail project.schedule.end 执行期限", "warn project.budget.year.after ", "warn project.budget.year.after ",
		}},
		{"C9", "a labour contract to the last day", func(p *project.Project) { p.Members[1].ContractEnd = p.Project.End.Last() }, nil},
		{"C9", "a labour contract a day too short", func(p *project.Project) { p.Members[1].ContractEnd = project.Date{Year: 2028, Month: 12, Day: 30} }, []string{"warn NB-III.2.2c 核心成员陆知微劳动合同截止日期"}},
		{"C10", "the words of a target without its number", func(p *project.Project) { p.Indicators[0].Target = "达到国际先进水平" }, []string{"warn project.indicator.target 指标 I1 关节扭矩密度"}},
		{"C11", "account in another name", func(p *project.Project) { p.Lead.Bank.AccountName += "　" }, []string{"fail project.account.name 牵头承担单位"}},
		{"C13", "the PI is not the first member", func(p *project.Project) { p.Members[0].NameCN = "顾承砚之" }, []string{"fail project.member.first 项目负责人"}},
		{"C14", "a prior expense in the budget", func(p *project.Project) { p.Contract.Budget.Sources[0].Year = 2025 }, []string{"fail project.budget.year.before "}},
	} {
		t.Run(tt.id+" "+tt.name, func(t *testing.T) {
			p := contracted(t, tt.change)
			r, found := a.Reconcile(p, signing)
			if r == nil {
				t.Fatal(found)
			}
			var got []string
			for i, f := range r.Findings {
				if f.Severity == problem.Info {
					continue
				}
				row := ""
				for _, d := range r.Rows {
					if slices.Contains(d.Findings, i) && row == "" {
						row = d.Name.ZH
					}
				}
				got = append(got, fmt.Sprintf("%s %s %s", f.Severity, f.Code, row))
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
			if r.OK != !r.Findings.Failed() {
				t.Error("OK does not follow from the findings")
			}
			for _, d := range r.Rows {
				if (d.Verdict == app.Equal || d.Verdict == app.Allowed) != (len(d.Findings) == 0) || d.Verdict == app.Equal && !d.Equal {
					t.Errorf("row %s: %s with findings %v", d.Name.ZH, d.Verdict, d.Findings)
				}
			}
		})
	}
}

// outward passes a sum on to the first Chinese partner, from the lead's share.
func outward(p *project.Project, sum project.Fen) {
	units := p.Contract.Budget.Units
	lead, partner := 0, slices.IndexFunc(units, func(u project.UnitShare) bool { return u.Role == "partner" })
	move := sum
	for _, u := range units {
		if u.Role == "partner" {
			move -= u.Fiscal
		}
	}
	units[partner].Fiscal += move
	units[lead].Fiscal -= move
}

// abroad gives fiscal money to the overseas partner, from the lead's share.
func abroad(p *project.Project, sum project.Fen) {
	units := p.Contract.Budget.Units
	i := slices.IndexFunc(units, func(u project.UnitShare) bool { return u.Role == "overseas" })
	units[i].Fiscal += sum
	units[0].Fiscal -= sum
}

// TestDifferenceTable: the first differing character is named with code point and position, with what both say; the files are the same each time.
func TestDifferenceTable(t *testing.T) {
	a := offline(t)
	p := contracted(t, func(p *project.Project) {
		p.Approval.TitleCN = strings.Replace(p.Approval.TitleCN, "人形", "人\u00a0形", 1)
		p.Approval.Lead = "=1+1"
	})
	r, found := a.Reconcile(p, signing)
	if r == nil {
		t.Fatal(found)
	}
	title := r.Rows[1]
	if title.Verdict != app.Wrong || title.Application != p.Project.TitleCN || title.Approved != p.Approval.TitleCN ||
		title.Difference.ZH != "第2个字应为“\u00a0”（U+00A0），现为“形”（U+5F62）" || title.Difference.EN != `character 2 should be '\u00a0' (U+00A0) and is '形' (U+5F62)` {
		t.Errorf("%+v", title)
	}
	for _, lang := range []string{"zh", "en"} {
		xlsx, err := app.DifferencesXLSX([]*app.Reconciliation{r, r}, lang)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := app.DifferencesXLSX([]*app.Reconciliation{r, r}, lang)
		if !bytes.Equal(xlsx, again) {
			t.Error("another workbook the second time")
		}
		sheets, found := sheet.Read(xlsx)
		if found.Failed() || len(sheets) != 2 || len(sheets[0].Rows) != 1+2*len(r.Rows) || len(sheets[1].Rows) != 1+2*len(r.Findings) {
			t.Fatal(found, len(sheets))
		}
		if c := sheets[0].At(3, 5); c.Text != "=1+1" || c.Formula {
			t.Errorf("%+v", c)
		}
		if c := sheets[0].At(7, 4); c != (sheet.Cell{Text: "2000000.00", Number: true}) {
			t.Errorf("%+v", c)
		}
		one, found := a.Differences(t.Context(), []*app.Reconciliation{r, r}, lang, render.Formats{DOCX: true, PDF: true})
		if one == nil {
			t.Fatal(found)
		}
		two, _ := a.Differences(t.Context(), []*app.Reconciliation{r, r}, lang, render.Formats{DOCX: true, PDF: true})
		if !bytes.Equal(one.PDF, two.PDF) || !bytes.Equal(one.DOCX, two.DOCX) || one.Pages < 4 {
			t.Errorf("%d pages; the same bytes: %t %t", one.Pages, bytes.Equal(one.PDF, two.PDF), bytes.Equal(one.DOCX, two.DOCX))
		}
	}
	p.Contract = nil // before there is a contract, at the stage of approval
	if r, _ := a.Reconcile(p, signing); r.Stage != "approval" || r.Rows[1].Verdict != app.Wrong || r.Rows[1].Contract != "" {
		t.Errorf("%s %+v", r.Stage, r.Rows[1])
	}
}
