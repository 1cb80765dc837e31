package layout

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"tripact/render/docx"
)

// maxLength bounds every length read from a file: 22 inches is Word's largest page side; anything longer is nonsense.
const maxLength = 50 * Inch

// clampLength keeps l within ±maxLength.
func clampLength(l Length) Length { return max(-maxLength, min(maxLength, l)) }

// measure reads a length given in units of unit, or with a suffix of its own (ST_UniversalMeasure: mm, cm, in, pt, pc, pi).
func measure(s string, unit Length) (Length, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, false
	}
	scale := float64(unit)
	if n := len(s); n > 2 {
		suffix := true
		switch s[n-2:] {
		case "mm":
			scale = float64(MM)
		case "cm":
			scale = float64(10 * MM)
		case "in":
			scale = float64(Inch)
		case "pt":
			scale = float64(Point)
		case "pc", "pi":
			scale = float64(12 * Point)
		case "px":
			scale = float64(Inch) / 96
		default:
			suffix = false
		}
		if suffix {
			s = strings.TrimSpace(s[:n-2])
		}
	}
	if v, err := strconv.ParseInt(s, 10, 32); err == nil {
		return clampLength(Length(float64(v) * scale)), true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || f != f || err == nil && math.IsInf(f, 0) {
		return 0, false
	}
	f *= scale
	if f > float64(maxLength) {
		return maxLength, true
	}
	if f < -float64(maxLength) {
		return -maxLength, true
	}
	return Length(f), true
}

// attrLength reads attribute name of n as a length in units of unit.
func attrLength(n *docx.Node, name string, unit Length) (Length, bool) {
	v, ok := n.Attr(name)
	if !ok {
		return 0, false
	}
	return measure(v, unit)
}

// attrInt reads an integer attribute, held within ±1e6.
func attrInt(n *docx.Node, name string) (int, bool) {
	v, ok := n.Attr(name)
	if !ok {
		return 0, false
	}
	return parseInt(v)
}

func parseInt(v string) (int, bool) {
	v = strings.TrimSpace(v)
	i, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		f, err := strconv.ParseFloat(v, 64)
		if err != nil || f != f {
			return 0, false
		}
		return int(max(-1e6, min(1e6, f))), true
	}
	return int(max(-1e6, min(1e6, i))), true
}

// onOff reads a toggle: present without w:val means on.
func onOff(n *docx.Node) bool {
	v, ok := n.Attr("w:val")
	return !ok || isOn(v)
}

func isOn(v string) bool {
	switch v {
	case "0", "false", "off", "none":
		return false
	}
	return true
}

// parseColor reads RRGGBB; ok is false for "auto" and for anything else.
func parseColor(s string) (c Color, ok bool) {
	s = strings.TrimPrefix(s, "#")
	if len(s) != 6 {
		return 0, false
	}
	v, err := strconv.ParseUint(s, 16, 32)
	if err != nil {
		return 0, false
	}
	return Color(v), true
}

// highlightColor is the colour of a w:highlight name (ECMA-376 17.18.40).
func highlightColor(name string) (Color, bool) {
	switch name {
	case "black":
		return 0x000000, true
	case "blue":
		return 0x0000FF, true
	case "cyan":
		return 0x00FFFF, true
	case "green":
		return 0x00FF00, true
	case "magenta":
		return 0xFF00FF, true
	case "red":
		return 0xFF0000, true
	case "yellow":
		return 0xFFFF00, true
	case "white":
		return 0xFFFFFF, true
	case "darkBlue":
		return 0x00008B, true
	case "darkCyan":
		return 0x008B8B, true
	case "darkGreen":
		return 0x006400, true
	case "darkMagenta":
		return 0x800080, true
	case "darkRed":
		return 0x8B0000, true
	case "darkYellow":
		return 0x808000, true
	case "darkGray":
		return 0xA9A9A9, true
	case "lightGray":
		return 0xD3D3D3, true
	}
	return 0, false
}

// shading is a background: none, or one colour (patterns are mixed into one).
type shading struct {
	on    bool
	color Color
}

// parseShd reads w:shd. A pattern of percentages is drawn as the mixture of its two colours.
func parseShd(n *docx.Node) shading {
	fillAttr, _ := n.Attr("w:fill")
	fill, hasFill := parseColor(fillAttr)
	val := n.Val()
	fg, hasFg := parseColor(func() string { c, _ := n.Attr("w:color"); return c }())
	if !hasFg {
		fg = 0
	}
	mix := 0 // per mille of foreground
	switch {
	case val == "solid":
		mix = 1000
	case strings.HasPrefix(val, "pct"):
		p, _ := parseInt(val[3:])
		mix = max(0, min(100, p)) * 10
		if p == 12 || p == 37 || p == 62 || p == 87 {
			mix += 5
		}
	case strings.HasPrefix(val, "thin"):
		mix = 250
	case val == "nil":
		return shading{}
	case val != "" && val != "clear":
		mix = 500
	}
	if mix == 0 {
		return shading{on: hasFill, color: fill}
	}
	if !hasFill {
		fill = 0xFFFFFF
	}
	blend := func(shift uint) Color {
		a, b := int(fill>>shift)&0xFF, int(fg>>shift)&0xFF
		return Color((a*(1000-mix)+b*mix)/1000) << shift
	}
	return shading{on: true, color: blend(16) | blend(8) | blend(0)}
}

// Which run properties are set.
const (
	rFont0 = 1 << iota // four bits, one for each slot
	rFont1
	rFont2
	rFont3
	rHint
	rSize
	rBold
	rItalic
	rColor
	rHighlight
	rShd
	rUnderline
	rStrike
	rDStrike
	rVert
	rSpacing
	rScale
	rPosition
	rCaps
	rSmallCaps
	rVanish
	rSnap
	rEm
	rLang
	rLangEA
	rBorder
	rRTL
	rStyle
	rSpecVanish
	rKern
	rFit
	rTwo
)

// rToggles are the properties whose values in several styles cancel each other (ECMA-376 17.7.3).
const rToggles = rBold | rItalic | rStrike | rCaps | rSmallCaps | rVanish

// rProps is what one w:rPr says, or several merged; only the fields whose bit is in set mean anything.
type rProps struct {
	set       uint32
	on        uint32 // values of the yes-or-no properties, under the same bits
	fonts     [slots]string
	size      Length
	color     Color
	auto      bool // colour auto
	highlight shading
	shd       shading
	underline string
	ulColor   Color
	ulAuto    bool
	vert      int8 // 1 superscript, -1 subscript
	spacing   Length
	kern      Length // the least size at which pairs are kerned, 0 for none
	scale     int
	position  Length
	em        string
	lang      string
	langEA    string
	border    border
	style     string
	fit       Length // the width that the text is to take (w:fitText)
	two       string // brackets around two lines in one (w:eastAsianLayout): none, round, square, angle, curly
	group     string // runs in a row that belong together in either have the same
}

func (p *rProps) is(bit uint32) bool { return p.set&bit != 0 && p.on&bit != 0 }

// over lays q on top of p. With styles set, toggles that both switch on cancel out.
func (p *rProps) over(q *rProps, toggle bool) {
	if q.set == 0 {
		return
	}
	for i := range q.fonts {
		if q.set&(rFont0<<i) != 0 {
			p.fonts[i] = q.fonts[i]
		}
	}
	flags := q.set & (rToggles | rDStrike | rSnap | rHint | rRTL | rSpecVanish)
	if toggle {
		t := flags & rToggles
		p.on ^= q.on & t
		flags &^= rToggles
	}
	p.on = p.on&^flags | q.on&flags
	if q.set&rSize != 0 {
		p.size = q.size
	}
	if q.set&rColor != 0 {
		p.color, p.auto = q.color, q.auto
	}
	if q.set&rHighlight != 0 {
		p.highlight = q.highlight
	}
	if q.set&rShd != 0 {
		p.shd = q.shd
	}
	if q.set&rUnderline != 0 {
		p.underline, p.ulColor, p.ulAuto = q.underline, q.ulColor, q.ulAuto
	}
	if q.set&rVert != 0 {
		p.vert = q.vert
	}
	if q.set&rSpacing != 0 {
		p.spacing = q.spacing
	}
	if q.set&rKern != 0 {
		p.kern = q.kern
	}
	if q.set&rScale != 0 {
		p.scale = q.scale
	}
	if q.set&rPosition != 0 {
		p.position = q.position
	}
	if q.set&rEm != 0 {
		p.em = q.em
	}
	if q.set&rLang != 0 {
		p.lang = q.lang
	}
	if q.set&rLangEA != 0 {
		p.langEA = q.langEA
	}
	if q.set&rBorder != 0 {
		p.border = q.border
	}
	if q.set&rFit != 0 {
		p.fit, p.group = q.fit, q.group
	}
	if q.set&rTwo != 0 {
		p.two, p.group = q.two, q.group
	}
	p.set |= q.set &^ rStyle
}

// Bounds of letters (ECMA-376 17.3.2.38 by Word's own limit, 17.3.2.43).
const (
	maxSize  = 1638 * Point
	maxScale = 600 // percent
)

// parseRPr reads a w:rPr.
func (s *sheet) parseRPr(n *docx.Node) rProps {
	var p rProps
	if n == nil {
		return p
	}
	flag := func(k *docx.Node, bit uint32) {
		p.set |= bit
		if onOff(k) {
			p.on |= bit
		} else {
			p.on &^= bit
		}
	}
	for _, k := range n.Kids {
		switch k.Name {
		case "w:rStyle":
			p.style, p.set = k.Val(), p.set|rStyle
		case "w:rFonts":
			s.parseFonts(k, &p)
		case "w:sz":
			v, ok := attrLength(k, "w:val", Point/2)
			if ok && v > 0 {
				p.size, p.set = min(v, maxSize), p.set|rSize
			}
			if !ok || v <= 0 || v > maxSize {
				s.odd = k.Name
			}
		case "w:b":
			flag(k, rBold)
		case "w:i":
			flag(k, rItalic)
		case "w:strike":
			flag(k, rStrike)
		case "w:dstrike":
			flag(k, rDStrike)
		case "w:caps":
			flag(k, rCaps)
		case "w:smallCaps":
			flag(k, rSmallCaps)
		case "w:vanish":
			flag(k, rVanish)
		case "w:specVanish":
			flag(k, rSpecVanish)
		case "w:snapToGrid":
			flag(k, rSnap)
		case "w:rtl":
			flag(k, rRTL)
		case "w:color":
			p.set |= rColor
			c, ok := parseColor(k.Val())
			p.color, p.auto = c, !ok
			if !ok && k.Val() != "auto" {
				p.set &^= rColor
			}
		case "w:highlight":
			p.set |= rHighlight
			c, ok := highlightColor(k.Val())
			p.highlight = shading{on: ok, color: c}
		case "w:shd":
			p.set |= rShd
			p.shd = parseShd(k)
		case "w:u":
			p.set |= rUnderline
			p.underline = k.Val()
			if p.underline == "" {
				p.underline = "single"
			}
			c, _ := k.Attr("w:color")
			col, ok := parseColor(c)
			p.ulColor, p.ulAuto = col, !ok
		case "w:vertAlign":
			p.set |= rVert
			switch k.Val() {
			case "superscript":
				p.vert = 1
			case "subscript":
				p.vert = -1
			default:
				p.vert = 0
			}
		case "w:spacing":
			if v, ok := attrLength(k, "w:val", Twip); ok {
				p.spacing, p.set = v, p.set|rSpacing
			}
		case "w:kern":
			if v, ok := attrLength(k, "w:val", Point/2); ok {
				p.kern, p.set = max(0, v), p.set|rKern
			}
		case "w:w":
			v, ok := parseInt(strings.TrimSuffix(k.Val(), "%"))
			if ok && v > 0 {
				p.scale, p.set = min(v, maxScale), p.set|rScale
			}
			if !ok || v <= 0 || v > maxScale {
				s.odd = k.Name
			}
		case "w:position":
			if v, ok := attrLength(k, "w:val", Point/2); ok {
				p.position, p.set = v, p.set|rPosition
			}
		case "w:em":
			p.em, p.set = k.Val(), p.set|rEm
			if p.em == "comma" || p.em == "circle" {
				s.odd = "w:em"
			}
		case "w:lang":
			if v, ok := k.Attr("w:val"); ok {
				p.lang, p.set = v, p.set|rLang
			}
			if v, ok := k.Attr("w:eastAsia"); ok {
				p.langEA, p.set = v, p.set|rLangEA
			}
		case "w:emboss", "w:imprint", "w:outline", "w:shadow", "w:effect":
			if onOff(k) {
				s.odd = k.Name
			}
		case "w:fitText":
			if v, ok := attrLength(k, "w:val", Twip); ok && v > 0 {
				p.fit, p.set = v, p.set|rFit
				p.group, _ = k.Attr("w:id")
			}
		case "w:eastAsianLayout":
			s.parseTwoLines(k, &p)
		case "w:bdr":
			p.border, p.set = parseBorder(k), p.set|rBorder
		}
	}
	return p
}

// parseTwoLines reads w:eastAsianLayout: two lines in one. Characters turned to stand across vertical lines are not drawn.
func (s *sheet) parseTwoLines(k *docx.Node, p *rProps) {
	if v, ok := k.Attr("w:vert"); ok && isOn(v) {
		s.odd = k.Name
	}
	if v, ok := k.Attr("w:combine"); !ok || !isOn(v) {
		return
	}
	p.set |= rTwo
	p.group, _ = k.Attr("w:id")
	if p.two, _ = k.Attr("w:combineBrackets"); p.two == "" {
		p.two = "none"
	}
}

// parseFonts reads w:rFonts; theme references win over names, as in Word.
func (s *sheet) parseFonts(k *docx.Node, p *rProps) {
	for i := range k.Attrs {
		a := &k.Attrs[i]
		switch a.Name {
		case "w:hint":
			p.set |= rHint
			p.on &^= rHint
			if a.Value == "eastAsia" {
				p.on |= rHint
			}
		case "w:ascii", "w:hAnsi", "w:eastAsia", "w:cs":
			sl := fontSlot(a.Name)
			if p.set&(rFont0<<sl) == 0 && a.Value != "" {
				p.fonts[sl] = a.Value
				p.set |= rFont0 << sl
			}
		}
	}
	for i := range k.Attrs {
		a := &k.Attrs[i]
		switch a.Name {
		case "w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme":
			sl := fontSlot(strings.TrimSuffix(strings.TrimSuffix(a.Name, "Theme"), "theme"))
			if f := s.theme[a.Value]; f != "" {
				p.fonts[sl] = f
				p.set |= rFont0 << sl
			}
		}
	}
}

func fontSlot(attr string) slot {
	switch attr {
	case "w:ascii":
		return slotASCII
	case "w:hAnsi":
		return slotHAnsi
	case "w:eastAsia":
		return slotEastAsia
	}
	return slotCS
}

func (p *pProps) is(bit uint32) bool { return p.set&bit != 0 && p.on&bit != 0 }

// over lays q on top of p. Tab stops add up, a clear stop taking away an inherited one.
func (p *pProps) over(q *pProps) {
	if q.set&pAlign != 0 {
		p.align = q.align
	}
	// A measure in characters outranks one in length at the same level, and a length set on top of inherited characters
	// replaces them (Word writes both when it saves).
	if q.set&pLeft != 0 {
		p.left = q.left
		p.set &^= pLeftChars
	}
	if q.set&pRight != 0 {
		p.right = q.right
		p.set &^= pRightChars
	}
	if q.set&pFirst != 0 {
		p.first = q.first
		p.set &^= pFirstChars
	}
	if q.set&pLeftChars != 0 {
		p.leftChars = q.leftChars
	}
	if q.set&pRightChars != 0 {
		p.rightChars = q.rightChars
	}
	if q.set&pFirstChars != 0 {
		p.firstChars = q.firstChars
	}
	if q.set&pBefore != 0 {
		p.before = q.before
		p.set &^= pBeforeLines
	}
	if q.set&pAfter != 0 {
		p.after = q.after
		p.set &^= pAfterLines
	}
	if q.set&pBeforeLines != 0 {
		p.beforeLines = q.beforeLines
	}
	if q.set&pAfterLines != 0 {
		p.afterLines = q.afterLines
	}
	if q.set&pLine != 0 {
		p.line, p.lineAuto, p.rule = q.line, q.lineAuto, q.rule
	}
	const flags = pContextual | pKeepNext | pKeepLines | pBreakBefore | pWidow | pSnap | pKinsoku | pOverflow | pTopPunct |
		pAutoDE | pAutoDN | pBeforeAuto | pAfterAuto | pWordWrap
	f := q.set & flags
	p.on = p.on&^f | q.on&f
	if q.set&pOutline != 0 {
		p.outline = q.outline
	}
	if q.set&pShd != 0 {
		p.shd = q.shd
	}
	if q.set&pNum != 0 {
		p.num = q.num
	}
	if q.set&pLvl != 0 {
		p.lvl = q.lvl
	}
	if q.set&pTextAlign != 0 {
		p.textAlign = q.textAlign
	}
	for i := range q.borders {
		if q.bordersSet&(1<<i) != 0 {
			p.borders[i] = q.borders[i]
		}
	}
	p.bordersSet |= q.bordersSet
	if len(q.tabs) > 0 {
		p.tabs = mergeTabs(p.tabs, q.tabs)
	}
	p.set |= q.set
}
