package fill

import (
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

type tagKind uint8

const (
	tagValue   tagKind = iota
	tagLoop            // {{#list}}
	tagNone            // {{^list}}
	tagCond            // {{?condition}}
	tagElse            // {{:否则}}
	tagClose           // {{/name}}
	tagComment         // {{! …}}
	tagBad             // reported; stays as text
)

// tag is one tag of a paragraph or of plain text.
type tag struct {
	span
	kind  tagKind
	raw   string   // as typed
	value *operand // of a value; of a loop, its list
	cond  *cond    // of a condition; of a none, what must be false
	name  string   // of a section and of a close tag: its words without spaces, for matching
	scope scope
	p     *para // nil in plain text
	order int   // in its story
	pair  *pair
	in    *pair // the section it stands in
	mode  tagMode
	merge merging // whether the cell of a value joins a neighbour that holds the same
	each  bool    // a value alone in its paragraph, which a list of texts repeats
	obj   *object // what a value tag puts there besides text
}

type tagMode uint8

const (
	modeInline tagMode = iota // values, and markers that take effect where they stand
	modeHoist                 // the marker takes effect elsewhere; here it only goes
	modeSplit                 // the marker splits its paragraph
)

func (t *tag) section() bool { return t.kind == tagLoop || t.kind == tagNone || t.kind == tagCond }

// merging says which neighbour the cell of a value joins when both hold the same.
type merging uint8

const (
	mergeNot    merging = iota
	mergeAuto           // the one above in a repeated row, the one before in a repeated column
	mergeAcross         // the one before, in a repeated row too
)

func mergingOf(word string) merging {
	switch strings.ToLower(word) {
	case "合并", "merge":
		return mergeAuto
	case "横向合并", "hmerge":
		return mergeAcross
	}
	return mergeNot
}

// scope is a word before the name that says what a section repeats.
type scope uint8

const (
	scopeAuto scope = iota
	scopeRow
	scopePara
	scopeColumn
	scopeSection
)

func scopeOf(word string) (scope, bool) {
	switch strings.ToLower(word) {
	case "行", "row":
		return scopeRow, true
	case "段", "para", "paragraph":
		return scopePara, true
	case "列", "col", "column":
		return scopeColumn, true
	case "节", "section":
		return scopeSection, true
	}
	return scopeAuto, false
}

// scoped takes the word that says what a section repeats from before its name.
func scoped(s string) (scope, string) {
	if word, after, ok := strings.Cut(s, ":"); ok {
		if sc, known := scopeOf(strings.TrimSpace(word)); known {
			return sc, strings.TrimSpace(after)
		}
	}
	return scopeAuto, s
}

// parseTag reads a tag as it stands in the document. A tag with a fault has kind tagBad, or the kind of the marker it
// means to be, so that the pair it belongs to is still found.
func parseTag(raw string) (*tag, *fault) {
	t := &tag{raw: raw}
	in := inside(raw)
	if s := strings.TrimSpace(in); strings.HasPrefix(s, "!") || strings.HasPrefix(s, "！") {
		t.kind = tagComment
		return t, nil
	}
	s := plain(in)
	if s == "" {
		t.kind = tagBad
		return t, &fault{
			code: "fill.tag.empty", text: problem.T("标签里没有名称", "the tag has no name in it"),
			fix: problem.Fix{ZH: "写入名称，例如 {{项目名称}}；要原样显示花括号请写 {{\"{{\"}}", EN: "write a name, such as {{title}}; for literal braces write {{\"{{\"}}"},
		}
	}
	rest := strings.TrimSpace(s[1:])
	var ft *fault
	switch s[0] {
	case '#':
		t.kind = tagLoop
		t.scope, rest = scoped(rest)
		t.name = strings.TrimSuffix(squash(rest), "?") // of {{#name?}}…{{/name}}
		t.value, ft = parseValue(rest)
		if ft == nil && !t.value.isPath {
			ft = &fault{code: "fill.tag.syntax", text: problem.T("循环标签里要写列表的名称", "a loop takes the name of a list")}
		}
	case '^':
		t.kind = tagNone
		t.scope, rest = scoped(rest)
		t.name = squash(rest)
		t.cond, ft = parseCond(rest)
	case '?':
		t.kind = tagCond
		t.scope, rest = scoped(rest)
		t.name = squash(rest)
		t.cond, ft = parseCond(rest)
	case '/':
		t.kind = tagClose
		if word, after, ok := strings.Cut(rest, ":"); ok {
			if _, known := scopeOf(strings.TrimSpace(word)); known {
				rest = after
			}
		}
		t.name = strings.TrimSuffix(squash(strings.TrimLeft(strings.TrimSpace(rest), "#?^")), "?")
	case ':':
		t.kind = tagElse
		if w := squash(rest); w != "否则" && !strings.EqualFold(w, "else") {
			ft = &fault{
				code: "fill.tag.syntax", text: problem.Tf("“:”后面只能写“否则”，这里是“%[1]s”", "after “:” only “else” may stand, not “%[1]s”", rest),
				fix: problem.Fix{ZH: "改为 {{:否则}}", EN: "write {{:else}}", Replace: "{{:否则}}"},
			}
		}
	case '@', '+', '*':
		t.obj, t.value, ft = parseObject(s)
	default:
		t.kind = tagValue
		if w := squash(s); w == "分页" || strings.EqualFold(w, "pagebreak") {
			t.obj, t.value = &object{kind: objectBreak}, &operand{literal: ""}
			break
		}
		box := false
		for _, sign := range []string{"☑", "☐"} {
			if after, ok := strings.CutPrefix(s, sign); ok {
				s, box = after, true
			}
		}
		if word, after, ok := strings.Cut(s, ":"); ok {
			if m := mergingOf(strings.TrimSpace(word)); m != mergeNot {
				s, t.merge = strings.TrimSpace(after), m
			}
		}
		t.value, ft = parseValue(s)
		if ft == nil && box {
			f, _ := findFilter("勾选", nil)
			t.value.filters = append(t.value.filters, applied{f: f, name: "勾选"})
		}
	}
	if ft != nil && !t.section() && t.kind != tagElse {
		t.kind = tagBad
	}
	return t, ft
}

func squash(s string) string {
	return strings.NewReplacer(" ", "", "\x01", "\"", "\x02", "\"", "（", "(", "）", ")").Replace(s)
}

// pair is a section: its open, perhaps else, and close tags.
type pair struct {
	id               int
	open, els, close *tag
	up               *pair
	level            *link // inline: the container in which it opens and closes
	inline           bool
	from, mid, to    int          // byte range of what it repeats or shows, and where its second branch begins
	before, after    []*docx.Node // ends of ranges, such as bookmarks, that must not be repeated: they stand before or after
	table            *box         // when it repeats or shows rows: their table, the first and the last
	first, last      *box
	lists            []string            // the w:numIds of lists that each copy counts anew
	texts            []string            // likewise, of lists that a single paragraph makes of a list of texts
	gone             func(*builder) []op // what stays when it shows nothing; nil for nothing
	dropped          bool                // reported; renders as text
	column           *columnLoop         // it repeats columns, or, made from such a pair, the cells of one row in them
}
