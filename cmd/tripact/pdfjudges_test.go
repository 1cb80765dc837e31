package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
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
		pages := readPDF(t, f.path)
		last := -1
		found := field.FindAllStringSubmatch(string(readFile(t, f.path)), -1)
		if len(found) != 3 {
			t.Fatalf("%s: %d fields, want 3", f.Name, len(found))
		}
		for _, m := range found {
			var at [4]float64
			for i := range at {
				at[i], _ = strconv.ParseFloat(m[3+i], 64)
			}
			if at[2]-at[0] < 50*sheetMM-0.5 || at[3]-at[1] < 50*sheetMM-0.5 {
				t.Errorf("%s: field %s has %.1f × %.1f mm, want at least 50 × 50", f.Name, m[1], (at[2]-at[0])/sheetMM, (at[3]-at[1])/sheetMM)
			}
			page := pageOf(t, f.path, m[2])
			if last >= 0 && page != last {
				t.Errorf("%s: the fields stand on pages %d and %d", f.Name, last+1, page+1)
			}
			last = page
			var inside strings.Builder
			for _, g := range pages[page].glyphs {
				if g.x > at[0] && g.x < at[2] && g.y > at[1] && g.y < at[3] {
					inside.WriteString(g.text)
				}
			}
			t.Logf("%s %s page %d rect %v inside %q", f.Name, m[1], page+1, at, inside.String())
		}
	}
}
