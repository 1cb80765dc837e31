package pdf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tripact/deflate"
	"tripact/fonts"
	"tripact/render/layout"
)

// Options is what a file says about itself. The zero value is fine: the document's own title and language, no dates.
type Options struct {
	Title    string // "" takes the document's
	Author   string
	Subject  string
	Keywords []string
	Lang     string // BCP 47, such as "zh-CN"; "" takes the document's
	Creator  string // the program that made what was typeset

	// Created is written as creation and modification date. The zero time writes none, so that the bytes depend on
	// the content alone.
	Created time.Time

	// Signatures are empty signature fields to make at bookmarks of the document.
	Signatures []Signature

	// PageCode, if set, is what the QR code of each page says, with "/" and the page from 1, "-" and the number of pages after it, in place of
	// each picture whose alternative text is PageCodeAlt or PageCodeAltEN. Capitals, figures and $%*+-./: make the coarsest code, which
	// reads best (ISO/IEC 18004, 7.4.4).
	PageCode string

	// Seed goes into the file identifier besides the content, to tell files apart that show the same.
	Seed string
}

// Signature is an empty signature field. It shows nothing until somebody signs. All fields are made with the file, so that a
// signature later changes nothing but its own field.
type Signature struct {
	Anchor string // name of the bookmark that gives page and rectangle
	Name   string // name of the field, without a full stop; "" takes the bookmark's
	Label  string // what assistive technology reads, such as "甲方签章"; "" takes the name
}

// Producer is what the files name as their maker.
const Producer = "tripact"

// Write makes the PDF file of doc. It fails when a picture cannot be read or when doc contradicts itself: a glyph that its
// face does not have, characters that no glyph stands for. It may be called concurrently, for the same doc too.
func Write(doc *layout.Document, opt Options) ([]byte, error) {
	if len(doc.Pages) == 0 {
		return nil, errors.New("pdf: a document without pages")
	}
	opt.Author, opt.Subject, opt.Creator = clean(opt.Author), clean(opt.Subject), clean(opt.Creator)
	opt.Keywords = slices.Clone(opt.Keywords)
	for i, k := range opt.Keywords {
		opt.Keywords[i] = clean(k)
	}
	d := newDeflater()
	w := &writer{
		file: newFile(d.file), doc: doc, opt: opt, tagged: len(doc.Nodes) > 0, nodes: doc.Nodes,
		fonts: make(map[*fonts.Face]*docFont), deflater: d,
	}
	out, err := w.write()
	d.file = w.b // grown, perhaps
	for _, f := range w.fontList {
		d.giveList(f.codes)
	}
	clear(d.elements)
	defer d.release()
	if err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return bytes.Clone(out), nil
}

// writer is one file in the making.
type writer struct {
	*file
	doc    *layout.Document
	opt    Options
	tagged bool

	catalog, info, pagesRef ref
	pages                   []page
	fonts                   map[*fonts.Face]*docFont
	fontList                []*docFont
	lastFace                *docFont // the one asked for last, which mostly is the next one too
	images                  []*xImage
	links                   []link
	nodes                   []layout.Node          // the document's, and those of links that it has none for
	linked                  map[*layout.Text]int32 // texts that belong to the latter
	deflater                *deflater
	programs                [][2]int // where font programs lie in the file
}

// page is what is known of a page that is written.
type page struct {
	ref   ref
	mcids []int32 // node by MCID
}

func (w *writer) write() ([]byte, error) {
	if err := w.checkNodes(); err != nil {
		return nil, err
	}
	w.catalog, w.info, w.pagesRef = w.reserve(), w.reserve(), w.reserve()
	w.pages = make([]page, len(w.doc.Pages))
	for i := range w.pages {
		w.pages[i].ref = w.reserve()
	}
	w.placeLinks()
	if err := w.placeSignatures(); err != nil {
		return nil, err
	}

	resources := w.reserve()
	c := content{w: w, b: w.deflater.content}
	defer func() { w.deflater.content = c.b }()
	for i := range w.doc.Pages {
		if err := w.writePage(&c, i, resources); err != nil {
			return nil, err
		}
	}
	for _, f := range w.fontList {
		if err := f.write(w); err != nil {
			return nil, err
		}
	}
	w.writeResources(resources)
	w.writePageTree()
	w.writeLinks()
	w.writeSignatures()
	structRoot := w.writeStructure()
	outline := w.writeOutline()
	metadata, intent := w.writeMetadata()
	w.writeInfo()
	w.writeCatalog(structRoot, outline, metadata, intent)

	h := sha256.New()
	h.Write([]byte(w.opt.Seed))
	h.Write([]byte{0})
	// Font programs follow from the names of the subsets, which hold a hash of what is in them; pictures are hashed whole.
	at := 0
	for _, s := range w.programs {
		h.Write(w.b[at:s[0]])
		at = s[1]
	}
	h.Write(w.b[at:])
	return w.finish(w.catalog, w.info, h.Sum(nil)[:16]), nil
}

// font returns face as this document uses it.
func (w *writer) font(face *fonts.Face) *docFont {
	if w.lastFace != nil && w.lastFace.face == face {
		return w.lastFace
	}
	f := w.fonts[face]
	if f == nil {
		f = w.newDocFont(face, len(w.fontList)+1, w.reserve())
		w.fonts[face] = f
		w.fontList = append(w.fontList, f)
	}
	w.lastFace = f
	return f
}

// writePage writes page i; c is reused from page to page for its buffers.
func (w *writer) writePage(c *content, i int, resources ref) error {
	p := &w.doc.Pages[i]
	*c = content{w: w, page: i, height: p.Height, b: c.b[:0], scale: 100}
	if err := c.draw(p); err != nil {
		return fmt.Errorf("page %d: %w", i+1, err)
	}
	w.pages[i].mcids = c.mcids
	stream := w.reserve()
	w.deflate(stream, "", c.b, deflate.Content)

	w.begin(w.pages[i].ref)
	w.str("<</Type/Page/Parent ")
	w.ref(w.pagesRef)
	w.str("/MediaBox[0 0 ")
	w.b = appendLength(w.b, p.Width)
	w.str(" ")
	w.b = appendLength(w.b, p.Height)
	w.str("]/Resources ")
	w.ref(resources)
	w.str("/Contents ")
	w.ref(stream)
	if w.tagged {
		w.str("/StructParents ")
		w.int(i)
		w.str("/Tabs/S")
	}
	w.annotate(i)
	w.str(">>")
	w.end()
	return nil
}

// writeResources writes what all pages share.
func (w *writer) writeResources(r ref) {
	w.begin(r)
	w.str("<</ProcSet[/PDF/Text/ImageB/ImageC]/Font<<")
	for _, f := range w.fontList {
		w.str("/" + f.name + " ")
		w.ref(f.ref)
	}
	w.str(">>")
	if len(w.images) > 0 {
		w.str("/XObject<<")
		for _, img := range w.images {
			if img.modules != nil {
				continue
			}
			w.str("/" + img.name + " ")
			w.ref(img.ref)
		}
		w.str(">>")
	}
	w.str(">>")
	w.end()
}

func (w *writer) writePageTree() {
	w.begin(w.pagesRef)
	w.str("<</Type/Pages/Count ")
	w.int(len(w.pages))
	w.str("/Kids[")
	for i := range w.pages {
		if i > 0 {
			w.str(" ")
		}
		w.ref(w.pages[i].ref)
	}
	w.str("]>>")
	w.end()
}

func (w *writer) writeCatalog(structRoot, outline, metadata, intent ref) {
	w.begin(w.catalog)
	w.str("<</Type/Catalog/Pages ")
	w.ref(w.pagesRef)
	w.str("/Metadata ")
	w.ref(metadata)
	w.str("/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)/DestOutputProfile ")
	w.ref(intent)
	w.str(">>]")
	if lang := w.lang(); lang != "" {
		w.str("/Lang")
		w.b = appendText(w.b, lang)
	}
	if structRoot != 0 {
		w.str("/MarkInfo<</Marked true>>/StructTreeRoot ")
		w.ref(structRoot)
	}
	if outline != 0 {
		w.str("/PageMode/UseOutlines/Outlines ")
		w.ref(outline)
	}
	w.writePageLabels()
	w.writeForm()
	if w.title() != "" {
		w.str("/ViewerPreferences<</DisplayDocTitle true>>")
	}
	w.str(">>")
	w.end()
}

func (w *writer) title() string {
	if w.opt.Title != "" {
		return clean(w.opt.Title)
	}
	return clean(w.doc.Title)
}

func (w *writer) lang() string {
	if w.opt.Lang != "" {
		return clean(w.opt.Lang)
	}
	return clean(w.doc.Lang)
}

// clean makes s fit for metadata: XML 1.0 has no control characters but tab and line ends, which become spaces here, and
// information dictionary and XMP packet must say the same.
func clean(s string) string {
	return strings.ToValidUTF8(strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r':
			return ' '
		case r < 0x20, r == 0x7F, r == 0xFFFE, r == 0xFFFF:
			return -1
		}
		return r
	}, s), "\uFFFD")
}
