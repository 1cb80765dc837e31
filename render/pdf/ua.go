package pdf

import "tripact/render/layout"

// accessible reports whether the file may call itself PDF/UA-1 (ISO 14289-1): whether the document gives what a writer alone
// cannot. That is a title and a language, text for every figure, headings that skip no level (7.4.2), tables with header
// cells (7.5), and an element for every link (7.18.5). The rest of the standard the writer keeps for every tagged file:
// all content is an element's or an artifact, pages are tabbed in structure order, fonts are embedded with Unicode text.
func (w *writer) accessible() bool {
	if !w.tagged || w.title() == "" || w.lang() == "" {
		return false
	}
	level := 0
	headed := make(map[int32]bool) // tables with a header cell
	for i := range w.nodes {
		n := &w.nodes[i]
		switch n.Kind {
		case layout.NodeFigure:
			if n.Alt == "" {
				return false
			}
		case layout.NodeHeading:
			if n.Level > level+1 || n.Level > 6 {
				return false
			}
			level = n.Level
		case layout.NodeHeaderCell:
			for p := n.Parent; p >= 0; p = w.nodes[p].Parent {
				if w.nodes[p].Kind == layout.NodeTable {
					headed[p] = true
					break
				}
			}
		case layout.NodeDocument, layout.NodeParagraph, layout.NodeTable, layout.NodeRow, layout.NodeCell, layout.NodeList,
			layout.NodeListItem, layout.NodeLink, layout.NodeNote, layout.NodeForm, layout.NodeGroup, layout.NodeLabel:
		}
	}
	for i := range w.nodes {
		if w.nodes[i].Kind == layout.NodeTable && !headed[int32(i)] {
			return false
		}
	}
	for i := range w.links {
		if w.links[i].node < 0 {
			return false
		}
	}
	return true
}

// uaSchema tells PDF/A readers what the property pdfuaid:part is, as ISO 19005-2, 6.6.2.3 asks for any they do not know.
const uaSchema = `<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">` +
	`<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>` +
	`<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>` +
	`<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>` +
	`<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">` +
	`<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>` +
	`<pdfaProperty:category>internal</pdfaProperty:category>` +
	`<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>` +
	`</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>`
