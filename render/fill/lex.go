package fill

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is a tag as it stands in a text view: text[start:end] with both pairs of braces.
type span struct{ start, end int }

// stray is a brace pair that begins or ends nothing.
type stray struct {
	at   int
	open bool
}

func openBrace(s string) int {
	switch {
	case strings.HasPrefix(s, "{"):
		return 1
	case strings.HasPrefix(s, "｛"):
		return len("｛")
	}
	return 0
}

func closeBrace(s string) int {
	switch {
	case strings.HasPrefix(s, "}"):
		return 1
	case strings.HasPrefix(s, "｝"):
		return len("｝")
	}
	return 0
}

func twice(s string, brace func(string) int) int {
	n := brace(s)
	if n == 0 {
		return 0
	}
	if m := brace(s[n:]); m > 0 {
		return n + m
	}
	return 0
}

// quotePartner gives what closes a quotation that r opens: editors curl quotes in either direction.
func quotePartner(r rune) string {
	switch r {
	case '"', '“', '”', '＂', '„':
		return "\"“”＂„"
	case '\'', '‘', '’', '＇':
		return "'‘’＇"
	case '「':
		return "」"
	}
	return ""
}

// scan finds the tags of one paragraph: {{…}} with ASCII or full-width braces. Braces inside quotation marks belong to
// the text of the tag, unless the quotation has no end inside the paragraph.
func scan(text string) (tags []span, strays []stray) {
	for i := 0; i < len(text); {
		c := text[i]
		if c != '{' && c != '}' && c != 0xEF {
			i++
			continue
		}
		if n := twice(text[i:], openBrace); n > 0 {
			end, nested := tagEnd(text, i+n)
			switch {
			case end > 0:
				tags = append(tags, span{i, end})
				i = end
			default:
				strays = append(strays, stray{i, true})
				i += n
				if nested > 0 {
					i = nested
				}
			}
			continue
		}
		if n := twice(text[i:], closeBrace); n > 0 {
			strays = append(strays, stray{i, false})
			i += n
			continue
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		i += n
	}
	return tags, strays
}

// tagEnd returns the offset after the closing braces of the tag whose inside begins at i, or 0 when the tag does not end;
// nested is then where another tag begins before that.
func tagEnd(text string, i int) (end, nested int) {
	from := i
	if c := strings.TrimLeftFunc(text[i:], unicode.IsSpace); strings.HasPrefix(c, "!") || strings.HasPrefix(c, "！") {
		// Quotation marks in a comment are prose.
		return plainEnd(text, i)
	}
	for i < len(text) {
		if n := twice(text[i:], closeBrace); n > 0 {
			return i + n, 0
		}
		if n := twice(text[i:], openBrace); n > 0 {
			return 0, i
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		if partner := quotePartner(r); partner != "" {
			k := strings.IndexAny(text[i:], partner)
			if k < 0 {
				return plainEnd(text, from) // an apostrophe or a forgotten quote
			}
			_, m := utf8.DecodeRuneInString(text[i+k:])
			i += k + m
		}
	}
	return 0, 0
}

func plainEnd(text string, i int) (end, nested int) {
	for i < len(text) {
		if n := twice(text[i:], closeBrace); n > 0 {
			return i + n, 0
		}
		if n := twice(text[i:], openBrace); n > 0 {
			return 0, i
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		i += n
	}
	return 0, 0
}

// inside returns what stands between the braces of a tag.
func inside(raw string) string {
	return raw[twice(raw, openBrace) : len(raw)-closeWidth(raw)]
}

func closeWidth(raw string) int {
	n := 0
	for range 2 {
		switch s := raw[:len(raw)-n]; {
		case strings.HasSuffix(s, "}"):
			n++
		case strings.HasSuffix(s, "｝"):
			n += len("｝")
		}
	}
	return n
}

// plain maps what Chinese input methods and word processors make of ASCII signs back, outside quotations; text inside
// them stays as it is, only the marks become straight. Spaces of any width become one kind, and characters of no width
// go.
func plain(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		if partner := quotePartner(r); partner != "" {
			k := strings.IndexAny(s[i:], partner)
			if k < 0 {
				b.WriteRune('"')
				continue
			}
			_, m := utf8.DecodeRuneInString(s[i+k:])
			b.WriteString(quote(s[i : i+k]))
			i += k + m
			continue
		}
		switch {
		case noWidth(r), r == '\x01', r == '\x02':
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		default:
			b.WriteRune(asciiSign(r))
		}
	}
	return strings.TrimSpace(b.String())
}

// quote writes a quotation between U+0001 and U+0002, which no text of a Word file holds, so that the text inside may
// contain any mark.
func quote(s string) string { return "\x01" + strings.ReplaceAll(s, "\x02", "") + "\x02" }

func noWidth(r rune) bool {
	switch r {
	case '\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF', '\u00AD', '\u200E', '\u200F':
		return true
	}
	return false
}

// asciiSign maps a full-width sign to its ASCII form; letters and digits of full width too, since nobody means them.
func asciiSign(r rune) rune {
	switch {
	case r == '（' || r == '）': // a name may have either kind
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '。':
		return '.'
	case r == '≠', r == '≥', r == '≤':
		return r
	case r == '—', r == '–', r == '−':
		return '-'
	}
	return r
}
