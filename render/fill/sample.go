package fill

import (
	"math/big"
	"slices"
	"strconv"
)

// Sample makes data that fills the template, for a preview: every name has a value of the type that filters and conditions
// ask for, a text says its own name, lists have two records, and conditions that compare with a literal hold. Pictures are
// grey frames, QR codes hold an address, rich texts, included files and charts have a little of everything. A name used
// inside a loop belongs to the loop's records unless one outside is in use already and fits. The result is new on every
// call.
func (t *Template) Sample() map[string]any {
	s := &sampler{t: t, root: &sample{}, records: map[*tag]*sample{}, left: map[*tag]*use{}}
	for i := range t.uses {
		s.left[t.uses[i].tag] = &t.uses[i]
	}
	for i := range t.uses {
		s.use(&t.uses[i])
	}
	m, ok := s.root.plain("").(map[string]any)
	if !ok {
		return map[string]any{}
	}
	return m
}

// use is a tag that needs data, and the loops around it, innermost first.
type use struct {
	tag *tag
	in  []*tag
}

// sample is a value in the making: a record or list when it has kids, a value when one is known, else only known to be
// there.
type sample struct {
	kids  map[string]*sample
	list  bool
	value any
}

// want is what a use of a name asks for.
type want uint8

const (
	wantTruth want = iota
	wantValue
	wantList
)

// takes reports whether a use of the names parts below n fits what is there already.
func (n *sample) takes(parts []string, w want) bool {
	if len(parts) > 0 {
		if n.list || n.value != nil {
			return false
		}
		kid := n.kids[parts[0]]
		return kid == nil || kid.takes(parts[1:], w)
	}
	switch w {
	case wantValue:
		return n.kids == nil && !n.list
	case wantList:
		return n.list || n.kids == nil && n.value == nil
	case wantTruth:
	}
	return true
}

func (n *sample) at(parts []string) *sample {
	for _, part := range parts {
		if n.kids == nil {
			n.kids = map[string]*sample{}
		}
		if n.kids[part] == nil {
			n.kids[part] = &sample{}
		}
		n = n.kids[part]
	}
	return n
}

func (n *sample) plain(name string) any {
	switch {
	case n.list && n.kids == nil:
		return []any{name + "1", name + "2"}
	case n.list:
		return []any{n.record(), n.record()}
	case n.kids != nil || name == "":
		return n.record()
	case n.value != nil:
		return n.value
	}
	return true
}

func (n *sample) record() map[string]any {
	m := make(map[string]any, len(n.kids))
	for k, kid := range n.kids {
		m[k] = kid.plain(k)
	}
	return m
}

type sampler struct {
	t       *Template
	root    *sample
	records map[*tag]*sample // the records of each loop
	left    map[*tag]*use    // what has not been met yet
	scopes  []*sample        // the data, then the record of each loop around the tag
}

func (s *sampler) use(u *use) {
	if s.left[u.tag] == nil {
		return
	}
	delete(s.left, u.tag)
	for _, loop := range slices.Backward(u.in) { // columns may stand above the row that their loop begins in
		if around := s.left[loop]; around != nil {
			s.use(around)
		}
	}
	s.scopes = append(s.scopes[:0], s.root)
	for _, loop := range slices.Backward(u.in) {
		if n := s.records[loop]; n != nil {
			s.scopes = append(s.scopes, n)
		}
	}
	t := u.tag
	s.cond(t.cond)
	switch {
	case t.kind == tagLoop:
		if n := s.operand(t.value, wantList, nil); n != nil {
			s.records[t] = n
		}
	case t.kind != tagValue:
	case t.obj != nil:
		if v := s.object(t); v != nil {
			s.operand(t.value, wantValue, v)
		}
	default:
		s.operand(t.value, wantValue, nil)
	}
}

func (s *sampler) cond(c *cond) {
	if c == nil {
		return
	}
	s.cond(c.a)
	s.cond(c.b)
	x, y, op := c.x, c.y, c.op
	if x != nil && y != nil && !x.isPath {
		x, y, op = y, x, turned(op)
	}
	if x != nil && y != nil && !y.isPath {
		s.operand(x, wantValue, holding(op, y.literal))
		return
	}
	s.operand(x, wantTruth, nil)
	s.operand(y, wantTruth, nil)
}

// turned is op with its sides exchanged.
func turned(op condOp) condOp {
	switch op { //nolint:exhaustive // the others read the same both ways
	case opGt:
		return opLt
	case opGe:
		return opLe
	case opLt:
		return opGt
	case opLe:
		return opGe
	}
	return op
}

// operand makes data have what o asks for and returns it; nil for a literal and for what a loop knows of itself. v, if
// not nil, is the value it should have.
func (s *sampler) operand(o *operand, w want, v any) *sample {
	if o == nil || !o.isPath {
		return nil
	}
	scopes := s.scopes[:max(1, len(s.scopes)-o.path.up)]
	if len(o.path.parts) == 0 || o.path.meta != noMeta && len(scopes) > 1 {
		if w == wantList { // {{#.}} of a list of lists
			return &sample{list: true}
		}
		return nil
	}
	var in valueKind
	if len(o.filters) > 0 {
		if in = o.filters[0].f.in; in == kindList && w == wantValue {
			w = wantList
		}
	}
	parts := o.path.parts
	inner := scopes[len(scopes)-1]
	for i := len(scopes) - 1; i >= 0; i-- {
		if n := scopes[i]; n.kids[parts[0]] != nil && n.kids[parts[0]].takes(parts[1:], w) {
			inner = n
			break
		}
	}
	if kid := inner.kids[parts[0]]; kid != nil && !kid.takes(parts[1:], w) {
		return nil // used in ways that no data fits
	}
	n := inner.at(parts)
	switch w {
	case wantList:
		n.list = true
		if f := o.filters; len(f) > 0 && len(f[0].args) > 0 && f[0].f.names[0] == "求和" {
			n.at(f[0].args[:1]).value = sampleMoney
		}
	case wantValue:
		if v == nil {
			v = sampleOf(in, parts[len(parts)-1])
			if len(o.filters) > 0 {
				switch o.filters[0].f.names[0] {
				case "文号":
					v = "甬科合〔2025〕1号"
				case "链接":
					v = "https://example.cn/"
				}
			}
			if n.value != nil && in == kindAny {
				v = n.value // a filter or a condition elsewhere knows better
			}
		}
		n.value = v
	case wantTruth:
	}
	return n
}

const sampleMoney = "800000.00"

// sampleOf is a value of a kind.
func sampleOf(k valueKind, name string) any {
	switch k {
	case kindNumber:
		return 12
	case kindMoney:
		return sampleMoney
	case kindDate:
		return "2025-08-05T09:30:00+08:00"
	case kindBool:
		return true
	case kindAny, kindText, kindList, kindStyled:
	}
	return name
}

// holding is a value that stands to a literal as op asks.
func holding(op condOp, literal any) any {
	switch l := literal.(type) {
	case *big.Rat:
		v := new(big.Rat).Set(l)
		switch op {
		case opGt, opNe:
			v.Add(v, big.NewRat(1, 1))
		case opLt:
			v.Sub(v, big.NewRat(1, 1))
		case opEq, opGe, opLe, opTruth, opAnd, opOr, opNot:
		}
		if v.IsInt() && v.Num().IsInt64() {
			return v.Num().Int64()
		}
		f, _ := strconv.ParseFloat(ratText(v), 64)
		return f
	case bool:
		return l != (op == opNe)
	case string:
		if op == opNe {
			return l + "…"
		}
		return l
	}
	return true
}
