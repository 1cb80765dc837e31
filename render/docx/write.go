package docx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"sync"

	"github.com/klauspost/compress/flate"
)

// MS-DOS date of 1980-01-01, the earliest a ZIP entry can have: no time of making reaches the bytes.
const zipDate = 1<<5 | 1

// Bytes writes the package. The same package gives the same bytes; parts that were not replaced keep their compressed
// bytes and the order of entries is that of the file, added parts last.
func (p *Package) Bytes() ([]byte, error) {
	size := 0
	for _, e := range p.entries {
		if e.packed != nil {
			size += len(e.packed.data)
		} else {
			size += len(e.Data) / 8
		}
	}
	var buf bytes.Buffer
	buf.Grow(size + 200*len(p.entries))
	if _, err := p.WriteTo(&buf); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// WriteTo writes what Bytes returns to w.
func (p *Package) WriteTo(w io.Writer) (int64, error) {
	c := &counter{w: w}
	z := zip.NewWriter(c)
	var fl flater
	defer fl.release()
	for _, e := range p.entries {
		pk := e.packed
		if pk == nil {
			fl.start()
			if err := fl.write(e.Data); err != nil {
				return c.n, fmt.Errorf("compress %s: %w", e.Name, err)
			}
			var err error
			if pk, err = fl.end(); err != nil {
				return c.n, fmt.Errorf("compress %s: %w", e.Name, err)
			}
		}
		h := &zip.FileHeader{
			Name: e.Name, Method: pk.method, CRC32: pk.crc,
			UncompressedSize64: pk.size, CompressedSize64: uint64(len(pk.data)),
			ModifiedDate: zipDate, //nolint:staticcheck // CreateRaw takes the MS-DOS fields as they are
		}
		if !ascii(e.Name) {
			h.Flags = 0x800 // names are UTF-8
		}
		ew, err := z.CreateRaw(h)
		if err != nil {
			return c.n, fmt.Errorf("write %s: %w", e.Name, err)
		}
		if _, err := ew.Write(pk.data); err != nil {
			return c.n, fmt.Errorf("write %s: %w", e.Name, err)
		}
	}
	if err := z.Close(); err != nil {
		return c.n, fmt.Errorf("finish the package: %w", err)
	}
	return c.n, nil
}

// flater compresses one entry after another. The zero value is ready.
type flater struct {
	w    *flate.Writer
	buf  bytes.Buffer
	crc  uint32
	size uint64
}

func (f *flater) start() {
	f.buf.Reset()
	f.crc, f.size = 0, 0
	if f.w != nil {
		f.w.Reset(&f.buf)
		return
	}
	f.w, _ = flaters.Get().(*flate.Writer)
	f.w.Reset(&f.buf)
}

// flaters keeps compressors, whose tables are large.
var flaters = sync.Pool{New: func() any {
	const level = 5
	w, _ := flate.NewWriter(nil, level) // the level is a valid one
	return w
}}

// release gives the compressor back.
func (f *flater) release() {
	if f.w != nil {
		f.w.Reset(io.Discard)
		flaters.Put(f.w)
		f.w = nil
	}
}

func (f *flater) write(b []byte) error {
	f.crc = crc32.Update(f.crc, crc32.IEEETable, b)
	f.size += uint64(len(b))
	_, err := f.w.Write(b)
	return err //nolint:wrapcheck // the caller names the entry
}

// end returns the entry; its bytes are good until the next start.
func (f *flater) end() (*packed, error) {
	if err := f.w.Close(); err != nil {
		return nil, err //nolint:wrapcheck // the caller names the entry
	}
	return &packed{method: zip.Deflate, crc: f.crc, size: f.size, data: f.buf.Bytes()}, nil
}

// PartWriter replaces the bytes of a part by what is written to it, compressed as it comes. It is not safe for concurrent
// use.
type PartWriter struct {
	p    *Package
	name string
	fl   flater
}

// Stream returns a writer for the part called name, which must exist. Once it is closed the package is good for writing
// only: the part has no Data any more. Writing it gives the same bytes as after Set.
func (p *Package) Stream(name string) *PartWriter {
	w := &PartWriter{p: p, name: name}
	w.fl.start()
	return w
}

// Write adds b to the part. It never fails but for want of memory.
func (w *PartWriter) Write(b []byte) (int, error) { return len(b), w.fl.write(b) }

// Close puts what was written in the place of the part.
func (w *PartWriter) Close() error {
	pk, err := w.fl.end()
	w.fl.release()
	if err != nil {
		return fmt.Errorf("compress %s: %w", w.name, err)
	}
	i := w.p.index[key(w.name)]
	old := w.p.entries[i]
	w.p.entries[i] = &Part{Name: old.Name, ContentType: old.ContentType, packed: pk}
	return nil
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err //nolint:wrapcheck // the writer's own error
}
