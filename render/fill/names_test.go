package fill

import (
	"context"
	"strings"
	"testing"
)

// A name is found as it is written, in any form that Unicode holds to be the same characters, and under its alias.
func TestNamesInAnyForm(t *testing.T) {
	const composed, apart = "Ren\u00e9", "Rene\u0301"
	tests := []struct {
		name, in, want string
		data           map[string]any
	}{
		{"tag composed", "{{" + composed + "}}", "值\n", map[string]any{apart: "值"}},
		{"tag apart", "{{" + apart + "}}", "值\n", map[string]any{composed: "值"}},
		{"as written first", "{{" + apart + "}}", "二\n", map[string]any{composed: "一", apart: "二"}},
		{"in a path and a list", "{{#甲." + composed + "}}{{" + apart + "}}{{/甲." + apart + "}}", "一二\n", map[string]any{"甲": map[string]any{apart: []any{map[string]any{composed: "一"}, map[string]any{apart: "二"}}}}},
		{"from outside a loop", "{{#列}}{{" + composed + "}}{{/}}", "外\n", map[string]any{"列": []any{map[string]any{"x": 1}}, apart: "外"}},
		{"not compatible forms", "{{面积㎡}}", "对\n", map[string]any{"面积m2": "错", "面积㎡": "对"}},
		{"label for key", "{{项目名称}}", "题\n", map[string]any{"title": "题"}},
		{"key for label", "{{title}}", "题\n", map[string]any{"项目名称": "题"}},
		{"label of the same name first", "{{项目名称}}", "一\n", map[string]any{"title": "二", "项目名称": "一"}},
		{"labels in a path", "{{负责人.姓名}}{{?负责人.职称 = “高工”}}高{{/}}", "张三高\n", map[string]any{"pi": map[string]any{"name": "张三", "rank": "高工"}}},
		{"a label with spaces", "{{Project title}}，{{责任　人}}", "题，甲\n", map[string]any{"title": "题", "责任人": "甲"}},
		{"a label with spaces in the data", "{{title}}", "题\n", map[string]any{"Project title": "题"}},
		{"labels in a loop", "{{#成员}}{{姓名}}{{末|默认:“”}}{{/成员}}", "张三是\n", map[string]any{"members": []any{map[string]any{"name": "张三"}}}},
	}
	opt := Options{Aliases: map[string]string{"项目名称": "title", "Project title": "title", "负责人": "pi", "姓名": "name", "职称": "rank", "成员": "members"}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			known := opt
			known.Known = KnownOf(tt.data)
			for _, opt := range []Options{opt, known} {
				tpl, l := Compile(word(t, par(tt.in)), opt)
				if len(l) > 0 {
					t.Fatal(l)
				}
				out, l := tpl.Fill(context.Background(), tt.data, FillOptions{Missing: Strict})
				if out == nil {
					t.Fatal(l.Err())
				}
				if got := mainText(t, out); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			}
		})
	}
	tpl, _ := Compile(word(t, par("{{"+composed+"}}{{项目名称}}{{别的?}}")), opt)
	_, l := tpl.Fill(context.Background(), map[string]any{apart: "a", "title": "b", "没用到": 1}, FillOptions{Missing: Strict, Unused: true})
	if codes(l) != "fill.data.unused" || l[0].Path != "/没用到" {
		t.Errorf("%v", l)
	}
	if _, l := Compile(word(t, par("{{㎡}}")), Options{Known: KnownOf(map[string]any{"m2": 1})}); codes(l) != "fill.name.unknown" {
		t.Errorf("a compatible form was taken: %v", l)
	}
}

// A tag in a field instruction is found however many elements the instruction stands in.
func TestSplitInstructions(t *testing.T) {
	field := func(parts ...string) string {
		s := `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>`
		for _, c := range parts {
			s += `<w:r><w:rPr><w:b/></w:rPr><w:instrText xml:space="preserve">` + c + `</w:instrText></w:r>`
		}
		return s + `<w:r><w:fldChar w:fldCharType="separate"/></w:r>` + run("见") + `<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`
	}
	data := map[string]any{"网址": `https://example.cn/"a"`, "名": "二"}
	for _, parts := range [][]string{
		{` HYPERLINK "{{网址}}" \o "{{名}}" `},
		{` HYPERLINK "{`, `{网`, `址}`, `}" \o "{{名}}" `},
		{` HYPERLINK "`, `{{网址`, `}}" `, `\o "`, `{{`, `名}}" `},
		strings.Split(` HYPERLINK "{{网址}}" \o "{{名}}" `, ""),
	} {
		out := filled(t, word(t, field(parts...)), data, Strict)
		var got strings.Builder
		for _, n := range nodes(t, out, mainPart, "w:instrText") {
			got.WriteString(n.Content())
		}
		if want := ` HYPERLINK "https://example.cn/\"a\"" \o "二" `; got.String() != want {
			t.Errorf("%q: got %q, want %q", parts, got.String(), want)
		}
		if l := Lint(word(t, field(parts...)), nil); !strings.Contains(codes(l), "fill.lint.field") {
			t.Errorf("%q: %v", parts, l)
		}
	}
	// A field inside the instruction of another parts the two.
	nested := strings.Replace(field(` IF "{{名}}" = "二" "`, `x`), `<w:instrText xml:space="preserve">x</w:instrText>`, `<w:fldChar w:fldCharType="begin"/><w:instrText>PAGE{{</w:instrText><w:fldChar w:fldCharType="end"/><w:instrText>名}}</w:instrText>`, 1)
	out := filled(t, word(t, nested), data, Strict)
	if s := body(t, out); !strings.Contains(s, `IF "二" = "二"`) || !strings.Contains(s, "<w:instrText>名}}</w:instrText>") {
		t.Error(s)
	}
}
