package notation

import (
	"fmt"
	"math/bits"
	"strings"
)

const (
	currency = "人民币"
	negative = "负"
)

// Words writes fen as 人民币大写 with its prefix, in the canonical form of DOMAIN.md D.1 (支付结算办法 annex 1): 整 after 元
// and after 角, no optional 零. A difference below zero begins 人民币负.
func Words(fen int64) string {
	sign, u := magnitude(fen)
	if sign != "" {
		return currency + negative + amountWords(u, wordForm{})
	}
	return currency + amountWords(u, wordForm{})
}

// ParseWords reads 人民币大写, with or without the prefix 人民币, as fen. It takes every form that the rules allow: 圆 for 元,
// 正 for 整, 整 left out after 角, the two optional 零 of rule 6 written or not; and refuses every other, such as 拾元整 or a
// missing 零. ParseWords(Words(x)) is x for every x.
func ParseWords(s string) (int64, error) {
	fail := func(reason error) (int64, error) { return 0, fmt.Errorf("amount in words %q: %w", s, reason) }
	body := strings.TrimPrefix(s, currency)
	if body == "" {
		return fail(ErrEmpty)
	}
	body, minus := strings.CutPrefix(body, negative)
	body = strings.NewReplacer("圆", "元", "正", "整").Replace(body)
	u, ok := readWords(body)
	if !ok {
		return fail(ErrSyntax)
	}
	// The reading above is lenient; what counts is that the words are one of the forms of the amount they seem to mean.
	if !isFormOf(body, u) || minus && u == 0 {
		return fail(ErrSyntax)
	}
	switch {
	case minus && u == maxFen+1:
		return -maxFen - 1, nil
	case u > maxFen:
		return fail(ErrRange)
	case minus:
		return -int64(u), nil
	}
	return int64(u), nil
}

func isFormOf(body string, u uint64) bool {
	for _, cents := range []bool{false, true} {
		for _, open := range []bool{false, true} {
			// Each border between sections may be written either way on its own.
			for borders := range uint(1 << 4) {
				if amountWords(u, wordForm{zeroBeforeJiao: cents, noZhengAfterJiao: open, zeroBorders: borders}) == body {
					return true
				}
			}
		}
	}
	return false
}

// wordForm is the choice among the forms that mean the same amount. The zero value is the canonical form.
type wordForm struct {
	zeroBeforeJiao   bool // 零 between 元 and 角 where the 元 digit is 0
	noZhengAfterJiao bool
	zeroBorders      uint // bit n: 零 after 万 or 亿 of border n although the next 仟 is not 0, where the digit before is 0
}

const (
	bigDigits   = "零壹贰叁肆伍陆柒捌玖"
	smallDigits = "零一二三四五六七八九"
)

func amountWords(u uint64, form wordForm) string {
	yuan, jiao, fen := u/100, u/10%10, u%10
	digit := func(d uint64) string { return string([]rune(bigDigits)[d]) }
	var b strings.Builder
	if yuan > 0 || u == 0 {
		b.WriteString(wholeWords(yuan, capitals, form.zeroBorders) + "元")
	}
	switch {
	case jiao > 0:
		if form.zeroBeforeJiao && yuan > 0 && yuan%10 == 0 {
			b.WriteString("零")
		}
		b.WriteString(digit(jiao) + "角")
	case fen > 0 && yuan > 0:
		b.WriteString("零")
	}
	switch {
	case fen > 0:
		b.WriteString(digit(fen) + "分")
	case jiao > 0 && form.noZhengAfterJiao:
	default:
		b.WriteString("整")
	}
	return b.String()
}

// script is a set of numeral characters.
type script struct {
	digits, units []rune // units: 10, 100, 1000
	bareTen       bool   // 十二 instead of 一十二 at the start of a number
}

var (
	capitals = script{digits: []rune(bigDigits), units: []rune("拾佰仟")}
	ordinary = script{digits: []rune(smallDigits), units: []rune("十百千"), bareTen: true}
)

// sections are the four-digit groups of a number from the least, with what stands behind each: the scale of 万 and 亿
// starts again above 亿, so that 10^12 is 万亿 and 10^16 亿亿.
var sections = [...]string{"", "万", "亿", "万", "亿"}

// wholeWords writes n. Bit i of zeroBorders asks for the optional 零 below section i+1.
func wholeWords(n uint64, s script, zeroBorders uint) string {
	if n == 0 {
		return string(s.digits[0])
	}
	var groups [len(sections)]uint64
	for i := range groups {
		groups[i] = n % 10_000
		n /= 10_000
	}
	var b strings.Builder
	gap := false
	for i := len(groups) - 1; i >= 0; i-- {
		g := groups[i]
		if b.Len() > 0 && g > 0 {
			optional := groups[i+1]%10 == 0 && zeroBorders>>i&1 == 1
			if gap || g < 1000 || optional {
				b.WriteRune(s.digits[0])
			}
		}
		if g > 0 {
			s.section(&b, g)
			b.WriteString(sections[i])
		} else if i == 2 && groups[3]+groups[4] > 0 {
			// Above 亿: the scale word is said even where its own section is empty (壹万亿, 壹亿亿).
			b.WriteString(sections[i])
		}
		gap = g == 0 && b.Len() > 0
	}
	return b.String()
}

// section writes g, 1 to 9999, onto b.
func (s script) section(b *strings.Builder, g uint64) {
	first := b.Len() == 0
	zero := false
	for place, unit := 3, uint64(1000); place >= 0; place, unit = place-1, unit/10 {
		d := g / unit % 10
		if d == 0 {
			zero = zero || g >= unit*10 // inside the section, not before its first digit
			continue
		}
		if zero {
			b.WriteRune(s.digits[0])
			zero = false
		}
		if ten := place == 1 && d == 1 && g < 20; !ten || !first || !s.bareTen {
			b.WriteRune(s.digits[d])
		}
		if place > 0 {
			b.WriteRune(s.units[place-1])
		}
	}
}

// readWords finds the amount that body would mean if it were well formed; ok is false where it means none.
func readWords(body string) (fen uint64, ok bool) {
	if len(body) > 300 { // the longest amount is far shorter
		return 0, false
	}
	var above, below, section, digit, tail uint64 // above 亿, 万 and 亿 parts below it, current section, current digit, 角 and 分
	for _, r := range body {
		switch r {
		case '零', '整':
			digit = 0
		case '拾':
			section, digit = section+digit*10, 0
		case '佰':
			section, digit = section+digit*100, 0
		case '仟':
			section, digit = section+digit*1000, 0
		case '万':
			below, section, digit = below+(section+digit)*10_000, 0, 0
		case '亿':
			hi, lo := bits.Mul64(above+below+section+digit, 100_000_000)
			if hi != 0 {
				return 0, false
			}
			above, below, section, digit = lo, 0, 0, 0
		case '元':
			above, below, section, digit = above+below+section+digit, 0, 0, 0
			hi, lo := bits.Mul64(above, 100)
			if hi != 0 {
				return 0, false
			}
			above = lo
		case '角':
			tail, digit = tail+digit*10, 0
		case '分':
			tail, digit = tail+digit, 0
		default:
			i := strings.IndexRune(bigDigits, r)
			if i < 0 {
				return 0, false
			}
			digit = uint64(i / len("零"))
		}
	}
	return above + tail, true
}

// Numeral writes n in ordinary Chinese numerals: 五, 十二, 二十, 一百零一; for counts such as 一式五份 and headings.
func Numeral(n int) string {
	sign, u := magnitude(int64(n))
	if sign != "" {
		return negative + wholeWords(u, ordinary, 0)
	}
	return wholeWords(u, ordinary, 0)
}
