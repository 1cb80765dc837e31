package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tripact/app"
	"tripact/render"
	"tripact/storage"
	"tripact/storage/records"
)

// embedded is an App over the embedded database and store, with a clock that runs.
func embedded(b *testing.B) *app.App {
	b.Helper()
	render.TuneHeap() // as the program does
	ctx, dir := context.WithoutCancel(b.Context()), b.TempDir()
	server, err := storage.Embedded(ctx, filepath.Join(dir, "objects"))
	if err != nil {
		b.Fatal(err)
	}
	cfg := config(b)
	cfg.Now, cfg.LinkKey = ticking(), bytes.Repeat([]byte("k"), 32)
	if cfg.Store, err = storage.Open(ctx, server.Config("http://localhost:1")); err != nil {
		b.Fatal(err)
	}
	if cfg.Records, err = records.Open(ctx, filepath.Join(dir, "tripact.db")); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := errors.Join(cfg.Records.Close(), server.Close()); err != nil {
			b.Error(err)
		}
	})
	return app.New(cfg)
}

// BenchmarkLink makes signed links for sixteen callers at once, each with its event in the audit.
func BenchmarkLink(b *testing.B) {
	a := embedded(b)
	docs, _, err := a.Issue(b.Context(), bureau, copies(b, a, raw(b, university), 1), app.Request{Kinds: []app.Kind{app.Contract}, PDF: true, On: signing})
	if err != nil {
		b.Fatal(err)
	}
	b.SetParallelism(8) // for each core
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := a.Link(b.Context(), bureau, docs[0].ID, time.Minute); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "links/s")
}

// BenchmarkContract makes contracts one after another: DOCX and PDF stored, on disk and on record, each of another project.
func BenchmarkContract(b *testing.B) {
	a := embedded(b)
	ids := copies(b, a, raw(b, university), b.N)
	took := make([]time.Duration, 0, b.N)
	b.ResetTimer()
	for _, id := range ids {
		begun := time.Now()
		if _, _, err := a.Issue(b.Context(), bureau, []string{id}, app.Request{Kinds: []app.Kind{app.Contract}, DOCX: true, PDF: true, On: signing}); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkCallers lets 200 callers ask for contracts at once, each again as soon as it is answered: b.N answers in all.
func BenchmarkCallers(b *testing.B) {
	a := embedded(b)
	ids := copies(b, a, raw(b, university), 50)
	var made, busy, next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range 200 {
		all.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				_, _, err := a.Issue(b.Context(), bureau, []string{ids[n%50]}, app.Request{Kinds: []app.Kind{app.Contract}, DOCX: true, PDF: true, On: signing})
				switch _, ok := errors.AsType[*app.BusyError](err); {
				case ok:
					busy.Add(1)
					time.Sleep(50 * time.Millisecond)
				case err != nil:
					b.Error(fmt.Errorf("an error that is no %T: %w", &app.BusyError{}, err))
				default:
					made.Add(1)
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(made.Load())/b.Elapsed().Seconds(), "made/s")
	b.ReportMetric(float64(busy.Load()), "busy")
}
