package layout

import (
	"slices"

	"tripact/render/docx"
)

// ruby sets a phonetic guide (w:ruby): the base text with its reading above it, as one piece that lines do not break.
func (e *engine) ruby(k *docx.Node, cs *charStyle, ps *paraStyle, depth int) {
	if !e.shown(cs) {
		return
	}
	base := e.rubyText(k.Child("w:rubyBase"), ps, depth)
	above := e.rubyText(k.Child("w:rt"), ps, depth)
	if len(base.texts) == 0 {
		return
	}
	pr := k.Child("w:rubyPr")
	raise := base.ascent
	if v, ok := attrLength(pr.Child("w:hpsRaise"), "w:val", Point/2); ok && v > 0 {
		raise = min(v, maxLength)
	}
	d := &drawing{node: -1, w: max(base.width, above.width), h: max(base.ascent, raise+above.ascent), depth: base.depth}
	align := pr.Child("w:rubyAlign").Val()
	base.spread(d.w, "center")
	above.spread(d.w, align)
	for i := range above.texts {
		above.texts[i].Y -= raise
	}
	d.ruby = append(base.texts, above.texts...)
	if len(above.texts) == 0 {
		d.h = base.ascent
	}
	e.addDrawing(d, cs)
}

// rubyRun is a line of text set by itself.
type rubyRun struct {
	texts                []Text
	width, ascent, depth Length
}

// rubyText sets the text of a part of a phonetic guide from the origin.
func (e *engine) rubyText(n *docx.Node, ps *paraStyle, depth int) (run rubyRun) {
	if n == nil {
		return run
	}
	saved := *e
	e.freshScratch()
	e.inlines(n, ps, depth+1)
	e.settleAmbiguous()
	for i := range e.items {
		it := &e.items[i]
		if it.face == nil || it.r == softHyphen {
			continue
		}
		f := &it.st.slots[min(it.slot, slotCS)]
		run.ascent, run.depth = max(run.ascent, it.st.size*88/100), max(run.depth, f.depth)
		run.add(it, it.st.size, Length(it.w)+Length(it.gap), string(e.text[it.off:it.off+int32(it.n)]))
	}
	run.texts = slices.Clip(run.texts)
	e.restoreScratch(&saved)
	return run
}

// spread places the text in a width that may be larger than its own, by w:rubyAlign.
func (run *rubyRun) spread(width Length, align string) {
	free := width - run.width
	if free <= 0 {
		return
	}
	glyphs := Length(0)
	for i := range run.texts {
		glyphs += Length(len(run.texts[i].Glyphs))
	}
	start, gap := free/2, Length(0)
	switch {
	case align == "left":
		start = 0
	case align == "right":
		start = free
	case align == "distributeLetter" && glyphs > 1:
		start, gap = 0, free/(glyphs-1)
	case align == "distributeSpace" && glyphs > 0:
		gap = free / glyphs
		start = gap / 2
	}
	moved := Length(0)
	for i := range run.texts {
		t := &run.texts[i]
		t.X += start + moved
		for k := range t.Glyphs {
			t.Glyphs[k].Advance += gap
			moved += gap
		}
	}
}
