package sheet

import (
	"errors"
	"fmt"

	"github.com/xuri/excelize/v2"

	"tripact/problem"
)

// Table is one sheet to be written: a head that stays in sight, and rows.
type Table struct {
	Name string
	Head []Column
	Rows [][]Value
}

// Column is one column of a Table.
type Column struct {
	Head  string
	Width float64 // in characters
}

// Value is one cell to be written.
type Value struct {
	Text   string
	Amount bool             // Text is an amount in yuan with two decimals, which becomes a number of exactly these digits
	Mark   problem.Severity // coloured: red for fail, yellow for warn
}

// Text makes values of texts.
func Text(texts ...string) []Value {
	row := make([]Value, len(texts))
	for i, t := range texts {
		row[i].Text = t
	}
	return row
}

const maxText = 32_767 // UTF-16 units that a cell takes

// Write makes a workbook of tables, in their order. The same tables give the same bytes.
func Write(tables ...Table) (data []byte, err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	w := writer{f: f, styles: make(map[Value]int)}
	for i, t := range tables {
		if i == 0 {
			w.do(f.SetSheetName(f.GetSheetName(0), t.Name))
		} else {
			_, err := f.NewSheet(t.Name)
			w.do(err)
		}
		w.table(&t)
	}
	if w.err != nil {
		return nil, fmt.Errorf("write workbook: %w", w.err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return b.Bytes(), nil
}

type writer struct {
	f      *excelize.File
	styles map[Value]int // by amount and mark
	err    error
}

func (w *writer) do(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *writer) table(t *Table) {
	w.do(w.f.SetPanes(t.Name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	head, err := w.f.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7EBF0"}},
	})
	w.do(err)
	for i, col := range t.Head {
		name, err := excelize.ColumnNumberToName(i + 1)
		w.do(err)
		w.do(w.f.SetColWidth(t.Name, name, name, col.Width))
		w.do(w.f.SetCellStr(t.Name, Ref(0, i), col.Head))
		w.do(w.f.SetCellStyle(t.Name, Ref(0, i), Ref(0, i), head))
	}
	for i, row := range t.Rows {
		for j, v := range row {
			ref := Ref(i+1, j)
			if v.Amount && v.Text != "" {
				w.do(w.f.SetCellDefault(t.Name, ref, v.Text)) // the digits as they are, not by way of a float
			} else {
				if r := []rune(v.Text); len(r) > maxText/2 {
					v.Text = string(r[:maxText/2])
				}
				w.do(w.f.SetCellStr(t.Name, ref, v.Text))
			}
			w.do(w.f.SetCellStyle(t.Name, ref, ref, w.style(v)))
		}
	}
	if len(t.Rows) > 0 && len(t.Head) > 0 {
		w.do(w.f.AutoFilter(t.Name, "A1:"+Ref(len(t.Rows), len(t.Head)-1), nil))
	}
}

// style is that of a cell: text stays text also when it is edited, so that 0012 keeps its zeros.
func (w *writer) style(v Value) int {
	v.Text = ""
	if id, ok := w.styles[v]; ok {
		return id
	}
	s := &excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}
	if v.Amount {
		s.NumFmt = 4 // #,##0.00
	}
	switch v.Mark {
	case problem.Fail:
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F8D7D3"}}
	case problem.Warn:
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFF2CC"}}
	case problem.Info:
	}
	id, err := w.f.NewStyle(s)
	w.do(err)
	w.styles[v] = id
	return id
}
