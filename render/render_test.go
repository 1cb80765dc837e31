package render_test

import (
	"bytes"
	"context"
	"io/fs"
	"strings"
	"testing"

	"tripact/fonts"
	"tripact/problem"
	"tripact/render"
	"tripact/render/docx"
	"tripact/render/fill"
	"tripact/templates"
)

// notice compiles a shipped template; what it says does not matter here.
func notice(t *testing.T) *fill.Template {
	t.Helper()
	data, err := fs.ReadFile(templates.Shipped(), "ningbo-2025/review-notice.docx")
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := docx.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	template, found := fill.Compile(pkg, fill.Options{})
	if found.Failed() {
		t.Fatal(found.Err())
	}
	return template
}

func engine(t *testing.T) *render.Engine {
	t.Helper()
	book := fonts.Shipped()
	if book == nil {
		t.Skip("skipped: built without fonts (tag nofonts)")
	}
	return &render.Engine{Fonts: book}
}

func TestRender(t *testing.T) {
	e, template := engine(t), notice(t)
	for _, f := range []render.Formats{{DOCX: true}, {PDF: true}, {DOCX: true, PDF: true}} {
		out, found := e.Render(t.Context(), render.Job{Template: template, Missing: fill.Keep, Formats: f})
		if found.Failed() {
			t.Fatal(found.Err())
		}
		if got := (render.Formats{DOCX: out.DOCX != nil, PDF: out.PDF != nil}); got != f {
			t.Errorf("asked for %+v, got %+v", f, got)
		}
		if (out.Pages > 0) != f.PDF {
			t.Errorf("%+v: %d pages", f, out.Pages)
		}
		if f.PDF && !bytes.HasPrefix(out.PDF, []byte("%PDF-1.7")) {
			t.Errorf("no PDF: %q", out.PDF[:8])
		}
	}
}

// TestRenderAllOrNothing: with a failure there is no output, and every missing name is reported.
func TestRenderAllOrNothing(t *testing.T) {
	out, found := engine(t).Render(t.Context(), render.Job{Template: notice(t), Missing: fill.Strict, Formats: render.Formats{DOCX: true, PDF: true}})
	if out != nil || !found.Failed() || len(found) < 5 {
		t.Errorf("output %v, %d findings", out != nil, len(found))
	}
	for _, f := range found {
		if f.Severity == problem.Fail && f.Place == nil {
			t.Errorf("no place: %s", f.In("en"))
		}
	}
}

func TestRenderStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if out, found := engine(t).Render(ctx, render.Job{Template: notice(t), Missing: fill.Keep, Formats: render.Formats{PDF: true}}); out != nil || !found.Failed() {
		t.Error("rendered although the context had ended")
	}
}

// TestMissingGlyphFailsTheDocument: a character that no font has is named, and nothing is drawn in its place.
func TestMissingGlyphFailsTheDocument(t *testing.T) {
	const unassigned = "\U000E0FFF"
	values := map[string]any{"审查": map[string]any{"通知编号": "甬科" + unassigned}}
	out, found := engine(t).Render(t.Context(), render.Job{Template: notice(t), Data: values, Missing: fill.Keep, Formats: render.Formats{PDF: true}})
	if out != nil || !found.Failed() || !strings.Contains(found.Err().Error(), "U+E0FFF") {
		t.Errorf("output %v, %v", out != nil, found)
	}
}
