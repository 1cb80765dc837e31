package fonts

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Flags of a composite glyph's component (ISO/IEC 14496-22, glyf).
const (
	argsAreWords   = 0x0001
	hasScale       = 0x0008
	moreComponents = 0x0020
	hasXYScale     = 0x0040
	hasTwoByTwo    = 0x0080
)

// A SubsetGlyph is a glyph of a subset: one of the face, made wider or narrower by Extra font units after its outline.
type SubsetGlyph struct {
	ID    GlyphID
	Extra int16
}

// Subset makes a TrueType font in which glyph i is glyphs[i]; the caller puts glyph 0, the mark for a missing character,
// first. Glyphs that composites are made of are added at the end. A glyph of the face that is asked for again becomes a
// composite of its first one, which takes 16 bytes. The font has the tables that a PDF needs and no other: glyphs are
// found by number, so it has no cmap. The same glyphs give the same bytes.
func (f *Face) Subset(glyphs []GlyphID) ([]byte, error) {
	plain := make([]SubsetGlyph, len(glyphs))
	for i, g := range glyphs {
		plain[i].ID = g
	}
	return f.SubsetOf(plain)
}

// SubsetOf is Subset with widths of one's own.
func (f *Face) SubsetOf(glyphs []SubsetGlyph) ([]byte, error) {
	s, err := f.subset(glyphs, &subset{})
	if err != nil {
		return nil, err
	}
	return s.write(), nil
}

// subset plans a subset in s, whose memory it uses; s is new or has been forgotten.
func (f *Face) subset(glyphs []SubsetGlyph, s *subset) (*subset, error) {
	p := f.load()
	if p.err != nil {
		return nil, fmt.Errorf("subset %s: %w", f.file, p.err)
	}
	first := s.first
	if len(first) < p.numGlyphs {
		first = make([]uint16, p.numGlyphs)
	}
	*s = subset{p: p, first: first, glyphs: s.glyphs[:0]}
	if err := s.plan(glyphs); err != nil {
		s.forget()
		return nil, fmt.Errorf("subset %s: %w", f.Name(), err)
	}
	return s, nil
}

// forget empties s for the next subset, of any face.
func (s *subset) forget() {
	for i := range s.glyphs {
		s.first[s.glyphs[i].ID] = 0
	}
	clear(s.glyphs)
	s.p, s.glyphs = nil, s.glyphs[:0]
}

// subset is a font file in the making. Glyphs are padded to four bytes and come last in the file, so that the part before
// them can be made apart from them, and a glyph's bytes do not depend on its neighbours unless it is composite.
type subset struct {
	p       *parsed
	glyphs  []subGlyph
	first   []uint16 // by glyph of the face: 1 + its first number in the subset, 0 when it is not in it
	repeats bool     // whether any glyph is a composite made here
	size    int      // of table glyf
}

type subGlyph struct {
	SubsetGlyph
	data   string // of the face; "" when the glyph is blank or a repeat
	repeat bool   // drawn by way of its first one
}

// repeatSize is the size of a composite glyph of one component with byte arguments.
const repeatSize = 16

func (g *subGlyph) size() int {
	if g.repeat {
		return repeatSize
	}
	return pad4(len(g.data))
}

// plan finds repeats and the components of composites, and adds up sizes.
func (s *subset) plan(glyphs []SubsetGlyph) error {
	s.glyphs = slices.Grow(s.glyphs, len(glyphs)+8)
	for _, g := range glyphs {
		if err := s.add(g); err != nil {
			return err
		}
	}
	for i := 0; i < len(s.glyphs); i++ {
		data := s.glyphs[i].data
		var missing error
		err := components(data, func(at int) {
			if c := GlyphID(u16(data, at)); int(c) >= s.p.numGlyphs || s.first[c] == 0 {
				missing = errors.Join(missing, s.add(SubsetGlyph{ID: c}))
			}
		})
		if err = errors.Join(err, missing); err != nil {
			return fmt.Errorf("glyph %d: %w", s.glyphs[i].ID, err)
		}
	}
	return nil
}

func (s *subset) add(g SubsetGlyph) error {
	if int(g.ID) >= s.p.numGlyphs {
		return fmt.Errorf("no glyph %d in a font of %d", g.ID, s.p.numGlyphs)
	}
	if len(s.glyphs) == math.MaxUint16 {
		return fmt.Errorf("more than %d glyphs", math.MaxUint16)
	}
	sg := subGlyph{SubsetGlyph: g, data: s.p.glyphData(g.ID)}
	switch {
	case s.first[g.ID] == 0:
		s.first[g.ID] = uint16(len(s.glyphs) + 1)
	case len(sg.data) > repeatSize:
		sg.repeat, sg.data = true, ""
		s.repeats = true
	}
	s.glyphs = append(s.glyphs, sg)
	s.size += sg.size()
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

// outTable is a table of the file being written.
type outTable struct {
	tag  string
	size int
	at   int    // offset in the file
	sum  uint32 // checksum
}

// write makes the whole file.
func (s *subset) write() []byte {
	glyf := make([]byte, s.size)
	s.putGlyphs(glyf)
	return append(s.prefix(nil, checksum(glyf), s.size), glyf...)
}

// prefix makes the part of the file before table glyf, which comes last; glyfSum is that table's checksum. room is how
// much may be appended to the result without moving it; buf is memory for it.
func (s *subset) prefix(buf []byte, glyfSum uint32, room int) []byte {
	n := len(s.glyphs)
	// In tag order, as the directory wants it. The order in the file is another.
	tables := make([]outTable, 0, 9)
	add := func(tag string, size int) {
		if size > 0 {
			tables = append(tables, outTable{tag: tag, size: size})
		}
	}
	add("cvt ", len(s.p.cvt))
	add("fpgm", len(s.p.fpgm))
	tables = append(tables, outTable{tag: "glyf", size: s.size, sum: glyfSum})
	add("head", 54)
	add("hhea", 36)
	add("hmtx", 4*n)
	add("loca", 4*(n+1))
	add("maxp", len(s.p.maxp))
	add("prep", len(s.p.prep))

	size := 12 + 16*len(tables)
	for i := range tables {
		if tables[i].tag != "glyf" {
			tables[i].at = size
			size += pad4(tables[i].size)
		}
	}
	out := slices.Grow(buf[:0], size+room)[:size]
	clear(out)
	head := 0
	for i := range tables {
		t := &tables[i]
		if t.tag == "glyf" {
			t.at = size
			continue
		}
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
			s.raiseLimits(dst)
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
		case "loca":
			s.putOffsets(dst)
		}
		t.sum = checksum(out[t.at : t.at+pad4(t.size)])
	}
	putDirectory(out, tables)
	binary.BigEndian.PutUint32(out[head+8:], 0xB1B0AFBA-checksum(out)-glyfSum)
	return out
}

// raiseLimits makes table maxp tell of the composites made here.
func (s *subset) raiseLimits(maxp []byte) {
	if !s.repeats || len(maxp) < 32 {
		return
	}
	get := func(i int) uint16 { return binary.BigEndian.Uint16(maxp[i:]) }
	put := binary.BigEndian.PutUint16
	put(maxp[10:], max(get(10), get(6))) // points of a composite, of a simple glyph
	put(maxp[12:], max(get(12), get(8))) // contours likewise
	put(maxp[28:], max(get(28), 1))      // components
	put(maxp[30:], min(get(30), 15)+1)   // depth
}

func (s *subset) putMetrics(dst []byte) {
	last := s.p.numHMetrics - 1
	for i, g := range s.glyphs {
		id := int(g.ID)
		advance := int(u16(s.p.hmtx, 4*min(id, last))) + int(g.Extra)
		bearing := 4*id + 2
		if id > last {
			bearing = 4*s.p.numHMetrics + 2*(id-s.p.numHMetrics)
		}
		binary.BigEndian.PutUint16(dst[4*i:], uint16(min(max(advance, 0), math.MaxUint16)))
		copy(dst[4*i+2:], s.p.hmtx[bearing:bearing+2])
	}
}

func (s *subset) putGlyphs(dst []byte) {
	at := 0
	for i := range s.glyphs {
		g := &s.glyphs[i]
		s.putGlyph(dst[at:at+g.size()], g)
		at += g.size()
	}
}

// putGlyph writes a glyph with the numbers that its components have in the subset; dst is zero and as long as its size.
func (s *subset) putGlyph(dst []byte, g *subGlyph) {
	if g.repeat {
		s.putRepeat(dst, g.ID)
		return
	}
	copy(dst, g.data)
	// plan has been through the same data without an error.
	_ = components(g.data, func(at int) {
		binary.BigEndian.PutUint16(dst[at:], s.first[u16(g.data, at)]-1)
	})
}

// putRepeat writes a composite glyph that draws the first glyph of the same outline where it stands.
func (s *subset) putRepeat(dst []byte, id GlyphID) {
	const argsAreOffsets = 0x0002
	binary.BigEndian.PutUint16(dst, 0xFFFF)              // composite
	copy(dst[2:10], s.p.glyphData(id)[2:10])             // box
	binary.BigEndian.PutUint16(dst[10:], argsAreOffsets) // and bytes: dx = dy = 0
	binary.BigEndian.PutUint16(dst[12:], s.first[id]-1)
}

func (s *subset) putOffsets(dst []byte) {
	at := 0
	for i := range s.glyphs {
		binary.BigEndian.PutUint32(dst[4*i:], uint32(at))
		at += s.glyphs[i].size()
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
		binary.BigEndian.PutUint32(rec[4:], t.sum)
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
