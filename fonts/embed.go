//go:build !nofonts

package fonts

import _ "embed"

// Strings, not an embed.FS or byte slices: a string's bytes stay in the read-only part of the program file, of which the
// system reads only the pages that are touched, and nobody can write to them.
var (
	//go:embed files/FandolFangTT-Regular.ttf
	fandolFang string
	//go:embed files/LXGWWenKai-Regular.ttf
	wenKai string
	//go:embed files/LiberationMono-Bold.ttf
	liberationMonoBold string
	//go:embed files/LiberationMono-Regular.ttf
	liberationMono string
	//go:embed files/LiberationSans-Bold.ttf
	liberationSansBold string
	//go:embed files/LiberationSans-BoldItalic.ttf
	liberationSansBoldItalic string
	//go:embed files/LiberationSans-Italic.ttf
	liberationSansItalic string
	//go:embed files/LiberationSans-Regular.ttf
	liberationSans string
	//go:embed files/LiberationSerif-Bold.ttf
	liberationSerifBold string
	//go:embed files/LiberationSerif-BoldItalic.ttf
	liberationSerifBoldItalic string
	//go:embed files/LiberationSerif-Italic.ttf
	liberationSerifItalic string
	//go:embed files/LiberationSerif-Regular.ttf
	liberationSerif string
	//go:embed files/NotoSansSC-Bold.ttf
	notoSansBold string
	//go:embed files/NotoSansSC-Regular.ttf
	notoSans string
	//go:embed files/NotoSansSymbols2-Regular.ttf
	notoSymbols string
	//go:embed files/NotoSerifSC-Bold.ttf
	notoSerifBold string
	//go:embed files/NotoSerifSC-Regular.ttf
	notoSerif string

	// sums is hashed instead of the fonts, which would read all of them in; a test holds the two together.
	//go:embed files/SHA256SUMS
	sums string
)

func embedded() (files map[string]string, sha256sums string) {
	return map[string]string{
		"FandolFangTT-Regular.ttf":       fandolFang,
		"LXGWWenKai-Regular.ttf":         wenKai,
		"LiberationMono-Bold.ttf":        liberationMonoBold,
		"LiberationMono-Regular.ttf":     liberationMono,
		"LiberationSans-Bold.ttf":        liberationSansBold,
		"LiberationSans-BoldItalic.ttf":  liberationSansBoldItalic,
		"LiberationSans-Italic.ttf":      liberationSansItalic,
		"LiberationSans-Regular.ttf":     liberationSans,
		"LiberationSerif-Bold.ttf":       liberationSerifBold,
		"LiberationSerif-BoldItalic.ttf": liberationSerifBoldItalic,
		"LiberationSerif-Italic.ttf":     liberationSerifItalic,
		"LiberationSerif-Regular.ttf":    liberationSerif,
		"NotoSansSC-Bold.ttf":            notoSansBold,
		"NotoSansSC-Regular.ttf":         notoSans,
		"NotoSansSymbols2-Regular.ttf":   notoSymbols,
		"NotoSerifSC-Bold.ttf":           notoSerifBold,
		"NotoSerifSC-Regular.ttf":        notoSerif,
	}, sums
}
