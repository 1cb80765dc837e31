package fill

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"tripact/problem"
)

// JSONSchema writes the JSON Schema (2020-12) of the data that the template needs: its names as they are typed, their
// types as far as filters and conditions tell, those that every use can do without not required. x-places lists where
// each is used. Further names in the data are allowed. The same template gives the same bytes.
func (t *Template) JSONSchema(title string) ([]byte, error) {
	root := t.hints().objectOf(t.tree)
	root.Schema = "https://json-schema.org/draft/2020-12/schema"
	root.Title = title
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(root); err != nil {
		return nil, fmt.Errorf("write schema: %w", err)
	}
	return b.Bytes(), nil
}

// hints hold, for names that conditions compare with a literal, a value for which the condition holds. Filters know the
// type better; where a name has one, its hint does not count.
type hints map[*Name]any

// hints reads the conditions of the template.
func (t *Template) hints() hints {
	h := hints{}
	var read func(tg *tag, k *cond)
	read = func(tg *tag, k *cond) {
		if k == nil {
			return
		}
		read(tg, k.a)
		read(tg, k.b)
		x, y, op := k.x, k.y, k.op
		if x == nil || y == nil || x.isPath == y.isPath {
			return
		}
		if !x.isPath {
			x, y = y, x
			op = turned(op)
		}
		if len(x.filters) == 0 && len(x.path.parts) > 0 {
			h.add(t.tree, x.path.parts, tg.p.place, holding(op, y.literal))
		}
	}
	var walk func(ops []op)
	walk = func(ops []op) {
		for i := range ops {
			if tg := ops[i].tag; tg != nil {
				read(tg, tg.cond)
			}
			walk(ops[i].body)
			walk(ops[i].alt)
		}
	}
	for _, p := range t.parts {
		walk(p.ops)
	}
	return h
}

// add notes v for the names below n that end in parts and are used at the place.
func (h hints) add(n *Name, parts []string, at problem.Place, v any) {
	for _, k := range n.Kids {
		h.add(k, parts, at, v)
	}
	for _, part := range parts {
		if n = n.find(part); n == nil {
			return
		}
	}
	if _, taken := h[n]; !taken && slices.Contains(n.Places, at) {
		h[n] = v
	}
}

func (h hints) typeOf(n *Name) string {
	if n.Type != "" {
		return n.Type
	}
	switch h[n].(type) {
	case int64, float64:
		return "number"
	case string:
		return "text"
	case bool:
		return "bool"
	}
	return ""
}

// schema is a JSON Schema with the keywords that are needed here, in the order in which people read them.
type schema struct {
	Schema     string             `json:"$schema,omitempty"`
	Title      string             `json:"title,omitempty"`
	Type       any                `json:"type,omitempty"`
	AnyOf      []*schema          `json:"anyOf,omitempty"`
	Pattern    string             `json:"pattern,omitempty"`
	Examples   []any              `json:"examples,omitempty"`
	Properties map[string]*schema `json:"properties,omitempty"`
	Required   []string           `json:"required,omitempty"`
	Items      *schema            `json:"items,omitempty"`
	Places     []problem.Place    `json:"x-places,omitempty"`
}

const (
	moneyPattern = `^-?(0|[1-9][0-9]*)(\.[0-9]{1,2})?$`
	// A date, a month, or a date with time (RFC 3339).
	datePattern = `^[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])([Tt ].+)?)?$`
)

func (h hints) objectOf(n *Name) *schema {
	s := &schema{Type: "object", Properties: map[string]*schema{}}
	for _, k := range n.Kids {
		s.Properties[k.Name] = h.schemaOf(k)
		if !k.Optional && k.Kind != KindCond || k.Kind == KindObject && k.needed() {
			s.Required = append(s.Required, k.Name)
		}
	}
	slices.Sort(s.Required)
	return s
}

// needed reports whether the template cannot do without n, or without something in it.
func (n *Name) needed() bool {
	return n.Kind != KindObject && n.Kind != KindCond && !n.Optional || slices.ContainsFunc(n.Kids, (*Name).needed)
}

func (h hints) schemaOf(n *Name) *schema {
	var s *schema
	switch n.Kind {
	case KindObject:
		s = h.objectOf(n)
	case KindList:
		s = &schema{Type: "array", Items: &schema{}}
		if len(n.Kids) > 0 {
			s.Items = h.objectOf(n)
		}
	case KindCond, KindValue:
		if len(n.Kids) > 0 { // tested or written as a whole, and in parts
			s = h.objectOf(n)
			break
		}
		s = h.valueOf(n)
	}
	s.Places = n.Places
	if !n.needed() {
		s = optionalOf(s)
	}
	return s
}

func (h hints) valueOf(n *Name) *schema {
	switch h.typeOf(n) {
	case "text":
		return &schema{Type: []string{"string", "number"}}
	case "number":
		return &schema{AnyOf: []*schema{{Type: "number"}, {Type: "string", Pattern: `^-?[0-9]+(\.[0-9]+)?$`}}}
	case "money":
		return &schema{AnyOf: []*schema{{Type: "string", Pattern: moneyPattern}, {Type: "number"}}, Examples: []any{"800000.00"}}
	case "date":
		return &schema{Type: "string", Pattern: datePattern, Examples: []any{"2025-08-05"}}
	case "bool":
		return &schema{Type: "boolean"}
	case "list":
		return &schema{Type: "array"}
	}
	if n.Kind == KindCond {
		return &schema{} // anything can be tested
	}
	return &schema{Type: []string{"string", "number", "boolean", "array"}, Items: &schema{Type: []string{"string", "number"}}}
}

// optionalOf also allows null.
func optionalOf(s *schema) *schema {
	switch {
	case s.Type == nil && s.AnyOf == nil:
		return s
	case s.AnyOf != nil:
		s.AnyOf = append(s.AnyOf, &schema{Type: "null"})
		return s
	}
	switch t := s.Type.(type) {
	case string:
		s.Type = []string{t, "null"}
	case []string:
		s.Type = append(slices.Clone(t), "null")
	}
	return s
}
