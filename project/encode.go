package project

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
)

// MarshalJSON writes the project as a file that Decode takes: fields in the order of their declaration, no computed
// fields, optional fields only where they say something. The same project gives the same bytes.
func (p Project) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	if err := writeObject(&b, reflect.ValueOf(p)); err != nil {
		return nil, fmt.Errorf("project %s: %w", p.Project.AppNo, err)
	}
	return b.Bytes(), nil
}

func writeObject(b *bytes.Buffer, v reflect.Value) error {
	b.WriteByte('{')
	first := true
	for _, f := range model[v.Type()] {
		x := v.Field(f.index)
		if f.computed || f.optional && blank(&f, x) {
			continue
		}
		if !first {
			b.WriteByte(',')
		}
		first = false
		b.WriteString(`"` + f.json + `":`)
		if err := writeValue(b, &f, x); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

// blank reports whether an optional field says nothing.
func blank(f *field, v reflect.Value) bool {
	return v.IsZero() || (f.kind == kindList || f.kind == kindRich || f.kind == kindTexts) && v.Len() == 0
}

func writeValue(b *bytes.Buffer, f *field, v reflect.Value) error {
	switch f.kind {
	case kindObject:
		if f.pointer {
			if v.IsNil() {
				b.WriteString("null")
				return nil
			}
			v = v.Elem()
		}
		return writeObject(b, v)
	case kindList:
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := writeObject(b, v.Index(i)); err != nil {
				return err
			}
		}
		b.WriteByte(']')
		return nil
	case kindTexts:
		if v.IsNil() {
			b.WriteString("[]")
			return nil
		}
	case kindText, kindBool, kindInt, kindFen, kindDate, kindMonth, kindTime, kindTenths, kindBP, kindRich:
	}
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v.Interface()); err != nil {
		return fmt.Errorf("field %s: %w", f.json, err)
	}
	b.Truncate(b.Len() - 1) // Encode ends with a line end
	return nil
}
