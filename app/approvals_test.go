package app_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tripact/app"
	"tripact/problem"
	"tripact/project"
)

var update = flag.Bool("update", false, "write the example lists and the golden files")

// formula is a cell with a formula and the value last saved with it.
type formula struct{ text, value string }

// workbook makes a workbook of one sheet: text and numbers, which are given as Excel writes them.
func workbook(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // in memory
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(f.SetSheetName("Sheet1", "立项清单"))
	for i, row := range rows {
		for j, v := range row {
			ref, err := excelize.CoordinatesToCellName(j+1, i+1)
			check(err)
			switch v := v.(type) {
			case nil:
			case string:
				check(f.SetCellStr("立项清单", ref, v))
			case json.Number:
				check(f.SetCellDefault("立项清单", ref, v.String()))
			case formula:
				check(f.SetCellDefault("立项清单", ref, v.value))
				check(f.SetCellFormula("立项清单", ref, v.text))
			default:
				t.Fatalf("%T", v)
			}
		}
	}
	for col, width := range map[string]float64{"B": 14, "C": 12, "D": 60, "E": 40, "F": 12, "G": 14, "H": 18, "I": 22} {
		check(f.SetColWidth("立项清单", col, col, width))
	}
	b, err := f.WriteToBuffer()
	check(err)
	return b.Bytes()
}

type num = json.Number

var (
	listHead = []any{"序号", "申报编号", "项目编号", "项目名称", "承担单位", "项目负责人", "项目类别", "立项经费（万元）", "核定项目总预算（万元）", "备注"}
	listRow  = func(no string) []any {
		return []any{num("1"), "A" + no, no, "某某关键技术", "甲大学", "陈𬭎", "应用研究类", num("66.66"), num("200"), nil}
	}
)

func fen(yuan string) (f project.Fen) {
	if err := f.UnmarshalJSON([]byte(`"` + yuan + `"`)); err != nil {
		panic(err)
	}
	return f
}

// TestReadApprovals: lists as offices write them.
func TestReadApprovals(t *testing.T) {
	want := project.ApprovalRow{AppNo: "A1", No: "1", TitleCN: "某某关键技术", Lead: "甲大学", PI: "陈𬭎", Category: "applied", Amount: fen("666600"), Total: fen("2000000")}
	english := []any{"No.", "Application no.", "Project No.", "Project title (Chinese)", "Lead unit", "Principal Investigator", "Category", "Approved funding (yuan)", "Total budget (RMB 10,000)"}
	for name, rows := range map[string][][]any{
		"plain":                     {listHead, listRow("1")},
		"titles and blank rows":     {{"2025年度立项清单"}, nil, listHead, nil, listRow("1"), nil, {"注：经费含税。"}},
		"sum":                       {listHead, listRow("1"), {"合计", nil, nil, nil, nil, nil, nil, num("66.66"), num("200")}},
		"sum as formula":            {listHead, listRow("1"), {"合 计", nil, nil, nil, nil, nil, nil, formula{"SUM(H2:H2)", "66.66"}, formula{"SUM(I2:I2)", "200"}}},
		"numbers as Excel has them": {listHead, {num("1"), "A1", "1", "某某关键技术", "甲大学", "陈𬭎", "applied", num("66.659999999999997"), num("2E2")}},
		"numbers as text":           {listHead, {num("1"), "A1", "1", "某某关键技术", "甲大学", "陈𬭎", "应用研究", "66.66", "200.000000"}},
		"full-width head":           {{"申报编号", "项 目 编 号", "项目名称", "承担单位", "项目\n负责人", "项目类别：", "立项经费(万元)", "总预算【万元】"}, {"A1", "1", "某某关键技术", "甲大学", "陈𬭎", "应用研究类", num("66.66"), num("200")}},
		"unit above":                {{"单位：万元"}, {"申报编号", "项目编号", "项目名称", "承担单位", "负责人", "类别", "资助金额", "总预算"}, {"A1", "1", "某某关键技术", "甲大学", "陈𬭎", "应用研究类", num("66.66"), num("200")}},
		"English":                   {english, {num("1"), "A1", "1", "某某关键技术", "甲大学", "陈𬭎", "Applied research", "666,600.00", num("200")}},
		"other columns":             {append(slices.Clone(listHead), "电话"), append(listRow("1"), "0574-0")},
		"invisible marks":           {listHead, {num("1"), "A1\u200b", "\ufeff1", " 某某关键技术\r\n", "\u00a0甲大学\u3000", "陈𬭎", "应用研究类", " 66.66 ", num("200")}},
	} {
		t.Run(name, func(t *testing.T) {
			a, found := app.ReadApprovals(workbook(t, rows...))
			if a == nil {
				t.Fatal(found.Err())
			}
			got := a.Rows()
			if len(got) != 1 {
				t.Fatalf("%d rows", len(got))
			}
			if got[0].At = nil; got[0] != want {
				t.Errorf("%+v, want %+v", got[0], want)
			}
		})
	}
}

// TestReadApprovalsFaults: each fault is a finding at its cell, and all come at once.
func TestReadApprovalsFaults(t *testing.T) {
	with := func(col int, v any) []any {
		row := listRow("1")
		row[col] = v
		return row
	}
	for name, tt := range map[string]struct {
		rows [][]any
		want []string // severity code cell
	}{
		"no head":               {[][]any{{"甲", "乙"}}, []string{"fail approvals.head "}},
		"column missing":        {[][]any{{"项目编号", "项目名称", "承担单位", "负责人", "立项经费（元）"}, {"1", "a", "b", "c", "1"}}, []string{"fail approvals.column.missing A1", "fail approvals.column.missing A1"}},
		"column twice":          {[][]any{append(slices.Clone(listHead), "总预算（元）"), listRow("1")}, []string{"fail approvals.column.twice K1"}},
		"column not known":      {[][]any{append(slices.Clone(listHead), "电话"), listRow("1")}, []string{"info approvals.column K1"}},
		"unit not stated":       {[][]any{{"项目编号", "项目名称", "承担单位", "负责人", "类别", "资助金额", "总预算（元）"}, {"1", "a", "b", "陈甲", "基础研究类", "1", "2"}}, []string{"fail approvals.unit F1"}},
		"no rows":               {[][]any{listHead}, []string{"fail approvals.empty A1"}},
		"all at once":           {[][]any{listHead, {num("1"), "A1", nil, "题", nil, "陈甲", "魔法", "abc", nil}}, []string{"fail approvals.cell.empty C2", "fail approvals.cell.empty E2", "fail project.code G2", "fail approvals.money H2", "fail approvals.cell.empty I2"}},
		"finer than a fen":      {[][]any{listHead, with(7, num("66.6666666"))}, []string{"fail approvals.money H2"}},
		"negative":              {[][]any{listHead, with(7, num("-1"))}, []string{"fail approvals.money H2"}},
		"unit in the cell":      {[][]any{listHead, with(7, "66.66万元")}, []string{"fail approvals.money H2"}},
		"yuan in 万元":            {[][]any{listHead, with(8, num("2000000"))}, []string{"warn approvals.money.unit I2"}},
		"more than the total":   {[][]any{listHead, with(7, num("200.000001"))}, []string{"fail approvals.amount A2"}},
		"digits lost":           {[][]any{listHead, with(2, num("1.2E+18"))}, []string{"fail approvals.cell.number C2"}},
		"error value":           {[][]any{listHead, with(7, formula{"1/0", ""})}, []string{"fail approvals.cell.formula H2"}},
		"formula":               {[][]any{listHead, with(7, formula{"60+6.66", "66.66"})}, []string{"warn approvals.cell.formula H2"}},
		"formula as text":       {[][]any{listHead, with(3, `=HYPERLINK("http://example.org","题")`)}, nil},
		"cut at the ends":       {[][]any{listHead, with(4, "甲大学\u00a0")}, []string{"info approvals.cell.trimmed E2"}},
		"rare character lost":   {[][]any{listHead, with(5, "陈?")}, []string{"fail project.text.lost F2"}},
		"number twice":          {[][]any{listHead, listRow("1"), with(1, "A2")}, []string{"fail approvals.twice A2", "fail approvals.twice A3"}},
		"application twice":     {[][]any{listHead, listRow("1"), with(2, "2")}, []string{"fail approvals.twice A2", "fail approvals.twice A3"}},
		"sum one fen off":       {[][]any{listHead, listRow("1"), {"合计", nil, nil, nil, nil, nil, nil, num("66.660001"), num("200")}}, []string{"fail approvals.sum H3"}},
		"sum of the total":      {[][]any{listHead, listRow("1"), {"合计", nil, nil, nil, nil, nil, nil, num("66.66"), num("199.999999")}}, []string{"fail approvals.sum I3"}},
		"project below the sum": {[][]any{listHead, listRow("1"), {"合计", nil, nil, nil, nil, nil, nil, num("66.66"), num("200")}, listRow("2")}, []string{"fail approvals.after_sum C4"}},
		"impossible date":       {[][]any{{"立项日期：2025年2月30日"}, listHead, listRow("1")}, []string{"fail project.date A1"}},
	} {
		t.Run(name, func(t *testing.T) {
			a, found := app.ReadApprovals(workbook(t, tt.rows...))
			var got []string
			for _, f := range found {
				cell := ""
				if f.Place != nil {
					cell = f.Place.Cell
				}
				got = append(got, fmt.Sprintf("%s %s %s", f.Severity, f.Code, cell))
				if f.Message.ZH == "" || f.Message.EN == "" || f.Fix.ZH == "" || f.Fix.EN == "" || strings.Contains(f.In("zh")+f.In("en"), "%!") {
					t.Errorf("incomplete: %+v", f)
				}
			}
			if !slices.Equal(got, tt.want) || (a == nil) != found.Failed() {
				t.Errorf("got  %q\nwant %q\n%v", got, tt.want, found)
			}
		})
	}
}

// TestApprovalOf: a project gets its row by application number, else by project number, and what holds for the whole list.
func TestApprovalOf(t *testing.T) {
	facts := []any{"立项文号：甬科外〔2025〕130号", nil, "立项日期", num("46001"), "批次", "2"}
	p := example(t, university)
	was := *p.Approval
	byNumber := slices.Clone(listRow("2026H001"))
	byNumber[1] = nil
	byApplication := slices.Clone(listRow("2026H009"))
	byApplication[1] = p.Project.AppNo
	for name, tt := range map[string]struct {
		rows [][]any
		no   string
		code string
	}{
		"by application":  {[][]any{facts, listHead, listRow("2026H001"), byApplication}, "2026H009", ""},
		"by number":       {[][]any{facts, listHead, listRow("2026H002"), byNumber}, "2026H001", ""},
		"not in the list": {[][]any{facts, listHead, listRow("2026H001")}, "", "approvals.row"},
	} {
		t.Run(name, func(t *testing.T) {
			list, found := app.ReadApprovals(workbook(t, tt.rows...))
			if list == nil {
				t.Fatal(found.Err())
			}
			a, found := list.Of(p)
			if tt.code != "" {
				if a != nil || len(found) != 1 || found[0].Code != tt.code {
					t.Errorf("%+v %v", a, found)
				}
				return
			}
			if a == nil || a.No != tt.no || a.Amount != fen("666600") || a.Date.String() != "2025-12-10" || a.Batch != 2 || a.DocNo != "甬科外〔2025〕130号" || a.SignBy != was.SignBy {
				t.Errorf("%+v %v", a, found)
			}
		})
	}
	p.Approval = nil
	list, _ := app.ReadApprovals(workbook(t, facts, listHead, byApplication))
	if a, found := list.Of(p); a != nil || !slices.Equal(codes(found, problem.Fail), []string{"approvals.missing", "approvals.missing", "approvals.missing", "approvals.missing"}) {
		t.Errorf("%+v %v", a, found) // title of the document, time limit, both days of the public notice
	}
}

// TestApprovalJSON: the same list in JSON, and a single row.
func TestApprovalJSON(t *testing.T) {
	p := example(t, enterprise)
	single, err := json.Marshal(p.Approval)
	if err != nil {
		t.Fatal(err)
	}
	a, found := app.ReadApprovals(single)
	if a == nil || !a.Single() {
		t.Fatal(found)
	}
	if got, _ := a.Of(p); *got != *p.Approval {
		t.Errorf("%+v", got)
	}
	bad := `{"projects":[{"no":"1","title_cn":"题","lead":"甲","pi":"陈甲","category":"basic","amount":"1.005","total":"2"},{"no":"1","x":1}]}`
	if a, found = app.ReadApprovals([]byte(bad)); a != nil || len(found) < 5 {
		t.Errorf("%v", found)
	}
	twice := `{"projects":[{"no":"1","title_cn":"题","lead":"甲","pi":"陈甲","category":"basic","amount":"1.00","total":"2"},{"no":"1","title_cn":"题","lead":"甲","pi":"陈甲","category":"basic","amount":"1.00","total":"2"}],"sum":{"amount":"2.01","total":"4"}}`
	a, found = app.ReadApprovals([]byte(twice))
	if a != nil || len(found) != 2 || found[0].Path != "/projects/1/no" || found[1].Path != "/sum/amount" {
		t.Errorf("%v", found)
	}
}

// TestExampleApprovals: the example lists, as workbook and as JSON, say what the example projects say.
func TestExampleApprovals(t *testing.T) {
	const dir = "../examples/ningbo-2025/approval/"
	var list project.ApprovalList
	rows := [][]any{
		{"宁波市2025年度国际科技合作项目立项清单"},
		{"立项文号：甬科外〔2025〕130号", nil, nil, "立项文件名称：" + example(t, university).Approval.DocTitle},
		{"立项日期：2025年12月10日", nil, nil, "批次：1", "签订期限：2026年1月15日"},
		{"公示开始日期：2025年11月24日", nil, nil, "公示结束日期：2025年12月1日"},
		listHead[:9],
	}
	amount, total := 0, 0
	for i, name := range []string{university, young, enterprise} {
		p := example(t, name)
		a := p.Approval
		list.DocNo, list.DocTitle, list.Date, list.Batch, list.SignBy, list.PubFrom, list.PubTo = a.DocNo, a.DocTitle, a.Date, a.Batch, a.SignBy, a.PubFrom, a.PubTo
		list.Projects = append(list.Projects, project.ApprovalRow{AppNo: p.Project.AppNo, No: a.No, TitleCN: a.TitleCN, Lead: a.Lead, PI: a.PI, Category: a.Category, Amount: a.Amount, Total: a.Total})
		rows = append(rows, []any{num(fmt.Sprint(i + 1)), p.Project.AppNo, a.No, a.TitleCN, a.Lead, a.PI, project.Label("category", a.Category).ZH, num(fmt.Sprint(int(a.Amount) / 1_000_000)), num(fmt.Sprint(int(a.Total) / 1_000_000))})
		amount, total = amount+int(a.Amount)/1_000_000, total+int(a.Total)/1_000_000
	}
	rows = append(rows, []any{"合计", nil, nil, nil, nil, nil, nil, formula{"SUM(H6:H8)", fmt.Sprint(amount)}, formula{"SUM(I6:I8)", fmt.Sprint(total)}})
	if *update {
		list.Amount = &project.Sum{Amount: project.Fen(amount) * 1_000_000, Total: project.Fen(total) * 1_000_000}
		data, err := json.MarshalIndent(list, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		for name, content := range map[string][]byte{"list.json": append(data, '\n'), "list.xlsx": workbook(t, rows...)} {
			if err := os.WriteFile(dir+name, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, file := range []string{"list.json", "list.xlsx"} {
		data, err := os.ReadFile(dir + file)
		if err != nil {
			t.Fatal(err)
		}
		a, found := app.ReadApprovals(data)
		if a == nil || len(found) > 0 {
			t.Fatal(file, found)
		}
		for _, name := range []string{university, young, enterprise} {
			p := example(t, name)
			want := *p.Approval
			p.Approval = nil
			got, found := a.Of(p)
			if got == nil || *got != want {
				t.Errorf("%s, %s: %+v, want %+v, %v", file, name, got, want, found)
			}
		}
	}
}

func FuzzReadApprovals(f *testing.F) {
	f.Add(workbook(f, listHead, listRow("1")))
	f.Add([]byte(`{"projects":[{"no":"1"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, found := app.ReadApprovals(bytes.Clone(data))
		if (a == nil) != found.Failed() {
			t.Errorf("%v %v", a, found)
		}
	})
}
