package fill

import (
	"crypto/sha256"
	pathpkg "path"
	"slices"
	"strconv"
	"strings"

	"tripact/render/docx"
)

// assets are the parts and relationships that objects add to one filled package. Each is added once: equal bytes are one
// part, equal targets one relationship of a part.
type assets struct {
	pkg    *docx.Package
	strict bool // ISO/IEC 29500 strict: other namespaces
	rels   map[string]*relations
	media  map[[sha256.Size]byte]string
	charts map[string]bool // charts that have been filled in place
	lists  *lists
	docs   map[[sha256.Size]byte]*included
	notes  map[string]*noteSheet // by kind

	styles    *styleSheet
	inserted  int // documents
	jobs      []chartJob
	bookmarks map[string]bool // names of those that documents brought
}

type relations struct {
	part  *docx.Part
	used  map[string]bool
	next  int
	ids   map[string]string
	added []docx.Rel
}

func newAssets(p *docx.Package) *assets {
	head := p.Main().Data
	return &assets{
		pkg: p, strict: strings.Contains(string(head[:min(len(head), 4096)]), "purl.oclc.org/ooxml/wordprocessingml"),
		rels: map[string]*relations{}, media: map[[sha256.Size]byte]string{}, charts: map[string]bool{}, docs: map[[sha256.Size]byte]*included{}, bookmarks: map[string]bool{}, notes: map[string]*noteSheet{},
	}
}

// ns is the namespace of a canonical prefix in the flavour of the package.
func (a *assets) ns(prefix string) string {
	if a.strict {
		switch prefix {
		case "w":
			return "http://purl.oclc.org/ooxml/wordprocessingml/main"
		case "r":
			return "http://purl.oclc.org/ooxml/officeDocument/relationships"
		case "wp":
			return "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing"
		case "a":
			return "http://purl.oclc.org/ooxml/drawingml/main"
		case "pic":
			return "http://purl.oclc.org/ooxml/drawingml/picture"
		}
	}
	return namespaces[prefix]
}

// rel is the id of a relationship of part to target, made where there is none yet.
func (a *assets) rel(part, kind, target string, external bool) string {
	set := a.rels[part]
	if set == nil {
		p := a.pkg.Part(part)
		set = &relations{part: p, used: map[string]bool{}, ids: map[string]string{}}
		for _, r := range a.pkg.Rels(p) {
			set.used[r.ID] = true
		}
		a.rels[part] = set
	}
	k := kind + "\x00" + target
	if id, ok := set.ids[k]; ok {
		return id
	}
	id := ""
	for id == "" || set.used[id] {
		set.next++
		id = "rIdT" + strconv.Itoa(set.next) // apart from the numbers of the template
	}
	set.used[id], set.ids[k] = true, id
	set.added = append(set.added, docx.Rel{ID: id, Type: kind, Target: target, External: external})
	return id
}

// image is the id of a relationship of part to a picture with these bytes.
func (a *assets) image(part string, data []byte, ext string) string {
	sum := sha256.Sum256(data)
	name, ok := a.media[sum]
	if !ok {
		kind := "image/" + ext
		a.pkg.AddDefault(ext, kind)
		name = a.pkg.AddPart(pathpkg.Join("word/media", "picture1."+ext), kind, data).Name
		a.media[sum] = name
	}
	return a.rel(part, "image", name, false)
}

// finish writes what was collected into the package.
func (a *assets) finish(order []string) {
	for i := range a.jobs {
		a.jobs[i].finish(a.pkg)
	}
	a.finishNotes()
	for _, kind := range []string{"w:footnote", "w:endnote"} {
		if s := a.notes[kind]; s != nil && !slices.Contains(order, s.part) {
			order = append(order, s.part)
		}
	}
	for _, name := range order {
		if set := a.rels[name]; set != nil {
			a.pkg.AddRels(set.part, set.added)
		}
	}
	if a.styles != nil {
		a.styles.finish(a)
	}
	if a.lists != nil {
		a.lists.finish(a)
	}
}

// namespaces of canonical prefixes that may occur in what is written, transitional form.
var namespaces = map[string]string{
	"w":    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
	"r":    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
	"wp":   "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
	"a":    "http://schemas.openxmlformats.org/drawingml/2006/main",
	"pic":  "http://schemas.openxmlformats.org/drawingml/2006/picture",
	"c":    "http://schemas.openxmlformats.org/drawingml/2006/chart",
	"dgm":  "http://schemas.openxmlformats.org/drawingml/2006/diagram",
	"lc":   "http://schemas.openxmlformats.org/drawingml/2006/lockedCanvas",
	"a14":  "http://schemas.microsoft.com/office/drawing/2010/main",
	"a16":  "http://schemas.microsoft.com/office/drawing/2014/main",
	"m":    "http://schemas.openxmlformats.org/officeDocument/2006/math",
	"mc":   "http://schemas.openxmlformats.org/markup-compatibility/2006",
	"v":    "urn:schemas-microsoft-com:vml",
	"o":    "urn:schemas-microsoft-com:office:office",
	"w10":  "urn:schemas-microsoft-com:office:word",
	"w14":  "http://schemas.microsoft.com/office/word/2010/wordml",
	"w15":  "http://schemas.microsoft.com/office/word/2012/wordml",
	"wp14": "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing",
	"wps":  "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
	"wpg":  "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
	"wpc":  "http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas",
	"wpi":  "http://schemas.microsoft.com/office/word/2010/wordprocessingInk",
}
