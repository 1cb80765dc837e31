package layout

// edge picks the border between two cells that share an edge: a and b are their borders there, aOwn and bOwn whether
// these are the cells' own. A cell's own border outranks the table's; of two alike the stronger is drawn (ECMA-376
// 17.4.66).
func edge(a, b border, aOwn, bOwn bool) border {
	switch {
	case aOwn && !bOwn:
		return a
	case bOwn && !aOwn:
		return b
	}
	return stronger(a, b)
}

// cellAt is the cell that covers grid column c of row r, nil outside the table.
func (t *tableBox) cellAt(r, c int) *cellBox {
	if r < 0 || r >= len(t.rows) || c < 0 || c >= len(t.rows[r].owner) {
		return nil
	}
	i := t.rows[r].owner[c]
	if i < 0 {
		return nil
	}
	return &t.rows[r].cells[i]
}

// topEdge is the border above grid column c of row r, none inside a merged cell.
func (t *tableBox) topEdge(r, c int) border {
	below := t.cellAt(r, c)
	above := t.cellAt(r-1, c)
	switch {
	case below == nil && above == nil:
		return border{}
	case below == nil:
		return above.borders[2]
	case below.rowSpan == 0:
		return border{}
	case above == nil:
		return below.borders[0]
	}
	return edge(above.borders[2], below.borders[0], above.own&4 != 0, below.own&1 != 0)
}

// bottomEdge is the border below grid column c of the last row of a page.
func (t *tableBox) bottomEdge(r, c int) border {
	cell := t.cellAt(r, c)
	if cell == nil {
		return border{}
	}
	below := t.cellAt(r+1, c)
	if below == nil {
		return cell.borders[2]
	}
	if below.rowSpan == 0 { // the page ends inside a merged cell
		return cell.borders[2]
	}
	return t.topEdge(r+1, c)
}

// leftEdge is the border left of grid column c in row r; c may be the number of columns.
func (t *tableBox) leftEdge(r, c int) border {
	right, left := t.cellAt(r, c), t.cellAt(r, c-1)
	switch {
	case left == nil && right == nil:
		return border{}
	case left == nil:
		return right.borders[1]
	case right == nil:
		return left.borders[3]
	case left == right:
		return border{}
	}
	return edge(left.borders[3], right.borders[1], left.own&8 != 0, right.own&2 != 0)
}

// shade gives the backgrounds of the cells of a fragment.
func (e *engine) shade(f *fragment) []Fill {
	var fills []Fill
	t := f.t
	for i := range f.rows {
		at := &f.rows[i]
		row := &t.rows[at.row]
		for c := range row.cells {
			cell := &row.cells[c]
			if !cell.shd.on {
				continue
			}
			x1, x2 := f.x+t.edges[cell.col], f.x+t.edges[min(cell.col+cell.span, len(t.edges)-1)]
			fills = append(fills, Fill{X: x1, Y: at.y, W: x2 - x1, H: at.h, Color: cell.shd.color, Node: -1})
		}
	}
	return fills
}

// drawBorders draws the lines of a fragment: those above each row, those below its last row, and those beside the cells.
// Equal lines that continue each other are drawn as one.
func (e *engine) drawBorders(f *fragment) {
	t, p := f.t, f.fr.page
	cols := len(t.edges) - 1
	horizontal := func(y Length, at func(c int) border, beside func(c int) Length) {
		for c := 0; c < cols; {
			b := at(c)
			if !b.visible() {
				c++
				continue
			}
			from := c
			c++
			for c < cols && at(c) == b {
				c++
			}
			x1, x2 := f.x+t.edges[from]-beside(from)/2, f.x+t.edges[c]+beside(c)/2
			p.Rules = b.hline(p.Rules, x1, x2, y, 1, -1)
		}
	}
	for i := range f.rows {
		at := &f.rows[i]
		prev := -1
		if i > 0 {
			prev = f.rows[i-1].row
		}
		beside := func(c int) Length {
			w := t.leftEdge(at.row, c).total()
			if prev >= 0 {
				w = max(w, t.leftEdge(prev, c).total())
			}
			return w
		}
		horizontal(at.y, func(c int) border { return f.above(i, prev, at.row, c) }, beside)
	}
	last := &f.rows[len(f.rows)-1]
	horizontal(last.y+last.h, func(c int) border { return f.below(last.row, c) },
		func(c int) Length { return t.leftEdge(last.row, c).total() })
	end := last.y + last.h
	for c := 0; c <= cols; c++ {
		for i := 0; i < len(f.rows); {
			b := t.leftEdge(f.rows[i].row, c)
			if !b.visible() {
				i++
				continue
			}
			from := i
			i++
			for i < len(f.rows) && t.leftEdge(f.rows[i].row, c) == b {
				i++
			}
			y2 := end
			if i < len(f.rows) {
				y2 = f.rows[i].y
			}
			x := f.x + t.edges[c] - b.total()/2
			p.Rules = b.vline(p.Rules, x, f.rows[from].y, y2, 1, -1)
		}
	}
}

// above is the border above column c of the fragment's i-th row. The first row of a further page has the border that
// would stand between it and the row before, and so has the part of a row that was split.
func (f *fragment) above(i, prev, r, c int) border {
	t := f.t
	if i > 0 && prev == r-1 {
		return t.topEdge(r, c)
	}
	cell := t.cellAt(r, c)
	if i == 0 && cell != nil {
		if b := t.topEdge(r, c); b.visible() {
			return b
		}
		if cell.rowSpan == 0 { // inside a merged cell: the border that the cell began with
			first := t.cellAt(int(cell.origin), c)
			return first.borders[0]
		}
		return cell.borders[0]
	}
	if i > 0 && cell != nil && cell.rowSpan == 0 && prev != r-1 {
		first := t.cellAt(int(cell.origin), c)
		return stronger(t.bottomEdge(prev, c), first.borders[0])
	}
	if i > 0 {
		return stronger(t.bottomEdge(prev, c), t.topEdge(r, c))
	}
	return t.topEdge(r, c)
}

// below is the border below column c of the fragment's last row.
func (f *fragment) below(r, c int) border {
	t := f.t
	b := t.bottomEdge(r, c)
	if !b.visible() && r+1 < len(t.rows) && f.partial {
		if cell := t.cellAt(r, c); cell != nil && cell.borders[2].visible() {
			return cell.borders[2]
		}
	}
	return b
}

// drawDiagonals draws the diagonal lines of cells. Of a cell over several rows they cross what stands on this page.
func (f *fragment) drawDiagonals() {
	t, p := f.t, f.fr.page
	for i := range f.rows {
		at := &f.rows[i]
		row := &t.rows[at.row]
		for c := range row.cells {
			cell := &row.cells[c]
			if cell.diagonal == nil || cell.rowSpan == 0 {
				continue
			}
			bottom := at.y + at.h
			for k := i + 1; k < len(f.rows) && f.rows[k].row > at.row && f.rows[k].row < at.row+cell.rowSpan; k++ {
				bottom = f.rows[k].y + f.rows[k].h
			}
			x1, x2 := f.x+t.edges[cell.col], f.x+t.edges[min(cell.col+cell.span, len(t.edges)-1)]
			p.Rules = cell.diagonal[0].slanted(p.Rules, x1, at.y, x2, bottom, false)
			p.Rules = cell.diagonal[1].slanted(p.Rules, x1, at.y, x2, bottom, true)
		}
	}
}
