package notation

import "strings"

// MaskID hides the middle of an identity document's number for print. The 18 characters of a citizen or residence number
// keep the first six and the last four (330299********0019); shorter numbers keep a quarter at each end, and those of
// four characters or fewer nothing.
func MaskID(no string) string {
	r := []rune(no)
	head, tail := len(r)/4, len(r)/4
	switch {
	case len(r) >= 15:
		head, tail = 6, 4
	case len(r) <= 4:
		head, tail = 0, 0
	}
	for i := head; i < len(r)-tail; i++ {
		r[i] = '*'
	}
	return string(r)
}

// MaskPhone hides the four digits before the last four (138****5678, 0574-****4321), and those in front of them too where
// a number has fewer than nine digits. Separators stay. Of seven digits or fewer only the last two stay.
func MaskPhone(no string) string {
	n := len(no) - len(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, no))
	tail := 4
	switch {
	case n <= 4:
		tail = 0
	case n < 8:
		tail = 2
	}
	head := max(0, n-8)
	i := 0
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return r
		}
		i++
		if i > head && i <= n-tail {
			return '*'
		}
		return r
	}, no)
}
