package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

// jobVariable makes the program one that makes a single run, in JSON, and prints
// the record of it. A program that is started has the memory of the one that starts
// it for a moment, and its peak is never seen below: that is to be a small one.
const jobVariable = "SIGSYNC_PEERS_JOB"

// job is one run.
type job struct {
	Cell    cell          `json:"cell"`
	Peer    string        `json:"peer"`
	Binary  string        `json:"binary"`
	Version string        `json:"version"`
	Repeat  int           `json:"repeat"`
	Limit   time.Duration `json:"limit_ns"`
	Whole   time.Duration `json:"whole_ns"`
}

// elsewhere makes the run in a process of its own.
func (j job) elsewhere(ctx context.Context) (r record, err error) {
	c, err := self(ctx, jobVariable, j)
	if err != nil {
		return r, err
	}
	out, err := c.Output()
	if err != nil {
		return r, fmt.Errorf("make a run: %w", err)
	}
	err = json.Unmarshal(out, &r)
	return r, err
}

// doJob makes the run here.
func doJob(ctx context.Context, of string, out io.Writer) error {
	var j job
	if err := json.Unmarshal([]byte(of), &j); err != nil {
		return fmt.Errorf("read %s: %w", jobVariable, err)
	}
	r, err := j.do(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(r)
}

// do makes the run on a fresh server.
func (j job) do(ctx context.Context) (record, error) {
	r := record{Cell: j.Cell, Peer: j.Peer, Repeat: j.Repeat, Began: time.Now().UTC(), Version: j.Version, Machine: thisMachine()}
	n := slices.IndexFunc(allPeers(), func(p peer) bool { return p.name == j.Peer })
	if n < 0 {
		return r, fmt.Errorf("there is no %q", j.Peer)
	}
	w, err := startWorld(ctx, j.Cell)
	if err != nil {
		return r, err
	}
	defer w.end()
	dir, err := os.MkdirTemp("", "peers-*")
	if err != nil {
		return r, err
	}
	err = errors.Join(j.watch(ctx, w, allPeers()[n], dir, &r), os.RemoveAll(dir))
	return r, err
}

// watch has the peer do its work, and fills in the record.
func (j job) watch(ctx context.Context, w *world, p peer, dir string, r *record) error {
	items, err := w.items(ctx)
	if err != nil {
		return err
	}
	d, err := newDesk(dir, j.Binary, w.Host, items, j.Repeat)
	if err != nil {
		return err
	}
	d.traps, d.limit, d.whole = j.Cell.Traps, j.Limit, j.Whole
	before, err := w.counters(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	o, err := p.run(ctx, d)
	r.Wall, r.Floor = time.Since(began), largest()
	if err != nil {
		return err
	}
	after, err := w.counters(ctx)
	if err != nil {
		return err
	}
	if r.Verdict, err = w.verdict(ctx, o.reached); err != nil {
		return err
	}
	r.usage, r.outcome, r.Server = d.usage, o, after.sub(before)
	if o.Cut && o.reached == nil {
		r.Unjudged, r.Verdict.Missed = true, findings{}
		r.Done = min(p.did(*r), r.Items)
	}
	if p.bounded && j.Cell.Latency > 0 {
		r.Bare, err = bare(ctx, w.Host)
	}
	return err
}
