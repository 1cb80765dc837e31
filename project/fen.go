package project

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"tripact/notation"
)

// Fen is an amount of money in fen (分, 1/100 yuan). In JSON it is a decimal string in yuan with at most two decimals
// ("800000.00", which is how it is written), or a plain number of that form. It is never rounded.
type Fen int64

// MaxFen is the largest amount that Decode takes for one field, 10 billion yuan; sums of such fields stay in an int64.
const MaxFen Fen = 1_000_000_000_000

// String writes f in yuan: "800000.00".
func (f Fen) String() string { return notation.PlainYuan(int64(f)) }

// MarshalJSON writes f as a decimal string in yuan.
func (f Fen) MarshalJSON() ([]byte, error) { return []byte(`"` + f.String() + `"`), nil }

// UnmarshalJSON reads what MarshalJSON writes, and a plain number with at most two decimals.
func (f *Fen) UnmarshalJSON(data []byte) error {
	v, err := parseFen(unquote(data))
	if err != nil {
		return err
	}
	*f = v
	return nil
}

// AtMost reports whether f ≤ num/den of whole, exactly: one third of 200.00 is not 66.67.
// All arguments must be ≥ 0 and den > 0.
func (f Fen) AtMost(num, den int, whole Fen) bool {
	ahi, alo := bits.Mul64(uint64(f), uint64(den))
	bhi, blo := bits.Mul64(uint64(whole), uint64(num))
	return ahi < bhi || ahi == bhi && alo <= blo
}

// parseFen reads a JSON amount; thousands separators, which notation takes, are for people and refused here.
func parseFen(s string) (Fen, error) {
	if strings.Contains(s, ",") {
		return 0, fmt.Errorf("amount %q: %w", s, notation.ErrSyntax)
	}
	n, err := notation.ParseYuan(s)
	if err != nil {
		return 0, err
	}
	if Fen(n) > MaxFen {
		return 0, fmt.Errorf("amount %q: %w", s, notation.ErrRange)
	}
	return Fen(n), nil
}

// plus adds amounts and stays at the largest Fen instead of wrapping.
func plus(amounts ...Fen) Fen {
	var sum Fen
	for _, a := range amounts {
		if a > 0 && sum > math.MaxInt64-a {
			return math.MaxInt64
		}
		sum += a
	}
	return sum
}

// times multiplies like plus adds. n must be ≥ 0.
func times(f Fen, n int) Fen {
	hi, lo := bits.Mul64(uint64(max(f, 0)), uint64(n))
	if hi != 0 || lo > math.MaxInt64 {
		return math.MaxInt64
	}
	return Fen(lo)
}

// BP is a share in basis points (1/100 %). In JSON it is a whole number of basis points, or a string such as "33.33%".
type BP int

// rate is part of whole, rounded half up; 0 of nothing is 0.
func rate(part, whole Fen) BP {
	if whole <= 0 || part <= 0 || part > whole {
		if part > 0 && part > whole && whole > 0 {
			return BP(part / whole * 10_000) // more than the whole is an error that Check names; no finer figure is needed
		}
		return 0
	}
	hi, lo := bits.Mul64(uint64(part), 10_000)
	lo, carry := bits.Add64(lo, uint64(whole)/2, 0)
	q, _ := bits.Div64(hi+carry, lo, uint64(whole))
	return BP(q)
}

// String writes b in percent: "33.33%", "50%".
func (b BP) String() string { return notation.Percent(int(b)) }

// UnmarshalJSON reads basis points or a percent string.
func (b *BP) UnmarshalJSON(data []byte) error {
	v, err := parseBP(unquote(data))
	if err != nil {
		return err
	}
	*b = v
	return nil
}

var errBP = errors.New("neither whole basis points nor a percentage with at most two decimals")

func parseBP(s string) (BP, error) {
	if pct, ok := strings.CutSuffix(s, "%"); ok {
		n, err := notation.ParseYuan(pct) // two decimals, as basis points have
		if err != nil || n > 1_000_000 || strings.Contains(pct, ",") {
			return 0, fmt.Errorf("share %q: %w", s, errBP)
		}
		return BP(n), nil
	}
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return 0, fmt.Errorf("share %q: %w", s, errBP)
	}
	return BP(n), nil
}

// Tenths is a number with one decimal, such as months a year: 6.5 is Tenths(65). In JSON it is that number or a string of it.
type Tenths int

// String writes t with one decimal where it has one: "6.5", "10".
func (t Tenths) String() string {
	s := strconv.Itoa(int(t) / 10)
	if d := int(t) % 10; d != 0 {
		s += "." + strconv.Itoa(d)
	}
	return s
}

// MarshalJSON writes t as a number.
func (t Tenths) MarshalJSON() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalJSON reads a number ≥ 0 with at most one decimal.
func (t *Tenths) UnmarshalJSON(data []byte) error {
	v, err := parseTenths(unquote(data))
	if err != nil {
		return err
	}
	*t = v
	return nil
}

var errTenths = errors.New("not a number with at most one decimal")

func parseTenths(s string) (Tenths, error) {
	n, err := notation.ParseYuan(s)
	if err != nil || n%10 != 0 || n > 1_000_000 || strings.Contains(s, ",") {
		return 0, fmt.Errorf("number %q: %w", s, errTenths)
	}
	return Tenths(n / 10), nil
}

// unquote takes a JSON string or number as its text.
func unquote(data []byte) string {
	var s string
	if json.Unmarshal(data, &s) == nil {
		return s
	}
	return string(data)
}
