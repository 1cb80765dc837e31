package layout

import "tripact/render/docx"

// columnWidths finds the widths of a table's grid columns.
//
// The grid that the file stores is what Word itself last worked out and is the starting point. Cell widths that differ
// from it in a whole column come from programs that did not keep the grid up and win, as they do when Word opens the
// file; but where both add up to the same, Word has fitted the columns to their content and the grid stands. A table that
// may adapt is fitted to its preferred width and never wider than the column unless its grid says so. Where neither the
// table nor any cell of a column asks for a width, the column is as wide as its content where that fits (ECMA-376
// 17.18.87, autofit): the grid is only what some program last worked out, with its own fonts. Where it does not fit, a
// grid that fills the column says how that program shared out the room, and stands.
func (e *engine) columnWidths(n *docx.Node, t *tableBox, rows []rawRow, cols int, avail Length) []Length {
	widths := make([]Length, cols)
	var sum Length
	known := 0
	if g := n.Child("w:tblGrid"); g != nil {
		i := 0
		for _, c := range g.Kids {
			if c.Name != "w:gridCol" || i >= cols {
				continue
			}
			if w, ok := attrLength(c, "w:w", Twip); ok && w > 0 {
				widths[i] = w
				known++
			}
			i++
		}
	}
	preferred := make([]Length, cols)
	mixed := make([]bool, cols)
	seen := 0
	for r := range rows {
		for _, c := range rows[r].cells {
			if c.tc.span != 1 || c.tc.width.kind != "dxa" || c.tc.width.value <= 0 || c.col >= cols {
				continue
			}
			switch p := preferred[c.col]; {
			case p == 0:
				preferred[c.col] = c.tc.width.value
				seen++
			case p-c.tc.width.value > 2*Twip || c.tc.width.value-p > 2*Twip:
				mixed[c.col] = true
			}
		}
	}
	stale := t.props.fixed || known < cols || !sameSum(widths, preferred)
	for i := range widths {
		if preferred[i] > 0 && (widths[i] == 0 || stale && !mixed[i]) {
			if widths[i] == 0 {
				known++
			}
			widths[i] = preferred[i]
		}
	}
	target := Length(0)
	switch w := t.props.width; w.kind {
	case "dxa":
		target = max(0, w.value)
	case "pct":
		target = avail * Length(max(0, min(w.pct, 50000))) / 5000
		if e.sheet.settings.mode < 15 && e.cellDepth == 0 && w.pct == 5000 {
			target += t.props.margins[1] + t.props.margins[3]
		}
	}
	if target == 0 && !t.props.fixed && known == cols {
		known -= e.fitContent(t, rows, widths, avail)
	}
	if known < cols {
		e.contentWidths(t, rows, widths, target, avail)
	}
	for _, w := range widths {
		sum += w
	}
	if sum <= 0 {
		for i := range widths {
			widths[i] = max(avail/Length(cols), Point)
		}
		return widths
	}
	scale := Length(0)
	switch {
	case target > 0 && !t.props.fixed && (sum-target > target/100 || target-sum > target/100):
		scale = target
	case target > 0 && t.props.width.kind == "pct" && known == cols && sum != target:
		scale = target
	case target == 0 && !t.props.fixed && sum > avail+avail/50 && seen == 0:
		scale = avail
	}
	if scale > 0 {
		var done, to Length
		for i := range widths {
			done += widths[i]
			next := Length(float64(scale) * float64(done) / float64(sum))
			widths[i] = next - to
			to = next
		}
	}
	limit := maxLength / Length(cols)
	for i := range widths {
		widths[i] = max(Twip*20, min(widths[i], max(limit, 4*Inch)))
	}
	return widths
}

// sameSum reports whether all columns have a preferred width and these add up to the grid's, to one per cent.
func sameSum(grid, preferred []Length) bool {
	var a, b Length
	for i := range grid {
		if preferred[i] == 0 {
			return false
		}
		a, b = a+grid[i], b+preferred[i]
	}
	return (a-b)*100 <= a && (b-a)*100 <= a
}

// fitContent makes columns for which nothing asks for a width as wide as their content, if all of it fits. Otherwise it
// forgets their widths, unless the grid fills the column, and says how many.
func (e *engine) fitContent(t *tableBox, rows []rawRow, widths []Length, avail Length) (forgotten int) {
	free := unasked(rows, len(widths))
	open := make([]Length, len(widths))
	found := false
	for i := range widths {
		if free[i] {
			found = true
		} else {
			open[i] = widths[i]
		}
	}
	if !found {
		return 0
	}
	want := e.wantedWidths(t, rows, open, 40*Inch)
	var sum, grid Length
	for i := range widths {
		sum += open[i] + want[i]
		grid += widths[i]
	}
	if sum > avail && grid > avail-avail/30 {
		return 0
	}
	for i := range widths {
		switch {
		case !free[i]:
		case sum > avail:
			widths[i] = 0
			forgotten++
		case want[i] > 0:
			widths[i] = want[i]
		}
	}
	return forgotten
}

// unasked tells for each column whether no cell in it, nor across it, asks for a width.
func unasked(rows []rawRow, cols int) []bool {
	free := make([]bool, cols)
	for i := range free {
		free[i] = true
	}
	for r := range rows {
		for _, c := range rows[r].cells {
			if w := &c.tc.width; w.value > 0 || w.pct > 0 {
				for k := c.col; k < min(c.col+c.tc.span, cols); k++ {
					free[k] = false
				}
			}
		}
	}
	return free
}

// contentWidths gives columns of unknown width what their content would like, within the room that is left. Where that
// is not enough, columns that ask for no more than an equal share have what they ask for, and the others get something
// between their longest word and their whole content, in proportion to what lies between the two.
func (e *engine) contentWidths(t *tableBox, rows []rawRow, widths []Length, target, avail Length) {
	room := avail
	if target > 0 {
		room = target
	}
	want := e.wantedWidths(t, rows, widths, 40*Inch)
	var sum, fixed Length
	open := 0
	for i := range widths {
		if widths[i] > 0 {
			fixed += widths[i]
			continue
		}
		if want[i] == 0 {
			want[i] = 36 * Point
		}
		sum += want[i]
		open++
	}
	room = max(room-fixed, Length(len(widths))*10*Point)
	if sum > room {
		least := e.wantedWidths(t, rows, widths, Point)
		for found := true; found; {
			found = false
			for i := range widths {
				if widths[i] == 0 && open > 1 && want[i] <= room/Length(open) {
					widths[i] = want[i]
					room, sum, open, found = room-want[i], sum-want[i], open-1, true
				}
			}
		}
		var words Length
		for i := range widths {
			if widths[i] == 0 {
				words += min(least[i], want[i])
			}
		}
		if words < room {
			for i := range widths {
				if widths[i] == 0 {
					l := min(least[i], want[i])
					widths[i] = l + Length(float64(room-words)*float64(want[i]-l)/float64(max(sum-words, 1)))
				}
			}
			return
		}
	}
	for i := range widths {
		if widths[i] > 0 {
			continue
		}
		widths[i] = want[i]
		if sum > room || target > 0 && fixed == 0 {
			widths[i] = Length(float64(room) * float64(want[i]) / float64(sum))
		}
	}
}

// wantedWidths measures, for columns whose width is 0, how wide their cells become when laid out in columns of the given
// width: a very wide one gives the width of their content without breaks, a very narrow one that of their longest word.
func (e *engine) wantedWidths(t *tableBox, rows []rawRow, widths []Length, width Length) []Length {
	want := make([]Length, len(widths))
	before := e.snap()
	e.muted++
	e.cellDepth++
	measure := func(c *rawCell) Length {
		e.tight = 0
		var w Length
		if t, _ := turnOf(c.tc.dir); t != turnNone {
			w = e.measure(e.turnedBlocks(e.flatten(c.node, nil, 0), across), cursor{}, across)
		} else if blocks := e.blocks(e.flatten(c.node, nil, 0), width); width > Inch {
			w = e.naturalWidth(blocks)
		} else {
			w = e.tight
		}
		margins := t.props.margins
		for i := range margins {
			if c.tc.marginSet&(1<<i) != 0 {
				margins[i] = c.tc.margins[i]
			}
		}
		return w + margins[1] + margins[3] + Point/2
	}
	const most = 200 // rows looked at
	for r := range rows[:min(len(rows), most)] {
		for i := range rows[r].cells {
			if c := &rows[r].cells[i]; c.tc.span == 1 && c.col < len(widths) && widths[c.col] == 0 {
				want[c.col] = max(want[c.col], measure(c))
			}
		}
	}
	for r := range rows[:min(len(rows), most)] {
		for i := range rows[r].cells {
			c := &rows[r].cells[i]
			if c.tc.span == 1 || c.col >= len(widths) {
				continue
			}
			have, open := Length(0), 0
			end := min(c.col+c.tc.span, len(widths))
			for k := c.col; k < end; k++ {
				have += widths[k] + want[k]
				open += boolInt(widths[k] == 0)
			}
			if open == 0 {
				continue
			}
			if lack := measure(c) - have; lack > 0 { // a cell across columns makes those without a width grow alike
				for k := c.col; k < end; k++ {
					if widths[k] == 0 {
						want[k] += lack / Length(open)
					}
				}
			}
		}
	}
	e.cellDepth--
	e.muted--
	e.rewind(before)
	e.tight = 0
	return want
}

// naturalWidth is the width of the longest line of blocks.
func (e *engine) naturalWidth(blocks []block) Length {
	var w Length
	for i := range blocks {
		if t := blocks[i].table; t != nil {
			w = max(w, t.x+t.edges[len(t.edges)-1])
			continue
		}
		pb := blocks[i].para
		for j := range pb.lines {
			l := &pb.lines[j]
			from, to := Length(1)<<50, Length(0)
			for k := range l.texts {
				end := l.texts[k].X
				for _, g := range l.texts[k].Glyphs {
					end += g.Advance
				}
				from, to = min(from, l.texts[k].X), max(to, end)
			}
			for k := range l.objects {
				from, to = min(from, l.objects[k].x), max(to, l.objects[k].x+l.objects[k].d.w)
			}
			if to > from {
				w = max(w, to-from+max(pb.left, 0)+max(pb.right, 0))
			}
		}
	}
	return w
}
