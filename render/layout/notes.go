package layout

import (
	"strconv"

	"tripact/problem"
	"tripact/render/docx"
)

// noteRef is a footnote reference in a paragraph.
type noteRef struct{ item, note int }

// noteBox is a footnote laid out.
type noteBox struct {
	blocks []block
	width  Length
	height Length
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
				if t, special := k.Attr("w:type"); k.Name != kind.elem || !ok || special && t != "normal" {
					continue
				}
				e.noteNodes[kind.prefix+id] = noteSource{part: part, node: k}
			}
		}
	}
}

type noteSource struct {
	part *docx.Part
	node *docx.Node
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
	key, count, format := "f"+id, &e.noteCount, e.sheet.settings.footnoteFmt
	if end {
		key, count, format = "e"+id, &e.endnoteCount, e.sheet.settings.endnoteFmt
		if format == "" {
			format = "lowerRoman"
		}
	}
	src, ok := e.noteNodes[key]
	if !ok || e.boxDepth > 0 {
		return
	}
	label := ""
	if custom, _ := k.Attr("w:customMarkFollows"); !isOn(custom) || custom == "" {
		*count++
		label = strconv.Itoa(*count)
		if format != "" {
			label, _ = formatNumber(*count, format, "")
		}
		e.addText(label, cs)
	}
	if end {
		e.endnotes = append(e.endnotes, endnote{source: src, label: label, parent: e.parent})
		return
	}
	box := &noteBox{width: e.noteWidth}
	box.blocks = e.noteBlocks(src, label, "脚注", e.parent, box.width)
	box.height = e.measure(box.blocks, cursor{}, box.width)
	e.noteList = append(e.noteList, box)
	e.noteRefs = append(e.noteRefs, noteRef{item: len(e.items), note: len(e.noteList) - 1})
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
		blocks = e.blocks(flatten(src.node, nil, 0), width)
		e.parent = saved
	})
	e.boxDepth--
	return blocks
}

// endnoteBlocks sets the endnotes met so far, below a line as Word draws it.
func (e *engine) endnoteBlocks(width Length) []block {
	if len(e.endnotes) == 0 {
		return nil
	}
	pb := e.newPara()
	pb.ps, pb.width, pb.node = e.sheet.para(nil, nil, nil), width, -1
	rule := Rule{X2: min(2*Inch, width), Y1: -separatorRoom / 2, Y2: -separatorRoom / 2, Width: Point / 2, Node: -1}
	pb.lines = []line{{height: separatorRoom, ascent: separatorRoom, rules: []Rule{rule}}}
	blocks := []block{{para: pb}}
	for _, n := range e.endnotes {
		blocks = append(blocks, e.noteBlocks(n.source, n.label, "尾注", n.parent, width)...)
	}
	e.endnotes = nil
	return blocks
}

// separatorRoom is the space that the line above the footnotes takes.
const separatorRoom = 10 * Point

// notesHeight is the room that footnotes need at the foot of the page.
func (e *engine) notesHeight(notes []int) Length {
	if len(notes) == 0 {
		return 0
	}
	var h Length
	for _, n := range notes {
		h += e.noteList[n].height
	}
	if len(e.noteBoxes) == 0 {
		h += separatorRoom
	}
	return h
}

// addNote keeps room for a footnote on the current page.
func (e *engine) addNote(n int, fr *frame) {
	if fr.page == nil || e.artifact || len(e.pages) == 0 {
		return
	}
	room := e.noteList[n].height
	if len(e.noteBoxes) == 0 {
		room += separatorRoom
	}
	e.noteBoxes = append(e.noteBoxes, e.noteList[n])
	e.noteRoom += room
	if fr.body {
		fr.bottom -= room
	}
}

// drawNotes sets the footnotes of a page above its lower margin.
func (e *engine) drawNotes(p *Page, s *section) {
	if len(e.noteBoxes) == 0 {
		return
	}
	info := &e.info[len(e.info)-1]
	_, bottom := e.bodyEdges(s, info.kind)
	y := bottom - e.noteRoom + separatorRoom
	width := s.width - s.left - s.right
	line := y - separatorRoom/2
	p.Rules = append(p.Rules, Rule{X1: s.left, X2: s.left + min(2*Inch, width), Y1: line, Y2: line, Width: Point / 2, Node: -1})
	for _, b := range e.noteBoxes {
		fr := frame{x: s.left, width: b.width, y: y, top: y, bottom: unlimited, page: p, fresh: true, keepBefore: true, cell: true}
		cur := cursor{}
		e.fill(b.blocks, &cur, &fr)
		y += b.height
	}
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
