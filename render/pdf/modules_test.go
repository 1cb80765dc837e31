package pdf

import (
	"image"
	"image/color"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rsc.io/qr"

	"tripact/render/layout"
)

// squares reads modules from the page content that draws them, as a set of rows of '#' and '.'.
func squares(t *testing.T, content string) []string {
	t.Helper()
	m := regexp.MustCompile(`0 0 1 1 re f 0 g (0\.\d+) 0 0 (0\.\d+) 0 0 cm\n([\d er]*)f\n`).FindStringSubmatch(content)
	if m == nil {
		t.Fatalf("no modules in %q", content)
	}
	step, err := strconv.ParseFloat(m[1], 64)
	if err != nil || m[1] != m[2] {
		t.Fatal(m[1], m[2], err)
	}
	side := int(1/step + 0.5)
	rows := make([][]byte, side)
	for y := range rows {
		rows[y] = []byte(strings.Repeat(".", side))
	}
	for box := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSpace(m[3]), "re"), "re ") {
		var v [4]int
		for i, s := range strings.Fields(box) {
			if v[i], err = strconv.Atoi(s); err != nil {
				t.Fatal(err)
			}
		}
		for x := v[0]; x < v[0]+v[2]; x++ {
			rows[side-1-v[1]][x] = '#'
		}
	}
	var out []string
	for _, r := range rows {
		out = append(out, string(r))
	}
	return out
}

// symbol is the QR code of text as squares gives it.
func symbol(t *testing.T, text string) []string {
	t.Helper()
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for y := -4; y < code.Size+4; y++ {
		row := ""
		for x := -4; x < code.Size+4; x++ {
			row += map[bool]string{true: "#", false: "."}[code.Black(x, y)]
		}
		rows = append(rows, row)
	}
	return rows
}

// picturePNG is text's QR code in squares of some pixels.
func picturePNG(t *testing.T, text string, pixels int, dark color.Color) []byte {
	t.Helper()
	rows := symbol(t, text)
	img := image.NewPaletted(image.Rect(0, 0, len(rows)*pixels, len(rows)*pixels), color.Palette{color.White, dark})
	for y, row := range rows {
		for x, c := range row {
			for i := range pixels * pixels {
				if c == '#' {
					img.SetColorIndex(x*pixels+i%pixels, y*pixels+i/pixels, 1)
				}
			}
		}
	}
	return encodePNG(t, img)
}

// TestPageCodes wants a code of its own on each page where the marked picture stands, as vectors, and other pictures as they are.
func TestPageCodes(t *testing.T) {
	const mm = layout.MM
	placeholder := picturePNG(t, "0", 8, color.Black)
	for _, alt := range []string{PageCodeAlt, PageCodeAltEN} {
		doc := &layout.Document{Lang: "zh-CN", Nodes: []layout.Node{{Kind: layout.NodeDocument, Parent: -1}}}
		for range 12 {
			doc.Pages = append(doc.Pages, layout.Page{
				Width: a4Width, Height: a4Height,
				Front: []layout.Picture{{X: 8 * mm, Y: 270 * mm, W: 18 * mm, H: 18 * mm, Data: placeholder, Alt: alt, Node: -1}},
			})
		}
		data, err := Write(doc, Options{PageCode: "7K3MQ9XTB2PD/1"})
		if err != nil {
			t.Fatal(err)
		}
		f := read(t, data)
		if len(f.find("/Subtype/Image")) > 0 {
			t.Error("the placeholder is in the file")
		}
		pages := f.find("/Type/Page/")
		if len(pages) != 12 {
			t.Fatalf("%d pages", len(pages))
		}
		for i, n := range pages {
			content := string(f.stream(number(t, f.objects[n], "Contents")))
			if want := symbol(t, "7K3MQ9XTB2PD/1/"+strconv.Itoa(i+1)+"-12"); !slices.Equal(squares(t, content), want) {
				t.Errorf("page %d shows\n%s", i+1, strings.Join(squares(t, content), "\n"))
			}
		}
		if data, err = Write(doc, Options{}); err != nil {
			t.Fatal(err)
		}
		f = read(t, data)
		content := string(f.stream(number(t, f.objects[f.find("/Type/Page/")[0]], "Contents")))
		if !slices.Equal(squares(t, content), symbol(t, "0")) {
			t.Error("without a code of pages the picture is not shown as it is")
		}
	}
}

// TestPicturesOfModulesAreVectors: what shows nothing but squares is drawn as such, whatever their size; all else stays a picture.
func TestPicturesOfModulesAreVectors(t *testing.T) {
	const text = "https://example.org/通知?a=1"
	for _, pixels := range []int{2, 3, 8} {
		f := read(t, mustWrite(t, withPicture(picturePNG(t, text, pixels, color.Black))))
		if len(f.find("/Subtype/Image")) > 0 {
			t.Fatalf("%d pixels a module: an image", pixels)
		}
		content := string(f.stream(number(t, f.objects[f.find("/Type/Page/")[0]], "Contents")))
		if !slices.Equal(squares(t, content), symbol(t, text)) {
			t.Errorf("%d pixels a module: another symbol", pixels)
		}
	}
	for name, data := range map[string][]byte{
		"one pixel a module": picturePNG(t, text, 1, color.Black),
		"not black":          picturePNG(t, text, 8, color.RGBA{R: 200, A: 255}),
		"see-through":        picturePNG(t, text, 8, color.RGBA{}),
		"photograph":         pngOf(t, false),
	} {
		if f := read(t, mustWrite(t, withPicture(data))); len(f.find("/Subtype/Image")) == 0 {
			t.Errorf("%s: no image", name)
		}
	}
}
