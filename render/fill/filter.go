package fill

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tripact/notation"
	"tripact/problem"
)

// valueKind is the type of a value as filters see it.
type valueKind uint8

const (
	kindAny valueKind = iota
	kindText
	kindNumber
	kindMoney // decimal string in yuan
	kindDate  // ISO 8601 string
	kindBool
	kindList
	kindStyled // text with a format of its own: no filter takes it
)

func (k valueKind) names() (zh, en string) {
	switch k {
	case kindText:
		return "文字", "text"
	case kindNumber:
		return "整数", "a whole number"
	case kindMoney:
		return "金额", "an amount"
	case kindDate:
		return "日期", "a date"
	case kindBool:
		return "是否", "yes or no"
	case kindList:
		return "列表", "a list"
	case kindStyled:
		return "带格式的文字", "formatted text"
	case kindAny:
	}
	return "任意值", "any value"
}

// filter is one entry of the closed registry. run gets a value that is not nil and arguments that passed check; its
// error says in both languages what the value should have been.
type filter struct {
	names   []string // Chinese first, then English
	in, out valueKind
	args    int      // how many arguments at most
	need    int      // and at least
	words   []string // what an argument may be; empty: anything that check accepts
	check   func(arg string) bool
	run     func(v any, name string, args []string) (any, error)
	nilToo  bool // run also gets missing values, as nil
}

// Filters lists the names of all filters, each with its synonyms, in a fixed order: for guides and completion.
func Filters() [][]string {
	var out [][]string
	for _, f := range registry {
		out = append(out, append([]string(nil), f.names...))
	}
	return out
}

var errValue = errors.New("value of another kind")

var registry = slices.Concat(basic, formats)

// basic are the filters on amounts, dates, numbers, lists and conditions.
var basic = []*filter{
	{names: []string{"金额", "money"}, in: kindMoney, out: kindText, args: 1, words: []string{"元", "万元", "无分隔", "yuan", "wan", "plain"}, run: filterMoney},
	{names: []string{"大写", "words"}, in: kindMoney, out: kindText, run: func(v any, _ string, _ []string) (any, error) {
		fen, err := toFen(v)
		if err != nil {
			return nil, err
		}
		return notation.Words(fen), nil
	}},
	{names: []string{"日期", "date"}, in: kindDate, out: kindText, args: 1, check: func(pattern string) bool {
		_, err := notation.FormatDate("2025-08-05T09:30:00+08:00", pattern)
		return err == nil
	}, run: func(v any, _ string, args []string) (any, error) {
		s, ok := v.(string)
		if !ok {
			return nil, errValue
		}
		return notation.FormatDate(s, first(args)) //nolint:wrapcheck // reported as a finding with the value
	}},
	{names: []string{"百分比", "percent"}, in: kindNumber, out: kindText, run: func(v any, _ string, _ []string) (any, error) {
		n, err := toInt(v)
		if err != nil {
			return nil, err
		}
		return notation.Percent(n), nil
	}},
	{names: []string{"掩码", "mask"}, in: kindText, out: kindText, args: 1, need: 1, words: []string{"证件", "电话", "id", "phone"}, run: func(v any, _ string, args []string) (any, error) {
		s, ok := toText(v)
		if !ok {
			return nil, errValue
		}
		if a := first(args); a == "电话" || a == "phone" {
			return notation.MaskPhone(s), nil
		}
		return notation.MaskID(s), nil
	}},
	{names: []string{"默认", "default"}, args: 1, need: 1, nilToo: true, run: func(v any, _ string, args []string) (any, error) {
		if empty(v) {
			return args[0], nil
		}
		return v, nil
	}},
	{names: []string{"中文数字", "numeral"}, in: kindNumber, out: kindText, run: func(v any, _ string, _ []string) (any, error) {
		n, err := toInt(v)
		if err != nil {
			return nil, err
		}
		return notation.Numeral(n), nil
	}},
	{names: []string{"拼接", "join"}, in: kindList, out: kindText, args: 1, run: func(v any, _ string, args []string) (any, error) {
		list, ok := asList(v)
		if !ok {
			return nil, errValue
		}
		sep := "、"
		if len(args) > 0 {
			sep = args[0]
		}
		parts := make([]string, 0, len(list))
		for _, e := range list {
			s, ok := toText(e)
			if !ok {
				return nil, errValue
			}
			parts = append(parts, s)
		}
		return strings.Join(parts, sep), nil
	}},
	{names: []string{"计数", "count"}, in: kindList, out: kindNumber, run: func(v any, _ string, _ []string) (any, error) {
		list, ok := asList(v)
		if !ok {
			return nil, errValue
		}
		return len(list), nil
	}},
	{names: []string{"求和", "sum"}, in: kindList, out: kindMoney, args: 1, run: filterSum},
	{names: []string{"勾选", "check"}, in: kindBool, out: kindText, run: func(v any, _ string, _ []string) (any, error) {
		b, ok := v.(bool)
		if !ok {
			return nil, errValue
		}
		return choose(b, "☑", "☐"), nil
	}},
	{names: []string{"是否", "yesno"}, in: kindBool, out: kindText, run: func(v any, name string, _ []string) (any, error) {
		b, ok := v.(bool)
		if !ok {
			return nil, errValue
		}
		if name == "yesno" {
			return choose(b, "Yes", "No"), nil
		}
		return choose(b, "是", "否"), nil
	}},
	{names: []string{"大写字母", "upper"}, in: kindText, out: kindText, run: func(v any, _ string, _ []string) (any, error) {
		s, ok := toText(v)
		if !ok {
			return nil, errValue
		}
		return strings.ToUpper(s), nil
	}},
	{names: []string{"小写字母", "lower"}, in: kindText, out: kindText, run: func(v any, _ string, _ []string) (any, error) {
		s, ok := toText(v)
		if !ok {
			return nil, errValue
		}
		return strings.ToLower(s), nil
	}},
}

func choose(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

func filterMoney(v any, _ string, args []string) (any, error) {
	fen, err := toFen(v)
	if err != nil {
		return nil, err
	}
	switch first(args) {
	case "万元", "wan":
		return notation.Wan(fen), nil
	case "无分隔", "plain":
		return notation.PlainYuan(fen), nil
	}
	return notation.Yuan(fen), nil
}

// filterSum adds the amounts of a list, or those under a name in a list of records.
func filterSum(v any, _ string, args []string) (any, error) {
	list, ok := asList(v)
	if !ok {
		return nil, errValue
	}
	var sum int64
	for _, e := range list {
		if len(args) > 0 {
			m, ok := e.(map[string]any)
			if !ok {
				return nil, errValue
			}
			if e = m[args[0]]; e == nil {
				continue
			}
		}
		fen, err := toFen(e)
		if err != nil {
			return nil, err
		}
		next := sum + fen
		if (next > sum) != (fen > 0) && fen != 0 {
			return nil, errValue
		}
		sum = next
	}
	return notation.PlainYuan(sum), nil
}

// findFilter looks a filter up and checks its arguments.
func findFilter(name string, args []string) (*filter, *fault) {
	var all []string
	for _, f := range registry {
		for _, n := range f.names {
			if n != name {
				all = append(all, n)
				continue
			}
			return f, f.checkArgs(name, args)
		}
	}
	ft := &fault{code: "fill.filter.unknown", text: problem.Tf("没有名为“%[1]s”的格式", "there is no filter “%[1]s”", name)}
	if s := nearest(name, all); s != "" {
		ft.fix = problem.Fix{ZH: "您是否要写“" + s + "”？", EN: "did you mean “" + s + "”?"}
	} else {
		ft.fix = problem.Fix{ZH: "可用的格式：" + strings.Join(zhFilters(), "、"), EN: "filters: " + strings.Join(enFilters(), ", ")}
	}
	return nil, ft
}

func zhFilters() (out []string) {
	for _, f := range registry {
		out = append(out, f.names[0])
	}
	return out
}

func enFilters() (out []string) {
	for _, f := range registry {
		out = append(out, f.names[len(f.names)-1])
	}
	return out
}

func (f *filter) checkArgs(name string, args []string) *fault {
	if len(args) > f.args {
		return &fault{code: "fill.filter.args", text: problem.Tf("格式“%[1]s”最多有 %[2]d 个参数", "filter “%[1]s” takes at most %[2]d arguments", name, f.args)}
	}
	if len(args) < f.need {
		return &fault{
			code: "fill.filter.args", text: problem.Tf("格式“%[1]s”缺少参数", "filter “%[1]s” lacks its argument", name),
			fix: argFix(f, name),
		}
	}
	for _, a := range args {
		ok := len(f.words) == 0
		for _, w := range f.words {
			ok = ok || w == a
		}
		if f.check != nil {
			ok = f.check(a)
		}
		if !ok {
			return &fault{
				code: "fill.filter.args", text: problem.Tf("格式“%[1]s”不能用参数“%[2]s”", "filter “%[1]s” cannot take “%[2]s”", name, a),
				fix: argFix(f, name),
			}
		}
	}
	return nil
}

func argFix(f *filter, name string) problem.Fix {
	switch {
	case len(f.words) > 0:
		return problem.Fix{ZH: "可用的参数：" + strings.Join(f.words, "、"), EN: "arguments: " + strings.Join(f.words, ", ")}
	case f.in == kindDate:
		return problem.Fix{ZH: "例如 " + name + ":\"yyyy年M月d日\"、\"汉字\"、\"英文\"", EN: "for example " + name + ":\"yyyy.MM.dd\", \"汉字\", \"英文\""}
	}
	return problem.Fix{ZH: "例如 " + name + ":\"无\"", EN: "for example " + name + ":\"none\""}
}

// checkInput compares what a filter takes with what stands before it, where that is known.
func checkInput(o *operand, f *filter, name string) *fault {
	have := o.kind()
	if have == kindAny || f.in == kindAny || have == f.in {
		return nil
	}
	switch {
	case f.in == kindText && have != kindList && have != kindStyled, // anything short can be written
		f.in == kindMoney && (have == kindNumber || have == kindText && len(o.filters) == 0),
		f.in == kindNumber && have == kindMoney,
		f.in == kindDate && have == kindText && len(o.filters) == 0:
		return nil
	}
	zh, en := f.in.names()
	haveZH, haveEN := have.names()
	return &fault{
		code: "fill.filter.type",
		text: problem.Tf("格式“%[1]s”要的是%[2]s，前面得到的是%[3]s", "filter “%[1]s” takes %[4]s, but what stands before it gives %[5]s", name, zh, haveZH, en, haveEN),
		fix:  problem.Fix{ZH: "调整格式的先后次序", EN: "change the order of the filters"},
	}
}

// toFen reads an amount in yuan.
func toFen(v any) (int64, error) {
	switch v := v.(type) {
	case string:
		return notation.ParseYuan(v) //nolint:wrapcheck // reported as a finding with the value
	case json.Number:
		return notation.ParseYuan(v.String()) //nolint:wrapcheck // as above
	case int:
		return notation.ParseYuan(strconv.Itoa(v)) //nolint:wrapcheck // as above
	case int64:
		return notation.ParseYuan(strconv.FormatInt(v, 10)) //nolint:wrapcheck // as above
	case float64:
		return notation.ParseYuan(strconv.FormatFloat(v, 'f', -1, 64)) //nolint:wrapcheck // as above
	}
	return 0, errValue
}

func toInt(v any) (int, error) {
	switch v := v.(type) {
	case int:
		return v, nil
	case int64:
		return int(v), nil
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int(v), nil
		}
	case json.Number:
		return atoi(v.String())
	case string:
		return atoi(v)
	}
	return 0, errValue
}

func atoi(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, fmt.Errorf("whole number: %w", err)
	}
	return n, nil
}
