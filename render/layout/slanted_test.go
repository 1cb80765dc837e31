package layout

import (
	"fmt"
	"testing"

	"tripact/render/docx"
)

// slantedRules are the lines that are neither horizontal nor vertical.
func slantedRules(doc *Document) []Rule {
	var out []Rule
	for i := range doc.Pages {
		for _, r := range doc.Pages[i].Rules {
			if r.X1 != r.X2 && r.Y1 != r.Y2 {
				out = append(out, r)
			}
		}
	}
	return out
}

// The head of a table whose first cell is divided by a line, also when it covers two rows.
func TestCellDiagonals(t *testing.T) {
	diagonal := func(name string) string {
		return `<w:tcBorders><w:` + name + ` w:val="single" w:sz="4" w:color="FF0000"/></w:tcBorders>`
	}
	doc, findings := wordDoc{
		body: table(allBorders, []int{2000, 3000},
			row(`<w:trHeight w:val="600" w:hRule="exact"/>`, cell(`<w:vMerge w:val="restart"/>`+diagonal("tl2br"), ""), cell(diagonal("tr2bl"), "")),
			row(`<w:trHeight w:val="600" w:hRule="exact"/>`, cell(`<w:vMerge/>`, ""), cell("", ""))) + para("", ""),
		sect: plainPage,
	}.lay(t)
	rules := slantedRules(doc)
	if len(rules) != 2 {
		t.Fatalf("%d slanted lines: %+v", len(rules), rules)
	}
	if r := rules[0]; r.X2-r.X1 != 2000*Twip || r.Y2-r.Y1 != 1200*Twip || r.Color != 0xFF0000 || r.Width != 4*(Point/8) {
		t.Errorf("merged cell: %+v", r)
	}
	if r := rules[1]; r.X2-r.X1 != 3000*Twip || r.Y1-r.Y2 != 600*Twip {
		t.Errorf("rising line: %+v", r)
	}
	for _, f := range findings {
		t.Errorf("finding %s", f.Code)
	}
}

// Slanted lines of both kinds of drawing go between the right corners.
func TestSlantedLines(t *testing.T) {
	dml := func(flip string) string {
		return fmt.Sprintf(`<w:p><w:r><w:drawing><wp:inline><wp:extent cx="1270000" cy="635000"/><a:graphic><a:graphicData uri="x"><wps:wsp><wps:spPr><a:xfrm %s/>`+
			`<a:prstGeom prst="line"/><a:ln w="12700"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`, flip)
	}
	vml := func(from, to string) string {
		return `<w:p><w:r><w:pict><v:line style="position:absolute" from="` + from + `" to="` + to + `" strokecolor="black"/></w:pict></w:r></w:p>`
	}
	for _, tt := range []struct {
		body   string
		rising bool
	}{
		{dml(""), false},
		{dml(`flipV="1"`), true},
		{dml(`flipH="1"`), true},
		{dml(`flipH="1" flipV="1"`), false},
		{vml("0,0", "100pt,50pt"), false},
		{vml("0,50pt", "100pt,0"), true},
	} {
		doc, _ := wordDoc{body: tt.body, sect: plainPage}.lay(t)
		rules := slantedRules(doc)
		if len(rules) != 1 {
			t.Errorf("%d lines of %s", len(rules), tt.body)
			continue
		}
		r := rules[0]
		if r.X2-r.X1 != 100*Point || (r.Y1 > r.Y2) != tt.rising || max(r.Y1-r.Y2, r.Y2-r.Y1) != 50*Point {
			t.Errorf("%s gives %+v", tt.body, r)
		}
	}
}

func TestCropOf(t *testing.T) {
	for attrs, want := range map[string][4]int{
		``: {}, `l="25000" b="10000"`: {25000, 0, 0, 10000}, `t="50%"`: {0, 50000, 0, 0}, `r="-20000"`: {0, 0, -20000, 0},
		`l="60000" r="60000"`: {}, `l="x"`: {},
	} {
		n, err := docx.Parse([]byte(`<a:srcRect xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ` + attrs + `/>`))
		if err != nil {
			t.Fatal(err)
		}
		if got := cropOf(n); got != want {
			t.Errorf("%s: %v, want %v", attrs, got, want)
		}
	}
}
