package docker

import (
	"fmt"
	"net/http"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// gather brings a manifest's blobs into its folder. It writes nothing and
// refuses if a blob, or a child of an index, is not there.
func (c *call) gather(at Place, m Manifest) error {
	var items []tree.Item
	for _, d := range m.Blobs() {
		item, ok := c.blob(d.Digest.String())
		if !ok && !foreign(d) {
			return blobMissing(d)
		}
		if ok {
			items = append(items, item)
		}
	}
	for _, d := range m.Children {
		if !c.hasManifest(d.Digest.String()) {
			return blobMissing(d)
		}
	}
	s := c.api.backend.Tree()
	for _, item := range items {
		path := at.Folder() + "/" + item.Name()
		if _, ok := s.Stat(at.Repo, path); !ok {
			s.Place(at.Repo, path, item)
		}
	}
	return nil
}

// blob finds a blob of the image, wherever a client could have seen it.
func (c *call) blob(digest string) (tree.Item, bool) {
	for _, repo := range c.everywhere() {
		for i := range blobs(c.api.backend.Tree(), Place{repo, c.route.image, digest}) {
			return i, true
		}
	}
	return tree.Item{}, false
}

func (c *call) hasManifest(digest string) bool {
	for _, repo := range c.everywhere() {
		if _, ok := FindManifest(c.api.backend.Tree(), Place{repo, c.route.image, digest}); ok {
			return true
		}
	}
	return false
}

func (c *call) everywhere() []string { return append([]string{c.deploy}, c.read...) }

// tidyUploads removes what the manifest took out of the uploads folder, and
// the folder when nothing is left in it.
func (c *call) tidyUploads(at Place, m Manifest) {
	s, uploads := c.api.backend.Tree(), at.uploads()
	if c.api.options.LeaveUploads {
		s.Put(at.Repo, uploads.Folder()+"/manifest-"+BlobFile(m.Digest)+".json", m.Content, c.user.Name, nil)
		return
	}
	for _, d := range m.Blobs() {
		s.Delete(at.Repo, uploads.Blob(d.Digest.String()))
	}
	if len(s.Children(at.Repo, uploads.Folder())) == 0 {
		s.Delete(at.Repo, uploads.Folder())
	}
}

// foreign tells whether a layer is one that clients do not upload.
func foreign(d v1.Descriptor) bool { return len(d.URLs) > 0 }

func blobMissing(d v1.Descriptor) *failure {
	return registry(http.StatusBadRequest, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry",
		map[string]string{"description": fmt.Sprintf("%s is not uploaded", d.Digest)})
}
