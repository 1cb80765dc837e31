package docx

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// IsXMLChar reports whether r may stand in an XML 1.0 document (production 2, Char).
func IsXMLChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// decode resolves character and entity references and normalises line ends. On a fault msg is set and off says where.
func decode(s string, attr bool) (out string, off int, msg string) {
	special := "&\r"
	if attr {
		special = "&\r\n\t"
	}
	if !strings.ContainsAny(s, special) {
		return s, 0, ""
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '&':
			semi := strings.IndexByte(s[i:min(len(s), i+14)], ';')
			if semi < 0 {
				return "", i, "\"&\" begins no reference"
			}
			r, ok := reference(s[i+1 : i+semi])
			if !ok {
				return "", i, "unknown reference " + s[i:i+semi+1]
			}
			b.WriteRune(r)
			i += semi + 1
		case c == '\r':
			if i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
			if attr {
				b.WriteByte(' ')
			} else {
				b.WriteByte('\n')
			}
			i++
		case attr && (c == '\n' || c == '\t'):
			b.WriteByte(' ')
			i++
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String(), 0, ""
}

func reference(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > 0x10FFFF || !IsXMLChar(rune(n)) {
		return 0, false
	}
	return rune(n), true
}

func newlines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// AppendText appends s escaped as character data. Characters that XML cannot hold and broken UTF-8 are left out; use
// IsXMLChar first where leaving out must be told.
func AppendText(dst []byte, s string) []byte { return appendEscaped(dst, s, false) }

// odd reports whether a valid UTF-8 text has anything that needs a second look as XML: marks of XML, control characters, the bytes that
// non-characters begin with.
func odd(s string) bool {
	for i := range len(s) {
		if oddByte[s[i]] && (s[i] != 0xEF || i+1 < len(s) && s[i+1] == 0xBF) {
			return true
		}
	}
	return false
}

var oddByte = func() (t [256]bool) {
	for c := range 0x20 {
		t[c] = true
	}
	for _, c := range []byte{'&', '<', '>', '"', '\'', 0xEF} {
		t[c] = true
	}
	return t
}()

// IsPlain reports whether s is valid text of characters that XML can hold, without control characters and the marks of XML: it may stand in
// XML as it is.
func IsPlain(s string) bool { return utf8.ValidString(s) && !odd(s) }

// AppendAttr appends s escaped as an attribute value for either kind of quotes, as AppendText does.
func AppendAttr(dst []byte, s string) []byte { return appendEscaped(dst, s, true) }

func appendEscaped(dst []byte, s string, attr bool) []byte {
	if IsPlain(s) {
		return append(dst, s...)
	}
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		esc, n := "", 1
		switch {
		case c == '&':
			esc = "&amp;"
		case c == '<':
			esc = "&lt;"
		case c == '>':
			esc = "&gt;"
		case c == '\r':
			esc = "&#13;"
		case attr && c == '"':
			esc = "&quot;"
		case attr && c == '\'':
			esc = "&apos;"
		case attr && c == '\n':
			esc = "&#10;"
		case attr && c == '\t':
			esc = "&#9;"
		case c < 0x20 && c != '\n' && c != '\t':
		case c >= utf8.RuneSelf:
			var r rune
			r, n = utf8.DecodeRuneInString(s[i:])
			if IsXMLChar(r) && (r != utf8.RuneError || n > 1) {
				i += n
				continue
			}
		default:
			i++
			continue
		}
		dst = append(dst, s[from:i]...)
		dst = append(dst, esc...)
		i += n
		from = i
	}
	return append(dst, s[from:]...)
}
