package layout

import (
	"math"
	"strconv"
	"strings"

	"tripact/render/docx"
)

// Shapes of DrawingML and VML are drawn as outlines of straight lines and curves. Outlines are worked out in a square of 21,600 units
// to a side, as the presets of ECMA-376 (presetShapeDefinitions) are with their usual adjustments, and then brought to size, mirrored
// and turned.

// square is the side of the square in which outlines are drawn.
const square = 21600

// pen draws an outline in a rectangle.
type pen struct {
	w, h       Length
	flipX      bool
	flipY      bool
	sin, cos   float64
	x, y       float64 // where it stands, in the rectangle
	steps      []Step
	corners    []point // of the first open piece, for arrow heads
	afterwards bool    // that piece is done
}

// newPen draws in a rectangle of w by h that xf mirrors and turns.
func newPen(w, h Length, xf *docx.Node) *pen {
	p := &pen{w: w, h: h, flipX: flips(xf, "flipH"), flipY: flips(xf, "flipV")}
	p.sin, p.cos = math.Sincos(float64(angleOf(xf)) / 60000 * math.Pi / 180)
	return p
}

// at brings a point of the rectangle to where it is drawn.
func (p *pen) at(x, y float64) point {
	w, h := float64(p.w), float64(p.h)
	if p.flipX {
		x = w - x
	}
	if p.flipY {
		y = h - y
	}
	if p.sin == 0 && p.cos == 1 {
		return point{clampLength(Length(math.Round(x))), clampLength(Length(math.Round(y)))}
	}
	dx, dy := x-w/2, y-h/2
	tx, ty := w/2+float64(dx*p.cos)-float64(dy*p.sin), h/2+float64(dx*p.sin)+float64(dy*p.cos)
	return point{clampLength(Length(math.Round(tx))), clampLength(Length(math.Round(ty)))}
}

func (p *pen) move(x, y float64) {
	if len(p.steps) > 0 {
		p.afterwards = true
	}
	p.x, p.y = x, y
	q := p.at(x, y)
	p.steps = append(p.steps, Step{Op: StepMove, X: q.x, Y: q.y})
	p.corner(q)
}

func (p *pen) line(x, y float64) {
	p.x, p.y = x, y
	q := p.at(x, y)
	p.steps = append(p.steps, Step{Op: StepLine, X: q.x, Y: q.y})
	p.corner(q)
}

func (p *pen) curve(x1, y1, x2, y2, x, y float64) {
	a, b, q := p.at(x1, y1), p.at(x2, y2), p.at(x, y)
	p.x, p.y = x, y
	p.steps = append(p.steps, Step{Op: StepCurve, X1: a.x, Y1: a.y, X2: b.x, Y2: b.y, X: q.x, Y: q.y})
	p.corner(a)
	p.corner(b)
	p.corner(q)
}

func (p *pen) corner(q point) {
	if !p.afterwards {
		p.corners = append(p.corners, q)
	}
}

func (p *pen) close() {
	p.steps = append(p.steps, Step{Op: StepClose})
	p.corners, p.afterwards = nil, true
}

// arc goes on along an ellipse of radii rx, ry from the angle start by sweep, in degrees clockwise (ECMA-376 20.1.9.4).
func (p *pen) arc(rx, ry, start, sweep float64) {
	if rx == 0 || ry == 0 || sweep == 0 || math.Abs(sweep) > 3600 || math.IsNaN(rx+ry+start+sweep) {
		return
	}
	sin, cos := math.Sincos(start * math.Pi / 180)
	cx, cy := p.x-rx*cos, p.y-ry*sin
	n := math.Ceil(math.Abs(sweep) / 90)
	part := sweep / n * math.Pi / 180
	arm := 4.0 / 3 * math.Tan(part/4)
	a := start * math.Pi / 180
	for range int(n) {
		s1, c1 := math.Sincos(a)
		s2, c2 := math.Sincos(a + part)
		p.curve(cx+rx*(c1-arm*s1), cy+ry*(s1+arm*c1), cx+rx*(c2+arm*s2), cy+ry*(s2-arm*c2), cx+rx*c2, cy+ry*s2)
		a += part
	}
}

// polygon draws a closed outline through points given in units.
func (p *pen) polygon(xy ...float64) {
	p.points(xy...)
	p.close()
}

// points draws an open line through points given in units.
func (p *pen) points(xy ...float64) {
	fx, fy := float64(p.w)/square, float64(p.h)/square
	for i := 0; i+1 < len(xy); i += 2 {
		if i == 0 {
			p.move(xy[0]*fx, xy[1]*fy)
			continue
		}
		p.line(xy[i]*fx, xy[i+1]*fy)
	}
}

func (p *pen) ellipse() {
	w, h := float64(p.w), float64(p.h)
	p.move(w, h/2)
	p.arc(w/2, h/2, 0, 360)
	p.close()
}

// rounded draws a rectangle with corners of radius r.
func (p *pen) rounded(r float64) {
	w, h := float64(p.w), float64(p.h)
	p.move(r, 0)
	p.line(w-r, 0)
	p.arc(r, r, 270, 90)
	p.line(w, h-r)
	p.arc(r, r, 0, 90)
	p.line(r, h)
	p.arc(r, r, 90, 90)
	p.line(0, r)
	p.arc(r, r, 180, 90)
	p.close()
}

// named lists the children of n, which may be nil, that are called name.
func named(n *docx.Node, name string) (out []*docx.Node) {
	if n == nil {
		return nil
	}
	for _, k := range n.Kids {
		if k.Name == name {
			out = append(out, k)
		}
	}
	return out
}

// adjusts reads the adjustments of a preset shape; those that it does not give are the usual ones.
func adjusts(geom *docx.Node, usual ...float64) []float64 {
	out := usual
	for i, gd := range named(geom.Child("a:avLst"), "a:gd") {
		f, _ := gd.Attr("fmla")
		if v, ok := parseInt(strings.TrimPrefix(f, "val")); ok && i < len(out) {
			out[i] = float64(v)
		}
	}
	return out
}

// preset draws a preset shape; false when it is not known. open says that what was drawn encloses nothing to fill.
func (p *pen) preset(name string, geom *docx.Node) (open, ok bool) {
	w, h := float64(p.w), float64(p.h)
	short := math.Min(w, h)
	// of gives an adjustment of the shorter side as part of the longer one's units, at most limit of the side.
	of := func(adj, side float64) float64 {
		if side == 0 {
			return 0
		}
		return math.Max(0, math.Min(short*adj/100000/side, 1)) * square
	}
	switch name {
	case "rect", "flowChartProcess", "":
		p.polygon(0, 0, square, 0, square, square, 0, square)
	case "roundRect", "flowChartAlternateProcess":
		p.rounded(short * math.Max(0, math.Min(adjusts(geom, 16667)[0], 50000)) / 100000)
	case "flowChartTerminator":
		p.rounded(short / 2)
	case "ellipse", "flowChartConnector":
		p.ellipse()
	case "diamond", "flowChartDecision":
		p.polygon(square/2, 0, square, square/2, square/2, square, 0, square/2)
	case "triangle", "flowChartExtract":
		a := math.Max(0, math.Min(adjusts(geom, 50000)[0], 100000)) / 100000 * square
		p.polygon(a, 0, square, square, 0, square)
	case "rtTriangle":
		p.polygon(0, 0, square, square, 0, square)
	case "flowChartMerge":
		p.polygon(0, 0, square, 0, square/2, square)
	case "parallelogram":
		a := of(adjusts(geom, 25000)[0], w)
		p.polygon(a, 0, square, 0, square-a, square, 0, square)
	case "flowChartInputOutput":
		p.polygon(square/5, 0, square, 0, square*4/5, square, 0, square)
	case "trapezoid":
		a := of(adjusts(geom, 25000)[0], w)
		p.polygon(a, 0, square-a, 0, square, square, 0, square)
	case "flowChartManualOperation":
		p.polygon(0, 0, square, 0, square*4/5, square, square/5, square)
	case "flowChartManualInput":
		p.polygon(0, square/5, square, 0, square, square, 0, square)
	case "homePlate":
		a := of(adjusts(geom, 50000)[0], w)
		p.polygon(0, 0, square-a, 0, square, square/2, square-a, square, 0, square)
	case "chevron":
		a := of(adjusts(geom, 50000)[0], w)
		p.polygon(0, 0, square-a, 0, square, square/2, square-a, square, 0, square, a, square/2)
	case "hexagon":
		a := of(adjusts(geom, 25000)[0], w)
		p.polygon(0, square/2, a, 0, square-a, 0, square, square/2, square-a, square, a, square)
	case "flowChartPreparation":
		p.polygon(0, square/2, square/5, 0, square*4/5, 0, square, square/2, square*4/5, square, square/5, square)
	case "octagon":
		a := adjusts(geom, 29289)[0]
		x, y := of(a, w), of(a, h)
		p.polygon(x, 0, square-x, 0, square, y, square, square-y, square-x, square, x, square, 0, square-y, 0, y)
	case "plus", "mathPlus":
		a := adjusts(geom, 25000)[0]
		x, y := of(a, w), of(a, h)
		p.polygon(x, 0, square-x, 0, square-x, y, square, y, square, square-y, square-x, square-y, square-x, square, x, square, x, square-y, 0, square-y, 0, y, x, y)
	case "rightArrow", "leftArrow", "upArrow", "downArrow", "leftRightArrow", "upDownArrow":
		p.blockArrow(name, geom, of)
	case "flowChartPredefinedProcess":
		p.polygon(0, 0, square, 0, square, square, 0, square)
		p.points(square/8, 0, square/8, square)
		p.points(square*7/8, 0, square*7/8, square)
	case "flowChartDocument":
		p.move(0, 0)
		p.line(w, 0)
		p.line(w, h*17322/square)
		p.curve(w/2, h*17322/square, w/2, h*23922/square, 0, h*20172/square)
		p.close()
	case "flowChartMagneticDisk", "can":
		r := short * math.Max(0, math.Min(adjusts(geom, 25000)[0], 50000)) / 200000
		if name != "can" {
			r = h / 6
		}
		p.move(0, r)
		p.arc(w/2, r, 180, 180)
		p.line(w, h-r)
		p.arc(w/2, r, 0, 180)
		p.close()
		p.move(w, r)
		p.arc(w/2, r, 0, 180)
	case "star5":
		p.polygon(square/2, 0, 13350, 8251, square, 8251, 14926, 13350, 17475, square, square/2, 16500, 4125, square, 6674, 13350, 0, 8251, 8250, 8251)
	case "wedgeRectCallout":
		a := adjusts(geom, -20833, 62500)
		p.callout(w/2+w*a[0]/100000, h/2+h*a[1]/100000)
	case "leftBracket", "rightBracket", "bracketPair", "leftBrace", "rightBrace":
		p.brackets(name)
		return true, true
	case "line", "straightConnector1":
		p.points(0, 0, square, square)
		return true, true
	case "bentConnector2":
		p.points(0, 0, square, 0, square, square)
		return true, true
	case "bentConnector3":
		a := adjusts(geom, 50000)[0] / 100000 * square
		p.points(0, 0, a, 0, a, square, square, square)
		return true, true
	case "curvedConnector2":
		p.move(0, 0)
		p.curve(w/2, 0, w, h/2, w, h)
		return true, true
	case "curvedConnector3":
		x := adjusts(geom, 50000)[0] / 100000 * w
		p.move(0, 0)
		p.curve(x/2, 0, x, h/4, x, h/2)
		p.curve(x, h*3/4, (w+x)/2, h, w, h)
		return true, true
	default:
		return false, false
	}
	return false, true
}

// blockArrow draws an arrow with a body; its first adjustment is the body's breadth, its second the head's length.
func (p *pen) blockArrow(name string, geom *docx.Node, of func(adj, side float64) float64) {
	adj := adjusts(geom, 50000, 50000)
	b := math.Max(0, math.Min(adj[0], 100000)) / 200000 * square
	lo, hi := square/2-b, square/2+b
	along := float64(p.w)
	upright := name == "upArrow" || name == "downArrow" || name == "upDownArrow"
	if upright {
		along = float64(p.h)
	}
	a := of(adj[1], along)
	var xy []float64
	switch name {
	case "rightArrow", "downArrow":
		xy = []float64{0, lo, square - a, lo, square - a, 0, square, square / 2, square - a, square, square - a, hi, 0, hi}
	case "leftArrow", "upArrow":
		xy = []float64{square, lo, a, lo, a, 0, 0, square / 2, a, square, a, hi, square, hi}
	default:
		a = math.Min(a, square/2)
		xy = []float64{0, square / 2, a, 0, a, lo, square - a, lo, square - a, 0, square, square / 2, square - a, square, square - a, hi, a, hi, a, square}
	}
	if upright {
		for i := 0; i+1 < len(xy); i += 2 {
			xy[i], xy[i+1] = xy[i+1], xy[i]
		}
	}
	p.polygon(xy...)
}

// callout draws a rectangle with a wedge to the point x, y from the side that it lies on.
func (p *pen) callout(x, y float64) {
	w, h := float64(p.w), float64(p.h)
	dx, dy := (x-w/2)/math.Max(w, 1), (y-h/2)/math.Max(h, 1)
	lower, right := dy > 0, dx > 0
	from, to := w*7/12, w*10/12
	if !right {
		from, to = w*2/12, w*5/12
	}
	up, down := h*7/12, h*10/12
	if !lower {
		up, down = h*2/12, h*5/12
	}
	across := math.Abs(dy) >= math.Abs(dx)
	p.move(0, 0)
	if across && !lower {
		p.line(from, 0)
		p.line(x, y)
		p.line(to, 0)
	}
	p.line(w, 0)
	if !across && right {
		p.line(w, up)
		p.line(x, y)
		p.line(w, down)
	}
	p.line(w, h)
	if across && lower {
		p.line(to, h)
		p.line(x, y)
		p.line(from, h)
	}
	p.line(0, h)
	if !across && !right {
		p.line(0, down)
		p.line(x, y)
		p.line(0, up)
	}
	p.close()
}

func (p *pen) brackets(name string) {
	w, h := float64(p.w), float64(p.h)
	r := math.Min(w, h) / 12
	side := func(left bool, rx, depth float64) { // depth is how far the tip of a brace stands out, 0 for brackets
		x := func(v float64) float64 {
			if left {
				return v
			}
			return w - v
		}
		turn := func(a, b float64) {
			if left {
				p.arc(rx, r, a, b)
			} else {
				p.arc(rx, r, 180-a, -b)
			}
		}
		if depth == 0 {
			p.move(x(rx), 0)
			turn(270, -90)
			p.line(x(0), h-r)
			turn(180, -90)
			return
		}
		p.move(x(w), 0)
		turn(270, -90)
		p.line(x(depth), h/2-r)
		turn(0, 90)
		turn(270, 90)
		p.line(x(depth), h-r)
		turn(180, -90)
	}
	switch name {
	case "leftBracket":
		side(true, w, 0)
	case "rightBracket":
		side(false, w, 0)
	case "bracketPair":
		r = math.Min(w, h) / 6
		side(true, r, 0)
		side(false, r, 0)
	case "leftBrace":
		side(true, w/2, w/2)
	case "rightBrace":
		side(false, w/2, w/2)
	}
}

// custom draws an a:custGeom whose points are numbers; false when they are to be worked out from formulas.
func (p *pen) custom(geom *docx.Node) bool {
	const most = 20_000
	ok := true
	for _, path := range named(geom.Child("a:pathLst"), "a:path") {
		pw, _ := attrNumber(path, "w")
		ph, _ := attrNumber(path, "h")
		fx, fy := 1.0, 1.0
		if pw > 0 {
			fx = float64(p.w) / pw
		}
		if ph > 0 {
			fy = float64(p.h) / ph
		}
		num := func(n *docx.Node, name string) float64 {
			v, found := attrNumber(n, name)
			ok = ok && found
			return v
		}
		for _, k := range path.Kids {
			if len(p.steps) > most || !ok {
				return false
			}
			var xy []float64
			for _, pt := range named(k, "a:pt") {
				xy = append(xy, num(pt, "x")*fx, num(pt, "y")*fy)
			}
			switch {
			case k.Name == "a:moveTo" && len(xy) == 2:
				p.move(xy[0], xy[1])
			case k.Name == "a:lnTo" && len(xy) == 2:
				p.line(xy[0], xy[1])
			case k.Name == "a:cubicBezTo" && len(xy) == 6:
				p.curve(xy[0], xy[1], xy[2], xy[3], xy[4], xy[5])
			case k.Name == "a:quadBezTo" && len(xy) == 4:
				x, y := p.x, p.y
				p.curve(x+(xy[0]-x)*2/3, y+(xy[1]-y)*2/3, xy[2]+(xy[0]-xy[2])*2/3, xy[3]+(xy[1]-xy[3])*2/3, xy[2], xy[3])
			case k.Name == "a:arcTo":
				p.arc(num(k, "wR")*fx, num(k, "hR")*fy, num(k, "stAng")/60000, num(k, "swAng")/60000)
			case k.Name == "a:close":
				p.close()
			default:
				return false
			}
		}
	}
	return ok && len(p.steps) > 1 && p.steps[0].Op == StepMove
}

// attrNumber reads a number of any size that a drawing may have.
func attrNumber(n *docx.Node, name string) (float64, bool) {
	v, ok := n.Attr(name)
	if !ok {
		return 0, false
	}
	i, err := strconv.ParseInt(v, 10, 64)
	if err != nil || i > 1<<40 || i < -1<<40 {
		return 0, false
	}
	return float64(i), true
}

// arrowHead is what ends a line: its kind, and its length and breadth in breadths of the line.
type arrowHead struct {
	kind          string
	length, width float64
}

// dmlHead reads an a:headEnd or a:tailEnd.
func dmlHead(n *docx.Node) arrowHead {
	size := func(name string) float64 {
		switch v, _ := n.Attr(name); v {
		case "sm":
			return 2
		case "lg":
			return 5
		}
		return 3
	}
	kind, _ := n.Attr("type")
	return arrowHead{kind, size("len"), size("w")}
}

// visible reports whether there is anything to draw.
func (a arrowHead) visible() bool { return a.kind != "" && a.kind != "none" }

// ended draws the heads of a line that goes through the corners, and shortens the line to where they begin.
func (p *pen) ended(b *border, start, end arrowHead) (heads []Path) {
	n := len(p.corners)
	if n < 2 || len(p.steps) < 2 || !b.visible() {
		return nil
	}
	_, width := b.strokes()
	thick := math.Max(float64(width), float64(2*Point))
	first, last := p.corners[0], p.corners[n-1]
	draw := func(a arrowHead, tip, from point) (point, bool) {
		dx, dy := float64(tip.x-from.x), float64(tip.y-from.y)
		l := math.Hypot(dx, dy)
		if !a.visible() || l == 0 {
			return tip, false
		}
		dx, dy = dx/l, dy/l
		long, half := math.Min(a.length*thick, l), a.width*thick/2
		on := func(back, side float64) point {
			return point{tip.x - Length(math.Round(float64(dx*back)+float64(dy*side))), tip.y - Length(math.Round(float64(dy*back)-float64(dx*side)))}
		}
		var pts []point
		base := long * 0.9
		switch a.kind {
		case "stealth", "classic":
			pts = []point{tip, on(long, half), on(long*2/3, 0), on(long, -half)}
			base = long * 0.6
		case "diamond":
			pts = []point{on(-long/2, 0), on(0, half), on(long/2, 0), on(0, -half)}
			base = 0
		case "oval":
			q := pen{w: Length(long), h: Length(2 * half), cos: 1}
			q.ellipse()
			for i := range q.steps {
				s := &q.steps[i]
				for _, v := range [...]*Length{&s.X, &s.X1, &s.X2} {
					*v += tip.x - Length(long/2)
				}
				for _, v := range [...]*Length{&s.Y, &s.Y1, &s.Y2} {
					*v += tip.y - Length(half)
				}
			}
			heads = append(heads, Path{Steps: q.steps, Filled: true, Fill: b.color, Node: -1})
			return tip, false
		case "arrow", "open":
			a, c := on(long, half), on(long, -half)
			heads = append(heads, Path{
				Steps:  []Step{{Op: StepMove, X: a.x, Y: a.y}, {Op: StepLine, X: tip.x, Y: tip.y}, {Op: StepLine, X: c.x, Y: c.y}},
				Stroke: b.color, Width: width, Node: -1,
			})
			return tip, false
		default: // triangle, block
			pts = []point{tip, on(long, half), on(long, -half)}
		}
		head := Path{Filled: true, Fill: b.color, Node: -1}
		for i, q := range pts {
			head.Steps = append(head.Steps, Step{Op: StepLine, X: q.x, Y: q.y})
			if i == 0 {
				head.Steps[0].Op = StepMove
			}
		}
		head.Steps = append(head.Steps, Step{Op: StepClose})
		heads = append(heads, head)
		return on(base, 0), true
	}
	if q, moved := draw(start, first, p.corners[1]); moved {
		p.steps[0].X, p.steps[0].Y = q.x, q.y
	}
	if q, moved := draw(end, last, p.corners[n-2]); moved {
		p.steps[len(p.steps)-1].X, p.steps[len(p.steps)-1].Y = q.x, q.y
	}
	return heads
}

// outlined adds what the pen has drawn to a drawing, filled and stroked.
func (d *drawing) outlined(p *pen, filled bool, fill Color, b border, start, end arrowHead) {
	heads := []Path(nil)
	if start.visible() || end.visible() {
		heads = p.ended(&b, start, end)
	}
	path := Path{Steps: p.steps, Filled: filled, Fill: fill, Node: -1}
	if b.visible() {
		_, path.Width = b.strokes()
		path.Stroke, path.Dash = b.color, b.dash()
	}
	if filled || path.Width > 0 {
		d.paths = append(d.paths, path)
	}
	d.paths = append(d.paths, heads...)
}
