package pdf

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tripact/render/layout"
)

// quarters is red, green, blue and black: upper left, upper right, lower left, lower right.
func quarters() image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, 80, 80))
	for y := range 80 {
		for x := range 80 {
			c := [4]color.NRGBA{{R: 255, A: 255}, {G: 255, A: 255}, {B: 255, A: 255}, {A: 255}}[x/40+2*(y/40)]
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

// A cropped picture shows the part that is left, a turned one stands turned, as poppler draws them.
func TestCroppedAndTurnedPictures(t *testing.T) {
	for name, tt := range map[string]struct {
		crop                                       [4]int
		turn                                       int
		flip                                       string
		upperLeft, upperRight, lowerLeft, lowRight string
	}{
		"whole":       {[4]int{}, 0, "", "red", "green", "blue", "black"},
		"right half":  {[4]int{50000, 0, 0, 0}, 0, "", "green", "green", "black", "black"},
		"lower half":  {[4]int{0, 50000, 0, 0}, 0, "", "blue", "black", "blue", "black"},
		"upper left":  {[4]int{0, 0, 50000, 50000}, 0, "", "red", "red", "red", "red"},
		"quarter":     {[4]int{}, 90 * 60000, "", "blue", "red", "black", "green"},
		"mirrored":    {[4]int{}, 0, "x", "green", "red", "black", "blue"},
		"on its head": {[4]int{}, 0, "y", "blue", "black", "red", "green"},
		"all three":   {[4]int{}, 90 * 60000, "x", "black", "green", "blue", "red"},
		"half of it":  {[4]int{50000, 0, 0, 0}, 0, "y", "black", "black", "green", "green"},
		"upside down": {[4]int{}, 180 * 60000, "", "black", "blue", "green", "red"},
	} {
		doc := withPicture(encodePNG(t, quarters()))
		p := &doc.Pages[0]
		pic := p.Behind
		if len(pic) == 0 {
			pic = p.Front
		}
		pic[0].X, pic[0].Y, pic[0].W, pic[0].H = 72*layout.Point, 72*layout.Point, 72*layout.Point, 72*layout.Point
		pic[0].Crop, pic[0].Turn, pic[0].FlipX, pic[0].FlipY = tt.crop, tt.turn, tt.flip == "x", tt.flip == "y"
		out := filepath.Join(t.TempDir(), "page")
		tool(t, "pdftoppm", "-r", "72", "-png", "-singlefile", save(t, mustWrite(t, doc)), out)
		f, err := os.Open(out + ".png")
		if err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(f)
		_ = f.Close()
		if err != nil {
			t.Fatal(err)
		}
		at := func(x, y int) string {
			r, g, b, _ := m.At(x, y).RGBA()
			switch {
			case r > 0xC000 && g < 0x4000:
				return "red"
			case g > 0xC000 && r < 0x4000:
				return "green"
			case b > 0xC000 && r < 0x4000:
				return "blue"
			case r+g+b < 0x4000:
				return "black"
			}
			return "other"
		}
		got := strings.Join([]string{at(85, 85), at(130, 85), at(85, 130), at(130, 130)}, " ")
		if want := strings.Join([]string{tt.upperLeft, tt.upperRight, tt.lowerLeft, tt.lowRight}, " "); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if outside := m.At(60, 60); outside != m.At(10, 10) {
			t.Errorf("%s: something is drawn outside the frame", name)
		}
	}
}
