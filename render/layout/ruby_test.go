package layout

import (
	"strings"
	"testing"
)

func rubyOf(align, base, above string) string {
	return `<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val="` + align + `"/><w:hps w:val="16"/><w:hpsRaise w:val="30"/><w:hpsBaseText w:val="32"/><w:lid w:val="zh-CN"/></w:rubyPr>` +
		`<w:rt><w:r><w:rPr><w:sz w:val="16"/></w:rPr><w:t>` + above + `</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>` + base + `</w:t></w:r></w:rubyBase></w:ruby></w:r>`
}

func TestRuby(t *testing.T) {
	doc, list := wordDoc{sect: plainPage, body: `<w:p><w:r><w:t>前</w:t></w:r>` + rubyOf("center", "甬", "yǒng") + `<w:r><w:t>后</w:t></w:r></w:p>`}.lay(t)
	if len(list) > 0 {
		t.Errorf("findings %v", list)
	}
	before, base, above, after := where(t, doc, "前"), where(t, doc, "甬"), where(t, doc, "yǒng"), where(t, doc, "后")
	if base.Y != before.Y || above.Y != base.Y-15*Point || above.Size != 8*Point {
		t.Errorf("baselines %s, %s, %s; reading of %s", pt(before.Y), pt(base.Y), pt(above.Y), pt(above.Size))
	}
	width := Length(0)
	for _, g := range above.Glyphs {
		width += g.Advance
	}
	if middle, own := above.X+width/2, base.X+8*Point; middle-own > Point/10 || own-middle > Point/10 {
		t.Errorf("the reading's middle is at %s, the character's at %s", pt(middle), pt(own))
	}
	if need := max(width, 16*Point); after.X != before.X+16*Point+need {
		t.Errorf("the text goes on at %s", pt(after.X))
	}
	if base.Node != before.Node || above.Node != before.Node {
		t.Errorf("nodes %d, %d, %d", before.Node, base.Node, above.Node)
	}
	if top := 1440 * Twip; above.Y-above.Size*7/10 < top {
		t.Errorf("the reading at %s sticks out of the text area", pt(above.Y))
	}
}

// A phonetic guide goes to the next line whole, and its neighbours keep the rules for marks.
func TestRubyBreaks(t *testing.T) {
	for n := 20; n < 32; n++ {
		doc, _ := wordDoc{sect: plainPage, body: `<w:p><w:r><w:t>` + strings.Repeat("字", n) + `</w:t></w:r>` + rubyOf("distributeSpace", "科创", "kechuang") + `<w:r><w:t>，后</w:t></w:r></w:p>`}.lay(t)
		base := where(t, doc, "科创")
		for _, l := range linesOf(doc, false) {
			if strings.HasPrefix(l.text, "，") {
				t.Errorf("after %d characters a line begins with a comma", n)
			}
		}
		if end := base.X + 32*Point; end > (11906-1440)*Twip+8*Point {
			t.Errorf("after %d characters the guide ends at %s", n, pt(end))
		}
	}
}

// The marks at both ends of a centred or flush-right line take half an em each.
func TestTrimmedEnds(t *testing.T) {
	for _, c := range []struct {
		jc   string
		want func(l textLine, left, right Length) bool
	}{
		{"center", func(l textLine, left, right Length) bool {
			return l.x-left+8*Point-(right-l.right) < Point/10 && l.x+8*Point-left-(right-l.right) > -Point/10
		}},
		{"right", func(l textLine, _, right Length) bool { return l.right == right }},
	} {
		doc, _ := wordDoc{sect: plainPage, body: para(`<w:jc w:val="`+c.jc+`"/>`, "（征求意见稿）")}.lay(t)
		l := linesOf(doc, false)[0]
		if w := l.right - l.x; w != (7*16-8)*Point {
			t.Errorf("%s: the text is %s wide from the first glyph's origin on, want 104", c.jc, pt(w))
		}
		if !c.want(l, 1440*Twip, (11906-1440)*Twip) {
			t.Errorf("%s: from %s to %s", c.jc, pt(l.x), pt(l.right))
		}
	}
}
