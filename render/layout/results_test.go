package layout

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tripact/render/docx"
)

// written applies the rewrites of doc to p and returns the named part.
func written(p *docx.Package, doc *Document, name string) string {
	return string(Apply(name, p.Part(name).Data, doc.Rewrites))
}

func TestWriteBack(t *testing.T) {
	field := func(instr, result string) string {
		return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> ` + instr + ` </w:instrText></w:r>` +
			`<w:r><w:fldChar w:fldCharType="separate"/></w:r>` + result + `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
	}
	stale := `<w:r><w:t>9</w:t></w:r><w:r><w:t>9</w:t></w:r>`
	d := wordDoc{
		body: `<w:p>` + field("NUMPAGES", stale) + `</w:p>` +
			`<w:p>` + field("PAGEREF end", stale) + `</w:p>` +
			`<w:p><w:pPr><w:pageBreakBefore/></w:pPr>` + field("PAGE", "") + `</w:p>` +
			`<w:p><w:fldSimple w:instr="PAGE"/><w:fldSimple w:instr="SECTIONPAGES"><w:r><w:rPr><w:b/></w:rPr><w:t>77</w:t></w:r></w:fldSimple></w:p>` +
			`<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>NUMPAGES</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>` +
			`<w:p><w:pPr><w:pageBreakBefore/></w:pPr><w:bookmarkStart w:id="1" w:name="end"/><w:r><w:t>完</w:t></w:r><w:bookmarkEnd w:id="1"/></w:p>`,
		footer: `<w:p>` + field("PAGE", stale) + `<w:r><w:t>/</w:t></w:r><w:fldSimple w:instr="NUMPAGES"><w:r><w:t>3</w:t></w:r></w:fldSimple></w:p>`,
		first:  `<w:p>` + field("NUMPAGES", stale) + `</w:p>`,
		sect:   strings.Replace(plainPage, "%s", `%s`, 1),
	}
	p := d.pack(t)
	doc, _ := Layout(context.Background(), p, testBook(t), Options{})
	if doc == nil || len(doc.Pages) != 3 {
		t.Fatal("not three pages")
	}
	body := written(p, doc, "word/document.xml")
	for _, want := range []string{
		field("NUMPAGES", `<w:r><w:t>3</w:t></w:r><w:r></w:r>`),
		field("PAGEREF end", `<w:r><w:t>3</w:t></w:r><w:r></w:r>`),
		`<w:r><w:fldChar w:fldCharType="separate"/><w:t>2</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`,
		`<w:fldSimple w:instr="PAGE"><w:r><w:t>2</w:t></w:r></w:fldSimple>`,
		`<w:fldSimple w:instr="SECTIONPAGES"><w:r><w:rPr><w:b/></w:rPr><w:t>3</w:t></w:r></w:fldSimple>`,
		`<w:instrText>NUMPAGES</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/><w:t>3</w:t><w:fldChar w:fldCharType="end"/></w:r>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the body lacks %s", want)
		}
	}
	if got, want := written(p, doc, "word/footer1.xml"), field("PAGE", `<w:r><w:t>1</w:t></w:r><w:r></w:r>`); !strings.Contains(got, want) {
		t.Errorf("footer: %s", got)
	}

	// Laid out again, the rewritten document shows the same and asks for nothing.
	for _, name := range []string{"word/document.xml", "word/footer1.xml"} {
		p.Set(name, []byte(written(p, doc, name)))
	}
	again, _ := Layout(context.Background(), p, testBook(t), Options{})
	if len(again.Rewrites) != 0 {
		t.Errorf("asks again: %+v", again.Rewrites)
	}
	if dump(again) != dump(doc) {
		t.Error("the rewritten document looks different")
	}
}

// Cells are laid out more than once to find column widths; their fields are written once.
func TestWriteBackInCells(t *testing.T) {
	f := `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`
	d := wordDoc{body: `<w:tbl><w:tblPr><w:tblW w:type="auto" w:w="0"/></w:tblPr><w:tblGrid><w:gridCol w:w="2000"/></w:tblGrid>` +
		`<w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc>` + f + `</w:tc></w:tr>` + strings.Repeat(`<w:tr><w:tc>`+f+`</w:tc></w:tr>`, 80) + `</w:tbl>` + para("", "")}
	p := d.pack(t)
	doc, _ := Layout(context.Background(), p, testBook(t), Options{})
	if doc == nil || len(doc.Pages) < 2 {
		t.Fatal("not two pages")
	}
	p.Set("word/document.xml", []byte(written(p, doc, "word/document.xml")))
	if got := strings.Count(string(p.Main().Data), "separate"); got != 81 {
		t.Errorf("%d results for 81 fields", got)
	}
	root, err := docx.Parse(p.Main().Data)
	if err != nil {
		t.Fatal(err)
	}
	numbers := strings.ReplaceAll(root.Content(), "PAGE", "")
	if !slices.IsSorted([]byte(numbers)) || !strings.HasSuffix(numbers, strconv.Itoa(len(doc.Pages))) {
		t.Errorf("the cells say %s", numbers)
	}
}
