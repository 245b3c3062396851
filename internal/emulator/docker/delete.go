package docker

import (
	"net/http"
	"slices"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// deleteManifest removes a tag, or every folder that holds a digest. What
// hangs on the manifest by name or subject stays.
func (c *call) deleteManifest() error {
	at := Place{c.deploy, c.route.image, c.route.reference}
	if err := c.mayDelete(at.manifest(false)); err != nil {
		return err
	}
	c.api.pushes.Lock()
	defer c.api.pushes.Unlock()
	s := c.api.backend.Tree()
	items := slices.Collect(manifests(s, at))
	if len(items) == 0 {
		return manifestUnknown(c.route.image)
	}
	for _, i := range items {
		if err := c.mayDelete(i.Path); err != nil {
			return err
		}
	}
	for _, i := range items {
		content, _ := s.Content(i.Repo, i.Path)
		if !remove(s, i) {
			continue // a digest leads to its own folder twice
		}
		forgetReferrer(s, at, content, c.user.Name)
		c.api.changed(Change{Deleted: true, Manifest: i, Content: content, By: c.user.Name})
	}
	c.w.Header().Set("Docker-Distribution-Api-Version", "registry/2.0")
	c.w.WriteHeader(http.StatusAccepted)
	return nil
}

// remove deletes a manifest file, and its folder with the blobs unless the
// folder holds another manifest. It tells whether the file was there.
func remove(s *tree.Store, i tree.Item) bool {
	there := s.Delete(i.Repo, i.Path)
	for _, name := range []string{ManifestFile, ListFile} {
		if _, ok := s.Stat(i.Repo, i.Dir()+"/"+name); ok {
			return there
		}
	}
	s.Delete(i.Repo, i.Dir())
	return there
}
