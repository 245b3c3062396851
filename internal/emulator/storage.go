package emulator

import (
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// storageType starts the names of the storage API's content types.
const storageType = "application/vnd.org.jfrog.artifactory.storage."

// storage answers the storage API about one item.
func (s *Server) storage(c *call) error {
	repo, path, _ := strings.Cut(c.address.path, "/")
	at := s.view(c.caller, repo)
	switch {
	case c.r.Method == http.MethodPut && c.query.Has("properties"):
		return s.setProperties(c, at, repo, path)
	case c.r.Method != http.MethodGet && c.r.Method != http.MethodHead:
		return methodNotAllowed()
	case c.query.Has("list"):
		return s.fileList(c, at, repo, path)
	}
	item, err := at.stat(path)
	if err != nil {
		return bareIfVirtual(at, err)
	}
	return s.describe(c, at, item)
}

func (s *Server) describe(c *call, at view, item tree.Item) error {
	switch {
	case c.query.Has("properties"):
		return s.properties(c, item)
	case c.query.Has("lastModified"):
		return s.lastModified(c, at, item)
	case item.Folder:
		return s.folderInfo(c, at, item)
	default:
		return s.fileInfo(c, item)
	}
}

// bareIfVirtual leaves out the body where a virtual repository lacks an item.
func bareIfVirtual(at view, err error) error {
	if at.as != "" && isAbsent(err) {
		return &refusal{status: http.StatusNotFound, plain: true}
	}
	return err
}

// send answers a storage request with the server's own content type, or plain
// JSON for those who ask for it.
func (c *call) send(kind string, v any) error {
	contentType, ok := negotiate(c.r.Header.Get("Accept"), storageType+kind+"+json")
	if !ok {
		return refuse(http.StatusNotAcceptable, "Not Acceptable")
	}
	c.w.Header().Set("Cache-Control", "no-store")
	reply(c.w, http.StatusOK, contentType, v)
	return nil
}

// uri is the storage API's URL of an item.
func (s *Server) uri(c *call, repo, path string) string {
	return s.baseURL(c.r) + "/api/storage/" + strings.TrimSuffix(repo+"/"+path, "/")
}
