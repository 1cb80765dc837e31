package fill

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// Faults put into a good template are found, exactly these, each in its own paragraph.
func TestInjectedFaults(t *testing.T) {
	known := KnownOf(map[string]any{"项目名称": "", "申报单位": "", "负责人": map[string]any{"姓名": "", "联系电话": ""}, "项目成员": people("一"), "预算金额": "", "开始日期": ""})
	kinds := []struct{ text, code, fix string }{
		{"{{项目名臣}}", "fill.name.unknown", "项目名称"},
		{"{{申报单伟}}", "fill.name.unknown", "申报单位"},
		{"{{负责人.联系电活}}", "fill.name.unknown", "联系电话"},
		{"{{预算经额|金额}}", "fill.name.unknown", "预算金额"},
		{"{{预算金额|金鹅}}", "fill.filter.unknown", "金额"},
		{"{{预算金额|金额:\"亿\"}}", "fill.filter.args", "万元"},
		{"{{开始日期|日期:\"QQ\"}}", "fill.filter.args", "yyyy"},
		{"{{负责人.姓名|掩码}}", "fill.filter.args", "证件"},
		{"{{项目名称|大写|大写}}", "fill.filter.type", ""},
		{"{{项目名称", "fill.tag.unclosed", ""},
		{"项目名称}}", "fill.tag.unopened", ""},
		{"{{}}", "fill.tag.empty", ""},
		{"{{项目名称 &}}", "fill.tag.syntax", ""},
		{"{{项目名称|}}", "fill.tag.syntax", ""},
		{"{{?预算金额 > }}x{{/}}", "fill.tag.syntax", ""},
		{"{{?(预算金额 > 3}}x{{/}}", "fill.tag.syntax", ""},
		{"{{@签章:大}}", "fill.object.size", "60mm"},
		{"{{:否则}}", "fill.pair.else", ""},
		{"{{上级.项目名称}}", "fill.name.parent", ""},
		{"{{#项目成圆}}{{姓名}}{{/项目成圆}}", "fill.name.unknown", "项目成员"},
		{"{{#项目成员}}{{?预算金额}}x{{/项目成员}}{{/预算金额}}", "fill.pair.crossing", ""},
		{"{{横向合并:项目名称}}", "fill.merge.place", ""},
	}
	typos, right := 0, 0
	for seed := range 300 {
		rng := rand.New(rand.NewPCG(uint64(seed), 3))
		var paras []string
		for range 20 {
			paras = append(paras, "项目{{项目名称}}，{{?预算金额 > 100}}大{{:否则}}小{{/}}{{#项目成员}}{{姓名}}{{/项目成员}}")
		}
		want := map[int]int{} // paragraph → kind
		used := map[int]bool{}
		for range 1 + rng.IntN(8) {
			at, k := rng.IntN(len(paras)), rng.IntN(len(kinds))
			if _, taken := want[at]; taken || used[k] {
				continue
			}
			if is := kinds[k].text; is == "{{项目名称" && at+1 < len(paras) && strings.HasPrefix(paras[at+1], "前项目名称}}") || is == "项目名称}}" && at > 0 && strings.HasPrefix(paras[at-1], "前{{项目名称后") {
				continue // one fault, together: a tag that a paragraph mark cuts
			}
			want[at], used[k] = k, true
			paras[at] = "前" + kinds[k].text + "后"
		}
		body := ""
		for _, s := range paras {
			body += "<w:p>" + joinPieces(pieces(s, rng)) + "</w:p>"
		}
		_, l := Compile(word(t, body), Options{Known: known})
		if len(l) != len(want) {
			t.Fatalf("seed %d: %d findings, want %d: %v", seed, len(l), len(want), l)
		}
		for _, f := range l {
			k, ok := want[f.Place.Paragraph-1]
			if !ok || f.Code != kinds[k].code {
				t.Fatalf("seed %d: %s in paragraph %d: %s", seed, f.Code, f.Place.Paragraph, fmt.Sprint(kinds[k]))
			}
			if kinds[k].fix != "" {
				typos++
				if strings.Contains(f.Fix.ZH, kinds[k].fix) {
					right++
				}
			}
		}
	}
	if right*10 < typos*9 {
		t.Errorf("%d of %d suggestions are right", right, typos)
	}
	t.Logf("%d of %d suggestions are right", right, typos)
}

func joinPieces(p []string) string {
	var b strings.Builder
	for _, s := range p {
		b.WriteString(run(s))
	}
	return b.String()
}
