package main

import (
	"cmp"
	"slices"
	"time"
)

// figures are those of one run, made up to the whole where it was cut.
type figures struct {
	wall, cpu, bare      time.Duration
	requests, bytes      float64
	copies               float64       // requests of Copy Item
	copying              time.Duration // from the first of them to the end of the last
	connections, memory  float64
	missed, over, wrote  float64
	done                 float64 // of all items, from 0 to 1
	extrapolated, cutOff bool    // cutOff: what was done is not known, and the figures are those of its end
	unjudged             bool    // what was missed is not known
	hidden               bool    // the memory is not more than could be seen
	server               time.Duration
}

// whole makes a run up to the whole, in proportion to the items that it did. What
// passed before the first item counts once. Memory and what was done wrong are as
// measured. A command that does all at once is not made up: it does its work in
// several steps, and how far it came in each is not known.
func (r record) whole() figures {
	f := figures{
		wall: r.Wall, cpu: r.CPU, bare: r.Bare, requests: float64(r.Server.Requests), bytes: float64(r.Server.BytesIn + r.Server.BytesOut),
		connections: float64(r.Server.Connections), memory: float64(r.Memory), hidden: r.Memory <= r.Floor, done: 1,
		server: r.Server.CPU, copies: float64(r.Server.Copies), copying: r.Server.Copying,
		missed: float64(r.Verdict.Missed.Count), wrote: float64(r.Verdict.Overwrote.Count), over: float64(r.Verdict.OverCopied.Count),
	}
	if !r.Cut {
		return f
	}
	f.unjudged = r.Unjudged
	f.done = float64(r.Done) / float64(max(1, r.Items))
	if r.Unjudged || r.Done == 0 {
		f.cutOff = true
		return f
	}
	f.extrapolated = true
	f.wall = r.Begun + time.Duration(float64(r.Wall-r.Begun)/f.done)
	f.cpu = time.Duration(float64(f.cpu) * float64(f.wall) / float64(r.Wall))
	f.server = time.Duration(float64(f.server) / f.done)
	f.requests /= f.done
	f.bytes /= f.done
	f.connections /= f.done
	f.copies /= f.done
	f.copying = time.Duration(float64(f.copying) / f.done)
	return f
}

// row is what the runs of a peer in a cell came to.
type row struct {
	figures
	cell    cell
	peer    peer
	runs    int
	missing int     // signatures that the target lacked
	ratio   float64 // of the wall time to sigsync's; 0 where that is not known
	items   int
	failed  int // commands that ended with an error, in all runs
}

// summarise makes a row of medians for each peer in each cell, in the order of
// the cells' sizes, latencies and shares, and of the peers.
func summarise(records []record) []row {
	var cells []cell
	for _, r := range records {
		if !r.Cell.Traps && !slices.Contains(cells, r.Cell) {
			cells = append(cells, r.Cell)
		}
	}
	slices.SortFunc(cells, func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.Latency, b.Latency), cmp.Compare(a.Size, b.Size), cmp.Compare(a.Missing, b.Missing))
	})
	var rows []row
	for _, c := range cells {
		var sigsync time.Duration
		for _, p := range allPeers() {
			made, ok := summariseOne(records, c, p)
			if !ok {
				continue
			}
			if p.name == "sigsync" {
				sigsync = made.wall
			}
			if sigsync > 0 && !made.cutOff {
				made.ratio = float64(made.wall) / float64(sigsync)
			}
			rows = append(rows, made)
		}
	}
	return rows
}

func summariseOne(records []record, c cell, p peer) (row, bool) {
	made := row{cell: c, peer: p}
	var all []figures
	runs := slices.DeleteFunc(slices.Clone(records), func(r record) bool { return r.Cell != c || r.Peer != p.name })
	// Where one came to its end, those that were ended say nothing.
	if whole := slices.DeleteFunc(slices.Clone(runs), func(r record) bool { return r.Cut }); len(whole) > 0 {
		runs = whole
	}
	for _, r := range runs {
		if r.Version == runs[len(runs)-1].Version {
			all = append(all, r.whole())
			made.missing, made.items = r.Verdict.Wanted, r.Items
			made.failed += r.Failed
		}
	}
	if len(all) == 0 {
		return made, false
	}
	made.runs = len(all)
	made.figures = medians(all)
	return made, true
}

// medians takes each figure by itself. What is not measured of one run is not
// measured of all.
func medians(all []figures) figures {
	of := func(one func(figures) float64) float64 {
		values := make([]float64, 0, len(all))
		for _, f := range all {
			values = append(values, one(f))
		}
		return median(values)
	}
	some := func(one func(figures) bool) bool { return slices.ContainsFunc(all, one) }
	return figures{
		wall:     time.Duration(of(func(f figures) float64 { return float64(f.wall) })),
		cpu:      time.Duration(of(func(f figures) float64 { return float64(f.cpu) })),
		bare:     time.Duration(of(func(f figures) float64 { return float64(f.bare) })),
		copies:   of(func(f figures) float64 { return f.copies }),
		copying:  time.Duration(of(func(f figures) float64 { return float64(f.copying) })),
		requests: of(func(f figures) float64 { return f.requests }), bytes: of(func(f figures) float64 { return f.bytes }),
		connections: of(func(f figures) float64 { return f.connections }), memory: of(func(f figures) float64 { return f.memory }),
		missed: of(func(f figures) float64 { return f.missed }), over: of(func(f figures) float64 { return f.over }),
		wrote: of(func(f figures) float64 { return f.wrote }), done: of(func(f figures) float64 { return f.done }),
		extrapolated: some(func(f figures) bool { return f.extrapolated }), cutOff: some(func(f figures) bool { return f.cutOff }),
		unjudged: some(func(f figures) bool { return f.unjudged }),
		hidden:   some(func(f figures) bool { return f.hidden }),
		server:   time.Duration(of(func(f figures) float64 { return float64(f.server) })),
	}
}

// median is the middle value, or the mean of the two in the middle.
func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	if n == 0 {
		return 0
	}
	return (values[(n-1)/2] + values[n/2]) / 2
}

// bound is what that many requests take at least, when one takes that long and as
// many as there are workers are under way at any time.
func bound(requests float64, request time.Duration) time.Duration {
	return time.Duration(requests * float64(request) / workers)
}
