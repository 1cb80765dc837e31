package layout

import (
	"strings"
	"testing"
)

// A SmartArt is drawn by the shapes that Word stores with it, and told where there are none.
func TestSmartArt(t *testing.T) {
	const ns = ` xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" xmlns:dsp="http://schemas.microsoft.com/office/drawing/2008/diagram" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"`
	data := func(id string) []byte {
		return []byte(`<dgm:dataModel` + ns + `><dgm:extLst><a:ext uri="x"><dsp:dataModelExt relId="` + id + `"/></a:ext></dgm:extLst></dgm:dataModel>`)
	}
	shape := func(x, text string) string {
		return `<dsp:sp><dsp:spPr><a:xfrm><a:off x="` + x + `" y="0"/><a:ext cx="1270000" cy="635000"/></a:xfrm><a:prstGeom prst="ellipse"/></dsp:spPr>` +
			`<dsp:style><a:lnRef idx="2"><a:schemeClr val="lt1"/></a:lnRef><a:fillRef idx="1"><a:schemeClr val="accent1"/></a:fillRef><a:fontRef idx="minor"><a:schemeClr val="lt1"/></a:fontRef></dsp:style>` +
			`<dsp:txBody><a:bodyPr anchor="ctr"/><a:p><a:pPr algn="ctr"/><a:r><a:rPr sz="1200" b="1"/><a:t>` + text + `</a:t></a:r></a:p></dsp:txBody></dsp:sp>`
	}
	drawn := []byte(`<dsp:drawing` + ns + `><dsp:spTree>` + shape("0", "申报") + shape("2540000", "评审&amp;立项") + `</dsp:spTree></dsp:drawing>`)
	body := `<w:p><w:r><w:drawing><wp:inline><wp:extent cx="3810000" cy="635000"/><wp:docPr id="1" name="s"/><a:graphic><a:graphicData uri="u"><dgm:relIds xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" r:dm="mdata"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>` + para("", "后")
	text, found, doc := laid(t, wordDoc{body: body, media: map[string][]byte{"data.png": data("mdraw"), "draw.png": drawn}})
	p := doc.Pages[0]
	if text != "申报评审&立项/后" || found != "" || len(p.Paths) != 2 || p.Paths[0].Fill != 0x4472C4 {
		t.Errorf("%q, %q, paths %+v", text, found, p.Paths)
	}
	if x := p.Texts[1]; x.Source != "评审" || x.Color != 0xFFFFFF || x.Size != 12*Point || x.X < 1440*Twip+200*Point {
		t.Errorf("text %+v", x)
	}
	for name, media := range map[string]map[string][]byte{
		"no shapes":   {"data.png": data("mdraw"), "draw.png": []byte(`<dsp:drawing` + ns + `><dsp:spTree/></dsp:drawing>`)},
		"no part":     {"data.png": data("mother")},
		"broken":      {"data.png": data("mdraw"), "draw.png": []byte(`<dsp:`)},
		"broken data": {"data.png": []byte(`<dgm`)},
	} {
		if _, found, _ := laid(t, wordDoc{body: body, media: media}); found != "layout.drawing" {
			t.Errorf("%s: %q", name, found)
		}
	}
}

// A text box in a paragraph does not make it forget what stands before.
func TestFittedTextBesideBoxes(t *testing.T) {
	body := `<w:p><w:r><w:rPr><w:fitText w:val="1920" w:id="7"/></w:rPr><w:t>单位</w:t></w:r>` + strings.TrimPrefix(strings.TrimSuffix(shapePara("", preset("rect"), "", `<wps:txbx><w:txbxContent>`+para("", "框")+`</w:txbxContent></wps:txbx>`), `</w:p>`), `<w:p>`) + `</w:p>`
	_, _, doc := laid(t, wordDoc{body: body})
	for _, x := range doc.Pages[0].Texts {
		if x.Source == "单位" && x.Glyphs[0].Advance != 80*Point {
			t.Errorf("单 takes %s", pt(x.Glyphs[0].Advance))
		}
	}
}
