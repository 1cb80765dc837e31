// Package fonts holds every font that documents are drawn with, and what layout and PDF need to know of them: which face
// stands for a font name of a Word file, which characters a face covers, how wide glyphs are, how high a line is, and a
// font file of just the glyphs that a document uses.
//
// Fonts come from the program itself (Shipped) or from a folder (Open), never from the system, so that the same input
// gives the same pages everywhere. Font data is read in place; a face is parsed when it is first used, once per process.
// All types are safe for concurrent use.
package fonts
