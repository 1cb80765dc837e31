package fill

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// gen makes random documents: text, tags in any place and order, cut runs, containers, tables, ranges.
type gen struct {
	*rand.Rand
	id   int
	open []string // the sections that still want a close tag
}

func (g *gen) next() int { g.id++; return g.id }

func (g *gen) tag() string {
	switch g.IntN(12) {
	case 0, 1:
		return "{{值}}"
	case 2:
		return "{{段}}"
	case 3:
		return "{{多行}}"
	case 4:
		g.open = append(g.open, "成员")
		return "{{#成员}}"
	case 5:
		g.open = append(g.open, "空")
		return "{{#空}}"
	case 6:
		g.open = append(g.open, "值")
		return "{{?值}}"
	case 7:
		if g.IntN(3) == 0 {
			return "{{:否则}}"
		}
		return "{{没有}}"
	case 8:
		return "{{! 注}}"
	case 9:
		switch g.IntN(7) {
		case 0:
			return "{{合并:值}}"
		case 6:
			return "{{横向合并:姓名?}}"
		case 1:
			g.open = append(g.open, "节:成员")
			return "{{#节:成员}}"
		case 2:
			return "{{#列:成员}}{{姓名}}{{/成员}}"
		case 3:
			return "{{?列:空}}{{值}}{{/}}"
		case 4:
			g.open = append(g.open, "行:成员")
			return "{{#行:成员}}"
		}
		g.open = append(g.open, "列:成员")
		return "{{#列:成员}}"
	}
	if n := len(g.open); n > 0 {
		s := g.open[n-1]
		g.open = g.open[:n-1]
		return "{{/" + s + "}}"
	}
	return "{{姓名?}}"
}

func (g *gen) inline(depth int) string {
	var parts []string
	for range g.IntN(4) {
		if g.IntN(2) == 0 {
			parts = append(parts, "文")
		} else {
			parts = append(parts, g.tag())
		}
	}
	var b strings.Builder
	for _, s := range pieces(strings.Join(parts, ""), g.Rand) {
		r := run(s)
		switch g.IntN(9) {
		case 0:
			r = fmt.Sprintf(`<w:hyperlink w:anchor="x">%s</w:hyperlink>`, r)
		case 1:
			r = fmt.Sprintf(`<w:sdt><w:sdtPr><w:id w:val="%d"/></w:sdtPr><w:sdtContent>%s</w:sdtContent></w:sdt>`, g.next(), r)
		case 2:
			n := g.next()
			r = fmt.Sprintf(`<w:bookmarkStart w:id="%d" w:name="b%d"/>%s<w:bookmarkEnd w:id="%d"/>`, n, n, r, n)
		case 3:
			if depth < 3 {
				r += `<w:r><w:drawing><wp:inline><wp:extent cx="9" cy="9"/><wp:docPr id="` + fmt.Sprint(g.next()) + `" name="x"/><a:graphic><w:txbxContent>` + g.paragraphs(2, depth+1) + `</w:txbxContent></a:graphic></wp:inline></w:drawing></w:r>`
			}
		}
		b.WriteString(r)
	}
	return b.String()
}

func (g *gen) paragraph(depth int) string {
	pr := ""
	if g.IntN(5) == 0 {
		pr = `<w:pPr><w:jc w:val="center"/></w:pPr>`
	}
	return fmt.Sprintf(`<w:p w14:paraId="%08X">%s%s</w:p>`, g.next(), pr, g.inline(depth))
}

func (g *gen) paragraphs(n, depth int) string {
	var b strings.Builder
	for range 1 + g.IntN(n) {
		b.WriteString(g.paragraph(depth))
	}
	return b.String()
}

func (g *gen) blocks(n, depth int) string {
	var b strings.Builder
	mark := 0
	for range 1 + g.IntN(n) {
		switch k := g.IntN(8); {
		case k < 5 || depth > 2:
			b.WriteString(g.paragraph(depth))
		case k == 5:
			b.WriteString(`<w:tbl><w:tblPr/><w:tblGrid>`)
			cols := 1 + g.IntN(3)
			b.WriteString(strings.Repeat(`<w:gridCol w:w="100"/>`, cols) + `</w:tblGrid>`)
			for range 1 + g.IntN(3) {
				b.WriteString("<w:tr>")
				for i := 0; i < cols; i++ {
					span := ""
					if i+1 < cols && g.IntN(4) == 0 {
						span = `<w:gridSpan w:val="2"/>`
						i++
					}
					b.WriteString("<w:tc><w:tcPr>" + span + []string{"", "", "", `<w:vMerge w:val="restart"/>`, "<w:vMerge/>"}[g.IntN(5)] + "</w:tcPr>")
					if g.IntN(3) == 0 {
						b.WriteString(g.blocks(2, depth+1) + "<w:p/>")
					} else {
						b.WriteString(g.paragraphs(2, depth))
					}
					b.WriteString("</w:tc>")
				}
				b.WriteString("</w:tr>")
			}
			b.WriteString("</w:tbl>")
		case k == 6:
			fmt.Fprintf(&b, `<w:sdt><w:sdtPr><w:id w:val="%d"/></w:sdtPr><w:sdtContent>%s</w:sdtContent></w:sdt>`, g.next(), g.blocks(2, depth+1))
		case mark == 0:
			mark = g.next()
			fmt.Fprintf(&b, `<w:bookmarkStart w:id="%d" w:name="m%d"/>`, mark, mark)
		default:
			fmt.Fprintf(&b, `<w:bookmarkEnd w:id="%d"/>`, mark)
			mark = 0
		}
	}
	if mark > 0 {
		fmt.Fprintf(&b, `<w:p><w:bookmarkEnd w:id="%d"/></w:p>`, mark)
	}
	return b.String()
}

// Whatever tags stand wherever, a document is refused with findings or comes out sound.
func TestRandomDocuments(t *testing.T) {
	data := map[string]any{"成员": people("张三", "李四", "王五"), "空": []any{}, "段": []any{"一", "二"}, "多行": "x\ny\tz", "值": "v"}
	n, made := 3000, 0
	if testing.Short() {
		n = 500
	}
	for seed := range n {
		g := &gen{Rand: rand.New(rand.NewPCG(uint64(seed), 1)), id: 16}
		content := g.blocks(6, 0)
		for i := len(g.open) - 1; i >= 0; i-- {
			content += par("{{/" + g.open[i] + "}}")
		}
		p := word(t, content)
		before := faults(p)
		tpl, l := Compile(p, Options{})
		for _, f := range l {
			if f.Code == "fill.pair.nesting" {
				t.Fatalf("seed %d: %s\n%s", seed, f.Message.EN, content)
			}
		}
		if tpl == nil {
			continue
		}
		out, l := tpl.Fill(context.Background(), data, FillOptions{Missing: Mark})
		if out == nil {
			t.Fatalf("seed %d: %v", seed, l)
		}
		made++
		if after := worse(before, faults(out)); len(after) > 0 {
			t.Fatalf("seed %d: %v\n%s\n\n%s", seed, after, content, body(t, out))
		}
		if got := mainText(t, out); strings.Contains(got, "{{") {
			t.Fatalf("seed %d: a tag is left in %q\n%s", seed, got, content)
		}
	}
	t.Log(made, "of", n, "documents were filled")
}
