package fill

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// Comparison is how one template differs from an older one, in the words of who edits them.
type Comparison struct {
	Added   []string `json:"added"`   // names that only the newer one uses, as dotted paths, in order of first use
	Removed []string `json:"removed"` // names that only the older one uses
	Changes []Change `json:"changes"` // in the order of the documents
	// Parts are other parts of the file whose bytes differ, such as pictures and the table of styles, sorted. Word writes some of
	// them anew each time it saves.
	Parts []string `json:"parts"`
}

// Same reports whether nothing differs that a document made from the templates could show.
func (c *Comparison) Same() bool {
	return len(c.Added)+len(c.Removed)+len(c.Changes)+len(c.Parts) == 0
}

// Change is a paragraph, table or page set-up that differs.
type Change struct {
	Kind ChangeKind `json:"kind"`
	// Old and New are the text of the paragraph with its tags as they are typed; "" for an empty paragraph, for one that is not
	// there, and for what is no paragraph.
	Old      string         `json:"old,omitempty"`
	New      string         `json:"new,omitempty"`
	OldPlace *problem.Place `json:"old_place,omitempty"`
	NewPlace *problem.Place `json:"new_place,omitempty"`
}

// ChangeKind says how something differs.
type ChangeKind string

// Kinds of changes.
const (
	ChangeAdded   ChangeKind = "added"   // the paragraph is only in the newer template
	ChangeRemoved ChangeKind = "removed" // only in the older one
	ChangeText    ChangeKind = "text"    // it has another text
	ChangeFormat  ChangeKind = "format"  // it has the same text and looks otherwise: font, indents, pictures, bookmarks …
	ChangeTable   ChangeKind = "table"   // widths, borders or merged cells of a table
	ChangePage    ChangeKind = "page"    // paper, margins, headers of a section
)

// Compare tells how the template b differs from a: names, paragraphs with their places, tables, page set-up, and what else is in
// the files. What Word numbers anew at each saving (revision marks, ids of paragraphs and relationships) is no difference. Neither template needs to be without
// faults. The same templates give the same comparison.
func Compare(a, b *docx.Package) *Comparison {
	x, y := compile(a, Options{}), compile(b, Options{})
	c := &Comparison{Added: []string{}, Removed: []string{}, Changes: []Change{}, Parts: []string{}}
	had, has := x.t.Names(), y.t.Names()
	for _, n := range has {
		if !slices.Contains(had, n) {
			c.Added = append(c.Added, n)
		}
	}
	for _, n := range had {
		if !slices.Contains(has, n) {
			c.Removed = append(c.Removed, n)
		}
	}
	c.paragraphs(linesOf(x), linesOf(y))
	c.structure(x, y)
	c.parts(x, y)
	return c
}

// line is a paragraph as it is compared.
type line struct {
	story, text, look string
	place             problem.Place
}

func (l line) at() *problem.Place { return &l.place }

// linesOf lists the paragraphs of a template in the order in which it is read.
func linesOf(c *compiler) []line {
	var out []line
	for i, w := range c.walks {
		looks := newLooks(c, i)
		stories := slices.Clone(w.stories)
		// A text box comes before the body that it stands in, where it is met: readers look for the body first.
		slices.SortStableFunc(stories, func(a, b *story) int { return boolInt(a.name != "正文") - boolInt(b.name != "正文") })
		for _, s := range stories {
			for _, p := range s.paras {
				out = append(out, line{story: s.name, text: p.text, look: looks.para(p), place: p.place})
			}
		}
		for _, p := range w.plain {
			out = append(out, line{story: p.place.Story, text: p.text, place: p.place})
		}
	}
	return out
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// paragraphs adds what differs between two lists of paragraphs.
func (c *Comparison) paragraphs(a, b []line) {
	ids := map[[2]string]int{}
	number := func(list []line) []int {
		out := make([]int, len(list))
		for i, l := range list {
			k := [2]string{l.story, l.text}
			if _, ok := ids[k]; !ok {
				ids[k] = len(ids)
			}
			out[i] = ids[k]
		}
		return out
	}
	i, j := 0, 0
	for _, m := range append(matches(number(a), number(b)), [2]int{len(a), len(b)}) {
		c.hunk(a[i:m[0]], b[j:m[1]])
		i, j = m[0]+1, m[1]+1
		if m[0] == len(a) {
			return
		}
		if old, now := a[m[0]], b[m[1]]; old.look != now.look {
			c.Changes = append(c.Changes, Change{Kind: ChangeFormat, Old: old.text, New: now.text, OldPlace: old.at(), NewPlace: now.at()})
		}
	}
}

// hunk adds paragraphs between two that are the same: those much alike are one with another text.
func (c *Comparison) hunk(a, b []line) {
	const much = 0.4
	next := 0
	added := func(to int) {
		for ; next < to; next++ {
			c.Changes = append(c.Changes, Change{Kind: ChangeAdded, New: b[next].text, NewPlace: b[next].at()})
		}
	}
	for _, old := range a {
		j := slices.IndexFunc(b[next:], func(now line) bool { return now.story == old.story && alike(old.text, now.text) >= much })
		if j < 0 {
			c.Changes = append(c.Changes, Change{Kind: ChangeRemoved, Old: old.text, OldPlace: old.at()})
			continue
		}
		added(next + j)
		c.Changes = append(c.Changes, Change{Kind: ChangeText, Old: old.text, New: b[next].text, OldPlace: old.at(), NewPlace: b[next].at()})
		next++
	}
	added(len(b))
}

// alike is Dice's coefficient of the pairs of characters of two texts: 1 for the same, 0 for nothing in common.
func alike(a, b string) float64 {
	const most = 2000
	pairs := func(s string) (map[[2]rune]int, int) {
		m, n := map[[2]rune]int{}, 0
		last := rune(-1)
		for _, r := range s {
			m[[2]rune{last, r}]++
			last = r
			if n++; n == most {
				break
			}
		}
		return m, n
	}
	x, n := pairs(a)
	y, m := pairs(b)
	if n+m == 0 {
		return 1
	}
	both := 0
	for k, v := range x {
		both += min(v, y[k])
	}
	return float64(2*both) / float64(n+m)
}

// matches returns the pairs of places in a and b that a shortest edit from a to b keeps, in order: Myers' algorithm ("An O(ND)
// Difference Algorithm and Its Variations", 1986) between what begins and what ends the same. Where more than maxEdits
// would be needed, only beginning and end are kept: nobody reads such a list.
func matches(a, b []int) [][2]int {
	var head, tail [][2]int
	for len(head) < len(a) && len(head) < len(b) && a[len(head)] == b[len(head)] {
		head = append(head, [2]int{len(head), len(head)})
	}
	from := len(head)
	n, m := len(a), len(b)
	for n > from && m > from && a[n-1] == b[m-1] {
		n, m = n-1, m-1
		tail = append(tail, [2]int{n, m})
	}
	slices.Reverse(tail)
	middle := shortest(a[from:n], b[from:m])
	for i := range middle {
		middle[i][0] += from
		middle[i][1] += from
	}
	return slices.Concat(head, middle, tail)
}

func shortest(a, b []int) [][2]int {
	const maxEdits = 1000
	n, m := len(a), len(b)
	limit := min(n+m, maxEdits)
	mid := limit + 1
	far := make([]int, 2*limit+3) // far[mid+k]: how far into a the best way on diagonal k leads
	var trace [][]int             // of each number of edits: far from -d-1 to d+1, before it is looked for
	// step is the diagonal from which the best way with d edits comes to k.
	step := func(far []int, mid, k, d int) int {
		if k == -d || k != d && far[mid+k-1] < far[mid+k+1] {
			return k + 1
		}
		return k - 1
	}
	reached := false
	for d := 0; d <= limit && !reached; d++ {
		trace = append(trace, slices.Clone(far[mid-d-1:mid+d+2]))
		for k := -d; k <= d && !reached; k += 2 {
			from := step(far, mid, k, d)
			i := far[mid+from]
			if from < k {
				i++
			}
			for i < n && i-k < m && a[i] == b[i-k] {
				i++
			}
			far[mid+k] = i
			reached = i >= n && i-k >= m
		}
	}
	if !reached {
		return nil
	}
	var out [][2]int
	i, j := n, m
	for d := len(trace) - 1; d >= 0; d-- {
		from := step(trace[d], d+1, i-j, d)
		i0 := trace[d][d+1+from]
		for i > i0 && j > i0-from {
			i, j = i-1, j-1
			out = append(out, [2]int{i, j})
		}
		i, j = i0, i0-from
	}
	slices.Reverse(out)
	return out
}

// structure compares tables, where both templates have as many in a part, and the page set-up.
func (c *Comparison) structure(x, y *compiler) {
	if len(x.srcs) == 0 || len(y.srcs) == 0 {
		return
	}
	old, now := newLooks(x, 0), newLooks(y, 0)
	a, b := old.all(x.srcs[0].root, "w:tbl"), now.all(y.srcs[0].root, "w:tbl")
	if len(a) == len(b) {
		for i := range a {
			if a[i] != b[i] {
				c.at(ChangeTable, x, y, problem.Place{Table: i + 1})
			}
		}
	}
	if !slices.Equal(old.all(x.srcs[0].root, "w:sectPr"), now.all(y.srcs[0].root, "w:sectPr")) {
		c.at(ChangePage, x, y, problem.Place{})
	}
}

// at adds a change at a place of both main parts.
func (c *Comparison) at(kind ChangeKind, x, y *compiler, p problem.Place) {
	p.Story = "正文"
	old, now := p, p
	old.Part, now.Part = x.srcs[0].part.Name, y.srcs[0].part.Name
	c.Changes = append(c.Changes, Change{Kind: kind, OldPlace: &old, NewPlace: &now})
}

// parts adds the names of parts that are no text and differ.
func (c *Comparison) parts(x, y *compiler) {
	read := func(c *compiler) map[string][]byte {
		out := map[string][]byte{}
		for _, p := range c.t.pkg.Parts() {
			switch {
			case slices.ContainsFunc(c.srcs, func(s *source) bool { return s.part == p }):
			case strings.HasSuffix(p.Name, ".rels"), strings.HasPrefix(p.Name, "docProps/"), strings.EqualFold(p.Name, "[Content_Types].xml"):
			default:
				out[p.Name] = p.Data
			}
		}
		return out
	}
	a, b := read(x), read(y)
	for name, data := range b {
		if old, ok := a[name]; !ok || !bytes.Equal(old, data) {
			c.Parts = append(c.Parts, name)
		}
	}
	for name := range a {
		if _, ok := b[name]; !ok {
			c.Parts = append(c.Parts, name)
		}
	}
	slices.Sort(c.Parts)
}

// looks writes what elements of one part look like, so that two that look the same are written the same.
type looks struct {
	c    *compiler
	part *docx.Part
}

func newLooks(c *compiler, src int) *looks { return &looks{c: c, part: c.srcs[src].part} }

// para is the look of a paragraph: its properties, and its content with the properties of its runs, however the text is cut
// into runs.
func (l *looks) para(p *para) string {
	var b strings.Builder
	l.kids(&b, p.props, "w:sectPr")
	last := ""
	for _, a := range p.atoms {
		var props strings.Builder
		for in := a.in; in != nil; in = in.up {
			if in.run {
				l.kids(&props, firstChild(in.node, "w:rPr", "a:rPr"), "")
			} else if in.node != p.node {
				l.head(&props, in.node)
			}
		}
		look := props.String()
		switch a.kind {
		case atomText, atomChar:
			if a.n == 0 {
				continue
			}
			if look != last {
				b.WriteString("\x00" + look + "\x00")
				last = look
			}
			b.WriteString(p.text[a.off : a.off+a.n])
		case atomSolid, atomRange:
			l.element(&b, a.node, "")
		case atomZero, atomRaw:
		}
	}
	return b.String()
}

func firstChild(n *docx.Node, names ...string) *docx.Node {
	for _, name := range names {
		if k := n.Child(name); k != nil {
			return k
		}
	}
	return nil
}

// all lists the looks of the elements called name below n, without the paragraphs in them. A table in a table is one more.
func (l *looks) all(n *docx.Node, name string) []string {
	var out []string
	var walk func(*docx.Node)
	walk = func(n *docx.Node) {
		if n.Name == name {
			var b strings.Builder
			l.head(&b, n)
			l.kids(&b, n, "w:p w:tbl")
			out = append(out, b.String())
		}
		for _, k := range n.Kids {
			walk(k)
		}
	}
	walk(n)
	return out
}

// renewed reports what Word writes anew at each saving, or what says only how it checks spelling.
func renewed(name string) bool {
	switch name {
	case "w:proofErr", "w:noProof", "w:lang", "w:lastRenderedPageBreak", "w:bookmarkEnd", "w:commentRangeStart", "w:commentRangeEnd", "w:permStart", "w:permEnd",
		"w14:paraId", "w14:textId", "w:hint", "w:id", "xml:space", "wp14:anchorId", "wp14:editId":
		return true
	}
	return strings.HasPrefix(name, "w:rsid")
}

// kids writes the elements in n, but those whose name is in the list without.
func (l *looks) kids(b *strings.Builder, n *docx.Node, without string) {
	if n == nil {
		return
	}
	for _, k := range n.Kids {
		if !slices.Contains(strings.Fields(without), k.Name) {
			l.element(b, k, without)
		}
	}
}

func (l *looks) element(b *strings.Builder, n *docx.Node, without string) {
	switch {
	case n.Name == "":
		b.WriteString(n.Text)
		return
	case n.Name == "w:bookmarkStart":
		if name, _ := n.Attr("w:name"); strings.HasPrefix(name, "_") {
			return // Word's own: the place of the last edit, targets of its tables of contents
		}
	case n.Name == "w:txbxContent", renewed(n.Name):
		return // a text box is a story of its own
	}
	l.head(b, n)
	b.WriteByte('{')
	l.kids(b, n, without)
	b.WriteByte('}')
}

// head writes an element's name and attributes; one that names a relationship is written as what it leads to.
func (l *looks) head(b *strings.Builder, n *docx.Node) {
	b.WriteString(n.Name)
	for _, a := range n.Attrs {
		v := a.Value
		switch {
		case renewed(a.Name), a.Name == "id" && (n.Name == "wp:docPr" || n.Name == "pic:cNvPr"):
			continue
		case strings.HasPrefix(a.Name, "r:"):
			rel, ok := l.c.t.pkg.Rel(l.part, v)
			if !ok {
				break
			}
			if v = rel.Target; !rel.External {
				target := l.c.t.pkg.Part(rel.Target)
				if target == nil || slices.ContainsFunc(l.c.srcs, func(s *source) bool { return s.part == target }) {
					continue // compared by its own text
				}
				sum := sha256.Sum256(target.Data)
				v = hex.EncodeToString(sum[:])
			}
		}
		b.WriteString(" " + a.Name + "=" + v)
	}
}
