package recordstest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// onPostgres says to a test program that Database is to be PostgreSQL.
const onPostgres = "TRIPACT_TEST_ON_POSTGRES"

// Database returns the address of an empty database for records.Open: SQLite in a file that ends with the test, or PostgreSQL
// where SuiteOnPostgres runs the test.
func Database(t testing.TB) string {
	t.Helper()
	if os.Getenv(onPostgres) != "" {
		return Postgres(t)
	}
	return filepath.Join(t.TempDir(), "tripact.db")
}

// WithoutDatabase skips a test that asks for no database where SuiteOnPostgres runs it: it would be the same.
func WithoutDatabase(t testing.TB) {
	t.Helper()
	if os.Getenv(onPostgres) != "" {
		t.Skip("skipped: has no database, and ran already")
	}
}

// SuiteOnPostgres runs all short tests of the package once more, with PostgreSQL as the Database, in a process of their own: no
// test can be forgotten. The package's TestMain calls Stop. Without PostgreSQL it is skipped, and fails in CI.
func SuiteOnPostgres(t *testing.T) {
	t.Helper()
	if os.Getenv(onPostgres) != "" {
		t.Skip("skipped: this is the suite on PostgreSQL")
	}
	if testing.Short() {
		t.Skip("skipped: takes as long as all other tests together")
	}
	if testing.CoverMode() != "" {
		t.Skip("skipped: coverage is counted on SQLite")
	}
	Postgres(t) // skips or fails where there is none
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-test.short", "-test.count=1", "-test.paniconexit0", "-test.timeout=9m", "-test.skip=^" + t.Name() + "$"}
	for _, a := range os.Args[1:] {
		if _, one, ok := strings.Cut(a, "/"); ok && strings.HasPrefix(a, "-test.run=") {
			args = append(args, "-test.run="+one)
		}
		if slices.ContainsFunc([]string{"v=", "failfast="}, func(f string) bool { return strings.HasPrefix(a, "-test."+f) }) {
			args = append(args, a)
		}
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), onPostgres+"=1")
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("on PostgreSQL: %v\n%s", err, said)
	} else if testing.Verbose() {
		t.Logf("on PostgreSQL:\n%s", said)
	}
}
