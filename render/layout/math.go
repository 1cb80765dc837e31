package layout

import (
	"strings"
	"unicode"

	"tripact/fonts"
	"tripact/render/docx"
)

// Formulas (ECMA-376 22.1) and EQ fields are set in boxes: what stands on a baseline, with its width and how far it reaches above and
// below. Sizes and distances follow what is usual in typesetting: scripts at seven tenths, a fraction's line at the height of a minus.

// mathBox is a piece of a formula, from its left end on the baseline.
type mathBox struct {
	w, asc, desc Length
	texts        []Text
	rules        []Rule
	broken       bool // a line may break after it
}

// put adds a box with its origin at x, y; y grows downwards.
func (b *mathBox) put(o mathBox, x, y Length) {
	for _, t := range o.texts {
		t.X, t.Y = t.X+x, t.Y+y
		b.texts = append(b.texts, t)
	}
	for _, r := range o.rules {
		r.X1, r.X2, r.Y1, r.Y2 = r.X1+x, r.X2+x, r.Y1+y, r.Y2+y
		b.rules = append(b.rules, r)
	}
	b.asc, b.desc = max(b.asc, o.asc-y), max(b.desc, o.desc+y)
}

// after adds a box behind what is there.
func (b *mathBox) after(o mathBox) {
	b.put(o, b.w, 0)
	b.w += o.w
}

func (b *mathBox) rule(x1, y1, x2, y2, width Length, color Color) {
	b.rules = append(b.rules, Rule{X1: x1, Y1: y1, X2: x2, Y2: y2, Width: width, Color: color, Node: -1})
}

// raised is the box, moved up.
func (b mathBox) raised(up Length) mathBox {
	out := mathBox{w: b.w, asc: -unlimited, desc: -unlimited}
	out.put(b, 0, -up)
	return out
}

// joined sets boxes one after the other.
func joined(boxes []mathBox) (b mathBox) {
	for _, o := range boxes {
		b.after(o)
	}
	return b
}

// mathAt is where in a formula a piece stands.
type mathAt struct {
	cs      *charStyle
	size    Length
	whole   Length // the size of what is no script
	display bool   // on its own, not in a line of text
	plain   bool   // letters are upright
	depth   int
}

func (at mathAt) script() mathAt {
	at.size = max(at.size*7/10, at.whole/2)
	at.display = false
	return at
}

// axis is the height of a minus.
func (at mathAt) axis() Length { return at.size * 28 / 100 }

// thin is the breadth of a fraction's line.
func (at mathAt) thin() Length { return max(at.size/22, Point/3) }

const (
	mathAsc  = 75 // hundredths of an em that letters reach above and below the baseline
	mathDesc = 22
)

// formula sets an m:oMath or m:oMathPara.
func (e *engine) formula(n *docx.Node, ps *paraStyle, display bool) {
	at := mathAt{cs: ps.mark, size: ps.mark.size, whole: ps.mark.size, display: display}
	if n.Name == "m:oMathPara" {
		for _, k := range named(n, "m:oMath") {
			e.formula(k, ps, true)
		}
		return
	}
	if first := firstRun(n, 0); first != nil { // the size of a formula is that of its runs
		at.cs = e.mathStyle(first, ps.mark, ps)
		at.size, at.whole = at.cs.size, at.cs.size
	}
	if !e.shown(at.cs) {
		return
	}
	boxes := e.mathRow(n, at, ps)
	if whole := joined(boxes); whole.w <= e.noteWidth || len(boxes) < 2 {
		e.mathObject(whole, at.cs)
		return
	}
	var part mathBox // too wide for a line: it breaks after operators
	for i := range boxes {
		part.after(boxes[i])
		if boxes[i].broken || i == len(boxes)-1 {
			e.mathObject(part, at.cs)
			part = mathBox{}
		}
	}
}

// firstRun finds the first m:r below n.
func firstRun(n *docx.Node, depth int) *docx.Node {
	if depth > maxInlineDepth {
		return nil
	}
	for _, k := range n.Kids {
		if k.Name == "m:r" {
			return k
		}
		if r := firstRun(k, depth+1); r != nil {
			return r
		}
	}
	return nil
}

// mathStyle is the formatting of an m:r.
func (e *engine) mathStyle(r *docx.Node, cs *charStyle, ps *paraStyle) *charStyle {
	if rpr := r.Child("w:rPr"); rpr != nil {
		return e.sheet.char(ps.base, rpr, e.src[rpr.Start:rpr.End])
	}
	return cs
}

// mathObject puts a box into the paragraph.
func (e *engine) mathObject(b mathBox, cs *charStyle) {
	if b.w <= 0 && len(b.texts) == 0 {
		return
	}
	d := &drawing{node: -1, w: max(b.w, 0), h: max(b.asc, 0), depth: max(b.desc, 0), ruby: append(make([]Text, 0, 1), b.texts...), rules: b.rules}
	e.addDrawing(d, cs)
}

// mathRow sets the children of n one after the other.
func (e *engine) mathRow(n *docx.Node, at mathAt, ps *paraStyle) (boxes []mathBox) {
	if n == nil {
		return nil
	}
	if at.depth > maxInlineDepth {
		e.warn("layout.nesting", "嵌套过深，其内容未排版", "nested too deeply, its content is left out", "")
		return nil
	}
	at.depth++
	for _, k := range n.Kids {
		switch k.Name {
		case "m:r":
			boxes = append(boxes, e.mathRun(k, at, ps, len(boxes) == 0)...)
		case "m:ctrlPr", "m:argPr", "w:bookmarkStart", "w:bookmarkEnd", "w:proofErr", "":
		case "w:ins", "w:moveTo", "w:smartTag", "m:oMath":
			boxes = append(boxes, e.mathRow(k, at, ps)...)
		case "w:del", "w:moveFrom":
			e.revised()
		case "w:r":
			for _, c := range named(k, "w:t") {
				boxes = append(boxes, e.mathText(c.Content(), at, len(boxes) == 0)...)
			}
		default:
			if strings.HasSuffix(k.Name, "Pr") {
				continue
			}
			boxes = append(boxes, e.mathPiece(k, at, ps))
		}
	}
	return boxes
}

// in sets a child of n as one box.
func (e *engine) in(n *docx.Node, name string, at mathAt, ps *paraStyle) mathBox {
	b := joined(e.mathRow(n.Child(name), at, ps))
	if b.asc == 0 && b.desc == 0 && b.w == 0 {
		b.asc = at.size * mathAsc / 100
	}
	return b
}

func (e *engine) mathRun(r *docx.Node, at mathAt, ps *paraStyle, first bool) (boxes []mathBox) {
	pr := r.Child("m:rPr")
	cs := e.mathStyle(r, at.cs, ps)
	if !e.shown(cs) {
		return nil
	}
	if cs.size != at.cs.size && at.cs.size > 0 {
		at.size = at.size * cs.size / at.cs.size
	}
	at.cs = cs
	sty := pr.Child("m:sty").Val()
	if s, ok := pr.Child("m:sty").Attr("m:val"); ok {
		sty = s
	}
	if nor := pr.Child("m:nor"); nor != nil && mathOn(nor) || sty == "p" || sty == "b" {
		at.plain = true
	}
	if sty == "b" || sty == "bi" {
		at.cs = e.mathFace(at.cs, rBold)
	}
	for _, t := range named(r, "m:t") {
		boxes = append(boxes, e.mathText(t.Content(), at, first && len(boxes) == 0)...)
	}
	return boxes
}

// mathOn reads an on-or-off property of formulas.
func mathOn(n *docx.Node) bool {
	v, ok := n.Attr("m:val")
	return n != nil && (!ok || isOn(v))
}

// mathFace is a style with one more property, kept for the next time.
func (e *engine) mathFace(cs *charStyle, bit uint32) *charStyle {
	key := mathKey{cs, bit}
	if e.mathStyles[key] == nil {
		r := cs.r
		r.set, r.on = r.set|bit, r.on|bit
		if e.mathStyles == nil {
			e.mathStyles = map[mathKey]*charStyle{}
		}
		e.mathStyles[key] = e.sheet.makeChar(r)
	}
	return e.mathStyles[key]
}

type mathKey struct {
	cs  *charStyle
	bit uint32
}

// Operators that stand off from what is around them, and after which a line may break.
const (
	relations  = "=<>≤≥≠≈≡∼≅→←↔⇒⇔∈∉⊂⊆∝≪≫"
	operations = "+-−±∓×÷·∗∙∪∩∧∨⊕⊗"
)

// mathText sets characters: letters slanted, digits and signs upright, operators with room about them.
func (e *engine) mathText(s string, at mathAt, first bool) (boxes []mathBox) {
	var b mathBox
	flush := func() {
		if b.w > 0 {
			boxes = append(boxes, b)
		}
		b = mathBox{}
	}
	script := at.size < at.whole
	for _, r := range s {
		if r == '&' {
			continue // where lines of equations align
		}
		room := Length(0)
		switch {
		case at.plain || script:
		case strings.ContainsRune(relations, r):
			room = at.size * 5 / 18
		case strings.ContainsRune(operations, r) && (b.w > 0 || len(boxes) > 0 || !first):
			room = at.size * 4 / 18
		}
		g, ok := e.mathGlyph(r, at)
		if !ok {
			continue
		}
		b.w += room
		b.after(g)
		b.w += room
		if r == ',' || r == ';' {
			b.w += at.size / 6
		}
		if room > 0 {
			b.broken = true
			flush()
		}
	}
	flush()
	return boxes
}

// mathGlyph is one character.
func (e *engine) mathGlyph(r rune, at mathAt) (b mathBox, ok bool) {
	cs := at.cs
	if !at.plain && (unicode.Is(unicode.Latin, r) || unicode.Is(unicode.Greek, r) && unicode.IsLower(r)) {
		cs = e.mathFace(cs, rItalic)
	}
	shown := r
	if r == '-' && !at.plain {
		shown = '−'
	}
	for _, sl := range [...]slot{slotASCII, slotHAnsi, slotEastAsia} {
		if sl != slotEastAsia && slotOf(shown, false) == slotEastAsia {
			continue
		}
		chain := cs.slots[sl].chain
		face, gid := chain.Find(shown)
		if face == nil {
			if other, up := stands(shown); up {
				face, gid = chain.Find(other)
			}
		}
		if face == nil {
			continue
		}
		return glyphBox(chain, face, gid, string(r), at.size, cs.color), true
	}
	e.missing(r, cs, "")
	return b, false
}

// glyphBox is a glyph by itself.
func glyphBox(chain *fonts.Chain, face faceRef, gid fonts.GlyphID, source string, size Length, color Color) mathBox {
	w := (Length(face.Advance(gid))*size + Length(face.UnitsPerEm())/2) / Length(face.UnitsPerEm())
	bolder, slant := chain.Style(face)
	return mathBox{
		w: w, asc: size * mathAsc / 100, desc: size * mathDesc / 100,
		texts: []Text{{
			Face: face, Size: size, Color: color, Slant: slant, Bolder: bolder, ScaleX: 100, Source: source,
			Glyphs: []Glyph{{ID: gid, Len: uint8(len(source)), Advance: w}},
		}},
	}
}

// mathPiece sets one of the structures of a formula.
func (e *engine) mathPiece(k *docx.Node, at mathAt, ps *paraStyle) mathBox {
	pr := k.Child(k.Name + "Pr")
	val := func(name string) string {
		v, _ := pr.Child(name).Attr("m:val")
		return v
	}
	on := func(name string) bool { return pr.Child(name) != nil && mathOn(pr.Child(name)) }
	switch k.Name {
	case "m:f":
		inner := at
		if !at.display {
			inner = at.script()
		}
		inner.display = false
		if t := val("m:type"); t == "lin" || t == "skw" {
			b := e.in(k, "m:num", at, ps)
			if g, ok := e.mathGlyph('/', at); ok {
				b.after(g)
			}
			b.after(e.in(k, "m:den", at, ps))
			return b
		}
		return fraction(e.in(k, "m:num", inner, ps), e.in(k, "m:den", inner, ps), at, val("m:type") != "noBar")
	case "m:sSup":
		return scripts(e.in(k, "m:e", at, ps), mathBox{}, e.in(k, "m:sup", at.script(), ps), at)
	case "m:sSub":
		return scripts(e.in(k, "m:e", at, ps), e.in(k, "m:sub", at.script(), ps), mathBox{}, at)
	case "m:sSubSup":
		return scripts(e.in(k, "m:e", at, ps), e.in(k, "m:sub", at.script(), ps), e.in(k, "m:sup", at.script(), ps), at)
	case "m:sPre":
		b := scripts(mathBox{asc: at.size * mathAsc / 100, desc: at.size * mathDesc / 100}, e.in(k, "m:sub", at.script(), ps), e.in(k, "m:sup", at.script(), ps), at)
		b.after(e.in(k, "m:e", at, ps))
		return b
	case "m:rad":
		var degree mathBox
		if !on("m:degHide") {
			s := at.script()
			degree = joined(e.mathRow(k.Child("m:deg"), s.script(), ps))
		}
		return radical(e.in(k, "m:e", at, ps), degree, at)
	case "m:nary":
		return e.nary(k, at, ps, val, on)
	case "m:d":
		return e.delimited(k, pr, at, ps)
	case "m:func":
		b := e.in(k, "m:fName", at, ps)
		b.w += at.size / 6
		b.after(e.in(k, "m:e", at, ps))
		return b
	case "m:limLow":
		return stacked(e.in(k, "m:e", at, ps), mathBox{}, e.in(k, "m:lim", at.script(), ps), at)
	case "m:limUpp":
		return stacked(e.in(k, "m:e", at, ps), e.in(k, "m:lim", at.script(), ps), mathBox{}, at)
	case "m:acc":
		return e.accented(e.in(k, "m:e", at, ps), val("m:chr"), at)
	case "m:bar":
		b := e.in(k, "m:e", at, ps)
		if v := val("m:pos"); v == "top" {
			y := b.asc + at.thin()*2
			b.rule(0, -y, b.w, -y, at.thin(), at.cs.color)
			b.asc = y + at.thin()
		} else {
			y := b.desc + at.thin()*2
			b.rule(0, y, b.w, y, at.thin(), at.cs.color)
			b.desc = y + at.thin()
		}
		return b
	case "m:borderBox":
		return boxed(e.in(k, "m:e", at, ps), at)
	case "m:e", "m:num", "m:den":
		return joined(e.mathRow(k, at, ps))
	case "m:box", "m:phant":
		return e.in(k, "m:e", at, ps)
	case "m:groupChr":
		b := e.in(k, "m:e", at, ps)
		y := b.desc + at.thin()*3
		if val("m:pos") == "top" {
			y = -b.asc - at.thin()*3
		}
		b.rule(0, y, b.w, y, at.thin(), at.cs.color)
		b.asc, b.desc = max(b.asc, -y+at.thin()), max(b.desc, y+at.thin())
		e.warnOnce("layout.math", "公式中的部分结构用近似形式排出", "a structure of a formula is set in a plainer form", "groupChr")
		return b
	case "m:eqArr":
		var rows [][]mathBox
		for _, c := range named(k, "m:e") {
			rows = append(rows, []mathBox{joined(e.mathRow(c, at, ps))})
		}
		return mathGrid(rows, at, false)
	case "m:m":
		var rows [][]mathBox
		for _, r := range named(k, "m:mr") {
			var cells []mathBox
			for _, c := range named(r, "m:e") {
				cells = append(cells, joined(e.mathRow(c, at, ps)))
			}
			rows = append(rows, cells)
		}
		return mathGrid(rows, at, true)
	}
	e.warnOnce("layout.math", "公式中的部分结构用近似形式排出", "a structure of a formula is set in a plainer form", k.Name)
	return joined(e.mathRow(k, at, ps))
}

// fraction sets num above den.
func fraction(num, den mathBox, at mathAt, bar bool) (b mathBox) {
	pad, gap := at.size/12, at.size/9
	b.w = max(num.w, den.w) + 2*pad
	axis, thin := at.axis(), at.thin()
	b.put(num, (b.w-num.w)/2, -(axis + thin/2 + gap + num.desc))
	b.put(den, (b.w-den.w)/2, -axis+thin/2+gap+den.asc)
	if bar {
		b.rule(pad/2, -axis, b.w-pad/2, -axis, thin, at.cs.color)
	}
	b.w += pad
	return b
}

// scripts sets sub and sup behind base; one without width is none.
func scripts(base, sub, sup mathBox, at mathAt) mathBox {
	b := base
	w := Length(0)
	if sup.w > 0 {
		up := at.size*36/100 + max(0, base.asc-at.size*mathAsc/100)
		b.put(sup, base.w+at.size/20, -up)
		w = max(w, sup.w)
	}
	if sub.w > 0 {
		down := at.size*17/100 + max(0, base.desc-at.size*mathDesc/100)
		b.put(sub, base.w+at.size/40, down)
		w = max(w, sub.w)
	}
	if w > 0 {
		b.w += w + at.size/12
	}
	return b
}

// stacked sets upper above base and lower below it.
func stacked(base, upper, lower mathBox, at mathAt) (b mathBox) {
	b.w = max(base.w, upper.w, lower.w)
	b.put(base, (b.w-base.w)/2, 0)
	gap := at.size / 10
	if upper.w > 0 {
		b.put(upper, (b.w-upper.w)/2, -(base.asc + gap + upper.desc))
	}
	if lower.w > 0 {
		b.put(lower, (b.w-lower.w)/2, base.desc+gap+lower.asc)
	}
	return b
}

// radical draws a root over x.
func radical(x, degree mathBox, at mathAt) (b mathBox) {
	thin := at.thin()
	gap := at.size / 10
	top, bottom := -(x.asc + gap), x.desc
	h := bottom - top
	hook, rise := at.size*22/100, at.size*38/100
	left := max(0, degree.w-hook*3/4)
	if degree.w > 0 {
		b.put(degree, 0, bottom-h*55/100-degree.desc)
	}
	mid := bottom - h*45/100
	b.rule(left, mid+at.size/20, left+hook/2, mid, thin, at.cs.color)
	b.rule(left+hook/2, mid, left+hook, bottom, thin*2, at.cs.color)
	b.rule(left+hook, bottom, left+rise, top, thin, at.cs.color)
	b.put(x, left+rise+at.size/20, 0)
	b.w = left + rise + at.size/20 + x.w + at.size/20
	b.rule(left+rise, top, b.w, top, thin, at.cs.color)
	b.asc = max(b.asc, -top+thin)
	b.w += at.size / 20
	return b
}

// boxed draws a rectangle around a box.
func boxed(x mathBox, at mathAt) (b mathBox) {
	pad, thin := at.size/8, at.thin()
	b.put(x, pad, 0)
	b.w = x.w + 2*pad
	top, bottom := -(x.asc + pad/2), x.desc+pad/2
	b.rule(0, top, b.w, top, thin, at.cs.color)
	b.rule(0, bottom, b.w, bottom, thin, at.cs.color)
	b.rule(0, top, 0, bottom, thin, at.cs.color)
	b.rule(b.w, top, b.w, bottom, thin, at.cs.color)
	b.asc, b.desc = -top+thin, bottom+thin
	return b
}

// mathGrid sets rows of boxes about the axis, in columns.
func mathGrid(rows [][]mathBox, at mathAt, centred bool) (b mathBox) {
	cols := 0
	for _, r := range rows {
		cols = max(cols, len(r))
	}
	widths := make([]Length, cols)
	ascs, descs := make([]Length, len(rows)), make([]Length, len(rows))
	var h Length
	gap := at.size / 4
	for i, r := range rows {
		ascs[i], descs[i] = at.size*mathAsc/100, at.size*mathDesc/100
		for c, x := range r {
			widths[c] = max(widths[c], x.w)
			ascs[i], descs[i] = max(ascs[i], x.asc), max(descs[i], x.desc)
		}
		h += ascs[i] + descs[i]
		if i > 0 {
			h += gap
		}
	}
	y := -at.axis() - h/2
	for i, r := range rows {
		x := Length(0)
		for c, cell := range r {
			left := x
			if centred {
				left += (widths[c] - cell.w) / 2
			}
			b.put(cell, left, y+ascs[i])
			x += widths[c] + at.size
		}
		b.w = max(b.w, x-at.size)
		y += ascs[i] + descs[i] + gap
	}
	return b
}

// nary sets a sum, product or integral with its bounds.
func (e *engine) nary(k *docx.Node, at mathAt, ps *paraStyle, val func(string) string, on func(string) bool) mathBox {
	sign := '∫'
	for _, r := range val("m:chr") {
		sign = r
		break
	}
	integral := sign >= 0x222B && sign <= 0x2233
	big := at
	big.plain = true
	big.size = at.size * 5 / 4
	if at.display {
		big.size = at.size * 3 / 2
	}
	op, ok := e.mathGlyph(sign, big)
	if ok { // its middle lies on the axis
		op.asc, op.desc = big.size*mathAsc/100, big.size*mathDesc/100
		op = op.raised(at.axis() - big.size*27/100)
	}
	var sub, sup mathBox
	if !on("m:subHide") {
		sub = joined(e.mathRow(k.Child("m:sub"), at.script(), ps))
	}
	if !on("m:supHide") {
		sup = joined(e.mathRow(k.Child("m:sup"), at.script(), ps))
	}
	above := at.display && !integral
	if loc := val("m:limLoc"); loc != "" {
		above = loc == "undOvr"
	}
	var b mathBox
	if above {
		b = stacked(op, sup, sub, at)
	} else {
		b = scripts(op, sub, sup, at)
	}
	b.w += at.size / 8
	b.after(e.in(k, "m:e", at, ps))
	return b
}

// delimited sets what stands in brackets, which are as high as it is.
func (e *engine) delimited(k, pr *docx.Node, at mathAt, ps *paraStyle) mathBox {
	char := func(name, usual string) string {
		c := pr.Child(name)
		if c == nil {
			return usual
		}
		v, _ := c.Attr("m:val")
		return v
	}
	open, closing, between := char("m:begChr", "("), char("m:endChr", ")"), char("m:sepChr", "|")
	var parts []mathBox
	asc, desc := at.size*mathAsc/100, at.size*mathDesc/100
	for _, c := range named(k, "m:e") {
		x := joined(e.mathRow(c, at, ps))
		asc, desc = max(asc, x.asc), max(desc, x.desc)
		parts = append(parts, x)
	}
	var b mathBox
	for i, x := range parts {
		if i == 0 {
			b.after(e.tall(open, asc, desc, at))
		} else {
			b.after(e.tall(between, asc, desc, at))
		}
		b.after(x)
	}
	b.after(e.tall(closing, asc, desc, at))
	return b
}

// tall is a bracket that reaches asc above and desc below the baseline.
func (e *engine) tall(s string, asc, desc Length, at mathAt) (b mathBox) {
	at.plain = true
	for _, r := range s {
		whole := at.size * (mathAsc + mathDesc) / 100
		size := at.size
		if h := asc + desc; h > whole*23/20 {
			size = at.size * h / whole
		}
		g := at
		g.size = size
		x, ok := e.mathGlyph(r, g)
		if !ok {
			continue
		}
		if size > at.size { // higher, but not as much wider
			scale := max(int(at.size*130/size), 35)
			t := &x.texts[0]
			t.ScaleX = scale
			t.Glyphs[0].Advance = t.Glyphs[0].Advance * Length(scale) / 100
			x.w = t.Glyphs[0].Advance
			x = x.raised((asc-desc)/2 - size*(mathAsc-mathDesc)/200)
		}
		b.after(x)
	}
	return b
}

// accented puts an accent over x.
func (e *engine) accented(x mathBox, chr string, at mathAt) mathBox {
	mark := '\u0302'
	for _, r := range chr {
		mark = r
		break
	}
	b := x
	y := x.asc + at.thin()
	switch mark {
	case 0x0304, 0x0305, 0x00AF, 0x203E:
		b.rule(0, -y, x.w, -y, at.thin(), at.cs.color)
		b.asc = y + at.thin()
		return b
	case 0x20D7, 0x20D6, 0x2192, 0x2190:
		tip, back := x.w, x.w-at.size/7
		if mark == 0x20D6 || mark == 0x2190 {
			tip, back = 0, at.size/7
		}
		b.rule(0, -y, x.w, -y, at.thin(), at.cs.color)
		b.rule(tip, -y, back, -y-at.size/12, at.thin(), at.cs.color)
		b.rule(tip, -y, back, -y+at.size/12, at.thin(), at.cs.color)
		b.asc = y + at.size/12
		return b
	}
	spacing := map[rune]rune{0x0302: 'ˆ', 0x0303: '˜', 0x0307: '˙', 0x0308: '¨', 0x030C: 'ˇ', 0x0301: '´', 0x0300: '`', 0x0306: '˘', 0x030A: '˚'}
	if s, ok := spacing[mark]; ok {
		mark = s
	}
	at.plain = true
	if g, ok := e.mathGlyph(mark, at); ok {
		g.desc = 0
		b.put(g, (x.w-g.w)/2+at.size/20, -max(0, x.asc-at.size*70/100))
	}
	b.asc = max(b.asc, y+at.size/8)
	return b
}

// mathAlone reports whether a paragraph shows nothing but one formula of its own.
func mathAlone(p *docx.Node) bool {
	found := false
	for _, k := range p.Kids {
		switch k.Name {
		case "m:oMathPara":
			found = true
		case "w:pPr", "w:bookmarkStart", "w:bookmarkEnd", "w:proofErr":
		case "w:r":
			for _, c := range k.Kids {
				if c.Name != "w:rPr" {
					return false
				}
			}
		default:
			return false
		}
	}
	return found
}

// mathAlign is how formulas of a paragraph stand: in the middle, unless they say otherwise (ECMA-376 22.1.2.51).
func mathAlign(p *docx.Node) alignment {
	v, _ := p.Path("m:oMathPara", "m:oMathParaPr", "m:jc").Attr("m:val")
	switch v {
	case "left":
		return alignLeft
	case "right":
		return alignRight
	}
	return alignCenter
}
