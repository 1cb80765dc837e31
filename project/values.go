package project

import (
	"encoding/json"
	"reflect"

	"tripact/problem"
)

// Values is the project as templates see it: maps, lists, strings, numbers and bools. Each map has every field under its
// English key (the JSON name) and under each of its Chinese names. Money is a string in yuan "800000.00", dates are ISO
// strings, Rich and lists of texts are []any of strings, shares are ints in basis points. A code x comes with its labels
// x_zh and x_en; its Chinese names give the Chinese label, and with 英文 behind them the English one. Parts that the project
// does not have yet are nil; empty texts are "".
//
// The fields of project stand at the root too, and so does the bureau of the contract, as bureau and 甲方. Where the
// contract has no budget, work plan or indicators of its own, those of the application stand in its map.
//
// The map is new on every call and may be changed. Derive must have been called since p last changed.
func (p *Project) Values() map[string]any {
	m := object(reflect.ValueOf(p).Elem())
	for k, v := range object(reflect.ValueOf(&p.Project).Elem()) {
		if _, taken := m[k]; !taken { // TestValuesKeys: none is
			m[k] = v
		}
	}
	m["bureau"], m["甲方"] = nil, nil
	if p.Contract == nil {
		return m
	}
	contract, ok := m["contract"].(map[string]any)
	if !ok {
		return m
	}
	m["bureau"], m["甲方"] = contract["bureau"], contract["bureau"]
	for _, f := range model[reflect.TypeFor[Contract]()] {
		var v any
		switch f.json {
		case "budget":
			v = object(reflect.ValueOf(p.ContractBudget()).Elem())
		case "schedule":
			v = objects(reflect.ValueOf(p.ContractSchedule()))
		case "indicators":
			v = objects(reflect.ValueOf(p.ContractIndicators()))
		default:
			continue
		}
		put(contract, &f, v)
	}
	return m
}

// put sets v under all names of f.
func put(m map[string]any, f *field, v any) {
	m[f.json] = v
	for _, zh := range f.zh {
		m[zh] = v
	}
}

func object(v reflect.Value) map[string]any {
	fields := model[v.Type()]
	m := make(map[string]any, 3*len(fields))
	for i := range fields {
		f := &fields[i]
		if f.enum != "" {
			code := v.Field(f.index).String()
			label := Label(f.enum, code)
			m[f.json], m[f.json+"_zh"], m[f.json+"_en"] = code, label.ZH, label.EN
			for _, zh := range f.zh {
				m[zh], m[zh+"英文"] = label.ZH, label.EN
			}
			continue
		}
		put(m, f, plain(f, v.Field(f.index)))
	}
	return m
}

func objects(v reflect.Value) []any {
	list := make([]any, v.Len())
	for i := range list {
		list[i] = object(v.Index(i))
	}
	return list
}

// plain turns a field into what templates get.
func plain(f *field, v reflect.Value) any {
	switch f.kind {
	case kindText:
		return v.String()
	case kindBool:
		return v.Bool()
	case kindInt, kindBP:
		return int(v.Int())
	case kindFen:
		return Fen(v.Int()).String()
	case kindTenths:
		return json.Number(Tenths(v.Int()).String())
	case kindDate, kindMonth, kindTime:
		if s, ok := v.Interface().(interface{ String() string }); ok {
			return s.String()
		}
	case kindRich, kindTexts:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = v.Index(i).String()
		}
		return list
	case kindObject:
		if f.pointer {
			if v.IsNil() {
				return nil
			}
			v = v.Elem()
		}
		return object(v)
	case kindList:
		return objects(v)
	}
	return nil
}

// LetterValues is what the recommendation letter of one managing unit sees: the root has mu (丙方, 归口管理单位), rec (推荐,
// the letter's own data, from the projects' common rec blocks), projects (项目列表, the Values of each, by rank), count
// (推荐项目数), requested_total (申请经费合计), total_sum (总预算合计), self_sum (自筹合计), joint_sum (归口配套合计) and by_topic (分专题): for
// each topic and category that occurs topic (专题代码), category (项目类别), count (项目数), requested (申请经费), and name (专题名称),
// which is the topic's id until the caller, who knows the call, puts its name there. Amounts are summed in fen.
//
// What the projects must have in common for one letter, and does not agree, is in the list, with the project in Context;
// the map is nil when one of these findings is a Fail.
func LetterValues(projects []*Project) (map[string]any, problem.List) {
	list := letterFindings(projects)
	if list.Failed() {
		return nil, list
	}
	projects = byRank(projects)
	first := projects[0]
	var requested, total, self, joint Fen
	type group struct{ topic, category string }
	var order []group
	counts := map[group]int{}
	sums := map[group]Fen{}
	values := make([]any, len(projects))
	for i, p := range projects {
		values[i] = p.Values()
		requested, total, self = plus(requested, p.Project.Requested), plus(total, p.Budget.Total), plus(self, p.Budget.Self)
		joint = plus(joint, p.Rec.JointFunding)
		g := group{p.Project.Topic, p.Project.Category}
		if counts[g] == 0 {
			order = append(order, g)
		}
		counts[g]++
		sums[g] = plus(sums[g], p.Project.Requested)
	}
	sortGroups(order, func(g group) (string, string) { return g.topic, g.category })
	topics := make([]any, len(order))
	for i, g := range order {
		category := Label("category", g.category)
		topics[i] = twin(map[string]any{
			"topic": g.topic, "name": g.topic, "category": g.category, "count": counts[g], "requested": sums[g].String(),
		}, map[string]string{"topic": "专题代码", "name": "专题名称", "count": "项目数", "requested": "申请经费"})
		m, _ := topics[i].(map[string]any)
		m["category_zh"], m["category_en"], m["项目类别"], m["项目类别英文"] = category.ZH, category.EN, category.ZH, category.EN
	}
	mu := object(reflect.ValueOf(&first.Managing).Elem())
	m := twin(map[string]any{
		"call": first.Call, "mu": mu, "rec": object(reflect.ValueOf(first.Rec).Elem()), "projects": values, "count": len(projects),
		"requested_total": requested.String(), "total_sum": total.String(), "self_sum": self.String(), "joint_sum": joint.String(), "by_topic": topics,
	}, map[string]string{
		"call": "申报通知代码", "mu": "归口管理单位", "rec": "推荐", "projects": "项目列表", "count": "推荐项目数", "requested_total": "申请经费合计",
		"total_sum": "总预算合计", "self_sum": "自筹合计", "joint_sum": "归口配套合计", "by_topic": "分专题",
	})
	m["丙方"] = mu
	return m, list
}

// twin gives each value of m its Chinese name as well.
func twin(m map[string]any, zh map[string]string) map[string]any {
	for en, name := range zh {
		m[name] = m[en]
	}
	return m
}
