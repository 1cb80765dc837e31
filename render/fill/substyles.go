package fill

import (
	"strconv"
	"strings"

	"tripact/render/docx"
)

// styleSheet is the styles part of the package being filled, with what is added to it.
type styleSheet struct {
	part  *docx.Part // nil when there is none
	root  *docx.Node
	ids   map[string]*docx.Node
	names map[string]bool // type and lower-case name, of those added too
	taken map[string]bool // ids of those added
	added []byte
}

func (a *assets) sheet() *styleSheet {
	if a.styles != nil {
		return a.styles
	}
	s := &styleSheet{ids: map[string]*docx.Node{}, names: map[string]bool{}, taken: map[string]bool{}}
	if parts := a.pkg.Related(a.pkg.Main(), "styles"); len(parts) > 0 {
		if root, err := parts[0].Parse(); err == nil {
			s.part, s.root = parts[0], root
			s.ids = stylesOf(root)
			for _, n := range s.ids {
				s.names[styleName(n)] = true
			}
		}
	}
	a.styles = s
	return s
}

func stylesOf(root *docx.Node) map[string]*docx.Node {
	out := map[string]*docx.Node{}
	for _, n := range root.Kids {
		if n.Name == "w:style" {
			if id, ok := n.Attr("w:styleId"); ok && out[id] == nil {
				out[id] = n
			}
		}
	}
	return out
}

func styleName(n *docx.Node) string {
	kind, _ := n.Attr("w:type")
	return kind + "\x00" + strings.ToLower(n.Child("w:name").Val())
}

const stylesType = "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"

// finish writes the added styles.
func (s *styleSheet) finish(a *assets) {
	switch {
	case len(s.added) == 0:
	case s.part == nil:
		part := a.pkg.AddPart("word/styles.xml", stylesType, []byte(`<w:styles xmlns:w="`+a.ns("w")+`">`+string(s.added)+`</w:styles>`))
		a.pkg.AddRel(a.pkg.Main(), "styles", part.Name, false)
	case s.root.Open == s.root.End:
	default:
		data := append([]byte(nil), s.part.Data[:s.root.Close]...)
		a.pkg.Set(s.part.Name, append(append(data, s.added...), s.part.Data[s.root.Close:]...))
	}
}

// styleImport brings styles of one included document.
type styleImport struct {
	w     *bodyWriter
	ids   map[string]*docx.Node
	done  map[string]string
	plain string // style of paragraphs without one, where it is not the default of the host
}

func newStyleImport(r *renderer, inc *included) *styleImport {
	s := &styleImport{ids: map[string]*docx.Node{}, done: map[string]string{}}
	inc.styles = s
	s.w = &bodyWriter{r: r, inc: inc, part: inc.pkg.Main(), host: r.part.name, nums: newNumImport(r, inc), left: map[string]bool{}, used: map[string]bool{}}
	for _, part := range inc.pkg.Related(inc.pkg.Main(), "styles") {
		if root, err := part.Parse(); err == nil {
			s.ids = stylesOf(root)
			for _, n := range root.Kids {
				kind, _ := n.Attr("w:type")
				if id, _ := n.Attr("w:styleId"); n.Name == "w:style" && kind == "paragraph" && isDefault(n) {
					to := s.take(id)
					if host := r.assets.sheet().ids[to]; host == nil || !isDefault(host) {
						s.plain = to
					}
				}
			}
		}
	}
	return s
}

func isDefault(n *docx.Node) bool {
	v, _ := n.Attr("w:default")
	return v == "1" || v == "true" || v == "on"
}

// take gives the id that a style has in the host, bringing the style when the host has none like it; "" when there is no
// such style.
func (s *styleImport) take(id string) string {
	if to, ok := s.done[id]; ok {
		return to
	}
	n := s.ids[id]
	if n == nil {
		return ""
	}
	sheet := s.w.r.assets.sheet()
	if s.same(id, 0) {
		s.done[id] = id
		return id
	}
	to := id
	for i := 2; sheet.ids[to] != nil || sheet.taken[to]; i++ {
		to = id + "_" + strconv.Itoa(i)
	}
	s.done[id], sheet.taken[to] = to, true
	kind, _ := n.Attr("w:type")
	name := n.Child("w:name").Val()
	free := name
	for i := 2; sheet.names[kind+"\x00"+strings.ToLower(free)]; i++ {
		free = name + " (" + strconv.Itoa(i) + ")"
	}
	sheet.names[kind+"\x00"+strings.ToLower(free)] = true
	s.write(n, kind, to, free, free != name)
	return to
}

// same reports whether the host defines the style, and those it builds on, alike.
func (s *styleImport) same(id string, depth int) bool {
	mine, host := s.ids[id], s.w.r.assets.sheet().ids[id]
	if mine == nil || host == nil || depth > 20 || canon(mine) != canon(host) || mine.Child("w:pPr").Child("w:numPr") != nil {
		return mine == nil && host == nil
	}
	base := mine.Child("w:basedOn").Val()
	return base == "" || s.same(base, depth+1)
}

// canon writes what a style does, without what changes nothing.
func canon(n *docx.Node) string {
	var b strings.Builder
	var walk func(*docx.Node)
	walk = func(n *docx.Node) {
		switch n.Name {
		case "w:rsid", "w:link", "w:next", "w:uiPriority", "w:semiHidden", "w:unhideWhenUsed", "w:qFormat", "w:locked", "w:aliases":
			return
		}
		b.WriteString("<" + n.Name)
		for _, a := range n.Attrs {
			b.WriteString(" " + a.Name + "=" + a.Value)
		}
		b.WriteString(">" + n.Text)
		for _, k := range n.Kids {
			walk(k)
		}
		b.WriteString("/")
	}
	walk(n)
	return b.String()
}

func (s *styleImport) write(n *docx.Node, kind, id, name string, custom bool) {
	w := s.w
	w.out = nil
	b := []byte(`<w:style xmlns:w="` + w.r.assets.ns("w") + `" w:type="` + kind + `"`)
	if v, _ := n.Attr("w:customStyle"); v != "" || custom {
		b = append(b, ` w:customStyle="1"`...)
	}
	b = docx.AppendAttr(append(b, ` w:styleId="`...), id)
	b = docx.AppendAttr(append(b, `"><w:name w:val="`...), name)
	b = append(b, `"/>`...)
	for _, k := range n.Kids {
		switch k.Name {
		case "w:name", "w:aliases", "w:rsid", "w:personal", "w:personalCompose", "w:personalReply":
		case "w:basedOn", "w:next", "w:link":
			if to := s.take(k.Val()); to != "" {
				b = docx.AppendAttr(append(b, `<`+k.Name+` w:val="`...), to)
				b = append(b, `"/>`...)
			}
		default:
			w.out = nil
			w.element(k, false)
			b = append(b, w.out...)
		}
	}
	sheet := w.r.assets.sheet()
	sheet.added = append(append(sheet.added, b...), "</w:style>"...)
}

// numImport brings lists of one included document: for one insertion, so that each counts by itself.
type numImport struct {
	r         *renderer
	inc       *included
	nums      map[string]*docx.Node
	abstracts map[string]*docx.Node
	done      map[string]string
	absDone   map[string]string
}

func newNumImport(r *renderer, inc *included) *numImport {
	m := &numImport{r: r, inc: inc, nums: map[string]*docx.Node{}, abstracts: map[string]*docx.Node{}, done: map[string]string{"0": "0"}, absDone: map[string]string{}}
	for _, part := range inc.pkg.Related(inc.pkg.Main(), "numbering") {
		root, err := part.Parse()
		if err != nil {
			continue
		}
		for _, n := range root.Kids {
			switch n.Name {
			case "w:num":
				id, _ := n.Attr("w:numId")
				m.nums[id] = n
			case "w:abstractNum":
				id, _ := n.Attr("w:abstractNumId")
				m.abstracts[id] = n
			}
		}
	}
	return m
}

// take gives the id that the list has in the host; "" when there is no such list.
func (m *numImport) take(id string) string {
	if to, ok := m.done[id]; ok {
		return to
	}
	n := m.nums[id]
	abs := m.abstracts[n.Child("w:abstractNumId").Val()]
	if n == nil || abs == nil {
		return ""
	}
	l := m.r.lists()
	old := n.Child("w:abstractNumId").Val()
	to, ok := m.absDone[old]
	if !ok {
		to = strconv.Itoa(l.nextAbs)
		l.nextAbs++
		m.absDone[old] = to
		l.abstracts = append(l.abstracts, m.part(abs, `w:abstractNum`, `w:abstractNumId="`+to+`"`)...)
	}
	num := strconv.Itoa(l.next)
	l.next++
	m.done[id] = num
	l.nums = append(l.nums, `<w:num xmlns:w="`+l.ns+`" w:numId="`+num+`"><w:abstractNumId w:val="`+to+`"/>`...)
	w := m.writer()
	for _, k := range n.Kids {
		if k.Name == "w:lvlOverride" {
			w.element(k, false)
		}
	}
	l.nums = append(append(l.nums, w.out...), "</w:num>"...)
	return num
}

func (m *numImport) writer() *bodyWriter {
	return &bodyWriter{r: m.r, inc: m.inc, part: m.inc.pkg.Main(), host: m.r.part.name, nums: m, left: map[string]bool{}, used: map[string]bool{}}
}

// part writes an abstract list: without the ids by which Word takes two lists for one, and without picture bullets.
func (m *numImport) part(n *docx.Node, name, attr string) []byte {
	w := m.writer()
	for _, k := range n.Kids {
		switch k.Name {
		case "w:nsid", "w:tmpl", "w:styleLink", "w:numStyleLink", "w:name":
			continue
		case "w:lvl":
			lvl := *k
			lvl.Kids = nil
			for _, x := range k.Kids {
				if x.Name != "w:lvlPicBulletId" && x.Name != "w:pStyle" {
					lvl.Kids = append(lvl.Kids, x)
				}
			}
			k = &lvl
		}
		w.element(k, false)
	}
	return []byte("<" + name + ` xmlns:w="` + m.r.assets.ns("w") + `" ` + attr + ">" + string(w.out) + "</" + name + ">")
}
