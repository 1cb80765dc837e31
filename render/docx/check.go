package docx

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// FaultKind is what is wrong at one place of a package.
type FaultKind string

// Kinds of faults.
const (
	FaultOrder        FaultKind = "order"        // children out of order, or one more than may be
	FaultUnknown      FaultKind = "unknown"      // an element or attribute that may not stand there
	FaultMissing      FaultKind = "missing"      // an element or attribute that must be there
	FaultValue        FaultKind = "value"        // a value outside its range
	FaultUnique       FaultKind = "unique"       // an id that is there twice
	FaultStructure    FaultKind = "structure"    // a table, row, cell or control without what it must hold
	FaultRange        FaultKind = "range"        // a bookmark or comment with one end
	FaultReference    FaultKind = "reference"    // to a note, comment or list that is not there
	FaultRelationship FaultKind = "relationship" // that leads nowhere
	FaultPart         FaultKind = "part"         // a part without content type, or that is no XML
)

// Fault is one place where a package is not as ISO/IEC 29500 wants it. Node is nil where the package itself is meant.
type Fault struct {
	Kind FaultKind
	Part string
	Node *Node
	What string // such as "w:tcPr/w:shd", "w:gridSpan w:val"; the same for all faults of one sort
	ID   string // the id or value that it is about
}

func (f Fault) String() string {
	return strings.TrimSpace(f.Part + ": " + string(f.Kind) + " " + f.What + " " + f.ID)
}

// Check compares every part with what the standard says of a Word file: children of elements and their order, attributes and
// their values, ids that must be alone of their kind, ranges with two ends, references and relationships that lead
// somewhere. Of the elements in its table it finds what the validator of the Open XML SDK finds; besides, it minds paragraph
// numbers and bookmark names that are there twice, references that lead nowhere and tables without rows.
func (p *Package) Check() []Fault {
	c := &checker{p: p, schema: schema(), defined: map[string]bool{}, alone: map[string]bool{}}
	for _, part := range append([]*Part{nil}, p.Parts()...) {
		c.relationships(part)
	}
	roots := map[*Part]*Node{}
	parts := p.Parts()
	for _, part := range parts {
		if !part.XML() {
			continue
		}
		root, err := part.Parse()
		if err != nil {
			c.part = part
			c.tell(FaultPart, nil, "XML", "")
			continue
		}
		roots[part] = root
		c.define(root)
	}
	for _, part := range parts {
		if root := roots[part]; root != nil {
			c.part, c.ranges, c.starts = part, map[string]int{}, map[string]*Node{}
			c.node(nil, root, false)
			for _, key := range slices.Sorted(maps.Keys(c.ranges)) {
				if c.ranges[key] != 0 {
					id, _ := c.starts[key].Attr("w:id")
					c.tell(FaultRange, c.starts[key], c.starts[key].Name, id)
				}
			}
		}
	}
	return c.out
}

type checker struct {
	p       *Package
	schema  map[string]*element
	out     []Fault
	part    *Part
	defined map[string]bool // notes, comments and lists
	alone   map[string]bool // ids by part or package, and kind
	ranges  map[string]int  // starts less ends
	starts  map[string]*Node
}

func (c *checker) tell(kind FaultKind, n *Node, what, id string) {
	f := Fault{Kind: kind, Node: n, What: what, ID: id}
	if c.part != nil {
		f.Part = c.part.Name
	}
	c.out = append(c.out, f)
}

func (c *checker) relationships(part *Part) {
	c.part = part
	if part != nil && part.ContentType == "" {
		c.tell(FaultPart, nil, "content type", "")
	}
	seen := map[string]bool{}
	for _, r := range c.p.Rels(part) {
		if seen[r.ID] {
			c.tell(FaultUnique, nil, "relationship", r.ID)
		}
		seen[r.ID] = true
		// Programs write NULL where a picture was taken out.
		if !r.External && c.p.at(r.Target) == nil && !strings.EqualFold(r.Target, "NULL") && r.Target != "" {
			c.tell(FaultRelationship, nil, "target", r.Target)
		}
	}
}

// define notes what references can lead to.
func (c *checker) define(root *Node) {
	for _, n := range root.Kids {
		var id string
		switch n.Name {
		case "w:footnote", "w:endnote", "w:comment":
			id, _ = n.Attr("w:id")
		case "w:num":
			id, _ = n.Attr("w:numId")
		default:
			continue
		}
		c.defined[n.Name+" "+id] = true
	}
}

// look finds what the schema says of n inside parent.
func (c *checker) look(parent, n *Node) (children, attrs *element) {
	in := ""
	if parent != nil {
		in = parent.Name + "/"
	}
	for _, e := range []*element{c.schema[in+n.Name], c.schema[n.Name]} {
		if e != nil && e.places != nil && children == nil {
			children = e
		}
		if e != nil && e.attrs != nil && attrs == nil {
			attrs = e
		}
	}
	return children, attrs
}

// node checks n and what is below. again is set inside mc:Fallback, which says again what stands in the choice, ids and all.
func (c *checker) node(parent, n *Node, again bool) {
	if n.Name == "" {
		return
	}
	again = again || n.Name == "mc:Fallback"
	children, attrs := c.look(parent, n)
	if children != nil {
		c.children(n, children)
	}
	if attrs != nil {
		c.attributes(n, attrs)
	}
	c.structure(parent, n)
	c.shapes(n)
	if !again {
		c.ids(n)
		c.ends(n)
	}
	for _, a := range n.Attrs {
		if strings.HasPrefix(a.Name, "r:") && a.Value != "" && !strings.Contains(a.Value, "{{") {
			if _, ok := c.p.Rel(c.part, a.Value); !ok {
				c.tell(FaultRelationship, n, n.Name+" "+a.Name, a.Value)
			}
		}
	}
	own, _, _ := strings.Cut(n.Name, ":")
	for _, k := range n.Kids {
		if children != nil && strings.HasPrefix(k.Name, own+":") {
			if _, known := children.rank[k.Name]; !known {
				continue // told; nobody knows what it may hold
			}
		}
		c.node(n, k, again)
	}
}

// children compares those of n with the schema, up to the first that does not fit: what follows may only follow from it.
func (c *checker) children(n *Node, e *element) {
	at, seen := -1, make([]bool, len(e.places))
	for _, k := range n.Kids {
		i, known := e.rank[k.Name]
		if !known {
			if own, _, _ := strings.Cut(n.Name, ":"); strings.HasPrefix(k.Name, own+":") {
				c.tell(FaultUnknown, k, n.Name+"/"+k.Name, "")
				return
			}
			continue
		}
		if i < at || i == at && !e.places[i].many {
			c.tell(FaultOrder, k, n.Name+"/"+k.Name, "")
			return
		}
		at, seen[i] = i, true
	}
	if n.Child("mc:AlternateContent") != nil {
		return // it may hold what is missing
	}
	for i, p := range e.places {
		if p.must && !seen[i] {
			c.tell(FaultMissing, n, n.Name+"/"+e.first(i), "")
		}
	}
}

func (e *element) first(place int) string {
	out := ""
	for n, i := range e.rank {
		if i == place && (out == "" || n < out) {
			out = n
		}
	}
	return out
}

// attributes compares those of n with the schema.
func (c *checker) attributes(n *Node, e *element) {
	for _, a := range n.Attrs {
		def, known := e.attrs[a.Name]
		if !known {
			prefix, _, named := strings.Cut(a.Name, ":")
			own, _, _ := strings.Cut(n.Name, ":")
			if !named || prefix == own && !strings.HasPrefix(a.Name, "w:rsid") {
				c.tell(FaultUnknown, n, n.Name+" "+a.Name, a.Value)
			}
			continue
		}
		// A tag stands for what it will become.
		if !strings.Contains(a.Value, "{{") && !def.fits(a.Value) {
			c.tell(FaultValue, n, n.Name+" "+a.Name, a.Value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.attrs)) {
		if _, there := n.Attr(name); e.attrs[name].must && !there {
			c.tell(FaultMissing, n, n.Name+" "+name, "")
		}
	}
}

var valuePatterns = map[string]*regexp.Regexp{
	"on":      regexp.MustCompile(`^(0|1|true|false|on|off)$`),
	"int":     regexp.MustCompile(`^-?\d{1,10}$`),
	"size":    regexp.MustCompile(`^(\d{1,5}|\d+(\.\d+)?(mm|cm|in|pt|pc|pi))$`),
	"percent": regexp.MustCompile(`^\d{1,3}%?$`),
	"twips":   regexp.MustCompile(`^-?(\d{1,10}|\d+(\.\d+)?(mm|cm|in|pt|pc|pi))$`),
	"measure": regexp.MustCompile(`^-?(\d{1,10}|\d+(\.\d+)?(%|mm|cm|in|pt|pc|pi))$`),
	"color":   regexp.MustCompile(`^(auto|[0-9A-Fa-f]{6})$`),
	"guid":    regexp.MustCompile(`^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$`),
}

func (a attr) fits(value string) bool {
	if a.values != nil {
		return slices.Contains(a.values, value)
	}
	pattern := valuePatterns[a.kind]
	return pattern == nil || pattern.MatchString(value)
}

// structure checks what a sequence of children does not say.
func (c *checker) structure(parent, n *Node) {
	has := func(name string) bool { return below(n, name) }
	switch n.Name {
	case "w:tbl":
		if !has("w:tr") {
			c.tell(FaultStructure, n, "w:tbl without w:tr", "")
		}
		c.grid(n)
	case "w:tr":
		if !has("w:tc") {
			c.tell(FaultStructure, n, "w:tr without w:tc", "")
		}
	case "w:tc", "w:txbxContent", "w:hdr", "w:ftr", "w:footnote", "w:endnote", "w:comment":
		last := ""
		for _, k := range n.Kids {
			if strings.HasPrefix(k.Name, "w:") && !rangeMark(k.Name) {
				last = k.Name
			}
		}
		note := parent != nil && (parent.Name == "w:footnotePr" || parent.Name == "w:endnotePr")
		switch last {
		case "w:p", "w:sdt", "w:customXml", "w:ins", "w:moveTo":
		default:
			if !note {
				c.tell(FaultStructure, n, n.Name+" does not end in w:p", "")
			}
		}
	case "w:sdtContent":
		if len(n.Kids) == 0 {
			c.tell(FaultStructure, n, "w:sdtContent is empty", "")
		}
	case "w:t", "w:delText", "w:instrText":
		for _, k := range n.Kids {
			if k.Name != "" {
				c.tell(FaultStructure, n, k.Name+" inside "+n.Name, "")
			}
		}
	}
}

// grid wants no row to be wider than the table's grid.
func (c *checker) grid(tbl *Node) {
	columns := 0
	for _, k := range tbl.Child("w:tblGrid").kids() {
		if k.Name == "w:gridCol" {
			columns++
		}
	}
	number := func(n *Node) int {
		i, err := strconv.Atoi(n.Val())
		if err != nil {
			return 0
		}
		return i
	}
	for _, tr := range tbl.Kids {
		if tr.Name != "w:tr" || columns == 0 {
			continue
		}
		pr := tr.Child("w:trPr")
		wide := number(pr.Child("w:gridBefore")) + number(pr.Child("w:gridAfter"))
		for _, tc := range tr.Kids {
			if tc.Name == "w:tc" {
				wide += max(1, number(tc.Path("w:tcPr", "w:gridSpan")))
			}
		}
		if wide > columns {
			c.tell(FaultStructure, tr, "w:tr wider than w:tblGrid", "")
		}
	}
}

func (n *Node) kids() []*Node {
	if n == nil {
		return nil
	}
	return n.Kids
}

// below reports whether n holds an element called name, however deep.
func below(n *Node, name string) bool {
	return slices.ContainsFunc(n.Kids, func(k *Node) bool { return k.Name == name || below(k, name) })
}

func rangeMark(name string) bool {
	return strings.HasSuffix(name, "RangeStart") || strings.HasSuffix(name, "RangeEnd") || strings.HasPrefix(name, "w:bookmark") || strings.HasPrefix(name, "w:perm") || name == "w:proofErr"
}

// ends counts the ends of ranges and looks where references lead.
func (c *checker) ends(n *Node) {
	id, _ := n.Attr("w:id")
	switch n.Name {
	case "w:bookmarkStart", "w:commentRangeStart", "w:permStart", "w:bookmarkEnd", "w:commentRangeEnd", "w:permEnd":
		base, start := strings.CutSuffix(n.Name, "Start")
		key := strings.TrimSuffix(base, "End") + id
		if start {
			c.ranges[key]++
		} else {
			c.ranges[key]--
		}
		c.starts[key] = n
	case "w:footnoteReference", "w:endnoteReference", "w:commentReference":
		if !c.defined[strings.TrimSuffix(n.Name, "Reference")+" "+id] {
			c.tell(FaultReference, n, n.Name, id)
		}
	case "w:numId":
		// Word takes a list that is not defined for none, and programs leave such numbers in styles.
		if id := n.Val(); id != "0" && id != "" && !c.defined["w:num "+id] && !strings.HasSuffix(c.part.ContentType, "styles+xml") {
			c.tell(FaultReference, n, n.Name, id)
		}
	}
}

// once wants an id to be alone of its kind in its part.
func (c *checker) once(n *Node, kind, id string) {
	if id == "" {
		return
	}
	key := c.part.Name + "\x00" + kind + "\x00" + id
	if c.alone[key] {
		c.tell(FaultUnique, n, kind, id)
	}
	c.alone[key] = true
}

// shapes checks the ids of VML shapes, which stand in the fallback of newer ones.
func (c *checker) shapes(n *Node) {
	switch n.Name {
	case "v:shapetype", "v:shape", "v:rect", "v:oval", "v:line", "v:roundrect", "v:group", "v:polyline":
		id, _ := n.Attr("id")
		c.once(n, n.Name+" id", id)
	}
}

// ids checks those that must be alone of their kind in their part.
func (c *checker) ids(n *Node) {
	once := func(kind, id string) { c.once(n, kind, id) }
	id, _ := n.Attr("w:id")
	switch n.Name {
	case "wp:docPr":
		id, _ = n.Attr("id")
		once("wp:docPr id", id)
	case "w:bookmarkStart":
		if name, _ := n.Attr("w:name"); name != "_GoBack" { // Word writes that one itself, wherever it was edited last
			once("w:bookmarkStart w:name", strings.ToLower(name))
		}
		once("w:bookmarkStart w:id", id)
	case "w:bookmarkEnd":
		once("w:bookmarkEnd w:id", id)
	case "w:footnote", "w:endnote", "w:comment":
		once(n.Name+" w:id", id)
	case "w:num":
		id, _ = n.Attr("w:numId")
		once("w:num w:numId", id)
	case "w:abstractNum":
		id, _ = n.Attr("w:abstractNumId")
		once("w:abstractNum w:abstractNumId", id)
	case "w:style":
		id, _ = n.Attr("w:styleId")
		once("w:style w:styleId", id)
	case "w:sdtPr":
		once("w:sdtPr/w:id", n.Child("w:id").Val())
	}
	if id, ok := n.Attr("w14:paraId"); ok {
		once("w14:paraId", strings.ToUpper(id))
	}
}
