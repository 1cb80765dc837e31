package fill

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
)

func rowData(n int) map[string]any {
	rows := make([]any, n)
	for i := range rows {
		rows[i] = map[string]any{"编号": i + 1, "姓名": fmt.Sprintf("姓名%d", i), "单位": "宁波某某大学", "金额": "12345.60", "备注": "A & B"}
	}
	return map[string]any{"行": rows}
}

func rowBody() string {
	return tbl(row("编号", "姓名", "单位", "金额", "备注"), row("{{#行}}{{编号}}", "{{姓名}}", "{{单位}}", "{{金额|金额}}", "{{备注}}{{/行}}"))
}

// Fill and write, 5 columns. Figures to hold: 10,000 rows in 0.25 s, 50,000 in 0.9 s.
func BenchmarkRows(b *testing.B) {
	for _, n := range []int{1000, 10_000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			tpl, data := compiled(b, word(b, rowBody())), rowData(n)
			b.ReportAllocs()
			for b.Loop() {
				p, l := tpl.Fill(context.Background(), data, FillOptions{})
				if l.Failed() {
					b.Fatal(l.Err())
				}
				if _, err := p.Bytes(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkForm(b *testing.B) {
	body := ""
	data := map[string]any{}
	for i := range 60 {
		name := fmt.Sprintf("字段%d", i)
		data[name] = "内容"
		body += par("标签：{{" + name + "}}，其余文字若干，凑成一行的长度。")
	}
	p := word(b, body)
	b.Run("compile", func(b *testing.B) {
		for b.Loop() {
			compiled(b, p)
		}
	})
	tpl := compiled(b, p)
	b.Run("fill", func(b *testing.B) {
		for b.Loop() {
			out, _ := tpl.Fill(context.Background(), data, FillOptions{})
			if _, err := out.Bytes(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestConcurrentFill(t *testing.T) {
	tpl := compiled(t, word(t, rowBody()+par("{{行|计数}}")))
	want, _ := tpl.Fill(context.Background(), rowData(50), FillOptions{})
	wantBytes, err := want.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			p, l := tpl.Fill(context.Background(), rowData(50), FillOptions{})
			if l.Failed() {
				t.Error(l.Err())
				return
			}
			got, err := p.Bytes()
			var same bytes.Buffer
			if _, e := tpl.FillTo(context.Background(), &same, rowData(50), FillOptions{}); e != nil || !bytes.Equal(same.Bytes(), wantBytes) {
				t.Errorf("a concurrent FillTo differs (%v)", e)
			}
			if err != nil || !bytes.Equal(got, wantBytes) {
				t.Errorf("a concurrent fill differs (%v)", err)
			}
		})
	}
	wg.Wait()
}

// The bytes of FillTo are those of Fill, whatever leaves memory early; here every copy that can.
func TestFillToIsFill(t *testing.T) {
	rows := rowData(20_000) // some 15 MiB
	for i, r := range rows["行"].([]any) {
		r.(map[string]any)["单位"] = fmt.Sprint("单位", i/3)
	}
	long := strings.Repeat("长", spillAt/3)
	across := map[string]any{"行": []any{1, 2}, "大": []any{map[string]any{"题": "甲", "长": long}, map[string]any{"题": "甲", "长": long}, map[string]any{"题": "乙", "长": long}}}
	empty := map[string]any{"行": []any{}}
	tests := []struct {
		name, body string
		data       map[string]any
		streams    bool
	}{
		{"rows", rowBody(), rows, true},
		{"rows before a table that goes", rowBody() + tbl(row("{{#空}}{{.}}{{/空}}")) + par("完"), rows, true},
		{"paragraphs", par("{{#行}}") + par("{{姓名}}，编号{{编号}}，工作单位{{单位}}") + par("{{/行}}"), rows, true},
		{"inline", par("前{{#行}}第{{编号}}位是{{姓名}}，工作单位{{单位}}；{{/行}}后"), rows, true},
		{"merged cells", tbl(row("{{#行}}{{合并:单位}}", "{{姓名}}{{/行}}")), rows, false},
		{"cells merged across", tbl(row("{{#行:行}}{{#列:大}}{{横向合并:题}}{{长}}{{/大}}{{/行}}")), across, true},
		{"table in a cell", `<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="9000"/></w:tblGrid><w:tr><w:tc>` + rowBody() + `<w:p/></w:tc></w:tr></w:tbl>`, rows, true},
		{"tables in a loop", par("{{#行}}") + tbl(row("{{姓名}}", "{{?序号 > 5}}{{单位}}{{/}}")) + par("{{/行}}"), rows, true},
		{"no row left", tbl(row("{{#行}}{{编号}}", "{{姓名}}{{/行}}")) + par("完"), empty, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tpl := compiled(t, word(t, tt.body))
			p, l := tpl.Fill(t.Context(), tt.data, FillOptions{Missing: Blank})
			if l.Failed() {
				t.Fatal(l.Err())
			}
			want, err := p.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			streamed, _ := tpl.fill(t.Context(), tt.data, FillOptions{Missing: Blank}, true)
			if got := streamed.Main().Data == nil; got != tt.streams {
				t.Errorf("streamed: %v, want %v", got, tt.streams)
			}
			var got bytes.Buffer
			if _, err := tpl.FillTo(t.Context(), &got, tt.data, FillOptions{Missing: Blank}); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%d bytes, want the %d of Fill", got.Len(), len(want))
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		rows["行"].([]any)[15_000] = map[string]any{"编号": 1}
		var got bytes.Buffer
		l, err := compiled(t, word(t, rowBody())).FillTo(t.Context(), &got, rows, FillOptions{})
		if err != nil || !l.Failed() || got.Len() > 0 {
			t.Errorf("%d bytes of a refused file (%v)", got.Len(), err)
		}
	})
}
