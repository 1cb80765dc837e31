package fonts

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/adler32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func glyphsOf(f *Face, text string) []GlyphID {
	glyphs := []GlyphID{0}
	for _, r := range text {
		glyphs = append(glyphs, f.Glyph(r))
	}
	return glyphs
}

// openSubset reads a subset back. It has no cmap, so parse does not take it.
func openSubset(t *testing.T, file []byte) *parsed {
	t.Helper()
	tables, err := directory(string(file))
	if err != nil {
		t.Fatal(err)
	}
	p := &parsed{
		head: tables["head"], hhea: tables["hhea"], hmtx: tables["hmtx"], maxp: tables["maxp"],
		loca: tables["loca"], glyf: tables["glyf"], longLoca: true,
	}
	p.numGlyphs = int(u16(p.maxp, 4))
	p.numHMetrics = int(u16(p.hhea, 34))
	return p
}

func TestSubsetHoldsTheSameGlyphs(t *testing.T) {
	for _, f := range book(t).Faces() {
		given := glyphsOf(f, "AÁéĐőж中国ö☑☑国Á")
		kept := slices.Clone(given)
		file, err := f.Subset(given)
		if err != nil {
			t.Fatalf("%s: %v", f.Name(), err)
		}
		if !slices.Equal(given, kept) {
			t.Errorf("%s: Subset changed its argument", f.Name())
		}
		again, _ := f.Subset(given)
		if !bytes.Equal(file, again) {
			t.Errorf("%s: two subsets of the same glyphs differ", f.Name())
		}
		sub := openSubset(t, file)
		if sub.numGlyphs < len(given) || sub.numHMetrics != sub.numGlyphs {
			t.Errorf("%s: %d glyphs, %d metrics, want at least %d", f.Name(), sub.numGlyphs, sub.numHMetrics, len(given))
		}
		for i, g := range given {
			sameOutline(t, f.Name(), f.load(), g, sub, GlyphID(i), 0)
			if w := int(u16(sub.hmtx, 4*i)); w != f.Advance(g) {
				t.Errorf("%s: glyph %d is %d wide in the subset, want %d", f.Name(), g, w, f.Advance(g))
			}
		}
	}
}

// sameOutline compares glyphs, and the components of composites by what they lead to.
func sameOutline(t *testing.T, name string, p *parsed, g GlyphID, sub *parsed, sg GlyphID, depth int) {
	t.Helper()
	want, got := p.glyphData(g), sub.glyphData(sg)
	if len(want) > repeatSize && len(got) == repeatSize { // a repeat: look at what it draws
		got = sub.glyphData(GlyphID(u16(got, 12)))
	}
	if len(got) != pad4(len(want)) {
		t.Errorf("%s: glyph %d has %d bytes in the subset, %d in the font", name, g, len(got), len(want))
		return
	}
	var parts []int
	if err := components(want, func(at int) { parts = append(parts, at) }); err != nil {
		t.Fatal(err)
	}
	w, s := []byte(want), []byte(got[:len(want)])
	for _, at := range parts {
		if depth < 5 {
			sameOutline(t, name, p, GlyphID(u16(want, at)), sub, GlyphID(u16(got, at)), depth+1)
		}
		copy(w[at:at+2], s[at:at+2])
	}
	if !bytes.Equal(w, s) {
		t.Errorf("%s: glyph %d differs in the subset", name, g)
	}
}

func TestSubsetWidths(t *testing.T) {
	f := book(t).Match("宋体", false, false).Faces[0]
	g := f.Glyph('中')
	file, err := f.SubsetOf([]SubsetGlyph{{}, {ID: g}, {ID: g, Extra: 250}, {ID: g, Extra: -500}})
	if err != nil {
		t.Fatal(err)
	}
	sub := openSubset(t, file)
	for i, want := range []int{f.Advance(0), 1000, 1250, 500} {
		if got := int(u16(sub.hmtx, 4*i)); got != want {
			t.Errorf("glyph %d is %d wide, want %d", i, got, want)
		}
	}
	if n := len(sub.glyphData(3)); n != repeatSize {
		t.Errorf("a glyph asked for again takes %d bytes, want %d", n, repeatSize)
	}
	if depth := u16(sub.maxp, 30); depth == 0 {
		t.Error("maxp knows of no composites")
	}
}

func TestSubsetChecksums(t *testing.T) {
	f := book(t).Match("Times New Roman", false, false).Faces[0]
	file, err := f.Subset(glyphsOf(f, "Đorđe ÁÉ"))
	if err != nil {
		t.Fatal(err)
	}
	if sum := checksum(file); sum != 0xB1B0AFBA {
		t.Errorf("the whole file adds up to %#x, want 0xB1B0AFBA", sum)
	}
	for i := range int(u16(string(file), 4)) {
		rec := file[12+16*i:]
		at, size := int(binary.BigEndian.Uint32(rec[8:])), int(binary.BigEndian.Uint32(rec[12:]))
		table := bytes.Clone(file[at : at+pad4(size)])
		if string(rec[:4]) == "head" {
			clear(table[8:12])
		}
		if got, want := binary.BigEndian.Uint32(rec[4:]), checksum(table); got != want {
			t.Errorf("table %s: checksum %#x, want %#x", rec[:4], got, want)
		}
	}
}

func TestSubsetRefusesUnknownGlyph(t *testing.T) {
	f := book(t).Match("Arial", false, false).Faces[0]
	if _, err := f.Subset([]GlyphID{0, 65535}); err == nil {
		t.Error("a glyph that the face does not have was taken")
	}
}

// The compressed form is the same file, whatever was compressed before.
func TestDeflatedSubset(t *testing.T) {
	for _, f := range book(t).Faces() {
		var glyphs []SubsetGlyph
		for i, g := range glyphsOf(f, "AÁéĐőж中国 ö☑☑国Á") {
			glyphs = append(glyphs, SubsetGlyph{ID: g, Extra: int16(i)})
		}
		want, err := f.SubsetOf(glyphs)
		if err != nil {
			t.Fatal(err)
		}
		var first []byte
		for range 2 {
			stream, length, err := f.DeflatedSubset(glyphs)
			if err != nil {
				t.Fatal(err)
			}
			z, err := zlib.NewReader(bytes.NewReader(stream))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(z) // checks the Adler-32 sum too
			if err != nil || !bytes.Equal(got, want) || length != len(want) {
				t.Errorf("%s: %d bytes inflate to %d that differ from the subset's %d: %v", f.Name(), len(stream), len(got), len(want), err)
			}
			if first != nil && !bytes.Equal(first, stream) {
				t.Errorf("%s: a second run gives other bytes", f.Name())
			}
			first = stream
		}
	}
}

func TestCombineAdler(t *testing.T) {
	data := bytes.Repeat([]byte{0xFF, 0xFE, 1}, 70000)
	for _, n := range []int{0, 1, 65520, 65521, 65522, 140000, len(data)} {
		if got, want := combineAdler(adler32.Checksum(data[:n]), adler32.Checksum(data[n:]), len(data)-n), adler32.Checksum(data); got != want {
			t.Errorf("split at %d: %#x, want %#x", n, got, want)
		}
	}
}

// FontTools reads the subset with every check it has and must find the same outlines.
func TestSubsetInFontTools(t *testing.T) {
	python := "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import fontTools").Run(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("python3 with fontTools is missing")
		}
		t.Skip("needs python3 with fontTools")
	}
	const script = `
import sys
from fontTools.ttLib import TTFont
from fontTools.pens.recordingPen import DecomposingRecordingPen
a, b = TTFont(sys.argv[1]), TTFont(sys.argv[2], checkChecksums=2)
ga, gb = a.getGlyphSet(), b.getGlyphSet()
for i, g in enumerate(map(int, sys.argv[3].split(","))):
    pa, pb = DecomposingRecordingPen(ga), DecomposingRecordingPen(gb)
    ga[a.getGlyphName(g)].draw(pa); gb[b.getGlyphName(i)].draw(pb)
    assert pa.value == pb.value, (i, g)
    assert a["hmtx"][a.getGlyphName(g)] == b["hmtx"][b.getGlyphName(i)], (i, g)
`
	for _, f := range book(t).Faces() {
		glyphs := glyphsOf(f, "Đorđe ÁÉőж中𬭎，☑中Á中")
		file, err := f.Subset(glyphs)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "subset.ttf")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		ids := make([]string, len(glyphs))
		for i, g := range glyphs {
			ids[i] = strconv.Itoa(int(g))
		}
		out, err := exec.Command(python, "-c", script, filepath.Join("files", f.file), path, strings.Join(ids, ",")).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", f.Name(), err, out)
		}
	}
}

// assemble makes a font file of tables, for tests.
func assemble(tables map[string]string) string {
	var tags []string
	for tag := range tables {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	out := make([]outTable, 0, len(tags))
	at := 12 + 16*len(tags)
	for _, tag := range tags {
		out = append(out, outTable{tag: tag, size: len(tables[tag]), at: at})
		at += pad4(len(tables[tag]))
	}
	file := make([]byte, at)
	for i := range out {
		t := &out[i]
		copy(file[t.at:], tables[t.tag])
		t.sum = checksum(file[t.at : t.at+pad4(t.size)])
	}
	putDirectory(file, out)
	return string(file)
}

// small is a whole font of a few glyphs, with a composite, to be damaged.
func small(t testing.TB) string {
	t.Helper()
	f := book(t).Match("Times New Roman", false, false).Faces[0]
	file, err := f.Subset(glyphsOf(f, "AÁ"))
	if err != nil {
		t.Fatal(err)
	}
	tables, err := directory(string(file))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := directory(f.data)
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range []string{"OS/2", "post"} {
		tables[tag] = whole[tag]
	}
	tables["post"] = tables["post"][:32]
	tables["name"] = "\x00\x00\x00\x01\x00\x12" + "\x00\x03\x00\x01\x04\x09\x00\x06\x00\x02\x00\x00" + "\x00S"
	tables["fpgm"], tables["cvt "] = tables["fpgm"][:8], tables["cvt "][:8]
	tables["cmap"] = "\x00\x00\x00\x03" +
		"\x00\x00\x00\x05\x00\x00\x00\x1C" + "\x00\x03\x00\x01\x00\x00\x00\x3A" + "\x00\x03\x00\x0A\x00\x00\x00\x62" +
		// format 14: A + U+FE00 is glyph 2
		"\x00\x0E\x00\x00\x00\x1E\x00\x00\x00\x01" + "\x00\xFE\x00\x00\x00\x00\x00\x00\x00\x00\x15" + "\x00\x00\x00\x01\x00\x00\x41\x00\x02" +
		// format 4: A, Á
		"\x00\x04\x00\x28\x00\x00\x00\x06\x00\x04\x00\x01\x00\x02" + "\x00\x41\x00\xC1\xFF\xFF" + "\x00\x00" + "\x00\x41\x00\xC1\xFF\xFF" +
		"\xFF\xC0\xFF\x41\x00\x01" + "\x00\x00\x00\x00\x00\x00" +
		// format 12: A, Á, U+20000
		"\x00\x0C\x00\x00\x00\x00\x00\x34\x00\x00\x00\x00\x00\x00\x00\x03" + "\x00\x00\x00\x41\x00\x00\x00\x41\x00\x00\x00\x01" +
		"\x00\x00\x00\xC1\x00\x00\x00\xC1\x00\x00\x00\x02" + "\x00\x02\x00\x00\x00\x02\x00\x00\x00\x00\x00\x01"
	return assemble(tables)
}

func TestSmallFontIsSound(t *testing.T) {
	f := newFace("small", small(t))
	if err := f.load().err; err != nil {
		t.Fatal(err)
	}
	if f.Variant('A', 0xFE00) != 2 || f.Variant('A', 0xFE01) != 1 || f.Variant('Á', 0xFE00) != 2 {
		t.Errorf("variants %d %d %d, want 2 1 2", f.Variant('A', 0xFE00), f.Variant('A', 0xFE01), f.Variant('Á', 0xFE00))
	}
	if f.Name() != "S" {
		t.Errorf("name %q, want S", f.Name())
	}
	if f.Glyph('A') != 1 || f.Glyph('Á') != 2 || f.Glyph(0x20000) != 1 || f.Glyph('B') != 0 {
		t.Errorf("glyphs %d %d %d %d, want 1 2 1 0", f.Glyph('A'), f.Glyph('Á'), f.Glyph(0x20000), f.Glyph('B'))
	}
}

func exercise(data string) error {
	f := newFace("test", data)
	for _, r := range []rune{0, 'A', 'Á', 0xFFFF, 0x20000, 0x10FFFF} {
		f.Advance(f.Glyph(r))
		f.Variant(r, 0xFE00)
	}
	_, err := f.Subset([]GlyphID{0, 1, 2})
	return errors.Join(f.load().err, err)
}

func TestTruncatedFontsAreErrors(t *testing.T) {
	data := small(t)
	last := 0
	tables, _ := directory(data)
	for _, tag := range []string{"maxp", "post", "prep"} {
		last = max(last, strings.Index(data, tables[tag])+len(tables[tag]))
	}
	for n := range last {
		if exercise(data[:n]) == nil {
			t.Fatalf("the first %d bytes of %d were taken for a font", n, len(data))
		}
	}
}

func FuzzParse(f *testing.F) {
	data := small(f)
	f.Add([]byte(data))
	f.Add([]byte(data[:len(data)/2]))
	f.Add([]byte("OTTO\x00\x01"))
	f.Add([]byte("ttcf"))
	f.Fuzz(func(_ *testing.T, data []byte) { _ = exercise(string(data)) })
}

func BenchmarkParse(b *testing.B) {
	data := book(b).Match("宋体", false, false).Faces[0].data
	b.ReportAllocs()
	for b.Loop() {
		if p := parse(data); p.err != nil {
			b.Fatal(p.err)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	c := book(b).Match("仿宋_GB2312", false, false)
	const text = "为实施宁波市重点研发计划，甲方与乙方、丙方共同订立本合同 Đorđe 𬭎☑"
	for b.Loop() {
		for _, r := range text {
			if f, _ := c.Find(r); f == nil {
				b.Fatalf("%q is not covered", r)
			}
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	bk := book(b)
	b.ReportAllocs()
	for b.Loop() {
		bk.Match("方正小标宋_GBK", true, false)
	}
}

func benchGlyphs(f *Face) []SubsetGlyph {
	glyphs := []SubsetGlyph{{}}
	for _, r := range []rune(gb2312())[700:1558] {
		glyphs = append(glyphs, SubsetGlyph{ID: f.Glyph(r)})
	}
	return glyphs
}

func BenchmarkSubset(b *testing.B) {
	f := book(b).Match("宋体", false, false).Faces[0]
	glyphs := benchGlyphs(f)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.SubsetOf(glyphs); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDeflatedSubset(b *testing.B) {
	f := book(b).Match("宋体", false, false).Faces[0]
	glyphs := benchGlyphs(f)
	size := 0
	b.ReportAllocs()
	for b.Loop() {
		stream, _, err := f.DeflatedSubset(glyphs)
		if err != nil {
			b.Fatal(err)
		}
		size = len(stream)
	}
	b.ReportMetric(float64(size), "bytes/file")
}

// BenchmarkDeflatedSubsetCold is the first document of a process.
func BenchmarkDeflatedSubsetCold(b *testing.B) {
	data := book(b).Match("宋体", false, false).Faces[0].data
	for b.Loop() {
		f := newFace("cold", data)
		if _, _, err := f.DeflatedSubset(benchGlyphs(f)); err != nil {
			b.Fatal(err)
		}
	}
}
