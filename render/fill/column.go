package fill

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// columns are the grid columns of one table that loops and conditions repeat or leave out, nested to any depth. It is not
// changed after compiling.
type columns struct {
	table *box
	loops []*columnLoop // outer before inner
	width int           // grid columns that the loops and the cells of all rows reach
	grid  []int         // widths of the template's grid columns, in twentieths of a point
}

// columnLoop is one run of grid columns [from, to) that a pair repeats through all rows of a table.
type columnLoop struct {
	in       *columns
	up       *columnLoop // the loop around it, nil for none
	depth    int         // how many there are around it
	top      int         // the row it begins in, from 0
	pair     *pair       // as the template has it
	around   []*pair     // what repeats or shows rows of the table around its open tag, outer before inner
	from, to int
	rows     map[*box]*pair // the cells of each row, as a pair of its own
}

// holds reports whether the loop repeats the cell g of a row. Where an inner loop repeats the very columns of the one around
// it, the cells above the row it begins in are headings over its copies: they belong to the outer loop alone and widen.
func (c *columnLoop) holds(row *box, g gridCell) bool {
	if c.up != nil && c.up.from == c.from && c.up.to == c.to && row.index < c.top {
		return false
	}
	return g.from >= c.from && g.to <= c.to
}

// above reports whether o stands inside c.
func (c *columnLoop) above(o *columnLoop) bool {
	for u := o.up; u != nil; u = u.up {
		if u == c {
			return true
		}
	}
	return false
}

// owner returns the innermost loop that repeats the cell g of a row, or nil.
func (c *columns) owner(row *box, g gridCell) (own *columnLoop) {
	for _, l := range c.loops {
		if l.holds(row, g) {
			own = l
		}
	}
	return own
}

func (c *columnLoop) apart(from, to int) bool { return to <= c.from || from >= c.to }

func (c *columnLoop) within(from, to int) bool { return from <= c.from && to >= c.to }

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
	c := &columnLoop{pair: p, from: min(a.from, b.from), to: max(a.to, b.to), top: min(first.up.index, last.up.index), rows: map[*box]*pair{}}
	for _, row := range t.rows {
		if !c.fits(row) {
			l.refuse(p, "%[1]s 重复的列切断了第 %[2]d 行跨列的单元格", "the columns of %[1]s cut through a cell of row %[2]d that spans several", "让标签所在的列与各行的单元格边界对齐，或拆分跨列的单元格", "let the columns begin and end where cells of all rows do, or split the cell", p.open.raw, row.index+1)
			return
		}
	}
	for u := p.up; u != nil; u = u.up {
		if u.table == t && !u.dropped {
			c.around = slices.Insert(c.around, 0, u)
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
		around := false
		for u := p.up; u != nil; u = u.up {
			around = around || u == o.pair
		}
		if around && c.within(o.from, o.to) {
			if c.up == nil || c.up.above(o) {
				c.up, c.depth = o, o.depth+1
			}
			continue
		}
		if !o.apart(c.from, c.to) {
			l.refuse(p, "%[1]s 与 %[2]s 重复同一列", "%[1]s and %[2]s repeat the same column", "每列只用一个按列的循环或条件，或把一个完全放在另一个之内", "use one column loop or condition for a column, or put one wholly inside the other", p.open.raw, o.pair.open.raw)
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
	c.in = t.cols
	t.cols.loops = append(t.cols.loops, c)
	t.guard, t.up.guard = true, true
	l.markerPara(p.open)
	l.markerPara(p.close)
}

// fits reports whether the columns begin and end where cells of the row do, or lie inside one.
func (c *columnLoop) fits(row *box) bool {
	cells := gridOf(row)
	whole := func(from, to int) bool { return c.apart(from, to) || c.within(from, to) }
	end := 0
	inside := 0
	for i, g := range cells {
		if i == 0 && g.from > 0 && !whole(0, g.from) {
			return false
		}
		if g.from >= c.from && g.to <= c.to {
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
				if g.from >= c.from && g.to <= c.to {
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
	slices.SortStableFunc(cols.loops, func(a, b *columnLoop) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.depth, b.depth))
	})
	cols.width = len(cols.grid)
	for _, row := range t.rows {
		for _, g := range gridOf(row) {
			cols.width = max(cols.width, g.to)
		}
	}
	l.step(t.node.Open, t.node.Open, rankContent, func(b *builder) {
		b.emit(op{kind: opStep, step: func(r *renderer, _ *op) { r.countColumns(cols) }})
	})
	for i, k := range kidsOf(t.node.Child("w:tblGrid"), "w:gridCol") {
		l.step(k.Start, k.End, rankRange, func(b *builder) {
			name := b.rawName(k)
			attr := b.attrPrefix(b.prefix(k))
			b.emit(op{kind: opStep, step: func(r *renderer, _ *op) {
				if i > 0 {
					return // the whole grid stands in place of its first column
				}
				st := r.columns[cols]
				for n, col := range st.out {
					if col < len(cols.grid) {
						r.out = append(r.out, "<"+name+" "+attr+`w="`...)
						r.out = append(strconv.AppendInt(r.out, int64(st.widths[n]), 10), `"/>`...)
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
		l.span(cols, nil, pr.Child("w:gridBefore"), 0, cells[0].from)
		l.size(cols, nil, pr.Child("w:wBefore"), 0, cells[0].from)
	}
	across := false
	for _, g := range cells {
		own := cols.owner(row, g)
		l.size(cols, own, g.node.Path("w:tcPr", "w:tcW"), g.from, g.to)
		wide := cols.repeats(own, g)
		if t := l.across[g.node]; t != nil {
			across = true
			l.joinAcross(cols, own, row, g, t)
			l.widen(cols, own, g)
		} else if wide != allFixed {
			l.widen(cols, own, g)
		}
		if wide == noneFixed {
			l.columnGate(cols, own, g.node, []gridCell{g})
		}
		fixed = fixed || cols.repeats(nil, g) != noneFixed
		end = g.to
	}
	if n := pr.Child("w:gridAfter"); n != nil {
		l.span(cols, nil, n, end, end+atoiOr(n.Val(), 0))
		l.size(cols, nil, pr.Child("w:wAfter"), end, end+atoiOr(n.Val(), 0))
	}
	if across {
		l.acrossRow(cols.table, row)
	}
	if !fixed && len(cells) > 0 {
		l.columnGate(cols, nil, row.node, cells)
	}
	for _, c := range cols.loops {
		from, to := -1, -1
		for _, k := range row.node.Kids {
			for _, g := range cells {
				if c.holds(row, g) && g.node.Start >= k.Start && g.node.End <= k.End {
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
			edit{from: to, to: to, rank: rankMark, seq: -1 - c.depth, kind: editMark, tag: p.close})
		c.rows[row] = p
		made = append(made, p)
	}
	return made
}

// repeats tells how many of the grid columns of the cell g inner loops of own repeat.
func (c *columns) repeats(own *columnLoop, g gridCell) repeated {
	n := 0
	for i := g.from; i < g.to; i++ {
		if slices.ContainsFunc(c.loops, func(l *columnLoop) bool { return l.up == own && i >= l.from && i < l.to }) {
			n++
		}
	}
	switch n {
	case 0:
		return allFixed
	case g.to - g.from:
		return noneFixed
	}
	return someFixed
}

type repeated uint8

const (
	allFixed repeated = iota
	someFixed
	noneFixed
)

// columnGate writes a cell or row only where one of the columns of cells is left.
func (l *lifter) columnGate(cols *columns, own *columnLoop, n *docx.Node, cells []gridCell) {
	key := &edit{}
	l.step(n.Start, n.Start, rankElement, func(b *builder) {
		b.open(key, op{kind: opStep, step: func(r *renderer, o *op) {
			for _, g := range cells {
				if _, n, _ := r.columnsOf(cols, own, g.from, g.to); n > 0 {
					r.run(o.body)
					return
				}
			}
		}})
	})
	l.step(n.End, n.End, rankElementEnd, func(b *builder) { b.close(key) })
}

// span rewrites the number of grid columns that a cell or gap covers.
func (l *lifter) span(cols *columns, own *columnLoop, n *docx.Node, from, to int) {
	if n == nil {
		return
	}
	for _, a := range n.Attrs {
		if a.Name == "w:val" {
			l.step(a.Start, a.End, rankRange, func(b *builder) {
				b.emit(op{kind: opStep, step: func(r *renderer, _ *op) {
					_, n, _ := r.columnsOf(cols, own, from, to)
					r.out = strconv.AppendInt(r.out, int64(n), 10)
				}})
			})
		}
	}
}

// widen lets a cell cover the copies of its grid columns.
func (l *lifter) widen(cols *columns, own *columnLoop, g gridCell) {
	write := func(b *builder) {
		p := b.prefix(g.node)
		before := "<" + p + "gridSpan " + b.attrPrefix(p) + `val="`
		b.emit(op{kind: opStep, step: func(r *renderer, _ *op) {
			_, n, _ := r.columnsOf(cols, own, g.from, g.to)
			span := func(n int) string {
				if n < 2 {
					return ""
				}
				return before + strconv.Itoa(n) + `"/>`
			}
			r.resize(cols, span, n, func(a *acrossCell) *resized { return &a.span })
		}})
	}
	if n := g.node.Path("w:tcPr", "w:gridSpan"); n != nil {
		l.step(n.Start, n.End, rankRange, write)
	} else {
		l.property(g.node, propSpan, write)
	}
}

// size rewrites the width of a cell or gap, so that the width of the table stays.
func (l *lifter) size(cols *columns, own *columnLoop, n *docx.Node, from, to int) {
	if typ, _ := n.Attr("w:type"); n == nil || typ == "auto" || typ == "nil" || to > len(cols.grid) {
		return
	}
	before := 0
	for i := from; i < to; i++ {
		before += cols.grid[i]
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
				_, _, after := r.columnsOf(cols, own, from, to)
				width := func(after int) string {
					if before == 0 {
						return strconv.Itoa(old)
					}
					return strconv.Itoa((old*after + before/2) / before)
				}
				r.resize(cols, width, after, func(a *acrossCell) *resized { return &a.width })
			}})
		})
	}
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
			var inner *pair
			for _, c := range b.up.up.cols.loops {
				if p := c.rows[b.up]; p != nil && c.holds(b.up, g) && from >= p.from && to <= p.to {
					inner = p
				}
			}
			if cell == nil {
				cell = inner
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
			same := func(a, b *pair) bool { return a.from == b.from && a.to == b.to && a.column != nil && b.column != nil }
			if same(p, q) && !q.column.above(p.column) || p.up != nil && same(p.up, q) && q.column.above(p.up.column) {
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

// columnState is how the columns of the table being written repeat.
type columnState struct {
	root   *columnCopy
	out    []int // the template's grid column of each one written
	widths []int // of each one written: all keep their proportions, and the table its width
}

// columnCopy is one copy of a run of columns: where it stands among those written, and the copies of the loops inside it.
type columnCopy struct {
	lo, hi int
	kids   map[*columnLoop][]*columnCopy
	lists  map[*columnLoop]*recordList // of loops whose list stands in the records of rows
}

// recordList is the list of the first record that has one: rows outside the records show its items.
type recordList struct {
	items []any
	name  string // its path, for pointers
}

// countColumns finds how often each run of columns stands in the table that begins.
func (r *renderer) countColumns(cols *columns) {
	st := &columnState{root: r.expandColumns(cols, nil)}
	var lay func(up *columnLoop, k *columnCopy, from, to int)
	lay = func(up *columnLoop, k *columnCopy, from, to int) {
		k.lo = len(st.out)
		for i := from; i < to; {
			at := slices.IndexFunc(cols.loops, func(c *columnLoop) bool { return c.up == up && c.from == i })
			if at < 0 {
				st.out = append(st.out, i)
				i++
				continue
			}
			c := cols.loops[at]
			for _, kid := range k.kids[c] {
				if lay(c, kid, c.from, c.to); len(st.out) > maxColumns && !r.stop {
					t := c.pair.open
					r.limit(t, "columns", "重复“%[1]s”后表格超过 %[2]d 列", "with the copies of “%[1]s” the table has more than %[2]d columns", t.raw, maxColumns)
				}
			}
			i = c.to
		}
		k.hi = len(st.out)
	}
	lay(nil, st.root, 0, cols.width)
	old, now, at := 0, 0, 0
	width := func(i int) int {
		if i < len(cols.grid) {
			return cols.grid[i]
		}
		return 0
	}
	for i := range cols.width {
		old += width(i)
	}
	for _, i := range st.out {
		now += width(i)
	}
	for _, i := range st.out {
		w := 0
		if now > 0 {
			w = (at+width(i))*old/now - at*old/now
		}
		at += width(i)
		st.widths = append(st.widths, w)
	}
	r.columns[cols] = st
}

// expandColumns makes the copies of the loops that stand directly in up.
func (r *renderer) expandColumns(cols *columns, up *columnLoop) *columnCopy {
	k := &columnCopy{kids: map[*columnLoop][]*columnCopy{}, lists: map[*columnLoop]*recordList{}}
	for _, c := range cols.loops {
		if c.up != up || r.stop {
			continue
		}
		t := c.pair.open
		if t.kind != tagLoop {
			if r.showsColumns(c) {
				k.kids[c] = append(k.kids[c], r.expandColumns(cols, c))
			}
			continue
		}
		outside := r.frame
		list, loop := r.columnItems(c, k)
		if len(list) > maxColumns {
			r.limit(t, "columns", "“%[1]s”有 %[2]d 项，表格最多 %[3]d 列", "“%[1]s” has %[2]d items, a table takes %[3]d columns", t.value.path.String(), len(list), maxColumns)
			return k
		}
		f := &frame{up: r.frame, loop: loop, total: len(list), name: t.value.path.String(), tag: t}
		r.frame = f
		for i, item := range list {
			f.item, f.index = item, i
			f.m, _ = item.(map[string]any)
			k.kids[c] = append(k.kids[c], r.expandColumns(cols, c))
		}
		r.frame = outside
	}
	return k
}

// columnItems gives what a column loop goes through for the whole table: a list outside the table's rows or, where there is
// none and the loop begins in a repeated row, that of the first record that has one. It leaves r in that record.
func (r *renderer) columnItems(c *columnLoop, k *columnCopy) (list []any, loop bool) {
	t := c.pair.open
	keep := func() {
		unescape := strings.NewReplacer("/", ".", "~1", "/", "~0", "~")
		k.lists[c] = &recordList{items: list, name: unescape.Replace(strings.TrimPrefix(r.pointer(&t.value.path), "/"))}
	}
	if c.records() != nil && r.inRecord(c) {
		list, loop, _ = r.items(t)
		keep()
		return list, loop
	}
	if _, st := r.eval(t, t.value); st != absent || c.records() == nil {
		list, loop, _ = r.items(t)
		return list, loop
	}
	found := r.eachRecord(c, func() bool {
		v, st := r.eval(t, t.value)
		own, isList := asList(v)
		if st != there || !isList {
			return false
		}
		list = own
		keep()
		return true
	})
	return list, found
}

// showsColumns tells whether a condition shows its columns: in a repeated row, when it holds for any record.
func (r *renderer) showsColumns(c *columnLoop) bool {
	t := c.pair.open
	holds := func() bool { return r.test(t, t.cond) != (t.kind == tagNone) }
	if c.records() == nil || r.inRecord(c) {
		return holds()
	}
	outside, records, shows := r.frame, false, false
	r.eachRecord(c, func() bool {
		records = true
		shows = holds()
		return shows
	})
	if r.frame = outside; !records {
		return holds()
	}
	return shows
}

// records is the innermost loop over rows that c begins in, nil for none.
func (c *columnLoop) records() *pair {
	for _, p := range slices.Backward(c.around) {
		if p.open.kind == tagLoop {
			return p
		}
	}
	return nil
}

// inRecord reports whether what is being written belongs to a record of the rows that c begins in.
func (r *renderer) inRecord(c *columnLoop) bool { return r.inside(c.records()) }

// inside reports whether what is being written belongs to a copy of p.
func (r *renderer) inside(p *pair) bool {
	for f := r.frame; f != nil && p != nil; f = f.up {
		if f.tag == p.open {
			return true
		}
	}
	return false
}

// eachRecord enters the records of the rows that c begins in, in their order, until visit is content; r stays in that one.
func (r *renderer) eachRecord(c *columnLoop, visit func() bool) bool {
	var enter func(around []*pair) bool
	enter = func(around []*pair) bool {
		if len(around) == 0 {
			return visit()
		}
		p := around[0]
		t := p.open
		if r.inside(p) {
			return enter(around[1:])
		}
		if t.kind != tagLoop {
			second := p.els != nil && c.pair.open.order > p.els.order
			return r.test(t, t.cond) != (t.kind == tagNone) != second && enter(around[1:])
		}
		if _, st := r.eval(t, t.value); st != there {
			return false // the row itself tells of that
		}
		list, loop, _ := r.items(t)
		outside := r.frame
		f := &frame{up: outside, loop: loop, total: len(list), name: t.value.path.String(), tag: t}
		for i, item := range list {
			f.item, f.index = item, i
			f.m, _ = item.(map[string]any)
			r.frame = f
			if enter(around[1:]) {
				return true
			}
		}
		r.frame = outside
		return false
	}
	return enter(c.around)
}

// maxColumns is how many columns a table of Word can have.
const maxColumns = 63

// columnCopyOf is the copy of c that is being written; of nil, the whole table.
func (r *renderer) columnCopyOf(cols *columns, c *columnLoop) *columnCopy {
	if c == nil {
		return r.columns[cols].root
	}
	kids := r.columnCopyOf(cols, c.up).kids[c]
	i := 0
	for f := r.frame; f != nil && c.pair.open.kind == tagLoop; f = f.up {
		if f.tag != nil && f.tag.pair.column == c {
			i = f.index
			break
		}
	}
	if i >= len(kids) {
		return &columnCopy{}
	}
	return kids[i]
}

// columnsOf tells which columns stand for the grid columns [from, to) in the copy of own that is being written: the first,
// how many, and how wide they are together.
func (r *renderer) columnsOf(cols *columns, own *columnLoop, from, to int) (first, n, width int) {
	st, k := r.columns[cols], r.columnCopyOf(cols, own)
	for i := k.lo; i < k.hi; i++ {
		if st.out[i] >= from && st.out[i] < to {
			if n == 0 {
				first = i
			}
			n++
			width += st.widths[i]
		}
	}
	return first, n, width
}

// column writes the cells of one row in columns that repeat.
func (r *renderer) column(o *op, c *columnLoop) {
	k := r.columnCopyOf(c.in, c.up)
	n := len(k.kids[c])
	t := c.pair.open
	if t.kind != tagLoop {
		if n > 0 {
			r.run(o.body)
		}
		return
	}
	first := k.lists[c]
	if first != nil && !r.inRecord(c) {
		r.repeatBody(o, first.items, true, first.name)
		return
	}
	if c.records() != nil && n == 0 && !r.inRecord(c) {
		return // there are no records, or theirs tell why
	}
	// A repeated row may have a list of its own under that name, of as many items.
	if _, st := r.eval(t, t.value); st == absent && r.opt.Missing == Strict && !t.value.optional {
		r.missing(t, t.value, absent)
		return
	}
	list, _, _ := r.items(t)
	if len(list) == n {
		r.repeatBody(o, list, true, t.value.path.String())
		return
	}
	f := problem.Finding{
		Code: "fill.columns.count", Severity: problem.Fail, Path: r.pointer(&t.value.path),
		Message: problem.Tf("“%[1]s”在表头有 %[2]d 项，在这一行有 %[3]d 项，各行的列数必须相同", "“%[1]s” has %[2]d items for the table and %[3]d in this row: all rows need the same columns", t.value.path.String(), n, len(list)),
		Fix:     problem.Fix{ZH: "补齐每一行的数据，没有内容的一项也要占一个位置", EN: "give every row an item for each column, also where it has nothing to say"},
	}
	if first != nil {
		f.Message = problem.Tf("“%[1]s”在第一条记录里有 %[2]d 项，在第 %[4]d 条里有 %[3]d 项，各行的列数必须相同", "“%[1]s” has %[2]d items in the first record and %[3]d in record %[4]d: all rows need the same columns",
			t.value.path.String(), n, len(list), r.copyOf(c.records().open)+1)
	}
	r.report(t, f)
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
