package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/repository"
)

// errEnough ends a list of which one entry is enough.
var errEnough = errors.New("one is enough")

// examinePrefix looks at a prefix of image paths of a plain registry.
func (r *repo) examinePrefix(ctx context.Context) {
	r.info = repository.Info{Key: r.key, PackageType: "oci"}
	image, listed := r.catalog(ctx)
	r.notes.add("catalog", listed)
	r.notes.add("referrers", r.referrersBelow(ctx, image))
	if r.isTarget() {
		r.notes.add("push", unknown("not tested: a registry tells only by an upload that is begun, and that would stay behind", firstSync))
	}
}

// catalog finds an image below the prefix; "" for none.
func (r *repo) catalog(ctx context.Context) (image string, f finding) {
	err := r.Registry.Catalog(ctx, r.key, func(found string) error {
		image = found
		return errEnough
	})
	named := !slices.ContainsFunc(slices.Concat(r.sourceOf, r.targetOf), func(p Pair) bool { return len(p.Named) == 0 })
	switch {
	case errors.Is(err, errEnough):
		return image, ok("the registry lists its images, and has some here")
	case err == nil && r.isTarget():
		return "", ok("the registry lists its images, and has none here yet")
	case err == nil:
		return "", warning("the registry lists its images, and has none here",
			"look at the repository of the pair: it is a prefix of image paths")
	case named:
		return "", ok("the registry does not list its images, which images.include names: " + words(err))
	default:
		return "", failed("the registry does not list its images: "+words(err),
			"name the images in images.include, without wildcards, or have the account be shown the catalog")
	}
}

// referrersBelow asks for the referrers of the first tag of an image.
func (r *repo) referrersBelow(ctx context.Context, image string) finding {
	if image == "" {
		return unknown("there is no image to ask about", "")
	}
	in := repository.Image{Repository: r.key, Path: image}
	tag := ""
	err := r.Registry.Tags(ctx, in, func(found string) error {
		tag = found
		return errEnough
	})
	if !errors.Is(err, errEnough) {
		return unknown("there is no tag to ask about: "+words(err), "")
	}
	d, err := r.Registry.Resolve(ctx, in.In(tag))
	if err != nil || d.Digest == (oci.Digest{}) {
		return unknown(fmt.Sprintf("there is no manifest to ask about: %s", words(err)), "")
	}
	return r.referrersOf(ctx, in, d.Digest)
}
