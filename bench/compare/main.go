// Command compare makes one contract in the input of each program that is compared with ours, and times ours and fpdf in this process.
// bench/compare.sh runs it and the other programs.
//
//	compare DIR       writes contract.docx, contract.html, contract.typ and contract.txt into DIR
//	compare -time DIR prints the warm times of ours and of fpdf as lines of NAME SECONDS PAGES
package main

import (
	"archive/zip"
	"bytes"
	"context"
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-pdf/fpdf"

	"tripact/fonts"
	"tripact/render"
	"tripact/render/docx"
	"tripact/render/pdf"
)

func main() {
	timed := flag.Bool("time", false, "time ours and fpdf")
	fontDir := flag.String("fonts", "fonts/files", "folder of the shipped fonts")
	flag.Parse()
	if flag.NArg() != 1 {
		fail(fmt.Errorf("compare [-time] DIR"))
	}
	dir := flag.Arg(0)
	if *timed {
		fail(ours(filepath.Join(dir, "contract.docx")))
		fail(theirs(*fontDir))
		return
	}
	for name, data := range map[string][]byte{"contract.docx": word(), "contract.html": page(*fontDir), "contract.typ": typst(), "contract.txt": []byte(strings.Join(text(), "\n"))} {
		fail(os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1) //nolint:forbidigo // a command of its own
	}
}

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

const clauses, perClause = 45, 3

func text() []string {
	var out []string
	for i := range clauses {
		var b strings.Builder
		for k := range perClause {
			b.WriteString(sentences[(i*3+k*7)%len(sentences)])
		}
		out = append(out, b.String())
	}
	return out
}

func title(i int) string { return fmt.Sprintf("第%d条　权利义务与执行要求", i+1) }

var table = [][]string{
	{"序号", "支出内容", "市财政经费（万元）", "自筹经费（万元）", "合计（万元）"},
	{"1", "设备费：购置腐蚀电化学工作站一台", "20.00", "10.00", "30.00"},
	{"2", "业务费：材料、测试化验加工、出版与知识产权事务", "35.00", "45.00", "80.00"},
	{"3", "劳务费：参加项目研究的研究生和项目聘用人员", "15.00", "25.00", "40.00"},
	{"4", "间接费用：管理费与绩效支出", "10.00", "20.00", "30.00"},
	{"", "合计", "80.00", "100.00", "180.00"},
}

// tables stand after these clauses.
var tables = []int{8, 20, 32}

func word() []byte {
	var b strings.Builder
	run := func(props, text string) {
		fmt.Fprintf(&b, `<w:p>%s<w:r><w:t xml:space="preserve">%s</w:t></w:r></w:p>`, props, html.EscapeString(text))
	}
	for i, t := range text() {
		run(`<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>`, title(i))
		run(`<w:pPr><w:ind w:firstLine="480"/><w:jc w:val="both"/></w:pPr>`, t)
		if !slices.Contains(tables, i) {
			continue
		}
		b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders><w:top w:val="single" w:sz="4"/><w:left w:val="single" w:sz="4"/><w:bottom w:val="single" w:sz="4"/><w:right w:val="single" w:sz="4"/><w:insideH w:val="single" w:sz="4"/><w:insideV w:val="single" w:sz="4"/></w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid><w:gridCol w:w="800"/><w:gridCol w:w="3600"/><w:gridCol w:w="1400"/><w:gridCol w:w="1400"/><w:gridCol w:w="1400"/></w:tblGrid>`)
		for _, row := range table {
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
		fail(err)
		_, err = w.Write([]byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + f[1]))
		fail(err)
	}
	fail(z.Close())
	return out.Bytes()
}

func page(fontDir string) []byte {
	abs, err := filepath.Abs(fontDir)
	fail(err)
	var b strings.Builder
	fmt.Fprintf(&b, `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>合同</title><style>
@font-face{font-family:Song;src:url("file://%[1]s/NotoSerifSC-Regular.ttf")}
@font-face{font-family:Hei;src:url("file://%[1]s/NotoSansSC-Bold.ttf");font-weight:bold}
@page{size:A4;margin:25.4mm 29.1mm}body{font:12pt/22pt Song;margin:0}h2{font:bold 12pt/22pt Hei;margin:0;break-after:avoid}
p{margin:0;text-indent:2em;text-align:justify}table{border-collapse:collapse;width:100%%}td{border:.5pt solid;padding:0 5pt}</style>`, abs)
	for i, t := range text() {
		fmt.Fprintf(&b, "<h2>%s</h2><p>%s</p>\n", title(i), html.EscapeString(t))
		if slices.Contains(tables, i) {
			b.WriteString("<table>")
			for _, row := range table {
				b.WriteString("<tr><td>" + strings.Join(row, "<td>"))
			}
			b.WriteString("</table>")
		}
	}
	return []byte(b.String())
}

func typst() []byte {
	var b strings.Builder
	b.WriteString("#set page(paper: \"a4\", margin: (x: 29.1mm, y: 25.4mm))\n#set text(font: \"Noto Serif SC\", size: 12pt, lang: \"zh\")\n" +
		"#set par(justify: true, leading: 10pt, spacing: 10pt, first-line-indent: (amount: 2em, all: true))\n#show heading: set text(font: \"Noto Sans SC\", size: 12pt)\n#show heading: set block(spacing: 10pt)\n")
	for i, t := range text() {
		fmt.Fprintf(&b, "= %s\n%s\n\n", title(i), t)
		if slices.Contains(tables, i) {
			b.WriteString("#table(columns: (8%, 44%, 16%, 16%, 16%),\n")
			for _, row := range table {
				for _, cell := range row {
					fmt.Fprintf(&b, "[%s],", cell)
				}
				b.WriteString("\n")
			}
			b.WriteString(")\n")
		}
	}
	return []byte(b.String())
}

// warm gives the time of one run, the middle of many.
func warm(n int, run func() (int, error)) (time.Duration, int, error) {
	var times []time.Duration
	pages := 0
	for range n {
		start := time.Now() //nolint:forbidigo // a stop watch
		p, err := run()
		if err != nil {
			return 0, 0, err
		}
		times, pages = append(times, time.Since(start)), p
	}
	slices.Sort(times)
	return times[len(times)/2], pages, nil
}

func ours(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	engine := render.Engine{Fonts: fonts.Shipped()}
	d, pages, err := warm(100, func() (int, error) {
		pkg, err := docx.Open(data)
		if err != nil {
			return 0, err
		}
		_, pages, found := engine.PDF(context.Background(), pkg, pdf.Options{Title: "合同"})
		return pages, found.Err()
	})
	fmt.Fprintln(os.Stdout, "tripact", d.Seconds(), pages)
	return err
}

// theirs is fpdf as its manual has it: fonts added from the files, MultiCell for the text. Its MultiCell loses characters at breaks; here
// only its time counts.
func theirs(dir string) error {
	song, err := os.ReadFile(filepath.Join(dir, "NotoSerifSC-Regular.ttf"))
	if err != nil {
		return err
	}
	hei, err := os.ReadFile(filepath.Join(dir, "NotoSansSC-Bold.ttf"))
	if err != nil {
		return err
	}
	d, pages, err := warm(10, func() (int, error) {
		f := fpdf.New("P", "pt", "A4", "")
		f.SetMargins(82.5, 72, 82.5)
		f.SetAutoPageBreak(true, 72)
		f.AddUTF8FontFromBytes("song", "", song)
		f.AddUTF8FontFromBytes("hei", "", hei)
		f.AddPage()
		for i, t := range text() {
			f.SetFont("hei", "", 12)
			f.MultiCell(0, 22, title(i), "", "L", false)
			f.SetFont("song", "", 12)
			f.MultiCell(0, 22, "　　"+t, "", "J", false)
			if !slices.Contains(tables, i) {
				continue
			}
			for _, row := range table {
				for k, cell := range row {
					f.CellFormat([]float64{40, 180, 70, 70, 70}[k], 22, cell, "1", 0, "L", false, 0, "")
				}
				f.Ln(22)
			}
		}
		var out bytes.Buffer
		err := f.Output(&out)
		return f.PageCount(), err
	})
	fmt.Fprintln(os.Stdout, "fpdf", d.Seconds(), pages)
	return err
}
