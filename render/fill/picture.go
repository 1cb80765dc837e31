package fill

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"slices"
	"strconv"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

const (
	maxPixels  = 40_000_000 // of a picture, by its header (TEMPLATES 6.6)
	emuPerInch = 914400
	plainDPI   = 96 // of a picture that does not say
)

// picture is a picture from the data.
type picture struct {
	data   []byte
	ext    string // "png" or "jpeg"
	px, py int
	dx, dy float64 // dots per inch
	alt    string
	w, h   int64 // EMU; 0 where the data does not say
}

// one returns the first of names that m has.
func one(m map[string]any, names ...string) any {
	for _, n := range names {
		if v, ok := m[n]; ok && v != nil {
			return v
		}
	}
	return nil
}

// bytesOf reads bytes as data holds them: raw, base64, or a data URI.
func bytesOf(v any) ([]byte, bool) {
	switch v := v.(type) {
	case []byte:
		return v, true
	case string:
		s := v
		if strings.HasPrefix(s, "data:") {
			head, rest, ok := strings.Cut(s, ",")
			if !ok || !strings.HasSuffix(strings.ToLower(head), ";base64") {
				return nil, false
			}
			s = rest
		}
		s = strings.NewReplacer("\r", "", "\n", "", " ", "").Replace(s)
		for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			if b, err := enc.DecodeString(s); err == nil {
				return b, true
			}
		}
	}
	return nil, false
}

// picture reads a picture: bytes, or a record with data (数据) and perhaps alt (说明), width (宽) and height (高). Only PNG
// and JPEG are taken, judged by the bytes alone; nothing but their header is decoded, unless a JPEG has to be turned upright.
func (r *renderer) picture(t *tag, v any) (*picture, bool) {
	p := &picture{}
	if m, ok := v.(map[string]any); ok {
		v = one(m, "data", "数据")
		p.alt, _ = one(m, "alt", "说明").(string)
		var okW, okH bool
		p.w, okW = side(one(m, "width", "宽"))
		p.h, okH = side(one(m, "height", "高"))
		if !okW || !okH {
			r.invalid(t, "fill.picture.size", "的宽或高不是尺寸", "has a width or height that is no size", "写作 \"60mm\"，或毫米数", "write \"60mm\", or a number of millimetres")
			return nil, false
		}
	}
	data, ok := bytesOf(v)
	if !ok || len(data) == 0 {
		r.invalid(t, "fill.picture.data", "不是图片：要的是 base64 文字、data: 地址或字节", "is no picture: it takes base64 text, a data: address or bytes",
			"在数据里给出 PNG 或 JPEG 图片", "give a PNG or JPEG picture in the data")
		return nil, false
	}
	p.data, p.dx, p.dy = data, plainDPI, plainDPI
	var cfg image.Config
	var err error
	var whole bool
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		p.ext = "png"
		cfg, err = png.DecodeConfig(bytes.NewReader(data))
		whole = bytes.Contains(data, []byte("IEND"))
		p.pngDensity()
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		p.ext = "jpeg"
		cfg, err = jpeg.DecodeConfig(bytes.NewReader(data))
		whole = bytes.Contains(data[2:], []byte("\xff\xd9"))
		p.jpegDensity()
	default:
		r.invalid(t, "fill.picture.format", "不是 PNG 或 JPEG 图片", "is neither a PNG nor a JPEG picture", "把图片另存为 PNG 或 JPEG", "save the picture as PNG or JPEG")
		return nil, false
	}
	if err != nil || !whole || cfg.Width <= 0 || cfg.Height <= 0 {
		r.invalid(t, "fill.picture.broken", "的图片已损坏或不完整", "is a broken or truncated picture", "换一个能打开的图片文件", "use a picture file that opens")
		return nil, false
	}
	if cfg.Width > maxPixels/cfg.Height {
		r.invalid(t, "fill.limit.pixels", "的图片有 %[2]d×%[3]d 像素，超过 %[4]d 万像素", "has %[2]d×%[3]d pixels, more than %[4]d0,000", "缩小图片", "make the picture smaller",
			cfg.Width, cfg.Height, maxPixels/10000)
		return nil, false
	}
	p.px, p.py = cfg.Width, cfg.Height
	if p.ext == "jpeg" {
		if err := p.upright(); err != nil {
			r.invalid(t, "fill.picture.broken", "的图片已损坏或不完整", "is a broken or truncated picture", "换一个能打开的图片文件", "use a picture file that opens")
			return nil, false
		}
	}
	return p, true
}

// side reads a width or height from data: text with a unit, or millimetres. Nothing is 0.
func side(v any) (int64, bool) {
	if v == nil {
		return 0, true
	}
	s, ok := toText(v)
	if !ok {
		return 0, false
	}
	if n, ok := emu(s, "mm"); ok {
		return n, true
	}
	w, h, ok := parseSize(s)
	return w, ok && h == 0
}

// pngDensity reads the pHYs chunk, which stands before the pixels.
func (p *picture) pngDensity() {
	for at := 8; at+8 <= len(p.data); {
		n := int(binary.BigEndian.Uint32(p.data[at:]))
		kind := string(p.data[at+4 : at+8])
		if kind == "IDAT" || n < 0 || at+12+n > len(p.data) {
			return
		}
		if body := p.data[at+8:]; kind == "pHYs" && n == 9 && body[8] == 1 {
			p.density(float64(binary.BigEndian.Uint32(body))*0.0254, float64(binary.BigEndian.Uint32(body[4:]))*0.0254)
			return
		}
		at += 12 + n
	}
}

// orientation reads how a camera held a JPEG: the Exif tag 0x0112 (CIPA DC-008, 4.6.4), 1 when it does not say.
func (p *picture) orientation() int {
	for at := 2; at+4 <= len(p.data) && p.data[at] == 0xFF; {
		kind, n := p.data[at+1], int(binary.BigEndian.Uint16(p.data[at+2:]))
		if kind == 0xDA || n < 2 || at+2+n > len(p.data) {
			break
		}
		body := p.data[at+4 : at+2+n]
		at += 2 + n
		tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
		if kind != 0xE1 || !ok || len(tiff) < 14 {
			continue
		}
		var order binary.ByteOrder = binary.BigEndian
		if tiff[0] == 'I' {
			order = binary.LittleEndian
		}
		first := order.Uint32(tiff[4:])
		if uint64(first)+2 > uint64(len(tiff)) {
			break
		}
		entries := tiff[first+2:]
		for range order.Uint16(tiff[first:]) {
			if len(entries) < 12 {
				break
			}
			if order.Uint16(entries) == 0x0112 && order.Uint16(entries[2:]) == 3 { // a SHORT
				if v := order.Uint16(entries[8:]); v >= 1 && v <= 8 {
					return int(v)
				}
			}
			entries = entries[12:]
		}
	}
	return 1
}

// upright turns a JPEG whose pixels lie on their side or head as its Exif orientation says: Word and the PDF show the pixels
// as they lie.
func (p *picture) upright() error {
	o := p.orientation()
	if o == 1 {
		return nil
	}
	src, err := jpeg.Decode(bytes.NewReader(p.data))
	if err != nil {
		return fmt.Errorf("turn a picture: %w", err)
	}
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	if o >= 5 {
		w, h = h, w
		p.dx, p.dy = p.dy, p.dx
	}
	in, out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy())), image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(in, in.Bounds(), src, b.Min, draw.Src)
	for y := range h {
		for x := range w {
			sx, sy := x, y
			if o >= 5 {
				sx, sy = y, x
			}
			if o == 2 || o == 3 || o == 7 || o == 8 {
				sx = b.Dx() - 1 - sx
			}
			if o == 3 || o == 4 || o == 6 || o == 7 {
				sy = b.Dy() - 1 - sy
			}
			to, from := out.PixOffset(x, y), in.PixOffset(sx, sy)
			copy(out.Pix[to:to+4], in.Pix[from:from+4])
		}
	}
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, out, &jpeg.Options{Quality: 92}); err != nil {
		return fmt.Errorf("turn a picture: %w", err)
	}
	p.data, p.px, p.py = buf.Bytes(), w, h
	return nil
}

// jpegDensity reads the JFIF header.
func (p *picture) jpegDensity() {
	b := p.data
	if len(b) < 18 || b[3] != 0xE0 || string(b[6:11]) != "JFIF\x00" {
		return
	}
	x, y := float64(binary.BigEndian.Uint16(b[14:])), float64(binary.BigEndian.Uint16(b[16:]))
	switch b[13] {
	case 1:
		p.density(x, y)
	case 2:
		p.density(x*2.54, y*2.54)
	}
}

// density takes a resolution that makes sense; cameras write 1, some programs 0.
func (p *picture) density(x, y float64) {
	if x >= 30 && x <= 4800 && y >= 30 && y <= 4800 {
		p.dx, p.dy = x, y
	}
}

// extent is the size of p on the page: what the tag says, else the data, else the size in pixels, at most the text area.
// With one side given the other keeps the proportion.
func (p *picture) extent(o *object, area [2]int64) (w, h int64) {
	w, h = o.w, o.h
	if w == 0 && h == 0 {
		w, h = p.w, p.h
	}
	nw, nh := float64(p.px)/p.dx*emuPerInch, float64(p.py)/p.dy*emuPerInch
	switch {
	case w > 0 && h > 0:
	case w > 0:
		h = int64(float64(w) * nh / nw)
	case h > 0:
		w = int64(float64(h) * nw / nh)
	default:
		scale := min(1, float64(area[0])/nw, float64(area[1])/nh)
		w, h = int64(nw*scale), int64(nh*scale)
	}
	return max(w, 1), max(h, 1)
}

// inlinePicture writes p as a drawing in the run of g.
func (r *renderer) inlinePicture(g *textOp, t *tag, p *picture) {
	w, h := p.extent(t.obj, r.t.area)
	id := r.assets.image(r.part.name, p.data, p.ext)
	alt := p.alt
	if alt == "" {
		alt = t.label()
	}
	r.ids.drawing += 2
	pre := strings.TrimSuffix(g.el, "t")
	frame, shape := strconv.FormatInt(r.ids.drawing-1, 10), strconv.FormatInt(r.ids.drawing, 10)
	size := `cx="` + strconv.FormatInt(w, 10) + `" cy="` + strconv.FormatInt(h, 10) + `"/>`
	ns := r.assets.ns
	out := append(r.out, "<"+pre+`drawing><wp:inline xmlns:wp="`+ns("wp")+`" distT="0" distB="0" distL="0" distR="0"><wp:extent `+size+
		`<wp:docPr id="`+frame+`" name="picture `+frame+`" descr="`...)
	out = docx.AppendAttr(out, alt)
	r.out = append(out, `"/><wp:cNvGraphicFramePr><a:graphicFrameLocks xmlns:a="`+ns("a")+`" noChangeAspect="1"/></wp:cNvGraphicFramePr>`+
		`<a:graphic xmlns:a="`+ns("a")+`"><a:graphicData uri="`+ns("pic")+`"><pic:pic xmlns:pic="`+ns("pic")+`"><pic:nvPicPr><pic:cNvPr id="`+shape+`" name="picture `+shape+`"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip xmlns:r="`+ns("r")+`" r:embed="`+id+`"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`+
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext `+size+`</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></`+pre+`drawing>`...)
}

// textArea is the size of the text area of the last section in EMU; that of A4 with 25 mm margins where it does not say.
func textArea(root *docx.Node) [2]int64 {
	area := [2]int64{160 * emuPerMM, 247 * emuPerMM}
	sect := root.Path("w:body", "w:sectPr")
	twips := func(el, attr string) (int64, bool) {
		s, ok := sect.Child(el).Attr(attr)
		n, err := strconv.ParseInt(s, 10, 32)
		return n * 635, ok && err == nil
	}
	for i, names := range [][4]string{{"w:w", "w:left", "w:right", "w:gutter"}, {"w:h", "w:top", "w:bottom"}} {
		whole, ok := twips("w:pgSz", names[0])
		for _, m := range names[1:] {
			if n, given := twips("w:pgMar", m); given && m != "" {
				whole -= max(n, -n)
			}
		}
		if ok && whole > 10*emuPerMM {
			area[i] = whole
		}
	}
	return area
}

// drawing is a picture or chart of the template whose alternative text is an object tag.
type drawing struct {
	node  *docx.Node // w:drawing
	attr  docx.Attr  // descr or title of its wp:docPr
	other bool       // attr is the title
	ref   docx.Attr  // r:embed of a:blip, or r:id of c:chart
	blip  *docx.Node
	chart bool
	w, h  int64
	place problem.Place
}

// slot is an attribute of a drawing that gets new content.
type slot uint8

const (
	slotAlt slot = iota
	slotRef
)

func objectTag(text string) bool {
	spans, _ := scan(text)
	for _, s := range spans {
		if in := plain(inside(text[s.start:s.end])); strings.HasPrefix(in, "@") {
			return true
		}
	}
	return false
}

// drawing looks for an object tag in the alternative text of a drawing.
func (w *walker) drawing(n *docx.Node, at problem.Place) {
	for _, frame := range n.Kids {
		pr := frame.Child("wp:docPr")
		if pr == nil {
			continue
		}
		for _, a := range pr.Attrs {
			if a.Name != "descr" && a.Name != "title" || !objectTag(a.Value) {
				continue
			}
			d := &drawing{node: n, attr: a, other: a.Name == "title", place: at}
			var walk func(*docx.Node)
			walk = func(n *docx.Node) {
				if d.ref.Value != "" || n.Name == "w:txbxContent" {
					return
				}
				switch n.Name {
				case "a:blip":
					d.blip = n
					d.take(n, "r:embed")
				case "c:chart":
					d.chart = true
					d.take(n, "r:id")
				}
				for _, k := range n.Kids {
					walk(k)
				}
			}
			walk(frame)
			ext := frame.Child("wp:extent")
			cx, _ := ext.Attr("cx")
			cy, _ := ext.Attr("cy")
			d.w, _ = strconv.ParseInt(cx, 10, 64)
			d.h, _ = strconv.ParseInt(cy, 10, 64)
			if w.owned == nil {
				w.owned = map[*docx.Node]bool{}
			}
			w.owned[pr] = true
			w.drawings = append(w.drawings, d)
			break
		}
	}
}

// vml looks for object tags in the alternative text of pictures in the form of older programs, and for tags in that of other
// shapes.
func (w *walker) vml(pict, n *docx.Node, at problem.Place) {
	if n.Name == "w:txbxContent" {
		return
	}
	for _, a := range n.Attrs {
		picture := n.Child("v:imagedata")
		if a.Name != "alt" || !strings.HasPrefix(n.Name, "v:") || !hasBrace(a.Value) {
			continue
		}
		if picture == nil || !objectTag(a.Value) {
			w.attr(n, "alt", at)
			continue
		}
		d := &drawing{node: pict, attr: a, place: at}
		d.take(picture, "r:id")
		style, _ := n.Attr("style")
		for item := range strings.SplitSeq(style, ";") {
			name, value, _ := strings.Cut(item, ":")
			size, ok := side(strings.TrimSpace(value))
			switch strings.TrimSpace(name) {
			case "width":
				if ok {
					d.w = size
				}
			case "height":
				if ok {
					d.h = size
				}
			}
		}
		w.drawings = append(w.drawings, d)
		return
	}
	for _, k := range n.Kids {
		w.vml(pict, k, at)
	}
}

func (d *drawing) take(n *docx.Node, name string) {
	for _, a := range n.Attrs {
		if a.Name == name {
			d.ref = a
		}
	}
}

// altText compiles the tag of a drawing and returns how many tags there are.
func (c *compiler) altText(src *source, d *drawing) int {
	p := &para{node: &docx.Node{Start: d.attr.Start, Open: d.attr.Start, Close: d.attr.End, End: d.attr.End}, text: d.attr.Value, place: d.place}
	spans, _ := scan(p.text)
	for _, s := range spans {
		p.tags = append(p.tags, c.tag(src, p, s))
	}
	t := p.tags[0]
	src.plain = append(src.plain, p)
	switch {
	case len(p.tags) > 1:
		c.fault(src, t, misplaced(t.raw, "替代文字里只能有一个标签", "alternative text takes one tag", "只保留图片或图表的标签", "keep only the tag of the picture or chart"))
	case t.kind == tagBad:
	case t.obj == nil || t.obj.kind != objectPicture && t.obj.kind != objectQR:
		c.fault(src, t, misplaced(t.raw, "替代文字里只能写图片、二维码或图表的标签", "alternative text takes the tag of a picture, QR code or chart", "写作 {{@名称}}", "write {{@name}}"))
	case d.ref.Value == "":
		c.fault(src, t, misplaced(t.raw, "这个图形里没有可替换的图片或图表", "this drawing holds no picture or chart to replace", "把标签写到图片或图表的替代文字里", "write the tag into the alternative text of a picture or chart"))
	case d.chart && t.obj.kind == objectQR, !d.chart && t.obj.field != "":
		c.fault(src, t, misplaced(t.raw, "标签与图形的种类不符", "the tag does not fit this kind of drawing", "图片写 {{@名称}}，图表写 {{@名称}} 或 {{@名称:分类字段}}", "write {{@name}} for a picture, {{@name}} or {{@name:category}} for a chart"))
	default:
		t.obj.chart, t.obj.frameW, t.obj.frameH = d.chart, d.w, d.h
		if d.chart {
			if t.obj.series, t.obj.kinds = seriesOf(c.t.pkg, src.part, d.ref.Value); len(t.obj.series) == 0 {
				c.fault(src, t, &fault{
					code: "fill.chart.kind", text: problem.Tf("%[1]s：这个图表没有能填数据的系列", "%[1]s: this chart has no series that can take data", t.raw),
					fix: problem.Fix{ZH: "用“插入—图表”重新插入图表", EN: "insert the chart again"},
				})
				return len(p.tags)
			}
		}
		src.edits = append(src.edits,
			edit{from: d.node.Start, to: d.node.End, rank: rankRange, kind: editDrawing, tag: t, drawing: d, node: d.node},
			edit{from: d.attr.Start, to: d.attr.End, rank: rankRange, kind: editSlot, slot: slotAlt},
			edit{from: d.ref.Start, to: d.ref.End, rank: rankRange, kind: editSlot, slot: slotRef})
		gone := []*docx.Node{}
		if ext := d.blip.Child("a:extLst"); ext != nil { // perhaps the same picture as SVG, which Word would show instead
			src.edits = append(src.edits, edit{from: ext.Start, to: ext.End, rank: rankRange, seq: -1, kind: editDelete, node: ext})
			gone = append(gone, ext)
		}
		c.placeholder(src, d.ref, gone)
	}
	return len(p.tags)
}

// placeholder is what a drawing shows in the template until it gets its own content: a picture or chart of the package,
// which goes from the filled document when nothing there refers to it any more.
type placeholder struct {
	part, rid string
	refs      int // references that filling replaces or takes away
}

// placeholder notes a reference that is replaced, and those in elements that are taken away.
func (c *compiler) placeholder(src *source, ref docx.Attr, gone []*docx.Node) {
	note := func(rid string) {
		for i := range c.t.placeholders {
			if p := &c.t.placeholders[i]; p.part == src.part.Name && p.rid == rid {
				p.refs++
				return
			}
		}
		c.t.placeholders = append(c.t.placeholders, placeholder{src.part.Name, rid, 1})
	}
	note(ref.Value)
	for _, n := range gone {
		eachAttr(n, func(a docx.Attr) {
			if strings.HasPrefix(a.Name, "r:") {
				note(a.Value)
			}
		})
	}
}

func eachAttr(n *docx.Node, do func(docx.Attr)) {
	for _, a := range n.Attrs {
		do(a)
	}
	for _, k := range n.Kids {
		eachAttr(k, do)
	}
}

// settlePlaceholders keeps the placeholders that all references to are replaced.
func (c *compiler) settlePlaceholders() {
	c.t.placeholders = slices.DeleteFunc(c.t.placeholders, func(p placeholder) bool {
		refs := 0
		for _, src := range c.srcs {
			if src.part.Name == p.part {
				eachAttr(src.root, func(a docx.Attr) {
					if a.Value == p.rid {
						refs++
					}
				})
			}
		}
		return refs != p.refs
	})
}

// sweep takes placeholders that nothing shows any more out of the package.
func (r *renderer) sweep(out *docx.Package) {
	for _, p := range r.t.placeholders {
		if !r.shown[[2]string{p.part, p.rid}] {
			out.Unlink(out.Part(p.part), p.rid)
		}
	}
}

// drawing writes a drawing with the picture or chart that the data has for it.
func (r *renderer) drawing(o *op) {
	t, d := o.tag, o.drawing
	saved := r.slots
	defer func() { r.slots = saved }()
	rest := strings.TrimSpace(strings.Replace(d.attr.Value, t.raw, "", 1))
	keep := [2]string{slotAlt: rest, slotRef: d.ref.Value}
	v, st := r.eval(t, t.value)
	switch st {
	case faulty:
		return
	case null, absent:
		if !t.value.optional {
			r.missing(t, t.value, st)
		}
		switch {
		case t.value.optional || r.opt.Missing == Blank || r.opt.Missing == Strict:
			return
		case r.opt.Missing == Keep:
			keep[slotAlt] = d.attr.Value
		case r.opt.Missing == Mark:
			keep[slotAlt] = "〔待填：" + t.label() + "〕"
		}
		r.shown[[2]string{r.part.name, d.ref.Value}] = true
		r.slots = &keep
		r.run(o.body)
		return
	case there:
	}
	if d.chart {
		id, ok := r.chart(t, d.ref.Value, v)
		if !ok {
			return
		}
		keep[slotRef] = id
	} else {
		var p *picture
		var ok bool
		if t.obj.kind == objectQR {
			p, ok = r.qr(t, v)
		} else {
			p, ok = r.picture(t, v)
		}
		if !ok {
			return
		}
		if p.alt != "" {
			keep[slotAlt] = p.alt
		}
		r.proportion(t, d, p)
		keep[slotRef] = r.assets.image(r.part.name, p.data, p.ext)
	}
	if keep[slotAlt] == "" {
		keep[slotAlt] = t.label()
	}
	if keep[slotRef] == d.ref.Value {
		r.shown[[2]string{r.part.name, d.ref.Value}] = true
	}
	r.slots = &keep
	r.run(o.body)
}

// proportion tells of a picture that its frame stretches by more than a tenth.
func (r *renderer) proportion(t *tag, d *drawing, p *picture) {
	if d.w <= 0 || d.h <= 0 {
		return
	}
	ratio := float64(p.px) / p.dx / (float64(p.py) / p.dy) * float64(d.h) / float64(d.w)
	if ratio > 0.9 && ratio < 1.1 {
		return
	}
	r.report(t, problem.Finding{
		Code: "fill.picture.stretched", Severity: problem.Warn,
		Message: problem.Tf("“%[1]s”的图片与模板中图片框的比例不同，会变形", "the picture “%[1]s” does not have the proportions of its frame and is stretched", t.label()),
		Fix:     problem.Fix{ZH: "裁剪图片，或改变模板中图片框的大小", EN: "crop the picture, or change the frame in the template"},
	})
}
