package layout

import (
	"strings"
	"unicode"
	"unicode/utf8"
	"unsafe"

	"tripact/fonts"
	"tripact/problem"
	"tripact/render/docx"
)

type faceRef = *fonts.Face

// maxInlineDepth bounds nesting of hyperlinks, content controls, insertions and the like.
const maxInlineDepth = 40

// target is where a hyperlink leads.
type target struct {
	uri      string
	bookmark string
}

// fieldState is a complex field being read; fields may nest and may span paragraphs.
type fieldState struct {
	instr  []byte
	result bool // past the separator
	silent bool // its stored result is not shown: we computed our own, or it lies in another field's instruction
	prior  uint16
	style  *charStyle
	styles []instrStyle // formatting of instr, from place to place
	legacy string       // what a check box or list of an older form shows, "" for other fields
	locked bool         // keeps its stored result
	paged  bool         // there are page numbers in its instruction
	other  bool         // there are other fields in its instruction
	stored result
}

// inlines reads the content of a paragraph, or of something inside one, into e.items and e.text.
func (e *engine) inlines(n *docx.Node, ps *paraStyle, depth int) {
	if depth > maxInlineDepth {
		e.tooDeep()
		return
	}
	for _, k := range n.Kids {
		switch k.Name {
		case "w:r":
			e.run(k, ps, depth)
		case "w:hyperlink":
			prior := e.link
			e.link = e.hyperlink(k)
			e.inlines(k, ps, depth+1)
			e.link = prior
		case "w:smartTag", "w:customXml", "w:dir", "w:bdo":
			e.inlines(k, ps, depth+1)
		case "w:ins", "w:moveTo":
			e.revised()
			e.inlines(k, ps, depth+1)
		case "w:del", "w:moveFrom":
			e.revised()
		case "w:sdt":
			if c := k.Child("w:sdtContent"); c != nil {
				e.inlines(c, ps, depth+1)
			}
		case "w:fldSimple":
			e.simpleField(k, ps, depth)
		case "w:bookmarkStart":
			if name, ok := k.Attr("w:name"); ok {
				e.marks = append(e.marks, bookmark{name: name, item: len(e.items)})
			}
		case "mc:AlternateContent":
			if c := e.choose(k); c != nil {
				e.inlines(c, ps, depth+1)
			}
		case "m:oMath", "m:oMathPara":
			e.formula(k, ps, false)
		case "w:subDoc":
			e.warn("layout.subdocument", "子文档未排版", "the subdocument is left out", "")
		}
	}
}

// tooDeep tells, once for each paragraph, that content is left out for its depth.
func (e *engine) tooDeep() {
	e.warnAt(e.place, "layout.nesting", "嵌套过深，其内容未排版", "nested too deeply, its content is left out", "")
}

// choose picks the branch of mc:AlternateContent: the first choice whose namespaces we draw, else the fallback.
func (e *engine) choose(n *docx.Node) *docx.Node {
	var fallback *docx.Node
	for _, k := range n.Kids {
		switch k.Name {
		case "mc:Choice":
			req, _ := k.Attr("Requires")
			ok := true
			for _, ns := range strings.Fields(req) {
				switch ns {
				case "wps", "wp14", "w14", "w15", "w16", "wpg", "a14", "pic":
				default:
					ok = false
				}
			}
			if ok {
				return k
			}
		case "mc:Fallback":
			fallback = k
		}
	}
	return fallback
}

func (e *engine) hyperlink(k *docx.Node) uint16 {
	var t target
	if id, ok := k.Attr("r:id"); ok {
		if rel, found := e.pkg.Rel(e.part, id); found && rel.External {
			t.uri = rel.Target
		}
	}
	if a, ok := k.Attr("w:anchor"); ok {
		if t.uri != "" {
			t.uri += "#" + a
		} else {
			t.bookmark = a
		}
	}
	return e.addTarget(t)
}

func (e *engine) addTarget(t target) uint16 {
	if t == (target{}) || len(e.targets) >= 0xFFFF {
		return 0
	}
	if len(e.targets) == 0 {
		e.targets = append(e.targets, target{})
	}
	e.targets = append(e.targets, t)
	return uint16(len(e.targets) - 1)
}

// run reads one w:r.
func (e *engine) run(r *docx.Node, ps *paraStyle, depth int) {
	var rpr *docx.Node
	var raw []byte
	if len(r.Kids) > 0 && r.Kids[0].Name == "w:rPr" {
		rpr = r.Kids[0]
		raw = e.src[rpr.Start:rpr.End]
	}
	cs := e.sheet.char(ps.base, rpr, raw)
	e.oddRun(cs)
	e.grouped = e.grouped || cs.r.set&(rFit|rTwo) != 0
	e.runContent(r, cs, ps, depth)
}

// oddRun tells of a text effect that is not drawn, and of letters beyond reason.
func (e *engine) oddRun(cs *charStyle) {
	switch cs.odd {
	case "":
	case "w:sz", "w:w":
		e.warnOnce("layout.run.size", "字号或字宽超出范围，已按最近的值或默认值排出", "the size or width of letters is out of range, the nearest or usual one is used", cs.odd)
	default:
		e.warnOnce("layout.run.effect", "文字效果未排出", "a text effect is not drawn", cs.odd)
	}
}

func (e *engine) runContent(r *docx.Node, cs *charStyle, ps *paraStyle, depth int) {
	if depth > maxInlineDepth {
		e.tooDeep()
		return
	}
	for _, k := range r.Kids {
		switch k.Name {
		case "w:t":
			if e.shown(cs) {
				for _, t := range k.Kids {
					e.addText(t.Text, cs)
				}
			} else if f := e.field(); f != nil && f.result && f.silent {
				f.stored.texts = append(f.stored.texts, k)
			}
		case "w:instrText":
			if f := e.field(); f != nil && !f.result && len(f.instr) < 4096 {
				f.styles = append(f.styles, instrStyle{len(f.instr), cs})
				f.instr = append(f.instr, k.Content()...)
			}
		case "w:fldChar":
			e.fieldChar(k, cs)
		case "w:tab":
			e.addControl(clsTab, 0, cs)
		case "w:ptab":
			e.addControl(clsTab, 1+positionTab(k), cs)
		case "w:br":
			kind := int32(brLine)
			switch t, _ := k.Attr("w:type"); t {
			case "page":
				kind = brPage
			case "column":
				kind = brColumn
			}
			e.addControl(clsBreak, kind, cs)
		case "w:cr":
			e.addControl(clsBreak, brLine, cs)
		case "w:noBreakHyphen":
			if e.shown(cs) {
				e.addText("\u2011", cs)
			}
		case "w:softHyphen":
			if e.shown(cs) {
				e.addText("\u00AD", cs)
			}
		case "w:sym":
			e.symbol(k, cs)
		case "w:drawing", "w:pict", "w:object":
			if e.shown(cs) {
				e.drawing(k, cs)
			}
		case "mc:AlternateContent":
			if c := e.choose(k); c != nil {
				e.runContent(c, cs, ps, depth+1)
			}
		case "w:footnoteReference", "w:endnoteReference":
			e.noteReference(k, cs)
		case "w:footnoteRef", "w:endnoteRef":
			e.addText(e.noteLabel, cs)
		case "w:separator", "w:continuationSeparator":
			e.separatorLine(k.Name, cs)
		case "w:commentReference":
			e.warnOnce("layout.comment", "批注未排出", "comments are not printed", "")
		case "w:pgNum":
			e.addText(e.computed(fieldPage, "", ""), cs)
		case "w:ruby":
			e.ruby(k, cs, ps, depth)
		}
	}
}

// positionTab codes the alignment of a w:ptab: 0 left, 1 center, 2 right.
func positionTab(k *docx.Node) int32 {
	switch a, _ := k.Attr("w:alignment"); a {
	case "center":
		return 1
	case "right":
		return 2
	}
	return 0
}

// shown reports whether run content is visible now: not hidden, and not inside a field's instruction or replaced result.
func (e *engine) shown(cs *charStyle) bool {
	if cs.hidden {
		return false
	}
	for i := range e.fields {
		if !e.fields[i].result || e.fields[i].silent {
			return false
		}
	}
	return true
}

func (e *engine) symbol(k *docx.Node, cs *charStyle) {
	if !e.shown(cs) {
		return
	}
	font, _ := k.Attr("w:font")
	hex, _ := k.Attr("w:char")
	code, err := parseHex(hex)
	if err != nil {
		return
	}
	if r, ok := symbolFor(font, code); ok {
		e.addText(string(r), cs)
		return
	}
	if code >= 0xF000 && code <= 0xF0FF {
		e.missing(code, cs, font)
		return
	}
	e.addText(string(code), cs)
}

// addControl appends a tab or break.
func (e *engine) addControl(c class, extra int32, cs *charStyle) {
	if !e.shown(cs) {
		return
	}
	e.items = append(e.items, item{st: cs, cls: c, extra: extra, off: int32(len(e.text)), slot: slotASCII, link: e.link})
}

// addText appends the characters of s.
func (e *engine) addText(s string, cs *charStyle) {
	if cs.hidden {
		return
	}
	e.text = append(e.text, s...)
	off := int32(len(e.text) - len(s))
	delta := int32(0)
	if cs.r.set&rSpacing != 0 {
		delta = int32(cs.r.spacing)
	}
	if cs.snap && e.gridDelta != 0 {
		delta += int32(e.gridDelta)
	}
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		at := off + int32(i)
		i += n
		known := e.knownChar(cs, r)
		if known.st == cs && known.r == r && known.delta == delta {
			e.items = append(e.items, known.item)
			it := &e.items[len(e.items)-1]
			it.off, it.link = at, e.link
			continue
		}
		st, read := cs, r
		switch {
		case r == '\t':
			e.items = append(e.items, item{st: cs, cls: clsTab, off: at, n: 1, link: e.link})
			continue
		case r == '\n' || r == '\r':
			r = ' '
		case r >= 0x300 && (isMark(r) || isInvisible(r)):
			if e.attach(r, n, at, s[:i]) {
				continue
			}
			if isInvisible(r) {
				e.items = append(e.items, item{st: cs, r: r, cls: classOf(r), off: at, n: uint8(n), link: e.link})
				continue
			}
			known = nil // the next one may have a base
		case r == softHyphen:
			e.addSoftHyphen(at, delta, cs)
			continue
		case cs.caps && unicode.IsLower(r):
			r = unicode.ToUpper(r)
		case cs.small && unicode.IsLower(r):
			r, st = unicode.ToUpper(r), cs.smaller
		}
		sl := slotOf(r, cs.hint)
		it := item{st: st, r: r, off: at, n: uint8(n), link: e.link, cls: classOf(r), slot: sl, extra: delta}
		if sl == ambiguous {
			e.ambiguous = true
			e.items = append(e.items, it)
			continue
		}
		e.setGlyph(&it, delta)
		e.items = append(e.items, it)
		if it.face != nil && known != nil {
			*known = knownChar{st: cs, r: read, delta: delta, item: it}
		}
	}
}

// softHyphen is a place where a word may be parted; only there it is seen, as a hyphen (ECMA-376 17.3.3.29).
const softHyphen = '\u00AD'

// addSoftHyphen appends one, of no width. Its extra is the width of the hyphen that it may become.
func (e *engine) addSoftHyphen(at, delta int32, cs *charStyle) {
	it := item{st: cs, r: '-', cls: clsHyphen, off: at, n: uint8(utf8.RuneLen(softHyphen)), link: e.link, slot: slotASCII}
	e.setGlyph(&it, delta)
	it.r, it.cls, it.w, it.extra = softHyphen, clsZero, 0, it.w
	e.items = append(e.items, it)
}

// maySplit reports whether item i is a soft hyphen that a line may end with: inside a word.
func maySplit(items []item, i int) bool {
	return items[i].r == softHyphen && items[i].extra > 0 && i > 0 && i+1 < len(items) && splittable(&items[i-1]) && splittable(&items[i+1])
}

func splittable(it *item) bool {
	return it.cls == clsLatin && it.r != '\'' && it.r != '"' || it.cls == clsDigit || it.cls == clsHan || it.brk == breakJoin
}

// knownChar is a character as this document has set it before: looking it up in fonts and tables is the most that is done for a
// character, and texts say the same few hundred again and again.
type knownChar struct {
	st    *charStyle // of the run; the item's may be another
	r     rune       // as it is read; the item's may be a capital
	delta int32
	item  item
}

// knownChars is how many are kept at a time, a power of two.
const knownChars = 1024

// knownChar returns the place where a character in a format is kept, which may hold another.
func (e *engine) knownChar(st *charStyle, r rune) *knownChar {
	if len(e.memory.known) == 0 {
		e.memory.known = make([]knownChar, knownChars)
	}
	at := uint64(r)*0x9E3779B97F4A7C15>>48 ^ uint64(uintptr(unsafe.Pointer(st)))>>5 // where it is kept does not show
	return &e.memory.known[at%knownChars]
}

// setGlyph finds the face, glyph and width of a character whose slot is known.
func (e *engine) setGlyph(it *item, delta int32) {
	st := it.st
	it.extra = 0
	f := &st.slots[it.slot]
	face, gid := f.chain.Find(it.r)
	if face == nil {
		if r, ok := stands(it.r); ok {
			face, gid = f.chain.Find(r)
		} else if r, up := scriptBase(it.r); r != 0 { // ⁻ is drawn as a small raised −
			if face, gid = f.chain.Find(r); face != nil {
				st = st.script(up)
				it.st = st
			}
		}
		if face == nil {
			e.missing(it.r, st, "")
			it.w = int32(st.size)
			return
		}
	}
	if it.r == '—' && it.slot == slotEastAsia {
		gid = fullDash(f.chain, face, gid)
	}
	it.face, it.gid = face, uint16(gid)
	w := (Length(face.Advance(gid))*st.size + Length(face.UnitsPerEm())/2) / Length(face.UnitsPerEm())
	if st.r.scale != 100 {
		w = w * Length(st.r.scale) / 100
	}
	if isPunct(it.cls) {
		em := st.size * Length(st.r.scale) / 100
		if w*10 >= em*9 {
			it.half = int32(w / 2)
		} else if it.slot != slotEastAsia {
			switch it.cls { // a quotation mark drawn in a Latin face behaves as a Latin one
			case clsOpen:
				it.cls = clsLatinOpen
			case clsClose, clsComma, clsStop:
				it.cls = clsLatinEnd
			case clsHan, clsDot, clsConn, clsSolidus, clsDash, clsEllipsis, clsPrefix, clsSuffix, clsLatin, clsDigit,
				clsLatinOpen, clsLatinEnd, clsHyphen, clsSpace, clsGlue, clsZero, clsTab, clsBreak, clsObject:
			}
		}
	}
	it.w = max(int32(w)+delta, 0)
}

// fullDash is the glyph of a Chinese dash, half of —— (GB/T 15834-2011 5.1.6: two em, in one piece): of faces whose dash is the Latin one,
// shorter than an em and too low, that of ─, which is a line through the middle of the square from edge to edge.
func fullDash(chain *fonts.Chain, face faceRef, gid fonts.GlyphID) fonts.GlyphID {
	em := face.UnitsPerEm()
	if face.Advance(gid) >= em {
		return gid
	}
	if f, g := chain.Find('─'); f == face && face.Advance(g) == em {
		return g
	}
	return gid
}

// stands gives the character that may be drawn for one that fonts often lack although it looks the same.
func stands(r rune) (rune, bool) {
	switch r {
	case 0x00A0, 0x202F, 0x2007, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2008, 0x2009, 0x200A:
		return ' ', true
	case 0x2010, 0x2011:
		return '-', true
	case 0x2215:
		return '/', true
	}
	return 0, false
}

// attach joins a combining mark, variation selector or invisible character to the item before it.
func (e *engine) attach(r rune, n int, at int32, upTo string) bool {
	if len(e.items) == 0 {
		return false
	}
	if r == 0x200B || r == 0xFEFF || r == 0x2060 {
		return false // they matter to line breaking: items of their own
	}
	base := &e.items[len(e.items)-1]
	if base.cls == clsTab || base.cls == clsBreak || base.cls == clsObject || base.off+int32(base.n) != at || int(base.n)+n > 255 {
		return false
	}
	if base.slot == ambiguous || base.face == nil {
		base.n += uint8(n)
		return true
	}
	var cluster string
	if k := len(upTo) - n - int(base.n); k >= 0 {
		cluster = upTo[k:]
	} else {
		cluster = string(e.text[base.off:at]) + upTo[len(upTo)-n:]
	}
	if isInvisible(r) && !isSelector(r) {
		base.n += uint8(n)
		return true
	}
	face, gids := base.st.slots[base.slot].chain.FindCluster(cluster)
	if face == nil {
		e.missing(r, base.st, "")
		base.n += uint8(n)
		return true
	}
	base.face, base.gid = face, uint16(gids[0])
	base.n += uint8(n)
	base.w = int32(Length(face.Advance(gids[0])) * base.st.size / Length(face.UnitsPerEm()) * Length(base.st.r.scale) / 100)
	proto := *base
	for _, g := range gids[1:] {
		mark := proto
		mark.gid, mark.n, mark.brk, mark.half, mark.gap = uint16(g), 0, breakJoin, 0, 0
		mark.cls = clsLatin
		mark.w = int32(Length(face.Advance(g)) * mark.st.size / Length(face.UnitsPerEm()))
		mark.r = 0
		mark.slot = slotCS
		e.items = append(e.items, mark)
	}
	return true
}

// settleAmbiguous gives a font to the quotation marks, dashes and symbols that Latin and Chinese share: that of the
// text around them, a closing quote following its opening one.
func (e *engine) settleAmbiguous() {
	if !e.ambiguous {
		return
	}
	items := e.items
	han, latin := 0, 0
	for i := range items {
		switch {
		case items[i].slot == slotEastAsia && items[i].cls == clsHan:
			han++
		case items[i].cls == clsLatin && isLetter(items[i].r):
			latin++
		}
	}
	strong := func(i int) int {
		switch it := &items[i]; {
		case it.slot == slotEastAsia:
			return 1
		case it.slot == ambiguous:
			return 0
		case it.cls == clsLatin && isLetter(it.r) || it.cls == clsDigit:
			return -1
		}
		return 0
	}
	var opened []slot
	for i := range items {
		it := &items[i]
		if it.slot != ambiguous {
			continue
		}
		left, right := 0, 0
		for j := i - 1; j >= 0 && left == 0 && j > i-60; j-- {
			left = strong(j)
		}
		for j := i + 1; j < len(items) && right == 0 && j < i+60; j++ {
			right = strong(j)
		}
		pick := slotHAnsi
		switch {
		case it.r == 0x2019 && i > 0 && i+1 < len(items) && isLetter(items[i-1].r) && isLetter(items[i+1].r):
			// an apostrophe
		case (it.r == 0x201D || it.r == 0x2019) && len(opened) > 0:
			pick = opened[len(opened)-1]
			opened = opened[:len(opened)-1]
		case left+right == 2, left+right == 1 && han*3 >= latin, left+right == 0 && (han*3 >= latin && han > 0),
			left+right == -1 && han > latin, left+right == -2 && han > latin:
			pick = slotEastAsia
		case left+right == 0 && han == 0 && latin == 0:
			pick = e.aloneSlot(it)
		}
		if it.r == 0x201C || it.r == 0x2018 {
			opened = append(opened, pick)
		}
		it.slot = pick
		e.setGlyph(it, it.extra)
	}
}

// aloneSlot is the font of a shared sign in a paragraph without letters, such as a lone check box: that of the
// document's language.
func (e *engine) aloneSlot(it *item) slot {
	if it.r >= 0x2100 && it.r != 0x2116 || strings.HasPrefix(e.doc.Lang, "zh") {
		return slotEastAsia
	}
	return slotHAnsi
}

// missing reports a character that no font has.
func (e *engine) missing(r rune, cs *charStyle, symbolFont string) {
	e.told++
	if e.muted > 0 {
		return
	}
	if e.lacking == nil {
		e.lacking = map[rune]int{}
	}
	e.lacking[r]++
	if e.lacking[r] > 1 || len(e.lacking) > 200 {
		return
	}
	name := cs.slots[slotEastAsia].chain.Named
	if symbolFont != "" {
		name = symbolFont
	}
	place := e.place
	context := strings.TrimSpace(string(e.text))
	if n := utf8.RuneCountInString(context); n > 24 {
		context = "…" + string([]rune(context)[n-24:])
	}
	e.findings.Add(problem.Finding{
		Code: "layout.glyph.missing", Severity: problem.Fail, Place: &place, Context: context,
		Found: string(r),
		Message: problem.Tf("字符“%[1]c”（U+%04[1]X）在字体“%[2]s”及其后备字体中都没有字形",
			"no shipped font has a glyph for %[1]c (U+%04[1]X), asked for in %[2]s", r, name),
		Fix: problem.Fix{
			ZH: "改用规范汉字或常用符号，或在字体文件夹中加入含有该字符的字体",
			EN: "use a standard character or sign, or add a font that has it to the fonts folder",
		},
	})
}
