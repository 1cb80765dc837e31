package pdf

import (
	"regexp"
	"strings"
	"testing"

	"tripact/render/layout"
)

func signable(t *testing.T) (*layout.Document, Options) {
	doc := everything(t)
	doc.Anchors = []layout.Anchor{
		{Name: "签章_甲方", X: 20 * layout.MM, Y: 100 * layout.MM, W: 53 * layout.MM, H: 50 * layout.MM, Node: 1},
		{Name: "B", X: 80 * layout.MM, Y: 100 * layout.MM, W: 53 * layout.MM, H: 50 * layout.MM, Node: -1},
	}
	return doc, Options{Signatures: []Signature{{Anchor: "签章_甲方", Label: "甲方签章"}, {Anchor: "B", Name: "party.b"}}}
}

func TestSignatureFields(t *testing.T) {
	doc, opt := signable(t)
	if _, err := Write(doc, opt); err == nil || !strings.Contains(err.Error(), "full stop") {
		t.Errorf("a name with a full stop: %v", err)
	}
	opt.Signatures[1].Name = ""
	nodes := len(doc.Nodes)
	out, err := Write(doc, opt)
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Nodes) != nodes {
		t.Error("the document has changed")
	}
	f := read(t, out)
	fields := 0
	for n, body := range f.objects {
		if !strings.Contains(body, "/Subtype/Widget") {
			continue
		}
		fields++
		for _, want := range []string{"/FT/Sig", "/F 132", "/AP<</N ", "/StructParent ", "/TU", "/P "} {
			if !strings.Contains(body, want) {
				t.Errorf("field %d lacks %s: %s", n, want, body)
			}
		}
		if strings.Contains(body, "/V") {
			t.Errorf("field %d has a value", n)
		}
	}
	if fields != 2 {
		t.Errorf("%d fields", fields)
	}
	if !regexp.MustCompile(`/AcroForm<</SigFlags 3/Fields\[\d+ 0 R \d+ 0 R\]>>`).Match(out) {
		t.Error("the catalog has no form of two fields")
	}
	if again, _ := Write(doc, opt); string(again) != string(out) {
		t.Error("the same document gives other bytes")
	}
	for name, bad := range map[string][]Signature{
		"no bookmark": {{Anchor: "C"}}, "same name": {{Anchor: "B", Name: "x"}, {Anchor: "签章_甲方", Name: "x"}},
	} {
		if _, err := Write(doc, Options{Signatures: bad}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Other programs see the fields, and no fault.
func TestSignatureFieldsElsewhere(t *testing.T) {
	doc, opt := signable(t)
	opt.Signatures[1].Name = ""
	out, err := Write(doc, opt)
	if err != nil {
		t.Fatal(err)
	}
	path := save(t, out)
	if got := tool(t, "qpdf", "--check", path); !strings.Contains(got, "No syntax or stream encoding errors found") {
		t.Error(got)
	}
	if got := tool(t, "qpdf", "--json", "--json-key=acroform", path); strings.Count(got, `"fieldtype": "/Sig"`) != 2 {
		t.Errorf("qpdf sees\n%s", got)
	}
	if got := tool(t, "pdfinfo", path); !regexp.MustCompile(`Form:\s+AcroForm`).MatchString(got) {
		t.Errorf("pdfinfo sees\n%s", got)
	}
}
