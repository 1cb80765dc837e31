package layout

import (
	"unicode/utf8"

	"tripact/render/docx"
)

// turn is the direction in which text runs in a cell or box.
type turn uint8

const (
	turnNone    turn = iota
	turnDown         // everything turned clockwise: from top to bottom, lines from right to left (tbRl)
	turnUp           // everything turned the other way: from bottom to top, lines from left to right (btLr)
	turnUpright      // as turnDown, Han characters standing upright (tbRlV)
)

// turnOf reads a w:textDirection of a cell; ok is false for one that is not drawn.
func turnOf(dir string) (t turn, ok bool) {
	switch dir {
	case "", "lrTb", "lr", "tb":
		return turnNone, true
	case "tbRl", "rl":
		return turnDown, true
	case "btLr":
		return turnUp, true
	case "tbRlV", "rlV":
		return turnUpright, true
	}
	return turnNone, false
}

// across is how wide text is whose lines are laid out before the length that they will have is known.
const across = 20 * Inch

// turnedBlocks lays out what is to be turned, in lines of the given length; they can be broken again.
func (e *engine) turnedBlocks(nodes []*docx.Node, length Length) []block {
	saved := e.keeping
	e.keeping = true
	blocks := e.blocks(nodes, length)
	e.keeping = saved
	return blocks
}

// turnedNeed is the least length of line at which turned text is no wider than room, beginning with length.
func (e *engine) turnedNeed(blocks []block, length, room Length) Length {
	length = max(length, Point)
	for e.measure(blocks, cursor{}, length) > room+tolerance && length < across {
		length += max(length/8, 6*Point)
	}
	return min(length, across)
}

// drawTurned draws blocks turned into the rectangle at x, y, their lines as long as it is high. vAlign places them across.
func (e *engine) drawTurned(t turn, blocks []block, p *Page, area Anchor, x, y, w, h Length, vAlign string) {
	h = max(h, Point)
	free := w - e.measure(blocks, cursor{}, h)
	off := Length(0)
	if free > 0 {
		switch vAlign {
		case "center", "ctr", "middle":
			off = free / 2
		case "bottom", "b":
			off = free
		}
	}
	var flat Page
	fr := frame{width: h, bottom: unlimited, page: &flat, fresh: true, keepBefore: true, cell: true, full: h, area: area}
	fr.y, fr.top = off, off
	cur := cursor{}
	e.fill(blocks, &cur, &fr)
	if p == nil {
		return
	}
	to := func(a, b Length) (Length, Length) { return x + w - b, y + a }
	degrees := 270
	if t == turnUp {
		to = func(a, b Length) (Length, Length) { return x + b, y + h - a }
		degrees = 90
	}
	// rectangle gives the upper left corner of what lies at a, b and is m long and n high; on the page it is n wide.
	rectangle := func(a, b, m, n Length) (Length, Length) {
		x1, y1 := to(a, b)
		x2, y2 := to(a+m, b+n)
		return min(x1, x2), min(y1, y2)
	}
	for i := range flat.Fills {
		f := flat.Fills[i]
		f.X, f.Y = rectangle(f.X, f.Y, f.W, f.H)
		f.W, f.H = f.H, f.W
		p.Fills = append(p.Fills, f)
	}
	for i := range flat.Rules {
		r := flat.Rules[i]
		r.X1, r.Y1 = to(r.X1, r.Y1)
		r.X2, r.Y2 = to(r.X2, r.Y2)
		p.Rules = append(p.Rules, r)
	}
	for i := range flat.Paths {
		path := flat.Paths[i].moved(0, 0)
		for k := range path.Steps {
			s := &path.Steps[k]
			s.X, s.Y = to(s.X, s.Y)
			s.X1, s.Y1 = to(s.X1, s.Y1)
			s.X2, s.Y2 = to(s.X2, s.Y2)
		}
		p.Paths = append(p.Paths, path)
	}
	for i := range flat.Links {
		k := flat.Links[i]
		k.X, k.Y = rectangle(k.X, k.Y, k.W, k.H)
		k.W, k.H = k.H, k.W
		p.Links = append(p.Links, k)
	}
	for _, set := range [...]struct{ from, to *[]Picture }{{&flat.Behind, &p.Behind}, {&flat.Front, &p.Front}} {
		for _, f := range *set.from {
			cx, cy := to(f.X+f.W/2, f.Y+f.H/2)
			f.X, f.Y = cx-f.W/2, cy-f.H/2
			if t != turnUpright {
				f.Turn = (f.Turn + (360-degrees)*60000) % (360 * 60000)
			}
			*set.to = append(*set.to, f)
		}
	}
	for i := range flat.Texts {
		if t == turnUpright {
			p.Texts = appendUpright(p.Texts, &flat.Texts[i], to)
			continue
		}
		p.Texts = append(p.Texts, turned(flat.Texts[i], to, degrees))
	}
}

func turned(t Text, to func(a, b Length) (Length, Length), degrees int) Text {
	t.X, t.Y = to(t.X, t.Y)
	t.Angle = (t.Angle + degrees) % 360
	return t
}

// appendUpright adds a text of a line that runs downwards: Han characters one by one, each upright in its square, the
// rest turned.
func appendUpright(out []Text, t *Text, to func(a, b Length) (Length, Length)) []Text {
	pen, off := t.X, 0
	from := 0 // first glyph of the turned piece being collected
	fromPen, fromOff := pen, 0
	flush := func(i int) {
		if i > from {
			piece := *t
			piece.X, piece.Glyphs, piece.Source = fromPen, t.Glyphs[from:i:i], t.Source[fromOff:off]
			out = append(out, turned(piece, to, 270))
		}
	}
	for i := 0; i < len(t.Glyphs); {
		n := i + 1 // the marks of a character go with it
		adv, size := t.Glyphs[i].Advance, int(t.Glyphs[i].Len)
		for n < len(t.Glyphs) && t.Glyphs[n].Len == 0 {
			adv += t.Glyphs[n].Advance
			n++
		}
		r, _ := utf8.DecodeRuneInString(t.Source[off:])
		dx, dy, ok := uprightAt(r)
		if ok {
			flush(i)
			// The square around the character stands on the line's middle, 0.38 em above the baseline.
			up := t.Size * 38 / 100
			cx, cy := to(pen+adv/2, t.Y-up)
			own := Length(t.Face.Advance(t.Glyphs[i].ID)) * t.Size / Length(t.Face.UnitsPerEm())
			one := *t
			one.X, one.Y = cx-own/2+dx*t.Size/100, cy+up-dy*t.Size/100
			one.Glyphs, one.Source = t.Glyphs[i:n:n], t.Source[off:off+size]
			out = append(out, one)
		}
		pen += adv
		off += size
		if ok {
			from, fromPen, fromOff = n, pen, off
		}
		i = n
	}
	flush(len(t.Glyphs))
	return out
}

// uprightAt reports whether r stands upright in lines that run downwards, and by how many hundredths of an em it moves to
// the right and up there: 、。， go to the upper right corner of their square (Unicode Technical Report 50, GB/T 15834-2011
// 5.2).
func uprightAt(r rune) (dx, dy Length, ok bool) {
	switch r {
	case '、', '。', '，', '．':
		return 58, 58, true
	case '！', '？':
		return 0, 0, true
	}
	switch classOf(r) {
	case clsHan:
		if r >= 0x2190 && r <= 0x21FF || r == 0xFF0D || r == 0xFF1D { // arrows and lines follow the text
			return 0, 0, false
		}
		return 0, 0, true
	case clsSuffix, clsPrefix:
		return 0, 0, r >= 0xFF00
	case clsOpen, clsClose, clsComma, clsStop, clsDot, clsConn, clsSolidus, clsDash, clsEllipsis, clsLatin, clsDigit, clsLatinOpen,
		clsLatinEnd, clsHyphen, clsSpace, clsGlue, clsZero, clsTab, clsBreak, clsObject:
	}
	return 0, 0, false
}
