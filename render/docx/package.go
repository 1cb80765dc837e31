package docx

import (
	"errors"
	"path"
	"slices"
	"strings"

	"tripact/problem"
)

// Part is one part of a package. It is shared between clones: read only.
type Part struct {
	Name        string // without leading slash, such as "word/document.xml"
	ContentType string // as the package declares it, "" when it does not
	Data        []byte // XML parts are UTF-8, whatever the file had

	packed *packed // the compressed bytes it came with; nil when it was made or replaced here
}

// packed is an entry of the ZIP file as it was read.
type packed struct {
	method uint16
	crc    uint32
	size   uint64
	data   []byte
}

// XML reports whether the part holds XML by its content type or name.
func (p *Part) XML() bool {
	return strings.HasSuffix(p.ContentType, "+xml") || strings.HasSuffix(p.ContentType, "/xml") || hasExt(p.Name, ".xml") || hasExt(p.Name, ".rels") || hasExt(p.Name, ".vml")
}

// Parse reads the part as XML; the error is a *problem.Error that names the part.
func (p *Part) Parse() (*Node, error) {
	n, err := Parse(p.Data)
	if err != nil {
		return nil, &problem.Error{Findings: problem.List{xmlFinding(p.Name, err)}}
	}
	return n, nil
}

func xmlFinding(part string, err error) problem.Finding {
	f := problem.Finding{
		Code: "docx.xml.malformed", Severity: problem.Fail,
		Message: problem.Tf("文件内的“%[1]s”不是完好的 XML（%[2]v）", "%[1]s inside the file is not well-formed (%[2]v)", part, err),
		Place:   &problem.Place{Part: part},
		Fix:     problem.Fix{ZH: "用 Word 或 WPS 打开并另存为 .docx 后再试", EN: "open the file in Word or WPS, save it as .docx again, and retry"},
	}
	if e, ok := errors.AsType[*SyntaxError](err); ok && e.DTD {
		f.Code = "docx.xml.dtd"
		f.Message = problem.Tf("文件内的“%[1]s”带有文档类型声明（DTD），不予打开", "%[1]s inside the file declares a document type (DTD), which is refused", part)
	}
	return f
}

// Rel is one relationship. Target is the name of the part it leads to (resolved, without leading slash), or, when
// External, the address as the file has it.
type Rel struct {
	ID, Type, Target string
	External         bool
}

// Is reports whether the last path segment of the type is kind, such as "header": so for transitional and strict files.
func (r Rel) Is(kind string) bool {
	return r.Type[strings.LastIndexByte(r.Type, '/')+1:] == kind
}

// Package is a Word file in memory. See the package comment for concurrency.
type Package struct {
	entries []*Part // every entry of the file in its order, content types and relationships included
	index   map[string]int
	types   contentTypes
	rels    map[string][]Rel // by name of the source part, "" for the package; slices are never changed in place
	main    string
}

const (
	typesName = "[Content_Types].xml"
	rootRels  = "_rels/.rels"
)

func key(name string) string { return strings.ToLower(name) }

func hasExt(name, ext string) bool {
	return len(name) >= len(ext) && strings.EqualFold(name[len(name)-len(ext):], ext)
}

func (p *Package) at(name string) *Part {
	if i, ok := p.index[key(name)]; ok {
		return p.entries[i]
	}
	return nil
}

// Main returns the main document part, found by relationship. A package that Open returned always has one.
func (p *Package) Main() *Part { return p.at(p.main) }

// Part returns the part called name (a leading slash and letter case do not matter), or nil.
func (p *Package) Part(name string) *Part { return p.at(strings.TrimPrefix(name, "/")) }

// Parts returns all parts in package order, without the content types and relationships.
func (p *Package) Parts() []*Part {
	out := make([]*Part, 0, len(p.entries))
	for _, e := range p.entries {
		if e.Name != typesName && !hasExt(e.Name, ".rels") {
			out = append(out, e)
		}
	}
	return out
}

// Rels returns the relationships of part in file order, of the package itself when part is nil. Read only.
func (p *Package) Rels(part *Part) []Rel {
	if part == nil {
		return p.rels[""]
	}
	return p.rels[key(part.Name)]
}

// Related returns the parts that part (the package when nil) leads to by relationships whose type ends in relType, such
// as "header" or "styles", in the order of its relationships; each part once.
func (p *Package) Related(part *Part, relType string) []*Part {
	var out []*Part
	for _, r := range p.Rels(part) {
		if r.External || !r.Is(relType) {
			continue
		}
		if t := p.at(r.Target); t != nil && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// Rel returns the relationship of part with that id.
func (p *Package) Rel(part *Part, id string) (Rel, bool) {
	for _, r := range p.Rels(part) {
		if r.ID == id {
			return r, true
		}
	}
	return Rel{}, false
}

// Clone returns a package that can be changed without p noticing. It shares the bytes of all parts.
func (p *Package) Clone() *Package {
	c := *p
	c.entries = slices.Clone(p.entries)
	c.index = make(map[string]int, len(p.index))
	for k, v := range p.index {
		c.index[k] = v
	}
	c.rels = make(map[string][]Rel, len(p.rels))
	for k, v := range p.rels {
		c.rels[k] = v
	}
	return &c
}

// Set replaces the bytes of the part called name, which p keeps from then on. The same bytes again leave the part
// untouched. A part that does not exist is added with the content type its extension has in the package.
func (p *Package) Set(name string, data []byte) {
	name = strings.TrimPrefix(name, "/")
	i, ok := p.index[key(name)]
	if !ok {
		p.append(&Part{Name: name, ContentType: p.types.of(name), Data: data})
		return
	}
	old := p.entries[i]
	if string(old.Data) == string(data) {
		return
	}
	p.entries[i] = &Part{Name: old.Name, ContentType: old.ContentType, Data: data}
}

func (p *Package) append(part *Part) {
	p.index[key(part.Name)] = len(p.entries)
	p.entries = append(p.entries, part)
}

// AddPart adds a part with its content type and returns it. The name it gets is name, or, when that is taken, name with
// the first free number before its extension: "word/media/image.png" → "word/media/image2.png".
func (p *Package) AddPart(name, contentType string, data []byte) *Part {
	name = strings.TrimPrefix(name, "/")
	ext := path.Ext(name)
	stem, free := strings.TrimSuffix(name, ext), name
	for n := 2; p.at(free) != nil; n++ {
		free = stem + itoa(n) + ext
	}
	part := &Part{Name: free, ContentType: contentType, Data: data}
	p.append(part)
	if p.types.of(free) != contentType {
		p.Set(typesName, p.types.add(p.at(typesName).Data, free, contentType))
	}
	return part
}

// AddRel adds a relationship from part (the package when nil) and returns its id. kind is the last segment of the type
// ("image", "hyperlink", "header") or a whole type URI; target is the name of a part, or an address when external.
func (p *Package) AddRel(part *Part, kind, target string, external bool) string {
	source := ""
	if part != nil {
		source = part.Name
	}
	rels := p.rels[key(source)]
	id := ""
	for n := len(rels) + 1; ; n++ {
		id = "rId" + itoa(n)
		if !slices.ContainsFunc(rels, func(r Rel) bool { return r.ID == id }) {
			break
		}
	}
	if !strings.Contains(kind, "/") {
		kind = relBase(p.rels[""]) + kind
	}
	r := Rel{ID: id, Type: kind, Target: target, External: external}
	p.rels[key(source)] = append(slices.Clip(slices.Clone(rels)), r)
	name := relsName(source)
	var old []byte
	if e := p.at(name); e != nil {
		old = e.Data
	}
	p.Set(name, appendRel(old, source, r))
	return id
}
