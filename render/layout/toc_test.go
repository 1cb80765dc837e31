package layout

import (
	"context"
	"strings"
	"testing"

	"tripact/render/docx"
)

const tocStyles = `<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:pageBreakBefore/></w:pPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/></w:style>` +
	`<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/><w:pPr><w:tabs><w:tab w:val="right" w:leader="dot" w:pos="8296"/></w:tabs></w:pPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="TOC2"><w:name w:val="toc 2"/><w:pPr><w:ind w:left="420"/></w:pPr></w:style>`

func tocField(entries, tail string) string {
	return `<w:p><w:pPr><w:pStyle w:val="TOC1"/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \o "1-2" \h \z \u </w:instrText></w:r>` +
		`<w:r><w:fldChar w:fldCharType="separate"/></w:r>` + entries + tail
}

// A table of contents lists the headings that there are, with their pages, in the pages and in the file.
func TestContentsAreRenewed(t *testing.T) {
	heading := func(style, text string) string { return para(`<w:pStyle w:val="`+style+`"/>`, text) }
	for name, tail := range map[string]string{
		"end apart":        `</w:p><w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`,
		"end in the entry": `<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`,
	} {
		t.Run(name, func(t *testing.T) {
			d := wordDoc{
				body: tocField(`<w:r><w:t>更新目录</w:t></w:r>`, tail) + heading("1", "总则 & 定义") + heading("2", "目标") +
					heading("1", "经费") + heading("2", "预算<表>") + para("", "完"),
				styles: tocStyles, sect: plainPage,
			}
			p := d.pack(t)
			doc, found := Layout(context.Background(), p, testBook(t), Options{})
			if doc == nil {
				t.Fatal(found.Err())
			}
			checkDocument(t, doc)
			if len(doc.Pages) != 3 || doc.Body == nil {
				t.Fatalf("%d pages, renewed %v", len(doc.Pages), doc.Body != nil)
			}
			var first strings.Builder
			for _, x := range doc.Pages[0].Texts {
				first.WriteString(x.Source)
			}
			if got, want := squash(first.String()), "总则&定义2目标2经费3预算<表>3"; got != want {
				t.Errorf("the first page says %q, want %q", got, want)
			}
			if n := len(doc.Pages[0].Rules); n != 4 {
				t.Errorf("%d leaders", n)
			}
			if n := len(doc.Pages[0].Links); n == 0 || doc.Pages[0].Links[0].Page != 1 {
				t.Errorf("links: %+v", doc.Pages[0].Links)
			}
			// Written back, the file asks for nothing more and looks the same.
			p.Set("word/document.xml", Apply("word/document.xml", doc.Body, doc.Rewrites))
			again, _ := Layout(context.Background(), p, testBook(t), Options{})
			if again == nil || again.Body != nil || len(again.Rewrites) != 0 {
				t.Fatal("the file is not settled")
			}
			if dump(again) != dump(doc) {
				t.Error("the file looks different")
			}
			if _, err := docx.Parse(p.Main().Data); err != nil {
				t.Error(err)
			}
		})
	}
}

// What is not understood stays as it is stored, and is told.
func TestContentsOfOtherKinds(t *testing.T) {
	body := strings.Replace(tocField(`<w:r><w:t>图1</w:t></w:r>`, `<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`), `\o "1-2"`, `\c "图"`, 1)
	doc, found := wordDoc{body: body + para(`<w:pStyle w:val="1"/>`, "总则"), styles: tocStyles, sect: plainPage}.lay(t)
	if doc.Body != nil {
		t.Error("the table was changed")
	}
	told := false
	for _, f := range found {
		told = told || f.Code == "layout.contents"
	}
	if !told {
		t.Error("nothing was told")
	}
}
