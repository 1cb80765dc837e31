// Package deflate compresses the short streams that PDF files are made of (RFC 1951). It is written for speed: the Huffman
// codes are not worked out for each stream but fixed for each kind of stream, so that one pass over the bytes finds
// repetitions and writes them.
package deflate

import (
	"encoding/binary"
	"hash/adler32"
	"math/bits"
)

// Kind is what a stream holds. It says which codes are likely to be short; any bytes may be compressed as any kind.
type Kind uint8

// Kinds of stream.
const (
	Content Kind = iota // page contents
	CMap                // maps from codes to Unicode
	Font                // the tables of a TrueType font that stand before its glyphs
	kinds
)

// Encoder compresses streams one after the other. The zero value is ready. What it has compressed before never shows.
type Encoder struct {
	// heads gives, by hash of four bytes, where they were seen last: an offset into the stream plus base, which grows by
	// each stream's length, so that what an earlier stream has left is too far back to count.
	heads [1 << hashBits]uint32
	base  uint32
}

const (
	hashBits = 13
	window   = 1 << 15
	maxMatch = 258
	minMatch = 4
)

// AppendZlib appends data in zlib format (RFC 1950) to dst.
func (e *Encoder) AppendZlib(dst, data []byte, kind Kind) []byte {
	dst = append(dst, 0x78, 0x01) // deflate, window of 32 KiB, the fastest level
	dst = e.append(dst, data, kind, true)
	return binary.BigEndian.AppendUint32(dst, adler32.Checksum(data))
}

// AppendPiece appends data as deflate blocks that end at a byte border, none of them the last of its stream.
func (e *Encoder) AppendPiece(dst, data []byte, kind Kind) []byte {
	return e.append(dst, data, kind, false)
}

func (e *Encoder) append(dst, data []byte, kind Kind, last bool) []byte {
	start := len(dst)
	out := writer{b: dst}
	t := &tables[kind]
	// One stream's length beyond the window at most: offsets stay within 32 bits.
	const most = 1 << 30
	for rest := data; ; {
		part := rest[:min(len(rest), most)]
		rest = rest[len(part):]
		final := last && len(rest) == 0
		e.block(&out, part, t, final)
		if len(rest) == 0 {
			break
		}
	}
	if len(out.b)-start <= len(data)+len(data)/1000+8 {
		out.align(last)
		return out.b
	}
	return stored(out.b[:start], data, last)
}

// block writes data as one block with dynamic codes.
func (e *Encoder) block(w *writer, data []byte, t *table, final bool) {
	if final {
		w.put(1, 1)
	} else {
		w.put(0, 1)
	}
	for _, c := range t.header {
		w.put(uint64(c.bits), uint(c.n))
		w.flush()
	}
	if uint64(e.base)+uint64(len(data))+2*window > 1<<32-1 || e.base == 0 {
		clear(e.heads[:])
		e.base = window + 1
	}
	base := e.base
	e.base += uint32(len(data)) + window
	at, from := 0, 0 // from is where the bytes begin that are not written yet
	limit := len(data) - 8
	for at < limit {
		word := binary.LittleEndian.Uint32(data[at:])
		head := &e.heads[word*0x9E3779B1>>(32-hashBits)]
		back := base + uint32(at) - *head
		*head = base + uint32(at)
		if back >= window || binary.LittleEndian.Uint32(data[at-int(back):]) != word {
			at += 1 + (at-from)>>6 // where nothing is found, look less often
			continue
		}
		n := minMatch + matching(data[at+minMatch:], data[at+minMatch-int(back):])
		for at > from && at > int(back) && data[at-1] == data[at-1-int(back)] && n < maxMatch {
			at--
			n++
		}
		w.literals(data[from:at], t)
		w.match(n, int(back), t)
		end := at + n
		// Two places inside the match are found again.
		if end < limit {
			for _, k := range [2]int{at + 1, end - 2} {
				word := binary.LittleEndian.Uint32(data[k:])
				e.heads[word*0x9E3779B1>>(32-hashBits)] = base + uint32(k)
			}
		}
		at, from = end, end
	}
	w.literals(data[from:], t)
	w.put(uint64(t.literal[256].bits), uint(t.literal[256].n))
	w.flush()
}

// matching gives how many bytes a and b begin with alike, up to what a match may have beyond minMatch.
func matching(a, b []byte) int {
	n := 0
	most := min(len(a), maxMatch-minMatch)
	for n+8 <= most {
		if x := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); x != 0 {
			return n + bits.TrailingZeros64(x)/8
		}
		n += 8
	}
	for n < most && a[n] == b[n] {
		n++
	}
	return n
}

// stored appends data as blocks without compression.
func stored(dst, data []byte, last bool) []byte {
	const most = 1<<16 - 1
	for {
		n := min(len(data), most)
		final := byte(0)
		if last && n == len(data) {
			final = 1
		}
		dst = append(dst, final, byte(n), byte(n>>8), ^byte(n), ^byte(n>>8))
		dst = append(dst, data[:n]...)
		if data = data[n:]; len(data) == 0 {
			return dst
		}
	}
}

// writer writes bits, the lowest first. At most 56 bits may be put between two calls of flush.
type writer struct {
	b   []byte
	acc uint64
	n   uint
}

func (w *writer) put(v uint64, n uint) {
	w.acc |= v << w.n
	w.n += n
}

func (w *writer) flush() {
	w.b = binary.LittleEndian.AppendUint64(w.b, w.acc)
	k := w.n / 8
	w.b = w.b[:len(w.b)-8+int(k)]
	w.acc >>= k * 8
	w.n &= 7
}

func (w *writer) literals(data []byte, t *table) {
	for len(data) >= 3 {
		a, b, c := t.literal[data[0]], t.literal[data[1]], t.literal[data[2]]
		w.put(uint64(a.bits), uint(a.n))
		w.put(uint64(b.bits), uint(b.n))
		w.put(uint64(c.bits), uint(c.n))
		w.flush()
		data = data[3:]
	}
	for _, c := range data {
		w.put(uint64(t.literal[c].bits), uint(t.literal[c].n))
	}
	w.flush()
}

func (w *writer) match(n, back int, t *table) {
	c := t.length[n]
	w.put(uint64(c.bits), uint(c.n))
	symbol, extra, more := distance(back)
	d := t.distance[symbol]
	w.put(uint64(d.bits), uint(d.n))
	w.put(uint64(more), extra)
	w.flush()
}

// distance gives the symbol of a distance, and the number and value of the bits after it (RFC 1951, 3.2.5).
func distance(back int) (symbol int, extra uint, more int) {
	d := uint(back - 1)
	if d < 4 {
		return int(d), 0, 0
	}
	extra = uint(bits.Len(d)) - 2
	return int(2*extra + d>>extra), extra, int(d & (1<<extra - 1))
}

// align ends the stream at a byte border; when it is not the last of its stream, with an empty stored block.
//
// Before it stands an empty block of the fixed codes, for readers such as poppler's: they fetch as many bits as the longest
// code has before they look at one, and at a stored block drop what they have fetched. Of the fixed codes' nine bits the end
// of a block takes seven, so that no whole byte is left to be dropped; of our fifteen it would take eleven.
func (w *writer) align(last bool) {
	if !last {
		w.put(0b010, 3)
		w.put(0, 7)
		w.put(0, 3)
	}
	w.n = (w.n + 7) &^ 7
	w.flush()
	if !last {
		w.b = append(w.b, 0, 0, 0xFF, 0xFF)
	}
}
