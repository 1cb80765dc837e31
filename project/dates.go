package project

import (
	"cmp"
	"fmt"
	"time"

	"tripact/notation"
)

// Date is a calendar day; the zero value is no date. In JSON it is "2025-08-05", or "" for none.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2025-08-05"; days that do not exist are refused.
func ParseDate(s string) (Date, error) {
	t, day, clock, err := notation.ParseDate(s)
	if err == nil && (!day || clock) {
		err = fmt.Errorf("date %q: %w", s, notation.ErrSyntax)
	}
	if err != nil {
		return Date{}, err
	}
	return dateOf(t), nil
}

func dateOf(t time.Time) Date { return Date{t.Year(), t.Month(), t.Day()} }

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String is "2025-08-05", or "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Compare orders dates; no date comes first.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After reports whether d is later than e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

// Start is the first moment of d in the documents' zone, the zero time for no date.
func (d Date) Start() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, notation.Zone)
}

// InMonth is the month that d lies in.
func (d Date) InMonth() Month { return Month{d.Year, d.Month} }

// MarshalText writes String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads "2025-08-05" or "".
func (d *Date) UnmarshalText(data []byte) (err error) {
	*d = Date{}
	if len(data) > 0 {
		*d, err = ParseDate(string(data))
	}
	return err
}

// Month is a calendar month; the zero value is none. In JSON it is "2026-01", or "" for none.
type Month struct {
	Year  int
	Month time.Month
}

// ParseMonth reads "2026-01".
func ParseMonth(s string) (Month, error) {
	t, day, _, err := notation.ParseDate(s)
	if err == nil && day {
		err = fmt.Errorf("month %q: %w", s, notation.ErrSyntax)
	}
	if err != nil {
		return Month{}, err
	}
	return Month{t.Year(), t.Month()}, nil
}

// IsZero reports whether m is no month.
func (m Month) IsZero() bool { return m == Month{} }

// String is "2026-01", or "" for no month.
func (m Month) String() string {
	if m.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", m.Year, m.Month)
}

// Compare orders months; none comes first.
func (m Month) Compare(n Month) int {
	return cmp.Or(cmp.Compare(m.Year, n.Year), cmp.Compare(m.Month, n.Month))
}

// Before reports whether m is earlier than n.
func (m Month) Before(n Month) bool { return m.Compare(n) < 0 }

// After reports whether m is later than n.
func (m Month) After(n Month) bool { return m.Compare(n) > 0 }

// First is the first day of m, the zero Date for none.
func (m Month) First() Date {
	if m.IsZero() {
		return Date{}
	}
	return Date{m.Year, m.Month, 1}
}

// Last is the last day of m, the zero Date for none.
func (m Month) Last() Date {
	if m.IsZero() {
		return Date{}
	}
	return dateOf(time.Date(m.Year, m.Month+1, 0, 0, 0, 0, 0, notation.Zone))
}

// Next is the month after m.
func (m Month) Next() Month {
	if m.Month == time.December {
		return Month{m.Year + 1, time.January}
	}
	return Month{m.Year, m.Month + 1}
}

// Through counts the months from m to end, both included: 36 from 2026-01 to 2028-12. It is 0 when either is missing or
// end comes before m.
func (m Month) Through(end Month) int {
	if m.IsZero() || end.IsZero() {
		return 0
	}
	return max(0, (end.Year-m.Year)*12+int(end.Month)-int(m.Month)+1)
}

// MarshalText writes String.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads "2026-01" or "".
func (m *Month) UnmarshalText(data []byte) (err error) {
	*m = Month{}
	if len(data) > 0 {
		*m, err = ParseMonth(string(data))
	}
	return err
}

// Time is a moment, kept in Asia/Shanghai; the zero value is none. In JSON it is RFC 3339 with any offset, or "" for none,
// and written with +08:00.
type Time struct{ time.Time }

// ParseTime reads an RFC 3339 date-time.
func ParseTime(s string) (Time, error) {
	t, _, clock, err := notation.ParseDate(s)
	if err == nil && !clock {
		err = fmt.Errorf("time %q: %w", s, notation.ErrSyntax)
	}
	if err != nil {
		return Time{}, err
	}
	return Time{t}, nil
}

// String is "2025-09-10T17:00:00+08:00", or "" for none.
func (t Time) String() string {
	if t.IsZero() {
		return ""
	}
	return t.In(notation.Zone).Format(time.RFC3339)
}

// Date is the day of t in the documents' zone.
func (t Time) Date() Date {
	if t.IsZero() {
		return Date{}
	}
	return dateOf(t.In(notation.Zone))
}

// MarshalText writes String.
func (t Time) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// MarshalJSON writes String; it stands before time.Time's own.
func (t Time) MarshalJSON() ([]byte, error) { return []byte(`"` + t.String() + `"`), nil }

// UnmarshalText reads RFC 3339 or "".
func (t *Time) UnmarshalText(data []byte) (err error) {
	*t = Time{}
	if len(data) > 0 {
		*t, err = ParseTime(string(data))
	}
	return err
}

// UnmarshalJSON reads a string as UnmarshalText does; it stands before time.Time's own.
func (t *Time) UnmarshalJSON(data []byte) error { return t.UnmarshalText([]byte(unquote(data))) }
