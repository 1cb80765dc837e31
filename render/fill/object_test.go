package fill

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strconv"
	"strings"
	"testing"

	"tripact/render/docx"
)

func pngOf(t testing.TB, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{R: uint8(x * 255 / w), G: uint8(y * 255 / h), B: 120, A: 255}) //nolint:gosec // small
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// chunked puts a chunk behind the header of a PNG.
func chunked(data []byte, kind string, body []byte) []byte {
	c := append([]byte(kind), body...)
	chunk := append([]byte{0, 0, 0, byte(len(body))}, c...)
	sum := crc32.ChecksumIEEE(c)
	chunk = append(chunk, byte(sum>>24), byte(sum>>16), byte(sum>>8), byte(sum))
	return append(append(bytes.Clone(data[:33]), chunk...), data[33:]...)
}

func dataURI(kind string, data []byte) string {
	return "data:image/" + kind + ";base64," + base64.StdEncoding.EncodeToString(data)
}

// node finds the elements called name in the main part.
func nodes(t testing.TB, p *docx.Package, part, name string) (out []*docx.Node) {
	t.Helper()
	root, err := p.Part(part).Parse()
	if err != nil {
		t.Fatal(err)
	}
	var walk func(*docx.Node)
	walk = func(n *docx.Node) {
		if n.Name == name {
			out = append(out, n)
		}
		for _, k := range n.Kids {
			walk(k)
		}
	}
	walk(root)
	return out
}

const mainPart = "word/document.xml"

func attrOf(n *docx.Node, name string) string {
	v, _ := n.Attr(name)
	return v
}

func TestPictures(t *testing.T) {
	plainPNG := pngOf(t, 192, 96) // 2 × 1 inch at 96 dpi
	dense := chunked(plainPNG, "pHYs", []byte{0, 0, 0x1d, 0x87, 0, 0, 0x1d, 0x87, 1})
	var jb bytes.Buffer
	if err := jpeg.Encode(&jb, image.NewGray(image.Rect(0, 0, 30, 60)), nil); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, tag string
		value     any
		cx, cy    string
		alt       string
	}{
		{"size in pixels", "{{@签章}}", dataURI("png", plainPNG), "1828800", "914400", "签章"},
		{"size by resolution", "{{@签章}}", dense, "914406", "457203", "签章"},
		{"width", "{{@签章:60mm}}", dataURI("png", plainPNG), "2160000", "1080000", "签章"},
		{"width and height", "{{@签章:6cm×1in}}", plainPNG, "2160000", "914400", "签章"},
		{"full-width signs", "｛｛＠签章：６０ｍｍ｝｝", plainPNG, "2160000", "1080000", "签章"},
		{"a record", "{{@签章}}", map[string]any{"data": base64.StdEncoding.EncodeToString(plainPNG), "alt": `公章 "甲" <x>`, "width": "40mm"}, "1440000", "720000", `公章 "甲" <x>`},
		{"a record of millimetres", "{{@签章}}", map[string]any{"数据": plainPNG, "高": 10}, "720000", "360000", "签章"},
		{"JPEG", "{{@签章:10mm}}", dataURI("jpeg", jb.Bytes()), "360000", "720000", "签章"},
		{"wider than the text", "{{@签章}}", pngOf(t, 2000, 10), "5274310", "26371", "签章"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := filled(t, word(t, `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>盖章：`+tt.tag+`。</w:t></w:r></w:p>`), map[string]any{"签章": tt.value}, Strict)
			ext, pr, blip := nodes(t, out, mainPart, "wp:extent"), nodes(t, out, mainPart, "wp:docPr"), nodes(t, out, mainPart, "a:blip")
			if len(ext) != 1 || attrOf(ext[0], "cx") != tt.cx || attrOf(ext[0], "cy") != tt.cy {
				t.Errorf("extent %s × %s, want %s × %s", attrOf(ext[0], "cx"), attrOf(ext[0], "cy"), tt.cx, tt.cy)
			}
			if attrOf(pr[0], "descr") != tt.alt {
				t.Errorf("alternative text %q, want %q", attrOf(pr[0], "descr"), tt.alt)
			}
			rel, ok := out.Rel(out.Main(), attrOf(blip[0], "r:embed"))
			if part := out.Part(rel.Target); !ok || part == nil || !strings.HasPrefix(part.ContentType, "image/") || len(part.Data) == 0 {
				t.Errorf("the relationship leads to %v", rel)
			}
			if got := mainText(t, out); got != "盖章：。\n" {
				t.Errorf("text %q", got)
			}
		})
	}
}

func TestPicturesRefused(t *testing.T) {
	huge := pngOf(t, 1, 1)
	huge = bytes.Clone(huge)
	copy(huge[16:], []byte{0, 0, 0x20, 0, 0, 0, 0x20, 0}) // 8192 × 8192 in the header
	sum := crc32.ChecksumIEEE(huge[12:29])
	copy(huge[29:], []byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
	good := pngOf(t, 4, 4)
	for name, tt := range map[string]struct {
		value any
		code  string
	}{
		"text":      {"不是图片", "fill.picture.data"},
		"number":    {7, "fill.picture.data"},
		"GIF":       {dataURI("gif", []byte("GIF89a....")), "fill.picture.format"},
		"SVG":       {dataURI("svg+xml", []byte("<svg onload='x'/>")), "fill.picture.format"},
		"truncated": {good[:len(good)-14], "fill.picture.broken"},
		"no header": {good[:12], "fill.picture.broken"},
		"pixels":    {huge, "fill.limit.pixels"},
		"size":      {map[string]any{"data": good, "width": "sehr breit"}, "fill.picture.size"},
		"missing":   {nil, "fill.data.missing"},
	} {
		t.Run(name, func(t *testing.T) {
			out, l := compiled(t, word(t, par("{{@签章}}"))).Fill(context.Background(), map[string]any{"签章": tt.value}, FillOptions{})
			if out != nil || codes(l) != tt.code || l[0].Place == nil || l[0].Message.EN == "" || l[0].Message.ZH == "" {
				t.Errorf("%v", l)
			}
		})
	}
}

// A picture used many times is stored once; in a header it is the header's relationship.
func TestPictureOnce(t *testing.T) {
	p := word(t, par("{{#人}}")+par("{{@照片:20mm}}")+par("{{/人}}"), "header1", `<w:hdr `+nsAll+`>`+par("{{@徽:10mm}}")+`</w:hdr>`)
	a, b := pngOf(t, 4, 4), pngOf(t, 5, 4)
	out := filled(t, p, map[string]any{"徽": a, "人": []any{map[string]any{"照片": a}, map[string]any{"照片": b}, map[string]any{"照片": a}}}, Strict)
	media := 0
	for _, part := range out.Parts() {
		if strings.HasPrefix(part.Name, "word/media/") {
			media++
		}
	}
	blips := nodes(t, out, mainPart, "a:blip")
	if media != 2 || len(blips) != 3 || attrOf(blips[0], "r:embed") != attrOf(blips[2], "r:embed") || attrOf(blips[0], "r:embed") == attrOf(blips[1], "r:embed") {
		t.Errorf("%d pictures: %s", media, out.Main().Data)
	}
	head := out.Part("word/header1.xml")
	if rel, ok := out.Rel(head, attrOf(nodes(t, out, head.Name, "a:blip")[0], "r:embed")); !ok || string(out.Part(rel.Target).Data) != string(a) {
		t.Errorf("header: %v", rel)
	}
}

// framed is a picture of the template with alternative text, inline or anchored.
func framed(id int, kind, descr, rid string) string {
	pos := ""
	if kind == "anchor" {
		pos = `<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset></wp:positionH><wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>`
	}
	wrap, attrs := "", ""
	if kind == "anchor" {
		wrap = `<wp:wrapNone/>`
		attrs = ` simplePos="0" relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"`
	}
	n := strconv.Itoa(id)
	return `<w:r><w:drawing><wp:` + kind + ` distT="0" distB="0" distL="0" distR="0"` + attrs + `>` + pos + `<wp:extent cx="1440000" cy="720000"/><wp:effectExtent l="0" t="0" r="0" b="0"/>` + wrap +
		`<wp:docPr id="` + n + `" name="图` + n + `" descr="` + descr + `"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">` +
		`<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="` + n + `1" name="p"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="` + rid + `"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>` +
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1440000" cy="720000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:` + kind + `></w:drawing></w:r>`
}

func withPicture(t testing.TB, p *docx.Package) *docx.Package {
	t.Helper()
	part := p.AddPart("word/media/image1.png", "image/png", pngOf(t, 2, 1))
	p.AddRels(p.Main(), []docx.Rel{{ID: "rId1", Type: "image", Target: part.Name}})
	return p
}

func TestAltTextPictures(t *testing.T) {
	for _, kind := range []string{"inline", "anchor"} {
		p := withPicture(t, word(t, par("{{#人}}")+`<w:p>`+run("{{姓名}}")+framed(1, kind, "照片 {{@照片}}", "rId1")+`</w:p>`+par("{{/人}}")+`<w:p>`+framed(2, kind, "不变", "rId1")+`</w:p>`))
		a, b := pngOf(t, 40, 20), pngOf(t, 60, 30)
		known := KnownOf(map[string]any{"人": []any{map[string]any{"姓名": "", "照片": ""}}})
		tpl, l := Compile(p, Options{Known: known})
		if len(l) > 0 {
			t.Fatal(l)
		}
		out, l := tpl.Fill(context.Background(), map[string]any{"人": []any{
			map[string]any{"姓名": "甲", "照片": a},
			map[string]any{"姓名": "乙", "照片": map[string]any{"data": b, "alt": "乙的照片"}},
		}}, FillOptions{})
		if len(l) > 0 {
			t.Fatal(l)
		}
		sound(t, out)
		blips, pr := nodes(t, out, mainPart, "a:blip"), nodes(t, out, mainPart, "wp:docPr")
		var alts []string
		for i, want := range [][]byte{a, b, pngOf(t, 2, 1)} {
			rel, _ := out.Rel(out.Main(), attrOf(blips[i], "r:embed"))
			if string(out.Part(rel.Target).Data) != string(want) {
				t.Errorf("%s: picture %d is %s", kind, i, rel.Target)
			}
			alts = append(alts, attrOf(pr[i], "descr"))
		}
		if strings.Join(alts, "|") != "照片|乙的照片|不变" {
			t.Errorf("alternative texts: %v", alts)
		}
		if ext := nodes(t, out, mainPart, "wp:extent"); attrOf(ext[0], "cx") != "1440000" || attrOf(ext[1], "cy") != "720000" {
			t.Error("the extent changed")
		}
	}
}

func TestAltTextPolicies(t *testing.T) {
	p := withPicture(t, word(t, `<w:p>`+run("图")+framed(1, "inline", "{{@照片}}", "rId1")+`</w:p>`))
	for _, tt := range []struct {
		m    Missing
		want string
	}{{Blank, ""}, {Keep, "{{@照片}}"}, {Mark, "〔待填：照片〕"}} {
		m, want := tt.m, tt.want
		out := filled(t, p, map[string]any{"别": "x"}, m)
		got := ""
		for _, n := range nodes(t, out, mainPart, "wp:docPr") {
			got += attrOf(n, "descr")
		}
		if got != want || (m == Blank) != (len(nodes(t, out, mainPart, "w:drawing")) == 0) {
			t.Errorf("policy %d: %q, want %q", m, got, want)
		}
	}
	_, l := compiled(t, p).Fill(context.Background(), map[string]any{}, FillOptions{})
	if codes(l) != "fill.data.missing" {
		t.Errorf("strict: %v", l)
	}
	_, l = compiled(t, p).Fill(context.Background(), map[string]any{"照片": pngOf(t, 20, 40)}, FillOptions{})
	if codes(l) != "fill.picture.stretched" {
		t.Errorf("proportion: %v", l)
	}
	_, l = Compile(withPicture(t, word(t, `<w:p>`+framed(1, "inline", "{{@照片:分类}}", "rId1")+framed(2, "inline", "{{@甲}}{{乙}}", "rId1")+framed(3, "inline", "{{@坏", "rId1")+`</w:p>`)), Options{})
	if codes(l) != "fill.object.place fill.object.place" {
		t.Errorf("compile: %v", l)
	}
}

func TestQR(t *testing.T) {
	for _, tt := range []struct{ tag, text, cx string }{
		{"{{@二维码:网址}}", "https://example.cn/%E6%A0%B8%E9%AA%8C?id=1&v=2", "900000"},
		{"{{@二维码：网址：30mm}}", "https://example.cn/%E6%A0%B8%E9%AA%8C?id=1&v=2", "1080000"},
		{"{{@qr:\"HTTPS://EXAMPLE.CN/1\"}}", "HTTPS://EXAMPLE.CN/1", "900000"},
		{"{{@二维码:\"编号〔2025〕7\"}}", "编号〔2025〕7", "900000"},
		{"{{@二维码:https://example.cn/a:20mm}}", "https://example.cn/a", "720000"},
	} {
		out := filled(t, word(t, par(tt.tag)), map[string]any{"网址": "https://example.cn/核验?id=1&v=2"}, Strict)
		if ext := nodes(t, out, mainPart, "wp:extent"); attrOf(ext[0], "cx") != tt.cx || attrOf(ext[0], "cy") != tt.cx {
			t.Errorf("%s: %s", tt.tag, attrOf(ext[0], "cx"))
		}
		rel, _ := out.Rel(out.Main(), attrOf(nodes(t, out, mainPart, "a:blip")[0], "r:embed"))
		img, err := png.Decode(bytes.NewReader(out.Part(rel.Target).Data))
		if err != nil {
			t.Fatal(err)
		}
		if got := readQR(t, img); got != tt.text {
			t.Errorf("%s reads %q, want %q", tt.tag, got, tt.text)
		}
	}
	for _, v := range []any{strings.Repeat("长", 500), "", []any{"x"}} {
		if _, l := compiled(t, word(t, par("{{@二维码:x}}"))).Fill(context.Background(), map[string]any{"x": v}, FillOptions{}); !l.Failed() {
			t.Errorf("%v was taken", v)
		}
	}
}

func TestPageBreak(t *testing.T) {
	got := body(t, filled(t, word(t, par("甲{{分页}}乙")+par("{{pagebreak}}")), nil, Strict))
	want := `<w:p><w:r><w:t>甲</w:t><w:br w:type="page"/><w:t>乙</w:t></w:r></w:p><w:p><w:r><w:br w:type="page"/></w:r></w:p>`
	if got != want {
		t.Errorf("got %s", got)
	}
	// Between items, not after the last.
	out := filled(t, word(t, par("{{#人}}")+par("{{.}}")+par("{{?非 末}}{{分页}}{{/}}")+par("{{/人}}")), map[string]any{"人": []any{"一", "二"}}, Strict)
	if n := strings.Count(body(t, out), `w:type="page"`); n != 1 {
		t.Errorf("%d breaks: %s", n, body(t, out))
	}
}

func TestCheckbox(t *testing.T) {
	out := filled(t, word(t, par("{{☑是否保密}}是 {{☐公开}}否")), map[string]any{"是否保密": true, "公开": false}, Strict)
	if got := mainText(t, out); got != "☑是 ☐否\n" {
		t.Errorf("%q", got)
	}
}

func TestLinks(t *testing.T) {
	p := word(t, `<w:p><w:r><w:rPr><w:b/><w:sz w:val="28"/></w:rPr><w:t>见{{通知}}和{{网址|链接:"官网"}}。</w:t></w:r></w:p>`+par("{{网址|link}}"))
	data := map[string]any{"通知": map[string]any{"text": "<通知>", "url": "https://example.cn/a b"}, "网址": "https://example.cn/?q=1&w=中"}
	if _, l := compiled(t, p).Fill(context.Background(), data, FillOptions{}); codes(l) != "fill.link.address" {
		t.Fatalf("a space in an address: %v", l)
	}
	data["通知"] = map[string]any{"text": "<通知>", "url": "mailto:a@example.cn"}
	out := filled(t, p, data, Strict)
	links := nodes(t, out, mainPart, "w:hyperlink")
	var got []string
	for _, n := range links {
		rel, _ := out.Rel(out.Main(), attrOf(n, "r:id"))
		if !rel.External {
			t.Errorf("%v is not external", rel)
		}
		got = append(got, n.Content()+" "+rel.Target)
	}
	if s := strings.Join(got, "\n"); s != "<通知> mailto:a@example.cn\n官网 https://example.cn/?q=1&w=%E4%B8%AD\nhttps://example.cn/?q=1&w=中 https://example.cn/?q=1&w=%E4%B8%AD" {
		t.Error(s)
	}
	if attrOf(links[1], "r:id") != attrOf(links[2], "r:id") {
		t.Error("one address has two relationships")
	}
	if want := `<w:r><w:rPr><w:b/><w:color w:val="0563C1"/><w:sz w:val="28"/><w:u w:val="single"/></w:rPr><w:t>官网</w:t></w:r></w:hyperlink>`; !strings.Contains(body(t, out), want) {
		t.Errorf("no %s in %s", want, body(t, out))
	}
	for _, bad := range []string{"javascript:alert(1)", "file:///etc/passwd", "\\\\server\\x", "http://", "example.cn", "vbscript:x", "https://a\nb", "mailto:x"} {
		if _, l := compiled(t, word(t, par("{{x|链接}}"))).Fill(context.Background(), map[string]any{"x": bad}, FillOptions{}); codes(l) != "fill.link.address" {
			t.Errorf("%q: %v", bad, l)
		}
	}
	// Inside a hyperlink of the template it is text.
	out = filled(t, word(t, `<w:p><w:hyperlink w:anchor="x">`+run("{{x|链接}}")+`</w:hyperlink></w:p>`), map[string]any{"x": "https://a.cn"}, Strict)
	if len(nodes(t, out, mainPart, "w:hyperlink")) != 1 {
		t.Error("a hyperlink in a hyperlink")
	}
}

// A thousand addresses make a thousand relationships in one go.
func TestManyLinks(t *testing.T) {
	var list []any
	for i := range 1000 {
		list = append(list, map[string]any{"网址": "https://example.cn/" + strconv.Itoa(i)})
	}
	out := filled(t, word(t, tbl(row("{{#行}}{{网址|链接}}", "{{/行}}"))), map[string]any{"行": list}, Strict)
	if n := len(out.Rels(out.Main())); n != 1000 {
		t.Errorf("%d relationships", n)
	}
}

func TestFormats(t *testing.T) {
	for _, tt := range []struct {
		tag   string
		value any
		want  string
	}{
		{"{{x|文号}}", "深科[2025]012号", "深科〔2025〕12号"},
		{"{{x|文号}}", "国科发资（２０２５）第 3 号", "国科发资〔2025〕3号"},
		{"{{x|docno}}", "粤科〔2024〕7", "粤科〔2024〕7号"},
		{"{{x|首字母}}", "école", "École"},
		{"{{x|capital}}", "", ""},
		{"{{x|大写字母}}{{x|lower}}", "aB", "ABab"},
		{"{{x|脱敏}}", "张三丰", "张**"},
		{"{{x|脱敏:\"邮箱\"}}", "zhang@a.cn", "z****@a.cn"},
		{"{{x|redact:\"account\"}}", "6222020200112233", "************2233"},
		{"{{x|脱敏:\"电话\"}}", "13800138000", "138****8000"},
		{"{{x|计数}}", []any{"a", "b"}, "2"},
		{"{{x|求和|金额}}", []any{"1.5", 2}, "3.50"},
		{"m{{x|上标}}", "2", "m2"},
		{"{{x|默认:\"无\"|subscript}}", nil, "无"},
	} {
		out := filled(t, word(t, par(tt.tag)), map[string]any{"x": tt.value}, Strict)
		if got := strings.TrimSuffix(mainText(t, out), "\n"); got != tt.want {
			t.Errorf("%s of %v: %q, want %q", tt.tag, tt.value, got, tt.want)
		}
	}
	for _, bad := range []string{"深科2025-12号", "〔2025〕12号", "深科〔25〕12号", "深科〔2025〕0号", "深科〔2025〕12号附件"} {
		if _, l := compiled(t, word(t, par("{{x|文号}}"))).Fill(context.Background(), map[string]any{"x": bad}, FillOptions{}); codes(l) != "fill.value.type" {
			t.Errorf("%s: %v", bad, l)
		}
	}
	for tag, code := range map[string]string{
		"{{x|上标|大写字母}}": "fill.filter.type", "{{x|脱敏:\"护照\"}}": "fill.filter.args", "{{x|文号:\"x\"}}": "fill.filter.args", "{{x|链接:\"a\",\"b\"}}": "fill.filter.args",
	} {
		if _, l := Compile(word(t, par(tag)), Options{}); codes(l) != code {
			t.Errorf("%s: %v", tag, l)
		}
	}
	got := body(t, filled(t, word(t, `<w:p><w:r><w:rPr><w:i/><w:lang w:val="zh-CN"/></w:rPr><w:t>m{{x|上标}}/s</w:t></w:r></w:p>`), map[string]any{"x": "2"}, Strict))
	if want := `<w:r><w:rPr><w:i/><w:vertAlign w:val="superscript"/><w:lang w:val="zh-CN"/></w:rPr><w:t>2</w:t></w:r>`; !strings.Contains(got, want) {
		t.Errorf("%s", got)
	}
	// Every filter has a Chinese and an English name, and no name is used twice.
	seen := map[string]bool{}
	for _, names := range Filters() {
		if len(names) < 2 || names[0][0] < 0x80 || names[len(names)-1][0] >= 0x80 {
			t.Errorf("names %v", names)
		}
		for _, n := range names {
			if seen[n] {
				t.Errorf("%s is two filters", n)
			}
			seen[n] = true
		}
	}
}

// Tags that objects do not fit are found when the template is compiled.
func TestObjectPlaces(t *testing.T) {
	for b, code := range map[string]string{
		par("x{{+附件}}"):      "fill.object.place",
		par("{{@图:60}}"):     "fill.object.size",
		par("{{@图:60km}}"):   "fill.object.size",
		par("{{@图:2000mm}}"): "fill.object.size",
		par("{{@}}"):         "fill.tag.syntax",
		par("{{*}}"):         "fill.tag.syntax",
		par("{{@图|金鹅}}"):     "fill.filter.unknown",
		`<w:p><w:r><w:instrText>HYPERLINK "{{@图}}"</w:instrText></w:r></w:p>`: "fill.object.place",
	} {
		if _, l := Compile(word(t, b), Options{}); codes(l) != code {
			t.Errorf("%s: %v", b, l)
		}
	}
}

func unzip(t testing.TB, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(b)
	}
	return out
}

func TestObjectSchema(t *testing.T) {
	p := word(t, par("{{@签章}}{{@二维码:网址}}{{分页}}")+par("{{*清单}}")+par("{{+附件?}}")+`<w:p>`+charted("1", "{{@数据:专题}}", "rIdC")+`</w:p>`)
	withChart(t, p, false)
	var got []string
	for _, n := range compiled(t, p).Schema().Kids {
		got = append(got, n.Name+" "+n.Type+" "+strconv.FormatBool(n.Optional))
	}
	if s := strings.Join(got, ", "); s != "签章 image false, 网址 text false, 清单 text false, 附件 document true, 数据 list false" {
		t.Error(s)
	}
}
