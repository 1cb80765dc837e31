package fill

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"tripact/problem"
)

// Names of the hazards are those of TEMPLATES 1.3.

func TestHazardCutTag(t *testing.T) { // H1
	p := word(t, `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{{</w:t></w:r><w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="3" w:name="_GoBack"/><w:r><w:t>项目</w:t></w:r><w:bookmarkEnd w:id="3"/><w:r><w:t>名称}}</w:t></w:r></w:p>`)
	got := body(t, filled(t, p, map[string]any{"项目名称": "甲"}, Strict))
	want := `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>甲</w:t></w:r><w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="3" w:name="_GoBack"/><w:bookmarkEnd w:id="3"/></w:p>`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestHazardCharacters(t *testing.T) { // H2
	value := "<b>&\"'\x01\n\t||<w:br/>|| A & B < C {{x}} \u202E=1+1"
	tpl := compiled(t, word(t, par("[{{值}}]")))
	out, l := tpl.Fill(context.Background(), map[string]any{"值": value}, FillOptions{Missing: Blank})
	if codes(l) != "fill.value.control" || l[0].Severity != problem.Warn || !strings.Contains(l[0].Message.ZH, "“值”") || !strings.Contains(l[0].Message.EN, "U+0001") || l[0].Path != "/值" {
		t.Errorf("findings: %v", l)
	}
	sound(t, out)
	if got, want := mainText(t, out), "[<b>&\"'↵→||<w:br/>|| A & B < C {{x}} \u202E=1+1]\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, l := tpl.Fill(context.Background(), map[string]any{"值": value}, FillOptions{Missing: Strict}); !l.Failed() {
		t.Error("a control character in a final document is no error")
	}
	if _, l := tpl.Fill(context.Background(), map[string]any{"值": "a\xff\uFFFE"}, FillOptions{Missing: Blank}); len(l) != 2 {
		t.Errorf("broken UTF-8 and a non-character: %v", l)
	}
}

const shape = `<w:r><w:drawing><wp:inline><wp:extent cx="1" cy="1"/><wp:docPr id="7" name="图"/><a:graphic><a:graphicData uri="x"/></a:graphic></wp:inline></w:drawing></w:r>`

func TestHazardIDs(t *testing.T) { // H3
	cell := `<w:p w14:paraId="00000A01" w14:textId="77777777"><w:bookmarkStart w:id="5" w:name="人员"/>` + run("{{#成员}}{{姓名}}") + `<w:bookmarkEnd w:id="5"/>` + shape +
		`<w:hyperlink w:anchor="人员">` + run("见") + `</w:hyperlink><w:r><w:instrText xml:space="preserve"> PAGEREF 人员 \h </w:instrText></w:r>` +
		`<w:ins w:id="9" w:author="a" w:date="2025-01-01T00:00:00Z">` + run("增") + `</w:ins><w:sdt><w:sdtPr><w:id w:val="77"/></w:sdtPr><w:sdtContent>` + run("控{{/成员}}") + `</w:sdtContent></w:sdt></w:p>`
	rows := tbl([]string{strings.Replace(cell, "{{#成员}}", "{{#行:成员}}", 1)})
	out := filled(t, word(t, rows), map[string]any{"成员": people("张三", "李四", "王五")}, Strict)
	got := body(t, out)
	for _, re := range []string{`w:anchor="人员"`, `PAGEREF 人员 `, `w:anchor="人员_\d+"`, `PAGEREF 人员_\d+ `} {
		if !regexp.MustCompile(re).MatchString(got) {
			t.Errorf("%s is not in %s", re, got)
		}
	}
	names := regexp.MustCompile(`w:name="(人员[^"]*)"`).FindAllStringSubmatch(got, -1)
	anchors := regexp.MustCompile(`w:anchor="(人员[^"]*)"`).FindAllStringSubmatch(got, -1)
	if len(names) != 3 || len(anchors) != 3 {
		t.Fatalf("%d names, %d anchors", len(names), len(anchors))
	}
	for i := range names {
		if names[i][1] != anchors[i][1] {
			t.Errorf("copy %d: bookmark %s, reference %s", i+1, names[i][1], anchors[i][1])
		}
	}
	if ins := regexp.MustCompile(`<w:ins w:id="(\d+)"`).FindAllStringSubmatch(got, -1); len(ins) != 3 || ins[0][1] == ins[1][1] || ins[1][1] == ins[2][1] {
		t.Errorf("revision ids: %v", ins)
	}
}

// A bookmark or comment that begins outside what is repeated keeps exactly one start and one end.
func TestRangesAcrossLoops(t *testing.T) {
	for name, b := range map[string]string{
		"start outside": `<w:p><w:bookmarkStart w:id="1" w:name="a"/>` + run("头") + `</w:p>` + par("{{#成员}}") + `<w:p>` + run("{{姓名}}") + `<w:bookmarkEnd w:id="1"/></w:p>` + par("{{/成员}}"),
		"end outside":   par("{{#成员}}") + `<w:p><w:bookmarkStart w:id="1" w:name="a"/>` + run("{{姓名}}") + `</w:p>` + par("{{/成员}}") + `<w:p><w:bookmarkEnd w:id="1"/>` + run("尾") + `</w:p>`,
		"in markers":    `<w:p><w:bookmarkStart w:id="1" w:name="a"/>` + run("{{#成员}}") + `</w:p>` + par("{{姓名}}") + `<w:p>` + run("{{/成员}}") + `<w:bookmarkEnd w:id="1"/></w:p>`,
		"inline":        `<w:p><w:bookmarkStart w:id="1" w:name="a"/>` + run("{{#成员}}") + run("{{姓名}}") + `<w:bookmarkEnd w:id="1"/>` + run("{{/成员}}") + `</w:p>`,
		"comment":       par("{{#成员}}") + `<w:p><w:commentRangeStart w:id="1"/>` + run("{{姓名}}") + `<w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r></w:p>` + par("{{/成员}}"),
		"untagged":      par("{{#成员}}") + `<w:p><w:bookmarkStart w:id="1" w:name="a"/>` + run("静") + `</w:p>` + par("{{/成员}}") + `<w:p>` + run("尾") + `<w:bookmarkEnd w:id="1"/></w:p>`,
		"marker rows":   tbl([]string{`<w:p><w:bookmarkStart w:id="1" w:name="a"/>` + run("{{#成员}}") + `</w:p>`}, row("{{姓名}}"), []string{`<w:p>` + run("{{/成员}}") + `<w:bookmarkEnd w:id="1"/></w:p>`}),
	} {
		for _, n := range []int{0, 1, 3} {
			t.Run(fmt.Sprintf("%s/%d", name, n), func(t *testing.T) {
				out := filled(t, word(t, b, "comments", `<w:comments `+nsAll+`><w:comment w:id="1" w:author="a">`+par("注")+`</w:comment></w:comments>`), map[string]any{"成员": people("一", "二", "三")[:n]}, Strict)
				if got := body(t, out); strings.Contains(name, "side") && strings.Count(got, `<w:bookmarkStart`) != 1 {
					t.Errorf("bookmarks: %s", got)
				}
			})
		}
	}
}

func TestHazardMissing(t *testing.T) { // H5
	p := word(t, `<w:p><w:r><w:rPr><w:b/><w:highlight w:val="red"/><w:u w:val="single"/></w:rPr><w:t>名：{{成圆}}。{{乙方.名}}{{备注?}}</w:t></w:r></w:p>`)
	data := map[string]any{"成员": "x", "乙方": nil}
	tpl := compiled(t, p)
	_, l := tpl.Fill(context.Background(), data, FillOptions{})
	if codes(l) != "fill.data.missing fill.data.missing" || !strings.Contains(l[0].Fix.ZH, "成员") || l[0].Fix.Replace != "{{成员}}" || l[1].Path != "/乙方/名" {
		t.Errorf("strict: %+v", l)
	}
	for _, tt := range []struct {
		m    Missing
		want string
	}{{Blank, "名：。\n"}, {Mark, "名：〔待填：成圆〕。〔待填：乙方.名〕\n"}, {Keep, "名：{{成圆}}。{{乙方.名}}\n"}} {
		out := filled(t, p, data, tt.m)
		if got := mainText(t, out); got != tt.want {
			t.Errorf("policy %d: %q, want %q", tt.m, got, tt.want)
		}
		if tt.m == Mark && !strings.Contains(body(t, out), `<w:r><w:rPr><w:b/><w:highlight w:val="yellow"/><w:u w:val="single"/></w:rPr><w:t>〔待填：成圆〕`) {
			t.Errorf("not highlighted in place: %s", body(t, out))
		}
	}
}

func TestHazardFaults(t *testing.T) { // H6: all faults at once, each with its place
	heading := `<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr>` + run("三、经费预算") + `</w:p>`
	p := word(t, par("{{#成员}}")+heading+tbl(row("a", "b"), row("x", "{{金额|金 额元}}"))+par("{{姓名|掩码}}")+par("a {{b")+par("{{/别的}}")+par("{{:否则}}")+par("{{?a >}}x{{/}}")+par("{{日期|日期:\"QQQ\"}}"))
	_, l := Compile(p, Options{})
	want := "fill.filter.unknown fill.filter.args fill.tag.unclosed fill.pair.mismatch fill.pair.else fill.tag.syntax fill.filter.args"
	if codes(l) != want {
		t.Errorf("codes %s\nwant  %s", codes(l), want)
	}
	f := l[0]
	if pl := f.Place; pl == nil || pl.Story != "正文" || pl.Heading != "三、经费预算" || pl.Table != 1 || pl.Row != 2 || pl.Col != 2 || pl.Paragraph != 6 || pl.Part != "word/document.xml" {
		t.Errorf("place: %+v", f.Place)
	}
	if l[3].Related == nil || l[3].Related[0].Paragraph != 1 {
		t.Errorf("the mismatch does not cite the open tag: %+v", l[3])
	}
	for _, f := range l {
		if f.Message.ZH == "" || f.Message.EN == "" || f.Fix.ZH == "" || f.Fix.EN == "" || f.Place == nil {
			t.Errorf("not complete: %+v", f)
		}
	}
}

func TestHazardMerge(t *testing.T) { // H9
	merged := func(val string) string {
		if val == "" {
			return `<w:tcPr><w:tcW w:w="1000" w:type="dxa"/></w:tcPr>`
		}
		return `<w:tcPr><w:tcW w:w="1000" w:type="dxa"/><w:vMerge w:val="` + val + `"/></w:tcPr>`
	}
	mrow := func(cells ...string) string {
		var b strings.Builder
		b.WriteString("<w:tr>")
		for i := 0; i+1 < len(cells); i += 2 {
			b.WriteString("<w:tc>" + merged(cells[i]) + par(cells[i+1]) + "</w:tc>")
		}
		return b.String() + "</w:tr>"
	}
	table := func(rows ...string) string {
		return `<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="1000"/><w:gridCol w:w="1000"/></w:tblGrid>` + strings.Join(rows, "") + `</w:tbl>`
	}
	data := map[string]any{"成员": people("张三", "李四", "王五")}
	count := func(s string) (restart, goesOn int) {
		return strings.Count(s, `w:vMerge w:val="restart"`), strings.Count(s, `<w:vMerge/>`) + strings.Count(s, `w:vMerge w:val="continue"`)
	}
	tests := []struct {
		name, body, text string
		restart, goesOn  int
	}{
		{"label of one row", table(mrow("restart", "{{#成员}}组员", "", "{{姓名}}{{/成员}}")), "组员/|张三/|\n/|李四/|\n/|王五/|\n", 1, 2},
		{"label that goes on below", table(mrow("restart", "组员{{#成员}}", "", "{{姓名}}{{/成员}}"), mrow("continue", "", "", "合计")), "组员/|张三/|\n/|李四/|\n/|王五/|\n/|合计/|\n", 1, 3},
		{"label that began above", table(mrow("restart", "组员", "", "姓名"), mrow("continue", "{{#成员}}", "", "{{姓名}}{{/成员}}")), "组员/|姓名/|\n/|张三/|\n/|李四/|\n/|王五/|\n", 1, 3},
		{"per record", table(mrow("restart", "{{#成员}}{{序号}}", "", "{{姓名}}"), mrow("continue", "", "", "{{年龄}}{{/成员}}")), "1/|张三/|\n/|30/|\n2/|李四/|\n/|31/|\n3/|王五/|\n/|32/|\n", 3, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := filled(t, word(t, tt.body), data, Strict)
			if got := mainText(t, out); got != tt.text {
				t.Errorf("text %q, want %q", got, tt.text)
			}
			if r, g := count(body(t, out)); r != tt.restart || g != tt.goesOn {
				t.Errorf("%d restart and %d continue, want %d and %d", r, g, tt.restart, tt.goesOn)
			}
		})
	}
	if _, l := Compile(word(t, table(mrow("", "{{#成员}}", "", ""), mrow("restart", "x", "", "{{/成员}}"), mrow("continue", "", "", ""))), Options{}); codes(l) != "fill.pair.place" {
		t.Errorf("a loop that cuts a merged cell: %v", l)
	}
}

// Tags work wherever Word keeps text.
func TestPositions(t *testing.T) {
	ns := " " + nsAll
	content := `<w:p>` + run("{{#成员}}{{姓名}}；{{/成员}}") + `</w:p>`
	want := "张三；李四；\n"
	data := map[string]any{"成员": people("张三", "李四"), "项目名称": "海洋 <A>"}
	box := `<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wp:extent cx="1" cy="1"/><wp:docPr id="1" name="框" descr="{{项目名称}}"/><a:graphic><a:graphicData uri="u"><wps:wsp><wps:txbx><w:txbxContent>` + content +
		`</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape id="_x0000_s1026"><v:textbox><w:txbxContent>` + content + `</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`
	p := word(t, box+`<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent>`+content+`</w:sdtContent></w:sdt><w:p><w:fldSimple w:instr="AUTHOR">`+run("{{项目名称}}")+`</w:fldSimple></w:p>`,
		"header1", `<w:hdr`+ns+`>`+content+`</w:hdr>`, "footer1", `<w:ftr`+ns+`>`+content+`</w:ftr>`,
		"footnotes", `<w:footnotes`+ns+`><w:footnote w:id="1">`+content+`</w:footnote></w:footnotes>`,
		"endnotes", `<w:endnotes`+ns+`><w:endnote w:id="1">`+content+`</w:endnote></w:endnotes>`,
		"comments", `<w:comments`+ns+`><w:comment w:id="1" w:author="a">`+content+`</w:comment></w:comments>`,
		"core", `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>《{{项目名称}}》{{#成员}}{{姓名}} {{/}}</dc:title></cp:coreProperties>`)
	out := filled(t, p, data, Strict)
	for _, name := range []string{"word/header1.xml", "word/footer1.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml"} {
		root, err := out.Part(name).Parse()
		if err != nil {
			t.Fatal(err)
		}
		if got := text(t, root); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := string(out.Part("docProps/core.xml").Data); !strings.Contains(got, "<dc:title>《海洋 &lt;A&gt;》张三 李四 </dc:title>") {
		t.Errorf("title: %s", got)
	}
	got := body(t, out)
	if n := strings.Count(got, "张三"); n != 3 {
		t.Errorf("%d text boxes and controls filled, want Choice, Fallback and the control: %s", n, got)
	}
	if !strings.Contains(got, `descr="海洋 &lt;A&gt;"`) || !strings.Contains(got, "海洋 &lt;A&gt;</w:t>") {
		t.Errorf("alt text or field: %s", got)
	}
}

// A control that showed a placeholder with a tag shows the value as its own text; what a control is bound to is filled too.
func TestControls(t *testing.T) {
	sdt := `<w:sdt><w:sdtPr><w:showingPlcHdr/><w:text/></w:sdtPr><w:sdtContent>` + run("{{甲}}") + `</w:sdtContent></w:sdt>`
	got := body(t, filled(t, word(t, "<w:p>"+sdt+"</w:p>"), map[string]any{"甲": "值"}, Strict))
	if want := `<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent><w:r><w:t>值</w:t></w:r></w:sdtContent></w:sdt>`; !strings.Contains(got, want) {
		t.Errorf("got %s", got)
	}
	p := word(t, par("x"))
	item := p.AddPart("customXml/item1.xml", "application/xml", []byte(`<a xmlns="urn:x"><b>{{甲}} {{#乙}}{{.}};{{/乙}}</b></a>`))
	p.AddRel(p.Main(), "customXml", item.Name, false)
	out := filled(t, p, map[string]any{"甲": "<值>", "乙": []any{1, 2}}, Strict)
	if got := string(out.Part(item.Name).Data); got != `<a xmlns="urn:x"><b>&lt;值&gt; 1;2;</b></a>` {
		t.Errorf("got %s", got)
	}
}

// What markers leave behind: nothing, except where Word needs a paragraph.
func TestNoResidue(t *testing.T) {
	data := map[string]any{"成员": people("张三"), "空": []any{}}
	tests := []struct{ name, in, want string }{
		{
			"cell keeps a paragraph with its properties",
			tbl([]string{`<w:p><w:pPr><w:jc w:val="center"/></w:pPr>` + run("{{#空}}x{{/空}}") + `</w:p>`, `<w:p><w:pPr><w:jc w:val="right"/></w:pPr>` + run("{{?空}}") + `</w:p>` + par("x") + par("{{/}}")}), `<w:tc><w:tcPr><w:tcW w:w="1000" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:jc w:val="center"/></w:pPr></w:p></w:tc><w:tc><w:tcPr><w:tcW w:w="1000" w:type="dxa"/></w:tcPr><w:p/></w:tc>`,
		},
		{
			"section paragraph stays", `<w:p><w:pPr><w:sectPr/></w:pPr>` + run("{{#成员}}") + `</w:p>` + par("{{姓名}}") + par("{{/成员}}"), `<w:p><w:pPr><w:sectPr/></w:pPr></w:p><w:p><w:r><w:t>张三</w:t></w:r></w:p>`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := body(t, filled(t, word(t, tt.in), data, Strict))
			if !strings.Contains(got, tt.want) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// Pairs that have no sensible reading are refused in words, never guessed.
func TestRefusedPairs(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"into a table", par("{{#成员}}") + tbl(row("{{姓名}}", "{{/成员}}")), "fill.pair.place"},
		{"out of a table", tbl(row("{{#成员}}{{姓名}}", "x")) + par("{{/成员}}"), "fill.pair.place"},
		{"two loops in a row", tbl(row("{{#成员}}", "{{/成员}}{{#空}}", "{{/空}}")), "fill.pair.place"},
		{"row scope outside a table", par("{{#行:成员}}x{{/成员}}"), "fill.pair.place"},
		{"crossing", par("{{#a}}{{#b}}{{/a}}{{/b}}"), "fill.pair.crossing"},
		{"crossing twice", par("{{#a}}") + par("{{?b}}") + par("{{#c}}") + par("{{/a}}") + par("{{/c}}") + par("{{/b}}"), "fill.pair.crossing fill.pair.crossing"},
		{"crossing inside another", par("{{#z}}") + par("{{#a}}{{#b}}{{/a}}{{/b}}") + par("{{/z}}"), "fill.pair.crossing"},
		{"not crossing", par("{{#a}}{{#b}}{{/a}}x{{/c}}"), "fill.pair.unclosed fill.pair.unopened"},
		{"columns outside a table", par("{{#列:a}}x{{/a}}"), "fill.pair.place"},
		{"document", par("见{{+附件}}"), "fill.object.place"},
		{"paragraph mark inside a tag", par("a{{项目") + par("名称}}b"), "fill.tag.unclosed"},
		{"paragraph marks inside two tags", par("a{{项目") + par("名称}}b{{甲") + par("乙}}"), "fill.tag.unclosed fill.tag.unclosed"},
		{"a paragraph between", par("a{{项目") + par("") + par("名称}}b"), "fill.tag.unclosed fill.tag.unopened"},
		{"cells between", tbl(row("a{{项目", "名称}}b")), "fill.tag.unclosed fill.tag.unopened"},
		{"else in a row", tbl(row("{{?a}}x", "{{:否则}}y{{/}}")), "fill.pair.place"},
		{"empty", par("{{ }}"), "fill.tag.empty"},
		{"type", par("{{a|大写|金额}}"), "fill.filter.type"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tpl, l := Compile(word(t, tt.in), Options{})
			if codes(l) != tt.want || tpl != nil {
				t.Errorf("got %v", l)
			}
		})
	}
}

func TestValueFaults(t *testing.T) {
	p := word(t, par("{{a|金额}}{{b}}{{#c}}{{/c}}")+par("{{#d}}{{e.f|日期}}{{/d}}")+par("{{g}}{{?g > 3}}{{/}}"))
	data := map[string]any{"a": "x", "b": map[string]any{"k": 1}, "c": "文字", "d": []any{map[string]any{"e": map[string]any{"f": "2025-01-01"}}, map[string]any{"e": map[string]any{"f": "昨天"}}}, "g": people("一")}
	_, l := compiled(t, p).Fill(context.Background(), data, FillOptions{})
	want := "fill.value.type fill.value.text fill.value.list fill.value.type fill.value.text fill.value.compare"
	if codes(l) != want {
		t.Fatalf("codes %s\nwant  %s", codes(l), want)
	}
	if l[3].Path != "/d/1/e/f" || l[3].Found != "昨天" {
		t.Errorf("path %s, found %s", l[3].Path, l[3].Found)
	}
}

func TestKnownNames(t *testing.T) {
	known := KnownOf(map[string]any{"项目名称": "x", "成员": people("张三"), "乙方": map[string]any{"单位名称": "x"}})
	p := word(t, par("{{项目名臣}}{{#成圆}}{{随便}}{{/成圆}}{{#成员}}{{姓名}}{{姓明}}{{序号}}{{项目名称}}{{/成员}}{{乙方.单位}}")+par("{{项目名臣}}"))
	_, l := Compile(p, Options{Known: known})
	if codes(l) != "fill.name.unknown fill.name.unknown fill.name.unknown fill.name.unknown" {
		t.Fatalf("findings: %v", l)
	}
	for i, s := range []string{"项目名称", "成员", "姓名", "单位名称"} {
		if !strings.Contains(l[i].Fix.ZH, s) {
			t.Errorf("suggestion %d: %s", i, l[i].Fix.ZH)
		}
	}
	if len(l[0].Related) != 1 {
		t.Errorf("a name used twice is one finding with both places: %+v", l[0])
	}
}

func TestSchema(t *testing.T) {
	tpl := compiled(t, word(t, par("{{项目名称}}{{经费|金额}}{{备注?}}{{#成员}}{{姓名}}{{序号}}{{项目名称}}{{/成员}}{{?乙方.有外方}}{{/}}")))
	if got, want := strings.Join(tpl.Names(), " "), "项目名称 经费 备注 成员 成员.姓名 乙方 乙方.有外方"; got != want {
		t.Errorf("names %q, want %q", got, want)
	}
	s := tpl.Schema()
	if s.Kids[1].Type != "money" || !s.Kids[2].Optional || s.Kids[3].Kind != KindList || s.Kids[4].Kids[0].Kind != KindCond {
		t.Errorf("schema: %+v", s.Kids)
	}
}

func TestUnused(t *testing.T) {
	_, l := compiled(t, word(t, par("{{a}}"))).Fill(context.Background(), map[string]any{"a": 1, "b": 2}, FillOptions{Unused: true})
	if codes(l) != "fill.data.unused" || l.Failed() {
		t.Errorf("findings: %v", l)
	}
}

func TestLint(t *testing.T) {
	in := par("{姓名}", "《${经费}》", "【单位】", "{{真的}}") +
		`<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{{a</w:t></w:r><w:del w:id="1" w:author="a"><w:r><w:delText>x</w:delText></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>b}}</w:t></w:r></w:p>` +
		strings.Replace(tbl(row("{{c}}")), "<w:tr>", `<w:tr><w:trPr><w:trHeight w:val="300" w:hRule="exact"/></w:trPr>`, 1)
	l := Lint(word(t, in), nil)
	want := "fill.lint.near fill.lint.near fill.lint.near fill.lint.revisions fill.lint.deleted fill.lint.format fill.lint.hidden fill.lint.height"
	if l.Failed() || !sameWords(codes(l), want) {
		t.Errorf("codes %s\nwant  %s", codes(l), want)
	}
	l = Lint(word(t, par("{姓名}", "【附注】{{姓名}}")), KnownOf(map[string]any{"姓名": ""}))
	if codes(l) != "fill.lint.near" {
		t.Errorf("with known names: %v", l)
	}
}

func sameWords(a, b string) bool {
	count := map[string]int{}
	for _, w := range strings.Fields(a) {
		count[w]++
	}
	for _, w := range strings.Fields(b) {
		count[w]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

func TestLimits(t *testing.T) {
	tpl := compiled(t, word(t, par("{{#a}}{{#b}}x{{/b}}{{/a}}")))
	many := func(n int) []any { return make([]any, n) }
	if _, l := tpl.Fill(context.Background(), map[string]any{"a": many(200_001)}, FillOptions{}); codes(l) != "fill.limit.copies" {
		t.Errorf("one loop: %v", l)
	}
	if _, l := tpl.Fill(context.Background(), map[string]any{"a": many(2000), "b": many(2000)}, FillOptions{}); codes(l) != "fill.limit.copies" {
		t.Errorf("all loops: %v", l)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if p, l := tpl.Fill(ctx, map[string]any{"a": many(2)}, FillOptions{}); p != nil || codes(l) != "fill.stopped" {
		t.Errorf("cancelled: %v", l)
	}
}

// Strict OOXML and files that use other prefixes are filled in their own spelling.
func TestOtherPrefixes(t *testing.T) {
	doc := `<x:document xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main"><x:body><x:p><x:r><x:rPr><x:b/></x:rPr><x:t>{{甲}}{{乙}}</x:t></x:r></x:p></x:body></x:document>`
	out := filled(t, wordRoot(t, doc), map[string]any{"甲": "1\n2"}, Mark)
	want := `<x:p><x:r><x:rPr><x:b/></x:rPr><x:t>1</x:t><x:br/><x:t>2</x:t></x:r><x:r><x:rPr><x:b/><x:highlight x:val="yellow"/></x:rPr><x:t>〔待填：乙〕</x:t></x:r><x:r><x:rPr><x:b/></x:rPr></x:r></x:p>`
	if got := string(out.Main().Data); !strings.Contains(got, want) {
		t.Errorf("got %s", got)
	}
}

// A template without tags comes out as it went in.
func TestNoTags(t *testing.T) {
	p := word(t, par("文字 {a}")+tbl(row("a", "b")))
	out := filled(t, p, nil, Strict)
	for _, part := range p.Parts() {
		if string(out.Part(part.Name).Data) != string(part.Data) {
			t.Errorf("%s changed", part.Name)
		}
	}
}
