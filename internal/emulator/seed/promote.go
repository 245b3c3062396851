package seed

import (
	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// Promote copies a tag as docker promote with copy does: its folder with all
// timestamps and properties replaces the target's, and the children of an
// index go along by digest. Signatures stay behind.
func Promote(s *tree.Store, fromRepo, fromImage, tag, toRepo, toImage, toTag string) {
	from := docker.Place{Repo: fromRepo, Image: fromImage, Reference: tag}
	to := docker.Place{Repo: toRepo, Image: toImage, Reference: toTag}
	if from == to {
		return
	}
	s.Delete(to.Repo, to.Folder())
	copyFolder(s, from, to)
	for _, child := range children(s, from) {
		from.Reference, to.Reference = child, child
		copyFolder(s, from, to)
	}
}

// copyFolder puts every file of a manifest's folder into another, and tells
// the manifest its new name.
func copyFolder(s *tree.Store, from, to docker.Place) {
	for _, item := range s.Children(from.Repo, from.Folder()) {
		if item.Folder {
			continue // a deeper image, not part of the tag
		}
		if item.Properties["docker.manifest"] != nil {
			item = item.Renamed("docker.manifest", to.Reference).Renamed("docker.repoName", to.Image)
		}
		s.Place(to.Repo, to.Folder()+"/"+item.Name(), item)
	}
}

func children(s *tree.Store, at docker.Place) []string {
	item, ok := docker.FindManifest(s, at)
	if !ok {
		return nil
	}
	content, _ := s.Content(item.Repo, item.Path)
	m, err := docker.ParseManifest(content, "")
	must(err)
	var digests []string
	for _, c := range m.Children {
		digests = append(digests, c.Digest.String())
	}
	return digests
}
