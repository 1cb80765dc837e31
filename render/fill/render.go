package fill

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"

	"golang.org/x/text/unicode/norm"

	"tripact/problem"
	"tripact/render/docx"
)

// Missing says what becomes of a tag whose value the data does not have. Tags marked optional are always blank.
type Missing uint8

// Policies for missing values.
const (
	Strict Missing = iota // filling is refused, with the full list
	Blank                 // nothing is written
	Mark                  // 〔待填：名称〕 is written, highlighted
	Keep                  // the tag stays as typed
)

// FillOptions say how a template is filled.
type FillOptions struct { //nolint:revive // Options are those of compiling; this name says which step it is for
	Missing Missing
	// Unused: names in the data's top level that the template does not use are reported as warnings.
	Unused bool
}

// Limits of filling (TEMPLATES 6.6).
const (
	maxCopies    = 200_000   // of one loop
	maxAllCopies = 1_000_000 // of all loops together
	maxOutput    = 256 << 20 // bytes of all filled parts
)

// Fill writes data into the template and returns the filled package, or nil when a finding is a Fail. Values are text:
// nothing in them is parsed. It stops early when ctx is done. Safe for concurrent use.
func (t *Template) Fill(ctx context.Context, data map[string]any, opt FillOptions) (*docx.Package, problem.List) {
	return t.fill(ctx, data, opt, false)
}

// FillTo writes the file that Fill makes to w, byte for byte, and nothing when a finding is a Fail. It needs less memory
// than Fill: long loops of the main part are compressed as they are written, never held whole. The error is w's.
func (t *Template) FillTo(ctx context.Context, w io.Writer, data map[string]any, opt FillOptions) (problem.List, error) {
	pkg, l := t.fill(ctx, data, opt, true)
	if pkg == nil {
		return l, nil
	}
	_, err := pkg.WriteTo(w)
	return l, err //nolint:wrapcheck // the writer's own error
}

// fill is Fill. With pack, long parts of the package have their compressed bytes only.
func (t *Template) fill(ctx context.Context, data map[string]any, opt FillOptions, pack bool) (*docx.Package, problem.List) {
	r := &renderer{ctx: ctx, t: t, opt: opt, frame: &frame{item: data, m: data}, columns: map[*columns]*columnState{}, tables: map[*box]*tableState{}, headers: map[string]string{}, notes: map[string][]byte{}, shown: map[[2]string]bool{}, types: map[[2]string]bool{}}
	r.ids = counters{drawing: t.ids.drawing, annotation: t.ids.annotation, shape: max(t.ids.shape, 10000), para: 0x10000000, control: 1_000_000, note: t.ids.note}
	out := t.pkg.Clone()
	r.assets = newAssets(out)
	var order []string
	for i := range t.parts {
		p := &t.parts[i]
		r.part = p
		order = append(order, p.name)
		r.out = make([]byte, 0, len(p.data)+len(p.data)/4)
		r.stream = stream{pkg: out, name: p.name, still: !pack || r.assets.brings(p.name)}
		r.run(p.ops)
		if r.stop {
			break
		}
		r.written += r.pos()
		r.done()
	}
	for _, part := range r.linked {
		out.ReplaceRels(part, r.links[part].drop, r.links[part].add)
	}
	if t.numbers != nil {
		t.numbers.write(out, r.nums)
	}
	if opt.Unused && !r.stop {
		r.unused(data)
	}
	l := r.diags.list()
	if l.Failed() {
		return nil, l
	}
	r.assets.finish(order)
	r.sweep(out)
	return out, l
}

// counters give new ids to copies.
type counters struct {
	drawing, annotation, shape, para, control, note int64
}

type renderer struct {
	ctx       context.Context //nolint:containedctx // lives as long as one Fill
	t         *Template
	opt       FillOptions
	diags     diags
	frame     *frame
	part      *program
	out       []byte // what is written of the part, but for what has gone into stream
	stream    stream
	holds     []hold
	text      []byte              // text of the w:t being made
	codes     map[string]*picture // QR codes by their text
	written   int
	copies    int
	repeat    int // how many loops around are past their first copy
	each      any // the value of the paragraph being repeated
	eachSt    state
	ids       counters
	stop      bool
	columns   map[*columns]*columnState
	tables    map[*box]*tableState
	headers   map[string]string // headers and footers in force
	notes     map[string][]byte // bodies of notes that stand in loops
	nums      [][2]string       // lists of copies: the new id, the template's
	links     map[*docx.Part]*newLinks
	linked    []*docx.Part // in the order of first use
	current   string       // the id of the note being written
	noSection bool         // the last section is empty
	assets    *assets
	types     map[[2]string]bool // kinds of VML shapes that a loop has defined, by part and id
	shown     map[[2]string]bool // placeholders, by part and relationship, that the document still shows
	slots     *[2]string         // attributes of the drawing being written
	sectioned bool               // the last section has copies before it
}

func (r *renderer) report(t *tag, f problem.Finding) {
	at := spot{part: r.part.order}
	if t != nil && t.p != nil {
		at.off, at.place = t.p.node.Start+t.start, t.p.place
		if f.Context == "" {
			f.Context = contextOf(t.p.text, t.span)
		}
	}
	r.diags.add(f, at)
}

func (r *renderer) limit(t *tag, name, zh, en string, args ...any) {
	r.stop = true
	r.report(t, problem.Finding{
		Code: "fill.limit." + name, Severity: problem.Fail, Message: problem.Tf(zh, en, args...),
		Fix: problem.Fix{ZH: "分成几份文件", EN: "split the document"},
	})
}

func (r *renderer) run(ops []op) {
	for i := range ops {
		if r.stop {
			return
		}
		o := &ops[i]
		switch o.kind {
		case opRaw:
			r.out = append(r.out, o.raw...)
		case opText:
			r.texts(o.text)
		case opGroup:
			r.run(o.body)
		case opLoop:
			r.loop(o)
		case opCond:
			ok := r.test(o.tag, o.tag.cond)
			if o.tag.kind == tagNone {
				ok = !ok
			}
			if ok {
				r.run(o.body)
			} else {
				r.run(o.alt)
			}
		case opEach:
			r.eachPara(o)
		case opStep:
			o.step(r, o)
		case opFirstEver:
			if r.repeat == 0 {
				r.run(o.body)
			}
		case opGuard:
			from := r.hold(nil)
			r.run(o.body)
			if tail := r.since(from); o.loose && !hasBlock(tail) || !o.loose && !endsInParagraph(tail) {
				r.out = append(r.out, o.raw...)
			}
			r.release()
		case opNotEmpty, opApart:
			if bytes.HasSuffix(r.out, o.body[0].raw) {
				r.out = append(r.out, o.raw...)
			}
		case opTable:
			r.table(o)
		case opID:
			r.id(o)
		case opBlock:
			r.block(o)
		case opDrawing:
			r.drawing(o)
		case opSlot:
			if r.slots == nil {
				r.out = append(r.out, o.raw...)
			} else {
				r.out = docx.AppendAttr(r.out, r.slots[o.slot])
			}
		}
	}
}

func (r *renderer) loop(o *op) {
	if c := o.tag.pair.column; c != nil {
		r.column(o, c)
		return
	}
	list, loop, ok := r.items(o.tag)
	if !ok || len(list) == 0 {
		r.run(o.alt)
		return
	}
	r.repeatBody(o, list, loop, o.tag.value.path.String())
}

// repeatBody runs the body of o once for each item.
func (r *renderer) repeatBody(o *op, list []any, loop bool, name string) {
	if len(list) > maxCopies {
		r.limit(o.tag, "copies", "“%[1]s”有 %[2]d 项，超过 %[3]d 项", "“%[1]s” has %[2]d items, more than %[3]d", name, len(list), maxCopies)
		return
	}
	f := &frame{up: r.frame, loop: loop, total: len(list), name: name, tag: o.tag}
	r.frame = f
	for i, item := range list {
		if r.copies++; r.copies > maxAllCopies {
			r.limit(o.tag, "copies", "全部循环合计超过 %[3]d 份", "all loops together make more than %[3]d copies", "", 0, maxAllCopies)
			break
		}
		if r.pos()+r.written > maxOutput {
			r.limit(o.tag, "output", "填写后的文件大于 %[1]d MiB", "the filled document is larger than %[1]d MiB", maxOutput>>20)
			break
		}
		if err := r.ctx.Err(); err != nil {
			r.stop = true
			r.report(o.tag, problem.Finding{
				Code: "fill.stopped", Severity: problem.Fail, Message: problem.T("填写被中止（超时或取消）", "filling was stopped (out of time or cancelled)"),
				Found: err.Error(), Fix: problem.Fix{ZH: "稍后再试", EN: "try again"},
			})
			break
		}
		f.item, f.index = item, i
		f.m, _ = item.(map[string]any)
		if i == 1 {
			r.repeat++
		}
		r.spill()
		f.ids, f.names, f.notes = nil, nil, nil
		r.renumber(o.tag.pair)
		if r.repeat > 0 && len(o.marks) > 0 {
			r.bookmarks(o.marks)
		}
		r.run(o.body)
		if r.stop {
			break
		}
	}
	if f.index > 0 {
		r.repeat--
	}
	r.frame = f.up
}

// bookmarks gives the bookmarks of a copy new ids and names, before anything in the copy refers to them.
func (r *renderer) bookmarks(marks []bookmark) {
	f := r.frame
	f.ids, f.names = make(map[string]string, len(marks)), make(map[string]string, len(marks))
	for _, m := range marks {
		r.ids.annotation++
		f.ids[m.id] = strconv.FormatInt(r.ids.annotation, 10)
		base := m.name
		if n := []rune(base); len(n) > 30 { // Word cuts names at 40 characters
			base = string(n[:30])
		}
		name := base + "_" + f.ids[m.id]
		for n := 2; r.t.ids.names[name]; n++ {
			name = base + "_" + f.ids[m.id] + "_" + strconv.Itoa(n)
		}
		f.names[m.name] = name
	}
}

func (r *renderer) id(o *op) {
	old := string(o.raw)
	if r.repeat == 0 && !o.fresh {
		r.out = docx.AppendAttr(r.out, old)
		return
	}
	value := old
	switch o.id {
	case idDrawing:
		r.ids.drawing++
		value = strconv.FormatInt(r.ids.drawing, 10)
	case idRevision:
		r.ids.annotation++
		value = strconv.FormatInt(r.ids.annotation, 10)
	case idNote: // written with the note
	case idBookmark, idBookmarkEnd:
		found := false
		for f := r.frame; f != nil && !found; f = f.up {
			value, found = mapped(f.ids, old)
		}
		if !found && o.id == idBookmark { // a permission: it has no name and was not seen before
			r.ids.annotation++
			value = strconv.FormatInt(r.ids.annotation, 10)
			if r.frame.ids == nil {
				r.frame.ids = map[string]string{}
			}
			r.frame.ids[old] = value
		}
	case idBookmarkName, idAnchor:
		found := false
		for f := r.frame; f != nil && !found; f = f.up {
			value, found = mapped(f.names, old)
		}
	case idPara:
		for {
			r.ids.para++
			value = fmt.Sprintf("%08X", r.ids.para)
			if !r.t.ids.paras[value] {
				break
			}
		}
	case idControl:
		for {
			r.ids.control++
			value = strconv.FormatInt(r.ids.control, 10)
			if !r.t.ids.controls[value] {
				break
			}
		}
	case idShape:
		r.ids.shape++
		value = shapePrefix + strconv.FormatInt(r.ids.shape, 10)
	}
	r.out = docx.AppendAttr(r.out, value)
}

func mapped(m map[string]string, old string) (string, bool) {
	if v, ok := m[old]; ok {
		return v, true
	}
	return old, false
}

// eachPara writes a paragraph that holds one value only: once, or once for each text of a list.
func (r *renderer) eachPara(o *op) {
	v, st := r.eval(o.tag, o.tag.value)
	saved, savedSt := r.each, r.eachSt
	if list, ok := asList(v); ok && st == there {
		r.eachItems(o, list)
	} else {
		r.each, r.eachSt = v, st
		r.run(o.body)
	}
	r.each, r.eachSt = saved, savedSt
}

func (r *renderer) eachItems(o *op, list []any) {
	texts := make([]any, 0, len(list))
	for _, e := range list {
		s, ok := toText(e)
		if !ok {
			r.notText(o.tag, e)
			return
		}
		texts = append(texts, s)
	}
	if len(texts) == 0 {
		return
	}
	if len(texts) > maxCopies {
		r.limit(o.tag, "copies", "“%[1]s”有 %[2]d 项，超过 %[3]d 项", "“%[1]s” has %[2]d items, more than %[3]d", o.tag.raw, len(texts), maxCopies)
		return
	}
	f := &frame{up: r.frame, item: r.frame.item, m: r.frame.m, index: r.frame.index, name: o.tag.value.path.String(), each: true}
	r.frame = f
	for i, s := range texts {
		if i == 1 {
			r.repeat++
		}
		if i > 0 && len(o.marks) > 0 { // the first has those of the copy around it
			r.bookmarks(o.marks)
		}
		r.spill()
		r.each, r.eachSt = s, there
		r.run(o.body)
	}
	if len(texts) > 1 {
		r.repeat--
	}
	r.frame = f.up
}

func (r *renderer) notText(t *tag, v any) {
	zh, en := describe(v)
	name := t.value.path.String()
	fix := problem.Fix{ZH: "指明要写出的内容，例如 {{" + name + ".名称}}", EN: "say which part of it to write, such as {{" + name + ".name}}"}
	if _, list := asList(v); list {
		fix = problem.Fix{ZH: "列表请用 {{#" + name + "}}…{{/" + name + "}}", EN: "for a list write {{#" + name + "}}…{{/" + name + "}}"}
	}
	r.report(t, problem.Finding{
		Code: "fill.value.text", Severity: problem.Fail, Path: r.pointer(&t.value.path),
		Message: problem.Tf("“%[1]s”是%[2]s，不能直接写成文字", "“%[1]s” is %[3]s and cannot be written as text", name, zh, en), Fix: fix,
	})
}

// table writes a table, or nothing when it has no row left.
func (r *renderer) table(o *op) {
	if len(o.body) != 3 {
		return
	}
	from := r.pos()
	r.hold(o.raw)
	defer r.release()
	r.run(o.body[0].body)
	rows := r.pos()
	r.holds[len(r.holds)-1].rows = rows
	r.run(o.body[1].body)
	if h := r.holds[len(r.holds)-1]; !h.met && !bytes.Contains(r.since(rows), o.raw) {
		// Ends of bookmarks that stood between the rows stay.
		rest := slices.Clone(r.since(rows))
		r.out = append(r.out[:from-r.stream.gone], rest...)
		return
	}
	r.run(o.body[2].body)
	r.run(o.alt)
}

// endsInParagraph reports whether block-level content ends in a paragraph, ends of bookmarks and comments aside.
func endsInParagraph(b []byte) bool {
	for {
		b = bytes.TrimRight(b, " \t\r\n")
		if len(b) == 0 || b[len(b)-1] != '>' {
			return false
		}
		i := bytes.LastIndexByte(b, '<')
		if i < 0 {
			return false
		}
		name := bytes.TrimPrefix(b[i+1:len(b)-1], []byte("/"))
		name = name[:indexOr(name, " \t\r\n/")]
		if j := bytes.LastIndexByte(name, ':'); j >= 0 {
			name = name[j+1:]
		}
		switch string(name) {
		case "p":
			return true
		case "bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "permStart", "permEnd", "proofErr":
			b = b[:i]
		default:
			return false
		}
	}
}

// hasBlock reports whether there is any element but ends of ranges.
func hasBlock(b []byte) bool { return endsInParagraph(b) || bytes.Contains(b, []byte("</")) }

func indexOr(b []byte, chars string) int {
	if i := bytes.IndexAny(b, chars); i >= 0 {
		return i
	}
	return len(b)
}

// unused reports names at the top of the data that the template never uses. A value that is there under two names, as
// Chinese and English labels are, counts as used when either is.
func (r *renderer) unused(data map[string]any) {
	used := map[string]bool{}
	for _, k := range r.t.tree.Kids {
		name := norm.NFC.String(k.Name)
		used[name] = true
		for _, also := range r.t.aliases[name] {
			used[also] = true
		}
	}
	for _, name := range KnownOf(data).names() {
		if !used[norm.NFC.String(name)] {
			r.diags.add(problem.Finding{
				Code: "fill.data.unused", Severity: problem.Warn, Path: "/" + name,
				Message: problem.Tf("模板没有用到数据“%[1]s”", "the template does not use “%[1]s”", name),
				Fix:     problem.Fix{ZH: "检查模板里的名称有没有写错", EN: "check the names in the template"},
			}, spot{part: 1 << 20})
		}
	}
}
