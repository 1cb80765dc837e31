package pdf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image/png"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/go-pdf/fpdf"

	"tripact/fonts"
	"tripact/render/layout"
)

// fpdf is an independent writer. It draws the same pages from the same glyphs; what a reader then sees must be the same
// words at the same places. It knows characters up to U+FFFF only, no structure and no spaced-out text.

// judged is a document within fpdf's reach: Chinese in two faces, Latin, Greek and Cyrillic.
func judged(t testing.TB) *layout.Document {
	doc := tenPages(t)
	b := book(t)
	page := layout.Page{Width: a4Width, Height: a4Height}
	for i, line := range []struct{ font, text string }{
		{"Times New Roman", "The Bureau, the Applicant and the Managing Unit agree"},
		{"Times New Roman", "Đorđe Petrović, Łukasz Żółć, Ștefan Țurcanu (Őry) \\ 50%"},
		{"Arial", "Ελένη Ђорђе Щерева: 1,234,567.89 EUR"},
		{"楷体", "楷体 与 Latin 混排，第 12 条（甲方）"},
		{"仿宋", "仿宋字体，官方文件正文"},
		{"Courier New", "tripact verify FILE --manifest FILE"},
	} {
		s := setter{chain: b.Match(line.font, false, false), size: layout.Length(10+i) * layout.Point, node: 1}
		page.Texts = append(page.Texts, s.line(25*layout.MM, layout.Length(30+15*i)*layout.MM, line.text, nil)...)
	}
	doc.Pages = append(doc.Pages, page)
	return doc
}

// fullFont makes a font file that fpdf takes: a subset with the tables beside that it looks for.
func fullFont(t testing.TB, face *fonts.Face, runes []rune) []byte {
	t.Helper()
	glyphs := []fonts.GlyphID{0}
	for _, r := range runes {
		glyphs = append(glyphs, face.Glyph(r))
	}
	subset, err := face.Subset(glyphs)
	if err != nil {
		t.Fatal(err)
	}
	name := face.Name()
	original, err := os.ReadFile(filepath.Join("..", "..", "fonts", "files", name+".ttf"))
	if os.IsNotExist(err) {
		original, err = os.ReadFile(filepath.Join("..", "..", "fonts", "files", name+"-Regular.ttf"))
	}
	if err != nil {
		t.Fatal(err)
	}
	tables := tablesOf(subset)
	for _, tag := range []string{"OS/2", "post", "name"} {
		tables[tag] = tablesOf(original)[tag]
	}
	be := binary.BigEndian
	segs := len(runes) + 1
	cmap := []byte{0, 0, 0, 1, 0, 3, 0, 1, 0, 0, 0, 12}
	for _, v := range []int{4, 16 + 8*segs, 0, 2 * segs, 0, 0, 0} {
		cmap = be.AppendUint16(cmap, uint16(v))
	}
	column := func(of func(i int, r rune) uint16, last uint16) {
		for i, r := range runes {
			cmap = be.AppendUint16(cmap, of(i, r))
		}
		cmap = be.AppendUint16(cmap, last)
	}
	column(func(_ int, r rune) uint16 { return uint16(r) }, 0xFFFF)
	cmap = append(cmap, 0, 0)
	column(func(_ int, r rune) uint16 { return uint16(r) }, 0xFFFF)
	column(func(i int, r rune) uint16 { return uint16(i+1) - uint16(r) }, 1)
	column(func(int, rune) uint16 { return 0 }, 0)
	tables["cmap"] = cmap

	tags := slices.Sorted(maps.Keys(tables))
	out := be.AppendUint32(nil, 0x00010000)
	out = append(be.AppendUint16(out, uint16(len(tags))), 0, 0, 0, 0, 0, 0)
	at := 12 + 16*len(tags)
	var body []byte
	for _, tag := range tags {
		out = append(out, tag...)
		out = be.AppendUint32(out, 0)
		out = be.AppendUint32(out, uint32(at+len(body)))
		out = be.AppendUint32(out, uint32(len(tables[tag])))
		body = append(body, tables[tag]...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	return append(out, body...)
}

func tablesOf(file []byte) map[string][]byte {
	tables := make(map[string][]byte)
	be := binary.BigEndian
	for i := range int(be.Uint16(file[4:])) {
		rec := file[12+16*i:]
		at, n := be.Uint32(rec[8:]), be.Uint32(rec[12:])
		tables[string(rec[:4])] = file[at : at+n]
	}
	return tables
}

// writeWithFPDF draws the texts of doc.
func writeWithFPDF(t testing.TB, doc *layout.Document) []byte {
	t.Helper()
	used := make(map[*fonts.Face]map[rune]bool)
	var order []*fonts.Face
	for _, p := range doc.Pages {
		for _, text := range p.Texts {
			if used[text.Face] == nil {
				used[text.Face] = make(map[rune]bool)
				order = append(order, text.Face)
			}
			for _, r := range text.Source {
				used[text.Face][r] = true
			}
		}
	}
	points := func(l layout.Length) float64 { return float64(l) / float64(layout.Point) }
	f := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: points(a4Width), Ht: points(a4Height)}})
	f.SetCompression(true)
	f.SetAutoPageBreak(false, 0)
	for _, face := range order {
		f.AddUTF8FontFromBytes(face.Name(), "", fullFont(t, face, slices.Sorted(maps.Keys(used[face]))))
	}
	for _, p := range doc.Pages {
		f.AddPage()
		for _, r := range p.Rules {
			f.SetLineWidth(points(r.Width))
			f.Line(points(r.X1), points(r.Y1), points(r.X2), points(r.Y2))
		}
		for _, text := range p.Texts {
			f.SetFont(text.Face.Name(), "", points(text.Size))
			f.Text(points(text.X), points(text.Y), text.Source)
		}
	}
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type wordBox struct {
	text       string
	page       int
	x0, x1, y1 float64
}

func wordBoxes(t *testing.T, path string) []wordBox {
	t.Helper()
	out := tool(t, "pdftotext", "-bbox", path, "-")
	var boxes []wordBox
	page := 0
	for _, m := range regexp.MustCompile(`<page |<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)`).FindAllStringSubmatch(out, -1) {
		if m[1] == "" {
			page++
			continue
		}
		b := wordBox{text: m[4], page: page}
		for i, v := range []*float64{&b.x0, &b.x1, &b.y1} {
			*v, _ = strconv.ParseFloat(m[i+1], 64)
		}
		boxes = append(boxes, b)
	}
	return boxes
}

func TestSameWordsAtTheSamePlacesAsFPDF(t *testing.T) {
	doc := judged(t)
	ours, theirs := wordBoxes(t, save(t, mustWrite(t, doc))), wordBoxes(t, save(t, writeWithFPDF(t, doc)))
	if len(ours) < 200 || len(ours) != len(theirs) {
		t.Fatalf("%d words here, %d in fpdf's file", len(ours), len(theirs))
	}
	for i, o := range ours {
		f := theirs[i]
		// fpdf rounds widths to thousandths of the font size, which adds up along a line of Latin.
		if o.text != f.text || o.page != f.page || math.Abs(o.x0-f.x0) > 0.25 || math.Abs(o.x1-f.x1) > 0.25 {
			t.Errorf("word %d is %+v, in fpdf's file %+v", i, o, f)
		}
	}
}

func TestSamePictureAsFPDF(t *testing.T) {
	doc := judged(t)
	shots := make([][]byte, 0, 2)
	for _, data := range [][]byte{mustWrite(t, doc), writeWithFPDF(t, doc)} {
		dir := t.TempDir()
		tool(t, "pdftoppm", "-r", "60", "-gray", "-png", save(t, data), filepath.Join(dir, "p"))
		for _, page := range []string{"p-01.png", "p-11.png"} {
			file, err := os.ReadFile(filepath.Join(dir, page))
			if err != nil {
				t.Fatal(err)
			}
			shots = append(shots, file)
		}
	}
	for i := range 2 {
		if d := difference(t, shots[i], shots[i+2]); d > 0.002 {
			t.Errorf("page %d of the two differs by %.4f of full contrast on average", i, d)
		}
	}
}

// difference is the mean difference of two pictures, from 0 to 1.
func difference(t *testing.T, a, b []byte) float64 {
	t.Helper()
	x, err := png.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	y, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if x.Bounds() != y.Bounds() {
		t.Fatal(fmt.Sprint("sizes differ: ", x.Bounds(), y.Bounds()))
	}
	sum := 0.0
	for py := range x.Bounds().Dy() {
		for px := range x.Bounds().Dx() {
			p, _, _, _ := x.At(px, py).RGBA()
			q, _, _, _ := y.At(px, py).RGBA()
			sum += math.Abs(float64(p)-float64(q)) / 0xFFFF
		}
	}
	return sum / float64(x.Bounds().Dx()*x.Bounds().Dy())
}

func BenchmarkFPDF(b *testing.B) {
	doc := tenPages(b)
	b.ReportAllocs()
	for b.Loop() {
		writeWithFPDF(b, doc)
	}
}
