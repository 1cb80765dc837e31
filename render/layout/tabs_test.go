package layout

import "testing"

// Stops of every kind: the text after a tab begins, stands in the middle, ends or has its decimal point there.
func TestTabStops(t *testing.T) {
	const left, stop = 1440 * Twip, (1440 + 4000) * Twip
	line := func(stops, text string) textLine {
		t.Helper()
		body := `<w:p><w:pPr><w:tabs>` + stops + `</w:tabs></w:pPr><w:r><w:t>x</w:t><w:tab/><w:t>` + text + `</w:t></w:r></w:p>`
		doc, list := wordDoc{body: body, sect: plainPage}.lay(t)
		if len(list) > 0 {
			t.Errorf("%s: findings %v", stops, list)
		}
		pieces := piecesOf(&doc.Pages[0])
		return pieces[len(pieces)-1]
	}
	near := func(name string, got, want Length) {
		t.Helper()
		if d := got - want; d < -Point/20 || d > Point/20 {
			t.Errorf("%s: %s, want %s", name, pt(got), pt(want))
		}
	}
	digit := 8 * Point // in Times New Roman of 16 pt
	near("left", line(`<w:tab w:val="left" w:pos="4000"/>`, "120.50").x, stop)
	c := line(`<w:tab w:val="center" w:pos="4000"/>`, "120.50")
	near("center", (c.x+c.right)/2, stop)
	near("right", line(`<w:tab w:val="right" w:pos="4000"/>`, "120.50").right, stop)
	near("decimal", line(`<w:tab w:val="decimal" w:pos="4000"/>`, "1234.5").x, stop-4*digit)
	near("decimal, first point", line(`<w:tab w:val="decimal" w:pos="4000"/>`, "12.5.75").x, stop-2*digit)
	near("decimal without a point", line(`<w:tab w:val="decimal" w:pos="4000"/>`, "1234").right, stop)
	near("num is a left one", line(`<w:tab w:val="num" w:pos="4000"/>`, "1").x, stop)
	near("default stops", line(``, "1").x, left+720*Twip)
}
