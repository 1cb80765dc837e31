package pdf

import (
	"bytes"
	"sync"

	"github.com/klauspost/compress/zlib"
)

// deflater compresses streams, one after the other.
type deflater struct {
	buf bytes.Buffer
	z   *zlib.Writer
}

// deflaters keeps compressors, whose tables are large, from one document to the next. It holds no state that shows.
var deflaters = sync.Pool{New: func() any {
	// The level is valid, so there is no error.
	z, _ := zlib.NewWriterLevel(nil, zlib.BestSpeed)
	return &deflater{z: z}
}}

func newDeflater() *deflater { return deflaters.Get().(*deflater) }

func (d *deflater) release() { deflaters.Put(d) }

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
