package programme

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"tripact/notation"
	"tripact/problem"
	"tripact/project"
)

// maxSource is the largest call file that is read; the real ones are under 100 KB.
const maxSource = 1 << 20

// decoder reads YAML into Go structs by their yaml tags ("name" or "name,opt"): every key must be known, every field that
// is not "opt" must be there and say something, and all faults are reported together with line and column.
type decoder struct {
	list problem.List
	at   map[string]*yaml.Node // JSON Pointer → where its value stands
	form int                   // how many of the findings are about the form of the file; set when that is done
}

// malformed reports whether the form of the value at path, of what holds it or of what it holds is wrong, so that nothing can be
// said of its meaning.
func (d *decoder) malformed(path string) bool {
	return slices.ContainsFunc(d.list[:d.form], func(f problem.Finding) bool {
		return f.Severity == problem.Fail && f.Path != "" && (f.Path == path || strings.HasPrefix(f.Path, path+"/") || strings.HasPrefix(path, f.Path+"/"))
	})
}

var (
	typeFen  = reflect.TypeFor[project.Fen]()
	typeDate = reflect.TypeFor[project.Date]()
	typeTime = reflect.TypeFor[time.Time]()
)

// decode fills dst, a pointer to a struct, from source. It reports false when the file is no mapping at all.
func (d *decoder) decode(source []byte, dst any) bool {
	d.at = make(map[string]*yaml.Node)
	if len(source) > maxSource {
		d.fault("call.size", nil, "", problem.Tf("文件超过 %d 字节", "the file is larger than %d bytes", maxSource), problem.T("拆分或删减内容", "shorten it"))
		return false
	}
	dec := yaml.NewDecoder(strings.NewReader(string(source)))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		d.syntax(err)
		return false
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		d.fault("call.syntax", nil, "", problem.T("文件含有多个 YAML 文档", "the file holds more than one YAML document"), problem.T("一份通知一个文件", "one call to a file"))
	}
	d.value(doc.Content[0], reflect.ValueOf(dst).Elem(), "")
	return doc.Content[0].Kind == yaml.MappingNode
}

// syntax reports an error of the YAML parser, which names its line in the text only.
func (d *decoder) syntax(err error) {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	place := &problem.Place{Part: "call.yaml"}
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		no, msg, _ := strings.Cut(rest, ": ")
		if n, convErr := strconv.Atoi(no); convErr == nil {
			place.Row, text = n, msg
		}
	}
	d.list.Add(problem.Finding{
		Code: "call.syntax", Severity: problem.Fail, Place: place,
		Message: problem.Tf("不是有效的 YAML：%s", "not valid YAML: %s", text),
		Fix:     problem.Fix{ZH: "检查缩进、引号和冒号", EN: "check indentation, quotes and colons"},
	})
}

// fault adds one finding about the value at n.
func (d *decoder) fault(code string, n *yaml.Node, path string, message, fix problem.Text) {
	f := problem.Finding{Code: code, Severity: problem.Fail, Path: path, Message: message, Fix: problem.Fix{ZH: fix.ZH, EN: fix.EN}}
	f.Place = &problem.Place{Part: "call.yaml"}
	if n != nil {
		f.Place.Row, f.Place.Col = n.Line, n.Column
		if n.Kind == yaml.ScalarNode {
			f.Found = n.Value
		}
	}
	d.list.Add(f)
}

// mistake reports a value found good in form but wrong in meaning.
// What is malformed has been reported and gets no second finding.
func (d *decoder) mistake(path string, message, fix problem.Text) {
	if d.malformed(path) {
		return
	}
	d.fault("call.value", d.at[path], path, message, fix)
}

func (d *decoder) value(n *yaml.Node, v reflect.Value, path string) {
	d.at[path] = n
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.fault("call.alias", n, path, problem.T("不使用 YAML 锚点和别名", "YAML anchors and aliases are not used here"), problem.T("把内容写全", "write the content out"))
		return
	}
	switch v.Type() {
	case typeFen, typeDate, typeTime:
		d.scalar(n, v, path)
		return
	}
	switch v.Kind() { //nolint:exhaustive // the kinds that Call uses
	case reflect.Struct:
		d.object(n, v, path)
	case reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			d.wrong(n, path, problem.T("列表", "a list"))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
		for i, item := range n.Content {
			d.value(item, v.Index(i), path+"/"+strconv.Itoa(i))
		}
	case reflect.Map:
		d.table(n, v, path)
	default:
		d.scalar(n, v, path)
	}
}

// table reads a map with string keys.
func (d *decoder) table(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.MappingNode {
		d.wrong(n, path, problem.T("键值表", "a mapping"))
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		value := reflect.New(v.Type().Elem()).Elem()
		d.value(n.Content[i+1], value, path+"/"+pointerToken(key))
		k := reflect.ValueOf(key).Convert(v.Type().Key())
		if v.MapIndex(k).IsValid() {
			d.fault("call.key.twice", n.Content[i], path, problem.Tf("键“%s”出现两次", "key %q appears twice", key), problem.T("删去一个", "remove one"))
		}
		v.SetMapIndex(k, value)
	}
}

func (d *decoder) object(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.MappingNode {
		d.wrong(n, path, problem.T("键值表", "a mapping"))
		return
	}
	type slot struct {
		index    int
		optional bool
	}
	slots := make(map[string]slot)
	for i := range v.NumField() {
		if name, opt := fieldName(v.Type().Field(i)); name != "" {
			slots[name] = slot{i, opt}
		}
	}
	seen := make(map[string]bool)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		at := path + "/" + pointerToken(key.Value)
		s, known := slots[key.Value]
		switch {
		case !known:
			fix := problem.Tf("可用的键：%s", "known keys: %s", strings.Join(slices.Sorted(maps.Keys(slots)), ", "))
			d.fault("call.key.unknown", key, at, problem.Tf("不认识的键“%s”", "unknown key %q", key.Value), fix)
		case seen[key.Value]:
			d.fault("call.key.twice", key, at, problem.Tf("键“%s”出现两次", "key %q appears twice", key.Value), problem.T("删去一个", "remove one"))
		default:
			d.value(n.Content[i+1], v.Field(s.index), at)
		}
		seen[key.Value] = true
	}
	for _, name := range slices.Sorted(maps.Keys(slots)) {
		if !seen[name] && !slots[name].optional {
			d.fault("call.key.missing", n, path+"/"+pointerToken(name), problem.Tf("缺少“%s”", "%q is missing", name), problem.Tf("补上 %s", "add %s", name))
		}
	}
}

// scalar reads text, numbers, money in yuan, dates and instants.
func (d *decoder) scalar(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.ScalarNode {
		d.wrong(n, path, problem.T("单个值", "a single value"))
		return
	}
	text := n.Value
	switch v.Type() {
	case typeFen:
		fen, err := notation.ParseYuan(text)
		if err != nil {
			d.wrong(n, path, problem.T("以元为单位、最多两位小数的金额", "an amount in yuan with at most two decimals"))
			return
		}
		v.SetInt(fen)
		return
	case typeDate:
		date, err := project.ParseDate(text)
		if err != nil {
			d.wrong(n, path, problem.T("形如 2025-08-05 的日期", "a date such as 2025-08-05"))
			return
		}
		v.Set(reflect.ValueOf(date))
		return
	case typeTime:
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			d.wrong(n, path, problem.T("带时区的时刻，形如 2025-09-05T17:00:00+08:00", "an instant with its zone, such as 2025-09-05T17:00:00+08:00"))
			return
		}
		v.Set(reflect.ValueOf(t))
		return
	}
	switch v.Kind() { //nolint:exhaustive // the kinds that Call uses
	case reflect.String:
		if n.Tag == "!!null" || text == "" {
			d.fault("call.value.empty", n, path, problem.T("内容为空", "nothing is written here"), problem.T("填写内容，或删去这个键（可省略时）", "write something, or remove the key where it may be left out"))
			return
		}
		v.SetString(text)
	case reflect.Int:
		i, err := strconv.Atoi(text)
		if err != nil || n.Tag != "!!int" {
			d.wrong(n, path, problem.T("整数", "a whole number"))
			return
		}
		v.SetInt(int64(i))
	case reflect.Bool:
		if n.Tag != "!!bool" {
			d.wrong(n, path, problem.T("true 或 false", "true or false"))
			return
		}
		v.SetBool(strings.EqualFold(text, "true"))
	default:
		panic(fmt.Sprintf("programme: no YAML form for %s", v.Type()))
	}
}

func (d *decoder) wrong(n *yaml.Node, path string, want problem.Text) {
	d.fault("call.value.type", n, path, problem.Text{ZH: "应为" + want.ZH, EN: "should be " + want.EN}, problem.Text{ZH: "改为" + want.ZH, EN: "write " + want.EN})
}

// fieldName returns a field's name in YAML or JSON, "" for fields that data cannot name, and whether it may be left out.
func fieldName(f reflect.StructField) (name string, optional bool) {
	if !f.IsExported() {
		return "", false
	}
	tag, ok := f.Tag.Lookup("yaml")
	if !ok {
		tag = f.Tag.Get("json")
	}
	name, opts, _ := strings.Cut(tag, ",")
	if name == "-" {
		return "", false
	}
	return name, slices.Contains(strings.Split(opts, ","), "opt")
}

// pointerToken escapes a key for a JSON Pointer (RFC 6901).
func pointerToken(s string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(s)
}
