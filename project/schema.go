package project

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// Schema is the JSON Schema (2020-12) of a project file, made from the types; schema.json holds it. It says what an
// editor can check while typing; Decode and Check say more.
func Schema() ([]byte, error) {
	defs := map[string]any{}
	for name, list := range enums {
		codes := make([]string, 0, len(list))
		labels := make([]string, 0, len(list))
		for _, c := range list {
			codes = append(codes, c.Code)
			labels = append(labels, c.Code+" "+c.Label.ZH)
		}
		defs["code_"+name] = map[string]any{"enum": codes, "description": strings.Join(labels, "；")}
	}
	root := reflect.TypeFor[Project]()
	for t := range model {
		if t != root && !computedOnly(t) {
			defs[t.Name()] = objectSchema(t)
		}
	}
	schema := objectSchema(root)
	schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	schema["title"] = "tripact project"
	schema["$defs"] = defs

	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(schema); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return b.Bytes(), nil
}

// computedOnly reports whether a type stands in computed fields only.
func computedOnly(t reflect.Type) bool {
	for _, f := range model[t] {
		if !f.computed {
			return false
		}
	}
	return true
}

func objectSchema(t reflect.Type) map[string]any {
	properties := map[string]any{}
	required := []string{}
	for _, f := range model[t] {
		if f.computed {
			continue
		}
		properties[f.json] = fieldSchema(&f)
		if !f.optional {
			required = append(required, f.json)
		}
	}
	return map[string]any{"type": "object", "additionalProperties": false, "properties": properties, "required": required}
}

func fieldSchema(f *field) map[string]any {
	s := valueSchema(f)
	if f.optional {
		s = map[string]any{"anyOf": []any{s, map[string]any{"enum": nothing(f)}}}
	}
	s["title"] = f.zh[0]
	s["description"] = f.en
	if f.unit != "" {
		s["description"] = f.en + " (" + f.unit + ")"
	}
	if ex := f.sample(); ex != "" && (f.kind == kindText || f.kind == kindFen || f.kind == kindDate || f.kind == kindMonth || f.kind == kindTime) {
		s["examples"] = []string{ex}
	}
	return s
}

// nothing is what an optional field may hold instead of a value.
func nothing(f *field) []any {
	switch f.kind {
	case kindText, kindDate, kindMonth, kindTime, kindFen, kindTenths, kindBP:
		return []any{nil, ""}
	case kindRich:
		return []any{nil, "", []any{}}
	case kindTexts, kindList:
		return []any{nil, []any{}}
	case kindBool, kindInt, kindObject:
	}
	return []any{nil}
}

func valueSchema(f *field) map[string]any {
	text := func(pattern string) map[string]any { return map[string]any{"type": "string", "pattern": pattern} }
	switch f.kind {
	case kindText:
		if f.enum != "" {
			return map[string]any{"$ref": "#/$defs/code_" + f.enum}
		}
		if pattern := schemaPattern[f.is]; pattern != "" {
			return text(pattern)
		}
		return text(`\S`)
	case kindBool:
		return map[string]any{"type": "boolean"}
	case kindInt:
		return map[string]any{"type": "integer", "minimum": 0}
	case kindFen:
		return map[string]any{"anyOf": []any{text(`^(0|[1-9][0-9]*)(\.[0-9]{1,2})?$`), map[string]any{"type": "number", "minimum": 0, "multipleOf": 0.01}}}
	case kindDate:
		return text(`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`)
	case kindMonth:
		return text(`^[0-9]{4}-(0[1-9]|1[0-2])$`)
	case kindTime:
		return map[string]any{"type": "string", "format": "date-time"}
	case kindTenths:
		return map[string]any{"anyOf": []any{text(`^(0|[1-9][0-9]*)(\.[0-9]0?)?$`), map[string]any{"type": "number", "minimum": 0, "multipleOf": 0.1}}}
	case kindBP:
		return map[string]any{"anyOf": []any{text(`^(0|[1-9][0-9]*)(\.[0-9]{1,2})?%$`), map[string]any{"type": "integer", "minimum": 0}}}
	case kindRich:
		return map[string]any{"anyOf": []any{text(`\S`), paragraphsSchema()}}
	case kindTexts:
		return paragraphsSchema()
	case kindObject:
		return map[string]any{"$ref": "#/$defs/" + f.of.Name()}
	case kindList:
		return map[string]any{"type": "array", "minItems": 1, "items": map[string]any{"$ref": "#/$defs/" + f.of.Name()}}
	}
	return map[string]any{}
}

func paragraphsSchema() map[string]any {
	return map[string]any{"type": "array", "minItems": 1, "items": map[string]any{"type": "string", "pattern": `\S`}}
}

// schemaPattern holds patterns that mean the same in ECMA-262, whose \d and \w are ASCII only with the right flags.
var schemaPattern = map[string]string{
	"postcode": `^[0-9]{6}$`, "cnaps": `^[0-9]{12}$`, "account": `^[0-9]{4,32}$`, "currency": `^[A-Z]{3}$`,
	"amount": `^(0|[1-9][0-9]*)(\.[0-9]{1,2})?$`, "decimal": `^-?(0|[1-9][0-9]*)(\.[0-9]{1,9})?$`,
}
