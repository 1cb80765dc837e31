package programme

import (
	"os"
	"strings"
	"testing"

	"tripact/problem"
	"tripact/project"
)

// shanghai reads the shipped call file of Shanghai.
func shanghai(t testing.TB) []byte {
	t.Helper()
	src, err := os.ReadFile("../templates/shanghai-2024/call.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return src
}

const (
	joint    = "joint research" // Topic 1
	exchange = "exchange"       // Direction 2
)

// shanghaiProject is a project that meets the Shanghai call: joint research or exchange.
func shanghaiProject(t testing.TB, kind string) *project.Project {
	t.Helper()
	p := example(t, university)
	p.Call, p.Project.Topic, p.Project.Field = "shanghai-2024", "T1", "natural_science"
	p.Project.Start, p.Project.End = project.Month{Year: 2024, Month: 12}, project.Month{Year: 2027, Month: 11}
	if kind == joint {
		return p
	}
	p.Project.Topic, p.Project.Category, p.Project.Requested = "T2", "exchange", 40_000_000
	p.Approval.Amount, p.Approval.Category = 40_000_000, "exchange"
	p.Scientist = &project.Scientist{
		Name: "Jelena Marković", Nationality: "RS", Birth: day(1985, 3, 14), Sex: "F", Passport: "012345678", Unit: "University of Novi Sad", Dept: "Faculty of Sciences",
		Title: "Assistant Professor", Email: "jelena.markovic@example.org", Degree: "doctor", Years: 8, Months: 12, Post: "Development of catalysts", PostKind: "research", HomeJob: true,
		Role: "Catalyst characterisation", Publications: project.Rich{"One paper."}, FullTime: true, ObeysLaw: true, Labour: 24_000_000,
	}
	p.Attach = []project.Attachment{{ID: "T1", Kind: "translation", File: "t.pdf", MIME: "application/pdf", Sealed: true, Language: "zh"}}
	for _, kind := range []string{"ys_cv", "ys_passport", "ys_publications", "ys_commitment", "ys_employment", "ys_degree"} {
		p.Attach = append(p.Attach, project.Attachment{ID: kind, Kind: kind, Name: kind, File: kind + ".pdf", MIME: "application/pdf", Sealed: true, Language: "en", Translation: "T1"})
	}
	return p
}

// TestShanghaiPasses: the two projects meet every rule at every stage.
func TestShanghaiPasses(t *testing.T) {
	c := mustLoad(t, shanghai(t))
	for _, kind := range []string{joint, exchange} {
		for _, s := range Stages() {
			for _, f := range c.Check(shanghaiProject(t, kind), s, signing) {
				t.Errorf("%s, %s: %s", kind, s, f.In("en"))
			}
		}
	}
}

// TestShanghai breaks each rule of the Shanghai call: numeric limits one fen, day, month or year beyond.
func TestShanghai(t *testing.T) {
	c := mustLoad(t, shanghai(t))
	c.Topics[0].Agreements = []string{"RS"} // the text lists none
	for _, tt := range shanghaiCases() {
		t.Run(tt.rule+strings.ReplaceAll(tt.path, "/", " "), func(t *testing.T) {
			tt.hold(t, c, shanghaiProject(t, tt.project), shanghaiProject(t, tt.project))
		})
	}
}

func shanghaiCases() []ruleCase {
	type edit = func(p *project.Project)
	ys := func(change func(s *project.Scientist)) edit {
		return func(p *project.Project) { change(p.Scientist) }
	}
	attachment := func(kind string, change func(a *project.Attachment)) edit {
		return func(p *project.Project) {
			for i := range p.Attach {
				if p.Attach[i].Kind == kind {
					change(&p.Attach[i])
				}
			}
		}
	}
	without := func(kind string) edit { return func(p *project.Project) { drop(p, kind) } }
	type s = project.Scientist
	return []ruleCase{
		{"SH-1.1", joint, Application, problem.Fail, "/call", nil, func(p *project.Project) { p.Call = "ningbo-2025" }},
		{"SH-1.1", joint, Application, problem.Fail, "/project/topic", nil, func(p *project.Project) { p.Project.Topic = "T3" }},
		{"SH-1.1", joint, Application, problem.Fail, "/pfo", nil, func(p *project.Project) { p.Overseas = nil }},
		{"SH-1.1", joint, Application, problem.Fail, "/pfo/0/org_type", nil, func(p *project.Project) { p.Overseas[0].OrgType = "individual" }},
		{"SH-1.2", joint, Application, problem.Fail, "/project/field", nil, func(p *project.Project) { p.Project.Field = "magic" }},
		{"SH-1.3", joint, Application, problem.Info, "/pfo/0/country", func(p *project.Project) { p.Overseas[0].Country = "HU" }, func(*project.Project) {}},
		{"SH-1.4", joint, Application, problem.Info, "/project/field", nil, func(p *project.Project) { p.Project.Field = "fusion" }},
		{"SH-1.5", joint, Application, problem.Info, "/pfo/0/country", nil, func(p *project.Project) { p.Overseas[0].Country = "FI" }},
		{
			"SH-1.5", joint, Application, problem.Info, "/pfo/0/country",
			func(p *project.Project) { p.Overseas[0].Country, p.Overseas[0].Region = "DE", "Bayern" },
			func(p *project.Project) { p.Overseas[0].Country, p.Overseas[0].Region = "DE", "Baden-Württemberg" },
		},
		{"SH-1.6", joint, Application, problem.Fail, "/project/end", nil, func(p *project.Project) { p.Project.Start = project.Month{Year: 2024, Month: 11} }},
		{"SH-1.6", joint, ContractMaking, problem.Fail, "/project/end", nil, func(p *project.Project) { p.Project.End = project.Month{Year: 2027, Month: 12} }},
		{"SH-2.0", exchange, Application, problem.Fail, "/project/end", nil, func(p *project.Project) { p.Project.Start = project.Month{Year: 2024, Month: 11} }},
		{"SH-2.0", exchange, Application, problem.Fail, "/project/end", nil, func(p *project.Project) { p.Project.End = project.Month{Year: 2027, Month: 12} }},
		{"SH-2.0", exchange, Application, problem.Fail, "/project/category", nil, func(p *project.Project) { p.Project.Category = "basic" }},
		{"SH-2.F2", exchange, Application, problem.Fail, "/project/requested", nil, func(p *project.Project) { p.Project.Requested++ }},
		{"SH-2.F2", exchange, Application, problem.Fail, "/project/requested", nil, func(p *project.Project) { p.Project.Requested-- }},
		{
			"SH-2.F2", exchange, Application, problem.Fail, "/project/requested",
			func(p *project.Project) { p.Scientist.Months, p.Project.Requested = 6, 20_000_000 },
			func(p *project.Project) { p.Scientist.Months, p.Project.Requested = 6, 40_000_000 },
		},
		{"SH-2.F2", exchange, Approving, problem.Fail, "/approval/amount", nil, func(p *project.Project) { p.Approval.Amount-- }},
		{"SH-2.F3", exchange, Application, problem.Fail, "/ys/labour", nil, ys(func(s *s) { s.Labour-- })},
		{"SH-2.F3", exchange, ContractMaking, problem.Fail, "/ys/labour", nil, ys(func(s *s) { s.Labour-- })},
		{"SH-2.F4", exchange, Application, problem.Fail, "/ys/labour_cn", nil, ys(func(s *s) { s.LabourCN = 1 })},
		{"SH-2.1a", exchange, Application, problem.Fail, "/ys", nil, func(p *project.Project) { p.Scientist = nil }},
		{"SH-2.1b", exchange, Application, problem.Fail, "/ys/nationality", nil, ys(func(s *s) { s.Nationality = "CN" })},
		{"SH-2.1b", exchange, Application, problem.Fail, "/ys/former", nil, ys(func(s *s) { s.Former = "CN" })},
		{"SH-2.1b", exchange, Application, problem.Warn, "/ys/nationality", nil, ys(func(s *s) { s.Nationality = "US" })},
		{"SH-2.1c", exchange, Application, problem.Fail, "/ys/months", nil, ys(func(s *s) { s.Months = 11 })},
		{"SH-2.1c", exchange, Application, problem.Fail, "/ys/months", ys(func(s *s) { s.Months = 6 }), ys(func(s *s) { s.Months = 7 })},
		{"SH-2.1d", exchange, Application, problem.Fail, "/pi/nationality", nil, func(p *project.Project) { p.PI.Nationality = "RS" }},
		{"SH-2.1d", exchange, Application, problem.Fail, "/pi/name_en", nil, func(p *project.Project) { p.PI.NameEN = p.Scientist.Name }},
		{"SH-2.2.1", exchange, Application, problem.Fail, "/ys/home_job", nil, ys(func(s *s) { s.HomeJob = false })},
		{
			"SH-2.2.2", exchange, Application, problem.Fail, "/ys/years",
			ys(func(s *s) { s.Degree, s.Years = "master", 6 }), ys(func(s *s) { s.Degree, s.Years = "master", 5 }),
		},
		{"SH-2.2.2", exchange, Application, problem.Warn, "/attach", nil, without("ys_degree")},
		{
			"SH-2.2.3", exchange, Application, problem.Fail, "/ys/birth",
			ys(func(s *s) { s.Birth = day(1979, 1, 1) }), ys(func(s *s) { s.Birth = day(1978, 12, 31) }),
		},
		{"SH-2.2.4", exchange, Application, problem.Fail, "/ys/full_time", nil, ys(func(s *s) { s.FullTime = false })},
		{"SH-2.2.5", exchange, Application, problem.Fail, "/ys/obeys_law", nil, ys(func(s *s) { s.ObeysLaw = false })},
		{"SH-2.2.7", exchange, Application, problem.Fail, "/ys/other_funding", nil, ys(func(s *s) { s.OtherFunding = true })},
		{"SH-2.3.1", exchange, Application, problem.Fail, "/ys/post", nil, ys(func(s *s) { s.Post = "" })},
		{"SH-2.3.2", exchange, Application, problem.Fail, "/ys/post_kind", nil, ys(func(s *s) { s.PostKind = "confidential" })},
		{"SH-2.3.2", exchange, Application, problem.Fail, "/ys/post_kind", nil, ys(func(s *s) { s.PostKind = "degree" })},
		{"SH-2.4.1", exchange, Application, problem.Fail, "/ys", nil, ys(func(s *s) { s.Dept = "" })},
		{"SH-2.4.1", exchange, Application, problem.Fail, "/attach", nil, without("ys_cv")},
		{"SH-2.4.2", exchange, Application, problem.Fail, "/ys/passport", nil, ys(func(s *s) { s.Passport = "" })},
		{"SH-2.4.2", exchange, Application, problem.Fail, "/attach", nil, without("ys_passport")},
		{"SH-2.4.3", exchange, Application, problem.Fail, "/ys/pubs", nil, ys(func(s *s) { s.Publications = nil })},
		{"SH-2.4.3", exchange, Application, problem.Fail, "/attach", nil, without("ys_publications")},
		{"SH-2.4.4", exchange, FormatReview, problem.Fail, "/attach", nil, without("ys_commitment")},
		{"SH-2.4.5", exchange, Recommending, problem.Fail, "/attach", nil, without("ys_employment")},
		{"SH-2.4.6", exchange, Application, problem.Fail, "/attach/2/sealed", nil, attachment("ys_passport", func(a *project.Attachment) { a.Sealed = false })},
		{"SH-2.4.6", exchange, Application, problem.Warn, "/attach/2/file", nil, attachment("ys_passport", func(a *project.Attachment) { a.File = "p.jpg" })},
		{"SH-2.4.7", exchange, Application, problem.Fail, "/attach/1/translation_ref", attachment("ys_cv", func(a *project.Attachment) { a.Language, a.Translation = "zh", "" }), attachment("ys_cv", func(a *project.Attachment) { a.Translation = "" })},
		{"SH-2.4.7", exchange, Application, problem.Warn, "/attach/1/lang", nil, attachment("ys_cv", func(a *project.Attachment) { a.Language = "" })},
	}
}
