package fill

import (
	"slices"

	"tripact/problem"
	"tripact/render/docx"
)

// lintValid tells where the template itself is not as ISO/IEC 29500 wants a file to be, and what would otherwise seem to come
// from filling.
func lintValid(c *compiler) {
	for _, f := range c.t.pkg.Check() {
		text, fix, code := faultText(f)
		found := f.ID
		if found == "" {
			found = f.What
		}
		at := spot{place: problem.Place{Part: f.Part}}
		if l := (&linter{c: c, src: c.source(f.Part)}); l.src != nil && f.Node != nil {
			at = l.spotIn(f.Node)
		} else if l.src != nil {
			at = l.src.at(0, at.place)
		}
		c.diags.add(problem.Finding{Code: code, Severity: problem.Warn, Found: found, Message: text, Fix: fix}, at)
	}
}

// source is the compiled part of that name, or one that stands for a part without text; nil for the package itself.
func (c *compiler) source(name string) *source {
	for _, src := range c.srcs {
		if src.part.Name == name {
			return src
		}
	}
	parts := c.t.pkg.Parts()
	i := slices.IndexFunc(parts, func(p *docx.Part) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return &source{part: parts[i], order: len(c.srcs) + i, data: parts[i].Data}
}

// faultText says a fault in words, with what to do, and its code.
func faultText(f docx.Fault) (problem.Text, problem.Fix, string) {
	again := problem.Fix{ZH: "在 Word 或 WPS 中打开，检查这一处后重新保存", EN: "open the file in Word or WPS, check this place and save it again"}
	switch f.Kind {
	case docx.FaultOrder:
		return problem.T("格式属性的顺序不合规范，Word 可能忽略其中一些", "formatting properties stand out of order; Word may ignore some"), again, "fill.lint.order"
	case docx.FaultUnknown:
		return problem.Tf("文件里有规范不认识的内容（%[1]s），Word 可能忽略或打不开", "the file holds something that the standard does not know (%[1]s); Word may ignore it or refuse the file", f.What), again, "fill.lint.unknown"
	case docx.FaultMissing:
		return problem.Tf("文件里缺少必需的内容（%[1]s），Word 可能打不开", "the file lacks something that must be there (%[1]s); Word may refuse it", f.What), again, "fill.lint.missing"
	case docx.FaultValue:
		return problem.Tf("文件里有不合规范的值（%[1]s＝“%[2]s”），Word 可能忽略或打不开", "the file holds a value outside its range (%[1]s is “%[2]s”); Word may ignore it or refuse the file", f.What, f.ID), again, "fill.lint.value"
	case docx.FaultUnique:
		names := map[string][2]string{
			"wp:docPr id": {"图形编号", "number of a drawing"}, "w:bookmarkStart w:name": {"书签名称", "name of a bookmark"}, "w:bookmarkStart w:id": {"书签编号", "number of a bookmark"},
			"w:sdtPr/w:id": {"内容控件编号", "number of a content control"}, "w14:paraId": {"段落编号", "number of a paragraph"},
			"w:style w:styleId": {"样式编号", "number of a style"}, "w:num w:numId": {"列表编号", "number of a list"}, "w:abstractNum w:abstractNumId": {"列表编号", "number of a list"},
			"w:footnote w:id": {"脚注编号", "number of a footnote"}, "w:endnote w:id": {"尾注编号", "number of an endnote"}, "w:comment w:id": {"批注编号", "number of a comment"},
			"relationship": {"引用编号", "number of a relationship"}, "w:bookmarkEnd w:id": {"书签编号", "number of a bookmark"},
		}
		n, known := names[f.What]
		if !known { // a shape
			n = names["wp:docPr id"]
		}
		return problem.Tf("%[1]s重复", "the %[2]s is there twice", n[0], n[1]), again, "fill.lint.id"
	case docx.FaultStructure:
		switch f.What {
		case "w:tbl without w:tr":
			return problem.T("表格没有任何一行，Word 可能打不开", "a table has no row; Word may refuse the file"), again, "fill.lint.structure"
		case "w:tr without w:tc":
			return problem.T("表格有一行没有单元格，Word 可能打不开", "a table row has no cell; Word may refuse the file"), again, "fill.lint.structure"
		case "w:tc does not end in w:p":
			return problem.T("表格单元格不是以段落结尾，Word 可能打不开", "a table cell does not end in a paragraph; Word may refuse the file"), again, "fill.lint.structure"
		case "w:tr wider than w:tblGrid":
			return problem.T("表格有一行的列数比表格声明的多", "a table row has more columns than its table declares"), again, "fill.lint.structure"
		}
		return problem.Tf("文件的结构不完整（%[1]s），Word 可能打不开", "the structure of the file is not whole (%[1]s); Word may refuse it", f.What), again, "fill.lint.structure"
	case docx.FaultRange:
		return problem.T("书签或批注只有起点或只有终点", "a bookmark or comment range has one end only"),
			problem.Fix{ZH: "删除该书签或批注后重新插入", EN: "delete the bookmark or comment and insert it again"}, "fill.lint.range"
	case docx.FaultReference:
		if f.What == "w:numId" {
			return problem.T("段落引用的列表不存在，编号不会显示", "a paragraph refers to a list that does not exist; it shows no number"),
				problem.Fix{ZH: "重新设置该段的编号", EN: "set the numbering of the paragraph again"}, "fill.lint.reference"
		}
		return problem.T("引用的脚注、尾注或批注不存在", "a reference leads to a note or comment that does not exist"),
			problem.Fix{ZH: "删除该引用后重新插入", EN: "delete the reference and insert it again"}, "fill.lint.reference"
	case docx.FaultRelationship:
		if f.What == "target" {
			return problem.T("文件内引用的部件不存在", "the file refers to a part that it does not have"), again, "fill.lint.relationship"
		}
		return problem.T("图片、链接或页眉页脚等引用的内容不存在", "a picture, link, header or the like refers to something that the file does not have"), again, "fill.lint.relationship"
	case docx.FaultPart:
	}
	return problem.Tf("文件内的一个部件不可用（%[1]s）", "a part of the file cannot be used (%[1]s)", f.What), again, "fill.lint.structure"
}
