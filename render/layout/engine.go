package layout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tripact/fonts"
	"tripact/problem"
	"tripact/render/docx"
)

// Options says how to lay out. The zero value is right for official Chinese documents.
type Options struct {
	Title string // overrides the title in the document's properties
	Lang  string // main language; "" takes it from the document's styles
	Level Level  // strictness of line breaking; GB by default
	// MaxPages ends a document that would become longer, with a failure; 0 means 5,000.
	MaxPages int
	// Cache makes layouts of documents from the same template faster; nil is fine.
	Cache *Cache
}

const defaultMaxPages = 5000

// engine lays out one document. It is used by one goroutine.
type engine struct {
	ctx       context.Context //nolint:containedctx // lives as long as one Layout call
	pkg       *docx.Package
	book      *fonts.Book
	sheet     *sheet
	opt       Options
	lang      string // of the document
	doc       *Document
	findings  problem.List
	muted     int // while positive, findings are not collected: something is laid out again
	varied    int // how many numbers were shown that need not be the same elsewhere
	told      int // how often something was to be told, whether it was or not
	said      map[string]bool
	alike     map[string]int // findings of each kind
	lacking   map[rune]int
	toldFonts map[*fonts.Chain]bool // unknown fonts that have been told

	// The story being read.
	part      *docx.Part
	src       []byte
	place     problem.Place
	tables    int
	fields    []fieldState
	link      uint16
	noteLabel string
	cell      *cellText
	cellDepth int
	boxDepth  int
	parent    int32 // structure node that new ones go under
	list      listState
	artifact  bool // headers, footers: no structure nodes
	keeping   bool // paragraphs keep what breaking them into lines again needs
	gridDelta Length
	gridPitch Length
	onPage    *pageState // set while headers and footers are laid out

	mathStyles map[mathKey]*charStyle // of formulas
	bitmaps    map[string][]byte      // PNG files made of other pictures, by the name of their part

	measurings []*measuring // memory of measurements that are done

	// Scratch of the paragraph being laid out.
	items      []item
	spareItems [][]item // scratch of paragraphs inside others, to be used again
	spareText  [][]byte
	text       []byte
	ambiguous  bool
	grouped    bool // some text is to take a given width, or to stand in two lines within one
	anchored   []*drawing
	frames     []*drawing // text frames that the next paragraph anchors
	marks      []bookmark
	markNext   []string // bookmarks between paragraphs: they begin with the next one
	paraRefs   []int
	hang       Length
	tight      Length // widest word that had to be cut, for automatic column widths

	// Arenas.
	glyphs []Glyph
	texts  []Text
	lines  []line
	paras  []paraBox
	memory *memory // where these come from

	targets []target
	objects []*drawing

	// Page numbers shown in the body, which need another pass.
	bodyFields     int
	selfRefs       int
	selfKnown      []pageState
	selfFound      []pageState
	bookmarksKnown map[string]pageState
	bookmarksFound map[string]pageState
	bookmarkTops   map[string]Link // where bookmarks stand, for links
	pageTotal      int

	aboveKnown, aboveFound []aboveText // objects over text before them: of the pass before, and of this
	aboveOff               bool        // they could not be settled
	besideFurniture        bool        // text may stand beside objects of headers and footers

	headings    []headingAt // of the outline's entries
	textWidth   Length      // of the first section
	rewrites    []Rewrite   // stored field results that differ from what is shown
	unworked    []unworked
	resultsOnce map[*docx.Part]bool // headers and footers whose results are known, those of their first page

	noteNodes                 map[string]noteSource
	noteList                  []*noteBox
	noteRefs                  []noteRef
	noteCount                 int
	noteNumbers               noteNumbers // of the section being read
	notesByPage               bool        // numbers depend on the page
	notePages, notePagesKnown []int       // of each footnote's reference: in this pass, in the one before
	endnotes                  []endnote   // met and not yet set
	endnoteCount              int
	noteWidth                 Length // of the column that footnotes are laid out for
	separators                map[separatorKey]*separator
	lineWidth                 Length // of the column of the paragraph being read

	pageMaker
}

// pageState is what page-number fields show on a page.
type pageState struct {
	number       int
	format       string
	page         int // from 0
	section      int
	sectionPages int
}

// listState groups neighbouring list paragraphs in the structure tree.
type listState struct {
	node   int32 // of the outermost list, -1 when no list goes on
	num    int
	parent int32
	open   []openList // lists that go on, the outermost first
}

// openList is a list in the structure tree that may get more items.
type openList struct {
	level      int
	node, item int32 // the list and its last item
}

// Layout lays out p with the fonts of book. The document is nil when a finding is a Fail: a character that no font has, a
// part that is not XML, a document longer than opt.MaxPages. Everything met and not supported is a Warn or Info finding
// with its place. Layout may be called by any number of goroutines; p is only read.
func Layout(ctx context.Context, p *docx.Package, book *fonts.Book, opt Options) (*Document, problem.List) {
	if opt.MaxPages <= 0 {
		opt.MaxPages = defaultMaxPages
	}
	main := p.Main()
	if main == nil || book == nil {
		var l problem.List
		l.Add(problem.Finding{
			Code: "layout.part", Severity: problem.Fail,
			Message: problem.T("没有可排版的正文或字体", "there is no main document part, or there are no fonts"),
			Fix:     problem.Fix{ZH: "检查文件是否为 Word 文档", EN: "check that the file is a Word document"},
		})
		return nil, l
	}
	e := &engine{
		ctx: ctx, pkg: p, book: book, opt: opt, said: map[string]bool{},
	}
	if opt.Cache != nil {
		e.memory = opt.Cache.takeMemory()
	} else {
		e.memory = &memory{}
	}
	e.items, e.text = e.memory.items[:0], e.memory.text[:0]
	e.spareItems, e.spareText = e.memory.spareItems, e.memory.spareText
	doc, err := e.document(main)
	e.memory.items, e.memory.text = e.items, e.text
	e.memory.spareItems, e.memory.spareText = e.spareItems, e.spareText
	if doc != nil && opt.Cache != nil {
		doc.memory = e.memory
	}
	if err != nil {
		var pe *partFault
		switch {
		case errors.As(err, &pe):
			e.findings.Add(pe.finding())
		case errors.Is(err, errTooLong):
			e.findings.Add(problem.Finding{
				Code: "layout.stopped", Severity: problem.Fail, Place: &problem.Place{Part: main.Name, Page: opt.MaxPages},
				Message: problem.Tf("文件超过 %d 页，排版中止", "the document has more than %d pages, layout stopped", opt.MaxPages),
				Fix:     problem.Fix{ZH: "检查文件中是否有大量分页符，或将文件拆分", EN: "look for a great many page breaks, or divide the document"},
			})
		default:
			e.findings.Add(problem.Finding{
				Code: "layout.stopped", Severity: problem.Fail, Place: &problem.Place{Part: main.Name},
				Message: problem.Tf("排版中止：%v", "layout stopped: %v", err),
			})
		}
	}
	e.tellRest(main.Name)
	if e.findings.Failed() {
		return nil, e.findings
	}
	return doc, e.findings
}

// partFault is a part that cannot be read.
type partFault struct {
	part string
	err  error
}

func (f *partFault) Error() string { return fmt.Sprintf("read %s: %v", f.part, f.err) }
func (f *partFault) Unwrap() error { return f.err }

func (f *partFault) finding() problem.Finding {
	return problem.Finding{
		Code: "layout.part", Severity: problem.Fail, Place: &problem.Place{Part: f.part},
		Message: problem.Tf("文件部件无法读取：%v", "the part cannot be read: %v", f.err),
		Fix:     problem.Fix{ZH: "用 Word 或 WPS 打开后另存，再试", EN: "open it in Word or WPS, save it again and retry"},
	}
}

func partError(part string, err error) error { return &partFault{part, err} }

// maxPasses bounds how often a body that shows page numbers is laid out until they stand.
const maxPasses = 4

var errTooLong = errors.New("the document has too many pages")

// document lays out the body, again while page numbers in it still change, and then headers and footers.
func (e *engine) document(main *docx.Part) (*Document, error) {
	var err error
	if c := e.opt.Cache; c != nil {
		key := keyOf(e.pkg, main, e.book)
		e.sheet = c.takeSheet(key)
		defer func() {
			if e.sheet != nil {
				c.giveSheet(key, e.sheet)
			}
		}()
	}
	if e.sheet == nil {
		e.sheet, err = newSheet(e.pkg, main, e.book)
	}
	reader := &e.memory.reader
	if err == nil {
		e.setLang()
		if e.sheet.settings.hyphenate {
			e.tell(problem.Finding{
				Code: "layout.hyphenation", Severity: problem.Info, Place: &problem.Place{Part: main.Name},
				Message: problem.T("文件要求西文自动断字，按不断字排版", "the document asks for automatic hyphenation, words are kept whole"),
			})
		}
		if e.opt.Cache != nil {
			reader.Known = e.sheet.memo.prepare(main.Data, e.lang, e.opt.Level)
		}
	}
	root, mainErr := reader.Parse(main.Data)
	if mainErr != nil {
		return nil, partError(main.Name, mainErr)
	}
	if err != nil {
		return nil, err
	}
	contents := reader.Met("instrText") && bytes.Contains(main.Data, []byte("TOC"))
	if contents && reader.Known != nil { // a table of contents is looked into
		reader.Known = nil
		if root, err = reader.Parse(main.Data); err != nil {
			return nil, partError(main.Name, err)
		}
	}
	body := root.Child("w:body")
	if body == nil {
		return nil, partError(main.Name, errors.New("no w:body"))
	}
	e.place = problem.Place{Part: main.Name, Story: "正文"}
	sections := e.readSections(body, main)
	e.readNotes(main)
	e.textWidth = sections[0].columns[0].width
	if err := e.passes(main, sections); err != nil {
		return nil, err
	}
	var renewed []byte
	if contents {
		renewed = e.renewContents(body, main.Data)
	}
	if renewed != nil {
		e.pkg = e.pkg.Clone()
		e.pkg.Set(main.Name, renewed)
		main = e.pkg.Main()
		if root, err = reader.Parse(main.Data); err != nil {
			return nil, partError(main.Name, err)
		}
		e.setLang()
		sections = e.readSections(root.Child("w:body"), main)
		e.readNotes(main)
		e.muted++
		if err := e.passes(main, sections); err != nil {
			return nil, err
		}
		e.doc.Body = renewed
	}
	e.muted = 0
	if err := e.finishPages(sections); err != nil {
		return nil, err
	}
	return e.doc, nil
}

// passes lays out the body until the page numbers that it shows stand. Only the first pass tells findings.
func (e *engine) passes(main *docx.Part, sections []*section) error {
	muted := e.muted
	defer func() { e.muted = muted }()
	e.aboveKnown, e.aboveOff, e.besideFurniture, e.notePagesKnown = nil, false, false, nil
	for _, s := range sections {
		for _, parts := range [...][3]*docx.Part{s.headers, s.footers} {
			for _, part := range parts {
				e.besideFurniture = e.besideFurniture || part != nil && floatsInto(part.Data)
			}
		}
	}
	for pass := range maxPasses {
		e.startPass(main)
		if err := e.body(sections); err != nil {
			return err
		}
		above := slices.EqualFunc(e.aboveKnown, e.aboveFound, sameAbove)
		numbered := !e.notesByPage || slices.Equal(e.notePagesKnown, e.notePages)
		if (e.bodyFields == 0 || pass > 0 && e.settled()) && (above || e.aboveOff) && numbered {
			break
		}
		if pass == maxPasses-2 && !above && !e.aboveOff {
			e.toldAbove(muted)
		}
		e.keepKnown()
		e.aboveKnown, e.notePagesKnown = e.aboveFound, e.notePages
		e.muted = muted + 1 // the first pass has told everything
	}
	return nil
}

// toldAbove gives up moving text out of objects that stand above their paragraph: they move with it.
func (e *engine) toldAbove(muted int) {
	e.aboveOff = true
	for _, a := range e.aboveFound[:min(1, len(e.aboveFound))] {
		saved, place := e.muted, e.place
		e.muted, e.place = muted, a.place
		e.warn("layout.anchor.above", "浮动对象压住了其所在段落之前的文字", "a floating object stands over text that comes before its paragraph", "")
		e.muted, e.place = saved, place
	}
}

// startPass makes the engine ready to lay out the body from its beginning.
func (e *engine) startPass(main *docx.Part) {
	e.doc = &Document{Lang: e.lang, Title: e.title()}
	e.doc.Nodes = append(e.memory.nodes[:0], Node{Kind: NodeDocument, Parent: -1})
	e.part, e.src = main, main.Data
	e.place = problem.Place{Part: main.Name, Story: "正文"}
	e.keeping = e.besideFurniture || e.keepsMain()
	e.aboveFound = nil
	e.tables, e.fields, e.link, e.markNext = 0, e.fields[:0], 0, nil
	e.parent, e.list = 0, listState{node: -1}
	e.bodyFields, e.selfRefs, e.selfFound = 0, 0, nil
	e.bookmarksFound, e.bookmarkTops = nil, nil
	e.targets, e.objects = nil, nil
	e.noteList, e.noteCount = nil, 0
	e.separators = nil
	e.notesByPage, e.notePages = false, nil
	e.endnotes, e.endnoteCount = nil, 0
	e.rewrites, e.resultsOnce, e.headings, e.unworked = nil, nil, nil, nil
	e.sheet.resetNumbers()
	e.pageMaker = pageMaker{}
}

// setLang finds the main language of the document.
func (e *engine) setLang() {
	if e.lang = e.opt.Lang; e.lang == "" {
		e.lang = e.mainLang()
	}
}

// keepKnown remembers the page numbers of this pass for the next.
func (e *engine) keepKnown() {
	counts := map[int]int{}
	for i := range e.info {
		counts[e.info[i].index]++
	}
	for i := range e.selfFound {
		e.selfFound[i].sectionPages = counts[e.selfFound[i].section]
	}
	e.selfKnown, e.bookmarksKnown, e.pageTotal = e.selfFound, e.bookmarksFound, len(e.pages)
}

// settled reports whether this pass found the page numbers that it showed.
func (e *engine) settled() bool {
	if e.pageTotal != len(e.pages) || len(e.selfKnown) != len(e.selfFound) {
		return false
	}
	for i := range e.selfKnown {
		a, b := e.selfKnown[i], e.selfFound[i]
		if a.number != b.number || a.format != b.format || a.section != b.section {
			return false
		}
	}
	for name, a := range e.bookmarksFound {
		if b := e.bookmarksKnown[name]; a.number != b.number || a.format != b.format {
			return false
		}
	}
	return true
}

// mainLang is the language of the document: that of East Asian text when the default style names one and the text has
// it, else that of Latin text.
func (e *engine) mainLang() string {
	r := e.sheet.base(baseKey{id: e.sheet.defaults.para}).r
	if e.mostlyHan() {
		if strings.HasPrefix(r.langEA, "zh") {
			return r.langEA
		}
		return "zh-CN"
	}
	if r.lang != "" {
		return r.lang
	}
	return "en"
}

// mostlyHan looks at the first text of the body.
func (e *engine) mostlyHan() bool {
	han, latin := 0, 0
	data := e.pkg.Main().Data
	data = data[:min(len(data), 40_000)]
	for len(data) > 0 {
		text := bytes.IndexByte(data, '>')
		if text < 0 {
			break
		}
		data = data[text+1:]
		tag := bytes.IndexByte(data, '<')
		if tag < 0 {
			break
		}
		for i, c := range data[:tag] {
			switch { // by lead bytes: U+3400 to U+9FFF begin with E3 90 to E9
			case c >= 0xE4 && c <= 0xE9, c == 0xE3 && i+1 < tag && data[i+1] >= 0x90:
				han++
			case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
				latin++
			}
		}
		data = data[tag:]
	}
	return han*3 > latin && han > 0
}

// title is the document's title from its properties.
func (e *engine) title() string {
	if e.opt.Title != "" {
		return e.opt.Title
	}
	for _, part := range e.pkg.Related(nil, "core-properties") {
		root, err := docx.Parse(part.Data)
		if err != nil {
			continue
		}
		for _, k := range root.Kids {
			if strings.HasSuffix(k.Name, ":title") || strings.HasSuffix(k.Name, "}title") {
				return strings.TrimSpace(k.Content())
			}
		}
	}
	return ""
}

// maxAlike is how many findings of one kind are told one by one.
const maxAlike = 20

// tell adds a finding. Of what comes up in many places the first are told, and at the end how many more there are.
func (e *engine) tell(f problem.Finding) {
	e.told++
	if e.muted > 0 {
		return
	}
	if e.alike == nil {
		e.alike = map[string]int{}
	}
	if e.alike[f.Code]++; e.alike[f.Code] <= maxAlike {
		e.findings.Add(f)
	}
}

// tellRest tells how many findings of each kind have not been told one by one.
func (e *engine) tellRest(part string) {
	for _, code := range slices.Sorted(maps.Keys(e.alike)) {
		if n := e.alike[code] - maxAlike; n > 0 {
			e.findings.Add(problem.Finding{
				Code: code, Severity: problem.Warn, Place: &problem.Place{Part: part},
				Message: problem.Tf("另有 %d 处同类问题，未逐一列出", "%d more of this kind are not listed", n),
			})
		}
	}
}

// warn adds a warning about what is not supported, at the place being laid out.
func (e *engine) warn(code, zh, en, found string) {
	place := e.place
	e.tell(problem.Finding{Code: code, Severity: problem.Warn, Place: &place, Found: clip(found, 80), Message: problem.T(zh, en)})
}

// warnAt is warn for another place, once for each.
func (e *engine) warnAt(place problem.Place, code, zh, en, found string) {
	e.told++
	key := fmt.Sprint(code, place)
	if e.muted > 0 || e.said[key] {
		return
	}
	e.said[key] = true
	e.tell(problem.Finding{Code: code, Severity: problem.Warn, Place: &place, Found: clip(found, 80), Message: problem.T(zh, en)})
}

// warnOnce is warn for what would come up again and again: the first place only.
func (e *engine) warnOnce(code, zh, en, found string) {
	e.told++
	if e.muted > 0 || e.said[code+found] {
		return
	}
	e.said[code+found] = true
	e.warn(code, zh, en, found)
}

func clip(s string, n int) string {
	r := []rune(strings.TrimSpace(s))
	if len(r) > n {
		return string(r[:n]) + "…"
	}
	return string(r)
}

// Arena chunks.
const (
	glyphChunk = 8192
	textChunk  = 256
	lineChunk  = 128
	paraChunk  = 64
)

// startGlyphs makes sure that a line's glyphs fit the current chunk and returns where they begin.
func (e *engine) startGlyphs() int {
	if cap(e.glyphs)-len(e.glyphs) < min(len(e.items)+16, 4200) {
		e.glyphs = e.memory.glyphs.take(glyphChunk)
	}
	return len(e.glyphs)
}

// startTexts makes room for a line's texts and returns where they begin.
func (e *engine) startTexts() int {
	if cap(e.texts)-len(e.texts) < 24 {
		e.texts = e.memory.texts.take(textChunk)
	}
	return len(e.texts)
}

// takeGlyphs returns the glyphs since from; nothing appended later can reach them.
func (e *engine) takeGlyphs(from int) []Glyph {
	return e.glyphs[from:len(e.glyphs):len(e.glyphs)]
}

func (e *engine) newPara() *paraBox {
	if len(e.paras) == cap(e.paras) {
		e.paras = e.memory.paras.take(paraChunk)
	}
	e.paras = append(e.paras, paraBox{})
	return &e.paras[len(e.paras)-1]
}

// newLine appends a line to pb. The lines of a paragraph lie next to each other in the arena; when its end is reached
// the paragraph's lines move on to a new chunk.
func (e *engine) newLine(pb *paraBox) *line {
	if len(e.lines) == cap(e.lines) {
		chunk := e.memory.lines.take(max(lineChunk, 2*len(pb.lines)+16))[:len(pb.lines)]
		copy(chunk, pb.lines)
		e.lines = chunk
		pb.lines = chunk
	}
	at := len(e.lines) - len(pb.lines)
	e.lines = append(e.lines, line{})
	pb.lines = e.lines[at:len(e.lines):len(e.lines)]
	return &pb.lines[len(pb.lines)-1]
}

// source cuts a text's characters out of its paragraph's.
func (e *engine) source(pb *paraBox, from, to int32) string {
	return pb.text[from:min(int(to), len(pb.text))]
}

// addNode adds a structure node under the current parent and returns its index; -1 in headers and footers.
func (e *engine) addNode(n Node) int32 {
	if e.artifact {
		return -1
	}
	n.Parent = e.parent
	e.doc.Nodes = append(e.doc.Nodes, n)
	return int32(len(e.doc.Nodes) - 1)
}

// numbers names the kind of a list's numbers (ISO 32000-1, table 347). Numbers that PDF does not know, as 一、, count as decimal.
func (e *engine) numbers(num, level int) string {
	def := e.sheet.level(num, level)
	if def == nil {
		return "None"
	}
	switch def.format {
	case "none":
		return "None"
	case "bullet":
		return "Disc"
	case "upperRoman":
		return "UpperRoman"
	case "lowerRoman":
		return "LowerRoman"
	case "upperLetter":
		return "UpperAlpha"
	case "lowerLetter":
		return "LowerAlpha"
	}
	return "Decimal"
}

// paraNode makes the structure node of a paragraph. The number of a list item gets one of its own.
func (e *engine) paraNode(pb *paraBox, listed bool) int32 {
	if e.artifact {
		return -1
	}
	ps := pb.ps
	if ps.level > 0 {
		e.list.node = -1
		return e.addNode(Node{Kind: NodeHeading, Level: min(ps.level, 6)})
	}
	if !listed {
		e.list.node = -1
		return e.addNode(Node{Kind: NodeParagraph})
	}
	if e.list.node < 0 || e.list.num != ps.num || e.list.parent != e.parent {
		e.list = listState{num: ps.num, parent: e.parent}
	}
	level := 0
	if ps.set&pLvl != 0 {
		level = ps.lvl
	}
	open := e.list.open
	for len(open) > 1 && open[len(open)-1].level > level {
		open = open[:len(open)-1]
	}
	saved := e.parent
	if len(open) == 0 || open[len(open)-1].level < level { // deeper lists are in the items that they follow
		if len(open) > 0 {
			e.parent = open[len(open)-1].item
		}
		list := e.addNode(Node{Kind: NodeList, Numbers: e.numbers(ps.num, level)})
		open = append(open[:len(open):len(open)], openList{level: level, node: list})
	}
	last := &open[len(open)-1]
	e.parent = last.node
	n := e.addNode(Node{Kind: NodeListItem})
	last.item = n
	e.parent = n
	pb.labelNode = e.addNode(Node{Kind: NodeLabel})
	e.parent = saved
	e.list.open, e.list.node = open, open[0].node
	return n
}
