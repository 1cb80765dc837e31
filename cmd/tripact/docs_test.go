package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tripact/problem"
	"tripact/render/docx"
	"tripact/render/fill"
)

// TestGuides runs every example of the guides for templates: a block called example holds a template, a line a paragraph
// and | … | a table row, then after === the data, and the result or the problems that are told.
func TestGuides(t *testing.T) {
	for _, name := range []string{"templates.md", "templates.zh-CN.md"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("../../docs", name))
			if err != nil {
				t.Fatal(err)
			}
			blocks := strings.Split(string(text), "\n```example\n")
			if len(blocks) < 10 {
				t.Fatalf("%d examples", len(blocks)-1)
			}
			line := 1 + strings.Count(blocks[0], "\n")
			for _, b := range blocks[1:] {
				body, _, ok := strings.Cut(b, "\n```")
				if !ok {
					t.Fatalf("line %d: the example has no end", line)
				}
				guideExample(t, line+2, body)
				line += strings.Count(b, "\n") + 2
			}
			filters(t, string(text))
		})
	}
}

// filters checks that the filters that the guide names in its table exist.
func filters(t *testing.T, text string) {
	t.Helper()
	var have []string
	for _, names := range fill.Filters() {
		have = append(have, names...)
	}
	for line := range strings.Lines(text) {
		cells := strings.Split(line, "|")
		if len(cells) < 6 || !strings.Contains(line, "`{{") || strings.HasPrefix(cells[1], " fill.") || strings.HasPrefix(cells[1], "---") {
			continue
		}
		for _, c := range cells[1:3] {
			name, _, _ := strings.Cut(strings.TrimSpace(c), ":")
			if !slices.Contains(have, name) {
				t.Errorf("the guide names a filter %q", name)
			}
		}
	}
}

func guideExample(t *testing.T, line int, body string) {
	t.Helper()
	parts := map[string]string{}
	section := "template"
	for l := range strings.Lines(body + "\n") {
		if after, ok := strings.CutPrefix(l, "=== "); ok {
			section = map[string]string{"数据": "data", "结果": "result", "问题": "problems", "提醒": "also"}[strings.TrimSpace(after)]
			if section == "" {
				section = strings.TrimSpace(after)
			}
			continue
		}
		parts[section] += l
	}
	var data map[string]any
	dec := json.NewDecoder(strings.NewReader(parts["data"]))
	dec.UseNumber()
	if err := dec.Decode(&data); err != nil {
		t.Errorf("line %d: data: %v", line, err)
		return
	}
	pkg, err := docx.Open(wordFile(t, guideBody(parts["template"])))
	if err != nil {
		t.Fatal(err)
	}
	if want, ok := parts["problems"]; ok {
		guideProblems(t, line, fill.Lint(pkg, fill.KnownOf(data)), want)
		return
	}
	template, found := fill.Compile(pkg, fill.Options{})
	if found.Failed() {
		t.Errorf("line %d: %v", line, found.Err())
		return
	}
	out, found := template.Fill(t.Context(), data, fill.FillOptions{})
	if found.Failed() {
		t.Errorf("line %d: %v", line, found.Err())
		return
	}
	root, err := out.Main().Parse()
	if err != nil {
		t.Fatal(err)
	}
	if got := guideText(root.Child("w:body")); got != parts["result"] {
		t.Errorf("line %d: the result is\n%s\nthe guide says\n%s", line, got, parts["result"])
	}
}

func guideProblems(t *testing.T, line int, found problem.List, want string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(want), "\n")
	if len(lines) != len(found) {
		t.Errorf("line %d: %d problems, the guide has %d: %v", line, len(found), len(lines), found)
		return
	}
	for i, l := range lines {
		code, text, _ := strings.Cut(l, " ")
		f := found[i]
		if f.Code != code || !strings.Contains(f.In("zh")+f.In("en"), text) {
			t.Errorf("line %d: %s, the guide says %s", line, f.In("en"), l)
		}
	}
}

func guideBody(template string) string {
	var b strings.Builder
	var rows [][]string
	flush := func() {
		if rows != nil {
			b.WriteString(wordTable(rows...))
			rows = nil
		}
	}
	for l := range strings.SplitSeq(strings.TrimSuffix(template, "\n"), "\n") {
		if inner, ok := strings.CutPrefix(l, "| "); ok {
			rows = append(rows, strings.Split(strings.TrimSuffix(inner, " |"), " | "))
			continue
		}
		flush()
		b.WriteString(wordPara(l))
	}
	flush()
	return b.String()
}

func guideText(n *docx.Node) string {
	var b strings.Builder
	for _, k := range n.Kids {
		switch k.Name {
		case "w:p":
			b.WriteString(k.Content() + "\n")
		case "w:tbl":
			for _, r := range k.Kids {
				if r.Name != "w:tr" {
					continue
				}
				b.WriteString("|")
				for _, c := range r.Kids {
					if c.Name == "w:tc" {
						b.WriteString(" " + strings.TrimSuffix(guideText(c), "\n") + " |")
					}
				}
				b.WriteString("\n")
			}
		}
	}
	return b.String()
}
