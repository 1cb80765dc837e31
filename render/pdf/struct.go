package pdf

import (
	"fmt"
	"slices"
	"strconv"

	"tripact/render/layout"
)

// role gives the standard structure type of a node (ISO 32000-1, 14.8.4).
func role(n *layout.Node) string {
	switch n.Kind {
	case layout.NodeDocument:
		return "Document"
	case layout.NodeParagraph:
		return "P"
	case layout.NodeHeading:
		return "H" + strconv.Itoa(min(max(n.Level, 1), 6))
	case layout.NodeTable:
		return "Table"
	case layout.NodeRow:
		return "TR"
	case layout.NodeHeaderCell:
		return "TH"
	case layout.NodeCell:
		return "TD"
	case layout.NodeList:
		return "L"
	case layout.NodeListItem:
		return "LI"
	case layout.NodeFigure:
		return "Figure"
	case layout.NodeLink:
		return "Link"
	case layout.NodeNote:
		return "Note"
	case layout.NodeForm:
		return "Form"
	case layout.NodeGroup:
		return "Div"
	case layout.NodeLabel:
		return "Lbl"
	}
	return "Span"
}

// isShape reports whether a node stays though nothing is in it: an empty cell still counts as a column.
func isShape(kind layout.NodeKind) bool {
	return kind == layout.NodeDocument || kind == layout.NodeTable || kind == layout.NodeRow ||
		kind == layout.NodeHeaderCell || kind == layout.NodeCell
}

// checkNodes makes sure that nodes come after their parents, so that no walk up or down can run in circles.
func (w *writer) checkNodes() error {
	for i := range w.nodes {
		n := &w.nodes[i]
		if i == 0 && n.Parent >= 0 || i > 0 && (n.Parent < 0 || int(n.Parent) >= i) {
			return fmt.Errorf("node %d has the parent %d: nodes are not a tree in reading order", i, n.Parent)
		}
	}
	return nil
}

// place is where marked content is: it orders content within the document.
type place struct{ page, mcid int }

func (p place) before(q place) bool { return p.page < q.page || p.page == q.page && p.mcid < q.mcid }

// element is a structure element in the making.
type element struct {
	ref      ref
	body     ref // of a list item: its LBody
	kept     bool
	marked   []place
	children []int32
	links    []int // annotations, indexes into writer.links
	first    place // of all content in it and below it
	has      bool  // whether there is any
}

// writeStructure writes the structure tree and returns its root, 0 when the document is not tagged.
func (w *writer) writeStructure() ref {
	if !w.tagged {
		return 0
	}
	elements := w.elements()
	root, parentTree := w.reserve(), w.reserve()
	for i := range elements {
		if elements[i].kept {
			elements[i].ref = w.reserve()
			if w.nodes[i].Kind == layout.NodeListItem {
				elements[i].body = w.reserve()
			}
		}
	}
	// Links without any text get an element of their own, at the end.
	stray := make(map[int]ref)
	for i := range w.links {
		if w.links[i].node < 0 {
			stray[i] = w.reserve()
		}
	}

	w.begin(root)
	w.str("<</Type/StructTreeRoot/K ")
	w.ref(elements[0].ref)
	w.str("/ParentTree ")
	w.ref(parentTree)
	w.str("/ParentTreeNextKey ")
	w.int(len(w.pages) + len(w.links))
	w.str(">>")
	w.end()
	for i := range elements {
		if elements[i].kept {
			w.writeElement(elements, int32(i), root, stray)
		}
	}
	for i := range w.links {
		if r := stray[i]; r != 0 {
			w.begin(r)
			w.str("<</S/Link/P ")
			w.ref(elements[0].ref)
			w.str("/K")
			w.objectReference(i)
			w.str(">>")
			w.end()
		}
	}
	w.writeParentTree(parentTree, elements, stray)
	return root
}

// elements gathers what each node holds.
func (w *writer) elements() []element {
	nodes := w.nodes
	elements := append(w.deflater.elements[:0], make([]element, len(nodes))...)
	w.deflater.elements = elements
	d := w.deflater
	// How much each will hold is counted first, so that all stand in two lists.
	sizes := append(d.sizes[:0], make([][2]int32, len(nodes))...)
	marks := 0
	for p := range w.pages {
		marks += len(w.pages[p].mcids)
		for _, n := range w.pages[p].mcids {
			sizes[n][0]++
		}
	}
	for i := 1; i < len(nodes); i++ {
		sizes[nodes[i].Parent][1]++
	}
	d.sizes, d.marks, d.children = sizes, slices.Grow(d.marks[:0], marks), slices.Grow(d.children[:0], len(nodes))
	m, c := d.marks[:marks], d.children[:len(nodes)]
	for i := range elements {
		a, b := sizes[i][0], sizes[i][1]
		elements[i].marked, m = m[:0:a], m[a:]
		elements[i].children, c = c[:0:b], c[b:]
	}
	for p := range w.pages {
		for mcid, n := range w.pages[p].mcids {
			elements[n].marked = append(elements[n].marked, place{p, mcid})
		}
	}
	for i := range w.links {
		if n := w.links[i].node; n >= 0 {
			elements[n].links = append(elements[n].links, i)
		}
	}
	// Children come after their parents, so going backwards meets them first.
	for i := len(nodes) - 1; i >= 0; i-- {
		e := &elements[i]
		if len(e.marked) > 0 && (!e.has || e.marked[0].before(e.first)) {
			e.first, e.has = e.marked[0], true
		}
		e.kept = e.kept || e.has || len(e.links) > 0 || isShape(nodes[i].Kind)
		if p := nodes[i].Parent; p >= 0 {
			up := &elements[p]
			if e.has && (!up.has || e.first.before(up.first)) {
				up.first, up.has = e.first, true
			}
			up.kept = up.kept || e.kept
		}
	}
	for i := 1; i < len(nodes); i++ {
		if !elements[i].kept {
			continue
		}
		up := &elements[nodes[i].Parent]
		at := len(up.children)
		if i >= len(w.doc.Nodes) { // a link node made here comes last, its content need not
			for at > 0 && elements[up.children[at-1]].has && elements[i].first.before(elements[up.children[at-1]].first) {
				at--
			}
		}
		up.children = slices.Insert(up.children, at, int32(i))
	}
	return elements
}

func (w *writer) writeElement(elements []element, i int32, root ref, stray map[int]ref) {
	n, e := &w.nodes[i], &elements[i]
	w.begin(e.ref)
	w.str("<</S/" + role(n) + "/P ")
	switch {
	case i == 0:
		w.ref(root)
	case elements[n.Parent].body != 0 && n.Kind != layout.NodeLabel:
		w.ref(elements[n.Parent].body)
	default:
		w.ref(elements[n.Parent].ref)
	}
	if n.Lang != "" && n.Lang != w.lang() {
		w.str("/Lang")
		w.b = appendText(w.b, n.Lang)
	}
	if n.Alt != "" {
		w.str("/Alt")
		w.b = appendText(w.b, n.Alt)
	}
	if n.Kind == layout.NodeNote { // PDF/UA-1, 7.9: each note has an identifier of its own
		w.str("/ID(note" + strconv.Itoa(int(i)) + ")")
	}
	w.attributes(n, i)
	if e.body != 0 {
		w.str("/K[")
		for len(e.children) > 0 && w.nodes[e.children[0]].Kind == layout.NodeLabel {
			w.ref(elements[e.children[0]].ref)
			w.str(" ")
			e.children = e.children[1:]
		}
		w.ref(e.body)
		w.str("]>>")
		w.end()
		w.begin(e.body)
		w.str("<</S/LBody/P ")
		w.ref(e.ref)
	}
	w.kids(elements, i, stray)
	w.str(">>")
	w.end()
}

// attributes writes the table attributes of a cell (ISO 32000-1, 14.8.5.7) and the kind of numbers of a list (14.8.5.5).
func (w *writer) attributes(n *layout.Node, i int32) {
	if n.Kind == layout.NodeList && n.Numbers != "" {
		w.str("/A<</O/List/ListNumbering/" + n.Numbers + ">>")
	}
	header := n.Kind == layout.NodeHeaderCell
	if !header && n.Kind != layout.NodeCell || !header && n.ColSpan <= 1 && n.RowSpan <= 1 {
		return
	}
	w.str("/A<</O/Table")
	if header {
		w.str("/Scope/" + w.scope(i))
	}
	if n.ColSpan > 1 {
		w.str("/ColSpan ")
		w.int(n.ColSpan)
	}
	if n.RowSpan > 1 {
		w.str("/RowSpan ")
		w.int(n.RowSpan)
	}
	w.str(">>")
}

// scope tells what a header cell heads: its row when the row has other cells too, else its column.
func (w *writer) scope(cell int32) string {
	nodes := w.nodes
	for i := int(nodes[cell].Parent) + 1; i < len(nodes); i++ {
		switch {
		case nodes[i].Parent < nodes[cell].Parent: // the row is over
			return "Column"
		case nodes[i].Parent == nodes[cell].Parent && nodes[i].Kind == layout.NodeCell:
			return "Row"
		}
	}
	return "Column"
}

// kids writes what is in an element: marked content and elements, merged into reading order.
func (w *writer) kids(elements []element, i int32, stray map[int]ref) {
	e := &elements[i]
	if len(e.marked) == 0 && len(e.children) == 0 && len(e.links) == 0 && (i != 0 || len(stray) == 0) {
		return
	}
	if len(e.marked) > 0 {
		w.str("/Pg ")
		w.ref(w.pages[e.marked[0].page].ref)
	}
	w.str("/K[")
	content := e.marked
	put := func(p place) {
		if p.page == e.marked[0].page {
			w.str(" ")
			w.int(p.mcid)
			return
		}
		w.str("<</Type/MCR/Pg ")
		w.ref(w.pages[p.page].ref)
		w.str("/MCID ")
		w.int(p.mcid)
		w.str(">>")
	}
	for _, child := range e.children {
		c := &elements[child]
		for c.has && len(content) > 0 && content[0].before(c.first) {
			put(content[0])
			content = content[1:]
		}
		w.str(" ")
		w.ref(c.ref)
	}
	for _, p := range content {
		put(p)
	}
	for _, l := range e.links {
		w.objectReference(l)
	}
	if i == 0 {
		for l := range w.links {
			if r := stray[l]; r != 0 {
				w.str(" ")
				w.ref(r)
			}
		}
	}
	w.str("]")
}

// objectReference names a link annotation as content.
func (w *writer) objectReference(l int) {
	w.str("<</Type/OBJR/Obj ")
	w.ref(w.links[l].ref)
	w.str("/Pg ")
	w.ref(w.pages[w.links[l].page].ref)
	w.str(">>")
}

// writeParentTree leads from marked content and annotations back to elements.
func (w *writer) writeParentTree(r ref, elements []element, stray map[int]ref) {
	content := func(n int32) ref {
		if elements[n].body != 0 {
			return elements[n].body
		}
		return elements[n].ref
	}
	w.begin(r)
	w.str("<</Nums[")
	for i := range w.pages {
		w.int(i)
		w.str("[")
		for j, n := range w.pages[i].mcids {
			if j > 0 {
				w.str(" ")
			}
			w.ref(content(n))
		}
		w.str("]")
	}
	for i := range w.links {
		w.int(len(w.pages) + i)
		w.str(" ")
		if l := &w.links[i]; l.node >= 0 {
			w.ref(content(l.node))
		} else {
			w.ref(stray[i])
		}
		w.str(" ")
	}
	w.str("]>>")
	w.end()
}
