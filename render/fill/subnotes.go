package fill

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"tripact/render/docx"
)

// noteSheet is the footnotes or endnotes part of the package being filled, with the notes that included documents bring.
type noteSheet struct {
	part  string
	added []byte
}

// noteSheet returns the part for notes of a kind (w:footnote or w:endnote), made with its separators where there is none.
func (a *assets) noteSheet(kind string) *noteSheet {
	if s := a.notes[kind]; s != nil {
		return s
	}
	local := strings.TrimPrefix(kind, "w:") + "s"
	s := &noteSheet{}
	if parts := a.pkg.Related(a.pkg.Main(), local); len(parts) > 0 {
		s.part = parts[0].Name
	} else {
		rule := func(id, kind, mark string) string {
			return `<w:` + strings.TrimSuffix(local, "s") + ` w:type="` + kind + `" w:id="` + id + `"><w:p><w:r><w:` + mark + `/></w:r></w:p></w:` + strings.TrimSuffix(local, "s") + `>`
		}
		part := a.pkg.AddPart("word/"+local+".xml", "application/vnd.openxmlformats-officedocument.wordprocessingml."+local+"+xml",
			[]byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`+"\n"+`<w:`+local+` xmlns:w="`+a.ns("w")+`">`+rule("-1", "separator", "separator")+rule("0", "continuationSeparator", "continuationSeparator")+`</w:`+local+`>`))
		a.pkg.AddRel(a.pkg.Main(), local, part.Name, false)
		s.part = part.Name
	}
	a.notes[kind] = s
	return s
}

// brings reports whether notes are to be added to a part, which must then be at hand as a whole.
func (a *assets) brings(part string) bool {
	for _, s := range a.notes {
		if s.part == part {
			return true
		}
	}
	return false
}

// finishNotes writes the notes that were brought, footnotes first.
func (a *assets) finishNotes() {
	for _, kind := range []string{"w:footnote", "w:endnote"} {
		s := a.notes[kind]
		if s == nil || len(s.added) == 0 {
			continue
		}
		data := a.pkg.Part(s.part).Data
		root, err := docx.Parse(data)
		if err != nil {
			continue // it was parsed before
		}
		if root.Open == root.End { // no note at all
			name := data[root.Start+1 : root.Open-2]
			name = name[:indexOr(name, " \t\r\n")]
			a.pkg.Set(s.part, slices.Concat(bytes.TrimRight(data[:root.Open-2], " "), []byte(">"), s.added, []byte("</"), name, []byte(">"), data[root.End:]))
			continue
		}
		a.pkg.Set(s.part, slices.Concat(data[:root.Close], s.added, data[root.Close:]))
	}
}

// takesNotes reports whether notes may stand where t does: in the body of the main part, outside text boxes.
func takesNotes(r *renderer, t *tag) bool {
	if r.part.name != r.t.pkg.Main().Name {
		return false
	}
	for b := t.p.in; b != nil; b = b.up {
		if b.node.Name == "w:txbxContent" {
			return false
		}
	}
	return true
}

// noteOf finds a note of the included document, with the part it is in. Separators are no notes.
func (inc *included) noteOf(kind, id string) (*docx.Part, *docx.Node) {
	for _, part := range inc.pkg.Related(inc.pkg.Main(), strings.TrimPrefix(kind, "w:")+"s") {
		if inc.roots[part.Name] == nil {
			root, err := part.Parse()
			if err != nil {
				continue
			}
			inc.roots[part.Name] = root
		}
		for _, n := range inc.roots[part.Name].Kids {
			own, _ := n.Attr("w:id")
			if typ, special := n.Attr("w:type"); n.Name == kind && own == id && (!special || typ == "normal") {
				return part, n
			}
		}
	}
	return nil, nil
}

// noteBookmarks gives the bookmarks in the notes that the body refers to new names, before anything refers to them.
func (w *bodyWriter) noteBookmarks() {
	var walk func(*docx.Node)
	walk = func(n *docx.Node) {
		if kind, ok := strings.CutSuffix(n.Name, "Reference"); ok && (kind == "w:footnote" || kind == "w:endnote") {
			id, _ := n.Attr("w:id")
			if _, note := w.inc.noteOf(kind, id); note != nil {
				w.bookmarks(note)
			}
		}
		for _, k := range n.Kids {
			walk(k)
		}
	}
	walk(w.inc.body)
}

// bringNote copies a note of the included document and returns the id of the copy; false when there is no such note.
func (w *bodyWriter) bringNote(kind, id string) (string, bool) {
	part, n := w.inc.noteOf(kind, id)
	if n == nil {
		return "", false
	}
	sheet := w.r.assets.noteSheet(kind)
	w.r.ids.note++
	fresh := strconv.FormatInt(w.r.ids.note, 10)
	own := &bodyWriter{r: w.r, t: w.t, inc: w.inc, nums: w.nums, part: part, host: sheet.part, note: fresh, ids: w.ids, names: w.names, left: w.left, used: map[string]bool{}}
	own.element(n, true)
	sheet.added = append(sheet.added, own.out...)
	return fresh, true
}

// headed reports whether a document has a header or footer that says something.
func headed(p *docx.Package) bool {
	for _, kind := range []string{"header", "footer"} {
		for _, part := range p.Related(p.Main(), kind) {
			if root, err := part.Parse(); err == nil && find(root, func(n *docx.Node) bool { return n.Name == "w:t" && strings.TrimSpace(n.Content()) != "" }) != nil {
				return true
			}
		}
	}
	return false
}
