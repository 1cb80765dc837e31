package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// small is a small Word file: its body, its section, and parts that few files have.
type small struct {
	name, body, sect, numbering, header string
}

// Pages: the grid of official letters, and A4 with an inch around.
const (
	gridSect  = `<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="992" w:gutter="0"/><w:docGrid w:type="lines" w:linePitch="579"/>`
	plainSect = `<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="851" w:footer="992" w:gutter="0"/>`
	prose     = "项目组围绕极端环境下多主元合金涂层的损伤机理与自修复机制开展联合研究建立跨尺度数据库并完成海水环境中的长期挂样试验形成可推广的技术规范和检测方法"
	marked    = "项目由宁波市科学技术局（以下简称“甲方”）立项，承担单位为甬江理工大学；合作内容包括：材料设计、制备与表征，数据共享，人员互访。各方应当按照《合同》约定的期限、内容和经费完成任务！"
	mixed     = "本项目总预算为1,200.00万元，其中市财政经费400.00万元（占33.33%），执行期为2026年1月至2028年12月，联系人邮箱为contact@example.org，采用ISO 9001标准与GB/T 9704-2012格式。"
	english   = "The applicant shall submit the signed agreement together with the application form before the deadline given in the notice; late submissions are not accepted by the managing unit. "
)

func para(props, text string) string {
	return `<w:p><w:pPr>` + props + `</w:pPr><w:r><w:t xml:space="preserve">` + text + `</w:t></w:r></w:p>`
}

func grid(widths []int, rows ...[]string) string {
	var b strings.Builder
	b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders><w:top w:val="single" w:sz="4"/><w:left w:val="single" w:sz="4"/><w:bottom w:val="single" w:sz="4"/><w:right w:val="single" w:sz="4"/><w:insideH w:val="single" w:sz="4"/><w:insideV w:val="single" w:sz="4"/></w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		fmt.Fprintf(&b, `<w:gridCol w:w="%d"/>`, w)
	}
	b.WriteString(`</w:tblGrid>`)
	for i, row := range rows {
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
		if i == 0 {
			b.WriteString(`<w:tblHeader/>`)
		}
		b.WriteString(`</w:trPr>`)
		for k, text := range row {
			fmt.Fprintf(&b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>%s</w:tc>`, widths[k], para(`<w:jc w:val="left"/>`, text))
		}
		b.WriteString(`</w:tr>`)
	}
	return b.String() + `</w:tbl>`
}

// smallFiles are the varied files: each shows one thing that a line or a page does.
func smallFiles() []small {
	both, first := `<w:jc w:val="both"/>`, `<w:ind w:firstLine="480"/><w:jc w:val="both"/>`
	many := func(n int, props, text string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(para(props, fmt.Sprintf("第%d段 %s", i+1, text)))
		}
		return b.String()
	}
	rows := func(n int) [][]string {
		out := [][]string{{"序号", "内容", "金额"}}
		for i := range n {
			out = append(out, []string{fmt.Sprint(i + 1), prose[:3*(8+i*7%50)], fmt.Sprintf("%d.00", 100+i*37)})
		}
		return out
	}
	numbered := func(level int, text string) string {
		return para(fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="1"/></w:numPr>`, level), text)
	}
	const numbering = `<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>` +
		`<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/><w:pPr><w:ind w:left="0" w:firstLine="480"/></w:pPr></w:lvl>` +
		`<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/><w:pPr><w:tabs><w:tab w:val="num" w:pos="840"/></w:tabs><w:ind w:left="840" w:hanging="420"/></w:pPr></w:lvl>` +
		`</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`
	return []small{
		{name: "han-left", body: para("", strings.Repeat(prose, 3))},
		{name: "han-both", body: para(both, strings.Repeat(prose, 3))},
		{name: "han-first-line", body: para(first, strings.Repeat(prose, 3))},
		{name: "han-first-line-characters", body: para(`<w:ind w:firstLineChars="200" w:firstLine="480"/>`, strings.Repeat(prose, 3))},
		{name: "han-hanging", body: para(`<w:ind w:left="960" w:hanging="480"/>`, strings.Repeat(prose, 2))},
		{name: "han-right", body: para(`<w:jc w:val="right"/>`, prose)},
		{name: "han-centre", body: para(`<w:jc w:val="center"/>`, prose+prose)},
		{name: "marks-both", body: para(first, marked+marked)},
		{name: "marks-left", body: para("", marked)},
		{name: "mixed-both", body: para(first, mixed+mixed)},
		{name: "mixed-left", body: para("", mixed)},
		{name: "latin-left", body: para("", strings.Repeat(english, 4))},
		{name: "latin-both", body: para(both, strings.Repeat(english, 4))},
		{name: "latin-narrow", body: para(`<w:ind w:left="3000" w:right="3000"/>`, strings.Repeat(english, 2))},
		{name: "size-22", body: `<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:sz w:val="44"/></w:rPr><w:t>` + prose + `</w:t></w:r></w:p>`},
		{name: "spacing-characters", body: `<w:p><w:r><w:rPr><w:spacing w:val="20"/></w:rPr><w:t>` + prose + prose + `</w:t></w:r></w:p>`},
		{name: "bold-run", body: `<w:p><w:r><w:t>` + prose[:60] + `</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>` + prose + `</w:t></w:r></w:p>`},
		{name: "line-break", body: `<w:p><w:r><w:t>` + prose + `</w:t><w:br/><w:t>` + prose + `</w:t></w:r></w:p>`},
		{name: "page-break", body: para("", prose) + `<w:p><w:r><w:br w:type="page"/></w:r></w:p>` + para("", prose)},
		{name: "page-break-before", body: para("", prose) + para(`<w:pageBreakBefore/>`, prose)},
		{name: "pages-exact", body: many(30, `<w:spacing w:line="579" w:lineRule="exact"/>`, prose), sect: gridSect},
		{name: "pages-grid", body: many(30, "", prose), sect: gridSect},
		{name: "pages-widow", body: many(24, `<w:widowControl/><w:spacing w:line="480" w:lineRule="exact"/>`, prose)},
		{name: "pages-keep-next", body: many(14, `<w:spacing w:line="560" w:lineRule="exact"/>`, prose) + para(`<w:keepNext/>`, "标题") + many(6, `<w:spacing w:line="560" w:lineRule="exact"/>`, prose)},
		{name: "pages-spacing", body: many(22, `<w:spacing w:before="120" w:after="120" w:line="400" w:lineRule="exact"/>`, prose)},
		{name: "table-narrow", body: grid([]int{900, 1600, 1200}, rows(8)...)},
		{name: "table-pages", body: grid([]int{1000, 5000, 2200}, rows(70)...) + para("", "完")},
		{name: "table-latin", body: grid([]int{2200, 3600}, []string{"Item", "Description"}, []string{"1", english}, []string{"2", english + english}) + para("", "End")},
		{name: "tabs", body: para(`<w:tabs><w:tab w:val="left" w:pos="2000"/><w:tab w:val="right" w:leader="dot" w:pos="8000"/></w:tabs>`, "项目名称") + `<w:p><w:pPr><w:tabs><w:tab w:val="right" w:leader="dot" w:pos="8000"/></w:tabs></w:pPr><w:r><w:t>一、总则</w:t><w:tab/><w:t>12</w:t></w:r></w:p>`},
		{name: "numbering", numbering: numbering, body: numbered(0, "总则") + numbered(1, prose) + numbered(1, prose) + numbered(0, "经费") + numbered(1, prose+prose)},
		{name: "sections", body: para("", prose) + `<w:p><w:pPr><w:sectPr><w:type w:val="nextPage"/>` + plainSect + `</w:sectPr></w:pPr><w:r><w:t>` + prose + `</w:t></w:r></w:p>` + para("", prose+prose)},
		{name: "landscape", body: para(both, strings.Repeat(prose, 4)), sect: `<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="851" w:footer="992" w:gutter="0"/>`},
		{name: "header", body: many(20, `<w:spacing w:line="600" w:lineRule="exact"/>`, prose), header: para(`<w:jc w:val="center"/>`, "宁波市国际科技合作项目")},
		{name: "url", body: para("", "系统网址为https://kjj.example.gov.cn/projects/international/apply?year=2025&amp;topic=1，请在截止日期前登录系统提交全部申报材料，逾期不再受理。")},
		{name: "document-number", body: para(first, "根据《“科创甬江2035”重点研发计划》（甬科高〔2023〕73号）和《关于组织申报2025年度项目的通知》（甬科外〔2025〕96号）要求，经审核——形式审查、专家评审、综合评审……现批准立项。")},
	}
}

// judgeFile makes the package: 宋体 and Times New Roman of 12 pt, single lines, no room between paragraphs.
func judgeFile(t *testing.T, s small) []byte {
	t.Helper()
	const ns = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	const word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	sect := s.sect
	if sect == "" {
		sect = plainSect
	}
	files := [][2]string{{"word/styles.xml", `<w:styles ` + ns + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体" w:cs="Times New Roman"/><w:sz w:val="24"/><w:szCs w:val="24"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>`}}
	files = append(files, [2]string{"word/settings.xml", `<w:settings ` + ns + `><w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`})
	types := `<Override PartName="/word/document.xml" ContentType="` + word + `document.main+xml"/><Override PartName="/word/styles.xml" ContentType="` + word + `styles+xml"/><Override PartName="/word/settings.xml" ContentType="` + word + `settings+xml"/>`
	rels := `<Relationship Id="rId1" Type="` + rel + `styles" Target="styles.xml"/><Relationship Id="rId9" Type="` + rel + `settings" Target="settings.xml"/>`
	if s.numbering != "" {
		files = append(files, [2]string{"word/numbering.xml", `<w:numbering ` + ns + `>` + s.numbering + `</w:numbering>`})
		types += `<Override PartName="/word/numbering.xml" ContentType="` + word + `numbering+xml"/>`
		rels += `<Relationship Id="rId2" Type="` + rel + `numbering" Target="numbering.xml"/>`
	}
	if s.header != "" {
		files = append(files, [2]string{"word/header1.xml", `<w:hdr ` + ns + `>` + s.header + `</w:hdr>`})
		types += `<Override PartName="/word/header1.xml" ContentType="` + word + `header+xml"/>`
		rels += `<Relationship Id="rId3" Type="` + rel + `header" Target="header1.xml"/>`
		sect = `<w:headerReference w:type="default" r:id="rId3"/>` + sect
	}
	files = append([][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` + types + `</Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rel + `officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", `<w:document ` + ns + `><w:body>` + s.body + `<w:sectPr>` + sect + `</w:sectPr></w:body></w:document>`},
		{"word/_rels/document.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + rels + `</Relationships>`},
	}, files...)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(head + f[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
