package layout

import "testing"

// TestKerning holds Word's rule for w:kern (ECMA-376 17.3.2.19): pairs are kerned from the size on that it names, in half-points.
func TestKerning(t *testing.T) {
	const te, av = -143 * 16 * Point / 2048, -264 * 16 * Point / 2048
	width := func(rpr, text string) Length {
		doc, _ := wordDoc{body: runPara("", rpr, text), sect: plainPage}.lay(t)
		l := linesOf(doc, true)[0]
		if l.text != text {
			t.Fatalf("%q comes out as %q", text, l.text)
		}
		return l.right - l.x
	}
	tests := []struct {
		name, rpr, text string
		want            Length // less than unkerned
	}{
		{"no w:kern", ``, "Te", 0},
		{"from 1 pt", `<w:kern w:val="2"/>`, "Te", te},
		{"from the size itself", `<w:kern w:val="32"/>`, "Te", te},
		{"from a larger size", `<w:kern w:val="33"/>`, "Te", 0},
		{"switched off", `<w:kern w:val="0"/>`, "Te", 0},
		{"two pairs", `<w:kern w:val="2"/>`, "TeAV", te + av},
		{"Latin beside Han", `<w:kern w:val="2"/>`, "汉Te字", te},
		{"double width", `<w:kern w:val="2"/><w:w w:val="200"/>`, "Te", 2 * te},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plain := tt.rpr
			if i := len(`<w:kern w:val="2"/>`); len(plain) > i {
				plain = plain[i:]
			} else {
				plain = ""
			}
			got := width(tt.rpr, tt.text) - width(plain, tt.text)
			if diff := got - tt.want; diff < -2 || diff > 2 {
				t.Errorf("%q is %d EMU wider with %s, want %d", tt.text, got, tt.rpr, tt.want)
			}
		})
	}
	t.Run("not over a change of format", func(t *testing.T) {
		body := `<w:p><w:r><w:rPr><w:kern w:val="2"/></w:rPr><w:t>T</w:t></w:r><w:r><w:rPr><w:kern w:val="2"/><w:b/></w:rPr><w:t>e</w:t></w:r></w:p>`
		loose := `<w:p><w:r><w:t>T</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>e</w:t></w:r></w:p>`
		a, _ := wordDoc{body: body, sect: plainPage}.lay(t)
		b, _ := wordDoc{body: loose, sect: plainPage}.lay(t)
		if x, y := linesOf(a, true)[0].right, linesOf(b, true)[0].right; x != y {
			t.Errorf("T and a bold e end at %d, want %d", x, y)
		}
	})
}
