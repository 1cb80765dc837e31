package notation

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	fenPerYuan = 100
	fenPerWan  = 10_000 * fenPerYuan
)

// Yuan writes fen in yuan with two decimals and thousands separators: "800,000.00".
func Yuan(fen int64) string {
	sign, u := magnitude(fen)
	whole := digits(u / fenPerYuan)
	var b strings.Builder
	b.WriteString(sign)
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	b.WriteString("." + padded(u%fenPerYuan, 2))
	return b.String()
}

// PlainYuan writes fen in yuan with two decimals and nothing else, the form of amounts in JSON: "800000.00".
func PlainYuan(fen int64) string {
	sign, u := magnitude(fen)
	return sign + digits(u/fenPerYuan) + "." + padded(u%fenPerYuan, 2)
}

// Wan writes fen in 万元 (10,000 yuan) exactly: two decimals ("80.00"), or as many as needed, up to six ("33.333333").
func Wan(fen int64) string {
	sign, u := magnitude(fen)
	frac := padded(u%fenPerWan, 6)
	for len(frac) > 2 && frac[len(frac)-1] == '0' {
		frac = frac[:len(frac)-1]
	}
	return sign + digits(u/fenPerWan) + "." + frac
}

// ParseYuan reads an amount in yuan, with or without thousands separators and at most two decimals, as fen. Signs,
// exponents, full-width digits and leading zeros are refused; nothing is rounded.
func ParseYuan(s string) (int64, error) { return parseDecimal(s, 2) }

// ParseWan reads an amount in 万元 with at most six decimals as fen, under the rules of ParseYuan.
func ParseWan(s string) (int64, error) { return parseDecimal(s, 6) }

// parseDecimal reads s times 10^places.
func parseDecimal(s string, places int) (int64, error) {
	fail := func(reason error) (int64, error) { return 0, fmt.Errorf("amount %q: %w", s, reason) }
	if s == "" {
		return fail(ErrEmpty)
	}
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "−") {
		return fail(ErrNegative)
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r >= '０' && r <= '９' || r == '．' || r == '，' }) {
		return fail(ErrWide)
	}
	whole, frac, point := strings.Cut(s, ".")
	if point && !allDigits(frac) {
		return fail(ErrSyntax)
	}
	groups := strings.Split(whole, ",")
	for i, g := range groups {
		if !allDigits(g) {
			return fail(ErrSyntax)
		}
		if len(groups) > 1 && (i > 0 && len(g) != 3 || i == 0 && len(g) > 3) {
			return fail(ErrGroups)
		}
	}
	whole = strings.Join(groups, "")
	if len(whole) > 1 && whole[0] == '0' {
		return fail(ErrSyntax)
	}
	if len(frac) > places {
		return fail(ErrDecimals)
	}
	n, err := strconv.ParseInt(whole+frac+strings.Repeat("0", places-len(frac)), 10, 64)
	if err != nil { // only digits are left, so it does not fit
		return fail(ErrRange)
	}
	return n, nil
}

func allDigits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// magnitude splits n into a sign and an absolute value that also holds math.MinInt64.
func magnitude(n int64) (sign string, abs uint64) {
	if n < 0 {
		return "-", uint64(-(n + 1)) + 1
	}
	return "", uint64(n)
}

func digits(u uint64) string { return strconv.FormatUint(u, 10) }

func padded(u uint64, width int) string {
	s := digits(u)
	return strings.Repeat("0", max(0, width-len(s))) + s
}

// maxFen is the largest amount in fen.
const maxFen = math.MaxInt64
