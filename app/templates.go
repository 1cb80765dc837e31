package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"tripact/problem"
	"tripact/project"
	"tripact/render"
	"tripact/render/docx"
	"tripact/render/fill"
	"tripact/render/pdf"
	"tripact/storage"
	"tripact/storage/records"
	"tripact/templates"
)

// TemplateSlot names the place of a template: a kind of document of a call, in one language.
type TemplateSlot = records.Slot

// TemplateState is where a version of a template stands.
type TemplateState string

// States of a version. A version is never changed; a retired one can be put in force again.
const (
	TemplateDraft     TemplateState = "draft"     // was never in force
	TemplatePublished TemplateState = "published" // documents are made with it
	TemplateRetired   TemplateState = "retired"   // was in force before
)

// Name says it in words.
func (s TemplateState) Name() problem.Text {
	switch s {
	case TemplateDraft:
		return problem.T("草稿", "draft")
	case TemplatePublished:
		return problem.T("在用", "in force")
	case TemplateRetired:
		return problem.T("已停用", "retired")
	}
	return problem.T(string(s), string(s))
}

// TemplateVersion is a Word template in its slot.
type TemplateVersion struct {
	Version      int           `json:"version" doc:"0 for the one that comes with the call"`
	State        TemplateState `json:"state" enum:"draft,published,retired"`
	SHA256       string        `json:"sha256"`
	Size         int64         `json:"size" doc:"Bytes"`
	Note         string        `json:"note,omitempty"`
	Fails        int           `json:"fails" doc:"Faults found when it was uploaded; a template with faults is not published"`
	Warns        int           `json:"warns" doc:"Warnings found when it was uploaded"`
	UploadedBy   string        `json:"uploaded_by,omitempty" doc:"A person's id, or token: and a token's id"`
	UploadedName string        `json:"uploaded_name,omitempty"`
	UploadedAt   time.Time     `json:"uploaded_at,omitzero"`
}

// TemplatePublication is one turn of a slot: from then until the next one documents were made with that version.
type TemplatePublication struct {
	Seq           int       `json:"seq" doc:"From 1"`
	Version       int       `json:"version" doc:"0 for the one that comes with the call"`
	PublishedBy   string    `json:"published_by"`
	PublishedName string    `json:"published_name,omitempty"`
	PublishedAt   time.Time `json:"published_at"`
}

// SlotTemplates are all templates of a slot.
type SlotTemplates struct {
	Call     string                `json:"call" example:"ningbo-2025"`
	Kind     Kind                  `json:"kind" enum:"application-form,recommendation-letter,review-notice,contract"`
	Name     problem.Text          `json:"name"`
	Lang     string                `json:"lang" enum:"zh,en"`
	Current  int                   `json:"current" doc:"Version that documents are made with"`
	Seq      int                   `json:"seq" doc:"Of the last publication, 0 for none: what If-Match names"`
	Versions []TemplateVersion     `json:"versions" doc:"Newest first; the last one comes with the call"`
	History  []TemplatePublication `json:"history" doc:"What was in force, newest first; before the first of them the one that comes with the call"`
}

// Version returns a version of the slot; ok is false when there is none.
func (s SlotTemplates) Version(n int) (v TemplateVersion, ok bool) {
	i := slices.IndexFunc(s.Versions, func(v TemplateVersion) bool { return v.Version == n })
	if i < 0 {
		return TemplateVersion{}, false
	}
	return s.Versions[i], true
}

// TemplateChange is one difference of two templates.
type TemplateChange = fill.Change

// TemplateComparison is how a version differs from an older one, and what is wrong with each.
type TemplateComparison struct {
	From         TemplateVersion  `json:"from"`
	To           TemplateVersion  `json:"to"`
	Added        []string         `json:"added" doc:"Fields that only the newer one uses"`
	Removed      []string         `json:"removed" doc:"Fields that only the older one uses"`
	Changes      []TemplateChange `json:"changes" doc:"Paragraphs, tables and page set-up that differ, in the order of the documents"`
	Parts        []string         `json:"parts" doc:"Other parts of the files that differ, such as pictures and the table of styles"`
	FromFindings problem.List     `json:"from_findings"`
	ToFindings   problem.List     `json:"to_findings"`
}

// slot is a slot with what it takes to work on it.
type slot struct {
	SlotTemplates
	bundle  *templates.Bundle
	shipped *templates.Template
}

func (s *slot) id() TemplateSlot {
	return TemplateSlot{Call: s.Call, Kind: string(s.Kind), Lang: s.Lang}
}

// slots reads the slots of a call. The error wraps fs.ErrNotExist for a call that is not there or is another bureau's, else it is
// ErrForbidden for who may not do what.
func (a *App) slots(ctx context.Context, who Principal, call string, what Action) ([]*slot, error) {
	b, ok := a.cfg.Templates.Call(call)
	if !ok {
		return nil, fmt.Errorf("call %s: %w", call, fs.ErrNotExist)
	}
	versions, published, err := a.cfg.Records.Templates(ctx, who.viewer(), call)
	if err != nil {
		return nil, notExist(err)
	}
	if err := who.need(what); err != nil {
		return nil, err
	}
	var list []*slot
	for _, t := range b.Templates() {
		s := &slot{bundle: b, shipped: t}
		s.Call, s.Kind, s.Name, s.Lang, s.History = call, Kind(t.Kind), Kind(t.Kind).Name(), t.Lang, []TemplatePublication{}
		was := map[int]bool{0: true}
		for _, p := range published {
			if p.Slot == s.id() {
				s.History = append(s.History, TemplatePublication{p.Seq, p.Version, p.PublishedBy, p.PublishedName, p.PublishedAt})
				was[p.Version] = true
			}
		}
		if len(s.History) > 0 {
			s.Current, s.Seq = s.History[0].Version, s.History[0].Seq
		}
		for _, v := range versions {
			if v.Slot == s.id() {
				s.Versions = append(s.Versions, TemplateVersion{
					Version: v.Version, SHA256: v.Object.SHA256, Size: v.Object.Size, Note: v.Note, Fails: v.Fails, Warns: v.Warns,
					UploadedBy: v.UploadedBy, UploadedName: v.UploadedName, UploadedAt: v.UploadedAt,
				})
			}
		}
		s.Versions = append(s.Versions, TemplateVersion{SHA256: t.Hash, Size: int64(len(t.Bytes()))})
		for i := range s.Versions {
			v := &s.Versions[i]
			switch {
			case v.Version == s.Current:
				v.State = TemplatePublished
			case was[v.Version]:
				v.State = TemplateRetired
			default:
				v.State = TemplateDraft
			}
		}
		list = append(list, s)
	}
	return list, nil
}

func (a *App) slot(ctx context.Context, who Principal, at TemplateSlot, what Action) (*slot, error) {
	list, err := a.slots(ctx, who, at.Call, what)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(s *slot) bool { return s.id() == at })
	if i < 0 {
		return nil, fmt.Errorf("template %s: %w", at, fs.ErrNotExist)
	}
	return list[i], nil
}

// SlotsOf lists the slots of a call in the order of its documents. Errors: fs.ErrNotExist for a call that is not there or is
// another bureau's, ErrForbidden.
func (a *App) SlotsOf(ctx context.Context, who Principal, call string) ([]SlotTemplates, error) {
	list, err := a.slots(ctx, who, call, ReadTemplate)
	if err != nil {
		return nil, err
	}
	out := make([]SlotTemplates, len(list))
	for i, s := range list {
		out[i] = s.SlotTemplates
	}
	return out, nil
}

// Slot returns the templates of a slot. Errors are those of SlotsOf.
func (a *App) Slot(ctx context.Context, who Principal, at TemplateSlot) (SlotTemplates, error) {
	s, err := a.slot(ctx, who, at, ReadTemplate)
	if err != nil {
		return SlotTemplates{}, err
	}
	return s.SlotTemplates, nil
}

// maxNote is how long a note on a template may be, in characters.
const maxNote = 500

// UploadTemplate keeps a Word file as a draft in a slot and returns it with what lint finds. Faults of the template keep it from
// being published, not from being a draft; a file that is no Word document, holds macros or is beyond the limits is refused
// as a whole, as a *problem.Error. Bytes that the slot has are not kept twice: the version that has them comes back.
//
// Errors are those of SlotsOf, and *BusyError.
func (a *App) UploadTemplate(ctx context.Context, who Principal, at TemplateSlot, file []byte, note string) (TemplateVersion, problem.List, error) {
	s, err := a.slot(ctx, who, at, WriteTemplate)
	if err != nil {
		return TemplateVersion{}, nil, err
	}
	leave, err := a.enter()
	if err != nil {
		return TemplateVersion{}, nil, err
	}
	defer leave()
	note = strings.TrimSpace(note)
	var refused problem.List
	if utf8.RuneCountInString(note) > maxNote || strings.ContainsFunc(note, unicode.IsControl) || !utf8.ValidString(note) {
		refused.Add(problem.Finding{
			Code: "template.note", Severity: problem.Fail, Path: "/note",
			Message: problem.Tf("说明须为一行，不超过%d个字", "the note must be one line of at most %d characters", maxNote),
			Fix:     problem.Fix{ZH: "缩短说明，去掉换行", EN: "shorten it and take out line breaks"},
		})
	}
	pkg, found := opened(file)
	refused.Add(found...)
	if err := refused.Err(); err != nil {
		return TemplateVersion{}, nil, err
	}
	found, err = a.lint(ctx, s.bundle, s.shipped, pkg, file)
	if err != nil {
		return TemplateVersion{}, nil, err
	}
	obj, err := a.cfg.Store.Put(ctx, file, storage.TypeDOCX)
	if err != nil {
		return TemplateVersion{}, nil, fmt.Errorf("store template: %w", err)
	}
	v := records.TemplateVersion{Slot: at, Note: note, Object: records.Object(obj)}
	for _, f := range found {
		switch f.Severity {
		case problem.Fail:
			v.Fails++
		case problem.Warn:
			v.Warns++
		case problem.Info:
		}
	}
	v, fresh, err := a.cfg.Records.AddTemplate(ctx, who.viewer(), v, a.cfg.Now())
	if errors.Is(err, records.ErrConflict) { // the sweep was at its object: once more, with a new one
		if obj, err = a.cfg.Store.Put(ctx, file, storage.TypeDOCX); err == nil {
			v.Object = records.Object(obj)
			v, fresh, err = a.cfg.Records.AddTemplate(ctx, who.viewer(), v, a.cfg.Now())
		}
	}
	if err != nil {
		return TemplateVersion{}, nil, notExist(err)
	}
	if !fresh {
		found.Add(problem.Finding{
			Code: "template.same", Severity: problem.Info, Found: fmt.Sprint(v.Version),
			Message: problem.Tf("文件与第%[1]d版完全相同，未另存", "the file is the same as version %[1]d, byte for byte, and was not kept twice", v.Version),
		})
	}
	if s, err = a.slot(ctx, who, at, WriteTemplate); err != nil {
		return TemplateVersion{}, nil, err
	}
	out, _ := s.Version(v.Version)
	return out, found, nil
}

// opened reads a Word file that is to be a template. What must not come in at all fails: macros, which nobody would expect in a
// document of an office, and the forms of Word files that no document can be made with.
func opened(file []byte) (*docx.Package, problem.List) {
	pkg, err := docx.Open(file)
	if err != nil {
		found := problem.Of(err)
		if found == nil {
			found = problem.List{internal("template.open", err)}
		}
		return nil, found
	}
	var found problem.List
	for _, f := range pkg.Findings() {
		if f.Code == "docx.macro" {
			f.Severity = problem.Fail
			found.Add(f)
		}
	}
	if t := pkg.Main().ContentType; t != "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml" {
		found.Add(problem.Finding{
			Code: "template.format", Severity: problem.Fail, Found: t,
			Message: problem.T("这是模板（.dotx）或带宏的（.docm）格式，不是 .docx", "this is a Word file of the kind .dotx or .docm, not .docx"),
			Fix:     problem.Fix{ZH: "用 Word 或 WPS 打开并另存为 .docx", EN: "open it in Word or WPS and save it as .docx"},
		})
	}
	return pkg, found
}

// enter lets a caller into the waiting room for documents.
func (a *App) enter() (leave func(), err error) {
	leave, err = a.queue.enter()
	if err != nil {
		a.cfg.Meter.Refused()
	}
	return leave, err
}

// lint lists every fault of a template for documents like those of shipped. One that has none by itself is filled and typeset once
// with sample data, as a final document is. The error is of ctx alone.
func (a *App) lint(ctx context.Context, b *templates.Bundle, shipped *templates.Template, pkg *docx.Package, file []byte) (found problem.List, err error) {
	err = a.queue.render(ctx, a.cfg.Now, func() {
		found = append(found, a.engine.Inspect(ctx, pkg, TemplateOptions(b.Call, shipped.Kind).Known).Findings...)
		if found.Failed() { // it cannot be tried, and all is told at once
			found.Add(render.Unsigned(pkg, signatures(Kind(shipped.Kind), Request{trial: true}))...)
			return
		}
		_, more := a.sampled(ctx, b, b.Instead(shipped, file, TemplateOptions), Request{PDF: true, trial: true})
		for _, f := range more {
			if f.Severity == problem.Fail {
				found.Add(f)
			}
		}
	})
	return found, errors.Join(err, ctx.Err())
}

// sampled makes a draft with a template and the first example project that has what the kind needs, or with made-up data where
// there is none.
func (a *App) sampled(ctx context.Context, b *templates.Bundle, t *templates.Template, req Request) ([]File, problem.List) {
	req.Draft, req.Lang, req.On = true, t.Lang, project.DateOf(a.cfg.Now())
	if p := a.Example(b.Call.ID, Kind(t.Kind)); p != nil {
		return a.with(ctx, t, task{kind: Kind(t.Kind), projects: []*project.Project{p}}, req)
	}
	compiled, found := t.Compiled()
	if found.Failed() {
		return nil, found
	}
	out, more := a.engine.Render(ctx, render.Job{
		Template: compiled, Data: compiled.Sample(), Missing: fill.Mark, Formats: render.Formats{DOCX: req.DOCX, PDF: req.PDF},
		Info: pdf.Options{Title: Kind(t.Kind).Name().ZH, Lang: bcp47(t.Lang), Signatures: signatures(Kind(t.Kind), req)},
	})
	found.Add(more...)
	if found.Failed() {
		return nil, found
	}
	return File{Kind: Kind(t.Kind), Lang: t.Lang, Draft: true, Pages: out.Pages}.formats(out), found
}

// with makes a document with a template, whichever is in force.
func (a *App) with(ctx context.Context, t *templates.Template, work task, req Request) ([]File, problem.List) {
	req.current = func(context.Context, *templates.Bundle, *templates.Template) (*templates.Template, int, error) {
		return t, 0, nil
	}
	return a.document(ctx, work, req)
}

// Example is the first example project of a call that has what documents of a kind need, nil when there is none.
func (a *App) Example(call string, kind Kind) *project.Project {
	if a.cfg.Examples == nil {
		return nil
	}
	names, err := fs.Glob(a.cfg.Examples, call+"/*.json")
	if err != nil {
		return nil
	}
	for _, name := range names {
		src, err := a.cfg.Examples.Open(name)
		if err != nil {
			continue
		}
		p, found := project.Decode(src)
		src.Close() //nolint:errcheck // it was only read
		if p != nil && !found.Failed() && p.Call == call && !a.ready(p, kind, Request{Draft: true, On: project.DateOf(a.cfg.Now())}).Failed() {
			return p
		}
	}
	return nil
}

// bytesOf reads the bytes of a version.
func (a *App) bytesOf(ctx context.Context, who Principal, s *slot, version int) ([]byte, error) {
	if version == 0 {
		return s.shipped.Bytes(), nil
	}
	v, err := a.cfg.Records.Template(ctx, who.viewer(), s.id(), version)
	if err != nil {
		return nil, notExist(err)
	}
	return a.stock(ctx, v)
}

// stock reads the bytes of a version that is on record. Where they are away it is a fault of the store, not of who asks: the
// error does not wrap fs.ErrNotExist.
func (a *App) stock(ctx context.Context, v records.TemplateVersion) ([]byte, error) {
	data, err := a.cfg.Store.Get(ctx, storage.Object(v.Object))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("version %d of %s is on record, and not in the store", v.Version, v.Slot)
	case err != nil:
		return nil, fmt.Errorf("version %d of %s: %w", v.Version, v.Slot, err)
	}
	return data, nil
}

// TemplateFile gives the Word file of a version. Errors are those of SlotsOf, also for a version that is not there.
func (a *App) TemplateFile(ctx context.Context, who Principal, at TemplateSlot, version int) (SharedFile, error) {
	s, err := a.slot(ctx, who, at, ReadTemplate)
	if err != nil {
		return SharedFile{}, err
	}
	data, err := a.bytesOf(ctx, who, s, version)
	if err != nil {
		return SharedFile{}, err
	}
	return attached(fmt.Sprintf("%s_%s_%s_v%d.docx", s.Call, s.Kind, s.Lang, version), "docx", data)
}

func attached(name, format string, data []byte) (SharedFile, error) {
	media, disposition, err := storage.Attachment(storage.Object{Key: "." + format}, name)
	if err != nil {
		return SharedFile{}, fmt.Errorf("%s: %w", name, err)
	}
	return SharedFile{Name: name, MediaType: media, Disposition: disposition, Size: int64(len(data)), Data: data}, nil
}

// LintTemplate lists every fault of a Word template for documents of a kind of a call. Errors: ErrForbidden; findings also tell
// what is wrong with call and kind.
func (a *App) LintTemplate(ctx context.Context, who Principal, call, kind string, file []byte) (problem.List, error) {
	if err := who.need(ReadTemplate); err != nil {
		return nil, err
	}
	b, found := a.bundle(&project.Project{Call: call})
	if found.Failed() {
		return found, nil
	}
	t, found := b.Template(kind, "")
	if found.Failed() {
		return found, nil
	}
	leave, err := a.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	pkg, found := opened(file)
	if found.Failed() {
		return found, nil
	}
	return a.lint(ctx, b, t, pkg, file)
}

// LintVersion lists what is wrong with a version, as this program sees it now. Errors are those of SlotsOf, also for a version that is not
// there, and *BusyError.
func (a *App) LintVersion(ctx context.Context, who Principal, at TemplateSlot, version int) (TemplateVersion, problem.List, error) {
	s, err := a.slot(ctx, who, at, ReadTemplate)
	if err != nil {
		return TemplateVersion{}, nil, err
	}
	v, ok := s.Version(version)
	if !ok {
		return TemplateVersion{}, nil, fmt.Errorf("version %d of %s: %w", version, at, fs.ErrNotExist)
	}
	leave, err := a.enter()
	if err != nil {
		return TemplateVersion{}, nil, err
	}
	defer leave()
	found, err := a.lintVersion(ctx, who, s, version)
	return v, found, err
}

func (a *App) lintVersion(ctx context.Context, who Principal, s *slot, version int) (problem.List, error) {
	data, err := a.bytesOf(ctx, who, s, version)
	if err != nil {
		return nil, err
	}
	pkg, found := opened(data)
	if found.Failed() {
		return found, nil
	}
	return a.lint(ctx, s.bundle, s.shipped, pkg, data)
}

// PreviewTemplate fills a version as a draft, with a project or, for "", with sample data: nothing is kept. format is "docx" or
// "pdf". What makes it impossible comes as findings.
//
// Errors are those of SlotsOf, also for a version or project that is not there, ErrForbidden for a project that who may not
// read, and *BusyError.
func (a *App) PreviewTemplate(ctx context.Context, who Principal, at TemplateSlot, version int, projectID, format string) (SharedFile, problem.List, error) {
	s, err := a.slot(ctx, who, at, ReadTemplate)
	if err != nil {
		return SharedFile{}, nil, err
	}
	data, err := a.bytesOf(ctx, who, s, version)
	if err != nil {
		return SharedFile{}, nil, err
	}
	work := task{kind: s.Kind}
	if projectID != "" {
		if _, err := a.Project(ctx, who, projectID); err != nil {
			return SharedFile{}, nil, err
		}
		projects, _, found, err := a.saved(ctx, who.viewer(), []string{projectID})
		if err != nil || found.Failed() {
			return SharedFile{}, found, err
		}
		if projects[0].Call != s.Call {
			return SharedFile{}, problem.List{{
				Code: "template.project", Severity: problem.Fail, Found: projects[0].Call,
				Message: problem.T("项目属于另一个申报通知", "the project is of another call"),
				Fix:     problem.Fix{ZH: "选择" + s.Call + "的项目", EN: "choose one of " + s.Call},
			}}, nil
		}
		work.projects = projects
	}
	leave, err := a.enter()
	if err != nil {
		return SharedFile{}, nil, err
	}
	defer leave()
	var files []File
	var found problem.List
	err = a.queue.render(ctx, a.cfg.Now, func() {
		t := s.bundle.Instead(s.shipped, data, TemplateOptions)
		req := Request{Draft: true, Lang: s.Lang, On: project.DateOf(a.cfg.Now()), DOCX: format == "docx", PDF: format == "pdf"}
		if work.projects == nil {
			files, found = a.sampled(ctx, s.bundle, t, req)
			return
		}
		files, found = a.with(ctx, t, work, req)
	})
	if err := errors.Join(err, ctx.Err()); err != nil {
		return SharedFile{}, nil, err
	}
	if found.Failed() || len(files) != 1 {
		return SharedFile{}, found, nil
	}
	f, err := attached(fmt.Sprintf("%s_%s_%s_v%d_preview.%s", s.Call, s.Kind, s.Lang, version, format), format, files[0].Data)
	return f, found, err
}

// PublishTemplate puts a version in force, an older one again too (which is how one rolls back), and 0 for the template that
// comes with the call. base is the Seq of the slot that the caller saw, AnyRevision for whichever there is. From then on new
// documents are made with it, by every process; documents that are there keep what they were made with. A version in which
// lint finds faults is refused as a *problem.Error.
//
// Errors are those of SlotsOf, also for a version that is not there, ErrConflict when somebody published since base, and *BusyError.
func (a *App) PublishTemplate(ctx context.Context, who Principal, at TemplateSlot, version, base int) (SlotTemplates, error) {
	s, err := a.slot(ctx, who, at, WriteTemplate)
	if err != nil {
		return SlotTemplates{}, err
	}
	if version == s.Current { // nothing to ask for: it is in force
		return s.SlotTemplates, nil
	}
	leave, err := a.enter()
	if err != nil {
		return SlotTemplates{}, err
	}
	defer leave()
	found, err := a.lintVersion(ctx, who, s, version)
	if err == nil {
		err = found.Err()
	}
	if err != nil {
		return SlotTemplates{}, err
	}
	chosen, _ := s.Version(version)
	err = a.cfg.Records.Together(ctx, func(ctx context.Context) error {
		p, err := a.cfg.Records.PublishTemplate(ctx, who.viewer(), at, version, base, a.cfg.Now())
		if err != nil {
			return err
		}
		return a.announce(ctx, who.Organisation.ID, EventTemplatePublished, fmt.Sprintf("%s %d", at, p.Seq), map[string]any{
			"call": at.Call, "kind": at.Kind, "lang": at.Lang, "version": p.Version, "sha256": chosen.SHA256, "publication": p.Seq,
		})
	})
	if err != nil {
		return SlotTemplates{}, notExist(err)
	}
	if s, err = a.slot(ctx, who, at, WriteTemplate); err != nil {
		return SlotTemplates{}, err
	}
	return s.SlotTemplates, nil
}

// CompareTemplates tells how version to differs from version from. Errors are those of LintVersion.
func (a *App) CompareTemplates(ctx context.Context, who Principal, at TemplateSlot, from, to int) (TemplateComparison, error) {
	s, err := a.slot(ctx, who, at, ReadTemplate)
	if err != nil {
		return TemplateComparison{}, err
	}
	leave, err := a.enter()
	if err != nil {
		return TemplateComparison{}, err
	}
	defer leave()
	var out TemplateComparison
	var packages [2]*docx.Package
	for i, side := range []struct {
		version int
		v       *TemplateVersion
		found   *problem.List
	}{{from, &out.From, &out.FromFindings}, {to, &out.To, &out.ToFindings}} {
		*side.found = problem.List{}
		data, err := a.bytesOf(ctx, who, s, side.version)
		if err != nil {
			return TemplateComparison{}, err
		}
		*side.v, _ = s.Version(side.version)
		pkg, found := opened(data)
		if found.Failed() {
			return TemplateComparison{}, found.Err()
		}
		if found, err = a.lint(ctx, s.bundle, s.shipped, pkg, data); err != nil {
			return TemplateComparison{}, err
		}
		side.found.Add(found...)
		packages[i] = pkg
	}
	c := fill.Compare(packages[0], packages[1])
	out.Added, out.Removed, out.Changes, out.Parts = c.Added, c.Removed, c.Changes, c.Parts
	return out, nil
}

// published keeps compiled templates that were uploaded, by slot and hash, so that each is read and compiled once. The zero
// value is ready.
type published struct {
	mu   sync.Mutex
	kept map[publishedKey]*templates.Template
}

type publishedKey struct {
	slot   TemplateSlot
	sha256 string
}

// mostPublished is how many are kept: those in force, with room for drafts of a few days.
const mostPublished = 64

func (p *published) get(k publishedKey) *templates.Template {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept[k]
}

// keep returns what is kept under k: t, unless somebody was first.
func (p *published) keep(k publishedKey, t *templates.Template) *templates.Template {
	p.mu.Lock()
	defer p.mu.Unlock()
	if first := p.kept[k]; first != nil {
		return first
	}
	if p.kept == nil || len(p.kept) >= mostPublished {
		p.kept = map[publishedKey]*templates.Template{}
	}
	p.kept[k] = t
	return t
}

// inForce is the template that documents of v's bureau are made with in place of shipped, and its number. The database is asked
// each time, so that what one process publishes holds for all of them at once.
func (a *App) inForce(ctx context.Context, v records.Viewer, b *templates.Bundle, shipped *templates.Template) (*templates.Template, int, error) {
	at := TemplateSlot{Call: b.Call.ID, Kind: shipped.Kind, Lang: shipped.Lang}
	now, err := a.cfg.Records.CurrentTemplate(ctx, v, at)
	if err != nil || now.Version == 0 {
		return shipped, 0, err
	}
	k := publishedKey{at, now.Object.SHA256}
	if t := a.published.get(k); t != nil {
		return t, now.Version, nil
	}
	data, err := a.stock(ctx, now)
	if err != nil {
		return nil, 0, err
	}
	return a.published.keep(k, b.Instead(shipped, data, TemplateOptions)), now.Version, nil
}

// otherTemplate tells of a document that the version before it was made with another template.
func (a *App) otherTemplate(ctx context.Context, v records.Viewer, d records.Document, f File) (problem.List, error) {
	if d.Version == 1 {
		return nil, nil
	}
	digest, version, err := a.cfg.Records.Predecessor(ctx, v, d)
	if err != nil || digest == "" || digest == d.TemplateDigest {
		return nil, err
	}
	was, is := templateName(version), templateName(d.TemplateVersion)
	return problem.List{{
		Code: "template.changed", Severity: problem.Info, File: strings.Join(f.Projects, "、"), Found: string(f.Kind),
		Message: problem.Tf("%[1]s第%[3]d版按现行模板（%[4]s）生成，上一版所用模板为%[5]s", "%[2]s version %[3]d is made with the template now in force (%[6]s); the version before it was made with %[7]s",
			f.Kind.Name().ZH, f.Kind.Name().EN, d.Version, is.ZH, was.ZH, is.EN, was.EN),
	}}, nil
}

func templateName(version int) problem.Text {
	if version == 0 {
		return problem.T("随程序提供的模板", "the one that came with the program")
	}
	return problem.Tf("上传的第%d版", "uploaded version %d", version)
}

// CallTemplates are the templates of one call.
type CallTemplates struct {
	Call  string
	Title problem.Text
	Slots []SlotTemplates
}

// AllTemplates lists the templates of every call that is not another bureau's, newest call first. The error is ErrForbidden for who
// may not see any.
func (a *App) AllTemplates(ctx context.Context, who Principal) ([]CallTemplates, error) {
	if err := who.need(ReadTemplate); err != nil {
		return nil, err
	}
	var out []CallTemplates
	for _, c := range a.cfg.Templates.Calls() {
		slots, err := a.SlotsOf(ctx, who, c.ID)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, CallTemplates{Call: c.ID, Title: c.Title, Slots: slots})
	}
	return out, nil
}
