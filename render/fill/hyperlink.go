package fill

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// linkTarget is the address of a relationship with tags in it, as Word keeps that of a hyperlink.
type linkTarget struct {
	part *docx.Part
	rel  docx.Rel
	para *para
}

// newLinks are the relationships that filling makes of one part, and those they stand for.
type newLinks struct {
	drop []string
	add  []docx.Rel
	ids  map[string]string // by type and target
}

// links compiles the tags in addresses that a part leads to and returns how many there are.
func (c *compiler) links(src *source, w *walker) int {
	targets := map[string]*linkTarget{}
	n := 0
	for _, rel := range c.t.pkg.Rels(src.part) {
		// Word writes braces and Chinese in percent encoding; what is outside tags stays as it is.
		target := strings.NewReplacer("%7B", "{", "%7b", "{", "%7D", "}", "%7d", "}").Replace(rel.Target)
		if !rel.External || !hasBrace(target) {
			continue
		}
		t := &linkTarget{part: src.part, rel: rel, para: &para{node: &docx.Node{}, text: target, place: problem.Place{Part: src.part.Name}}}
		targets[rel.ID] = t
	}
	if len(targets) == 0 {
		return 0
	}
	var walk func(*docx.Node)
	walk = func(k *docx.Node) {
		for _, a := range k.Attrs {
			t := targets[a.Value]
			if a.Name != "r:id" || t == nil {
				continue
			}
			if t.para.tags == nil {
				for _, s := range w.stories {
					for _, p := range s.paras {
						if p.node.Start <= k.Start && k.Start < p.node.End {
							t.para.place = p.place
						}
					}
				}
				t.para.node = &docx.Node{Start: a.Start, Open: a.Start, Close: a.End, End: a.End}
				n += c.linkTags(src, t)
			}
			src.edits = append(src.edits, edit{from: a.Start, to: a.End, rank: rankRange, kind: editStep, step: func(b *builder) {
				for _, f := range b.frames {
					if p, ok := f.key.(*pair); ok {
						for _, tag := range t.para.tags {
							tag.in = p
						}
					}
				}
				b.emit(op{kind: opStep, step: func(r *renderer, _ *op) { r.link(t) }})
			}})
		}
		for _, k := range k.Kids {
			walk(k)
		}
	}
	walk(src.root)
	return n
}

func (c *compiler) linkTags(src *source, t *linkTarget) int {
	spans, _ := scan(t.para.text)
	for i, s := range spans {
		if plain, err := url.PathUnescape(t.para.text[s.start:s.end]); err == nil {
			d := len(plain) - (s.end - s.start)
			t.para.text = t.para.text[:s.start] + plain + t.para.text[s.end:]
			s.end += d
			for j := i + 1; j < len(spans); j++ {
				spans[j].start += d
				spans[j].end += d
			}
		}
		tag := c.tag(src, t.para, s)
		if tag.kind != tagValue && tag.kind != tagComment && tag.kind != tagBad {
			c.diags.add(problem.Finding{
				Code: "fill.link.tag", Severity: problem.Fail, Context: contextOf(t.para.text, s),
				Message: problem.Tf("超链接的地址里只能写值，不能写 %[1]s", "the address of a hyperlink takes values only, not %[1]s", tag.raw),
				Fix:     problem.Fix{ZH: "把循环或条件放到超链接之外", EN: "put the loop or condition around the hyperlink"},
			}, src.at(t.para.node.Start, t.para.place))
			tag.kind = tagBad
		}
		t.para.tags = append(t.para.tags, tag)
		if tag.kind == tagValue && tag.obj != nil {
			c.fault(src, tag, misplaced(tag.raw, "超链接的地址里只能写文字", "the address of a hyperlink takes text only", "把该标签放到正文的段落里", "put the tag into a paragraph"))
		}
	}
	src.plain = append(src.plain, t.para)
	return len(spans)
}

// link writes the id of a relationship that leads to the filled address.
func (r *renderer) link(t *linkTarget) {
	var target strings.Builder
	at := 0
	g := &textOp{plain: true}
	for _, tag := range t.para.tags {
		target.WriteString(t.para.text[at:tag.start])
		at = tag.end
		if tag.kind != tagValue {
			continue
		}
		saved := r.text
		r.text = nil
		r.value(g, tag)
		v := string(r.text)
		r.text = saved
		if tag.start == 0 && tag.end == len(t.para.text) {
			target.WriteString(r.address(tag, v))
		} else {
			target.WriteString(strings.ReplaceAll(url.QueryEscape(v), "+", "%20"))
		}
	}
	target.WriteString(t.para.text[at:])
	if r.links == nil {
		r.links = map[*docx.Part]*newLinks{}
	}
	l := r.links[t.part]
	if l == nil {
		l = &newLinks{ids: map[string]string{}}
		r.links[t.part] = l
		r.linked = append(r.linked, t.part)
	}
	if !slices.Contains(l.drop, t.rel.ID) {
		l.drop = append(l.drop, t.rel.ID)
	}
	key := t.rel.Type + " " + target.String()
	id, ok := l.ids[key]
	for n := len(l.ids) + 1; !ok; n++ {
		id = "rIdF" + strconv.Itoa(n)
		if _, taken := r.t.pkg.Rel(t.part, id); !taken {
			l.ids[key], ok = id, true
			l.add = append(l.add, docx.Rel{ID: id, Type: t.rel.Type, Target: target.String(), External: true})
		}
	}
	r.out = docx.AppendAttr(r.out, id)
}

// address checks an address that comes from data as a whole: nothing that runs a program.
func (r *renderer) address(t *tag, v string) string {
	v = strings.TrimSpace(v)
	scheme, _, ok := strings.Cut(v, ":")
	if ok && !strings.ContainsAny(scheme, "/?#.") {
		switch strings.ToLower(scheme) {
		case "http", "https", "mailto", "ftp", "tel":
		default:
			r.report(t, problem.Finding{
				Code: "fill.value.link", Severity: problem.Fail, Path: r.pointer(&t.value.path), Found: v,
				Message: problem.Tf("“%[1]s”不是可用的网址", "“%[1]s” is not an address that a link may have", v),
				Fix:     problem.Fix{ZH: "以 http:// 或 https:// 开头", EN: "begin it with http:// or https://"},
			})
		}
	}
	return strings.NewReplacer(" ", "%20", "\"", "%22", "<", "%3C", ">", "%3E").Replace(v)
}
