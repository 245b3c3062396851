package seed

import (
	"fmt"
	"math/rand/v2"
	"strconv"

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
}

// Fill stores the estate. Equal estates give equal repositories.
func (e Estate) Fill(s *tree.Store) {
	s.AddRepository(e.Source)
	s.AddRepository(e.Target)
	random := rand.New(rand.NewPCG(e.Seed, 0)) //nolint:gosec // nothing here is secret
	var bases []layer
	for n := range e.Images {
		team := n % teams
		if len(bases) == team {
			bases = append(bases, newLayer(strconv.Itoa(team)))
		}
		path := fmt.Sprintf("team-%02d/app-%05d", team, n)
		for tag := range e.TagsPerImage {
			e.fillTag(s, Image{Repo: e.Source, Path: path, Tag: fmt.Sprintf("1.%d.0", tag)}, bases[team], random)
		}
	}
}

// fillTag stores one tag.
func (e Estate) fillTag(s *tree.Store, i Image, base layer, random *rand.Rand) {
	multi, signed := random.Float64() < e.MultiArchShare, random.Float64() < e.SignedShare
	promoted, copied := random.Float64() < e.PromotedShare, random.Float64() < e.CopiedShare
	salt := fmt.Sprintf("%d/%s:%s", e.Seed, i.Path, i.Tag)
	if multi {
		i = pushIndex(s, i, salt, []layer{base, base})
	} else {
		i.Digest = push(s, i.place(), platformNumber(0), salt, base)
	}
	if signed {
		Sign(s, e.Source, i.Path, i.Digest, "release")
	}
	if promoted {
		Promote(s, e.Source, i.Path, i.Tag, e.Target, i.Path, i.Tag)
	}
	if signed && promoted && copied {
		copyFolder(s, attachmentAt(e.Source, i.Path, i.Digest, ".sig"), attachmentAt(e.Target, i.Path, i.Digest, ".sig"))
	}
}
