package programme

import (
	"fmt"
	"slices"
	"testing"

	"tripact/problem"
	"tripact/project"
)

// batchCase is a batch that keeps a rule and one that breaks it, in the project at index at.
type batchCase struct {
	rule, call string
	stage      Stage
	at         int
	path       string
	pass, fail []*project.Project
}

// batchOf numbers the applications of a batch.
func batchOf(projects ...*project.Project) []*project.Project {
	for i, p := range projects {
		p.Project.AppNo = fmt.Sprintf("202501A%04d", i+1)
	}
	return projects
}

func changed(p *project.Project, change func(p *project.Project)) *project.Project {
	change(p)
	return p
}

func ningboBatches(t testing.TB) []batchCase {
	t.Helper()
	uni := func() *project.Project { return example(t, university) }
	other := func() *project.Project { return example(t, enterprise) }
	sharing := func(ongoing int, more ...*project.Project) []*project.Project {
		a, b := uni(), other()
		for i := range a.Members {
			a.Members[i].Ongoing = 0
		}
		a.Members[0].Ongoing = ongoing
		for _, p := range append(more, b) {
			for i, m := range p.Members {
				if m.Side == "CN" {
					p.Members[i] = a.Members[0]
					break
				}
			}
		}
		return batchOf(append([]*project.Project{a, b}, more...)...)
	}
	return []batchCase{
		{
			"NB-IV.1b", "ningbo-2025", Application, 1, "/project/topic",
			batchOf(uni(), changed(uni(), func(p *project.Project) { p.Project.TitleCN += "（二）" })),
			batchOf(uni(), changed(uni(), func(p *project.Project) { p.Project.Topic = "T2" })),
		},
		{"NB-III.2.4a", "ningbo-2025", FormatReview, 0, "/members/0/applying", sharing(0), sharing(1)},
		{"NB-III.2.4a", "ningbo-2025", FormatReview, 0, "/members/0/applying", sharing(0), sharing(0, example(t, young))},
	}
}

func shanghaiBatches() []batchCase { return shanghaiBatchCases(nil) }

// shanghaiBatchCases makes the batches of fresh projects, or none with nil, for the names of the rules alone.
func shanghaiBatchCases(fresh func() *project.Project) []batchCase {
	person := func(n int) *project.Project {
		if fresh == nil {
			return &project.Project{}
		}
		p := fresh()
		p.PI.IDNo, p.PI.NameCN = fmt.Sprintf("id-%d", n), fmt.Sprintf("导师%d", n)
		p.Scientist.Passport = fmt.Sprintf("P%07d", n)
		return p
	}
	round := func(n int) (list []*project.Project) {
		for i := range n {
			list = append(list, person(i))
		}
		return batchOf(list...)
	}
	passport := func(p *project.Project) {
		if p.Scientist != nil {
			p.Scientist.Passport = "P0000001"
		}
	}
	return []batchCase{
		{"SH-2.1e", "shanghai-2024", Application, 0, "/pi/name_cn", batchOf(person(1), person(2)), batchOf(person(1), changed(person(2), func(p *project.Project) { p.PI.IDNo = "id-1" }))},
		{"SH-2.2.6", "shanghai-2024", FormatReview, 1, "/ys/passport", batchOf(person(1), person(2)), batchOf(person(1), changed(person(2), passport))},
		{"SH-2.F1", "shanghai-2024", Approving, 0, "/approval", round(30), round(31)},
	}
}

// TestBatch holds batches against the rules that compare projects: the last that is allowed and the first that is not.
func TestBatch(t *testing.T) {
	calls := map[string]*Call{"ningbo-2025": mustLoad(t, ningbo(t)), "shanghai-2024": mustLoad(t, shanghai(t))}
	cases := append(ningboBatches(t), shanghaiBatchCases(func() *project.Project { return shanghaiProject(t, exchange) })...)
	for _, tt := range cases {
		t.Run(tt.rule, func(t *testing.T) {
			c := calls[tt.call]
			has := func(batch []*project.Project) (n int, at bool) {
				for i, list := range c.CheckBatch(batch, tt.stage, signing) {
					for _, f := range list {
						if f.Code == tt.rule && f.Severity == problem.Fail && f.Message.EN != "" && f.Message.ZH != "" {
							n++
							at = at || i == tt.at && f.Path == tt.path
						}
					}
				}
				return n, at
			}
			if n, _ := has(tt.pass); n != 0 {
				t.Errorf("what is allowed has %d findings", n)
			}
			if n, at := has(tt.fail); n == 0 || !at {
				t.Errorf("what is not allowed has %d findings, none at %d %s", n, tt.at, tt.path)
			}
			if n, _ := has(tt.fail[:1]); n != 0 {
				t.Error("a batch of one")
			}
		})
	}
}

// TestBatchVersions: two versions of one application are told of and do not count twice.
func TestBatchVersions(t *testing.T) {
	c := mustLoad(t, ningbo(t))
	a, b := example(t, university), example(t, university)
	b.Project.Topic = "T2"
	lists := c.CheckBatch([]*project.Project{a, b}, Application, signing)
	if len(lists) != 2 || len(lists[0]) != 0 || len(lists[1]) != 1 || lists[1][0].Code != "batch.twice" {
		t.Errorf("%v", lists)
	}
	if lists := c.CheckBatch(nil, Application, signing); len(lists) != 0 {
		t.Errorf("%v", lists)
	}
}

// TestBatchLarge: a large batch is decided within the limit of cost.
func TestBatchLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("a large batch")
	}
	c := mustLoad(t, ningbo(t))
	batch := make([]*project.Project, 300)
	for i := range batch {
		p := example(t, enterprise)
		p.Lead.USCC = fmt.Sprintf("U%d", i)
		for j := range p.Members {
			p.Members[j].NameCN, p.Members[j].IDNo = fmt.Sprintf("%d-%d", i, j), ""
		}
		batch[i] = p
	}
	for i, list := range c.CheckBatch(batchOf(batch...), Application, signing) {
		if slices.ContainsFunc(list, func(f problem.Finding) bool { return f.Severity == problem.Fail }) {
			t.Fatalf("%d: %v", i, list)
		}
	}
}
