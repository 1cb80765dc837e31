package storage

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// One gateway runs per process: all tests share the one that TestMain starts, and a test that needs its own (killed,
// restarted, without own threads) runs this test binary again as a child.
var (
	childMode = flag.String("child", "", "run as a child process: write, read, moved")
	childDir  = flag.String("child-dir", "", "data folder of the child")
	shared    fixture
)

type fixture struct {
	dir    string
	server *Server
	store  *Store
	front  *httptest.Server
}

func TestMain(m *testing.M) {
	flag.Parse()
	if *childMode != "" {
		if err := child(*childMode, *childDir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code, err := runShared(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func runShared(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "tripact-test-")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	shared.dir = dir
	if shared.server, err = Embedded(context.Background(), dir); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, shared.server.Close()) }()
	shared.front = httptest.NewServer(shared.server.Front())
	defer shared.front.Close()
	if shared.store, err = Open(context.Background(), shared.server.Config(shared.front.URL)); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// startChild runs this binary again in mode over dir; it dies with the test.
func startChild(t *testing.T, mode, dir string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-child="+mode, "-child-dir="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// child does one mode's work over its own embedded server.
func child(mode, dir string) error {
	ctx := context.Background()
	start := startThreads
	if mode == "moved" {
		start = func(int, string) (*threads, error) { return nil, errors.New("unshare is refused here") }
	}
	before, err := os.Getwd()
	if err != nil {
		return err
	}
	server, err := embedded(ctx, dir, start)
	if err != nil {
		return err
	}
	store, err := Open(ctx, server.Config("http://localhost"))
	if err != nil {
		return err
	}
	switch mode {
	case "write": // until killed
		for i := 0; ; i++ {
			o, err := store.Put(ctx, fmt.Appendf(nil, "object %d", i), TypeText)
			if err != nil {
				return err
			}
			fmt.Println(o.Key, o.Size, o.SHA256, o.VersionID)
		}
	case "read": // what the parent says on standard input
		list, err := os.ReadFile(filepath.Join(dir, "..", "acknowledged"))
		if err != nil {
			return err
		}
		n := 0
		for line := range strings.Lines(string(list)) {
			o, err := parseObject(line)
			if err != nil {
				return err
			}
			if _, err := store.Get(ctx, o); err != nil {
				return err
			}
			n++
		}
		fmt.Println(n)
	case "moved":
		if !server.Moved() {
			return errors.New("the server does not say that it moved the working directory")
		}
		o, err := store.Put(ctx, []byte("moved"), TypeText)
		if err != nil {
			return err
		}
		if _, err := os.Stat(filepath.Join(dir, "objects", embeddedBucket, o.Key)); err != nil {
			return err
		}
	}
	if err := server.Close(); err != nil {
		return err
	}
	if after, err := os.Getwd(); err != nil || after != before {
		return fmt.Errorf("working directory %s became %s (%w)", before, after, err)
	}
	return nil
}

func parseObject(line string) (o Object, err error) {
	if _, err := fmt.Sscan(line, &o.Key, &o.Size, &o.SHA256, &o.VersionID); err != nil {
		return o, fmt.Errorf("read %q: %w", line, err)
	}
	return o, nil
}
