package layout

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// The character tables of DOMAIN.md D.4, after W3C clreq and GB/T 15834-2011 5.1.
const (
	neverFirst = "。．，、：；！？‼⁇⁈⁉”’」』）］｝》〉】〗〕～–·・‧／)]},.;:!?%％‰℃°′″￠"
	neverLast  = "“‘「『（［｛《〈【〖〔／([{￥¥$№＃"
)

func TestClassTables(t *testing.T) {
	for _, r := range neverFirst {
		if c := classOf(r); !notAtStart(c, LevelGB) {
			t.Errorf("%c (U+%04X) may begin a line", r, r)
		}
	}
	for _, r := range neverLast {
		if c := classOf(r); !notAtEnd(c, LevelGB) {
			t.Errorf("%c (U+%04X) may end a line", r, r)
		}
	}
	for _, r := range "中文字々〇アＡ１①□" {
		c := classOf(r)
		if c != clsHan || notAtStart(c, LevelStrict) || notAtEnd(c, LevelStrict) {
			t.Errorf("%c is not free to begin and end lines", r)
		}
	}
	if notAtEnd(classOf('/'), LevelBasic) || !notAtEnd(classOf('/'), LevelGB) {
		t.Error("a solidus may end a line at the basic level only")
	}
	for _, r := range "—…" {
		if notAtStart(classOf(r), LevelGB) || !notAtStart(classOf(r), LevelStrict) {
			t.Errorf("%c may begin a line at the GB level and not at the strict one", r)
		}
	}
}

// grid is the page on which a line holds 28 characters.
func gridDoc(text string) wordDoc {
	return wordDoc{
		body:     para(`<w:jc w:val="both"/>`, text),
		settings: `<w:characterSpacingControl w:val="compressPunctuation"/>`,
	}
}

// checkLines holds the rules of line breaking for lines of one paragraph whose text is text.
func checkLines(t *testing.T, lines []textLine, text string) {
	t.Helper()
	var all strings.Builder
	for i, l := range lines {
		all.WriteString(l.text)
		s := strings.TrimRight(l.text, " ")
		if s == "" {
			continue
		}
		first, _ := utf8.DecodeRuneInString(s)
		last, _ := utf8.DecodeLastRuneInString(s)
		if i > 0 && strings.ContainsRune(neverFirst, first) {
			t.Errorf("line begins with %c: %s", first, l.text)
		}
		if i+1 < len(lines) && strings.ContainsRune(neverLast, last) {
			t.Errorf("line ends with %c: %s", last, l.text)
		}
		if i+1 < len(lines) && (last == '—' || last == '…') && strings.HasPrefix(lines[i+1].text, string(last)) &&
			trailing(s, last)%2 == 1 {
			t.Errorf("%c%c is split: %s | %s", last, last, l.text, lines[i+1].text)
		}
		if right := Length(11906-1474)*Twip + 40*tolerance; l.right > right {
			t.Errorf("line ends at %s pt, right of the text area: %s", pt(l.right), l.text)
		}
		if l.x < 1588*Twip-tolerance-8*Point {
			t.Errorf("line begins at %s pt: %s", pt(l.x), l.text)
		}
	}
	if got := all.String(); got != text {
		t.Errorf("text changed:\n got %s\nwant %s", got, text)
	}
}

func trailing(s string, r rune) int {
	n := 0
	for strings.HasSuffix(s, string(r)) {
		s = strings.TrimSuffix(s, string(r))
		n++
	}
	return n
}

// The twelve strings of DOMAIN.md D.4, each at every offset of a line of 28 characters.
func TestTwelveStrings(t *testing.T) {
	const fill = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃辰宿列张"
	tests := []struct{ name, text string }{
		{"a comma after a full line", "，"},
		{"b opening bracket after a full line", "（"},
		{"c closing bracket after a digit", "（0000），"},
		{"d dash", "——"},
		{"e ellipsis and full stop", "……。"},
		{"f title with quotes and number", "《“科创甬江2035”重点研发计划》（甬科高〔2023〕73号）"},
		{"g three closing marks", "。』」"},
		{"h enumeration comma", "、"},
		{"i quoted words", "“卡脖子”"},
		{"j address", "international.cooperation.office@nottingham.edu.cn"},
		{"k Latin word and comma", "E=mc2，"},
		{"l dash in words", "结论——可行"},
	}
	runes := []rune(fill)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for off := range 29 {
				text := string(runes[:off]) + tt.text + string(runes[:36])
				doc, _ := gridDoc(text).lay(t)
				checkLines(t, linesOf(doc, false), text)
			}
		})
	}
}

// A full line whose 29th character is a comma keeps the comma by squeezing when it has blanks to squeeze, and hands over
// the last character with it when it has none.
func TestSqueezeBeforePushOut(t *testing.T) {
	han := strings.Repeat("永", 60)
	doc, _ := gridDoc(han[:28*3] + "，" + han[:60]).lay(t)
	if l := linesOf(doc, false)[0]; utf8.RuneCountInString(l.text) != 27 {
		t.Errorf("nothing to squeeze: the line has %d characters, want 27: %s", utf8.RuneCountInString(l.text), l.text)
	}
	doc, _ = gridDoc(han[:9*3] + "，" + han[:18*3] + "，" + han[:60]).lay(t)
	l := linesOf(doc, false)[0]
	if utf8.RuneCountInString(l.text) != 29 {
		t.Errorf("a comma to squeeze: the line has %d characters, want 29: %s", utf8.RuneCountInString(l.text), l.text)
	}
}

func TestKeptTogether(t *testing.T) {
	tests := []struct{ text, never string }{
		{"资助金额为80万元", "80|万元"},
		{"执行期限为36个月", "36|个月"},
		{"甬科高〔2023〕73号", "〔2023|〕"},
		{"第十二条规定如下", "第|十二"},
		{"共计50%的经费", "50|%"},
		{"工作温度为45°C以上", "45°|C"},
		{"比例为1/3以上", "1|/3"},
	}
	fill := []rune(strings.Repeat("永和九年岁在癸丑", 6))
	for _, tt := range tests {
		for off := range 29 {
			text := string(fill[:off]) + tt.text + string(fill[:30])
			doc, _ := gridDoc(text).lay(t)
			lines := linesOf(doc, false)
			before, after, _ := strings.Cut(tt.never, "|")
			for i := 0; i+1 < len(lines); i++ {
				if strings.HasSuffix(lines[i].text, before) && strings.HasPrefix(lines[i+1].text, after) {
					t.Errorf("%s is split at offset %d: %s | %s", tt.text, off, lines[i].text, lines[i+1].text)
				}
			}
			checkLines(t, lines, text)
		}
	}
}

// A soft hyphen is seen where its word is parted and is in the text only there; a hyphen that does not break never ends a line. No
// line is wider than the column.
func TestHyphens(t *testing.T) {
	const words = "inter\u00ADnational co\u00ADop\u00ADer\u00ADa\u00ADtion pro\u00ADgramme e\u2011mail non\u2011governmental re\u00ADsearch \u00ADodd odd\u00AD (par\u00AD) "
	parted := map[string]bool{}
	for _, ppr := range []string{`<w:jc w:val="left"/>`, `<w:jc w:val="both"/>`, `<w:jc w:val="right"/>`} {
		for width := 1500; width < 6000; width += 170 {
			right := Length(1588+width) * Twip
			d := gridDoc(strings.TrimSpace(strings.Repeat(words, 3)))
			d.body = strings.Replace(d.body, "<w:pPr>", fmt.Sprintf(`<w:pPr><w:ind w:right="%d"/>`, 11906-1588-1474-width)+ppr, 1)
			d.sect = strings.Replace(gbPage, `w:charSpace="-848"`, ``, 1)
			doc, _ := d.lay(t)
			var got strings.Builder
			for _, l := range linesOf(doc, false) {
				got.WriteString(l.text)
				if l.right > right+40*tolerance {
					t.Errorf("%d wide: %q ends at %s, right of %s", width, l.text, pt(l.right), pt(right))
				}
				if strings.HasSuffix(l.text, "\u2011") || strings.HasPrefix(l.text, "\u2011") {
					t.Errorf("%d wide: %q is broken at a hyphen that does not break", width, l.text)
				}
				if words := strings.Fields(l.text); strings.HasSuffix(l.text, "\u00AD") {
					parted[words[len(words)-1]] = true
				}
			}
			if got, want := strings.ReplaceAll(got.String(), "\u00AD", ""), strings.ReplaceAll(strings.TrimSpace(strings.Repeat(words, 3)), "\u00AD", ""); got != want {
				t.Fatalf("%d wide: text changed:\n got %q\nwant %q", width, got, want)
			}
			for p := range doc.Pages {
				texts := doc.Pages[p].Texts
				for i := range texts {
					x := &texts[i]
					at := 0
					for k, g := range x.Glyphs {
						if strings.HasPrefix(x.Source[at:], "\u00AD") {
							ends := k == len(x.Glyphs)-1 && (i+1 == len(texts) || texts[i+1].Y != x.Y)
							if !ends || g.ID != x.Face.Glyph('-') || g.Advance < 5*Point {
								t.Errorf("%d wide: soft hyphen of %q at glyph %d, which is %d, %s wide", width, x.Source, k, g.ID, pt(g.Advance))
							}
						}
						at += int(g.Len)
					}
				}
			}
		}
	}
	for _, want := range []string{"inter\u00AD", "co\u00AD", "coop\u00AD", "pro\u00AD", "re\u00AD"} {
		if !parted[want] {
			t.Errorf("no line ends with %q: %v", want, parted)
		}
	}
	for word := range parted {
		if word == "\u00AD" || word == "odd\u00AD" || word == "(par\u00AD" {
			t.Errorf("a line ends with %q", word)
		}
	}
}

// An address longer than a narrow cell breaks, and nothing stands outside the cell.
func TestLongAddressInCell(t *testing.T) {
	const address = "https://kjj.ningbo.gov.cn/art/2025/8/5/art_1229589477_58963452.html?from=international&lang=zh"
	doc, _ := wordDoc{body: `<w:tbl><w:tblPr><w:tblW w:w="2000" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid><w:gridCol w:w="2000"/></w:tblGrid><w:tr><w:tc>` +
		para("", address) + `</w:tc></w:tr></w:tbl>` + para("", "完")}.lay(t)
	var got strings.Builder
	for _, l := range linesOf(doc, false) {
		if l.text == "完" {
			continue
		}
		got.WriteString(l.text)
		if l.right-l.x > 2000*Twip {
			t.Errorf("line is %s pt wide in a cell of 100 pt: %s", pt(l.right-l.x), l.text)
		}
	}
	if got.String() != address {
		t.Errorf("address became %s", got.String())
	}
}

// Whatever the text, each character appears once and in order, and the rules hold.
func TestAnyText(t *testing.T) {
	pieces := []string{
		"永", "科技合作", "，", "。", "、", "（", "）", "《", "》", "“", "”", "——", "……", "2025", "80万元", "AI", "co-operation", " ", "50%",
		"〔2023〕73号", "：", "；", "！", "？", "·", "／", "～", "「", "」", "①", "Đorđe Petrović", "𬭎", "é", "http://a.cn/b", "x@y.cn", "　", "/", "1.5",
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		var b strings.Builder
		for range 10 + rng.IntN(80) {
			b.WriteString(pieces[rng.IntN(len(pieces))])
		}
		text := "起" + strings.TrimSpace(b.String()) + "讫"
		doc, _ := gridDoc(text).lay(t)
		var got strings.Builder
		lines := linesOf(doc, false)
		for i, l := range lines {
			got.WriteString(l.text)
			if right := Length(11906-1474)*Twip + 40*tolerance; l.right > right {
				t.Errorf("line ends at %s pt, right of the text area: %s", pt(l.right), l.text)
			}
			if first, _ := utf8.DecodeRuneInString(l.text); i > 0 && strings.ContainsRune("。，、；：！？）》」”", first) && i > 1 {
				if prev := strings.TrimSpace(lines[i-1].text); utf8.RuneCountInString(prev) > 2 && !strings.ContainsAny(prev, "（《「“") {
					if last, _ := utf8.DecodeLastRuneInString(prev); !strings.ContainsRune(neverFirst, last) {
						t.Errorf("line begins with %c in %s", first, text)
					}
				}
			}
		}
		if got.String() != text {
			t.Errorf("text changed:\n got %s\nwant %s", got.String(), text)
		}
	}
}

// Glyphs of a line begin one after the other, however much is squeezed, so that the text is extracted in order.
func TestGlyphsInOrder(t *testing.T) {
	fill := []rune(strings.Repeat("永和九年岁在癸丑", 6))
	for _, mark := range []string{"立方毫米/（牛·米）", "1（2）", "《“科创”》", "i（（j））", "，（《"} {
		for off := range 29 {
			doc, _ := gridDoc(string(fill[:off]) + mark + string(fill[:30])).lay(t)
			var y, x Length
			for _, s := range doc.Pages[0].Texts {
				if s.Y != y {
					y, x = s.Y, s.X-1
				}
				pen := s.X
				for _, g := range s.Glyphs {
					if pen <= x {
						t.Fatalf("%s at %d: a glyph of %q begins at or left of the one before", mark, off, s.Source)
					}
					x = pen
					pen += g.Advance
				}
			}
		}
	}
}

// A paragraph is set as if it stood alone, whatever characters the document has had before: also the same ones in other formats, and marks that
// had no base there but have one here.
func TestCharactersDoNotRememberWrongly(t *testing.T) {
	const text = "cafe\u0301 中文“引号”e\u0301—10⁻¹ Ab《书》ß"
	run := func(rpr, s string) string {
		return `<w:r><w:rPr>` + rpr + `</w:rPr><w:t xml:space="preserve">` + s + `</w:t></w:r>`
	}
	formats := []string{
		``, `<w:caps/>`, `<w:smallCaps/>`, `<w:spacing w:val="20"/>`, `<w:w w:val="80"/>`, `<w:vertAlign w:val="superscript"/>`, `<w:b/>`,
		`<w:rFonts w:hint="eastAsia"/>`, `<w:sz w:val="44"/>`,
	}
	set := func(body string) []Text {
		doc, found := wordDoc{body: body, sect: plainPage}.lay(t)
		if found.Failed() {
			t.Fatal(found.Err())
		}
		var out []Text
		for i := range doc.Pages {
			out = append(out, doc.Pages[i].Texts...)
		}
		return out
	}
	var before strings.Builder
	for _, f := range formats {
		before.WriteString(`<w:p>` + run(f, text) + `<w:r><w:tab/></w:r>` + run(f, "\u0301\u0308") + `</w:p>`)
	}
	for _, f := range formats {
		alone := set(`<w:p>` + run(f, text) + `</w:p>`)
		after := set(before.String() + `<w:p>` + run(f, text) + `</w:p>`)
		after = after[len(after)-len(alone):]
		for i := range alone {
			a, b := &alone[i], &after[i]
			if a.Source != b.Source || a.Face != b.Face || a.X != b.X || !slices.Equal(a.Glyphs, b.Glyphs) {
				t.Errorf("%q: %q at %d is %v alone, and %q at %d %v after others", f, a.Source, a.X, a.Glyphs, b.Source, b.X, b.Glyphs)
			}
		}
	}
}

// Figures between Chinese characters are read as Chinese, letters in the language of the run.
func TestFiguresHaveNoLanguage(t *testing.T) {
	doc, _ := wordDoc{body: `<w:p><w:r><w:rPr><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr><w:t>共10个，由Institute完成，见3.2(b)</w:t></w:r></w:p>`}.lay(t)
	langs := map[string]string{}
	for _, x := range doc.Pages[0].Texts {
		langs[x.Source] = x.Lang
	}
	want := map[string]string{"共": "", "10": "", "个，由": "", "Institute": "en-US", "完成，见": "", "3.2(b)": "en-US"}
	if !maps.Equal(langs, want) {
		t.Errorf("%v, want %v", langs, want)
	}
}
