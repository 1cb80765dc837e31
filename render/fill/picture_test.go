package fill

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"slices"
	"strings"
	"testing"

	"tripact/render/docx"
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

// A placeholder whose every use got other content leaves nothing behind; one that something still shows stays.
func TestPlaceholderGoes(t *testing.T) {
	media := func(p *docx.Package) (out []string) {
		for _, part := range p.Parts() {
			if !part.XML() || strings.Contains(part.Name, "chart") {
				out = append(out, part.Name)
			}
		}
		return out
	}
	photo := map[string]any{"照片": pngOf(t, 40, 20), "人": []any{map[string]any{"照片": pngOf(t, 42, 21)}, map[string]any{"照片": nil}}}
	svg := func(s string) string {
		return strings.Replace(s, `<a:blip r:embed="rId1"/>`, `<a:blip r:embed="rId1"><a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="rId8"/></a:ext></a:extLst></a:blip>`, 1)
	}
	one, other := framed(1, "inline", "{{@照片}}", "rId1"), framed(2, "inline", "不变", "rId1")
	tests := []struct {
		name, body string
		missing    Missing
		stays      bool
	}{
		{"replaced", `<w:p>` + one + `</w:p>`, Strict, false},
		{"replaced twice", `<w:p>` + one + framed(2, "anchor", "{{@照片}}", "rId1") + `</w:p>`, Strict, false},
		{"in a loop", par("{{#人}}") + `<w:p>` + one + `</w:p>` + par("{{/人}}"), Blank, false},
		{"a copy still shows it", par("{{#人}}") + `<w:p>` + one + `</w:p>` + par("{{/人}}"), Mark, true},
		{"another shows it", `<w:p>` + one + other + `</w:p>`, Strict, true},
		{"without tag", `<w:p>` + other + run("{{空?}}") + `</w:p>`, Blank, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := withPicture(t, word(t, tt.body))
			out, l := compiled(t, p).Fill(context.Background(), photo, FillOptions{Missing: tt.missing})
			if out == nil {
				t.Fatal(l.Err())
			}
			sound(t, out)
			_, rel := out.Rel(out.Main(), "rId1")
			if there := out.Part("word/media/image1.png") != nil; there != tt.stays || rel != tt.stays {
				t.Errorf("placeholder there: %v, its relationship: %v; want %v", there, rel, tt.stays)
			}
			if p.Part("word/media/image1.png") == nil {
				t.Error("the template lost its picture")
			}
		})
	}
	t.Run("with SVG", func(t *testing.T) {
		p := withPicture(t, word(t, `<w:p>`+svg(one)+`</w:p>`))
		vector := p.AddPart("word/media/image2.svg", "image/svg+xml", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`))
		p.AddRels(p.Main(), []docx.Rel{{ID: "rId8", Type: "image", Target: vector.Name}})
		out := filled(t, p, photo, Strict)
		if got := media(out); len(got) != 1 || out.Part(vector.Name) != nil {
			t.Errorf("parts %v", got)
		}
		if types := string(out.Part("[Content_Types].xml").Data); strings.Contains(types, "image2.svg") || strings.Contains(types, "image1.png") {
			t.Error(types)
		}
	})
	t.Run("chart", func(t *testing.T) {
		p := word(t, `<w:p>`+charted("3", "{{@图一:专题}}", "rIdC")+charted("4", "{{@图二:专题}}", "rIdC")+`</w:p>`)
		withChart(t, p, false)
		out := filled(t, p, map[string]any{"图一": topics(), "图二": topics()[:1]}, Strict)
		// Both are copies; the chart of the template and its workbook are gone.
		if got := media(out); len(got) != 4 || out.Part("word/charts/chart1.xml") != nil || out.Part("word/embeddings/Microsoft_Excel_Sheet1.xlsx") != nil {
			t.Errorf("parts %v", got)
		}
	})
	t.Run("streamed", func(t *testing.T) {
		var buf bytes.Buffer
		if _, err := compiled(t, withPicture(t, word(t, `<w:p>`+one+`</w:p>`))).FillTo(context.Background(), &buf, photo, FillOptions{}); err != nil {
			t.Fatal(err)
		}
		out, err := docx.Open(buf.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if got := media(out); len(got) != 1 {
			t.Errorf("parts %v", got)
		}
	})
}
