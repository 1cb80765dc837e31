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

// noteReference sets the mark of a footnote or endnote and lays out the note. Endnotes are set at the foot of the page
// as footnotes are, with a finding.
func (e *engine) noteReference(k *docx.Node, cs *charStyle) {
	if !e.shown(cs) {
		return
	}
	id, _ := k.Attr("w:id")
	key := "f" + id
	if k.Name == "w:endnoteReference" {
		key = "e" + id
		e.warnOnce("layout.endnote", "尾注排在当页页脚上方", "endnotes are set at the foot of their page", "")
	}
	src, ok := e.noteNodes[key]
	if !ok || e.boxDepth > 0 {
		return
	}
	if custom, _ := k.Attr("w:customMarkFollows"); !isOn(custom) || custom == "" {
		e.noteCount++
		label := strconv.Itoa(e.noteCount)
		if f := e.sheet.settings.footnoteFmt; f != "" {
			label, _ = formatNumber(e.noteCount, f, "")
		}
		e.addText(label, cs)
		e.pendingLabel = label
	} else {
		e.pendingLabel = ""
	}
	box := &noteBox{width: e.noteWidth}
	label := e.pendingLabel
	e.boxDepth++
	e.inStory(src.part, problem.Place{Part: src.part.Name, Story: "脚注"}, func() {
		e.noteLabel = label
		saved := e.parent
		e.parent = e.addNode(Node{Kind: NodeNote})
		if e.artifact {
			e.parent = saved
		}
		e.gridPitch, e.gridDelta = 0, 0
		box.blocks = e.blocks(flatten(src.node, nil, 0), box.width)
		e.parent = saved
	})
	e.boxDepth--
	box.height = e.measure(box.blocks, cursor{}, box.width)
	e.noteList = append(e.noteList, box)
	e.noteRefs = append(e.noteRefs, noteRef{item: len(e.items), note: len(e.noteList) - 1})
}

// separatorRoom is the space that the line above the footnotes takes.
const separatorRoom = 10 * Point

// notesHeight is the room that footnotes need at the foot of the page.
func (e *engine) notesHeight(notes []int) Length {
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
