package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tripact": main})
}

// TestScripts runs the command line as people do; each script says what it shows.
func TestScripts(t *testing.T) {
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := filepath.Abs("../../templates")
	if err != nil {
		t.Fatal(err)
	}
	made := t.TempDir()
	if err := os.WriteFile(filepath.Join(made, "faulty.docx"), faultyTemplate(t), 0o600); err != nil {
		t.Fatal(err)
	}
	objects := wordFile(t, wordPara("{{@签章:60mm}}{{@二维码:网址}}")+wordPara("{{*说明}}")+wordPara("{{+附件一}}")+wordTable([]string{"科目", "{{#列:年度}}{{年}}{{/年度}}"}))
	if err := os.WriteFile(filepath.Join(made, "objects.docx"), objects, 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("EXAMPLES", examples)
			env.Setenv("TEMPLATES", shipped)
			env.Setenv("DOCS", made)
			env.Setenv("LANG", "en_GB.UTF-8")
			return nil
		},
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"edit-sheet": editSheet},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// editSheet writes a workbook with cells of its first sheet changed: edit-sheet IN OUT A1=text…
func editSheet(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: edit-sheet IN OUT A1=text…")
	}
	book, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer book.Close() //nolint:errcheck // it is saved already
	for _, change := range args[2:] {
		cell, text, _ := strings.Cut(change, "=")
		ts.Check(book.SetCellValue(book.GetSheetName(0), cell, text))
	}
	ts.Check(book.SaveAs(ts.MkAbs(args[1])))
}

// tool returns the path of an outside program. Without it the test is skipped, and fails in CI.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed, and CI must not skip this test", name)
	}
	t.Skipf("skipped: needs %s, which is not installed (check.sh installs it)", name)
	return ""
}

// output runs a program and returns what it printed; a program that fails fails the test.
func outputOf(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", filepath.Base(cmd.Path), err, out.String(), errs.String())
	}
	return out.String()
}
