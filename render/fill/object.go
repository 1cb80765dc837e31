package fill

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// objectKind is what a tag puts into the document besides text.
type objectKind uint8

const (
	objectPicture objectKind = iota + 1 // {{@签章:60mm}}; as alternative text of a picture or chart, its new content
	objectQR                            // {{@二维码:网址}}
	objectRich                          // {{*清单}}
	objectDoc                           // {{+附件一}}
	objectBreak                         // {{分页}}
)

// object is what an object tag asks for.
type object struct {
	kind  objectKind
	w, h  int64  // EMU; 0 where the tag does not say
	field string // of a chart: the field with the category of each record
	chart bool   // the tag is the alternative text of a chart
	block bool   // it stands alone in its paragraph and takes its place
	// Of alternative text: the size of the frame that the picture fills, EMU, and the names and kinds of the chart's series.
	frameW, frameH int64
	series         []string
	kinds          []seriesKind
}

// typeName is the type of value that an object takes, for the tree of names.
func (o *object) typeName() string {
	switch o.kind {
	case objectPicture:
		if o.chart {
			return "list"
		}
		return "image"
	case objectQR, objectRich:
		return "text"
	case objectDoc:
		return "document"
	case objectBreak:
	}
	return ""
}

const (
	emuPerMM = 36000
	maxSide  = 1000 * emuPerMM // of a picture
)

var sizePattern = regexp.MustCompile(`^(\d{1,4}(?:\.\d{1,3})?)(mm|cm|pt|in|毫米|厘米|磅)?(?:[x×*](\d{1,4}(?:\.\d{1,3})?)(mm|cm|pt|in|毫米|厘米|磅)?)?$`)

// parseSize reads a width, or width×height, with a unit: 60mm, 6cm, 60×40mm. The results are EMU; h is 0 without height.
func parseSize(s string) (w, h int64, ok bool) {
	m := sizePattern.FindStringSubmatch(strings.ToLower(strings.ReplaceAll(s, " ", "")))
	if m == nil {
		return 0, 0, false
	}
	unit := m[2]
	if unit == "" {
		unit = m[4]
	}
	if unit == "" {
		return 0, 0, false
	}
	w, ok = emu(m[1], unit)
	if m[3] != "" && ok {
		u := m[4]
		if u == "" {
			u = unit
		}
		h, ok = emu(m[3], u)
	}
	return w, h, ok
}

func emu(digits, unit string) (int64, bool) {
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return 0, false
	}
	per := float64(emuPerMM)
	switch unit {
	case "cm", "厘米":
		per = 10 * emuPerMM
	case "pt", "磅":
		per = 12700
	case "in":
		per = 914400
	}
	n := int64(f * per)
	return n, n > 0 && n <= maxSide
}

// parseObject reads the inside of a tag that begins with @, + or *.
func parseObject(s string) (*object, *operand, *fault) {
	rest := strings.TrimSpace(s[1:])
	switch s[0] {
	case '*':
		o, ft := parseValue(rest)
		return &object{kind: objectRich}, o, ft
	case '+':
		o, ft := parseValue(rest)
		return &object{kind: objectDoc}, o, ft
	}
	obj := &object{kind: objectPicture}
	if word, after, ok := strings.Cut(rest, ":"); ok {
		if w := strings.TrimSpace(word); w == "二维码" || strings.EqualFold(w, "qr") || strings.EqualFold(w, "qrcode") {
			obj.kind, rest = objectQR, strings.TrimSpace(after)
		}
	}
	address := obj.kind == objectQR && strings.Contains(rest, "://") && !strings.ContainsAny(rest, "\x01\x02")
	if i := strings.LastIndexByte(rest, ':'); i > 0 {
		tail := strings.TrimSpace(rest[i+1:])
		switch w, h, ok := parseSize(tail); {
		case ok:
			obj.w, obj.h, rest = w, h, rest[:i]
		case obj.kind == objectQR, strings.Contains(rest[:i], "|"):
		case nameEnd(tail, 0) == len(tail) && tail != "" && (tail[0] < '0' || tail[0] > '9'):
			obj.field, rest = tail, rest[:i]
		default:
			return obj, nil, &fault{
				code: "fill.object.size", text: problem.Tf("看不懂尺寸“%[1]s”", "“%[1]s” is not a size", tail),
				fix: problem.Fix{ZH: "写作 60mm、6cm 或 60×40mm，边长不超过 1 米", EN: "write 60mm, 6cm or 60×40mm, at most one metre a side"},
			}
		}
	}
	if address {
		return obj, &operand{literal: strings.ReplaceAll(rest, " ", "")}, nil
	}
	o, ft := parseValue(rest)
	return obj, o, ft
}

// name is how findings call the value of t.
func (t *tag) label() string {
	if t.value != nil && t.value.isPath {
		return t.value.path.String()
	}
	return t.raw
}

func misplaced(raw string, zh, en, fixZH, fixEN string) *fault {
	return &fault{code: "fill.object.place", text: problem.Tf("%[1]s："+zh, "%[1]s: "+en, raw), fix: problem.Fix{ZH: fixZH, EN: fixEN}}
}

// fault reports a fault of a tag that was found after parsing, and leaves the tag as text.
func (c *compiler) fault(src *source, t *tag, ft *fault) {
	t.kind = tagBad
	c.diags.add(problem.Finding{Code: ft.code, Severity: problem.Fail, Message: ft.text, Fix: ft.fix, Context: contextOf(t.p.text, t.span)},
		src.at(t.p.node.Start+t.start, t.p.place))
}

// objects decides how the object tags of a paragraph stand in it. A rich text or document alone in its paragraph takes
// the place of the paragraph.
func (c *compiler) objects(src *source, p *para) {
	for _, t := range p.tags {
		if t.kind != tagValue || t.obj == nil {
			continue
		}
		if p.node.Name != "w:p" {
			c.fault(src, t, misplaced(t.raw, "图形里的文字不能放图片、附件等", "text of a drawing takes no pictures or documents", "把该标签放到正文的段落里", "put the tag into a paragraph"))
			continue
		}
		if t.obj.field != "" {
			c.fault(src, t, &fault{
				code: "fill.object.size", text: problem.Tf("%[1]s：“%[2]s”不是尺寸", "%[1]s: “%[2]s” is not a size", t.raw, t.obj.field),
				fix: problem.Fix{ZH: "写作 {{@" + t.label() + ":60mm}}", EN: "write {{@" + t.label() + ":60mm}}"},
			})
			continue
		}
		if t.obj.kind != objectRich && t.obj.kind != objectDoc {
			continue
		}
		alone := p.props.Child("w:sectPr") == nil && p.in != nil && !p.content(0, t.start) && !p.content(t.end, len(p.text)+1) && len(p.live()) == 1
		switch {
		case alone:
			t.obj.block = true
			p.block = t
			p.in.guard = true
		case t.obj.kind == objectDoc:
			c.fault(src, t, misplaced(t.raw, "附件要单独占一段", "a document takes a paragraph of its own", "把该标签放到单独的一段", "put the tag into a paragraph of its own"))
		}
	}
}

// live lists the tags of a paragraph that are written where they stand.
func (p *para) live() (out []*tag) {
	for _, t := range p.tags {
		if t.kind != tagComment && (t.pair == nil || t.mode != modeHoist) {
			out = append(out, t)
		}
	}
	return out
}

// prop is one element of w:rPr or w:pPr.
type prop struct {
	name string // canonical
	raw  []byte
}

// propsOf lists the children of properties as the file has them.
func propsOf(data []byte, n *docx.Node) (out []prop) {
	if n == nil {
		return nil
	}
	for _, k := range n.Kids {
		if k.Name != "" {
			out = append(out, prop{k.Name, data[k.Start:k.End:k.End]})
		}
	}
	return out
}

// Orders of properties by the schema.
var runOrder, paraOrder = docx.Order("w:rPr"), docx.Order("w:pPr")

// with returns props with the given ones put in their places, instead of those of the same name; one without bytes only
// takes the other away.
func with(props []prop, order []string, set ...prop) []prop {
	out := slices.DeleteFunc(slices.Clone(props), func(p prop) bool {
		return slices.ContainsFunc(set, func(s prop) bool { return s.name == p.name })
	})
	for _, s := range set {
		if len(s.raw) == 0 {
			continue
		}
		rank := slices.Index(order, s.name)
		at := slices.IndexFunc(out, func(p prop) bool {
			r := slices.Index(order, p.name)
			return r > rank || r < 0
		})
		if at < 0 {
			at = len(out)
		}
		out = slices.Insert(out, at, s)
	}
	return out
}

// shaping is what is needed to write runs and paragraphs like the one a tag stands in.
type shaping struct {
	pre    string // namespace prefix with colon
	run    []prop
	para   []prop
	inLink bool // inside a hyperlink
}

func shapeOf(b *builder, p *para, l *link) *shaping {
	s := &shaping{pre: b.prefix(p.node), run: propsOf(b.src.data, l.node.Child("w:rPr")), para: propsOf(b.src.data, p.props)}
	for k := l; k != nil; k = k.up {
		s.inLink = s.inLink || k.node.Name == "w:hyperlink"
	}
	return s
}

// el makes an empty property element; attrs are pairs of local name and value.
func (s *shaping) el(name string, attrs ...string) prop {
	b := []byte("<" + s.pre + name)
	for i := 0; i+1 < len(attrs); i += 2 {
		b = append(b, ' ')
		b = append(b, s.pre+attrs[i]+`="`...)
		b = docx.AppendAttr(b, attrs[i+1])
		b = append(b, '"')
	}
	return prop{"w:" + name, append(b, "/>"...)}
}

func (s *shaping) open(el, pr string, props []prop) []byte {
	out := []byte("<" + s.pre + el + ">")
	if len(props) == 0 {
		return out
	}
	out = append(out, "<"+s.pre+pr+">"...)
	for _, p := range props {
		out = append(out, p.raw...)
	}
	return append(out, "</"+s.pre+pr+">"...)
}

// openRun is the start of a run with some properties set.
func (s *shaping) openRun(set ...prop) []byte {
	return s.open("r", "rPr", with(s.run, runOrder, set...))
}

// openPara is the start of a paragraph with some properties set.
func (s *shaping) openPara(set ...prop) []byte {
	return s.open("p", "pPr", with(s.para, paraOrder, append(set, prop{name: "w:sectPr"}, prop{name: "w:pPrChange"})...))
}

// group prepares text in a run with some properties set.
func (s *shaping) group(set ...prop) *textOp {
	return &textOp{
		el: s.pre + "t", br: []byte("<" + s.pre + "br/>"), tab: []byte("<" + s.pre + "tab/>"),
		runOpen: s.openRun(set...), runClose: []byte("</" + s.pre + "r>"), shape: s,
	}
}

// writeRun writes text as a run of its own.
func (r *renderer) writeRun(t *tag, s *shaping, text string, set ...prop) {
	g := s.group(set...)
	r.out = append(r.out, g.runOpen...)
	r.content(g, t, text)
	r.flush(g)
	r.out = append(r.out, g.runClose...)
}

// leave ends the run of g, so that other elements can stand beside it; back begins it again.
func (r *renderer) leave(g *textOp) {
	r.flush(g)
	if head, empty := bytes.CutSuffix(r.out, g.runOpen); empty {
		r.out = head
		return
	}
	r.out = append(r.out, g.runClose...)
}

func (r *renderer) back(g *textOp) { r.out = append(r.out, g.runOpen...) }

// special writes what a tag gives besides text, and reports whether it did.
func (r *renderer) special(g *textOp, t *tag, v any) bool {
	if t.obj == nil {
		return r.styled(g, t, v)
	}
	switch t.obj.kind {
	case objectPicture:
		if pic, ok := r.picture(t, v); ok {
			r.flush(g)
			r.inlinePicture(g, t, pic)
		}
	case objectQR:
		if pic, ok := r.qr(t, v); ok {
			r.flush(g)
			r.inlinePicture(g, t, pic)
		}
	case objectBreak:
		r.flush(g)
		r.out = append(r.out, bytes.Replace(g.br, []byte("/>"), []byte(" "+strings.TrimSuffix(g.el, "t")+`type="page"/>`), 1)...)
	case objectRich:
		r.inlineRich(g, t, v)
	case objectDoc: // always a block
	}
	return true
}

// block writes what takes the place of a paragraph.
func (r *renderer) block(o *op) {
	t, s := o.tag, o.shape
	v, st := r.eval(t, t.value)
	switch st {
	case faulty:
		return
	case null, absent:
		r.noBlock(t, s, st)
		return
	case there:
	}
	if t.obj.kind == objectDoc {
		r.include(t, v)
		return
	}
	r.richText(t, s, v)
}

// noBlock writes what the policy says where a block has no value.
func (r *renderer) noBlock(t *tag, s *shaping, st state) {
	if t.value.optional {
		return
	}
	r.missing(t, t.value, st)
	text, set := "", []prop(nil)
	switch r.opt.Missing {
	case Strict, Blank:
		return
	case Keep:
		text = t.raw
	case Mark:
		text, set = "〔待填："+t.value.path.String()+"〕", []prop{s.el("highlight", "val", "yellow")}
	}
	r.out = append(r.out, s.openPara()...)
	r.writeRun(t, s, text, set...)
	r.out = append(r.out, "</"+s.pre+"p>"...)
}

// invalid reports a value that cannot become the object that t asks for.
func (r *renderer) invalid(t *tag, code, zh, en, fixZH, fixEN string, args ...any) {
	f := problem.Finding{
		Code: code, Severity: problem.Fail,
		Message: problem.Tf("“%[1]s”"+zh, "“%[1]s” "+en, append([]any{t.label()}, args...)...), Fix: problem.Fix{ZH: fixZH, EN: fixEN},
	}
	if t.value != nil && t.value.isPath {
		f.Path = r.pointer(&t.value.path)
	}
	r.report(t, f)
}

// within finds the section around each text outside paragraphs, so that names in it mean what they mean there.
func within(src *source, pairs []*pair) {
	for _, p := range src.plain {
		for _, t := range p.tags {
			if t.in != nil {
				continue
			}
			for _, pr := range pairs { // outer ones first
				if !pr.dropped && pr.from < pr.to && p.node.Start >= pr.from && p.node.Start < pr.to {
					t.in = pr
				}
			}
		}
	}
}
