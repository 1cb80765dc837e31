// Package render turns a compiled Word template and plain values into a Word file and a PDF of the same text. It knows
// nothing of projects: any template and any values will do.
package render

import (
	"bytes"
	"context"
	"slices"
	"sync"

	"tripact/fonts"
	"tripact/problem"
	"tripact/render/docx"
	"tripact/render/fill"
	"tripact/render/layout"
	"tripact/render/pdf"
)

// Engine renders with one set of fonts. It is safe for concurrent use.
type Engine struct {
	Fonts *fonts.Book

	cache layout.Cache
}

// Formats says which files are wanted.
type Formats struct {
	DOCX, PDF bool
}

// Job is one document to render.
type Job struct {
	Template *fill.Template
	Data     map[string]any
	Missing  fill.Missing // what happens to names that Data does not have
	Formats  Formats
	Info     pdf.Options // title, author and the like for the PDF
}

// Output holds the rendered files; a format not asked for is nil.
type Output struct {
	DOCX, PDF []byte
	Pages     int // 0 when no PDF was made
}

// Render fills the template and writes the formats asked for. The page numbers that typesetting finds are the stored field
// results of the Word file too, whether a PDF is asked for or not. Findings that are no failures come back beside the
// output; with a failure there is no output at all. It stops with a finding when ctx ends.
func (e *Engine) Render(ctx context.Context, job Job) (*Output, problem.List) {
	pkg, found := job.Template.Fill(ctx, job.Data, fill.FillOptions{Missing: job.Missing})
	if found.Failed() {
		e.Locate(ctx, job.Template.Package(), found)
		return nil, found
	}
	out := &Output{}
	word := pkg.Bytes
	if job.Formats.PDF || job.Formats.DOCX && hasFields(pkg) {
		doc, f := layout.Layout(ctx, pkg, e.Fonts, layout.Options{Cache: &e.cache})
		found.Add(f...)
		if f.Failed() {
			return nil, found
		}
		defer e.cache.Recycle(doc)
		WriteBack(pkg, doc)
		if job.Formats.PDF {
			if f := unplaced(doc, job.Info.Signatures); f.Failed() {
				found.Add(f...)
				return nil, found
			}
			if job.Formats.DOCX { // at the same time
				word = sync.OnceValues(pkg.Bytes)
				go word()    //nolint:errcheck // told to who waits
				defer word() //nolint:errcheck // it reads what doc has
			}
			data, err := pdf.Write(doc, job.Info)
			if err != nil {
				found.Add(broken("render.pdf", "PDF文件写出失败", "the PDF could not be written", err))
				return nil, found
			}
			out.PDF, out.Pages = data, len(doc.Pages)
		}
	}
	if job.Formats.DOCX {
		data, err := word()
		if err != nil {
			found.Add(broken("render.docx", "Word文件写出失败", "the Word file could not be written", err))
			return nil, found
		}
		out.DOCX = data
	}
	return out, found
}

// PDF typesets a Word package and returns the PDF and its number of pages.
func (e *Engine) PDF(ctx context.Context, pkg *docx.Package, info pdf.Options) ([]byte, int, problem.List) {
	doc, found := layout.Layout(ctx, pkg, e.Fonts, layout.Options{Cache: &e.cache})
	if found.Failed() || doc == nil {
		return nil, 0, found
	}
	defer e.cache.Recycle(doc)
	if f := unplaced(doc, info.Signatures); f.Failed() {
		found.Add(f...)
		return nil, 0, found
	}
	data, err := pdf.Write(doc, info)
	if err != nil {
		found.Add(broken("render.pdf", "PDF文件写出失败", "the PDF could not be written", err))
		return nil, 0, found
	}
	return data, len(doc.Pages), found
}

// WriteBack puts the tables of contents and the page numbers that doc, the layout of pkg, shows into the stored field results of pkg, so that a
// program that shows stored results shows the same. Parts that say so already stay as they are.
func WriteBack(pkg *docx.Package, doc *layout.Document) {
	if doc.Body != nil {
		pkg.Set(pkg.Main().Name, doc.Body)
	}
	for i := range doc.Rewrites {
		name := doc.Rewrites[i].Part
		if i > 0 && doc.Rewrites[i-1].Part == name {
			continue
		}
		if part := pkg.Part(name); part != nil {
			pkg.Set(name, layout.Apply(name, part.Data, doc.Rewrites[i:]))
		}
	}
}

// unplaced tells of signature fields whose bookmark the document lacks.
func unplaced(doc *layout.Document, fields []pdf.Signature) problem.List {
	return without(fields, func(name string) bool {
		return slices.ContainsFunc(doc.Anchors, func(a layout.Anchor) bool { return a.Name == name })
	})
}

// Unsigned tells of signature fields whose bookmark is nowhere in the body of a template: what Render would find, for a template that cannot be
// filled yet.
func Unsigned(template *docx.Package, fields []pdf.Signature) problem.List {
	root, err := template.Main().Parse()
	if err != nil {
		return nil // told by who compiles it
	}
	names := map[string]bool{}
	var walk func(*docx.Node)
	walk = func(n *docx.Node) {
		if n.Name == "w:bookmarkStart" {
			name, _ := n.Attr("w:name")
			names[name] = true
		}
		for _, k := range n.Kids {
			walk(k)
		}
	}
	walk(root)
	return without(fields, func(name string) bool { return names[name] })
}

// without tells of the fields whose bookmark is not there.
func without(fields []pdf.Signature, there func(bookmark string) bool) problem.List {
	var found problem.List
	for _, s := range fields {
		if there(s.Anchor) {
			continue
		}
		found.Add(problem.Finding{
			Code: "render.signature", Severity: problem.Fail, Found: s.Anchor,
			Message: problem.Tf("模板中没有签章位置的书签“%s”", "the template has no bookmark %q for a signature", s.Anchor),
			Fix: problem.Fix{
				ZH: "在模板的签章处插入同名书签", EN: "insert a bookmark of that name where the template is signed",
			},
		})
	}
	return found
}

// hasFields reports whether any story of pkg may show page numbers.
func hasFields(pkg *docx.Package) bool {
	for _, part := range pkg.Parts() {
		if bytes.Contains(part.Data, []byte("fldSimple")) || bytes.Contains(part.Data, []byte("fldChar")) {
			return true
		}
	}
	return false
}

func broken(code, zh, en string, err error) problem.Finding {
	return problem.Finding{Code: code, Severity: problem.Fail, Message: problem.T(zh+"："+err.Error(), en+": "+err.Error())}
}
