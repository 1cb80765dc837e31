package fill

import (
	"slices"

	"tripact/render/docx"
)

// acrossCells finds the merging values whose cells join the one before in their row: those in columns that a loop repeats,
// in rows that none repeats or where the tag says so.
func (l *lifter) acrossCells() {
	for _, t := range l.tags {
		if t.kind != tagValue || t.merge == mergeNot {
			continue
		}
		cell := cellOf(t.p.in)
		var loop *columnLoop
		if cell != nil && cell.up.up.cols != nil {
			loop = cell.up.up.cols.owner(cell.up, gridOf(cell.up)[cell.index])
			for loop != nil && loop.pair.open.kind != tagLoop {
				loop = loop.up
			}
		}
		if t.merge == mergeAuto && (loop == nil || t.inRows(cell.up.up)) {
			continue
		}
		t.merge = mergeAcross
		if l.mergingCell(t) == nil {
			continue
		}
		if loop == nil {
			l.noMerge(t, "%[1]s 不在按列重复的单元格内", "%[1]s is in no cell that a column loop repeats", "放到 {{#列:…}} 重复的列内；与上一行合并请写“合并:”", "put it into a column that {{#col:…}} repeats; to join the cell above write “merge:”")
			continue
		}
		if l.beside(loop, cell) {
			l.noMerge(t, "%[1]s 所在的行里，每次重复不止一个单元格，各次的单元格互不相邻", "in the row of %[1]s each copy has several cells: those of two copies are not neighbours",
				"让按列的循环在这一行只包含这一个单元格，或去掉“"+mergeWord(t)+":”", "let the column loop hold this one cell of the row only, or leave out the word before the colon")
			continue
		}
		l.across[cell.node] = t
	}
}

// beside reports whether loop repeats more than the one cell of its row, or that cell shares a content control with others.
func (l *lifter) beside(loop *columnLoop, cell *box) bool {
	row := cell.up
	cells := gridOf(row)
	i := slices.IndexFunc(row.node.Kids, func(k *docx.Node) bool { return k.Start <= cell.node.Start && cell.node.End <= k.End })
	for j, g := range cells {
		unit := row.node.Kids[i]
		if j != cell.index && (loop.holds(row, g) || g.node.Start >= unit.Start && g.node.End <= unit.End) {
			return true
		}
	}
	return false
}

// acrossCell is the cell of a row that was written last and that the next one may join.
type acrossCell struct {
	tag         *tag
	text        string
	next        int  // the column after it
	open        bool // it is being written
	span, width resized
}

// resized is a number of the cell that grows with what joins it: how many columns it covers, how wide it is.
type resized struct {
	from, to int // where it stands in the part, nothing when to is 0
	n        int
	text     func(n int) string
}

// resize writes a number of a cell and remembers it where the cell may grow.
func (r *renderer) resize(cols *columns, text func(int) string, n int, of func(*acrossCell) *resized) {
	from := r.pos()
	r.out = append(r.out, text(n)...)
	if a := r.tableOf(cols.table).across; a != nil && a.open {
		*of(a) = resized{from: from, to: r.pos(), n: n, text: text}
	}
}

// acrossRow keeps what is written of a row until it is whole: its cells may grow.
func (l *lifter) acrossRow(t, row *box) {
	key := &edit{}
	l.src.edits = append(l.src.edits,
		edit{from: row.node.Start, to: row.node.Start, rank: rankElement, seq: -1, kind: editStep, step: func(b *builder) {
			b.open(key, op{kind: opStep, step: func(r *renderer, o *op) {
				s := r.tableOf(t)
				s.across = nil
				r.hold(nil)
				r.run(o.body)
				r.release()
				s.across = nil
			}})
		}},
		edit{from: row.node.End, to: row.node.End, rank: rankElementEnd, seq: 1, kind: editStep, step: func(b *builder) { b.close(key) }})
}

// joinAcross leaves the cell out when it holds the same as the one before, which then covers its columns, too.
func (l *lifter) joinAcross(cols *columns, own *columnLoop, row *box, g gridCell, t *tag) {
	unit := g.node
	for _, k := range row.node.Kids {
		if k.Start <= g.node.Start && g.node.End <= k.End {
			unit = k
		}
	}
	key := &edit{}
	l.src.edits = append(l.src.edits,
		edit{from: unit.Start, to: unit.Start, rank: rankElement, seq: -1, kind: editStep, step: func(b *builder) {
			b.open(key, op{kind: opStep, step: func(r *renderer, o *op) {
				first, n, width := r.columnsOf(cols, own, g.from, g.to)
				if n == 0 {
					return
				}
				s := r.tableOf(cols.table)
				text, ok := r.mergeText(t)
				if a := s.across; a != nil && ok && a.tag == t && a.text == text && a.next == first {
					r.grow(a, n, width)
					return
				}
				a := &acrossCell{tag: t, text: text, next: first + n, open: true}
				s.across = a
				r.run(o.body)
				if a.open = false; !ok {
					s.across = nil
				}
			}})
		}},
		edit{from: unit.End, to: unit.End, rank: rankElementEnd, seq: 1, kind: editStep, step: func(b *builder) { b.close(key) }})
}

// grow lets a cell cover n columns more.
func (r *renderer) grow(a *acrossCell, n, width int) {
	a.next += n
	a.span.n += n
	a.width.n += width
	for _, p := range []*resized{&a.span, &a.width} {
		if p.text == nil {
			continue
		}
		now := p.text(p.n)
		at := r.stream.gone
		r.out = slices.Replace(r.out, p.from-at, p.to-at, []byte(now)...)
		more := len(now) - (p.to - p.from)
		p.to += more
		for _, o := range []*resized{&a.span, &a.width} {
			if o.from > p.from {
				o.from, o.to = o.from+more, o.to+more
			}
		}
	}
}
