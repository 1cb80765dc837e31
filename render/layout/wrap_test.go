package layout

import (
	"fmt"
	"strings"
	"testing"
)

// box is an anchored rectangle of the given size in points, x and y points from the column and the paragraph.
func box(wrap string, x, y, w, h int) string {
	const emu = 12700
	return fmt.Sprintf(`<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="114300" distR="114300" simplePos="0" relativeHeight="1" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">`+
		`<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>%d</wp:posOffset></wp:positionH><wp:positionV relativeFrom="paragraph"><wp:posOffset>%d</wp:posOffset></wp:positionV>`+
		`<wp:extent cx="%d" cy="%d"/>%s<wp:docPr id="1" name="b"/><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:spPr>`+
		`<a:prstGeom prst="rect"/><a:solidFill><a:srgbClr val="DDDDDD"/></a:solidFill></wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>`,
		x*emu, y*emu, w*emu, h*emu, wrap)
}

// withBox is a paragraph that begins with an anchored drawing.
func withBox(ppr, drawing, text string) string {
	return `<w:p><w:pPr>` + ppr + `</w:pPr>` + drawing + `<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t>` + esc(text) + `</w:t></w:r></w:p>`
}

// piecesOf are the texts of a page with their edges, in the order of drawing.
func piecesOf(p *Page) []textLine {
	var out []textLine
	for i := range p.Texts {
		t := &p.Texts[i]
		end := t.X
		for _, g := range t.Glyphs {
			end += g.Advance
		}
		out = append(out, textLine{x: t.X, y: t.Y, right: end, text: t.Source, size: t.Size})
	}
	return out
}

// checkClear fails when a text of the page runs into a fill.
func checkClear(t *testing.T, p *Page) {
	t.Helper()
	for _, l := range piecesOf(p) {
		for _, f := range p.Fills {
			if l.y > f.Y+tolerance && l.y-l.size*3/4 < f.Y+f.H && l.right > f.X+Point && l.x < f.X+f.W-Point {
				t.Errorf("%q at %s–%s, %s runs into the object at %s, %s", l.text, pt(l.x), pt(l.right), pt(l.y), pt(f.X), pt(f.Y))
			}
		}
	}
}

const flowing = "项目组围绕极端环境下多主元合金涂层的损伤机理与自修复机制开展联合研究建立跨尺度数据库并完成海水环境中的长期挂样试验形成可推广的技术规范和检测方法"

func TestTextFlowsBeside(t *testing.T) {
	text := strings.Repeat(flowing, 5)
	for _, c := range []struct {
		name, wrap          string
		x                   int
		leftOfIt, rightOfIt bool
	}{
		{"left edge", `<wp:wrapSquare wrapText="bothSides"/>`, 0, false, true},
		{"right edge", `<wp:wrapSquare wrapText="bothSides"/>`, 322, true, false},
		{"middle", `<wp:wrapSquare wrapText="bothSides"/>`, 160, true, true},
		{"only left of it", `<wp:wrapSquare wrapText="left"/>`, 160, true, false},
		{"only right of it", `<wp:wrapSquare wrapText="right"/>`, 160, false, true},
		{"the larger side", `<wp:wrapSquare wrapText="largest"/>`, 120, false, true},
		{"an inch is the least", `<wp:wrapSquare wrapText="bothSides"/>`, 75, false, true},
		{"above and below", `<wp:wrapTopAndBottom/>`, 160, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc, list := wordDoc{body: withBox(`<w:jc w:val="both"/>`, box(c.wrap, c.x, 20, 120, 100), text) + para("", "后")}.lay(t)
			if len(list) > 0 {
				t.Errorf("findings: %v", list)
			}
			p := &doc.Pages[0]
			checkClear(t, p)
			var got strings.Builder
			left, right := false, false
			f := p.Fills[0]
			for _, l := range piecesOf(p) {
				got.WriteString(l.text)
				if l.y > f.Y && l.y < f.Y+f.H {
					left, right = left || l.right <= f.X, right || l.x >= f.X+f.W
				}
			}
			if got.String() != text+"后" {
				t.Errorf("text changed: %q", got.String())
			}
			if left != c.leftOfIt || right != c.rightOfIt {
				t.Errorf("text left %v and right %v of the object, want %v and %v", left, right, c.leftOfIt, c.rightOfIt)
			}
		})
	}
}

// Lines in two parts of one height are read from left to right, and those below the object are whole again.
func TestRowsBesideObject(t *testing.T) {
	doc, _ := wordDoc{body: withBox("", box(`<wp:wrapSquare wrapText="bothSides"/>`, 160, 0, 120, 60), strings.Repeat(flowing, 3))}.lay(t)
	p := &doc.Pages[0]
	byHeight := map[int]int{}
	for _, l := range piecesOf(p) {
		byHeight[int(l.y)]++
	}
	two := 0
	for _, n := range byHeight {
		if n == 2 {
			two++
		}
	}
	if two != 3 {
		t.Errorf("%d rows in two parts, want 3 beside an object of 60 pt", two)
	}
	last := piecesOf(p)
	if l := last[len(last)-2]; l.right-l.x < 400*Point {
		t.Errorf("a line below the object is %s wide", pt(l.right-l.x))
	}
}

// A paragraph that goes on over the page is broken anew there: the object stays behind.
func TestBesideThenNextPage(t *testing.T) {
	text := strings.Repeat(flowing, 7)
	doc, _ := wordDoc{body: strings.Repeat(para("", "行"), 14) + withBox("", box(`<wp:wrapSquare wrapText="bothSides"/>`, 0, 10, 200, 150), text)}.lay(t)
	if len(doc.Pages) != 2 {
		t.Fatalf("%d pages", len(doc.Pages))
	}
	checkClear(t, &doc.Pages[0])
	var all strings.Builder
	for i := range doc.Pages {
		for _, l := range piecesOf(&doc.Pages[i]) {
			all.WriteString(l.text)
		}
	}
	if got := strings.TrimLeft(all.String(), "行"); got != text {
		t.Errorf("text changed: %d bytes, want %d", len(got), len(text))
	}
	if l := piecesOf(&doc.Pages[1])[0]; l.x > 90*Point || l.right-l.x < 400*Point {
		t.Errorf("first line of page 2 at %s, %s wide", pt(l.x), pt(l.right-l.x))
	}
}

// A paragraph that does not fit takes its drawing along: it is drawn once.
func TestAnchoredOnce(t *testing.T) {
	doc, _ := wordDoc{body: strings.Repeat(para("", "行"), 22) + withBox("", box(`<wp:wrapNone/>`, 0, 0, 50, 20), "下页")}.lay(t)
	if len(doc.Pages) != 2 || len(doc.Pages[0].Fills) != 0 || len(doc.Pages[1].Fills) != 1 {
		t.Fatalf("%s", dump(doc))
	}
}

func TestFloatingTable(t *testing.T) {
	tbl := table(`<w:tblpPr w:leftFromText="180" w:rightFromText="180" w:vertAnchor="text" w:horzAnchor="margin" w:tblpXSpec="right" w:tblpY="100"/>`+allBorders, []int{1500, 2000},
		row("", cell("", "序号"), cell("", "浮动表格")), row("", cell("", "1"), cell("", "内容")))
	text := strings.Repeat(flowing, 4)
	doc, list := wordDoc{body: para("", "前") + tbl + para("", text)}.lay(t)
	if len(list) > 0 {
		t.Errorf("findings: %v", list)
	}
	p := &doc.Pages[0]
	left, bottom := Length(1)<<40, Length(0)
	for _, r := range p.Rules {
		left, bottom = min(left, r.X1), max(bottom, r.Y2)
	}
	beside, below := 0, 0
	for _, l := range piecesOf(p)[5:] {
		switch {
		case l.y-l.size < bottom && l.right > left:
			t.Errorf("%q runs into the table", l.text)
		case l.y-l.size < bottom:
			beside++
		default:
			below++
		}
	}
	if beside < 2 || below < 2 {
		t.Errorf("%d lines beside the table and %d below", beside, below)
	}
	if right := (11906 - 1474) * Twip; left < right-3500*Twip-Point || left > right-3500*Twip+Point {
		t.Errorf("the table begins at %s, want %s", pt(left), pt(right-3500*Twip))
	}
}

// An ordinary table keeps clear of floating objects.
func TestTableBelowObject(t *testing.T) {
	doc, _ := wordDoc{body: withBox("", box(`<wp:wrapSquare wrapText="bothSides"/>`, 0, 0, 200, 120), "短") +
		table(allBorders, []int{4000, 4000}, row("", cell("", "甲"), cell("", "乙")))}.lay(t)
	f := doc.Pages[0].Fills[0]
	for _, r := range doc.Pages[0].Rules {
		if r.Y1 < f.Y+f.H-tolerance {
			t.Errorf("a border at %s, the object ends at %s", pt(r.Y1), pt(f.Y+f.H))
		}
	}
}

func TestUnequalColumns(t *testing.T) {
	const sect = `<w:sectPr>%s<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="11000" w:left="1440" w:header="851" w:footer="992" w:gutter="0"/>` +
		`<w:cols w:num="2" w:equalWidth="0"><w:col w:w="2500" w:space="500"/><w:col w:w="6026"/></w:cols></w:sectPr>`
	text := strings.Repeat(flowing, 3)
	doc, list := wordDoc{sect: sect, body: para(`<w:jc w:val="both"/>`, text)}.lay(t)
	if len(list) > 0 {
		t.Errorf("findings: %v", list)
	}
	var got strings.Builder
	first, second := 0, 0
	for _, l := range piecesOf(&doc.Pages[0]) {
		got.WriteString(l.text)
		switch w := l.right - l.x; {
		case l.x < (1440+2500)*Twip:
			first++
			if w > 2500*Twip+tolerance {
				t.Errorf("%q is %s wide in a column of 125 pt", l.text, pt(w))
			}
		default:
			second++
			if l.x != 4440*Twip || w > 6026*Twip+tolerance {
				t.Errorf("%q at %s, %s wide, in the second column", l.text, pt(l.x), pt(w))
			}
			if second == 1 && w < 5900*Twip {
				t.Errorf("the second column's first line is %s wide, not 301 pt", pt(w))
			}
		}
	}
	if got.String() != text || first < 10 || second < 3 {
		t.Errorf("%d and %d lines: %q", first, second, got.String())
	}
}

// An object that stands above its paragraph, where text has been set already, pushes that text aside as in Word.
func TestObjectAboveItsParagraph(t *testing.T) {
	exact := `<w:spacing w:line="400" w:lineRule="exact"/>`
	at := func(wrap string, fromPage, h int) string {
		s := box(wrap, 0, 0, 150, h)
		return strings.Replace(s, `<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset>`, fmt.Sprintf(`<wp:positionV relativeFrom="page"><wp:posOffset>%d</wp:posOffset>`, fromPage*12700), 1)
	}
	text := strings.Repeat(flowing, 2)
	for _, c := range []struct{ name, wrap string }{{"beside", `<wp:wrapSquare wrapText="bothSides"/>`}, {"above and below", `<wp:wrapTopAndBottom/>`}} {
		body := para(exact, text) + para(exact, text) + withBox(exact, at(c.wrap, 100, 70), text) + para(exact, text)
		doc, list := wordDoc{body: body, sect: plainPage}.lay(t)
		if len(list) > 0 {
			t.Errorf("%s: findings %v", c.name, list)
		}
		p := &doc.Pages[0]
		if len(p.Fills) != 1 || p.Fills[0].Y != 100*Point {
			t.Fatalf("%s: fills %+v", c.name, p.Fills)
		}
		checkClear(t, p)
		got := ""
		for _, l := range piecesOf(p) {
			got += l.text
		}
		if got != strings.Repeat(text, 4) {
			t.Errorf("%s: text %q", c.name, got)
		}
		if c.name == "beside" {
			beside := 0
			for _, l := range piecesOf(p) {
				beside += boolInt(l.x > 200*Point)
			}
			if beside < 3 {
				t.Errorf("%d lines beside the object\n%s", beside, dump(doc))
			}
		}
	}
	t.Run("never settled", func(t *testing.T) {
		// The object sends its own paragraph to the next page, and stays there with it.
		body := strings.Repeat(para(exact, "行"), 33) + withBox(exact, at(`<wp:wrapTopAndBottom/>`, 100, 200), "末行")
		doc, list := wordDoc{body: body, sect: plainPage}.lay(t)
		if !hasCode(list, "layout.anchor.above") || list[0].Place.Paragraph != 34 {
			t.Errorf("findings %v", list)
		}
		n := 0
		for i := range doc.Pages {
			n += len(doc.Pages[i].Fills)
		}
		if n != 1 || len(doc.Pages) != 1 {
			t.Errorf("%d objects on %d pages", n, len(doc.Pages))
		}
	})
}

// Text keeps out of the floating objects of headers and footers, on every page.
func TestHeaderObjectsPushText(t *testing.T) {
	exact := `<w:spacing w:line="400" w:lineRule="exact"/>`
	for _, wrap := range []string{`<wp:wrapSquare wrapText="bothSides"/>`, `<wp:wrapTopAndBottom/>`} {
		d := wordDoc{body: strings.Repeat(para(exact, flowing), 20), sect: plainPage, header: withBox("", box(wrap, 0, 60, 150, 120), "页眉")}
		doc, list := d.lay(t)
		if len(list) > 0 {
			t.Errorf("findings %v", list)
		}
		if len(doc.Pages) < 2 {
			t.Fatalf("%d pages", len(doc.Pages))
		}
		for i := range doc.Pages {
			p := &doc.Pages[i]
			if len(p.Fills) != 1 || p.Fills[0].Y+p.Fills[0].H < 150*Point {
				t.Fatalf("page %d: fills %+v", i+1, p.Fills)
			}
			checkClear(t, p)
		}
		d.footer, d.header = d.header, ""
		d.footer = strings.Replace(d.footer, "<wp:posOffset>762000<", "<wp:posOffset>-3048000<", 1)
		doc, _ = d.lay(t)
		for i := range doc.Pages {
			checkClear(t, &doc.Pages[i])
		}
	}
}

// Text flows along the outline of an object, as far in as its lines have room.
func TestTextFollowsOutline(t *testing.T) {
	exact := `<w:spacing w:line="400" w:lineRule="exact"/>`
	triangle := `<wp:wrapTight wrapText="bothSides"><wp:wrapPolygon edited="0"><wp:start x="0" y="0"/><wp:lineTo x="0" y="21600"/><wp:lineTo x="21600" y="21600"/><wp:lineTo x="0" y="0"/></wp:wrapPolygon></wp:wrapTight>`
	doc, list := wordDoc{body: withBox(exact, box(triangle, 0, 0, 200, 200), strings.Repeat(flowing, 6)), sect: plainPage}.lay(t)
	if len(list) > 0 {
		t.Errorf("findings %v", list)
	}
	var lefts []Length
	for _, l := range piecesOf(&doc.Pages[0]) {
		lefts = append(lefts, l.x)
	}
	for i, x := range lefts[:10] { // ten lines of 20 pt; the outline goes right by 20 pt with each
		want := 72*Point + Length(i+1)*20*Point + 9*Point
		if x < want-Point/10 || x > want+Point/10 {
			t.Errorf("line %d begins at %s, want %s", i+1, pt(x), pt(want))
		}
	}
	if lefts[10] != 72*Point {
		t.Errorf("the line below the outline begins at %s", pt(lefts[10]))
	}
	hollow := strings.Replace(strings.ReplaceAll(triangle, "wrapTight", "wrapThrough"), `<wp:lineTo x="21600" y="21600"/>`, `<wp:lineTo x="21600" y="21600"/><wp:lineTo x="2000" y="10000"/>`, 1)
	if _, list = (wordDoc{body: withBox(exact, box(hollow, 0, 0, 200, 200), flowing), sect: plainPage}).lay(t); !hasCode(list, "layout.wrap.tight") {
		t.Errorf("findings %v", list)
	}
}
