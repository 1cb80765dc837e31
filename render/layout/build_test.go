package layout

import (
	"archive/zip"
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"tripact/fonts"
	"tripact/problem"
	"tripact/render/docx"
)

var update = flag.Bool("update", false, "write golden files anew")

// wordDoc is a Word file for tests: its body and whatever other parts it needs, as WordprocessingML.
type wordDoc struct {
	body      string // content of w:body without the last w:sectPr
	sect      string // the last w:sectPr, with its tags; a page of 28 × 22 characters when empty
	styles    string // w:style elements after the usual ones
	defaults  string // w:rPr of the document defaults
	numbering string
	settings  string // content of w:settings
	header    string
	footer    string
	first     string // header of the first page
	even      string // header of even pages
	footnotes string
	endnotes  string
	media     map[string][]byte
}

const (
	wordNS = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ` +
		`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ` +
		`xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" ` +
		`xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ` +
		`xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" ` +
		`xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" ` +
		`xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" ` +
		`xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" ` +
		`xmlns:w10="urn:schemas-microsoft-com:office:word"`
	relNS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

	// gbPage is the page of GB/T 9704-2012: 156 × 225 mm of text on A4, 22 lines of 28 characters.
	gbPage = `<w:sectPr>%s<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="992" w:gutter="0"/>` +
		`<w:docGrid w:type="linesAndChars" w:linePitch="579" w:charSpace="-848"/></w:sectPr>`
	plainPage = `<w:sectPr>%s<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>`
)

// pack makes the package.
func (d wordDoc) pack(t testing.TB) *docx.Package {
	t.Helper()
	p, err := docx.Open(d.zip(t))
	if err != nil {
		t.Fatalf("open the test document: %v", err)
	}
	return p
}

func (d wordDoc) zip(t testing.TB) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	put := func(name, content string) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	types := `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	rels := strings.Builder{}
	rels.WriteString(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	rel := func(id, kind, target string) {
		fmt.Fprintf(&rels, `<Relationship Id="%s" Type="%s/%s" Target="%s"/>`, id, relNS, kind, target)
	}
	refs := ""
	part := func(content, name, kind, root, ref string) {
		if content == "" {
			return
		}
		id := "r" + strings.TrimSuffix(name, ".xml")
		rel(id, kind, name)
		put("word/"+name, `<w:`+root+` `+wordNS+`>`+content+`</w:`+root+`>`)
		if ref != "" {
			refs += fmt.Sprintf(`<w:%sReference w:type="%s" r:id="%s"/>`, kind, ref, id)
		}
	}
	put("[Content_Types].xml", types)
	put("_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="`+
		relNS+`/officeDocument" Target="word/document.xml"/></Relationships>`)
	part(d.header, "header1.xml", "header", "hdr", "default")
	part(d.first, "header2.xml", "header", "hdr", "first")
	part(d.even, "header3.xml", "header", "hdr", "even")
	part(d.footer, "footer1.xml", "footer", "ftr", "default")
	part(d.numbering, "numbering.xml", "numbering", "numbering", "")
	part(d.footnotes, "footnotes.xml", "footnotes", "footnotes", "")
	part(d.endnotes, "endnotes.xml", "endnotes", "endnotes", "")
	part(d.settings, "settings.xml", "settings", "settings", "")
	defaults := d.defaults
	if defaults == "" {
		defaults = `<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="仿宋_GB2312"/><w:sz w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/>`
	}
	part(`<w:docDefaults><w:rPrDefault><w:rPr>`+defaults+`</w:rPr></w:rPrDefault></w:docDefaults>`+
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>`+d.styles, "styles.xml", "styles", "styles", "")
	for name, data := range d.media {
		rel("m"+strings.TrimSuffix(name, ".png"), "image", "media/"+name)
		put("word/media/"+name, string(data))
	}
	rels.WriteString(`</Relationships>`)
	put("word/_rels/document.xml.rels", rels.String())
	sect := d.sect
	if sect == "" {
		sect = gbPage
	}
	if strings.Contains(sect, "%s") {
		sect = fmt.Sprintf(sect, refs)
	}
	put("word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document `+wordNS+`><w:body>`+d.body+sect+`</w:body></w:document>`)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// lay lays the document out and fails the test on a failure.
func (d wordDoc) lay(t testing.TB) (*Document, problem.List) {
	t.Helper()
	p := d.pack(t)
	doc, findings := Layout(context.Background(), p, testBook(t), Options{})
	if doc == nil {
		t.Fatalf("layout failed: %v", findings.Err())
	}
	checkDocument(t, doc)
	sameWhenWarm(t, p, Options{}, doc, findings)
	return doc, findings
}

func testBook(t testing.TB) *fonts.Book {
	t.Helper()
	b := fonts.Shipped()
	if b == nil {
		t.Skip("built without fonts")
	}
	return b
}

// checkDocument holds what every laid-out document must hold.
func checkDocument(t testing.TB, doc *Document) {
	t.Helper()
	for i := range doc.Pages {
		for k := range doc.Pages[i].Texts {
			x := &doc.Pages[i].Texts[k]
			n := 0
			for _, g := range x.Glyphs {
				n += int(g.Len)
				if g.ID == 0 {
					t.Errorf("page %d: glyph 0 in %q", i+1, x.Source)
				}
				if int(g.ID) >= x.Face.NumGlyphs() {
					t.Errorf("page %d: glyph %d is not in %s", i+1, g.ID, x.Face.Name())
				}
			}
			if n != len(x.Source) {
				t.Errorf("page %d: glyphs stand for %d bytes of %q (%d)", i+1, n, x.Source, len(x.Source))
			}
			if int(x.Node) >= len(doc.Nodes) {
				t.Errorf("page %d: node %d of %d", i+1, x.Node, len(doc.Nodes))
			}
		}
	}
	for i, n := range doc.Nodes {
		if int(n.Parent) >= i {
			t.Errorf("node %d has the later parent %d", i, n.Parent)
		}
	}
}

// esc makes text safe for XML.
func esc(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

// para is a paragraph of one run.
func para(ppr, text string) string {
	return `<w:p><w:pPr>` + ppr + `</w:pPr><w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve">` + esc(text) + `</w:t></w:r></w:p>`
}

func runPara(ppr, rpr, text string) string {
	return `<w:p><w:pPr>` + ppr + `</w:pPr><w:r><w:rPr>` + rpr + `</w:rPr><w:t xml:space="preserve">` + esc(text) + `</w:t></w:r></w:p>`
}

// textLine is what stands on one baseline.
type textLine struct {
	page  int
	x, y  Length
	right Length
	text  string
	size  Length
}

// linesOf reads the lines of a document; artifacts are left out unless all is set.
func linesOf(doc *Document, all bool) []textLine {
	var out []textLine
	for p := range doc.Pages {
		texts := make([]Text, 0, len(doc.Pages[p].Texts))
		for _, x := range doc.Pages[p].Texts {
			if x.Node >= 0 || all {
				texts = append(texts, x)
			}
		}
		sort.SliceStable(texts, func(i, j int) bool {
			return texts[i].Y < texts[j].Y // on one baseline the order of painting is that of reading
		})
		for i := 0; i < len(texts); {
			l := textLine{page: p + 1, x: texts[i].X, y: texts[i].Y, size: texts[i].Size}
			for ; i < len(texts) && texts[i].Y == l.y; i++ {
				end := texts[i].X
				for _, g := range texts[i].Glyphs {
					end += g.Advance
				}
				l.text += texts[i].Source
				l.right = end
			}
			out = append(out, l)
		}
	}
	return out
}

// pt writes a length in points with two decimals.
func pt(l Length) string { return fmt.Sprintf("%.2f", float64(l)/float64(Point)) }

// dump writes pages for golden files: a line for each piece of text, then rules, fills and pictures.
func dump(doc *Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "lang %s, %d pages\n", doc.Lang, len(doc.Pages))
	for i := range doc.Pages {
		p := &doc.Pages[i]
		fmt.Fprintf(&b, "page %d label %s %s × %s\n", i+1, p.Label, pt(p.Width), pt(p.Height))
		for _, l := range linesOf(&Document{Pages: []Page{*p}}, true) {
			fmt.Fprintf(&b, "  %7s %7s  %5s  %s\n", pt(l.x), pt(l.y), pt(l.size), l.text)
		}
		for _, r := range p.Rules {
			fmt.Fprintf(&b, "  rule %s %s – %s %s width %s color %06X\n", pt(r.X1), pt(r.Y1), pt(r.X2), pt(r.Y2), pt(r.Width), r.Color)
		}
		for _, k := range p.Paths {
			fmt.Fprintf(&b, "  path")
			for _, s := range k.Steps {
				fmt.Fprintf(&b, " %c %s %s", "mlch"[s.Op], pt(s.X), pt(s.Y))
			}
			fmt.Fprintf(&b, " filled %v %06X width %s %06X\n", k.Filled, k.Fill, pt(k.Width), k.Stroke)
		}
		for _, f := range p.Fills {
			fmt.Fprintf(&b, "  fill %s %s size %s × %s color %06X\n", pt(f.X), pt(f.Y), pt(f.W), pt(f.H), f.Color)
		}
		for _, f := range append(append([]Picture(nil), p.Behind...), p.Front...) {
			fmt.Fprintf(&b, "  picture %s %s size %s × %s %s %q\n", pt(f.X), pt(f.Y), pt(f.W), pt(f.H), f.MIME, f.Alt)
		}
		for _, k := range p.Links {
			fmt.Fprintf(&b, "  link %s %s size %s × %s to %q page %d\n", pt(k.X), pt(k.Y), pt(k.W), pt(k.H), k.URI, k.Page)
		}
	}
	for _, o := range doc.Outline {
		fmt.Fprintf(&b, "outline %d %q page %d\n", o.Level, o.Text, o.Page+1)
	}
	return b.String()
}

// golden compares got with testdata/name.
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
		t.Fatalf("%v (run with -update to make it)", err)
	}
	if string(want) != got {
		a, b := strings.Split(string(want), "\n"), strings.Split(got, "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Fatalf("%s, line %d:\n got %s\nwant %s", path, i+1, b[i], a[i])
			}
		}
		t.Fatalf("%s: %d lines, want %d", path, len(b), len(a))
	}
}
