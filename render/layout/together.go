package layout

import (
	"slices"

	"tripact/fonts"
)

// together finds the items from i on whose runs belong together in the given property, rFit or rTwo: the end of the group, i for none.
func together(items []item, i int, bit uint32) int {
	r := &items[i].st.r
	if r.set&bit == 0 || single(&items[i]) {
		return i
	}
	j := i + 1
	for j < len(items) && !single(&items[j]) {
		if q := &items[j].st.r; q != r && (q.set&bit == 0 || q.group != r.group || q.group == "" || bit == rFit && q.fit != r.fit) {
			break
		}
		j++
	}
	return j
}

// single reports whether an item never belongs to a group.
func single(it *item) bool {
	return it.cls == clsBreak || it.cls == clsTab || it.cls == clsObject
}

// fitGroups gives text that is to take a given width (w:fitText, ECMA-376 17.3.2.14) that width: characters stand further apart, or are
// narrowed where the text is wider. Lines break before and after, never inside.
func (e *engine) fitGroups(items []item, from int) {
	for i := from; i < len(items); {
		j := together(items, i, rFit)
		if j == i {
			i++
			continue
		}
		e.fitTo(items[i:j])
		i = j
	}
}

func (e *engine) fitTo(items []item) {
	var sum Length
	for i := range items {
		// Word stores the space that it has worked out as the runs' own; it is worked out anew.
		if r := &items[i].st.r; r.set&rSpacing != 0 && r.spacing > 0 && items[i].brk != breakJoin {
			items[i].w -= int32(min(r.spacing, Length(items[i].w)))
		}
		sum += Length(items[i].w)
		if i > 0 {
			sum += Length(items[i].gap)
		}
		items[i].half = 0
	}
	want := items[0].st.r.fit
	if sum > want {
		// Narrower characters, as Word has them; what rounding leaves is space.
		percent := max(int(want*100/sum), 1)
		narrow := map[*charStyle]*charStyle{}
		sum = 0
		for i := range items {
			it := &items[i]
			st := narrow[it.st]
			if st == nil {
				c := *it.st
				c.r.scale = max(c.r.scale*percent/100, 1)
				st = &c
				narrow[it.st] = st
			}
			it.st, it.w, it.gap, it.ox = st, it.w*int32(percent)/100, it.gap*int32(percent)/100, it.ox*int32(percent)/100
			sum += Length(it.w)
			if i > 0 {
				sum += Length(it.gap)
			}
		}
	}
	places := Length(0)
	for i := 1; i < len(items); i++ {
		if items[i].brk != breakJoin {
			places++
		}
	}
	free, given, k := max(want-sum, 0), Length(0), Length(0)
	for i := 1; i < len(items); i++ {
		if items[i].brk == breakJoin {
			continue
		}
		items[i].brk = breakJoin
		k++
		g := free*k/places - given
		given += g
		items[i-1].w += int32(g)
	}
	if places == 0 {
		items[len(items)-1].w += int32(free)
	}
}

// twoLines turns text that is to stand in two lines within one (w:eastAsianLayout with w:combine, ECMA-376 17.3.2.10) into objects:
// the characters at half their size, the first half of them above the second, in brackets where asked for.
func (e *engine) twoLines(from int) {
	moved := func(at, i, n int) int { // index at after the items i to i+n have become one
		switch {
		case at >= i+n:
			return at - n + 1
		case at > i:
			return i + 1
		}
		return at
	}
	for i := from; i < len(e.items); i++ {
		j := together(e.items, i, rTwo)
		if j == i {
			continue
		}
		first := e.items[i]
		d := e.combined(e.items[i:j])
		e.objects = append(e.objects, d)
		object := item{st: first.st, cls: clsObject, extra: int32(len(e.objects) - 1), off: first.off, w: int32(d.w), link: first.link, slot: slotASCII}
		e.items = slices.Replace(e.items, i, j, object)
		for k := range e.marks {
			e.marks[k].item = moved(e.marks[k].item, i, j-i)
		}
		for k := range e.noteRefs {
			e.noteRefs[k].item = moved(e.noteRefs[k].item, i, j-i)
		}
	}
}

// combined sets items in two lines of half their size.
func (e *engine) combined(items []item) *drawing {
	clusters := 0
	for i := range items {
		if items[i].brk != breakJoin {
			clusters++
		}
	}
	half, seen := len(items), 0
	for i := range items {
		if items[i].brk == breakJoin {
			continue
		}
		if seen++; seen > (clusters+1)/2 {
			half = i
			break
		}
	}
	st := items[0].st
	size := st.size
	f := &st.slots[slotEastAsia]
	d := &drawing{node: -1, h: f.ascent, depth: f.depth}
	upper, lower := e.halfLine(items[:half]), e.halfLine(items[half:])
	w := max(upper.width, lower.width)
	for _, run := range []*rubyRun{&upper, &lower} {
		run.spread(w, "center")
	}
	// The two lines fill the em of a full-size character, whose box reaches 0.12 em below the baseline.
	for i := range upper.texts {
		upper.texts[i].Y -= size * 44 / 100
	}
	for i := range lower.texts {
		lower.texts[i].Y += size * 6 / 100
	}
	before, after := e.bracket(st, st.r.two, 0), e.bracket(st, st.r.two, 1)
	d.ruby = append(d.ruby, before.texts...)
	for _, t := range append(upper.texts, lower.texts...) {
		t.X += before.width
		d.ruby = append(d.ruby, t)
	}
	for _, t := range after.texts {
		t.X += before.width + w
		d.ruby = append(d.ruby, t)
	}
	d.w = before.width + w + after.width
	return d
}

// halfLine sets items at half their size from the origin.
func (e *engine) halfLine(items []item) (run rubyRun) {
	for i := range items {
		it := &items[i]
		if it.face == nil {
			continue
		}
		run.add(it, it.st.size/2, Length(it.w)/2, string(e.text[it.off:it.off+int32(it.n)]))
	}
	return run
}

// bracket is one of a pair of brackets at full size.
func (e *engine) bracket(st *charStyle, kind string, side int) (run rubyRun) {
	pair := map[string]string{"round": "()", "square": "[]", "angle": "<>", "curly": "{}"}[kind]
	if pair == "" {
		return run
	}
	face, gid := st.slots[slotASCII].chain.Find(rune(pair[side]))
	if face == nil {
		return run
	}
	it := item{st: st, slot: slotASCII, face: face, gid: uint16(gid)}
	run.add(&it, st.size, Length(face.Advance(gid))*st.size/Length(face.UnitsPerEm()), pair[side:side+1])
	return run
}

// add appends a glyph of the given size and width.
func (run *rubyRun) add(it *item, size, width Length, source string) {
	last := len(run.texts) - 1
	if last < 0 || run.texts[last].Face != it.face || run.texts[last].Size != size || run.texts[last].Color != it.st.color {
		bolder, slant := it.st.slots[min(it.slot, slotCS)].chain.Style(it.face)
		run.texts = append(run.texts, Text{X: run.width, Face: it.face, Size: size, Color: it.st.color, Slant: slant, Bolder: bolder, ScaleX: it.st.r.scale})
		last++
	}
	t := &run.texts[last]
	t.Source += source
	t.Glyphs = append(t.Glyphs, Glyph{ID: fonts.GlyphID(it.gid), Len: uint8(len(source)), Advance: width})
	run.width += width
}
