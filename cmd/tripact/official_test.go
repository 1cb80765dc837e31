package main

import (
	"archive/zip"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// The figures of GB/T 9704-2012 and of its letter format, in points.
const (
	areaLeft, areaTop     = 28 * sheetMM, 37 * sheetMM
	areaRight, areaBottom = 184 * sheetMM, 262 * sheetMM
	half                  = sheetMM / 2 // tolerance of drawn lines
)

func near(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance }

// pdfsOf picks the PDFs of one kind; a name tells English notices from Chinese ones.
func pdfsOf(files []made, part string) []made {
	return slices.DeleteFunc(of(files, "pdf"), func(f made) bool { return !strings.Contains(f.Name, part) })
}

// TestOfficialLetters measures the letters and notices against GB/T 9704-2012 in the PDFs themselves.
func TestOfficialLetters(t *testing.T) {
	tool(t, "qpdf") // here and not only where they run: without them there is nothing to count at the end
	tool(t, "pdftoppm")
	files := generateAll(t)
	letters := append(pdfsOf(files, "推荐函"), pdfsOf(files, "形式审查通知")...)
	if len(letters) < 5 {
		t.Fatalf("%d letters, want 5 or more", len(letters))
	}
	fullLines := 0
	for _, f := range letters {
		t.Run(f.Name, func(t *testing.T) {
			pages := readPDF(t, f.path)
			letterhead(t, f, pages[0])
			letterTitle(t, pages[0])
			for i, p := range pages {
				if p.width > p.height {
					continue // the annex, a table across
				}
				fullLines += officialPage(t, i+1, p)
			}
			pageNumbers(t, pages)
			signature(t, pages)
			for i, p := range pages {
				forbidden(t, i+1, p)
			}
		})
	}
	if fullLines < 2 {
		t.Errorf("%d lines of 28 Han characters in all letters: too few to measure", fullLines)
	}
}

// TestEnglishNotice measures the English notice, which stands beside the Chinese one, where the standard speaks of the sheet and not
// of Chinese text: paper, type area, letterhead and red lines, document number, height of the page number and its absence on page 1,
// name and date for the seal, marks at the ends of lines.
func TestEnglishNotice(t *testing.T) {
	tool(t, "qpdf")
	tool(t, "pdftoppm")
	n := 0
	for _, f := range of(generateAll(t), "pdf") {
		if f.Kind != "review-notice" || f.Lang != "en" {
			continue
		}
		n++
		t.Run(f.Name, func(t *testing.T) {
			pages := readPDF(t, f.path)
			letterhead(t, f, pages[0])
			dated := false
			for i, p := range pages {
				if !near(p.width, 595.28, 0.1) || !near(p.height, 841.89, 0.1) {
					t.Errorf("page %d is %.2f × %.2f pt, want A4", i+1, p.width, p.height)
				}
				lines := p.lines(false)
				for k, l := range lines {
					if l.inkLeft() < areaLeft-0.5 || l.inkRight() > areaRight+0.5 || l.y > areaBottom+0.5 || l.y < areaTop && i > 0 {
						t.Errorf("page %d: %q, %.1f to %.1f mm at %.1f mm, leaves the type area", i+1, l.text(), l.left()/sheetMM, l.right()/sheetMM, l.y/sheetMM)
					}
					if k > 0 && englishDate.MatchString(strings.TrimSpace(l.text())) {
						name := lines[k-1]
						dated = true
						if d := (name.left()+name.right())/2 - (l.left()+l.right())/2; !near(d, 0, sheetMM) {
							t.Errorf("name %q is %.1f mm off the middle of the date", name.text(), d/sheetMM)
						}
						if l.right() > 161.7*sheetMM+1.5*sheetMM || name.right() > areaRight+0.5 {
							t.Errorf("date ends at %.1f mm and the name at %.1f: no room for the seal", l.right()/sheetMM, name.right()/sheetMM)
						}
						if lines[0].y == name.y {
							t.Errorf("page %d: the seal would stand on a page without text", i+1)
						}
					}
				}
				numbered := false
				for _, l := range p.lines(true) {
					if m := strings.TrimSpace(l.text()); m == fmt.Sprintf("— %d —", i+1) {
						numbered = true
						if dash := (l.y - 14*0.35) / sheetMM; !near(dash, 269, 1) {
							t.Errorf("page %d: dashes of the number at %.1f mm, want 269 ± 1", i+1, dash)
						}
					}
				}
				if numbered != (i > 0) {
					t.Errorf("page %d: has a number: %t", i+1, numbered)
				}
				forbidden(t, i+1, p)
			}
			if !dated {
				t.Error("no date under the notice")
			}
		})
	}
	if n < 3 {
		t.Errorf("%d English notices, want 3 or more", n)
	}
}

var englishDate = regexp.MustCompile(`^\d{1,2} \p{L}+ \d{4}$`)

// letterhead checks what clause 10.1 asks of page 1.
func letterhead(t *testing.T, f made, p readPage) {
	t.Helper()
	var head []inked
	for _, g := range p.glyphs {
		if g.red {
			head = append(head, g)
		}
	}
	if len(head) == 0 {
		t.Fatal("no red letterhead")
	}
	last := head[len(head)-1]
	if middle := (head[0].x + last.x + last.adv) / 2; !near(middle, p.width/2, sheetMM) {
		t.Errorf("letterhead is centred at %.1f pt, want %.1f", middle, p.width/2)
	}
	var red []bar
	for _, b := range p.bars {
		if isRed(b.rgb) {
			red = append(red, b)
		}
	}
	slices.SortFunc(red, func(a, b bar) int { return int(math.Copysign(1, a.y0-b.y0)) })
	if len(red) != 4 {
		t.Fatalf("%d red lines drawn as vectors, want two double lines", len(red))
	}
	for _, b := range red {
		if !near(b.x0, 20*sheetMM, half) || !near(b.x1, 190*sheetMM, half) {
			t.Errorf("red line from %.2f to %.2f mm, want 20 to 190", b.x0/sheetMM, b.x1/sheetMM)
		}
	}
	weight := func(b bar) float64 { return b.y1 - b.y0 }
	if weight(red[0]) <= weight(red[1]) || weight(red[2]) >= weight(red[3]) {
		t.Errorf("weights of the red lines are %.2f, %.2f and %.2f, %.2f pt; want thick, thin and thin, thick", weight(red[0]), weight(red[1]), weight(red[2]), weight(red[3]))
	}
	if !near(red[2].y0, 277*sheetMM, half) {
		t.Errorf("second red line at %.2f mm, want 277", red[2].y0/sheetMM)
	}
	top, bottom := redInk(t, f.path, (red[0].y0-1)/sheetMM)
	if !near(top, 30, 1) {
		t.Errorf("ink of the letterhead starts at %.2f mm, want 30 ± 1", top)
	}
	if gap := red[0].y0/sheetMM - bottom; !near(gap, 4, 1) {
		t.Errorf("red line %.2f mm below the letterhead, want 4 ± 1", gap)
	}
	body := p.lines(false)
	number := body[0]
	if !strings.Contains(number.text(), "〔") || !strings.HasSuffix(number.text(), "号") {
		t.Errorf("the first line of text is %q, want the document number", number.text())
	}
	if !near(number.right(), areaRight, sheetMM) {
		t.Errorf("document number ends at %.2f mm, want 184 ± 1", number.right()/sheetMM)
	}
	for _, l := range body {
		if l.y > 272*sheetMM {
			t.Errorf("%q stands at %.1f mm, too near the second red line", l.text(), l.y/sheetMM)
		}
	}
}

// redInk gives the first and last row of red in a picture of page 1 above a height, in mm.
func redInk(t *testing.T, path string, above float64) (top, bottom float64) {
	t.Helper()
	const perMM = 10
	img := picture(t, path, 1, 254)
	top, bottom = -1, -1
	for y := 0; y < int(above*perMM); y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			if c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA); c.R > 180 && c.G < 120 && c.B < 120 {
				if top < 0 {
					top = float64(y) / perMM
				}
				bottom = float64(y+1) / perMM
				break
			}
		}
	}
	return top, bottom
}

// picture draws a page with poppler.
func picture(t *testing.T, path string, page, dpi int) image.Image {
	t.Helper()
	out := filepath.Join(t.TempDir(), "page")
	n := strconv.Itoa(page)
	outputOf(t, exec.Command(tool(t, "pdftoppm"), "-png", "-singlefile", "-r", strconv.Itoa(dpi), "-f", n, "-l", n, path, out))
	file, err := os.Open(out + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // only read
	img, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// letterTitle: 22 pt, centred, in the serif bold that stands for 小标宋.
func letterTitle(t *testing.T, p readPage) {
	t.Helper()
	n := 0
	for _, l := range p.lines(false) {
		if !near(l.glyphs[0].pt, 22, 0.1) {
			continue
		}
		n++
		// The marks that begin and end a line have their blank halves cut off.
		if middle := (l.inkLeft() + l.right()) / 2; !near(middle, (areaLeft+areaRight)/2, sheetMM) {
			t.Errorf("title line %q is centred at %.1f mm, want %.1f", l.text(), middle/sheetMM, 106.0)
		}
		for _, g := range l.glyphs {
			if isHan(g.text) && !strings.Contains(g.font, "NotoSerifSC-Bold") && !strings.Contains(g.font, "NotoSerifSCBold") {
				t.Errorf("%q of the title is in %s", g.text, g.font)
				break
			}
		}
	}
	if n == 0 {
		t.Error("no title of 22 pt")
	}
}

func isHan(s string) bool {
	for _, r := range s {
		return unicode.Is(unicode.Han, r)
	}
	return false
}

// officialPage checks type area, lines, pitch, characters and faces of a page, and gives the number of full Han lines.
func officialPage(t *testing.T, n int, p readPage) (full int) {
	t.Helper()
	if !near(p.width, 595.28, 0.1) || !near(p.height, 841.89, 0.1) {
		t.Errorf("page %d is %.2f × %.2f pt, want A4", n, p.width, p.height)
	}
	lines := p.lines(false)
	var baselines []float64
	for _, l := range lines {
		text := l.text()
		if l.inkLeft() < areaLeft-0.5 || l.inkRight() > areaRight+0.5 || l.y-0.75*l.glyphs[0].pt < areaTop && n > 1 || l.y > areaBottom+0.5 {
			t.Errorf("page %d: %q, %.1f to %.1f mm at %.1f mm, leaves the type area", n, text, l.left()/sheetMM, l.right()/sheetMM, l.y/sheetMM)
		}
		if k := len(baselines); l.glyphs[0].pt >= 16 && (k == 0 || l.y-baselines[k-1] > 1) { // tables are set smaller
			baselines = append(baselines, l.y)
		}
		han := 0
		for _, g := range l.glyphs {
			if g.pt != 16 {
				han = -1
				break
			}
			if isHan(g.text) {
				han++
				if !strings.Contains(g.font, "FandolFang") && !strings.Contains(g.font, "NotoSansSC") && !strings.Contains(g.font, "LXGWWenKai") {
					t.Errorf("page %d: %q is in %s", n, g.text, g.font)
				}
			}
		}
		if han == 28 {
			full++
			for _, g := range l.glyphs[:27] {
				if !near(g.adv, 15.79, 0.05) {
					t.Errorf("page %d: %q in a full line advances by %.3f pt, want 15.79 ± 0.05", n, g.text, g.adv)
					break
				}
			}
		}
	}
	if len(baselines) > 22 {
		t.Errorf("page %d has %d lines, want 22 at most", n, len(baselines))
	}
	for i := 1; i < len(lines); i++ {
		a, b := lines[i-1], lines[i]
		if d := b.y - a.y; a.glyphs[0].pt == 16 && b.glyphs[0].pt == 16 && d > 1 && d < 40 && !near(d, 29.3, 0.4) {
			t.Errorf("page %d: pitch from %q to %q is %.2f pt, want 28.9 to 29.7", n, a.text(), b.text(), d)
		}
	}
	return full
}

// pageNumbers: none on page 1, 14 pt with dashes later, right on odd pages and left on even ones.
func pageNumbers(t *testing.T, pages []readPage) {
	t.Helper()
	number := regexp.MustCompile(`^—\s*(\d+)\s*—$`)
	for i, p := range pages {
		found := false
		for _, l := range p.lines(true) {
			m := number.FindStringSubmatch(strings.TrimSpace(l.text()))
			if m == nil {
				continue
			}
			found = true
			if m[1] != strconv.Itoa(i+1) || !near(l.glyphs[0].pt, 14, 0.1) {
				t.Errorf("page %d carries the number %q of %.1f pt", i+1, l.text(), l.glyphs[0].pt)
			}
			if p.width > p.height {
				continue
			}
			// The dash stands a third of an em above the baseline.
			if dash := (l.y - 14*0.35) / sheetMM; !near(dash, 269, 1) {
				t.Errorf("page %d: dashes of the number at %.1f mm, want 269 ± 1", i+1, dash)
			}
			if (i+1)%2 == 1 && !near(l.right()/sheetMM, 178.4, 1) {
				t.Errorf("page %d: number ends at %.1f mm, want 178.4 ± 1", i+1, l.right()/sheetMM)
			}
			if (i+1)%2 == 0 && !near(l.left()/sheetMM, 33.6, 1) {
				t.Errorf("page %d: number starts at %.1f mm, want 33.6 ± 1", i+1, l.left()/sheetMM)
			}
		}
		if found != (i > 0) {
			t.Errorf("page %d: has a number: %t", i+1, found)
		}
	}
}

// signature: the date's right end four characters in, the name centred over it, both on a page that holds text, attachments named
// one line below the text and two characters in.
func signature(t *testing.T, pages []readPage) {
	t.Helper()
	date := regexp.MustCompile(`^\d{4}年\d{1,2}月\d{1,2}日$`)
	for i, p := range pages {
		if p.width > p.height {
			continue
		}
		lines := p.lines(false)
		for k, l := range lines {
			if strings.HasPrefix(l.text(), "附件：") {
				if !near(l.left()-areaLeft, 2*15.79, 1) {
					t.Errorf("attachments start %.2f pt in, want 31.6", l.left()-areaLeft)
				}
				if strings.HasSuffix(l.text(), "。") {
					t.Errorf("%q ends with a mark", l.text())
				}
				if gap := l.y - lines[k-1].y; !near(gap, 2*29, 2) {
					t.Errorf("attachments %.1f pt below the text, want one blank line", gap)
				}
			}
			if !date.MatchString(strings.ReplaceAll(l.text(), " ", "")) || k == 0 {
				continue
			}
			name := lines[k-1]
			// A name too long to be centred over a date four characters in goes to the edge of the type area, and the date under its middle.
			long := near(name.right(), areaRight, sheetMM)
			if !near(l.right()/sheetMM, 161.7, 1.5) && (!long || l.right() > 161.7*sheetMM) {
				t.Errorf("date ends at %.1f mm, want 161.7 ± 1.5", l.right()/sheetMM)
			}
			if d := (name.left()+name.right())/2 - (l.left()+l.right())/2; !near(d, 0, sheetMM) {
				t.Errorf("name %q is %.1f mm off the middle of the date", name.text(), d/sheetMM)
			}
			if k < 2 {
				t.Errorf("page %d: the seal would stand on a page without text", i+1)
			}
			return
		}
	}
	t.Error("no date under the letter")
}

// Characters that no line may start or end with: clreq's GB level. A hyphen, a dash and a slash that are a cell's only text are no marks.
const (
	neverFirst = "。．，、：；！？‼⁇⁈⁉”’」』）］｝》〉】〗〕～·・‧／)]},;!?%％‰℃°′″￠"
	neverLast  = "“‘「『（［｛《〈【〖〔／([{￥¥$№＃"
)

// forbidden looks at the start and end of every line of text.
func forbidden(t *testing.T, n int, p readPage) {
	t.Helper()
	for _, l := range p.lines(false) {
		runes := []rune(strings.TrimSpace(l.text()))
		if len(runes) < 2 {
			continue
		}
		if strings.ContainsRune(neverFirst, runes[0]) {
			t.Errorf("page %d: a line starts with %q: %s", n, runes[0], string(runes))
		}
		if last := runes[len(runes)-1]; strings.ContainsRune(neverLast, last) {
			t.Errorf("page %d: a line ends with %q: %s", n, last, string(runes))
		}
		if first := runes[0]; (first == '—' || first == '…') && runes[1] != first {
			t.Errorf("page %d: a line starts with a single %q, a joiner or half of a torn mark: %s", n, first, string(runes))
		}
	}
}

// TestContractPages measures the contract: page numbers, binding strip, the signatures on one page, rows that stay whole.
func TestContractPages(t *testing.T) {
	files := generateAll(t)
	contracts := pdfsOf(files, "三方合同任务书")
	if len(contracts) < 3 {
		t.Fatalf("%d contracts, want 3", len(contracts))
	}
	for _, f := range contracts {
		t.Run(f.Name, func(t *testing.T) {
			pages := readPDF(t, f.path)
			for i, p := range pages {
				contractNumber(t, i, len(pages), p)
				forbidden(t, i+1, p)
				for _, g := range p.glyphs {
					if g.x+g.adv > p.width-8*sheetMM {
						t.Errorf("page %d: %q stands in the strip for the binding seal", i+1, g.text)
					}
				}
				for _, b := range p.bars {
					if b.x1 > p.width-8*sheetMM && b.rgb != [3]float64{1, 1, 1} {
						t.Errorf("page %d: a line reaches %.1f mm, into the strip for the binding seal", i+1, b.x1/sheetMM)
					}
				}
			}
			sealRooms(t, pages)
			wholeRows(t, strings.TrimSuffix(f.path, ".pdf")+".docx", pages)
		})
	}
}

// contractNumber: 第 X 页 共 Y 页 at the right on every page but the cover, and both numbers right.
func contractNumber(t *testing.T, i, total int, p readPage) {
	t.Helper()
	number := regexp.MustCompile(`第(\d+)页共(\d+)页$`)
	var found []string
	right := 0.0
	for _, l := range p.lines(true) {
		if m := number.FindStringSubmatch(squeeze(l.text())); m != nil {
			found, right = m, l.right()
		}
	}
	if i == 0 {
		if found != nil {
			t.Errorf("the cover carries the number %s", found[0])
		}
		return
	}
	if found == nil {
		t.Errorf("page %d carries no number", i+1)
		return
	}
	if found[1] != strconv.Itoa(i+1) || found[2] != strconv.Itoa(total) {
		t.Errorf("page %d of %d says %s", i+1, total, found[0])
	}
	if right < p.width*0.75 {
		t.Errorf("page %d: number ends at %.1f mm, want the right margin", i+1, right/sheetMM)
	}
}

// sealRooms: the three parties sign on one page, which holds text besides, each with 50 × 50 mm free for the seal.
func sealRooms(t *testing.T, pages []readPage) {
	t.Helper()
	const room = 50 * sheetMM
	for i, p := range pages {
		lines := p.lines(false)
		var heads []textLine
		for _, l := range lines {
			if s := squeeze(l.text()); strings.HasSuffix(s, "（公章）") || strings.HasSuffix(s, "（盖章）") {
				heads = append(heads, l)
			}
		}
		if len(heads) < 3 {
			continue
		}
		heads = heads[:3]
		for k, party := range []string{"甲方", "乙方", "丙方"} {
			if !strings.HasPrefix(squeeze(heads[k].text()), party) {
				t.Errorf("page %d: place %d is headed %q, want %s", i+1, k+1, heads[k].text(), party)
			}
		}
		if y := heads[0].y; len(lines) < 4 || lines[0].y >= y {
			t.Errorf("page %d holds nothing but the signatures", i+1)
		}
		for _, h := range heads {
			left, right, bottom := placeEdges(p, h)
			if right-left < room {
				t.Errorf("place of %s is %.1f mm wide, want 50", h.text(), (right-left)/sheetMM)
			}
			// The room is the largest gap between the texts of the place.
			widest, from := 0.0, h.y
			for _, l := range append(lines, textLine{y: bottom + 10, glyphs: []inked{{x: left + 1, pt: 10}}}) {
				if l.y > h.y && l.y <= bottom+10 && l.left() >= left-1 && l.left() < right {
					widest, from = max(widest, l.y-l.glyphs[0].pt-from-0.15*l.glyphs[0].pt), l.y
				}
			}
			if widest < room {
				t.Errorf("%s has %.1f mm free for the seal, want 50", h.text(), widest/sheetMM)
			}
		}
		return
	}
	t.Error("no page has the places of the three parties")
}

// placeEdges gives the edges of the column of cells under a text, down to the end of its left edge.
func placeEdges(p readPage, l textLine) (left, right, bottom float64) {
	left, right, bottom = 0, p.width, p.height
	for _, b := range p.bars {
		if b.x1-b.x0 > 3 || b.y1 < l.y+20 || b.y0 > l.y+60 { // not an upright line beside the place
			continue
		}
		if x := (b.x0 + b.x1) / 2; x <= l.left() && x > left {
			left, bottom = x, b.y1
		} else if x >= l.right() && x < right {
			right = x
		}
	}
	for _, b := range p.bars { // the edge may be drawn in pieces
		if b.x1-b.x0 < 3 && near((b.x0+b.x1)/2, left, 1) && b.y0 < bottom+1 && b.y1 > bottom {
			bottom = b.y1
		}
	}
	return left, right, bottom
}

// wholeRows: every row that may not split stands on one page.
func wholeRows(t *testing.T, docx string, pages []readPage) {
	t.Helper()
	z, err := zip.OpenReader(docx)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close() //nolint:errcheck // only read
	file, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	drawn := make([]string, len(pages))
	for i, p := range pages {
		var b strings.Builder
		for _, g := range p.glyphs {
			b.WriteString(g.text)
		}
		drawn[i] = squeeze(b.String())
	}
	text := regexp.MustCompile(`<w:t(?: [^>]*)?>([^<]*)</w:t>`)
	n := 0
	for _, row := range regexp.MustCompile(`(?s)<w:tr[ >].*?</w:tr>`).FindAllString(string(raw), -1) {
		if !strings.Contains(row, "<w:cantSplit/>") {
			continue
		}
		n++
		var parts []string
		for par := range strings.SplitSeq(row, "</w:p>") {
			var b strings.Builder
			for _, m := range text.FindAllStringSubmatch(par, -1) {
				b.WriteString(strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`).Replace(m[1]))
			}
			parts = append(parts, squeeze(b.String()))
		}
		whole := slices.ContainsFunc(drawn, func(page string) bool {
			return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(page, part) })
		})
		if !whole {
			t.Errorf("a row that may not split stands on no one page: %.60s", strings.Join(parts, " | "))
		}
	}
	if n == 0 {
		t.Error("no row of the contract is kept whole")
	}
}
