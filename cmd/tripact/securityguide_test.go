package main

import (
	"os"
	"os/exec"
	"regexp"
	"testing"
)

// TestSecurityGuide: every test that docs/security.md names is there.
func TestSecurityGuide(t *testing.T) {
	guide, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := outputOf(t, exec.CommandContext(t.Context(), "grep", "-rhoE", "--include=*_test.go", `^func (Test|Fuzz)[A-Za-z0-9]+`, "../.."))
	there := map[string]bool{}
	for _, m := range regexp.MustCompile(`func (\w+)`).FindAllStringSubmatch(tests, -1) {
		there[m[1]] = true
	}
	named := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)`").FindAllStringSubmatch(string(guide), -1)
	if len(named) < 50 {
		t.Errorf("only %d tests are named", len(named))
	}
	for _, m := range named {
		if !there[m[1]] {
			t.Errorf("there is no test %s", m[1])
		}
	}
}
