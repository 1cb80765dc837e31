package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
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
	pixels, err := jpeg.Decode(bytes.NewReader(img.data)) // a damaged file would be a hole in the page
	if err != nil {
		return err
	}
	space := "/DeviceRGB"
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
	c, err := png.DecodeConfig(bytes.NewReader(img.data))
	if err != nil {
		return err
	}
	if err := checkSize(c); err != nil {
		return err
	}
	pixels, err := png.Decode(bytes.NewReader(img.data)) // checks all of the file
	if err != nil {
		return err
	}
	if raw, ok := rawPNG(img.data); ok {
		w.stream(img.ref, imageDict(c.Width, c.Height, raw.bits, raw.space)+
			fmt.Sprintf("/DecodeParms<</Predictor 15/Colors %d/BitsPerComponent %d/Columns %d>>", raw.colors, raw.bits, c.Width),
			"FlateDecode", raw.idat)
		return nil
	}
	w.writePixels(img.ref, pixels)
	return nil
}

// rawImage is the pixel data of a PNG file that PDF can take as it is.
type rawImage struct {
	idat         []byte
	bits, colors int
	space        string
}

// rawPNG takes a PNG file apart. It is not ok when the file has transparency, 16-bit samples or interlaced rows.
func rawPNG(data []byte) (raw rawImage, ok bool) {
	var palette []byte
	for at := 8; at+12 <= len(data); {
		n := int(binary.BigEndian.Uint32(data[at:]))
		if n > len(data)-at-12 {
			return raw, false
		}
		body := data[at+8 : at+8+n]
		switch string(data[at+4 : at+8]) {
		case "IHDR":
			if n < 13 || body[8] > 8 || body[12] != 0 {
				return raw, false
			}
			raw.bits, raw.colors = int(body[8]), 1
			switch body[9] {
			case 0:
				raw.space = "/DeviceGray"
			case 2:
				raw.space, raw.colors = "/DeviceRGB", 3
			case 3:
			default:
				return raw, false
			}
		case "PLTE":
			palette = body
		case "tRNS":
			return raw, false
		case "IDAT":
			raw.idat = append(raw.idat, body...)
		}
		at += 12 + n
	}
	if raw.space == "" {
		if len(palette) < 3 {
			return raw, false
		}
		b := []byte("[/Indexed/DeviceRGB " + strconv.Itoa(len(palette)/3-1))
		raw.space = string(append(appendHexString(b, palette), ']'))
	}
	return raw, len(raw.idat) > 0
}

// writePixels writes an image as 8-bit RGB, with its transparency, if any, as a soft mask.
func (w *writer) writePixels(r ref, pixels image.Image) {
	b := pixels.Bounds()
	rgb := make([]byte, 0, 3*b.Dx()*b.Dy())
	alpha := make([]byte, 0, b.Dx()*b.Dy())
	opaque := true
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			p := color.NRGBAModel.Convert(pixels.At(x, y)).(color.NRGBA)
			rgb = append(rgb, p.R, p.G, p.B)
			alpha = append(alpha, p.A)
			opaque = opaque && p.A == 0xFF
		}
	}
	dict := imageDict(b.Dx(), b.Dy(), 8, "/DeviceRGB")
	if !opaque {
		mask := w.reserve()
		w.pixels(mask, imageDict(b.Dx(), b.Dy(), 8, "/DeviceGray"), alpha)
		dict += "/SMask " + strconv.Itoa(int(mask)) + " 0 R"
	}
	w.pixels(r, dict, rgb)
}
