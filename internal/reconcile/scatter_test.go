package reconcile_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

const edge = "edge"

// withEdge adds a fourth repository that the account may write to.
func withEdge(o *emulator.Options) {
	o.Repositories = append(o.Repositories, emulator.Repository{Key: edge})
	o.Users[0].Permissions[1].Repositories = append(o.Users[0].Permissions[1].Repositories, edge)
}

// scatterer fills the repositories of a world with whatever may lie there, the
// same for the same random numbers.
type scatterer struct {
	*world
	random *rand.Rand
	paths  []string
	// promoted are the images at each repository but dev.
	promoted map[string][]seed.Image
}

func scatter(w *world, random *rand.Rand) *scatterer {
	s := &scatterer{world: w, random: random, promoted: map[string][]seed.Image{}, paths: []string{
		"app", "web", "team/app", "team/web", "team/deep/er/app", "ops/tool", "ops/app", "z/y/x", "base", "team/base",
	}}
	var all []seed.Image
	for _, path := range s.paths {
		if s.chance(0.9) {
			all = append(all, s.image(path, "1.0"))
		}
		if s.chance(0.3) {
			all = append(all, s.image(path, "2.0"))
		}
	}
	for _, i := range all {
		for _, to := range []string{stage, prod, edge} {
			if s.chance(0.75) {
				s.promote(i, to, i.Path, i.Tag)
			}
			if s.chance(0.2) {
				s.promote(i, to, s.path(), "moved")
			}
		}
		if s.chance(0.15) {
			s.promote(i, dev, s.path(), "copy")
		}
	}
	for _, to := range []string{stage, prod, edge} {
		for _, i := range s.promoted[to] {
			s.alter(to, i)
		}
	}
	return s
}

func (s *scatterer) chance(p float64) bool { return s.random.Float64() < p }

func (s *scatterer) path() string { return s.paths[s.random.IntN(len(s.paths))] }

// image puts an image into dev, and signs it in one way or another, or not.
func (s *scatterer) image(path, tag string) seed.Image {
	salt := path + tag
	if s.chance(0.2) {
		salt = "shared by several paths"
	}
	i := seed.Push(s.tree(), dev, path, tag, salt)
	if s.chance(0.3) {
		i = seed.PushIndex(s.tree(), dev, path, tag, salt, 2)
	}
	subjects := []string{i.Digest}
	for _, child := range i.Children {
		if s.chance(0.5) {
			subjects = append(subjects, child.Digest)
		}
	}
	for _, subject := range subjects {
		s.sign(path, subject)
	}
	return i
}

func (s *scatterer) sign(path, subject string) {
	if s.chance(0.6) {
		signers := []string{"alice", "bob", "carol"}
		seed.Sign(s.tree(), dev, path, subject, signers[:1+s.random.IntN(3)]...)
	}
	if s.chance(0.3) {
		seed.Attest(s.tree(), dev, path, subject, fmt.Sprintf("%d", s.random.IntN(3)))
	}
	if s.chance(0.2) {
		sbom := seed.AttachSBOM(s.tree(), dev, path, subject, "parts")
		if s.chance(0.5) {
			seed.Sign(s.tree(), dev, path, sbom, "alice")
		}
	}
	if s.chance(0.2) {
		s.refer(dev, seed.Bundle(dev, path, subject, seed.SignPredicate, "alice"))
	}
	if s.chance(0.2) {
		s.refer(dev, seed.Bundle(dev, path, subject, attestPredicate, "bob"))
	}
}

func (s *scatterer) promote(i seed.Image, to, path, tag string) {
	seed.Promote(s.tree(), dev, i.Path, i.Tag, to, path, tag)
	i.Repo, i.Path, i.Tag = to, path, tag
	s.promoted[to] = append(s.promoted[to], i)
}

// alter does to what was promoted what people, tools and broken copies do.
func (s *scatterer) alter(to string, i seed.Image) {
	sig := i.Path + "/" + sigTag(i.Digest)
	switch s.random.IntN(14) {
	case 0: // somebody signs it there
		seed.Sign(s.tree(), to, i.Path, i.Digest, "alice")
	case 1:
		seed.Sign(s.tree(), to, i.Path, i.Digest, "alice", "dave")
	case 2: // its signature came whole, or without a blob, or without its manifest
		s.bring(to, sig, 0)
	case 3:
		s.bring(to, sig, 1)
	case 4:
		s.bring(to, sig, -1)
	case 5: // the signature of an image that is not there
		seed.Sign(s.tree(), to, i.Path, "sha256:"+strings.Repeat("ab", 32), "alice")
	case 6: // a folder copy onto an existing folder
		s.copyFolder(to, sig, sig+"/"+sigTag(i.Digest))
	case 7: // a folder copy to a path that was not there
		s.copyFolder(to, sig, s.path()+"/stray")
	case 8: // a manifest of which the server tells no digest
		s.tree().DropSHA256(to, i.Path+"/"+i.Tag+"/manifest.json")
	case 9: // an image under its own digest
		seed.Promote(s.tree(), dev, i.Path, i.Tag, to, i.Path, strings.Replace(i.Digest, ":", "-", 1))
	}
}

// bring copies a folder from dev but for one of its files: the one of that number
// from the end; 0 copies all, -1 all but the manifest.
func (s *scatterer) bring(to, folder string, without int) {
	files := s.tree().Children(dev, folder)
	slices.SortFunc(files, func(a, b tree.Item) int { return strings.Compare(a.Path, b.Path) })
	for n, f := range files {
		manifest := f.Name() == "manifest.json"
		if without == -1 && manifest || without > 0 && n == len(files)-without && !manifest {
			continue
		}
		s.tree().Place(to, f.Path, f)
	}
}

func (s *scatterer) copyFolder(to, from, folder string) {
	for _, f := range s.tree().Children(dev, from) {
		s.tree().Place(to, folder+"/"+f.Name(), f)
	}
}
