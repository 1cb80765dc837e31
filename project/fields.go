package project

import (
	"reflect"
	"strings"
	"time"
)

// kind is how a field is written in JSON and what a template gets for it.
type kind int

const (
	kindText   kind = iota // string
	kindBool               // bool
	kindInt                // int ≥ 0
	kindFen                // Fen
	kindDate               // Date
	kindMonth              // Month
	kindTime               // Time
	kindTenths             // Tenths
	kindBP                 // BP
	kindRich               // Rich
	kindTexts              // []string
	kindObject             // struct or pointer to struct
	kindList               // slice of structs
)

// field is one struct field with its tags.
type field struct {
	index    int
	json     string
	zh       []string
	en       string
	unit     string
	example  string
	enum     string
	is       string
	optional bool
	computed bool
	kind     kind
	of       reflect.Type // the struct of kindObject and kindList
	pointer  bool         // kindObject held by pointer
}

// personal reports whether the value must not be repeated in a finding.
func (f *field) personal() bool {
	switch f.is {
	case "idno", "passport", "phone", "account":
		return true
	}
	return false
}

// model is the fields of every struct type below Project and ApprovalList, in order of declaration.
var model = buildModel()

func buildModel() map[reflect.Type][]field {
	m := map[reflect.Type][]field{}
	var add func(reflect.Type)
	add = func(t reflect.Type) {
		if _, done := m[t]; done {
			return
		}
		fields := make([]field, 0, t.NumField())
		for i := range t.NumField() {
			sf := t.Field(i)
			tag := sf.Tag
			if tag.Get("json") == "-" {
				continue
			}
			f := field{
				index: i, json: tag.Get("json"), zh: strings.Split(tag.Get("zh"), "|"), en: tag.Get("en"), unit: tag.Get("unit"),
				example: tag.Get("ex"), enum: tag.Get("enum"), is: tag.Get("is"), optional: tag.Get("opt") == "1", computed: tag.Get("calc") == "1",
			}
			f.kind, f.of, f.pointer = kindOf(sf.Type)
			fields = append(fields, f)
		}
		m[t] = fields
		for _, f := range fields {
			if f.of != nil {
				add(f.of)
			}
		}
	}
	add(reflect.TypeFor[Project]())
	add(reflect.TypeFor[ApprovalList]())
	return m
}

func kindOf(t reflect.Type) (k kind, of reflect.Type, pointer bool) {
	switch t {
	case reflect.TypeFor[Fen]():
		return kindFen, nil, false
	case reflect.TypeFor[Date]():
		return kindDate, nil, false
	case reflect.TypeFor[Month]():
		return kindMonth, nil, false
	case reflect.TypeFor[Time]():
		return kindTime, nil, false
	case reflect.TypeFor[Tenths]():
		return kindTenths, nil, false
	case reflect.TypeFor[BP]():
		return kindBP, nil, false
	case reflect.TypeFor[Rich]():
		return kindRich, nil, false
	case reflect.TypeFor[[]string]():
		return kindTexts, nil, false
	}
	switch t.Kind() { //nolint:exhaustive // the types of this package use no others; the rest panics below
	case reflect.String:
		return kindText, nil, false
	case reflect.Bool:
		return kindBool, nil, false
	case reflect.Int:
		return kindInt, nil, false
	case reflect.Struct:
		return kindObject, t, false
	case reflect.Pointer:
		return kindObject, t.Elem(), true
	case reflect.Slice:
		return kindList, t.Elem(), false
	}
	panic("project: no JSON form for " + t.String()) // a new field of a new type; TestModel would catch it
}

// Entry is one field of the dictionary.
type Entry struct {
	Path     string   `json:"path"`               // English path: lead.name_cn, members[].name_cn
	ZHPath   string   `json:"zh_path"`            // Chinese path: 乙方.单位名称, 成员[].姓名; fields of project stand at the root: 项目名称
	ZH       []string `json:"zh"`                 // Chinese label, then further Chinese names
	EN       string   `json:"en"`                 // English label
	Type     string   `json:"type"`               // text, bool, int, money, date, month, time, number, share, paragraphs, texts, code, object, list
	Enum     string   `json:"enum,omitempty"`     // of a code: the name of its list, see Choices
	Unit     string   `json:"unit,omitempty"`     // printed unit
	Example  string   `json:"example,omitempty"`  //
	Optional bool     `json:"optional,omitempty"` // may be missing or empty
	Calc     bool     `json:"calc,omitempty"`     // computed, not read from JSON
}

// Dictionary lists every field of a project file, objects before what is in them, in order of declaration.
func Dictionary() []Entry {
	var list []Entry
	var walk func(t reflect.Type, path, zh string, calc bool)
	walk = func(t reflect.Type, path, zh string, calc bool) {
		for _, f := range model[t] {
			e := Entry{
				Path: path + f.json, ZHPath: zh + f.zh[0], ZH: f.zh, EN: f.en, Type: f.typeName(), Enum: f.enum, Unit: f.unit,
				Example: f.sample(), Optional: f.optional, Calc: f.computed || calc,
			}
			next := e.ZHPath + "."
			if f.kind == kindList {
				e.Path, e.ZHPath, next = e.Path+"[]", e.ZHPath+"[]", e.ZHPath+"[]."
			}
			list = append(list, e)
			if f.of != nil {
				if f.of == reflect.TypeFor[Core]() {
					next = "" // the fields of project stand at the root of what templates see
				}
				walk(f.of, e.Path+".", next, e.Calc)
			}
		}
	}
	walk(reflect.TypeFor[Project](), "", "", false)
	return list
}

func (f *field) typeName() string {
	switch f.kind {
	case kindText:
		if f.enum != "" {
			return "code"
		}
		return "text"
	case kindBool:
		return "bool"
	case kindInt:
		return "int"
	case kindFen:
		return "money"
	case kindDate:
		return "date"
	case kindMonth:
		return "month"
	case kindTime:
		return "time"
	case kindTenths:
		return "number"
	case kindBP:
		return "share"
	case kindRich:
		return "paragraphs"
	case kindTexts:
		return "texts"
	case kindObject:
		return "object"
	case kindList:
		return "list"
	}
	return ""
}

// sample is an example for the field, its own or that of its type.
func (f *field) sample() string {
	if f.example != "" {
		return f.example
	}
	switch f.kind {
	case kindFen:
		return "800000.00"
	case kindDate:
		return Date{2025, time.August, 5}.String()
	case kindMonth:
		return Month{2026, time.January}.String()
	case kindTime:
		return "2025-09-05T17:00:00+08:00"
	case kindTenths:
		return "6.5"
	case kindBP:
		return "7000"
	case kindBool:
		return "true"
	case kindText:
		if list := enums[f.enum]; len(list) > 0 {
			return list[0].Code
		}
		return sampleOf[f.is]
	case kindInt, kindRich, kindTexts, kindObject, kindList:
	}
	return ""
}

// sampleOf gives an example for each meaning that a text may have.
var sampleOf = map[string]string{
	"person": "欧阳娜", "uscc": "91330200AAAAAAA10U", "postcode": "315000", "phone": "0574-00000000", "email": "name@example.org", "url": "https://www.example.org",
	"docno": "甬科外〔2025〕96号", "cnaps": "102332000000", "account": "6222000000000000", "currency": "EUR", "amount": "30000.00", "decimal": "12.5", "file": "agreement.pdf", "ref": "A1",
}
