package programme

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tripact/problem"
	"tripact/project"
)

// clauses lists every clause of both notices; a call that lacks one, or has one more, is not what its notice says.
var clauses = map[string]string{
	"ningbo-2025": `NB-0.1 NB-0.2 NB-0.3
NB-I.1.1 NB-I.1.2 NB-I.1.3 NB-I.1.4 NB-I.1.5 NB-I.1.6 NB-I.1.7 NB-I.2.1 NB-I.2.2 NB-I.2.3 NB-I.2.4 NB-I.2.5 NB-I.2.6 NB-I.2.7
NB-I.3.1 NB-I.3.2 NB-I.3.3 NB-I.3.4 NB-I.3.5 NB-I.3.6 NB-I.3.7
NB-II.1.a NB-II.1.b NB-II.1.c NB-II.1.d NB-II.1.e NB-II.2.a NB-II.2.b NB-II.2.c NB-II.2.d NB-II.2.1 NB-II.2.2 NB-II.2.3 NB-II.2.4 NB-II.2.5
NB-II.3.a NB-II.3.b NB-II.3.c NB-II.3.d NB-II.3.e NB-II.3.f NB-II.3.g NB-II.4.a NB-II.4.b NB-II.4.c
NB-III.1.0 NB-III.1.1a NB-III.1.1b NB-III.1.1c NB-III.1.2a NB-III.1.2b NB-III.1.3a NB-III.1.3b NB-III.1.3c NB-III.1.4a NB-III.1.4b NB-III.1.4c NB-III.1.5
NB-III.2.1a NB-III.2.1b NB-III.2.1c NB-III.2.2a NB-III.2.2b NB-III.2.2c NB-III.2.3 NB-III.2.4a NB-III.2.4b NB-III.2.4c NB-III.2.4d
NB-IV.1a NB-IV.1b NB-IV.1c NB-IV.1d NB-IV.1e NB-IV.1f NB-IV.1g NB-IV.2a NB-IV.2b NB-IV.2c NB-IV.2d NB-IV.3a NB-IV.3b NB-IV.4a NB-IV.4b NB-IV.5 NB-IV.6a NB-IV.6b
NB-V.1 NB-V.2a NB-V.2b NB-V.2c NB-V.2d NB-V.2e NB-V.2f NB-V.3a NB-V.3b NB-VI.1 NB-VI.2 NB-VI.3`,
	"shanghai-2024": `SH-1.1 SH-1.2 SH-1.3 SH-1.4 SH-1.5 SH-1.6 SH-2.0 SH-2.F1 SH-2.F2 SH-2.F3 SH-2.F4 SH-2.1a SH-2.1b SH-2.1c SH-2.1d SH-2.1e
SH-2.2.1 SH-2.2.2 SH-2.2.3 SH-2.2.4 SH-2.2.5 SH-2.2.6 SH-2.2.7 SH-2.3.1 SH-2.3.2 SH-2.3.3 SH-2.3.4
SH-2.4.1 SH-2.4.2 SH-2.4.3 SH-2.4.4 SH-2.4.5 SH-2.4.6 SH-2.4.7`,
}

// TestClauses prints, for each clause, its rule and how it was seen to let pass and to find fault, and refuses a clause that
// has no rule and a rule that lacks its clause or either example. Rules that bind nobody have none.
func TestClauses(t *testing.T) {
	for _, tt := range []struct {
		call  *Call
		cases []ruleCase
		batch []batchCase
		new   func(name string) *project.Project
		names []string
	}{
		{mustLoad(t, ningbo(t)), append(boundaries(t), breaches()...), ningboBatches(t), func(n string) *project.Project { return example(t, n) }, []string{university, young, enterprise}},
		{mustLoad(t, shanghai(t)), shanghaiCases(), shanghaiBatches(), func(n string) *project.Project { return shanghaiProject(t, n) }, []string{joint, exchange}},
	} {
		c := tt.call
		var ids []string
		for _, r := range c.Rules {
			ids = append(ids, r.ID)
		}
		if want := strings.Fields(clauses[c.ID]); !slices.Equal(ids, want) {
			t.Errorf("%s: %d rules, want %d, in the order of the notice:\n%v", c.ID, len(ids), len(want), ids)
		}
		var table strings.Builder
		for i := range c.Rules {
			r := &c.Rules[i]
			for _, text := range []problem.Text{r.Clause, r.Words, r.Requirement} {
				if text.ZH == "" || text.EN == "" {
					t.Errorf("%s: clause, words or requirement is not there in both languages", r.ID)
				}
			}
			pass, fail := "", ""
			for _, k := range tt.cases {
				if k.rule == r.ID {
					pass, fail = k.project+" at "+string(k.stage), fmt.Sprintf("%s %s", k.severity, k.path)
				}
			}
			for _, k := range tt.batch {
				if k.rule == r.ID && fail == "" {
					pass, fail = "batch", "batch at "+string(k.stage)
				}
			}
			if fail == "" {
				pass, fail = attachmentExample(t, c, r, tt.names, tt.new)
			}
			if fail == "" && len(r.Stages) > 0 {
				pass, fail = humanExample(t, c, r, tt.names, tt.new)
			}
			if r.How != Background && (pass == "" || fail == "") {
				t.Errorf("%s (%s): no example that passes, or none that fails", r.ID, r.How)
			}
			fmt.Fprintf(&table, "%-32s %-12s %-10s %-4s  pass: %-46s fail: %s\n", r.Clause.EN, r.ID, r.How, r.Severity, pass, fail)
		}
		t.Logf("%s: %d clauses\n%s", c.ID, len(c.Rules), table.String())
	}
}

// attachmentExample takes away, or leaves unsealed, an attachment that the rule asks for.
func attachmentExample(t *testing.T, c *Call, r *Rule, names []string, project func(string) *project.Project) (pass, fail string) {
	t.Helper()
	broken := func(list problem.List) bool {
		return slices.ContainsFunc(list, func(f problem.Finding) bool { return f.Code == r.ID })
	}
	for _, a := range c.Attachments {
		if a.Rule != r.ID {
			continue
		}
		for _, name := range names {
			p := project(name)
			if broken(c.Check(p, Application, signing)) {
				continue
			}
			if drop(p, a.Kind); broken(c.Check(p, Application, signing)) {
				return name + " at application", "without " + a.Kind
			}
		}
	}
	return "", ""
}

// humanExample has a person decide the rule, for a project that it is about.
func humanExample(t *testing.T, c *Call, r *Rule, names []string, project func(string) *project.Project) (pass, fail string) {
	t.Helper()
	for _, stage := range r.Stages {
		for _, name := range names {
			p := project(name)
			if strings.Contains(r.When, `"basic"`) || strings.Contains(r.When, `"applied"`) {
				_, p.Project.Category, _ = strings.Cut(strings.TrimSuffix(r.When, `"`), `category == "`)
			}
			of := func(decisions ...Decision) (found problem.List) {
				for _, f := range c.Decide(p, stage, signing, decisions) {
					if f.Code == r.ID {
						found.Add(f)
					}
				}
				return found
			}
			open := of()
			if len(open) == 0 {
				continue // not about this project
			}
			met := of(Decision{r.ID, Met, "周慧", ""})
			unmet := of(Decision{r.ID, Unmet, "周慧", "与要求不符"})
			unnamed := of(Decision{r.ID, Unmet, "", "与要求不符"})
			if open.Failed() || open[0].Severity != problem.Info || len(met) != 0 || len(unmet) != 1 || unmet[0].Severity != r.Severity || unmet[0].Found != "周慧" ||
				!strings.Contains(unmet[0].Message.ZH, "与要求不符") || unnamed.Failed() || len(unnamed) != 2 {
				t.Errorf("%s: open %v, met %v, unmet %v, without a name %v", r.ID, open, met, unmet, unnamed)
			}
			return name + " at " + string(stage) + ", met by a person", "unmet by a person"
		}
	}
	return "", ""
}

// TestDecisions: what is no decision is refused, and those of a recorded review are read.
func TestDecisions(t *testing.T) {
	c := mustLoad(t, ningbo(t))
	p := example(t, university)
	for code, decisions := range map[string][]Decision{
		"decision.rule":          {{"NB-9", Met, "周慧", ""}},
		"decision.how":           {{"NB-0.1", Met, "周慧", ""}},
		"decision.verdict":       {{"NB-II.1.a", "maybe", "周慧", ""}},
		"decision.contradiction": {{"NB-II.1.a", Met, "周慧", ""}, {"NB-II.1.a", Unmet, "周慧", "不符"}},
	} {
		list := c.Decide(p, FormatReview, signing, decisions)
		if !slices.ContainsFunc(list, func(f problem.Finding) bool { return f.Code == code && f.Severity == problem.Fail }) {
			t.Errorf("no %s: %v", code, list)
		}
	}
	list := c.Decide(p, FormatReview, signing, []Decision{{"NB-II.1.a", Unmet, "周慧", ""}})
	if list.Failed() || list[0].Severity != problem.Warn || list[0].Code != "NB-II.1.a" {
		t.Errorf("a decision without a reason: %v", list[0])
	}
	review := &project.Review{Reviewer: "周慧", Findings: []project.ReviewFinding{
		{RuleID: "NB-II.3.c", Source: "manual", Severity: "fatal", Fact: "指标无依据"},
		{RuleID: "NB-II.2.5", Source: "attachment", Severity: "correctable", Fact: "协议未盖章"},
		{RuleID: "NB-II.1.d", Source: "manual", Severity: "note", Fact: "提示"},
		{RuleID: "NB-I.1.7", Source: "auto", Severity: "fatal", Fact: "超额"},
	}}
	got := Decisions(review)
	if len(got) != 2 || len(Decisions(nil)) != 0 {
		t.Fatalf("%v", got)
	}
	failed := 0
	for _, f := range c.Decide(p, FormatReview, signing, got) {
		if f.Severity == problem.Fail && f.Found == "周慧" {
			failed++
		}
	}
	if failed != 2 {
		t.Errorf("%d findings from two recorded decisions", failed)
	}
}
