package pdf

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"tripact/render/layout"
)

// square is a red square of 8 pixels, its left half half transparent when glassy.
func square(glassy bool) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, 8, 8))
	for y := range 8 {
		for x := range 8 {
			c := color.NRGBA{R: 0xFF, A: 0xFF}
			if glassy && x < 4 {
				c.A = 0x80
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

func pngOf(t testing.TB, glassy bool) []byte { return encodePNG(t, square(glassy)) }

func encodePNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func withPicture(data []byte) *layout.Document {
	doc := onePage()
	doc.Pages[0].Front = []layout.Picture{{W: layout.Inch, H: layout.Inch, Data: data, MIME: "image/x", Node: -1}}
	return doc
}

func TestPictures(t *testing.T) {
	gray := image.NewGray(image.Rect(0, 0, 5, 3))
	paletted := image.NewPaletted(image.Rect(0, 0, 5, 3), color.Palette{color.Black, color.White, color.RGBA{0xFF, 0, 0, 0xFF}})
	tests := []struct {
		name string
		data []byte
		want []string
	}{
		{"RGB PNG as it is", pngOf(t, false), []string{"/Width 8/Height 8/BitsPerComponent 8/ColorSpace/DeviceRGB/DecodeParms<</Predictor 15/Colors 3/BitsPerComponent 8/Columns 8>>/Filter/FlateDecode"}},
		{"PNG with alpha", pngOf(t, true), []string{"/ColorSpace/DeviceRGB/SMask", "/ColorSpace/DeviceGray/Filter/FlateDecode"}},
		{"gray PNG", encodePNG(t, gray), []string{"/ColorSpace/DeviceGray/DecodeParms<</Predictor 15/Colors 1"}},
		{"PNG with palette", encodePNG(t, paletted), []string{"/BitsPerComponent 2/ColorSpace[/Indexed/DeviceRGB 2<000000FFFFFFFF0000>]"}},
		{"16-bit PNG", encodePNG(t, image.NewGray16(image.Rect(0, 0, 2, 2))), []string{"/ColorSpace/DeviceRGB/Filter/FlateDecode"}},
		{"JPEG as it is", jpegOf(t, square(false)), []string{"/ColorSpace/DeviceRGB/Filter/DCTDecode"}},
		{"gray JPEG", jpegOf(t, gray), []string{"/ColorSpace/DeviceGray/Filter/DCTDecode"}},
	}
	for _, tt := range tests {
		out := mustWrite(t, withPicture(tt.data))
		read(t, out)
		for _, want := range tt.want {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: no %s in the file", tt.name, want)
			}
		}
	}
}

func TestPixelsOfAlphaPNG(t *testing.T) {
	f := read(t, mustWrite(t, withPicture(pngOf(t, true))))
	rgb := f.stream(f.find("/SMask")[0])
	alpha := f.stream(number(t, f.objects[f.find("/SMask")[0]], "SMask"))
	if len(rgb) != 3*64 || rgb[0] != 0xFF || rgb[1] != 0 || len(alpha) != 64 || alpha[0] != 0x80 || alpha[7] != 0xFF {
		t.Errorf("first pixel %x, alpha %x … %x", rgb[:3], alpha[0], alpha[7])
	}
}

func TestPictureIsEmbeddedOnce(t *testing.T) {
	doc := withPicture(pngOf(t, false))
	p := &doc.Pages[0]
	p.Front = append(p.Front, p.Front[0], p.Front[0])
	p.Front[2].Data = bytes.Clone(p.Front[2].Data)
	f := read(t, mustWrite(t, doc))
	if n := len(f.find("/Subtype/Image")); n != 1 {
		t.Errorf("one picture shown three times is embedded %d times", n)
	}
}

func TestBadPicturesAreErrors(t *testing.T) {
	whole := pngOf(t, false)
	bomb := bytes.Clone(whole)
	copy(bomb[16:], "\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF")
	for name, data := range map[string][]byte{
		"GIF": []byte("GIF89a"), "nothing": nil, "half a PNG": whole[:len(whole)/2], "half a JPEG": jpegOf(t, square(false))[:200], "too large": bomb,
	} {
		if _, err := Write(withPicture(data), Options{}); err == nil || !strings.Contains(err.Error(), "picture 1 of page 1") {
			t.Errorf("%s: error %v, want one that names the picture", name, err)
		}
	}
}

func FuzzPicture(f *testing.F) {
	f.Add(pngOf(f, true))
	f.Add(jpegOf(f, square(false)))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc := &layout.Document{Pages: []layout.Page{{Width: 1, Height: 1, Front: []layout.Picture{{Data: data, Node: -1}}}}}
		if out, err := Write(doc, Options{}); err == nil {
			read(t, out)
		}
	})
}
