package docx

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"hash/crc32"
	"io"
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
	var fl *flate.Writer
	var buf bytes.Buffer
	for _, e := range p.entries {
		pk := e.packed
		if pk == nil {
			buf.Reset()
			if fl == nil {
				var err error
				if fl, err = flate.NewWriter(&buf, flate.DefaultCompression); err != nil {
					return c.n, fmt.Errorf("compress %s: %w", e.Name, err)
				}
			} else {
				fl.Reset(&buf)
			}
			if _, err := fl.Write(e.Data); err != nil {
				return c.n, fmt.Errorf("compress %s: %w", e.Name, err)
			}
			if err := fl.Close(); err != nil {
				return c.n, fmt.Errorf("compress %s: %w", e.Name, err)
			}
			pk = &packed{method: zip.Deflate, crc: crc32.ChecksumIEEE(e.Data), size: uint64(len(e.Data)), data: buf.Bytes()}
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
