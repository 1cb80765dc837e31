package main

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// hidden stands for a value that is not shown.
const hidden = "[hidden]"

// shown is set with its secrets hidden.
func (set settings) shown() settings {
	hide(reflect.ValueOf(&set).Elem())
	return set
}

func hide(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		if f.Kind() == reflect.Struct {
			hide(f)
			continue
		}
		switch v.Type().Field(i).Tag.Get("secret") {
		case "all":
			if f.String() != "" {
				f.SetString(hidden)
			}
		case "url":
			f.SetString(withoutPassword(f.String()))
		}
	}
}

// withoutPassword hides the passwords of an address, all of it where it cannot be read.
func withoutPassword(address string) string {
	if address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return hidden
	}
	query := u.Query()
	for k := range query {
		if strings.Contains(strings.ToLower(k), "password") {
			query.Set(k, hidden)
		}
	}
	u.RawQuery = query.Encode()
	return u.Redacted()
}

// printed is set as YAML, as a settings file has it, with its secrets hidden.
func (set settings) printed() (string, error) {
	text, err := yaml.Marshal(set.shown())
	return string(text), err
}

// settingsTable is the table of settings in docs/operations.md.
func settingsTable() string {
	var b strings.Builder
	b.WriteString("| Key | Meaning | When left out |\n| --- | --- | --- |\n")
	settingsRows(&b, "", reflect.TypeFor[settings]())
	return b.String()
}

func settingsRows(b *strings.Builder, prefix string, t reflect.Type) {
	code := strings.NewReplacer("'", "`")
	for i := range t.NumField() {
		f := t.Field(i)
		key := prefix + f.Tag.Get("yaml")
		if f.Type.Kind() == reflect.Struct {
			settingsRows(b, key+".", f.Type)
			continue
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", key, code.Replace(f.Tag.Get("doc")), code.Replace(f.Tag.Get("unset")))
	}
}
