package pdf

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tripact/render/layout"
)

// tool runs an outside program; the test is skipped without it, but not where everything must be there.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing", name)
		}
		t.Skipf("needs %s", name)
	}
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func save(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestQPDF(t *testing.T) {
	for name, doc := range map[string]*layout.Document{"everything": everything(t), "ten pages": tenPages(t)} {
		out := tool(t, "qpdf", "--check", save(t, mustWrite(t, doc)))
		if !strings.Contains(out, "No syntax or stream encoding errors found") {
			t.Errorf("%s: %s", name, out)
		}
	}
}

func TestPDFFonts(t *testing.T) {
	out := tool(t, "pdffonts", save(t, mustWrite(t, everything(t))))
	rows := strings.Split(strings.TrimSpace(out), "\n")[2:]
	if len(rows) != 8 {
		t.Errorf("%d fonts, want 8:\n%s", len(rows), out)
	}
	for _, row := range rows {
		if !regexp.MustCompile(`^[A-Z]{6}\+\S+ +CID TrueType +Identity-H +yes yes yes `).MatchString(row) {
			t.Errorf("font is not embedded, subset and with Unicode text: %s", row)
		}
	}
}

func TestPDFInfo(t *testing.T) {
	out := tool(t, "pdfinfo", "-struct-text", save(t, mustWrite(t, everything(t))))
	want := `H1 \(block\)\s+"三方合同"\s+P \(block\)\s+"参见"\s+Link \(inline\)\s+"the notice"\s+Object 6 0\s+"一节。"`
	if !regexp.MustCompile(want).MatchString(out) {
		t.Errorf("structure is\n%s", out)
	}
}

// Lines as pdftotext gives them: no character lost, none added, though layout has put space between letters.
func TestPDFToText(t *testing.T) {
	b := book(t)
	han := func(r rune) bool { return r >= 0x2E80 }
	auto := func(r, next rune) layout.Length {
		if han(r) != han(next) && r != ' ' && next != ' ' {
			return 4 * layout.Point // a quarter of the font size
		}
		return 0
	}
	loose := func(r, next rune) layout.Length {
		if r == ' ' {
			return 3 * layout.Point
		}
		return auto(r, next) + layout.Point
	}
	squeezed := func(r, next rune) layout.Length {
		if strings.ContainsRune("，。、）》", r) {
			return -8 * layout.Point
		}
		return auto(r, next)
	}
	tests := []struct {
		font string
		text string
		gap  func(r, next rune) layout.Length
	}{
		{"仿宋_GB2312", "项目负责人𬭎龑（Đorđe Petrović）☑同意", nil},
		{"仿宋_GB2312", "为实施2025年度宁波市重点研发计划，共80.00万元", auto},
		{"宋体", "为实施2025年度宁波市重点研发计划，共80.00万元", loose},
		{"楷体", "《“科创甬江2035”计划》，（甬科高〔2023〕73号）。", squeezed},
		{"Times New Roman", "The quick brown fox jumps over the lazy dog", loose},
		{"Arial", "Marko Petrović, University of Zagreb, 中文名 2025", auto},
		{"Courier New", "fixed pitch 0123456789 中文", nil},
		{"仿宋_GB2312", "负责人Đorđe与Łukasz双方，共80.00万元☑已同意", auto},
		{"黑体", "甲方盖章乙方盖章", func(_, _ rune) layout.Length { return 20 * layout.Point }},
	}
	var texts [][]layout.Text
	want := ""
	for i, tt := range tests {
		s := setter{chain: b.Match(tt.font, false, false), size: 16 * layout.Point, node: 1}
		texts = append(texts, s.line(20*layout.MM, layout.Length(20+10*i)*layout.MM, tt.text, tt.gap))
		want += tt.text + "\n"
	}
	path := save(t, mustWrite(t, onePage(texts...)))
	for _, mode := range []string{"-raw", "-layout"} {
		got := tool(t, "pdftotext", mode, path, "-")
		got = regexp.MustCompile(`\n+`).ReplaceAllString(strings.TrimRight(got, "\f\n")+"\n", "\n")
		if got != want {
			t.Errorf("pdftotext %s gives\n%s\nwant\n%s", mode, got, want)
		}
	}
}

// TestReadersGiveTheSourceText has pdf.js and pdftotext read what is hard to write, characters above U+FFFF among it, in each family: every character, in order. Where
// lines end is the readers' own.
func TestReadersGiveTheSourceText(t *testing.T) {
	b := book(t)
	var rare strings.Builder // all that the fonts have above U+FFFF of Han
	for r := rune(0x20000); r <= 0x323AF; r++ {
		if face, _ := b.Match("宋体", false, false).Find(r); face != nil {
			rare.WriteRune(r)
		}
	}
	if n := len([]rune(rare.String())); n < 196 { // those of the 8,105 of the list of standard characters
		t.Fatalf("the fonts have %d characters above U+FFFF", n)
	}
	texts := append(hardTexts(), rare.String())
	var lines [][]layout.Text
	want := ""
	bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
	for _, font := range []string{"仿宋_GB2312", "宋体", "黑体", "楷体", "Times New Roman"} {
		s := setter{chain: b.Match(font, false, false), size: 4 * layout.Point, node: 1}
		for _, text := range texts {
			for part := range slices.Chunk([]rune(text), 120) { // what the page is wide enough for
				lines = append(lines, s.line(layout.MM, layout.Length(5+3*len(lines))*layout.MM, string(part), nil))
			}
			want += bare(text)
		}
	}
	path := save(t, mustWrite(t, onePage(lines...)))
	for name, got := range map[string]string{"pdf.js": tool(t, "pdfjs-text", path), "pdftotext": tool(t, "pdftotext", "-raw", path, "-")} {
		if got = bare(got); got != want {
			at := 0
			for at < min(len(got), len(want)) && got[at] == want[at] {
				at++
			}
			t.Errorf("%s parts from the text at byte %d: %.60q, want %.60q", name, at, got[at:], want[at:])
		}
	}
}

// Positions as poppler sees them are those of layout, within a hundredth of a point.
func TestPositions(t *testing.T) {
	s := setter{chain: book(t).Match("Times New Roman", false, false), size: 11 * layout.Point, node: 1}
	x, y := 31*layout.MM, 47*layout.MM
	texts := s.line(x, y, "Ten words of text in a line that is long", func(_, _ rune) layout.Length { return 777 })
	out := tool(t, "pdftotext", "-bbox", save(t, mustWrite(t, onePage(texts))), "-")
	words := regexp.MustCompile(`<word xMin="([\d.]+)" yMin="[\d.]+" xMax="[\d.]+" yMax="[\d.]+">([^<]*)`).FindAllStringSubmatch(out, -1)
	if len(words) != 10 {
		t.Fatalf("%d words:\n%s", len(words), out)
	}
	pen, k := x, 0
	start := true
	for i, r := range texts[0].Source {
		if r == ' ' {
			start = true
		} else if start {
			var got float64
			if _, err := fmt.Sscan(words[k][1], &got); err != nil {
				t.Fatal(err)
			}
			if want := float64(pen) / float64(layout.Point); got-want > 0.015 || want-got > 0.015 {
				t.Errorf("%q starts at %.3f pt, want %.3f", words[k][2], got, want)
			}
			start = false
			k++
		}
		pen += texts[0].Glyphs[i].Advance
	}
}
