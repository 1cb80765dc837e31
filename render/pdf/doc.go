// Package pdf writes laid-out pages as a PDF file.
//
// The file is PDF 1.7 (ISO 32000-1) and keeps the rules of PDF/A-2u (ISO 19005-2, conformance level U): every font
// embedded, every glyph with its Unicode text, colours bound to sRGB, metadata as XMP, no encryption. When the document has
// a structure it is tagged. The text that a reader extracts is the source text, character by character, in reading order,
// above U+FFFF too. The same input gives the same bytes.
package pdf
