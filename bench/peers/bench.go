package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// bench measures, and remembers what was.
type bench struct {
	options
	progress io.Writer
	records  []record
}

func open(o options, progress io.Writer) (*bench, error) {
	if err := os.MkdirAll(o.out, 0o750); err != nil {
		return nil, err
	}
	b := &bench{options: o, progress: progress}
	var err error
	b.records, err = load(b.file())
	return b, err
}

// say tells of progress; nobody waits for that to arrive.
func (b *bench) say(format string, args ...any) { _, _ = fmt.Fprintf(b.progress, format, args...) }

func (b *bench) file() string { return filepath.Join(b.out, "runs.jsonl") }

// contestant is a peer that is there.
type contestant struct {
	peer
	binary, version string
}

// contestants finds the programs, and says which are not to be had.
func (b *bench) contestants(ctx context.Context) ([]contestant, error) {
	var all []contestant
	for _, p := range allPeers() {
		if len(b.peers) > 0 && !slices.Contains(b.peers, p.name) {
			continue
		}
		if p.program == "" {
			binary, version, err := b.build(ctx)
			if err != nil {
				return nil, err
			}
			all = append(all, contestant{p, binary, version})
			continue
		}
		binary, version, err := p.locate(ctx, b.tools)
		if err != nil {
			b.say("%s is not to be had, and left out: %v\n", p.name, err)
			continue
		}
		all = append(all, contestant{p, binary, version})
	}
	return all, nil
}

// build makes the sigsync of this tree, as releases are made.
func (b *bench) build(ctx context.Context) (binary, version string, err error) {
	if binary, err = filepath.Abs(filepath.Join(b.out, "sigsync")); err != nil {
		return "", "", err
	}
	const program = "github.com/sigsync/sigsync/cmd/sigsync"
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, program)
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return "", "", fmt.Errorf("build sigsync: %w: %s", err, out)
	}
	return binary, commit(ctx), nil
}

// commit tells which sigsync it is, where Git can tell.
func commit(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*").Output()
	if err != nil {
		return "sigsync of this tree"
	}
	return "sigsync " + strings.TrimSpace(string(out))
}

// measure runs what is not recorded: in each cell a run of each peer, then the next of each.
func (b *bench) measure(ctx context.Context) error {
	all, err := b.contestants(ctx)
	if err != nil {
		return err
	}
	for _, c := range b.cells() {
		repeats := b.repeat
		if c.Traps {
			repeats = 1
		}
		for repeat := range repeats {
			for _, p := range all {
				if (p.traps && !c.Traps) || b.enough(c, p, repeat) {
					continue
				}
				if err := b.once(ctx, c, p, repeat); err != nil {
					return fmt.Errorf("%s, %s: %w", p.name, c, err)
				}
			}
		}
	}
	return nil
}

// enough tells whether a run was made already by that version on this machine, or
// is not worth another one.
func (b *bench) enough(c cell, p contestant, repeat int) bool {
	return slices.ContainsFunc(b.records, func(r record) bool {
		return r.Cell == c && r.Peer == p.name && r.Version == p.version && r.Machine == thisMachine() &&
			(r.Repeat == repeat || r.Wall > b.long)
	})
}

// once makes one run, and records it.
func (b *bench) once(ctx context.Context, c cell, p contestant, repeat int) error {
	j := job{Cell: c, Peer: p.name, Binary: p.binary, Version: p.version, Repeat: repeat, Limit: b.limit, Whole: b.whole}
	r, err := j.elsewhere(ctx)
	if err != nil {
		return err
	}
	b.say("%s: %s %d: %d of %d in %s, %d requests, missed %d, overwrote %d, over-copied %d, failed %d\n",
		c, p.name, repeat, r.Done, r.Items, r.Wall.Round(time.Millisecond), r.Server.Requests,
		r.Verdict.Missed.Count, r.Verdict.Overwrote.Count, r.Verdict.OverCopied.Count, r.Failed)
	b.records = append(b.records, r)
	return save(b.file(), r)
}
