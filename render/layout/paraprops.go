package layout

import (
	"tripact/render/docx"
)

// Which paragraph properties are set.
const (
	pAlign = 1 << iota
	pLeft
	pRight
	pFirst // firstLine or hanging
	pLeftChars
	pRightChars
	pFirstChars
	pBefore
	pAfter
	pBeforeLines
	pAfterLines
	pLine
	pContextual
	pKeepNext
	pKeepLines
	pBreakBefore
	pWidow
	pSnap
	pKinsoku
	pOverflow
	pTopPunct
	pAutoDE
	pAutoDN
	pOutline
	pShd
	pNum
	pLvl
	pBorders
	pBeforeAuto
	pAfterAuto
	pWordWrap
	pTextAlign
)

type alignment uint8

const (
	alignLeft alignment = iota
	alignCenter
	alignRight
	alignBoth
	alignDistribute
)

type lineRule uint8

const (
	lineAuto lineRule = iota
	lineAtLeast
	lineExact
)

type tabKind uint8

const (
	tabLeft tabKind = iota
	tabCenter
	tabRight
	tabDecimal
	tabBar
	tabClear
)

type tabStop struct {
	pos    Length
	kind   tabKind
	leader byte // 0, '.', '-', '_', 'm' (middle dot)
}

// pProps is what one w:pPr says, or several merged.
type pProps struct {
	set                               uint32
	on                                uint32
	align                             alignment
	left, right, first                Length // first is negative for a hanging indent
	leftChars, rightChars, firstChars int    // hundredths of a character
	before, after                     Length
	beforeLines, afterLines           int // hundredths of a line
	line                              Length
	lineAuto                          int // 240ths of a line, for lineAuto
	rule                              lineRule
	outline                           int
	shd                               shading
	num, lvl                          int
	borders                           [5]border // top left bottom right between
	bordersSet                        uint8
	tabs                              []tabStop // own, not inherited
	textAlign                         string
}

// mergeTabs returns base with add on top, sorted by position.
func mergeTabs(base, add []tabStop) []tabStop {
	out := make([]tabStop, 0, len(base)+len(add))
	out = append(out, base...)
	for _, t := range add {
		at := len(out)
		for i := range out {
			if out[i].pos == t.pos {
				out = append(out[:i], out[i+1:]...)
				at = i
				break
			}
			if out[i].pos > t.pos {
				at = i
				break
			}
		}
		if t.kind == tabClear {
			continue
		}
		at = min(at, len(out))
		out = append(out, tabStop{})
		copy(out[at+1:], out[at:])
		out[at] = t
	}
	return out
}

// parsePPr reads a w:pPr.
func parsePPr(n *docx.Node) pProps {
	var p pProps
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
		case "w:jc":
			p.set |= pAlign
			p.align = parseAlign(k.Val())
		case "w:ind":
			parseIndent(k, &p)
		case "w:spacing":
			parseSpacing(k, &p)
		case "w:contextualSpacing":
			flag(k, pContextual)
		case "w:keepNext":
			flag(k, pKeepNext)
		case "w:keepLines":
			flag(k, pKeepLines)
		case "w:pageBreakBefore":
			flag(k, pBreakBefore)
		case "w:widowControl":
			flag(k, pWidow)
		case "w:snapToGrid":
			flag(k, pSnap)
		case "w:kinsoku":
			flag(k, pKinsoku)
		case "w:overflowPunct":
			flag(k, pOverflow)
		case "w:topLinePunct":
			flag(k, pTopPunct)
		case "w:autoSpaceDE":
			flag(k, pAutoDE)
		case "w:autoSpaceDN":
			flag(k, pAutoDN)
		case "w:wordWrap":
			flag(k, pWordWrap)
		case "w:textAlignment":
			p.textAlign, p.set = k.Val(), p.set|pTextAlign
		case "w:outlineLvl":
			if v, ok := attrInt(k, "w:val"); ok && v >= 0 {
				p.outline, p.set = v, p.set|pOutline
			}
		case "w:shd":
			p.shd, p.set = parseShd(k), p.set|pShd
		case "w:numPr":
			if v, ok := attrInt(k.Child("w:numId"), "w:val"); ok {
				p.num, p.set = v, p.set|pNum
			}
			if v, ok := attrInt(k.Child("w:ilvl"), "w:val"); ok && v >= 0 && v < 9 {
				p.lvl, p.set = v, p.set|pLvl
			}
		case "w:pBdr":
			p.set |= pBorders
			for _, b := range k.Kids {
				if i := paraSide(b.Name); i >= 0 {
					p.borders[i] = parseBorder(b)
					p.bordersSet |= 1 << i
				}
			}
		case "w:tabs":
			for _, t := range k.Kids {
				if pos, ok := attrLength(t, "w:pos", Twip); ok {
					p.tabs = mergeTabsKeepingClear(p.tabs, parseTab(t, pos))
				}
			}
		}
	}
	return p
}

// mergeTabsKeepingClear adds t in order; clear stops stay, to act on what is inherited.
func mergeTabsKeepingClear(tabs []tabStop, t tabStop) []tabStop {
	i := 0
	for i < len(tabs) && tabs[i].pos < t.pos {
		i++
	}
	tabs = append(tabs, tabStop{})
	copy(tabs[i+1:], tabs[i:])
	tabs[i] = t
	return tabs
}

func parseTab(t *docx.Node, pos Length) tabStop {
	stop := tabStop{pos: pos}
	switch t.Val() {
	case "center":
		stop.kind = tabCenter
	case "right", "end":
		stop.kind = tabRight
	case "decimal":
		stop.kind = tabDecimal
	case "bar":
		stop.kind = tabBar
	case "clear":
		stop.kind = tabClear
	}
	leader, _ := t.Attr("w:leader")
	switch leader {
	case "dot":
		stop.leader = '.'
	case "hyphen":
		stop.leader = '-'
	case "underscore", "heavy":
		stop.leader = '_'
	case "middleDot":
		stop.leader = 'm'
	}
	return stop
}

func paraSide(name string) int {
	switch name {
	case "w:top":
		return 0
	case "w:left", "w:start":
		return 1
	case "w:bottom":
		return 2
	case "w:right", "w:end":
		return 3
	case "w:between":
		return 4
	}
	return -1
}

func parseAlign(v string) alignment {
	switch v {
	case "center":
		return alignCenter
	case "right", "end":
		return alignRight
	case "both", "lowKashida", "mediumKashida", "highKashida":
		return alignBoth
	case "distribute", "thaiDistribute":
		return alignDistribute
	}
	return alignLeft
}

func parseIndent(k *docx.Node, p *pProps) {
	var firstChars, hangChars int
	var hasFirstChars, hasHangChars, hasHang bool
	for i := range k.Attrs {
		a := &k.Attrs[i]
		switch a.Name {
		case "w:left", "w:start":
			if v, ok := measure(a.Value, Twip); ok {
				p.left, p.set = v, p.set|pLeft
			}
		case "w:right", "w:end":
			if v, ok := measure(a.Value, Twip); ok {
				p.right, p.set = v, p.set|pRight
			}
		case "w:firstLine":
			if v, ok := measure(a.Value, Twip); ok && !hasHang {
				p.first, p.set = v, p.set|pFirst
			}
		case "w:hanging":
			if v, ok := measure(a.Value, Twip); ok {
				p.first, p.set, hasHang = -v, p.set|pFirst, true
			}
		case "w:leftChars", "w:startChars":
			if v, ok := parseInt(a.Value); ok {
				p.leftChars, p.set = v, p.set|pLeftChars
			}
		case "w:rightChars", "w:endChars":
			if v, ok := parseInt(a.Value); ok {
				p.rightChars, p.set = v, p.set|pRightChars
			}
		case "w:firstLineChars":
			if v, ok := parseInt(a.Value); ok {
				firstChars, hasFirstChars = v, true
			}
		case "w:hangingChars":
			if v, ok := parseInt(a.Value); ok {
				hangChars, hasHangChars = v, true
			}
		}
	}
	switch {
	case hasHangChars && hangChars != 0:
		p.firstChars, p.set = -hangChars, p.set|pFirstChars
	case hasFirstChars || hasHangChars:
		p.firstChars, p.set = firstChars, p.set|pFirstChars
	}
}

func parseSpacing(k *docx.Node, p *pProps) {
	rule := lineAuto
	if v, ok := k.Attr("w:lineRule"); ok {
		switch v {
		case "exact":
			rule = lineExact
		case "atLeast":
			rule = lineAtLeast
		}
	}
	flag := func(v string, bit uint32) {
		p.set |= bit
		p.on &^= bit
		if isOn(v) {
			p.on |= bit
		}
	}
	for i := range k.Attrs {
		a := &k.Attrs[i]
		switch a.Name {
		case "w:before":
			if v, ok := measure(a.Value, Twip); ok {
				p.before, p.set = max(0, v), p.set|pBefore
			}
		case "w:after":
			if v, ok := measure(a.Value, Twip); ok {
				p.after, p.set = max(0, v), p.set|pAfter
			}
		case "w:beforeLines":
			if v, ok := parseInt(a.Value); ok {
				p.beforeLines, p.set = max(0, v), p.set|pBeforeLines
			}
		case "w:afterLines":
			if v, ok := parseInt(a.Value); ok {
				p.afterLines, p.set = max(0, v), p.set|pAfterLines
			}
		case "w:beforeAutospacing":
			flag(a.Value, pBeforeAuto)
		case "w:afterAutospacing":
			flag(a.Value, pAfterAuto)
		case "w:line":
			v, ok := measure(a.Value, Twip)
			if !ok || v == 0 {
				continue
			}
			if v < 0 { // WPS and old Word write a negative height for "exactly"
				v, rule = -v, lineExact
			}
			p.set |= pLine
			p.line, p.rule = v, rule
			p.lineAuto = int(v / Twip)
		}
	}
}
