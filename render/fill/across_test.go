package fill

import (
	"regexp"
	"strings"
	"testing"
)

// {{合并:…}} in a column that a loop repeats joins equal neighbours of one row: one cell covers their columns and is as
// wide as they were.
func TestMergeAcross(t *testing.T) {
	list := func(kinds string) (out []any) {
		for i, k := range strings.Fields(strings.ReplaceAll(kinds, "空", "空 ")) {
			m := map[string]any{"月": i + 1, "季": k}
			if k == "空" {
				m["季"] = ""
			}
			out = append(out, m)
		}
		return out
	}
	spans := regexp.MustCompile(`<w:gridSpan w:val="(\d+)"/>`)
	cellWidths := regexp.MustCompile(`<w:tcW w:w="(\d+)"`)
	head := tbl(row("科目", "{{#列:月份}}{{合并:季}}"), row("", "{{月}}月{{/月份}}"))
	wide := strings.Replace(tbl(row("a", "b"), row("科目", "{{#列:月份}}{{月}}", "{{季}}{{/月份}}")),
		`<w:tcW w:w="1000" w:type="dxa"/></w:tcPr>`+par("b"), `<w:tcW w:w="2000" w:type="dxa"/><w:gridSpan w:val="2"/></w:tcPr>`+par("{{合并:季}}"), 1)
	wide = strings.Replace(wide, `<w:gridCol w:w="1000"/>`, `<w:gridCol w:w="1000"/><w:gridCol w:w="1000"/>`, 1)
	bare := strings.ReplaceAll(head, `<w:tcPr><w:tcW w:w="1000" w:type="dxa"/></w:tcPr>`, "")
	control := strings.Replace(head, `<w:tc><w:tcPr><w:tcW w:w="1000" w:type="dxa"/></w:tcPr>`+par("{{#列:月份}}{{合并:季}}")+`</w:tc>`,
		`<w:sdt><w:sdtPr><w:id w:val="5"/></w:sdtPr><w:sdtContent><w:tc><w:tcPr/>`+par("{{#列:月份}}{{合并:季}}")+`</w:tc></w:sdtContent></w:sdt>`, 1)
	tests := []struct{ name, in, kinds, text, spans, widths string }{
		{"neighbours", head, "一 一 二 一", "科目/|一/|二/|一/|\n/|1月/|2月/|3月/|4月/|\n", "2", "400 800 400 400 400 400 400 400 400"},
		{"all", head, "一 一 一", "科目/|一/|\n/|1月/|2月/|3月/|\n", "3", "500 1500 500 500 500 500"},
		{"one", head, "一", "科目/|一/|\n/|1月/|\n", "", "1000 1000 1000 1000"},
		{"none", head, "", "科目/|\n/|\n", "", "2000 2000"},
		{"empty values", head, "空空一一", "科目/|/|/|一一/|\n/|1月/|2月/|3月/|\n", "", "500 500 500 500 500 500 500 500"},
		{"a heading over a run", wide, "一 一 二", "a/|一/|二/|\n科目/|1/|一/|2/|一/|3/|二/|\n", "4 2", "428 1714 858 428 429 428 429 428 429 429"},
		{"without properties", bare, "一 一 二", "科目/|一/|二/|\n/|1月/|2月/|3月/|\n", "2", ""},
		{"in a content control", control, "一 一 二", "科目/|\n/|1月/|2月/|3月/|\n", "2", "500 500 500 500 500"},
		{
			"said in a repeated row", tbl(row("科目", "{{#列:月份}}{{月}}"), row("{{#科目}}{{名}}", "{{横向合并:季}}{{/月份}}{{/科目}}")), "一 一 二",
			"科目/|1/|2/|3/|\n甲/|一/|二/|\n乙/|一/|二/|\n", "2 2", "500 500 500 500 500 1000 500 500 1000 500",
		},
		{
			"over nested columns", tbl(row("科目", "{{#列:组}}{{#列:月份}}{{hmerge:季}}"), row("", "{{月}}{{/月份}}{{/组}}")), "一 二",
			"科目/|一/|二/|一/|二/|\n/|1/|2/|1/|2/|\n", "", "400 400 400 400 400 400 400 400 400 400",
		},
		{
			"not over what stands between", tbl(row("{{#列:组}}{{#列:月份}}{{合并:季}}{{/月份}}", "计{{/组}}")), "一 一",
			"一/|计/|一/|计/|\n", "2 2", "666 334 666 334",
		},
		{
			"from one outer copy to the next", tbl(row("科目", "{{#列:组}}{{#列:月份}}{{hmerge:季}}"), row("", "{{月}}{{/月份}}{{/组}}")), "一 一",
			"科目/|一/|\n/|1/|2/|1/|2/|\n", "4", "400 1600 400 400 400 400 400",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := map[string]any{"月份": list(tt.kinds), "科目": []any{map[string]any{"名": "甲"}, map[string]any{"名": "乙"}}, "组": []any{1, 2}}
			out := filled(t, word(t, tt.in), data, Strict)
			got := body(t, out)
			if s := mainText(t, out); s != tt.text {
				t.Errorf("text %q\nwant %q", s, tt.text)
			}
			if s := widths(spans, got); s != tt.spans {
				t.Errorf("spans %s, want %s: %s", s, tt.spans, got)
			}
			if s := widths(cellWidths, got); s != tt.widths {
				t.Errorf("widths %s, want %s", s, tt.widths)
			}
		})
	}
	// A cell with its own way of merging, several cells in a copy, no column loop: refused, with the tag named.
	for name, in := range map[string]string{
		"two cells":       tbl(row("{{#列:月份}}{{合并:季}}", "{{月}}{{/月份}}")),
		"merged before":   strings.Replace(tbl(row("{{#列:月份}}{{合并:季}}"), row("{{月}}{{/月份}}")), `</w:tcPr>`, `<w:vMerge w:val="restart"/></w:tcPr>`, 1),
		"no column":       tbl(row("{{#科目}}{{横向合并:名}}{{/科目}}")),
		"only a choice":   tbl(row("{{?列:月份}}{{横向合并:名}}{{/}}")),
		"in an inner one": tbl([]string{par("{{#列:月份}}x") + par("{{#a}}") + par("{{合并:季}}") + par("{{/a}}") + par("{{/月份}}")}),
		"twice":           tbl(row("{{#列:月份}}{{合并:季}}{{合并:月}}{{/月份}}")),
	} {
		_, l := Compile(word(t, in), Options{})
		if codes(l) != "fill.merge.place" || !strings.Contains(l[0].Message.ZH, "合并:") {
			t.Errorf("%s: %v", name, l)
		}
	}
}
