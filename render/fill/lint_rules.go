package fill

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// split tells of a tag that a comment or a tracked insertion divides.
func (l *linter) split(p *para, t *tag) {
	commented := false
	inserted, plain := false, false
	for i := range p.atoms {
		a := &p.atoms[i]
		if a.kind == atomRange && a.off > t.start && a.off < t.end && strings.HasPrefix(a.node.Name, "w:commentRange") {
			commented = true
		}
		if a.n == 0 || a.off >= t.end || a.off+a.n <= t.start {
			continue
		}
		in := false
		for k := a.in; k != nil; k = k.up {
			in = in || k.node.Name == "w:ins" || k.node.Name == "w:moveTo"
		}
		inserted, plain = inserted || in, plain || !in
	}
	if commented {
		l.warn(p, t.start, problem.Warn, problem.Finding{
			Code: "fill.lint.comment", Context: contextOf(p.text, t.span),
			Message: problem.Tf("批注的起点或终点落在标签 %[1]s 中间", "a comment begins or ends inside the tag %[1]s", t.raw),
			Fix:     problem.Fix{ZH: "删除批注，或让批注包住整个标签", EN: "delete the comment, or let it hold the whole tag"},
		})
	}
	if inserted && plain {
		l.warn(p, t.start, problem.Warn, problem.Finding{
			Code: "fill.lint.inserted", Context: contextOf(p.text, t.span),
			Message: problem.Tf("标签 %[1]s 有一部分是未接受的插入修订", "a part of the tag %[1]s is a tracked insertion", t.raw),
			Fix:     problem.Fix{ZH: "接受或拒绝修订后再用作模板", EN: "accept or reject the change"},
		})
	}
}

// mergedRows tells of a loop over rows that stand in a vertically merged cell.
func (l *linter) mergedRows(p *para, t *tag) {
	if t.kind != tagLoop || t.pair == nil || t.pair.dropped || t.pair.open != t || t.pair.table == nil {
		return
	}
	pr := t.pair
	for _, c := range gridOf(pr.first) {
		label := c.restart() && reach(pr.table, pr.first.index, c.from) > pr.last.index
		if !label && !c.goesOn() {
			continue
		}
		l.warn(p, t.start, problem.Info, problem.Finding{
			Code: "fill.lint.merge", Context: contextOf(p.text, t.span),
			Message: problem.Tf("循环 %[1]s 的行处在上下合并的单元格旁，该单元格会随行数一起拉长", "the rows of %[1]s stand beside a vertically merged cell, which grows with them", t.raw),
			Fix:     problem.Fix{ZH: "如每行应各有一格，请先拆分该单元格", EN: "split the cell if each row is to have its own"},
		})
		return
	}
}

// fieldCodes tells of tags inside field instructions, which show only once Word has updated the field.
func (l *linter) fieldCodes(w *walker) {
	if !strings.HasPrefix(l.src.root.Name, "w:") {
		return
	}
	for _, pt := range w.plain {
		if spans, _ := scan(pt.text); pt.attr || len(spans) == 0 {
			continue
		}
		l.c.diags.add(problem.Finding{
			Code: "fill.lint.field", Severity: problem.Info, Context: clip(strings.TrimSpace(pt.text), 60),
			Message: problem.T("域代码中有标签：会填写，但域的显示内容要在 Word 更新域之后才变", "a field code holds a tag: it is filled, but what the field shows changes only when Word updates it"),
			Fix:     problem.Fix{ZH: "如需直接显示，把标签写在域之外", EN: "put the tag outside the field to show it at once"},
		}, l.src.at(pt.start, pt.place))
	}
}

// elements looks for what is in the tree besides paragraphs: alternate content, pictures, fields.
func (l *linter) elements(root *docx.Node) {
	fields := map[string]*docx.Node{}
	var walk func(n *docx.Node)
	walk = func(n *docx.Node) {
		switch n.Name {
		case "mc:AlternateContent":
			l.alternatives(n)
		case "wp:inline", "wp:anchor":
			l.extent(n)
		case "w:instrText", "w:fldSimple":
			code := n.Content()
			if n.Name == "w:fldSimple" {
				code, _ = n.Attr("w:instr")
			}
			if words := strings.Fields(code); len(words) > 0 {
				kind := strings.ToUpper(words[0])
				if fields[kind] == nil {
					fields[kind] = n
				}
			}
		}
		for _, k := range n.Kids {
			walk(k)
		}
	}
	walk(root)
	tell := func(kind string, text problem.Text, fix problem.Fix) {
		if n := fields[kind]; n != nil {
			l.c.diags.add(problem.Finding{Code: "fill.lint." + strings.ToLower(kind), Severity: problem.Info, Message: text, Fix: fix}, l.spotIn(n))
		}
	}
	tell("TOC", problem.T("模板带有目录：目录的文字和页码是模板保存时的，填写后不会自动变", "the template has a table of contents: it keeps the text and page numbers that it was saved with"),
		problem.Fix{ZH: "填写后在 Word 中右键目录选“更新域”", EN: "update the field in Word after filling"})
	tell("NUMPAGES", problem.T("模板使用总页数域：PDF 中按实际页数显示，Word 打开时自行计算", "the template shows the number of pages: the PDF has the real one, Word counts for itself when it opens the file"), problem.Fix{})
}

// spotIn is the place of an element that belongs to no tag: its part, and its paragraph where the part has stories.
func (l *linter) spotIn(n *docx.Node) spot {
	place := problem.Place{Part: l.src.part.Name}
	for i, src := range l.c.srcs {
		if src != l.src {
			continue
		}
		best := 0
		for _, s := range l.c.walks[i].stories {
			for _, p := range s.paras {
				if n.Start >= p.node.Start && n.End <= p.node.End && p.node.Start >= best {
					best, place = p.node.Start, p.place
				}
			}
		}
	}
	return l.src.at(n.Start, place)
}

// alternatives compares the tags of a drawing with those of its form for older programs.
func (l *linter) alternatives(n *docx.Node) {
	fallback := n.Child("mc:Fallback")
	choice := n.Child("mc:Choice")
	if choice == nil || find(fallback, isText) == nil {
		return
	}
	a, b := tagsBelow(choice), tagsBelow(fallback)
	if maps.Equal(a, b) {
		return
	}
	var only []string
	for raw := range a {
		if a[raw] != b[raw] {
			only = append(only, raw)
		}
	}
	for raw := range b {
		if _, both := a[raw]; !both {
			only = append(only, raw)
		}
	}
	slices.Sort(only)
	l.c.diags.add(problem.Finding{
		Code: "fill.lint.fallback", Severity: problem.Warn, Found: clip(strings.Join(only, " "), 80),
		Message: problem.T("文本框的新旧两种格式里标签不一致，旧版程序与 WPS 显示的内容会不同", "the two forms of a text box, for newer and older programs, do not hold the same tags"),
		Fix:     problem.Fix{ZH: "在 Word 中删除该文本框后重新插入，再写标签", EN: "delete the text box, insert it anew in Word and type the tags again"},
	}, l.spotIn(n))
}

func isText(n *docx.Node) bool { return n != nil && n.Name == "w:t" }

// tagsBelow counts the tags of all paragraphs below n by their squashed text.
func tagsBelow(n *docx.Node) map[string]int {
	out := map[string]int{}
	var text func(*docx.Node, *strings.Builder)
	text = func(n *docx.Node, b *strings.Builder) {
		if n.Name == "w:t" {
			b.WriteString(n.Content())
		}
		for _, k := range n.Kids {
			text(k, b)
		}
	}
	var walk func(*docx.Node)
	walk = func(n *docx.Node) {
		if n.Name == "w:p" {
			var b strings.Builder
			text(n, &b)
			spans, _ := scan(b.String())
			for _, s := range spans {
				out[squash(plain(inside(b.String()[s.start:s.end])))]++
			}
			return
		}
		for _, k := range n.Kids {
			walk(k)
		}
	}
	walk(n)
	return out
}

// extent tells of a picture without size.
func (l *linter) extent(n *docx.Node) {
	e := n.Child("wp:extent")
	ok := e != nil
	for _, name := range []string{"cx", "cy"} {
		v, _ := e.Attr(name)
		size, err := strconv.Atoi(v)
		ok = ok && err == nil && size > 0
	}
	if ok {
		return
	}
	l.c.diags.add(problem.Finding{
		Code: "fill.lint.extent", Severity: problem.Warn,
		Message: problem.T("图片没有尺寸，排版时不会显示", "a picture has no size and will not show"),
		Fix:     problem.Fix{ZH: "在 Word 中重新设置图片的宽度和高度", EN: "set its width and height in Word"},
	}, l.spotIn(n))
}

// lintHeaders tells of headers and footers with tags that no section shows.
func lintHeaders(c *compiler) {
	pkg := c.t.pkg
	main := pkg.Main()
	if len(c.srcs) == 0 || c.srcs[0].part != main {
		return
	}
	even := false
	for _, part := range pkg.Related(main, "settings") {
		if root, err := part.Parse(); err == nil {
			even = on(root.Child("w:evenAndOddHeaders"))
		}
	}
	shown := map[string]bool{}
	first := map[string]bool{} // first-page headers that hold until a section shows them
	var walk func(*docx.Node)
	walk = func(n *docx.Node) {
		if n.Name != "w:sectPr" {
			for _, k := range n.Kids {
				walk(k)
			}
			return
		}
		for _, k := range n.Kids {
			if k.Name != "w:headerReference" && k.Name != "w:footerReference" {
				continue
			}
			id, _ := k.Attr("r:id")
			rel, ok := pkg.Rel(main, id)
			part := pkg.Part(rel.Target)
			if !ok || part == nil {
				continue
			}
			switch kind, _ := k.Attr("w:type"); kind {
			case "first":
				first[part.Name] = true
			case "even":
				shown[part.Name] = shown[part.Name] || even
			default:
				shown[part.Name] = true
			}
		}
		if on(n.Child("w:titlePg")) {
			maps.Copy(shown, first)
		}
	}
	walk(c.srcs[0].root)
	for i, src := range c.srcs {
		if name := src.root.Name; name != "w:hdr" && name != "w:ftr" || shown[src.part.Name] {
			continue
		}
		for _, s := range c.walks[i].stories {
			for _, p := range s.paras {
				if len(p.tags) == 0 {
					continue
				}
				c.diags.add(problem.Finding{
					Code: "fill.lint.header", Severity: problem.Warn, Context: contextOf(p.text, p.tags[0].span),
					Message: problem.T("这个页眉或页脚里有标签，但没有任何一节显示它", "this header or footer has tags, but no section shows it"),
					Fix:     problem.Fix{ZH: "检查“首页不同”“奇偶页不同”的设置，或把标签写到实际显示的页眉页脚", EN: "check “different first page” and “different odd and even pages”, or put the tags where they show"},
				}, src.at(p.node.Start+p.tags[0].start, p.place))
			}
		}
	}
}

// on reads an on-off element: present and not switched off.
func on(n *docx.Node) bool {
	return n != nil && n.Val() != "0" && n.Val() != "false" && n.Val() != "off"
}

// lintSettings tells of a document that Word opens in a compatibility mode: it breaks lines and pages as an older Word did.
func lintSettings(c *compiler) {
	pkg := c.t.pkg
	for _, part := range pkg.Related(pkg.Main(), "settings") {
		root, err := part.Parse()
		if err != nil {
			for _, f := range problem.Of(err) {
				c.diags.add(f, spot{part: len(c.srcs), place: problem.Place{Part: part.Name}})
			}
			continue
		}
		mode := 12 // Word 2007, which did not write the setting ([MS-DOCX] 2.4.1)
		compat := root.Child("w:compat")
		if compat != nil {
			for _, k := range compat.Kids {
				if name, _ := k.Attr("w:name"); k.Name == "w:compatSetting" && name == "compatibilityMode" {
					mode = atoiOr(k.Val(), mode)
				}
			}
		}
		if mode >= 15 {
			continue
		}
		c.diags.add(problem.Finding{
			Code: "fill.lint.compat", Severity: problem.Info, Found: strconv.Itoa(mode),
			Message: problem.T("文件处于兼容模式，Word 按旧版规则换行分页，与 PDF 可能略有不同", "the file is in compatibility mode: Word breaks lines and pages by older rules, perhaps not quite as the PDF does"),
			Fix:     problem.Fix{ZH: "在 Word 中“文件—信息—转换”后保存", EN: "use File, Info, Convert in Word and save"},
		}, spot{part: len(c.srcs), place: problem.Place{Part: part.Name}})
	}
}
