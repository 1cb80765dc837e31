package layout

import (
	"slices"
	"strconv"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// noteRef is a footnote reference in a paragraph.
type noteRef struct{ item, note int }

// noteBox is a footnote laid out.
type noteBox struct {
	blocks   []block
	width    Length // for which height and head hold
	height   Length
	numbered bool
	head     Length // the least part of it that may stand on a page by itself
}

// fit makes height and head those of the note in a column of the given width. Its paragraphs are broken into lines anew for it, if
// they may be: see sectionBlocks.
func (e *engine) fit(box *noteBox, width Length) {
	if box.width == width && box.height > 0 {
		return
	}
	box.width = width
	box.height = e.measure(box.blocks, cursor{}, width)
	box.head = min(box.height, headOf(box.blocks))
}

// readNotes finds the footnotes and endnotes part.
func (e *engine) readNotes(main *docx.Part) {
	e.noteNodes = map[string]noteSource{}
	for _, kind := range []struct{ rel, elem, prefix string }{{"footnotes", "w:footnote", "f"}, {"endnotes", "w:endnote", "e"}} {
		for _, part := range e.pkg.Related(main, kind.rel) {
			root, err := docx.Parse(part.Data)
			if err != nil {
				e.findings.Add((&partFault{part.Name, err}).finding())
				continue
			}
			for _, k := range root.Kids {
				id, ok := k.Attr("w:id")
				key := kind.prefix + id
				if t, special := k.Attr("w:type"); special && t != "normal" {
					key = kind.prefix + ":" + t
				}
				if _, dup := e.noteNodes[key]; k.Name == kind.elem && ok && !dup {
					e.noteNodes[key] = noteSource{part: part, node: k}
				}
			}
		}
	}
}

type noteSource struct {
	part *docx.Part
	node *docx.Node
}

// noteNumbers says how footnotes are numbered and where they stand (ECMA-376 17.11.11).
type noteNumbers struct {
	format  string
	start   int    // of the first number, less one
	restart string // continuous, eachSect or eachPage
	pos     string
}

// with lays a w:footnotePr on top.
func (n noteNumbers) with(k *docx.Node) noteNumbers {
	if v := k.Child("w:numFmt").Val(); v != "" {
		n.format = v
	}
	if v, ok := attrInt(k.Child("w:numStart"), "w:val"); ok {
		n.start = max(0, v-1)
	}
	if v := k.Child("w:numRestart").Val(); v != "" {
		n.restart = v
	}
	if v := k.Child("w:pos").Val(); v != "" {
		n.pos = v
	}
	return n
}

// nextNote counts one more footnote and gives its number.
func (e *engine) nextNote() int {
	if e.noteNumbers.restart != "eachPage" {
		e.noteCount++
		return e.noteCount
	}
	// On which page the reference comes to stand is known from the pass before.
	e.notesByPage = true
	n, number := len(e.noteList), e.noteNumbers.start+1
	if n >= len(e.notePagesKnown) {
		e.noteCount++
		return e.noteCount
	}
	for i := range n {
		if e.noteList[i].numbered && e.notePagesKnown[i] == e.notePagesKnown[n] {
			number++
		}
	}
	return number
}

// foundNote remembers the page of a footnote's reference.
func (e *engine) foundNote(n int) {
	for len(e.notePages) <= n {
		e.notePages = append(e.notePages, -1)
	}
	e.notePages[n] = len(e.pages) - 1
}

// endnote is an endnote that has been referred to and is still to be set.
type endnote struct {
	source noteSource
	label  string
	parent int32 // structure node of what refers to it
}

// noteReference sets the mark of a footnote or endnote. A footnote is laid out at once, for the foot of the page; endnotes
// wait for the end of the document or section.
func (e *engine) noteReference(k *docx.Node, cs *charStyle) {
	if !e.shown(cs) {
		return
	}
	id, _ := k.Attr("w:id")
	end := k.Name == "w:endnoteReference"
	key, format := "f"+id, e.noteNumbers.format
	if end {
		key, format = "e"+id, e.sheet.settings.endnoteFmt
		if format == "" {
			format = "lowerRoman"
		}
	}
	src, ok := e.noteNodes[key]
	if !ok {
		return
	}
	if e.boxDepth > 0 {
		e.warnOnce("layout.note", "文本框内的脚注和尾注未排出", "footnotes and endnotes of text boxes are left out", "")
		return
	}
	label := ""
	if custom, _ := k.Attr("w:customMarkFollows"); !isOn(custom) || custom == "" {
		var number int
		if end {
			e.endnoteCount++
			number = e.endnoteCount
		} else {
			number = e.nextNote()
		}
		label = strconv.Itoa(number)
		if format != "" {
			label, _ = formatNumber(number, format, "")
		}
		e.addText(label, cs)
	}
	if end {
		e.endnotes = append(e.endnotes, endnote{source: src, label: label, parent: e.parent})
		return
	}
	box := &noteBox{numbered: label != ""}
	box.blocks = e.noteBlocks(src, label, "脚注", e.parent, e.noteWidth)
	e.fit(box, e.noteWidth)
	e.noteList = append(e.noteList, box)
	e.noteRefs = append(e.noteRefs, noteRef{item: len(e.items), note: len(e.noteList) - 1})
}

// headOf is the height of the first lines of blocks that may not be parted.
func headOf(blocks []block) Length {
	if len(blocks) == 0 {
		return 0
	}
	if t := blocks[0].table; t != nil {
		return t.firstNeed()
	}
	pb := blocks[0].para
	h := pb.before
	for _, l := range pb.lines[:pb.headLines()] {
		h += l.height
	}
	return h
}

// noteBlocks lays out the text of a note.
func (e *engine) noteBlocks(src noteSource, label, story string, parent int32, width Length) (blocks []block) {
	e.boxDepth++
	e.inStory(src.part, problem.Place{Part: src.part.Name, Story: story}, func() {
		e.noteLabel = label
		saved := e.parent
		e.parent = parent
		if n := e.addNode(Node{Kind: NodeNote}); !e.artifact {
			e.parent = n
		}
		e.gridPitch, e.gridDelta = 0, 0
		blocks = e.blocks(e.flatten(src.node, nil, 0), width)
		e.parent = saved
	})
	e.boxDepth--
	return blocks
}

// endnoteBlocks sets the endnotes met so far, below their separator.
func (e *engine) endnoteBlocks(width Length) []block {
	if len(e.endnotes) == 0 {
		return nil
	}
	blocks := slices.Clone(e.separator("e:separator", width).blocks)
	for _, n := range e.endnotes {
		blocks = append(blocks, e.noteBlocks(n.source, n.label, "尾注", n.parent, width)...)
	}
	e.endnotes = nil
	return blocks
}

// separatorRoom is the space that the line above the notes takes where the document does not say what stands there.
const separatorRoom = 10 * Point

// separator is what stands above the notes of a column, or below those that go on on the next page, in a column of some width.
type separator struct {
	blocks []block
	height Length
}

// separatorKey is a kind of separator, as readNotes keys it, in a width.
type separatorKey struct {
	kind  string
	width Length
}

// separator lays out a separator of the document: f:separator, f:continuationSeparator, f:continuationNotice or e:separator
// (ECMA-376 17.11.23, 17.11.1, 17.18.33). A document without one gets the line that Word draws; a notice that shows nothing takes
// no room.
func (e *engine) separator(kind string, width Length) *separator {
	key := separatorKey{kind, width}
	if s := e.separators[key]; s != nil {
		return s
	}
	s := &separator{}
	src, ok := e.noteNodes[kind]
	notice := strings.HasSuffix(kind, "Notice")
	varied := e.varied
	switch {
	case ok:
		at := e.here()
		e.inStory(src.part, problem.Place{Part: src.part.Name, Story: "脚注分隔符"}, func() {
			e.artifact, e.onPage = true, &at
			muted := e.muted
			e.muted += boolInt(e.said[kind])
			e.gridPitch, e.gridDelta, e.noteWidth, e.keeping = 0, 0, width, false
			e.boxDepth++ // no notes in it
			s.blocks = e.blocks(e.flatten(src.node, nil, 0), width)
			e.boxDepth--
			e.muted = muted
		})
		e.said[kind] = true
		if notice && !showsSomething(s.blocks) {
			s.blocks = nil
		}
		s.height = e.measure(s.blocks, cursor{}, width)
	case !notice:
		pb := e.newPara()
		pb.ps, pb.width, pb.node = e.sheet.para(nil, nil, nil), width, -1
		rule := separatorRule(kind, width)
		rule.Y1, rule.Y2 = -separatorRoom/2, -separatorRoom/2
		pb.lines = []line{{height: separatorRoom, ascent: separatorRoom, rules: []Rule{rule}}}
		s.blocks, s.height = []block{{para: pb}}, separatorRoom
	}
	if e.varied == varied { // else it shows a page number
		if e.separators == nil {
			e.separators = map[separatorKey]*separator{}
		}
		e.separators[key] = s
	}
	return s
}

// separatorRule is the line that a w:separator is, or across the column that a w:continuationSeparator is.
func separatorRule(kind string, width Length) Rule {
	if !strings.HasSuffix(kind, "continuationSeparator") {
		width = min(2*Inch, width)
	}
	return Rule{X2: width, Width: Point / 2, Node: -1}
}

// separatorLine sets a w:separator or w:continuationSeparator.
func (e *engine) separatorLine(kind string, cs *charStyle) {
	if !e.shown(cs) {
		return
	}
	rule := separatorRule(kind, e.noteWidth)
	rule.Y1, rule.Y2, rule.Color = -cs.size*3/10, -cs.size*3/10, cs.color
	e.addDrawing(&drawing{w: rule.X2, rules: []Rule{rule}, node: -1, asText: true}, cs)
}

// showsSomething reports whether blocks are more than empty paragraphs.
func showsSomething(blocks []block) bool {
	for _, b := range blocks {
		if b.table != nil {
			return true
		}
		for i := range b.para.lines {
			if l := &b.para.lines[i]; len(l.texts)+len(l.rules)+len(l.fills)+len(l.objects)+len(l.anchors) > 0 {
				return true
			}
		}
	}
	return false
}

// notePart is a footnote, or a part of one, on a page: from a place in it on, as far as the room goes.
type notePart struct {
	box  *noteBox
	from cursor
	room Length
}

// noteColumn holds the footnotes below one column of a page.
type noteColumn struct {
	x, width Length
	bottom   Length // where the notes end
	room     Length // what they take, with the line above them
	parts    []notePart
	carried  bool // the first part goes on from another page or column
	notice   bool // the last goes on on the next
}

// above is what stands above the notes of a column.
func (e *engine) above(c *noteColumn) *separator {
	if c.carried {
		return e.separator("f:continuationSeparator", c.width)
	}
	return e.separator("f:separator", c.width)
}

// notice is what stands below notes that go on on the next page.
func (e *engine) notice(c *noteColumn) *separator {
	return e.separator("f:continuationNotice", c.width)
}

// noteColumnAt makes the column of the page at x, the text area of which ends at bottom, the one that gets footnotes, and
// returns where its text ends now. What is left of notes that have been begun comes first.
func (e *engine) noteColumnAt(x, width, top, bottom Length) (end Length, carried bool) {
	for i := range e.noteColumns {
		if c := &e.noteColumns[i]; c.x == x && c.width == width {
			e.noteColumn = i
			return c.bottom - c.room, false
		}
	}
	for i := range e.noteColumns {
		if c := &e.noteColumns[i]; c.x < x+width && c.x+c.width > x {
			bottom = min(bottom, c.bottom-c.room)
		}
	}
	e.noteColumn = len(e.noteColumns)
	e.noteColumns = append(e.noteColumns, noteColumn{x: x, width: width, bottom: bottom, carried: len(e.noteRest) > 0})
	rest := e.noteRest
	e.noteRest = nil
	avail := max(0, bottom-top-besideNotes)
	for _, p := range rest {
		avail -= e.putNote(p, avail, true)
	}
	return bottom - e.noteColumns[e.noteColumn].room, len(rest) > 0
}

// besideNotes is the room that is kept for the text above notes that go on from the page before.
const besideNotes = 30 * Point

// noteRoom is what the footnotes of the current column take.
func (e *engine) noteRoom() Length {
	if len(e.noteColumns) == 0 {
		return 0
	}
	return e.noteColumns[e.noteColumn].room
}

// notesHeight is the room that footnotes need at the foot of the page: for the whole of them, and at least, when the last may
// go on on the next page. begun tells that there are others already.
func (e *engine) notesHeight(notes []int, begun bool) (whole, least Length) {
	if len(notes) == 0 {
		return 0, 0
	}
	if len(e.noteRest) > 0 {
		return unlimited / 2, unlimited / 2 // the rest of another comes first, on the next page
	}
	if len(e.noteColumns) == 0 {
		return 0, 0 // not on a page
	}
	c := &e.noteColumns[e.noteColumn]
	if !begun && len(c.parts) == 0 {
		whole = e.above(c).height
	}
	for _, n := range notes {
		e.fit(e.noteList[n], c.width)
		least = whole + e.noteList[n].head + e.notice(c).height
		whole += e.noteList[n].height
	}
	return whole, min(whole, least)
}

// addNote sets a footnote below the current column, so far as there is room below a line that ends at y; the rest waits for
// the next page.
func (e *engine) addNote(n int, fr *frame, y Length) {
	if fr.page == nil || e.artifact || len(e.noteColumns) == 0 {
		return
	}
	avail := e.noteAvail
	if fr.body {
		avail = fr.bottom - y
	}
	took := e.putNote(notePart{box: e.noteList[n]}, max(0, avail), false)
	if fr.body {
		fr.bottom -= took
	} else {
		e.noteAvail -= took
	}
}

// putNote sets what fits of a note and keeps the rest; it returns the room that is taken. With force set, a line is set
// whatever the room.
func (e *engine) putNote(p notePart, avail Length, force bool) Length {
	if len(e.noteRest) > 0 {
		e.noteRest = append(e.noteRest, p)
		return 0
	}
	c := &e.noteColumns[e.noteColumn]
	sep := Length(0)
	if len(c.parts) == 0 {
		sep = e.above(c).height
	}
	cur := p.from
	if cur.table != nil {
		cur.table = cur.table.clone()
	}
	p.room = e.measure(p.box.blocks, p.from, c.width)
	if p.room+sep <= avail+tolerance {
		c.parts = append(c.parts, p)
		c.room += p.room + sep
		return p.room + sep
	}
	notice := e.notice(c).height
	fr := noteFrame(c.width, avail-sep-notice)
	fr.fresh = force && len(c.parts) == 0
	if p.from != (cursor{}) {
		fr.keepBefore = false
	}
	st := e.fill(p.box.blocks, &cur, &fr)
	if cur.block > p.from.block || cur.line > p.from.line || tableMoved(p.from.table, cur.table) {
		p.room = avail - sep - notice
		if force {
			p.room = max(p.room, fr.y)
		}
		c.parts = append(c.parts, p)
		c.notice = st != stopDone
		avail = p.room + sep + notice
	}
	c.room += avail
	if st != stopDone {
		e.noteRest = append(e.noteRest, notePart{box: p.box, from: cur})
	}
	return avail
}

// noteFrame is where a part of a note is poured into.
func noteFrame(width, room Length) frame {
	return frame{width: width, bottom: room, keepBefore: true, cell: true}
}

// drawNotes sets the footnotes of a page above its lower margin, or beneath its text, each column's below its separator.
func (e *engine) drawNotes(p *Page, beneath bool) {
	for i := range e.noteColumns {
		c := &e.noteColumns[i]
		if len(c.parts) == 0 {
			continue
		}
		y := c.bottom - c.room
		if beneath && len(e.noteColumns) == 1 {
			y = min(y, e.bodyEnd)
		}
		y += e.drawSeparator(e.above(c), p, c, y)
		for _, part := range c.parts {
			fr := noteFrame(c.width, y+part.room)
			fr.x, fr.y, fr.top, fr.page = c.x, y, y, p
			cur := part.from
			if cur.table != nil {
				cur.table = cur.table.clone()
			}
			fr.fresh = true
			fr.keepBefore = part.from == (cursor{})
			e.fill(part.box.blocks, &cur, &fr)
			y += part.room
		}
		if c.notice {
			e.drawSeparator(e.notice(c), p, c, y)
		}
	}
}

// drawSeparator sets a separator at y and returns its height.
func (e *engine) drawSeparator(s *separator, p *Page, c *noteColumn, y Length) Length {
	e.pourStory(s.blocks, p, e.here(), &frame{x: c.x, width: c.width, y: y})
	return s.height
}

// restOfNotes makes the pages that the notes still need when the text has ended.
func (e *engine) restOfNotes(s *section, index int) error {
	for len(e.noteRest) > 0 {
		if err := e.newPage(s, index, false); err != nil {
			return err
		}
		e.columnFrame(s, 0, 0, 0)
	}
	return nil
}

// notesBetween lists the footnotes of the lines of blocks from one cursor to another, nil standing for the end. Of a
// nested table it lists all when any of it lies between.
func notesBetween(blocks []block, from cursor, to *cursor) (notes []int) {
	for b := from.block; b < len(blocks) && (to == nil || b <= to.block); b++ {
		if t := blocks[b].table; t != nil {
			if to == nil || b < to.block || to.table != nil {
				for r := range t.rows {
					notes = append(notes, t.rows[r].notes...)
				}
			}
			continue
		}
		lines := blocks[b].para.lines
		first, last := 0, len(lines)
		if b == from.block {
			first = min(from.line, last)
		}
		if to != nil && b == to.block {
			last = min(max(first, to.line), last)
		}
		for i := first; i < last; i++ {
			notes = append(notes, lines[i].notes...)
		}
	}
	return notes
}
