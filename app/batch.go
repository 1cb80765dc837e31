package app

import (
	"slices"

	"tripact/problem"
	"tripact/programme"
	"tripact/project"
)

// CheckBatch checks each of projects as Check does and, with those of the same call, against the rules that compare the
// projects of a batch. It returns the findings of each project, in the order of projects, worst first.
func (a *App) CheckBatch(projects []*project.Project, stage programme.Stage, on project.Date) []problem.List {
	lists := make([]problem.List, len(projects))
	var calls []string
	for i, p := range projects {
		lists[i] = a.Check(p, stage, on)
		if !slices.Contains(calls, p.Call) {
			calls = append(calls, p.Call)
		}
	}
	for _, call := range calls {
		var same []*project.Project
		var at []int
		for i, p := range projects {
			if p.Call == call {
				same, at = append(same, p), append(at, i)
			}
		}
		if len(same) < 2 {
			continue
		}
		b, found := a.bundle(same[0])
		if found.Failed() {
			continue // Check has said so of each
		}
		for k, list := range b.Call.CheckBatch(same, stage, on) {
			lists[at[k]].Add(list...)
			lists[at[k]].Worst()
		}
	}
	return lists
}

// Decide gives the findings of the rules that a person decides, with the decisions there are; see programme.Call.Decide.
func (a *App) Decide(p *project.Project, stage programme.Stage, on project.Date, decisions []programme.Decision) problem.List {
	b, found := a.bundle(p)
	if found.Failed() {
		return nil // Check says so
	}
	return b.Call.Decide(p, stage, on, decisions)
}
