package layout

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tripact/render/docx"
)

// seeds are bodies that touch every part of layout.
func seeds() []string {
	return []string{
		para("", "一段文字，“引号”——破折号……。") + contractLike().body[:3000],
		para(`<w:ind w:left="-99999" w:firstLine="99999999" w:right="-5"/><w:spacing w:line="-1" w:before="99999999"/>`, "荒唐的缩进 absurd"),
		runPara(`<w:keepNext/><w:keepLines/><w:pageBreakBefore/>`, `<w:sz w:val="99999"/><w:spacing w:val="-9999"/><w:w w:val="1"/>`, "巨大的字"),
		table(allBorders, []int{0, -5, 99999999}, row(`<w:trHeight w:val="999999" w:hRule="exact"/><w:cantSplit/>`, cell(`<w:gridSpan w:val="999"/><w:vMerge/>`, "高"), cell(`<w:vMerge w:val="restart"/>`, "x")),
			row(`<w:tblHeader/><w:gridBefore w:val="7"/>`, cell(`<w:vMerge/>`, strings.Repeat("很长", 3000)))),
		table("", []int{100}, row("", `<w:tc>`+table("", []int{50}, row("", cell("", "套")))+para("", "")+`</w:tc>`)),
		`<w:p><w:r><w:br w:type="page"/></w:r><w:r><w:br w:type="column"/></w:r><w:r><w:br/></w:r><w:r><w:tab/></w:r></w:p>`,
		`<w:p><w:pPr><w:sectPr><w:pgSz w:w="1" w:h="1"/><w:pgMar w:top="99999" w:bottom="-99999" w:left="99999" w:right="9"/><w:cols w:num="9" w:space="99999"/><w:docGrid w:type="linesAndChars" w:linePitch="1" w:charSpace="-99999"/></w:sectPr></w:pPr></w:p>` + para("", "后"),
		`<w:p><w:pPr><w:sectPr><w:type w:val="oddPage"/><w:pgNumType w:start="-3" w:fmt="chineseCounting"/></w:sectPr></w:pPr></w:p>` + para("", "后"),
		`<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>` + para("", "未完的域"),
		`<w:p><w:r><w:drawing><wp:anchor><wp:positionV relativeFrom="page"><wp:posOffset>-99999999999</wp:posOffset></wp:positionV><wp:extent cx="-1" cy="99999999999999"/><wp:wrapTopAndBottom/><a:graphic><a:graphicData><wps:wsp><wps:spPr/><wps:txbx><w:txbxContent>` + para("", "框") + `</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r></w:p>` + para("", "后"),
		`<w:p><w:r><w:pict><v:shape style="width:400pt;height:90pt;rotation:315;position:absolute" fillcolor="silver"><v:textpath string="草稿"/></v:shape><v:group style="width:9pt;height:9pt" coordsize="0,0"><v:line from="a,b" to="1,2"/></v:group></w:pict></w:r></w:p>`,
		`<w:p><w:pPr><w:tabs><w:tab w:val="right" w:leader="dot" w:pos="99999"/><w:tab w:val="center" w:pos="-4"/></w:tabs></w:pPr><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:tab/><w:tab/><w:t>丙</w:t></w:r></w:p>`,
		para(`<w:pBdr><w:top w:val="triple" w:sz="999"/><w:between w:val="single"/></w:pBdr><w:shd w:val="pct12" w:fill="x"/>`, "边框") + item4(1, 8, "编号"),
		withBox("", box(`<wp:wrapSquare wrapText="bothSides"/>`, 160, -9, 120, 100)+box(`<wp:wrapTight wrapText="largest"><wp:wrapPolygon/></wp:wrapTight>`, 10, 40, 9000, 9000), strings.Repeat("绕排", 90)+"https://example.org/a") + para(`<w:ind w:left="9000"/>`, "旁"),
		`<w:p/>` + table(`<w:tblpPr w:vertAnchor="text" w:tblpX="-99999" w:tblpY="99999"/>`, []int{900}, row("", cell("", "浮"))) + table(`<w:tblpPr w:horzAnchor="page" w:tblpXSpec="center" w:tblpYSpec="bottom"/>`, []int{900}, row("", cell("", "浮"))) + para("", strings.Repeat("文字", 60)),
		table(allBorders, []int{1, 3000}, row(`<w:trHeight w:val="99999"/>`, cell(`<w:textDirection w:val="tbRlV"/><w:vMerge w:val="restart"/>`, strings.Repeat("竖排（A）", 99)), cell(`<w:textDirection w:val="btLr"/>`, "上")), row("", cell(`<w:vMerge/>`, ""), cell("", strings.Repeat("长", 999)))),
		noted("footnote", "正文", 1) + table(allBorders, []int{3000}, row("", `<w:tc>`+noted("footnote", "内容", 1)+noted("footnote", "内容", 2)+`</w:tc>`)) + noted("footnote", "末", 1) + para("", "后"),
		`<w:p><w:pPr><w:sectPr><w:pgSz w:w="9000" w:h="2400"/><w:pgMar w:top="400" w:bottom="400" w:left="900" w:right="900"/><w:cols w:num="2"/></w:sectPr></w:pPr></w:p>` + strings.Repeat(noted("footnote", "短页", 1)+para(`<w:keepNext/><w:keepLines/>`, strings.Repeat("高", 90)), 2),
		para(`<w:framePr w:w="900" w:h="-5" w:hRule="exact" w:hSpace="99999" w:wrap="around" w:vAnchor="page" w:hAnchor="page" w:xAlign="outside" w:yAlign="bottom"/>`, "图文框") + para(`<w:framePr w:dropCap="margin" w:vAnchor="text" w:y="-99999"/>`, "首") + para("", strings.Repeat("文字", 90)),
		para("", strings.Repeat("前文", 99)) + withBox("", strings.Replace(box(`<wp:wrapThrough wrapText="bothSides"><wp:wrapPolygon><wp:start x="0" y="0"/><wp:lineTo x="21600" y="99999999"/><wp:lineTo x="-700" y="9"/><wp:lineTo x="5" y="9"/><wp:lineTo x="9" y="5"/></wp:wrapPolygon></wp:wrapThrough>`, 0, 0, 150, 90), `relativeFrom="paragraph"`, `relativeFrom="page"`, 1)+box(`<wp:wrapSquare wrapText="bothSides"/>`, 40, -200, 120, 100), strings.Repeat("绕排", 90)),
		`<w:p><w:pPr><w:tabs><w:tab w:val="decimal" w:pos="2000"/><w:tab w:val="decimal" w:pos="9000"/></w:tabs></w:pPr><w:r><w:rPr><w:kern w:val="1"/></w:rPr><w:t>AV</w:t><w:tab/><w:t>1.2.3</w:t><w:tab/><w:t>.</w:t><w:tab/></w:r></w:p>`,
		shapePara(`rot="2700000" flipH="1"`, preset("roundRect", "-5"), fmt.Sprintf(redLine, `<a:tailEnd type="stealth"/><a:headEnd type="oval" w="lg"/>`), "") + shapePara("", `<a:custGeom><a:pathLst><a:path w="1" h="99999999999"><a:moveTo><a:pt x="99999999999" y="0"/></a:moveTo><a:arcTo wR="5" hR="0" stAng="1" swAng="99999999"/><a:quadBezTo><a:pt x="1" y="2"/><a:pt x="3" y="4"/></a:quadBezTo><a:close/></a:path></a:pathLst></a:custGeom>`, blueFill, ""),
		`<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:rPr><w:fitText w:val="1" w:id="1"/></w:rPr><w:t>很窄（文）字A̅b</w:t></w:r></w:p><w:p><w:r><w:rPr><w:eastAsianLayout w:id="2" w:combine="1" w:combineBrackets="curly"/></w:rPr><w:t>两行合一</w:t></w:r><w:r><w:rPr><w:fitText w:val="99999"/></w:rPr><w:t>宽</w:t></w:r></w:p>`,
		`<w:p><w:r><w:pict><v:line style="position:absolute" from="9pt,9pt" to="9pt,9pt"><v:stroke startarrow="classic" endarrow="open"/></v:line><v:shape type="#_x0000_t88" style="rotation:1e9;flip:xy"/><v:roundrect arcsize="-7" style="width:-3pt"/></w:pict></w:r></w:p><w:altChunk/>`,
	}
}

// fuzzNotes are the footnotes of the mutated documents: one taller than a page, and a short one.
func fuzzNotes() string {
	return footnote(1, strings.Repeat("很长的脚注。", 900)) + footnote(2, "短")
}

// FuzzBody lays out any body: no panic, no endless loop, and pages that hold together.
func FuzzBody(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		d := wordDoc{body: body, numbering: numbering, header: para("", "页眉") + withBox("", box(`<wp:wrapSquare wrapText="bothSides"/>`, 0, 200, 90, 60), ""), footnotes: fuzzNotes(), sect: plainPage}
		p, err := docx.Open(d.zip(t))
		if err != nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		doc, findings := Layout(ctx, p, testBook(t), Options{MaxPages: 200})
		if ctx.Err() != nil {
			t.Fatal("no end")
		}
		if (doc == nil) != findings.Failed() {
			t.Fatalf("document %v, findings %v", doc != nil, findings)
		}
		if doc != nil {
			checkDocument(t, doc)
			if len(body) < 4000 {
				sameWhenWarm(t, p, Options{MaxPages: 200}, doc, findings)
			}
		}
	})
}

// Mutations of one document: each element of each seed is dropped, doubled or emptied in turn.
func TestMutations(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	book := testBook(t)
	run := func(body string) {
		p, err := docx.Open(wordDoc{body: body, numbering: numbering, footnotes: fuzzNotes(), sect: plainPage}.zip(t))
		if err != nil {
			return
		}
		doc, findings := Layout(context.Background(), p, book, Options{MaxPages: 100})
		if (doc == nil) != findings.Failed() {
			t.Fatalf("document %v, findings %v", doc != nil, findings)
		}
	}
	for _, s := range seeds() {
		root, err := docx.Parse([]byte(`<w:body ` + wordNS + `>` + s + `</w:body>`))
		if err != nil {
			continue
		}
		off := root.Open
		var walk func(n *docx.Node, depth int)
		count := 0
		walk = func(n *docx.Node, depth int) {
			if n.Name == "" || count > 150 {
				return
			}
			count++
			a, b := n.Start-off, n.End-off
			if n != root {
				run(s[:a] + s[b:])
				run(s[:b] + s[a:b] + s[b:])
				if n.Close > n.Open {
					run(s[:n.Open-off] + s[n.Close-off:])
				}
			}
			for _, k := range n.Kids {
				walk(k, depth+1)
			}
		}
		walk(root, 0)
	}
}

// The Word files of the field lay out without failure; the page counts that Word itself saved are near ours.
func TestRealFiles(t *testing.T) {
	dir := os.Getenv("WORD_FIXTURES")
	if dir == "" {
		t.Skip("WORD_FIXTURES does not name a folder of Word files")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.docx"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := docx.Open(data)
		if err != nil {
			continue // refused by the package layer
		}
		doc, findings := Layout(context.Background(), p, testBook(t), Options{})
		if doc == nil {
			t.Errorf("%s: %v", filepath.Base(name), findings.Err())
			continue
		}
		checkDocument(t, doc)
	}
}
