package plan

import (
	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

const (
	reasonSignatureWithheld = "waits for the signature of this subject, which is left out"
	reasonSubjectWithheld   = "waits for the attachment that it belongs to, which is left out"
)

// Withhold takes out of the plan the actions that why gives a reason for, and
// those that must wait for them. Their relations are held, for that reason.
func (p *Plan) Withhold(why func(*Action) string) {
	held := map[*Action]string{}
	var left []Group
	for _, g := range p.Groups {
		g.Actions = withhold(g.Actions, why, held)
		if len(g.Actions) > 0 {
			left = append(left, g)
		}
	}
	p.Groups = left
	for _, r := range p.Relations {
		if reason, ok := held[r.Action]; ok {
			r.Action, r.Held = nil, reason
		}
	}
}

// withhold returns the actions of one group that are not held, and notes why the
// others are. What depends on an action comes after it.
func withhold(actions []*Action, why func(*Action) string, held map[*Action]string) []*Action {
	var left []*Action
	unsigned, absent := map[oci.Digest]bool{}, map[oci.Digest]bool{}
	for _, a := range actions {
		reason := why(a)
		switch {
		case reason != "":
		case unsigned[a.Tag.Subject] && a.Tag.Family != cosign.Signature:
			reason = reasonSignatureWithheld
		case absent[a.Tag.Subject]:
			reason = reasonSubjectWithheld
		default:
			left = append(left, a)
			continue
		}
		held[a], absent[a.Manifest] = reason, true
		// What would replace a signature leaves one that can be verified.
		if a.Tag.Family == cosign.Signature && !a.Overwrites() {
			unsigned[a.Tag.Subject] = true
		}
	}
	return left
}
