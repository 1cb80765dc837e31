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
			if l := worse(faults(p), faults(out)); len(l) > 0 {
				t.Errorf("not sound: %v", l)
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
			p := shared(t, name)
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
