package fill

import (
	"maps"
	"slices"
	"strings"

	"tripact/problem"
)

// Known is the set of names that data can have, as a tree: what a template's names are checked against.
type Known struct {
	kids map[string]*Known
	list bool // a list, whose kids are those of its records
}

// KnownOf takes the names from sample data, which should have every optional part and at least one record in each list.
func KnownOf(sample map[string]any) *Known {
	return knownOf(sample, 0)
}

func knownOf(v any, depth int) *Known {
	k := &Known{}
	if depth > 40 {
		return k
	}
	if m, ok := v.(map[string]any); ok {
		k.kids = make(map[string]*Known, len(m))
		for name, v := range m {
			k.kids[name] = knownOf(v, depth+1)
		}
		return k
	}
	if l, ok := asList(v); ok {
		k.list = true
		for _, e := range l {
			k.merge(knownOf(e, depth+1))
		}
	}
	return k
}

func (k *Known) merge(o *Known) {
	if len(o.kids) > 0 && k.kids == nil {
		k.kids = make(map[string]*Known, len(o.kids))
	}
	for name, kid := range o.kids {
		if have := k.kids[name]; have != nil {
			have.list = have.list || kid.list
			have.merge(kid)
		} else {
			k.kids[name] = kid
		}
	}
}

// Add makes name, a path of dotted parts, known. It returns k.
func (k *Known) Add(name string) *Known {
	at := k
	for part := range strings.SplitSeq(name, ".") {
		if at.kids == nil {
			at.kids = map[string]*Known{}
		}
		if at.kids[part] == nil {
			at.kids[part] = &Known{}
		}
		at = at.kids[part]
	}
	return k
}

func (k *Known) has(name string, also aliases) bool {
	if k == nil {
		return false
	}
	_, ok := resolve(k.kids, name, also)
	return ok
}

// names lists what k holds, sorted, so that suggestions do not depend on map order.
func (k *Known) names() []string {
	if k == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(k.kids))
}

// Name is a node of the tree of what a template needs.
type Name struct {
	Name     string          `json:"name"`
	Kind     Kind            `json:"kind"`
	Type     string          `json:"type,omitempty"`     // text, number, money, date, bool, image, document; from the filters in use and the kind of tag
	Optional bool            `json:"optional,omitempty"` // every use of it stands a missing value
	Places   []problem.Place `json:"places,omitempty"`
	Kids     []*Name         `json:"kids,omitempty"` // sorted by first use
}

// Kind tells how a template uses a name.
type Kind string

// Kinds of names.
const (
	KindValue  Kind = "value"
	KindList   Kind = "list"
	KindObject Kind = "object" // only names inside it are used
	KindCond   Kind = "condition"
)

// use adds one use of a path below n and returns its node.
func (n *Name) use(parts []string, kind Kind, typ string, optional bool, at problem.Place) *Name {
	for i, part := range parts {
		var kid *Name
		for _, k := range n.Kids {
			if k.Name == part {
				kid = k
			}
		}
		if kid == nil {
			kid = &Name{Name: part, Kind: KindObject, Optional: true}
			if i == len(parts)-1 {
				kid.Kind = kind
			}
			n.Kids = append(n.Kids, kid)
		}
		n = kid
	}
	switch {
	case n.Kind == KindObject, n.Kind == KindCond && kind != KindObject, kind == KindList:
		n.Kind = kind
	}
	if typ != "" && n.Type == "" {
		n.Type = typ
	}
	n.Optional = n.Optional && (optional || kind == KindCond)
	if len(n.Places) < maxPlaces {
		n.Places = append(n.Places, at)
	}
	return n
}

func (n *Name) find(part string) *Name {
	for _, k := range n.Kids {
		if k.Name == part {
			return k
		}
	}
	return nil
}

func typeName(k valueKind) string {
	switch k {
	case kindText:
		return "text"
	case kindNumber:
		return "number"
	case kindMoney:
		return "money"
	case kindDate:
		return "date"
	case kindBool:
		return "bool"
	case kindList:
		return "list"
	case kindAny, kindStyled:
	}
	return ""
}
