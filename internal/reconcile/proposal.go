package reconcile

import (
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// Proposal is what would be done of a pair.
type Proposal struct {
	// Pair is its name.
	Pair string
	Plan *plan.Plan
	// Target is what the target holds.
	Target *plan.Inventory
	// Way tells how an action would go: by TransportCopy, which is promotion where
	// the pair leaves it open and the server's edition refuses Copy Item, by
	// TransportPromote or by TransportRegistry.
	Way func(a *plan.Action) Transport
}

func (r *run) proposal(p *checked, computed *plan.Plan) Proposal {
	return Proposal{
		Pair: p.Name, Plan: computed, Target: r.inventories[p.target],
		Way: func(a *plan.Action) Transport { return r.way(p, a) },
	}
}

// way is how an action goes.
func (r *run) way(p *checked, a *plan.Action) Transport {
	switch {
	case r.byRegistry(p, a):
		return TransportRegistry
	case p.Transport == TransportPromote:
		return TransportPromote
	default:
		return TransportCopy
	}
}

// approved has what must not be done taken out of a plan, and returns what the
// report is to tell.
func (r *run) approved(p *checked, computed *plan.Plan) *plan.Plan {
	if r.Approve == nil {
		return computed
	}
	return r.Approve(r.proposal(p, computed))
}

// foretell tells what of a plan an audit says that a sync would do.
func (r *run) foretell(p *checked, computed *plan.Plan, done outcomes) {
	if r.Foreseen == nil {
		return
	}
	var planned []*plan.Relation
	for _, relation := range computed.Relations {
		if relation.Action != nil && done[relation.Action].outcome == report.Planned {
			planned = append(planned, relation)
		}
	}
	r.Foreseen(r.proposal(p, computed), planned)
}
