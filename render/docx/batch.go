package docx

import (
	"slices"
	"strings"
)

// AddRels adds relationships from part (the package when nil) under the ids they have, which must be free: so that a
// thousand links cost no more than one. Type is as AddRel takes it.
func (p *Package) AddRels(part *Part, rels []Rel) {
	if len(rels) == 0 {
		return
	}
	source := ""
	if part != nil {
		source = part.Name
	}
	rels = slices.Clone(rels)
	for i := range rels {
		if !strings.Contains(rels[i].Type, "/") {
			rels[i].Type = relBase(p.rels[""]) + rels[i].Type
		}
	}
	p.rels[key(source)] = append(slices.Clone(p.rels[key(source)]), rels...)
	name := relsName(source)
	var old []byte
	if e := p.at(name); e != nil {
		old = e.Data
	}
	p.Set(name, appendRel(old, source, rels...))
}

// AddDefault makes contentType the type of parts with that extension (without dot), unless the package has one for it.
func (p *Package) AddDefault(ext, contentType string) {
	ext = strings.ToLower(ext)
	if _, ok := p.types.defaults[ext]; ok {
		return
	}
	d := make(map[string]string, len(p.types.defaults)+1)
	for k, v := range p.types.defaults {
		d[k] = v
	}
	d[ext] = contentType
	p.types.defaults = d
	b := AppendAttr([]byte(`Default Extension="`), ext)
	b = AppendAttr(append(b, `" ContentType="`...), contentType)
	p.Set(typesName, insertLast(p.at(typesName).Data, append(b, `"/>`...)))
}
