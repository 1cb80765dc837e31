package layout

import (
	"math"
	"strconv"
	"strings"

	"tripact/render/docx"
)

// vml reads the shapes of a w:pict or w:object.
func (e *engine) vml(n *docx.Node, cs *charStyle) {
	for _, k := range n.Kids {
		switch k.Name {
		case "v:shape", "v:rect", "v:line", "v:roundrect", "v:oval", "v:group", "v:polyline", "v:image":
			d := &drawing{node: -1}
			st := vmlStyle(k)
			d.w, d.h = st.length("width", 1), st.length("height", 1)
			e.vmlShape(k, st, d, 1, 0)
			if st["position"] == "absolute" || st["position"] == "relative" {
				d.anchor = vmlAnchor(k, st)
				if k.Name == "v:line" {
					vmlLinePlace(k, d)
				}
			}
			if st["visibility"] != "hidden" && st["mso-hide"] == "" {
				e.addDrawing(d, cs)
			}
		}
	}
}

// vmlProps is the style attribute of a VML shape, split up.
type vmlProps map[string]string

func vmlStyle(k *docx.Node) vmlProps {
	s, _ := k.Attr("style")
	m := vmlProps{}
	for _, part := range strings.Split(s, ";") {
		if name, v, ok := strings.Cut(part, ":"); ok {
			m[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(v)
		}
	}
	return m
}

// length reads a property; a plain number counts in unit (pixels at the outermost level, the group's units inside one).
func (m vmlProps) length(name string, unit Length) Length {
	v, ok := m[name]
	if !ok {
		return 0
	}
	l, _ := vmlLength(v, unit)
	return l
}

// vmlLength reads a length; plain numbers are multiples of unit, which at 1 stands for points as Word writes them.
func vmlLength(v string, unit Length) (Length, bool) {
	v = strings.TrimSpace(v)
	if v == "" {
		return 0, false
	}
	if c := v[len(v)-1]; c >= '0' && c <= '9' || c == '.' {
		if unit == 1 {
			if v == "0" {
				return 0, true
			}
			return measure(v, Inch/96)
		}
		return measure(v, unit)
	}
	return measure(v, unit)
}

func vmlAnchor(k *docx.Node, st vmlProps) *anchor {
	a := &anchor{hFrom: "column", vFrom: "paragraph", wrap: "none"}
	a.x = st.length("margin-left", 1) + st.length("left", 1)
	a.y = st.length("margin-top", 1) + st.length("top", 1)
	if z, err := strconv.Atoi(st["z-index"]); err == nil && z < 0 {
		a.behind = true
	}
	switch st["mso-position-horizontal-relative"] {
	case "page":
		a.hFrom = "page"
	case "margin":
		a.hFrom = "margin"
	case "left-margin-area":
		a.hFrom = "leftMargin"
	case "right-margin-area":
		a.hFrom = "rightMargin"
	}
	switch st["mso-position-vertical-relative"] {
	case "page":
		a.vFrom = "page"
	case "margin":
		a.vFrom = "margin"
	case "top-margin-area":
		a.vFrom = "topMargin"
	case "bottom-margin-area":
		a.vFrom = "bottomMargin"
	}
	switch h := st["mso-position-horizontal"]; h {
	case "left", "center", "right", "inside", "outside":
		a.hAlign = h
	}
	switch v := st["mso-position-vertical"]; v {
	case "top", "center", "bottom", "inside", "outside":
		a.vAlign = v
	}
	a.dist = [4]Length{0, 9 * Point, 0, 9 * Point} // VML's own values where the style says nothing
	for i, side := range [...]string{"top", "left", "bottom", "right"} {
		if _, ok := st["mso-wrap-distance-"+side]; ok {
			a.dist[i] = st.length("mso-wrap-distance-"+side, 1)
		}
	}
	if w := k.Child("w10:wrap"); w != nil {
		switch t, _ := w.Attr("type"); t {
		case "square", "tight", "through":
			a.wrap, a.side = "square", sideOf(w, "side")
			if v, ok := k.Attr("wrapcoords"); ok && t != "square" {
				a.outline = vmlOutline(v)
			}
		case "topAndBottom":
			a.wrap = "topAndBottom"
		}
	}
	return a
}

// vmlOutline reads wrapcoords, the corners of an outline in 1/21,600 of the shape; nil for none.
func vmlOutline(v string) (out []point) {
	const most, far = 2000, 1 << 20
	f := strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ',' })
	if len(f) < 6 || len(f) > most {
		return nil
	}
	for i := 0; i+1 < len(f); i += 2 {
		x, okX := parseInt(f[i])
		y, okY := parseInt(f[i+1])
		if !okX || !okY {
			return nil
		}
		out = append(out, point{Length(max(-far, min(x, far))), Length(max(-far, min(y, far)))})
	}
	if n := len(out); n > 1 && out[0] == out[n-1] {
		out = out[:n-1]
	}
	if len(out) < 3 {
		return nil
	}
	return out
}

// vmlPair reads "x,y" attributes.
func vmlPair(k *docx.Node, name string) (x, y Length) {
	v, ok := k.Attr(name)
	if !ok {
		return 0, 0
	}
	a, b, _ := strings.Cut(v, ",")
	x, _ = vmlLength(a, 1)
	y, _ = vmlLength(b, 1)
	return x, y
}

// vmlLinePlace gives a v:line its corner: from and to are measured from the anchor's origin.
func vmlLinePlace(k *docx.Node, d *drawing) {
	x1, y1 := vmlPair(k, "from")
	x2, y2 := vmlPair(k, "to")
	d.anchor.x += min(x1, x2)
	d.anchor.y += min(y1, y2)
}

// vmlRising reports whether a v:line goes up to the right.
func vmlRising(k *docx.Node, unit Length) bool {
	if unit == 1 {
		x1, y1 := vmlPair(k, "from")
		x2, y2 := vmlPair(k, "to")
		return (x2 > x1) != (y2 > y1)
	}
	x1, y1 := vmlNumbers(k, "from", 0, 0)
	x2, y2 := vmlNumbers(k, "to", 0, 0)
	return (x2 > x1) != (y2 > y1)
}

// vmlShape reads one shape. unit is that of plain numbers: 1 outside groups, where sizes are known already.
func (e *engine) vmlShape(k *docx.Node, st vmlProps, d *drawing, unit Length, depth int) {
	if depth > maxBlockDepth {
		e.tooDeep()
		return
	}
	if k.Name == "v:group" {
		e.vmlGroup(k, d, depth)
		return
	}
	if k.Name == "v:line" && unit == 1 {
		x1, y1 := vmlPair(k, "from")
		x2, y2 := vmlPair(k, "to")
		d.w, d.h = max(x1, x2)-min(x1, x2), max(y1, y2)-min(y1, y2)
	}
	alt, _ := k.Attr("alt")
	b := vmlBorder(k)
	angle := vmlAngle(st)
	if angle != 0 && k.Child("v:textbox") != nil {
		e.warnOnce("layout.shape.turned", "旋转图形中的文字按未旋转排出", "text in a turned shape stands upright", "")
	}
	switch {
	case k.Child("v:textpath") != nil:
		e.wordArt(k, st, d)
		return
	case k.Child("v:imagedata") != nil:
		id, ok := k.Child("v:imagedata").Attr("r:id")
		if !ok {
			id, _ = k.Child("v:imagedata").Attr("o:relid")
		}
		d.picture = e.picture(id, d.w, d.h, alt)
		d.node = e.addNode(Node{Kind: NodeFigure, Alt: alt})
		if d.picture != nil {
			d.picture.Node = d.node
			d.picture.Turn = int(math.Round(angle * 60000))
			d.picture.FlipX, d.picture.FlipY = strings.Contains(st["flip"], "x"), strings.Contains(st["flip"], "y")
		}
		return
	case k.Name == "v:line":
		start, end := vmlHeads(k)
		if !start.visible() && !end.visible() {
			d.straight(b, vmlRising(k, unit))
			break
		}
		fx, fy := vmlBack(k, unit)
		p := &pen{w: d.w, h: d.h, cos: 1, flipX: fx, flipY: fy}
		p.points(0, 0, square, square)
		d.outlined(p, false, 0, b, start, end)
	default:
		typ, _ := k.Attr("type")
		if hr, ok := k.Attr("o:hr"); ok && isOn(hr) {
			e.horizontalRule(k, d)
			return
		}
		start, end := vmlHeads(k)
		geom := vmlPreset(k, typ)
		if (geom == "line" || geom == "straightConnector1") && angle == 0 && !start.visible() && !end.visible() {
			flip := st["flip"]
			d.straight(b, strings.Contains(flip, "x") != strings.Contains(flip, "y"))
			return
		}
		fill, filled := vmlFill(k)
		if geom == "rect" && angle == 0 {
			d.rectangle(b, fill, filled)
			break
		}
		p := &pen{w: d.w, h: d.h, flipX: strings.Contains(st["flip"], "x"), flipY: strings.Contains(st["flip"], "y")}
		p.sin, p.cos = math.Sincos(angle * math.Pi / 180)
		var open bool
		switch v, ok := k.Attr("arcsize"); {
		case geom == "roundRect" && ok:
			p.rounded(math.Min(float64(d.w), float64(d.h)) * max(0, min(opacity(v), 0.5)))
		default:
			if open, ok = p.preset(geom, nil); !ok {
				e.warnOnce("layout.shape", "图形按矩形排出", "the shape is drawn as a rectangle", k.Name)
				p.polygon(0, 0, square, 0, square, square, 0, square)
			}
		}
		d.outlined(p, filled && !open, fill, b, start, end)
	}
	if tb := k.Child("v:textbox"); tb != nil {
		inset := [4]Length{91440, 45720, 91440, 45720}
		if v, ok := tb.Attr("inset"); ok {
			for i, s := range strings.SplitN(v, ",", 4) {
				if l, ok := vmlLength(s, 1); ok {
					inset[i] = max(0, l)
				}
			}
		}
		if c := tb.Child("w:txbxContent"); c != nil {
			flow := vmlStyle(tb)
			t := turnNone
			switch {
			case flow["mso-layout-flow-alt"] == "bottom-to-top":
				t = turnUp
			case flow["layout-flow"] == "vertical-ideographic":
				t = turnUpright
			case flow["layout-flow"] == "vertical":
				t = turnDown
			}
			fit := flow["mso-fit-shape-to-text"] == "t" && t == turnNone
			if fit && st["mso-wrap-style"] == "none" {
				e.fitWidth(d, c, inset)
			}
			e.textBox(d, c, inset, st["v-text-anchor"], t)
			e.boxFull(d, fit, t)
			if fit && d.box != nil {
				d.h = max(d.h, d.box.height+inset[1]+inset[3])
			}
		}
	}
}

// vmlFill is the fill of a shape: white where it says nothing, as VML has it; a shape without a type that is known has none then.
func vmlFill(k *docx.Node) (c Color, ok bool) {
	if on, has := k.Attr("filled"); has && (!isOn(on) || on == "f") {
		return 0, false
	}
	v, has := k.Attr("fillcolor")
	if !has {
		typ, _ := k.Attr("type")
		return 0xFFFFFF, k.Name != "v:shape" || vmlPreset(k, typ) != "rect"
	}
	return vmlColor(v)
}

// vmlAngle is the turn of a shape in degrees clockwise, from 0 to less than 360.
func vmlAngle(st vmlProps) float64 {
	r, scale := st["rotation"], 1.0
	if f, ok := strings.CutSuffix(r, "fd"); ok {
		r, scale = f, 1.0/65536
	}
	v, err := strconv.ParseFloat(r, 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > 1e9 {
		return 0
	}
	return math.Mod(math.Mod(v*scale, 360)+360, 360)
}

// vmlHeads reads the arrow heads of a stroke.
func vmlHeads(k *docx.Node) (start, end arrowHead) {
	stroke := k.Child("v:stroke")
	head := func(name string) arrowHead {
		size := func(attr string) float64 {
			switch v, _ := stroke.Attr(name + attr); v {
			case "short", "narrow":
				return 2
			case "long", "wide":
				return 5
			}
			return 3
		}
		kind, _ := stroke.Attr(name)
		return arrowHead{kind, size("length"), size("width")}
	}
	return head("startarrow"), head("endarrow")
}

// vmlBack reports whether a v:line goes from right to left, and from bottom to top.
func vmlBack(k *docx.Node, unit Length) (x, y bool) {
	if unit == 1 {
		x1, y1 := vmlPair(k, "from")
		x2, y2 := vmlPair(k, "to")
		return x2 < x1, y2 < y1
	}
	x1, y1 := vmlNumbers(k, "from", 0, 0)
	x2, y2 := vmlNumbers(k, "to", 0, 0)
	return x2 < x1, y2 < y1
}

// vmlPreset names the preset that a shape is, by its element or the number of its type (o:spt, ECMA-376-4 19.2.3.14); "rect" for what is
// not known.
func vmlPreset(k *docx.Node, typ string) string {
	switch k.Name {
	case "v:oval":
		return "ellipse"
	case "v:roundrect":
		return "roundRect"
	case "v:polyline":
		return "polyline"
	}
	if _, ok := k.Attr("path"); ok && typ == "" {
		return "path"
	}
	i := strings.LastIndex(typ, "_t")
	if i < 0 {
		return "rect"
	}
	if name := vmlTypes()[typ[i+2:]]; name != "" {
		return name
	}
	return "rect"
}

func vmlTypes() map[string]string {
	return map[string]string{
		"2": "roundRect", "3": "ellipse", "4": "diamond", "5": "triangle", "6": "rtTriangle", "7": "parallelogram", "9": "hexagon", "10": "octagon", "11": "plus", "12": "star5",
		"13": "rightArrow", "15": "homePlate", "20": "line", "22": "can", "32": "straightConnector1", "33": "bentConnector2", "34": "bentConnector3", "37": "curvedConnector2", "38": "curvedConnector3",
		"55": "chevron", "61": "wedgeRectCallout", "66": "leftArrow", "67": "downArrow", "68": "upArrow", "69": "leftRightArrow", "70": "upDownArrow", "85": "leftBracket", "86": "rightBracket",
		"87": "leftBrace", "88": "rightBrace", "109": "rect", "110": "flowChartDecision", "111": "flowChartInputOutput", "112": "flowChartPredefinedProcess", "114": "flowChartDocument",
		"116": "flowChartTerminator", "117": "flowChartPreparation", "118": "flowChartManualInput", "119": "flowChartManualOperation", "120": "flowChartConnector", "127": "flowChartExtract",
		"128": "flowChartMerge", "132": "flowChartMagneticDisk", "176": "flowChartAlternateProcess", "185": "bracketPair",
	}
}

// horizontalRule draws an o:hr: a line across the column.
func (e *engine) horizontalRule(k *docx.Node, d *drawing) {
	if d.w == 0 {
		d.w = min(e.lineWidth, maxLength)
	}
	d.h = max(d.h, Point/2)
	c, _ := k.Attr("fillcolor")
	col, ok := vmlColor(c)
	if !ok {
		col = 0xA0A0A0
	}
	d.fills = append(d.fills, Fill{W: d.w, H: d.h, Color: col, Node: -1})
}

// vmlBorder reads the stroke of a shape.
func vmlBorder(k *docx.Node) border {
	b := border{set: true, style: "single", width: Point * 3 / 4}
	stroked, ok := k.Attr("stroked")
	if ok && (stroked == "f" || !isOn(stroked)) || !ok && k.Name == "v:shape" && !vmlTextShape(k) {
		b.none = true
		return b
	}
	if w, ok := k.Attr("strokeweight"); ok {
		if l, ok := vmlLength(w, 1); ok && l > 0 {
			b.width = min(l, 100*Point)
		}
	}
	c, _ := k.Attr("strokecolor")
	b.color, _ = vmlColor(c)
	st := k.Child("v:stroke")
	if c, ok := st.Attr("color"); ok {
		b.color, _ = vmlColor(c)
	}
	if w, ok := st.Attr("weight"); ok {
		if l, ok := vmlLength(w, 1); ok && l > 0 {
			b.width = min(l, 100*Point)
		}
	}
	switch v, _ := st.Attr("linestyle"); v {
	case "thinThin":
		b.style = "double"
		b.width /= 3
	case "thickThin":
		b.style = "dmlThickThin"
	case "thinThick":
		b.style = "dmlThinThick"
	}
	switch v, _ := st.Attr("dashstyle"); v {
	case "dash", "longDash", "1 1 ":
		b.style = "dashed"
	case "1 1", "dot":
		b.style = "dotted"
	case "dashDot", "longDashDot":
		b.style = "dotDash"
	}
	return b
}

// vmlTextShape reports whether a v:shape is a text box or a line, which are stroked by default.
func vmlTextShape(k *docx.Node) bool {
	typ, _ := k.Attr("type")
	for _, t := range []string{"_x0000_t202", "_x0000_t20", "_x0000_t32", "_x0000_t1"} {
		if strings.HasSuffix(typ, t) {
			return true
		}
	}
	if vmlPreset(k, typ) != "rect" {
		return true
	}
	return k.Child("v:textbox") != nil
}

func vmlColor(s string) (Color, bool) {
	s, _, _ = strings.Cut(strings.TrimSpace(s), " ")
	if c, ok := parseColor(s); ok {
		return c, true
	}
	if len(s) == 4 && s[0] == '#' {
		return parseColor(string([]byte{s[1], s[1], s[2], s[2], s[3], s[3]}))
	}
	switch strings.ToLower(s) {
	case "black", "windowtext":
		return 0, true
	case "white", "window":
		return 0xFFFFFF, true
	case "red":
		return 0xFF0000, true
	case "silver":
		return 0xC0C0C0, true
	case "gray", "grey":
		return 0x808080, true
	case "blue":
		return 0x0000FF, true
	case "green":
		return 0x008000, true
	case "yellow":
		return 0xFFFF00, true
	}
	return 0, false
}

// vmlGroup scales the group's own coordinates to its size.
func (e *engine) vmlGroup(k *docx.Node, d *drawing, depth int) {
	ox, oy := vmlNumbers(k, "coordorigin", 0, 0)
	sx, sy := vmlNumbers(k, "coordsize", 1000, 1000)
	if sx == 0 || sy == 0 {
		return
	}
	fx, fy := float64(d.w)/sx, float64(d.h)/sy
	for _, c := range k.Kids {
		switch c.Name {
		case "v:shape", "v:rect", "v:line", "v:roundrect", "v:oval", "v:group", "v:image":
		default:
			continue
		}
		st := vmlStyle(c)
		num := func(name string) float64 {
			v, err := strconv.ParseFloat(strings.TrimRight(st[name], "pxtin"), 64)
			if err != nil || math.Abs(v) > 1e9 {
				return 0
			}
			return v
		}
		kid := &drawing{node: -1}
		kid.w, kid.h = scaled(num("width"), fx), scaled(num("height"), fy)
		x, y := scaled(num("left")-ox, fx), scaled(num("top")-oy, fy)
		if c.Name == "v:line" {
			x1, y1 := vmlNumbers(c, "from", 0, 0)
			x2, y2 := vmlNumbers(c, "to", 0, 0)
			kid.w, kid.h = scaled(math.Abs(x2-x1), fx), scaled(math.Abs(y2-y1), fy)
			x, y = scaled(math.Min(x1, x2)-ox, fx), scaled(math.Min(y1, y2)-oy, fy)
		}
		e.vmlShape(c, st, kid, 2, depth+1)
		d.kids = append(d.kids, childDrawing{x, y, kid})
	}
}

func scaled(v, f float64) Length {
	return Length(math.Max(-float64(maxLength), math.Min(float64(maxLength), v*f)))
}

func vmlNumbers(k *docx.Node, name string, dx, dy float64) (x, y float64) {
	v, ok := k.Attr(name)
	if !ok {
		return dx, dy
	}
	a, b, _ := strings.Cut(v, ",")
	x, err := strconv.ParseFloat(strings.TrimSpace(a), 64)
	if err != nil {
		x = dx
	}
	y, err = strconv.ParseFloat(strings.TrimSpace(b), 64)
	if err != nil {
		y = dy
	}
	return x, y
}

// wordArt sets the text of a watermark: one line, scaled to the shape's width, turned by its rotation about the middle.
func (e *engine) wordArt(k *docx.Node, st vmlProps, d *drawing) {
	tp := k.Child("v:textpath")
	s, _ := tp.Attr("string")
	if s = strings.TrimSpace(s); s == "" {
		return
	}
	font := strings.Trim(vmlStyle(tp)["font-family"], `"' `)
	if font == "" {
		font = "宋体"
	}
	color := Color(0xC0C0C0)
	if c, ok := k.Attr("fillcolor"); ok {
		if col, ok := vmlColor(c); ok {
			color = col
		}
	}
	if f := k.Child("v:fill"); f != nil { // half-transparent, as Word's watermarks are: mixed with the white paper
		if o, ok := f.Attr("opacity"); ok {
			color = mixWhite(color, opacity(o))
		}
	}
	chain := e.book.Match(font, strings.Contains(vmlStyle(tp)["font-weight"], "bold"), false)
	var run []rune
	for _, r := range s {
		run = append(run, r)
		if len(run) > 200 {
			break
		}
	}
	// Measure at one em of 1000 units, then choose the size that fills the shape's width or height.
	var width float64
	for _, r := range run {
		f, g := chain.Find(r)
		if f == nil {
			e.missing(r, e.sheet.makeChar(rProps{}), font)
			return
		}
		width += float64(f.Advance(g)) / float64(f.UnitsPerEm())
	}
	if width == 0 || d.w <= 0 || d.h <= 0 {
		return
	}
	size := Length(float64(d.w) / width)
	if size > d.h {
		size = d.h
	}
	angle := 0
	if v, err := strconv.ParseFloat(strings.TrimSuffix(st["rotation"], "fd"), 64); err == nil {
		if strings.HasSuffix(st["rotation"], "fd") {
			v /= 65536
		}
		angle = int(math.Mod(360-math.Mod(v, 360), 360))
	}
	rad := float64(angle) * math.Pi / 180
	total := Length(float64(size) * width)
	// The baseline starts half the width left of and 0.36 em below the middle, turned about it.
	cx, cy := float64(d.w)/2, float64(d.h)/2
	bx, by := -float64(total)/2, float64(size)*0.36
	x := cx + bx*math.Cos(rad) + by*math.Sin(rad)
	y := cy - bx*math.Sin(rad) + by*math.Cos(rad)
	var off float64
	for i := 0; i < len(run); {
		f, _ := chain.Find(run[i])
		t := Text{
			Face: f, Size: size, Color: color, ScaleX: 100, Node: -1, Angle: angle,
			X: Length(x + off*math.Cos(rad)), Y: Length(y - off*math.Sin(rad)),
		}
		t.Bolder, t.Slant = chain.Style(f)
		for i < len(run) {
			g, id := chain.Find(run[i])
			if g != f {
				break
			}
			adv := Length(f.Advance(id)) * size / Length(f.UnitsPerEm())
			t.Source += string(run[i])
			t.Glyphs = append(t.Glyphs, Glyph{ID: id, Len: uint8(len(string(run[i]))), Advance: adv})
			off += float64(adv)
			i++
		}
		d.texts = append(d.texts, t)
	}
}

// opacity reads ".5", "50%" or "32768f".
func opacity(s string) float64 {
	switch {
	case strings.HasSuffix(s, "f"):
		v, err := strconv.ParseFloat(strings.TrimSuffix(s, "f"), 64)
		if err == nil {
			return v / 65536
		}
	case strings.HasSuffix(s, "%"):
		v, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
		if err == nil {
			return v / 100
		}
	default:
		v, err := strconv.ParseFloat(s, 64)
		if err == nil {
			return v
		}
	}
	return 1
}

func mixWhite(c Color, o float64) Color {
	o = math.Max(0, math.Min(1, o))
	mix := func(shift uint) Color {
		v := float64(c >> shift & 0xFF)
		return Color(v*o+255*(1-o)) << shift
	}
	return mix(16) | mix(8) | mix(0)
}
