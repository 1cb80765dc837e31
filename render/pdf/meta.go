package pdf

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"sync"
	"time"
)

// writeInfo writes the document information dictionary. It says the same as the XMP packet, as PDF/A asks.
func (w *writer) writeInfo() {
	w.begin(w.info)
	w.str("<<")
	entry := func(key, value string) {
		if value != "" {
			w.str("/" + key)
			w.b = appendText(w.b, value)
		}
	}
	entry("Title", w.title())
	entry("Author", w.opt.Author)
	entry("Subject", w.opt.Subject)
	entry("Keywords", strings.Join(w.opt.Keywords, ", "))
	entry("Creator", w.opt.Creator)
	entry("Producer", Producer)
	if !w.opt.Created.IsZero() {
		date := pdfDate(w.opt.Created)
		entry("CreationDate", date)
		entry("ModDate", date)
	}
	w.str(">>")
	w.end()
}

// pdfDate writes a date as ISO 32000-1, 7.9.4 has it: D:20250805093000+08'00'.
func pdfDate(t time.Time) string {
	s := t.Format("D:20060102150405-07'00'")
	if _, offset := t.Zone(); offset == 0 {
		s = t.Format("D:20060102150405Z")
	}
	return s
}

// writeMetadata writes the XMP packet and the colour profile of the output intent.
func (w *writer) writeMetadata() (metadata, intent ref) {
	metadata, intent = w.reserve(), w.reserve()
	// Not compressed, so that tools which do not know PDF find it.
	w.stream(metadata, "/Type/Metadata/Subtype/XML", "", []byte(w.xmp()))
	w.stream(intent, "/N 3", "FlateDecode", deflatedSRGB())
	return metadata, intent
}

func (w *writer) xmp() string {
	var b strings.Builder
	esc := func(s string) string {
		return strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(s, "&", "&amp;"), "<", "&lt;"), ">", "&gt;")
	}
	b.WriteString("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` + "\n")
	section := func(prefix, uri, body string) {
		if body != "" {
			b.WriteString(`<rdf:Description rdf:about="" xmlns:` + prefix + `="` + uri + `">` + body + "</rdf:Description>\n")
		}
	}
	section("pdfaid", "http://www.aiim.org/pdfa/ns/id/", "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>")

	if w.accessible() {
		section("pdfuaid", "http://www.aiim.org/pdfua/ns/id/", "<pdfuaid:part>1</pdfuaid:part>")
		b.WriteString(`<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"` +
			` xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">` +
			uaSchema + "</rdf:Description>\n")
	}

	var dc strings.Builder
	alternative := func(key, value string) {
		if value != "" {
			dc.WriteString("<dc:" + key + `><rdf:Alt><rdf:li xml:lang="x-default">` + esc(value) + "</rdf:li></rdf:Alt></dc:" + key + ">")
		}
	}
	dc.WriteString("<dc:format>application/pdf</dc:format>")
	alternative("title", w.title())
	if w.opt.Author != "" {
		dc.WriteString("<dc:creator><rdf:Seq><rdf:li>" + esc(w.opt.Author) + "</rdf:li></rdf:Seq></dc:creator>")
	}
	alternative("description", w.opt.Subject)
	if lang := w.lang(); lang != "" {
		dc.WriteString("<dc:language><rdf:Bag><rdf:li>" + esc(lang) + "</rdf:li></rdf:Bag></dc:language>")
	}
	section("dc", "http://purl.org/dc/elements/1.1/", dc.String())

	pdf := "<pdf:Producer>" + Producer + "</pdf:Producer>"
	if len(w.opt.Keywords) > 0 {
		pdf += "<pdf:Keywords>" + esc(strings.Join(w.opt.Keywords, ", ")) + "</pdf:Keywords>"
	}
	section("pdf", "http://ns.adobe.com/pdf/1.3/", pdf)

	var xmp string
	if w.opt.Creator != "" {
		xmp += "<xmp:CreatorTool>" + esc(w.opt.Creator) + "</xmp:CreatorTool>"
	}
	if !w.opt.Created.IsZero() {
		date := w.opt.Created.Format(time.RFC3339)
		xmp += "<xmp:CreateDate>" + date + "</xmp:CreateDate><xmp:ModifyDate>" + date + "</xmp:ModifyDate>"
	}
	section("xmp", "http://ns.adobe.com/xap/1.0/", xmp)
	b.WriteString("</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>")
	return b.String()
}

// deflatedSRGB is srgb as every file holds it.
var deflatedSRGB = sync.OnceValue(func() []byte {
	g := generals.Get().(*general)
	defer generals.Put(g)
	return bytes.Clone(g.compress(srgb()))
})

// srgb is an ICC profile (ICC.1:2001-04, version 2.1) of the sRGB colour space, IEC 61966-2-1.
var srgb = sync.OnceValue(func() []byte {
	be := binary.BigEndian
	xyz := func(x, y, z float64) []byte {
		b := append([]byte("XYZ "), 0, 0, 0, 0)
		for _, v := range []float64{x, y, z} {
			b = be.AppendUint32(b, uint32(int32(math.Round(v*65536))))
		}
		return b
	}
	text := func(s string) []byte { return append(append([]byte("text"), 0, 0, 0, 0), s+"\x00"...) }
	desc := func(s string) []byte {
		b := append([]byte("desc"), 0, 0, 0, 0)
		b = be.AppendUint32(b, uint32(len(s)+1))
		b = append(b, s+"\x00"...)
		return append(b, make([]byte, 4+4+2+1+67)...) // no Unicode and no Macintosh name
	}
	const points = 1024
	curve := append([]byte("curv"), 0, 0, 0, 0)
	curve = be.AppendUint32(curve, points)
	for i := range points {
		v := float64(i) / (points - 1)
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		curve = be.AppendUint16(curve, uint16(math.Round(v*65535)))
	}
	tags := []struct {
		sig  string
		data []byte
	}{
		{"desc", desc("sRGB IEC61966-2.1")},
		{"cprt", text("No copyright, use freely")},
		{"wtpt", xyz(0.9642, 1, 0.8249)}, // D50, to which the primaries below are adapted
		{"rXYZ", xyz(0.43607, 0.22249, 0.01392)},
		{"gXYZ", xyz(0.38515, 0.71687, 0.09708)},
		{"bXYZ", xyz(0.14307, 0.06061, 0.71410)},
		{"rTRC", curve},
		{"gTRC", curve},
		{"bTRC", curve},
	}

	p := make([]byte, 128, 4096)
	be.PutUint32(p[8:], 0x02100000)
	copy(p[12:], "mntrRGB XYZ ")
	be.PutUint16(p[24:], 2026) // date of the profile: 1 January
	be.PutUint16(p[26:], 1)
	be.PutUint16(p[28:], 1)
	copy(p[36:], "acsp")
	copy(p[68:], xyz(0.9642, 1, 0.8249)[8:])
	p = be.AppendUint32(p, uint32(len(tags)))
	at := 128 + 4 + 12*len(tags)
	curveAt := 0
	var body []byte
	for _, t := range tags {
		start := at
		switch t.sig {
		case "gTRC", "bTRC":
			start = curveAt // the three colours share one
		case "rTRC":
			curveAt = at
			fallthrough
		default:
			body = append(body, t.data...)
			for len(body)%4 != 0 {
				body = append(body, 0)
			}
			at = 128 + 4 + 12*len(tags) + len(body)
		}
		p = append(p, t.sig...)
		p = be.AppendUint32(p, uint32(start))
		p = be.AppendUint32(p, uint32(len(t.data)))
	}
	p = append(p, body...)
	be.PutUint32(p, uint32(len(p)))
	return p
})
