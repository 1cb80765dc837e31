package main

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tripact/app"
)

// TestBackup backs up a running service that is written to meanwhile, and starts another one from what was restored: the
// same records, the same files, the same links.
func TestBackup(t *testing.T) {
	dir := t.TempDir()
	data, file, other := filepath.Join(dir, "data"), filepath.Join(dir, "b.tar"), filepath.Join(dir, "restored")
	s, _ := serveHere(t, settings{Addr: "127.0.0.1:0", Data: data})
	doc := issueHere(t, s)
	shared, err := s.app.CreateLink(t.Context(), app.LocalOwner(), doc.ID, time.Hour, 1)
	if err != nil {
		t.Fatal(err)
	}
	stop, stopped := make(chan struct{}), make(chan error, 1)
	go func() {
		for {
			select {
			case <-stop:
				stopped <- nil
				return
			default:
				if _, err := s.app.CreateLink(t.Context(), app.LocalOwner(), doc.ID, time.Hour, 0); err != nil {
					stopped <- err
					return
				}
			}
		}
	}()
	outputOf(t, exec.Command("tripact", "backup", file, "--data", data))
	close(stop)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := exec.Command("tripact", "backup", file, "--data", data).Run(); err == nil {
		t.Error("a backup was written over another")
	}
	if err := s.close(t.Context()); err != nil {
		t.Fatal(err)
	}

	outputOf(t, exec.Command("tripact", "restore", file, "--data", other))
	if err := exec.Command("tripact", "restore", file, "--data", other).Run(); err == nil {
		t.Error("restored over what is there")
	}
	s, _ = serveHere(t, settings{Addr: "127.0.0.1:0", Data: other})
	if last, err := s.db.VerifyAudit(t.Context()); err != nil || last.Seq < 2 {
		t.Errorf("the audit: %+v, %v", last, err)
	}
	if res, body := ask(t, &http.Client{}, "POST", s.public+"/d/"+shared.Token, nil); res.StatusCode != http.StatusOK || !isFile(doc, body) {
		t.Errorf("the link of before: %d", res.StatusCode)
	}
	link, err := s.app.Link(t.Context(), app.LocalOwner(), doc.ID, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if res, body := ask(t, &http.Client{}, "GET", link, nil); res.StatusCode != http.StatusOK || !isFile(doc, body) {
		t.Errorf("the file of before, in the version on record: %d %s", res.StatusCode, body)
	}
	if again := issueHere(t, s); again.ID != doc.ID {
		t.Errorf("issued again: %+v", again)
	}
	if err := s.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	audit := outputOf(t, exec.Command("tripact", "audit", "--data", other))
	if !strings.Contains(audit, `"event":"document.issued"`) {
		t.Errorf("the audit: %s", audit)
	}
	if end := outputOf(t, exec.Command("tripact", "verify", "--data", other, "--messages", "en")); !strings.Contains(end, "the chain holds") {
		t.Errorf("the chain: %s", end)
	}
	outputOf(t, exec.Command("tripact", "migrate", "--data", other))
	damagedBackups(t, file, dir)

	// A stored file that is not what its name says stops the next backup.
	objects, err := filepath.Glob(filepath.Join(data, "objects", "objects", "*", filepath.FromSlash(doc.Object.Key)))
	if err != nil || len(objects) != 1 {
		t.Fatalf("the stored file: %v, %v", objects, err)
	}
	if err := os.WriteFile(objects[0], []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("tripact", "backup", filepath.Join(dir, "c.tar"), "--data", data).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "damaged") {
		t.Errorf("a backup of a damaged file: %v %s", err, out)
	}
}

// damagedBackups: whatever is wrong with a backup, nothing is restored and nothing is left behind.
func damagedBackups(t *testing.T, file, dir string) {
	t.Helper()
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(good)
	at := bytes.Index(flipped, []byte("%PDF-"))
	if at < 0 {
		t.Fatal("no PDF in the backup")
	}
	flipped[at+100] ^= 1
	for name, bad := range map[string][]byte{
		"cut": good[:len(good)/2], "without a manifest": append(bytes.Clone(good[:bytes.LastIndex(good, []byte(manifestFile))]), make([]byte, 1024)...),
		"a changed byte": flipped, "nothing": {}, "something else": bytes.Repeat([]byte("x"), 2000),
	} {
		path := filepath.Join(dir, "bad.tar")
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readBackup(path, filepath.Join(dir, "bad")); err == nil {
			t.Errorf("%s: restored", name)
		}
		left, err := filepath.Glob(filepath.Join(dir, "*bad*"))
		hidden, err2 := filepath.Glob(filepath.Join(dir, ".tripact-*"))
		if err != nil || err2 != nil || len(left) != 1 || len(hidden) != 0 {
			t.Errorf("%s: left %v %v", name, left, hidden)
		}
	}
}
