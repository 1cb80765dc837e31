package layout

import (
	"context"
	"hash/maphash"
	"reflect"
	"strings"
	"testing"

	"tripact/problem"
	"tripact/render/docx"
)

// sameWhenWarm lays p out again and again with one cache: what earlier documents have left must not show.
func sameWhenWarm(t testing.TB, p *docx.Package, opt Options, want *Document, told problem.List) {
	t.Helper()
	var cache Cache
	opt.Cache = &cache
	for round := range 4 { // paragraphs are met, kept, and placed again
		got, findings := Layout(context.Background(), p, testBook(t), opt)
		if !reflect.DeepEqual(findings, told) {
			t.Errorf("round %d with a cache: findings %v, want %v", round, findings, told)
		}
		if (got == nil) != (want == nil) {
			t.Fatalf("round %d with a cache: document %v, want %v", round, got != nil, want != nil)
		}
		if got == nil {
			continue
		}
		for i := range want.Pages {
			if i >= len(got.Pages) || !reflect.DeepEqual(emptyIsNil(&got.Pages[i]), emptyIsNil(&want.Pages[i])) {
				t.Errorf("round %d with a cache: page %d differs", round, i+1)
				break
			}
		}
		if len(got.Pages) != len(want.Pages) || !reflect.DeepEqual(got.Nodes, want.Nodes) || !reflect.DeepEqual(got.Outline, want.Outline) ||
			!reflect.DeepEqual(got.Anchors, want.Anchors) || !reflect.DeepEqual(got.Rewrites, want.Rewrites) || string(got.Body) != string(want.Body) {
			t.Errorf("round %d with a cache: the document differs", round)
		}
		cache.Recycle(got)
	}
}

// emptyIsNil is a page in which empty lists are nil.
func emptyIsNil(p *Page) Page {
	q := *p
	v := reflect.ValueOf(&q).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice && f.Len() == 0 {
			f.SetZero()
		}
	}
	return q
}

// TestMemoHits: paragraphs of plain text are placed again, in and outside tables, with and without numbers; those with
// findings or fields are not.
func TestMemoHits(t *testing.T) {
	same := para("", "单元格里的文字，比一行长得多，所以分成几行。") // in the cell and in two columns of text
	d := wordDoc{
		body: same + para("", "第一条 乙方应当按照任务书完成研究任务。") + para("", "第二条 "+strings.Repeat("经费专款专用，单独核算。", 20)) +
			`<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>编号段落</w:t></w:r></w:p>` +
			`<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>编号段落</w:t></w:r></w:p>` +
			`<w:tbl><w:tblGrid><w:gridCol w:w="3000"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/></w:tcPr>` +
			same + `</w:tc></w:tr></w:tbl>` +
			`<w:p><w:pPr><w:sectPr><w:pgSz w:w="8000" w:h="9000"/></w:sectPr></w:pPr><w:r><w:t>本节到此为止。</w:t></w:r></w:p>` + same,
		sect: plainPage,
		numbering: `<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>` +
			`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`,
	}
	p := d.pack(t)
	want, told := Layout(context.Background(), p, testBook(t), Options{})
	sameWhenWarm(t, p, Options{}, want, told)

	var cache Cache
	for range 3 {
		doc, _ := Layout(context.Background(), p, testBook(t), Options{Cache: &cache})
		cache.Recycle(doc)
	}
	for _, sheets := range cache.sheets {
		m := &sheets[0].memo
		if n := len(m.list) - 1; n != 4 { // not the one that ends a section; the two numbered paragraphs are one, with two numbers
			t.Errorf("%d paragraphs are kept", n)
		}
		forms := 0
		for i := range m.list {
			forms += len(m.list[i].forms)
		}
		if forms != 7 || len(m.props) != 2 {
			t.Errorf("%d forms and %d cells are kept", forms, len(m.props)-1)
		}
		if m.find(string(p.Main().Data[:20])) != 0 {
			t.Error("knows what it has never seen")
		}
	}
}

// TestMemoIsBounded: documents whose text is always new do not fill the memo, and one that is full is emptied.
func TestMemoIsBounded(t *testing.T) {
	var m memo
	head := []byte(`<w:document><w:body>`)
	m.prepare(head, "zh-CN", LevelGB)
	for round := range 3 {
		for i := range 20_000 {
			xml := []byte(`<w:p>` + string(rune(0x4E00+i)) + string(make([]byte, 400)) + `</w:p>`)
			m.keep(xml, &paraForm{})
			m.keep(xml, &paraForm{})
		}
		m.prepare(head, "zh-CN", LevelGB)
		if m.size > maxMemo {
			t.Errorf("round %d: %d bytes are kept", round, m.size)
		}
	}
	m.prepare([]byte(`<w:document x="y"><w:body>`), "zh-CN", LevelGB)
	if m.size != 0 || len(m.list) != 1 {
		t.Error("another root element's paragraphs are kept")
	}
}

// TestMemosAreBounded: sheets at rest do not remember more than their share together.
func TestMemosAreBounded(t *testing.T) {
	var c Cache
	kept := 0
	for i := range 20 {
		s := &sheet{}
		s.memo.size = maxMemo
		c.giveSheet(sheetKey{parts: [4]identity{{size: i}}}, s)
		kept += s.memo.size
	}
	if kept > maxMemos || kept < maxMemos/2 {
		t.Errorf("sheets remember %d bytes", kept)
	}
}

// TestMemoIsExact: what is found is the same XML to the last byte, under the same namespaces, language and strictness; XML that brings namespaces of its own, is
// no paragraph or is long is not kept at all.
func TestMemoIsExact(t *testing.T) {
	const head, a, b = `<w:document xmlns:w="x"><w:body`, `<w:p><w:r><w:t>甲</w:t></w:r></w:p>`, `<w:p><w:r><w:t>乙</w:t></w:r></w:p>`
	fresh := func() *memo {
		m := &memo{}
		m.prepare([]byte(head+">"), "zh-CN", LevelGB)
		for range 2 { // it is kept when met again
			m.keep([]byte(a), &paraForm{})
		}
		return m
	}
	m := fresh()
	if m.find(a) == 0 || m.find(b) != 0 {
		t.Fatalf("found %d and %d", m.find(a), m.find(b))
	}
	m.paras[maphash.String(m.seed, b)] = m.find(a) // as if the hashes were the same
	if m.find(b) != 0 {
		t.Error("other XML of the same hash is taken for known")
	}
	m.keep([]byte(b), &paraForm{label: "1"})
	if forms := m.list[m.find(a)].forms; len(forms) != 1 {
		t.Errorf("other XML of the same hash is kept as a form: %d", len(forms))
	}
	for name, change := range map[string]func(m *memo){
		"namespaces": func(m *memo) { m.prepare([]byte(`<w:document xmlns:w="y"><w:body>`), "zh-CN", LevelGB) },
		"language":   func(m *memo) { m.prepare([]byte(head+">"), "zh-TW", LevelGB) },
		"strictness": func(m *memo) { m.prepare([]byte(head+">"), "zh-CN", LevelGB+1) },
	} {
		m := fresh()
		if change(m); m.find(a) != 0 {
			t.Errorf("with other %s it is still known", name)
		}
	}
	for name, xml := range map[string]string{
		"own namespaces": `<w:p xmlns:v="urn:v"><w:r/></w:p>`, "no paragraph": `<x:p><w:r/></x:p>`, "long": `<w:p><w:t>` + strings.Repeat("长", maxXML/3) + `</w:t></w:p>`,
	} {
		m := fresh()
		for range 3 {
			m.keep([]byte(xml), &paraForm{})
		}
		if len(m.list) != 2 || m.find(xml) != 0 {
			t.Errorf("%s: kept", name)
		}
	}
}
