package pdf

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tripact/render/layout"
)

// placeSignatures numbers the signature fields and puts them into the structure, beside the links.
func (w *writer) placeSignatures() error {
	names := make(map[string]bool, len(w.opt.Signatures))
	for i := range w.opt.Signatures {
		s := w.opt.Signatures[i]
		s.Name, s.Label = clean(s.Name), clean(s.Label)
		if s.Name == "" {
			s.Name = clean(s.Anchor)
		}
		if s.Label == "" {
			s.Label = s.Name
		}
		if s.Name == "" || strings.Contains(s.Name, ".") || names[s.Name] {
			return fmt.Errorf("signature field %d has the name %q: names are unique and have no full stop", i+1, s.Name)
		}
		names[s.Name] = true
		k := slices.IndexFunc(w.doc.Anchors, func(a layout.Anchor) bool { return a.Name == s.Anchor })
		if k < 0 {
			return fmt.Errorf("no bookmark %q for signature field %q", s.Anchor, s.Name)
		}
		at := &w.doc.Anchors[k]
		if at.Page < 0 || at.Page >= len(w.pages) {
			return fmt.Errorf("bookmark %q stands on page %d of %d", s.Anchor, at.Page+1, len(w.pages))
		}
		node := int32(-1)
		if w.tagged {
			node = int32(len(w.nodes))
			parent := at.Node
			if parent < 0 || int(parent) >= len(w.nodes) {
				parent = 0
			}
			w.nodes = append(slices.Clip(w.nodes), layout.Node{Kind: layout.NodeForm, Parent: parent}) // the document stays as it is
		}
		w.links = append(w.links, link{ref: w.reserve(), page: at.Page, node: node, field: &s, at: at})
	}
	return nil
}

// widgetFlags: the field is printed, and a person may not move it (ISO 32000-1, table 165: Print, Locked).
const widgetFlags = 4 | 128

// writeSignatures writes the fields, each one object with its widget, so that signing redefines one object. PDF/A wants an
// appearance for each widget: an empty one.
func (w *writer) writeSignatures() {
	for i := range w.links {
		l := &w.links[i]
		if l.field == nil {
			continue
		}
		appearance := w.reserve()
		width, height := l.at.W, l.at.H
		h := w.doc.Pages[l.page].Height
		w.begin(l.ref)
		w.str("<</Type/Annot/Subtype/Widget/FT/Sig/T")
		w.b = appendText(w.b, l.field.Name)
		w.str("/TU")
		w.b = appendText(w.b, l.field.Label)
		w.str("/F " + strconv.Itoa(widgetFlags) + "/P ")
		w.ref(w.pages[l.page].ref)
		w.str("/Rect[")
		for j, v := range []layout.Length{l.at.X, h - l.at.Y - height, l.at.X + width, h - l.at.Y} {
			if j > 0 {
				w.str(" ")
			}
			w.b = appendLength(w.b, v)
		}
		w.str("]/AP<</N ")
		w.ref(appearance)
		w.str(">>")
		if w.tagged {
			w.str("/StructParent ")
			w.int(len(w.pages) + i)
		}
		w.str(">>")
		w.end()

		dict := appendLength([]byte("/Type/XObject/Subtype/Form/Resources<<>>/BBox[0 0 "), width)
		dict = appendLength(append(dict, ' '), height)
		w.stream(appearance, string(append(dict, ']')), "", nil)
	}
}

// writeForm writes the interactive form into the catalog. Its flags say already what they must say once somebody has
// signed: there are signatures, and the file is only to be added to (ISO 32000-1, table 219).
func (w *writer) writeForm() {
	opened := false
	for i := range w.links {
		if w.links[i].field == nil {
			continue
		}
		if !opened {
			w.str("/AcroForm<</SigFlags 3/Fields[")
			opened = true
		} else {
			w.str(" ")
		}
		w.ref(w.links[i].ref)
	}
	if opened {
		w.str("]>>")
	}
}
