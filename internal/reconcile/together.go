package reconcile

import (
	"context"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// arrivals are what did not come of a group so far.
type arrivals struct {
	unsigned map[oci.Digest]bool // subjects whose signature did not come
	absent   map[oci.Digest]bool // attachments that did not come
}

func (r arrivals) note(a *plan.Action, became report.Outcome) {
	if became.Mended() {
		return
	}
	r.absent[a.Manifest] = true
	if a.Tag.Family == cosign.Signature {
		r.unsigned[a.Tag.Subject] = true
	}
}

// together returns how many of the leading actions are entered into one
// referrers index, in one write: a second write would replace the first, which
// Artifactory takes for deleting, and an index that lists a signature and an
// attestation at once never shows the one without the other. A target with the
// Referrers API enters each by itself.
func (c *copier) together(ctx context.Context, actions []*plan.Action) int {
	n := 1
	for n < len(actions) && joins(actions[0], actions[n]) {
		n++
	}
	if n == 1 {
		return n
	}
	has, known := c.capabilities.of(c.pair.target, actions[0].TargetImage)
	if !known {
		var err error
		if _, has, err = c.listed(ctx, c.pair.target, actions[0].TargetImage, actions[0].Tag.Subject); err != nil {
			return 1 // which meets the same failure, and says so
		}
	}
	if has {
		return 1
	}
	return n
}

func joins(a, b *plan.Action) bool {
	return a.Referrer && b.Referrer && a.Tag.Subject == b.Tag.Subject && a.TargetImage == b.TargetImage
}

// batch carries out actions that are entered together, and returns what became
// of each.
func (r *run) batch(ctx, work context.Context, c *copier, actions []*plan.Action, came arrivals) []result {
	results := make([]result, len(actions))
	var sent []*plan.Action
	for i, a := range actions {
		results[i] = r.action(ctx, work, a, came, c.carrier.send)
		came.note(a, results[i].outcome)
		if results[i].outcome.Mended() {
			sent = append(sent, a)
		}
	}
	if len(sent) == 0 {
		return results
	}
	err := c.carrier.fallback(work, sent)
	if err == nil {
		c.carrier.forget(sent)
		return results
	}
	for i, a := range actions {
		if results[i].outcome.Mended() {
			results[i] = result{report.Failed, reason(err)}
			r.brake.takenBack()
			came.note(a, report.Failed)
		}
	}
	return results
}
