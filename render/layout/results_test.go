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

// Fields that depend on page numbers show and store what Word works out; those that are locked keep what they have.
func TestWorkedFields(t *testing.T) {
	r := func(s string) string { return `<w:r><w:t xml:space="preserve">` + s + `</w:t></w:r>` }
	begin, sep, end := `<w:r><w:fldChar w:fldCharType="begin"/></w:r>`, `<w:r><w:fldChar w:fldCharType="separate"/></w:r>`, `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
	code := func(s string) string {
		return `<w:r><w:instrText xml:space="preserve">` + esc(s) + `</w:instrText></w:r>`
	}
	field := func(instr string) string { return begin + code(" "+instr+" ") + sep + r("9") + end }
	less := begin + code(" = ") + field("NUMPAGES") + code(" - 1 ") + sep + r("8") + end
	cover := begin + code(" IF ") + field("PAGE") + code(` = 1 "" "第 `) + begin + code(" = ") + field("PAGE") + code(" - 1 ") + sep + r("8") + end + code(` 页" `) + sep + r("旧") + end
	d := wordDoc{
		header: `<w:p>` + r("共") + less + r("页") + `</w:p>`, footer: `<w:p>` + r("[") + cover + r("]") + `</w:p>`,
		body: `<w:p>` + r("甲") + less + r("、") + field("SECTION") + `</w:p><w:p>` + r("锁") + strings.Replace(field("NUMPAGES"), `"begin"`, `"begin" w:fldLock="true"`, 1) +
			`<w:fldSimple w:instr="PAGE" w:fldLock="1">` + r("7") + `</w:fldSimple></w:p><w:p>` + r("率") + begin + code(" = ") + field("NUMPAGES") + code(" / 2 ") + sep + r("6") + end + `</w:p>` +
			para(`<w:pageBreakBefore/>`, "乙") + para(`<w:pageBreakBefore/>`, "丙"),
	}
	p := d.pack(t)
	doc, list := Layout(context.Background(), p, testBook(t), Options{})
	if doc == nil || len(doc.Pages) != 3 {
		t.Fatal("not three pages", list)
	}
	var got []string
	for _, l := range linesOf(doc, true) {
		got = append(got, l.text)
	}
	if want := "共2页/甲2、1/锁97/率6/[]/共2页/乙/[第 1 页]/共2页/丙/[第 2 页]"; strings.Join(got, "/") != want {
		t.Errorf("pages show %s, want %s", strings.Join(got, "/"), want)
	}
	if len(list) != 1 || list[0].Code != "layout.field" || !strings.Contains(list[0].Found, "3 / 2") {
		t.Errorf("findings %v, want one of the field that is no whole number", list)
	}
	for part, want := range map[string]string{
		"word/header1.xml":  code(" = ") + begin + code(" NUMPAGES ") + sep + `<w:r><w:t>3</w:t></w:r>` + end + code(" - 1 ") + sep + `<w:r><w:t>2</w:t></w:r>` + end,
		"word/footer1.xml":  code(` 页" `) + sep + `<w:r><w:t></w:t></w:r>` + end,
		"word/document.xml": `w:fldLock="true"/></w:r>` + code(" NUMPAGES ") + sep + r("9") + end + `<w:fldSimple w:instr="PAGE" w:fldLock="1">` + r("7"),
	} {
		if s := written(p, doc, part); !strings.Contains(s, want) {
			t.Errorf("%s lacks %s:\n%s", part, want, s)
		}
	}
}

func TestWorkOut(t *testing.T) {
	for _, tt := range []struct {
		instr, want string
		ok          bool
	}{
		{" = 12 - 1 ", "11", true},
		{"=3*(2+4)/2", "9", true},
		{"= -3 + 1", "-2", true},
		{`= 12 \# "0"`, "12", true},
		{`= 12 \# "0.00"`, "", false},
		{`= 12 \* CHINESENUM3`, "十二", true},
		{"= 7 / 2", "", false},
		{"= 7 / 0", "", false},
		{"= SUM(ABOVE)", "", false},
		{"= 2 +", "", false},
		{"= (2", "", false},
		{"= 1000000 * 1000000 * 1000000", "", false},
		{"=", "", false},
		{strings.Repeat("=(", 900), "", false},
		{"= " + strings.Repeat("(", 900) + "1", "", false},
		{`IF 2 = 1 "甲" "乙"`, "乙", true},
		{`IF 10 > 9 "甲" "乙"`, "甲", true},
		{`IF 10 <> 10 "甲"`, "", true},
		{`IF 2 "甲"`, "", false},
		{`IF 2 like 2 "甲" "乙"`, "", false},
	} {
		if got, ok := workOut(tt.instr); got != tt.want || ok != tt.ok {
			t.Errorf("workOut(%.40q) = %q, %v; want %q, %v", tt.instr, got, ok, tt.want, tt.ok)
		}
	}
}
