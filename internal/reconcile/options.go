package reconcile

import (
	"context"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/shard"
	"github.com/sigsync/sigsync/internal/verify"
)

// Options say what a run does.
type Options struct {
	// Pairs run in this order: a pair that fills another's source comes first.
	Pairs []Pair
	// Servers are the Artifactory servers that pairs read from, by name.
	Servers map[string]Server
	// Registries are all servers through the distribution API, by name. One
	// that is not among Servers is a plain registry: its listing is its tags.
	Registries map[string]Registry
	// Writers are what pairs write with inside an Artifactory server, by name.
	// Pushers are what they write with through the distribution API. Without
	// either, the run is an audit: it says what it would do.
	Writers map[string]Writer
	Pushers map[string]Pusher
	// Memory keeps what manifests are; nil forgets it with the run.
	Memory Memory
	// Images are globs over image paths at the target that narrow the run; none means all.
	Images []string
	// Shard is the part of the images that the run is about, by their paths at the
	// target; of pairs that cannot be divided, it is the part of the pairs.
	Shard shard.Shard
	// Guessed tells that the pairs' images are a guess: that none of them is at a
	// target is no news.
	Guessed bool
	// Limit is the most attachments that a run copies, by the command line; 0
	// is no limit. Limits.MaxCopies may be less.
	Limit  int
	Limits Limits
	// Scan and Copy are how many repositories are listed, and how many
	// subjects' attachments are copied, at the same time; at least 1.
	Scan, Copy int
	// Attempts is how often a copy is tried whose answer was lost; at least 1.
	Attempts int
	// Pause waits before another attempt after that many; asked is how long
	// the server wants to be left alone, not above 0 where it does not say.
	Pause func(ctx context.Context, attempts int, asked time.Duration) error
	// Grace is how long copies under way may go on after an interrupt.
	Grace time.Duration
	// All lists relations that need no attention too.
	All bool
	// FailOn are the states that make the run's exit code 3.
	FailOn []plan.State
	// ID and Version name the run and the program in the report.
	ID, Version string
	// Requests returns what was sent so far; for the report.
	Requests func() report.Requests
	// Listed is told what was found of each repository, in the order in which the
	// pairs name them, before anything is compared; nil is nobody. Where somebody
	// listens, a repository is listed though its pair cannot be done, and a plain
	// registry's whole.
	Listed func(Listing)
	// Phase is told that a phase begins, of all pairs where pair is "", and is to
	// return the context of what is sent in it, and what to call at its end; nil
	// is nobody.
	Phase func(ctx context.Context, phase Phase, pair string) (context.Context, func())
	// Counted is told how far the listing of all repositories has come, and nothing
	// for each of its files; nil is nobody.
	Counted func(Count)
	// Approve is shown what would be done of each pair before anything of it is. It
	// takes out what must not be (plan.Plan.Withhold), and returns what the report
	// lists and counts. A run with it is an apply; nil approves of all.
	Approve func(Proposal) *plan.Plan
	// Saved names the saved plan of an apply, for the report.
	Saved *report.Plan
	// Foreseen is told of each pair what an audit found that a sync would do; nil
	// is nobody.
	Foreseen func(p Proposal, planned []*plan.Relation)
	// Indexes keeps runs that go on beside each other from writing one referrers
	// index at the same time; nil is for a run that is alone.
	Indexes *Indexes
	// Progress is told how many of a pair's attachments have been dealt with; nil is nobody.
	Progress func(pair string, done, total int)
	Now      func() time.Time
	Log      logrus.FieldLogger
}

// Mode is what a run with these options is for.
func (o *Options) Mode() report.Mode {
	switch {
	case o.Approve != nil:
		return report.ModeApply
	case o.Writers == nil && o.Pushers == nil:
		return report.ModeAudit
	default:
		return report.ModeSync
	}
}

// Pair is one source and one target repository.
type Pair struct {
	Name           string
	Source, Target End
	// Include and Exclude are globs over image paths at the target.
	Include, Exclude []string
	// Only are the image paths at the target that the run looks at, of those; nil
	// is all of them.
	Only       map[string]bool
	Families   []cosign.Family
	Match      plan.Match
	Transport  Transport
	Search     plan.Search
	Difference plan.Difference
	// Lonely is as in plan.Options.
	Lonely bool
	Verify Verify
}

// Verify says what an attachment has to pass before it is written.
type Verify struct {
	// Binding reads each attachment first: it must name its subject. What
	// passes through sigsync must in any case.
	Binding bool
	// Keys verify its signatures; none verify none.
	Keys verify.Keyring
	// KeepUnverified writes what Keys do not verify all the same.
	KeepUnverified bool
}

// End is one end of a pair: a server's name and a repository key.
type End struct {
	Server, Repository string
}

// Transport is how attachments get from source to target.
type Transport string

// The transports.
const (
	// TransportAuto is Copy Item, and promotion where the server's edition
	// refuses Copy Item.
	TransportAuto Transport = "auto"
	// TransportCopy is Copy Item, file by file.
	TransportCopy Transport = "copy"
	// TransportPromote is docker promotion of the attachment's tag.
	TransportPromote Transport = "promote"
	// TransportRegistry is the distribution API. Whatever the transport, it is
	// how referrers, updates and merges go, and all between two servers.
	TransportRegistry Transport = "registry"
)
