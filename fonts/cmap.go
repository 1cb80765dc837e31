package fonts

import "fmt"

// charMap gives the glyph of a character: two loads and no hashing. Characters come in pages of 256, of which only those
// that the font has any character in are kept.
type charMap struct {
	index []uint16 // by r>>8: 1 + number of the page, 0 when there is none
	pages [][256]GlyphID
}

func (m *charMap) glyph(r rune) GlyphID {
	i := uint32(r) >> 8
	if i >= uint32(len(m.index)) {
		return 0
	}
	page := m.index[i]
	if page == 0 {
		return 0
	}
	return m.pages[page-1][r&0xFF]
}

func (m *charMap) set(r uint32, g GlyphID) {
	if m.index[r>>8] == 0 {
		m.pages = append(m.pages, [256]GlyphID{})
		m.index[r>>8] = uint16(len(m.pages))
	}
	m.pages[m.index[r>>8]-1][r&0xFF] = g
}

const maxRune = 0x10FFFF

// parseCmap reads the best Unicode subtable: format 12 when there is one, else format 4. variants is the subtable of
// format 14, checked to be safe for variant.
func parseCmap(t string, numGlyphs int) (m charMap, variants string, err error) {
	var best string
	bestFormat := uint16(0)
	n := int(u16(t, 2))
	for i := range n {
		at := 4 + 8*i
		if at+8 > len(t) {
			return m, "", fmt.Errorf("table cmap: %w", errTruncated)
		}
		platform, encoding, offset := u16(t, at), u16(t, at+2), uint64(u32(t, at+4))
		if offset+2 > uint64(len(t)) {
			return m, "", fmt.Errorf("table cmap: %w", errTruncated)
		}
		sub := t[offset:]
		format := u16(sub, 0)
		unicode := platform == 0 || platform == 3 && (encoding == 1 || encoding == 10)
		switch {
		case !unicode:
		case format == 14:
			variants = checkVariants(sub)
		case (format == 4 || format == 12) && format > bestFormat:
			best, bestFormat = sub, format
		}
	}
	m.index = make([]uint16, maxRune>>8+1)
	switch bestFormat {
	case 4:
		err = m.readFormat4(best, numGlyphs)
	case 12:
		err = m.readFormat12(best, numGlyphs)
	default:
		err = fmt.Errorf("table cmap: no Unicode subtable of format 4 or 12")
	}
	return m, variants, err
}

func (m *charMap) readFormat12(t string, numGlyphs int) error {
	if len(t) < 16 {
		return fmt.Errorf("cmap format 12: %w", errTruncated)
	}
	n := uint64(u32(t, 12))
	if uint64(len(t)) < 16+12*n {
		return fmt.Errorf("cmap format 12: %w", errTruncated)
	}
	next := uint32(0) // groups must ascend, or a small file could ask for endless work
	for i := range int(n) {
		at := 16 + 12*i
		start, end, glyph := u32(t, at), u32(t, at+4), u32(t, at+8)
		if start < next || end < start || end > maxRune {
			return fmt.Errorf("cmap format 12: group %d is out of order", i)
		}
		next = end + 1
		for r := start; r <= end; r++ {
			if g := uint64(glyph) + uint64(r-start); g < uint64(numGlyphs) {
				m.set(r, GlyphID(g))
			}
		}
	}
	return nil
}

func (m *charMap) readFormat4(t string, numGlyphs int) error {
	if len(t) < 16 {
		return fmt.Errorf("cmap format 4: %w", errTruncated)
	}
	segs := int(u16(t, 6)) / 2
	if len(t) < 16+8*segs {
		return fmt.Errorf("cmap format 4: %w", errTruncated)
	}
	ends, starts, deltas, offsets := 14, 16+2*segs, 16+4*segs, 16+6*segs
	next := uint32(0)
	for i := range segs {
		end, start := uint32(u16(t, ends+2*i)), uint32(u16(t, starts+2*i))
		delta, offset := u16(t, deltas+2*i), int(u16(t, offsets+2*i))
		if start < next || end < start {
			return fmt.Errorf("cmap format 4: segment %d is out of order", i)
		}
		next = end + 1
		for r := start; r <= end; r++ {
			g := uint16(r) + delta
			if offset != 0 {
				at := offsets + 2*i + offset + 2*int(r-start)
				if at+2 > len(t) {
					break // seen in the last segment of real fonts
				}
				if g = u16(t, at); g != 0 {
					g += delta
				}
			}
			if g != 0 && int(g) < numGlyphs {
				m.set(r, GlyphID(g))
			}
		}
	}
	return nil
}

// checkVariants returns a subtable of format 14 when every offset in it is inside it, else "": variants are then drawn as
// their base, which is what Unicode asks of a font that does not have them.
func checkVariants(t string) string {
	if len(t) < 10 {
		return ""
	}
	n := int(u32(t, 6))
	if n > (len(t)-10)/11 {
		return ""
	}
	for i := range n {
		for _, size := range []struct{ at, entry int }{{10 + 11*i + 3, 4}, {10 + 11*i + 7, 5}} {
			offset := uint64(u32(t, size.at))
			if offset == 0 {
				continue
			}
			if offset+4 > uint64(len(t)) || uint64(u32(t, int(offset)))*uint64(size.entry) > uint64(len(t))-offset-4 {
				return ""
			}
		}
	}
	return t
}

// variant looks base and selector up in a subtable of format 14; 0 when it has no glyph of their own. Tables are small,
// and few texts have selectors at all.
func variant(t string, base, selector rune) GlyphID {
	if t == "" {
		return 0
	}
	u24 := func(i int) rune { return rune(t[i])<<16 | rune(u16(t, i+1)) }
	for i := range int(u32(t, 6)) {
		rec := 10 + 11*i
		if u24(rec) != selector {
			continue
		}
		offset := int(u32(t, rec+7))
		if offset == 0 {
			return 0
		}
		lo, hi := 0, int(u32(t, offset))
		for lo < hi {
			mid := (lo + hi) / 2
			at := offset + 4 + 5*mid
			switch r := u24(at); {
			case r == base:
				return GlyphID(u16(t, at+3))
			case r < base:
				lo = mid + 1
			default:
				hi = mid
			}
		}
		return 0
	}
	return 0
}
