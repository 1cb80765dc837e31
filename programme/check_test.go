package programme

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tripact/examples"
	"tripact/problem"
	"tripact/project"
)

// example decodes one of the shipped example projects.
func example(t testing.TB, name string) *project.Project {
	t.Helper()
	f, err := examples.FS().Open("ningbo-2025/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	p, list := project.Decode(f)
	if list.Failed() {
		t.Fatal(list.Err())
	}
	return p
}

const (
	university = "01-university-serbia"                 // T1, basic, state-owned units only
	young      = "02-young-scientist-hungary-singapore" // T2, applied
	enterprise = "03-enterprise-germany"                // T3, approved below the request
)

func day(y int, m time.Month, d int) project.Date { return project.Date{Year: y, Month: m, Day: d} }

func at(t testing.TB, s string) project.Time {
	t.Helper()
	v, err := project.ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// signing is a day on which all stages of the examples lie in the past and the contracts may still be signed.
var signing = day(2025, time.December, 20)

// TestExamplesPass: the shipped projects meet every rule at every stage.
func TestExamplesPass(t *testing.T) {
	c := mustLoad(t, ningbo(t))
	for _, name := range []string{university, young, enterprise} {
		for _, s := range Stages() {
			for _, f := range c.Check(example(t, name), s, signing) {
				if f.Severity != problem.Info {
					t.Errorf("%s, %s: %s", name, s, f.In("zh"))
				}
			}
		}
	}
}

// TestBoundaries holds, for each numeric parameter, the last value that passes and the first that does not: one fen, one
// day, one second, one month or one item apart.
func TestBoundaries(t *testing.T) {
	c := mustLoad(t, ningbo(t))
	for _, tt := range boundaries(t) {
		name := tt.rule + strings.ReplaceAll(tt.path, "/", " ")
		t.Run(name, func(t *testing.T) {
			tt.hold(t, c, example(t, tt.project), example(t, tt.project))
		})
	}
}

// ruleCase is a project that breaks a rule, and where pass is given, one that just keeps it.
type ruleCase struct {
	rule, project string
	stage         Stage
	severity      problem.Severity
	path          string // any when empty
	pass, fail    func(p *project.Project)
}

// hold checks that the rule lets good pass and finds fault with bad, after their changes.
func (tt ruleCase) hold(t *testing.T, c *Call, good, bad *project.Project) {
	t.Helper()
	has := func(p *project.Project, change func(p *project.Project)) (problem.Finding, bool) {
		if change != nil {
			change(p)
		}
		list := c.Check(p, tt.stage, signing)
		for _, f := range list {
			if strings.Contains(f.Message.EN, "could not be decided") {
				t.Error(f.In("en"))
			}
		}
		i := slices.IndexFunc(list, func(f problem.Finding) bool {
			return f.Code == tt.rule && f.Severity == tt.severity && (tt.path == "" || f.Path == tt.path)
		})
		if i < 0 {
			return problem.Finding{}, false
		}
		return list[i], true
	}
	if f, wrong := has(good, tt.pass); wrong {
		t.Errorf("what is allowed: %s", f.In("en"))
	}
	f, wrong := has(bad, tt.fail)
	if !wrong {
		t.Fatal("what is not allowed gives no finding")
	}
	if f.Message.ZH == "" || f.Message.EN == "" || f.Fix.ZH == "" || f.Fix.EN == "" || !strings.Contains(f.Clause, tt.rule) {
		t.Errorf("incomplete finding: %+v", f)
	}
}

// boundaries are the cases of TestBoundaries.
func boundaries(t testing.TB) []ruleCase {
	t.Helper()
	type edit = func(p *project.Project)
	fen := func(set func(p *project.Project, v project.Fen), v project.Fen) edit {
		return func(p *project.Project) { set(p, v) }
	}
	requested := func(v project.Fen) edit {
		return fen(func(p *project.Project, v project.Fen) { p.Project.Requested = v }, v)
	}
	approved := func(v project.Fen) edit {
		return func(p *project.Project) { p.Approval.Amount = v }
	}
	return []ruleCase{
		{"NB-I.1.7", university, Application, problem.Fail, "/project/requested", requested(50_000_000), requested(50_000_001)},
		{"NB-I.1.7", university, Application, problem.Fail, "/project/requested", func(p *project.Project) {
			p.Project.Category, p.Project.Requested = "applied", 80_000_000
		}, func(p *project.Project) { p.Project.Category, p.Project.Requested = "applied", 80_000_001 }},
		{"NB-I.1.7", university, Approving, problem.Fail, "/approval/amount", approved(50_000_000), approved(50_000_001)},
		{"NB-I.2.5", young, FormatReview, problem.Fail, "/project/requested", requested(80_000_000), requested(80_000_001)},
		{"NB-I.2.5", young, FormatReview, problem.Fail, "/project/requested", func(p *project.Project) {
			p.Project.Category, p.Project.Requested = "basic", 50_000_000
		}, func(p *project.Project) { p.Project.Category, p.Project.Requested = "basic", 50_000_001 }},
		{"NB-I.3.6", enterprise, Recommending, problem.Fail, "/project/requested", requested(200_000_000), requested(200_000_001)},
		{
			"NB-I.2.6", young, Application, problem.Fail, "/pi/birth",
			func(p *project.Project) { p.PI.Sex, p.PI.Birth = "M", day(1985, 1, 1) },
			func(p *project.Project) { p.PI.Sex, p.PI.Birth = "M", day(1984, 12, 31) },
		},
		{
			"NB-I.2.6", young, Application, problem.Fail, "/pi/birth",
			func(p *project.Project) { p.PI.Sex, p.PI.Birth = "F", day(1983, 1, 1) },
			func(p *project.Project) { p.PI.Sex, p.PI.Birth = "F", day(1982, 12, 31) },
		},
		{
			"NB-I.2.7", young, Application, problem.Fail, "/pfo/1/pi/birth",
			func(p *project.Project) { p.Overseas[1].PI.Sex, p.Overseas[1].PI.Birth = "M", day(1985, 1, 1) },
			func(p *project.Project) { p.Overseas[1].PI.Sex, p.Overseas[1].PI.Birth = "M", day(1984, 12, 31) },
		},
		{
			"NB-I.2.7", young, Application, problem.Fail, "/pfo/0/pi/birth",
			func(p *project.Project) { p.Overseas[0].PI.Sex, p.Overseas[0].PI.Birth = "F", day(1983, 1, 1) },
			func(p *project.Project) { p.Overseas[0].PI.Sex, p.Overseas[0].PI.Birth = "F", day(1982, 12, 31) },
		},
		{
			"NB-II.1.e", university, Application, problem.Warn, "/project/end",
			func(p *project.Project) { p.Project.End = project.Month{Year: 2028, Month: 12} },
			func(p *project.Project) { p.Project.End = project.Month{Year: 2029, Month: 1} },
		},
		{
			"NB-II.1.c", university, Application, problem.Fail, "/indicators",
			func(p *project.Project) { p.Indicators = p.Indicators[:1] },
			func(p *project.Project) { p.Indicators = nil },
		},
		{
			"NB-II.2.2", university, Application, problem.Fail, "/agreement/signatories",
			func(p *project.Project) { p.Agreement.Signatories = p.Agreement.Signatories[:2] },
			func(p *project.Project) { p.Agreement.Signatories = p.Agreement.Signatories[:1] },
		},
		{
			"NB-III.1.3b", university, Application, problem.Fail, "/prior/2/date",
			func(p *project.Project) { p.Prior[2].Date = day(2025, 6, 30) },
			func(p *project.Project) { p.Prior[2].Date = day(2025, 7, 1) },
		},
		{
			"NB-III.1.3a", university, Application, problem.Fail, "/prior",
			func(p *project.Project) { p.Prior[0].Amount = 1 },
			func(p *project.Project) { p.Prior[0].Amount = 0 },
		},
		{
			"NB-III.2.2c", university, Application, problem.Warn, "/members/1/contract_end",
			func(p *project.Project) { p.Members[1].ContractEnd = day(2028, 12, 31) },
			func(p *project.Project) { p.Members[1].ContractEnd = day(2028, 12, 30) },
		},
		{
			"NB-III.2.4a", university, Application, problem.Fail, "/members/2/ongoing",
			func(p *project.Project) { p.Members[2].Ongoing, p.Members[2].Applying = 1, 1 },
			func(p *project.Project) { p.Members[2].Ongoing, p.Members[2].Applying = 2, 1 },
		},
		{
			// The third of the Chinese side is a core member, the fourth is none.
			"NB-III.2.4a", university, Application, problem.Fail, "",
			func(p *project.Project) { p.Members[3].Side, p.Members[3].Ongoing, p.Members[3].Applying = "CN", 2, 1 },
			func(p *project.Project) { p.Members[2].Ongoing, p.Members[2].Applying = 2, 1 },
		},
		{
			"NB-IV.1f", university, Application, problem.Fail, "/project/submitted_at",
			func(p *project.Project) { p.Project.SubmittedAt = at(t, "2025-08-08T09:00:00+08:00") },
			func(p *project.Project) { p.Project.SubmittedAt = at(t, "2025-08-08T08:59:59+08:00") },
		},
		{
			"NB-IV.1f", university, FormatReview, problem.Fail, "/project/submitted_at",
			func(p *project.Project) { p.Project.SubmittedAt = at(t, "2025-09-05T09:00:00Z") }, // 17:00 in Ningbo
			func(p *project.Project) { p.Project.SubmittedAt = at(t, "2025-09-05T17:00:01+08:00") },
		},
		{
			"NB-IV.1g", university, Application, problem.Info, "/project/submitted_at",
			func(p *project.Project) { p.Project.SubmittedAt = at(t, "2025-09-04T17:00:00+08:00") },
			func(p *project.Project) { p.Project.SubmittedAt = at(t, "2025-09-04T17:00:01+08:00") },
		},
		{
			"NB-IV.2b", university, Recommending, problem.Fail, "/rec/system_confirmed_at",
			func(p *project.Project) { p.Rec.SystemConfirm = at(t, "2025-09-10T16:59:59+08:00") },
			func(p *project.Project) { p.Rec.SystemConfirm = at(t, "2025-09-10T17:00:00+08:00") },
		},
		{
			"NB-IV.2b", university, Recommending, problem.Warn, "/rec/sign_date",
			func(p *project.Project) { p.Rec.SignDate = day(2025, 9, 10) },
			func(p *project.Project) { p.Rec.SignDate = day(2025, 9, 11) },
		},
		{
			"NB-IV.5", university, Approving, problem.Fail, "/approval/pub_to",
			func(p *project.Project) { p.Approval.PubFrom, p.Approval.PubTo = day(2025, 11, 24), day(2025, 12, 1) },
			func(p *project.Project) { p.Approval.PubFrom, p.Approval.PubTo = day(2025, 11, 24), day(2025, 11, 30) },
		},
		{
			"NB-IV.6b", university, ContractMaking, problem.Warn, "/approval/sign_by",
			func(p *project.Project) { p.Approval.SignBy = signing },
			func(p *project.Project) { p.Approval.SignBy = day(2025, 12, 19) },
		},
		{
			// The rounding trap: a third of 2,000,000.00 is 666,666.66 and not 666,666.67.
			"NB-V.2a", enterprise, Application, problem.Fail, "/project/requested",
			func(p *project.Project) { p.Budget.Total, p.Project.Requested = 200_000_000, 66_666_666 },
			func(p *project.Project) { p.Budget.Total, p.Project.Requested = 200_000_000, 66_666_667 },
		},
		{
			"NB-V.2a", enterprise, Approving, problem.Fail, "/approval/amount",
			func(p *project.Project) { p.Approval.Total, p.Approval.Amount = 600_000_000, 200_000_000 },
			func(p *project.Project) { p.Approval.Total, p.Approval.Amount = 599_999_999, 200_000_000 },
		},
		{
			"NB-V.2a", enterprise, ContractMaking, problem.Fail, "/contract/budget/fiscal",
			func(p *project.Project) { p.Contract.Budget.Total = 3 * p.Contract.Budget.Fiscal },
			func(p *project.Project) { p.Contract.Budget.Total = 3*p.Contract.Budget.Fiscal - 1 },
		},
		{
			"NB-V.2b", enterprise, ContractMaking, problem.Warn, "/contract/budget/total",
			func(p *project.Project) { p.Contract.Budget.Total = p.Budget.Total },
			func(p *project.Project) { p.Contract.Budget.Total = p.Budget.Total - 1 },
		},
		{
			"NB-V.2c", enterprise, ContractMaking, problem.Fail, "/contract/budget/self",
			func(p *project.Project) {
				p.Contract.Budget.Self = p.Budget.Self + p.Project.Requested - p.Approval.Amount
			},
			func(p *project.Project) {
				p.Contract.Budget.Self = p.Budget.Self + p.Project.Requested - p.Approval.Amount - 1
			},
		},
		{
			"NB-V.2e", university, Application, problem.Fail, "/project/requested",
			func(p *project.Project) { p.Budget.Total = p.Project.Requested },
			func(p *project.Project) { p.Budget.Total = p.Project.Requested - 1 },
		},
		{
			"NB-V.2f", university, Application, problem.Fail, "/budget/units",
			func(p *project.Project) { p.Budget.Fiscal, p.Budget.Outward = 50_000_000, 25_000_000 },
			func(p *project.Project) { p.Budget.Fiscal, p.Budget.Outward = 50_000_000, 25_000_001 },
		},
		{
			"NB-V.3a", university, Application, problem.Fail, "",
			func(p *project.Project) { overseasShare(p).Fiscal = 0 },
			func(p *project.Project) { overseasShare(p).Fiscal = 1 },
		},
		{
			"NB-IV.6a", university, ContractMaking, problem.Fail, "/contract/budget/fiscal",
			func(*project.Project) {},
			func(p *project.Project) { p.Approval.Amount-- },
		},
	}
}

// overseasShare is the first overseas unit in the application's division of money, added where there is none.
func overseasShare(p *project.Project) *project.UnitShare {
	for i := range p.Budget.Units {
		if p.Budget.Units[i].Role == "overseas" {
			return &p.Budget.Units[i]
		}
	}
	p.Budget.Units = append(p.Budget.Units, project.UnitShare{Unit: p.Overseas[0].NameCN, Role: "overseas"})
	return &p.Budget.Units[len(p.Budget.Units)-1]
}

// TestRules gives each rule without a numeric limit a project that breaks it.
func TestRules(t *testing.T) {
	c := mustLoad(t, ningbo(t))
	for _, tt := range breaches() {
		t.Run(tt.rule+strings.ReplaceAll(tt.path, "/", " "), func(t *testing.T) {
			tt.hold(t, c, example(t, tt.project), example(t, tt.project))
		})
	}
}

// breaches are the cases of TestRules.
func breaches() []ruleCase {
	return []ruleCase{
		{"NB-I.1.2", university, Application, problem.Fail, "/project/field", nil, func(p *project.Project) { p.Project.Field = "magic" }},
		{"NB-I.2.2", young, Application, problem.Fail, "/project/field", nil, func(p *project.Project) { p.Project.Field = "agri_new" }},
		{"NB-I.3.2", enterprise, Application, problem.Fail, "/project/field", nil, func(p *project.Project) { p.Project.Field = "agri_new" }},
		{"NB-I.1.3", university, Application, problem.Fail, "/pfo/0/country", nil, func(p *project.Project) { p.Overseas[0].Country = "DE" }},
		{"NB-I.1.4", university, Application, problem.Fail, "/project/category", nil, func(p *project.Project) { p.Project.Category = "experimental" }},
		{"NB-I.2.4", young, Application, problem.Fail, "/project/category", nil, func(p *project.Project) { p.Project.Category = "experimental" }},
		{"NB-I.3.4", enterprise, Application, problem.Fail, "/project/category", nil, func(p *project.Project) { p.Project.Category = "applied" }},
		{"NB-I.3.7", enterprise, Application, problem.Fail, "/lead/is_tech_enterprise", nil, func(p *project.Project) { p.Lead.TechCompany = false }},
		{"NB-I.1.7", university, Application, problem.Warn, "/project/requested", nil, func(p *project.Project) { p.Project.Requested *= 10_000 }},
		{"NB-II.1.e", university, Application, problem.Fail, "/project/end", nil, func(p *project.Project) { p.Project.End = project.Month{Year: 2025, Month: 12} }},
		{"NB-II.2.a", university, Application, problem.Fail, "/agreement", nil, func(p *project.Project) { p.Agreement = nil }},
		{"NB-II.2.a", university, Application, problem.Fail, "/agreement/ref", nil, func(p *project.Project) { p.Agreement.Ref = "A99" }},
		{"NB-II.2.a", university, Application, problem.Fail, "/agreement/signed_on", nil, func(p *project.Project) { p.Agreement.SignedOn = day(2025, 9, 4) }},
		{"NB-II.2.a", university, Application, problem.Fail, "/agreement/valid_to", nil, func(p *project.Project) { p.Agreement.ValidTo = day(2025, 9, 2) }},
		{"NB-II.2.a", university, Application, problem.Warn, "/agreement/valid_to", nil, func(p *project.Project) { p.Agreement.ValidTo = day(2028, 12, 30) }},
		{"NB-II.2.a", university, Application, problem.Fail, "/attach", nil, func(p *project.Project) { drop(p, "agreement") }},
		{"NB-II.2.c", university, Application, problem.Fail, "/agreement/translation", nil, func(p *project.Project) { p.Agreement.Translation = nil }},
		{"NB-II.2.c", university, Application, problem.Fail, "/attach", nil, func(p *project.Project) { drop(p, "translation") }},
		{"NB-II.2.d", university, Application, problem.Fail, "/agreement/translation/qualification", nil, func(p *project.Project) { p.Agreement.Translation.Qualification = "" }},
		{"NB-II.2.1", university, Application, problem.Fail, "/agreement/tasks", nil, func(p *project.Project) { p.Agreement.Tasks = nil }},
		{"NB-II.2.1", university, Application, problem.Fail, "/agreement/division", nil, func(p *project.Project) { p.Agreement.Division = nil }},
		{"NB-II.2.1", university, Application, problem.Fail, "/agreement/inputs", nil, func(p *project.Project) { p.Agreement.Inputs = nil }},
		{"NB-II.2.1", university, Application, problem.Fail, "/agreement/conditions", nil, func(p *project.Project) { p.Agreement.Conditions = nil }},
		{"NB-II.2.1", university, Application, problem.Fail, "/agreement/ip", nil, func(p *project.Project) { p.Agreement.IP = nil }},
		{"NB-II.2.1", university, Application, problem.Fail, "/agreement/signed_on", nil, func(p *project.Project) { p.Agreement.SignedOn = project.Date{} }},
		{"NB-II.2.1", university, Application, problem.Fail, "/agreement/valid_from", nil, func(p *project.Project) { p.Agreement.ValidFrom = project.Date{} }},
		{"NB-II.2.1", university, Application, problem.Fail, "/agreement/valid_to", nil, func(p *project.Project) { p.Agreement.ValidTo = project.Date{} }},
		{"NB-II.2.2", university, Application, problem.Fail, "/agreement/signatories/1", nil, func(p *project.Project) { p.Agreement.Signatories[1].Dept = "" }},
		{"NB-II.2.3", university, Application, problem.Fail, "/agreement/explanation_ref", nil, func(p *project.Project) {
			p.Agreement.Signatories[1].Dept, p.Agreement.Explanation = "", "A99"
		}},
		{"NB-II.2.5", university, Application, problem.Fail, "/agreement/sealed_by_applicant", nil, func(p *project.Project) { p.Agreement.Sealed = false }},
		{"NB-II.3.a", university, Application, problem.Fail, "/commit/truth", nil, func(p *project.Project) { p.Commit.Truth = false }},
		{"NB-II.3.b", university, Application, problem.Fail, "/attach", nil, func(p *project.Project) { drop(p, "commitment") }},
		{"NB-III.1.1a", university, Application, problem.Fail, "/lead/registered_locally", nil, func(p *project.Project) { p.Lead.InNingbo = false }},
		{"NB-III.1.1c", university, Application, problem.Fail, "/lead/systems", nil, func(p *project.Project) { p.Lead.Systems.IP = false }},
		{"NB-III.1.2a", enterprise, Application, problem.Fail, "/lead/rd_platform", nil, func(p *project.Project) { p.Lead.RDPlatform = nil }},
		{"NB-III.1.2a", enterprise, Application, problem.Fail, "/lead/rd_platform", nil, func(p *project.Project) { p.Lead.RDPlatform.Level = "county" }},
		{"NB-III.1.2b", enterprise, Application, problem.Fail, "/lead/equity_with_pfo", nil, func(p *project.Project) { p.Lead.EquityLink = true }},
		{"NB-III.1.3a", university, Application, problem.Fail, "/prior", nil, func(p *project.Project) { p.Prior = p.Prior[1:] }},
		{"NB-III.1.3c", university, Application, problem.Fail, "/prior/0/ref", nil, func(p *project.Project) { p.Prior[0].Relevance = "" }},
		{"NB-III.1.4a", university, Application, problem.Fail, "/pfo", nil, func(p *project.Project) { p.Overseas = nil }},
		{"NB-III.1.4a", university, Application, problem.Fail, "/pfo/0/org_type", nil, func(p *project.Project) { p.Overseas[0].OrgType = "team" }},
		{"NB-III.1.4a", young, Application, problem.Fail, "/pfo/1/country", nil, func(p *project.Project) { p.Overseas[1].Country = "CN" }},
		{"NB-III.2.1a", university, Application, problem.Fail, "/members/0/name_cn", nil, func(p *project.Project) { p.PI.NameCN = p.Members[1].NameCN }},
		{"NB-III.2.1a", university, Application, problem.Fail, "/members/0/name_cn", nil, func(p *project.Project) { p.Members = nil }},
		{"NB-III.2.1b", university, Application, problem.Warn, "/pi/unit", nil, func(p *project.Project) { p.PI.Unit = "别处大学" }},
		{"NB-III.2.2a", university, Application, problem.Fail, "/members/1/contract_ref", nil, func(p *project.Project) { p.Members[1].ContractRef = "" }},
		{"NB-III.2.2a", university, Application, problem.Fail, "/members/1/unit", nil, func(p *project.Project) { p.Members[1].Unit = "别处大学" }},
		{"NB-III.2.2b", enterprise, Application, problem.Fail, "/members/0/appointment_ref", nil, func(p *project.Project) {
			p.Members[0].ContractRef, p.Members[0].AppointmentRef = "", "A4"
		}},
		{"NB-III.2.3", young, Application, problem.Fail, "/pfo/1/name_cn", nil, func(p *project.Project) {
			p.Members = slices.DeleteFunc(p.Members, func(m project.Member) bool { return m.Unit == p.Overseas[1].NameCN })
		}},
		{"NB-III.2.4b", university, Application, problem.Fail, "/members/1/withdrawn", nil, func(p *project.Project) { p.Members[1].Withdrawn = true }},
		{"NB-III.2.4c", university, Application, problem.Fail, "/members/2/overdue", nil, func(p *project.Project) { p.Members[2].Overdue = true }},
		{"NB-I.1.1", university, Application, problem.Fail, "/lead/org_type", nil, func(p *project.Project) { p.Lead.OrgType = "government" }},
		{"NB-II.1.b", university, Application, problem.Fail, "/project/cooperation_mode", nil, func(p *project.Project) { p.Project.CooperationMode = nil }},
		{"NB-II.1.b", university, Application, problem.Fail, "/project/content", nil, func(p *project.Project) { p.Project.Content = nil }},
		{"NB-II.2.b", university, Application, problem.Fail, "/agreement/language", nil, func(p *project.Project) { p.Agreement.Language = "" }},
		{"NB-II.4.a", university, Application, problem.Fail, "/budget/equipment", nil, func(p *project.Project) { p.Budget.EquipSum = p.Budget.Total }},
		{"NB-II.4.a", university, Application, problem.Warn, "/budget/equipment", func(p *project.Project) { p.Budget.EquipSum = p.Budget.Total * 4 / 5 }, func(p *project.Project) { p.Budget.EquipSum = p.Budget.Total*4/5 + 1 }},
		{"NB-III.1.0", university, Application, problem.Fail, "/lead/name_cn", nil, func(p *project.Project) { p.Lead.NameCN = "" }},
		{"NB-III.1.0", university, Application, problem.Fail, "/pcn", nil, func(p *project.Project) { p.Partners = append(p.Partners, p.Lead) }},
		{"NB-III.1.0", university, Application, problem.Fail, "/budget/units", nil, func(p *project.Project) { p.Budget.Units[0].Unit += "分校" }},
		{"NB-III.1.4c", university, Application, problem.Fail, "/pfo/0/contribution", nil, func(p *project.Project) { p.Overseas[0].Contribution = nil }},
		{"NB-III.1.5", university, Application, problem.Info, "/project/platform", func(p *project.Project) { p.Project.Platform = nil }, func(p *project.Project) {
			p.Project.Platform = &project.Cert{Name: "联合实验室", Level: "provincial"}
		}},
		{"NB-III.2.4d", university, Application, problem.Fail, "/members/0/acceptance_failed", nil, func(p *project.Project) { p.Members[0].AcceptFailed = true }},
		{"NB-IV.1c", university, Application, problem.Fail, "/project/category", nil, func(p *project.Project) { p.Project.Category = "exchange" }},
		{"NB-IV.2c", university, FormatReview, problem.Fail, "/rec/doc_no", nil, func(p *project.Project) { p.Rec.DocNo = "" }},
		{"NB-IV.2c", university, FormatReview, problem.Info, "/attach", func(p *project.Project) {
			p.Attach = append(p.Attach, project.Attachment{ID: "R1", Kind: "rec_letter", Sealed: true})
		}, func(p *project.Project) { drop(p, "rec_letter") }},
		{"NB-IV.3b", university, FormatReview, problem.Fail, "/review/result", nil, func(p *project.Project) { p.Review.Result = "" }},
		{"NB-IV.3b", young, FormatReview, problem.Fail, "/review/result", nil, func(p *project.Project) { p.Review.Findings = []project.ReviewFinding{{Severity: "correctable"}} }},
		{"NB-IV.3b", young, FormatReview, problem.Fail, "/review/findings", nil, func(p *project.Project) { p.Review.Result = "returned_final" }},
		{"NB-IV.3b", university, FormatReview, problem.Fail, "/review/reviewer", nil, func(p *project.Project) { p.Review.Reviewer = "" }},
		{"NB-V.2d", enterprise, ContractMaking, problem.Fail, "/contract/budget/self", nil, func(p *project.Project) { p.Contract.Budget.Self = p.Budget.Self - 1 }},
		{"NB-IV.1b", university, Application, problem.Fail, "/project/topic", nil, func(p *project.Project) { p.Project.Topic = "T4" }},
		{"NB-IV.1b", university, ContractMaking, problem.Fail, "/call", nil, func(p *project.Project) { p.Call = "ningbo-2024" }},
		{"NB-IV.1d", university, Application, problem.Fail, "/attach/0/file", nil, func(p *project.Project) { p.Attach[0].File = "agreement.docx" }},
		{"NB-IV.1d", university, Application, problem.Warn, "/attach/0/kind", nil, func(p *project.Project) { p.Attach[0].Kind = "misc" }},
		{"NB-IV.1f", university, FormatReview, problem.Fail, "/project/submitted_at", nil, func(p *project.Project) { p.Project.SubmittedAt = project.Time{} }},
		{"NB-IV.2a", university, Recommending, problem.Fail, "/rec", nil, func(p *project.Project) { p.Rec = nil }},
		{"NB-IV.2a", university, Recommending, problem.Fail, "/rec/statement_true", nil, func(p *project.Project) { p.Rec.True = false }},
		{"NB-IV.2a", university, FormatReview, problem.Fail, "/rec/statement_complete", nil, func(p *project.Project) { p.Rec.Complete = false }},
		{"NB-IV.2a", university, FormatReview, problem.Fail, "/rec/statement_integrity", nil, func(p *project.Project) { p.Rec.Integrity = false }},
		{"NB-IV.2b", university, FormatReview, problem.Fail, "/rec/system_confirmed_at", nil, func(p *project.Project) { p.Rec.SystemConfirm = project.Time{} }},
		{"NB-IV.5", university, Approving, problem.Fail, "/approval/date", nil, func(p *project.Project) { p.Approval.Date = day(2025, 11, 30) }},
		{"NB-IV.6a", university, Approving, problem.Fail, "/approval", nil, func(p *project.Project) { p.Approval = nil }},
		{"NB-IV.6a", university, ContractMaking, problem.Fail, "/contract", nil, func(p *project.Project) { p.Contract = nil }},
		{"NB-IV.6a", university, ContractMaking, problem.Fail, "/contract/no", nil, func(p *project.Project) { p.Contract.No = "2026H002" }},
		{"NB-IV.6a", university, ContractMaking, problem.Warn, "/contract/no", nil, func(p *project.Project) { p.Contract.No = "2026H01" }},
		{"NB-IV.6a", university, ContractMaking, problem.Fail, "/project/title_cn", nil, func(p *project.Project) { p.Project.TitleCN += "。" }},
		{"NB-IV.6a", university, Approving, problem.Fail, "/lead/name_cn", nil, func(p *project.Project) { p.Lead.NameCN += "）" }},
		{"NB-IV.6a", university, Approving, problem.Fail, "/pi/name_cn", nil, func(p *project.Project) { p.PI.NameCN = "陈鿔" }},
		{"NB-IV.6a", university, Approving, problem.Fail, "/project/category", nil, func(p *project.Project) { p.Project.Category = "applied" }},
	}
}

// drop takes attachments of a kind off the list.
func drop(p *project.Project, kind string) {
	p.Attach = slices.DeleteFunc(p.Attach, func(a project.Attachment) bool { return a.Kind == kind })
}

// TestEmptyProject: an empty project gives findings and never an expression that stumbles.
func TestEmptyProject(t *testing.T) {
	c := mustLoad(t, ningbo(t))
	for _, s := range Stages() {
		list := c.Check(&project.Project{}, s, signing)
		if !list.Failed() {
			t.Errorf("%s: nothing is wrong with an empty project", s)
		}
		for _, f := range list {
			if strings.Contains(f.Message.EN, "could not be decided") {
				t.Error(f.In("en"))
			}
		}
	}
}

// TestCostLimit stops a rule that would take too long instead of letting it run.
func TestCostLimit(t *testing.T) {
	src := edit(t, string(ningbo(t)), "require: 'size(pfo) > 0'", "require: 'members.all(a, members.all(b, members.all(c, members.all(d, members.all(e, members.all(f, members.all(g, members.all(h, a.name_cn != \"\"))))))))'")
	c := mustLoad(t, []byte(src))
	list := c.Check(example(t, university), Application, signing)
	if !slices.ContainsFunc(list, func(f problem.Finding) bool {
		return f.Code == "NB-III.1.4a" && f.Severity == problem.Fail && strings.Contains(f.Message.EN, "could not be decided")
	}) {
		t.Error("the rule was not stopped")
	}
}

// TestRuleDates: a rule binds from its first day to its last.
func TestRuleDates(t *testing.T) {
	src := edit(t, string(ningbo(t)), "  - id: NB-III.2.4c\n", "  - id: NB-III.2.4c\n    from: 2025-08-05\n    to: 2025-12-31\n")
	c := mustLoad(t, []byte(src))
	p := example(t, university)
	p.Members[0].Overdue = true
	for d, want := range map[project.Date]bool{day(2025, 8, 4): false, day(2025, 8, 5): true, day(2025, 12, 31): true, day(2026, 1, 1): false} {
		got := slices.ContainsFunc(c.Check(p, Application, d), func(f problem.Finding) bool { return f.Code == "NB-III.2.4c" })
		if got != want {
			t.Errorf("%s: %t, want %t", d, got, want)
		}
	}
}

func TestFileName(t *testing.T) {
	c := mustLoad(t, ningbo(t))
	p := example(t, university)
	p.Lead.NameCN = "a/b:c*“甲”\u202e" + strings.Repeat("长", 100) + "."
	name, ok := c.FileName("contract", "zh", p, signing)
	if !ok || !strings.HasPrefix(name, "2026H001_a_b_c_“甲”长") || len(name) > maxFileName || len(name) < maxFileName-3 || !utf8.ValidString(name) {
		t.Errorf("%q", name)
	}
	p.Lead.NameEN = strings.Repeat("Considerable ", 20)
	if name, _ := c.FileName("contract", "en", p, signing); !strings.HasSuffix(name, " Considerable") {
		t.Errorf("%q is cut within a word", name)
	}
	if _, ok := c.FileName("poster", "zh", p, signing); ok {
		t.Error("a name for a document that the call does not make")
	}
}

// returned is the second example as it was first: returned for correction.
func returned(t testing.TB) *project.Project {
	t.Helper()
	p := example(t, young)
	at, err := project.ParseTime("2025-09-26T17:00:00+08:00")
	if err != nil {
		t.Fatal(err)
	}
	p.Review.Result, p.Review.AcceptNo, p.Review.CorrectBy = "returned_correctable", "", at
	p.Review.Findings = []project.ReviewFinding{
		{
			RuleID: "NB-II.2.2", ClauseCN: "二（二）2", ClauseEN: "II(2)2", Requirement: "协议应记载双方签字人的姓名、单位、部门、职务", Fact: "签字页未载明签字人所在部门。", FactEN: "The signature page does not state the department.",
			Evidence: "附件A1第18页", EvidenceEN: "Attachment A1, page 18", Kind: "completeness", Source: "manual", Severity: "correctable", Remedy: "请补充书面说明。", RemedyEN: "Add a written explanation.",
		},
		{
			RuleID: "NB-II.2.d", ClauseCN: "二（二）", ClauseEN: "II(2)", Requirement: "翻译件应由具有翻译资质的机构或人员出具", Fact: "未提供翻译机构的资质证明。", Evidence: "附件A2", Kind: "validity", Source: "attachment", Severity: "correctable",
			Remedy: "请补充翻译机构资质证明。",
		},
	}
	return p
}

func TestValues(t *testing.T) {
	c := mustLoad(t, ningbo(t))
	p := returned(t)
	v := c.Values(p)
	topic := v["专题"].(map[string]any)
	if topic["序号"] != "专题二" || topic["name_en"] != "Special Programme for Youth Collaborative Innovation" || v["year"] != 2025 || v["日期"] != "2025-08-05" {
		t.Errorf("topic %v, year %v, date %v", topic, v["year"], v["日期"])
	}
	list := v["审查条款"].([]any)
	if len(list) != len(p.Review.Findings) {
		t.Fatalf("%d findings, want %d", len(list), len(p.Review.Findings))
	}
	first := list[0].(map[string]any)
	if second := list[1].(map[string]any); first["fact_en"] != "The signature page does not state the department." || second["fact_en"] != "未提供翻译机构的资质证明。" || second["英文证据位置"] != "附件A2" {
		t.Errorf("English words: %v %v", first, second)
	}
	if first["kind_en"] != "Completeness" || first["requirement_en"] == "" || first["依据条款"] != p.Review.Findings[0].ClauseCN {
		t.Errorf("%v", first)
	}
	if got := c.Values(nil)["topic"].(map[string]any)["name"]; got != "" {
		t.Errorf("topic without a project: %v", got)
	}
}

func BenchmarkCheck(b *testing.B) {
	c, p := mustLoad(b, ningbo(b)), example(b, enterprise)
	for b.Loop() {
		c.Check(p, FormatReview, signing)
	}
}

func BenchmarkLoad(b *testing.B) {
	src := ningbo(b)
	for b.Loop() {
		Load(src)
	}
}
