package pdf

import (
	"slices"
	"strconv"
	"strings"

	"tripact/render/layout"
)

// link is a link annotation, or the widget of a signature field.
type link struct {
	ref  ref
	page int
	to   *layout.Link
	node int32 // the link's structure node, -1 when layout has made none

	field *Signature // an empty signature field instead of a link
	at    *layout.Anchor
}

// placeLinks numbers the links, so that pages can name them, and finds the structure nodes that they belong to.
func (w *writer) placeLinks() {
	for i := range w.doc.Pages {
		p := &w.doc.Pages[i]
		for j := range p.Links {
			w.links = append(w.links, link{ref: w.reserve(), page: i, to: &p.Links[j], node: w.linkNode(p, &p.Links[j])})
		}
	}
}

// linkNode finds the link node whose text lies in the link's rectangle. Where layout has made none, the texts there that
// belong to one node get a link node within it. It is -1 when there is no such text.
func (w *writer) linkNode(p *layout.Page, l *layout.Link) int32 {
	if !w.tagged {
		return -1
	}
	made := int32(-1)
	for i := range p.Texts {
		t := &p.Texts[i]
		if t.X < l.X || t.X >= l.X+l.W || t.Y < l.Y || t.Y > l.Y+l.H || t.Node < 0 || int(t.Node) >= len(w.doc.Nodes) {
			continue
		}
		for n := t.Node; n >= 0; n = w.nodes[n].Parent {
			if w.nodes[n].Kind == layout.NodeLink {
				return n
			}
		}
		if _, taken := w.linked[t]; taken {
			continue
		}
		if made < 0 {
			if w.linked == nil {
				w.linked = make(map[*layout.Text]int32)
				w.nodes = slices.Clone(w.nodes) // the document stays as it is
			}
			made = int32(len(w.nodes))
			w.nodes = append(w.nodes, layout.Node{Kind: layout.NodeLink, Parent: t.Node})
		}
		if w.nodes[made].Parent == t.Node {
			w.linked[t] = made
		}
	}
	return made
}

// annotate names the links of page i in its dictionary.
func (w *writer) annotate(i int) {
	opened := false
	for k := range w.links {
		if w.links[k].page != i {
			continue
		}
		if !opened {
			w.str("/Annots[")
			opened = true
		} else {
			w.str(" ")
		}
		w.ref(w.links[k].ref)
	}
	if opened {
		w.str("]")
	}
}

func (w *writer) writeLinks() {
	for i := range w.links {
		l := &w.links[i]
		if l.field != nil {
			continue
		}
		h := w.doc.Pages[l.page].Height
		w.begin(l.ref)
		w.str("<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect[")
		for j, v := range []layout.Length{l.to.X, h - l.to.Y - l.to.H, l.to.X + l.to.W, h - l.to.Y} {
			if j > 0 {
				w.str(" ")
			}
			w.b = appendLength(w.b, v)
		}
		w.str("]")
		if l.to.URI != "" {
			uri := asciiURI(l.to.URI)
			w.str("/Contents")
			w.b = appendText(w.b, l.to.URI)
			w.str("/A<</S/URI/URI")
			w.b = appendLiteral(w.b, uri)
			w.str(">>")
		} else {
			w.str("/Contents")
			w.b = appendText(w.b, strconv.Itoa(l.to.Page+1))
			w.str("/Dest")
			w.destination(l.to.Page, l.to.Top)
		}
		if w.tagged {
			w.str("/StructParent ")
			w.int(len(w.pages) + i)
		}
		w.str(">>")
		w.end()
	}
}

// destination writes a place in the document. A page that is not there becomes the nearest one.
func (w *writer) destination(page int, y layout.Length) {
	page = min(max(page, 0), len(w.pages)-1)
	w.str("[")
	w.ref(w.pages[page].ref)
	w.str("/XYZ null ")
	w.b = appendLength(w.b, w.doc.Pages[page].Height-y)
	w.str(" null]")
}

// asciiURI writes what may not stand in a URI as percent escapes of its UTF-8 bytes.
func asciiURI(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= 0x20 || c >= 0x7F || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// outlineItem is a heading in the tree that the outline makes of levels.
type outlineItem struct {
	ref                     ref
	parent                  int // -1 for the outline itself
	first, last, prev, next int // -1 for none
	below                   int // items under it
}

// writeOutline writes the outline and returns it, 0 when there are no headings. A level that is skipped does not make
// an item of its own.
func (w *writer) writeOutline() ref {
	heads := w.doc.Outline
	if len(heads) == 0 {
		return 0
	}
	root := w.reserve()
	items := make([]outlineItem, len(heads))
	var open []int // ancestors of the next item
	top := outlineItem{first: -1, last: -1}
	for i, h := range heads {
		for len(open) > 0 && heads[open[len(open)-1]].Level >= h.Level {
			open = open[:len(open)-1]
		}
		it := outlineItem{ref: w.reserve(), parent: -1, first: -1, last: -1, prev: -1, next: -1}
		above := &top
		if len(open) > 0 {
			it.parent = open[len(open)-1]
			above = &items[it.parent]
		}
		if above.last >= 0 {
			it.prev = above.last
			items[above.last].next = i
		} else {
			above.first = i
		}
		above.last = i
		for _, a := range open {
			items[a].below++
		}
		items[i] = it
		open = append(open, i)
	}
	w.begin(root)
	w.str("<</Type/Outlines/First ")
	w.ref(items[top.first].ref)
	w.str("/Last ")
	w.ref(items[top.last].ref)
	w.str("/Count ")
	w.int(len(items))
	w.str(">>")
	w.end()
	for i := range items {
		it := &items[i]
		w.begin(it.ref)
		w.str("<</Title")
		w.b = appendText(w.b, heads[i].Text)
		w.str("/Parent ")
		if it.parent >= 0 {
			w.ref(items[it.parent].ref)
		} else {
			w.ref(root)
		}
		neighbour := func(key string, k int) {
			if k >= 0 {
				w.str(key)
				w.ref(items[k].ref)
			}
		}
		neighbour("/Prev ", it.prev)
		neighbour("/Next ", it.next)
		neighbour("/First ", it.first)
		neighbour("/Last ", it.last)
		if it.below > 0 {
			w.str("/Count ")
			w.int(it.below)
		}
		w.str("/Dest")
		w.destination(heads[i].Page, heads[i].Y)
		w.str(">>")
		w.end()
	}
	return root
}

// pageLabel is a page number taken apart as PDF wants it (ISO 32000-1, 12.4.2).
type pageLabel struct {
	prefix string
	style  string // D, r, R, or "" for a label that is all prefix
	number int
}

func splitLabel(s string) pageLabel {
	digits := len(s)
	for digits > 0 && s[digits-1] >= '0' && s[digits-1] <= '9' {
		digits--
	}
	// A number with zeros before it, or one too long, cannot be counted on.
	if tail := s[digits:]; tail != "" && tail[0] != '0' && len(tail) <= 9 {
		n, err := strconv.Atoi(tail)
		if err == nil {
			return pageLabel{prefix: s[:digits], style: "D", number: n}
		}
	}
	if n := roman(strings.ToLower(s)); n > 0 {
		switch s {
		case strings.ToLower(s):
			return pageLabel{style: "r", number: n}
		case strings.ToUpper(s):
			return pageLabel{style: "R", number: n}
		}
	}
	return pageLabel{prefix: s}
}

// roman reads a Roman numeral in lower case up to 399; 0 when s is none.
func roman(s string) int {
	value := 0
	rest := s
	for _, d := range []struct {
		sign string
		n    int
	}{{"c", 100}, {"xc", 90}, {"l", 50}, {"xl", 40}, {"x", 10}, {"ix", 9}, {"v", 5}, {"iv", 4}, {"i", 1}} {
		for strings.HasPrefix(rest, d.sign) {
			rest = rest[len(d.sign):]
			value += d.n
		}
	}
	if rest != "" || value == 0 || value >= 400 || toRoman(value) != s {
		return 0
	}
	return value
}

func toRoman(n int) string {
	hundreds := strings.Repeat("c", n/100)
	tens := []string{"", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc"}[n/10%10]
	ones := []string{"", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"}[n%10]
	return hundreds + tens + ones
}

// writePageLabels writes page labels into the catalog when they differ from 1, 2, 3 …
func (w *writer) writePageLabels() {
	plain := true
	for i := range w.doc.Pages {
		if l := w.doc.Pages[i].Label; l != "" && l != strconv.Itoa(i+1) {
			plain = false
		}
	}
	if plain {
		return
	}
	w.str("/PageLabels<</Nums[")
	var next pageLabel // what the running range gives this page
	for i := range w.doc.Pages {
		l := splitLabel(w.doc.Pages[i].Label)
		if i == 0 || l != next {
			w.int(i)
			w.str("<<")
			if l.prefix != "" {
				w.str("/P")
				w.b = appendText(w.b, l.prefix)
			}
			if l.style != "" {
				w.str("/S/" + l.style + "/St ")
				w.int(l.number)
			}
			w.str(">>")
		}
		next = l
		if next.style != "" {
			next.number++
		}
	}
	w.str("]>>")
}
