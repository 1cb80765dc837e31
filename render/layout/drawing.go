package layout

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // sizes of pictures
	_ "image/png"
	"math"
	"strconv"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// drawing is a picture, shape or text box, placed inline or anchored.
type drawing struct {
	w, h    Length
	picture *Picture // relative to the drawing's corner
	fills   []Fill
	rules   []Rule
	paths   []Path
	texts   []Text // of word art
	ruby    []Text // of a phonetic guide: the base text and what stands above it, from its baseline
	depth   Length // of the base text below the baseline
	asText  bool   // as high as text of its run: a line above notes
	box     *textBox
	anchor  *anchor // nil when inline
	kids    []childDrawing
	node    int32
}

// childDrawing is a part of a group.
type childDrawing struct {
	x, y Length
	d    *drawing
}

// textBox is the text inside a shape.
type textBox struct {
	blocks []block
	inset  [4]Length // left top right bottom
	vAlign string
	turn   turn
	light  bool   // its text is white where nothing else is said
	height Length // across its lines
}

// drawing reads w:drawing, w:pict and w:object.
func (e *engine) drawing(k *docx.Node, cs *charStyle) {
	switch k.Name {
	case "w:drawing":
		some := false
		for _, n := range k.Kids {
			switch n.Name {
			case "wp:inline", "wp:anchor":
				some = true
				if d := e.dml(n); d != nil {
					e.addDrawing(d, cs)
				}
			}
		}
		if !some {
			e.brokenDrawing()
		}
	case "w:pict", "w:object":
		if len(k.Kids) == 0 {
			e.brokenDrawing()
			return
		}
		if k.Name == "w:object" {
			e.warnOnce("layout.object", "嵌入对象按其预览图排出", "an embedded object is shown by its preview picture", "")
		}
		e.vml(k, cs)
	}
}

// addDrawing puts a drawing into the paragraph: an inline one as an item, an anchored one beside it.
func (e *engine) addDrawing(d *drawing, cs *charStyle) {
	if d.anchor != nil {
		e.anchored = append(e.anchored, d)
		return
	}
	e.objects = append(e.objects, d)
	e.items = append(e.items, item{
		st: cs, cls: clsObject, extra: int32(len(e.objects) - 1), off: int32(len(e.text)), w: int32(min(d.w, maxLength)), link: e.link, slot: slotASCII,
	})
}

// brokenDrawing tells of a drawing that lacks what it consists of.
func (e *engine) brokenDrawing() {
	e.warn("layout.drawing", "图形已损坏，没有内容，未排出", "the drawing is damaged, it has no content and is left out", "")
}

// maySee tells of a drawing that is placed at x, y of a page where it cannot be seen, or not all of an inline one.
func (e *engine) maySee(d *drawing, p *Page, x, y Length, place problem.Place) {
	if p.Width <= 0 || d.w <= 0 && d.h <= 0 {
		return
	}
	switch inline := d.anchor == nil; {
	case d.w > p.Width*3/2 || d.h > p.Height*3/2, inline && (x < -Point || x+d.w > p.Width+Point || y+d.h > p.Height+Point):
		e.warnAt(place, "layout.drawing.size", "图形比纸张大，超出部分看不见", "the drawing is larger than the page, a part of it cannot be seen",
			fmt.Sprintf("%d × %d mm", d.w/MM, d.h/MM))
	case x > p.Width || x+d.w < 0 || y > p.Height || y+d.h < 0:
		e.warnAt(place, "layout.text.outside", "图形在纸张之外，看不见", "the drawing lies beyond the edge of the page and cannot be seen", "")
	}
}

// extent reads cx and cy in EMU.
func extent(n *docx.Node, cx, cy string) (w, h Length) {
	w, _ = attrLength(n, cx, 1)
	h, _ = attrLength(n, cy, 1)
	return max(0, w), max(0, h)
}

// dml reads a DrawingML inline or anchor.
func (e *engine) dml(n *docx.Node) *drawing {
	d := &drawing{node: -1}
	d.w, d.h = extent(n.Child("wp:extent"), "cx", "cy")
	pr := n.Child("wp:docPr")
	if hidden, ok := pr.Attr("hidden"); ok && isOn(hidden) {
		return nil
	}
	alt, _ := pr.Attr("descr")
	if alt == "" {
		alt, _ = pr.Attr("title")
	}
	if n.Name == "wp:anchor" {
		d.anchor = e.readAnchor(n)
	}
	data := n.Path("a:graphic", "a:graphicData")
	if data == nil || len(data.Kids) == 0 {
		e.brokenDrawing()
		return nil
	}
	for _, k := range data.Kids {
		e.dmlShape(k, d, alt, 0)
	}
	if d.picture == nil && d.box == nil && len(d.fills)+len(d.rules)+len(d.paths)+len(d.kids) == 0 && d.node < 0 {
		return d.orNothing()
	}
	return d
}

// orNothing keeps the room of an inline drawing that shows nothing.
func (d *drawing) orNothing() *drawing {
	if d.anchor != nil {
		return nil
	}
	return d
}

func (e *engine) dmlShape(k *docx.Node, d *drawing, alt string, depth int) {
	if depth > maxBlockDepth {
		e.tooDeep()
		return
	}
	switch k.Name {
	case "pic:pic":
		e.dmlPicture(k, d, alt)
	case "wps:wsp":
		e.dmlWSP(k, d, alt)
	case "wpg:wgp", "wpg:grpSp":
		e.dmlGroup(k, d, alt, depth)
	case "":
	case "dgm:relIds":
		if e.smartArt(k, d, alt) {
			return
		}
		fallthrough
	default:
		what := k.Name
		if i := strings.IndexByte(what, ':'); i >= 0 {
			what = what[i+1:]
		}
		e.warn("layout.drawing", "不支持的图形（图表、SmartArt 等），未排出", "a drawing of this kind (chart, SmartArt …) is not supported and is left out", what)
	}
}

func (e *engine) dmlPicture(k *docx.Node, d *drawing, alt string) {
	blip := k.Path("pic:blipFill", "a:blip")
	id, ok := blip.Attr("r:embed")
	if !ok {
		e.warn("layout.picture.link", "图片只有链接、没有嵌入，未排出", "the picture is linked and not embedded, it is left out", "")
		return
	}
	d.picture = e.picture(id, d.w, d.h, alt)
	d.node = e.addNode(Node{Kind: NodeFigure, Alt: alt})
	if d.picture != nil {
		d.picture.Node = d.node
		d.picture.Crop = cropOf(k.Path("pic:blipFill", "a:srcRect"))
		xf := k.Path("pic:spPr", "a:xfrm")
		d.picture.Turn = angleOf(xf)
		d.picture.FlipX, d.picture.FlipY = flips(xf, "flipH"), flips(xf, "flipV")
	}
	e.outline(d, k.Child("pic:spPr"))
	if d.anchor == nil && d.picture != nil && d.picture.Turn != 0 {
		d.roomTurned(d.picture.Turn)
	}
}

// wholeTurn is 360° in 1/60,000 of a degree.
const wholeTurn = 360 * 60000

// angleOf is the clockwise turn that an a:xfrm asks for, in 1/60,000 of a degree from 0 to less than a whole turn.
func angleOf(xf *docx.Node) int {
	v, _ := xf.Attr("rot")
	rot, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
	if err != nil {
		return 0
	}
	return int((rot%wholeTurn + wholeTurn) % wholeTurn)
}

// flips reads flipH or flipV.
func flips(xf *docx.Node, name string) bool {
	v, ok := xf.Attr(name)
	return ok && isOn(v)
}

// roomTurned makes an inline drawing as large as what it shows becomes when turned, and puts that in its middle.
func (d *drawing) roomTurned(turn int) {
	sin, cos := math.Sincos(float64(turn) / 60000 * math.Pi / 180)
	w := scaled(float64(d.w), math.Abs(cos)) + scaled(float64(d.h), math.Abs(sin))
	h := scaled(float64(d.w), math.Abs(sin)) + scaled(float64(d.h), math.Abs(cos))
	inner := *d
	*d = drawing{w: w, h: h, node: d.node, kids: []childDrawing{{(w - inner.w) / 2, (h - inner.h) / 2, &inner}}}
}

// cropOf reads an a:srcRect: 1/1000 of a percent at each side, negative where blank is added. A rectangle that leaves
// nothing of the image counts for nothing.
func cropOf(src *docx.Node) (crop [4]int) {
	const whole = 100_000
	for i, name := range []string{"l", "t", "r", "b"} {
		v, _ := src.Attr(name)
		if p, ok := strings.CutSuffix(v, "%"); ok {
			n, _ := parseInt(p)
			crop[i] = max(-whole, min(n, whole)) * (whole / 100)
		} else if n, ok := parseInt(v); ok {
			crop[i] = n
		}
		crop[i] = max(-whole, min(crop[i], whole))
	}
	if crop[0]+crop[2] > whole*99/100 || crop[1]+crop[3] > whole*99/100 {
		return [4]int{}
	}
	return crop
}

// picture loads an embedded image.
func (e *engine) picture(id string, w, h Length, alt string) *Picture {
	rel, ok := e.pkg.Rel(e.part, id)
	if !ok || rel.External {
		e.warn("layout.picture.link", "图片只有链接、没有嵌入，未排出", "the picture is linked and not embedded, it is left out", id)
		return nil
	}
	if w <= 0 || h <= 0 {
		e.warn("layout.drawing.size", "图片没有尺寸，未排出", "the picture has no size, it is left out", rel.Target)
		return nil
	}
	part := e.pkg.Part(rel.Target)
	if part == nil {
		e.warn("layout.picture.missing", "图片文件缺失，未排出", "the picture file is missing", rel.Target)
		return nil
	}
	data := part.Data
	made := e.bitmaps[part.Name]
	if made == nil {
		out, ok, err := asPNG(data)
		if errors.Is(err, errTooLarge) {
			e.tooManyPixels(part.Name)
			return nil
		}
		if ok && err == nil {
			if e.bitmaps == nil {
				e.bitmaps = map[string][]byte{}
			}
			made, e.bitmaps[part.Name] = out, out
		}
	}
	if made != nil {
		data = made
	}
	var mime string
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		mime = "image/png"
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		mime = "image/jpeg"
	default:
		e.warnFix("layout.picture.format", part.Name, problem.T("只支持 PNG、JPEG、GIF 和 BMP 图片，此图未排出", "only PNG, JPEG, GIF and BMP pictures are supported, this one is left out"),
			problem.Fix{ZH: "将图片另存为 PNG 或 JPEG 后重新插入", EN: "save the picture as PNG or JPEG and insert it again"})
		return nil
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	var whole bool
	if mime == "image/png" {
		whole = wholePNG(data)
	} else {
		_, whole = JPEGFrame(data)
	}
	switch {
	case err != nil || !whole:
		e.warnFix("layout.picture.format", part.Name, problem.T("图片文件已损坏，此图未排出", "the picture file is damaged, it is left out"),
			problem.Fix{ZH: "重新插入图片", EN: "insert the picture again"})
		return nil
	case c.Width <= 0 || c.Height <= 0 || c.Width > maxPixels/c.Height:
		e.tooManyPixels(fmt.Sprintf("%d × %d", c.Width, c.Height))
		return nil
	case c.ColorModel == color.CMYKModel && c.Width*c.Height > MaxProgressive: // it has to be decoded
		e.warnFix("layout.picture.size", fmt.Sprintf("%d × %d", c.Width, c.Height), problem.Tf("印刷色（CMYK）图片超过 %d 百万像素，未排出", "the picture in print colours (CMYK) has more than %d megapixels, it is left out", MaxProgressive>>20),
			problem.Fix{ZH: "将图片另存为 RGB 颜色的 JPEG 后重新插入", EN: "save the picture as a JPEG in RGB colours and insert it again"})
		return nil
	case c.Width*c.Height > muchPixels:
		e.warnFix("layout.picture.size", fmt.Sprintf("%d × %d", c.Width, c.Height), problem.Tf("图片超过 %d 百万像素，文件会很大", "the picture has more than %d megapixels, the file becomes large", muchPixels>>20),
			problem.Fix{ZH: "将图片缩小后重新插入：打印只需每英寸 300 像素", EN: "make the picture smaller and insert it again: print needs 300 pixels an inch"})
	}
	return &Picture{W: w, H: h, Data: data, MIME: mime, Alt: alt}
}

// tooManyPixels tells of a picture that is left out.
func (e *engine) tooManyPixels(found string) {
	e.warnFix("layout.picture.size", found, problem.Tf("图片超过 %d 百万像素，未排出", "the picture has more than %d megapixels, it is left out", maxPixels>>20),
		problem.Fix{ZH: "将图片缩小后重新插入：打印只需每英寸 300 像素", EN: "make the picture smaller and insert it again: print needs 300 pixels an inch"})
}

// Bounds of pictures, in pixels: what render/pdf takes, and what is more than any page of an office needs.
const (
	maxPixels  = 64 << 20
	muchPixels = 32 << 20
)

// warnFix is warn with a remedy, once for each thing found.
func (e *engine) warnFix(code, found string, message problem.Text, fix problem.Fix) {
	e.told++
	if e.muted > 0 || e.said[code+found] {
		return
	}
	e.said[code+found] = true
	e.tell(problem.Finding{Code: code, Severity: problem.Warn, Place: ptr(e.place), Found: found, Message: message, Fix: fix})
}

func ptr[T any](v T) *T { return &v }

// outline draws the border of a rectangle whose spPr has a line.
func (e *engine) outline(d *drawing, sp *docx.Node) {
	ln := sp.Child("a:ln")
	if ln == nil || ln.Child("a:noFill") != nil || ln.Child("a:solidFill") == nil {
		return
	}
	b := e.sheet.dmlLine(ln)
	d.rules = b.hline(d.rules, 0, d.w, 0, 1, -1)
	d.rules = b.hline(d.rules, 0, d.w, d.h, -1, -1)
	d.rules = b.vline(d.rules, 0, 0, d.h, 1, -1)
	d.rules = b.vline(d.rules, d.w, 0, d.h, -1, -1)
}

// dmlLine turns a:ln into a border: width, colour, compound type and dash.
func (s *sheet) dmlLine(ln *docx.Node) border {
	b := border{set: true, style: "single", width: 9525}
	if v, ok := attrLength(ln, "w", 1); ok && v > 0 {
		b.width = min(v, 100*Point)
	}
	b.color, _ = s.dmlColor(ln.Child("a:solidFill"))
	switch c, _ := ln.Attr("cmpd"); c {
	case "dbl":
		b.width /= 3
		b.style = "double"
	case "thickThin":
		b.style = "dmlThickThin"
	case "thinThick":
		b.style = "dmlThinThick"
	case "tri":
		b.width /= 5
		b.style = "triple"
	}
	switch d, _ := ln.Child("a:prstDash").Attr("val"); d {
	case "dash", "sysDash", "lgDash":
		b.style = "dashed"
	case "dot", "sysDot":
		b.style = "dotted"
	case "dashDot", "lgDashDot", "sysDashDot":
		b.style = "dotDash"
	case "lgDashDotDot", "sysDashDotDot":
		b.style = "dotDotDash"
	}
	return b
}

// dmlColor reads the colour of a fill or of a reference to a theme's style.
func (s *sheet) dmlColor(fill *docx.Node) (Color, bool) {
	if fill == nil {
		return 0, false
	}
	for _, k := range fill.Kids {
		var c Color
		ok := true
		v, _ := k.Attr("val")
		switch k.Name {
		case "a:srgbClr":
			c, ok = parseColor(v)
		case "a:sysClr":
			last, _ := k.Attr("lastClr")
			c, ok = parseColor(last)
		case "a:prstClr":
			c, ok = vmlColor(v)
		case "a:schemeClr":
			c = s.themeColor(v)
		default:
			continue
		}
		return varied(c, k), ok
	}
	return 0, false
}

// themeColor is a colour of the document's theme, or of Office's where the document has none.
func (s *sheet) themeColor(name string) Color {
	switch name {
	case "bg1":
		name = "lt1"
	case "tx1":
		name = "dk1"
	case "bg2":
		name = "lt2"
	case "tx2":
		name = "dk2"
	}
	if c, ok := s.colors[name]; ok {
		return c
	}
	switch name {
	case "lt1":
		return 0xFFFFFF
	case "lt2":
		return 0xE7E6E6
	case "dk2":
		return 0x44546A
	case "accent1":
		return 0x4472C4
	case "accent2":
		return 0xED7D31
	case "accent3":
		return 0xA5A5A5
	case "accent4":
		return 0xFFC000
	case "accent5":
		return 0x5B9BD5
	case "accent6":
		return 0x70AD47
	}
	return 0
}

// varied applies the variations of a colour that k asks for: lighter and darker, and see-through as on white paper.
func varied(c Color, k *docx.Node) Color {
	for _, v := range k.Kids {
		f, ok := attrInt(v, "val")
		if !ok {
			continue
		}
		part := max(0, min(float64(f)/100000, 2))
		each := func(f func(x float64) float64) {
			var out Color
			for _, shift := range [...]uint{16, 8, 0} {
				x := max(0, min(f(float64(c>>shift&0xFF)/255), 1))
				out |= Color(math.Round(x*255)) << shift
			}
			c = out
		}
		// Shades and tints mix in linear light (ECMA-376 20.1.2.3.31 and .34).
		linear := func(f func(x float64) float64) {
			each(func(x float64) float64 { return fromLinear(f(toLinear(x))) })
		}
		switch v.Name {
		case "a:shade":
			linear(func(x float64) float64 { return x * part })
		case "a:tint":
			linear(func(x float64) float64 { return 1 - float64((1-x)*part) })
		case "a:alpha":
			c = mixWhite(c, part)
		case "a:lumMod": // with lumOff: lightness in HSL; scaling each channel towards black keeps the hue
			each(func(x float64) float64 { return x * part })
		case "a:lumOff":
			each(func(x float64) float64 { return x + part })
		}
	}
	return c
}

// toLinear and fromLinear turn a channel of sRGB into light and back (IEC 61966-2-1).
func toLinear(x float64) float64 {
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

func fromLinear(x float64) float64 {
	if x <= 0.0031308 {
		return max(0, x) * 12.92
	}
	return float64(1.055*math.Pow(x, 1/2.4)) - 0.055
}

// dmlWSP reads a shape: straight line, rectangle, text box.
func (e *engine) dmlWSP(k *docx.Node, d *drawing, alt string) {
	sp := k.Child("wps:spPr")
	geom, _ := sp.Child("a:prstGeom").Attr("prst")
	b := e.dmlBorder(k, sp)
	d.node = e.addNode(Node{Kind: NodeFigure, Alt: alt})
	if d.node >= 0 && alt == "" { // a line or frame without a description is decoration
		e.doc.Nodes = e.doc.Nodes[:len(e.doc.Nodes)-1]
		d.node = -1
	}
	e.dmlOutline(k, d, sp, geom, b)
	if txbx := k.Path("wps:txbx", "w:txbxContent"); txbx != nil {
		body := k.Child("wps:bodyPr")
		inset := [4]Length{91440, 45720, 91440, 45720}
		for i, name := range []string{"lIns", "tIns", "rIns", "bIns"} {
			if v, ok := attrLength(body, name, 1); ok {
				inset[i] = max(0, v)
			}
		}
		v, _ := body.Attr("anchor")
		var t turn
		switch dir, _ := body.Attr("vert"); dir {
		case "", "horz":
		case "vert":
			t = turnDown
		case "vert270":
			t = turnUp
		case "eaVert":
			t = turnUpright
		default:
			e.warn("layout.text.direction", "不支持文本框的这种文字方向，按横排处理", "this text direction of a text box is not supported, its text runs horizontally", dir)
		}
		fit := body.Child("a:spAutoFit") != nil && t == turnNone
		if wrap, _ := body.Attr("wrap"); wrap == "none" && fit {
			e.fitWidth(d, txbx, inset)
		}
		e.textBox(d, txbx, inset, v, t)
		e.boxFull(d, fit, t)
		if c, ok := e.sheet.dmlColor(styleOf(k).Child("a:fontRef")); ok && d.box != nil {
			d.box.light = c == 0xFFFFFF
		}
		if angleOf(sp.Child("a:xfrm")) != 0 {
			e.warnOnce("layout.shape.turned", "旋转图形中的文字按未旋转排出", "text in a turned shape stands upright", "")
		}
		if fit && d.box != nil {
			d.h = d.box.height + inset[1] + inset[3]
		}
	}
}

// straight draws a line across the drawing, from its lower left corner when it rises, else from its upper left one. A
// slanted line is a single one of the border's width.
func (d *drawing) straight(b border, rising bool) {
	const flat = Point
	switch {
	case d.h <= flat || d.h*50 < d.w:
		d.rules = b.centredH(d.rules, 0, d.w, d.h/2)
	case d.w <= flat || d.w*50 < d.h:
		d.rules = b.centredV(d.rules, d.w/2, 0, d.h)
	default:
		d.rules = b.slanted(d.rules, 0, 0, d.w, d.h, rising)
	}
}

// slanted draws a border as a line between opposite corners.
func (b border) slanted(out []Rule, x1, y1, x2, y2 Length, rising bool) []Rule {
	if !b.visible() {
		return out
	}
	if rising {
		y1, y2 = y2, y1
	}
	return append(out, Rule{X1: x1, Y1: y1, X2: x2, Y2: y2, Width: b.width, Color: b.color, Dash: b.dash(), Node: -1})
}

// centredH draws a border as a horizontal line about y.
func (b border) centredH(out []Rule, x1, x2, y Length) []Rule {
	_, t := b.strokes()
	return b.hline(out, x1, x2, y-t/2, 1, -1)
}

func (b border) centredV(out []Rule, x, y1, y2 Length) []Rule {
	_, t := b.strokes()
	return b.vline(out, x-t/2, y1, y2, 1, -1)
}

// styleOf is what a shape says about the theme's styles.
func styleOf(k *docx.Node) *docx.Node {
	for _, c := range k.Kids {
		if c.Name == "wps:style" || c.Name == "dsp:style" {
			return c
		}
	}
	return nil
}

// dmlBorder is the line of a shape: its own, or that of the theme's style.
func (e *engine) dmlBorder(k, sp *docx.Node) (b border) {
	ln, ref := sp.Child("a:ln"), styleOf(k).Child("a:lnRef")
	switch {
	case ln != nil && (ln.Child("a:noFill") != nil || ln.Child("a:solidFill") == nil && len(ln.Kids) > 0 && ref == nil):
		return b
	case ln == nil:
		if idx, ok := attrInt(ref, "idx"); !ok || idx <= 0 {
			return b
		}
	}
	b = e.sheet.dmlLine(ln)
	if ln.Child("a:solidFill") == nil {
		b.color, _ = e.sheet.dmlColor(ref)
	}
	return b
}

// dmlOutline draws the outline of a shape: straight lines and upright rectangles as rules and fills, all others as paths.
func (e *engine) dmlOutline(k *docx.Node, d *drawing, sp *docx.Node, geom string, b border) {
	xf := sp.Child("a:xfrm")
	ln := sp.Child("a:ln")
	start, end := dmlHead(ln.Child("a:headEnd")), dmlHead(ln.Child("a:tailEnd"))
	plain := angleOf(xf) == 0 && !start.visible() && !end.visible()
	fill, filled := e.dmlFill(k, d, sp)
	switch geom {
	case "line", "straightConnector1":
		if plain && b.visible() {
			d.straight(b, flips(xf, "flipH") != flips(xf, "flipV"))
			return
		}
	case "rect", "flowChartProcess":
		if plain {
			d.rectangle(b, fill, filled)
			return
		}
	}
	p := newPen(d.w, d.h, xf)
	custom := sp.Child("a:custGeom")
	if geom == "" && custom == nil {
		d.rectangle(b, fill, filled)
		return
	}
	var open, ok bool
	if custom != nil {
		geom, ok = "custGeom", p.custom(custom)
	} else {
		open, ok = p.preset(geom, sp.Child("a:prstGeom"))
	}
	if !ok {
		e.warnOnce("layout.shape", "图形按矩形排出", "the shape is drawn as a rectangle", geom)
		d.rectangle(b, fill, filled)
		return
	}
	d.outlined(p, filled && !open, fill, b, start, end)
}

// dmlFill finds the fill of a shape: its own, a picture, or that of the theme's style. Of a blend and a pattern the first colour counts.
func (e *engine) dmlFill(k *docx.Node, d *drawing, sp *docx.Node) (c Color, ok bool) {
	if sp.Child("a:noFill") != nil {
		return 0, false
	}
	if id, found := sp.Path("a:blipFill", "a:blip").Attr("r:embed"); found {
		if d.picture = e.picture(id, d.w, d.h, ""); d.picture != nil {
			d.picture.Node = -1
		}
		return 0, false
	}
	if solid := sp.Child("a:solidFill"); solid != nil {
		return e.sheet.dmlColor(solid)
	}
	if stops := sp.Path("a:gradFill", "a:gsLst"); stops != nil {
		e.warnOnce("layout.shape.fill", "渐变填充按单色排出", "a gradient is drawn in one colour", "")
		return e.sheet.dmlColor(stops.Child("a:gs"))
	}
	if pattern := sp.Child("a:pattFill"); pattern != nil {
		e.warnOnce("layout.shape.fill", "图案填充按单色排出", "a pattern is drawn in one colour", "")
		return e.sheet.dmlColor(pattern.Child("a:bgClr"))
	}
	ref := styleOf(k).Child("a:fillRef")
	if idx, found := attrInt(ref, "idx"); found && idx > 0 {
		return e.sheet.dmlColor(ref)
	}
	return 0, false
}

// rectangle draws an upright rectangle.
func (d *drawing) rectangle(b border, fill Color, filled bool) {
	if filled {
		d.fills = append(d.fills, Fill{W: d.w, H: d.h, Color: fill, Node: -1})
	}
	if b.visible() {
		_, t := b.strokes()
		d.rules = b.hline(d.rules, -t/2, d.w+t/2, -t/2, 1, -1)
		d.rules = b.hline(d.rules, -t/2, d.w+t/2, d.h+t/2, -1, -1)
		d.rules = b.vline(d.rules, -t/2, -t/2, d.h+t/2, 1, -1)
		d.rules = b.vline(d.rules, d.w+t/2, -t/2, d.h+t/2, -1, -1)
	}
}

// boxFull tells of text that does not fit its box: Word shows none of it, here it runs over what is below.
func (e *engine) boxFull(d *drawing, fit bool, t turn) {
	if d.box == nil || fit || t != turnNone {
		return
	}
	in := d.box.inset
	if text, over := e.overflow(d.box.blocks, max(d.w-in[0]-in[2], Point), d.h-in[1]-in[3]); over {
		e.warn("layout.box.height", "文本框放不下其中的文字，文字压到下面的内容；Word 中超出部分看不见", "the text of a box does not fit it and runs over what is below; Word hides it", text)
	}
}

// fitWidth makes a box whose text does not wrap and that fits its text as wide as that: WPS stores its default size of 144 pt with
// the page numbers of a footer and leaves it to the reader to work out the real one.
func (e *engine) fitWidth(d *drawing, content *docx.Node, inset [4]Length) {
	if e.boxDepth >= 4 {
		return
	}
	before := e.snap()
	e.muted++
	e.boxDepth++
	var w Length
	e.inStory(e.part, e.place, func() {
		e.gridDelta, e.gridPitch = 0, 0
		w = e.naturalWidth(e.blocks(e.flatten(content, nil, 0), across))
	})
	e.boxDepth--
	e.muted--
	e.rewind(before)
	if w > 0 {
		d.w = w + Point/10 + inset[0] + inset[2]
	}
}

// textBox lays out the text of a shape.
func (e *engine) textBox(d *drawing, content *docx.Node, inset [4]Length, vAlign string, t turn) {
	if e.boxDepth >= 4 {
		e.warn("layout.nesting", "文本框嵌套过深，其内容未排版", "text boxes are nested too deeply, the content is left out", "")
		return
	}
	box := &textBox{inset: inset, vAlign: vAlign, turn: t}
	width := max(d.w-inset[0]-inset[2], Point)
	if t != turnNone {
		width = max(d.h-inset[1]-inset[3], Point)
	}
	place := e.place
	place.Story = "文本框"
	place.Paragraph = 0
	e.boxDepth++
	saved := e.parent
	e.inStory(e.part, place, func() {
		e.gridDelta, e.gridPitch = 0, 0
		if e.artifact = e.artifact || saved < 0; !e.artifact {
			e.parent = saved
		}
		e.keeping = e.keeping || t != turnNone
		box.blocks = e.blocks(e.flatten(content, nil, 0), width)
	})
	e.boxDepth--
	box.height = e.measure(box.blocks, cursor{}, width)
	d.box = box
}

// dmlGroup reads a group of shapes, scaling its inner coordinates to the drawing's size.
func (e *engine) dmlGroup(k *docx.Node, d *drawing, alt string, depth int) {
	xf := k.Path("wpg:grpSpPr", "a:xfrm")
	if angleOf(xf) != 0 || flips(xf, "flipH") || flips(xf, "flipV") {
		e.warnOnce("layout.shape.turned", "旋转或翻转的组合图形按未旋转排出", "a turned or mirrored group is shown as it is without", "")
	}
	cw, ch := extent(xf.Child("a:chExt"), "cx", "cy")
	if cw == 0 || ch == 0 {
		cw, ch = extent(xf.Child("a:ext"), "cx", "cy")
	}
	ox, _ := attrLength(xf.Child("a:chOff"), "x", 1)
	oy, _ := attrLength(xf.Child("a:chOff"), "y", 1)
	scale := func(v, from, to Length) Length {
		if from == 0 {
			return v
		}
		return Length(float64(v) * float64(to) / float64(from))
	}
	for _, c := range k.Kids {
		var x *docx.Node
		switch c.Name {
		case "wps:wsp":
			x = c.Path("wps:spPr", "a:xfrm")
		case "pic:pic":
			x = c.Path("pic:spPr", "a:xfrm")
		case "wpg:grpSp":
			x = c.Path("wpg:grpSpPr", "a:xfrm")
		default:
			continue
		}
		kid := &drawing{node: -1}
		w, h := extent(x.Child("a:ext"), "cx", "cy")
		kid.w, kid.h = scale(w, cw, d.w), scale(h, ch, d.h)
		px, _ := attrLength(x.Child("a:off"), "x", 1)
		py, _ := attrLength(x.Child("a:off"), "y", 1)
		e.dmlShape(c, kid, alt, depth+1)
		d.kids = append(d.kids, childDrawing{scale(px-ox, cw, d.w), scale(py-oy, ch, d.h), kid})
	}
}
