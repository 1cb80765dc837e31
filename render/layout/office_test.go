package layout

import (
	"strings"
	"testing"

	"tripact/problem"
)

// codes lists the codes of findings, in order.
func codes(list problem.List) string {
	var out []string
	for _, f := range list {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}

// laid lays out a document on a plain page and gives its lines, parted by /, and the codes of its findings.
func laid(t *testing.T, d wordDoc) (text, found string, doc *Document) {
	t.Helper()
	if d.sect == "" {
		d.sect = plainPage
	}
	doc, list := d.lay(t)
	var lines []string
	for _, l := range linesOf(doc, true) {
		lines = append(lines, l.text)
	}
	return strings.Join(lines, "/"), codes(list), doc
}

// Tracked changes are accepted, and that is told. A paragraph whose mark is deleted goes on in the next one, in that one's formatting.
func TestTrackedChanges(t *testing.T) {
	const gone = `<w:rPr><w:del w:id="1" w:author="a"/></w:rPr>`
	del := func(text string) string {
		return `<w:del w:id="2"><w:r><w:delText>` + text + `</w:delText></w:r></w:del>`
	}
	run := func(text string) string { return `<w:r><w:t>` + text + `</w:t></w:r>` }
	p := func(ppr, content string) string { return `<w:p><w:pPr>` + ppr + `</w:pPr>` + content + `</w:p>` }
	for _, tt := range []struct{ name, body, want string }{
		{"inserted and deleted", p("", `<w:ins>`+run("新")+`</w:ins>`+del("旧")), "新"},
		{"moved", p(`<w:rPr><w:moveFrom w:id="1"/></w:rPr>`, `<w:moveFrom>`+run("移")+`</w:moveFrom>`) + p("", run("甲")) + p("", `<w:moveTo>`+run("移")+`</w:moveTo>`), "甲/移"},
		{"a paragraph deleted", p("", run("甲")) + p(gone, del("删")) + p("", run("乙")), "甲/乙"},
		{"a mark deleted", p(gone, run("甲")) + p("", run("乙")) + p("", run("丙")), "甲乙/丙"},
		{"three marks deleted", p(gone, run("甲")) + p(gone, run("乙")) + p(gone, del("删")) + p("", run("丙")), "甲乙丙"},
		{"the last mark deleted", p("", run("甲")) + p(gone, run("乙")), "甲/乙"},
		{"before a table", p(gone, del("删")) + table(allBorders, []int{3000}, row("", cell("", "格"))) + p("", run("后")), "格/后"},
		{"in a cell", table(allBorders, []int{3000}, row("", `<w:tc><w:tcPr/>`+p(gone, run("甲"))+p("", run("乙"))+`</w:tc>`)) + p("", run("后")), "甲乙/后"},
	} {
		text, found, _ := laid(t, wordDoc{body: tt.body})
		if text != tt.want || found != "layout.revision" {
			t.Errorf("%s: %q with %s, want %q", tt.name, text, found, tt.want)
		}
	}
	_, _, doc := laid(t, wordDoc{body: p(gone+`<w:jc w:val="left"/>`, run("甲")) + p(`<w:jc w:val="right"/>`, run("乙"))})
	if l := linesOf(doc, true)[0]; l.right < (11906-1440)*Twip-Point {
		t.Errorf("joined text ends at %s: not in the formatting of the mark that is left", pt(l.right))
	}
}

func TestOlderForms(t *testing.T) {
	form := func(data string) string {
		return `<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData>` + data + `</w:ffData></w:fldChar></w:r><w:r><w:instrText> FORM </w:instrText></w:r>` +
			`<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`
	}
	const entries = `<w:listEntry w:val="企业"/><w:listEntry w:val="高校"/>`
	for _, tt := range []struct{ data, want string }{
		{`<w:checkBox><w:default w:val="1"/></w:checkBox>`, "☑"},
		{`<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>`, "☐"},
		{`<w:checkBox/>`, "☐"},
		{`<w:ddList><w:result w:val="1"/>` + entries + `</w:ddList>`, "高校"},
		{`<w:ddList><w:default w:val="1"/>` + entries + `</w:ddList>`, "高校"},
		{`<w:ddList>` + entries + `</w:ddList>`, "企业"},
		{`<w:ddList><w:result w:val="7"/>` + entries + `</w:ddList>`, ""},
	} {
		if text, found, _ := laid(t, wordDoc{body: form(tt.data)}); text != tt.want || found != "" {
			t.Errorf("%s: %q with findings %q, want %q", tt.data, text, found, tt.want)
		}
	}
}

// What is left out is told, with its place.
func TestToldWhatIsLeftOut(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"external chunk", para("", "甲") + `<w:altChunk r:id="r9"/>`, "layout.chunk"},
		{"chunk in a cell", table("", []int{3000}, row("", `<w:tc><w:altChunk r:id="r9"/>`+para("", "格")+`</w:tc>`)) + para("", ""), "layout.chunk"},
		{"comment", `<w:p><w:r><w:t>文</w:t></w:r><w:r><w:commentReference w:id="1"/></w:r></w:p>`, "layout.comment"},
		{"exact row too low for its text", table("", []int{1200}, row(`<w:trHeight w:val="400" w:hRule="exact"/>`, cell("", "放不下的文字会压住下面"))) + para("", ""), "layout.row.exact"},
		{"exact row a little too low", table("", []int{1200}, row(`<w:trHeight w:val="380" w:hRule="exact"/>`, cell("", "文"))) + para("", ""), ""},
		{"exact row too low for empty paragraphs", table("", []int{1200}, row(`<w:trHeight w:val="400" w:hRule="exact"/>`, `<w:tc><w:tcPr/>`+para("", "文")+para("", "")+para("", "")+`</w:tc>`)) + para("", ""), ""},
		{"art border", `<w:p><w:pPr><w:sectPr><w:pgBorders><w:top w:val="apples" w:sz="20"/><w:left w:val="thinThickSmallGap" w:sz="24"/></w:pgBorders></w:sectPr></w:pPr></w:p>` + para("", "后"), "layout.border.art"},
	} {
		d := wordDoc{body: tt.body, sect: plainPage}
		_, list := d.lay(t)
		if got := codes(list); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		for _, f := range list {
			if f.Place == nil || f.Place.Part == "" || f.Message.ZH == "" || f.Message.EN == "" {
				t.Errorf("%s: %+v lacks its place or a language", tt.name, f)
			}
		}
	}
}

// A text box that neither wraps nor has a size of its own is as wide as its text: WPS writes page numbers so.
func TestTextBoxFitsItsText(t *testing.T) {
	box := func(wrap, fit string) string {
		return `<w:p><w:r><w:drawing><wp:anchor simplePos="0"><wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="margin"><wp:align>right</wp:align></wp:positionH><wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>` +
			`<wp:extent cx="1828800" cy="1828800"/><wp:wrapNone/><wp:docPr id="1" name="b"/><a:graphic><a:graphicData uri="u"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:prstGeom prst="rect"/><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>` +
			`<wps:txbx><w:txbxContent>` + para("", "— 1 —") + `</w:txbxContent></wps:txbx><wps:bodyPr wrap="` + wrap + `" lIns="0" tIns="0" rIns="0" bIns="0">` + fit + `</wps:bodyPr></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r></w:p>`
	}
	const margin = (11906 - 1440) * Twip
	for _, tt := range []struct {
		wrap, fit string
		left      Length
	}{{"none", "<a:spAutoFit/>", 0}, {"square", "<a:spAutoFit/>", margin - 1828800}, {"none", "<a:noAutofit/>", margin - 1828800}} {
		_, _, doc := laid(t, wordDoc{body: box(tt.wrap, tt.fit)})
		l := linesOf(doc, true)[0]
		if tt.left > 0 && l.x != tt.left || tt.left == 0 && (l.right > margin || l.right < margin-Point) {
			t.Errorf("%s %s: text from %s to %s", tt.wrap, tt.fit, pt(l.x), pt(l.right))
		}
	}
}

// Pictures keep their turn and mirror images; an inline one takes the room that it has when turned.
func TestPictureTurnsAndFlips(t *testing.T) {
	pic := func(xfrm string) string {
		return `<w:p><w:r><w:drawing><wp:inline><wp:extent cx="1270000" cy="635000"/><wp:docPr id="1" name="p" descr="图"/><a:graphic><a:graphicData uri="u"><pic:pic><pic:blipFill><a:blip r:embed="mdot"/></pic:blipFill>` +
			`<pic:spPr><a:xfrm ` + xfrm + `><a:ext cx="1270000" cy="635000"/></a:xfrm></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r><w:r><w:t>后</w:t></w:r></w:p>`
	}
	const w, h = 100 * Point, 50 * Point
	for _, tt := range []struct {
		xfrm           string
		turn           int
		flipX, flipY   bool
		dx, dy, behind Length // of the picture in its room, and where the text after it begins
	}{
		{``, 0, false, false, 0, 0, w},
		{`flipH="1"`, 0, true, false, 0, 0, w},
		{`flipV="true"`, 0, false, true, 0, 0, w},
		{`rot="10800000" flipH="0"`, 180 * 60000, false, false, 0, 0, w},
		{`rot="5400000"`, 90 * 60000, false, false, (h - w) / 2, (w - h) / 2, h},
		{`rot="-5400000"`, 270 * 60000, false, false, (h - w) / 2, (w - h) / 2, h},
		{`rot="27000000"`, 90 * 60000, false, false, (h - w) / 2, (w - h) / 2, h},
	} {
		_, _, doc := laid(t, wordDoc{body: pic(tt.xfrm), media: map[string][]byte{"dot.png": pngOf(t, 8, 8)}})
		p := doc.Pages[0].Front[0]
		left := 1440 * Twip
		if p.Turn != tt.turn || p.FlipX != tt.flipX || p.FlipY != tt.flipY || p.W != w || p.H != h || p.X != left+tt.dx {
			t.Errorf("%s: turned %d, mirrored %v %v, at %s, %s × %s", tt.xfrm, p.Turn, p.FlipX, p.FlipY, pt(p.X), pt(p.W), pt(p.H))
		}
		if l := linesOf(doc, true)[0]; l.x != left+tt.behind {
			t.Errorf("%s: the text after it begins at %s", tt.xfrm, pt(l.x-left))
		}
	}
}

// Text that is to take a given width takes it, wider or narrower, also where the runs carry the space that Word has worked out.
func TestFitText(t *testing.T) {
	run := func(text, extra string) string {
		return `<w:r><w:rPr>` + extra + `<w:fitText w:val="1920" w:id="7"/></w:rPr><w:t>` + text + `</w:t></w:r>`
	}
	for _, tt := range []struct{ name, runs, want string }{
		{"wider", run("单位名称", ""), "0 26.67 53.33 80 96"},
		{"one character", run("单", ""), "0 96"},
		{"two runs", run("单位", "") + run("名称", "<w:b/>"), "0 26.67 53.33 80 96"},
		{"as Word stores it", run("单位名", `<w:spacing w:val="213"/>`) + run("称", ""), "0 26.67 53.33 80 96"},
		{"as it is", run("统一社会信用", ""), "0 16 32 48 64 80 96"},
		{"narrower", run("统一社会信用代码", ""), "0 12 24 36 48 60 72 84 96"},
		{"another group after it", run("单位", "") + strings.ReplaceAll(run("名称", ""), `w:id="7"`, `w:id="8"`), "0 80 96 176 192"},
		{"marks keep their room", run("（甲）", ""), "0 40 80 96"},
	} {
		_, found, doc := laid(t, wordDoc{body: `<w:p>` + tt.runs + `<w:r><w:t>后</w:t></w:r></w:p>`})
		var at []string
		left := 1440 * Twip
		for _, x := range doc.Pages[0].Texts {
			pen := x.X
			for _, g := range x.Glyphs {
				at = append(at, strings.TrimSuffix(pt(pen-left), ".00"))
				pen += g.Advance
			}
		}
		if got := strings.Join(at, " "); got != tt.want || found != "" {
			t.Errorf("%s: %s, want %s (%s)", tt.name, got, tt.want, found)
		}
	}
	text, _, _ := laid(t, wordDoc{body: `<w:p><w:r><w:t>` + strings.Repeat("汉", 25) + `</w:t></w:r>` + run("统一社会信用代码", "") + `</w:p>`})
	if text != strings.Repeat("汉", 25)+"/统一社会信用代码" {
		t.Errorf("lines %q: fitted text is broken", text)
	}
}

// Two lines in one stand at half their size above each other and take the room of the longer.
func TestTwoLinesInOne(t *testing.T) {
	run := func(text, attrs string) string {
		return `<w:r><w:rPr><w:eastAsianLayout w:id="-1" w:combine="1" ` + attrs + `/></w:rPr><w:t>` + text + `</w:t></w:r>`
	}
	for _, tt := range []struct{ name, runs, want string }{
		{"even", run("科技局财政局", ""), "科技局|财政局|24.00"},
		{"odd: the first line is longer", run("科技局财政", ""), "科技局|财政|24.00"},
		{"two runs", run("科技局", "") + run("财政局", ""), "科技局|财政局|24.00"},
		{"in brackets", run("科技局财政局", `w:combineBrackets="square"`), "[|科技局|财政局|]|34.66"},
	} {
		_, found, doc := laid(t, wordDoc{body: `<w:p>` + tt.runs + `<w:r><w:t>文件</w:t></w:r></w:p>`})
		texts := doc.Pages[0].Texts
		var got []string
		for _, x := range texts[:len(texts)-1] {
			got = append(got, x.Source)
			if half := x.Size == 8*Point; half == strings.ContainsAny(x.Source, "[]") {
				t.Errorf("%s: %q has %s", tt.name, x.Source, pt(x.Size))
			}
		}
		last := texts[len(texts)-1]
		got = append(got, pt(last.X-1440*Twip))
		if s := strings.Join(got, "|"); s != tt.want || last.Source != "文件" || found != "" {
			t.Errorf("%s: %s, want %s (%s)", tt.name, s, tt.want, found)
		}
		upper, lower := texts[len(texts)-3-boolInt(len(texts) > 3)], texts[len(texts)-2-boolInt(len(texts) > 3)]
		if d := lower.Y - upper.Y; d != 8*Point || upper.Y >= last.Y || lower.Y <= last.Y-2*Point {
			t.Errorf("%s: baselines %s and %s of a line at %s", tt.name, pt(upper.Y), pt(lower.Y), pt(last.Y))
		}
	}
	// A bookmark after them keeps its place.
	_, _, doc := laid(t, wordDoc{body: `<w:p>` + run("科技局财政局", "") + `<w:r><w:t>文</w:t></w:r><w:bookmarkStart w:id="1" w:name="b"/><w:r><w:t>件</w:t></w:r></w:p>` + para("", "二")})
	if len(doc.Anchors) != 1 || doc.Anchors[0].Name != "b" {
		t.Errorf("anchors %+v", doc.Anchors)
	}
}

// The Chinese dash is two em long in one piece, whatever face draws it; a Latin one stays as it is.
func TestChineseDash(t *testing.T) {
	for _, font := range []string{"宋体", "黑体", "楷体", "仿宋_GB2312", "微软雅黑", "方正小标宋简体"} {
		d := wordDoc{body: para("", "甲——乙"), defaults: `<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="` + font + `"/><w:sz w:val="32"/><w:lang w:eastAsia="zh-CN"/>`}
		text, _, doc := laid(t, d)
		l := linesOf(doc, true)[0]
		if w := l.right - l.x; text != "甲——乙" || w != 64*Point {
			t.Errorf("%s: %q is %s wide", font, text, pt(w))
		}
	}
	_, _, doc := laid(t, wordDoc{body: `<w:p><w:r><w:t>a—b</w:t></w:r></w:p>`})
	if l := linesOf(doc, true)[0]; l.right-l.x > 33*Point {
		t.Errorf("a Latin dash makes the line %s wide", pt(l.right-l.x))
	}
}

func TestEmphasisMarks(t *testing.T) {
	for _, tt := range []struct {
		rpr   string
		below bool
	}{
		{`<w:em w:val="dot"/>`, true},
		{`<w:em w:val="underDot"/>`, true},
		{`<w:em w:val="dot"/><w:lang w:eastAsia="ja-JP"/>`, false},
		{`<w:em w:val="underDot"/><w:lang w:eastAsia="ja-JP"/>`, true},
		{`<w:em w:val="comma"/>`, false},
	} {
		_, _, doc := laid(t, wordDoc{body: runPara("", tt.rpr, "重要")})
		base := linesOf(doc, true)[0].y
		f := doc.Pages[0].Fills
		if len(f) != 2 || (f[0].Y > base+Point) != tt.below || (f[0].Y+f[0].H < base-13*Point) == tt.below {
			t.Errorf("%s: marks %+v of a line at %s", tt.rpr, f, pt(base))
		}
	}
}

// Bullets of fonts that nobody has, as LibreOffice names them, are bullets.
func TestBulletsOfOtherFonts(t *testing.T) {
	for _, tt := range []struct{ font, char, want string }{
		{"Wingdings", "\uf0d8", "➢"}, {"Symbol", "\uf0b7", "•"}, {"starbats", "\uf095", "•"}, {"OpenSymbol", "\ue00a", "•"}, {"Courier New", "o", "o"}, {"", "\uf06c", "•"}, {"", "●", "●"},
	} {
		numbering := `<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:suff w:val="nothing"/><w:lvlText w:val="` + tt.char + `"/><w:rPr><w:rFonts w:ascii="` + tt.font + `" w:hAnsi="` + tt.font + `"/></w:rPr></w:lvl></w:abstractNum>` +
			`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`
		text, _, _ := laid(t, wordDoc{body: para(`<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>`, "项"), numbering: numbering})
		if text != tt.want+"项" {
			t.Errorf("%s %+q: %q, want %s", tt.font, tt.char, text, tt.want)
		}
	}
}

// A tab to a stop beyond the margin keeps its text on the line, as in headers made for wider paper.
func TestTabStopsBeyondTheMargin(t *testing.T) {
	const right = (11906 - 1440) * Twip // of the text
	line := func(tabs, first, second, third string) string {
		return `<w:p><w:pPr><w:tabs>` + tabs + `</w:tabs></w:pPr><w:r><w:t>` + first + `</w:t><w:tab/><w:t>` + second + `</w:t><w:tab/><w:t>` + third + `</w:t></w:r></w:p>`
	}
	for _, tt := range []struct {
		name, body, want string
		end              Length
	}{
		{"right", line(`<w:tab w:val="center" w:pos="4680"/><w:tab w:val="right" w:pos="9960"/>`, "左", "", "右边"), "左右边", (1440 + 9960) * Twip},
		{"right, a little", line(`<w:tab w:val="center" w:pos="4680"/><w:tab w:val="right" w:pos="9200"/>`, "左", "", "右边"), "左右边", right},
		{"centre", line(`<w:tab w:val="left" w:pos="4680"/><w:tab w:val="center" w:pos="9300"/>`, "左", "中", "右边"), "左中右边", (1440+9300)*Twip + 16*Point},
		{"inside", line(`<w:tab w:val="center" w:pos="4000"/><w:tab w:val="right" w:pos="8000"/>`, "左", "", "右边"), "左右边", (1440 + 8000) * Twip},
	} {
		text, _, doc := laid(t, wordDoc{body: tt.body})
		l := linesOf(doc, true)[0]
		if d := l.right - tt.end; text != tt.want || d > Point/10 || d < -Point/10 {
			t.Errorf("%s: %q ends at %s, want %q at %s", tt.name, text, pt(l.right), tt.want, pt(tt.end))
		}
	}
	text, _, _ := laid(t, wordDoc{body: line(`<w:tab w:val="left" w:pos="9960"/>`, "左", strings.Repeat("汉", 30), "")})
	if !strings.HasPrefix(text, "左/") {
		t.Errorf("a left stop beyond the margin: %q", text)
	}
}
