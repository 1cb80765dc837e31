package layout

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strings"
	"unsafe"

	"tripact/render/docx"
)

// memo is what a sheet remembers of the paragraphs and cells of earlier documents: most of a contract is the same in each.
// A paragraph's key is its XML with all that its lines depend on besides. Only paragraphs of plain text are kept, so that
// these are few things; one that any finding was told of is laid out each time, so that it is told each time.
//
// What is kept is never changed: documents share the glyphs of its lines.
type memo struct {
	head  string // the main part up to its body: the namespaces that the XML stands under
	lang  string // of the document, and strictness of line breaking
	level Level

	seed  maphash.Seed
	paras map[uint64]int32 // by hash of the XML: indexes of list
	list  []paraMemo       // the first is not used
	cells map[string]int32 // by the XML of a w:tcPr: indexes of props
	props []tcProps        // the first is not used
	seen  [memoSeen]uint64 // hashes met once: a paragraph is kept when it is met a second time
	size  int              // bytes, roughly
	round int32
}

type paraMemo struct {
	xml   string
	forms []paraForm
	round int32 // when it was used last
}

// paraForm is a paragraph laid out in one place.
type paraForm struct {
	key    formKey
	label  string // its list number
	listed bool
	box    paraBox // node, place and the like are another's
	tight  Length  // see engine.tight
	size   int
}

// formKey is what the lines of a plain paragraph depend on, besides its XML, the sheet and its list number.
type formKey struct {
	width, delta, pitch Length
	cell                *cellText
	inCell              bool
}

// Bounds of a memo.
const (
	memoSeen  = 1 << 12 // a power of two
	maxMemo   = 4 << 20 // bytes of one sheet's
	maxForms  = 4       // of one paragraph
	maxProps  = 4096
	maxXML    = 64 << 10
	memoDepth = 8 // of the elements in a paragraph or w:tcPr
)

// prepare makes the memo ready for a document and returns what tells a reader the elements that it knows; nil when it
// must read all of it.
func (m *memo) prepare(main []byte, lang string, level Level) func(xml string) int32 {
	body := bytes.Index(main, []byte("<w:body"))
	if body < 0 {
		return nil
	}
	m.round++
	if m.head != string(main[:body]) || m.lang != lang || m.level != level || len(m.props) >= maxProps {
		*m = memo{head: string(main[:body]), lang: lang, level: level, round: m.round}
	}
	if m.paras == nil {
		m.seed = maphash.MakeSeed()
		m.paras, m.cells = map[uint64]int32{}, map[string]int32{}
		m.list, m.props = make([]paraMemo, 1, 512), make([]tcProps, 1, 64)
	}
	if m.size > maxMemo {
		m.shrink()
	}
	return func(xml string) int32 {
		if strings.HasPrefix(xml, "<w:t") {
			return m.cells[xml]
		}
		return m.find(xml)
	}
}

// find gives the index of a paragraph that is known, else 0.
func (m *memo) find(xml string) int32 {
	if len(xml) > maxXML {
		return 0
	}
	i := m.paras[maphash.String(m.seed, xml)]
	if i > 0 && m.list[i].xml == xml {
		return i
	}
	return 0
}

// shrink drops what the last documents did not use, or everything where that is not enough.
func (m *memo) shrink() {
	old, oldest := m.list, m.round-2
	clear(m.paras)
	m.list, m.size = make([]paraMemo, 1, 512), 0
	for i := range old {
		if p := &old[i]; i > 0 && p.round >= oldest {
			m.paras[maphash.String(m.seed, p.xml)] = int32(len(m.list))
			m.list = append(m.list, *p)
			m.size += len(p.xml)
			for k := range p.forms {
				m.size += p.forms[k].size
			}
		}
	}
	if m.size > maxMemo/2 {
		clear(m.paras)
		m.list, m.size = m.list[:1], 0
		clear(m.list[1:cap(m.list)])
	}
}

// form returns the paragraph of index i as it is laid out under key with a list number, nil when that is not known.
func (m *memo) form(i int32, key *formKey, label string) *paraForm {
	p := &m.list[i]
	for k := range p.forms {
		if f := &p.forms[k]; f.key == *key && f.label == label {
			p.round = m.round
			return f
		}
	}
	return nil
}

// keep remembers a paragraph that has been met before.
func (m *memo) keep(xml []byte, f *paraForm) {
	if len(xml) > maxXML || !bytes.HasPrefix(xml, []byte("<w:p")) || bytes.Contains(xml, []byte("xmlns")) {
		return
	}
	hash := maphash.Bytes(m.seed, xml)
	i := m.paras[hash]
	if i == 0 {
		if at := &m.seen[hash%memoSeen]; *at != hash {
			*at = hash
			return
		}
		i = int32(len(m.list))
		m.list = append(m.list, paraMemo{xml: string(xml)})
		m.paras[hash] = i
		m.size += len(xml) + 64
	}
	p := &m.list[i]
	if p.xml != string(xml) || len(p.forms) >= maxForms { // other XML of the same hash stays unknown
		return
	}
	p.round = m.round
	f.own()
	m.size += f.size
	p.forms = append(p.forms, *f)
}

// own copies the lines of a paragraph out of the memory of its document.
func (f *paraForm) own() {
	var texts, glyphs int
	for i := range f.box.lines {
		texts += len(f.box.lines[i].texts)
		for k := range f.box.lines[i].texts {
			glyphs += len(f.box.lines[i].texts[k].Glyphs)
		}
	}
	allTexts, allGlyphs := make([]Text, 0, texts), make([]Glyph, 0, glyphs)
	f.box.lines = slices.Clone(f.box.lines)
	for i := range f.box.lines {
		l := &f.box.lines[i]
		from := len(allTexts)
		for _, t := range l.texts {
			t.Node = f.box.kindOf(t.Node)
			g := len(allGlyphs)
			allGlyphs = append(allGlyphs, t.Glyphs...)
			t.Glyphs = allGlyphs[g:len(allGlyphs):len(allGlyphs)]
			allTexts = append(allTexts, t)
		}
		l.texts = allTexts[from:len(allTexts):len(allTexts)]
		l.rules, l.fills = slices.Clone(l.rules), slices.Clone(l.fills)
		for k := range l.rules {
			l.rules[k].Node = f.box.kindOf(l.rules[k].Node)
		}
		for k := range l.fills {
			l.fills[k].Node = f.box.kindOf(l.fills[k].Node)
		}
		f.size += len(l.rules)*int(unsafe.Sizeof(Rule{})) + len(l.fills)*int(unsafe.Sizeof(Fill{}))
	}
	f.size += int(unsafe.Sizeof(paraForm{})) + len(f.box.lines)*int(unsafe.Sizeof(line{})) + texts*int(unsafe.Sizeof(Text{})) +
		glyphs*int(unsafe.Sizeof(Glyph{})) + len(f.box.text)
}

// What lines in a memo say instead of a node.
const (
	nodeSelf  = 0 // the paragraph's
	nodeLabel = 1 // that of its list number
)

// kindOf gives what a memo says for node; -1, no node, stays.
func (pb *paraBox) kindOf(node int32) int32 {
	switch {
	case node < 0:
		return -1
	case node == pb.labelNode:
		return nodeLabel
	}
	return nodeSelf
}

// nodeIn gives the node that something on a line of pb belongs to.
func (pb *paraBox) nodeIn(node int32) int32 {
	switch {
	case !pb.remembered || node < 0:
		return node
	case node == nodeLabel:
		return pb.labelNode
	}
	return pb.node
}

// plain reports whether the lines of a paragraph depend on nothing but its XML and a formKey: it holds text in runs,
// tabs, breaks and bookmarks, and nothing else.
func plain(p *docx.Node) bool {
	for _, k := range p.Kids {
		switch k.Name {
		case "w:pPr":
			if !shallow(k, 1) {
				return false
			}
			for _, c := range k.Kids {
				switch c.Name {
				case "w:sectPr", "w:framePr", "w:pPrChange", "w:textDirection":
					return false
				case "w:rPr":
					if c.Child("w:del") != nil || c.Child("w:moveFrom") != nil {
						return false // it goes on in the next one
					}
				}
			}
		case "w:r":
			for _, c := range k.Kids {
				switch c.Name {
				case "w:rPr":
					if !shallow(c, 2) {
						return false
					}
				case "w:t", "w:tab", "w:br", "w:cr", "w:noBreakHyphen", "w:lastRenderedPageBreak":
				default:
					return false
				}
			}
		case "w:bookmarkStart", "w:bookmarkEnd", "w:proofErr":
		default:
			return false
		}
	}
	return true
}

// shallow reports whether the elements in n nest no deeper than memoDepth.
func shallow(n *docx.Node, depth int) bool {
	if depth > memoDepth {
		return false
	}
	for _, k := range n.Kids {
		if !shallow(k, depth+1) {
			return false
		}
	}
	return true
}

// mayRemember reports whether a paragraph that begins here may be taken from the memo, and kept in it. Where lines may have
// to be broken again, beside objects, it may not.
func (e *engine) mayRemember() bool {
	return e.sheet.memo.paras != nil && !e.keeping && !e.artifact && e.onPage == nil && len(e.fields) == 0 && e.link == 0
}

// remembered returns the paragraph of index known laid out in an earlier document, nil when it has to be laid out. label is
// its list number then, with which the list has gone on.
func (e *engine) remembered(p *docx.Node, known int32, width Length) (pb *paraBox, label *listLabel) {
	m := &e.sheet.memo
	key := e.formKey(width)
	for k := range m.list[known].forms {
		if f := &m.list[known].forms[k]; f.key == key {
			label = e.takeNumber(f.box.ps) // the format of every form under the same key is the same
			break
		}
	}
	if label == nil {
		return nil, nil
	}
	f := m.form(known, &key, label.text)
	if f == nil {
		return nil, label
	}
	pb = e.newPara()
	*pb = f.box
	pb.place, pb.remembered, pb.labelNode = e.place, true, -1
	pb.node = e.paraNode(pb, f.listed)
	pb.at.open += p.Start
	pb.at.close += p.Start
	if pb.heading != "" {
		e.place.Heading = pb.heading
		pb.place.Heading = pb.heading
	}
	e.tight = max(e.tight, f.tight)
	return pb, label
}

// remember keeps the paragraph p.
func (e *engine) remember(p *docx.Node, f *paraForm) {
	f.box.at.open -= p.Start
	f.box.at.close -= p.Start
	e.sheet.memo.keep(e.src[p.Start:p.End], f)
}

// readUnread reads a paragraph that was left unread since it is known, but not as it is laid out here.
func (e *engine) readUnread(p *docx.Node) {
	if err := e.memory.reader.Read(p); err != nil {
		e.findings.Add((&partFault{e.part.Name, err}).finding())
	}
}

// asString is b, which never changes, as a string.
func asString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func (e *engine) formKey(width Length) formKey {
	return formKey{width: width, delta: e.gridDelta, pitch: e.gridPitch, cell: e.cell, inCell: e.cellDepth > 0}
}

// tcProps reads the properties of a cell.
func (e *engine) tcProps(n *docx.Node) tcProps {
	m := &e.sheet.memo
	if n != nil && n.Mark > 0 {
		return m.props[n.Mark]
	}
	tc := parseTcPr(n)
	if n != nil && m.paras != nil && e.onPage == nil && len(m.props) < maxProps && n.End-n.Start < 4096 {
		if xml := e.src[n.Start:n.End]; bytes.HasPrefix(xml, []byte("<w:tcPr>")) && !bytes.Contains(xml, []byte("xmlns")) && shallow(n, 0) && tc.dir == "" && m.cells[string(xml)] == 0 {
			m.cells[string(xml)] = int32(len(m.props))
			m.props = append(m.props, tc)
		}
	}
	return tc
}
