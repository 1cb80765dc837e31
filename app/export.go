package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tripact/storage"
	"tripact/storage/records"
)

// ExportFormat is the number of the form of exports. Another form gets another number.
const ExportFormat = 2

// ExportManifest describes the export of a project. Its Files are all but the manifest itself and SHA256SUMS.
type ExportManifest struct {
	Format    int              `json:"format"`
	Program   string           `json:"program"`
	Project   string           `json:"project"` // id
	Call      string           `json:"call"`
	Number    string           `json:"number"` // of the application
	Title     string           `json:"title"`
	Created   time.Time        `json:"created_at"`
	Revisions []ExportRevision `json:"revisions"` // oldest first; the last one is current
	Documents []ExportDocument `json:"documents"` // oldest first
	Templates []ExportTemplate `json:"templates"` // that the documents were made with, in the order of their first use
	Rules     []ExportRules    `json:"calls"`     // that the documents were made by, in the order of their first use
	Events    int              `json:"events"`    // lines of audit.jsonl
	AuditEnd  string           `json:"audit_end"` // digest of the last of them; "" without any
	Files     []ExportFile     `json:"files"`     // in the order of their paths
}

// ExportRevision is a revision of the project's data, byte for byte as it was saved.
type ExportRevision struct {
	Revision int       `json:"revision"`
	Path     string    `json:"path"`
	SHA256   string    `json:"sha256"`
	SavedAt  time.Time `json:"saved_at"`
	SavedBy  string    `json:"saved_by"`
}

// ExportDocument is a stored file, and what it was made from.
type ExportDocument struct {
	ID        string           `json:"id"`
	Path      string           `json:"path"`
	SHA256    string           `json:"sha256"`
	Kind      string           `json:"kind"`
	Lang      string           `json:"lang"`
	Format    string           `json:"format"`
	State     string           `json:"state"`
	Version   int              `json:"version"`
	Code      string           `json:"code"`
	FileName  string           `json:"file_name"` // that it was issued under
	CreatedAt time.Time        `json:"created_at"`
	Sources   []ExportSource   `json:"sources"` // in the order of the document
	From      ExportProvenance `json:"provenance"`
}

// ExportProvenance is what a document was made from besides its sources; digests are SHA-256.
type ExportProvenance struct {
	Data     string `json:"data_digest"`
	Call     string `json:"call"`
	Rules    string `json:"call_digest"`
	Template string `json:"template_digest"`
	Uploaded int    `json:"template_version"` // 0 for the template that came with the call
	Fonts    string `json:"fonts_digest"`
	Program  string `json:"program"`
}

// ExportTemplate is the very Word template that documents were made with. Path is "" where it came with a program other than the one that exports, which
// does not have it: ExportProvenance.Program says which one does.
type ExportTemplate struct {
	Call    string `json:"call"`
	Kind    string `json:"kind"`
	Lang    string `json:"lang"`
	Version int    `json:"version"` // of an uploaded template; 0 for one that came with the call
	SHA256  string `json:"sha256"`
	Path    string `json:"path"`
}

// ExportRules are the parameters and rules of a call (call.yaml) that documents were made by. Path is "" as that of ExportTemplate is.
type ExportRules struct {
	Call   string `json:"call"`
	SHA256 string `json:"sha256"`
	Path   string `json:"path"`
}

// ExportSource is a project in a document, with the revision that it shows.
type ExportSource struct {
	Project  string `json:"project"`
	Revision int    `json:"revision"`
	SHA256   string `json:"sha256"`
}

// ExportFile is one file of an export.
type ExportFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"` // bytes
}

// FindProject returns the id of a project by id or application number; call is needed where a number stands in several calls. Errors: fs.ErrNotExist, ErrForbidden.
func (a *App) FindProject(ctx context.Context, who Principal, call, name string) (string, error) {
	if p, err := a.project(ctx, who, name); err == nil {
		return p.ID, nil
	}
	calls := []string{call}
	if call == "" {
		calls = nil
		for _, c := range a.cfg.Templates.Calls() {
			calls = append(calls, c.ID)
		}
	}
	var ids []string
	for _, c := range calls {
		p, err := a.cfg.Records.ProjectByNumber(ctx, who.viewer(), c, name)
		if err == nil {
			ids = append(ids, p.ID)
		} else if !errors.Is(err, records.ErrNotFound) {
			return "", err
		}
	}
	if len(ids) > 1 {
		return "", fmt.Errorf("project %s: %d calls have this number; name the call", name, len(ids))
	}
	if len(ids) == 0 {
		return "", fmt.Errorf("project %s: %w", name, notExist(records.ErrNotFound))
	}
	if err := who.need(ReadProject); err != nil {
		return "", err
	}
	return ids[0], nil
}

// Export gives put every file of the export of a project: all revisions of its data with approval and review, every stored document, whose bytes are
// checked against their SHA-256, the templates and the rules that these were made with, and the events of the audit about them; manifest.json and, for sha256sum, SHA256SUMS come last. Paths have
// slashes and are safe on every file system. The same records give the same bytes; exports themselves are on the audit, but not in what is
// exported.
//
// get reads stored objects, nil for those of the App's store. Whoever exports must be allowed to read all of it, the audit included, and be of the bureau.
// Errors: fs.ErrNotExist, ErrForbidden, storage.ErrDamaged, and those of put.
func (a *App) Export(ctx context.Context, who Principal, id string, get func(context.Context, storage.Object) ([]byte, error), put func(name string, data []byte) error) (ExportManifest, error) {
	if get == nil {
		get = a.cfg.Store.Get
	}
	current, err := a.MayExport(ctx, who, id)
	if err != nil {
		return ExportManifest{}, err
	}
	e := exporter{put: put, m: ExportManifest{
		Format: ExportFormat, Program: a.cfg.Version, Project: current.ID, Call: current.Call, Number: current.Number, Title: current.Title, Created: current.CreatedAt,
		Revisions: []ExportRevision{}, Documents: []ExportDocument{}, Templates: []ExportTemplate{}, Rules: []ExportRules{},
	}}
	if err := e.revisions(ctx, a, who, current); err != nil {
		return ExportManifest{}, err
	}
	subjects := map[string]bool{current.ID: true}
	if err := e.documents(ctx, a, who, current.ID, get, subjects); err != nil {
		return ExportManifest{}, err
	}
	if err := e.templates(ctx, a, who, get); err != nil {
		return ExportManifest{}, err
	}
	if err := e.events(ctx, a, who, subjects); err != nil {
		return ExportManifest{}, err
	}
	if err := e.finish(); err != nil {
		return ExportManifest{}, err
	}
	if err := a.cfg.Records.Audit(ctx, who.viewer(), records.EventExported, current.ID, fmt.Sprintf("%d files", len(e.m.Files)), a.cfg.Now()); err != nil {
		return ExportManifest{}, err
	}
	return e.m, nil
}

// MayExport returns the project where who may export it. Errors: fs.ErrNotExist, ErrForbidden.
func (a *App) MayExport(ctx context.Context, who Principal, id string) (SavedProject, error) {
	p, err := a.project(ctx, who, id)
	if err != nil {
		return p, err
	}
	for _, action := range []Action{ReadDocument, ReadAudit} {
		if err := who.need(action); err != nil {
			return SavedProject{}, err
		}
	}
	if who.Organisation.Kind != records.Bureau {
		return SavedProject{}, fmt.Errorf("export: %w", ErrForbidden)
	}
	return p, nil
}

type exporter struct {
	put func(name string, data []byte) error
	m   ExportManifest
}

func (e *exporter) add(name string, data []byte) (ExportFile, error) {
	sum := sha256.Sum256(data)
	f := ExportFile{Path: name, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(data))}
	e.m.Files = append(e.m.Files, f)
	if err := e.put(name, data); err != nil {
		return f, fmt.Errorf("export %s: %w", name, err)
	}
	return f, nil
}

func (e *exporter) revisions(ctx context.Context, a *App, who Principal, current SavedProject) error {
	for n := 1; n <= current.Revision; n++ {
		p, err := a.projectAt(ctx, who, current.ID, n)
		if err != nil {
			return err
		}
		f, err := e.add(fmt.Sprintf("revisions/%06d.json", n), p.Payload)
		if err != nil {
			return err
		}
		if f.SHA256 != p.Digest {
			return fmt.Errorf("revision %d of project %s: %w", n, current.ID, storage.ErrDamaged)
		}
		e.m.Revisions = append(e.m.Revisions, ExportRevision{Revision: n, Path: f.Path, SHA256: f.SHA256, SavedAt: p.UpdatedAt, SavedBy: p.SavedBy})
	}
	if _, err := e.add("project.json", current.Payload); err != nil {
		return err
	}
	parts := map[string]json.RawMessage{}
	if err := json.Unmarshal(current.Payload, &parts); err != nil {
		return fmt.Errorf("project %s: %w", current.ID, err)
	}
	for _, part := range Parts() { // of the current revision, as files that `tripact generate` takes
		raw := parts[string(part)]
		if len(raw) == 0 || string(raw) == "null" {
			continue
		}
		if _, err := e.add("parts/"+string(part)+".json", append(slices.Clone(raw), '\n')); err != nil {
			return err
		}
	}
	return nil
}

func (e *exporter) documents(ctx context.Context, a *App, who Principal, project string, get func(context.Context, storage.Object) ([]byte, error), subjects map[string]bool) error {
	docs, err := a.Documents(ctx, who, project)
	if err != nil {
		return err
	}
	slices.Reverse(docs) // oldest first
	names := map[string]bool{}
	for _, d := range docs {
		data, err := get(ctx, storage.Object(d.Object))
		if err != nil {
			return fmt.Errorf("document %s: %w", d.ID, err)
		}
		f, err := e.add("documents/"+freeName(names, portableName(d.FileName)), data)
		if err != nil {
			return err
		}
		if f.SHA256 != d.Object.SHA256 || f.Size != d.Object.Size {
			return fmt.Errorf("document %s: %w", d.ID, storage.ErrDamaged)
		}
		out := ExportDocument{
			ID: d.ID, Path: f.Path, SHA256: f.SHA256, Kind: d.Kind, Lang: d.Lang, Format: d.Format, State: string(d.State), Version: d.Version, Code: d.Code,
			FileName: d.FileName, CreatedAt: d.CreatedAt,
			From: ExportProvenance{d.DataDigest, d.Call, d.CallDigest, d.TemplateDigest, d.TemplateVersion, d.FontsDigest, d.Program},
		}
		for _, s := range d.Sources {
			out.Sources = append(out.Sources, ExportSource{Project: s.Project, Revision: s.Revision, SHA256: s.Digest})
		}
		e.m.Documents = append(e.m.Documents, out)
		subjects[d.ID] = true
	}
	return nil
}

// templates exports the templates and rules that the documents were made with, each once.
func (e *exporter) templates(ctx context.Context, a *App, who Principal, get func(context.Context, storage.Object) ([]byte, error)) error {
	for _, d := range e.m.Documents {
		t := ExportTemplate{Call: d.From.Call, Kind: d.Kind, Lang: d.Lang, Version: d.From.Uploaded, SHA256: d.From.Template}
		if !slices.ContainsFunc(e.m.Templates, func(o ExportTemplate) bool { o.Path = ""; return o == t }) {
			data, err := a.usedTemplate(ctx, who, t, get)
			if err != nil {
				return err
			}
			if data != nil {
				version := "shipped"
				if t.Version > 0 {
					version = fmt.Sprintf("v%d", t.Version)
				}
				t.Path = fmt.Sprintf("templates/%s/%s.%s.%s.%.12s.docx", portableName(t.Call), t.Kind, t.Lang, version, t.SHA256)
				f, err := e.add(t.Path, data)
				if err != nil {
					return err
				}
				if f.SHA256 != t.SHA256 {
					return fmt.Errorf("template %s of %s: %w", t.Kind, t.Call, storage.ErrDamaged)
				}
			}
			e.m.Templates = append(e.m.Templates, t)
		}
		r := ExportRules{Call: d.From.Call, SHA256: d.From.Rules}
		if !slices.ContainsFunc(e.m.Rules, func(o ExportRules) bool { o.Path = ""; return o == r }) {
			if b, ok := a.cfg.Templates.Call(r.Call); ok && b.CallHash == r.SHA256 {
				r.Path = fmt.Sprintf("templates/%s/call.%.12s.yaml", portableName(r.Call), r.SHA256)
				if _, err := e.add(r.Path, b.CallFile()); err != nil {
					return err
				}
			}
			e.m.Rules = append(e.m.Rules, r)
		}
	}
	return nil
}

// usedTemplate returns the bytes of a template that documents were made with; nil where it came with another program.
func (a *App) usedTemplate(ctx context.Context, who Principal, t ExportTemplate, get func(context.Context, storage.Object) ([]byte, error)) ([]byte, error) {
	if t.Version > 0 {
		v, err := a.cfg.Records.Template(ctx, who.viewer(), records.Slot{Call: t.Call, Kind: t.Kind, Lang: t.Lang}, t.Version)
		if err != nil {
			return nil, fmt.Errorf("template: %w", err)
		}
		data, err := get(ctx, storage.Object(v.Object))
		if err != nil {
			return nil, fmt.Errorf("template: %w", err)
		}
		return data, nil
	}
	if b, ok := a.cfg.Templates.Call(t.Call); ok {
		for _, shipped := range b.Templates() {
			if shipped.Kind == t.Kind && shipped.Hash == t.SHA256 {
				return shipped.Bytes(), nil
			}
		}
	}
	return nil, nil
}

// events exports the events about the project, its documents and their links.
func (e *exporter) events(ctx context.Context, a *App, who Principal, subjects map[string]bool) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for event, err := range a.cfg.Records.Events(ctx, who.viewer(), 0) {
		if err != nil {
			return err
		}
		detail, _, _ := strings.Cut(event.Detail, " ")
		if event.Event == records.EventExported || !subjects[event.Subject] && !subjects[detail] {
			continue
		}
		if err := enc.Encode(event); err != nil {
			return fmt.Errorf("export: event %d: %w", event.Seq, err)
		}
		e.m.Events, e.m.AuditEnd = e.m.Events+1, event.Digest
	}
	_, err := e.add("audit.jsonl", b.Bytes())
	return err
}

// finish writes the manifest and the list for sha256sum.
func (e *exporter) finish() error {
	slices.SortFunc(e.m.Files, func(x, y ExportFile) int { return strings.Compare(x.Path, y.Path) })
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(e.m); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := e.put("manifest.json", b.Bytes()); err != nil {
		return fmt.Errorf("export manifest: %w", err)
	}
	var sums strings.Builder
	for _, f := range e.m.Files {
		fmt.Fprintf(&sums, "%s  %s\n", f.SHA256, f.Path)
	}
	manifest := sha256.Sum256(b.Bytes())
	fmt.Fprintf(&sums, "%s  manifest.json\n", hex.EncodeToString(manifest[:]))
	if err := e.put("SHA256SUMS", []byte(sums.String())); err != nil {
		return fmt.Errorf("export digests: %w", err)
	}
	return nil
}

// portableName makes a name that every file system takes, Windows too: no character that it refuses, no name of a device, nothing at the end that it drops, and
// no longer than 120 characters and 240 bytes.
func portableName(name string) string {
	ext := path.Ext(name)
	base := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F || strings.ContainsRune(`<>:"/\|?*`, r) {
			return '_'
		}
		return r
	}, strings.TrimSuffix(name, ext))
	for len(base)+len(ext) > 240 || utf8.RuneCountInString(base) > 120 {
		_, size := utf8.DecodeLastRuneInString(base)
		base = base[:len(base)-size]
	}
	base = strings.Trim(base, ". ")
	device, _, _ := strings.Cut(strings.ToUpper(base), ".")
	if n := strings.TrimRight(device, "0123456789¹²³ "); base == "" || slices.Contains([]string{"CON", "PRN", "AUX", "NUL"}, strings.TrimSpace(device)) || len(device) > len(n) && (n == "COM" || n == "LPT") {
		base = "_" + base
	}
	return base + ext
}
