package fill

import (
	"strconv"
	"strings"

	"tripact/render/docx"
)

// idKind is a kind of id that must be unique in a package, or a reference to one, and so is renewed in copies.
type idKind uint8

const (
	idDrawing      idKind = iota // wp:docPr, pic:cNvPr, wps:cNvPr
	idBookmark                   // the start of a bookmark or permission
	idBookmarkEnd                //
	idBookmarkName               //
	idAnchor                     // the name of a bookmark where it is referred to
	idRevision                   // w:ins, w:del and the like
	idPara                       // w14:paraId
	idControl                    // w:sdtPr/w:id
	idShape                      // VML
	idNote                       // a footnote, endnote or comment
)

// idUse is what a template's parts use already. It is not changed after compiling.
type idUse struct {
	drawing, annotation, shape, note int64 // the greatest in use
	paras, controls, names           map[string]bool
}

func (u *idUse) take(n *docx.Node) {
	eachID(n, func(_ *docx.Node, a docx.Attr, kind idKind) {
		num, err := strconv.ParseInt(a.Value, 10, 64)
		if err != nil || num < 0 || num > 1<<31 {
			num = 0
		}
		switch kind {
		case idDrawing:
			u.drawing = max(u.drawing, num)
		case idBookmark, idBookmarkEnd, idRevision:
			u.annotation = max(u.annotation, num)
		case idBookmarkName:
			u.names[a.Value] = true
		case idPara:
			u.paras[strings.ToUpper(a.Value)] = true
		case idControl:
			u.controls[a.Value] = true
		case idShape:
			if s, ok := strings.CutPrefix(a.Value, shapePrefix); ok {
				if num, err := strconv.ParseInt(s, 10, 32); err == nil {
					u.shape = max(u.shape, num)
				}
			}
		case idNote:
			u.note = max(u.note, num)
		case idAnchor:
		}
	})
}

const shapePrefix = "_x0000_s"

// eachID calls f for every attribute at or below n that holds an id.
func eachID(n *docx.Node, f func(*docx.Node, docx.Attr, idKind)) {
	for i := range n.Attrs {
		a := n.Attrs[i]
		switch a.Name {
		case "w14:paraId":
			f(n, a, idPara)
		case "w:id":
			switch n.Name {
			case "w:bookmarkStart", "w:permStart":
				f(n, a, idBookmark)
			case "w:bookmarkEnd", "w:permEnd":
				f(n, a, idBookmarkEnd)
			case "w:footnote", "w:endnote", "w:comment":
				f(n, a, idNote)
			case "w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:rPrChange", "w:pPrChange", "w:tblPrChange", "w:trPrChange", "w:tcPrChange",
				"w:sectPrChange", "w:tblGridChange", "w:tblPrExChange", "w:numberingChange", "w:cellIns", "w:cellDel", "w:cellMerge":
				f(n, a, idRevision)
			}
		case "w:name":
			if n.Name == "w:bookmarkStart" {
				f(n, a, idBookmarkName)
			}
		case "w:anchor":
			if n.Name == "w:hyperlink" {
				f(n, a, idAnchor)
			}
		case "w:val":
			if n.Name == "w:id" {
				f(n, a, idControl)
			}
		case "id":
			switch {
			case n.Name == "wp:docPr" || n.Name == "pic:cNvPr" || n.Name == "wps:cNvPr" || n.Name == "wpg:cNvPr":
				f(n, a, idDrawing)
			case strings.HasPrefix(n.Name, "v:") && n.Name != "v:shapetype":
				f(n, a, idShape)
			}
		}
	}
	if n.Name == "v:shapetype" {
		return // its parts are of itself alone
	}
	for _, k := range n.Kids {
		eachID(k, f)
	}
}

// idEdits lists the ids of a part, for copies to renew, and references to bookmarks in fields.
func idEdits(src *source) []edit {
	var out []edit
	eachID(src.root, func(n *docx.Node, a docx.Attr, kind idKind) {
		if kind == idNote {
			return
		}
		out = append(out, edit{from: a.Start, to: a.End, rank: rankRange, kind: editID, node: n, id: kind, old: a.Value})
	})
	var walk func(*docx.Node)
	walk = func(n *docx.Node) {
		switch n.Name {
		case "v:shapetype":
			if id, ok := n.Attr("id"); ok {
				out = append(out, edit{from: n.Start, to: n.End, rank: rankRange, kind: editStep, node: n, step: func(b *builder) { shapeType(b, n, id) }})
			}
			return
		case "w:fldSimple":
			for _, a := range n.Attrs {
				if from, name := fieldBookmark(string(src.data[a.Start:a.End])); a.Name == "w:instr" && name != "" {
					out = append(out, edit{from: a.Start + from, to: a.Start + from + len(name), rank: rankRange, kind: editID, id: idAnchor, old: name})
				}
			}
		case "w:instrText":
			if from, name := fieldBookmark(string(src.data[n.Open:n.Close])); name != "" {
				out = append(out, edit{from: n.Open + from, to: n.Open + from + len(name), rank: rankRange, kind: editID, id: idAnchor, old: name})
			}
		}
		for _, k := range n.Kids {
			walk(k)
		}
	}
	walk(src.root)
	return out
}

// shapeType emits the definition of a kind of VML shape, which a part has once however often a loop repeats the shape.
func shapeType(b *builder, n *docx.Node, id string) {
	if b.loops == 0 {
		b.raw(n.Start, n.End)
		return
	}
	raw := b.src.data[n.Start:n.End:n.End]
	b.emit(op{kind: opStep, step: func(r *renderer, _ *op) {
		if key := [2]string{r.part.name, id}; !r.types[key] {
			r.types[key] = true
			r.out = append(r.out, raw...)
		}
	}})
}

// fieldBookmark finds the bookmark that a PAGEREF, REF or NOTEREF instruction names.
func fieldBookmark(instr string) (at int, name string) {
	if strings.ContainsAny(instr, "&{<") {
		return 0, ""
	}
	i := 0
	for n := 0; ; n++ {
		for i < len(instr) && (instr[i] == ' ' || instr[i] == '\n' || instr[i] == '\t' || instr[i] == '\r') {
			i++
		}
		j := i
		for j < len(instr) && instr[j] != ' ' && instr[j] != '\n' && instr[j] != '\t' && instr[j] != '\r' {
			j++
		}
		word := instr[i:j]
		if n == 1 {
			return i, word
		}
		switch strings.ToUpper(word) {
		case "PAGEREF", "REF", "NOTEREF":
		default:
			return 0, ""
		}
		i = j
	}
}

// rangeEnds pairs the starts and ends of bookmarks, comment ranges and permissions, and moves out of each section what
// begins or ends outside it: of such a range a copy would have one end only.
func rangeEnds(src *source, pairs []*pair) map[*docx.Node]bool {
	type ends struct{ start, end *docx.Node }
	found := map[string]*ends{}
	var order []*ends
	var walk func(*docx.Node)
	walk = func(n *docx.Node) {
		kind := ""
		switch n.Name {
		case "w:bookmarkStart", "w:bookmarkEnd":
			kind = "b"
		case "w:commentRangeStart", "w:commentRangeEnd":
			kind = "c"
		case "w:permStart", "w:permEnd":
			kind = "p"
		}
		if kind != "" {
			id, _ := n.Attr("w:id")
			e := found[kind+id]
			if e == nil {
				e = &ends{}
				found[kind+id] = e
				order = append(order, e)
			}
			if strings.HasSuffix(n.Name, "Start") {
				e.start = n
			} else {
				e.end = n
			}
		}
		for _, k := range n.Kids {
			walk(k)
		}
	}
	walk(src.root)
	cut := map[*docx.Node]bool{}
	inside := func(n *docx.Node, p *pair) bool { return n != nil && n.Start >= p.from && n.End <= p.to }
	for _, e := range order {
		for _, p := range pairs { // outer sections come first
			if p.dropped || p.from >= p.to {
				continue
			}
			switch a, b := inside(e.start, p), inside(e.end, p); {
			case a && !b && !cut[e.start]:
				p.before = append(p.before, e.start)
				cut[e.start] = true
			case b && !a && !cut[e.end]:
				p.after = append(p.after, e.end)
				cut[e.end] = true
			case a && b && p.mid > e.start.Start && p.mid < e.end.End && !cut[e.start] && !cut[e.end]: // in one branch each
				p.before, p.after = append(p.before, e.start), append(p.after, e.end)
				cut[e.start], cut[e.end] = true, true
			}
		}
	}
	return cut
}
