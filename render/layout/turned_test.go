package layout

import (
	"strings"
	"testing"
)

// where finds the only text that begins with s.
func where(t *testing.T, doc *Document, s string) Text {
	t.Helper()
	for i := range doc.Pages {
		for _, x := range doc.Pages[i].Texts {
			if strings.HasPrefix(x.Source, s) {
				return x
			}
		}
	}
	t.Fatalf("no text %q: %s", s, dump(doc))
	return Text{}
}

func TestTurnedCells(t *testing.T) {
	lay := func(dir, props, text string) *Document {
		doc, list := wordDoc{sect: plainPage, body: table(allBorders, []int{800, 4000}, row(`<w:trHeight w:val="2400"/>`, cell(`<w:textDirection w:val="`+dir+`"/>`+props, text), cell("", "右")))}.lay(t)
		if len(list) > 0 {
			t.Errorf("%s: findings %v", dir, list)
		}
		return doc
	}
	const left, top = 1440 * Twip, 1440 * Twip
	edge := left - 108*Twip // up to Word 2010 the text, not the border, stands at the margin
	down := where(t, lay("tbRl", "", "项目ABC"), "项目")
	if down.Angle != 270 || down.X < edge || down.X > edge+800*Twip || down.Y < top || down.Y > top+3*Point {
		t.Errorf("tbRl: %q at %s, %s, turned by %d", down.Source, pt(down.X), pt(down.Y), down.Angle)
	}
	up := where(t, lay("btLr", "", "项目ABC"), "项目")
	if up.Angle != 90 || up.Y < top+2390*Twip || up.Y > top+2410*Twip {
		t.Errorf("btLr: %q at %s, %s, turned by %d", up.Source, pt(up.X), pt(up.Y), up.Angle)
	}
	doc := lay("tbRlV", `<w:vAlign w:val="center"/>`, "项目，（甲）ABC")
	a, b, comma, open, latin := where(t, doc, "项"), where(t, doc, "目"), where(t, doc, "，"), where(t, doc, "（"), where(t, doc, "ABC")
	if a.Angle != 0 || b.Angle != 0 || a.X != b.X || b.Y-a.Y != 16*Point {
		t.Errorf("tbRlV: 项 at %s, %s and 目 at %s, %s, turned by %d and %d", pt(a.X), pt(a.Y), pt(b.X), pt(b.Y), a.Angle, b.Angle)
	}
	if middle := a.X + 8*Point; middle < edge+400*Twip-Point || middle > edge+400*Twip+Point {
		t.Errorf("tbRlV: the characters' middle is at %s, the cell's at %s", pt(middle), pt(edge+400*Twip))
	}
	if comma.Angle != 0 || comma.X <= a.X || comma.Y >= b.Y+16*Point {
		t.Errorf("the comma is not in the upper right: %s, %s", pt(comma.X), pt(comma.Y))
	}
	if open.Angle != 270 || latin.Angle != 270 {
		t.Errorf("brackets and Latin turned by %d and %d", open.Angle, latin.Angle)
	}
	var all strings.Builder
	for _, x := range doc.Pages[0].Texts {
		all.WriteString(x.Source)
	}
	if got := all.String(); got != "项目，（甲）ABC右" {
		t.Errorf("text %q", got)
	}
}

// A row without a height grows until turned text is no wider than its cell.
func TestTurnedRowGrows(t *testing.T) {
	doc, _ := wordDoc{sect: plainPage, body: table(allBorders, []int{800, 4000}, row("", cell(`<w:textDirection w:val="tbRlV"/>`, "承担单位（盖章）"), cell("", "右")))}.lay(t)
	p := &doc.Pages[0]
	bottom := Length(0)
	for _, r := range p.Rules {
		bottom = max(bottom, r.Y2)
	}
	x := map[int]bool{}
	for _, l := range p.Texts {
		if l.Source != "右" {
			x[int(l.X/(8*Point))] = true
			if l.Y > bottom {
				t.Errorf("%q at %s is below the row, which ends at %s", l.Source, pt(l.Y), pt(bottom))
			}
		}
	}
	if len(x) == 0 || len(x) > 3 {
		t.Errorf("text in %d columns", len(x))
	}
}

func TestTurnedMergedCell(t *testing.T) {
	doc, list := wordDoc{sect: plainPage, body: table(allBorders, []int{800, 4000},
		row("", cell(`<w:vMerge w:val="restart"/><w:textDirection w:val="tbRlV"/><w:vAlign w:val="center"/>`, "牵头单位"), cell("", "一")),
		row("", cell(`<w:vMerge/><w:textDirection w:val="tbRlV"/>`, ""), cell("", "二")), row("", cell(`<w:vMerge/>`, ""), cell("", "三")))}.lay(t)
	if len(list) > 0 {
		t.Errorf("findings %v", list)
	}
	a, z, last := where(t, doc, "牵"), where(t, doc, "位"), where(t, doc, "三")
	if a.X != z.X || z.Y-a.Y != 48*Point || z.Y > last.Y+10*Point {
		t.Errorf("牵 at %s, %s, 位 at %s, %s, third row at %s", pt(a.X), pt(a.Y), pt(z.X), pt(z.Y), pt(last.Y))
	}
}

func TestTurnedTextBox(t *testing.T) {
	shape := func(vert string) string {
		return `<w:p><w:r><w:drawing><wp:inline><wp:extent cx="508000" cy="1524000"/><wp:docPr id="1" name="b"/><a:graphic><a:graphicData uri="x"><wps:wsp><wps:spPr><a:prstGeom prst="rect"/></wps:spPr>` +
			`<wps:txbx><w:txbxContent>` + para("", "竖排文字") + `</w:txbxContent></wps:txbx><wps:bodyPr vert="` + vert + `"/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`
	}
	doc, list := wordDoc{body: shape("eaVert")}.lay(t)
	if len(list) > 0 {
		t.Errorf("findings %v", list)
	}
	if a, b := where(t, doc, "竖"), where(t, doc, "排"); a.Angle != 0 || a.X != b.X || b.Y <= a.Y {
		t.Errorf("竖 at %s, %s, 排 at %s, %s", pt(a.X), pt(a.Y), pt(b.X), pt(b.Y))
	}
	doc, _ = wordDoc{body: shape("vert270")}.lay(t)
	if x := where(t, doc, "竖排"); x.Angle != 90 {
		t.Errorf("turned by %d", x.Angle)
	}
	_, list = wordDoc{body: shape("mongolianVert")}.lay(t)
	if !hasCode(list, "layout.text.direction") {
		t.Errorf("findings %v", list)
	}
}
