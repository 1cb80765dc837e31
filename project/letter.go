package project

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"tripact/notation"
	"tripact/problem"
)

// letterFindings says why projects cannot stand in one recommendation letter.
func letterFindings(projects []*Project) problem.List {
	var list problem.List
	add := func(sev problem.Severity, p *Project, code, path string, msg problem.Text, found string, fix problem.Fix) {
		list.Add(problem.Finding{Code: code, Severity: sev, Path: path, Message: msg, Found: short(found), Context: title(p), Fix: fix})
	}
	if len(projects) == 0 {
		list.Add(problem.Finding{
			Code: "project.letter.empty", Severity: problem.Fail, Message: problem.T("推荐函至少要有一个项目", "a recommendation letter needs a project"),
			Fix: problem.Fix{ZH: "给出至少一个项目文件", EN: "give at least one project file"},
		})
		return list
	}
	first := projects[0]
	for i, p := range projects {
		if p.Rec == nil {
			add(problem.Fail, p, "project.letter.rec", "/rec", problem.T("项目没有推荐信息，不能列入推荐函", "the project has no recommendation and cannot stand in the letter"), "",
				problem.Fix{ZH: "由归口管理单位填写 rec", EN: "let the managing unit fill in rec"})
		}
		for _, q := range projects[:i] {
			if p.Project.AppNo == q.Project.AppNo {
				add(problem.Fail, p, "project.letter.twice", "/project/app_no", problem.T("同一申报编号的项目列入两次", "a project of this application number is listed twice"), p.Project.AppNo,
					problem.Fix{ZH: "每个项目只列一次", EN: "list each project once"})
			}
			if p.Rec != nil && q.Rec != nil && p.Rec.Rank == q.Rec.Rank && p.Rec.Rank > 0 {
				add(problem.Warn, p, "project.letter.rank", "/rec/rank", problem.T("推荐排序与另一项目相同", "another project has the same rank"), "",
					problem.Fix{ZH: "核对推荐排序", EN: "check the ranks"})
			}
		}
		if i == 0 {
			continue
		}
		for _, c := range common(first, p) {
			add(problem.Fail, p, "project.letter.differs", c.path,
				problem.Tf("同一推荐函的各项目此项应一致，首个项目为“%[1]s”", "the projects of one letter must agree here; the first one has %[1]q", c.want), c.got,
				problem.Fix{ZH: "改为一致，或分开出函", EN: "make them agree, or write separate letters"})
		}
	}
	return list
}

// title names a project for people.
func title(p *Project) string {
	return cmp.Or(p.Project.AppNo, p.Project.TitleCN)
}

// ownOfProject are the fields of rec that each project of a letter has for itself.
var ownOfProject = []string{"rank", "opinion", "remarks", "joint_funding", "system_confirmed_at"}

// difference is one field that two records do not agree on, with its values masked where they are personal.
type difference struct{ path, want, got string }

// common lists where b does not agree with a although the projects of one letter share it: the call, the managing unit
// and what rec says of the letter.
func common(a, b *Project) []difference {
	var list []difference
	if a.Call != b.Call {
		list = append(list, difference{"/call", a.Call, b.Call})
	}
	list = append(list, differences(reflect.ValueOf(a.Managing), reflect.ValueOf(b.Managing), "/mu", nil)...)
	if a.Rec != nil && b.Rec != nil {
		list = append(list, differences(reflect.ValueOf(*a.Rec), reflect.ValueOf(*b.Rec), "/rec", ownOfProject)...)
	}
	return list
}

func differences(a, b reflect.Value, path string, except []string) []difference {
	var list []difference
	for _, f := range model[a.Type()] {
		v, w, at := a.Field(f.index), b.Field(f.index), path+"/"+f.json
		switch {
		case f.computed || slices.Contains(except, f.json) || reflect.DeepEqual(v.Interface(), w.Interface()):
		case f.kind == kindObject && !f.pointer:
			list = append(list, differences(v, w, at, nil)...)
		case f.kind == kindObject && !v.IsNil() && !w.IsNil():
			list = append(list, differences(v.Elem(), w.Elem(), at, nil)...)
		default:
			list = append(list, difference{at, shown(&f, v), shown(&f, w)})
		}
	}
	return list
}

// shown is a field's value as a finding may repeat it.
func shown(f *field, v reflect.Value) string {
	if f.kind == kindObject { // there in one record only
		if v.IsNil() {
			return ""
		}
		return "{…}"
	}
	s := fmt.Sprint(v.Interface())
	if f.personal() {
		return notation.MaskPhone(s)
	}
	return short(s)
}

// byRank orders projects by the managing unit's ranking, those without a rank last; equals by application number, so that
// the order of the files does not matter.
func byRank(projects []*Project) []*Project {
	list := slices.Clone(projects)
	rank := func(p *Project) uint { return uint(p.Rec.Rank) - 1 } // 0, no rank, becomes the largest
	slices.SortStableFunc(list, func(a, b *Project) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Project.AppNo, b.Project.AppNo))
	})
	return list
}

// sortGroups orders by topic id, then by category in the order of its enum.
func sortGroups[G any](groups []G, key func(G) (topic, category string)) {
	place := func(code string) int {
		return slices.IndexFunc(enums["category"], func(c Choice) bool { return c.Code == code })
	}
	slices.SortFunc(groups, func(a, b G) int {
		at, ac := key(a)
		bt, bc := key(b)
		return cmp.Or(cmp.Compare(at, bt), cmp.Compare(place(ac), place(bc)))
	})
}
