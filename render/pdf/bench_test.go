package pdf

import (
	"testing"

	"tripact/render/layout"
)

// tenPages is a document like a contract: 5,754 characters of which 858 are distinct, headings in another face, rules of
// tables, one node for each line.
func tenPages(t testing.TB) *layout.Document {
	b := book(t)
	doc := &layout.Document{Lang: "zh-CN", Title: "三方合同任务书", Nodes: []layout.Node{{Kind: layout.NodeDocument, Parent: -1}}}
	body := setter{chain: b.Match("宋体", false, false), size: 14 * layout.Point}
	head := setter{chain: b.Match("黑体", true, false), size: 16 * layout.Point}
	// Distinct characters turn up again and again, as in a text.
	n := 0
	next := func() rune {
		n++
		return rune(0x4E00 + n*577%858*3)
	}
	const lines, perLine = 20, 28
	for p := range 10 {
		page := layout.Page{Width: a4Width, Height: a4Height}
		for l := range lines + 1 {
			s, kind, length := body, layout.NodeParagraph, perLine
			if l == 0 {
				s, kind, length = head, layout.NodeHeading, 15
			}
			s.node = int32(len(doc.Nodes))
			doc.Nodes = append(doc.Nodes, layout.Node{Kind: kind, Level: 1})
			var text []rune
			for range length {
				text = append(text, next())
			}
			y := 25*layout.MM + layout.Length(l)*12*layout.MM
			page.Texts = append(page.Texts, s.line(25*layout.MM, y, string(text), nil)...)
			page.Rules = append(page.Rules, layout.Rule{X1: 25 * layout.MM, X2: 185 * layout.MM, Y1: y + layout.MM, Y2: y + layout.MM, Width: layout.Point / 2, Node: -1})
		}
		doc.Outline = append(doc.Outline, layout.OutlineAt{Level: 1, Text: page.Texts[0].Source, Page: p})
		doc.Pages = append(doc.Pages, page)
	}
	return doc
}

func BenchmarkWrite(b *testing.B) {
	doc := tenPages(b)
	size := 0
	b.ReportAllocs()
	for b.Loop() {
		out, err := Write(doc, Options{})
		if err != nil {
			b.Fatal(err)
		}
		size = len(out)
	}
	b.ReportMetric(float64(size), "bytes/file")
}
