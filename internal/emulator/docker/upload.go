package docker

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// startUpload begins a blob: whole with ?digest=, by mount, or in pieces.
func (c *call) startUpload() error {
	at := c.uploads()
	if err := c.mayDeploy(at.Folder()); err != nil {
		return err
	}
	query := c.r.URL.Query()
	if d := query.Get("digest"); d != "" {
		content, err := io.ReadAll(c.r.Body)
		if err != nil {
			return uploadInvalid(err)
		}
		return c.storeUpload(d, content)
	}
	if mount := query.Get("mount"); mount != "" && c.api.options.BlobMount && c.mount(mount, query.Get("from")) {
		return nil
	}
	c.progress(http.StatusAccepted, c.newSession(), 0)
	return nil
}

func (c *call) uploadStatus() error {
	u, err := c.session()
	if err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	c.progress(http.StatusNoContent, c.route.reference, len(u.data))
	return nil
}

func (c *call) appendUpload() error {
	u, err := c.session()
	if err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if start, ok := rangeStart(c.r.Header.Get("Content-Range")); ok && start != len(u.data) {
		c.progress(http.StatusRequestedRangeNotSatisfiable, c.route.reference, len(u.data))
		return nil
	}
	chunk, err := io.ReadAll(c.r.Body)
	if err != nil {
		return uploadInvalid(err)
	}
	u.data = append(u.data, chunk...)
	c.progress(http.StatusAccepted, c.route.reference, len(u.data))
	return nil
}

func (c *call) finishUpload() error {
	u, err := c.session()
	if err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	chunk, err := io.ReadAll(c.r.Body)
	if err != nil {
		return uploadInvalid(err)
	}
	if err := c.storeUpload(c.r.URL.Query().Get("digest"), append(u.data, chunk...)); err != nil {
		return err
	}
	c.endSession()
	return nil
}

func (c *call) cancelUpload() error {
	if _, err := c.session(); err != nil {
		return err
	}
	c.endSession()
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// progress tells how many bytes of an upload are there, as the range of the bytes kept.
func (c *call) progress(status int, id string, size int) {
	h := c.w.Header()
	h.Set("Docker-Distribution-Api-Version", "registry/2.0")
	h.Set("Docker-Upload-Uuid", id)
	h.Set("Location", c.location("blobs", "uploads", id))
	h.Set("Range", fmt.Sprintf("0-%d", max(size-1, 0)))
	c.w.WriteHeader(status)
}

// rangeStart reads the first number of a Content-Range, which clients write with or without the unit.
func rangeStart(header string) (int, bool) {
	start, _, _ := strings.Cut(strings.TrimPrefix(header, "bytes "), "-")
	n, err := strconv.Atoi(start)
	return n, err == nil
}

func uploadInvalid(err error) *failure {
	return registry(http.StatusBadRequest, "BLOB_UPLOAD_INVALID", "blob upload invalid", map[string]string{"description": err.Error()})
}
