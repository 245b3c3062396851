package main

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// spreadsheet is every row as comma-separated values, with plain numbers.
func spreadsheet(rows []row) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	lines := [][]string{{
		"signatures", "missing_percent", "missing", "latency_ms", "peer", "runs", "estimate", "done_share", "wall_s", "ratio", "requests",
		"bytes", "connections", "cpu_s", "peak_memory_bytes", "missed", "overwrote", "over_copied", "latency_bound_s",
		"bare_request_ms", "emulator_cpu_s", "copies", "copying_s",
	}}
	for _, r := range rows {
		lines = append(lines, []string{
			strconv.Itoa(r.cell.Size), plain(r.cell.Missing), strconv.Itoa(r.missing), strconv.FormatInt(r.cell.Latency.Milliseconds(), 10),
			r.peer.name, strconv.Itoa(r.runs), r.estimate(), plain(r.done), plain(r.wall.Seconds()), plain(r.ratio),
			plain(r.requests), plain(r.bytes), plain(r.connections), plain(r.cpu.Seconds()), r.memoryText(), plain(r.missed),
			plain(r.wrote), plain(r.over), plain(bound(r.requests, r.cell.Latency).Seconds()), plain(1000 * r.bare.Seconds()),
			plain(r.server.Seconds()), plain(r.copies), plain(r.copying.Seconds()),
		})
	}
	_ = w.WriteAll(lines) // a strings.Builder takes all
	return b.String()
}

// memoryText is empty where the memory could not be seen.
func (r row) memoryText() string {
	if r.hidden {
		return ""
	}
	return plain(r.memory)
}

func (r row) estimate() string {
	switch {
	case r.cutOff:
		return "more-than"
	case r.extrapolated:
		return "extrapolated"
	}
	return "measured"
}

func plain(v float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.4f", v), "0"), ".")
}
