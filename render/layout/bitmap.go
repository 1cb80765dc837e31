package layout

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"
)

// GIF and BMP pictures, which PDF does not know, become PNG.

var errBitmap = errors.New("not a bitmap that can be read")

// asPNG turns a GIF (its first picture) or BMP file into PNG; ok is false for other files. Pictures of more than maxPixels are errors.
func asPNG(data []byte) (out []byte, ok bool, err error) {
	var m image.Image
	switch {
	case bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		c, cErr := gif.DecodeConfig(bytes.NewReader(data))
		if cErr != nil {
			return nil, true, fmt.Errorf("read a GIF: %w", cErr)
		}
		if c.Width <= 0 || c.Height <= 0 || c.Width > maxPixels/c.Height {
			return nil, true, errTooLarge
		}
		if m, err = gif.Decode(bytes.NewReader(data)); err != nil {
			return nil, true, fmt.Errorf("read a GIF: %w", err)
		}
	case bytes.HasPrefix(data, []byte("BM")) && len(data) > 54:
		if m, err = decodeBMP(data); err != nil {
			return nil, true, err
		}
	default:
		return nil, false, nil
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return nil, true, fmt.Errorf("write a PNG: %w", err)
	}
	return b.Bytes(), true, nil
}

var errTooLarge = errors.New("too many pixels")

// decodeBMP reads an uncompressed Windows bitmap of 1, 4, 8, 24 or 32 bits a pixel (BITMAPINFOHEADER and later).
func decodeBMP(data []byte) (image.Image, error) {
	u32 := func(at int) int { return int(binary.LittleEndian.Uint32(data[at:])) }
	u16 := func(at int) int { return int(binary.LittleEndian.Uint16(data[at:])) }
	from, head := u32(10), u32(14)
	w, h := int(int32(u32(18))), int(int32(u32(22)))
	bits, compression, used := u16(28), u32(30), u32(46)
	down := h < 0 // rows from the top
	if down {
		h = -h
	}
	switch {
	case head < 40 || head > 124 || w <= 0 || h <= 0 || w > 1<<20 || h > 1<<20:
		return nil, errBitmap
	case w > maxPixels/h:
		return nil, errTooLarge
	case compression != 0 && (compression != 3 || bits != 32):
		return nil, errBitmap
	}
	stride := (w*bits + 31) / 32 * 4
	if from < 14+head || from > len(data) || stride*h > len(data)-from {
		return nil, errBitmap
	}
	row := func(y int) []byte {
		if !down {
			y = h - 1 - y
		}
		return data[from+y*stride:][:stride]
	}
	switch bits {
	case 1, 4, 8:
		if used <= 0 || used > 1<<bits {
			used = 1 << bits
		}
		palette := make(color.Palette, 1<<bits)
		for i := range palette {
			palette[i] = color.NRGBA{A: 255}
			if at := 14 + head + 4*i; i < used && at+3 <= from {
				palette[i] = color.NRGBA{R: data[at+2], G: data[at+1], B: data[at], A: 255}
			}
		}
		m := image.NewPaletted(image.Rect(0, 0, w, h), palette)
		for y := range h {
			line := row(y)
			for x := range w {
				at := x * bits
				m.Pix[y*m.Stride+x] = line[at/8] >> (8 - bits - at%8) & (1<<bits - 1)
			}
		}
		return m, nil
	case 24, 32:
		m := image.NewNRGBA(image.Rect(0, 0, w, h))
		step := bits / 8
		for y := range h {
			line := row(y)
			for x := range w {
				p, q := line[x*step:], m.Pix[y*m.Stride+4*x:]
				q[0], q[1], q[2], q[3] = p[2], p[1], p[0], 255
			}
		}
		return m, nil
	}
	return nil, errBitmap
}
