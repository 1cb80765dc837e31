package layout

import "tripact/fonts"

// Length is a distance in EMU: 914,400 to the inch, 12,700 to the point, 635 to the twip, 36,000 to the millimetre.
// Layout counts in whole EMU only, so that the same input gives the same pages on every machine.
type Length int64

// Units of length.
const (
	Twip  Length = 635
	Point Length = 12700
	MM    Length = 36000
	Inch  Length = 914400
)

// Document is a laid-out document: what every page shows, and what a PDF needs to know besides. It is never changed
// after Layout returns and may be read by any number of goroutines.
type Document struct {
	Pages   []Page
	Nodes   []Node      // logical structure in reading order; Nodes[0] is the document itself
	Outline []OutlineAt // headings, in order
	Lang    string      // main language, such as "zh-CN"
	Title   string      // from docProps/core.xml, "" when there is none

	// Rewrites make the stored results of page-number fields in the package those that the pages show: in the body
	// their own, in a header or footer those of the first page that has it. Ordered by part and offset, none overlapping.
	Rewrites []Rewrite

	// Body is the main part with tables of contents that list the headings there are, nil where they do already. The
	// rewrites of the main part are then to this.
	Body []byte

	// Anchors are the places of bookmarks, in the order in which they are met.
	Anchors []Anchor

	// Shown is the first page, from 0, that each header and footer stands on, by the name of its part.
	Shown map[string]int

	memory *memory // for Cache.Recycle
}

// Page is one page. The origin is the top left corner, y grows downwards. Painting order: Behind, Fills, Paths, Rules, Texts, Front.
type Page struct {
	Width, Height Length
	Label         string // the page number as printed in this section, such as "3" or "iii"
	Behind        []Picture
	Fills         []Fill
	Paths         []Path
	Rules         []Rule
	Texts         []Text
	Front         []Picture
	Links         []Link
}

// Color is 0xRRGGBB.
type Color uint32

// Fill is a filled rectangle: shading, highlight, or a drawn shape.
type Fill struct {
	X, Y, W, H Length
	Color      Color
	Node       int32
}

// Rule is a straight line, given by its centre line and thickness: borders, underlines, red double lines, table lines,
// diagonals. Dash is empty for a solid line, else lengths of ink and gap in turn.
type Rule struct {
	X1, Y1, X2, Y2 Length
	Width          Length
	Color          Color
	Dash           []Length
	Node           int32
}

// Path is an outline of a shape, filled, stroked or both.
type Path struct {
	Steps  []Step
	Filled bool // with Fill, by the nonzero winding rule
	Fill   Color
	Stroke Color
	Width  Length // of the stroke, 0 for none
	Dash   []Length
	Node   int32
}

// Step is one step of a path, to X, Y.
type Step struct {
	Op             StepOp
	X1, Y1, X2, Y2 Length // the control points of a curve
	X, Y           Length
}

// StepOp says how a step goes on.
type StepOp uint8

// Steps.
const (
	StepMove  StepOp = iota
	StepLine         // straight
	StepCurve        // a cubic Bézier curve
	StepClose        // straight back to where the last StepMove was
)

// moved is the path, moved.
func (p Path) moved(dx, dy Length) Path {
	p.Steps = append([]Step(nil), p.Steps...)
	for i := range p.Steps {
		s := &p.Steps[i]
		s.X, s.X1, s.X2 = s.X+dx, s.X1+dx, s.X2+dx
		s.Y, s.Y1, s.Y2 = s.Y+dy, s.Y1+dy, s.Y2+dy
	}
	return p
}

// Text is a run of glyphs of one face on one baseline.
type Text struct {
	X, Y    Length // start of the baseline
	Face    *fonts.Face
	Size    Length
	Color   Color
	Slant   bool    // drawn oblique, the face having no italic
	Bolder  bool    // drawn with a stroke, the face having no bold
	ScaleX  int     // percent, 100 is normal (w:w)
	Lang    string  // "" is the document's language
	Source  string  // exactly the characters that the glyphs stand for
	Glyphs  []Glyph // in visual order, which is reading order
	Node    int32   // index into Document.Nodes, -1 for an artifact (headers, footers, page numbers, repeated table heads)
	Rotated bool    // turned 90° counter-clockwise about (X, Y); for watermarks see Angle
	Angle   int     // degrees counter-clockwise about (X, Y); 0 for ordinary text
}

// Glyph is one glyph of a Text.
type Glyph struct {
	ID      fonts.GlyphID
	Len     uint8  // bytes of Text.Source that this glyph stands for; 0 continues the previous one
	Advance Length // pen movement after the glyph, justification and spacing included
}

// Picture is an image placed on a page. Data is the file as found in the package (PNG or JPEG).
type Picture struct {
	X, Y, W, H Length
	Data       []byte
	MIME       string
	Alt        string
	Node       int32
	Crop       [4]int // cut off at left, top, right and bottom, in 1/100,000 of the image; the rest fills the rectangle
	Turn       int    // degrees clockwise about the middle of the rectangle, times 60,000

	FlipX, FlipY bool // mirrored left to right, top to bottom, before it is turned
}

// Link is a rectangle that leads to a web address (URI) or to a place in the document (Page from 0 and Y).
type Link struct {
	X, Y, W, H Length
	URI        string
	Page       int
	Top        Length
}

// Anchor is the place of a bookmark: the table cell that it stands in, else the line, as wide as the column. A cell that
// goes on on another page, or spans rows over pages, gives the line.
type Anchor struct {
	Name       string
	Page       int // from 0
	X, Y, W, H Length
	Node       int32 // of the paragraph
}

// OutlineAt is a heading for the PDF outline.
type OutlineAt struct {
	Level int // 1 is the outermost
	Text  string
	Page  int // from 0
	Y     Length
}

// NodeKind is the kind of a structure node, after the standard structure types of PDF 1.7 (ISO 32000-1, 14.8.4).
type NodeKind uint8

// Kinds of node.
const (
	NodeDocument NodeKind = iota
	NodeParagraph
	NodeHeading // Level says which
	NodeTable
	NodeRow
	NodeHeaderCell
	NodeCell
	NodeList
	NodeListItem
	NodeFigure
	NodeLink
	NodeNote
	NodeForm // an interactive field
	NodeGroup
	NodeLabel // number or bullet of a list item
)

// Node is one element of the document's logical structure.
type Node struct {
	Kind    NodeKind
	Level   int    // of a heading
	Numbers string // of a list: kind of its numbers, as PDF names it: Decimal, UpperRoman, LowerAlpha, Disc, None …
	Parent  int32  // index of the parent; the document has -1
	Alt     string // alternative text of a figure
	Lang    string
	ColSpan int // of a cell, 0 and 1 both mean one
	RowSpan int
}
