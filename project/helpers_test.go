package project

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
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
	}
	if p == nil {
		tb.FailNow()
	}
	return p
}

// edits are changes to full.json: JSON Pointer to new value; gone removes a key; a pointer to an index past the end of an
// array appends.
type edits map[string]any

type removed struct{}

var gone removed

// edited is full.json with changes.
func edited(tb testing.TB, changes edits) []byte {
	tb.Helper()
	var doc any
	dec := json.NewDecoder(bytes.NewReader(testFile(tb, "full.json")))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		tb.Fatal(err)
	}
	for ptr, v := range changes {
		doc = set(tb, doc, strings.Split(ptr, "/")[1:], v)
	}
	data, err := json.Marshal(doc)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func set(tb testing.TB, doc any, steps []string, v any) any {
	tb.Helper()
	if len(steps) == 0 {
		return v
	}
	switch d := doc.(type) {
	case map[string]any:
		if v == gone && len(steps) == 1 {
			delete(d, steps[0])
		} else {
			d[steps[0]] = set(tb, d[steps[0]], steps[1:], v)
		}
		return d
	case []any:
		i, err := strconv.Atoi(steps[0])
		if err != nil || i > len(d) {
			tb.Fatalf("no element %s", steps[0])
		}
		if i == len(d) {
			return append(d, set(tb, map[string]any{}, steps[1:], v))
		}
		if v == gone && len(steps) == 1 {
			return append(d[:i:i], d[i+1:]...)
		}
		d[i] = set(tb, d[i], steps[1:], v)
		return d
	}
	tb.Fatalf("nothing at %v", steps)
	return nil
}

// want is a finding that is expected, with words that its message or fix must hold in either language.
type want struct {
	sev        problem.Severity
	code, path string
	words      []string
}

// expect compares a list with what it should hold, in any order.
func expect(tb testing.TB, list problem.List, wants ...want) {
	tb.Helper()
	rest := append(problem.List(nil), list...)
	for _, w := range wants {
		found := -1
		for i, f := range rest {
			if f.Severity == w.sev && f.Code == w.code && f.Path == w.path {
				found = i
				break
			}
		}
		if found < 0 {
			tb.Errorf("missing: %s [%s] %s", w.sev, w.code, w.path)
			continue
		}
		said := rest[found].In("zh") + "\n" + rest[found].In("en")
		for _, word := range w.words {
			if !strings.Contains(said, word) {
				tb.Errorf("%s %s does not say %q:\n%s", w.code, w.path, word, said)
			}
		}
		rest = append(rest[:found:found], rest[found+1:]...)
	}
	for _, f := range rest {
		tb.Errorf("not expected: %s", f.In("en"))
	}
	for _, f := range list {
		if f.Message.ZH == "" || f.Message.EN == "" || f.Fix.ZH == "" || f.Fix.EN == "" || strings.Contains(f.In("zh")+f.In("en"), "%!") {
			tb.Errorf("incomplete: %+v", f)
		}
	}
}
