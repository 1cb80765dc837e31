package fonts

import (
	"math"
	"sync"
)

// GlyphID numbers a glyph within its face. Glyph 0 is the face's mark for a missing character.
type GlyphID uint16

// Face is one font file: one design in one weight and slope. It is immutable and safe for concurrent use. Lengths are in
// font units, of which UnitsPerEm make the font size.
type Face struct {
	file string
	data string
	once sync.Once
	p    parsed

	bold, italic bool // what the file is, set before the book is given out

	packed packedGlyphs
}

func newFace(file, data string) *Face { return &Face{file: file, data: data} }

// load parses the face on its first use. The files of a Book are known to parse: those of the program by test, those of
// a folder because Open tries them.
func (f *Face) load() *parsed {
	f.once.Do(func() { f.p = parse(f.data) })
	return &f.p
}

// Name returns the PostScript name, such as NotoSerifSC-Regular.
func (f *Face) Name() string { return f.load().name }

// UnitsPerEm returns the number of font units in the font size, 1000 or 2048 as a rule; never 0.
func (f *Face) UnitsPerEm() int { return f.load().unitsPerEm }

// Bold reports whether the face is a bold one.
func (f *Face) Bold() bool { return f.bold }

// Italic reports whether the face is an italic one.
func (f *Face) Italic() bool { return f.italic }

// Ascent returns the height above the baseline that a line of single spacing gives this face.
//
// Ascent, Descent and LineGap are what Word for Windows takes: typographic values (OS/2 sTypo…) when the font asks for them
// by bit 7 of fsSelection, else usWinAscent and usWinDescent, with so much of hhea's line gap as these do not hold already
// (OpenType specification, "Recommendations for OpenType Fonts", baseline to baseline distances).
func (f *Face) Ascent() int { return f.load().ascent }

// Descent returns the depth below the baseline that a line of single spacing gives this face; positive. See Ascent.
func (f *Face) Descent() int { return f.load().descent }

// LineGap returns the space between lines of single spacing beyond ascent and descent; 0 or more. See Ascent.
func (f *Face) LineGap() int { return f.load().lineGap }

// Glyph returns the glyph for r, 0 when the face does not cover it.
func (f *Face) Glyph(r rune) GlyphID { return f.load().cmap.glyph(r) }

// Variant returns the glyph for base followed by a variation selector: the one the face has for the pair, else the one for
// base alone.
func (f *Face) Variant(base, selector rune) GlyphID {
	p := f.load()
	if g := variant(p.variants, base, selector); g != 0 && int(g) < p.numGlyphs {
		return g
	}
	return p.cmap.glyph(base)
}

// NumGlyphs returns the number of glyphs in the face.
func (f *Face) NumGlyphs() int { return f.load().numGlyphs }

// Advance returns the width of glyph g, 0 when there is no such glyph.
func (f *Face) Advance(g GlyphID) int {
	p := f.load()
	if int(g) >= p.numGlyphs || p.numHMetrics == 0 {
		return 0
	}
	i := min(int(g), p.numHMetrics-1)
	return int(u16(p.hmtx, i*4))
}

// Kern returns by how much the distance from glyph a to glyph b, when they follow each other on a line, differs from the
// width of a; negative when they stand closer. It is 0 for a face without a table of pairs, as Chinese faces are.
func (f *Face) Kern(a, b GlyphID) int {
	return f.load().kern.pair(a, b)
}

// Underline returns the font's wish for an underline: its upper edge above the baseline, so negative as a rule, and its
// thickness (table post).
func (f *Face) Underline() (pos, thickness int) {
	p := f.load()
	return p.underlinePos, p.underlineThickness
}

// Strikeout returns the font's wish for a strikeout: its upper edge above the baseline and its thickness (table OS/2).
func (f *Face) Strikeout() (pos, thickness int) {
	p := f.load()
	return p.strikePos, p.strikeThickness
}

// BBox returns the smallest rectangle that holds every glyph.
func (f *Face) BBox() (xMin, yMin, xMax, yMax int) {
	b := f.load().bbox
	return b[0], b[1], b[2], b[3]
}

// CapHeight returns the height of capital letters.
func (f *Face) CapHeight() int { return f.load().capHeight }

// ItalicAngle returns the slope in degrees counter-clockwise from the vertical, so negative for an italic face.
func (f *Face) ItalicAngle() float64 { return math.Round(f.load().italicAngle*1000) / 1000 }

// Weight returns the visual weight, 400 for regular and 700 for bold.
func (f *Face) Weight() int { return f.load().weight }

// FixedPitch reports whether all glyphs have the same width.
func (f *Face) FixedPitch() bool { return f.load().fixedPitch }
