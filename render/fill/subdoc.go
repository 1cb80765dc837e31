package fill

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// included is a document that goes into the one being filled, with what of it is there already.
type included struct {
	pkg    *docx.Package
	body   *docx.Node
	styles *styleImport
	parts  *copier
	roots  map[string]*docx.Node // of its notes, by part

	inserted bool // once or more
}

const maxIncluded = 200 // insertions of documents in one filled document

// include writes the body of a Word file in place of the paragraph of t. Its styles, lists, pictures, charts, links, footnotes
// and endnotes come with it under ids of their own; a style that both files define alike is that of the template. What a
// body cannot carry is told: sections (page size, headers), comments and embedded programs' objects stay behind, and notes
// where Word allows none. Tags in it are text.
func (r *renderer) include(t *tag, v any) {
	if m, ok := v.(map[string]any); ok {
		v = one(m, "data", "数据")
	}
	data, ok := bytesOf(v)
	if !ok || len(data) == 0 {
		r.invalid(t, "fill.document.data", "不是 Word 文件：要的是 base64 文字、data: 地址或字节", "is no Word file: it takes base64 text, a data: address or bytes", "在数据里给出 .docx 文件", "give a .docx file in the data")
		return
	}
	a := r.assets
	if a.inserted++; a.inserted > maxIncluded {
		r.limit(t, "documents", "插入的附件超过 %[1]d 份", "more than %[1]d documents are inserted", maxIncluded)
		return
	}
	sum := sha256.Sum256(data)
	inc := a.docs[sum]
	if inc == nil {
		p, err := docx.Open(data)
		if err != nil {
			for _, f := range problem.Of(err) {
				f.Message.ZH, f.Message.EN = "“"+t.label()+"”："+f.Message.ZH, "“"+t.label()+"”: "+f.Message.EN
				r.report(t, f)
			}
			return
		}
		root, err := p.Main().Parse()
		if err != nil || root.Child("w:body") == nil {
			r.invalid(t, "fill.document.data", "的 Word 文件没有正文", "is a Word file without a body", "换一个能打开的文件", "use a file that opens")
			return
		}
		if newAssets(p).strict != a.strict {
			r.invalid(t, "fill.document.strict", "与模板的文件格式不同（一个是“Strict Open XML”）", "and the template are of different formats (one is Strict Open XML)", "在 Word 里另存为普通的 .docx", "save it as an ordinary .docx")
			return
		}
		inc = &included{pkg: p, body: root.Child("w:body"), parts: &copier{from: p, to: a.pkg, done: map[string]string{}}, roots: map[string]*docx.Node{}}
		inc.styles = newStyleImport(r, inc)
		a.docs[sum] = inc
	}
	nums := inc.styles.w.nums // headings and paragraphs of one list count together
	if inc.inserted {
		nums = newNumImport(r, inc)
	}
	inc.inserted = true
	w := &bodyWriter{r: r, t: t, inc: inc, nums: nums, part: inc.pkg.Main(), host: r.part.name, ids: map[string]string{}, names: map[string]string{}, left: map[string]bool{}}
	w.bookmarks(inc.body)
	w.notes = takesNotes(r, t)
	if w.notes {
		w.noteBookmarks()
	}
	if headed(inc.pkg) {
		w.left["header"] = true
	}
	blocks := slices.DeleteFunc(slices.Clone(inc.body.Kids), func(n *docx.Node) bool { return n.Name == "" || n.Name == "w:sectPr" })
	for i, n := range blocks {
		if i == 0 && n.Name == "w:tbl" && strings.HasSuffix(string(r.out[max(0, len(r.out)-32):]), "tbl>") {
			r.out = append(r.out, `<w:p xmlns:w="`+a.ns("w")+`"/>`...) // tables that touch would join
		}
		w.top(n)
	}
	w.tell()
}

// bodyWriter writes elements of an included document for the host part.
type bodyWriter struct {
	r    *renderer
	t    *tag
	inc  *included
	nums *numImport

	part  *docx.Part // that the elements are of
	host  string     // the part that they go to
	notes bool       // notes may stand there
	note  string     // the new id of the note being written

	out   []byte
	used  map[string]bool   // prefixes in the element being written
	ids   map[string]string // bookmarks
	names map[string]string
	left  map[string]bool // kinds of things left behind
}

// carried are the namespaces whose elements come along; the others are extensions that readers must be able to ignore.
var carried = map[string]bool{
	"w": true, "r": true, "wp": true, "a": true, "pic": true, "c": true, "dgm": true, "lc": true, "m": true, "mc": true, "v": true, "o": true,
	"w10": true, "wps": true, "wpg": true, "wpc": true, "wpi": true,
}

func prefixOf(name string) string {
	p, _, ok := strings.Cut(name, ":")
	if !ok || strings.HasPrefix(name, "{") {
		return ""
	}
	return p
}

// bookmarks gives those below n new ids and free names before anything refers to them.
func (w *bodyWriter) bookmarks(n *docx.Node) {
	if n.Name == "w:bookmarkStart" {
		id, _ := n.Attr("w:id")
		name, _ := n.Attr("w:name")
		w.r.ids.annotation++
		w.ids[id] = strconv.FormatInt(w.r.ids.annotation, 10)
		free := name
		for i := 2; w.r.t.ids.names[free] || w.r.assets.bookmarks[free]; i++ {
			base := []rune(name)
			free = string(base[:min(len(base), 32)]) + "_" + strconv.Itoa(i)
		}
		w.r.assets.bookmarks[free] = true
		w.names[name] = free
	}
	for _, k := range n.Kids {
		w.bookmarks(k)
	}
}

// top writes a block with the namespaces it needs.
func (w *bodyWriter) top(n *docx.Node) {
	w.out, w.used = nil, map[string]bool{}
	if !w.element(n, true) {
		return
	}
	w.r.out = append(w.r.out, w.out...)
}

// element writes n and reports whether there was anything to write. The namespaces of a top element are put in when its
// inside is known.
func (w *bodyWriter) element(n *docx.Node, top bool) bool {
	if n.Name == "" {
		w.out = docx.AppendText(w.out, n.Text)
		return true
	}
	p := prefixOf(n.Name)
	if !carried[p] || strings.HasSuffix(n.Name, ":extLst") || w.leave(n) {
		return false
	}
	w.used[p] = true
	at := len(w.out)
	w.out = append(w.out, "<"+n.Name...)
	space := len(w.out)
	if !w.attrs(n) {
		w.out = w.out[:at]
		return false
	}
	open := len(w.out)
	w.out = append(w.out, '>')
	w.kids(n)
	switch {
	case len(w.out) == open+1:
		w.out = append(w.out[:open], '/', '>')
	default:
		w.out = append(w.out, "</"+n.Name+">"...)
	}
	if top {
		prefixes := make([]string, 0, len(w.used))
		for p := range w.used {
			prefixes = append(prefixes, p)
		}
		slices.Sort(prefixes)
		var ns []byte
		for _, p := range prefixes {
			ns = docx.AppendAttr(append(ns, " xmlns:"+p+`="`...), w.r.assets.ns(p))
			ns = append(ns, '"')
		}
		w.out = slices.Insert(w.out, space, ns...)
	}
	return true
}

func (w *bodyWriter) kids(n *docx.Node) {
	if style := w.inc.styles.plain; n.Name == "w:p" && style != "" && n.Path("w:pPr", "w:pStyle") == nil {
		// A paragraph without style has the default style of its own file, which here is not the default.
		mark := `<w:pStyle w:val="` + string(docx.AppendAttr(nil, style)) + `"/>`
		if pr := n.Child("w:pPr"); pr != nil {
			w.out = append(w.out, "<w:pPr>"+mark...)
			for _, k := range pr.Kids {
				w.element(k, false)
			}
			w.out = append(w.out, "</w:pPr>"...)
		} else {
			w.out = append(w.out, "<w:pPr>"+mark+"</w:pPr>"...)
		}
		for _, k := range n.Kids {
			if k.Name != "w:pPr" {
				w.element(k, false)
			}
		}
		return
	}
	if n.Name == "w:instrText" {
		w.instruction(n.Content())
		return
	}
	for _, k := range n.Kids {
		w.element(k, false)
	}
}

// instruction writes a field instruction. Those that fetch something from outside the document do not come along.
func (w *bodyWriter) instruction(s string) {
	word := ""
	if f := strings.Fields(s); len(f) > 0 {
		word = strings.ToUpper(f[0])
	}
	switch word {
	case "DDE", "DDEAUTO", "LINK", "INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE", "DATABASE", "IMPORT", "MACROBUTTON":
		w.left["field"] = true
		return
	}
	if at, name := fieldBookmark(s); name != "" {
		if to, ok := w.names[name]; ok {
			s = s[:at] + to + s[at+len(name):]
		}
	}
	w.out = docx.AppendText(w.out, s)
}

// leave reports whether n stays behind.
func (w *bodyWriter) leave(n *docx.Node) bool {
	switch n.Name {
	case "w:sectPr":
		w.left["section"] = true
	case "w:footnoteReference", "w:endnoteReference":
		if w.notes {
			return false
		}
		w.left["note"] = true
	case "w:commentReference", "w:commentRangeStart", "w:commentRangeEnd":
		w.left["comment"] = true
	case "w:object", "w:control", "w:altChunk", "w:subDoc", "w:movie":
		w.left["object"] = true
	case "v:shapetype":
		id, _ := n.Attr("id")
		key := [2]string{w.host, id}
		if part := w.r.t.pkg.Part(w.host); w.r.types[key] || part != nil && bytes.Contains(part.Data, []byte(`id="`+id+`"`)) {
			return true // the part has it
		}
		w.r.types[key] = true
		return false
	case "w:proofErr", "w:permStart", "w:permEnd", "w:lastRenderedPageBreak", "w:dataBinding", "w:divId":
	default:
		return false
	}
	return true
}

// attrs writes the attributes of n; false when n cannot do without one that cannot come along.
func (w *bodyWriter) attrs(n *docx.Node) bool {
	kinds := map[string]idKind{}
	own := *n
	own.Kids = nil
	eachID(&own, func(_ *docx.Node, a docx.Attr, kind idKind) { kinds[a.Name] = kind })
	for _, a := range n.Attrs {
		p := prefixOf(a.Name)
		value := a.Value
		switch {
		case strings.HasPrefix(a.Name, "w:rsid"), a.Name == "mc:Ignorable", a.Name == "mc:ProcessContent", a.Name == "mc:MustUnderstand":
			continue
		case p != "" && p != "xml" && !carried[p], strings.HasPrefix(a.Name, "{"):
			continue
		case p == "r", a.Name == "o:relid":
			id, ok := w.relation(value)
			if !ok && n.Name != "w:hyperlink" {
				return false
			}
			if !ok {
				continue
			}
			value = id
		case a.Name == "Requires" && n.Name == "mc:Choice":
			for _, p := range strings.Fields(value) {
				if !carried[p] {
					return false
				}
				w.used[p] = true
			}
		case a.Name == "w:val":
			value = w.reference(n, value)
			if value == "" && a.Value != "" {
				return false
			}
		}
		if kind, ok := kinds[a.Name]; ok {
			value = w.id(kind, value)
		}
		if a.Name == "w:id" && (n.Name == "w:footnoteReference" || n.Name == "w:endnoteReference") {
			id, ok := w.bringNote(strings.TrimSuffix(n.Name, "Reference"), value)
			if !ok {
				return false
			}
			value = id
		}
		if p != "" && p != "xml" {
			w.used[p] = true
		}
		w.out = append(w.out, ' ')
		w.out = append(w.out, a.Name+`="`...)
		w.out = docx.AppendAttr(w.out, value)
		w.out = append(w.out, '"')
	}
	return true
}

// reference translates a reference to a style or list.
func (w *bodyWriter) reference(n *docx.Node, value string) string {
	switch n.Name {
	case "w:pStyle", "w:rStyle", "w:tblStyle":
		return w.inc.styles.take(value)
	case "w:numId":
		return w.nums.take(value)
	}
	return value
}

func (w *bodyWriter) id(kind idKind, old string) string {
	r := w.r
	switch kind {
	case idDrawing:
		r.ids.drawing++
		return strconv.FormatInt(r.ids.drawing, 10)
	case idRevision:
		r.ids.annotation++
		return strconv.FormatInt(r.ids.annotation, 10)
	case idBookmark, idBookmarkEnd:
		if id, ok := w.ids[old]; ok {
			return id
		}
		r.ids.annotation++
		return strconv.FormatInt(r.ids.annotation, 10)
	case idBookmarkName, idAnchor:
		if name, ok := w.names[old]; ok {
			return name
		}
	case idControl:
		for {
			r.ids.control++
			if id := strconv.FormatInt(r.ids.control, 10); !r.t.ids.controls[id] {
				return id
			}
		}
	case idShape:
		r.ids.shape++
		return shapePrefix + strconv.FormatInt(r.ids.shape, 10)
	case idNote:
		return w.note
	case idPara: // not carried
	}
	return old
}

// relation brings what a relationship of the included document leads to, and gives the id of one to it from the host part.
func (w *bodyWriter) relation(id string) (string, bool) {
	a := w.r.assets
	rel, ok := w.inc.pkg.Rel(w.part, id)
	if !ok {
		return "", false
	}
	if rel.Is("hyperlink") {
		target, ok := webAddress(rel.Target)
		if !ok || !rel.External {
			w.left["link"] = true
			return "", false
		}
		return a.rel(w.host, "hyperlink", target, true), true
	}
	part := w.inc.pkg.Part(rel.Target)
	if rel.External || part == nil {
		w.left["link"] = true
		return "", false
	}
	switch rel.Type[strings.LastIndexByte(rel.Type, '/')+1:] {
	case "image", "chart", "diagramData", "diagramLayout", "diagramQuickStyle", "diagramColors", "diagramDrawing", "chartUserShapes":
	default:
		w.left["object"] = true
		return "", false
	}
	kind := rel.Type
	if rel.Is("image") {
		kind = "image"
	}
	return a.rel(w.host, kind, w.inc.parts.copy(part, 0), false), true
}

// tell reports what stayed behind, in one finding.
func (w *bodyWriter) tell() {
	kinds := []struct{ key, zh, en string }{
		{"note", "脚注和尾注（这里不能有）", "footnotes and endnotes, which cannot stand here"},
		{"header", "页眉和页脚", "headers and footers"},
		{"comment", "批注", "comments"},
		{"object", "嵌入的对象和控件", "embedded objects and controls"},
		{"field", "引用外部内容的域", "fields that fetch from outside"},
		{"link", "指向外部的图片、文件或不允许的链接", "pictures and files kept outside, and links that are not allowed"},
		{"section", "分节（页面大小、页眉、分栏）", "sections (page size, headers, columns)"},
	}
	var zh, en []string
	for _, k := range kinds {
		if w.left[k.key] {
			zh, en = append(zh, k.zh), append(en, k.en)
		}
	}
	if len(zh) == 0 {
		return
	}
	w.r.report(w.t, problem.Finding{
		Code: "fill.document.left", Severity: problem.Warn,
		Message: problem.T("插入“"+w.t.label()+"”时没有带入："+strings.Join(zh, "、"), "left out of “"+w.t.label()+"” when it was inserted: "+strings.Join(en, ", ")),
		Fix:     problem.Fix{ZH: "需要的内容请写进附件的正文", EN: "put what is needed into the body of the document"},
	})
}
