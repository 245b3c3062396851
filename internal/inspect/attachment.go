package inspect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/sigsync/sigsync/internal/claim"
	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/verify"
)

// attachments are those of a subject, sorted by family, and how many were left
// out. problem is told what could not be found out.
func (b *branch) attachments(ctx context.Context, problem *string, subject oci.Digest, depth int) ([]Attachment, int) {
	all := []Attachment{}
	if depth > intake.Chain {
		*problem = cmp.Or(*problem, "more is attached to one another than anybody follows")
		return all, 0
	}
	for _, a := range b.place.Inventory.AttachedTags(b.image, subject) {
		all = append(all, b.tagged(ctx, a.Tag, a.Digest))
	}
	referrers, err := b.referrers(ctx, subject)
	if err != nil {
		*problem = cmp.Or(*problem, "its referrers: "+reason(err))
	}
	more := max(0, len(referrers)-intake.InspectedReferrers)
	for _, r := range referrers[:len(referrers)-more] {
		if a, ok := b.referrer(ctx, subject, r); ok {
			all = append(all, a)
		}
	}
	for i := range all {
		if a := &all[i]; !a.Digest.IsZero() && !a.Absent && a.Digest != subject {
			a.Attachments, a.MoreAttachments = b.attachments(ctx, &a.Problem, a.Digest, depth+1)
			a.Verify = b.commands(a.Digest, a.Attachments)
		}
	}
	slices.SortStableFunc(all, func(x, y Attachment) int {
		return cmp.Or(cmp.Compare(x.Family, y.Family), -cmp.Compare(x.Tag, y.Tag), x.Digest.Compare(y.Digest))
	})
	return all, more
}

// tagged reads an attachment of cosign's tag scheme.
func (b *branch) tagged(ctx context.Context, tag cosign.Tag, digest oci.Digest) Attachment {
	a := Attachment{Family: tag.Family, Tag: tag.String(), Digest: digest}
	if digest.IsZero() {
		return a
	}
	raw, err := b.read(ctx, b.place, b.at(a.Tag), digest)
	if err != nil {
		a.Problem = reason(err)
		return a
	}
	m, err := oci.ParseManifest(raw)
	if err != nil {
		a.Problem = err.Error()
		return a
	}
	b.content(ctx, &a, m, tag.Subject, tag.Bound)
	return a
}

// listed is a referrer as a place lists it.
type listed struct {
	digest oci.Digest
	ways   []Discovery
}

// referrer reads a manifest that is listed for a subject, and tells whether it is
// the subject's: lists are not to be trusted.
func (b *branch) referrer(ctx context.Context, subject oci.Digest, l listed) (Attachment, bool) {
	a := Attachment{Family: cosign.Other, Digest: l.digest, Listed: l.ways}
	_, there, err := b.holding(ctx, l.digest)
	if err != nil {
		a.Problem = reason(err)
		return a, true
	}
	if a.Absent = !there; a.Absent {
		return a, true
	}
	raw, err := b.looker.manifest(ctx, b.place, b.image, l.digest)
	if errors.Is(err, oci.ErrNotFound) {
		a.Absent = true
		return a, true
	}
	var m oci.Manifest
	if err == nil {
		m, err = oci.ParseManifest(raw)
	}
	if err != nil {
		a.Problem = reason(err)
		return a, true
	}
	if m.Subject == nil || m.Subject.Digest != subject {
		return a, false
	}
	format := cosign.FormatOf(m)
	a.bundle, a.artifact = format == cosign.Bundle, format == cosign.Artifact
	a.Family, a.ArtifactType = format.Family(m), m.Type()
	if a.bundle {
		a.Family = cosign.Signature // until its content is read
	}
	b.content(ctx, &a, m, subject, func(content []byte) error {
		// A bundle's content alone tells an attestation from a signature.
		if statement, err := cosign.ReadBundle(content); a.bundle && err == nil && statement.Family() == cosign.Attestation {
			a.Family = cosign.Attestation
		}
		return nil
	})
	return a, true
}

// content reads the layers that sign something. bound is asked about each.
func (b *branch) content(ctx context.Context, a *Attachment, m oci.Manifest, subject oci.Digest, bound func([]byte) error) {
	layers := m.Layers
	for _, d := range layers {
		if !slices.Contains(a.MediaTypes, d.MediaType) && len(a.MediaTypes) < intake.Messages {
			a.MediaTypes = append(a.MediaTypes, d.MediaType)
		}
	}
	if more := len(layers) - intake.InspectedLayers; more > 0 {
		a.MoreClaims, layers = more, layers[:intake.InspectedLayers]
	}
	read := map[oci.Digest][]byte{}
	for _, d := range layers {
		if a.Family == cosign.SBOM || !cosign.Binds(d.MediaType) && a.Tag == "" {
			continue // it has no place for a subject, and may be large
		}
		content, ok := b.layer(ctx, a, d, read)
		if !ok {
			continue
		}
		if err := errors.Join(bound(content), cosign.Bound(d.MediaType, content, subject)); err != nil && a.Suspect == "" {
			a.Suspect = one(err).Error()
		}
		said, ok := claim.Of(d, content)
		if a.Tag != "" {
			said, ok = claim.OfTag(a.Family, d, content)
		}
		if ok {
			a.Claims = append(a.Claims, said)
		}
	}
	b.check(a, m, subject, read)
}

// layer reads a layer, unless it was: two signers sign one payload. It notes why
// there is none.
func (b *branch) layer(ctx context.Context, a *Attachment, d oci.Descriptor, read map[oci.Digest][]byte) ([]byte, bool) {
	if content, ok := read[d.Digest]; ok {
		return content, true
	}
	content, err := b.blob(ctx, d)
	switch {
	case errors.Is(err, oci.ErrNotFound) && !slices.Contains(a.Lacks, d.Digest):
		a.Lacks = append(a.Lacks, d.Digest)
	case errors.Is(err, oci.ErrNotFound):
	case err != nil:
		a.Problem = cmp.Or(a.Problem, "blob "+d.Digest.Short()+": "+reason(err))
	default:
		read[d.Digest] = content
	}
	return content, err == nil
}

// one is the first of joined errors: they say the same.
func one(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()[0]
	}
	return err
}

// check asks the keys of the pairs. It is not asked where not all was read.
func (b *branch) check(a *Attachment, m oci.Manifest, subject oci.Digest, read map[oci.Digest][]byte) {
	for _, p := range b.keys {
		if a.Problem != "" || a.MoreClaims > 0 || a.Family != cosign.Signature && a.Family != cosign.Attestation {
			return
		}
		by, err := p.Keys.Attachment(subject, a.Family, m, func(d oci.Descriptor) ([]byte, error) {
			if content, ok := read[d.Digest]; ok {
				return content, nil
			}
			return nil, fmt.Errorf("blob %s is not there", d.Digest.Short())
		})
		c := Check{Pair: p.Name, VerifiedBy: by}
		if err != nil {
			c.Unverified = err.Error()
			if !errors.Is(err, verify.ErrUnverified) {
				c.Unverified = "could not be told: " + err.Error()
			}
		}
		if by == nil {
			c.VerifiedBy = []string{}
		}
		a.Checks = append(a.Checks, c)
	}
}

// blob reads a layer.
func (b *branch) blob(ctx context.Context, d oci.Descriptor) ([]byte, error) {
	tooMuch := intake.TooMuchError{What: "it", Of: "bytes", Most: intake.LayerBytes}
	if d.Size > intake.LayerBytes {
		return nil, tooMuch
	}
	stream, err := b.place.Registry.Blob(ctx, b.in(), d)
	if err != nil {
		return nil, err
	}
	defer func() { _ = stream.Close() }()
	content, err := io.ReadAll(io.LimitReader(stream, intake.LayerBytes+1))
	switch {
	case err != nil:
		return nil, err
	case len(content) > intake.LayerBytes:
		return nil, tooMuch
	case oci.FromBytes(content) != d.Digest:
		return nil, errors.New("it holds other content")
	}
	return content, nil
}
