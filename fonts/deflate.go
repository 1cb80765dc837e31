package fonts

import (
	"bytes"
	"encoding/binary"
	"hash/adler32"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/flate"

	"tripact/deflate"
)

// Compressing outlines is most of the work of making a PDF, and the same characters turn up in every document. So each
// glyph is compressed once, by itself, and ends at a byte border; a subset's compressed form is the compressed part before
// the glyphs, then the glyphs' pieces one after the other. It is about a quarter longer than a subset compressed as a whole.

// packedGlyphs keeps the compressed pieces of a face's glyphs from one subset to the next. What is kept depends on the face
// alone, so it never shows which subsets were made before.
type packedGlyphs struct {
	once   sync.Once
	pieces []atomic.Pointer[piece] // by glyph
}

// piece is a stretch of bytes, compressed.
type piece struct {
	data  []byte // deflate blocks that end at a byte border and look back at nothing before them
	adler uint32 // of the bytes
	sum   uint32 // TrueType checksum of the bytes
	size  int    // number of the bytes, a multiple of four
}

// pieceLevel: higher levels take up to three times as long for the first document and save 3 % of the size.
const pieceLevel = flate.BestSpeed

// packer compresses pieces.
type packer struct {
	buf bytes.Buffer
	w   *flate.Writer
	raw []byte

	z    deflate.Encoder // of what stands before the glyphs
	head []byte

	sub    subset // scratch
	pieces []*piece
}

// packers keeps compressors, whose tables are large. It holds no state that shows.
var packers = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, pieceLevel) // the level is valid, so there is no error
	return &packer{w: w}
}}

// pack compresses p.raw into a piece.
func (p *packer) pack() *piece {
	p.buf.Reset()
	p.w.Reset(&p.buf)
	// A bytes.Buffer takes every write.
	_, _ = p.w.Write(p.raw)
	_ = p.w.Flush()
	return &piece{data: bytes.Clone(p.buf.Bytes()), adler: adler32.Checksum(p.raw), sum: checksum(p.raw), size: len(p.raw)}
}

// DeflatedSubset is SubsetOf in zlib format (RFC 1950). length is the size of the font file.
func (f *Face) DeflatedSubset(glyphs []SubsetGlyph) (stream []byte, length int, err error) {
	return f.AppendDeflatedSubset(nil, glyphs, nil)
}

// AppendDeflatedSubset is DeflatedSubset that appends to dst. before, which may be nil, is called when the size of the stream
// and the length of the font file are known, to append what stands before the stream.
func (f *Face) AppendDeflatedSubset(dst []byte, glyphs []SubsetGlyph, before func(dst []byte, size, length int) []byte) (stream []byte, length int, err error) {
	p := packers.Get().(*packer)
	defer packers.Put(p)
	s, err := f.subset(glyphs, &p.sub)
	if err != nil {
		return nil, 0, err
	}
	defer s.forget()
	f.packed.once.Do(func() { f.packed.pieces = make([]atomic.Pointer[piece], s.p.numGlyphs) })
	pieces := p.pieces[:0]
	var glyfSum uint32
	size := 0
	for i := range s.glyphs {
		g := &s.glyphs[i]
		if g.size() == 0 {
			continue
		}
		piece := f.pieceOf(p, s, g)
		pieces = append(pieces, piece)
		glyfSum += piece.sum
		size += len(piece.data)
	}
	p.pieces = pieces
	p.raw = s.prefix(p.raw[:0], glyfSum, 0)
	p.head = p.z.AppendPiece(p.head[:0], p.raw, deflate.Font)

	length = len(p.raw)
	for _, piece := range pieces {
		length += piece.size
	}
	size += 2 + len(p.head) + 2 + 4
	if before != nil {
		dst = before(dst, size, length)
	}
	stream = slices.Grow(dst, size)
	stream = append(stream, 0x78, 0x01) // deflate, window of 32 KiB
	stream = append(stream, p.head...)
	adler := adler32.Checksum(p.raw)
	for _, piece := range pieces {
		stream = append(stream, piece.data...)
		adler = combineAdler(adler, piece.adler, piece.size)
	}
	stream = append(stream, 0x03, 0x00) // an empty last block
	return binary.BigEndian.AppendUint32(stream, adler), length, nil
}

// pieceOf returns the compressed form of a glyph. Composites hold glyph numbers of the subset and are made each time.
func (f *Face) pieceOf(p *packer, s *subset, g *subGlyph) *piece {
	own := !g.repeat && i16(g.data, 0) >= 0
	if own {
		if piece := f.packed.pieces[g.ID].Load(); piece != nil {
			return piece
		}
	}
	p.raw = append(p.raw[:0], make([]byte, g.size())...)
	s.putGlyph(p.raw, g)
	piece := p.pack()
	if own {
		f.packed.pieces[g.ID].Store(piece)
	}
	return piece
}

// combineAdler gives the Adler-32 sum of two stretches one after the other from that of each; n is the length of the
// second (RFC 1950, 8.2: two sums modulo the prime 65521, the first starting at 1).
func combineAdler(a, b uint32, n int) uint32 {
	const prime = 65521
	rem := uint32(n % prime)
	lowA, lowB := a&0xFFFF, b&0xFFFF
	low := (lowA + lowB + prime - 1) % prime
	// Every step of the second stretch adds the first one's low sum, less the 1 that it started with.
	high := (uint64(rem)*uint64(lowA+prime-1) + uint64(a>>16) + uint64(b>>16)) % prime
	return uint32(high)<<16 | low
}
