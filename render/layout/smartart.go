package layout

import (
	"fmt"
	"strconv"
	"strings"

	"tripact/render/docx"
)

// smartArt draws a SmartArt by the shapes that Word stores with it, as it last drew them; false when the file has none.
func (e *engine) smartArt(k *docx.Node, d *drawing, alt string) bool {
	id, _ := k.Attr("r:dm")
	drawn := e.smartDrawing(id)
	if drawn == nil {
		return false
	}
	root, err := docx.Parse(drawn.Data)
	if err != nil {
		return false
	}
	tree := root.Child("dsp:spTree")
	shapes := named(tree, "dsp:sp")
	if len(shapes) == 0 {
		return false
	}
	if d.node = e.addNode(Node{Kind: NodeFigure, Alt: alt}); d.node >= 0 && alt == "" {
		e.doc.Nodes = e.doc.Nodes[:len(e.doc.Nodes)-1]
		d.node = -1
	}
	if tree.Child("dsp:grpSp") != nil {
		e.warnOnce("layout.drawing", "SmartArt 中的部分图形未排出", "some shapes of a SmartArt are left out", "")
	}
	for _, sp := range shapes {
		pr := sp.Child("dsp:spPr")
		kid, x, y := placedShape(pr.Child("a:xfrm"))
		geom, _ := pr.Child("a:prstGeom").Attr("prst")
		e.dmlOutline(sp, kid, pr, geom, e.dmlBorder(sp, pr))
		d.kids = append(d.kids, childDrawing{x, y, kid})
		if text := sp.Child("dsp:txBody"); text != nil {
			area := sp.Child("dsp:txXfrm")
			if area == nil {
				area = pr.Child("a:xfrm")
			}
			box, tx, ty := placedShape(area)
			e.smartText(text, sp, box, drawn.Name)
			d.kids = append(d.kids, childDrawing{tx, ty, box})
		}
	}
	return true
}

// smartDrawing finds the part with the shapes of a SmartArt: its data name it (MS-ODRAWXML 2.6.1.1).
func (e *engine) smartDrawing(data string) *docx.Part {
	rel, ok := e.pkg.Rel(e.part, data)
	if !ok || rel.External {
		return nil
	}
	part := e.pkg.Part(rel.Target)
	if part == nil {
		return nil
	}
	root, err := docx.Parse(part.Data)
	if err != nil {
		return nil
	}
	for _, ext := range named(root.Child("dgm:extLst"), "a:ext") {
		if id, ok := ext.Child("dsp:dataModelExt").Attr("relId"); ok {
			if rel, ok := e.pkg.Rel(e.part, id); ok && !rel.External {
				return e.pkg.Part(rel.Target)
			}
		}
	}
	return nil
}

// placedShape is an empty drawing of the size of an a:xfrm, and where it stands.
func placedShape(xf *docx.Node) (d *drawing, x, y Length) {
	d = &drawing{node: -1}
	d.w, d.h = extent(xf.Child("a:ext"), "cx", "cy")
	x, _ = attrLength(xf.Child("a:off"), "x", 1)
	y, _ = attrLength(xf.Child("a:off"), "y", 1)
	return d, x, y
}

// smartText sets the text of a shape, whose paragraphs are those of DrawingML: they are laid out as Word's.
func (e *engine) smartText(body, sp *docx.Node, d *drawing, name string) {
	xml := wordText(body)
	content, err := docx.Parse(xml)
	if err != nil {
		e.warn("layout.drawing", "SmartArt 中的部分图形未排出", "some shapes of a SmartArt are left out", "")
		return
	}
	pr := body.Child("a:bodyPr")
	var inset [4]Length
	for i, side := range [...]string{"lIns", "tIns", "rIns", "bIns"} {
		if v, ok := attrLength(pr, side, 1); ok {
			inset[i] = max(0, v)
		}
	}
	vAlign, _ := pr.Attr("anchor")
	part, src := e.part, e.src
	e.part, e.src = &docx.Part{Name: name, Data: xml}, xml
	e.textBox(d, content, inset, vAlign, turnNone)
	e.part, e.src = part, src
	if c, ok := e.sheet.dmlColor(styleOf(sp).Child("a:fontRef")); ok && d.box != nil {
		d.box.light = c == 0xFFFFFF
	}
}

// wordText turns the paragraphs of a DrawingML text body into those of a Word text box.
func wordText(body *docx.Node) []byte {
	var b strings.Builder
	b.WriteString(`<w:txbxContent xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">`)
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
	for _, p := range named(body, "a:p") {
		align, _ := p.Child("a:pPr").Attr("algn")
		jc := map[string]string{"ctr": "center", "r": "right", "just": "both", "dist": "distribute"}[align]
		if jc == "" {
			jc = "left"
		}
		fmt.Fprintf(&b, `<w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:ind w:left="0" w:right="0" w:firstLine="0"/><w:jc w:val="%s"/></w:pPr>`, jc)
		for _, r := range p.Kids {
			if r.Name == "a:br" {
				b.WriteString(`<w:r><w:br/></w:r>`)
				continue
			}
			t := r.Child("a:t")
			if t == nil { // properties
				continue
			}
			b.WriteString(`<w:r><w:rPr>`)
			rpr := r.Child("a:rPr")
			if v, ok := rpr.Attr("b"); ok && isOn(v) {
				b.WriteString(`<w:b/>`)
			}
			if v, ok := rpr.Attr("i"); ok && isOn(v) {
				b.WriteString(`<w:i/>`)
			}
			if v, ok := rpr.Path("a:solidFill", "a:srgbClr").Attr("val"); ok {
				b.WriteString(`<w:color w:val="` + escape.Replace(v) + `"/>`)
			}
			size := 1800 // hundredths of a point
			if v, ok := attrInt(rpr, "sz"); ok && v > 0 {
				size = v
			}
			b.WriteString(`<w:sz w:val="` + strconv.Itoa(max(size/50, 2)) + `"/></w:rPr><w:t xml:space="preserve">` + escape.Replace(t.Content()) + `</w:t></w:r>`)
		}
		b.WriteString(`</w:p>`)
	}
	b.WriteString(`</w:txbxContent>`)
	return []byte(b.String())
}
