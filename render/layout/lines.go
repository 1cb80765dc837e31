package layout

import "tripact/fonts"

// line is a finished line of a paragraph. What it shows lies relative to the left edge of the column and to its baseline.
type line struct {
	height, ascent Length // ascent is from the top of the line to the baseline
	texts          []Text
	rules          []Rule
	fills          []Fill
	links          []Link
	objects        []placed // inline objects
	anchors        []*drawing
	notes          []int
	marks          []int // indexes of paraBox.marks that lie on this line
	after          int8  // break after it: 0 none, 1 page, 2 column
	selfRefs       []int // page fields of the body on this line
}

// placed is an inline object on a line.
type placed struct {
	x, y Length // top left corner, relative to column and baseline
	d    *drawing
}

// lineFill is a line being filled: items[start:end] of the paragraph, and what is known of their widths.
type lineFill struct {
	start, end  int
	x0, right   Length // where text may begin and must end
	natural     Length // right edge of the last visible item at natural width
	squeeze     Length // how much must be squeezed out for it to fit
	last        int    // index of the last visible item, -1 when there is none
	forced      bool   // ended by a break or by the paragraph's end
	tabs        bool
	brokenBreak bool // ended by a line break within the paragraph
}

// maxLoose is how many em a line may lack for the sake of keeping a number with its unit.
const maxLoose = 4

// tolerance is what a line may be too wide by, for rounding.
const tolerance = Point / 50

// breakLines fills e.items into lines of a column of the given width.
func (e *engine) breakLines(pb *paraBox, width Length) {
	items := e.items
	ps := pb.ps
	left, right, first := pb.left, width-pb.right, pb.first
	start := 0
	for ln := 0; ; ln++ {
		x0 := left
		if ln == 0 {
			x0 += first
		}
		lf := lineFill{start: start, x0: x0, right: right, last: -1}
		if lf.right < lf.x0+Point {
			lf.right = lf.x0 + max(Point, min(width-lf.x0, 10*Point)) // absurd indents: keep going, glyph by glyph
		}
		e.fillLine(&lf, ps, items)
		e.finishLine(pb, &lf)
		start = lf.end
		if start >= len(items) {
			if n := len(items); n > 0 && items[n-1].cls == clsBreak && lf.forced {
				if items[n-1].extra == brLine || e.sheet.settings.splitPageBreak {
					empty := lineFill{start: n, end: n, x0: left, right: right, last: -1, forced: true}
					e.finishLine(pb, &empty)
				}
			}
			return
		}
	}
}

// trimEnd is what the last visible item gives up at a line's end: a full-width mark takes half an em there.
func trimEnd(items []item, last int) Length {
	if last < 0 {
		return 0
	}
	switch it := &items[last]; it.cls {
	case clsClose, clsComma, clsStop:
		return Length(it.half)
	case clsHan, clsOpen, clsDot, clsConn, clsSolidus, clsDash, clsEllipsis, clsPrefix, clsSuffix, clsLatin, clsDigit,
		clsLatinOpen, clsLatinEnd, clsHyphen, clsSpace, clsGlue, clsZero, clsTab, clsBreak, clsObject:
	}
	return 0
}

// fillLine finds where the line that begins at lf.start ends.
func (e *engine) fillLine(lf *lineFill, ps *paraStyle, items []item) {
	squeeze := !e.sheet.settings.noCompress
	s := lf.start
	if s < len(items) && squeeze && (ps.set&pTopPunct == 0 || ps.is(pTopPunct)) {
		if it := &items[s]; it.cls == clsOpen && it.half > 0 { // an opening mark at line start loses its blank half
			it.ox -= it.half
			it.w -= it.half
			it.half = 0
		}
	}
	var (
		x         = lf.x0
		vis       = lf.x0 // right edge of the last visible item
		last      = -1
		best      = -1 // end of the line at the last place where it may break
		bestVis   Length
		bestLast  = -1
		over      = -1 // first item that does not fit
		soft      = -1
		softVis   Length
		softLast  = -1
		word      = -1
		wordVis   Length
		wordLast  = -1
		tab       pendingTab
		endTrimOK = squeeze
	)
	fits := func(v Length, l int) bool {
		if v <= lf.right+tolerance {
			return true
		}
		return endTrimOK && v-trimEnd(items, l) <= lf.right+tolerance
	}
	n := len(items)
	for j := s; j < n; j++ {
		it := &items[j]
		if j > s {
			v := tab.edge(vis)
			if it.brk == breakYes {
				if fits(v, last) {
					best, bestVis, bestLast = j, v, last
					over = -1
				} else {
					if over >= 0 && squeeze && j-over <= 6 {
						need := v - lf.right
						if need <= e.capacity(items, s, j, last)+tolerance {
							lf.end, lf.natural, lf.last, lf.squeeze = j, v, last, need
							return
						}
					}
					break
				}
			} else if fits(v, last) && it.brk >= breakWord && it.cls != clsSpace && it.cls != clsBreak {
				if it.brk == breakSoft {
					soft, softVis, softLast = j, v, last
				}
				word, wordVis, wordLast = j, v, last
			}
		}
		switch it.cls {
		case clsBreak:
			v := tab.edge(vis)
			if !fits(v, last) && best > s {
				goto choose
			}
			lf.end, lf.natural, lf.last, lf.forced, lf.brokenBreak = j+1, v, last, true, true
			if over := v - lf.right; over > tolerance {
				lf.squeeze = over
			}
			return
		case clsSpace, clsZero:
			x += Length(it.gap) + Length(it.w)
			continue
		case clsTab:
			lf.tabs = true
			x = tab.close(x)
			stop := e.nextStop(ps, it, x, lf)
			if stop.pos > lf.right+tolerance && stop.kind == tabLeft && j > s && it.extra == 0 {
				if best < 0 || j > best {
					best, bestVis, bestLast = j, tab.edge(vis), last
				}
				goto choose
			}
			if stop.kind == tabLeft {
				x = max(x, stop.pos)
			} else {
				tab = pendingTab{on: true, from: x, stop: stop}
			}
			vis, last = x, j
			continue
		case clsHan, clsOpen, clsClose, clsComma, clsStop, clsDot, clsConn, clsSolidus, clsDash, clsEllipsis, clsPrefix,
			clsSuffix, clsLatin, clsDigit, clsLatinOpen, clsLatinEnd, clsHyphen, clsGlue, clsObject:
		}
		if j > s {
			x += Length(it.gap)
		}
		x += Length(it.w)
		vis, last = x, j
		if over < 0 && tab.edge(vis) > lf.right+tolerance {
			over = j
			mayTrim := trimEnd(items, j) > 0
			if j > s && it.brk != breakKinsoku && it.brk != breakJoin && !mayTrim {
				if it.brk == breakYes {
					break
				}
				if best > s {
					break
				}
				if word > s || it.brk >= breakWord {
					break
				}
			}
		}
		if over >= 0 && (j-over > 6 || x-lf.right > 4*Inch) {
			break
		}
	}
	if v := tab.edge(vis); (over < 0 || fits(v, last)) && restFits(items, s, last, v, lf) {
		lf.end, lf.natural, lf.last, lf.forced = n, v, last, true
		if over := v - lf.right; over > tolerance {
			lf.squeeze = over
		}
		return
	}
	if over >= 0 && squeeze { // the paragraph's last marks may be squeezed in
		if v := tab.edge(vis); last == n-1 && n-over <= 6 {
			if need := v - lf.right; need <= e.capacity(items, s, n, last)+tolerance && items[over].brk == breakKinsoku {
				lf.end, lf.natural, lf.last, lf.squeeze, lf.forced = n, v, last, need, true
				return
			}
		}
	}
choose:
	if best > s && soft > best && lf.right-bestVis > maxLoose*items[s].st.size {
		best = 0 // keeping a long number with its unit would leave the line too loose
	}
	switch {
	case best > s:
		lf.end, lf.natural, lf.last = best, bestVis, bestLast
	case soft > s:
		lf.end, lf.natural, lf.last = soft, softVis, softLast
	case word > s:
		lf.end, lf.natural, lf.last = word, wordVis, wordLast
		e.noteTight(items, s, lf)
	default:
		// Nothing may break and nothing fits: cut where the line is full, one cluster at least.
		e.cutLine(lf, items)
	}
	if over := lf.natural - lf.right; over > tolerance {
		lf.squeeze = over
	}
}

// restFits reports whether the rest of the paragraph fits, nothing but spaces following the last visible item, which
// ends at v.
func restFits(items []item, s, last int, v Length, lf *lineFill) bool {
	if v > lf.right+tolerance && v-trimEnd(items, last) > lf.right+tolerance {
		return false
	}
	for j := max(last+1, s); j < len(items); j++ {
		if c := items[j].cls; c != clsSpace && c != clsZero {
			return false
		}
	}
	return true
}

// cutLine ends the line after as many clusters as fit, whatever the rules say, and at least one.
func (e *engine) cutLine(lf *lineFill, items []item) {
	x := lf.x0
	lf.last = -1
	j := lf.start
	for ; j < len(items); j++ {
		it := &items[j]
		if it.cls == clsBreak {
			lf.end, lf.forced, lf.brokenBreak = j+1, true, true
			lf.natural = x
			return
		}
		nx := x + Length(it.w)
		if j > lf.start {
			nx += Length(it.gap)
		}
		if j > lf.start && nx > lf.right+tolerance && it.brk != breakJoin {
			break
		}
		x = nx
		lf.last = j
	}
	lf.end, lf.natural = j, x
	if j >= len(items) {
		lf.forced = true
	}
	e.noteTight(items, lf.start, lf)
}

// noteTight records, for the automatic width of table columns, how wide the word is that had to be cut.
func (e *engine) noteTight(items []item, s int, lf *lineFill) {
	w := Length(0)
	for j := s; j < len(items); j++ {
		if j > s && items[j].brk == breakYes || items[j].cls == clsBreak {
			break
		}
		w += Length(items[j].w)
	}
	e.tight = max(e.tight, w+lf.x0)
}

// pendingTab is a center, right or decimal tab whose text is still being measured.
type pendingTab struct {
	on   bool
	from Length // where the tab begins
	stop tabStop
}

// edge gives the right edge of the text after the tab, v being its edge if the tab had no width.
func (t *pendingTab) edge(v Length) Length {
	if !t.on {
		return v
	}
	return v + t.width(v-t.from)
}

// width is the tab's width when a text of width seg follows it.
func (t *pendingTab) width(seg Length) Length {
	room := t.stop.pos - t.from
	if t.stop.kind == tabCenter {
		seg /= 2
	}
	return max(0, room-seg)
}

// close ends the text that follows the tab and returns its right edge.
func (t *pendingTab) close(x Length) Length {
	x = t.edge(x)
	t.on = false
	return x
}

// nextStop finds the tab stop after x: the paragraph's own, its hanging indent, or the next default one.
func (e *engine) nextStop(ps *paraStyle, it *item, x Length, lf *lineFill) tabStop {
	if it.extra > 0 { // w:ptab aligns to the margins
		switch it.extra - 1 {
		case 1:
			return tabStop{pos: (lf.x0 + lf.right) / 2, kind: tabCenter}
		case 2:
			return tabStop{pos: lf.right, kind: tabRight}
		}
		return tabStop{pos: x, kind: tabLeft}
	}
	var found tabStop
	has := false
	for _, t := range ps.tabs {
		if t.kind != tabBar && t.kind != tabClear && t.pos > x+tolerance {
			found, has = t, true
			break
		}
	}
	if hang := e.hang; hang > x+tolerance && (!has || found.pos > hang) {
		return tabStop{pos: hang}
	}
	if has {
		if found.kind == tabRight && found.pos > lf.right && found.pos < lf.right+20*Point {
			found.pos = lf.right
		}
		return found
	}
	d := e.sheet.settings.defaultTab
	pos := (x/d + 1) * d
	if x < 0 {
		pos = 0
	}
	if pos <= x+tolerance {
		pos += d
	}
	return tabStop{pos: pos}
}

// squeezeOrder is the order in which blanks are squeezed (W3C clreq; DOMAIN.md D.4).
const squeezeSteps = 7

// room tells how much item j of a line may give up in a step of the squeezing order.
func room(items []item, j, s, last, step int) Length {
	it := &items[j]
	switch step {
	case 0: // the mark at the line's end
		if j == last {
			return trimEnd(items, last)
		}
	case 1: // Latin word spaces, to a quarter em
		if it.cls == clsSpace && j < last && j > s {
			return max(0, Length(it.w)-it.st.size/4)
		}
	case 2: // interpuncts
		if it.cls == clsDot && j != s {
			return Length(it.half)
		}
	case 3: // brackets and quotes
		if (it.cls == clsOpen || it.cls == clsClose) && j != last {
			return Length(it.half)
		}
	case 4: // ，、；：
		if it.cls == clsComma && j != last {
			return Length(it.half)
		}
	case 5: // between Han and Latin, to an eighth
		if j > s {
			return Length(it.gap / 2)
		}
	case 6: // 。？！
		if it.cls == clsStop && j != last {
			return Length(it.half)
		}
	}
	return 0
}

// capacity is how much items[s:end] could be squeezed by, last being the last visible one.
func (e *engine) capacity(items []item, s, end, last int) Length {
	var sum Length
	for step := range squeezeSteps {
		for j := s; j < end; j++ {
			sum += room(items, j, s, last, step)
		}
	}
	return sum
}

// squeezeLine takes need out of the line, step by step in the squeezing order, evenly within a step.
func squeezeLine(items []item, lf *lineFill, need Length) {
	for step := range squeezeSteps {
		if need <= 0 {
			return
		}
		var sum Length
		for j := lf.start; j < lf.end; j++ {
			sum += room(items, j, lf.start, lf.last, step)
		}
		if sum == 0 {
			continue
		}
		take := min(need, sum)
		need -= take
		var given, seen Length
		for j := lf.start; j < lf.end; j++ {
			r := room(items, j, lf.start, lf.last, step)
			if r == 0 {
				continue
			}
			seen += r
			g := take*seen/sum - given
			given += g
			it := &items[j]
			switch step {
			case 2: // both sides of an interpunct alike
				it.ox -= int32(g / 2)
				it.w -= int32(g)
				it.half -= int32(g)
			case 5:
				it.gap -= int32(g)
			case 1:
				it.w -= int32(g)
			default:
				if it.cls == clsOpen {
					it.ox -= int32(g)
				}
				it.w -= int32(g)
				it.half -= int32(g)
			}
		}
	}
}

// stretchLine widens the line by slack: Latin word spaces first, up to half an em, then the gaps between Han and Latin up
// to half an em, then all gaps alike, except inside words, dashes and ellipses and beside connectors and solidi.
func stretchLine(items []item, lf *lineFill, from int, slack Length) {
	grow := func(capOf func(j int) Length, limit Length) Length {
		var sum Length
		for j := from; j <= lf.last; j++ {
			sum += capOf(j)
		}
		if sum == 0 {
			return 0
		}
		take := min(limit, sum)
		var given, seen Length
		for j := from; j <= lf.last; j++ {
			c := capOf(j)
			if c == 0 {
				continue
			}
			seen += c
			g := take*seen/sum - given
			given += g
			items[j].w += int32(g)
		}
		return take
	}
	slack -= grow(func(j int) Length {
		if items[j].cls == clsSpace && j < lf.last {
			return max(0, items[j].st.size/2-Length(items[j].w))
		}
		return 0
	}, slack)
	if slack <= 0 {
		return
	}
	slack -= grow(func(j int) Length {
		if j < lf.last && items[j+1].gap > 0 {
			return max(0, items[j].st.size/2-Length(items[j+1].gap))
		}
		return 0
	}, slack)
	if slack <= 0 {
		return
	}
	places := 0
	for j := from; j < lf.last; j++ {
		if stretchable(items, j) {
			places++
		}
	}
	if places == 0 {
		return
	}
	var given Length
	k := 0
	for j := from; j < lf.last; j++ {
		if !stretchable(items, j) {
			continue
		}
		k++
		g := slack*Length(k)/Length(places) - given
		given += g
		items[j].w += int32(g)
	}
}

// stretchable reports whether a justified line may be widened after item j.
func stretchable(items []item, j int) bool {
	a, b := &items[j], &items[j+1]
	if b.brk == breakJoin || a.cls == clsTab || b.cls == clsTab || a.cls == clsZero || a.cls == clsBreak {
		return false
	}
	if a.cls == clsSpace {
		return true
	}
	if b.cls == clsSpace || a.cls == clsGlue || b.cls == clsGlue {
		return false
	}
	switch a.cls {
	case clsConn, clsSolidus, clsHyphen:
		return false
	case clsDash, clsEllipsis:
		if b.cls == a.cls {
			return false
		}
	case clsHan, clsOpen, clsClose, clsComma, clsStop, clsDot, clsPrefix, clsSuffix, clsLatin, clsDigit, clsLatinOpen,
		clsLatinEnd, clsSpace, clsGlue, clsZero, clsTab, clsBreak, clsObject:
	}
	switch b.cls {
	case clsConn, clsSolidus, clsHyphen:
		return false
	case clsHan, clsOpen, clsClose, clsComma, clsStop, clsDot, clsDash, clsEllipsis, clsPrefix, clsSuffix, clsLatin, clsDigit,
		clsLatinOpen, clsLatinEnd, clsSpace, clsGlue, clsZero, clsTab, clsBreak, clsObject:
	}
	aw := wordish(a.cls) || a.slot != slotEastAsia && a.cls != clsHan
	bw := wordish(b.cls) || b.slot != slotEastAsia && b.cls != clsHan
	return !aw || !bw
}

// finishLine aligns the items of a line and turns them into texts, rules and fills.
func (e *engine) finishLine(pb *paraBox, lf *lineFill) {
	items := e.items
	ps := pb.ps
	from := lf.start
	if lf.tabs {
		from = e.setTabs(ps, lf, items)
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
	x := lf.x0
	switch align {
	case alignCenter:
		x += max(0, (lf.right-right)/2)
	case alignRight:
		x += max(0, lf.right-right)
	case alignLeft, alignBoth, alignDistribute:
	}
	l := e.newLine(pb)
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

// setTabs gives the line's tabs their widths and returns the first item after the last tab; lf.natural is found anew.
func (e *engine) setTabs(ps *paraStyle, lf *lineFill, items []item) int {
	x := lf.x0
	from := lf.start
	pending := -1
	var tab pendingTab
	settle := func(x Length) Length {
		if pending >= 0 {
			items[pending].w = int32(tab.width(x - tab.from))
			x += Length(items[pending].w)
			pending = -1
		}
		return x
	}
	vis := x
	for j := lf.start; j < lf.end; j++ {
		it := &items[j]
		if it.cls == clsTab {
			x = settle(x)
			stop := e.nextStop(ps, it, x, lf)
			it.gap = 0
			it.ox = int32(stop.leader)
			if stop.kind == tabLeft {
				it.w = int32(max(0, stop.pos-x))
				x += Length(it.w)
			} else {
				tab = pendingTab{from: x, stop: stop}
				if stop.kind == tabDecimal {
					tab.stop.kind = tabRight
				}
				pending = j
				it.w = 0
			}
			from = j + 1
			vis = x
			continue
		}
		if j > lf.start {
			x += Length(it.gap)
		}
		x += Length(it.w)
		if it.cls != clsSpace && it.cls != clsBreak {
			vis = x
		}
	}
	if pending >= 0 {
		w := tab.width(vis - tab.from)
		items[pending].w = int32(w)
		vis += w
	}
	lf.natural = vis
	return from
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
		bolder, slant := it.st.slots[min(it.slot, slotCS)].chain.Style(it.face)
		glyphs := e.takeGlyphs(cur.g0)
		to := it.off
		for k := cur.first; k < j; k++ {
			to = max(to, items[k].off+int32(items[k].n))
		}
		lang := it.st.lang
		if it.slot == slotEastAsia {
			lang = it.st.langEA
		}
		if lang == e.doc.Lang {
			lang = ""
		}
		l.texts = append(l.texts, Text{
			X: cur.x, Y: -it.st.raise, Face: it.face, Size: it.st.size, Color: it.st.color, Slant: slant, Bolder: bolder,
			ScaleX: it.st.r.scale, Lang: lang, Source: e.source(pb, it.off, to), Glyphs: glyphs, Node: pb.node,
		})
	}
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
			l.objects = append(l.objects, placed{x: x, y: -d.h - it.st.raise, d: d})
			x += Length(it.w)
			continue
		case it.face == nil:
			x += Length(it.w)
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
}
