package fill

import (
	"context"
	"strings"
	"testing"

	"tripact/render/docx"
)

// A tag is found, read and written back whatever is in it.
func FuzzTag(f *testing.F) {
	for _, s := range []string{"{{项目名称}}", "｛｛#行:成员｝｝", "{{?a>=3 和 (非 b 或 c=“x”)}}", "{{经费|金额:\"万元\"|默认:'无'}}", "{{\"}}\"}}", "{{!x}}", "{{/}}", "{{☑a}}", "{{.}}", "{{上级.上级.x}}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tags, strays := scan(s)
		at := 0
		for _, sp := range tags {
			if sp.start < at || sp.end <= sp.start || sp.end > len(s) {
				t.Fatalf("tag %v of %q", sp, s)
			}
			at = sp.end
			raw := s[sp.start:sp.end]
			tg, ft := parseTag(raw)
			if ft == nil && (tg.kind == tagValue || tg.kind == tagLoop) && tg.value == nil {
				t.Fatalf("no value in %q", raw)
			}
			if ft != nil && (ft.text.ZH == "" || ft.text.EN == "") {
				t.Fatalf("a fault without words in %q", raw)
			}
		}
		for _, st := range strays {
			if st.at < 0 || st.at >= len(s) {
				t.Fatalf("stray %v of %q", st, s)
			}
		}
	})
}

// A condition that parses is evaluated without panic.
func FuzzCondition(f *testing.F) {
	f.Add("经费 > 1000000 和 有外方")
	f.Add("((a = 1) 或 非 b|计数 > 2)")
	f.Fuzz(func(t *testing.T, s string) {
		c, ft := parseCond(plain(s))
		if ft != nil {
			return
		}
		data := map[string]any{"a": 1, "b": []any{"x"}, "经费": "12.50", "有外方": true}
		r := &renderer{ctx: context.Background(), t: &Template{}, frame: &frame{item: data, m: data}, part: &program{}}
		r.test(&tag{raw: s, p: &para{node: &docx.Node{}}}, c)
	})
}

// A document of any shape either is refused with findings or gives a sound document.
func FuzzFill(f *testing.F) {
	f.Add(par("{{#成员}}") + par("{{姓名}}") + par("{{/成员}}"))
	f.Add(tbl(row("{{#成员}}{{姓名}}", "{{年龄}}{{/成员}}"), []string{par("{{#空}}") + par("x") + par("{{/空}}"), par("{{段}}")}))
	f.Add(`<w:p><w:bookmarkStart w:id="1" w:name="a"/>` + run("{{#成员}}") + run("{{姓名}}") + `<w:bookmarkEnd w:id="1"/>` + run("{{/成员}}") + `</w:p>`)
	f.Add(`<w:sdt><w:sdtContent>` + par("a{{?x}}b", "c{{:否则}}d") + par("e{{/}}f") + `</w:sdtContent></w:sdt>`)
	f.Add(`<w:p><w:hyperlink w:anchor="x">` + run("{{#成员}}{{姓") + `</w:hyperlink>` + run("名}}{{/成员}}尾") + `</w:p>`)
	data := map[string]any{"成员": people("张三", "李四"), "空": []any{}, "段": []any{"一", "二"}, "a": "x\ny\tz\x01", "x": false}
	f.Fuzz(func(t *testing.T, content string) {
		doc := `<w:document ` + nsAll + `><w:body>` + content + sect + `</w:body></w:document>`
		if _, err := docx.Parse([]byte(doc)); err != nil || strings.Contains(content, "xmlns") {
			return
		}
		p := wordRoot(t, doc)
		_ = Lint(p, nil)
		tpl, l := Compile(p, Options{})
		if tpl == nil {
			if !l.Failed() {
				t.Fatal("no template and no reason")
			}
			return
		}
		out, l := tpl.Fill(context.Background(), data, FillOptions{Missing: Mark})
		if out == nil {
			if !l.Failed() {
				t.Fatal("no document and no reason")
			}
			return
		}
		if after := faults(out); len(after) > 0 && len(faults(p)) == 0 {
			t.Fatalf("%v\n%s\n%s", after, content, out.Main().Data)
		}
	})
}
