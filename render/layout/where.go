package layout

import (
	"context"

	"tripact/fonts"
	"tripact/render/docx"
)

// BookmarkPages lays p out as Layout does and returns, for each bookmark of the body by name, the page on which it
// begins, from 1. Bookmarks in what is not laid out, such as hidden text, are left out; so are all when the document
// cannot be laid out at all.
func BookmarkPages(ctx context.Context, p *docx.Package, book *fonts.Book, opt Options) map[string]int {
	main := p.Main()
	if main == nil || book == nil {
		return nil
	}
	if opt.MaxPages <= 0 {
		opt.MaxPages = defaultMaxPages
	}
	e := &engine{ctx: ctx, pkg: p, book: book, opt: opt, said: map[string]bool{}, labels: map[labelKey]*charStyle{}}
	if _, err := e.document(main); err != nil {
		return nil
	}
	pages := make(map[string]int, len(e.bookmarksFound))
	for name, at := range e.bookmarksFound {
		pages[name] = at.page + 1
	}
	return pages
}
