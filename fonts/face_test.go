package fonts

import "testing"

func TestWidths(t *testing.T) {
	b := book(t)
	tests := []struct {
		font string
		r    rune
		want int
	}{
		{"宋体", '中', 1000},
		{"黑体", '，', 1000},
		{"楷体", '龑', 1000},
		{"仿宋", '宁', 1000},
		{"仿宋", '　', 1000},
		{"Times New Roman", ' ', 512},
		{"Times New Roman", 'A', 1479},
		{"Times New Roman", '0', 1024},
		{"Arial", 'W', 1933},
		{"Courier New", 'i', 1229},
		{"Courier New", 'W', 1229},
	}
	for _, tt := range tests {
		f := b.Match(tt.font, false, false).Faces[0]
		if got := f.Advance(f.Glyph(tt.r)); got != tt.want {
			t.Errorf("%s: %q is %d wide, want %d", f.Name(), tt.r, got, tt.want)
		}
	}
	f := b.Match("宋体", false, false).Faces[0]
	if got := f.Advance(GlyphID(f.NumGlyphs())); got != 0 {
		t.Errorf("a glyph that is not there is %d wide", got)
	}
}

func TestLineMetrics(t *testing.T) {
	b := book(t)
	tests := []struct {
		font                 string
		ascent, descent, gap int
	}{
		{"宋体", 1151, 286, 0},
		{"黑体", 1160, 288, 0},
		{"楷体", 1032, 285, 0},               // usWin, larger than hhea's 928 + 256
		{"仿宋", 978, 272, 0},                // usWin hold all of hhea's 880 + 120 + 200
		{"Times New Roman", 1825, 443, 87}, // as the font it stands for
		{"Arial", 1854, 434, 67},
	}
	for _, tt := range tests {
		f := b.Match(tt.font, false, false).Faces[0]
		if f.Ascent() != tt.ascent || f.Descent() != tt.descent || f.LineGap() != tt.gap {
			t.Errorf("%s: line metrics %d %d %d, want %d %d %d", tt.font, f.Ascent(), f.Descent(), f.LineGap(), tt.ascent, tt.descent, tt.gap)
		}
	}
}

func TestFaceFacts(t *testing.T) {
	b := book(t)
	italic := b.Match("Times New Roman", false, true).Faces[0]
	if a := italic.ItalicAngle(); a > -10 || a < -20 {
		t.Errorf("italic angle of %s is %v", italic.Name(), a)
	}
	if f := b.Match("Courier New", false, false).Faces[0]; !f.FixedPitch() {
		t.Errorf("%s is not of fixed pitch", f.Name())
	}
	for _, f := range b.Faces() {
		pos, thick := f.Underline()
		if pos >= 0 || thick <= 0 || f.CapHeight() <= 0 || f.Weight() < 100 {
			t.Errorf("%s: underline %d/%d, cap height %d, weight %d", f.Name(), pos, thick, f.CapHeight(), f.Weight())
		}
		if x0, y0, x1, y1 := f.BBox(); x0 >= x1 || y0 >= y1 {
			t.Errorf("%s: box %d %d %d %d", f.Name(), x0, y0, x1, y1)
		}
	}
}
