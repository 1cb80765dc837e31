package fill

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"tripact/problem"
	"tripact/render/docx"
)

// lifter pairs the markers of one story and decides what each pair repeats or shows (TEMPLATES 6.3).
type lifter struct {
	src    *source
	story  *story
	tags   []*tag
	pairs  []*pair
	gone   map[*docx.Node]bool // paragraphs and rows already deleted
	label  map[*docx.Node]*tag // w:vMerge of labels beside a loop: its open tag
	across map[*docx.Node]*tag // cells that may join the one before: their merging value
	given  map[*docx.Node]bool // cells that get a w:tcPr
}

func (l *lifter) report(t *tag, f problem.Finding, related ...*tag) {
	if f.Context == "" {
		f.Context = contextOf(t.p.text, t.span)
	}
	f.Severity = problem.Fail
	for _, r := range related {
		f.Related = append(f.Related, r.p.place)
	}
	l.src.diags.add(f, l.src.at(t.p.node.Start+t.start, t.p.place))
}

// match pairs open and close tags; what does not match is reported once and left out.
func (l *lifter) match() {
	var stack []*pair
	top := func() *pair {
		if len(stack) == 0 {
			return nil
		}
		return stack[len(stack)-1]
	}
	type unclosed struct {
		p  *pair
		by *tag // what closed the one around it, nil at the end
	}
	var cut []unclosed
	leave := func(p *pair, by *tag) {
		p.dropped = true
		p.open.mode = modeHoist
		cut = append(cut, unclosed{p, by})
	}
	for _, t := range l.tags {
		t.in = top()
		switch {
		case t.section():
			p := &pair{id: len(l.pairs), open: t, up: top()}
			t.pair = p
			l.pairs = append(l.pairs, p)
			stack = append(stack, p)
		case t.kind == tagElse:
			p := top()
			switch {
			case p == nil:
				t.kind = tagBad
				l.report(t, problem.Finding{
					Code: "fill.pair.else", Message: problem.T("{{:否则}} 不在任何条件之内", "{{:else}} stands outside any condition"),
					Fix: problem.Fix{ZH: "放到 {{?条件}} 与 {{/}} 之间", EN: "put it between {{?condition}} and {{/}}"},
				})
			case p.els != nil:
				t.kind = tagBad
				l.report(t, problem.Finding{
					Code: "fill.pair.else", Message: problem.Tf("%[1]s 有两个 {{:否则}}", "%[1]s has two {{:else}}", p.open.raw),
					Fix: problem.Fix{ZH: "只保留一个", EN: "keep one of them"},
				}, p.els)
			default:
				p.els, t.pair = t, p
			}
		case t.kind == tagClose:
			k := len(stack) - 1
			for t.name != "" && k >= 0 && norm.NFC.String(stack[k].open.name) != norm.NFC.String(t.name) {
				k--
			}
			crossed := -1
			for i, c := range cut {
				if c.by != nil && k < 0 && t.name != "" && norm.NFC.String(c.p.open.name) == norm.NFC.String(t.name) {
					crossed = i
				}
			}
			switch {
			case crossed >= 0:
				t.kind = tagBad
				c := cut[crossed]
				cut = slices.Delete(cut, crossed, crossed+1)
				l.report(c.p.open, problem.Finding{
					Code: "fill.pair.crossing", Message: problem.Tf("%[1]s…%[2]s 与 %[3]s…%[4]s 互相交叉", "%[1]s…%[2]s crosses %[3]s…%[4]s", c.p.open.raw, t.raw, c.by.pair.open.raw, c.by.raw),
					Fix: problem.Fix{ZH: "后开始的先结束：把 " + t.raw + " 移到 " + c.by.raw + " 之前", EN: "what begins last ends first: move " + t.raw + " before " + c.by.raw},
				}, t, c.by)
				continue
			case len(stack) == 0:
				t.kind = tagBad
				l.report(t, problem.Finding{
					Code: "fill.pair.unopened", Message: problem.Tf("%[1]s 没有对应的开始标签", "%[1]s closes nothing", t.raw),
					Fix: problem.Fix{ZH: "删去它，或在前面补上 {{#" + t.name + "}}", EN: "delete it, or write {{#" + t.name + "}} before it"},
				})
				continue
			case k < 0:
				// Most likely a slip of the pen in the name of the section that is open.
				p := top()
				l.report(t, problem.Finding{
					Code: "fill.pair.mismatch", Message: problem.Tf("%[1]s 与开始标签 %[2]s 的名称不一致", "%[1]s does not match %[2]s", t.raw, p.open.raw),
					Fix: problem.Fix{ZH: "改为 {{/" + p.open.name + "}} 或 {{/}}", EN: "write {{/" + p.open.name + "}} or {{/}}", Replace: "{{/" + p.open.name + "}}"},
				}, p.open)
				k = len(stack) - 1
			}
			// Columns run across the rows: what they repeat may begin in one row loop and end in another.
			p := stack[k]
			var rest []*pair
			for _, q := range stack[k+1:] {
				if p.open.scope == scopeColumn || q.open.scope == scopeColumn {
					rest = append(rest, q)
				}
			}
			for i := len(stack) - 1; i > k; i-- {
				if q := stack[i]; !slices.Contains(rest, q) {
					leave(q, t)
				}
			}
			p.close, t.pair = t, p
			stack = append(stack[:k], rest...)
		}
	}
	for _, p := range stack {
		leave(p, nil)
	}
	for _, c := range cut {
		l.report(c.p.open, problem.Finding{
			Code: "fill.pair.unclosed", Message: problem.Tf("%[1]s 没有结束标签", "%[1]s is never closed", c.p.open.raw),
			Fix: problem.Fix{ZH: "在需要结束的地方写 {{/" + c.p.open.name + "}}", EN: "write {{/" + c.p.open.name + "}} where it ends"},
		})
	}
	// What stood inside a pair that was dropped belongs to the next one outside.
	for _, p := range l.pairs {
		for p.up != nil && p.up.dropped {
			p.up = p.up.up
		}
	}
}

func (l *lifter) drop(p *pair) {
	p.dropped = true
	for _, t := range []*tag{p.open, p.els, p.close} {
		if t != nil {
			t.mode = modeHoist
		}
	}
}

// refuse reports a pair whose two ends have no common place.
func (l *lifter) refuse(p *pair, zh, en, fixZH, fixEN string, args ...any) {
	l.report(p.open, problem.Finding{
		Code: "fill.pair.place", Message: problem.Tf(zh, en, args...), Fix: problem.Fix{ZH: fixZH, EN: fixEN},
	}, p.close)
	l.drop(p)
}

func common(a, b *box) *box {
	for a != nil && b != nil && a != b {
		switch {
		case a.depth > b.depth:
			a = a.up
		case b.depth > a.depth:
			b = b.up
		default:
			a, b = a.up, b.up
		}
	}
	if a != b {
		return nil
	}
	return a
}

// rowIn returns the row of table t that b lies in.
func rowIn(b, t *box) *box {
	for b != nil && b.up != t {
		b = b.up
	}
	return b
}

// lift places the marks of every pair.
func (l *lifter) lift() {
	for _, p := range l.pairs {
		if p.dropped {
			continue
		}
		switch p.open.scope {
		case scopeColumn:
			l.column(p)
			continue
		case scopeSection:
			l.sections(p)
			continue
		case scopeAuto, scopeRow, scopePara:
		}
		l.one(p)
	}
	l.acrossCells()
	l.columns()
	l.nesting()
	// Inner loops first: a label belongs to the innermost loop around it.
	for _, p := range slices.Backward(l.pairs) {
		if !p.dropped && p.table != nil && p.open.kind == tagLoop {
			l.labels(p)
		}
	}
	l.merges()
}

func (l *lifter) one(p *pair) {
	a := common(p.open.p.in, p.close.p.in)
	if a == nil {
		l.refuse(p, "%[1]s 与 %[2]s 不在同一部分", "%[1]s and %[2]s are in different parts", "把两个标签放在同一处", "put both tags into the same place", p.open.raw, p.close.raw)
		return
	}
	if p.open.scope == scopeRow {
		for a != nil && a.kind == boxContent {
			a = a.up
		}
		if a == nil {
			l.refuse(p, "%[1]s 要求按行重复，但不在表格内", "%[1]s repeats rows but is not in a table", "去掉“行:”，或移到表格内", "leave out “row:”, or move it into a table", p.open.raw)
			return
		}
	}
	switch a.kind {
	case boxRow:
		l.rows(p, a.up, a, a)
	case boxTable:
		l.rows(p, a, rowIn(p.open.p.in, a), rowIn(p.close.p.in, a))
	case boxContent:
		switch {
		case p.open.p == p.close.p && p.open.scope == scopePara:
			l.wholePara(p)
		case p.open.p == p.close.p:
			l.inlinePair(p)
		case p.open.p.in != a || p.close.p.in != a:
			inTable := p.open
			if p.open.p.in == a {
				inTable = p.close
			}
			l.refuse(p, "%[1]s 与 %[2]s 一个在表格（或内容控件）内，一个在外", "one of %[1]s and %[2]s is inside a table or content control, the other outside",
				"把 "+inTable.raw+" 移到表格外单独成段，或把两个标签都放进表格", "move "+inTable.raw+" out of the table into a paragraph of its own, or put both into the table", p.open.raw, p.close.raw)
		default:
			l.paragraphs(p, a)
		}
	}
}

func (l *lifter) mark(p *pair, t *tag, pos int) {
	t.mode = modeHoist
	l.src.edits = append(l.src.edits, edit{from: pos, to: pos, rank: rankMark, seq: t.order, kind: editMark, tag: t})
	switch t {
	case p.open:
		p.from = pos
	case p.els:
		p.mid = pos
	case p.close:
		p.to = pos
	}
}

// rows makes p repeat or show the rows from first to last of table t.
func (l *lifter) rows(p *pair, t, first, last *box) {
	a, b := first.node, last.node
	if first != last && first.unit != last.unit {
		a, b = first.unit, last.unit
	} else if first == last && first.unit != first.node && len(unitRows(t, first.unit)) == 1 {
		a, b = first.unit, last.unit // a control around this one row goes with it
	}
	if l.cutsMerge(t, first, last) {
		l.refuse(p, "%[1]s…%[2]s 之间的行切断了一个上下合并的单元格", "the rows from %[1]s to %[2]s cut through a vertically merged cell",
			"让标签包住合并单元格的所有行，或拆分该单元格", "let the tags hold all rows of the merged cell, or split the cell", p.open.raw, p.close.raw)
		return
	}
	t.guard, t.up.guard = true, true
	if first == last {
		l.mark(p, p.open, a.Start)
		if p.els != nil {
			l.report(p.els, problem.Finding{
				Code: "fill.pair.place", Message: problem.T("同一行内的条件不能有 {{:否则}}", "a condition inside one row cannot have {{:else}}"),
				Fix: problem.Fix{ZH: "把 {{?…}}、{{:否则}}、{{/}} 各放在单独一行", EN: "put {{?…}}, {{:else}} and {{/}} into rows of their own"},
			}, p.open)
			p.els.mode, p.els = modeHoist, nil
		}
		l.mark(p, p.close, b.End)
	} else {
		l.rowMark(p, p.open, first, a, false)
		if p.els != nil {
			r := rowIn(p.els.p.in, t)
			if r == nil {
				r = first
			}
			l.rowMark(p, p.els, r, r.node, false)
		}
		l.rowMark(p, p.close, last, b, true)
	}
	for _, m := range []*tag{p.open, p.els, p.close} {
		if m != nil {
			l.markerPara(m)
		}
	}
	p.table, p.first, p.last = t, first, last
}

func unitRows(t *box, unit *docx.Node) []*box {
	var out []*box
	for _, r := range t.rows {
		if r.unit == unit {
			out = append(out, r)
		}
	}
	return out
}

// rowMark places the mark of t at its row; a row that holds only markers goes.
func (l *lifter) rowMark(p *pair, t *tag, r *box, node *docx.Node, closing bool) {
	only := l.onlyMarkers(r)
	switch {
	case only:
		l.mark(p, t, node.Start)
		if !l.gone[node] {
			l.gone[node] = true
			l.delete(node)
		}
	case closing:
		l.mark(p, t, node.End)
	default:
		l.mark(p, t, node.Start)
	}
}

// onlyMarkers reports whether the row r holds nothing but markers of pairs that reach beyond it.
func (l *lifter) onlyMarkers(r *box) bool {
	some := false
	for _, p := range l.story.paras {
		if !inBox(p.in, r) {
			continue
		}
		for _, t := range p.tags {
			if t.kind == tagComment {
				continue
			}
			if t.pair == nil || t.pair.dropped || t.pair.close == nil || inBox(t.pair.open.p.in, r) && inBox(t.pair.close.p.in, r) {
				return false
			}
			some = true
		}
		if p.content(0, len(p.text)+1) {
			return false
		}
	}
	return some
}

func inBox(b, outer *box) bool {
	for b != nil && b != outer {
		b = b.up
	}
	return b != nil
}

// content reports whether the paragraph has anything between the offsets besides white space, markers that take effect
// elsewhere, and comments.
func (p *para) content(from, to int) bool {
	for _, t := range p.tags {
		if t.start < from || t.start >= to || t.kind == tagComment {
			continue
		}
		if t.pair == nil || t.pair.dropped || t.pair.open.p == t.pair.close.p && t.pair.open.scope == scopeAuto {
			return true
		}
	}
	for _, a := range p.atoms {
		if a.kind != atomSolid {
			continue
		}
		off := a.off
		for _, t := range p.tags { // what stands inside a tag comes out after it
			if off > t.start && off < t.end {
				off = t.end
			}
		}
		if off >= from && off < to {
			return true
		}
	}
	at := from
	for _, t := range p.tags {
		if t.end <= from || t.start >= to {
			continue
		}
		if t.start > at && strings.TrimSpace(p.text[at:t.start]) != "" {
			return true
		}
		at = max(at, t.end)
	}
	to = min(to, len(p.text))
	return at < to && strings.TrimSpace(p.text[at:to]) != ""
}

func (p *para) insideTag(off int) bool {
	for _, t := range p.tags {
		if off > t.start && off < t.end {
			return true
		}
	}
	return false
}

// markerPara removes the paragraph of a marker that takes effect elsewhere, when nothing else is in it.
func (l *lifter) markerPara(t *tag) {
	p := t.p
	if p.content(0, len(p.text)+1) || l.gone[p.node] || p.props.Child("w:sectPr") != nil {
		return
	}
	l.gone[p.node] = true
	p.in.guard = true
	l.delete(p.node)
}

func (l *lifter) delete(n *docx.Node) {
	l.src.edits = append(l.src.edits, edit{from: n.Start, to: n.End, rank: rankRange, seq: -1, kind: editDelete, node: n})
}

// paragraphs makes p repeat or show the paragraphs between its markers, which stand in paragraphs of the content box a.
func (l *lifter) paragraphs(p *pair, a *box) {
	a.guard = true
	if endsSection(p.open.p.node) && l.wholeSections(p) {
		return
	}
	defer l.keepSection(p, a)
	for _, t := range []*tag{p.open, p.els, p.close} {
		if t == nil {
			continue
		}
		if t.p.in != a {
			l.report(t, problem.Finding{
				Code: "fill.pair.place", Message: problem.Tf("%[1]s 与 %[2]s 不在同一层：一个在表格或内容控件内", "%[1]s is not beside %[2]s: one is inside a table or content control", t.raw, p.open.raw),
				Fix: problem.Fix{ZH: "移到与开始标签同一层的段落", EN: "move it to a paragraph beside the open tag"},
			}, p.open)
			t.mode = modeHoist
			p.els = nil
			continue
		}
		before, after := t.p.content(0, t.start), t.p.content(t.end, len(t.p.text)+1)
		switch {
		case !before && !after:
			l.mark(p, t, t.p.node.Start)
			l.markerPara(t)
		case !before:
			l.mark(p, t, t.p.node.Start)
		case !after:
			l.mark(p, t, t.p.node.End)
		default:
			t.mode = modeSplit
			pos := t.p.bytePos(t.start)
			switch t {
			case p.open:
				p.from = pos
			case p.els:
				p.mid = pos
			case p.close:
				p.to = pos
			}
			l.src.diags.add(problem.Finding{
				Code: "fill.pair.split", Severity: problem.Info, Context: contextOf(t.p.text, t.span),
				Message: problem.Tf("%[1]s 前后都有文字，段落将在此处拆成两段", "%[1]s has text on both sides: the paragraph is split there", t.raw),
				Fix:     problem.Fix{ZH: "如不需要拆段，把标签放到单独一段", EN: "put the tag into a paragraph of its own to avoid that"},
			}, l.src.at(t.p.node.Start+t.start, t.p.place))
		}
	}
}

// wholePara makes p repeat the paragraph that holds both of its markers.
func (l *lifter) wholePara(p *pair) {
	p.open.p.in.guard = true
	l.mark(p, p.open, p.open.p.node.Start)
	if p.els != nil {
		p.els.mode, p.els = modeHoist, nil
	}
	l.mark(p, p.close, p.open.p.node.End)
}

// bytePos is the byte offset of the w:t that holds the character at off.
func (p *para) bytePos(off int) int {
	for i := range p.atoms {
		if a := &p.atoms[i]; a.n > 0 && off < a.off+a.n {
			return a.node.Start
		}
	}
	return p.node.Close
}

// linkAt is the innermost inline container of the character at off.
func (p *para) linkAt(off int) *link {
	for i := range p.atoms {
		if a := &p.atoms[i]; a.n > 0 && off < a.off+a.n {
			return a.in
		}
	}
	return p.root
}

func (l *lifter) inlinePair(p *pair) {
	p.inline = true
	a, b := p.open.p.linkAt(p.open.start), p.open.p.linkAt(p.close.start)
	for a != b {
		if a.depth >= b.depth {
			a = a.up
		} else {
			b = b.up
		}
	}
	if a.run {
		a = a.up // each copy gets runs of its own: none is left empty
	}
	p.level = a
	p.from, p.to = p.open.p.bytePos(p.open.start), p.open.p.bytePos(p.close.start)
	if p.els != nil {
		p.mid = p.open.p.bytePos(p.els.start)
	}
}

// nesting checks that what pairs repeat nests as the pairs do: two loops that both lift to one row cannot.
func (l *lifter) nesting() {
	var last []*pair // by depth: the latest sibling
	depth := func(p *pair) (d int) {
		for u := p.up; u != nil; u = u.up {
			d++
		}
		return d
	}
	for _, p := range l.pairs {
		if p.dropped || p.column != nil {
			continue
		}
		for p.up != nil && p.up.dropped {
			p.up = p.up.up
		}
		if u := p.up; u != nil && (p.from < u.from || p.to > u.to) {
			l.refuse(p, "%[1]s 重复的范围超出了外层 %[2]s", "what %[1]s repeats reaches beyond %[2]s around it",
				"把外层标签放到表格行之外，或去掉“行:”", "move the outer tags out of the row, or leave out “row:”", p.open.raw, u.open.raw)
			l.unmark(p)
			continue
		}
		d := depth(p)
		for len(last) <= d {
			last = append(last, nil)
		}
		if s := last[d]; s != nil && s.up == p.up && p.from < s.to && !p.inline {
			l.refuse(p, "%[1]s 与 %[2]s 在同一行内各自重复，无法确定次序", "%[1]s and %[2]s both repeat the same row", "一行只用一个循环，或改为嵌套", "use one loop in a row, or nest them", p.open.raw, s.open.raw)
			l.unmark(p)
			continue
		}
		last[d] = p
	}
}

func (l *lifter) unmark(p *pair) {
	l.src.edits = slices.DeleteFunc(l.src.edits, func(e edit) bool { return e.kind == editMark && e.tag.pair == p })
}
