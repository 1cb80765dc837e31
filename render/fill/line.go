package fill

import (
	"slices"
)

// liner writes one paragraph with tags: its atoms in order, inside the inline containers each belongs to. Containers
// open when something stands in them and close when it ends, so that a section may begin and end inside different ones
// and every copy is well-formed.
type liner struct {
	b      *builder
	p      *para
	cur    *link // the innermost open container; nil before and between paragraphs
	seen   map[*link]bool
	group  *textOp
	run    *link
	splits int  // how many times the paragraph still ends and begins again
	opened bool // the paragraph has been written since the last split
}

func (b *builder) paragraph(p *para) {
	if t := p.block; t != nil {
		b.remains(&edit{node: p.node})
		b.emit(op{kind: opBlock, tag: t, shape: shapeOf(b, p, p.linkAt(t.start))})
		return
	}
	w := &liner{b: b, p: p, seen: map[*link]bool{}}
	for _, t := range p.tags {
		if t.mode == modeSplit {
			w.splits++
		}
	}
	split := w.splits > 0
	next := 0 // the first tag that has not begun
	for i := range p.atoms {
		a := &p.atoms[i]
		switch a.kind {
		case atomText, atomChar:
			next = w.chars(a, next)
		case atomZero:
			if !p.insideTag(a.off) {
				w.element(a)
			}
		case atomRange:
			if !b.cut[a.node] {
				w.element(a)
			}
		case atomRaw, atomSolid:
			w.element(a)
		}
	}
	w.flush()
	if !w.opened && (!split || w.splits > 0) {
		w.to(p.root) // everything in it went: the paragraph itself stays
	}
	w.to(nil)
}

// element emits an atom that is not text.
func (w *liner) element(a *atom) {
	w.flush()
	w.to(a.in)
	w.b.source(a.node.Start, a.node.End)
}

// chars emits the text of an atom that is outside tags, and the tags that begin in it.
func (w *liner) chars(a *atom, next int) int {
	tags := w.p.tags
	end := a.off + a.n
	first := next
	for first > 0 && tags[first-1].end > a.off { // still inside a tag that began before
		first--
	}
	if first == len(tags) || tags[first].start >= end {
		// no tag touches it
		w.flush()
		w.to(a.in)
		w.b.source(a.node.Start, a.node.End)
		return next
	}
	at := a.off
	for i := first; i < len(tags) && tags[i].start < end; i++ {
		t := tags[i]
		if t.start > at {
			w.literal(a, w.p.text[at:t.start])
		}
		if i >= next {
			w.tag(a, t)
			next = i + 1
		}
		at = max(at, min(t.end, end))
	}
	if at < end {
		w.literal(a, w.p.text[at:end])
	}
	return next
}

func (w *liner) literal(a *atom, s string) {
	if a.kind == atomChar {
		w.element(a)
		return
	}
	w.textIn(a)
	w.group.pieces = append(w.group.pieces, piece{lit: s})
}

func (w *liner) tag(a *atom, t *tag) {
	switch t.kind {
	case tagComment:
		return
	case tagBad:
		w.textIn(a)
		w.group.pieces = append(w.group.pieces, piece{lit: t.raw})
		return
	case tagValue:
		w.textIn(a)
		w.group.pieces = append(w.group.pieces, piece{tag: t})
		return
	case tagLoop, tagNone, tagCond, tagElse, tagClose:
	}
	switch t.mode {
	case modeHoist:
		return
	case modeSplit:
		w.flush()
		w.to(nil)
		w.splits--
		w.opened = false
		w.b.mark(t)
	case modeInline:
		if t.pair == nil || t.pair.level == nil {
			return
		}
		w.flush()
		w.to(t.pair.level)
		w.b.mark(t)
	}
}

// textIn makes sure that text can be added in the run of a.
func (w *liner) textIn(a *atom) {
	if w.group != nil && w.run == a.in {
		return
	}
	w.flush()
	w.to(a.in)
	w.group, w.run = w.b.textGroup(a), a.in
}

func (w *liner) flush() {
	if w.group != nil {
		if slices.ContainsFunc(w.group.pieces, func(p piece) bool { return p.tag != nil }) {
			w.group.markOpen = highlighted(w.b, w.run)
			if w.p.node.Name == "w:p" {
				w.group.shape = shapeOf(w.b, w.p, w.run)
			}
		}
		w.b.emit(op{kind: opText, text: w.group})
	}
	w.group, w.run = nil, nil
}

// to closes and opens containers until l is the innermost open one.
func (w *liner) to(l *link) {
	for w.cur != nil && !w.cur.holds(l) {
		w.closeLink()
	}
	if w.cur == l {
		return
	}
	var path []*link
	for k := l; k != w.cur; k = k.up {
		path = append(path, k)
	}
	for _, k := range slices.Backward(path) {
		w.openLink(k)
	}
}

// holds reports whether l is k or inside k.
func (k *link) holds(l *link) bool {
	for l != nil && l.depth > k.depth {
		l = l.up
	}
	return l == k
}

func (w *liner) openLink(l *link) {
	again := w.seen[l]
	w.seen[l] = true
	b := w.b
	fresh := b.fresh
	b.fresh = fresh || again
	switch {
	case l.up != nil:
		b.source(l.node.Start, l.head)
	case w.splits > 0 && w.p.props.Child("w:sectPr") != nil:
		b.source(l.node.Start, l.node.Open)
		b.lit(b.without(w.p.props, "w:sectPr")) // the section ends with the last of the pieces
	default:
		b.source(l.node.Start, l.head)
	}
	b.fresh = fresh
	if l.up == nil {
		w.opened = true
		if l.node.Open == l.node.End { // <w:p/> holds no atoms
			return
		}
	}
	w.cur = l
}

func (w *liner) closeLink() {
	n := w.cur.node
	if c := n.Child("w:sdtContent"); n.Name == "w:sdt" && c != nil {
		open := w.b.src.data[c.Start:c.Open:c.Open]
		w.b.emit(op{kind: opNotEmpty, raw: []byte("<" + w.b.prefix(n) + "r/>"), body: []op{{kind: opRaw, raw: open}}})
		w.b.raw(c.Close, n.End)
	} else {
		w.b.raw(n.Close, n.End)
	}
	w.cur = w.cur.up
}

// textGroup prepares text in the run of a.
func (b *builder) textGroup(a *atom) *textOp {
	run := a.in.node
	pre := b.prefix(a.node)
	rname := b.rawName(run)
	g := &textOp{
		el:       pre + "t",
		br:       []byte("<" + pre + "br/>"),
		tab:      []byte("<" + pre + "tab/>"),
		runClose: []byte("</" + rname + ">"),
		runOpen:  b.src.data[run.Start:a.in.head:a.in.head],
	}
	if run.Name == "a:r" {
		g.drawn = true
		g.br = slices.Concat(g.runClose, g.br, g.runOpen)
	}
	return g
}

// highlighted is the start of a run like the given one, with its text marked: for what is still to be filled in.
func highlighted(b *builder, l *link) []byte {
	data, run := b.src.data, l.node
	if run.Name == "a:r" {
		return data[run.Start:l.head:l.head]
	}
	rname, pre := b.rawName(run), b.prefix(run)
	mark := "<" + pre + `highlight ` + pre + `val="yellow"/>`
	if pre == "" {
		mark = `<highlight val="yellow"/>`
	}
	out := []byte("<" + rname + ">")
	pr := run.Child("w:rPr")
	if pr == nil || pr.Open == pr.End {
		return append(out, "<"+pre+"rPr>"+mark+"</"+pre+"rPr>"...)
	}
	at := pr.Close
	out = append(out, data[pr.Start:pr.Open]...)
	from := pr.Open
	for _, k := range pr.Kids {
		if k.Name == "w:highlight" {
			out = append(out, data[from:k.Start]...)
			from = k.End
			continue
		}
		if at == pr.Close && afterHighlight(k.Name) {
			at = k.Start
			out = append(out, data[from:at]...)
			out = append(out, mark...)
			from = at
		}
	}
	out = append(out, data[from:pr.Close]...)
	if at == pr.Close {
		out = append(out, mark...)
	}
	return append(out, data[pr.Close:l.head]...)
}

// afterHighlight names what follows w:highlight in w:rPr (ISO/IEC 29500-1, EG_RPrBase; order by the transitional schema).
func afterHighlight(name string) bool {
	switch name {
	case "w:u", "w:effect", "w:bdr", "w:shd", "w:fitText", "w:vertAlign", "w:rtl", "w:cs", "w:em", "w:lang", "w:eastAsianLayout",
		"w:specVanish", "w:oMath", "w:rPrChange":
		return true
	}
	return len(name) > 4 && name[:4] == "w14:"
}
