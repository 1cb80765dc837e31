package layout

import (
	"strings"
	"testing"
)

// mirrored is a page with unlike margins and a gutter: 20 mm inside with 5 mm for the binding, 30 mm outside.
const mirrored = `<w:sectPr>%s<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1701" w:bottom="1440" w:left="1134" w:header="851" w:footer="992" w:gutter="284"/></w:sectPr>`

// With mirrored margins the left margin of an even page is the outer one, and the gutter stays inside.
func TestMirroredMargins(t *testing.T) {
	body := para(`<w:jc w:val="right"/>`, "一") + para("", "一") + para(`<w:pageBreakBefore/><w:jc w:val="right"/>`, "二") + para("", "二")
	doc, _ := wordDoc{body: body, sect: mirrored, settings: `<w:mirrorMargins/>`}.lay(t)
	l := linesOf(doc, true)
	for i, want := range []struct{ left, right Length }{{1418 * Twip, (11906 - 1701) * Twip}, {1701 * Twip, (11906 - 1418) * Twip}} {
		if got := l[2*i+1].x; got != want.left {
			t.Errorf("page %d: text begins at %s, want %s", i+1, pt(got), pt(want.left))
		}
		if got := l[2*i].right; got < want.right-Point || got > want.right+Point {
			t.Errorf("page %d: text ends at %s, want %s", i+1, pt(got), pt(want.right))
		}
	}
}

// The page number of a footer stands in a frame, as Word's own page numbers do: at the outer edge, at the inner one, in the middle.
func TestFramedPageNumbers(t *testing.T) {
	const left, right = 1440 * Twip, (11906 - 1440) * Twip
	for _, c := range []struct {
		align string
		x     [2]Length // where the number of pages 1 and 2 begins (left) or ends
	}{
		{"outside", [2]Length{right, left}},
		{"inside", [2]Length{left, right}},
		{"right", [2]Length{right, right}},
		{"center", [2]Length{(left + right) / 2, (left + right) / 2}},
	} {
		footer := `<w:p><w:pPr><w:framePr w:wrap="around" w:vAnchor="text" w:hAnchor="margin" w:xAlign="` + c.align + `" w:y="1"/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p><w:p/>`
		doc, list := wordDoc{body: para("", "甲") + para(`<w:pageBreakBefore/>`, "乙"), sect: plainPage, footer: footer}.lay(t)
		if len(list) > 0 {
			t.Errorf("%s: findings %v", c.align, list)
		}
		for i, want := range c.x {
			found := false
			for _, l := range piecesOf(&doc.Pages[i]) {
				if l.text != []string{"1", "2"}[i] {
					continue
				}
				found = true
				at := l.x
				if want == right {
					at = l.right
				} else if want != left {
					at = (l.x + l.right) / 2
				}
				if at < want-Point/2 || at > want+Point/2 {
					t.Errorf("%s, page %d: number at %s–%s, want %s", c.align, i+1, pt(l.x), pt(l.right), pt(want))
				}
				if l.y < 16838*Twip-992*Twip-40*Point {
					t.Errorf("%s, page %d: number at height %s", c.align, i+1, pt(l.y))
				}
			}
			if !found {
				t.Errorf("%s, page %d: no number: %s", c.align, i+1, dump(doc))
			}
		}
	}
}

func TestFrames(t *testing.T) {
	frame := func(attrs string, text ...string) string {
		s := ""
		for _, x := range text {
			s += para(`<w:framePr `+attrs+`/><w:spacing w:line="400" w:lineRule="exact"/>`, x)
		}
		return s
	}
	text := strings.Repeat(flowing, 4)
	exact := `<w:spacing w:line="400" w:lineRule="exact"/>`
	top := 1440 * Twip
	tests := []struct {
		name, body string
		x, y       Length // of the first line of the frame
		beside     bool   // text stands beside it
		below      Length // no text of the paragraph above this
	}{
		{"around, at the left", frame(`w:w="2000" w:hSpace="180" w:wrap="around" w:vAnchor="text" w:hAnchor="text" w:x="1" w:y="1"`, "框一", "框二") + para(exact, text), 1441 * Twip, top + 20*Point, true, 0},
		{"nothing beside", frame(`w:w="2000" w:wrap="notBeside" w:vAnchor="text" w:hAnchor="text" w:x="1" w:y="1"`, "框一", "框二") + para(exact, text), 1441 * Twip, top + 20*Point, false, top + 40*Point},
		{"at the page", frame(`w:w="3000" w:h="1200" w:hRule="exact" w:wrap="around" w:vAnchor="page" w:hAnchor="page" w:x="5000" w:y="3000"`, "框一") + para(exact, text), 5000 * Twip, 3000*Twip + 20*Point, true, 0},
		{"width of its text", frame(`w:wrap="around" w:vAnchor="text" w:hAnchor="margin" w:xAlign="right" w:y="1"`, "框一") + para(exact, text), (11906-1440)*Twip - 32*Point, top + 20*Point, true, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, list := wordDoc{body: tt.body, sect: plainPage}.lay(t)
			if len(list) > 0 {
				t.Errorf("findings %v", list)
			}
			var at textLine
			beside, rest := false, ""
			for _, l := range piecesOf(&doc.Pages[0]) {
				if strings.HasPrefix(l.text, "框一") {
					at = l
				}
			}
			for _, l := range piecesOf(&doc.Pages[0]) {
				if strings.HasPrefix(l.text, "框") {
					continue
				}
				rest += l.text
				if l.y < tt.below {
					t.Errorf("%q at %s", l.text, pt(l.y))
				}
				if d := l.y - at.y; d > -6*Point && d < 6*Point {
					beside = true
					if l.x < at.right && l.right > at.x {
						t.Errorf("%q runs over the frame", l.text)
					}
				}
			}
			if d := at.x - tt.x; d < -Point/2 || d > Point/2 {
				t.Errorf("the frame begins at %s, want %s", pt(at.x), pt(tt.x))
			}
			if d := at.y - tt.y; d < -6*Point || d > 6*Point {
				t.Errorf("the first line of the frame is at %s, want about %s", pt(at.y), pt(tt.y))
			}
			if beside != tt.beside {
				t.Errorf("text beside: %v\n%s", beside, dump(doc))
			}
			if rest != text {
				t.Errorf("text %q", rest)
			}
		})
	}
	t.Run("of a style", func(t *testing.T) {
		doc, _ := wordDoc{
			styles: `<w:style w:type="paragraph" w:styleId="F"><w:name w:val="F"/><w:pPr><w:framePr w:w="2000" w:wrap="around" w:vAnchor="text" w:hAnchor="text" w:xAlign="right"/></w:pPr></w:style>`,
			body:   para(`<w:pStyle w:val="F"/>`, "框") + para(exact, text), sect: plainPage,
		}.lay(t)
		for _, l := range piecesOf(&doc.Pages[0]) {
			if l.text == "框" && l.x < 300*Point {
				t.Errorf("the frame is at %s", pt(l.x))
			}
		}
	})
	t.Run("nothing follows", func(t *testing.T) {
		_, list := wordDoc{body: frame(`w:w="2000" w:vAnchor="text"`, "框"), sect: plainPage}.lay(t)
		if !hasCode(list, "layout.frame") {
			t.Errorf("findings %v", list)
		}
	})
}
