package layout

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"tripact/problem"
)

const exactGrid = `<w:spacing w:line="579" w:lineRule="exact"/>`

// A page of GB/T 9704-2012 holds 22 lines of 28 characters at 15.79 pt (5.2.3).
func TestOfficialGrid(t *testing.T) {
	for _, tt := range []struct{ name, ppr string }{
		{"grid decides", `<w:jc w:val="both"/>`},
		{"exact spacing", `<w:jc w:val="both"/>` + exactGrid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc, _ := wordDoc{body: para(tt.ppr, strings.Repeat("宁波市科学技术局", 100))}.lay(t)
			lines := linesOf(doc, false)
			perPage := map[int]int{}
			for i, l := range lines[:len(lines)-1] {
				perPage[l.page]++
				if n := utf8.RuneCountInString(l.text); n != 28 {
					t.Errorf("line %d has %d characters", i+1, n)
				}
				if pitch := float64(l.right-l.x) / 28 / float64(Point); pitch < 15.74 || pitch > 15.84 {
					t.Errorf("line %d: %0.2f pt for each character", i+1, pitch)
				}
				if i > 0 && lines[i-1].page == l.page {
					if d := float64(l.y-lines[i-1].y) / float64(Point); d < 28.9 || d > 29.7 {
						t.Errorf("lines %d and %d are %0.2f pt apart", i, i+1, d)
					}
				}
			}
			if perPage[1] != 22 {
				t.Errorf("the first page has %d lines, want 22", perPage[1])
			}
			if first := lines[0]; first.x != 1588*Twip {
				t.Errorf("the first line begins at %s", pt(first.x))
			}
		})
	}
}

// Two characters of first-line indent are two cells of the grid (DOMAIN.md C.2: 31.59 pt).
func TestCharacterIndent(t *testing.T) {
	doc, _ := wordDoc{body: para(`<w:ind w:firstLineChars="200" w:firstLine="640"/>`, strings.Repeat("科技", 40))}.lay(t)
	lines := linesOf(doc, false)
	if in := float64(lines[0].x-lines[1].x) / float64(Point); in < 31.5 || in > 31.7 {
		t.Errorf("first line is indented by %0.2f pt, want 31.59", in)
	}
	if n := utf8.RuneCountInString(lines[0].text); n != 26 {
		t.Errorf("first line has %d characters, want 26", n)
	}
}

func TestSnapToGridOff(t *testing.T) {
	doc, _ := wordDoc{body: para(`<w:snapToGrid w:val="0"/>`, strings.Repeat("科技", 40))}.lay(t)
	lines := linesOf(doc, false)
	if n := utf8.RuneCountInString(lines[0].text); n != 27 {
		t.Errorf("off the grid a line has %d characters of 16 pt, want 27", n)
	}
	if d := float64(lines[1].y-lines[0].y) / float64(Point); d < 20.7 || d > 20.9 {
		t.Errorf("off the grid lines are %0.2f pt apart, want 20.80", d)
	}
}

// numbering is the four levels of official documents: 一、 （一） 1. （1） and a bullet.
const numbering = `<w:abstractNum w:abstractNumId="1">` +
	`<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl>` +
	`<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="（%2）"/></w:lvl>` +
	`<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:suff w:val="space"/><w:lvlText w:val="%3."/></w:lvl>` +
	`<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="decimalEnclosedCircleChinese"/><w:lvlText w:val="%4"/><w:pPr><w:ind w:left="1280" w:hanging="640"/></w:pPr></w:lvl>` +
	`</w:abstractNum><w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/>` +
	`<w:pPr><w:ind w:left="640" w:hanging="640"/></w:pPr><w:rPr><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/></w:rPr></w:lvl></w:abstractNum>` +
	`<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>` +
	`<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>`

func item4(num, lvl int, text string) string {
	return para(fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, lvl, num), text)
}

func TestNumbering(t *testing.T) {
	var body strings.Builder
	for i := range 12 {
		body.WriteString(item4(1, 0, "总则"))
		if i == 1 {
			body.WriteString(item4(1, 1, "目的") + item4(1, 2, "甲") + item4(1, 2, "乙") + item4(1, 3, "丙") + item4(1, 3, "丁") + item4(1, 1, "范围") + item4(1, 2, "又从一起"))
		}
	}
	body.WriteString(item4(3, 0, "重新开始") + item4(2, 0, "项目符号"))
	doc, _ := wordDoc{body: body.String(), numbering: numbering}.lay(t)
	var got []string
	for _, l := range linesOf(doc, false) {
		got = append(got, l.text)
	}
	want := "一、总则 二、总则 （一）目的 1. 甲 2. 乙 ①丙 ②丁 （二）范围 1. 又从一起 三、总则 四、总则 五、总则 六、总则 七、总则 八、总则 九、总则 十、总则 十一、总则 十二、总则 一、重新开始 •项目符号"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

func TestNumberFormats(t *testing.T) {
	tests := []struct {
		format string
		n      int
		want   string
	}{
		{"decimal", 12, "12"},
		{"decimalZero", 7, "07"},
		{"upperRoman", 1994, "MCMXCIV"},
		{"lowerRoman", 4, "iv"},
		{"lowerLetter", 27, "aa"},
		{"upperLetter", 3, "C"},
		{"chineseCounting", 10, "十"},
		{"chineseCounting", 21, "二十一"},
		{"chineseCountingThousand", 15, "十五"},
		{"chineseCountingThousand", 110, "一百一十"},
		{"chineseCountingThousand", 203, "二百零三"},
		{"chineseCountingThousand", 1001, "一千零一"},
		{"chineseLegalSimplified", 12, "壹拾贰"},
		{"ideographDigital", 2025, "二〇二五"},
		{"ideographTraditional", 3, "丙"},
		{"decimalEnclosedCircleChinese", 10, "⑩"},
		{"decimalEnclosedParen", 2, "⑵"},
		{"decimalFullWidth", 12, "１２"},
		{"numberInDash", 3, "- 3 -"},
		{"none", 3, ""},
	}
	for _, tt := range tests {
		if got, known := formatNumber(tt.n, tt.format, ""); got != tt.want || !known {
			t.Errorf("formatNumber(%d, %s) = %q, want %q", tt.n, tt.format, got, tt.want)
		}
	}
	if got, known := formatNumber(3, "hebrew1", ""); got != "3" || known {
		t.Errorf("an unknown format gave %q, %v", got, known)
	}
}

// cell is a table cell of one paragraph.
func cell(tcpr, text string) string {
	return `<w:tc><w:tcPr>` + tcpr + `</w:tcPr>` + para("", text) + `</w:tc>`
}

const allBorders = `<w:tblBorders><w:top w:val="single" w:sz="8"/><w:left w:val="single" w:sz="8"/><w:bottom w:val="single" w:sz="8"/><w:right w:val="single" w:sz="8"/>` +
	`<w:insideH w:val="single" w:sz="4"/><w:insideV w:val="single" w:sz="4"/></w:tblBorders>`

// table is a table of the grid's widths, unless tblpr names another layout.
func table(tblpr string, grid []int, rows ...string) string {
	var b strings.Builder
	if !strings.Contains(tblpr, "w:tblLayout") {
		tblpr += `<w:tblLayout w:type="fixed"/>`
	}
	b.WriteString(`<w:tbl><w:tblPr>` + tblpr + `</w:tblPr><w:tblGrid>`)
	for _, g := range grid {
		fmt.Fprintf(&b, `<w:gridCol w:w="%d"/>`, g)
	}
	b.WriteString(`</w:tblGrid>` + strings.Join(rows, "") + `</w:tbl>`)
	return b.String()
}

func row(trpr string, cells ...string) string {
	return `<w:tr><w:trPr>` + trpr + `</w:trPr>` + strings.Join(cells, "") + `</w:tr>`
}

func TestTableHeaderRepeats(t *testing.T) {
	rows := []string{row(`<w:tblHeader/>`, cell("", "序号"), cell("", "姓名"))}
	for i := range 60 {
		rows = append(rows, row(`<w:cantSplit/>`, cell("", fmt.Sprint(i+1)), cell("", "张三")))
	}
	doc, _ := wordDoc{body: table(allBorders, []int{1000, 3000}, rows...) + para("", "完"), sect: plainPage}.lay(t)
	if len(doc.Pages) < 2 {
		t.Fatalf("%d pages", len(doc.Pages))
	}
	for i := range doc.Pages {
		first := doc.Pages[i].Texts[0]
		if first.Source != "序号" {
			t.Errorf("page %d begins with %q, not the header row", i+1, first.Source)
		}
		if artifact := first.Node == -1; artifact != (i > 0) {
			t.Errorf("page %d: header row as artifact is %v", i+1, artifact)
		}
	}
	if n := strings.Count(plainText(doc), "张三"); n != 60 {
		t.Errorf("%d rows drawn, want 60", n)
	}
}

// plainText is the text of the document without artifacts.
func plainText(doc *Document) string {
	var b strings.Builder
	for _, l := range linesOf(doc, false) {
		b.WriteString(l.text)
		b.WriteByte('\n')
	}
	return b.String()
}

// A row taller than the page goes on over pages; nothing is lost and nothing comes twice.
func TestTallRowSplits(t *testing.T) {
	long := strings.Repeat("项目研究内容与技术路线", 200)
	for _, pr := range []string{"", "<w:cantSplit/>"} {
		doc, _ := wordDoc{body: para("", "前") + table(allBorders, []int{1500, 7000}, row(pr, cell("", "内容"), cell("", long))) + para("", "后"), sect: plainPage}.lay(t)
		if got := strings.ReplaceAll(plainText(doc), "\n", ""); got != "前内容"+long+"后" {
			t.Errorf("text changed: %d bytes, want %d", len(got), len(long)+15)
		}
		for _, l := range linesOf(doc, false) {
			if l.y > (16838-1440)*Twip {
				t.Errorf("line at %s is below the text area", pt(l.y))
			}
		}
	}
}

func TestMissingGlyph(t *testing.T) {
	d := wordDoc{body: para("", "一") + table("", []int{3000}, row("", cell("", "藏文\u0F40字母")))}
	doc, findings := Layout(context.Background(), d.pack(t), testBook(t), Options{})
	if doc != nil || !findings.Failed() {
		t.Fatal("a character without glyph did not fail the document")
	}
	f := findings[0]
	if f.Code != "layout.glyph.missing" || f.Found != "\u0F40" || !strings.Contains(f.Message.EN, "U+0F40") {
		t.Errorf("finding: %+v", f)
	}
	if f.Place == nil || f.Place.Table != 1 || f.Place.Row != 1 || f.Place.Col != 1 || f.Place.Paragraph != 2 {
		t.Errorf("place: %+v", f.Place)
	}
	if !strings.Contains(f.Context, "藏文") {
		t.Errorf("context: %q", f.Context)
	}
}

func TestUnsupportedIsTold(t *testing.T) {
	tests := []struct{ body, code string }{
		{table("", []int{3000}, row("", cell(`<w:textDirection w:val="lrTbV"/>`, "竖排"))), "layout.text.direction"},
		{table("", []int{3000}, row("", `<w:tc>`+table(`<w:tblpPr w:tblpX="1"/>`, []int{3000}, row("", cell("", "浮动")))+para("", "")+`</w:tc>`)), "layout.table.floating"},
		{table(`<w:tblCellSpacing w:w="60" w:type="dxa"/>`, []int{3000}, row("", cell("", "间距"))), "layout.table.spacing"},
		{table(`<w:bidiVisual/>`, []int{3000}, row("", cell("", "右起"))), "layout.table.bidi"},
		{table(`<w:tblLayout w:type="fixed"/>`, []int{900}, row("", cell(`<w:noWrap/>`, "不许换行的文字"))), "layout.cell.nowrap"},
		{table("", []int{900}, row("", cell(`<w:tcFitText/>`, "适应"))), "layout.cell.fit"},
		{para(`<w:bidi/>`, "右起"), "layout.bidi"},
		{para(`<w:mirrorIndents/>`, "对称"), "layout.indent"},
		{`<w:p><w:pPr><w:textAlignment w:val="center"/></w:pPr><w:r><w:t>大</w:t></w:r><w:r><w:rPr><w:sz w:val="16"/></w:rPr><w:t>小</w:t></w:r></w:p>`, "layout.text.alignment"},
		{`<w:altChunk r:id="x"/>` + para("", "后"), "layout.chunk"},
		{para(`<w:textDirection w:val="tbRl"/>`, "竖排"), "layout.text.direction"},
		{runPara("", `<w:shadow/>`, "阴影"), "layout.run.effect"},
		{runPara("", `<w:em w:val="circle"/>`, "圈"), "layout.run.effect"},
		{`<w:p><w:pPr><w:sectPr><w:lnNumType w:countBy="5"/></w:sectPr></w:pPr></w:p>`, "layout.line.numbers"},
		{`<w:p><w:pPr><w:sectPr><w:textDirection w:val="tbRl"/></w:sectPr></w:pPr></w:p>`, "layout.text.direction"},
		{`<w:p><w:pPr><w:sectPr><w:docGrid w:type="snapToChars" w:linePitch="579" w:charSpace="-848"/></w:sectPr></w:pPr></w:p>`, "layout.grid.snap"},
		{`<w:p><w:pPr><w:sectPr><w:footnotePr><w:pos w:val="sectEnd"/></w:footnotePr></w:sectPr></w:pPr></w:p>`, "layout.note"},
		{`<w:p><w:pPr><w:sectPr><w15:footnoteColumns xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" w15:val="2"/></w:sectPr></w:pPr></w:p>`, "layout.note"},
		{`<w:p><w:r><w:pict><v:polyline style="width:90pt;height:30pt"/></w:pict></w:r></w:p>`, "layout.shape"},
		{`<w:p><w:r><w:drawing><wp:inline><wp:extent cx="900000" cy="900000"/><a:graphic><a:graphicData uri="c"><c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`, "layout.drawing"},
		{`<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF x</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`, "layout.field"},
		{runPara("", `<w:rFonts w:ascii="Papyrus" w:eastAsia="无名体"/>`, "无名"), "layout.font"},
		{`<w:p><m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:groupChr><m:e><m:r><m:t>x</m:t></m:r></m:e></m:groupChr></m:oMath></w:p>`, "layout.math"},
	}
	for _, tt := range tests {
		_, findings := wordDoc{body: tt.body}.lay(t)
		if !hasCode(findings, tt.code) {
			t.Errorf("no finding %s: %v", tt.code, findings)
		}
	}
}

func hasCode(l problem.List, code string) bool {
	for _, f := range l {
		if f.Code == code {
			return true
		}
	}
	return false
}

// A heading stays with the first lines of what it introduces.
func TestKeepNext(t *testing.T) {
	for n := 15; n < 23; n++ {
		var body strings.Builder
		for range n {
			body.WriteString(para("", "正文一行"))
		}
		body.WriteString(para(`<w:keepNext/>`, "标题"))
		body.WriteString(para(``, strings.Repeat("标题以下的正文", 20)))
		doc, _ := wordDoc{body: body.String()}.lay(t)
		lines := linesOf(doc, false)
		for i, l := range lines {
			if l.text == "标题" && lines[i+1].page != l.page {
				t.Errorf("after %d lines the heading stands alone at the foot of page %d", n, l.page)
			}
		}
	}
}

func TestWidowsAndOrphans(t *testing.T) {
	for n := 17; n < 23; n++ {
		body := strings.Repeat(para("", "正文一行"), n) + para("", strings.Repeat("寡行孤行", 7*4))
		doc, _ := wordDoc{body: body}.lay(t)
		perPage := map[int]int{}
		for _, l := range linesOf(doc, false) {
			if strings.Contains(l.text, "寡行") {
				perPage[l.page]++
			}
		}
		for p, k := range perPage {
			if k == 1 {
				t.Errorf("after %d lines page %d has a single line of the paragraph", n, p)
			}
		}
	}
}

func TestPageNumbersInText(t *testing.T) {
	field := func(instr string) string {
		return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>` + instr + `</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>9</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
	}
	body := `<w:p>` + field("PAGEREF end") + field(`NUMPAGES \* CHINESENUM3`) + `</w:p>` + strings.Repeat(para("", "行"), 60) +
		`<w:p><w:bookmarkStart w:id="1" w:name="end"/>` + field("PAGE") + `<w:r><w:t>在此</w:t></w:r><w:bookmarkEnd w:id="1"/></w:p>`
	doc, _ := wordDoc{
		body: body, footer: `<w:p><w:pPr><w:jc w:val="right"/></w:pPr>` + field("PAGE") + `<w:r><w:t>/</w:t></w:r><w:fldSimple w:instr="SECTIONPAGES"/></w:p>`,
	}.lay(t)
	lines := linesOf(doc, false)
	if lines[0].text != "3三" || lines[len(lines)-1].text != "3在此" {
		t.Errorf("body fields: %q and %q", lines[0].text, lines[len(lines)-1].text)
	}
	for i, p := range doc.Pages {
		last := ""
		for _, x := range p.Texts {
			if x.Node == -1 {
				last += x.Source
			}
		}
		if want := fmt.Sprintf("%d/3", i+1); last != want {
			t.Errorf("footer of page %d is %q, want %q", i+1, last, want)
		}
	}
}

func TestFirstPageHeader(t *testing.T) {
	d := wordDoc{
		body: strings.Repeat(para("", "行"), 30), header: para("", "以后各页"), first: para("", "首页"),
		sect: strings.Replace(gbPage, "%s", "%s<w:titlePg/>", 1),
	}
	doc, _ := d.lay(t)
	for i, want := range []string{"首页", "以后各页"} {
		found := false
		for _, x := range doc.Pages[i].Texts {
			found = found || x.Source == want && x.Node == -1
		}
		if !found {
			t.Errorf("page %d lacks the header %s", i+1, want)
		}
	}
}

func TestQuotesFollowTheirText(t *testing.T) {
	body := runPara("", "", "实施“科创甬江2035”计划") + runPara("", "", "The bureau’s “Science 2035” plan")
	doc, _ := wordDoc{body: body}.lay(t)
	faces := map[string]string{}
	for _, x := range doc.Pages[0].Texts {
		for _, q := range "“”’" {
			if strings.ContainsRune(x.Source, q) {
				key := "zh"
				if x.Y != doc.Pages[0].Texts[0].Y {
					key = "en"
				}
				faces[key+string(q)] = x.Face.Name()
			}
		}
	}
	if faces["zh“"] != faces["zh”"] || strings.Contains(faces["zh“"], "Liberation") {
		t.Errorf("Chinese quotes are drawn in %s and %s", faces["zh“"], faces["zh”"])
	}
	for _, q := range []string{"en“", "en”", "en’"} {
		if !strings.Contains(faces[q], "Liberation") {
			t.Errorf("%s is drawn in %s", q, faces[q])
		}
	}
}

// structure writes the tree of nodes: kind letters with what is in them, a header cell as "th" and a group as "div".
func structure(doc *Document) string {
	names := map[NodeKind]string{
		NodeDocument: "doc", NodeParagraph: "p", NodeHeading: "h", NodeTable: "table", NodeRow: "tr", NodeHeaderCell: "th", NodeCell: "td",
		NodeList: "l", NodeListItem: "li", NodeLabel: "lbl", NodeGroup: "div", NodeFigure: "figure", NodeLink: "a", NodeNote: "note", NodeForm: "form",
	}
	var write func(i int32) string
	write = func(i int32) string {
		n := &doc.Nodes[i]
		s := names[n.Kind]
		if n.Level > 0 {
			s += fmt.Sprint(n.Level)
		}
		if n.Kind == NodeList {
			s += ":" + n.Numbers
		}
		if n.ColSpan > 1 {
			s += fmt.Sprint("x", n.ColSpan)
		}
		var inside []string
		for k := range doc.Nodes {
			if k > 0 && doc.Nodes[k].Parent == i {
				inside = append(inside, write(int32(k)))
			}
		}
		if len(inside) > 0 {
			s += "(" + strings.Join(inside, " ") + ")"
		}
		return s
	}
	return write(0)
}

func TestStructure(t *testing.T) {
	const grey = `<w:shd w:val="clear" w:fill="D9D9D9"/>`
	const noFirstColumn = allBorders + `<w:tblLook w:val="0420" w:firstRow="1" w:firstColumn="0"/>`
	tests := []struct{ name, body, want string }{
		{
			"heading, list, marked head",
			para(`<w:pStyle w:val="h1"/>`, "总则") + para("", "正文") + item4(1, 0, "甲") + item4(1, 0, "乙") +
				table("", []int{2000, 2000}, row(`<w:tblHeader/>`, cell(`<w:gridSpan w:val="2"/>`, "表头")), row("", cell("", "一"), cell("", "二"))),
			"doc(h1 p l:Decimal(li(lbl) li(lbl)) table(tr(thx2(p)) tr(td(p) td(p))))",
		},
		{
			"deeper items are in the item above them", item4(1, 0, "甲") + item4(1, 1, "子") + item4(1, 2, "孙") + item4(1, 1, "丑") + item4(1, 0, "乙") + item4(2, 0, "点") + para("", "完"),
			"doc(l:Decimal(li(lbl l:Decimal(li(lbl l:Decimal(li(lbl))) li(lbl))) li(lbl)) l:Disc(li(lbl)) p)",
		},
		{
			"shaded cells head rows", table(allBorders, []int{900, 900, 900, 900}, row("", cell(grey, "姓名"), cell("", "甲"), cell(grey, "性别"), cell("", "男")), row("", cell(grey, "单位"), cell(`<w:gridSpan w:val="3"/>`, "乙"))),
			"doc(table(tr(th(p) td(p) th(p) td(p)) tr(th(p) tdx3(p))))",
		},
		{
			"a shaded first row heads columns, a shaded total nothing", table("", []int{900, 900}, row("", cell(grey, "科目"), cell(grey, "金额")), row("", cell("", "甲"), cell("", "1")), row("", cell(grey, "合计"), cell(grey, "1"))),
			"doc(table(tr(th(p) th(p)) tr(td(p) td(p)) tr(td(p) td(p))))",
		},
		{
			"a ruled table without shading is headed by its first column", table(allBorders, []int{900, 900}, row("", cell("", "姓名"), cell("", "甲")), row("", cell("", "单位"), cell("", "乙"))),
			"doc(table(tr(th(p) td(p)) tr(th(p) td(p))))",
		},
		{
			"or by its first row", table(noFirstColumn, []int{900, 900}, row("", cell("", "姓名"), cell("", "单位")), row("", cell("", "甲"), cell("", "乙"))),
			"doc(table(tr(th(p) th(p)) tr(td(p) td(p))))",
		},
		{
			"an empty cell heads nothing", table(allBorders, []int{900, 900}, row("", cell("", ""), cell("", "甲")), row("", cell("", "单位"), cell("", "乙"))),
			"doc(table(tr(td(p) td(p)) tr(th(p) td(p))))",
		},
		{"text side by side without rules is no table", table("", []int{900, 900}, row("", cell("", "甲方"), cell("", "乙方"))), "doc(div(div(div(p) div(p))))"},
		{"nor is a frame", table(allBorders, []int{900}, row("", cell("", "意见")), row("", cell("", "盖章"))), "doc(div(div(div(p)) div(div(p))))"},
		{
			"rows that begin late or end early have all columns", table(allBorders, []int{900, 900, 900}, row(`<w:tblHeader/>`, cell("", "一"), cell("", "二"), cell("", "三")), row(`<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>`, cell("", "甲"))),
			"doc(table(tr(th(p) th(p) th(p)) tr(td td(p) td)))",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, _ := wordDoc{
				body:      tt.body,
				styles:    `<w:style w:type="paragraph" w:styleId="h1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/></w:style>`,
				numbering: numbering,
			}.lay(t)
			if got := structure(doc); got != tt.want {
				t.Errorf("structure:\n got %s\nwant %s", got, tt.want)
			}
			if len(doc.Outline) > 0 && (doc.Outline[0].Text != "总则" || doc.Outline[0].Level != 1) {
				t.Errorf("outline: %+v", doc.Outline)
			}
			for i := range doc.Pages[0].Texts { // numbers are in labels, the rest is not
				text := &doc.Pages[0].Texts[i]
				if text.Node < 0 {
					continue
				}
				label := doc.Nodes[text.Node].Kind == NodeLabel
				if number := strings.ContainsAny(text.Source, "、（.\u2022"); number != label {
					t.Errorf("%q is in a label: %t", text.Source, label)
				}
			}
		})
	}
}

func TestGolden(t *testing.T) {
	letterLine := func(y int, kind string) string {
		return fmt.Sprintf(`<w:r><w:drawing><wp:anchor behindDoc="0" distT="0" distB="0"><wp:positionH relativeFrom="page"><wp:align>center</wp:align></wp:positionH>`+
			`<wp:positionV relativeFrom="page"><wp:posOffset>%d</wp:posOffset></wp:positionV><wp:extent cx="6120000" cy="0"/><wp:wrapNone/><wp:docPr id="1" name="line"/>`+
			`<a:graphic><a:graphicData uri="x"><wps:wsp><wps:spPr><a:prstGeom prst="line"/><a:ln w="57150" cmpd="%s"><a:solidFill><a:srgbClr val="FF0000"/></a:solidFill></a:ln></wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>`, y, kind)
	}
	tests := []struct {
		name string
		doc  wordDoc
	}{
		{"letter", wordDoc{
			body: runPara(`<w:jc w:val="center"/>`, `<w:rFonts w:eastAsia="方正小标宋简体"/><w:color w:val="FF0000"/><w:sz w:val="72"/>`, "宁波大学") +
				`<w:p>` + letterLine(30*36000+800000, "thickThin") + letterLine(277*36000, "thinThick") + `</w:p>` +
				para(`<w:jc w:val="right"/>`, "甬大科〔2025〕12号") +
				runPara(`<w:spacing w:before="579" w:after="579"/><w:jc w:val="center"/>`, `<w:rFonts w:eastAsia="方正小标宋简体" w:hint="eastAsia"/><w:sz w:val="44"/>`, "关于推荐宁波市国际科技合作项目的函") +
				para("", "宁波市科学技术局：") +
				para(`<w:ind w:firstLineChars="200"/><w:jc w:val="both"/>`, "根据《宁波市科学技术局关于组织申报2025年度国际科技合作项目的通知》（甬科外〔2025〕96号）要求，经审核，现推荐“先进材料联合研究”等3个项目，申请市财政经费240.00万元。") +
				para(`<w:ind w:rightChars="400"/><w:jc w:val="right"/>`, "宁波大学") + para(`<w:ind w:rightChars="400"/><w:jc w:val="right"/>`, "2025年9月8日"),
			settings: `<w:characterSpacingControl w:val="compressPunctuation"/>`,
		}},
		{"table", wordDoc{
			body: table(allBorders+`<w:jc w:val="center"/>`, []int{1200, 2400, 2400},
				row(`<w:tblHeader/><w:trHeight w:val="600"/>`, cell(`<w:vMerge w:val="restart"/><w:vAlign w:val="center"/><w:shd w:val="clear" w:fill="D9D9D9"/>`, "序号"), cell(`<w:gridSpan w:val="2"/>`, "经费（万元）")),
				row(`<w:tblHeader/>`, cell(`<w:vMerge/>`, ""), cell("", "财政"), cell(`<w:tcBorders><w:right w:val="double" w:sz="4" w:color="FF0000"/></w:tcBorders>`, "自筹")),
				row(`<w:trHeight w:val="500" w:hRule="exact"/>`, cell("", "1"), cell("", "80.00"), cell(`<w:vAlign w:val="bottom"/>`, "160.00"))),
			sect: plainPage, defaults: `<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/><w:sz w:val="24"/>`,
		}},
		{"formats", wordDoc{
			body: runPara("", `<w:b/><w:u w:val="single"/>`, "粗体 bold 下划线") + runPara("", `<w:i/><w:strike/><w:color w:val="FF0000"/>`, "斜体 italic") +
				runPara("", `<w:highlight w:val="yellow"/><w:spacing w:val="40"/>`, "突出显示") + runPara("", `<w:w w:val="66"/>`, "长体字") +
				`<w:p><w:r><w:t>H</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="subscript"/></w:rPr><w:t>2</w:t></w:r><w:r><w:t>O m</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r></w:p>` +
				`<w:p><w:pPr><w:tabs><w:tab w:val="right" w:leader="dot" w:pos="8000"/></w:tabs></w:pPr><w:r><w:t>目录</w:t></w:r><w:r><w:tab/></w:r><w:r><w:t>12</w:t></w:r></w:p>` +
				runPara(`<w:pBdr><w:bottom w:val="thinThickSmallGap" w:sz="12" w:space="1" w:color="FF0000"/></w:pBdr>`, "", "文头") +
				runPara(`<w:jc w:val="distribute"/>`, "", "分散对齐") + runPara("", `<w:smallCaps/>`, "Small Caps") + runPara("", `<w:em w:val="dot"/>`, "着重号"),
			sect: plainPage,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, findings := tt.doc.lay(t)
			for _, f := range findings {
				t.Errorf("finding: %s", f.In("en"))
			}
			golden(t, tt.name+".txt", dump(doc))
		})
	}
}

// The same package gives the same pages, also to two goroutines at once.
func TestDeterministic(t *testing.T) {
	d := contractLike()
	p := d.pack(t)
	book := testBook(t)
	got := make(chan string, 4)
	for range 4 {
		go func() {
			doc, _ := Layout(context.Background(), p, book, Options{})
			got <- dump(doc)
		}()
	}
	first := <-got
	for range 3 {
		if <-got != first {
			t.Fatal("two runs differ")
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	doc, findings := Layout(ctx, contractLike().pack(t), testBook(t), Options{})
	if doc != nil || !findings.Failed() {
		t.Error("a cancelled layout returned a document")
	}
}

func TestTooManyPages(t *testing.T) {
	doc, findings := Layout(context.Background(), contractLike().pack(t), testBook(t), Options{MaxPages: 3})
	if doc != nil || !findings.Failed() {
		t.Error("a document longer than allowed was returned")
	}
}

// contractLike is a document of about ten pages with clauses and three tables.
func contractLike() wordDoc {
	var b strings.Builder
	clause := "甲方应当按照本合同约定，将市财政补助经费80万元（大写：人民币捌拾万元整）分期拨付至乙方账户；乙方应当单独核算、专款专用，不得用于支付各种罚款、捐款、赞助、投资等支出，并在2026年3月31日前提交中期报告。"
	for i := range 22 {
		b.WriteString(para(`<w:pStyle w:val="h1"/>`, fmt.Sprintf("第%d条　经费管理", i+1)))
		for range 2 {
			b.WriteString(para(`<w:ind w:firstLineChars="200"/><w:jc w:val="both"/>`, clause))
		}
		if i%8 == 3 {
			rows := []string{row(`<w:tblHeader/>`, cell("", "序号"), cell("", "科目"), cell("", "金额（万元）"))}
			for k := range 12 {
				rows = append(rows, row("", cell("", fmt.Sprint(k+1)), cell("", "设备费、业务费与劳务费"), cell("", "12.50")))
			}
			b.WriteString(table(allBorders, []int{1000, 5000, 2500}, rows...))
		}
	}
	return wordDoc{
		body: b.String(), header: para("", "宁波市国际科技合作项目合同"), footer: `<w:p><w:pPr><w:jc w:val="right"/></w:pPr><w:r><w:t>第</w:t></w:r><w:fldSimple w:instr="PAGE"/><w:r><w:t>页 共</w:t></w:r><w:fldSimple w:instr="NUMPAGES"/><w:r><w:t>页</w:t></w:r></w:p>`,
		sect: plainPage, settings: `<w:characterSpacingControl w:val="compressPunctuation"/>`,
		defaults: `<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/><w:sz w:val="28"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/>`,
		styles:   `<w:style w:type="paragraph" w:styleId="h1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="240" w:after="120"/></w:pPr><w:rPr><w:rFonts w:eastAsia="黑体"/><w:sz w:val="32"/></w:rPr></w:style>`,
	}
}

func BenchmarkLayout(b *testing.B) {
	p := contractLike().pack(b)
	book := testBook(b)
	doc, _ := Layout(context.Background(), p, book, Options{})
	glyphs := 0
	for i := range doc.Pages {
		for _, x := range doc.Pages[i].Texts {
			glyphs += len(x.Glyphs)
		}
	}
	b.ReportMetric(float64(len(doc.Pages)), "pages")
	b.ReportMetric(float64(glyphs), "glyphs")
	b.ReportAllocs()
	for b.Loop() {
		Layout(context.Background(), p, book, Options{})
	}
}

// Superscripts that no font has are drawn from their base characters, and stay what they are in the text.
func TestDrawnSuperscript(t *testing.T) {
	doc, _ := wordDoc{body: para("", "通量为10⁻³ mol·m⁻²，H₂O")}.lay(t)
	if got := strings.ReplaceAll(plainTextAnyHeight(doc), "\n", ""); got != "通量为10⁻³ mol·m⁻²，H₂O" {
		t.Errorf("text became %q", got)
	}
}

// plainTextAnyHeight is the text of the document in the order in which it is drawn.
func plainTextAnyHeight(doc *Document) string {
	var b strings.Builder
	for i := range doc.Pages {
		for _, x := range doc.Pages[i].Texts {
			b.WriteString(x.Source)
		}
	}
	return b.String()
}

// BenchmarkLongTable shows that the time for a table is linear in its pages: compare the time for each page.
func BenchmarkLongTable(b *testing.B) {
	for _, n := range []int{1000, 8000, 16000, 32000} {
		rows := []string{row(`<w:tblHeader/>`, cell("", "序号"), cell("", "单位"), cell("", "金额"))}
		for i := range n {
			rows = append(rows, row("", cell("", fmt.Sprint(i+1)), cell("", "宁波海曜精密传动与智能装备股份有限公司"), cell("", "12.50")))
		}
		p := wordDoc{body: table(allBorders, []int{1000, 5000, 2500}, rows...) + para("", ""), sect: plainPage}.pack(b)
		book := testBook(b)
		b.Run(fmt.Sprint(n, " rows"), func(b *testing.B) {
			pages := 0
			for b.Loop() {
				doc, _ := Layout(context.Background(), p, book, Options{})
				pages = len(doc.Pages)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*pages), "µs/page")
			b.ReportMetric(float64(pages), "pages")
		})
	}
}

// A cell merged over rows that run over a page end goes on on the next page, and so do its borders.
func TestMergedCellOverPages(t *testing.T) {
	rows := []string{
		row(`<w:tblHeader/>`, cell(`<w:vMerge w:val="restart"/><w:vAlign w:val="center"/>`, "年度"), cell(`<w:gridSpan w:val="2"/>`, "经费")),
		row(`<w:tblHeader/>`, cell(`<w:vMerge/>`, ""), cell("", "财政"), cell("", "自筹")),
	}
	long := strings.Repeat("合并单元格里的长文字", 30)
	for i := range 50 {
		merge, text := `<w:vMerge/>`, ""
		if i == 0 {
			merge, text = `<w:vMerge w:val="restart"/>`, long
		}
		rows = append(rows, row(`<w:cantSplit/>`, cell(merge, text), cell("", fmt.Sprint("甲", i)), cell("", fmt.Sprint("乙", i))))
	}
	doc, _ := wordDoc{body: table(allBorders, []int{2000, 3000, 3000}, rows...) + para("", ""), sect: plainPage}.lay(t)
	got := strings.ReplaceAll(plainTextAnyHeight(doc), "\n", "")
	// Header rows come once for each page, everything else exactly once.
	if n := strings.Count(got, "年度"); n != len(doc.Pages) {
		t.Errorf("the merged header cell is drawn %d times on %d pages", n, len(doc.Pages))
	}
	merged := ""
	for i := range doc.Pages {
		for _, x := range doc.Pages[i].Texts {
			if strings.ContainsAny(x.Source, "合并单元格里的长文字") {
				merged += x.Source
			}
		}
	}
	if merged != long {
		t.Errorf("the merged cell's text became %d bytes, want %d", len(merged), len(long))
	}
	golden(t, "merged.txt", dump(doc))
}

// A table in a cell, whose row runs over several pages, stays inside the text area and complete.
func TestNestedTableOverPages(t *testing.T) {
	var text strings.Builder
	for i := range 120 {
		text.WriteString(para("", fmt.Sprintf("第%d段内容", i)))
	}
	inner := table(allBorders, []int{1500, 1500}, row("", cell("", ""), cell("", "")),
		row("", `<w:tc>`+text.String()+`</w:tc>`, `<w:tc>`+text.String()+text.String()+`</w:tc>`))
	doc, _ := wordDoc{
		body: para("", "前") + table(allBorders, []int{2000, 2000, 4000}, row("", cell("", "甲"), cell("", "乙"), cell("", "丙")),
			row("", cell("", "一"), cell("", "二"), `<w:tc>`+para("", "上")+inner+para("", "下")+`</w:tc>`)) + para("", "后"),
		sect: plainPage,
	}.lay(t)
	for _, l := range linesOf(doc, true) {
		if l.y > (16838-1440)*Twip {
			t.Errorf("page %d: line at %s is below the text area: %s", l.page, pt(l.y), l.text)
		}
	}
	if n := strings.Count(plainTextAnyHeight(doc), "段内容"); n != 360 {
		t.Errorf("%d paragraphs drawn, want 360", n)
	}
}
