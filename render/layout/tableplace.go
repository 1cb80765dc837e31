package layout

import (
	"slices"

	"tripact/problem"
)

// tableCursor is how far a table has been placed: rows before row are done; when cells is set, row has been begun on an
// earlier page and cells says how far each cell got. merged holds the same for cells that span rows, by their first row
// and column.
type tableCursor struct {
	row    int
	cells  []cursor
	merged map[[2]int]*cursor
}

func (c *tableCursor) clone() *tableCursor {
	d := &tableCursor{row: c.row, cells: slices.Clone(c.cells)}
	for i := range d.cells {
		if t := d.cells[i].table; t != nil {
			d.cells[i].table = t.clone()
		}
	}
	if c.merged != nil {
		d.merged = map[[2]int]*cursor{}
		for k, v := range c.merged {
			m := *v
			if m.table != nil {
				m.table = m.table.clone()
			}
			d.merged[k] = &m
		}
	}
	return d
}

// rowHeights works out the height of every row.
func (e *engine) rowHeights(t *tableBox) {
	for r := range t.rows {
		row := &t.rows[r]
		for c := range row.owner {
			if row.owner[c] >= 0 {
				row.top = max(row.top, t.topEdge(r, c).total())
			}
		}
		h := Length(0)
		row.notes = nil
		for c := range row.cells {
			cell := &row.cells[c]
			if len(e.noteList) > 0 && cell.rowSpan > 0 {
				row.notes = append(row.notes, notesBetween(cell.blocks, cursor{}, nil)...)
			}
			if cell.rowSpan == 0 || cell.turn != turnNone {
				continue
			}
			cell.content = 0
			if !cell.noMark {
				cell.content = e.measure(cell.blocks, cursor{}, t.inner(cell))
			}
			if cell.rowSpan == 1 {
				h = max(h, cell.content+cell.margins[0]+cell.margins[2]+row.top)
			}
		}
		row.height = max(h, row.min)
		for c := range row.cells {
			if cell := &row.cells[c]; cell.turn != turnNone && cell.rowSpan == 1 && !row.exact {
				around := cell.margins[0] + cell.margins[2] + row.top
				row.height = max(row.height, e.turnedNeed(cell.blocks, row.height-around, t.inner(cell))+around)
			}
		}
		if row.exact {
			row.height = row.min
			e.cutOff(t, r)
		}
		if row.height <= 0 {
			row.height = Point
		}
		row.height = min(row.height, unlimited/1024)
	}
	// A merged cell that is taller than its rows makes the last of them grow.
	for r := range t.rows {
		for c := range t.rows[r].cells {
			cell := &t.rows[r].cells[c]
			if cell.rowSpan < 2 {
				continue
			}
			have := Length(0)
			for k := r; k < r+cell.rowSpan; k++ {
				have += t.rows[k].height
			}
			need := cell.content + cell.margins[0] + cell.margins[2] + t.rows[r].top
			if cell.turn != turnNone {
				around := need - cell.content
				need = e.turnedNeed(cell.blocks, have-around, t.inner(cell)) + around
			}
			if last := &t.rows[r+cell.rowSpan-1]; need > have && !last.exact {
				last.height += need - have
			}
		}
	}
	last := len(t.rows) - 1
	for c := range t.rows[last].owner {
		t.bottom = max(t.bottom, t.bottomEdge(last, c).total())
	}
}

// inner is the width of a cell's content.
func (t *tableBox) inner(c *cellBox) Length {
	return max(Point, t.edges[min(c.col+c.span, len(t.edges)-1)]-t.edges[c.col]-c.margins[1]-c.margins[3])
}

// firstNeed is the height that a table needs to begin on a page: its header rows and its first row, with those kept to it.
func (t *tableBox) firstNeed() Length {
	h := Length(0)
	for r := range t.rows {
		row := &t.rows[r]
		h += row.height
		if r < t.headers || row.keepNext {
			continue
		}
		if !row.cantSplit && !row.exact {
			// The row may split: its first lines are enough.
			return h - row.height + min(row.height, 40*Point)
		}
		return h
	}
	return h
}

// rowAt is a row, or a part of one, as drawn on a page.
type rowAt struct {
	row  int
	y, h Length
}

// fragment is the part of a table on one page.
type fragment struct {
	t       *tableBox
	fr      *frame
	x       Length
	rows    []rowAt
	fills   int // where the page's fills stood when the fragment began
	partial bool
	repeat  bool // begins with repeated header rows
}

// fillTable places the rows of a table that fit.
func (e *engine) fillTable(t *tableBox, cur *cursor, fr *frame) stop {
	if cur.table == nil {
		cur.table = &tableCursor{}
	}
	tc := cur.table
	if tc.row == 0 && tc.cells == nil {
		if !fr.fresh {
			fr.y += fr.pending
			fr.pending = 0
		}
	}
	fr.pending, fr.prev = 0, nil
	f := fragment{t: t, fr: fr, x: fr.x + t.x}
	if fr.page != nil {
		f.fills = len(fr.page.Fills)
	}
	begun := tc.row > 0 || tc.cells != nil
	placed := 0
	if begun && t.headers > 0 && tc.row >= t.headers {
		e.repeatHeader(t, fr, &f)
	}
	limit := fr.bottom - t.bottom
	for tc.row < len(t.rows) {
		r := tc.row
		row := &t.rows[r]
		if len(fr.excluded) > 0 {
			fr.y = fr.clearRow(f.x, f.x+t.edges[len(t.edges)-1], fr.y, row.height)
		}
		if tc.cells != nil {
			rest := e.restHeight(t, row, tc.cells)
			whole, least := Length(0), Length(0)
			if fr.body && len(row.notes) > 0 {
				whole, least = e.notesHeight(row.notesFrom(tc.cells, nil), false)
			}
			if fr.y+rest+least <= limit+tolerance || rest <= 0 {
				limit -= e.withNotes(fr, limit-fr.y-rest, whole, func() { e.placeRest(&f, r, tc.cells, rest) })
				tc.cells = nil
				tc.row++
				placed++
				continue
			}
			if !e.splitRow(&f, r, tc) {
				if fr.crowded && placed == 0 {
					e.endFragment(&f, tc)
					return stopFull
				}
				// Not even a line fits an empty page: let it run over rather than go on for ever.
				e.tooTall(t, r)
				e.placeRest(&f, r, tc.cells, rest)
				tc.cells = nil
				tc.row++
				placed++
				continue
			}
			e.endFragment(&f, tc)
			return stopFull
		}
		need, whole, least := row.height, Length(0), Length(0)
		if fr.body && len(row.notes) > 0 {
			whole, least = e.notesHeight(row.notes, false)
		}
		if fr.y+need+least <= limit+tolerance {
			if !fr.fresh || placed > 0 {
				if chain := t.keepChain(r); chain > 0 && fr.y+chain > limit+tolerance && chain <= fr.full && placed+boolInt(!fr.fresh) > 0 {
					e.endFragment(&f, tc)
					return stopFull
				}
			}
			limit -= e.withNotes(fr, limit-fr.y-need, whole, func() { e.placeRow(&f, r, row.height) })
			tc.row++
			placed++
			continue
		}
		atTop := fr.mustPlace() && placed == 0
		if !row.exact && !row.header && (!row.cantSplit && !row.turned || atTop) && fr.y < limit {
			tc.cells = make([]cursor, len(row.cells))
			if e.splitRow(&f, r, tc) {
				if row.cantSplit {
					e.splitAnyway(t, r)
				}
				e.endFragment(&f, tc)
				return stopFull
			}
			tc.cells = nil
		}
		if !atTop {
			e.endFragment(&f, tc)
			return stopFull
		}
		e.tooTall(t, r)
		e.placeRow(&f, r, row.height) // taller than the page and cannot split
		tc.row++
		placed++
	}
	e.endFragment(&f, tc)
	fr.y += t.bottom
	fr.fresh = false
	return stopDone
}

// withNotes places something in a table, the footnotes of which have avail below it; whole is what they would need. It returns
// the room that they take.
func (e *engine) withNotes(fr *frame, avail, whole Length, place func()) Length {
	if !fr.body {
		place()
		return 0
	}
	room := e.noteRoom()
	e.noteAvail = max(0, avail)
	place()
	took := max(e.noteRoom()-room, min(whole, max(0, avail))) // notes of merged cells come with the last of their rows
	e.noteAvail = unlimited
	fr.bottom -= took
	return took
}

// clearRow moves y below the floating objects that a row from x1 to x2 would run into.
func (fr *frame) clearRow(x1, x2, y, height Length) Length {
	for i := 0; i < len(fr.excluded); i++ {
		if b := &fr.excluded[i]; y < b.bottom && y+height > b.top && x1 < b.right && x2 > b.left {
			y, i = b.bottom, -1
		}
	}
	return y
}

// floatTable sets a floating table at its place and keeps the text that follows out of it, which flows beside it where
// there is room; false when it has to be set as an ordinary one: outside the text of a page, or over a page's end.
func (e *engine) floatTable(t *tableBox, fr *frame) bool {
	p := t.props.floating
	width, height := t.edges[len(t.edges)-1], t.bottom
	for r := range t.rows {
		height += t.rows[r].height
	}
	s := e.currentSection()
	left, _, odd := e.sides(s)
	rx, rw := fr.x, fr.width
	switch p.hFrom {
	case "page":
		rx, rw = 0, s.width
	case "margin":
		rx, rw = left, s.width-s.left-s.right
	}
	x := rx + p.x
	switch sideAlign(p.hAlign, odd) {
	case "left":
		x = rx
	case "center":
		x = rx + (rw-width)/2
	case "right":
		x = rx + rw - width
	default:
		if e.sheet.settings.mode < 15 && p.hFrom != "page" {
			x -= t.props.margins[1]
		}
	}
	ry, rh := fr.y+fr.pending, Length(0)
	switch p.vFrom {
	case "page":
		ry, rh = 0, s.height
	case "margin":
		ry, rh = s.top, s.height-s.top-s.bottom
	}
	y := ry + p.y
	if rh > 0 {
		switch p.vAlign {
		case "top", "inside":
			y = ry
		case "center":
			y = ry + (rh-height)/2
		case "bottom", "outside":
			y = ry + rh - height
		}
	}
	if !fr.body || p.vFrom == "text" && y+height > fr.bottom+tolerance || y < 0 || y+height > s.height {
		saved := e.place
		e.place = t.place
		e.warnOnce("layout.table.floating", "浮动表格在此处按普通表格排版", "a floating table is set here in the text as an ordinary one", "")
		e.place = saved
		t.x = x - fr.x
		return false
	}
	y = fr.clearRow(x, x+width, y, height)
	sub := *fr
	sub.x, sub.y, sub.bottom, sub.excluded = x-t.x, y, unlimited, nil
	sub.fresh, sub.pending, sub.prev = true, 0, nil
	room := e.noteRoom()
	e.fillTable(t, &cursor{}, &sub)
	fr.bottom -= e.noteRoom() - room
	fr.excluded = append(slices.Clip(fr.excluded), band{
		top: y - p.dist[0], bottom: y + height + p.dist[2], left: x - p.dist[1], right: x + width + p.dist[3], side: wrapBoth,
	})
	if fr.page != nil {
		e.excluded = fr.excluded
	}
	fr.fresh = false
	return true
}

// splitAnyway tells of a row that may not split and is higher than a page. Word splits it, too.
func (e *engine) splitAnyway(t *tableBox, r int) {
	place := t.place
	place.Row = r + 1
	e.tell(problem.Finding{
		Code: "layout.row.height", Severity: problem.Info, Place: &place,
		Message: problem.T("表格行不允许跨页，但高于一页，已分到多页", "the table row may not split but is higher than a page, it is split"),
	})
}

// cutOff tells of text that does not fit a row of exact height: Word shows none of it, here it runs over what is below.
func (e *engine) cutOff(t *tableBox, r int) {
	row := &t.rows[r]
	for c := range row.cells {
		cell := &row.cells[c]
		if cell.rowSpan != 1 || cell.turn != turnNone {
			continue
		}
		room := row.height - cell.margins[0] - cell.margins[2] - row.top
		text, over := e.overflow(cell.blocks, t.inner(cell), room)
		if !over {
			continue
		}
		saved := e.place
		e.place = t.place
		e.place.Row, e.place.Col = r+1, c+1
		e.warn("layout.row.exact", "固定行高的表格行放不下单元格文字，文字压到下面的内容；Word 中超出部分看不见", "the text of a cell does not fit its row of exact height and runs over what is below; Word hides it", text)
		e.place = saved
	}
}

// overflow reports whether text in blocks of the given width does not fit room, and gives the last paragraph of it. A line that is a
// little higher than its room is no loss, and empty paragraphs are none.
func (e *engine) overflow(blocks []block, width, room Length) (text string, over bool) {
	n := len(blocks)
	for n > 0 && blocks[n-1].para != nil && blocks[n-1].para.text == "" {
		n--
	}
	if n == 0 || e.measure(blocks[:n], cursor{}, width) < room+6*Point {
		return "", false
	}
	if pb := blocks[n-1].para; pb != nil {
		text = pb.text
	}
	return text, true
}

// tooTall tells of a row that runs over the page's end.
func (e *engine) tooTall(t *tableBox, r int) {
	saved := e.place
	e.place = t.place
	e.place.Row = r + 1
	e.warn("layout.row.height", "表格行高于页面且不能分开，超出部分看不见", "the table row is higher than the page and cannot be split, what is below the page is lost to view", "")
	e.place = saved
}

// keepChain is the height of row r with the rows that its keepNext binds to it, 0 when it binds none.
func (t *tableBox) keepChain(r int) Length {
	if !t.rows[r].keepNext {
		return 0
	}
	h := Length(0)
	for ; r < len(t.rows); r++ {
		h += t.rows[r].height
		if !t.rows[r].keepNext {
			break
		}
	}
	return h
}

// repeatHeader draws the header rows at the top of a further page, as artifacts.
func (e *engine) repeatHeader(t *tableBox, fr *frame, f *fragment) {
	h := Length(0)
	for r := range t.headers {
		h += t.rows[r].height
	}
	if fr.y+h > fr.bottom-20*Point {
		return // a header taller than the page is not repeated
	}
	f.repeat = true
	saved, rep := e.artifact, e.repeating
	e.artifact, e.repeating = true, true
	for r := range t.headers {
		e.placeRow(f, r, t.rows[r].height)
		for c := range t.rows[r].cells {
			cell := &t.rows[r].cells[c]
			if cell.rowSpan > 1 && fr.page != nil {
				e.drawCell(f, cell, cursor{}, f.rows[len(f.rows)-1].y, t.spanHeight(r, cell.rowSpan), t.rows[r].top)
			}
		}
	}
	e.artifact, e.repeating = saved, rep
}

func (t *tableBox) spanHeight(r, n int) Length {
	h := Length(0)
	for k := r; k < r+n && k < len(t.rows); k++ {
		h += t.rows[k].height
	}
	return h
}

// placeRow draws a whole row.
func (e *engine) placeRow(f *fragment, r int, h Length) {
	fr := f.fr
	row := &f.t.rows[r]
	if fr.page != nil {
		for c := range row.cells {
			cell := &row.cells[c]
			if cell.rowSpan == 1 {
				e.drawCell(f, cell, cursor{}, fr.y, h, row.top)
			}
		}
	}
	f.rows = append(f.rows, rowAt{r, fr.y, h})
	fr.y += h
	if !e.repeating {
		fr.fresh = false
	}
}

// drawCell draws a cell's content from cur on into a row part of height h that begins at y.
func (e *engine) drawCell(f *fragment, cell *cellBox, cur cursor, y, h, top Length) {
	sub := e.cellFrame(f, cell, y+top)
	left := f.t.edges[cell.col]
	sub.area = Anchor{X: f.x + left, Y: y, W: f.t.edges[min(cell.col+cell.span, len(f.t.edges)-1)] - left, H: h}
	if cell.turn != turnNone {
		e.drawTurned(cell.turn, cell.blocks, f.fr.page, sub.area, sub.x, sub.y, f.t.inner(cell), h-top-cell.margins[0]-cell.margins[2], cell.vAlign)
		return
	}
	if cur == (cursor{}) {
		free := h - top - cell.margins[0] - cell.margins[2] - cell.content
		if free > 0 {
			switch cell.vAlign {
			case "center":
				sub.y += free / 2
			case "bottom":
				sub.y += free
			}
		}
	}
	e.fill(cell.blocks, &cur, &sub)
}

// cellFrame is the frame of a cell's content; y is below the border above.
func (e *engine) cellFrame(f *fragment, cell *cellBox, y Length) frame {
	return frame{
		x: f.x + f.t.edges[cell.col] + cell.margins[1], width: f.t.inner(cell), y: y + cell.margins[0], top: y, bottom: unlimited,
		page: f.fr.page, fresh: true, keepBefore: true, cell: true, full: f.fr.full,
	}
}

// restHeight is what the rest of a split row still needs.
func (e *engine) restHeight(t *tableBox, row *rowBox, cells []cursor) Length {
	h := Length(0)
	for c := range row.cells {
		cell := &row.cells[c]
		if cell.rowSpan != 1 || cell.turn != turnNone {
			continue
		}
		if cells[c].block >= len(cell.blocks) {
			continue
		}
		h = max(h, e.measure(cell.blocks, cells[c], t.inner(cell))+cell.margins[0]+cell.margins[2]+row.top)
	}
	return h
}

// placeRest draws the last part of a split row.
func (e *engine) placeRest(f *fragment, r int, cells []cursor, h Length) {
	row := &f.t.rows[r]
	if f.fr.page != nil {
		for c := range row.cells {
			cell := &row.cells[c]
			if cell.rowSpan == 1 && cell.turn == turnNone && cells[c].block < len(cell.blocks) {
				cur := cells[c]
				sub := e.cellFrame(f, cell, f.fr.y+row.top)
				sub.fresh = cur.line == 0
				e.fill(cell.blocks, &cur, &sub)
			}
		}
	}
	f.rows = append(f.rows, rowAt{r, f.fr.y, h})
	f.fr.y += h
	f.fr.fresh = false
}

// notesFrom lists the footnotes of a row's cells between two places; to may be nil for the end.
func (row *rowBox) notesFrom(from, to []cursor) (notes []int) {
	for c := range row.cells {
		if cell := &row.cells[c]; cell.rowSpan == 1 {
			var end *cursor
			if to != nil {
				end = &to[c]
			}
			notes = append(notes, notesBetween(cell.blocks, from[c], end)...)
		}
	}
	return notes
}

// splitRow draws as much of row r as fits the page, going on from tc.cells; false when nothing fits, and nothing is drawn.
func (e *engine) splitRow(f *fragment, r int, tc *tableCursor) bool {
	t, fr := f.t, f.fr
	row := &t.rows[r]
	limit := fr.bottom - t.bottom
	begun := slices.ContainsFunc(tc.cells, func(c cursor) bool { return c != cursor{} })
	// First see how far each cell gets, then draw. The footnotes of what fits take room too.
	ends, used, progress, more := e.trySplit(f, row, tc, limit)
	for range 24 {
		if !fr.body || len(row.notes) == 0 || !progress {
			break
		}
		_, notes := e.notesHeight(row.notesFrom(tc.cells, ends), false)
		excess := used + notes - (fr.bottom - t.bottom - fr.y)
		if excess <= tolerance {
			break
		}
		limit = fr.y + used - max(excess*used/max(used+notes, 1), 2*Point)
		ends, used, progress, more = e.trySplit(f, row, tc, limit)
	}
	if !progress || !more {
		return false
	}
	h := min(max(used, Point), limit-fr.y)
	if fr.body {
		e.noteAvail = max(0, fr.bottom-t.bottom-fr.y-h)
		defer func() { e.noteAvail = unlimited }()
	}
	if fr.page != nil {
		for c := range row.cells {
			cell := &row.cells[c]
			if cell.rowSpan != 1 || tc.cells[c].block >= len(cell.blocks) {
				continue
			}
			if cell.turn != turnNone { // turned text stands whole in the first part
				if !begun {
					e.drawCell(f, cell, cursor{}, fr.y, h, row.top)
				}
				continue
			}
			sub := e.cellFrame(f, cell, fr.y+row.top)
			sub.bottom = limit - cell.margins[2]
			sub.fresh = false
			sub.keepBefore = tc.cells[c].line == 0
			cur := tc.cells[c]
			e.fill(cell.blocks, &cur, &sub)
		}
	}
	tc.cells = ends
	f.rows = append(f.rows, rowAt{r, fr.y, h})
	f.partial = true
	fr.y += h
	fr.fresh = false
	return true
}

// trySplit finds how far the cells of a row get above limit, and the height that this takes: progress tells whether anything
// fits, more whether something is left.
func (e *engine) trySplit(f *fragment, row *rowBox, tc *tableCursor, limit Length) (ends []cursor, used Length, progress, more bool) {
	fr := f.fr
	ends = make([]cursor, len(row.cells))
	for c := range row.cells {
		cell := &row.cells[c]
		ends[c] = tc.cells[c]
		if ends[c].table != nil {
			ends[c].table = ends[c].table.clone()
		}
		if cell.rowSpan != 1 || cell.turn != turnNone || ends[c].block >= len(cell.blocks) {
			continue
		}
		sub := e.cellFrame(f, cell, fr.y+row.top)
		sub.page, sub.bottom = nil, limit-cell.margins[2]
		sub.fresh = false // an empty part does not force a line into too little room
		sub.keepBefore = tc.cells[c].line == 0
		at := tc.cells[c]
		st := e.fill(cell.blocks, &ends[c], &sub)
		moved := ends[c].block != at.block || ends[c].line != at.line || tableMoved(at.table, ends[c].table)
		progress = progress || moved
		if st == stopDone {
			used = max(used, sub.y+sub.pending+cell.margins[2]-fr.y)
		} else {
			more = true
			if !moved && !fr.fresh && at == (cursor{}) {
				return nil, 0, false, true // Word does not split a row when one of its cells could not begin
			}
			used = max(used, sub.y+cell.margins[2]-fr.y)
		}
	}
	return ends, used, progress, more
}

func tableMoved(a, b *tableCursor) bool {
	if b == nil {
		return false
	}
	if a == nil {
		return b.row > 0 || b.cells != nil
	}
	if a.row != b.row || (a.cells == nil) != (b.cells == nil) {
		return true
	}
	for i := range b.cells {
		if a.cells[i].block != b.cells[i].block || a.cells[i].line != b.cells[i].line || tableMoved(a.cells[i].table, b.cells[i].table) {
			return true
		}
	}
	return false
}

// endFragment draws what spans rows: merged cells, shading and borders of the part of the table on this page.
func (e *engine) endFragment(f *fragment, tc *tableCursor) {
	p := f.fr.page
	if p == nil || len(f.rows) == 0 {
		return
	}
	e.drawMerged(f, tc)
	fills := e.shade(f)
	if len(fills) > 0 {
		p.Fills = slices.Insert(p.Fills, f.fills, fills...)
	}
	f.drawDiagonals()
	e.drawBorders(f)
}

// drawMerged draws the content of cells that span rows, as much of it as stands on this page.
func (e *engine) drawMerged(f *fragment, tc *tableCursor) {
	t := f.t
	for i := range f.rows {
		at := &f.rows[i]
		if f.repeated(i) {
			continue
		}
		row := &t.rows[at.row]
		for c := range row.cells {
			cell := &row.cells[c]
			origin := at.row
			if cell.rowSpan == 0 {
				if i > 0 && f.rows[i-1].row == at.row-1 && !f.repeated(i-1) {
					continue // drawn with the row above
				}
				origin = int(cell.origin)
				first := &t.rows[origin]
				cell = &first.cells[first.owner[cell.col]]
			}
			if cell.rowSpan < 2 || i > 0 && f.rows[i-1].row == at.row && !f.repeated(i-1) {
				continue
			}
			bottom := at.y + at.h
			last := at.row
			for k := i + 1; k < len(f.rows) && f.rows[k].row < origin+cell.rowSpan; k++ {
				bottom = f.rows[k].y + f.rows[k].h
				last = f.rows[k].row
			}
			whole := at.row == origin && last == origin+cell.rowSpan-1 && tc.cells == nil
			if whole && tc.merged[[2]int{origin, cell.col}] == nil {
				e.drawCell(f, cell, cursor{}, at.y, bottom-at.y, row.top)
				continue
			}
			if cell.turn != turnNone {
				if at.row == origin {
					e.drawCell(f, cell, cursor{}, at.y, bottom-at.y, row.top)
				}
				continue
			}
			if tc.merged == nil {
				tc.merged = map[[2]int]*cursor{}
			}
			key := [2]int{origin, cell.col}
			cur := tc.merged[key]
			if cur == nil {
				cur = &cursor{}
				tc.merged[key] = cur
			}
			sub := e.cellFrame(f, cell, at.y+row.top)
			sub.fresh = false
			if last != origin+cell.rowSpan-1 || tc.cells != nil && tc.row == last {
				sub.bottom = max(bottom-cell.margins[2], f.fr.bottom-t.bottom-cell.margins[2])
			}
			e.fill(cell.blocks, cur, &sub)
		}
	}
}

// repeated reports whether rows[i] is a repeated header row of this fragment.
func (f *fragment) repeated(i int) bool { return f.rows[i].row < f.t.headers && f.repeat }
