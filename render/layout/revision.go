package layout

import "tripact/render/docx"

// Tracked changes are set as if all of them were accepted: what was inserted or moved here is text, what was deleted or moved away is
// none, and formatting is the new one.

// revised tells, once, that a document has tracked changes.
func (e *engine) revised() {
	e.warnOnce("layout.revision", "文件含有修订，按接受全部修订排版", "the document has tracked changes, it is set as if all were accepted", "")
}

// markDeleted reports whether the mark of a paragraph is deleted or moved away, so that it goes on in the next one (ECMA-376 17.13.5.15).
// A paragraph that ends a section stays.
func markDeleted(p *docx.Node) bool {
	if len(p.Kids) == 0 || p.Kids[0].Name != "w:pPr" {
		return false
	}
	ppr := p.Kids[0]
	r := ppr.Child("w:rPr")
	return r != nil && (r.Child("w:del") != nil || r.Child("w:moveFrom") != nil) && ppr.Child("w:sectPr") == nil
}

// hasContent reports whether a paragraph has anything but its mark and what is deleted.
func hasContent(p *docx.Node) bool {
	for _, k := range p.Kids {
		switch k.Name {
		case "w:pPr", "w:del", "w:moveFrom", "w:bookmarkStart", "w:bookmarkEnd", "w:proofErr", "w:commentRangeStart", "w:commentRangeEnd",
			"w:moveFromRangeStart", "w:moveFromRangeEnd", "w:moveToRangeStart", "w:moveToRangeEnd":
		default:
			return true
		}
	}
	return false
}

// joined is paragraph b with the content of a before its own. Its formatting is that of b, whose mark is the one that is left.
func (e *engine) joined(a, b *docx.Node) *docx.Node {
	e.readUnread(b)
	n := *b
	n.Kids, n.Mark = nil, noMark
	own := b.Kids
	if len(own) > 0 && own[0].Name == "w:pPr" {
		n.Kids, own = append(n.Kids, own[0]), own[1:]
	}
	for _, k := range a.Kids {
		if k.Name != "w:pPr" {
			n.Kids = append(n.Kids, k)
		}
	}
	n.Kids = append(n.Kids, own...)
	return &n
}

// noMark is the Mark of a paragraph that stands nowhere in the file and so cannot be remembered by its bytes.
const noMark = -1
