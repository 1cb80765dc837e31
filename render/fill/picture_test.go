package fill

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"slices"
	"testing"
)

// A JPEG is written upright, whatever way its camera was held (Exif orientation 1 to 8).
func TestOrientation(t *testing.T) {
	// Quarters: red and green above, blue and white below.
	src := image.NewRGBA(image.Rect(0, 0, 64, 32))
	quarters := []color.RGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 255, 255}}
	for i, c := range quarters {
		x, y := i%2*32, i/2*16
		draw.Draw(src, image.Rect(x, y, x+32, y+16), image.NewUniform(c), image.Point{}, draw.Src)
	}
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, src, nil); err != nil {
		t.Fatal(err)
	}
	exif := func(order binary.AppendByteOrder, mark string, value uint16) []byte {
		b := append([]byte("Exif\x00\x00"), mark...)
		b = order.AppendUint16(b, 42)
		b = order.AppendUint32(b, 8)
		b = order.AppendUint16(b, 2)
		for _, e := range [][2]uint16{{0x0100, 7}, {0x0112, value}} {
			b = order.AppendUint16(order.AppendUint16(b, e[0]), 3)
			b = order.AppendUint32(b, 1)
			b = order.AppendUint16(order.AppendUint16(b, e[1]), 0)
		}
		head := binary.BigEndian.AppendUint16([]byte{0xFF, 0xE1}, uint16(len(b)+2)) //nolint:gosec // short
		return slices.Concat(plain.Bytes()[:2], head, b, plain.Bytes()[2:])
	}
	// What each orientation shows, clockwise from above left, by number of the quarter.
	want := map[uint16]string{1: "0132", 2: "1023", 3: "3201", 4: "2310", 5: "0231", 6: "2013", 7: "3102", 8: "1320", 9: "0132"}
	for o, quarter := range want {
		for _, data := range [][]byte{exif(binary.BigEndian, "MM", o), exif(binary.LittleEndian, "II", o)} {
			out := filled(t, word(t, par("{{@照片}}")), map[string]any{"照片": data}, Strict)
			rel, _ := out.Rel(out.Main(), attrOf(nodes(t, out, mainPart, "a:blip")[0], "r:embed"))
			img, err := jpeg.Decode(bytes.NewReader(out.Part(rel.Target).Data))
			if err != nil {
				t.Fatal(err)
			}
			b := img.Bounds()
			if wide := b.Dx() == 64 && b.Dy() == 32; wide != (o < 5 || o > 8) {
				t.Errorf("orientation %d: %v", o, b)
			}
			got := ""
			for _, at := range []image.Point{{b.Dx() / 4, b.Dy() / 4}, {b.Dx() * 3 / 4, b.Dy() / 4}, {b.Dx() * 3 / 4, b.Dy() * 3 / 4}, {b.Dx() / 4, b.Dy() * 3 / 4}} {
				r, g, bl, _ := img.At(at.X, at.Y).RGBA()
				for i, c := range quarters {
					if (r > 0x8000) == (c.R > 0) && (g > 0x8000) == (c.G > 0) && (bl > 0x8000) == (c.B > 0) {
						got += string(rune('0' + i))
					}
				}
			}
			if got != quarter {
				t.Errorf("orientation %d: %s, want %s", o, got, quarter)
			}
			cx, cy := attrOf(nodes(t, out, mainPart, "wp:extent")[0], "cx"), attrOf(nodes(t, out, mainPart, "wp:extent")[0], "cy")
			if tall := len(cy) >= len(cx) && cy > cx; tall != (o >= 5 && o <= 8) {
				t.Errorf("orientation %d: %s × %s", o, cx, cy)
			}
		}
	}
	// Broken Exif is as good as none.
	whole := exif(binary.BigEndian, "MM", 6)
	for n := 20; n < 70; n++ {
		bad := bytes.Clone(whole)
		bad[n] ^= 0xFF
		p := &picture{data: bad}
		_ = p.orientation()
		p.data = whole[:n]
		_ = p.orientation()
	}
}

// A picture in VML, as older programs and WPS keep it, is replaced by its alternative text; text tags in it are filled.
func TestVMLPictures(t *testing.T) {
	shape := func(id, alt string) string {
		return `<w:r><w:pict><v:shape id="_x0000_s10` + id + `" type="#_x0000_t75" alt="` + alt + `" style="width:60pt;height:30pt"><v:imagedata r:id="rId1"/></v:shape></w:pict></w:r>`
	}
	p := withPicture(t, word(t, par("{{#人}}")+`<w:p>`+run("{{姓名}}")+shape("26", "照片 {{@照片}}")+`</w:p>`+par("{{/人}}")+`<w:p>`+shape("27", "{{题}}的图")+`</w:p>`))
	a, b := pngOf(t, 40, 20), pngOf(t, 60, 30)
	out := filled(t, p, map[string]any{"题": "膜", "人": []any{map[string]any{"姓名": "张三", "照片": a}, map[string]any{"姓名": "李四", "照片": map[string]any{"data": b, "alt": "证件照"}}}}, Strict)
	shapes := nodes(t, out, mainPart, "v:shape")
	for i, want := range []struct {
		alt  string
		data []byte
	}{{"照片", a}, {"证件照", b}, {"膜的图", pngOf(t, 2, 1)}} {
		rel, _ := out.Rel(out.Main(), attrOf(shapes[i].Child("v:imagedata"), "r:id"))
		if part := out.Part(rel.Target); part == nil || !bytes.Equal(part.Data, want.data) || attrOf(shapes[i], "alt") != want.alt {
			t.Errorf("shape %d: %q leads to %s", i, attrOf(shapes[i], "alt"), rel.Target)
		}
	}
	if attrOf(shapes[0], "id") == attrOf(shapes[1], "id") {
		t.Error("two shapes of one id")
	}
}
