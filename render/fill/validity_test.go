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
	for name, b := range bodies {
		t.Run(name, func(t *testing.T) {
			p := word(t, b)
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
