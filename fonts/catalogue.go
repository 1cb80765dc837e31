package fonts

// A class is a group of fonts that look alike, the unit in which names of Word files are matched.
type class uint8

const (
	song     class = iota // 宋体: printed body text
	hei                   // 黑体: headings
	kai                   // 楷体
	fangSong              // 仿宋: body text of official documents
	serif                 // Latin like Times
	sans                  // Latin like Arial
	mono                  // Latin like Courier
	numClasses
)

// A family is the faces of one design. Index by style; 0 is the regular face, which every family has.
type family struct {
	regular, bold, italic, boldItalic string // file names, "" when the design has no such face
}

// pick returns the file that comes nearest to the style asked for: a face with the right weight is worth more than one
// with the right slope, since a slope is easier to make.
func (f family) pick(bold, italic bool) (file string, hasBold, hasItalic bool) {
	switch {
	case bold && italic && f.boldItalic != "":
		return f.boldItalic, true, true
	case bold && f.bold != "":
		return f.bold, true, false
	case italic && f.italic != "":
		return f.italic, false, true
	default:
		return f.regular, false, false
	}
}

func families() [numClasses]family {
	return [numClasses]family{
		song:     {regular: "NotoSerifSC-Regular.ttf", bold: "NotoSerifSC-Bold.ttf"},
		hei:      {regular: "NotoSansSC-Regular.ttf", bold: "NotoSansSC-Bold.ttf"},
		kai:      {regular: "LXGWWenKai-Regular.ttf"},
		fangSong: {regular: "FandolFangTT-Regular.ttf"},
		serif: {
			regular: "LiberationSerif-Regular.ttf", bold: "LiberationSerif-Bold.ttf",
			italic: "LiberationSerif-Italic.ttf", boldItalic: "LiberationSerif-BoldItalic.ttf",
		},
		sans: {
			regular: "LiberationSans-Regular.ttf", bold: "LiberationSans-Bold.ttf",
			italic: "LiberationSans-Italic.ttf", boldItalic: "LiberationSans-BoldItalic.ttf",
		},
		mono: {regular: "LiberationMono-Regular.ttf", bold: "LiberationMono-Bold.ttf"},
	}
}

// symbols is the last face of every chain: check boxes, arrows, dingbats.
const symbols = "NotoSansSymbols2-Regular.ttf"

// order gives the classes whose faces are tried in turn for a font of class c, before symbols. A Chinese face comes with
// Latin that suits it, and Noto Serif SC, which has the most characters, ends every chain.
func order(c class) []class {
	switch c {
	case song:
		return []class{song, serif}
	case hei:
		return []class{hei, sans, song}
	case kai, fangSong:
		return []class{c, serif, song}
	case sans, mono:
		return []class{c, sans, hei, song}
	case serif, numClasses:
		return []class{serif, song}
	}
	return []class{serif, song}
}
