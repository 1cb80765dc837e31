package layout

import (
	"unicode/utf8"

	"tripact/fonts"
	"tripact/problem"
)

// finishLine aligns the items of a line and turns them into texts, rules and fills.
func (e *engine) finishLine(pb *paraBox, lf *lineFill) {
	items := e.items
	ps := pb.ps
	from := lf.start
	if last := lf.last; last >= lf.start && last == lf.end-1 && items[last].r == softHyphen && !lf.forced && !lf.cut {
		items[last].w = items[last].extra
	}
	if lf.tabs {
		from = e.setTabs(ps, lf, items)
	}
	if ps.is(pOverflow) && lf.natural > lf.right+tolerance {
		if w := hanging(items, lf.last); w > 0 && lf.natural-w <= lf.right+tolerance {
			lf.natural, lf.squeeze = lf.natural-w, 0
		}
	}
	right := lf.natural
	align := ps.align
	justify := align == alignDistribute ||
		align == alignBoth && (!lf.forced || lf.brokenBreak && !e.sheet.settings.keepShiftReturn && lf.end < len(items) &&
			items[lf.end-1].extra == brLine)
	if lf.squeeze > 0 {
		squeezeLine(items, lf, lf.squeeze)
		right = lf.natural - lf.squeeze
	} else if justify && lf.last >= from {
		slack := lf.right - right
		if e.gridDelta == 0 && !lf.forced && !e.sheet.settings.noCompress {
			// A mark that ends a justified line stands with its blank half outside (GB/T 15834-2011 5.1.10); on a character
			// grid every mark keeps its cell.
			if t := trimEnd(items, lf.last); t > 0 && slack >= 0 {
				items[lf.last].w -= int32(t)
				items[lf.last].half = 0
				slack += t
			}
		}
		if slack > 0 {
			stretchLine(items, lf, from, slack)
			right = lf.right
		}
	}
	if lf.squeeze <= 0 && (align == alignCenter || align == alignRight) && !e.sheet.settings.noCompress {
		// The mark that ends the line takes half an em (GB/T 15834-2011 5.1.10), as the one that begins it: what is seen
		// stands in the middle, or at the edge.
		if t := trimEnd(items, lf.last); t > 0 {
			items[lf.last].w -= int32(t)
			items[lf.last].half = 0
			right -= t
		}
	}
	x := lf.x0
	switch align {
	case alignCenter:
		x += max(0, (lf.right-right)/2)
	case alignRight:
		x += max(0, lf.right-right)
	case alignLeft, alignBoth, alignDistribute:
	}
	l := e.newLine(pb)
	l.start, l.right = int32(lf.start), x+right-lf.x0
	e.emit(pb, l, lf, x)
	e.sizeLine(pb, l, lf)
	if lf.brokenBreak {
		switch items[lf.end-1].extra {
		case brPage:
			l.after = 1
		case brColumn:
			l.after = 2
		}
	}
	for _, r := range e.noteRefs {
		if r.item > lf.start && r.item <= lf.end {
			l.notes = append(l.notes, r.note)
		}
	}
	for i := range pb.marks {
		if m := pb.marks[i].item; m >= lf.start && (m < lf.end || lf.end == len(items)) {
			if m < lf.end || lf.forced && !lf.brokenBreak {
				l.marks = append(l.marks, i)
			}
		}
	}
}

// sizeLine gives the line its height and baseline.
func (e *engine) sizeLine(pb *paraBox, l *line, lf *lineFill) {
	var asc, desc Length
	grow := func(st *charStyle, sl slot) {
		f := &st.slots[min(sl, slotCS)]
		asc = max(asc, f.ascent+st.raise)
		desc = max(desc, f.depth-st.raise)
	}
	var prev *charStyle
	prevSlot := slots
	for j := lf.start; j < lf.end; j++ {
		it := &e.items[j]
		if it.cls == clsObject {
			d := e.objects[it.extra]
			asc = max(asc, d.h+it.st.raise)
			desc = max(desc, -it.st.raise)
			if d.asText {
				grow(it.st, it.slot)
			}
			if d.ruby != nil {
				desc = max(desc, d.depth-it.st.raise)
			}
			continue
		}
		if it.cls == clsBreak && lf.end-lf.start > 1 {
			continue
		}
		if it.st != prev || it.slot != prevSlot {
			grow(it.st, it.slot)
			prev, prevSlot = it.st, it.slot
		}
	}
	if asc == 0 && desc == 0 {
		sl := slotASCII
		if pb.ps.mark.hint {
			sl = slotEastAsia
		}
		grow(pb.ps.mark, sl)
	}
	l.height, l.ascent = e.lineHeight(pb.ps, asc, desc)
}

// lineHeight applies line spacing and the document grid to a line of the given natural ascent and descent, and returns
// its height and where the baseline lies below its top.
//
// Exact spacing puts the baseline at four fifths. On a grid a single line takes whole grid lines and its text stands in
// their middle. Multiples add their space below, at-least spacing above.
func (e *engine) lineHeight(ps *paraStyle, asc, desc Length) (height, ascent Length) {
	h := asc + desc
	rule, mult := lineAuto, 240
	if ps.set&pLine != 0 {
		rule, mult = ps.rule, max(1, ps.lineAuto)
	}
	switch rule {
	case lineExact:
		return max(ps.line, 0), ps.line * 4 / 5
	case lineAtLeast:
		if h < ps.line {
			return ps.line, asc + (ps.line - h)
		}
		return h, asc
	case lineAuto:
	}
	if pitch := e.gridPitch; pitch > 0 && (ps.set&pSnap == 0 || ps.is(pSnap)) {
		cells := max(1, (h-Point/20+pitch-1)/pitch)
		asc += (cells*pitch - h) / 2
		h = cells * pitch
	}
	out := h * Length(mult) / 240
	if out < h {
		return out, asc - (h - out)
	}
	return out, asc
}

// unknownFont tells, once for each font, that it is not there. Every paragraph that has it counts as told.
func (e *engine) unknownFont(chain *fonts.Chain) {
	e.told++
	if e.muted > 0 || e.toldFonts[chain] {
		return
	}
	if e.toldFonts == nil {
		e.toldFonts = map[*fonts.Chain]bool{}
	}
	e.toldFonts[chain] = true
	e.warnFix("layout.font", chain.Named, problem.Tf("没有字体“%s”，已用 %s 代替", "there is no font %s, %s takes its place", chain.Named, chain.Faces[0].Name()),
		problem.Fix{ZH: "改用 Word 的常用字体，或在字体文件夹中加入该字体", EN: "use one of Word's usual fonts, or add the font to the fonts folder"})
}

// emitHan goes on after item j, which ends at x, with the Han characters like it, to end at most; what emit would do for each comes to
// nothing else. It returns the last one and where that ends.
func (e *engine) emitHan(j, end, label int, x Length, penX *Length) (int, Length) {
	items := e.items[:end]
	p := &items[j]
	glyphs := e.glyphs
	for j+1 < end {
		it := &items[j+1]
		if it.cls != clsHan || it.face != p.face || it.st != p.st || it.slot != p.slot || it.ox != 0 || it.link != p.link || j+1 == label {
			break
		}
		j++
		if gap := Length(it.gap); gap != 0 {
			x += gap
			glyphs[len(glyphs)-1].Advance += gap
		}
		glyphs = append(glyphs, Glyph{ID: fonts.GlyphID(it.gid), Len: it.n, Advance: Length(it.w)})
		x += Length(it.w)
	}
	e.glyphs, *penX = glyphs, x
	return j, x
}

// lettered reports whether s has anything but figures, spaces and marks of ASCII.
func lettered(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c >= 'a' && c <= 'z' || c >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

// emit turns items into what the line shows, beginning at x.
func (e *engine) emit(pb *paraBox, l *line, lf *lineFill, x Length) {
	items := e.items
	var cur struct {
		on    bool
		first int
		x     Length
		g0    int
		penX  Length // where the next glyph would begin if the last had only its advance
	}
	flush := func(j int) {
		if !cur.on {
			return
		}
		cur.on = false
		it := &items[cur.first]
		chain := it.st.slots[min(it.slot, slotCS)].chain
		if chain.Substituted {
			e.unknownFont(chain)
		}
		bolder, slant := chain.Style(it.face)
		glyphs := e.takeGlyphs(cur.g0)
		to := it.off
		for k := cur.first; k < j; k++ {
			to = max(to, items[k].off+int32(items[k].n))
		}
		lang := it.st.lang
		if it.slot == slotEastAsia {
			lang = it.st.langEA
		}
		source := e.source(pb, it.off, to)
		if lang == e.doc.Lang || it.slot != slotEastAsia && !lettered(source) { // numbers are read in the language around them
			lang = ""
		}
		node := pb.node
		if cur.first < pb.label {
			node = pb.labelNode
		}
		e.texts = append(e.texts, Text{
			X: cur.x, Y: -it.st.raise, Face: it.face, Size: it.st.size, Color: it.st.color, Slant: slant, Bolder: bolder,
			ScaleX: it.st.r.scale, Lang: lang, Source: source, Glyphs: glyphs, Node: node,
		})
	}
	t0 := e.startTexts()
	var decorFrom Length
	decorStart := -1
	endDecor := func(j int, x Length) {
		if decorStart >= 0 {
			e.decorate(pb, l, items[decorStart:j], decorFrom, min(x, max(lf.right, decorFrom)))
			decorStart = -1
		}
	}
	linkStart := Length(0)
	linkID := uint16(0)
	for j := lf.start; j < lf.end; j++ {
		it := &items[j]
		gap := Length(0)
		if j > lf.start {
			gap = Length(it.gap)
		}
		if j == pb.label {
			flush(j)
		}
		if decorStart >= 0 && items[decorStart].st != it.st {
			endDecor(j, x)
		}
		if it.link != linkID {
			if linkID != 0 {
				e.addLink(l, linkID, linkStart, x, &items[j-1])
			}
			linkID, linkStart = it.link, x+gap
		}
		if it.st.decor && decorStart < 0 {
			decorStart, decorFrom = j, x+gap
		}
		x += gap
		switch {
		case it.cls == clsTab:
			flush(j)
			if it.ox != 0 {
				e.leader(l, it, x, x+Length(it.w))
			}
			x += Length(it.w)
			continue
		case it.cls == clsBreak:
			flush(j)
			continue
		case it.cls == clsObject:
			flush(j)
			d := e.objects[it.extra]
			if d.ruby != nil {
				for _, t := range d.ruby {
					t.X, t.Y, t.Node = t.X+x, t.Y-it.st.raise, pb.node
					e.texts = append(e.texts, t)
				}
				for _, r := range d.rules { // of formulas
					r.X1, r.X2, r.Y1, r.Y2, r.Node = r.X1+x, r.X2+x, r.Y1-it.st.raise, r.Y2-it.st.raise, pb.node
					l.rules = append(l.rules, r)
				}
				x += Length(it.w)
				continue
			}
			l.objects = append(l.objects, placed{x: x, y: -d.h - it.st.raise, d: d})
			x += Length(it.w)
			continue
		case it.face == nil:
			x += Length(it.w)
			continue
		case it.r == softHyphen && it.w == 0: // not seen, so that words are found and read whole
			flush(j)
			continue
		}
		gx := x + Length(it.ox)
		if cur.on {
			p := &items[cur.first]
			if p.face != it.face || p.st != it.st || p.slot != it.slot && it.slot != slotCS || len(e.glyphs)-cur.g0 >= 4000 {
				flush(j)
			} else if g := len(e.glyphs); g > cur.g0 {
				e.glyphs[g-1].Advance += gx - cur.penX
			}
		}
		if !cur.on {
			cur.on, cur.first, cur.x = true, j, gx
			cur.g0 = e.startGlyphs()
		}
		adv := Length(it.w) - Length(it.ox)
		w := Length(it.w)
		if it.cls == clsSpace && j > lf.last { // a space that hangs at the line's end takes no room beyond it
			adv = max(0, min(adv, lf.right-x))
			w = adv
		}
		e.glyphs = append(e.glyphs, Glyph{ID: fonts.GlyphID(it.gid), Len: it.n, Advance: adv})
		cur.penX = gx + adv
		if it.cls == clsHan && !it.st.emphase {
			x += w
			j, x = e.emitHan(j, min(lf.end, cur.first+4000), pb.label, x, &cur.penX)
			continue
		}
		if it.st.emphase && it.cls == clsHan {
			e.emphasis(pb, l, it, x)
		}
		x += w
	}
	endDecor(lf.end, x)
	if linkID != 0 {
		e.addLink(l, linkID, linkStart, min(x, max(lf.right, linkStart)), &items[lf.end-1])
	}
	flush(lf.end)
	l.texts = e.texts[t0:len(e.texts):len(e.texts)]
}
