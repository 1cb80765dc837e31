package main

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var updateOffice = flag.Bool("update-office", false, "write testdata/office/findings.txt anew")

// officeFiles lists whole Word files as offices write them with Word, WPS, LibreOffice, python-docx and docx (npm); the scripts beside them
// make them.
func officeFiles(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/office/*.docx")
	if err != nil || len(paths) < 30 {
		t.Fatalf("%d files in testdata/office, %v", len(paths), err)
	}
	return paths
}

// TestOfficeFilesTellWhatTheyLeaveOut lays out the files of testdata/office. What is not set as Word sets it is told with its place, in
// testdata/office/findings.txt: read its difference before committing it.
func TestOfficeFilesTellWhatTheyLeaveOut(t *testing.T) {
	const golden = "testdata/office/findings.txt"
	var b strings.Builder
	for _, path := range officeFiles(t) {
		out, err := exec.Command("tripact", "pdf", path, "-o", filepath.Join(t.TempDir(), "a.pdf")).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", path, err, out)
		}
		fmt.Fprintf(&b, "%s\n", filepath.Base(path))
		for line := range strings.Lines(string(out)) {
			if strings.Contains(line, "[") {
				fmt.Fprintf(&b, "  %s\n", strings.TrimSpace(line))
			}
		}
	}
	if *updateOffice {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("%s has changed (run with -update-office and read the difference):\n%s", golden, got)
	}
}

// TestOfficeFilesLoseNoText compares the text of the files of testdata/office with that of their PDFs: every character of the body, of
// headers, footers and notes that is not deleted, hidden or another form of what is shown, is there as often.
func TestOfficeFilesLoseNoText(t *testing.T) {
	pdftotext := tool(t, "pdftotext")
	for _, path := range officeFiles(t) {
		pdf := filepath.Join(t.TempDir(), "a.pdf")
		if out, err := exec.Command("tripact", "pdf", path, "-o", pdf).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", path, err, out)
			continue
		}
		have := map[rune]int{}
		for _, r := range outputOf(t, exec.Command(pdftotext, "-raw", "-enc", "UTF-8", pdf, "-")) {
			have[r]++
		}
		lost := map[rune]int{}
		for _, text := range sourceTexts(t, path) {
			for _, r := range text {
				if have[r]--; have[r] < 0 && !unicode.IsSpace(r) && !unicode.IsDigit(r) { // numbers of pages are worked out anew
					lost[r]++
				}
			}
		}
		if len(lost) > 0 {
			var list []string
			for r, n := range lost {
				list = append(list, fmt.Sprintf("%c %d", r, n))
			}
			slices.Sort(list)
			t.Errorf("%s: lost %s", filepath.Base(path), strings.Join(list, ", "))
		}
	}
}

// sourceTexts gives the texts of a Word file that its PDF is to show.
func sourceTexts(t *testing.T, path string) (texts []string) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close() //nolint:errcheck // only read
	shown := regexp.MustCompile(`^word/(document|header|footer|footnotes|endnotes)[^/]*\.xml$`)
	for _, f := range z.File {
		if !shown.MatchString(f.Name) {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, textsOf(t, xml.NewDecoder(r))...)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return texts
}

// textsOf collects w:t and m:t, but for what is deleted, hidden, the result of a field in the instruction of another, or a fallback.
func textsOf(t *testing.T, d *xml.Decoder) (texts []string) {
	t.Helper()
	var fields []bool // whether the open fields are past their instruction
	hidden := false
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatal(err)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "del", "moveFrom", "Fallback":
			if err := d.Skip(); err != nil {
				t.Fatal(err)
			}
		case "r":
			hidden = false
		case "vanish":
			hidden = true
		case "fldChar":
			for _, a := range e.Attr {
				switch {
				case a.Name.Local != "fldCharType":
				case a.Value == "begin":
					fields = append(fields, false)
				case len(fields) > 0 && a.Value == "separate":
					fields[len(fields)-1] = true
				case len(fields) > 0 && a.Value == "end":
					fields = fields[:len(fields)-1]
				}
			}
		case "t":
			var s string
			if err := d.DecodeElement(&s, &e); err != nil {
				t.Fatal(err)
			}
			if !hidden && !slices.Contains(fields, false) {
				texts = append(texts, s)
			}
		}
	}
}
