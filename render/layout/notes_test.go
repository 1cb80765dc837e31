package layout

import (
	"fmt"
	"strings"
	"testing"

	"tripact/problem"
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

// longNotes is a document with numbered text lines and footnotes of numbered lines; at says which line of text has a note of how
// many lines.
func longNotes(lines int, at map[int]int, ppr string) wordDoc {
	var body, notes strings.Builder
	id := 0
	for i := 1; i <= lines; i++ {
		text := fmt.Sprintf("正文%d", i)
		if n := at[i]; n > 0 {
			id++
			body.WriteString(noted("footnote", text, id))
			fmt.Fprintf(&notes, `<w:footnote w:id="%d">`, id)
			for k := 1; k <= n; k++ {
				notes.WriteString(para(ppr, fmt.Sprintf("注%d之%d", id, k)))
			}
			notes.WriteString(`</w:footnote>`)
		} else {
			body.WriteString(para("", text))
		}
	}
	return wordDoc{sect: plainPage, body: body.String(), footnotes: notes.String()}
}

// A footnote that the page has no room for goes on on the next one, under a line of the column's width; every line of it comes once
// and in order, and none lies outside the page or over text.
func TestFootnotesGoOn(t *testing.T) {
	tests := []struct {
		name       string
		lines      int
		at         map[int]int
		ppr        string
		split      bool // a note lies on more than one page
		continuing int  // pages that begin their notes with the rest of one
	}{
		{"one fits", 10, map[int]int{3: 5}, "", false, 0},
		{"longer than a page", 10, map[int]int{3: 80}, "", true, 2},
		{"longer than three pages, in the last line", 3, map[int]int{3: 120}, "", true, 3},
		{"two long ones on a line after the other", 12, map[int]int{2: 60, 3: 60}, "", true, 3},
		{"near the foot of the page", 40, map[int]int{28: 12}, "", true, 1},
		{"others follow", 60, map[int]int{25: 20, 26: 1, 30: 2, 50: 1}, "", true, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, list := longNotes(tt.lines, tt.at, tt.ppr).lay(t)
			if len(list) > 0 {
				t.Errorf("findings %v", list)
			}
			isNote := func(s string) bool { return strings.Contains(s, "注") }
			pages := checkApart(t, doc, isNote, (16838-1440)*Twip)
			var got, want []string
			for i := range doc.Pages {
				for _, l := range linesOf(&Document{Pages: doc.Pages[i : i+1]}, true) {
					if isNote(l.text) {
						got = append(got, l.text)
					}
				}
			}
			id := 0
			for i := 1; i <= tt.lines; i++ {
				if n := tt.at[i]; n > 0 {
					id++
					for k := 1; k <= n; k++ {
						want = append(want, fmt.Sprintf("注%d之%d", id, k))
					}
					if a, b := pages[fmt.Sprintf("正文%d", i)], pages[fmt.Sprintf("注%d之1", id)]; id == 1 && a != b {
						t.Errorf("line %d is on page %d, its note begins on page %d", i, a, b)
					}
				} else if pages[fmt.Sprintf("正文%d", i)] == 0 {
					t.Errorf("line %d of the text is missing", i)
				}
			}
			if strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("notes:\n got %s\nwant %s", strings.Join(got, " "), strings.Join(want, " "))
			}
			wide := 0
			for i := range doc.Pages {
				for _, r := range doc.Pages[i].Rules {
					if r.Node == -1 && r.X2-r.X1 == (11906-2*1440)*Twip {
						wide++
					}
				}
			}
			if wide != tt.continuing {
				t.Errorf("%d pages go on with a note, want %d: %s", wide, tt.continuing, dump(doc))
			}
			if split := pages["注1之1"] != pages[fmt.Sprintf("注1之%d", tt.at[firstNote(tt.at)])]; split != tt.split {
				t.Errorf("the first note goes on: %v, want %v", split, tt.split)
			}
		})
	}
}

func firstNote(at map[int]int) int {
	first := 1 << 30
	for i := range at {
		first = min(first, i)
	}
	return first
}

// Word keeps two lines of a note's paragraph together where widow control is on, and all where keepLines is.
func TestFootnotesKeepLines(t *testing.T) {
	long := strings.Repeat("注文", 100) // eight lines
	for _, c := range []struct {
		ppr  string
		want []int // lines of the note on the pages
	}{
		{`<w:widowControl w:val="0"/>`, []int{1, 7}},
		{`<w:keepLines/>`, []int{0, 8}},
		{``, []int{0, 8}}, // two lines have no room
	} {
		d := longNotes(27, map[int]int{26: 1}, "")
		d.body = strings.ReplaceAll(d.body, `<w:p>`, `<w:p><w:pPr><w:spacing w:line="500" w:lineRule="exact"/></w:pPr>`)
		d.body = strings.ReplaceAll(d.body, `<w:pPr></w:pPr>`, `<w:pPr><w:spacing w:line="500" w:lineRule="exact"/></w:pPr>`)
		d.footnotes = `<w:footnote w:id="1">` + para(c.ppr+`<w:spacing w:line="400" w:lineRule="exact"/>`, long) + `</w:footnote>`
		doc, _ := d.lay(t)
		var got []int
		for i := range doc.Pages {
			n := 0
			for _, l := range linesOf(&Document{Pages: doc.Pages[i : i+1]}, true) {
				n += boolInt(strings.Contains(l.text, "注"))
			}
			got = append(got, n)
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: lines of the note on the pages %v, want %v\n%s", c.ppr, got, c.want, dump(doc))
		}
	}
}

// Word sets the footnotes of columns below their column.
func TestFootnotesInColumns(t *testing.T) {
	d := longNotes(60, map[int]int{2: 3, 40: 2}, "")
	d.sect = strings.Replace(plainPage, "</w:sectPr>", `<w:cols w:num="2" w:space="720"/></w:sectPr>`, 1)
	doc, _ := d.lay(t)
	for _, p := range doc.Pages {
		for _, l := range piecesOf(&p) {
			if strings.HasPrefix(l.text, "注2") && l.x < p.Width/2 || strings.HasPrefix(l.text, "注1") && l.x > p.Width/2 {
				t.Errorf("%q stands at %s", l.text, pt(l.x))
			}
		}
	}
	body, note := Length(0), Length(0)
	for _, l := range piecesOf(&doc.Pages[0]) {
		if l.x < doc.Pages[0].Width/2 {
			continue
		}
		if strings.HasPrefix(l.text, "注") {
			note = max(note, l.y)
		} else {
			body = max(body, l.y)
		}
	}
	if note == 0 || body > note {
		t.Errorf("right column: text to %s, notes to %s\n%s", pt(body), pt(note), dump(doc))
	}
}

// What may not be parted waits for a page that has the room, while the rest of a note takes it.
func TestWholeRowsWaitForNotes(t *testing.T) {
	d := longNotes(1, map[int]int{1: 80}, "")
	d.body += table(allBorders, []int{4000}, row(`<w:cantSplit/><w:trHeight w:val="3000"/>`, cell(`<w:vAlign w:val="bottom"/>`, "整行"))) + para(`<w:keepLines/>`, strings.Repeat("整段", 40))
	doc, list := d.lay(t)
	if len(list) > 0 {
		t.Errorf("findings %v", list)
	}
	pages := checkApart(t, doc, func(s string) bool { return strings.Contains(s, "注") }, (16838-1440)*Twip)
	if pages["整行"] != pages["注1之80"] {
		t.Errorf("the row is on page %d, the end of the note on page %d\n%s", pages["整行"], pages["注1之80"], dump(doc))
	}
}

// special is a footnote of another type than those that are referred to.
func special(typ string, id int, content string) string {
	return fmt.Sprintf(`<w:footnote w:type="%s" w:id="%d">%s</w:footnote>`, typ, id, content)
}

// What a document puts above its notes, above those that go on, and below those that will, stands there, as in Word; a notice that
// is empty takes no room.
func TestFootnoteSeparators(t *testing.T) {
	const small = `<w:spacing w:line="300" w:lineRule="exact"/>`
	line := func(kind string) string { return `<w:p><w:pPr>` + small + `</w:pPr><w:r><w:` + kind + `/></w:r></w:p>` }
	for _, c := range []struct {
		name, specials, first, next, notice string
		rules                               [2]int // on the first page, on the others
	}{
		{"Word's own", special("separator", -1, line("separator")) + special("continuationSeparator", 0, line("continuationSeparator")) + special("continuationNotice", 1, para("", "")), "", "", "", [2]int{1, 1}},
		{"text", special("separator", -1, para(small, "释义")+line("separator")) + special("continuationSeparator", 0, para(small, "续前页")) + special("continuationNotice", 1, para(small, "转下页")), "释义", "续前页", "转下页", [2]int{1, 0}},
		{"text in the same line", special("separator", -1, `<w:p><w:r><w:t>释义</w:t></w:r><w:r><w:separator/></w:r></w:p>`), "释义", "", "", [2]int{1, 1}},
		{"no line at all", special("separator", -1, para("", "")), "", "", "", [2]int{0, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := longNotes(20, map[int]int{3: 90}, "")
			plain, _ := d.lay(t)
			d.footnotes = c.specials + d.footnotes
			doc, list := d.lay(t)
			if len(list) > 0 {
				t.Errorf("findings %v", list)
			}
			furniture := func(s string) bool { return s != "" && (s == c.first || s == c.next || s == c.notice) }
			isNote := func(s string) bool { return strings.Contains(s, "注") || furniture(s) }
			checkApart(t, doc, isNote, (16838-1440)*Twip)
			noted := 0
			for i := range doc.Pages {
				var notes []string
				lowest := Length(0)
				for _, l := range linesOf(&Document{Pages: doc.Pages[i : i+1]}, true) {
					if isNote(l.text) {
						notes = append(notes, l.text)
						lowest = l.y
					}
				}
				if len(notes) == 0 {
					continue
				}
				noted++
				above, goesOn := c.first, notes[len(notes)-1] != "注1之90"
				if i > 0 {
					above = c.next
				}
				if above != "" && notes[0] != above || above == "" && furniture(notes[0]) {
					t.Errorf("page %d: notes begin with %q, want %q", i+1, notes[0], above)
				}
				if last := notes[len(notes)-1]; goesOn && c.notice != "" && last != c.notice && notes[len(notes)-2] != "注1之90" || !goesOn && last == c.notice {
					t.Errorf("page %d: notes end with %q", i+1, last)
				}
				if i == 0 && lowest < (16838-1440-500)*Twip {
					t.Errorf("page %d: the notes end at %s, far above the margin", i+1, pt(lowest))
				}
				if got, want := len(doc.Pages[i].Rules), c.rules[min(i, 1)]; got != want {
					t.Errorf("page %d: %d lines drawn, want %d", i+1, got, want)
				}
			}
			if noted < 3 {
				t.Errorf("notes on %d pages", noted)
			}
			if got, want := len(linesOf(plain, false)), len(linesOf(doc, false)); got != want {
				t.Errorf("%d lines of text and notes, without separators %d", want, got)
			}
			if c.name == "text in the same line" {
				r, x := doc.Pages[0].Rules[0], where(t, doc, "释义")
				if r.X1 != x.X+32*Point || r.X2-r.X1 != 2*Inch || r.Y1 > x.Y || r.Y1 < x.Y-x.Size {
					t.Errorf("the line goes from %s to %s at %s, the text stands at %s %s", pt(r.X1), pt(r.X2), pt(r.Y1), pt(x.X), pt(x.Y))
				}
			}
		})
	}
}

// A footnote is as wide as the column of the page that it stands in, wherever its reference is.
func TestFootnoteWidths(t *testing.T) {
	long := strings.Repeat("注文", 60)
	widths := func(doc *Document) (got []string) {
		for i := range doc.Pages {
			for _, l := range piecesOf(&doc.Pages[i]) {
				if strings.Contains(l.text, "注") {
					got = append(got, fmt.Sprintf("%.0f+%.0f", float64(l.x)/float64(Twip), float64(l.right-l.x)/float64(Twip)/320))
				}
			}
		}
		return got
	}
	check := func(name string, doc *Document, list problem.List, want string) {
		t.Helper()
		if len(list) > 0 {
			t.Errorf("%s: findings %v", name, list)
		}
		if got := strings.Join(widths(doc), " "); got != want {
			t.Errorf("%s: lines from (twips) + characters %s, want %s\n%s", name, got, want, dump(doc))
		}
	}
	note := `<w:footnote w:id="1">` + para("", long) + `</w:footnote>`
	doc, list := wordDoc{sect: plainPage, body: table("", []int{1600, 1600}, row("", cell("", "甲"), `<w:tc>`+noted("footnote", "乙", 1)+`</w:tc>`)), footnotes: note}.lay(t)
	check("in a cell", doc, list, "1440+28 1440+28 1440+28 1440+28 1440+8")

	sect := strings.Replace(plainPage, "</w:sectPr>", `<w:cols w:num="2" w:equalWidth="0"><w:col w:w="3200" w:space="426"/><w:col w:w="5400"/></w:cols></w:sectPr>`, 1)
	first := noted("footnote", "甲", 1) + `<w:p><w:r><w:br w:type="column"/></w:r></w:p>`
	doc, list = wordDoc{sect: sect, body: first + noted("footnote", "乙", 2), footnotes: `<w:footnote w:id="1">` + para("", strings.Repeat("注文", 20)) + `</w:footnote><w:footnote w:id="2">` + para("", strings.Repeat("注文", 20)) + `</w:footnote>`}.lay(t)
	check("in columns of unlike width", doc, list, "1440+10 1440+10 1440+10 1440+10 5066+16 5066+16 5066+8")

	// A note that goes on in the next column takes its width there; no character is lost or set twice.
	body := strings.Repeat(para("", "文"), 25) + noted("footnote", "甲", 1) + strings.Repeat(para("", "文"), 60)
	doc, list = wordDoc{sect: sect, body: body, footnotes: `<w:footnote w:id="1">` + para("", strings.Repeat("注文", 190)) + `</w:footnote>`}.lay(t)
	if len(list) > 0 {
		t.Errorf("findings %v", list)
	}
	text, where := "", make(map[Length]int)
	for i := range doc.Pages {
		for _, l := range piecesOf(&doc.Pages[i]) {
			if strings.Contains(l.text, "注") {
				text += l.text
				where[l.x]++
			}
		}
	}
	if text != strings.Repeat("注文", 190) || len(where) != 2 || where[1440*Twip] < 2 || where[5066*Twip] < 2 {
		t.Errorf("a note over two columns: %d characters, lines at %v\n%s", len([]rune(text)), where, dump(doc))
	}
}
