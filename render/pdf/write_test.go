package pdf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"tripact/render/layout"
)

var update = flag.Bool("update", false, "write the golden files anew")

// texts that a careless writer gets wrong: characters above U+FFFF, brackets and backslashes, letters that fall back to
// another face, codes with the bytes ( ) \ and carriage return.
func hardTexts() []string {
	var many strings.Builder
	for r := rune(0x4E00); r < 0x4E00+700; r++ {
		many.WriteRune(r)
	}
	return []string{
		"项目负责人：𬭎龑𫖯（Đorđe Petrović）☑同意 ☐不同意",
		`a\b(c)d<e>[f]{g}/h%`,
		"Ελένη Ђорђе Щерева Ștefan Őry Łukasz Żółć O’Neill",
		"《“科创甬江2035”重点研发计划》（甬科高〔2023〕73号）——……",
		many.String(),
	}
}

func TestTextIsExact(t *testing.T) {
	b := book(t)
	for _, font := range []string{"仿宋_GB2312", "宋体", "黑体", "楷体", "Times New Roman", "Arial"} {
		for _, text := range hardTexts() {
			s := setter{chain: b.Match(font, false, false), size: 16 * layout.Point, node: 1}
			gap := func(r, _ rune) layout.Length { return layout.Length(r%7) * layout.Point }
			out := mustWrite(t, onePage(s.line(layout.Inch, layout.Inch, text, gap)))
			if got := read(t, out).text(0); got != text {
				t.Errorf("%s: text is %.80q, want %.80q", font, got, text)
			}
		}
	}
}

// One glyph may stand for two characters: U+00A0 and U+0020, or Ω and U+2126. Each must read as what it was.
func TestSharedGlyphsKeepTheirText(t *testing.T) {
	f := book(t).Match("Times New Roman", false, false).Faces[0]
	g := f.Glyph('A')
	text := layout.Text{
		X: layout.Inch, Y: layout.Inch, Face: f, Size: 12 * layout.Point, Source: "AΑАA", Node: 1,
		Glyphs: []layout.Glyph{{ID: g, Len: 1}, {ID: g, Len: 2}, {ID: g, Len: 2}, {ID: g, Len: 1}},
	}
	if got := read(t, mustWrite(t, onePage([]layout.Text{text}))).text(0); got != "AΑАA" {
		t.Errorf("text is %q, want A, Alpha, Cyrillic A, A", got)
	}
}

func TestClusters(t *testing.T) {
	f := book(t).Match("Times New Roman", false, false).Faces[0]
	q, acute := f.Glyph('q'), f.Glyph(0x301)
	one := func(source string, glyphs ...layout.Glyph) string {
		text := layout.Text{X: layout.Inch, Y: layout.Inch, Face: f, Size: 12 * layout.Point, Source: source, Node: 1, Glyphs: glyphs}
		file := read(t, mustWrite(t, onePage([]layout.Text{text})))
		content := string(file.stream(number(t, file.objects[file.find("/Type/Page/")[0]], "Contents")))
		return file.text(0) + "|" + regexp.MustCompile(`ActualText<[0-9A-F]*>`).FindString(content)
	}
	if got := one("q\u0301", layout.Glyph{ID: q, Len: 3}, layout.Glyph{ID: acute}); got != "q\u0301|" {
		t.Errorf("base and accent read as %q", got)
	}
	if got := one("葛\U000E0100x", layout.Glyph{ID: q, Len: 7}, layout.Glyph{ID: q, Len: 1}); got != "葛\U000E0100x|" {
		t.Errorf("character with selector reads as %q", got)
	}
	if got := one("q\u00AD", layout.Glyph{ID: q, Len: 1}, layout.Glyph{ID: f.Glyph('-'), Len: 2}); got != "q\u00AD|" {
		t.Errorf("a word that goes on on the next line reads as %q", got)
	}
	if got := one("½", layout.Glyph{ID: q, Len: 2}, layout.Glyph{ID: q}, layout.Glyph{ID: q}); got != "½\u200B\u200B|ActualText<FEFF00BD>" {
		t.Errorf("three glyphs for one character read as %q", got)
	}
}

func TestCharactersThatNeverShow(t *testing.T) {
	f := book(t).Match("Times New Roman", false, false).Faces[0]
	a := f.Glyph('A')
	wide := layout.Length(f.Advance(a)) * 12 * layout.Point / 2048
	text := layout.Text{
		X: layout.Inch, Y: layout.Inch, Face: f, Size: 12 * layout.Point, Source: "\u200BA\u00AD\u2060BA\uFEFF", Node: 1,
		Glyphs: []layout.Glyph{{ID: a, Len: 1, Advance: wide}, {ID: a, Len: 1, Advance: wide}, {ID: a, Len: 1, Advance: wide}},
	}
	file := read(t, mustWrite(t, onePage([]layout.Text{text})))
	if got := file.text(0); got != text.Source {
		t.Errorf("text is %q, want %q", got, text.Source)
	}
	for _, font := range file.toUnicode() {
		for code, s := range font {
			if utf8.RuneCountInString(s) != 1 {
				t.Errorf("code %d stands for %q, want each character apart", code, s)
			}
		}
	}
	if font := file.all("/W["); len(font) != 1 || !strings.Contains(font[0], "/DW 0/W[0[777.83]2[722.17]5[722.17]]") {
		t.Errorf("silent characters take room: %q", font)
	}
}

func TestDocumentsThatContradictThemselves(t *testing.T) {
	f := book(t).Match("Times New Roman", false, false).Faces[0]
	tests := []struct {
		name string
		text layout.Text
		want string
	}{
		{"glyph 0", layout.Text{Face: f, Size: layout.Point, Source: "x", Glyphs: []layout.Glyph{{Len: 1}}, Node: 1}, "no glyph 0"},
		{"glyph beyond the face", layout.Text{Face: f, Size: layout.Point, Source: "x", Glyphs: []layout.Glyph{{ID: 65535, Len: 1}}, Node: 1}, "no glyph 65535"},
		{"text without a glyph", layout.Text{Face: f, Size: layout.Point, Source: "xy", Glyphs: []layout.Glyph{{ID: 5, Len: 1}}, Node: 1}, `no glyph stands for "y"`},
		{"glyph without text", layout.Text{Face: f, Size: layout.Point, Source: "x", Glyphs: []layout.Glyph{{ID: 5, Len: 1}, {ID: 6, Len: 1}}, Node: 1}, "1 bytes"},
		{"first glyph continues", layout.Text{Face: f, Size: layout.Point, Source: "", Glyphs: []layout.Glyph{{ID: 5}}, Node: 1}, "0 bytes"},
		{"no face", layout.Text{Size: layout.Point, Source: "x", Glyphs: []layout.Glyph{{ID: 5, Len: 1}}, Node: 1}, "face"},
		{"no size", layout.Text{Face: f, Source: "x", Glyphs: []layout.Glyph{{ID: 5, Len: 1}}, Node: 1}, "size"},
		{"node that is not there", layout.Text{Face: f, Size: layout.Point, Source: "x", Glyphs: []layout.Glyph{{ID: 5, Len: 1}}, Node: 9}, "node 9"},
	}
	for _, tt := range tests {
		_, err := Write(onePage([]layout.Text{tt.text}), Options{})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
	doc := onePage()
	doc.Nodes[1].Parent = 1
	if _, err := Write(doc, Options{}); err == nil {
		t.Error("a node that is its own parent was taken")
	}
	if _, err := Write(&layout.Document{}, Options{}); err == nil {
		t.Error("a document without pages was taken")
	}
}

func TestSameInputSameBytes(t *testing.T) {
	doc := tenPages(t)
	want := mustWrite(t, doc)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, err := Write(doc, Options{Author: "宁波市科学技术局", Creator: "test"})
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("another run at the same time gave another file (%v)", err)
			}
		})
	}
	wg.Wait()
	other, err := Write(doc, Options{Author: "宁波市科学技术局", Creator: "test", Seed: "2"})
	if err != nil || len(other) != len(want) || bytes.Equal(other, want) {
		t.Errorf("a seed must change the identifier alone (%v)", err)
	}
}

// masked hides what changes whenever a font or the compression does.
func masked(data []byte) string {
	var out strings.Builder
	s := string(data)
	for {
		head, rest, ok := strings.Cut(s, "stream\n")
		out.WriteString(head)
		if !ok {
			break
		}
		out.WriteString("stream …")
		_, s, _ = strings.Cut(rest, "\nendstream")
	}
	text := out.String()
	text = regexp.MustCompile(`(?s)xref\n0 .*trailer`).ReplaceAllString(text, "xref … trailer")
	text = regexp.MustCompile(`/Length1? \d+`).ReplaceAllString(text, "/Length …")
	text = regexp.MustCompile(`startxref\n\d+`).ReplaceAllString(text, "startxref …")
	text = regexp.MustCompile(`/ID\[<[0-9A-F]+><[0-9A-F]+>\]`).ReplaceAllString(text, "/ID[…]")
	return strings.ToValidUTF8(text, "")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has changed; run with -update and read the diff.\n%s", path, got)
	}
}

// everything is a page with one of each thing that layout can give.
func everything(t testing.TB) *layout.Document {
	b := book(t)
	const mm, pt = layout.MM, layout.Point
	line := func(node int32, y layout.Length, font string, bold, italic bool, text string) []layout.Text {
		return setter{chain: b.Match(font, bold, italic), size: 14 * pt, node: node}.line(30*mm, y, text, nil)
	}
	doc := &layout.Document{
		Lang: "zh-CN", Title: "样页 & <标题>",
		Nodes: []layout.Node{
			0:  {Kind: layout.NodeDocument, Parent: -1},
			1:  {Kind: layout.NodeHeading, Level: 1, Parent: 0},
			2:  {Kind: layout.NodeParagraph, Parent: 0},
			3:  {Kind: layout.NodeLink, Parent: 2},
			4:  {Kind: layout.NodeTable, Parent: 0},
			5:  {Kind: layout.NodeRow, Parent: 4},
			6:  {Kind: layout.NodeHeaderCell, Parent: 5, ColSpan: 2},
			7:  {Kind: layout.NodeRow, Parent: 4},
			8:  {Kind: layout.NodeHeaderCell, Parent: 7},
			9:  {Kind: layout.NodeCell, Parent: 7}, // empty
			10: {Kind: layout.NodeList, Parent: 0, Numbers: "Decimal"},
			11: {Kind: layout.NodeListItem, Parent: 10},
			12: {Kind: layout.NodeFigure, Parent: 0, Alt: "红色方块"},
			13: {Kind: layout.NodeParagraph, Parent: 0}, // empty
			14: {Kind: layout.NodeNote, Parent: 0, Lang: "en"},
			15: {Kind: layout.NodeLabel, Parent: 11},
		},
		Outline: []layout.OutlineAt{
			{Level: 1, Text: "一、项目", Page: 0, Y: 20 * mm},
			{Level: 3, Text: "1. Facts", Page: 0, Y: 30 * mm},
			{Level: 2, Text: "（二）", Page: 1},
			{Level: 1, Text: "二、经费", Page: 1, Y: 10 * mm},
		},
	}
	p := layout.Page{Width: a4Width, Height: a4Height, Label: "i"}
	p.Texts = append(p.Texts, line(1, 30*mm, "方正小标宋简体", false, false, "三方合同")...)
	before := line(2, 40*mm, "仿宋", true, false, "参见")
	p.Texts = append(p.Texts, before...)
	last := before[len(before)-1]
	linkX := last.X + 28*pt
	linked := setter{chain: b.Match("Times New Roman", false, true), size: 14 * pt, node: 3, lang: "en", color: 0x0000EE}.line(linkX, 40*mm, "the notice", nil)
	p.Texts = append(p.Texts, linked...)
	p.Texts = append(p.Texts, setter{chain: b.Match("仿宋", false, true), size: 14 * pt, node: 2}.line(100*mm, 40*mm, "一节。", nil)...)
	p.Links = []layout.Link{
		{X: linkX, Y: 35 * mm, W: 30 * mm, H: 6 * mm, URI: "https://example.org/通知?a=1"},
		{X: 30 * mm, Y: 100 * mm, W: 30 * mm, H: 6 * mm, Page: 1, Top: 20 * mm},
	}
	p.Texts = append(p.Texts, line(6, 60*mm, "黑体", false, false, "表头")...)
	p.Texts = append(p.Texts, line(8, 70*mm, "楷体", false, false, "行头")...)
	p.Texts = append(p.Texts, line(15, 76*mm, "宋体", true, true, "项")...)
	p.Texts = append(p.Texts, line(11, 80*mm, "宋体", true, true, "列项")...)
	p.Texts = append(p.Texts, line(14, 90*mm, "Arial", true, true, "Note")...)
	page := line(-1, 280*mm, "Times New Roman", false, false, "— 1 —")
	p.Texts = append(p.Texts, page...)
	mark := setter{chain: b.Match("黑体", false, false), size: 72 * pt, node: -1, color: 0xDDDDDD}.line(60*mm, 220*mm, "草稿", nil)
	for i := range mark {
		mark[i].Angle = 45
	}
	turned := line(2, 150*mm, "宋体", false, false, "竖")
	turned[0].Rotated = true
	scaled := line(2, 160*mm, "宋体", false, false, "窄体字")
	for i := range scaled {
		scaled[i].ScaleX = 66
		for j := range scaled[i].Glyphs {
			scaled[i].Glyphs[j].Advance = scaled[i].Glyphs[j].Advance * 66 / 100
		}
	}
	p.Texts = append(append(append(p.Texts, mark...), turned...), scaled...)
	p.Fills = []layout.Fill{{X: 30 * mm, Y: 55 * mm, W: 60 * mm, H: 8 * mm, Color: 0xEEEEEE, Node: 4}}
	p.Rules = []layout.Rule{
		{X1: 30 * mm, Y1: 55 * mm, X2: 90 * mm, Y2: 55 * mm, Width: pt / 2, Node: 4},
		{X1: 30 * mm, Y1: 63 * mm, X2: 90 * mm, Y2: 63 * mm, Width: pt, Color: 0xFF0000, Dash: []layout.Length{3 * pt, 2 * pt}, Node: -1},
		{X1: 30 * mm, Y1: 55 * mm, X2: 30 * mm, Y2: 63 * mm, Width: pt / 2, Node: -1},
	}
	red := pngOf(t, false)
	p.Front = []layout.Picture{
		{X: 120 * mm, Y: 60 * mm, W: 20 * mm, H: 20 * mm, Data: red, MIME: "image/png", Node: 12},
		{X: 150 * mm, Y: 60 * mm, W: 20 * mm, H: 20 * mm, Data: bytes.Clone(red), MIME: "image/png", Node: -1},
	}
	p.Behind = []layout.Picture{{X: 120 * mm, Y: 90 * mm, W: 40 * mm, H: 20 * mm, Data: pngOf(t, true), MIME: "image/png", Node: -1}}
	second := layout.Page{Width: a4Height, Height: a4Width, Label: "1"}
	second.Texts = line(2, 30*mm, "仿宋", false, false, "续页")
	doc.Pages = []layout.Page{p, second}
	return doc
}

func TestGolden(t *testing.T) {
	out, err := Write(everything(t), Options{
		Author: "甲方", Subject: "<s>", Keywords: []string{"甲", "b&c"}, Creator: "test",
		Created: time.Date(2025, 8, 5, 9, 30, 0, 0, time.FixedZone("", 8*3600)),
	})
	if err != nil {
		t.Fatal(err)
	}
	file := read(t, out)
	var b strings.Builder
	b.WriteString(masked(out))
	for i, n := range file.find("/Type/Page/") {
		b.WriteString("\n\n% page " + string(rune('1'+i)) + "\n")
		// Codes are bytes; show them so that the file stays text.
		for _, c := range file.stream(number(t, file.objects[n], "Contents")) {
			if c < 0x20 && c != '\n' || c > 0x7E {
				b.WriteString(`\x` + string(hexDigits[c>>4]) + string(hexDigits[c&15]))
				continue
			}
			b.WriteByte(c)
		}
	}
	b.WriteString("\n\n% metadata\n")
	b.Write(file.stream(number(t, file.objects[file.find("/Type/Catalog")[0]], "Metadata")))
	golden(t, "everything.txt", b.String())
}

// Layout need not make nodes for links: the texts under a link become an element within theirs.
func TestLinksFindTheirText(t *testing.T) {
	b := book(t)
	roman := setter{chain: b.Match("Times New Roman", false, false), size: 12 * layout.Point, node: 1}
	song := setter{chain: b.Match("宋体", false, false), size: 12 * layout.Point, node: 1}
	before, inside, after := song.line(0, layout.Inch, "见", nil), roman.line(layout.Inch, layout.Inch, "here", nil), song.line(2*layout.Inch, layout.Inch, "。", nil)
	doc := onePage(before, inside, after)
	doc.Pages[0].Links = []layout.Link{{X: layout.Inch, Y: layout.Inch / 2, W: layout.Inch / 2, H: layout.Inch, URI: "https://example.org"}}
	nodes := len(doc.Nodes)
	file := read(t, mustWrite(t, doc))
	links := file.find("/S/Link")
	if len(links) != 1 || !strings.Contains(file.objects[links[0]], "/K[ 1<</Type/OBJR") {
		t.Fatalf("link elements %v: %v", links, file.objects)
	}
	if p := file.objects[file.find("/S/P")[0]]; !regexp.MustCompile(`/K\[ 0 \d+ 0 R 2\]`).MatchString(p) {
		t.Errorf("paragraph around the link is %s", p)
	}
	if len(doc.Nodes) != nodes {
		t.Error("Write has changed the document")
	}
}

func TestAccessibleFilesSaySo(t *testing.T) {
	says := func(change func(*layout.Document)) bool {
		doc := everything(t)
		doc.Pages[0].Links = doc.Pages[0].Links[:1]
		change(doc)
		return strings.Contains(string(mustWrite(t, doc)), "<pdfuaid:part>1</pdfuaid:part>")
	}
	if !says(func(*layout.Document) {}) {
		t.Error("a document with all it takes is not called PDF/UA-1")
	}
	for name, change := range map[string]func(*layout.Document){
		"figure without text":      func(d *layout.Document) { d.Nodes[12].Alt = "" },
		"no title":                 func(d *layout.Document) { d.Title = "" },
		"no language":              func(d *layout.Document) { d.Lang = "" },
		"heading of level 2 first": func(d *layout.Document) { d.Nodes[1].Level = 2 },
		"table without headers":    func(d *layout.Document) { d.Nodes[6].Kind, d.Nodes[8].Kind = layout.NodeCell, layout.NodeCell },
		"link without text":        func(d *layout.Document) { d.Pages[0].Links[0].Y = 250 * layout.MM },
	} {
		if says(change) {
			t.Errorf("%s: the file calls itself PDF/UA-1", name)
		}
	}
}

func TestMetadataIsWellFormed(t *testing.T) {
	out, err := Write(onePage(), Options{Title: "a\x00\x1F<b>&\n\xFFc", Author: "]]>\x02", Keywords: []string{"\"k\"\x07"}})
	if err != nil {
		t.Fatal(err)
	}
	file := read(t, out)
	packet := file.stream(number(t, file.objects[file.find("/Type/Catalog")[0]], "Metadata"))
	dec := xml.NewDecoder(bytes.NewReader(packet))
	var text strings.Builder
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if data, ok := tok.(xml.CharData); ok {
			text.Write(data)
		}
	}
	for _, want := range []string{"a<b>& \uFFFDc", "]]>", `"k"`} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in the packet: %s", want, packet)
		}
	}
	if want := string(appendText(nil, "a<b>& \uFFFDc")); !strings.Contains(string(out), "/Title"+want) {
		t.Errorf("information dictionary has no title %s", want)
	}
}

func TestUntagged(t *testing.T) {
	doc := onePage(setter{chain: book(t).Match("宋体", false, false), size: layout.Point * 9}.line(0, layout.Inch, "无结构", nil))
	doc.Nodes = nil
	out := mustWrite(t, doc)
	if strings.Contains(string(out), "StructTreeRoot") || strings.Contains(string(out), "MarkInfo") {
		t.Error("a document without nodes is tagged")
	}
	if got := read(t, out).text(0); got != "无结构" {
		t.Errorf("text is %q", got)
	}
}

func TestNumbers(t *testing.T) {
	tests := []struct {
		in   layout.Length
		want string
	}{
		{0, "0"},
		{12700, "1"},
		{-12700, "-1"},
		{6350, "0.5"},
		{13, "0.001"},
		{6, "0"},
		{7, "0.001"},
		{-7, "-0.001"},
		{a4Width, "595.276"},
		{127000 + 127, "10.01"},
	}
	for _, tt := range tests {
		if got := string(appendLength(nil, tt.in)); got != tt.want {
			t.Errorf("%d EMU are written %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestStrings(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain", "(plain)"},
		{`(a\b)`, `(\(a\\b\))`},
		{"甲𬭎", "<FEFF7532D872DF4E>"},
		{"a\nb", "<FEFF0061000A0062>"},
		{"", "()"},
	}
	for _, tt := range tests {
		if got := string(appendText(nil, tt.in)); got != tt.want {
			t.Errorf("%q is written %s, want %s", tt.in, got, tt.want)
		}
	}
	if got := asciiURI("https://example.org/通知 (1)?a=b#c"); got != "https://example.org/%E9%80%9A%E7%9F%A5%20(1)?a=b#c" {
		t.Errorf("URI is %s", got)
	}
}

func TestPageLabels(t *testing.T) {
	tests := []struct {
		labels []string
		want   string
	}{
		{[]string{"1", "2", "3"}, ""},
		{[]string{"", "", ""}, ""},
		{[]string{"i", "ii", "1", "2"}, "/PageLabels<</Nums[0<</S/r/St 1>>2<</S/D/St 1>>]>>"},
		{[]string{"5", "6", "8"}, "/PageLabels<</Nums[0<</S/D/St 5>>2<</S/D/St 8>>]>>"},
		{[]string{"A-1", "A-2", "一"}, "/PageLabels<</Nums[0<</P(A-)/S/D/St 1>>2<</P<FEFF4E00>>>]>>"},
		{[]string{"", "IV", "V"}, "/PageLabels<</Nums[0<<>>1<</S/R/St 4>>]>>"},
		{[]string{"iiii", "007"}, "/PageLabels<</Nums[0<</P(iiii)>>1<</P(007)>>]>>"},
	}
	for _, tt := range tests {
		w := &writer{file: &file{}, doc: &layout.Document{}}
		for _, l := range tt.labels {
			w.doc.Pages = append(w.doc.Pages, layout.Page{Label: l})
		}
		w.writePageLabels()
		if got := string(w.b); got != tt.want {
			t.Errorf("labels %q give %s, want %s", tt.labels, got, tt.want)
		}
	}
}

func TestFontsAreSharedByFace(t *testing.T) {
	b := book(t)
	s := setter{chain: b.Match("宋体", false, false), size: 12 * layout.Point, node: 1}
	u := setter{chain: b.Match("新宋体", false, false), size: 9 * layout.Point, node: 1}
	file := read(t, mustWrite(t, onePage(s.line(0, layout.Inch, "甲乙", nil), u.line(0, 2*layout.Inch, "丙", nil))))
	if n := len(file.find("/FontFile2")); n != 1 {
		t.Errorf("%d fonts for one face", n)
	}
}
