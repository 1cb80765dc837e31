package fill

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tripact/problem"
	"tripact/render/docx"
)

// shared opens a file of the shared collection beside the repository, with the text of its runs translated.
func shared(t *testing.T, name string, translate func(string) string) *docx.Package {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../../shared/fixtures/word", name))
	if err != nil {
		t.Skipf("the shared Word files are absent: %s", name)
	}
	p, err := docx.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range p.Parts() {
		if strings.HasPrefix(part.Name, "word/") && part.XML() {
			p.Set(part.Name, textOfRuns.ReplaceAllFunc(part.Data, func(b []byte) []byte {
				m := textOfRuns.FindSubmatch(b)
				return []byte(string(m[1]) + translate(string(m[2])) + string(m[3]))
			}))
		}
	}
	return p
}

var textOfRuns = regexp.MustCompile(`(<w:t(?: [^>]*)?>)([^<]*)(</w:t>)`)

func single(s string) string { return strings.NewReplacer("{", "{{", "}", "}}").Replace(s) }

func poi(s string) string { return strings.ReplaceAll(s, "{{?", "{{#") }

// Real templates of other engines, their tags translated, give what their authors expect.
func TestTranslatedFiles(t *testing.T) {
	clients := func(rows ...string) (out []any) {
		for _, r := range rows {
			f := strings.Fields(r)
			out = append(out, map[string]any{"first_name": f[0], "last_name": f[1], "phone": f[2]})
		}
		return out
	}
	tests := []struct {
		name, expected string
		translate      func(string) string
		data           map[string]any
		contains       []string
		without        string
	}{
		{
			name: "docxtemplater/tag-intelligent-loop-table.docx", expected: "docxtemplater/expected-tag-intelligent-loop-table.docx", translate: single,
			data: map[string]any{"clients": clients("John Doe +33647874513", "Jane Doe +33454540124", "Phil Kiel +44578451245", "Dave Sto +44548787984")},
		},
		{name: "docxtemplater/office365.docx", expected: "docxtemplater/expected-office365.docx", translate: single, data: map[string]any{"test": "Value", "test2": "Value2"}},
		{
			name: "docxtemplater/loop-with-section.docx", translate: single, contains: []string{"1\n\n2\n\n3\n\n4\n\n5\n"},
			data: map[string]any{"loop1": []any{map[string]any{"loop2": []any{1, 2}}, map[string]any{"loop2": []any{}}, map[string]any{"loop2": []any{3, 4, 5}}}},
		},
		{name: "docxtemplater/nextpage-section-break.docx", translate: single, data: map[string]any{"items": []any{1, 2, 3, 4}}, contains: []string{"Looped Doc p4 of 2"}},
		{name: "docxtemplater/table-in-table-corruption.docx", translate: single, data: map[string]any{"loop": []any{}}, without: "loop"},
		{name: "docxtemplater/tag-with-comment.docx", translate: single, data: map[string]any{"tag": "VALUE"}, contains: []string{"VALUE"}},
		{name: "poi-tl/issue-834.docx", translate: poi, data: map[string]any{"studyTitle": "test\r\ntest", "protoNo": 1, "studyPlace": "", "studyType": ""}, contains: []string{"Study Title: test↵test/"}},
		{name: "poi-tl/sdt_cell.docx", translate: poi, data: map[string]any{"title": "Poi-tl", "title4": ""}, contains: []string{"我是Poi-tl/|/|", "Poi-tl/|/|/|/|/|"}, without: "{{"},
		{name: "poi-tl/iterable_if2.docx", translate: poi, data: map[string]any{"title": "T", "show": true, "notshow": false}, contains: []string{"and donnot change the scope for T\n"}, without: "Donot"},
		{
			name: "poi-tl/iterable_numbering.docx", translate: poi, contains: []string{"列表\nhello,world\nhello,world\n列表\nhello,world\nhello,world\n"},
			data: map[string]any{"list": []any{sub(2), sub(2)}},
		},
	}
	for _, tt := range tests {
		t.Run(filepath.Base(tt.name), func(t *testing.T) {
			p := shared(t, tt.name, tt.translate)
			out, l := compiled(t, p).Fill(context.Background(), tt.data, FillOptions{Missing: Strict})
			if out == nil {
				t.Fatal(l.Err())
			}
			got := mainText(t, out)
			if tt.expected != "" {
				if want := mainText(t, shared(t, tt.expected, same)); got != want {
					t.Errorf("got  %q\nwant %q", got, want)
				}
			}
			for _, s := range tt.contains {
				if !strings.Contains(got, s) {
					t.Errorf("%q is not in %q", s, got)
				}
			}
			if tt.without != "" && strings.Contains(got, tt.without) {
				t.Errorf("%q is in %q", tt.without, got)
			}
			if after, before := faults(out), faults(p); len(after) > len(before) {
				t.Errorf("faults %v, before %v", after, before)
			}
		})
	}
}

func same(s string) string { return s }

func sub(n int) map[string]any {
	var list []any
	for range n {
		list = append(list, map[string]any{"subsublist": []any{1, 2, 3}})
	}
	return map[string]any{"sublist": list}
}

func TestTranslatedFaults(t *testing.T) {
	_, l := Compile(shared(t, "docxtemplater/errors-footer-and-header.docx", single), Options{})
	var got []string
	for _, f := range l {
		got = append(got, f.Code+" "+f.Place.Story)
	}
	want := "fill.tag.unclosed 正文, fill.tag.unopened 正文, fill.pair.mismatch 正文, fill.tag.unopened 页眉, fill.tag.unclosed 页脚"
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
	if _, l := Compile(shared(t, "docxtemplater/table-unbalanced-loop-2.docx", single), Options{}); !l.Failed() {
		t.Error("loops that cross in a row were accepted")
	}
	notes := shared(t, "poi-tl/template_notes.docx", poi)
	out, l := compiled(t, notes).Fill(context.Background(), map[string]any{"footnote": "this is footernote", "endnote": "this is endnote"}, FillOptions{})
	if out == nil {
		t.Fatal(l.Err())
	}
	if s := string(out.Part("word/footnotes.xml").Data); !strings.Contains(s, "this is footernote") {
		t.Error("the footnote is not filled")
	}
	if s := string(out.Part("word/endnotes.xml").Data); !strings.Contains(s, "this is endnote") {
		t.Error("the endnote is not filled")
	}
}

// Every real file is examined without fault of ours; filled, it is as sound as before; without tags it stays as it is.
func TestRealFiles(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/fixtures/word/*/*.docx")
	if len(files) == 0 {
		t.Skip("the shared Word files are absent")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, err := docx.Open(data)
			if err != nil {
				if problem.Of(err) == nil {
					t.Fatal(err)
				}
				t.Skip(err)
			}
			l := Lint(p, nil)
			for _, f := range l {
				if f.Message.ZH == "" || f.Message.EN == "" || f.Code == "fill.pair.nesting" {
					t.Errorf("finding: %+v", f)
				}
			}
			tpl, l := Compile(p, Options{})
			if tpl == nil {
				t.Log(codes(l))
				return
			}
			out, l := tpl.Fill(context.Background(), map[string]any{}, FillOptions{Missing: Mark})
			if out == nil {
				t.Fatal(l.Err())
			}
			if after, before := faults(out), faults(p); len(after) > len(before) {
				t.Errorf("faults %v, before %v", after, before)
			}
			if len(tpl.Names()) > 0 {
				return
			}
			for _, part := range p.Parts() {
				if !bytes.Equal(out.Part(part.Name).Data, part.Data) {
					t.Errorf("%s changed", part.Name)
				}
			}
		})
	}
}

// The column loops of docxtpl, their marker cells written as tags of the cell between, give the rows that the file itself
// shows as desired; its table keeps its width.
func TestColumnFixtures(t *testing.T) {
	marker := regexp.MustCompile(`^\{%tc (?:for \w+ in (\[.*\])|endfor) %\}$`)
	for name, rows := range map[string][2]int{"docxtpl/less_cells_after_loop_tpl.docx": {1, 3}, "docxtpl/horizontal_merge_tpl.docx": {1, 2}} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			p := shared(t, name, same)
			root, err := p.Main().Parse()
			if err != nil {
				t.Fatal(err)
			}
			tables := kidsOf(root.Child("w:body"), "w:tbl")
			desired, actual := tables[0], tables[1]
			data := map[string]any{}
			// One row at a time: in docxtpl each row has a loop of its own.
			for at := rows[0]; at < rows[1]; at++ {
				var cells []string
				var list []any
				for _, c := range kidsOf(kidsOf(actual, "w:tr")[at], "w:tc") {
					s := c.Child("w:p").Content()
					if m := marker.FindStringSubmatch(s); m != nil {
						for v := range strings.SplitSeq(strings.Trim(m[1], "[]"), ", ") {
							if v != "" {
								list = append(list, strings.Trim(v, `"`))
							}
						}
						continue
					}
					if len(list) > 0 && strings.Contains(s, "{{") {
						s = "{{#列:项}}" + regexp.MustCompile(`\{\{ \w+ \}\}`).ReplaceAllString(s, "{{.}}") + "{{/项}}"
					}
					cells = append(cells, s)
				}
				data["项"] = list
				out := filled(t, word(t, tbl(row(cells...))), data, Strict)
				got := strings.Fields(strings.NewReplacer("/|", " ").Replace(mainText(t, out)))
				var want []string
				for _, c := range kidsOf(kidsOf(desired, "w:tr")[at], "w:tc") {
					want = append(want, strings.Fields(c.Child("w:p").Content())...)
				}
				if strings.Join(got, " ") != strings.Join(want, " ") {
					t.Errorf("row %d: %v, want %v", at+1, got, want)
				}
			}
		})
	}
}

// A loop whose markers hold the last section makes a section of each copy, with its page numbers from 1.
func TestSectionFixtures(t *testing.T) {
	p := shared(t, "docxtemplater/nextpage-section-break.docx", single)
	out := filled(t, p, map[string]any{"items": []any{1, 2, 3, 4}}, Strict)
	s := string(out.Main().Data)
	if n, refs, starts := strings.Count(s, "<w:sectPr"), strings.Count(s, "<w:footerReference"), strings.Count(s, `<w:pgNumType w:start="1"`); n != 5 || refs != 2 || starts != 4 {
		t.Errorf("%d sections, %d footer references, %d begin at 1; want 5, 2, 4", n, refs, starts)
	}
	p = shared(t, "docxtemplater/loop-with-section.docx", single)
	out = filled(t, p, map[string]any{"loop1": []any{map[string]any{"loop2": []any{1, 2}}, map[string]any{"loop2": []any{}}, map[string]any{"loop2": []any{3, 4, 5}}}}, Strict)
	if n, refs := strings.Count(string(out.Main().Data), "<w:sectPr"), strings.Count(string(out.Main().Data), "<w:headerReference"); n != 6 || refs != 2 {
		t.Errorf("%d sections and %d header references, want 6 and 2", n, refs)
	}
}
