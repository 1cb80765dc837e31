package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image/png"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

// pngChunk appends a chunk with its sum.
func pngChunk(b []byte, name string, body []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	from := len(b)
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[from:]))
}

// rawPNG makes a PNG file of the given form; rows gives its pixels, filters and all.
func rawPNG(t testing.TB, width, height, bits, kind int, extra map[string][]byte, rows func(io.Writer)) []byte {
	t.Helper()
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(width)), uint32(height))
	b := pngChunk([]byte("\x89PNG\r\n\x1a\n"), "IHDR", append(head, byte(bits), byte(kind), 0, 0, 0))
	for _, name := range []string{"PLTE", "tRNS"} {
		if body, ok := extra[name]; ok {
			b = pngChunk(b, name, body)
		}
	}
	var pixels bytes.Buffer
	z, err := zlib.NewWriterLevel(&pixels, zlib.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	rows(z)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	half := pixels.Len() / 2
	b = pngChunk(b, "IDAT", pixels.Bytes()[:half])
	b = pngChunk(b, "IDAT", pixels.Bytes()[half:])
	return pngChunk(b, "IEND", nil)
}

// Every form of PNG, with every filter and kind of transparency, has the pixels that the standard library reads from it.
func TestPNGFormsReadAsTheStandardLibraryDoes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const width, height = 37, 23
	forms := map[int][]int{0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
	for kind, depths := range forms {
		for _, bits := range depths {
			for _, clear := range []bool{false, true} {
				if clear && kind > 3 {
					continue
				}
				name := fmt.Sprintf("type %d, %d bits, transparent %v", kind, bits, clear)
				f := &pngFile{width: width, bits: bits, kind: byte(kind)}
				size := (width*f.samples()*bits + 7) / 8
				extra := map[string][]byte{}
				if kind == 3 {
					extra["PLTE"] = make([]byte, 3<<bits)
					for i := range extra["PLTE"] {
						extra["PLTE"][i] = byte(rng.IntN(256))
					}
				}
				if clear {
					extra["tRNS"] = map[int][]byte{0: {0, 1}, 2: {0, 1, 0, 1, 0, 1}, 3: {0, 99}}[kind]
				}
				data := rawPNG(t, width, height, bits, kind, extra, func(z io.Writer) {
					for y := range height {
						row := make([]byte, 1+size)
						row[0] = byte(y % 5)
						for i := range row[1:] {
							row[1+i] = byte(rng.IntN(256) & rng.IntN(256))
						}
						if bits == 16 && clear && y%5 == 0 { // the transparent colour occurs
							copy(row[1:], []byte{0, 1, 0, 1, 0, 1})
						}
						if bits == 8 && clear && y%5 == 0 {
							copy(row[1:], []byte{1, 1, 1})
						}
						if _, err := z.Write(row); err != nil {
							t.Fatal(err)
						}
					}
				})
				m, err := png.Decode(bytes.NewReader(data))
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				type pixels struct{ rgb, alpha []byte }
				var want, got []pixels
				rgb, alpha := make([]byte, 3*width), make([]byte, width)
				imageRows(m, rgb, alpha, func() { want = append(want, pixels{bytes.Clone(rgb), bytes.Clone(alpha)}) })
				if f, err = readPNG(data); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if err := f.rows(func(row []byte) {
					f.colours(row, rgb, alpha)
					got = append(got, pixels{bytes.Clone(rgb), bytes.Clone(alpha)})
				}); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				clearSeen := false
				for y := range want {
					for x := range width {
						a := want[y].alpha[x]
						clearSeen = clearSeen || a == 0
						if got[y].alpha[x] != a {
							t.Fatalf("%s: alpha of %d, %d is %d, want %d", name, x, y, got[y].alpha[x], a)
						}
						for c := range 3 {
							g, w := int(got[y].rgb[3*x+c]), int(want[y].rgb[3*x+c])
							// The library multiplies 16-bit samples by their alpha and back.
							if rounds := bits == 16 && a < 0xFF; g != w && (!rounds || a >= 0x10 && max(g-w, w-g) > 1) && (a != 0 || kind < 4 && !clear) {
								t.Fatalf("%s: colour %d of %d, %d is %d, want %d", name, c, x, y, g, w)
							}
						}
					}
				}
				if clear && !clearSeen {
					t.Errorf("%s: nothing is transparent", name)
				}
			}
		}
	}
}

// The memory that a picture costs does not grow with its pixels: 40 megapixels, 160 MB of them, take two rows and what they compress to.
func TestLargePNGTakesLittleMemory(t *testing.T) {
	const width, height = 8000, 5000
	data := rawPNG(t, width, height, 8, 6, nil, func(z io.Writer) {
		row := make([]byte, 1+4*width)
		for x := range width {
			row[1+4*x+3] = 0x80
		}
		for range height {
			if _, err := z.Write(row); err != nil {
				t.Fatal(err)
			}
		}
	})
	doc := withPicture(data)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	out := mustWrite(t, doc)
	runtime.ReadMemStats(&after)
	if !strings.Contains(string(out), "/Width 8000/Height 5000/BitsPerComponent 8/ColorSpace/DeviceRGB/SMask") {
		t.Error("the picture is not in the file")
	}
	if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 48 {
		t.Errorf("%d MB allocated for a file of %d kB", used, len(data)>>10)
	}
}

// A PNG file with a fault anywhere is refused: a hole in the page would pass unseen.
func TestDamagedPNG(t *testing.T) {
	for name, whole := range map[string][]byte{"opaque": pngOf(t, false), "with alpha": pngOf(t, true)} {
		for i := range whole {
			bad := bytes.Clone(whole)
			bad[i] ^= 0x40
			if _, err := Write(withPicture(bad), Options{}); err == nil && i < len(whole)-12 {
				t.Errorf("%s: byte %d changed, and the file is taken", name, i)
			}
			if _, err := Write(withPicture(whole[:i]), Options{}); err == nil {
				t.Errorf("%s: %d of %d bytes are taken", name, i, len(whole))
			}
		}
	}
}
