package fill

import (
	"bytes"
	"strings"
	"unicode/utf8"
	"unsafe"

	"tripact/problem"
	"tripact/render/docx"
)

// texts writes text and values inside one run: w:t, w:br and w:tab elements.
func (r *renderer) texts(g *textOp) {
	r.text = r.text[:0]
	for i := range g.pieces {
		p := &g.pieces[i]
		if p.tag == nil {
			r.text = append(r.text, p.lit...)
			continue
		}
		from := len(r.text)
		r.value(g, p.tag)
		if g.field { // a value must not end its quotation
			v := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(string(r.text[from:]))
			r.text = append(r.text[:from], v...)
		}
	}
	r.flush(g)
}

// flush ends the w:t being made.
func (r *renderer) flush(g *textOp) {
	t := r.text
	if len(t) == 0 {
		return
	}
	s := unsafe.String(unsafe.SliceData(t), len(t)) // it is written before r.text is used again
	r.text = t[:0]
	if g.plain {
		if g.attr {
			r.out = docx.AppendAttr(r.out, s)
		} else {
			r.out = docx.AppendText(r.out, s)
		}
		return
	}
	r.out = append(r.out, '<')
	r.out = append(r.out, g.el...)
	if !g.drawn && (space(s[0]) || space(s[len(s)-1]) || strings.Contains(s, "  ")) {
		r.out = append(r.out, ` xml:space="preserve"`...)
	}
	r.out = append(r.out, '>')
	r.out = docx.AppendText(r.out, s)
	r.out = append(r.out, '<', '/')
	r.out = append(r.out, g.el...)
	r.out = append(r.out, '>')
}

func space(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// value writes the value of a tag.
func (r *renderer) value(g *textOp, t *tag) {
	var v any
	var st state
	if t.each && !g.plain {
		v, st = r.each, r.eachSt
	} else {
		v, st = r.eval(t, t.value)
	}
	switch st {
	case faulty:
		return
	case null, absent:
		r.noValue(g, t, st)
		return
	case there:
	}
	if r.special(g, t, v) {
		return
	}
	s, ok := toText(v)
	if !ok {
		list, isList := asList(v)
		if !isList {
			r.notText(t, v)
			return
		}
		lines := make([]string, 0, len(list))
		for _, e := range list {
			line, ok := toText(e)
			if !ok {
				r.notText(t, v)
				return
			}
			lines = append(lines, line)
		}
		s = strings.Join(lines, "\n")
	}
	r.content(g, t, s)
}

// noValue writes what the policy says for a value that is not there.
func (r *renderer) noValue(g *textOp, t *tag, st state) {
	if t.value.optional {
		return
	}
	r.missing(t, t.value, st)
	switch r.opt.Missing {
	case Strict, Blank:
	case Keep:
		r.text = append(r.text, t.raw...)
	case Mark:
		mark := "〔待填：" + t.value.path.String() + "〕"
		if g.plain {
			r.text = append(r.text, mark...)
			return
		}
		r.flush(g)
		if head, empty := bytes.CutSuffix(r.out, g.runOpen); empty {
			r.out = head
		} else {
			r.out = append(r.out, g.runClose...)
		}
		r.out = append(r.out, g.markOpen...)
		r.text = append(r.text, mark...)
		r.flush(g)
		r.out = append(r.out, g.runClose...)
		r.out = append(r.out, g.runOpen...)
	}
}

// content adds the characters of a value: line breaks and tabs become elements, what XML cannot hold goes and is told.
func (r *renderer) content(g *textOp, t *tag, s string) {
	if docx.IsPlain(s) {
		r.text = append(r.text, s...)
		return
	}
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			ch, n := utf8.DecodeRuneInString(s[i:])
			if docx.IsXMLChar(ch) && (ch != utf8.RuneError || n > 1) {
				i += n
				continue
			}
			r.text = append(r.text, s[from:i]...)
			r.control(t, ch, s[i:i+n])
			i += n
			from = i
			continue
		}
		r.text = append(r.text, s[from:i]...)
		n := 1
		switch {
		case g.plain && (c == '\n' || c == '\t'):
			r.text = append(r.text, ' ')
		case c == '\n' || c == '\r' || c == '\v':
			if c == '\r' && i+1 < len(s) && s[i+1] == '\n' {
				n = 2
			}
			r.flush(g)
			r.out = append(r.out, g.br...)
		case c == '\t' && g.drawn:
			r.text = append(r.text, c)
		case c == '\t':
			r.flush(g)
			r.out = append(r.out, g.tab...)
		default:
			r.control(t, rune(c), s[i:i+1])
		}
		i += n
		from = i
	}
	r.text = append(r.text, s[from:]...)
}

// control reports a character that a Word file cannot hold.
func (r *renderer) control(t *tag, ch rune, raw string) {
	sev := problem.Warn
	if r.opt.Missing == Strict {
		sev = problem.Fail
	}
	name := ""
	if t.value.isPath {
		name = t.value.path.String()
	}
	f := problem.Finding{
		Code: "fill.value.control", Severity: sev, Path: r.pointer(&t.value.path),
		Message: problem.Tf("“%[1]s”的值里有 Word 文件不能保存的字符 U+%04[2]X，已去掉", "the value of “%[1]s” holds the character U+%04[2]X, which a Word file cannot hold; it was removed", name, ch),
		Fix:     problem.Fix{ZH: "从数据里删去该字符", EN: "delete the character from the data"},
	}
	if ch == utf8.RuneError && len(raw) == 1 {
		f.Message = problem.Tf("“%[1]s”的值里有编码错误的字节，已去掉", "the value of “%[1]s” holds a byte that is not UTF-8; it was removed", name)
	}
	r.report(t, f)
}
