// Package programme is a call for proposals as data: its parameters and the rules that its notice states, read from a
// call.yaml by Load. A Call checks projects at each stage of their life and gives templates the values they print of the
// call. A further call is a further file; nothing here knows a call by name.
//
// Rules are written in CEL over the project's fields (the JSON names of package project) and the call's parameters. They
// are compiled and type-checked when the call is loaded: a misspelled field is a finding with its line, not a surprise
// on the day of a deadline.
package programme

import (
	"time"

	"tripact/problem"
	"tripact/project"
)

// Call is one published notice. It is immutable after Load and safe for concurrent use.
type Call struct {
	ID          string       `yaml:"id"`
	Year        int          `yaml:"year"`
	Title       problem.Text `yaml:"title"`
	DocNo       string       `yaml:"doc_no,opt"`
	DocNoEN     string       `yaml:"doc_no_en,opt"`
	Date        project.Date `yaml:"date"`
	Language    string       `yaml:"language"`     // of the text that governs: "zh" or "en"
	Programme   problem.Text `yaml:"programme"`    // 计划名称
	ProjectType problem.Text `yaml:"project_type"` // 项目类型 within the programme
	LetterTitle []string     `yaml:"letter_title"` // title of the recommendation letter, line by line as it is to be broken
	Issuer      Issuer       `yaml:"issuer"`
	Basis       []Document   `yaml:"basis,opt"`
	FundRules   Document     `yaml:"fund_rules,opt"`
	Portal      Portal       `yaml:"portal,opt"`

	Fields []Named `yaml:"fields"`
	Topics []Topic `yaml:"topics"`

	Window        Window        `yaml:"window,opt"`
	RecommendBy   time.Time     `yaml:"recommend_by,opt"`
	LetterChannel problem.Text  `yaml:"letter_channel,opt"`
	MaxMonths     int           `yaml:"max_months,opt"`                // longest project period, both months counted
	MinIndicators int           `yaml:"min_assessable_indicators,opt"` // indicators with target and verification
	Prior         PriorTerms    `yaml:"prior,opt"`
	Agreement     AgreementTerm `yaml:"agreement,opt"`
	Team          TeamTerms     `yaml:"team,opt"`
	Money         MoneyTerms    `yaml:"money,opt"`
	PublicityDays int           `yaml:"publicity_days,opt"`
	Contract      ContractTerms `yaml:"contract"`
	Contacts      []Contact     `yaml:"contacts,opt"`

	Attachments []AttachmentNeed `yaml:"attachments"`
	Documents   []DocumentKind   `yaml:"documents,opt"`
	Rules       []Rule           `yaml:"rules"`

	compiled *compiled // rules as programs; set by Load
}

// Issuer is the bureau that published the call.
type Issuer struct {
	Name     problem.Text `yaml:"name"`
	Division problem.Text `yaml:"division"` // office that receives recommendation letters
}

// Document is a rule document that the call cites.
type Document struct {
	Title   problem.Text `yaml:"title"`
	DocNo   string       `yaml:"doc_no"`
	DocNoEN string       `yaml:"doc_no_en"`
}

// Portal is where applications are filed.
type Portal struct {
	Name problem.Text `yaml:"name"`
	URL  string       `yaml:"url"`
}

// Named is an id with its name.
type Named struct {
	ID   string       `yaml:"id"`
	Name problem.Text `yaml:"name"`
}

// Topic is one topic (专题) of the call.
type Topic struct {
	ID         string       `yaml:"id"`
	No         problem.Text `yaml:"no"` // 专题一, Topic 1
	Name       problem.Text `yaml:"name"`
	Fields     []string     `yaml:"fields"`        // ids of Call.Fields
	Countries  []string     `yaml:"countries,opt"` // ISO 3166-1 alpha-2; empty: any
	Categories []Category   `yaml:"categories"`
	LeadMustBe string       `yaml:"lead_must_be,opt"` // "tech_enterprise" or empty

	// Earliest day of birth of the PI and of the overseas PIs by sex ("M", "F"); empty: any.
	PIBornFrom       map[string]project.Date `yaml:"pi_born_from,opt"`
	OverseasBornFrom map[string]project.Date `yaml:"overseas_pi_born_from,opt"`

	Period      Period         `yaml:"period,opt"`       // in which projects run; empty: any
	MaxProjects int            `yaml:"max_projects,opt"` // supported in the round; 0: any number
	Grants      []Grant        `yaml:"grants,opt"`       // fixed grants; empty: up to the cap of the category
	Labour      LabourTerms    `yaml:"labour,opt"`
	Scientist   ScientistTerms `yaml:"scientist,opt"`

	KeyFields  []string    `yaml:"key_fields,opt"` // ids of Call.Fields that the notice stresses
	Directions []Direction `yaml:"directions,opt"` // countries and regions given priority
	Agreements []string    `yaml:"agreements,opt"` // countries or regions that have an agreement with the issuer
}

// Period is a span of days, both included.
type Period struct {
	Start project.Date `yaml:"start"`
	End   project.Date `yaml:"end"`
}

// Grant is the fixed sum for a stay of so many months.
type Grant struct {
	Months int         `yaml:"months"`
	Amount project.Fen `yaml:"amount"`
}

// LabourTerms bind what of the grant is paid for labour.
type LabourTerms struct {
	GuestShare Ratio       `yaml:"guest_share,opt"` // lowest part of the grant for the guest's labour
	Chinese    project.Fen `yaml:"chinese,opt"`     // highest sum for the labour of Chinese participants
}

// ScientistTerms are what a topic asks of the guest of an exchange.
type ScientistTerms struct {
	PerProject int          `yaml:"per_project,opt"` // guests of one project; 0: the topic has no guests
	BornFrom   project.Date `yaml:"born_from,opt"`   // earliest day of birth
	MoreYears  int          `yaml:"years_over,opt"`  // without a doctorate: more than so many years of research
	Countries  []string     `yaml:"countries,opt"`   // of nationality, ISO 3166-1 alpha-2
}

// Direction is a country given priority, or one region of it.
type Direction struct {
	Country string       `yaml:"country"`
	Region  problem.Text `yaml:"region,opt"`
}

// Category is what a topic takes, with its cap per project.
type Category struct {
	ID  string      `yaml:"id"`      // code of project's enum "category"
	Cap project.Fen `yaml:"cap,opt"` // the grant may be as high as this, not higher; 0: the notice names no amount
}

// Window is when applications can be filed: from Open up to and including Close.
type Window struct {
	Open  time.Time `yaml:"open"`
	Close time.Time `yaml:"close"`
}

// PriorTerms say what must have been spent with the overseas partner, strictly before which day.
type PriorTerms struct {
	Before project.Date `yaml:"before"`
	Kinds  []string     `yaml:"kinds"` // codes of project's enum "prior", each needed
}

// AgreementTerm says in which languages (project's enum "language") an agreement needs a Chinese translation, and how many
// signatories it has at least.
type AgreementTerm struct {
	Translate   []string `yaml:"translate"`
	Signatories int      `yaml:"min_signatories"`
}

// TeamTerms bind the first members of the Chinese side.
type TeamTerms struct {
	Top         int `yaml:"top"`                      // how many members of the Chinese side are core members
	MaxProjects int `yaml:"max_ongoing_and_applying"` // ongoing projects and applications of the year together
	PerOverseas int `yaml:"min_members_per_overseas"` // members from each overseas unit
}

// MoneyTerms bind budget and grant.
type MoneyTerms struct {
	EnterpriseShare Ratio       `yaml:"enterprise_share"`   // highest grant / total budget where an enterprise takes part
	PublicShare     Ratio       `yaml:"public_share"`       // likewise for state-owned public units alone
	OutwardShare    Ratio       `yaml:"outward_share"`      // highest part of the grant that the lead passes on
	EquipmentHint   Ratio       `yaml:"equipment_hint,opt"` // part of the budget for equipment above which a reviewer looks
	OverseasFiscal  project.Fen `yaml:"overseas_fiscal"`    // highest fiscal money for an overseas partner
}

// Ratio is Num/Den, so that limits such as one third are compared without division.
type Ratio struct {
	Num int `yaml:"num"`
	Den int `yaml:"den"`
}

// ContractTerms are the parameters of the three-party contract.
type ContractTerms struct {
	Copies           Copies       `yaml:"copies"`
	AcceptanceMonths int          `yaml:"acceptance_months"` // acceptance must be asked for within, after the end
	NumberPattern    string       `yaml:"number_pattern"`    // RE2, whole contract number
	NumberForm       problem.Text `yaml:"number_form"`       // the same in words
}

// Copies says how many originals there are and who keeps them.
type Copies struct {
	Total      int `yaml:"total"`
	A          int `yaml:"a"`
	B          int `yaml:"b"`
	C          int `yaml:"c"`
	Electronic int `yaml:"electronic"`
}

// Contact is whom to ask about what.
type Contact struct {
	ID      string       `yaml:"id"` // "policy", "review", "network"
	Purpose problem.Text `yaml:"purpose"`
	Name    string       `yaml:"name,opt"`
	NameEN  string       `yaml:"name_en,opt"`
	Phone   string       `yaml:"phone"`
}

// AttachmentNeed is a kind of attachment and when it is needed.
type AttachmentNeed struct {
	Kind     string       `yaml:"kind"`
	Name     problem.Text `yaml:"name"`
	When     string       `yaml:"when,opt"` // CEL, bool; empty: never asked for, only known
	Sealed   bool         `yaml:"sealed,opt"`
	Rule     string       `yaml:"rule,opt"`      // id of the rule that asks for it
	SealRule string       `yaml:"seal_rule,opt"` // id of the rule that asks for the seal, when it is another
	Severity string       `yaml:"severity,opt"`
}

// DocumentKind is a document that the call's folder makes.
type DocumentKind struct {
	Kind     string       `yaml:"kind"`
	Title    problem.Text `yaml:"title"`
	Template Template     `yaml:"template"`
	FileName problem.Text `yaml:"file_name"` // display name without extension; {CEL} over the project
}

// Template names the Word template for each language; one of them may be empty.
type Template struct {
	ZH string `yaml:"zh,opt"`
	EN string `yaml:"en,opt"`
}

// In returns the template's file name for lang "en" or, for anything else, Chinese; "" when there is none.
func (t Template) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ZH
}

// Stage is when a project is checked.
type Stage string

// Stages in the order of a project's life.
const (
	Application    Stage = "application"
	Recommending   Stage = "recommendation"
	FormatReview   Stage = "review"
	Approving      Stage = "approval"
	ContractMaking Stage = "contract"
)

// Stages lists all stages in order.
func Stages() []Stage {
	return []Stage{Application, Recommending, FormatReview, Approving, ContractMaking}
}

// Topic returns the topic with id.
func (c *Call) Topic(id string) (Topic, bool) {
	for _, t := range c.Topics {
		if t.ID == id {
			return t, true
		}
	}
	return Topic{}, false
}

// Field returns the field with id.
func (c *Call) Field(id string) (Named, bool) {
	for _, f := range c.Fields {
		if f.ID == id {
			return f, true
		}
	}
	return Named{}, false
}

// Document returns what the call says of documents of this kind.
func (c *Call) Document(kind string) (DocumentKind, bool) {
	for _, d := range c.Documents {
		if d.Kind == kind {
			return d, true
		}
	}
	return DocumentKind{}, false
}

// Rule returns the rule with id.
func (c *Call) Rule(id string) (Rule, bool) {
	for _, r := range c.Rules {
		if r.ID == id {
			return r, true
		}
	}
	return Rule{}, false
}

// category returns the category with id, zero when the topic does not take it.
func (t Topic) category(id string) Category {
	for _, c := range t.Categories {
		if c.ID == id {
			return c
		}
	}
	return Category{}
}
