package fill

import (
	"regexp"
	"strconv"
	"strings"

	"tripact/render/docx"
)

// richBlock is one paragraph of a rich text.
type richBlock struct {
	list  byte // 0, 'b' for a bullet, 'n' for a number
	level int  // of a list item, from 0
	start int  // number of a numbered item as written
	runs  []richRun
}

type richRun struct {
	text         string
	bold, italic bool
}

var listMark = regexp.MustCompile(`^([ \t]*)(?:([-*+])[ \t]+|(•)[ \t]*|(\d{1,3})(?:[.)][ \t]+|[、）．][ \t]*))`)

// parseRich reads a rich text: every line is a paragraph, empty lines only part them. A line that begins with "- ", "* "
// or "• " is a bullet, one that begins with "1. ", "1) " or "1、" a numbered item; two spaces or a tab in front are one
// level. **bold**, *italic*, ***both***; \* is a star. Nothing else means anything.
func parseRich(lines []string) (out []richBlock) {
	for _, line := range lines {
		line = strings.TrimRight(line, " \t")
		if line == "" {
			continue
		}
		var b richBlock
		if m := listMark.FindStringSubmatch(line); m != nil {
			indent := strings.Count(m[1], "\t")*2 + strings.Count(m[1], " ")
			b.list, b.level, line = 'b', min(indent/2, 8), line[len(m[0]):]
			if m[4] != "" {
				b.list = 'n'
				b.start, _ = strconv.Atoi(m[4])
			}
		}
		b.runs = parseEmphasis(line)
		out = append(out, b)
	}
	return out
}

// parseEmphasis splits a line at stars that open or close bold and italic. A star opens when text follows it and no Latin
// letter or digit stands before it, so that 3*4 is no emphasis; one that nothing closes is a star.
func parseEmphasis(s string) (out []richRun) {
	var bold, italic bool
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			out = append(out, richRun{text.String(), bold, italic})
			text.Reset()
		}
	}
	for i := 0; i < len(s); {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(`*\-+`, s[i+1]) >= 0 {
			text.WriteByte(s[i+1])
			i += 2
			continue
		}
		n := 0
		for i+n < len(s) && s[i+n] == '*' {
			n++
		}
		if n == 0 {
			text.WriteByte(s[i])
			i++
			continue
		}
		n = min(n, 3)
		b, it := n >= 2, n != 2
		closes := (b && bold || !b) && (it && italic || !it) && i > 0 && s[i-1] != ' '
		opens := (!b || !bold) && (!it || !italic) && i+n < len(s) && s[i+n] != ' ' && s[i+n] != '*' &&
			(i == 0 || !latin(s[i-1])) && closed(s[i+n:], s[i:i+n])
		switch {
		case closes, opens:
			flush()
			bold, italic = bold != b, italic != it
		default:
			text.WriteString(s[i : i+n])
		}
		i += n
	}
	flush()
	return out
}

func latin(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// closed reports whether the stars that opened are in s again, after text.
func closed(s, stars string) bool {
	for i := 1; i < len(s); {
		k := strings.Index(s[i:], stars)
		if k < 0 {
			return false
		}
		i += k
		run := 0
		for i+run < len(s) && s[i+run] == '*' {
			run++
		}
		if (run == len(stars) || run == 3) && s[i-1] != ' ' && s[i-1] != '\\' {
			return true
		}
		i += run
	}
	return false
}

// richLines takes the lines of a value: a text, or a list of texts.
func richLines(v any) ([]string, bool) {
	if s, ok := toText(v); ok {
		return strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s), "\n"), true
	}
	list, ok := asList(v)
	if !ok {
		return nil, false
	}
	var out []string
	for _, e := range list {
		s, ok := toText(e)
		if !ok {
			return nil, false
		}
		out = append(out, strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")...)
	}
	return out, true
}

func (s *shaping) emphasis(u richRun) (set []prop) {
	if u.bold {
		set = append(set, s.el("b"), s.el("bCs"))
	}
	if u.italic {
		set = append(set, s.el("i"), s.el("iCs"))
	}
	return set
}

// richText writes a rich text in place of its paragraph, with that paragraph's and its run's properties.
func (r *renderer) richText(t *tag, s *shaping, v any) {
	lines, ok := richLines(v)
	if !ok {
		r.notText(t, v)
		return
	}
	num := ""
	for _, b := range parseRich(lines) {
		var set []prop
		switch b.list {
		case 0:
			num = ""
		case 'b':
			set = r.listProps(s, r.lists().bullets(), b.level)
		case 'n':
			if num == "" {
				num = r.lists().numbered(b.start)
			}
			set = r.listProps(s, num, b.level)
		}
		r.out = append(r.out, s.openPara(set...)...)
		for _, u := range b.runs {
			r.writeRun(t, s, u.text, s.emphasis(u)...)
		}
		r.out = append(r.out, "</"+s.pre+"p>"...)
	}
}

// listProps makes a paragraph an item of a list. Its indents are those of the list: the paragraph's own would move the
// mark, and a first-line indent that its style counts in characters is switched off.
func (r *renderer) listProps(s *shaping, num string, level int) []prop {
	n := []byte("<" + s.pre + "numPr>")
	n = append(n, s.el("ilvl", "val", strconv.Itoa(level)).raw...)
	n = append(n, s.el("numId", "val", num).raw...)
	n = append(n, "</"+s.pre+"numPr>"...)
	return []prop{{"w:numPr", n}, s.el("ind", "firstLineChars", "0")}
}

// inlineRich writes a rich text between other text: its paragraphs become lines, its list marks text.
func (r *renderer) inlineRich(g *textOp, t *tag, v any) {
	lines, ok := richLines(v)
	if !ok {
		r.notText(t, v)
		return
	}
	blocks := parseRich(lines)
	if g.plain || g.shape == nil {
		for i, b := range blocks {
			if i > 0 {
				r.content(g, t, "\n")
			}
			for _, u := range b.runs {
				r.content(g, t, u.text)
			}
		}
		return
	}
	r.leave(g)
	for i, b := range blocks {
		mark := ""
		if i > 0 {
			mark = "\n"
		}
		switch b.list {
		case 'b':
			mark += "• "
		case 'n':
			mark += strconv.Itoa(b.start) + ". "
		}
		if mark != "" {
			r.writeRun(t, g.shape, mark)
		}
		for _, u := range b.runs {
			r.writeRun(t, g.shape, u.text, g.shape.emphasis(u)...)
		}
	}
	r.back(g)
}

// lists are the numbering definitions that objects add to a package.
type lists struct {
	ns            string
	next, nextAbs int
	abstracts     []byte
	nums          []byte
	bullet        string // the w:num of all bullets
	decimal       string // the w:abstractNum of numbered lists
}

func (r *renderer) lists() *lists {
	a := r.assets
	if a.lists != nil {
		return a.lists
	}
	l := &lists{ns: a.ns("w"), next: 1, nextAbs: 1}
	for _, part := range a.pkg.Related(a.pkg.Main(), "numbering") {
		root, err := part.Parse()
		if err != nil {
			continue
		}
		for _, n := range root.Kids {
			for _, a := range n.Attrs {
				id, err := strconv.ParseInt(a.Value, 10, 32)
				switch {
				case err != nil:
				case a.Name == "w:numId":
					l.next = max(l.next, int(id)+1)
				case a.Name == "w:abstractNumId":
					l.nextAbs = max(l.nextAbs, int(id)+1)
				}
			}
		}
	}
	// Apart from the numbers that copies of lists count on from the template's.
	l.next, l.nextAbs = l.next+10_000, l.nextAbs+10_000
	a.lists = l
	return l
}

func (l *lists) abstract(level func(i int) (format, text string)) string {
	id := strconv.Itoa(l.nextAbs)
	l.nextAbs++
	b := []byte(`<w:abstractNum xmlns:w="` + l.ns + `" w:abstractNumId="` + id + `"><w:multiLevelType w:val="hybridMultilevel"/>`)
	for i := range 9 {
		format, text := level(i)
		b = append(b, `<w:lvl w:ilvl="`+strconv.Itoa(i)+`"><w:start w:val="1"/><w:numFmt w:val="`+format+`"/><w:lvlText w:val="`...)
		b = docx.AppendAttr(b, text)
		b = append(b, `"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="`+strconv.Itoa(420*(i+1))+`" w:hanging="420"/></w:pPr></w:lvl>`...)
	}
	l.abstracts = append(append(l.abstracts, b...), "</w:abstractNum>"...)
	return id
}

func (l *lists) num(abstract, overrides string) string {
	id := strconv.Itoa(l.next)
	l.next++
	l.nums = append(l.nums, `<w:num xmlns:w="`+l.ns+`" w:numId="`+id+`"><w:abstractNumId w:val="`+abstract+`"/>`+overrides+`</w:num>`...)
	return id
}

// bullets is the list that all bullets belong to.
func (l *lists) bullets() string {
	if l.bullet == "" {
		l.bullet = l.num(l.abstract(func(i int) (string, string) { return "bullet", []string{"•", "–", "▪"}[i%3] }), "")
	}
	return l.bullet
}

// numbered begins a numbered list.
func (l *lists) numbered(start int) string {
	if l.decimal == "" {
		l.decimal = l.abstract(func(i int) (string, string) {
			n := "%" + strconv.Itoa(i+1)
			switch i % 3 {
			case 0:
				return "decimal", n + "."
			case 1:
				return "lowerLetter", n + ")"
			}
			return "lowerRoman", n + "."
		})
	}
	return l.num(l.decimal, `<w:lvlOverride w:ilvl="0"><w:startOverride w:val="`+strconv.Itoa(start)+`"/></w:lvlOverride>`)
}

const numberingType = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"

// finish writes the definitions into the numbering part, which is made where there is none: abstract ones stand before
// the others (ISO/IEC 29500-1, CT_Numbering).
func (l *lists) finish(a *assets) {
	if len(l.nums) == 0 {
		return
	}
	main := a.pkg.Main()
	parts := a.pkg.Related(main, "numbering")
	if len(parts) == 0 {
		data := []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<w:numbering xmlns:w="` + l.ns + `">`)
		data = append(append(append(data, l.abstracts...), l.nums...), "</w:numbering>"...)
		part := a.pkg.AddPart("word/numbering.xml", numberingType, data)
		a.pkg.AddRel(main, "numbering", part.Name, false)
		return
	}
	part := parts[0]
	root, err := part.Parse()
	if err != nil {
		return // told when the template was read
	}
	if root.Open == root.End { // <w:numbering/>
		data := append([]byte(nil), part.Data[:root.Open-2]...)
		name := string(part.Data[root.Start+1 : root.Start+1+indexOr(part.Data[root.Start+1:root.Open], " \t\r\n/>")])
		data = append(append(append(append(data, '>'), l.abstracts...), l.nums...), "</"+name+">"...)
		a.pkg.Set(part.Name, data)
		return
	}
	first, last := root.Close, root.Close
	for _, n := range root.Kids {
		switch n.Name {
		case "w:num":
			first = min(first, n.Start)
		case "w:numIdMacAtCleanup":
			first, last = min(first, n.Start), min(last, n.Start)
		}
	}
	data := make([]byte, 0, len(part.Data)+len(l.abstracts)+len(l.nums))
	data = append(append(data, part.Data[:first]...), l.abstracts...)
	data = append(append(data, part.Data[first:last]...), l.nums...)
	a.pkg.Set(part.Name, append(data, part.Data[last:]...))
}
