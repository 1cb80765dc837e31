package fill

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"tripact/render/docx"
)

// noted is a document with two footnotes and an endnote: with a link, a picture, a list, a style and a bookmark of their own.
func noted(t testing.TB) []byte {
	t.Helper()
	separators := func(kind string) string {
		return `<w:` + kind + ` w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:` + kind + `><w:` + kind + ` w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:` + kind + `>`
	}
	mark := `<w:r><w:rPr><w:rStyle w:val="em"/></w:rPr><w:footnoteRef/></w:r>`
	p := word(t, `<w:p>`+run("甲")+`<w:r><w:footnoteReference w:id="1"/></w:r>`+run("乙")+`<w:r><w:endnoteReference w:id="1"/></w:r>`+run("丙")+`<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:footnoteReference w:id="9"/></w:r>`+
		`<w:commentRangeStart w:id="1"/>`+run("丁")+`<w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r></w:p>`,
		"styles", annexStyles, "numbering", annexNumbering,
		"footnotes", `<w:footnotes `+nsAll+`>`+separators("footnote")+`<w:footnote w:id="1"><w:p w14:paraId="00000B01"><w:pPr><w:pStyle w:val="own"/></w:pPr>`+mark+run("注一")+`<w:hyperlink r:id="rIdL">`+run("网")+`</w:hyperlink>`+framed(1, "inline", "图", "rIdP")+`</w:p></w:footnote>`+
			`<w:footnote w:id="2"><w:p><w:bookmarkStart w:id="1" w:name="注"/>`+run("注二 {{x}}")+`<w:bookmarkEnd w:id="1"/></w:p><w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>`+run("条")+`</w:p></w:footnote></w:footnotes>`,
		"endnotes", `<w:endnotes `+nsAll+`>`+separators("endnote")+`<w:endnote w:id="1">`+par("尾注")+`</w:endnote></w:endnotes>`,
		"comments", `<w:comments `+nsAll+`><w:comment w:id="1" w:author="a">`+par("批")+`</w:comment></w:comments>`)
	p.AddRels(p.Part("word/footnotes.xml"), []docx.Rel{
		{ID: "rIdL", Type: relNS + "hyperlink", Target: "https://example.cn/", External: true},
		{ID: "rIdP", Type: relNS + "image", Target: p.AddPart("word/media/image1.png", "image/png", pngOf(t, 3, 3)).Name},
	})
	data, err := p.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// notesOf lists the notes of a part that are no separators by the numbers of their references in the body.
func notesOf(t testing.TB, p *docx.Package, kind string) (out []string) {
	t.Helper()
	part := "word/" + kind + "s.xml"
	if p.Part(part) == nil {
		return nil
	}
	bodies := map[string]string{}
	for _, n := range nodes(t, p, part, "w:"+kind) {
		if _, special := n.Attr("w:type"); !special {
			bodies[attrOf(n, "w:id")] = strings.ReplaceAll(strings.TrimSpace(text(t, n)), "\n", "/")
		}
	}
	for _, n := range nodes(t, p, mainPart, "w:"+kind+"Reference") {
		out = append(out, bodies[attrOf(n, "w:id")])
	}
	return out
}

// Notes of an included document come along, each time with numbers of their own, whatever notes the template has.
func TestNotesOfSubDocument(t *testing.T) {
	own := []string{"footnotes", `<w:footnotes ` + nsAll + `><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote><w:footnote w:id="1">` + par("本注{{名}}") + `</w:footnote></w:footnotes>`}
	empty := []string{"footnotes", `<w:footnotes ` + nsAll + `/>`}
	reference := `<w:p>` + run("本") + `<w:r><w:footnoteReference w:id="1"/></w:r></w:p>`
	one := []string{"注一网", "注二 {{x}}/条"}
	tests := []struct {
		name, body string
		parts      []string
		special    string // separators that there are
		want       []string
	}{
		{"no notes of its own", par("{{+附件}}"), nil, "separator continuationSeparator", one},
		{"an empty part", par("{{+附件}}"), empty, "", one},
		{"notes of its own", reference + par("{{+附件}}"), own, "separator", append([]string{"本注名"}, one...)},
		{"twice", reference + par("{{+附件}}") + tbl([]string{par("{{+附件}}"), par("x")}), own, "separator", append(append([]string{"本注名"}, one...), one...)},
		{"in a loop", par("{{#二}}") + reference + par("{{+附件}}") + par("{{/二}}"), own, "separator", []string{"本注名", one[0], one[1], "本注名", one[0], one[1]}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			host := word(t, tt.body, append([]string{"styles", hostStyles}, tt.parts...)...)
			data := map[string]any{"附件": noted(t), "名": "名", "二": []any{map[string]any{}, map[string]any{}}}
			out, l := compiled(t, host).Fill(context.Background(), data, FillOptions{Missing: Strict})
			if codes(l) != "fill.document.left" || !strings.Contains(l[0].Message.EN, ": comments") || strings.Contains(l[0].Message.EN, "notes") {
				t.Fatalf("%v", l)
			}
			sound(t, out)
			if got := notesOf(t, out, "footnote"); strings.Join(got, "|") != strings.Join(tt.want, "|") {
				t.Errorf("footnotes %q, want %q", got, tt.want)
			}
			if got := notesOf(t, out, "endnote"); len(got) == 0 || strings.Trim(strings.Join(got, ""), "尾注") != "" {
				t.Errorf("endnotes %q", got)
			}
			// Separators are those of the template, or the two that Word wants.
			var special []string
			for _, n := range nodes(t, out, "word/footnotes.xml", "w:footnote") {
				if kind, ok := n.Attr("w:type"); ok {
					special = append(special, kind)
				}
			}
			if got := strings.Join(special, " "); got != tt.special {
				t.Errorf("separators %s, want %s", got, tt.special)
			}
			notes := out.Part("word/footnotes.xml")
			for _, n := range append(nodes(t, out, notes.Name, "w:hyperlink"), nodes(t, out, notes.Name, "a:blip")...) {
				if rel, ok := out.Rel(notes, attrOf(n, "r:id")+attrOf(n, "r:embed")); !ok || !rel.External && out.Part(rel.Target) == nil {
					t.Errorf("%s leads nowhere", n.Name)
				}
			}
			styles := string(out.Part("word/styles.xml").Data)
			if got := nodes(t, out, notes.Name, "w:pStyle"); got[0].Val() == "" || !strings.Contains(styles, `w:styleId="`+got[0].Val()+`"`) {
				t.Errorf("style %s of a note", got[0].Val())
			}
			// Written as a stream it is the same.
			var buf bytes.Buffer
			if _, err := compiled(t, host).FillTo(context.Background(), &buf, data, FillOptions{Missing: Strict}); err != nil {
				t.Fatal(err)
			}
			again, err := docx.Open(buf.Bytes())
			if err != nil || string(again.Part(notes.Name).Data) != string(notes.Data) {
				t.Errorf("streamed: %v", err)
			}
			if worse := newErrors(validate(t, host, "template"), validate(t, out, "filled")); worse != "" {
				t.Errorf("new errors:\n%s", worse)
			}
		})
	}
}

// Where Word allows no notes they stay behind, and that is told, as is what headers say.
func TestNotesLeftBehind(t *testing.T) {
	box := `<w:p><w:r><w:pict><v:shape id="s1" style="width:100pt;height:50pt"><v:textbox><w:txbxContent>` + par("{{+附件}}") + `</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>`
	for name, host := range map[string]*docx.Package{
		"header":   word(t, par("x"), "header1", `<w:hdr `+nsAll+`>`+par("{{+附件}}")+`</w:hdr>`),
		"text box": word(t, box),
		"footnote": word(t, `<w:p>`+run("x")+`<w:r><w:footnoteReference w:id="1"/></w:r></w:p>`, "footnotes", `<w:footnotes `+nsAll+`><w:footnote w:id="1">`+par("{{+附件}}")+`</w:footnote></w:footnotes>`),
	} {
		out, l := compiled(t, host).Fill(context.Background(), map[string]any{"附件": noted(t)}, FillOptions{})
		if codes(l) != "fill.document.left" || !strings.Contains(l[0].Message.EN, "footnotes and endnotes, which cannot stand here") {
			t.Fatalf("%s: %v", name, l)
		}
		sound(t, out)
		if out.Part("word/endnotes.xml") != nil {
			t.Errorf("%s: notes came along", name)
		}
	}
	headed, err := word(t, par("正文"), "header1", `<w:hdr `+nsAll+`>`+par("页眉")+`</w:hdr>`).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if _, l := compiled(t, word(t, par("{{+附件}}"))).Fill(context.Background(), map[string]any{"附件": headed}, FillOptions{}); codes(l) != "fill.document.left" || !strings.Contains(l[0].Message.ZH, "页眉") {
		t.Errorf("%v", l)
	}
}
