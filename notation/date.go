package notation

import (
	"fmt"
	"strings"
	"time"
)

// Named date patterns.
const (
	PatternHan     = "汉字" // 二〇二五年八月五日
	PatternEnglish = "英文" // 5 August 2025
)

// Zone is the zone of every clock time in documents, Asia/Shanghai, which has kept +08:00 since 1991.
var Zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// ParseDate reads "2025-08-05", "2026-01" or an RFC 3339 date-time, which is turned to Zone. day and clock tell which of
// the three it was.
func ParseDate(iso string) (t time.Time, day, clock bool, err error) {
	switch len(iso) {
	case 0:
		return t, false, false, fmt.Errorf("date: %w", ErrEmpty)
	case len("2006-01"):
		t, err = time.ParseInLocation("2006-01", iso, Zone)
	case len(time.DateOnly):
		t, err = time.ParseInLocation(time.DateOnly, iso, Zone)
		day = true
	default:
		t, err = time.Parse(time.RFC3339, iso)
		t, day, clock = t.In(Zone), true, true
	}
	if err != nil {
		return time.Time{}, false, false, fmt.Errorf("date %q: %w", iso, ErrSyntax)
	}
	return t, day, clock, nil
}

// FormatDate writes a date ("2025-08-05"), a month ("2026-01") or an RFC 3339 date-time (printed in Zone) by pattern:
//
//	""      2025年8月5日, for a month 2026年1月
//	"汉字", "han"      二〇二五年八月五日
//	"英文", "english"  5 August 2025, January 2026
//
// or any text with yyyy, M, MM, MMM (Aug), MMMM (August), d, dd, H, HH and mm in it. Other Latin letters of a pattern
// must stand in single quotes, so that YYYY or DD is an error and not printed. A pattern that asks for a day or a clock
// time that the value does not have is an error, too.
func FormatDate(iso, pattern string) (string, error) {
	t, day, clock, err := ParseDate(iso)
	if err != nil {
		return "", err
	}
	switch pattern {
	case PatternHan, "han":
		s := hanYear(t.Year()) + "年" + Numeral(int(t.Month())) + "月"
		if day {
			s += Numeral(t.Day()) + "日"
		}
		return s, nil
	case PatternEnglish, "english":
		pattern = "d MMMM yyyy"
		if !day {
			pattern = "MMMM yyyy"
		}
	case "":
		pattern = "yyyy年M月d日"
		if !day {
			pattern = "yyyy年M月"
		}
	}
	var b strings.Builder
	for rest := pattern; rest != ""; {
		c := rest[0]
		if c == '\'' {
			word, after, closed := strings.Cut(rest[1:], "'")
			if !closed {
				return "", fmt.Errorf("date pattern %q: quote not closed: %w", pattern, ErrPattern)
			}
			b.WriteString(word)
			rest = after
			continue
		}
		if !isLetter(c) {
			b.WriteByte(c)
			rest = rest[1:]
			continue
		}
		n := 1
		for n < len(rest) && rest[n] == c {
			n++
		}
		layout, needsDay, needsClock := element(rest[:n])
		if layout == "" {
			return "", fmt.Errorf("date pattern %q: %q: %w", pattern, rest[:n], ErrPattern)
		}
		if needsDay && !day || needsClock && !clock {
			return "", fmt.Errorf("date pattern %q for %q: %w", pattern, iso, ErrNoDay)
		}
		switch layout {
		case "H": // time has no layout for an hour without leading zero
			b.WriteString(digits(uint64(t.Hour())))
		default:
			b.WriteString(t.Format(layout))
		}
		rest = rest[n:]
	}
	return b.String(), nil
}

// element gives the time layout for one run of pattern letters, "" for an unknown one.
func element(run string) (layout string, needsDay, needsClock bool) {
	switch run {
	case "yyyy":
		return "2006", false, false
	case "M":
		return "1", false, false
	case "MM":
		return "01", false, false
	case "MMM":
		return "Jan", false, false
	case "MMMM":
		return "January", false, false
	case "d":
		return "2", true, false
	case "dd":
		return "02", true, false
	case "H":
		return "H", true, true
	case "HH":
		return "15", true, true
	case "mm":
		return "04", true, true
	}
	return "", false, false
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// hanYear writes a year digit by digit with 〇 (U+3007), as dates in words do.
func hanYear(y int) string {
	han := []rune("〇一二三四五六七八九")
	var b strings.Builder
	for _, d := range padded(uint64(y), 4) {
		b.WriteRune(han[d-'0'])
	}
	return b.String()
}
