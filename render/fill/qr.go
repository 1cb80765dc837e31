package fill

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strings"
	"sync"

	"rsc.io/qr"
)

const (
	qrModule = 8    // pixels a side: sharp at any size that a document prints
	qrQuiet  = 4    // modules of white around the symbol (ISO/IEC 18004, 9.1)
	qrMax    = 1200 // bytes; more is a symbol that a telephone does not read from paper
	qrSide   = 25 * emuPerMM
)

// qr makes the QR code of a text value as a picture of two colours, error correction level M. It is 25 mm wide unless
// the tag says otherwise.
func (r *renderer) qr(t *tag, v any) (*picture, bool) {
	text, ok := toText(v)
	if !ok || text == "" {
		r.invalid(t, "fill.qr.text", "要的是文字或网址", "takes a text or an address", "在数据里给出网址", "give an address in the data")
		return nil, false
	}
	if len(text) > qrMax {
		r.invalid(t, "fill.limit.qr", "有 %[2]d 字节，二维码最多容纳 %[3]d 字节", "has %[2]d bytes; a QR code takes at most %[3]d", "改用较短的网址", "use a shorter address", len(text), qrMax)
		return nil, false
	}
	if target := encodeAddress(text); strings.Contains(text, "://") && len(target) <= qrMax { // readers disagree on bytes beyond ASCII
		text = target
	}
	if p := r.codes[text]; p != nil { // in another footer
		q := *p
		return &q, true
	}
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		r.invalid(t, "fill.qr.text", "不能编成二维码", "cannot become a QR code", "改用较短的网址", "use a shorter address")
		return nil, false
	}
	n := code.Size + 2*qrQuiet
	img := image.NewPaletted(image.Rect(0, 0, n*qrModule, n*qrModule), color.Palette{color.White, color.Black})
	for y := range code.Size {
		row := img.Pix[(y+qrQuiet)*qrModule*img.Stride:][:img.Stride]
		for x := range code.Size {
			if code.Black(x, y) {
				for i := range qrModule {
					row[(x+qrQuiet)*qrModule+i] = 1
				}
			}
		}
		for i := 1; i < qrModule; i++ {
			copy(img.Pix[((y+qrQuiet)*qrModule+i)*img.Stride:], row)
		}
	}
	var b bytes.Buffer
	if err := qrEncoder.Encode(&b, img); err != nil {
		r.invalid(t, "fill.qr.text", "不能编成二维码", "cannot become a QR code", "改用较短的网址", "use a shorter address")
		return nil, false
	}
	p := &picture{data: b.Bytes(), ext: "png", px: n * qrModule, py: n * qrModule, dx: plainDPI, dy: plainDPI, w: qrSide}
	if r.codes == nil {
		r.codes = map[string]*picture{}
	}
	r.codes[text] = p
	q := *p
	return &q, true
}

// qrEncoder keeps its compressors: each is a megabyte, and every page of letters and contracts has a code.
var qrEncoder = png.Encoder{BufferPool: &pngBuffers{}}

type pngBuffers struct{ pool sync.Pool }

func (p *pngBuffers) Get() *png.EncoderBuffer {
	b, _ := p.pool.Get().(*png.EncoderBuffer)
	return b // nil is made anew
}

func (p *pngBuffers) Put(b *png.EncoderBuffer) { p.pool.Put(b) }
