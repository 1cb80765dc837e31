package fill

import (
	"strings"

	"tripact/render/docx"
)

// nearby gives the heading under which each story outside the body is met: for a header or footer that of the first page
// of the first section that names it, for a note, comment, chart or other drawing that of the paragraph that refers to
// it. Keys are the names of parts, and for notes and comments the element's name with its id.
func (c *compiler) nearby() map[string]string {
	out := map[string]string{}
	if len(c.walks) == 0 {
		return out
	}
	main := c.srcs[0].part
	note := func(key, heading string) {
		if _, seen := out[key]; !seen && heading != "" {
			out[key] = heading
		}
	}
	heading, first := "", "" // of the paragraph at hand; of the section
	at := map[*docx.Node]*para{}
	for _, s := range c.walks[0].stories {
		for _, p := range s.paras {
			at[p.node] = p
		}
	}
	var walk func(*docx.Node)
	walk = func(n *docx.Node) {
		if p := at[n]; p != nil {
			heading = p.place.Heading
			if c.srcs[0].styles.isHeading(p.props) && strings.TrimSpace(p.text) != "" {
				heading = clip(strings.TrimSpace(p.text), 40)
			}
			if first == "" {
				first = heading
			}
		}
		switch n.Name {
		case "w:footnoteReference", "w:endnoteReference", "w:commentReference":
			id, _ := n.Attr("w:id")
			note(strings.TrimSuffix(n.Name, "Reference")+id, heading)
		}
		where := heading
		if n.Name == "w:headerReference" || n.Name == "w:footerReference" {
			where = first
		}
		for _, target := range targetsOf(c.t.pkg, main, n) {
			note(target, where)
		}
		for _, k := range n.Kids {
			walk(k)
		}
		if n.Name == "w:sectPr" {
			first = ""
		}
	}
	walk(c.srcs[0].root)
	return out
}

// targetsOf lists the parts that an element of part leads to by relationship.
func targetsOf(p *docx.Package, part *docx.Part, n *docx.Node) (out []string) {
	for _, a := range n.Attrs {
		if !strings.HasPrefix(a.Name, "r:") {
			continue
		}
		if rel, ok := p.Rel(part, a.Value); ok && !rel.External {
			out = append(out, rel.Target)
		}
	}
	return out
}
