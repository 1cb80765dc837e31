package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var updatePages = flag.Bool("update-pages", false, "write testdata/pages anew")

// codes are what a page says of the data and program that it was made from: another build of the program prints others.
var codes = regexp.MustCompile(`\b[0-9a-f]{16}\b|\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b`)

// TestGoldenPages compares every page of every example's documents, as poppler reads it, with the pages that were read by a
// person: testdata/pages, a file for each document. After a change that is meant, write them anew with -update-pages and
// read the difference line by line: a lost line here is a lost line on paper.
func TestGoldenPages(t *testing.T) {
	pdftotext := tool(t, "pdftotext")
	const folder = "testdata/pages"
	seen := map[string]bool{}
	compare := func(name string, f made) {
		seen[name] = true
		text := outputOf(t, exec.Command(pdftotext, "-layout", "-enc", "UTF-8", f.path, "-"))
		var b strings.Builder
		for i, page := range strings.Split(strings.TrimSuffix(text, "\f"), "\f") {
			fmt.Fprintf(&b, "===== %d\n", i+1)
			for line := range strings.Lines(page) {
				if words := strings.Fields(codes.ReplaceAllString(line, "#")); len(words) > 0 {
					b.WriteString(strings.Join(words, " ") + "\n")
				}
			}
		}
		path := filepath.Join(folder, name)
		if *updatePages {
			if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			return
		}
		if got := b.String(); got != string(want) {
			t.Errorf("%s is not as in %s: %s", f.Name, path, firstDifference(string(want), got))
		}
	}
	for _, f := range of(generateAll(t), "pdf") {
		compare(fmt.Sprintf("%s-%s-%s.txt", f.Projects[0], f.Kind, f.Lang), f)
	}
	// The reviews beside the examples: returned for correction and for good above all, which no example is at its end.
	reviews, err := filepath.Glob("../../examples/*/review/*.json")
	if err != nil || len(reviews) == 0 {
		t.Fatalf("no reviews: %v", err)
	}
	for _, review := range reviews {
		number, _, _ := strings.Cut(filepath.Base(review), "-")
		projects, err := filepath.Glob(filepath.Join(filepath.Dir(review), "..", number+"-*.json"))
		if err != nil || len(projects) != 1 {
			t.Fatalf("%s belongs to %v: %v", review, projects, err)
		}
		for _, lang := range []string{"zh", "en"} {
			files := generate(t, "--kind", "review-notice", "--format", "pdf", "--lang", lang, "--review", review, projects[0])
			compare(fmt.Sprintf("%s-%s-%s.txt", files[0].Projects[0], strings.TrimSuffix(filepath.Base(review), ".json"), lang), files[0])
		}
	}
	kept, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range kept {
		if !seen[e.Name()] {
			t.Errorf("%s/%s belongs to no document", folder, e.Name())
		}
	}
}

// firstDifference names the first line that differs, with its page.
func firstDifference(want, got string) string {
	page := ""
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(a), len(b)) {
		x, y := "(no more)", "(no more)"
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return fmt.Sprintf("page %s: %q, want %q", page, y, x)
		}
		if p, ok := strings.CutPrefix(x, "===== "); ok {
			page = p
		}
	}
	return ""
}
