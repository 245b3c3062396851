package emulator

import (
	"bytes"
	"net/http"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// artifact answers for a plain path: download, upload and delete.
func (s *Server) artifact(c *call) error {
	switch c.r.Method {
	case http.MethodGet, http.MethodHead:
		return s.download(c)
	case http.MethodPut:
		return s.upload(c)
	case http.MethodDelete:
		return s.remove(c)
	default:
		return methodNotAllowed()
	}
}

func (s *Server) download(c *call) error {
	at := s.view(c.caller, c.address.repo)
	item, err := at.stat(c.address.path)
	switch {
	case isAbsent(err):
		return fileNotFound()
	case err != nil:
		return err
	case item.Folder:
		return browse(c, at, item)
	}
	content, _ := s.tree.Content(item.Repo, item.Path)
	setChecksums(c.w.Header(), item)
	c.w.Header().Set("Content-Type", mimeType(item.Name()))
	c.w.Header().Set("X-Artifactory-Filename", item.Name())
	http.ServeContent(c.w, c.r, "", item.Modified, bytes.NewReader(content))
	return nil
}

func fileNotFound() error { return refuse(http.StatusNotFound, "File not found.") }

// browse answers a folder with a page for people, status 200.
func browse(c *call, at view, folder tree.Item) error {
	var page bytes.Buffer
	page.WriteString("<!DOCTYPE html>\n<html><head><title>Index of " + c.r.URL.Path + "</title></head><body><pre>\n")
	for _, i := range at.children(folder.Path) {
		page.WriteString(i.Name() + "\n")
	}
	page.WriteString("</pre></body></html>\n")
	c.w.Header().Set("Content-Type", "text/html")
	_, err := c.w.Write(page.Bytes())
	return err
}

func setChecksums(h http.Header, i tree.Item) {
	h.Set("ETag", i.SHA1)
	h.Set("X-Checksum-Sha1", i.SHA1)
	h.Set("X-Checksum-Md5", i.MD5)
	if i.SHA256 != "" {
		h.Set("X-Checksum-Sha256", i.SHA256)
	}
}

// remove deletes an item with everything below it.
func (s *Server) remove(c *call) error {
	repo, path := c.address.repo, c.address.path
	switch {
	case c.caller.May(access.Delete, repo, path):
	case c.caller.anonymous:
		return unauthorized("Unauthorized")
	default:
		return refuse(http.StatusForbidden, "User '%s' may not delete '%s:%s'.", c.caller.Name, repo, path)
	}
	gone := s.manifests(repo, path)
	if !s.tree.Delete(repo, path) {
		return refuse(http.StatusNotFound, "Could not locate artifact '%s:%s'", repo, path)
	}
	for _, manifest := range gone {
		manifest.By = c.caller.Name
		s.manifestChanged(manifest)
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}
