// Package project is the data of one project: the application, the recommendation, the review, the approval and the
// contract, as the programme's offices speak of them (fields: DOMAIN.md A.2 and B). Decode is the only way in from JSON; Values is what
// templates see. The struct tags are the field dictionary:
//
//	json   key in JSON and English name in templates
//	zh     Chinese label and Chinese name in templates; further names after "|"
//	en     English label
//	unit   printed unit, when there is one
//	ex     an example
//	opt    "1": may be missing or empty
//	enum   name of the closed list of codes (see enums.go)
//	calc   "1": computed by Derive, never read from JSON
//	is     what a text must be: person, uscc, idno, passport, phone, email, url, postcode, docno, cnaps, account,
//	       currency, amount, decimal, year, file, or ref (the id of an attachment)
package project

// Project is one project file: what is known of a project from its application to its contract.
// Parts of later stages are nil until they exist.
type Project struct {
	Call       string       `json:"call" zh:"申报通知代码" en:"Call id" ex:"ningbo-2025"`
	Project    Core         `json:"project" zh:"项目" en:"Project"`
	Lead       Unit         `json:"lead" zh:"乙方|申报单位|牵头单位" en:"Party B (lead applicant)"`
	Partners   []Unit       `json:"pcn" zh:"国内合作单位" en:"Chinese partners" opt:"1"`
	Overseas   []Overseas   `json:"pfo" zh:"外方合作单位" en:"Overseas partners" opt:"1"`
	Managing   Unit         `json:"mu" zh:"丙方|归口管理单位" en:"Party C (managing unit)"`
	PI         Person       `json:"pi" zh:"项目负责人" en:"Principal investigator"`
	Members    []Member     `json:"members" zh:"成员|项目组成员" en:"Project team"`
	Agreement  *Agreement   `json:"agreement" zh:"合作协议" en:"Cooperation agreement" opt:"1"`
	Prior      []Prior      `json:"prior" zh:"前期投入" en:"Prior expenses" opt:"1"`
	Budget     Budget       `json:"budget" zh:"预算" en:"Budget in the application"`
	Schedule   []Stage      `json:"schedule" zh:"进度" en:"Work plan"`
	Indicators []Indicator  `json:"indicators" zh:"指标" en:"Technical and economic indicators"`
	IP         []IPItem     `json:"ip" zh:"知识产权" en:"IPR arrangement" opt:"1"`
	Attach     []Attachment `json:"attach" zh:"附件" en:"Attachments" opt:"1"`
	Commit     Commitment   `json:"commit" zh:"承诺" en:"Commitments"`
	Scientist  *Scientist   `json:"ys" zh:"外籍青年科学家" en:"Foreign young scientist (exchange calls)" opt:"1"`

	Rec      *Recommendation `json:"rec" zh:"推荐" en:"Recommendation" opt:"1"`
	Review   *Review         `json:"review" zh:"审查" en:"Format review" opt:"1"`
	Approval *Approval       `json:"approval" zh:"立项" en:"Approval" opt:"1"`
	Contract *Contract       `json:"contract" zh:"合同" en:"Contract" opt:"1"`

	Team         TeamTotals       `json:"team" zh:"团队统计" en:"Team totals" calc:"1"`
	ByKind       []IndicatorGroup `json:"indicators_by_kind" zh:"分类指标" en:"Indicators by kind" calc:"1"`
	PartnerNames []string         `json:"pcn_names" zh:"国内合作单位名称" en:"Names of the Chinese partners" calc:"1"`
	OverseasZH   []string         `json:"pfo_names" zh:"外方合作单位名称" en:"Names of the overseas partners (Chinese)" calc:"1"`
	OverseasEN   []string         `json:"pfo_names_en" zh:"外方合作单位英文名称" en:"Names of the overseas partners" calc:"1"`
	CountriesZH  []string         `json:"countries" zh:"合作国别" en:"Countries and regions of the overseas partners (Chinese)" calc:"1"`
	CountriesEN  []string         `json:"countries_en" zh:"合作国别英文" en:"Countries and regions of the overseas partners" calc:"1"`
	Enterprise   bool             `json:"has_enterprise" zh:"有企业参与" en:"An enterprise leads or takes part" calc:"1"`
	PublicOnly   bool             `json:"public_only" zh:"仅由国有单位承担" en:"Only state-owned universities, institutes and public institutions take part" calc:"1"`
	PriorRD      Fen              `json:"prior_rd" zh:"前期研发经费合计" en:"Prior R&D expenses, total" unit:"元" calc:"1"`
	PriorTrips   Fen              `json:"prior_exchange" zh:"前期交流经费合计" en:"Prior exchange expenses, total" unit:"元" calc:"1"`
	OverseasPIs  []string         `json:"pfo_pis" zh:"外方负责人姓名" en:"Names of the overseas PIs" calc:"1"`
}

// Core is what the project is about (DOMAIN.md B.3 §§ 1, 9–12, 15, 16, 19 and A.2.4).
type Core struct {
	AppNo           string   `json:"app_no" zh:"申报编号|对应申报书编号" en:"Application no." ex:"202501A0012"`
	Secrecy         string   `json:"secrecy" zh:"密级" en:"Classification" enum:"secrecy"`
	Topic           string   `json:"topic" zh:"专题代码" en:"Topic id in the call" ex:"T1"`
	Category        string   `json:"category" zh:"项目类别" en:"Category" enum:"category"`
	Field           string   `json:"field" zh:"技术领域代码" en:"Field id in the call" ex:"new_materials"`
	TitleCN         string   `json:"title_cn" zh:"项目名称" en:"Project title (Chinese)"`
	TitleEN         string   `json:"title_en" zh:"项目英文名称" en:"Project title (English)"`
	Start           Month    `json:"start" zh:"开始年月" en:"Start" ex:"2026-01"`
	End             Month    `json:"end" zh:"结束年月" en:"End" ex:"2028-12"`
	Requested       Fen      `json:"requested" zh:"申请经费" en:"Funding requested" unit:"元"`
	KeywordsCN      []string `json:"keywords_cn" zh:"关键词" en:"Keywords (Chinese)"`
	KeywordsEN      []string `json:"keywords_en" zh:"英文关键词" en:"Keywords"`
	AbstractCN      Rich     `json:"abstract_cn" zh:"项目摘要" en:"Abstract (Chinese)"`
	AbstractEN      Rich     `json:"abstract_en" zh:"英文摘要" en:"Abstract"`
	CooperationMode Rich     `json:"cooperation_mode" zh:"合作模式" en:"Mode of cooperation"`
	Platform        *Cert    `json:"platform" zh:"依托平台" en:"International cooperation platform" opt:"1"`
	Bottleneck      bool     `json:"bottleneck" zh:"解决卡脖子问题" en:"Solves a bottleneck"`
	ExpectsIP       bool     `json:"expects_ip" zh:"形成知识产权或标准" en:"Expects IP or standards"`
	SubmittedAt     Time     `json:"submitted_at" zh:"提交时间" en:"Submitted at" opt:"1"`

	// Chinese text, for the contract.
	ObjectivesCN Rich `json:"objectives_cn" zh:"项目目标" en:"Objectives (Chinese)"`
	ContentCN    Rich `json:"content_cn" zh:"主要研究内容" en:"Research content (Chinese)"`
	KeyTechCN    Rich `json:"key_tech_cn" zh:"关键技术与创新点" en:"Key technologies and innovation (Chinese)"`
	TechRouteCN  Rich `json:"tech_route_cn" zh:"技术路线" en:"Technical route (Chinese)"`

	// English text, for the application form.
	Background       Rich `json:"background" zh:"立项依据英文" en:"Background and significance"`
	StateOfTheArt    Rich `json:"state_of_the_art" zh:"国内外研究现状英文" en:"State of the art"`
	Need             Rich `json:"need" zh:"合作必要性英文" en:"Need for international cooperation"`
	Objectives       Rich `json:"objectives" zh:"研究目标英文" en:"Objectives"`
	Content          Rich `json:"content" zh:"研究内容英文" en:"Research content"`
	TechRoute        Rich `json:"tech_route" zh:"技术路线英文" en:"Technical approach"`
	Innovation       Rich `json:"innovation" zh:"创新点英文" en:"Innovation"`
	Foundation       Rich `json:"foundation" zh:"研究基础英文" en:"Research basis and conditions"`
	CooperationBasis Rich `json:"cooperation_basis" zh:"合作基础英文" en:"Basis of cooperation"`
	Benefits         Rich `json:"benefits" zh:"预期效益英文" en:"Expected benefits"`
	Risks            Rich `json:"risks" zh:"风险与对策英文" en:"Risks and countermeasures"`
	IPTerms          Rich `json:"ip_terms" zh:"知识产权安排英文" en:"IPR arrangement"`

	Ethics        bool `json:"ethics" zh:"涉及伦理审查" en:"Needs ethics approval"`
	HumanGenetics bool `json:"human_genetics" zh:"涉及人类遗传资源" en:"Uses human genetic resources"`
	ExportControl bool `json:"export_control" zh:"涉及出口管制" en:"Subject to export control"`
	Biosafety     bool `json:"biosafety" zh:"涉及生物安全" en:"Subject to biosafety rules"`

	Months int `json:"months" zh:"执行月数" en:"Duration" unit:"months" calc:"1"`
}

// Unit is a Chinese organisation: lead applicant, partner, managing unit or bureau (DOMAIN.md A.2.2, B.3 §§ 2–3).
type Unit struct {
	NameCN       string  `json:"name_cn" zh:"单位名称" en:"Name (Chinese)"`
	NameEN       string  `json:"name_en" zh:"单位英文名称" en:"Name"`
	USCC         string  `json:"uscc" zh:"统一社会信用代码" en:"Unified social credit code" is:"uscc"`
	OrgType      string  `json:"org_type" zh:"单位性质" en:"Type of organisation" enum:"org_type"`
	StateOwned   bool    `json:"state_owned" zh:"国有性质" en:"State-owned"`
	AddressCN    string  `json:"address_cn" zh:"通讯地址" en:"Address (Chinese)"`
	AddressEN    string  `json:"address_en" zh:"英文通讯地址" en:"Address"`
	Postcode     string  `json:"postcode" zh:"邮编" en:"Postcode" is:"postcode"`
	Website      string  `json:"website" zh:"网址" en:"Website" opt:"1" is:"url"`
	LegalRep     string  `json:"legal_rep" zh:"法定代表人" en:"Legal representative" is:"person"`
	LegalRepEN   string  `json:"legal_rep_en" zh:"法定代表人英文" en:"Legal representative (English)" opt:"1"`
	Agent        string  `json:"agent" zh:"委托代理人" en:"Authorised agent" opt:"1" is:"person"`
	Handler      string  `json:"handler" zh:"经办人" en:"Handling officer" opt:"1" is:"person"`
	Contact      Contact `json:"contact" zh:"联系人" en:"Contact"`
	Bank         *Bank   `json:"bank" zh:"银行账户" en:"Bank account" opt:"1"`
	InNingbo     bool    `json:"registered_locally" zh:"本市注册" en:"Registered in the city" opt:"1"`
	TechCompany  bool    `json:"is_tech_enterprise" zh:"科技型企业" en:"Science-and-technology enterprise" opt:"1"`
	EquityLink   bool    `json:"equity_with_pfo" zh:"与外方有股权关联" en:"Equity link with an overseas partner" opt:"1"`
	RDPlatform   *Cert   `json:"rd_platform" zh:"研发机构" en:"R&D institution" opt:"1"`
	Systems      Systems `json:"systems" zh:"管理制度" en:"Management systems" opt:"1"`
	Staff        int     `json:"staff" zh:"职工人数" en:"Staff" opt:"1"`
	RDStaff      int     `json:"rd_staff" zh:"研发人员数" en:"R&D staff" opt:"1"`
	IntroEN      Rich    `json:"intro" zh:"单位简介英文" en:"Profile" opt:"1"`
	Role         string  `json:"role" zh:"承担任务" en:"Role and tasks (Chinese)" opt:"1"`
	RoleEN       string  `json:"role_en" zh:"承担任务英文" en:"Role and tasks" opt:"1"`
	PI           string  `json:"pi" zh:"单位负责人" en:"Responsible person in this unit" opt:"1" is:"person"`
	PIEN         string  `json:"pi_en" zh:"英文单位负责人" en:"Responsible person in this unit, for English documents" opt:"1" is:"person"`
	AgreementRef string  `json:"agreement_ref" zh:"协议附件号" en:"Agreement, attachment id" opt:"1" is:"ref"`
}

// Contact is whom to call.
type Contact struct {
	Name   string `json:"name" zh:"姓名" en:"Name" is:"person"`
	NameEN string `json:"name_en" zh:"英文姓名" en:"Name (English)" opt:"1"`
	Tel    string `json:"tel" zh:"办公电话" en:"Telephone" opt:"1" is:"phone"`
	Mobile string `json:"mobile" zh:"手机" en:"Mobile" opt:"1" is:"phone"`
	Email  string `json:"email" zh:"邮箱" en:"E-mail" opt:"1" is:"email"`
}

// Bank is the account that receives the grant; AccountName equals the unit's name (C11).
type Bank struct {
	AccountName string `json:"account_name" zh:"户名" en:"Account name"`
	Bank        string `json:"bank" zh:"开户银行" en:"Bank"`
	CNAPS       string `json:"cnaps" zh:"行号" en:"CNAPS no." is:"cnaps"`
	AccountNo   string `json:"account_no" zh:"银行账号" en:"Account no." is:"account"`
}

// Cert is a recognised platform or institution with its certificate.
type Cert struct {
	Name  string `json:"name" zh:"名称" en:"Name (Chinese)"`
	EN    string `json:"name_en" zh:"英文名称" en:"Name"`
	Level string `json:"level" zh:"级别" en:"Level" enum:"level"`
	No    string `json:"no" zh:"证书编号" en:"Certificate no."`
	Date  Date   `json:"date" zh:"认定日期" en:"Date" opt:"1"`
	Ref   string `json:"ref" zh:"附件号" en:"Attachment id" opt:"1" is:"ref"`
}

// Systems are the management systems that an applicant must have (NB-III.1.1c).
type Systems struct {
	Research bool `json:"research" zh:"科研管理制度" en:"Research management"`
	Finance  bool `json:"finance" zh:"财务管理制度" en:"Financial management"`
	IP       bool `json:"ip" zh:"知识产权管理制度" en:"IP management"`
}

// Overseas is a foreign partner institution (B.3 § 4).
type Overseas struct {
	NameEN       string         `json:"name_en" zh:"英文名称" en:"Name"`
	NameLocal    string         `json:"name_local" zh:"原文名称" en:"Name in the local language" opt:"1"`
	NameCN       string         `json:"name_cn" zh:"单位名称|中文名称" en:"Name (Chinese)"`
	Country      string         `json:"country" zh:"国别" en:"Country or region" enum:"country" ex:"RS"`
	Region       string         `json:"region" zh:"所在州省市" en:"State, province or city" opt:"1" ex:"Québec"`
	RegNo        string         `json:"reg_no" zh:"注册号" en:"Registration no."`
	OrgType      string         `json:"org_type" zh:"机构性质" en:"Type of organisation" enum:"foreign_org"`
	Address      string         `json:"address" zh:"地址" en:"Address"`
	Website      string         `json:"website" zh:"网址" en:"Website" opt:"1" is:"url"`
	Intro        Rich           `json:"intro" zh:"简介英文" en:"Profile"`
	Strengths    Rich           `json:"strengths" zh:"技术实力英文" en:"Technical strengths"`
	Contribution []Contribution `json:"contribution" zh:"投入" en:"Contribution"`
	PI           ForeignPI      `json:"pi" zh:"外方负责人" en:"Overseas PI"`
	Role         string         `json:"role" zh:"承担任务" en:"Role and tasks (Chinese)"`
	RoleEN       string         `json:"role_en" zh:"承担任务英文" en:"Role and tasks"`
	LetterRef    string         `json:"letter_ref" zh:"合作意愿书附件号" en:"Letter of willingness, attachment id" opt:"1" is:"ref"`
}

// Contribution is what an overseas partner brings (NB-III.1.4c). Value is outside the Chinese budget.
type Contribution struct {
	Kind     string `json:"kind" zh:"方式" en:"Kind" enum:"contribution"`
	What     string `json:"what" zh:"内容英文" en:"What"`
	Value    string `json:"value" zh:"价值" en:"Value" opt:"1" ex:"30000.00" is:"amount"`
	Currency string `json:"currency" zh:"币种" en:"Currency" opt:"1" ex:"EUR" is:"currency"`
}

// ForeignPI leads the work at an overseas partner (B.3 § 6).
type ForeignPI struct {
	Name   string `json:"name" zh:"姓名" en:"Name" is:"person"`
	NameCN string `json:"name_cn" zh:"中文译名" en:"Name in Chinese" opt:"1" is:"person"`
	Birth  Date   `json:"birth" zh:"出生日期" en:"Date of birth"`
	Sex    string `json:"sex" zh:"性别" en:"Sex" enum:"sex"`
	Unit   string `json:"unit" zh:"部门英文" en:"Department"`
	Title  string `json:"title" zh:"职称英文" en:"Title"`
	Email  string `json:"email" zh:"邮箱" en:"E-mail" is:"email"`
	CV     Rich   `json:"cv" zh:"简历英文" en:"Short CV"`
	CVRef  string `json:"cv_ref" zh:"简历附件号" en:"CV, attachment id" opt:"1" is:"ref"`
}

// Person is the principal investigator (B.3 § 5).
type Person struct {
	NameCN       string    `json:"name_cn" zh:"姓名" en:"Name (Chinese)" is:"person"`
	NameEN       string    `json:"name_en" zh:"英文姓名" en:"Name"`
	Sex          string    `json:"sex" zh:"性别" en:"Sex" enum:"sex"`
	Birth        Date      `json:"birth" zh:"出生日期" en:"Date of birth"`
	Nationality  string    `json:"nationality" zh:"国籍" en:"Nationality" enum:"country"`
	IDType       string    `json:"id_type" zh:"证件类型" en:"ID type" enum:"id_type"`
	IDNo         string    `json:"id_no" zh:"证件号码" en:"ID no." is:"idno"`
	Degree       string    `json:"degree" zh:"学位" en:"Degree" enum:"degree"`
	Title        string    `json:"title" zh:"职称" en:"Title (Chinese)"`
	TitleEN      string    `json:"title_en" zh:"英文职称" en:"Title"`
	Position     string    `json:"position" zh:"职务" en:"Position (Chinese)" opt:"1"`
	PositionEN   string    `json:"position_en" zh:"英文职务" en:"Position" opt:"1"`
	Unit         string    `json:"unit" zh:"所在单位" en:"Unit (Chinese)"`
	UnitEN       string    `json:"unit_en" zh:"英文所在单位" en:"Unit"`
	Specialty    string    `json:"specialty" zh:"专业" en:"Specialty (Chinese)"`
	SpecialtyEN  string    `json:"specialty_en" zh:"英文专业" en:"Specialty"`
	EmployedTo   Date      `json:"employed_to" zh:"劳动合同截止日期" en:"Employment ends"`
	Employment   string    `json:"employment_ref" zh:"劳动合同附件号" en:"Employment contract, attachment id" opt:"1" is:"ref"`
	RoleProposer bool      `json:"role_proposer" zh:"主体思路提出者" en:"Proposer of the main idea"`
	Phone        string    `json:"phone" zh:"电话" en:"Telephone" is:"phone"`
	Email        string    `json:"email" zh:"邮箱" en:"E-mail" is:"email"`
	CV           Rich      `json:"cv" zh:"简历英文" en:"Short CV"`
	Others       []OtherPJ `json:"others" zh:"其他项目" en:"Other projects" opt:"1"`
}

// OtherPJ is another publicly funded project of the principal investigator.
type OtherPJ struct {
	No    string `json:"no" zh:"编号" en:"No."`
	Title string `json:"title" zh:"名称" en:"Title"`
	Level string `json:"level" zh:"级别" en:"Level" enum:"level"`
	Role  string `json:"role" zh:"角色" en:"Role"`
	State string `json:"state" zh:"状态" en:"State" enum:"pj_state"`
	End   Month  `json:"end" zh:"结束年月" en:"End"`
}

// Member is one row of the team table; members[0] is the principal investigator (A.2.7, C13).
type Member struct {
	NameCN         string `json:"name_cn" zh:"姓名" en:"Name" is:"person"`
	NameEN         string `json:"name_en" zh:"英文姓名" en:"Name (English)"`
	Sex            string `json:"sex" zh:"性别" en:"Sex" enum:"sex"`
	Birth          Month  `json:"birth" zh:"出生年月" en:"Born"`
	IDType         string `json:"id_type" zh:"证件类型" en:"ID type" enum:"id_type" opt:"1"`
	IDNo           string `json:"id_no" zh:"证件号码" en:"ID no." opt:"1" is:"idno"`
	Nationality    string `json:"nationality" zh:"国籍" en:"Nationality" enum:"country"`
	Side           string `json:"side" zh:"中方或外方" en:"Side" enum:"side"`
	Unit           string `json:"unit" zh:"所在单位" en:"Unit (Chinese)"`
	UnitEN         string `json:"unit_en" zh:"英文所在单位" en:"Unit"`
	Dept           string `json:"dept" zh:"部门" en:"Department" opt:"1"`
	Title          string `json:"title" zh:"职称" en:"Title (Chinese)"`
	TitleEN        string `json:"title_en" zh:"英文职称" en:"Title"`
	Grade          string `json:"grade" zh:"职称等级" en:"Grade" enum:"grade"`
	Degree         string `json:"degree" zh:"学位" en:"Degree" enum:"degree"`
	Specialty      string `json:"specialty" zh:"专业" en:"Specialty (Chinese)"`
	SpecialtyEN    string `json:"specialty_en" zh:"英文专业" en:"Specialty"`
	Months         Tenths `json:"months_per_year" zh:"每年投入月数" en:"Months a year" unit:"月/年" ex:"6.5"`
	Task           string `json:"task" zh:"分工" en:"Task (Chinese)"`
	TaskEN         string `json:"task_en" zh:"英文分工" en:"Task"`
	ContractEnd    Date   `json:"contract_end" zh:"劳动合同截止日期" en:"Employment ends" opt:"1"`
	ContractRef    string `json:"contract_ref" zh:"劳动合同附件号" en:"Employment contract, attachment id" opt:"1" is:"ref"`
	AppointmentRef string `json:"appointment_ref" zh:"聘任协议附件号" en:"Appointment agreement, attachment id" opt:"1" is:"ref"`
	Ongoing        int    `json:"ongoing" zh:"在研市级项目数" en:"Ongoing municipal projects" opt:"1"`
	Applying       int    `json:"applying" zh:"当年申报项目数" en:"Applications this year" opt:"1"`
	Overdue        bool   `json:"overdue" zh:"有逾期未验收项目" en:"Has an overdue project" opt:"1"`
	Withdrawn      bool   `json:"withdrawn" zh:"有中途退出项目" en:"Left an ongoing project" opt:"1"`
	AcceptFailed   bool   `json:"acceptance_failed" zh:"有验收未通过项目" en:"Has a project whose acceptance failed" opt:"1"`

	No     int `json:"no" zh:"排名" en:"Rank" calc:"1"`
	CNRank int `json:"cn_rank" zh:"中方排名" en:"Rank on the Chinese side, 0 on the overseas side" calc:"1"`
}

// Agreement is the cooperation agreement with the overseas side (B.3 § 8, NB-II.2).
type Agreement struct {
	Title       string       `json:"title" zh:"协议名称" en:"Title"`
	Language    string       `json:"language" zh:"签署语言" en:"Language" enum:"language"`
	SignedOn    Date         `json:"signed_on" zh:"签署日期" en:"Signed on"`
	ValidFrom   Date         `json:"valid_from" zh:"生效日期" en:"Valid from"`
	ValidTo     Date         `json:"valid_to" zh:"截止日期" en:"Valid to"`
	Parties     []string     `json:"parties" zh:"签约方" en:"Parties"`
	Tasks       Rich         `json:"tasks" zh:"任务英文" en:"Tasks"`
	Division    Rich         `json:"division" zh:"分工英文" en:"Division of work"`
	Inputs      Rich         `json:"inputs" zh:"投入英文" en:"Inputs of each party"`
	Conditions  Rich         `json:"conditions" zh:"科研支撑条件英文" en:"Research support conditions"`
	IP          Rich         `json:"ip" zh:"知识产权分配英文" en:"Allocation of IP"`
	Signatories []Signatory  `json:"signatories" zh:"签字人" en:"Signatories"`
	Sealed      bool         `json:"sealed_by_applicant" zh:"加盖申报单位公章" en:"Sealed by the applicant"`
	Translation *Translation `json:"translation" zh:"中文翻译件" en:"Chinese translation" opt:"1"`
	Explanation string       `json:"explanation_ref" zh:"书面说明附件号" en:"Written explanation, attachment id" opt:"1" is:"ref"`
	ScopeMatch  bool         `json:"scope_match" zh:"合作内容与研究内容相符" en:"Content matches the project"`
	Ref         string       `json:"ref" zh:"附件号" en:"Attachment id" is:"ref"`
}

// Signatory signed the cooperation agreement.
type Signatory struct {
	Name     string `json:"name" zh:"姓名" en:"Name" is:"person"`
	Unit     string `json:"unit" zh:"单位" en:"Organisation"`
	Dept     string `json:"dept" zh:"部门" en:"Department"`
	Position string `json:"position" zh:"职务" en:"Position"`
}

// Translation is the Chinese translation of an agreement signed in a foreign language.
type Translation struct {
	Ref           string `json:"ref" zh:"附件号" en:"Attachment id" is:"ref"`
	Translator    string `json:"translator" zh:"翻译机构或人员" en:"Translator"`
	Qualification string `json:"qualification" zh:"翻译资质编号" en:"Qualification no."`
}

// Prior is money already spent with the overseas partner (NB-III.1.3); never part of the budget (C14).
type Prior struct {
	Date      Date   `json:"date" zh:"发生日期" en:"Date"`
	Kind      string `json:"kind" zh:"类别" en:"Kind" enum:"prior"`
	Item      string `json:"item" zh:"内容英文" en:"Item"`
	Amount    Fen    `json:"amount" zh:"金额" en:"Amount" unit:"元"`
	Payee     string `json:"payee" zh:"收款方" en:"Payee"`
	Voucher   string `json:"voucher" zh:"凭证号" en:"Voucher no."`
	Relevance string `json:"relevance" zh:"相关性英文" en:"Relevance to the project"`
	Ref       string `json:"ref" zh:"附件号" en:"Attachment id" opt:"1" is:"ref"`
}

// Budget is money by year, by item and by unit; all three add up to the same total (A.2.9, C1). Foreign input stays outside.
type Budget struct {
	Scheme    string      `json:"scheme" zh:"科目体系" en:"Item scheme" enum:"scheme"`
	Sources   []Source    `json:"sources" zh:"来源" en:"Sources by year"`
	Spending  []Spending  `json:"spending" zh:"支出" en:"Spending by item"`
	Units     []UnitShare `json:"units" zh:"单位分配" en:"Division among units"`
	Equipment []Equipment `json:"equipment" zh:"设备" en:"Equipment" opt:"1"`
	Note      Rich        `json:"note" zh:"预算说明" en:"Budget note" opt:"1"`
	NoteEN    Rich        `json:"note_en" zh:"预算说明英文" en:"Budget note (English)" opt:"1"`

	SourceSum  Source      `json:"source_sum" zh:"来源合计" en:"Sources, total" calc:"1"`
	Lines      []Spending  `json:"lines" zh:"支出明细" en:"Spending with subtotals, in printing order" calc:"1"`
	UnitSum    UnitShare   `json:"unit_sum" zh:"单位合计" en:"Units, total" calc:"1"`
	Partners   []UnitShare `json:"partners" zh:"合作单位分配" en:"Rows of the Chinese partners" calc:"1"`
	PartnerSum UnitShare   `json:"partner_sum" zh:"合作单位合计" en:"Chinese partners, total" calc:"1"`
	EquipSum   Fen         `json:"equipment_sum" zh:"设备合计" en:"Equipment, total" unit:"元" calc:"1"`
	Total      Fen         `json:"total" zh:"总预算" en:"Total budget" unit:"元" calc:"1"`
	Fiscal     Fen         `json:"fiscal" zh:"财政经费" en:"Fiscal funding" unit:"元" calc:"1"`
	Self       Fen         `json:"self" zh:"自筹经费" en:"Self-raised funds" unit:"元" calc:"1"`
	Other      Fen         `json:"other" zh:"其他经费" en:"District, loan and other funds" unit:"元" calc:"1"`
	Outward    Fen         `json:"outward" zh:"外拨合计" en:"Passed on to partners" unit:"元" calc:"1"`
	FiscalRate BP          `json:"fiscal_rate" zh:"财政占比" en:"Share of fiscal funding" unit:"%" calc:"1"`
}

// Source is one year of funding. Foreign is told for the record and not part of Total.
type Source struct {
	Year        int `json:"year" zh:"年度" en:"Year" is:"year"`
	Fiscal      Fen `json:"fiscal" zh:"市财政补助" en:"Municipal grant" unit:"元"`
	District    Fen `json:"district" zh:"区县或归口配套" en:"District or managing unit" unit:"元"`
	LeadSelf    Fen `json:"lead_self" zh:"单位自筹" en:"Self-raised, lead" unit:"元"`
	PartnerSelf Fen `json:"partner_self" zh:"合作单位自筹" en:"Self-raised, partners" unit:"元"`
	Loan        Fen `json:"loan" zh:"银行贷款" en:"Bank loan" unit:"元"`
	Other       Fen `json:"other" zh:"其他" en:"Other" unit:"元"`
	Foreign     Fen `json:"foreign" zh:"外方投入" en:"Overseas input (not in the total)" unit:"元"`

	Total Fen `json:"total" zh:"合计" en:"Total" unit:"元" calc:"1"`
}

// Spending is one budget item; leaves come from JSON, Derive adds the parents (A.2.9 table 2).
type Spending struct {
	Code   string `json:"code" zh:"科目编码" en:"Item code" ex:"1.1"`
	Fiscal Fen    `json:"fiscal" zh:"财政资金" en:"Fiscal" unit:"元"`
	Self   Fen    `json:"self" zh:"自筹资金" en:"Self-raised" unit:"元"`
	Other  Fen    `json:"other" zh:"其他资金" en:"Other" unit:"元"`
	Basis  string `json:"basis" zh:"测算依据" en:"Basis (Chinese)" opt:"1"`
	BaseEN string `json:"basis_en" zh:"测算依据英文" en:"Basis" opt:"1"`

	Name   string `json:"name" zh:"科目" en:"Item (Chinese)" calc:"1"`
	NameEN string `json:"name_en" zh:"科目英文" en:"Item" calc:"1"`
	Total  Fen    `json:"total" zh:"合计" en:"Total" unit:"元" calc:"1"`
	Level  int    `json:"level" zh:"层级" en:"Level, 1 is the outermost" calc:"1"`
}

// UnitShare is what one unit does and spends (A.2.8). Outward marks fiscal money that the lead passes on.
type UnitShare struct {
	Unit    string `json:"unit" zh:"单位" en:"Unit (Chinese)"`
	UnitEN  string `json:"unit_en" zh:"英文单位" en:"Unit"`
	Country string `json:"country" zh:"国别" en:"Country or region" enum:"country"`
	Role    string `json:"role" zh:"角色" en:"Role" enum:"unit_role"`
	Tasks   string `json:"tasks" zh:"承担任务" en:"Tasks (Chinese)"`
	TasksEN string `json:"tasks_en" zh:"承担任务英文" en:"Tasks"`
	Fiscal  Fen    `json:"fiscal" zh:"财政经费" en:"Fiscal" unit:"元"`
	Self    Fen    `json:"self" zh:"自筹经费" en:"Self-raised" unit:"元"`
	Other   Fen    `json:"other" zh:"其他经费" en:"Other" unit:"元"`
	IPShare string `json:"ip_share" zh:"知识产权份额" en:"IP share" opt:"1"`
	PI      string `json:"pi" zh:"单位负责人" en:"Responsible person" is:"person"`
	PIEN    string `json:"pi_en" zh:"英文单位负责人" en:"Responsible person, for English documents" opt:"1" is:"person"`

	Total   Fen  `json:"total" zh:"合计" en:"Total" unit:"元" calc:"1"`
	Rate    BP   `json:"rate" zh:"财政占比" en:"Share of the grant" unit:"%" calc:"1"`
	Outward bool `json:"outward" zh:"外拨" en:"Passed on by the lead" calc:"1"`
}

// TeamTotals counts the team (A.2.7).
type TeamTotals struct {
	Headcount int         `json:"headcount" zh:"总人数" en:"Headcount" calc:"1"`
	Senior    int         `json:"senior" zh:"高级人数" en:"Senior" calc:"1"`
	Middle    int         `json:"middle" zh:"中级人数" en:"Middle" calc:"1"`
	Junior    int         `json:"junior" zh:"初级人数" en:"Junior" calc:"1"`
	Doctors   int         `json:"doctors" zh:"博士人数" en:"Doctors" calc:"1"`
	Masters   int         `json:"masters" zh:"硕士人数" en:"Masters" calc:"1"`
	Chinese   int         `json:"chinese" zh:"中方人数" en:"Chinese side" calc:"1"`
	Overseas  int         `json:"overseas" zh:"外方人数" en:"Overseas side" calc:"1"`
	Abroad    []UnitCount `json:"overseas_by_unit" zh:"外方分单位人数" en:"Overseas members by institution" calc:"1"`
}

// UnitCount is how many members come from one unit.
type UnitCount struct {
	Unit   string `json:"unit" zh:"单位" en:"Unit (Chinese)" calc:"1"`
	UnitEN string `json:"unit_en" zh:"英文单位" en:"Unit" calc:"1"`
	Count  int    `json:"count" zh:"人数" en:"Members" calc:"1"`
}

// IndicatorGroup is the indicators of one kind, kinds in the order of the enum and none empty.
type IndicatorGroup struct {
	Kind  string      `json:"kind" zh:"指标类别" en:"Kind" enum:"indicator" calc:"1"`
	Items []Indicator `json:"items" zh:"指标" en:"Indicators" calc:"1"`
	Count int         `json:"count" zh:"项数" en:"Count" calc:"1"`
}

// Equipment is one item of the equipment list (A.2.9 table 3).
type Equipment struct {
	Name    string `json:"name" zh:"设备名称" en:"Equipment (Chinese)"`
	NameEN  string `json:"name_en" zh:"英文名称" en:"Equipment"`
	Model   string `json:"model" zh:"型号" en:"Model"`
	Qty     int    `json:"qty" zh:"数量" en:"Quantity"`
	Price   Fen    `json:"price" zh:"单价" en:"Unit price" unit:"元"`
	Purpose string `json:"purpose" zh:"用途" en:"Purpose (Chinese)"`
	UseEN   string `json:"purpose_en" zh:"英文用途" en:"Purpose"`
	Source  string `json:"source" zh:"资金来源" en:"Paid from" enum:"fund"`

	Amount Fen `json:"amount" zh:"金额" en:"Amount" unit:"元" calc:"1"`
}

// Stage is one step of the work plan; stages touch without gap or overlap (A.2.6).
type Stage struct {
	Start       Month  `json:"start" zh:"开始" en:"From"`
	End         Month  `json:"end" zh:"结束" en:"To"`
	Content     string `json:"content" zh:"主要工作内容" en:"Work (Chinese)"`
	ContentEN   string `json:"content_en" zh:"英文工作内容" en:"Work"`
	Milestone   string `json:"milestone" zh:"阶段考核指标" en:"Milestone (Chinese)"`
	MilestoneEN string `json:"milestone_en" zh:"英文阶段考核指标" en:"Milestone"`
	Owner       string `json:"owner" zh:"承担单位或人员" en:"Responsible"`
	OwnerEN     string `json:"owner_en" zh:"英文承担单位或人员" en:"Responsible (English)" opt:"1"`
}

// Indicator is one promise that can be checked (A.2.5). Target is Cmp, Number and Unit in words.
type Indicator struct {
	ID         string `json:"id" zh:"指标编号" en:"Id" ex:"I3"`
	Kind       string `json:"kind" zh:"指标类别" en:"Kind" enum:"indicator"`
	Name       string `json:"name" zh:"指标名称" en:"Indicator (Chinese)"`
	NameEN     string `json:"name_en" zh:"英文指标名称" en:"Indicator"`
	Baseline   string `json:"baseline" zh:"立项时值" en:"Baseline"`
	Midterm    string `json:"midterm" zh:"中期值" en:"Mid-term"`
	Target     string `json:"target" zh:"完成时值" en:"Final"`
	BaselineEN string `json:"baseline_en" zh:"英文立项时值" en:"Baseline, for English documents" opt:"1"`
	MidtermEN  string `json:"midterm_en" zh:"英文中期值" en:"Mid-term, for English documents" opt:"1"`
	TargetEN   string `json:"target_en" zh:"英文完成时值" en:"Final, for English documents" opt:"1"`
	Cmp        string `json:"cmp" zh:"比较" en:"Comparator" enum:"cmp"`
	Number     string `json:"target_num" zh:"目标数值" en:"Target number" ex:"12.5" is:"decimal"`
	Unit       string `json:"unit" zh:"单位" en:"Unit" opt:"1"`
	Evidence   string `json:"evidence" zh:"考核方式" en:"Verification (Chinese)"`
	EvidenceEN string `json:"evidence_en" zh:"英文考核方式" en:"Verification"`
}

// IPItem says who will own and use a result (A.2.10).
type IPItem struct {
	Item        string `json:"item" zh:"成果" en:"Result (Chinese)"`
	ItemEN      string `json:"item_en" zh:"英文成果" en:"Result"`
	Owners      string `json:"owners" zh:"权利人" en:"Owners (Chinese)"`
	OwnersEN    string `json:"owners_en" zh:"英文权利人" en:"Owners"`
	Share       string `json:"share" zh:"份额" en:"Shares"`
	UseRight    string `json:"use_right" zh:"使用权" en:"Right of use (Chinese)"`
	UseRightEN  string `json:"use_right_en" zh:"英文使用权" en:"Right of use"`
	Territory   string `json:"territory" zh:"地域" en:"Territory (Chinese)"`
	TerritoryEN string `json:"territory_en" zh:"英文地域" en:"Territory"`
}

// Attachment is one file of the application (B.3 § 21).
type Attachment struct {
	ID     string `json:"id" zh:"附件号" en:"Id" ex:"A1"`
	Kind   string `json:"kind" zh:"种类" en:"Kind" ex:"agreement"`
	Name   string `json:"name" zh:"名称" en:"Name (Chinese)"`
	NameEN string `json:"name_en" zh:"英文名称" en:"Name"`
	File   string `json:"file" zh:"文件名" en:"File name" is:"file"`
	MIME   string `json:"mime" zh:"格式" en:"Format" ex:"application/pdf"`
	Pages  int    `json:"pages" zh:"页数" en:"Pages"`
	Sealed bool   `json:"sealed" zh:"已盖章" en:"Sealed"`
	Date   Date   `json:"date" zh:"日期" en:"Date"`

	Language    string `json:"lang" zh:"语言" en:"Language" enum:"language" opt:"1"`
	Translation string `json:"translation_ref" zh:"中文译本附件号" en:"Chinese translation, attachment id" opt:"1" is:"ref"`
}

// Commitment is what the applicant promises (B.3 § 22).
type Commitment struct {
	Truth     bool   `json:"truth" zh:"材料真实" en:"Truthful"`
	Integrity bool   `json:"integrity" zh:"遵守科研诚信" en:"Research integrity"`
	NoDouble  bool   `json:"no_double_funding" zh:"无重复资助" en:"No duplicate funding"`
	Ref       string `json:"ref" zh:"承诺书附件号" en:"Commitment letter, attachment id" opt:"1" is:"ref"`
}

// Scientist is the guest of a young-scientist exchange (Shanghai call, SH-2.*).
type Scientist struct {
	Name         string `json:"name" zh:"姓名" en:"Name" is:"person"`
	NameCN       string `json:"name_cn" zh:"中文译名" en:"Name in Chinese" opt:"1" is:"person"`
	Nationality  string `json:"nationality" zh:"国籍" en:"Nationality" enum:"country"`
	Former       string `json:"former" zh:"原国籍" en:"Former nationality" enum:"country" opt:"1"`
	Birth        Date   `json:"birth" zh:"出生日期" en:"Date of birth"`
	Sex          string `json:"sex" zh:"性别" en:"Sex" enum:"sex"`
	Passport     string `json:"passport" zh:"护照号" en:"Passport no." is:"passport"`
	Unit         string `json:"unit" zh:"所在单位" en:"Organisation"`
	Dept         string `json:"dept" zh:"部门" en:"Department"`
	Title        string `json:"title" zh:"职称" en:"Title"`
	UnitCN       string `json:"unit_cn" zh:"中文所在单位" en:"Organisation, in Chinese" opt:"1"`
	DeptCN       string `json:"dept_cn" zh:"中文部门" en:"Department, in Chinese" opt:"1"`
	TitleCN      string `json:"title_cn" zh:"中文职称" en:"Title, in Chinese" opt:"1"`
	Email        string `json:"email" zh:"邮箱" en:"E-mail" is:"email"`
	Phone        string `json:"phone" zh:"电话" en:"Telephone" opt:"1" is:"phone"`
	Degree       string `json:"degree" zh:"学位" en:"Degree" enum:"degree"`
	Years        int    `json:"years" zh:"科研年限" en:"Years of research"`
	Months       int    `json:"months" zh:"来沪月数" en:"Months in Shanghai"`
	Post         string `json:"post" zh:"岗位职责" en:"Post and duties"`
	PostCN       string `json:"post_cn" zh:"中文岗位职责" en:"Post and duties, in Chinese" opt:"1"`
	PostKind     string `json:"post_kind" zh:"岗位性质" en:"Kind of post" enum:"post_kind" opt:"1"`
	HomeJob      bool   `json:"home_job" zh:"在国籍国有正式科研工作" en:"Has a formal research job in the country of nationality" opt:"1"`
	Labour       Fen    `json:"labour" zh:"外籍青年科学家劳务费" en:"Labour costs of the scientist, paid from the grant" unit:"元" opt:"1"`
	LabourCN     Fen    `json:"labour_cn" zh:"中方人员劳务费" en:"Labour costs of Chinese participants, paid from the grant" unit:"元" opt:"1"`
	Role         string `json:"role" zh:"项目中的作用" en:"Role in the project"`
	RoleCN       string `json:"role_cn" zh:"中文项目作用" en:"Role in the project, in Chinese" opt:"1"`
	Publications Rich   `json:"pubs" zh:"代表性成果" en:"Publications and achievements"`
	FullTime     bool   `json:"full_time" zh:"承诺全时在沪" en:"Commits to full time"`
	ObeysLaw     bool   `json:"obeys_law" zh:"承诺遵守中国法律" en:"Commits to obey Chinese law"`
	OtherFunding bool   `json:"other_funding" zh:"已获其他来华交流资助" en:"Already funded by another exchange programme"`
	Ref          string `json:"ref" zh:"附件号" en:"Attachment id" opt:"1" is:"ref"`
}

// Recommendation is what the managing unit says of this project, and its letter (B.1).
type Recommendation struct {
	DocNo         string  `json:"doc_no" zh:"发文字号" en:"Document no." is:"docno"`
	Letterhead    string  `json:"letterhead" zh:"发文机关标志" en:"Letterhead"`
	ReviewedOn    Date    `json:"reviewed_on" zh:"审核日期" en:"Reviewed on"`
	Reviewer      string  `json:"reviewer" zh:"审核人" en:"Reviewed by" is:"person"`
	PublicFrom    Date    `json:"publicised_from" zh:"公示开始日期" en:"Publicity from" opt:"1"`
	PublicTo      Date    `json:"publicised_to" zh:"公示结束日期" en:"Publicity to" opt:"1"`
	True          bool    `json:"statement_true" zh:"真实性审核通过" en:"Found authentic"`
	Complete      bool    `json:"statement_complete" zh:"完整性审核通过" en:"Found complete"`
	Integrity     bool    `json:"statement_integrity" zh:"诚信审核通过" en:"Integrity checked"`
	JointFunding  Fen     `json:"joint_funding" zh:"归口配套经费" en:"Promised co-funding" unit:"元" opt:"1"`
	Rank          int     `json:"rank" zh:"推荐排序" en:"Rank"`
	Opinion       string  `json:"opinion" zh:"推荐意见" en:"Opinion"`
	Remarks       string  `json:"remarks" zh:"备注" en:"Remarks" opt:"1"`
	Contact       Contact `json:"contact" zh:"联系人" en:"Contact"`
	SignDate      Date    `json:"sign_date" zh:"成文日期" en:"Date of the letter"`
	SystemConfirm Time    `json:"system_confirmed_at" zh:"系统推荐确认时间" en:"Confirmed in the portal at" opt:"1"`
}

// Review is the result of the bureau's format review (B.2).
type Review struct {
	NoticeNo    string          `json:"notice_no" zh:"通知编号" en:"Notice no."`
	ReceivedAt  Time            `json:"submitted_at" zh:"提交时间" en:"Submitted at"`
	Recommended Time            `json:"recommended_at" zh:"推荐时间" en:"Recommended at"`
	ReviewedAt  Time            `json:"reviewed_at" zh:"审查时间" en:"Reviewed at"`
	Result      string          `json:"result" zh:"审查结论" en:"Result" enum:"review_result" opt:"1"`
	AcceptNo    string          `json:"accept_no" zh:"受理编号" en:"Acceptance no." opt:"1"`
	Findings    []ReviewFinding `json:"findings" zh:"审查意见" en:"Findings" opt:"1"`
	CorrectBy   Time            `json:"correct_by" zh:"补正期限" en:"Correct by" opt:"1"`
	Reviewer    string          `json:"reviewer" zh:"审查人" en:"Reviewer" is:"person"`
	Date        Date            `json:"date" zh:"成文日期" en:"Date of the notice"`

	// What people decided. With any of these, the findings follow from them and from what the data show; see app.App.Review.
	Decisions []ReviewDecision `json:"decisions" zh:"人工判断" en:"Decisions" opt:"1"`
	OthersMet string           `json:"others_met_by" zh:"其余条款认定人" en:"All other rules found met by" opt:"1" is:"person"`
}

// Decided reports whether the review records decisions, from which its findings follow.
func (r *Review) Decided() bool { return len(r.Decisions) > 0 || r.OthersMet != "" }

// ReviewDecision is what a person found about one rule. Severity and Kind are those of the rule when left out.
type ReviewDecision struct {
	RuleID     string `json:"rule_id" zh:"规则编号" en:"Rule id" ex:"NB-II.2.2"`
	Decision   string `json:"decision" zh:"判断" en:"Decision" enum:"decision"`
	Name       string `json:"name" zh:"判断人" en:"Decided by" is:"person"`
	Reason     string `json:"reason" zh:"事实和理由" en:"Fact and reason (Chinese)" opt:"1"`
	ReasonEN   string `json:"reason_en" zh:"英文事实和理由" en:"Fact and reason" opt:"1"`
	Evidence   string `json:"evidence" zh:"证据位置" en:"Where (Chinese)" opt:"1"`
	EvidenceEN string `json:"evidence_en" zh:"英文证据位置" en:"Where" opt:"1"`
	Remedy     string `json:"remedy" zh:"处理建议" en:"Remedy (Chinese)" opt:"1"`
	RemedyEN   string `json:"remedy_en" zh:"英文处理建议" en:"Remedy" opt:"1"`
	Kind       string `json:"kind" zh:"问题类别" en:"Kind" enum:"finding_kind" opt:"1"`
	Severity   string `json:"severity" zh:"性质" en:"Severity" enum:"finding_severity" opt:"1"`
}

// ReviewFinding is one row of a notice that returns an application.
type ReviewFinding struct {
	RuleID      string `json:"rule_id" zh:"规则编号" en:"Rule id" ex:"NB-III.1.3b"`
	ClauseCN    string `json:"clause_cn" zh:"依据条款" en:"Clause (Chinese)"`
	ClauseEN    string `json:"clause_en" zh:"英文依据条款" en:"Clause"`
	Requirement string `json:"requirement" zh:"条款要求" en:"Requirement"`
	Fact        string `json:"fact" zh:"审查发现" en:"Finding"`
	Evidence    string `json:"evidence" zh:"证据位置" en:"Where"`
	Kind        string `json:"kind" zh:"问题类别" en:"Kind" enum:"finding_kind"`
	Source      string `json:"source" zh:"判定方式" en:"How decided" enum:"finding_source"`
	Severity    string `json:"severity" zh:"性质" en:"Severity" enum:"finding_severity"`
	Remedy      string `json:"remedy" zh:"处理建议" en:"Remedy" opt:"1"`

	// The same in English; an English notice has the Chinese text where they are left out.
	FactEN     string `json:"fact_en" zh:"英文审查发现" en:"Finding (English)" opt:"1"`
	EvidenceEN string `json:"evidence_en" zh:"英文证据位置" en:"Where (English)" opt:"1"`
	RemedyEN   string `json:"remedy_en" zh:"英文处理建议" en:"Remedy (English)" opt:"1"`
}

// Approval is this project's row of the approval document (A.2.3).
type Approval struct {
	No       string `json:"no" zh:"项目编号" en:"Project no." ex:"2026H001"`
	DocNo    string `json:"doc_no" zh:"立项文号" en:"Approval document no." is:"docno"`
	DocTitle string `json:"doc_title" zh:"立项文件名称" en:"Approval document"`
	Date     Date   `json:"date" zh:"立项日期" en:"Approved on"`
	Batch    int    `json:"batch" zh:"批次" en:"Batch"`
	TitleCN  string `json:"title_cn" zh:"立项项目名称" en:"Title in the list"`
	Lead     string `json:"lead" zh:"立项承担单位" en:"Lead in the list"`
	PI       string `json:"pi" zh:"立项负责人" en:"PI in the list" is:"person"`
	Category string `json:"category" zh:"立项类别" en:"Category in the list" enum:"category"`
	Amount   Fen    `json:"amount" zh:"立项经费" en:"Approved funding" unit:"元"`
	Total    Fen    `json:"total" zh:"核定总预算" en:"Approved total budget" unit:"元"`
	SignBy   Date   `json:"sign_by" zh:"签订期限" en:"Sign by"`
	PubFrom  Date   `json:"pub_from" zh:"公示开始日期" en:"Publicity from"`
	PubTo    Date   `json:"pub_to" zh:"公示结束日期" en:"Publicity to"`
}

// Contract is what the three parties agree on beyond the application. A budget, work plan or list of indicators left out
// is that of the application, and templates see it here.
type Contract struct {
	No         string      `json:"no" zh:"合同编号" en:"Contract no."`
	Bureau     Unit        `json:"bureau" zh:"甲方" en:"Party A (bureau)"`
	MadeBy     string      `json:"made_by" zh:"制表单位" en:"Issued by"`
	MadeDate   Month       `json:"made_date" zh:"制表年月" en:"Issued in"`
	SignPlace  string      `json:"sign_place" zh:"签订地点" en:"Place of signing" opt:"1"`
	Budget     *Budget     `json:"budget" zh:"合同预算|预算" en:"Budget in the contract" opt:"1"`
	Schedule   []Stage     `json:"schedule" zh:"合同进度|进度" en:"Work plan in the contract" opt:"1"`
	Indicators []Indicator `json:"indicators" zh:"合同指标|指标" en:"Indicators in the contract" opt:"1"`
	Payments   []Payment   `json:"payments" zh:"拨款计划" en:"Payment plan"`
	Copies     Copies      `json:"copies" zh:"份数" en:"Copies"`
	Acceptance int         `json:"acceptance_months" zh:"验收期限" en:"Acceptance within, after the end" unit:"个月"`

	ByKind  []IndicatorGroup `json:"indicators_by_kind" zh:"分类指标" en:"Indicators by kind" calc:"1"`
	PaySum  Fen              `json:"payments_sum" zh:"拨款合计" en:"Payments, total" unit:"元" calc:"1"`
	PayRate BP               `json:"payments_pct" zh:"拨款比例合计" en:"Payments, total share" unit:"%" calc:"1"`
}

// Payment is one instalment of the grant (A.2.9 table 4).
type Payment struct {
	No          int    `json:"no" zh:"期次" en:"No."`
	Condition   string `json:"condition" zh:"拨付条件" en:"Condition (Chinese)"`
	ConditionEN string `json:"condition_en" zh:"英文拨付条件" en:"Condition" opt:"1"`
	Rate        BP     `json:"pct" zh:"比例" en:"Share" unit:"%"`
	Amount      Fen    `json:"amount" zh:"金额" en:"Amount" unit:"元"`
	When        Month  `json:"when" zh:"计划时间" en:"Planned for" opt:"1"`
}

// Copies says how many originals there are and who keeps them; the parts add up to Total (A.2.14).
type Copies struct {
	Total      int `json:"total" zh:"总份数" en:"Total"`
	A          int `json:"a" zh:"甲方份数" en:"Party A"`
	B          int `json:"b" zh:"乙方份数" en:"Party B"`
	C          int `json:"c" zh:"丙方份数" en:"Party C"`
	Electronic int `json:"electronic" zh:"电子份数" en:"Electronic" opt:"1"`
}
