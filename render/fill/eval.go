package fill

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"tripact/problem"
)

// frame is where names are looked up: the item of a loop or an object, then outwards to the root.
type frame struct {
	up    *frame
	item  any
	m     map[string]any // item when it is a record
	loop  bool
	index int // from 0
	total int
	name  string            // path of the list, for pointers
	ids   map[string]string // ids of bookmarks in this copy, by the template's id
	names map[string]string // names likewise
	nums  map[string]string // numbers of lists in this copy, by the template's
	notes map[string]string // ids of notes and comments likewise
	each  bool              // a list of texts, each in a paragraph
	tag   *tag              // the open tag of the loop
}

// state tells whether a value is there.
type state uint8

const (
	there state = iota
	null        // the name is there without a value
	absent
	faulty // a finding says why
)

// lookup resolves a path.
func (r *renderer) lookup(p *path) (any, state) {
	f := r.frame
	for range p.up {
		if f.up == nil {
			return nil, absent
		}
		f = f.up
	}
	if len(p.parts) == 0 {
		return f.item, present(f.item)
	}
	if v, st := r.follow(f, p, get); st != absent {
		return v, st
	}
	return r.follow(f, p, func(m map[string]any, name string) (any, bool) { return resolve(m, name, r.t.aliases) })
}

// follow resolves a path from f outwards with find.
func (r *renderer) follow(f *frame, p *path, find func(map[string]any, string) (any, bool)) (any, state) {
	var v any
	found := false
	for g := f; g != nil; g = g.up {
		if g.m != nil {
			if v, found = find(g.m, p.parts[0]); found {
				break
			}
		}
		if g.loop && p.meta != noMeta {
			switch p.meta {
			case metaIndex:
				return g.index + 1, there
			case metaFirst:
				return g.index == 0, there
			case metaLast:
				return g.index == g.total-1, there
			case metaTotal:
				return g.total, there
			case noMeta:
			}
		}
	}
	if !found {
		return nil, absent
	}
	for _, part := range p.parts[1:] {
		m, ok := v.(map[string]any)
		if !ok {
			if v == nil {
				return nil, null
			}
			return nil, absent
		}
		if v, ok = find(m, part); !ok {
			return nil, absent
		}
	}
	return v, present(v)
}

func present(v any) state {
	switch v := v.(type) {
	case nil:
		return null
	case []any:
		if v == nil {
			return null
		}
	case map[string]any:
		if v == nil {
			return null
		}
	}
	return there
}

// eval gives the value of an operand with its filters applied.
func (r *renderer) eval(t *tag, o *operand) (any, state) {
	v, st := o.literal, there
	if o.isPath {
		v, st = r.lookup(&o.path)
	}
	for i := range o.filters {
		a := &o.filters[i]
		if st != there && !a.f.nilToo {
			continue
		}
		if s, ok := v.(string); ok && strings.TrimSpace(s) == "" && a.f.in != kindText && !a.f.nilToo {
			return "", st // nothing to format
		}
		out, err := a.f.run(v, a.name, a.args)
		if err != nil {
			r.badValue(t, o, a, v)
			return nil, faulty
		}
		v, st = out, there
	}
	return v, st
}

func (r *renderer) badValue(t *tag, o *operand, a *applied, v any) {
	zh, en := a.f.in.names()
	haveZH, haveEN := describe(v)
	found, _ := toText(v)
	r.report(t, problem.Finding{
		Code: "fill.value.type", Severity: problem.Fail, Path: r.pointer(&o.path), Found: clip(found, 60),
		Message: problem.Tf("“%[1]s”的值（%[2]s）不能用格式“%[3]s”：要的是%[4]s", "the value of “%[1]s” (%[5]s) cannot go through “%[3]s”, which takes %[6]s",
			o.path.String(), haveZH, a.name, zh, haveEN, en),
		Fix: problem.Fix{ZH: "改正数据，或换用合适的格式", EN: "correct the data, or use another filter"},
	})
}

// pointer is the JSON Pointer of a path as the innermost frame sees it.
func (r *renderer) pointer(p *path) string {
	var parts []string
	f := r.frame
	for n := p.up; n > 0 && f.up != nil; n-- {
		f = f.up
	}
	owner := f
	if len(p.parts) > 0 {
		for g := f; g != nil; g = g.up {
			if _, ok := resolve(g.m, p.parts[0], r.t.aliases); ok {
				owner = g
				break
			}
		}
	}
	for g := owner; g != nil && g.up != nil; g = g.up {
		if g.loop {
			parts = append(parts, strconv.Itoa(g.index))
		}
		names := strings.Split(g.name, ".")
		slices.Reverse(names)
		parts = append(parts, names...)
	}
	slices.Reverse(parts)
	parts = append(parts, p.parts...)
	for i, s := range parts {
		parts[i] = strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1")
	}
	return "/" + strings.Join(parts, "/")
}

// test gives the truth of a condition.
func (r *renderer) test(t *tag, c *cond) bool {
	switch c.op {
	case opAnd:
		return r.test(t, c.a) && r.test(t, c.b)
	case opOr:
		return r.test(t, c.a) || r.test(t, c.b)
	case opNot:
		return !r.test(t, c.a)
	case opTruth:
		v, st := r.eval(t, c.x)
		return st == there && truth(v)
	case opEq, opNe, opGt, opGe, opLt, opLe:
	}
	x, sx := r.eval(t, c.x)
	y, sy := r.eval(t, c.y)
	if sx == faulty || sy == faulty {
		return false
	}
	if sx != there || sy != there {
		// Nothing equals only nothing, and is neither more nor less than anything.
		same := sx != there && sy != there || sx != there && empty(y) || sy != there && empty(x)
		return c.op == opEq && same || c.op == opNe && !same
	}
	order, ok := compare(x, y)
	if !ok {
		zx, ex := describe(x)
		zy, ey := describe(y)
		r.report(t, problem.Finding{
			Code: "fill.value.compare", Severity: problem.Fail,
			Message: problem.Tf("%[1]s：%[2]s与%[3]s不能比较", "%[1]s: %[4]s cannot be compared with %[5]s", t.raw, zx, zy, ex, ey),
			Fix:     problem.Fix{ZH: "比较数、日期或文字", EN: "compare numbers, dates or texts"},
		})
		return false
	}
	switch c.op {
	case opEq:
		return order == 0
	case opNe:
		return order != 0
	case opGt:
		return order > 0
	case opGe:
		return order >= 0
	case opLt:
		return order < 0
	case opLe:
		return order <= 0
	case opTruth, opAnd, opOr, opNot:
	}
	return false
}

// items gives what a loop goes through: a list's items, a record once, nothing for false or nothing.
func (r *renderer) items(t *tag) (list []any, loop, ok bool) {
	v, st := r.eval(t, t.value)
	switch st {
	case faulty:
		return nil, false, false
	case null:
		return nil, false, true
	case absent:
		if !t.value.optional {
			r.missing(t, t.value, absent)
		}
		return nil, false, true
	case there:
	}
	if l, isList := asList(v); isList {
		return l, true, true
	}
	switch v := v.(type) {
	case map[string]any:
		return []any{v}, false, true
	case bool:
		if v {
			return []any{r.frame.item}, false, true
		}
		return nil, false, true
	case string:
		if v == "" {
			return nil, false, true
		}
	}
	zh, en := describe(v)
	r.report(t, problem.Finding{
		Code: "fill.value.list", Severity: problem.Fail, Path: r.pointer(&t.value.path),
		Message: problem.Tf("“%[1]s”要的是列表，数据里是%[2]s", "“%[1]s” takes a list, but the data has %[3]s", t.value.path.String(), zh, en),
		Fix:     problem.Fix{ZH: "显示单个值请写 {{" + t.value.path.String() + "}}，按条件显示请写 {{?" + t.value.path.String() + "}}", EN: "for a single value write {{" + t.value.path.String() + "}}; for a condition write {{?" + t.value.path.String() + "}}"},
	})
	return nil, false, false
}

// missing reports a value that is not there, once for each tag.
func (r *renderer) missing(t *tag, o *operand, st state) {
	if r.opt.Missing != Strict {
		return
	}
	p := o.path
	f := problem.Finding{
		Code: "fill.data.missing", Severity: problem.Fail, Path: r.pointer(&p), Context: contextOf(t.p.text, t.span),
		Message: problem.Tf("数据里没有“%[1]s”", "the data has no “%[1]s”", p.String()),
		Fix: problem.Fix{
			ZH: "补充数据；可以没有的内容写作 {{" + p.String() + "?}} 或 {{" + p.String() + "|默认:\"无\"}}",
			EN: "add it to the data; for what may be missing write {{" + p.String() + "?}} or {{" + p.String() + "|default:\"none\"}}",
		},
	}
	if st == null {
		f.Message = problem.Tf("“%[1]s”没有填写", "“%[1]s” has no value", p.String())
	} else if s := r.suggest(&p); s != "" {
		f.Fix = problem.Fix{ZH: "您是否要写“" + s + "”？", EN: "did you mean “" + s + "”?", Replace: strings.Replace(t.raw, p.parts[len(p.parts)-1], s, 1)}
	}
	r.report(t, f)
}

// suggest finds the name in the data that the first unknown part of p was likely meant to be.
func (r *renderer) suggest(p *path) string {
	if len(p.parts) == 0 {
		return ""
	}
	var candidates []string
	for g := r.frame; g != nil; g = g.up {
		if len(p.parts) == 1 {
			candidates = append(candidates, slices.Sorted(maps.Keys(g.m))...)
			continue
		}
		if v, ok := resolve(g.m, p.parts[0], r.t.aliases); ok {
			for _, part := range p.parts[1 : len(p.parts)-1] {
				m, _ := v.(map[string]any)
				v = m[part]
			}
			m, _ := v.(map[string]any)
			candidates = slices.Sorted(maps.Keys(m))
			break
		}
	}
	return nearest(p.parts[len(p.parts)-1], candidates)
}
