package reconcile

import (
	"github.com/sigsync/sigsync/internal/plan"
)

// acrossServers tells whether nothing can be copied inside one server.
func (r *run) acrossServers(p *checked) bool {
	return p.source.Server != p.target.Server || r.Servers[p.target.Server] == nil
}

// passing tells whether the bytes of all attachments of a pair pass through
// sigsync.
func (r *run) passing(p *checked) bool {
	return p.Transport == TransportRegistry || r.acrossServers(p)
}

// byRegistry tells whether an action goes through the distribution API: Copy
// Item enters no referrer into the target's index, and cannot write what exists
// nowhere yet.
func (r *run) byRegistry(p *checked, a *plan.Action) bool {
	return a.Referrer || a.Overwrites() || r.passing(p)
}

// inside returns the actions that are carried out inside the server.
func (r *run) inside(p *checked, actions []*plan.Action) []*plan.Action {
	var found []*plan.Action
	for _, a := range actions {
		if !r.byRegistry(p, a) {
			found = append(found, a)
		}
	}
	return found
}

// reference is what an action's manifest is called in its image.
func reference(a *plan.Action) string {
	if a.Referrer {
		return a.Manifest.String()
	}
	return a.Tag.String()
}
