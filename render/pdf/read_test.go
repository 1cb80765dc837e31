package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// pdfFile is a file read back: just enough of a reader to check what the writer promises, and strict about it.
type pdfFile struct {
	t       testing.TB
	data    []byte
	objects map[int]string
	trailer string
}

// read takes a file apart by its cross-reference table.
func read(t testing.TB, data []byte) *pdfFile {
	t.Helper()
	f := &pdfFile{t: t, data: data, objects: make(map[int]string)}
	if !bytes.HasPrefix(data, []byte("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")) || !bytes.HasSuffix(data, []byte("\n%%EOF\n")) {
		t.Fatalf("file starts with %q and ends with %q", data[:16], data[len(data)-8:])
	}
	m := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(data)
	if m == nil {
		t.Fatal("no startxref")
	}
	at, _ := strconv.Atoi(string(m[1]))
	table, rest, ok := bytes.Cut(data[at:], []byte("trailer\n"))
	if !ok {
		t.Fatalf("no trailer after the table at %d", at)
	}
	f.trailer = string(rest)
	lines := strings.SplitAfter(string(table), "\n")
	var n int
	if lines[0] != "xref\n" {
		t.Fatalf("startxref leads to %q", lines[0])
	}
	if _, err := fmt.Sscanf(lines[1], "0 %d\n", &n); err != nil || len(lines) != n+3 || !strings.Contains(f.trailer, fmt.Sprintf("/Size %d", n)) {
		t.Fatalf("table of %d entries starts with %q: %v", len(lines)-3, lines[1], err)
	}
	for i, line := range lines[3 : n+2] {
		offset, err := strconv.Atoi(line[:10])
		if err != nil || len(line) != 20 || line[10:] != " 00000 n \n" {
			t.Fatalf("entry of object %d is %q", i+1, line)
		}
		head := fmt.Sprintf("%d 0 obj\n", i+1)
		body, ok := strings.CutPrefix(string(data[offset:]), head)
		if !ok {
			t.Fatalf("object %d is not at %d: %q", i+1, offset, data[offset:offset+20])
		}
		end := strings.Index(body, "\nendobj\n")
		if s := strings.Index(body[:end], ">>\nstream\n"); s >= 0 { // streams may hold anything
			size := number(t, body[:s], "Length")
			end = s + len(">>\nstream\n") + size
			if !strings.HasPrefix(body[end:], "\nendstream\nendobj\n") {
				t.Fatalf("stream of object %d is not %d bytes long", i+1, size)
			}
		}
		f.objects[i+1] = body[:end]
	}
	return f
}

func number(t testing.TB, dict, key string) int {
	t.Helper()
	m := regexp.MustCompile("/" + key + " (-?\\d+)").FindStringSubmatch(dict)
	if m == nil {
		t.Fatalf("no %s in %.200s", key, dict)
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// stream returns what object n holds, inflated.
func (f *pdfFile) stream(n int) []byte {
	f.t.Helper()
	dict, data, ok := strings.Cut(f.objects[n], ">>\nstream\n")
	if !ok {
		f.t.Fatalf("object %d is not a stream: %.100s", n, f.objects[n])
	}
	if !strings.Contains(dict, "/Filter/FlateDecode") {
		return []byte(data)
	}
	z, err := zlib.NewReader(strings.NewReader(data))
	if err != nil {
		f.t.Fatalf("object %d: %v", n, err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		f.t.Fatalf("object %d: %v", n, err)
	}
	return out
}

// find returns the objects whose text holds all of the words, in order of their numbers.
func (f *pdfFile) find(words ...string) []int {
	var found []int
next:
	for n := 1; n <= len(f.objects); n++ {
		for _, w := range words {
			if !strings.Contains(f.objects[n], w) {
				continue next
			}
		}
		found = append(found, n)
	}
	return found
}

// all returns the objects that find finds.
func (f *pdfFile) all(words ...string) []string {
	var out []string
	for _, n := range f.find(words...) {
		out = append(out, f.objects[n])
	}
	return out
}

// toUnicode reads the text of each code of each font, by resource name.
func (f *pdfFile) toUnicode() map[string]map[uint16]string {
	f.t.Helper()
	maps := make(map[string]map[uint16]string)
	resources := f.objects[f.find("/ProcSet")[0]]
	for _, m := range regexp.MustCompile(`/(F\d+) (\d+) 0 R`).FindAllStringSubmatch(resources, -1) {
		font, _ := strconv.Atoi(m[2])
		table := make(map[uint16]string)
		text := string(f.stream(number(f.t, f.objects[font], "ToUnicode")))
		for _, e := range regexp.MustCompile(`(?m)^<([0-9A-F]{4})><([0-9A-F]{4})>\[<([0-9A-F<>]*)>\]$`).FindAllStringSubmatch(text, -1) {
			code, _ := strconv.ParseUint(e[1], 16, 16)
			last, _ := strconv.ParseUint(e[2], 16, 16)
			texts := strings.Split(e[3], "><")
			if uint64(len(texts)) != last-code+1 || code>>8 != last>>8 {
				f.t.Errorf("the range from %04X to %04X has %d texts", code, last, len(texts))
			}
			for i, hexed := range texts {
				raw, _ := hex.DecodeString(hexed)
				units := make([]uint16, len(raw)/2)
				for k := range units {
					units[k] = uint16(raw[2*k])<<8 | uint16(raw[2*k+1])
				}
				table[uint16(code)+uint16(i)] = string(utf16.Decode(units))
			}
		}
		maps[m[1]] = table
	}
	return maps
}

// text reads the text of a page's content in the order of the stream, as a reader without tricks does.
func (f *pdfFile) text(page int) string {
	f.t.Helper()
	maps := f.toUnicode()
	content := string(f.stream(number(f.t, f.objects[f.find("/Type/Page/")[page]], "Contents")))
	var out strings.Builder
	var font map[uint16]string
	for i := 0; i < len(content); i++ {
		switch c := content[i]; {
		case c == '/' && i+1 < len(content) && content[i+1] == 'F':
			name, _, _ := strings.Cut(content[i+1:], " ")
			font = maps[name]
			i += len(name)
		case c == '(':
			var raw []byte
			for i++; content[i] != ')'; i++ {
				if content[i] == '\\' {
					i++
					if content[i] == 'r' {
						raw = append(raw, '\r')
						continue
					}
				}
				raw = append(raw, content[i])
			}
			for ; len(raw) >= 2; raw = raw[2:] {
				text, ok := font[uint16(raw[0])<<8|uint16(raw[1])]
				if !ok {
					f.t.Errorf("code %x has no text", raw[:2])
				}
				out.WriteString(text)
			}
		case strings.HasPrefix(content[i:], "/Lang("):
			i += strings.Index(content[i:], ")")
		}
	}
	return out.String()
}
