package pdf

import (
	"bytes"
	"sync"

	"github.com/klauspost/compress/zlib"

	"tripact/deflate"
	"tripact/fonts"
)

// deflater compresses streams, one after the other. It also keeps the large buffers that a file is made in.
type deflater struct {
	z       deflate.Encoder
	buf     []byte
	file    []byte
	content []byte
	cmap    []byte
	glyphs  []fonts.SubsetGlyph
	codes   [][]uint16 // tables by glyph, all zero
	lists   [][]code   // of the codes of fonts, all empty

	// Of the structure tree.
	elements []element
	sizes    [][2]int32
	marks    []place
	children []int32
}

// takeCodes returns a zero table of n codes.
func (d *deflater) takeCodes(n int) []uint16 {
	for i := len(d.codes) - 1; i >= 0; i-- {
		if t := d.codes[i]; cap(t) >= n {
			d.codes = append(d.codes[:i], d.codes[i+1:]...)
			return t[:n]
		}
	}
	return make([]uint16, n)
}

// giveCodes takes the table of a font back, which is written and needs it no more.
func (d *deflater) giveCodes(f *docFont) {
	for i := range f.codes {
		f.first[f.codes[i].glyph] = 0
	}
	const most = 16
	if len(d.codes) < most {
		d.codes = append(d.codes, f.first)
	}
	f.first = nil
}

// takeList returns an empty list of codes.
func (d *deflater) takeList() []code {
	n := len(d.lists)
	if n == 0 {
		return make([]code, 0, 512)
	}
	list := d.lists[n-1]
	d.lists = d.lists[:n-1]
	return list
}

// giveList takes the codes of a font back when the file is written; they keep no text alive.
func (d *deflater) giveList(codes []code) {
	const most = 16
	clear(codes)
	if len(d.lists) < most {
		d.lists = append(d.lists, codes[:0])
	}
}

// deflaters keeps compressors, whose tables are large, and buffers from one document to the next. Nothing of them shows.
var deflaters = sync.Pool{New: func() any { return new(deflater) }}

func newDeflater() *deflater { return deflaters.Get().(*deflater) }

// maxKept bounds the buffers that are kept, so that one huge document does not hold memory for good.
const maxKept = 8 << 20

func (d *deflater) release() {
	if cap(d.file) > maxKept || cap(d.content) > maxKept || cap(d.buf) > maxKept || cap(d.elements) > maxKept/128 {
		return
	}
	deflaters.Put(d)
}

// compress returns data in zlib format; the result is valid until the next call.
func (d *deflater) compress(data []byte, kind deflate.Kind) []byte {
	d.buf = d.z.AppendZlib(d.buf[:0], data, kind)
	return d.buf
}

// deflate writes object r as a compressed stream.
func (w *writer) deflate(r ref, dict string, data []byte, kind deflate.Kind) {
	w.stream(r, dict, "FlateDecode", w.deflater.compress(data, kind))
}

// general is a compressor for bytes of any kind, such as pixels.
type general struct {
	buf bytes.Buffer
	z   *zlib.Writer
}

// generals keeps these, whose tables are large.
var generals = sync.Pool{New: func() any {
	// The level is valid, so there is no error.
	z, _ := zlib.NewWriterLevel(nil, zlib.BestSpeed)
	return &general{z: z}
}}

// reset begins a stream.
func (g *general) reset() {
	g.buf.Reset()
	g.z.Reset(&g.buf)
}

// write adds to the stream; a bytes.Buffer takes every write.
func (g *general) write(data []byte) { _, _ = g.z.Write(data) }

// bytes ends the stream and returns it in zlib format; it is valid until the next reset.
func (g *general) bytes() []byte {
	_ = g.z.Close()
	return g.buf.Bytes()
}

// release keeps the compressor for others.
func (g *general) release() {
	if g.buf.Cap() <= maxKept {
		generals.Put(g)
	}
}

// compress returns data in zlib format; the result is valid until the next call.
func (g *general) compress(data []byte) []byte {
	g.reset()
	g.write(data)
	return g.bytes()
}
