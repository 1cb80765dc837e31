package project

import (
	"regexp"
	"strings"
	"time"

	"tripact/problem"
)

// usccAlphabet is the 31 symbols of GB 32100-2015; the value of a symbol is its index.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// checkUSCC judges a unified social credit code by GB 32100-2015 (DOMAIN.md D.5) and returns it in upper case, without
// spaces, in half-width characters. Some genuine early codes fail the check characters, so those are a warning only.
func checkUSCC(d *decoder, path, s string) string {
	code := strings.ToUpper(narrow(strings.ReplaceAll(strings.ReplaceAll(s, " ", ""), "\u3000", "")))
	if code != s {
		d.warn("project.uscc.form", path, problem.T("统一社会信用代码已改为半角大写、无空格", "the credit code was changed to half-width capitals without spaces"), s,
			problem.Fix{ZH: "请在数据中使用规范写法", EN: "write it so in the data", Replace: code})
	}
	fix := problem.Fix{ZH: "按营业执照或法人证书填写18位代码", EN: "give the 18 characters of the registration certificate"}
	if n := len([]rune(code)); n != 18 {
		d.fail("project.uscc.length", path, problem.Tf("统一社会信用代码应为18位，现为%d位", "a credit code has 18 characters, this one %d", n), s, fix)
		return code
	}
	for i, r := range code {
		if !strings.ContainsRune(usccAlphabet, r) {
			d.fail("project.uscc.char", path,
				problem.Tf("统一社会信用代码第%[1]d位“%[2]c”（U+%04[2]X）不是允许的字符（不用 I O S V Z）", "character %[1]d of the credit code, %[2]c (U+%04[2]X), is not allowed (I O S V Z are not used)", i+1, r), s, fix)
			return code
		}
	}
	if code[17] != usccCheck(code[:17]) {
		d.warn("project.uscc.check", path, problem.T("统一社会信用代码校验位不符", "the check character of the credit code does not match"), s,
			problem.Fix{ZH: "请核对证书；少数早期代码确不符，可保留", EN: "compare with the certificate; a few genuine early codes do not match and may stay"})
	} else if code[16] != orgCheck(code[8:16]) {
		d.warn("project.uscc.org", path, problem.T("统一社会信用代码中的组织机构代码校验位不符", "the check character of the organisation code inside the credit code does not match"), s,
			problem.Fix{ZH: "请核对证书；少数早期代码确不符，可保留", EN: "compare with the certificate; a few genuine early codes do not match and may stay"})
	}
	return code
}

// USCC reads a unified social credit code that stands at path, as Decode reads those in a project, and returns it as projects
// hold it.
func USCC(path, s string) (string, problem.List) {
	d := &decoder{}
	code := checkUSCC(d, path, s)
	return code, d.list
}

// usccCheck computes the 18th character from the 17 before it, all of usccAlphabet.
func usccCheck(s string) byte {
	sum, weight := 0, 1
	for i := range len(s) {
		sum += strings.IndexByte(usccAlphabet, s[i]) * weight
		weight = weight * 3 % 31
	}
	return usccAlphabet[(31-sum%31)%31]
}

// orgCheck computes the ninth character of an organisation code (GB 11714) from the eight before it.
func orgCheck(s string) byte {
	sum := 0
	for i, w := range [...]int{3, 7, 9, 10, 5, 8, 4, 2} {
		v := int(s[i] - '0')
		if s[i] >= 'A' {
			v = int(s[i]-'A') + 10
		}
		sum += v * w
	}
	return "0X987654321"[sum%11] // 11 − sum mod 11, where 10 is X and 11 is 0
}

// idCheck computes the 18th character of a citizen ID number (GB 11643-1999) from 17 digits.
func idCheck(s string) byte {
	sum := 0
	for i, w := range [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

var (
	idShape    = regexp.MustCompile(`^\d{17}[\dX]$`)
	otherID    = regexp.MustCompile(`^[A-Z0-9]{5,20}$`)
	phoneShape = regexp.MustCompile(`^(\+\d{1,3}[ -]?)?(\(\d{1,5}\)|（\d{1,5}）|\d)[\d \-]{2,18}\d((转|-|x| ext\.? ?)\d{1,6})?$`)
	emailShape = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$`)
	urlShape   = regexp.MustCompile(`^(https?://)?[^\s/?#@:]+\.[^\s/?#@:]+(:\d{1,5})?([/?#]\S*)?$`)
	sixDigits  = regexp.MustCompile(`^\d{6}$`)
	cnapsShape = regexp.MustCompile(`^\d{12}$`)
	account    = regexp.MustCompile(`^\d{4,32}$`)
	currency   = regexp.MustCompile(`^[A-Z]{3}$`)
	decimal    = regexp.MustCompile(`^-?(0|[1-9]\d{0,17})(\.\d{1,9})?$`)
	docNo      = regexp.MustCompile(`^\p{Han}{1,12}〔(19|20)\d{2}〕[1-9]\d{0,4}号$`)
	yearBraces = regexp.MustCompile(`[\[［【﹝(（〔]((?:19|20)\d{2})[\]］】﹞)）〕]`)
)

// checkID judges the number of an identity document (DOMAIN.md D.6) and returns it in capitals. birth may be empty, else
// it is a date or a month as JSON has it, and the number must agree with it and with sex. Findings never repeat the number.
func checkID(d *decoder, path, idType, no, sex, birth string) string {
	id := strings.ToUpper(no)
	fix := problem.Fix{ZH: "按证件核对号码、出生日期和性别", EN: "compare number, date of birth and sex with the document"}
	report := func(code, zh, en string) { d.failMasked(code, path, problem.T(zh, en), no, fix) }
	switch idType {
	case "":
		report("project.id.type", "有证件号码而无证件类型", "an ID number without its type")
		return id
	case "id":
	default:
		if !otherID.MatchString(id) {
			report("project.id.shape", "证件号码应为5至20位字母或数字", "an ID number has 5 to 20 letters or digits")
		}
		return id
	}
	if !idShape.MatchString(id) {
		report("project.id.shape", "居民身份证号码应为17位数字加1位数字或X", "a citizen ID number is 17 digits and a digit or X")
		return id
	}
	day, err := time.Parse("20060102", id[6:14])
	switch {
	case err != nil:
		report("project.id.birth", "居民身份证号码中的出生日期不存在", "the birth date inside the citizen ID number does not exist")
		return id
	case day.Year() < 1900:
		report("project.id.birth", "居民身份证号码中的出生日期早于1900年", "the birth date inside the citizen ID number is before 1900")
	}
	if id[17] != idCheck(id[:17]) {
		report("project.id.check", "居民身份证号码校验位不符", "the check digit of the citizen ID number does not match")
		return id
	}
	if birth != "" && !strings.HasPrefix(day.Format(time.DateOnly), birth) {
		report("project.id.birth", "居民身份证号码与填写的出生日期不一致", "the citizen ID number and the date of birth given do not agree")
	}
	if male := (id[16]-'0')%2 == 1; sex == "M" && !male || sex == "F" && male {
		report("project.id.sex", "居民身份证号码与填写的性别不一致", "the citizen ID number and the sex given do not agree")
	}
	return id
}

// checkDocNo judges a document number (发文字号, GB/T 9704-2012 7.2.5) and returns it with the brackets 〔〕.
func checkDocNo(d *decoder, path, s string) string {
	no := yearBraces.ReplaceAllString(s, "〔$1〕")
	if no != s {
		d.warn("project.docno.brackets", path, problem.T("发文字号的年份括号已改为六角括号〔〕", "the year of the document number was put in the brackets 〔〕"), s,
			problem.Fix{ZH: "请在数据中使用〔〕（U+3014、U+3015）", EN: "use 〔〕 (U+3014, U+3015) in the data", Replace: no})
	}
	if docNo.MatchString(no) {
		return no
	}
	msg := problem.T("发文字号应为“机关代字〔年份〕序号号”", "a document number is agency code, 〔year〕, number and 号")
	switch {
	case strings.Contains(no, "第"):
		msg = problem.T("发文字号的序号前不加“第”", "no 第 before the number of a document")
	case strings.Contains(no, "〕0"):
		msg = problem.T("发文字号的序号不编虚位（不以0开头）", "the number of a document has no leading zero")
	}
	d.fail("project.docno.form", path, msg, s, problem.Fix{ZH: "例如：甬科外〔2025〕96号", EN: "for example 甬科外〔2025〕96号"})
	return no
}

// checkForm judges a text that is neither a name nor a number with a check digit.
func checkForm(d *decoder, f *field, path, s string) {
	rule := func(code string, ok bool, zh, en, example string) {
		if ok {
			return
		}
		fix := problem.Fix{ZH: "例如：" + example, EN: "for example " + example}
		if strings.ContainsFunc(s, isWide) {
			zh, en = zh+"，且不用全角字符", en+", in half-width characters"
			if !f.personal() {
				fix.Replace = narrow(s)
			}
		}
		if f.personal() {
			d.failMasked(code, path, problem.T(zh, en), s, fix)
			return
		}
		d.fail(code, path, problem.T(zh, en), s, fix)
	}
	switch f.is {
	case "postcode":
		rule("project.postcode", sixDigits.MatchString(s), "邮编应为6位数字", "a postcode has 6 digits", "315000")
	case "phone":
		digits := strings.Count(strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return '0'
			}
			return -1
		}, s), "0")
		ok := phoneShape.MatchString(s) && digits >= 5 && digits <= 24
		if f.json == "mobile" && !strings.HasPrefix(s, "+") {
			ok = ok && digits == 11 && s[0] == '1'
		}
		rule("project.phone", ok, "电话号码格式不对", "this is not a telephone number", "0574-00000000、13000000000 或 +381 11 0000000")
	case "email":
		rule("project.email", emailShape.MatchString(s) && !strings.Contains(s, ".."), "电子邮箱格式不对", "this is not an e-mail address", "name@example.org")
	case "url":
		rule("project.url", urlShape.MatchString(s), "网址格式不对", "this is not a web address", "https://www.example.org")
	case "cnaps":
		rule("project.cnaps", cnapsShape.MatchString(s), "联行号应为12位数字", "a CNAPS number has 12 digits", "102332000000")
	case "account":
		rule("project.account", account.MatchString(s), "银行账号应为4至32位数字，不含空格", "an account number has 4 to 32 digits and no spaces", "6222000000000000")
	case "currency":
		rule("project.currency", currency.MatchString(s), "币种应为ISO 4217三字母代码", "a currency is an ISO 4217 code of three letters", "EUR")
	case "amount":
		_, err := parseFen(s)
		rule("project.money.form", err == nil, "金额应为至多两位小数的数字", "an amount is a number with at most two decimals", "30000.00")
	case "decimal":
		rule("project.number", decimal.MatchString(s), "应为数字", "this is not a number", "12.5")
	case "passport":
		rule("project.passport", otherID.MatchString(s), "护照号应为5至20位大写字母或数字", "a passport number has 5 to 20 capitals or digits", "P0000000")
	case "file":
		rule("project.file", !strings.ContainsAny(s, `/\:*?"<>|`) && s != "." && s != "..", "文件名中不得有路径或特殊字符", "a file name holds no path and no special characters", "agreement.pdf")
	}
}

func isWide(r rune) bool { return r >= '！' && r <= '～' }

// narrow maps full-width ASCII to ASCII.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if isWide(r) {
			return r - '！' + '!'
		}
		return r
	}, s)
}
