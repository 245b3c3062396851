package web

import (
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/page"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// group is what is left in one state, over all pairs.
type group struct {
	State plan.State
	// Counts tells whether fail_on names the state.
	Counts bool
	// Count is how many there are, and Findings the first of them.
	Count    int
	Findings []findingReview
}

// Level is how bad it is that something is left in the state.
func (g *group) Level() page.Level { return page.LevelOfState(g.State, g.Counts) }

// More is how many are not shown.
func (g *group) More() int { return g.Count - len(g.Findings) }

// Meaning says what the state is.
func (g *group) Meaning() string { return report.Meaning(g.State) }

// findingReview is what the page shows of a finding.
type findingReview struct {
	Pair, Image string
	Tags        []string
	MoreTags    int
	// Short and Digest are the subject's, "" where the server does not tell it.
	Short, Digest string
	// Family is "" where neither side has anything for the subject.
	Family string
	// Referrer is the short digest of an attachment that has no tag.
	Referrer string
	Outcome  report.Outcome
	Reason   string
}

// groups sorts what is left by state: first what counts, then what does not.
// All of them together show intake.ShownFindings, and no state is crowded out
// by another.
func groups(r *report.Report) (attention, also []*group) {
	byState := map[plan.State]*group{}
	for _, p := range r.Pairs {
		for i := range p.Findings {
			f := &p.Findings[i]
			counts := slices.Contains(r.Run.FailOn, f.State)
			if f.Outcome.Mended() || !counts && (f.State == plan.InSync || f.State == plan.Ahead) {
				continue
			}
			g := byState[f.State]
			if g == nil {
				g = &group{State: f.State, Counts: counts}
				byState[f.State] = g
			}
			g.add(p.Name, f)
		}
	}
	for _, g := range share(byState) {
		if g.Counts {
			attention = append(attention, g)
		} else {
			also = append(also, g)
		}
	}
	return attention, also
}

func (g *group) add(pair string, f *report.Finding) {
	g.Count++
	if len(g.Findings) == intake.ShownFindings {
		return
	}
	tags, more := shortened(f.Tags, intake.ShownTags)
	for i := range tags {
		tags[i] = page.Brief(tags[i])
	}
	shown := findingReview{
		Pair: page.Brief(pair), Image: page.Brief(f.Image), Tags: tags, MoreTags: more,
		Short: f.Subject.Short(), Digest: f.Subject.String(),
		Outcome: f.Outcome, Reason: page.Brief(f.Reason),
	}
	if f.Attachment != nil || f.Subject.IsZero() {
		shown.Family = f.Family.String()
	}
	if f.Attachment != nil && f.Attachment.Tag == "" {
		shown.Referrer = f.Attachment.Digest.Short() // there may be many referrers, and none has a name
	}
	g.Findings = append(g.Findings, shown)
}

// Name is the image with its tags, as people write it.
func (f findingReview) Name() string {
	if len(f.Tags) == 0 {
		return f.Image
	}
	return f.Image + ":" + strings.Join(f.Tags, ",")
}

// share gives each state what it may show, in the order of states.
func share(byState map[plan.State]*group) (all []*group) {
	var wanted []int
	for _, s := range plan.States() {
		if g := byState[s]; g != nil {
			all = append(all, g)
			wanted = append(wanted, len(g.Findings))
		}
	}
	for i, n := range portions(wanted, intake.ShownFindings) {
		all[i].Findings = all[i].Findings[:n]
	}
	return all
}

// portions divides most among those who want so much, evenly as far as they want
// it: what one has no use for goes to the others.
func portions(wanted []int, most int) []int {
	given := make([]int, len(wanted))
	for most > 0 {
		hungry := 0
		for i := range wanted {
			if given[i] < wanted[i] {
				hungry++
			}
		}
		if hungry == 0 {
			break
		}
		each := max(most/hungry, 1)
		for i := range wanted {
			n := min(each, wanted[i]-given[i], most)
			given[i] += n
			most -= n
		}
	}
	return given
}
