package fill

import (
	"context"
	"strings"
	"testing"

	"tripact/render/docx"
)

const (
	chartNS   = ` xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	chartType = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
)

func chartSeries(i, name string) string {
	return `<c:ser><c:idx val="` + i + `"/><c:order val="` + i + `"/><c:tx><c:strRef><c:f>'表 1'!$B$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>` + name + `</c:v></c:pt></c:strCache></c:strRef></c:tx><c:spPr><a:solidFill><a:srgbClr val="4472C4"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>` +
		`<c:cat><c:strRef><c:f>'表 1'!$A$2:$A$3</c:f><c:strCache><c:ptCount val="2"/><c:pt idx="0"><c:v>样例一</c:v></c:pt><c:pt idx="1"><c:v>样例二</c:v></c:pt></c:strCache></c:strRef></c:cat>` +
		`<c:val><c:numRef><c:f>'表 1'!$B$2:$B$3</c:f><c:numCache><c:formatCode>#,##0.00</c:formatCode><c:ptCount val="2"/><c:pt idx="0"><c:v>1</c:v></c:pt><c:pt idx="1"><c:v>2</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser>`
}

// charted is a run with a chart of two series whose alternative text is alt; the package gets its parts.
func charted(id, alt, rid string) string {
	return `<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="4500000" cy="2400000"/><wp:docPr id="` + id + `" name="图表" descr="` + alt + `"/><wp:cNvGraphicFramePr/>` +
		`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="` + rid + `"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`
}

func withChart(t testing.TB, p *docx.Package, external bool) {
	t.Helper()
	part := p.AddPart("word/charts/chart1.xml", chartType, []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace`+chartNS+`><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/><c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>`+
		chartSeries("0", "申请经费")+chartSeries("1", "自筹")+`<c:axId val="111"/><c:axId val="222"/></c:barChart><c:catAx><c:axId val="111"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/><c:crossAx val="222"/></c:catAx><c:valAx><c:axId val="222"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="l"/><c:crossAx val="111"/></c:valAx></c:plotArea><c:legend><c:legendPos val="b"/></c:legend><c:plotVisOnly val="1"/></c:chart><c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>`))
	if external {
		p.AddRel(part, "oleObject", "file:///C:/data.xlsx", true)
	} else {
		book := p.AddPart("word/embeddings/Microsoft_Excel_Sheet1.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook("表 1", &chartData{names: []string{"旧"}, values: [][]string{nil}}))
		p.AddRel(part, "package", book.Name, false)
	}
	p.AddRels(p.Main(), []docx.Rel{{ID: "rIdC", Type: "chart", Target: part.Name}})
}

func topics() []any {
	return []any{
		map[string]any{"专题": "专题一 & <甲>", "申请经费": "1200000.00", "自筹": 30},
		map[string]any{"专题": "专题二", "申请经费": "800000.50", "自筹": nil},
		map[string]any{"专题": "专题三", "申请经费": 0, "自筹": "5"},
	}
}

func caches(t *testing.T, p *docx.Package, part string) string {
	t.Helper()
	var b strings.Builder
	for _, s := range nodes(t, p, part, "c:ser") {
		for _, path := range [][]string{{"c:tx", "c:strRef"}, {"c:cat", "c:strRef"}, {"c:val", "c:numRef"}} {
			ref := s.Path(path...)
			b.WriteString(ref.Child("c:f").Content())
			for _, cache := range []string{"c:strCache", "c:numCache"} {
				for _, pt := range children(ref.Child(cache), "c:pt") {
					b.WriteString(" " + attrOf(pt, "idx") + "=" + pt.Content())
				}
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func TestChart(t *testing.T) {
	p := word(t, `<w:p>`+charted("3", "经费图 {{@分专题:专题}}", "rIdC")+`</w:p>`)
	withChart(t, p, false)
	out := filled(t, p, map[string]any{"分专题": topics()}, Strict)
	want := `'表 1'!$B$1 0=申请经费
'表 1'!$A$2:$A$4 0=专题一 & <甲> 1=专题二 2=专题三
'表 1'!$B$2:$B$4 0=1200000 1=800000.5 2=0
'表 1'!$C$1 0=自筹
'表 1'!$A$2:$A$4 0=专题一 & <甲> 1=专题二 2=专题三
'表 1'!$C$2:$C$4 0=30 2=5
`
	if got := caches(t, out, "word/charts/chart1.xml"); got != want {
		t.Errorf("got\n%s", got)
	}
	if !strings.Contains(string(out.Part("word/charts/chart1.xml").Data), "<c:formatCode>#,##0.00</c:formatCode>") {
		t.Error("the number format went")
	}
	book := unzip(t, out.Part("word/embeddings/Microsoft_Excel_Sheet1.xlsx").Data)
	sheet := book["xl/worksheets/sheet1.xml"]
	if !strings.Contains(book["xl/workbook.xml"], `<sheet name="表 1"`) ||
		!strings.Contains(sheet, `<c r="A2" t="inlineStr"><is><t xml:space="preserve">专题一 &amp; &lt;甲&gt;</t></is></c><c r="B2"><v>1200000</v></c><c r="C2"><v>30</v></c>`) ||
		strings.Contains(sheet, `r="C3"`) {
		t.Errorf("workbook: %v", book)
	}
	if attrOf(nodes(t, out, mainPart, "wp:docPr")[0], "descr") != "经费图" {
		t.Error("alternative text")
	}
}

// In a loop every copy has a chart and a workbook of its own.
func TestChartsInLoop(t *testing.T) {
	p := word(t, par("{{#年度}}")+`<w:p>`+charted("3", "{{@分专题:专题}}", "rIdC")+`</w:p>`+par("{{/年度}}"))
	withChart(t, p, false)
	out := filled(t, p, map[string]any{"年度": []any{map[string]any{"分专题": topics()}, map[string]any{"分专题": topics()[:1]}, map[string]any{"分专题": []any{}}}}, Strict)
	books := map[string]bool{}
	for i, n := range nodes(t, out, mainPart, "c:chart") {
		rel, _ := out.Rel(out.Main(), attrOf(n, "r:id"))
		part := out.Part(rel.Target)
		if part == nil || part.ContentType != chartType {
			t.Fatalf("%v", rel)
		}
		if got := strings.Count(caches(t, out, part.Name), "专题"); got != []int{6, 2, 0}[i] {
			t.Errorf("chart %d has %d categories", i, got)
		}
		id, _ := nodes(t, out, part.Name, "c:externalData")[0].Attr("r:id")
		br, ok := out.Rel(part, id)
		if !ok || out.Part(br.Target) == nil || books[br.Target] {
			t.Errorf("workbook %v", br)
		}
		books[br.Target] = true
	}
}

func TestChartForms(t *testing.T) {
	make2 := func(alt string, external bool) *Template {
		p := word(t, `<w:p>`+charted("3", alt, "rIdC")+`</w:p>`)
		withChart(t, p, external)
		return compiled(t, p)
	}
	explicit := map[string]any{"类别": []any{"甲", "乙"}, "系列": []any{map[string]any{"名称": "一", "数值": []any{1, 2.5}}, map[string]any{"name": "二", "values": []any{"3", nil}}}}
	out, l := make2("{{@图}}", true).Fill(context.Background(), map[string]any{"图": explicit}, FillOptions{})
	if codes(l) != "fill.chart.link" || strings.Contains(string(out.Part("word/charts/chart1.xml").Data), "externalData") {
		t.Errorf("linked workbook: %v", l)
	}
	if got := caches(t, out, "word/charts/chart1.xml"); !strings.Contains(got, "0=二") || !strings.Contains(got, "0=1 1=2.5") {
		t.Error(got)
	}
	for code, v := range map[string]any{
		"fill.chart.data":     "x",
		"fill.chart.series":   map[string]any{"类别": []any{"甲"}, "系列": []any{}},
		"fill.chart.field":    []any{map[string]any{"名称": "a", "申请金额": 1, "自筹": 1}},
		"fill.chart.category": []any{map[string]any{"专题": "a", "申请经费": 1, "自筹": 1}},
		"fill.chart.number":   []any{map[string]any{"名称": "a", "申请经费": "多", "自筹": 1}},
	} {
		if out, l := make2("{{@图}}", false).Fill(context.Background(), map[string]any{"图": v}, FillOptions{}); codes(l) != code || out != nil {
			t.Errorf("%s: %v", code, l)
		}
	}
}

func children(n *docx.Node, name string) (out []*docx.Node) {
	if n == nil {
		return nil
	}
	for _, k := range n.Kids {
		if k.Name == name {
			out = append(out, k)
		}
	}
	return out
}
