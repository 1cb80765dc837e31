package programme

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"tripact/problem"
	"tripact/project"
)

// Load reads a call.yaml. It is strict: an unknown or missing key, a value of the wrong form, a date that does not exist,
// an id used twice or named but not defined, and an expression that does not compile are findings with line and column
// (Place.Row, Place.Col), all of them at once. The call is nil when there are any.
func Load(source []byte) (*Call, problem.List) {
	d := &decoder{}
	call := &Call{}
	if !d.decode(source, call) {
		return nil, d.list // not even a mapping: nothing more can be said
	}
	d.form = len(d.list)
	d.meaning(call)
	c, err := newCompiler(d)
	if err != nil {
		d.fault("call.expression", nil, "", problem.Tf("无法建立表达式环境：%v", "no environment for expressions: %v", err), problem.Text{})
		return nil, d.list
	}
	call.compiled = &compiled{names: make(map[string]problemTexts), whens: make(map[string]cel.Program)}
	call.compiled.checks, call.compiled.batch = c.rules(call)
	call.compiled.checks = append(call.compiled.checks, c.attachments(call)...)
	for i, doc := range call.Documents {
		call.compiled.names[doc.Kind] = c.texts(c.env, doc.FileName, fmt.Sprintf("/documents/%d/file_name", i))
	}
	if d.list.Failed() {
		return nil, d.list
	}
	return call, d.list
}

// attachments makes a check of each kind of attachment that is asked for: it is on the list, and sealed where it must be.
func (c *compiler) attachments(call *Call) []program {
	var out []program
	for i := range call.Attachments {
		need, path := &call.Attachments[i], fmt.Sprintf("/attachments/%d", i)
		if need.When == "" {
			continue
		}
		rule, ok := call.Rule(need.Rule)
		if !ok && c.malformed("/rules") {
			continue // the rule may be the one that cannot be read
		}
		if !ok {
			c.mistake(path+"/rule", problem.T("要求附件的规则不存在", "the rule that asks for this attachment does not exist"), problem.T("填写 rules 中的规则编号", "name a rule of this file"))
			continue
		}
		if need.Severity != "" {
			rule.Severity = problem.Severity(need.Severity)
		}
		p := program{rule: &rule, severity: rule.Severity}
		if p.when = c.expression(c.env, need.When, path+"/when", types.BoolType); p.when == nil {
			continue
		}
		stages := []Stage{Application, Recommending, FormatReview}
		there := fmt.Sprintf("attach.exists(a, a.kind == %q)", need.Kind)
		p.check = &RuleCheck{Stages: stages, Path: "/attach"}
		p.require = c.expression(c.env, there, path+"/kind", types.BoolType)
		p.message = fixed(problem.Tf("附件缺少“%[1]s”", "the attachment “%[2]s” is missing", need.Name.ZH, need.Name.EN))
		p.fix = fixed(problem.Tf("上传“%[1]s”（PDF），并列入附件清单，种类为 %[3]s", "upload “%[2]s” as PDF and list it with kind %[3]s", need.Name.ZH, need.Name.EN, need.Kind))
		out = append(out, p)
		if need.Sealed {
			s := p
			if need.SealRule != "" {
				sealing, ok := call.Rule(need.SealRule)
				if !ok {
					c.mistake(path+"/seal_rule", problem.T("要求盖章的规则不存在", "the rule that asks for the seal does not exist"), problem.T("填写 rules 中的规则编号", "name a rule of this file"))
					continue
				}
				s.rule, s.severity = &sealing, sealing.Severity
			}
			s.check = &RuleCheck{Stages: stages, Path: "/attach"}
			s.require = c.expression(c.env, fmt.Sprintf("attach.all(a, a.kind != %q || a.sealed)", need.Kind), path+"/kind", types.BoolType)
			s.message = fixed(problem.Tf("附件“%[1]s”未加盖公章", "the attachment “%[2]s” does not bear the official seal", need.Name.ZH, need.Name.EN))
			s.fix = fixed(problem.Tf("在“%[1]s”上加盖公章后重新扫描上传", "have “%[2]s” sealed and upload the scan again", need.Name.ZH, need.Name.EN))
			out = append(out, s)
		}
	}
	return out
}

// fixed is text without expressions.
func fixed(t problem.Text) problemTexts {
	return problemTexts{zh: phrase{parts: []string{t.ZH}}, en: phrase{parts: []string{t.EN}}}
}

// meaning checks what the form of the file cannot.
func (d *decoder) meaning(c *Call) {
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`).MatchString(c.ID) {
		d.mistake("/id", problem.T("代码只用小写字母、数字和连字符", "an id is of lower-case letters, digits and hyphens"), problem.T("形如 ningbo-2025", "such as ningbo-2025"))
	}
	if c.Language != "zh" && c.Language != "en" {
		d.oneOf("/language", []string{"zh", "en"})
	}
	fields := d.unique(len(c.Fields), "/fields/%d/id", func(i int) string { return c.Fields[i].ID })
	d.unique(len(c.Topics), "/topics/%d/id", func(i int) string { return c.Topics[i].ID })
	for i, t := range c.Topics {
		at := fmt.Sprintf("/topics/%d", i)
		d.members(at+"/fields", t.Fields, fields)
		d.members(at+"/countries", t.Countries, codes("country"))
		d.unique(len(t.Categories), at+"/categories/%d/id", func(j int) string { return t.Categories[j].ID })
		for j, cat := range t.Categories {
			if !slices.Contains(codes("category"), cat.ID) {
				d.oneOf(fmt.Sprintf("%s/categories/%d/id", at, j), codes("category"))
			}
		}
		if t.LeadMustBe != "" && t.LeadMustBe != "tech_enterprise" {
			d.oneOf(at+"/lead_must_be", []string{"tech_enterprise"})
		}
		d.sexes(at+"/pi_born_from", t.PIBornFrom)
		d.sexes(at+"/overseas_pi_born_from", t.OverseasBornFrom)
		d.guests(at, t)
		d.members(at+"/key_fields", t.KeyFields, fields)
	}
	if d.given("/window") && !c.Window.Open.Before(c.Window.Close) {
		d.mistake("/window/close", problem.T("截止时间不在开放时间之后", "the window closes before it opens"), problem.T("核对开放和截止时间", "compare both times with the notice"))
	}
	if d.given("/recommend_by") && c.RecommendBy.Before(c.Window.Close) {
		d.mistake("/recommend_by", problem.T("推荐截止时间早于申报截止时间", "recommendations are due before applications"), problem.T("核对通知", "compare with the notice"))
	}
	d.members("/prior/kinds", c.Prior.Kinds, codes("prior"))
	d.members("/agreement/translate", c.Agreement.Translate, codes("language"))
	if d.given("/money") {
		d.ratio("/money/enterprise_share", c.Money.EnterpriseShare)
		d.ratio("/money/public_share", c.Money.PublicShare)
		d.ratio("/money/outward_share", c.Money.OutwardShare)
	}
	for _, x := range []struct {
		path string
		n    int
	}{
		{"/max_months", c.MaxMonths},
		{"/min_assessable_indicators", c.MinIndicators},
		{"/publicity_days", c.PublicityDays},
		{"/agreement/min_signatories", c.Agreement.Signatories},
		{"/team/top", c.Team.Top},
		{"/contract/acceptance_months", c.Contract.AcceptanceMonths},
	} {
		if d.given(x.path) && x.n < 1 {
			d.mistake(x.path, problem.T("应为正整数", "should be a positive whole number"), problem.T("核对通知", "compare with the notice"))
		}
	}
	if k := c.Contract.Copies; k.Total != k.A+k.B+k.C || k.Total < 3 {
		d.mistake("/contract/copies/total", problem.Tf("总份数 %d 不等于三方份数之和 %d，或不足三份", "the total %d is not the sum %d of the three parties' copies, or is less than three", k.Total, k.A+k.B+k.C), problem.T("改正份数", "mend the numbers"))
	}
	if _, err := regexp.Compile(`^(?:` + c.Contract.NumberPattern + `)$`); err != nil {
		d.mistake("/contract/number_pattern", problem.Tf("正则表达式有误：%v", "wrong regular expression: %v", err), problem.T("使用 RE2 语法", "use RE2 syntax"))
	}
	d.unique(len(c.Contacts), "/contacts/%d/id", func(i int) string { return c.Contacts[i].ID })
	d.unique(len(c.Attachments), "/attachments/%d/kind", func(i int) string { return c.Attachments[i].Kind })
	for i, a := range c.Attachments {
		if a.Severity != "" {
			d.severity(fmt.Sprintf("/attachments/%d/severity", i), problem.Severity(a.Severity))
		}
	}
	d.unique(len(c.Documents), "/documents/%d/kind", func(i int) string { return c.Documents[i].Kind })
	for i, doc := range c.Documents {
		if doc.Template == (Template{}) {
			d.mistake(fmt.Sprintf("/documents/%d/template", i), problem.T("没有模板文件", "no template file is named"), problem.T("填写 zh 或 en", "name one for zh or en"))
		}
		for _, lang := range []string{"zh", "en"} {
			name := doc.Template.In(lang)
			if name != "" && (!strings.HasSuffix(name, ".docx") || strings.ContainsAny(name, `/\`)) {
				d.mistake(fmt.Sprintf("/documents/%d/template/%s", i, lang), problem.T("模板应是本文件夹中的 .docx", "a template is a .docx of this folder"), problem.T("只写文件名", "write the bare file name"))
			}
		}
	}
	d.ruleMeaning(c)
}

func (d *decoder) ruleMeaning(c *Call) {
	d.unique(len(c.Rules), "/rules/%d/id", func(i int) string { return c.Rules[i].ID })
	for i, r := range c.Rules {
		at := fmt.Sprintf("/rules/%d", i)
		d.severity(at+"/severity", r.Severity)
		switch r.How {
		case Auto, Attached:
			asked := slices.ContainsFunc(c.Attachments, func(a AttachmentNeed) bool { return a.Rule == r.ID && a.When != "" })
			if len(r.Checks) == 0 && !asked {
				d.mistake(at+"/how", problem.T("规则没有任何检查，也没有附件要求", "nothing checks this rule and no attachment is asked for by it"), problem.T("写出 checks，或在 attachments 中写明 rule 和 when", "write its checks, or name it with a when in attachments"))
			}
			if len(r.Stages) == 0 && r.When != "" {
				d.mistake(at+"/when", problem.T("when 只限定由人工判断的阶段，检查的条件写在 checks 中", "this when is about stages at which a person decides; that of a check belongs to the check"), problem.T("移到 checks 中，或写明 stages", "move it into the checks, or name the stages"))
			}
		case Manual, Background:
			if r.How == Manual && len(r.Stages) == 0 {
				d.mistake(at+"/how", problem.T("由人工判断的规则没有写明阶段", "a rule that a person decides names no stage"), problem.T("写明 stages", "name its stages"))
			}
			if len(r.Checks) > 0 {
				d.mistake(at+"/how", problem.T("人工判断或说明性规则不能带自动检查", "a rule that a person decides, or that binds nobody, has no checks"), problem.T("改为 auto 或 attachment，或删去 checks", "make it auto or attachment, or take out its checks"))
			}
		default:
			d.oneOf(at+"/how", []string{string(Auto), string(Attached), string(Manual), string(Background)})
		}
		if r.Defect != "" && !slices.Contains(codes("finding_kind"), r.Defect) {
			d.oneOf(at+"/defect", codes("finding_kind"))
		}
		if !r.To.IsZero() && r.To.Before(r.From) {
			d.mistake(at+"/to", problem.T("失效日期早于生效日期", "the rule ends before it begins"), problem.T("核对两个日期", "compare both dates"))
		}
		d.stages(at+"/stages", r.Stages)
		for j, check := range r.Checks {
			path := fmt.Sprintf("%s/checks/%d", at, j)
			if check.Severity != "" {
				d.severity(path+"/severity", check.Severity)
			}
			if len(check.Stages) == 0 {
				d.mistake(path+"/stages", problem.T("没有写明检查阶段", "no stage is named"), problem.T("至少写一个阶段", "name one at least"))
			}
			d.stages(path+"/stages", check.Stages)
			if check.Batch != "" && check.Batch != batchEach && check.Batch != batchOnce {
				d.oneOf(path+"/batch", []string{batchEach, batchOnce})
			}
		}
	}
}

// given tells whether the file has a value at path.
func (d *decoder) given(path string) bool { return d.at[path] != nil }

// stages reports names that are no stage.
func (d *decoder) stages(path string, list []Stage) {
	var names []string
	for _, s := range Stages() {
		names = append(names, string(s))
	}
	for i, s := range list {
		if !slices.Contains(Stages(), s) {
			d.oneOf(fmt.Sprintf("%s/%d", path, i), names)
		}
	}
}

// guests checks the terms of an exchange and the other limits of one topic.
func (d *decoder) guests(at string, t Topic) {
	d.members(at+"/scientist/countries", t.Scientist.Countries, codes("country"))
	d.members(at+"/agreements", t.Agreements, codes("country"))
	for i, x := range t.Directions {
		if !slices.Contains(codes("country"), x.Country) {
			d.oneOf(fmt.Sprintf("%s/directions/%d/country", at, i), codes("country"))
		}
	}
	if d.given(at+"/period") && t.Period.End.Before(t.Period.Start) {
		d.mistake(at+"/period/end", problem.T("结束日期早于开始日期", "the period ends before it starts"), problem.T("核对两个日期", "compare both dates"))
	}
	if d.given(at + "/labour/guest_share") {
		d.ratio(at+"/labour/guest_share", t.Labour.GuestShare)
	}
	if d.given(at+"/max_projects") && t.MaxProjects < 1 {
		d.mistake(at+"/max_projects", problem.T("应为正整数", "should be a positive whole number"), problem.T("核对通知", "compare with the notice"))
	}
	for i, g := range t.Grants {
		if g.Months < 1 || g.Amount < 1 {
			d.mistake(fmt.Sprintf("%s/grants/%d", at, i), problem.T("月数和金额应大于零", "months and amount should be above zero"), problem.T("核对通知", "compare with the notice"))
		}
		if slices.ContainsFunc(t.Grants[:i], func(x Grant) bool { return x.Months == g.Months }) {
			d.mistake(fmt.Sprintf("%s/grants/%d/months", at, i), problem.Tf("%d 个月已有定额", "there is a grant for %d months already", g.Months), problem.T("删去一个", "remove one"))
		}
	}
}

// unique reports ids used twice and returns all ids.
func (d *decoder) unique(n int, path string, id func(int) string) []string {
	var ids []string
	for i := range n {
		if slices.Contains(ids, id(i)) {
			d.mistake(fmt.Sprintf(path, i), problem.Tf("“%s”重复", "%q is used twice", id(i)), problem.T("每项用不同的代码", "give each its own"))
		}
		ids = append(ids, id(i))
	}
	return ids
}

// members reports list items that are not among known.
func (d *decoder) members(path string, list, known []string) {
	if len(known) == 0 {
		return // what they are members of is missing, which is reported
	}
	for i, s := range list {
		if !slices.Contains(known, s) {
			d.oneOf(fmt.Sprintf("%s/%d", path, i), known)
		}
		if slices.Contains(list[:i], s) {
			d.mistake(fmt.Sprintf("%s/%d", path, i), problem.Tf("“%s”重复", "%q is there twice", s), problem.T("删去一个", "remove one"))
		}
	}
}

func (d *decoder) oneOf(path string, known []string) {
	shown := known
	if len(shown) > 20 {
		shown = append(slices.Clone(shown[:20]), "…")
	}
	d.mistake(path, problem.T("不在允许的值之内", "not one of the allowed values"), problem.Tf("可用：%s", "allowed: %s", strings.Join(shown, ", ")))
}

func (d *decoder) severity(path string, s problem.Severity) {
	switch s {
	case problem.Fail, problem.Warn, problem.Info:
	default:
		d.oneOf(path, []string{string(problem.Fail), string(problem.Warn), string(problem.Info)})
	}
}

func (d *decoder) ratio(path string, r Ratio) {
	if r.Num < 1 || r.Den < r.Num {
		d.mistake(path+"/num", problem.T("比例应大于 0、不大于 1", "a ratio is above 0 and at most 1"), problem.T("写成分数，如 num: 1, den: 3", "write a fraction such as num: 1, den: 3"))
	}
}

// sexes reports keys other than the codes of project's enum "sex"; where there is a limit, there is one for each.
func (d *decoder) sexes(path string, limits map[string]project.Date) {
	if len(limits) == 0 {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(limits)) {
		if !slices.Contains(codes("sex"), key) {
			d.oneOf(path+"/"+pointerToken(key), codes("sex"))
		}
	}
	for _, code := range codes("sex") {
		if limits[code].IsZero() {
			d.mistake(path, problem.Tf("缺少性别 %s 的日期", "no date for sex %s", code), problem.T("男女各写一个日期", "give a date for each sex"))
		}
	}
}

// codes lists the codes of one of project's enums.
func codes(enum string) []string {
	var list []string
	for _, c := range project.Choices(enum) {
		list = append(list, c.Code)
	}
	return list
}
