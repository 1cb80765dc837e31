package layout

import (
	"bytes"
	"fmt"

	"tripact/problem"
	"tripact/render/docx"
)

// pageMaker holds the pages made so far in a pass.
type pageMaker struct {
	pages       []Page
	info        []pageInfo
	number      int // of the current page
	excluded    []band
	noteColumns []noteColumn // footnotes of the current page
	noteColumn  int          // of the column being filled
	noteRest    []notePart   // what is left of notes for the next page
	noteAvail   Length       // room for the notes of the table row being set
	bodyEnd     Length       // where text ends on the current page
	column      int          // that is being filled, of those of the section
	columnTop   Length       // where the section's columns begin on the current page, 0 for the top of the text area
	repeating   bool         // a repeated header row is being drawn: an artifact
	heights     map[hfKey]Length
	stories     map[*docx.Part]*hfStory
}

// pageInfo is what headers, footers and labels need to know of a page.
type pageInfo struct {
	section *section
	index   int // of the section
	number  int
	kind    int // which header and footer
	blank   bool
}

type hfKey struct {
	part  *docx.Part
	width Length
}

// hfStory is a parsed header or footer.
type hfStory struct {
	root   *docx.Node
	told   bool    // its findings have been reported
	blocks []block // as laid out last, when they show nothing of the page that they are on
	width  Length
	pitch  Length
	delta  Length
}

// page is the page being filled.
func (e *engine) page() *Page { return &e.pages[len(e.pages)-1] }

// here is what page-number fields on the current page show.
func (e *engine) here() pageState {
	i := len(e.info) - 1
	if i < 0 {
		return pageState{number: 1}
	}
	return pageState{number: e.info[i].number, format: e.info[i].section.format, page: i, section: e.info[i].index}
}

// newPage opens a page of section s; first tells that it is the section's first.
func (e *engine) newPage(s *section, index int, first bool) error {
	if err := e.ctx.Err(); err != nil {
		return fmt.Errorf("lay out page %d: %w", len(e.pages)+1, err)
	}
	if len(e.pages) >= e.opt.MaxPages {
		return errTooLong
	}
	e.closePage()
	e.number++
	if first && s.start >= 0 {
		e.number = s.start
	}
	if first && len(e.pages) > 0 && (s.kind == "oddPage" && e.number%2 == 0 || s.kind == "evenPage" && e.number%2 != 0) {
		if s.start < 0 {
			e.pages = append(e.pages, Page{Width: s.width, Height: s.height})
			e.info = append(e.info, pageInfo{section: s, index: index, number: e.number, blank: true})
			e.number++
		}
	}
	kind := hfDefault
	switch {
	case first && s.titlePage:
		kind = hfFirst
	case e.sheet.settings.evenOdd && e.number%2 == 0:
		kind = hfEven
	}
	p := Page{Width: s.width, Height: s.height}
	if n := len(e.pages); n > 0 {
		last := &e.pages[n-1]
		p.Texts = e.memory.texts.take(max(textChunk, len(last.Texts)+16))
		p.Rules = e.memory.rules.take(max(64, len(last.Rules)+8))
	}
	e.pages = append(e.pages, p)
	e.info = append(e.info, pageInfo{section: s, index: index, number: e.number, kind: kind})
	e.noteColumns, e.noteColumn, e.bodyEnd = nil, 0, 0
	e.noteAvail = unlimited
	e.excluded = e.bandsAt(s, &e.info[len(e.info)-1])
	return nil
}

// closePage puts the footnotes under the text and, where the section asks for it, centres the text on the page.
func (e *engine) closePage() {
	if len(e.pages) == 0 {
		return
	}
	p := e.page()
	info := &e.info[len(e.info)-1]
	s := info.section
	if info.blank {
		return
	}
	e.drawNotes(p, s.footnotes.pos == "beneathText")
	top, bottom := e.bodyEdges(s, info.kind)
	if free := bottom - e.bodyEnd; free > 0 && e.bodyEnd > top && e.noteRoom() == 0 {
		switch s.vAlign {
		case "center":
			p.shift(free / 2)
		case "bottom":
			p.shift(free)
		}
	}
	if s.pageBorders {
		e.pageBorder(p, s)
	}
	e.noteColumns = nil
}

// shift moves everything on the page down.
func (p *Page) shift(dy Length) {
	for i := range p.Texts {
		p.Texts[i].Y += dy
	}
	for i := range p.Rules {
		p.Rules[i].Y1 += dy
		p.Rules[i].Y2 += dy
	}
	for i := range p.Fills {
		p.Fills[i].Y += dy
	}
	for i := range p.Paths {
		p.Paths[i] = p.Paths[i].moved(0, dy)
	}
	for i := range p.Behind {
		p.Behind[i].Y += dy
	}
	for i := range p.Front {
		p.Front[i].Y += dy
	}
	for i := range p.Links {
		p.Links[i].Y += dy
	}
}

// pageBorder draws w:pgBorders.
func (e *engine) pageBorder(p *Page, s *section) {
	b := &s.bordersPage
	top, left, bottom, right := b[0].space, b[1].space, p.Height-b[2].space, p.Width-b[3].space
	if s.borderFromText {
		l, r, _ := e.sides(s)
		top, left = s.top-b[0].space-b[0].total(), l-b[1].space-b[1].total()
		bottom, right = p.Height-s.bottom+b[2].space+b[2].total(), p.Width-r+b[3].space+b[3].total()
	}
	if b[0].visible() {
		p.Rules = b[0].hline(p.Rules, left, right, top, 1, -1)
	}
	if b[2].visible() {
		p.Rules = b[2].hline(p.Rules, left, right, bottom, -1, -1)
	}
	if b[1].visible() {
		p.Rules = b[1].vline(p.Rules, left, top, bottom, 1, -1)
	}
	if b[3].visible() {
		p.Rules = b[3].vline(p.Rules, right, top, bottom, -1, -1)
	}
}

// body lays out all sections.
func (e *engine) body(sections []*section) error {
	for i, s := range sections {
		if err := e.section(sections, i, s); err != nil {
			return err
		}
	}
	last := len(sections) - 1
	if err := e.restOfNotes(sections[last], last); err != nil {
		return err
	}
	e.closePage()
	return nil
}

// section lays out one section.
func (e *engine) section(sections []*section, i int, s *section) error {
	fresh := i == 0 || s.kind != "continuous" && s.kind != "nextColumn" || s.width != sections[i-1].width || s.height != sections[i-1].height
	e.gridPitch, e.gridDelta = s.gridPitch, s.gridDelta
	e.noteNumbers, e.noteWidth = s.footnotes, s.columns[0].width
	if i == 0 || s.footnotes.restart == "eachSect" {
		e.noteCount = s.footnotes.start
	}
	blocks := e.sectionBlocks(s)
	if i+1 == len(sections) || e.sheet.settings.endnotesInside {
		blocks = append(blocks, e.endnoteBlocks(s.columns[0].width)...)
	}
	top := Length(0)
	if fresh {
		if err := e.newPage(s, i, true); err != nil {
			return err
		}
	} else {
		top = e.bodyEnd
	}
	limit := Length(0)
	if len(s.columns) > 1 && i+1 < len(sections) && sections[i+1].kind == "continuous" {
		limit = e.balance(blocks, s, top)
	}
	col, cur := 0, cursor{}
	if s.kind == "nextColumn" && !fresh {
		if col, top, fresh = e.column+1, e.columnTop, true; col >= len(s.columns) {
			col, top = 0, 0
			if err := e.newPage(s, i, false); err != nil {
				return err
			}
		}
	}
	e.column, e.columnTop = col, top
	fr := e.columnFrame(s, col, top, limit)
	fr.keepBefore = true
	fr.fresh = fresh
	for guard := 0; ; guard++ {
		before := cur
		st := e.fill(blocks, &cur, &fr)
		e.bodyEnd = max(e.bodyEnd, fr.y)
		if st == stopDone {
			e.bodyEnd = max(e.bodyEnd, fr.y+fr.pending*Length(boolInt(i+1 < len(sections) && sections[i+1].kind == "continuous")))
			if col > 0 && limit == 0 {
				e.bodyEnd = max(e.bodyEnd, fr.y)
			}
			return nil
		}
		if cur.block >= len(blocks) && st == stopPage && i+1 == len(sections) {
			// A page break that ends the document leaves an empty last page, as in Word.
			return e.newPage(s, i, false)
		}
		if cur == before && fr.mustPlace() && guard > 0 && st != stopPage && st != stopColumn {
			return fmt.Errorf("page %d: no progress at block %d", len(e.pages), cur.block)
		}
		if st != stopPage && col+1 < len(s.columns) {
			col++
		} else {
			col, top, limit = 0, 0, 0
			if err := e.newPage(s, i, false); err != nil {
				return err
			}
		}
		e.column, e.columnTop = col, top
		fr = e.columnFrame(s, col, top, limit)
		fr.fresh = true
		fr.keepBefore = st != stopFull
	}
}

// sectionBlocks lays out the content of a section for its first column. Paragraphs that come into a column of another width
// are broken into lines anew there; tables stay as wide as they are.
func (e *engine) sectionBlocks(s *section) []block {
	for _, c := range s.columns[1:] {
		if c.width == s.columns[0].width {
			continue
		}
		saved := e.keeping
		e.keeping = true
		defer func() { e.keeping = saved }()
		for _, n := range s.nodes {
			if n.Name == "w:tbl" {
				e.warn("layout.columns.unequal", "不等宽分栏中的表格按第一栏的宽度排版", "a table in columns of unequal width is set to the width of the first", "")
				break
			}
		}
		break
	}
	return e.blocks(s.nodes, s.columns[0].width)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// columnFrame is the frame of column col of section s on the current page, from top (0: the top of the text area).
func (e *engine) columnFrame(s *section, col int, top, limit Length) frame {
	info := &e.info[len(e.info)-1]
	y1, y2 := e.bodyEdges(s, info.kind)
	full, foot := y2-y1, y2
	if top > 0 {
		y1 = top
	}
	if limit > 0 {
		y2 = min(y2, limit)
	}
	left := s.leftOn(info.number, e.sheet.settings.mirror)
	p := e.page()
	if s.line && col > 0 {
		x := left + s.columns[col].x - (s.columns[col].x-s.columns[col-1].x-s.columns[col-1].width)/2
		p.Rules = append(p.Rules, Rule{X1: x, X2: x, Y1: y1, Y2: y2, Width: Point / 2, Node: -1})
	}
	x, width := left+s.columns[col].x, s.columns[col].width
	bottom, carried := e.noteColumnAt(x, width, y1, foot)
	return frame{
		x: x, width: width, top: y1, y: y1, bottom: min(bottom, y2), page: p, body: true, crowded: carried, full: full, excluded: e.excluded,
	}
}

// balance finds the lower limit at which the columns of a section are equally long.
func (e *engine) balance(blocks []block, s *section, top Length) Length {
	info := &e.info[len(e.info)-1]
	y1, y2 := e.bodyEdges(s, info.kind)
	if top > 0 {
		y1 = top
	}
	total := e.measure(blocks, cursor{}, s.columns[0].width) * s.columns[0].width
	room := Length(0) // the columns' widths together: unequal ones share the text by area
	for _, c := range s.columns {
		room += c.width
	}
	for h := total / room; y1+h < y2; h += 6 * Point {
		cur := cursor{}
		done := false
		for _, c := range s.columns {
			fr := frame{width: c.width, y: y1, bottom: y1 + h, fresh: true, keepBefore: true, full: y2 - y1}
			if st := e.fill(blocks, &cur, &fr); st == stopDone {
				done = true
				break
			} else if st == stopPage {
				break
			}
		}
		if done {
			return y1 + h
		}
	}
	return 0
}

// bodyEdges gives the upper and lower edge of the text area on a page with headers of the given kind: the margins, or
// below and above headers and footers that are taller than them.
func (e *engine) bodyEdges(s *section, kind int) (top, bottom Length) {
	top, bottom = s.top, s.height-s.bottom
	if !s.exactTop {
		if h := e.hfHeight(s.headers[kind], s); h > 0 {
			top = max(top, s.header+h)
		}
	}
	if !s.exactBottom {
		if h := e.hfHeight(s.footers[kind], s); h > 0 {
			bottom = min(bottom, s.height-s.footer-h)
		}
	}
	if bottom-top < Inch/4 {
		e.warnOnce("layout.header.height", "页眉页脚过高，正文区按版心处理", "headers and footers leave no room for text, the margins are used", "")
		top, bottom = s.top, s.height-s.bottom
	}
	return top, bottom
}

// hfHeight measures a header or footer, with placeholder numbers.
func (e *engine) hfHeight(part *docx.Part, s *section) Length {
	if part == nil {
		return 0
	}
	key := hfKey{part, s.width - s.left - s.right}
	if h, ok := e.heights[key]; ok {
		return h
	}
	if e.heights == nil {
		e.heights = map[hfKey]Length{}
	}
	blocks := e.hfBlocks(part, s, pageState{number: 1, sectionPages: 1})
	h := e.measure(blocks, cursor{}, key.width)
	e.heights[key] = h
	return h
}

// hfBlocks lays out a header or footer for one page.
func (e *engine) hfBlocks(part *docx.Part, s *section, at pageState) []block {
	if e.stories == nil {
		e.stories = map[*docx.Part]*hfStory{}
	}
	st := e.stories[part]
	if st == nil {
		root, err := docx.Parse(part.Data)
		if err != nil {
			pf := &partFault{part.Name, err}
			e.findings.Add(pf.finding())
			root = &docx.Node{}
		}
		st = &hfStory{root: root}
		e.stories[part] = st
	}
	story := "页眉"
	if st.root.Name == "w:ftr" {
		story = "页脚"
	}
	width := s.width - s.left - s.right
	if st.blocks != nil && st.width == width && st.pitch == s.gridPitch && st.delta == s.gridDelta {
		return st.blocks
	}
	var blocks []block
	varied := e.varied
	e.inStory(part, problem.Place{Part: part.Name, Story: story}, func() {
		e.artifact, e.keeping = true, keepsItems(part.Data)
		e.onPage = &at
		if st.told {
			e.muted++
		}
		e.gridPitch, e.gridDelta = s.gridPitch, s.gridDelta
		blocks = e.blocks(e.flatten(st.root, nil, 0), width)
		if st.told {
			e.muted--
		}
		st.told = true
	})
	st.blocks = nil
	if e.varied == varied && !holdsObjects(part.Data) {
		st.blocks, st.width, st.pitch, st.delta = blocks, width, s.gridPitch, s.gridDelta
	}
	return blocks
}

// holdsObjects reports whether there are drawings in a part.
func holdsObjects(part []byte) bool {
	for _, mark := range [...]string{"drawing", "pict", "object"} {
		if bytes.Contains(part, []byte(":"+mark)) {
			return true
		}
	}
	return false
}

// inStory runs f with the engine reading another part, and puts everything back.
func (e *engine) inStory(part *docx.Part, place problem.Place, f func()) {
	saved := *e
	e.part, e.src, e.place = part, part.Data, place
	e.fields, e.link, e.cell, e.cellDepth = nil, 0, nil, 0
	e.list = listState{node: -1}
	e.freshScratch()
	f()
	e.part, e.src, e.place = saved.part, saved.src, saved.place
	e.fields, e.link, e.cell, e.cellDepth = saved.fields, saved.link, saved.cell, saved.cellDepth
	e.list, e.parent, e.artifact, e.onPage = saved.list, saved.parent, saved.artifact, saved.onPage
	e.gridPitch, e.gridDelta, e.keeping = saved.gridPitch, saved.gridDelta, saved.keeping
	e.noteLabel, e.noteWidth = saved.noteLabel, saved.noteWidth
	e.restoreScratch(&saved)
}

// freshScratch gives the engine empty scratch space, for a paragraph inside another.
func (e *engine) freshScratch() {
	e.items, e.text, e.anchored, e.marks, e.paraRefs = nil, nil, nil, nil, nil
	if n := len(e.spareItems); n > 0 {
		e.items, e.text = e.spareItems[n-1][:0], e.spareText[n-1][:0]
		e.spareItems, e.spareText = e.spareItems[:n-1], e.spareText[:n-1]
	}
	e.noteRefs = nil
	e.ambiguous = false
}

func (e *engine) restoreScratch(s *engine) {
	e.spareItems, e.spareText = append(e.spareItems, e.items), append(e.spareText, e.text)
	e.items, e.text, e.anchored, e.marks, e.paraRefs = s.items, s.text, s.anchored, s.marks, s.paraRefs
	e.noteRefs = s.noteRefs
	e.ambiguous, e.grouped, e.hang = s.ambiguous, s.grouped, s.hang
}

// finishPages lays out headers and footers, now that all numbers are known, and closes the document.
func (e *engine) finishPages(sections []*section) error {
	counts := make([]int, len(sections))
	for i := range e.info {
		counts[e.info[i].index]++
	}
	e.pageTotal = len(e.pages)
	e.resultsOnce = map[*docx.Part]bool{}
	e.doc.Shown = map[string]int{}
	shown := func(part *docx.Part, page int) {
		if !e.resultsOnce[part] {
			e.doc.Shown[part.Name] = page
		}
		e.resultsOnce[part] = true
	}
	for i := range e.pages {
		info := &e.info[i]
		p := &e.pages[i]
		p.Label, _ = formatNumber(info.number, info.section.format, "")
		if info.blank {
			continue
		}
		s := info.section
		at := pageState{number: info.number, format: s.format, page: i, section: info.index, sectionPages: counts[info.index]}
		left := s.leftOn(info.number, e.sheet.settings.mirror)
		width := s.width - s.left - s.right
		if part := s.headers[info.kind]; part != nil {
			blocks := e.hfBlocks(part, s, at)
			e.pourStory(blocks, p, at, &frame{x: left, width: width, y: s.header})
			shown(part, i)
		}
		if part := s.footers[info.kind]; part != nil {
			blocks := e.hfBlocks(part, s, at)
			h := e.measure(blocks, cursor{}, width)
			e.pourStory(blocks, p, at, &frame{x: left, width: width, y: s.height - s.footer - h})
			shown(part, i)
		}
		if err := e.ctx.Err(); err != nil {
			return fmt.Errorf("lay out headers: %w", err)
		}
	}
	e.tellUnworked()
	e.resolveLinks()
	e.closeResults()
	e.doc.Pages = e.pages
	return nil
}

// pourStory draws the blocks of a header or footer.
func (e *engine) pourStory(blocks []block, p *Page, at pageState, fr *frame) {
	fr.top, fr.bottom, fr.page = fr.y, unlimited, p
	fr.fresh, fr.keepBefore, fr.cell = true, true, true
	e.artifact, e.onPage = true, &at
	cur := cursor{}
	e.fill(blocks, &cur, fr)
	e.artifact, e.onPage = false, nil
}

// resolveLinks turns bookmark numbers in links into pages and drops links that lead nowhere.
func (e *engine) resolveLinks() {
	for i := range e.pages {
		p := &e.pages[i]
		kept := p.Links[:0]
		for _, k := range p.Links {
			t := e.targets[-1-k.Page]
			k.Page, k.Top = 0, 0
			if k.URI == "" {
				dest, ok := e.bookmarkTops[t.bookmark]
				if !ok {
					continue
				}
				k.Page, k.Top = dest.Page, dest.Top
			}
			kept = append(kept, k)
		}
		p.Links = kept
	}
}

// maxBlockDepth bounds tables in tables and text boxes in text boxes.
const maxBlockDepth = 12

// blocks lays out paragraphs and tables in a column of the given width.
func (e *engine) blocks(nodes []*docx.Node, width Length) []block {
	out := make([]block, 0, len(nodes))
	var frames []*drawing
	var open *docx.Node // paragraphs whose marks are deleted, which go on in the one after them
	for i := 0; i < len(nodes); i++ {
		switch n := nodes[i]; n.Name {
		case "w:bookmarkStart":
			if name, ok := n.Attr("w:name"); ok {
				e.markNext = append(e.markNext, name)
			}
		case "w:p":
			if open != nil {
				n, open = e.joined(open, n), nil
			}
			if markDeleted(n) {
				e.revised()
				if i+1 < len(nodes) && nodes[i+1].Name == "w:p" {
					open = n
					continue
				}
				if !hasContent(n) {
					continue
				}
			}
			if d, taken := e.framed(nodes, i, width); taken > 0 {
				frames = append(frames, d)
				i += taken - 1
				continue
			}
			e.frames, frames = frames, nil
			out = append(out, block{para: e.paragraph(n, width)})
		case "w:tbl":
			if e.cellDepth >= maxBlockDepth {
				e.warn("layout.nesting", "表格嵌套过深，其内容未排版", "tables are nested too deeply, the content is left out", "")
				continue
			}
			if t := e.table(n, width); t != nil {
				out = append(out, block{table: t})
			}
		case "w:altChunk":
			e.warn("layout.chunk", "嵌入的外部文件（altChunk）未排出", "an embedded file (altChunk) is left out", "")
		}
	}
	return out
}
