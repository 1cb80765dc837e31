package fill

import (
	"image"
	"testing"
)

// readQR reads a QR code from its pixels by ISO/IEC 18004, without correcting errors: what a telephone would see. Up to
// version 10, level M, one segment of bytes or capitals.
func readQR(t *testing.T, img image.Image) string {
	t.Helper()
	n := img.Bounds().Dx()/qrModule - 2*qrQuiet
	version := (n - 17) / 4
	if img.Bounds().Dx() != img.Bounds().Dy() || n != 17+4*version || version < 1 || version > 10 {
		t.Fatalf("%d modules a side", n)
	}
	dark := func(x, y int) bool {
		l, _, _, _ := img.At((x+qrQuiet)*qrModule+qrModule/2, (y+qrQuiet)*qrModule+qrModule/2).RGBA()
		return l < 0x8000
	}
	for i := -qrQuiet; i < n+qrQuiet; i++ {
		for _, k := range []int{-1, -qrQuiet, n, n + qrQuiet - 1} {
			if dark(i, k) || dark(k, i) {
				t.Fatal("the quiet zone is not white")
			}
		}
	}
	format := 0
	for i := range 8 { // bits 14…7 run along row 8, the timing column left out
		x := i
		if i > 5 {
			x++
		}
		if i < 7 {
			format = format<<1 | bit(dark(x, 8))
		}
	}
	format = (format ^ 0b1010100) >> 2 // five data bits of the mask 101010000010010
	if format>>3 != 0 {
		t.Fatalf("error correction level %b, not M", format>>3)
	}
	masks := []func(i, j int) bool{
		func(i, j int) bool { return (i+j)%2 == 0 },
		func(i, _ int) bool { return i%2 == 0 },
		func(_, j int) bool { return j%3 == 0 },
		func(i, j int) bool { return (i+j)%3 == 0 },
		func(i, j int) bool { return (i/2+j/3)%2 == 0 },
		func(i, j int) bool { return i*j%2+i*j%3 == 0 },
		func(i, j int) bool { return (i*j%2+i*j%3)%2 == 0 },
		func(i, j int) bool { return ((i+j)%2+i*j%3)%2 == 0 },
	}
	mask := masks[format&7]
	centres := [][]int{nil, nil, {6, 18}, {6, 22}, {6, 26}, {6, 30}, {6, 34}, {6, 22, 38}, {6, 24, 42}, {6, 26, 46}, {6, 28, 50}}[version]
	function := func(x, y int) bool {
		if x == 6 || y == 6 || x < 9 && y < 9 || x < 9 && y >= n-8 || x >= n-8 && y < 9 {
			return true
		}
		if version >= 7 && (x >= n-11 && y < 6 || y >= n-11 && x < 6) {
			return true
		}
		for _, cx := range centres {
			for _, cy := range centres {
				corner := cx == 6 && cy == 6 || cx == 6 && cy == n-7 || cx == n-7 && cy == 6
				if !corner && x >= cx-2 && x <= cx+2 && y >= cy-2 && y <= cy+2 {
					return true
				}
			}
		}
		return false
	}
	var words []byte
	count := 0
	up := true
	for x := n - 1; x > 0; x -= 2 {
		if x == 6 {
			x--
		}
		for k := range n {
			y := k
			if up {
				y = n - 1 - k
			}
			for _, cx := range []int{x, x - 1} {
				if function(cx, y) {
					continue
				}
				if count%8 == 0 {
					words = append(words, 0)
				}
				words[len(words)-1] = words[len(words)-1]<<1 | byte(bit(dark(cx, y) != mask(y, cx))) //nolint:gosec // 0 or 1
				count++
			}
		}
		up = !up
	}
	var sizes []int // of the blocks' data
	b := [][4]int{{}, {1, 16}, {1, 28}, {1, 44}, {2, 32}, {2, 43}, {4, 27}, {4, 31}, {2, 38, 2, 39}, {3, 36, 2, 37}, {4, 43, 1, 44}}[version]
	for range b[0] {
		sizes = append(sizes, b[1])
	}
	for range b[2] {
		sizes = append(sizes, b[3])
	}
	blocks := make([][]byte, len(sizes))
	at := 0
	for i := range sizes[len(sizes)-1] {
		for k, size := range sizes {
			if i < size {
				blocks[k] = append(blocks[k], words[at])
				at++
			}
		}
	}
	var data []byte
	for _, b := range blocks {
		data = append(data, b...)
	}
	pos := 0
	take := func(n int) (v int) {
		for range n {
			v = v<<1 | int(data[pos/8]>>(7-pos%8)&1)
			pos++
		}
		return v
	}
	long := version > 9
	switch mode := take(4); mode {
	case 4:
		width := 8
		if long {
			width = 16
		}
		out := make([]byte, take(width))
		for i := range out {
			out[i] = byte(take(8)) //nolint:gosec // eight bits
		}
		return string(out)
	case 2:
		const chars = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
		width := 9
		if long {
			width = 11
		}
		var out []byte
		for n := take(width); n > 0; n -= 2 {
			if n == 1 {
				out = append(out, chars[take(6)])
				break
			}
			v := take(11)
			out = append(out, chars[v/45], chars[v%45])
		}
		return string(out)
	default:
		t.Fatalf("mode %04b", mode)
	}
	return ""
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
