package layout

import (
	"strings"
	"testing"
)

// autoTable is a table that asks for no width anywhere; its grid is what another program left.
func autoTable(grid []int, rows ...string) string {
	s := table(`<w:tblW w:w="0" w:type="auto"/><w:tblLayout w:type="autofit"/>`, grid, rows...)
	return strings.ReplaceAll(s, `<w:tcPr>`, `<w:tcPr><w:tcW w:w="0" w:type="auto"/>`)
}

// TestAutofitKeepsDateWhole: a table that nothing gives a width is as wide as its content, whatever its grid says.
func TestAutofitKeepsDateWhole(t *testing.T) {
	date := "签订日期（甲方盖章之日起计算）：2026年12月31日"
	doc, _ := wordDoc{body: autoTable([]int{4760}, row("", cell("", date)))}.lay(t)
	got := linesOf(doc, false)
	if len(got) == 0 || got[0].text != date {
		t.Errorf("lines %+v, want the date on one", got)
	}
	if w := got[0].right - got[0].x; w < 250*Point {
		t.Errorf("the date is %s wide: the test would not fail with the grid's 238 pt", pt(w))
	}
}

func TestAutofitSharesRoom(t *testing.T) {
	long := strings.Repeat("极端环境下多主元合金涂层的损伤机理与自修复机制", 4)
	doc, _ := wordDoc{body: autoTable([]int{4000, 4000}, row("", cell("", "编号"), cell("", long)))}.lay(t)
	got := linesOf(doc, false)
	if got[0].text[:len("编号")] != "编号" {
		t.Fatalf("the short cell is broken: %+v", got)
	}
	right := Length(0)
	for _, l := range got {
		right = max(right, l.right)
	}
	if page := doc.Pages[0].Width - 1474*Twip; right > page {
		t.Errorf("text ends at %s, the text area at %s", pt(right), pt(page))
	}
	if n := len(got); n > 7 {
		t.Errorf("%d lines: the long cell has not the room that the short one leaves", n)
	}
}

func TestAutofitSpan(t *testing.T) {
	wide := "横跨两列的说明文字要占很宽的地方"
	doc, _ := wordDoc{body: autoTable([]int{600, 600}, row("", cell("", "甲"), cell("", "乙")), row("", cell(`<w:gridSpan w:val="2"/>`, wide)))}.lay(t)
	for _, l := range linesOf(doc, false) {
		if l.text == wide {
			return
		}
	}
	t.Errorf("the cell across two columns is broken: %s", dump(doc))
}
