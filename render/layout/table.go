package layout

import (
	"bytes"
	"slices"

	"tripact/problem"
	"tripact/render/docx"
)

// over lays q on top of t.
func (t *tblProps) over(q *tblProps) {
	for i := range q.borders {
		if q.borders[i].set {
			t.borders[i] = q.borders[i]
		}
	}
	for i := range q.margins {
		if q.marginSet&(1<<i) != 0 {
			t.margins[i] = q.margins[i]
		}
	}
	t.marginSet |= q.marginSet
	if q.hasAlign {
		t.align, t.hasAlign = q.align, true
	}
	if q.hasIndent {
		t.indent, t.hasIndent = q.indent, true
	}
	if q.hasLayout {
		t.fixed, t.hasLayout = q.fixed, true
	}
	if q.width.kind != "" {
		t.width = q.width
	}
	if q.hasLook {
		t.look, t.hasLook = q.look, true
	}
	if q.rowBand > 0 {
		t.rowBand = q.rowBand
	}
	if q.colBand > 0 {
		t.colBand = q.colBand
	}
	if q.shd.on {
		t.shd = q.shd
	}
	if q.floating != nil {
		t.floating = q.floating
	}
	t.spacing = t.spacing || q.spacing
	t.bidi = t.bidi || q.bidi
	if q.descr != "" {
		t.descr = q.descr
	}
}

// over lays q, of a table style's condition, on top of t.
func (t *tcProps) over(q *tcProps) {
	if q.borders != nil {
		var sum [6]border
		if t.borders != nil {
			sum = *t.borders
		}
		for i := range q.borders {
			if q.borders[i].set {
				sum[i] = q.borders[i]
			}
		}
		t.borders = &sum
	}
	if q.hasShd {
		t.shd, t.hasShd = q.shd, true
	}
	for i := range q.margins {
		if q.marginSet&(1<<i) != 0 {
			t.margins[i] = q.margins[i]
		}
	}
	t.marginSet |= q.marginSet
	if q.vAlign != "" {
		t.vAlign = q.vAlign
	}
}

// Bounds of tables.
const (
	maxColumns = 256
	maxRows    = 200_000
)

// tableBox is a laid-out table.
type tableBox struct {
	props   tblProps
	x       Length   // left edge, from the left edge of the column
	edges   []Length // of the grid columns, from the table's left edge; one more than there are columns
	rows    []rowBox
	headers int // rows that repeat on each page
	node    int32
	bottom  Length // thickness of the lower border
	place   problem.Place
}

// rowBox is a row.
type rowBox struct {
	cells     []cellBox
	owner     []int16 // for each grid column the index of its cell in cells, -1 for none
	height    Length
	min       Length
	exact     bool
	cantSplit bool
	header    bool
	keepNext  bool
	turned    bool   // it has a cell whose text is turned
	notes     []int  // footnotes that its cells refer to
	top       Length // thickness of the border above the row, inside the row's height
	node      int32
}

// cellBox is a cell.
type cellBox struct {
	col, span int
	rowSpan   int // of a merged cell: rows it takes; 0 for a cell that continues one above
	blocks    []block
	content   Length // natural height
	margins   [4]Length
	vAlign    string
	turn      turn
	shd       shading
	borders   [4]border // top left bottom right
	diagonal  *[2]border
	noMark    bool  // empty, and its mark asks for no height
	own       uint8 // which borders are the cell's own, not the table's
	node      int32
	origin    int32 // for a continued cell: row of the cell it continues
}

// condMask tells which conditions of its table style a cell meets.
type condMask uint16

var condNames = [...]string{
	"wholeTable", "band1Vert", "band2Vert", "band1Horz", "band2Horz", "firstRow", "lastRow", "firstCol", "lastCol", "nwCell", "neCell", "swCell", "seCell",
}

type cellKey struct {
	style string
	mask  condMask
}

// cellStyle is what a table style gives to cells that meet the same conditions.
type cellStyle struct {
	text *cellText
	tc   tcProps
	t    tblProps // borders that conditions give by way of tblPr
}

// cellFormat resolves a table style for cells under mask.
func (e *engine) cellFormat(style string, mask condMask) *cellStyle {
	key := cellKey{style, mask}
	if c := e.sheet.cellStyles[key]; c != nil {
		return c
	}
	c := &cellStyle{text: &cellText{}}
	chain := e.sheet.chain(style, "table")
	for _, st := range chain {
		c.text.p.over(&st.p)
		c.text.r.over(&st.r, false)
		c.tc.over(&st.tc)
	}
	for bit, name := range condNames {
		if mask&(1<<bit) == 0 {
			continue
		}
		for _, st := range chain {
			if cond := st.cond[name]; cond != nil {
				c.text.p.over(&cond.p)
				c.text.r.over(&cond.r, false)
				tc := cond.tc
				c.tc.over(&tc)
				c.t.over(&cond.t)
			}
		}
	}
	if e.sheet.cellStyles == nil {
		e.sheet.cellStyles = map[cellKey]*cellStyle{}
	}
	e.sheet.cellStyles[key] = c
	return c
}

// rawCell is a cell as read, before its content is laid out.
type rawCell struct {
	node *docx.Node
	tc   tcProps
	col  int
}

type rawRow struct {
	node   *docx.Node
	pr     *docx.Node
	cells  []rawCell
	before int
	except *docx.Node
}

// table reads and lays out a w:tbl in a column of the given width. It is nil when the table has no cell.
func (e *engine) table(n *docx.Node, width Length) *tableBox {
	e.tables++
	saved := e.place
	e.place.Table = e.tables
	defer func() {
		para := e.place.Paragraph
		heading := e.place.Heading
		e.place = saved
		e.place.Paragraph, e.place.Heading = para, heading
	}()
	t := &tableBox{}
	direct := parseTblPr(n.Child("w:tblPr"))
	styleID := direct.style
	if st := e.sheet.styles[styleID]; styleID == "" || st == nil || st.kind != "table" {
		styleID = e.sheet.defaults.tab
	}
	for _, st := range e.sheet.chain(styleID, "table") {
		t.props.over(&st.t)
	}
	t.props.over(&direct)
	if t.props.marginSet&2 == 0 {
		t.props.margins[1] = 108 * Twip
	}
	if t.props.marginSet&8 == 0 {
		t.props.margins[3] = 108 * Twip
	}
	t.place = e.place
	if t.props.spacing {
		e.warn("layout.table.spacing", "单元格间距未排出", "the spacing between cells is left out", "")
	}
	if t.props.bidi {
		e.warn("layout.table.bidi", "从右到左的表格按从左到右排版", "a right-to-left table is set left to right", "")
	}
	rows := e.readRows(n)
	if len(rows) == 0 {
		return nil
	}
	cols := 1
	for i := range rows {
		for _, c := range rows[i].cells {
			cols = max(cols, c.col+c.tc.span)
		}
	}
	cols = min(cols, maxColumns)
	widths := e.columnWidths(n, t, rows, cols, width)
	e.buildTable(t, rows, widths, styleID, width)
	return t
}

// readRows lists rows and cells and gives each cell its grid column.
func (e *engine) readRows(n *docx.Node) []rawRow {
	var rows []rawRow
	for _, r := range e.flatten(n, nil, 0) {
		if r.Name != "w:tr" {
			continue
		}
		if len(rows) >= maxRows {
			e.warn("layout.table.rows", "表格行数过多，其余未排版", "the table has too many rows, the rest is left out", "")
			break
		}
		row := rawRow{node: r, pr: r.Child("w:trPr")}
		if row.pr.Child("w:hidden") != nil && onOff(row.pr.Child("w:hidden")) || row.pr.Child("w:del") != nil {
			continue
		}
		if v, ok := attrInt(row.pr.Child("w:gridBefore"), "w:val"); ok {
			row.before = max(0, min(v, maxColumns-1))
		}
		row.except = r.Child("w:tblPrEx")
		col := row.before
		row.cells = make([]rawCell, 0, len(r.Kids))
		for _, c := range e.flatten(r, nil, 0) {
			if c.Name != "w:tc" {
				continue
			}
			if col >= maxColumns {
				e.warnOnce("layout.table.columns", "表格列数过多，其余未排版", "the table has too many columns, the rest is left out", "")
				break
			}
			tc := e.tcProps(c.Child("w:tcPr"))
			tc.span = min(tc.span, maxColumns-col)
			if n := len(row.cells); n > 0 && tc.joined { // as older programs write it: a part of the cell before
				row.cells[n-1].tc.span += tc.span
				col += tc.span
				continue
			}
			row.cells = append(row.cells, rawCell{node: c, tc: tc, col: col})
			col += tc.span
		}
		if len(row.cells) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// snapshot is what laying out a table may change, for doing it again.
type snapshot struct {
	nodes, targets, objects, notes int
	place                          problem.Place
	tables, fields                 int
	list                           listState
	bodyFields, selfRefs, count    int
	endnotes, endnoteCount         int
	nums                           map[*abstractNum]abstractNum
	overrides                      map[*num][9]bool
	link                           uint16
	marks                          []string
}

func (e *engine) snap() snapshot {
	s := snapshot{
		nodes: len(e.doc.Nodes), targets: len(e.targets), objects: len(e.objects), notes: len(e.noteList), place: e.place,
		tables: e.tables, fields: len(e.fields), list: e.list, bodyFields: e.bodyFields, selfRefs: e.selfRefs, count: e.noteCount, link: e.link,
		endnotes: len(e.endnotes), endnoteCount: e.endnoteCount, marks: slices.Clone(e.markNext),
	}
	if len(e.sheet.nums) > 0 {
		s.nums, s.overrides = map[*abstractNum]abstractNum{}, map[*num][9]bool{}
		for _, n := range e.sheet.nums {
			s.nums[n.abs] = *n.abs
			s.overrides[n] = n.restarted
		}
	}
	return s
}

func (e *engine) rewind(s snapshot) {
	e.doc.Nodes = e.doc.Nodes[:s.nodes]
	e.targets, e.objects, e.noteList = e.targets[:s.targets], e.objects[:s.objects], e.noteList[:s.notes]
	e.place, e.tables, e.list, e.markNext = s.place, s.tables, s.list, s.marks
	e.fields = e.fields[:min(len(e.fields), s.fields)]
	e.bodyFields, e.selfRefs, e.noteCount, e.link = s.bodyFields, s.selfRefs, s.count, s.link
	e.endnotes, e.endnoteCount = e.endnotes[:s.endnotes], s.endnoteCount
	for a, v := range s.nums {
		a.count, a.started = v.count, v.started
	}
	for n, v := range s.overrides {
		n.restarted = v
	}
}

// buildTable lays out the cells with the given column widths. A table whose columns may adapt is laid out again when a
// word did not fit its column and other columns have room.
func (e *engine) buildTable(t *tableBox, rows []rawRow, widths []Length, styleID string, width Length) {
	for try := 0; ; try++ {
		var before snapshot
		adapt := !t.props.fixed && try < 2
		if adapt {
			before = e.snap()
		}
		tight := e.layCells(t, rows, widths, styleID, width)
		if !adapt || len(tight) == 0 || !widen(widths, tight) {
			break
		}
		e.rewind(before)
		e.muted++
		defer func() { e.muted-- }()
	}
	e.rowHeights(t)
}

// widen gives columns the width that their longest word needs, taking it from columns that have more than they need.
// need holds, for each column, the width of its longest cut word, 0 when none was cut.
func widen(widths, need []Length) bool {
	var lack, spare Length
	for i, n := range need {
		if n > widths[i] {
			lack += n - widths[i]
		} else if widths[i] > 30*Point {
			spare += widths[i] - 30*Point
		}
	}
	if lack == 0 || spare == 0 {
		return false
	}
	give := min(lack, spare/2)
	var taken Length
	for i, n := range need {
		if n <= widths[i] && widths[i] > 30*Point {
			d := give * (widths[i] - 30*Point) / spare
			widths[i] -= d
			taken += d
		}
	}
	for i, n := range need {
		if n > widths[i] {
			widths[i] += taken * (n - widths[i]) / lack
		}
	}
	return true
}

// layCells builds rows and cells. It returns, for each column, the width that its longest cut word would have needed.
func (e *engine) layCells(t *tableBox, rows []rawRow, widths []Length, styleID string, width Length) (tight []Length) {
	cols := len(widths)
	t.edges = make([]Length, cols+1)
	for i, w := range widths {
		t.edges[i+1] = t.edges[i] + w
	}
	total := t.edges[cols]
	t.x = t.props.indent
	switch t.props.align {
	case alignCenter:
		t.x = (width - total) / 2
	case alignRight:
		t.x = width - total
	case alignLeft, alignBoth, alignDistribute:
		if e.sheet.settings.mode < 15 && e.cellDepth == 0 { // up to Word 2010 the text, not the edge, stands at the indent
			t.x -= t.props.margins[1]
		}
	}
	look := t.props.look
	if !t.props.hasLook {
		look = lookFirstRow | lookFirstCol | lookNoVBand
	}
	t.rows = make([]rowBox, len(rows))
	savedParent, savedCell, savedList := e.parent, e.cell, e.list
	t.node = e.addNode(Node{Kind: NodeTable, Alt: t.props.descr})
	nCells := 0
	for i := range rows {
		nCells += len(rows[i].cells)
	}
	cells := make([]cellBox, nCells)
	owners := make([]int16, cols*len(rows))
	headers := true
	e.cellDepth++
	pitch := e.gridPitch
	for r := range rows {
		raw := &rows[r]
		row := &t.rows[r]
		row.cells, cells = cells[:len(raw.cells):len(raw.cells)], cells[len(raw.cells):]
		row.owner, owners = owners[:cols:cols], owners[cols:]
		for c := range row.owner {
			row.owner[c] = -1
		}
		e.place.Row = r + 1
		row.readProps(raw.pr)
		row.header = row.header && headers
		headers = row.header
		if row.header {
			t.headers = r + 1
		}
		e.parent = t.node
		row.node = e.addNode(Node{Kind: NodeRow})
		props := &t.props
		if raw.except != nil {
			ex := t.props
			own := parseTblPr(raw.except)
			ex.over(&own)
			props = &ex
		}
		next := 0
		for c := range raw.cells {
			rc := &raw.cells[c]
			cell := &row.cells[c]
			e.place.Col = c + 1
			e.parent = row.node
			if rc.col > next { // every row of a tagged table has all columns
				e.addNode(Node{Kind: NodeCell, ColSpan: rc.col - next, RowSpan: 1})
			}
			next = rc.col + rc.tc.span
			mask := conditions(look, props, r, len(rows), rc.col, rc.tc.span, cols)
			e.formatCell(cell, rc, props, e.cellFormat(styleID, mask), r, len(rows), cols)
			for k := rc.col; k < rc.col+rc.tc.span && k < cols; k++ {
				row.owner[k] = int16(c)
			}
			kind := NodeCell
			if row.header {
				kind = NodeHeaderCell
			}
			e.list = listState{node: -1}
			if rc.tc.merge == 2 && e.continueMerge(t, r, cell) {
				continue
			}
			cell.rowSpan = 1
			cell.node = e.addNode(Node{Kind: kind, ColSpan: rc.tc.span, RowSpan: 1})
			e.parent = cell.node
			e.cell = e.cellFormat(styleID, mask).text
			inner := t.edges[rc.col+rc.tc.span] - t.edges[rc.col] - cell.margins[1] - cell.margins[3]
			none := inner < Point && inner+cell.margins[1]+cell.margins[3] >= Point
			inner = max(inner, Point)
			e.tight = 0
			if cell.turn != turnNone {
				row.turned = true
				cell.blocks = e.turnedBlocks(e.flatten(rc.node, nil, 0), across)
				e.gridPitch, e.tight = pitch, 0
				continue
			}
			cell.blocks = e.blocks(e.flatten(rc.node, nil, 0), inner)
			if none && slices.ContainsFunc(cell.blocks, func(b block) bool { return b.para != nil && b.para.text != "" }) {
				e.warnOnce("layout.cell.margins", "单元格边距之间没有排字的地方", "the margins of a cell leave no room for text", "")
			}
			for i := range cell.blocks {
				if n := cell.blocks[i].table; n != nil {
					e.tight = max(e.tight, n.edges[len(n.edges)-1])
				}
			}
			if rc.tc.noWrap {
				e.wrapped(rc.node, cell.blocks)
			}
			cell.noMark = rc.tc.hideMark && len(cell.blocks) == 1 && cell.blocks[0].para != nil && cell.blocks[0].para.text == "" &&
				len(cell.blocks[0].para.lines) == 1 && len(cell.blocks[0].para.lines[0].objects) == 0
			if e.tight > inner && rc.tc.span == 1 && !t.props.fixed {
				if tight == nil {
					tight = make([]Length, cols)
				}
				tight[rc.col] = max(tight[rc.col], e.tight+cell.margins[1]+cell.margins[3])
			}
			if c == 0 && len(cell.blocks) > 0 && cell.blocks[0].para != nil {
				row.keepNext = cell.blocks[0].para.ps.is(pKeepNext)
			}
			e.gridPitch = pitch
		}
		if next < cols {
			e.parent = row.node
			e.addNode(Node{Kind: NodeCell, ColSpan: cols - next, RowSpan: 1})
		}
	}
	e.cellDepth--
	e.place.Row, e.place.Col = 0, 0
	e.parent, e.cell, e.list = savedParent, savedCell, savedList
	e.list.node = -1
	e.tagTable(t, look)
	if t.headers == len(rows) {
		t.headers = 0 // a table of header rows only has nothing to repeat them for
	}
	e.tight = 0
	return tight
}

func (row *rowBox) readProps(pr *docx.Node) {
	if pr == nil {
		return
	}
	for _, k := range pr.Kids {
		switch k.Name {
		case "w:trHeight":
			if v, ok := attrLength(k, "w:val", Twip); ok && v > 0 {
				row.min = v
			}
			rule, _ := k.Attr("w:hRule")
			row.exact = rule == "exact" && row.min > 0
		case "w:cantSplit":
			row.cantSplit = onOff(k)
		case "w:tblHeader":
			row.header = onOff(k)
		}
	}
}

// conditions works out which parts of a table style apply to a cell.
func conditions(look int, t *tblProps, r, rows, col, span, cols int) condMask {
	m := condMask(1)
	firstRow, lastRow := look&lookFirstRow != 0 && r == 0, look&lookLastRow != 0 && r == rows-1
	firstCol, lastCol := look&lookFirstCol != 0 && col == 0, look&lookLastCol != 0 && col+span >= cols
	if look&lookNoVBand == 0 && !firstCol && !lastCol {
		c := col
		if look&lookFirstCol != 0 {
			c--
		}
		m |= 1 << (1 + (c/max(1, t.colBand))%2)
	}
	if look&lookNoHBand == 0 && !firstRow && !lastRow {
		n := r
		if look&lookFirstRow != 0 {
			n--
		}
		m |= 1 << (3 + (n/max(1, t.rowBand))%2)
	}
	if firstRow {
		m |= 1 << 5
	}
	if lastRow {
		m |= 1 << 6
	}
	if firstCol {
		m |= 1 << 7
	}
	if lastCol {
		m |= 1 << 8
	}
	if firstRow && firstCol {
		m |= 1 << 9
	}
	if firstRow && lastCol {
		m |= 1 << 10
	}
	if lastRow && firstCol {
		m |= 1 << 11
	}
	if lastRow && lastCol {
		m |= 1 << 12
	}
	return m
}

// formatCell resolves margins, shading, alignment and borders of a cell.
func (e *engine) formatCell(cell *cellBox, rc *rawCell, t *tblProps, cs *cellStyle, r, rows, cols int) {
	cell.col, cell.span = rc.col, rc.tc.span
	cell.margins = t.margins
	cell.shd = t.shd
	for _, tc := range [...]*tcProps{&cs.tc, &rc.tc} {
		for i := range tc.margins {
			if tc.marginSet&(1<<i) != 0 {
				cell.margins[i] = tc.margins[i]
			}
		}
		if tc.vAlign != "" {
			cell.vAlign = tc.vAlign
		}
		if tc.hasShd {
			cell.shd = tc.shd
		}
	}
	var style, direct [6]border
	if cs.tc.borders != nil {
		style = *cs.tc.borders
	}
	if rc.tc.borders != nil {
		direct = *rc.tc.borders
	}
	lastCol := rc.col+rc.tc.span >= cols
	for side := range 4 {
		inside := 4
		edge := side == 0 && r == 0 || side == 2 && r == rows-1
		if side == 1 || side == 3 {
			inside = 5
			edge = side == 1 && rc.col == 0 || side == 3 && lastCol
		}
		b := t.borders[inside]
		if edge {
			b = t.borders[side]
		}
		for _, s := range [...]border{cs.t.borders[side], style[side]} {
			if s.set {
				b = s
			}
		}
		if !edge && !style[side].set && style[inside].set {
			b = style[inside]
		}
		if own := direct[side]; own.set {
			b = own
			cell.own |= 1 << side
		}
		cell.borders[side] = b
	}
	cell.diagonal = rc.tc.diagonal
	var ok bool
	if cell.turn, ok = turnOf(rc.tc.dir); !ok {
		e.warn("layout.text.direction", "不支持单元格的这种文字方向，按横排处理", "this text direction of a cell is not supported, its text runs horizontally", rc.tc.dir)
	}
	if rc.tc.fit {
		e.warnOnce("layout.cell.fit", "单元格“适应文字”未处理", "“fit text” of a cell is not applied", "")
	}
}

// wrapped tells of a cell whose text is not to wrap and does: the column is as wide as the table says.
func (e *engine) wrapped(cell *docx.Node, blocks []block) {
	lines, least := 0, bytes.Count(e.src[cell.Start:cell.End], []byte("<w:br"))
	for _, b := range blocks {
		if b.para != nil {
			lines, least = lines+len(b.para.lines), least+1
		}
	}
	if lines > least {
		e.warnOnce("layout.cell.nowrap", "单元格要求不换行，但列宽不够，文字已换行", "the text of a cell that is not to wrap has no room on one line and is wrapped", "")
	}
}

// continueMerge joins a continued cell to the one above; false when there is none, and the cell stands for itself.
func (e *engine) continueMerge(t *tableBox, r int, cell *cellBox) bool {
	if r == 0 {
		return false
	}
	above := &t.rows[r-1]
	if cell.col >= len(above.owner) || above.owner[cell.col] < 0 {
		return false
	}
	up := &above.cells[above.owner[cell.col]]
	if up.col != cell.col || up.span != cell.span {
		return false
	}
	origin := int32(r - 1)
	if up.rowSpan == 0 {
		origin = up.origin
	}
	top := &t.rows[origin]
	first := &top.cells[top.owner[cell.col]]
	first.rowSpan = r - int(origin) + 1
	if first.node >= 0 && int(first.node) < len(e.doc.Nodes) {
		e.doc.Nodes[first.node].RowSpan = first.rowSpan
	}
	cell.rowSpan, cell.origin, cell.node = 0, origin, -1
	cell.borders[0] = border{}
	cell.shd = first.shd
	return true
}
