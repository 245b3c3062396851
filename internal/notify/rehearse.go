package notify

import (
	"fmt"
	"time"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// rehearse has the template make a body for an invented run of each event that
// the receiver hears of: a wrong name in it shows before the night when it
// matters.
func (r *receiver) rehearse() error {
	if r.template == nil {
		return nil
	}
	for _, event := range r.On {
		for _, o := range invented(event) {
			if _, err := r.template.render(newMessage(o, time.Unix(0, 0).UTC())); err != nil {
				return fmt.Errorf("%s: %w", event, err)
			}
		}
	}
	return nil
}

// invented are outcomes of that event.
func invented(event Event) []Outcome {
	at := time.Unix(0, 0).UTC()
	end := report.End{Server: "main", Repository: "images"}
	pair := report.Pair{Name: "pair", Source: end, Target: end, Totals: report.NewTotals()}
	r := &report.Report{
		Run:    report.Run{ID: "run", Mode: report.ModeSync, Version: "v1", Started: at, Finished: at, FailOn: []plan.State{plan.Missing}},
		Totals: report.NewTotals(), Pairs: []report.Pair{pair},
	}
	if event == Recovery {
		return []Outcome{{Report: r, Before: &Before{ExitCode: report.ExitLeft, Finished: at}}}
	}
	r.Pairs[0].Findings = []report.Finding{{
		Image: "team/app", Tags: []string{"1.0"}, State: plan.Missing, Outcome: report.Failed, Reason: "refused",
	}}
	if event == Drift {
		r.Run.ExitCode = report.ExitLeft
		return []Outcome{{Report: r}}
	}
	r.Run.ExitCode, r.Pairs[0].Error = report.ExitFailed, "it does not exist"
	return []Outcome{{Report: r}, {Error: "it could not be made"}}
}
