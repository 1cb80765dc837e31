package pdf

import (
	"fmt"
	"math"
	"strconv"
	"unicode"
	"unicode/utf8"

	"tripact/fonts"
	"tripact/render/layout"
)

// slope is the tangent of the angle by which upright faces are slanted: 12°, that of most italics.
const slope = 0.2126

// boldStroke is the part of the font size that a made-up bold adds to the stems as stroke width.
const boldStroke = 48

// content is the content stream of one page in the making.
type content struct {
	w      *writer
	page   int
	height layout.Length
	b      []byte

	// Graphics state as the stream has left it.
	fill, stroke layout.Color
	lineWidth    layout.Length
	dashed       []layout.Length
	font         *docFont
	size         layout.Length
	mode         int
	scale        int

	// The marked-content sequence that is open.
	open     bool
	openNode int32
	openLang string
	mcids    []int32 // node by MCID
	inText   bool
	upright  bool  // whether the text line matrix is only moved
	tx, ty   int64 // where it is, in thousandths of a point
}

func (c *content) str(s string) { c.b = append(c.b, s...) }

func (c *content) num(v int64) {
	c.b = appendMilli(c.b, v)
	c.b = append(c.b, ' ')
}

func (c *content) length(l layout.Length) { c.num(milli(l)) }

// y turns a height from the top of the page into one from the bottom.
func (c *content) y(y layout.Length) layout.Length { return c.height - y }

func (c *content) draw(p *layout.Page) error {
	if err := c.pictures(p.Behind); err != nil {
		return err
	}
	c.fills(p.Fills)
	c.rules(p.Rules)
	for i := range p.Texts {
		var next *layout.Text
		if i+1 < len(p.Texts) {
			next = &p.Texts[i+1]
		}
		if err := c.text(&p.Texts[i], next); err != nil {
			return fmt.Errorf("text %q: %w", p.Texts[i].Source, err)
		}
	}
	c.close()
	return c.pictures(p.Front)
}

// mark opens the marked-content sequence that content of node belongs to, or keeps the one that is open.
func (c *content) mark(node int32, lang string) {
	if !c.w.tagged {
		return
	}
	if c.open && c.openNode == node && c.openLang == lang {
		return
	}
	c.close()
	c.open, c.openNode, c.openLang = true, node, lang
	if node < 0 {
		c.str("/Artifact BMC\n")
		return
	}
	c.str("/" + role(&c.w.doc.Nodes[node]) + "<<")
	if lang != "" {
		c.str("/Lang")
		c.b = appendText(c.b, lang)
	}
	c.str("/MCID ")
	c.b = strconv.AppendInt(c.b, int64(len(c.mcids)), 10)
	c.str(">>BDC\n")
	c.mcids = append(c.mcids, node)
}

// close ends the open text object and marked-content sequence.
func (c *content) close() {
	if c.inText {
		c.str("ET\n")
		c.inText = false
	}
	if c.open {
		c.str("EMC\n")
		c.open = false
	}
}

func (c *content) setColor(state *layout.Color, color layout.Color, gray, rgb string) {
	if *state == color {
		return
	}
	*state = color
	part := func(shift uint) int64 { return (int64(color>>shift&0xFF)*1000 + 127) / 255 }
	r, g, b := part(16), part(8), part(0)
	c.num(r)
	if r == g && g == b {
		c.str(gray)
		return
	}
	c.num(g)
	c.num(b)
	c.str(rgb)
}

func (c *content) setFill(color layout.Color)   { c.setColor(&c.fill, color, "g\n", "rg\n") }
func (c *content) setStroke(color layout.Color) { c.setColor(&c.stroke, color, "G\n", "RG\n") }

func (c *content) setLineWidth(width layout.Length) {
	if c.lineWidth != width {
		c.lineWidth = width
		c.length(width)
		c.str("w\n")
	}
}

// figure gives the node that drawing of node counts as: shading, borders and lines say nothing, unless they are a figure.
func (c *content) figure(node int32) int32 {
	if node >= 0 && int(node) < len(c.w.doc.Nodes) && c.w.doc.Nodes[node].Kind == layout.NodeFigure {
		return node
	}
	return -1
}

func (c *content) fills(fills []layout.Fill) {
	for i := range fills {
		f := &fills[i]
		c.mark(c.figure(f.Node), "")
		c.setFill(f.Color)
		c.length(f.X)
		c.length(c.y(f.Y + f.H))
		c.length(f.W)
		c.length(f.H)
		c.str("re f\n")
	}
	c.close()
}

func (c *content) rules(rules []layout.Rule) {
	for i := range rules {
		r := &rules[i]
		c.mark(c.figure(r.Node), "")
		c.setStroke(r.Color)
		c.setLineWidth(r.Width)
		c.setDash(r.Dash)
		c.length(r.X1)
		c.length(c.y(r.Y1))
		c.str("m ")
		c.length(r.X2)
		c.length(c.y(r.Y2))
		c.str("l S\n")
	}
	c.close()
	c.setDash(nil)
}

func (c *content) setDash(dash []layout.Length) {
	same := len(dash) == len(c.dashed)
	for i := 0; same && i < len(dash); i++ {
		same = dash[i] == c.dashed[i]
	}
	if same {
		return
	}
	c.dashed = dash
	c.str("[")
	for _, d := range dash {
		c.length(d)
	}
	c.str("]0 d\n")
}

func (c *content) pictures(pictures []layout.Picture) error {
	for i := range pictures {
		p := &pictures[i]
		img, err := c.w.image(p)
		if err != nil {
			return fmt.Errorf("picture %d of page %d: %w", i+1, c.page+1, err)
		}
		node := p.Node
		if node >= int32(len(c.w.doc.Nodes)) {
			return fmt.Errorf("picture %d of page %d belongs to no node: %d", i+1, c.page+1, node)
		}
		c.close() // each picture is a sequence of its own
		c.mark(node, "")
		c.str("q ")
		c.length(p.W)
		c.str("0 0 ")
		c.length(p.H)
		c.length(p.X)
		c.length(c.y(p.Y + p.H))
		c.str("cm /" + img.name + " Do Q\n")
	}
	c.close()
	return nil
}

// text writes one text; next is the one that follows on the page, or nil.
func (c *content) text(t, next *layout.Text) error {
	if len(t.Glyphs) == 0 {
		return nil
	}
	if t.Face == nil || t.Size <= 0 {
		return fmt.Errorf("face %v and size %d cannot be drawn", t.Face, t.Size)
	}
	if t.Node >= int32(len(c.w.doc.Nodes)) && c.w.tagged {
		return fmt.Errorf("node %d is not there", t.Node)
	}
	c.mark(t.Node, t.Lang)
	if !c.inText {
		c.str("BT\n")
		c.inText, c.upright, c.tx, c.ty = true, true, 0, 0
	}
	c.textState(t)
	c.place(t)
	return c.show(t, next)
}

func (c *content) textState(t *layout.Text) {
	font := c.w.font(t.Face)
	if c.font != font || c.size != t.Size {
		c.font, c.size = font, t.Size
		c.str("/" + font.name + " ")
		c.length(t.Size)
		c.str("Tf\n")
	}
	c.setFill(t.Color)
	mode := 0
	if t.Bolder {
		mode = 2
		c.setStroke(t.Color)
		c.setLineWidth(t.Size / boldStroke)
	}
	if c.mode != mode {
		c.mode = mode
		c.b = strconv.AppendInt(c.b, int64(mode), 10)
		c.str(" Tr\n")
	}
	scale := scaleOf(t)
	if c.scale != scale {
		c.scale = scale
		c.b = strconv.AppendInt(c.b, int64(scale), 10)
		c.str(" Tz\n")
	}
}

func scaleOf(t *layout.Text) int {
	if t.ScaleX <= 0 {
		return 100
	}
	return t.ScaleX
}

// place sets the start of the line.
func (c *content) place(t *layout.Text) {
	x, y := milli(t.X), milli(c.y(t.Y))
	angle := t.Angle
	if t.Rotated {
		angle += 90
	}
	if angle == 0 && !t.Slant {
		if c.upright {
			c.num(x - c.tx)
			c.num(y - c.ty)
			c.str("Td\n")
		} else {
			c.str("1 0 0 1 ")
			c.num(x)
			c.num(y)
			c.str("Tm\n")
		}
		c.upright, c.tx, c.ty = true, x, y
		return
	}
	c.upright = false
	sin, cos := sincos(angle)
	shear := 0.0
	if t.Slant {
		shear = slope
	}
	for _, v := range [4]float64{cos, sin, cos*shear - sin, sin*shear + cos} {
		c.b = strconv.AppendFloat(c.b, math.Round(v*1e5)/1e5+0, 'f', -1, 64) // + 0 makes -0 a 0
		c.b = append(c.b, ' ')
	}
	c.num(x)
	c.num(y)
	c.str("Tm\n")
}

// sincos is exact at right angles.
func sincos(degrees int) (sin, cos float64) {
	switch degrees = ((degrees % 360) + 360) % 360; degrees {
	case 0:
		return 0, 1
	case 90:
		return 1, 0
	case 180:
		return 0, -1
	case 270:
		return -1, 0
	}
	return math.Sincos(float64(degrees) * math.Pi / 180)
}

// show writes the glyphs of t with the spaces between them.
func (c *content) show(t, next *layout.Text) error {
	line := shower{c: c, unit: int64(t.Size) * int64(scaleOf(t)), t: t, next: next}
	pos := 0
	for i := 0; i < len(t.Glyphs); {
		end := i + 1
		for end < len(t.Glyphs) && t.Glyphs[end].Len == 0 {
			end++
		}
		from := pos
		pos += int(t.Glyphs[i].Len)
		if pos > len(t.Source) || pos == from {
			return fmt.Errorf("glyph %d stands for %d bytes, of which %d are there", i, t.Glyphs[i].Len, len(t.Source)-from)
		}
		var err error
		if end == i+1 {
			err = line.glyph(&t.Glyphs[i], t.Source[from:pos], end == len(t.Glyphs))
		} else {
			err = line.cluster(t.Glyphs[i:end], t.Source[from:pos], end == len(t.Glyphs))
		}
		if err != nil {
			return err
		}
		i = end
	}
	if pos != len(t.Source) {
		return fmt.Errorf("no glyph stands for %q", t.Source[pos:])
	}
	line.flush()
	return nil
}

// shower writes one text-showing operator.
type shower struct {
	c       *content
	t, next *layout.Text
	unit    int64 // size in EMU times scale in percent

	want layout.Length // where layout has the pen, from the start
	have int64         // where the viewer has it, in 1/100 of 1/1000 of the scaled size

	start  int  // of the operator in the stream
	opened bool // "(" or "[(" is written
	array  bool
}

// hundredths gives a length in 1/100 of 1/1000 of the scaled font size.
func (s *shower) hundredths(l layout.Length) int64 {
	n := int64(l) * 100 * 1000 * 100
	if n < 0 {
		return -((-n + s.unit/2) / s.unit)
	}
	return (n + s.unit/2) / s.unit
}

// glyph shows one glyph; last tells that it is the last of the text.
func (s *shower) glyph(g *layout.Glyph, text string, last bool) error {
	font := s.c.font
	advance := g.Advance
	if last {
		advance += s.gapToNext(s.want+advance, text)
	}
	key := codeKey{glyph: g.ID, text: text, extra: s.extra(font, g.ID, advance, text)}
	code, err := font.code(key)
	if err != nil {
		return err
	}
	s.adjust()
	if !s.opened {
		s.opened = true
		s.start = len(s.c.b)
		s.c.b = append(s.c.b, '[', '(')
	}
	s.c.b = appendStringByte(s.c.b, byte(code>>8))
	s.c.b = appendStringByte(s.c.b, byte(code))
	s.want += g.Advance
	s.have += font.codes[code].width
	return nil
}

// extra gives the font units by which a glyph is made wider or narrower: the space that layout has put after it or taken
// from it, from 8/100 of the font size on, in twentieths of the size. A gap after a space character needs none of this.
func (s *shower) extra(font *docFont, g fonts.GlyphID, advance layout.Length, text string) int16 {
	gap := s.hundredths(advance) - font.widthOf(g, 0)
	if gap < 8000 && gap > -8000 {
		return 0
	}
	if r, _ := utf8.DecodeRuneInString(text); unicode.IsSpace(r) {
		return 0
	}
	steps := gap / 5000
	return int16(min(max(steps*int64(font.step), math.MinInt16/2), math.MaxInt16/2))
}

// gapToNext gives the space between the end of the text, end from its start, and the next one when that goes on in the same
// line: where a line changes from a Han to a Latin face, for one. Half the font size or more is a distance, not a gap, and
// next to a space character there is nothing to tell.
func (s *shower) gapToNext(end layout.Length, text string) layout.Length {
	t, n := s.t, s.next
	if n == nil || n.Node != t.Node || n.Y != t.Y || t.Angle != 0 || n.Angle != 0 || t.Rotated || n.Rotated {
		return 0
	}
	gap := n.X - t.X - end
	if limit := max(t.Size, n.Size) / 2; gap >= limit || gap <= -limit {
		return 0
	}
	if r, _ := utf8.DecodeRuneInString(n.Source); unicode.IsSpace(r) {
		return 0
	}
	if r, _ := utf8.DecodeLastRuneInString(text); unicode.IsSpace(r) {
		return 0
	}
	return gap
}

// adjust moves the viewer's pen to where layout has it, when they are a thousandth of the font size or more apart.
func (s *shower) adjust() {
	diff := s.hundredths(s.want) - s.have
	if diff < 100 && diff > -100 {
		return
	}
	move := (diff + 50) / 100
	if diff < 0 {
		move = -((-diff + 50) / 100)
	}
	s.have += move * 100
	if !s.opened {
		s.opened = true
		s.start = len(s.c.b)
		s.c.b = append(s.c.b, '[')
	} else {
		s.c.b = append(s.c.b, ')')
	}
	s.array = true
	s.c.b = strconv.AppendInt(s.c.b, -move, 10)
	s.c.b = append(s.c.b, '(')
}

// flush ends the operator: Tj when it is one string, else TJ.
func (s *shower) flush() {
	if !s.opened {
		return
	}
	c := s.c
	if s.array {
		c.str(")]TJ\n")
	} else {
		c.b[s.start] = ' ' // "[(" becomes " ("
		c.str(")Tj\n")
	}
	s.opened, s.array = false, false
}

// cluster draws several glyphs that stand for one text, such as a letter and its accents. Each gets a character of it as
// long as there are enough; what is left over goes with an ActualText, so that the text is read once.
func (s *shower) cluster(glyphs []layout.Glyph, text string, last bool) error {
	runes := utf8.RuneCountInString(text)
	actual := runes < len(glyphs)
	if actual {
		s.flush()
		s.c.str("/Span<</ActualText<FEFF")
		s.c.b = appendUTF16(s.c.b, text)
		s.c.str(">>>BDC\n")
	}
	for i := range glyphs {
		part := text
		if i < len(glyphs)-1 && len(text) > 0 {
			_, n := utf8.DecodeRuneInString(text)
			part, text = text[:n], text[n:]
		}
		if part == "" {
			part = "\u200B" // a glyph must have some text; the ActualText hides it
		}
		if err := s.glyph(&glyphs[i], part, last && i == len(glyphs)-1); err != nil {
			return err
		}
	}
	if actual {
		s.flush()
		s.c.str("EMC\n")
	}
	return nil
}
