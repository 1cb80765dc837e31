package layout

import (
	"fmt"
	"strings"
	"testing"
)

// shapePara is a paragraph with a DrawingML shape of 100 × 50 pt.
func shapePara(xfrm, geom, spPr, rest string) string {
	return `<w:p><w:r><w:drawing><wp:inline><wp:extent cx="1270000" cy="635000"/><wp:docPr id="1" name="s"/><a:graphic><a:graphicData uri="u"><wps:wsp><wps:spPr><a:xfrm ` + xfrm +
		`><a:ext cx="1270000" cy="635000"/></a:xfrm>` + geom + spPr + `</wps:spPr>` + rest + `<wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`
}

func preset(name string, adjust ...string) string {
	gd := ""
	for i, a := range adjust {
		gd += fmt.Sprintf(`<a:gd name="adj%d" fmla="val %s"/>`, i+1, a)
	}
	return `<a:prstGeom prst="` + name + `"><a:avLst>` + gd + `</a:avLst></a:prstGeom>`
}

const (
	redLine  = `<a:ln w="12700"><a:solidFill><a:srgbClr val="FF0000"/></a:solidFill>%s</a:ln>`
	blueFill = `<a:solidFill><a:srgbClr val="0000FF"/></a:solidFill>`
)

// outlineText writes a path relative to the corner of the text area, in whole points.
func outlineText(p *Path) string {
	var b strings.Builder
	at := func(x, y Length) string {
		return fmt.Sprintf("%.0f,%.0f", float64(x-1440*Twip)/float64(Point), float64(y-1440*Twip)/float64(Point))
	}
	for _, s := range p.Steps {
		switch s.Op {
		case StepMove, StepLine:
			fmt.Fprintf(&b, "%c%s ", "ml"[s.Op], at(s.X, s.Y))
		case StepCurve:
			fmt.Fprintf(&b, "c%s ", at(s.X, s.Y))
		case StepClose:
			b.WriteString("h")
		}
	}
	return strings.TrimSpace(b.String())
}

func TestPresetShapes(t *testing.T) {
	for _, tt := range []struct{ geom, want string }{
		{preset("diamond"), "m50,0 l100,25 l50,50 l0,25 h"},
		{preset("flowChartDecision"), "m50,0 l100,25 l50,50 l0,25 h"},
		{preset("ellipse"), "m100,25 c50,50 c0,25 c50,0 c100,25 h"},
		{preset("roundRect"), "m8,0 l92,0 c100,8 l100,42 c92,50 l8,50 c0,42 l0,8 c8,0 h"},
		{preset("roundRect", "50000"), "m25,0 l75,0 c100,25 l100,25 c75,50 l25,50 c0,25 l0,25 c25,0 h"},
		{preset("flowChartTerminator"), "m25,0 l75,0 c100,25 l100,25 c75,50 l25,50 c0,25 l0,25 c25,0 h"},
		{preset("triangle"), "m50,0 l100,50 l0,50 h"},
		{preset("triangle", "0"), "m0,0 l100,50 l0,50 h"},
		{preset("parallelogram"), "m12,0 l100,0 l88,50 l0,50 h"},
		{preset("flowChartInputOutput"), "m20,0 l100,0 l80,50 l0,50 h"},
		{preset("hexagon"), "m0,25 l12,0 l88,0 l100,25 l88,50 l12,50 h"},
		{preset("rightArrow"), "m0,12 l75,12 l75,0 l100,25 l75,50 l75,38 l0,38 h"},
		{preset("downArrow"), "m25,0 l25,25 l0,25 l50,50 l100,25 l75,25 l75,0 h"},
		{preset("leftRightArrow"), "m0,25 l25,0 l25,12 l75,12 l75,0 l100,25 l75,50 l75,38 l25,38 l25,50 h"},
		{preset("homePlate"), "m0,0 l75,0 l100,25 l75,50 l0,50 h"},
		{preset("chevron"), "m0,0 l75,0 l100,25 l75,50 l0,50 l25,25 h"},
		{preset("flowChartPredefinedProcess"), "m0,0 l100,0 l100,50 l0,50 hm12,0 l12,50 m88,0 l88,50"},
		{preset("flowChartDocument"), "m0,0 l100,0 l100,40 c0,47 h"},
		{preset("bentConnector3"), "m0,0 l50,0 l50,50 l100,50"},
		{preset("bentConnector3", "25000"), "m0,0 l25,0 l25,50 l100,50"},
		{preset("leftBrace"), "m100,0 c50,4 l50,21 c0,25 c50,29 l50,46 c100,50"},
		{preset("rightBracket"), "m0,0 c100,4 l100,46 c0,50"},
		{preset("wedgeRectCallout"), "m0,0 l100,0 l100,50 l42,50 l29,56 l17,50 l0,50 h"},
		{`<a:custGeom><a:avLst/><a:pathLst><a:path w="200" h="100"><a:moveTo><a:pt x="0" y="0"/></a:moveTo><a:lnTo><a:pt x="200" y="0"/></a:lnTo><a:cubicBezTo><a:pt x="200" y="50"/><a:pt x="150" y="100"/><a:pt x="100" y="100"/></a:cubicBezTo><a:close/></a:path></a:pathLst></a:custGeom>`, "m0,0 l100,0 c50,50 h"},
		{`<a:custGeom><a:pathLst><a:path w="100" h="50"><a:moveTo><a:pt x="100" y="25"/></a:moveTo><a:arcTo wR="50" hR="25" stAng="0" swAng="10800000"/></a:path></a:pathLst></a:custGeom>`, "m100,25 c50,50 c0,25"},
	} {
		_, found, doc := laid(t, wordDoc{body: shapePara("", tt.geom, blueFill+fmt.Sprintf(redLine, ""), "")})
		if len(doc.Pages[0].Paths) != 1 || found != "" {
			t.Errorf("%s: %d paths, findings %q", tt.geom, len(doc.Pages[0].Paths), found)
			continue
		}
		p := &doc.Pages[0].Paths[0]
		open := strings.Contains(tt.geom, "Connector") || strings.Contains(tt.geom, "Brac")
		if got := outlineText(p); got != tt.want || p.Filled == open || p.Fill != 0x0000FF && !open || p.Stroke != 0xFF0000 || p.Width != Point {
			t.Errorf("%s: %s, want %s; %+v", tt.geom, got, tt.want, p)
		}
	}
}

// Shapes are mirrored in their rectangle and turned about its middle.
func TestTurnedShapes(t *testing.T) {
	for _, tt := range []struct{ xfrm, geom, want string }{
		{`flipH="1"`, preset("homePlate"), "m100,0 l25,0 l0,25 l25,50 l100,50 h"},
		{`flipV="1"`, preset("triangle"), "m50,50 l100,0 l0,0 h"},
		{`rot="10800000"`, preset("homePlate"), "m100,50 l25,50 l0,25 l25,0 l100,0 h"},
		{`rot="5400000"`, preset("rect"), "m75,-25 l75,75 l25,75 l25,-25 h"},
		{`rot="5400000"`, preset("line"), "m75,-25 l25,75"},
	} {
		_, found, doc := laid(t, wordDoc{body: shapePara(tt.xfrm, tt.geom, blueFill+fmt.Sprintf(redLine, ""), "")})
		if p := doc.Pages[0].Paths; len(p) != 1 || outlineText(&p[0]) != tt.want || found != "" {
			t.Errorf("%s %s: %+v, want %s (%s)", tt.xfrm, tt.geom, p, tt.want, found)
		}
	}
	if _, found, _ := laid(t, wordDoc{body: shapePara(`rot="2700000"`, preset("rect"), "", `<wps:txbx><w:txbxContent>`+para("", "文")+`</w:txbxContent></wps:txbx>`)}); found != "layout.shape.turned" {
		t.Errorf("text in a turned shape: %q", found)
	}
	for _, geom := range []string{preset("cloud"), `<a:custGeom><a:pathLst><a:path><a:moveTo><a:pt x="x1" y="0"/></a:moveTo></a:path></a:pathLst></a:custGeom>`} {
		if _, found, doc := laid(t, wordDoc{body: shapePara("", geom, fmt.Sprintf(redLine, ""), "")}); found != "layout.shape" || len(doc.Pages[0].Rules) != 4 {
			t.Errorf("%s: %q, %d rules", geom, found, len(doc.Pages[0].Rules))
		}
	}
}

// Lines end in the arrow heads that they name, where they end, and stop short of their tips.
func TestArrowHeads(t *testing.T) {
	tail := `<a:tailEnd type="triangle"/>`
	for _, tt := range []struct{ name, body, line, head string }{
		{"down the diagonal", shapePara("", preset("straightConnector1"), fmt.Sprintf(redLine, tail), ""), "m0,0 l95,48", "m100,50 l93,50 l96,45 h"},
		{"mirrored", shapePara(`flipH="1"`, preset("line"), fmt.Sprintf(redLine, tail), ""), "m100,0 l5,48", "m0,50 l4,45 l7,50 h"},
		{"at the start", shapePara("", preset("line"), fmt.Sprintf(redLine, `<a:headEnd type="triangle" w="lg" len="sm"/>`), ""), "m3,2 l100,50", "m0,0 l6,-3 l1,6 h"},
		{"a bent one", shapePara("", preset("bentConnector3"), fmt.Sprintf(redLine, tail), ""), "m0,0 l50,0 l50,50 l95,50", "m100,50 l94,53 l94,47 h"},
		{"VML", `<w:p><w:r><w:pict><v:line style="position:absolute" from="0,0" to="100pt,50pt" strokecolor="red" strokeweight="1pt"><v:stroke endarrow="block"/></v:line></w:pict></w:r></w:p>`, "m0,0 l95,48", "m100,50 l93,50 l96,45 h"},
		{"VML, backwards", `<w:p><w:r><w:pict><v:line style="position:absolute" from="100pt,50pt" to="0,0" strokecolor="red" strokeweight="1pt"><v:stroke endarrow="block"/></v:line></w:pict></w:r></w:p>`, "m100,50 l5,2", "m0,0 l7,0 l4,5 h"},
	} {
		_, found, doc := laid(t, wordDoc{body: tt.body})
		p := doc.Pages[0].Paths
		if len(p) != 2 || found != "" {
			t.Errorf("%s: %d paths, %q", tt.name, len(p), found)
			continue
		}
		if line, head := outlineText(&p[0]), outlineText(&p[1]); line != tt.line || head != tt.head || !p[1].Filled || p[1].Fill != 0xFF0000 || p[0].Filled {
			t.Errorf("%s: %s and %s, want %s and %s", tt.name, line, head, tt.line, tt.head)
		}
	}
	_, _, doc := laid(t, wordDoc{body: shapePara("", preset("line"), fmt.Sprintf(redLine, ""), "")})
	if len(doc.Pages[0].Paths) != 0 || len(doc.Pages[0].Rules) != 1 {
		t.Errorf("a line without heads: %+v", doc.Pages[0].Paths)
	}
}

// A shape without colours of its own has those of the theme; text for which nothing is said is white on it, as Word has it.
func TestShapeStyle(t *testing.T) {
	style := `<wps:style><a:lnRef idx="2"><a:schemeClr val="accent1"><a:shade val="50000"/></a:schemeClr></a:lnRef><a:fillRef idx="1"><a:schemeClr val="accent1"/></a:fillRef><a:fontRef idx="minor"><a:schemeClr val="lt1"/></a:fontRef></wps:style>`
	text := `<wps:txbx><w:txbxContent>` + para("", "白") + runPara("", `<w:color w:val="FFC000"/>`, "金") + `</w:txbxContent></wps:txbx>`
	_, found, doc := laid(t, wordDoc{body: shapePara("", preset("ellipse"), "", style+text) + para("", "黑")})
	p := &doc.Pages[0].Paths[0]
	if p.Fill != 0x4472C4 || p.Stroke != 0x2F528F || found != "" {
		t.Errorf("filled %06X, stroked %06X, %q", p.Fill, p.Stroke, found)
	}
	want := map[string]Color{"白": 0xFFFFFF, "金": 0xFFC000, "黑": 0}
	for _, x := range doc.Pages[0].Texts {
		if x.Color != want[x.Source] {
			t.Errorf("%s is %06X", x.Source, x.Color)
		}
	}
}

func TestVMLShapes(t *testing.T) {
	shape := func(elem, attrs, style string) string {
		return `<w:p><w:r><w:pict><` + elem + ` ` + attrs + ` style="position:absolute;width:100pt;height:50pt;` + style + `"></` + elem + `></w:pict></w:r></w:p>`
	}
	for _, tt := range []struct {
		name, body, want string
		fill             Color
		filled           bool
	}{
		{"oval", shape("v:oval", `filled="f"`, ""), "m100,25 c50,50 c0,25 c50,0 c100,25 h", 0, false},
		{"rounded", shape("v:roundrect", `arcsize=".5" fillcolor="#ddeeff"`, ""), "m25,0 l75,0 c100,25 l100,25 c75,50 l25,50 c0,25 l0,25 c25,0 h", 0xDDEEFF, true},
		{"decision", shape("v:shape", `type="#_x0000_t110"`, ""), "m50,0 l100,25 l50,50 l0,25 h", 0xFFFFFF, true},
		{"arrow, mirrored", shape("v:shape", `type="#_x0000_t13" fillcolor="red"`, "flip:x"), "m100,12 l25,12 l25,0 l0,25 l25,50 l25,38 l100,38 h", 0xFF0000, true},
		{"turned", shape("v:rect", `filled="f"`, "rotation:90"), "m75,-25 l75,75 l25,75 l25,-25 h", 0, false},
		{"turned the other way", shape("v:rect", `filled="f"`, "rotation:-5898240fd"), "m25,75 l25,-25 l75,-25 l75,75 h", 0, false},
	} {
		_, found, doc := laid(t, wordDoc{body: tt.body})
		p := doc.Pages[0].Paths
		if len(p) != 1 || found != "" {
			t.Errorf("%s: %d paths, %q", tt.name, len(p), found)
			continue
		}
		if got := outlineText(&p[0]); got != tt.want || p[0].Filled != tt.filled || tt.filled && p[0].Fill != tt.fill || p[0].Width != Point*3/4 {
			t.Errorf("%s: %s, want %s; %+v", tt.name, got, tt.want, p[0])
		}
	}
}
