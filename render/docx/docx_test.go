package docx

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"tripact/problem"
)

const (
	typesXML = `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	rootXML = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
	docXML  = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>你好</w:t></w:r></w:p></w:body></w:document>`
)

type entry struct{ name, data string }

func minimal(extra ...entry) []entry {
	return append([]entry{{typesName, typesXML}, {rootRels, rootXML}, {"word/document.xml", docXML}}, extra...)
}

func pack(t testing.TB, entries []entry) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, e := range entries {
		w, err := z.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func mustOpen(t testing.TB, data []byte) *Package {
	t.Helper()
	p, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestOpenRefuses(t *testing.T) {
	good := pack(t, minimal())
	crc := bytes.Clone(good)
	i := bytes.Index(crc, []byte("PK\x01\x02"))
	crc[i+16]++
	cfb := append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 600)...)
	encrypted := append(bytes.Clone(cfb), utf16le("EncryptedPackage")...)
	swap := func(name, data string) []byte {
		e := minimal()
		for i := range e {
			if e[i].name == name {
				e[i].data = data
			}
		}
		return pack(t, e)
	}
	dtd := `<?xml version="1.0"?><!-- x --><!DOCTYPE a [<!ENTITY b "c">]><a/>`
	tests := []struct {
		name string
		data []byte
		code string
	}{
		{"empty", nil, "docx.open.empty"},
		{"text", []byte("hello"), "docx.open.format"},
		{"old doc", cfb, "docx.open.doc"},
		{"password", encrypted, "docx.open.password"},
		{"rtf", []byte(`{\rtf1}`), "docx.open.rtf"},
		{"pdf", []byte(`%PDF-1.7`), "docx.open.pdf"},
		{"html", []byte("\uFEFF <html>"), "docx.open.markup"},
		{"truncated", good[:len(good)-40], "docx.open.damaged"},
		{"crc", crc, "docx.open.damaged"},
		{"plain zip", pack(t, []entry{{"a.txt", "x"}}), "docx.open.notword"},
		{"odt", pack(t, []entry{{"mimetype", "application/vnd.oasis.opendocument.text"}}), "docx.open.notword"},
		{"no main", swap(rootRels, `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>`), "docx.open.notword"},
		{"slip", pack(t, minimal(entry{"../evil.xml", "<a/>"})), "docx.open.name"},
		{"absolute", pack(t, minimal(entry{"/word/x.xml", "<a/>"})), "docx.open.name"},
		{"backslash", pack(t, minimal(entry{`word\x.xml`, "<a/>"})), "docx.open.name"},
		{"duplicate", pack(t, minimal(entry{"word/document.xml", docXML})), "docx.open.duplicate"},
		{"duplicate by case", pack(t, minimal(entry{"Word/Document.xml", docXML})), "docx.open.duplicate"},
		{"bomb", pack(t, minimal(entry{"word/a.bin", strings.Repeat("0", 8<<20)})), "docx.limit.ratio"},
		{"dtd in main", swap("word/document.xml", dtd), "docx.xml.dtd"},
		{"dtd in rels", swap(rootRels, dtd), "docx.xml.dtd"},
		{"bad types", swap(typesName, "<Types"), "docx.xml.malformed"},
		{"entries", pack(t, minimal(many(2001)...)), "docx.limit.entries"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Open(tt.data)
			if p != nil || err == nil {
				t.Fatalf("opened")
			}
			e, ok := errors.AsType[*problem.Error](err)
			if !ok {
				t.Fatalf("%T is not a *problem.Error", err)
			}
			if got := e.Findings[0].Code; got != tt.code {
				t.Errorf("code %s, want %s (%v)", got, tt.code, err)
			}
			f := e.Findings[0]
			if f.Message.ZH == "" || f.Message.EN == "" || f.Fix.ZH == "" || f.Fix.EN == "" {
				t.Errorf("finding lacks words: %+v", f)
			}
		})
	}
}

func many(n int) []entry {
	out := make([]entry, n)
	for i := range out {
		out[i] = entry{fmt.Sprintf("x/%d.bin", i), ""}
	}
	return out
}

// Limits hold for what comes out, not for what the header claims.
func TestLimitsAreCountedWhileReading(t *testing.T) {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, e := range minimal() {
		w, _ := z.Create(e.name)
		_, _ = io.WriteString(w, e.data)
	}
	var packedData bytes.Buffer
	fl, _ := flate.NewWriter(&packedData, 9)
	_, _ = fl.Write(make([]byte, 3<<20))
	_ = fl.Close()
	w, err := z.CreateRaw(&zip.FileHeader{Name: "word/liar.bin", Method: zip.Deflate, CompressedSize64: uint64(packedData.Len()), UncompressedSize64: 10})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(packedData.Bytes())
	_ = z.Close()
	_, err = Open(buf.Bytes())
	if err == nil {
		t.Fatal("a lying header was believed")
	}
	lim := DefaultLimits()
	lim.Unpacked = 500
	if _, err := OpenLimited(pack(t, minimal()), lim); err == nil || problem.Of(err)[0].Code != "docx.limit.unpacked" {
		t.Errorf("unpacked limit: %v", err)
	}
	lim = DefaultLimits()
	lim.Part = 300
	if _, err := OpenLimited(pack(t, minimal()), lim); err == nil || problem.Of(err)[0].Code != "docx.limit.part" {
		t.Errorf("part limit: %v", err)
	}
	lim = DefaultLimits()
	lim.Packed = 100
	if _, err := OpenLimited(pack(t, minimal()), lim); err == nil || problem.Of(err)[0].Code != "docx.limit.packed" {
		t.Errorf("packed limit: %v", err)
	}
}

func TestPackage(t *testing.T) {
	types := `<ct:Types xmlns:ct="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<ct:Default Extension="XML" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
		`<ct:Override PartName="/word/Header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/></ct:Types>`
	root := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/word/document2.xml"/></Relationships>`
	rels := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="h" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/header" Target="../word/header1.xml"/>` +
		`<Relationship Id="l" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/hyperlink" Target="https://example.org/?a=1&amp;b" TargetMode="External"/>` +
		`<Relationship Id="i" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/image" Target="media/%E5%9B%BE.png"/></Relationships>`
	p := mustOpen(t, pack(t, []entry{
		{typesName, types},
		{rootRels, root},
		{"word/", ""},
		{"word/document2.xml", docXML},
		{"word/_rels/document2.xml.rels", rels},
		{"word/header1.xml", "<a/>"},
		{"word/media/图.png", "x"},
	}))
	m := p.Main()
	if m.Name != "word/document2.xml" {
		t.Fatalf("main part is %s", m.Name)
	}
	h := p.Related(m, "header")
	if len(h) != 1 || h[0].Name != "word/header1.xml" || !strings.HasSuffix(h[0].ContentType, "header+xml") {
		t.Errorf("header: %v", h)
	}
	if r, ok := p.Rel(m, "l"); !ok || !r.External || r.Target != "https://example.org/?a=1&b" {
		t.Errorf("hyperlink: %+v", r)
	}
	if img := p.Related(m, "image"); len(img) != 1 {
		t.Errorf("a percent-encoded target does not lead to its part")
	}
	if got := len(p.Parts()); got != 3 {
		t.Errorf("%d parts, want 3", got)
	}

	c := p.Clone()
	c.Set("word/header1.xml", []byte("<b/>"))
	if string(p.Part("/word/header1.xml").Data) != "<a/>" {
		t.Error("a change of the clone shows in the original")
	}
	img := c.AddPart("word/media/图.png", "image/png", []byte("y"))
	if img.Name != "word/media/图2.png" {
		t.Errorf("added as %s", img.Name)
	}
	id := c.AddRel(m, "image", img.Name, false)
	out, err := c.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	again, _ := c.Bytes()
	if !bytes.Equal(out, again) {
		t.Error("two writes differ")
	}
	q := mustOpen(t, out)
	if r, ok := q.Rel(q.Main(), id); !ok || r.Target != img.Name || !strings.HasPrefix(r.Type, "http://purl.oclc.org/") {
		t.Errorf("added relationship: %+v %v", r, ok)
	}
	if got := q.Part(img.Name); got == nil || got.ContentType != "image/png" || string(got.Data) != "y" {
		t.Errorf("added part: %+v", got)
	}
	if _, ok := p.Rel(m, id); ok || p.Part(img.Name) != nil {
		t.Error("what the clone got shows in the original")
	}
	// A part that has no relationships yet gets them.
	hid := c.AddRel(c.Part("word/header1.xml"), "image", img.Name, false)
	out, _ = c.Bytes()
	q = mustOpen(t, out)
	if r, ok := q.Rel(q.Part("word/header1.xml"), hid); !ok || r.Target != img.Name {
		t.Errorf("relationship of the header: %+v %v", r, ok)
	}
}

func TestUTF16(t *testing.T) {
	s := `<?xml version="1.0" encoding="UTF-16"?>` + docXML
	b := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	e := minimal()
	e[2].data = string(b)
	p := mustOpen(t, pack(t, e))
	n, err := p.Main().Parse()
	if err != nil {
		t.Fatal(err)
	}
	if got := n.Content(); got != "你好" {
		t.Errorf("content %q", got)
	}
}

func TestFindings(t *testing.T) {
	rels := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="x" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="http://10.0.0.1/a.png" TargetMode="External"/></Relationships>`
	p := mustOpen(t, pack(t, minimal(entry{"word/_rels/document.xml.rels", rels}, entry{"word/vbaProject.bin", "x"})))
	l := p.Findings()
	if len(l) != 2 || l.Failed() {
		t.Errorf("findings: %v", l)
	}
}

// Every part of a file that is opened and written again keeps its bytes, compressed and not.
func TestRoundTrip(t *testing.T) {
	for _, file := range fixtures(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.HasPrefix(data, []byte("\xD0\xCF")) {
				if _, err := Open(data); problem.Of(err)[0].Code != "docx.open.password" {
					t.Errorf("encrypted file: %v", err)
				}
				return
			}
			p := mustOpen(t, data)
			out, err := p.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			same(t, data, out)
			for _, part := range p.Parts() {
				if part.XML() {
					if _, err := part.Parse(); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
}

// fixtures are the committed files and, where present, the shared collection beside the repository.
func fixtures(t testing.TB) []string {
	t.Helper()
	own, err := filepath.Glob("testdata/*.docx")
	if err != nil {
		t.Fatal(err)
	}
	shared, _ := filepath.Glob("../../../shared/fixtures/word/*/*.docx")
	if len(shared) == 0 {
		t.Log("the shared Word files are absent: only testdata is read")
	}
	return append(own, shared...)
}

func same(t *testing.T, before, after []byte) {
	t.Helper()
	read := func(b []byte) []*zip.File {
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		var files []*zip.File
		for _, f := range z.File {
			if !strings.HasSuffix(f.Name, "/") {
				files = append(files, f)
			}
		}
		return files
	}
	a, b := read(before), read(after)
	if len(a) != len(b) {
		t.Fatalf("%d entries became %d", len(a), len(b))
	}
	raw := func(f *zip.File) []byte {
		r, err := f.OpenRaw()
		if err != nil {
			t.Fatal(err)
		}
		d, _ := io.ReadAll(r)
		return d
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].CRC32 != b[i].CRC32 || !bytes.Equal(raw(a[i]), raw(b[i])) {
			t.Errorf("entry %s changed", a[i].Name)
		}
	}
}

func TestConcurrentClones(t *testing.T) {
	p := mustOpen(t, pack(t, minimal()))
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			c := p.Clone()
			c.Set("word/document.xml", fmt.Appendf(nil, "<a n='%d'/>", i))
			c.AddPart("word/media/a.png", "image/png", []byte{byte(i)})
			c.AddRel(c.Main(), "image", "word/media/a.png", false)
			if _, err := c.Bytes(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestParse(t *testing.T) {
	src := `<?xml version="1.0"?>
<!-- c --><x:document xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main" xmlns:q="urn:own">
 <x:p q:a="1" x:val="a&amp;&#x4E2D;"><x:t xml:space="preserve"> </x:t><x:t>A &lt; B<![CDATA[<&]]></x:t><q:z/></x:p>
 <a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" r:embed="rId1" xmlns:r="http://purl.oclc.org/ooxml/officeDocument/relationships"/>
 <y:AlternateContent xmlns:y="http://schemas.openxmlformats.org/markup-compatibility/2006"><y:Choice xmlns:s="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" Requires="s"/></y:AlternateContent>
</x:document>`
	root, err := Parse([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if root.Name != "w:document" || len(root.Kids) != 3 {
		t.Fatalf("%s with %d children", root.Name, len(root.Kids))
	}
	p := root.Kids[0]
	if p.Val() != "a&中" || p.Attrs[0].Name != "{urn:own}a" || src[p.Attrs[1].Start:p.Attrs[1].End] != "a&amp;&#x4E2D;" {
		t.Errorf("attributes: %+v", p.Attrs)
	}
	if got := p.Kids[0].Content(); got != " " {
		t.Errorf("white space in w:t: %q", got)
	}
	if got := p.Kids[1].Content(); got != "A < B<&" {
		t.Errorf("text: %q", got)
	}
	if p.Kids[2].Name != "{urn:own}z" {
		t.Errorf("unknown namespace: %s", p.Kids[2].Name)
	}
	if v, _ := root.Kids[1].Attr("r:embed"); root.Kids[1].Name != "a:blip" || v != "rId1" {
		t.Errorf("blip: %+v", root.Kids[1])
	}
	if v, _ := root.Path("mc:AlternateContent", "mc:Choice").Attr("Requires"); v != "wps" {
		t.Errorf("Requires: %q", v)
	}
	if got := src[p.Start:p.Open]; !strings.HasPrefix(got, "<x:p ") || !strings.HasSuffix(got, ">") || src[p.Close:p.End] != "</x:p>" {
		t.Errorf("ranges: %q %q", got, src[p.Close:p.End])
	}
}

func TestParseRefuses(t *testing.T) {
	for _, src := range []string{
		"", " ", "text", "<a>", "<a></b>", "<a/><b/>", "</a>", "<a", "<a b>", "<a b=c/>", "<a b='1' b='2'/>", "<a b='<'/>",
		"<a>&nbsp;</a>", "<a>&#0;</a>", "<a>&</a>", "<a>\x01</a>", "<a>\xff</a>", "<x:a/>", "<a x:b=''/>", "<!DOCTYPE a><a/>",
		"<a>]]></a>", "<a><!-- -- --></a>", `<?xml version="1.0" encoding="GBK"?><a/>`, "<a>\uFFFF</a>", "<a:b:c xmlns:a='u'/>",
		"<1/>", "<a b='1'c='2'/>", "<r><x xmlns:q='u'/><q:y/></r>", "<a/>x", strings.Repeat("<a>", 300) + strings.Repeat("</a>", 300),
		"<a xmlns:p='u' xmlns:q='u' p:x='' q:x=''/>", "<a><?xml version='1.0'?></a>",
	} {
		if _, err := Parse([]byte(src)); err == nil {
			t.Errorf("%.40q was accepted", src)
		}
	}
}

func TestEscape(t *testing.T) {
	got := string(AppendText(nil, "<b>&\"'\x01\t\n\r\uFFFE\xff𠮷"))
	if want := "&lt;b&gt;&amp;\"'\t\n&#13;𠮷"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	got = string(AppendAttr(nil, "<\"'\t\n>"))
	if want := "&lt;&quot;&apos;&#9;&#10;&gt;"; got != want {
		t.Errorf("attribute %q, want %q", got, want)
	}
}

// Whatever Parse accepts, encoding/xml accepts too, with the same text.
func FuzzParse(f *testing.F) {
	f.Add([]byte(docXML))
	f.Add([]byte(typesXML))
	f.Add([]byte("<a b='&#x20;'>&lt;<![CDATA[x]]><!-- y --><?z?></a>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := Parse(data)
		if err != nil {
			return
		}
		check(t, data, root)
		d := xml.NewDecoder(bytes.NewReader(data))
		for {
			_, err := d.RawToken()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				if strings.Contains(err.Error(), "unsupported version") || strings.Contains(err.Error(), "encoding") || strings.Contains(err.Error(), "invalid XML name") ||
					strings.Contains(err.Error(), "expected") {
					return // encoding/xml checks names and declarations more narrowly
				}
				t.Fatalf("accepted %q, encoding/xml: %v", data, err)
			}
		}
	})
}

func check(t *testing.T, data []byte, n *Node) {
	if n.Start < 0 || n.Start > n.Open || n.Open > n.Close || n.Close > n.End || n.End > len(data) {
		t.Fatalf("ranges of %q: %d %d %d %d", n.Name, n.Start, n.Open, n.Close, n.End)
	}
	at := n.Open
	for _, k := range n.Kids {
		if k.Start < at || k.End > n.Close {
			t.Fatalf("child %q outside its place", k.Name)
		}
		at = k.End
		check(t, data, k)
	}
}

// Whatever Open accepts can be written and opened again with the same parts.
func FuzzOpen(f *testing.F) {
	f.Add(pack(f, minimal()))
	f.Add(pack(f, []entry{{"a.txt", "x"}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := OpenLimited(data, Limits{Packed: 1 << 20, Unpacked: 4 << 20, Part: 1 << 20, Entries: 50, Ratio: 200})
		if err != nil {
			if len(problem.Of(err)) == 0 {
				t.Fatalf("an error without findings: %v", err)
			}
			return
		}
		out, err := p.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		q, err := Open(out)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Parts()) != len(q.Parts()) {
			t.Fatal("parts were lost")
		}
	})
}

func BenchmarkParse(b *testing.B) {
	row := `<w:tr w:rsidR="00A1"><w:tc><w:tcPr><w:tcW w:w="100" w:type="dxa"/></w:tcPr><w:p w14:paraId="11223344"><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:rFonts w:hint="eastAsia"/><w:b/></w:rPr><w:t>数据</w:t></w:r></w:p></w:tc></w:tr>`
	data := []byte(`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w:body><w:tbl>` + strings.Repeat(row, 20000) + `</w:tbl></w:body></w:document>`)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}
