package project

import (
	"fmt"
	"math/big"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tripact/problem"
)

// Check judges what must hold between fields whatever the call says (DOMAIN.md A.3: C1, C2, C5, C7–C11, C13, C14, and
// A.2.6): sums, periods, names and ids that refer to each other, and what the contract must keep of the application and
// the approval. Rules of a call, such as caps, countries, deadlines and the one-third rule, are in package programme.
// Derive must have been called since p last changed. Findings are in the order of the file's parts.
func (p *Project) Check() problem.List {
	c := &checker{p: p}
	c.named = c.unitNames()
	c.period()
	c.units()
	c.team()
	c.agreement()
	c.prior()
	c.budget(&p.Budget, "/budget")
	c.requested()
	c.stages(p.Schedule, "/schedule")
	c.indicators(p.Indicators, "/indicators")
	c.attachments()
	c.recommendation()
	c.approval()
	c.contract()
	return c.list
}

type checker struct {
	p     *Project
	named []namedUnit
	list  problem.List
}

func (c *checker) add(sev problem.Severity, code, path string, msg problem.Text, found string, fix problem.Fix) {
	c.list.Add(problem.Finding{Code: code, Severity: sev, Path: path, Message: msg, Found: short(found), Fix: fix})
}

func (c *checker) fail(code, path string, msg problem.Text, found string, fix problem.Fix) {
	c.add(problem.Fail, code, path, msg, found, fix)
}

func (c *checker) warn(code, path string, msg problem.Text, found string, fix problem.Fix) {
	c.add(problem.Warn, code, path, msg, found, fix)
}

// differ reports two amounts that should be equal.
func (c *checker) differ(sev problem.Severity, code, path, zh, en string, got, want Fen) {
	if got == want {
		return
	}
	diff := got - want
	word := problem.T("多", "more")
	if diff < 0 {
		diff, word = -diff, problem.T("少", "less")
	}
	c.add(sev, code, path,
		problem.Tf("%[1]s应为 %[3]s 元，现为 %[4]s 元，%[5]s %[7]s 元", "%[2]s should be %[3]s yuan and is %[4]s, %[7]s yuan %[6]s", zh, en, want, got, word.ZH, word.EN, diff),
		got.String(), problem.Fix{ZH: "核对各项金额，使合计一致（精确到分）", EN: "check the amounts until the sums agree to the fen"})
}

func at(path string, i int, rest string) string { return path + "/" + strconv.Itoa(i) + rest }

// period checks start, end and the moments of the application (C9).
func (c *checker) period() {
	core := &c.p.Project
	if core.Start.IsZero() || core.End.IsZero() {
		return
	}
	if !core.End.After(core.Start) {
		c.fail("project.period.order", "/project/end", problem.Tf("结束年月应晚于开始年月 %[1]s", "the end should come after the start, %[1]s", core.Start), core.End.String(),
			problem.Fix{ZH: "核对起止年月", EN: "check start and end"})
	}
}

// unitNames lists the undertaking units, as they are named in tables.
func (c *checker) unitNames() []namedUnit {
	list := []namedUnit{{c.p.Lead.NameCN, c.p.Lead.NameEN, "lead", "CN", "/lead"}}
	for i, u := range c.p.Partners {
		list = append(list, namedUnit{u.NameCN, u.NameEN, "partner", "CN", at("/pcn", i, "")})
	}
	for i, u := range c.p.Overseas {
		list = append(list, namedUnit{u.NameCN, u.NameEN, "overseas", u.Country, at("/pfo", i, "")})
	}
	return list
}

type namedUnit struct{ zh, en, role, country, path string }

func (c *checker) unit(name string) *namedUnit {
	for _, u := range c.named {
		if u.zh == name {
			return &u
		}
	}
	return nil
}

// unknownUnit reports a unit name that is none of the project's, with the first differing character of the nearest one.
func (c *checker) unknownUnit(sev problem.Severity, path, name string) {
	units := c.named
	best := slices.MinFunc(units, func(a, b namedUnit) int { return editDistance(a.zh, name) - editDistance(b.zh, name) })
	fix := problem.Fix{ZH: "使用承担单位的全称", EN: "use the full name of an undertaking unit"}
	if editDistance(best.zh, name) <= max(6, len(best.zh)/3) {
		zh, en := firstDifference(best.zh, name)
		fix = problem.Fix{ZH: fmt.Sprintf("是否为“%s”？%s", best.zh, zh), EN: fmt.Sprintf("did you mean %q? %s", best.zh, en), Replace: best.zh}
	}
	c.add(sev, "project.unit.unknown", path, problem.T("单位不是本项目的承担单位", "this unit is none of the project's"), name, fix)
}

// firstDifference names the first character in which got differs from want, with code points, since look-alikes differ in
// nothing else.
func firstDifference(want, got string) (zh, en string) {
	w, g := []rune(want), []rune(got)
	i := 0
	for i < len(w) && i < len(g) && w[i] == g[i] {
		i++
	}
	char := func(r []rune) (string, string) {
		if i >= len(r) {
			return "已结束", "nothing"
		}
		s := fmt.Sprintf("“%c”（U+%04X）", r[i], r[i])
		return s, fmt.Sprintf("%q (U+%04X)", r[i], r[i])
	}
	wz, we := char(w)
	gz, ge := char(g)
	return fmt.Sprintf("第%d个字应为%s，现为%s", i+1, wz, gz), fmt.Sprintf("character %d should be %s and is %s", i+1, we, ge)
}

// units checks names that must be one and the same (C11).
func (c *checker) units() {
	p := c.p
	units := c.named
	for i, u := range units {
		for _, v := range units[:i] {
			if u.zh == v.zh {
				c.fail("project.unit.twice", u.path+"/name_cn", problem.T("同一单位列了两次", "the same unit is listed twice"), u.zh,
					problem.Fix{ZH: "删除重复的单位", EN: "remove one of them"})
			}
		}
	}
	account := func(b *Bank, name, path string) {
		if b == nil || b.AccountName == name {
			return
		}
		zh, en := firstDifference(name, b.AccountName)
		c.fail("project.account.name", path+"/bank/account_name", problem.Tf("户名与单位名称不一致：%[1]s", "account name and unit name differ: %[2]s", zh, en), b.AccountName,
			problem.Fix{ZH: "户名应为单位全称", EN: "the account must be in the full name of the unit", Replace: name})
	}
	account(p.Lead.Bank, p.Lead.NameCN, "/lead")
	for i, u := range p.Partners {
		account(u.Bank, u.NameCN, at("/pcn", i, ""))
	}
}

// team checks the members and that the first of them is the principal investigator (C13).
func (c *checker) team() {
	p := c.p
	names := map[string]int{}
	numbers := map[string]int{}
	perUnit := map[string]int{}
	for i, m := range p.Members {
		path := at("/members", i, "")
		perUnit[m.Unit]++
		if u := c.unit(m.Unit); u == nil {
			sev := problem.Fail
			if i == 0 { // only "in principle" on the staff of an undertaking unit
				sev = problem.Warn
			}
			c.unknownUnit(sev, path+"/unit", m.Unit)
		} else if (u.role == "overseas") != (m.Side == "FO") {
			c.warn("project.member.side", path+"/side", problem.T("“中方或外方”与所在单位不符", "the side does not match the member's unit"), m.Side,
				problem.Fix{ZH: "核对所在单位和中方、外方", EN: "check unit and side"})
		}
		if j, ok := numbers[m.IDNo]; ok && m.IDNo != "" {
			c.fail("project.member.twice", path+"/id_no", problem.Tf("证件号码与第%d名成员相同", "the same ID number as member %d", j+1), "",
				problem.Fix{ZH: "核对成员及证件号码", EN: "check the members and their numbers"})
		} else if j, ok := names[m.NameCN+"\n"+m.Unit]; ok && (m.IDNo == "" || p.Members[j].IDNo == "") {
			c.warn("project.member.same_name", path+"/name_cn", problem.Tf("与第%d名成员同名同单位", "the same name and unit as member %d", j+1), m.NameCN,
				problem.Fix{ZH: "重名的请填写证件号码加以区别", EN: "tell namesakes apart by their ID numbers"})
		}
		names[m.NameCN+"\n"+m.Unit], numbers[m.IDNo] = i, i
		if m.Months > 120 {
			c.fail("project.member.months", path+"/months_per_year", problem.T("每年投入月数超过12", "more than 12 months a year"), m.Months.String(),
				problem.Fix{ZH: "填写0至12", EN: "give 0 to 12"})
		}
		if !m.Birth.IsZero() && m.Birth.After(p.Project.Start) {
			c.fail("project.member.birth", path+"/birth", problem.T("出生年月晚于项目开始", "born after the project starts"), m.Birth.String(),
				problem.Fix{ZH: "核对出生年月", EN: "check the date"})
		}
	}
	for i, u := range p.Overseas {
		if perUnit[u.NameCN] == 0 {
			c.fail("project.member.overseas", at("/pfo", i, "/name_cn"), problem.T("外方合作单位没有人员参加项目组", "this overseas partner has nobody in the team"), u.NameCN,
				problem.Fix{ZH: "项目组中至少列入该单位1人", EN: "list at least one of its people as a member"})
		}
	}
	if len(p.Members) == 0 {
		return
	}
	first, pi := p.Members[0], p.PI
	same := func(field, zh, en, want, got string) {
		if want == got {
			return
		}
		found := got
		msg := problem.Tf("第1名成员的%[1]s与项目负责人不一致", "%[2]s of the first member and of the principal investigator differ", zh, en)
		if field == "id_no" {
			found = ""
		} else {
			dz, de := firstDifference(want, got)
			msg.ZH, msg.EN = msg.ZH+"："+dz, msg.EN+": "+de
		}
		c.fail("project.member.first", "/members/0/"+field, msg, found, problem.Fix{ZH: "排名首位者应为项目负责人", EN: "the first member must be the principal investigator"})
	}
	same("name_cn", "姓名", "the name", pi.NameCN, first.NameCN)
	same("sex", "性别", "the sex", pi.Sex, first.Sex)
	same("birth", "出生年月", "the month of birth", pi.Birth.InMonth().String(), first.Birth.String())
	same("unit", "所在单位", "the unit", pi.Unit, first.Unit)
	if first.IDNo != "" {
		same("id_no", "证件号码", "the ID number", pi.IDNo, first.IDNo)
	}
}

func (c *checker) agreement() {
	a := c.p.Agreement
	if a == nil {
		return
	}
	if !a.ValidTo.IsZero() && !a.ValidTo.After(a.ValidFrom) {
		c.fail("project.agreement.period", "/agreement/valid_to", problem.Tf("协议截止日期应晚于生效日期 %[1]s", "the agreement should end after it begins, %[1]s", a.ValidFrom), a.ValidTo.String(),
			problem.Fix{ZH: "核对协议期限", EN: "check the term of the agreement"})
	}
	if a.SignedOn.After(a.ValidTo) {
		c.fail("project.agreement.signed", "/agreement/signed_on", problem.T("协议签署日期晚于截止日期", "the agreement was signed after its end"), a.SignedOn.String(),
			problem.Fix{ZH: "核对签署日期", EN: "check the date of signing"})
	}
}

// prior keeps earlier expenses apart from the budget (C14).
func (c *checker) prior() {
	for i, e := range c.p.Prior {
		if !c.p.Project.Start.IsZero() && !e.Date.Before(c.p.Project.Start.First()) {
			c.fail("project.prior.inside", at("/prior", i, "/date"), problem.T("前期投入发生在项目执行期内，应计入预算而不是前期投入", "a prior expense within the project's period belongs to the budget"), e.Date.String(),
				problem.Fix{ZH: "核对日期；执行期内的支出列入预算", EN: "check the date; spending within the period goes into the budget"})
		}
		if e.Amount == 0 {
			c.fail("project.prior.zero", at("/prior", i, "/amount"), problem.T("前期投入金额为零", "a prior expense of nothing"), e.Amount.String(),
				problem.Fix{ZH: "填写金额或删除该行", EN: "give the amount or remove the row"})
		}
	}
}

// requested ties the amount asked for to the application's budget, and asks back where the unit was probably mistaken:
// 万元 typed for yuan or the other way round is the commonest fault of real applications.
func (c *checker) requested() {
	const wan = 10_000 * 100
	if r := c.p.Project.Requested; r > 0 && r < wan {
		c.warn("project.money.unit", "/project/requested", problem.T("申请经费不足1万元，是否把万元填成了元？", "less than 10,000 yuan requested: was the amount given in 万元?"), r.String(),
			problem.Fix{ZH: "金额一律以元为单位", EN: "give all amounts in yuan"})
	}
	if t := c.p.Budget.Total; t > 10_000*wan {
		c.warn("project.money.unit", "/budget/sources", problem.T("总预算超过1亿元，是否把元当作万元？", "a total above 100 million yuan: were yuan taken for 万元?"), t.String(),
			problem.Fix{ZH: "金额一律以元为单位", EN: "give all amounts in yuan"})
	}
	c.differ(problem.Fail, "project.budget.requested", "/budget/sources", "各年度市财政补助合计（申请经费）", "the sum of the municipal grant over the years (funding requested)", c.p.Budget.Fiscal, c.p.Project.Requested)
}

// stages checks a work plan: no gap, no overlap, the whole period (A.2.6).
func (c *checker) stages(list []Stage, path string) {
	core := &c.p.Project
	if core.Start.IsZero() || core.End.IsZero() || len(list) == 0 {
		return
	}
	due := core.Start
	for i, s := range list {
		switch {
		case s.Start == due:
		case i == 0:
			c.fail("project.schedule.start", at(path, 0, "/start"), problem.Tf("第一阶段应从项目开始年月 %[1]s 起", "the first stage should begin with the project, %[1]s", due), s.Start.String(),
				problem.Fix{ZH: "改为 " + due.String(), EN: "make it " + due.String(), Replace: due.String()})
		case s.Start.After(due):
			c.fail("project.schedule.gap", at(path, i, "/start"), problem.Tf("与上一阶段之间有空档，应从 %[1]s 起", "there is a gap after the stage before; it should begin in %[1]s", due), s.Start.String(),
				problem.Fix{ZH: "改为 " + due.String(), EN: "make it " + due.String(), Replace: due.String()})
		default:
			c.fail("project.schedule.overlap", at(path, i, "/start"), problem.Tf("与上一阶段重叠，应从 %[1]s 起", "it overlaps the stage before; it should begin in %[1]s", due), s.Start.String(),
				problem.Fix{ZH: "改为 " + due.String(), EN: "make it " + due.String(), Replace: due.String()})
		}
		if s.End.Before(s.Start) {
			c.fail("project.schedule.order", at(path, i, "/end"), problem.T("阶段结束早于开始", "the stage ends before it begins"), s.End.String(),
				problem.Fix{ZH: "核对起止年月", EN: "check start and end"})
		}
		due = s.End.Next()
	}
	if last := list[len(list)-1].End; last != core.End {
		c.fail("project.schedule.end", at(path, len(list)-1, "/end"), problem.Tf("最后阶段应到项目结束年月 %[1]s", "the last stage should end with the project, %[1]s", core.End), last.String(),
			problem.Fix{ZH: "改为 " + core.End.String(), EN: "make it " + core.End.String(), Replace: core.End.String()})
	}
}

// indicators checks ids, and that the words of a target hold its number (C10).
func (c *checker) indicators(list []Indicator, path string) {
	seen := map[string]bool{}
	for i, in := range list {
		if seen[in.ID] {
			c.fail("project.indicator.twice", at(path, i, "/id"), problem.T("指标编号重复", "the id is used twice"), in.ID,
				problem.Fix{ZH: "每项指标用不同编号", EN: "give each indicator its own id"})
		}
		seen[in.ID] = true
		if !holdsNumber(in.Target, in.Number) {
			c.warn("project.indicator.target", at(path, i, "/target"), problem.Tf("完成时值的文字中没有目标数值 %[1]s", "the words of the target do not hold its number %[1]s", in.Number), in.Target,
				problem.Fix{ZH: "核对完成时值与目标数值", EN: "check target and target_num"})
		}
	}
}

var (
	thousands = regexp.MustCompile(`(\d),(\d{3})`)
	figures   = regexp.MustCompile(`[-−]?\d+(?:\.\d+)?(?:\s*[×x*]\s*10(?:\^([-−]?\d+)|([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)))?`)
	raised    = strings.NewReplacer("⁻", "-", "⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9", "−", "-")
)

// holdsNumber reports whether text holds number in any way of writing: 800, 800.0, 1,800 or 2×10⁻⁶.
func holdsNumber(text, number string) bool {
	want, ok := new(big.Rat).SetString(number)
	if !ok {
		return true // Decode reports what is no number
	}
	for thousands.MatchString(text) {
		text = thousands.ReplaceAllString(text, "$1$2")
	}
	for _, m := range figures.FindAllStringSubmatch(text, -1) {
		mantissa := raised.Replace(m[0])
		if i := strings.IndexAny(mantissa, " ×x*"); i >= 0 {
			mantissa = mantissa[:i]
		}
		exponent := raised.Replace(m[1] + m[2])
		if n, err := strconv.Atoi(exponent); err == nil && n >= -99 && n <= 99 {
			mantissa += "e" + exponent
		}
		got, ok := new(big.Rat).SetString(mantissa)
		if ok && (got.Cmp(want) == 0 || got.Cmp(new(big.Rat).Neg(want)) == 0) { // a dash before a figure is not always a minus
			return true
		}
	}
	return false
}

// attachments checks ids and everything that refers to them.
func (c *checker) attachments() {
	ids := map[string]bool{}
	for i, a := range c.p.Attach {
		if ids[a.ID] {
			c.fail("project.attach.twice", at("/attach", i, "/id"), problem.T("附件号重复", "the id is used twice"), a.ID,
				problem.Fix{ZH: "每个附件用不同编号", EN: "give each attachment its own id"})
		}
		ids[a.ID] = true
	}
	c.refs(reflect.ValueOf(c.p).Elem(), "", ids)
}

func (c *checker) refs(v reflect.Value, path string, ids map[string]bool) {
	for _, f := range model[v.Type()] {
		x, here := v.Field(f.index), path+"/"+f.json
		switch {
		case f.computed:
		case f.is == "ref":
			if ref := x.String(); ref != "" && !ids[ref] {
				c.fail("project.attach.unknown", here, problem.T("附件清单中没有这个附件号", "no attachment has this id"), ref,
					problem.Fix{ZH: "补充附件或改正附件号", EN: "add the attachment or correct the id"})
			}
		case f.kind == kindObject && f.pointer:
			if !x.IsNil() {
				c.refs(x.Elem(), here, ids)
			}
		case f.kind == kindObject:
			c.refs(x, here, ids)
		case f.kind == kindList:
			for i := range x.Len() {
				c.refs(x.Index(i), at(here, i, ""), ids)
			}
		}
	}
}

func (c *checker) recommendation() {
	if r := c.p.Rec; r != nil && r.PublicTo.Before(r.PublicFrom) {
		c.fail("project.rec.publicity", "/rec/publicised_to", problem.Tf("公示结束日期早于开始日期 %[1]s", "publicity ends before it begins, %[1]s", r.PublicFrom), r.PublicTo.String(),
			problem.Fix{ZH: "核对公示日期", EN: "check the dates"})
	}
}
