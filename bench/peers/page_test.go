package main

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"
)

// sample is a run of a hundred images that took a second, 10 MiB and 100 requests.
func sample(name string, repeat int) record {
	return record{
		Cell: cell{Size: 100, Missing: 10, Latency: featured, Mount: true}, Peer: name, Repeat: repeat, Version: name + " 1.2.3",
		Began: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Machine: machine{"a processor", 2, "1.26", "linux/amd64"},
		Wall: time.Second, usage: usage{CPU: 100 * time.Millisecond, Memory: 10 << 20}, outcome: outcome{Done: 100, Items: 100},
		Server:  counters{Requests: 100, BytesIn: 400, BytesOut: 600, Connections: 10, CPU: 50 * time.Millisecond, Copies: 80, Copying: 800 * time.Millisecond},
		Verdict: verdict{Wanted: 10, Copied: 10}, Floor: 1 << 20,
	}
}

func cut(r record, done int) record {
	r.Cut, r.Done = true, done
	return r
}

func TestRunsAreMadeUpToTheWhole(t *testing.T) {
	f := cut(sample("crane", 0), 25).whole()
	if f.wall != 4*time.Second || f.cpu != 400*time.Millisecond || f.requests != 400 || f.bytes != 4000 || f.connections != 40 || !f.extrapolated {
		t.Errorf("whole = %+v of a quarter, want four times as much", f)
	}
	if f.copies != 320 || f.copying != 3200*time.Millisecond {
		t.Errorf("whole = %g copies in %s of a quarter, want four times as much", f.copies, f.copying)
	}
	if f.memory != 10<<20 {
		t.Errorf("memory = %g, want it as measured", f.memory)
	}
	r := cut(sample("ansible", 0), 25)
	r.Begun = 600 * time.Millisecond
	if f := r.whole(); f.wall != 2200*time.Millisecond {
		t.Errorf("wall = %s, want what passed before the first image once", f.wall)
	}
	if f := cut(sample("regsync", 0), 0).whole(); !f.cutOff || f.extrapolated || f.wall != time.Second {
		t.Errorf("whole = %+v of an unknown part, want it as measured", f)
	}
	part := cut(sample("regsync", 0), 50)
	part.Unjudged = true
	if f := part.whole(); !f.cutOff || f.extrapolated || f.wall != time.Second || f.done != 0.5 {
		t.Errorf("whole = %+v of a command that was ended, want it as measured", f)
	}
	if f := sample("sigsync", 0).whole(); f.extrapolated || f.wall != time.Second || f.requests != 100 {
		t.Errorf("whole = %+v of all, want it as measured", f)
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{{nil, 0}, {[]float64{7}, 7}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 2, 9}, 3}} {
		if got := median(c.values); got != c.want {
			t.Errorf("median(%v) = %g, want %g", c.values, got, c.want)
		}
	}
}

func samples() []record {
	fast, slow := sample("sigsync", 0), sample("sigsync", 2)
	fast.Bare, slow.Bare = 22400*time.Microsecond, 30*time.Millisecond
	slow.Wall = time.Minute
	slow.Server.Copying = 2 * time.Second
	fast.Verdict, slow.Verdict = verdict{Wanted: 16, Copied: 16}, verdict{Wanted: 16, Copied: 16}
	few := sample("sigsync", 0)
	few.Cell.Size, few.Cell.Missing, few.Bare, few.Verdict = 50, 1, fast.Bare, verdict{Wanted: 1, Copied: 1}
	wrong := cut(sample("cosign", 0), 10)
	wrong.Verdict.OverCopied = findings{Count: 10}
	traps := sample("crane", 0)
	traps.Cell = cell{Traps: true, Mount: true}
	traps.Verdict.Overwrote = findings{2, []finding{{"traps/index", "1.0"}, {"traps/index", "sha256-" + strings.Repeat("a", 64) + ".sig"}}}
	traps.Failed, wrong.Failed = 3, 2
	none := cut(sample("regsync", 0), 0)
	none.Unjudged = true
	return []record{fast, fast, slow, few, wrong, none, traps}
}

func TestPage(t *testing.T) {
	got := page(samples(), []string{"Ansible"})
	for _, want := range []string{
		"2026-01-02, on a processor (2 cores, linux/amd64), Go 1.26: sigsync 1.2.3, regsync 1.2.3, cosign 1.2.3, crane 1.2.3.",
		"Not measured: Ansible.",
		"Medians of 1 to 3 runs each.",
		"| sigsync sync | 1.00 s |",
		"| cosign copy, each image | ≈ 10 s (10×) |",
		"| regsync --missing, signature tags | > 1.00 s |",
		"| 10 % (16) | sigsync sync | 1.00 s | 1.00 | 100 | 1.00 kB | 10 | 100 ms | 50 ms | 10 MiB | 0 | 0 | 0 | all |",
		"| 10 % (10) | cosign copy, each image | ≈ 10 s | ≈ 10 | ≈ 1,000 | ≈ 10.0 kB | ≈ 100 | ≈ 1.0 s | ≈ 500 ms | 10 MiB | 0 | 0 | 10 | 10 of 100 |",
		"| 10 % (10) | regsync --missing, signature tags | > 1.00 s | – | > 100 |",
		"| 10 MiB | – | 0 | 0 | unknown |",
		"- cosign copy, each image, 10 % missing: 2 commands ended with an error.\n",
		"- sigsync sync, 10 % missing: 100 requests, 16 at a time, take 125 ms at 20ms each, which is 12 % of the run's 1.00 s. " +
			"Its 80 copies take 100 ms so, which is 12 % of the 800 ms from the first to the last. " +
			"As many requests that have the server do nothing, which took 22.4 ms each at that rate, are 14 % of the run.",
		"| crane digest and copy, each image | 10 | – | 1 × tag 1.0 (index); 1 × .sig (index) | – | 3 |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("page has no %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "- sigsync sync, 1 % missing") {
		t.Error("page tells the limit of less signatures than are copied at a time, whose files come one after the other")
	}
	if csv := spreadsheet(summarise(samples())); !strings.Contains(csv, "\n100,10,10,20,cosign,1,extrapolated,0.1,10,10,1000,10000,100,1,10485760,0,0,10,1.25,0,0.5,800,8\n") {
		t.Errorf("spreadsheet = %s", csv)
	}
}

// A run that came to its end says what those that were ended cannot, and another
// version is another program.
func TestSummaryTakesWholeRunsOfOneVersion(t *testing.T) {
	ended, old := cut(sample("regsync", 0), 10), sample("regsync", 1)
	ended.Unjudged, ended.Wall = true, time.Minute
	old.Version, old.Wall = "regsync 1.2.2", time.Hour
	rows := summarise([]record{old, ended, sample("regsync", 2)})
	if len(rows) != 1 || rows[0].cutOff || rows[0].runs != 1 || rows[0].wall != time.Second {
		t.Errorf("summarise = %+v, want the one whole run of the last version", rows)
	}
}

func TestFiguresInWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		24 * time.Millisecond: "24 ms", time.Second: "1.00 s", 119 * time.Second: "119 s", 150 * time.Second: "2.50 min",
		5 * time.Hour: "5.00 h", 72 * time.Hour: "3.00 d",
	} {
		if got := seconds(d, figure); got != want {
			t.Errorf("seconds(%s) = %s, want %s", d, got, want)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %s, want %s", n, got, want)
		}
	}
	for v, want := range map[float64]string{0.123: "0.1", 4.56: "4.6", 9.96: "10", 12.3: "12", 1772: "1,800", 99.9: "100", 45678: "46,000"} {
		if got := rough(v); got != want {
			t.Errorf("rough(%g) = %s, want %s", v, got, want)
		}
	}
	hidden := sample("crane", 0)
	hidden.Floor = hidden.Memory
	if got := (row{figures: hidden.whole()}).peak(); got != "≤ 10 MiB" {
		t.Errorf("peak = %s of what is not more than this program's own, want that said", got)
	}
}

func TestChart(t *testing.T) {
	picture := chart(summarise(samples()))
	d := xml.NewDecoder(strings.NewReader(picture))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("chart is no XML: %v\n%s", err, picture)
		}
	}
	for _, want := range []string{`<title id="title">`, `<desc id="desc">`, "prefers-color-scheme:dark", `fill="url(#p3)"`, "cosign copy, each image: ≈ 10 s"} {
		if !strings.Contains(picture, want) {
			t.Errorf("chart has no %q:\n%s", want, picture)
		}
	}
	s := scaleOf(summarise(samples()))
	one, ten := s.length(time.Second), s.length(10*time.Second)
	if s.low > -1 || one <= 0 || math.Abs(ten-plotHeight) > 1e-6 || math.Abs((ten-one)*(s.high-s.low)-plotHeight) > 1e-6 {
		t.Errorf("bars of 1 s and 10 s = %g and %g from 10^%g to 10^%g, want a power of ten between them", one, ten, s.low, s.high)
	}
}
