package docx

import (
	"slices"
	"strings"
)

// Unlink removes the relationship of part called id and, when nothing else leads there, the part it led to with what that
// alone leads to in turn. A default content type that nothing needs any more stays: it says nothing of any part.
func (p *Package) Unlink(part *Part, id string) {
	r, ok := p.Rel(part, id)
	if !ok {
		return
	}
	p.ReplaceRels(part, []string{id}, nil)
	if t := p.at(r.Target); t != nil && !r.External {
		p.drop(t)
	}
}

// drop removes part unless a relationship leads to it.
func (p *Package) drop(part *Part) {
	if key(part.Name) == key(p.main) {
		return
	}
	for _, rels := range p.rels {
		if slices.ContainsFunc(rels, func(r Rel) bool { return !r.External && key(r.Target) == key(part.Name) }) {
			return
		}
	}
	rels := p.rels[key(part.Name)]
	delete(p.rels, key(part.Name))
	p.remove(relsName(part.Name))
	p.remove(part.Name)
	if _, ok := p.types.overrides[key(part.Name)]; ok {
		p.Set(typesName, p.types.without(p.at(typesName).Data, part.Name))
	}
	for _, r := range rels {
		if t := p.at(r.Target); t != nil && !r.External {
			p.drop(t)
		}
	}
}

func (p *Package) remove(name string) {
	i, ok := p.index[key(name)]
	if !ok {
		return
	}
	p.entries = slices.Delete(p.entries, i, i+1)
	delete(p.index, key(name))
	for k, at := range p.index {
		if at > i {
			p.index[k] = at - 1
		}
	}
}

// ReplaceRels removes the relationships of part (the package when nil) whose ids are in drop and adds others, under ids
// that must be free then. Type is a whole type URI.
func (p *Package) ReplaceRels(part *Part, drop []string, add []Rel) {
	source := ""
	if part != nil {
		source = part.Name
	}
	name := relsName(source)
	e := p.at(name)
	if e == nil {
		return // nothing to replace
	}
	root, err := Parse(e.Data)
	if err != nil {
		return // it was parsed when the package was opened
	}
	rels := slices.DeleteFunc(slices.Clone(p.rels[key(source)]), func(r Rel) bool { return slices.Contains(drop, r.ID) })
	p.rels[key(source)] = append(rels, add...)
	var out []byte
	at, end := 0, root.Close
	if root.Open == root.End {
		return
	}
	for _, k := range root.Kids {
		if id, _ := k.Attr("Id"); slices.Contains(drop, id) {
			out = append(out, e.Data[at:k.Start]...)
			at = k.End
		}
	}
	out = append(out, e.Data[at:end]...)
	raw := string(e.Data[root.Start+1 : root.Open])
	prefix, _, ok := strings.Cut(raw[:strings.IndexAny(raw, " \t\r\n/>")], ":")
	if ok {
		prefix += ":"
	} else {
		prefix = ""
	}
	for _, r := range add {
		target := r.Target
		if !r.External {
			target = relativeTarget(source, target)
		}
		out = append(out, "<"+prefix+`Relationship Id="`...)
		out = AppendAttr(out, r.ID)
		out = append(out, `" Type="`...)
		out = AppendAttr(out, r.Type)
		out = append(out, `" Target="`...)
		out = AppendAttr(out, target)
		if r.External {
			out = append(out, `" TargetMode="External`...)
		}
		out = append(out, `"/>`...)
	}
	p.Set(name, append(out, e.Data[end:]...))
}
