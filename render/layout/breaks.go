package layout

import (
	"strings"

	"tripact/fonts"
)

// breakKind says whether a line may be broken before an item, from never to always.
type breakKind uint8

const (
	breakUnset   breakKind = iota // not looked at yet
	breakJoin                     // part of the character before
	breakKinsoku                  // forbidden by the marks on either side; squeezing is tried instead
	breakWord                     // inside a word or number; only when the word is longer than a line
	breakSoft                     // between things that should stay together (36个月), before a word is cut
	breakYes
)

// item is one glyph, space, tab, break or object of a paragraph on its way into lines.
type item struct {
	face  faceRef
	st    *charStyle
	r     rune
	off   int32  // of its text in the paragraph's
	w     int32  // advance, character spacing and scale included
	gap   int32  // space before it, between Han and Latin, or the kerning of a pair; not at a line's start
	ox    int32  // from where the item begins to the glyph's origin; negative when blank on its left is squeezed out
	half  int32  // blank that squeezing may still take from it: left of an opening mark, right of other marks
	extra int32  // for clsObject the index of the object, for clsBreak the kind of break, for a soft hyphen its width when seen
	gid   uint16 //
	link  uint16 // 0 or an index of engine.targets
	n     uint8  // bytes of text
	cls   class
	brk   breakKind
	slot  slot
}

// Kinds of clsBreak, in item.extra.
const (
	brLine = iota
	brPage
	brColumn
)

// breakPass sets, for the items of one paragraph, where lines may break, which adjacent marks share their blank halves,
// and where quarter-em gaps between Han and Latin go. It follows DOMAIN.md D.4.
func (e *engine) breakPass(items []item, ps *paraStyle) {
	kinsoku := ps.set&pKinsoku == 0 || ps.is(pKinsoku)
	gapLetters := ps.set&pAutoDE == 0 || ps.is(pAutoDE)
	gapDigits := ps.set&pAutoDN == 0 || ps.is(pAutoDN)
	squeeze := !e.sheet.settings.noCompress
	anywhere := ps.set&pWordWrap != 0 && !ps.is(pWordWrap) // w:wordWrap off lets Latin words break anywhere
	for i := 1; i < len(items); i++ {
		a, b := &items[i-1], &items[i]
		if b.brk == breakJoin && b.cls != clsBreak {
			continue
		}
		if a.cls == clsHan && b.cls == clsHan && a.slot == slotEastAsia && !isSymbolic(a.r) {
			b.brk = breakYes // most pairs, of which the rules below say nothing else
			continue
		}
		b.brk = e.pairBreak(items, i, kinsoku)
		if anywhere && b.brk == breakWord {
			b.brk = breakYes
		}
		switch {
		case a.cls == clsHan && a.slot == slotEastAsia && !isSymbolic(a.r):
			if gapLetters && b.cls == clsLatin && isLetter(b.r) || gapDigits && b.cls == clsDigit {
				b.gap = int32(a.st.size / 4)
			}
		case b.cls == clsHan && b.slot == slotEastAsia && !isSymbolic(b.r):
			if gapLetters && a.cls == clsLatin && isLetter(a.r) || gapDigits && (a.cls == clsDigit || a.r == '%') {
				b.gap = int32(b.st.size / 4)
			}
		case a.st == b.st && a.st.kern && a.face == b.face && a.face != nil:
			b.gap = kerning(a, b)
		}
		if squeeze && a.half > 0 && b.half > 0 {
			switch {
			case a.cls == clsOpen && b.cls == clsOpen:
				b.ox -= b.half
				b.w -= b.half
				b.half = 0
			case a.cls != clsOpen && a.cls != clsDot && b.cls != clsDot && a.half > 0:
				a.w -= a.half
				a.half = 0
			}
		}
	}
	e.keepTogether(items)
}

// kerning is how much closer two glyphs of one face stand than their widths say, as the face's table of pairs asks.
func kerning(a, b *item) int32 {
	k := a.face.Kern(fonts.GlyphID(a.gid), fonts.GlyphID(b.gid))
	if k == 0 {
		return 0
	}
	return int32(Length(k) * a.st.size * Length(a.st.r.scale) / (Length(a.face.UnitsPerEm()) * 100))
}

// hanGap is the space before item j that Han and Latin characters keep; kerning is none.
func hanGap(items []item, j int) Length {
	if items[j].gap > 0 && (items[j].cls == clsHan || items[j-1].cls == clsHan) {
		return Length(items[j].gap)
	}
	return 0
}

// isSymbolic reports whether r, though set in an em square, takes no gap towards Latin: ideographic space and symbols.
func isSymbolic(r rune) bool {
	return r == 0x3000 || r < 0x2E80 || r >= 0xFE30 && r <= 0xFE6F || r >= 0xFF00 && r <= 0xFFEF
}

func isLetter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xC0 && r != 0xD7 && r != 0xF7 && r < 0x2000
}

// pairBreak decides about the place between items i-1 and i.
func (e *engine) pairBreak(items []item, i int, kinsoku bool) breakKind {
	a, b := &items[i-1], &items[i]
	switch {
	case b.cls == clsBreak:
		return breakKinsoku
	case a.cls == clsBreak:
		return breakYes
	case b.cls == clsSpace || b.cls == clsTab && a.cls != clsSpace:
		return breakWord // spaces hang at the end of their line
	case b.cls == clsZero:
		return breakKinsoku
	case a.cls == clsZero:
		if a.r == softHyphen && !maySplit(items, i-1) {
			return breakKinsoku
		}
		return breakYes
	case a.cls == clsGlue || b.cls == clsGlue:
		return breakKinsoku
	case a.cls == clsDash && b.cls == clsDash && a.r == b.r, a.cls == clsEllipsis && b.cls == clsEllipsis && a.r == b.r:
		// Two by two: ………… is two ellipses, which may part.
		if run := sameRun(items, i); run%2 == 1 {
			return breakKinsoku
		}
	}
	if kinsoku && (e.notStart(items, i) || e.notEnd(a)) {
		if a.cls == clsSpace && b.cls == clsLatin {
			return breakYes
		}
		return breakKinsoku
	}
	if a.cls == clsSpace || a.cls == clsTab || b.cls == clsTab {
		return breakYes
	}
	if a.cls == clsObject || b.cls == clsObject {
		return breakYes
	}
	return wordBreak(a, b)
}

// wordBreak decides between two items of which no mark forbids or asks anything.
func wordBreak(a, b *item) breakKind {
	aw, bw := wordish(a.cls) || a.cls == clsSuffix && (a.r == '%' || a.r == 0xB0), wordish(b.cls) || b.cls == clsSolidus && b.r == '/'
	if a.cls == clsSolidus && a.r == '/' {
		aw = true
	}
	if aw && bw {
		if a.cls == clsHyphen && (isLetter(b.r) || b.cls == clsDigit) && a.r == '-' {
			return breakYes // co-operation
		}
		return breakWord
	}
	if isStraightQuote(a.r) || isStraightQuote(b.r) {
		return breakWord // which side a straight quote belongs to cannot be seen (UAX #14, LB19)
	}
	if a.cls == clsPrefix && b.cls == clsDigit || a.cls == clsDigit && b.cls == clsSuffix {
		return breakKinsoku
	}
	return breakYes
}

func isStraightQuote(r rune) bool { return r == '"' || r == '\'' }

// sameRun counts the items before i that equal items[i-1] in a row, items[i-1] included.
func sameRun(items []item, i int) int {
	n, r := 0, items[i-1].r
	for j := i - 1; j >= 0 && items[j].r == r; j-- {
		n++
	}
	return n
}

// notStart reports whether item i may not begin a line.
func (e *engine) notStart(items []item, i int) bool {
	b := &items[i]
	if s := e.sheet.settings.noStart; s != "" && b.cls != clsHan && b.r >= 0x80 {
		return strings.ContainsRune(s, b.r)
	}
	switch b.cls {
	case clsHyphen:
		return i > 0 && items[i-1].cls != clsSpace || i+1 < len(items) && items[i+1].cls == clsSpace
	case clsDash: // a single dash is a connector; the first half of —— may begin a line
		if e.opt.Level == LevelStrict {
			return true
		}
		pair := i+1 < len(items) && items[i+1].r == b.r || b.r == 0x2E3A
		return !pair && b.slot == slotEastAsia
	case clsLatinEnd:
		if items[i-1].cls == clsSpace && i+1 < len(items) && (isLetter(items[i+1].r) || items[i+1].cls == clsDigit) {
			return false // ".5" and the like after a space
		}
		return true
	case clsHan, clsOpen, clsClose, clsComma, clsStop, clsDot, clsConn, clsSolidus, clsEllipsis, clsPrefix, clsSuffix,
		clsLatin, clsDigit, clsLatinOpen, clsSpace, clsGlue, clsZero, clsTab, clsBreak, clsObject:
	}
	return notAtStart(b.cls, e.opt.Level)
}

// notEnd reports whether a line may not end with item a.
func (e *engine) notEnd(a *item) bool {
	if s := e.sheet.settings.noEnd; s != "" && a.cls != clsHan && a.r >= 0x80 {
		return strings.ContainsRune(s, a.r)
	}
	return notAtEnd(a.cls, e.opt.Level)
}

// keepTogether marks what should not be parted although the marks would let it: numbers and their units, document
// numbers, 第…条, and the inside of addresses, which break only after / - . ? &.
func (e *engine) keepTogether(items []item) {
	for i := 0; i < len(items); i++ {
		switch it := &items[i]; {
		case it.cls == clsDigit:
			if i > 0 && (items[i-1].cls == clsDigit || items[i-1].cls == clsLatin) {
				continue
			}
			i = keepNumber(items, i)
		case it.r == '第':
			keepOrdinal(items, i)
		case it.r == '〔':
			keepYear(items, i)
		case it.r == '@' || it.r == '/' || it.r == '.':
			i = keepAddress(items, i)
		}
	}
}

// soften lowers the break before item i to breakSoft where it was allowed.
func soften(items []item, i int) {
	if i < len(items) && items[i].brk == breakYes {
		items[i].brk = breakSoft
	}
}

// units are measure words that stay with the number before them, longest first where one begins another.
var units = []string{
	"万元", "亿元", "万美元", "万欧元", "万人次", "个月", "人次", "人月", "周岁", "平方米", "平方公里", "公里", "千米", "毫米", "厘米", "小时",
	"分钟", "工作日", "个工作日", "万", "亿", "元", "年", "月", "日", "号", "人", "名", "项", "篇", "件", "份", "页", "台", "套", "天",
	"个", "家", "种", "次", "条", "章", "款", "岁", "倍", "点", "时", "分", "秒", "米", "克", "吨", "升", "期", "届", "批", "级",
}

// unitsBy are the units by their first character.
var unitsBy = func() map[rune][][]rune {
	by := make(map[rune][][]rune)
	for _, u := range units {
		r := []rune(u)
		by[r[0]] = append(by[r[0]], r)
	}
	return by
}()

// startsWith reports whether items begin with the characters of a word.
func startsWith(items []item, word []rune) bool {
	if len(items) < len(word) {
		return false
	}
	for i, r := range word {
		if items[i].r != r {
			return false
		}
	}
	return true
}

// keepNumber keeps the number that begins at i with its unit and returns the last index it looked at.
func keepNumber(items []item, i int) int {
	j := i
	for j < len(items) && (items[j].cls == clsDigit || (items[j].r == '.' || items[j].r == ',' || items[j].r == '/') &&
		j+1 < len(items) && items[j+1].cls == clsDigit) {
		if j > i && items[j].brk == breakYes {
			items[j].brk = breakWord
		}
		j++
	}
	at := j
	if j < len(items) && items[j].cls == clsSpace { // 0.1 毫米
		at++
	}
	if at < len(items) {
		for _, u := range unitsBy[items[at].r] {
			if startsWith(items[at:], u) {
				soften(items, at)
				for k := 1; k < len(u); k++ {
					harden(items, at+k)
				}
				break
			}
		}
	}
	return j - 1
}

// keepOrdinal keeps 第十二条 and 第 3 页 in one piece.
func keepOrdinal(items []item, i int) {
	j := i + 1
	for j < len(items) && j < i+8 && (items[j].cls == clsDigit || strings.ContainsRune("一二三四五六七八九十百千零〇 ", items[j].r)) {
		j++
	}
	if j == i+1 || j >= len(items) || !strings.ContainsRune("条章款项节次页期届批年部位个", items[j].r) {
		return
	}
	for k := i + 1; k <= j; k++ {
		harden(items, k)
	}
}

// keepYear keeps 〔2025〕96号 in one piece, with the character before it.
func keepYear(items []item, i int) {
	j := i + 1
	for j < len(items) && items[j].cls == clsDigit {
		j++
	}
	if j-i != 5 || j >= len(items) || items[j].r != '〕' {
		return
	}
	soften(items, i)
	j++
	for j < len(items) && items[j].cls == clsDigit {
		harden(items, j)
		j++
	}
	if j < len(items) && items[j].r == '号' {
		harden(items, j)
	}
}

// harden lowers the break before item i to breakWord where it was allowed.
func harden(items []item, i int) {
	if i < len(items) && items[i].brk > breakWord {
		items[i].brk = breakWord
	}
}

// keepAddress finds whether item i lies in an e-mail or web address and sets the breaks inside it; it returns the last
// index of the address, or i.
func keepAddress(items []item, i int) int {
	inside := func(k int) bool {
		return k >= 0 && k < len(items) && items[k].r > ' ' && items[k].r < 0x7F && items[k].cls != clsBreak
	}
	from, to := i, i+1
	for inside(from - 1) {
		from--
	}
	for inside(to) {
		to++
	}
	var b strings.Builder
	for k := from; k < to; k++ {
		b.WriteByte(byte(items[k].r))
	}
	s := b.String()
	if !strings.Contains(s, "://") && !strings.Contains(s, "@") && !strings.HasPrefix(s, "www.") {
		return i
	}
	for k := from + 1; k < to; k++ {
		prev, cur := items[k-1].r, items[k].r
		if items[k].brk == breakJoin {
			continue
		}
		items[k].brk = breakWord
		switch prev {
		case '/', '-', '.', '?', '&':
			if cur != '/' && cur != '.' && cur != ',' && cur != ')' && cur != ';' {
				items[k].brk = breakYes
			}
		}
	}
	return to - 1
}
