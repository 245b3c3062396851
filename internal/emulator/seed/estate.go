package seed

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// teams is the number of folders that an estate's images are in. A team's
// images share a base layer.
const teams = 50

// Estate describes a synthetic pair of repositories. Shares are between 0 and 1.
type Estate struct {
	// Images is the number of images, TagsPerImage that of tags in each.
	Images, TagsPerImage int
	// MultiArchShare is the share of tags that are indexes of two platforms.
	MultiArchShare float64
	// SignedShare is the share of tags whose digest has a signature at the source.
	SignedShare float64
	// PromotedShare is the share of tags that are at the target too.
	PromotedShare float64
	// CopiedShare is the share of signed, promoted tags whose signature is at
	// the target already.
	CopiedShare float64
	// Seed decides which tags fall into which share.
	Seed uint64
	// Source and Target are repository keys.
	Source, Target string
	// Mirrors are the keys of further targets, which hold what the target holds.
	Mirrors []string
}

// Fill stores the estate. Equal estates give equal repositories.
func (e Estate) Fill(s *tree.Store) {
	for _, repo := range e.Repositories() {
		s.AddRepository(repo)
	}
	for n := range e.Images {
		e.Grow(n, s)
	}
}

// Repositories are the keys of what Fill fills.
func (e Estate) Repositories() []string { return append([]string{e.Source, e.Target}, e.Mirrors...) }

// Folders is the number of images.
func (e Estate) Folders() int { return e.Images }

// Folder is the path of the image with that number.
func (e Estate) Folder(n int) string { return fmt.Sprintf("team-%02d/app-%05d", n%teams, n) }

// Number finds the image that a path is of or in, and tells whether it is any's.
func (e Estate) Number(path string) (int, bool) {
	segments := strings.SplitN(path, "/", 3)
	if len(segments) < 2 {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimPrefix(segments[1], "app-"))
	return n, err == nil && n >= 0 && n < e.Images && e.Folder(n) == segments[0]+"/"+segments[1]
}

// Has tells whether a repository has an image.
func (e Estate) Has(n int, repo string) bool {
	for tag := range e.TagsPerImage {
		if repo == e.Source || e.shares(n, tag).promoted {
			return true
		}
	}
	return false
}

// Grow stores one image, in all repositories.
func (e Estate) Grow(n int, s *tree.Store) {
	base := newLayer(strconv.Itoa(n % teams))
	for tag := range e.TagsPerImage {
		i, of := e.tag(n, tag), e.shares(n, tag)
		i.Digest = e.push(stored{s}, i, of, base)
		for _, target := range append([]string{e.Target}, e.Mirrors...) {
			if of.promoted {
				Promote(s, e.Source, i.Path, i.Tag, target, i.Path, i.Tag)
			}
			if of.signed && of.promoted && of.copied {
				copyFolder(s, attachmentAt(e.Source, i.Path, i.Digest, ".sig"), attachmentAt(target, i.Path, i.Digest, ".sig"))
			}
		}
	}
}

// Files calls file with the names, sizes and SHA-256 of the files that Grow
// stores in one repository, and stores none: it makes a million of them while
// anybody would wait for their checksums alone.
func (e Estate) Files(n int, repo string, file func(tree.Item)) {
	base := newLayer(strconv.Itoa(n % teams))
	target := repo != e.Source
	for tag := range e.TagsPerImage {
		i, of := e.tag(n, tag), e.shares(n, tag)
		if target && !of.promoted {
			continue
		}
		of.signed = of.signed && (!target || of.copied)
		e.push(listed{func(f tree.Item) {
			f.Repo = repo
			file(f)
		}}, i, of, base)
	}
}

func (e Estate) tag(n, tag int) Image {
	return Image{Repo: e.Source, Path: e.Folder(n), Tag: fmt.Sprintf("1.%d.0", tag)}
}

// shares are those that a tag falls into.
type shares struct{ multi, signed, promoted, copied bool }

func (e Estate) shares(n, tag int) shares {
	random := rand.New(rand.NewPCG(e.Seed, uint64(n)<<32|uint64(tag))) //nolint:gosec // nothing here is secret
	return shares{
		random.Float64() < e.MultiArchShare, random.Float64() < e.SignedShare,
		random.Float64() < e.PromotedShare, random.Float64() < e.CopiedShare,
	}
}

// push shelves what the source has of a tag, and returns its digest.
func (e Estate) push(s shelf, i Image, of shares, base layer) string {
	salt := fmt.Sprintf("%d/%s:%s", e.Seed, i.Path, i.Tag)
	if of.multi {
		i = pushIndex(s, i, salt, slices.Repeat([]layer{base}, 2))
	} else {
		i.Digest, _ = push(s, i.place(), platformNumber(0), salt, base)
	}
	if of.signed {
		sign(s, e.Source, i.Path, i.Digest, "release")
	}
	return i.Digest
}
