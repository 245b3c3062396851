package main

import (
	"runtime"
	"runtime/metrics"
)

// What is left of garbage before it is collected: as much as there is in use, as
// Go has it, up to roomForGarbage, and from there a share of it that sinks to
// leastGarbage percent.
const (
	roomForGarbage = 16 << 20 // bytes
	leastGarbage   = 10       // percent
	usualGarbage   = 100      // percent
)

// tidy has garbage collected the sooner, the more is in use. Most of what is much
// are the numbers and digests of inventories, which a collection need not look
// into: at a million manifests a side, ten times as many collections cost nothing
// that could be measured and save a quarter of the memory. In a run that is small
// they would be half of its work. Who sets GOGC or GOMEMLIMIT has thought of that.
// set is debug.SetGCPercent.
func tidy(lookup func(string) (string, bool), set func(percent int) int) {
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		if _, chosen := lookup(name); chosen {
			return
		}
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	// A finalizer runs after each collection, if the object is not in use again then.
	var collected func(*[]metrics.Sample)
	collected = func(mark *[]metrics.Sample) {
		metrics.Read(live)
		set(garbage(live[0].Value.Uint64()))
		runtime.SetFinalizer(mark, collected)
	}
	runtime.SetFinalizer(&[]metrics.Sample{}, collected)
}

// garbage is how much there may be when so many bytes are in use, in percent of them.
func garbage(live uint64) int {
	percent := usualGarbage * roomForGarbage / max(live, 1)
	return int(min(max(percent, leastGarbage), usualGarbage))
}
