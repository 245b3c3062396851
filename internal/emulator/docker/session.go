package docker

import (
	"net/http"
	"strconv"
	"sync"

	"github.com/opencontainers/go-digest"
)

// upload is a blob that is being pushed in pieces.
type upload struct {
	repo, image string

	mu   sync.Mutex
	data []byte
}

// newSession begins an upload and returns the name of its session.
func (c *call) newSession() string {
	c.api.mu.Lock()
	defer c.api.mu.Unlock()
	c.api.sessions++
	id := strconv.Itoa(c.api.sessions)
	c.api.uploads[id] = &upload{repo: c.deploy, image: c.route.image}
	return id
}

// storeUpload keeps a whole blob until a manifest takes it.
func (c *call) storeUpload(want string, content []byte) error {
	if !isDigest(want) || digest.FromBytes(content).String() != want {
		return digestInvalid(want)
	}
	// Not while a push removes the folder of uploads, in which it has just seen nothing.
	c.api.pushes.RLock()
	defer c.api.pushes.RUnlock()
	StoreBlob(c.api.backend.Tree(), c.uploads(), content, c.user.Name)
	c.created(want, c.location("blobs", want))
	return nil
}

func (c *call) uploads() Place { return Place{Repo: c.deploy, Image: c.route.image}.uploads() }

// session returns the upload that the URL names, to those who may go on with it.
func (c *call) session() (*upload, error) {
	if err := c.mayDeploy(c.uploads().Folder()); err != nil {
		return nil, err
	}
	c.api.mu.Lock()
	defer c.api.mu.Unlock()
	u := c.api.uploads[c.route.reference]
	if u == nil || u.repo != c.deploy || u.image != c.route.image {
		return nil, registry(http.StatusNotFound, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry", nil)
	}
	return u, nil
}

func (c *call) endSession() {
	c.api.mu.Lock()
	defer c.api.mu.Unlock()
	delete(c.api.uploads, c.route.reference)
}
