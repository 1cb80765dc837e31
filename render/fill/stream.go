package fill

import (
	"bytes"

	"tripact/render/docx"
)

// stream takes the beginning of a part that has grown long, so that memory need not hold the whole of it.
type stream struct {
	pkg   *docx.Package
	name  string
	w     *docx.PartWriter // nil until the part is long
	gone  int              // bytes that have left renderer.out
	still bool             // nothing may leave: bytes already written are still to change
}

const (
	spillAt   = 1 << 20 // bytes written that set off a spill
	spillKeep = 1 << 16 // bytes that stay: what comes next looks at what stands before it
)

// hold is a place in the part after which nothing may leave: whether it stays is decided later, by what it holds.
type hold struct {
	from int
	// A table stays once it has a row, that is, once this stands after rows; nil for what is never decided early.
	row  []byte
	rows int
	met  bool
}

// pos is the number of bytes written of the part.
func (r *renderer) pos() int { return r.stream.gone + len(r.out) }

// since is what was written after pos was from; nothing of it has left while a hold lasts.
func (r *renderer) since(from int) []byte { return r.out[from-r.stream.gone:] }

// hold keeps what is written from now on until release, and returns where that begins.
func (r *renderer) hold(row []byte) int {
	at := r.pos()
	r.holds = append(r.holds, hold{from: at, rows: at, row: row})
	return at
}

func (r *renderer) release() { r.holds = r.holds[:len(r.holds)-1] }

// spill lets the part's beginning leave when it has grown long and nothing holds it.
func (r *renderer) spill() {
	if len(r.out) < spillAt || r.stream.still {
		return
	}
	n := len(r.out) - spillKeep
	for i := range r.holds {
		h := &r.holds[i]
		if !h.met && h.row != nil {
			h.met = bytes.Contains(r.since(h.rows), h.row)
		}
		if !h.met {
			n = min(n, h.from-r.stream.gone)
			break
		}
	}
	if n <= 0 {
		return
	}
	if r.stream.w == nil {
		r.stream.w = r.stream.pkg.Stream(r.stream.name)
	}
	r.stream.w.Write(r.out[:n]) //nolint:errcheck // memory takes everything
	r.stream.gone += n
	r.out = r.out[:copy(r.out, r.out[n:])]
}

// done puts the part into the package.
func (r *renderer) done() {
	if r.stream.w == nil {
		r.stream.pkg.Set(r.stream.name, r.out)
		return
	}
	r.stream.w.Write(r.out) //nolint:errcheck // memory takes everything
	r.stream.w.Close()      //nolint:errcheck // likewise
}
