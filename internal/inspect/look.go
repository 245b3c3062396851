// Package inspect tells of one image where it is, what is attached to it in each
// repository, who claims to have signed it, and what a run would do. It reads
// only, and costs requests in proportion to the one image.
package inspect

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/repository"
	"github.com/sigsync/sigsync/internal/verify"
)

// Registry is what is read of a server, through the distribution API.
type Registry interface {
	// Resolve returns what a tag or a digest names; the error wraps
	// oci.ErrNotFound where there is none.
	Resolve(ctx context.Context, at repository.Tag) (oci.Descriptor, error)
	// Manifest returns the bytes of what a tag or a digest names; the error wraps
	// oci.ErrNotFound where there is none.
	Manifest(ctx context.Context, at repository.Tag) ([]byte, error)
	// Blob returns the content of a blob of an image.
	Blob(ctx context.Context, in repository.Image, d oci.Descriptor) (io.ReadCloser, error)
	// Referrers returns what the Referrers API lists for a subject; supported
	// tells whether the image has that API.
	Referrers(ctx context.Context, in repository.Image, subject oci.Digest) (list []oci.Descriptor, supported bool, err error)
}

// Options say what is looked at.
type Options struct {
	Reference Reference
	// Places are the repositories as a run listed them, in the order in which they
	// are shown.
	Places []Place
	Pairs  []PairOptions
	// Report is that of an audit of this image, with all relations.
	Report  *report.Report
	FailOn  []plan.State
	Version string
}

// Place is a repository.
type Place struct {
	Server, Repository string
	// Holder is the repository that holds the files.
	Holder   string
	Address  Address
	Registry Registry
	// Inventory is nil where Err says why there is none.
	Inventory *plan.Inventory
	Err       error
}

// PairOptions are what of a pair's configuration matters to its relations.
type PairOptions struct {
	Name string
	// Selected tells whether the pair is about the image.
	Selected bool
	Keys     verify.Keyring
	Match    plan.Match
	Families []cosign.Family
	Search   plan.Search
	// Source and Target are places, by their index in Options.Places.
	Source, Target int
}

// Image looks at one image. What could not be found out is in the result.
func Image(ctx context.Context, o Options) *Result {
	r := &Result{
		Schema: Schema, Version: o.Version, FailOn: o.FailOn,
		Image: o.Reference.Image, Tag: o.Reference.Tag, Digest: o.Reference.Digest,
		Repositories: []Repository{}, Pairs: []Pair{},
	}
	l := &looker{Options: o, manifests: map[oci.Digest][]byte{}, without: map[repository.Image]bool{}}
	var roots []oci.Digest
	roots, r.More = l.roots()
	l.readRoots(ctx, roots)
	for i := range o.Places {
		r.Repositories = append(r.Repositories, l.repository(ctx, i, roots))
	}
	for i := range o.Pairs {
		r.Pairs = append(r.Pairs, l.pair(i, r))
	}
	r.Found = slices.ContainsFunc(r.Repositories, func(p Repository) bool { return len(p.Manifests)+len(p.Unreadable) > 0 })
	r.ExitCode = r.exitCode()
	return r
}

// looker is the state of one Image.
type looker struct {
	Options
	manifests map[oci.Digest][]byte     // by digest, wherever they were read
	without   map[repository.Image]bool // images that were found to have no Referrers API
}

// roots are the manifests that the reference names, in any repository, and how
// many more there are: those first that need attention.
func (l *looker) roots() ([]oci.Digest, int) {
	names := map[oci.Digest]string{}
	for i := range l.Places {
		p := &l.Places[i]
		if p.Inventory == nil {
			continue
		}
		for _, h := range p.Inventory.Holdings(l.Reference.Image) {
			if l.means(h) && (names[h.Digest] == "" || len(h.Tags) > 0 && h.Tags[0] < names[h.Digest]) {
				names[h.Digest] = strings.Join(h.Tags, ",")
			}
		}
	}
	if d := l.Reference.Digest; !d.IsZero() {
		return []oci.Digest{d}, 0
	}
	attention := l.attention()
	roots := make([]oci.Digest, 0, len(names))
	for d := range names {
		roots = append(roots, d)
	}
	slices.SortFunc(roots, func(a, b oci.Digest) int {
		if attention[a] != attention[b] {
			if attention[a] {
				return -1
			}
			return 1
		}
		if order := strings.Compare(names[a], names[b]); order != 0 {
			return order
		}
		return a.Compare(b)
	})
	shown := min(len(roots), intake.InspectedManifests)
	return roots[:shown], len(roots) - shown
}

// means tells whether the reference names a manifest that an image has.
func (l *looker) means(h plan.Holding) bool {
	switch {
	case !l.Reference.Digest.IsZero():
		return h.Digest == l.Reference.Digest
	case l.Reference.Tag != "":
		return slices.Contains(h.Tags, l.Reference.Tag)
	default:
		return len(h.Tags) > 0
	}
}

// attention are the subjects with relations that are not as they should be.
func (l *looker) attention() map[oci.Digest]bool {
	found := map[oci.Digest]bool{}
	for _, p := range l.Report.Pairs {
		for _, f := range p.Findings {
			if f.State != plan.InSync && f.State != plan.Ahead {
				found[f.Subject] = true
			}
		}
	}
	return found
}

// readRoots reads the manifests that the reference names wherever they are: an
// index tells of children that other repositories have without it.
func (l *looker) readRoots(ctx context.Context, roots []oci.Digest) {
	for _, d := range roots {
		for i := range l.Places {
			if p := &l.Places[i]; p.Inventory != nil && p.Inventory.HasManifest(l.Reference.Image, d) {
				if _, err := l.manifest(ctx, p, l.Reference.Image, d); err == nil {
					break
				}
			}
		}
	}
}

// repository tells what a place has of the roots.
func (l *looker) repository(ctx context.Context, place int, roots []oci.Digest) Repository {
	p := &l.Places[place]
	r := Repository{Server: p.Server, Repository: p.Repository, Manifests: []Manifest{}}
	if p.Holder != p.Repository {
		r.Holder = p.Holder
	}
	if p.Inventory == nil {
		r.Error = "it was not looked at"
		if p.Err != nil {
			r.Error = p.Err.Error()
		}
		return r
	}
	for _, image := range l.images(place, roots) {
		b := branch{looker: l, place: p, image: image, keys: l.keys(place)}
		for _, d := range roots {
			if m, ok := b.manifest(ctx, d, child{}, 0); ok {
				r.Manifests = append(r.Manifests, m)
			}
		}
		if r.Discovery == "" {
			r.Discovery = b.discovery
		}
	}
	for _, tag := range p.Inventory.Unreadable(l.Reference.Image) {
		if l.Reference.whole() || tag == l.Reference.Tag {
			r.Unreadable = append(r.Unreadable, tag)
		}
	}
	if len(r.Manifests) == 0 {
		r.OtherTags, r.MoreTags = l.otherTags(p)
	}
	return r
}

// otherTags are those that an image has in a place, and how many more there are.
func (l *looker) otherTags(p *Place) ([]string, int) {
	var tags []string
	for _, h := range p.Inventory.Holdings(l.Reference.Image) {
		tags = append(tags, h.Tags...)
	}
	slices.Sort(tags)
	more := max(0, len(tags)-intake.InspectedManifests)
	return tags[:len(tags)-more], more
}

// images are the paths under which a place may have the image: its own, and any
// where a pair looks for it by digest.
func (l *looker) images(place int, roots []oci.Digest) []string {
	images := []string{l.Reference.Image}
	if slices.ContainsFunc(l.Pairs, func(p PairOptions) bool { return p.Source == place && p.Match == plan.MatchDigest }) {
		for _, d := range roots {
			images = append(images, l.Places[place].Inventory.Holders(d)...)
		}
	}
	slices.Sort(images)
	return slices.Compact(images)
}

// keys are the pairs with keys that are about a place.
func (l *looker) keys(place int) []PairOptions {
	return slices.DeleteFunc(slices.Clone(l.Pairs), func(p PairOptions) bool {
		return len(p.Keys) == 0 || p.Source != place && p.Target != place
	})
}
