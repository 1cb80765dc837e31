package render_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io/fs"
	"strings"
	"testing"

	"tripact/problem"
	"tripact/render"
	"tripact/render/docx"
	"tripact/render/fill"
	"tripact/templates"
)

// notice compiles a shipped template; what it says does not matter here.
func notice(t *testing.T) *fill.Template {
	t.Helper()
	data, err := fs.ReadFile(templates.Shipped(), "ningbo-2025/review-notice.docx")
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := docx.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	template, found := fill.Compile(pkg, fill.Options{})
	if found.Failed() {
		t.Fatal(found.Err())
	}
	return template
}

func TestRender(t *testing.T) {
	e, template := engine(t), notice(t)
	for _, f := range []render.Formats{{DOCX: true}, {PDF: true}, {DOCX: true, PDF: true}} {
		out, found := e.Render(t.Context(), render.Job{Template: template, Missing: fill.Keep, Formats: f})
		if found.Failed() {
			t.Fatal(found.Err())
		}
		if got := (render.Formats{DOCX: out.DOCX != nil, PDF: out.PDF != nil}); got != f {
			t.Errorf("asked for %+v, got %+v", f, got)
		}
		if (out.Pages > 0) != f.PDF {
			t.Errorf("%+v: %d pages", f, out.Pages)
		}
		if f.PDF && !bytes.HasPrefix(out.PDF, []byte("%PDF-1.7")) {
			t.Errorf("no PDF: %q", out.PDF[:8])
		}
	}
}

// TestRenderAllOrNothing: with a failure there is no output, and every missing name is reported.
func TestRenderAllOrNothing(t *testing.T) {
	out, found := engine(t).Render(t.Context(), render.Job{Template: notice(t), Missing: fill.Strict, Formats: render.Formats{DOCX: true, PDF: true}})
	if out != nil || !found.Failed() || len(found) < 5 {
		t.Errorf("output %v, %d findings", out != nil, len(found))
	}
	for _, f := range found {
		if f.Severity == problem.Fail && f.Place == nil {
			t.Errorf("no place: %s", f.In("en"))
		}
	}
}

func TestRenderStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if out, found := engine(t).Render(ctx, render.Job{Template: notice(t), Missing: fill.Keep, Formats: render.Formats{PDF: true}}); out != nil || !found.Failed() {
		t.Error("rendered although the context had ended")
	}
}

// TestMissingGlyphFailsTheDocument: a character that no font has is named, and nothing is drawn in its place.
func TestMissingGlyphFailsTheDocument(t *testing.T) {
	const unassigned = "\U000E0FFF"
	values := map[string]any{"审查": map[string]any{"通知编号": "甬科" + unassigned}}
	out, found := engine(t).Render(t.Context(), render.Job{Template: notice(t), Data: values, Missing: fill.Keep, Formats: render.Formats{PDF: true}})
	if out != nil || !found.Failed() || !strings.Contains(found.Err().Error(), "U+E0FFF") {
		t.Errorf("output %v, %v", out != nil, found)
	}
}

// Findings tell the page: of the body its own, of a header or footer the first that shows it, of a note that of its
// reference; and the heading that stands there. So do those of filling.
func TestPlacesHavePages(t *testing.T) {
	const (
		ns = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="` + relBase + `"`
		ml = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	)
	para := func(text string) string { return `<w:p><w:r><w:t>` + text + `</w:t></w:r></w:p>` }
	heading := func(text string) string {
		return `<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>` + text + `</w:t></w:r></w:p>`
	}
	newPage := `<w:p><w:pPr><w:pageBreakBefore/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>`
	sect := func(refs, more string) string {
		return `<w:sectPr>` + refs + `<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1800" w:bottom="1440" w:left="1800" w:header="851" w:footer="992" w:gutter="0"/>` + more + `</w:sectPr>`
	}
	parts := [][2]string{{"word/document.xml", `<w:document` + ns + `><w:body>` + heading("第一章") + para("{{甲}}") + newPage +
		`<w:p><w:pPr>` + sect(`<w:headerReference w:type="default" r:id="h1"/>`, "") + `</w:pPr></w:p>` +
		heading("第二章") + newPage + `<w:p><w:r><w:t>注</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>` +
		sect(`<w:headerReference w:type="default" r:id="h2"/><w:headerReference w:type="first" r:id="h3"/><w:footerReference w:type="default" r:id="f1"/>`, `<w:titlePg/>`) + `</w:body></w:document>`}}
	types, rels := "", ""
	for _, p := range [][3]string{
		{"h1", "header", `<w:hdr` + ns + `>` + para("{{乙}}") + `</w:hdr>`},
		{"h2", "header", `<w:hdr` + ns + `>` + para("{{丙}}") + `</w:hdr>`},
		{"h3", "header", `<w:hdr` + ns + `>` + para("{{丁}}") + `</w:hdr>`},
		{"f1", "footer", `<w:ftr` + ns + `>` + para("{{戊}}") + `</w:ftr>`},
		{"fn", "footnotes", `<w:footnotes` + ns + `><w:footnote w:id="2">` + para("{{己}}") + `</w:footnote></w:footnotes>`},
	} {
		types += `<Override PartName="/word/` + p[0] + `.xml" ContentType="` + ml + p[1] + `+xml"/>`
		rels += `<Relationship Id="` + p[0] + `" Type="` + relBase + `/` + p[1] + `" Target="` + p[0] + `.xml"/>`
		parts = append(parts, [2]string{"word/" + p[0] + ".xml", p[2]})
	}
	const relsNS = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	parts = append(parts,
		[2]string{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/word/document.xml" ContentType="` + ml + `document.main+xml"/>` + types + `</Types>`},
		[2]string{"_rels/.rels", relsNS + `<Relationship Id="rId1" Type="` + relBase + `/officeDocument" Target="word/document.xml"/></Relationships>`},
		[2]string{"word/_rels/document.xml.rels", relsNS + rels + `</Relationships>`})
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	for _, p := range parts {
		w, err := z.Create(p[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(p[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	pkg, err := docx.Open(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	want := "甲 正文“第一章”第1页, 乙 页眉“第一章”第1页, 丙 页眉“第二章”第4页, 丁 页眉“第二章”第3页, 戊 页脚“第二章”第4页, 己 脚注“第二章”第4页"
	places := func(found problem.List) string {
		var out []string
		for _, f := range found {
			if f.Code == "fill.name.unknown" || f.Code == "fill.data.missing" {
				name, _, _ := strings.Cut(strings.TrimPrefix(f.Context, "〔{{"), "}")
				where, _, _ := strings.Cut(f.Place.In("zh"), "第1段")
				where, _, _ = strings.Cut(where, "第2段")
				out = append(out, name+" "+where)
			}
		}
		return strings.Join(out, ", ")
	}
	e := engine(t)
	if got := places(e.Inspect(t.Context(), pkg, fill.KnownOf(map[string]any{"别的": ""})).Findings); got != want {
		t.Errorf("lint\n%s\nwant\n%s", got, want)
	}
	template, _ := fill.Compile(pkg, fill.Options{})
	_, found := e.Render(t.Context(), render.Job{Template: template, Formats: render.Formats{PDF: true}})
	if got := places(found); got != want {
		t.Errorf("render\n%s\nwant\n%s", got, want)
	}
}

const relBase = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
