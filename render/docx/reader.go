package docx

import "strings"

// Reader parses documents one after the other in memory that it uses again. The zero value is ready. A Reader is used by
// one goroutine at a time; the nodes that it has returned are valid until Reset.
type Reader struct {
	// Known is asked about each w:p and w:tcPr, before it is read, that is spelled so and declares no namespace; xml is
	// the whole element as it stands in the file. An answer above 0 leaves the element unread: its node has the answer as
	// Mark, its name and where it starts and ends (Open is Start, Close is End), but no attributes and no children. Only
	// for xml that is well-formed under the same root element may the answer be above 0. May be nil.
	Known func(xml string) int32

	p parser
}

// Parse is the function Parse in the memory of r.
func (r *Reader) Parse(data []byte) (*Node, error) {
	if len(data) > maxPart {
		return nil, &SyntaxError{Offset: maxPart, Msg: "part is too large"}
	}
	if off, msg := badText(data); msg != "" {
		return nil, &SyntaxError{Offset: off, Msg: msg}
	}
	p := &r.p
	p.src, p.pos, p.known, p.root = string(data), 0, r.Known, p.root[:0]
	if p.names == nil {
		p.met = make(map[string]bool, 128)
		p.names, p.bound = make(map[string]string, 128), make(map[string]string, 32)
	}
	clear(p.names)
	clear(p.met)
	clear(p.bound)
	p.bound["xml"], p.bound[""] = "xml", ""
	p.binds, p.stack, p.kids = p.binds[:0], p.stack[:0], p.kids[:0]
	// One node for each 24 bytes or so of Word's XML; the slabs grow by themselves where that is short.
	p.grow = min(max(len(data)/96, 32), 4096)
	return p.document()
}

// Met reports whether the last Parse has read an element called local, in any namespace.
func (r *Reader) Met(local string) bool { return r.p.met[local] }

// Read reads n, which the last Parse has left unread; nothing happens to another one.
func (r *Reader) Read(n *Node) error {
	if n.Mark <= 0 {
		return nil
	}
	p := &r.p
	p.pos, p.known = n.Start, nil
	p.stack, p.kids = p.stack[:0], p.kids[:0]
	for _, b := range p.root {
		p.bound[b.prefix] = b.before
	}
	got, err := p.elements(n.End)
	if err != nil {
		return err
	}
	*n = *got
	return nil
}

// Reset takes the memory of all nodes back.
func (r *Reader) Reset() {
	p := &r.p
	p.nodes.reset()
	p.attrs.reset()
	p.links.reset()
	clear(p.kids[:cap(p.kids)])
	clear(p.stack[:cap(p.stack)])
	clear(p.raw[:cap(p.raw)])
	clear(p.names)
	p.src, p.known, r.Known = "", nil, nil
}

// keepRoot remembers what the root element binds, which ends with it.
func (p *parser) keepRoot() {
	if p.known == nil {
		return
	}
	for _, b := range p.binds {
		p.root = append(p.root, binding{b.prefix, p.bound[b.prefix]})
	}
}

// leave leaves the element at p.pos unread when it is known.
func (p *parser) leave() bool {
	s := p.src[p.pos:]
	var end string
	switch {
	case strings.HasPrefix(s, "<w:p>"), strings.HasPrefix(s, "<w:p "):
		end = "</w:p>"
	case strings.HasPrefix(s, "<w:tcPr>"):
		end = "</w:tcPr>"
	default:
		return false
	}
	// Deep in other elements, or under namespaces of its own, an element is not what it was elsewhere.
	if len(p.stack) == 0 || len(p.stack) > MaxDepth/2 || len(p.binds) != len(p.root) || p.bound["w"] != "w" {
		return false
	}
	n := strings.Index(s, end)
	if n < 0 {
		return false
	}
	s = s[:n+len(end)]
	mark := p.known(s)
	if mark <= 0 {
		return false
	}
	node := p.node()
	node.Name = "w:" + end[4:len(end)-1]
	node.Start, node.Open, node.Mark = p.pos, p.pos, mark
	p.pos += len(s)
	node.Close, node.End = p.pos, p.pos
	p.kids = append(p.kids, node)
	return true
}

// slab hands out slices of T, all zero, and takes them all back at once.
type slab[T any] struct {
	chunks [][]T // the last one in use is chunks[at]
	at     int
}

// take returns n zero values; grow is how many are made room for when there is none.
func (a *slab[T]) take(n, grow int) []T {
	for a.at < len(a.chunks) {
		c := a.chunks[a.at]
		if from := len(c); cap(c)-from >= n {
			a.chunks[a.at] = c[:from+n]
			return c[from : from+n : from+n]
		}
		a.at++
	}
	c := make([]T, n, max(n, grow))
	a.chunks = append(a.chunks, c)
	return c[:n:n]
}

func (a *slab[T]) reset() {
	const most = 64 // chunks: one huge document does not hold memory for good
	if len(a.chunks) > most {
		a.chunks = append([][]T(nil), a.chunks[:most]...)
	}
	for i, c := range a.chunks {
		clear(c)
		a.chunks[i] = c[:0]
	}
	a.at = 0
}
