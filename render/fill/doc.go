// Package fill is the template engine: it reads the tags that clerks type into a Word file, fills them with plain values
// and gives the filled package, with every fault of template and data reported at once.
//
// The stages: text view of each paragraph over its runs and inline containers (view.go) → tags (lex.go) and expressions
// (expr.go) → pairs of loop and condition markers, lifted to inline, paragraphs or table rows (lift.go) → a program of
// byte ranges to copy and values to write (build.go) → rendering (render.go). A value is written, never parsed.
//
// A Template is immutable: any number of goroutines may fill it at the same time.
package fill
