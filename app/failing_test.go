package app_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tripact/app"
	"tripact/examples"
	"tripact/problem"
	"tripact/programme"
	"tripact/project"
)

// failingExample is one row of the table examples/<call>/failing/cases.json: a good example changed in one thing (JSON Patch, RFC
// 6902), and what is found wrong with it.
type failingExample struct {
	Name   string          `json:"name"`
	What   problem.Text    `json:"what"`
	From   string          `json:"from"`
	Stage  programme.Stage `json:"stage"`
	Change []amendment     `json:"change"`
	Finds  []string        `json:"finds"` // severity and rule, sorted
}

type amendment struct {
	Op    string          `json:"op"`
	Path  string          `json:"path"`
	Value json.RawMessage `json:"value,omitempty"`
}

// TestFailingExamples: each failing example differs from a good one in what it says, and is found to fail for that reason and no other.
func TestFailingExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("not short: one case after another")
	}
	files, err := fs.Glob(examples.FS(), "*/failing/cases.json")
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		call, _, _ := strings.Cut(file, "/")
		data, err := fs.ReadFile(examples.FS(), file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []failingExample
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&cases); err != nil {
			t.Fatal(file, err)
		}
		on := signing
		if call == "shanghai-2024" {
			on = project.Date{Year: 2024, Month: 12, Day: 20}
		}
		names := map[string]bool{}
		for i := range cases {
			c := &cases[i]
			t.Run(call+" "+c.Name, func(t *testing.T) {
				if names[c.Name] || c.What.ZH == "" || c.What.EN == "" || len(c.Change) == 0 {
					t.Error("the name stands twice, or the case is not whole")
				}
				names[c.Name] = true
				good, err := fs.ReadFile(examples.FS(), call+"/"+c.From)
				if err != nil {
					t.Fatal(err)
				}
				if found := finds(t, offline(t), good, c.Stage, on); len(found) != 0 {
					t.Fatalf("the good example: %q", found)
				}
				found := finds(t, offline(t), amended(t, good, c.Change), c.Stage, on)
				if *update {
					c.Finds = found
				}
				if !slices.Equal(found, c.Finds) || !slices.ContainsFunc(found, func(s string) bool { return strings.HasPrefix(s, "fail ") }) {
					t.Errorf("finds %q, want %q", found, c.Finds)
				}
			})
		}
		if *update {
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(cases); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile("../examples/"+file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// finds lists severity and code of what is wrong with a project file, without notes, each once.
func finds(t *testing.T, a *app.App, data []byte, stage programme.Stage, on project.Date) []string {
	t.Helper()
	p, found := project.Decode(bytes.NewReader(data))
	if p != nil {
		found.Add(a.Check(p, stage, on)...)
	}
	list := []string{}
	for _, f := range found {
		if f.Severity != problem.Info {
			list = append(list, string(f.Severity)+" "+f.Code)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// amended applies a JSON Patch of the operations add, replace and remove.
func amended(t *testing.T, data []byte, changes []amendment) []byte {
	t.Helper()
	var doc any
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		var v any
		if c.Op != "remove" {
			if err := json.Unmarshal(c.Value, &v); err != nil {
				t.Fatal(c.Path, err)
			}
		}
		doc = amend(t, doc, strings.Split(c.Path, "/")[1:], c, v)
	}
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func amend(t *testing.T, doc any, steps []string, c amendment, v any) any {
	t.Helper()
	last := len(steps) == 1
	switch d := doc.(type) {
	case map[string]any:
		_, there := d[steps[0]]
		switch {
		case !there && (c.Op != "add" || !last):
			t.Fatalf("%s %s: there is nothing", c.Op, c.Path)
		case last && c.Op == "remove":
			delete(d, steps[0])
		case last:
			d[steps[0]] = v
		default:
			d[steps[0]] = amend(t, d[steps[0]], steps[1:], c, v)
		}
		return d
	case []any:
		i, err := strconv.Atoi(steps[0])
		if err != nil || i < 0 || i > len(d) || i == len(d) && (c.Op != "add" || !last) {
			t.Fatalf("%s %s: there is no element %s", c.Op, c.Path, steps[0])
		}
		switch {
		case last && c.Op == "remove":
			return slices.Delete(d, i, i+1)
		case last && c.Op == "add":
			return slices.Insert(d, i, v)
		case last:
			d[i] = v
		default:
			d[i] = amend(t, d[i], steps[1:], c, v)
		}
		return d
	}
	t.Fatalf("%s %s: nothing can be below %s", c.Op, c.Path, steps[0])
	return nil
}
