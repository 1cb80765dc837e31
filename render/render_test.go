package render_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"tripact/examples"
	"tripact/fonts"
	"tripact/problem"
	"tripact/programme"
	"tripact/project"
	"tripact/render"
	"tripact/render/docx"
	"tripact/render/fill"
	"tripact/render/pdf"
	"tripact/templates"
)

// values is what a document about p gets.
func values(call *programme.Call, kind string, p *project.Project) map[string]any {
	v := p.Values()
	if kind == "recommendation-letter" {
		v, _ = project.LetterValues([]*project.Project{p})
	}
	doc := map[string]any{
		"version": "1", "版本": "1", "code": "7K3MQ9XTB2PD", "编码": "7K3MQ9XTB2PD", "digest": "9f86d081884c7d65", "摘要": "9f86d081884c7d65",
		"draft": false, "草稿": false, "lang": "zh", "语言": "zh", "program": "test", "程序": "test",
	}
	v["doc"], v["文件"] = doc, doc
	group := call.Values(p)
	v["call"], v["通知"] = group, group
	return v
}

// shipped is a compiled template of the shipped call with the data of an example project.
func shipped(t testing.TB, kind, lang, name string) (*fill.Template, map[string]any) {
	t.Helper()
	set, list := templates.Load(templates.Shipped(), func(call *programme.Call, kind string) fill.Options {
		return fill.Options{Known: fill.KnownOf(values(call, kind, project.Blank()))}
	})
	if list.Failed() {
		t.Fatal(list.Err())
	}
	b, ok := set.Call("ningbo-2025")
	if !ok {
		t.Fatal("no call")
	}
	found, list := b.Template(kind, lang)
	if list.Failed() {
		t.Fatal(list.Err())
	}
	tpl, list := found.Compiled()
	if list.Failed() {
		t.Fatal(list.Err())
	}
	return tpl, values(b.Call, kind, example(t, name))
}

func example(t testing.TB, name string) *project.Project {
	t.Helper()
	data, err := examples.FS().Open("ningbo-2025/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close() //nolint:errcheck // read only
	p, list := project.Decode(data)
	if list.Failed() {
		t.Fatal(list.Err())
	}
	return p
}

func engine(t testing.TB) *render.Engine {
	t.Helper()
	book := fonts.Shipped()
	if book == nil {
		t.Skip("built without fonts")
	}
	return &render.Engine{Fonts: book}
}

func draw(t testing.TB, e *render.Engine, job render.Job) *render.Output {
	t.Helper()
	out, found := e.Render(context.Background(), job)
	if found.Failed() || out == nil {
		t.Fatal(found.Err())
	}
	return out
}

// The page numbers in the Word file are those of the PDF, whether a PDF is asked for or not.
func TestFieldsAreWrittenBack(t *testing.T) {
	e := engine(t)
	tpl, data := shipped(t, "contract", "zh", "02-young-scientist-hungary-singapore")
	out := draw(t, e, render.Job{Template: tpl, Data: data, Missing: fill.Blank, Formats: render.Formats{DOCX: true, PDF: true}})
	alone := draw(t, e, render.Job{Template: tpl, Data: data, Missing: fill.Blank, Formats: render.Formats{DOCX: true}})
	if !bytes.Equal(out.DOCX, alone.DOCX) {
		t.Error("the Word file depends on whether a PDF is made")
	}
	p, err := docx.Open(out.DOCX)
	if err != nil {
		t.Fatal(err)
	}
	total := false
	for _, part := range p.Related(p.Main(), "footer") {
		root, err := part.Parse()
		if err != nil {
			t.Fatal(err)
		}
		total = total || strings.Contains(strings.ReplaceAll(root.Content(), " ", ""), "NUMPAGES"+strconv.Itoa(out.Pages))
	}
	if !total {
		t.Errorf("no footer says that there are %d pages", out.Pages)
	}
	validate(t, out.DOCX)
}

// The contract has an empty signature field in the seal room of each party, and nothing else changes for it.
func TestSignatureFields(t *testing.T) {
	e := engine(t)
	tpl, data := shipped(t, "contract", "zh", "02-young-scientist-hungary-singapore")
	job := render.Job{Template: tpl, Data: data, Missing: fill.Blank, Formats: render.Formats{PDF: true}}
	plain := draw(t, e, job)
	for _, party := range []string{"甲方", "乙方", "丙方"} {
		job.Info.Signatures = append(job.Info.Signatures, pdf.Signature{Anchor: "签章_" + party, Label: party + "签章"})
	}
	out := draw(t, e, job)
	if out.Pages != plain.Pages {
		t.Errorf("%d pages with fields, %d without", out.Pages, plain.Pages)
	}
	if n := bytes.Count(out.PDF, []byte("/Subtype/Widget/FT/Sig")); n != 3 {
		t.Errorf("%d signature fields", n)
	}
	job.Info.Signatures = append(job.Info.Signatures, pdf.Signature{Anchor: "签章_丁方"})
	if out, found := e.Render(context.Background(), job); out != nil || !found.Failed() || found[len(found)-1].Code != "render.signature" {
		t.Errorf("a field without a place: %v", found.Err())
	}
}

// validate asks the Open XML SDK.
func validate(t *testing.T, data []byte) {
	t.Helper()
	tool, err := exec.LookPath("ooxml-validator")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("ooxml-validator is missing")
		}
		t.Skip("needs ooxml-validator")
	}
	path := t.TempDir() + "/out.docx"
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tool, path).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "[]") && len(bytes.TrimSpace(out)) > 0 {
		t.Errorf("ooxml-validator: %v\n%s", err, out)
	}
}

// BenchmarkContract is a compiled contract template and data made into files, warm.
func BenchmarkContract(b *testing.B) {
	e := engine(b)
	tpl, data := shipped(b, "contract", "zh", "02-young-scientist-hungary-singapore")
	for _, f := range []struct {
		name    string
		formats render.Formats
	}{{"pdf", render.Formats{PDF: true}}, {"pdf+docx", render.Formats{PDF: true, DOCX: true}}} {
		b.Run(f.name, func(b *testing.B) {
			job := render.Job{Template: tpl, Data: data, Missing: fill.Blank, Formats: f.formats}
			pages := draw(b, e, job).Pages
			b.ReportAllocs()
			for b.Loop() {
				if _, found := e.Render(context.Background(), job); found.Failed() {
					b.Fatal(found.Err())
				}
			}
			b.ReportMetric(float64(pages), "pages")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*pages), "µs/page")
		})
	}
}

var (
	_ = fmt.Sprint
	_ = runtime.NumCPU
	_ problem.List
)
