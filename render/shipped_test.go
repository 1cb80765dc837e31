package render_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

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
		"version": "1", "版本": "1", "code": "7K3MQ9XTB2PD", "编码": "7K3MQ9XTB2PD", "digest": "9f86d081884c7d65", "摘要": "9f86d081884c7d65", "qr": "7K3MQ9XTB2PD/1", "二维码": "7K3MQ9XTB2PD/1",
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
			job := render.Job{Template: tpl, Data: data, Missing: fill.Blank, Formats: f.formats, Info: pdf.Options{PageCode: "7K3MQ9XTB2PD/1"}}
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

// BenchmarkContractNew is BenchmarkContract with other text in each long field of every document: what an engine knows
// of a paragraph with data in it is of no use.
func BenchmarkContractNew(b *testing.B) {
	e := engine(b)
	tpl, data := shipped(b, "contract", "zh", "02-young-scientist-hungary-singapore")
	jobs := make([]render.Job, 64) // no paragraph is remembered so long that is met once in so many
	for i := range jobs {
		jobs[i] = render.Job{Template: tpl, Data: turned(data, i).(map[string]any), Missing: fill.Blank, Formats: render.Formats{PDF: true}, Info: pdf.Options{PageCode: "7K3MQ9XTB2PD/1"}}
		draw(b, e, jobs[i])
	}
	pages := 0
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		pages += draw(b, e, jobs[i%len(jobs)]).Pages
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(pages), "µs/page")
}

// turned is v with the characters of all long texts turned by n places.
func turned(v any, n int) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = turned(x, n)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = turned(x, n)
		}
		return out
	case string:
		if r := []rune(v); len(r) >= 8 && r[0] > 0x2E80 {
			return string(r[n%len(r):]) + string(r[:n%len(r)])
		}
	}
	return v
}

// A long run of different contracts takes no more memory than a short one, by two callers at once.
func TestMemoryIsFlat(t *testing.T) {
	e := engine(t)
	tpl, data := shipped(t, "contract", "zh", "02-young-scientist-hungary-singapore")
	many := 1000
	if testing.Short() {
		many = 120
	}
	run := func(from, to int) uint64 {
		var peak atomic.Uint64
		var wg sync.WaitGroup
		for worker := range 2 {
			wg.Go(func() {
				for i := from + worker; i < to; i += 2 {
					own := maps.Clone(data) // with a title of its own
					own["项目名称"] = fmt.Sprintf("第%d号国际科技合作项目%c", i, rune(0x4E00+i*7))
					out, found := e.Render(context.Background(), render.Job{
						Template: tpl, Data: own, Missing: fill.Blank, Formats: render.Formats{DOCX: true, PDF: true},
					})
					if found.Failed() || len(out.PDF) == 0 || len(out.DOCX) == 0 {
						t.Errorf("contract %d: %v", i, found.Err())
						return
					}
					if i%20 < 2 {
						var m runtime.MemStats
						runtime.ReadMemStats(&m)
						if now := m.HeapInuse + m.StackInuse; now > peak.Load() {
							peak.Store(now)
						}
					}
				}
			})
		}
		wg.Wait()
		return peak.Load()
	}
	short := run(0, many/10)
	start := time.Now()
	long := run(many/10, many)
	t.Logf("heap at most %d MB in the first tenth, %d MB in the rest; %.0f contracts a second", short>>20, long>>20,
		float64(many-many/10)/time.Since(start).Seconds())
	if long > short*3/2+(8<<20) {
		t.Errorf("the heap grew from %d to %d MB", short>>20, long>>20)
	}
}

// What was rendered before, and beside, never shows: a paragraph that the engine remembers from other documents, for one,
// is where and what it would be in a document of its own.
func TestWarmIsCold(t *testing.T) {
	type work struct {
		kind, name string
		job        render.Job
		want       *render.Output
		found      problem.List
	}
	var works []work
	for _, kind := range []string{"contract", "application-form", "review-notice", "recommendation-letter"} {
		lang := "zh"
		if kind == "application-form" {
			lang = "en"
		}
		tpl, _ := shipped(t, kind, lang, "01-university-serbia")
		for _, name := range []string{"01-university-serbia", "03-enterprise-germany", "02-young-scientist-hungary-singapore"} {
			_, data := shipped(t, kind, lang, name)
			job := render.Job{Template: tpl, Data: data, Missing: fill.Blank, Formats: render.Formats{DOCX: true, PDF: true}}
			want, found := engine(t).Render(context.Background(), job)
			if want == nil {
				t.Fatal(found.Err())
			}
			works = append(works, work{kind, name, job, want, found})
		}
	}
	warm := engine(t)
	check := func(w *work, when string) {
		got, found := warm.Render(context.Background(), w.job)
		switch {
		case got == nil:
			t.Error(found.Err())
		case !bytes.Equal(got.PDF, w.want.PDF) || !bytes.Equal(got.DOCX, w.want.DOCX):
			t.Errorf("%s: %s of %s differs when the engine is warm", when, w.kind, w.name)
		case !reflect.DeepEqual(found, w.found):
			t.Errorf("%s: %s of %s: findings %v, want %v", when, w.kind, w.name, found, w.found)
		}
	}
	for round := range 4 { // a paragraph is kept in the second, and placed again from the third on
		for i := range works {
			check(&works[i], fmt.Sprintf("round %d", round))
		}
	}
	var wg sync.WaitGroup
	for worker := range 3 {
		wg.Go(func() {
			for i := range works {
				check(&works[(i*7+worker*5)%len(works)], fmt.Sprintf("worker %d", worker))
			}
		})
	}
	wg.Wait()
}
