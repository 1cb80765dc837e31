package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
	"unicode"

	"tripact/app"
	"tripact/examples"
	"tripact/notation"
)

// made is what `tripact generate` printed and wrote.
type made struct {
	app.File
	path string
}

// generateAll makes every document of every example in both formats with the real program.
func generateAll(t *testing.T) []made {
	t.Helper()
	names, err := filepath.Glob("../../examples/*/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	files := generate(t, append([]string{"--kind", "all", "--format", "docx,pdf"}, names...)...)
	return append(files, generate(t, append([]string{"--kind", "review-notice", "--lang", "en"}, names...)...)...)
}

// generate runs `tripact generate` with further arguments.
func generate(t *testing.T, args ...string) []made {
	t.Helper()
	dir := t.TempDir()
	out := outputOf(t, exec.Command("tripact", append([]string{"generate", "--json", "--on", "2025-12-20", "--out", dir}, args...)...))
	var files []made
	for line := range strings.Lines(out) {
		var f app.File
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		files = append(files, made{File: f, path: filepath.Join(dir, f.Name)})
	}
	return files
}

func of(files []made, format string) []made {
	return slices.DeleteFunc(slices.Clone(files), func(f made) bool { return f.Format != format })
}

// TestWordFilesAreValid asks the Open XML SDK: no error in any document, nor in any template.
func TestWordFilesAreValid(t *testing.T) {
	validator := tool(t, "ooxml-validator")
	var paths []string
	for _, f := range of(generateAll(t), "docx") {
		paths = append(paths, f.path)
	}
	shipped, err := filepath.Glob("../../templates/*/*.docx")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(paths, shipped...) {
		out := strings.TrimSpace(outputOf(t, exec.Command(validator, path)))
		var answer struct {
			OK     bool  `json:"ok"`
			Errors []any `json:"errors"`
		}
		if err := json.Unmarshal([]byte(out), &answer); err != nil {
			t.Fatalf("%s: the validator answered %q", filepath.Base(path), out)
		}
		if !answer.OK || len(answer.Errors) > 0 {
			t.Errorf("%s: %s", filepath.Base(path), out)
		}
	}
}

// TestPDFFilesAreSound asks qpdf and poppler: sound structure, drawn without a complaint, every font embedded as a subset with a Unicode map, A4.
func TestPDFFilesAreSound(t *testing.T) {
	qpdf, pdffonts, pdfinfo, pdftoppm := tool(t, "qpdf"), tool(t, "pdffonts"), tool(t, "pdfinfo"), tool(t, "pdftoppm")
	for _, f := range of(generateAll(t), "pdf") {
		outputOf(t, exec.Command(qpdf, "--check", f.path))
		// poppler draws on over faults and only says so.
		if said, err := exec.Command(pdftoppm, "-r", "10", f.path, filepath.Join(t.TempDir(), "page")).CombinedOutput(); err != nil || len(said) > 0 {
			t.Errorf("%s: drawn with %v: %s", f.Name, err, said)
		}
		lines := strings.Split(strings.TrimSpace(outputOf(t, exec.Command(pdffonts, f.path))), "\n")
		if len(lines) < 3 {
			t.Errorf("%s: no fonts", f.Name)
		}
		for _, line := range lines[2:] {
			if !regexp.MustCompile(`^[A-Z]{6}\+\S+\s+CID TrueType\s+Identity-H\s+yes yes yes\b`).MatchString(line) {
				t.Errorf("%s: font %s", f.Name, line)
			}
		}
		info := outputOf(t, exec.Command(pdfinfo, f.path))
		for _, want := range []string{"Tagged:          yes", "(A4)", fmt.Sprintf("Pages:           %d\n", f.Pages)} {
			if !strings.Contains(info, want) {
				t.Errorf("%s: pdfinfo does not say %q:\n%s", f.Name, want, info)
			}
		}
	}
}

// squeeze drops white space: where lines break is no matter of the text.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// pdfText is the text of a PDF in reading order, without white space.
func pdfText(t *testing.T, path string) string {
	t.Helper()
	return squeeze(outputOf(t, exec.Command(tool(t, "pdftotext"), "-raw", "-enc", "UTF-8", path, "-")))
}

// holds reports whether text has want in one piece, or in up to three where a paragraph goes over pages: headers and footers come between.
func holds(text, want string) bool {
	runes := []rune(want)
	for range 3 {
		n := sort.Search(len(runes), func(n int) bool { return !strings.Contains(text, string(runes[:n+1])) })
		if n == len(runes) {
			return true
		}
		runes = runes[n:]
	}
	return false
}

// TestEveryValueIsPrinted looks for every value of the examples in the text of their PDFs: what is typed in must be on paper. Left out
// are only values that direct the program, and numbers of identity cards, which are printed masked or not at all.
func TestEveryValueIsPrinted(t *testing.T) {
	files := generateAll(t)
	text := map[string]string{} // by application number
	for _, f := range of(files, "pdf") {
		for _, no := range f.Projects {
			text[no] += pdfText(t, f.path) + "\x00"
		}
	}
	names, err := fs.Glob(examples.FS(), "*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		raw, err := fs.ReadFile(examples.FS(), name)
		if err != nil {
			t.Fatal(err)
		}
		var data map[string]any
		if err := json.Unmarshal(raw, &data); err != nil {
			t.Fatal(err)
		}
		no := data["project"].(map[string]any)["app_no"].(string)
		if text[no] == "" {
			t.Fatalf("%s: no PDF names application %s", name, no)
		}
		walk("", data, func(path, value string) {
			if directs.MatchString(path) || value == "" {
				return
			}
			for _, form := range forms(value) {
				if holds(text[no], squeeze(form)) {
					return
				}
			}
			t.Errorf("%s: %s %q is on no page", name, path, value)
		})
	}
}

// directs matches the paths of values that are not printed as they stand.
var directs = regexp.MustCompile(`^/call$` + // names the rules
	`|/(topic|category|field|country|nationality|org_type|sex|side|id_type|degree|grade|level|state|kind|scheme|role|cmp|language|secrecy|result|source|severity)$` + // codes, printed as labels
	`|/(id_no|account_no|mobile|phone|tel)$` + // personal, or printed in groups
	`|/(file|mime)$` + // names of uploaded files
	`|^/indicators/\d+/target_num$` + // the machine's copy of target
	`|^/(mu|contract/bureau)/(name|address)_en$|^/contract/payments/\d+/condition_en$` + // these speak in Chinese documents only
	`|^/members/([3-9]|\d\d)/contract_end$` + // asked of the first three members
	`|^/pcn/\d+/bank/`) // only the lead receives the grant

// forms are the ways in which a value may be printed.
func forms(value string) []string {
	list := []string{value}
	if fen, err := notation.ParseYuan(value); err == nil && regexp.MustCompile(`^-?\d+\.\d\d$`).MatchString(value) {
		list = append(list, notation.Yuan(fen), notation.Wan(fen), notation.Words(fen))
	}
	for _, pattern := range []string{"", "英文", "yyyy-MM-dd", "yyyy.MM", "yyyy.MM.dd", "yyyy年M月", "yyyy年M月d日", "yyyy-MM", "yyyy年M月d日HH:mm", "yyyy-MM-dd HH:mm", "MM/yyyy"} {
		if s, err := notation.FormatDate(value, pattern); err == nil {
			list = append(list, s)
		}
	}
	return list
}

// walk calls f for every text in a JSON value, with its JSON Pointer.
func walk(path string, v any, f func(path, value string)) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range sortedKeys(v) {
			walk(path+"/"+k, v[k], f)
		}
	case []any:
		for i, e := range v {
			walk(fmt.Sprintf("%s/%d", path, i), e, f)
		}
	case string:
		f(path, v)
	}
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// TestLibreOfficeReadsTheSameText opens every Word file in LibreOffice: its text must be that of our PDF, page furniture aside.
func TestLibreOfficeReadsTheSameText(t *testing.T) {
	soffice := tool(t, "soffice")
	dir := t.TempDir()
	files := generateAll(t)
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", dir}
	var docs []made
	for i, f := range of(files, "docx") {
		copied := filepath.Join(dir, fmt.Sprintf("d%02d.docx", i))
		data, err := os.ReadFile(f.path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(copied, data, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, copied)
		docs = append(docs, f)
	}
	outputOf(t, exec.Command(soffice, args...))
	for i, f := range docs {
		data, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("d%02d.txt", i)))
		if err != nil {
			t.Errorf("%s: LibreOffice made no text: %v", f.Name, err)
			continue
		}
		pdf := strings.TrimSuffix(f.path, ".docx") + ".pdf"
		ours := pdfText(t, pdf)
		for line := range strings.Lines(strings.TrimPrefix(string(data), "\ufeff")) {
			for cell := range strings.SplitSeq(line, "\t") {
				if want := squeeze(cell); !holds(ours, want) {
					t.Errorf("%s: LibreOffice reads %q, which is not in our PDF", f.Name, cell)
				}
			}
		}
	}
}

// TestPagesCarryTheirCode reads the QR code of each page with zbar, from pages as a scanner of 200 dots an inch gives them: code and version of the document, page
// and pages. One document of each kind and language of each call.
func TestPagesCarryTheirCode(t *testing.T) {
	zbarimg, pdftoppm := tool(t, "zbarimg"), tool(t, "pdftoppm")
	seen := map[string]bool{}
	for _, f := range of(generateAll(t), "pdf") {
		kind := fmt.Sprint(f.Provenance.Call, f.Kind, f.Lang)
		if seen[kind] {
			continue
		}
		seen[kind] = true
		args := []string{"-r", "200", "-gray", "-y", "2040"} // the last 38 mm of a page that is 297 mm high
		if f.Kind == app.RecommendationLetter {              // with pages across
			args = args[:3]
		}
		dir := t.TempDir()
		outputOf(t, exec.Command(pdftoppm, append(args, f.path, filepath.Join(dir, "p"))...))
		pages, err := filepath.Glob(filepath.Join(dir, "p*"))
		if err != nil || len(pages) != f.Pages {
			t.Fatalf("%s: %d pictures of %d pages: %v", f.Name, len(pages), f.Pages, err)
		}
		var want strings.Builder
		for i := range pages {
			fmt.Fprintf(&want, "QR-Code:%s/%d/%d-%d\n", strings.ReplaceAll(f.Code, "-", ""), f.Version, i+1, f.Pages)
		}
		got := outputOf(t, exec.Command(zbarimg, append([]string{"-q", "-Sdisable", "-Sqrcode.enable"}, pages...)...))
		if got != want.String() {
			t.Errorf("%s: read\n%swant\n%s", f.Name, got, want.String())
		}
	}
}
