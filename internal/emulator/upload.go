package emulator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// upload stores a file, or makes a folder where the path ends in a slash.
func (s *Server) upload(c *call) error {
	repo, path := s.repositories.deployTo(c.address.repo), c.address.path
	if _, ok := s.repositories.find(repo); !ok || path == "" {
		return refuse(http.StatusMethodNotAllowed, "Repository '%s' does not accept deployments.", c.address.repo)
	}
	if err := s.mayUpload(c, repo, path); err != nil {
		return err
	}
	if c.address.folder {
		s.tree.MakeFolder(repo, path)
		folder, _ := s.tree.Stat(repo, path)
		return s.created(c, folder)
	}
	content, err := s.uploaded(c.r)
	if err != nil {
		return err
	}
	item := s.tree.Put(repo, path, content, c.caller.Name, c.address.matrix)
	setChecksums(c.w.Header(), item)
	return s.created(c, item)
}

func (s *Server) mayUpload(c *call, repo, path string) error {
	there, exists := s.tree.Stat(repo, path)
	switch {
	case internal(path):
		return internalBlocked()
	case !s.repositories.admits(repo, path):
		return refuse(http.StatusForbidden, "The repository '%s' rejected the resolution of artifact in path '%s' due to a conflict with its include/exclude patterns.", repo, path)
	case !c.caller.May(access.Deploy, repo, path):
		return s.mayNotUpload(c, "User '%s' is not permitted to deploy '%s' into '%s'.", c.caller.Name, path, repo)
	case exists && !there.Folder && !c.caller.May(access.Delete, repo, path):
		return s.mayNotUpload(c, "Not enough permissions to overwrite artifact '%s:%s' (user '%s' needs DELETE permission).", repo, path, c.caller.Name)
	case exists && there.Folder != c.address.folder, s.belowFile(repo, path):
		return refuse(http.StatusBadRequest, "Cannot deploy '%s:%s': a file and a folder would have one path", repo, path)
	default:
		return nil
	}
}

func (s *Server) mayNotUpload(c *call, format string, args ...any) error {
	switch {
	case c.caller.anonymous:
		return unauthorized("Unauthorized")
	case s.options.HideUnauthorized:
		return refuse(http.StatusNotFound, "Could not locate artifact")
	default:
		return refuse(http.StatusForbidden, format, args...)
	}
}

// belowFile tells whether a parent of the path is a file.
func (s *Server) belowFile(repo, path string) bool {
	for n := range path {
		if i, ok := s.tree.Stat(repo, path[:n]); ok && path[n] == '/' && !i.Folder {
			return true
		}
	}
	return false
}

// uploaded reads the content, or finds it by its checksum, and holds it to the
// checksum that the client declared.
func (s *Server) uploaded(r *http.Request) ([]byte, error) {
	declared := strings.ToLower(r.Header.Get("X-Checksum-Sha256"))
	if strings.EqualFold(r.Header.Get("X-Checksum-Deploy"), "true") {
		content, ok := s.tree.Binary(declared)
		if !ok {
			return nil, refuse(http.StatusNotFound, "Could not locate artifact by checksum '%s'", declared)
		}
		return content, nil
	}
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("read upload: %w", err)
	}
	sum := sha256.Sum256(content)
	if actual := hex.EncodeToString(sum[:]); declared != "" && declared != actual {
		return nil, refuse(http.StatusConflict, "Checksum error: received '%s' but actual is '%s'", declared, actual)
	}
	return content, nil
}

func (s *Server) created(c *call, i tree.Item) error {
	c.w.Header().Set("Location", s.baseURL(c.r)+"/"+i.Repo+"/"+i.Path)
	var body any = s.newFileInfo(c, i)
	if i.Folder {
		body = newItemInfo(i)
	}
	reply(c.w, http.StatusCreated, storageType+"ItemCreated+json", body)
	return nil
}
