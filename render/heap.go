package render

import (
	"runtime"
	"runtime/debug"
)

// ballast is memory that is never touched, so that none of the machine's stands behind it. It counts as heap when the Go runtime decides
// about the next garbage collection.
var ballast []byte

// TuneHeap sets the pace of garbage collection for a program whose work is rendering: its main function calls it once, at the start. A
// document lives for milliseconds and leaves most of a megabyte behind, while little is kept from one to the next; by its own rule the
// runtime would collect every few documents, which took a fifth of the time. With it about 35 MB gather first in a small program; one that
// keeps 90 MB and more collects as often as without.
func TuneHeap() {
	// With L bytes alive, B of ballast and p percent, the next collection begins when (L + B)·p/100 more are there.
	const bytes, percent = 56 << 20, 60
	ballast = make([]byte, bytes)
	debug.SetGCPercent(percent)
	runtime.KeepAlive(ballast)
}
