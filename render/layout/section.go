package layout

import (
	"strconv"
	"strings"

	"tripact/render/docx"
)

// section is a w:sectPr with the body content it governs.
type section struct {
	nodes                    []*docx.Node
	width, height            Length
	top, bottom, left, right Length
	header, footer           Length
	gutter                   Length
	footnotes                noteNumbers
	noteColumns              int  // that the section asks for, 0 for those of its text
	exactTop, exactBottom    bool // negative margins: headers do not push the body
	kind                     string
	titlePage                bool
	start                    int // page number to start from, -1 to go on
	format                   string
	vAlign                   string
	columns                  []column // one at least
	gridPitch, gridDelta     Length
	headers, footers         [3]*docx.Part // default, first, even; inherited ones filled in
	bordersPage              [4]border
	pageBorders              bool
	borderFromText           bool
	line                     bool // a line between columns
}

// column is one text column: its left edge from the left margin, and its width.
type column struct{ x, width Length }

// Kinds of header and footer.
const (
	hfDefault = iota
	hfFirst
	hfEven
)

// readSections divides the body at its section properties.
func (e *engine) readSections(body *docx.Node, main *docx.Part) []*section {
	var out []*section
	var nodes []*docx.Node
	var prior *section
	add := func(n *docx.Node) {
		s := e.readSection(n, main, prior)
		s.nodes = nodes
		nodes = nil
		out = append(out, s)
		prior = s
	}
	last := (*docx.Node)(nil)
	var marks []*docx.Node // between paragraphs: they belong to what follows
	for _, k := range e.flatten(body, nil, 0) {
		switch k.Name {
		case "w:sectPr":
			last = k
			continue
		case "w:p", "w:tbl", "w:altChunk":
			nodes = append(append(nodes, marks...), k)
			marks = nil
		case "w:bookmarkStart":
			marks = append(marks, k)
		}
		if k.Name == "w:p" {
			if s := k.Path("w:pPr", "w:sectPr"); s != nil {
				add(s)
			}
		}
	}
	if len(nodes) > 0 || len(out) == 0 { // a last section without content makes no page
		add(last)
	}
	return out
}

// flatten lists the paragraphs, tables, bookmarks between them and section properties below n, looking through content controls, insertions and
// alternate content.
func (e *engine) flatten(n *docx.Node, out []*docx.Node, depth int) []*docx.Node {
	if depth > maxInlineDepth {
		e.tooDeep()
		return out
	}
	for _, k := range n.Kids {
		switch k.Name {
		case "w:p", "w:tbl", "w:sectPr", "w:tr", "w:tc", "w:altChunk", "w:bookmarkStart":
			out = append(out, k)
		case "w:sdt":
			if c := k.Child("w:sdtContent"); c != nil {
				out = e.flatten(c, out, depth+1)
			}
		case "w:ins", "w:moveTo", "w:customXml", "w:smartTag":
			out = e.flatten(k, out, depth+1)
		case "mc:AlternateContent":
			if c := k.Child("mc:Choice"); c != nil {
				out = e.flatten(c, out, depth+1)
			} else if c := k.Child("mc:Fallback"); c != nil {
				out = e.flatten(c, out, depth+1)
			}
		}
	}
	return out
}

// readSection reads n, which may be nil: then the values are Word's defaults.
func (e *engine) readSection(n *docx.Node, main *docx.Part, prior *section) *section {
	s := &section{
		width: 12240 * Twip, height: 15840 * Twip, top: Inch, bottom: Inch, left: 1800 * Twip, right: 1800 * Twip,
		header: 720 * Twip, footer: 720 * Twip, start: -1, kind: "nextPage",
	}
	s.footnotes = e.sheet.settings.footnotes
	if prior != nil {
		s.headers, s.footers = prior.headers, prior.footers
	}
	if n == nil {
		s.finish(e)
		return s
	}
	for _, k := range n.Kids {
		switch k.Name {
		case "w:pgSz":
			if v, ok := attrLength(k, "w:w", Twip); ok {
				s.width = v
			}
			if v, ok := attrLength(k, "w:h", Twip); ok {
				s.height = v
			}
		case "w:pgMar":
			s.readMargins(k)
		case "w:type":
			s.kind = k.Val()
		case "w:titlePg":
			s.titlePage = onOff(k)
		case "w:pgNumType":
			if v, ok := attrInt(k, "w:start"); ok {
				s.start = v
			}
			s.format, _ = k.Attr("w:fmt")
		case "w:vAlign":
			s.vAlign = k.Val()
		case "w:footnotePr":
			s.footnotes = s.footnotes.with(k)
		case "w15:footnoteColumns":
			s.noteColumns, _ = attrInt(k, "w15:val")
		case "w:docGrid":
			s.readGrid(k, e)
		case "w:cols":
			s.readColumns(k, e)
		case "w:pgBorders":
			s.readBorders(k, e)
		case "w:textDirection":
			if v := k.Val(); v != "" && v != "lrTb" && v != "lr" {
				e.warn("layout.text.direction", "不支持竖排，按横排处理", "vertical text direction is not supported, text runs horizontally", v)
			}
		case "w:lnNumType":
			e.warn("layout.line.numbers", "行号未排出", "line numbers are not printed", "")
		case "w:headerReference", "w:footerReference":
			id, _ := k.Attr("r:id")
			rel, ok := e.pkg.Rel(main, id)
			if !ok {
				continue
			}
			part := e.pkg.Part(rel.Target)
			i := hfDefault
			switch t, _ := k.Attr("w:type"); t {
			case "first":
				i = hfFirst
			case "even":
				i = hfEven
			}
			if k.Name == "w:headerReference" {
				s.headers[i] = part
			} else {
				s.footers[i] = part
			}
		}
	}
	s.finish(e)
	return s
}

func (s *section) readMargins(k *docx.Node) {
	for _, a := range []struct {
		name string
		to   *Length
	}{
		{"w:top", &s.top},
		{"w:bottom", &s.bottom},
		{"w:left", &s.left},
		{"w:right", &s.right},
		{"w:header", &s.header},
		{"w:footer", &s.footer},
		{"w:gutter", &s.gutter},
	} {
		if v, ok := attrLength(k, a.name, Twip); ok {
			*a.to = v
		}
	}
}

// readGrid reads w:docGrid. w:charSpace counts 1/4096 pt.
func (s *section) readGrid(k *docx.Node, e *engine) {
	typ, _ := k.Attr("w:type")
	if typ == "" || typ == "default" {
		return
	}
	if v, ok := attrLength(k, "w:linePitch", Twip); ok && v >= Point {
		s.gridPitch = v
	}
	if typ == "linesAndChars" || typ == "snapToChars" {
		if v, ok := attrInt(k, "w:charSpace"); ok {
			s.gridDelta = max(-10*Point, min(100*Point, Length(v)*Point/4096))
		}
		if typ == "snapToChars" {
			e.warn("layout.grid.snap", "“文字对齐字符网格”按“指定行和字符网格”处理", "snapToChars is treated as linesAndChars", "")
		}
	}
}

func (s *section) readColumns(k *docx.Node, e *engine) {
	num := 1
	if v, ok := attrInt(k, "w:num"); ok {
		num = max(1, min(v, 12))
		if v > num {
			e.warn("layout.columns", "分栏过多，按 12 栏处理", "there are too many columns, twelve are set", strconv.Itoa(v))
		}
	}
	space := 720 * Twip
	if v, ok := attrLength(k, "w:space", Twip); ok {
		space = max(0, v)
	}
	if v, ok := k.Attr("w:sep"); ok {
		s.line = isOn(v)
	}
	equal := true
	if v, ok := k.Attr("w:equalWidth"); ok {
		equal = isOn(v)
	}
	if !equal {
		x := Length(0)
		for _, c := range k.Kids {
			if c.Name != "w:col" || len(s.columns) >= 12 {
				continue
			}
			w, _ := attrLength(c, "w:w", Twip)
			gap, _ := attrLength(c, "w:space", Twip)
			s.columns = append(s.columns, column{x, max(w, Inch/4)})
			x += max(w, Inch/4) + max(gap, 0)
		}
	}
	if len(s.columns) == 0 && num > 1 {
		s.columns = make([]column, num)
		s.columns[0].width = -space // settled in finish, when the text width is known
	}
}

func (s *section) readBorders(k *docx.Node, e *engine) {
	from, _ := k.Attr("w:offsetFrom")
	s.borderFromText = from != "page"
	for _, b := range k.Kids {
		if i := paraSide(b.Name); i >= 0 && i < 4 {
			s.bordersPage[i] = parseBorder(b)
			if !lineStyle(s.bordersPage[i].style) {
				e.warnOnce("layout.border.art", "艺术型页面边框画成直线", "an art border of the page is drawn as a line", b.Val())
			}
			s.pageBorders = true
		}
	}
}

// lineStyle reports whether a border is made of lines, not of pictures (ECMA-376 17.18.2).
func lineStyle(style string) bool {
	switch style {
	case "", "nil", "none", "single", "thick", "double", "triple", "dotted", "dashed", "dotDash", "dotDotDash", "dashSmallGap", "dashDotStroked", "wave", "doubleWave",
		"threeDEmboss", "threeDEngrave", "outset", "inset":
		return true
	}
	return strings.HasPrefix(style, "thinThick") || strings.HasPrefix(style, "thickThin")
}

// finish puts nonsense right and settles what depends on the text width.
func (s *section) finish(e *engine) {
	if p := s.footnotes.pos; p == "sectEnd" || p == "docEnd" {
		e.warnOnce("layout.note", "脚注排在页面底部，而非节或文档末尾", "footnotes stand at the foot of the page, not at the end of the section or document", p)
	}
	w, h := s.width, s.height
	s.width = max(Inch/2, min(s.width, 2*maxLength/3))
	s.height = max(Inch/2, min(s.height, 2*maxLength/3))
	if s.width != w || s.height != h {
		e.warn("layout.page.size", "纸张尺寸无法使用，已改为可用的尺寸", "the paper size cannot be used, the nearest that can is taken", "")
	}
	if s.top < 0 {
		s.top, s.exactTop = -s.top, true
	}
	if s.bottom < 0 {
		s.bottom, s.exactBottom = -s.bottom, true
	}
	s.header, s.footer = max(0, min(s.header, s.height/2)), max(0, min(s.footer, s.height/2))
	s.left += max(0, s.gutter)
	if s.width-s.left-s.right < Inch/4 {
		e.warn("layout.page.margins", "页边距超出纸张，按四分之一纸宽处理", "the margins leave no room on the page, a quarter of its width is used", "")
		s.left, s.right = s.width/4, s.width/4
	}
	if s.height-s.top-s.bottom < Inch/4 {
		e.warn("layout.page.margins", "页边距超出纸张，按四分之一纸高处理", "the margins leave no room on the page, a quarter of its height is used", "")
		s.top, s.bottom = s.height/4, s.height/4
	}
	if s.gridPitch > s.height-s.top-s.bottom {
		e.warn("layout.grid", "文档网格的行距大于版心高度，网格不起作用", "a line of the document grid is higher than the text area, the grid is left out", "")
		s.gridPitch = 0
	}
	text := s.width - s.left - s.right
	switch {
	case len(s.columns) == 0:
		s.columns = []column{{0, text}}
	case s.columns[0].width < 0:
		n := Length(len(s.columns))
		space := min(-s.columns[0].width, text/(2*n))
		w := (text - space*(n-1)) / n
		for i := range s.columns {
			s.columns[i] = column{Length(i) * (w + space), w}
		}
	}
	if n := s.noteColumns; n > 0 && n != len(s.columns) {
		e.warnOnce("layout.note", "脚注按正文的分栏排版，不另行分栏", "footnotes stand below the columns of the text, not in columns of their own", strconv.Itoa(n))
	}
	if s.kind == "" {
		s.kind = "nextPage"
	}
}
