package layout

import (
	"fmt"
	"strconv"
	"strings"

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
		if box := k.Path("w:ffData", "w:checkBox"); box != nil {
			f.checked = 2
			if c := box.Child("w:checked"); c != nil && onOff(c) || box.Child("w:checked") == nil && box.Child("w:default") != nil && onOff(box.Child("w:default")) {
				f.checked = 1
			}
		}
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
			if kind, _ := parseInstr(string(f.instr)); kind == fieldOther && f.checked == 0 && !quietField(string(f.instr)) && e.resultShown() {
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
	style := cs
	if f.style != nil && cs.hidden {
		style = f.style
	}
	switch kind {
	case fieldPage, fieldNumPages, fieldSectionPages:
		f.silent = true
		if outer {
			v := e.computed(kind, arg, string(f.instr))
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
		switch f.checked {
		case 1:
			f.silent = true
			if outer {
				e.addText("☑", style)
			}
		case 2:
			f.silent = true
			if outer {
				e.addText("☐", style)
			}
		}
	}
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
	switch kind {
	case fieldPage, fieldNumPages, fieldSectionPages:
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
	case fieldOther, fieldNoteRef:
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
	switch strings.ToUpper(words[0]) {
	case "PAGE":
		return fieldPage, ""
	case "NUMPAGES":
		return fieldNumPages, ""
	case "SECTIONPAGES":
		return fieldSectionPages, ""
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
		case fieldOther, fieldLink, fieldNoteRef:
		}
		return ""
	}
	e.bodyFields++
	switch kind {
	case fieldNumPages:
		return show(max(1, e.pageTotal), "")
	case fieldPageRef:
		return e.pageRef(arg, show)
	case fieldPage, fieldSectionPages:
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
		return show(max(1, at.sectionPages), "")
	case fieldOther, fieldLink, fieldNoteRef:
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
