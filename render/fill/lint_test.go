package fill

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"tripact/problem"
	"tripact/render/docx"
)

const textBox = `<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="100" cy="100"/><wp:docPr id="1" name="b"/>` +
	`<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:txbx><w:txbxContent>CHOICE</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>` +
	`<mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>FALLBACK</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`

func boxOf(choice, fallback string) string {
	return strings.NewReplacer("CHOICE", par(choice), "FALLBACK", par(fallback)).Replace(textBox)
}

// Each rule finds its case, and says nothing of the case beside it that is in order.
func TestLintRules(t *testing.T) {
	sectWith := func(refs string) string { return strings.Replace(sect, "<w:sectPr>", "<w:sectPr>"+refs, 1) }
	header := []string{"header1", `<w:hdr ` + nsAll + `>` + par("{{编号}}") + `</w:hdr>`}
	merged := strings.Replace(strings.Replace(tbl(row("组", "姓名"), row("", "{{#成员}}{{姓名}}{{/成员}}")),
		`<w:tcW w:w="1000" w:type="dxa"/>`, `<w:tcW w:w="1000" w:type="dxa"/><w:vMerge w:val="restart"/>`, 1), par("")+"</w:tc>", "<w:p/></w:tc>", 1)
	merged = strings.Replace(merged, `</w:tr><w:tr><w:tc><w:tcPr><w:tcW w:w="1000" w:type="dxa"/>`, `</w:tr><w:tr><w:tc><w:tcPr><w:tcW w:w="1000" w:type="dxa"/><w:vMerge/>`, 1)
	merged = strings.Replace(strings.Replace(merged, "{{#成员}}{{姓名}}{{/成员}}", "{{#行:成员}}{{姓名}}{{/成员}}", 1), "<w:p/>", par(""), 1)
	settings := func(inner string) []string {
		return []string{"settings", `<w:settings ` + nsAll + `>` + inner + `</w:settings>`}
	}
	field := func(code string) string {
		return `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">` + code + `</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>` + run("x") + `<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`
	}
	ins := func(s string) string {
		return `<w:ins w:id="1" w:author="a" w:date="2025-01-01T00:00:00Z">` + run(s) + `</w:ins>`
	}
	picture := func(extent string) string {
		return `<w:p><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">` + extent + `<wp:docPr id="1" name="b"/><a:graphic/></wp:inline></w:drawing></w:r></w:p>`
	}
	mark := func(id, name string) string {
		return `<w:p><w:bookmarkStart w:id="` + id + `" w:name="` + name + `"/><w:bookmarkEnd w:id="` + id + `"/></w:p>`
	}
	control := `<w:sdt><w:sdtPr><w:id w:val="9"/></w:sdtPr><w:sdtContent>` + par("x") + `</w:sdtContent></w:sdt>`
	tests := []struct {
		name, body string
		more       []string
		want       string
	}{
		{"lone open", par("前{{姓名"), nil, "fill.tag.unclosed"},
		{"lone close", par("姓名}}后"), nil, "fill.tag.unopened"},
		{"comment inside a tag", `<w:p>` + run("{{姓") + `<w:commentRangeStart w:id="3"/>` + run("名}}") + `<w:commentRangeEnd w:id="3"/></w:p>`, nil, "fill.lint.comment"},
		{"comment around a tag", `<w:p><w:commentRangeStart w:id="3"/>` + run("{{姓名}}") + `<w:commentRangeEnd w:id="3"/></w:p>`, nil, ""},
		{"tag half inserted", `<w:p>` + run("{{姓") + ins("名}}") + `</w:p>`, nil, "fill.lint.revisions fill.lint.inserted"},
		{"tag wholly inserted", `<w:p>` + ins("{{姓名}}") + `</w:p>`, nil, "fill.lint.revisions"},
		{"field code", field(`HYPERLINK "{{网址}}"`), nil, "fill.lint.field"},
		{"contents", field(`TOC \o "1-3"`), nil, "fill.lint.toc"},
		{"pages", field(`NUMPAGES`), nil, "fill.lint.numpages"},
		{"page", field(`PAGE`), nil, ""},
		{"box in one form only", boxOf("{{姓名}}", "姓名"), nil, "fill.lint.fallback"},
		{"box in both forms", boxOf("{{姓名}}", "{{ 姓名 }}"), nil, ""},
		{"picture without size", picture(""), nil, "fill.lint.extent fill.lint.missing"},
		{"picture of size nothing", picture(`<wp:extent cx="0" cy="100"/>`), nil, "fill.lint.extent"},
		{"picture", picture(`<wp:extent cx="100" cy="100"/>`), nil, ""},
		{"rows beside a merged cell", merged, nil, "fill.lint.merge"},
		{"header of no section", par("x"), header, "fill.lint.header"},
		{"header of the section", sectWith(`<w:headerReference w:type="default" r:id="header1"/>`), header, ""},
		{"header of a first page that is not", sectWith(`<w:headerReference w:type="first" r:id="header1"/>`), header, "fill.lint.header"},
		{"header of a first page", strings.Replace(sectWith(`<w:headerReference w:type="first" r:id="header1"/>`), "</w:sectPr>", "<w:titlePg/></w:sectPr>", 1), header, ""},
		{"header of even pages that are not", sectWith(`<w:headerReference w:type="even" r:id="header1"/>`), header, "fill.lint.header"},
		{"old compatibility", par("x"), settings(""), "fill.lint.compat"},
		{"drawing number twice", picture(`<wp:extent cx="1" cy="1"/>`) + picture(`<wp:extent cx="1" cy="1"/>`), nil, "fill.lint.id"},
		{"bookmark name twice", mark("1", "甲") + mark("2", "甲"), nil, "fill.lint.id"},
		{"bookmark number twice", mark("1", "甲") + mark("1", "乙"), nil, "fill.lint.id"},
		{"two bookmarks", mark("1", "甲") + mark("2", "乙") + mark("3", "_GoBack") + mark("4", "_GoBack"), nil, ""},
		{"paragraph number twice", `<w:p w14:paraId="0000000a"/><w:p w14:paraId="0000000A"/>`, nil, "fill.lint.id"},
		{"control number twice", control + control, nil, "fill.lint.id"},
		{"comment number twice", par("x"), []string{"comments", `<w:comments ` + nsAll + `>` + strings.Repeat(`<w:comment w:id="1" w:author="a"><w:p/></w:comment>`, 2) + `</w:comments>`}, "fill.lint.id"},
		{"paragraph number in both forms of a box", strings.ReplaceAll(boxOf("x", "x"), "<w:txbxContent><w:p>", `<w:txbxContent><w:p w14:paraId="0000000A">`), nil, ""},
		{"picture that is not there", `<w:p><w:r><w:drawing><wp:inline><wp:extent cx="1" cy="1"/><wp:docPr id="1" name="b"/><a:graphic><a:blip r:embed="rId77"/></a:graphic></wp:inline></w:drawing></w:r></w:p>`, nil, "fill.lint.relationship"},
		{"relationship to no part", par("x"), []string{"!", "media/no.png"}, "fill.lint.relationship"},
		{"run properties out of order", `<w:p><w:r><w:rPr><w:sz w:val="21"/><w:b/></w:rPr><w:t>x</w:t></w:r></w:p>`, nil, "fill.lint.order"},
		{"cell properties out of order", strings.Replace(tbl(row("x")), `<w:tcPr>`, `<w:tcPr><w:vMerge/>`, 1), nil, "fill.lint.order"},
		{"properties in order", `<w:p><w:pPr><w:keepNext/><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:b/><w:sz w:val="21"/></w:rPr><w:t>x</w:t></w:r></w:p>`, nil, ""},
		{"unknown element", `<w:p><w:pPr><w:bogus/></w:pPr></w:p>`, nil, "fill.lint.unknown"},
		{"unknown attribute", `<w:p><w:pPr><w:jc w:val="left" w:bogus="1"/></w:pPr></w:p>`, nil, "fill.lint.unknown"},
		{"value out of range", `<w:p><w:pPr><w:jc w:val="middle"/></w:pPr></w:p>`, nil, "fill.lint.value"},
		{"value that a tag gives", `<w:p><w:hyperlink w:history="{{x}}" w:anchor="a">` + run("{{x}}") + `</w:hyperlink></w:p>`, nil, ""},
		{"list that is not there", `<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr></w:pPr></w:p>`, nil, "fill.lint.reference"},
		{"table without grid", strings.Replace(tbl(row("x")), `<w:tblGrid><w:gridCol w:w="1000"/></w:tblGrid>`, "", 1), nil, "fill.lint.missing"},
		{"cell without paragraph", strings.Replace(tbl(row("x")), par("x"), "", 1), nil, "fill.lint.structure"},
		{"row without cell", tbl(row("x"), nil), nil, "fill.lint.structure"},
		{"table without row", `<w:tbl><w:tblPr/><w:tblGrid/></w:tbl>`, nil, "fill.lint.structure"},
		{"half a bookmark", `<w:p><w:bookmarkStart w:id="1" w:name="甲"/></w:p>`, nil, "fill.lint.range"},
		{"half a comment", `<w:p><w:commentRangeEnd w:id="1"/></w:p>`, nil, "fill.lint.range"},
		{"note that is not there", `<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>`, nil, "fill.lint.reference"},
		{"note that is", `<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>`, []string{"footnotes", `<w:footnotes ` + nsAll + `><w:footnote w:id="2">` + par("注") + `</w:footnote></w:footnotes>`}, ""},
		{"no compatibility", par("x"), settings(`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>`), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := `<w:document ` + nsAll + `><w:body>` + tt.body + `</w:body></w:document>`
			more := tt.more
			if len(more) > 0 && more[0] == "!" {
				more = nil
			}
			p := wordRoot(t, doc, more...)
			if len(tt.more) > 0 && more == nil {
				p.AddRels(p.Main(), []docx.Rel{{ID: "rId99", Type: "image", Target: tt.more[1]}})
			}
			r := Inspect(p, LintOptions{})
			if got := codes(r.Findings); !sameWords(got, tt.want) {
				t.Errorf("codes %q, want %q", got, tt.want)
			}
			for _, f := range r.Findings {
				if f.Place == nil || f.Message.ZH == "" || f.Message.EN == "" {
					t.Errorf("%s: no place or no text: %v", f.Code, f)
				}
			}
		})
	}
}

// Fonts are named once each, through styles and theme, and only those that are used.
func TestLintFonts(t *testing.T) {
	styles := `<w:styles ` + nsAll + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Default"/></w:rPr></w:rPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:rPr><w:rFonts w:eastAsia="Body"/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="c"/></w:style><w:style w:type="paragraph" w:styleId="c"><w:rPr><w:rFonts w:hAnsi="Base"/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="d"><w:rPr><w:rFonts w:ascii="Never"/></w:rPr></w:style></w:styles>`
	b := `<w:p><w:pPr><w:pStyle w:val="b"/></w:pPr><w:r><w:rPr><w:rFonts w:ascii="Run" w:eastAsia="有的字体"/></w:rPr><w:t>x</w:t></w:r></w:p>` + par("y") +
		`<w:p><w:pPr><w:pStyle w:val="d"/></w:pPr></w:p>`
	r := Inspect(word(t, b, "styles", styles), LintOptions{Instead: func(name string) string {
		if name == "有的字体" {
			return ""
		}
		return "宋体"
	}})
	var got []string
	for _, f := range r.Findings {
		got = append(got, f.Found)
	}
	if !sameWords(strings.Join(got, " "), "Default Body Base Run") {
		t.Errorf("fonts %v", got)
	}
}

// badTemplate is a template with a fault of every kind of place.
func badTemplate(t *testing.T) *docx.Package {
	return word(t, par("{{成圆}}与{{成员}}")+"<w:p/>"+par("{{没有")+tbl(row("{{成圆}}", "{{#成员}}"))+boxOf("{{框}}", "框")+
		`<w:p>`+run("注")+`<w:r><w:footnoteReference w:id="2"/></w:r></w:p>`,
		"footnotes", `<w:footnotes `+nsAll+`><w:footnote w:id="2">`+par("{{脚注里}}")+`</w:footnote></w:footnotes>`,
		"header1", `<w:hdr `+nsAll+`>`+par("{{页眉里}}")+`</w:hdr>`)
}

// The copy has a comment for each place, at the tag where there is one, and is as valid as the template.
func TestCommented(t *testing.T) {
	p := badTemplate(t)
	r := Inspect(p, LintOptions{Known: KnownOf(map[string]any{"成员": people("一")})})
	places := 0
	for _, f := range r.Findings {
		places += 1 + len(f.Related)
	}
	out := r.Commented("zh")
	sound(t, out)
	comments := out.Related(out.Main(), "comments")
	if len(comments) != 1 {
		t.Fatalf("%d parts of comments", len(comments))
	}
	root, err := comments[0].Parse()
	if err != nil {
		t.Fatal(err)
	}
	if len(root.Kids) != places {
		t.Errorf("%d comments for %d places", len(root.Kids), places)
	}
	for _, c := range root.Kids {
		author, _ := c.Attr("w:author")
		if _, dated := c.Attr("w:date"); author != "tripact" || dated {
			t.Errorf("comment by %q, dated %v", author, dated)
		}
	}
	main := string(out.Main().Data)
	// The comment holds the run of its tag, no more.
	if want := `<w:r><w:t xml:space="preserve">{{成圆}}与{{成员}}</w:t></w:r><w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>`; !strings.Contains(main, want) {
		t.Errorf("no %s in\n%s", want, main)
	}
	if strings.Contains(string(comments[0].Data), "{{") {
		t.Error("a comment holds a tag")
	}
	again, err := r.Commented("zh").Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if first, _ := out.Bytes(); !bytes.Equal(first, again) {
		t.Error("the same report gives other bytes")
	}
	// A copy that is checked again has the same faults and new comments beside the old.
	second := Inspect(out, LintOptions{Known: KnownOf(map[string]any{"成员": people("一")})})
	if a, b := codes(r.Findings), codes(second.Findings); a != b {
		t.Errorf("codes %s, in the copy %s", a, b)
	}
	sound(t, second.Commented("en"))
	before, after := validate(t, p, "template"), validate(t, out, "commented")
	if worse := newErrors(before, after); worse != "" {
		t.Errorf("new errors:\n%s\n%s", worse, main)
	}
	if worse := newErrors(before, validate(t, second.Commented("en"), "twice")); worse != "" {
		t.Errorf("new errors with comments of before:\n%s", worse)
	}
}

// Pages reach the places, through text boxes and notes to the paragraph that holds or cites them.
func TestProbe(t *testing.T) {
	r := Inspect(badTemplate(t), LintOptions{})
	probe, setPages := r.Probe()
	sound(t, probe)
	root, err := probe.Main().Parse()
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]int{}
	var walk func(*docx.Node)
	walk = func(n *docx.Node) {
		if name, _ := n.Attr("w:name"); n.Name == "w:bookmarkStart" {
			pages[name] = len(pages) + 1
		}
		for _, k := range n.Kids {
			walk(k)
		}
	}
	walk(root)
	setPages(pages, map[string]int{"word/header1.xml": 99})
	for _, f := range r.Findings {
		if beside := f.Place.Story == "页眉"; f.Place.Page == 0 || (f.Place.Page == 99) != beside {
			t.Errorf("%s in %s: page %d", f.Code, f.Place.Story, f.Place.Page)
		}
	}
}

// Lint reports of a file that uses other prefixes are spelled in them.
func TestCommentedOtherPrefixes(t *testing.T) {
	for _, doc := range []string{
		`<x:document xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main"><x:body><x:p><x:r><x:t>{{没有</x:t></x:r></x:p><x:p/></x:body></x:document>`,
		`<document xmlns="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><body><p><r><t>{{没有</t></r></p></body></document>`,
	} {
		out := Inspect(wordRoot(t, doc), LintOptions{}).Commented("zh")
		sound(t, out)
		root, err := out.Main().Parse()
		if err != nil {
			t.Fatal(err)
		}
		if find(root, func(n *docx.Node) bool { _, ok := n.Attr("w:id"); return n.Name == "w:commentReference" && ok }) == nil {
			t.Errorf("no comment in %s", out.Main().Data)
		}
	}
}

func TestSARIF(t *testing.T) {
	r := Inspect(badTemplate(t), LintOptions{Known: KnownOf(map[string]any{"成员": people("一")})})
	data, err := SARIF(r.Findings, "模板/a b.docx", "1.0", "zh")
	if err != nil {
		t.Fatal(err)
	}
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID    string
				RuleIndex int
				Level     string
				Message   struct{ Text string }
				Locations []struct {
					PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
					LogicalLocations []struct{ FullyQualifiedName string }
				}
			}
		}
	}
	if err := json.Unmarshal(data, &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if log.Version != "2.1.0" || len(run.Results) != len(r.Findings) {
		t.Fatalf("version %s, %d results for %d findings", log.Version, len(run.Results), len(r.Findings))
	}
	for i, res := range run.Results {
		f := r.Findings[i]
		level := map[problem.Severity]string{problem.Fail: "error", problem.Warn: "warning", problem.Info: "note"}[f.Severity]
		if res.RuleID != f.Code || run.Tool.Driver.Rules[res.RuleIndex].ID != f.Code || res.Level != level || !strings.HasPrefix(res.Message.Text, f.Message.ZH) {
			t.Errorf("%v for %v", res, f)
		}
		if uri := res.Locations[0].PhysicalLocation.ArtifactLocation.URI; uri != "%E6%A8%A1%E6%9D%BF/a%20b.docx" {
			t.Errorf("URI %s", uri)
		}
	}
}

const schemaBody = "{{项目名称}}{{经费|金额}}{{备注?}}{{?经费 > 1000}}大{{/}}{{?人数 >= 3}}多{{:否则}}少{{/}}{{?有外方}}{{外方.名称}}{{/}}" +
	"{{#成员}}{{序号}}{{姓名}}{{生日|日期:\"yyyy年M月d日 HH:mm\"}}{{?主持}}★{{/}}{{项目名称}}{{#论文}}{{.}}{{/论文}}{{/成员}}{{关键词|拼接:\"、\"}}{{预算|求和:\"金额\"}}{{甲方.法人}}{{比例|默认:\"无\"|大写字母}}"

func TestJSONSchema(t *testing.T) {
	tpl := compiled(t, word(t, par(schemaBody)))
	data, err := tpl.JSONSchema("样例")
	if err != nil {
		t.Fatal(err)
	}
	type node struct {
		Type       any
		AnyOf      []struct{ Type string }
		Properties map[string]*node
		Required   []string
		Items      *node
		Places     []problem.Place `json:"x-places"`
	}
	var root node
	if err := json.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(root.Required, " "); !sameWords(got, "项目名称 经费 外方 成员 关键词 预算 甲方") {
		t.Errorf("required %s", got)
	}
	member := root.Properties["成员"].Items
	if member == nil || !sameWords(strings.Join(member.Required, " "), "姓名 生日 论文") || member.Properties["项目名称"] != nil {
		t.Errorf("members: %+v", member)
	}
	if p := root.Properties["人数"]; len(p.AnyOf) == 0 || p.AnyOf[0].Type != "number" {
		t.Errorf("人数: %+v", p)
	}
	if p := root.Properties["项目名称"]; len(p.Places) == 0 || p.Places[0].Paragraph != 1 || p.Places[0].Story != "正文" {
		t.Errorf("places of 项目名称: %+v", p.Places)
	}
	if p := root.Properties["外方"]; p == nil || p.Properties["名称"] == nil {
		t.Errorf("外方: %+v", p)
	}
}

// Sample data fills the template that it was made for, with nothing missing.
func TestSample(t *testing.T) {
	for _, b := range []string{par(schemaBody), par("{{#甲}}{{#乙}}{{丙}}{{上级.丁}}{{/乙}}{{?戊=\"是\"}}x{{/}}{{/甲}}"), par("{{?列表}}有{{/}}{{#列表}}{{名}}{{/列表}}{{列表|计数}}"), par("{{pi.name}}{{#组}}{{pi|勾选}}{{/组}}")} {
		tpl := compiled(t, word(t, b))
		p, l := tpl.Fill(context.Background(), tpl.Sample(), FillOptions{Missing: Strict})
		if l.Failed() {
			t.Errorf("%s: %v", b, l)
			continue
		}
		sound(t, p)
	}
	tpl := compiled(t, word(t, par(schemaBody)))
	out := filled(t, tpl.pkg, tpl.Sample(), Strict)
	if got := mainText(t, out); !strings.HasPrefix(got, "项目名称1,001.00备注大多") || !strings.Contains(got, "2姓名2025年8月5日 09:30★项目名称论文1论文2") {
		t.Errorf("%s", got)
	}
}

// Sample data knows objects, and names wherever they stand: filling with it leaves no finding at all.
func TestSampleObjects(t *testing.T) {
	bodies := map[string]string{
		"objects":       par("{{@签章:60mm}}{{@二维码:网址}}{{@图:40×30mm}}") + par("{{*说明}}") + par("文{{*行内}}字") + par("{{+附件一}}") + par("{{#件}}") + par("{{+附件}}") + par("{{/件}}") + par("{{分页}}"),
		"filters":       par("{{编号|文号}}{{主页|链接}}{{式子|上标}}{{电话|脱敏:\"电话\"}}{{比例|百分比}}{{年数|中文数字}}{{词|拼接:\"、\"}}{{账|求和:\"数\"|金额}}{{密|勾选}}"),
		"columns":       tbl(row("科目", "{{#列:年度}}{{年}}{{/年度}}"), row("{{#科目}}{{名}}", "{{金额|金额}}{{/科目}}")),
		"own columns":   tbl(row("姓名", "{{月}}"), row("{{#人}}{{姓名}}", "{{#列:月份}}{{时}}{{/月份}}{{/人}}")),
		"merged":        tbl(row("{{#人}}{{合并:单位}}", "{{名}}{{/人}}")),
		"merged across": tbl(row("科目", "{{#列:月份}}{{合并:季}}"), row("", "{{月}}{{/月份}}")),
		"notes":         par("{{#人}}") + `<w:p>` + run("{{名}}") + `<w:r><w:footnoteReference w:id="2"/></w:r></w:p>` + par("{{/人}}"),
		"alt texts":     par("{{#人}}") + `<w:p>` + run("{{姓名}}") + framed(1, "inline", "照片 {{@照片}}", "rIdP") + `</w:p>` + par("{{/人}}") + `<w:p>` + strings.ReplaceAll(framed(2, "inline", "{{@二维码:链}}", "rIdP"), "1440000", "720000") + `</w:p>`,
		"charts":        `<w:p>` + charted("1", "{{@专题表:专题}}", "rIdC") + `</w:p>`,
		"chart, plain":  `<w:p>` + charted("1", "{{@专题表}}", "rIdC") + `</w:p>`,
		"link address":  `<w:p><w:hyperlink r:id="rIdL">` + run("{{名}}") + `</w:hyperlink></w:p>`,
		"loop of texts": par("{{#人}}") + par("{{.}}") + par("{{/人}}"),
	}
	for name, b := range bodies {
		t.Run(name, func(t *testing.T) {
			p := word(t, b, "footnotes", `<w:footnotes `+nsAll+`><w:footnote w:id="2">`+par("{{出处}}")+`</w:footnote></w:footnotes>`)
			withChart(t, p, false)
			part := p.AddPart("word/media/image1.png", "image/png", pngOf(t, 2, 1))
			p.AddRels(p.Main(), []docx.Rel{{ID: "rIdP", Type: "image", Target: part.Name}, {ID: "rIdL", Type: "hyperlink", Target: "https://example.cn/{{编号}}", External: true}})
			tpl := compiled(t, p)
			out, l := tpl.Fill(t.Context(), tpl.Sample(), FillOptions{Unused: true})
			if len(l) > 0 {
				t.Fatal(l)
			}
			sound(t, out)
			if out, l = tpl.Fill(t.Context(), map[string]any{}, FillOptions{}); out != nil || !l.Failed() {
				t.Error("the template needs nothing")
			}
		})
	}
}

// The log is valid by the schema of SARIF 2.1.0 (OASIS, errata 01), which the library brings along; and the library, which
// knows the schema's properties only, loses nothing of it.
func TestSARIFSchema(t *testing.T) {
	found := Inspect(badTemplate(t), LintOptions{Known: KnownOf(map[string]any{"成员": people("一")})}).Findings
	for i, lang := range []string{"zh", "en"} {
		data, err := SARIF(found[:len(found)*i], "模板/a b.docx", "1.0", lang) // none, then all
		if err != nil {
			t.Fatal(err)
		}
		log, err := sarif.FromBytes(data)
		if err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(log)
		if err != nil {
			t.Fatal(err)
		}
		// The library writes out what a log leaves out, two of these against the schema.
		log.Runs[0].NewlineSequences = []string{"\n"}
		log.Runs[0].Tool.Driver.Language = "en"
		if err := log.Validate(); err != nil {
			t.Error(err)
		}
		var ours, theirs any
		if err := errors.Join(json.Unmarshal(data, &ours), json.Unmarshal(again, &theirs)); err != nil {
			t.Fatal(err)
		}
		if lost := missingIn(ours, theirs, ""); lost != "" {
			t.Errorf("%s is no property of SARIF", lost)
		}
		if rel := strings.Count(string(data), `"relatedLocations"`); i == 1 && rel == 0 {
			t.Error("no finding with several places is tried")
		}
	}
}

// missingIn names the first property of a that b has not.
func missingIn(a, b any, at string) string {
	switch a := a.(type) {
	case map[string]any:
		m, _ := b.(map[string]any)
		for k, v := range a {
			w, ok := m[k]
			if !ok {
				return at + "/" + k
			}
			if lost := missingIn(v, w, at+"/"+k); lost != "" {
				return lost
			}
		}
	case []any:
		l, _ := b.([]any)
		for i, v := range a {
			if i >= len(l) {
				return at + "/" + strconv.Itoa(i)
			}
			if lost := missingIn(v, l[i], at+"/"+strconv.Itoa(i)); lost != "" {
				return lost
			}
		}
	}
	return ""
}

// What the file itself carries is told with the template: macros, content fetched from elsewhere, and a file beyond the
// limits, which is not opened at all.
func TestLintFile(t *testing.T) {
	p := word(t, par("{{姓名}}"))
	part := p.AddPart("word/vbaProject.bin", "application/vnd.ms-office.vbaProject", []byte("x"))
	p.AddRels(p.Main(), []docx.Rel{{ID: "rIdV", Type: "http://schemas.microsoft.com/office/2006/relationships/vbaProject", Target: part.Name}})
	p.AddRel(p.Main(), "image", "http://intranet/secret.png", true)
	p.AddRel(p.Main(), "hyperlink", "https://example.cn/", true) // fetched by nobody
	l := Lint(p, nil)
	if !sameWords(codes(l), "docx.macro docx.external") {
		t.Fatalf("%v", l)
	}
	for _, f := range l {
		if f.Severity != problem.Warn || f.Place == nil || f.Code == "docx.external" && f.Found != "http://intranet/secret.png" {
			t.Errorf("%+v", f)
		}
	}
	p.Set(p.Main().Name, []byte(strings.Replace(string(p.Main().Data), "<w:body>", "<w:body>"+strings.Repeat(par("一二三四五六七八九十"), 40_000), 1))) // packs 200 times and more
	data, err := p.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := docx.Open(data); codes(problem.Of(err)) != "docx.limit.ratio" {
		t.Errorf("%v", err)
	}
}

// Text hidden by a style is hidden, unless the run shows it again.
func TestLintHiddenByStyle(t *testing.T) {
	const styles = `<w:styles ` + nsAll + `><w:style w:type="paragraph" w:styleId="p"><w:name w:val="p"/><w:rPr><w:vanish/></w:rPr></w:style><w:style w:type="character" w:styleId="c"><w:name w:val="c"/><w:rPr><w:vanish w:val="1"/></w:rPr></w:style>` +
		`<w:style w:type="character" w:styleId="d"><w:name w:val="d"/><w:basedOn w:val="c"/></w:style><w:style w:type="character" w:styleId="e"><w:name w:val="e"/><w:basedOn w:val="c"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style></w:styles>`
	for pr, hidden := range map[[2]string]bool{
		{`<w:pStyle w:val="p"/>`, ""}: true, {"", `<w:rStyle w:val="c"/>`}: true, {"", `<w:rStyle w:val="d"/>`}: true, {"", `<w:rStyle w:val="e"/>`}: false,
		{`<w:pStyle w:val="p"/>`, `<w:vanish w:val="false"/>`}: false, {"", `<w:vanish/>`}: true, {"", ""}: false,
	} {
		p := word(t, `<w:p><w:pPr>`+pr[0]+`</w:pPr><w:r><w:rPr>`+pr[1]+`</w:rPr><w:t>{{名}}</w:t></w:r></w:p>`, "styles", styles)
		if got := strings.Contains(codes(Lint(p, nil)), "fill.lint.hidden"); got != hidden {
			t.Errorf("%q: hidden %v", pr, got)
		}
	}
}
