package layout

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// EQ fields (ECMA-376 17.16.5.22) are how Word stores characters in circles, characters in one, and simple formulas of older files. They
// have no stored result.

// instrStyle says which formatting the instruction of a field has from a place on.
type instrStyle struct {
	from int
	cs   *charStyle
}

// eqReader reads the instruction of an EQ field.
type eqReader struct {
	e      *engine
	s      string
	pos    int
	styles []instrStyle
	odd    string // a switch that is not known
}

// isEQ reports whether a field's instruction is that of a formula.
func isEQ(instr []byte) bool {
	s := strings.TrimSpace(string(instr))
	return len(s) > 2 && strings.EqualFold(s[:2], "EQ") && (s[2] == ' ' || s[2] == '\\')
}

// eqField sets an EQ field.
func (e *engine) eqField(f *fieldState, cs *charStyle) {
	r := &eqReader{e: e, s: string(f.instr), styles: f.styles}
	r.pos = strings.Index(strings.ToUpper(r.s), "EQ") + 2
	r.spaces()
	b := joined(r.list(0))
	for r.pos < len(r.s) { // what stands outside of any brackets that fit
		r.pos++
		b.after(joined(r.list(0)))
	}
	if r.odd != "" {
		e.warn("layout.field.eq", "EQ 域中的部分开关不支持，按近似形式排出", "switches of an EQ field are not supported, it is set in a plainer form", strings.TrimSpace(r.s))
	}
	e.mathObject(b, cs)
}

func (r *eqReader) spaces() {
	for r.pos < len(r.s) && r.s[r.pos] == ' ' {
		r.pos++
	}
}

// at is the formatting of what stands here.
func (r *eqReader) at() mathAt {
	cs := r.styles[0].cs
	for _, s := range r.styles {
		if s.from <= r.pos {
			cs = s.cs
		}
	}
	return mathAt{cs: cs, size: cs.size, whole: cs.size, plain: true}
}

// list reads pieces up to the end of an argument: a comma, semicolon or closing bracket, which stay.
func (r *eqReader) list(depth int) (boxes []mathBox) {
	if depth > maxInlineDepth {
		r.pos = len(r.s)
		return nil
	}
	for r.pos < len(r.s) {
		c, n := utf8.DecodeRuneInString(r.s[r.pos:])
		at := r.at()
		switch {
		case c == ')' || depth > 0 && (c == ',' || c == ';'):
			return boxes
		case c == '\\':
			r.pos++
			if b, ok := r.command(depth); ok {
				boxes = append(boxes, b)
			}
			continue
		}
		r.pos += n
		if c == ' ' && r.blank() {
			continue
		}
		if g, ok := r.e.mathGlyph(c, at); ok {
			boxes = append(boxes, g.raised(at.cs.raise))
		}
	}
	return boxes
}

// blank reports whether nothing but spaces follows in the argument: they are not shown.
func (r *eqReader) blank() bool {
	rest := strings.TrimLeft(r.s[r.pos:], " ")
	return rest == "" || rest[0] == ')' || rest[0] == ',' || rest[0] == ';' || rest[0] == '\\'
}

// arguments reads (a,b,…); nil when there are none.
func (r *eqReader) arguments(depth int) (args []mathBox) {
	r.spaces()
	if r.pos >= len(r.s) || r.s[r.pos] != '(' {
		return nil
	}
	r.pos++
	for {
		r.spaces()
		args = append(args, joined(r.list(depth+1)))
		if r.pos >= len(r.s) {
			return args
		}
		r.pos++
		if r.s[r.pos-1] == ')' {
			return args
		}
	}
}

// command reads what follows a backslash: a switch with its options and arguments, or a character by itself.
func (r *eqReader) command(depth int) (b mathBox, ok bool) {
	at := r.at()
	if r.pos >= len(r.s) {
		return b, false
	}
	if c := r.s[r.pos]; c < 'A' || c > 'z' || c > 'Z' && c < 'a' {
		c, n := utf8.DecodeRuneInString(r.s[r.pos:])
		r.pos += n
		return r.e.mathGlyph(c, at)
	}
	name := r.word()
	var options []string
	for r.spaces(); r.pos+1 < len(r.s) && r.s[r.pos] == '\\' && name != "s"; r.spaces() {
		r.pos++
		options = append(options, r.option())
	}
	if name == "s" {
		return r.shifted(depth), true
	}
	args := r.arguments(depth)
	return r.set(name, options, args, at)
}

func (r *eqReader) word() string {
	from := r.pos
	for r.pos < len(r.s) && (r.s[r.pos] >= 'a' && r.s[r.pos] <= 'z' || r.s[r.pos] >= 'A' && r.s[r.pos] <= 'Z') {
		r.pos++
	}
	return strings.ToLower(r.s[from:r.pos])
}

// option is a word, with a number or a bracket that belongs to it.
func (r *eqReader) option() string {
	w := r.word()
	r.spaces()
	from := r.pos
	for r.pos < len(r.s) && (r.s[r.pos] >= '0' && r.s[r.pos] <= '9' || r.s[r.pos] == '-') {
		r.pos++
	}
	w += r.s[from:r.pos]
	if (w == "bc" || w == "lc" || w == "rc" || w == "fc" || w == "vc") && r.pos+1 < len(r.s) && r.s[r.pos] == '\\' {
		_, n := utf8.DecodeRuneInString(r.s[r.pos+1:])
		w += r.s[r.pos+1 : r.pos+1+n]
		r.pos += 1 + n
	}
	return w
}

// shifted reads \s with its pieces, each raised or lowered.
func (r *eqReader) shifted(depth int) (b mathBox) {
	r.spaces()
	for r.pos+1 < len(r.s) && r.s[r.pos] == '\\' {
		save := r.pos
		r.pos++
		opt := r.option()
		up, found := strings.CutPrefix(opt, "up")
		sign := Length(1)
		if !found {
			if up, found = strings.CutPrefix(opt, "do"); !found {
				if !strings.HasPrefix(opt, "ai") && !strings.HasPrefix(opt, "di") {
					r.pos = save
					break
				}
			}
			sign = -1
		}
		points := Length(2)
		if n, err := strconv.Atoi(up); err == nil {
			points = Length(max(-500, min(n, 500)))
		}
		if strings.HasPrefix(opt, "ai") || strings.HasPrefix(opt, "di") {
			points = 0
		}
		for _, a := range r.arguments(depth) {
			b.after(a.raised(sign * points * Point))
		}
		r.spaces()
	}
	if b.w == 0 {
		for _, a := range r.arguments(depth) {
			b.after(a)
		}
	}
	return b
}

// set puts arguments together as the switch says.
func (r *eqReader) set(name string, options []string, args []mathBox, at mathAt) (b mathBox, ok bool) {
	arg := func(i int) mathBox {
		if i < len(args) {
			return args[i]
		}
		return mathBox{}
	}
	e := r.e
	switch name {
	case "f":
		return fraction(arg(0), arg(1), at, true), true
	case "r":
		if len(args) > 1 {
			return radical(args[1], args[0], at), true
		}
		return radical(arg(0), mathBox{}, at), true
	case "o":
		return overstruck(args, options), true
	case "x":
		return edged(arg(0), options, at), true
	case "b":
		left, right := "(", ")"
		for _, o := range options {
			if len(o) < 3 {
				continue
			}
			switch pair := map[string]string{"(": ")", "[": "]", "{": "}", "<": ">"}; o[:2] {
			case "bc":
				left, right = o[2:], o[2:]
				if pair[left] != "" {
					right = pair[left]
				}
			case "lc":
				left, right = o[2:], ""
			case "rc":
				left, right = "", o[2:]
			}
		}
		x := arg(0)
		b = e.tall(left, x.asc, x.desc, at)
		b.after(x)
		b.after(e.tall(right, x.asc, x.desc, at))
		return b, true
	case "i":
		sign := '∫'
		if slices.Contains(options, "su") {
			sign = '∑'
		} else if slices.Contains(options, "pr") {
			sign = '∏'
		}
		big := at
		big.size = at.size * 5 / 4
		op, _ := e.mathGlyph(sign, big)
		b = stacked(op.raised(at.axis()-big.size*27/100), arg(1), arg(0), at)
		b.after(arg(2))
		return b, true
	case "a":
		cols := 1
		for _, o := range options {
			if n, err := strconv.Atoi(strings.TrimPrefix(o, "co")); err == nil && strings.HasPrefix(o, "co") {
				cols = max(1, min(n, 100))
			}
		}
		var rows [][]mathBox
		for i := 0; i < len(args); i += cols {
			rows = append(rows, args[i:min(i+cols, len(args))])
		}
		return mathGrid(rows, at, !slices.Contains(options, "al")), true
	case "d":
		for _, o := range options {
			if n, err := strconv.Atoi(o[min(2, len(o)):]); err == nil && (strings.HasPrefix(o, "fo") || strings.HasPrefix(o, "ba")) {
				b.w = Length(max(-500, min(n, 500))) * Point
				if o[:2] == "ba" {
					b.w = -b.w
				}
			}
		}
		return b, true
	case "l":
	default:
		r.odd = name
	}
	for i, a := range args {
		if g, found := e.mathGlyph(',', at); i > 0 && found {
			b.after(g)
		}
		b.after(a)
	}
	return b, true
}

// overstruck sets boxes over each other: \al and \ar at one side, otherwise in the middle, a mark in the middle of the ring about it.
func overstruck(args []mathBox, options []string) (b mathBox) {
	for _, a := range args {
		b.w = max(b.w, a.w)
	}
	spread := slices.Contains(options, "ad")
	for _, a := range args {
		x := (b.w - a.w) / 2
		switch {
		case slices.Contains(options, "al"):
			x = 0
		case slices.Contains(options, "ar"):
			x = b.w - a.w
		case spread && len(a.texts) > 1: // \ad spreads them to one width
			free, n := b.w-a.w, Length(len(a.texts)-1)
			for i := range a.texts {
				a.texts[i].X += free * Length(i) / n
			}
			x = 0
		}
		b.put(a, x, 0)
	}
	return b
}

// edged draws the sides of a box that the options name, all when they name none.
func edged(x mathBox, options []string, at mathAt) mathBox {
	all := boxed(x, at)
	if len(options) == 0 {
		return all
	}
	sides := all.rules[len(all.rules)-4:]
	kept := all.rules[: len(all.rules)-4 : len(all.rules)-4]
	for i, name := range [...]string{"to", "bo", "le", "ri"} {
		if slices.Contains(options, name) {
			kept = append(kept, sides[i])
		}
	}
	all.rules = kept
	return all
}
