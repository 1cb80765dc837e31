package layout

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// What a paragraph, a run or the settings switch on or off changes the lines as Word changes them.
func TestSwitches(t *testing.T) {
	han := func(n int) string { return strings.Repeat("汉", n) }
	for _, tt := range []struct {
		name, ppr, text, settings, want string
	}{
		{"marks keep off line starts", ``, han(28) + "，后", "", han(27) + "/汉，后"},
		{"kinsoku off", `<w:kinsoku w:val="0"/>`, han(28) + "，后", "", han(28) + "/，后"},
		{"words stay whole", ``, han(26) + "international", "", han(26) + "/international"},
		{"wordWrap off", `<w:wordWrap w:val="0"/>`, han(26) + "international", "", han(26) + "inter/national"},
		{"own line starts", ``, han(28) + "后，", `<w:noLineBreaksBefore w:lang="zh-CN" w:val="！？"/>`, han(28) + "/后，"},
		{"own line starts let others begin a line", ``, han(28) + "，后", `<w:noLineBreaksBefore w:lang="zh-CN" w:val="！？"/>`, han(28) + "/，后"},
		{"own line ends", ``, han(27) + "（后", `<w:noLineBreaksAfter w:lang="zh-CN" w:val="“"/>`, han(27) + "（/后"},
	} {
		doc, list := wordDoc{sect: plainPage, body: para(tt.ppr, tt.text), settings: tt.settings}.lay(t)
		var got []string
		for _, l := range linesOf(doc, true) {
			got = append(got, l.text)
		}
		if s := strings.Join(got, "/"); s != tt.want || len(list) > 0 {
			t.Errorf("%s: %s, want %s; findings %v", tt.name, s, tt.want, list)
		}
	}
	// An opening mark at a line's start gives up its blank half, unless it is told to keep it.
	for ppr, want := range map[string]Length{``: 8 * Point, `<w:topLinePunct w:val="0"/>`: 16 * Point} {
		doc, _ := wordDoc{sect: plainPage, body: para(ppr, "《后》")}.lay(t)
		x := doc.Pages[0].Texts[0]
		if start := x.X + x.Glyphs[0].Advance - 1440*Twip; start != want {
			t.Errorf("%q: the character after the mark begins at %s, want %s", ppr, pt(start), pt(want))
		}
	}
}

// Strokes and lines of runs: their number, whether they are broken, and what they leave out.
func TestRunLines(t *testing.T) {
	for _, tt := range []struct {
		rpr    string
		rules  int
		dashed bool
	}{
		{`<w:strike/>`, 1, false},
		{`<w:dstrike/>`, 2, false},
		{`<w:u w:val="single"/>`, 1, false},
		{`<w:u w:val="double"/>`, 2, false},
		{`<w:u w:val="thick"/>`, 1, false},
		{`<w:u w:val="dotted"/>`, 1, true},
		{`<w:u w:val="dash"/>`, 1, true},
		{`<w:u w:val="dotDash"/>`, 1, true},
		{`<w:u w:val="words"/>`, 3, false},
		{`<w:u w:val="none"/>`, 0, false},
		{`<w:sz w:val="20"/><w:u w:val="wave"/>`, 44, false},
		{`<w:sz w:val="20"/><w:u w:val="wavyDouble"/>`, 88, false},
		{`<w:bdr w:val="single" w:sz="4"/>`, 4, false},
	} {
		doc, list := wordDoc{sect: plainPage, body: runPara("", tt.rpr, "one two three")}.lay(t)
		rules := doc.Pages[0].Rules
		if len(rules) != tt.rules || len(list) > 0 || len(rules) > 0 && (len(rules[0].Dash) > 0) != tt.dashed {
			t.Errorf("%s: %d lines, findings %v", tt.rpr, len(rules), list)
		}
	}
}

// Levels that do not start again, styles of a table's first row, fonts of the theme by name of their slot, headings without a style.
func TestStylesAndLevels(t *testing.T) {
	text := func(d wordDoc) (string, *Document) {
		doc, list := d.lay(t)
		if len(list) > 0 {
			t.Errorf("findings %v", list)
		}
		var got []string
		for _, l := range linesOf(doc, true) {
			got = append(got, l.text)
		}
		return strings.Join(got, "/"), doc
	}
	levels := func(restart string) string {
		return `<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:suff w:val="nothing"/><w:lvlText w:val="%1"/></w:lvl>` +
			`<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/>` + restart + `<w:suff w:val="nothing"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>`
	}
	list := item4(1, 0, "甲") + item4(1, 1, "乙") + item4(1, 0, "丙") + item4(1, 1, "丁")
	for restart, want := range map[string]string{"": "1甲/1.1乙/2丙/2.1丁", `<w:lvlRestart w:val="0"/>`: "1甲/1.1乙/2丙/2.2丁"} {
		if got, _ := text(wordDoc{sect: plainPage, body: list, numbering: levels(restart)}); got != want {
			t.Errorf("%q: %s, want %s", restart, got, want)
		}
	}
	_, doc := text(wordDoc{
		sect: plainPage, body: table(`<w:tblStyle w:val="t"/><w:tblLook w:firstRow="1"/>`, []int{3000}, row("", cell("", "头")), row("", cell("", "身"))) + para("", ""),
		styles: `<w:style w:type="table" w:styleId="t"><w:name w:val="t"/><w:tblStylePr w:type="firstRow"><w:rPr><w:color w:val="FF0000"/></w:rPr><w:tcPr><w:shd w:val="clear" w:fill="00FF00"/></w:tcPr></w:tblStylePr></w:style>`,
	})
	if head, body := where(t, doc, "头"), where(t, doc, "身"); head.Color != 0xFF0000 || body.Color != 0 || len(doc.Pages[0].Fills) != 1 {
		t.Errorf("first row: colours %06X and %06X, %d fills", head.Color, body.Color, len(doc.Pages[0].Fills))
	}
	_, doc = text(wordDoc{sect: plainPage, body: para(`<w:outlineLvl w:val="1"/>`, "第二级") + para("", "正文")})
	if len(doc.Outline) != 1 || doc.Outline[0].Level != 2 || doc.Outline[0].Text != "第二级" {
		t.Errorf("outline %+v", doc.Outline)
	}
}

// A section that begins in the next column goes on there; cells that older programs have joined are one.
func TestNextColumnAndJoinedCells(t *testing.T) {
	cols := strings.Replace(plainPage, "</w:sectPr>", `<w:cols w:num="2" w:space="500"/></w:sectPr>`, 1)
	first := `<w:p><w:pPr>` + strings.Replace(cols, "%s", "", 1) + `</w:pPr><w:r><w:t>甲</w:t></w:r></w:p>`
	doc, _ := wordDoc{sect: strings.Replace(cols, "%s", `%s<w:type w:val="nextColumn"/>`, 1), body: first + para("", "乙")}.lay(t)
	if a, b := where(t, doc, "甲"), where(t, doc, "乙"); len(doc.Pages) != 1 || b.X <= a.X || b.Y != a.Y {
		t.Errorf("%d pages, the section's text at %s, that of the one before at %s", len(doc.Pages), pt(b.X), pt(a.X))
	}
	doc, list := wordDoc{sect: plainPage, body: table(allBorders, []int{2000, 2000, 2000}, row("", cell(`<w:hMerge w:val="restart"/>`, "长长长长长长长长长"), cell(`<w:hMerge/>`, ""), cell("", "旁")), row("", cell("", "一"), cell("", "二"), cell("", "三"))) + para("", "")}.lay(t)
	if long, beside, third := where(t, doc, "长长长长长长长长长"), where(t, doc, "旁"), where(t, doc, "三"); len(list) > 0 || long.Y != beside.Y || beside.X != third.X {
		t.Errorf("joined cells: %s, %s, %s; findings %v", pt(long.X), pt(beside.X), pt(third.X), list)
	}
}

// Bookmarks that stand between paragraphs, as Word writes those around tables and whole paragraphs, belong to what follows.
func TestBookmarksBetweenParagraphs(t *testing.T) {
	ref := func(name string) string {
		return `<w:p><w:fldSimple w:instr="PAGEREF ` + name + `"><w:r><w:t>9</w:t></w:r></w:fldSimple><w:hyperlink w:anchor="` + name + `"><w:r><w:t>往</w:t></w:r></w:hyperlink></w:p>`
	}
	start := func(id int, name string) string {
		return fmt.Sprintf(`<w:bookmarkStart w:id="%d" w:name="%s"/>`, id, name)
	}
	body := ref("a") + ref("b") + ref("c") + para(`<w:pageBreakBefore/>`, "乙") + start(1, "a") + para("", "丙") + `<w:bookmarkEnd w:id="1"/>` +
		para(`<w:pageBreakBefore/>`, "丁") + start(2, "b") + table(allBorders, []int{0, 0}, row("", cell("", "表"), `<w:tc>`+start(3, "c")+para("", "格")+`</w:tc>`)) + `<w:bookmarkEnd w:id="2"/>` + para("", "末") + start(4, "z")
	p := wordDoc{sect: plainPage, body: body}.pack(t)
	doc, list := Layout(context.Background(), p, testBook(t), Options{})
	if doc == nil || len(list) > 0 {
		t.Fatal(list)
	}
	got := map[string]Anchor{}
	for _, a := range doc.Anchors {
		got[a.Name] = a
	}
	if len(doc.Anchors) != 3 || got["a"].Page != 1 || got["b"].Page != 2 || got["c"].Page != 2 || got["c"].X <= got["b"].X {
		t.Errorf("bookmarks %+v", doc.Anchors)
	}
	var first []string
	for _, l := range linesOf(&Document{Pages: doc.Pages[:1]}, true) {
		first = append(first, l.text)
	}
	if s := strings.Join(first, "/"); s != "2往/3往/3往" || len(doc.Pages[0].Links) != 3 || doc.Pages[0].Links[2].Page != 2 {
		t.Errorf("the first page shows %s, links %+v", s, doc.Pages[0].Links)
	}
	if len(doc.Pages) != 3 {
		t.Errorf("%d pages", len(doc.Pages))
	}
}

// A watermark, which is word art of the header, is painted under the text of the page.
func TestWatermarkUnderText(t *testing.T) {
	mark := `<w:p><w:r><w:pict><v:shape type="#_x0000_t136" style="position:absolute;width:300pt;height:100pt;rotation:315;z-index:-1;mso-position-horizontal:center;mso-position-horizontal-relative:margin;` +
		`mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="silver" stroked="f"><v:textpath style="font-family:&quot;宋体&quot;" string="草稿"/></v:shape></w:pict></w:r><w:r><w:t>页眉</w:t></w:r></w:p>`
	doc, list := wordDoc{sect: plainPage, header: mark, body: para("", "正文") + para(`<w:pageBreakBefore/>`, "次页")}.lay(t)
	if len(list) > 0 || len(doc.Pages) != 2 {
		t.Fatalf("%d pages, findings %v", len(doc.Pages), list)
	}
	for i, want := range []string{"草稿正文页眉", "草稿次页页眉"} {
		got := ""
		for _, x := range doc.Pages[i].Texts {
			got += x.Source
		}
		if got != want {
			t.Errorf("page %d is painted in the order %s, want %s", i+1, got, want)
		}
	}
}
