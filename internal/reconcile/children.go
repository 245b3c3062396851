package reconcile

import (
	"context"
	"fmt"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// unsignedSubjects has, by image at the target, the subjects whose signature should be
// there and is not.
type unsignedSubjects map[string]map[oci.Digest]bool

// lackingSignatures returns the subjects whose signature no action will bring.
func lackingSignatures(computed *plan.Plan) unsignedSubjects {
	u := unsignedSubjects{}
	for _, r := range computed.Relations {
		if r.Family == cosign.Signature && r.Lacking() {
			u.put(r.Image, r.Subject)
		}
	}
	return u
}

// add takes in the signatures that the groups should have brought and did not.
func (u unsignedSubjects) add(groups []plan.Group, book *ledger) {
	for _, g := range groups {
		for _, a := range g.Actions {
			if a.Tag.Family == cosign.Signature && !book.results[a].outcome.Mended() {
				u.put(a.TargetImage, a.Tag.Subject)
			}
		}
	}
}

func (u unsignedSubjects) put(image string, subject oci.Digest) {
	if u[image] == nil {
		u[image] = map[oci.Digest]bool{}
	}
	u[image][subject] = true
}

// childless says why an index must wait: who verifies an index takes its
// children for signed, too. Which manifests are its children stands in the
// index alone, so it is read, but only where a signature of that image failed.
func (r *run) childless(ctx context.Context, c *copier, g plan.Group, gone unsignedSubjects) string {
	if g.Stage == 0 || len(gone[g.Image]) == 0 {
		return ""
	}
	children, err := c.children(ctx, byDigest(c.pair.target, g.Image, g.Subject), g.Subject)
	if err != nil {
		return "waits: a signature of this image could not be copied, and whether it is a child's could not be told: " + reason(err)
	}
	for _, child := range children {
		if gone[g.Image][child] {
			return fmt.Sprintf("waits for the signature of its child %s, which could not be copied", child.Short())
		}
	}
	return ""
}

func (c *copier) children(ctx context.Context, at origin, index oci.Digest) ([]oci.Digest, error) {
	raw, err := c.manifest(ctx, at, index)
	if err != nil {
		return nil, err
	}
	m, err := oci.ParseManifest(raw)
	return m.Children(), err
}

func hold(g plan.Group, why string, book *ledger) {
	for _, a := range g.Actions {
		book.record(a, result{report.Held, why})
	}
}
