package docker

import (
	"bytes"
	"iter"
	"net/http"

	"github.com/opencontainers/go-digest"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

func (c *call) pullManifest() error {
	item, content, err := c.look(c.candidates, manifestUnknown(c.route.image), "The client does not have permission for manifest")
	if err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", contentType(item, content))
	h.Set("X-Artifactory-Filename", item.Name())
	c.send(item, content)
	return nil
}

func (c *call) pullBlob() error {
	search := func(at Place) iter.Seq[tree.Item] { return blobs(c.api.backend.Tree(), at) }
	item, content, err := c.look(search, blobUnknown(c.route.reference), "The client does not have permission for blob")
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/octet-stream")
	c.send(item, content)
	return nil
}

// look finds a file, and reads it.
func (c *call) look(search func(Place) iter.Seq[tree.Item], absent *failure, denial string) (tree.Item, []byte, error) {
	c.api.pushes.RLock()
	defer c.api.pushes.RUnlock()
	item, err := c.find(search, absent, denial)
	if err != nil {
		return tree.Item{}, nil, err
	}
	content, ok := c.api.backend.Tree().Content(item.Repo, item.Path)
	if !ok {
		return tree.Item{}, nil, absent // deleted since it was found
	}
	return item, content, nil
}

// find returns the first file of the search that the user may read, in the
// order of the repositories. One repository that the user may not read turns
// absent into denied: that is how a virtual repository comes to answer 403 for
// a tag that exists nowhere.
func (c *call) find(search func(Place) iter.Seq[tree.Item], absent *failure, denial string) (tree.Item, error) {
	denied := false
	for _, repo := range c.read {
		at := Place{repo, c.route.image, c.route.reference}
		for item := range search(at) {
			if !c.api.backend.PathAllowed(repo, item.Path) {
				continue
			}
			if c.may(access.Read, repo, item.Path) {
				return item, nil
			}
			denied = true
		}
		denied = denied || !c.may(access.Read, repo, at.manifest(false))
	}
	if denied {
		return tree.Item{}, c.denied(absent, denial)
	}
	return tree.Item{}, absent
}

// send answers with a file. The ETag is its SHA-1, without quotes.
func (c *call) send(item tree.Item, content []byte) {
	h := c.w.Header()
	h.Set("Docker-Content-Digest", digest.FromBytes(content).String())
	h.Set("Docker-Distribution-Api-Version", "registry/2.0")
	h.Set("Etag", item.SHA1)
	h.Set("X-Artifactory-Docker-Registry", item.Repo)
	h.Set("X-Checksum-Md5", item.MD5)
	h.Set("X-Checksum-Sha1", item.SHA1)
	if item.SHA256 != "" {
		h.Set("X-Checksum-Sha256", item.SHA256)
	}
	http.ServeContent(c.w, c.r, "", item.Modified, bytes.NewReader(content))
}
