// Package fill is the template engine: it reads the tags that clerks type into a Word file, fills them with plain values
// and gives the filled package, with every fault of template and data reported at once.
//
// The stages: text view of each paragraph over its runs and inline containers (view.go) → tags (lex.go) and expressions
// (expr.go) → pairs of loop and condition markers, lifted to inline, paragraphs or table rows (lift.go) → a program of
// byte ranges to copy and values to write (build.go) → rendering (render.go). A value is written, never parsed.
//
// Besides text, values become pictures (picture.go), QR codes (qr.go), rich text (rich.go), charts (chart.go), hyperlinks
// (format.go) and whole documents (subdoc.go); what they add to the package is kept in assets.go. QR codes are encoded by
// rsc.io/qr (docs/adr/0010).
//
// A Template is immutable: any number of goroutines may fill it at the same time.
package fill
