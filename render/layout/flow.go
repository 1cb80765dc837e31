package layout

import "slices"

// block is a paragraph or a table.
type block struct {
	para  *paraBox
	table *tableBox
}

// frame is a place that blocks are poured into: a column of a page, a cell, a text box.
type frame struct {
	x, width   Length
	top        Length // where the frame begins
	y, bottom  Length // where the next block goes, and the limit
	page       *Page  // nil when only measuring
	fresh      bool   // nothing placed yet
	keepBefore bool   // the space before the first paragraph counts: after a hard break, in cells, at a section's start
	cell       bool   // page breaks are not obeyed
	pending    Length // space after the last paragraph, still to be added
	prev       *paraBox
	body       bool
	crowded    bool // notes that go on from the page before take a part of it; the next may have more room
	excluded   []band
	reach      Length // lower edge of the floating objects placed in it
	full       Length // height of an empty page of this kind
	area       Anchor // the table cell, for bookmarks in it; of no height elsewhere
}

// band is a rectangle of the page that text keeps out of.
type band struct {
	top, bottom, left, right Length
	side                     wrapSide
	outline                  []point   // where it is not a rectangle: its corners on the page
	dist                     [2]Length // kept free at the left and right of the outline
}

func (b *band) equal(c *band) bool {
	return b.top == c.top && b.bottom == c.bottom && b.left == c.left && b.right == c.right && b.side == c.side && slices.Equal(b.outline, c.outline)
}

// cursor is how far a list of blocks has been placed.
type cursor struct {
	block, line int
	table       *tableCursor
}

// stop says why pouring ended.
type stop uint8

const (
	stopDone stop = iota
	stopFull
	stopPage
	stopColumn
)

// mustPlace reports whether something has to be set in the frame even if it has no room: no other would have more.
func (fr *frame) mustPlace() bool { return fr.fresh && !fr.crowded }

const unlimited = Length(1) << 50

// fill pours blocks from cur on into fr until they are all placed or fr is full.
func (e *engine) fill(blocks []block, cur *cursor, fr *frame) stop {
	for cur.block < len(blocks) {
		var st stop
		if t := blocks[cur.block].table; t != nil {
			if t.props.floating == nil || cur.table != nil || !e.floatTable(t, fr) {
				st = e.fillTable(t, cur, fr)
			}
		} else {
			st = e.fillPara(blocks, cur, fr)
		}
		if st != stopDone {
			return st
		}
		cur.block++
		cur.line, cur.table = 0, nil
	}
	return stopDone
}

// measure gives the height of blocks from cur on in a column of the given width, cur staying as it is.
func (e *engine) measure(blocks []block, cur cursor, width Length) Length {
	var m *measuring
	if n := len(e.measurings); n > 0 {
		m = e.measurings[n-1]
		e.measurings = e.measurings[:n-1]
	} else {
		m = new(measuring)
	}
	m.fr = frame{width: width, bottom: unlimited, fresh: cur.block == 0 && cur.line == 0, keepBefore: true, cell: true}
	m.cur = cur
	if cur.table != nil {
		m.cur.table = cur.table.clone()
	}
	e.fill(blocks, &m.cur, &m.fr)
	height := m.fr.y + m.fr.pending
	*m = measuring{}
	e.measurings = append(e.measurings, m)
	return height
}

// measuring is what a measurement needs; measurements nest, and their memory is used again.
type measuring struct {
	fr  frame
	cur cursor
}

// contextual reports whether the space between two paragraphs is dropped on the side of p.
func contextual(p, q *paraBox) bool {
	return p != nil && q != nil && p.ps.is(pContextual) && p.ps.base == q.ps.base
}

// gapBefore is the space between the last paragraph of fr and pb.
func (e *engine) gapBefore(fr *frame, pb *paraBox) Length {
	after, before := fr.pending, pb.before
	if contextual(fr.prev, pb) {
		after = 0
	}
	if contextual(pb, fr.prev) {
		before = 0
	}
	if fr.fresh && !fr.keepBefore {
		before = 0 // Word drops the space before a paragraph that a full page has pushed over
	}
	return e.between(after, before)
}

// between is the space between two paragraphs of which the first wants after and the second before: the larger of the
// two, as in HTML, or their sum under w:doNotUseHTMLParagraphAutoSpacing.
func (e *engine) between(after, before Length) Length {
	if e.sheet.settings.addSpacing {
		return after + before
	}
	return max(after, before)
}

func widowControl(ps *paraStyle) bool { return ps.set&pWidow == 0 || ps.is(pWidow) }

// fillPara places the lines of a paragraph that fit.
func (e *engine) fillPara(blocks []block, cur *cursor, fr *frame) stop {
	pb := blocks[cur.block].para
	if pb.hidden {
		return stopDone
	}
	var next *paraBox
	if cur.block+1 < len(blocks) {
		next = blocks[cur.block+1].para
	}
	bordered := pb.ps.bordersSet != 0
	joinsNext := bordered && next != nil && sameBorders(pb, next)
	joinsPrev := bordered && fr.prev != nil && sameBorders(fr.prev, pb) && cur.line == 0
	gap := Length(0)
	if cur.line == 0 {
		if pb.breakBefore && !fr.cell && !fr.fresh {
			return stopPage
		}
		gap = e.gapBefore(fr, pb)
		if !fr.fresh && !fr.cell && pb.ps.is(pKeepNext) {
			if need := gap + e.chainNeed(blocks, cur.block, fr); fr.y+need > fr.bottom+tolerance && need <= fr.full {
				return stopFull
			}
		}
	}
	topSpace, bottomSpace := Length(0), Length(0)
	if bordered {
		if !joinsPrev && cur.line == 0 {
			topSpace = pb.edgeSpace(0)
		} else if joinsPrev {
			topSpace = pb.edgeSpace(4)
		}
		if !joinsNext {
			bottomSpace = pb.edgeSpace(2)
		}
	}
	start := fr.y + gap
	y := start + topSpace
	var floats []floating
	bands, reach := fr.excluded, fr.reach
	if cur.line == 0 {
		floats = e.findAnchors(pb, fr, y)
	}
	if pb.kept != nil {
		e.rewrap(pb, cur.line, y, fr)
	}
	k, broke := e.linesThatFit(pb, cur.line, y, bottomSpace, fr)
	total := len(pb.lines) - cur.line
	if k < total && broke == 0 {
		if cur.line == 0 && pb.ps.is(pKeepLines) && !fr.mustPlace() {
			fr.excluded, fr.reach = bands, reach
			return stopFull
		}
		if widowControl(pb.ps) {
			if total-k == 1 && k > 0 {
				k--
			}
			if cur.line == 0 && k == 1 && total > 1 {
				k = 0
			}
		}
	}
	k = pb.wholeRows(cur.line, k)
	if k == 0 {
		if !fr.mustPlace() {
			fr.excluded, fr.reach = bands, reach
			return stopFull
		}
		k = 1 // a line taller than the page, or two that widow control would keep together on a tiny one
		for pb.lines[cur.line+k-1].more {
			k++
		}
		broke = pb.lines[cur.line+k-1].after
	}
	e.drawAnchors(pb, floats, fr)
	top := y
	for i := cur.line; i < cur.line+k; i++ {
		l := &pb.lines[i]
		y = pb.below(l, y, fr)
		if fr.page != nil {
			e.placeLine(pb, l, fr, y)
		}
		y += l.height
	}
	first, whole := cur.line == 0, cur.line+k == len(pb.lines)
	if fr.page != nil && (bordered || pb.ps.set&pShd != 0 && pb.ps.shd.on) {
		e.paintPara(pb, fr, start, top, y, first, whole, joinsPrev, joinsNext)
	}
	cur.line += k
	fr.y, fr.fresh, fr.pending, fr.prev = y, false, 0, pb
	if whole {
		fr.y += bottomSpace
		fr.pending = pb.after
	}
	switch {
	case broke == 1 && !fr.cell:
		if whole {
			cur.block++
			cur.line = 0
		}
		return stopPage
	case broke == 2 && !fr.cell:
		if whole {
			cur.block++
			cur.line = 0
		}
		return stopColumn
	case !whole && broke == 0:
		return stopFull
	case !whole: // a break inside a cell: go on below
		return e.fillPara(blocks, cur, fr)
	}
	return stopDone
}

// linesThatFit counts the lines from first on that fit into fr from y on; broke is the kind of the hard break that ends
// them, 0 when none does.
func (e *engine) linesThatFit(pb *paraBox, first int, y, bottomSpace Length, fr *frame) (k int, broke int8) {
	notes, begun := Length(0), false
	for i := first; i < len(pb.lines); i++ {
		l := &pb.lines[i]
		y = pb.below(l, y, fr)
		need := l.height
		if l.more {
			need = pb.lines[i+1].height
		}
		if i == len(pb.lines)-1 {
			need += bottomSpace
		}
		if len(l.notes) > 0 && fr.body {
			whole, least := e.notesHeight(l.notes, begun)
			if y+need+notes+least > fr.bottom+tolerance {
				return k, 0
			}
			notes, begun = notes+whole, true
			if y+need+notes > fr.bottom+tolerance {
				return k + 1, l.after // the rest of the note takes what is left of the page
			}
		}
		if y+need+notes > fr.bottom+tolerance {
			return k, 0
		}
		y += l.height
		k++
		if l.after != 0 {
			return k, l.after
		}
	}
	return k, 0
}

// wholeRows takes from k lines after line from those that would part a row beside an object.
func (pb *paraBox) wholeRows(from, k int) int {
	for k > 0 && pb.lines[from+k-1].more {
		k--
	}
	return k
}

// below is where line l goes when the one above ends at y.
func (pb *paraBox) below(l *line, y Length, fr *frame) Length {
	if pb.kept != nil && pb.kept.beside {
		return y + l.skip
	}
	return fr.clear(y, l.height)
}

// clear moves y below everything that a line of the given height would run into and cannot stand beside.
func (fr *frame) clear(y, height Length) Length {
	for range 8 {
		moved := false
		for _, b := range fr.excluded {
			if b.side == wrapNowhere && y < b.bottom && y+height > b.top && b.left < fr.x+fr.width && b.right > fr.x {
				y, moved = b.bottom, true
			}
		}
		if !moved {
			break
		}
	}
	return y
}

// chainNeed is the height that blocks[i] and what must stay with it take: all paragraphs kept with their next one, and
// the beginning of what follows them.
func (e *engine) chainNeed(blocks []block, i int, fr *frame) Length {
	var sum Length
	var prev *paraBox
	pending := Length(0)
	for ; i < len(blocks); i++ {
		if t := blocks[i].table; t != nil {
			return sum + pending + t.firstNeed()
		}
		pb := blocks[i].para
		if prev != nil {
			if pb.breakBefore {
				return sum
			}
			before, after := pb.before, pending
			if contextual(prev, pb) {
				after = 0
			}
			if contextual(pb, prev) {
				before = 0
			}
			sum += e.between(after, before)
		}
		lines := len(pb.lines)
		keep := pb.ps.is(pKeepNext)
		if !keep {
			lines = pb.headLines()
		}
		for j := range lines {
			sum += pb.lines[j].height
			if pb.lines[j].after != 0 {
				return sum
			}
		}
		if sum > fr.full {
			return sum
		}
		if !keep {
			return sum
		}
		prev, pending = pb, pb.after
	}
	return sum
}

// headLines is how many lines of a paragraph must stand together at its beginning.
func (pb *paraBox) headLines() int {
	n := len(pb.lines)
	switch {
	case pb.ps.is(pKeepLines) || n <= 2:
		return n
	case !widowControl(pb.ps):
		return 1
	case n == 3:
		return 3
	}
	return 2
}

// edgeSpace is the room that border side (top, bottom or between) takes between the paragraph's edge and its text.
func (pb *paraBox) edgeSpace(side int) Length {
	b := pb.ps.borders[side]
	if !b.visible() {
		return 0
	}
	return b.space + b.total()
}

func sameBorders(a, b *paraBox) bool {
	return a.ps.bordersSet == b.ps.bordersSet && a.ps.borders == b.ps.borders && a.left == b.left && a.right == b.right
}

// paintPara draws a paragraph's borders and shading around the lines from top to bottom. start is where its space began.
func (e *engine) paintPara(pb *paraBox, fr *frame, start, top, bottom Length, first, last, joinsPrev, joinsNext bool) {
	ps := pb.ps
	node := e.nodeOf(pb.node)
	x1, x2 := fr.x+pb.left, fr.x+fr.width-pb.right
	if pb.first < 0 {
		x1 += pb.first // a hanging indent's first line lies inside the border
	}
	lb, rb := ps.borders[1], ps.borders[3]
	outer1, outer2 := x1, x2
	if lb.visible() {
		outer1 -= lb.space + lb.total()
	}
	if rb.visible() {
		outer2 += rb.space + rb.total()
	}
	t, b := top, bottom
	tb, bb := ps.borders[0], ps.borders[2]
	if first && !joinsPrev && tb.visible() {
		t -= tb.space + tb.total()
	}
	if joinsPrev {
		t = start - max(0, e.gapBefore(fr, pb))
	}
	if last && !joinsNext && bb.visible() {
		b += bb.space + bb.total()
	}
	if ps.set&pShd != 0 && ps.shd.on {
		fr.page.Fills = append(fr.page.Fills, Fill{X: outer1, Y: t, W: outer2 - outer1, H: b - t, Color: ps.shd.color, Node: node})
	}
	rules := fr.page.Rules
	if first && !joinsPrev && tb.visible() {
		rules = tb.hline(rules, outer1, outer2, t, 1, node)
	}
	if joinsPrev && ps.borders[4].visible() {
		rules = ps.borders[4].hline(rules, outer1, outer2, top-ps.borders[4].space-ps.borders[4].total(), 1, node)
	}
	if last && !joinsNext && bb.visible() {
		rules = bb.hline(rules, outer1, outer2, b, -1, node)
	}
	if lb.visible() {
		rules = lb.vline(rules, outer1, t, b, 1, node)
	}
	if rb.visible() {
		rules = rb.vline(rules, outer2, t, b, -1, node)
	}
	fr.page.Rules = rules
}

// nodeOf is the structure node to give to what is drawn: none in artifacts.
func (e *engine) nodeOf(n int32) int32 {
	if e.artifact {
		return -1
	}
	return n
}

// placeLine copies a line onto the page with its top at y.
func (e *engine) placeLine(pb *paraBox, l *line, fr *frame, y Length) {
	p := fr.page
	base := y + l.ascent
	if len(l.texts) > 0 && (l.texts[0].X+fr.x < 0 || p.Width > 0 && (l.right+fr.x > p.Width+Point || base > p.Height || base < 0)) {
		e.outside(pb)
	}
	for i := range l.texts {
		t := l.texts[i]
		t.X += fr.x
		t.Y += base
		t.Node = e.nodeOf(pb.nodeIn(t.Node))
		p.Texts = append(p.Texts, t)
	}
	for i := range l.rules {
		r := l.rules[i]
		r.X1 += fr.x
		r.X2 += fr.x
		r.Y1 += base
		r.Y2 += base
		r.Node = e.nodeOf(pb.nodeIn(r.Node))
		p.Rules = append(p.Rules, r)
	}
	for i := range l.fills {
		f := l.fills[i]
		f.X += fr.x
		f.Y += base
		f.Node = e.nodeOf(pb.nodeIn(f.Node))
		p.Fills = append(p.Fills, f)
	}
	for i := range l.links {
		k := l.links[i]
		k.X += fr.x
		k.Y += base
		p.Links = append(p.Links, k)
	}
	for i := range l.objects {
		o := &l.objects[i]
		e.maySee(o.d, p, fr.x+o.x, base+o.y, pb.place)
		e.draw(o.d, p, fr.x+o.x, base+o.y)
	}
	if e.onPage != nil || e.repeating {
		return
	}
	at := e.here()
	for _, r := range l.selfRefs {
		for len(e.selfFound) <= r {
			e.selfFound = append(e.selfFound, pageState{})
		}
		e.selfFound[r] = at
	}
	for _, m := range l.marks {
		e.foundBookmark(pb.marks[m].name, at, y)
		area := fr.area
		if area.H == 0 {
			area = Anchor{X: fr.x, Y: y, W: fr.width, H: l.height}
		}
		area.Name, area.Page, area.Node = pb.marks[m].name, at.page, e.nodeOf(pb.node)
		e.doc.Anchors = append(e.doc.Anchors, area)
	}
	if pb.heading != "" && l == &pb.lines[0] {
		e.doc.Outline = append(e.doc.Outline, OutlineAt{Level: pb.ps.level, Text: pb.heading, Page: at.page, Y: y})
		e.headings = append(e.headings, pb.at)
	}
	for _, n := range l.notes {
		e.foundNote(n)
		e.addNote(n, fr, y+l.height)
	}
}

// outside tells of a line that does not lie on the page.
func (e *engine) outside(pb *paraBox) {
	if pb.told {
		return
	}
	pb.told = true
	e.warnAt(pb.place, "layout.text.outside", "文字超出纸张边缘，看不见", "text lies beyond the edge of the page and cannot be seen", clip(pb.text, 24))
}

func (e *engine) foundBookmark(name string, at pageState, y Length) {
	if e.bookmarksFound == nil {
		e.bookmarksFound, e.bookmarkTops = map[string]pageState{}, map[string]Link{}
	}
	if _, dup := e.bookmarksFound[name]; dup {
		return
	}
	e.bookmarksFound[name] = at
	e.bookmarkTops[name] = Link{Page: at.page, Top: y}
}
