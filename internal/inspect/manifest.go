package inspect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/repository"
)

// branch is an image of a place on the way of being looked at.
type branch struct {
	*looker
	place     *Place
	image     string
	keys      []PairOptions
	discovery Discovery
}

// child is what an index tells of a manifest that it lists.
type child struct {
	digest         oci.Digest
	platform, kind string
}

// manifest tells of a manifest and what hangs on it, and whether there is any of it.
func (b *branch) manifest(ctx context.Context, digest oci.Digest, as child, depth int) (Manifest, bool) {
	m := Manifest{
		Image: b.image, Digest: digest, Tags: []string{}, Platform: as.platform, Kind: as.kind, Attachments: []Attachment{},
	}
	held, there, err := b.holding(ctx, digest)
	if err != nil {
		m.Problem = reason(err)
	}
	m.Absent = !there && err == nil
	if held.Tags != nil {
		m.Tags = held.Tags
	}
	some := there || err != nil
	raw := b.manifests[digest]
	if raw == nil && there {
		if raw, err = b.looker.manifest(ctx, b.place, b.image, digest); err != nil {
			m.Problem = reason(err)
		}
	}
	children := b.children(&m, raw)
	for _, c := range children {
		if depth >= intake.Nesting || c.digest == digest {
			break
		}
		n, anything := b.manifest(ctx, c.digest, c, depth+1)
		if there || anything {
			m.Children, some = append(m.Children, n), true
		}
	}
	m.Attachments, m.MoreAttachments = b.attachments(ctx, &m.Problem, digest, 1)
	m.Verify = b.commands(digest, m.Attachments)
	return m, some || len(m.Attachments) > 0
}

// holding tells what the listing shows of a manifest. The tags of a plain registry
// do not show those without one.
func (b *branch) holding(ctx context.Context, digest oci.Digest) (plan.Holding, bool, error) {
	for _, h := range b.place.Inventory.Holdings(b.image) {
		if h.Digest == digest {
			return h, true, nil
		}
	}
	if !b.place.Inventory.TagsOnly() {
		return plan.Holding{}, false, nil
	}
	_, err := b.place.Registry.Resolve(ctx, b.at(digest.String()))
	if errors.Is(err, oci.ErrNotFound) {
		return plan.Holding{}, false, nil
	}
	return plan.Holding{}, err == nil, err
}

func (b *branch) at(reference string) repository.Tag { return b.in().In(reference) }

func (b *branch) in() repository.Image {
	return repository.Image{Repository: b.place.Holder, Path: b.image}
}

// children takes in what a manifest says of itself, and returns what it lists.
func (b *branch) children(m *Manifest, raw []byte) []child {
	if raw == nil {
		return nil
	}
	parsed, err := oci.ParseManifest(raw)
	if err != nil {
		m.Problem = err.Error()
		return nil
	}
	m.MediaType = mediaType(parsed)
	listed := listedBy(raw)
	if more := len(listed) - intake.InspectedChildren; more > 0 {
		m.MoreChildren, listed = more, listed[:intake.InspectedChildren]
	}
	return listed
}

// mediaType is the manifest's: OCI's may leave it out.
func mediaType(m oci.Manifest) string {
	switch {
	case m.MediaType != "":
		return m.MediaType
	case m.Manifests != nil:
		return v1.MediaTypeImageIndex
	default:
		return v1.MediaTypeImageManifest
	}
}

// listedBy returns what an index lists.
func listedBy(raw []byte) []child {
	var index struct {
		Manifests []struct {
			Digest   oci.Digest `json:"digest"`
			Platform struct {
				OS           string `json:"os"`
				Architecture string `json:"architecture"`
				Variant      string `json:"variant"`
			} `json:"platform"`
			Annotations struct {
				Kind string `json:"vnd.docker.reference.type"`
			} `json:"annotations"`
		} `json:"manifests"`
	}
	if json.Unmarshal(raw, &index) != nil {
		return nil // what else it is, ParseManifest said
	}
	var listed []child
	for _, m := range index.Manifests {
		p := m.Platform
		platform := strings.Trim(p.OS+"/"+p.Architecture+"/"+p.Variant, "/")
		listed = append(listed, child{m.Digest, clip(platform), clip(m.Annotations.Kind)})
	}
	return listed
}

// clip shortens what nobody writes that long.
func clip(text string) string {
	if len(text) > intake.MediaTypeBytes {
		return text[:intake.MediaTypeBytes] + "..."
	}
	return text
}

// manifest reads a manifest of an image, unless it was read already, anywhere.
func (l *looker) manifest(ctx context.Context, p *Place, image string, digest oci.Digest) ([]byte, error) {
	if raw, ok := l.manifests[digest]; ok {
		return raw, nil
	}
	return l.read(ctx, p, repository.Image{Repository: p.Holder, Path: image}.In(digest.String()), digest)
}

// read reads a manifest by a tag or its digest.
func (l *looker) read(ctx context.Context, p *Place, at repository.Tag, digest oci.Digest) ([]byte, error) {
	if raw, ok := l.manifests[digest]; ok {
		return raw, nil
	}
	raw, err := p.Registry.Manifest(ctx, at)
	if err != nil {
		return nil, err
	}
	if got := oci.FromBytes(raw); got != digest {
		return nil, fmt.Errorf("it is %s now, and was %s when it was listed", got.Short(), digest.Short())
	}
	l.manifests[digest] = raw
	return raw, nil
}

// reason is the server's own words where an error has them.
func reason(err error) string {
	var worded interface{ Reason() string }
	if errors.As(err, &worded) {
		return worded.Reason()
	}
	return err.Error()
}
