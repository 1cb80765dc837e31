package pdf

import (
	"fmt"
	"math"
	"strconv"

	"tripact/render/layout"
)

// content is the content stream of one page in the making.
type content struct {
	w      *writer
	page   int
	height layout.Length
	b      []byte

	// Graphics state as the stream has left it.
	fill, stroke layout.Color
	lineWidth    layout.Length
	dashed       []layout.Length
	font         *docFont
	size         layout.Length
	mode         int
	scale        int
	spacing      int64 // after each character, in thousandths of a point

	// The marked-content sequence that is open.
	open     bool
	openNode int32
	openLang string
	mcids    []int32 // node by MCID
	inText   bool
	upright  bool  // whether the text line matrix is only moved
	tx, ty   int64 // where it is, in thousandths of a point
}

func (c *content) str(s string) { c.b = append(c.b, s...) }

func (c *content) num(v int64) {
	c.b = appendMilli(c.b, v)
	c.b = append(c.b, ' ')
}

func (c *content) length(l layout.Length) { c.num(milli(l)) }

// y turns a height from the top of the page into one from the bottom.
func (c *content) y(y layout.Length) layout.Length { return c.height - y }

func (c *content) draw(p *layout.Page) error {
	if err := c.pictures(p.Behind); err != nil {
		return err
	}
	c.fills(p.Fills)
	c.paths(p.Paths)
	c.rules(p.Rules)
	for i := range p.Texts {
		var next *layout.Text
		if i+1 < len(p.Texts) {
			next = &p.Texts[i+1]
		}
		if err := c.text(&p.Texts[i], next); err != nil {
			return fmt.Errorf("text %q: %w", p.Texts[i].Source, err)
		}
	}
	c.close()
	return c.pictures(p.Front)
}

// mark opens the marked-content sequence that content of node belongs to, or keeps the one that is open. Sequences of text lie within
// the text object, so that one text object holds all text of a page (ISO 32000-1, 14.6.1 allows either way round).
func (c *content) mark(node int32, lang string) {
	if !c.w.tagged {
		return
	}
	if c.open && c.openNode == node && c.openLang == lang {
		return
	}
	c.unmark()
	c.open, c.openNode, c.openLang = true, node, lang
	if node < 0 {
		c.str("/Artifact BMC\n")
		return
	}
	c.str("/" + role(&c.w.nodes[node]) + "<<")
	if lang != "" {
		c.str("/Lang")
		c.b = appendText(c.b, lang)
	}
	c.str("/MCID ")
	c.b = strconv.AppendInt(c.b, int64(len(c.mcids)), 10)
	c.str(">>BDC\n")
	c.mcids = append(c.mcids, node)
}

// unmark ends the open marked-content sequence.
func (c *content) unmark() {
	if c.open {
		c.str("EMC\n")
		c.open = false
	}
}

// close ends the open marked-content sequence and the text object around it.
func (c *content) close() {
	c.unmark()
	if c.inText {
		c.str("ET\n")
		c.inText = false
	}
}

func (c *content) setColor(state *layout.Color, color layout.Color, gray, rgb string) {
	if *state == color {
		return
	}
	*state = color
	part := func(shift uint) int64 { return (int64(color>>shift&0xFF)*1000 + 127) / 255 }
	r, g, b := part(16), part(8), part(0)
	c.num(r)
	if r == g && g == b {
		c.str(gray)
		return
	}
	c.num(g)
	c.num(b)
	c.str(rgb)
}

func (c *content) setFill(color layout.Color)   { c.setColor(&c.fill, color, "g\n", "rg\n") }
func (c *content) setStroke(color layout.Color) { c.setColor(&c.stroke, color, "G\n", "RG\n") }

func (c *content) setLineWidth(width layout.Length) {
	if c.lineWidth != width {
		c.lineWidth = width
		c.length(width)
		c.str("w\n")
	}
}

// figure gives the node that drawing of node counts as: shading, borders and lines say nothing, unless they are a figure.
func (c *content) figure(node int32) int32 {
	if node >= 0 && int(node) < len(c.w.nodes) && c.w.nodes[node].Kind == layout.NodeFigure {
		return node
	}
	return -1
}

func (c *content) fills(fills []layout.Fill) {
	for i := range fills {
		f := &fills[i]
		c.mark(c.figure(f.Node), "")
		c.setFill(f.Color)
		c.length(f.X)
		c.length(c.y(f.Y + f.H))
		c.length(f.W)
		c.length(f.H)
		c.str("re f\n")
	}
	c.close()
}

func (c *content) paths(paths []layout.Path) {
	for i := range paths {
		p := &paths[i]
		c.mark(c.figure(p.Node), "")
		if p.Filled {
			c.setFill(p.Fill)
		}
		if p.Width > 0 {
			c.setStroke(p.Stroke)
			c.setLineWidth(p.Width)
			c.setDash(p.Dash)
		}
		for k := range p.Steps {
			s := &p.Steps[k]
			switch s.Op {
			case layout.StepMove:
				c.point(s.X, s.Y)
				c.str("m\n")
			case layout.StepLine:
				c.point(s.X, s.Y)
				c.str("l\n")
			case layout.StepCurve:
				c.point(s.X1, s.Y1)
				c.point(s.X2, s.Y2)
				c.point(s.X, s.Y)
				c.str("c\n")
			case layout.StepClose:
				c.str("h\n")
			}
		}
		switch {
		case p.Filled && p.Width > 0:
			c.str("B\n")
		case p.Filled:
			c.str("f\n")
		case p.Width > 0:
			c.str("S\n")
		default:
			c.str("n\n")
		}
	}
	if len(paths) > 0 {
		c.close()
		c.setDash(nil)
	}
}

// point writes a place on the page.
func (c *content) point(x, y layout.Length) {
	c.length(x)
	c.length(c.y(y))
}

func (c *content) rules(rules []layout.Rule) {
	for i := range rules {
		r := &rules[i]
		c.mark(c.figure(r.Node), "")
		c.setStroke(r.Color)
		c.setLineWidth(r.Width)
		c.setDash(r.Dash)
		c.length(r.X1)
		c.length(c.y(r.Y1))
		c.str("m ")
		c.length(r.X2)
		c.length(c.y(r.Y2))
		c.str("l S\n")
	}
	c.close()
	c.setDash(nil)
}

func (c *content) setDash(dash []layout.Length) {
	same := len(dash) == len(c.dashed)
	for i := 0; same && i < len(dash); i++ {
		same = dash[i] == c.dashed[i]
	}
	if same {
		return
	}
	c.dashed = dash
	c.str("[")
	for _, d := range dash {
		c.length(d)
	}
	c.str("]0 d\n")
}

// turn rotates what follows about the middle of a picture.
func (c *content) turn(p *layout.Picture) {
	sin, cos := math.Sincos(-float64(p.Turn) / 60000 * math.Pi / 180)
	if p.Turn%(90*60000) == 0 {
		sin, cos = math.Round(sin), math.Round(cos)
	}
	x, y := float64(p.X+p.W/2)/float64(layout.Point), float64(c.y(p.Y+p.H/2))/float64(layout.Point)
	for _, v := range [6]float64{cos, sin, -sin, cos, x - x*cos + y*sin, y - x*sin - y*cos} {
		c.b = strconv.AppendFloat(c.b, math.Round(v*1e5)/1e5+0, 'f', -1, 64) // + 0 makes -0 a 0
		c.b = append(c.b, ' ')
	}
	c.str("cm ")
}

// flip mirrors what follows about the middle of a picture.
func (c *content) flip(p *layout.Picture) {
	one := func(flip bool, middle layout.Length) (scale int64, move layout.Length) {
		if flip {
			return -1000, 2 * middle
		}
		return 1000, 0
	}
	sx, dx := one(p.FlipX, p.X+p.W/2)
	sy, dy := one(p.FlipY, c.y(p.Y+p.H/2))
	c.num(sx)
	c.str("0 0 ")
	c.num(sy)
	c.length(dx)
	c.length(dy)
	c.str("cm ")
}

func (c *content) pictures(pictures []layout.Picture) error {
	for i := range pictures {
		p := &pictures[i]
		code, err := c.w.pageCode(p, c.page)
		if err != nil {
			return fmt.Errorf("picture %d of page %d: %w", i+1, c.page+1, err)
		}
		var img *xImage
		if code == nil {
			if img, err = c.w.image(p); err != nil {
				return fmt.Errorf("picture %d of page %d: %w", i+1, c.page+1, err)
			}
			code = img.modules
		}
		node := p.Node
		if node >= int32(len(c.w.nodes)) {
			return fmt.Errorf("picture %d of page %d belongs to no node: %d", i+1, c.page+1, node)
		}
		c.close() // each picture is a sequence of its own
		c.mark(node, "")
		c.str("q ")
		if p.Turn != 0 {
			c.turn(p)
		}
		if p.FlipX || p.FlipY {
			c.flip(p)
		}
		x, y, w, h := p.X, c.y(p.Y+p.H), p.W, p.H
		if p.Crop != ([4]int{}) {
			const whole = 100_000
			left, top, right, bottom := p.Crop[0], p.Crop[1], p.Crop[2], p.Crop[3]
			if left+right >= whole || top+bottom >= whole {
				return fmt.Errorf("picture %d of page %d is cropped to nothing", i+1, c.page+1)
			}
			for _, v := range [4]layout.Length{x, y, w, h} {
				c.length(v)
			}
			c.str("re W n ")
			w = w * whole / layout.Length(whole-left-right)
			h = h * whole / layout.Length(whole-top-bottom)
			x -= w * layout.Length(left) / whole
			y -= h * layout.Length(bottom) / whole
		}
		c.length(w)
		c.str("0 0 ")
		c.length(h)
		c.length(x)
		c.length(y)
		c.str("cm ")
		if code != nil {
			c.modules(code)
		} else {
			c.str("/" + img.name + " Do ")
		}
		c.str("Q\n")
	}
	c.close()
	return nil
}
