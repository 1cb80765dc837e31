package fill

import (
	"slices"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// Options say how a template is compiled.
type Options struct {
	// Known, when set, is every name that data can have: any other name in the template is a fail with a suggestion.
	Known *Known
	// Aliases are names that stand for each other: the label of a field → its key. A name that data does not have is looked
	// up under its other name.
	Aliases map[string]string
}

// Template is a compiled Word template. It is immutable and safe for concurrent use.
type Template struct {
	pkg     *docx.Package
	parts   []program
	ids     idUse
	tree    *Name
	uses    []use
	copies  bool                  // there are loops
	notes   map[string]*boundNote // by element name and id
	numbers *numbering
	aliases aliases
	area    [2]int64 // width and height of the text area, EMU

	placeholders []placeholder
}

// program is a part in compiled form.
type program struct {
	name  string
	order int
	data  []byte
	ops   []op
}

// Compile reads the tags of p's parts: main document, headers, footers, notes, comments, text boxes, content controls
// and document properties. All faults come back, in the order of the document; a template with a Fail is nil. p must
// not be changed afterwards.
func Compile(p *docx.Package, opt Options) (*Template, problem.List) {
	c := compile(p, opt)
	l := c.diags.list()
	if l.Failed() {
		return nil, l
	}
	return c.t, l
}

type compiler struct {
	t       *Template
	opt     Options
	numbers *numbering
	near    map[string]string // headings of what stands outside the body
	diags   diags
	srcs    []*source
	walks   []*walker
}

func compile(p *docx.Package, opt Options) *compiler {
	c := &compiler{
		t:   &Template{pkg: p, tree: &Name{Kind: KindObject}, ids: idUse{paras: map[string]bool{}, controls: map[string]bool{}, names: map[string]bool{}}},
		opt: opt,
	}
	c.t.aliases = newAliases(opt.Aliases)
	c.numbers = readNumbering(p)
	c.t.notes, c.t.numbers = map[string]*boundNote{}, c.numbers
	styles := readHeadings(p)
	main := p.Main()
	c.part(main, styles)
	c.near = c.nearby()
	for _, kind := range []string{"header", "footer", "footnotes", "endnotes", "comments"} {
		for _, part := range p.Related(main, kind) {
			c.part(part, styles)
		}
	}
	// Controls bound to custom XML show what that holds, whatever stands in the document.
	for _, part := range p.Related(main, "customXml") {
		c.part(part, nil)
	}
	for _, kind := range []string{"core-properties", "extended-properties", "custom-properties"} {
		for _, part := range p.Related(nil, kind) {
			c.part(part, nil)
		}
	}
	for _, part := range slices.Concat([]*docx.Part{main}, p.Related(main, "header"), p.Related(main, "footer")) {
		for _, kind := range []string{"diagramData", "diagramDrawing", "chart"} {
			for _, d := range p.Related(part, kind) {
				if !slices.ContainsFunc(c.srcs, func(s *source) bool { return s.part == d }) {
					c.part(d, nil)
				}
			}
		}
	}
	for _, s := range c.srcs {
		c.t.ids.take(s.root)
	}
	c.settlePlaceholders()
	c.names()
	return c
}

// part compiles one part; styles is nil for parts without paragraphs.
func (c *compiler) part(part *docx.Part, styles *headings) {
	src := &source{part: part, order: len(c.srcs), data: part.Data, styles: styles, diags: &c.diags}
	root, err := part.Parse()
	if err != nil {
		for _, f := range problem.Of(err) {
			c.diags.add(f, spot{part: src.order, place: problem.Place{Part: part.Name}})
		}
		return
	}
	src.root = root
	c.srcs = append(c.srcs, src)
	w := &walker{src: src, near: c.near[part.Name]}
	c.walks = append(c.walks, w)
	switch root.Name {
	case "w:document":
		c.t.area = textArea(root)
		if body := root.Child("w:body"); body != nil {
			w.story("正文", body, "")
		}
	case "w:hdr":
		w.story("页眉", root, c.near[part.Name])
	case "w:ftr":
		w.story("页脚", root, c.near[part.Name])
	case "w:footnotes", "w:endnotes", "w:comments":
		name := map[string]string{"w:footnotes": "脚注", "w:endnotes": "尾注", "w:comments": "批注"}[root.Name]
		for _, n := range root.Kids {
			if n.Name != "" {
				id, _ := n.Attr("w:id")
				at := len(w.stories)
				w.story(name, n, c.near[n.Name+id])
				if note := c.t.notes[n.Name+id]; note != nil {
					w.stories[at].host = note.host
				}
			}
		}
	default:
		w.leaves(root)
	}
	c.compilePart(src, w)
}

// leaves finds tags in the texts of a part without paragraphs, such as document properties.
func (w *walker) leaves(n *docx.Node) {
	if len(n.Kids) == 1 && n.Kids[0].Name == "" {
		if text := n.Kids[0].Text; hasBrace(text) {
			w.plain = append(w.plain, plainText{
				start: n.Open, end: n.Close, text: text,
				place: problem.Place{Part: w.src.part.Name, Story: "文档属性"},
			})
		}
		return
	}
	if n.Child("a:p") != nil {
		w.story("图形", n, w.near)
		return
	}
	for _, k := range n.Kids {
		w.leaves(k)
	}
}

func (c *compiler) compilePart(src *source, w *walker) {
	var pairs []*pair
	tagged := 0
	copies := false
	lifters := make([]*lifter, len(w.stories))
	for i, s := range w.stories {
		l := &lifter{src: src, story: s, gone: map[*docx.Node]bool{}, label: map[*docx.Node]*tag{}, across: map[*docx.Node]*tag{}, given: map[*docx.Node]bool{}}
		for i, p := range s.paras {
			if strings.ContainsAny(p.text, "{}｛｝") {
				var next *para
				if i+1 < len(s.paras) && s.paras[i+1].in == p.in {
					next = s.paras[i+1]
				}
				c.tags(src, p, next)
			}
			l.tags = append(l.tags, p.tags...)
		}
		tagged += len(l.tags)
		for i, t := range l.tags {
			t.order = i
		}
		lifters[i] = l
	}
	if src.root.Name == "dgm:dataModel" || src.root.Name == "dsp:drawing" {
		points(lifters)
	}
	for i, s := range w.stories {
		l := lifters[i]
		l.match()
		for _, t := range l.tags {
			if t.section() && t.pair != nil && t.pair.close == nil {
				t.mode = modeHoist
			}
		}
		l.lift()
		for _, p := range s.paras {
			c.objects(src, p)
			copies = l.finish(p) || copies
		}
		for _, t := range l.tags {
			if t.kind == tagComment {
				l.markerPara(t)
			}
		}
		pairs = append(pairs, l.pairs...)
	}
	for _, pt := range w.plain {
		tagged += c.plainText(src, pt)
	}
	for _, d := range w.drawings {
		tagged += c.altText(src, d)
	}
	within(src, pairs)
	tagged += c.links(src, w)
	bound := c.noteBodies(src)
	if tagged == 0 && !bound {
		return
	}
	for _, b := range w.boxes {
		src.guard(b)
		src.apart(b)
	}
	cut := map[*docx.Node]bool{}
	if len(pairs) > 0 || copies || bound {
		c.t.copies = true
		cut = rangeEnds(src, pairs)
		var moved []edit
		for n := range cut {
			moved = append(moved, edit{from: n.Start, to: n.End, rank: rankRange, seq: -1, kind: editDelete, node: n})
		}
		sortEdits(moved)
		src.edits = append(src.edits, moved...)
		src.edits = append(src.edits, idEdits(src)...)
		c.noteEdits(src, cut)
		c.lists(src, w, pairs)
		headerRefs(src)
	}
	b := &builder{src: src, edits: src.edits, cut: cut}
	ops, ok := b.build()
	if !ok && !c.failed() {
		c.diags.add(problem.Finding{
			Code: "fill.pair.nesting", Severity: problem.Fail,
			Message: problem.T("循环或条件标签的范围相互交叉，无法处理", "the ranges of loops or conditions cross and cannot be resolved"),
			Fix:     problem.Fix{ZH: "把各对标签放到单独的段落或表格行", EN: "put each pair of tags into paragraphs or rows of its own"},
		}, src.at(0, problem.Place{Part: src.part.Name}))
	}
	c.t.parts = append(c.t.parts, program{name: src.part.Name, order: src.order, data: src.data, ops: ops})
}

func (c *compiler) failed() bool {
	return slices.ContainsFunc(c.diags.items, func(d diag) bool { return d.f.Severity == problem.Fail })
}

// tags reads the tags of one paragraph; next is the one after it in the same container, nil for none.
func (c *compiler) tags(src *source, p, next *para) {
	spans, strays := scan(p.text)
	if len(strays) > 0 && !strays[0].open && p.goesOn {
		strays = strays[1:] // told with its beginning
	}
	for _, s := range spans {
		p.tags = append(p.tags, c.tag(src, p, s))
	}
	for _, s := range strays {
		f := problem.Finding{
			Code: "fill.tag.unclosed", Severity: problem.Fail, Message: problem.T("“{{”没有对应的“}}”", "“{{” has no “}}”"),
			Fix: problem.Fix{ZH: "补上“}}”；标签须写在同一段内，标签中间不能换段", EN: "write “}}”; a tag must not leave its paragraph"},
		}
		if !s.open {
			f.Code = "fill.tag.unopened"
			f.Message = problem.T("“}}”没有对应的“{{”", "“}}” has no “{{”")
			f.Fix = problem.Fix{ZH: "补上“{{”或删去“}}”；标签须写在同一段内", EN: "write “{{” or delete “}}”; a tag must not leave its paragraph"}
		}
		if after, found := firstStray(next); s == strays[len(strays)-1] && s.open && found && !after.open {
			next.goesOn = true
			f.Message = problem.T("标签中间有段落标记：“{{”在这一段，“}}”在下一段", "a paragraph mark lies inside the tag: “{{” is in this paragraph, “}}” in the next")
			f.Fix = problem.Fix{ZH: "删去标签中间的换段（回车），让整个标签在同一段内", EN: "join the two paragraphs, or write the tag anew in one"}
			f.Related = []problem.Place{next.place}
		}
		end := s.at + twice(p.text[s.at:], openBrace) + twice(p.text[s.at:], closeBrace)
		f.Context = contextOf(p.text, span{s.at, end})
		f.Message.ZH += "：" + f.Context
		f.Message.EN += ": " + f.Context
		c.diags.add(f, src.at(p.node.Start+s.at, p.place))
	}
	if len(p.tags) > 0 {
		src.edits = append(src.edits, edit{from: p.node.Start, to: p.node.End, rank: rankRange, kind: editPara, para: p})
	}
}

// firstStray is the first pair of braces of a paragraph that begins or ends nothing.
func firstStray(p *para) (stray, bool) {
	if p == nil {
		return stray{}, false
	}
	_, strays := scan(p.text)
	if len(strays) == 0 {
		return stray{}, false
	}
	return strays[0], true
}

func (c *compiler) tag(src *source, p *para, s span) *tag {
	raw := p.text[s.start:s.end]
	t, ft := parseTag(raw)
	t.span, t.p = s, p
	if ft != nil {
		f := problem.Finding{Code: ft.code, Severity: problem.Fail, Message: ft.text, Fix: ft.fix, Context: contextOf(p.text, s)}
		if ft.code == "fill.tag.syntax" {
			f.Message = problem.T(raw+"："+ft.text.ZH, raw+": "+ft.text.EN)
		}
		if f.Fix == (problem.Fix{}) {
			f.Fix = problem.Fix{ZH: "检查标签 " + raw, EN: "check the tag " + raw}
		}
		c.diags.add(f, src.at(p.node.Start+s.start, p.place))
	}
	return t
}

// plainText compiles the tags of a text outside paragraphs and returns how many there are.
func (c *compiler) plainText(src *source, pt plainText) int {
	p := &para{node: &docx.Node{Start: pt.start, Open: pt.start, Close: pt.end, End: pt.end}, text: pt.text, place: pt.place}
	spans, _ := scan(pt.text)
	if len(spans) == 0 {
		return 0
	}
	l := &lifter{src: src}
	for i, s := range spans {
		t := c.tag(src, p, s)
		t.order = i
		p.tags = append(p.tags, t)
		if t.kind == tagValue && t.obj != nil {
			c.fault(src, t, misplaced(t.raw, "这里只能写文字", "only text can stand here", "把该标签放到正文的段落里", "put the tag into a paragraph"))
		}
	}
	l.tags = p.tags
	l.match()
	src.edits = append(src.edits, edit{from: pt.start, to: pt.end, rank: rankRange, kind: editPlain, plain: &plainPiece{para: p, attr: pt.attr, field: pt.field}})
	src.plain = append(src.plain, p)
	return len(spans)
}

// finish decides what is left once pairs are lifted: whether the paragraph is one value that a list may repeat.
func (l *lifter) finish(p *para) (copies bool) {
	if slices.ContainsFunc(p.tags, func(t *tag) bool { return t.mode == modeSplit }) {
		return true
	}
	var only *tag
	for _, t := range p.tags {
		switch {
		case t.kind == tagComment, t.pair != nil && t.mode == modeHoist:
		case t.kind == tagValue && only == nil:
			only = t
		default:
			return false
		}
	}
	if only == nil || only.obj != nil || only.value.kind() != kindAny || p.content(0, only.start) || p.content(only.end, len(p.text)+1) || p.props.Child("w:sectPr") != nil {
		return false
	}
	only.each = true
	p.in.guard = true
	l.src.edits = append(l.src.edits,
		edit{from: p.node.Start, to: p.node.Start, rank: rankElement, kind: editEachOpen, tag: only},
		edit{from: p.node.End, to: p.node.End, rank: rankElementEnd, kind: editEachClose, tag: only})
	return true
}

// guard adds what keeps a container whole when what it holds may go.
func (s *source) guard(b *box) {
	if !b.guard {
		return
	}
	n := b.node
	if b.kind == boxTable {
		if len(b.rows) == 0 {
			return
		}
		first := b.rows[0].unit.Start
		s.edits = append(s.edits,
			edit{from: n.Start, to: n.Start, rank: rankElement, kind: editTableOpen, box: b},
			edit{from: first, to: first, rank: rankContent, kind: editTableRows, box: b},
			edit{from: n.Close, to: n.Close, rank: rankContentEnd, kind: editTableEnd, box: b},
			edit{from: n.End, to: n.End, rank: rankElementEnd, kind: editTableClose, box: b})
		if b.next = emptyAfter(b); b.next != nil {
			s.edits = append(s.edits, edit{from: b.next.End, to: b.next.End, rank: rankElementEnd, kind: editTableAfter, box: b})
		}
		return
	}
	start := n.Open
	switch n.Name {
	case "w:tc":
		start = contentOf(n)
	case "a:txBody", "dgm:t", "dsp:txBody", "c:rich":
		start = n.Child("a:p").Start
	case "w:txbxContent", "w:sdtContent", "w:hdr", "w:ftr", "w:footnote", "w:endnote", "w:comment":
	default:
		return
	}
	s.edits = append(s.edits,
		edit{from: start, to: start, rank: rankContent, seq: 1, kind: editGuardOpen, box: b},
		edit{from: n.Close, to: n.Close, rank: rankContentEnd, kind: editGuardClose, box: b})
}

// apart keeps a table from touching another when what stands between them may go: Word would join the two. Tables that
// touch in the template are meant to.
func (s *source) apart(b *box) {
	if b.kind != boxTable || !b.up.guard {
		return
	}
	kids := b.up.node.Kids
	if i := slices.Index(kids, b.node); i > 0 && kids[i-1].Name != "w:tbl" {
		s.edits = append(s.edits, edit{from: b.node.Start, to: b.node.Start, rank: rankApart, kind: editApart, node: b.node, box: b.up})
	}
}

// emptyAfter returns the empty paragraph after table b when there is one before it, too: one of them goes with it.
func emptyAfter(b *box) *docx.Node {
	kids := b.up.node.Kids
	i := slices.Index(kids, b.node)
	if i < 1 || i+1 >= len(kids) || !emptyPara(kids[i-1]) || !emptyPara(kids[i+1]) {
		return nil
	}
	return kids[i+1]
}

func emptyPara(n *docx.Node) bool {
	if n.Name != "w:p" {
		return false
	}
	for _, k := range n.Kids {
		if k.Name != "w:pPr" || k.Child("w:sectPr") != nil {
			return false
		}
	}
	return true
}
