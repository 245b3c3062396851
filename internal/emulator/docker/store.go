package docker

import (
	"strings"

	"github.com/opencontainers/go-digest"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// StoreBlob writes a blob into the folder of a manifest and returns its digest.
func StoreBlob(s *tree.Store, at Place, content []byte, by string) string {
	d := digest.FromBytes(content).String()
	s.Put(at.Repo, at.Blob(d), content, by, nil)
	return d
}

// StoreManifest writes a manifest into its folder with the properties that the
// server sets, and returns the file. Its blobs must be there already, for some
// properties come from the config. Blobs that only a replaced manifest used
// are removed, once nobody can find that one any more.
func StoreManifest(s *tree.Store, at Place, m Manifest, by string) tree.Item {
	stored := s.Put(at.Repo, at.manifest(m.Index), m.Content, by, m.properties(at, config(s, at, m)))
	if !m.Index {
		removeUnused(s, at, m)
	}
	return stored
}

func config(s *tree.Store, at Place, m Manifest) []byte {
	if m.Config == nil {
		return nil
	}
	content, _ := s.Content(at.Repo, at.Blob(m.Config.Digest.String()))
	return content
}

func removeUnused(s *tree.Store, at Place, m Manifest) {
	used := map[string]bool{}
	for _, b := range m.Blobs() {
		used[BlobFile(b.Digest.String())] = true
	}
	for _, i := range s.Children(at.Repo, at.Folder()) {
		if !i.Folder && strings.HasPrefix(i.Name(), filePrefix) && !used[i.Name()] {
			s.Delete(i.Repo, i.Path)
		}
	}
}
