package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"testing"
)

// small is a small Word file: its body, its section, and parts that few files have.
type small struct {
	name, body, sect, numbering, header string
	footnotes, endnotes                 string
	footer, evenFooter, settings        string
	picture                             bool // the file holds a picture, rId8
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
		{name: "beside-left", picture: true, body: beside(`<wp:wrapSquare wrapText="bothSides"/>`, 0, 120, strings.Repeat(prose, 3)) + para(both, prose)},
		{name: "beside-right", picture: true, body: beside(`<wp:wrapSquare wrapText="bothSides"/>`, 330, 120, strings.Repeat(prose, 3)) + para(first, prose+prose)},
		{name: "beside-both", picture: true, body: beside(`<wp:wrapSquare wrapText="bothSides"/>`, 160, 120, strings.Repeat(prose, 4))},
		{name: "beside-largest", picture: true, body: beside(`<wp:wrapSquare wrapText="largest"/>`, 110, 120, strings.Repeat(prose, 3))},
		{name: "beside-above-below", picture: true, body: beside(`<wp:wrapTopAndBottom/>`, 100, 200, prose+prose) + para(both, prose)},
		{name: "beside-narrow", picture: true, body: beside(`<wp:wrapSquare wrapText="bothSides"/>`, 60, 380, prose+prose)},
		{name: "beside-latin", picture: true, body: beside(`<wp:wrapSquare wrapText="bothSides"/>`, 0, 200, strings.Repeat(english, 4))},
		{name: "table-floating", body: para("", prose) + strings.Replace(grid([]int{1200, 2200}, []string{"序号", "名称"}, []string{"1", "耐蚀涂层"}, []string{"2", "数据库"}), `<w:tblPr>`,
			`<w:tblPr><w:tblpPr w:leftFromText="180" w:rightFromText="180" w:vertAnchor="text" w:horzAnchor="margin" w:tblpXSpec="right" w:tblpY="60"/>`, 1) + para(`<w:spacing w:line="340" w:lineRule="exact"/>`+both, strings.Repeat(prose, 3))},
		{name: "columns-equal", body: para(both, strings.Repeat(prose, 4)) + `<w:p><w:pPr><w:sectPr><w:type w:val="continuous"/>` + plainSect + `<w:cols w:num="2" w:space="720"/></w:sectPr></w:pPr></w:p>` + para("", prose), sect: `<w:type w:val="continuous"/>` + plainSect},
		{name: "columns-unequal", body: para(`<w:spacing w:line="340" w:lineRule="exact"/>`, strings.Repeat(prose, 28)), sect: plainSect + `<w:cols w:num="2" w:equalWidth="0"><w:col w:w="2800" w:space="600"/><w:col w:w="5626"/></w:cols>`},
		{name: "cells-vertical", body: turnedTable()},
		{name: "cells-merged", body: strings.NewReplacer(`<w:tcW w:w="1600" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:jc w:val="left"/></w:pPr><w:r><w:t xml:space="preserve">承担单位`, `<w:tcW w:w="1600" w:type="dxa"/><w:vMerge w:val="restart"/></w:tcPr><w:p><w:pPr><w:jc w:val="left"/></w:pPr><w:r><w:t xml:space="preserve">承担单位`,
			`<w:tcW w:w="1600" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:jc w:val="left"/></w:pPr><w:r><w:t xml:space="preserve">续`, `<w:tcW w:w="1600" w:type="dxa"/><w:vMerge/></w:tcPr><w:p><w:pPr><w:jc w:val="left"/></w:pPr><w:r><w:t xml:space="preserve">`).Replace(
			grid([]int{1600, 3000, 3000}, []string{"单位", "任务", "经费"}, []string{"承担单位", prose[:90], "400.00"}, []string{"续", prose[:150], "200.00"}, []string{"合作单位", prose[:60], "100.00"}))},
		{name: "cells-nested", body: strings.Replace(grid([]int{2000, 6000}, []string{"项目", "明细"}, []string{"设备费", "@"}), para(`<w:jc w:val="left"/>`, "@"), grid([]int{1500, 1500}, []string{"年份", "金额"}, []string{"2026", "120.00"}, []string{"2027", "80.00"})+para("", prose), 1)},
		{name: "table-content-widths", body: strings.NewReplacer(`<w:tblLayout w:type="fixed"/>`, "", `<w:tcW w:w="3000" w:type="dxa"/>`, `<w:tcW w:w="0" w:type="auto"/>`).Replace(
			grid([]int{3000, 3000}, []string{"甲方代表（签字）", "签订日期（甲方盖章之日起计算）：2026年12月31日"}, []string{"乙方代表（签字）", "签订日期：2026年1月5日"})) + para("", prose)},
		{name: "ruby", body: `<w:p><w:r><w:t>` + prose[:30] + `</w:t></w:r><w:r><w:ruby><w:rubyPr><w:rubyAlign w:val="center"/><w:hps w:val="12"/><w:hpsRaise w:val="22"/><w:hpsBaseText w:val="24"/><w:lid w:val="zh-CN"/></w:rubyPr><w:rt><w:r><w:rPr><w:sz w:val="12"/></w:rPr><w:t>yǒng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>甬</w:t></w:r></w:rubyBase></w:ruby></w:r><w:r><w:t>` + prose + `</w:t></w:r></w:p>`},
		{name: "footnotes", body: para("", prose) + noted("footnote", prose, 1) + many(24, `<w:spacing w:line="560" w:lineRule="exact"/>`, prose[:90]) + noted("footnote", prose, 2), footnotes: noteText("footnote", 1, "第一条脚注") + noteText("footnote", 2, "第二条脚注")},
		{name: "footnotes-cells", body: notedTable(30), footnotes: notesText(30)},
		{name: "endnotes", body: noted("endnote", prose, 1) + noted("endnote", prose+prose, 2) + para("", prose), endnotes: noteText("endnote", 1, "第一条尾注") + noteText("endnote", 2, "第二条尾注")},
		{name: "watermark", body: para(both, strings.Repeat(prose, 3)), header: `<w:p><w:r><w:pict><v:shape id="w" type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;width:360pt;height:120pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="silver" stroked="f"><v:fill opacity=".5"/><v:textpath style="font-family:&quot;宋体&quot;;font-size:1pt" string="草稿"/></v:shape></w:pict></w:r></w:p>`},
		{name: "distribute", body: para(`<w:jc w:val="distribute"/>`, "形式审查通知") + para(`<w:jc w:val="center"/>`, "（征求意见稿）") + para(both, prose)},
		{name: "frame-page-number", body: many(40, exact, prose), footer: `<w:p><w:pPr><w:framePr w:wrap="around" w:vAnchor="text" w:hAnchor="margin" w:xAlign="outside" w:y="1"/></w:pPr>` + pageField + `</w:p><w:p><w:pPr><w:ind w:right="360" w:firstLine="360"/></w:pPr></w:p>`},
		{name: "frame-beside", body: framed(`w:w="2400" w:hSpace="180" w:wrap="around" w:vAnchor="text" w:hAnchor="text" w:xAlign="right" w:y="341"`, prose[:90], "第二段") + para(exact, strings.Repeat(prose, 4))},
		{name: "frame-initial", body: `<w:p><w:pPr><w:keepNext/><w:framePr w:dropCap="drop" w:lines="2" w:wrap="around" w:vAnchor="text" w:hAnchor="text"/><w:spacing w:line="680" w:lineRule="exact"/></w:pPr><w:r><w:rPr><w:sz w:val="56"/></w:rPr><w:t>项</w:t></w:r></w:p>` + para(exact, prose[3:]+prose)},
		{name: "margins-mirrored", body: many(40, exact, prose), settings: `<w:mirrorMargins/>`, sect: strings.NewReplacer(`w:left="1440"`, `w:left="1200"`, `w:right="1440"`, `w:right="1900"`, `w:gutter="0"`, `w:gutter="300"`).Replace(plainSect)},
		{name: "footers-odd-even", body: many(40, exact, prose), settings: `<w:evenAndOddHeaders/>`, footer: `<w:p><w:pPr><w:jc w:val="right"/></w:pPr>` + pageField + `</w:p>`, evenFooter: `<w:p>` + pageField + `</w:p>`},
		{name: "footnote-long", body: para(exact, prose) + noted("footnote", prose, 1) + many(30, exact, prose[:60]), footnotes: noteText("footnote", 1, strings.Repeat(prose, 22))},
		{name: "latin-kerned", body: `<w:p><w:pPr><w:jc w:val="both"/></w:pPr><w:r><w:rPr><w:kern w:val="2"/></w:rPr><w:t>` + strings.Repeat("To be Valid, the WAVE Type of AVIATION Toys Yet to Test in P. A. Vault Two: "+english, 4) + `</w:t></w:r></w:p>`},
		{name: "beside-above", picture: true, body: para(exact, strings.Repeat(prose, 2)) + para(exact, prose) + strings.Replace(beside(`<wp:wrapSquare wrapText="bothSides"/>`, 0, 120, prose), `<wp:positionV relativeFrom="paragraph"><wp:posOffset>254000`, `<wp:positionV relativeFrom="page"><wp:posOffset>1270000`, 1)},
		{name: "beside-outline", picture: true, body: beside(`<wp:wrapTight wrapText="bothSides"><wp:wrapPolygon edited="0"><wp:start x="0" y="0"/><wp:lineTo x="0" y="21600"/><wp:lineTo x="21600" y="21600"/><wp:lineTo x="0" y="0"/></wp:wrapPolygon></wp:wrapTight>`, 0, 160, strings.Repeat(prose, 3))},
		{name: "tabs-kinds", body: tabbed(`<w:tab w:val="center" w:pos="3000"/><w:tab w:val="right" w:leader="underscore" w:pos="6000"/><w:tab w:val="decimal" w:leader="hyphen" w:pos="7500"/>`, "甲方", "宁波市科学技术局", "盖章", "1,200.50") +
			tabbed(`<w:tab w:val="center" w:pos="3000"/><w:tab w:val="right" w:leader="underscore" w:pos="6000"/><w:tab w:val="decimal" w:leader="hyphen" w:pos="7500"/>`, "乙", "甬江理工大学", "签字", "80") + tabbed("", "默认", "制表位", "宽度", "相同")},
		{name: "grid-characters", body: many(12, both, prose), sect: strings.Replace(gridSect, `w:type="lines" w:linePitch="579"`, `w:type="linesAndChars" w:linePitch="579" w:charSpace="4096"`, 1)},
		{name: "spacing-lines", body: many(16, `<w:spacing w:beforeLines="50" w:before="289" w:afterLines="50" w:after="289"/>`, prose), sect: gridSect},
		{name: "spacing-multiple", body: many(16, `<w:spacing w:line="360" w:lineRule="auto"/>`, prose) + many(8, `<w:spacing w:line="500" w:lineRule="atLeast"/>`, prose)},
		{name: "indent-characters", body: para(`<w:ind w:leftChars="200" w:left="480" w:hangingChars="200" w:hanging="480"/>`, strings.Repeat(prose, 2)) + para(`<w:ind w:leftChars="100" w:left="240" w:rightChars="300" w:right="720" w:firstLineChars="200" w:firstLine="480"/>`, strings.Repeat(prose, 2))},
		{name: "table-rows-split", body: strings.ReplaceAll(grid([]int{1200, 7000}, []string{"序号", "内容"}, []string{"1", strings.Repeat(prose, 16)}, []string{"2", strings.Repeat(prose, 24)}, []string{"3", prose}), `<w:cantSplit/>`, "")},
		{name: "table-heights", body: strings.NewReplacer(`<w:cantSplit/></w:trPr>`, `<w:cantSplit/><w:trHeight w:val="900" w:hRule="atLeast"/></w:trPr>`, `</w:tcPr>`, `<w:vAlign w:val="center"/></w:tcPr>`).Replace(grid([]int{1600, 6400}, []string{"项目名称", "耐蚀涂层"}, []string{"合作外方", prose}, []string{"经费", "1,200.00"}))},
		{name: "numbering-levels", numbering: legal, body: numbered(0, "总则") + numbered(1, prose) + numbered(2, prose) + numbered(2, "短") + numbered(1, prose) + numbered(0, "经费") + numbered(1, prose) + numbered(2, prose+prose)},
		{name: "columns-three", body: para(both, strings.Repeat(prose, 9)) + `<w:p><w:r><w:br w:type="column"/><w:t>` + prose + `</w:t></w:r></w:p>`, sect: plainSect + `<w:cols w:num="3" w:space="400" w:sep="1"/>`},
		{name: "page-centred", body: para(`<w:jc w:val="center"/>`, "宁波市国际科技合作项目") + para(`<w:jc w:val="center"/>`, "申报书"), sect: plainSect + `<w:vAlign w:val="center"/>`},
		{name: "paragraph-borders", body: para(`<w:pBdr><w:top w:val="double" w:sz="6" w:space="4" w:color="FF0000"/><w:bottom w:val="double" w:sz="6" w:space="4" w:color="FF0000"/></w:pBdr>`, prose) + para(`<w:pBdr><w:top w:val="single" w:sz="4" w:space="1"/><w:left w:val="single" w:sz="4" w:space="4"/><w:bottom w:val="single" w:sz="4" w:space="1"/><w:right w:val="single" w:sz="4" w:space="4"/></w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="E7E6E6"/>`, prose+prose)},
		{name: "run-formats", body: manyFormats()},
		{name: "autospace-off", body: para(`<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>`, mixed+mixed)},
		{name: "keep-lines", body: many(16, `<w:spacing w:line="560" w:lineRule="exact"/>`, prose[:90]) + many(6, `<w:keepLines/><w:spacing w:line="560" w:lineRule="exact"/>`, strings.Repeat(prose, 2))},
		{name: "sections-landscape-between", body: para("", prose) + `<w:p><w:pPr><w:sectPr>` + plainSect + `</w:sectPr></w:pPr></w:p>` + many(10, both, prose) + `<w:p><w:pPr><w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="1440" w:right="1000" w:bottom="1440" w:left="1000" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr></w:pPr></w:p>` + many(10, both, prose)},
		{name: "document-number", body: para(first, "根据《“科创甬江2035”重点研发计划》（甬科高〔2023〕73号）和《关于组织申报2025年度项目的通知》（甬科外〔2025〕96号）要求，经审核——形式审查、专家评审、综合评审……现批准立项。")},
	}
}

const (
	exact     = `<w:spacing w:line="340" w:lineRule="exact"/><w:jc w:val="both"/>`
	pageField = `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
	legal     = `<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>` +
		`<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="space"/><w:lvlText w:val="第%1条"/><w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>` +
		`<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2"/><w:pPr><w:tabs><w:tab w:val="num" w:pos="720"/></w:tabs><w:ind w:left="720" w:hanging="720"/></w:pPr></w:lvl>` +
		`<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%3)"/><w:lvlJc w:val="right"/><w:pPr><w:ind w:left="1200" w:hanging="200"/></w:pPr></w:lvl>` +
		`</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`
)

// framed is a text frame of paragraphs.
func framed(attrs string, text ...string) string {
	s := ""
	for _, x := range text {
		s += para(`<w:framePr `+attrs+`/>`+exact, x)
	}
	return s
}

// tabbed is a paragraph of pieces with tabs between them.
func tabbed(tabs string, pieces ...string) string {
	if tabs != "" {
		tabs = `<w:tabs>` + tabs + `</w:tabs>`
	}
	return `<w:p><w:pPr>` + tabs + `</w:pPr><w:r><w:t>` + strings.Join(pieces, `</w:t><w:tab/><w:t>`) + `</w:t></w:r></w:p>`
}

// formats is a paragraph in which every few words have another format.
func manyFormats() string {
	var b strings.Builder
	b.WriteString(`<w:p>`)
	for i, f := range []string{
		`<w:b/>`, `<w:i/>`, `<w:u w:val="double"/>`, `<w:strike/>`, `<w:color w:val="FF0000"/>`, `<w:highlight w:val="yellow"/>`, `<w:vertAlign w:val="superscript"/>`, `<w:spacing w:val="40"/>`,
		`<w:w w:val="150"/>`, `<w:position w:val="6"/>`, `<w:em w:val="dot"/>`, `<w:shd w:val="clear" w:fill="CCCCCC"/>`, `<w:bdr w:val="single" w:sz="4" w:space="0"/>`, `<w:sz w:val="36"/>`, `<w:smallCaps/>`, `<w:caps/>`,
	} {
		fmt.Fprintf(&b, `<w:r><w:rPr>%s</w:rPr><w:t xml:space="preserve">%sAbc %d</w:t></w:r>`, f, prose[i*9:i*9+18], i)
	}
	return b.String() + `</w:p>`
}

// beside is a paragraph with a picture of 100 pt height anchored in it, x points from the column.
func beside(wrap string, x, w int, text string) string {
	return fmt.Sprintf(`<w:p><w:pPr><w:spacing w:line="340" w:lineRule="exact"/><w:jc w:val="both"/></w:pPr><w:r><w:drawing><wp:anchor distT="0" distB="0" distL="114300" distR="114300" simplePos="0" relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">`+
		`<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>%d</wp:posOffset></wp:positionH><wp:positionV relativeFrom="paragraph"><wp:posOffset>254000</wp:posOffset></wp:positionV>`+
		`<wp:extent cx="%d" cy="1270000"/><wp:effectExtent l="0" t="0" r="0" b="0"/>%s<wp:docPr id="1" name="图" descr="蓝色方块"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="图"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="rId8"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%d" cy="1270000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>`+
		`<w:r><w:t xml:space="preserve">%s</w:t></w:r></w:p>`, x*12700, w*12700, wrap, w*12700, text)
}

// turnedTable has a cell in each of the directions in which text runs.
func turnedTable() string {
	s := grid([]int{700, 700, 700, 5000}, []string{"甲", "乙", "丙", prose}, []string{"合作外方", "承担单位", "管理ABC", prose + prose})
	for text, dir := range map[string]string{"合作外方": "tbRlV", "承担单位": "tbRl", "管理ABC": "btLr"} {
		s = strings.Replace(s, `</w:tcPr>`+para(`<w:jc w:val="left"/>`, text), `<w:textDirection w:val="`+dir+`"/></w:tcPr>`+para(`<w:jc w:val="left"/>`, text), 1)
	}
	return strings.ReplaceAll(s, `<w:cantSplit/></w:trPr>`, `<w:cantSplit/><w:trHeight w:val="1700"/></w:trPr>`)
}

func noted(kind, text string, id int) string {
	return fmt.Sprintf(`<w:p><w:r><w:t>%s</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:%sReference w:id="%d"/></w:r></w:p>`, text, kind, id)
}

func noteText(kind string, id int, text string) string {
	return fmt.Sprintf(`<w:%s w:id="%d"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:%[1]sRef/></w:r><w:r><w:t>%[3]s</w:t></w:r></w:p></w:%[1]s>`, kind, id, text)
}

// notedTable is a table of n rows with a footnote in each.
func notedTable(n int) string {
	rows := [][]string{{"序号", "内容"}}
	for i := range n {
		rows = append(rows, []string{fmt.Sprint(i + 1), fmt.Sprintf("@%d@", i+1)})
	}
	s := grid([]int{1500, 6000}, rows...)
	for i := range n {
		s = strings.Replace(s, para(`<w:jc w:val="left"/>`, fmt.Sprintf("@%d@", i+1)), noted("footnote", prose[:60], i+1), 1)
	}
	return s + para("", "完")
}

func notesText(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(noteText("footnote", i+1, fmt.Sprintf("第%d条脚注", i+1)))
	}
	return b.String()
}

// judgeFile makes the package: 宋体 and Times New Roman of 12 pt, single lines, no room between paragraphs.
func judgeFile(t *testing.T, s small) []byte {
	t.Helper()
	const ns = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ` +
		`xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ` +
		`xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"`
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	const word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	sect := s.sect
	if sect == "" {
		sect = plainSect
	}
	files := [][2]string{{"word/styles.xml", `<w:styles ` + ns + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体" w:cs="Times New Roman"/><w:sz w:val="24"/><w:szCs w:val="24"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>`}}
	files = append(files, [2]string{"word/settings.xml", `<w:settings ` + ns + `>` + s.settings + `<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`})
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
	for _, f := range []struct{ kind, text, id string }{{"default", s.footer, "rId4"}, {"even", s.evenFooter, "rId5"}} {
		if f.text == "" {
			continue
		}
		files = append(files, [2]string{"word/footer_" + f.kind + ".xml", `<w:ftr ` + ns + `>` + f.text + `</w:ftr>`})
		types += `<Override PartName="/word/footer_` + f.kind + `.xml" ContentType="` + word + `footer+xml"/>`
		rels += `<Relationship Id="` + f.id + `" Type="` + rel + `footer" Target="footer_` + f.kind + `.xml"/>`
		sect = `<w:footerReference w:type="` + f.kind + `" r:id="` + f.id + `"/>` + sect
	}
	for _, n := range []struct{ kind, text string }{{"footnote", s.footnotes}, {"endnote", s.endnotes}} {
		if n.text == "" {
			continue
		}
		// Word writes the two separators too, and LibreOffice takes the first two notes for them.
		separators := fmt.Sprintf(`<w:%s w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:%[1]s><w:%[1]s w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:%[1]s>`, n.kind)
		files = append(files, [2]string{"word/" + n.kind + "s.xml", `<w:` + n.kind + `s ` + ns + `>` + separators + n.text + `</w:` + n.kind + `s>`})
		types += `<Override PartName="/word/` + n.kind + `s.xml" ContentType="` + word + n.kind + `s+xml"/>`
		rels += `<Relationship Id="rId_` + n.kind + `" Type="` + rel + n.kind + `s" Target="` + n.kind + `s.xml"/>`
	}
	if s.picture {
		rels += `<Relationship Id="rId8" Type="` + rel + `image" Target="media/image1.png"/>`
		types += `<Default Extension="png" ContentType="image/png"/>`
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
	if s.picture {
		w, err := z.Create("word/media/image1.png")
		if err != nil {
			t.Fatal(err)
		}
		img := image.NewNRGBA(image.Rect(0, 0, 40, 40))
		draw.Draw(img, img.Bounds(), image.NewUniform(color.NRGBA{0x33, 0x66, 0xCC, 0xFF}), image.Point{}, draw.Src)
		if err := png.Encode(w, img); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
