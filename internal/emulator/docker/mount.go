package docker

import (
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/access"
)

// mount takes a blob over from another image and tells whether it answered.
// Where it cannot, the client is asked to upload.
func (c *call) mount(digest, from string) bool {
	repos, image := c.read, from
	if c.pathForm { // the client knows the repository key as the first part of the name
		key, rest, _ := strings.Cut(from, "/")
		repos, _, _, _ = c.api.backend.Resolve(key)
		image = rest
	}
	c.api.pushes.RLock()
	defer c.api.pushes.RUnlock()
	s := c.api.backend.Tree()
	for _, repo := range repos {
		for item := range blobs(s, Place{repo, image, digest}) {
			if !c.may(access.Read, repo, item.Path) || !c.api.backend.PathAllowed(repo, item.Path) {
				continue
			}
			s.Place(c.deploy, c.uploads().Blob(digest), item)
			c.created(digest, c.location("blobs", digest))
			return true
		}
	}
	return false
}
