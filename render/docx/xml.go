package docx

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Node is an element, or character data when Name is "". Comments and processing instructions are left out, and so is
// white space that only lays out elements. Nodes are immutable and safe for concurrent reading.
type Node struct {
	Name  string  // canonical, such as "w:p", "a:blip", "mc:AlternateContent"; "{namespace}local" where the namespace is not known
	Attrs []Attr  // without namespace declarations, in the order of the file
	Kids  []*Node // in the order of the file
	Text  string  // character data, decoded

	// Byte offsets into the parsed data: start of the element, end of its start tag, start of its end tag, end of the
	// element. Open == Close == End for an empty-element tag; for character data Start == Open and Close == End.
	Start, Open, Close, End int

	// Mark is above 0 for an element that a Reader has left unread: see Reader.Known. Whoever makes a node may say anything else with
	// a negative one.
	Mark int32
}

// Attr is an attribute. Name is canonical; a name without prefix stands as it is. Value is decoded; in mc:Choice the
// prefixes of Requires are turned into canonical ones. Start and End are the byte range between the quotes.
type Attr struct {
	Name, Value string
	Start, End  int
}

// Child returns the first child element called name, or nil. Safe on nil.
func (n *Node) Child(name string) *Node {
	if n == nil {
		return nil
	}
	for _, k := range n.Kids {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// Path follows Child through names; nil as soon as one is absent. Safe on nil.
func (n *Node) Path(names ...string) *Node {
	for _, name := range names {
		n = n.Child(name)
	}
	return n
}

// Attr returns the value of the attribute called name and whether it is there. Safe on nil.
func (n *Node) Attr(name string) (string, bool) {
	if n == nil {
		return "", false
	}
	for i := range n.Attrs {
		if n.Attrs[i].Name == name {
			return n.Attrs[i].Value, true
		}
	}
	return "", false
}

// Val returns w:val of n, "" when n is nil or has none.
func (n *Node) Val() string {
	v, _ := n.Attr("w:val")
	return v
}

// Content returns all character data below n, joined.
func (n *Node) Content() string {
	if n == nil {
		return ""
	}
	if len(n.Kids) == 1 && n.Kids[0].Name == "" {
		return n.Kids[0].Text
	}
	var b strings.Builder
	var walk func(*Node)
	walk = func(n *Node) {
		b.WriteString(n.Text)
		for _, k := range n.Kids {
			walk(k)
		}
	}
	walk(n)
	return b.String()
}

// MaxDepth is how deep elements may nest.
const MaxDepth = 256

// SyntaxError says where XML stops being well-formed, or uses something that a Word file may not (a DTD, an encoding
// other than UTF-8).
type SyntaxError struct {
	Offset int    // byte offset
	DTD    bool   // the fault is a document type declaration
	Msg    string // what is wrong, in English
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("XML at byte %d: %s", e.Offset, e.Msg) }

// Parse reads one XML document in UTF-8 and returns its root element. Any departure from well-formedness is a
// *SyntaxError; a document type declaration is refused, so only the five predefined entities exist. The result keeps a
// copy of data alive and does not alias it.
func Parse(data []byte) (*Node, error) { return new(Reader).Parse(data) }

// badText finds the first byte that cannot be in an XML 1.0 document in UTF-8.
func badText(data []byte) (int, string) {
	for i := 0; i < len(data); i++ {
		for i+8 <= len(data) && !suspect(binary.LittleEndian.Uint64(data[i:])) {
			i += 8
		}
		if i == len(data) {
			break
		}
		c := data[i]
		if c < 0x20 && c != '\n' && c != '\t' && c != '\r' {
			return i, fmt.Sprintf("character U+%04X is not allowed", c)
		}
		if c == 0xEF && i+2 < len(data) && data[i+1] == 0xBF && data[i+2] >= 0xBE {
			return i, "a non-character is not allowed"
		}
	}
	if !utf8.Valid(data) {
		for i := 0; i < len(data); {
			r, n := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && n == 1 {
				return i, "not UTF-8"
			}
			i += n
		}
	}
	return 0, ""
}

// suspect reports whether one of eight bytes is below 0x20 or 0xEF, or the byte after one that is.
func suspect(w uint64) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	ef := w ^ 0xEF*ones
	return ((w-0x20*ones)&^w|(ef-ones)&^ef)&tops != 0
}

type frame struct {
	node  *Node
	raw   string // the name as the file spells it
	kids  int    // where its children start on the kid stack
	binds int    // how many bindings were there before it
}

type binding struct{ prefix, before string }

type parser struct {
	src   string
	pos   int
	names map[string]string // raw qualified element name -> canonical, for the bindings in force
	bound map[string]string // prefix -> canonical prefix, or "{namespace}" when not known; "" -> "" is no namespace
	binds []binding         // undo log of bound
	stack []frame
	kids  []*Node
	grow  int
	known func(xml string) int32
	met   map[string]bool // local names of elements; nil unless a Reader reads
	root  []binding       // prefixes that the root element binds, with what to

	nodes slab[Node]
	attrs slab[Attr]
	links slab[*Node]
	raw   []rawAttr
}

type rawAttr struct {
	name, value string
	start, end  int
}

func (p *parser) fail(off int, format string, args ...any) error {
	return &SyntaxError{Offset: off, Msg: fmt.Sprintf(format, args...)}
}

func (p *parser) node() *Node {
	return &p.nodes.take(1, p.grow)[0]
}

func (p *parser) takeKids(from int) []*Node {
	n := len(p.kids) - from
	if n == 0 {
		return nil
	}
	out := p.links.take(n, p.grow)
	copy(out, p.kids[from:])
	p.kids = p.kids[:from]
	return out
}

func (p *parser) document() (*Node, error) {
	if strings.HasPrefix(p.src, "\uFEFF") { // skipped, not cut: offsets stay
		p.pos = 3
	}
	if err := p.declaration(); err != nil {
		return nil, err
	}
	root, err := p.elements(len(p.src))
	if err != nil {
		return nil, err
	}
	if len(p.stack) > 0 {
		return nil, p.fail(len(p.src), "<%s> is not closed", p.stack[len(p.stack)-1].raw)
	}
	if root == nil {
		return nil, p.fail(len(p.src), "no element")
	}
	return root, nil
}

// elements reads up to the given offset and returns the first element that began at the depth where it was called.
func (p *parser) elements(end int) (root *Node, err error) {
	for p.pos < end {
		if p.src[p.pos] != '<' {
			if err := p.text(); err != nil {
				return nil, err
			}
			continue
		}
		if p.pos+1 >= len(p.src) {
			return nil, p.fail(p.pos, "the file ends inside a tag")
		}
		switch p.src[p.pos+1] {
		case '?':
			err = p.skip("?>")
		case '!':
			err = p.bang()
		case '/':
			err = p.endTag()
		default:
			if root != nil && len(p.stack) == 0 {
				return nil, p.fail(p.pos, "a second root element")
			}
			if p.known != nil && p.leave() {
				continue
			}
			var n *Node
			n, err = p.startTag()
			if root == nil {
				root = n
				p.keepRoot()
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return root, nil
}

// declaration checks <?xml … encoding="…"?>: Word files are UTF-8 here (UTF-16 is converted when a package is opened).
func (p *parser) declaration() error {
	s := p.src[p.pos:]
	if !strings.HasPrefix(s, "<?xml") || len(s) < 6 || !isSpace(s[5]) {
		return nil
	}
	end := strings.Index(s, "?>")
	if end < 0 {
		return p.fail(p.pos, "the XML declaration is not closed")
	}
	if _, rest, ok := strings.Cut(s[:end], "encoding"); ok {
		rest = strings.TrimLeft(rest, " \t\r\n=")
		if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
			enc, _, _ := strings.Cut(rest[1:], rest[:1])
			if !strings.EqualFold(enc, "utf-8") && !strings.EqualFold(enc, "us-ascii") {
				return p.fail(p.pos, "encoding %q; a Word file is UTF-8 or UTF-16", enc)
			}
		}
	}
	p.pos += end + 2
	return nil
}

func (p *parser) skip(until string) error {
	i := strings.Index(p.src[p.pos+2:], until)
	if i < 0 {
		return p.fail(p.pos, "%q is missing", until)
	}
	if until == "?>" && strings.HasPrefix(p.src[p.pos:], "<?xml") && len(p.src) > p.pos+5 && (isSpace(p.src[p.pos+5]) || p.src[p.pos+5] == '?') {
		return p.fail(p.pos, "an XML declaration inside the document")
	}
	p.pos += 2 + i + len(until)
	return nil
}

func (p *parser) bang() error {
	s := p.src[p.pos:]
	switch {
	case strings.HasPrefix(s, "<!--"):
		i := strings.Index(s[4:], "--")
		if i < 0 || !strings.HasPrefix(s[4+i:], "-->") {
			return p.fail(p.pos, "a comment is not closed")
		}
		p.pos += 4 + i + 3
		return nil
	case strings.HasPrefix(s, "<![CDATA["):
		if len(p.stack) == 0 {
			return p.fail(p.pos, "text outside the root element")
		}
		i := strings.Index(s, "]]>")
		if i < 0 {
			return p.fail(p.pos, "a CDATA section is not closed")
		}
		n := p.node()
		n.Text = newlines(s[len("<![CDATA["):i])
		n.Start, n.Open, n.Close, n.End = p.pos, p.pos, p.pos+i+3, p.pos+i+3
		p.kids = append(p.kids, n)
		p.pos += i + 3
		return nil
	}
	return &SyntaxError{Offset: p.pos, DTD: strings.HasPrefix(s, "<!DOCTYPE"), Msg: "document type declarations are refused"}
}

func (p *parser) text() error {
	start := p.pos
	end := len(p.src)
	if i := strings.IndexByte(p.src[start:], '<'); i >= 0 {
		end = start + i
	}
	raw := p.src[start:end]
	p.pos = end
	blank := strings.Trim(raw, " \t\r\n") == ""
	if len(p.stack) == 0 {
		if !blank {
			return p.fail(start, "text outside the root element")
		}
		return nil
	}
	// White space alone counts only as the whole content of an element.
	if blank && (len(p.kids) > p.stack[len(p.stack)-1].kids || !strings.HasPrefix(p.src[end:], "</")) {
		return nil
	}
	if i := strings.Index(raw, "]]>"); i >= 0 {
		return p.fail(start+i, "\"]]>\" in text")
	}
	s, off, msg := decode(raw, false)
	if msg != "" {
		return p.fail(start+off, "%s", msg)
	}
	n := p.node()
	n.Text = s
	n.Start, n.Open, n.Close, n.End = start, start, end, end
	p.kids = append(p.kids, n)
	return nil
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func nameByte(c byte) bool {
	return c >= 0x80 || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == ':' || c == '_' || c == '-' || c == '.'
}

// name reads a qualified name at i and returns the offset after it; the same i when there is none.
func (p *parser) name(i int) int {
	if i >= len(p.src) {
		return i
	}
	if c := p.src[i]; c == '-' || c == '.' || c == ':' || c >= '0' && c <= '9' {
		return i
	}
	for i < len(p.src) && nameByte(p.src[i]) {
		i++
	}
	return i
}

func (p *parser) startTag() (*Node, error) {
	start := p.pos
	i := p.name(start + 1)
	if i == start+1 {
		return nil, p.fail(start, "a tag without a name")
	}
	raw := p.src[start+1 : i]
	if len(p.stack) >= MaxDepth {
		return nil, p.fail(start, "elements nest deeper than %d", MaxDepth)
	}
	f := frame{raw: raw, kids: len(p.kids) + 1, binds: len(p.binds)}
	p.raw = p.raw[:0]
	empty := false
	for {
		at := i
		for i < len(p.src) && isSpace(p.src[i]) {
			i++
		}
		if i >= len(p.src) {
			return nil, p.fail(start, "the file ends inside <%s>", raw)
		}
		if p.src[i] == '>' {
			i++
			break
		}
		if p.src[i] == '/' && i+1 < len(p.src) && p.src[i+1] == '>' {
			i += 2
			empty = true
			break
		}
		if at == i {
			return nil, p.fail(i, "unexpected character in <%s>", raw)
		}
		var err error
		if i, err = p.attr(i, raw); err != nil {
			return nil, err
		}
	}
	n := p.node()
	n.Start, n.Open = start, i
	var err error
	if n.Name, err = p.resolve(raw, true, start); err != nil {
		return nil, err
	}
	if n.Attrs, err = p.resolveAttrs(n.Name, start); err != nil {
		return nil, err
	}
	p.kids = append(p.kids, n)
	p.pos = i
	if empty {
		n.Close, n.End = i, i
		p.unbind(f.binds)
		return n, nil
	}
	f.node = n
	p.stack = append(p.stack, f)
	return n, nil
}

func (p *parser) attr(i int, tag string) (int, error) {
	j := p.name(i)
	if j == i {
		return 0, p.fail(i, "unexpected character in <%s>", tag)
	}
	name := p.src[i:j]
	for j < len(p.src) && isSpace(p.src[j]) {
		j++
	}
	if j >= len(p.src) || p.src[j] != '=' {
		return 0, p.fail(i, "attribute %s has no value", name)
	}
	j++
	for j < len(p.src) && isSpace(p.src[j]) {
		j++
	}
	if j >= len(p.src) || p.src[j] != '"' && p.src[j] != '\'' {
		return 0, p.fail(i, "the value of attribute %s is not quoted", name)
	}
	q := p.src[j]
	j++
	end := strings.IndexByte(p.src[j:], q)
	if end < 0 {
		return 0, p.fail(i, "the value of attribute %s is not closed", name)
	}
	v := p.src[j : j+end]
	if k := strings.IndexByte(v, '<'); k >= 0 {
		return 0, p.fail(j+k, "\"<\" in the value of attribute %s", name)
	}
	s, off, msg := decode(v, true)
	if msg != "" {
		return 0, p.fail(j+off, "%s", msg)
	}
	switch {
	case name == "xmlns":
		p.bind("", s)
	case strings.HasPrefix(name, "xmlns:"):
		if s == "" {
			return 0, p.fail(i, "prefix %s is bound to no namespace", name[6:])
		}
		p.bind(name[6:], s)
	default:
		for k := range p.raw {
			if p.raw[k].name == name {
				return 0, p.fail(i, "attribute %s stands twice", name)
			}
		}
		p.raw = append(p.raw, rawAttr{name: name, value: s, start: j, end: j + end})
	}
	return j + end + 1, nil
}

func (p *parser) bind(prefix, ns string) {
	canon, ok := canonicalPrefix(ns)
	if !ok && ns != "" {
		canon = "{" + ns + "}"
	}
	before, had := p.bound[prefix]
	if had && before == canon {
		return
	}
	if !had {
		before = "\x00"
	}
	p.binds = append(p.binds, binding{prefix, before})
	p.bound[prefix] = canon
	clear(p.names)
}

func (p *parser) unbind(to int) {
	if len(p.binds) == to {
		return
	}
	for len(p.binds) > to {
		b := p.binds[len(p.binds)-1]
		p.binds = p.binds[:len(p.binds)-1]
		if b.before == "\x00" {
			delete(p.bound, b.prefix)
		} else {
			p.bound[b.prefix] = b.before
		}
	}
	clear(p.names)
}

// resolve gives the canonical form of a raw name; an attribute without prefix is in no namespace.
func (p *parser) resolve(raw string, element bool, off int) (string, error) {
	if s, ok := p.names[raw]; ok && (element || strings.IndexByte(raw, ':') >= 0) {
		return s, nil
	}
	prefix, local := "", raw
	if i := strings.IndexByte(raw, ':'); i >= 0 {
		prefix, local = raw[:i], raw[i+1:]
		if local == "" || strings.IndexByte(local, ':') >= 0 {
			return "", p.fail(off, "%q is not a name", raw)
		}
	} else if !element {
		return raw, nil
	}
	canon, ok := p.bound[prefix]
	if !ok {
		return "", p.fail(off, "prefix %q is not bound to a namespace", prefix)
	}
	name := local
	switch {
	case canon == "":
	case canon[0] == '{':
		name = canon + local
	case canon == prefix:
		name = raw
	default:
		name = canon + ":" + local
	}
	p.names[raw] = name
	if element && p.met != nil {
		p.met[local] = true
	}
	return name, nil
}

func (p *parser) resolveAttrs(element string, off int) ([]Attr, error) {
	n := len(p.raw)
	if n == 0 {
		return nil, nil
	}
	attrs := p.attrs.take(n, p.grow)
	for i, r := range p.raw {
		name, err := p.resolve(r.name, false, off)
		if err != nil {
			return nil, err
		}
		for k := range i {
			if attrs[k].Name == name {
				return nil, p.fail(off, "attribute %s stands twice", r.name)
			}
		}
		if element == "mc:Choice" && name == "Requires" {
			r.value = p.canonicalPrefixes(r.value)
		}
		attrs[i] = Attr{Name: name, Value: r.value, Start: r.start, End: r.end}
	}
	return attrs, nil
}

func (p *parser) canonicalPrefixes(list string) string {
	f := strings.Fields(list)
	for i, prefix := range f {
		if canon, ok := p.bound[prefix]; ok {
			f[i] = canon
		}
	}
	return strings.Join(f, " ")
}

func (p *parser) endTag() error {
	start := p.pos
	i := p.name(start + 2)
	name := p.src[start+2 : i]
	for i < len(p.src) && isSpace(p.src[i]) {
		i++
	}
	if i >= len(p.src) || p.src[i] != '>' {
		return p.fail(start, "an end tag is not closed")
	}
	if len(p.stack) == 0 {
		return p.fail(start, "</%s> closes nothing", name)
	}
	f := p.stack[len(p.stack)-1]
	if f.raw != name {
		return p.fail(start, "</%s> closes <%s>", name, f.raw)
	}
	p.stack = p.stack[:len(p.stack)-1]
	f.node.Close, f.node.End = start, i+1
	f.node.Kids = p.takeKids(f.kids)
	p.unbind(f.binds)
	p.pos = i + 1
	return nil
}

// HasDTD reports whether data declares a document type before its root element.
func HasDTD(data []byte) bool {
	for {
		data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\uFEFF")), " \t\r\n")
		var end string
		switch {
		case bytes.HasPrefix(data, []byte("<?")):
			end = "?>"
		case bytes.HasPrefix(data, []byte("<!--")):
			end = "-->"
		default:
			return bytes.HasPrefix(data, []byte("<!"))
		}
		i := bytes.Index(data, []byte(end))
		if i < 0 {
			return false
		}
		data = data[i+len(end):]
	}
}
