package programme

import (
	"tripact/problem"
	"tripact/project"
)

// Values gives templates the group 通知 (call): what they print of the call, with the topic and field of p. A document about
// several projects finds those of each by its code in 专题列表 and 领域列表. Every value has its English key and its Chinese
// name; where p has no such topic or field, their names are empty. p may be nil.
func (c *Call) Values(p *project.Project) map[string]any { return c.values(p, c.findings(p)).plain() }

func (c *Call) values(p *project.Project, findings []values) values {
	v := values{}
	v.text(c.Title, "title", "名称", "英文名称")
	v.set(c.DocNo, "doc_no", "文号")
	v.set(c.DocNoEN, "doc_no_en", "英文文号")
	v.set(c.Date.String(), "date", "日期")
	v.set(c.Year, "year", "年度")
	v.text(c.Programme, "programme", "计划名称", "计划英文名称")
	v.text(c.ProjectType, "project_type", "项目类型", "项目类型英文")
	title := make([]any, len(c.LetterTitle))
	for i, line := range c.LetterTitle {
		title[i] = line
	}
	v.set(title, "letter_title", "推荐函标题")
	v.text(c.Issuer.Name, "issuer", "发布单位", "发布单位英文")
	v.text(c.Issuer.Division, "division", "受理处室", "受理处室英文")
	v.text(c.Portal.Name, "portal", "申报系统", "申报系统英文")
	v.set(c.Portal.URL, "portal_url", "申报网址")
	v.text(c.LetterChannel, "letter_channel", "推荐函报送方式", "推荐函报送方式英文")
	v.set(project.Time{Time: c.Window.Open}.String(), "opens_at", "申报开始时间")
	v.set(project.Time{Time: c.Window.Close}.String(), "closes_at", "申报截止时间")
	v.set(project.Time{Time: c.RecommendBy}.String(), "recommend_by", "推荐截止时间")
	v.set(c.PublicityDays, "publicity_days", "公示天数")
	v.set(c.Prior.Before.String(), "prior_before", "前期经费截止日期")
	v.set(c.Contract.AcceptanceMonths, "acceptance_months", "验收期限")
	v.set(c.Team.Top, "core_members", "核心成员数")

	basis := make([]values, len(c.Basis))
	for i, d := range c.Basis {
		basis[i] = d.values()
	}
	v.set(basis, "basis", "依据")
	v.set(c.FundRules.values(), "fund_rules", "资金管理办法")

	contacts := make([]values, len(c.Contacts))
	for i, x := range c.Contacts {
		contacts[i] = x.values()
		v.set(x.values(), "contact_"+x.ID, contactNames[x.ID])
	}
	v.set(contacts, "contacts", "咨询方式")

	topic, field := Topic{}, Named{}
	if p != nil {
		topic, _ = c.Topic(p.Project.Topic)
		field, _ = c.Field(p.Project.Field)
	}
	topics, fields := make([]values, len(c.Topics)), make([]values, len(c.Fields))
	for i, t := range c.Topics {
		topics[i] = t.values()
	}
	for i, f := range c.Fields {
		fields[i] = f.values()
	}
	v.set(topics, "topics", "专题列表")
	v.set(fields, "fields", "领域列表")
	v.set(topic.values(), "topic", "专题")
	v.set(field.values(), "field", "领域")
	v.set(findings, "findings", "审查条款")
	return v
}

// findings are the findings of the project's format review as a notice in either language prints them: the clause and
// what it asks for come from the rule that is cited, where the call has it, and fact and remedy as the reviewer wrote them.
func (c *Call) findings(p *project.Project) []values {
	if p == nil || p.Review == nil {
		return nil
	}
	list := make([]values, 0, len(p.Review.Findings))
	for _, f := range p.Review.Findings {
		rule, _ := c.Rule(f.RuleID)
		v := values{}
		v.set(f.RuleID, "rule_id", "规则编号")
		v.set(or(f.ClauseCN, rule.Clause.ZH), "clause_cn", "依据条款")
		v.set(or(f.ClauseEN, rule.Clause.EN), "clause_en", "英文依据条款")
		v.set(or(f.Requirement, rule.Requirement.ZH), "requirement", "条款要求")
		v.set(rule.Requirement.EN, "requirement_en", "英文条款要求")
		v.set(f.Fact, "fact", "审查发现")
		v.set(f.Evidence, "evidence", "证据位置")
		v.set(f.Remedy, "remedy", "处理建议")
		v.set(or(f.FactEN, f.Fact), "fact_en", "英文审查发现")
		v.set(or(f.EvidenceEN, f.Evidence), "evidence_en", "英文证据位置")
		v.set(or(f.RemedyEN, f.Remedy), "remedy_en", "英文处理建议")
		v.text(project.Label("finding_kind", f.Kind), "kind", "问题类别", "问题类别英文")
		v.text(project.Label("finding_source", f.Source), "source", "判定方式", "判定方式英文")
		v.text(project.Label("finding_severity", f.Severity), "severity", "性质", "性质英文")
		list = append(list, v)
	}
	return list
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// contactNames are Chinese names of single contacts beside the list.
var contactNames = map[string]string{"policy": "政策咨询", "review": "受理咨询", "network": "技术咨询"}

// values are values with their names, in the order in which the dictionary lists them.
type values []entry

// entry is one value under its English key and its Chinese names. The value is plain, values, or []values.
type entry struct {
	key   string
	zh    []string
	value any
}

func (v *values) set(value any, key string, zh ...string) {
	e := entry{key: key, value: value}
	for _, n := range zh {
		if n != "" {
			e.zh = append(e.zh, n)
		}
	}
	*v = append(*v, e)
}

// plain is v as templates get it: each value under all its names.
func (v values) plain() map[string]any {
	m := make(map[string]any, 2*len(v))
	for _, e := range v {
		value := e.value
		switch x := value.(type) {
		case values:
			value = x.plain()
		case []values:
			list := make([]any, len(x))
			for i := range x {
				list[i] = x[i].plain()
			}
			value = list
		}
		m[e.key] = value
		for _, zh := range e.zh {
			m[zh] = value
		}
	}
	return m
}

// text sets both languages: key and zhName, key_en and enName.
func (v *values) text(t problem.Text, key, zhName, enName string) {
	v.set(t.ZH, key, zhName)
	v.set(t.EN, key+"_en", enName)
}

func (d Document) values() values {
	v := values{}
	v.text(d.Title, "title", "名称", "英文名称")
	v.set(d.DocNo, "doc_no", "文号")
	v.set(d.DocNoEN, "doc_no_en", "英文文号")
	return v
}

func (x Contact) values() values {
	v := values{}
	v.text(x.Purpose, "purpose", "事项", "事项英文")
	v.set(x.Name, "name", "姓名")
	v.set(x.NameEN, "name_en", "英文姓名")
	v.set(x.Phone, "phone", "电话")
	return v
}

func (t Topic) values() values {
	v := values{}
	v.set(t.ID, "id", "代码")
	v.text(t.Name, "name", "名称", "英文名称")
	v.set(t.No.ZH, "no_zh", "序号")
	v.set(t.No.EN, "no_en", "英文序号")
	return v
}

func (n Named) values() values {
	v := values{}
	v.set(n.ID, "id", "代码")
	v.text(n.Name, "name", "名称", "英文名称")
	return v
}
