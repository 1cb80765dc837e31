package fill

import (
	"maps"
	"math/big"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tripact/problem"
)

// path is a name, or several joined by dots. Its zero value is the item itself, {{.}}.
type path struct {
	up    int      // how many 上级 stand before it
	parts []string // as typed, without spaces
	meta  meta     // what the last part means inside a loop, when it is the only one
}

func (p path) String() string {
	s := strings.Repeat("上级.", p.up) + strings.Join(p.parts, ".")
	if s == "" {
		return "."
	}
	return strings.TrimSuffix(s, ".")
}

// meta names what a loop knows of itself.
type meta uint8

const (
	noMeta meta = iota
	metaIndex
	metaFirst
	metaLast
	metaTotal
)

func metaOf(name string) meta {
	switch name {
	case "序号", "index":
		return metaIndex
	case "首", "first":
		return metaFirst
	case "末", "last":
		return metaLast
	case "总数", "total":
		return metaTotal
	}
	return noMeta
}

// operand is a path or a literal, passed through filters.
type operand struct {
	path    path
	isPath  bool
	literal any // string, *big.Rat, bool
	filters []applied
	// optional: a missing value is blank, whatever the policy.
	optional bool
}

// applied is a filter with its checked arguments.
type applied struct {
	f    *filter
	name string // as typed
	args []string
}

// cond is a condition. Exactly one of the forms is in use.
type cond struct {
	op   condOp
	a, b *cond    // and, or, not (a only)
	x, y *operand // truth (x only), comparisons
}

type condOp uint8

const (
	opTruth condOp = iota
	opAnd
	opOr
	opNot
	opEq
	opNe
	opGt
	opGe
	opLt
	opLe
)

type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokName
	tokNumber
	tokString
	tokSign // one of | : , ( ) . ? = != > >= < <=
	tokBad
)

type token struct {
	kind  tokenKind
	text  string
	space bool // white space stood before it
}

// nameRune reports whether r may stand in a name: letters of any script, marks, digits, _ · and signs such as ㎡ or ².
func nameRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) || r == '_' || r == '·' || r == '・' || r == '•' ||
		unicode.Is(unicode.So, r) && r != '☑' && r != '☐'
}

// tokens splits the inside of a tag that plain has been applied to.
func tokens(s string) []token {
	var out []token
	space := false
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == ' ':
			space = true
			i += n
			continue
		case r == '\x01':
			end := strings.IndexByte(s[i:], '\x02')
			out = append(out, token{tokString, s[i+1 : i+end], space})
			i += end + 1
		case r >= '0' && r <= '9' || r == '-' && len(s) > i+1 && s[i+1] >= '0' && s[i+1] <= '9':
			j := i + 1
			for j < len(s) && (s[j] >= '0' && s[j] <= '9' || s[j] == '.' && j+1 < len(s) && s[j+1] >= '0' && s[j+1] <= '9') {
				j++
			}
			if next, _ := utf8.DecodeRuneInString(s[j:]); r != '-' && j < len(s) && nameRune(next) {
				j = nameEnd(s, i) // a name such as 2025年经费
				out = append(out, token{tokName, s[i:j], space})
			} else {
				out = append(out, token{tokNumber, s[i:j], space})
			}
			i = j
		case nameRune(r):
			j := nameEnd(s, i)
			out = append(out, token{tokName, s[i:j], space})
			i = j
		default:
			kind, text := tokSign, s[i:i+n]
			switch {
			case strings.HasPrefix(s[i:], "!="), strings.HasPrefix(s[i:], "<>"):
				text, n = "!=", 2
			case strings.HasPrefix(s[i:], ">="), strings.HasPrefix(s[i:], "=>"):
				text, n = ">=", 2
			case strings.HasPrefix(s[i:], "<="), strings.HasPrefix(s[i:], "=<"):
				text, n = "<=", 2
			case strings.HasPrefix(s[i:], "=="):
				text, n = "=", 2
			case r == '（':
				text = "("
			case r == '）':
				text = ")"
			case r == '≠':
				text = "!="
			case r == '≥':
				text = ">="
			case r == '≤':
				text = "<="
			case !strings.ContainsRune("|:,().?=><", r):
				kind = tokBad
			}
			out = append(out, token{kind, text, space})
			i += n
		}
		space = false
	}
	return append(out, token{kind: tokEnd, space: space})
}

// nameEnd returns where the name that begins at i ends. Brackets belong to a name when they follow it directly and close
// again, so that a form label such as 联系电话（手机） can be a name; a keyword before a bracket is a keyword.
func nameEnd(s string, i int) int {
	start := i
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if nameRune(r) {
			i += n
			continue
		}
		if (r == '(' || r == '（') && i > start && keyword(s[start:i]) == "" {
			k := i + n
			for k < len(s) {
				r, n := utf8.DecodeRuneInString(s[k:])
				if !nameRune(r) && r != '/' && r != '-' {
					break
				}
				k += n
			}
			if r, m := utf8.DecodeRuneInString(s[k:]); k > i+n && (r == ')' || r == '）') {
				i = k + m
				continue
			}
		}
		break
	}
	return i
}

// get looks a name up in a record; brackets of either width mean the same.
func get[T any](m map[string]T, name string) (T, bool) {
	v, ok := m[name]
	if ok || !strings.ContainsAny(name, "()（）") {
		return v, ok
	}
	if v, ok = m[narrowBrackets.Replace(name)]; ok {
		return v, ok
	}
	v, ok = m[wideBrackets.Replace(name)]
	return v, ok
}

var (
	narrowBrackets = strings.NewReplacer("（", "(", "）", ")")
	wideBrackets   = strings.NewReplacer("(", "（", ")", "）")
)

// aliases are names that stand for each other, such as the label of a field and its key, by their NFC form. Spaces in a
// label do not count, as they do not in a tag.
type aliases map[string][]string

func newAliases(m map[string]string) aliases {
	out := aliases{}
	for _, label := range slices.Sorted(maps.Keys(m)) {
		whole, key := norm.NFC.String(label), norm.NFC.String(m[label])
		typed := strings.Join(strings.Fields(whole), "")
		out[typed], out[key] = append(out[typed], key), append(out[key], whole)
		if typed != whole {
			out[typed], out[key] = append(out[typed], whole), append(out[key], typed)
		}
	}
	return out
}

// resolve finds name in m: as it is written, then in any form that Unicode holds to be the same characters (NFC), then under
// its aliases. Of several that fit, the first in order of code points counts. It reads all of m: for names that get has not.
func resolve[T any](m map[string]T, name string, also aliases) (v T, ok bool) {
	if v, ok = get(m, name); ok || len(m) == 0 {
		return v, ok
	}
	composed := norm.NFC.String(name)
	for _, n := range append([]string{composed}, also[composed]...) {
		if v, ok = get(m, n); ok {
			return v, ok
		}
		best := ""
		for k := range m {
			if !norm.NFC.IsNormalString(k) && norm.NFC.String(k) == n && (best == "" || k < best) {
				best = k
			}
		}
		if best != "" {
			return m[best], true
		}
	}
	return v, false
}

func keyword(name string) string {
	switch strings.ToLower(name) {
	case "和", "且", "并且", "and":
		return "and"
	case "或", "或者", "or":
		return "or"
	case "非", "不", "not":
		return "not"
	}
	return ""
}

// fault is what the parser found wrong, without its place.
type fault struct {
	code string
	text problem.Text
	fix  problem.Fix
}

type exprParser struct {
	toks  []token
	pos   int
	depth int
	fault *fault
}

const maxExprDepth = 40

func (p *exprParser) peek() token { return p.toks[p.pos] }

func (p *exprParser) next() token {
	t := p.toks[p.pos]
	if t.kind != tokEnd {
		p.pos++
	}
	return t
}

func (p *exprParser) sign(s string) bool {
	if t := p.peek(); t.kind == tokSign && t.text == s {
		p.pos++
		return true
	}
	return false
}

func (p *exprParser) fail(code, zh, en string, args ...any) {
	if p.fault == nil {
		p.fault = &fault{code: code, text: problem.Tf(zh, en, args...)}
	}
}

func (p *exprParser) unexpected(t token) {
	if t.kind == tokEnd {
		p.fail("fill.tag.syntax", "标签不完整", "the tag is not complete")
		return
	}
	p.fail("fill.tag.syntax", "标签里的“%[1]s”多余或位置不对", "“%[1]s” does not belong here", t.text)
}

// parseValue reads the inside of a value tag: operand, filters, optional mark.
func parseValue(s string) (*operand, *fault) {
	p := &exprParser{toks: tokens(s)}
	o := p.operand()
	if p.fault == nil && p.sign("?") {
		o.optional = true
		p.filters(o)
	}
	if t := p.peek(); p.fault == nil && t.kind != tokEnd {
		p.unexpected(t)
	}
	return o, p.fault
}

// parseCond reads a condition.
func parseCond(s string) (*cond, *fault) {
	p := &exprParser{toks: tokens(s)}
	c := p.or()
	if t := p.peek(); p.fault == nil && t.kind != tokEnd {
		p.unexpected(t)
	}
	return c, p.fault
}

func (p *exprParser) or() *cond {
	c := p.and()
	for p.fault == nil && p.word("or") {
		c = &cond{op: opOr, a: c, b: p.and()}
	}
	return c
}

func (p *exprParser) and() *cond {
	c := p.not()
	for p.fault == nil && p.word("and") {
		c = &cond{op: opAnd, a: c, b: p.not()}
	}
	return c
}

func (p *exprParser) word(kw string) bool {
	if t := p.peek(); t.kind == tokName && keyword(t.text) == kw {
		p.pos++
		return true
	}
	return false
}

func (p *exprParser) not() *cond {
	if p.depth++; p.depth > maxExprDepth {
		p.fail("fill.tag.syntax", "条件太复杂（嵌套超过 %[1]d 层）", "the condition nests deeper than %[1]d", maxExprDepth)
		return &cond{}
	}
	defer func() { p.depth-- }()
	if p.word("not") {
		return &cond{op: opNot, a: p.not()}
	}
	if p.sign("(") {
		c := p.or()
		if p.fault == nil && !p.sign(")") {
			p.fail("fill.tag.syntax", "括号没有闭合", "a bracket is not closed")
		}
		return c
	}
	x := p.operand()
	if p.fault != nil {
		return &cond{}
	}
	p.sign("?") // an optional mark says nothing new in a condition
	var op condOp
	switch t := p.peek(); {
	case t.kind != tokSign:
		return &cond{op: opTruth, x: x}
	case t.text == "=":
		op = opEq
	case t.text == "!=":
		op = opNe
	case t.text == ">":
		op = opGt
	case t.text == ">=":
		op = opGe
	case t.text == "<":
		op = opLt
	case t.text == "<=":
		op = opLe
	default:
		return &cond{op: opTruth, x: x}
	}
	p.pos++
	return &cond{op: op, x: x, y: p.operand()}
}

func (p *exprParser) operand() *operand {
	o := &operand{}
	t := p.next()
	switch {
	case t.kind == tokString:
		o.literal = t.text
	case t.kind == tokNumber:
		r, ok := new(big.Rat).SetString(t.text)
		if !ok {
			p.fail("fill.tag.syntax", "“%[1]s”不是数", "“%[1]s” is not a number", t.text)
			return o
		}
		o.literal = r
	case t.kind == tokSign && t.text == ".":
		o.isPath = true
		if p.peek().kind == tokName {
			p.names(&o.path, p.next())
		}
	case t.kind == tokName && (t.text == "真" || t.text == "true"):
		o.literal = true
	case t.kind == tokName && (t.text == "假" || t.text == "false"):
		o.literal = false
	case t.kind == tokName:
		o.isPath = true
		p.names(&o.path, t)
	case t.kind == tokBad:
		p.fail("fill.tag.syntax", "标签里有不能用的字符“%[1]s”", "the tag holds “%[1]s”, which means nothing here", t.text)
	default:
		p.unexpected(t)
	}
	p.filters(o)
	return o
}

// names reads a path. A space inside a name is one that an editor put there: the pieces are joined.
func (p *exprParser) names(dst *path, first token) {
	name := first.text
	for {
		for t := p.peek(); t.kind == tokName && keyword(t.text) == ""; t = p.peek() {
			name += t.text
			p.pos++
		}
		if len(dst.parts) == 0 && (name == "上级" || name == "parent") {
			dst.up++
		} else {
			dst.parts = append(dst.parts, name)
		}
		if !p.sign(".") {
			break
		}
		t := p.next()
		if t.kind != tokName && t.kind != tokNumber {
			p.unexpected(t)
			return
		}
		name = t.text
	}
	if len(dst.parts) == 1 {
		dst.meta = metaOf(dst.parts[0])
	}
}

func (p *exprParser) filters(o *operand) {
	for p.fault == nil && p.sign("|") {
		t := p.next()
		if t.kind != tokName {
			p.unexpected(t)
			return
		}
		name := t.text
		var args []string
		if p.sign(":") {
			for {
				a := p.next()
				if a.kind != tokString && a.kind != tokNumber && a.kind != tokName {
					p.unexpected(a)
					return
				}
				args = append(args, a.text)
				if !p.sign(",") {
					break
				}
			}
		}
		f, ft := findFilter(name, args)
		if ft != nil {
			p.fault = ft
			return
		}
		if ft := checkInput(o, f, name); ft != nil {
			p.fault = ft
			return
		}
		o.filters = append(o.filters, applied{f: f, name: name, args: args})
	}
}

// kind is what the operand gives, as far as it is known before there is data.
func (o *operand) kind() valueKind {
	if n := len(o.filters); n > 0 {
		if k := o.filters[n-1].f.out; k != kindAny {
			return k
		}
		return kindAny
	}
	switch o.literal.(type) {
	case string:
		return kindText
	case *big.Rat:
		return kindNumber
	case bool:
		return kindBool
	}
	return kindAny
}
