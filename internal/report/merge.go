package report

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Saved is a report with the name of what it was read from.
type Saved struct {
	Name string
	*Report
}

// Merger tells what a report was made of.
type Merger struct {
	// Reports is how many it was made of.
	Reports int `json:"reports"`
	// Shards tells that these were of all the shards of one run; else they were of
	// runs over different pairs.
	Shards bool `json:"shards"`
}

// Merge makes one report of several: of those of all shards of a run the report
// that one run would have made, of runs over different pairs one of all pairs. It
// refuses what does not make a whole: a report says of nothing that it is in sync
// which nobody looked at. The warnings are about what may be an oversight.
func Merge(saved []Saved) (merged *Report, warnings []string, err error) {
	if len(saved) == 0 {
		return nil, nil, errors.New("there is no report to merge")
	}
	if err := alike(saved); err != nil {
		return nil, nil, err
	}
	pairs := joined
	if saved[0].Run.Shard != nil {
		pairs = united
	}
	merged = head(saved)
	if merged.Pairs, err = pairs(saved); err != nil {
		return nil, nil, err
	}
	for i := range merged.Pairs {
		merged.Totals.Add(merged.Pairs[i].Totals)
	}
	merged.Run.ExitCode = merged.ExitCode()
	return merged, oddities(saved), nil
}

// alike refuses reports that are not of runs that asked the same.
func alike(saved []Saved) error {
	first := saved[0]
	addresses := map[string]Saved{}
	for _, s := range saved {
		switch {
		case s.Run.Mode == ModeApply:
			return fmt.Errorf("%s is the report of an apply, which tells of its plan alone: those of sync and audit can be merged", s.Name)
		case (s.Run.Shard == nil) != (first.Run.Shard == nil):
			return fmt.Errorf("%s and %s: one is the report of a shard, and the other is not: merge the shards of a run first",
				first.Name, s.Name)
		case s.Run.Mode != first.Run.Mode:
			return fmt.Errorf("%s is the report of %.80q, and %s is that of %.80q: merge reports of one command",
				first.Name, string(first.Run.Mode), s.Name, string(s.Run.Mode))
		case failing(s) != failing(first):
			return fmt.Errorf("%s has fail_on %s, and %s has %s: merge reports that count the same",
				first.Name, failing(first), s.Name, failing(s))
		case selecting(s) != selecting(first):
			return fmt.Errorf("%s looked at images %s, and %s at %s: merge reports of one selection",
				first.Name, selecting(first), s.Name, selecting(s))
		}
		for server, address := range s.Addresses {
			if other, known := addresses[server]; known && other.Addresses[server] != address {
				return fmt.Errorf("server %.80q is %.200q in %s and %.200q in %s: merge reports of one configuration",
					server, other.Addresses[server], other.Name, address, s.Name)
			}
			addresses[server] = s
		}
	}
	return nil
}

// failing are the states of a report's fail_on, in a form that is equal for equal ones.
func failing(s Saved) string {
	states := slices.Clone(s.Run.FailOn)
	slices.Sort(states)
	return fmt.Sprintf("%v", slices.Compact(states))
}

// selecting are the globs of a report's --image, in a form that is equal for equal ones.
func selecting(s Saved) string {
	globs := slices.Sorted(slices.Values(s.Run.Images))
	if len(globs) == 0 {
		return "of any path"
	}
	return fmt.Sprintf("%.200q", slices.Compact(globs))
}

// joined are the pairs of all, one report after the other. None may be in two.
func joined(saved []Saved) ([]Pair, error) {
	seen := map[string]Saved{}
	all := []Pair{}
	for _, s := range saved {
		for i := range s.Pairs {
			name := s.Pairs[i].Name
			if other, twice := seen[name]; twice {
				return nil, fmt.Errorf("pair %.200q is in %s and in %s: reports that are not of shards are merged where their pairs differ",
					name, other.Name, s.Name)
			}
			seen[name] = s
		}
		all = append(all, s.Pairs...)
	}
	return all, nil
}

// head is the merged report without its pairs.
func head(saved []Saved) *Report {
	first := saved[0].Run
	r := &Report{
		Schema: Schema, Totals: NewTotals(), Requests: Requests{ByOperation: map[string]int{}},
		Run: Run{
			ID: mergedID(saved), Mode: first.Mode, Version: first.Version, FailOn: first.FailOn, Images: first.Images,
			Started: first.Started, Finished: first.Finished, Merged: &Merger{Reports: len(saved), Shards: first.Shard != nil},
		},
	}
	for _, s := range saved {
		r.Run.note(s.Run)
		r.Requests.Total += s.Requests.Total
		r.Requests.Retries += s.Requests.Retries
		for operation, n := range s.Requests.ByOperation {
			r.Requests.ByOperation[operation] += n
		}
		if r.Addresses == nil && s.Addresses != nil {
			r.Addresses = map[string]string{}
		}
		maps.Copy(r.Addresses, s.Addresses)
	}
	return r
}

// note has the merged run begin with the first, end with the last, and be stopped
// by what weighs most.
func (r *Run) note(one Run) {
	if one.Started.Before(r.Started) {
		r.Started = one.Started
	}
	if one.Finished.After(r.Finished) {
		r.Finished = one.Finished
	}
	r.Interrupted = r.Interrupted || one.Interrupted
	if one.Stopped != nil && (r.Stopped == nil || one.Stopped.By.weight() > r.Stopped.By.weight()) {
		stop := *one.Stopped
		if one.Shard != nil {
			stop.Reason = one.Shard.String() + ": " + stop.Reason
		}
		r.Stopped = &stop
	}
}

// mergedID is the same for the same reports, in any order.
func mergedID(saved []Saved) string {
	ids := make([]string, len(saved))
	for i, s := range saved {
		ids[i] = s.Run.ID
	}
	slices.Sort(ids)
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", ids))
	return "merged-" + hex.EncodeToString(sum[:8])
}

// longPause is for how long none of the runs that are merged is under way at the
// most without a word about it: a report that an earlier run left looks like one of
// this run. Shards follow each other, where not all run at once, and a pod that is
// tried again waits for ten minutes at the most; other pairs have their own times.
const (
	longPause       = 24 * time.Hour
	longPauseShards = time.Hour
)

// oddities are what a person should know of the reports.
func oddities(saved []Saved) []string {
	var all []string
	for _, s := range saved {
		if s.Run.Version != saved[0].Run.Version {
			all = append(all, fmt.Sprintf("%s is of version %.80s, and %s of %.80s",
				saved[0].Name, saved[0].Run.Version, s.Name, s.Run.Version))
		}
	}
	return append(all, pauses(saved)...)
}

// pauses are the times between runs that are too long for one run in parts.
func pauses(saved []Saved) []string {
	most := longPause
	if saved[0].Run.Shard != nil {
		most = longPauseShards
	}
	inTime := slices.Clone(saved)
	slices.SortStableFunc(inTime, func(a, b Saved) int { return a.Run.Started.Compare(b.Run.Started) })
	var all []string
	last := inTime[0]
	for _, s := range inTime[1:] {
		if pause := s.Run.Started.Sub(last.Run.Finished); pause > most {
			all = append(all, fmt.Sprintf("the run of %s had ended %s before that of %s began: is its report of an earlier run?",
				last.Name, pause.Round(time.Minute), s.Name))
		}
		if s.Run.Finished.After(last.Run.Finished) {
			last = s
		}
	}
	return all
}
