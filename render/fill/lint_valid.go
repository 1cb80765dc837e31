package fill

import (
	"maps"
	"slices"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// lintValid looks for what a validator of ISO/IEC 29500 finds in the template itself, and what would otherwise seem to
// come from filling: ids that are there twice, relationships that lead nowhere, properties out of order, tables and
// cells without what they must hold, ranges with one end, references to notes that do not exist.
func lintValid(c *compiler) {
	v := &validity{c: c, seen: map[string]*docx.Node{}, notes: map[string]bool{}}
	for _, src := range c.srcs {
		switch src.root.Name {
		case "w:footnotes", "w:endnotes", "w:comments":
			for _, n := range src.root.Kids {
				id, _ := n.Attr("w:id")
				v.notes[n.Name+id] = true
			}
		}
	}
	done := map[string]bool{}
	for _, src := range c.srcs {
		done[src.part.Name] = true
		v.part(src)
	}
	for i, part := range c.t.pkg.Parts() {
		if done[part.Name] || !part.XML() {
			continue
		}
		if root, err := part.Parse(); err == nil { // told elsewhere where it matters
			v.part(&source{part: part, order: len(c.srcs) + i, data: part.Data, root: root})
		}
	}
}

type validity struct {
	c      *compiler
	l      linter
	seen   map[string]*docx.Node // by part, kind and id
	notes  map[string]bool       // notes and comments that there are
	ranges map[string]int        // starts less ends
	starts map[string]*docx.Node
}

func (v *validity) tell(n *docx.Node, code, found string, text problem.Text, fix problem.Fix) {
	v.c.diags.add(problem.Finding{Code: "fill.lint." + code, Severity: problem.Warn, Found: found, Message: text, Fix: fix}, v.l.spotIn(n))
}

var saveAgain = problem.Fix{ZH: "在 Word 或 WPS 中打开，检查这一处后重新保存", EN: "open the file in Word or WPS, check this place and save it again"}

func (v *validity) part(src *source) {
	v.l = linter{c: v.c, src: src}
	v.ranges, v.starts = map[string]int{}, map[string]*docx.Node{}
	for _, r := range v.c.t.pkg.Rels(src.part) {
		if !r.External && v.c.t.pkg.Part(r.Target) == nil && !strings.EqualFold(r.Target, "NULL") && r.Target != "" {
			v.tell(src.root, "relationship", r.Target, problem.T("文件内引用的部件不存在", "the file refers to a part that it does not have"), saveAgain)
		}
	}
	v.node(src.root)
	for _, key := range slices.Sorted(maps.Keys(v.ranges)) {
		if n := v.starts[key]; v.ranges[key] != 0 && n != nil {
			id, _ := n.Attr("w:id")
			v.tell(n, "range", id, problem.T("书签或批注只有起点或只有终点", "a bookmark or comment range has one end only"),
				problem.Fix{ZH: "删除该书签或批注后重新插入", EN: "delete the bookmark or comment and insert it again"})
		}
	}
}

func (v *validity) node(n *docx.Node) {
	switch n.Name {
	case "mc:Fallback": // says again what stands in the choice, ids and all
		return
	case "w:rPr":
		v.order(n, runOrder)
	case "w:pPr":
		v.order(n, paraOrder)
	case "w:tcPr":
		v.order(n, cellOrder)
	case "w:tblPr":
		v.order(n, tableOrder)
	case "w:tc":
		last := ""
		for _, k := range n.Kids {
			if strings.HasPrefix(k.Name, "w:") && !rangeMark(k.Name) {
				last = k.Name
			}
		}
		if last != "w:p" && last != "w:sdt" && last != "w:customXml" && last != "w:ins" && last != "w:moveTo" {
			v.tell(n, "structure", "", problem.T("表格单元格不是以段落结尾，Word 可能打不开", "a table cell does not end in a paragraph; Word may refuse the file"), saveAgain)
		}
	case "w:tr":
		if find(n, func(k *docx.Node) bool { return k.Name == "w:tc" }) == nil {
			v.tell(n, "structure", "", problem.T("表格有一行没有单元格，Word 可能打不开", "a table row has no cell; Word may refuse the file"), saveAgain)
		}
	case "w:tbl":
		if find(n, func(k *docx.Node) bool { return k.Name == "w:tr" }) == nil {
			v.tell(n, "structure", "", problem.T("表格没有任何一行，Word 可能打不开", "a table has no row; Word may refuse the file"), saveAgain)
		}
	case "w:bookmarkStart", "w:commentRangeStart", "w:permStart", "w:bookmarkEnd", "w:commentRangeEnd", "w:permEnd":
		id, _ := n.Attr("w:id")
		base, isStart := strings.CutSuffix(n.Name, "Start")
		base = strings.TrimSuffix(base, "End")
		if isStart {
			v.ranges[base+id]++
		} else {
			v.ranges[base+id]--
		}
		v.starts[base+id] = n
	case "w:footnoteReference", "w:endnoteReference", "w:commentReference":
		id, _ := n.Attr("w:id")
		if !v.notes[strings.TrimSuffix(n.Name, "Reference")+id] {
			v.tell(n, "reference", id, problem.T("引用的脚注、尾注或批注不存在", "a reference leads to a note or comment that does not exist"),
				problem.Fix{ZH: "删除该引用后重新插入", EN: "delete the reference and insert it again"})
		}
	}
	v.attrs(n)
	for _, k := range n.Kids {
		v.node(k)
	}
}

func rangeMark(name string) bool {
	return strings.HasSuffix(name, "RangeStart") || strings.HasSuffix(name, "RangeEnd") || strings.HasPrefix(name, "w:bookmark") || strings.HasPrefix(name, "w:perm") || name == "w:proofErr"
}

// attrs checks relationships that an element names, and ids that must be alone of their kind.
func (v *validity) attrs(n *docx.Node) {
	for _, a := range n.Attrs {
		if !strings.HasPrefix(a.Name, "r:") || a.Value == "" || hasBrace(a.Value) {
			continue
		}
		if _, ok := v.c.t.pkg.Rel(v.l.src.part, a.Value); !ok {
			v.tell(n, "relationship", a.Value, problem.T("图片、链接或页眉页脚等引用的内容不存在", "a picture, link, header or the like refers to something that the file does not have"), saveAgain)
		}
	}
	kind, id, zh, en := "", "", "", ""
	switch n.Name {
	case "wp:docPr":
		id, _ = n.Attr("id")
		kind, zh, en = "drawing", "图形编号", "number of a drawing"
	case "w:bookmarkStart":
		if name, _ := n.Attr("w:name"); name != "" && name != "_GoBack" { // Word writes that one itself, wherever it was edited last
			v.unique(n, "bookmark name", strings.ToLower(name), name, "书签名称", "name of a bookmark")
		}
		id, _ = n.Attr("w:id")
		kind, zh, en = "bookmark", "书签编号", "number of a bookmark"
	case "w:footnote", "w:endnote", "w:comment":
		id, _ = n.Attr("w:id")
		kind, zh, en = n.Name, "脚注、尾注或批注编号", "number of a note or comment"
	case "w:sdtPr":
		id = n.Child("w:id").Val()
		kind, zh, en = "control", "内容控件编号", "number of a content control"
	}
	if id != "" {
		v.unique(n, kind, id, id, zh, en)
	}
	if id, ok := n.Attr("w14:paraId"); ok {
		v.unique(n, "paragraph", strings.ToUpper(id), id, "段落编号", "number of a paragraph")
	}
}

func (v *validity) unique(n *docx.Node, kind, id, show, zh, en string) {
	key := v.l.src.part.Name + "\x00" + kind + "\x00" + id
	if v.seen[key] == nil {
		v.seen[key] = n
		return
	}
	v.tell(n, "id", show, problem.Tf("%[1]s重复", "the %[2]s is there twice", zh, en), saveAgain)
}

// order checks that known properties stand in the order of the schema.
func (v *validity) order(n *docx.Node, order []string) {
	at := -1
	for _, k := range n.Kids {
		i := slices.Index(order, k.Name)
		if i < 0 {
			continue
		}
		if i < at {
			v.tell(n, "order", n.Name+"/"+k.Name, problem.T("格式属性的顺序不合规范，Word 可能忽略其中一些", "formatting properties stand out of order; Word may ignore some"), saveAgain)
			return
		}
		at = i
	}
}

// Orders of properties by the transitional schema of ISO/IEC 29500-4, CT_TcPr and CT_TblPr.
var (
	cellOrder  = strings.Fields("w:cnfStyle w:tcW w:gridSpan w:hMerge w:vMerge w:tcBorders w:shd w:noWrap w:tcMar w:textDirection w:tcFitText w:vAlign w:hideMark")
	tableOrder = strings.Fields("w:tblStyle w:tblpPr w:tblOverlap w:bidiVisual w:tblStyleRowBandSize w:tblStyleColBandSize w:tblW w:jc w:tblCellSpacing w:tblInd" +
		" w:tblBorders w:shd w:tblLayout w:tblCellMar w:tblLook w:tblCaption w:tblDescription")
)
