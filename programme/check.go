package programme

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tripact/problem"
	"tripact/project"
)

// Check tests p against the rules of the call that belong to stage and are in force on that day, and returns all
// findings, worst first. The code of each is the rule's id. A finding from Check is a proposal: whether an application is
// accepted is decided by a person.
//
// Rules that a person decides give no finding here: they are in Decide. Rules that compare several projects need the
// others: they are in CheckBatch.
func (c *Call) Check(p *project.Project, stage Stage, on project.Date) problem.List {
	var list problem.List
	vars := activation(c, p, stage, on)
	for i := range c.compiled.checks {
		pr := &c.compiled.checks[i]
		if slices.Contains(pr.check.Stages, stage) && pr.rule.InForce(on) {
			list.Add(pr.run(c, p, vars)...)
		}
	}
	list.Worst()
	return list
}

// InForce tells whether the rule holds on a day.
func (r *Rule) InForce(on project.Date) bool {
	return !on.Before(r.From) && (r.To.IsZero() || !on.After(r.To))
}

// Cite names the clause of a rule as a finding shows it: document, place in both languages and the rule's id.
func (c *Call) Cite(r *Rule) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s / %s (%s)", c.DocNo, r.Clause.ZH, r.Clause.EN, r.ID))
}

// maxFileName is how many bytes a display name has at most: file systems take 255, and version and extension follow.
const maxFileName = 216

// FileName returns the display name of a document of this kind for p, without extension, in lang "zh" or "en". What file
// systems do not take is replaced, and a long name is cut. ok is false when the call makes no such document.
func (c *Call) FileName(kind, lang string, p *project.Project, on project.Date) (name string, ok bool) {
	texts, ok := c.compiled.names[kind]
	if !ok {
		return "", false
	}
	ph := texts.zh
	if lang == "en" {
		ph = texts.en
	}
	name, err := ph.say(activation(c, p, ContractMaking, on))
	if err != nil {
		return "", false
	}
	return safeName(name), true
}

func safeName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`/\:*?"<>|`, r):
			return '_'
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	if len(name) > maxFileName {
		cut := maxFileName
		for !utf8.RuneStart(name[cut]) {
			cut--
		}
		if space := strings.LastIndexByte(name[:cut], ' '); space > cut-24 && name[cut] < utf8.RuneSelf {
			cut = space // not in the middle of a Latin word
		}
		name = strings.TrimRight(name[:cut], " .-")
	}
	return name
}
