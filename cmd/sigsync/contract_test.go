package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// contract has every key that users' scripts rely on, each with a value of its
// kind. A report may have more.
const contract = `{
	"schema": "", "run": {"id": "", "mode": "", "version": "", "started": "", "finished": "", "exit_code": 0},
	"totals": {"subjects": 0,
		"states": {"in-sync": 0, "ahead": 0, "missing": 0, "partial": 0, "stale": 0, "diverged": 0, "unsigned": 0, "orphan": 0, "suspect": 0, "unknown": 0},
		"outcomes": {"none": 0, "planned": 0, "copied": 0, "repaired": 0, "updated": 0, "merged": 0, "held": 0, "failed": 0}},
	"pairs": [{
		"name": "", "source": {"server": "", "repository": ""}, "target": {"server": "", "repository": ""},
		"error": "", "totals": {"subjects": 0, "states": {}, "outcomes": {}},
		"findings": [{
			"image": "", "tags": [""], "subject": "", "family": "",
			"attachment": {"tag": "", "digest": ""}, "state": "", "outcome": "", "reason": ""}]}],
	"requests": {"total": 0, "retries": 0, "by_operation": {"aql": 0, "copy": 0, "storage": 0}}}`

// checkContract holds a report to the contract: keys, kinds, and what the
// numbers mean.
func checkContract(content []byte) error {
	var want, got any
	if err := errors.Join(json.Unmarshal([]byte(contract), &want), json.Unmarshal(content, &got)); err != nil {
		return err
	}
	if err := fits(want, got, "report"); err != nil {
		return err
	}
	var r report.Report
	if err := json.Unmarshal(content, &r); err != nil {
		return err
	}
	if r.Schema != "sigsync.report/v1" || r.Run.Finished.Before(r.Run.Started) {
		return fmt.Errorf("schema %q, started %s, finished %s", r.Schema, r.Run.Started, r.Run.Finished)
	}
	return errors.Join(checkTotals(r), checkCoverage(r), checkFindings(r))
}

// fits tells where got lacks a key of want, or has a value of another kind.
func fits(want, got any, at string) error {
	if w, ok := want.(map[string]any); ok {
		return keysFit(w, got, at)
	}
	if w, ok := want.([]any); ok {
		g, ok := got.([]any)
		if !ok {
			return fmt.Errorf("%s = %v, want a list", at, got)
		}
		for n, item := range g {
			if err := fits(w[0], item, fmt.Sprintf("%s[%d]", at, n)); err != nil {
				return err
			}
		}
		return nil
	}
	if fmt.Sprintf("%T", want) != fmt.Sprintf("%T", got) {
		return fmt.Errorf("%s = %v, want a %T", at, got, want)
	}
	return nil
}

func keysFit(want map[string]any, got any, at string) error {
	g, ok := got.(map[string]any)
	if !ok {
		return fmt.Errorf("%s = %v, want an object", at, got)
	}
	for key, w := range want {
		value, there := g[key]
		switch {
		case !there:
			return fmt.Errorf("%s.%s is not there", at, key)
		case key == "attachment" && value == nil: // of an unsigned image
		default:
			if err := fits(w, value, at+"."+key); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkTotals holds the totals to the sums of the pairs' totals, and as many
// outcomes as states: every relation has one of each.
func checkTotals(r report.Report) error {
	sum := report.NewTotals()
	for _, p := range r.Pairs {
		sum.Add(p.Totals)
	}
	if fmt.Sprint(sum) != fmt.Sprint(r.Totals) {
		return fmt.Errorf("totals are %v, and those of the pairs together %v", r.Totals, sum)
	}
	states, outcomes := 0, 0
	for _, n := range r.Totals.States {
		states += n
	}
	for _, n := range r.Totals.Outcomes {
		outcomes += n
	}
	if states != outcomes {
		return fmt.Errorf("there are %d states and %d outcomes", states, outcomes)
	}
	return nil
}

// checkFindings holds the findings to their order and to the counts of states.
func checkFindings(r report.Report) error {
	for _, p := range r.Pairs {
		counts := map[plan.State]int{}
		for _, f := range p.Findings {
			counts[f.State]++
		}
		for _, s := range plan.States() {
			left := s == plan.InSync || s == plan.Ahead // listed with --all only
			if counts[s] != p.Totals.States[s] && (!left || counts[s] > 0) {
				return fmt.Errorf("pair %s: %d findings are %s, and the totals say %d", p.Name, counts[s], s, p.Totals.States[s])
			}
		}
		if !slices.IsSortedFunc(p.Findings, func(a, b report.Finding) int {
			return cmp.Or(cmp.Compare(a.Image, b.Image), a.Subject.Compare(b.Subject), cmp.Compare(a.Family, b.Family))
		}) {
			return fmt.Errorf("pair %s: the findings are not sorted", p.Name)
		}
	}
	return nil
}

// checkCoverage counts again: every subject is counted once, in its pair, in its
// prefix and in all.
func checkCoverage(r report.Report) error {
	var all report.Coverage
	for _, p := range r.Pairs {
		var sum report.Coverage
		for _, at := range p.Prefixes {
			sum.Add(at.Coverage)
		}
		c := p.Totals.Coverage
		once := c.Signed + c.Missing + c.Suspect + c.Unsigned + c.Unknown + c.Untagged
		if c != sum || c.Subjects != p.Totals.Subjects || once != c.Subjects || c.Stale+c.Diverged > c.Signed {
			return fmt.Errorf("coverage of pair %s = %+v of %d subjects, by prefix %+v", p.Name, c, p.Totals.Subjects, p.Prefixes)
		}
		all.Add(c)
	}
	if all != r.Totals.Coverage {
		return fmt.Errorf("coverage = %+v, want that of the pairs, %+v", r.Totals.Coverage, all)
	}
	return nil
}
