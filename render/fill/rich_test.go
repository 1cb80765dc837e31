package fill

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseRich(t *testing.T) {
	for in, want := range map[string]string{
		"一\n\n二": "p[一] p[二]",
		"**重点**和*斜体*，***都有***。": "p[B重点|和|I斜体|，|BI都有|。]",
		"3*4*5 = 60":            "p[3*4*5 = 60]",
		"a * b * c":             "p[a * b * c]",
		"**没有结束":                "p[**没有结束]",
		"*一**二*":                "p[I一**二]",
		`\*星\* 1\. 2`:           `p[*星* 1\. 2]`,
		"- 甲\n* 乙\n• 丙":         "b0[甲] b0[乙] b0[丙]",
		"1. 甲\n  - 子\n2、乙\n3）丙": "n0/1[甲] b1[子] n0/2[乙] n0/3[丙]",
		"3.5 万元":                "p[3.5 万元]",
		"2025. 年":               "p[2025. 年]",
		"-5 度":                  "p[-5 度]",
		"- **粗** {{x}} <b>":     "b0[B粗| {{x}} <b>]",
		"**一**二**三**":           "p[B一|二|B三]",
		"":                      "",
	} {
		var out []string
		for _, b := range parseRich(strings.Split(in, "\n")) {
			s := "p"
			switch b.list {
			case 'b':
				s = fmt.Sprintf("b%d", b.level)
			case 'n':
				s = fmt.Sprintf("n%d/%d", b.level, b.start)
			}
			var runs []string
			for _, u := range b.runs {
				m := ""
				if u.bold {
					m += "B"
				}
				if u.italic {
					m += "I"
				}
				runs = append(runs, m+u.text)
			}
			out = append(out, s+"["+strings.Join(runs, "|")+"]")
		}
		if got := strings.Join(out, " "); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

const richPara = `<w:p><w:pPr><w:pStyle w:val="a"/><w:spacing w:line="360"/><w:ind w:firstLineChars="200"/><w:jc w:val="both"/></w:pPr><w:r><w:rPr><w:rFonts w:ascii="X"/><w:sz w:val="28"/></w:rPr><w:t>{{*清单}}</w:t></w:r></w:p>`

func TestRichText(t *testing.T) {
	out := filled(t, word(t, richPara+par("{{*清单}}")), map[string]any{"清单": "头**重**\n1. 一\n2. 二\n- 点\n尾\n5. 五"}, Strict)
	got := body(t, out)
	const ppr = `<w:pPr><w:pStyle w:val="a"/>%s<w:spacing w:line="360"/>%s<w:jc w:val="both"/></w:pPr>`
	const rpr = `<w:r><w:rPr><w:rFonts w:ascii="X"/>%s<w:sz w:val="28"/></w:rPr><w:t>%s</w:t></w:r>`
	plain := fmt.Sprintf(ppr, "", `<w:ind w:firstLineChars="200"/>`)
	item := func(num int, s string) string {
		return "<w:p>" + fmt.Sprintf(ppr, fmt.Sprintf(`<w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr>`, num), `<w:ind w:firstLineChars="0"/>`) + fmt.Sprintf(rpr, "", s) + "</w:p>"
	}
	want := "<w:p>" + plain + fmt.Sprintf(rpr, "", "头") + fmt.Sprintf(rpr, "<w:b/><w:bCs/>", "重") + "</w:p>" +
		item(10001, "一") + item(10001, "二") + item(10002, "点") + "<w:p>" + plain + fmt.Sprintf(rpr, "", "尾") + "</w:p>" + item(10003, "五")
	if !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	num := string(out.Part("word/numbering.xml").Data)
	if strings.Count(num, "<w:abstractNum ") != 2 || strings.Count(num, "<w:num ") != 5 || !strings.Contains(num, `<w:startOverride w:val="5"/>`) {
		t.Errorf("definitions: %s", num)
	}
	if strings.LastIndex(num, "<w:abstractNum ") > strings.Index(num, "<w:num ") {
		t.Error("abstract definitions after others")
	}
	// The template's own definitions stay and keep their ids.
	p := word(t, par("{{*清单}}"), "numbering", `<w:numbering `+nsAll+`><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"/></w:abstractNum><w:num w:numId="1500"><w:abstractNumId w:val="7"/></w:num></w:numbering>`)
	num = string(filled(t, p, map[string]any{"清单": "- x"}, Strict).Part("word/numbering.xml").Data)
	if !strings.Contains(num, `<w:lvl w:ilvl="0"/></w:abstractNum><w:abstractNum `) || !strings.Contains(num, `w:numId="1500"`) || !strings.Contains(num, `w:numId="11501"`) {
		t.Errorf("merged: %s", num)
	}
}

func TestRichTextInline(t *testing.T) {
	out := filled(t, word(t, par("备注：{{*清单}}。")), map[string]any{"清单": []any{"一**二**", "- 三", "1. 四 {{x}}<w:p/>"}}, Strict)
	if got, want := mainText(t, out), "备注：一二↵• 三↵1. 四 {{x}}<w:p/>。\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !strings.Contains(body(t, out), `<w:r><w:rPr><w:b/><w:bCs/></w:rPr><w:t>二</w:t></w:r>`) {
		t.Error(body(t, out))
	}
}

// In a cell a paragraph stays, whatever the text; a missing one follows the policy.
func TestRichTextMissing(t *testing.T) {
	p := word(t, tbl([]string{par("{{*清单}}")})+par("{{*可有?}}"))
	for _, tt := range []struct {
		m    Missing
		want string
	}{{Blank, "/|\n"}, {Keep, "{{*清单}}/|\n"}, {Mark, "〔待填：清单〕/|\n"}} {
		if got := mainText(t, filled(t, p, map[string]any{}, tt.m)); got != tt.want {
			t.Errorf("policy %d: %q, want %q", tt.m, got, tt.want)
		}
	}
	if got := mainText(t, filled(t, p, map[string]any{"清单": "", "可有": "x"}, Strict)); got != "/|\nx\n" {
		t.Errorf("empty: %q", got)
	}
}

func FuzzParseRich(f *testing.F) {
	for _, s := range []string{"**a** *b*", "***", "- *", "1. **x", `\*\`, "  • a*b*", "**一**二**三*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		// Nothing is lost but marks.
		var out strings.Builder
		for _, b := range parseRich([]string{strings.ReplaceAll(s, "\n", " ")}) {
			for _, u := range b.runs {
				if u.text == "" {
					t.Error("an empty run")
				}
				out.WriteString(u.text)
			}
		}
		letters := func(s string) (n int) {
			for _, r := range s {
				if r > 0x7f && r != '•' && r != '、' && r != '）' && r != '．' {
					n++
				}
			}
			return n
		}
		if letters(out.String()) != letters(s) {
			t.Errorf("%q became %q", s, out.String())
		}
	})
}
