package fonts

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"golang.org/x/text/encoding/simplifiedchinese"

	"tripact/problem"
)

func book(t testing.TB) *Book {
	t.Helper()
	b := Shipped()
	if b == nil {
		t.Skip(ErrNoFonts)
	}
	return b
}

func TestEveryShippedFaceParses(t *testing.T) {
	for _, f := range book(t).Faces() {
		if err := f.load().err; err != nil {
			t.Errorf("%s: %v", f.file, err)
		}
		if want := strings.TrimSuffix(f.file, ".ttf"); strings.TrimSuffix(f.Name(), "-Regular") != strings.TrimSuffix(want, "-Regular") {
			t.Errorf("%s has the PostScript name %q", f.file, f.Name())
		}
		if f.UnitsPerEm() != 1000 && f.UnitsPerEm() != 2048 {
			t.Errorf("%s: %d units per em", f.Name(), f.UnitsPerEm())
		}
	}
}

// The shipped digest is taken from SHA256SUMS, which therefore must be true.
func TestDigestsAreTrue(t *testing.T) {
	book(t)
	files, sha256sums := embedded()
	for name, data := range files {
		sum := sha256.Sum256([]byte(data))
		if !strings.Contains(sha256sums, hex.EncodeToString(sum[:])+"  "+name+"\n") {
			t.Errorf("SHA256SUMS does not hold %s with %x", name, sum)
		}
	}
	if got := fileNames(); len(got) != len(files) {
		t.Errorf("%d files are embedded, %d are in the catalogue", len(files), len(got))
	}
	original, err := os.ReadFile("convert/FandolFang-Regular.otf")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(original)
	if !strings.Contains(sha256sums, hex.EncodeToString(sum[:])) {
		t.Errorf("convert/FandolFang-Regular.otf has changed: %x", sum)
	}
}

func TestOpenIsTheSameBook(t *testing.T) {
	shipped := book(t)
	opened, err := Open(os.DirFS("files"))
	if err != nil {
		t.Fatal(err)
	}
	if opened.Digest() != shipped.Digest() {
		t.Errorf("digest of the folder is %s, of the program %s", opened.Digest(), shipped.Digest())
	}
	if g := opened.Match("仿宋", false, false).Faces[0].Glyph('宁'); g == 0 {
		t.Error("face of an opened book covers nothing")
	}
}

func TestOpenNamesEveryFault(t *testing.T) {
	_, err := Open(fstest.MapFS{"NotoSansSC-Bold.ttf": {Data: []byte("not a font at all")}})
	findings := problem.Of(err)
	if len(findings) != len(fileNames()) {
		t.Fatalf("%d findings for %d faulty files: %v", len(findings), len(fileNames()), err)
	}
	for _, f := range findings {
		if f.File == "" || f.Message.ZH == "" || f.Fix.EN == "" {
			t.Errorf("finding without file, message or fix: %+v", f)
		}
	}
}

func TestMatch(t *testing.T) {
	b := book(t)
	tests := []struct {
		name          string
		bold, italic  bool
		want          string
		bolder, slant bool
		substituted   bool
	}{
		{name: "仿宋_GB2312", want: "FandolFangTT-Regular"},
		{name: "仿宋", want: "FandolFangTT-Regular"},
		{name: "FangSong", bold: true, want: "FandolFangTT-Regular", bolder: true},
		{name: "方正仿宋_GBK", want: "FandolFangTT-Regular"},
		{name: "楷体_GB2312", want: "LXGWWenKai-Regular"},
		{name: "KaiTi", italic: true, want: "LXGWWenKai-Regular", slant: true},
		{name: "@楷体", want: "LXGWWenKai-Regular"},
		{name: "黑体", want: "NotoSansSC-Regular"},
		{name: "SimHei", bold: true, want: "NotoSansSC-Bold"},
		{name: "微软雅黑", want: "NotoSansSC-Regular"},
		{name: "等线", want: "NotoSansSC-Regular"},
		{name: "宋体", want: "NotoSerifSC-Regular"},
		{name: "SimSun", bold: true, italic: true, want: "NotoSerifSC-Bold", slant: true},
		{name: "NSimSun", want: "NotoSerifSC-Regular"},
		{name: "新宋体", want: "NotoSerifSC-Regular"},
		{name: "方正小标宋简体", want: "NotoSerifSC-Bold"},
		{name: "方正小标宋_GBK", bold: true, want: "NotoSerifSC-Bold"},
		{name: "Times New Roman", want: "LiberationSerif"},
		{name: "Times New Roman", bold: true, italic: true, want: "LiberationSerif-BoldItalic"},
		{name: "Arial", italic: true, want: "LiberationSans-Italic"},
		{name: "ARIAL", want: "LiberationSans"},
		{name: "Calibri", want: "LiberationSans"},
		{name: "Cambria", want: "LiberationSerif"},
		{name: "Courier New", bold: true, italic: true, want: "LiberationMono-Bold", slant: true},
		{name: "Noto Serif SC", want: "NotoSerifSC-Regular"},
		{name: "Noto Sans SC", want: "NotoSansSC-Regular"},
		{name: "LXGW WenKai", want: "LXGWWenKai-Regular"},
		{name: "霞鹜文楷", want: "LXGWWenKai-Regular"},
		{name: "汉仪仿宋简", want: "FandolFangTT-Regular", substituted: true},
		{name: "腾祥金砖黑简", want: "NotoSansSC-Regular", substituted: true},
		{name: "某某体", want: "NotoSerifSC-Regular", substituted: true},
		{name: "Foo Sans Serif", want: "LiberationSans", substituted: true},
		{name: "Foo", want: "LiberationSerif", substituted: true},
		{name: "", want: "LiberationSerif", substituted: true},
	}
	for _, tt := range tests {
		c := b.Match(tt.name, tt.bold, tt.italic)
		got := c.Faces[0].Name()
		if got != tt.want || c.Bolder != tt.bolder || c.Slant != tt.slant || c.Substituted != tt.substituted || c.Named != tt.name {
			t.Errorf("Match(%q, %v, %v) = %s bolder=%v slant=%v substituted=%v, want %s %v %v %v", tt.name, tt.bold, tt.italic,
				got, c.Bolder, c.Slant, c.Substituted, tt.want, tt.bolder, tt.slant, tt.substituted)
		}
	}
}

// A fallback face with a real bold is not to be made bolder again.
func TestStyleIsPerFace(t *testing.T) {
	c := book(t).Match("仿宋", true, false)
	f, _ := c.Find('Ж') // FandolFang has Russian
	if bolder, _ := c.Style(f); !bolder {
		t.Errorf("%s has no bold, but is not made bolder", f.Name())
	}
	f, _ = c.Find('đ')
	if bolder, _ := c.Style(f); bolder || f.Name() != "LiberationSerif-Bold" {
		t.Errorf("đ in bold 仿宋: %s bolder=%v, want LiberationSerif-Bold as it is", f.Name(), bolder)
	}
}

func gb2312() string {
	var b strings.Builder
	for hi := byte(0xA1); hi <= 0xF7; hi++ {
		for lo := byte(0xA1); lo <= 0xFE; lo++ {
			s, err := simplifiedchinese.HZGB2312.NewDecoder().Bytes([]byte{'~', '{', hi & 0x7F, lo & 0x7F, '~', '}'})
			if err == nil && !strings.ContainsRune(string(s), 0xFFFD) {
				b.Write(s)
			}
		}
	}
	return b.String()
}

// coverage is text that must be drawn in every class of font.
func coverage() map[string]string {
	span := func(from, to rune) string {
		var b strings.Builder
		for r := from; r <= to; r++ {
			if unicode.IsGraphic(r) {
				b.WriteRune(r)
			}
		}
		return b.String()
	}
	return map[string]string{
		"GB 2312":            gb2312(),
		"CJK unified":        span(0x4E00, 0x9FEF),
		"CJK extension A":    span(0x3400, 0x4DB5),
		"rare in names":      "㛃䶮㙓㴔䥽龑堃喆頔𫖯𫄧𬭎𬀩𬍛𬱖𬴊𬬻𣲗",
		"ASCII":              span(0x20, 0x7E),
		"Latin-1, Ext-A":     span(0xA1, 0x17F),
		"Romanian":           "ĂăÂâÎîȘșȚț",
		"Vietnamese":         span(0x1EA0, 0x1EF9),
		"Greek with accents": span(0x386, 0x3CE),
		"Cyrillic":           span(0x400, 0x45F),
		"Kazakh":             "ӘәҒғҚқҢңӨөҰұҮүҺһ",
		"full width":         span(0xFF01, 0xFF5E),
		"punctuation":        "，。、；：？！“”‘’（）《》〈〉【】〖〗〔〕「」『』—…·～－",
		"signs":              "①②③④⑤⑥⑦⑧⑨⑩⑪☐☑☒■□✓√×÷±≤≥≠℃°‰％￥¥€£²³㎡㎏№§†•→←↑↓◆●○★☆△▲",
	}
}

func TestCoverage(t *testing.T) {
	b := book(t)
	for _, name := range []string{"宋体", "黑体", "楷体", "仿宋", "Times New Roman", "Arial", "Courier New"} {
		for _, bold := range []bool{false, true} {
			c := b.Match(name, bold, false)
			for list, text := range coverage() {
				var missing []rune
				for _, r := range text {
					if f, _ := c.Find(r); f == nil {
						missing = append(missing, r)
					}
				}
				if len(missing) > 0 {
					t.Errorf("%s (bold %v) lacks %d of %s: %.60q", name, bold, len(missing), list, string(missing))
				}
			}
		}
	}
	if n := len([]rune(gb2312())); n < 7445-1 {
		t.Errorf("list GB 2312 has %d characters, want its 7,445", n)
	}
}

func TestFindGivesUp(t *testing.T) {
	c := book(t).Match("宋体", false, false)
	for _, r := range []rune{0xE863, 0xFFFFF, 0x10FFFF, 0x110000, -1} {
		if f, g := c.Find(r); f != nil || g != 0 {
			t.Errorf("Find(%U) = %v, %d, want nothing", r, f, g)
		}
	}
}

func TestFindCluster(t *testing.T) {
	c := book(t).Match("Times New Roman", false, false)
	_, composed := c.Find('é')
	if f, g := c.FindCluster("e\u0301"); f == nil || !slices.Equal(g, []GlyphID{composed}) {
		t.Errorf("e + U+0301 gives %v, want the glyph of é, %d", g, composed)
	}
	if f, g := c.FindCluster("q\u0301"); f == nil || len(g) != 2 {
		t.Errorf("q + U+0301 gives %v, want a base and a mark of one face", g)
	}
	song := book(t).Match("宋体", false, false)
	_, base := song.Find('葛')
	if f, g := song.FindCluster("葛\U000E0100"); f == nil || len(g) != 1 {
		t.Errorf("葛 + U+E0100 gives %v, want one glyph (base alone is %d)", g, base)
	}
	// A compatibility ideograph is not turned into its unified twin.
	_, compat := song.Find('\uF92C')
	if _, g := song.FindCluster("\uF92C\uFE00"); compat == 0 || !slices.Equal(g, []GlyphID{compat}) {
		t.Errorf("U+F92C U+FE00 gives %v, want %d", g, compat)
	}
	if f, _ := c.FindCluster("\uE863\u0301"); f != nil {
		t.Error("a cluster without a covered base was found")
	}
	for _, r := range []rune{'\u0301', '\uFE0F', 0xE0101, '\u20DD', '\u3099', '\u200D'} {
		if !Joins(r) {
			t.Errorf("Joins(%U) = false", r)
		}
	}
	for _, r := range []rune{'a', '中', ' ', '\u3000', '·'} {
		if Joins(r) {
			t.Errorf("Joins(%U) = true", r)
		}
	}
}
