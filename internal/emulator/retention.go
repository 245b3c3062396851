package emulator

import (
	"cmp"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// retain removes the oldest tags of every image that has more than its
// repository keeps (facts 5.4), after a request that may have made one. Tags of
// signatures count like others, and copies like pushes, as far as anybody knows.
func (s *Server) retain(r *http.Request) {
	if s.options.Quirks.KeepAllTags || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return
	}
	for _, repository := range s.repositories {
		if repository.MaxUniqueTags <= 0 {
			continue
		}
		s.retention.Lock()
		for _, tags := range s.tags(repository.Key) {
			for _, tag := range tags[:max(0, len(tags)-repository.MaxUniqueTags)] {
				s.tree.Delete(repository.Key, tag.Dir())
			}
		}
		s.retention.Unlock()
	}
}

// tags returns the manifests of a repository's tags by image, the oldest first.
func (s *Server) tags(key string) map[string][]tree.Item {
	images := map[string][]tree.Item{}
	folders := map[string]bool{}
	s.tree.Walk(key, "", func(i tree.Item) bool {
		folder := i.Dir()
		isManifest := i.Name() == docker.ManifestFile || i.Name() == docker.ListFile
		if i.Folder || !isManifest || folders[folder] || strings.HasPrefix(path.Base(folder), "sha256:") {
			return true
		}
		folders[folder] = true
		images[path.Dir(folder)] = append(images[path.Dir(folder)], i)
		return true
	})
	for _, tags := range images {
		slices.SortStableFunc(tags, func(a, b tree.Item) int {
			return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.Path, b.Path))
		})
	}
	return images
}
