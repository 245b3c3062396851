package reconcile

import (
	"context"
	"errors"

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

// verdict is what a pair's keys say of an attachment.
type verdict struct {
	by []string
	// suspect says why it must stay behind; note what is said of it although it need not.
	suspect, note string
}

// verdict asks the keys of an attachment that is for a subject and of a family.
// from is where its layers are.
func (r *run) verdict(ctx context.Context, p *checked, of cosign.Tag, from origin, manifest []byte) (verdict, error) {
	m, err := oci.ParseManifest(manifest)
	if err != nil {
		return verdict{}, err
	}
	by, err := p.Verify.Keys.Attachment(of.Subject, of.Family, m, func(d oci.Descriptor) ([]byte, error) { return r.blob(ctx, from, d) })
	switch {
	case err == nil:
		return verdict{by: by}, nil
	case !errors.Is(err, verify.ErrUnverified):
		return verdict{}, err
	case p.Verify.KeepUnverified:
		return verdict{by: by, note: "kept although " + err.Error()}, nil
	default:
		return verdict{by: by, suspect: err.Error()}, nil
	}
}

// inspect looks into the layers of an attachment that has a tag, and returns
// its content with what is to be said of it.
func (r *run) inspect(ctx context.Context, p *checked, ref plan.ManifestRef, from origin, content plan.Content) (plan.Content, error) {
	m, err := oci.ParseManifest(content.Raw)
	if err != nil {
		return content, err
	}
	for _, layer := range m.Layers {
		if ref.Tag.Family == cosign.SBOM {
			break // it may be large, and names nobody
		}
		blob, err := r.blob(ctx, from, layer)
		if err != nil {
			return content, err
		}
		if err := ref.Tag.Bound(blob); err != nil {
			content.Suspect = suspicion(err)
			return content, nil
		}
	}
	if len(p.Verify.Keys) == 0 {
		return content, nil
	}
	v, err := r.verdict(ctx, p, ref.Tag, from, content.Raw)
	content.VerifiedBy, content.Suspect, content.Note = v.by, v.suspect, v.note
	return content, err
}
