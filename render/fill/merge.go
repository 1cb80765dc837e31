package fill

import (
	"slices"
	"strconv"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// gridCell is a cell with the grid columns it covers.
type gridCell struct {
	node     *docx.Node
	from, to int
	merge    *docx.Node // w:vMerge
}

func (g gridCell) restart() bool { return g.merge != nil && g.merge.Val() == "restart" }

func (g gridCell) goesOn() bool { return g.merge != nil && g.merge.Val() != "restart" }

func gridOf(r *box) []gridCell {
	at := 0
	if n := r.node.Path("w:trPr", "w:gridBefore"); n != nil {
		at = atoiOr(n.Val(), 0)
	}
	out := make([]gridCell, 0, len(r.cells))
	for _, c := range r.cells {
		w := 1
		if s := c.Path("w:tcPr", "w:gridSpan"); s != nil {
			w = max(1, atoiOr(s.Val(), 1))
		}
		out = append(out, gridCell{node: c, from: at, to: at + w, merge: c.Path("w:tcPr", "w:vMerge")})
		at += w
	}
	return out
}

func atoiOr(s string, or int) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1000 {
		return or
	}
	return n
}

func cellAt(cells []gridCell, from int) (gridCell, bool) {
	for _, c := range cells {
		if c.from == from {
			return c, true
		}
	}
	return gridCell{}, false
}

// reach returns the index of the last row of t that the merge beginning in row i at grid column from covers.
func reach(t *box, i, from int) int {
	for i+1 < len(t.rows) {
		c, ok := cellAt(gridOf(t.rows[i+1]), from)
		if !ok || !c.goesOn() {
			break
		}
		i++
	}
	return i
}

// cutsMerge reports whether the rows first..last, repeated, would break a vertical merge: one that begins in a later row
// of the range and goes on below it. A merge that begins in the first row and goes on below is a label beside the loop.
func (l *lifter) cutsMerge(t, first, last *box) bool {
	for i := first.index + 1; i <= last.index; i++ {
		for _, c := range gridOf(t.rows[i]) {
			if c.restart() && reach(t, i, c.from) > last.index {
				return true
			}
		}
	}
	return false
}

// labels finds merged cells of the rows that p repeats which are labels beside the loop: a restart whose continuation lies
// outside the range, or that has none, goes on in copies after the first (TEMPLATES 6.3, vMerge rule).
func (l *lifter) labels(p *pair) {
	for i := p.first.index; i <= p.last.index; i++ {
		for _, c := range gridOf(p.table.rows[i]) {
			if _, seen := l.label[c.merge]; seen || !c.restart() {
				continue
			}
			l.label[c.merge] = p.open
			if end := reach(p.table, i, c.from); end > i && end <= p.last.index {
				l.label[c.merge] = nil // per record
			}
		}
	}
}

// tableState is what filling remembers of a table: which cells of the row before can be gone on with.
type tableState struct {
	row    int
	merged map[cellKey]int // the last row in which the column was part of a merge
	across *acrossCell     // the cell of the row being written that the next one may join
	shown  map[cellKey]bool
	labels map[*docx.Node]bool // merged cells whose text has been shown
	moved  map[cellKey]bool    // cells that show the text of one that went
	values map[cellKey]*mergedValue
}

// cellKey tells columns apart: by grid column of the template, and by copy where columns repeat.
type cellKey struct{ col, copy int }

type mergedValue struct {
	row  int
	text string
	pos  int // where in the output w:vMerge of that cell belongs
	open bool
}

func (r *renderer) tableOf(t *box) *tableState {
	s := r.tables[t]
	if s == nil {
		s = &tableState{merged: map[cellKey]int{}, shown: map[cellKey]bool{}, labels: map[*docx.Node]bool{}, moved: map[cellKey]bool{}, values: map[cellKey]*mergedValue{}}
		r.tables[t] = s
	}
	return s
}

// cell is the key of the cell at grid column col of table t in the copy being written.
func (r *renderer) cell(t *box, col int) cellKey {
	for f := r.frame; f != nil; f = f.up {
		if f.tag != nil && f.tag.pair.column != nil && f.tag.pair.column.in.table == t {
			c := f.tag.pair.column
			return cellKey{col, r.columnCopyOf(c.in, c).lo}
		}
	}
	return cellKey{col, 0}
}

// copyOf is the number, from 0, of the copy of the loop that tag opens.
func (r *renderer) copyOf(t *tag) int {
	for f := r.frame; f != nil; f = f.up {
		if f.tag == t {
			return f.index
		}
	}
	return 0
}

// merges adds to each table whose rows may repeat or go what keeps its vertical merges whole, and to cells with a merging
// value what joins them.
func (l *lifter) merges() {
	done := map[*box]bool{}
	counted := map[*box]bool{}
	count := func(t *box) {
		if counted[t] {
			return
		}
		counted[t] = true
		l.step(t.node.Open, t.node.Open, rankContent, func(b *builder) {
			b.emit(op{kind: opStep, step: func(r *renderer, _ *op) {
				s := r.tableOf(t)
				s.row += 2
				clear(s.labels)
			}})
		})
		for _, row := range t.rows {
			l.step(row.node.Open, row.node.Open, rankContent, func(b *builder) {
				b.emit(op{kind: opStep, step: func(r *renderer, _ *op) { r.tableOf(t).row++ }})
			})
		}
	}
	for _, p := range l.pairs {
		if p.dropped || p.table == nil || done[p.table] {
			continue
		}
		done[p.table] = true
		for _, row := range p.table.rows {
			for _, c := range gridOf(row) {
				if c.merge != nil {
					count(p.table)
					l.mergedCell(p.table, row, c)
				}
			}
		}
	}
	for _, t := range l.tags {
		if t.kind == tagValue && t.merge == mergeAuto {
			if table := l.mergingUp(t); table != nil {
				count(table)
			}
		}
	}
}

func (l *lifter) step(from, to, rank int, f func(*builder)) {
	l.src.edits = append(l.src.edits, edit{from: from, to: to, rank: rank, kind: editStep, step: f})
}

// labelAbove is the cell that c, a cell of row, goes on when its text can stand in c instead: it is plain, and its row may go
// without that of c.
func (l *lifter) labelAbove(t, row *box, c gridCell) *docx.Node {
	i := row.index
	at := c
	for ; at.goesOn(); i-- {
		if i == 0 {
			return nil
		}
		up, ok := cellAt(gridOf(t.rows[i-1]), c.from)
		if at = up; !ok || at.merge == nil {
			return nil
		}
	}
	goes := slices.ContainsFunc(l.pairs, func(p *pair) bool {
		return !p.dropped && p.table == t && p.first.index <= i && i <= p.last.index && p.last.index < row.index
	})
	if !c.goesOn() || !goes || strings.TrimSpace(at.node.Content()) == "" {
		return nil
	}
	for _, k := range at.node.Kids {
		if k.Name != "w:tcPr" && k.Name != "w:p" {
			return nil
		}
	}
	text := false
	for _, p := range l.story.paras {
		if p.in.node != at.node {
			continue
		}
		hoisted := func(t *tag) bool { return t.kind == tagComment || t.mode == modeHoist }
		if slices.ContainsFunc(p.tags, func(t *tag) bool { return !hoisted(t) }) || slices.ContainsFunc(p.atoms, func(a atom) bool { return a.kind == atomSolid }) {
			return nil
		}
		text = text || p.content(0, len(p.text)+1)
	}
	if !text {
		return nil
	}
	return at.node
}

// moveLabel lets a cell show the text of label, which it goes on, when that went with its row.
func (l *lifter) moveLabel(t *box, label *docx.Node, c gridCell) {
	moved, own := &edit{}, &edit{}
	l.step(contentOf(c.node), contentOf(c.node), rankContent, func(b *builder) {
		b.open(moved, op{kind: opStep, step: func(r *renderer, o *op) {
			if r.tableOf(t).moved[r.cell(t, c.from)] {
				r.run(o.body)
			}
		}})
		b.source(contentOf(label), label.Close)
		b.close(moved)
		b.open(own, op{kind: opStep, step: func(r *renderer, o *op) {
			if !r.tableOf(t).moved[r.cell(t, c.from)] {
				r.run(o.body)
			}
		}})
	})
	l.step(c.node.Close, c.node.Close, rankOuterEnd, func(b *builder) { b.close(own) })
}

// contentOf is where the content of a cell begins.
func contentOf(cell *docx.Node) int {
	if pr := cell.Child("w:tcPr"); pr != nil {
		return pr.End
	}
	return cell.Open
}

// cellContent makes the content of a cell depend on whether the cell shows its own.
func (l *lifter) cellContent(cell *docx.Node, t *box, col int) {
	start := contentOf(cell)
	run := func(r *renderer, o *op) {
		if r.tableOf(t).shown[r.cell(t, col)] {
			r.run(o.body)
		} else {
			r.out = append(r.out, o.raw...)
		}
	}
	l.src.edits = append(l.src.edits,
		edit{from: start, to: start, rank: rankContent, kind: editFirstOpen, node: cell, run: run},
		edit{from: cell.Close, to: cell.Close, rank: rankOuterEnd, kind: editFirstClose, node: cell})
}

// mergedCell writes w:vMerge of a cell as what stands above it wants: a label goes on in copies, and what would go on a
// cell that is not there, since its row went, begins anew, with the text of that cell where it can.
func (l *lifter) mergedCell(t, row *box, c gridCell) {
	label := l.label[c.merge]
	above := l.labelAbove(t, row, c)
	l.step(c.merge.Start, c.merge.End, rankRange, func(b *builder) {
		restart, goesOn := b.vMerge(c.merge)
		raw := b.src.data[c.merge.Start:c.merge.End:c.merge.End]
		b.emit(op{kind: opStep, step: func(r *renderer, _ *op) {
			s, key := r.tableOf(t), r.cell(t, c.from)
			on := !c.restart() || label != nil && r.copyOf(label) > 0
			if last, ok := s.merged[key]; !ok || last != s.row-1 {
				on = false
			}
			s.merged[key] = s.row
			s.shown[key] = !on
			s.moved[key] = !on && above != nil && !s.labels[above]
			switch {
			case s.moved[key]:
				s.labels[above] = true
			case c.restart():
				s.labels[c.node] = true
			}
			switch {
			case on == c.goesOn():
				r.out = append(r.out, raw...)
			case on:
				r.out = append(r.out, goesOn...)
			default:
				r.out = append(r.out, restart...)
			}
		}})
	})
	if label != nil {
		l.cellContent(c.node, t, c.from)
		l.onceOnly(row, c, label)
	}
	if above != nil {
		l.moveLabel(t, above, c)
	}
}

// onceOnly warns of values in a label beside the loop that open begins: it shows those of the first record alone.
func (l *lifter) onceOnly(row *box, c gridCell, open *tag) {
	for _, t := range l.tags {
		if t.kind != tagValue || t.merge != mergeNot || t.value == nil || !t.value.isPath || !inBox(t.p.in, row) || t.p.node.Start < c.node.Start || t.p.node.End > c.node.End {
			continue
		}
		inside := false
		for p := t.in; p != nil; p = p.up {
			inside = inside || p == open.pair
		}
		if !inside {
			continue
		}
		l.src.diags.add(problem.Finding{
			Code: "fill.pair.label", Severity: problem.Warn, Context: contextOf(t.p.text, t.span),
			Message: problem.Tf("%[1]s 在上下合并的单元格里，该单元格随 %[2]s 拉长：只显示第一条记录的内容", "%[1]s stands in a vertically merged cell that grows with %[2]s: it shows the first record only", t.raw, open.raw),
			Fix:     problem.Fix{ZH: "每条记录都要显示的，先拆分该单元格；要合并相同的内容，写 {{合并:…}}", EN: "split the cell if each record is to show; to join equal values write {{merge:…}}"},
		}, l.src.at(t.p.node.Start+t.start, t.p.place))
	}
}

// vMerge spells both forms of w:vMerge as the file would; like is an element of w.
func (b *builder) vMerge(like *docx.Node) (restart, goesOn string) {
	p := b.prefix(like)
	return "<" + p + "vMerge " + b.attrPrefix(p) + `val="restart"/>`, "<" + p + "vMerge/>"
}

// attrPrefix is the prefix that attributes need where elements have the prefix p: the default namespace does not hold for
// them.
func (b *builder) attrPrefix(p string) string {
	if p == "" {
		return "w:"
	}
	return p
}

// cellOf returns the table cell around b, nil when there is none.
func cellOf(b *box) *box {
	for b != nil && (b.up == nil || b.up.kind != boxRow) {
		b = b.up
	}
	return b
}

// mergingCell checks the cell of a merging tag and returns it, nil when something is wrong.
func (l *lifter) mergingCell(t *tag) *box {
	cell := cellOf(t.p.in)
	if cell == nil {
		return l.noMerge(t, "%[1]s 不在表格内", "%[1]s is not in a table", "移到重复的表格行或列内，或去掉“"+mergeWord(t)+":”", "move it into a repeated row or column, or leave out the word before the colon")
	}
	for p := t.in; p != nil; p = p.up {
		if !p.dropped && p.from >= cell.node.Open && p.to <= cell.node.Close && p.column == nil {
			return l.noMerge(t, "%[1]s 在单元格内部的循环或条件中，不能决定整个单元格是否合并", "%[1]s stands in a loop or condition inside the cell and cannot decide for the cell", "移到单元格内的循环之外", "move it out of what repeats inside the cell")
		}
	}
	if cell.node.Path("w:tcPr", "w:vMerge") != nil || cell.node.Path("w:tcPr", "w:hMerge") != nil {
		return l.noMerge(t, "%[1]s 所在的单元格在模板中已合并", "the cell of %[1]s is merged in the template already", "拆分该单元格，或去掉“"+mergeWord(t)+":”", "split the cell, or leave out the word before the colon")
	}
	if l.gone[cell.node] {
		return l.noMerge(t, "%[1]s：一个单元格只能有一个“合并:”标签", "%[1]s: a cell takes one “merge:” tag only", "只保留一个", "keep one of them")
	}
	l.gone[cell.node] = true
	return cell
}

func (l *lifter) noMerge(t *tag, zh, en, fixZH, fixEN string) *box {
	l.report(t, problem.Finding{Code: "fill.merge.place", Message: problem.Tf(zh, en, t.raw), Fix: problem.Fix{ZH: fixZH, EN: fixEN}})
	return nil
}

// mergeWord is the word of a merging tag as it is typed.
func mergeWord(t *tag) string {
	word, _, _ := strings.Cut(plain(inside(t.raw)), ":")
	return strings.TrimSpace(word)
}

// inRows reports whether a loop repeats the rows of table around t.
func (t *tag) inRows(table *box) bool {
	for p := t.in; p != nil; p = p.up {
		if !p.dropped && p.table == table && p.open.kind == tagLoop {
			return true
		}
	}
	return false
}

// mergingUp prepares the cell of a tag whose value may go on the cell above, and returns its table.
func (l *lifter) mergingUp(t *tag) *box {
	cell := l.mergingCell(t)
	if cell == nil {
		return nil
	}
	table := cell.up.up
	if !t.inRows(table) {
		return l.noMerge(t, "%[1]s 不在重复的表格行或列内", "%[1]s is in no repeated row or column", "移到重复的行或列内，或去掉“"+mergeWord(t)+":”", "move it into a repeated row or column, or leave out the word before the colon")
	}
	col := gridOf(cell.up)[cell.index].from
	l.property(cell.node, propMerge, func(b *builder) {
		restart, goesOn := b.vMerge(cell.node)
		b.emit(op{kind: opStep, step: func(r *renderer, _ *op) { r.mergeValue(t, table, col, restart, goesOn) }})
	})
	l.cellContent(cell.node, table, col)
	return table
}

// cellProperty is a property that filling adds to the w:tcPr of a cell, in the order of CT_TcPr.
type cellProperty int

const (
	propSpan  cellProperty = iota // w:gridSpan
	propMerge                     // w:vMerge
)

// before names the properties that stand before p.
func (p cellProperty) before(name string) bool {
	switch name {
	case "w:cnfStyle", "w:tcW":
		return true
	case "w:gridSpan", "w:hMerge":
		return p == propMerge
	}
	return false
}

// property lets write add a property to a cell, which gets a w:tcPr when it has none.
func (l *lifter) property(cell *docx.Node, p cellProperty, write func(*builder)) {
	pr := cell.Child("w:tcPr")
	add := func(from, to, seq int, f func(*builder)) {
		l.src.edits = append(l.src.edits, edit{from: from, to: to, rank: rankContent, seq: seq, kind: editStep, step: f})
	}
	if pr != nil && pr.Open < pr.End {
		at := pr.Open
		for _, k := range pr.Kids {
			if p.before(k.Name) {
				at = k.End
			}
		}
		add(at, at, int(p)-4, write)
		return
	}
	from, to := cell.Open, cell.Open
	if pr != nil {
		from, to = pr.Start, pr.End
	}
	if !l.given[cell] {
		l.given[cell] = true
		add(from, to, -5, func(b *builder) { b.lit([]byte("<" + b.prefix(cell) + "tcPr>")) })
		add(to, to, -1, func(b *builder) { b.lit([]byte("</" + b.prefix(cell) + "tcPr>")) })
	}
	add(to, to, int(p)-4, write)
}

// mergeValue writes w:vMerge of a cell whose value may equal the one above it. The upper cell learns of it late: its
// restart is put in then.
func (r *renderer) mergeValue(t *tag, table *box, col int, restart, goesOn string) {
	s, key := r.tableOf(table), r.cell(table, col)
	r.stream.still = true // cells above are written to
	text, ok := r.mergeText(t)
	prev := s.values[key]
	if !ok || prev == nil || prev.row != s.row-1 || prev.text != text {
		delete(s.values, key)
		if ok {
			s.values[key] = &mergedValue{row: s.row, text: text, pos: len(r.out)}
		}
		s.shown[key] = true
		return
	}
	if !prev.open {
		r.out = slices.Insert(r.out, prev.pos, []byte(restart)...)
		for _, o := range s.values {
			if o.pos > prev.pos {
				o.pos += len(restart)
			}
		}
		prev.open = true
	}
	r.out = append(r.out, goesOn...)
	prev.row = s.row
	s.shown[key] = false
}

// mergeText is the value by which cells are told to be equal; ok is false for what joins nothing.
func (r *renderer) mergeText(t *tag) (text string, ok bool) {
	v, st := r.eval(t, t.value)
	text, ok = toText(v)
	return text, ok && st == there && text != ""
}
