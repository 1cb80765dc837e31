package layout

import (
	"strings"

	"tripact/render/docx"
)

// tblProps is what w:tblPr says.
type tblProps struct {
	style            string
	width            tblWidth
	align            alignment
	hasAlign         bool
	indent           Length
	hasIndent        bool
	fixed            bool
	hasLayout        bool
	borders          [6]border // top left bottom right insideH insideV
	margins          [4]Length // top left bottom right
	marginSet        uint8
	look             int
	hasLook          bool
	rowBand, colBand int
	shd              shading
	floating         *tablePlace
	spacing          bool
	bidi             bool
	descr            string
}

// tablePlace is where a floating table stands (w:tblpPr). What the file leaves out is as in Word: across from the column,
// down from the upper margin.
type tablePlace struct {
	hFrom, vFrom   string // text, margin, page
	hAlign, vAlign string // "" for x and y
	x, y           Length
	dist           [4]Length // kept free of text: top left bottom right
}

func parseTablePlace(k *docx.Node) *tablePlace {
	p := &tablePlace{hFrom: "text", vFrom: "margin"}
	for _, a := range [...]struct {
		name string
		to   *string
	}{{"w:horzAnchor", &p.hFrom}, {"w:vertAnchor", &p.vFrom}, {"w:tblpXSpec", &p.hAlign}, {"w:tblpYSpec", &p.vAlign}} {
		if v, ok := k.Attr(a.name); ok {
			*a.to = v
		}
	}
	p.x, _ = attrLength(k, "w:tblpX", Twip)
	p.y, _ = attrLength(k, "w:tblpY", Twip)
	for i, name := range [...]string{"w:topFromText", "w:leftFromText", "w:bottomFromText", "w:rightFromText"} {
		v, _ := attrLength(k, name, Twip)
		p.dist[i] = max(0, v)
	}
	return p
}

// tblWidth is a w:tblW or w:tcW.
type tblWidth struct {
	kind  string // dxa, pct, auto, nil
	value Length // for dxa
	pct   int    // fiftieths of a percent
}

// tcProps is what w:tcPr says, in a cell or in a table style.
type tcProps struct {
	width     tblWidth
	span      int
	merge     int8       // 1 restart, 2 continue
	joined    bool       // to the cell before (w:hMerge)
	borders   *[6]border // nil when none is set
	shd       shading
	hasShd    bool
	margins   [4]Length
	marginSet uint8
	vAlign    string
	dir       string
	diagonal  *[2]border // from the upper left to the lower right corner, and from the upper right to the lower left
	fit       bool
	noWrap    bool
	hideMark  bool // an empty cell asks for no line's height
}

func parseWidth(n *docx.Node) tblWidth {
	var w tblWidth
	if n == nil {
		return w
	}
	w.kind, _ = n.Attr("w:type")
	v, _ := n.Attr("w:w")
	if p, ok := strings.CutSuffix(strings.TrimSpace(v), "%"); ok {
		i, _ := parseInt(p)
		w.kind, w.pct = "pct", i*50
		return w
	}
	switch w.kind {
	case "pct":
		w.pct, _ = parseInt(v)
	case "auto", "nil":
	default:
		w.kind = "dxa"
		w.value, _ = measure(v, Twip)
	}
	return w
}

func tableSide(name string) int {
	switch name {
	case "w:top":
		return 0
	case "w:left", "w:start":
		return 1
	case "w:bottom":
		return 2
	case "w:right", "w:end":
		return 3
	case "w:insideH":
		return 4
	case "w:insideV":
		return 5
	}
	return -1
}

func parseMargins(n *docx.Node, to *[4]Length, set *uint8) {
	for _, k := range n.Kids {
		i := tableSide(k.Name)
		if i < 0 || i > 3 {
			continue
		}
		if w := parseWidth(k); w.kind == "dxa" {
			to[i] = max(0, min(w.value, 10*Inch))
			*set |= 1 << i
		}
	}
}

func parseTblPr(n *docx.Node) tblProps {
	var t tblProps
	if n == nil {
		return t
	}
	for _, k := range n.Kids {
		switch k.Name {
		case "w:tblStyle":
			t.style = k.Val()
		case "w:tblW":
			t.width = parseWidth(k)
		case "w:jc":
			t.align, t.hasAlign = parseAlign(k.Val()), true
		case "w:tblInd":
			if w := parseWidth(k); w.kind == "dxa" {
				t.indent, t.hasIndent = w.value, true
			}
		case "w:tblLayout":
			v, _ := k.Attr("w:type")
			t.fixed, t.hasLayout = v == "fixed", true
		case "w:tblBorders":
			for _, b := range k.Kids {
				if i := tableSide(b.Name); i >= 0 {
					t.borders[i] = parseBorder(b)
				}
			}
		case "w:tblCellMar":
			parseMargins(k, &t.margins, &t.marginSet)
		case "w:tblLook":
			t.look, t.hasLook = parseLook(k), true
		case "w:tblStyleRowBandSize":
			t.rowBand, _ = attrInt(k, "w:val")
		case "w:tblStyleColBandSize":
			t.colBand, _ = attrInt(k, "w:val")
		case "w:shd":
			t.shd = parseShd(k)
		case "w:tblpPr":
			t.floating = parseTablePlace(k)
		case "w:tblCellSpacing":
			if w := parseWidth(k); w.value > 0 {
				t.spacing = true
			}
		case "w:bidiVisual":
			t.bidi = onOff(k)
		case "w:tblDescription", "w:tblCaption":
			t.descr = k.Val()
		}
	}
	return t
}

// Bits of w:tblLook.
const (
	lookFirstRow = 0x20
	lookLastRow  = 0x40
	lookFirstCol = 0x80
	lookLastCol  = 0x100
	lookNoHBand  = 0x200
	lookNoVBand  = 0x400
)

func parseLook(k *docx.Node) int {
	look := 0
	if v, ok := k.Attr("w:val"); ok {
		if r, err := parseHex(v); err == nil {
			look = int(r)
		}
	}
	for _, f := range []struct {
		name string
		bit  int
	}{
		{"w:firstRow", lookFirstRow},
		{"w:lastRow", lookLastRow},
		{"w:firstColumn", lookFirstCol},
		{"w:lastColumn", lookLastCol},
		{"w:noHBand", lookNoHBand},
		{"w:noVBand", lookNoVBand},
	} {
		if v, ok := k.Attr(f.name); ok {
			look &^= f.bit
			if isOn(v) {
				look |= f.bit
			}
		}
	}
	return look
}

func parseTcPr(n *docx.Node) tcProps {
	t := tcProps{span: 1}
	if n == nil {
		return t
	}
	for _, k := range n.Kids {
		switch k.Name {
		case "w:tcW":
			t.width = parseWidth(k)
		case "w:hMerge":
			t.joined = k.Val() != "restart"
		case "w:gridSpan":
			if v, ok := attrInt(k, "w:val"); ok {
				t.span = max(1, min(v, maxColumns))
			}
		case "w:vMerge":
			t.merge = 2
			if k.Val() == "restart" {
				t.merge = 1
			}
		case "w:tcBorders":
			t.borders = &[6]border{}
			for _, b := range k.Kids {
				if i := tableSide(b.Name); i >= 0 {
					t.borders[i] = parseBorder(b)
					continue
				}
				if d := parseBorder(b); (b.Name == "w:tl2br" || b.Name == "w:tr2bl") && d.visible() {
					if t.diagonal == nil {
						t.diagonal = &[2]border{}
					}
					t.diagonal[boolInt(b.Name == "w:tr2bl")] = d
				}
			}
		case "w:shd":
			t.shd, t.hasShd = parseShd(k), true
		case "w:tcMar":
			parseMargins(k, &t.margins, &t.marginSet)
		case "w:vAlign":
			t.vAlign = k.Val()
		case "w:textDirection":
			t.dir = k.Val()
		case "w:tcFitText":
			t.fit = onOff(k)
		case "w:noWrap":
			t.noWrap = onOff(k)
		case "w:hideMark":
			t.hideMark = onOff(k)
		}
	}
	return t
}
