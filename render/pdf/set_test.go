package pdf

import (
	"fmt"
	"testing"

	"tripact/fonts"
	"tripact/render/layout"
)

func book(t testing.TB) *fonts.Book {
	t.Helper()
	b := fonts.Shipped()
	if b == nil {
		t.Skip(fonts.ErrNoFonts)
	}
	return b
}

// setter sets lines of text by hand, as layout would.
type setter struct {
	chain *fonts.Chain
	size  layout.Length
	node  int32
	lang  string
	color layout.Color
}

// line sets s from (x, y) on, one Text for each change of face. After each character comes what gap gives for it, nil for
// nothing.
func (s setter) line(x, y layout.Length, text string, gap func(r, next rune) layout.Length) []layout.Text {
	var out []layout.Text
	runes := []rune(text)
	for i, r := range runes {
		face, g := s.chain.Find(r)
		if face == nil {
			panic(fmt.Sprintf("not covered: %c U+%04X", r, r))
		}
		if len(out) == 0 || out[len(out)-1].Face != face {
			bolder, slant := s.chain.Style(face)
			out = append(out, layout.Text{
				X: x, Y: y, Face: face, Size: s.size, ScaleX: 100, Node: s.node, Lang: s.lang, Color: s.color,
				Bolder: bolder, Slant: slant,
			})
		}
		t := &out[len(out)-1]
		upem := layout.Length(face.UnitsPerEm())
		adv := (layout.Length(face.Advance(g))*s.size + upem/2) / upem
		after := layout.Length(0)
		if gap != nil && i+1 < len(runes) {
			after = gap(r, runes[i+1])
			if next, _ := s.chain.Find(runes[i+1]); next == face { // else the next Text begins after the gap
				adv += after
				after = 0
			}
		}
		t.Glyphs = append(t.Glyphs, layout.Glyph{ID: g, Len: uint8(len(string(r))), Advance: adv})
		t.Source += string(r)
		x += adv + after
	}
	return out
}

const (
	a4Width  = 210 * layout.MM
	a4Height = 297 * layout.MM
)

func onePage(texts ...[]layout.Text) *layout.Document {
	p := layout.Page{Width: a4Width, Height: a4Height, Label: "1"}
	for _, t := range texts {
		p.Texts = append(p.Texts, t...)
	}
	return &layout.Document{
		Pages: []layout.Page{p}, Lang: "zh-CN", Title: "三方合同任务书",
		Nodes: []layout.Node{{Kind: layout.NodeDocument, Parent: -1}, {Kind: layout.NodeParagraph, Parent: 0}},
	}
}

func mustWrite(t testing.TB, doc *layout.Document) []byte {
	t.Helper()
	out, err := Write(doc, Options{Author: "宁波市科学技术局", Creator: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
