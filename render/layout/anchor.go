package layout

import (
	"slices"
	"strings"

	"tripact/render/docx"
)

// anchor says where a floating drawing stands.
type anchor struct {
	hFrom, vFrom   string // page, margin, column, paragraph, line, …
	hAlign, vAlign string
	x, y           Length
	wrap           string   // none, square, topAndBottom, tight, through
	side           wrapSide // of square, tight and through
	behind         bool
	dist           [4]Length // kept free of text: top left bottom right
	percentX       int       // thousandths of a percent of the reference, for wp14
	percentY       int
	hasPX, hasPY   bool
}

func (e *engine) readAnchor(n *docx.Node) *anchor {
	a := &anchor{hFrom: "column", vFrom: "paragraph", wrap: "none"}
	if v, ok := n.Attr("behindDoc"); ok {
		a.behind = isOn(v)
	}
	for i, name := range [...]string{"distT", "distL", "distB", "distR"} {
		a.dist[i], _ = attrLength(n, name, 1)
	}
	if v, ok := n.Attr("simplePos"); ok && isOn(v) {
		a.hFrom, a.vFrom = "page", "page"
		a.x, _ = attrLength(n.Child("wp:simplePos"), "x", 1)
		a.y, _ = attrLength(n.Child("wp:simplePos"), "y", 1)
	}
	for _, k := range n.Kids {
		if k.Name == "mc:AlternateContent" {
			if c := e.choose(k); c != nil && len(c.Kids) > 0 {
				k = c.Kids[0]
			}
		}
		switch k.Name {
		case "wp:positionH":
			a.hFrom, _ = k.Attr("relativeFrom")
			for _, c := range k.Kids {
				switch c.Name {
				case "wp:align":
					a.hAlign = strings.TrimSpace(c.Content())
				case "wp:posOffset":
					a.x, _ = measure(c.Content(), 1)
				case "wp14:pctPosHOffset":
					a.percentX, a.hasPX = parseInt(c.Content())
				}
			}
		case "wp:positionV":
			a.vFrom, _ = k.Attr("relativeFrom")
			for _, c := range k.Kids {
				switch c.Name {
				case "wp:align":
					a.vAlign = strings.TrimSpace(c.Content())
				case "wp:posOffset":
					a.y, _ = measure(c.Content(), 1)
				case "wp14:pctPosVOffset":
					a.percentY, a.hasPY = parseInt(c.Content())
				}
			}
		case "wp:wrapNone":
			a.wrap = "none"
		case "wp:wrapSquare":
			a.wrap = "square"
			a.wrapped(k)
		case "wp:wrapTopAndBottom":
			a.wrap = "topAndBottom"
		case "wp:wrapTight", "wp:wrapThrough":
			a.wrap = "tight"
			a.wrapped(k)
			if !rectangular(k.Child("wp:wrapPolygon")) {
				e.warnOnce("layout.wrap.tight", "紧密型环绕按四周型处理：文字沿矩形排列", "text flows around the rectangle of the object, not along its outline", "")
			}
		}
	}
	return a
}

// position works out where an anchored drawing stands on the page.
func (e *engine) position(d *drawing, fr *frame, paraTop Length) (x, y Length) {
	a := d.anchor
	s := e.currentSection()
	pw, ph := s.width, s.height
	// Horizontal reference.
	var rx, rw Length
	switch a.hFrom {
	case "page":
		rx, rw = 0, pw
	case "margin":
		rx, rw = s.left, pw-s.left-s.right
	case "leftMargin", "insideMargin":
		rx, rw = 0, s.left
	case "rightMargin", "outsideMargin":
		rx, rw = pw-s.right, s.right
	default: // column, character
		rx, rw = fr.x, fr.width
	}
	x = rx + a.x
	switch a.hAlign {
	case "left", "inside":
		x = rx
	case "center":
		x = rx + (rw-d.w)/2
	case "right", "outside":
		x = rx + rw - d.w
	}
	if a.hasPX {
		x = rx + rw*Length(a.percentX)/100000
	}
	var ry, rh Length
	switch a.vFrom {
	case "page":
		ry, rh = 0, ph
	case "margin":
		ry, rh = s.top, ph-s.top-s.bottom
	case "topMargin", "insideMargin":
		ry, rh = 0, s.top
	case "bottomMargin", "outsideMargin":
		ry, rh = ph-s.bottom, s.bottom
	default: // paragraph, line
		ry, rh = paraTop, 0
	}
	y = ry + a.y
	switch a.vAlign {
	case "top", "inside":
		y = ry
	case "center":
		y = ry + (rh-d.h)/2
	case "bottom", "outside":
		y = ry + rh - d.h
	}
	if a.hasPY {
		y = ry + rh*Length(a.percentY)/100000
	}
	return x, y
}

// currentSection is the section of the page being drawn on.
func (e *engine) currentSection() *section {
	i := len(e.info) - 1
	if e.onPage != nil && e.onPage.page < len(e.info) {
		i = e.onPage.page
	}
	if i < 0 {
		s := &section{width: 210 * MM, height: 297 * MM, top: Inch, bottom: Inch, left: Inch, right: Inch}
		return s
	}
	return e.info[i].section
}

// sideOf reads from an attribute on which sides text flows; both, unless it says otherwise.
func sideOf(k *docx.Node, attr string) wrapSide {
	switch v, _ := k.Attr(attr); v {
	case "left":
		return wrapLeft
	case "right":
		return wrapRight
	case "largest":
		return wrapLargest
	}
	return wrapBoth
}

// wrapped reads on which sides text flows.
func (a *anchor) wrapped(k *docx.Node) {
	a.side = sideOf(k, "wrapText")
	for i, name := range [...]string{"distT", "distL", "distB", "distR"} {
		if v, ok := attrLength(k, name, 1); ok {
			a.dist[i] = v
		}
	}
}

// rectangular reports whether a wrap polygon has no other corners than those of an upright rectangle.
func rectangular(poly *docx.Node) bool {
	if poly == nil {
		return true
	}
	var xs, ys []Length
	for _, p := range poly.Kids {
		x, y := extentSigned(p)
		if !slices.Contains(xs, x) {
			xs = append(xs, x)
		}
		if !slices.Contains(ys, y) {
			ys = append(ys, y)
		}
	}
	return len(xs) <= 2 && len(ys) <= 2
}

func extentSigned(n *docx.Node) (x, y Length) {
	x, _ = attrLength(n, "x", 1)
	y, _ = attrLength(n, "y", 1)
	return x, y
}

// floating is a drawing with its place on the page.
type floating struct {
	d    *drawing
	x, y Length
}

// findAnchors works out where the drawings anchored in a paragraph that begins at y stand, and keeps the frame's text out
// of those that it does not run through. Nothing is drawn yet: the paragraph may not fit.
func (e *engine) findAnchors(pb *paraBox, fr *frame, y Length) (list []floating) {
	if len(pb.lines) == 0 || len(pb.lines[0].anchors) == 0 {
		return nil
	}
	fr.excluded = slices.Clip(fr.excluded)
	for _, d := range pb.lines[0].anchors {
		a := d.anchor
		x, dy := e.position(d, fr, y)
		if fr.body && a.vFrom != "page" && dy+d.h > fr.bottom && d.h < fr.full {
			dy = max(fr.top, fr.bottom-d.h) // Word keeps a drawing on the page of its paragraph
		}
		list = append(list, floating{d, x, dy})
		if a.wrap == "none" || fr.page == nil && !fr.body && !a.withText() {
			continue // where a page's edges are cannot be told while a cell is measured
		}
		fr.excluded = append(fr.excluded, band{
			top: dy - a.dist[0], bottom: dy + d.h + a.dist[2], left: x - a.dist[1], right: x + d.w + a.dist[3], side: a.side,
		})
		fr.reach = max(fr.reach, dy+d.h+a.dist[2])
	}
	return list
}

// withText reports whether the drawing moves up and down with its paragraph.
func (a *anchor) withText() bool {
	switch a.vFrom {
	case "page", "margin", "topMargin", "bottomMargin", "insideMargin", "outsideMargin":
		return false
	}
	return true
}

// drawAnchors draws what findAnchors has found.
func (e *engine) drawAnchors(list []floating, fr *frame) {
	if fr.page == nil || len(list) == 0 {
		return
	}
	for _, f := range list {
		e.draw(f.d, fr.page, f.x, f.y)
	}
	if fr.body {
		e.excluded = fr.excluded
	}
}

// draw puts a drawing onto a page with its corner at x, y.
func (e *engine) draw(d *drawing, p *Page, x, y Length) {
	node := e.nodeOf(d.node)
	if d.picture != nil {
		pic := *d.picture
		pic.X, pic.Y, pic.W, pic.H, pic.Node = x, y, d.w, d.h, node
		if d.anchor != nil && d.anchor.behind {
			p.Behind = append(p.Behind, pic)
		} else {
			p.Front = append(p.Front, pic)
		}
	}
	for _, f := range d.fills {
		f.X, f.Y, f.Node = f.X+x, f.Y+y, node
		p.Fills = append(p.Fills, f)
	}
	for _, r := range d.rules {
		r.X1, r.X2, r.Y1, r.Y2, r.Node = r.X1+x, r.X2+x, r.Y1+y, r.Y2+y, node
		p.Rules = append(p.Rules, r)
	}
	for _, t := range d.texts {
		t.X, t.Y = t.X+x, t.Y+y
		p.Texts = append(p.Texts, t)
	}
	for _, k := range d.kids {
		e.draw(k.d, p, x+k.x, y+k.y)
	}
	if b := d.box; b != nil && b.turn != turnNone {
		e.drawTurned(b.turn, b.blocks, p, Anchor{}, x+b.inset[0], y+b.inset[1], d.w-b.inset[0]-b.inset[2], d.h-b.inset[1]-b.inset[3], b.vAlign)
	} else if b != nil {
		top := y + b.inset[1]
		if free := d.h - b.inset[1] - b.inset[3] - b.height; free > 0 {
			switch b.vAlign {
			case "ctr", "middle":
				top += free / 2
			case "b", "bottom":
				top += free
			}
		}
		fr := frame{
			x: x + b.inset[0], width: max(d.w-b.inset[0]-b.inset[2], Point), top: top, y: top, bottom: unlimited, page: p,
			fresh: true, keepBefore: true, cell: true,
		}
		cur := cursor{}
		e.fill(b.blocks, &cur, &fr)
	}
}
