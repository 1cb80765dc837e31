package layout

// line is a finished line of a paragraph. What it shows lies relative to the left edge of the column and to its baseline.
type line struct {
	height, ascent Length // ascent is from the top of the line to the baseline
	right          Length // edge of what is seen of its text
	skip           Length // room above it, where it stands below an object; only beside objects (wrap.go)
	start          int32  // its first item
	more           bool   // the next line stands at the same height, on the other side of an object
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
	cut         bool // ended inside a word
}

// maxLoose is how many tenths of an em a line may lack for the sake of keeping a number with its unit: enough for 80万元.
const maxLoose = 33

// tolerance is what a line may be too wide by, for rounding.
const tolerance = Point / 50

// breakLines fills e.items from start on into lines of a column of the given width.
func (e *engine) breakLines(pb *paraBox, width Length, start int) {
	left, right := pb.left, width-pb.right
	for {
		x0 := left
		if start == 0 {
			x0 += pb.first
		}
		lf := lineFill{start: start, x0: x0, right: right, last: -1}
		if lf.right < lf.x0+Point {
			lf.right = lf.x0 + max(Point, min(width-lf.x0, 10*Point)) // absurd indents: keep going, glyph by glyph
		}
		e.fillLine(&lf, pb.ps, e.items)
		e.finishLine(pb, &lf)
		start = lf.end
		if start >= len(e.items) {
			e.endBroken(pb, width)
			return
		}
	}
}

// endBroken adds the empty line after a line break that ends a paragraph.
func (e *engine) endBroken(pb *paraBox, width Length) {
	n := len(e.items)
	if n == 0 || e.items[n-1].cls != clsBreak {
		return
	}
	if e.items[n-1].extra == brLine || e.sheet.settings.splitPageBreak {
		empty := lineFill{start: n, end: n, x0: pb.left, right: width - pb.right, last: -1, forced: true}
		e.finishLine(pb, &empty)
	}
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
		hangs     = ps.is(pOverflow)
		right     = lf.right // farther out after a tab to a stop beyond the edge
	)
	fits := func(v Length, l int) bool {
		if v <= right+tolerance || hangs && v-hanging(items, l) <= right+tolerance {
			return true
		}
		return endTrimOK && v-trimEnd(items, l) <= right+tolerance
	}
	n := len(items)
	for j := s; j < n; j++ {
		it := &items[j]
		if j > s {
			v := tab.edge(vis)
			if it.brk == breakYes && items[j-1].r == softHyphen {
				if v += Length(items[j-1].extra); fits(v, j-1) { // the hyphen that would end the line
					best, bestVis, bestLast = j, v, j-1
					over = -1
				}
			} else if it.brk == breakYes {
				if fits(v, last) {
					best, bestVis, bestLast = j, v, last
					over = -1
				} else {
					if over >= 0 && squeeze && j-over <= 6 {
						need := v - right
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
			if over := v - right; over > tolerance {
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
			right = lf.right
			if stop.kind == tabLeft {
				x = max(x, stop.pos)
			} else {
				tab = pendingTab{on: true, from: x, stop: stop}
				if stop.pos > right { // Word aligns text at a stop beyond the margin, out there
					right = stop.pos
					if stop.kind == tabCenter {
						right += stop.pos - x
					}
				}
			}
			vis, last = x, j
			continue
		case clsHan, clsOpen, clsClose, clsComma, clsStop, clsDot, clsConn, clsSolidus, clsDash, clsEllipsis, clsPrefix,
			clsSuffix, clsLatin, clsDigit, clsLatinOpen, clsLatinEnd, clsHyphen, clsGlue, clsObject:
		}
		if j > s {
			x += Length(it.gap)
		}
		if tab.on {
			tab.see(it, x)
		}
		x += Length(it.w)
		vis, last = x, j
		if over < 0 && tab.edge(vis) > right+tolerance {
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
		if over >= 0 && (j-over > 6 || x-right > 4*Inch) {
			break
		}
	}
	if v := tab.edge(vis); (over < 0 || fits(v, last)) && restFits(items, s, last, v, right) {
		lf.end, lf.natural, lf.last, lf.forced = n, v, last, true
		if over := v - right; over > tolerance {
			lf.squeeze = over
		}
		return
	}
	if over >= 0 && squeeze { // the paragraph's last marks may be squeezed in
		if v := tab.edge(vis); last == n-1 && n-over <= 6 {
			if need := v - right; need <= e.capacity(items, s, n, last)+tolerance && items[over].brk == breakKinsoku {
				lf.end, lf.natural, lf.last, lf.squeeze, lf.forced = n, v, last, need, true
				return
			}
		}
	}
choose:
	if best > s && soft > best && (lf.right-bestVis)*10 > maxLoose*items[s].st.size {
		best = 0 // keeping a long number with its unit would leave the line too loose
	}
	switch {
	case best > s:
		lf.end, lf.natural, lf.last = best, bestVis, bestLast
	case soft > s:
		lf.end, lf.natural, lf.last = soft, softVis, softLast
	case word > s:
		lf.end, lf.natural, lf.last, lf.cut = word, wordVis, wordLast, true
		e.noteTight(items, s, lf)
	default:
		// Nothing may break and nothing fits: cut where the line is full, one cluster at least.
		e.cutLine(lf, items)
	}
	if over := lf.natural - right; over > tolerance {
		lf.squeeze = over
	}
}

// hanging is the width of the mark at a line's end that may stand beyond the edge of the text where w:overflowPunct is on: one
// comma or stop (DOMAIN.md D.4). Word has it on where nothing is said; official documents do not hang, so here it must be asked for.
func hanging(items []item, last int) Length {
	if last > 0 && items[last].half > 0 {
		switch items[last].r {
		case '，', '。', '、', '．', '；', '：':
			return Length(items[last].w)
		}
	}
	return 0
}

// restFits reports whether the rest of the paragraph fits, nothing but spaces following the last visible item, which
// ends at v.
func restFits(items []item, s, last int, v, right Length) bool {
	if v > right+tolerance && v-trimEnd(items, last) > right+tolerance {
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
	lf.end, lf.natural, lf.cut = j, x, true
	if j >= len(items) {
		lf.forced, lf.cut = true, false
	}
	e.noteTight(items, lf.start, lf)
}

// noteTight records, for the automatic width of table columns, how wide the word is that had to be cut.
func (e *engine) noteTight(items []item, s int, lf *lineFill) {
	w := Length(0)
	for j := s; j < len(items); j++ {
		if j > s && items[j].brk == breakYes || items[j].cls == clsBreak {
			if j > s && items[j-1].r == softHyphen {
				w += Length(items[j-1].extra)
			}
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

	pointed bool
	point   Length // left edge of the text's decimal point, as if the tab had no width
}

// see notes the decimal point, if item it, which begins at x, is the first.
func (t *pendingTab) see(it *item, x Length) {
	if t.stop.kind == tabDecimal && !t.pointed && it.r == '.' {
		t.pointed, t.point = true, x
	}
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
	switch {
	case t.stop.kind == tabCenter:
		seg /= 2
	case t.pointed: // the decimal point stands at the stop, what has none ends there
		seg = t.point - t.from
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
		tab.see(it, x)
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
