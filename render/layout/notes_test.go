package layout

import (
	"fmt"
	"strings"
	"testing"
)

func footnote(id int, text string) string {
	return fmt.Sprintf(`<w:footnote w:id="%d"><w:p><w:r><w:footnoteRef/><w:t>%s</w:t></w:r></w:p></w:footnote>`, id, text)
}

func noteRefRun(kind string, id int) string {
	return fmt.Sprintf(`<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:%sReference w:id="%d"/></w:r>`, kind, id)
}

func noted(kind, text string, id int) string {
	return `<w:p><w:r><w:t>` + text + `</w:t></w:r>` + noteRefRun(kind, id) + `</w:p>`
}

// checkApart fails when a note stands above body text of its page, or below the text area.
func checkApart(t *testing.T, doc *Document, note func(string) bool, bottom Length) (pages map[string]int) {
	t.Helper()
	pages = map[string]int{}
	for i := range doc.Pages {
		lowest, highest := Length(0), Length(1)<<40
		for _, l := range linesOf(&Document{Pages: doc.Pages[i : i+1]}, true) {
			if l.y > bottom {
				t.Errorf("page %d: %q at %s is below the text area", i+1, l.text, pt(l.y))
			}
			if note(l.text) {
				highest = min(highest, l.y-l.size*3/4)
			} else {
				lowest = max(lowest, l.y)
			}
			pages[l.text] = i + 1
		}
		if lowest > highest {
			t.Errorf("page %d: text down to %s, notes from %s on", i+1, pt(lowest), pt(highest))
		}
	}
	return pages
}

// Footnotes of table cells have their room kept free, and stand on the page of their reference.
func TestFootnotesInCells(t *testing.T) {
	var rows, notes strings.Builder
	for i := 1; i <= 40; i++ {
		rows.WriteString(row("", cell("", fmt.Sprintf("第%d行", i)), `<w:tc>`+noted("footnote", fmt.Sprintf("内容%d", i), i)+`</w:tc>`))
		notes.WriteString(footnote(i, fmt.Sprintf("注文%d", i)))
	}
	doc, list := wordDoc{sect: plainPage, body: table(allBorders, []int{2000, 4000}, rows.String()) + para("", "后"), footnotes: notes.String()}.lay(t)
	if len(list) > 0 {
		t.Errorf("findings %v", list)
	}
	pages := checkApart(t, doc, func(s string) bool { return strings.Contains(s, "注文") }, (16838-1440)*Twip)
	for i := 1; i <= 40; i++ {
		row := pages[fmt.Sprintf("第%d行", i)]
		if row == 0 {
			row = pages[fmt.Sprintf("第%d行内容%d", i, i)]
		}
		if note := pages[fmt.Sprintf("%d注文%d", i, i)]; note != row || note == 0 {
			t.Errorf("row %d is on page %d, its note on page %d", i, row, note)
		}
	}
}

func TestFootnotesInSplitRow(t *testing.T) {
	var content, notes strings.Builder
	for i := 1; i <= 60; i++ {
		content.WriteString(noted("footnote", fmt.Sprintf("内容%d", i), i))
		notes.WriteString(footnote(i, fmt.Sprintf("注文%d", i)))
	}
	doc, _ := wordDoc{sect: plainPage, body: table(allBorders, []int{4000}, row("", `<w:tc>`+content.String()+`</w:tc>`)), footnotes: notes.String()}.lay(t)
	pages := checkApart(t, doc, func(s string) bool { return strings.Contains(s, "注文") }, (16838-1440)*Twip)
	for i := 1; i <= 60; i++ {
		if a, b := pages[fmt.Sprintf("%d注文%d", i, i)], doc; a == 0 {
			t.Fatalf("note %d is missing: %s", i, dump(b))
		}
	}
}

func TestEndnotes(t *testing.T) {
	endnote := func(id int, text string) string {
		return strings.ReplaceAll(footnote(id, text), "footnote", "endnote")
	}
	notes := endnote(1, "第一条尾注") + endnote(2, "第二条尾注")
	body := noted("endnote", "甲", 1) + `<w:p><w:pPr>` + strings.ReplaceAll(plainPage, "%s", `<w:type w:val="nextPage"/>`) + `</w:pPr><w:r><w:t>节末</w:t></w:r></w:p>` + noted("endnote", "乙", 2) + para("", "完")
	for _, c := range []struct{ name, settings, want string }{
		{"at the document's end", "", "甲i/节末//乙ii/完/i第一条尾注/ii第二条尾注"},
		{"at the section's end, in digits", `<w:endnotePr><w:pos w:val="sectEnd"/><w:numFmt w:val="decimal"/></w:endnotePr>`, "甲1/节末/1第一条尾注//乙2/完/2第二条尾注"},
	} {
		doc, list := wordDoc{sect: plainPage, body: body, endnotes: notes, settings: c.settings}.lay(t)
		if len(list) > 0 {
			t.Errorf("%s: findings %v", c.name, list)
		}
		var got []string
		for i := range doc.Pages {
			var lines []string
			last := Length(-1)
			for _, x := range doc.Pages[i].Texts {
				if n := len(lines) - 1; n >= 0 && x.Y-last < 8*Point && last-x.Y < 8*Point {
					lines[n] += x.Source
				} else {
					lines = append(lines, x.Source)
				}
				last = x.Y
			}
			got = append(got, strings.Join(lines, "/"))
		}
		if s := strings.Join(got, "//"); s != c.want {
			t.Errorf("%s: %q, want %q", c.name, s, c.want)
		}
		kinds := 0
		for _, n := range doc.Nodes {
			if n.Kind == NodeNote {
				kinds++
			}
		}
		if kinds != 2 {
			t.Errorf("%s: %d notes in the structure", c.name, kinds)
		}
	}
}
