package fill

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"tripact/render/docx"
)

// numbering is what a template needs to give copies of a list numbers of their own.
type numbering struct {
	part     string
	root     *docx.Node
	nums     map[string]*docx.Node // w:num by id
	abstract map[string]*docx.Node // w:abstractNum by id
	styles   map[string]styleList  // numbering of paragraph styles, of their own or inherited
	next     int                   // the first free id, with room for what others add
}

// styleList is the list that a paragraph style puts its paragraphs into.
type styleList struct {
	id    string // w:numId
	level int
	ind   *docx.Node // w:ind of the style, which numbering of the paragraph itself would override
}

func (n *numbering) readStyles(root *docx.Node) {
	all := stylesOf(root)
	for id := range all {
		sl := styleList{level: -1}
		for up, depth := id, 0; all[up] != nil && depth < 20; up, depth = all[up].Child("w:basedOn").Val(), depth+1 {
			pr := all[up].Child("w:pPr")
			if sl.ind == nil {
				sl.ind = pr.Child("w:ind")
			}
			num := pr.Child("w:numPr")
			if lvl := num.Child("w:ilvl"); lvl != nil && sl.level < 0 {
				sl.level = atoiOr(lvl.Val(), 0)
			}
			if num := num.Child("w:numId"); num != nil && sl.id == "" {
				sl.id = num.Val()
			}
		}
		if sl.id == "" {
			continue
		}
		for _, lvl := range kidsOf(n.abstract[n.list(sl.id)], "w:lvl") {
			if lvl.Child("w:pStyle").Val() == id { // the list says which of its levels the style is
				v, _ := lvl.Attr("w:ilvl")
				sl.level = atoiOr(v, 0)
			}
		}
		sl.level = max(sl.level, 0)
		n.styles[id] = sl
	}
}

func readNumbering(p *docx.Package) *numbering {
	parts := p.Related(p.Main(), "numbering")
	if len(parts) == 0 {
		return nil
	}
	root, err := parts[0].Parse()
	if err != nil {
		return nil // the checks of the package tell
	}
	n := &numbering{part: parts[0].Name, root: root, nums: map[string]*docx.Node{}, abstract: map[string]*docx.Node{}, styles: map[string]styleList{}}
	for _, k := range root.Kids {
		switch k.Name {
		case "w:num":
			id, _ := k.Attr("w:numId")
			n.nums[id] = k
			if i, err := strconv.Atoi(id); err == nil {
				n.next = max(n.next, i)
			}
		case "w:abstractNum":
			id, _ := k.Attr("w:abstractNumId")
			n.abstract[id] = k
		}
	}
	n.next += 1000
	for _, part := range p.Related(p.Main(), "styles") {
		if root, err := part.Parse(); err == nil {
			n.readStyles(root)
		}
	}
	return n
}

// list is the abstract list behind a w:numId; "" when it is not defined, as 0 is.
func (n *numbering) list(numID string) string { return n.nums[numID].Child("w:abstractNumId").Val() }

// lists finds for each loop the lists that lie wholly inside its copy: each copy counts them anew. A single numbered
// paragraph that the loop itself repeats goes on counting (TEMPLATES 6.8a).
func (c *compiler) lists(src *source, w *walker, pairs []*pair) {
	if c.numbers == nil {
		return
	}
	type item struct {
		para  *para
		num   *docx.Node // nil where the style numbers it
		style styleList
		id    string
		level int
	}
	used := map[string][]item{} // by list
	for _, s := range w.stories {
		for _, p := range s.paras {
			if len(p.tags) > 0 && !p.content(0, len(p.text)+1) {
				continue // a marker
			}
			it := item{para: p, num: p.props.Path("w:numPr", "w:numId"), level: atoiOr(p.props.Path("w:numPr", "w:ilvl").Val(), 0)}
			if it.id = it.num.Val(); it.num == nil {
				it.style = c.numbers.styles[p.props.Child("w:pStyle").Val()]
				it.id = it.style.id
				if p.props.Path("w:numPr", "w:ilvl") == nil {
					it.level = it.style.level
				}
			}
			if list := c.numbers.list(it.id); list != "" {
				used[list] = append(used[list], it)
			}
		}
	}
	within := func(n *docx.Node, p *pair) bool { return n.Start >= p.from && n.End <= p.to }
	numbered := map[*docx.Node]bool{}
	for _, p := range pairs {
		if p.dropped || p.inline || p.column != nil || p.open.kind != tagLoop || p.from >= p.to {
			continue
		}
		for _, items := range used {
			if slices.ContainsFunc(items, func(it item) bool { return !within(it.para.node, p) }) {
				continue
			}
			top, alone := 9, true
			for _, it := range items {
				top = min(top, it.level)
			}
			count := 0
			for _, it := range items {
				if it.level > top {
					continue
				}
				count++
				for _, q := range pairs { // an inner loop repeats it
					if q != p && !q.dropped && q.open.kind == tagLoop && q.from < q.to && q.from >= p.from && q.to <= p.to && within(it.para.node, q) {
						alone = false
					}
				}
			}
			for _, it := range items {
				switch {
				case slices.Contains(p.lists, it.id) || slices.Contains(p.texts, it.id):
				case !alone || count > 1:
					p.lists = append(p.lists, it.id)
				case slices.ContainsFunc(it.para.tags, func(t *tag) bool { return t.each }):
					p.texts = append(p.texts, it.id)
				default:
					continue
				}
				if numbered[it.para.node] {
					continue
				}
				numbered[it.para.node] = true
				if it.num != nil {
					c.numberEdit(src, it.num)
				} else {
					c.styleEdit(src, it.para.props, it.style, it.level)
				}
			}
		}
		slices.Sort(p.lists)
		slices.Sort(p.texts)
	}
}

func (c *compiler) numberEdit(src *source, num *docx.Node) {
	for _, a := range num.Attrs {
		if a.Name != "w:val" {
			continue
		}
		src.edits = append(src.edits, edit{from: a.Start, to: a.End, rank: rankRange, kind: editStep, step: func(b *builder) {
			b.emit(op{kind: opStep, step: func(r *renderer, _ *op) {
				r.out = docx.AppendAttr(r.out, r.number(a.Value))
			}})
		}})
	}
}

// styleEdit puts a paragraph whose style numbers it into the list of its copy: the number stands in its own properties then,
// and the indent of the style with it, which those of the list would override.
func (c *compiler) styleEdit(src *source, props *docx.Node, style styleList, level int) {
	own := props.Child("w:numPr")
	at, indent := props.Child("w:pStyle").End, 0
	for _, k := range props.Kids { // the order of CT_PPrBase
		switch k.Name {
		case "w:pStyle", "w:keepNext", "w:keepLines", "w:pageBreakBefore", "w:framePr", "w:widowControl":
			at = k.End
		}
	}
	for _, k := range props.Kids {
		switch k.Name {
		case "w:numPr", "w:suppressLineNumbers", "w:pBdr", "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct",
			"w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing":
			indent = k.End
		}
	}
	indent = max(indent, at)
	put := func(from, to, seq int, write func(r *renderer, id string)) {
		src.edits = append(src.edits, edit{from: from, to: to, rank: rankContent, seq: seq, kind: editStep, step: func(b *builder) {
			raw := b.src.data[from:to:to]
			b.emit(op{kind: opStep, step: func(r *renderer, _ *op) {
				if id := r.number(style.id); id != style.id {
					write(r, id)
				} else {
					r.out = append(r.out, raw...)
				}
			}})
		}})
	}
	name := string(src.data[props.Start+1 : props.Open])
	p := name[:strings.IndexByte(name, ':')+1]
	attr := (&builder{}).attrPrefix(p)
	from, to := at, at
	if own != nil {
		from, to = own.Start, own.End
	}
	put(from, to, 0, func(r *renderer, id string) {
		r.out = append(r.out, "<"+p+"numPr><"+p+"ilvl "+attr+`val="`+strconv.Itoa(level)+`"/><`+p+"numId "+attr+`val="`+id+`"/></`+p+"numPr>"...)
	})
	if style.ind != nil && props.Child("w:ind") == nil {
		put(indent, indent, 1, func(r *renderer, _ string) {
			r.out = append(r.out, "<"+p+"ind"...)
			for _, a := range style.ind.Attrs {
				r.out = docx.AppendAttr(append(r.out, " "+attr+strings.TrimPrefix(a.Name, "w:")+`="`...), a.Value)
				r.out = append(r.out, '"')
			}
			r.out = append(r.out, "/>"...)
		})
	}
}

// number is what stands for the list id in the copy being written.
func (r *renderer) number(id string) string {
	each := false
	for f := r.frame; f != nil; f = f.up {
		if v, ok := f.nums[id]; ok {
			return v
		}
		each = each || f.each
		if each && f.index > 0 && f.tag != nil && slices.Contains(f.tag.pair.texts, id) {
			return r.newNumber(f, id)
		}
	}
	return id
}

func (r *renderer) newNumber(f *frame, id string) string {
	fresh := strconv.Itoa(r.t.numbers.next + len(r.nums))
	r.nums = append(r.nums, [2]string{fresh, id})
	if f.nums == nil {
		f.nums = map[string]string{}
	}
	f.nums[id] = fresh
	return fresh
}

// renumber gives the lists of a copy numbers of their own.
func (r *renderer) renumber(p *pair) {
	r.frame.nums = nil
	if p == nil || r.frame.index == 0 || len(p.lists) == 0 {
		return
	}
	for _, id := range p.lists {
		r.newNumber(r.frame, id)
	}
}

// write adds a w:num for each new list to the numbering part of out.
func (n *numbering) write(out *docx.Package, nums [][2]string) {
	part := out.Part(n.part)
	if len(nums) == 0 || part == nil {
		return
	}
	data := part.Data
	root, err := docx.Parse(data)
	if err != nil {
		return // it was well-formed when it was compiled
	}
	at := -1
	for _, k := range kidsOf(root, "w:num") {
		at = k.End
	}
	if at < 0 {
		return
	}
	var b bytes.Buffer
	b.Write(data[:at])
	byID := map[string]*docx.Node{}
	for _, k := range kidsOf(root, "w:num") {
		id, _ := k.Attr("w:numId")
		byID[id] = k
	}
	for _, num := range nums {
		src := byID[num[1]]
		if src == nil {
			continue
		}
		raw := string(data[src.Start+1 : src.Open])
		name := raw[:strings.IndexAny(raw, " \t\r\n/>")]
		w := name[:strings.IndexByte(name, ':')+1]
		attr := w
		if attr == "" {
			attr = "w:"
		}
		list := src.Child("w:abstractNumId").Val()
		b.WriteString("<" + name + " " + attr + `numId="` + num[0] + `"><` + w + `abstractNumId ` + attr + `val="` + list + `"/>`)
		overrides := kidsOf(src, "w:lvlOverride")
		for level := range 9 {
			lvl := strconv.Itoa(level)
			start := "1"
			for _, k := range kidsOf(n.abstract[list], "w:lvl") {
				if v, _ := k.Attr("w:ilvl"); v == lvl && k.Child("w:start") != nil {
					start = k.Child("w:start").Val()
				}
			}
			own := ""
			for _, o := range overrides {
				if v, _ := o.Attr("w:ilvl"); v != lvl {
					continue
				}
				if s := o.Path("w:lvl", "w:start"); s != nil {
					start = s.Val()
				}
				if s := o.Child("w:startOverride"); s != nil {
					start = s.Val()
				}
				if k := o.Child("w:lvl"); k != nil {
					own = string(data[k.Start:k.End])
				}
			}
			b.WriteString("<" + w + "lvlOverride " + attr + `ilvl="` + lvl + `"><` + w + "startOverride " + attr + `val="` + start + `"/>` + own + "</" + w + "lvlOverride>")
		}
		b.WriteString("</" + name + ">")
	}
	b.Write(data[at:])
	out.Set(n.part, b.Bytes())
}
