package fill

import (
	"strconv"

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

// labels marks merged cells of the repeated rows that are labels beside the loop: a restart whose continuation lies
// outside the range, or that has none, goes on in copies after the first (TEMPLATES 6.3, vMerge rule).
func (l *lifter) labels(t, first, last *box) {
	for i := first.index; i <= last.index; i++ {
		for _, c := range gridOf(t.rows[i]) {
			if !c.restart() || l.gone[c.merge] {
				continue
			}
			l.gone[c.merge] = true
			if end := reach(t, i, c.from); end > i && end <= last.index {
				continue // per record
			}
			l.src.edits = append(l.src.edits, edit{from: c.merge.Start, to: c.merge.End, kind: editMerge, node: c.merge})
			start := c.node.Open
			if pr := c.node.Child("w:tcPr"); pr != nil {
				start = pr.End
			}
			l.src.edits = append(l.src.edits,
				edit{from: start, to: start, rank: rankContent, kind: editFirstOpen, node: c.node},
				edit{from: c.node.Close, to: c.node.Close, rank: rankOuterEnd, kind: editFirstClose, node: c.node})
		}
	}
}
