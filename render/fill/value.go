package fill

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"strconv"
	"strings"
)

// toText writes a plain value as text; ok is false for lists, records and values that are not plain.
func toText(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case int:
		return strconv.Itoa(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case bool:
		return choose(v, "是", "否"), true
	case *big.Rat:
		return ratText(v), true
	case nil:
		return "", false
	}
	switch r := reflect.ValueOf(v); r.Kind() { //nolint:exhaustive // everything else is not plain
	case reflect.String:
		return r.String(), true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(r.Int(), 10), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(r.Uint(), 10), true
	case reflect.Float32:
		return strconv.FormatFloat(r.Float(), 'f', -1, 32), true
	}
	return "", false
}

// ratText writes a literal number; it was read from decimal digits, so it has an exact decimal form.
func ratText(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	return strings.TrimRight(r.FloatString(30), "0")
}

// asList accepts the list types that callers really pass.
func asList(v any) ([]any, bool) {
	switch v := v.(type) {
	case []any:
		return v, true
	case []string:
		out := make([]any, len(v))
		for i := range v {
			out[i] = v[i]
		}
		return out, true
	case []map[string]any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = v[i]
		}
		return out, true
	}
	return nil, false
}

// empty reports whether v counts as nothing: for conditions and defaults. Zero is a number, not nothing, but false.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case map[string]any:
		return len(v) == 0
	}
	if l, ok := asList(v); ok {
		return len(l) == 0
	}
	return false
}

// truth is what {{?x}} asks.
func truth(v any) bool {
	if b, ok := v.(bool); ok {
		return b
	}
	if empty(v) {
		return false
	}
	if r, ok := number(v, false); ok {
		return r.Sign() != 0
	}
	return true
}

// number reads v as an exact number; strings only where strict is false… a literal or a real number decides that.
func number(v any, stringsToo bool) (*big.Rat, bool) {
	switch v := v.(type) {
	case *big.Rat:
		return v, true
	case int:
		return new(big.Rat).SetInt64(int64(v)), true
	case int64:
		return new(big.Rat).SetInt64(v), true
	case float64:
		r := new(big.Rat).SetFloat64(v)
		return r, r != nil
	case json.Number:
		return decimal(v.String())
	case string:
		if stringsToo {
			return decimal(v)
		}
	}
	return nil, false
}

// decimal reads plain decimal digits; no exponents, which can be made to need gigabytes.
func decimal(s string) (*big.Rat, bool) {
	if s == "" || len(s) > 60 || strings.Trim(s, "0123456789.-") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// compare orders a and b: as numbers when both can be read as numbers, as truth values, else as text. ok is false when
// they cannot be compared.
func compare(a, b any) (order int, ok bool) {
	if x, okA := number(a, true); okA {
		if y, okB := number(b, true); okB {
			return x.Cmp(y), true
		}
	}
	if x, okA := a.(bool); okA {
		if y, okB := b.(bool); okB {
			if x == y {
				return 0, true
			}
			return 1, true
		}
	}
	x, okA := toText(a)
	y, okB := toText(b)
	if !okA || !okB {
		return 0, false
	}
	return strings.Compare(x, y), true
}

// describe names a value's kind for a finding, without its content.
func describe(v any) (zh, en string) {
	switch v := v.(type) {
	case nil:
		return "空", "nothing"
	case string:
		return "文字", "text"
	case bool:
		return "是否", "yes or no"
	case map[string]any:
		return "一组数据", "a record"
	case []any, []string, []map[string]any:
		return "列表", "a list"
	case json.Number, int, int64, float64:
		return "数", "a number"
	default:
		return fmt.Sprintf("%T", v), fmt.Sprintf("%T", v)
	}
}
