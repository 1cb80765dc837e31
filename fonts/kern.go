package fonts

// kernPairs is a kerning table of format 0 (table kern, ISO/IEC 14496-22, 5.7.4), read in place: pairs of six bytes in the
// order of their glyphs.
type kernPairs struct {
	pairs string
	first []uint16 // for each left glyph the number of its first pair; one entry more than there are left glyphs
}

// parseKern reads the first horizontal subtable of format 0. A table that is damaged, or of another form, counts as none:
// kerning is a refinement, no font is refused for it.
//
// The faces that stand in for those of Windows have the pairs of their models here. Word kerns Chinese faces by no table, so
// the pairs that Noto has in GPOS alone are left alone.
func parseKern(t string) (k kernPairs) {
	const header, pair = 14, 6
	if len(t) < 4 || u16(t, 0) != 0 {
		return k
	}
	at := 4
	for range u16(t, 2) {
		if at+header > len(t) {
			return k
		}
		if coverage := u16(t, at+4); coverage&0xFF07 == 1 { // format 0, horizontal, values to be added
			break
		}
		size := int(u16(t, at+2))
		if size < 6 {
			return k
		}
		at += size
	}
	if at+header > len(t) || u16(t, at+4)&0xFF07 != 1 {
		return k
	}
	n := int(u16(t, at+6))
	if len(t) < at+header+n*pair || n == 0 {
		return k
	}
	k.pairs = t[at+header : at+header+n*pair]
	for i := range n {
		left := int(u16(k.pairs, i*pair))
		if left+1 < len(k.first) {
			return kernPairs{} // out of order
		}
		for len(k.first) <= left {
			k.first = append(k.first, uint16(i))
		}
	}
	k.first = append(k.first, uint16(n))
	return k
}

func (k *kernPairs) pair(a, b GlyphID) int {
	if int(a)+1 >= len(k.first) {
		return 0
	}
	for i := int(k.first[a]); i < int(k.first[a+1]); i++ {
		if right := GlyphID(u16(k.pairs, i*6+2)); right >= b {
			if right == b {
				return i16(k.pairs, i*6+4)
			}
			break
		}
	}
	return 0
}
