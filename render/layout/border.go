package layout

import "tripact/render/docx"

// border is one side's line. The zero value is unset; none is set but invisible.
type border struct {
	set   bool
	none  bool
	style string // ST_Border
	width Length
	space Length // distance from the text
	color Color
}

func (b border) visible() bool { return b.set && !b.none }

// parseBorder reads a border element; w:sz counts eighths of a point, w:space points.
func parseBorder(n *docx.Node) border {
	b := border{set: true, style: n.Val()}
	switch b.style {
	case "nil", "none", "":
		b.none = true
		return b
	}
	b.width = Point / 2
	if v, ok := attrLength(n, "w:sz", Point/8); ok {
		b.width = max(Point/8, min(v, 12*Point))
	}
	if v, ok := attrLength(n, "w:space", Point); ok {
		b.space = max(0, min(v, 31*Point))
	}
	c, _ := n.Attr("w:color")
	b.color, _ = parseColor(c)
	return b
}

// stroke is one of the parallel lines that a border is drawn with: its offset from the outer edge and its thickness,
// outermost first.
type stroke struct{ at, width Length }

// strokes are those of one border: a list of fixed length, as tables ask for them very often.
type strokes struct {
	list [3]stroke
	n    int
}

func strokesOf(lines ...stroke) (s strokes) {
	s.n = copy(s.list[:], lines)
	return s
}

// strokes splits a border into parallel lines from the outer side inwards, and tells its whole thickness. Word's w:sz is
// the thickness of the thick (or single) line; thin lines are ¾ pt, at most the thick one.
func (b border) strokes() (lines strokes, total Length) {
	thin := min(b.width, Point*3/4)
	switch b.style {
	case "double":
		return strokesOf(stroke{0, b.width}, stroke{2 * b.width, b.width}), 3 * b.width
	case "dmlThickThin":
		return compound(b.width, true)
	case "dmlThinThick":
		return compound(b.width, false)
	case "triple":
		return strokesOf(stroke{0, b.width}, stroke{2 * b.width, b.width}, stroke{4 * b.width, b.width}), 5 * b.width
	case "thickThinSmallGap", "thickThinMediumGap", "thickThinLargeGap":
		g := b.gap()
		return strokesOf(stroke{0, b.width}, stroke{b.width + g, thin}), b.width + g + thin
	case "thinThickSmallGap", "thinThickMediumGap", "thinThickLargeGap":
		g := b.gap()
		return strokesOf(stroke{0, thin}, stroke{thin + g, b.width}), b.width + g + thin
	case "thinThickThinSmallGap", "thinThickThinMediumGap", "thinThickThinLargeGap":
		g := b.gap()
		return strokesOf(stroke{0, thin}, stroke{thin + g, b.width}, stroke{thin + 2*g + b.width, thin}), b.width + 2*g + 2*thin
	}
	return strokesOf(stroke{0, b.width}), b.width
}

// gap is the distance between the lines of a thick-thin border.
func (b border) gap() Length {
	switch b.style {
	case "thickThinLargeGap", "thinThickLargeGap", "thinThickThinLargeGap":
		return max(b.width, Point*3/2)
	case "thickThinMediumGap", "thinThickMediumGap", "thinThickThinMediumGap":
		return max(b.width/2, Point*3/4)
	}
	return Point * 3 / 4
}

// dash is the pattern of the border's lines, nil when solid.
func (b border) dash() []Length {
	w := b.width
	switch b.style {
	case "dotted":
		return []Length{w, w}
	case "dashed":
		return []Length{4 * w, 4 * w}
	case "dashSmallGap":
		return []Length{4 * w, 2 * w}
	case "dotDash":
		return []Length{4 * w, 2 * w, w, 2 * w}
	case "dotDotDash":
		return []Length{4 * w, 2 * w, w, 2 * w, w, 2 * w}
	}
	return nil
}

// total is the whole thickness of the border, 0 when it is not visible.
func (b border) total() Length {
	if !b.visible() {
		return 0
	}
	_, t := b.strokes()
	return t
}

// weight ranks borders that meet at one edge (ECMA-376 17.4.66): number of lines times the line's width decides, then
// darkness.
func (b border) weight() int {
	if !b.visible() {
		return 0
	}
	lines, _ := b.strokes()
	return lines.n * int(b.width)
}

// stronger picks the one of two borders that is drawn where they meet.
func stronger(a, b border) border {
	switch wa, wb := a.weight(), b.weight(); {
	case wa > wb:
		return a
	case wb > wa:
		return b
	}
	if a.visible() && b.visible() && brightness(b.color) < brightness(a.color) {
		return b
	}
	if !a.visible() && b.set && !a.set {
		return b
	}
	return a
}

func brightness(c Color) int {
	r, g, b := int(c>>16)&0xFF, int(c>>8)&0xFF, int(c)&0xFF
	return r + b + 2*g
}

// hline draws a horizontal border from x1 to x2; y is its outer edge. inner is +1 when the inside is below (a top
// border), -1 when it is above (a bottom border).
func (b border) hline(out []Rule, x1, x2, y Length, inner Length, node int32) []Rule {
	lines, _ := b.strokes()
	dash := b.dash()
	for _, s := range lines.list[:lines.n] {
		c := y + inner*(s.at+s.width/2)
		out = append(out, Rule{X1: x1, Y1: c, X2: x2, Y2: c, Width: s.width, Color: b.color, Dash: dash, Node: node})
	}
	return out
}

// vline draws a vertical border from y1 to y2; x is its outer edge. inner is +1 when the inside is to the right.
func (b border) vline(out []Rule, x, y1, y2 Length, inner Length, node int32) []Rule {
	lines, _ := b.strokes()
	dash := b.dash()
	for _, s := range lines.list[:lines.n] {
		c := x + inner*(s.at+s.width/2)
		out = append(out, Rule{X1: c, Y1: y1, X2: c, Y2: y2, Width: s.width, Color: b.color, Dash: dash, Node: node})
	}
	return out
}

// The compound lines of drawings give the whole width, of which the lines take these shares.
func compound(width Length, thickFirst bool) (lines strokes, total Length) {
	thick, thin := width*5/10, width*2/10
	if thickFirst {
		return strokesOf(stroke{0, thick}, stroke{width - thin, thin}), width
	}
	return strokesOf(stroke{0, thin}, stroke{width - thick, thick}), width
}
