package layout

import (
	"bytes"
	"slices"
	"strings"

	"tripact/problem"
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
	outline        []point // of tight and through, in 1/21,600 of the object; nil for a rectangle
}

// point is a place.
type point struct{ x, y Length }

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
			if poly := k.Child("wp:wrapPolygon"); !rectangular(poly) {
				a.outline = outlineOf(poly)
			}
			if k.Name == "wp:wrapThrough" && !convex(a.outline) {
				e.warnOnce("layout.wrap.tight", "穿越型环绕按紧密型处理：文字不进入图形的凹处", "text flows around the outline of the object and not into its hollows", "")
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
	left, right, odd := e.sides(s)
	// Horizontal reference.
	var rx, rw Length
	switch a.hFrom {
	case "page":
		rx, rw = 0, pw
	case "margin":
		rx, rw = left, pw-left-right
	case "leftMargin":
		rx, rw = 0, left
	case "rightMargin":
		rx, rw = pw-right, right
	case "insideMargin", "outsideMargin":
		if rx, rw = 0, left; (a.hFrom == "insideMargin") != odd {
			rx, rw = pw-right, right
		}
	default: // column, character
		rx, rw = fr.x, fr.width
	}
	x = rx + a.x
	switch sideAlign(a.hAlign, odd) {
	case "left":
		x = rx
	case "center":
		x = rx + (rw-d.w)/2
	case "right":
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

// sides gives the left and right margin of the current page of section s, and whether its number is odd: then the right edge is
// the outer one.
func (e *engine) sides(s *section) (left, right Length, odd bool) {
	number := e.number
	if e.onPage != nil {
		number = e.onPage.number
	}
	left = s.leftOn(number, e.sheet.settings.mirror)
	return left, s.left + s.right - left, number%2 != 0
}

// leftOn is the left margin of the page with the given number; with mirrored margins that of an even page is the outer one.
func (s *section) leftOn(number int, mirror bool) Length {
	if mirror && number%2 == 0 {
		return s.right
	}
	return s.left
}

// sideAlign says left or right for inside and outside.
func sideAlign(align string, odd bool) string {
	switch {
	case align == "inside" && odd, align == "outside" && !odd:
		return "left"
	case align == "inside", align == "outside":
		return "right"
	}
	return align
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
	var corners []point
	for _, p := range poly.Kids {
		x, y := extentSigned(p)
		if at := (point{x, y}); !slices.Contains(corners, at) {
			corners = append(corners, at)
		}
		if len(corners) > 4 {
			return false
		}
		if !slices.Contains(xs, x) {
			xs = append(xs, x)
		}
		if !slices.Contains(ys, y) {
			ys = append(ys, y)
		}
	}
	return len(xs) <= 2 && len(ys) <= 2 && len(corners) != 3
}

// outlineOf reads a wrap polygon; nil when it has no area or more corners than any outline needs.
func outlineOf(poly *docx.Node) (out []point) {
	const most, far = 1000, 1 << 20
	for _, k := range poly.Kids {
		if k.Name != "wp:start" && k.Name != "wp:lineTo" {
			continue
		}
		x, y := extentSigned(k)
		out = append(out, point{max(-far, min(x, far)), max(-far, min(y, far))})
	}
	if n := len(out); n > 1 && out[0] == out[n-1] {
		out = out[:n-1]
	}
	if len(out) < 3 || len(out) > most {
		return nil
	}
	return out
}

// convex reports whether an outline has no hollows.
func convex(out []point) bool {
	left, right := false, false
	for i := range out {
		a, b, c := out[i], out[(i+1)%len(out)], out[(i+2)%len(out)]
		turn := (b.x-a.x)*(c.y-b.y) - (b.y-a.y)*(c.x-b.x)
		left, right = left || turn > 0, right || turn < 0
	}
	return !left || !right
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
		b := d.band(x, dy)
		fr.excluded = append(fr.excluded, b)
		fr.reach = max(fr.reach, b.bottom)
		if fr.body && fr.page != nil && b.top < y {
			e.standsAbove(fr.page, b, pb.place)
		}
	}
	return list
}

// band is what text keeps out of when the drawing stands at x, y.
func (d *drawing) band(x, y Length) band {
	a := d.anchor
	b := band{top: y - a.dist[0], bottom: y + d.h + a.dist[2], left: x - a.dist[1], right: x + d.w + a.dist[3], side: a.side}
	if a.outline == nil || a.side == wrapNowhere {
		return b
	}
	const whole = 21600
	b.top, b.bottom, b.dist = unlimited, -unlimited, [2]Length{a.dist[1], a.dist[3]}
	b.outline = make([]point, len(a.outline))
	for i, p := range a.outline {
		q := point{x + p.x*d.w/whole, y + p.y*d.h/whole}
		b.outline[i] = q
		b.top, b.bottom = min(b.top, q.y), max(b.bottom, q.y)
		if i == 0 {
			b.left, b.right = q.x, q.x
		}
		b.left, b.right = min(b.left, q.x), max(b.right, q.x)
	}
	b.left, b.right = b.left-b.dist[0], b.right+b.dist[1]
	return b
}

// aboveText is a floating object that stands over text which comes before its paragraph, on a page counted from 0.
type aboveText struct {
	page  int
	band  band
	place problem.Place
}

func sameAbove(a, b aboveText) bool { return a.page == b.page && a.band.equal(&b.band) }

// standsAbove notes an object that reaches above its paragraph to where text stands already, or stood before it was known: the next
// pass keeps that text out of it from the beginning of the page.
func (e *engine) standsAbove(p *Page, b band, place problem.Place) {
	at := aboveText{len(e.pages) - 1, b, place}
	found := slices.ContainsFunc(e.aboveKnown, func(k aboveText) bool { return sameAbove(k, at) })
	for i := len(p.Texts) - 1; i >= 0 && !found; i-- {
		t := &p.Texts[i]
		if t.Node < 0 || t.Y <= b.top || t.Y-t.Size*3/4 >= b.bottom || t.X >= b.right {
			continue
		}
		end := t.X
		for _, g := range t.Glyphs {
			end += g.Advance
		}
		found = end > b.left
	}
	if found {
		e.aboveFound = append(e.aboveFound, at)
	}
}

// bandsAt lists what text on a new page keeps out of from its beginning: the floating objects of its header and footer, as in Word,
// and those that the pass before found to stand above their paragraph.
func (e *engine) bandsAt(s *section, info *pageInfo) (bands []band) {
	page := len(e.pages) - 1
	width, left := s.width-s.left-s.right, s.leftOn(info.number, e.sheet.settings.mirror)
	at := pageState{number: info.number, format: s.format, page: page, section: info.index, sectionPages: 1}
	for i, part := range [...]*docx.Part{s.headers[info.kind], s.footers[info.kind]} {
		if part == nil || !floatsInto(part.Data) {
			continue
		}
		blocks := e.hfBlocks(part, s, at)
		y := s.header
		if i == 1 {
			y = s.height - s.footer - e.measure(blocks, cursor{}, width)
		}
		fr := frame{x: left, width: width, y: y}
		e.pourStory(blocks, &Page{Width: s.width, Height: s.height}, at, &fr)
		bands = append(bands, fr.excluded...)
	}
	if e.aboveOff {
		return bands
	}
	for _, k := range e.aboveKnown {
		if k.page == page {
			bands = append(bands, k.band)
		}
	}
	return bands
}

// floatsInto reports whether a header or footer may hold an object that the text of the page keeps out of.
func floatsInto(part []byte) bool {
	for _, mark := range [...]string{"wp:wrapSquare", "wp:wrapTight", "wp:wrapThrough", "wp:wrapTopAndBottom", `w:vAnchor="page"`, `w:vAnchor="margin"`} {
		if bytes.Contains(part, []byte(mark)) {
			return true
		}
	}
	for rest := part; ; { // of a watermark it says only where the object is anchored
		_, after, found := bytes.Cut(rest, []byte("<w10:wrap "))
		tag, _, closed := bytes.Cut(after, []byte(">"))
		if !found || !closed {
			return false
		}
		if bytes.Contains(tag, []byte("type=")) && !bytes.Contains(tag, []byte(`type="none"`)) {
			return true
		}
		rest = after
	}
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
func (e *engine) drawAnchors(pb *paraBox, list []floating, fr *frame) {
	if fr.page == nil || len(list) == 0 {
		return
	}
	for _, f := range list {
		e.maySee(f.d, fr.page, f.x, f.y, pb.place)
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
	for i := range d.paths {
		path := d.paths[i].moved(x, y)
		path.Node = node
		p.Paths = append(p.Paths, path)
	}
	under := e.onPage != nil || d.anchor != nil && d.anchor.behind // word art of headers, watermarks above all, lies under the text
	for _, t := range d.texts {
		t.X, t.Y = t.X+x, t.Y+y
		if under {
			p.Texts = slices.Insert(p.Texts, 0, t)
		} else {
			p.Texts = append(p.Texts, t)
		}
	}
	for _, k := range d.kids {
		e.draw(k.d, p, x+k.x, y+k.y)
	}
	first := len(p.Texts)
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
	if d.box != nil && d.box.light {
		for i := range p.Texts[first:] {
			if t := &p.Texts[first+i]; t.Color == 0 {
				t.Color = 0xFFFFFF
			}
		}
	}
}
