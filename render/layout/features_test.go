package layout

import (
	"fmt"
	"strings"
	"testing"
)

// baselines lays out a body on a plain page and gives the distances between its lines in points.
func baselines(t *testing.T, d wordDoc) string {
	t.Helper()
	if d.sect == "" {
		d.sect = plainPage
	}
	doc, list := d.lay(t)
	if len(list) > 0 {
		t.Errorf("findings %v", list)
	}
	var out []string
	l := linesOf(doc, true)
	for i := 1; i < len(l); i++ {
		out = append(out, strings.TrimSuffix(pt(l[i].y-l[i-1].y), ".00"))
	}
	return strings.Join(out, " ")
}

func TestLineAndParagraphSpacing(t *testing.T) {
	three := func(ppr string) string { return para(ppr, "一") + para(ppr, "二") + para(ppr, "三") }
	grid := strings.Replace(plainPage, "</w:sectPr>", `<w:docGrid w:type="lines" w:linePitch="600"/></w:sectPr>`, 1)
	tests := []struct {
		name string
		d    wordDoc
		want string
	}{
		{"single: 1.3 of the size, as 仿宋_GB2312 has it in Word", wordDoc{body: three("")}, "20.80 20.80"},
		{"exact", wordDoc{body: three(`<w:spacing w:line="560" w:lineRule="exact"/>`)}, "28 28"},
		{"exact, less than the letters", wordDoc{body: three(`<w:spacing w:line="200" w:lineRule="exact"/>`)}, "10 10"},
		{"at least, more than needed", wordDoc{body: three(`<w:spacing w:line="700" w:lineRule="atLeast"/>`)}, "35 35"},
		{"at least, less than needed", wordDoc{body: three(`<w:spacing w:line="100" w:lineRule="atLeast"/>`)}, "20.80 20.80"},
		{"one and a half", wordDoc{body: three(`<w:spacing w:line="360" w:lineRule="auto"/>`)}, "31.20 31.20"},
		{"before and after: the larger counts", wordDoc{body: three(`<w:spacing w:before="200" w:after="120"/>`)}, "30.80 30.80"},
		{"added up", wordDoc{body: three(`<w:spacing w:before="200" w:after="120"/>`), settings: `<w:compat><w:doNotUseHTMLParagraphAutoSpacing/></w:compat>`}, "36.80 36.80"},
		{"in lines, no grid: a line of 12 pt", wordDoc{body: three(`<w:spacing w:beforeLines="50" w:before="1000"/>`)}, "26.80 26.80"},
		{"in lines of the grid", wordDoc{body: three(`<w:spacing w:beforeLines="50" w:before="1000"/>`), sect: grid}, "45 45"},
		{"not between paragraphs of a style", wordDoc{body: three(`<w:spacing w:before="200" w:after="200"/><w:contextualSpacing/>`)}, "20.80 20.80"},
		{"on a grid", wordDoc{body: three(""), sect: grid}, "30 30"},
		{"off the grid", wordDoc{body: three(`<w:snapToGrid w:val="0"/>`), sect: grid}, "20.80 20.80"},
	}
	for _, tt := range tests {
		if got := baselines(t, tt.d); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// shows lays out a document and gives what its pages show, page by page, lines parted by / and pages by //.
func shows(t *testing.T, d wordDoc) (text string, doc *Document) {
	t.Helper()
	if d.sect == "" {
		d.sect = plainPage
	}
	doc, list := d.lay(t)
	if len(list) > 0 {
		t.Errorf("findings %v", list)
	}
	var pages []string
	for i := range doc.Pages {
		var lines []string
		for _, l := range linesOf(&Document{Pages: doc.Pages[i : i+1]}, true) {
			lines = append(lines, l.text)
		}
		pages = append(pages, strings.Join(lines, "/"))
	}
	return strings.Join(pages, "//"), doc
}

func sectionEnd(props string) string {
	return `<w:p><w:pPr>` + strings.ReplaceAll(plainPage, "%s", props) + `</w:pPr></w:p>`
}

func TestSectionsAndNumbers(t *testing.T) {
	const page = `<w:p><w:fldSimple w:instr="PAGE"><w:r><w:t>?</w:t></w:r></w:fldSimple></w:p>`
	two := para("", "甲") + para(`<w:pageBreakBefore/>`, "乙")
	tests := []struct {
		name string
		d    wordDoc
		want string
	}{
		{"odd and even headers", wordDoc{body: two + para(`<w:pageBreakBefore/>`, "丙"), header: para("", "单"), even: para("", "双"), settings: `<w:evenAndOddHeaders/>`}, "单/甲//双/乙//单/丙"},
		{"even header unless asked for", wordDoc{body: two, header: para("", "单"), even: para("", "双")}, "单/甲//单/乙"},
		{"first page", wordDoc{body: two, header: para("", "页"), first: para("", "首"), sect: strings.Replace(plainPage, "%s", "%s<w:titlePg/>", 1)}, "首/甲//页/乙"},
		{"numbers from 5, in Chinese", wordDoc{body: two, header: page, sect: strings.Replace(plainPage, "</w:sectPr>", `<w:pgNumType w:start="5" w:fmt="chineseCounting"/></w:sectPr>`, 1)}, "五/甲//六/乙"},
		{"numbers go on over sections", wordDoc{body: two + sectionEnd("") + para("", "丙"), header: page, sect: plainPage}, "甲//乙//3/丙"},
		{"continuous", wordDoc{body: para("", "甲") + sectionEnd("") + para("", "乙"), sect: strings.Replace(plainPage, "%s", `%s<w:type w:val="continuous"/>`, 1)}, "甲/乙"},
		{"an odd page leaves one empty", wordDoc{body: para("", "甲") + sectionEnd("") + para("", "乙"), sect: strings.Replace(plainPage, "%s", `%s<w:type w:val="oddPage"/>`, 1)}, "甲////乙"},
		{"an even page follows at once", wordDoc{body: para("", "甲") + sectionEnd("") + para("", "乙"), sect: strings.Replace(plainPage, "%s", `%s<w:type w:val="evenPage"/>`, 1)}, "甲//乙"},
	}
	for _, tt := range tests {
		if got, _ := shows(t, tt.d); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestFootnoteNumbers(t *testing.T) {
	notes := footnote(1, "注一") + footnote(2, "注二") + footnote(3, "注三")
	refs := noted("footnote", "甲", 1) + noted("footnote", "乙", 2)
	last := `<w:p><w:pPr><w:pageBreakBefore/></w:pPr><w:r><w:t>丙</w:t></w:r>` + noteRefRun("footnote", 3) + `</w:p>`
	section := func(props string) string { return strings.Replace(plainPage, "%s", "%s"+props, 1) }
	for _, tt := range []struct{ name, body, settings, sect, want string }{
		{"go on", refs + last, "", "", "1注一 2注二 3注三"},
		{"anew on each page", refs + last, `<w:footnotePr><w:numRestart w:val="eachPage"/></w:footnotePr>`, "", "1注一 2注二 1注三"},
		{"anew in each section", refs + sectionEnd("") + last, `<w:footnotePr><w:numRestart w:val="eachSect"/></w:footnotePr>`, "", "1注一 2注二 1注三"},
		{"from 7, circled, in the section's own words", refs + last, `<w:footnotePr><w:numFmt w:val="decimal"/></w:footnotePr>`, section(`<w:footnotePr><w:numFmt w:val="decimalEnclosedCircle"/><w:numStart w:val="7"/></w:footnotePr>`), "⑦注一 ⑧注二 ⑨注三"},
	} {
		sect := tt.sect
		if sect == "" {
			sect = plainPage
		}
		got, _ := shows(t, wordDoc{body: tt.body, footnotes: notes, settings: tt.settings, sect: sect})
		var found []string
		for _, line := range strings.FieldsFunc(got, func(r rune) bool { return r == '/' }) {
			if strings.Contains(line, "注") {
				found = append(found, line)
			}
		}
		if s := strings.Join(found, " "); s != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, s, tt.want)
		}
	}
	for pos, top := range map[string]bool{"beneathText": true, "pageBottom": false} {
		_, doc := shows(t, wordDoc{body: refs, footnotes: notes, settings: `<w:footnotePr><w:pos w:val="` + pos + `"/></w:footnotePr>`})
		for _, l := range linesOf(doc, true) {
			if strings.Contains(l.text, "注") && (l.y < 300*Point) != top {
				t.Errorf("%s: %q at %s", pos, l.text, pt(l.y))
			}
		}
	}
}

// What stands in runs in other ways than as text comes out as text.
func TestRunContent(t *testing.T) {
	const mc = ` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"`
	for _, tt := range []struct{ name, in, want string }{
		{"symbol", `<w:r><w:t>甲</w:t><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>`, "甲☑"},
		{"hyphen that does not break", `<w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t></w:r>`, "a\u2011b"},
		{"hyphen that shows at a break only", `<w:r><w:t>合作</w:t><w:softHyphen/><w:t>协议</w:t></w:r>`, "合作协议"},
		{"content control", `<w:sdt><w:sdtContent><w:r><w:t>控件</w:t></w:r></w:sdtContent></w:sdt>`, "控件"},
		{"hidden", `<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:t>显</w:t></w:r>`, "显"},
		{"what is known of alternatives", `<w:r><mc:AlternateContent` + mc + `><mc:Choice Requires="unknown"><w:t>一</w:t></mc:Choice><mc:Fallback><w:t>二</w:t></mc:Fallback></mc:AlternateContent></w:r>`, "二"},
		{"date as it was stored", `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE \\@ "yyyy"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2026年1月5日</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`, "2026年1月5日"},
		{"capitals", `<w:r><w:rPr><w:caps/></w:rPr><w:t>abc</w:t></w:r>`, "abc"},
	} {
		if got, _ := shows(t, wordDoc{body: `<w:p>` + tt.in + `</w:p>`}); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	_, doc := shows(t, wordDoc{body: `<w:p><w:r><w:t>左</w:t><w:ptab w:relativeTo="margin" w:alignment="right" w:leader="none"/><w:t>右</w:t></w:r></w:p>`})
	if p := piecesOf(&doc.Pages[0]); len(p) != 2 || p[1].right < (11906-1440)*Twip-Point {
		t.Errorf("tab to the margin: %+v", p)
	}
}

// Hanging marks stand beyond the edge, one at a time and only where they are asked for.
func TestHangingPunctuation(t *testing.T) {
	text := strings.Repeat("汉", 28) + "，" + strings.Repeat("字", 5) // 28 of 16 pt fill the line of 451 pt but 3
	for _, tt := range []struct{ ppr, want string }{
		{`<w:overflowPunct/>`, strings.Repeat("汉", 28) + "，/字字字字字"},
		{``, strings.Repeat("汉", 27) + "/汉，字字字字字"},
	} {
		got, doc := shows(t, wordDoc{body: para(tt.ppr+`<w:jc w:val="both"/>`, text)})
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.ppr, got, tt.want)
		}
		if l := linesOf(doc, true)[0]; tt.ppr != "" && (l.right < (11906-1440)*Twip+15*Point || l.right > (11906-1440)*Twip+17*Point) {
			t.Errorf("the mark ends at %s", pt(l.right))
		}
	}
}

func TestHanLatinSpaceCanBeOff(t *testing.T) {
	width := func(ppr string) Length {
		_, doc := shows(t, wordDoc{body: para(ppr, "共abc项12个")})
		l := linesOf(doc, true)[0]
		return l.right - l.x
	}
	on := width("")
	for _, tt := range []struct {
		ppr  string
		gaps Length // quarters of an em less
	}{{`<w:autoSpaceDE w:val="0"/>`, 2}, {`<w:autoSpaceDN w:val="0"/>`, 2}, {`<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>`, 4}} {
		if got := on - width(tt.ppr); got != tt.gaps*4*Point {
			t.Errorf("%s: %s less, want %d pt", tt.ppr, pt(got), tt.gaps*4)
		}
	}
}

func TestTablePlaceAndMargins(t *testing.T) {
	const left = 1440 * Twip
	edge := func(tblPr, tcPr string) (at, text Length) {
		_, doc := shows(t, wordDoc{body: table(allBorders+tblPr, []int{3000}, row("", cell(tcPr, "文"))) + para("", "后"), settings: `<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>`})
		at = 1 << 40
		for _, r := range doc.Pages[0].Rules {
			at = min(at, min(r.X1, r.X2))
		}
		return at, linesOf(doc, true)[0].x
	}
	for _, tt := range []struct {
		name, tblPr, tcPr string
		table, text       Length
	}{
		{"indent", `<w:tblInd w:w="600" w:type="dxa"/>`, "", left + 600*Twip, left + 600*Twip + 108*Twip},
		{"middle", `<w:jc w:val="center"/>`, "", (11906 - 3000) / 2 * Twip, (11906-3000)/2*Twip + 108*Twip},
		{"right", `<w:jc w:val="right"/>`, "", (11906 - 1440 - 3000) * Twip, (11906-1440-3000)*Twip + 108*Twip},
		{"cell margin", `<w:tblInd w:w="0" w:type="dxa"/>`, `<w:tcMar><w:left w:w="400" w:type="dxa"/></w:tcMar>`, left, left + 400*Twip},
	} {
		at, text := edge(tt.tblPr, tt.tcPr)
		for i, d := range [...]Length{at - tt.table, text - tt.text} {
			if d < -Point || d > Point {
				t.Errorf("%s: table at %s, text at %s, want %s and %s (%d)", tt.name, pt(at), pt(text), pt(tt.table), pt(tt.text), i)
			}
		}
	}
}

// Of two borders that meet the wider wins (ECMA-376 17.4.66), and a row of empty cells without marks is as low as it may be.
func TestBorderConflictAndHiddenMarks(t *testing.T) {
	border := func(side string, sz int) string {
		return fmt.Sprintf(`<w:tcBorders><w:%s w:val="single" w:sz="%d"/></w:tcBorders>`, side, sz)
	}
	for _, order := range [][2]int{{24, 4}, {4, 24}} {
		_, doc := shows(t, wordDoc{body: table("", []int{2000, 2000}, row("", cell(border("right", order[0]), "左")+cell(border("left", order[1]), "右"))) + para("", "")})
		wide := Length(0)
		for _, r := range doc.Pages[0].Rules {
			wide = max(wide, r.Width)
		}
		if wide < 3*Point-Point/100 || wide > 3*Point || len(doc.Pages[0].Rules) != 1 {
			t.Errorf("borders %v: %+v", order, doc.Pages[0].Rules)
		}
	}
	height := func(tc string) Length {
		_, doc := shows(t, wordDoc{body: table(allBorders, []int{2000}, row(`<w:trHeight w:val="60"/>`, cell(tc, ""))) + para("", "后")})
		return linesOf(doc, true)[0].y
	}
	if d := height("") - height(`<w:hideMark/>`); d < 15*Point {
		t.Errorf("a hidden mark saves %s", pt(d))
	}
}

func TestPageBorders(t *testing.T) {
	side := func(name string) string { return `<w:` + name + ` w:val="single" w:sz="8" w:space="24"/>` }
	sect := strings.Replace(plainPage, "</w:sectPr>", `<w:pgBorders w:offsetFrom="page">`+side("top")+side("left")+side("bottom")+side("right")+`</w:pgBorders></w:sectPr>`, 1)
	_, doc := shows(t, wordDoc{body: para("", "甲"), sect: sect})
	if n := len(doc.Pages[0].Rules); n != 4 {
		t.Fatalf("%d rules", n)
	}
	for _, r := range doc.Pages[0].Rules {
		if min(r.X1, r.X2) < 23*Point || max(r.X1, r.X2) > 11906*Twip-23*Point || min(r.Y1, r.Y2) < 23*Point || max(r.Y1, r.Y2) > 16838*Twip-23*Point {
			t.Errorf("rule %+v", r)
		}
	}
}
