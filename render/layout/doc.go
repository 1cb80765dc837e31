// Package layout turns a filled Word package and a book of fonts into pages: every glyph, line and picture at its place.
// It reads no file and writes none; render/pdf draws what it returns.
//
// The way of a document:
//
//  1. sheet reads styles, theme, settings and numbering once. Paragraph and run formatting is resolved through the
//     document defaults, table, paragraph and character styles and kept under the XML that asked for it, so that each
//     distinct formatting is worked out once.
//  2. A paragraph becomes items (breaks.go): glyphs with widths by table, spaces, tabs, objects. breakPass marks where a
//     line may break (the classes and tables of class.go), which marks share their blank halves, and where Han meets
//     Latin.
//  3. lines.go fills lines: natural width first, then squeezing (squeeze.go) in the order of W3C clreq where a mark may not begin a
//     line, push-out after that, stretching of justified lines last. A finished line holds its texts, rules and fills
//     relative to its own baseline.
//  4. Tables (table.go) find their column widths, lay out their cells as flows of their own and get row heights.
//  5. flow.go pours blocks into columns and pages: widows and orphans, kept lines and paragraphs, rows that split,
//     repeated header rows, breaks.
//  6. When all pages are known, headers and footers are laid out for each with the real numbers. Body text that shows
//     page numbers is laid out again until the numbers stand. A table of contents that does not list the headings is made
//     anew and laid out with them (toc.go), and what fields show is reported as rewrites of the package (results.go).
//
// Lengths are whole EMU. What is met and not supported comes back as a warning finding; a character that no font has is
// a failure. Documents are untrusted: counts, depths and lengths are bounded.
package layout
