package pdf

import (
	"bytes"
	"sync"

	"github.com/klauspost/compress/zlib"
)

// deflater compresses streams, one after the other. It also keeps the large buffers that a file is made in.
type deflater struct {
	buf     bytes.Buffer
	z       *zlib.Writer
	file    []byte
	content []byte
}

// deflaters keeps compressors, whose tables are large, and buffers from one document to the next. Nothing of them shows.
var deflaters = sync.Pool{New: func() any {
	// The level is valid, so there is no error.
	z, _ := zlib.NewWriterLevel(nil, zlib.BestSpeed)
	return &deflater{z: z}
}}

func newDeflater() *deflater { return deflaters.Get().(*deflater) }

// maxKept bounds the buffers that are kept, so that one huge document does not hold memory for good.
const maxKept = 8 << 20

func (d *deflater) release() {
	if cap(d.file) > maxKept || cap(d.content) > maxKept || d.buf.Cap() > maxKept {
		return
	}
	deflaters.Put(d)
}

// compress returns data in zlib format; the result is valid until the next call.
func (d *deflater) compress(data []byte) []byte {
	d.buf.Reset()
	d.z.Reset(&d.buf)
	// A bytes.Buffer takes every write.
	_, _ = d.z.Write(data)
	_ = d.z.Close()
	return d.buf.Bytes()
}

// deflate writes object r as a compressed stream.
func (w *writer) deflate(r ref, dict string, data []byte) {
	w.stream(r, dict, "FlateDecode", w.deflater.compress(data))
}
