package main

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tripact/problem"
	"tripact/render/docx"
	"tripact/render/fill"
)

var guideFiles = flag.String("guide", "", "write the template and the data of each example that the guides picture into this folder, for docs/images/make.sh")

const guidePictures = "../../docs/images/guide"

// TestGuides runs every example of the guides for templates: a block called example holds a template, a line a paragraph
// and | … | a table row, then after === the data, names that stand for others, and the result
// or the problems that are told.
func TestGuides(t *testing.T) {
	for _, name := range []string{"template-reference.md", "template-guide.zh-CN.md"} {
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
				body, after, ok := strings.Cut(b, "\n```")
				if !ok {
					t.Fatalf("line %d: the example has no end", line)
				}
				e := guideExample{line: line + 2, lang: "en", parts: map[string]string{}}
				if strings.Contains(name, "zh-CN") {
					e.lang = "zh"
				}
				if m := pictured.FindStringSubmatch(after); m != nil {
					e.picture = m[1]
				}
				e.run(t, body)
				line += strings.Count(b, "\n") + 2
			}
			filters(t, string(text))
			findingCodes(t, string(text))
			for _, m := range regexp.MustCompile(`\]\((images/[^)]+)\)`).FindAllStringSubmatch(string(text), -1) {
				if _, err := os.Stat(filepath.Join("../../docs", m[1])); err != nil && *guideFiles == "" {
					t.Errorf("the guide shows %s: %v", m[1], err)
				}
			}
		})
	}
}

// pictured finds the picture of an example, which follows it.
var pictured = regexp.MustCompile(`^\n\n!\[[^\]]*\]\(images/guide/([a-z]+)\.png\)`)

// findingCodes checks that the guide explains each code of the template engine, and no other.
func findingCodes(t *testing.T, text string) {
	t.Helper()
	have := map[string]bool{}
	code := regexp.MustCompile(`"((?:fill|docx)\.[a-z]+(?:\.[a-z]+)?)"`)
	limit := regexp.MustCompile(`\blimit\((?:[a-z.]+, )?"([a-z]+)"`)
	tell := regexp.MustCompile(`\btell\((?:[a-z.]+, )?"([A-Za-z]+)"`)
	for _, dir := range []string{"fill", "docx"} {
		files, err := filepath.Glob("../../render/" + dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("%d sources: %v", len(files), err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range code.FindAllStringSubmatch(string(src), -1) {
				have[m[1]] = true
			}
			for _, m := range limit.FindAllStringSubmatch(string(src), -1) {
				have[dir+".limit."+m[1]] = true
			}
			for _, m := range tell.FindAllStringSubmatch(string(src), -1) {
				have["fill.lint."+strings.ToLower(m[1])] = true
			}
		}
	}
	told := map[string]bool{}
	for _, c := range regexp.MustCompile(`\b(?:fill|docx)\.[a-z]+(?:\.[a-z]+)?`).FindAllString(text, -1) {
		told[c] = true
	}
	for c := range have {
		if !told[c] {
			t.Errorf("the guide does not explain %s", c)
		}
	}
	for c := range told {
		if !have[c] && !strings.HasSuffix(c, ".docx") {
			t.Errorf("the guide explains %s, which no code of the engine is", c)
		}
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

type guideExample struct {
	line    int
	lang    string
	picture string // name of its picture
	parts   map[string]string
}

// guideSections are the words after ===, in both languages.
var guideSections = map[string]string{"数据": "data", "结果": "result", "问题": "problems", "名称": "names", "data": "data", "result": "result", "problems": "problems", "names": "names"}

// fileInData is how the data of an example names a file of the guide's folder.
var fileInData = regexp.MustCompile(`<(?:base64 of )?([a-z]+\.(?:png|docx))(?: 的 base64)?>`)

func (e *guideExample) run(t *testing.T, body string) {
	t.Helper()
	section := "template"
	for l := range strings.Lines(body + "\n") {
		if after, ok := strings.CutPrefix(l, "=== "); ok {
			if section, ok = guideSections[strings.TrimSpace(after)]; !ok {
				t.Fatalf("line %d: === %s", e.line, after)
			}
			continue
		}
		e.parts[section] += l
	}
	values := fileInData.ReplaceAllStringFunc(e.parts["data"], func(s string) string {
		file, err := os.ReadFile(filepath.Join(guidePictures, fileInData.FindStringSubmatch(s)[1]))
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(file)
	})
	var data map[string]any
	dec := json.NewDecoder(strings.NewReader(values))
	dec.UseNumber()
	if err := dec.Decode(&data); err != nil {
		t.Errorf("line %d: data: %v", e.line, err)
		return
	}
	pkg, err := docx.Open(wordFile(t, guideBody(e.parts["template"])))
	if err != nil {
		t.Fatal(err)
	}
	addDrawings(pkg, e.parts["template"])
	if want, ok := e.parts["problems"]; ok {
		guideProblems(t, e.line, fill.Lint(pkg, fill.KnownOf(data)), want)
		return
	}
	if *guideFiles != "" && e.picture != "" {
		file, err := pkg.Bytes()
		if err == nil {
			err = writeAll([]output{{path: filepath.Join(*guideFiles, e.picture+".docx"), data: file}, {path: filepath.Join(*guideFiles, e.picture+".json"), data: []byte(values)}})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var options fill.Options
	if names := e.parts["names"]; names != "" {
		file := filepath.Join(t.TempDir(), "names.json")
		if err := os.WriteFile(file, []byte(names), 0o600); err != nil {
			t.Fatal(err)
		}
		if options.Aliases, err = readAliases(file); err != nil {
			t.Errorf("line %d: names: %v", e.line, err)
			return
		}
	}
	template, found := fill.Compile(pkg, options)
	if found.Failed() {
		t.Errorf("line %d: %v", e.line, found.Err())
		return
	}
	out, found := template.Fill(t.Context(), data, fill.FillOptions{})
	if found.Failed() {
		t.Errorf("line %d: %v", e.line, found.Err())
		return
	}
	root, err := out.Main().Parse()
	if err != nil {
		t.Fatal(err)
	}
	text := guideReader{pkg: out, lang: e.lang}
	if got := text.blocks(root.Child("w:body")); got != e.parts["result"] {
		t.Errorf("line %d: the result is\n%s\nthe guide says\n%s", e.line, got, e.parts["result"])
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

// drawingInTemplate is how a template shows a picture or chart with its alternative text, and the series of a chart.
var drawingInTemplate = regexp.MustCompile(`[［\[](图片|图表|picture|chart)[：:] ?(\{\{.*?\}\})[］\]]?(?:[；;](?: ?系列：| series: )([^］\]]*)[］\]])?`)

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
		if m := drawingInTemplate.FindStringSubmatchIndex(l); m != nil {
			graphic := `<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">` +
				`<pic:nvPicPr><pic:cNvPr id="1" name="p"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rIdPicture"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>` +
				`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData>`
			if m[6] >= 0 {
				graphic = `<a:graphicData uri="` + chartML + `"><c:chart xmlns:c="` + chartML + `" r:id="rIdChart"/></a:graphicData>`
			}
			b.WriteString(strings.TrimSuffix(wordPara(l[:m[0]]), "</w:p>") + `<w:r><w:drawing xmlns:r="` + relML + `"><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">` +
				`<wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="d" descr="` + l[m[4]:m[5]] + `"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">` + graphic + `</a:graphic></wp:inline></w:drawing></w:r></w:p>`)
			continue
		}
		b.WriteString(wordPara(l))
	}
	flush()
	return b.String()
}

const (
	relML   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	chartML = "http://schemas.openxmlformats.org/drawingml/2006/chart"
)

// addDrawings adds the parts that the drawings of a template need.
func addDrawings(pkg *docx.Package, template string) {
	m := drawingInTemplate.FindStringSubmatch(template)
	if m == nil {
		return
	}
	var series strings.Builder
	for name := range strings.FieldsFuncSeq(m[3], func(r rune) bool { return r == '、' || r == ',' }) {
		series.WriteString(`<c:ser><c:tx><c:v>` + strings.TrimSpace(name) + `</c:v></c:tx><c:cat><c:strLit><c:ptCount val="0"/></c:strLit></c:cat><c:val><c:numLit><c:ptCount val="0"/></c:numLit></c:val></c:ser>`)
	}
	var rel docx.Rel
	if series.Len() > 0 {
		part := pkg.AddPart("word/charts/chart1.xml", "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
			[]byte(`<c:chartSpace xmlns:c="`+chartML+`"><c:chart><c:plotArea><c:barChart>`+series.String()+`</c:barChart></c:plotArea></c:chart></c:chartSpace>`))
		rel = docx.Rel{ID: "rIdChart", Type: "chart", Target: part.Name}
	} else {
		pkg.AddDefault("png", "image/png")
		part := pkg.AddPart("word/media/image1.png", "image/png", []byte("\x89PNG\r\n\x1a\n"))
		rel = docx.Rel{ID: "rIdPicture", Type: "image", Target: part.Name}
	}
	pkg.AddRels(pkg.Main(), []docx.Rel{rel})
}

// guideReader writes a document as the guides do.
type guideReader struct {
	pkg  *docx.Package
	lang string
}

func (g guideReader) blocks(n *docx.Node) string {
	var b strings.Builder
	for _, k := range n.Kids {
		switch k.Name {
		case "w:p":
			g.inline(k, &b)
			b.WriteString("\n")
		case "w:tbl":
			for _, r := range k.Kids {
				if r.Name != "w:tr" {
					continue
				}
				b.WriteString("|")
				for _, c := range r.Kids {
					if c.Name == "w:tc" {
						b.WriteString(" " + strings.TrimSuffix(g.blocks(c), "\n") + " |")
					}
				}
				b.WriteString("\n")
			}
		}
	}
	return b.String()
}

func (g guideReader) inline(n *docx.Node, b *strings.Builder) {
	switch n.Name {
	case "w:t":
		b.WriteString(n.Content())
	case "c:chart":
		id, _ := n.Attr("r:id")
		rel, _ := g.pkg.Rel(g.pkg.Main(), id)
		if root, err := g.pkg.Part(rel.Target).Parse(); err == nil {
			b.WriteString(g.word("［图表 ", "[chart ") + g.chart(root) + g.word("］", "]"))
		}
	case "a:blip":
		b.WriteString(g.word("［图片］", "[picture]"))
	}
	for _, k := range n.Kids {
		g.inline(k, b)
	}
}

// chart writes the points of a chart, for each category the values of the series.
func (g guideReader) chart(root *docx.Node) string {
	var points []string
	var collect func(*docx.Node, string)
	collect = func(n *docx.Node, in string) {
		if n.Name == "c:cat" || n.Name == "c:val" {
			in = n.Name
		}
		if n.Name == "c:pt" {
			id, _ := n.Attr("idx")
			i := int(id[0] - '0')
			for len(points) <= i {
				points = append(points, "")
			}
			if v := n.Content(); in == "c:val" {
				points[i] += " " + v
			} else if in == "c:cat" && points[i] == "" {
				points[i] = v
			}
		}
		for _, k := range n.Kids {
			collect(k, in)
		}
	}
	collect(root, "")
	return strings.Join(points, g.word("；", "; "))
}

func (g guideReader) word(zh, en string) string {
	if g.lang == "en" {
		return en
	}
	return zh
}
