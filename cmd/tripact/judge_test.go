package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"html"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tripact/fonts"
)

var updateJudge = flag.Bool("update-judge", false, "write testdata/judge.csv anew, keeping the explanations")

// judged is one file in both hands: pages, and lines that only one of the two has.
type judged struct {
	name                  string
	ours, office          int // pages
	lines, differ         int
	rules                 tally // by which rule the lines break elsewhere
	reason                string
	onlyOurs, onlyOffices []string
}

// TestAgainstLibreOffice gives our documents, varied small files and real Word files to LibreOffice, with our fonts under the names that
// the files use, and compares pages and line breaks. LibreOffice is a second opinion, not the truth: every difference has its
// reason in testdata/judge.csv, by Word's rule. Clearly more differences than the table knows (a quarter more
// lines, another page: releases of LibreOffice differ) fail the test, and so does a file that the table does not explain. A reason
// that starts with "open:" says that ours is not shown to be right. Each line of ours that LibreOffice does not have is traced
// to the rule by which it first differs (tally); more lines than the table knows that no rule accounts for fail the test, too.
func TestAgainstLibreOffice(t *testing.T) {
	soffice, pdftotext := tool(t, "soffice"), tool(t, "pdftotext")
	dir := t.TempDir()
	in := filepath.Join(dir, "in")
	names := collect(t, in)
	conf := fontAliases(t, dir, in)
	ours, theirs := filepath.Join(dir, "ours"), filepath.Join(dir, "office")
	if err := os.Mkdir(ours, 0o700); err != nil {
		t.Fatal(err)
	}
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", "pdf", "--outdir", theirs}
	var list []string
	for _, name := range names {
		path := filepath.Join(in, name+".docx")
		if out, err := exec.Command("tripact", "pdf", path, "-o", filepath.Join(ours, name+".pdf")).CombinedOutput(); err != nil {
			if !strings.HasPrefix(name, "word-") { // real files may be broken; ours are not
				t.Errorf("%s: %v\n%s", name, err, out)
			}
			continue
		}
		args, list = append(args, path), append(list, name)
	}
	cmd := exec.Command(soffice, args...)
	cmd.Env = append(os.Environ(), "FONTCONFIG_FILE="+conf, "LC_ALL=C.UTF-8")
	outputOf(t, cmd)
	table := readJudge(t)
	var found []judged
	for _, name := range list {
		office := filepath.Join(theirs, name+".pdf")
		if _, err := os.Stat(office); err != nil {
			t.Logf("%s: LibreOffice makes no PDF of it", name)
			continue
		}
		j := compare(t, pdftotext, filepath.Join(ours, name+".pdf"), office)
		j.name, j.reason = name, table[name].reason
		found = append(found, j)
		if *updateJudge {
			if j.differ > 0 || j.ours != j.office {
				t.Logf("%s: %d and %d pages, %d of %d lines differ\n ours:\n  %s\n office:\n  %s", name, j.ours, j.office, j.differ, j.lines,
					strings.Join(j.onlyOurs[:min(6, len(j.onlyOurs))], "\n  "), strings.Join(j.onlyOffices[:min(6, len(j.onlyOffices))], "\n  "))
			}
			continue
		}
		known, ok := table[name]
		switch {
		case j.ours == j.office && j.differ == 0:
		case j.rules[ruleOther] > known.rules[ruleOther]+3:
			t.Errorf("%s: no rule accounts for %d lines, the table knows %d: %s\n%s\n%s", name, j.rules[ruleOther], known.rules[ruleOther], j.rules,
				strings.Join(j.onlyOurs, "\n"), strings.Join(j.onlyOffices, "\n"))
		case !ok || known.reason == "":
			t.Errorf("%s: %d and %d pages, %d of %d lines differ, and testdata/judge.csv does not say why:\n%s\n%s", name, j.ours, j.office,
				j.differ, j.lines, strings.Join(j.onlyOurs, "\n"), strings.Join(j.onlyOffices, "\n"))
		case j.differ > known.differ+known.differ/4+3, j.ours != j.office && max(j.ours-j.office-known.ours+known.office, known.ours-known.office-j.ours+j.office) > 1:
			t.Errorf("%s: %d and %d pages, %d lines differ; the table explains %d and %d pages, %d lines:\n%s\n%s", name, j.ours, j.office,
				j.differ, known.ours, known.office, known.differ, strings.Join(j.onlyOurs, "\n"), strings.Join(j.onlyOffices, "\n"))
		}
	}
	if *updateJudge {
		writeJudge(t, found)
	}
}

// collect writes all files to be judged into a folder and gives their names in order: doc- for our documents, own- for the small files,
// office- for whole ones as offices write them with various programs, word- for real Word files where they are at hand.
func collect(t *testing.T, dir string) []string {
	t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	var names []string
	put := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name+".docx"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	read := func(path string) []byte {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, f := range of(generateAll(t), "docx") {
		put(fmt.Sprintf("doc-%s-%s-%s", f.Projects[0], f.Kind, f.Lang), read(f.path))
	}
	for _, s := range smallFiles() {
		put("own-"+s.name, judgeFile(t, s))
	}
	for _, path := range officeFiles(t) {
		put("office-"+strings.TrimSuffix(filepath.Base(path), ".docx"), read(path))
	}
	found, err := filepath.Glob(filepath.Join(judgeFixtures(), "*", "*.docx"))
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Log("the folder of real Word files is not here: they are left out")
	}
	for _, path := range found {
		put("word-"+filepath.Base(filepath.Dir(path))+"-"+strings.TrimSuffix(filepath.Base(path), ".docx"), read(path))
	}
	return names
}

// compare counts the lines that stand in only one of two PDFs.
func compare(t *testing.T, pdftotext, ours, office string) judged {
	t.Helper()
	a, pagesA := rawLines(t, pdftotext, ours)
	b, pagesB := rawLines(t, pdftotext, office)
	j := judged{ours: pagesA, office: pagesB, lines: len(a)}
	j.onlyOurs, j.onlyOffices = without(a, b), without(b, a)
	j.differ = max(len(j.onlyOurs), len(j.onlyOffices))
	j.rules = trace(j.onlyOurs, b)
	return j
}

var leaders = regexp.MustCompile(`[._…]{4,}|[•\x{f0b7}\x{f06c}]`)

// rawLines gives the lines of a PDF in the order in which they are drawn, without white space, and the number of pages.
func rawLines(t *testing.T, pdftotext, path string) (lines []string, pages int) {
	t.Helper()
	out := outputOf(t, exec.Command(pdftotext, "-raw", "-enc", "UTF-8", path, "-"))
	for line := range strings.SplitSeq(out, "\n") {
		pages += strings.Count(line, "\f")
		// Leaders are drawn as dots by one and as a line by the other; bullets of symbol fonts have no text in LibreOffice.
		if s := leaders.ReplaceAllString(squeeze(line), ""); s != "" {
			lines = append(lines, s)
		}
	}
	return lines, pages
}

// The rules by which a line of ours may differ from LibreOffice's, and what else happens to lines.
const (
	ruleMarks   = iota // marks give up their blank halves, so the line holds more: no more than they give
	ruleHung           // LibreOffice lets a mark hang over the edge
	ruleNumber         // a number stays with its unit, 第 with 条, 〔 with the year
	ruleSolidus        // no line ends with a solidus
	ruleRaised         // ⁻ is drawn on another baseline by LibreOffice
	ruleSpace          // Han and Latin stand a quarter of an em apart, not a fifth
	ruleFollows        // the line begins elsewhere because one before it does
	ruleOrder          // the text is the same; it is drawn in another order, on another page, or in another form
	ruleOther
	rulesAll
)

// tally counts lines by rule.
type tally [rulesAll]int

func ruleNames() [rulesAll]string {
	return [...]string{"marks", "hung", "number", "solidus", "raised", "space", "follows", "order", "other"}
}

func (c tally) String() string {
	var out []string
	for i, name := range ruleNames() {
		if c[i] > 0 {
			out = append(out, fmt.Sprintf("%s %d", name, c[i]))
		}
	}
	return strings.Join(out, ", ")
}

// trace finds for each line that only we have where its text stands with LibreOffice, and by which rule it ends elsewhere.
func trace(onlyOurs, office []string) (c tally) {
	text := strings.Join(office, "")
	begins := make(map[int]string, len(office))
	at := 0
	for _, line := range office {
		begins[at] = line
		at += len(line)
	}
	for _, line := range onlyOurs {
		rule := ruleOrder
		for from := 0; ; {
			i := strings.Index(text[from:], line)
			if i < 0 {
				break
			}
			rule = ruleFollows
			if theirs, ok := begins[from+i]; ok {
				rule = ruleOf(line, theirs)
				break
			}
			from += i + 1
		}
		c[rule]++
	}
	return c
}

var (
	numberAhead  = regexp.MustCompile(`^([0-9.,−]|第|〔|万元|亿元|个月|人次|周岁|小时|分钟|个?工作日|[毫厘微]?米|平方|立方|年|月|日|号|[人名项篇件份页台套天个家种次条章款岁倍%℃])`)
	numberBefore = regexp.MustCompile(`(第[一二三四五六七八九十0-9]*|[0-9])$`)
	oneMore      = regexp.MustCompile(`^[（《“‘〔【]*(\p{Han}|[\p{Latin}0-9.,]+)[，、；：。？！．）》”’〕】]*$`)
	hanLatin     = regexp.MustCompile(`\p{Han}[0-9A-Za-z]|[0-9A-Za-z%]\p{Han}`)
)

// ruleOf says by which rule two lines that begin alike end differently.
func ruleOf(ours, theirs string) int {
	const marks = "，、；：。？！．（）《》〈〉【】〔〕“”‘’「」『』"
	if ours == theirs {
		return ruleOrder // the heading of a table that goes on on another page
	}
	if rest, ok := strings.CutPrefix(theirs, ours); ok {
		runes := []rune(rest)
		switch {
		case strings.ContainsRune("，、；：。？！．", runes[len(runes)-1]) && len(runes) <= 3:
			return ruleHung
		case strings.HasSuffix(theirs, "/"):
			return ruleSolidus
		case strings.Contains(theirs, "⁻"):
			return ruleRaised
		case numberAhead.MatchString(rest) || numberBefore.MatchString(ours):
			return ruleNumber
		case hanLatin.MatchString(theirs):
			return ruleSpace
		}
		return ruleOther
	}
	rest, ok := strings.CutPrefix(ours, theirs)
	if !ok {
		return ruleOther
	}
	more, give := 0, 2 // in half-ems: what our line holds more, and what it may, the room of a character included
	for _, r := range rest {
		more += 1 + min(1, len(string(r))/3)
	}
	for _, r := range ours {
		if strings.ContainsRune(marks, r) {
			give++
		}
	}
	switch {
	case give > 2 && (more <= give || oneMore.MatchString(rest)): // what cannot be parted comes or goes as one
		return ruleMarks
	case numberBefore.MatchString(theirs) || numberAhead.MatchString(rest):
		return ruleNumber
	case strings.HasSuffix(theirs, "/") || strings.HasPrefix(rest, "/"):
		return ruleSolidus
	}
	return ruleOther
}

// without gives the lines of a that b does not have as often.
func without(a, b []string) []string {
	count := map[string]int{}
	for _, s := range b {
		count[s]++
	}
	var rest []string
	for _, s := range a {
		if count[s]--; count[s] < 0 {
			rest = append(rest, s)
		}
	}
	return rest
}

const judgeTable = "testdata/judge.csv"

func readJudge(t *testing.T) map[string]judged {
	t.Helper()
	table := map[string]judged{}
	file, err := os.Open(judgeTable)
	if err != nil {
		if *updateJudge {
			return table
		}
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // only read
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	names := ruleNames()
	for _, r := range rows[1:] {
		var n [4]int
		for i := range n {
			if n[i], err = strconv.Atoi(r[i+1]); err != nil {
				t.Fatalf("%s: %s: %v", judgeTable, r[0], err)
			}
		}
		j := judged{ours: n[0], office: n[1], lines: n[2], differ: n[3], reason: r[6]}
		for f := range strings.SplitSeq(r[5], ", ") {
			name, count, _ := strings.Cut(f, " ")
			if i := slices.Index(names[:], name); i >= 0 {
				if j.rules[i], err = strconv.Atoi(count); err != nil {
					t.Fatalf("%s: %s: %v", judgeTable, r[0], err)
				}
			}
		}
		table[r[0]] = j
	}
	return table
}

func writeJudge(t *testing.T, found []judged) {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"file", "our pages", "LibreOffice's pages", "lines", "differing lines", "first differences", "why, by Word's rule"}}
	for _, j := range found {
		if j.differ == 0 && j.ours == j.office {
			j.reason = ""
		}
		rows = append(rows, []string{j.name, strconv.Itoa(j.ours), strconv.Itoa(j.office), strconv.Itoa(j.lines), strconv.Itoa(j.differ), j.rules.String(), j.reason})
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(judgeTable, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// fontAliases writes a font configuration that knows only our fonts, under every name that the files use.
func fontAliases(t *testing.T, dir, in string) string {
	t.Helper()
	folder, err := filepath.Abs("../../fonts/files")
	if err != nil {
		t.Fatal(err)
	}
	book := fonts.Shipped()
	named := map[string]bool{}
	paths, err := filepath.Glob(filepath.Join(in, "*.docx"))
	if err != nil {
		t.Fatal(err)
	}
	attr := regexp.MustCompile(`(?:w:(?:ascii|hAnsi|eastAsia|cs)|typeface|w:font w:name)="([^"+]+)"`)
	for _, path := range paths {
		for _, part := range parts(path) {
			for _, m := range attr.FindAllSubmatch(part, -1) {
				named[html.UnescapeString(string(m[1]))] = true
			}
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig><dir>%s</dir><cachedir>%s</cachedir>\n", folder, filepath.Join(dir, "cache"))
	list := make([]string, 0, len(named))
	for name := range named {
		list = append(list, name)
	}
	slices.Sort(list)
	for _, name := range list {
		chain := book.Match(name, false, false)
		family, bold := familyOf(chain.Faces[0].Name())
		if family == name {
			continue
		}
		fmt.Fprintf(&b, `<match target="pattern"><test name="family" compare="eq"><string>%s</string></test><edit name="family" mode="assign" binding="same"><string>%s</string></edit>`, html.EscapeString(name), family)
		if bold {
			b.WriteString(`<edit name="weight" mode="assign"><const>bold</const></edit>`)
		}
		b.WriteString("</match>\n")
	}
	b.WriteString("</fontconfig>\n")
	conf := filepath.Join(dir, "fonts.conf")
	if err := os.WriteFile(conf, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return conf
}

// familyOf gives the family of a shipped face as fontconfig names it.
func familyOf(face string) (family string, bold bool) {
	base, style, _ := strings.Cut(face, "-")
	family, ok := map[string]string{
		"FandolFangTT": "FandolFang TT", "LXGWWenKai": "LXGW WenKai", "LiberationMono": "Liberation Mono", "LiberationSans": "Liberation Sans",
		"LiberationSerif": "Liberation Serif", "NotoSansSC": "Noto Sans SC", "NotoSerifSC": "Noto Serif SC", "NotoSansSymbols2": "Noto Sans Symbols2",
	}[base]
	if !ok {
		family = base
	}
	return family, strings.HasPrefix(style, "Bold")
}

// parts gives the XML parts of a package; a broken one gives none.
func parts(path string) [][]byte {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil
	}
	defer z.Close() //nolint:errcheck // only read
	var all [][]byte
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, ".xml") || f.UncompressedSize64 > 16<<20 {
			continue
		}
		r, err := f.Open()
		if err != nil {
			continue
		}
		data, err := io.ReadAll(io.LimitReader(r, 16<<20))
		if err == nil {
			all = append(all, data)
		}
		if err := r.Close(); err != nil {
			continue
		}
	}
	return all
}

// judgeFixtures is the folder of real Word files: beside the checkout, or where TRIPACT_WORD_FILES says.
func judgeFixtures() string {
	if dir := os.Getenv("TRIPACT_WORD_FILES"); dir != "" {
		return dir
	}
	return "../../../shared/fixtures/word"
}

func TestTrace(t *testing.T) {
	for _, tt := range []struct{ name, ours, office, want string }{
		{"marks", "合作内容包括：（甲）材料/设计。", "合作内容包括：（甲）材/料设计。", "marks 1, follows 1"},
		{"more than the marks give", "甲，乙丙丁戊己庚辛/壬", "甲，乙/丙丁戊己庚辛壬", "other 1, follows 1"},
		{"hung", "各方应当按照/约定，完成", "各方应当按照约定，/完成", "hung 1, follows 1"},
		{"number", "满/12个月", "满12/个月", "number 1, follows 1"},
		{"solidus", "力矩牛·/米/秒", "力矩牛·米//秒", "solidus 1, follows 1"},
		{"space", "采用ISO标/准", "采用ISO标准", "space 1, follows 1"},
		{"another page", "第2页共22页", "第2页共23页", "order 1"},
	} {
		split := func(s string) []string { // a solidus parts lines, two are one
			lines := strings.Split(strings.ReplaceAll(s, "//", "\x00/"), "/")
			for i := range lines {
				lines[i] = strings.ReplaceAll(lines[i], "\x00", "/")
			}
			return lines
		}
		a, b := split(tt.ours), split(tt.office)
		got := trace(without(a, b), b).String()
		parts := strings.Split(tt.want, ", ")
		for _, p := range parts {
			if !strings.Contains(got, p) {
				t.Errorf("%s: %s, want %s (%q, %q)", tt.name, got, tt.want, a, b)
			}
		}
	}
}
