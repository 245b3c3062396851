package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// featured is the latency of the chart and of what stands first: a server in the
// same region.
const featured = 20 * time.Millisecond

// page is the fragment of the documentation: how it was measured, the wall times at
// one latency, the traps, and then every figure.
func page(records []record, left []string) string {
	var b strings.Builder
	rows := summarise(records)
	preface(&b, records, rows, left)
	latency := firstLatency(rows)
	for _, size := range sizesOf(rows) {
		wallTable(&b, rows, size, latency)
	}
	trapTable(&b, records)
	for _, l := range latenciesOf(rows) {
		for _, size := range sizesOf(rows) {
			details(&b, rows, size, l)
		}
	}
	b.WriteString("All of it as plain numbers: [peers.csv](peers.csv).\n")
	return b.String()
}

func preface(b *strings.Builder, records []record, rows []row, left []string) {
	last := slices.MaxFunc(records, func(a, b record) int { return a.Began.Compare(b.Began) })
	m := last.Machine
	fmt.Fprintf(b, "`make bench-peers flags='--docs docs'`, %s, on %s (%d cores, %s), Go %s: %s.\n", dates(records), m.Processor, m.Cores,
		m.System, m.Go, versions(records))
	if len(left) > 0 {
		fmt.Fprintf(b, "Not measured: %s.\n", strings.Join(left, "; "))
	}
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(b, "Medians of %s. ", repeats(rows))
	b.WriteString("`≈` is extrapolated in proportion from the images that a loop did before it was ended, which *Done*\n" +
		"tells, and no measurement of the whole; `>` is a command that was ended, and figures are those of its end.\n\n")
	b.WriteString("![Wall time of each peer, on a logarithmic scale](images/peers.svg)\n\n")
}

// dates are the first and the last day of the runs.
func dates(records []record) string {
	const day = "2006-01-02"
	first := slices.MinFunc(records, func(a, b record) int { return a.Began.Compare(b.Began) }).Began.Format(day)
	last := slices.MaxFunc(records, func(a, b record) int { return a.Began.Compare(b.Began) }).Began.Format(day)
	if first == last {
		return first
	}
	return first + " to " + last
}

func versions(records []record) string {
	var all []string
	for _, p := range allPeers() {
		for _, r := range records {
			if r.Peer == p.name && !slices.Contains(all, r.Version) {
				all = append(all, r.Version)
			}
		}
	}
	return strings.Join(all, ", ")
}

func repeats(rows []row) string {
	runs := func(a, b row) int { return a.runs - b.runs }
	least, most := slices.MinFunc(rows, runs).runs, slices.MaxFunc(rows, runs).runs
	switch {
	case most == 1:
		return "one run each"
	case least == most:
		return fmt.Sprintf("%d runs each", most)
	}
	return fmt.Sprintf("%d to %d runs each", least, most)
}

// wallTable has a column for each share that is missing.
func wallTable(b *strings.Builder, rows []row, size int, latency time.Duration) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.cell.Size != size || r.cell.Latency != latency })
	if len(rows) == 0 {
		return
	}
	shares := sharesOf(rows)
	fmt.Fprintf(b, "Wall time with %s signatures %s, and how many times sigsync's:\n\n|", thousands(size), apart(latency))
	for _, s := range shares {
		fmt.Fprintf(b, " | %s missing", share(s))
	}
	b.WriteString(" |\n|---" + strings.Repeat("|---", len(shares)) + "|\n")
	for _, p := range allPeers() {
		if !slices.ContainsFunc(rows, func(r row) bool { return r.peer.name == p.name }) {
			continue
		}
		fmt.Fprintf(b, "| %s", p.title)
		for _, s := range shares {
			n := slices.IndexFunc(rows, func(r row) bool { return r.peer.name == p.name && r.cell.Missing == s })
			if n < 0 {
				b.WriteString(" | –")
				continue
			}
			fmt.Fprintf(b, " | %s%s", rows[n].time(rows[n].wall), times(rows[n]))
		}
		b.WriteString(" |\n")
	}
	b.WriteString("\n")
}

// details has every figure of one size and latency.
func details(b *strings.Builder, rows []row, size int, latency time.Duration) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.cell.Size != size || r.cell.Latency != latency })
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(b, "<details>\n<summary>%s signatures %s: all figures</summary>\n\n", thousands(size), apart(latency))
	b.WriteString("| Missing | | Wall | × | Requests | Bytes | Connections | Processor time | the emulator's | Peak memory | Missed " +
		"| Overwrote | Over-copied | Done |\n" + "|---" + strings.Repeat("|---", 13) + "|\n")
	for _, r := range rows {
		fmt.Fprintf(b, "| %s (%s) | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %.0f | %.0f | %s |\n",
			share(r.cell.Missing), thousands(r.missing), r.peer.title, r.time(r.wall), ratio(r),
			r.mark(thousands(int(r.requests+0.5))), r.mark(size1000(r.bytes)), r.mark(thousands(int(r.connections+0.5))),
			r.time(r.cpu), r.time(r.server), r.peak(), r.missedText(), r.wrote, r.over, r.doneText())
	}
	b.WriteString("\n")
	failures(b, rows)
	if latency > 0 {
		bounds(b, rows)
	}
	b.WriteString("</details>\n\n")
}

// failures says whose commands ended with an error.
func failures(b *strings.Builder, rows []row) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.failed == 0 })
	for _, r := range rows {
		fmt.Fprintf(b, "- %s, %s missing: %s commands ended with an error.\n", r.peer.title, share(r.cell.Missing), thousands(r.failed))
	}
	if len(rows) > 0 {
		b.WriteString("\n")
	}
}

// bounds says how near sigsync comes to what its requests take at least: at the
// latency alone, with and without the listings, which are few at a time, and as
// fast as the server answers anybody.
func bounds(b *strings.Builder, rows []row) {
	for _, r := range rows {
		// The files of one signature are copied one after the other.
		if r.bare == 0 || r.missing < workers {
			continue
		}
		limit, copies := bound(r.requests, r.cell.Latency), bound(r.copies, r.cell.Latency)
		fmt.Fprintf(b, "- %s, %s missing: %s requests, %d at a time, take %s at %s each, which is %.0f %% of the run's %s. "+
			"Its %s copies take %s so, which is %.0f %% of the %s from the first to the last. "+
			"As many requests that have the server do nothing, which took %.1f ms each at that rate, are %.0f %% of the run.\n",
			r.peer.title, share(r.cell.Missing), thousands(int(r.requests)), workers, seconds(limit, figure),
			r.cell.Latency, percentOf(limit, r.wall), seconds(r.wall, figure),
			thousands(int(r.copies)), seconds(copies, figure), percentOf(copies, r.copying), seconds(r.copying, figure),
			1000*r.bare.Seconds(), percentOf(bound(r.requests, r.bare), r.wall))
	}
	b.WriteString("\n")
}

// percentOf is 100 if both are the same.
func percentOf(limit, taken time.Duration) float64 {
	return 100 * float64(limit) / float64(max(1, taken))
}

// mark tells an extrapolated figure, and one that is only where a run was ended.
func (r row) mark(text string) string {
	switch {
	case r.cutOff:
		return "> " + text
	case r.extrapolated:
		return "≈ " + text
	}
	return text
}

// number is how exactly the row's figures are written.
func (r row) number() func(float64) string {
	if r.extrapolated {
		return rough
	}
	return figure
}

func (r row) time(d time.Duration) string { return r.mark(seconds(d, r.number())) }

func (r row) peak() string {
	if r.hidden {
		return "≤ " + size1024(r.memory)
	}
	return size1024(r.memory)
}

// missedText is empty where a command was ended that has no order: what it would
// have missed is not known.
func (r row) missedText() string {
	if r.unjudged {
		return "–"
	}
	return fmt.Sprintf("%.0f", r.missed)
}

func (r row) doneText() string {
	switch {
	case r.cutOff && r.done == 0:
		return "unknown"
	case r.cutOff || r.extrapolated:
		return fmt.Sprintf("%s of %s", thousands(int(r.done*float64(r.items)+0.5)), thousands(r.items))
	}
	return "all"
}

func ratio(r row) string {
	if r.ratio == 0 {
		return "–"
	}
	return r.mark(r.number()(r.ratio))
}

func times(r row) string {
	if r.ratio == 0 || r.peer.name == "sigsync" {
		return ""
	}
	return " (" + r.number()(r.ratio) + "×)"
}

// firstLatency is the featured one, or else the first that there is.
func firstLatency(rows []row) time.Duration {
	all := latenciesOf(rows)
	if len(all) == 0 || slices.Contains(all, featured) {
		return featured
	}
	return all[0]
}

func sizesOf(rows []row) []int { return distinct(rows, func(r row) int { return r.cell.Size }) }
func latenciesOf(rows []row) []time.Duration {
	return distinct(rows, func(r row) time.Duration { return r.cell.Latency })
}
func sharesOf(rows []row) []float64 {
	return distinct(rows, func(r row) float64 { return r.cell.Missing })
}
