package storage

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxFileName is the longest file name in a link, in bytes of UTF-8. Most file systems stop at 255; browsers add
// suffixes such as " (1)" and ".crdownload".
const maxFileName = 200

// CleanFileName returns name as a file name that every system accepts and that shows what it is: without control,
// format and bidirectional characters (U+202E turns "fdp.exe" around), with / \ : * ? " < > | as "_", without dots or
// spaces at its ends, at most 200 bytes of UTF-8 cut at a character, ending in ext (such as ".pdf"). An empty name
// becomes "document". Nothing is normalised: a rare character or a combining mark stays as it was given.
func CleanFileName(name, ext string) string {
	var b strings.Builder
	for _, r := range name {
		switch {
		case r == utf8.RuneError:
			b.WriteByte('_')
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp):
			// dropped
		case strings.ContainsRune(`/\:*?"<>|`, r):
			b.WriteByte('_')
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	base := b.String()
	if strings.EqualFold(path.Ext(base), ext) {
		base = base[:len(base)-len(ext)]
	}
	base = cutBytes(strings.Trim(base, " ."), maxFileName-len(ext))
	base = strings.TrimRight(base, " .")
	switch {
	case base == "":
		base = "document"
	case reservedOnWindows(base):
		base = "_" + base
	}
	return base + ext
}

// cutBytes cuts s to at most n bytes without splitting a character.
func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// reservedOnWindows reports device names, which Windows refuses as file names whatever their extension.
func reservedOnWindows(base string) bool {
	stem, _, _ := strings.Cut(strings.ToUpper(base), ".")
	switch stem {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(stem) == 4 && (strings.HasPrefix(stem, "COM") || strings.HasPrefix(stem, "LPT")) &&
		stem[3] >= '0' && stem[3] <= '9'
}

// disposition writes a Content-Disposition (RFC 6266) that always saves: an ASCII file name for old programs and
// filename* (RFC 8187) for all others. name must come from CleanFileName.
func disposition(name, ext string) string {
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, asciiName(name, ext), extValue(name))
}

// asciiName replaces each run of other characters by one "_". "%" goes too: some browsers decode it in filename.
func asciiName(name, ext string) string {
	var b strings.Builder
	gap, useful := false, false
	for _, r := range strings.TrimSuffix(name, ext) {
		if r < ' ' || r > '~' || r == '%' || r == '"' || r == '\\' {
			gap = true
			continue
		}
		if gap {
			b.WriteByte('_')
			gap = false
		}
		useful = useful || r != ' ' && r != '_'
		b.WriteRune(r)
	}
	if !useful {
		return "document" + ext
	}
	return b.String() + ext
}

// extValue percent-encodes all but the attr-char of RFC 8187, section 3.2.1. url.PathEscape would leave ":", "=", "@".
func extValue(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}
