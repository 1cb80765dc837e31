package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io"

	"github.com/klauspost/compress/zlib"
)

// pngFile is a PNG file taken apart (ISO/IEC 15948). Its pixels are read row by row, so that a picture of any size costs the
// memory of two rows; only interlaced files are decoded as a whole.
type pngFile struct {
	width, height int
	bits          int  // of a sample
	kind          byte // colour type: 0 gray, 2 RGB, 3 palette, 4 gray with alpha, 6 RGB with alpha
	interlaced    bool
	palette       []byte // RGB, RGB …
	trns          []byte // the tRNS chunk
	idat          []byte // zlib
}

var errPNG = errors.New("png: damaged")

// readPNG takes a file apart and checks the sum of each chunk.
func readPNG(data []byte) (*pngFile, error) {
	c, err := png.DecodeConfig(bytes.NewReader(data)) // checks the header
	if err != nil {
		return nil, err
	}
	if err := checkSize(c); err != nil {
		return nil, err
	}
	f := &pngFile{width: c.Width, height: c.Height}
	for at := 8; ; {
		if at+12 > len(data) {
			return nil, fmt.Errorf("%w: it ends within", errPNG)
		}
		n := int(binary.BigEndian.Uint32(data[at:]))
		if n > len(data)-at-12 {
			return nil, fmt.Errorf("%w: it ends within", errPNG)
		}
		body := data[at+8 : at+8+n]
		if crc32.ChecksumIEEE(data[at+4:at+8+n]) != binary.BigEndian.Uint32(data[at+8+n:]) {
			return nil, fmt.Errorf("%w: wrong sum of a chunk", errPNG)
		}
		switch string(data[at+4 : at+8]) {
		case "IHDR":
			if at > 8 || n < 13 {
				return nil, fmt.Errorf("%w: two headers", errPNG)
			}
			f.bits, f.kind, f.interlaced = int(body[8]), body[9], body[12] != 0
		case "PLTE":
			f.palette = body
		case "tRNS":
			f.trns = body
		case "IDAT":
			f.idat = append(f.idat, body...)
		case "IEND":
			if f.kind == 3 && len(f.palette) < 3 {
				return nil, fmt.Errorf("%w: no palette", errPNG)
			}
			return f, nil
		}
		at += 12 + n
	}
}

// samples is how many of them a pixel has.
func (f *pngFile) samples() int {
	switch f.kind {
	case 2:
		return 3
	case 4:
		return 2
	case 6:
		return 4
	}
	return 1
}

// plain reports whether PDF can take the compressed pixels as they are: no transparency, samples of 8 bits at most, rows in order.
func (f *pngFile) plain() bool {
	return f.bits <= 8 && f.kind < 4 && len(f.trns) == 0 && !f.interlaced
}

// rows gives each row, its filter undone, to take; what take is given is overwritten by the next row.
func (f *pngFile) rows(take func(row []byte)) error {
	z, err := zlib.NewReader(bytes.NewReader(f.idat))
	if err != nil {
		return fmt.Errorf("%w: %v", errPNG, err) //nolint:errorlint // one of two
	}
	defer z.Close() //nolint:errcheck // only read
	step := max(1, f.samples()*f.bits/8)
	size := (f.width*f.samples()*f.bits + 7) / 8
	row, above := make([]byte, 1+size), make([]byte, 1+size)
	for y := range f.height {
		if _, err := io.ReadFull(z, row); err != nil {
			return fmt.Errorf("%w: row %d: %v", errPNG, y+1, err) //nolint:errorlint // one of two
		}
		if err := unfilter(row[0], row[1:], above[1:], step); err != nil {
			return err
		}
		if take != nil {
			take(row[1:])
		}
		row, above = above, row
	}
	if n, err := z.Read(row[:1]); n != 0 || !errors.Is(err, io.EOF) { // the sum of the pixels is checked here
		return fmt.Errorf("%w: after the last row: %v", errPNG, err) //nolint:errorlint // one of two
	}
	return nil
}

// unfilter undoes the filter of a row; step is the distance of a byte from that of the pixel before (ISO/IEC 15948, 9.2).
func unfilter(filter byte, row, above []byte, step int) error {
	switch filter {
	case 0:
	case 1:
		for i := step; i < len(row); i++ {
			row[i] += row[i-step]
		}
	case 2:
		for i, b := range above {
			row[i] += b
		}
	case 3:
		for i := range row {
			left := 0
			if i >= step {
				left = int(row[i-step])
			}
			row[i] += byte((left + int(above[i])) / 2)
		}
	case 4:
		for i := range min(step, len(row)) {
			row[i] += above[i]
		}
		for i := step; i < len(row); i++ {
			row[i] += paeth(int(row[i-step]), int(above[i]), int(above[i-step]))
		}
	default:
		return fmt.Errorf("%w: filter %d", errPNG, filter)
	}
	return nil
}

// paeth is the one of left, above and above left that is nearest to left + above - above left.
func paeth(left, above, corner int) byte {
	a, b := above-corner, left-corner
	c := a + b
	a, b, c = max(a, -a), max(b, -b), max(c, -c)
	switch {
	case a <= b && a <= c:
		return byte(left)
	case b <= c:
		return byte(above)
	}
	return byte(corner)
}

// colours turns a row into 8-bit RGB and alpha, a byte for each pixel.
func (f *pngFile) colours(row, rgb, alpha []byte) {
	sample := func(i int) int { // the i-th of the row, as it is
		switch f.bits {
		case 8:
			return int(row[i])
		case 16:
			return int(row[2*i])<<8 | int(row[2*i+1])
		}
		per := 8 / f.bits
		return int(row[i/per]) >> (8 - f.bits - i%per*f.bits) & (1<<f.bits - 1)
	}
	eight := func(v int) byte {
		switch f.bits {
		case 8:
			return byte(v)
		case 16:
			return byte(v >> 8)
		}
		return byte(v * 255 / (1<<f.bits - 1))
	}
	key := func(i int) int { // of the colour that counts as transparent
		if len(f.trns) < 2*i+2 {
			return -1
		}
		return int(f.trns[2*i])<<8 | int(f.trns[2*i+1])
	}
	for x := range f.width {
		p, a := rgb[3*x:3*x+3], byte(0xFF)
		switch f.kind {
		case 0, 4:
			n := f.samples()
			v := sample(n * x)
			p[0] = eight(v)
			p[1], p[2] = p[0], p[0]
			if n == 2 {
				a = eight(sample(2*x + 1))
			} else if v == key(0) {
				a = 0
			}
		case 2, 6:
			n := f.samples()
			r, g, b := sample(n*x), sample(n*x+1), sample(n*x+2)
			p[0], p[1], p[2] = eight(r), eight(g), eight(b)
			if n == 4 {
				a = eight(sample(4*x + 3))
			} else if r == key(0) && g == key(1) && b == key(2) {
				a = 0
			}
		case 3:
			v := sample(x)
			if 3*v+3 <= len(f.palette) {
				copy(p, f.palette[3*v:])
			} else { // beyond the palette: black, as other readers have it
				p[0], p[1], p[2] = 0, 0, 0
			}
			if v < len(f.trns) {
				a = f.trns[v]
			}
		}
		alpha[x] = a
	}
}

// imageRows gives the rows of a decoded picture as colours does.
func imageRows(m image.Image, rgb, alpha []byte, take func()) {
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := range b.Dx() {
			p := color.NRGBAModel.Convert(m.At(b.Min.X+x, y)).(color.NRGBA)
			rgb[3*x], rgb[3*x+1], rgb[3*x+2], alpha[x] = p.R, p.G, p.B, p.A
		}
		take()
	}
}
