package fonts

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Chain is the faces that text in one named font and style is drawn with, in the order in which they are asked for a
// character. It is immutable and safe for concurrent use.
type Chain struct {
	Named string  // the name asked for
	Faces []*Face // never empty

	// Bolder and Slant tell what the first face lacks of the style asked for: text in it is to be drawn with a stroke,
	// or oblique. For another face of the chain ask Style.
	Bolder, Slant bool

	// Substituted tells that the name is not known, and its class was guessed from it.
	Substituted bool

	bold, italic bool // the style asked for
}

// Match returns the chain for a font name as Word files have it, such as 仿宋_GB2312 or Times New Roman, in a style. It
// always finds one: a name that is not known goes to the class that it suggests, with Substituted set.
func (b *Book) Match(name string, bold, italic bool) *Chain {
	c, always, known := classify(name)
	bold = bold || always
	style := 0
	if bold {
		style |= 1
	}
	if italic {
		style |= 2
	}
	chain := &Chain{
		Named: name, Faces: b.chains[c][style].faces, Substituted: !known,
		bold: bold, italic: italic,
	}
	chain.Bolder, chain.Slant = chain.Style(chain.Faces[0])
	return chain
}

// Style tells what face f lacks of the style that the chain was asked for. A fallback face may have a real bold where
// the first face has none, or the other way round.
func (c *Chain) Style(f *Face) (bolder, slant bool) {
	return c.bold && !f.bold, c.italic && !f.italic
}

// Find returns the first face that covers r and its glyph there, or nil when no face does.
func (c *Chain) Find(r rune) (*Face, GlyphID) {
	for _, f := range c.Faces {
		if g := f.Glyph(r); g != 0 {
			return f, g
		}
	}
	return nil, 0
}

// Joins reports whether r belongs to the character before it, so that the two may be neither parted at a line end nor
// drawn from different faces: combining marks, variation selectors, joiners.
func Joins(r rune) bool {
	if r < 0x300 {
		return false
	}
	return isSelector(r) || r == 0x200C || r == 0x200D || unicode.Is(unicode.M, r)
}

// isSelector reports whether r is a variation selector: U+FE00–FE0F or the ideographic ones, U+E0100–E01EF.
func isSelector(r rune) bool {
	return r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF
}

// FindCluster finds glyphs for a base character with everything that Joins it. A variation selector picks the variant
// that the first face covering the base has for it, else the base's own glyph; it is never drawn itself. Base and marks
// that Unicode knows as one character (e + U+0301 = é) are drawn as that one. Otherwise one face must have the base and
// every mark, which then follow each other. The face is nil when there is no such face.
func (c *Chain) FindCluster(cluster string) (*Face, []GlyphID) {
	base, n := utf8.DecodeRuneInString(cluster)
	if n == len(cluster) {
		f, g := c.Find(base)
		if f == nil {
			return nil, nil
		}
		return f, []GlyphID{g}
	}
	runes := make([]rune, 0, len(cluster))
	var selector rune
	for _, r := range cluster {
		switch {
		case isSelector(r):
			selector = r
		case r == 0x200C || r == 0x200D: // joiners ask for shapes that no shipped face has
		default:
			runes = append(runes, r)
		}
	}
	if len(runes) > 1 {
		if composed := norm.NFC.String(string(runes)); utf8.RuneCountInString(composed) == 1 {
			runes = []rune(composed)
		}
	}
	if len(runes) == 1 {
		f, g := c.Find(runes[0])
		if f == nil {
			return nil, nil
		}
		if selector != 0 {
			g = f.Variant(runes[0], selector)
		}
		return f, []GlyphID{g}
	}
faces:
	for _, f := range c.Faces {
		glyphs := make([]GlyphID, 0, len(runes))
		for _, r := range runes {
			g := f.Glyph(r)
			if g == 0 {
				continue faces
			}
			glyphs = append(glyphs, g)
		}
		if len(glyphs) > 0 {
			return f, glyphs
		}
	}
	return nil, nil
}
