package render_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"tripact/bench/contract"
	"tripact/render"
	"tripact/render/docx"
	"tripact/render/fill"
)

// BenchmarkTenPages is the ten-page contract of bench/contract, compiled template and data that no document before had, warm: to PDF, with the Word file, and
// that by as many callers as there are cores, with garbage collected as in the program. The last also tells the highest resident memory of the process so far; run it alone for that.
func BenchmarkTenPages(b *testing.B) {
	render.TuneHeap() // as the program does
	file, err := contract.Template()
	if err != nil {
		b.Fatal(err)
	}
	pkg, err := docx.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	tpl, found := fill.Compile(pkg, fill.Options{})
	if found.Failed() {
		b.Fatal(found.Err())
	}
	e := engine(b)
	var n atomic.Int64
	one := func(b *testing.B, f render.Formats) {
		out, found := e.Render(context.Background(), render.Job{Template: tpl, Data: contract.Data(int(n.Add(1))), Formats: f})
		if found.Failed() || out.Pages != 10 {
			b.Errorf("not ten pages: %v", found.Err())
		}
	}
	for _, f := range []struct {
		name    string
		formats render.Formats
	}{{"pdf", render.Formats{PDF: true}}, {"pdf+docx", render.Formats{PDF: true, DOCX: true}}} {
		b.Run(f.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				one(b, f.formats)
			}
		})
	}
	b.Run("callers", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				one(b, render.Formats{PDF: true, DOCX: true})
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "contracts/s")
		if status, err := os.ReadFile("/proc/self/status"); err == nil { // Linux only
			if _, rest, ok := strings.Cut(string(status), "VmHWM:"); ok {
				var kb float64
				if _, err := fmt.Sscanf(rest, "%f kB", &kb); err == nil {
					b.ReportMetric(kb/1024, "peak-MiB")
				}
			}
		}
	})
}
