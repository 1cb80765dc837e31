package project

import (
	"math/big"
	"strconv"

	"tripact/problem"
)

func (c *checker) approval() {
	a := c.p.Approval
	if a == nil {
		return
	}
	if a.PubTo.Before(a.PubFrom) {
		c.fail("project.approval.publicity", "/approval/pub_to", problem.Tf("公示结束日期早于开始日期 %[1]s", "publicity ends before it begins, %[1]s", a.PubFrom), a.PubTo.String(),
			problem.Fix{ZH: "核对公示日期", EN: "check the dates"})
	}
	if a.SignBy.Before(a.Date) {
		c.fail("project.approval.sign_by", "/approval/sign_by", problem.Tf("签订期限早于立项日期 %[1]s", "the contract is due before the approval, %[1]s", a.Date), a.SignBy.String(),
			problem.Fix{ZH: "核对签订期限", EN: "check the date"})
	}
	if a.Amount > c.p.Project.Requested {
		c.warn("project.approval.more", "/approval/amount", problem.Tf("立项经费多于申请经费 %[1]s 元", "more was approved than the %[1]s yuan requested", c.p.Project.Requested), a.Amount.String(),
			problem.Fix{ZH: "核对立项经费的单位（元）", EN: "check the unit of the amount (yuan)"})
	}
	p := c.p
	c.listed("/project/title_cn", "项目名称", "the title", a.TitleCN, p.Project.TitleCN)
	c.listed("/lead/name_cn", "承担单位", "the lead", a.Lead, p.Lead.NameCN)
	c.listed("/pi/name_cn", "项目负责人", "the principal investigator", a.PI, p.PI.NameCN)
	if a.Category != p.Project.Category {
		was, is := Label("category", a.Category), Label("category", p.Project.Category)
		c.fail("project.contract.approved", "/project/category", problem.Tf("项目类别与立项清单不一致：清单为“%[1]s”，现为“%[3]s”", "the category differs from the approval list: it is %[2]q there and %[4]q here", was.ZH, was.EN, is.ZH, is.EN), p.Project.Category,
			problem.Fix{ZH: "改为立项清单的类别", EN: "make it the category of the approval list", Replace: a.Category})
	}
}

// listed compares a text with that of the approval list, to the character (C7).
func (c *checker) listed(path, zh, en, want, got string) {
	if want == got {
		return
	}
	dz, de := firstDifference(want, got)
	c.fail("project.contract.approved", path, problem.Tf("%[1]s与立项清单不一致：%[3]s；清单为“%[5]s”", "%[2]s differs from the approval list: %[4]s; the list has “%[5]s”", zh, en, dz, de, want), got,
		problem.Fix{ZH: "改为立项清单的写法", EN: "write it as in the approval list", Replace: want})
}

func (c *checker) contract() {
	k := c.p.Contract
	if k == nil {
		return
	}
	if k.Budget != nil {
		c.budget(k.Budget, "/contract/budget")
	}
	c.stages(k.Schedule, "/contract/schedule")
	c.indicators(k.Indicators, "/contract/indicators")
	c.kept(k)
	c.copies(k.Copies)
	if c.p.Approval == nil {
		c.fail("project.contract.approval", "/approval", problem.T("有合同而无立项信息", "a contract without an approval"), "",
			problem.Fix{ZH: "填写 approval（立项文件中本项目一行）", EN: "fill in approval, the project's row of the approval document"})
		return
	}
	c.approved(k, c.p.Approval)
	c.self(c.p.Approval)
	c.payments(k, c.p.Approval)
}

// approved compares the contract with the approval list to the character and the fen (C2, C7); approval does so for what the
// application says, too.
func (c *checker) approved(k *Contract, a *Approval) {
	c.listed("/contract/no", "合同编号", "the contract number", a.No, k.No)
	b, path := c.p.ContractBudget(), c.budgetPath()
	c.differ(problem.Fail, "project.contract.amount", path, "合同的市财政补助合计（立项经费）", "the municipal grant of the contract (approved funding)", b.Fiscal, a.Amount)
	c.differ(problem.Fail, "project.contract.total", path, "合同总预算（核定总预算）", "the total of the contract (approved total budget)", b.Total, a.Total)
}

// budgetPath is where the sources of the budget that the contract prints stand.
func (c *checker) budgetPath() string {
	if c.p.Contract.Budget == nil {
		return "/budget/sources"
	}
	return "/contract/budget/sources"
}

// self checks that a grant below the request is made up from own money (C5): the total is not lowered, in principle, and
// an enterprise of the project raises the difference.
func (c *checker) self(a *Approval) {
	p := c.p
	if a.Amount >= p.Project.Requested {
		return
	}
	b := p.ContractBudget()
	if b.Total < p.Budget.Total {
		c.warn("project.contract.total.lower", c.budgetPath(), problem.Tf("合同总预算原则上不得低于申报总预算 %[1]s 元", "the total should in principle not fall below the application's, %[1]s yuan", p.Budget.Total), b.Total.String(),
			problem.Fix{ZH: "增加自筹经费", EN: "raise the self-raised funds"})
	}
	need := plus(p.Budget.Self, p.Project.Requested-a.Amount)
	if b.Self >= need {
		return
	}
	sev := problem.Warn
	if p.hasEnterprise() {
		sev = problem.Fail
	}
	c.add(sev, "project.contract.self", c.budgetPath(),
		problem.Tf("立项经费少于申请经费 %[1]s 元，自筹经费应不少于 %[2]s 元", "the grant is %[1]s yuan below the request, so self-raised funds should be at least %[2]s yuan", p.Project.Requested-a.Amount, need), b.Self.String(),
		problem.Fix{ZH: "由企业自筹补足差额 " + (need - b.Self).String() + " 元", EN: "let the enterprise raise the missing " + (need - b.Self).String() + " yuan"})
}

// hasEnterprise reports whether the lead or a Chinese partner is an enterprise.
func (p *Project) hasEnterprise() bool {
	if p.Lead.OrgType == "enterprise" {
		return true
	}
	for _, u := range p.Partners {
		if u.OrgType == "enterprise" {
			return true
		}
	}
	return false
}

// kept checks that every indicator of the application is in the contract and not weaker (C8).
func (c *checker) kept(k *Contract) {
	if len(k.Indicators) == 0 { // those of the application are printed
		return
	}
	const path = "/contract/indicators"
	for nth, was := range c.p.Indicators {
		i := -1
		for j, in := range k.Indicators {
			if in.ID == was.ID {
				i = j
				break
			}
		}
		if i < 0 {
			c.fail("project.contract.indicator.missing", at("/indicators", nth, ""), problem.Tf("合同中缺少申报书的指标 %[1]s“%[2]s”", "the contract lacks the application's indicator %[1]s, %[2]q", was.ID, was.Name), "",
				problem.Fix{ZH: "补上该指标，目标不低于申报书", EN: "add it with a target not below the application's"})
			continue
		}
		now := k.Indicators[i]
		if now.Name != was.Name {
			dz, de := firstDifference(was.Name, now.Name)
			c.warn("project.contract.indicator.name", at(path, i, "/name"), problem.Tf("同一编号的指标与申报书名称不同：%[1]s", "the indicator of this id has another name in the application: %[2]s", dz, de), now.Name,
				problem.Fix{ZH: "核对指标编号与名称", EN: "check id and name"})
		}
		weaker := func(field, zh, en, want, got string) {
			c.fail("project.contract.indicator.weaker", at(path, i, "/"+field), problem.Tf("指标 %[1]s %[2]s，申报书为 %[4]s", "indicator %[1]s: %[3]s; the application has %[4]s", was.ID, zh, en, want), got,
				problem.Fix{ZH: "目标不得低于申报书", EN: "keep the target at least as strong as in the application"})
		}
		switch {
		case now.Unit != was.Unit:
			weaker("unit", "单位不同，无法比较", "another unit, so the two cannot be compared", strconv.Quote(was.Unit), strconv.Quote(now.Unit))
		case !sameScale(was.Cmp, now.Cmp):
			weaker("cmp", "比较符不同", "another comparator", was.Cmp+" "+was.Number, now.Cmp+" "+now.Number)
		case !notWeaker(was, now):
			weaker("target_num", "目标低于申报书", "the target is weaker", was.Cmp+" "+was.Number, now.Cmp+" "+now.Number)
		}
	}
}

// sameScale reports whether a target with comparator now can keep a promise with comparator was: an exact figure keeps a
// bound, a bound does not keep an exact figure or a bound from the other side.
func sameScale(was, now string) bool { return was == now || now == "=" }

// notWeaker reports whether now promises at least what was does. Both have comparators that are on the same scale.
func notWeaker(was, now Indicator) bool {
	a, ok := new(big.Rat).SetString(was.Number)
	b, ok2 := new(big.Rat).SetString(now.Number)
	if !ok || !ok2 {
		return false
	}
	switch was.Cmp {
	case ">=":
		return b.Cmp(a) >= 0
	case "<=":
		return b.Cmp(a) <= 0
	}
	return b.Cmp(a) == 0
}

func (c *checker) payments(k *Contract, a *Approval) {
	const path = "/contract/payments"
	c.differ(problem.Fail, "project.payments.sum", path, "各期拨款合计", "the sum of all instalments", k.PaySum, a.Amount)
	if k.PayRate != 10_000 {
		c.fail("project.payments.pct", path, problem.T("各期拨款比例合计应为 100%", "the shares of all instalments should add up to 100%"), k.PayRate.String(),
			problem.Fix{ZH: "核对比例；比例用万分数（7000）或“70%”", EN: "check the shares; write 7000 or “70%”"})
	}
	for i, pay := range k.Payments {
		if pay.No != i+1 {
			c.fail("project.payments.no", at(path, i, "/no"), problem.Tf("期次应为%[1]d", "the number should be %[1]d", i+1), strconv.Itoa(pay.No),
				problem.Fix{ZH: "按顺序编号", EN: "number them in order", Replace: strconv.Itoa(i + 1)})
		}
		// A share in basis points is rounded, and so is an amount; together they may be off by half a basis point and a fen.
		off := pay.Amount - Fen(int64(a.Amount)/10_000*int64(pay.Rate)+int64(a.Amount)%10_000*int64(pay.Rate)/10_000)
		if off = max(off, -off); off > a.Amount/20_000+1 {
			c.warn("project.payments.rate", at(path, i, "/pct"), problem.T("比例与金额不符", "share and amount do not match"), pay.Rate.String(),
				problem.Fix{ZH: "核对该期比例和金额", EN: "check share and amount"})
		}
	}
}

// copies checks that the parts add up (A.2.14).
func (c *checker) copies(n Copies) {
	if sum := n.A + n.B + n.C; sum != n.Total {
		c.fail("project.copies.sum", "/contract/copies/total", problem.Tf("甲、乙、丙各方份数之和为%[1]d，与总份数不符", "the parties' copies add up to %[1]d, not to the total", sum), strconv.Itoa(n.Total),
			problem.Fix{ZH: "使各方份数之和等于总份数", EN: "make the parts add up to the total"})
	}
	for _, part := range []struct {
		path, zh, en string
		n            int
	}{{"a", "甲方", "party A", n.A}, {"b", "乙方", "party B", n.B}, {"c", "丙方", "party C", n.C}} {
		if part.n == 0 {
			c.fail("project.copies.none", "/contract/copies/"+part.path, problem.Tf("%[1]s没有合同正本", "%[2]s gets no original", part.zh, part.en), "0",
				problem.Fix{ZH: "每方至少1份", EN: "give each party at least one"})
		}
	}
}

// publicOnly reports whether lead and Chinese partners are all state-owned, and none of them an enterprise (NB-V.2e).
func (p *Project) publicOnly() bool {
	for _, u := range append([]Unit{p.Lead}, p.Partners...) {
		if !u.StateOwned || u.OrgType == "enterprise" {
			return false
		}
	}
	return true
}
