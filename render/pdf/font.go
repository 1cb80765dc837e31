package pdf

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"

	"tripact/deflate"
	"tripact/fonts"
)

// docFont is a face as one document uses it. A character code (CID) of the document stands for a glyph, the text it was
// set for, and the width it takes, so that
//   - text extracts exactly even where a face draws two characters with one glyph, and
//   - space that layout puts between Han and Latin letters, or to fill a line, or takes from punctuation, belongs to the
//     glyph before it. Readers take a gap of more than a tenth of the font size for a space character (poppler's
//     minWordBreakSpace, pdf.js's TRACKING_SPACE_FACTOR), and a large overlap for the end of a word; either would add
//     something to the text that is not in it.
type docFont struct {
	face  *fonts.Face
	name  string // resource name, such as F1
	ref   ref
	codes []code
	first []uint16 // by glyph: the first code for it, 0 when there is none
	more  map[codeKey]uint16
	upem  int
	step  int // font units of a twentieth of the font size
}

type code struct {
	codeKey
	width int64 // in 1/100 of 1/1000 of the font size, as in array W
}

type codeKey struct {
	glyph fonts.GlyphID
	extra int16 // font units beyond the glyph's own width
	text  string
}

func (w *writer) newDocFont(face *fonts.Face, n int, r ref) *docFont {
	d := &docFont{
		face: face, name: "F" + strconv.Itoa(n), ref: r,
		codes: append(w.deflater.takeList(), code{}), // code 0 is the mark for a missing character, never used
		first: w.deflater.takeCodes(face.NumGlyphs()),
		upem:  face.UnitsPerEm(),
	}
	d.step = d.upem / 20
	d.codes[0].width = d.widthOf(0, 0)
	return d
}

func (d *docFont) widthOf(g fonts.GlyphID, extra int16) int64 {
	n := (int64(d.face.Advance(g)) + int64(extra)) * 100000
	return (n + int64(d.upem)/2) / int64(d.upem)
}

// code returns the code for a glyph, making it when needed.
func (d *docFont) code(key codeKey) (uint16, error) {
	if int(key.glyph) < len(d.first) {
		if c := d.first[key.glyph]; c != 0 && d.codes[c].codeKey == key {
			return c, nil
		}
	}
	if c := d.more[key]; c != 0 {
		return c, nil
	}
	if key.glyph == 0 || int(key.glyph) >= len(d.first) {
		return 0, fmt.Errorf("%s has no glyph %d to draw %q", d.face.Name(), key.glyph, key.text)
	}
	if len(d.codes) > math.MaxUint16 {
		return 0, fmt.Errorf("%s: more than %d different glyphs in a document", d.face.Name(), math.MaxUint16)
	}
	c := uint16(len(d.codes))
	d.codes = append(d.codes, code{key, d.widthOf(key.glyph, key.extra)})
	if d.first[key.glyph] == 0 {
		d.first[key.glyph] = c
		return c, nil
	}
	if d.more == nil {
		d.more = make(map[codeKey]uint16)
	}
	d.more[key] = c
	return c, nil
}

// tag is the six letters that mark a subset (ISO 32000-1, 9.6.4), made from what is in it.
func (d *docFont) tag() string {
	b := append([]byte(nil), d.face.Name()...)
	b = slices.Grow(b, 4*len(d.codes))
	for _, c := range d.codes {
		b = binary.BigEndian.AppendUint16(b, uint16(c.glyph))
		b = binary.BigEndian.AppendUint16(b, uint16(c.extra))
	}
	hash := sha256.Sum256(b)
	sum := binary.BigEndian.Uint64(hash[:])
	var tag [6]byte
	for i := range tag {
		tag[i] = byte('A' + sum%26)
		sum /= 26
	}
	return string(tag[:])
}

// Font descriptor flags (ISO 32000-1, table 123).
const (
	flagFixedPitch = 1 << 0
	flagSymbolic   = 1 << 2
	flagItalic     = 1 << 6
)

// write writes the font with all it consists of.
func (d *docFont) write(w *writer) error {
	glyphs := w.deflater.glyphs[:0]
	for i := range d.codes {
		glyphs = append(glyphs, fonts.SubsetGlyph{ID: d.codes[i].glyph, Extra: d.codes[i].extra})
	}
	w.deflater.glyphs = glyphs
	w.deflater.giveCodes(d)
	name := d.tag() + "+" + pdfName(d.face.Name())
	cidFont, descriptor, data, toUnicode := w.reserve(), w.reserve(), w.reserve(), w.reserve()

	w.begin(d.ref)
	w.str("<</Type/Font/Subtype/Type0/BaseFont/" + name + "/Encoding/Identity-H/DescendantFonts[")
	w.ref(cidFont)
	w.str("]/ToUnicode ")
	w.ref(toUnicode)
	w.str(">>")
	w.end()

	w.begin(cidFont)
	w.str("<</Type/Font/Subtype/CIDFontType2/BaseFont/" + name +
		"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/CIDToGIDMap/Identity/FontDescriptor ")
	w.ref(descriptor)
	d.writeWidths(w)
	w.str(">>")
	w.end()

	d.writeDescriptor(w, descriptor, name, data)
	start := len(w.b)
	file, _, err := d.face.AppendDeflatedSubset(w.b, glyphs, func(b []byte, size, length int) []byte {
		w.b = b
		w.beginStream(data, "/Length1 "+strconv.Itoa(length), "FlateDecode", size)
		return w.b
	})
	if err != nil {
		return err
	}
	w.b = file
	w.endStream()
	w.programs = append(w.programs, [2]int{start, len(w.b)})
	w.deflater.cmap = d.toUnicode(w.deflater.cmap[:0])
	w.deflate(toUnicode, "", w.deflater.cmap, deflate.CMap)
	return nil
}

func (d *docFont) writeWidths(w *writer) {
	// The width that most codes have is the default, the others are listed; for Chinese text that leaves out nearly all.
	// The default must be a whole number, as poppler for one reads no other.
	counts := make(map[int64]int)
	usual := int64(100000)
	for _, c := range d.codes {
		if c.width%100 != 0 {
			continue
		}
		counts[c.width]++
		if n := counts[c.width]; n > counts[usual] || n == counts[usual] && c.width < usual {
			usual = c.width
		}
	}
	w.str("/DW ")
	w.int(int(usual / 100))
	w.str("/W[")
	for i := 0; i < len(d.codes); {
		if d.codes[i].width == usual {
			i++
			continue
		}
		w.int(i)
		w.str("[")
		for j := i; i < len(d.codes) && d.codes[i].width != usual; i++ {
			if i > j {
				w.str(" ")
			}
			w.b = appendMilli(w.b, d.codes[i].width*10)
		}
		w.str("]")
	}
	w.str("]")
}

func (d *docFont) writeDescriptor(w *writer, r ref, name string, data ref) {
	f := d.face
	flags := flagSymbolic // glyphs are outside the standard Latin set
	if f.FixedPitch() {
		flags |= flagFixedPitch
	}
	if f.Italic() {
		flags |= flagItalic
	}
	scaled := func(v int) int { return int(math.Round(float64(v) * 1000 / float64(d.upem))) }
	x0, y0, x1, y1 := f.BBox()
	w.begin(r)
	w.str("<</Type/FontDescriptor/FontName/" + name + "/Flags ")
	w.int(flags)
	w.str("/FontBBox[")
	for i, v := range []int{x0, y0, x1, y1} {
		if i > 0 {
			w.str(" ")
		}
		w.int(scaled(v))
	}
	w.str("]/ItalicAngle ")
	w.b = appendMilli(w.b, int64(math.Round(f.ItalicAngle()*1000)))
	w.str("/Ascent ")
	w.int(scaled(f.Ascent()))
	w.str("/Descent ")
	w.int(-scaled(f.Descent()))
	w.str("/CapHeight ")
	w.int(scaled(f.CapHeight()))
	// The format wants a stem width that TrueType fonts do not tell; this is the usual guess from the weight.
	w.str("/StemV ")
	w.int(50 + f.Weight()*f.Weight()/(65*65))
	w.str("/FontFile2 ")
	w.ref(data)
	w.str(">>")
	w.end()
}

// pdfName keeps what may stand in a name without an escape.
func pdfName(s string) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c == '-', c == '_', c == '.':
			b = append(b, c)
		}
	}
	return string(b)
}

// toUnicode appends the map from codes to text (ISO 32000-1, 9.10.3).
func (d *docFont) toUnicode(b []byte) []byte {
	b = append(b, "/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n"+
		"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"+
		"/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n"+
		"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n"...)
	// A range gives the texts of codes that follow each other and have the high byte in common (Adobe Technical Note 5014, 1.4.2).
	for i := 1; i < len(d.codes); {
		n := min(256-i%256, len(d.codes)-i)
		b = append(b, "1 beginbfrange\n<"...)
		b = appendHex16(b, uint16(i))
		b = append(b, "><"...)
		b = appendHex16(b, uint16(i+n-1))
		b = append(b, ">["...)
		for end := i + n; i < end; i++ {
			b = append(b, '<')
			b = appendUTF16(b, d.codes[i].text)
			b = append(b, '>')
		}
		b = append(b, "]\nendbfrange\n"...)
	}
	return append(b, "endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n"...)
}
