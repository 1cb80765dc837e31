package layout

// slot is one of the four fonts that a run names (ECMA-376 17.3.2.26).
type slot uint8

const (
	slotASCII slot = iota
	slotHAnsi
	slotEastAsia
	slotCS
	slots
)

// ambiguous is the answer of slotOf for characters that Latin and Chinese text both use and draw differently.
const ambiguous slot = slots

// slotOf says which font of its run draws r. hint is w:hint="eastAsia". The ranges are those of ECMA-376 17.3.2.26;
// where the standard would give a Chinese quotation mark or dash to the Latin font for want of a hint, slotOf
// answers ambiguous and the neighbours decide, since filled-in values carry no hint.
func slotOf(r rune, hint bool) slot {
	switch {
	case r < 0x80:
		return slotASCII
	case r >= 0x3400 && r <= 0x9FFF:
		return slotEastAsia
	case r < 0x100:
		if hint && latin1EastAsian(r) {
			return slotEastAsia
		}
		if r == 0xB7 {
			return ambiguous
		}
		return slotHAnsi
	case r < 0x2B0:
		return slotHAnsi
	case r < 0x590:
		if hint {
			return slotEastAsia
		}
		return slotHAnsi
	case r < 0x900 || r >= 0xFB1D && r <= 0xFDFF || r >= 0xFE70 && r <= 0xFEFE:
		return slotCS
	case r >= 0x1100 && r <= 0x11FF:
		return slotEastAsia
	case r < 0x2000:
		return slotHAnsi
	case r < 0x2E80:
		if hint {
			return slotEastAsia
		}
		switch {
		case r == 0x2014, r == 0x2015, r >= 0x2018 && r <= 0x201F, r == 0x2026, r == 0x2027, r == 0x2030, r == 0x2032, r == 0x2033,
			r == 0x203B, r == 0x2103, r == 0x2116, r >= 0x2160 && r <= 0x217F, r >= 0x2190 && r <= 0x21FF, r == 0x22EF,
			r >= 0x2460 && r <= 0x24FF, r >= 0x25A0 && r <= 0x27BF:
			return ambiguous
		}
		return slotHAnsi
	case r < 0xA4D0, r >= 0xA960 && r <= 0xA97F, r >= 0xAC00 && r <= 0xD7FF, r >= 0xF900 && r <= 0xFAFF,
		r >= 0xFE30 && r <= 0xFE6F, r >= 0xFF00 && r <= 0xFFEF, r >= 0x20000:
		return slotEastAsia
	case r >= 0xE000 && r <= 0xF8FF && hint:
		return slotEastAsia
	}
	return slotHAnsi
}

// latin1EastAsian lists the Latin-1 characters that w:hint="eastAsia" turns over to the Chinese font.
func latin1EastAsian(r rune) bool {
	switch {
	case r == 0xA1, r == 0xA4, r == 0xA7, r == 0xA8, r == 0xAA, r == 0xAD, r == 0xAF, r >= 0xB0 && r <= 0xB4,
		r >= 0xB6 && r <= 0xBA, r >= 0xBC && r <= 0xBF, r == 0xD7, r == 0xF7:
		return true
	}
	return false
}
