// Package sheet reads and writes Excel workbooks (.xlsx) as tables of text. Workbooks come from strangers: they are opened
// under limits, nothing in them is computed or followed, and every cell is the text that the file holds, never a float. What is
// written is inert, too: text that looks like a formula stays text.
package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"tripact/problem"
)

// Limits of a workbook that is read.
const (
	MaxSize     = 16 << 20 // bytes of the file
	MaxUnpacked = 32 << 20 // bytes of all its parts
	MaxParts    = 500
	MaxRows     = 10_000 // of one sheet
	MaxCols     = 200
	MaxCells    = 300_000 // of one sheet
)

// Sheet is one sheet of a workbook, without those that are hidden.
type Sheet struct {
	Name string
	Rows [][]Cell // as far as they hold something; rows may differ in length
}

// Cell is what one cell holds. A cell below the first of cells merged in one column holds the same.
type Cell struct {
	Text    string // as it is stored: 0.1 may be stored as 0.10000000000000001; see Decimal
	Number  bool   // stored as a number, and so are dates
	Formula bool   // Text is the value that was saved with the formula, "" when none was
	Error   bool   // Text is an Excel error such as #REF!
}

// Ref is the name of a cell, such as F3; row and col count from 0.
func Ref(row, col int) string {
	name, err := excelize.CoordinatesToCellName(col+1, row+1)
	if err != nil {
		return ""
	}
	return name
}

// Place is where a cell stands, for findings; row and col count from 0.
func (s *Sheet) Place(row, col int) *problem.Place {
	return &problem.Place{Part: s.Name, Cell: Ref(row, col)}
}

// At returns a cell, empty where there is none; row and col count from 0.
func (s *Sheet) At(row, col int) Cell {
	if row < 0 || row >= len(s.Rows) || col < 0 || col >= len(s.Rows[row]) {
		return Cell{}
	}
	return s.Rows[row][col]
}

// Decimal is the cell's text as Excel shows it when it is a number. Excel keeps numbers as binary floating point and
// writes up to 17 digits of them, of which it takes 15 as meant: 66.67 may stand in the file as 66.670000000000002. Numbers of more
// digits are therefore rounded, in decimal, to 15 significant digits; text and shorter numbers are left alone.
func (c Cell) Decimal() string {
	if !c.Number {
		return c.Text
	}
	plain := strings.ContainsAny(c.Text, "eE")
	digits := strings.TrimLeft(strings.NewReplacer("-", "", ".", "").Replace(c.Text), "0")
	if !plain && len(digits) <= 15 {
		return c.Text
	}
	if len(c.Text) > 40 {
		return c.Text
	}
	r, ok := new(big.Rat).SetString(c.Text)
	if !ok || r.Sign() == 0 {
		return c.Text
	}
	// The power of ten of the first digit decides how many decimals 15 digits are.
	whole := new(big.Int).Quo(new(big.Int).Abs(r.Num()), r.Denom())
	decimals := 15
	if whole.Sign() > 0 {
		decimals -= len(whole.String())
	} else {
		for t, ten := new(big.Rat).Abs(r), big.NewRat(10, 1); t.Cmp(big.NewRat(1, 10)) < 0 && decimals < 60; decimals++ {
			t.Mul(t, ten)
		}
	}
	if decimals < 0 {
		return c.Text // more than 15 digits before the point: what was typed is lost
	}
	s := r.FloatString(decimals)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// Read opens a workbook and returns its visible sheets. Cells of a formula hold the value last saved; nothing is computed. A file that is no
// workbook, is encrypted or goes beyond a limit is a Fail and gives no sheets. Read never panics.
func Read(data []byte) (sheets []Sheet, list problem.List) {
	defer func() {
		if r := recover(); r != nil { // the library meets files that nobody has tried before
			sheets, list = nil, refused("sheet.damaged", problem.Tf("工作簿已损坏：%[1]v", "the workbook is damaged: %[1]v", r), problem.T("用 Excel 或 WPS 打开后另存为 .xlsx", "open it in Excel or WPS and save it again as .xlsx"))
		}
	}()
	if list = limits(data); list.Failed() {
		return nil, list
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true, UnzipSizeLimit: MaxUnpacked, UnzipXMLSizeLimit: MaxUnpacked})
	if err != nil {
		return nil, notOne(err)
	}
	defer f.Close() //nolint:errcheck // read only
	for _, name := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(name); err == nil && !visible {
			continue
		}
		s := Sheet{Name: name}
		rows, err := f.GetRows(name)
		if err != nil {
			return nil, notOne(err)
		}
		for i, row := range rows {
			cells := make([]Cell, len(row))
			for j, text := range row {
				if cells[j], err = cell(f, name, Ref(i, j), text); err != nil {
					return nil, notOne(err)
				}
			}
			s.Rows = append(s.Rows, cells)
		}
		if err := s.merge(f); err != nil {
			return nil, notOne(err)
		}
		sheets = append(sheets, s)
	}
	return sheets, nil
}

func cell(f *excelize.File, sheet, ref, text string) (Cell, error) {
	c := Cell{Text: text}
	kind, err := f.GetCellType(sheet, ref)
	if err != nil {
		return c, err //nolint:wrapcheck // worded for people by the caller
	}
	switch kind {
	case excelize.CellTypeNumber, excelize.CellTypeUnset:
		c.Number = text != ""
	case excelize.CellTypeError:
		c.Error = true
	case excelize.CellTypeBool, excelize.CellTypeDate, excelize.CellTypeFormula, excelize.CellTypeInlineString, excelize.CellTypeSharedString:
	}
	formula, err := f.GetCellFormula(sheet, ref)
	c.Formula = formula != ""
	return c, err //nolint:wrapcheck // as above
}

// merge gives the cells merged in one column what the first of them holds.
func (s *Sheet) merge(f *excelize.File) error {
	merged, err := f.GetMergeCells(s.Name)
	if err != nil {
		return err //nolint:wrapcheck // worded for people by the caller
	}
	for _, m := range merged {
		col, top, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		right, bottom, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err1 != nil || err2 != nil || col != right {
			continue
		}
		for row := top; row < bottom && row < len(s.Rows); row++ {
			for len(s.Rows[row]) < col {
				s.Rows[row] = append(s.Rows[row], Cell{})
			}
			s.Rows[row][col-1] = s.At(top-1, col-1)
		}
	}
	return nil
}

// cellRow and cellCol find the coordinates in the tags of a sheet's XML.
var cellName = regexp.MustCompile(`^([A-Z]{1,3})([1-9][0-9]{0,6})$`)

// limits looks at the package before a library builds anything of it: one cell at XFD1048576 would make it build
// them all.
func limits(data []byte) problem.List {
	tooLarge := func(what problem.Text) problem.List {
		return refused("sheet.size", problem.Text{ZH: "工作簿过大：" + what.ZH, EN: "the workbook is too large: " + what.EN}, problem.T("只保留清单所在的工作表，删除空行空列后另存", "keep only the sheet with the list, remove empty rows and columns, and save it again"))
	}
	if len(data) > MaxSize {
		return tooLarge(problem.Tf("超过 %d MiB", "more than %d MiB", MaxSize>>20))
	}
	if bytes.HasPrefix(data, []byte{0xD0, 0xCF, 0x11, 0xE0}) {
		return refused("sheet.format", problem.T("是旧版 .xls 文件或加密的工作簿", "this is an old .xls file or an encrypted workbook"), problem.T("去掉密码，另存为 .xlsx", "remove the password and save it as .xlsx"))
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return notOne(err)
	}
	if len(z.File) > MaxParts {
		return tooLarge(problem.Tf("部件超过 %d 个", "more than %d parts", MaxParts))
	}
	left := int64(MaxUnpacked)
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			return notOne(err)
		}
		counted := &io.LimitedReader{R: r, N: left + 1}
		if name := strings.ToLower(part.Name); strings.HasPrefix(name, "xl/worksheets/") && strings.HasSuffix(name, ".xml") {
			err = sheetLimits(counted)
		}
		if err == nil {
			_, err = io.Copy(io.Discard, counted)
		}
		r.Close() //nolint:errcheck // read only
		left = counted.N - 1
		switch {
		case left < 0:
			return tooLarge(problem.Tf("解压后超过 %d MiB", "more than %d MiB when unpacked", MaxUnpacked>>20))
		case errors.Is(err, errCells):
			return tooLarge(problem.Tf("一个工作表最多 %d 行、%d 列、%d 个单元格", "a sheet has at most %d rows, %d columns and %d cells", MaxRows, MaxCols, MaxCells))
		case err != nil:
			return notOne(err)
		}
	}
	return nil
}

var errCells = errors.New("too many cells")

// sheetLimits reads the XML of one sheet and refuses cells beyond the limits, and declarations of entities.
func sheetLimits(r io.Reader) error {
	dec := xml.NewDecoder(r)
	cells, rows := 0, 0
	for {
		tok, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("sheet: %w", err)
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "row":
			rows++
		case "c":
			cells++
		default:
			continue
		}
		if cells > MaxCells || rows > MaxRows {
			return errCells
		}
		for _, a := range start.Attr {
			if a.Name.Local != "r" {
				continue
			}
			number := a.Value
			if m := cellName.FindStringSubmatch(a.Value); m != nil {
				number = m[2]
				if col, err := excelize.ColumnNameToNumber(m[1]); err != nil || col > MaxCols {
					return errCells
				}
			}
			if n, err := strconv.Atoi(number); err != nil || n > MaxRows {
				return errCells
			}
		}
	}
}

func notOne(err error) problem.List {
	return refused("sheet.format", problem.Tf("不是可读取的 .xlsx 工作簿：%[1]v", "this is no .xlsx workbook that can be read: %[1]v", err), problem.T("用 Excel 或 WPS 打开后另存为 .xlsx", "open it in Excel or WPS and save it as .xlsx"))
}

func refused(code string, message, fix problem.Text) problem.List {
	return problem.List{{Code: code, Severity: problem.Fail, Message: message, Fix: problem.Fix{ZH: fix.ZH, EN: fix.EN}}}
}
