package reconcile

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/repository"
)

// capabilities remember, for one run, which images were found to have the
// Referrers API and which to have none. It is never deduced from anything else.
type capabilities struct {
	mu   sync.Mutex
	have map[capability]bool
}

type capability struct {
	End
	image string
}

func (c *capabilities) of(e End, image string) (has, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	has, known = c.have[capability{e, image}]
	return has, known
}

func (c *capabilities) note(e End, image string, has bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.have == nil {
		c.have = map[capability]bool{}
	}
	c.have[capability{e, image}] = has
}

// somewhere tells whether any image of the end was found to have the API.
func (c *capabilities) somewhere(e End) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for at, has := range c.have {
		if at.End == e && has {
			return true
		}
	}
	return false
}

// listed asks the Referrers API, unless the image is known to have none.
func (r *run) listed(ctx context.Context, e End, image string, subject oci.Digest) (list []oci.Digest, supported bool, err error) {
	if has, known := r.capabilities.of(e, image); known && !has {
		return nil, false, nil
	}
	entries, supported, err := r.Registries[e.Server].Referrers(ctx, repository.Image{Repository: e.Repository, Path: image}, subject)
	if err != nil {
		return nil, false, err
	}
	r.capabilities.note(e, image, supported)
	for _, entry := range entries {
		list = append(list, entry.Digest)
	}
	return list, supported, nil
}

// discover returns what an end lists as referrers of a subject: through the
// Referrers API and in a referrers index. An index that lingers beside the API
// may name what a source has, and shows nothing to those who verify at a target.
// What this run entered, or an audit supposes to be entered, counts. What is
// listed is a claim: only the manifests tell.
func (r *run) discover(ctx context.Context, e End, side plan.Side, image string, subject oci.Digest) ([]oci.Digest, error) {
	list, supported, err := r.listed(ctx, e, image, subject)
	if err != nil {
		return nil, fmt.Errorf("list the referrers of %s: %w", subject.Short(), err)
	}
	list = append(list, r.entered[entry{e, image, subject}]...)
	if supported && side == plan.Target || !r.inventories[e].HasFallback(image, subject) {
		return list, nil
	}
	index, err := r.index(ctx, e, image, subject)
	if err != nil {
		return nil, err
	}
	for _, entry := range index.Referrers() {
		list = append(list, entry.Digest)
	}
	return list, nil
}

// entry is where a referrer is entered.
type entry struct {
	End
	image   string
	subject oci.Digest
}

// index reads the referrers index of a subject. What is under its tag and is
// none lists nothing: some tools tag an image with its own digest.
func (r *run) index(ctx context.Context, e End, image string, subject oci.Digest) (*cosign.Index, error) {
	at := repository.Image{Repository: e.Repository, Path: image}.In(cosign.FallbackTag(subject))
	raw, err := r.Registries[e.Server].Manifest(ctx, at)
	switch {
	case errors.Is(err, oci.ErrNotFound):
		return cosign.NewIndex(), nil
	case err != nil:
		return nil, fmt.Errorf("read the referrers index of %s: %w", subject.Short(), err)
	}
	index, err := cosign.ReadIndex(raw, subject)
	if errors.Is(err, cosign.ErrNoReferrersIndex) {
		return cosign.NewIndex(), nil
	}
	return index, err
}
