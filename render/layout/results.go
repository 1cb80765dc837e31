package layout

import (
	"bytes"
	"cmp"
	"slices"

	"tripact/render/docx"
)

// Rewrite asks for the bytes [Start, End) of a part to become XML: a stored field result that says what the page shows.
// Offsets are into the part's data as it was laid out.
type Rewrite struct {
	Part       string
	Start, End int
	XML        string
}

// result collects where the stored result of a field stands while the field is read.
type result struct {
	texts     []*docx.Node // w:t of the stored result
	separator *docx.Node   // the w:fldChar that begins it, nil when there is none
	text      string       // what is shown instead
	computed  bool
}

// keepResult asks for the stored result of a field to be what is shown. end is the field's last w:fldChar, or the
// w:fldSimple itself.
func (e *engine) keepResult(r *result, end *docx.Node) {
	if !r.computed || e.repeating || end.End > len(e.src) {
		return
	}
	if e.onPage != nil && (e.resultsOnce == nil || e.resultsOnce[e.part]) {
		return // not the first page, or only measured
	}
	prefix, ok := prefixOf(e.src, end)
	if !ok {
		return
	}
	if len(r.texts) == 1 && r.texts[0].Content() == r.text {
		return
	}
	text := "<" + prefix + "t>" + string(docx.AppendText(nil, r.text)) + "</" + prefix + "t>"
	put := func(start, end int, xml string) {
		e.rewrites = append(e.rewrites, Rewrite{Part: e.part.Name, Start: start, End: end, XML: xml})
	}
	switch {
	case len(r.texts) > 0:
		for i, t := range r.texts {
			if i > 0 {
				text = ""
			}
			put(t.Start, t.End, text)
		}
	case end.Name == "w:fldSimple":
		run := "<" + prefix + "r>" + text + "</" + prefix + "r>"
		if end.Open < end.End { // has an end tag
			put(end.Close, end.Close, run)
			return
		}
		slash := bytes.LastIndexByte(e.src[end.Start:end.End], '/')
		if slash < 0 {
			return
		}
		put(end.Start+slash, end.End, ">"+run+"</"+prefix+"fldSimple>")
	case r.separator != nil:
		put(r.separator.End, r.separator.End, text)
	default:
		put(end.Start, end.Start, "<"+prefix+"fldChar "+prefix+`fldCharType="separate"/>`+text)
	}
}

// prefixOf is the namespace prefix of n in the file, with its colon. Elements without one are left alone, since their
// attributes need a prefix that is not known here.
func prefixOf(src []byte, n *docx.Node) (string, bool) {
	name := src[n.Start+1 : n.Open]
	colon := bytes.IndexByte(name, ':')
	space := bytes.IndexAny(name, " \t\r\n/>")
	if colon <= 0 || space >= 0 && space < colon {
		return "", false
	}
	return string(name[:colon+1]), true
}

// closeResults puts the rewrites in the order of parts and bytes. Text that was laid out more than once, to find column
// widths, say, has asked more than once: the last one counts.
func (e *engine) closeResults() {
	list := sortRewrites(e.rewrites)
	kept := list[:0]
	for _, r := range list {
		n := len(kept)
		if n > 0 && (same(kept[n-1], r) || kept[n-1].Part == r.Part && r.Start < kept[n-1].End) {
			kept[n-1] = r
			continue
		}
		kept = append(kept, r)
	}
	e.doc.Rewrites = kept
}

func sortRewrites(list []Rewrite) []Rewrite {
	slices.SortStableFunc(list, func(a, b Rewrite) int {
		return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	return list
}

func same(a, b Rewrite) bool { return a.Part == b.Part && a.Start == b.Start && a.End == b.End }

// Apply returns data, the bytes of the part called name, with the rewrites that concern it. Rewrites that do not fit the
// data are left out.
func Apply(name string, data []byte, rewrites []Rewrite) []byte {
	out := make([]byte, 0, len(data)+256)
	at := 0
	for i := range rewrites {
		r := &rewrites[i]
		if r.Part != name || r.Start < at || r.End < r.Start || r.End > len(data) {
			continue
		}
		out = append(out, data[at:r.Start]...)
		out = append(out, r.XML...)
		at = r.End
	}
	return append(out, data[at:]...)
}
