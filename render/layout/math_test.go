package layout

import (
	"fmt"
	"strings"
	"testing"
)

const mathNS = ` xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"`

func mt(s string) string { return `<m:r><m:t>` + s + `</m:t></m:r>` }

// pieces writes the pieces of text of a page: what, at which size, and how far above (+) the last piece of text of 16 pt.
func pieces(doc *Document) string {
	var out []string
	base := Length(0)
	for _, x := range doc.Pages[0].Texts {
		if x.Source == "后" {
			base = x.Y
		}
	}
	for _, x := range doc.Pages[0].Texts {
		s := x.Source
		if x.Slant || strings.Contains(x.Face.Name(), "Italic") {
			s = "/" + s
		}
		if size := float64(x.Size) / float64(Point); size != 16 {
			s += fmt.Sprintf("@%.1f", size)
		}
		if up := float64(base-x.Y) / float64(Point); up > 0.05 || up < -0.05 {
			s += fmt.Sprintf("%+.1f", up)
		}
		if x.Source != "后" {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}

// Formulas are set as Word sets them: letters slanted, scripts smaller, fractions about the axis, brackets as high as what they hold.
// No sign is lost, also none that stands in an attribute.
func TestFormulas(t *testing.T) {
	e := func(s string) string { return `<m:e>` + s + `</m:e>` }
	tag := func(name string, kids ...string) string {
		return `<m:` + name + `>` + strings.Join(kids, "") + `</m:` + name + `>`
	}
	pr := func(name, kids string) string { return `<m:` + name + `Pr>` + kids + `</m:` + name + `Pr>` }
	for _, tt := range []struct {
		name, in, want string
		rules          int
	}{
		{"letters and digits", mt("2x+3"), "2 /x + 3", 0},
		{"a minus", mt("a-b"), "/a - /b", 0},
		{"upright", `<m:r><m:rPr><m:sty m:val="p"/></m:rPr><m:t>sin</m:t></m:r>`, "s i n", 0},
		{"Han", mt("面积"), "面 积", 0},
		{"superscript", tag("sSup", e(mt("a")), tag("sup", mt("2"))), "/a 2@11.2+5.8", 0},
		{"subscript", tag("sSub", e(mt("v")), tag("sub", mt("0"))), "/v 0@11.2-2.7", 0},
		{"both", tag("sSubSup", e(mt("x")), tag("sub", mt("1")), tag("sup", mt("2"))), "/x 2@11.2+5.8 1@11.2-2.7", 0},
		{"scripts of scripts are no smaller than half", tag("sSup", e(mt("a")), tag("sup", tag("sSup", e(mt("b")), tag("sup", mt("2"))))), "/a /b@11.2+5.8 2@8.0+9.8", 0},
		{"fraction in a line", tag("f", tag("num", mt("1")), tag("den", mt("3"))), "1@11.2+9.1 3@11.2-6.1", 1},
		{"fraction in one line", tag("f", pr("f", `<m:type m:val="lin"/>`), tag("num", mt("1")), tag("den", mt("3"))), "1 / 3", 0},
		{"binomial", tag("d", e(tag("f", pr("f", `<m:type m:val="noBar"/>`), tag("num", mt("n")), tag("den", mt("k"))))), "(@26.8-2.6 /n@11.2+9.1 /k@11.2-6.1 )@26.8-2.6", 0},
		{"root", tag("rad", pr("rad", `<m:degHide m:val="1"/>`), tag("deg"), e(mt("x"))), "/x", 4},
		{"cube root", tag("rad", tag("deg", mt("3")), e(mt("x"))), "3@8.0+7.7 /x", 4},
		{"sum with bounds", tag("nary", pr("nary", `<m:chr m:val="∑"/>`), tag("sub", mt("i=1")), tag("sup", mt("n")), e(mt("x"))), "∑@20.0-0.9 /n@11.2+7.8 /i@11.2-4.5 =@11.2-4.5 1@11.2-4.5 /x", 0},
		{"an integral is the sign that is meant without one", tag("nary", pr("nary", `<m:subHide m:val="1"/><m:supHide m:val="1"/>`), tag("sub"), tag("sup"), e(mt("f"))), "∫@20.0-0.9 /f", 0},
		{"brackets as named", tag("d", pr("d", `<m:begChr m:val="["/><m:endChr m:val=""/>`), e(mt("a"))), "[ /a", 0},
		{"brackets that part", tag("d", e(mt("a")), e(mt("b"))), "( /a | /b )", 0},
		{"matrix", tag("m", tag("mr", e(mt("a")), e(mt("b"))), tag("mr", e(mt("c")), e(mt("d")))), "/a+10.0 /b+10.0 /c-9.5 /d-9.5", 0},
		{"equations", tag("eqArr", e(mt("x&amp;=1")), e(mt("y&amp;=2"))), "/x+10.0 =+10.0 1+10.0 /y-9.5 =-9.5 2-9.5", 0},
		{"function", tag("func", tag("fName", tag("limLow", e(`<m:r><m:rPr><m:sty m:val="p"/></m:rPr><m:t>lim</m:t></m:r>`), tag("lim", mt("n")))), e(mt("a"))), "l i m /n@11.2-13.5 /a", 0},
		{"accent", tag("acc", e(mt("y"))), "/y ˆ+0.8", 0},
		{"bar", tag("bar", pr("bar", `<m:pos m:val="top"/>`), e(mt("x"))), "/x", 1},
		{"in a frame", tag("borderBox", e(mt("x"))), "/x", 4},
		{"accepted changes", `<w:ins>` + mt("a") + `</w:ins><w:del>` + mt("b") + `</w:del>`, "/a", 0},
		{"nothing known", tag("other", e(mt("x"))), "/x", 0},
	} {
		text, found, doc := laid(t, wordDoc{body: `<w:p><m:oMath` + mathNS + `>` + tt.in + `</m:oMath><w:r><w:t>后</w:t></w:r></w:p>`})
		if got := pieces(doc); got != tt.want || len(doc.Pages[0].Rules) != tt.rules {
			t.Errorf("%s: %s with %d rules, want %s with %d", tt.name, got, len(doc.Pages[0].Rules), tt.want, tt.rules)
		}
		if tt.name == "nothing known" && found != "layout.math" || tt.name == "accepted changes" && found != "layout.revision" || !strings.ContainsAny(tt.name, "kh") && found != "" {
			t.Errorf("%s: %q shows %q", tt.name, found, text)
		}
	}
}

// A formula of its own stands in the middle, with bounds above and below; one too wide for its line breaks after operators.
func TestFormulasOfTheirOwn(t *testing.T) {
	para := func(jc, in string) string {
		return `<w:p><m:oMathPara` + mathNS + `><m:oMathParaPr>` + jc + `</m:oMathParaPr><m:oMath>` + in + `</m:oMath></m:oMathPara></w:p>`
	}
	for jc, want := range map[string]string{"": "middle", `<m:jc m:val="left"/>`: "left", `<m:jc m:val="right"/>`: "right"} {
		_, _, doc := laid(t, wordDoc{body: para(jc, mt("a=b"))})
		l := linesOf(doc, true)[0]
		left, right := l.x-1440*Twip, (11906-1440)*Twip-l.right
		got := "middle"
		if left < Point {
			got = "left"
		} else if right < Point {
			got = "right"
		} else if left-right > Point || right-left > Point {
			got = "nowhere"
		}
		if got != want {
			t.Errorf("%q: %s (%s, %s)", jc, got, pt(left), pt(right))
		}
	}
	_, _, doc := laid(t, wordDoc{body: para("", `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>`+mt("i")+`</m:sub><m:sup>`+mt("n")+`</m:sup><m:e>`+mt("x")+`</m:e></m:nary>`)})
	x := doc.Pages[0].Texts
	if len(x) != 4 || x[1].Source != "n" || x[1].Y > x[0].Y-20*Point || x[2].Y < x[0].Y+8*Point {
		t.Errorf("bounds: %+v", x)
	}
	text, _, doc := laid(t, wordDoc{body: para("", mt(strings.Repeat("abcdefgh+", 12)+"z"))})
	if lines := linesOf(doc, true); len(lines) < 3 || !strings.HasSuffix(lines[0].text, "+") || strings.ReplaceAll(text, "/", "") != strings.Repeat("abcdefgh+", 12)+"z" {
		t.Errorf("a wide one: %q", text)
	}
}

// EQ fields have no stored result; what they show is worked out.
func TestEQFields(t *testing.T) {
	field := func(runs string) string {
		return `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>` + runs + `<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>后</w:t></w:r></w:p>`
	}
	code := func(s string) string { return `<w:r><w:instrText xml:space="preserve">` + s + `</w:instrText></w:r>` }
	for _, tt := range []struct {
		name, in, want, found string
		rules                 int
	}{
		{"ring", code(` eq \o\ac(`) + `<w:r><w:rPr><w:position w:val="-4"/><w:sz w:val="46"/></w:rPr><w:instrText>○</w:instrText></w:r>` + code(`,密)`), "○@23.0-2.0 密", "", 0},
		{"in one", code(`eq \o\ad(\s\up 6(甬江),\s\do 3(理工))`), "甬+6.0 江+6.0 理-3.0 工-3.0", "", 0},
		{"fraction", code(` EQ \f(1,3) `), "1+10.1 3-9.7", "", 1},
		{"nested", code(`EQ \f(\r(3,x),y\s\up4(2))`), "3+19.6 x+10.1 y-13.7 2-9.7", "", 5},
		{"brackets", code(`EQ \b\bc\{ (a)`), "{ a }", "", 0},
		{"one bracket", code(`EQ \b\lc\{ (\a\al(x,y))`), "{@36.1-5.1 x+10.0 y-9.5", "", 0},
		{"frame", code(`EQ \x\to\bo(x)`), "x", "", 2},
		{"integral", code(`EQ \i\su(1,5,3)`), "∑@20.0-0.9 5+19.2 1-18.9 3", "", 0},
		{"list", code(`EQ \l(a,b)`), "a , b", "", 0},
		{"escaped", code(`EQ a\,b\(c\)`), "a , b ( c )", "", 0},
		{"unknown", code(`EQ \q(甲,乙)`), "甲 , 乙", "layout.field.eq", 0},
		{"broken off", code(`EQ \f(1,`), "1+10.1", "", 1},
		{"bare", code(`EQ 文字`), "文 字", "", 0},
	} {
		_, found, doc := laid(t, wordDoc{body: field(tt.in)})
		if got := pieces(doc); got != tt.want || found != tt.found || len(doc.Pages[0].Rules) != tt.rules {
			t.Errorf("%s: %s with %d rules, want %s with %d (%q)", tt.name, got, len(doc.Pages[0].Rules), tt.want, tt.rules, found)
		}
	}
}
