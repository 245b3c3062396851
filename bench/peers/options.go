package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// options are the flags.
type options struct {
	sizes   []int
	missing []float64
	latency []time.Duration
	peers   []string
	repeat  int
	traps   bool
	mount   bool
	limit   time.Duration // of a loop
	whole   time.Duration // of a command that does all
	long    time.Duration // a run that took longer is not repeated
	out     string
	docs    string
	tools   string
	render  bool
}

func parse(args []string, complaints io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("peers", flag.ContinueOnError)
	f.SetOutput(complaints)
	sizes := f.String("sizes", "500,10000", "signatures of the estates")
	missing := f.String("missing", "0,1,10,100", "percent of the signatures that the target lacks")
	latency := f.String("latency", "0,20ms,100ms", "what the emulator waits before it answers")
	peers := f.String("peers", "", "those to measure, by name; all without it")
	f.IntVar(&o.repeat, "repeat", 3, "runs of each peer in each cell")
	f.BoolVar(&o.traps, "traps", true, "run each peer once on the estate of traps")
	f.BoolVar(&o.mount, "mount", true, "the emulator mounts blobs, which is kinder to who copies through the registry API")
	f.DurationVar(&o.limit, "limit", 3*time.Second, "a loop begins no further image after that")
	f.DurationVar(&o.whole, "limit-whole", 3*time.Minute, "regsync with digestTags is ended after that")
	f.DurationVar(&o.long, "long", time.Minute, "a run that took longer is not repeated")
	f.StringVar(&o.out, "out", "dist/peers", "folder of what is recorded and rendered; runs recorded there are not run again")
	f.StringVar(&o.docs, "docs", "", "folder of the documentation, to be brought up to date")
	f.StringVar(&o.tools, "tools", ".tools/bin", "folder of the peers' programs")
	f.BoolVar(&o.render, "render", false, "render what is recorded, and measure nothing")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	var err error
	if o.sizes, err = list(*sizes, size); err != nil {
		return o, fmt.Errorf("read --sizes: %w", err)
	}
	if o.missing, err = list(*missing, percent); err != nil {
		return o, fmt.Errorf("read --missing: %w", err)
	}
	if o.latency, err = list(*latency, latencyOf); err != nil {
		return o, fmt.Errorf("read --latency: %w", err)
	}
	if *peers != "" {
		o.peers = strings.Split(*peers, ",")
	}
	for _, name := range o.peers {
		if !slices.ContainsFunc(allPeers(), func(p peer) bool { return p.name == name }) {
			return o, fmt.Errorf("read --peers: there is no %q", name)
		}
	}
	return o, nil
}

func list[T any](text string, one func(string) (T, error)) ([]T, error) {
	var all []T
	for part := range strings.SplitSeq(text, ",") {
		if part == "" {
			continue
		}
		v, err := one(part)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// size is that of an estate that has as many tags in every image path.
func size(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if tags := tagsOf(n); err == nil && (n < 1 || n%tags != 0) {
		err = fmt.Errorf("%d signatures are not as many in each image path: take a multiple of %d", n, tags)
	}
	return n, err
}

func percent(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err == nil && (v < 0 || v > 100) {
		err = fmt.Errorf("%s is no share in percent", text)
	}
	return v, err
}

// latencyOf takes 0 without a unit, too, as package time does.
func latencyOf(text string) (time.Duration, error) { return time.ParseDuration(text) }

// cells are the estates to measure, in the order of the page.
func (o options) cells() []cell {
	var all []cell
	if o.traps {
		all = append(all, cell{Traps: true, Mount: o.mount})
	}
	for _, latency := range o.latency {
		for _, size := range o.sizes {
			for _, missing := range o.missing {
				all = append(all, cell{Size: size, Missing: missing, Latency: latency, Mount: o.mount})
			}
		}
	}
	return all
}
