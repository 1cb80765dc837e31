package fill

import (
	"regexp"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

type linter struct {
	c        *compiler
	src      *source
	revision *docx.Node
	changes  int
}

func (l *linter) warn(p *para, off int, sev problem.Severity, f problem.Finding) {
	f.Severity = sev
	l.c.diags.add(f, l.src.at(p.node.Start+off, p.place))
}

// nearTag finds marks of other template engines and single braces.
var nearTag = regexp.MustCompile(`\$\{([^{}]{1,30})\}|\{([^{}]{1,30})\}|｛([^{}｛｝]{1,30})｝|【([^【】]{1,30})】|«([^«»]{1,30})»|<<([^<>]{1,30})>>|《\{([^{}]{1,30})\}》`)

func (l *linter) para(p *para) {
	l.near(p)
	for _, t := range p.tags {
		l.tag(p, t)
		l.split(p, t)
		l.mergedRows(p, t)
	}
	if len(p.tags) == 0 {
		return
	}
	for b := p.in; b != nil; b = b.up {
		if b.kind != boxRow {
			continue
		}
		h := b.node.Path("w:trPr", "w:trHeight")
		if rule, _ := h.Attr("w:hRule"); rule != "exact" {
			continue
		}
		for _, t := range p.tags {
			if t.kind == tagValue {
				l.warn(p, t.start, problem.Warn, problem.Finding{
					Code: "fill.lint.height", Context: contextOf(p.text, t.span),
					Message: problem.T("表格行高为固定值，内容较长时会被截断", "the row has an exact height: longer values are cut off"),
					Fix:     problem.Fix{ZH: "在表格属性中把行高改为“最小值”", EN: "set the row height to “at least” in the table properties"},
				})
				break
			}
		}
		break
	}
}

func (l *linter) near(p *para) {
	if !strings.ContainsAny(p.text, "{｛【«<") {
		return
	}
	for _, m := range nearTag.FindAllStringSubmatchIndex(p.text, -1) {
		inTag := false
		for _, t := range p.tags {
			inTag = inTag || m[0] < t.end && m[1] > t.start
		}
		if inTag {
			continue
		}
		name := ""
		for i := 2; i < len(m); i += 2 {
			if m[i] >= 0 {
				name = squash(plain(p.text[m[i]:m[i+1]]))
			}
		}
		if !l.named(name) {
			continue
		}
		s := span{m[0], m[1]}
		l.warn(p, m[0], problem.Warn, problem.Finding{
			Code: "fill.lint.near", Context: contextOf(p.text, s), Found: p.text[m[0]:m[1]],
			Message: problem.Tf("“%[1]s”看起来像标签，但不会被填写", "“%[1]s” looks like a tag but is not filled", p.text[m[0]:m[1]]),
			Fix:     problem.Fix{ZH: "如果是标签，请写成 {{" + name + "}}", EN: "if it is a tag, write {{" + name + "}}", Replace: "{{" + name + "}}"},
		})
	}
}

// named reports whether a word can be the name of something: one that is known, or any name where nothing is known.
func (l *linter) named(name string) bool {
	o, ft := parseValue(name)
	if ft != nil || !o.isPath || len(o.path.parts) == 0 {
		return false
	}
	k := l.c.opt.Known
	if k == nil {
		return len(name) < 40
	}
	return k.anywhere(o.path.parts[0], 0)
}

func (k *Known) anywhere(name string, depth int) bool {
	if depth > 8 {
		return false
	}
	if k.has(name, nil) {
		return true
	}
	for _, kid := range k.kids {
		if kid.anywhere(name, depth+1) {
			return true
		}
	}
	return false
}

// tag looks at how a tag is set in its paragraph.
func (l *linter) tag(p *para, t *tag) {
	formats := map[string]bool{}
	hidden := false
	for i := range p.atoms {
		a := &p.atoms[i]
		if a.kind != atomText || a.off >= t.end || a.off+a.n <= t.start || a.n == 0 {
			if a.kind == atomRaw && a.node.Name == "w:del" && a.off > t.start && a.off < t.end {
				l.warn(p, t.start, problem.Warn, problem.Finding{
					Code: "fill.lint.deleted", Context: contextOf(p.text, t.span),
					Message: problem.Tf("标签 %[1]s 中间有未接受的删除修订", "the tag %[1]s holds a tracked deletion", t.raw),
					Fix:     problem.Fix{ZH: "接受或拒绝修订后再用作模板", EN: "accept or reject the change"},
				})
			}
			continue
		}
		pr := a.in.node.Child("w:rPr")
		formats[formatOf(pr)] = true
		hidden = hidden || l.hidden(p, pr)
	}
	if len(formats) > 1 && t.kind == tagValue {
		l.warn(p, t.start, problem.Warn, problem.Finding{
			Code: "fill.lint.format", Context: contextOf(p.text, t.span),
			Message: problem.Tf("标签 %[1]s 内的字体格式不一致，填写的内容将用“{{”处的格式", "the tag %[1]s mixes formats; its value takes that of its “{{”", t.raw),
			Fix:     problem.Fix{ZH: "选中整个标签，统一设置格式", EN: "select the whole tag and format it alike"},
		})
	}
	if hidden && t.kind == tagValue {
		l.warn(p, t.start, problem.Warn, problem.Finding{
			Code: "fill.lint.hidden", Context: contextOf(p.text, t.span),
			Message: problem.Tf("标签 %[1]s 设为隐藏文字，填写的内容不会显示", "the tag %[1]s is hidden text; its value will not show", t.raw),
			Fix:     problem.Fix{ZH: "取消“隐藏”格式", EN: "clear the hidden format"},
		})
	}
}

// hidden reports whether a run with the properties pr in p does not show: by its own properties, else by its character style,
// else by the style of the paragraph.
func (l *linter) hidden(p *para, pr *docx.Node) bool {
	if v := pr.Child("w:vanish"); v != nil {
		return on(v)
	}
	if l.src.styles == nil {
		return false
	}
	return l.src.styles.hidden[pr.Child("w:rStyle").Val()] || l.src.styles.hidden[p.props.Child("w:pStyle").Val()]
}

// formatOf describes run properties without what editors change by themselves: language, proofing, font hints.
func formatOf(pr *docx.Node) string {
	if pr == nil {
		return ""
	}
	var b strings.Builder
	for _, k := range pr.Kids {
		switch k.Name {
		case "w:lang", "w:noProof", "w:kern", "w:szCs", "w:bCs", "w:iCs":
			continue
		}
		var attrs strings.Builder
		for _, a := range k.Attrs {
			if a.Name != "w:hint" {
				attrs.WriteString(a.Name + "=" + a.Value + " ")
			}
		}
		if k.Name == "w:rFonts" && attrs.Len() == 0 {
			continue
		}
		b.WriteString(k.Name + " " + attrs.String() + ";")
	}
	return b.String()
}

// tree counts tracked changes.
func (l *linter) tree(n *docx.Node) {
	switch n.Name {
	case "w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:rPrChange", "w:pPrChange":
		if l.revision == nil {
			l.revision = n
		}
		l.changes++
	}
	for _, k := range n.Kids {
		l.tree(k)
	}
}

func (l *linter) revisions() {
	if l.revision == nil {
		return
	}
	l.c.diags.add(problem.Finding{
		Code: "fill.lint.revisions", Severity: problem.Warn,
		Message: problem.Tf("模板里有 %[1]d 处未接受的修订，会原样带入每份文件", "the template has %[1]d tracked changes, which go into every document", l.changes),
		Fix:     problem.Fix{ZH: "在“审阅”中接受或拒绝所有修订", EN: "accept or reject all changes under Review"},
	}, l.src.at(l.revision.Start, problem.Place{Part: l.src.part.Name}))
}
