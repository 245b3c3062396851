package reconcile

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/repository"
)

// Run does one run and returns its report. It never fails as a whole: what
// could not be done is in the report, with the exit code that says so.
func Run(ctx context.Context, o Options) *report.Report {
	r := &run{
		Options: o, pool: plan.NewPool(), inventories: map[End]*plan.Inventory{},
		origins: map[oci.Digest]origin{}, known: newKnown(), entered: map[entry][]oci.Digest{},
		sources: map[End]*plainSource{}, promoting: map[string]*atomic.Bool{},
	}
	r.brake = &brake{limit: o.Limit, limits: o.Limits, reached: r.halt}
	rep := &report.Report{
		Schema: report.Schema, Totals: report.NewTotals(), Pairs: []report.Pair{},
		Run: report.Run{
			ID: o.ID, Mode: r.Mode(), Version: o.Version, Started: o.Now().UTC(), FailOn: o.FailOn, Images: o.Images,
			Plan: o.Saved, Shard: shardOf(o.Shard),
		},
	}
	pairs := r.preflight(ctx)
	r.divide(pairs)
	r.scan(ctx, pairs)
	r.noteStrays(pairs)
	for i, p := range pairs {
		result := r.pair(ctx, p, pairs[i+1:])
		rep.Totals.Add(result.Totals)
		rep.Pairs = append(rep.Pairs, result)
	}
	rep.Run.Stopped = r.stopped(ctx)
	rep.Run.Interrupted = rep.Run.Stopped != nil && rep.Run.Stopped.By == report.BySignal
	rep.Requests = o.Requests()
	rep.Run.Finished = o.Now().UTC()
	rep.Run.ExitCode = rep.ExitCode()
	return rep
}

// run is the state of one Run.
type run struct {
	Options
	pool        *plan.Pool // of all inventories
	inventories map[End]*plan.Inventory
	brake       *brake
	// origins are where the manifests are that an audit supposes to be copied:
	// a later pair may have to read them.
	origins      map[oci.Digest]origin
	known        *known
	capabilities capabilities
	sources      map[End]*plainSource
	// entered are the referrers that this run entered at targets, or would.
	entered map[entry][]oci.Digest
	// promoting tells of a server that its edition refused Copy Item once.
	promoting map[string]*atomic.Bool
}

// edition tells what is known of a server's edition; pairs come one after the other.
func (r *run) edition(server string) *atomic.Bool {
	if r.promoting[server] == nil {
		r.promoting[server] = &atomic.Bool{}
	}
	return r.promoting[server]
}

// audits tells whether the run writes nothing.
func (r *run) audits() bool { return r.Writers == nil && r.Pushers == nil }

// halt says that limits keep copies from beginning. An audit begins none.
func (r *run) halt(s report.Stop) {
	if !r.audits() {
		r.Log.Warn("no more copies begin: " + s.Reason)
	}
}

// stopped says what kept the run from beginning all that it had to do.
func (r *run) stopped(ctx context.Context) *report.Stop {
	if stop := end(ctx); stop != nil || r.audits() {
		return stop
	}
	return r.brake.stopped()
}

// pair compares and mends one pair; later are those still to come.
func (r *run) pair(ctx context.Context, p *checked, later []*checked) report.Pair {
	result := report.Pair{
		Name:   p.Name,
		Source: ended(p.Pair.Source, p.source), Target: ended(p.Pair.Target, p.target),
		Totals: report.NewTotals(), Findings: []report.Finding{},
	}
	log, began := r.Log.WithField("pair", p.Name), r.Now()
	if p.part.whole {
		result.Shard = &p.part.owner
	}
	if r.elsewhere(p) && p.err == nil {
		log.WithField("shard", p.part.owner).Info("another shard does all of this pair")
		return result
	}
	if why := over(ctx); p.err == nil && why != "" {
		p.err = errors.New("its turn did not come: " + why)
	}
	if p.err != nil {
		log.WithError(p.err).Error("pair cannot be done")
		result.Error = p.err.Error()
		return result
	}
	computed, err := r.plan(ctx, p)
	if err != nil {
		log.WithError(err).Error("pair cannot be done")
		result.Error = err.Error()
		return result
	}
	told := r.approved(p, computed)
	if err := r.guard(ctx, p, computed, log); err != nil {
		log.WithError(err).Error("pair is refused")
		result.Error = err.Error()
		return result
	}
	if computed.Subjects == 0 && !r.Guessed && r.Shard.Whole() {
		log.Warn("no image at the target is selected: nothing was compared")
	}
	done := r.execute(ctx, p, computed)
	r.foretell(p, computed, done)
	r.advance(p, computed, done, later)
	fill(&result, told, done)
	log.WithFields(map[string]any{
		"subjects": result.Totals.Subjects, "missing": result.Totals.States[plan.Missing],
		"copied": result.Totals.Outcomes[report.Copied], "failed": result.Totals.Outcomes[report.Failed],
		"elapsed": r.Now().Sub(began).String(),
	}).Info("pair done")
	return result
}

// ended is an end of a pair as the report has it; holder is where its files are.
func ended(e, holder End) report.End {
	r := report.End{Server: e.Server, Repository: e.Repository}
	if holder.Repository != e.Repository {
		r.Holder = holder.Repository
	}
	return r
}

// advance lets later pairs find at their end what this pair brought there, or
// would bring, and forgets what none of them looks at.
func (r *run) advance(p *checked, computed *plan.Plan, done outcomes, later []*checked) {
	if !concerns(later, p.source) {
		delete(r.inventories, p.source)
	}
	if !concerns(later, p.target) {
		delete(r.inventories, p.target)
		return
	}
	var applied []*plan.Action
	for _, g := range computed.Groups {
		for _, a := range g.Actions {
			became := done[a].outcome
			if became == report.Planned {
				r.originate(p, a)
			}
			if became.Mended() || became == report.Planned {
				applied = append(applied, a)
				r.enter(p, a)
			}
		}
	}
	r.inventories[p.target] = r.inventories[p.target].Apply(applied)
}

// enter notes that the target lists a referrer now.
func (r *run) enter(p *checked, a *plan.Action) {
	if a.Referrer {
		at := entry{p.target, a.TargetImage, a.Tag.Subject}
		r.entered[at] = append(r.entered[at], a.Manifest)
	}
}

// originate notes where the manifest of a planned action is to be read.
func (r *run) originate(p *checked, a *plan.Action) {
	if _, known := r.origins[a.Manifest]; !known && a.Brings() {
		from := repository.Image{Repository: p.source.Repository, Path: a.SourceImage}
		there := repository.Image{Repository: p.target.Repository, Path: a.TargetImage}
		r.origins[a.Manifest] = origin{
			server: p.source.Server, at: from.In(reference(a)), raw: a.Union,
			target: &origin{server: p.target.Server, at: there.In(reference(a))},
		}
	}
}

func concerns(pairs []*checked, end End) bool {
	return slices.ContainsFunc(pairs, func(p *checked) bool { return p.err == nil && (p.source == end || p.target == end) })
}
