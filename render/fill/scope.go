package fill

import (
	"slices"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// nameScope is where names are looked up when a template is checked: the records of a loop, then outwards.
type nameScope struct {
	up      *nameScope
	loop    bool
	node    *Name  // what the template needs here
	known   *Known // what data has here; nil when not known
	guessed bool   // the list itself is unknown: nothing inside can be judged
}

// columnScope makes the scope of the cells that a column loop repeats, which no tag of their own opens.
func (c *compiler) columnScope(src *source, p *pair, scopes map[*pair]*nameScope, root *nameScope) {
	if p == nil || p.column == nil || scopes[p] != nil {
		return
	}
	c.columnScope(src, p.up, scopes, root)
	in := p.up
	for in != nil && scopes[in] == nil {
		in = in.up
	}
	sc := scopes[in]
	if sc == nil {
		sc = root
	}
	scopes[p] = sc
	if t := p.column.pair.open; t.kind == tagLoop && t.value != nil && t.value.isPath {
		look := sc
		if q := p.column.records(); q != nil && (p.from < q.from || p.to > q.to) && len(t.value.path.parts) > 0 {
			// A row outside the records: its columns are those of a list outside them or, where there is none, in them.
			outside := p.column.up != nil
			if c.opt.Known != nil {
				outside = sc.knows(t.value.path.parts[0], c.t.aliases)
			}
			if !outside {
				look = c.scope(src, q, scopes, root)
			}
		}
		node, known, ok := c.path(src, t, t.value.path, look, KindList, "", false)
		scopes[p] = &nameScope{up: sc, loop: true, node: node, known: known, guessed: !ok || c.opt.Known != nil && known == nil}
	}
}

// knows reports whether data is known to have name in sc or around it.
func (sc *nameScope) knows(name string, also aliases) bool {
	for s := sc; s != nil; s = s.up {
		if s.guessed || s.known.has(name, also) {
			return true
		}
	}
	return false
}

// scope is where names inside p are looked up.
func (c *compiler) scope(src *source, p *pair, scopes map[*pair]*nameScope, root *nameScope) *nameScope {
	if p == nil {
		return root
	}
	c.columnScope(src, p, scopes, root)
	if scopes[p] == nil {
		sc := c.scope(src, p.up, scopes, root)
		scopes[p] = sc
		if t := p.open; !p.dropped && t.kind == tagLoop && t.value != nil && t.value.isPath {
			node, known, ok := c.path(src, t, t.value.path, sc, KindList, "", false)
			scopes[p] = &nameScope{up: sc, loop: true, node: node, known: known, guessed: !ok || c.opt.Known != nil && known == nil}
		}
	}
	return scopes[p]
}

// names records every name a template uses and checks them against what is known. It returns how many there are.
func (c *compiler) names() int {
	root := &nameScope{node: c.t.tree, known: c.opt.Known}
	n := 0
	scopes := map[*pair]*nameScope{nil: root}
	for i, src := range c.srcs {
		use := func(paras []*para) {
			for _, p := range paras {
				for _, t := range p.tags {
					n += c.use(src, t, scopes, root)
				}
			}
		}
		for _, s := range c.walks[i].stories {
			use(s.paras)
		}
		for _, p := range src.plain {
			use([]*para{p})
		}
	}
	return n
}

func (c *compiler) use(src *source, t *tag, scopes map[*pair]*nameScope, root *nameScope) int {
	in := t.in
	if t.section() && t.pair != nil {
		in = t.pair.up
	}
	if in == nil && t.p.story != nil {
		in = t.p.story.host
	}
	c.columnScope(src, in, scopes, root)
	if t.kind != tagClose && t.kind != tagElse && t.kind != tagComment && t.kind != tagBad {
		c.t.uses = append(c.t.uses, use{t, loopsAround(in)})
	}
	for in != nil && scopes[in] == nil {
		in = in.up
	}
	sc := scopes[in]
	if sc == nil {
		sc = root
	}
	inner := sc
	n := 0
	switch t.kind {
	case tagValue:
		if t.value != nil {
			n += c.operand(src, t, t.value, sc, KindValue)
		}
	case tagLoop:
		if t.value != nil && t.value.isPath {
			n++
			if inner = scopes[t.pair]; t.pair != nil && inner != nil {
				break
			}
			node, known, ok := c.path(src, t, t.value.path, sc, KindList, "", false)
			inner = &nameScope{up: sc, loop: true, node: node, known: known, guessed: !ok || c.opt.Known != nil && known == nil}
		}
	case tagNone, tagCond:
		n += c.cond(src, t, t.cond, sc)
	case tagElse, tagClose, tagComment, tagBad:
	}
	if t.section() && t.pair != nil {
		scopes[t.pair] = inner
	}
	return n
}

// loopsAround lists the open tags of the loops around what stands directly in p, innermost first.
func loopsAround(p *pair) (out []*tag) {
	for ; p != nil; p = p.up {
		open := p.open
		if p.column != nil {
			open = p.column.pair.open
		}
		if open != nil && open.kind == tagLoop && open.value != nil {
			out = append(out, open)
		}
	}
	return out
}

func (c *compiler) cond(src *source, t *tag, k *cond, sc *nameScope) int {
	if k == nil {
		return 0
	}
	n := c.cond(src, t, k.a, sc) + c.cond(src, t, k.b, sc)
	for _, o := range []*operand{k.x, k.y} {
		if o != nil {
			n += c.operand(src, t, o, sc, KindCond)
		}
	}
	return n
}

func (c *compiler) operand(src *source, t *tag, o *operand, sc *nameScope, kind Kind) int {
	if !o.isPath {
		return 0
	}
	typ, optional := "", o.optional
	for i, f := range o.filters {
		if i == 0 {
			typ = typeName(f.f.in)
		}
		optional = optional || f.f.nilToo
	}
	if kind == KindValue && t.obj != nil && typ == "" {
		typ = t.obj.typeName()
	}
	c.path(src, t, o.path, sc, kind, typ, optional)
	return 1
}

// path resolves a path in sc; ok is false where it is not known to exist and a finding says so, or cannot be judged.
func (c *compiler) path(src *source, t *tag, p path, sc *nameScope, kind Kind, typ string, optional bool) (*Name, *Known, bool) {
	at := t.p.place
	for range p.up {
		if sc.up == nil {
			c.diags.add(problem.Finding{
				Code: "fill.name.parent", Severity: problem.Fail, Context: contextOf(t.p.text, t.span),
				Message: problem.Tf("%[1]s：这里没有“上级”", "%[1]s: there is no parent here", t.raw),
				Fix:     problem.Fix{ZH: "“上级”只能用在循环内", EN: "use it inside a loop only"},
			}, src.at(t.p.node.Start+t.start, at))
			return &Name{}, nil, false
		}
		sc = sc.up
	}
	if len(p.parts) == 0 {
		return sc.node, sc.known, !sc.guessed
	}
	target := sc
	guessed := false
	for s := sc; s != nil; s = s.up {
		if s.guessed {
			guessed = true
			break
		}
		if s.known.has(p.parts[0], c.t.aliases) || s.known == nil && s != sc && s.node.find(p.parts[0]) != nil {
			target = s
			break
		}
		if s.loop && p.meta != noMeta {
			return &Name{}, nil, true
		}
	}
	node := target.node.use(p.parts, kind, typ, optional, at)
	if c.opt.Known == nil {
		return node, nil, true
	}
	if guessed || target.known == nil {
		return node, nil, false
	}
	k := target.known
	for i, part := range p.parts {
		next, ok := resolve(k.kids, part, c.t.aliases)
		if !ok {
			if len(k.kids) > 0 || i == 0 {
				c.unknown(src, t, p, i, k, sc)
			}
			return node, nil, false
		}
		k = next
	}
	return node, k, true
}

// unknown reports a name that data cannot have, with the one that was likely meant.
func (c *compiler) unknown(src *source, t *tag, p path, i int, k *Known, sc *nameScope) {
	name := p.parts[i]
	candidates := k.names()
	if i == 0 {
		candidates = nil
		for s := sc; s != nil; s = s.up {
			candidates = append(candidates, s.known.names()...)
			if s.loop {
				candidates = append(candidates, "序号", "首", "末", "总数")
			}
		}
	}
	f := problem.Finding{
		Code: "fill.name.unknown", Severity: problem.Fail, Context: contextOf(t.p.text, t.span),
		Message: problem.Tf("名称“%[1]s”不存在", "there is no name “%[1]s”", p.String()),
		Fix:     problem.Fix{ZH: "用 template fields 查看可用的名称", EN: "see the names with template fields"},
	}
	if s := nearest(name, candidates); s != "" {
		f.Fix = problem.Fix{
			ZH: "您是否要写“" + s + "”？", EN: "did you mean “" + s + "”?",
			Replace: strings.Replace(t.raw, name, s, 1),
		}
	}
	c.diags.add(f, src.at(t.p.node.Start+t.start, t.p.place))
}

// Names lists every name a template uses, as dotted paths in order of first use; names inside a list stand below its name.
func (t *Template) Names() []string {
	var out []string
	var walk func(*Name, string)
	walk = func(n *Name, prefix string) {
		for _, k := range n.Kids {
			out = append(out, prefix+k.Name)
			walk(k, prefix+k.Name+".")
		}
	}
	walk(t.tree, "")
	return slices.Clip(out)
}

// Package is the template as a Word file. Read only.
func (t *Template) Package() *docx.Package { return t.pkg }

// Schema is the tree of what the template needs. Read only.
func (t *Template) Schema() *Name { return t.tree }
