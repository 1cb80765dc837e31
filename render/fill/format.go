package fill

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"tripact/notation"
)

// script is text set above or below the line.
type script struct{ text, align string }

// webLink is a text that leads to an address.
type webLink struct{ text, address string }

// styled writes values that are text with a format of their own.
func (r *renderer) styled(g *textOp, t *tag, v any) bool {
	switch v := v.(type) {
	case script:
		if g.plain || g.shape == nil {
			r.content(g, t, v.text)
			return true
		}
		r.leave(g)
		r.writeRun(t, g.shape, v.text, g.shape.el("vertAlign", "val", v.align))
		r.back(g)
		return true
	case webLink:
		r.webLink(g, t, v)
		return true
	case map[string]any:
		address, ok := one(v, "url", "网址", "链接").(string)
		if !ok {
			return false
		}
		text, ok := toText(one(v, "text", "文字", "title", "标题"))
		if !ok || text == "" {
			text = address
		}
		r.webLink(g, t, webLink{text, address})
		return true
	}
	return false
}

// webLink writes a hyperlink. Where none can stand, in plain text or inside another hyperlink, it is its text.
func (r *renderer) webLink(g *textOp, t *tag, l webLink) {
	target, ok := webAddress(l.address)
	if !ok {
		r.invalid(t, "fill.link.address", "的网址“%[2]s”不能用作链接", "has the address “%[2]s”, which cannot be a link",
			"只能用 http、https 或 mailto 开头的完整网址", "use a whole address that begins with http, https or mailto", clip(l.address, 60))
		return
	}
	if g.plain || g.shape == nil || g.shape.inLink {
		r.content(g, t, l.text)
		return
	}
	s := g.shape
	r.leave(g)
	r.out = append(r.out, "<"+s.pre+`hyperlink xmlns:r="`+r.assets.ns("r")+`" r:id="`+r.assets.rel(r.part.name, "hyperlink", target, true)+`" `+s.pre+`history="1">`...)
	r.writeRun(t, s, l.text, s.el("color", "val", "0563C1"), s.el("u", "val", "single"))
	r.out = append(r.out, "</"+s.pre+"hyperlink>"...)
	r.back(g)
}

// webAddress checks an address and writes it as a URI. Only addresses that lead to a page or a mailbox are taken: not
// file:, javascript: or those of other programs.
func webAddress(address string) (string, bool) {
	address = strings.TrimSpace(address)
	if address == "" || len(address) > 2048 || strings.ContainsFunc(address, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
		return "", false
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		return encodeAddress(u.String()), u.Host != ""
	case "mailto":
		return encodeAddress(u.String()), strings.Contains(u.Opaque, "@")
	}
	return "", false
}

// encodeAddress writes an address in ASCII, the bytes of other characters percent-encoded (RFC 3986, 2.5). A host in
// another script stays as it is.
func encodeAddress(s string) string {
	at := 0
	if i := strings.Index(s, "://"); i >= 0 {
		at = len(s)
		if j := strings.IndexAny(s[i+3:], "/?#"); j >= 0 {
			at = i + 3 + j
		}
	}
	b := []byte(s[:at])
	for _, c := range []byte(s[at:]) {
		if c < utf8.RuneSelf {
			b = append(b, c)
		} else {
			b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return string(b)
}

const hexDigits = "0123456789ABCDEF"

// textFilter makes a filter's run of a function on text.
func textFilter(f func(s string, args []string) (any, error)) func(any, string, []string) (any, error) {
	return func(v any, _ string, args []string) (any, error) {
		s, ok := toText(v)
		if !ok {
			return nil, errValue
		}
		return f(s, args)
	}
}

// formats are filters on text.
var formats = []*filter{
	{names: []string{"脱敏", "redact"}, in: kindText, out: kindText, args: 1, words: []string{"证件", "电话", "姓名", "邮箱", "账号", "id", "phone", "name", "email", "account"}, run: textFilter(func(s string, args []string) (any, error) {
		return redact(s, first(args)), nil
	})},
	{names: []string{"文号", "docno"}, in: kindText, out: kindText, run: textFilter(func(s string, _ []string) (any, error) {
		no, ok := documentNumber(s)
		if !ok {
			return nil, errValue
		}
		return no, nil
	})},
	{names: []string{"首字母", "capital"}, in: kindText, out: kindText, run: textFilter(func(s string, _ []string) (any, error) {
		r, n := utf8.DecodeRuneInString(s)
		if n == 0 {
			return s, nil
		}
		return string(unicode.ToUpper(r)) + s[n:], nil
	})},
	{names: []string{"上标", "superscript"}, in: kindText, out: kindStyled, run: textFilter(func(s string, _ []string) (any, error) {
		return script{s, "superscript"}, nil
	})},
	{names: []string{"下标", "subscript"}, in: kindText, out: kindStyled, run: textFilter(func(s string, _ []string) (any, error) {
		return script{s, "subscript"}, nil
	})},
	{names: []string{"链接", "link"}, in: kindText, out: kindStyled, args: 1, run: textFilter(func(s string, args []string) (any, error) {
		text := first(args)
		if text == "" {
			text = s
		}
		return webLink{text, s}, nil
	})},
}

// redact hides most of a text: what an identifier, telephone number, name, address or account may show in public.
// Without a kind the first character stays.
func redact(s, kind string) string {
	r := []rune(s)
	switch kind {
	case "证件", "id":
		return notation.MaskID(s)
	case "电话", "phone":
		return notation.MaskPhone(s)
	case "账号", "account":
		keep := min(4, len(r)/2)
		return strings.Repeat("*", len(r)-keep) + string(r[len(r)-keep:])
	case "邮箱", "email":
		if name, host, ok := strings.Cut(s, "@"); ok && name != "" {
			return redact(name, "") + "@" + host
		}
	}
	if len(r) < 2 {
		return strings.Repeat("*", len(r))
	}
	return string(r[:1]) + strings.Repeat("*", len(r)-1)
}

// docNoPattern is a 发文字号: issuing body, year, serial number (GB/T 9704-2012, 7.2.5).
var docNoPattern = regexp.MustCompile(`^([\p{Han}A-Za-z]*\p{Han})[\[［〔【（(﹝<〈]((?:19|20)\d\d)(?:年)?[\]］〕】）)﹞>〉]第?0*([1-9]\d{0,4})号?$`)

// documentNumber writes a document number as the standard has it: the year in 〔〕, the number without 第 or zeros in
// front, ending in 号. ok is false for what is no document number.
func documentNumber(s string) (string, bool) {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), noWidth(r):
			return -1
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		}
		return r
	}, s)
	m := docNoPattern.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	return m[1] + "〔" + m[2] + "〕" + m[3] + "号", true
}
