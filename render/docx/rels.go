package docx

import (
	"bytes"
	"maps"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// contentTypes is [Content_Types].xml; part names and extensions are lower case. It is never changed in place.
type contentTypes struct {
	defaults  map[string]string // by extension without dot
	overrides map[string]string // by part name without leading slash
}

func readTypes(data []byte) (contentTypes, error) {
	t := contentTypes{defaults: map[string]string{}, overrides: map[string]string{}}
	root, err := Parse(data)
	if err != nil {
		return t, err
	}
	for _, n := range root.Kids {
		ct, _ := n.Attr("ContentType")
		switch n.Name {
		case "ct:Default":
			ext, _ := n.Attr("Extension")
			t.defaults[strings.ToLower(ext)] = ct
		case "ct:Override":
			name, _ := n.Attr("PartName")
			t.overrides[key(strings.TrimPrefix(name, "/"))] = ct
		}
	}
	return t, nil
}

func (t contentTypes) of(name string) string {
	if ct, ok := t.overrides[key(name)]; ok {
		return ct
	}
	return t.defaults[strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))]
}

// add returns the content types with an override more and leaves t as it is for the clones that share it.
func (t *contentTypes) add(data []byte, name, contentType string) []byte {
	o := make(map[string]string, len(t.overrides)+1)
	for k, v := range t.overrides {
		o[k] = v
	}
	o[key(name)] = contentType
	t.overrides = o
	b := []byte(`Override PartName="/`)
	b = AppendAttr(b, name)
	b = append(b, `" ContentType="`...)
	b = AppendAttr(b, contentType)
	return insertLast(data, append(b, `"/>`...))
}

// without returns the content types without the override of name and leaves t as it is for the clones that share it.
func (t *contentTypes) without(data []byte, name string) []byte {
	t.overrides = maps.Clone(t.overrides)
	delete(t.overrides, key(name))
	root, err := Parse(data)
	if err != nil {
		return data
	}
	for _, n := range root.Kids {
		if of, _ := n.Attr("PartName"); n.Name == "ct:Override" && key(strings.TrimPrefix(of, "/")) == key(name) {
			return slices.Concat(data[:n.Start], data[n.End:])
		}
	}
	return data
}

// insertLast puts elements before the end of the root element, under the root's own prefix. data was parsed before,
// so its last end tag is the root's; a root that is an empty-element tag is opened first.
func insertLast(data []byte, elements ...[]byte) []byte {
	root, err := Parse(data)
	if err != nil {
		return data
	}
	end := root.Start + 1 + bytes.IndexAny(data[root.Start+1:root.Open], " \t\r\n/>")
	name := data[root.Start+1 : end]
	start := []byte("<")
	if prefix, _, ok := bytes.Cut(name, []byte(":")); ok {
		start = slices.Concat(start, prefix, []byte(":"))
	}
	var element []byte
	for _, e := range elements {
		element = append(append(element, start...), e...)
	}
	if root.Open == root.End {
		return slices.Concat(data[:root.Open-2], []byte(">"), element, []byte("</"), name, []byte(">"), data[root.End:])
	}
	return slices.Concat(data[:root.Close], element, data[root.Close:])
}

// relsName is where the relationships of a part are kept.
func relsName(source string) string {
	if source == "" {
		return rootRels
	}
	dir, base := path.Split(source)
	return dir + "_rels/" + base + ".rels"
}

// relsSource is the inverse of relsName; ok is false where name is not that of a relationship part.
func relsSource(name string) (source string, ok bool) {
	if key(name) == rootRels {
		return "", true
	}
	dir, base := path.Split(name)
	if !hasExt(base, ".rels") || !hasExt(dir, "_rels/") {
		return "", false
	}
	return dir[:len(dir)-len("_rels/")] + base[:len(base)-len(".rels")], true
}

func readRels(data []byte, source string, exists func(string) bool) ([]Rel, error) {
	root, err := Parse(data)
	if err != nil {
		return nil, err
	}
	var out []Rel
	for _, n := range root.Kids {
		if n.Name != "rel:Relationship" {
			continue
		}
		var r Rel
		r.ID, _ = n.Attr("Id")
		r.Type, _ = n.Attr("Type")
		r.Target, _ = n.Attr("Target")
		mode, _ := n.Attr("TargetMode")
		r.External = strings.EqualFold(mode, "External")
		if !r.External {
			r.Target = resolveTarget(source, r.Target, exists)
		}
		out = append(out, r)
	}
	return out, nil
}

// resolveTarget turns a target, relative to the folder of its source, into a part name. path.Join keeps a target of many
// "../" inside the package.
func resolveTarget(source, target string, exists func(string) bool) string {
	target, _, _ = strings.Cut(target, "#")
	resolve := func(t string) string {
		if !strings.HasPrefix(t, "/") {
			t = "/" + path.Dir(source) + "/" + t
		}
		return strings.TrimPrefix(path.Clean(t), "/")
	}
	name := resolve(target)
	if exists(name) {
		return name
	}
	// Some writers percent-encode Chinese part names in targets and keep them plain in the ZIP.
	if plain, err := url.PathUnescape(target); err == nil && exists(resolve(plain)) {
		return resolve(plain)
	}
	return name
}

// relBase is the type URI prefix that the package itself uses: strict files keep theirs.
func relBase(root []Rel) string {
	for _, r := range root {
		if r.Is("officeDocument") {
			return r.Type[:strings.LastIndexByte(r.Type, '/')+1]
		}
	}
	return relTypeBase
}

func appendRel(data []byte, source string, rels ...Rel) []byte {
	if data == nil {
		data = []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<Relationships xmlns="` + nsRelationships + `"></Relationships>`)
	}
	elements := make([][]byte, 0, len(rels))
	for _, r := range rels {
		elements = append(elements, relElement(source, r))
	}
	return insertLast(data, elements...)
}

func relElement(source string, r Rel) []byte {
	target := r.Target
	if !r.External {
		target = relativeTarget(source, target)
	}
	b := []byte(`Relationship Id="`)
	b = AppendAttr(b, r.ID)
	b = append(b, `" Type="`...)
	b = AppendAttr(b, r.Type)
	b = append(b, `" Target="`...)
	b = AppendAttr(b, target)
	if r.External {
		b = append(b, `" TargetMode="External`...)
	}
	return append(b, `"/>`...)
}

func relativeTarget(source, target string) string {
	dir, _ := path.Split(source)
	if rest, ok := strings.CutPrefix(target, dir); ok {
		return rest
	}
	return "/" + target
}
