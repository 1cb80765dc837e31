package project

import (
	"strconv"

	"tripact/problem"
)

// budget checks that money by year, by item and by unit is the same money (C1), in total and for the grant to the fen.
// How self-raised and other funds are told apart may differ between the tables; that is a warning only.
func (c *checker) budget(b *Budget, path string) {
	c.years(b.Sources, path+"/sources")
	c.items(b, path)
	c.shares(b.Units, path+"/units")

	var items UnitShare
	for _, s := range b.Spending {
		items.count(&UnitShare{Fiscal: s.Fiscal, Self: s.Self, Other: s.Other, Total: s.Total})
	}
	units := b.UnitSum
	c.differ(problem.Fail, "project.budget.items", path+"/spending", "支出合计", "the sum of all items", items.Total, b.Total)
	c.differ(problem.Fail, "project.budget.items.fiscal", path+"/spending", "支出中的财政资金合计", "the fiscal money of all items", items.Fiscal, b.Fiscal)
	c.differ(problem.Fail, "project.budget.units", path+"/units", "单位经费合计", "the sum of all units", units.Total, b.Total)
	c.differ(problem.Fail, "project.budget.units.fiscal", path+"/units", "单位财政经费合计", "the fiscal money of all units", units.Fiscal, b.Fiscal)
	c.differ(problem.Warn, "project.budget.items.self", path+"/spending", "支出中的自筹资金合计", "the self-raised money of all items", items.Self, b.Self)
	c.differ(problem.Warn, "project.budget.units.self", path+"/units", "单位自筹经费合计", "the self-raised money of all units", units.Self, b.Self)

	if b.Total == 0 {
		c.fail("project.budget.zero", path+"/sources", problem.T("总预算为零", "the total budget is nothing"), b.Total.String(),
			problem.Fix{ZH: "填写经费来源", EN: "give the sources of money"})
	}
	c.equipment(b, path)
}

func (c *checker) years(sources []Source, path string) {
	core := &c.p.Project
	seen := map[int]bool{}
	for i, s := range sources {
		year := strconv.Itoa(s.Year)
		if seen[s.Year] {
			c.fail("project.budget.year.twice", at(path, i, "/year"), problem.T("年度重复", "the year stands twice"), year,
				problem.Fix{ZH: "每个年度只列一行", EN: "give each year one row"})
		}
		seen[s.Year] = true
		switch {
		case core.Start.IsZero() || core.End.IsZero():
		case s.Year < core.Start.Year:
			c.fail("project.budget.year.before", at(path, i, "/year"), problem.Tf("年度早于项目开始年份%[1]d；前期投入不计入预算", "the year is before the project starts in %[1]d; prior expenses are not part of the budget", core.Start.Year), year,
				problem.Fix{ZH: "前期投入列入 prior", EN: "put prior expenses into prior"})
		case s.Year > core.End.Year+1: // the last instalment comes after acceptance
			c.warn("project.budget.year.after", at(path, i, "/year"), problem.Tf("年度晚于项目结束年份%[1]d一年以上", "the year is more than one year after the project ends in %[1]d", core.End.Year), year,
				problem.Fix{ZH: "核对年度", EN: "check the year"})
		}
	}
}

// items checks the codes of a budget by item: each known, once, and not together with a line that it is part of.
func (c *checker) items(b *Budget, path string) {
	if schemes[b.Scheme] == nil {
		return // Decode reports the code of the scheme
	}
	path += "/spending"
	rows := map[string]int{}
	for i, s := range b.Spending {
		switch {
		case s.Code == ItemTotal:
			c.fail("project.budget.item.total", at(path, i, "/code"), problem.T("合计行由程序计算，不要填写", "the total is computed and must not be given"), s.Code,
				problem.Fix{ZH: "删除该行", EN: "remove the row"})
		case !known(b.Scheme, s.Code):
			c.fail("project.budget.item.unknown", at(path, i, "/code"), problem.Tf("科目体系“%[1]s”没有这个科目编码", "the item scheme %[2]q has no such code", Label("scheme", b.Scheme).ZH, b.Scheme), s.Code,
				problem.Fix{ZH: "按科目表填写编码，如 1.1", EN: "use a code of the scheme, such as 1.1"})
		}
		if j, again := rows[s.Code]; again {
			c.fail("project.budget.item.twice", at(path, i, "/code"), problem.Tf("科目与第%d行重复", "the same item as row %d", j+1), s.Code,
				problem.Fix{ZH: "合并为一行", EN: "make one row of them"})
			continue
		}
		rows[s.Code] = i
	}
	for _, outer := range schemes[b.Scheme] {
		for _, inner := range schemes[b.Scheme] {
			i, ok := rows[outer.Code]
			j, ok2 := rows[inner.Code]
			if ok && ok2 && outer.Code != ItemTotal && under(inner.Code, outer.Code) {
				c.fail("project.budget.item.nested", at(path, i, "/code"), problem.Tf("第%[1]d行（%[2]s）是其中一部分，金额会重复计算", "row %[1]d (%[2]s) is part of this one; money would count twice", j+1, inner.Code), outer.Code,
					problem.Fix{ZH: "只填写最末级科目，上级由程序合计", EN: "give the innermost items only; the others are summed"})
			}
		}
	}
}

// shares checks the rows of a budget by unit: every unit of the project once, with its role and country.
func (c *checker) shares(rows []UnitShare, path string) {
	seen := map[string]bool{}
	for i, r := range rows {
		u := c.unit(r.Unit)
		if u == nil {
			c.unknownUnit(problem.Fail, at(path, i, "/unit"), r.Unit)
			continue
		}
		if seen[r.Unit] {
			c.fail("project.budget.unit.twice", at(path, i, "/unit"), problem.T("单位重复", "the unit stands twice"), r.Unit,
				problem.Fix{ZH: "每个单位只列一行", EN: "give each unit one row"})
		}
		seen[r.Unit] = true
		if r.Role != u.role {
			want := Label("unit_role", u.role)
			c.fail("project.budget.unit.role", at(path, i, "/role"), problem.Tf("角色应为“%[1]s”（%[3]s）", "the role should be %[2]q (%[3]s)", want.ZH, want.EN, u.role), r.Role,
				problem.Fix{ZH: "改为 " + u.role, EN: "make it " + u.role, Replace: u.role})
		}
		if r.Country != u.country {
			c.fail("project.budget.unit.country", at(path, i, "/country"), problem.Tf("国别与该单位不一致，应为 %[1]s", "the country of this unit is %[1]s", u.country), r.Country,
				problem.Fix{ZH: "改为 " + u.country, EN: "make it " + u.country, Replace: u.country})
		}
		if r.UnitEN != u.en {
			zh, en := firstDifference(u.en, r.UnitEN)
			c.warn("project.budget.unit.name_en", at(path, i, "/unit_en"), problem.Tf("英文名称与该单位不一致：%[1]s", "the English name of this unit is another: %[2]s", zh, en), r.UnitEN,
				problem.Fix{ZH: "改为 " + u.en, EN: "make it " + u.en, Replace: u.en})
		}
	}
	for _, u := range c.named {
		if !seen[u.zh] && len(rows) > 0 {
			c.fail("project.budget.unit.missing", path, problem.Tf("单位分配表中没有“%[1]s”", "the division among units lacks %[1]q", u.zh), "",
				problem.Fix{ZH: "补上该单位；无经费的金额填 0.00", EN: "add the unit, with 0.00 where it gets nothing"})
		}
	}
}

// equipment checks that the listed equipment is paid from the equipment item.
func (c *checker) equipment(b *Budget, path string) {
	var item Fen
	for _, s := range b.Spending {
		if s.Code == "1.1" || under(s.Code, "1.1") {
			item = plus(item, s.Total)
		}
	}
	for i, e := range b.Equipment {
		if e.Qty == 0 {
			c.fail("project.equipment.qty", at(path+"/equipment", i, "/qty"), problem.T("设备数量为零", "a quantity of nothing"), "0",
				problem.Fix{ZH: "填写数量或删除该行", EN: "give the quantity or remove the row"})
		}
	}
	if b.EquipSum > item {
		c.warn("project.equipment.sum", path+"/equipment", problem.Tf("设备清单合计 %[1]s 元，多于设备费 %[2]s 元", "the listed equipment costs %[1]s yuan, more than the equipment item, %[2]s", b.EquipSum, item), b.EquipSum.String(),
			problem.Fix{ZH: "核对设备清单与设备费", EN: "check the list against the item"})
	}
}
