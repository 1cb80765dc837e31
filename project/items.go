package project

import (
	"slices"
	"strings"

	"tripact/problem"
)

// Item is one line of a budget by item (科目).
type Item struct {
	Code  string
	Label problem.Text
}

// ItemTotal is the code of the last line, direct and indirect costs together.
const ItemTotal = "3"

func item(code, zh, en string) Item { return Item{code, problem.T(zh, en)} }

// schemes are the two item schemes in use (DOMAIN.md A.2.9): three direct-cost items since 国办发〔2021〕32号, eleven in older
// local forms. Lines of the third level may be given for detail; they are printed only then.
var schemes = map[string][]Item{
	"three_line": {
		item("1", "一、直接费用", "Direct costs"),
		item("1.1", "设备费", "Equipment"),
		item("1.1.1", "购置设备费", "Purchase of equipment"),
		item("1.1.2", "试制设备费", "Trial manufacture of equipment"),
		item("1.1.3", "设备升级改造与租赁费", "Upgrading and rental of equipment"),
		item("1.2", "业务费", "Operating costs"),
		item("1.2.1", "材料费", "Materials"),
		item("1.2.2", "测试化验加工费", "Testing, assay and processing"),
		item("1.2.3", "燃料动力费", "Fuel and power"),
		item("1.2.4", "会议、差旅、国际合作与交流费", "Conferences, travel and international exchange"),
		item("1.2.5", "出版、文献、信息传播、知识产权事务费", "Publication, literature, communication and IP affairs"),
		item("1.2.6", "其他支出", "Other operating costs"),
		item("1.3", "劳务费", "Labour"),
		item("1.3.1", "劳务费", "Labour payments"),
		item("1.3.2", "专家咨询费", "Expert consultation"),
		item("2", "二、间接费用", "Indirect costs"),
		item("2.1", "管理费", "Management"),
		item("2.2", "绩效支出", "Performance pay"),
		item(ItemTotal, "合计", "Total"),
	},
	"eleven_line": {
		item("1", "一、直接费用", "Direct costs"),
		item("1.1", "设备费", "Equipment"),
		item("1.2", "材料费", "Materials"),
		item("1.3", "测试化验加工费", "Testing, assay and processing"),
		item("1.4", "燃料动力费", "Fuel and power"),
		item("1.5", "差旅费", "Travel"),
		item("1.6", "会议费", "Conferences"),
		item("1.7", "国际合作与交流费", "International cooperation and exchange"),
		item("1.8", "出版/文献/信息传播/知识产权事务费", "Publication, literature, communication and IP affairs"),
		item("1.9", "劳务费", "Labour"),
		item("1.10", "专家咨询费", "Expert consultation"),
		item("1.11", "其他支出", "Other costs"),
		item("2", "二、间接费用", "Indirect costs"),
		item("2.1", "管理费", "Management"),
		item("2.2", "绩效支出", "Performance pay"),
		item(ItemTotal, "合计", "Total"),
	},
}

// Items returns the lines of a scheme in printing order, nil for an unknown one.
func Items(scheme string) []Item { return slices.Clone(schemes[scheme]) }

// under reports whether item code is below parent: 1.1.2 is under 1.1 and under 1, and everything under the total.
func under(code, parent string) bool {
	return parent == ItemTotal && code != ItemTotal || strings.HasPrefix(code, parent+".")
}

// level is 1 for 1, 2 for 1.1, 3 for 1.1.1.
func level(code string) int { return strings.Count(code, ".") + 1 }

// printed reports whether a line stands in the table although nothing was given for it: the two sums, the direct costs by
// item, and the total.
func printed(code string) bool {
	return level(code) == 1 || level(code) == 2 && strings.HasPrefix(code, "1.")
}

// lines puts the leaves of a budget into printing order, with a sum for every line that has leaves below it. Leaves of
// unknown codes (Check reports them) are left out.
func lines(scheme string, leaves []Spending) []Spending {
	var list []Spending
	for _, it := range schemes[scheme] {
		line := Spending{Code: it.Code, Name: it.Label.ZH, NameEN: it.Label.EN, Level: level(it.Code)}
		given := false
		for _, leaf := range leaves {
			if leaf.Code != it.Code && !under(leaf.Code, it.Code) || !known(scheme, leaf.Code) {
				continue
			}
			line.Fiscal, line.Self, line.Other = plus(line.Fiscal, leaf.Fiscal), plus(line.Self, leaf.Self), plus(line.Other, leaf.Other)
			if leaf.Code == it.Code {
				line.Basis, line.BaseEN = leaf.Basis, leaf.BaseEN
			}
			given = true
		}
		if given || printed(it.Code) {
			line.Total = plus(line.Fiscal, line.Self, line.Other)
			list = append(list, line)
		}
	}
	return list
}

func known(scheme, code string) bool {
	return slices.ContainsFunc(schemes[scheme], func(it Item) bool { return it.Code == code })
}
