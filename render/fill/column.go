package fill

import (
	"cmp"
	"slices"
	"strconv"

	"tripact/problem"
	"tripact/render/docx"
)

// columns are the grid columns of one table that loops and conditions repeat or leave out. It is not changed after
// compiling.
type columns struct {
	table *box
	loops []*columnLoop
	grid  []int // widths of the template's grid columns, in twentieths of a point
}

// columnLoop is one run of grid columns [from, to) that a pair repeats through all rows of a table.
type columnLoop struct {
	in       *columns
	index    int
	pair     *pair // as the template has it
	from, to int
	rows     map[*box]*pair // the cells of each row, as a pair of its own
}

func (c *columnLoop) holds(g gridCell) bool { return g.from >= c.from && g.to <= c.to }

func (c *columnLoop) apart(from, to int) bool { return to <= c.from || from >= c.to }

func (c *columnLoop) inside(from, to int) bool { return from <= c.from && to >= c.to }

// child returns the box directly in outer that holds b.
func child(b, outer *box) *box {
	for b != nil && b.up != outer {
		b = b.up
	}
	return b
}

// column makes p repeat the grid columns of the cells its markers stand in. What is done to the table waits until all such
// pairs are known.
func (l *lifter) column(p *pair) {
	var first, last *box
	switch a := common(p.open.p.in, p.close.p.in); {
	case a == nil:
	case a.kind == boxContent:
		first = cellOf(a)
		last = first
	case a.kind == boxRow:
		first, last = child(p.open.p.in, a), child(p.close.p.in, a)
	case a.kind == boxTable:
		first, last = child(p.open.p.in, rowIn(p.open.p.in, a)), child(p.close.p.in, rowIn(p.close.p.in, a))
	}
	if first == nil || last == nil {
		l.refuse(p, "%[1]s 要求按列重复，但两个标签不在同一表格内", "%[1]s repeats columns but its tags are not in one table", "把两个标签放进要重复的那一列的单元格", "put both tags into a cell of the column", p.open.raw)
		return
	}
	t := first.up.up
	a, b := gridOf(first.up)[first.index], gridOf(last.up)[last.index]
	c := &columnLoop{pair: p, from: min(a.from, b.from), to: max(a.to, b.to), rows: map[*box]*pair{}}
	for _, row := range t.rows {
		if !c.fits(row) {
			l.refuse(p, "%[1]s 重复的列切断了第 %[2]d 行跨列的单元格", "the columns of %[1]s cut through a cell of row %[2]d that spans several", "让标签所在的列与各行的单元格边界对齐，或拆分跨列的单元格", "let the columns begin and end where cells of all rows do, or split the cell", p.open.raw, row.index+1)
			return
		}
	}
	if t.cols == nil {
		t.cols = &columns{table: t}
		for _, k := range kidsOf(t.node.Child("w:tblGrid"), "w:gridCol") {
			w, _ := k.Attr("w:w")
			n, _ := strconv.Atoi(w)
			t.cols.grid = append(t.cols.grid, max(n, 0))
		}
	}
	for _, o := range t.cols.loops {
		if !o.apart(c.from, c.to) {
			l.refuse(p, "%[1]s 与 %[2]s 重复同一列", "%[1]s and %[2]s repeat the same column", "每列只用一个按列的循环或条件", "use one column loop or condition for a column", p.open.raw, o.pair.open.raw)
			return
		}
	}
	if p.els != nil {
		l.report(p.els, problem.Finding{
			Code: "fill.pair.place", Message: problem.T("按列的条件不能有 {{:否则}}", "a condition on columns cannot have {{:else}}"),
			Fix: problem.Fix{ZH: "改用两个相反的条件，各管一列", EN: "use two opposite conditions, each on a column of its own"},
		}, p.open)
		p.els.mode, p.els = modeHoist, nil
	}
	p.open.mode, p.close.mode = modeHoist, modeHoist
	p.column = c
	c.in, c.index = t.cols, len(t.cols.loops)
	t.cols.loops = append(t.cols.loops, c)
	t.guard, t.up.guard = true, true
	l.markerPara(p.open)
	l.markerPara(p.close)
}

// fits reports whether the columns begin and end where cells of the row do, or lie inside one.
func (c *columnLoop) fits(row *box) bool {
	cells := gridOf(row)
	whole := func(from, to int) bool { return c.apart(from, to) || c.inside(from, to) }
	end := 0
	inside := 0
	for i, g := range cells {
		if i == 0 && g.from > 0 && !whole(0, g.from) {
			return false
		}
		if c.holds(g) {
			inside++
		} else if !whole(g.from, g.to) {
			return false
		}
		end = g.to
	}
	if n := row.node.Path("w:trPr", "w:gridAfter"); n != nil && !whole(end, end+atoiOr(n.Val(), 0)) {
		return false
	}
	if inside == 0 {
		return true
	}
	// A content control around cells goes with them or not at all.
	for _, k := range row.node.Kids {
		in, out := 0, 0
		for _, g := range cells {
			if g.node.Start >= k.Start && g.node.End <= k.End {
				if c.holds(g) {
					in++
				} else {
					out++
				}
			}
		}
		if in > 0 && out > 0 {
			return false
		}
	}
	return true
}

// columns makes the edits of all tables whose columns repeat, and puts what stands in those columns under their pairs.
func (l *lifter) columns() {
	var tables []*columns
	for _, p := range l.pairs {
		if p.column != nil && !slices.Contains(tables, p.column.in) {
			tables = append(tables, p.column.in)
		}
	}
	if len(tables) == 0 {
		return
	}
	var made []*pair
	for _, cols := range tables {
		made = append(made, l.columnEdits(cols)...)
	}
	l.rehang(made)
	l.pairs = append(l.pairs, made...)
	slices.SortStableFunc(l.pairs, func(a, b *pair) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
}

func (l *lifter) columnEdits(cols *columns) (made []*pair) {
	t := cols.table
	slices.SortFunc(cols.loops, func(a, b *columnLoop) int { return cmp.Compare(a.from, b.from) })
	for i, c := range cols.loops {
		c.index = i
	}
	l.step(t.node.Open, t.node.Open, rankContent, func(b *builder) {
		b.emit(op{kind: opStep, step: func(r *renderer, _ *op) { r.countColumns(cols) }})
	})
	for i, k := range kidsOf(t.node.Child("w:tblGrid"), "w:gridCol") {
		l.step(k.Start, k.End, rankRange, func(b *builder) {
			whole := b.src.data[k.Start:k.End:k.End]
			before, after := whole, []byte(nil)
			for _, a := range k.Attrs {
				if a.Name == "w:w" {
					before, after = b.src.data[k.Start:a.Start:a.Start], b.src.data[a.End:k.End:k.End]
				}
			}
			b.emit(op{kind: opStep, step: func(r *renderer, _ *op) {
				for j := range r.columnCopies(cols, i) {
					r.out = append(r.out, before...)
					if after != nil {
						r.out = strconv.AppendInt(r.out, int64(r.width(cols, i, j)), 10)
						r.out = append(r.out, after...)
					}
				}
			}})
		})
	}
	for _, row := range t.rows {
		made = append(made, l.columnRow(cols, row)...)
	}
	return made
}

// columnRow makes the edits of one row and returns its pairs.
func (l *lifter) columnRow(cols *columns, row *box) (made []*pair) {
	cells := gridOf(row)
	fixed := false // something of the row stands whatever the columns
	end := 0
	pr := row.node.Child("w:trPr")
	if len(cells) > 0 && cells[0].from > 0 {
		l.span(cols, pr.Child("w:gridBefore"), 0, cells[0].from)
		l.size(cols, pr.Child("w:wBefore"), 0, cells[0].from)
	}
	for _, g := range cells {
		l.size(cols, g.node.Path("w:tcPr", "w:tcW"), g.from, g.to)
		if !slices.ContainsFunc(cols.loops, func(c *columnLoop) bool { return c.holds(g) }) {
			fixed = true
			l.span(cols, g.node.Path("w:tcPr", "w:gridSpan"), g.from, g.to)
		}
		end = g.to
	}
	if n := pr.Child("w:gridAfter"); n != nil {
		l.span(cols, n, end, end+atoiOr(n.Val(), 0))
		l.size(cols, pr.Child("w:wAfter"), end, end+atoiOr(n.Val(), 0))
	}
	if !fixed && len(cells) > 0 {
		key := &edit{}
		l.step(row.node.Start, row.node.Start, rankElement, func(b *builder) {
			b.open(key, op{kind: opStep, step: func(r *renderer, o *op) {
				for _, g := range cells {
					if r.columnCopies(cols, g.from) > 0 {
						r.run(o.body)
						return
					}
				}
			}})
		})
		l.step(row.node.End, row.node.End, rankElementEnd, func(b *builder) { b.close(key) })
	}
	for _, c := range cols.loops {
		from, to := -1, -1
		for _, k := range row.node.Kids {
			for _, g := range cells {
				if c.holds(g) && g.node.Start >= k.Start && g.node.End <= k.End {
					if from < 0 {
						from = k.Start
					}
					to = k.End
				}
			}
		}
		if from < 0 {
			continue
		}
		o := *c.pair.open
		o.kind = tagLoop
		p := &pair{id: c.pair.id, open: &o, close: &tag{kind: tagClose, order: o.order, p: c.pair.close.p, raw: c.pair.close.raw}, column: c, from: from, to: to}
		p.open.pair, p.close.pair = p, p
		p.open.mode, p.close.mode = modeHoist, modeHoist
		l.src.edits = append(l.src.edits,
			edit{from: from, to: from, rank: rankMark, seq: o.order, kind: editMark, tag: p.open},
			edit{from: to, to: to, rank: rankMark, seq: -1, kind: editMark, tag: p.close})
		c.rows[row] = p
		made = append(made, p)
	}
	return made
}

// span rewrites the number of grid columns that a cell or gap covers.
func (l *lifter) span(cols *columns, n *docx.Node, from, to int) {
	if n == nil {
		return
	}
	for _, a := range n.Attrs {
		if a.Name == "w:val" {
			l.step(a.Start, a.End, rankRange, func(b *builder) {
				b.emit(op{kind: opStep, step: func(r *renderer, _ *op) {
					n := 0
					for i := from; i < to; i++ {
						n += r.columnCopies(cols, i)
					}
					r.out = strconv.AppendInt(r.out, int64(n), 10)
				}})
			})
		}
	}
}

// size rewrites the width of a cell or gap, so that the width of the table stays.
func (l *lifter) size(cols *columns, n *docx.Node, from, to int) {
	if typ, _ := n.Attr("w:type"); n == nil || typ == "auto" || typ == "nil" || to > len(cols.grid) {
		return
	}
	for _, a := range n.Attrs {
		if a.Name != "w:w" {
			continue
		}
		old, err := strconv.Atoi(a.Value)
		if err != nil || old <= 0 {
			continue
		}
		l.step(a.Start, a.End, rankRange, func(b *builder) {
			b.emit(op{kind: opStep, step: func(r *renderer, _ *op) {
				before, after := 0, 0
				for i := from; i < to; i++ {
					before += cols.grid[i]
					n := r.columnCopies(cols, i)
					if c := cols.at(i); c != nil && c.from <= from && c.to >= to {
						n = min(n, 1) // a cell that repeats: each copy has its own
						after += r.width(cols, i, r.cell(cols.table, 0).copy) * n
						continue
					}
					for j := range n {
						after += r.width(cols, i, j)
					}
				}
				w := old
				if before > 0 {
					w = (old*after + before/2) / before
				}
				r.out = strconv.AppendInt(r.out, int64(w), 10)
			}})
		})
	}
}

// at returns what repeats grid column i, or nil.
func (c *columns) at(i int) *columnLoop {
	for _, l := range c.loops {
		if i >= l.from && i < l.to {
			return l
		}
	}
	return nil
}

// rehang puts tags and pairs inside repeated cells under the pairs of those cells: their names are looked up there.
func (l *lifter) rehang(made []*pair) {
	parent := func(in *pair, at *box, from, to int) *pair {
		for in != nil && (in.column != nil || in.dropped) {
			in = in.up
		}
		var cell *pair
		for b := at; b != nil; b = b.up {
			if b.up == nil || b.up.kind != boxRow || b.up.up.cols == nil {
				continue
			}
			g := gridOf(b.up)[b.index]
			for _, c := range b.up.up.cols.loops {
				p := c.rows[b.up]
				if p == nil || !c.holds(g) || from < p.from || to > p.to || cell != nil {
					continue
				}
				cell = p
			}
		}
		if cell == nil || in != nil && in.from >= cell.from && in.to <= cell.to {
			return in
		}
		return cell
	}
	for _, p := range l.pairs {
		if p.column == nil && !p.dropped {
			p.up = parent(p.up, p.open.p.in, p.from, p.to)
		}
	}
	for _, p := range made {
		// Around the cells: the innermost section that holds them all.
		for _, q := range slices.Concat(l.pairs, made) {
			if q == p || q.dropped || q.from >= q.to || q.from > p.from || q.to < p.to {
				continue
			}
			if p.up == nil || q.from >= p.up.from && q.to <= p.up.to {
				p.up = q
			}
		}
	}
	for _, t := range l.tags {
		if t.p != nil && !t.section() {
			t.in = parent(t.in, t.p.in, t.p.node.Start, t.p.node.End)
		}
	}
}

// countColumns finds how often each run of columns stands in the table that begins.
func (r *renderer) countColumns(cols *columns) {
	n := make([]int, len(cols.loops))
	for i, c := range cols.loops {
		t := c.pair.open
		if t.kind == tagLoop {
			list, _, ok := r.items(t)
			if ok {
				n[i] = len(list)
			}
			if n[i] > maxColumns {
				r.limit(t, "columns", "“%[1]s”有 %[2]d 项，表格最多 %[3]d 列", "“%[1]s” has %[2]d items, a table takes %[3]d columns", t.value.path.String(), n[i], maxColumns)
			}
			continue
		}
		if r.test(t, t.cond) != (t.kind == tagNone) {
			n[i] = 1
		}
	}
	r.columns[cols] = n
}

// maxColumns is how many columns a table of Word can have.
const maxColumns = 63

// columnCopies is how often grid column i of the template stands in the table being written.
func (r *renderer) columnCopies(cols *columns, i int) int {
	if c := cols.at(i); c != nil {
		return r.columns[cols][c.index]
	}
	return 1
}

// width is the new width of copy j of grid column i: all columns keep their proportions, and the table its width.
func (r *renderer) width(cols *columns, i, j int) int {
	old, now, at, own := 0, 0, 0, 0
	for k := 0; k < len(cols.grid); {
		from, to, n := k, k+1, 1
		if c := cols.at(k); c != nil {
			to, n = min(c.to, len(cols.grid)), r.columnCopies(cols, k)
		}
		run := 0
		for m := from; m < to; m++ {
			if m == i {
				own = now + run
			}
			run += cols.grid[m]
			old += cols.grid[m]
		}
		if i >= from && i < to {
			at = own + j*run
		}
		now += n * run
		k = to
	}
	if now == 0 || i >= len(cols.grid) {
		return 0
	}
	return (at+cols.grid[i])*old/now - at*old/now
}

// column writes the cells of one row in columns that repeat.
func (r *renderer) column(o *op, c *columnLoop) {
	n := r.columns[c.in][c.index]
	if n == 0 {
		return
	}
	t := c.pair.open
	if t.kind != tagLoop {
		r.run(o.body)
		return
	}
	// A repeated row may have a list of its own under that name, of as many items.
	list, _, _ := r.items(t)
	if len(list) != n {
		r.report(t, problem.Finding{
			Code: "fill.columns.count", Severity: problem.Fail, Path: r.pointer(&t.value.path),
			Message: problem.Tf("“%[1]s”在表头有 %[2]d 项，在这一行有 %[3]d 项，各行的列数必须相同", "“%[1]s” has %[2]d items for the table and %[3]d in this row: all rows need the same columns", t.value.path.String(), n, len(list)),
			Fix:     problem.Fix{ZH: "补齐每一行的数据", EN: "give every row an item for each column"},
		})
		return
	}
	r.repeatBody(o, list, true, t.value.path.String())
}

// kidsOf lists the children of n called name. Safe on nil.
func kidsOf(n *docx.Node, name string) (out []*docx.Node) {
	if n == nil {
		return nil
	}
	for _, k := range n.Kids {
		if k.Name == name {
			out = append(out, k)
		}
	}
	return out
}
