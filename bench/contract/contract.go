// Package contract is the ten-page contract that speed is measured with, as a Word file and as its parts for other programs.
package contract

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"slices"
	"strings"
)

// sentences are put together to clauses; marks, numbers and Latin words are as frequent as in real contracts.
var sentences = []string{
	"甲方负责项目立项、经费拨付和监督检查，乙方负责按照本合同组织实施并对经费使用的真实性、合规性负责。",
	"丙方作为归口管理单位，应当督促乙方按期报送年度执行情况，并在收到报告后10个工作日内提出审核意见。",
	"项目执行期为2026年1月至2028年12月；确需延期的，乙方应当在期满前60日提出书面申请，延期不超过12个月。",
	"市财政经费800,000.00元（大写：人民币捌拾万元整）分两次拨付，首次拨付比例为60%，余款在中期评估通过后拨付。",
	"合作各方依据《国际科技合作协议》（编号：2025-NB-017）共享数据，未经书面同意不得向第三方提供或公开发表。",
	"研究成果形成的知识产权归属按照“谁完成、谁所有”的原则处理，联合完成的由各方共有，并按贡献大小分享收益。",
	"外方合作单位Institute of Materials Science承担腐蚀试验，双方每6个月召开一次进展会议，并形成会议纪要备查。",
	"乙方应当建立专账，设备费、业务费、劳务费和间接费用分别核算；预算调剂按照管理办法规定的权限和程序办理。",
	"任何一方违反约定造成损失的，应当承担赔偿责任；因不可抗力不能履行的，应当及时通知其他各方并提供证明。",
	"验收材料包括研究报告、技术报告、经费决算表、第三方检测报告以及论文、专利等证明文件，一式五份并附电子文本。",
}

const count, perClause = 45, 3

// Text gives the clauses of contract number n; every clause begins with words that no other clause and no other contract has.
func Text(n int) []string {
	var out []string
	for i := range count {
		var b strings.Builder
		fmt.Fprintf(&b, "（%d-%d）", n, i+1)
		for k := range perClause {
			b.WriteString(sentences[(i*3+k*7)%len(sentences)])
		}
		out = append(out, b.String())
	}
	return out
}

// Title is the heading of clause i from 0.
func Title(i int) string { return fmt.Sprintf("第%d条　权利义务与执行要求", i+1) }

// Table is the budget, its head first.
var Table = [][]string{
	{"序号", "支出内容", "市财政经费（万元）", "自筹经费（万元）", "合计（万元）"},
	{"1", "设备费：购置腐蚀电化学工作站一台", "20.00", "10.00", "30.00"},
	{"2", "业务费：材料、测试化验加工、出版与知识产权事务", "35.00", "45.00", "80.00"},
	{"3", "劳务费：参加项目研究的研究生和项目聘用人员", "15.00", "25.00", "40.00"},
	{"4", "间接费用：管理费与绩效支出", "10.00", "20.00", "30.00"},
	{"", "合计", "80.00", "100.00", "180.00"},
}

// Tables are the clauses, from 0, that a table stands after.
var Tables = []int{8, 20, 32}

// Word makes the Word file with these clauses and rows.
func Word(clauses []string, rows [][]string) ([]byte, error) {
	var b strings.Builder
	run := func(props, text string) {
		fmt.Fprintf(&b, `<w:p>%s<w:r><w:t xml:space="preserve">%s</w:t></w:r></w:p>`, props, html.EscapeString(text))
	}
	for i, t := range clauses {
		run(`<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>`, Title(i))
		run(`<w:pPr><w:ind w:firstLine="480"/><w:jc w:val="both"/></w:pPr>`, t)
		if !slices.Contains(Tables, i) {
			continue
		}
		b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders><w:top w:val="single" w:sz="4"/><w:left w:val="single" w:sz="4"/><w:bottom w:val="single" w:sz="4"/><w:right w:val="single" w:sz="4"/><w:insideH w:val="single" w:sz="4"/><w:insideV w:val="single" w:sz="4"/></w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid><w:gridCol w:w="800"/><w:gridCol w:w="3600"/><w:gridCol w:w="1400"/><w:gridCol w:w="1400"/><w:gridCol w:w="1400"/></w:tblGrid>`)
		for _, row := range rows {
			b.WriteString(`<w:tr>`)
			for k, cell := range row {
				fmt.Fprintf(&b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, []int{800, 3600, 1400, 1400, 1400}[k])
				run("", cell)
				b.WriteString(`</w:tc>`)
			}
			b.WriteString(`</w:tr>`)
		}
		b.WriteString(`</w:tbl>`)
	}
	const ns = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	const kind = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="` + kind + `document.main+xml"/><Override PartName="/word/styles.xml" ContentType="` + kind + `styles+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + rel + `officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/_rels/document.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + rel + `styles" Target="styles.xml"/></Relationships>`},
		{"word/styles.xml", `<w:styles ` + ns + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Noto Serif SC" w:hAnsi="Noto Serif SC" w:eastAsia="Noto Serif SC"/><w:sz w:val="24"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:line="440" w:lineRule="exact"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:rFonts w:ascii="Noto Sans SC" w:hAnsi="Noto Sans SC" w:eastAsia="Noto Sans SC"/><w:b/></w:rPr></w:style></w:styles>`},
		{"word/document.xml", `<w:document ` + ns + `><w:body>` + b.String() + `<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1650" w:bottom="1440" w:left="1650" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr></w:body></w:document>`},
	} {
		w, err := z.Create(f[0])
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + f[1])); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Template is the same contract as a template whose clauses and rows come from Data.
func Template() ([]byte, error) {
	tags := make([]string, count)
	for i := range tags {
		tags[i] = fmt.Sprintf("{{条款%d}}", i+1)
	}
	return Word(tags, [][]string{Table[0], {"{{#支出}}{{号}}", "{{内容}}", "{{财政}}", "{{自筹}}", "{{小计}}{{/支出}}"}})
}

// Data fills Template to contract number n.
func Data(n int) map[string]any {
	data := map[string]any{}
	for i, t := range Text(n) {
		data[fmt.Sprintf("条款%d", i+1)] = t
	}
	var rows []any
	for _, r := range Table[1:] {
		rows = append(rows, map[string]any{"号": r[0], "内容": r[1], "财政": r[2], "自筹": r[3], "小计": r[4]})
	}
	data["支出"] = rows
	return data
}
