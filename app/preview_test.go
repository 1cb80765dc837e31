package app

import "testing"

// The dictionary of the group 文件 has exactly the names that documents get.
func TestDocumentEntries(t *testing.T) {
	v := documentValues(File{}, "", "")
	names := 0
	for _, e := range documentEntries()[1:] {
		for _, name := range []string{e.Path[len("doc."):], e.ZH[0]} {
			names++
			if _, ok := v[name]; !ok {
				t.Errorf("documents have no %s", name)
			}
		}
	}
	if names != len(v) {
		t.Errorf("%d names listed, documents have %d", names, len(v))
	}
}
