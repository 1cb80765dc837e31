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

// text writes one text; next is the one that follows on the page, or nil.
func (c *content) text(t, next *layout.Text) error {
	if len(t.Glyphs) == 0 {
		return nil
	}
	if t.Face == nil || t.Size <= 0 {
		return fmt.Errorf("face %v and size %d cannot be drawn", t.Face, t.Size)
	}
	node := t.Node
	if node >= int32(len(c.w.doc.Nodes)) && c.w.tagged {
		return fmt.Errorf("node %d is not there", node)
	}
	if linked, ok := c.w.linked[t]; ok {
		node = linked
	}
	if !c.inText {
		c.unmark()
		c.str("BT\n")
		c.inText, c.upright, c.tx, c.ty = true, true, 0, 0
	}
	c.mark(node, t.Lang)
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
//
// Characters that never show, such as a zero-width space, may be in the source without a glyph of their own.
func (c *content) show(t, next *layout.Text) error {
	line := shower{c: c, unit: int64(t.Size) * int64(scaleOf(t)), t: t, next: next}
	line.space()
	bytes := 0
	for i := range t.Glyphs {
		bytes += int(t.Glyphs[i].Len)
	}
	silent := bytes < len(t.Source) && bytes+silentBytes(t.Source) == len(t.Source)
	pos := 0
	for i := 0; i < len(t.Glyphs); {
		if !silent {
			if i, pos = line.known(i, pos); i == len(t.Glyphs) {
				break
			}
		}
		end := i + 1
		for end < len(t.Glyphs) && t.Glyphs[end].Len == 0 {
			end++
		}
		from := pos
		if silent && i == 0 {
			pos += silentPrefix(t.Source)
		}
		pos += int(t.Glyphs[i].Len)
		if pos > len(t.Source) || t.Glyphs[i].Len == 0 {
			return fmt.Errorf("glyph %d stands for %d bytes, of which %d are there", i, t.Glyphs[i].Len, len(t.Source)-from)
		}
		if silent {
			pos += silentPrefix(t.Source[pos:])
		}
		before, body, after := cutSilent(t.Source[from:pos])
		err := line.silent(before)
		if err == nil && end == i+1 {
			err = line.glyph(&t.Glyphs[i], body, end == len(t.Glyphs))
		} else if err == nil {
			err = line.cluster(t.Glyphs[i:end], body, end == len(t.Glyphs))
		}
		if err == nil {
			err = line.silent(after)
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

// isSilent reports whether a character has no shape of its own in any font: joiners, zero-width and soft breaks, marks of
// writing direction, variation selectors.
func isSilent(r rune) bool {
	switch {
	case r == 0xAD, r == 0x34F, r == 0x61C, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F,
		r == 0xFEFF, r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF:
		return true
	}
	return false
}

// silentPrefix gives the number of bytes before the first character that shows.
func silentPrefix(s string) int {
	for i, r := range s {
		if !isSilent(r) {
			return i
		}
	}
	return len(s)
}

// cutSilent parts the text of a glyph from the characters around it that never show. Marks and variation selectors stay
// with their base; a text of silent characters alone is a body.
func cutSilent(s string) (before, body, after string) {
	start := silentPrefix(s)
	if start == len(s) {
		return "", s, ""
	}
	for i, r := range s[start:] {
		if isSilent(r) && unicode.Is(unicode.Cf, r) {
			return s[:start], s[start : start+i], s[start+i:]
		}
	}
	return s[:start], s[start:], ""
}

func silentBytes(s string) int {
	n := 0
	for _, r := range s {
		if isSilent(r) {
			n += utf8.RuneLen(r)
		}
	}
	return n
}

// shower writes one text-showing operator.
type shower struct {
	c       *content
	t, next *layout.Text
	unit    int64 // size in EMU times scale in percent

	want    layout.Length // where layout has the pen, from the start
	have    int64         // where the viewer has it, in 1/100 of 1/1000 of the scaled size
	spacing int64         // what the viewer adds after each character, in the same unit

	start  int  // of the operator in the stream
	opened bool // "(" or "[(" is written
	array  bool
}

// hundredths gives a length in 1/100 of 1/1000 of the scaled font size.
func (s *shower) hundredths(l layout.Length) int64 {
	return round(int64(l)*100*1000*100, s.unit)
}

// round gives n/d to the nearest whole number; d is positive.
func round(n, d int64) int64 {
	if n < 0 {
		return -((-n + d/2) / d)
	}
	return (n + d/2) / d
}

// space sets the character spacing to the gap that most characters of the text have after them, where layout has stretched or squeezed
// a line evenly. A single number then does what would else be one after each character. Whatever it is, adjust puts each glyph where
// layout has it; texts of a few characters leave it as it is.
func (s *shower) space() {
	c, g := s.c, s.t.Glyphs
	const few = 4
	if scaleOf(s.t) != 100 {
		s.setSpacing(0)
	} else if n := len(g); n >= few {
		// Looking at two places tells evenly set text from other text well enough.
		gap := s.gap(&g[n/2])
		if diff := gap - s.gap(&g[n/3]); diff > 100 || diff < -100 || gap > -50 && gap < 50 || gap >= 8000 || gap <= -8000 {
			gap = 0
		}
		s.setSpacing(round(gap*int64(s.t.Size), 100*int64(layout.Point)))
	}
	s.spacing = round(c.spacing*100*int64(layout.Point), int64(s.t.Size))
}

// gap gives the space that layout has put after a glyph, in 1/100 of 1/1000 of the scaled size.
func (s *shower) gap(g *layout.Glyph) int64 {
	return s.hundredths(g.Advance) - s.c.font.widthOf(g.ID, 0)
}

func (s *shower) setSpacing(v int64) {
	c := s.c
	if v == c.spacing {
		return
	}
	c.spacing = v
	c.num(v)
	c.str("Tc\n")
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
	s.put(code)
	s.want += g.Advance
	return nil
}

// known shows glyphs from i on, whose text begins at pos, as long as the code of each is there already and nothing about it is out of the
// ordinary: it stands for one character that shows, and there is no gap after it to tell. It returns the first that it has not shown. It does
// what glyph does, with less work for what nearly every glyph is.
func (s *shower) known(i, pos int) (glyph, at int) {
	glyphs, source, font := s.t.Glyphs, s.t.Source, s.c.font
	var advance layout.Length // the last one that was found to be close enough to width
	var width int64
	for ; i+1 < len(glyphs) && glyphs[i+1].Len != 0; i++ {
		g := &glyphs[i]
		n := int(g.Len)
		if pos+n > len(source) || int(g.ID) >= len(font.first) {
			break
		}
		switch c := source[pos]; n {
		case 1:
			if c >= utf8.RuneSelf {
				return i, pos
			}
		case 3: // no character from U+3000 to U+CFFF is silent
			if c < 0xE3 || c > 0xEC {
				return i, pos
			}
		default:
			return i, pos
		}
		index := font.first[g.ID]
		code := &font.codes[index]
		if index == 0 || code.extra != 0 || code.text != source[pos:pos+n] {
			break
		}
		if g.Advance != advance || code.width != width {
			if gap := s.hundredths(g.Advance) - code.width; gap >= 8000 || gap <= -8000 {
				break
			}
			advance, width = g.Advance, code.width
		}
		s.put(index)
		s.want += advance
		pos += n
	}
	return i, pos
}

// put writes one code where layout has the pen.
func (s *shower) put(code uint16) {
	s.adjust()
	if !s.opened {
		s.opened = true
		s.start = len(s.c.b)
		s.c.b = append(s.c.b, '[', '(')
	}
	if hi, lo := byte(code>>8), byte(code); plainByte[hi] && plainByte[lo] {
		s.c.b = append(s.c.b, hi, lo)
	} else {
		s.c.b = appendStringByte(appendStringByte(s.c.b, hi), lo)
	}
	s.have += s.c.font.codes[code].width + s.spacing
}

// silent writes characters that never show, each as a blank of no width. Read as part of another glyph's text they would
// make some readers drop it: pdf.js takes a glyph whose text ends in a format character for invisible.
func (s *shower) silent(text string) error {
	font := s.c.font
	for _, r := range text {
		blank := font.face.Glyph(' ')
		if blank == 0 {
			return fmt.Errorf("%s has no blank to stand for %U", font.face.Name(), r)
		}
		code, err := font.code(codeKey{glyph: blank, text: string(r), extra: int16(-font.face.Advance(blank))})
		if err != nil {
			return err
		}
		s.put(code)
	}
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
	// Nearly always there is nothing to do, which is found without a division: these are the bounds of want within which
	// it comes to less than a hundred more or less than have.
	if n := int64(s.want)*1e7 + s.unit/2; s.want >= 0 && n < (s.have+100)*s.unit && n >= (s.have-99)*s.unit {
		return
	}
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
