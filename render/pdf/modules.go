package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/png"
	"strconv"

	"rsc.io/qr"

	"tripact/render/layout"
)

// PageCodeAlt and PageCodeAltEN are the alternative texts that mark a picture as the place of the page's code; see Options.PageCode.
const (
	PageCodeAlt   = "页面二维码"
	PageCodeAltEN = "page code"
)

// modules are the squares of a two-dimensional code, white space around it included: true is black.
type modules struct {
	side  int
	black []bool // row by row
}

// pageCode gives the modules of the code of page i (from 0), nil when p is not the place of it.
func (w *writer) pageCode(p *layout.Picture, i int) (*modules, error) {
	if w.opt.PageCode == "" || p.Alt != PageCodeAlt && p.Alt != PageCodeAltEN {
		return nil, nil //nolint:nilnil // an ordinary picture
	}
	code, err := qr.Encode(w.opt.PageCode+"/"+strconv.Itoa(i+1)+"-"+strconv.Itoa(len(w.doc.Pages)), qr.M)
	if err != nil {
		return nil, errors.Join(errors.New("the page's code"), err)
	}
	const quiet = 4 // modules of white around the symbol (ISO/IEC 18004, 9.1)
	m := &modules{side: code.Size + 2*quiet}
	m.black = make([]bool, m.side*m.side)
	for y := range m.side {
		for x := range m.side {
			m.black[y*m.side+x] = code.Black(x-quiet, y-quiet)
		}
	}
	return m, nil
}

// maxModules is the widest symbol of ISO/IEC 18004 with its white space.
const maxModules = 177 + 8

// readModules gives the modules of a picture that shows nothing but them: a square PNG file of one bit a pixel, black and white, in equal squares of
// several pixels. It is nil for any other picture.
func readModules(data []byte) *modules {
	const header = 8 + 8 + 13 // signature, chunk length and name, IHDR
	if len(data) < header || !bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")) {
		return nil
	}
	side, high, depth := binary.BigEndian.Uint32(data[16:]), binary.BigEndian.Uint32(data[20:]), data[24]
	if side != high || depth != 1 || side > maxModules*16 {
		return nil
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil // who draws it as a picture tells why
	}
	var pix []uint8
	var kind [256]int8 // of a pixel's value: 1 black, 2 white
	switch img := img.(type) {
	case *image.Paletted:
		pix = img.Pix
		for i, c := range img.Palette {
			switch r, g, b, a := c.RGBA(); {
			case a != 0xFFFF:
			case r|g|b == 0:
				kind[i] = 1
			case r&g&b == 0xFFFF:
				kind[i] = 2
			}
		}
	case *image.Gray:
		pix, kind[0], kind[255] = img.Pix, 1, 2
	}
	n := int(side)
	if len(pix) != n*n {
		return nil
	}
	size := n // the greatest common divisor of all places where the colour changes
	for i, v := range pix {
		x, y := i%n, i/n
		if kind[v] == 0 {
			return nil
		}
		if x > 0 && v != pix[i-1] {
			size = divisor(size, x)
		}
		if y > 0 && v != pix[i-n] {
			size = divisor(size, y)
		}
	}
	if size < 2 || n/size > maxModules {
		return nil
	}
	m := &modules{side: n / size}
	m.black = make([]bool, m.side*m.side)
	for y := range m.side {
		for x := range m.side {
			m.black[y*m.side+x] = kind[pix[y*size*n+x*size]] == 1
		}
	}
	return m
}

func divisor(a, b int) int {
	for b > 0 {
		a, b = b, a%b
	}
	return a
}

// modules draws m in the unit square: a white ground, and the black squares of each row joined, all in one path, so that no viewer
// shows seams between them.
func (c *content) modules(m *modules) {
	c.str("1 g 0 0 1 1 re f 0 g ")
	step := strconv.FormatFloat(1/float64(m.side), 'f', 6, 64)
	c.str(step + " 0 0 " + step + " 0 0 cm\n")
	for y := range m.side {
		row := m.black[y*m.side : (y+1)*m.side]
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			from := x
			for x < len(row) && row[x] {
				x++
			}
			for _, v := range [3]int{from, m.side - 1 - y, x - from} {
				c.b = append(strconv.AppendInt(c.b, int64(v), 10), ' ')
			}
			c.str("1 re ")
		}
	}
	c.str("f\n")
}
