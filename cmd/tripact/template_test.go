package main

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tripact/project"
	"tripact/render/docx"
)

const nsWord = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

// wordFile makes a Word file of body, which is spelled with the prefix w.
func wordFile(t testing.TB, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", `<w:document xmlns:w="` + nsWord + `"><w:body>` + body +
			`<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1800" w:bottom="1440" w:left="1800" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr></w:body></w:document>`},
	} {
		w, err := z.Create(f[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(f[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func wordPara(text string) string {
	return `<w:p><w:r><w:t xml:space="preserve">` + string(docx.AppendText(nil, text)) + `</w:t></w:r></w:p>`
}

var tableLines = func() (out string) {
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		out += `<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="auto"/>`
	}
	return out
}()

func wordTable(rows ...[]string) string {
	var b strings.Builder
	width := strconv.Itoa(min(3000, 8400/len(rows[0])))
	b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>` + tableLines + `</w:tblBorders></w:tblPr><w:tblGrid>` + strings.Repeat(`<w:gridCol w:w="`+width+`"/>`, len(rows[0])) + `</w:tblGrid>`)
	for _, r := range rows {
		b.WriteString("<w:tr>")
		for _, c := range r {
			b.WriteString(`<w:tc><w:tcPr><w:tcW w:w="` + width + `" w:type="dxa"/></w:tcPr>` + wordPara(c) + `</w:tc>`)
		}
		b.WriteString("</w:tr>")
	}
	return b.String() + "</w:tbl>"
}

// faultyTemplate has faults on two pages.
func faultyTemplate(t testing.TB) []byte {
	return wordFile(t, wordPara("{{#成员}}")+`<w:p><w:r><w:rPr><w:rFonts w:ascii="Wingdings Nine"/></w:rPr><w:t>x</w:t></w:r></w:p>`+
		`<w:p><w:pPr><w:pageBreakBefore/></w:pPr><w:r><w:t>第二页</w:t></w:r></w:p>`+wordTable([]string{"经费", "{{经费|金鹅}}"})+wordPara("尾"))
}

// The copy with comments is as valid as a Word file can be, by the Open XML SDK.
func TestCommentedFile(t *testing.T) {
	validator := tool(t, "ooxml-validator")
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.docx"), filepath.Join(dir, "out.docx")
	if err := os.WriteFile(in, faultyTemplate(t), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := run([]string{"template", "lint", in, "--comments", out}, &stdout, &stderr); code != 1 {
		t.Fatalf("exit %d: %s", code, stderr.String())
	}
	for _, f := range []string{in, out} {
		said, _ := exec.Command(validator, f).CombinedOutput()
		if !strings.Contains(string(said), `"errors"`) || strings.Contains(string(said), `"description"`) {
			t.Errorf("%s: %s", filepath.Base(f), said)
		}
	}
}

// The workbook has a row for each field, under a head, and the same bytes each time.
func TestFieldsXLSX(t *testing.T) {
	entries := project.Dictionary()
	data, err := fieldsXLSX(entries)
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(entries)+1 || len(rows[0]) != len(fieldColumns) || rows[1][0] != entries[0].ZHPath {
		t.Errorf("%d rows for %d fields, first %v", len(rows), len(entries), rows[1])
	}
	again, err := fieldsXLSX(entries)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, again) {
		t.Error("the workbook is another the second time")
	}
}
