package reconcile

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
)

// referrers finds out whose referrers are where; nil where nobody asked for it.
func (r *run) referrers(ctx context.Context, p *checked, o plan.Options) *plan.Referrers {
	if o.Search == plan.SearchNever || r.Registries[p.source.Server] == nil {
		return nil
	}
	all := &plan.Referrers{BySubject: map[plan.Place][]plan.Referrer{}, Read: map[plan.Place]bool{}, Asked: map[plan.Place]bool{}}
	var mu sync.Mutex
	workers := newTeam(r.Copy)
	for _, q := range plan.Inquiries(r.inventories[p.source], r.inventories[p.target], o) {
		workers.Go(func() {
			i := newInquiry(r, p, q)
			i.answer(ctx)
			mu.Lock()
			defer mu.Unlock()
			i.report(all)
		})
	}
	workers.Wait()
	slices.SortFunc(all.Open, func(a, b plan.Open) int {
		return cmp.Or(cmp.Compare(a.Image, b.Image), a.Subject.Compare(b.Subject), cmp.Compare(a.Reason, b.Reason))
	})
	return all
}

// inquiry finds out about the referrers of one image.
type inquiry struct {
	*run
	pair     *checked
	q        plan.Inquiry
	subjects map[oci.Digest]bool

	mu    sync.Mutex
	found map[oci.Digest]map[oci.Digest]plan.Referrer // by subject and digest
	read  map[oci.Digest]bool                         // the target's manifests of which it is known what they are
	asked map[oci.Digest]bool                         // subjects that both sides were asked for
	open  []plan.Open
}

func newInquiry(r *run, p *checked, q plan.Inquiry) *inquiry {
	i := &inquiry{
		run: r, pair: p, q: q, subjects: map[oci.Digest]bool{},
		found: map[oci.Digest]map[oci.Digest]plan.Referrer{}, read: map[oci.Digest]bool{}, asked: map[oci.Digest]bool{},
	}
	for _, d := range q.Subjects {
		i.subjects[d] = true
	}
	return i
}

// answer asks what the inquiry needs, in the cheapest way.
func (i *inquiry) answer(ctx context.Context) {
	defer i.verify(ctx)
	switch {
	case i.q.Exhaustive:
		i.candidates(ctx, slices.DeleteFunc(slices.Clone(i.q.Candidates), func(c plan.Candidate) bool { return !c.Artifact }))
		i.everySubject(ctx, true)
		return
	case i.dear():
		i.candidates(ctx, slices.DeleteFunc(slices.Clone(i.q.Candidates), func(c plan.Candidate) bool { return !i.free(c) }))
		i.everySubject(ctx, false)
	default:
		i.candidates(ctx, i.q.Candidates)
	}
	i.unlisted(ctx)
	if i.doubt() {
		i.doubtful(ctx)
		i.relied(ctx)
	}
}

// free tells whether reading a candidate takes no request.
func (i *inquiry) free(c plan.Candidate) bool {
	_, known := i.recall(c.Digest)
	return known
}

// dear tells whether reading the candidates would take more requests than
// asking for every subject, which takes one more for each referrer that this
// shows. What an audit supposes to be copied, no server lists.
func (i *inquiry) dear() bool {
	unread := 0
	for _, c := range i.q.Candidates {
		if _, supposed := i.origins[c.Digest]; supposed {
			return false
		}
		if !i.free(c) {
			unread++
		}
	}
	return unread > (1+usual)*len(i.q.Subjects)*len(i.q.Sources)
}

// usual is how many referrers a signed subject has: a signature and an attestation.
const usual = 2

// candidates reads manifests of the source that the target does not have. A
// referrer may hang on another one, and matters only where its subject does.
func (i *inquiry) candidates(ctx context.Context, candidates []plan.Candidate) {
	readings := make([]reading, len(candidates))
	i.each(len(candidates), func(n int) {
		c := candidates[n]
		found, err := i.look(ctx, byDigest(i.pair.source, c.Image, c.Digest), c.Digest)
		if err != nil {
			i.leave(oci.Digest{}, "manifest "+c.Digest.Short()+" at the source, which may be a referrer, could not be read: "+reason(err))
		}
		readings[n] = found
	})
	offered := map[plan.Candidate]bool{}
	for progress := true; progress; {
		progress = false
		for n, c := range candidates {
			subject := readings[n].Subject
			if offered[c] || subject.IsZero() || !i.subjects[subject] || i.has(subject, c.Digest) {
				continue
			}
			i.offered(ctx, c.Image, c.Digest, subject)
			offered[c], progress, i.subjects[c.Digest] = true, true, true
		}
	}
}

// offered takes in a referrer that the source has.
func (i *inquiry) offered(ctx context.Context, image string, digest, subject oci.Digest) {
	found, err := i.judge(ctx, byDigest(i.pair.source, image, digest), digest)
	if err == nil && found.Subject != subject || errors.Is(err, oci.ErrNotFound) {
		return // it is listed, and is another's or gone: lists are not to be trusted
	}
	made := i.referrer(found, digest)
	made.SourceImage = image
	made.AtTarget = i.inventories[i.pair.target].HasManifest(i.q.Image, digest)
	made.Listed = made.AtTarget // as far as it was asked
	if err != nil {
		made.Problem = reasonReferrer + reason(err)
	}
	i.put(subject, made)
}

const reasonReferrer = "the referrer at the source could not be read: "

// verify has the pair's keys say what they think of each referrer that would be
// written.
func (i *inquiry) verify(ctx context.Context) {
	if len(i.pair.Verify.Keys) == 0 {
		return
	}
	for subject, byDigest := range i.found {
		for digest, r := range byDigest {
			if r.SourceImage != "" && r.Suspect == "" && r.Problem == "" && !r.Whole() {
				byDigest[digest] = i.verified(ctx, subject, r)
			}
		}
	}
}

func (i *inquiry) verified(ctx context.Context, subject oci.Digest, r plan.Referrer) plan.Referrer {
	from := byDigest(i.pair.source, r.SourceImage, r.Digest)
	raw, err := i.manifest(ctx, from, r.Digest)
	var found plan.Inspection
	if err == nil {
		found, err = i.verdict(ctx, i.pair, cosign.Tag{Subject: subject, Family: r.Family}, i.really(from, r.Digest), raw)
	}
	r.VerifiedBy, r.Suspect, r.Note = found.VerifiedBy, found.Suspect, found.Note
	if err != nil {
		r.Problem = reasonReferrer + reason(err)
	}
	return r
}

func (i *inquiry) referrer(found reading, digest oci.Digest) plan.Referrer {
	return plan.Referrer{
		Digest: digest, Family: found.Family, Bundle: found.Bundle, ArtifactType: found.ArtifactType,
		Blobs: found.Blobs, Suspect: found.Suspect,
	}
}

// each calls f with 0 to n-1, some at a time.
func (i *inquiry) each(n int, f func(int)) {
	workers := newTeam(i.Copy)
	for k := range n {
		workers.Go(func() { f(k) })
	}
	workers.Wait()
}

func (i *inquiry) put(subject oci.Digest, r plan.Referrer) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.found[subject] == nil {
		i.found[subject] = map[oci.Digest]plan.Referrer{}
	}
	i.found[subject][r.Digest] = r
}

func (i *inquiry) has(subject, digest oci.Digest) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	_, ok := i.found[subject][digest]
	return ok
}

func (i *inquiry) leave(subject oci.Digest, why string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.open = append(i.open, plan.Open{Image: i.q.Image, Subject: subject, Reason: why})
}

// report adds what was found out.
func (i *inquiry) report(to *plan.Referrers) {
	for subject, byDigest := range i.found {
		at := plan.Place{Image: i.q.Image, Digest: subject}
		for _, r := range byDigest {
			to.BySubject[at] = append(to.BySubject[at], r)
		}
		slices.SortFunc(to.BySubject[at], func(a, b plan.Referrer) int { return a.Digest.Compare(b.Digest) })
	}
	for d := range i.read {
		to.Read[plan.Place{Image: i.q.Image, Digest: d}] = true
	}
	for d := range i.asked {
		to.Asked[plan.Place{Image: i.q.Image, Digest: d}] = true
	}
	to.Open = append(to.Open, i.open...)
}
