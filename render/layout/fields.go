package layout

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// fieldKind is a field that layout computes.
type fieldKind uint8

const (
	fieldOther fieldKind = iota
	fieldPage
	fieldNumPages
	fieldSectionPages
	fieldPageRef
	fieldLink
	fieldNoteRef
	fieldSection // the number of the section
	fieldWorked  // a formula or an IF, worked out when all that it depends on is page numbers
)

// maxFieldDepth bounds nested fields.
const maxFieldDepth = 16

func parseHex(s string) (rune, error) {
	v, err := strconv.ParseUint(strings.TrimSpace(s), 16, 21)
	if err != nil {
		return 0, fmt.Errorf("character code %q: %w", s, err)
	}
	return rune(v), nil
}

// field returns the innermost open field, or nil.
func (e *engine) field() *fieldState {
	if len(e.fields) == 0 {
		return nil
	}
	return &e.fields[len(e.fields)-1]
}

func (e *engine) fieldChar(k *docx.Node, cs *charStyle) {
	typ, _ := k.Attr("w:fldCharType")
	switch typ {
	case "begin":
		if len(e.fields) >= maxFieldDepth {
			e.warnAt(e.place, "layout.field.depth", "域嵌套过深", "fields are nested too deeply", "")
			e.fields = e.fields[:0]
		}
		f := fieldState{prior: e.link, style: cs}
		if v, ok := k.Attr("w:fldLock"); ok {
			f.locked = isOn(v)
		}
		f.legacy = legacyForm(k.Child("w:ffData"))
		e.fields = append(e.fields, f)
	case "separate":
		if f := e.field(); f != nil && !f.result {
			f.result = true
			f.stored.separator = k
			e.startResult(f, cs)
		}
	case "end":
		f := e.field()
		if f == nil {
			return
		}
		if !f.result { // no stored result
			f.result = true
			e.startResult(f, cs)
			if kind, _ := parseInstr(string(f.instr)); (kind == fieldOther || kind == fieldWorked && !f.silent) && f.legacy == "" && !isEQ(f.instr) && !quietField(string(f.instr)) && e.resultShown() {
				e.warn("layout.field", "域没有保存的结果，未显示", "the field has no stored result and is not shown",
					strings.TrimSpace(string(f.instr)))
			}
		}
		e.keepResult(&f.stored, k)
		e.link = f.prior
		e.fields = e.fields[:len(e.fields)-1]
	}
}

// resultShown reports whether the result of the innermost field is shown: it is in no other's instruction or replaced result.
func (e *engine) resultShown() bool {
	for i := range e.fields[:len(e.fields)-1] {
		if g := &e.fields[i]; !g.result || g.silent {
			return false
		}
	}
	return true
}

// quietField reports whether a field shows nothing by its nature.
func quietField(instr string) bool {
	f := strings.Fields(instr)
	if len(f) == 0 {
		return true
	}
	switch strings.ToUpper(f[0]) {
	case "TC", "XE", "RD", "TA", "SET", "ASK", "BIBLIOGRAPHY", "ADVANCE", "PRIVATE":
		return true
	}
	return false
}

// startResult shows our own value of a field that layout computes, and hides the stored one.
func (e *engine) startResult(f *fieldState, cs *charStyle) {
	kind, arg := parseInstr(string(f.instr))
	outer := e.resultShown()
	if n := len(e.fields); n > 1 && !e.fields[n-2].result {
		e.insideInstruction(f, &e.fields[n-2], kind, arg)
		return
	}
	if f.locked && !isEQ(f.instr) {
		return
	}
	style := cs
	if f.style != nil && cs.hidden {
		style = f.style
	}
	if outer && kind == fieldOther {
		e.staleField(f)
	}
	switch kind {
	case fieldPage, fieldNumPages, fieldSectionPages, fieldSection:
		f.silent = true
		if outer {
			v := e.computed(kind, arg, string(f.instr))
			f.stored.text, f.stored.computed = v, true
			e.addText(v, style)
		}
	case fieldWorked:
		v, ok := "", false
		if f.paged && !f.other {
			v, ok = workOut(string(f.instr))
		}
		if !ok {
			if f.paged && outer && (e.onPage == nil || e.resultsOnce != nil) {
				e.unworked = append(e.unworked, unworked{e.place, strings.TrimSpace(string(f.instr))})
			}
			return
		}
		f.silent = true
		if outer {
			f.stored.text, f.stored.computed = v, true
			e.addText(v, style)
		}
	case fieldPageRef:
		if v := e.computed(kind, arg, string(f.instr)); v != "" {
			f.silent = true
			if outer {
				f.stored.text, f.stored.computed = v, true
				e.addText(v, style)
			}
		}
	case fieldLink:
		t := target{uri: arg}
		if strings.HasPrefix(arg, "#") {
			t = target{bookmark: arg[1:]}
		}
		e.link = e.addTarget(t)
	case fieldOther, fieldNoteRef:
		if isEQ(f.instr) {
			f.silent = true
			if outer && !style.hidden {
				e.eqField(f, style)
			}
			return
		}
		if f.legacy != "" {
			f.silent = true
			if outer {
				e.addText(f.legacy, style)
			}
		}
	}
}

// insideInstruction puts the value of a field into the instruction of another that it stands in, as in { = { NUMPAGES } - 1 }.
func (e *engine) insideInstruction(f, parent *fieldState, kind fieldKind, arg string) {
	f.silent = true
	v := ""
	switch kind {
	case fieldPage, fieldNumPages, fieldSectionPages, fieldSection:
		v = e.computed(kind, arg, string(f.instr))
		f.stored.text, f.stored.computed = v, true
		parent.paged = true
	case fieldWorked:
		var ok bool
		if v, ok = workOut(string(f.instr)); !ok || !f.paged || f.other {
			parent.paged, parent.other = parent.paged || f.paged, true
			return
		}
		f.stored.text, f.stored.computed = v, true
		parent.paged = true
	case fieldOther, fieldPageRef, fieldLink, fieldNoteRef:
		parent.other = true
		return
	}
	if len(parent.instr) < 4096 {
		parent.instr = append(parent.instr, v...)
	}
}

// unworked is a field that depends on page numbers and could not be worked out.
type unworked struct {
	place problem.Place
	instr string
}

// tellUnworked tells of these when the numbers stand: with those of an earlier pass it might have been otherwise.
func (e *engine) tellUnworked() {
	for _, u := range e.unworked {
		e.warnAt(u.place, "layout.field", "含页码的公式无法计算，显示保存的结果", "a field that depends on page numbers cannot be worked out, its stored result is shown", u.instr)
	}
}

// staleField tells of a field in a header or footer that Word works out for each page.
func (e *engine) staleField(f *fieldState) {
	if words := fieldWords(string(f.instr)); e.onPage != nil && len(words) > 0 && strings.EqualFold(words[0], "STYLEREF") {
		e.warnOnce("layout.field", "页眉页脚中的 STYLEREF 域在每页都显示保存的内容", "a STYLEREF field in a header or footer shows its stored result on every page", strings.TrimSpace(string(f.instr)))
	}
}

// legacyForm is what a check box or drop-down list of an older form shows (ECMA-376 17.16.7, 17.16.9), "" for anything else.
func legacyForm(data *docx.Node) string {
	if box := data.Child("w:checkBox"); box != nil {
		c := box.Child("w:checked")
		if c == nil {
			c = box.Child("w:default")
		}
		if c != nil && onOff(c) {
			return "☑"
		}
		return "☐"
	}
	list := data.Child("w:ddList")
	if list == nil {
		return ""
	}
	pick, ok := attrInt(list.Child("w:result"), "w:val")
	if !ok {
		pick, _ = attrInt(list.Child("w:default"), "w:val")
	}
	for _, k := range list.Kids {
		if k.Name != "w:listEntry" {
			continue
		}
		if pick == 0 {
			return k.Val()
		}
		pick--
	}
	return ""
}

// simpleField reads w:fldSimple.
func (e *engine) simpleField(k *docx.Node, ps *paraStyle, depth int) {
	instr, _ := k.Attr("w:instr")
	kind, arg := parseInstr(instr)
	cs := ps.mark
	for _, r := range k.Kids {
		if r.Name == "w:r" {
			rpr := r.Child("w:rPr")
			var raw []byte
			if rpr != nil {
				raw = e.src[rpr.Start:rpr.End]
			}
			cs = e.sheet.char(ps.base, rpr, raw)
			break
		}
	}
	own := func(v string) {
		e.addText(v, cs)
		stored := result{text: v, computed: true}
		for _, r := range k.Kids {
			for _, t := range r.Kids {
				if r.Name == "w:r" && t.Name == "w:t" {
					stored.texts = append(stored.texts, t)
				}
			}
		}
		e.keepResult(&stored, k)
	}
	if v, ok := k.Attr("w:fldLock"); ok && isOn(v) {
		kind = fieldOther
	}
	switch kind {
	case fieldPage, fieldNumPages, fieldSectionPages, fieldSection:
		if e.shown(cs) {
			own(e.computed(kind, arg, instr))
		}
	case fieldPageRef:
		if v := e.computed(kind, arg, instr); v != "" {
			if e.shown(cs) {
				own(v)
			}
			return
		}
		e.inlines(k, ps, depth+1)
	case fieldLink:
		prior := e.link
		e.link = e.addTarget(target{uri: arg})
		e.inlines(k, ps, depth+1)
		e.link = prior
	case fieldOther, fieldNoteRef, fieldWorked:
		e.inlines(k, ps, depth+1)
	}
}

// parseInstr splits a field's instruction into kind and argument; the argument of HYPERLINK \l is "#bookmark".
func parseInstr(instr string) (kind fieldKind, arg string) {
	words := fieldWords(instr)
	if len(words) == 0 {
		return fieldOther, ""
	}
	first := func() string {
		for _, w := range words[1:] {
			if !strings.HasPrefix(w, "\\") {
				return w
			}
		}
		return ""
	}
	if words[0][:min(1, len(words[0]))] == "=" {
		return fieldWorked, ""
	}
	switch strings.ToUpper(words[0]) {
	case "PAGE":
		return fieldPage, ""
	case "NUMPAGES":
		return fieldNumPages, ""
	case "SECTIONPAGES":
		return fieldSectionPages, ""
	case "SECTION":
		return fieldSection, ""
	case "IF":
		return fieldWorked, ""
	case "PAGEREF":
		return fieldPageRef, first()
	case "HYPERLINK":
		uri := ""
		local := ""
		for i := 1; i < len(words); i++ {
			switch {
			case words[i] == "\\l" && i+1 < len(words):
				local = words[i+1]
				i++
			case strings.HasPrefix(words[i], "\\"):
				if words[i] == "\\o" || words[i] == "\\t" {
					i++
				}
			case uri == "":
				uri = words[i]
			}
		}
		if uri == "" && local != "" {
			return fieldLink, "#" + local
		}
		return fieldLink, uri
	}
	return fieldOther, ""
}

// fieldWords splits an instruction at spaces, keeping quoted arguments whole.
func fieldWords(s string) []string {
	var words []string
	for len(words) < 32 {
		s = strings.TrimLeft(s, " \t\r\n\u00a0")
		if s == "" {
			break
		}
		if s[0] == '"' {
			rest := s[1:]
			end := strings.IndexByte(rest, '"')
			if end < 0 {
				end = len(rest)
			}
			words = append(words, rest[:end])
			s = rest[min(len(rest), end+1):]
			continue
		}
		end := strings.IndexAny(s, " \t\r\n\u00a0\"")
		if end <= 0 {
			end = len(s)
		}
		words = append(words, s[:end])
		s = s[end:]
	}
	return words
}

// numberSwitch is the \* format of a field in names of ST_NumberFormat, "" when it has none.
func numberSwitch(instr string) string {
	words := fieldWords(instr)
	for i := 0; i+1 < len(words); i++ {
		if words[i] != "\\*" {
			continue
		}
		switch w := words[i+1]; w {
		case "roman":
			return "lowerRoman"
		case "Roman", "ROMAN":
			return "upperRoman"
		case "alphabetic":
			return "lowerLetter"
		case "ALPHABETIC":
			return "upperLetter"
		default:
			switch strings.ToUpper(w) {
			case "ARABIC":
				return "decimal"
			case "ARABICDASH":
				return "numberInDash"
			case "ORDINAL":
				return "ordinal"
			case "CHINESENUM1":
				return "ideographDigital"
			case "CHINESENUM2":
				return "chineseLegalSimplified"
			case "CHINESENUM3":
				return "chineseCountingThousand"
			case "CIRCLENUM":
				return "decimalEnclosedCircle"
			case "GB1":
				return "decimalEnclosedFullstop"
			case "GB2":
				return "decimalEnclosedParen"
			case "GB3":
				return "decimalEnclosedCircle"
			case "GB4":
				return "ideographEnclosedCircle"
			case "DBCHAR", "SBCHAR":
				return "decimal"
			}
		}
	}
	return ""
}

// computed gives the value of a page-number field. In headers and footers the page is known; in the body the numbers
// are those of the previous pass, and the fields are counted so that the next pass finds its own.
func (e *engine) computed(kind fieldKind, arg, instr string) string {
	e.varied++
	format := numberSwitch(instr)
	show := func(n int, fallback string) string {
		f := format
		if f == "" {
			f = fallback
		}
		text, known := formatNumber(n, f, "")
		if !known {
			e.warn("layout.number.format", "页码格式不认识，按阿拉伯数字排", "unknown page number format, written in digits", f)
		}
		return text
	}
	if at := e.onPage; at != nil {
		switch kind {
		case fieldPage:
			return show(at.number, at.format)
		case fieldNumPages:
			return show(e.pageTotal, "")
		case fieldSectionPages:
			return show(at.sectionPages, "")
		case fieldPageRef:
			return e.pageRef(arg, show)
		case fieldSection:
			return show(at.section+1, "")
		case fieldOther, fieldLink, fieldNoteRef, fieldWorked:
		}
		return ""
	}
	e.bodyFields++
	switch kind {
	case fieldNumPages:
		return show(max(1, e.pageTotal), "")
	case fieldPageRef:
		return e.pageRef(arg, show)
	case fieldPage, fieldSectionPages, fieldSection:
		// The page of a body field is that of its paragraph in the previous pass.
		e.selfRefs++
		at := pageState{number: 1, sectionPages: 1}
		if i := e.selfRefs - 1; i < len(e.selfKnown) {
			at = e.selfKnown[i]
		}
		e.paraRefs = append(e.paraRefs, e.selfRefs-1)
		if kind == fieldPage {
			return show(at.number, at.format)
		}
		if kind == fieldSection {
			return show(at.section+1, "")
		}
		return show(max(1, at.sectionPages), "")
	case fieldOther, fieldLink, fieldNoteRef, fieldWorked:
	}
	return ""
}

func (e *engine) pageRef(name string, show func(int, string) string) string {
	at, ok := e.bookmarksKnown[name]
	if !ok {
		return ""
	}
	return show(at.number, at.format)
}

// workOut gives the value of a formula of whole numbers, as { = 12 - 1 }, or of an IF that compares two values, the fields in which have
// been replaced by theirs; false when it is of another kind.
func workOut(instr string) (string, bool) {
	words := fieldWords(instr)
	if len(words) > 0 && strings.EqualFold(words[0], "IF") {
		return workOutIf(words)
	}
	text, _, _ := strings.Cut(strings.TrimSpace(instr), `\`)
	f := formula{rest: strings.TrimPrefix(text, "=")}
	n := f.sum(0)
	if f.skip(); f.bad || f.rest != "" {
		return "", false
	}
	format := numberSwitch(instr)
	if strings.Contains(instr, `\#`) && !plainPicture(words) {
		return "", false
	}
	const most = 1_000_000
	switch {
	case n < 0 && n > -most && format == "":
		return strconv.Itoa(n), true
	case n < 0 || n > most:
		return "", false
	}
	return formatNumber(n, format, "")
}

// plainPicture reports whether the number picture (\#) of a formula is that of a whole number.
func plainPicture(words []string) bool {
	for i, w := range words {
		if strings.HasPrefix(w, `\#`) {
			picture := strings.TrimPrefix(w, `\#`)
			if picture == "" && i+1 < len(words) {
				picture = words[i+1]
			}
			return picture == "0" || picture == "#" || picture == "##" || picture == "###"
		}
	}
	return false
}

func workOutIf(words []string) (string, bool) {
	if len(words) < 5 || len(words) > 6 {
		return "", false
	}
	order := strings.Compare(words[1], words[3])
	if a, err := strconv.Atoi(words[1]); err == nil {
		if b, err := strconv.Atoi(words[3]); err == nil {
			order = cmp.Compare(a, b)
		}
	}
	var yes bool
	switch words[2] {
	case "=":
		yes = order == 0
	case "<>":
		yes = order != 0
	case "<":
		yes = order < 0
	case ">":
		yes = order > 0
	case "<=":
		yes = order <= 0
	case ">=":
		yes = order >= 0
	default:
		return "", false
	}
	switch {
	case yes:
		return words[4], true
	case len(words) == 6:
		return words[5], true
	}
	return "", true
}

// formula reads sums and products of whole numbers.
type formula struct {
	rest string
	bad  bool
}

func (f *formula) skip() { f.rest = strings.TrimLeft(f.rest, " \t\u00a0") }

// take takes one of the signs if it is next, else 0.
func (f *formula) take(signs string) byte {
	if f.skip(); f.rest == "" || !strings.Contains(signs, f.rest[:1]) {
		return 0
	}
	c := f.rest[0]
	f.rest = f.rest[1:]
	return c
}

func (f *formula) sum(depth int) int {
	n := f.product(depth)
	for {
		switch f.take("+-") {
		case '+':
			n += f.product(depth)
		case '-':
			n -= f.product(depth)
		default:
			return n
		}
	}
}

func (f *formula) product(depth int) int {
	n := f.value(depth)
	for {
		switch f.take("*/") {
		case '*':
			n *= f.value(depth)
		case '/':
			d := f.value(depth)
			if d == 0 || n%d != 0 { // no whole number
				f.bad = true
				return 0
			}
			n /= d
		default:
			return n
		}
	}
}

func (f *formula) value(depth int) int {
	if depth > maxFieldDepth {
		f.bad = true
		return 0
	}
	switch f.take("(-") {
	case '(':
		n := f.sum(depth + 1)
		f.bad = f.bad || f.take(")") == 0
		return n
	case '-':
		return -f.value(depth + 1)
	}
	digits := len(f.rest) - len(strings.TrimLeft(f.rest, "0123456789"))
	n, err := strconv.Atoi(f.rest[:digits])
	f.rest = f.rest[digits:]
	f.bad = f.bad || err != nil || n > 1_000_000
	return n
}
