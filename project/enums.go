package project

import "tripact/problem"

// Choice is one code of a closed list, with its labels.
type Choice struct {
	Code  string
	Label problem.Text
}

func choice(code, zh, en string) Choice { return Choice{Code: code, Label: problem.T(zh, en)} }

// enums holds the closed lists that the struct tag "enum" names. Topics and fields belong to a call and are checked there;
// countries are in countries.go.
var enums = map[string][]Choice{
	"country":     countries,
	"secrecy":     {choice("public", "公开", "Public"), choice("internal", "内部", "Internal"), choice("secret", "秘密", "Secret"), choice("confidential", "机密", "Confidential")},
	"category":    {choice("basic", "基础研究类", "Basic research"), choice("applied", "应用研究类", "Applied research"), choice("experimental", "试验发展类", "Experimental development"), choice("exchange", "青年科学家交流", "Young scientist exchange")},
	"org_type":    {choice("enterprise", "企业", "Enterprise"), choice("university", "高等院校", "University"), choice("institute", "科研院所", "Research institute"), choice("institution", "其他事业单位", "Other public institution"), choice("government", "机关", "Government body"), choice("other", "其他", "Other")},
	"foreign_org": {choice("university", "高等院校", "University"), choice("institute", "科研机构", "Research institute"), choice("enterprise", "企业", "Enterprise"), choice("organisation", "科技组织", "Science and technology organisation"), choice("individual", "个人", "Individual"), choice("team", "团队", "Team")},
	"level":       {choice("national", "国家级", "National"), choice("provincial", "省级", "Provincial"), choice("municipal", "市级", "Municipal"), choice("county", "区县级", "County"), choice("other", "其他", "Other")},
	"sex":         {choice("M", "男", "Male"), choice("F", "女", "Female")},
	"id_type": {
		choice("id", "居民身份证", "Resident identity card"), choice("passport", "护照", "Passport"), choice("hkmo_permit", "港澳居民来往内地通行证", "Mainland travel permit (HK/MO)"),
		choice("tw_permit", "台湾居民来往大陆通行证", "Mainland travel permit (TW)"), choice("hkmotw_residence", "港澳台居民居住证", "Residence permit (HK/MO/TW)"), choice("foreign_residence", "外国人永久居留身份证", "Foreign permanent resident card"),
	},
	"degree":    {choice("doctor", "博士", "Doctor"), choice("master", "硕士", "Master"), choice("bachelor", "学士", "Bachelor"), choice("none", "其他", "Other")},
	"grade":     {choice("senior", "高级", "Senior"), choice("middle", "中级", "Middle"), choice("junior", "初级", "Junior"), choice("other", "其他", "Other")},
	"side":      {choice("CN", "中方", "Chinese side"), choice("FO", "外方", "Overseas side")},
	"pj_state":  {choice("ongoing", "在研", "Ongoing"), choice("finished", "已结题", "Finished"), choice("applying", "申报中", "Applied for")},
	"language":  {choice("zh", "中文", "Chinese"), choice("en", "英文", "English"), choice("zh_en", "中英双语", "Chinese and English"), choice("other", "其他外文", "Other foreign language")},
	"prior":     {choice("rd", "研发经费", "R&D"), choice("exchange", "国际合作交流经费", "International exchange")},
	"scheme":    {choice("three_line", "三类直接费用", "Three direct-cost items"), choice("eleven_line", "十一类直接费用", "Eleven direct-cost items")},
	"unit_role": {choice("lead", "牵头", "Lead"), choice("partner", "合作", "Partner"), choice("overseas", "外方", "Overseas")},
	"fund":      {choice("fiscal", "财政资金", "Fiscal"), choice("self", "自筹资金", "Self-raised"), choice("other", "其他资金", "Other")},
	"indicator": {
		choice("technical", "技术指标", "Technical"), choice("ip", "知识产权", "IP"), choice("paper", "论文", "Papers"), choice("standard", "标准", "Standards"), choice("talent", "人才培养", "Talent"),
		choice("prototype", "样机样品", "Prototype"), choice("economic", "经济指标", "Economic"), choice("social", "社会效益", "Social"), choice("cooperation", "国际合作", "Cooperation"),
	},
	"post_kind": {
		choice("research", "科学研究", "Scientific research"), choice("policy", "科技政策研究", "Science and technology policy research"),
		choice("confidential", "涉密岗位", "Confidential post"), choice("degree", "学历教育", "Study for an academic degree"), choice("other", "其他", "Other"),
	},
	"cmp":              {choice(">=", "≥", "≥"), choice("<=", "≤", "≤"), choice("=", "=", "=")},
	"contribution":     {choice("technology", "技术", "Technology"), choice("funds", "资金", "Funds"), choice("information", "信息资料", "Information"), choice("equipment", "先进设备", "Equipment"), choice("proprietary", "专有资源", "Proprietary resources"), choice("other", "其他", "Other")},
	"review_result":    {choice("accepted", "受理", "Accepted"), choice("returned_correctable", "退回（限期补正）", "Not accepted (returned for correction)"), choice("returned_final", "退回", "Not accepted (returned)")},
	"decision":         {choice("met", "符合", "Met"), choice("unmet", "不符合", "Unmet")},
	"finding_kind":     {choice("completeness", "完整性", "Completeness"), choice("validity", "有效性", "Validity"), choice("eligibility", "资格", "Eligibility")},
	"finding_source":   {choice("auto", "系统核验", "Automatic"), choice("attachment", "附件核验", "Attachment"), choice("manual", "人工审查", "Manual")},
	"finding_severity": {choice("fatal", "不予受理", "Fatal"), choice("correctable", "可补正", "Correctable"), choice("note", "提示", "Note")},
}

// Choices returns the codes and labels of the enum that the struct tag or the dictionary names, nil for an unknown one.
// The caller must not change them.
func Choices(enum string) []Choice { return enums[enum] }

// Label returns the labels of a code, or an empty Text when the enum has no such code.
func Label(enum, code string) problem.Text {
	for _, c := range enums[enum] {
		if c.Code == code {
			return c.Label
		}
	}
	return problem.Text{}
}
