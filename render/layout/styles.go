package layout

import (
	"strings"

	"tripact/fonts"
	"tripact/render/docx"
)

// maxStyleDepth ends a chain of styles based on each other.
const maxStyleDepth = 32

// style is one w:style as written.
type style struct {
	id, name, kind, basedOn string
	p                       pProps
	r                       rProps
	t                       tblProps
	tc                      tcProps
	cond                    map[string]*condStyle // of a table style, by w:type
}

// condStyle is one w:tblStylePr.
type condStyle struct {
	p  pProps
	r  rProps
	t  tblProps
	tc tcProps
}

// sheet is everything that says how a document's text looks: styles, defaults, theme fonts, settings, numbering.
// It belongs to one Layout call.
type sheet struct {
	book     *fonts.Book
	colors   map[string]Color  // of the theme, by the names of DrawingML; nil for Office's
	theme    map[string]string // "minorEastAsia" and so on → font name
	styles   map[string]*style
	frames   map[string]*docx.Node // w:framePr of paragraph styles
	defaults struct {
		p               pProps
		r               rProps
		para, char, tab string // ids of the default styles
	}
	settings settings
	nums     map[int]*num
	bases    map[baseKey]*paraBase
	chains   map[chainKey]*fonts.Chain
	odd      string // an element met while reading run properties that layout does not draw
	formats  int    // paragraph and run formats resolved so far

	memo memo

	cellStyles map[cellKey]*cellStyle
	labels     map[labelKey]*charStyle // of list numbers
}

type chainKey struct {
	name         string
	bold, italic bool
}

// settings is what word/settings.xml says that layout obeys.
type settings struct {
	defaultTab       Length
	evenOdd          bool
	noCompress       bool // characterSpacingControl is doNotCompress
	gridInTables     bool // compat adjustLineHeightInTable
	keepShiftReturn  bool // compat doNotExpandShiftReturn
	splitPageBreak   bool
	addSpacing       bool // compat doNotUseHTMLParagraphAutoSpacing
	mirror           bool
	mode             int // compatibilityMode
	noStart, noEnd   string
	hyphenate        bool // Latin words, at line ends
	eastAsiaLanguage string
	footnotes        noteNumbers
	endnoteFmt       string
	endnotesInside   bool // endnotes stand at their section's end, not at the document's
}

// baseKey names a resolved paragraph style: its id, and the table style that shows through it.
type baseKey struct {
	id   string
	cell *cellText
}

// cellText is the paragraph and run formatting that a table style gives to one kind of cell.
type cellText struct {
	p pProps
	r rProps
}

// paraBase is a paragraph style resolved up to the document defaults, with caches of what direct formatting makes of it.
type paraBase struct {
	p     pProps
	r     rProps
	name  string
	level int // heading level from 1, 0 when not a heading
	paras map[string]*paraStyle
	runs  map[string]*charStyle
}

// paraStyle is the resolved formatting of a paragraph.
type paraStyle struct {
	pProps
	base  *paraBase
	mark  *charStyle // of the paragraph mark
	em    Length     // what a character unit of indents refers to
	level int        // outline level from 1, 0 for body text
}

// charStyle is the resolved formatting of a run, with its fonts.
type charStyle struct {
	r       rProps
	size    Length // as drawn
	raise   Length // of the baseline, upwards
	color   Color
	hint    bool
	snap    bool
	slots   [slots]slotFont
	hidden  bool
	lang    string
	langEA  string
	decor   bool // has underline, strike, shading or border
	caps    bool
	small   bool
	emphase bool
	kern    bool          // pairs of Latin letters are kerned
	odd     string        // an effect that is not drawn, "" when there is none
	smaller *charStyle    // for lower-case letters of small caps
	scripts [2]*charStyle // for superscript and subscript characters that no font has
}

// slotFont is the font of one script in a run.
type slotFont struct {
	chain         *fonts.Chain
	ascent, depth Length // of a single-spaced line
}

// newSheet reads styles, theme, settings and numbering of p.
func newSheet(p *docx.Package, main *docx.Part, book *fonts.Book) (*sheet, error) {
	s := &sheet{
		book: book, theme: map[string]string{}, styles: map[string]*style{}, nums: map[int]*num{},
		bases: map[baseKey]*paraBase{}, chains: map[chainKey]*fonts.Chain{}, labels: map[labelKey]*charStyle{},
	}
	s.settings.defaultTab = 720 * Twip
	s.settings.mode = 12
	for _, step := range []struct {
		rel  string
		read func(*docx.Node)
	}{
		{"settings", s.readSettings},
		{"theme", s.readTheme},
		{"styles", s.readStyles},
		{"numbering", s.readNumbering},
	} {
		parts := p.Related(main, step.rel)
		if len(parts) == 0 {
			continue
		}
		root, err := docx.Parse(parts[0].Data)
		if err != nil {
			return nil, partError(parts[0].Name, err)
		}
		step.read(root)
	}
	s.odd = "" // styles alone show nothing
	return s, nil
}

func (s *sheet) readSettings(root *docx.Node) {
	for _, k := range root.Kids {
		switch k.Name {
		case "w:defaultTabStop":
			if v, ok := attrLength(k, "w:val", Twip); ok && v > 0 {
				s.settings.defaultTab = max(v, 20*Twip)
			}
		case "w:evenAndOddHeaders":
			s.settings.evenOdd = onOff(k)
		case "w:mirrorMargins":
			s.settings.mirror = onOff(k)
		case "w:characterSpacingControl":
			s.settings.noCompress = k.Val() == "doNotCompress"
		case "w:autoHyphenation":
			s.settings.hyphenate = onOff(k)
		case "w:noLineBreaksBefore":
			s.settings.noStart = lineBreakSet(k)
		case "w:noLineBreaksAfter":
			s.settings.noEnd = lineBreakSet(k)
		case "w:themeFontLang":
			s.settings.eastAsiaLanguage, _ = k.Attr("w:eastAsia")
		case "w:footnotePr":
			s.settings.footnotes = s.settings.footnotes.with(k)
		case "w:endnotePr":
			s.settings.endnoteFmt = k.Child("w:numFmt").Val()
			s.settings.endnotesInside = k.Child("w:pos").Val() == "sectEnd"
		case "w:compat":
			for _, c := range k.Kids {
				switch c.Name {
				case "w:adjustLineHeightInTable":
					s.settings.gridInTables = onOff(c)
				case "w:doNotExpandShiftReturn":
					s.settings.keepShiftReturn = onOff(c)
				case "w:doNotUseHTMLParagraphAutoSpacing":
					s.settings.addSpacing = onOff(c)
				case "w:splitPgBreakAndParaMark":
					s.settings.splitPageBreak = onOff(c)
				case "w:compatSetting":
					if name, _ := c.Attr("w:name"); name == "compatibilityMode" {
						if v, ok := attrInt(c, "w:val"); ok {
							s.settings.mode = v
						}
					}
				}
			}
		}
	}
}

// lineBreakSet returns the characters of a w:noLineBreaksBefore or After for Chinese; they replace the defaults.
func lineBreakSet(k *docx.Node) string {
	if lang, _ := k.Attr("w:lang"); lang != "" && !strings.HasPrefix(lang, "zh") {
		return ""
	}
	return k.Val()
}

func (s *sheet) readTheme(root *docx.Node) {
	if colors := root.Path("a:themeElements", "a:clrScheme"); colors != nil {
		s.colors = map[string]Color{}
		for _, k := range colors.Kids {
			if c, ok := s.dmlColor(k); ok {
				s.colors[strings.TrimPrefix(k.Name, "a:")] = c
			}
		}
	}
	scheme := root.Path("a:themeElements", "a:fontScheme")
	for _, f := range []struct{ name, elem string }{{"major", "a:majorFont"}, {"minor", "a:minorFont"}} {
		n := scheme.Child(f.elem)
		if n == nil {
			continue
		}
		face := func(elem string) string {
			v, _ := n.Child(elem).Attr("typeface")
			return v
		}
		latin, ea := face("a:latin"), face("a:ea")
		if ea == "" {
			script := "Hans"
			if l := s.settings.eastAsiaLanguage; strings.HasPrefix(l, "zh-TW") || strings.HasPrefix(l, "zh-HK") {
				script = "Hant"
			}
			for _, k := range n.Kids {
				if v, _ := k.Attr("script"); k.Name == "a:font" && v == script {
					ea, _ = k.Attr("typeface")
				}
			}
		}
		s.theme[f.name+"Ascii"], s.theme[f.name+"HAnsi"] = latin, latin
		s.theme[f.name+"EastAsia"], s.theme[f.name+"Bidi"] = ea, face("a:cs")
	}
}

func (s *sheet) readStyles(root *docx.Node) {
	for _, k := range root.Kids {
		switch k.Name {
		case "w:docDefaults":
			s.defaults.r = s.parseRPr(k.Path("w:rPrDefault", "w:rPr"))
			s.defaults.p = parsePPr(k.Path("w:pPrDefault", "w:pPr"))
		case "w:style":
			st := s.readStyle(k)
			if _, dup := s.styles[st.id]; dup {
				continue
			}
			s.styles[st.id] = st
			if f := k.Path("w:pPr", "w:framePr"); f != nil {
				if s.frames == nil {
					s.frames = map[string]*docx.Node{}
				}
				s.frames[st.id] = f
			}
			if def, ok := k.Attr("w:default"); ok && isOn(def) {
				switch st.kind {
				case "paragraph":
					s.defaults.para = st.id
				case "character":
					s.defaults.char = st.id
				case "table":
					s.defaults.tab = st.id
				}
			}
		}
	}
}

func (s *sheet) readStyle(k *docx.Node) *style {
	st := &style{
		name: strings.ToLower(k.Child("w:name").Val()), basedOn: k.Child("w:basedOn").Val(),
		p: parsePPr(k.Child("w:pPr")), r: s.parseRPr(k.Child("w:rPr")),
	}
	st.id, _ = k.Attr("w:styleId")
	st.kind, _ = k.Attr("w:type")
	if st.kind != "table" {
		return st
	}
	st.t = parseTblPr(k.Child("w:tblPr"))
	st.tc = parseTcPr(k.Child("w:tcPr"))
	for _, c := range k.Kids {
		if c.Name != "w:tblStylePr" {
			continue
		}
		typ, _ := c.Attr("w:type")
		if st.cond == nil {
			st.cond = map[string]*condStyle{}
		}
		st.cond[typ] = &condStyle{
			p: parsePPr(c.Child("w:pPr")), r: s.parseRPr(c.Child("w:rPr")),
			t: parseTblPr(c.Child("w:tblPr")), tc: parseTcPr(c.Child("w:tcPr")),
		}
	}
	return st
}

// chain returns the style called id of the given kind with all it is based on, the outermost base first.
func (s *sheet) chain(id, kind string) []*style {
	var out []*style
	for id != "" && len(out) < maxStyleDepth {
		st := s.styles[id]
		if st == nil || st.kind != kind && st.kind != "" {
			break
		}
		out = append(out, st)
		id = st.basedOn
		for _, seen := range out {
			if seen.id == id {
				id = "" // a style based on itself
				break
			}
		}
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// base resolves a paragraph style inside a cell of a table style (nil outside).
func (s *sheet) base(key baseKey) *paraBase {
	if b := s.bases[key]; b != nil {
		return b
	}
	b := &paraBase{p: s.defaults.p, r: s.defaults.r, paras: map[string]*paraStyle{}, runs: map[string]*charStyle{}}
	b.p.tabs = nil
	if key.cell != nil {
		b.p.over(&key.cell.p)
		b.r.over(&key.cell.r, false)
	}
	id := key.id
	if st := s.styles[id]; id == "" || st == nil || st.kind != "paragraph" {
		id = s.defaults.para
	}
	var sum rProps
	for _, st := range s.chain(id, "paragraph") {
		if st.p.set&pNum != 0 {
			lvl := 0
			if st.p.set&pLvl != 0 {
				lvl = st.p.lvl
			}
			if l := s.level(st.p.num, lvl); l != nil {
				b.p.over(&l.p)
			}
		}
		b.p.over(&st.p)
		sum.over(&st.r, false)
		b.name = st.name
		if level := headingLevel(st.name); level > 0 {
			b.level = level
		}
	}
	b.r.over(&sum, true)
	if b.p.set&pOutline != 0 {
		b.level = 0
		if b.p.outline < 9 {
			b.level = b.p.outline + 1
		}
	}
	s.bases[key] = b
	return b
}

// headingLevel reads a built-in heading's name, in English or as Chinese WPS writes it.
func headingLevel(name string) int {
	for _, prefix := range []string{"heading ", "标题 ", "标题"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && len(rest) == 1 && rest[0] >= '1' && rest[0] <= '9' {
			return int(rest[0] - '0')
		}
	}
	return 0
}

// para resolves a paragraph's formatting. raw is the XML of its w:pPr, the key of the cache; n may be nil.
func (s *sheet) para(n *docx.Node, raw []byte, cell *cellText) *paraStyle {
	id := n.Child("w:pStyle").Val()
	b := s.base(baseKey{id, cell})
	if ps := b.paras[string(raw)]; ps != nil {
		return ps
	}
	ps := &paraStyle{pProps: b.p, base: b, level: b.level}
	direct := parsePPr(n)
	if direct.set&pNum != 0 && direct.num != 0 {
		lvl := 0
		if direct.set&pLvl != 0 {
			lvl = direct.lvl
		}
		if l := s.level(direct.num, lvl); l != nil {
			ps.over(&l.p)
		}
		direct.lvl, direct.set = lvl, direct.set|pLvl
	} else if direct.set&(pNum|pLvl) == pLvl && ps.set&pNum != 0 {
		if l := s.level(ps.num, direct.lvl); l != nil {
			ps.over(&l.p)
		}
	}
	ps.over(&direct)
	if direct.set&pOutline != 0 {
		ps.level = 0
		if direct.outline < 9 {
			ps.level = direct.outline + 1
		}
	}
	rpr := n.Child("w:rPr")
	var key []byte
	if rpr != nil && len(raw) > 0 {
		off := rpr.Start - n.Start
		key = raw[off : off+rpr.End-rpr.Start]
	}
	ps.mark = s.char(b, rpr, key)
	ps.em = b.r.size
	if ps.em == 0 {
		ps.em = 10 * Point
	}
	s.formats++
	b.paras[string(raw)] = ps
	return ps
}

// char resolves a run's formatting inside a paragraph of style b. raw is the XML of its w:rPr, the key of the cache.
func (s *sheet) char(b *paraBase, n *docx.Node, raw []byte) *charStyle {
	if cs := b.runs[string(raw)]; cs != nil {
		return cs
	}
	s.odd = ""
	direct := s.parseRPr(n)
	r := b.r
	if direct.set&rStyle != 0 {
		var sum rProps
		for _, st := range s.chain(direct.style, "character") {
			sum.over(&st.r, false)
		}
		r.over(&sum, true)
	}
	r.over(&direct, false)
	cs := s.makeChar(r)
	cs.odd, s.odd = s.odd, ""
	s.formats++
	b.runs[string(raw)] = cs
	return cs
}

// makeChar finds the fonts and figures of resolved run properties.
func (s *sheet) makeChar(r rProps) *charStyle {
	if r.set&rSize == 0 || r.size <= 0 {
		r.size = 10 * Point
	}
	if r.set&rScale == 0 || r.scale <= 0 {
		r.scale = 100
	}
	cs := &charStyle{
		r: r, size: r.size, hint: r.is(rHint), hidden: r.is(rVanish) || r.is(rSpecVanish), lang: r.lang, langEA: r.langEA,
		caps: r.is(rCaps), small: r.is(rSmallCaps) && !r.is(rCaps), snap: r.set&rSnap == 0 || r.is(rSnap),
	}
	if r.set&rColor != 0 && !r.auto {
		cs.color = r.color
	} else if bg := r.background(); bg.on && darkColor(bg.color) {
		cs.color = 0xFFFFFF // automatic colour on a dark ground is white
	}
	if r.set&rPosition != 0 {
		cs.raise = r.position
	}
	switch r.vert {
	case 1: // Word draws super- and subscript at two thirds
		cs.raise += r.size * 33 / 100
		cs.size = r.size * 2 / 3
	case -1:
		cs.raise -= r.size * 14 / 100
		cs.size = r.size * 2 / 3
	}
	cs.kern = r.set&rKern != 0 && r.kern > 0 && r.size >= r.kern
	cs.emphase = r.set&rEm != 0 && r.em != "none" && r.em != ""
	cs.decor = r.set&rUnderline != 0 && r.underline != "none" || r.is(rStrike) || r.is(rDStrike) || r.background().on ||
		r.border.visible()
	for i := range cs.slots {
		cs.slots[i] = s.slotFont(r, slot(i), cs.size)
	}
	if cs.small {
		small := *cs
		small.size = cs.size * 4 / 5
		for i := range small.slots {
			small.slots[i].ascent = small.slots[i].ascent * 4 / 5
			small.slots[i].depth = small.slots[i].depth * 4 / 5
		}
		cs.smaller = &small
	}
	return cs
}

// script is the style in which a superscript (up) or subscript character is drawn from its base character.
func (cs *charStyle) script(up bool) *charStyle {
	i, raise := 1, -cs.size*12/100
	if up {
		i, raise = 0, cs.size*36/100
	}
	if cs.scripts[i] == nil {
		s := *cs
		s.size = cs.size * 6 / 10
		s.raise += raise
		for k := range s.slots {
			s.slots[k].ascent = s.slots[k].ascent * 6 / 10
			s.slots[k].depth = s.slots[k].depth * 6 / 10
		}
		cs.scripts[i] = &s
	}
	return cs.scripts[i]
}

func (r *rProps) background() shading {
	if r.set&rHighlight != 0 && r.highlight.on {
		return r.highlight
	}
	if r.set&rShd != 0 {
		return r.shd
	}
	return shading{}
}

func darkColor(c Color) bool {
	r, g, b := int(c>>16)&0xFF, int(c>>8)&0xFF, int(c)&0xFF
	return 299*r+587*g+114*b < 60*1000
}

func (s *sheet) slotFont(r rProps, sl slot, size Length) slotFont {
	name := ""
	if r.set&(rFont0<<sl) != 0 {
		name = r.fonts[sl]
	}
	if name == "" {
		switch {
		case sl == slotEastAsia:
			name = "宋体"
		case sl == slotHAnsi && r.set&rFont0 != 0 && r.fonts[slotASCII] != "":
			name = r.fonts[slotASCII]
		default:
			name = "Times New Roman"
		}
	}
	key := chainKey{name, r.is(rBold), r.is(rItalic)}
	chain := s.chains[key]
	if chain == nil {
		chain = s.book.Match(name, key.bold, key.italic)
		s.chains[key] = chain
	}
	f := slotFont{chain: chain}
	f.ascent, f.depth = lineMetrics(chain, sl, size)
	return f
}

// lineMetrics gives the part of a single-spaced line above and below the baseline.
//
// Word makes a line of a Chinese font 1.3 em high: SimSun and its kin have 220/256 + 36/256 em and Word adds 15 % of
// that above and below. Our stand-in faces have other figures of their own, so for them the named font's figures count,
// or pages would break elsewhere than in Word. Latin stand-ins have the metrics of what they stand for.
func lineMetrics(chain *fonts.Chain, sl slot, size Length) (ascent, depth Length) {
	if sl == slotEastAsia || isHanName(chain.Named) {
		switch strings.ToLower(chain.Named) {
		case "微软雅黑", "microsoft yahei", "microsoft yahei ui":
			return size * 1256 / 1000, size * 460 / 1000 // 1.32 em × 1.3
		}
		return size * 1009 / 1000, size * 291 / 1000
	}
	f := chain.Faces[0]
	em := Length(f.UnitsPerEm())
	return size * Length(f.Ascent()+f.LineGap()) / em, size * Length(f.Descent()) / em
}

// isHanName reports whether a font's name says that it is a Chinese one.
func isHanName(name string) bool {
	for _, r := range name {
		if r >= 0x3400 && r <= 0x9FFF {
			return true
		}
	}
	switch strings.ToLower(name) {
	case "simsun", "nsimsun", "simhei", "fangsong", "kaiti", "fangsong_gb2312", "kaiti_gb2312", "dengxian", "stsong",
		"stfangsong", "stkaiti", "stheiti", "stzhongsong", "stxihei", "microsoft yahei", "microsoft yahei ui":
		return true
	}
	return false
}
