package fonts

import (
	"strings"
	"testing"
)

func TestKern(t *testing.T) {
	b := book(t)
	tests := []struct {
		font        string
		left, right rune
		want        int
	}{
		{"Times New Roman", 'T', 'e', -143}, // as in the font it stands for
		{"Times New Roman", 'A', 'V', -264},
		{"Times New Roman", 'V', 'A', -264},
		{"Times New Roman", 'n', 'n', 0},
		{"Arial", 'A', 'V', -152},
		{"Courier New", 'A', 'V', 0},
		{"宋体", 'A', 'V', 0}, // Chinese faces have no table of pairs in Windows
	}
	for _, tt := range tests {
		f := b.Match(tt.font, false, false).Faces[0]
		if got := f.Kern(f.Glyph(tt.left), f.Glyph(tt.right)); got != tt.want {
			t.Errorf("%s: %c%c stand %d apart, want %d", f.Name(), tt.left, tt.right, got, tt.want)
		}
	}
	f := b.Match("Times New Roman", false, false).Faces[0]
	if got := f.Kern(GlyphID(f.NumGlyphs()), 3); got != 0 {
		t.Errorf("a glyph that is not there is kerned by %d", got)
	}
}

// FuzzKern gives parseKern damaged tables: none may panic, and none may say anything about glyphs that it does not name.
func FuzzKern(f *testing.F) {
	table := "\x00\x00\x00\x01" + "\x00\x00\x00\x1a\x00\x01\x00\x02\x00\x0c\x00\x01\x00\x00" + "\x00\x02\x00\x05\xff\xf0" + "\x00\x04\x00\x01\x00\x08"
	f.Add(table)
	f.Add(table[:20])
	f.Add(strings.Replace(table, "\x00\x02\x00\x05", "\x00\x09\x00\x05", 1))
	k := parseKern(table)
	if k.pair(2, 5) != -16 || k.pair(4, 1) != 8 || k.pair(4, 2) != 0 || k.pair(3, 1) != 0 || k.pair(5, 1) != 0 {
		f.Fatal("the table of the fuzzing corpus is not read")
	}
	f.Fuzz(func(_ *testing.T, data string) {
		k := parseKern(data)
		for a := range GlyphID(12) {
			for b := range GlyphID(12) {
				k.pair(a, b)
			}
		}
		k.pair(0xFFFF, 0xFFFF)
	})
}
