package project

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"tripact/problem"
)

// lostNames maps code points of old private encodings to the characters that they stood for (DOMAIN.md D.7).
var lostNames = map[rune]rune{0xE863: '䶮'}

// checkText finds characters that no field may hold. Text is judged as it is: nothing is normalised.
func checkText(d *decoder, path, s string) {
	if r := firstRune(s, isLost); r >= 0 {
		msg := problem.Tf("含有无法识别的字符 U+%04[1]X，可能是生僻字丢失", "holds U+%04[1]X, which is no character: a rare character was probably lost", r)
		fix := problem.Fix{ZH: "请按 GB 18030 重新录入原字", EN: "type the original character again, in Unicode"}
		if c, ok := lostNames[r]; ok {
			fix.ZH = fmt.Sprintf("旧编码中该字为“%c”（U+%04X），请改用它", c, c)
			fix.EN = fmt.Sprintf("in old encodings this was %c (U+%04X): use that", c, c)
			fix.Replace = strings.ReplaceAll(s, string(r), string(c))
		}
		d.fail("project.text.lost", path, msg, s, fix)
	}
	if r := firstRune(s, isControl); r >= 0 {
		d.fail("project.text.control", path,
			problem.Tf("含有控制字符或不可见字符 U+%04[1]X", "holds the control or invisible character U+%04[1]X", r),
			strings.Map(visible, s), problem.Fix{
				ZH: "删除该字符；分段请用段落数组", EN: "remove it; give several paragraphs as an array",
				Replace: strings.Map(func(r rune) rune {
					if isControl(r) {
						return -1
					}
					return r
				}, s),
			})
		return
	}
	if t := strings.TrimSpace(s); t != s && t != "" {
		d.warn("project.text.space", path, problem.T("首尾有空格", "has spaces at its start or end"), s,
			problem.Fix{ZH: "删除首尾空格", EN: "remove them", Replace: t})
	}
}

// isLost tells code points that stand where a character was lost: private use, U+FFFD and what Unicode leaves unassigned
// for good.
func isLost(r rune) bool {
	return r >= 0xE000 && r <= 0xF8FF || r >= 0xF0000 || r == utf8.RuneError || r&0xFFFE == 0xFFFE || r >= 0xFDD0 && r <= 0xFDEF
}

// isControl tells characters that have no place in a line of print: controls, line and paragraph ends, direction marks,
// and invisible characters that make equal-looking texts differ. Joiners stay, scripts need them.
func isControl(r rune) bool {
	switch {
	case unicode.IsControl(r), r == 0x2028, r == 0x2029, r == 0x200B, r == 0x00AD, r == 0x2060, r == 0xFEFF, r == 0x061C,
		r == 0x200E, r == 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}

func visible(r rune) rune {
	if isControl(r) {
		return '�'
	}
	return r
}

func firstRune(s string, is func(rune) bool) rune {
	if i := strings.IndexFunc(s, is); i >= 0 {
		r, _ := utf8.DecodeRuneInString(s[i:])
		return r
	}
	return -1
}

// nameDot is the one separator inside transliterated and minority names (民委发〔2016〕33号).
const nameDot = '·'

// isDotLike tells the characters that are typed for nameDot by mistake.
func isDotLike(r rune) bool { return strings.ContainsRune("•・‧∙⋅．･.", r) }

// maxHan is how many characters a Chinese name field must hold and may have (25 Han, with separators).
const maxHan = 25

// checkPerson judges a person's name by DOMAIN.md D.7 and returns it with wrong middle dots mapped to U+00B7. Latin,
// Cyrillic and Greek names stay as they are.
func checkPerson(d *decoder, path, s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r >= '0' && r <= '9' || r >= '０' && r <= '９' }) {
		d.fail("project.name.digit", path, problem.T("姓名中有数字", "a name holds a digit"), s,
			problem.Fix{ZH: "只填写姓名", EN: "give the name only"})
	}
	if strings.ContainsAny(s, "?？□〓") {
		d.fail("project.text.lost", path, problem.T("姓名中的生僻字已丢失", "a rare character of the name was lost"), s,
			problem.Fix{ZH: "请按身份证件重新录入原字", EN: "type the name again as on the identity document"})
	}
	if !strings.ContainsFunc(s, isHan) {
		return s
	}
	runes := []rune(s)
	padded, mapped, han := false, false, 0
	for i, r := range runes {
		between := i > 0 && i < len(runes)-1 && isHan(runes[i-1]) && isHan(runes[i+1])
		if isHan(r) {
			han++
		}
		if (r == ' ' || r == '\u3000') && between {
			padded = true
		}
		edge := i == 0 && len(runes) > 1 && isHan(runes[1]) || i == len(runes)-1 && i > 0 && isHan(runes[i-1])
		if isDotLike(r) && (between || edge || r != '.') {
			runes[i], mapped = nameDot, true
		}
	}
	fixed := string(runes)
	if mapped {
		d.warn("project.name.dot", path, problem.T("姓名间隔号已改为“·”（U+00B7）", "the separator in the name was changed to · (U+00B7)"), s,
			problem.Fix{ZH: "请在数据中使用“·”", EN: "use · in the data", Replace: fixed})
	}
	if strings.HasPrefix(fixed, "·") || strings.HasSuffix(fixed, "·") || strings.Contains(fixed, "··") {
		d.fail("project.name.dot", path, problem.T("间隔号不得在姓名首尾或连续出现", "a separator may not begin or end a name, nor be doubled"), s,
			problem.Fix{ZH: "按身份证件填写", EN: "write the name as on the identity document"})
	}
	if padded {
		d.fail("project.name.space", path, problem.T("汉字姓名中有空格", "a Chinese name holds spaces"), s,
			problem.Fix{ZH: "数据中不留空格，排版时再对齐", EN: "leave padding to the document", Replace: strings.NewReplacer(" ", "", "\u3000", "").Replace(s)})
	}
	if han > maxHan {
		d.fail("project.name.long", path, problem.Tf("姓名超过%d个汉字", "the name has more than %d Chinese characters", maxHan), s,
			problem.Fix{ZH: "请核对姓名", EN: "check the name"})
	}
	return fixed
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }
