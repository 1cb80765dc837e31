package fill

import (
	"fmt"
	"strings"
	"testing"

	"tripact/problem"
	"tripact/render/docx"
)

// Each policy for missing values, wherever a value can be missing.
func TestMissingPolicies(t *testing.T) {
	header := func(text string) []string {
		return []string{"header1", `<w:hdr ` + nsAll + `>` + par(text) + `</w:hdr>`}
	}
	whole := func(t *testing.T, p *docx.Package) string {
		out := mainText(t, p)
		if part := p.Part("word/header1.xml"); part != nil {
			root, err := part.Parse()
			if err != nil {
				t.Fatal(err)
			}
			out += text(t, root)
		}
		return out
	}
	data := map[string]any{"成员": []any{map[string]any{"姓名": "甲"}, map[string]any{"姓名": nil}}, "空": nil}
	mark := func(name string) string { return "〔待填：" + name + "〕" }
	tests := []struct {
		name, body                string
		more                      []string
		blank, marked, kept, path string // path: of the finding
	}{
		{"body", par("名：{{无}}。"), nil, "名：。\n", "名：" + mark("无") + "。\n", "名：{{无}}。\n", "/无"},
		{"alone in its paragraph", par("{{无}}"), nil, "\n", mark("无") + "\n", "{{无}}\n", "/无"},
		{"no value", par("名：{{空}}。"), nil, "名：。\n", "名：" + mark("空") + "。\n", "名：{{空}}。\n", "/空"},
		{"filter", par("{{无|金额}}元"), nil, "元\n", mark("无") + "元\n", "{{无|金额}}元\n", "/无"},
		{"header", par("x"), header("号{{无}}"), "x\n号\n", "x\n号" + mark("无") + "\n", "x\n号{{无}}\n", "/无"},
		{"table", tbl(row("名", "{{无}}")), nil, "名/|/|\n", "名/|" + mark("无") + "/|\n", "名/|{{无}}/|\n", "/无"},
		{"table row of a list", tbl(row("{{#成员}}{{序号}}", "{{姓名}}{{/成员}}")), nil, "1/|甲/|\n2/|/|\n", "1/|甲/|\n2/|" + mark("姓名") + "/|\n", "1/|甲/|\n2/|{{姓名}}/|\n", "/成员/1/姓名"},
		{"inline", par("人：{{#成员}}{{姓名}}、{{/成员}}完"), nil, "人：甲、、完\n", "人：甲、" + mark("姓名") + "、完\n", "人：甲、{{姓名}}、完\n", "/成员/1/姓名"},
		{"inside a condition", par("{{?成员}}名{{无}}{{/}}。"), nil, "名。\n", "名" + mark("无") + "。\n", "名{{无}}。\n", "/无"},
		{"other branch of a condition", par("{{?空}}a{{:否则}}名{{无}}{{/}}。"), nil, "名。\n", "名" + mark("无") + "。\n", "名{{无}}。\n", "/无"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := word(t, tt.body, tt.more...)
			if len(tt.more) > 0 {
				p = wordRoot(t, `<w:document `+nsAll+`><w:body>`+tt.body+strings.Replace(sect, "<w:sectPr>", `<w:sectPr><w:headerReference w:type="default" r:id="header1"/>`, 1)+`</w:body></w:document>`, tt.more...)
			}
			tpl := compiled(t, p)
			for _, policy := range []struct {
				m    Missing
				want string
			}{{Blank, tt.blank}, {Mark, tt.marked}, {Keep, tt.kept}} {
				out, l := tpl.Fill(t.Context(), data, FillOptions{Missing: policy.m})
				if l.Failed() {
					t.Fatalf("policy %d: %v", policy.m, l)
				}
				if got := whole(t, out); got != policy.want {
					t.Errorf("policy %d: %q, want %q", policy.m, got, policy.want)
				}
				if policy.m == Mark && strings.Count(string(out.Main().Data)+string(partData(out, "word/header1.xml")), `<w:highlight w:val="yellow"/>`) != 1 {
					t.Error("the mark is not highlighted once")
				}
			}
			out, l := tpl.Fill(t.Context(), data, FillOptions{Missing: Strict})
			if out != nil || codes(l) != "fill.data.missing" || l[0].Path != tt.path || l[0].Place == nil {
				t.Errorf("strict: %v", l)
			}
		})
	}
}

func partData(p *docx.Package, name string) []byte {
	if part := p.Part(name); part != nil {
		return part.Data
	}
	return nil
}

// What a condition or a list asks for may be missing: nothing is shown, whatever the policy. Strict refuses a list that
// the data does not have at all.
func TestMissingConditions(t *testing.T) {
	tests := []struct {
		name, in, want string
		strict         string
	}{
		{"condition", "{{?无}}a{{:否则}}b{{/}}", "b\n", ""},
		{"comparison", "{{?无 > 3}}a{{:否则}}b{{/}}", "b\n", ""},
		{"equal to nothing", "{{?无 = \"\"}}a{{/}}", "a\n", ""},
		{"none", "{{^无}}a{{/无}}", "a\n", ""},
		{"list", "x{{#无}}a{{/无}}", "x\n", "fill.data.missing"},
		{"optional list", "x{{#无?}}a{{/无}}", "x\n", ""},
		{"list without a value", "x{{#空}}a{{/空}}", "x\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tpl := compiled(t, word(t, par(tt.in)))
			for _, m := range []Missing{Blank, Mark, Keep} {
				if got := mainText(t, filled(t, tpl.pkg, map[string]any{"空": nil}, m)); got != tt.want {
					t.Errorf("policy %d: %q, want %q", m, got, tt.want)
				}
			}
			if _, l := tpl.Fill(t.Context(), map[string]any{"空": nil}, FillOptions{}); codes(l) != tt.strict {
				t.Errorf("strict: %v", l)
			}
		})
	}
}

// Ten uses of one unknown name are one finding with ten places, over all stories; the suggestion comes from the names
// that there are, in either language.
func TestOneCauseOneFinding(t *testing.T) {
	body := strings.Repeat(par("前{{项目名臣}}"), 4) + tbl(row("{{项目名臣}}", "{{项目名臣}}"), row("{{项目名臣}}", "{{项目名臣}}")) + boxOf("{{项目名臣}}", "{{项目名臣}}")
	p := word(t, body, "header1", `<w:hdr `+nsAll+`>`+par("{{项目名臣}}")+`</w:hdr>`)
	_, l := Compile(p, Options{Known: KnownOf(map[string]any{"项目名称": "", "title": ""})})
	if codes(l) != "fill.name.unknown" || len(l[0].Related) != 9 {
		t.Fatalf("%d related: %v", len(l[0].Related), l)
	}
	if l[0].Fix.Replace != "{{项目名称}}" || !strings.Contains(l[0].Fix.EN, "项目名称") {
		t.Errorf("fix %+v", l[0].Fix)
	}
	seen := map[problem.Place]bool{*l[0].Place: true}
	for _, r := range l[0].Related {
		if seen[r] {
			t.Errorf("the place %v twice", r)
		}
		seen[r] = true
	}
	if _, l := Compile(word(t, par("{{titel}}")), Options{Known: KnownOf(map[string]any{"项目名称": "", "title": ""})}); l[0].Fix.Replace != "{{title}}" {
		t.Errorf("fix %+v", l[0].Fix)
	}
}

// A list never grows beyond the cap: what is left out is counted.
func TestFindingsCap(t *testing.T) {
	var b strings.Builder
	for i := range maxFindings + 20 {
		b.WriteString(par(fmt.Sprintf("{{名%d}}", i)))
	}
	_, l := Compile(word(t, b.String()), Options{Known: KnownOf(map[string]any{"别": ""})})
	if len(l) != maxFindings+1 || l[maxFindings].Code != "fill.more" || !strings.Contains(l[maxFindings].Message.EN, "20 more") {
		t.Errorf("%d findings, the last %v", len(l), l[len(l)-1])
	}
}
