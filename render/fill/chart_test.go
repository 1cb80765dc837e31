package fill

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"tripact/render/docx"
)

const (
	chartNS   = ` xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	chartType = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
)

func valueSeries(i, name string) string {
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
		valueSeries("0", "申请经费")+valueSeries("1", "自筹")+`<c:axId val="111"/><c:axId val="222"/></c:barChart><c:catAx><c:axId val="111"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/><c:crossAx val="222"/></c:catAx><c:valAx><c:axId val="222"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="l"/><c:crossAx val="111"/></c:valAx></c:plotArea><c:legend><c:legendPos val="b"/></c:legend><c:plotVisOnly val="1"/></c:chart><c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>`))
	if external {
		p.AddRel(part, "oleObject", "file:///C:/data.xlsx", true)
	} else {
		book := p.AddPart("word/embeddings/Microsoft_Excel_Sheet1.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook("表 1", []bookColumn{{}, {head: "旧"}}))
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

// pointChart makes the chart of p one of points: a scatter chart of two series, or a bubble chart of one.
func pointChart(t testing.TB, p *docx.Package, bubbles bool) {
	t.Helper()
	withChart(t, p, false)
	num := func(el, col string, values ...string) string {
		s := `<c:` + el + `><c:numRef><c:f>'表 1'!$` + col + `$2:$` + col + `$3</c:f><c:numCache><c:formatCode>0.0</c:formatCode><c:ptCount val="2"/>`
		for i, v := range values {
			s += fmt.Sprintf(`<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, i, v)
		}
		return s + `</c:numCache></c:numRef></c:` + el + `>`
	}
	ser := func(i, name, col string) string {
		head := `<c:ser><c:idx val="` + i + `"/><c:order val="` + i + `"/><c:tx><c:strRef><c:f>'表 1'!$` + col + `$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>` + name + `</c:v></c:pt></c:strCache></c:strRef></c:tx>`
		if bubbles {
			return head + `<c:spPr><a:solidFill><a:srgbClr val="4472C4"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>` + num("xVal", "A", "1", "2") + num("yVal", col, "3", "4") + num("bubbleSize", "C", "5", "6") + `<c:bubble3D val="0"/></c:ser>`
		}
		return head + `<c:spPr><a:ln w="19050"><a:noFill/></a:ln></c:spPr><c:marker><c:symbol val="circle"/><c:size val="7"/></c:marker>` + num("xVal", "A", "1", "2") + num("yVal", col, "3", "4") + `<c:smooth val="0"/></c:ser>`
	}
	axes := `<c:axId val="111"/><c:axId val="222"/>`
	body := `<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>` + ser("0", "申请经费", "B") + ser("1", "自筹", "C") + axes + `</c:scatterChart>`
	if bubbles {
		body = `<c:bubbleChart><c:varyColors val="0"/>` + ser("0", "申请经费", "B") + `<c:bubbleScale val="100"/><c:showNegBubbles val="0"/>` + axes + `</c:bubbleChart>`
	}
	axis := func(id, cross, pos string) string {
		return `<c:valAx><c:axId val="` + id + `"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="` + pos + `"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="out"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="` + cross + `"/><c:crosses val="autoZero"/><c:crossBetween val="midCat"/></c:valAx>`
	}
	p.Set("word/charts/chart1.xml", []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace`+chartNS+`><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>`+body+axis("111", "222", "b")+axis("222", "111", "l")+
		`</c:plotArea><c:legend><c:legendPos val="b"/></c:legend><c:plotVisOnly val="1"/></c:chart><c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>`))
}

// caches of points: each reference with its values.
func pointCaches(t *testing.T, p *docx.Package, part string) string {
	t.Helper()
	var b strings.Builder
	for _, s := range nodes(t, p, part, "c:ser") {
		for _, k := range s.Kids {
			for _, ref := range k.Kids {
				if ref.Name != "c:strRef" && ref.Name != "c:numRef" {
					continue
				}
				b.WriteString(strings.TrimPrefix(k.Name, "c:") + " " + strings.TrimPrefix(ref.Child("c:f").Content(), "'表 1'!"))
				for _, cache := range []string{"c:strCache", "c:numCache"} {
					for _, pt := range children(ref.Child(cache), "c:pt") {
						b.WriteString(" " + attrOf(pt, "idx") + "=" + pt.Content())
					}
				}
				b.WriteString("\n")
			}
		}
	}
	return b.String()
}

func TestPointCharts(t *testing.T) {
	record := func(kv ...any) map[string]any {
		m := map[string]any{}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i].(string)] = kv[i+1]
		}
		return m
	}
	tests := []struct {
		name, tag string
		bubbles   bool
		data      any
		want      string
		cells     []string // of the workbook
	}{
		{
			"records", "{{@点:年限}}", false,
			[]any{record("年限", "1.50", "申请经费", 80, "自筹", 20), record("年限", 3, "申请经费", "120.25", "自筹", nil), record("年限", 4, "申请经费", 7, "自筹", 9)},
			"tx $B$1 0=申请经费\nxVal $A$2:$A$4 0=1.5 1=3 2=4\nyVal $B$2:$B$4 0=80 1=120.25 2=7\ntx $C$1 0=自筹\nxVal $A$2:$A$4 0=1.5 1=3 2=4\nyVal $C$2:$C$4 0=20 2=9\n",
			[]string{`<c r="A2"><v>1.5</v></c><c r="B2"><v>80</v></c><c r="C2"><v>20</v></c>`, `<c r="A3"><v>3</v></c><c r="B3"><v>120.25</v></c></row>`},
		},
		{
			"each with its own x", "{{@点}}", false, record("系列", []any{record("名称", "甲", "横坐标", []any{1, 2}, "数值", []any{3, 4}), record("x", []any{5}, "y", []any{6})}),
			"tx $B$1 0=甲\nxVal $A$2:$A$3 0=1 1=2\nyVal $B$2:$B$3 0=3 1=4\ntx $D$1 0=自筹\nxVal $C$2:$C$2 0=5\nyVal $D$2:$D$2 0=6\n",
			[]string{`<c r="A2"><v>1</v></c><c r="B2"><v>3</v></c><c r="C2"><v>5</v></c><c r="D2"><v>6</v></c>`, `<row r="3"><c r="A3"><v>2</v></c><c r="B3"><v>4</v></c></row>`},
		},
		{
			"x of all", "{{@点}}", false, record("categories", []any{1, "2.0"}, "series", []any{record("values", []any{3, 4}), record("values", []any{5, nil})}),
			"tx $B$1 0=申请经费\nxVal $A$2:$A$3 0=1 1=2\nyVal $B$2:$B$3 0=3 1=4\ntx $C$1 0=自筹\nxVal $A$2:$A$3 0=1 1=2\nyVal $C$2:$C$3 0=5\n", nil,
		},
		{
			"bubbles", "{{@点}}", true,
			[]any{record("横坐标", 1, "申请经费", 2, "申请经费大小", 3), record("横坐标", 4, "申请经费", 5, "大小", 6)},
			"tx $B$1 0=申请经费\nxVal $A$2:$A$3 0=1 1=4\nyVal $B$2:$B$3 0=2 1=5\nbubbleSize $C$2:$C$3 0=3 1=6\n",
			[]string{`<c r="C1" t="inlineStr"><is><t xml:space="preserve">大小</t></is></c>`, `<c r="C3"><v>6</v></c>`},
		},
		{
			"bubbles by series", "{{@点}}", true, record("series", []any{record("x", []any{1}, "values", []any{2}, "sizes", []any{3})}),
			"tx $B$1 0=申请经费\nxVal $A$2:$A$2 0=1\nyVal $B$2:$B$2 0=2\nbubbleSize $C$2:$C$2 0=3\n", nil,
		},
		{"nothing", "{{@点:年限}}", false, []any{}, "tx $B$1 0=申请经费\nxVal $A$2:$A$2\nyVal $B$2:$B$2\ntx $C$1 0=自筹\nxVal $A$2:$A$2\nyVal $C$2:$C$2\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := word(t, `<w:p>`+charted("3", tt.tag, "rIdC")+`</w:p>`)
			pointChart(t, p, tt.bubbles)
			out := filled(t, p, map[string]any{"点": tt.data}, Strict)
			if got := pointCaches(t, out, "word/charts/chart1.xml"); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			sheet := unzip(t, out.Part("word/embeddings/Microsoft_Excel_Sheet1.xlsx").Data)["xl/worksheets/sheet1.xml"]
			has(t, sheet, tt.cells...)
			// What is made up for a preview fits, too.
			tpl := compiled(t, p)
			if _, l := tpl.Fill(context.Background(), tpl.Sample(), FillOptions{Missing: Strict}); len(l) > 0 {
				t.Errorf("sample: %v", l)
			}
			if worse := newErrors(validate(t, p, "template"), validate(t, out, "filled")); worse != "" {
				t.Errorf("new errors:\n%s", worse)
			}
		})
	}
	faulty := []struct {
		code    string
		bubbles bool
		data    any
	}{
		{"fill.chart.number", false, []any{record("x", "甲", "申请经费", 2, "自筹", 3)}},
		{"fill.chart.number", false, []any{record("x", nil, "申请经费", 2, "自筹", 3)}},
		{"fill.chart.category", false, []any{record("申请经费", 2, "自筹", 3)}},
		{"fill.chart.field", true, []any{record("x", 1, "申请经费", 2)}},
		{"fill.chart.series", true, record("series", []any{record("x", []any{1}, "values", []any{2})})},
		{"fill.chart.series", false, record("series", []any{record("x", []any{1, 2}, "values", []any{2}), record("x", []any{1}, "values", []any{2})})},
		{"fill.chart.number", false, record("series", []any{record("x", []any{"a"}, "values", []any{2}), record("x", []any{1}, "values", []any{2})})},
		{"fill.chart.data", false, 5},
	}
	for _, tt := range faulty {
		p := word(t, `<w:p>`+charted("3", "{{@点}}", "rIdC")+`</w:p>`)
		pointChart(t, p, tt.bubbles)
		if out, l := compiled(t, p).Fill(context.Background(), map[string]any{"点": tt.data}, FillOptions{}); out != nil || codes(l) != tt.code {
			t.Errorf("%v: %v, want %s", tt.data, l, tt.code)
		}
	}
}

// A chart that has nothing to fill is told when the template is compiled.
func TestChartWithoutSeries(t *testing.T) {
	p := word(t, `<w:p>`+charted("3", "{{@图}}", "rIdC")+`</w:p>`)
	withChart(t, p, false)
	p.Set("word/charts/chart1.xml", []byte(`<c:chartSpace`+chartNS+`><c:chart><c:plotArea><c:layout/></c:plotArea></c:chart></c:chartSpace>`))
	if tpl, l := Compile(p, Options{}); tpl != nil || codes(l) != "fill.chart.kind" {
		t.Errorf("%v", l)
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
