package render

import (
	"context"
	"slices"

	"tripact/problem"
	"tripact/render/docx"
	"tripact/render/fill"
	"tripact/render/layout"
)

// Inspect checks a template as fill.Inspect does, names the fonts that the PDF would not have, and puts the page into
// the places of the findings: that of the template as it stands, before anything is filled.
func (e *Engine) Inspect(ctx context.Context, pkg *docx.Package, known *fill.Known) *fill.Report {
	report := fill.Inspect(pkg, fill.LintOptions{Known: known, Instead: e.instead})
	e.pages(ctx, report)
	return report
}

// Locate puts the pages of a template into the places of what compiling or filling it has found.
func (e *Engine) Locate(ctx context.Context, template *docx.Package, found problem.List) {
	if slices.ContainsFunc(found, func(f problem.Finding) bool { return f.Place != nil && f.Place.Page == 0 }) {
		e.pages(ctx, fill.ReportOn(template, found))
	}
}

func (e *Engine) pages(ctx context.Context, report *fill.Report) {
	if len(report.Findings) == 0 {
		return
	}
	probe, setPages := report.Probe()
	pages, shown := map[string]int{}, map[string]int{}
	if doc, _ := layout.Layout(ctx, probe, e.Fonts, layout.Options{}); doc != nil {
		for _, a := range doc.Anchors {
			if _, seen := pages[a.Name]; !seen {
				pages[a.Name] = a.Page + 1
			}
		}
		for part, page := range doc.Shown {
			shown[part] = page + 1
		}
	}
	setPages(pages, shown)
}

// instead names the font that stands in for one that the engine does not have, "" when it has it.
func (e *Engine) instead(name string) string {
	chain := e.Fonts.Match(name, false, false)
	if !chain.Substituted || len(chain.Faces) == 0 {
		return ""
	}
	return chain.Faces[0].Name()
}
