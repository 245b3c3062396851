package doctor

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/repository"
)

// trial is a copy that the server is asked about.
type trial struct {
	// image is the one that it would be for.
	image    string
	from, to repository.File
}

// mostTrials is how many copies one target is asked about.
const mostTrials = 5

// trials are the copies to ask about, for each pair one to an image that it is
// about: a permission may be for just these. untried names the pairs for which
// there is nothing to try.
func (r *repo) trials() (all []trial, untried string) {
	var without []string
	for _, p := range r.targetOf {
		t, found := r.trial(p)
		switch {
		case !found || len(all) == mostTrials:
			without = append(without, p.Name)
		case !slices.ContainsFunc(all, func(other trial) bool { return other.image == t.image }):
			all = append(all, t)
		}
	}
	return all, few(without)
}

// trial is a copy of a file of the pair's source, or of one of the target where
// the source is elsewhere, to an image of the pair that is there if one is.
func (r *repo) trial(p Pair) (trial, bool) {
	from, found := r.specimen()
	image := r.imageOf(p)
	if !found || image == "" {
		return trial{}, false
	}
	name := strings.Replace(oci.FromBytes([]byte("sigsync doctor")).String(), ":", "-", 1) + ".sig"
	return trial{image, from, repository.File{Repository: r.info.Key, Path: image + "/" + name + "/manifest.json"}}, true
}

// specimen is a file that can be copied here inside the server.
func (r *repo) specimen() (repository.File, bool) {
	for _, s := range append(r.sources(), r) {
		if at := slices.IndexFunc(s.files, inImage); at >= 0 {
			return fileOf(s, s.files[at]), true
		}
	}
	return repository.File{}, false
}

// imageOf is an image that a pair is about: one that is here, else one of a
// source, else one that the configuration names; "" where none is known.
func (r *repo) imageOf(p Pair) string {
	for _, s := range append([]*repo{r}, r.sources()...) {
		for _, f := range s.files {
			if image := path.Dir(f.Path); inImage(f) && p.about(image) {
				return image
			}
		}
	}
	if len(p.Named) > 0 {
		return p.Named[0]
	}
	return ""
}

// nothingToTry says why there is no trial.
func (r *repo) nothingToTry() string {
	if _, found := r.specimen(); found {
		return fmt.Sprintf("among the first %d manifests there is no image that the pairs name (images)", sampled)
	}
	return "there is no file, here or in a source on this server, that could be tried"
}
