package fonts

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"tripact/problem"
)

// Book is a set of faces that covers every class of font: the shipped one or one from a folder. It is immutable and safe
// for concurrent use.
type Book struct {
	faces  []*Face // sorted by file name
	chains [numClasses][4]chainStyle
	digest string
}

// chainStyle is the part of a Chain that does not depend on the name asked for.
type chainStyle struct {
	faces []*Face
	bold  bool
	slant bool
}

// ErrNoFonts tells that the program was built without fonts (build tag nofonts); Open a folder instead.
var ErrNoFonts = errors.New("no fonts in this program: it was built with the tag nofonts, give it a fonts folder")

// shipped is set up once; faces are parsed as they are used.
var shipped = sync.OnceValue(func() *Book {
	files, sha256sums := embedded()
	if len(files) == 0 {
		return nil
	}
	digests := make(map[string]string, len(files))
	for line := range strings.Lines(sha256sums) {
		if sum, name, ok := strings.Cut(strings.TrimSpace(line), "  "); ok {
			digests[name] = sum
		}
	}
	faces := make(map[string]*Face, len(files))
	for name, data := range files {
		faces[name] = newFace(name, data)
	}
	return newBook(faces, digests)
})

// Shipped returns the book of the fonts inside the program, or nil when it was built without them (see ErrNoFonts).
// Nothing is parsed yet when it returns.
func Shipped() *Book { return shipped() }

// maxFontFile bounds a font file read by Open. The largest shipped one has 16 MB.
const maxFontFile = 64 << 20

// Open reads a book from a folder that holds the files of fonts/files. Every face is read and parsed, so that a damaged
// file is told now; the error is a *problem.Error with a finding for each file that is missing or unusable.
func Open(fsys fs.FS) (*Book, error) {
	var findings problem.List
	faces := make(map[string]*Face)
	digests := make(map[string]string)
	for _, name := range fileNames() {
		face, sum, err := openFace(fsys, name)
		if err != nil {
			findings.Add(problem.Finding{
				Code: "fonts.file", Severity: problem.Fail, File: name,
				Message: problem.Tf("字体文件不可用：%v", "font file cannot be used: %v", err),
				Fix: problem.Fix{
					ZH: "将 fonts/files 中的全部字体文件原样放入该文件夹",
					EN: "put all font files of fonts/files into the folder, unchanged",
				},
			})
			continue
		}
		faces[name], digests[name] = face, sum
	}
	if err := findings.Err(); err != nil {
		return nil, err
	}
	return newBook(faces, digests), nil
}

func openFace(fsys fs.FS, name string) (face *Face, sum string, err error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, "", err
	}
	if info.Size() > maxFontFile {
		return nil, "", fmt.Errorf("%d bytes are more than the limit of %d", info.Size(), maxFontFile)
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, "", err
	}
	face = newFace(name, string(data))
	if err := face.load().err; err != nil {
		return nil, "", err
	}
	digest := sha256.Sum256(data)
	return face, hex.EncodeToString(digest[:]), nil
}

// fileNames returns the name of every file that a book needs, sorted.
func fileNames() []string {
	names := []string{symbols}
	for _, f := range families() {
		for _, name := range []string{f.regular, f.bold, f.italic, f.boldItalic} {
			if name != "" {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func newBook(faces map[string]*Face, digests map[string]string) *Book {
	b := &Book{}
	h := sha256.New()
	for _, name := range fileNames() {
		b.faces = append(b.faces, faces[name])
		h.Write([]byte(digests[name] + "  " + name + "\n"))
	}
	b.digest = hex.EncodeToString(h.Sum(nil))
	all := families()
	for c := range all {
		for style := range b.chains[c] {
			wantBold, wantItalic := style&1 != 0, style&2 != 0
			cs := &b.chains[c][style]
			cs.bold, cs.slant = wantBold, wantItalic
			for _, k := range order(class(c)) {
				file, hasBold, hasItalic := all[k].pick(wantBold, wantItalic)
				face := faces[file]
				face.bold, face.italic = hasBold, hasItalic
				cs.faces = append(cs.faces, face)
			}
			cs.faces = append(cs.faces, faces[symbols])
		}
	}
	return b
}

// Digest identifies the set of fonts: the SHA-256, in hex, of the list of file digests and names. Two books with the same
// digest draw the same.
func (b *Book) Digest() string { return b.digest }

// Faces returns every face, in a fixed order.
func (b *Book) Faces() []*Face { return slices.Clone(b.faces) }
