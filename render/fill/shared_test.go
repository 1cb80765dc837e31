package fill

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tripact/problem"
	"tripact/render/docx"
)

// sharedDir holds real files written by Word, WPS, LibreOffice and others, beside the repository; its INDEX.md says what is
// expected of each. They are read where they are there.
const sharedDir = "../../../shared/fixtures/word"

// rewrite translates what re matches in the text of a paragraph; "$1" in with is the first group, whose characters stay
// where they are. Of what is written before or after it the first character stands where the old text began and the others
// where it ended, so that a delimiter that was cut over runs still is.
type rewrite struct {
	re   *regexp.Regexp
	with string
}

func rw(re, with string) rewrite { return rewrite{regexp.MustCompile(re), with} }

// Tags of docxtemplater, poi-tl, docxtpl and docx-templates.
var (
	single = []rewrite{rw(`\{`, "{{"), rw(`\}`, "}}")}
	poi    = []rewrite{rw(`\{\{\?`, "{{#"), rw(`_index`, "序号")}
	jinja  = []rewrite{rw(`\{% *if +`, "{{?"), rw(`\{% *endif *%`, "{{/}"), rw(`%\}`, "}}")}
	pluses = []rewrite{rw(`\+\+\+ *FOR +\w+ +IN +(\w+) *`, "+++#$1"), rw(`END-FOR +company`, "/companies"), rw(`END-IF`, "/"), rw(`IF +true`, "?真"), rw(`(INS|=) *(?:\$\w+\.)?`, ""), rw(`\+\+\+([^+]*)\+\+\+`, "{{$1}}")}
)

// shared opens a file of the collection with the text of its paragraphs, and of what stands outside them in bound data, translated.
func shared(t *testing.T, name string, translate ...rewrite) *docx.Package {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(sharedDir, name))
	if err != nil {
		t.Skipf("the shared Word files are absent: %s", name)
	}
	p, err := docx.Open(data)
	if err != nil {
		t.Fatal(problem.Of(err))
	}
	for _, part := range p.Parts() {
		if part.XML() && len(translate) > 0 {
			p.Set(part.Name, translated(t, part, translate))
		}
	}
	return p
}

// letter is a character of a paragraph and the text node it stands in.
type letter struct {
	r    rune
	node *docx.Node
}

func (rule rewrite) apply(all []letter) (out []letter) {
	text, at := []rune{}, 0
	for _, l := range all {
		text = append(text, l.r)
	}
	s := string(text)
	index := func(b int) int { return len([]rune(s[:b])) }
	write := func(with string, from, to int) {
		for i, r := range []rune(with) {
			node := all[from].node
			if i > 0 {
				node = all[max(from, to-1)].node
			}
			out = append(out, letter{r, node})
		}
	}
	for _, m := range rule.re.FindAllStringSubmatchIndex(s, -1) {
		from, to := index(m[0]), index(m[1])
		out = append(out, all[at:from]...)
		at = to
		before, after, group := strings.Cut(rule.with, "$1")
		if !group {
			write(rule.with, from, to)
			continue
		}
		in, end := index(m[2]), index(m[3])
		write(before, from, in)
		out = append(out, all[in:end]...)
		if after != "" {
			write(after, min(end, len(all)-1), to)
		}
	}
	return append(out, all[at:]...)
}

func translated(t *testing.T, part *docx.Part, rules []rewrite) []byte {
	t.Helper()
	root, err := part.Parse()
	if err != nil {
		t.Fatal(err)
	}
	now := map[*docx.Node]string{}
	// collect gathers the characters of a paragraph and translates the paragraphs inside it for themselves.
	var collect func(n *docx.Node) []letter
	change := func(all []letter) {
		for _, l := range all {
			now[l.node] = ""
		}
		for _, rule := range rules {
			all = rule.apply(all)
		}
		for _, l := range all {
			now[l.node] += string(l.r)
		}
	}
	collect = func(n *docx.Node) (all []letter) {
		bound := n.Name == "" && strings.HasPrefix(part.Name, "customXml/") && strings.TrimSpace(n.Text) != ""
		if n.Name == "w:t" || bound {
			for _, r := range n.Content() {
				all = append(all, letter{r, n})
			}
			if bound {
				change(all)
			}
			return all
		}
		for _, k := range n.Kids {
			all = append(all, collect(k)...)
		}
		if n.Name == "w:p" {
			change(all)
			return nil
		}
		return all
	}
	collect(root)
	var out []byte
	at := 0
	for _, n := range slices.SortedFunc(maps.Keys(now), func(a, b *docx.Node) int { return a.Start - b.Start }) {
		from, to := n.Open, n.Close
		if n.Name == "" {
			from, to = n.Start, n.End
		}
		out = docx.AppendText(append(out, part.Data[at:from]...), now[n])
		at = to
	}
	return append(out, part.Data[at:]...)
}

// sharedFile is what INDEX.md says of one file, and how that is seen here.
type sharedFile struct {
	name     string
	rules    []rewrite
	prepare  func(t *testing.T, p *docx.Package) // what a translation needs besides text
	data     map[string]any
	expected string // what the authors' engine makes of it: every story has the same text
	lines    bool   // empty paragraphs and page breaks aside: the other engine leaves some behind
	faults   string // what is found, instead of a result
	check    func(t *testing.T, p, out *docx.Package)
	why      string // why the row gives no more than this
}

const (
	whyLayout = "the row is about pages: the judge of layout in cmd/tripact measures it; here the file comes out as it is"
	whySource = "the row only says how the file is built; it goes through with every part as it was"
)

func sharedFiles(t *testing.T) []sharedFile {
	object := func(kv ...any) map[string]any {
		m := map[string]any{}
		for i := 0; i+1 < len(kv); i += 2 {
			m[kv[i].(string)] = kv[i+1]
		}
		return m
	}
	person := func(first, last, phone string) any {
		return object("first_name", first, "last_name", last, "phone", phone)
	}
	goods := object("count", 4, "name", "墙纸", "desc", "书房卧室", "discount", 1500, "price", 400, "totalPrice", 1600, "tax", 8, "picture", pngOf(t, 60, 60))
	labor := object("category", "油漆工", "people", 2, "price", 400, "totalPrice", 1600)
	three := func(v any) []any { return []any{v, v, v} }
	return []sharedFile{
		{
			name: "docxtemplater/office365.docx", rules: single, data: object("test", "Value", "test2", "Value2"), expected: "expected-office365.docx",
			check: func(t *testing.T, _, out *docx.Package) {
				if out.Main().Name != "word/document2.xml" {
					t.Errorf("main part %s", out.Main().Name)
				}
			},
		},
		{
			name: "docxtemplater/with-default-contenttype.docx", rules: single, expected: "expected-with-default-contenttype.docx",
			data: object("first_tag", "undefined", "second_tag", "undefined", "third_tag", "undefined"), // what its engine prints for nothing
			check: func(t *testing.T, p, out *docx.Package) {
				if !bytes.Equal(p.Part("[Content_Types].xml").Data, out.Part("[Content_Types].xml").Data) {
					t.Error("content types changed")
				}
			},
		},
		{
			name: "docxtemplater/tag-intelligent-loop-table.docx", rules: single, expected: "expected-tag-intelligent-loop-table.docx",
			data: object("clients", []any{person("John", "Doe", "+33647874513"), person("Jane", "Doe", "+33454540124"), person("Phil", "Kiel", "+44578451245"), person("Dave", "Sto", "+44548787984")}),
		},
		{
			name: "docxtemplater/loop-with-section.docx", rules: single, expected: "expected-multi-section.docx", lines: true,
			data: object("loop1", []any{object("loop2", []any{1, 2}), object("loop2", []any{}), object("loop2", []any{3, 4, 5})}),
			check: func(t *testing.T, _, out *docx.Package) {
				if n, refs := count(out, "<w:sectPr"), count(out, "<w:headerReference"); n != 6 || refs != 2 {
					t.Errorf("%d sections and %d header references, want 6 and 2", n, refs)
				}
			},
		},
		{
			name: "docxtemplater/nextpage-section-break.docx", rules: single, expected: "expected-nextpage-section-break.docx", lines: true, data: object("items", []any{1, 2, 3, 4}),
			check: func(t *testing.T, _, out *docx.Package) {
				// Each copy is a section with its page numbers from 1, where the other engine makes page breaks.
				if n, refs, starts := count(out, "<w:sectPr"), count(out, "<w:footerReference"), count(out, `<w:pgNumType w:start="1"`); n != 5 || refs != 2 || starts != 4 {
					t.Errorf("%d sections, %d footer references, %d begin at 1; want 5, 2, 4", n, refs, starts)
				}
			},
		},
		{name: "docxtemplater/table-in-table-corruption.docx", rules: single, data: object("loop", []any{}), expected: "expected-table-in-table-corruption.docx"},
		{
			name: "docxtemplater/table-unbalanced-loop-2.docx", rules: single, faults: "fill.pair.place 正文 4",
			why: "its expected file needs the option by which loops may cross over cells; without it an error is due",
		},
		{
			name: "docxtemplater/tag-with-comment.docx", rules: single, data: object("tag", "undefined"), expected: "expected-tag-with-comment.docx",
			check: func(t *testing.T, p, out *docx.Package) {
				for _, s := range []string{"<w:commentRangeStart", "<w:commentRangeEnd", "<w:commentReference"} {
					if count(out, s) != 1 || count(p, s) != 1 {
						t.Errorf("%d %s", count(out, s), s)
					}
				}
			},
		},
		{name: "docxtemplater/cover-page-data.docx", rules: single, data: object("TODAY", "2015/01/01"), expected: "expected-cover-page-data.docx"},
		{
			name: "docxtemplater/tag-spanning-multiple-lines.docx", rules: single, faults: "fill.tag.unclosed 正文 1, fill.tag.unopened 正文 8",
			why: "its engine lets a tag run over paragraphs; here a tag stays in its paragraph, and the row wants an error for each",
		},
		{
			name: "docxtemplater/errors-footer-and-header.docx", rules: single,
			faults: "fill.tag.unclosed 正文 1, fill.tag.unopened 正文 3, fill.pair.mismatch 正文 5, fill.tag.unopened 页眉 1, fill.tag.unclosed 页脚 1",
			why:    "the body's {foo and bar} are one tag over two paragraphs to its engine, two faults here",
		},
		{
			name: "poi-tl/config_chinese.docx", prepare: linkTo("详情网址"),
			data: object("作者姓名", "Sayi", "作者别名", "卅一", "头像", pngOf(t, 60, 60), "详情网址", "https://example.cn/", "详情", object("描述", object("日期", "2019-05-24"))),
			check: func(t *testing.T, p, out *docx.Package) {
				if got := strings.Join(compiled(t, p).Names(), " "); got != "作者姓名 作者别名 头像 详情 详情.描述 详情.描述.日期 详情网址" {
					t.Errorf("tags %s", got)
				}
				lines(t, out, "Sayi\n卅一\n\n2019-05-24\nhttps://example.cn/\n")
				link := nodes(t, out, mainPart, "w:hyperlink")[0]
				if rel, _ := out.Rel(out.Main(), attrOf(link, "r:id")); rel.Target != "https://example.cn/" || len(nodes(t, out, mainPart, "a:blip")) != 1 {
					t.Errorf("link to %q, %d pictures", rel.Target, len(nodes(t, out, mainPart, "a:blip")))
				}
			},
		},
		{
			name: "poi-tl/render_hackloop.docx",
			rules: []rewrite{
				rw(`\{\{(?:goods|labors)\}\}`, ""), rw(`^\[count\]$`, "{{#goods}}[count]"), rw(`^\[category\]$`, "{{#labors}}[category]"), rw(`\{\{(goods2|labors2)\}\}\[`, "{{#$1}}["),
				rw(`^(\[count\] \*.*)$`, "$1{{/}}"), rw(`^(\[totalPrice\])$`, "$1{{/}}"), rw(`\[(@?\w+)\]`, "{{$1}}"),
			},
			data:  object("goods", three(goods), "goods2", three(goods), "labors", three(labor), "labors2", three(labor), "total", 1024),
			check: hackloop,
		},
		{
			name: "poi-tl/render-multiple-row.docx", rules: []rewrite{rw(`\{\{reports\}\}\$\(2\)(编号)`, "{{#reports}}$1"), rw(`^(\[content\])$`, "$1{{/}}"), rw(`\[_index\]`, "{{序号}}"), rw(`\[(\w+)\]`, "{{$1}}")},
			data: object("title", "会", "date", "今天", "address", "此处", "record", "某", "reports", []any{object("author", "甲", "time", "1h", "content", "一"), object("author", "乙", "time", "2h", "content", "二")}),
			check: func(t *testing.T, _, out *docx.Package) {
				has(t, mainText(t, out), "编号/|1/|汇报人/|甲/|汇报时长/|1h/|\n汇报内容/|一/|\n编号/|2/|汇报人/|乙/|汇报时长/|2h/|\n汇报内容/|二/|\n记录人/|某/|\n")
			},
		},
		{name: "poi-tl/iterable_numbering.docx", rules: poi, data: object("list", []any{sub(2), sub(2)}), check: func(t *testing.T, _, out *docx.Package) {
			third := func(n int) (s string) {
				for i := range 2 {
					s += fmt.Sprintf("%d.%d. 第二级第一行\n", n, i+1)
					for k := range 3 {
						s += fmt.Sprintf("%d.%d.%d. 第三级第一行\n", n, i+1, k+1)
					}
				}
				return s
			}
			has(t, numbered(t, out), "1. 第一级第一行\n"+third(1)+"2. 第一级第一行\n"+third(2), strings.Repeat("1. 列表\n2. 列表\n", 2)+strings.Repeat("1. 第一行\n2. 第二行\n", 2),
				strings.Repeat("1. 第一级第一行\n1.1. 第二级第一行\n1.2. 第二级第二行\n2. 第一级第二行\n", 2))
		}},
		{
			name: "poi-tl/iterable_if2.docx", rules: poi, data: object("title", "T", "show", true, "notshow", false), why: "pages of the file as it is are measured by the judge of layout",
			check: func(t *testing.T, _, out *docx.Package) {
				has(t, mainText(t, out), "and donnot change the scope for T\n")
				if strings.Contains(mainText(t, out), "Donot") {
					t.Error("what is not to show shows")
				}
			},
		},
		{
			name: "poi-tl/template_notes.docx", rules: poi, data: object("endnote", "this is endnote", "footnote", "this is footernote"),
			check: func(t *testing.T, _, out *docx.Package) {
				for part, want := range map[string]string{"word/endnotes.xml": " Chinathis is endnote", "word/footnotes.xml": "世界地图this is footernote"} {
					root, err := out.Part(part).Parse()
					if err != nil {
						t.Fatal(err)
					}
					has(t, text(t, root), want)
				}
			},
		},
		{
			name: "poi-tl/sdt_cell.docx", rules: poi, data: object("title", "Poi-tl", "title4", ""),
			check: func(t *testing.T, _, out *docx.Package) {
				has(t, mainText(t, out), "我是Poi-tl/|/|", "Poi-tl/|/|/|/|/|")
				if s := mainText(t, out); strings.Contains(s, "{{") || strings.Count(s, "Poi-tl") != strings.Count(mainText(t, shared(t, "poi-tl/sdt_cell.docx")), "title}}") {
					t.Error("a tag stayed")
				}
			},
		},
		{
			name: "poi-tl/reference_picture.docx", data: object("img", pngOf(t, 7, 5)),
			prepare: func(_ *testing.T, p *docx.Package) {
				for _, part := range p.Parts() {
					if part.XML() {
						p.Set(part.Name, bytes.ReplaceAll(part.Data, []byte(`title="{{img}}"`), []byte(`title="{{@img}}"`)))
					}
				}
			},
			check: func(t *testing.T, p, out *docx.Package) {
				for _, part := range []string{"word/document.xml", "word/header1.xml", "word/footer1.xml"} {
					before, after := nodes(t, p, part, "wp:extent"), nodes(t, out, part, "wp:extent")
					for i := range before {
						if attrOf(before[i], "cx") != attrOf(after[i], "cx") || attrOf(before[i], "cy") != attrOf(after[i], "cy") {
							t.Errorf("%s: another extent", part)
						}
					}
					for i, b := range nodes(t, out, part, "a:blip") {
						rel, _ := out.Rel(out.Part(part), attrOf(b, "r:embed"))
						if img := out.Part(rel.Target); img == nil || !bytes.Equal(img.Data, pngOf(t, 7, 5)) {
							t.Errorf("%s: picture %d is another", part, i)
						}
					}
				}
			},
		},
		{
			name: "poi-tl/issue-554.docx", rules: []rewrite{rw(`\{\{test_img\}\}`, "{{@test_img}}")},
			data: object("content_name", "高唐旅游百事通\n周经理", "date", "S-0915", "str", "x", "test_img", pngOf(t, 4, 4)),
			why:  "the file has none of the tags that the row names; its own take the row's values",
			check: func(t *testing.T, _, out *docx.Package) {
				has(t, mainText(t, out), "高唐旅游百事通↵周经理", "S-0915")
			},
		},
		{
			name: "poi-tl/issue-834.docx", rules: poi, data: object("studyTitle", "test\r\ntest", "protoNo", 1, "studyPlace", "", "studyType", ""),
			check: func(t *testing.T, _, out *docx.Package) { has(t, mainText(t, out), "Study Title: test↵test/") },
		},
		{
			name: "poi-tl/issue-914.docx", rules: poi, data: object("goods", []any{0, 1, 2, 3, 4}),
			check: func(t *testing.T, p, out *docx.Package) {
				want := ""
				for i := range 5 {
					want += fmt.Sprintf("风险详情：\n序号%d/|\n", i+1)
				}
				has(t, mainText(t, out), "风险识别\n"+want+"房贷首付1\n")
				toc := func(p *docx.Package) string {
					n := nodes(t, p, mainPart, "w:sdt")[0]
					return string(p.Main().Data[n.Start:n.End])
				}
				if toc(p) != toc(out) || count(out, `w:name="_Toc123032872"`) != 1 {
					t.Error("the table of contents changed, or the bookmark it leads to")
				}
			},
		},
		{name: "poi-tl/OKR.docx", why: whyLayout},
		{
			name: "poi-tl/payment.docx", rules: []rewrite{rw(`\{\{#order\}\}`, "{{order?}}"), rw(`\{\{detail_table\}\}`, "")},
			data: object("NO", "KB.6890451", "ID", "ZHANG_SAN_091", "taitou", "深圳XX家装有限公司", "consignee", "丙丁", "subtotal", "8000", "tax", "600", "transform", "120", "other", "250", "unpay", "6600", "total", "总共：7200"),
			why:  "the rows of its tables come from host code, not from the template",
			check: func(t *testing.T, _, out *docx.Package) {
				has(t, mainText(t, out), "KB.6890451", "ZHANG_SAN_091", "深圳XX家装有限公司/|丙丁/|", "小计:/|8000/|", "税额:/|600/|", "运输:/|120/|", "其他:/|250/|", "未付余额:/|6600/|", "总共：7200")
			},
		},
		{name: "docxtpl/horizontal_merge_tpl.docx", why: "TestColumnFixtures"},
		{name: "docxtpl/less_cells_after_loop_tpl.docx", why: "TestColumnFixtures"},
		{
			name: "docxtpl/footnotes_tpl.docx", data: object("a_jinja_variable", "A Jinja variable!"),
			check: func(t *testing.T, _, out *docx.Package) {
				root, err := out.Part("word/footnotes.xml").Parse()
				if err != nil {
					t.Fatal(err)
				}
				has(t, text(t, root), "And in the footnote there’s A Jinja variable!")
			},
		},
		{name: "docxtpl/template_error_tpl.docx", rules: jinja, faults: "fill.pair.unopened 正文 5"},
		{name: "docxtpl/merge_docx_subdoc.docx", check: asPartOfAnother},
		{
			name: "docx-templates/splitDelimiters.docx", rules: pluses, data: object("foo", "bar"),
			check: func(t *testing.T, _, out *docx.Package) {
				has(t, mainText(t, out), "Simple case: all in a single node:bar\n", "Case 1: split in 2, but whole delimiters:bar\n", "Case 2: split in 2, affecting initial delimiter:bar\n", "Case 3: split in 2, affecting final delimiter:bar\n")
			},
		},
		{
			name: "docx-templates/forLoopWithTextBox.docx", rules: pluses, data: object("companies", []any{object("name", "FIRST"), object("name", "SECOND"), object("name", "THIRD")}),
			check: func(t *testing.T, _, out *docx.Package) {
				var got []string
				for _, n := range nodes(t, out, mainPart, "w:txbxContent") {
					got = append(got, strings.TrimSpace(text(t, n)))
				}
				if strings.Join(got, " ") != "FIRST FIRST SECOND SECOND THIRD THIRD" { // in the choice and in the fallback
					t.Errorf("text boxes %v", got)
				}
				ids := map[string]int{}
				for _, n := range nodes(t, out, mainPart, "wp:docPr") {
					ids["drawing "+attrOf(n, "id")]++
				}
				for _, n := range append(nodes(t, out, mainPart, "v:shape"), nodes(t, out, mainPart, "v:rect")...) {
					ids["shape "+attrOf(n, "id")]++
				}
				for id, n := range ids {
					if n > 1 || len(ids) != 6 {
						t.Errorf("%s %d times among %d", id, n, len(ids))
					}
				}
			},
		},
		{
			name: "docx-templates/nonAlphaCommandNames1.docx", rules: pluses, data: object("姓名", "hong", "标题", "junyao"),
			check: func(t *testing.T, _, out *docx.Package) {
				if got := strings.Join(strings.Fields(mainText(t, out)), " "); got != "hong junyao hong junyao hong junyao" {
					t.Error(got)
				}
			},
		},
		{
			name: "docx-templates/invalidMultipleErrors.docx", rules: pluses, faults: "fill.pair.unclosed 正文 15, fill.pair.unopened 正文 17",
			why: "its engine runs until the pair that crosses another; here that pair stops the template before there is data",
		},
		{
			name: "docx-templates/invalidMultipleErrors.docx", rules: append(slices.Clone(pluses), rw(`\{\{(\?真|/)\}\}`, "")),
			data: object("companies", object("one", "FIRST")), faults: "fill.data.missing 正文 2, fill.data.missing 正文 5, fill.data.missing 正文 9",
			why: "without that pair: each name is told once, with all its places",
		},
		{
			name: "docx-templates/insertInHeaderAndFooter.docx", rules: pluses,
			data: object("body_command", "this goes into the body", "header_command", "this goes into the header", "footer_command", "this goes into the footer"),
			check: func(t *testing.T, _, out *docx.Package) {
				got := ""
				for _, part := range out.Parts() {
					if root, err := part.Parse(); err == nil && part.XML() && (root.Name == "w:hdr" || root.Name == "w:ftr") {
						got += strings.TrimSpace(text(t, root)) + "|"
					}
				}
				has(t, got, "|this goes into the header|", "|this goes into the footer|")
				has(t, mainText(t, out), "this goes into the body\n")
			},
		},
		{name: "docx-templates/swapi-complex_report.docx", why: whyLayout},
		{
			name: "lukasjarosch-go-docx/template.docx", // its names may hold what separates names here
			rules: []rewrite{
				rw(`key-\s*with-dash(es)?`, "key_with_dash"), rw(`key\.with\.dots`, "key_with_dots"), rw(`mixed-key\.separator_styles#`, "mixed_key"), rw(`yet-another`, "yet_another"), rw(`\{([^{}]+)\}`, "{{$1}}"),
			},
			data: object("key", "VALUE", "key_with_dash", "VALUE", "key_with_dots", "VALUE", "mixed_key", "VALUE", "yet_another_placeholder", "VALUE", "key_with_underscore", "VALUE",
				"keywithspace", "VALUE", "undefined_placholder", "VALUE"),
			why: "two of its tags run over paragraphs; single braces are no tag here and stay as they are",
			check: func(t *testing.T, _, out *docx.Package) {
				plain, tag := shared(t, "lukasjarosch-go-docx/template.docx"), regexp.MustCompile(`\{[^{}\n]*\}`)
				if got, want := stories(t, out, false), tag.ReplaceAllString(stories(t, plain, false), "VALUE"); got != want || strings.Count(got, "VALUE") != 17 {
					t.Errorf("got  %q\nwant %q", got, want)
				}
				for _, n := range nodes(t, out, mainPart, "w:txbxContent") {
					has(t, text(t, n), "VALUE inside a text-area")
				}
			},
		},
		{
			name: "docxplate/tables.docx",
			prepare: func(_ *testing.T, p *docx.Package) {
				s := string(p.Main().Data)
				const name = "{{Friends.Name :empty:remove:row}}"
				s = strings.Replace(s, name, "{{#行:Friends}}{{Name}}", 1)
				s = strings.Replace(s, "{{Friends.Age}} y/o", "{{Age}} y/o{{/}}", 1)
				p.Set(mainPart, []byte(strings.ReplaceAll(s, name, "{{names}}")))
			},
			rules: []rewrite{
				rw(`Friends\.1\.`, "First."), rw(`\{\{(Friends\.Name|VoidParam) :empty:remove:(table|section)\}\}`, ""), rw(`^\{\{$`, `{{"{{"}}`), rw(`^\}\}$`, `{{"}}"}}`),
				rw(`\{\{(NotReplacable(?: , )?)\}\}`, `{{"{{"}}$1{{"}}"}}`),
			},
			data: object("Name", "Alice", "First", object("Name", "Bob"), "Friends", []any{object("Name", "Bob", "Age", 28), object("Name", "Cecilia", "Age", 29)}, "names", []any{"Bob", "Cecilia"}),
			why:  "a word in a cell that removes the whole table has no counterpart: here a pair stands around it",
			check: func(t *testing.T, _, out *docx.Package) {
				has(t, mainText(t, out), "Hey, Bob is friend of Alice.\n", "Column1/|Column2/|\nBob/|Age: 28 y/o/|\nCecilia/|Age: 29 y/o/|\n", "Bob/Cecilia/|", "{{NotReplacable}} – this should not be replaced\n{{NotReplacable , }} – this should not be replaced\n")
			},
		},
		{
			name: "nguyenthenguyen-docx/TestDocument.docx", rules: []rewrite{rw(`document\.`, "{{x}}")}, data: object("x", "line1\r\nline2"),
			check: func(t *testing.T, _, out *docx.Package) {
				has(t, mainText(t, out), "line1↵line2\n")
				has(t, string(out.Main().Data), "line1</w:t><w:br/><w:t>line2</w:t>")
			},
		},
		{name: "gotenberg/protected_page_1.docx", faults: "docx.open.password"},
	}
}

// Every file of the collection, its tags translated mechanically, gives what its row describes, as sound as it was.
func TestSharedFiles(t *testing.T) {
	files, _ := filepath.Glob(sharedDir + "/*/*.docx")
	if len(files) == 0 {
		t.Skip("the shared Word files are absent")
	}
	table := sharedFiles(t)
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file)
		if !strings.Contains(name, "/expected-") && !slices.ContainsFunc(table, func(f sharedFile) bool { return f.name == name }) {
			t.Errorf("%s has no row here", name)
		}
	}
	for _, f := range table {
		t.Run(strings.TrimSuffix(filepath.Base(f.name), ".docx"), func(t *testing.T) {
			if data, err := os.ReadFile(filepath.Join(sharedDir, f.name)); err == nil {
				if _, err := docx.Open(data); err != nil {
					if got := codes(problem.Of(err)); got != f.faults {
						t.Errorf("refused for %s, want %s", got, f.faults)
					}
					return
				}
			}
			p := shared(t, f.name, f.rules...)
			if f.prepare != nil {
				f.prepare(t, p)
			}
			missing := Strict
			if f.data == nil { // nothing is known of its tags
				missing = Mark
			}
			var out *docx.Package
			tpl, l := Compile(p, Options{})
			if tpl != nil {
				out, l = tpl.Fill(context.Background(), f.data, FillOptions{Missing: missing})
			}
			var got []string
			for _, x := range l {
				if x.Severity == problem.Fail {
					got = append(got, fmt.Sprintf("%s %s %d", x.Code, x.Place.Story, x.Place.Paragraph))
				}
			}
			if strings.Join(got, ", ") != f.faults {
				t.Errorf("found %s\nwant %s\n%v", strings.Join(got, ", "), f.faults, l.Err())
			}
			if out == nil {
				return
			}
			if f.expected != "" {
				want, got := stories(t, shared(t, filepath.Dir(f.name)+"/"+f.expected), f.lines), stories(t, out, f.lines)
				if got != want {
					t.Errorf("got  %q\nwant %q", got, want)
				}
			}
			if f.check != nil {
				f.check(t, p, out)
			}
			if f.expected == "" && f.check == nil && f.why == "" {
				t.Error("nothing is expected of it")
			}
			if l := worse(faults(p), faults(out)); len(l) > 0 {
				t.Errorf("not sound: %v", l)
			}
			if testing.Short() {
				return // the validator runs twice for each file
			}
			if worse := newErrors(validate(t, p, "template"), validate(t, out, "filled")); worse != "" {
				t.Errorf("new errors:\n%s", worse)
			}
		})
	}
}

func count(p *docx.Package, s string) int { return strings.Count(string(p.Main().Data), s) }

func has(t *testing.T, s string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(s, p) {
			t.Errorf("%q is not in %q", p, s)
		}
	}
}

func lines(t *testing.T, p *docx.Package, want string) {
	t.Helper()
	if got := mainText(t, p); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// stories is the text of every part with paragraphs and of the data that controls are bound to.
func stories(t *testing.T, p *docx.Package, loose bool) string {
	t.Helper()
	var b strings.Builder
	for _, part := range slices.SortedFunc(slices.Values(p.Parts()), func(a, b *docx.Part) int { return strings.Compare(a.Name, b.Name) }) {
		if !part.XML() {
			continue
		}
		root, err := part.Parse()
		if err != nil {
			t.Fatal(err)
		}
		s := ""
		switch root.Name {
		case "w:document", "w:hdr", "w:ftr", "w:footnotes", "w:endnotes", "w:comments":
			s = text(t, root)
		default:
			if strings.HasPrefix(part.Name, "customXml/item1") {
				s = root.Content()
			}
		}
		if loose {
			s = strings.Join(strings.Fields(strings.ReplaceAll(s, "↵", "\n")), " ")
		}
		b.WriteString(part.Name + ": " + s + "\n")
	}
	return b.String()
}

func sub(n int) map[string]any {
	var list []any
	for range n {
		list = append(list, map[string]any{"subsublist": []any{1, 2, 3}})
	}
	return map[string]any{"sublist": list}
}

// hackloop wants each row three times in all four tables, and the labels beside them to go on over the copies.
func hackloop(t *testing.T, _, out *docx.Package) {
	s := mainText(t, out)
	if n := strings.Count(s, "4/|名称：墙纸/简介：书房卧室/|/|1500/|8/|400/|4 *400 =1600/|"); n != 12 {
		t.Errorf("goods %d times", n)
	}
	if n := strings.Count(s, "油漆工/|2/|400/|1600/|"); n != 6 {
		t.Errorf("labour %d times", n)
	}
	if n := strings.Count(s, "1024/|"); n != 4 {
		t.Errorf("total %d times", n)
	}
	for i, tbl := range nodes(t, out, mainPart, "w:tbl") {
		var got []string
		for _, tr := range kidsOf(tbl, "w:tr") {
			mark := ""
			for _, tc := range kidsOf(tr, "w:tc")[:min(3, len(kidsOf(tr, "w:tc")))] {
				switch m := tc.Path("w:tcPr", "w:vMerge"); {
				case m == nil:
					mark += "-"
				case m.Val() == "restart":
					mark += "r"
				default:
					mark += "c"
				}
			}
			got = append(got, mark)
		}
		if want := "r-- cr- ccr ccc ccc c-c c--"; i%2 == 1 && strings.Join(got, " ") != want {
			t.Errorf("table %d: %v, want %s", i+1, got, want)
		}
	}
}

// numbered is the text of the numbered paragraphs with their numbers, level by level.
func numbered(t *testing.T, p *docx.Package) string {
	t.Helper()
	root, err := p.Related(p.Main(), "numbering")[0].Parse()
	if err != nil {
		t.Fatal(err)
	}
	abstract, restart := map[string]string{}, map[string]bool{}
	for _, n := range kidsOf(root, "w:num") {
		abstract[attrOf(n, "w:numId")] = n.Child("w:abstractNumId").Val()
		restart[attrOf(n, "w:numId")] = n.Path("w:lvlOverride", "w:startOverride") != nil
	}
	counts, seen := map[string]*[9]int{}, map[string]bool{}
	var b strings.Builder
	for _, para := range nodes(t, p, mainPart, "w:p") {
		pr := para.Path("w:pPr", "w:numPr")
		id := pr.Child("w:numId").Val()
		if id == "" {
			continue
		}
		c := counts[abstract[id]]
		if c == nil || restart[id] && !seen[id] {
			c = &[9]int{}
			counts[abstract[id]] = c
		}
		seen[id] = true
		level := atoiOr(pr.Child("w:ilvl").Val(), 0)
		c[level]++
		clear(c[level+1:])
		for _, n := range c[:level+1] {
			fmt.Fprintf(&b, "%d.", n)
		}
		b.WriteString(" " + para.Content() + "\n")
	}
	return b.String()
}

// asPartOfAnother puts a file into another: its text comes whole, with its pictures and its text box.
func asPartOfAnother(t *testing.T, p, _ *docx.Package) {
	data, err := p.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	out, l := compiled(t, word(t, par("前")+par("{{+附件}}")+par("后"))).Fill(context.Background(), map[string]any{"附件": data}, FillOptions{Missing: Strict})
	if out == nil {
		t.Fatal(l.Err())
	}
	if got, want := mainText(t, out), "前\n"+mainText(t, p)+"后\n"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, name := range []string{"wp:docPr", "a:blip", "v:imagedata", "w:txbxContent"} {
		if got, want := len(nodes(t, out, mainPart, name)), len(nodes(t, p, mainPart, name)); got != want {
			t.Errorf("%d %s, want %d", got, name, want)
		}
	}
	sound(t, out)
}

// linkTo makes the run that holds the tag of name a hyperlink to what it says.
func linkTo(name string) func(*testing.T, *docx.Package) {
	return func(t *testing.T, p *docx.Package) {
		for _, n := range nodes(t, p, mainPart, "w:r") {
			if n.Content() == "{{"+name+"}}" {
				id := p.AddRel(p.Main(), "hyperlink", n.Content(), true)
				data := p.Main().Data
				p.Set(mainPart, slices.Concat(data[:n.Start], []byte(`<w:hyperlink r:id="`+id+`">`), data[n.Start:n.End], []byte(`</w:hyperlink>`), data[n.End:]))
				return
			}
		}
		t.Fatal("there is no such run")
	}
}
