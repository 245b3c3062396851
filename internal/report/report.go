package report

import (
	"time"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
)

// Schema names the JSON form of a Report.
const Schema = "sigsync.report/v1"

// Report is the result of one run.
type Report struct {
	Schema   string   `json:"schema"`
	Run      Run      `json:"run"`
	Totals   Totals   `json:"totals"`
	Pairs    []Pair   `json:"pairs"`
	Requests Requests `json:"requests"`
	// Addresses are what servers are called in names of images: the host, with the
	// port where the URL has one.
	Addresses map[string]string `json:"addresses,omitempty"`
}

// Run says what ran, when, and how it ended.
type Run struct {
	ID       string    `json:"id"`
	Mode     Mode      `json:"mode"`
	Version  string    `json:"version"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	ExitCode int       `json:"exit_code"`
	// Interrupted tells that the run was ended from outside, by a signal.
	Interrupted bool `json:"interrupted,omitempty"`
	// Stopped says what kept the run from beginning all that it had to do; nil
	// where nothing did. An audit is stopped by its end alone.
	Stopped *Stop `json:"stopped,omitempty"`
	// FailOn are the states that make ExitCode 3 when they are left. An apply does
	// not ask them.
	FailOn []plan.State `json:"fail_on"`
	// Images are the globs over image paths that narrowed the run (--image); none
	// where it looked at all images of its pairs.
	Images []string `json:"images,omitempty"`
	// Plan is the saved plan that an apply carries out; nil of any other run.
	Plan *Plan `json:"plan,omitempty"`
	// Shard is the part of the images that the run was about; nil where it was not
	// divided.
	Shard *Shard `json:"shard,omitempty"`
	// Merged tells of a report that was made of others'; nil of a run's own.
	Merged *Merger `json:"merged,omitempty"`
}

// Shard is one of the parts that a run is divided into. Index counts from 0.
type Shard struct {
	Index int `json:"index"`
	Count int `json:"count"`
}

// Plan names a saved plan.
type Plan struct {
	// ID is that of the run that made it, and Created its time.
	ID      string    `json:"id"`
	Created time.Time `json:"created"`
	// Items is how many it has.
	Items int `json:"items"`
	// Others counts what a sync would do now in the images of the plan and the
	// plan does not have: it is left alone.
	Others int `json:"others"`
}

// Mode is what a run is for.
type Mode string

// The modes.
const (
	ModeSync  Mode = "sync"
	ModeAudit Mode = "audit"
	// ModeApply carries out a saved plan: every finding is an item of it.
	ModeApply Mode = "apply"
)

// Totals count relations of subjects and attachments by the state in which
// they were found and by what became of them.
type Totals struct {
	// Subjects counts the manifests at the target that were compared.
	Subjects int                `json:"subjects"`
	States   map[plan.State]int `json:"states"`
	Outcomes map[Outcome]int    `json:"outcomes"`
	// Coverage is zero where nothing was compared, and in reports of versions
	// that did not count it.
	Coverage Coverage `json:"coverage,omitzero"`
}

// Pair is what a run found in one pair of repositories.
type Pair struct {
	Name   string `json:"name"`
	Source End    `json:"source"`
	Target End    `json:"target"`
	// Error says why the pair could not be looked at; "" where it could.
	Error string `json:"error"`
	// Shard is the index of the shard that does all of the pair, in a shard's report;
	// nil where its images are divided, or nothing is.
	Shard *int `json:"shard,omitempty"`
	// Unread counts the tagged images without a .sig tag of which it was not
	// looked at whether a referrer that both sides have signs them.
	Unread int    `json:"unread,omitempty"`
	Totals Totals `json:"totals"`
	// Prefixes have the Coverage by the first segment of the image paths, sorted.
	Prefixes []PrefixCoverage `json:"prefixes,omitempty"`
	Findings []Finding        `json:"findings"`
}

// End is one repository of a pair.
type End struct {
	Server     string `json:"server"`
	Repository string `json:"repository"`
	// Holder is the repository that holds the files where Repository does not: the
	// default deployment repository of a virtual one, the cache of a remote one.
	Holder string `json:"holder,omitempty"`
}

// Finding is one relation that somebody may want to see.
type Finding struct {
	Image string   `json:"image"`
	Tags  []string `json:"tags"`
	// Subject is zero where the server does not tell the digest.
	Subject oci.Digest    `json:"subject"`
	Family  cosign.Family `json:"family"`
	// Attachment is nil where there is none on either side.
	Attachment *Attachment `json:"attachment"`
	State      plan.State  `json:"state"`
	Outcome    Outcome     `json:"outcome"`
	Reason     string      `json:"reason"`
}

// Attachment names what is stored for a subject.
type Attachment struct {
	// Tag is "" for a referrer, which has none.
	Tag    string     `json:"tag"`
	Digest oci.Digest `json:"digest"`
	// ArtifactType is a referrer's.
	ArtifactType string `json:"artifact_type,omitempty"`
	// VerifiedBy names the configured keys that verified what it signs.
	VerifiedBy []string `json:"verified_by,omitempty"`
}

// Requests counts what was sent to all servers.
type Requests struct {
	Total       int            `json:"total"`
	Retries     int            `json:"retries"`
	ByOperation map[string]int `json:"by_operation"`
}

// Outcome is what became of a relation.
type Outcome string

// The outcomes.
const (
	// None: nothing was to be done, or nothing can be.
	None Outcome = "none"
	// Planned: sync would do it.
	Planned  Outcome = "planned"
	Copied   Outcome = "copied"
	Repaired Outcome = "repaired"
	Updated  Outcome = "updated"
	Merged   Outcome = "merged"
	// Held: it waits for something else.
	Held   Outcome = "held"
	Failed Outcome = "failed"
)

// Outcomes returns every outcome.
func Outcomes() []Outcome {
	return []Outcome{None, Planned, Copied, Repaired, Updated, Merged, Held, Failed}
}

// Mended tells whether the target has the attachment now.
func (o Outcome) Mended() bool {
	return o == Copied || o == Repaired || o == Updated || o == Merged
}

// NewTotals has every state and outcome, so that a script finds its zero.
func NewTotals() Totals {
	t := Totals{States: map[plan.State]int{}, Outcomes: map[Outcome]int{}}
	for _, s := range plan.States() {
		t.States[s] = 0
	}
	for _, o := range Outcomes() {
		t.Outcomes[o] = 0
	}
	return t
}

// Add adds u to t.
func (t *Totals) Add(u Totals) {
	t.Subjects += u.Subjects
	t.Coverage.Add(u.Coverage)
	for s, n := range u.States {
		t.States[s] += n
	}
	for o, n := range u.Outcomes {
		t.Outcomes[o] += n
	}
}
