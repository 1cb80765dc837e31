package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPDFFilesPleaseTheJudges shows every document of every example, final and as a draft, to veraPDF (PDF/A-2u and PDF/UA-1), Preflight
// (the rules of PDF/A-1b that PDF/A-2u has too) and pdfcpu, and reads them with pdf.js.
func TestPDFFilesPleaseTheJudges(t *testing.T) {
	judges, pdfcpu, pdfjs := tool(t, "pdf-judges"), tool(t, "pdfcpu"), tool(t, "pdfjs-text")
	files := of(generateAll(t), "pdf")
	var paths []string
	for _, f := range files {
		paths = append(paths, f.path)
	}
	dir := t.TempDir()
	examples, err := filepath.Glob("../../examples/*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	outputOf(t, exec.Command("tripact", append([]string{"generate", "--draft", "--kind", "all", "--format", "pdf", "--on", "2025-12-20", "--out", dir}, examples...)...))
	drafts, err := filepath.Glob(filepath.Join(dir, "*.pdf"))
	if err != nil || len(drafts) < 4*len(examples)-4 {
		t.Fatalf("%d drafts of %d examples: %v", len(drafts), len(examples), err)
	}
	paths = append(paths, drafts...)

	t.Run("veraPDF and Preflight", func(t *testing.T) {
		out, err := exec.Command(judges, paths...).CombinedOutput()
		if err != nil || strings.Count(string(out), " ok") != 3*len(paths) {
			t.Errorf("%v\n%s", err, regexp.MustCompile(`(?m)^.* ok( \d+)?\n`).ReplaceAllString(string(out), ""))
		}
	})
	t.Run("pdfcpu", func(t *testing.T) {
		for _, path := range paths {
			if out, err := exec.Command(pdfcpu, "validate", "-c", "disable", "-m", "strict", "-o", path).CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", filepath.Base(path), err, out)
			}
		}
	})
	t.Run("pdf.js", func(t *testing.T) {
		for _, path := range paths {
			ours, theirs := squeeze(outputOf(t, exec.Command(pdfjs, path))), pdfText(t, path)
			if ours != theirs {
				at := 0
				for at < min(len(ours), len(theirs)) && ours[at] == theirs[at] {
					at++
				}
				from := max(0, at-60)
				t.Errorf("%s: pdf.js and pdftotext part at byte %d:\n%q\n%q", filepath.Base(path), at,
					ours[from:min(len(ours), at+60)], theirs[from:min(len(theirs), at+60)])
			}
		}
	})
}

// TestSignatureFieldsOfContracts looks for the three empty fields of every contract as other programs see them: named, unsigned, and
// each in a room of 50 mm by 50 mm without text (SIGNING 2.2).
func TestSignatureFieldsOfContracts(t *testing.T) {
	pdfsig := tool(t, "pdfsig")
	contracts := pdfsOf(generateAll(t), "三方合同任务书")
	if len(contracts) == 0 {
		t.Fatal("no contracts")
	}
	field := regexp.MustCompile(`/Subtype/Widget/FT/Sig/T\((party_[abc])\)[^\n]*/P (\d+ 0 R)/Rect\[([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)\]`)
	for _, f := range contracts {
		// pdfsig exits with 2 for a file without signatures, and with 0 once it has met a field.
		out, _ := exec.Command(pdfsig, f.path).CombinedOutput()
		if n := strings.Count(string(out), "The signature form field is not signed."); n != 3 {
			t.Errorf("%s: pdfsig sees %d empty fields, want 3:\n%s", f.Name, n, out)
		}
		data, err := os.ReadFile(f.path)
		if err != nil {
			t.Fatal(err)
		}
		objects := regexp.MustCompile(`(\d+ 0) obj\n<</Type/Page/`).FindAllStringSubmatch(string(data), -1)
		pages := readPDF(t, f.path)
		found := field.FindAllStringSubmatch(string(data), -1)
		if len(found) != 3 {
			t.Fatalf("%s: %d fields, want 3", f.Name, len(found))
		}
		for _, m := range found {
			n := slices.IndexFunc(objects, func(o []string) bool { return o[1]+" R" == m[2] })
			if n < 0 || m[2] != found[0][2] {
				t.Fatalf("%s: field %s stands on page %d, object %s, the first one on %s", f.Name, m[1], n+1, m[2], found[0][2])
			}
			x0, y0, x1, y1 := decimal(m[3]), pages[n].height-decimal(m[6]), decimal(m[5]), pages[n].height-decimal(m[4])
			if x1-x0 < 50*sheetMM || y1-y0 < 50*sheetMM || x1 > pages[n].width-8*sheetMM {
				t.Errorf("%s: field %s has %.1f × %.1f mm up to %.1f mm, want 50 × 50 outside the strip", f.Name, m[1], (x1-x0)/sheetMM, (y1-y0)/sheetMM, x1/sheetMM)
			}
			for _, g := range pages[n].glyphs {
				if g.x+g.adv > x0 && g.x < x1 && g.y > y0 && g.y-g.pt < y1 {
					t.Errorf("%s: %q stands in field %s", f.Name, g.text, m[1])
				}
			}
		}
	}
}
