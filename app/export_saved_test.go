package app_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"tripact/app"
	"tripact/project"
	"tripact/storage"
	"tripact/storage/records"
	"tripact/templates"
)

// later is what ships with a program whose templates and rules are other ones.
func later(t *testing.T, data func(file string, was []byte) []byte) *templates.Set {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(templates.Shipped(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		was, err := fs.ReadFile(templates.Shipped(), name)
		files[name] = &fstest.MapFile{Data: data(name, was)}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	set, found := templates.Load(files, app.TemplateOptions)
	if found.Failed() {
		t.Fatal(found)
	}
	return set
}

// TestExportIsWhole: an export carries the very templates and rules that its documents were made with, and with them each document is made anew, byte for byte,
// by a program that knows nothing of what was published here. What came with another program than the one that exports is named, and not replaced by something else.
func TestExportIsWhole(t *testing.T) {
	var cfg app.Config
	a, db := onlineWith(t, func(c *app.Config, _ *storage.Server) { cfg = *c })
	ctx := t.Context()
	id, _, err := save(t, a, raw(t, university))
	if err != nil {
		t.Fatal(err)
	}
	issue := func() {
		t.Helper()
		_, found, err := a.Issue(ctx, bureau, []string{id}, app.Request{Kinds: []app.Kind{app.Contract}, DOCX: true, PDF: true, On: signing})
		if err != nil || found.Failed() {
			t.Fatal(err, found)
		}
	}
	issue()
	v, found, err := a.UploadTemplate(ctx, app.LocalOwner(), contractSlot, contractWith(t, "本任务书由科技处修订。"), "")
	if err != nil || found.Failed() {
		t.Fatal(err, found)
	}
	if _, err := a.PublishTemplate(ctx, app.LocalOwner(), contractSlot, v.Version, records.AnyRevision); err != nil {
		t.Fatal(err)
	}
	issue()
	export := func(a *app.App) (app.ExportManifest, map[string][]byte) {
		t.Helper()
		files := map[string][]byte{}
		m, err := a.Export(ctx, app.LocalOwner(), id, nil, func(name string, data []byte) error {
			files[name] = data
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return m, files
	}
	m, files := export(a)
	if len(m.Documents) != 4 || len(m.Templates) != 2 || len(m.Rules) != 1 || m.Templates[0].Version != 0 || m.Templates[1].Version != 1 {
		t.Fatalf("templates %+v, rules %+v of %d documents", m.Templates, m.Rules, len(m.Documents))
	}
	bytesOf := map[string][]byte{}
	for _, tpl := range m.Templates {
		sum := sha256.Sum256(files[tpl.Path])
		if hex.EncodeToString(sum[:]) != tpl.SHA256 {
			t.Errorf("%s is not what the manifest says", tpl.Path)
		}
		bytesOf[tpl.SHA256] = files[tpl.Path]
	}
	if sum := sha256.Sum256(files[m.Rules[0].Path]); hex.EncodeToString(sum[:]) != m.Rules[0].SHA256 {
		t.Errorf("%s is not what the manifest says", m.Rules[0].Path)
	}
	for _, d := range m.Documents {
		tpl := bytesOf[d.From.Template]
		other := cfg
		other.Records, other.Store = nil, nil
		other.Templates = later(t, func(file string, was []byte) []byte {
			if file == "ningbo-2025/contract.docx" {
				return tpl
			}
			return was
		})
		p, found := project.Decode(bytes.NewReader(files["project.json"]))
		if found.Failed() {
			t.Fatal(found)
		}
		made, found := app.New(other).Generate(ctx, []*project.Project{p}, app.Request{
			Kinds: []app.Kind{app.Contract}, DOCX: d.Format == "docx", PDF: d.Format == "pdf", On: signing, Version: d.Version,
		})
		if found.Failed() || len(made) != 1 || !bytes.Equal(made[0].Data, files[d.Path]) {
			t.Errorf("%s made anew: %v", d.Path, found)
		}
	}

	// A later program has another contract and other rules: it names what it does not have.
	after := cfg
	after.Templates = later(t, func(file string, was []byte) []byte {
		switch file {
		case "ningbo-2025/contract.docx":
			return contractWith(t, "新程序带来的模板。")
		case "ningbo-2025/call.yaml":
			return append(was, []byte("# revised\n")...)
		}
		return was
	})
	m, files = export(app.New(after))
	if len(m.Templates) != 2 || m.Templates[0].Path != "" || m.Templates[0].SHA256 == "" || len(files[m.Templates[1].Path]) == 0 || m.Rules[0].Path != "" {
		t.Errorf("after an upgrade: %+v %+v", m.Templates, m.Rules)
	}
	for name := range files {
		if strings.Contains(name, "shipped") || strings.Contains(name, "call.") {
			t.Errorf("after an upgrade there is %s", name)
		}
	}

	// An uploaded template that is damaged is no part of an export.
	get := func(ctx context.Context, o storage.Object) ([]byte, error) {
		data, err := cfg.Store.Get(ctx, o)
		if o.SHA256 == v.SHA256 {
			data = append([]byte("x"), data...)
		}
		return data, err
	}
	if _, err := a.Export(ctx, app.LocalOwner(), id, get, func(string, []byte) error { return nil }); err == nil {
		t.Error("a damaged template was exported")
	}
	if _, err := db.VerifyAudit(ctx); err != nil {
		t.Error(err)
	}
}
