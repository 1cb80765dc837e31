package layout

import (
	"sync"

	"tripact/fonts"
	"tripact/render/docx"
)

// Cache keeps what documents made from the same template have in common, and the memory of documents that are done with,
// so that the next one starts warm. It never shows in what Layout returns. The zero value is ready; it may be used by any
// number of goroutines, and must not be copied.
type Cache struct {
	mu     sync.Mutex
	sheets map[sheetKey][]*sheet
	spare  []*memory
}

// Bounds of what a cache keeps.
const (
	maxTemplates   = 32       // kinds of sheet
	maxSheets      = 8        // of one kind: as many layouts may run at once and all stay warm
	maxSpare       = 8        // memories
	maxMemos       = 32 << 20 // bytes of the paragraphs that all sheets at rest remember
	maxFormats     = 20_000   // resolved formats in one sheet
	maxSpareGlyphs = 1 << 20
)

// sheetKey tells sheets apart by the very bytes that they were read from: parts are never changed in place, and the key
// keeps the bytes alive, so the same address means the same content.
type sheetKey struct {
	book  *fonts.Book
	parts [4]identity
}

type identity struct {
	first *byte
	size  int
}

// sheetParts are the parts that a sheet is read from, by relationship.
func sheetParts() [4]string { return [4]string{"settings", "theme", "styles", "numbering"} }

func keyOf(p *docx.Package, main *docx.Part, book *fonts.Book) sheetKey {
	key := sheetKey{book: book}
	for i, rel := range sheetParts() {
		if parts := p.Related(main, rel); len(parts) > 0 && len(parts[0].Data) > 0 {
			key.parts[i] = identity{&parts[0].Data[0], len(parts[0].Data)}
		}
	}
	return key
}

// takeSheet returns a sheet for key that nobody else uses, or nil.
func (c *Cache) takeSheet(key sheetKey) *sheet {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.sheets[key]
	if len(list) == 0 {
		return nil
	}
	s := list[len(list)-1]
	c.sheets[key] = list[:len(list)-1]
	return s
}

// giveSheet takes a sheet back.
func (c *Cache) giveSheet(key sheetKey, s *sheet) {
	if s.formats > maxFormats {
		return
	}
	s.odd = ""
	c.mu.Lock()
	defer c.mu.Unlock()
	known := s.memo.size
	for _, list := range c.sheets {
		for _, other := range list {
			known += other.memo.size
		}
	}
	if known > maxMemos {
		s.memo = memo{}
	}
	if c.sheets == nil || len(c.sheets) >= maxTemplates && c.sheets[key] == nil {
		c.sheets = make(map[sheetKey][]*sheet)
	}
	if list := c.sheets[key]; len(list) < maxSheets {
		c.sheets[key] = append(list, s)
	}
}

// Recycle gives the memory of doc back. doc and everything in it must not be used any more.
func (c *Cache) Recycle(doc *Document) {
	if doc == nil || doc.memory == nil {
		return
	}
	m := doc.memory
	m.nodes = doc.Nodes
	*doc = Document{}
	c.giveMemory(m)
}

func (c *Cache) takeMemory() *memory {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.spare)
	if n == 0 {
		return &memory{}
	}
	m := c.spare[n-1]
	c.spare = c.spare[:n-1]
	return m
}

func (c *Cache) giveMemory(m *memory) {
	if len(m.glyphs.used)*glyphChunk > maxSpareGlyphs || cap(m.items) > maxSpareGlyphs {
		return // one huge document does not hold memory for good
	}
	m.reset()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.spare) < maxSpare {
		c.spare = append(c.spare, m)
	}
}

// memory is what a layout allocates in bulk.
type memory struct {
	glyphs arena[Glyph]
	texts  arena[Text]
	rules  arena[Rule]
	lines  arena[line]
	paras  arena[paraBox]
	nodes  []Node
	reader docx.Reader // of the main part

	known      []knownChar // of this document
	items      []item
	text       []byte
	spareItems [][]item
	spareText  [][]byte
}

func (m *memory) reset() {
	m.glyphs.reset()
	m.texts.reset()
	m.rules.reset()
	m.lines.reset()
	m.paras.reset()
	clear(m.nodes)
	m.nodes = m.nodes[:0]
	m.reader.Reset()
	clear(m.known)
	clear(m.items[:cap(m.items)])
	for _, s := range m.spareItems {
		clear(s[:cap(s)])
	}
}

// arena hands out slices of T and takes them all back at once.
type arena[T any] struct {
	used, free [][]T
}

// take returns an empty slice with room for n.
func (a *arena[T]) take(n int) []T {
	for i := len(a.free) - 1; i >= 0 && i > len(a.free)-9; i-- {
		s := a.free[i]
		if cap(s) < n {
			continue
		}
		last := len(a.free) - 1
		a.free[i] = a.free[last]
		a.free = a.free[:last]
		a.used = append(a.used, s)
		return s
	}
	s := make([]T, 0, n)
	a.used = append(a.used, s)
	return s
}

// reset takes back what was handed out; nothing in it keeps other memory alive.
func (a *arena[T]) reset() {
	for _, s := range a.used {
		clear(s[:cap(s)])
	}
	a.free = append(a.free, a.used...)
	a.used = a.used[:0]
	const most = 256
	if len(a.free) > most {
		clear(a.free[most:])
		a.free = a.free[:most]
	}
}
