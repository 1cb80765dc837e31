package render_test

import (
	"context"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tripact/render/docx"
	"tripact/render/layout"
	"tripact/render/pdf"
	"tripact/templates"
)

// absurd are attribute values that no careful program writes.
func absurd() []string {
	return []string{
		"", "0", "-1", "1", "x", "99999999", "-99999999", "2147483647", "-2147483648", "9223372036854775807", "1e309", "100%", "-50%",
		"auto", "nil", "none", "both", "single", "exact", "continuous", "vertical", "﹪", "12.7pt", "page",
	}
}

// mutate damages one XML part of p at a place that r chooses, and says what it did.
func mutate(r *rand.Rand, p *docx.Package) string {
	var parts []*docx.Part
	for _, part := range p.Parts() {
		if part.XML() && strings.HasPrefix(part.Name, "word/") && !strings.HasSuffix(part.Name, ".rels") {
			parts = append(parts, part)
		}
	}
	part := p.Main()
	if r.IntN(3) == 0 {
		part = parts[r.IntN(len(parts))]
	}
	root, err := part.Parse()
	if err != nil {
		return ""
	}
	var nodes []*docx.Node
	var walk func(*docx.Node)
	walk = func(n *docx.Node) {
		for _, k := range n.Kids {
			if k.Name != "" {
				nodes = append(nodes, k)
				walk(k)
			}
		}
	}
	walk(root)
	if len(nodes) < 2 {
		return ""
	}
	n, m := nodes[r.IntN(len(nodes))], nodes[r.IntN(len(nodes))]
	d := part.Data
	var out []byte
	var what string
	switch k := r.IntN(6); {
	case k == 0:
		what, out = "drop", slices.Concat(d[:n.Start], d[n.End:])
	case k == 1:
		what, out = "double", slices.Concat(d[:n.End], d[n.Start:n.End], d[n.End:])
	case k == 2 && n.Close > n.Open:
		what, out = "empty", slices.Concat(d[:n.Open], d[n.Close:])
	case k == 3: // another element in its place
		what, out = "replace by "+m.Name, slices.Concat(d[:n.Start], d[m.Start:m.End], d[n.End:])
	default:
		for range 50 {
			if len(n.Attrs) > 0 {
				break
			}
			n = nodes[r.IntN(len(nodes))]
		}
		if len(n.Attrs) == 0 {
			return ""
		}
		a := n.Attrs[r.IntN(len(n.Attrs))]
		v := absurd()[r.IntN(len(absurd()))]
		what, out = a.Name+"="+v, slices.Concat(d[:a.Start], []byte(v), d[a.End:])
	}
	p.Set(part.Name, out)
	return part.Name + " " + n.Name + ": " + what
}

// Damaged documents give pages or failures: no panic, no endless loop, no file that cannot be written. Mutation number i is
// always the same; how many are tried depends on the time.
func TestMutatedDocuments(t *testing.T) {
	e := engine(t)
	limit := 10 * time.Second
	if testing.Short() {
		limit = 3 * time.Second
	}
	names := []string{"contract.docx", "recommendation-letter.docx", "application-form.docx", "review-notice.docx"}
	var originals []*docx.Package
	for _, name := range names {
		data, err := fs.ReadFile(templates.Shipped(), "ningbo-2025/"+name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := docx.Open(data)
		if err != nil {
			t.Fatal(err)
		}
		originals = append(originals, p)
	}
	start := time.Now()
	tried := 0
	for i := 0; time.Since(start) < limit && i < 5000; i++ {
		r := rand.New(rand.NewPCG(uint64(i), 4))
		p := originals[i%len(originals)].Clone()
		var steps []string
		for range 1 + r.IntN(4) {
			if s := mutate(r, p); s != "" {
				steps = append(steps, s)
			}
		}
		check(t, i, steps, func(ctx context.Context) (*layout.Document, bool) {
			doc, found := layout.Layout(ctx, p, e.Fonts, layout.Options{MaxPages: 300})
			return doc, found.Failed()
		})
		tried++
	}
	t.Logf("%d mutations", tried)
	if tried == 0 {
		t.Error("nothing was tried")
	}
}

// check lays out and writes one damaged document.
func check(t *testing.T, i int, steps []string, lay func(context.Context) (*layout.Document, bool)) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("mutation %d (%s): %v", i, strings.Join(steps, "; "), r)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	begun := time.Now()
	doc, failed := lay(ctx)
	switch {
	case ctx.Err() != nil:
		t.Errorf("mutation %d (%s): no end", i, strings.Join(steps, "; "))
	case (doc == nil) != failed:
		t.Errorf("mutation %d (%s): document %v, failed %v", i, strings.Join(steps, "; "), doc != nil, failed)
	case doc != nil:
		if _, err := pdf.Write(doc, pdf.Options{}); err != nil {
			t.Errorf("mutation %d (%s): %v", i, strings.Join(steps, "; "), err)
		}
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("mutation %d (%s): took %s", i, strings.Join(steps, "; "), took)
	}
}
