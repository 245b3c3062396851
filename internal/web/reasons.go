package web

import (
	"slices"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/page"
	"github.com/sigsync/sigsync/internal/report"
)

// reasons says why a run ended as it did: what kept it from a report, what
// stopped it, what is wrong with pairs, what failed, what is left. It says the
// first few, each once, and tells whether there are others.
func reasons(r *report.Report, err error) (few []string, others bool) {
	for _, reason := range slices.Concat(ofRun(r, err), ofFindings(r)) {
		if reason = page.Brief(reason); reason == "" || slices.Contains(few, reason) {
			continue
		}
		if len(few) == intake.RunReasons {
			return few, true
		}
		few = append(few, reason)
	}
	return few, false
}

// ofRun says what is wrong with the run and its pairs.
func ofRun(r *report.Report, err error) (all []string) {
	if err != nil {
		all = append(all, err.Error())
	}
	if r == nil {
		return all
	}
	if r.Run.Stopped != nil {
		all = append(all, r.Run.Stopped.Reason)
	}
	for _, p := range r.Pairs {
		if p.Error != "" {
			all = append(all, p.Name+": "+p.Error)
		}
	}
	return all
}

// ofFindings says what is wrong with attachments: what failed, then what counts
// as left.
func ofFindings(r *report.Report) (failed []string) {
	if r == nil {
		return nil
	}
	var rest []string
	for _, p := range r.Pairs {
		for _, f := range p.Findings {
			switch {
			case f.Outcome == report.Failed:
				failed = append(failed, f.Reason)
			case !f.Outcome.Mended() && slices.Contains(r.Run.FailOn, f.State):
				rest = append(rest, f.Reason)
			}
		}
	}
	return append(failed, rest...)
}
