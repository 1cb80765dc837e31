package pdf

import (
	"strconv"
	"unicode/utf16"

	"tripact/render/layout"
)

// ref is the number of an indirect object; 0 is none. Generation numbers are always 0.
type ref int

// file is a PDF file in the making: objects are numbered first and may be written in any order.
type file struct {
	b       []byte
	offsets []int // by object number - 1; 0 until written
}

// newFile starts a file in buf.
func newFile(buf []byte) *file {
	f := &file{b: buf[:0]}
	// The comment's bytes above 127 tell transfer programs that the file is binary.
	f.b = append(f.b, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"...)
	return f
}

// reserve numbers a new object.
func (f *file) reserve() ref {
	f.offsets = append(f.offsets, 0)
	return ref(len(f.offsets))
}

// begin starts object r; what it holds is appended to f.b, and end ends it.
func (f *file) begin(r ref) {
	f.offsets[r-1] = len(f.b)
	f.b = strconv.AppendInt(f.b, int64(r), 10)
	f.b = append(f.b, " 0 obj\n"...)
}

func (f *file) end() { f.b = append(f.b, "\nendobj\n"...) }

func (f *file) str(s string) { f.b = append(f.b, s...) }

func (f *file) int(n int) { f.b = strconv.AppendInt(f.b, int64(n), 10) }

func (f *file) ref(r ref) {
	f.b = strconv.AppendInt(f.b, int64(r), 10)
	f.b = append(f.b, " 0 R"...)
}

// stream writes object r as a stream. dict is what its dictionary holds besides the length and filter; data is
// compressed already when filter is not empty.
func (f *file) stream(r ref, dict, filter string, data []byte) {
	f.beginStream(r, dict, filter, len(data))
	f.b = append(f.b, data...)
	f.endStream()
}

// beginStream writes what stands before the data of a stream, size bytes, which is then appended to f.b; endStream ends it.
func (f *file) beginStream(r ref, dict, filter string, size int) {
	f.begin(r)
	f.str("<<")
	f.str(dict)
	if filter != "" {
		f.str("/Filter/")
		f.str(filter)
	}
	f.str("/Length ")
	f.int(size)
	f.str(">>\nstream\n")
}

func (f *file) endStream() {
	f.str("\nendstream")
	f.end()
}

// finish writes the cross-reference table and the trailer and returns the file.
func (f *file) finish(catalog, info ref, id []byte) []byte {
	start := len(f.b)
	f.str("xref\n0 ")
	f.int(len(f.offsets) + 1)
	f.str("\n0000000000 65535 f \n")
	for _, at := range f.offsets {
		var digits [10]byte
		for i := len(digits) - 1; i >= 0; i-- {
			digits[i] = byte('0' + at%10)
			at /= 10
		}
		f.b = append(f.b, digits[:]...)
		f.str(" 00000 n \n")
	}
	f.str("trailer\n<</Size ")
	f.int(len(f.offsets) + 1)
	f.str("/Root ")
	f.ref(catalog)
	f.str("/Info ")
	f.ref(info)
	f.str("/ID[")
	f.b = appendHexString(f.b, id)
	f.b = appendHexString(f.b, id)
	f.str("]>>\nstartxref\n")
	f.int(start)
	f.str("\n%%EOF\n")
	return f.b
}

const hexDigits = "0123456789ABCDEF"

func appendHexString(b, data []byte) []byte {
	b = append(b, '<')
	for _, c := range data {
		b = append(b, hexDigits[c>>4], hexDigits[c&15])
	}
	return append(b, '>')
}

// appendHex16 writes v as four hex digits.
func appendHex16(b []byte, v uint16) []byte {
	return append(b, hexDigits[v>>12], hexDigits[v>>8&15], hexDigits[v>>4&15], hexDigits[v&15])
}

// appendUTF16 writes s in hex as UTF-16BE, characters above U+FFFF as surrogate pairs.
func appendUTF16(b []byte, s string) []byte {
	for _, r := range s {
		if r >= 0x10000 {
			hi, lo := utf16.EncodeRune(r)
			b = appendHex16(appendHex16(b, uint16(hi)), uint16(lo))
			continue
		}
		b = appendHex16(b, uint16(r))
	}
	return b
}

// appendText writes s as a text string (ISO 32000-1, 7.9.2.2): literal when it is ASCII, else UTF-16BE with its mark.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7E {
			b = append(b, "<FEFF"...)
			b = appendUTF16(b, s)
			return append(b, '>')
		}
	}
	return appendLiteral(b, s)
}

// appendLiteral writes the bytes of s as a literal string.
func appendLiteral(b []byte, s string) []byte {
	b = append(b, '(')
	for i := range len(s) {
		b = appendStringByte(b, s[i])
	}
	return append(b, ')')
}

// plainByte tells which bytes stand for themselves in a literal string.
var plainByte = func() (t [256]bool) {
	for i := range t {
		t[i] = len(appendStringByte(nil, byte(i))) == 1
	}
	return t
}()

// appendStringByte writes one byte of a literal string. A carriage return is escaped since readers take it for a line end.
func appendStringByte(b []byte, c byte) []byte {
	switch c {
	case '(', ')', '\\':
		return append(b, '\\', c)
	case '\r':
		return append(b, '\\', 'r')
	}
	return append(b, c)
}

// appendMilli writes v thousandths as a decimal number without an exponent or needless zeros.
func appendMilli(b []byte, v int64) []byte {
	if v < 0 {
		b = append(b, '-')
		v = -v
	}
	b = strconv.AppendInt(b, v/1000, 10)
	frac := v % 1000
	if frac == 0 {
		return b
	}
	b = append(b, '.', byte('0'+frac/100))
	if frac %= 100; frac != 0 {
		b = append(b, byte('0'+frac/10))
		if frac %= 10; frac != 0 {
			b = append(b, byte('0'+frac))
		}
	}
	return b
}

// milli gives a length in thousandths of a point, rounded to the nearest.
func milli(l layout.Length) int64 {
	// 12,700 EMU are 1,000 thousandths of a point.
	const n, d = 10, 127
	if l < 0 {
		return -(-int64(l)*n + d/2) / d
	}
	return (int64(l)*n + d/2) / d
}

// appendLength writes a length in points.
func appendLength(b []byte, l layout.Length) []byte { return appendMilli(b, milli(l)) }
