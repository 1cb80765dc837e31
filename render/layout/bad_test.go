package layout

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"maps"
	"slices"
	"strconv"
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

func jpegOf(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// cmykOf is what comes before and after the pixels of a JPEG in print colours.
func cmykOf(w, h int) []byte {
	b := []byte("\xff\xd8\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00\xff\xc0\x00\x14\x08")
	b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, uint16(h)), uint16(w))
	return append(b, "\x04\x01\x11\x00\x02\x11\x00\x03\x11\x00\x04\x11\x00\xff\xda\x00\x02\xff\xd9"...)
}

func flipped(data []byte, i int) []byte {
	data = bytes.Clone(data)
	data[i] ^= 1
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
		{name: "side margins over the paper", code: "layout.page.margins", doc: wordDoc{body: para("", "x"), sect: `<w:sectPr>%s<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1000" w:bottom="1000" w:left="9000" w:right="9000"/></w:sectPr>`}},
		{name: "upper and lower margins over the paper", code: "layout.page.margins", doc: wordDoc{body: para("", "x"), sect: `<w:sectPr>%s<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="9000" w:bottom="9000" w:left="1000" w:right="1000"/></w:sectPr>`}},
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
		{name: "half a picture", code: "layout.picture.format", doc: wordDoc{body: inlinePicture("mbig"), media: map[string][]byte{"big.png": pngOf(t, 8, 8)[:60]}}},
		{name: "a picture with a wrong bit", code: "layout.picture.format", doc: wordDoc{body: inlinePicture("mbig"), media: map[string][]byte{"big.png": flipped(pngOf(t, 8, 8), 50)}}},
		{name: "half a photograph", code: "layout.picture.format", doc: wordDoc{body: inlinePicture("mbig"), media: map[string][]byte{"big.png": jpegOf(t)[:400]}}},
		{name: "a whole photograph under another name", doc: wordDoc{body: inlinePicture("mbig"), media: map[string][]byte{"big.png": jpegOf(t)}}, pictures: 1},
		{name: "40 megapixels in print colours", code: "layout.picture.size", doc: wordDoc{body: inlinePicture("mbig"), media: map[string][]byte{"big.png": cmykOf(8000, 5000)}}},
		{name: "8 megapixels in print colours", doc: wordDoc{body: inlinePicture("mbig"), media: map[string][]byte{"big.png": cmykOf(4000, 2000)}}, pictures: 1},
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
			if n != boolInt(tt.code != "") {
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

// What is broken or beyond reason ends, loses nothing around it, and is told: once, with its place, in both languages; of what comes
// up in very many places the first twenty are told and how many more there are. What Word sets as it stands is not told of.
func TestBadInputIsToldOnce(t *testing.T) {
	drawing := func(inner string) string {
		return `<w:p><w:r><w:t>前</w:t></w:r><w:r><w:drawing>` + inner + `</w:drawing></w:r><w:r><w:t>后</w:t></w:r></w:p>`
	}
	pic := func(ext, blip string) string {
		return drawing(`<wp:inline>` + ext + `<wp:docPr id="1" name="p"/><a:graphic><a:graphicData uri="x"><pic:pic><pic:blipFill>` + blip + `</pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:inline>`)
	}
	ok := `<wp:extent cx="914400" cy="914400"/>`
	good := map[string][]byte{"ok.png": pngOf(t, 8, 8)}
	deepSdt := `<w:r><w:t>深</w:t></w:r>`
	for range 100 {
		deepSdt = `<w:sdt><w:sdtContent>` + deepSdt + `</w:sdtContent></w:sdt>`
	}
	deepSdtB := para("", "深")
	for range 100 {
		deepSdtB = `<w:sdt><w:sdtContent>` + deepSdtB + `</w:sdtContent></w:sdt>`
	}
	deepAC := `<w:t>深</w:t>`
	for range 100 {
		deepAC = `<mc:AlternateContent><mc:Fallback>` + deepAC + `</mc:Fallback></mc:AlternateContent>`
	}
	group := `<v:rect style="width:9pt;height:9pt"/>`
	for range 60 {
		group = `<v:group style="width:90pt;height:90pt" coordsize="100,100">` + group + `</v:group>`
	}
	wpg := `<wps:wsp><wps:spPr/></wps:wsp>`
	for range 60 {
		wpg = `<wpg:grpSp xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup">` + wpg + `</wpg:grpSp>`
	}
	wpg = strings.Replace(wpg, "wpg:grpSp", "wpg:wgp", 1)
	fields := ""
	for range 60 {
		fields += `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF</w:instrText></w:r>`
	}
	fields += `<w:r><w:t>深</w:t></w:r>`
	for range 60 {
		fields += `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
	}
	ruby := `<w:r><w:t>深</w:t></w:r>`
	for range 60 {
		ruby = `<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>a</w:t></w:r></w:rt><w:rubyBase>` + ruby + `</w:rubyBase></w:ruby></w:r>`
	}
	txbx := para("", "深")
	for range 30 {
		txbx = drawing(`<wp:inline>` + ok + `<a:graphic><a:graphicData><wps:wsp><wps:spPr/><wps:txbx><w:txbxContent>` + txbx + `</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline>`)
	}
	manyFonts := ""
	for i := range 60 {
		manyFonts += runPara("", fmt.Sprintf(`<w:rFonts w:ascii="Nobody%d" w:eastAsia="无人%d"/>`, i, i), "字 a")
	}
	sameFont := strings.Repeat(runPara("", `<w:rFonts w:ascii="Nobody" w:eastAsia="无人"/>`, "字 a"), 300)
	tests := []struct {
		name, want string // findings by code, with their number where there is more than one
		doc        wordDoc
	}{
		{"picture without extent", "layout.drawing.size", wordDoc{body: pic("", `<a:blip r:embed="mok"/>`), media: good}},
		{"picture of no size", "layout.drawing.size", wordDoc{body: pic(`<wp:extent cx="0" cy="0"/>`, `<a:blip r:embed="mok"/>`), media: good}},
		{"picture of negative size", "layout.drawing.size", wordDoc{body: pic(`<wp:extent cx="-5" cy="-9"/>`, `<a:blip r:embed="mok"/>`), media: good}},
		{"picture with words for its size", "layout.drawing.size", wordDoc{body: pic(`<wp:extent cx="abc" cy="x"/>`, `<a:blip r:embed="mok"/>`), media: good}},
		{"picture of a size that overflows", "layout.drawing.size", wordDoc{body: pic(`<wp:extent cx="99999999999999" cy="99999999999999"/>`, `<a:blip r:embed="mok"/>`), media: good}},
		{"picture of three metres", "layout.drawing.size", wordDoc{body: pic(`<wp:extent cx="108000000" cy="108000000"/>`, `<a:blip r:embed="mok"/>`), media: good}},
		{"picture without image", "layout.picture.link", wordDoc{body: pic(ok, ``)}},
		{"picture whose image has no name", "layout.picture.link", wordDoc{body: pic(ok, `<a:blip/>`)}},
		{"picture that is not there", "layout.picture.link", wordDoc{body: pic(ok, `<a:blip r:embed="zzz"/>`)}},
		{"picture that is the styles", "layout.picture.format", wordDoc{body: pic(ok, `<a:blip r:embed="rstyles"/>`)}},
		{"picture file of no bytes", "layout.picture.format", wordDoc{body: pic(ok, `<a:blip r:embed="mok"/>`), media: map[string][]byte{"ok.png": nil}}},
		{"empty drawing", "layout.drawing", wordDoc{body: drawing(``)}},
		{"inline without graphic", "layout.drawing", wordDoc{body: drawing(`<wp:inline>` + ok + `</wp:inline>`)}},
		{"empty inline drawing", "layout.drawing", wordDoc{body: drawing(`<wp:inline/>`)}},
		{"empty anchored drawing", "layout.drawing", wordDoc{body: drawing(`<wp:anchor/>`)}},
		{"drawing off the page", "layout.text.outside", wordDoc{body: drawing(`<wp:anchor><wp:positionH relativeFrom="page"><wp:posOffset>-99999999999</wp:posOffset></wp:positionH><wp:positionV relativeFrom="page"><wp:posOffset>99999999999</wp:posOffset></wp:positionV>` + ok + `<wp:wrapNone/><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="mok"/></pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:anchor>`), media: good}},
		{"drawing that leaves no room beside it", "layout.drawing.size layout.text.outside", wordDoc{body: drawing(`<wp:anchor><wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV><wp:extent cx="999999999" cy="999999999"/><wp:wrapSquare wrapText="bothSides"/><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="mok"/></pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:anchor>`), media: good}},
		{"drawing that leaves no room below it", "layout.drawing.size layout.text.outside", wordDoc{body: drawing(`<wp:anchor><wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV><wp:extent cx="9999999" cy="999999999"/><wp:wrapTopAndBottom/><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="mok"/></pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:anchor>`), media: good}},
		{"empty VML picture", "layout.drawing", wordDoc{body: `<w:p><w:r><w:pict/></w:r><w:r><w:t>后</w:t></w:r></w:p>`}},
		{"shape of absurd size", "layout.drawing.size", wordDoc{body: `<w:p><w:r><w:pict><v:rect style="width:1e9pt;height:-4pt;margin-left:zz"/></w:pict></w:r><w:r><w:t>后</w:t></w:r></w:p>`}},
		{"shape larger than the page", "layout.drawing.size", wordDoc{body: `<w:p><w:r><w:pict><v:rect style="width:9999pt;height:9999pt"/></w:pict></w:r><w:r><w:t>后</w:t></w:r></w:p>`}},
		{"empty object", "layout.drawing", wordDoc{body: `<w:p><w:r><w:object/></w:r><w:r><w:t>后</w:t></w:r></w:p>`}},
		{"content controls in text", "layout.nesting", wordDoc{body: `<w:p>` + deepSdt + `</w:p>`}},
		{"content controls around paragraphs", "layout.nesting", wordDoc{body: deepSdtB + para("", "后")}},
		{"alternatives", "layout.nesting", wordDoc{body: `<w:p><w:r>` + deepAC + `</w:r></w:p>`}},
		{"VML groups", "layout.nesting", wordDoc{body: `<w:p><w:r><w:pict>` + group + `</w:pict></w:r></w:p>`}},
		{"groups too deep for the parser", "layout.part", wordDoc{body: drawing(`<wp:inline>` + ok + `<a:graphic><a:graphicData>` + wpg + `</a:graphicData></a:graphic></wp:inline>`)}},
		{"fields in fields", "layout.field layout.field.depth", wordDoc{body: `<w:p>` + fields + `</w:p>` + para("", "后")}},
		{"phonetic guides", "layout.nesting", wordDoc{body: `<w:p>` + ruby + `</w:p>`}},
		{"text boxes too deep for the parser", "layout.part", wordDoc{body: txbx}},
		{"row higher than the page", "", wordDoc{body: table(allBorders, []int{3000}, row("", cell("", strings.Repeat("高", 3000)))) + para("", "后")}},
		{"row higher than the page that may not split", "layout.row.height", wordDoc{body: table(allBorders, []int{3000}, row(`<w:cantSplit/>`, cell("", strings.Repeat("高", 3000)))) + para("", "后")}},
		{"row of exact height", "layout.row.height", wordDoc{body: table(allBorders, []int{3000}, row(`<w:trHeight w:val="30000" w:hRule="exact"/>`, cell("", "高"))) + para("", "后")}},
		{"row of least height", "layout.row.height", wordDoc{body: table(allBorders, []int{3000}, row(`<w:trHeight w:val="30000"/>`, cell("", "高"))) + para("", "后")}},
		{"a hundred rows higher than the page", "21 layout.row.height", wordDoc{body: table(allBorders, []int{3000}, strings.Repeat(row(`<w:trHeight w:val="30000" w:hRule="exact"/>`, cell("", "高")), 100)) + para("", "后")}},
		{"row of a height that overflows", "layout.row.height", wordDoc{body: table(allBorders, []int{3000}, row(`<w:trHeight w:val="99999999999999999999" w:hRule="exact"/>`, cell("", "高"))) + para("", "后")}},
		{"line higher than the page", "layout.text.outside", wordDoc{body: para(`<w:spacing w:line="30000" w:lineRule="exact"/>`, "高") + para("", "后")}},
		{"space higher than the page", "", wordDoc{body: para("", "前") + para(`<w:spacing w:before="99999" w:after="99999"/>`, "高") + para("", "后")}},
		{"letters of 1,638 pt", "layout.text.outside", wordDoc{body: runPara("", `<w:sz w:val="3276"/>`, "高大") + para("", "后")}},
		{"letters beyond all sizes", "layout.run.size layout.text.outside", wordDoc{body: runPara("", `<w:sz w:val="99999"/>`, "高大") + para("", "后")}},
		{"letters of no size", "layout.run.size", wordDoc{body: runPara("", `<w:sz w:val="0"/>`, "高大") + para("", "后")}},
		{"letters of no width", "layout.run.size", wordDoc{body: runPara("", `<w:w w:val="0"/><w:spacing w:val="-9999"/>`, "高大") + para("", "后")}},
		{"letters raised off the page", "layout.text.outside", wordDoc{body: runPara("", `<w:position w:val="99999"/>`, "高大") + para("", "后")}},
		{"sixty unknown fonts in two scripts", "21 layout.font", wordDoc{body: manyFonts}},
		{"the same unknown fonts again and again", "2 layout.font", wordDoc{body: sameFont}},
		{"font without a name", "", wordDoc{body: runPara("", `<w:rFonts w:ascii="" w:eastAsia=""/>`, "字 a")}},
		{"text into the margins", "", wordDoc{body: para(`<w:ind w:left="-400" w:right="-400"/>`, strings.Repeat("负缩进", 30))}},
		{"text beyond the paper", "layout.text.outside", wordDoc{body: para(`<w:ind w:left="-9000" w:right="-9000"/>`, strings.Repeat("负缩进", 30))}},
		{"first line beyond the paper", "layout.text.outside", wordDoc{body: para(`<w:ind w:firstLine="-9000"/>`, strings.Repeat("负缩进", 30))}},
		{"text beyond the right edge", "layout.text.outside", wordDoc{body: para(`<w:ind w:right="-4000"/>`, strings.Repeat("负缩进", 30))}},
		{"a hundred paragraphs beyond the paper", "21 layout.text.outside", wordDoc{body: strings.Repeat(para(`<w:ind w:left="-9000"/>`, "负缩进"), 100)}},
		{"indents that meet", "layout.indent", wordDoc{body: para(`<w:ind w:left="6000" w:right="6000"/>`, strings.Repeat("挤", 30))}},
		{"indents in characters beyond the paper", "layout.text.outside", wordDoc{body: para(`<w:ind w:leftChars="-9000" w:firstLineChars="-500"/>`, strings.Repeat("负缩进", 30))}},
		{"header beyond the paper", "layout.text.outside", wordDoc{header: para(`<w:ind w:left="-9000"/>`, "页眉"), body: strings.Repeat(para(`<w:pageBreakBefore/>`, "负缩进"), 9)}},
		{"table wider than the paper", "layout.text.outside", wordDoc{body: table(allBorders, []int{30000, 30000}, row("", cell("", "宽"), cell("", "宽"))) + para("", "后")}},
		{"table left of the paper", "layout.text.outside", wordDoc{body: table(allBorders+`<w:tblInd w:w="-9000" w:type="dxa"/>`, []int{3000}, row("", cell("", "宽"))) + para("", "后")}},
		{"table of 3,000 columns", "layout.cell.margins layout.table.columns 21 layout.text.outside", wordDoc{body: table(allBorders, make([]int, 3000), row("", strings.Repeat(cell("", "宽"), 3000))) + para("", "后")}},
		{"tab beyond the paper", "layout.text.outside", wordDoc{body: para(`<w:tabs><w:tab w:val="left" w:pos="31680"/></w:tabs>`, "a\tb")}},
		{"6,000 page breaks", "layout.stopped", wordDoc{body: `<w:p>` + strings.Repeat(`<w:r><w:br w:type="page"/></w:r>`, 6000) + `</w:p>`}},
		{"header taller than page", "layout.header.height 21 layout.text.outside", wordDoc{header: strings.Repeat(para("", "页眉"), 100), body: strings.Repeat(para("", "正文"), 100)}},
		{"99 columns", "layout.columns", wordDoc{body: strings.Repeat(para("", "正文"), 100), sect: strings.Replace(plainPage, "</w:sectPr>", `<w:cols w:num="99" w:space="99999"/></w:sectPr>`, 1)}},
		{"grid lines higher than the page", "layout.grid", wordDoc{body: strings.Repeat(para("", "正文"), 10), sect: strings.Replace(plainPage, "</w:sectPr>", `<w:docGrid w:type="lines" w:linePitch="99999"/></w:sectPr>`, 1)}},
		{"footnote of itself", "layout.note", wordDoc{body: noted("footnote", "正文", 1), footnotes: `<w:footnote w:id="1">` + noted("footnote", "注", 1) + `</w:footnote>`}},
		{"frame beyond the paper", "layout.drawing.size layout.text.outside", wordDoc{body: para(`<w:framePr w:w="99999" w:h="99999" w:hRule="exact" w:wrap="around" w:vAnchor="page" w:hAnchor="page" w:x="-99999" w:y="99999"/>`, "图文框") + para("", "后")}},
		{"floating table beyond the paper", "layout.table.floating layout.text.outside", wordDoc{body: table(`<w:tblpPr w:vertAnchor="page" w:horzAnchor="page" w:tblpX="99999" w:tblpY="99999"/>`, []int{900}, row("", cell("", "浮"))) + para("", "后")}},
		{"cell margins wider than the cell", "layout.cell.margins", wordDoc{body: table(`<w:tblCellMar><w:left w:w="30000" w:type="dxa"/><w:right w:w="30000" w:type="dxa"/></w:tblCellMar>`, []int{900}, row("", cell("", "浮动"))) + para("", "后")}},
		{"list level 99", "layout.number.level", wordDoc{body: item4(1, 99, "编号"), numbering: numbering}},
		{"a list that there is not, which Word sets without a number", "", wordDoc{body: item4(99, 1, "编号"), numbering: numbering}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := tt.doc.pack(t)
			doc, list := Layout(t.Context(), p, testBook(t), Options{})
			counts := map[string]int{}
			for _, f := range list {
				counts[f.Code]++
				if f.Place == nil || f.Place.Part == "" || f.Message.ZH == "" || f.Message.EN == "" || f.Message.ZH == f.Message.EN {
					t.Errorf("%s has no place, or is not told in both languages: %+v", f.Code, f)
				}
			}
			var got []string
			for _, code := range slices.Sorted(maps.Keys(counts)) {
				if n := counts[code]; n > 1 {
					got = append(got, strconv.Itoa(n))
				}
				got = append(got, code)
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("findings %q, want %q: %v", s, tt.want, list)
			}
			if (doc == nil) != list.Failed() {
				t.Fatalf("document %v, findings %v", doc != nil, list)
			}
			if doc == nil {
				return
			}
			checkDocument(t, doc)
			if strings.Contains(tt.doc.body, "后") && !strings.Contains(plainText(doc), "后") {
				t.Error("what follows is lost")
			}
			if len(doc.Pages) > 101 {
				t.Errorf("%d pages", len(doc.Pages))
			}
		})
	}
}
