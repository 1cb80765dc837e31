package programme

import (
	"strings"
	"testing"

	"tripact/project"
)

// Every name that templates can use of a call is in the dictionary, and the other way round.
func TestDictionaryNames(t *testing.T) {
	for name, c := range map[string]*Call{"call": mustLoad(t, ningbo(t)), "empty": {}} {
		t.Run(name, func(t *testing.T) {
			listed := map[string]bool{}
			for _, e := range c.Dictionary() {
				listed[e.Path] = true
				dir, _ := cutLast(e.ZHPath)
				for _, zh := range e.ZH {
					if e.Type == "list" {
						zh += "[]"
					}
					if dir != "" {
						zh = dir + "." + zh
					}
					listed[zh] = true
				}
			}
			var walk func(path string, v any)
			missing := 0
			walk = func(path string, v any) {
				switch x := v.(type) {
				case map[string]any:
					for k, kid := range x {
						walk(strings.TrimPrefix(path+"."+k, "."), kid)
					}
					return
				case []any:
					for _, kid := range x {
						if m, ok := kid.(map[string]any); ok {
							walk(path+"[]", m)
						}
					}
					if listed[path+"[]"] {
						path += "[]"
					}
				}
				// Names of mixed language are the same place; only those of one language are listed.
				if zh := strings.Contains(path, "通知"); zh == !strings.ContainsAny(path, "abcdefghijklmnopqrstuvwxyz") && !listed[path] {
					missing++
					t.Errorf("%s is not listed", path)
				}
			}
			v := c.Values(project.Blank())
			walk("", map[string]any{"call": only(v, false), "通知": only(v, true)})
			if len(listed) < 40 || missing > 0 {
				t.Errorf("%d names listed, %d missing", len(listed), missing)
			}
		})
	}
}

func cutLast(s string) (before, after string) {
	if i := strings.LastIndexByte(s, '.'); i >= 0 {
		return s[:i], s[i+1:]
	}
	return "", s
}

// only keeps the names of one language, in what lies below as well.
func only(v any, zh bool) any {
	switch x := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for k, kid := range x {
			if zh == (k[0] >= 0x80) {
				m[k] = only(kid, zh)
			}
		}
		return m
	case []any:
		list := make([]any, len(x))
		for i := range x {
			list[i] = only(x[i], zh)
		}
		return list
	}
	return v
}
