package fill

import (
	"slices"
	"strconv"

	"tripact/problem"
	"tripact/render/docx"
)

// LintOptions say what a template is checked against. The zero value checks the template alone.
type LintOptions struct {
	// Known, when set, is every name that data can have: names are checked, and words in other kinds of brackets are
	// taken for tags when they are one of these.
	Known *Known
	// Instead, when set, tells which font the PDF uses in place of the one called name, "" when it has that font.
	Instead func(name string) string
}

// Report is what Inspect found. It is not safe for concurrent use.
type Report struct {
	// Findings are in the order of the document; those about the whole file come last. Places have no page until Probe's function sets it.
	Findings problem.List

	c     *compiler
	spots []spot // of the first findings; the rest are about the whole file
}

// Lint examines a template alone: everything Compile finds, and what is allowed but likely wrong. known may be nil; with
// it, names are checked and text that looks like a tag of another kind is found. The list is in document order.
func Lint(p *docx.Package, known *Known) problem.List {
	return Inspect(p, LintOptions{Known: known}).Findings
}

// Inspect is Lint with more to check against, and a report that can be turned into a copy of the template with comments.
// p must not be changed as long as the report is used.
func Inspect(p *docx.Package, opt LintOptions) *Report {
	c := compile(p, Options{Known: opt.Known})
	for i, src := range c.srcs {
		l := linter{c: c, src: src}
		for _, s := range c.walks[i].stories {
			for _, para := range s.paras {
				l.para(para)
			}
		}
		l.tree(src.root)
		l.elements(src.root)
		l.revisions()
		l.fieldCodes(c.walks[i])
	}
	lintHeaders(c)
	lintSettings(c)
	lintValid(c)
	if opt.Instead != nil {
		lintFonts(c, opt.Instead)
	}
	r := &Report{c: c, Findings: c.diags.list()}
	for _, d := range c.diags.items {
		r.spots = append(r.spots, d.at)
	}
	r.Findings.Add(p.Findings()...)
	return r
}

// ReportOn makes a report of what compiling or filling the template p has found, for its pages or a commented copy. The
// report shares the findings: the function that Probe returns changes their places.
func ReportOn(p *docx.Package, found problem.List) *Report {
	return &Report{c: compile(p, Options{}), Findings: found}
}

// mark is where a finding shows in the body of the document: a paragraph, and the characters from start to end of it;
// the whole paragraph when they are the same.
type mark struct {
	para       *para
	start, end int
	beside     bool // the finding is about something that has no place in the body, such as a header
}

// body is the story of the main document, nil when it has none.
func (r *Report) body() *story {
	if len(r.c.walks) == 0 || len(r.c.walks[0].stories) == 0 || r.c.srcs[0].part != r.c.t.pkg.Main() {
		return nil
	}
	for _, s := range r.c.walks[0].stories { // text boxes come before the body that they stand in
		if s.root.node.Name == "w:body" {
			return s
		}
	}
	return nil
}

// at finds the paragraph of the body that holds the byte off of the main part.
func (r *Report) at(off int) *para {
	if s := r.body(); s != nil {
		for _, p := range s.paras {
			if off >= p.node.Start && off < p.node.End {
				return p
			}
		}
	}
	return nil
}

// mark finds where the i-th finding shows: its own place with j < 0, else its j-th related one. ok is false when the
// document has no paragraph at all.
func (r *Report) mark(i, j int) (mark, bool) {
	f := &r.Findings[i]
	place := f.Place
	if j >= 0 {
		place = &f.Related[j]
	}
	if i < len(r.spots) && j < 0 {
		if m, ok := r.spotMark(r.spots[i], place); ok {
			return m, true
		}
	}
	if place != nil {
		if m, ok := r.placeMark(*place); ok {
			return m, true
		}
	}
	s := r.body()
	if s == nil || len(s.paras) == 0 {
		return mark{}, false
	}
	return mark{para: s.paras[0], beside: true}, true
}

func (r *Report) spotMark(at spot, place *problem.Place) (mark, bool) {
	if place == nil || at.part != 0 {
		return mark{}, false
	}
	p := r.at(at.off)
	if p == nil {
		return mark{}, false
	}
	m := mark{para: p}
	if samePlace(p.place, *place) { // in the body itself: the offset counts characters of the paragraph
		start := at.off - p.node.Start
		for _, t := range p.tags {
			if t.start == start {
				m.start, m.end = t.start, t.end
			}
		}
	}
	return m, true
}

func (r *Report) placeMark(place problem.Place) (mark, bool) {
	for i, src := range r.c.srcs {
		if src.part.Name != place.Part {
			continue
		}
		for _, s := range r.c.walks[i].stories {
			for _, p := range s.paras {
				if !samePlace(p.place, place) {
					continue
				}
				if i == 0 {
					if p = r.at(p.node.Start); p != nil {
						return mark{para: p}, true
					}
					continue
				}
				if p = r.reference(s); p != nil {
					return mark{para: p}, true
				}
				break
			}
		}
		if i == 0 {
			return mark{}, false
		}
		// A chart or other drawing shows where the body refers to it.
		main := r.c.srcs[0]
		n := find(main.root, func(n *docx.Node) bool {
			return n.Name != "w:headerReference" && n.Name != "w:footerReference" && slices.Contains(targetsOf(r.c.t.pkg, main.part, n), place.Part)
		})
		if n == nil {
			return mark{}, false
		}
		if p := r.at(n.Start); p != nil {
			return mark{para: p}, true
		}
	}
	return mark{}, false
}

// reference is the paragraph of the body that refers to the note or comment whose story s is.
func (r *Report) reference(s *story) *para {
	name, ok := map[string]string{
		"w:footnote": "w:footnoteReference", "w:endnote": "w:endnoteReference", "w:comment": "w:commentReference",
	}[s.root.node.Name]
	id, has := s.root.node.Attr("w:id")
	if !ok || !has {
		return nil
	}
	if n := find(r.c.srcs[0].root, func(n *docx.Node) bool {
		got, _ := n.Attr("w:id")
		return n.Name == name && got == id
	}); n != nil {
		return r.at(n.Start)
	}
	return nil
}

// find returns the first element in document order, n included, for which is holds. Safe on nil.
func find(n *docx.Node, is func(*docx.Node) bool) *docx.Node {
	if n == nil {
		return nil
	}
	if is(n) {
		return n
	}
	for _, k := range n.Kids {
		if f := find(k, is); f != nil {
			return f
		}
	}
	return nil
}

func samePlace(a, b problem.Place) bool {
	a.Page, b.Page = 0, 0
	return a == b
}

// Probe returns a copy of the template in which every place of a finding carries a bookmark, for a layout to find out
// on which page it lies, and the function that takes its answer: the page, from 1, of each bookmark by name, and the first
// page of each header and footer by the name of its part. What is not in the answer leaves its places without page.
func (r *Report) Probe() (*docx.Package, func(pages, shown map[string]int)) {
	type use struct{ i, j int }
	names := map[string][]use{}
	byMark := map[mark]string{}
	var edits []insertion
	for i := range r.Findings {
		for j := -1; j < len(r.Findings[i].Related); j++ {
			m, ok := r.mark(i, j)
			if !ok || m.beside {
				continue
			}
			name := byMark[m]
			if name == "" {
				n := strconv.Itoa(len(byMark))
				name = "_tripact_" + n
				byMark[m] = name
				w := r.prefix(m.para)
				from, _ := m.bytes()
				edits = append(edits, insertion{
					m.para, from,
					w.start("bookmarkStart", "id", "9"+n+"000", "name", name) + w.start("bookmarkEnd", "id", "9"+n+"000"),
				})
			}
			names[name] = append(names[name], use{i, j})
		}
	}
	out := r.c.t.pkg.Clone()
	if len(edits) > 0 {
		out.Set(r.c.srcs[0].part.Name, r.insert(edits))
	}
	return out, func(pages, shown map[string]int) {
		for i := range r.Findings {
			f := &r.Findings[i]
			if f.Place != nil {
				f.Place.Page = shown[f.Place.Part]
			}
			for j := range f.Related {
				f.Related[j].Page = shown[f.Related[j].Part]
			}
		}
		for name, page := range pages {
			for _, u := range names[name] {
				f := &r.Findings[u.i]
				switch {
				case u.j >= 0:
					f.Related[u.j].Page = page
				case f.Place != nil:
					f.Place.Page = page
				}
			}
		}
	}
}
