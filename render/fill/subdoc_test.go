package fill

import (
	"context"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tripact/render/docx"
)

const stylesHead = `<w:styles ` + nsAll + `><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>`

// hostStyles has a default style, a heading and a character style.
const hostStyles = stylesHead + `<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:rPr><w:sz w:val="32"/></w:rPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/><w:pPr><w:keepNext/></w:pPr></w:style>` +
	`<w:style w:type="character" w:styleId="em"><w:name w:val="着重"/><w:rPr><w:b/></w:rPr></w:style></w:styles>`

// annexStyles has the same ids with another default and heading, the same character style, and a style of its own.
const annexStyles = stylesHead + `<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:rPr><w:sz w:val="24"/></w:rPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/><w:next w:val="a"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>` +
	`<w:style w:type="character" w:styleId="em"><w:name w:val="着重"/><w:rPr><w:b/></w:rPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="own"><w:name w:val="附件题"/><w:basedOn w:val="1"/><w:rPr><w:i/></w:rPr></w:style></w:styles>`

const annexNumbering = `<w:numbering ` + nsAll + `><w:abstractNum w:abstractNumId="0"><w:nsid w:val="12345678"/><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/><w:lvlJc w:val="left"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`

// annex is a document with what can come along and what cannot.
func annex(t testing.TB) []byte {
	t.Helper()
	p := word(t, `<w:p w:rsidR="00AA00AA" w14:paraId="00000A01"><w:pPr><w:pStyle w:val="own"/></w:pPr><w:bookmarkStart w:id="1" w:name="题"/>`+run("附件 {{x}} & <b>")+`<w:bookmarkEnd w:id="1"/></w:p>`+
		`<w:p>`+run("普通")+`<w:r><w:rPr><w:rStyle w:val="em"/></w:rPr><w:t>着重</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:hyperlink w:anchor="题">`+run("见题")+`</w:hyperlink><w:hyperlink r:id="rIdL">`+run("网站")+`</w:hyperlink><w:hyperlink r:id="rIdB">`+run("坏")+`</w:hyperlink></w:p>`+
		`<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>`+run("条")+`</w:p>`+
		`<w:p><w:pPr>`+sect+`</w:pPr>`+framed(1, "inline", "图", "rIdP")+charted("2", "表", "rIdC")+`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> REF 题 \h </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`+run("题")+`<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`+
		tbl(row("甲", "乙")), "styles", annexStyles, "numbering", annexNumbering)
	p.AddRels(p.Main(), []docx.Rel{
		{ID: "rIdL", Type: "hyperlink", Target: "https://example.cn/", External: true},
		{ID: "rIdB", Type: "hyperlink", Target: "file:///etc/passwd", External: true},
		{ID: "rIdP", Type: "image", Target: p.AddPart("word/media/image1.png", "image/png", pngOf(t, 3, 3)).Name},
	})
	withChart(t, p, false)
	data, err := p.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestSubDocument(t *testing.T) {
	data := annex(t)
	host := word(t, `<w:p><w:bookmarkStart w:id="1" w:name="题"/>`+run("主文件")+`<w:bookmarkEnd w:id="1"/></w:p>`+par("{{+附件}}")+par("{{+附件}}")+par("尾"), "styles", hostStyles)
	withPicture(t, host)
	out, l := compiled(t, host).Fill(context.Background(), map[string]any{"附件": "data:application/octet-stream;base64," + base64.StdEncoding.EncodeToString(data)}, FillOptions{})
	if codes(l) != "fill.document.left" || strings.Contains(l[0].Message.ZH, "脚注") || !strings.Contains(l[0].Message.ZH, "分节") || !strings.Contains(l[0].Message.ZH, "链接") || strings.Contains(l[0].Message.ZH, "对象") {
		t.Fatalf("%v", l)
	}
	sound(t, out)
	one := "附件 {{x}} & <b>\n普通着重见题网站坏\n条\n题\n甲/|乙/|\n"
	if got := mainText(t, out); got != "主文件\n"+one+one+"尾\n" {
		t.Errorf("text:\n%s", got)
	}
	styles := map[string]*docx.Node{}
	for _, n := range nodes(t, out, "word/styles.xml", "w:style") {
		if id := attrOf(n, "w:styleId"); styles[id] != nil {
			t.Errorf("style %s twice", id)
		} else {
			styles[id] = n
		}
	}
	if len(styles) != 6 || styles["a_2"] == nil || styles["1_2"].Child("w:basedOn").Val() != "a_2" || styles["own"].Child("w:basedOn").Val() != "1_2" ||
		styles["1_2"].Child("w:name").Val() != "heading 1 (2)" || attrOf(styles["a_2"], "w:default") != "" || styles["a"].Path("w:rPr", "w:sz").Val() != "32" {
		t.Errorf("styles: %s", out.Part("word/styles.xml").Data)
	}
	var used []string
	for _, n := range nodes(t, out, mainPart, "w:pStyle") {
		used = append(used, n.Val())
	}
	if got := strings.Join(used, " "); got != "own a_2 a_2 a_2 a_2 a_2 own a_2 a_2 a_2 a_2 a_2" {
		t.Errorf("paragraph styles: %s", got)
	}
	nums := map[string]bool{}
	for _, n := range nodes(t, out, "word/numbering.xml", "w:num") {
		nums[attrOf(n, "w:numId")] = true
	}
	lists := nodes(t, out, mainPart, "w:numId")
	if len(lists) != 2 || lists[0].Val() == lists[1].Val() || !nums[lists[0].Val()] || !nums[lists[1].Val()] || !nums[styles["1_2"].Path("w:pPr", "w:numPr", "w:numId").Val()] {
		t.Errorf("lists: %v %s", nums, body(t, out))
	}
	if strings.Contains(string(out.Part("word/numbering.xml").Data), "12345678") {
		t.Error("two lists with one nsid")
	}
	got := body(t, out)
	for _, want := range []string{`w:name="题_2"`, `w:name="题_3"`, `w:anchor="题_2"`, ` REF 题_3 `} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	for _, bad := range []string{"w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/></w:p", "footnoteReference", "rsid", "paraId"} {
		if strings.Contains(got, bad) {
			t.Errorf("%s came along", bad)
		}
	}
	for _, name := range []string{"a:blip", "c:chart"} {
		for _, n := range nodes(t, out, mainPart, name) {
			id := attrOf(n, "r:embed") + attrOf(n, "r:id")
			rel, ok := out.Rel(out.Main(), id)
			if !ok || out.Part(rel.Target) == nil {
				t.Errorf("%s leads to %v", name, rel)
			}
		}
	}
	rel, _ := out.Rel(out.Main(), "rId1")
	if string(out.Part(rel.Target).Data) != string(pngOf(t, 2, 1)) {
		t.Error("the template's picture was replaced")
	}
}

func TestSubDocumentRefused(t *testing.T) {
	tpl := compiled(t, word(t, par("{{+附件}}")))
	for name, tt := range map[string]struct {
		value any
		code  string
	}{
		"text": {"不是文件", "fill.document.data"}, "missing": {nil, "fill.data.missing"}, "number": {3, "fill.document.data"},
	} {
		if out, l := tpl.Fill(context.Background(), map[string]any{"附件": tt.value}, FillOptions{}); codes(l) != tt.code || out != nil {
			t.Errorf("%s: %v", name, l)
		}
	}
	if out, l := tpl.Fill(context.Background(), map[string]any{"附件": pngOf(t, 2, 2)}, FillOptions{}); out != nil || !l.Failed() {
		t.Errorf("a picture as document: %v", l)
	}
	// Before a table of the template, in a cell, in a header: the structure holds.
	small := func(body string) []byte {
		b, err := word(t, body).Bytes()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	p := word(t, tbl(row("{{+附件}}"))+par("{{+附件}}")+tbl(row("后")), "header1", `<w:hdr `+nsAll+`>`+par("{{+附件}}")+`</w:hdr>`)
	out := filled(t, p, map[string]any{"附件": small(tbl(row("表")))}, Strict)
	if got := strings.Count(body(t, out), "</w:tbl><w:tbl"); got != 0 {
		t.Errorf("tables touch: %s", body(t, out))
	}
}

// everything is a template with every kind of object, and its data.
func everything(t testing.TB) (*docx.Package, map[string]any) {
	t.Helper()
	host := word(t, par("盖章：{{@签章:30mm}} 核验：{{@二维码:网址:20mm}} {{☑公开}}公开 面积 100 m{{平方|上标}}，见{{通知}}。")+
		`<w:p><w:pPr><w:ind w:firstLineChars="200"/></w:pPr>`+run("{{*清单}}")+`</w:p>`+
		tbl([]string{par("{{#成员}}{{姓名}}"), `<w:p>` + framed(7, "inline", "{{@照片}}", "rId1") + `</w:p>`, par("{{主页|链接}}{{/成员}}")})+
		`<w:p>`+framed(8, "anchor", "{{@签章}}", "rId1")+charted("9", "{{@分专题:专题}}", "rIdC")+`</w:p>`+par("{{分页}}")+par("{{+附件}}"), "styles", hostStyles)
	withPicture(t, host)
	withChart(t, host, false)
	evil := `{{项目名称}}<w:p/>&"' ]]> `
	photo := pngOf(t, 80, 40)
	return host, map[string]any{
		"签章": map[string]any{"data": photo, "alt": evil}, "网址": "https://example.cn/v?x={{y}}&z=<w:p/>", "公开": true, "平方": evil, "通知": map[string]any{"text": evil, "url": "https://example.cn/?a=<b>&c=\"d\""},
		"清单": "一、**重点** " + evil + "\n1. 甲\n2. 乙\n   - 子项\n- 点\n尾", "分专题": append(topics(), map[string]any{"专题": evil, "申请经费": 1, "自筹": 2}),
		"成员": []any{map[string]any{"姓名": evil, "照片": photo, "主页": "https://example.cn/1"}, map[string]any{"姓名": "乙", "照片": pngOf(t, 120, 60), "主页": "https://example.cn/1"}},
		"附件": annex(t),
	}
}

// Template syntax and XML in any value of any object come out as text; the result is as valid as the template, and the
// same every time.
func TestObjectsInert(t *testing.T) {
	p, data := everything(t)
	out := filled(t, p, data, Strict)
	a, err := out.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	b, err := filled(t, p, data, Strict).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if string(a) != string(b) {
		t.Error("not the same bytes twice")
	}
	if got := strings.Count(mainText(t, out), `{{项目名称}}<w:p/>&"' ]]>`); got != 4 {
		t.Errorf("the text stands %d times:\n%s", got, mainText(t, out))
	}
	for _, part := range out.Parts() {
		for _, r := range out.Rels(part) {
			if !r.External && out.Part(r.Target) == nil {
				t.Errorf("%s: %s leads nowhere", part.Name, r.ID)
			}
		}
	}
	if dir := os.Getenv("TRIPACT_KEEP"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "objects.docx"), a, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before, after := validate(t, p, "template"), validate(t, out, "filled")
	if worse := newErrors(before, after); worse != "" || !strings.Contains(after, `"errors"`) {
		t.Errorf("new errors:\n%s\n%s", worse, after)
	}
}

// LibreOffice opens the result and prints what stands in it.
func TestObjectsInLibreOffice(t *testing.T) {
	if testing.Short() {
		t.Skip("starts LibreOffice")
	}
	for _, tool := range []string{"soffice", "pdftotext"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is not on PATH; CI needs it", tool)
			}
			t.Skipf("%s is not on PATH", tool)
		}
	}
	p, data := everything(t)
	file, err := filled(t, p, data, Strict).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "x.docx")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("soffice", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "pdf", "--outdir", dir, name) //nolint:gosec // a test tool on a file made here
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, msg)
	}
	text, err := exec.Command("pdftotext", "-layout", filepath.Join(dir, "x.pdf"), "-").Output() //nolint:gosec // as above
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"盖章", "☑公开", "重点", "子项", "1200000", "自筹", "附件 {{x}} & <b>"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
