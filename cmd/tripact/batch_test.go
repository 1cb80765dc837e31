package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestBatchAfterHalfALine: a run that was killed while it wrote its journal costs the document of that line and no other, in the next run or those after it.
func TestBatchAfterHalfALine(t *testing.T) {
	dir := t.TempDir()
	run := func() (made int) {
		out := outputOf(t, exec.Command("tripact", "batch", "../../examples/ningbo-2025/approval/list.xlsx", "--projects", "../../examples/ningbo-2025",
			"--kind", "contract", "--format", "docx", "--on", "2025-12-20", "--messages", "en", "--json", "--out", dir))
		return strings.Count(out, `"state":"made"`)
	}
	if n := run(); n != 3 {
		t.Fatalf("%d documents were made", n)
	}
	journal := filepath.Join(dir, batchJournal)
	data, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(journal, data[:len(data)-20], 0o600); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{1, 0} {
		if n := run(); n != want {
			t.Errorf("run %d after it: %d documents were made, want %d", i+1, n, want)
		}
	}
}
