// Package templates holds what clerks edit: one folder per call with its call.yaml and its Word templates. It loads such
// folders, from any file system or as shipped in the program, and hands out calls and compiled templates with the hashes
// that the provenance of a document names.
package templates

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"

	"tripact/problem"
	"tripact/programme"
	"tripact/render/docx"
	"tripact/render/fill"
)

//go:embed */call.yaml */*.docx
var shipped embed.FS

//go:embed differences.docx
var differences []byte

// Differences is the template of difference tables, which are no document of a call, in either language.
func Differences(options fill.Options) (*fill.Template, problem.List) {
	return compile("differences.docx", differences, options)
}

// Shipped is the folder tree of the calls that come with the program.
func Shipped() fs.FS { return shipped }

// Options gives the compile options for a document of a call: the names that its data will have. It is called at most
// once for each template, possibly from several goroutines.
type Options func(call *programme.Call, kind string) fill.Options

// Set is a loaded folder tree. It is immutable and safe for concurrent use.
type Set struct {
	bundles []*Bundle // by id
}

// Bundle is one call with its templates.
type Bundle struct {
	Call     *programme.Call
	CallHash string // SHA-256 of call.yaml, lower-case hex

	templates []*Template
	source    []byte
}

// CallFile is the call.yaml of the call. Read only.
func (b *Bundle) CallFile() []byte { return b.source }

// Template is one Word template of a call.
type Template struct {
	Kind string // application-form, recommendation-letter, review-notice, contract or what the call names
	Lang string // language of the document, "zh" or "en"
	File string // name in the call's folder
	Hash string // SHA-256 of the file, lower-case hex

	data    []byte
	compile func() (*fill.Template, problem.List)
}

// Bytes are those of the file. Read only.
func (t *Template) Bytes() []byte { return t.data }

// Compiled returns the template, compiled when first asked for, and what the engine says of it. The template is nil when
// a finding is a Fail.
func (t *Template) Compiled() (*fill.Template, problem.List) { return t.compile() }

// Load reads every folder of fsys that holds a call.yaml. Findings of all folders come together, each with its file; a
// folder whose call fails is left out, and a template file that is missing is a Fail of its call. Templates are compiled
// when first used; Lint compiles them all.
func Load(fsys fs.FS, options Options) (*Set, problem.List) {
	var list problem.List
	set := &Set{}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		list.Add(unreadable(".", err))
		return set, list
	}
	owner := make(map[string]string)
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		source, err := fs.ReadFile(fsys, path.Join(e.Name(), "call.yaml"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			list.Add(unreadable(path.Join(e.Name(), "call.yaml"), err))
			continue
		}
		b, found := loadBundle(fsys, e.Name(), source, options)
		list.Add(found...)
		if b == nil {
			continue
		}
		if first, taken := owner[b.Call.ID]; taken {
			list.Add(problem.Finding{
				Code: "templates.call.twice", Severity: problem.Fail, File: path.Join(e.Name(), "call.yaml"), Path: "/id", Found: b.Call.ID,
				Message: problem.Tf("文件夹 %s 已使用同一申报通知代码", "folder %s already uses this call id", first),
				Fix:     problem.Fix{ZH: "每个通知用不同的代码", EN: "give each call its own id"},
			})
			continue
		}
		owner[b.Call.ID] = e.Name()
		set.bundles = append(set.bundles, b)
	}
	slices.SortFunc(set.bundles, func(a, b *Bundle) int {
		return b.Call.Date.Compare(a.Call.Date) // newest first, as people look for them
	})
	return set, list
}

func loadBundle(fsys fs.FS, dir string, source []byte, options Options) (*Bundle, problem.List) {
	call, list := programme.Load(source)
	for i := range list {
		list[i].File = path.Join(dir, "call.yaml")
	}
	if call == nil {
		return nil, list
	}
	b := &Bundle{Call: call, CallHash: digest(source), source: source}
	for _, doc := range call.Documents {
		for _, lang := range []string{"zh", "en"} {
			name := doc.Template.In(lang)
			if name == "" {
				continue
			}
			file := path.Join(dir, name)
			data, err := fs.ReadFile(fsys, file)
			if err != nil {
				list.Add(unreadable(file, err))
				continue
			}
			b.templates = append(b.templates, newTemplate(call, Template{Kind: doc.Kind, Lang: lang, File: name, Hash: digest(data), data: data}, file, options))
		}
	}
	return b, list
}

// newTemplate returns t, which is compiled when first asked for; file is its name in findings.
func newTemplate(call *programme.Call, t Template, file string, options Options) *Template {
	t.compile = sync.OnceValues(func() (*fill.Template, problem.List) { return compile(file, t.data, options(call, t.Kind)) })
	return &t
}

// Instead returns a template of the bundle's call with other bytes in place of those of t, for the same documents. data must not
// change afterwards.
func (b *Bundle) Instead(t *Template, data []byte, options Options) *Template {
	return newTemplate(b.Call, Template{Kind: t.Kind, Lang: t.Lang, File: t.File, Hash: digest(data), data: data}, t.File, options)
}

func compile(file string, data []byte, options fill.Options) (*fill.Template, problem.List) {
	p, err := docx.Open(data)
	if err != nil {
		found := problem.Of(err)
		if found == nil {
			found = problem.List{unreadable(file, err)}
		}
		return nil, named(found, file)
	}
	t, found := fill.Compile(p, options)
	return t, named(found, file)
}

func named(list problem.List, file string) problem.List {
	list = slices.Clone(list)
	for i := range list {
		list[i].File = file
	}
	return list
}

func unreadable(file string, err error) problem.Finding {
	return problem.Finding{
		Code: "templates.file", Severity: problem.Fail, File: file,
		Message: problem.Tf("文件无法读取：%v", "the file cannot be read: %v", err),
		Fix:     problem.Fix{ZH: "把文件放回通知文件夹，或改正 call.yaml 中的文件名", EN: "put the file into the call's folder, or mend its name in call.yaml"},
	}
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Calls lists the loaded calls, newest first.
func (s *Set) Calls() []*programme.Call {
	calls := make([]*programme.Call, len(s.bundles))
	for i, b := range s.bundles {
		calls[i] = b.Call
	}
	return calls
}

// Call returns the bundle of the call with id.
func (s *Set) Call(id string) (*Bundle, bool) {
	for _, b := range s.bundles {
		if b.Call.ID == id {
			return b, true
		}
	}
	return nil, false
}

// Lint compiles every template and returns all findings.
func (s *Set) Lint() problem.List {
	var list problem.List
	for _, b := range s.bundles {
		for _, t := range b.templates {
			_, found := t.Compiled()
			list.Add(found...)
		}
	}
	return list
}

// Templates lists the call's templates in the order of call.yaml.
func (b *Bundle) Templates() []*Template { return slices.Clone(b.templates) }

// Template returns the template for documents of this kind in lang, or, with lang "", in the language that the call has
// it in, Chinese first. A kind or language that the call does not have is a Fail that names those it has.
func (b *Bundle) Template(kind, lang string) (*Template, problem.List) {
	var have []string
	for _, t := range b.templates {
		if t.Kind == kind && (lang == "" || t.Lang == lang) {
			return t, nil
		}
		have = append(have, fmt.Sprintf("%s (%s)", t.Kind, t.Lang))
	}
	return nil, problem.List{{
		Code: "templates.kind", Severity: problem.Fail, Found: fmt.Sprintf("%s (%s)", kind, lang),
		Message: problem.Tf("通知 %s 没有这种文件的模板", "call %s has no template for this document", b.Call.ID),
		Fix:     problem.Fix{ZH: fmt.Sprintf("可用：%v", have), EN: fmt.Sprintf("available: %v", have)},
	}}
}
