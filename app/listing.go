package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"tripact/problem"
	"tripact/project"
	"tripact/sheet"
)

// ListState is how far a row of a list has come.
type ListState string

// A row waits until its document or its record is made, found to be there as it would be, or refused for what its findings say.
const (
	ListWaiting ListState = "waiting"
	ListMade    ListState = "made"
	ListKept    ListState = "kept"
	ListRefused ListState = "refused"
)

// Name is the state's name.
func (s ListState) Name() problem.Text {
	switch s {
	case ListWaiting:
		return problem.T("未处理", "Not done")
	case ListMade:
		return problem.T("完成", "Done")
	case ListKept:
		return problem.T("已有，未变", "There already")
	case ListRefused:
		return problem.T("未通过", "Refused")
	}
	return problem.T(string(s), string(s))
}

// ListRow is a row of an approval list and what became of it.
type ListRow struct {
	Row       int            `json:"row"`             // from 1
	Place     *problem.Place `json:"place,omitempty"` // sheet and first cell, of a workbook
	AppNo     string         `json:"app_no,omitempty"`
	No        string         `json:"no"`
	Title     string         `json:"title"`
	Lead      string         `json:"lead"`
	ProjectID string         `json:"project,omitempty"` // on record
	State     ListState      `json:"state"`
	Files     []string       `json:"files,omitempty"`
	Findings  problem.List   `json:"findings,omitempty"`

	cells map[string]*problem.Place
}

// listed are the columns of a list by what the application, the approval and the contract call the same.
var listed = map[string]string{
	"/approval/no": "no", "/contract/no": "no", "/approval/title_cn": "title_cn", "/project/title_cn": "title_cn", "/approval/lead": "lead", "/lead/name_cn": "lead",
	"/approval/pi": "pi", "/pi/name_cn": "pi", "/approval/category": "category", "/project/category": "category", "/approval/amount": "amount", "/approval/total": "total",
}

// refuse adds findings, each with the place of its cell or of the row, and refuses the row when one of them fails.
func (r *ListRow) refuse(found ...problem.Finding) {
	for _, f := range found {
		if at := cmp.Or(r.cells[listed[f.Path]], r.Place); f.Place == nil && at != nil {
			place := *at
			f.Place = &place
		}
		f.File = cmp.Or(f.File, r.AppNo, r.No)
		r.Findings.Add(f)
	}
	r.Findings = unique(r.Findings)
	if r.Findings.Failed() {
		r.State = ListRefused
	}
}

// rows are the rows of a list before anything is done with them.
func (l *ApprovalRows) rows() []ListRow {
	rows := make([]ListRow, len(l.Rows))
	for i, r := range l.Rows {
		rows[i] = ListRow{Row: i + 1, Place: r.At, AppNo: r.AppNo, No: r.No, Title: r.TitleCN, Lead: r.Lead, State: ListWaiting, cells: r.cells}
		rows[i].refuse(r.Findings...)
	}
	return rows
}

// ListedProject is a project that a list may have a row for.
type ListedProject struct {
	Name     string // of its file
	Number   string // application number, also where the rest cannot be read
	Project  *project.Project
	Findings problem.List // of reading it; with a Fail it is not to be used
}

// ListPlan says which documents follow from an approval list and projects.
type ListPlan struct {
	Rows      []ListRow
	Documents []ListDocument // in the order of their first rows
}

// ListDocument is one document of a plan, for one row or, of letters, for several.
type ListDocument struct {
	Rows     []int // indexes in ListPlan.Rows
	Projects []*project.Project
	// Fingerprint follows from all that the document depends on: where it is as it was, so are the document's bytes.
	Fingerprint string
}

// Refuse adds findings to the rows of document i, and refuses them.
func (p *ListPlan) Refuse(i int, found problem.List) {
	for _, at := range p.Documents[i].Rows {
		p.Rows[at].refuse(found...)
		p.Rows[at].State = ListRefused
	}
}

// Note adds findings that stop nothing to the rows of document i.
func (p *ListPlan) Note(i int, found problem.List) {
	for _, at := range p.Documents[i].Rows {
		p.Rows[at].refuse(found...)
	}
}

// PlanList finds the project of each row of an approval list, by application number or, where the row has none, by the number that the project's
// approval or contract has, gives it its approval, and checks it at the stage of the document. A row with a failed finding is refused and
// gets no document; the others go on. A letter is refused as a whole when a row of its managing unit is, as it must name all.
// req has one kind. Projects without a row are left alone.
func (a *App) PlanList(list *ApprovalRows, projects []ListedProject, req Request) *ListPlan {
	plan := &ListPlan{Rows: list.rows()}
	kind := req.Kinds[0]
	at := make(map[*project.Project]int)
	var ready []*project.Project
	for i := range plan.Rows {
		p := plan.match(i, projects)
		if p == nil {
			continue
		}
		row := &plan.Rows[i]
		approved := *p
		approval, found := list.Of(i, p)
		row.refuse(found...)
		if approval == nil || row.State == ListRefused {
			continue
		}
		approved.Approval = approval
		approved.Derive()
		at[&approved] = i
		ready = append(ready, &approved)
	}
	for i, found := range a.CheckBatch(ready, kind.stage(), req.On) {
		if req.Draft {
			found = warned(found)
		}
		plan.Rows[at[ready[i]]].refuse(found...)
	}
	groups := make([][]*project.Project, len(ready))
	for i, p := range ready {
		groups[i] = []*project.Project{p}
	}
	if kind == RecommendationLetter {
		groups = byManagingUnit(ready)
	}
	var names []string // of the documents
	times := map[string]int{}
	for _, group := range groups {
		d := ListDocument{Projects: group}
		var bad []string
		for _, p := range group {
			i := at[p]
			d.Rows = append(d.Rows, i)
			if plan.Rows[i].State == ListRefused {
				bad = append(bad, fmt.Sprint(i+1))
			}
		}
		if len(bad) > 0 {
			for _, i := range d.Rows {
				if plan.Rows[i].State != ListRefused {
					plan.Rows[i].refuse(listFault("list.letter", problem.Tf("同一推荐函中第%[1]s行未通过，整份推荐函未生成", "row %[1]s of the same letter is refused, and so is the letter", strings.Join(bad, ", ")), "",
						problem.T("改正这些行后重做", "mend these rows and run it again")))
				}
			}
			continue
		}
		name, fingerprint, found := a.fingerprint(group, req)
		for _, i := range d.Rows {
			plan.Rows[i].refuse(found...)
		}
		if found.Failed() {
			continue
		}
		d.Fingerprint = fingerprint
		plan.Documents, names = append(plan.Documents, d), append(names, strings.ToLower(name))
		times[strings.ToLower(name)]++
	}
	var documents []ListDocument
	for i, d := range plan.Documents {
		if times[names[i]] == 1 {
			documents = append(documents, d)
			continue
		}
		for _, row := range d.Rows {
			plan.Rows[row].refuse(sameName(names[i]))
		}
	}
	plan.Documents = documents
	return plan
}

// match finds the project of a row, or refuses the row.
func (p *ListPlan) match(i int, projects []ListedProject) *project.Project {
	row := &p.Rows[i]
	var fits []ListedProject
	for _, q := range projects {
		number := ""
		switch {
		case q.Project == nil:
		case q.Project.Approval != nil:
			number = q.Project.Approval.No
		case q.Project.Contract != nil:
			number = q.Project.Contract.No
		}
		if row.AppNo != "" && q.Number == row.AppNo || row.AppNo == "" && number != "" && number == row.No {
			fits = append(fits, q)
		}
	}
	switch {
	case row.State == ListRefused && len(fits) == 0:
	case len(fits) == 0:
		row.refuse(listFault("list.project", problem.T("没有找到本行的项目", "there is no project for this row"), cmp.Or(row.AppNo, row.No),
			problem.T("补交项目数据，或核对申报编号", "add the project's data, or check the application number")))
	case len(fits) > 1:
		names := make([]string, len(fits))
		for i, f := range fits {
			names[i] = f.Name
		}
		row.refuse(listFault("list.projects", problem.Tf("有%[1]d个项目文件是本行的：%[2]s", "%[1]d project files are of this row: %[2]s", len(fits), strings.Join(names, ", ")), cmp.Or(row.AppNo, row.No),
			problem.T("只保留一个", "keep one of them")))
	default:
		for _, f := range fits[0].Findings {
			f.File = cmp.Or(fits[0].Name, f.File)
			row.refuse(f)
		}
		if row.State != ListRefused {
			return fits[0].Project
		}
	}
	return nil
}

func listFault(code string, message problem.Text, seen string, fix problem.Text) problem.Finding {
	return problem.Finding{Code: code, Severity: problem.Fail, Message: message, Found: seen, Fix: problem.Fix{ZH: fix.ZH, EN: fix.EN}}
}

// fingerprint tells the name of a document's files without version and format, and a digest of all that their bytes depend on.
func (a *App) fingerprint(projects []*project.Project, req Request) (name, digest string, found problem.List) {
	bundle, template, found := a.template(projects[0], req.Kinds[0], req.Lang)
	if found.Failed() {
		return "", "", found
	}
	from, err := a.provenance(bundle, template, projects)
	if err != nil {
		found.Add(internal("generate.digest", err))
		return "", "", found
	}
	name = fileName(bundle.Call, req.Kinds[0], template.Lang, projects[0], req.On)
	text, err := json.Marshal(struct {
		From      Provenance
		Kind      Kind
		Lang      string
		DOCX, PDF bool
		Draft     bool
		On        project.Date
		Version   int
	}{from, req.Kinds[0], template.Lang, req.DOCX, req.PDF, req.Draft, req.On, max(req.Version, 1)})
	if err != nil {
		found.Add(internal("generate.digest", err))
		return "", "", found
	}
	return name, sum(string(text)), found
}

// ListXLSX writes what became of the rows of a list as a workbook: a sheet with the rows and one with the findings, in lang "zh" or "en". The same
// rows give the same bytes.
func ListXLSX(rows []ListRow, lang string) ([]byte, error) {
	column := func(zh, en string, width float64) sheet.Column {
		return sheet.Column{Head: in(lang, zh, en), Width: width}
	}
	result := sheet.Table{Name: in(lang, "结果", "Result"), Head: []sheet.Column{
		column("序号", "No.", 6), column("位置", "Place", 18), column("申报编号", "Application no.", 16), column("项目编号", "Project no.", 14), column("项目名称", "Title", 44),
		column("承担单位", "Lead unit", 28), column("结果", "Result", 14), column("文件", "Files", 60), column("问题", "Findings", 10),
	}}
	findings := sheet.Table{Name: in(lang, "问题清单", "Findings"), Head: []sheet.Column{
		column("序号", "No.", 6), column("申报编号", "Application no.", 16), column("项目编号", "Project no.", 14), column("性质", "Severity", 10), column("位置", "Place", 30),
		column("问题", "Finding", 60), column("依据", "Clause", 40), column("处理", "Remedy", 50),
	}}
	for _, r := range rows {
		place := ""
		if r.Place != nil {
			place = r.Place.In(lang)
		}
		row := sheet.Text(fmt.Sprint(r.Row), place, r.AppNo, r.No, r.Title, r.Lead, r.State.Name().In(lang), strings.Join(r.Files, "\n"), fmt.Sprint(len(r.Findings)))
		if r.State == ListRefused {
			row[6].Mark = problem.Fail
		}
		result.Rows = append(result.Rows, row)
		for _, f := range r.Findings {
			where := project.Where(f.Path).In(lang)
			if f.Place != nil && f.Path == "" {
				where = f.Place.In(lang)
			}
			line := sheet.Text(fmt.Sprint(r.Row), r.AppNo, r.No, severityNames[f.Severity].In(lang), where, f.Message.In(lang)+foundWords(f, lang), source(f, lang), in(lang, f.Fix.ZH, f.Fix.EN))
			line[3].Mark = f.Severity
			findings.Rows = append(findings.Rows, line)
		}
	}
	return sheet.Write(result, findings) //nolint:wrapcheck // says so itself
}
