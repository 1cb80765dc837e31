package fill

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"tripact/render/docx"
)

// told writes a comparison as a line for each difference.
func told(c *Comparison) string {
	var b strings.Builder
	for _, n := range c.Added {
		fmt.Fprintf(&b, "name +%s\n", n)
	}
	for _, n := range c.Removed {
		fmt.Fprintf(&b, "name -%s\n", n)
	}
	for _, d := range c.Changes {
		old, now := "", ""
		if d.OldPlace != nil {
			old = d.OldPlace.In("zh")
		}
		if d.NewPlace != nil {
			now = d.NewPlace.In("zh")
		}
		fmt.Fprintf(&b, "%s %q %s -> %q %s\n", d.Kind, d.Old, old, d.New, now)
	}
	for _, n := range c.Parts {
		fmt.Fprintf(&b, "part %s\n", n)
	}
	return b.String()
}

func TestCompare(t *testing.T) {
	cell := func(props, text string) string { return `<w:tc>` + props + par(text) + `</w:tc>` }
	table := func(width string, cells ...string) string {
		return `<w:tbl><w:tblPr><w:tblW w:w="` + width + `" w:type="dxa"/></w:tblPr><w:tr>` + strings.Join(cells, "") + `</w:tr></w:tbl>`
	}
	bold := func(text string) string { return `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>` + text + `</w:t></w:r></w:p>` }
	base := par("合同编号：{{编号}}") + table("9000", cell("", "单位"), cell("", "{{乙方.名称}}")) + par("{{#成员}}{{姓名}}{{/成员}}") + par("附则")
	tests := []struct{ name, old, new, want string }{
		{"nothing", base, base, ""},
		{
			"cut into other runs, with other revision marks", base,
			strings.Replace(base, par("附则"), `<w:p w:rsidR="00AB12CD" w14:paraId="11112222"><w:r w:rsidR="00AB12CD"><w:t>附</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:rPr><w:lang w:val="en-GB"/></w:rPr><w:t>则</w:t></w:r></w:p>`, 1), "",
		},
		{
			"a name", base, strings.Replace(base, "{{乙方.名称}}", "{{乙方.简称}}", 1),
			"name +乙方.简称\nname -乙方.名称\n" + `text "{{乙方.名称}}" 正文第1个表格第1行第2列第3段 -> "{{乙方.简称}}" 正文第1个表格第1行第2列第3段` + "\n",
		},
		{
			"a paragraph more and one less", base, strings.Replace(strings.Replace(base, par("附则"), "", 1), par("合同编号：{{编号}}"), par("合同编号：{{编号}}")+par("保密期限：{{保密期限}}"), 1),
			"name +保密期限\n" + `added ""  -> "保密期限：{{保密期限}}" 正文第2段` + "\n" + `removed "附则" 正文第5段 -> "" ` + "\n",
		},
		{"bold", base, strings.Replace(base, par("附则"), bold("附则"), 1), `format "附则" 正文第5段 -> "附则" 正文第5段` + "\n"},
		{
			"a bookmark", base, strings.Replace(base, par("附则"), `<w:p><w:bookmarkStart w:id="7" w:name="签章_甲方"/><w:r><w:t>附则</w:t></w:r><w:bookmarkEnd w:id="7"/></w:p>`, 1),
			`format "附则" 正文第5段 -> "附则" 正文第5段` + "\n",
		},
		{"a table's width", base, strings.Replace(base, "9000", "8000", 1), `table "" 正文第1个表格 -> "" 正文第1个表格` + "\n"},
		{"both faulty", par("{{#成员}}"), par("{{/成员}}"), "name -成员\n" + `text "{{#成员}}" 正文第1段 -> "{{/成员}}" 正文第1段` + "\n"},
	}
	for _, tt := range tests {
		c := Compare(word(t, tt.old), word(t, tt.new))
		if got := told(c); got != tt.want || c.Same() != (tt.want == "") {
			t.Errorf("%s\n%swant\n%s", tt.name, got, tt.want)
		}
	}
	wide := wordRoot(t, `<w:document `+nsAll+`><w:body>`+base+strings.Replace(sect, "1440", "1134", 1)+`</w:body></w:document>`)
	if got, want := told(Compare(word(t, base), wide)), `page "" 正文 -> "" 正文`+"\n"; got != want {
		t.Errorf("margins\n%swant\n%s", got, want)
	}
	header := func(text string) string { return `<w:hdr ` + nsAll + `>` + par(text) + `</w:hdr>` }
	got := told(Compare(word(t, base, "header1", header("{{编号}}")), word(t, base, "header2", header("{{编号}}，第一版"))))
	if want := `text "{{编号}}" 页眉第1段 -> "{{编号}}，第一版" 页眉第1段` + "\n"; got != want {
		t.Errorf("a header of another name\n%swant\n%s", got, want)
	}
}

// TestCompareShipped: each shipped template differs from itself in nothing, and from the next one in something.
func TestCompareShipped(t *testing.T) {
	names, err := fs.Glob(os.DirFS("../../templates"), "*/*.docx")
	if err != nil || len(names) < 10 {
		t.Fatal(names, err)
	}
	var packages []*docx.Package
	for _, name := range names {
		data, err := os.ReadFile("../../templates/" + name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := docx.Open(data)
		if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
	for i, a := range packages {
		for _, j := range []int{i, (i + 1) % len(packages)} {
			b := packages[j]
			if c := Compare(a, b); c.Same() != (i == j) {
				t.Errorf("%s and %s: same %v\n%s", names[i], names[j], c.Same(), told(c))
			}
		}
	}
}

// TestMatches: what is kept is in both, in order, and as much as can be (by the slow way).
func TestMatches(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	list := func() []int {
		out := make([]int, r.IntN(30))
		for i := range out {
			out[i] = r.IntN(6)
		}
		return out
	}
	for range 2000 {
		a, b := list(), list()
		got := matches(a, b)
		for i, m := range got {
			if a[m[0]] != b[m[1]] || i > 0 && (m[0] <= got[i-1][0] || m[1] <= got[i-1][1]) {
				t.Fatalf("%v %v: %v", a, b, got)
			}
		}
		best := make([][]int, len(a)+1)
		for i := range best {
			best[i] = make([]int, len(b)+1)
			for j := range best[i] {
				switch {
				case i == 0 || j == 0:
				case a[i-1] == b[j-1]:
					best[i][j] = best[i-1][j-1] + 1
				default:
					best[i][j] = max(best[i-1][j], best[i][j-1])
				}
			}
		}
		if len(got) != best[len(a)][len(b)] {
			t.Fatalf("%v %v: %d kept, %d can be", a, b, len(got), best[len(a)][len(b)])
		}
	}
	// Two long lists with nothing in common but their ends take no time and no memory.
	long := func(from int) []int {
		out := make([]int, 200_000)
		for i := range out {
			out[i] = from + i
		}
		return slices.Concat([]int{-1}, out, []int{-2})
	}
	if got := matches(long(0), long(1_000_000)); len(got) != 2 {
		t.Errorf("%d kept", len(got))
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("{{甲}}", "{{乙}}")
	f.Add("{{#成员}}{{姓名}}", "｛｛成员｝")
	f.Fuzz(func(t *testing.T, a, b string) {
		open := func(text string) *docx.Package {
			body := `<w:document ` + nsAll + `><w:body>` + par(text) + sect + `</w:body></w:document>`
			if _, err := docx.Parse([]byte(body)); err != nil {
				t.Skip()
			}
			return wordRoot(t, body)
		}
		x, y := open(a), open(b)
		if c := Compare(x, y); c.Same() && told(Compare(y, x)) != "" {
			t.Errorf("%q and %q differ one way only", a, b)
		}
		if c := Compare(x, open(a)); !c.Same() {
			t.Errorf("%q differs from itself:\n%s", a, told(c))
		}
	})
}
