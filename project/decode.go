package project

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"tripact/notation"
	"tripact/problem"
)

// Limits of a project file.
const (
	MaxSize  = 8 << 20 // bytes
	MaxDepth = 64      // nested objects and arrays
)

// Decode reads one project file, strictly: unknown and repeated fields, missing and empty required ones, values of the
// wrong type and codes, numbers, dates, names and identifiers that do not hold are all reported at once, each with its
// JSON Pointer. Text is taken as it is, never Unicode-normalised; the few values that are put right (USCC in capitals,
// brackets of document numbers, dots in names) come with a warning. Identity and telephone numbers are masked in findings.
//
// The project has its computed fields (Derive) and is nil when a finding is a Fail. Rules between fields are left to Check.
// The reader is read to its end or to MaxSize. Decode never panics.
func Decode(r io.Reader) (*Project, problem.List) {
	d := &decoder{}
	root := d.read(r)
	if root == nil {
		return nil, d.list
	}
	p := &Project{}
	d.object(root, reflect.ValueOf(p).Elem(), "")
	d.close()
	if d.list.Failed() {
		return nil, d.list
	}
	p.Derive()
	return p, d.list
}

// maxFindings is how many findings one file gets; a file with more is not a project file with mistakes.
const maxFindings = 2000

type decoder struct {
	list       problem.List
	left       int     // findings beyond maxFindings
	dictionary []Entry // made when first needed
}

func (d *decoder) add(s problem.Severity, code, path string, msg problem.Text, found string, fix problem.Fix) {
	if len(d.list) >= maxFindings {
		d.left++
		return
	}
	d.list.Add(problem.Finding{Code: code, Severity: s, Path: path, Message: msg, Found: short(found), Fix: fix})
}

func (d *decoder) fail(code, path string, msg problem.Text, found string, fix problem.Fix) {
	d.add(problem.Fail, code, path, msg, found, fix)
}

func (d *decoder) warn(code, path string, msg problem.Text, found string, fix problem.Fix) {
	d.add(problem.Warn, code, path, msg, found, fix)
}

// close says how many findings were left out, as a failure because any of them may be one.
func (d *decoder) close() {
	if d.left > 0 {
		d.list.Add(problem.Finding{
			Code: "project.findings", Severity: problem.Fail, Message: problem.Tf("另有%d个问题未列出", "%d more findings are not listed", d.left),
			Fix: problem.Fix{ZH: "先改正已列出的问题", EN: "mend those that are listed first"},
		})
	}
}

// failMasked is fail for a value that a finding must not repeat.
func (d *decoder) failMasked(code, path string, msg problem.Text, found string, fix problem.Fix) {
	d.fail(code, path, msg, notation.MaskID(found), fix)
}

// short keeps what a person needs to find a value again.
func short(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// read parses the file into a tree, or reports why it cannot and returns nil.
func (d *decoder) read(r io.Reader) *node {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		d.fail("project.json.read", "", problem.Tf("读取项目文件出错：%[1]v", "reading the project file: %[1]v", err), "",
			problem.Fix{ZH: "检查文件后重试", EN: "check the file and try again"})
		return nil
	}
	if len(data) > MaxSize {
		d.fail("project.json.size", "", problem.Tf("项目文件超过 %d MiB", "the project file is larger than %d MiB", MaxSize>>20), "",
			problem.Fix{ZH: "附件不要写进项目文件", EN: "keep attachments out of the project file"})
		return nil
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF")) // Windows editors put it there
	if !utf8.Valid(data) {
		at := 0
		for rest := data; ; {
			r, n := utf8.DecodeRune(rest)
			if r == utf8.RuneError && n <= 1 {
				break
			}
			at, rest = at+n, rest[n:]
		}
		line, col := lineOf(data, at)
		d.fail("project.json.encoding", "", problem.Tf("第%d行第%d列不是 UTF-8 编码", "line %d, column %d: not UTF-8", line, col), "",
			problem.Fix{ZH: "将文件另存为 UTF-8", EN: "save the file as UTF-8"})
		return nil
	}
	if !json.Valid(data) {
		var whole json.RawMessage
		err := json.Unmarshal(data, &whole)
		at := len(data)
		if e, ok := errors.AsType[*json.SyntaxError](err); ok {
			at = max(0, int(e.Offset)-1)
		}
		line, col := lineOf(data, at)
		d.fail("project.json.syntax", "", problem.Tf("第%[1]d行第%[2]d列：不是合法的 JSON（%[3]v）", "line %[1]d, column %[2]d: not valid JSON (%[3]v)", line, col, err), "",
			problem.Fix{ZH: "检查该处的引号、逗号和括号", EN: "look at the quotes, commas and brackets there"})
		return nil
	}
	root, err := parseNode(&valid{data: data}, 0)
	switch {
	case err != nil:
		d.fail("project.json.depth", "", problem.Tf("JSON 嵌套超过%d层", "JSON nested more than %d deep", MaxDepth), "",
			problem.Fix{ZH: "按字段说明组织数据", EN: "lay the data out as the field list says"})
		return nil
	case root.kind != '{':
		d.wrongType(root, "", "对象 {…}", "an object {…}", false)
		return nil
	}
	return root
}

func lineOf(data []byte, at int) (line, col int) {
	before := data[:min(at, len(data))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}

// node is a JSON value as it was written.
type node struct {
	kind  byte   // { [ " 0 t (true or false) n (null)
	text  string // of " and 0
	yes   bool   // of t
	keys  []string
	items []*node // of { and [
}

var errDepth = errors.New("nested too deep")

// valid is JSON that json.Valid has found to be so, which is why reading it meets no errors of form. Repeated names are kept, which the
// decoders of encoding/json do not tell; its Token, which does, takes ten times as long.
type valid struct {
	data []byte
	at   int
}

// next gives the next byte that is no space, a comma or a colon, and moves to it.
func (v *valid) next() byte {
	for {
		switch c := v.data[v.at]; c {
		case ' ', '\t', '\n', '\r', ',', ':':
			v.at++
		default:
			return c
		}
	}
}

// text reads the string that begins here.
func (v *valid) text() string {
	start, plain := v.at, true
	for v.at++; v.data[v.at] != '"'; v.at++ {
		if v.data[v.at] == '\\' {
			v.at++
			plain = false
		}
	}
	v.at++
	if plain {
		return string(v.data[start+1 : v.at-1])
	}
	var s string
	_ = json.Unmarshal(v.data[start:v.at], &s) // it is valid
	return s
}

// parseNode reads the value that comes next. The error is errDepth.
func parseNode(v *valid, depth int) (*node, error) {
	switch c := v.next(); c {
	case '"':
		return &node{kind: '"', text: v.text()}, nil
	case 't', 'f', 'n':
		n := &node{kind: 't', yes: c == 't'}
		if c == 'n' {
			n.kind = 'n'
		}
		v.at += len("null")
		if c == 'f' {
			v.at++
		}
		return n, nil
	case '{', '[':
		if depth >= MaxDepth {
			return nil, errDepth
		}
		n := &node{kind: c}
		for v.at++; ; {
			switch v.next() {
			case '}', ']':
				v.at++
				return n, nil
			}
			if c == '{' {
				n.keys = append(n.keys, v.text())
				v.next()
			}
			item, err := parseNode(v, depth+1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
	}
	start := v.at
	for v.at < len(v.data) && (v.data[v.at] >= '0' && v.data[v.at] <= '9' || strings.IndexByte("+-.eE", v.data[v.at]) >= 0) {
		v.at++
	}
	return &node{kind: '0', text: string(v.data[start:v.at])}, nil
}

// pointer appends one step to a JSON Pointer (RFC 6901).
func pointer(path, step string) string {
	if strings.ContainsAny(step, "~/") {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~", "~0"), "/", "~1")
	}
	return path + "/" + step
}

// object decodes n into the struct v.
func (d *decoder) object(n *node, v reflect.Value, path string) {
	fields := model[v.Type()]
	seen := map[string]bool{}
	for i, key := range n.keys {
		at := pointer(path, key)
		if seen[key] {
			d.fail("project.field.twice", at, problem.Tf("字段“%[1]s”重复", "the field %[1]q stands twice", short(key)), "",
				problem.Fix{ZH: "只保留一个", EN: "keep one of them"})
			continue
		}
		seen[key] = true
		f := fieldNamed(fields, key)
		switch {
		case f == nil:
			d.unknown(fields, key, at)
		case f.computed:
			d.warn("project.field.computed", at, problem.Tf("“%[1]s”由程序计算，文件中的值未采用", "%[2]q is computed; the value in the file was not used", f.zh[0], f.en), "",
				problem.Fix{ZH: "从文件中删除该字段", EN: "take the field out of the file"})
		default:
			d.value(n.items[i], v.Field(f.index), f, at)
		}
	}
	for i := range fields {
		if f := &fields[i]; !f.optional && !f.computed && !seen[f.json] {
			d.missing(f, pointer(path, f.json))
		}
	}
	d.record(v, path)
}

// record holds what is said of one record as a whole.
func (d *decoder) record(v reflect.Value, path string) {
	switch p := v.Addr().Interface().(type) {
	case *Person:
		if p.IDNo != "" {
			p.IDNo = checkID(d, pointer(path, "id_no"), p.IDType, p.IDNo, p.Sex, p.Birth.String())
		}
	case *Member:
		if p.IDNo != "" {
			p.IDNo = checkID(d, pointer(path, "id_no"), p.IDType, p.IDNo, p.Sex, p.Birth.String())
		}
	}
}

func fieldNamed(fields []field, key string) *field {
	for i := range fields {
		if fields[i].json == key {
			return &fields[i]
		}
	}
	return nil
}

func (d *decoder) missing(f *field, path string) {
	fix := problem.Fix{ZH: "补上字段 " + f.json, EN: "add the field " + f.json}
	if ex := f.sample(); ex != "" {
		fix.ZH += "，例如 " + ex
		fix.EN += ", for example " + ex
	}
	d.fail("project.field.missing", path, problem.Tf("缺少必填项“%[1]s”", "the required field %[2]q is missing", f.zh[0], f.en), "", fix)
}

// empty reports a required value that is there but says nothing.
func (d *decoder) empty(f *field, path string) {
	if f.optional {
		return
	}
	d.fail("project.field.empty", path, problem.Tf("必填项“%[1]s”为空", "the required field %[2]q is empty", f.zh[0], f.en), "",
		problem.Fix{ZH: "填写该项；确无内容的写“无”", EN: "fill it in; write “无” or “None” where there is nothing to say"})
}

// typeWords names in both languages what JSON a field takes.
func typeWords(f *field) (zh, en string) {
	switch f.kind {
	case kindText:
		return "字符串", "a string"
	case kindBool:
		return "true 或 false", "true or false"
	case kindInt:
		return "不小于0的整数", "a whole number ≥ 0"
	case kindFen:
		return `以元为单位、至多两位小数的金额，如 "800000.00"`, `an amount in yuan with at most two decimals, such as "800000.00"`
	case kindDate:
		return `日期，如 "2025-08-05"`, `a date such as "2025-08-05"`
	case kindMonth:
		return `年月，如 "2026-01"`, `a month such as "2026-01"`
	case kindTime:
		return `带时区的时间，如 "2025-09-05T17:00:00+08:00"`, `a time with its offset, such as "2025-09-05T17:00:00+08:00"`
	case kindTenths:
		return "至多一位小数的数字", "a number with at most one decimal"
	case kindBP:
		return `万分数（整数）或百分数，如 7000 或 "70%"`, `whole basis points or a percentage, such as 7000 or "70%"`
	case kindRich:
		return "字符串，或由段落组成的数组", "a string or an array of paragraphs"
	case kindTexts:
		return "由字符串组成的数组", "an array of strings"
	case kindObject:
		return "对象 {…}", "an object {…}"
	case kindList:
		return "由对象组成的数组 [{…}]", "an array of objects [{…}]"
	}
	return "", ""
}

// wrongType reports a value of another type than the field's.
func (d *decoder) wrongType(n *node, path, zh, en string, secret bool) {
	found := n.text
	switch n.kind {
	case '{':
		found = "{…}"
	case '[':
		found = "[…]"
	case 't':
		found = strconv.FormatBool(n.yes)
	case 'n':
		found = "null"
	}
	if secret {
		found = notation.MaskID(found)
	}
	d.fail("project.field.type", path, problem.Tf("类型不对，应为%[1]s", "wrong type: should be %[2]s", zh, en), found,
		problem.Fix{ZH: "改为" + zh, EN: "make it " + en})
}

// value decodes n into v, the field f.
func (d *decoder) value(n *node, v reflect.Value, f *field, path string) {
	if n.kind == 'n' && f.optional {
		return
	}
	wrong := func() {
		zh, en := typeWords(f)
		d.wrongType(n, path, zh, en, f.personal())
	}
	switch f.kind {
	case kindText:
		if n.kind != '"' {
			wrong()
			return
		}
		v.SetString(d.text(n.text, f, path))
	case kindBool:
		if n.kind != 't' {
			wrong()
			return
		}
		v.SetBool(n.yes)
	case kindInt:
		u, err := strconv.ParseUint(n.text, 10, 31)
		if n.kind != '0' || err != nil {
			wrong()
			return
		}
		if f.is == "year" && (u < minYear || u > maxYear) {
			d.badYear(path, n.text)
		}
		v.SetInt(int64(u))
	case kindFen, kindDate, kindMonth, kindTime, kindTenths, kindBP:
		d.scalar(n, v, f, path, wrong)
	case kindRich, kindTexts:
		list, ok := d.texts(n, f, path)
		if !ok {
			wrong()
			return
		}
		v.Set(reflect.ValueOf(list).Convert(v.Type()))
	case kindObject:
		if n.kind != '{' {
			wrong()
			return
		}
		if f.pointer {
			v.Set(reflect.New(f.of))
			v = v.Elem()
		}
		d.object(n, v, path)
	case kindList:
		if n.kind != '[' {
			wrong()
			return
		}
		if len(n.items) == 0 {
			d.empty(f, path)
			return
		}
		list := reflect.MakeSlice(v.Type(), len(n.items), len(n.items))
		for i, item := range n.items {
			at := pointer(path, strconv.Itoa(i))
			if item.kind != '{' {
				d.wrongType(item, at, "对象 {…}", "an object {…}", false)
				continue
			}
			d.object(item, list.Index(i), at)
		}
		v.Set(list)
	}
}

// scalar decodes the types of this package that JSON writes as a string or a number.
func (d *decoder) scalar(n *node, v reflect.Value, f *field, path string, wrong func()) {
	number := f.kind == kindFen || f.kind == kindTenths || f.kind == kindBP
	if n.kind != '"' && (n.kind != '0' || !number) {
		wrong()
		return
	}
	if n.text == "" {
		d.empty(f, path)
		return
	}
	var err error
	year := minYear
	switch p := v.Addr().Interface().(type) {
	case *Fen:
		*p, err = parseFen(n.text)
		if err != nil {
			d.badMoney(n.text, err, path)
			return
		}
	case *Date:
		*p, err = ParseDate(n.text)
		year = p.Year
	case *Month:
		*p, err = ParseMonth(n.text)
		year = p.Year
	case *Time:
		*p, err = ParseTime(n.text)
		year = p.Year()
	case *Tenths:
		*p, err = parseTenths(n.text)
	case *BP:
		*p, err = parseBP(n.text)
	}
	switch {
	case err != nil:
		zh, en := typeWords(f)
		code := "project.number"
		if !number {
			code = "project.date"
		}
		d.fail(code, path, problem.Tf("“%[1]s”应为%[3]s", "%[2]q should be %[4]s", f.zh[0], f.en, zh, en), n.text,
			problem.Fix{ZH: "改为" + zh, EN: "make it " + en})
	case year < minYear || year > maxYear:
		d.badYear(path, n.text)
	}
}

const minYear, maxYear = 1900, 2100

func (d *decoder) badYear(path, found string) {
	d.fail("project.date.year", path, problem.Tf("年份应在%d至%d之间", "the year should lie between %d and %d", minYear, maxYear), found,
		problem.Fix{ZH: "核对年份", EN: "check the year"})
}

func (d *decoder) badMoney(text string, err error, path string) {
	code, msg := "project.money.form", problem.T("金额写法不对", "this is not an amount")
	switch {
	case errors.Is(err, notation.ErrDecimals):
		code, msg = "project.money.decimals", problem.T("金额多于两位小数", "the amount has more than two decimals")
	case errors.Is(err, notation.ErrNegative):
		code, msg = "project.money.negative", problem.T("金额不得为负", "an amount may not be negative")
	case errors.Is(err, notation.ErrRange):
		code, msg = "project.money.range", problem.Tf("金额超过 %[1]s 元", "the amount is larger than %[1]s yuan", MaxFen)
	case errors.Is(err, notation.ErrWide):
		msg = problem.T("金额中有全角字符", "the amount holds full-width characters")
	case strings.Contains(text, ","):
		msg = problem.T("金额中不用千分位逗号", "an amount has no thousands separators here")
	}
	d.fail(code, path, msg, text, problem.Fix{ZH: `以元为单位写成字符串，如 "800000.00"`, EN: `write it in yuan as a string, such as "800000.00"`})
}

// texts decodes an array of strings, for Rich also a single string.
func (d *decoder) texts(n *node, f *field, path string) (list []string, ok bool) {
	switch {
	case n.kind == '"' && f.kind == kindRich:
		list = paragraphs(n.text)
		for _, s := range list {
			checkText(d, path, s)
		}
	case n.kind == '[':
		for i, item := range n.items {
			at := pointer(path, strconv.Itoa(i))
			if item.kind != '"' {
				d.wrongType(item, at, "字符串", "a string", false)
				continue
			}
			if strings.TrimSpace(item.text) == "" {
				d.fail("project.field.empty", at, problem.T("有空白段落或空白项", "a blank paragraph or item"), "", problem.Fix{ZH: "删除它", EN: "remove it"})
				continue
			}
			checkText(d, at, item.text)
			list = append(list, item.text)
		}
	default:
		return nil, false
	}
	if len(list) == 0 && len(n.items) == 0 {
		d.empty(f, path)
	}
	return list, true
}

// text checks a string by what the field says it is, and returns it as it is kept.
func (d *decoder) text(s string, f *field, path string) string {
	if strings.TrimSpace(s) == "" {
		d.empty(f, path)
		return ""
	}
	if f.enum != "" {
		d.code(s, f, path)
		return s
	}
	before := len(d.list)
	checkText(d, path, s)
	if f.personal() {
		for i := range d.list[before:] {
			found := &d.list[before+i]
			found.Found, found.Fix.Replace = notation.MaskID(found.Found), ""
		}
	}
	switch f.is {
	case "":
		return s
	case "person":
		return checkPerson(d, path, s)
	case "uscc":
		return checkUSCC(d, path, s)
	case "docno":
		return checkDocNo(d, path, s)
	case "idno", "ref": // judged with the record, and by Check
		return s
	}
	checkForm(d, f, path, s)
	return s
}

// code checks a code against its closed list.
func (d *decoder) code(s string, f *field, path string) {
	list := enums[f.enum]
	codes := make([]string, 0, len(list))
	meant := ""
	for _, c := range list {
		if c.Code == s {
			return
		}
		codes = append(codes, c.Code)
		if strings.EqualFold(c.Code, s) || c.Label.ZH == s || strings.EqualFold(c.Label.EN, s) {
			meant = c.Code
		}
	}
	fix := problem.Fix{Replace: meant}
	if len(codes) > 30 { // countries
		fix.ZH, fix.EN = "使用 ISO 3166-1 两位字母代码", "use an ISO 3166-1 code of two letters"
		if meant == "" {
			fix.ZH, fix.EN = fix.ZH+"，如 RS", fix.EN+" such as RS"
		}
	} else {
		all := strings.Join(codes, ", ")
		fix.ZH, fix.EN = "可用代码："+all, "one of "+all
	}
	if meant != "" {
		fix.ZH, fix.EN = "改为 "+meant+"；"+fix.ZH, "make it "+meant+"; "+fix.EN
	}
	d.fail("project.code", path, problem.Tf("“%[1]s”没有这个代码", "%[2]q has no such code", f.zh[0], f.en), s, fix)
}
