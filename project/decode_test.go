package project

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"tripact/problem"
)

func testFile(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// load decodes a file of testdata that must hold.
func load(tb testing.TB, name string) *Project {
	tb.Helper()
	p, list := Decode(bytes.NewReader(testFile(tb, name)))
	for _, f := range list {
		tb.Error(f.In("en"))
		tb.Log(f.In("zh"))
	}
	if p == nil {
		tb.FailNow()
	}
	return p
}

func TestDecodeValid(t *testing.T) {
	for _, name := range []string{"full.json", "minimal.json"} {
		p := load(t, name)
		if p.Project.Months != 36 {
			t.Errorf("%s: months = %d, want 36", name, p.Project.Months)
		}
	}
	_ = problem.List{}
}
