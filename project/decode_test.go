package project

import "testing"

func TestDecodeValid(t *testing.T) {
	for _, name := range []string{"full.json", "minimal.json"} {
		if p := load(t, name); p.Project.Months != 36 {
			t.Errorf("%s: months = %d, want 36", name, p.Project.Months)
		}
	}
}
