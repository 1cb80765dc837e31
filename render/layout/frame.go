package layout

import (
	"slices"

	"tripact/render/docx"
)

// frameOf is the w:framePr of a paragraph, its own or its style's; nil when it stands in the text.
func (e *engine) frameOf(p *docx.Node) *docx.Node {
	if len(e.sheet.frames) > 0 {
		e.readUnread(p)
	}
	ppr := p.Child("w:pPr")
	f := ppr.Child("w:framePr")
	if f == nil && len(e.sheet.frames) > 0 {
		id := e.sheet.defaults.para
		if s := ppr.Child("w:pStyle"); s != nil {
			id = s.Val()
		}
		for _, st := range e.sheet.chain(id, "paragraph") {
			if own := e.sheet.frames[st.id]; own != nil {
				f = own
			}
		}
	}
	if f == nil || len(f.Attrs) == 0 {
		return nil
	}
	return f
}

// framed lays out the text frame that begins with nodes[i], if one does, and returns how many paragraphs it takes: all in a row with
// the same w:framePr (ECMA-376 17.3.1.11). It stands like a text box anchored in the paragraph that follows; 0 when there is none.
func (e *engine) framed(nodes []*docx.Node, i int, width Length) (d *drawing, n int) {
	f := e.frameOf(nodes[i])
	if f == nil {
		return nil, 0
	}
	end := i + 1
	for end < len(nodes) && nodes[end].Name == "w:p" {
		if g := e.frameOf(nodes[end]); g == nil || !slices.EqualFunc(g.Attrs, f.Attrs, func(a, b docx.Attr) bool { return a.Name == b.Name && a.Value == b.Value }) {
			break
		}
		end++
	}
	next := end
	for next < len(nodes) && nodes[next].Name == "w:p" && e.frameOf(nodes[next]) != nil {
		next++
	}
	if next == len(nodes) || nodes[next].Name != "w:p" || e.boxDepth >= 4 {
		e.place.Paragraph++
		e.warnOnce("layout.frame", "其后没有段落的图文框按普通段落排版", "a text frame that no paragraph follows is set as an ordinary paragraph", "")
		e.place.Paragraph--
		return nil, 0
	}
	a, w, h, exact := readFrame(f)
	d = &drawing{node: -1, anchor: a, w: w}
	if w == 0 {
		w = width
	}
	keeping := e.keeping
	e.keeping = true
	e.boxDepth++
	blocks := make([]block, 0, end-i)
	for _, p := range nodes[i:end] {
		blocks = append(blocks, block{para: e.paragraph(p, w)})
	}
	e.boxDepth--
	e.keeping = keeping
	if d.w == 0 {
		d.w = max(Point, min(e.naturalWidth(blocks)+Point/10, width))
	}
	d.box = &textBox{blocks: blocks, height: e.measure(blocks, cursor{}, d.w)}
	if d.h = h; !exact {
		d.h = max(h, d.box.height)
	}
	if v, _ := f.Attr("w:dropCap"); v == "margin" {
		a.x -= d.w + a.dist[3]
	}
	return d, end - i
}

// readFrame reads a w:framePr: where the frame stands and its size, of which 0 is to be found from its text; h is the least height
// unless exact.
func readFrame(f *docx.Node) (a *anchor, w, h Length, exact bool) {
	a = &anchor{hFrom: "page", vFrom: "page", wrap: "square", side: wrapBoth}
	switch v, _ := f.Attr("w:hAnchor"); v {
	case "text":
		a.hFrom = "column"
	case "margin":
		a.hFrom = v
	}
	switch v, _ := f.Attr("w:vAnchor"); v {
	case "text":
		a.vFrom = "paragraph"
	case "margin":
		a.vFrom = v
	}
	a.hAlign, _ = f.Attr("w:xAlign")
	a.vAlign, _ = f.Attr("w:yAlign")
	if a.vAlign == "inline" || a.vFrom == "paragraph" { // the paragraph has no height to be aligned in
		if a.vAlign == "inline" {
			a.vFrom = "paragraph"
		}
		a.vAlign = ""
	}
	a.x, _ = attrLength(f, "w:x", Twip)
	a.y, _ = attrLength(f, "w:y", Twip)
	switch v, _ := f.Attr("w:wrap"); v {
	case "notBeside", "none":
		a.wrap, a.side = "topAndBottom", wrapNowhere
	}
	hs, _ := attrLength(f, "w:hSpace", Twip)
	vs, _ := attrLength(f, "w:vSpace", Twip)
	a.dist = [4]Length{max(0, vs), max(0, hs), max(0, vs), max(0, hs)}
	w, _ = attrLength(f, "w:w", Twip)
	h, _ = attrLength(f, "w:h", Twip)
	rule, _ := f.Attr("w:hRule")
	return a, max(0, w), max(0, h), rule == "exact"
}
