package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
)

// DifferenceSchema names the JSON form of a Difference.
const DifferenceSchema = "sigsync.report-diff/v1"

// Difference is what changed from one report to another, of what they have left:
// findings that are neither as they should be nor mended.
type Difference struct {
	Schema string `json:"schema"`
	// Before and After are the runs.
	Before Run `json:"before"`
	After  Run `json:"after"`
	// Worse counts what is new in a state that the second report's fail_on names,
	// and the pairs that could be done before and cannot be done now.
	Worse int              `json:"worse"`
	Pairs []PairDifference `json:"pairs"`
}

// PairDifference is what changed in a pair.
type PairDifference struct {
	Name string `json:"name"`
	// ErrorBefore and ErrorAfter say why the pair could not be done; "" where it
	// could. NotBefore and NotAfter tell that a report does not have the pair.
	ErrorBefore string `json:"error_before,omitempty"`
	ErrorAfter  string `json:"error_after,omitempty"`
	NotBefore   bool   `json:"not_before,omitempty"`
	NotAfter    bool   `json:"not_after,omitempty"`
	// CoverageBefore and CoverageAfter are the pair's.
	CoverageBefore Coverage `json:"coverage_before"`
	CoverageAfter  Coverage `json:"coverage_after"`
	// Left counts what is left by state, before and after, and the changes.
	Left    map[plan.State]Counts `json:"left"`
	Changes []Change              `json:"changes"`
}

// Counts is how many there were before and after.
type Counts struct {
	Before int `json:"before"`
	After  int `json:"after"`
}

// ChangeKind is what happened to a finding.
type ChangeKind string

// The kinds of changes.
const (
	// Appeared: only the second report has it left.
	Appeared ChangeKind = "appeared"
	// Gone: the first report has it left, and in the second it was mended, or its
	// image is not there any more.
	Gone ChangeKind = "mended"
	// Changed: it is left in another state.
	Changed ChangeKind = "changed"
	// Unseen: the first report has it left, and the second one did not look: it
	// could not do the pair or does not have it, was narrowed to other images, or
	// is that of an apply, which lists the items of its plan alone.
	Unseen ChangeKind = "unseen"
)

// Change is what happened to one finding.
type Change struct {
	Kind ChangeKind `json:"kind"`
	// From and To are the states; nil where it was not left.
	From *plan.State `json:"from"`
	To   *plan.State `json:"to"`
	// Counts tells that it is worse than before, see Difference.Worse.
	Counts bool `json:"counts"`
	// Finding is the second report's, or the first's where that has none.
	Finding Finding `json:"finding"`
}

// Compare returns what changed from before to after.
func Compare(before, after *Report) *Difference {
	d := &Difference{Schema: DifferenceSchema, Before: before.Run, After: after.Run, Pairs: []PairDifference{}}
	first, second := before.byName(), after.byName()
	for _, name := range pairNames(before, after) {
		p := comparePair(name, first[name], second[name], &after.Run)
		d.Worse += p.worse()
		d.Pairs = append(d.Pairs, p)
	}
	return d
}

// Equal tells whether nothing changed.
func (d *Difference) Equal() bool {
	return !slices.ContainsFunc(d.Pairs, func(p PairDifference) bool { return !p.equal() })
}

func (p *PairDifference) equal() bool {
	return len(p.Changes) == 0 && p.ErrorBefore == p.ErrorAfter && !p.NotBefore && !p.NotAfter && p.CoverageBefore == p.CoverageAfter
}

// worse counts what is worse than before.
func (p *PairDifference) worse() int {
	n := 0
	if p.ErrorAfter != "" && p.ErrorBefore == "" {
		n++
	}
	for _, c := range p.Changes {
		if c.Counts {
			n++
		}
	}
	return n
}

// pairNames are those of both reports, in the order of the second.
func pairNames(before, after *Report) []string {
	var names []string
	known := map[string]bool{}
	for _, p := range slices.Concat(after.Pairs, before.Pairs) {
		if !known[p.Name] {
			names = append(names, p.Name)
		}
		known[p.Name] = true
	}
	return names
}

// byName are the report's pairs; no two of them have one name.
func (r *Report) byName() map[string]*Pair {
	pairs := map[string]*Pair{}
	for i := range r.Pairs {
		pairs[r.Pairs[i].Name] = &r.Pairs[i]
	}
	return pairs
}

// comparePair compares a pair of both reports, nil where one does not have it; run
// is the second report's.
func comparePair(name string, before, after *Pair, run *Run) PairDifference {
	d := PairDifference{
		Name: name, NotBefore: before == nil, NotAfter: after == nil, Left: map[plan.State]Counts{}, Changes: []Change{},
	}
	if before == nil {
		before = &Pair{}
	}
	if after == nil {
		after = &Pair{}
	}
	d.ErrorBefore, d.ErrorAfter = before.Error, after.Error
	d.CoverageBefore, d.CoverageAfter = before.Totals.Coverage, after.Totals.Coverage
	seen := !d.NotAfter && after.Error == ""
	was, _ := left(before)
	is, listed := left(after)
	for at, f := range is {
		d.Left[f.State] = d.Left[f.State].plus(0, 1)
		old := was[at]
		switch {
		case old == nil:
			d.Changes = append(d.Changes, changed(Appeared, nil, f, run.FailOn))
		case old.State != f.State:
			d.Changes = append(d.Changes, changed(Changed, old, f, run.FailOn))
		}
	}
	for at, f := range was {
		d.Left[f.State] = d.Left[f.State].plus(1, 0)
		switch {
		case is[at] != nil:
		case seen && (listed[at] || run.looked(f.Image)):
			d.Changes = append(d.Changes, changed(Gone, f, nil, run.FailOn))
		default:
			d.Changes = append(d.Changes, changed(Unseen, f, nil, run.FailOn))
		}
	}
	slices.SortFunc(d.Changes, Change.compare)
	return d
}

func (c Counts) plus(before, after int) Counts { return Counts{c.Before + before, c.After + after} }

func changed(kind ChangeKind, from, to *Finding, failOn []plan.State) Change {
	c := Change{Kind: kind}
	if from != nil {
		c.From, c.Finding = &from.State, *from
	}
	if to != nil {
		c.To, c.Finding = &to.State, *to
		c.Counts = slices.Contains(failOn, to.State)
	}
	return c
}

// kinds are in the order in which people want to read them.
func kinds() []ChangeKind { return []ChangeKind{Appeared, Changed, Unseen, Gone} }

func (c Change) compare(d Change) int {
	f, g := &c.Finding, &d.Finding
	return cmp.Or(
		cmp.Compare(slices.Index(kinds(), c.Kind), slices.Index(kinds(), d.Kind)), -compareBool(c.Counts, d.Counts),
		cmp.Compare(f.Image, g.Image), f.Subject.Compare(g.Subject), cmp.Compare(f.Family, g.Family),
		cmp.Compare(f.State, g.State), slices.Compare(f.Tags, g.Tags), f.referrer().Compare(g.referrer()), cmp.Compare(f.Reason, g.Reason),
	)
}

// identity knows a finding again in another report: by what it is about.
type identity struct {
	image, tags string
	subject     oci.Digest
	family      cosign.Family
	referrer    oci.Digest
	// nth tells findings apart that are about the same.
	nth int
}

// left are the findings of a pair that are left; listed are these and all others.
func left(p *Pair) (found map[identity]*Finding, listed map[identity]bool) {
	found, listed = map[identity]*Finding{}, map[identity]bool{}
	times := map[identity]int{}
	for i := range p.Findings {
		f := &p.Findings[i]
		at := identity{image: f.Image, subject: f.Subject, family: f.Family, referrer: f.referrer()}
		if f.Subject.IsZero() {
			at.tags = strings.Join(f.Tags, ",") // there is nothing else to know it by
		}
		nth := at
		nth.nth = times[at]
		times[at]++
		listed[nth] = true
		if f.Open() {
			found[nth] = f
		}
	}
	return found, listed
}

// referrer is the digest of an attachment that has no tag.
func (f *Finding) referrer() oci.Digest {
	if f.Attachment == nil || f.Attachment.Tag != "" {
		return oci.Digest{}
	}
	return f.Attachment.Digest
}

// counts are how many changes there are of each kind.
func (p *PairDifference) counts() map[ChangeKind]int {
	counts := map[ChangeKind]int{}
	for _, c := range p.Changes {
		counts[c.Kind]++
	}
	return counts
}

// states are those that something is or was left in, in their order.
func (p *PairDifference) states() []plan.State { return slices.Sorted(maps.Keys(p.Left)) }
