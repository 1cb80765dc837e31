package fill

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// The thirteen ways in which editors cut the runs of a tag (TEMPLATES 1.3). Each takes the pieces of a text and gives the
// content of a paragraph whose text is still theirs.
var splitKinds = []struct {
	name string
	cut  func(pieces []string, rng *rand.Rand) string
}{
	{"format", func(p []string, _ *rand.Rand) string {
		props := []string{`<w:rPr><w:b/></w:rPr>`, `<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>`, `<w:rPr><w:color w:val="FF0000"/></w:rPr>`, ``}
		var b strings.Builder
		for i, s := range p {
			b.WriteString(strings.Replace(run(s), "<w:r>", "<w:r>"+props[i%len(props)], 1))
		}
		return b.String()
	}},
	{"proofErr", between(`<w:proofErr w:type="spellStart"/>`, `<w:proofErr w:type="spellEnd"/>`)},
	{"bookmark", func(p []string, _ *rand.Rand) string {
		var b strings.Builder
		for i, s := range p {
			fmt.Fprintf(&b, `<w:bookmarkStart w:id="%d" w:name="b%d"/>%s`, i, i, run(s))
		}
		for i := range p {
			fmt.Fprintf(&b, `<w:bookmarkEnd w:id="%d"/>`, i)
		}
		return b.String()
	}},
	{"pageBreakHint", func(p []string, _ *rand.Rand) string {
		return joinRuns(p, `<w:lastRenderedPageBreak/>`)
	}},
	{"permission", func(p []string, _ *rand.Rand) string {
		var b strings.Builder
		for i, s := range p {
			fmt.Fprintf(&b, `<w:permStart w:id="%d" w:edGrp="everyone"/>%s<w:permEnd w:id="%d"/>`, i, run(s), i)
		}
		return b.String()
	}},
	{"emptyRun", between(`<w:r><w:rPr><w:b/></w:rPr></w:r>`)},
	{"emptyText", between(`<w:r><w:t></w:t></w:r>`, `<w:r><w:t/></w:r>`)},
	{"softHyphen", func(p []string, _ *rand.Rand) string { return joinRuns(p, `<w:softHyphen/>`) }},
	{"deletion", between(`<w:del w:id="90" w:author="a" w:date="2025-01-01T00:00:00Z"><w:r><w:delText>旧</w:delText></w:r></w:del>`)},
	{"insertion", wrap(func(i int) (string, string) {
		return fmt.Sprintf(`<w:ins w:id="%d" w:author="a" w:date="2025-01-01T00:00:00Z">`, 100+i), `</w:ins>`
	})},
	{"hyperlink", wrap(func(int) (string, string) { return `<w:hyperlink w:anchor="x">`, `</w:hyperlink>` })},
	{"smartTag", wrap(func(int) (string, string) {
		return `<w:smartTag w:uri="u" w:element="e"><w:smartTagPr><w:attr w:name="a" w:val="b"/></w:smartTagPr>`, `</w:smartTag>`
	})},
	{"control", wrap(func(i int) (string, string) {
		return fmt.Sprintf(`<w:sdt><w:sdtPr><w:id w:val="%d"/></w:sdtPr><w:sdtContent>`, 500+i), `</w:sdtContent></w:sdt>`
	})},
}

func between(marks ...string) func([]string, *rand.Rand) string {
	return func(p []string, _ *rand.Rand) string {
		var b strings.Builder
		for i, s := range p {
			if i > 0 {
				b.WriteString(marks[i%len(marks)])
			}
			b.WriteString(run(s))
		}
		return b.String()
	}
}

func joinRuns(p []string, mark string) string {
	var b strings.Builder
	for i, s := range p {
		r := run(s)
		if i > 0 {
			r = strings.Replace(r, "<w:r>", "<w:r>"+mark, 1)
		}
		b.WriteString(r)
	}
	return b.String()
}

func wrap(tags func(int) (string, string)) func([]string, *rand.Rand) string {
	return func(p []string, rng *rand.Rand) string {
		var b strings.Builder
		for i := 0; i < len(p); {
			if rng.IntN(2) == 0 {
				b.WriteString(run(p[i]))
				i++
				continue
			}
			before, after := tags(i)
			b.WriteString(before)
			for n := rng.IntN(3) + 1; n > 0 && i < len(p); n-- {
				b.WriteString(run(p[i]))
				i++
			}
			b.WriteString(after)
		}
		return b.String()
	}
}

func pieces(s string, rng *rand.Rand) []string {
	r := []rune(s)
	var out []string
	for len(r) > 0 {
		n := min(len(r), 1+rng.IntN(5))
		out = append(out, string(r[:n]))
		r = r[n:]
	}
	return out
}

// However an editor cuts the runs of a text with tags, the result reads the same, is well-formed and sound.
func TestSplitRuns(t *testing.T) {
	data := map[string]any{"甲": "A&B", "乙": map[string]any{"名": "<值>"}, "列": people("张三", "李四", "王五"), "真": true}
	texts := []struct{ name, in, want string }{
		{"values", "前{{甲}}中｛｛乙.名｝｝后{{甲|默认:“}}”}}", "前A&B中<值>后A&B\n"},
		{"inline loop", "前{{#列}}〔{{序号}}{{姓名}}〕{{/列}}后{{甲}}", "前〔1张三〕〔2李四〕〔3王五〕后A&B\n"},
		{"inline condition", "前{{?甲=“A&B” 和 真}}是{{甲}}{{:否则}}否{{/}}后", "前是A&B后\n"},
		{"nested", "{{#列}}{{?首}}首{{/首}}{{姓名}}{{?非 末}}、{{/}}{{/列}}。", "首张三、李四、王五。\n"},
		{"empty loop", "前{{#没有?}}x{{/没有?}}后", "前后\n"},
	}
	seeds := 200
	if testing.Short() {
		seeds = 20
	}
	for _, k := range splitKinds {
		for _, tt := range texts {
			t.Run(k.name+"/"+tt.name, func(t *testing.T) {
				for seed := range seeds {
					rng := rand.New(rand.NewPCG(uint64(seed), 7))
					p := word(t, "<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>"+k.cut(pieces(tt.in, rng), rng)+"</w:p>")
					out := filled(t, p, data, Strict)
					if got := mainText(t, out); got != tt.want {
						t.Fatalf("seed %d: got %q, want %q\n%s\n%s", seed, got, tt.want, body(t, p), body(t, out))
					}
					if t.Failed() {
						t.Fatalf("seed %d\n%s", seed, body(t, p))
					}
				}
			})
		}
	}
}

// A value takes the properties of the run where its tag starts; text after it keeps its own.
func TestFormatOfValues(t *testing.T) {
	p := word(t, `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>前{</w:t></w:r><w:r><w:rPr><w:i/></w:rPr><w:t>{甲}}后</w:t></w:r></w:p>`)
	got := body(t, filled(t, p, map[string]any{"甲": "值"}, Strict))
	want := `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>前值</w:t></w:r><w:r><w:rPr><w:i/></w:rPr><w:t>后</w:t></w:r></w:p>`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
