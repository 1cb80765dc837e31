package fonts

import (
	"strings"
	"unicode"
)

// fold makes names comparable: case, spaces, hyphens and underscores do not count, nor does the @ that marks the
// vertical variant of a font, nor full-width Latin letters.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		switch r {
		case ' ', '\t', '-', '_', '@', 0x3000, 0xA0:
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// known maps names that Word and WPS files really have, and the names of the shipped fonts, to a class. Names are folded.
// Metric twins (Times New Roman, Arial, Courier New and Liberation) break lines as with the original.
func known(folded string) (c class, bold, ok bool) {
	switch folded {
	case "仿宋", "仿宋gb2312", "仿宋gb18030", "fangsong", "fangsonggb2312", "stfangsong", "华文仿宋", "方正仿宋", "方正仿宋简体", "方正仿宋gbk",
		"方正仿宋gb2312", "fzfangsongz02s", "fzfsk", "fzfsjw", "adobe仿宋std", "adobefangsongstd", "fandolfang", "fandolfangr", "fandolfangtt",
		"fandolfangttregular", "fandolfangregular", "朱雀仿宋", "文鼎仿宋":
		return fangSong, false, true
	case "楷体", "楷体gb2312", "kaiti", "kaitigb2312", "stkaiti", "华文楷体", "方正楷体", "方正楷体简体", "方正楷体gbk", "方正楷体gb2312", "fzkaiz03s",
		"fzktk", "fzktjw", "adobe楷体std", "adobekaitistd", "lxgwwenkai", "霞鹜文楷", "lxgwwenkaigb", "lxgwwenkairegular", "标楷体", "dfkaisb", "biaukai", "fandolkai":
		return kai, false, true
	case "黑体", "simhei", "微软雅黑", "microsoftyahei", "microsoftyaheiui", "微软雅黑light", "等线", "等线light", "dengxian", "dengxianlight",
		"stxihei", "stheiti", "华文细黑", "华文黑体", "方正黑体", "方正黑体简体", "方正黑体gbk", "fzheib01s", "fzhtk", "fzhtjw", "adobe黑体std", "adobeheitistd",
		"notosanssc", "notosanssc400", "notosansscregular", "notosanscjksc", "sourcehansanssc", "sourcehansanscn", "思源黑体", "思源黑体cn",
		"思源黑体sc", "pingfangsc", "苹方", "hiraginosansgb", "heitisc", "wenquanyizenhei", "wenquanyimicrohei", "文泉驿正黑", "文泉驿微米黑",
		"幼圆", "youyuan", "圆体", "fandolhei", "mslathei", "msgothic", "malgungothic", "microsoftjhenghei":
		return hei, false, true
	case "宋体", "simsun", "nsimsun", "新宋体", "simsunextb", "宋体extb", "stsong", "华文宋体", "songti", "songtisc", "方正书宋", "方正书宋简体",
		"方正书宋gbk", "方正宋体", "方正宋三简体", "fzshusongz01s", "fzssk", "fzssjw", "adobe宋体std", "adobesongstd", "notoserifsc", "notoserifscregular",
		"notoserifcjksc", "sourcehanserifsc", "sourcehanserifcn", "思源宋体", "思源宋体cn", "思源宋体sc", "pmingliu", "mingliu", "细明体", "新细明体",
		"msmincho", "fandolsong":
		return song, false, true
	case "方正小标宋简体", "方正小标宋gbk", "方正小标宋gb18030", "方正小标宋", "方正小标宋gb2312", "小标宋", "小标宋体", "fzxbsk", "fzxbsjw", "fzxiaobiaosongb05s",
		"方正大标宋简体", "方正大标宋gbk", "方正粗宋简体", "华文中宋", "stzhongsong", "文鼎小标宋", "文鼎小标宋简", "汉仪小标宋简", "notoserifscbold", "创艺简标宋":
		return song, true, true
	case "notosansscbold", "方正大黑简体", "方正粗黑简体", "microsoftyaheibold":
		return hei, true, true
	case "timesnewroman", "times", "timesnewromanps", "timesnewromanpsmt", "cambria", "cambriamath", "georgia", "garamond", "bookantiqua",
		"palatinolinotype", "palatino", "century", "constantia", "liberationserif", "tinos", "notoserif", "stixtwotext", "stixtwomath", "bookmanoldstyle":
		return serif, false, true
	case "arial", "arialmt", "arialunicodems", "helvetica", "helveticaneue", "calibri", "calibrilight", "aptos", "aptosdisplay", "verdana", "tahoma", "segoeui",
		"trebuchetms", "corbel", "candara", "centurygothic", "liberationsans", "arimo", "notosans", "opensans", "roboto", "carlito":
		return sans, false, true
	case "arialblack", "arialbold", "liberationsansbold", "impact":
		return sans, true, true
	case "liberationserifbold", "timesnewromanbold":
		return serif, true, true
	case "couriernew", "courier", "consolas", "lucidaconsole", "liberationmono", "cousine", "menlo", "monaco", "cascadiacode", "cascadiamono":
		return mono, false, true
	case "symbol", "wingdings", "wingdings2", "wingdings3", "webdings", "segoeuisymbol", "msreferencesansserif", "notosanssymbols2", "notosanssymbols2regular":
		return serif, false, true
	}
	return serif, false, false
}

// classify finds the class of a font name: from the table, else from what the name itself suggests.
func classify(name string) (c class, bold, isKnown bool) {
	folded := fold(name)
	if c, bold, ok := known(folded); ok {
		return c, bold, true
	}
	// First the more telling words: 仿宋 holds 宋, sans serif holds serif.
	hints := []struct {
		class class
		bold  bool
		words []string
	}{
		{fangSong, false, []string{"仿宋", "fangsong"}},
		{song, true, []string{"标宋", "粗宋", "中宋", "xiaobiaosong", "zhongsong"}},
		{kai, false, []string{"楷", "kaiti", "隶", "行书", "魏碑", "舒体", "姚体", "lisu", "xingkai"}},
		{hei, false, []string{"黑", "等线", "圆", "雅黑", "heiti", "yahei", "gothic", "yuan", "pingfang"}},
		{song, false, []string{"宋", "明体", "明朝", "songti", "mincho", "mingliu"}},
		{mono, false, []string{"mono", "courier", "consol", "code", "typewriter", "terminal"}},
		{sans, false, []string{"sans", "arial", "helvet", "grotesk", "ui"}},
		{serif, false, []string{"serif", "times", "roman", "book", "garamond", "text"}},
	}
	for _, h := range hints {
		for _, w := range h.words {
			if strings.Contains(folded, w) {
				return h.class, h.bold, false
			}
		}
	}
	for _, r := range folded {
		if unicode.Is(unicode.Han, r) {
			return song, false, false
		}
	}
	return serif, false, false
}
