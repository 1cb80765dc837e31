package layout

import (
	"strings"

	"tripact/render/docx"
)

// abstractNum is a w:abstractNum: a list with its counters. Lists that share it count on together.
type abstractNum struct {
	levels  [9]numLevel
	count   [9]int
	started [9]bool
}

// num is a w:num: a use of an abstractNum, with levels of its own and restarts.
type num struct {
	abs       *abstractNum
	own       [9]*numLevel
	start     [9]int
	override  [9]bool
	restarted [9]bool
}

// numLevel is a w:lvl.
type numLevel struct {
	defined bool
	start   int
	format  string
	custom  string // w:format of a custom number format
	text    string
	suffix  string // tab, space, nothing
	align   alignment
	legal   bool
	restart int // level whose advance starts this one again, counted from 1; 0 never, -1 any higher level
	p       pProps
	r       rProps
}

func (s *sheet) readNumbering(root *docx.Node) {
	abstracts := map[int]*abstractNum{}
	links := map[string]int{} // numbering style → abstract that defines it
	uses := map[int]string{}  // abstract → numbering style it borrows from
	for _, k := range root.Kids {
		if k.Name != "w:abstractNum" {
			continue
		}
		id, ok := attrInt(k, "w:abstractNumId")
		if !ok {
			continue
		}
		a := &abstractNum{}
		for _, l := range k.Kids {
			switch l.Name {
			case "w:lvl":
				if i, ok := attrInt(l, "w:ilvl"); ok && i >= 0 && i < 9 {
					a.levels[i] = s.readLevel(l)
				}
			case "w:styleLink":
				links[l.Val()] = id
			case "w:numStyleLink":
				uses[id] = l.Val()
			}
		}
		abstracts[id] = a
	}
	for id, name := range uses {
		if target, ok := links[name]; ok && target != id {
			abstracts[id].levels = abstracts[target].levels
		}
	}
	for _, k := range root.Kids {
		if k.Name != "w:num" {
			continue
		}
		id, ok := attrInt(k, "w:numId")
		abs, ok2 := attrInt(k.Child("w:abstractNumId"), "w:val")
		if !ok || !ok2 || abstracts[abs] == nil {
			continue
		}
		n := &num{abs: abstracts[abs]}
		for _, o := range k.Kids {
			if o.Name != "w:lvlOverride" {
				continue
			}
			i, ok := attrInt(o, "w:ilvl")
			if !ok || i < 0 || i > 8 {
				continue
			}
			if l := o.Child("w:lvl"); l != nil {
				lvl := s.readLevel(l)
				n.own[i] = &lvl
				n.start[i], n.override[i] = lvl.start, true
			}
			if v, ok := attrInt(o.Child("w:startOverride"), "w:val"); ok {
				n.start[i], n.override[i] = v, true
			}
		}
		s.nums[id] = n
	}
}

func (s *sheet) readLevel(l *docx.Node) numLevel {
	lvl := numLevel{defined: true, start: 0, format: "decimal", suffix: "tab", restart: -1}
	for _, k := range l.Kids {
		switch k.Name {
		case "w:start":
			lvl.start, _ = attrInt(k, "w:val")
		case "w:numFmt":
			lvl.format = k.Val()
			lvl.custom, _ = k.Attr("w:format")
		case "mc:AlternateContent": // a custom number format, with a fallback for old programs
			if f := k.Path("mc:Choice", "w:numFmt"); f != nil {
				lvl.format = f.Val()
				lvl.custom, _ = f.Attr("w:format")
			}
		case "w:lvlText":
			lvl.text = k.Val()
		case "w:suff":
			lvl.suffix = k.Val()
		case "w:lvlJc":
			lvl.align = parseAlign(k.Val())
		case "w:isLgl":
			lvl.legal = onOff(k)
		case "w:lvlRestart":
			lvl.restart, _ = attrInt(k, "w:val")
		case "w:pPr":
			lvl.p = parsePPr(k)
			lvl.p.set &^= pNum | pLvl
		case "w:rPr":
			lvl.r = s.parseRPr(k)
		}
	}
	return lvl
}

// level returns the definition of a level of list id, or nil.
func (s *sheet) level(id, lvl int) *numLevel {
	n := s.nums[id]
	if n == nil || lvl < 0 || lvl > 8 {
		return nil
	}
	if n.own[lvl] != nil {
		return n.own[lvl]
	}
	if !n.abs.levels[lvl].defined {
		return nil
	}
	return &n.abs.levels[lvl]
}

// resetNumbers starts all lists anew, for laying the document out again.
func (s *sheet) resetNumbers() {
	for _, n := range s.nums {
		n.restarted = [9]bool{}
		n.abs.count, n.abs.started = [9]int{}, [9]bool{}
	}
}

// next advances list id at level lvl and returns its label; ok is false when there is no such list. bad names a number
// format that is not known and was written in decimal.
func (s *sheet) next(id, lvl int) (label string, def *numLevel, bad string) {
	def = s.level(id, lvl)
	if def == nil {
		return "", nil, ""
	}
	n := s.nums[id]
	a := n.abs
	if n.override[lvl] && !n.restarted[lvl] {
		n.restarted[lvl] = true
		a.count[lvl], a.started[lvl] = n.start[lvl], true
	} else if !a.started[lvl] {
		a.count[lvl], a.started[lvl] = def.start, true
	} else {
		a.count[lvl]++
	}
	for i := 0; i < lvl; i++ { // a sublevel before its parent counts the parent's first number
		if d := s.level(id, i); d != nil && !a.started[i] {
			a.count[i], a.started[i] = d.start, true
		}
	}
	for i := lvl + 1; i < 9; i++ {
		if d := s.level(id, i); d != nil && (d.restart < 0 || d.restart > lvl && d.restart != 0) {
			a.started[i] = false
		}
	}
	if !strings.Contains(def.text, "%") {
		return def.text, def, ""
	}
	var b strings.Builder
	for i := 0; i < len(def.text); i++ {
		c := def.text[i]
		if c != '%' || i+1 >= len(def.text) || def.text[i+1] < '1' || def.text[i+1] > '9' {
			b.WriteByte(c)
			continue
		}
		i++
		at := int(def.text[i] - '1')
		d := s.level(id, at)
		if d == nil {
			continue
		}
		format := d.format
		if def.legal && format != "decimalZero" {
			format = "decimal"
		}
		text, known := formatNumber(a.count[at], format, d.custom)
		if !known {
			bad = format
		}
		b.WriteString(text)
	}
	return b.String(), def, bad
}
