package layout

import (
	"strconv"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// paraBox is a laid-out paragraph: its lines, and what the flow needs to place them.
type paraBox struct {
	ps                 *paraStyle
	left, right, first Length // resolved indents
	before, after      Length
	lines              []line
	text               string
	node, labelNode    int32
	remembered         bool // its lines are those of a memo and name nodes by nodeSelf and nodeLabel
	label              int  // items of the list number, which come first
	marks              []bookmark
	place              problem.Place
	breakBefore        bool // page break before
	told               bool // that it lies outside the page has been told
	hidden             bool // nothing to show and no height: an empty paragraph that only ends a section or is hidden
	width              Length
	heading            string // text for the outline
	at                 headingAt
	kept               *kept // nil unless its lines may have to be broken again
}

// bookmark is a named place in a paragraph.
type bookmark struct {
	name string
	item int
}

// maxParagraph bounds the items of one paragraph.
const maxParagraph = 2_000_000

// paragraph lays out one w:p in a column of the given width.
func (e *engine) paragraph(p *docx.Node, width Length) *paraBox {
	e.place.Paragraph++
	var label *listLabel
	frames := e.frames
	e.frames = nil
	told, targets, objects, keep := e.told, len(e.targets), len(e.objects), e.mayRemember() && len(frames)+len(e.markNext) == 0 && p.Mark != noMark
	key := e.formKey(width)
	if keep {
		known := p.Mark
		if known == 0 {
			known = e.sheet.memo.find(asString(e.src[p.Start:p.End]))
		}
		if known > 0 {
			var pb *paraBox
			if pb, label = e.remembered(p, known, width); pb != nil {
				return pb
			}
		}
	}
	e.readUnread(p)
	tight := e.tight
	e.tight = 0
	var ppr *docx.Node
	var raw []byte
	if len(p.Kids) > 0 && p.Kids[0].Name == "w:pPr" {
		ppr = p.Kids[0]
		raw = e.src[ppr.Start:ppr.End]
	}
	ps := e.sheet.para(ppr, raw, e.cell)
	if mathAlone(p) {
		own := *ps
		own.align, own.first, own.firstChars, own.set = mathAlign(p), 0, 0, own.set|pAlign
		ps = &own
	}
	if ppr != nil {
		e.oddParagraph(ppr)
	}
	e.oddRun(ps.mark)
	snapped := ps.set&pSnap == 0 || ps.is(pSnap)
	savedDelta, savedPitch := e.gridDelta, e.gridPitch
	if !snapped {
		e.gridDelta = 0
	}
	if e.cellDepth > 0 && !e.sheet.settings.gridInTables {
		e.gridPitch = 0
	}
	defer func() { e.gridDelta, e.gridPitch = savedDelta, savedPitch }()

	pb := e.newPara()
	pb.ps, pb.place, pb.width = ps, e.place, width
	e.paraRefs = e.paraRefs[:0]
	e.items, e.text = e.items[:0], e.text[:0]
	e.ambiguous, e.grouped = false, false
	e.anchored, e.marks, e.noteRefs = append(e.anchored[:0], frames...), e.marks[:0], e.noteRefs[:0]
	for _, name := range e.markNext {
		e.marks = append(e.marks, bookmark{name: name})
	}
	e.markNext = e.markNext[:0]
	e.lineWidth = width
	if label == nil {
		label = e.takeNumber(ps)
	}
	labelled := e.label(ps, label)
	e.inlines(p, ps, 0)
	if len(e.items) > maxParagraph {
		e.items = e.items[:maxParagraph]
		e.warn("layout.paragraph.length", "段落过长，其余内容未排版", "the paragraph is too long, the rest is left out", "")
	}
	pb.text = string(e.text)
	pb.hidden = ps.mark.hidden && len(e.items) == 0
	e.settleAmbiguous()
	if e.grouped {
		e.twoLines(labelled)
	}
	if ps.set&pTextAlign != 0 {
		e.oddAlignment(ps.textAlign)
	}
	e.breakPass(e.items, ps)
	if e.grouped {
		e.fitGroups(e.items, labelled)
	}
	e.indents(pb, labelled)
	if width-pb.right < pb.left+Point && pb.left+pb.right > Inch {
		e.warn("layout.indent", "左右缩进之间没有排字的地方", "the indents leave no room for text", "")
	}
	pb.labelNode = -1
	pb.node = e.paraNode(pb, labelled > 0)
	if pb.labelNode >= 0 {
		pb.label = labelled
	}
	if len(e.marks) > 0 {
		pb.marks = append([]bookmark(nil), e.marks...)
	}
	pb.breakBefore = ps.is(pBreakBefore)
	if ps.level > 0 && e.onPage == nil && e.cellDepth == 0 {
		pb.heading = headingText(e.items)
		pb.at = headingAt{open: p.Open, close: p.Close}
		if ppr != nil {
			pb.at.open = ppr.End
		}
		for i := range e.marks {
			if strings.HasPrefix(e.marks[i].name, "_Toc") {
				pb.at.mark = e.marks[i].name
				break
			}
		}
		e.place.Heading = pb.heading
		pb.place.Heading = pb.heading
	}
	first := len(pb.lines)
	if e.keeping {
		pb.kept = e.keep(width)
	}
	e.breakLines(pb, width, 0)
	e.spread(pb, first)
	if keep && e.told == told && len(e.targets) == targets && len(e.objects) == objects && len(e.fields) == 0 && e.link == 0 &&
		len(e.anchored)+len(e.noteRefs)+len(e.paraRefs) == 0 && plain(p) {
		e.remember(p, &paraForm{key: key, label: label.text, listed: labelled > 0, box: *pb, tight: e.tight})
	}
	e.tight = max(e.tight, tight)
	return pb
}

// oddParagraph reports paragraph settings that are not drawn.
func (e *engine) oddParagraph(ppr *docx.Node) {
	for _, k := range ppr.Kids {
		switch k.Name {
		case "w:bidi":
			if onOff(k) {
				e.warnOnce("layout.bidi", "从右到左的段落按从左到右排版", "a right-to-left paragraph is set left to right", "")
			}
		case "w:numPr":
			if v, ok := attrInt(k.Child("w:ilvl"), "w:val"); ok && (v < 0 || v > 8) {
				e.warnOnce("layout.number.level", "编号级别只有0到8级，按第一级排出", "a list has levels 0 to 8, this one is set as the first", strconv.Itoa(v))
			}
		case "w:mirrorIndents":
			if onOff(k) {
				e.warnOnce("layout.indent", "对称缩进按普通缩进排版", "mirrored indents are set as left and right ones", "")
			}
		case "w:textDirection":
			if v := k.Val(); v != "" && v != "lrTb" && v != "lr" {
				e.warnOnce("layout.text.direction", "不支持竖排，按横排处理", "vertical text direction is not supported, text runs horizontally", v)
			}
		}
	}
}

// oddAlignment tells of w:textAlignment where it would show: in a paragraph of text of several sizes, or with objects in its lines.
func (e *engine) oddAlignment(v string) {
	if v != "top" && v != "center" && v != "bottom" {
		return
	}
	for i := range e.items {
		if it := &e.items[i]; it.cls == clsObject || it.st.size != e.items[0].st.size {
			e.warn("layout.text.alignment", "同一行中大小不同的文字和图形按基线对齐", "text and objects of different height in a line stand on one baseline", v)
			return
		}
	}
}

// spread hands anchored objects, notes and page fields to the lines that they stand on.
func (e *engine) spread(pb *paraBox, first int) {
	if len(pb.lines) == first {
		return
	}
	l := &pb.lines[first]
	l.anchors = append(l.anchors, e.anchored...)
	if len(e.paraRefs) > 0 {
		l.selfRefs = append([]int(nil), e.paraRefs...)
	}
}

// headingText is the text of a heading for the outline: its number and words, with breaks and tabs as spaces.
func headingText(items []item) string {
	var b strings.Builder
	for i := range items {
		it := &items[i]
		switch {
		case it.cls == clsTab || it.cls == clsBreak || it.r == '\n':
			b.WriteByte(' ')
		case it.r != 0 && it.r != softHyphen:
			b.WriteRune(it.r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// listLabel is the list number of a paragraph; def is nil when it has none.
type listLabel struct {
	text string
	def  *numLevel
	bad  string // a format that is not known
}

// takeNumber takes the next number of the paragraph's list.
func (e *engine) takeNumber(ps *paraStyle) *listLabel {
	if ps.set&pNum == 0 || ps.num == 0 {
		return &noLabel
	}
	lvl := 0
	if ps.set&pLvl != 0 {
		lvl = ps.lvl
	}
	e.varied++
	var l listLabel
	l.text, l.def, l.bad = e.sheet.next(ps.num, lvl)
	return &l
}

// noLabel is that of a paragraph outside lists.
var noLabel listLabel

// label puts the paragraph's list number before its text and returns how many items it takes.
func (e *engine) label(ps *paraStyle, l *listLabel) int {
	text, def := l.text, l.def
	if def == nil {
		return 0
	}
	if l.bad != "" {
		e.warn("layout.number.format", "编号格式不认识，按阿拉伯数字排", "unknown number format, written in digits", l.bad)
	}
	if def.format == "none" && text == "" {
		return 0
	}
	r := ps.mark.r
	r.over(&def.r, false)
	key := labelKey{ps, def}
	cs := e.sheet.labels[key]
	if cs == nil {
		r.underline = labelUnderline(&def.r)
		cs = e.sheet.makeChar(r)
		cs.hidden = false
		e.sheet.labels[key] = cs
	}
	text = unsymbol(text, def.r.fonts[slotASCII])
	e.addText(text, cs)
	switch def.suffix {
	case "space":
		e.addText(" ", cs)
	case "nothing":
	default:
		if text != "" {
			e.items = append(e.items, item{st: cs, cls: clsTab, off: int32(len(e.text)), slot: slotASCII})
		}
	}
	return len(e.items)
}

type labelKey struct {
	ps  *paraStyle
	def *numLevel
}

// labelUnderline is the underline of a list number: only its own, as Word does not underline numbers with their text.
func labelUnderline(r *rProps) string {
	if r.set&rUnderline != 0 {
		return r.underline
	}
	return "none"
}

// unsymbol turns characters of symbol fonts into Unicode ones. What is not known of them is a bullet: one of another shape is no loss.
func unsymbol(s, font string) string {
	if !strings.ContainsFunc(s, private) {
		switch strings.ToLower(font) {
		case "wingdings", "wingdings 2", "symbol":
		default:
			return s
		}
	}
	return strings.Map(func(r rune) rune {
		if m, ok := symbolFor(font, r); ok {
			return m
		}
		if private(r) {
			return 0x2022
		}
		return r
	}, s)
}

// private reports whether a character has no meaning but in some font.
func private(r rune) bool { return r >= 0xE000 && r <= 0xF8FF }

// indents resolves indents and spacing, those in characters and lines too.
func (e *engine) indents(pb *paraBox, label int) {
	ps := pb.ps
	em := ps.mark.r.size
	for i := label; i < len(e.items); i++ {
		if e.items[i].n > 0 {
			em = e.items[i].st.r.size
			break
		}
	}
	em += e.gridDelta
	pb.left, pb.right, pb.first = ps.left, ps.right, ps.first
	if ps.set&pLeftChars != 0 && ps.leftChars != 0 {
		pb.left = em * Length(ps.leftChars) / 100
	}
	if ps.set&pRightChars != 0 && ps.rightChars != 0 {
		pb.right = em * Length(ps.rightChars) / 100
	}
	if ps.set&pFirstChars != 0 && ps.firstChars != 0 {
		pb.first = em * Length(ps.firstChars) / 100
		if pb.first < 0 && ps.set&pLeftChars != 0 && ps.leftChars == 0 && ps.left == 0 {
			pb.left = -pb.first // a hanging indent alone moves the other lines
		}
	}
	if label > 0 {
		lvl := 0
		if ps.set&pLvl != 0 {
			lvl = ps.lvl
		}
		if def := e.sheet.level(ps.num, lvl); def != nil && def.align != alignLeft {
			w := Length(0)
			for i := range label {
				if e.items[i].cls != clsTab {
					w += Length(e.items[i].w)
				}
			}
			if def.align == alignCenter {
				w /= 2
			}
			pb.first -= w
		}
	}
	e.hang = pb.left
	lineUnit := 12 * Point
	if e.gridPitch > 0 {
		lineUnit = e.gridPitch
	}
	pb.before, pb.after = ps.before, ps.after
	if ps.set&pBeforeLines != 0 && ps.beforeLines > 0 {
		pb.before = lineUnit * Length(ps.beforeLines) / 100
	}
	if ps.set&pAfterLines != 0 && ps.afterLines > 0 {
		pb.after = lineUnit * Length(ps.afterLines) / 100
	}
	if ps.is(pBeforeAuto) {
		pb.before = 14 * Point
	}
	if ps.is(pAfterAuto) {
		pb.after = 14 * Point
	}
}

// leader draws the leader of a tab from x1 to x2.
func (e *engine) leader(l *line, it *item, x1, x2 Length) {
	size := it.st.size
	if x2-x1 < size/2 {
		return
	}
	r := Rule{X1: x1 + size/8, X2: x2 - size/8, Color: it.st.color, Node: -1}
	switch byte(it.ox) {
	case '.':
		r.Width = size / 14
		r.Y1 = -r.Width / 2
		r.Dash = []Length{r.Width, size/4 - r.Width}
	case 'm':
		r.Width = size / 14
		r.Y1 = -size * 3 / 10
		r.Dash = []Length{r.Width, size/4 - r.Width}
	case '-':
		r.Width = size / 20
		r.Y1 = -size / 4
		r.Dash = []Length{size / 4, size / 8}
	case '_':
		r.Width = size / 20
		r.Y1 = size / 10
	default:
		return
	}
	r.Y2 = r.Y1
	l.rules = append(l.rules, r)
}

// emphasis puts a dot below or above a Han character (w:em).
func (e *engine) emphasis(pb *paraBox, l *line, it *item, x Length) {
	d := it.st.size / 9
	y := it.st.size*15/100 - it.st.raise
	switch it.st.r.em {
	case "comma", "circle":
		y = -it.st.size - it.st.raise
	case "dot": // below in Chinese, above in other languages (ECMA-376-1:2006, 2.18.28)
		if it.st.langEA != "" && !strings.HasPrefix(it.st.langEA, "zh") {
			y = -it.st.size - it.st.raise
		}
	}
	l.fills = append(l.fills, Fill{X: x + (Length(it.w)-d)/2, Y: y, W: d, H: d, Color: it.st.color, Node: pb.node})
}

// addLink adds the rectangle of a hyperlink to a line; its height is that of the text.
func (e *engine) addLink(l *line, id uint16, x1, x2 Length, it *item) {
	if x2 <= x1 {
		return
	}
	size := it.st.size
	t := e.targets[id]
	l.links = append(l.links, Link{X: x1, Y: -size * 9 / 10, W: x2 - x1, H: size * 12 / 10, URI: t.uri, Page: -1 - int(id)})
}

// decorate draws background, underline, strike-through and border of items that share one style.
func (e *engine) decorate(pb *paraBox, l *line, items []item, x1, x2 Length) {
	if x2 <= x1 {
		return
	}
	st := items[0].st
	r := &st.r
	size := st.size
	han := false
	for i := range items {
		if items[i].slot == slotEastAsia {
			han = true
			break
		}
	}
	base := -st.raise
	if bg := r.background(); bg.on {
		top, bottom := size*9/10, size*22/100
		l.fills = append(l.fills, Fill{X: x1, Y: base - top, W: x2 - x1, H: top + bottom, Color: bg.color, Node: pb.node})
	}
	if r.set&rUnderline != 0 && r.underline != "none" {
		color := r.ulColor
		if r.ulAuto {
			color = st.color
		}
		e.underline(pb, l, items, x1, x2, base, han, color)
	}
	strike := func(y Length) {
		l.rules = append(l.rules, Rule{X1: x1, X2: x2, Y1: base - y, Y2: base - y, Width: size / 20, Color: st.color, Node: pb.node})
	}
	mid := size * 26 / 100
	if han {
		mid = size * 36 / 100
	}
	switch {
	case r.is(rDStrike):
		strike(mid + size/20)
		strike(mid - size/20)
	case r.is(rStrike):
		strike(mid)
	}
	if b := r.border; r.set&rBorder != 0 && b.visible() {
		top, bottom := base-size*95/100-b.space, base+size*24/100+b.space
		l.rules = b.hline(l.rules, x1, x2, top, 1, pb.node)
		l.rules = b.hline(l.rules, x1, x2, bottom, -1, pb.node)
		l.rules = b.vline(l.rules, x1, top, bottom, 1, pb.node)
		l.rules = b.vline(l.rules, x2, top, bottom, -1, pb.node)
	}
}

// wave draws a wavy line: strokes up and down in turn, an eighth of the size long each way.
func (e *engine) wave(pb *paraBox, l *line, x1, x2, y, w, size Length, color Color) {
	step, rise := max(size/8, Point/2), size/24
	for up := true; x1 < x2; up = !up {
		x := min(x1+step, x2)
		r := Rule{X1: x1, X2: x, Y1: y + rise, Y2: y - rise, Width: w, Color: color, Node: pb.node}
		if !up {
			r.Y1, r.Y2 = r.Y2, r.Y1
		}
		l.rules = append(l.rules, r)
		x1 = x
	}
}

// underline draws one of Word's underlines. Under Han text it lies lower, below the strokes of the characters.
func (e *engine) underline(pb *paraBox, l *line, items []item, x1, x2, base Length, han bool, color Color) {
	st := items[0].st
	size := st.size
	y, w := base+size*11/100, size/18
	if han {
		y = base + size*17/100
	}
	var dash []Length
	double := false
	switch kind := st.r.underline; kind {
	case "double":
		double = true
		w = size / 24
	case "thick":
		w = size / 10
	case "dotted", "dottedHeavy":
		dash = []Length{w, w}
	case "dash", "dashedHeavy":
		dash = []Length{4 * w, 3 * w}
	case "dashLong", "dashLongHeavy":
		dash = []Length{8 * w, 3 * w}
	case "dotDash", "dashDotHeavy":
		dash = []Length{4 * w, 2 * w, w, 2 * w}
	case "dotDotDash", "dashDotDotHeavy":
		dash = []Length{4 * w, 2 * w, w, 2 * w, w, 2 * w}
	case "wave", "wavyHeavy", "wavyDouble":
		if kind == "wavyHeavy" {
			w = size / 12
		}
		e.wave(pb, l, x1, x2, y+size/24, w, size, color)
		if kind == "wavyDouble" {
			e.wave(pb, l, x1, x2, y+size/24+3*w, w, size, color)
		}
		return
	}
	rule := func(a, b, y Length) {
		l.rules = append(l.rules, Rule{X1: a, X2: b, Y1: y, Y2: y, Width: w, Color: color, Dash: dash, Node: pb.node})
	}
	if st.r.underline == "words" {
		x, from := x1, x1
		for i := range items {
			if i > 0 {
				x += Length(items[i].gap)
			}
			if items[i].cls == clsSpace {
				if x > from {
					rule(from, x, y)
				}
				from = x + Length(items[i].w)
			}
			x += Length(items[i].w)
		}
		if x2 > from {
			rule(from, x2, y)
		}
		return
	}
	rule(x1, x2, y)
	if double {
		rule(x1, x2, y+2*w)
	}
}
