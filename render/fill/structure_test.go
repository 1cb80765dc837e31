package fill

import (
	"context"
	"regexp"
	"strings"
	"testing"
)

func years(n int) (out []any) {
	for i := range n {
		out = append(out, map[string]any{"年": 2024 + i, "金额": (i + 1) * 10})
	}
	return out
}

var gridWidths = regexp.MustCompile(`<w:gridCol w:w="(\d+)"/>`)

func widths(re *regexp.Regexp, s string) string {
	var out []string
	for _, m := range re.FindAllStringSubmatch(s, -1) {
		out = append(out, m[1])
	}
	return strings.Join(out, " ")
}

// Columns repeat through the whole table, whose width stays; rows of records repeat with them.
func TestColumns(t *testing.T) {
	spanned := func(s string) string {
		return strings.Replace(tbl([]string{par(s)}, row("科目", "{{#列:年度}}{{年}}{{/年度}}", "合计"), row("{{#科目}}{{名}}", "{{名}}{{金额}}", "{{和}}{{/科目}}")),
			`<w:tcW w:w="1000" w:type="dxa"/>`, `<w:tcW w:w="3000" w:type="dxa"/><w:gridSpan w:val="3"/>`, 1)
	}
	grid3 := func(s string) string {
		return strings.Replace(s, `<w:gridCol w:w="1000"/>`, strings.Repeat(`<w:gridCol w:w="1000"/>`, 3), 1)
	}
	subjects := []any{map[string]any{"名": "设备", "和": 1}, map[string]any{"名": "差旅", "和": 2}}
	tests := []struct {
		name, in   string
		n          int
		text, grid string
		has        []string
	}{
		{"two years", grid3(spanned("{{题}}")), 2, "T/|\n科目/|2024/|2025/|合计/|\n设备/|设备10/|设备20/|1/|\n差旅/|差旅10/|差旅20/|2/|\n", "750 750 750 750", []string{`<w:tcW w:w="3000" w:type="dxa"/><w:gridSpan w:val="4"/>`, `<w:tcW w:w="750" w:type="dxa"/>`}},
		{"one year", grid3(spanned("{{题}}")), 1, "T/|\n科目/|2024/|合计/|\n设备/|设备10/|1/|\n差旅/|差旅10/|2/|\n", "1000 1000 1000", []string{`<w:gridSpan w:val="3"/>`}},
		{"no year", grid3(spanned("{{题}}")), 0, "T/|\n科目/|合计/|\n设备/|1/|\n差旅/|2/|\n", "1500 1500", []string{`<w:tcW w:w="3000" w:type="dxa"/><w:gridSpan w:val="2"/>`}},
		{"only the column", tbl(row("{{#列:年度}}{{年}}"), row("{{序号}}{{/年度}}")), 3, "2024/|2025/|2026/|\n1/|2/|3/|\n", "333 333 334", nil},
		{"only the column, empty", par("a") + tbl(row("{{#列:年度}}{{年}}"), row("{{序号}}{{/年度}}")) + par("b"), 0, "a\nb\n", "", nil},
		{"a run of columns", tbl(row("{{#列:年度}}{{年}}", "{{金额}}{{/年度}}", "x")), 2, "2024/|10/|2025/|20/|x/|\n", "600 600 600 600 600", nil},
		{"condition true", tbl(row("a", "{{?列:年度}}b{{/}}"), row("c", "d")), 1, "a/|b/|\nc/|d/|\n", "1000 1000", nil},
		{"condition false", tbl(row("a", "{{?列:年度}}b{{/}}"), row("c", "d")), 0, "a/|\nc/|\n", "2000", []string{`<w:tcW w:w="2000" w:type="dxa"/>`}},
		{"none", tbl(row("a", "{{^列:年度}}b{{/}}"), row("c", "d")), 2, "a/|\nc/|\n", "2000", nil},
		{"two runs", tbl(row("{{#列:年度}}{{年}}{{/}}", "x", "{{#列:年度}}{{金额}}{{/}}"), row("p", "q", "r")), 2, "2024/|2025/|x/|10/|20/|\np/|p/|q/|r/|r/|\n", "600 600 600 600 600", nil},
		{"crossing a row loop", tbl(row("{{#列:年度}}{{年}}", "x"), row("{{#科目}}{{名}}{{/年度}}", "{{和}}{{/科目}}")), 2, "2024/|2025/|x/|\n设备/|设备/|1/|\n差旅/|差旅/|2/|\n", "666 667 667", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := filled(t, word(t, tt.in), map[string]any{"年度": years(tt.n), "题": "T", "科目": subjects}, Strict)
			if got := mainText(t, out); got != tt.text {
				t.Errorf("text %q\nwant %q", got, tt.text)
			}
			got := body(t, out)
			if g := widths(gridWidths, got); g != tt.grid {
				t.Errorf("grid %s, want %s", g, tt.grid)
			}
			for _, s := range tt.has {
				if !strings.Contains(got, s) {
					t.Errorf("%s is not in %s", s, got)
				}
			}
		})
	}
	for name, in := range map[string]string{
		"cut": grid3(strings.Replace(tbl([]string{par("a"), par("b")}, row("x", "{{#列:年度}}y", "z{{/}}")), `<w:tcW w:w="1000" w:type="dxa"/>`, `<w:gridSpan w:val="2"/>`, 1)),
		"out": par("{{#列:年度}}") + tbl(row("a")) + par("{{/}}"),
	} {
		if _, l := Compile(word(t, in), Options{}); codes(l) != "fill.pair.place" {
			t.Errorf("%s: %v", name, l)
		}
	}
	ragged := tbl(row("a", "{{#列:年度}}{{年}}{{/}}"), row("{{#科目}}{{名}}", "{{金额}}{{/科目}}"))
	_, l := compiled(t, word(t, ragged)).Fill(context.Background(), map[string]any{"年度": years(2), "科目": []any{map[string]any{"名": "x", "年度": years(3)}}}, FillOptions{})
	if codes(l) != "fill.columns.count" {
		t.Errorf("a row with another number of columns: %v", l)
	}
	known := KnownOf(map[string]any{"年度": years(1), "科目": subjects, "题": ""})
	if _, l := Compile(word(t, grid3(spanned("{{题}}"))), Options{Known: known}); len(l) > 0 {
		t.Errorf("names inside columns: %v", l)
	}
}

// Columns repeat inside repeated columns; a heading over the inner ones widens with them, and goes when there is none.
func TestColumnsNested(t *testing.T) {
	year := func(y string, quarters ...any) map[string]any {
		var list []any
		for _, q := range quarters {
			list = append(list, map[string]any{"季": q, "月": []any{map[string]any{"号": 1}, map[string]any{"号": 2}}})
		}
		return map[string]any{"年": y, "季度": list}
	}
	two := []any{year("2024", "一", "二"), year("2025", "三")}
	rows := []any{map[string]any{"名": "设备"}, map[string]any{"名": "差旅"}}
	one := tbl(row("科目", "{{#列:年度}}{{年}}"), row("", "{{#列:季度}}{{季}}{{/季度}}"), row("{{#科目}}{{名}}", "{{年}}{{季}}{{名}}{{/科目}}{{/年度}}"))
	merged := strings.Replace(tbl(row("{{#列:年度}}{{年}}", "b"), row("{{#列:季度}}{{季}}{{/季度}}", "计{{/年度}}")), `</w:tcPr>`+par("{{#列:年度}}{{年}}")+`</w:tc><w:tc><w:tcPr><w:tcW w:w="1000" w:type="dxa"/></w:tcPr>`+par("b")+`</w:tc>`, `<w:gridSpan w:val="2"/></w:tcPr>`+par("{{#列:年度}}{{年}}")+`</w:tc>`, 1)
	deep := tbl(row("{{#列:年度}}{{年}}"), row("{{#列:季度}}{{季}}"), row("{{#列:月}}{{年}}{{季}}{{号}}{{/月}}{{/季度}}{{/年度}}"))
	choice := tbl(row("x", "{{#列:年度}}{{年}}"), row("y", "{{?列:季度|计数 > 1}}{{年}}多{{/}}{{/年度}}"))
	tests := []struct {
		name, in   string
		years      []any
		text, grid string
		has        []string
	}{
		{
			"of one column", one, two, "科目/|2024/|2025/|\n/|一/|二/|三/|\n设备/|2024一设备/|2024二设备/|2025三设备/|\n差旅/|2024一差旅/|2024二差旅/|2025三差旅/|\n", "500 500 500 500",
			[]string{`<w:tcW w:w="1000" w:type="dxa"/><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>2024</w:t></w:r></w:p>`, `<w:tcW w:w="500" w:type="dxa"/></w:tcPr><w:p><w:r><w:t>2025</w:t></w:r></w:p>`},
		},
		{"an empty one inside", one, []any{year("2024"), year("2025", "三")}, "科目/|2025/|\n/|三/|\n设备/|2025三设备/|\n差旅/|2025三差旅/|\n", "1000 1000", nil},
		{"none at all", one, []any{}, "科目/|\n/|\n设备/|\n差旅/|\n", "2000", nil},
		{"a sum beside", merged, two, "2024/|2025/|\n一/|二/|计/|三/|计/|\n", "400 400 400 400 400", []string{`<w:gridSpan w:val="3"/></w:tcPr><w:p><w:r><w:t>2024</w:t></w:r></w:p>`, `<w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>2025</w:t></w:r></w:p>`}},
		{"three deep", deep, two, "2024/|2025/|\n一/|二/|三/|\n2024一1/|2024一2/|2024二1/|2024二2/|2025三1/|2025三2/|\n", "166 167 167 166 167 167", []string{`<w:gridSpan w:val="4"/></w:tcPr><w:p><w:r><w:t>2024</w:t></w:r></w:p>`, `<w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>二</w:t></w:r></w:p>`}},
		{"a condition inside", choice, two, "x/|2024/|\ny/|2024多/|\n", "1000 1000", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := filled(t, word(t, tt.in), map[string]any{"年度": tt.years, "科目": rows}, Strict)
			if got := mainText(t, out); got != tt.text {
				t.Errorf("text %q\nwant %q", got, tt.text)
			}
			got := body(t, out)
			if g := widths(gridWidths, got); g != tt.grid {
				t.Errorf("grid %s, want %s", g, tt.grid)
			}
			for _, s := range tt.has {
				if !strings.Contains(got, s) {
					t.Errorf("%s is not in %s", s, got)
				}
			}
		})
	}
	known := KnownOf(map[string]any{"年度": []any{two[0]}, "科目": rows})
	if _, l := Compile(word(t, one), Options{Known: known}); len(l) > 0 {
		t.Errorf("names inside columns: %v", l)
	}
	// Loops that only overlap are refused, as are more columns than Word takes.
	if _, l := Compile(word(t, tbl(row("{{#列:年度}}a", "{{#列:季度}}b{{/年度}}", "c{{/季度}}"))), Options{}); codes(l) != "fill.pair.place" {
		t.Errorf("overlapping: %v", l)
	}
	many := make([]any, 40)
	for i := range many {
		many[i] = year("y", "a", "b")
	}
	if out, l := compiled(t, word(t, one)).Fill(context.Background(), map[string]any{"年度": many, "科目": rows}, FillOptions{}); out != nil || codes(l) != "fill.limit.columns" {
		t.Errorf("80 columns: %v", l)
	}
	// Runs of columns keep their widths in the order they stand in.
	wide := strings.Replace(tbl(row("{{#列:年度}}{{年}}", "b{{/年度}}")), `<w:gridCol w:w="1000"/>`, `<w:gridCol w:w="2000"/>`, 1)
	if g := widths(gridWidths, body(t, filled(t, word(t, wide), map[string]any{"年度": two}, Strict))); g != "1000 500 1000 500" {
		t.Errorf("grid of a run: %s", g)
	}
}

// {{合并:…}} joins equal neighbours, and only those.
func TestMergeEqual(t *testing.T) {
	list := func(s string) (out []any) {
		for i, r := range strings.Fields(s) {
			out = append(out, map[string]any{"单位": r, "名": string(rune('a' + i)), "组": "g"})
		}
		return out
	}
	tests := []struct{ name, in, units, text, merges string }{
		{"neighbours", tbl(row("{{#人}}{{合并:单位}}", "{{名}}{{/人}}")), "甲 甲 乙 甲", "甲/|a/|\n/|b/|\n乙/|c/|\n甲/|d/|\n", "restart continue"},
		{"three and two", tbl(row("{{#人}}{{合并：单位}}", "{{merge:组}}{{/人}}")), "甲 甲 甲 乙 乙", "甲/|g/|\n/|/|\n/|/|\n乙/|/|\n/|/|\n", ""},
		{"empty values", tbl(row("{{#人}}{{合并:无?}}", "{{名}}{{/人}}")), "甲 甲", "/|a/|\n/|b/|\n", ""},
		{"nobody", par("x") + tbl(row("{{#人}}{{合并:单位}}", "{{名}}{{/人}}")), "", "x\n", ""},
	}
	re := regexp.MustCompile(`<w:vMerge(?: w:val="(restart)")?/>`)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := filled(t, word(t, tt.in), map[string]any{"人": list(tt.units)}, Strict)
			if got := mainText(t, out); got != tt.text {
				t.Errorf("text %q, want %q", got, tt.text)
			}
			var m []string
			for _, v := range re.FindAllStringSubmatch(body(t, out), -1) {
				if v[1] == "" {
					v[1] = "continue"
				}
				m = append(m, v[1])
			}
			if got := strings.Join(m, " "); got != tt.merges && tt.name != "three and two" {
				t.Errorf("merges %s, want %s", got, tt.merges)
			}
			if tt.name == "three and two" {
				want := `<w:tcW w:w="1000" w:type="dxa"/><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>`
				if n := strings.Count(body(t, out), want); n != 3 {
					t.Errorf("%d cells begin a merge and show their text, want 3: %s", n, body(t, out))
				}
				if n := strings.Count(body(t, out), `<w:vMerge/></w:tcPr><w:p/>`); n != 7 {
					t.Errorf("%d cells go on, want 7: %s", n, body(t, out))
				}
			}
		})
	}
	for _, in := range []string{par("{{合并:a}}"), tbl(row("{{合并:a}}")), tbl([]string{par("{{#行:人}}{{合并:单位}}{{合并:名}}{{/人}}")}), tbl([]string{par("{{#行:人}}x") + par("{{#a}}") + par("{{合并:单位}}") + par("{{/a}}") + par("{{/人}}")})} {
		if _, l := Compile(word(t, in), Options{}); codes(l) != "fill.merge.place" {
			t.Errorf("%s: %v", in, l)
		}
	}
}

// The text of a merged cell stands beside what is left of its rows, whichever of them go.
func TestLabelsStay(t *testing.T) {
	cell := func(pr, s string) string { return `<w:tc><w:tcPr>` + pr + `</w:tcPr>` + s + `</w:tc>` }
	const restart, goes = `<w:vMerge w:val="restart"/>`, `<w:vMerge/>`
	three := func(label, a, b, c string) string {
		return `<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="1000"/><w:gridCol w:w="1000"/></w:tblGrid><w:tr>` + cell(restart, label) + cell("", par(a)) + `</w:tr><w:tr>` + cell(goes, par("")) + cell("", par(b)) + `</w:tr><w:tr>` + cell(goes, par("")) + cell("", par(c)) + `</w:tr></w:tbl>`
	}
	label := `<w:p w14:paraId="00000B01"><w:pPr><w:jc w:val="center"/></w:pPr><w:bookmarkStart w:id="9" w:name="标"/>` + run("人员") + `<w:bookmarkEnd w:id="9"/></w:p>`
	tests := []struct{ name, in, text string }{
		{"first row goes", three(label, "{{?行:假}}一{{/}}", "二", "三"), "人员/|二/|\n/|三/|\n"},
		{"first two rows go", three(label, "{{?行:假}}一{{/}}", "{{?行:假}}二{{/}}", "三"), "人员/|三/|\n"},
		{"second row goes", three(label, "一", "{{?行:假}}二{{/}}", "三"), "人员/|一/|\n/|三/|\n"},
		{"no row goes", three(label, "{{?行:真}}一{{/}}", "二", "三"), "人员/|一/|\n/|二/|\n/|三/|\n"},
		{"the next rows repeat", three(label, "{{?行:假}}一{{/}}", "{{#行:人}}{{姓名}}{{/}}", "三"), "人员/|张三/|\n/|李四/|\n/|三/|\n"},
		{"several tables", par("{{#人}}") + three(label, "{{?行:序号 = 1}}一{{/}}", "二", "三") + par("{{/人}}"), "人员/|一/|\n/|二/|\n/|三/|\n\n人员/|二/|\n/|三/|\n"},
		{"of the record", three(par("{{#行:人}}{{姓名}}"), "{{/人}}", "二", "三"), "张三/|/|\n/|/|\n/|二/|\n/|三/|\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := filled(t, word(t, tt.in), map[string]any{"真": true, "假": false, "人": people("张三", "李四")}, Strict)
			if got := mainText(t, out); strings.ReplaceAll(got, "\n\n", "\n") != strings.ReplaceAll(tt.text, "\n\n", "\n") {
				t.Errorf("text %q, want %q", got, tt.text)
			}
			if got := body(t, out); strings.Contains(tt.text, "人员") && !strings.Contains(got, `<w:vMerge w:val="restart"/></w:tcPr><w:p w14:paraId=`) {
				t.Errorf("the label begins no merge: %s", got)
			}
		})
	}
}

// A value of each record in a label, which shows once, is told of; what comes from outside the loop is not of a record.
func TestLabelsOfRecords(t *testing.T) {
	cell := func(pr, s string) string { return `<w:tc><w:tcPr>` + pr + `</w:tcPr>` + par(s) + `</w:tc>` }
	in := func(label, a, b string) string {
		return `<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="1000"/><w:gridCol w:w="1000"/></w:tblGrid><w:tr>` + cell(`<w:vMerge w:val="restart"/>`, label) + cell("", a) + `</w:tr><w:tr>` + cell(`<w:vMerge/>`, "") + cell("", b) + `</w:tr></w:tbl>`
	}
	for s, want := range map[string]string{
		in("{{#人}}{{姓名}}", "{{年龄}}{{/人}}", "计"):         "fill.pair.label",
		in("{{#人}}{{姓名}}", "{{年龄}}", "{{/人}}"):          "", // a cell of each record
		in("{{题}}", "{{#行:人}}{{姓名}}{{/人}}", "计"):        "",
		in("人员{{#人}}", "{{姓名}}{{/人}}", "计"):             "",
		in("{{#人}}{{合并:姓名}}", "{{年龄}}{{/人}}", "计{{题}}"): "fill.merge.place",
	} {
		if _, l := Compile(word(t, s), Options{}); codes(l) != want {
			t.Errorf("%s: %v", s, l)
		}
	}
}

// What went on a merged cell that is gone begins anew.
func TestOrphanMerges(t *testing.T) {
	cell := func(pr, s string) string { return `<w:tc><w:tcPr>` + pr + `</w:tcPr>` + par(s) + `</w:tc>` }
	in := par("头") + `<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="1000"/><w:gridCol w:w="1000"/></w:tblGrid><w:tr>` + cell(`<w:vMerge w:val="restart"/>`, "组员{{#人}}") + cell("", "{{名}}{{/人}}") + `</w:tr><w:tr>` +
		cell(`<w:vMerge/>`, "") + cell("", "合计") + `</w:tr><w:tr>` + cell(`<w:vMerge w:val="continue"/>`, "") + cell("", "平均") + `</w:tr></w:tbl>`
	for n, want := range []string{
		`restart`, `restart`, `restart`,
	} {
		var list []any
		for range n {
			list = append(list, map[string]any{"名": "x"})
		}
		out := filled(t, word(t, in), map[string]any{"人": list}, Strict)
		got := body(t, out)
		if c := strings.Count(got, want); c != 1 {
			t.Errorf("%d people: %d restarts: %s", n, c, got)
		}
		if n == 0 && !strings.Contains(got, `<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r>`) {
			t.Errorf("the row below does not begin the merge: %s", got)
		}
		if text := mainText(t, out); !strings.HasPrefix(text, "头\n组员/|") || strings.Count(text, "组员") != 1 {
			t.Errorf("%d people: the label is lost or there twice: %q", n, text)
		}
	}
}

// A column loop that begins in a repeated row takes a list outside the rows or, where there is none, that of each record:
// all need as many items. Rows outside the records show the first record's.
func TestColumnsOfRecords(t *testing.T) {
	record := func(name string, hours ...any) map[string]any {
		var list []any
		for i, h := range hours {
			list = append(list, map[string]any{"月": i + 1, "工时": h, "周": []any{map[string]any{"号": 1}, map[string]any{"号": 2}}})
		}
		return map[string]any{"姓名": name, "月份": list, "电话": "", "季度": []any{"一", "二"}}
	}
	head := tbl(row("姓名", "{{月}}月"), row("{{#成员}}{{姓名}}", "{{#列:月份}}{{工时}}{{/月份}}{{/成员}}"))
	tests := []struct {
		name, in string
		data     map[string]any
		text     string
	}{
		{"their own", head, map[string]any{"成员": []any{record("甲", 8, 7), record("乙", 6, 5)}}, "姓名/|1月/|2月/|\n甲/|8/|7/|\n乙/|6/|5/|\n"},
		{"outside", head, map[string]any{"成员": []any{map[string]any{"姓名": "甲", "工时": 3}}, "月份": []any{map[string]any{"月": 11}, map[string]any{"月": 12}}}, "姓名/|11月/|12月/|\n甲/|3/|3/|\n"},
		{"none", head, map[string]any{"成员": []any{}}, "姓名/|\n"},
		{"empty lists", head, map[string]any{"成员": []any{record("甲"), record("乙")}}, "姓名/|\n甲/|\n乙/|\n"},
		{
			"a group around", tbl(row("{{#组}}{{组名}}", "{{月}}"), row("{{#成员}}{{姓名}}", "{{#列:月份}}{{工时}}{{/月份}}{{/成员}}"), row("{{/组}}", "")),
			map[string]any{"组": []any{
				map[string]any{"组名": "A", "成员": []any{}},
				map[string]any{"组名": "B", "成员": []any{record("甲", 8, 7)}},
			}},
			"A/|1/|2/|\nB/|1/|2/|\n甲/|8/|7/|\n",
		},
		{
			"nested columns", tbl(row("姓名", "{{月}}月"), row("{{#成员}}{{姓名}}", "{{#列:月份}}{{#列:周}}{{工时}}{{号}}{{/周}}{{/月份}}{{/成员}}"), row("", "{{号}}周")),
			map[string]any{"成员": []any{record("甲", 8), record("乙", 6)}},
			"姓名/|1月/|\n甲/|81/|82/|\n乙/|61/|62/|\n/|1周/|2周/|\n",
		},
		{
			"a list of the record inside columns from outside", tbl(row("姓名", "{{年}}"), row("{{#成员}}{{姓名}}", "{{#列:年度}}{{#列:季度}}{{年}}{{.}}{{/季度}}{{/年度}}{{/成员}}")),
			map[string]any{"成员": []any{record("甲")}, "年度": years(2)},
			"姓名/|2024/|2025/|\n甲/|2024一/|2024二/|2025一/|2025二/|\n",
		},
		{
			"a column that some record needs", tbl(row("姓名", "电话"), row("{{#成员}}{{姓名}}", "{{?列:电话}}{{电话}}{{/}}{{/成员}}")),
			map[string]any{"成员": []any{record("甲"), map[string]any{"姓名": "乙", "电话": "1"}}},
			"姓名/|电话/|\n甲/|/|\n乙/|1/|\n",
		},
		{
			"a column that none needs", tbl(row("姓名", "电话"), row("{{#成员}}{{姓名}}", "{{?列:电话}}{{电话}}{{/}}{{/成员}}")),
			map[string]any{"成员": []any{record("甲"), record("乙")}},
			"姓名/|\n甲/|\n乙/|\n",
		},
		{
			"rows that show on a condition", tbl(row("姓名", "{{月}}"), row("{{#成员}}{{?行:姓名 = \"乙\"}}{{姓名}}", "{{#列:月份}}{{工时}}{{/月份}}{{/}}{{/成员}}")),
			map[string]any{"成员": []any{record("甲", 1, 2, 3), record("乙", 6, 5)}},
			"姓名/|1/|2/|\n乙/|6/|5/|\n",
		},
		{
			"a table in a cell", tbl([]string{par("{{#行:成员}}{{姓名}}") + tbl(row("{{#列:月份}}{{月}}"), row("{{工时}}{{/月份}}")) + par("{{/成员}}")}),
			map[string]any{"成员": []any{record("甲", 8, 7), record("乙", 6)}},
			"甲/1/|2/|\n8/|7/|\n/|\n乙/1/|\n6/|\n/|\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := word(t, tt.in)
			out := filled(t, p, tt.data, Strict)
			if got := mainText(t, out); got != tt.text {
				t.Errorf("text %q\nwant %q", got, tt.text)
			}
			if tt.name == "none" || tt.name == "a group around" { // KnownOf has the names of records that are there
				return
			}
			if _, l := Compile(p, Options{Known: KnownOf(tt.data)}); len(l) > 0 && tt.name != "empty lists" {
				t.Errorf("names: %v", l)
			}
		})
	}
	// Records that differ are told by their numbers; one without a list is told as missing.
	bad := map[string]any{"成员": []any{record("甲", 8, 7), record("乙", 6), record("丙", 1, 2, 3), map[string]any{"姓名": "丁"}}}
	_, l := compiled(t, word(t, head)).Fill(context.Background(), bad, FillOptions{})
	if codes(l) != "fill.columns.count fill.columns.count fill.data.missing" {
		t.Fatalf("%v", l)
	}
	if !strings.Contains(l[0].Message.ZH, "在第一条记录里有 2 项，在第 2 条里有 1 项") || l[0].Path != "/成员/1/月份" || l[1].Path != "/成员/2/月份" {
		t.Errorf("%v", l)
	}
	// What is wrong in a row outside is told of the first record.
	_, l = compiled(t, word(t, head)).Fill(context.Background(), map[string]any{"成员": []any{map[string]any{"姓名": "甲", "月份": []any{map[string]any{"月": map[string]any{"号": 1}, "工时": 1}}}}}, FillOptions{})
	if codes(l) != "fill.value.text" || l[0].Path != "/成员/0/月份/0/月" {
		t.Errorf("%v", l)
	}
	// A list outside that is empty does not hide what the records have.
	_, l = compiled(t, word(t, tbl(row("a", "{{#列:年度}}{{年}}{{/年度}}"), row("{{#科目}}{{名}}", "{{金额}}{{/科目}}")))).Fill(context.Background(), map[string]any{"年度": []any{}, "科目": []any{map[string]any{"名": "x", "年度": years(1)}}}, FillOptions{})
	if codes(l) != "fill.columns.count" {
		t.Errorf("an empty list outside: %v", l)
	}
}
