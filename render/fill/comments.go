package fill

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// maxComments bounds the comments of one copy: a clerk who has mended a thousand checks again.
const maxComments = 1000

// Commented returns a copy of the template with a Word comment at each place of each finding, in lang "zh" or "en". The
// comments are by tripact and carry no date, so that the copy depends on nothing but the template and the findings. What
// is wrong in a header, a text box or the file itself, where Word allows no comments, is said at the paragraph that holds
// it, or else at the first one, with its place in words.
func (r *Report) Commented(lang string) *docx.Package {
	pkg := r.c.t.pkg
	out := pkg.Clone()
	main := pkg.Main()
	root, next := r.comments()
	var (
		edits []insertion
		texts strings.Builder
		count int
	)
	for i := range r.Findings {
		for j := -1; j < len(r.Findings[i].Related) && count < maxComments; j++ {
			m, ok := r.mark(i, j)
			if !ok {
				continue
			}
			id := strconv.Itoa(next + count)
			count++
			w := r.prefix(m.para)
			from, to := m.bytes()
			edits = append(edits,
				insertion{m.para, from, w.start("commentRangeStart", "id", id)},
				insertion{m.para, to, w.start("commentRangeEnd", "id", id) + w.open("r") + w.start("commentReference", "id", id) + w.end("r")})
			place := r.Findings[i].Place
			if j >= 0 {
				place = &r.Findings[i].Related[j]
			}
			comment(&texts, id, &r.Findings[i], place, lang)
		}
	}
	if count == 0 {
		return out
	}
	ns := r.namespace()
	if root != nil {
		part := pkg.Related(main, "comments")[0]
		out.Set(part.Name, appendComments(part.Data, root, ns, texts.String()))
	} else {
		data := `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<w:comments xmlns:w="` + ns + `">` + texts.String() + `</w:comments>`
		part := out.AddPart(main.Name[:strings.LastIndexByte(main.Name, '/')+1]+"comments.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml", []byte(data))
		out.AddRel(main, "comments", part.Name, false)
	}
	out.Set(main.Name, r.insert(edits))
	return out
}

// comments reads the comments that the template has: their root, nil when it has no such part, and the first free id.
func (r *Report) comments() (root *docx.Node, next int) {
	next = highestComment(r.c.srcs[0].root) // references without a comment keep their ids, too
	for _, part := range r.c.t.pkg.Related(r.c.t.pkg.Main(), "comments") {
		n, err := part.Parse()
		if err != nil {
			continue // told already
		}
		return n, max(next, highestComment(n)) + 1
	}
	return nil, next + 1
}

func highestComment(n *docx.Node) int {
	high := -1
	switch n.Name {
	case "w:comment", "w:commentRangeStart", "w:commentRangeEnd", "w:commentReference":
		v, _ := n.Attr("w:id")
		if id, err := strconv.Atoi(v); err == nil && id < 1<<30 {
			high = id
		}
	}
	for _, k := range n.Kids {
		high = max(high, highestComment(k))
	}
	return high
}

// appendComments adds comments, spelled with the prefix w, to a part that may use another.
func appendComments(data []byte, root *docx.Node, ns, texts string) []byte {
	name := rawName(data, root)
	if !strings.HasPrefix(name, "w:") {
		texts = strings.ReplaceAll(texts, "<w:comment ", `<w:comment xmlns:w="`+ns+`" `)
	}
	if root.Open == root.End {
		return slices.Concat(data[:root.Open-2], []byte(">"+texts+"</"+name+">"), data[root.End:])
	}
	return slices.Concat(data[:root.Close], []byte(texts), data[root.Close:])
}

func rawName(data []byte, n *docx.Node) string {
	s := data[n.Start+1 : n.Open]
	return string(s[:bytes.IndexAny(s, " \t\r\n/>")])
}

// comment writes one w:comment: what is wrong, what to do, and where and by what name it is known.
func comment(b *strings.Builder, id string, f *problem.Finding, place *problem.Place, lang string) {
	word := func(zh, en string) string {
		if lang == "en" {
			return en
		}
		return zh
	}
	var kind string
	switch f.Severity {
	case problem.Fail:
		kind = word("错误：", "Error: ")
	case problem.Warn:
		kind = word("提醒：", "Warning: ")
	case problem.Info:
		kind = word("说明：", "Note: ")
	}
	lines := []string{kind + f.Message.In(lang)}
	fix := f.Fix.ZH
	if lang == "en" {
		fix = f.Fix.EN
	}
	if fix != "" {
		lines = append(lines, word("处理：", "Fix: ")+fix)
	}
	where := ""
	if place != nil {
		where = place.In(lang) + " "
	}
	lines = append(lines, where+"["+f.Code+"]")
	b.WriteString(`<w:comment w:id="` + id + `" w:author="tripact" w:initials="tp">`)
	for _, s := range lines {
		b.WriteString(`<w:p><w:r><w:t xml:space="preserve">`)
		// What is shown of a tag must not be a tag of the copy, which is checked again.
		b.Write(docx.AppendText(nil, unbrace(s)))
		b.WriteString(`</w:t></w:r></w:p>`)
	}
	b.WriteString(`</w:comment>`)
}

// unbrace writes pairs of braces so that people read them and the engine does not: with a word joiner between.
func unbrace(s string) string {
	return strings.NewReplacer("{{", "{\u2060{", "}}", "}\u2060}", "｛｛", "｛\u2060｛", "｝｝", "｝\u2060｝").Replace(s)
}

// spelling writes elements under the prefix that a file uses for WordprocessingML.
type spelling struct{ prefix, declare string }

// prefix is the spelling of the paragraph p. Attributes need a prefix, which a default namespace does not give.
func (r *Report) prefix(p *para) spelling {
	name := rawName(r.c.srcs[0].data, p.node)
	if prefix, _, ok := strings.Cut(name, ":"); ok {
		return spelling{prefix: prefix + ":"}
	}
	return spelling{"w:", ` xmlns:w="` + r.namespace() + `"`}
}

func (w spelling) open(name string) string { return "<" + w.prefix + name + w.declare + ">" }
func (w spelling) end(name string) string  { return "</" + w.prefix + name + ">" }

// start writes an empty element with attributes in pairs of name and value.
func (w spelling) start(name string, attrs ...string) string {
	var b strings.Builder
	b.WriteString("<" + w.prefix + name + w.declare)
	for i := 0; i+1 < len(attrs); i += 2 {
		b.WriteString(" " + w.prefix + attrs[i] + `="` + attrs[i+1] + `"`)
	}
	return b.String() + "/>"
}

// namespace is that of WordprocessingML as the package has it, transitional or strict.
func (r *Report) namespace() string {
	for _, rel := range r.c.t.pkg.Rels(nil) {
		if rel.Is("officeDocument") && strings.Contains(rel.Type, "purl.oclc.org") {
			return "http://purl.oclc.org/ooxml/wordprocessingml/main"
		}
	}
	return "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
}

// insertion puts text at a byte offset of the main part, inside a paragraph.
type insertion struct {
	para *para
	at   int
	text string
}

// bytes gives the byte offsets around m: those of the runs, or of the outermost inline elements, that hold its
// characters.
func (m mark) bytes() (from, to int) {
	p := m.para
	from, to = p.root.head, p.node.Close
	if m.start == m.end {
		return from, to
	}
	first := true
	for i := range p.atoms {
		a := &p.atoms[i]
		if a.n == 0 || a.off >= m.end || a.off+a.n <= m.start {
			continue
		}
		l := a.in
		for l.up != nil && l.up.up != nil {
			l = l.up
		}
		if first {
			from, first = l.node.Start, false
		}
		to = l.node.End
	}
	return from, to
}

// insert returns the main part with texts put in; paragraphs without content are opened for them.
func (r *Report) insert(edits []insertion) []byte {
	data := r.c.srcs[0].data
	slices.SortStableFunc(edits, func(a, b insertion) int { return cmp.Compare(a.at, b.at) })
	var out []byte
	at := 0
	for i := 0; i < len(edits); {
		e := edits[i]
		if n := e.para.node; n.Open == n.End { // <w:p/>
			out = append(out, data[at:n.Start]...)
			out = append(out, bytes.TrimRight(data[n.Start:n.Open], "/>")...)
			out = append(out, '>')
			for ; i < len(edits) && edits[i].para == e.para; i++ {
				out = append(out, edits[i].text...)
			}
			out = append(out, "</"+rawName(data, n)+">"...)
			at = n.End
			continue
		}
		out = append(out, data[at:e.at]...)
		out = append(out, e.text...)
		at = e.at
		i++
	}
	return append(out, data[at:]...)
}
