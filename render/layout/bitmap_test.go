package layout

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"testing"
)

// bmp is a Windows bitmap of 3 × 2 pixels with the given rows, palette and bits a pixel.
func bmp(bits int, height int32, palette []byte, rows ...[]byte) []byte {
	var b bytes.Buffer
	body := 0
	for _, r := range rows {
		body += len(r)
	}
	b.WriteString("BM")
	for _, v := range []any{uint32(54 + len(palette) + body), uint32(0), uint32(54 + len(palette)), uint32(40), int32(3), height, uint16(1), uint16(bits), uint32(0), uint32(body), int32(0), int32(0), uint32(len(palette) / 4), uint32(0)} {
		_ = binary.Write(&b, binary.LittleEndian, v)
	}
	b.Write(palette)
	for _, r := range rows {
		b.Write(r)
	}
	return b.Bytes()
}

func TestBitmapsBecomePNG(t *testing.T) {
	red, blue, white := color.NRGBA{R: 255, A: 255}, color.NRGBA{B: 255, A: 255}, color.NRGBA{255, 255, 255, 255}
	m := image.NewPaletted(image.Rect(0, 0, 3, 2), color.Palette{red, blue, white})
	copy(m.Pix, []byte{0, 1, 2, 2, 1, 0})
	var g bytes.Buffer
	if err := gif.Encode(&g, m, nil); err != nil {
		t.Fatal(err)
	}
	colors := []byte{0, 0, 255, 0, 255, 0, 0, 0, 255, 255, 255, 0}
	r24, s24 := []byte{0, 0, 255, 255, 0, 0, 255, 255, 255, 0, 0, 0}, []byte{255, 255, 255, 255, 0, 0, 0, 0, 255, 0, 0, 0}
	for name, data := range map[string][]byte{
		"GIF":          g.Bytes(),
		"24 bits":      bmp(24, 2, nil, s24, r24),
		"from the top": bmp(24, -2, nil, r24, s24),
		"32 bits":      bmp(32, 2, nil, []byte{255, 255, 255, 0, 255, 0, 0, 0, 0, 0, 255, 0}, []byte{0, 0, 255, 0, 255, 0, 0, 0, 255, 255, 255, 0}),
		"8 bits":       bmp(8, 2, colors, []byte{2, 1, 0, 0}, []byte{0, 1, 2, 0}),
		"4 bits":       bmp(4, 2, colors, []byte{0x21, 0, 0, 0}, []byte{0x01, 0x20, 0, 0}),
	} {
		out, ok, err := asPNG(data)
		if err != nil || !ok {
			t.Errorf("%s: %v, %v", name, ok, err)
			continue
		}
		got, err := png.Decode(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []color.NRGBA{red, blue, white, white, blue, red} {
			if c := color.NRGBAModel.Convert(got.At(i%3, i/3)); c != want {
				t.Errorf("%s: pixel %d is %v, want %v", name, i, c, want)
			}
		}
		doc, found := wordDoc{body: inlinePicture("mdot"), media: map[string][]byte{"dot.png": data}, sect: plainPage}.lay(t)
		if len(found) != 0 || len(doc.Pages[0].Front) != 1 || doc.Pages[0].Front[0].MIME != "image/png" {
			t.Errorf("%s: %v", name, found)
		}
	}
	one := bmp(1, 2, colors[:8], []byte{0x40, 0, 0, 0}, []byte{0xA0, 0, 0, 0})
	if out, _, err := asPNG(one); err != nil || len(out) == 0 {
		t.Errorf("1 bit: %v", err)
	}
}

func TestBrokenBitmaps(t *testing.T) {
	good := bmp(24, 2, nil, make([]byte, 12), make([]byte, 12))
	set := func(at int, v uint32) []byte {
		b := bytes.Clone(good)
		binary.LittleEndian.PutUint32(b[at:], v)
		return b
	}
	for name, data := range map[string][]byte{
		"short": good[:60], "no width": set(18, 0), "large": set(22, 1<<19), "beyond": set(10, 1<<31), "header": set(14, 7), "compressed": set(30, 1), "GIF": []byte("GIF89a......"),
	} {
		doc, found := wordDoc{body: inlinePicture("mdot"), media: map[string][]byte{"dot.png": data}, sect: plainPage}.lay(t)
		if len(found) != 1 || len(doc.Pages[0].Front) != 0 {
			t.Errorf("%s: %v", name, found)
		}
	}
}

func FuzzBMP(f *testing.F) {
	f.Add(bmp(24, 2, nil, make([]byte, 12), make([]byte, 12)))
	f.Add(bmp(4, -2, make([]byte, 16), make([]byte, 4), make([]byte, 4)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 64 {
			return
		}
		if w, h := binary.LittleEndian.Uint32(data[18:]), binary.LittleEndian.Uint32(data[22:]); w > 4096 || h > 4096 {
			return
		}
		if out, ok, err := asPNG(data); ok && err == nil {
			if _, err := png.Decode(bytes.NewReader(out)); err != nil {
				t.Errorf("the PNG made cannot be read: %v", err)
			}
		}
	})
}
