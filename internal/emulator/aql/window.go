package aql

import "math"

// window cuts the rows asked for out of the database's rows, which are not
// items where properties are joined in.
type window struct {
	skip, left int
	// capped says that the server's hard cap ends the window, and not the query's limit.
	capped bool
	// overflown says that there was a row behind the window.
	overflown bool
}

func newWindow(offset, limit, hardCap int) *window {
	w := &window{skip: offset, left: limit}
	if limit == noLimit {
		w.left = math.MaxInt
	}
	if hardCap > 0 && hardCap < w.left {
		w.left, w.capped = hardCap, true
	}
	return w
}

// cut returns those of the next rows that are inside the window.
func (w *window) cut(rows []property) []property {
	skipped := min(w.skip, len(rows))
	taken := min(w.left, len(rows)-skipped)
	w.skip -= skipped
	w.left -= taken
	w.overflown = skipped+taken < len(rows)
	return rows[skipped : skipped+taken]
}

// trimmed tells whether the hard cap held rows back.
func (w *window) trimmed() bool { return w.capped && w.overflown }
