package render

import (
	"context"

	"tripact/render/docx"
	"tripact/render/fill"
	"tripact/render/layout"
)

// Inspect checks a template as fill.Inspect does, names the fonts that the PDF would not have, and puts the page into
// the places of the findings: that of the template as it stands, before anything is filled.
func (e *Engine) Inspect(ctx context.Context, pkg *docx.Package, known *fill.Known) *fill.Report {
	report := fill.Inspect(pkg, fill.LintOptions{Known: known, Instead: e.instead})
	if len(report.Findings) == 0 {
		return report
	}
	probe, setPages := report.Probe()
	pages := map[string]int{}
	if doc, _ := layout.Layout(ctx, probe, e.Fonts, layout.Options{}); doc != nil {
		for _, a := range doc.Anchors {
			if _, seen := pages[a.Name]; !seen {
				pages[a.Name] = a.Page + 1
			}
		}
	}
	setPages(pages)
	return report
}

// instead names the font that stands in for one that the engine does not have, "" when it has it.
func (e *Engine) instead(name string) string {
	chain := e.Fonts.Match(name, false, false)
	if !chain.Substituted || len(chain.Faces) == 0 {
		return ""
	}
	return chain.Faces[0].Name()
}
