package layout

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

// squeezeSteps is how many steps the order has in which blanks are squeezed (W3C clreq; DOMAIN.md D.4); room knows them.
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
		if it.cls == clsOpen && j > s {
			// The glyph may not come to begin left of the one before it, or the text would be read out of order.
			p := &items[j-1]
			return max(0, min(Length(it.half), Length(p.w)-Length(p.ox)+Length(it.gap)+Length(it.ox)-it.st.size/20))
		}
		if it.cls == clsOpen || it.cls == clsClose && j != last {
			return Length(it.half)
		}
	case 4: // ，、；：
		if it.cls == clsComma && j != last {
			return Length(it.half)
		}
	case 5: // between Han and Latin, to an eighth
		if j > s {
			return hanGap(items, j) / 2
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
// to a third of an em, then all gaps alike, except inside words, dashes and ellipses and beside connectors and solidi.
func stretchLine(items []item, lf *lineFill, from int, slack Length) {
	// What each of the three could take is summed up in one go.
	var spaces, gaps Length
	places := 0
	for j := from; j < lf.last; j++ {
		spaces += spaceRoom(items, j)
		gaps += gapRoom(items, j)
		if stretchable(items, j) {
			places++
		}
	}
	slack -= shareOut(items, from, lf.last, spaceRoom, spaces, slack)
	slack -= shareOut(items, from, lf.last, gapRoom, gaps, slack)
	if slack <= 0 || places == 0 {
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

// spaceRoom is how much wider a Latin word space may become.
func spaceRoom(items []item, j int) Length {
	if items[j].cls != clsSpace {
		return 0
	}
	return max(0, items[j].st.size/2-Length(items[j].w))
}

// gapRoom is how much wider the gap between Han and Latin after item j may become.
func gapRoom(items []item, j int) Length {
	if gap := hanGap(items, j+1); gap > 0 {
		return max(0, items[j].st.size/3-gap)
	}
	return 0
}

// shareOut shares out up to limit among items[from:last] by the room that each has, sum in all, and returns how much that was.
func shareOut(items []item, from, last int, room func([]item, int) Length, sum, limit Length) Length {
	if sum == 0 || limit <= 0 {
		return 0
	}
	take := min(limit, sum)
	var given, seen Length
	for j := from; j < last; j++ {
		r := room(items, j)
		if r == 0 {
			continue
		}
		seen += r
		g := take*seen/sum - given
		given += g
		items[j].w += int32(g)
	}
	return take
}

// stretchable reports whether a justified line may be widened after item j.
func stretchable(items []item, j int) bool {
	a, b := &items[j], &items[j+1]
	if a.cls == clsHan && b.cls == clsHan { // most of them
		return b.brk != breakJoin
	}
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
