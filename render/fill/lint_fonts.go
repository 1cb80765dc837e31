package fill

import (
	"maps"
	"slices"
	"strings"

	"tripact/problem"
	"tripact/render/docx"
)

// lintFonts names the fonts that text of the template uses and the PDF does not have, each once, at its first use.
func lintFonts(c *compiler, instead func(string) string) {
	f := fontUse{pkg: c.t.pkg, styles: map[string]*docx.Node{}, seen: map[string]spot{}, done: map[string]bool{}}
	f.readTheme()
	f.readStyles()
	for i, src := range c.srcs {
		if len(c.walks[i].stories) == 0 {
			continue
		}
		l := &linter{c: c, src: src}
		f.walk(src.root, l)
	}
	for _, name := range slices.Sorted(maps.Keys(f.seen)) {
		other := instead(name)
		if other == "" {
			continue
		}
		c.diags.add(problem.Finding{
			Code: "fill.lint.font", Severity: problem.Warn, Found: name,
			Message: problem.Tf("PDF 中没有字体“%[1]s”，将以“%[2]s”代替，换行可能不同", "the PDF has no font “%[1]s” and uses “%[2]s” instead; lines may break elsewhere", name, other),
			Fix:     problem.Fix{ZH: "改用宋体、仿宋、楷体、黑体、Times New Roman 等常用字体", EN: "use a common font such as SimSun, FangSong, KaiTi, SimHei or Times New Roman"},
		}, f.seen[name])
	}
}

// fontUse collects the fonts that a document asks for, through styles and theme.
type fontUse struct {
	pkg    *docx.Package
	theme  map[string]string // majorAscii, minorEastAsia … → name
	styles map[string]*docx.Node
	dflt   *docx.Node // w:rFonts of the document defaults
	basic  string     // default paragraph style
	seen   map[string]spot
	done   map[string]bool // styles already followed
}

// fontSlots are the attributes of w:rFonts: the name, and the reference to the theme that goes before it. Complex script
// is left out: it shows only in scripts that no template here is written in.
var fontSlots = [][2]string{{"w:ascii", "w:asciiTheme"}, {"w:hAnsi", "w:hAnsiTheme"}, {"w:eastAsia", "w:eastAsiaTheme"}}

func (f *fontUse) readTheme() {
	f.theme = map[string]string{}
	for _, part := range f.pkg.Related(f.pkg.Main(), "theme") {
		root, err := part.Parse()
		if err != nil {
			continue
		}
		scheme := root.Path("a:themeElements", "a:fontScheme")
		for _, size := range []string{"major", "minor"} {
			set := scheme.Child("a:" + size + "Font")
			latin, _ := set.Child("a:latin").Attr("typeface")
			asian, _ := set.Child("a:ea").Attr("typeface")
			if asian == "" && set != nil {
				for _, k := range set.Kids {
					if script, _ := k.Attr("script"); k.Name == "a:font" && script == "Hans" {
						asian, _ = k.Attr("typeface")
					}
				}
			}
			f.theme[size+"Ascii"], f.theme[size+"HAnsi"], f.theme[size+"EastAsia"] = latin, latin, asian
		}
	}
}

func (f *fontUse) readStyles() {
	for _, part := range f.pkg.Related(f.pkg.Main(), "styles") {
		root, err := part.Parse()
		if err != nil {
			continue
		}
		f.dflt = root.Path("w:docDefaults", "w:rPrDefault", "w:rPr", "w:rFonts")
		for _, s := range root.Kids {
			if s.Name != "w:style" {
				continue
			}
			id, _ := s.Attr("w:styleId")
			f.styles[id] = s
			kind, _ := s.Attr("w:type")
			if d, _ := s.Attr("w:default"); kind == "paragraph" && (d == "1" || d == "true") {
				f.basic = id
			}
		}
	}
}

func (f *fontUse) walk(n *docx.Node, l *linter) {
	switch n.Name {
	case "w:p":
		if find(n, isText) != nil {
			style := f.basic
			if s := n.Path("w:pPr", "w:pStyle"); s != nil {
				style = s.Val()
			}
			f.fonts(f.dflt, n, l)
			f.style(style, n, l)
		}
	case "w:r":
		if find(n, isText) == nil && find(n, func(n *docx.Node) bool { return n.Name == "w:txbxContent" }) == nil {
			return
		}
		pr := n.Child("w:rPr")
		if n.Child("w:t") != nil {
			f.fonts(pr.Child("w:rFonts"), n, l)
			if s := pr.Child("w:rStyle"); s != nil {
				f.style(s.Val(), n, l)
			}
		}
	case "w:tblStyle":
		f.style(n.Val(), n, l)
	}
	for _, k := range n.Kids {
		f.walk(k, l)
	}
}

func (f *fontUse) style(id string, at *docx.Node, l *linter) {
	for ; id != "" && !f.done[id]; id = f.styles[id].Child("w:basedOn").Val() {
		f.done[id] = true
		f.fonts(f.styles[id].Path("w:rPr", "w:rFonts"), at, l)
	}
}

func (f *fontUse) fonts(fonts, at *docx.Node, l *linter) {
	for _, slot := range fontSlots {
		name, _ := fonts.Attr(slot[0])
		if ref, ok := fonts.Attr(slot[1]); ok && f.theme[ref] != "" {
			name = f.theme[ref]
		}
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if _, ok := f.seen[name]; !ok {
			f.seen[name] = l.spotIn(at)
		}
	}
}
