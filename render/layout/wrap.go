package layout

import (
	"bytes"
	"slices"
)

// wrapSide says where text runs beside a band.
type wrapSide uint8

const (
	wrapNowhere wrapSide = iota // above and below only
	wrapBoth
	wrapLeft
	wrapRight
	wrapLargest
)

// minBeside is the least width in which Word sets text beside an object.
const minBeside = Inch

// kept is what a paragraph needs to be broken into lines again, once it is known what it stands beside, or that it stands
// in a column of another width.
type kept struct {
	items        []item
	notes        []noteRef
	delta, pitch Length
	hang         Length
	width        Length // of the column that its lines were last broken for
	beside       bool   // they were last broken beside something: their gaps say where they stand
}

// keepsItems reports whether a part may have paragraphs that must be broken into lines a second time.
func keepsItems(part []byte) bool {
	for _, mark := range [...]string{"wp:wrapSquare", "wp:wrapTight", "wp:wrapThrough", "w10:wrap", "w:tblpPr", "w:textDirection", "w:framePr"} {
		if bytes.Contains(part, []byte(mark)) {
			return true
		}
	}
	return false
}

// keepsMain is keepsItems of the main part, by what was met when it was read. Nothing that matters here is in paragraphs and
// cells that were left unread.
func (e *engine) keepsMain() bool {
	if len(e.sheet.frames) > 0 {
		return true
	}
	for _, name := range [...]string{"wrapSquare", "wrapTight", "wrapThrough", "wrap", "tblpPr", "textDirection", "framePr"} {
		if e.memory.reader.Met(name) {
			return true
		}
	}
	return false
}

// keep copies what breaking the paragraph's lines will change.
func (e *engine) keep(width Length) *kept {
	return &kept{
		items: slices.Clone(e.items), notes: slices.Clone(e.noteRefs), delta: e.gridDelta, pitch: e.gridPitch, hang: e.hang, width: width,
	}
}

// stretch is a part of a line's height that is free of objects, from the left edge of the column.
type stretch struct{ left, right Length }

// free lists where text may stand between y and y+height in the frame, from left to right, and where the next object
// ends; what is too narrow to be used is left out.
func (fr *frame) free(y, height Length) (parts []stretch, next Length) {
	parts = append(parts, stretch{0, fr.width})
	next = unlimited
	for i := range fr.excluded {
		b := &fr.excluded[i]
		if b.side == wrapNowhere || y >= b.bottom || y+height <= b.top {
			continue
		}
		l, r, ok := b.across(y, y+height)
		left, right := l-fr.x, r-fr.x
		if !ok || right <= 0 || left >= fr.width {
			continue
		}
		if next = min(next, b.bottom); b.outline != nil {
			next = min(next, y+outlineStep)
		}
		switch {
		case b.side == wrapLeft, b.side == wrapLargest && left >= fr.width-right:
			right = fr.width
		case b.side == wrapRight, b.side == wrapLargest:
			left = 0
		}
		var rest []stretch
		for _, p := range parts {
			if right <= p.left || left >= p.right {
				rest = append(rest, p)
				continue
			}
			if left-p.left >= minBeside {
				rest = append(rest, stretch{p.left, left})
			}
			if p.right-right >= minBeside {
				rest = append(rest, stretch{right, p.right})
			}
		}
		parts = rest
	}
	return parts, next
}

// outlineStep is how far down a line looks again for room beside an outline.
const outlineStep = 2 * Point

// across gives the left and right edge of the object between two heights, false where it has no part there.
func (b *band) across(top, bottom Length) (left, right Length, ok bool) {
	if b.outline == nil {
		return b.left, b.right, true
	}
	left, right = unlimited, -unlimited
	take := func(x Length) { left, right, ok = min(left, x), max(right, x), true }
	for i, p := range b.outline {
		q := b.outline[(i+1)%len(b.outline)]
		if p.y > top && p.y < bottom {
			take(p.x)
		}
		for _, y := range [...]Length{top, bottom} {
			if p.y != q.y && min(p.y, q.y) <= y && y <= max(p.y, q.y) {
				take(p.x + (q.x-p.x)*(y-p.y)/(q.y-p.y))
			}
		}
	}
	return left - b.dist[0], right + b.dist[1], ok
}

// beside reports whether text from y on may have to stand beside something.
func (fr *frame) beside(y Length) bool {
	for i := range fr.excluded {
		if b := &fr.excluded[i]; b.side != wrapNowhere && b.bottom > y && b.left < fr.x+fr.width && b.right > fr.x {
			return true
		}
	}
	return false
}

// rewrap breaks the lines of a kept paragraph again, from line number from on, whose top is at y: beside the objects in the
// frame, or for its width. Lines that stand as they should are left alone.
func (e *engine) rewrap(pb *paraBox, from int, y Length, fr *frame) {
	k := pb.kept
	if from >= len(pb.lines) || !k.beside && fr.width == k.width && !fr.beside(y) {
		return
	}
	first := pb.lines[0]
	start, height := int(pb.lines[from].start), pb.lines[from].height
	for i := from; pb.lines[i].more; i++ {
		height = pb.lines[i+1].height
	}
	saved := *e
	e.freshScratch()
	e.items = append(e.items[:0], k.items...)
	e.gridDelta, e.gridPitch, e.hang, e.noteRefs = k.delta, k.pitch, k.hang, k.notes
	if cap(e.lines)-len(e.lines) < from+16 {
		e.lines = e.memory.lines.take(max(lineChunk, 2*from+16))
	}
	at := len(e.lines)
	e.lines = append(e.lines, pb.lines[:from]...)
	pb.lines = e.lines[at:len(e.lines):len(e.lines)]
	k.width, k.beside = fr.width, fr.beside(y)
	if k.beside {
		e.breakBeside(pb, start, y, height, fr)
	} else {
		e.breakLines(pb, fr.width, start)
	}
	if from == 0 && len(pb.lines) > 0 {
		pb.lines[0].anchors, pb.lines[0].selfRefs = first.anchors, first.selfRefs
	}
	e.restoreScratch(&saved)
	e.gridDelta, e.gridPitch = saved.gridDelta, saved.gridPitch
}

// breakBeside fills lines beside the objects of fr, beginning with item start at y. usual is about the height of a line.
func (e *engine) breakBeside(pb *paraBox, start int, y, usual Length, fr *frame) {
	const most = 100_000 // rows, for sizes beyond reason
	above, height := y, usual
	for guard := 0; ; guard++ {
		row, begin := len(pb.lines), start
		y = fr.clear(y, height)
		parts, next := fr.free(y, height)
		if len(parts) == 0 && guard < most {
			y = next
			continue
		}
		if len(parts) == 0 {
			parts = []stretch{{0, fr.width}}
		}
		start = e.breakRow(pb, parts, start, fr.width, next < unlimited && guard < most)
		if len(pb.lines) == row { // no word fits beside
			y = next
			continue
		}
		lines := pb.lines[row:]
		var h, asc Length
		for i := range lines {
			h, asc = max(h, lines[i].height), max(asc, lines[i].ascent)
		}
		if h > height+tolerance && guard < most { // taller than thought: it may meet more
			e.lines = e.lines[:len(e.lines)-len(lines)]
			pb.lines = pb.lines[:row]
			copy(e.items[begin:], pb.kept.items[begin:])
			y, start, height = above, begin, h
			continue
		}
		for i := range lines {
			lines[i].height, lines[i].ascent, lines[i].more = 0, asc, i+1 < len(lines)
		}
		lines[0].skip = y - above
		lines[len(lines)-1].height = h
		y += h
		above, height = y, usual
		if start >= len(e.items) {
			e.endBroken(pb, fr.width)
			return
		}
	}
}

// breakRow fills the parts of one row and returns the item that the next row begins with. With strict set, a part in which
// no word fits stays empty.
func (e *engine) breakRow(pb *paraBox, parts []stretch, start int, width Length, strict bool) int {
	for i, p := range parts {
		lf := lineFill{start: start, x0: pb.left, right: width - pb.right, last: -1}
		if start == 0 {
			lf.x0 += pb.first
		}
		if p.left > 0 { // the indent counts from the object; it never leads into it
			lf.x0 = p.left
			if i == 0 {
				indent := pb.left
				if start == 0 {
					indent += pb.first
				}
				lf.x0 += max(0, indent)
			}
		}
		if p.right < width {
			lf.right = p.right
		}
		if lf.right < lf.x0+Point {
			if strict {
				continue
			}
			lf.right = lf.x0 + 10*Point
		}
		e.fillLine(&lf, pb.ps, e.items)
		if lf.cut && strict {
			copy(e.items[start:lf.end], pb.kept.items[start:lf.end])
			continue
		}
		e.finishLine(pb, &lf)
		start = lf.end
		if lf.forced {
			break
		}
	}
	return start
}
