package reconcile

import (
	"context"
	"errors"
	"fmt"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/verify"
)

// reads tells whether the content of each tag attachment that is to be written
// is looked into.
func (r *run) reads(p *checked) bool {
	return p.Verify.Binding || len(p.Verify.Keys) > 0 || r.passing(p)
}

// verdict asks the keys of an attachment that is for a subject and of a family.
// from is where its layers are. What a keyring says is not kept: the next run
// may have another.
func (r *run) verdict(ctx context.Context, p *checked, of cosign.Tag, from origin, manifest []byte) (plan.Inspection, error) {
	if len(p.Verify.Keys) == 0 {
		return plan.Inspection{}, nil
	}
	m, err := parts(manifest)
	if err != nil {
		return plan.Inspection{}, err
	}
	by, err := p.Verify.Keys.Attachment(of.Subject, of.Family, m, func(d oci.Descriptor) ([]byte, error) { return r.blob(ctx, from, d) })
	switch {
	case err == nil:
		return plan.Inspection{VerifiedBy: by}, nil
	case !errors.Is(err, verify.ErrUnverified):
		return plan.Inspection{}, err
	case p.Verify.KeepUnverified:
		return plan.Inspection{VerifiedBy: by, Note: "kept although " + err.Error()}, nil
	default:
		return plan.Inspection{VerifiedBy: by, Suspect: err.Error()}, nil
	}
}

// inspection looks into the layers of an attachment that has a tag.
func (r *run) inspection(ctx context.Context, p *checked, ref plan.ManifestRef, content plan.Content) plan.Inspection {
	from := r.really(p.origin(ref), ref.Digest)
	suspect, err := r.misbound(ctx, ref.Tag, from, content.Raw)
	if suspect != "" {
		return plan.Inspection{Suspect: suspect}
	}
	var found plan.Inspection
	if err == nil {
		found, err = r.verdict(ctx, p, ref.Tag, from, content.Raw)
	}
	if err != nil {
		found.Problem = fmt.Sprintf("the content at the %s could not be read: %s", ref.Side, reason(err))
	}
	return found
}

// misbound says why an attachment is not its subject's; "" where it is.
func (r *run) misbound(ctx context.Context, tag cosign.Tag, from origin, manifest []byte) (string, error) {
	m, err := parts(manifest)
	if err != nil || tag.Family == cosign.SBOM { // which may be large, and names nobody
		return "", err
	}
	for _, layer := range m.Layers {
		blob, err := r.blob(ctx, from, layer)
		if err != nil {
			return "", err
		}
		if err := tag.Bound(blob); err != nil {
			return suspicion(err), nil
		}
	}
	return "", nil
}
