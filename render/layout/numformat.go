package layout

import (
	"strconv"
	"strings"
)

const (
	hanDigits    = "〇一二三四五六七八九"
	hanLegal     = "零壹贰叁肆伍陆柒捌玖"
	hanStems     = "甲乙丙丁戊己庚辛壬癸"
	hanBranches  = "子丑寅卯辰巳午未申酉戌亥"
	hanLegalZero = "零"
)

func nth(s string, i int) string { return string([]rune(s)[i]) }

// formatNumber writes n in a number format of ST_NumberFormat (ECMA-376 17.18.59); known is false when the format is
// not, and n is then written in decimal.
func formatNumber(n int, format, custom string) (text string, known bool) {
	if n < 0 && format != "decimal" {
		return strconv.Itoa(n), true
	}
	switch format {
	case "decimal", "":
		return strconv.Itoa(n), true
	case "none":
		return "", true
	case "bullet":
		return "", true
	case "decimalZero":
		if n < 10 {
			return "0" + strconv.Itoa(n), true
		}
		return strconv.Itoa(n), true
	case "custom":
		// "001, 002, 003, ..." pads to three digits; no other custom format exists in Word.
		first, _, _ := strings.Cut(custom, ",")
		s := strconv.Itoa(n)
		if pad := len(first) - len(s); pad > 0 && pad < 10 {
			s = strings.Repeat("0", pad) + s
		}
		return s, custom != ""
	case "upperRoman":
		return roman(n), true
	case "lowerRoman":
		return strings.ToLower(roman(n)), true
	case "upperLetter":
		return letters(n, 'A'), true
	case "lowerLetter":
		return letters(n, 'a'), true
	case "ordinal":
		return ordinal(n), true
	case "decimalFullWidth", "decimalFullWidth2":
		return fullWidth(strconv.Itoa(n)), true
	case "decimalHalfWidth":
		return strconv.Itoa(n), true
	case "numberInDash":
		return "- " + strconv.Itoa(n) + " -", true
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		return circled(n), true
	case "decimalEnclosedFullstop":
		if n >= 1 && n <= 20 {
			return string(rune(0x2488 + n - 1)), true
		}
		return strconv.Itoa(n) + ".", true
	case "decimalEnclosedParen":
		if n >= 1 && n <= 20 {
			return string(rune(0x2474 + n - 1)), true
		}
		return "(" + strconv.Itoa(n) + ")", true
	case "ideographEnclosedCircle":
		if n >= 1 && n <= 10 {
			return string(rune(0x3280 + n - 1)), true
		}
		return strconv.Itoa(n), true
	case "chineseCounting", "japaneseCounting", "taiwaneseCounting":
		return hanCounting(n, hanDigits, "十百千", false), true
	case "chineseCountingThousand", "taiwaneseCountingThousand", "koreanCounting":
		return hanCounting(n, "零一二三四五六七八九", "十百千", true), true
	case "chineseLegalSimplified", "ideographLegalTraditional":
		return hanCounting(n, hanLegal, "拾佰仟", true), true
	case "ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital":
		var b strings.Builder
		for _, c := range strconv.Itoa(n) {
			b.WriteString(nth(hanDigits, int(c-'0')))
		}
		return b.String(), true
	case "ideographTraditional":
		if n >= 1 && n <= 10 {
			return nth(hanStems, n-1), true
		}
		return strconv.Itoa(n), true
	case "ideographZodiac":
		if n >= 1 && n <= 12 {
			return nth(hanBranches, n-1), true
		}
		return strconv.Itoa(n), true
	case "ideographZodiacTraditional":
		if n >= 1 && n <= 60 {
			return nth(hanStems, (n-1)%10) + nth(hanBranches, (n-1)%12), true
		}
		return strconv.Itoa(n), true
	}
	return strconv.Itoa(n), false
}

func roman(n int) string {
	if n <= 0 || n > 32767 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, d := range []struct {
		v int
		s string
	}{
		{1000, "M"},
		{900, "CM"},
		{500, "D"},
		{400, "CD"},
		{100, "C"},
		{90, "XC"},
		{50, "L"},
		{40, "XL"},
		{10, "X"},
		{9, "IX"},
		{5, "V"},
		{4, "IV"},
		{1, "I"},
	} {
		for n >= d.v {
			b.WriteString(d.s)
			n -= d.v
		}
	}
	return b.String()
}

// letters writes 1 as a, 26 as z, 27 as aa, 28 as bb, as Word does.
func letters(n int, first byte) string {
	if n <= 0 || n > 780 {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(rune(first)+rune((n-1)%26)), (n-1)/26+1)
}

func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

func fullWidth(s string) string {
	var b strings.Builder
	for _, c := range s {
		if c > ' ' && c < 0x7F {
			c += 0xFEE0
		}
		b.WriteRune(c)
	}
	return b.String()
}

func circled(n int) string {
	switch {
	case n == 0:
		return "⓪"
	case n >= 1 && n <= 20:
		return string(rune(0x2460 + n - 1))
	case n >= 21 && n <= 35:
		return string(rune(0x3251 + n - 21))
	case n >= 36 && n <= 50:
		return string(rune(0x32B1 + n - 36))
	}
	return strconv.Itoa(n)
}

// hanCounting writes n in Chinese: 12 is 十二, or 一十二 in capital digits, and 203 二百〇三 or 二百零三. Without full,
// numbers above 99 are written digit by digit, as Word's chineseCounting does.
func hanCounting(n int, digits, units string, full bool) string {
	if n == 0 {
		return nth(digits, 0)
	}
	if n >= 100000 || n >= 100 && !full {
		var b strings.Builder
		for _, c := range strconv.Itoa(n) {
			b.WriteString(nth(digits, int(c-'0')))
		}
		return b.String()
	}
	var b strings.Builder
	zero := false
	for _, step := range []struct {
		v    int
		unit string
	}{{10000, "万"}, {1000, nth(units, 2)}, {100, nth(units, 1)}, {10, nth(units, 0)}, {1, ""}} {
		d := n / step.v % 10
		if d == 0 {
			zero = b.Len() > 0
			continue
		}
		if zero {
			b.WriteString(nth(digits, 0))
			zero = false
		}
		if d != 1 || step.v != 10 || b.Len() > 0 || nth(units, 0) != "十" {
			b.WriteString(nth(digits, d))
		}
		b.WriteString(step.unit)
	}
	return b.String()
}

// scriptBase gives the character that a superscript (up) or subscript character is a small form of, 0 when r is neither
// (Unicode compatibility decompositions <super> and <sub> of U+2070–209C).
func scriptBase(r rune) (base rune, up bool) {
	const supers, ups = "⁰ⁱ⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ¹²³", "0i456789+−=()n123"
	const subs, downs = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₔₕₖₗₘₙₚₛₜ", "0123456789+−=()aeoxəhklmnpst"
	find := func(from, to string) rune {
		k := 0
		for _, c := range from {
			if c == r {
				return []rune(to)[k]
			}
			k++
		}
		return 0
	}
	if base = find(supers, ups); base != 0 {
		return base, true
	}
	return find(subs, downs), false
}

// symbolFor maps a character of a symbol font (its code, or its code in the private area U+F000–F0FF) to the Unicode
// character that looks like it; ok is false when it is not known.
func symbolFor(font string, code rune) (r rune, ok bool) {
	if code >= 0xF000 && code <= 0xF0FF {
		code -= 0xF000
	}
	switch strings.ToLower(font) {
	case "wingdings":
		r, ok = wingdings(code)
	case "wingdings 2":
		switch code {
		case 0x50:
			return 0x2713, true
		case 0x4F:
			return 0x2717, true
		case 0x52:
			return 0x2611, true
		case 0x51, 0x53, 0x54:
			return 0x2612, true
		case 0xA3, 0x2A, 0x30:
			return 0x25A1, true
		case 0xA2:
			return 0x25A0, true
		case 0x97, 0x98:
			return 0x25CF, true
		}
	case "symbol":
		switch code {
		case 0xB7:
			return 0x2022, true
		case 0xB4:
			return 0xD7, true
		case 0xB1:
			return 0xB1, true
		case 0xA3:
			return 0x2264, true
		case 0xB3:
			return 0x2265, true
		case 0xB0:
			return 0xB0, true
		case 0xD7:
			return 0xB7, true
		case 0x2D:
			return 0x2212, true
		case 0xAE:
			return 0x2192, true
		case 0xAC:
			return 0x2190, true
		case 0xAD:
			return 0x2191, true
		case 0xAF:
			return 0x2193, true
		case 0xA5:
			return 0x221E, true
		case 0xB9:
			return 0x2260, true
		case 0xBB:
			return 0x2248, true
		}
		if g, found := symbolGreek(code); found {
			return g, true
		}
		if code >= 0x20 && code < 0x40 {
			return code, true
		}
	}
	return r, ok
}

func symbolGreek(code rune) (rune, bool) {
	const latin = "abgdezhqiklmnxoprstufcywABGDEZHQIKLMNXOPRSTUFCYW"
	const greek = "αβγδεζηθικλμνξοπρστυφχψωΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"
	i := strings.IndexRune(latin, code)
	if i < 0 || code > 0x7F {
		return 0, false
	}
	return []rune(greek)[i], true
}

func wingdings(code rune) (rune, bool) {
	switch code {
	case 0x6C:
		return 0x25CF, true
	case 0x6D:
		return 0x25CB, true
	case 0x6E:
		return 0x25A0, true
	case 0x6F, 0xA8, 0x71, 0x72:
		return 0x25A1, true
	case 0x75, 0x76:
		return 0x25C6, true
	case 0x77:
		return 0x2756, true
	case 0x9F, 0x9E:
		return 0x2022, true
	case 0xA7:
		return 0x25AA, true
	case 0xB2:
		return 0x2727, true
	case 0xD8:
		return 0x27A2, true
	case 0xE0, 0xE8:
		return 0x2794, true
	case 0xF0:
		return 0x21E8, true
	case 0xDF, 0xE7:
		return 0x2190, true
	case 0xFB:
		return 0x2717, true
	case 0xFC:
		return 0x2713, true
	case 0xFD:
		return 0x2612, true
	case 0xFE:
		return 0x2611, true
	case 0x22:
		return 0x2702, true
	case 0x28:
		return 0x260E, true
	case 0x2A:
		return 0x2709, true
	case 0x46:
		return 0x261E, true
	case 0xAB:
		return 0x2605, true
	}
	if code >= 0x80 && code <= 0x8A {
		return []rune("⓪①②③④⑤⑥⑦⑧⑨⑩")[code-0x80], true
	}
	if code >= 0x8B && code <= 0x95 {
		return []rune("⓿❶❷❸❹❺❻❼❽❾❿")[code-0x8B], true
	}
	return 0, false
}
