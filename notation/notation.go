// Package notation is how amounts, numbers, dates and identifiers are written in the programme's documents: 人民币大写,
// 万元, 汉字 dates, masked identifiers (DOMAIN.md D.1, D.2, D.6). Amounts are int64 fen (分, 1/100 yuan). Everything here
// is pure and safe for concurrent use; what is read back is never rounded.
package notation

import "errors"

// Reasons why an amount or a date cannot be read. Errors of this package match one of them with errors.Is.
var (
	ErrEmpty    = errors.New("nothing written")
	ErrSyntax   = errors.New("not written in a known form")
	ErrNegative = errors.New("negative")
	ErrDecimals = errors.New("more decimals than a fen can hold")
	ErrGroups   = errors.New("thousands separators not in groups of three")
	ErrWide     = errors.New("full-width characters")
	ErrRange    = errors.New("too large")
	ErrPattern  = errors.New("unknown letters in a date pattern")
	ErrNoDay    = errors.New("the pattern asks for more than the date holds")
)

// Percent writes basis points: "33.33%", and whole percents without decimals: "50%".
func Percent(bp int) string {
	sign := ""
	u := uint64(bp)
	if bp < 0 {
		sign, u = "-", -u
	}
	if u%100 == 0 {
		return sign + digits(u/100) + "%"
	}
	return sign + digits(u/100) + "." + padded(u%100, 2) + "%"
}
