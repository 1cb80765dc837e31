package layout

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every finding that layout can have is explained in docs/typesetting.md, and none that it cannot have.
func TestEveryFindingIsExplained(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "typesetting.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(layout\.[a-z.]+)"`).FindAllSubmatch(src, -1) {
			known[string(m[1])] = true
		}
	}
	for code := range known {
		if !strings.Contains(string(doc), "`"+code+"`") {
			t.Errorf("the documentation does not explain %s", code)
		}
	}
	for _, m := range regexp.MustCompile("`(layout\\.[a-z.]+)`").FindAllSubmatch(doc, -1) {
		if !known[string(m[1])] {
			t.Errorf("there is no finding %s", m[1])
		}
	}
	if len(known) < 30 {
		t.Errorf("only %d findings", len(known))
	}
}
