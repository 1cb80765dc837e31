package main

import (
	"cmp"
	"encoding/hex"
	"math"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// sheetMM is one millimetre in points.
const sheetMM = 72 / 25.4

// inked is one glyph on a page: its text, the start of its baseline from the top left corner, its advance, and how it is drawn. Points.
type inked struct {
	text           string
	x, y, adv, pt  float64
	font           string
	red            bool
	artifact       bool
	turned, inLine bool
}

// bar is a filled rectangle or a straight line, as the box that its ink fills. Points from the top left corner.
type bar struct {
	x0, y0, x1, y1 float64
	rgb            [3]float64
}

// readPage is a page as the content stream draws it.
type readPage struct {
	width, height float64
	glyphs        []inked
	bars          []bar
}

// readPDF takes a PDF apart: qpdf unpacks it, and what is drawn is read from the content streams, to three decimals of a point.
// That is more exact than poppler's boxes, which are made of ascents.
func readPDF(t *testing.T, path string) []readPage {
	t.Helper()
	out := outputOf(t, exec.Command(tool(t, "qpdf"), "--qdf", "--object-streams=disable", path, "-"))
	objects := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^(\d+) 0 obj\n`).FindAllStringSubmatchIndex(out, -1) {
		body := out[m[1]:]
		objects[out[m[2]:m[3]]] = body[:strings.Index(body, "\nendobj")]
	}
	fonts := map[string]*readFont{}
	var pages []readPage
	found := regexp.MustCompile(`(?m)^%% Page (\d+)\n(?:%%.*\n)*(\d+) 0 obj`).FindAllStringSubmatch(out, -1)
	slices.SortFunc(found, func(a, b []string) int { return cmp.Compare(decimal(a[1]), decimal(b[1])) }) // objects come in their own order
	for _, m := range found {
		dict := objects[m[2]]
		box := regexp.MustCompile(`/MediaBox \[\s+0\s+0\s+([\d.]+)\s+([\d.]+)`).FindStringSubmatch(dict)
		if box == nil {
			t.Fatalf("page without box: %s", dict)
		}
		p := readPage{width: decimal(box[1]), height: decimal(box[2])}
		names := map[string]*readFont{}
		for _, f := range regexp.MustCompile(`/(F\d+) (\d+) 0 R`).FindAllStringSubmatch(dict+objects[reference(dict, "Resources")], -1) {
			if fonts[f[2]] == nil {
				fonts[f[2]] = newReadFont(objects, f[2])
			}
			names[f[1]] = fonts[f[2]]
		}
		p.draw(t, stream(objects[reference(dict, "Contents")]), names)
		pages = append(pages, p)
	}
	if len(pages) == 0 {
		t.Fatalf("%s has no pages", path)
	}
	return pages
}

func reference(dict, key string) string {
	if m := regexp.MustCompile(`/` + key + `\s+(?:\[\s+)?(\d+) 0 R`).FindStringSubmatch(dict); m != nil {
		return m[1]
	}
	return ""
}

func stream(object string) string {
	_, body, _ := strings.Cut(object, "\nstream\n")
	return strings.TrimSuffix(body, "\nendstream")
}

func decimal(s string) float64 {
	f, _ := strconv.ParseFloat(s, 64)
	return f
}

// readFont is what measuring needs of a font: widths of glyphs in thousandths, their text, and the font's own name.
type readFont struct {
	name   string
	widths map[int]float64
	def    float64
	text   map[int]string
}

func newReadFont(objects map[string]string, id string) *readFont {
	f := &readFont{widths: map[int]float64{}, text: map[int]string{}, def: 1000}
	dict := objects[id]
	f.name = regexp.MustCompile(`/BaseFont /[A-Z]{6}\+(\S+)`).FindStringSubmatch(dict)[1]
	inner := objects[reference(dict, "DescendantFonts")]
	if m := regexp.MustCompile(`/DW ([\d.]+)`).FindStringSubmatch(inner); m != nil {
		f.def = decimal(m[1])
	}
	if _, list, ok := strings.Cut(inner, "/W ["); ok {
		code, in := 0, false
		for _, word := range strings.Fields(list) {
			switch {
			case word == "[":
				in = true
			case word == "]" && in:
				in = false
			case word == "]" || word == ">>":
			case in:
				f.widths[code] = decimal(word)
				code++
			default:
				code, _ = strconv.Atoi(word)
			}
		}
	}
	cmap := stream(objects[reference(dict, "ToUnicode")])
	for _, m := range regexp.MustCompile(`(?m)^<([0-9A-Fa-f]{4})><[0-9A-Fa-f]{4}>\[<([0-9A-Fa-f<>]*)>\]$`).FindAllStringSubmatch(cmap, -1) {
		code, _ := strconv.ParseInt(m[1], 16, 32)
		for i, digits := range strings.Split(m[2], "><") {
			f.text[int(code)+i] = utf16Text(digits)
		}
	}
	return f
}

func utf16Text(digits string) string {
	raw, _ := hex.DecodeString(digits)
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	return string(utf16.Decode(units))
}

var token = regexp.MustCompile(`<<.*?>>|\((?:\\.|[^\\)])*\)|<[0-9A-Fa-f]*>|\[|\]|[^\s<>\[\]()]+`)

// draw follows the operators of a content stream.
func (p *readPage) draw(t *testing.T, content string, names map[string]*readFont) {
	t.Helper()
	var (
		stack          []string
		font           *readFont
		size, tz       = 0.0, 100.0
		x, y           float64 // start of the line
		at             float64 // pen along the line
		spacing, after float64 // of characters, and what of it stands after the last one
		turned, linear bool
		fill, stroke   [3]float64
		width          = 1.0
		m0             [2]float64
		rects          []bar
		marks          []bool
	)
	num := func(i int) float64 { return decimal(stack[len(stack)-i]) }
	show := func(codes string) {
		raw, err := hex.DecodeString(strings.Trim(codes, "<>"))
		if err != nil || font == nil {
			t.Fatalf("text %q without font: %v", codes, err)
		}
		for i := 0; i+1 < len(raw); i += 2 {
			code := int(raw[i])<<8 | int(raw[i+1])
			w, ok := font.widths[code]
			if !ok {
				w = font.def
			}
			if linear { // a space between two glyphs belongs to the advance of the first
				p.glyphs[len(p.glyphs)-1].adv += after
				at += after
			}
			after = spacing * tz / 100
			g := inked{
				text: font.text[code], x: x + at, y: p.height - y, adv: w * size * tz / 100000, pt: size, font: font.name,
				red: isRed(fill), artifact: slices.Contains(marks, true), turned: turned, inLine: linear,
			}
			p.glyphs = append(p.glyphs, g)
			at += g.adv
			linear = true
		}
	}
	for _, tok := range token.FindAllString(content, -1) {
		if c := tok[0]; c == '<' || c == '(' || c == '[' || c == ']' || c == '/' || c == '-' || c == '.' || (c >= '0' && c <= '9') {
			stack = append(stack, tok)
			continue
		}
		switch tok {
		case "BMC", "BDC":
			marks = append(marks, strings.HasPrefix(strings.Join(stack, ""), "/Artifact"))
		case "EMC":
			marks = marks[:len(marks)-1]
		case "BT":
			x, y, at, turned = 0, 0, 0, false
		case "Tf":
			font, size = names[strings.TrimPrefix(stack[len(stack)-2], "/")], num(1)
		case "Tz":
			tz = num(1)
		case "Tc":
			spacing = num(1)
		case "Td":
			x, y, at, linear = x+num(2), y+num(1), 0, false
		case "Tm":
			x, y, at, linear, turned = num(2), num(1), 0, false, num(5) != 0
		case "Tj":
			show(stack[len(stack)-1])
		case "TJ":
			for _, part := range stack {
				switch part[0] {
				case '<':
					show(part)
				case '[', ']':
				default:
					d := decimal(part) * size * tz / 100000
					at -= d
					if linear {
						p.glyphs[len(p.glyphs)-1].adv -= d
					}
				}
			}
		case "g":
			fill = [3]float64{num(1), num(1), num(1)}
		case "rg":
			fill = [3]float64{num(3), num(2), num(1)}
		case "G":
			stroke = [3]float64{num(1), num(1), num(1)}
		case "RG":
			stroke = [3]float64{num(3), num(2), num(1)}
		case "w":
			width = num(1)
		case "re":
			rects = append(rects, bar{num(4), p.height - num(3) - num(1), num(4) + num(2), p.height - num(3), fill})
		case "f":
			p.bars = append(p.bars, rects...)
			rects = nil
		case "m":
			m0 = [2]float64{num(2), num(1)}
		case "l":
			h := width / 2
			b := bar{min(m0[0], num(2)), p.height - max(m0[1], num(1)), max(m0[0], num(2)), p.height - min(m0[1], num(1)), stroke}
			if b.y1-b.y0 < b.x1-b.x0 {
				b.y0, b.y1 = b.y0-h, b.y1+h
			} else {
				b.x0, b.x1 = b.x0-h, b.x1+h
			}
			p.bars = append(p.bars, b)
		}
		stack = stack[:0]
	}
}

// isRed is the red of official letterheads: R of 200 or more, G and B of 60 or less.
func isRed(c [3]float64) bool { return c[0]*255 >= 200 && c[1]*255 <= 60 && c[2]*255 <= 60 }

// textLine is what stands on one baseline without a gap wider than a cell's edge.
type textLine struct {
	y      float64
	glyphs []inked
}

func (l textLine) text() string {
	var b strings.Builder
	for _, g := range l.glyphs {
		b.WriteString(g.text)
	}
	return b.String()
}

func (l textLine) left() float64 { return l.glyphs[0].x }

func (l textLine) right() float64 {
	g := l.glyphs[len(l.glyphs)-1]
	return g.x + g.adv
}

// inkLeft and inkRight leave out the blank half of a full-width mark at the edge of a line: it may hang over.
func (l textLine) inkLeft() float64 {
	if g := l.glyphs[0]; strings.ContainsAny(g.text, "“‘「『（［｛《〈【〖〔") {
		return g.x + g.pt/2
	}
	return l.left()
}

func (l textLine) inkRight() float64 {
	for len(l.glyphs) > 1 && strings.TrimSpace(l.glyphs[len(l.glyphs)-1].text) == "" {
		l.glyphs = l.glyphs[:len(l.glyphs)-1] // a space at the end of a line has no ink
	}
	if g := l.glyphs[len(l.glyphs)-1]; strings.ContainsAny(g.text, "。．，、：；”’」』）］｝》〉】〗〕") {
		return min(l.right(), g.x+g.pt/2)
	}
	return l.right()
}

// lines gives the lines of the page's own text from the top, or of its furniture: headers, footers, page numbers.
func (p *readPage) lines(furniture bool) []textLine {
	var glyphs []inked
	for _, g := range p.glyphs {
		if g.artifact == furniture && !g.turned && g.text != "" {
			glyphs = append(glyphs, g)
		}
	}
	slices.SortStableFunc(glyphs, func(a, b inked) int {
		if math.Abs(a.y-b.y) > 0.01 {
			return int(math.Copysign(1, a.y-b.y))
		}
		return int(math.Copysign(1, a.x-b.x))
	})
	var lines []textLine
	for _, g := range glyphs {
		if n := len(lines) - 1; n >= 0 && math.Abs(lines[n].y-g.y) < 0.01 && g.x-lines[n].right() < 0.75*g.pt {
			lines[n].glyphs = append(lines[n].glyphs, g)
			continue
		}
		lines = append(lines, textLine{y: g.y, glyphs: []inked{g}})
	}
	return lines
}
