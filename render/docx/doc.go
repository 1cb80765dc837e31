// Package docx is the Word package layer: it opens a .docx under limits, finds parts by relationship and content type,
// gives XML as a tree of byte ranges, and writes the package back so that the same input gives the same bytes and a part
// that nobody touched keeps its compressed bytes.
//
// A Package is safe for concurrent reading. Clone is cheap: clones share the bytes of parts, so Part.Data must never be
// changed in place; Set puts new bytes into one clone only.
package docx
