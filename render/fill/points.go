package fill

import (
	"tripact/problem"
)

// points refuses pairs of tags that reach from one shape of a SmartArt to another, once for each. A tag can repeat what is
// inside a shape, never the shape: where the shapes stand and how many fit is for Word's layout to say, and the drawing that
// the file keeps of it, which all other programs show, cannot be made anew without that.
func points(shapes []*lifter) {
	type end struct {
		l *lifter
		t *tag
	}
	var open []end
	for _, l := range shapes {
		var here []end
		for _, t := range l.tags {
			if t.section() {
				here = append(here, end{l, t})
			}
			if t.kind != tagClose {
				continue
			}
			if n := lastOpen(len(here), func(i int) *tag { return here[i].t }, t); n >= 0 {
				here = here[:n]
				continue
			}
			n := lastOpen(len(open), func(i int) *tag { return open[i].t }, t)
			if n < 0 {
				continue
			}
			o := open[n]
			open = open[:n]
			o.l.report(o.t, problem.Finding{
				Code:    "fill.pair.shape",
				Message: problem.Tf("%[1]s 与 %[2]s 在 SmartArt 的两个图形里：标签不能增减图形", "%[1]s and %[2]s are in two shapes of a SmartArt: tags cannot add or remove shapes", o.t.raw, t.raw),
				Fix:     problem.Fix{ZH: "把两个标签写在同一个图形的文字里，各占一段，在图形内重复；个数不定的内容改用表格", EN: "put both into the text of one shape, each in a paragraph of its own, to repeat inside it; use a table for what varies in number"},
			}, t)
			o.t.kind, t.kind = tagBad, tagBad
		}
		open = append(open, here...)
	}
}

// lastOpen returns which of n open tags, the last first, t closes, or -1.
func lastOpen(n int, open func(int) *tag, t *tag) int {
	for i := n - 1; i >= 0; i-- {
		if t.name == "" || open(i).name == t.name {
			return i
		}
	}
	return -1
}
