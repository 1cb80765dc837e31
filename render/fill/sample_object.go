package fill

import (
	"archive/zip"
	"bytes"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"

	"tripact/render/docx"
)

// object makes a value for the object that t asks for, nil where it asks for none.
func (s *sampler) object(t *tag) any {
	switch t.obj.kind {
	case objectPicture:
		if t.obj.chart {
			return s.chart(t)
		}
		return samplePicture(t.obj)
	case objectQR:
		return "https://example.cn/" + t.label()
	case objectRich:
		return "**" + t.label() + "**\n1. 第一项\n2. 第二项\n- 要点"
	case objectDoc:
		return sampleDoc(t.label(), newAssets(s.t.pkg))
	case objectBreak:
	}
	return nil
}

// samplePicture is a grey frame with its diagonals, as PNG, in the proportions that the tag asks for.
func samplePicture(o *object) []byte {
	const width = 320
	w, h := o.w, o.h
	if o.frameW > 0 && o.frameH > 0 {
		w, h = o.frameW, o.frameH
	}
	height := width * 3 / 4
	if w > 0 && h > 0 {
		height = int(min(max(width*h/w, 16), 4*width))
	}
	ground, line := color.Gray{Y: 0xEE}, color.Gray{Y: 0x99}
	img := image.NewGray(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := ground
			edge := x < 2 || y < 2 || x >= width-2 || y >= height-2
			if at := y * width; edge || abs(at-x*height) < width || abs(at-(width-1-x)*height) < width {
				c = line
			}
			img.SetGray(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil // memory takes everything
	}
	return b.Bytes()
}

func abs(n int) int { return max(n, -n) }

// sampleDoc is a Word file of two paragraphs, in the flavour of the template: a document of one flavour takes none of the
// other.
func sampleDoc(name string, like *assets) []byte {
	base := "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	if like.strict {
		base = like.ns("r")
	}
	para := func(text string) string {
		return `<w:p><w:r><w:t>` + string(docx.AppendText(nil, text)) + `</w:t></w:r></w:p>`
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + base + `/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", `<w:document xmlns:w="` + like.ns("w") + `"><w:body>` + para(name+"（附件第一段）") + para(name+"（附件第二段）") + `</w:body></w:document>`},
	} {
		w, err := z.Create(f[0])
		if err == nil {
			_, err = w.Write([]byte(f[1]))
		}
		if err != nil {
			return nil // memory takes everything
		}
	}
	if z.Close() != nil {
		return nil
	}
	return b.Bytes()
}

// chart makes records for the chart that t stands at: three categories, or places along the axis, and a field for each
// series, with another for the size of its bubbles.
func (s *sampler) chart(t *tag) any {
	points := slices.ContainsFunc(t.obj.kinds, func(k seriesKind) bool { return k != seriesValues })
	category := t.obj.field
	if category == "" {
		category = map[bool]string{false: "类别", true: "横坐标"}[points]
	}
	list := make([]any, 3)
	for i, name := range strings.Fields("类别一 类别二 类别三") {
		m := map[string]any{category: name}
		if points {
			m[category] = 5 + 10*i
		}
		for j, n := range t.obj.series {
			m[n] = 10 + 7*i + 5*j - 3*i*j
			if t.obj.kinds[j] == seriesBubbles {
				m[n+"大小"] = 3 + 2*i + j
			}
		}
		list[i] = m
	}
	return list
}
