package layout

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"tripact/problem"
	"tripact/render/docx"
)

// contents is a table of contents: a TOC field whose first and last paragraphs are siblings.
type contents struct {
	paras    []*docx.Node // from the one that begins the field to the one that ends it
	end      *docx.Node   // the run of paras' last that ends the field
	instr    string
	from, to int // heading levels
}

// headingAt is where a heading stands in the main part.
type headingAt struct {
	open, close int    // where its content begins and ends
	mark        string // its _Toc bookmark, "" when it has none
}

// renewContents returns the main part with its tables of contents made anew from the headings of the pass just done, or
// nil when they list these headings already. Page numbers are PAGEREF fields, which further passes bring up to date.
func (e *engine) renewContents(body *docx.Node, src []byte) []byte {
	tables := findContents(body, nil)
	if len(tables) == 0 || len(e.doc.Outline) != len(e.headings) {
		return nil
	}
	var edits []Rewrite
	marks := e.headingMarks(src)
	marked := make([]bool, len(e.headings))
	for i := range tables {
		t := &tables[i]
		if !t.parse() {
			e.warn("layout.contents", "目录含有不支持的选项，按保存的内容显示", "the table of contents has switches that are not supported and is shown as stored", t.instr)
			continue
		}
		var list []int
		for h := range e.doc.Outline {
			inside := e.headings[h].open >= t.paras[0].Start && e.headings[h].open < t.paras[len(t.paras)-1].End
			if level := e.doc.Outline[h].Level; level >= t.from && level <= t.to && !inside {
				list = append(list, h)
			}
		}
		if len(list) == 0 || e.lists(t, list) {
			continue
		}
		xml, ok := e.contentsXML(t, src, list, marks)
		if !ok {
			continue
		}
		edits = append(edits, Rewrite{Start: t.paras[0].Start, End: t.paras[len(t.paras)-1].End, XML: xml})
		for _, h := range list {
			marked[h] = true
		}
		place := e.place
		e.findings.Add(problem.Finding{
			Code: "layout.contents.renewed", Severity: problem.Info, Place: &place,
			Message: problem.T("目录已按正文标题重新生成", "the table of contents was made anew from the headings"),
		})
	}
	if len(edits) == 0 {
		return nil
	}
	next := nextBookmark(src)
	for h := range e.headings {
		if at := &e.headings[h]; marked[h] && at.mark == "" {
			id := strconv.Itoa(next)
			next++
			edits = append(edits, Rewrite{Start: at.open, End: at.open, XML: `<w:bookmarkStart w:id="` + id + `" w:name="` + marks[h] + `"/>`},
				Rewrite{Start: at.close, End: at.close, XML: `<w:bookmarkEnd w:id="` + id + `"/>`})
		}
	}
	return Apply("", src, sortRewrites(edits))
}

// findContents gathers the TOC fields of a story's paragraphs, in content controls too.
func findContents(parent *docx.Node, out []contents) []contents {
	var open *contents
	depth := 0
	for _, k := range parent.Kids {
		switch k.Name {
		case "w:sdt":
			if c := k.Child("w:sdtContent"); c != nil && open == nil {
				out = findContents(c, out)
			}
		case "w:p":
			if open != nil {
				open.paras = append(open.paras, k)
			}
			for _, r := range fieldRuns(k, nil, 0) {
				for _, c := range r.Kids {
					switch typ, _ := c.Attr("w:fldCharType"); {
					case c.Name == "w:instrText" && open == nil && depth == 1:
						if words := fieldWords(c.Content()); len(words) > 0 && strings.EqualFold(words[0], "TOC") {
							open = &contents{paras: []*docx.Node{k}, instr: c.Content()}
						}
					case c.Name == "w:fldChar" && typ == "begin":
						depth++
					case c.Name == "w:fldChar" && typ == "end":
						depth--
						if depth == 0 && open != nil {
							open.end = r
							out = append(out, *open)
							open = nil
						}
						depth = max(depth, 0)
					}
				}
			}
		}
	}
	return out
}

// fieldRuns are the runs of a paragraph in order, those in hyperlinks too.
func fieldRuns(n *docx.Node, out []*docx.Node, depth int) []*docx.Node {
	for _, k := range n.Kids {
		switch k.Name {
		case "w:r":
			out = append(out, k)
		case "w:hyperlink", "w:ins", "w:smartTag", "w:sdt", "w:sdtContent":
			if depth < maxInlineDepth {
				out = fieldRuns(k, out, depth+1)
			}
		}
	}
	return out
}

// parse reads the field's switches; false when it asks for something else than headings.
func (t *contents) parse() bool {
	words := fieldWords(t.instr)
	t.from, t.to = 1, 9
	for i := 1; i < len(words); i++ {
		switch words[i] {
		case `\o`:
			if i+1 < len(words) && !strings.HasPrefix(words[i+1], `\`) {
				i++
				from, to, _ := strings.Cut(words[i], "-")
				a, errA := strconv.Atoi(from)
				b, errB := strconv.Atoi(to)
				if errA != nil || errB != nil || a < 1 || b < a {
					return false
				}
				t.from, t.to = a, min(b, 9)
			}
		case `\h`, `\z`, `\u`, `\w`, `\x`:
		case `\*`:
			i++
		default:
			return false
		}
	}
	return true
}

// lists reports whether the stored table lists these headings, with page numbers that are fields.
func (e *engine) lists(t *contents, list []int) bool {
	i := 0
	for _, p := range t.paras {
		text, refs := "", false
		for _, r := range fieldRuns(p, nil, 0) {
			for _, c := range r.Kids {
				switch c.Name {
				case "w:t":
					text += c.Content()
				case "w:instrText":
					refs = refs || strings.Contains(c.Content(), "PAGEREF")
				}
			}
		}
		if text = squash(text); text == "" {
			continue
		}
		if i == len(list) || !refs {
			return false
		}
		number, ok := strings.CutPrefix(text, squash(e.doc.Outline[list[i]].Text))
		if !ok || len([]rune(number)) > 8 {
			return false
		}
		i++
	}
	return i == len(list)
}

// squash leaves out all white space.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// headingMarks gives each heading the name of its bookmark, its own or a new one that src does not have.
func (e *engine) headingMarks(src []byte) []string {
	names := make([]string, len(e.headings))
	n := 1
	for i := range names {
		if names[i] = e.headings[i].mark; names[i] != "" {
			continue
		}
		for {
			names[i] = "_Toc" + strconv.Itoa(900000000+n)
			n++
			if !bytes.Contains(src, []byte(`"`+names[i]+`"`)) {
				break
			}
		}
	}
	return names
}

var bookmarkID = regexp.MustCompile(`<\w+:bookmarkStart\b[^>]*?\bid="(\d{1,9})"`)

func nextBookmark(src []byte) int {
	next := 1
	for _, m := range bookmarkID.FindAllSubmatch(src, -1) {
		if id, err := strconv.Atoi(string(m[1])); err == nil {
			next = max(next, id+1)
		}
	}
	return next
}

// contentsXML writes the paragraphs of a table. It is given up when the field does not begin its paragraph or the file
// uses another prefix than w.
func (e *engine) contentsXML(t *contents, src []byte, list []int, marks []string) (string, bool) {
	first, last := t.paras[0], t.paras[len(t.paras)-1]
	if prefix, ok := prefixOf(src, first); !ok || prefix != "w:" {
		return "", false
	}
	formats := e.entryFormats(t, src)
	var b strings.Builder
	field := func(instr string) {
		b.WriteString(`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">` +
			string(docx.AppendText(nil, instr)) + `</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`)
	}
	const end = `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
	// What stands around the end of the field stays.
	rest := string(src[t.end.End:last.Close])
	alone := squash(last.Content()) == "" && last != first
	if t.end.Start < last.Open || !directChild(last, t.end) {
		return "", false
	}
	for i, h := range list {
		o := &e.doc.Outline[h]
		b.WriteString("<w:p>" + formats[min(max(o.Level, 1), 9)])
		if i == 0 {
			field(t.instr)
		}
		b.WriteString(`<w:hyperlink w:anchor="` + marks[h] + `" w:history="1"><w:r><w:t xml:space="preserve">` + string(docx.AppendText(nil, o.Text)) +
			`</w:t></w:r><w:r><w:tab/></w:r>`)
		field(" PAGEREF " + marks[h] + ` \h `)
		b.WriteString(`<w:r><w:t>` + strconv.Itoa(o.Page+1) + `</w:t></w:r>` + end + `</w:hyperlink>`)
		if i == len(list)-1 && !alone {
			b.WriteString(end + rest)
		}
		b.WriteString("</w:p>")
	}
	if alone {
		b.WriteString(string(src[last.Start:last.Open]))
		if ppr := last.Child("w:pPr"); ppr != nil {
			b.WriteString(string(src[ppr.Start:ppr.End]))
		}
		b.WriteString(end + rest + "</w:p>")
	}
	return b.String(), true
}

func directChild(n, child *docx.Node) bool {
	for _, k := range n.Kids {
		if k == child {
			return true
		}
	}
	return false
}

// entryFormats gives the paragraph properties of entries by level: those of the stored entries, else the style for
// contents of that level, with a right tab and dots where the style has no tab.
func (e *engine) entryFormats(t *contents, src []byte) [10]string {
	var formats [10]string
	for _, p := range t.paras {
		ppr := p.Child("w:pPr")
		st := e.sheet.styles[ppr.Child("w:pStyle").Val()]
		if st == nil {
			continue
		}
		rest, ok := strings.CutPrefix(st.name, "toc ")
		level, err := strconv.Atoi(rest)
		if !ok || err != nil || level < 1 || level > 9 || formats[level] != "" {
			continue
		}
		raw := src[ppr.Start:ppr.End]
		if ps := e.sheet.para(ppr, raw, nil); len(ps.tabs) > 0 {
			formats[level] = string(raw)
		}
	}
	for level := 1; level <= 9; level++ {
		if formats[level] != "" {
			continue
		}
		xml, tabs := "<w:pPr>", true
		found := ""
		for id, st := range e.sheet.styles {
			if st.kind == "paragraph" && st.name == "toc "+strconv.Itoa(level) && (found == "" || id < found) {
				found = id
			}
		}
		if found != "" {
			xml += `<w:pStyle w:val="` + string(docx.AppendAttr(nil, found)) + `"/>`
			tabs = len(e.sheet.base(baseKey{id: found}).p.tabs) == 0
		}
		if tabs {
			xml += `<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="` + strconv.Itoa(int(e.textWidth/Twip)) + `"/></w:tabs>`
		}
		formats[level] = xml + "</w:pPr>"
	}
	return formats
}
