package fill

import (
	"strings"
	"testing"
)

// What the Open XML SDK validator says of a filled document, it said of the template: no kind of error is new.
func TestValidity(t *testing.T) {
	data := map[string]any{"成员": people("张三", "李四", "王五"), "空": []any{}, "段": []any{"一", "二"}, "多行": "a\n\tb", "项目名称": "x"}
	const picture = `<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="100000" cy="100000"/><wp:docPr id="7" name="图"/><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"/></a:graphic></wp:inline></w:drawing></w:r>`
	anchor := `<w:p w14:paraId="00000A01" w14:textId="77777777"><w:bookmarkStart w:id="5" w:name="人员"/>` + run("{{姓名}}") + `<w:bookmarkEnd w:id="5"/>` + picture + `<w:hyperlink w:anchor="人员">` + run("见") + `</w:hyperlink></w:p>`
	bodies := map[string]string{
		"loops":      par("{{#成员}}") + anchor + par("{{/成员}}") + par("{{段}}") + par("甲{{多行}}乙"),
		"rows":       tbl(row("{{#成员}}{{姓名}}", "{{年龄}}{{/成员}}"), []string{par("{{#空}}") + par("x") + par("{{/空}}"), par("{{段}}")}),
		"empty rows": par("a") + "<w:p/>" + tbl(row("{{#空}}{{姓名}}", "{{/空}}")) + "<w:p/>",
		"inline": `<w:p>` + run("{{#成员}}") + `<w:hyperlink w:anchor="x">` + run("{{姓") + `</w:hyperlink>` + `<w:ins w:id="3" w:author="a" w:date="2025-01-01T00:00:00Z">` + run("名}}；{{/") + `</w:ins>` +
			`<w:sdt><w:sdtPr><w:id w:val="9"/></w:sdtPr><w:sdtContent>` + run("成员}}尾") + `</w:sdtContent></w:sdt></w:p>`,
		"controls": `<w:sdt><w:sdtPr><w:id w:val="9"/></w:sdtPr><w:sdtContent>` + par("{{#空}}") + par("x") + par("{{/空}}") + `</w:sdtContent></w:sdt>` + par("{{待填}}"),
	}
	cell := func(pr, s string) string {
		return `<w:tc><w:tcPr><w:tcW w:w="1000" w:type="dxa"/>` + pr + `</w:tcPr>` + par(s) + `</w:tc>`
	}
	bodies["columns"] = `<w:tbl><w:tblPr><w:tblW w:w="3000" w:type="dxa"/></w:tblPr><w:tblGrid><w:gridCol w:w="1000"/><w:gridCol w:w="1000"/><w:gridCol w:w="1000"/></w:tblGrid><w:tr>` + cell(`<w:gridSpan w:val="3"/>`, "题") + `</w:tr><w:tr>` +
		cell("", "a") + cell("", "{{#列:成员}}{{姓名}}{{/}}") + cell("", "{{?列:空}}b{{/}}") + `</w:tr><w:tr>` + cell("", "{{#成员}}{{合并:项目名称}}") + cell("", "{{年龄}}") + cell("", "{{/成员}}") + `</w:tr></w:tbl>`
	bodies["across"] = `<w:tbl><w:tblPr><w:tblW w:w="2000" w:type="dxa"/></w:tblPr><w:tblGrid><w:gridCol w:w="1000"/><w:gridCol w:w="1000"/></w:tblGrid><w:tr>` + cell(`<w:tcBorders/>`, "a") + cell(`<w:shd w:val="clear"/>`, "{{#列:成员}}{{合并:项目名称}}") + `</w:tr><w:tr>` +
		cell("", "{{#行:成员}}{{姓名}}{{/成员}}") + cell("", "{{年龄}}{{/成员}}") + `</w:tr><w:tr><w:tc>` + par("b") + `</w:tc><w:tc><w:tcPr/>` + par("{{横向合并:项目名称}}") + `</w:tc></w:tr></w:tbl>`
	bodies["sections"] = par("头") + `<w:p><w:pPr><w:sectPr/></w:pPr></w:p>` + par("{{#节:成员}}{{姓名}}") + par("完{{/成员}}")
	bodies["orphans"] = `<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="1000"/><w:gridCol w:w="1000"/></w:tblGrid><w:tr>` + cell(`<w:vMerge w:val="restart"/>`, "{{#空}}x") + cell("", "{{/空}}") + `</w:tr><w:tr>` + cell(`<w:vMerge/>`, "") + cell("", "y") + `</w:tr></w:tbl>`
	bodies["lists and notes"] = par("{{#成员}}") + par("题") + strings.Repeat(`<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr></w:pPr>`+run("条")+`</w:p>`, 2) +
		`<w:p><w:commentRangeStart w:id="2"/>` + run("{{姓名}}") + `<w:commentRangeEnd w:id="2"/><w:r><w:commentReference w:id="2"/></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>` + par("{{/成员}}")
	more := []string{
		"numbering", numbers, "footnotes", `<w:footnotes ` + nsAll + `><w:footnote w:id="2">` + par("{{姓名}}") + `</w:footnote></w:footnotes>`,
		"comments", `<w:comments ` + nsAll + `><w:comment w:id="2" w:author="a">` + par("{{姓名}}") + `</w:comment></w:comments>`,
	}
	for name, b := range bodies {
		t.Run(name, func(t *testing.T) {
			p := word(t, b, more...)
			out := filled(t, p, data, Mark)
			before, after := validate(t, p, "template"), validate(t, out, "filled")
			if !strings.Contains(before, `"errors"`) {
				t.Fatalf("the validator said: %s", before)
			}
			t.Log(strings.Count(before, `"description"`), "errors before,", strings.Count(after, `"description"`), "after")
			if worse := newErrors(before, after); worse != "" {
				t.Errorf("new errors:\n%s\n%s", worse, body(t, out))
			}
		})
	}
}

// newErrors returns the error kinds that after has and before has not.
func newErrors(before, after string) string {
	var out []string
	for line := range strings.SplitSeq(after, "\n") {
		i := strings.Index(line, `"description"`)
		if i < 0 {
			continue
		}
		if msg := strings.TrimSpace(line[i:]); !strings.Contains(before, msg) {
			out = append(out, msg)
		}
	}
	return strings.Join(out, "\n")
}
