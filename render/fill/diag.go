package fill

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"tripact/problem"
)

const (
	maxFindings = 500
	maxPlaces   = 50 // places told for one cause
)

// spot is where a finding belongs: for its place, and for the order of the list.
type spot struct {
	part  int // order of the part
	off   int // byte offset in the part
	place problem.Place
}

// diags collects findings of all stages. One cause, told by code, severity and message, is one finding; its further
// places become related.
type diags struct {
	items []diag
	index map[string]int
	more  int
}

type diag struct {
	f   problem.Finding
	at  spot
	dup map[problem.Place]bool
}

func (d *diags) add(f problem.Finding, at spot) {
	k := f.Code + "\x00" + string(f.Severity) + "\x00" + f.Message.ZH
	if i, ok := d.index[k]; ok {
		it := &d.items[i]
		if at.place != (problem.Place{}) && !it.dup[at.place] && len(it.f.Related) < maxPlaces {
			it.dup[at.place] = true
			it.f.Related = append(it.f.Related, at.place)
		}
		return
	}
	if len(d.items) >= maxFindings {
		d.more++
		return
	}
	if d.index == nil {
		d.index = map[string]int{}
	}
	if at.place != (problem.Place{}) {
		p := at.place
		f.Place = &p
	}
	d.index[k] = len(d.items)
	d.items = append(d.items, diag{f: f, at: at, dup: map[problem.Place]bool{at.place: true}})
}

// list gives the findings in the order of the document.
func (d *diags) list() problem.List {
	slices.SortStableFunc(d.items, func(a, b diag) int {
		return cmp.Or(cmp.Compare(a.at.part, b.at.part), cmp.Compare(a.at.off, b.at.off))
	})
	var l problem.List
	for _, it := range d.items {
		l.Add(it.f)
	}
	if d.more > 0 {
		l.Add(problem.Finding{
			Code: "fill.more", Severity: problem.Fail,
			Message: problem.Tf("问题太多，还有 %[1]d 处没有列出", "there are too many findings; %[1]d more are not listed", d.more),
			Fix:     problem.Fix{ZH: "先处理已列出的问题", EN: "mend those listed first"},
		})
	}
	d.index = nil
	return l
}

// contextOf shows a tag with a few characters around it, the tag between 〔 〕.
func contextOf(text string, s span) string {
	const around = 12
	before, after := text[:s.start], text[s.end:]
	if r := []rune(before); len(r) > around {
		before = "…" + string(r[len(r)-around:])
	}
	if r := []rune(after); len(r) > around {
		after = string(r[:around]) + "…"
	}
	return strings.NewReplacer("\n", " ", "\t", " ", "\uFFFC", "").Replace(before + "〔" + text[s.start:s.end] + "〕" + after)
}

func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}
