package doctor

import (
	"slices"

	"github.com/sigsync/sigsync/internal/printable"
)

// Schema names the form of the JSON that JSON writes.
const Schema = "sigsync.doctor/v1"

// The exit codes of an examination.
const (
	exitOK     = 0
	exitFailed = 1
)

// Report is what an examination found.
type Report struct {
	Schema string `json:"schema"`
	// Version is that of the program.
	Version string `json:"version"`
	// ExitCode is 1 where a check failed, else 0.
	ExitCode int `json:"exit_code"`
	// Totals counts the checks by their outcome.
	Totals map[Outcome]int `json:"totals"`
	// Servers and Pairs are what was examined, in the order of the checks.
	Servers []ServerNote `json:"servers"`
	Pairs   []PairNote   `json:"pairs"`
	// Checks come by server, then by repository, then by pair.
	Checks []Check `json:"checks"`
}

// ServerNote says which server a name stands for.
type ServerNote struct {
	Name string `json:"name"`
	URL  string `json:"url"`
	// Type is artifactory or oci.
	Type string `json:"type"`
}

// PairNote says which repositories a pair is of.
type PairNote struct {
	Name   string `json:"name"`
	Source End    `json:"source"`
	Target End    `json:"target"`
}

func newReport(o Options, groups []*notes) *Report {
	r := &Report{
		Schema: Schema, Version: o.Version, ExitCode: exitOK, Totals: map[Outcome]int{},
		Servers: []ServerNote{}, Pairs: []PairNote{}, Checks: []Check{},
	}
	for _, s := range o.Servers {
		r.Servers = append(r.Servers, ServerNote{Name: s.Name, URL: printable.Line(s.URL), Type: s.kind()})
	}
	for _, p := range o.Pairs {
		r.Pairs = append(r.Pairs, PairNote{Name: p.Name, Source: p.Source, Target: p.Target})
	}
	for _, outcome := range Outcomes() {
		r.Totals[outcome] = 0
	}
	for _, g := range groups {
		r.Checks = append(r.Checks, g.checks...)
	}
	for _, c := range r.Checks {
		r.Totals[c.Outcome]++
	}
	if slices.ContainsFunc(r.Checks, func(c Check) bool { return c.Outcome == Failed }) {
		r.ExitCode = exitFailed
	}
	return r
}
