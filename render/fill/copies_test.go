package fill

import (
	"regexp"
	"strings"
	"testing"

	"tripact/render/docx"
)

// A kind of VML shape is defined once, however often its shape is repeated or comes with an included file.
func TestShapeTypes(t *testing.T) {
	shape := func(id string) string {
		return `<w:p><w:r><w:pict><v:shapetype id="_x0000_t202" coordsize="21600,21600" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/></v:shapetype>` +
			`<v:shape id="` + id + `" type="#_x0000_t202" style="width:9pt;height:9pt"><v:textbox><w:txbxContent>` + par("{{姓名}}") + `</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>`
	}
	annex, err := word(t, shape("s1")).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	data := map[string]any{"成员": people("张三", "李四"), "附件": annex, "姓名": "x"}
	for name, b := range map[string]string{
		"in a loop":    par("{{#成员}}") + shape("s1") + par("{{/成员}}"),
		"included":     shape("s1") + par("{{+附件}}") + par("{{+附件}}"),
		"from outside": par("{{+附件}}") + par("{{+附件}}"),
	} {
		out := filled(t, word(t, b), data, Strict)
		if types, shapes := len(nodes(t, out, mainPart, "v:shapetype")), len(nodes(t, out, mainPart, "v:shape")); types != 1 || shapes < 2 {
			t.Errorf("%s: %d kinds, %d shapes", name, types, shapes)
		}
	}
}

// Sections: each copy is one, headers are named once, nothing is left of an empty list but what others need.
func TestSections(t *testing.T) {
	mid := func(refs string) string {
		return `<w:p><w:pPr><w:sectPr>` + refs + `<w:type w:val="nextPage"/><w:pgSz w:w="16838" w:h="11906"/></w:sectPr></w:pPr></w:p>`
	}
	const ref = `<w:headerReference w:type="default" r:id="header1"/>`
	header := []string{"header1", `<w:hdr ` + nsAll + `><w:p/></w:hdr>`}
	list := people("张三", "李四", "王五")
	tests := []struct {
		name, in       string
		n              int
		text           string
		sects, headers int
		has            string
	}{
		{"breaks between the paragraphs", par("{{#人}}") + par("{{姓名}}") + mid(ref) + par("{{/人}}") + par("尾"), 3, "张三\n\n李四\n\n王五\n\n尾\n", 4, 1, ""},
		{"none, with text above", par("头") + par("{{#人}}") + par("{{姓名}}") + mid(ref) + par("{{/人}}") + par("尾"), 0, "头\n\n尾\n", 2, 1, mid(ref)},
		{"none, nothing above", par("{{#人}}") + par("{{姓名}}") + mid(ref) + par("{{/人}}") + par("尾"), 0, "尾\n", 1, 0, ""},
		{"whole section in the middle", par("头") + mid("") + par("{{#节:人}}") + par("{{姓名}}") + par("{{/人}}") + mid(ref) + par("尾"), 2, "头\n\n张三\n\n李四\n\n尾\n", 4, 1, ""},
		{"whole section, none", par("头") + mid("") + par("{{#节:人}}") + par("{{姓名}}") + par("{{/人}}") + mid(ref) + par("尾"), 0, "头\n\n尾\n", 2, 0, ""},
		{"last section", par("头") + mid(ref) + par("{{#节:人}}{{姓名}}") + par("完{{/人}}"), 3, "头\n\n张三\n完\n\n李四\n完\n\n王五\n完\n", 4, 1, ""},
		{"last section, none", par("头") + mid(ref) + par("{{#节:人}}{{姓名}}") + par("完{{/人}}"), 0, "头\n\n", 2, 1, ""},
		{"condition", par("头") + mid(ref) + par("{{?节:人}}") + par("附") + par("{{/}}"), 1, "头\n\n附\n", 2, 1, ""},
		{"two headers that alternate", par("{{#人}}") + par("甲") + mid(ref) + par("乙") + mid(strings.Replace(ref, "header1", "header2", 1)) + par("{{/人}}"), 2, "甲\n\n乙\n\n甲\n\n乙\n\n", 5, 4, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := filled(t, word(t, tt.in, append(header, "header2", header[1])...), map[string]any{"人": list[:tt.n]}, Strict)
			if got := mainText(t, out); got != tt.text {
				t.Errorf("text %q, want %q", got, tt.text)
			}
			got := string(out.Main().Data)
			if n := strings.Count(got, "<w:sectPr>"); n != tt.sects {
				t.Errorf("%d sections, want %d: %s", n, tt.sects, got)
			}
			if n := strings.Count(got, "<w:headerReference"); n != tt.headers {
				t.Errorf("%d header references, want %d: %s", n, tt.headers, got)
			}
			if !strings.Contains(got, tt.has) {
				t.Errorf("%s is not in %s", tt.has, got)
			}
		})
	}
	out := filled(t, word(t, par("头")+mid("")+par("{{#节:人}}{{姓名}}")+par("完{{/人}}")), map[string]any{"人": []any{}}, Strict)
	if got := string(out.Main().Data); !strings.Contains(got, `<w:sectPr><w:type w:val="continuous"/><w:pgSz w:w="11906"`) {
		t.Errorf("an empty last section begins a page: %s", got)
	}
	for _, in := range []string{par("头") + par("{{#节:人}}") + par("{{/人}}"), par("{{#节:人}}") + par("{{/人}}") + par("尾"), tbl(row("{{#节:人}}{{/人}}"))} {
		if _, l := Compile(word(t, in), Options{}); codes(l) != "fill.pair.place" {
			t.Errorf("%s: %v", in, l)
		}
	}
}

const numbers = `<w:numbering ` + nsAll + `><w:abstractNum w:abstractNumId="4"><w:multiLevelType w:val="multilevel"/><w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>` +
	`<w:num w:numId="7"><w:abstractNumId w:val="4"/></w:num></w:numbering>`

// A list that lies wholly inside a copy is counted anew there; one that the loop itself makes goes on.
func TestNumbering(t *testing.T) {
	item := func(s string) string {
		return `<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr></w:pPr>` + run(s) + `</w:p>`
	}
	data := map[string]any{"组": []any{map[string]any{"条": []any{1, 2}}, map[string]any{"条": []any{}}, map[string]any{"条": []any{3}}}}
	ids := regexp.MustCompile(`<w:numId w:val="(\d+)"/>`)
	tests := []struct{ name, in, ids string }{
		{"single paragraph", par("{{#组}}") + item("{{序号}}") + par("{{/组}}"), "7 7 7"},
		{"inner loop", par("{{#组}}") + par("题") + par("{{#条}}") + item("{{.}}") + par("{{/条}}") + par("{{/组}}"), "7 7 1009"},
		{"paragraphs of a list", par("{{#组}}") + par("题") + item("{{条}}") + par("{{/组}}"), "7 7 1008"},
		{"two", par("{{#组}}") + item("甲") + item("乙") + par("{{/组}}"), "7 7 1007 1007 1008 1008"},
		{"outside too", item("前") + par("{{#组}}") + item("甲") + item("乙") + par("{{/组}}"), "7 7 7 7 7 7 7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := filled(t, word(t, tt.in, "numbering", numbers), data, Strict)
			got := widths(ids, body(t, out))
			if strings.Count(got, " ") != strings.Count(tt.ids, " ") || distinct(got) != distinct(tt.ids) {
				t.Errorf("numbers %s, want as %s", got, tt.ids)
			}
			part := string(out.Part("word/numbering.xml").Data)
			for _, id := range strings.Fields(got) {
				if !strings.Contains(part, `w:numId="`+id+`"`) {
					t.Errorf("list %s is not defined", id)
				}
				if want := `<w:num w:numId="` + id + `"><w:abstractNumId w:val="4"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="3"/></w:lvlOverride>`; id != "7" && !strings.Contains(part, want) {
					t.Errorf("list %s does not begin anew: %s", id, part)
				}
			}
		})
	}
}

// A list whose paragraphs a style numbers is counted anew in each copy, too; the paragraph keeps its level and its indent.
func TestNumberingByStyle(t *testing.T) {
	const list = `<w:numbering ` + nsAll + `><w:abstractNum w:abstractNumId="4"><w:multiLevelType w:val="multilevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>` +
		`<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="sub"/><w:lvlText w:val="%2)"/></w:lvl></w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="4"/></w:num></w:numbering>`
	const styles = `<w:styles ` + nsAll + `><w:style w:type="paragraph" w:styleId="item"><w:name w:val="条"/><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr><w:ind w:left="420" w:hanging="420"/></w:pPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="item2"><w:name w:val="条二"/><w:basedOn w:val="item"/></w:style>` +
		`<w:style w:type="paragraph" w:styleId="sub"><w:name w:val="款"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="7"/></w:numPr></w:pPr></w:style></w:styles>`
	para := func(pr, s string) string { return `<w:p><w:pPr>` + pr + `</w:pPr>` + run(s) + `</w:p>` }
	in := par("{{#组}}") + para(`<w:pStyle w:val="item"/><w:keepNext/><w:jc w:val="left"/>`, "甲") + para(`<w:pStyle w:val="sub"/>`, "款") + para(`<w:pStyle w:val="item2"/><w:spacing w:after="0"/><w:ind w:left="0"/>`, "乙") + par("{{/组}}")
	data := map[string]any{"组": []any{map[string]any{}, map[string]any{}}}
	first := `<w:p><w:pPr><w:pStyle w:val="item"/><w:keepNext/><w:jc w:val="left"/></w:pPr>` + run("甲") + `</w:p><w:p><w:pPr><w:pStyle w:val="sub"/></w:pPr>` + run("款") + `</w:p><w:p><w:pPr><w:pStyle w:val="item2"/><w:spacing w:after="0"/><w:ind w:left="0"/></w:pPr>` + run("乙") + `</w:p>`
	num := func(level string) string {
		return `<w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="1007"/></w:numPr>`
	}
	second := `<w:p><w:pPr><w:pStyle w:val="item"/><w:keepNext/>` + num("0") + `<w:ind w:left="420" w:hanging="420"/><w:jc w:val="left"/></w:pPr>` + run("甲") + `</w:p><w:p><w:pPr><w:pStyle w:val="sub"/>` + num("1") + `</w:pPr>` + run("款") + `</w:p>` +
		`<w:p><w:pPr><w:pStyle w:val="item2"/>` + num("0") + `<w:spacing w:after="0"/><w:ind w:left="0"/></w:pPr>` + run("乙") + `</w:p>`
	out := filled(t, word(t, in, "numbering", list, "styles", styles), data, Strict)
	if got := body(t, out); got != first+second {
		t.Errorf("got  %s\nwant %s", got, first+second)
	}
	// With a paragraph of the list outside, it is one list: nothing begins anew.
	out = filled(t, word(t, para(`<w:pStyle w:val="item"/>`, "前")+in, "numbering", list, "styles", styles), data, Strict)
	if got := body(t, out); strings.Contains(got, "numPr") {
		t.Error(got)
	}
}

// distinct tells which words of s are the same.
func distinct(s string) string {
	seen := map[string]int{}
	var b strings.Builder
	for _, w := range strings.Fields(s) {
		if _, ok := seen[w]; !ok {
			seen[w] = len(seen)
		}
		b.WriteByte(byte('a' + seen[w]))
	}
	return b.String()
}

// Each copy has its own notes and comments, filled from its record.
func TestNotesInLoops(t *testing.T) {
	notes := func(root, el, s string) string {
		kind, author := ` w:type="separator"`, ""
		if el == "comment" {
			kind, author = ` w:author="a"`, ` w:author="a" w:initials="a"`
		}
		return `<w:` + root + ` ` + nsAll + `><w:` + el + ` w:id="0"` + kind + `><w:p/></w:` + el + `><w:` + el + ` w:id="2"` + author + `>` + par(s) + `</w:` + el + `></w:` + root + `>`
	}
	in := par("{{#人}}") + `<w:p><w:commentRangeStart w:id="2"/>` + run("{{姓名}}") + `<w:commentRangeEnd w:id="2"/><w:r><w:commentReference w:id="2"/></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:endnoteReference w:id="2"/></w:r></w:p>` + par("{{/人}}")
	more := []string{"footnotes", notes("footnotes", "footnote", "{{姓名}}，{{年龄}}岁"), "endnotes", notes("endnotes", "endnote", "尾{{姓名}}"), "comments", notes("comments", "comment", "注{{姓名}}")}
	for n, want := range map[int][3]string{0: {"\n", "\n", "\n"}, 1: {"\n张三，30岁\n", "\n尾张三\n", "\n注张三\n"}, 3: {"\n张三，30岁\n李四，31岁\n王五，32岁\n", "\n尾张三\n尾李四\n尾王五\n", "\n注张三\n注李四\n注王五\n"}} {
		p := word(t, in, more...)
		out := filled(t, p, map[string]any{"人": people("张三", "李四", "王五")[:n]}, Strict)
		for i, name := range []string{"footnotes", "endnotes", "comments"} {
			root, err := out.Part("word/" + name + ".xml").Parse()
			if err != nil {
				t.Fatal(err)
			}
			if got := text(t, root); got != want[i] {
				t.Errorf("%d people, %s: %q, want %q", n, name, got, want[i])
			}
			checkRefs(t, out.Main(), root, strings.TrimSuffix(name, "s"))
		}
	}
	known := KnownOf(map[string]any{"人": people("张三")})
	if _, l := Compile(word(t, in, more...), Options{Known: known}); len(l) > 0 {
		t.Errorf("names in notes: %v", l)
	}
}

func checkRefs(t *testing.T, main *docx.Part, root *docx.Node, el string) {
	t.Helper()
	refs := regexp.MustCompile(`<w:`+el+`Reference w:id="(\d+)"`).FindAllStringSubmatch(string(main.Data), -1)
	have := map[string]int{}
	for _, k := range root.Kids {
		id, _ := k.Attr("w:id")
		have[id]++
	}
	seen := map[string]bool{}
	for _, m := range refs {
		if have[m[1]] != 1 || seen[m[1]] {
			t.Errorf("%s %s: %d notes, seen %v", el, m[1], have[m[1]], seen[m[1]])
		}
		seen[m[1]] = true
	}
}
