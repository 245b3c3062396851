package notify

import (
	"time"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// Schema names the JSON form of a Message.
const Schema = "sigsync.notification/v1"

// Message is what is told of a run. It is the body of the form JSON, and what a
// template sees. All of its texts are single lines of printable characters, and
// it has a bounded size, however much the run found.
type Message struct {
	Schema string `json:"schema"`
	Event  Event  `json:"event"`
	// Title, Verdict and Next are sentences for people: what happened, how the
	// run ended, what to do now. They hold nothing from outside.
	Title   string `json:"title"`
	Verdict string `json:"verdict"`
	Next    string `json:"next"`
	// Error says why there is no report, or what went wrong besides it.
	Error string `json:"error"`
	Run   Run    `json:"run"`
	// Before is how the run before ended; nil where that is not known.
	Before *Before `json:"before"`
	// Subjects counts the manifests at the targets that were compared.
	Subjects int `json:"subjects"`
	// States and Outcomes count relations, as a report does.
	States   map[string]int `json:"states"`
	Outcomes map[string]int `json:"outcomes"`
	// Left counts by state the relations that are left and that fail_on names.
	Left map[string]int `json:"left"`
	// Pairs lists the first of them, those with an error first and then those
	// that left something; MorePairs counts the others.
	Pairs     []Pair `json:"pairs"`
	MorePairs int    `json:"more_pairs"`
	// Findings lists the first of what is left; where nothing is and a limit
	// stopped the run, of what it held back and what failed. MoreFindings counts
	// the others.
	Findings     []Finding `json:"findings"`
	MoreFindings int       `json:"more_findings"`
}

// Run says what ran, when, and how it ended.
type Run struct {
	// ID and Version are "" where there is no report.
	ID       string    `json:"id"`
	Mode     string    `json:"mode"`
	Version  string    `json:"version"`
	Started  time.Time `json:"started,omitzero"`
	Finished time.Time `json:"finished"`
	// Seconds is how long the run took; 0 where that is not known.
	Seconds  float64 `json:"seconds"`
	ExitCode int     `json:"exit_code"`
	// Stopped says what kept the run from beginning all that it had to do: a
	// setting, called by its key. "" is nothing.
	Stopped string `json:"stopped"`
}

// Pair is what a run found in one pair.
type Pair struct {
	Name   string `json:"name"`
	Source End    `json:"source"`
	Target End    `json:"target"`
	// Error says why the pair could not be done; "" where it could.
	Error    string         `json:"error"`
	Subjects int            `json:"subjects"`
	States   map[string]int `json:"states"`
	Outcomes map[string]int `json:"outcomes"`
	// Left counts the relations that are left and that fail_on names.
	Left int `json:"left"`
}

// End is one repository of a pair.
type End struct {
	Server     string `json:"server"`
	Repository string `json:"repository"`
}

// Finding is one relation that is left.
type Finding struct {
	Pair  string `json:"pair"`
	Image string `json:"image"`
	// Tags are the first of the subject's.
	Tags []string `json:"tags"`
	// Subject is "" where the server does not tell the digest.
	Subject string `json:"subject"`
	Family  string `json:"family"`
	State   string `json:"state"`
	Outcome string `json:"outcome"`
	Reason  string `json:"reason"`
}

// How much a Message holds. What people read is the beginning; the report has
// all of it.
const (
	mostPairs    = 20
	mostFindings = 10
	mostTags     = 5
	// nameBytes is for a name, wordsBytes for an error or a reason.
	nameBytes  = 300
	wordsBytes = 500
)

// newMessage tells of an outcome that is worth it. now is when a run without a
// report ended.
func newMessage(o Outcome, now time.Time) Message {
	m := Message{
		Schema: Schema, Event: o.event(), Error: clip(o.Error, wordsBytes), Before: o.Before,
		Run:    Run{Mode: clip(string(o.Mode), nameBytes), Started: o.Started, Finished: now, ExitCode: o.exitCode()},
		States: states(nil), Outcomes: outcomes(nil), Left: states(nil), Pairs: []Pair{}, Findings: []Finding{},
	}
	if r := o.Report; r != nil {
		m.Run = runOf(r, o.exitCode())
		m.Subjects, m.States, m.Outcomes = r.Totals.Subjects, states(r.Totals.States), outcomes(r.Totals.Outcomes)
		t := newTally(r)
		m.Left = states(t.left)
		m.Pairs, m.MorePairs = t.pairs()
		m.Findings, m.MoreFindings = t.findings()
	}
	if !m.Run.Started.IsZero() {
		m.Run.Seconds = m.Run.Finished.Sub(m.Run.Started).Round(time.Millisecond).Seconds()
	}
	m.Title, m.Verdict, m.Next = title(m), verdict(o, m), next(o, m)
	return m
}

func runOf(r *report.Report, exitCode int) Run {
	run := Run{
		ID: clip(r.Run.ID, nameBytes), Mode: clip(string(r.Run.Mode), nameBytes), Version: clip(r.Run.Version, nameBytes),
		Started: r.Run.Started, Finished: r.Run.Finished, ExitCode: exitCode,
	}
	if r.Run.Stopped != nil {
		run.Stopped = clip(string(r.Run.Stopped.By), nameBytes)
	}
	return run
}

// states has every state, so that a template finds its zero.
func states(counts map[plan.State]int) map[string]int {
	all := map[string]int{}
	for _, s := range plan.States() {
		all[s.String()] = counts[s]
	}
	return all
}

// outcomes has every outcome.
func outcomes(counts map[report.Outcome]int) map[string]int {
	all := map[string]int{}
	for _, o := range report.Outcomes() {
		all[string(o)] = counts[o]
	}
	return all
}
