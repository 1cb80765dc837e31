package fill

import (
	"slices"

	"tripact/render/docx"
)

// endsSection reports whether a section of the document ends with n.
func endsSection(n *docx.Node) bool { return n.Name == "w:p" && n.Path("w:pPr", "w:sectPr") != nil }

func isBlock(n *docx.Node) bool { return n.Name == "w:p" || n.Name == "w:tbl" || n.Name == "w:sdt" }

// sections makes p repeat or show whole sections of the document.
func (l *lifter) sections(p *pair) {
	if l.wholeSections(p) {
		return
	}
	if !p.dropped {
		l.refuse(p, "%[1]s…%[2]s 要求按节重复，但没有正好包住正文的整节", "%[1]s…%[2]s repeats sections but does not hold whole sections of the body",
			"把开始标签放在该节第一段，把结束标签放在该节最后一段", "put the open tag into the first paragraph of the section and the close tag into its last", p.open.raw, p.close.raw)
	}
}

// wholeSections makes p repeat sections and reports whether its markers hold whole ones: they stand in the first and the
// last paragraph, or before, in the paragraph that ends the section above.
func (l *lifter) wholeSections(p *pair) bool {
	a := p.open.p.in
	if a.node.Name != "w:body" || p.close.p.in != a || p.open.p == p.close.p || p.els != nil && p.els.p.in != a {
		return false
	}
	kids := a.node.Kids
	i, j := slices.Index(kids, p.open.p.node), slices.Index(kids, p.close.p.node)
	if i < 0 || j < i || p.open.p.content(0, p.open.start) || p.close.p.content(p.close.end, len(p.close.p.text)+1) {
		return false
	}
	first := i
	if endsSection(kids[i]) && !p.open.p.content(0, len(p.open.p.text)+1) {
		first++
	} else {
		for first > 0 && !endsSection(kids[first-1]) {
			if first--; isBlock(kids[first]) && !l.gone[kids[first]] {
				return false
			}
		}
	}
	last := j
	for !endsSection(kids[last]) && kids[last].Name != "w:sectPr" {
		if last++; last >= len(kids) {
			return false
		}
		if k := kids[last]; isBlock(k) && !l.gone[k] && (!endsSection(k) || len(k.Kids) != 1) {
			return false
		}
	}
	from, to := kids[first].Start, kids[last].End
	if end := kids[last]; end.Name == "w:sectPr" {
		to = end.Start
		l.lastSection(p, end)
	}
	l.mark(p, p.open, from)
	if p.els != nil {
		l.mark(p, p.els, p.els.p.node.Start)
		l.markerPara(p.els)
	}
	l.mark(p, p.close, to)
	l.markerPara(p.open)
	l.markerPara(p.close)
	return true
}

// lastSection prepares the properties of the last section, which stand once at the end of the body: each copy but the
// last gets a paragraph with them. When there is no copy, what is left of the section begins no page.
func (l *lifter) lastSection(p *pair, sect *docx.Node) {
	key := &edit{}
	l.step(sect.Start, sect.Start, rankContent, func(b *builder) {
		pre := b.prefix(sect)
		b.open(key, op{kind: opStep, step: func(r *renderer, o *op) {
			for f := r.frame; f != nil; f = f.up {
				if f.tag == p.open && f.index < f.total-1 {
					r.run(o.body)
					r.sectioned = true
				}
			}
		}})
		b.lit([]byte("<" + pre + "p><" + pre + "pPr>"))
		b.lit(b.src.data[sect.Start : sect.Start+1]) // what takes effect where it begins comes once, after this
		b.source(sect.Start+1, sect.End)
		b.lit([]byte("</" + pre + "pPr></" + pre + "p>"))
		b.close(key)
	})
	p.gone = func(*builder) []op {
		return []op{{kind: opStep, step: func(r *renderer, _ *op) { r.noSection = true }}}
	}
	if sect.Open == sect.End {
		return
	}
	from, to := sect.Open, sect.Open
	for _, k := range sect.Kids { // the order of CT_SectPr
		switch k.Name {
		case "w:headerReference", "w:footerReference", "w:footnotePr", "w:endnotePr":
			from, to = k.End, k.End
		case "w:type":
			from, to = k.Start, k.End
		}
	}
	var after []byte
	if from == to { // with the byte that follows: what is empty would come once only
		to++
		after = l.src.data[from:to:to]
	}
	l.step(from, to, rankRange, func(b *builder) {
		pre := b.prefix(sect)
		raw := b.src.data[from:to:to]
		b.emit(op{kind: opStep, step: func(r *renderer, _ *op) {
			if r.noSection {
				r.out = append(r.out, "<"+pre+"type "+b.attrPrefix(pre)+`val="continuous"/>`...)
				r.out = append(r.out, after...)
			} else {
				r.out = append(r.out, raw...)
			}
		}})
	})
}

// keepSection keeps the end of a section that began before p when what p shows goes: text above must not take on the pages
// of the section below.
func (l *lifter) keepSection(p *pair, a *box) {
	if a.node.Name != "w:body" || p.els != nil {
		return
	}
	above := false
	for _, k := range a.node.Kids {
		switch {
		case k.Start >= p.to:
			return
		case k.Start < p.from:
			above = isBlock(k) && !l.gone[k] && !endsSection(k) || above && !endsSection(k)
		case endsSection(k):
			if !above {
				return
			}
			sect := k.Path("w:pPr", "w:sectPr")
			p.gone = func(b *builder) []op {
				pre := b.prefix(k)
				out := []byte("<" + pre + "p><" + pre + "pPr>")
				out = append(out, b.src.data[sect.Start:sect.End]...)
				return []op{{kind: opRaw, raw: append(out, "</"+pre+"pPr></"+pre+"p>"...)}}
			}
			return
		}
	}
}

// headerRefs makes copies of a section leave out references to the headers and footers that are in force anyway.
func headerRefs(src *source) {
	var walk func(*docx.Node)
	walk = func(n *docx.Node) {
		if n.Name == "w:headerReference" || n.Name == "w:footerReference" {
			id, _ := n.Attr("r:id")
			typ, _ := n.Attr("w:type")
			key := n.Name + typ
			src.edits = append(src.edits, edit{from: n.Start, to: n.End, rank: rankRange, kind: editStep, step: func(b *builder) {
				raw := b.src.data[n.Start:n.End:n.End]
				b.emit(op{kind: opStep, step: func(r *renderer, _ *op) {
					if r.repeat == 0 && !r.sectioned || r.headers[key] != id {
						r.out = append(r.out, raw...)
					}
					r.headers[key] = id
				}})
			}})
			return
		}
		for _, k := range n.Kids {
			walk(k)
		}
	}
	walk(src.root)
}
