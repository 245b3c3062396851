package main

import (
	"encoding/xml"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// The chart's measures, in its own units.
const (
	chartWidth  = 960.0
	panelHeight = 300.0
	plotLeft    = 70.0
	plotTop     = 40.0
	plotHeight  = 210.0
	legendLine  = 20.0
)

// colours are one for each peer, sigsync's first: told apart by those who do not
// see red and green, too.
func colours() []string {
	return []string{"#0072b2", "#e69f00", "#b8860b", "#cc79a7", "#009e73", "#56b4e9", "#999999", "#d55e00"}
}

// chart shows the wall times of all peers at one latency, for each size and share,
// on a logarithmic axis. Extrapolated ones are hatched.
func chart(rows []row) string {
	latency := firstLatency(rows)
	rows = slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.cell.Latency != latency })
	sizes := sizesOf(rows)
	names := titles(rows)
	height := panelHeight*float64(len(sizes)) + legendLine*float64(len(names)+2)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" role="img" aria-labelledby="title desc">`+"\n",
		chartWidth, height)
	fmt.Fprintf(&b, `<title id="title">Wall time of sigsync and its peers %s</title>`+"\n", apart(latency))
	fmt.Fprintf(&b, `<desc id="desc">%s</desc>`+"\n", escape(description(rows)))
	b.WriteString(`<style>text{font:13px sans-serif;fill:#1f2328}.line{stroke:#8c959f;stroke-opacity:.5}` +
		`.small{font-size:11px}@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>` + "\n<defs>")
	for n, colour := range colours() {
		fmt.Fprintf(&b, `<pattern id="p%d" width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">`+
			`<rect width="6" height="6" fill="%s" fill-opacity=".3"/><rect width="2.5" height="6" fill="%s"/></pattern>`, n, colour, colour)
	}
	b.WriteString("</defs>\n")
	scale := scaleOf(rows)
	for n, size := range sizes {
		scale.panel(&b, rows, size, panelHeight*float64(n))
	}
	legend(&b, names, panelHeight*float64(len(sizes)))
	b.WriteString("</svg>\n")
	return b.String()
}

// logScale goes from one power of ten of a second to another.
type logScale struct{ low, high float64 }

func scaleOf(rows []row) logScale {
	s := logScale{0, 1}
	for n, r := range rows {
		power := math.Log10(max(r.wall.Seconds(), 1e-3))
		if low := math.Floor(power - 1e-9); n == 0 || low < s.low {
			s.low = low
		}
		if high := math.Ceil(power); n == 0 || high > s.high {
			s.high = high
		}
	}
	return s
}

// length is how high a bar of that time is.
func (s logScale) length(d time.Duration) float64 {
	return plotHeight * (math.Log10(max(d.Seconds(), 1e-3)) - s.low) / max(1, s.high-s.low)
}

func (s logScale) panel(b *strings.Builder, rows []row, size int, top float64) {
	bottom := top + plotTop + plotHeight
	fmt.Fprintf(b, `<text x="%g" y="%g">%s signatures: wall time %s</text>`+"\n",
		plotLeft, top+22, thousands(size), apart(firstLatency(rows)))
	for power := s.low; power <= s.high; power++ {
		d := time.Duration(math.Pow(10, power) * float64(time.Second))
		y := bottom - s.length(d)
		fmt.Fprintf(b, `<line class="line" x1="%g" x2="%g" y1="%.1f" y2="%.1f"/>`+"\n", plotLeft, chartWidth-10, y, y)
		fmt.Fprintf(b, `<text class="small" x="%g" y="%.1f" text-anchor="end">%s s</text>`+"\n", plotLeft-6, y+4, plain(d.Seconds()))
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.cell.Size != size })
	shares := sharesOf(rows)
	width := (chartWidth - 10 - plotLeft) / float64(max(1, len(shares)))
	for n, missing := range shares {
		left := plotLeft + width*float64(n)
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="middle">%s missing</text>`+"\n", left+width/2, bottom+20, share(missing))
		of := slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.cell.Missing != missing })
		s.group(b, of, left+width*0.08, bottom, width*0.84)
	}
}

func (s logScale) group(b *strings.Builder, rows []row, left, bottom, width float64) {
	step := width / float64(max(1, len(rows)))
	for n, r := range rows {
		length := s.length(r.wall)
		fmt.Fprintf(b, `<rect class="bar" x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"><title>%s</title></rect>`+"\n",
			left+step*float64(n), bottom-length, step*0.85, length, fill(r), escape(r.peer.title+": "+r.time(r.wall)))
	}
}

// fill is hatched where the figure is none that was measured.
func fill(r row) string {
	n := slices.IndexFunc(allPeers(), func(p peer) bool { return p.name == r.peer.name })
	if r.extrapolated || r.cutOff {
		return fmt.Sprintf("url(#p%d)", n)
	}
	return colours()[n]
}

func legend(b *strings.Builder, names []peer, top float64) {
	for n, p := range names {
		y := top + legendLine*float64(n+1)
		fmt.Fprintf(b, `<rect x="%g" y="%.1f" width="12" height="12" fill="%s"/><text x="%g" y="%.1f">%s</text>`+"\n",
			plotLeft, y-11, fill(row{peer: p}), plotLeft+20, y, escape(p.title))
	}
	fmt.Fprintf(b, `<text x="%g" y="%.1f">Hatched: extrapolated from a part of the images, or ended at a limit.</text>`+"\n",
		plotLeft+20, top+legendLine*float64(len(names)+1))
}

// titles are the peers that the rows have, in their order.
func titles(rows []row) []peer {
	return slices.DeleteFunc(allPeers(), func(p peer) bool {
		return !slices.ContainsFunc(rows, func(r row) bool { return r.peer.name == p.name })
	})
}

// description reads the chart out.
func description(rows []row) string {
	parts := make([]string, 0, len(rows))
	for _, r := range rows {
		parts = append(parts, fmt.Sprintf("%s signatures, %s missing, %s: %s",
			thousands(r.cell.Size), share(r.cell.Missing), r.peer.title, r.time(r.wall)))
	}
	return strings.Join(parts, "; ") + "."
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder takes all
	return b.String()
}
