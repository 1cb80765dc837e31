package deflate

// Count adds to freq how often each symbol is written for data: 286 literals and lengths, then 30 distances.
func Count(data []byte, freq []int) {
	var plain table // codes that are the symbols themselves
	for i := range plain.literal {
		plain.literal[i] = code{uint32(i), 9}
	}
	for n := 3; n <= maxMatch; n++ {
		symbol, extra, more := length(n)
		plain.length[n] = code{uint32(symbol) | uint32(more)<<9, 9 + uint8(extra)}
	}
	for i := range plain.distance {
		plain.distance[i] = code{uint32(i), 5}
	}
	var w writer
	new(Encoder).block(&w, data, &plain, true)
	w.n = (w.n + 7) &^ 7
	w.flush()
	at := 1
	read := func(n int) (v int) {
		for k := range n {
			v |= int(w.b[(at+k)/8]>>((at+k)%8)&1) << k
		}
		at += n
		return v
	}
	var extras [286]int
	for n := 3; n <= maxMatch; n++ {
		symbol, extra, _ := length(n)
		extras[symbol] = int(extra)
	}
	for {
		symbol := read(9)
		freq[symbol]++
		if symbol == 256 {
			return
		}
		if symbol > 256 {
			read(extras[symbol])
			d := read(5)
			freq[286+d]++
			read(max(0, d/2-1))
		}
	}
}

// Lengths writes the code lengths that suit freq as the table of a kind has them.
func Lengths(freq []int) string {
	smooth := make([]int, len(freq))
	for i, f := range freq {
		smooth[i] = f*64 + 1 // every symbol has a code
	}
	b := huffman(smooth[:286], 15)
	b = append(b, huffman(smooth[286:], 15)...)
	for i := range b {
		b[i] += 'A' - 1
	}
	return string(b)
}
