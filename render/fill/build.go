package fill

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"tripact/render/docx"
)

// edit is something to do with a byte range of a part. Ranges nest or are disjoint; a mark is an empty range.
type edit struct {
	from, to  int
	rank, seq int // order at one position
	kind      editKind
	tag       *tag
	para      *para
	node      *docx.Node
	box       *box
	plain     *plainPiece
	id        idKind
	old       string
	drawing   *drawing
	slot      slot
	step      func(*builder) // of editStep
	run       func(*renderer, *op)
	done      bool
}

type editKind uint8

const (
	editMark       editKind = iota
	editPara                // a paragraph with tags
	editDelete              // a paragraph or row of markers, or a range end that stands elsewhere
	editPlain               // plain text with tags
	editStep                // what step does
	editNote                // a reference to a note or comment, or one end of a comment's range
	editID                  // an id that copies renew
	editFirstOpen           // content of a cell that may go on the one above: run says whether it is written
	editFirstClose          //
	editGuardOpen           // content that must keep a paragraph
	editGuardClose          //
	editTableOpen           // a table that goes when it has no row left
	editTableRows           //
	editTableEnd            //
	editTableClose          //
	editTableAfter          // the end of an empty paragraph that goes with the table
	editApart               // a table that must not touch the one before it
	editEachOpen            // a paragraph that a list of texts repeats
	editEachClose           //
	editDrawing             // a drawing that gets its content from data
	editSlot                // an attribute in it
)

// Ranks order edits at one position so that what they open and close nests.
const (
	rankElementEnd = iota
	rankContent
	rankMark
	rankContentEnd
	rankOuterEnd // of two contents that end together, the outer
	rankApart
	rankElement
	rankRange
)

func sortEdits(edits []edit) {
	slices.SortStableFunc(edits, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.rank, b.rank), cmp.Compare(a.seq, b.seq), cmp.Compare(b.to, a.to))
	})
}

// op is one step of a compiled part. Ops are immutable.
type op struct {
	kind  opKind
	raw   []byte
	text  *textOp
	tag   *tag // loop, condition: the open tag; each: the value tag
	body  []op
	alt   []op
	id    idKind
	fresh bool // an id that is always new: it stands in the second half of something split
	loose bool // a guard: any block will do, not only a paragraph
	marks []bookmark

	shape   *shaping // block
	drawing *drawing
	slot    slot
	step    func(*renderer, *op)
}

type opKind uint8

const (
	opRaw opKind = iota
	opText
	opLoop
	opCond
	opEach
	opStep      // what step does
	opFirstEver // body in the first copy of all loops
	opGuard     // body; raw after it when no paragraph ends it
	opTable     // body, of which [0] opens, [1] is the rows and [2] ends the table; dropped without rows; alt after it unless dropped
	opGroup     // body
	opNotEmpty  // raw, when nothing was written since body, a start tag
	opApart     // raw, when body, an end tag, was written last
	opID
	opBlock   // a rich text or document in place of a paragraph
	opDrawing // body, a drawing that gets its content from data
	opSlot    // an attribute in it
)

// textOp is text and values inside one run.
type textOp struct {
	pieces   []piece
	plain    bool // outside a run: nothing but escaped text
	attr     bool
	field    bool   // a field instruction
	drawn    bool   // DrawingML: breaks stand between runs
	el       string // name of w:t as the file spells it
	br, tab  []byte
	runOpen  []byte // start of the run again
	runClose []byte
	markOpen []byte   // start of a highlighted run
	shape    *shaping // of the run, where values stand in it
}

type piece struct {
	lit string
	tag *tag
}

type bookmark struct{ id, name string }

// builder turns the edits of a part into ops. It writes a flat stream with openings and closings and folds it at once:
// frames is the stack of what is open.
type builder struct {
	src    *source
	edits  []edit
	frames []bframe
	loops  int
	fresh  bool
	moving bool // ends of ranges are being written where they moved to
	broken bool // openings and closings do not nest: a fault of this package, told as such
	cut    map[*docx.Node]bool
}

type bframe struct {
	ops  []op
	open op
	key  any
	els  bool
}

func (b *builder) ops() *[]op { return &b.frames[len(b.frames)-1].ops }

func (b *builder) emit(o op) { *b.ops() = append(*b.ops(), o) }

// raw emits a byte range of the source, joined to the one before where they touch.
func (b *builder) raw(from, to int) {
	if from >= to {
		return
	}
	ops := *b.ops()
	if n := len(ops); n > 0 && ops[n-1].kind == opRaw {
		last := ops[n-1].raw
		if end := b.offset(last); end == from {
			ops[n-1].raw = b.src.data[end-len(last) : to]
			return
		}
	}
	b.emit(op{kind: opRaw, raw: b.src.data[from:to]})
}

// offset is where a slice of the source ends in it, or -1 when it is not of the source.
func (b *builder) offset(s []byte) int {
	end := len(b.src.data) - (cap(s) - len(s))
	if cap(s) < len(s) || end < len(s) || end > len(b.src.data) || len(s) == 0 || &b.src.data[end-1] != &s[len(s)-1] {
		return -1
	}
	return end
}

func (b *builder) lit(s []byte) {
	if len(s) > 0 {
		b.emit(op{kind: opRaw, raw: slices.Clip(slices.Clone(s))})
	}
}

func (b *builder) open(key any, o op) {
	b.frames = append(b.frames, bframe{open: o, key: key})
	if o.kind == opLoop || o.kind == opEach {
		b.loops++
	}
}

func (b *builder) close(key any) {
	n := len(b.frames) - 1
	if n == 0 || b.frames[n].key != key {
		b.broken = true
		return
	}
	f := b.frames[n]
	b.frames = b.frames[:n]
	o := f.open
	if o.kind == opLoop || o.kind == opEach {
		b.loops--
	}
	switch {
	case o.kind == opTable:
		o.alt = f.ops
	case f.els:
		o.alt = f.ops
	default:
		o.body = f.ops
	}
	if o.kind == opLoop || o.kind == opEach {
		o.marks = bookmarks(o.body)
	}
	b.emit(o)
}

// split ends the first branch of what is open and begins the second.
func (b *builder) split(key any) {
	f := &b.frames[len(b.frames)-1]
	if f.key != key || f.els {
		b.broken = true
		return
	}
	f.open.body, f.ops, f.els = f.ops, nil, true
}

// bookmarks lists those that a loop's body starts, leaving out what loops inside it start themselves. The
// first text of a repeated paragraph belongs to the loop around it.
func bookmarks(ops []op) (out []bookmark) {
	var walk func([]op)
	walk = func(ops []op) {
		for _, o := range ops {
			switch o.kind { //nolint:exhaustive // the others only hold ops
			case opLoop:
				walk(o.alt)
			case opID:
				out = append(out, o.marks...)
			default:
				walk(o.body)
				walk(o.alt)
			}
		}
	}
	walk(ops)
	return out
}

// source emits [from, to) of the part with everything that edits say about it.
func (b *builder) source(from, to int) {
	i, _ := slices.BinarySearchFunc(b.edits, from, func(e edit, at int) int { return cmp.Compare(e.from, at) })
	at := from
	for ; i < len(b.edits) && b.edits[i].from < to; i++ { // a mark at the end belongs to what follows
		e := &b.edits[i]
		if e.done || e.from < at || e.to > to || b.moving && e.kind != editID && e.kind != editNote {
			continue
		}
		b.raw(at, e.from)
		at = e.to
		e.done = e.from == e.to // a mark takes effect once, however often its surroundings are written
		b.apply(e)
	}
	b.raw(at, to)
}

func (b *builder) apply(e *edit) {
	switch e.kind {
	case editMark:
		b.mark(e.tag)
	case editPara:
		b.paragraph(e.para)
	case editDelete:
		b.remains(e)
	case editPlain:
		b.plain(e.plain)
	case editStep, editNote:
		e.step(b)
	case editID:
		if b.loops == 0 && !b.fresh {
			b.raw(e.from, e.to)
			break
		}
		o := op{kind: opID, id: e.id, raw: []byte(e.old), fresh: b.fresh}
		if e.id == idBookmarkName {
			id, _ := e.node.Attr("w:id")
			o.marks = []bookmark{{id, e.old}}
		}
		b.emit(o)
	case editFirstOpen:
		b.open(e.node, op{kind: opStep, raw: b.fillerIn(e.node), step: e.run})
	case editFirstClose:
		b.close(e.node)
	case editGuardOpen:
		fill := b.filler(e.box.last)
		if fill == nil {
			fill = []byte("<" + b.prefix(e.box.node) + "p/>")
		}
		b.open(e.box, op{kind: opGuard, raw: fill, loose: e.box.node.Name == "w:sdtContent"})
	case editGuardClose:
		b.close(e.box)
	case editTableOpen:
		b.open(e.box, op{kind: opTable, raw: []byte("</" + b.prefix(e.box.node) + "tr>")})
	case editTableRows, editTableEnd, editTableClose, editTableAfter:
		b.tablePart(e)
	case editApart:
		end := "</" + b.rawName(e.node) + ">"
		b.emit(op{kind: opApart, raw: b.between(e.node, e.box), body: []op{{kind: opRaw, raw: []byte(end)}}})
	case editEachOpen:
		b.open(e.tag, op{kind: opEach, tag: e.tag})
	case editEachClose:
		b.close(e.tag)
	case editDrawing:
		e.done = true // its inside follows
		b.open(e.drawing, op{kind: opDrawing, tag: e.tag, drawing: e.drawing})
		b.source(e.from, e.to)
		b.close(e.drawing)
		e.done = false
	case editSlot:
		b.emit(op{kind: opSlot, raw: b.src.data[e.from:e.to:e.to], slot: e.slot})
	}
}

// tablePart ends one part of a table that may go: before its rows, its rows, its end tag.
func (b *builder) tablePart(e *edit) {
	f := &b.frames[len(b.frames)-1]
	if f.key != any(e.box) {
		b.broken = true
		return
	}
	if e.kind == editTableAfter {
		b.close(e.box)
		return
	}
	f.open.body = append(f.open.body, op{kind: opGroup, body: f.ops})
	f.ops = nil
	if e.kind == editTableClose && e.box.next == nil {
		b.close(e.box)
	}
}

// mark opens, switches or closes a section where it takes effect.
func (b *builder) mark(t *tag) {
	p := t.pair
	switch t {
	case p.open:
		for _, n := range p.before {
			b.moved(n)
		}
		kind := opCond
		if t.kind == tagLoop {
			kind = opLoop
		}
		b.open(p, op{kind: kind, tag: t})
	case p.els:
		b.split(p)
	case p.close:
		b.close(p)
		if ops := *b.ops(); p.gone != nil && len(ops) > 0 && len(ops[len(ops)-1].alt) == 0 {
			ops[len(ops)-1].alt = p.gone(b)
		}
		for _, n := range p.after {
			b.moved(n)
		}
	}
}

// moved emits the end of a range outside the section it stood in.
func (b *builder) moved(n *docx.Node) {
	b.moving = true
	b.source(n.Start, n.End)
	b.moving = false
}

// remains emits what must survive of a paragraph or row that goes: ends of ranges that begin or end elsewhere.
func (b *builder) remains(e *edit) {
	if b.cut[e.node] {
		return
	}
	var walk func(*docx.Node)
	walk = func(n *docx.Node) {
		switch n.Name {
		case "w:bookmarkStart", "w:bookmarkEnd", "w:commentRangeStart", "w:commentRangeEnd", "w:permStart", "w:permEnd":
			if !b.cut[n] {
				b.source(n.Start, n.End)
			}
		}
		for _, k := range n.Kids {
			walk(k)
		}
	}
	walk(e.node)
}

func (b *builder) rawName(n *docx.Node) string {
	s := b.src.data[n.Start+1 : n.Open]
	return string(s[:bytes.IndexAny(s, " \t\r\n/>")])
}

// prefix is the namespace prefix of an element as the file spells it, with its colon.
func (b *builder) prefix(n *docx.Node) string {
	name := b.rawName(n)
	return name[:strings.IndexByte(name, ':')+1]
}

// filler is an empty paragraph with the properties of p, for a cell that must keep one.
func (b *builder) filler(p *docx.Node) []byte {
	if p == nil {
		return nil
	}
	name := b.rawName(p)
	pr := p.Child("w:pPr")
	if pr == nil {
		return []byte("<" + name + "/>")
	}
	out := []byte("<" + name + ">")
	out = append(out, b.without(pr, "w:sectPr")...)
	return append(out, "</"+name+">"...)
}

// between is the paragraph that keeps table t from the table before it: like the one that stood there.
func (b *builder) between(t *docx.Node, in *box) []byte {
	fill := []byte("<" + b.prefix(t) + "p/>")
	for _, k := range in.node.Kids {
		if k == t {
			break
		}
		if k.Name == "w:p" {
			fill = b.filler(k)
		}
	}
	return fill
}

func (b *builder) fillerIn(cell *docx.Node) []byte {
	if p := cell.Child("w:p"); p != nil {
		return b.filler(p)
	}
	return []byte("<" + b.prefix(cell) + "p/>")
}

// without is the source of n without its child elements called name.
func (b *builder) without(n *docx.Node, name string) []byte {
	var out []byte
	at := n.Start
	for _, k := range n.Kids {
		if k.Name == name {
			out = append(out, b.src.data[at:k.Start]...)
			at = k.End
		}
	}
	return append(out, b.src.data[at:n.End]...)
}

// plain emits text outside paragraphs: an attribute, a property, a field instruction.
func (b *builder) plain(p *plainPiece) {
	g := &textOp{plain: true, attr: p.attr, field: p.field}
	flush := func() {
		if len(g.pieces) > 0 {
			b.emit(op{kind: opText, text: g})
			g = &textOp{plain: true, attr: p.attr, field: p.field}
		}
	}
	at := 0
	for _, t := range p.para.tags {
		if t.start > at {
			g.pieces = append(g.pieces, piece{lit: p.para.text[at:t.start]})
		}
		at = t.end
		switch {
		case t.kind == tagValue:
			g.pieces = append(g.pieces, piece{tag: t})
		case t.kind == tagBad:
			g.pieces = append(g.pieces, piece{lit: t.raw})
		case t.pair != nil && !t.pair.dropped && t.mode == modeInline:
			flush()
			b.mark(t)
		}
	}
	if at < len(p.para.text) {
		g.pieces = append(g.pieces, piece{lit: p.para.text[at:]})
	}
	flush()
}

// build makes the program of the whole part.
func (b *builder) build() ([]op, bool) {
	sortEdits(b.edits)
	b.frames = []bframe{{}}
	b.source(0, len(b.src.data))
	return b.frames[0].ops, !b.broken && len(b.frames) == 1
}
