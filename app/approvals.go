package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"tripact/notation"
	"tripact/problem"
	"tripact/project"
	"tripact/sheet"
)

// Approvals are what the bureau approved, as a file says it: a list of projects or the row of a single one.
type Approvals struct {
	list *project.ApprovalList
	one  *project.Approval
}

// Of returns the approval of p; see project.ApprovalList.Of. A single row is that of any project: whether it is the right one, a check says.
func (a *Approvals) Of(p *project.Project) (*project.Approval, problem.List) {
	if a.one != nil {
		one := *a.one
		return &one, nil
	}
	return a.list.Of(p)
}

// Single reports whether this is the row of one project and no list.
func (a *Approvals) Single() bool { return a.one != nil }

// Rows returns the rows of the list, none of a single row.
func (a *Approvals) Rows() []project.ApprovalRow {
	if a.list == nil {
		return nil
	}
	return slices.Clone(a.list.Projects)
}

// ReadApprovals reads an approval list (立项清单), which is an Excel workbook or JSON as project.DecodeApprovals takes it, or a single
// approval in JSON as project.DecodeApproval takes it. All findings come at once, and with a Fail there is no list; see ReadApprovalRows
// for lists of which the good rows count.
func ReadApprovals(data []byte) (*Approvals, problem.List) {
	if !workbook(data) {
		var keys map[string]json.RawMessage
		if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\uFEFF")), &keys); err == nil && keys["projects"] == nil && keys["no"] != nil {
			one, found := project.DecodeApproval(bytes.NewReader(data))
			if one == nil {
				return nil, found
			}
			return &Approvals{one: one}, found
		}
	}
	rows, found := ReadApprovalRows(data)
	if rows == nil {
		return nil, found
	}
	list := rows.list
	for _, r := range rows.Rows {
		list.Projects = append(list.Projects, r.ApprovalRow)
		found.Add(r.Findings...)
	}
	if found.Failed() {
		return nil, found
	}
	return &Approvals{list: &list}, found
}

// workbook reports whether a file says that it is an Excel workbook: .xlsx or, to be refused by name, .xls.
func workbook(data []byte) bool {
	return bytes.HasPrefix(data, []byte("PK")) || bytes.HasPrefix(data, []byte{0xD0, 0xCF})
}

// ListedApproval is a row of an approval list.
type ListedApproval struct {
	project.ApprovalRow

	Findings problem.List // about this row; with a Fail it is not to be used

	cells map[string]*problem.Place // of a workbook, by the JSON names of the fields
}

// ApprovalRows is an approval list row by row: what is wrong with one keeps no other from being used.
type ApprovalRows struct {
	Rows []ListedApproval
	list project.ApprovalList // what holds for the whole list, without rows
}

// Of returns the approval that row i, from 0, gives p, which is known to be its project; see project.ApprovalList.Of.
func (l *ApprovalRows) Of(i int, p *project.Project) (*project.Approval, problem.List) {
	one := l.list
	one.Projects = []project.ApprovalRow{l.Rows[i].ApprovalRow}
	return one.Of(p)
}

// ReadApprovalRows reads an approval list (立项清单), which is an Excel workbook or JSON as project.DecodeApprovals takes it, for
// work on which each row goes its own way. The findings are about the list as a whole; with a Fail there is no list.
//
// Of a workbook, the first sheet with a head counts. The head is a row that names the columns, in Chinese or English; title rows may
// stand above it, and so may what holds for the whole list, as “立项文号：…” in one cell or in two beside each other. Amounts are in the
// unit that the head of their column or a line “单位：万元” states, and are read to the fen; a unit that is not stated is
// not guessed. A last row 合计 must agree with the rows, as far as all their amounts can be read. Findings name sheet and cell. Of rows with one
// number none is used. A list in JSON has faults as a whole only.
func ReadApprovalRows(data []byte) (*ApprovalRows, problem.List) {
	if !workbook(data) {
		list, found := project.DecodeApprovals(bytes.NewReader(data))
		if list == nil {
			return nil, found
		}
		out := &ApprovalRows{list: *list}
		out.list.Projects, out.list.Amount = nil, nil
		for _, r := range list.Projects {
			out.Rows = append(out.Rows, ListedApproval{ApprovalRow: r})
		}
		return out, found
	}
	sheets, found := sheet.Read(data)
	if found.Failed() {
		return nil, found
	}
	for i := range sheets {
		if r := newApprovalReader(&sheets[i]); r != nil {
			return r.read()
		}
	}
	found.Add(problem.Finding{
		Code: "approvals.head", Severity: problem.Fail,
		Message: problem.T("工作簿中没有立项清单的表头", "no sheet has the head of an approval list"),
		Fix: problem.Fix{
			ZH: "表头应在一行中写明：项目编号、项目名称、承担单位、项目负责人、项目类别、立项经费（万元）、核定总预算（万元）",
			EN: "name the columns in one row: project no., title, lead unit, principal investigator, category, approved funding (yuan), approved total budget (yuan)",
		},
	})
	return nil, found
}

// approvalColumns are the names that lists use for the columns, as heading writes them; the unit in brackets is not part of a name.
var approvalColumns = map[string][]string{
	"app_no":   {"申报编号", "申报书编号", "申请编号", "申报号", "applicationno", "applicationnumber", "appno"},
	"no":       {"项目编号", "立项编号", "合同编号", "项目合同编号", "计划编号", "编号", "projectno", "projectnumber", "contractno", "contractnumber", "grantno"},
	"title_cn": {"项目名称", "课题名称", "名称", "title", "projecttitle", "titlechinese", "projecttitlechinese"},
	"lead":     {"承担单位", "牵头单位", "项目承担单位", "牵头承担单位", "项目牵头承担单位", "项目牵头单位", "申报单位", "第一承担单位", "lead", "leadunit", "leadapplicant", "applicant", "undertakingunit", "leadundertakingunit", "leadinstitution"},
	"pi":       {"项目负责人", "负责人", "项目负责人姓名", "主持人", "pi", "principalinvestigator", "projectleader"},
	"category": {"项目类别", "类别", "项目类型", "category", "projectcategory"},
	"amount":   {"立项经费", "立项金额", "资助金额", "资助经费", "资助额度", "补助金额", "补助经费", "财政补助", "财政补助金额", "财政补助经费", "财政经费", "市财政补助", "市财政补助经费", "核定经费", "拨款金额", "amount", "approvedfunding", "approvedamount", "grant", "funding", "grantamount"},
	"total":    {"核定总预算", "核定项目总预算", "项目总预算", "总预算", "核定预算", "项目总经费", "总经费", "total", "totalbudget", "approvedtotal", "approvedtotalbudget"},
	"":         {"序号", "no", "备注", "remarks", "remark", "number"}, // known, and not read
}

// approvalFacts are the names of what holds for the whole list.
var approvalFacts = map[string][]string{
	"doc_no":    {"立项文号", "文号", "发文字号", "approvaldocumentno", "documentno", "approvaldocno"},
	"doc_title": {"立项文件名称", "立项文件", "文件名称", "approvaldocument", "documenttitle"},
	"date":      {"立项日期", "发文日期", "成文日期", "approvedon", "approvaldate"},
	"batch":     {"批次", "batch"},
	"sign_by":   {"签订期限", "合同签订期限", "合同签订截止日期", "signby"},
	"pub_from":  {"公示开始日期", "公示起始日期", "publicityfrom", "publicnoticefrom"},
	"pub_to":    {"公示结束日期", "公示截止日期", "publicityto", "publicnoticeto"},
}

// needed are the columns without which there is no list.
var needed = []string{"no", "title_cn", "lead", "pi", "category", "amount", "total"}

var columnNames = map[string]problem.Text{
	"app_no": problem.T("申报编号", "application no."), "no": problem.T("项目编号", "project no."), "title_cn": problem.T("项目名称", "title"), "lead": problem.T("承担单位", "lead unit"),
	"pi": problem.T("项目负责人", "principal investigator"), "category": problem.T("项目类别", "category"),
	"amount": problem.T("立项经费", "approved funding"), "total": problem.T("核定总预算", "approved total budget"),
}

// approvalReader reads one sheet.
type approvalReader struct {
	s       *sheet.Sheet
	head    int            // row of the head
	columns map[string]int // by field
	units   map[string]moneyUnit
	unit    moneyUnit // stated above the head for the whole table
	list    project.ApprovalList
	rows    []ListedApproval
	unread  map[int]bool // rows without an amount that can be read
	found   problem.List
}

type moneyUnit struct {
	parse func(string) (int64, error)
	name  problem.Text
}

// newApprovalReader looks for the head in the first rows of a sheet: the row that names most of the columns, at least four. It returns nil where there is none.
func newApprovalReader(s *sheet.Sheet) *approvalReader {
	best := &approvalReader{s: s}
	for row := range min(len(s.Rows), 30) {
		columns := map[string]int{}
		for col := range s.Rows[row] {
			name, _ := heading(s.At(row, col).Text)
			if field, ok := named(approvalColumns, name); ok && field != "" {
				if _, twice := columns[field]; !twice {
					columns[field] = col
				}
			}
		}
		if len(columns) > len(best.columns) {
			best.head, best.columns = row, columns
		}
	}
	if len(best.columns) < 4 {
		return nil
	}
	return best
}

// named finds the field that a heading is a name of.
func named(names map[string][]string, heading string) (field string, ok bool) {
	for _, field := range slices.Sorted(maps.Keys(names)) {
		if slices.Contains(names[field], heading) {
			return field, true
		}
	}
	return "", false
}

// heading brings the words of a head into one form, without spaces, marks and capitals, and cuts off the unit in brackets.
func heading(s string) (name, unit string) {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return unicode.ToLower(r - '！' + '!')
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	name = s
	if open := strings.IndexAny(s, "([【〔"); open >= 0 {
		name = s[:open]
		unit = strings.TrimRight(strings.TrimLeft(s[open:], "([【〔"), ")]】〕")
		if _, known := moneyUnits[unit]; !known { // a bracket that says something else: (中文), (Chinese)
			name, unit = strings.NewReplacer("(", "", ")", "").Replace(s), ""
		}
	} else if cut, after, ok := strings.Cut(s, "/"); ok && cut != "" {
		if _, known := moneyUnits[after]; known {
			name, unit = cut, after
		}
	}
	return strings.Trim(name, ".:*#、"), unit
}

var (
	yuan = moneyUnit{notation.ParseYuan, problem.T("元", "yuan")}
	wan  = moneyUnit{notation.ParseWan, problem.T("万元", "10,000 yuan")}
)

// moneyUnits are the units that heads state.
var moneyUnits = map[string]moneyUnit{
	"元": yuan, "人民币元": yuan, "yuan": yuan, "rmb": yuan, "cny": yuan, "rmbyuan": yuan, "inyuan": yuan, "¥": yuan,
	"万元": wan, "人民币万元": wan, "万": wan, "10kyuan": wan, "rmb10,000": wan, "10,000yuan": wan, "10000yuan": wan, "tenthousandyuan": wan, "rmb10k": wan, "10krmb": wan, "wanyuan": wan,
}

func (r *approvalReader) add(sev problem.Severity, code string, row, col int, message problem.Text, found string, fix problem.Text) {
	if n := []rune(found); len(n) > 60 {
		found = string(n[:60]) + "…"
	}
	r.found.Add(problem.Finding{Code: code, Severity: sev, Place: r.s.Place(row, col), Message: message, Found: found, Fix: problem.Fix{ZH: fix.ZH, EN: fix.EN}})
}

func (r *approvalReader) read() (*ApprovalRows, problem.List) {
	r.heads()
	r.facts()
	if r.found.Failed() { // without columns and units no row can be read
		return nil, r.found
	}
	last := -1 // row of the sum
	for row := r.head + 1; row < len(r.s.Rows); row++ {
		kind := r.kind(row)
		switch {
		case kind == rowBlank || kind == rowNote:
		case kind == rowSum && last < 0:
			last = row
			r.sum(row)
		case last >= 0:
			r.add(problem.Fail, "approvals.after_sum", row, r.columns["no"], problem.T("合计行之后还有内容", "there are rows below the sum"), r.s.At(row, r.columns["no"]).Text,
				problem.T("把项目移到合计行之前；一个工作表只放一份清单", "move projects above the sum; keep one list on a sheet"))
		default:
			r.row(row)
		}
	}
	if len(r.rows) == 0 && !r.found.Failed() {
		r.add(problem.Fail, "approvals.empty", r.head, 0, problem.T("表头以下没有项目", "there is no project below the head"), "", problem.T("每个项目列一行", "list each project in a row"))
	}
	r.check(last)
	if r.found.Failed() {
		found := r.found // what is known of the rows is told as well
		for _, row := range r.rows {
			found.Add(row.Findings...)
		}
		return nil, found
	}
	r.list.Projects, r.list.Amount = nil, nil
	return &ApprovalRows{Rows: r.rows, list: r.list}, r.found
}

// check holds the rows against each other and against the sum, which stands in row last, -1 for none.
func (r *approvalReader) check(last int) {
	at := map[string]int{} // rows by their first cell
	unread := 0
	for i, row := range r.rows {
		at[row.At.Cell] = i
		if r.unread[i] {
			unread++
			row.Amount, row.Total = 0, 0
		}
		r.list.Projects = append(r.list.Projects, row.ApprovalRow)
	}
	if r.list.Amount != nil && unread > 0 {
		r.list.Amount = nil
		r.add(problem.Warn, "approvals.sum.unchecked", last, 0, problem.Tf("%[1]d 行的金额无法读取，合计未核对", "%[1]d rows have amounts that cannot be read, and the sum was not checked", unread), "",
			problem.T("改正这些行后再核对合计", "mend these rows, and the sum is checked"))
	}
	for _, f := range r.list.Check() {
		if f.Place == nil {
			f.Path, f.Place = "", r.s.Place(last, r.columns[strings.TrimPrefix(f.Path, "/sum/")])
			r.found.Add(f)
			continue
		}
		i := at[f.Place.Cell]
		r.rows[i].Findings.Add(f)
		if f.Code != "approvals.twice" {
			continue
		}
		for j := range r.rows[:i] { // which of them is right, nobody knows
			first := &r.rows[j]
			if first.No == r.rows[i].No && first.No != "" || first.AppNo == r.rows[i].AppNo && first.AppNo != "" {
				g := f
				g.Place = first.At
				g.Message = problem.Tf("编号与第%[1]d个项目重复", "the number is that of project %[1]d of the list, too", i+1)
				first.Findings.Add(g)
			}
		}
	}
}

// heads checks the head, and finds the unit of each amount.
func (r *approvalReader) heads() {
	r.units = map[string]moneyUnit{}
	first := map[string]int{}
	for col := range r.s.Rows[r.head] {
		text := r.s.At(r.head, col).Text
		name, unit := heading(text)
		field, ok := named(approvalColumns, name)
		switch {
		case name == "" || ok && field == "":
			continue
		case !ok:
			r.add(problem.Info, "approvals.column", r.head, col, problem.T("不认识的列，未读取", "this column is not known and was not read"), text, problem.T("无须处理；若是必需的列，请改用规定的列名", "nothing to do, unless it is a column that is needed: give it one of the usual names"))
			continue
		}
		if at, twice := first[field]; twice {
			r.add(problem.Fail, "approvals.column.twice", r.head, col, problem.Tf("“%[1]s”有两列，另一列在 %[3]s", "there are two columns of the %[2]s, the other at %[3]s", columnNames[field].ZH, columnNames[field].EN, sheet.Ref(r.head, at)), text,
				problem.T("只保留一列", "keep one of them"))
			continue
		}
		first[field] = col
		if unit != "" {
			r.units[field] = moneyUnits[unit]
		}
	}
	for _, field := range needed {
		if _, ok := r.columns[field]; !ok {
			r.add(problem.Fail, "approvals.column.missing", r.head, 0, problem.Tf("表头缺少“%[1]s”", "the head lacks the %[2]s", columnNames[field].ZH, columnNames[field].EN), "",
				problem.Tf("增加一列，列名可用：%[1]s", "add a column with one of these names: %[1]s", strings.Join(approvalColumns[field], "、")))
		}
	}
}

// facts reads what stands above the head.
func (r *approvalReader) facts() {
	for row := range r.head {
		for col := range r.s.Rows[row] {
			text := trim(r.s.At(row, col).Text)
			label, value, sameCell := strings.Cut(strings.Replace(text, "：", ":", 1), ":")
			at := col
			if !sameCell {
				at, value = col+1, r.fact(row, col+1)
			}
			name, _ := heading(label)
			if name == "单位" || name == "金额单位" || name == "unit" {
				_, unit := heading("(" + value + ")")
				if u, ok := moneyUnits[unit]; ok {
					r.unit = u
				}
				continue
			}
			field, ok := named(approvalFacts, name)
			if value = trim(value); !ok || value == "" {
				continue
			}
			r.take(r.list.ReadText(field, value), row, at)
		}
	}
	for _, field := range []string{"amount", "total"} {
		col, ok := r.columns[field]
		if _, stated := r.units[field]; !ok || stated {
			continue
		}
		if r.unit.parse != nil {
			r.units[field] = r.unit
			continue
		}
		r.add(problem.Fail, "approvals.unit", r.head, col, problem.T("没有写明金额单位，不作猜测", "the unit of the amounts is not stated, and is not guessed"), r.s.At(r.head, col).Text,
			problem.T("在列名后写明（元）或（万元），或在表头上方写“单位：万元”", "write (yuan) or (10,000 yuan) behind the name of the column, or “单位：万元” above the head"))
	}
}

// fact is the text of a cell beside its label; a date that Excel keeps as a number of days is written out.
func (r *approvalReader) fact(row, col int) string {
	c := r.s.At(row, col)
	if n, err := strconv.Atoi(c.Text); c.Number && err == nil && n > 36_526 && n < 73_050 { // 2000 to 2099; a batch is smaller
		return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n).Format("2006-01-02")
	}
	return c.Decimal()
}

// take adds what is said of the text of one cell.
func (r *approvalReader) take(list problem.List, row, col int) {
	for _, f := range list {
		f.Path, f.Place = "", r.s.Place(row, col)
		r.found.Add(f)
	}
}

type rowKind int

const (
	rowBlank rowKind = iota
	rowProject
	rowSum
	rowNote // one cell of text, such as 注：… below the table
)

func (r *approvalReader) kind(row int) rowKind {
	filled, at := 0, 0
	for col := range r.s.Rows[row] {
		if trim(r.s.At(row, col).Text) != "" {
			if filled == 0 {
				at = col
			}
			filled++
		}
	}
	first := trim(r.s.At(row, at).Text)
	name, _ := heading(first)
	switch {
	case filled == 0:
		return rowBlank
	case slices.ContainsFunc([]string{"合计", "总计", "共计", "total", "sum", "grandtotal"}, func(w string) bool { return name == w }) || strings.HasPrefix(name, "合计"):
		return rowSum
	case filled == 1 && (!slices.Contains(slices.Collect(maps.Values(r.columns)), at) || slices.ContainsFunc([]string{"注", "说明", "备注", "制表", "note"}, func(w string) bool { return strings.HasPrefix(name, w) })):
		return rowNote // also a row that was only numbered
	}
	return rowProject
}

// sum reads the row of sums.
func (r *approvalReader) sum(row int) {
	var s project.Sum
	for field, to := range map[string]*project.Fen{"amount": &s.Amount, "total": &s.Total} {
		fen, ok := r.money(row, field, true)
		if !ok {
			return
		}
		*to = fen
	}
	r.list.Amount = &s
}

// row reads one project.
func (r *approvalReader) row(row int) {
	list := r.found
	r.found = nil
	out := project.ApprovalRow{At: r.s.Place(row, 0)}
	for _, field := range []string{"app_no", "no", "title_cn", "lead", "pi", "category"} {
		col, ok := r.columns[field]
		if !ok {
			continue
		}
		text, ok := r.text(row, col, columnNames[field], field != "app_no")
		if ok && text != "" {
			r.take(out.ReadText(field, text), row, col)
		}
	}
	var amount, total bool
	out.Amount, amount = r.money(row, "amount", false)
	out.Total, total = r.money(row, "total", false)
	if !amount || !total {
		if r.unread == nil {
			r.unread = map[int]bool{}
		}
		r.unread[len(r.rows)] = true
	}
	cells := map[string]*problem.Place{}
	for field, col := range r.columns {
		cells[field] = r.s.Place(row, col)
	}
	r.rows = append(r.rows, ListedApproval{ApprovalRow: out, Findings: r.found, cells: cells})
	r.found = list
}

// text reads a cell of text: marks that nobody sees are cut off at both ends, with a word about it.
func (r *approvalReader) text(row, col int, name problem.Text, must bool) (string, bool) {
	c := r.s.At(row, col)
	if !r.plain(c, row, col, false) {
		return "", false
	}
	text := trim(c.Text)
	switch {
	case text == "" && must:
		r.add(problem.Fail, "approvals.cell.empty", row, col, problem.Tf("“%[1]s”为空", "the %[2]s is empty", name.ZH, name.EN), "", problem.T("填写该单元格", "fill in the cell"))
		return "", false
	case c.Number && strings.ContainsAny(c.Text, "eE.") || c.Number && len(c.Text) > 15:
		r.add(problem.Fail, "approvals.cell.number", row, col, problem.Tf("“%[1]s”被 Excel 存为数字，位数已丢失", "Excel keeps the %[2]s as a number and has lost digits of it", name.ZH, name.EN), c.Text,
			problem.T("把该列设为文本格式后重新填写", "make the column text and type it again"))
		return "", false
	case text != c.Text:
		r.add(problem.Info, "approvals.cell.trimmed", row, col, problem.T("首尾的空白或不可见字符已去掉", "blanks or invisible characters at the ends were cut off"), fmt.Sprintf("%+q", c.Text), problem.T("无须处理", "nothing to do"))
	}
	return text, true
}

// money reads an amount to the fen.
func (r *approvalReader) money(row int, field string, sum bool) (project.Fen, bool) {
	col, name, unit := r.columns[field], columnNames[field], r.units[field]
	c := r.s.At(row, col)
	if !r.plain(c, row, col, sum) {
		return 0, false
	}
	text := trim(c.Decimal())
	if text == "" {
		r.add(problem.Fail, "approvals.cell.empty", row, col, problem.Tf("“%[1]s”为空", "the %[2]s is empty", name.ZH, name.EN), "", problem.T("填写金额；没有经费的填 0", "give the amount, 0 where there is none"))
		return 0, false
	}
	fen, err := unit.parse(text)
	if err != nil || project.Fen(fen) > 100*project.MaxFen {
		r.add(problem.Fail, "approvals.money", row, col, problem.Tf("“%[1]s”不是以%[3]s为单位、精确到分的金额", "the %[2]s is no amount in %[4]s, exact to the fen", name.ZH, name.EN, unit.name.ZH, unit.name.EN), c.Text,
			problem.T("写成数字，元至多两位小数，万元至多六位小数；不作四舍五入", "write a number, in yuan with at most two decimals, in 10,000 yuan with at most six; nothing is rounded"))
		return 0, false
	}
	if !sum && unit.name == wan.name && fen > 10_000*10_000*100 {
		r.add(problem.Warn, "approvals.money.unit", row, col, problem.T("金额超过1亿元，是否把元填进了万元的列？", "more than 100 million yuan: were yuan put into a column of 10,000 yuan?"), c.Text, problem.T("核对金额单位", "check the unit"))
	}
	return project.Fen(fen), true
}

// plain refuses Excel errors and formulas without a value, and tells of other formulas: their value is the one last saved.
func (r *approvalReader) plain(c sheet.Cell, row, col int, sum bool) bool {
	switch {
	case c.Error:
		r.add(problem.Fail, "approvals.cell.error", row, col, problem.T("单元格是 Excel 错误值", "the cell holds an Excel error"), c.Text, problem.T("改正公式，或直接填写数值", "mend the formula, or type the value"))
		return false
	case c.Formula && c.Text == "":
		r.add(problem.Fail, "approvals.cell.formula", row, col, problem.T("单元格是公式，文件中没有保存它的值；公式不会被计算", "the cell is a formula whose value was not saved; formulas are not computed"), "", problem.T("选择性粘贴为数值后另存", "paste it as a value and save the file again"))
		return false
	case c.Formula && !sum:
		r.add(problem.Warn, "approvals.cell.formula", row, col, problem.T("单元格是公式，采用最后保存的值", "the cell is a formula; the value last saved was taken"), c.Text, problem.T("核对该值；最好粘贴为数值", "check the value, or better paste it as a value"))
	}
	return true
}

// trim cuts blanks and invisible marks off both ends: spaces of all kinds, line ends, zero-width marks, byte order marks.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r) })
}
