package fill

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tripact/problem"
	"tripact/render/docx"
)

var update = flag.Bool("update", false, "write what comes out as what is expected")

// fixtureData is what all our fixtures are filled with.
func fixtureData(t *testing.T) map[string]any {
	t.Helper()
	person := func(name, rank string) map[string]any {
		return map[string]any{"姓名": name, "职称": rank, "照片": pngOf(t, 4, 4)}
	}
	members := []any{person("张三", "高工"), person("李𠮷", "高工"), person("A&B <王>", "工程师")}
	year := func(y, sum string) map[string]any { return map[string]any{"年": y, "额": sum} }
	years := []any{year("2024", "10"), year("2025", "20.50")}
	return map[string]any{
		"项目名称": "膜·材料“㐂”", "编号": "甬科〔2025〕1号", "经费": "800000.00", "网址": "https://example.cn/a?b=1&c=2", "负责人": members[0], "成员": members,
		"空": []any{}, "密级": "", "照片": pngOf(t, 4, 4), "段": []any{"一", "二"}, "多行": "a\n\tb", "列": []any{1}, "年度": years,
		"科目": []any{map[string]any{"名": "设备", "和": "30.50", "年度": years}, map[string]any{"名": "差旅", "和": "3", "年度": []any{year("2024", "1"), year("2025", "2")}}},
		"课题": []any{map[string]any{"名称": "课题一", "人员": members[:2]}, map[string]any{"名称": "课题二", "人员": members[2:]}},
	}
}

// Our own fixtures, made by Word-like and WPS-like hands and by LibreOffice, come out as the text files beside them say, with
// every rule of a package kept and nothing that the validator did not find in the template.
func TestOwnFixtures(t *testing.T) {
	files, err := filepath.Glob("testdata/fixtures/*.docx")
	if err != nil || len(files) < 25 {
		t.Fatalf("%d fixtures: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".docx"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, err := docx.Open(data)
			if err != nil {
				t.Fatal(problem.Of(err))
			}
			tpl := compiled(t, p)
			out, l := tpl.Fill(context.Background(), fixtureData(t), FillOptions{Missing: Strict})
			if out == nil {
				t.Fatal(l.Err())
			}
			if l := worse(faults(p), faults(out)); len(l) > 0 {
				t.Errorf("not sound: %v", l)
			}
			if len(tpl.Names()) == 0 {
				for _, part := range p.Parts() {
					if !bytes.Equal(out.Part(part.Name).Data, part.Data) {
						t.Errorf("%s changed", part.Name)
					}
				}
			}
			got := fixtureText(t, out)
			golden := strings.TrimSuffix(file, ".docx") + ".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			valid, after := validate(t, p, "template"), validate(t, out, "filled")
			if !strings.Contains(valid, `"errors"`) || !strings.Contains(after, `"errors"`) {
				t.Fatalf("the validator said: %s%s", valid, after)
			}
			if worse := newErrors(valid, after); worse != "" {
				t.Errorf("new errors:\n%s", worse)
			}
		})
	}
}

// fixtureText writes the text of every part of p that has text, with its addresses, properties and field instructions.
func fixtureText(t *testing.T, p *docx.Package) string {
	t.Helper()
	var b strings.Builder
	for _, part := range p.Parts() {
		if !part.XML() {
			continue
		}
		root, err := part.Parse()
		if err != nil {
			t.Fatal(err)
		}
		var more []string
		var walk func(*docx.Node)
		walk = func(n *docx.Node) {
			for _, a := range n.Attrs {
				if a.Name == "descr" || a.Name == "w:tooltip" || a.Name == "w:instr" || n.Name == "w:alias" {
					more = append(more, n.Name+" "+a.Name+": "+a.Value)
				}
			}
			switch n.Name {
			case "w:txbxContent":
				more = append(more, "text box: "+strings.ReplaceAll(text(t, n), "\n", "/"))
			case "w:instrText", "a:t", "w:numId":
				more = append(more, n.Name+": "+n.Content()+n.Val())
			}
			for _, k := range n.Kids {
				walk(k)
			}
		}
		if strings.HasPrefix(root.Name, "w:") && root.Name != "w:styles" && root.Name != "w:numbering" {
			walk(root)
			b.WriteString("== " + part.Name + "\n" + text(t, root))
		} else if strings.Contains(part.Name, "diagrams/data") {
			walk(root)
			b.WriteString("== " + part.Name + "\n")
		} else if strings.HasPrefix(part.Name, "docProps/") || strings.HasPrefix(part.Name, "customXml/") {
			b.WriteString("== " + part.Name + "\n" + strings.Join(strings.Fields(root.Content()), " ") + "\n")
		}
		for _, s := range more {
			b.WriteString("  " + s + "\n")
		}
		for _, r := range p.Rels(part) {
			if r.External {
				b.WriteString("  leads to " + r.Target + "\n")
			}
		}
	}
	return b.String()
}
