package reconcile

import "context"

// Phase is a part of a run.
type Phase string

// The phases. Preflight and scan are of all pairs; each pair has the others for
// itself, and no execute where nothing is to be done.
const (
	Preflight Phase = "preflight"
	Scan      Phase = "scan"
	Planning  Phase = "plan"
	Execution Phase = "execute"
)

// Phases returns every phase, in the order in which they come.
func Phases() []Phase { return []Phase{Preflight, Scan, Planning, Execution} }

// phase tells that a phase begins; pair is "" where it is of all pairs. What is
// sent meanwhile goes with the context that it returns.
func (r *run) phase(ctx context.Context, phase Phase, pair string) (context.Context, func()) {
	if r.Phase == nil {
		return ctx, func() {}
	}
	return r.Phase(ctx, phase, pair)
}
