package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tripact/problem"
)

// workbook makes a workbook by hand, so that a test can put any XML into its one sheet.
func workbook(t testing.TB, sheetXML string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	const main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook ` + main + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="清单" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", `<worksheet ` + main + `><sheetData>` + sheetXML + `</sheetData></worksheet>`},
	} {
		w, err := z.Create(part[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(part[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestRead: a cell is the text of the file, and Decimal what was typed.
func TestRead(t *testing.T) {
	data := workbook(t, `<row r="2"><c r="A2" t="inlineStr"><is><t>甲 </t></is></c><c r="B2"><v>66.670000000000002</v></c><c r="C2"><f>1+1</f><v>2</v></c>`+
		`<c r="D2"><f>B2*2</f></c><c r="E2" t="e"><v>#REF!</v></c><c r="F2" t="str"><v>0012</v></c><c r="G2"><v>1.2E+18</v></c><c r="H2"><v>24510760036</v></c><c r="I2"><v>1.0000000000000001E-6</v></c></row>`)
	sheets, list := Read(data)
	if list.Failed() || len(sheets) != 1 || sheets[0].Name != "清单" || len(sheets[0].Rows) != 2 {
		t.Fatalf("%v %+v", list, sheets)
	}
	s := sheets[0]
	for col, want := range []struct {
		cell    Cell
		decimal string
	}{
		{Cell{Text: "甲 "}, "甲 "},
		{Cell{Text: "66.670000000000002", Number: true}, "66.67"},
		{Cell{Text: "2", Number: true, Formula: true}, "2"},
		{Cell{Formula: true}, ""},
		{Cell{Text: "#REF!", Error: true}, "#REF!"},
		{Cell{Text: "0012"}, "0012"},
		{Cell{Text: "1.2E+18", Number: true}, "1.2E+18"}, // 16 digits and more before the point are lost
		{Cell{Text: "24510760036", Number: true}, "24510760036"},
		{Cell{Text: "1.0000000000000001E-6", Number: true}, "0.000001"},
	} {
		if got := s.At(1, col); got != want.cell || got.Decimal() != want.decimal {
			t.Errorf("%s: %+v, %q; want %+v, %q", Ref(1, col), got, got.Decimal(), want.cell, want.decimal)
		}
	}
	if s.At(0, 0) != (Cell{}) || s.At(9, 9) != (Cell{}) || s.Place(1, 2).In("zh") != "清单单元格C2" || s.Place(1, 2).In("en") != "清单, cell C2" {
		t.Errorf("%q %q", s.Place(1, 2).In("zh"), s.Place(1, 2).In("en"))
	}
}

// TestDecimal: every amount that a list may hold comes back from the nearest float64, which is what Excel keeps.
func TestDecimal(t *testing.T) {
	for fen := int64(1); fen < 40_000_000_000_000; fen = fen*3 + 7 {
		for _, places := range []int{2, 6} {
			typed := fmt.Sprintf("%0*d", places+1, fen)
			typed = typed[:len(typed)-places] + "." + typed[len(typed)-places:]
			var v float64
			if _, err := fmt.Sscan(typed, &v); err != nil {
				t.Fatal(err)
			}
			want := strings.TrimRight(strings.TrimRight(typed, "0"), ".")
			got := Cell{Text: fmt.Sprintf("%.17G", v), Number: true}.Decimal()
			if got = strings.TrimSuffix(got, ".0"); got != want {
				t.Errorf("%s stored as %.17G reads %s", typed, v, got)
			}
		}
	}
}

// TestRefused: what is no workbook or too large is refused, before anything is built of it.
func TestRefused(t *testing.T) {
	good, err := Write(Table{Name: "a", Head: []Column{{"x", 9}}, Rows: [][]Value{Text("1")}})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		data []byte
		code string
	}{
		"empty":           {nil, "sheet.format"},
		"text":            {[]byte("编号,名称"), "sheet.format"},
		"old or locked":   {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 more"), "sheet.format"},
		"cut short":       {good[:len(good)-40], "sheet.format"},
		"far row":         {workbook(t, `<row r="1048576"><c r="A1048576"><v>1</v></c></row>`), "sheet.size"},
		"far column":      {workbook(t, `<row r="1"><c r="XFD1"><v>1</v></c></row>`), "sheet.size"},
		"cells":           {workbook(t, strings.Repeat(`<row><c><v>1</v></c></row>`, MaxRows+1)), "sheet.size"},
		"size":            {make([]byte, MaxSize+1), "sheet.size"},
		"unpacked":        {workbook(t, strings.Repeat(" ", MaxUnpacked)), "sheet.size"},
		"broken XML":      {workbook(t, `<row r="1"><c`), "sheet.format"},
		"entity":          {workbook(t, `<row r="1"><c r="A1" t="str"><v>&xxe;</v></c></row>`), "sheet.format"},
		"zip, no content": {emptyZip(t), "sheet.format"},
	} {
		t.Run(name, func(t *testing.T) {
			sheets, list := Read(tt.data)
			if sheets != nil || len(list) != 1 || list[0].Code != tt.code || list[0].Severity != problem.Fail || list[0].Fix.ZH == "" || list[0].Fix.EN == "" {
				t.Errorf("%d sheets, %v", len(sheets), list)
			}
		})
	}
}

func emptyZip(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := zip.NewWriter(&b).Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestWrite: what is written is read again as it was, formulas stay text, and the bytes are the same each time.
func TestWrite(t *testing.T) {
	table := Table{Name: "差异表", Head: []Column{{"项目", 10}, {"金额", 12}}, Rows: [][]Value{
		{{Text: "=1+1", Mark: problem.Fail}, {Text: "12345678901.23", Amount: true}}, {{Text: "0012\n陈𬭎"}, {Amount: true}}, Text("@cmd", "-3"),
	}}
	data, err := Write(table, Table{Name: "问题"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := Write(table, Table{Name: "问题"})
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("not the same bytes (%v)", err)
	}
	sheets, list := Read(data)
	if list.Failed() || len(sheets) != 2 || sheets[1].Name != "问题" {
		t.Fatal(list, sheets)
	}
	s := sheets[0]
	want := [][]Cell{{{Text: "项目"}, {Text: "金额"}}, {{Text: "=1+1"}, {Text: "12345678901.23", Number: true}}, {{Text: "0012\n陈𬭎"}}, {{Text: "@cmd"}, {Text: "-3"}}}
	for i := range want {
		for j := range want[i] {
			if got := s.At(i, j); got != want[i][j] {
				t.Errorf("%s: %+v, want %+v", Ref(i, j), got, want[i][j])
			}
		}
	}
}

// TestMerged: cells merged in one column hold the same; hidden sheets are left out.
func TestMerged(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // in memory
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(f.SetSheetRow("Sheet1", "A1", &[]any{"标题"}))
	check(f.MergeCell("Sheet1", "A1", "C1"))
	check(f.SetSheetRow("Sheet1", "A2", &[]any{"甲", "1"}))
	check(f.SetSheetRow("Sheet1", "B3", &[]any{"2"}))
	check(f.MergeCell("Sheet1", "A2", "A3"))
	_, err := f.NewSheet("secret")
	check(err)
	check(f.SetSheetVisible("secret", false))
	b, err := f.WriteToBuffer()
	check(err)
	sheets, list := Read(b.Bytes())
	if list.Failed() || len(sheets) != 1 {
		t.Fatal(list, len(sheets))
	}
	if s := sheets[0]; s.At(2, 0).Text != "甲" || s.At(2, 1).Text != "2" || s.At(0, 1).Text != "" {
		t.Errorf("%+v", s.Rows)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(workbook(f, `<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1"><v>1E5</v></c></row>`))
	f.Add(emptyZip(f))
	f.Add([]byte("PK"))
	f.Fuzz(func(t *testing.T, data []byte) {
		sheets, list := Read(data)
		if (sheets == nil) != list.Failed() && len(data) > 0 {
			t.Errorf("%d sheets, %v", len(sheets), list)
		}
		for _, s := range sheets {
			for _, row := range s.Rows {
				for _, c := range row {
					_ = c.Decimal()
				}
			}
		}
	})
}
