package deflate_test

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math/bits"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	kzlib "github.com/klauspost/compress/zlib"

	"tripact/deflate"
	"tripact/examples"
	"tripact/fonts"
	"tripact/programme"
	"tripact/project"
	"tripact/render"
	"tripact/render/fill"
	"tripact/templates"
)

var update = flag.Bool("update", false, "write lengths.go from the shipped documents")

// unzip reads what AppendZlib has written.
func unzip(t testing.TB, data []byte) []byte {
	t.Helper()
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func check(t testing.TB, e *deflate.Encoder, data []byte) {
	t.Helper()
	for _, kind := range []deflate.Kind{deflate.Content, deflate.CMap, deflate.Font} {
		z := e.AppendZlib([]byte("before"), data, kind)
		if !bytes.HasPrefix(z, []byte("before")) {
			t.Fatal("what stood before is gone")
		}
		z = z[len("before"):]
		if got := unzip(t, z); !bytes.Equal(got, data) {
			t.Fatalf("kind %d: %d bytes come back as %d others", kind, len(data), len(got))
		}
		if most := len(data) + len(data)/500 + 32; len(z) > most {
			t.Errorf("kind %d: %d bytes become %d", kind, len(data), len(z))
		}
		if again := new(deflate.Encoder).AppendZlib(nil, data, kind); !bytes.Equal(again, z) {
			t.Error("what was compressed before shows")
		}
		piece := e.AppendPiece(nil, data, kind)
		two := append(append(bytes.Clone(piece), piece...), 3, 0) // an empty last block
		got, err := io.ReadAll(flate.NewReader(bytes.NewReader(two)))
		if err != nil || !bytes.Equal(got, append(bytes.Clone(data), data...)) {
			t.Fatalf("kind %d: two pieces of %d bytes: %v, %d bytes", kind, len(data), err, len(got))
		}
	}
}

func TestRoundTrip(t *testing.T) {
	e := new(deflate.Encoder)
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 200_000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	few := make([]byte, 100_000)
	for i := range few {
		few[i] = "0123 Td\n"[r.IntN(8)]
	}
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	far := append(bytes.Repeat([]byte("far away "), 10), noise[:40_000]...)
	for _, data := range [][]byte{
		nil,
		{0},
		[]byte("a"), all, noise, few, bytes.Repeat([]byte{7}, 70_000), bytes.Repeat([]byte("abcabcabd"), 9000),
		append(far, "far away far away far away far away"...), bytes.Repeat(all, 200), noise[:7], few[:9], append(noise[:32768:32768], noise[:40000]...),
	} {
		check(t, e, data)
	}
	for n := range 300 {
		check(t, e, few[n:n+n])
		check(t, e, noise[n:2*n])
		check(t, e, bytes.Repeat([]byte("xy"), n))
	}
}

func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte("BT /F1 12 Tf 72 720 Td (hello) Tj ET"), 3)
	e := new(deflate.Encoder)
	f.Fuzz(func(t *testing.T, data []byte, n int) {
		check(t, e, data)
		check(t, e, bytes.Repeat(data, max(0, n)%50))
	})
}

// shipped gives the streams of the documents of the shipped call, by kind.
func shipped(t testing.TB) (streams [3][][]byte) {
	t.Helper()
	book := fonts.Shipped()
	if book == nil {
		t.Skip("built without fonts")
	}
	e := &render.Engine{Fonts: book}
	set, list := templates.Load(templates.Shipped(), func(*programme.Call, string) fill.Options { return fill.Options{} })
	if list.Failed() {
		t.Fatal(list.Err())
	}
	bundle, _ := set.Call("ningbo-2025")
	names, err := fs.Glob(examples.FS(), "ningbo-2025/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(examples.FS(), name)
		if err != nil {
			t.Fatal(err)
		}
		p, list := project.Decode(bytes.NewReader(data))
		if list.Failed() {
			continue
		}
		for _, kind := range []string{"contract", "application-form", "review-notice"} {
			lang := "zh"
			if kind == "application-form" {
				lang = "en"
			}
			found, list := bundle.Template(kind, lang)
			if list.Failed() {
				t.Fatal(list.Err())
			}
			tpl, list := found.Compiled()
			if list.Failed() {
				t.Fatal(list.Err())
			}
			out, list := e.Render(t.Context(), render.Job{Template: tpl, Data: p.Values(), Missing: fill.Blank, Formats: render.Formats{PDF: true}})
			if list.Failed() {
				t.Fatal(list.Err())
			}
			sort(t, out.PDF, &streams)
		}
	}
	return streams
}

var streamStart = regexp.MustCompile(`<<([^\n]*)/Filter/FlateDecode/Length (\d+)>>\nstream\n`)

// sort adds the streams of a file.
func sort(t testing.TB, pdf []byte, streams *[3][][]byte) {
	t.Helper()
	for _, m := range streamStart.FindAllSubmatchIndex(pdf, -1) {
		n, err := strconv.Atoi(string(pdf[m[4]:m[5]]))
		if err != nil {
			t.Fatal(err)
		}
		dict, data := string(pdf[m[2]:m[3]]), unzip(t, pdf[m[1]:m[1]+n])
		switch {
		case strings.Contains(dict, "/Length1"):
			if at := glyf(data); at > 0 {
				streams[deflate.Font] = append(streams[deflate.Font], data[:at])
			}
		case bytes.HasPrefix(data, []byte("/CIDInit")):
			streams[deflate.CMap] = append(streams[deflate.CMap], data)
		case dict == "":
			streams[deflate.Content] = append(streams[deflate.Content], data)
		}
	}
}

// glyf gives where the glyphs of a font begin.
func glyf(font []byte) int {
	for i := range int(font[5]) {
		if e := font[12+16*i:]; string(e[:4]) == "glyf" {
			return int(e[8])<<24 | int(e[9])<<16 | int(e[10])<<8 | int(e[11])
		}
	}
	return 0
}

// TestSize: the fixed codes are not much worse than codes made for each stream.
func TestSize(t *testing.T) {
	streams := shipped(t)
	if *update {
		var b strings.Builder
		b.WriteString("package deflate\n\n// lengths are the code lengths of each kind, as newTable reads them. The test writes this file: go test ./deflate -update.\n" +
			"var lengths = [kinds]string{\n")
		for _, list := range streams {
			freq := make([]int, 316)
			for _, data := range list {
				deflate.Count(data, freq)
			}
			fmt.Fprintf(&b, "\t%q,\n", deflate.Lengths(freq))
		}
		b.WriteString("}\n")
		if err := os.WriteFile("lengths.go", []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Fatal("lengths.go is written, run again")
	}
	e := new(deflate.Encoder)
	for kind, list := range streams {
		var raw, ours, best int
		for _, data := range list {
			var buf bytes.Buffer
			z, err := kzlib.NewWriterLevel(&buf, kzlib.BestSpeed)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = z.Write(data)
			_ = z.Close()
			raw, ours, best = raw+len(data), ours+len(e.AppendZlib(nil, data, deflate.Kind(kind))), best+buf.Len()
		}
		t.Logf("kind %d: %d streams, %d bytes become %d, with codes of their own %d", kind, len(list), raw, ours, best)
		if ours > best+best/8 {
			t.Errorf("kind %d: %d bytes become %d, with codes of their own %d", kind, raw, ours, best)
		}
	}
}

func BenchmarkContent(b *testing.B) {
	list := shipped(b)[deflate.Content]
	size := 0
	for _, data := range list {
		size += len(data)
	}
	b.Run("ours", func(b *testing.B) {
		b.SetBytes(int64(size))
		e, out := new(deflate.Encoder), []byte(nil)
		for b.Loop() {
			for _, data := range list {
				out = e.AppendZlib(out[:0], data, deflate.Content)
			}
		}
	})
	b.Run("klauspost-1", func(b *testing.B) {
		b.SetBytes(int64(size))
		var buf bytes.Buffer
		z, _ := kzlib.NewWriterLevel(&buf, kzlib.BestSpeed)
		for b.Loop() {
			for _, data := range list {
				buf.Reset()
				z.Reset(&buf)
				_, _ = z.Write(data)
				_ = z.Close()
			}
		}
	})
}

// TestPieceForReadersThatFetchAhead: a piece ends with an empty block of the fixed codes before the stored block, which takes ten
// zeros and three of a header: readers that fetch fifteen bits for our codes would else drop a whole byte (poppler says "Bad
// block header in flate stream" in one file of eight).
func TestPieceForReadersThatFetchAhead(t *testing.T) {
	e := new(deflate.Encoder)
	for n := 50; n < 250; n++ { // shorter ones are stored as they are
		piece := e.AppendPiece(nil, bytes.Repeat([]byte("glyf loca"), n), deflate.Font)
		body, ok := bytes.CutSuffix(piece, []byte{0, 0, 0xFF, 0xFF})
		zeros := 0
		for i := len(body) - 1; i >= 0; i-- {
			zeros += bits.LeadingZeros8(body[i])
			if body[i] != 0 {
				break
			}
		}
		// Up to seven to the border, three of the stored block's header, seven of the code, the last of the block's header.
		if !ok || zeros < 11 || zeros > 18 {
			t.Fatalf("%d bytes: %d zeros at the end", 9*n, zeros)
		}
	}
}
