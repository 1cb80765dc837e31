package programme

import (
	"slices"

	"cel.dev/cel-go/common/types"

	"tripact/problem"
	"tripact/project"
)

// What RuleCheck.Batch may be.
const (
	batchEach = "each" // tested for each project of the batch, the others at hand
	batchOnce = "once" // tested once, for the first project that the check is about
)

// Peer is a project of a batch as checks over the batch see it.
type Peer struct {
	Project *project.Project `json:"p"`
	Top     []project.Member `json:"top"` // its core members
}

// CheckBatch tests projects against the rules of the call that compare projects of one batch: one topic per applicant, so
// many projects per core member, and the like. It returns the findings of each project, in the order of projects, worst
// first; Check tests each project by itself. Two entries with the same application number are versions of one
// application: they are told of and not compared with each other.
func (c *Call) CheckBatch(projects []*project.Project, stage Stage, on project.Date) []problem.List {
	lists := make([]problem.List, len(projects))
	peers := make([]Peer, len(projects))
	vars := make([]map[string]any, len(projects))
	for i, p := range projects {
		vars[i] = activation(c, p, stage, on)
		peers[i].Project = p
		for _, at := range coreMembers(c, p) {
			peers[i].Top = append(peers[i].Top, p.Members[at])
		}
		if same := slices.IndexFunc(projects[:i], func(o *project.Project) bool { return sameApplication(o, p) }); same >= 0 {
			lists[i].Add(problem.Finding{
				Code: "batch.twice", Severity: problem.Warn, Path: "/project/app_no", Found: p.Project.AppNo,
				Message: problem.T("同一申报编号在本批项目中出现不止一次", "this application is in the batch more than once"),
				Fix:     problem.Fix{ZH: "每个申报只保留一个版本", EN: "keep one version of each application"},
			})
		}
	}
	for i, p := range projects {
		vars[i][varBatch] = peers
		others := make([]Peer, 0, len(peers))
		for j := range peers {
			if j != i && !sameApplication(peers[j].Project, p) {
				others = append(others, peers[j])
			}
		}
		vars[i][varOthers] = others
	}
	for k := range c.compiled.batch {
		pr := &c.compiled.batch[k]
		if !slices.Contains(pr.check.Stages, stage) || !pr.rule.InForce(on) {
			continue
		}
		for i, p := range projects {
			if pr.check.Batch == batchOnce {
				if pr.when != nil {
					if v, _, err := pr.when.Eval(vars[i]); err == nil && v != types.True {
						continue
					}
				}
				lists[i].Add(pr.run(c, p, vars[i])...)
				break
			}
			lists[i].Add(pr.run(c, p, vars[i])...)
		}
	}
	for i := range lists {
		lists[i].Worst()
	}
	return lists
}

// sameApplication tells whether two entries have one application number.
func sameApplication(a, b *project.Project) bool {
	return a.Project.AppNo != "" && a.Project.AppNo == b.Project.AppNo
}
