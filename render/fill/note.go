package fill

import (
	"strconv"

	"tripact/render/docx"
)

// boundNote is a footnote, endnote or comment that stands inside a loop: each copy has its own, filled from its record.
type boundNote struct {
	host *pair // the innermost section around its reference
	ops  []op
}

// noteEdits makes the references to notes and comments of a part follow copies. cut holds ends of ranges that moved out
// of a section: a comment over more than the section stays one.
func (c *compiler) noteEdits(src *source, cut map[*docx.Node]bool) {
	once := map[string]bool{}
	for n := range cut {
		if n.Name == "w:commentRangeStart" || n.Name == "w:commentRangeEnd" {
			id, _ := n.Attr("w:id")
			once[id] = true
		}
	}
	var walk func(*docx.Node)
	walk = func(n *docx.Node) {
		kind := ""
		switch n.Name {
		case "w:commentRangeStart", "w:commentRangeEnd", "w:commentReference":
			kind = "w:comment"
		case "w:footnoteReference":
			kind = "w:footnote"
		case "w:endnoteReference":
			kind = "w:endnote"
		}
		if kind != "" {
			for _, a := range n.Attrs {
				if a.Name == "w:id" {
					src.edits = append(src.edits, edit{from: n.Start, to: n.End, rank: rankRange, kind: editNote, node: n, step: func(b *builder) {
						c.noteRef(b, n, a, kind, kind == "w:comment" && once[a.Value])
					}})
				}
			}
			return
		}
		for _, k := range n.Kids {
			walk(k)
		}
	}
	walk(src.root)
}

// noteRef emits a reference or one end of a comment's range.
func (c *compiler) noteRef(b *builder, n *docx.Node, id docx.Attr, kind string, once bool) {
	if b.loops == 0 {
		b.raw(n.Start, n.End)
		return
	}
	if once {
		b.emit(op{kind: opFirstEver, body: []op{{kind: opRaw, raw: b.src.data[n.Start:n.End]}}})
		return
	}
	key := kind + id.Value
	if c.t.notes[key] == nil {
		note := &boundNote{}
		for _, f := range b.frames {
			if p, ok := f.key.(*pair); ok {
				note.host = p
			}
		}
		c.t.notes[key] = note
	}
	before, after := b.src.data[n.Start:id.Start:id.Start], b.src.data[id.End:n.End:n.End]
	b.emit(op{kind: opStep, step: func(r *renderer, _ *op) {
		if r.repeat > 0 && kind == "w:comment" && r.t.notes[key].ops == nil {
			return // there is no such comment to copy
		}
		fresh := r.noteID(key, id.Value, n.Name)
		r.out = append(r.out, before...)
		r.out = append(r.out, fresh...)
		r.out = append(r.out, after...)
		if n.Name != "w:commentRangeStart" && n.Name != "w:commentRangeEnd" {
			r.note(key, fresh)
		}
	}})
}

// noteID is the id of a note or comment in the copy being written.
func (r *renderer) noteID(key, old, name string) string {
	if r.repeat == 0 || r.t.notes[key].ops == nil {
		return old
	}
	if name == "w:commentRangeEnd" || name == "w:commentReference" {
		for f := r.frame; f != nil; f = f.up {
			if id, ok := f.notes[key]; ok {
				return id
			}
		}
	}
	r.ids.note++
	id := strconv.FormatInt(r.ids.note, 10)
	if r.frame.notes == nil {
		r.frame.notes = map[string]string{}
	}
	r.frame.notes[key] = id
	return id
}

// note writes the body of a note where its reference stands, with the names that are known there.
func (r *renderer) note(key, id string) {
	saved, savedID := r.out, r.current
	r.hold(nil)
	defer r.release()
	r.out, r.current = r.notes[key], id
	r.run(r.t.notes[key].ops)
	r.notes[key] = r.out
	r.out, r.current = saved, savedID
}

// noteBodies takes the notes of a part that stand inside loops out of it: they are written with their references.
func (c *compiler) noteBodies(src *source) (bound bool) {
	for _, n := range src.root.Kids {
		id, _ := n.Attr("w:id")
		note := c.t.notes[n.Name+id]
		if note == nil {
			continue
		}
		bound = true
		key := n.Name + id
		src.edits = append(src.edits,
			edit{from: n.Start, to: n.Start, rank: rankElement, kind: editStep, step: func(b *builder) {
				b.open(note, op{kind: opStep, step: func(r *renderer, _ *op) { r.out = append(r.out, r.notes[key]...) }})
				b.loops++
			}},
			edit{from: n.End, to: n.End, rank: rankElementEnd, kind: editStep, step: func(b *builder) {
				b.loops--
				b.close(note)
				last := &(*b.ops())[len(*b.ops())-1]
				note.ops, last.body = last.body, nil
			}})
		for _, a := range n.Attrs {
			if a.Name == "w:id" {
				src.edits = append(src.edits, edit{from: a.Start, to: a.End, rank: rankRange, kind: editStep, step: func(b *builder) {
					b.emit(op{kind: opStep, step: func(r *renderer, _ *op) { r.out = append(r.out, r.current...) }})
				}})
			}
		}
	}
	return bound
}
