package docker

import (
	"iter"
	"strings"

	"github.com/opencontainers/go-digest"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// FindManifest returns the manifest file that a tag or digest of an image
// leads to, whoever wrote it, and whether there is one.
func FindManifest(s *tree.Store, at Place) (tree.Item, bool) {
	for i := range manifests(s, at) {
		return i, true
	}
	return tree.Item{}, false
}

// manifests yields every file that could answer for a reference, best first.
func manifests(s *tree.Store, at Place) iter.Seq[tree.Item] {
	if isDigest(at.Reference) {
		return manifestsByDigest(s, at)
	}
	return manifestsIn(s, at)
}

// manifestsIn yields what a folder holds: the list comes before the image manifest.
func manifestsIn(s *tree.Store, at Place) iter.Seq[tree.Item] {
	return func(yield func(tree.Item) bool) {
		for _, index := range []bool{true, false} {
			if i, ok := s.Stat(at.Repo, at.manifest(index)); ok && !i.Folder && !yield(i) {
				return
			}
		}
	}
}

// manifestsByDigest yields from the folders named by the digest first, then
// from every other folder of the image.
func manifestsByDigest(s *tree.Store, at Place) iter.Seq[tree.Item] {
	return func(yield func(tree.Item) bool) {
		for _, folder := range append([]string{at.Reference, BlobFile(at.Reference)}, folders(s, at)...) {
			for i := range manifestsIn(s, Place{at.Repo, at.Image, folder}) {
				if digestOf(s, i) == at.Reference && !yield(i) {
					return
				}
			}
		}
	}
}

// blobs yields every file of a blob in the folders of an image.
func blobs(s *tree.Store, at Place) iter.Seq[tree.Item] {
	return func(yield func(tree.Item) bool) {
		for _, folder := range folders(s, at) {
			i, ok := s.Stat(at.Repo, Place{at.Repo, at.Image, folder}.Blob(at.Reference))
			if ok && !i.Folder && !yield(i) {
				return
			}
		}
	}
}

func folders(s *tree.Store, at Place) []string {
	var names []string
	for _, i := range s.Children(at.Repo, at.Image) {
		if i.Folder {
			names = append(names, i.Name())
		}
	}
	return names
}

// digestOf is the file's digest: by its checksum, by the property where that
// was never recorded, else by its bytes.
func digestOf(s *tree.Store, i tree.Item) string {
	if i.SHA256 != "" {
		return digestPrefix + i.SHA256
	}
	if p := i.Properties["docker.manifest.digest"]; len(p) == 1 && strings.HasPrefix(p[0], digestPrefix) {
		return p[0]
	}
	content, _ := s.Content(i.Repo, i.Path)
	return digest.FromBytes(content).String()
}
