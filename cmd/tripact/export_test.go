package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tripact/app"
	"tripact/project"
	"tripact/storage/records"
)

// exported reads an export and holds every file to SHA256SUMS and the manifest.
func exported(t *testing.T, files fs.FS) (app.ExportManifest, map[string][]byte) {
	t.Helper()
	data := map[string][]byte{}
	err := fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data[p], err = fs.ReadFile(files, p)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var m app.ExportManifest
	if err := json.Unmarshal(data["manifest.json"], &m); err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(data["SHA256SUMS"])); lines.Scan(); {
		sum, name, _ := strings.Cut(lines.Text(), "  ")
		sums[name] = sum
	}
	if len(sums) != len(data)-1 || len(m.Files) != len(data)-2 {
		t.Errorf("%d files, %d digests, %d in the manifest", len(data), len(sums), len(m.Files))
	}
	for name, want := range sums {
		got := sha256.Sum256(data[name])
		if hex.EncodeToString(got[:]) != want {
			t.Errorf("%s is not what SHA256SUMS says", name)
		}
	}
	for _, f := range m.Files {
		if sums[f.Path] != f.SHA256 || int64(len(data[f.Path])) != f.Size {
			t.Errorf("%s: the manifest says otherwise", f.Path)
		}
	}
	return m, data
}

// TestExport exports a project of a running service, twice the same, and again by the API; what is exported can be saved and made anew.
func TestExport(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	s, _ := serveHere(t, settings{Addr: "127.0.0.1:0", Data: data})
	doc := issueHere(t, s)
	if _, err := s.app.CreateLink(t.Context(), app.LocalOwner(), doc.ID, time.Hour, 1); err != nil {
		t.Fatal(err)
	}
	id := doc.Sources[0].Project
	p, found, err := s.app.SavePart(t.Context(), app.LocalOwner(), id, app.PartReview, []byte("null"), records.AnyRevision)
	if err != nil || found.Failed() || p.Revision != 2 {
		t.Fatal(err, found)
	}
	first, second := filepath.Join(dir, "导出 一"), filepath.Join(dir, "two")
	outputOf(t, exec.Command("tripact", "export", p.Number, "--data", data, "--out", first))
	outputOf(t, exec.Command("tripact", "export", id, "--data", data, "--out", second))
	for _, args := range [][]string{{"export", id, "--data", data, "--out", first}, {"export", "nobody", "--data", data, "--out", filepath.Join(dir, "three")}} {
		if err := exec.Command("tripact", args...).Run(); err == nil {
			t.Errorf("tripact %v: done", args)
		}
	}
	m, files := exported(t, os.DirFS(first))
	if _, again := exported(t, os.DirFS(second)); len(again) != len(files) {
		t.Errorf("%d files, then %d", len(files), len(again))
	} else {
		for name, one := range files {
			if !bytes.Equal(one, again[name]) {
				t.Errorf("%s differs from one export to the next", name)
			}
		}
	}
	if len(m.Revisions) != 2 || m.Revisions[0].SHA256 == m.Revisions[1].SHA256 || !bytes.Equal(files["project.json"], files["revisions/000002.json"]) || files["parts/review.json"] != nil || files["parts/approval.json"] == nil {
		t.Errorf("revisions and parts: %+v", m.Revisions)
	}
	if len(m.Documents) != 1 || m.Documents[0].SHA256 != doc.Object.SHA256 || m.Documents[0].Sources[0].Revision != 1 || !bytes.HasPrefix(files[m.Documents[0].Path], []byte("%PDF-")) {
		t.Errorf("documents: %+v", m.Documents)
	}
	for _, want := range []string{records.EventProjectSaved, records.EventIssued, records.EventCreated} {
		if !bytes.Contains(files["audit.jsonl"], []byte(`"`+want+`"`)) {
			t.Errorf("no event %s in %s", want, files["audit.jsonl"])
		}
	}
	// What is exported makes the same document elsewhere.
	made, found := project.Decode(bytes.NewReader(files["revisions/000001.json"]))
	if found.Failed() {
		t.Fatal(found)
	}
	out, found := s.app.Generate(t.Context(), []*project.Project{made}, app.Request{Kinds: []app.Kind{app.Contract}, PDF: true, On: project.Date{Year: 2025, Month: 12, Day: 20}})
	if found.Failed() || len(out) != 1 || !bytes.Equal(out[0].Data, files[m.Documents[0].Path]) {
		t.Errorf("made anew from the export: %v, %d files", found, len(out))
	}
	exportByAPI(t, s, id, files)
	// A stored file that is damaged is no part of an export.
	object := filepath.Join(data, "objects", "objects", "tripact", filepath.FromSlash(doc.Object.Key))
	if err := os.Chmod(object, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(object, bytes.Repeat([]byte("x"), int(doc.Object.Size)), 0o600); err != nil {
		t.Fatal(err)
	}
	damaged := filepath.Join(dir, "damaged")
	if err := exec.Command("tripact", "export", id, "--data", data, "--out", damaged).Run(); err == nil {
		t.Error("a damaged document was exported")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 3 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// exportByAPI exports by a token: an auditor who may read projects and audit gets the same files as a ZIP, an officer nothing.
func exportByAPI(t *testing.T, s *service, id string, files map[string][]byte) {
	t.Helper()
	for _, try := range []struct {
		role app.Role
		want int
	}{{app.Auditor, http.StatusOK}, {app.Officer, http.StatusForbidden}} {
		role, want := try.role, try.want
		token, _, err := s.app.CreateToken(t.Context(), app.LocalOwner(), app.NewToken{Name: "n", Roles: []app.Role{role}, Scopes: []app.Scope{app.ScopeRead, app.ScopeAudit}, Age: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.public+"/v1/projects/"+id+"/export", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+string(token))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.Body.Close() != nil || resp.StatusCode != want {
			t.Fatalf("%s: %d %v %.300s", role, resp.StatusCode, err, body)
		}
		if want != http.StatusOK {
			continue
		}
		z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		if err != nil {
			t.Fatal(err)
		}
		_, got := exported(t, z)
		for name, one := range files {
			if !bytes.Equal(one, got[name]) {
				t.Errorf("%s by the API differs", name)
			}
		}
	}
}
