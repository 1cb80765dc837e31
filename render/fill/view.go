package fill

import (
	"slices"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// story is a run of paragraphs in which pairs of markers can meet: a body, a header, one footnote, one text box.
type story struct {
	src   *source
	name  string
	root  *box
	paras []*para
	// Counters for places.
	tables  int
	heading string
	host    *pair // of a note in a loop: the section around its reference
}

// box is a container on the way from a story's root to a paragraph.
type box struct {
	kind  boxKind
	node  *docx.Node // the element whose children it holds: w:body, w:tc, w:sdtContent; w:tbl; w:tr
	up    *box
	depth int
	unit  *docx.Node   // of a row: the child of w:tbl that holds it, w:tr itself or a content control around it
	index int          // of a row in its table, of a cell in its row, from 0
	rows  []*box       // of a table
	cells []*docx.Node // of a row
	paras []*para      // directly in a content box
	last  *docx.Node   // the last paragraph of a content box, for its properties
	guard bool         // the content may be gone after filling
	cols  *columns     // of a table: the columns that repeat
	next  *docx.Node   // of a table: the empty paragraph after it that goes with it
}

type boxKind uint8

const (
	boxContent boxKind = iota
	boxTable
	boxRow
)

// para is a paragraph with its text view.
type para struct {
	node   *docx.Node
	in     *box
	story  *story
	place  problem.Place
	props  *docx.Node // w:pPr
	root   *link
	atoms  []atom
	text   string // characters of the text view; a tab, break or symbol is one placeholder each
	tags   []*tag
	block  *tag // a rich text or document that takes its place
	goesOn bool // it begins inside a tag that a paragraph mark cuts, which is told already
}

// link is an inline container around atoms: the paragraph itself, w:hyperlink, w:ins, w:sdt, w:r.
type link struct {
	node  *docx.Node
	up    *link
	depth int
	run   bool
	head  int // byte offset where its own properties end and its content begins
}

// atom is a leaf of the text view: a w:t, a placeholder, or an element that has no text.
type atom struct {
	node *docx.Node
	in   *link
	off  int // where its text begins in para.text
	n    int // bytes of text
	kind atomKind
}

type atomKind uint8

const (
	atomText  atomKind = iota // w:t
	atomChar                  // a tab, break or symbol: one placeholder
	atomZero                  // no text, and goes when a tag stands over it: w:softHyphen
	atomRange                 // one end of a range: bookmark, comment, permission
	atomRaw                   // no text, stays: w:proofErr, w:fldChar
	atomSolid                 // no text, but content: a drawing, a note reference
)

// source is one part that is filled.
type source struct {
	part   *docx.Part
	order  int
	data   []byte
	root   *docx.Node
	styles *headings
	edits  []edit
	plain  []*para // texts outside paragraphs that hold tags
	diags  *diags
}

func (s *source) at(off int, place problem.Place) spot {
	return spot{part: s.order, off: off, place: place}
}

// walker reads the stories of one part.
type walker struct {
	src     *source
	stories []*story
	boxes   []*box // contents and tables, outer first
	plain   []plainText
	// Drawings with an object tag as alternative text, and the wp:docPr that hold it.
	drawings []*drawing
	owned    map[*docx.Node]bool
	near     string // the heading under which the part is met
}

// plainPiece is one with tags in it, seen as a paragraph without runs.
type plainPiece struct {
	para  *para
	attr  bool
	field bool
}

// plainText is text outside paragraphs that may hold tags: an attribute, a property, a field instruction.
type plainText struct {
	start, end int
	text       string
	attr       bool
	field      bool // a field instruction
	place      problem.Place
}

func (w *walker) story(name string, node *docx.Node, heading string) {
	s := &story{src: w.src, name: name, root: &box{kind: boxContent, node: node}, heading: heading}
	w.stories = append(w.stories, s)
	w.content(s, s.root, problem.Place{Part: w.src.part.Name, Story: name})
}

// content walks the block-level children of a content box.
func (w *walker) content(s *story, b *box, at problem.Place) {
	w.boxes = append(w.boxes, b)
	w.blocks(s, b, b.node, at)
}

func (w *walker) blocks(s *story, b *box, parent *docx.Node, at problem.Place) {
	for _, k := range parent.Kids {
		switch k.Name {
		case "w:p", "a:p":
			w.para(s, b, k, at)
		case "w:tbl":
			s.tables++
			t := at
			t.Table = s.tables
			w.table(s, b, k, t)
		case "w:sdt":
			w.sdtProps(k, at)
			if c := k.Child("w:sdtContent"); c != nil {
				w.content(s, &box{kind: boxContent, node: c, up: b, depth: b.depth + 1}, at)
			}
		case "w:customXml", "w:ins", "w:moveTo":
			w.content(s, &box{kind: boxContent, node: k, up: b, depth: b.depth + 1}, at)
		case "mc:AlternateContent":
			for _, c := range k.Kids {
				w.content(s, &box{kind: boxContent, node: c, up: b, depth: b.depth + 1}, at)
			}
		}
	}
}

func (w *walker) table(s *story, b *box, node *docx.Node, at problem.Place) {
	t := &box{kind: boxTable, node: node, up: b, depth: b.depth + 1}
	w.boxes = append(w.boxes, t)
	w.rows(s, t, node, nil, at)
}

// rows finds the rows of a table, also inside content controls; unit is the control, once inside one.
func (w *walker) rows(s *story, t *box, parent, unit *docx.Node, at problem.Place) {
	for _, k := range parent.Kids {
		u := unit
		if u == nil {
			u = k
		}
		switch k.Name {
		case "w:tr":
			r := &box{kind: boxRow, node: k, up: t, depth: t.depth + 1, unit: u, index: len(t.rows)}
			t.rows = append(t.rows, r)
			at.Row = len(t.rows)
			w.cells(s, r, k, at)
		case "w:sdt":
			w.sdtProps(k, at)
			w.rows(s, t, k, u, at)
		case "w:sdtContent", "w:customXml", "w:ins", "w:moveTo":
			w.rows(s, t, k, u, at)
		}
	}
}

func (w *walker) cells(s *story, r *box, parent *docx.Node, at problem.Place) {
	for _, k := range parent.Kids {
		switch k.Name {
		case "w:tc":
			c := &box{kind: boxContent, node: k, up: r, depth: r.depth + 1, index: len(r.cells)}
			r.cells = append(r.cells, k)
			at.Col = len(r.cells)
			w.content(s, c, at)
		case "w:sdt":
			w.sdtProps(k, at)
			w.cells(s, r, k, at)
		case "w:sdtContent", "w:customXml":
			w.cells(s, r, k, at)
		}
	}
}

// sdtProps looks for tags in the title of a content control. A control with tags in it no longer shows a placeholder once
// they are filled.
func (w *walker) sdtProps(sdt *docx.Node, at problem.Place) {
	if n := sdt.Path("w:sdtPr", "w:showingPlcHdr"); n != nil && hasBrace(sdt.Child("w:sdtContent").Content()) {
		w.src.edits = append(w.src.edits, edit{from: n.Start, to: n.End, rank: rankRange, seq: -1, kind: editDelete, node: n})
	}
	w.attr(sdt.Path("w:sdtPr", "w:alias"), "w:val", at)
}

func (w *walker) attr(n *docx.Node, name string, at problem.Place) {
	if n == nil || w.owned[n] {
		return
	}
	for _, a := range n.Attrs {
		if a.Name == name && hasBrace(a.Value) {
			w.plain = append(w.plain, plainText{start: a.Start, end: a.End, text: a.Value, attr: true, place: at})
		}
	}
}

// fieldCode looks for tags in the instruction of a simple field and the tip of a link.
func (w *walker) fieldCode(n *docx.Node, at problem.Place) {
	from := len(w.plain)
	w.attr(n, "w:instr", at)
	for i := from; i < len(w.plain); i++ {
		w.plain[i].field = true
	}
	w.attr(n, "w:tooltip", at)
}

func hasBrace(s string) bool {
	return strings.Contains(s, "{{") || strings.Contains(s, "｛") || strings.Contains(s, "{｛")
}

func (w *walker) para(s *story, b *box, node *docx.Node, at problem.Place) {
	at.Paragraph = len(s.paras) + 1
	at.Heading = s.heading
	p := &para{node: node, in: b, story: s, place: at, props: node.Child("w:pPr")}
	if p.props == nil {
		p.props = node.Child("a:pPr")
	}
	p.root = &link{node: node, head: node.Open}
	if p.props != nil {
		p.root.head = p.props.End
	}
	s.paras = append(s.paras, p)
	b.paras = append(b.paras, p)
	b.last = node
	v := viewer{w: w, p: p}
	v.inline(node, p.root)
	v.instructions()
	p.text = v.text.String()
	if w.src.styles.isHeading(p.props) && strings.TrimSpace(p.text) != "" {
		s.heading = clip(strings.TrimSpace(p.text), 40)
	}
}

// viewer builds the text view of one paragraph.
type viewer struct {
	w    *walker
	p    *para
	text strings.Builder
	code []*docx.Node // w:instrText of the field instruction being read
}

// instructions looks for tags in the field instruction that has been read, which may stand in several elements: a tag over
// more than one of them moves into the first.
func (v *viewer) instructions() {
	nodes := v.code
	v.code = nil
	var all strings.Builder
	ends := make([]int, len(nodes))
	for i, n := range nodes {
		all.WriteString(n.Content())
		ends[i] = all.Len()
	}
	if !hasBrace(all.String()) {
		return
	}
	spans, _ := scan(all.String())
	begin := 0
	for i := 0; i < len(nodes); i++ {
		first := i
		for slices.ContainsFunc(spans, func(s span) bool { return s.start < ends[i] && s.end > ends[i] }) {
			i++
		}
		text := all.String()[begin:ends[i]]
		begin = ends[i]
		if !hasBrace(text) {
			continue
		}
		v.w.plain = append(v.w.plain, plainText{start: nodes[first].Open, end: nodes[first].Close, text: text, place: v.p.place, field: true})
		for _, n := range nodes[first+1 : i+1] {
			v.w.src.edits = append(v.w.src.edits, edit{from: n.Open, to: n.Close, rank: rankRange, seq: -1, kind: editDelete, node: n})
		}
	}
}

func (v *viewer) add(n *docx.Node, in *link, kind atomKind, text string) {
	v.p.atoms = append(v.p.atoms, atom{node: n, in: in, off: v.text.Len(), n: len(text), kind: kind})
	v.text.WriteString(text)
}

func (v *viewer) inline(parent *docx.Node, in *link) {
	for _, k := range parent.Kids {
		switch k.Name {
		case "", "w:pPr", "a:pPr", "w:smartTagPr", "w:customXmlPr", "w:fldData", "w:sdtPr", "w:sdtEndPr":
		case "w:r", "a:r":
			v.run(k, in)
		case "w:ins", "w:moveTo", "w:hyperlink", "w:smartTag", "w:customXml", "w:fldSimple", "w:dir", "w:bdo":
			v.w.fieldCode(k, v.p.place)
			if len(k.Kids) == 0 {
				v.add(k, in, atomRaw, "")
				continue
			}
			v.inline(k, &link{node: k, up: in, depth: in.depth + 1, head: headEnd(k)})
		case "w:sdt":
			v.w.sdtProps(k, v.p.place)
			c := k.Child("w:sdtContent")
			if c == nil || len(c.Kids) == 0 {
				v.add(k, in, atomSolid, "")
				continue
			}
			v.inline(c, &link{node: k, up: in, depth: in.depth + 1, head: c.Open})
		case "w:bookmarkStart", "w:bookmarkEnd", "w:commentRangeStart", "w:commentRangeEnd", "w:permStart", "w:permEnd":
			v.add(k, in, atomRange, "")
		case "a:br":
			v.add(k, in, atomSolid, "")
		case "a:endParaRPr", "w:proofErr", "w:del", "w:moveFrom", "w:moveFromRangeStart", "w:moveFromRangeEnd", "w:moveToRangeStart", "w:moveToRangeEnd":
			v.add(k, in, atomRaw, "")
		default:
			v.add(k, in, atomSolid, "")
			v.boxes(k)
		}
	}
}

// headEnd is where the properties of an inline container end.
func headEnd(n *docx.Node) int {
	end := n.Open
	for _, k := range n.Kids {
		switch k.Name {
		case "w:smartTagPr", "w:customXmlPr", "w:fldData":
			end = k.End
		}
	}
	return end
}

func (v *viewer) run(r *docx.Node, in *link) {
	l := &link{node: r, up: in, depth: in.depth + 1, run: true, head: r.Open}
	for _, k := range r.Kids {
		if k.Name == "w:rPr" || k.Name == "a:rPr" {
			l.head = k.End
		}
	}
	empty := true
	for _, k := range r.Kids {
		switch k.Name {
		case "", "w:rPr", "a:rPr":
			continue
		case "w:t", "a:t":
			v.add(k, l, atomText, v.textOf(k))
		case "w:tab", "w:ptab":
			v.add(k, l, atomChar, "\t")
		case "w:br", "w:cr":
			if t, _ := k.Attr("w:type"); t == "page" || t == "column" {
				v.add(k, l, atomSolid, "")
			} else {
				v.add(k, l, atomChar, "\n")
			}
		case "w:noBreakHyphen":
			v.add(k, l, atomChar, "\u2011")
		case "w:sym":
			v.add(k, l, atomChar, "\uFFFC")
		case "w:softHyphen", "w:lastRenderedPageBreak":
			v.add(k, l, atomZero, "")
		case "w:instrText":
			v.add(k, l, atomSolid, "")
			v.code = append(v.code, k)
		case "w:delText", "w:delInstrText":
			v.add(k, l, atomRaw, "")
		case "w:fldChar":
			v.instructions()
			v.add(k, l, atomSolid, "")
		default:
			v.add(k, l, atomSolid, "")
			v.boxes(k)
		}
		empty = false
	}
	if empty {
		v.p.atoms = append(v.p.atoms, atom{node: r, in: in, off: v.text.Len(), kind: atomRaw})
	}
}

// textOf is the text of a w:t as Word shows it: without xml:space="preserve" the white space around it does not count.
func (v *viewer) textOf(t *docx.Node) string {
	s := t.Content()
	if sp, _ := t.Attr("xml:space"); sp == "preserve" || s == "" || t.Name == "a:t" {
		return s
	}
	if sp, _ := v.w.src.root.Attr("xml:space"); sp == "preserve" {
		return s
	}
	return strings.Trim(s, " \t\r\n")
}

// boxes finds text boxes inside a drawing, each a story of its own, and texts of drawings that may hold tags.
func (v *viewer) boxes(n *docx.Node) {
	switch n.Name {
	case "w:txbxContent":
		v.w.story("文本框", n, v.p.place.Heading)
		return
	case "w:drawing":
		v.w.drawing(n, v.p.place)
	case "w:pict":
		v.w.vml(n, n, v.p.place)
	case "wp:docPr", "pic:cNvPr", "wps:cNvPr":
		v.w.attr(n, "descr", v.p.place)
		v.w.attr(n, "title", v.p.place)
	}
	for _, k := range n.Kids {
		v.boxes(k)
	}
}

// headings knows which paragraphs are headings, and which styles hide text.
type headings struct {
	styles map[string]bool
	hidden map[string]bool // styles of paragraphs and characters whose text does not show
}

// readHeadings takes the heading styles from the styles part: those with an outline level, of their own or inherited.
func readHeadings(p *docx.Package) *headings {
	h := &headings{styles: map[string]bool{}, hidden: map[string]bool{}}
	for _, part := range p.Related(p.Main(), "styles") {
		root, err := part.Parse()
		if err != nil {
			continue // told by whoever needs the styles
		}
		base := map[string]string{}
		all := stylesOf(root)
		for id := range all {
			for up, n := id, 0; all[up] != nil && n < 20; up, n = all[up].Child("w:basedOn").Val(), n+1 {
				if v := all[up].Path("w:rPr", "w:vanish"); v != nil {
					h.hidden[id] = on(v)
					break
				}
			}
		}
		for _, s := range root.Kids {
			if s.Name != "w:style" {
				continue
			}
			id, _ := s.Attr("w:styleId")
			base[id] = s.Child("w:basedOn").Val()
			lvl := s.Path("w:pPr", "w:outlineLvl")
			if name := strings.ToLower(s.Child("w:name").Val()); lvl != nil && lvl.Val() < "9" || strings.HasPrefix(name, "heading ") {
				h.styles[id] = true
			}
		}
		for id := range base {
			for up, n := id, 0; up != "" && n < 20; up, n = base[up], n+1 {
				if h.styles[up] {
					h.styles[id] = true
					break
				}
			}
		}
	}
	return h
}

func (h *headings) isHeading(props *docx.Node) bool {
	if h == nil || props == nil {
		return false
	}
	if lvl := props.Child("w:outlineLvl"); lvl != nil {
		return lvl.Val() < "9"
	}
	st := props.Child("w:pStyle")
	return st != nil && h.styles[st.Val()]
}
