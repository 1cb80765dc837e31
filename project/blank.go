package project

import "reflect"

// Blank returns a project in which every part is there, every list has one record, and all values are zero. Its Values
// have every name that a template can use.
func Blank() *Project {
	p := &Project{}
	grow(reflect.ValueOf(p).Elem())
	p.Derive()
	grow(reflect.ValueOf(p).Elem()) // the computed lists, which nothing was found for
	return p
}

func grow(v reflect.Value) {
	switch v.Kind() { //nolint:exhaustive // only these hold others
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		grow(v.Elem())
	case reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		grow(v.Index(0))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Time]() {
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				grow(v.Field(i))
			}
		}
	}
}
