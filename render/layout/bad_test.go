package layout

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"strings"
	"testing"
)

// pngOf is a PNG file that says it has the given size; its pixels are those of a smaller one.
func pngOf(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	binary.BigEndian.PutUint32(data[16:], uint32(w))
	binary.BigEndian.PutUint32(data[20:], uint32(h))
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

func inlinePicture(id string) string {
	return `<w:p><w:r><w:drawing><wp:inline><wp:extent cx="914400" cy="914400"/><wp:docPr id="1" name="p" descr="图"/><a:graphic><a:graphicData uri="x"><pic:pic><pic:blipFill><a:blip r:embed="` +
		id + `"/></pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`
}

// What is beyond reason is set as well as it can be, and told with its place.
func TestBadInputIsTold(t *testing.T) {
	deep := para("", "里")
	for range 30 {
		deep = table("", []int{3000}, row("", `<w:tc>`+deep+para("", "")+`</w:tc>`))
	}
	boxes := para("", "框")
	for range 8 {
		boxes = `<w:p><w:r><w:pict><v:rect style="width:90pt;height:60pt"><v:textbox><w:txbxContent>` + boxes + `</w:txbxContent></v:textbox></v:rect></w:pict></w:r></w:p>`
	}
	links := `<w:r><w:t>深</w:t></w:r>`
	for range 60 {
		links = `<w:hyperlink w:anchor="a">` + links + `</w:hyperlink>`
	}
	tests := []struct {
		name, code string
		doc        wordDoc
		pictures   int // left on the page
	}{
		{name: "paper of 80 inches", code: "layout.page.size", doc: wordDoc{body: para("", "x"), sect: `<w:sectPr>%s<w:pgSz w:w="115200" w:h="115200"/></w:sectPr>`}},
		{name: "paper of nothing", code: "layout.page.size", doc: wordDoc{body: para("", "x"), sect: `<w:sectPr>%s<w:pgSz w:w="0" w:h="-5"/></w:sectPr>`}},
		{name: "margins over the paper", code: "layout.page.margins", doc: wordDoc{body: para("", "x"), sect: `<w:sectPr>%s<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="9000" w:bottom="9000" w:left="9000" w:right="9000"/></w:sectPr>`}},
		{name: "tables in tables", code: "layout.nesting", doc: wordDoc{body: deep}},
		{name: "boxes in boxes", code: "layout.nesting", doc: wordDoc{body: boxes}},
		{name: "links in links", code: "layout.nesting", doc: wordDoc{body: `<w:p>` + links + `</w:p>`}},
		{name: "a row that cannot split", code: "layout.row.height", doc: wordDoc{body: table("", []int{3000}, row(`<w:trHeight w:val="30000" w:hRule="exact"/>`, cell("", "高"))) + para("", "后")}},
		{name: "text left of the page", code: "layout.text.outside", doc: wordDoc{body: para(`<w:ind w:left="-9000"/>`, "负缩进")}},
		{name: "text right of the page", code: "layout.text.outside", doc: wordDoc{body: para(`<w:ind w:left="12000" w:right="-9000"/>`, "右")}},
		{name: "an unknown font", code: "layout.font", doc: wordDoc{body: runPara("", `<w:rFonts w:ascii="Nobody Has This" w:eastAsia="无人有此字体"/>`, "字")}},
		{name: "40 megapixels", code: "layout.picture.size", doc: wordDoc{body: inlinePicture("mbig"), media: map[string][]byte{"big.png": pngOf(t, 8000, 5000)}}, pictures: 1},
		{name: "100 megapixels", code: "layout.picture.size", doc: wordDoc{body: inlinePicture("mbig"), media: map[string][]byte{"big.png": pngOf(t, 10000, 10000)}}},
		{name: "a size that overflows", code: "layout.picture.format", doc: wordDoc{body: inlinePicture("mbig"), media: map[string][]byte{"big.png": pngOf(t, 1<<31-1, 1<<31-1)}}},
		{name: "a damaged picture", code: "layout.picture.format", doc: wordDoc{body: inlinePicture("mbig"), media: map[string][]byte{"big.png": []byte("\x89PNG\r\n\x1a\nbroken")}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, list := tt.doc.lay(t)
			n := 0
			for _, f := range list {
				if f.Code != tt.code {
					continue
				}
				n++
				if f.Place == nil || f.Place.Part == "" {
					t.Errorf("%s without its place", f.Code)
				}
				if f.Message.ZH == "" || f.Message.EN == "" {
					t.Errorf("%s is not told in both languages", f.Code)
				}
			}
			if n == 0 || n > 40 {
				t.Errorf("%d findings %s: %v", n, tt.code, list)
			}
			shown := 0
			for i := range doc.Pages {
				shown += len(doc.Pages[i].Front)
			}
			if shown != tt.pictures {
				t.Errorf("%d pictures on the pages, want %d", shown, tt.pictures)
			}
			if len(doc.Pages) > 5 {
				t.Errorf("%d pages", len(doc.Pages))
			}
		})
	}
}

// A row higher than the page, in a table with a header row, ends; what follows is not lost.
func TestRowsHigherThanPage(t *testing.T) {
	for _, rule := range []string{`<w:trHeight w:val="30000" w:hRule="exact"/>`, `<w:trHeight w:val="30000"/>`, `<w:cantSplit/><w:trHeight w:val="30000"/>`, `<w:tblHeader/><w:trHeight w:val="30000"/>`} {
		var rows strings.Builder
		for i := range 3 {
			rows.WriteString(row(rule, cell("", fmt.Sprintf("行%d", i))))
		}
		doc, _ := wordDoc{body: table(allBorders, []int{3000}, rows.String()) + para("", "后")}.lay(t)
		got := plainText(doc)
		for _, want := range []string{"行0", "行1", "行2", "后"} {
			if strings.Count(got, want) != 1 {
				t.Errorf("%s: %q stands %d times", rule, want, strings.Count(got, want))
			}
		}
		if len(doc.Pages) > 10 {
			t.Errorf("%s: %d pages", rule, len(doc.Pages))
		}
	}
}
