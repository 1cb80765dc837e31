// Command compare makes one contract in the input of each program that is compared with ours, and times ours and fpdf in this process.
// bench/compare.sh runs it and the other programs.
//
//	compare DIR       writes contract.docx, contract.html, contract.typ and contract.txt into DIR
//	compare -time DIR prints the warm times of ours and of fpdf as lines of NAME SECONDS PAGES
package main

import (
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

	"tripact/bench/contract"
	"tripact/fonts"
	"tripact/render"
	"tripact/render/docx"
	"tripact/render/fill"
	"tripact/render/pdf"
)

func main() {
	render.TuneHeap() // as the program does
	timed := flag.Bool("time", false, "time ours and fpdf")
	fontDir := flag.String("fonts", "fonts/files", "folder of the shipped fonts")
	flag.Parse()
	if flag.NArg() != 1 {
		fail(fmt.Errorf("compare [-time] DIR"))
	}
	dir := flag.Arg(0)
	if *timed {
		fail(ours())
		fail(theirs(*fontDir))
		return
	}
	word, err := contract.Word(contract.Text(0), contract.Table)
	fail(err)
	for name, data := range map[string][]byte{"contract.docx": word, "contract.html": page(*fontDir), "contract.typ": typst(), "contract.txt": []byte(strings.Join(contract.Text(0), "\n"))} {
		fail(os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1) //nolint:forbidigo // a command of its own
	}
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
	for i, t := range contract.Text(0) {
		fmt.Fprintf(&b, "<h2>%s</h2><p>%s</p>\n", contract.Title(i), html.EscapeString(t))
		if slices.Contains(contract.Tables, i) {
			b.WriteString("<table>")
			for _, row := range contract.Table {
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
	for i, t := range contract.Text(0) {
		fmt.Fprintf(&b, "= %s\n%s\n\n", contract.Title(i), t)
		if slices.Contains(contract.Tables, i) {
			b.WriteString("#table(columns: (8%, 44%, 16%, 16%, 16%),\n")
			for _, row := range contract.Table {
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

// ours fills the compiled template with the words of another contract each time.
func ours() error {
	data, err := contract.Template()
	if err != nil {
		return err
	}
	pkg, err := docx.Open(data)
	if err != nil {
		return err
	}
	template, found := fill.Compile(pkg, fill.Options{})
	if found.Failed() {
		return found.Err()
	}
	engine := render.Engine{Fonts: fonts.Shipped()}
	n := 0
	d, pages, err := warm(200, func() (int, error) {
		n++
		out, found := engine.Render(context.Background(), render.Job{Template: template, Data: contract.Data(n), Formats: render.Formats{PDF: true}, Info: pdf.Options{Title: "合同"}})
		if found.Failed() {
			return 0, found.Err()
		}
		return out.Pages, nil
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
		for i, t := range contract.Text(0) {
			f.SetFont("hei", "", 12)
			f.MultiCell(0, 22, contract.Title(i), "", "L", false)
			f.SetFont("song", "", 12)
			f.MultiCell(0, 22, "　　"+t, "", "J", false)
			if !slices.Contains(contract.Tables, i) {
				continue
			}
			for _, row := range contract.Table {
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
