package deflate

import (
	"cmp"
	"math/bits"
	"slices"
)

// code is a Huffman code with the bits that follow it, the lowest to be written first.
type code struct {
	bits uint32
	n    uint8
}

// table is the codes of a kind.
type table struct {
	header   []code // of a block after its first bit: that it is dynamic, and the code lengths
	literal  [286]code
	length   [maxMatch + 1]code // by length, extra bits included
	distance [30]code
}

var tables = func() (t [kinds]table) {
	for k := range t {
		t[k] = newTable(lengths[k])
	}
	return t
}()

// newTable makes the codes of the given lengths: 286 of literals and lengths, then 30 of distances, each as a letter, A for 1.
func newTable(letters string) (t table) {
	var all [316]uint8
	for i := range all {
		all[i] = letters[i] - 'A' + 1
	}
	canonical(all[:286], t.literal[:])
	canonical(all[286:], t.distance[:])
	for n := 3; n <= maxMatch; n++ {
		symbol, extra, more := length(n)
		c := t.literal[symbol]
		t.length[n] = code{c.bits | uint32(more)<<c.n, c.n + uint8(extra)}
	}
	t.header = header(all[:])
	return t
}

// header is the beginning of a dynamic block (RFC 1951, 3.2.7) after its first bit, for the code lengths of 286 literals and
// lengths and 30 distances.
func header(all []uint8) (h []code) {
	type run struct {
		symbol int
		more   code // of symbol 16, which repeats the length before
	}
	var runs []run
	freq := make([]int, 19)
	for i := 0; i < len(all); {
		n := 1
		for i > 0 && all[i] == all[i-1] && n < 6 && i+n < len(all) && all[i+n] == all[i] {
			n++
		}
		r := run{symbol: int(all[i])}
		if i > 0 && all[i] == all[i-1] && n >= 3 {
			r = run{16, code{uint32(n - 3), 2}}
		} else {
			n = 1
		}
		runs = append(runs, r)
		freq[r.symbol]++
		i += n
	}
	put := func(v uint32, n uint8) { h = append(h, code{v, n}) }
	put(2, 2)
	put(286-257, 5)
	put(30-1, 5)
	put(19-4, 4)
	lengths := huffman(freq, 7)
	for _, symbol := range [19]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15} {
		put(uint32(lengths[symbol]), 3)
	}
	codes := make([]code, 19)
	canonical(lengths, codes)
	for _, r := range runs {
		put(codes[r.symbol].bits, codes[r.symbol].n)
		if r.more.n > 0 {
			put(r.more.bits, r.more.n)
		}
	}
	return h
}

// huffman gives the code lengths, at most the given one, that make text of these frequencies shortest; 0 for symbols that do
// not occur. There must be two that do. It is the package-merge algorithm.
func huffman(freq []int, most int) []uint8 {
	type pack struct {
		weight  int
		symbols []int
	}
	var leaves []pack
	for symbol, f := range freq {
		if f > 0 {
			leaves = append(leaves, pack{f, []int{symbol}})
		}
	}
	byWeight := func(a, b pack) int { return cmp.Compare(a.weight, b.weight) }
	slices.SortStableFunc(leaves, byWeight)
	row := leaves
	for range most - 1 {
		next := slices.Clone(leaves)
		for i := 0; i+1 < len(row); i += 2 {
			next = append(next, pack{row[i].weight + row[i+1].weight, slices.Concat(row[i].symbols, row[i+1].symbols)})
		}
		slices.SortStableFunc(next, byWeight)
		row = next
	}
	lengths := make([]uint8, len(freq))
	for _, p := range row[:2*len(leaves)-2] {
		for _, symbol := range p.symbols {
			lengths[symbol]++
		}
	}
	return lengths
}

// canonical gives each symbol its code from the lengths (RFC 1951, 3.2.2).
func canonical(lengths []uint8, out []code) {
	var count, next [17]uint32
	for _, l := range lengths {
		if l > 0 {
			count[l]++
		}
	}
	for l := 1; l < 16; l++ {
		next[l+1] = (next[l] + count[l]) << 1
	}
	for i, l := range lengths {
		if l == 0 {
			continue
		}
		out[i] = code{bits.Reverse32(next[l]) >> (32 - l), l}
		next[l]++
	}
}

// length gives the symbol of a match's length, and the number and value of the bits after it (RFC 1951, 3.2.5).
func length(n int) (symbol int, extra uint, more int) {
	if n == maxMatch {
		return 285, 0, 0
	}
	d := uint(n - 3)
	if d < 8 {
		return 257 + int(d), 0, 0
	}
	extra = uint(bits.Len(d)) - 3
	return 257 + int(4*extra+d>>extra), extra, int(d & (1<<extra - 1))
}
