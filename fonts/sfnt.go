package fonts

import (
	"errors"
	"fmt"
	"unicode/utf16"
)

// The tables are described in ISO/IEC 14496-22 (Open Font Format). All of them are read in place, as substrings.

// parsed is what is known of a font file. It is complete and consistent when err is nil; else it is that of a face
// without a single character.
type parsed struct {
	err error

	name       string
	unitsPerEm int
	bbox       [4]int

	ascent, descent, lineGap           int
	underlinePos, underlineThickness   int
	strikePos, strikeThickness         int
	capHeight, weight                  int
	italicAngle                        float64
	fixedPitch                         bool
	numGlyphs, numHMetrics             int
	longLoca                           bool
	head, hhea, hmtx, maxp, loca, glyf string
	cvt, fpgm, prep                    string
	cmap                               charMap
	kern                               kernPairs
	variants                           string // cmap subtable of format 14, "" when there is none
}

var errTruncated = errors.New("font file is cut short or damaged")

func u16(s string, i int) uint16 { return uint16(s[i])<<8 | uint16(s[i+1]) }

func i16(s string, i int) int { return int(int16(u16(s, i))) }

func u32(s string, i int) uint32 {
	return uint32(s[i])<<24 | uint32(s[i+1])<<16 | uint32(s[i+2])<<8 | uint32(s[i+3])
}

// parse reads a TrueType font. It never panics, whatever data holds.
func parse(data string) parsed {
	p, err := parseTables(data)
	if err != nil {
		return parsed{err: err, unitsPerEm: 1000}
	}
	return p
}

func parseTables(data string) (parsed, error) {
	var p parsed
	tables, err := directory(data)
	if err != nil {
		return p, err
	}
	need := func(tag string, size int) string {
		t := tables[tag]
		if len(t) < size && err == nil {
			err = fmt.Errorf("table %s: %w", tag, errTruncated)
		}
		return t
	}
	p.head = need("head", 54)
	p.hhea = need("hhea", 36)
	p.maxp = need("maxp", 6)
	p.hmtx = need("hmtx", 4)
	p.loca = need("loca", 4)
	p.glyf = tables["glyf"]
	os2 := need("OS/2", 78)
	post := need("post", 32)
	cmap := need("cmap", 4)
	if err != nil {
		return p, err
	}
	p.cvt, p.fpgm, p.prep = tables["cvt "], tables["fpgm"], tables["prep"]

	p.unitsPerEm = int(u16(p.head, 18))
	if p.unitsPerEm < 16 || p.unitsPerEm > 16384 {
		return p, fmt.Errorf("%d units per em are outside 16–16384", p.unitsPerEm)
	}
	for i := range p.bbox {
		p.bbox[i] = i16(p.head, 36+2*i)
	}
	p.longLoca = u16(p.head, 50) != 0

	p.numGlyphs = int(u16(p.maxp, 4))
	p.numHMetrics = int(u16(p.hhea, 34))
	if p.numHMetrics == 0 || p.numHMetrics > p.numGlyphs || len(p.hmtx) < p.numHMetrics*4+(p.numGlyphs-p.numHMetrics)*2 {
		return p, fmt.Errorf("table hmtx: %w", errTruncated)
	}
	entry := 2
	if p.longLoca {
		entry = 4
	}
	if len(p.loca) < (p.numGlyphs+1)*entry {
		return p, fmt.Errorf("table loca: %w", errTruncated)
	}

	p.lineMetrics(os2)
	p.weight = int(u16(os2, 4))
	p.strikeThickness, p.strikePos = i16(os2, 26), i16(os2, 28)
	if u16(os2, 0) >= 2 && len(os2) >= 90 {
		p.capHeight = i16(os2, 88)
	}
	if p.capHeight <= 0 {
		p.capHeight = p.unitsPerEm * 7 / 10
	}
	p.italicAngle = float64(int32(u32(post, 4))) / 65536
	p.underlinePos, p.underlineThickness = i16(post, 8), i16(post, 10)
	p.fixedPitch = u32(post, 12) != 0
	p.name = postScriptName(tables["name"])

	p.kern = parseKern(tables["kern"])
	p.cmap, p.variants, err = parseCmap(cmap, p.numGlyphs)
	return p, err
}

// directory finds the tables. A table that reaches beyond the file is an error.
func directory(data string) (map[string]string, error) {
	if len(data) < 12 {
		return nil, errTruncated
	}
	switch v := u32(data, 0); v {
	case 0x00010000, 0x74727565: // the latter is "true"
	case 0x4F54544F: // "OTTO"
		return nil, errors.New("font has CFF outlines; only TrueType outlines are supported")
	case 0x74746366: // "ttcf"
		return nil, errors.New("file is a font collection; only single fonts are supported")
	default:
		return nil, fmt.Errorf("not a font file: it starts with %08x", v)
	}
	n := int(u16(data, 4))
	if len(data) < 12+16*n {
		return nil, errTruncated
	}
	tables := make(map[string]string, n)
	for i := range n {
		rec := data[12+16*i : 28+16*i]
		offset, length := uint64(u32(rec, 8)), uint64(u32(rec, 12))
		if offset+length > uint64(len(data)) {
			return nil, fmt.Errorf("table %q: %w", rec[:4], errTruncated)
		}
		tables[rec[:4]] = data[offset : offset+length]
	}
	return tables, nil
}

// lineMetrics sets the heights of a line of single spacing; see Face.Ascent.
func (p *parsed) lineMetrics(os2 string) {
	const useTypoMetrics = 1 << 7
	if u16(os2, 62)&useTypoMetrics != 0 {
		p.ascent, p.descent, p.lineGap = i16(os2, 68), -i16(os2, 70), max(0, i16(os2, 72))
		return
	}
	ascent, descent, gap := i16(p.hhea, 4), -i16(p.hhea, 6), i16(p.hhea, 8)
	p.ascent, p.descent = int(u16(os2, 74)), int(u16(os2, 76))
	if p.ascent+p.descent == 0 {
		p.ascent, p.descent = ascent, descent
	}
	p.lineGap = max(0, gap-(p.ascent+p.descent-ascent-descent))
}

// postScriptName returns name record 6, "" when there is none that can be read.
func postScriptName(t string) string {
	if len(t) < 6 {
		return ""
	}
	n, storage := int(u16(t, 2)), int(u16(t, 4))
	for i := range n {
		at := 6 + 12*i
		if at+12 > len(t) {
			return ""
		}
		rec := t[at : at+12]
		from := storage + int(u16(rec, 10))
		to := from + int(u16(rec, 8))
		if u16(rec, 0) != 3 || u16(rec, 6) != 6 || to > len(t) {
			continue
		}
		units := make([]uint16, 0, (to-from)/2)
		for ; from+1 < to; from += 2 {
			units = append(units, u16(t, from))
		}
		return string(utf16.Decode(units))
	}
	return ""
}

// glyphData returns the outline of glyph g, "" when it has none or the tables contradict each other.
func (p *parsed) glyphData(g GlyphID) string {
	if int(g) >= p.numGlyphs {
		return ""
	}
	var from, to int
	if p.longLoca {
		from, to = int(u32(p.loca, int(g)*4)), int(u32(p.loca, int(g)*4+4))
	} else {
		from, to = 2*int(u16(p.loca, int(g)*2)), 2*int(u16(p.loca, int(g)*2+2))
	}
	if from >= to || to > len(p.glyf) {
		return ""
	}
	return p.glyf[from:to]
}
