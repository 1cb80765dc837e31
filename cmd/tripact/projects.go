package main

import (
	"bytes"
	"path/filepath"

	"tripact/problem"
	"tripact/project"
)

// input is one project file.
type input struct {
	name    string // base name
	raw     []byte
	project *project.Project
}

// readProjects reads and decodes every file; the findings of all files come back together. call, if set, takes the place of the
// call that the projects name.
func readProjects(names []string, call string) ([]input, error) {
	var (
		inputs []input
		all    problem.List
	)
	for _, name := range names {
		raw, err := readFile(name)
		if err != nil {
			found := problem.Of(err)
			if found == nil {
				return nil, err
			}
			all.Add(found...)
			continue
		}
		p, found := project.Decode(bytes.NewReader(raw))
		base := filepath.Base(name)
		all.Add(named(base, found)...)
		if p == nil {
			continue
		}
		if call != "" {
			p.Call = call
		}
		inputs = append(inputs, input{name: base, raw: raw, project: p})
	}
	if err := all.Err(); err != nil {
		return nil, err
	}
	return inputs, nil
}

// named says of each finding which file it is about.
func named(file string, found problem.List) problem.List {
	for i := range found {
		if found[i].File == "" {
			found[i].File = file
		}
	}
	return found
}
