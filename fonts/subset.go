package fonts

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Flags of a composite glyph's component (ISO/IEC 14496-22, glyf).
const (
	argsAreWords   = 0x0001
	hasScale       = 0x0008
	moreComponents = 0x0020
	hasXYScale     = 0x0040
	hasTwoByTwo    = 0x0080
)

// Subset makes a TrueType font in which glyph i is glyphs[i]; the caller puts glyph 0, the mark for a missing character,
// first. Glyphs that composites are made of are added at the end. The font has the tables that a PDF needs and no other:
// characters are found by glyph number, so it has no cmap. The same glyphs give the same bytes.
func (f *Face) Subset(glyphs []GlyphID) ([]byte, error) {
	p := f.load()
	if p.err != nil {
		return nil, fmt.Errorf("subset %s: %w", f.file, p.err)
	}
	s := subset{p: p, glyphs: glyphs}
	if err := s.plan(); err != nil {
		return nil, fmt.Errorf("subset %s: %w", f.Name(), err)
	}
	return s.write(), nil
}

// subset is a font file in the making. Glyphs are padded to four bytes and come last in the file, so that the part before
// them (prefix) can be made apart from them, and a glyph's bytes do not depend on its neighbours unless it is composite.
type subset struct {
	p      *parsed
	glyphs []GlyphID          // of the face, in the order of the subset; grows by components
	renum  map[GlyphID]uint16 // of the face → of the subset; made when a composite is met
	size   int                // of table glyf
}

// plan finds the components of composites and adds up sizes.
func (s *subset) plan() error {
	given := len(s.glyphs)
	for i := 0; i < len(s.glyphs); i++ {
		g := s.glyphs[i]
		if int(g) >= s.p.numGlyphs {
			return fmt.Errorf("no glyph %d in a font of %d", g, s.p.numGlyphs)
		}
		data := s.p.glyphData(g)
		s.size += pad4(len(data))
		err := components(data, func(at int) {
			if s.renum == nil {
				s.renum = make(map[GlyphID]uint16, len(s.glyphs))
				for j := len(s.glyphs) - 1; j >= 0; j-- {
					s.renum[s.glyphs[j]] = uint16(j)
				}
				s.glyphs = append([]GlyphID(nil), s.glyphs...) // the caller's slice stays as it is
			}
			c := GlyphID(u16(data, at))
			if _, ok := s.renum[c]; !ok {
				s.renum[c] = uint16(len(s.glyphs))
				s.glyphs = append(s.glyphs, c)
			}
		})
		if err != nil {
			return fmt.Errorf("glyph %d: %w", g, err)
		}
		if len(s.glyphs) > math.MaxUint16 {
			return fmt.Errorf("more than %d glyphs, from %d", math.MaxUint16, given)
		}
	}
	return nil
}

// components calls visit with the place of each component's glyph number within a composite glyph; a simple glyph has none.
func components(data string, visit func(at int)) error {
	if len(data) < 10 || i16(data, 0) >= 0 {
		return nil
	}
	at := 10
	for {
		if at+4 > len(data) {
			return errTruncated
		}
		flags := u16(data, at)
		visit(at + 2)
		at += 6
		if flags&argsAreWords != 0 {
			at += 2
		}
		switch {
		case flags&hasScale != 0:
			at += 2
		case flags&hasXYScale != 0:
			at += 4
		case flags&hasTwoByTwo != 0:
			at += 8
		}
		if flags&moreComponents == 0 {
			return nil
		}
	}
}

func pad4(n int) int { return (n + 3) &^ 3 }

// A table to be written: its bytes are base with what patch changes.
type outTable struct {
	tag  string
	size int
	at   int // offset in the file
}

// write lays the file out and fills it in.
func (s *subset) write() []byte {
	n := len(s.glyphs)
	// In tag order, as the directory wants it. glyf is placed last in the file nevertheless.
	tables := make([]outTable, 0, 9)
	add := func(tag string, size int) {
		if size > 0 {
			tables = append(tables, outTable{tag: tag, size: size})
		}
	}
	add("cvt ", len(s.p.cvt))
	add("fpgm", len(s.p.fpgm))
	tables = append(tables, outTable{tag: "glyf", size: s.size})
	add("head", 54)
	add("hhea", 36)
	add("hmtx", 4*n)
	add("loca", 4*(n+1))
	add("maxp", len(s.p.maxp))
	add("prep", len(s.p.prep))

	at := 12 + 16*len(tables)
	for i := range tables {
		if tables[i].tag != "glyf" {
			tables[i].at = at
			at += pad4(tables[i].size)
		}
	}
	for i := range tables {
		if tables[i].tag == "glyf" {
			tables[i].at = at
		}
	}
	out := make([]byte, at+s.size)
	head := 0
	for _, t := range tables {
		dst := out[t.at : t.at+t.size]
		switch t.tag {
		case "cvt ":
			copy(dst, s.p.cvt)
		case "fpgm":
			copy(dst, s.p.fpgm)
		case "prep":
			copy(dst, s.p.prep)
		case "maxp":
			copy(dst, s.p.maxp)
			binary.BigEndian.PutUint16(dst[4:], uint16(n))
		case "head":
			head = t.at
			copy(dst, s.p.head)
			binary.BigEndian.PutUint32(dst[8:], 0)  // the file's checksum is made with 0 here
			binary.BigEndian.PutUint16(dst[50:], 1) // long loca
		case "hhea":
			copy(dst, s.p.hhea)
			binary.BigEndian.PutUint16(dst[34:], uint16(n))
		case "hmtx":
			s.putMetrics(dst)
		case "glyf":
			s.putGlyphs(dst)
		case "loca":
			s.putOffsets(dst)
		}
	}
	putDirectory(out, tables)
	binary.BigEndian.PutUint32(out[head+8:], 0xB1B0AFBA-checksum(out))
	return out
}

func (s *subset) putMetrics(dst []byte) {
	for i, g := range s.glyphs {
		src := int(g)
		if src < s.p.numHMetrics {
			copy(dst[4*i:], s.p.hmtx[4*src:4*src+4])
			continue
		}
		copy(dst[4*i:], s.p.hmtx[4*(s.p.numHMetrics-1):4*(s.p.numHMetrics-1)+2])
		bearing := 4*s.p.numHMetrics + 2*(src-s.p.numHMetrics)
		copy(dst[4*i+2:], s.p.hmtx[bearing:bearing+2])
	}
}

func (s *subset) putGlyphs(dst []byte) {
	at := 0
	for _, g := range s.glyphs {
		data := s.p.glyphData(g)
		copy(dst[at:], data)
		// plan has been through the same data without an error.
		_ = components(data, func(i int) {
			binary.BigEndian.PutUint16(dst[at+i:], s.renum[GlyphID(u16(data, i))])
		})
		at += pad4(len(data))
	}
}

func (s *subset) putOffsets(dst []byte) {
	at := 0
	for i, g := range s.glyphs {
		binary.BigEndian.PutUint32(dst[4*i:], uint32(at))
		at += pad4(len(s.p.glyphData(g)))
	}
	binary.BigEndian.PutUint32(dst[4*len(s.glyphs):], uint32(at))
}

func putDirectory(out []byte, tables []outTable) {
	log := 0
	for 2<<log <= len(tables) {
		log++
	}
	binary.BigEndian.PutUint32(out, 0x00010000)
	binary.BigEndian.PutUint16(out[4:], uint16(len(tables)))
	binary.BigEndian.PutUint16(out[6:], uint16(16<<log))
	binary.BigEndian.PutUint16(out[8:], uint16(log))
	binary.BigEndian.PutUint16(out[10:], uint16(16*len(tables)-16<<log))
	for i, t := range tables {
		rec := out[12+16*i:]
		copy(rec, t.tag)
		binary.BigEndian.PutUint32(rec[4:], checksum(out[t.at:t.at+pad4(t.size)]))
		binary.BigEndian.PutUint32(rec[8:], uint32(t.at))
		binary.BigEndian.PutUint32(rec[12:], uint32(t.size))
	}
}

// checksum adds b up as big-endian words; its length is a multiple of four.
func checksum(b []byte) uint32 {
	var sum uint32
	for ; len(b) >= 4; b = b[4:] {
		sum += binary.BigEndian.Uint32(b)
	}
	return sum
}
