package layout

// tagTable settles what the structure tree says of a table that has been laid out. Word marks only rows that repeat as
// heads; forms show theirs by shading, and some tables do nothing but put text side by side. A reader of the PDF is told:
//
//   - shaded cells beside plain ones head their row, a first row that is all shaded heads its columns;
//   - without heads and shading, the first column heads the rows of a ruled table, or the first row where w:tblLook says so;
//   - what has neither heads nor rules, or a single column, is no table but text in groups.
func (e *engine) tagTable(t *tableBox, look int) {
	if t.node < 0 || len(t.rows) == 0 {
		return
	}
	nodes := e.doc.Nodes
	marked := t.rows[0].header
	if !marked && !t.tabular() {
		nodes[t.node].Kind = NodeGroup
		for r := range t.rows {
			nodes[t.rows[r].node].Kind = NodeGroup
			for c := range t.rows[r].cells {
				if cell := &t.rows[r].cells[c]; cell.rowSpan > 0 {
					nodes[cell.node].Kind = NodeGroup
				}
			}
		}
		return
	}
	headed := marked
	head := func(cell *cellBox) {
		if cell.rowSpan > 0 && cell.says() {
			nodes[cell.node].Kind = NodeHeaderCell
			headed = true
		}
	}
	for r := range t.rows {
		row := &t.rows[r]
		shaded := 0
		for c := range row.cells {
			shaded += boolInt(row.cells[c].shaded())
		}
		if row.header || shaded == 0 || shaded == len(row.cells) && (r > 0 || marked) {
			continue
		}
		for c := range row.cells {
			if row.cells[c].shaded() && (!marked || c == 0) {
				head(&row.cells[c])
			}
		}
	}
	if headed {
		return
	}
	if look&lookFirstCol == 0 {
		for c := range t.rows[0].cells {
			head(&t.rows[0].cells[c])
		}
		return
	}
	for r := range t.rows {
		if row := &t.rows[r]; len(row.cells) > 1 && row.cells[0].col == 0 {
			head(&row.cells[0])
		}
	}
}

// tabular reports whether a table relates its cells to each other: it has more than one column, and either shading that
// tells some cells from others or lines between its columns.
func (t *tableBox) tabular() bool {
	beside, plain, shaded, open := false, false, false, false
	for r := range t.rows {
		cells := t.rows[r].cells
		beside = beside || len(cells) > 1
		for c := range cells {
			if cells[c].shaded() {
				shaded = true
			} else {
				plain = true
			}
			if c > 0 && !t.leftEdge(r, cells[c].col).visible() {
				open = true
			}
		}
	}
	return beside && (shaded && plain || !open)
}

// shaded reports whether a cell has a background of its own.
func (c *cellBox) shaded() bool { return c.shd.on && c.shd.color != 0xFFFFFF }

// says reports whether a cell holds text.
func (c *cellBox) says() bool {
	for i := range c.blocks {
		if p := c.blocks[i].para; p != nil && p.text != "" {
			return true
		}
	}
	return false
}
