package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	compose "github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// What is in deploy/ is read as those programs read it that it is for, and runs this program as it is.

// accepts asks the program whether it takes a command line, with the settings of the example in place of those at their path.
func accepts(t *testing.T, args []string, settingsAt string) {
	t.Helper()
	if len(args) < 2 || filepath.Base(args[0]) != "tripact" {
		t.Fatalf("%q does not run tripact", args)
	}
	args = slices.Clone(args[1:])
	at := slices.Index(args, settingsAt)
	if at < 1 || args[at-1] != "--config" {
		t.Fatalf("%q does not read %s", args, settingsAt)
	}
	args[at] = "../../deploy/settings.example.yaml"
	var out, errs bytes.Buffer
	if code := run(append(args, "--print-config"), &out, &errs); code != 0 {
		t.Errorf("%q: exit %d: %s", args, code, errs.String())
	}
}

// TestComposeFile: compose's own library finds nothing wrong with the file, and the service in it is what the program is.
func TestComposeFile(t *testing.T) {
	options, err := compose.NewProjectOptions([]string{"../../deploy/compose.yaml"}, compose.WithName("tripact"), compose.WithEnv([]string{"PGPASSWORD=secret"}))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context()) // after the schema of the Compose Specification
	if err != nil {
		t.Fatal(err)
	}
	s, err := project.GetService("tripact")
	if err != nil {
		t.Fatal(err)
	}
	const at = "/settings.yaml"
	accepts(t, s.Command, at)
	mounted := func(path string) bool {
		return slices.ContainsFunc(s.Volumes, func(v types.ServiceVolumeConfig) bool { return v.Target == path && v.ReadOnly })
	}
	if !mounted(at) || !mounted(s.Command[0]) {
		t.Errorf("volumes %v do not bring %s and the program, read-only", s.Volumes, at)
	}
	guide, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range s.Environment {
		if !bytes.Contains(guide, []byte("`"+name+"`")) {
			t.Errorf("%s: no setting of the program's, as docs/operations.md has none such", name)
		}
	}
	if least := 15*time.Second + 10*time.Second; s.StopGracePeriod == nil || time.Duration(*s.StopGracePeriod) < least {
		t.Errorf("stop_grace_period %v is less than a stop may take (%v)", s.StopGracePeriod, least)
	}
	if !s.ReadOnly || !slices.Contains(s.CapDrop, "ALL") {
		t.Error("the container may do more than the program needs")
	}
}

// TestUnit: systemd finds nothing wrong with the unit, and its command line is the program's.
func TestUnit(t *testing.T) {
	text, err := os.ReadFile("../../deploy/tripact.service")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^ExecStart=(.+)$`).FindSubmatch(text)
	if m == nil {
		t.Fatal("no ExecStart")
	}
	command := strings.Fields(string(m[1]))
	accepts(t, command, "/etc/tripact/settings.yaml")
	data := command[slices.Index(command, "--data")+1]
	if !bytes.Contains(text, []byte("\nStateDirectory="+strings.TrimPrefix(data, "/var/lib/")+"\n")) {
		t.Errorf("the unit may not write %s", data)
	}
	m = regexp.MustCompile(`(?m)^TimeoutStopSec=(\d+)$`).FindSubmatch(text)
	if m == nil || string(m[1]) < "25" || len(m[1]) != 2 {
		t.Errorf("TimeoutStopSec %q is less than a stop may take (25 s)", m)
	}
	verify := tool(t, "systemd-analyze")
	// It looks for the program too.
	here := filepath.Join(t.TempDir(), "tripact.service")
	if err := os.WriteFile(here, bytes.Replace(text, []byte("ExecStart="+command[0]), []byte("ExecStart=/bin/true"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if said := outputOf(t, exec.CommandContext(t.Context(), verify, "verify", "--man=no", here)); said != "" {
		t.Error(said)
	}
}

// TestExampleSettings: the program takes the example, also with everything in it that is commented out, and it shows every setting.
func TestExampleSettings(t *testing.T) {
	text, err := os.ReadFile("../../deploy/settings.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	setting := regexp.MustCompile(`(?m)^# ?((?: *)[a-z0-9_]+:.*)$`)
	all := setting.ReplaceAll(text, []byte("$1"))
	file := filepath.Join(t.TempDir(), "settings.yaml")
	if err := os.WriteFile(file, all, 0o600); err != nil {
		t.Fatal(err)
	}
	var set settings
	if err := readSettings(file, &set); err != nil {
		t.Fatalf("%v in\n%s", err, all)
	}
	if _, err := set.jobs(); err != nil {
		t.Error(err)
	}
	if _, err := set.provider(set.Public); err != nil {
		t.Error(err)
	}
	for _, row := range strings.Split(settingsTable(), "\n")[2:] {
		key, _, _ := strings.Cut(strings.TrimPrefix(row, "| `"), "`")
		name := key[strings.LastIndexByte(key, '.')+1:]
		if !regexp.MustCompile(`(?m)^ *`+name+`:`).Match(all) && name != "" {
			t.Errorf("the example does not show %s", key)
		}
	}
}

func TestJobSettings(t *testing.T) {
	for _, tt := range []struct {
		in string
		ok bool
	}{
		{"{}", true},
		{"jobs: {timeout: 90s, rescue: 2m, grace: 30s}", true},
		{"jobs: {rescue: 1m}", true},
		{"jobs: {timeout: 1s}", false},
		{"jobs: {timeout: 5m}", false},
		{"jobs: {timeout: 5m, rescue: 6m}", true},
		{"jobs: {rescue: 48h}", false},
		{"jobs: {grace: 1h}", false},
		{"jobs: {grace: -1s}", false},
		{"jobs: {rescue: 180}", false},
		{"jobs: {wait: 1m}", false},
	} {
		file := filepath.Join(t.TempDir(), "settings.yaml")
		if err := os.WriteFile(file, []byte(tt.in), 0o600); err != nil {
			t.Fatal(err)
		}
		var set settings
		err := readSettings(file, &set)
		if err == nil {
			_, err = set.jobs()
		}
		if (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.in, err)
		}
	}
}
