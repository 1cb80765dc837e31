package layout

import "unicode"

// class is what line breaking and spacing need to know of a character.
type class uint8

const (
	clsHan       class = iota // ideographs, kana, full-width letters and whatever else stands in an em square
	clsOpen                   // opening brackets and quotes
	clsClose                  // closing brackets and quotes
	clsComma                  // ，、；：
	clsStop                   // 。．？！
	clsDot                    // interpuncts · ・ ‧
	clsConn                   // connectors ～ – and a single — or -
	clsSolidus                // / ／
	clsDash                   // one half of —— , or ⸺
	clsEllipsis               // one half of …… , or ⋯⋯
	clsPrefix                 // ￥ ¥ $ № ＃ before numbers
	clsSuffix                 // ％ ‰ ℃ ° ′ ″ after numbers
	clsLatin                  // letters written in words, and the marks inside them
	clsDigit                  // 0–9
	clsLatinOpen              // ( [ {
	clsLatinEnd               // ) ] } , . ; : ! ? %
	clsHyphen                 // -
	clsSpace                  // spaces that lines may end at
	clsGlue                   // no-break space, word joiner
	clsZero                   // zero width space: a place to break
	clsTab
	clsBreak  // line, page or column break
	clsObject // inline picture or shape
)

// Level is how strictly a line's first and last characters are chosen (W3C clreq, prohibition rules).
type Level uint8

// Levels, from the recommended national one to the strictest.
const (
	LevelGB     Level = iota // no mark at line start, no opening mark or solidus at line end
	LevelBasic               // as GB, but a solidus may end a line
	LevelStrict              // as GB, and no dash or ellipsis at line start
)

// asciiClass is the class of each ASCII character.
var asciiClass = func() (t [128]class) {
	for i := range t {
		t[i] = clsLatin
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = clsDigit
	}
	for _, c := range "([{" {
		t[c] = clsLatinOpen
	}
	for _, c := range ")]},.;:!?" {
		t[c] = clsLatinEnd
	}
	t['%'] = clsSuffix
	t['$'] = clsPrefix
	t['/'] = clsSolidus
	t['-'] = clsHyphen
	t[' '] = clsSpace
	t['\t'] = clsTab
	return t
}()

// classOf gives the class of r by itself; what depends on neighbours (—— and …… pairs, a hyphen that is a connector)
// is settled by breakPass. The tables are DOMAIN.md D.4 (W3C clreq, GB/T 15834-2011 5.1).
func classOf(r rune) class {
	if r < 0x80 {
		if r < 0 {
			return clsLatin
		}
		return asciiClass[r]
	}
	if r >= 0x3400 && r <= 0x9FFF {
		return clsHan
	}
	switch r {
	case 0x201C, 0x2018, 0x300C, 0x300E, 0xFF08, 0xFF3B, 0xFF5B, 0x300A, 0x3008, 0x3010, 0x3016, 0x3014:
		return clsOpen
	case 0x201D, 0x2019, 0x300D, 0x300F, 0xFF09, 0xFF3D, 0xFF5D, 0x300B, 0x3009, 0x3011, 0x3017, 0x3015:
		return clsClose
	case 0xFF0C, 0x3001, 0xFF1A, 0xFF1B:
		return clsComma
	case 0x3002, 0xFF0E, 0xFF01, 0xFF1F, 0x203C, 0x2047, 0x2048, 0x2049:
		return clsStop
	case 0x00B7, 0x30FB, 0x2027:
		return clsDot
	case 0xFF5E, 0x2013, 0x301C:
		return clsConn
	case 0x2014, 0x2015, 0x2E3A:
		return clsDash
	case 0x2026, 0x22EF:
		return clsEllipsis
	case 0xFF0F:
		return clsSolidus
	case 0xFFE5, 0x00A5, 0x2116, 0xFF03, 0xFF04, 0x20AC, 0x00A3:
		return clsPrefix
	case 0xFF05, 0x2030, 0x2103, 0x2109, 0x00B0, 0x2032, 0x2033, 0xFFE0:
		return clsSuffix
	case 0x00A0, 0x202F, 0x2060, 0x2007, 0x2011, 0xFEFF:
		return clsGlue
	case 0x200B:
		return clsZero
	case 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2008, 0x2009, 0x200A:
		return clsSpace
	case 0x2010:
		return clsHyphen
	}
	if isWide(r) {
		return clsHan
	}
	return clsLatin
}

// isWide reports whether r is written in an em square whatever its neighbours.
func isWide(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r <= 0x11FF, r >= 0x2E80 && r <= 0xA4CF, r >= 0xA960 && r <= 0xA97F, r >= 0xAC00 && r <= 0xD7FF,
		r >= 0xF900 && r <= 0xFAFF, r >= 0xFE30 && r <= 0xFE6F, r >= 0xFF01 && r <= 0xFF60, r >= 0xFFE0 && r <= 0xFFE6,
		r >= 0x20000 && r <= 0x3FFFF, r >= 0x1F300 && r <= 0x1FAFF:
		return true
	case r >= 0x2460 && r <= 0x24FF, r >= 0x25A0 && r <= 0x27BF, r >= 0x2190 && r <= 0x21FF, r >= 0x2160 && r <= 0x217F:
		return true // ①, □, →, Ⅳ: symbols that Chinese text sets as characters of their own
	}
	return false
}

// isMark reports whether r belongs to the character before it: combining marks, variation selectors, joiners.
func isMark(r rune) bool {
	if r < 0x300 {
		return false
	}
	if r >= 0x3400 && r <= 0x9FFF {
		return false
	}
	return r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF || r == 0x200D || r == 0x200C ||
		unicode.In(r, unicode.Mn, unicode.Me)
}

// isSelector reports whether r is a variation selector.
func isSelector(r rune) bool { return r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF }

// isInvisible reports whether r has no picture of its own and is only kept in the text.
func isInvisible(r rune) bool {
	switch {
	case r == 0x00AD, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x2069, r == 0xFEFF,
		r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF:
		return true
	}
	return false
}

// notAtStart reports whether a line may not begin with a character of class c.
func notAtStart(c class, level Level) bool {
	switch c {
	case clsClose, clsComma, clsStop, clsDot, clsConn, clsSolidus, clsSuffix, clsLatinEnd, clsHyphen:
		return true
	case clsDash, clsEllipsis:
		return level == LevelStrict
	case clsHan, clsOpen, clsPrefix, clsLatin, clsDigit, clsLatinOpen, clsSpace, clsGlue, clsZero, clsTab, clsBreak, clsObject:
	}
	return false
}

// notAtEnd reports whether a line may not end with a character of class c.
func notAtEnd(c class, level Level) bool {
	switch c {
	case clsOpen, clsPrefix, clsLatinOpen:
		return true
	case clsSolidus:
		return level != LevelBasic
	case clsHan, clsClose, clsComma, clsStop, clsDot, clsConn, clsDash, clsEllipsis, clsSuffix, clsLatin, clsDigit,
		clsLatinEnd, clsHyphen, clsSpace, clsGlue, clsZero, clsTab, clsBreak, clsObject:
	}
	return false
}

// isPunct reports whether c is full-width punctuation whose blank half may be squeezed out.
func isPunct(c class) bool { return c >= clsOpen && c <= clsDot }

// wordish reports whether c is part of a Latin word or number.
func wordish(c class) bool {
	switch c {
	case clsLatin, clsDigit, clsLatinOpen, clsLatinEnd, clsHyphen:
		return true
	case clsHan, clsOpen, clsClose, clsComma, clsStop, clsDot, clsConn, clsSolidus, clsDash, clsEllipsis, clsPrefix,
		clsSuffix, clsSpace, clsGlue, clsZero, clsTab, clsBreak, clsObject:
	}
	return false
}
