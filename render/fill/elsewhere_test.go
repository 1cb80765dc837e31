package fill

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"tripact/render/docx"
)

const dml = `xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"`

// add puts a part into p, related from its main part by kind.
func add(p *docx.Package, name, contentType, kind, data string) {
	part := p.AddPart(name, contentType, []byte(data))
	p.AddRel(p.Main(), kind, part.Name, false)
}

// Text of SmartArt, in the data and the drawing, and of charts is filled, in cut runs too, with loops inside a text.
func TestDrawingText(t *testing.T) {
	body := `<a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="ctr"/><a:r><a:rPr lang="zh-CN" b="1"/><a:t>甲：{{项目</a:t></a:r><a:r><a:rPr lang="en-US"/><a:t>名称}} 尾 </a:t></a:r><a:endParaRPr lang="zh-CN"/></a:p>` +
		`<a:p><a:r><a:t>{{#人}}</a:t></a:r></a:p><a:p><a:r><a:t>{{姓名}}</a:t></a:r></a:p><a:p><a:r><a:t>{{/人}}</a:t></a:r></a:p>`
	want := `<a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="ctr"/><a:r><a:rPr lang="zh-CN" b="1"/><a:t>甲：一</a:t></a:r><a:br/><a:r><a:rPr lang="zh-CN" b="1"/><a:t>二</a:t></a:r><a:r><a:rPr lang="en-US"/><a:t> 尾 </a:t></a:r><a:endParaRPr lang="zh-CN"/></a:p>`
	p := word(t, par("x"))
	add(p, "word/diagrams/data1.xml", "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml", "diagramData",
		`<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" `+dml+`><dgm:ptLst><dgm:pt modelId="1"><dgm:t>`+body+`</dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>`)
	add(p, "word/diagrams/drawing1.xml", "application/vnd.ms-office.drawingml.diagramDrawing+xml", "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing",
		`<dsp:drawing xmlns:dsp="http://schemas.microsoft.com/office/drawing/2008/diagram" `+dml+`><dsp:spTree><dsp:sp><dsp:txBody>`+body+`</dsp:txBody></dsp:sp></dsp:spTree></dsp:drawing>`)
	add(p, "word/charts/chart1.xml", "application/vnd.openxmlformats-officedocument.drawingml.chart+xml", "chart",
		`<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" `+dml+`><c:chart><c:title><c:tx><c:rich>`+body+`</c:rich></c:tx></c:title></c:chart></c:chartSpace>`)
	for n, people := range map[int]string{0: "", 2: `<a:p><a:r><a:t>张三</a:t></a:r></a:p><a:p><a:r><a:t>李四</a:t></a:r></a:p>`} {
		out := filled(t, p, map[string]any{"项目名称": "一\n二", "人": []any{map[string]any{"姓名": "张三"}, map[string]any{"姓名": "李四"}}[:n]}, Strict)
		for _, name := range []string{"word/diagrams/data1.xml", "word/diagrams/drawing1.xml", "word/charts/chart1.xml"} {
			if got := string(out.Part(name).Data); !strings.Contains(got, want+people+"</") {
				t.Errorf("%s: got %s", name, got)
			}
		}
	}
}

// A pair of tags does not reach from one shape of a SmartArt to another: one finding names both ends, in the data and in the
// drawing, and what is inside a shape still works.
func TestPairsOverShapes(t *testing.T) {
	shape := func(s ...string) string {
		out := `<a:bodyPr/>`
		for _, p := range s {
			out += `<a:p><a:r><a:t>` + p + `</a:t></a:r></a:p>`
		}
		return out
	}
	smart := func(shapes ...string) *docx.Package {
		p := word(t, par("x"))
		data, drawing := "", ""
		for _, s := range shapes {
			data += `<dgm:pt modelId="1"><dgm:t>` + s + `</dgm:t></dgm:pt>`
			drawing += `<dsp:sp><dsp:txBody>` + s + `</dsp:txBody></dsp:sp>`
		}
		add(p, "word/diagrams/data1.xml", "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml", "diagramData",
			`<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" `+dml+`><dgm:ptLst>`+data+`</dgm:ptLst></dgm:dataModel>`)
		add(p, "word/diagrams/drawing1.xml", "application/vnd.ms-office.drawingml.diagramDrawing+xml", "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing",
			`<dsp:drawing xmlns:dsp="http://schemas.microsoft.com/office/drawing/2008/diagram" `+dml+`><dsp:spTree>`+drawing+`</dsp:spTree></dsp:drawing>`)
		return p
	}
	tests := []struct {
		name   string
		shapes []string
		codes  string
	}{
		{"marks in shapes of their own", []string{shape("{{#人}}"), shape("{{姓名}}"), shape("{{/人}}")}, "fill.pair.shape"},
		{"short close", []string{shape("{{?有}}甲"), shape("乙{{/}}")}, "fill.pair.shape"},
		{"two pairs", []string{shape("{{#人}}"), shape("{{?有}}"), shape("{{/有}}"), shape("{{/人}}")}, "fill.pair.shape fill.pair.shape"},
		{"inside one, beside another", []string{shape("{{#人}}{{姓名}}{{/人}}{{#人}}"), shape("{{/人}}")}, "fill.pair.shape"},
		{"never closed", []string{shape("{{#人}}"), shape("x")}, "fill.pair.unclosed"},
		{"inside", []string{shape("{{#人}}", "{{姓名}}", "{{/人}}"), shape("{{?有}}甲{{/}}")}, ""},
	}
	for _, tt := range tests {
		_, l := Compile(smart(tt.shapes...), Options{})
		if codes(l) != tt.codes {
			t.Errorf("%s: %v", tt.name, l)
		}
		if tt.codes == "fill.pair.shape" && (len(l[0].Related) == 0 || l[0].Place == nil || l[0].Place.Part != "word/diagrams/data1.xml") {
			t.Errorf("%s: at %v, related %v", tt.name, l[0].Place, l[0].Related)
		}
	}
}

// Addresses of hyperlinks are filled, each copy's for itself; field instructions keep their quotations.
func TestLinkTargets(t *testing.T) {
	p := word(t, par("{{#人}}")+`<w:p><w:hyperlink r:id="rId90">`+run("{{姓名}}")+`</w:hyperlink></w:p>`+par("{{/人}}")+
		`<w:p><w:hyperlink r:id="rId91" w:tooltip="{{题}}">`+run("网址")+`</w:hyperlink><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> HYPERLINK "{{题}}" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`+
		`<w:fldSimple w:instr=" QUOTE &quot;{{题}}&quot; ">`+run("x")+`</w:fldSimple></w:p>`)
	const typ = relNS + "hyperlink"
	link := func(p *docx.Package, id, target string) {
		p.ReplaceRels(p.Main(), nil, []docx.Rel{{ID: id, Type: typ, Target: target, External: true}})
	}
	link(p, "rId90", "https://example.org/%7B%7B%E7%BC%96%E5%8F%B7%7D%7D?a=%20b")
	link(p, "rId91", "{{网址}}")
	data := map[string]any{"人": []any{map[string]any{"姓名": "张三", "编号": "甲 1"}, map[string]any{"姓名": "李四", "编号": "a&b"}, map[string]any{"姓名": "王五", "编号": "甲 1"}}, "网址": "https://example.org/a b", "题": `a"b\`}
	out := filled(t, p, data, Strict)
	var targets []string
	for _, m := range regexp.MustCompile(`<w:hyperlink r:id="([^"]*)"`).FindAllStringSubmatch(body(t, out), -1) {
		r, ok := out.Rel(out.Main(), m[1])
		if !ok || !r.External {
			t.Errorf("%s does not resolve", m[1])
		}
		targets = append(targets, r.Target)
	}
	if got, want := strings.Join(targets, "\n"), "https://example.org/%E7%94%B2%201?a=%20b\nhttps://example.org/a%26b?a=%20b\nhttps://example.org/%E7%94%B2%201?a=%20b\nhttps://example.org/a%20b"; got != want {
		t.Errorf("targets\n%s\nwant\n%s", got, want)
	}
	got := body(t, out)
	for _, s := range []string{`HYPERLINK "a\"b\\" </w:instrText>`, `w:instr=" QUOTE &quot;a\&quot;b\\&quot; "`, `w:tooltip="a&quot;b\"`} {
		if !strings.Contains(got, s) {
			t.Errorf("%s is not in %s", s, got)
		}
	}
	data2, err := out.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	again, err := docx.Open(data2)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(again.Rels(again.Main())); n != 3 {
		t.Errorf("%d relationships are written, want 3", n)
	}
	data["网址"] = "javascript:x"
	if _, l := compiled(t, p).Fill(context.Background(), data, FillOptions{}); codes(l) != "fill.value.link" {
		t.Errorf("a program as address: %v", l)
	}
	known := KnownOf(map[string]any{"人": data["人"], "题": "", "网址": ""})
	if _, l := Compile(p, Options{Known: known}); len(l) > 0 {
		t.Errorf("names in addresses: %v", l)
	}
}

func TestCustomProperties(t *testing.T) {
	p := word(t, par("x"))
	part := p.AddPart("docProps/custom.xml", "application/vnd.openxmlformats-officedocument.custom-properties+xml", []byte(`<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="编号"><vt:lpwstr>{{编号}}</vt:lpwstr></property></Properties>`))
	p.AddRel(nil, "custom-properties", part.Name, false)
	out := filled(t, p, map[string]any{"编号": "<1>"}, Strict)
	if got := string(out.Part(part.Name).Data); !strings.Contains(got, `<vt:lpwstr>&lt;1&gt;</vt:lpwstr>`) {
		t.Errorf("got %s", got)
	}
}
