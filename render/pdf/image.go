package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strconv"

	"tripact/render/layout"
)

// maxPixels bounds a picture: 64 megapixels are an A3 sheet at 600 dots to the inch.
const maxPixels = 64 << 20

// xImage is a picture as the file holds it, once however often it is shown.
type xImage struct {
	name    string
	ref     ref
	sum     [32]byte
	data    []byte   // as layout gave it
	modules *modules // of a picture that is drawn as squares and is no image in the file
}

// image returns the image object for a picture and writes it when it is new.
func (w *writer) image(p *layout.Picture) (*xImage, error) {
	for _, img := range w.images {
		if len(img.data) == len(p.Data) && len(p.Data) > 0 && &img.data[0] == &p.Data[0] {
			return img, nil
		}
	}
	sum := sha256.Sum256(p.Data)
	for _, img := range w.images {
		if img.sum == sum {
			return img, nil
		}
	}
	if m := readModules(p.Data); m != nil {
		img := &xImage{sum: sum, data: p.Data, modules: m}
		w.images = append(w.images, img)
		return img, nil
	}
	img := &xImage{name: "Im" + strconv.Itoa(len(w.images)+1), ref: w.reserve(), sum: sum, data: p.Data}
	var err error
	// The content tells what it is; a package's content type may be wrong.
	switch {
	case bytes.HasPrefix(p.Data, []byte("\x89PNG\r\n\x1a\n")):
		err = w.writePNG(img)
	case bytes.HasPrefix(p.Data, []byte("\xFF\xD8")):
		err = w.writeJPEG(img)
	default:
		err = fmt.Errorf("%s is neither PNG nor JPEG", p.MIME)
	}
	if err != nil {
		return nil, err
	}
	w.images = append(w.images, img)
	return img, nil
}

func checkSize(c image.Config) error {
	if c.Width <= 0 || c.Height <= 0 || c.Width > maxPixels/c.Height {
		return fmt.Errorf("%d × %d pixels are more than the limit of %d", c.Width, c.Height, maxPixels)
	}
	return nil
}

func imageDict(width, height, bits int, space string) string {
	return fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d/ColorSpace%s", width, height, bits, space)
}

// writeJPEG embeds the file as it is, but for CMYK, which the sRGB output intent of PDF/A does not allow.
func (w *writer) writeJPEG(img *xImage) error {
	c, err := jpeg.DecodeConfig(bytes.NewReader(img.data))
	if err != nil {
		return err
	}
	if err := checkSize(c); err != nil {
		return err
	}
	space := "/DeviceRGB"
	progressive, whole := layout.JPEGFrame(img.data)
	if progressive && c.Width*c.Height > layout.MaxProgressive && c.ColorModel != color.CMYKModel { // too much to decode for a look
		if !whole {
			return io.ErrUnexpectedEOF
		}
		if c.ColorModel == color.GrayModel {
			space = "/DeviceGray"
		}
		w.stream(img.ref, imageDict(c.Width, c.Height, 8, space), "DCTDecode", img.data)
		return nil
	}
	pixels, err := jpeg.Decode(bytes.NewReader(img.data)) // a damaged file would be a hole in the page
	if err != nil {
		return err
	}
	switch c.ColorModel {
	case color.GrayModel:
		space = "/DeviceGray"
	case color.CMYKModel:
		w.writePixels(img.ref, pixels)
		return nil
	}
	w.stream(img.ref, imageDict(c.Width, c.Height, 8, space), "DCTDecode", img.data)
	return nil
}

// writePNG embeds the compressed pixels as they are when PDF knows their form, else it decodes them.
func (w *writer) writePNG(img *xImage) error {
	f, err := readPNG(img.data)
	if err != nil {
		return err
	}
	switch {
	case f.plain():
		if err := f.rows(nil); err != nil { // a damaged file would be a hole in the page
			return err
		}
		space := "/DeviceGray"
		switch f.kind {
		case 2:
			space = "/DeviceRGB"
		case 3:
			b := []byte("[/Indexed/DeviceRGB " + strconv.Itoa(len(f.palette)/3-1))
			space = string(append(appendHexString(b, f.palette), ']'))
		}
		w.stream(img.ref, imageDict(f.width, f.height, f.bits, space)+
			fmt.Sprintf("/DecodeParms<</Predictor 15/Colors %d/BitsPerComponent %d/Columns %d>>", f.samples(), f.bits, f.width),
			"FlateDecode", f.idat)
		return nil
	case f.interlaced:
		m, err := png.Decode(bytes.NewReader(img.data))
		if err != nil {
			return err
		}
		w.writePixels(img.ref, m)
		return nil
	}
	return w.writeRows(img.ref, f.width, f.height, func(rgb, alpha []byte, take func()) error {
		return f.rows(func(row []byte) {
			f.colours(row, rgb, alpha)
			take()
		})
	})
}

// writePixels writes a decoded image.
func (w *writer) writePixels(r ref, m image.Image) {
	b := m.Bounds()
	// Rows of a decoded image give no error.
	_ = w.writeRows(r, b.Dx(), b.Dy(), func(rgb, alpha []byte, take func()) error {
		imageRows(m, rgb, alpha, take)
		return nil
	})
}

// writeRows writes an image as 8-bit RGB, with its transparency, if any, as a soft mask. read fills rgb and alpha with one row after
// the other and calls take for each.
func (w *writer) writeRows(r ref, width, height int, read func(rgb, alpha []byte, take func()) error) error {
	colours, mask := generals.Get().(*general), generals.Get().(*general)
	defer colours.release()
	defer mask.release()
	colours.reset()
	mask.reset()
	rgb, alpha, opaque := make([]byte, 3*width), make([]byte, width), true
	err := read(rgb, alpha, func() {
		colours.write(rgb)
		mask.write(alpha)
		for _, a := range alpha {
			opaque = opaque && a == 0xFF
		}
	})
	if err != nil {
		return err
	}
	dict := imageDict(width, height, 8, "/DeviceRGB")
	if !opaque {
		smask := w.reserve()
		w.stream(smask, imageDict(width, height, 8, "/DeviceGray"), "FlateDecode", mask.bytes())
		dict += "/SMask " + strconv.Itoa(int(smask)) + " 0 R"
	}
	w.stream(r, dict, "FlateDecode", colours.bytes())
	return nil
}
