package invariant

import (
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// Contents returns what a repository holds, path by path, so that two states
// can be compared: the digest of a file, and the sorted entries of an index of
// referrers, which come in any order. What waits to be named is left out: the
// server tidies it up by itself.
func Contents(s *tree.Store, repository string) map[string]string {
	found := map[string]string{}
	s.Walk(repository, "", func(i tree.Item) bool {
		if i.Folder {
			return true
		}
		content, _ := s.Content(repository, i.Path)
		f := place(tree.Change{Repo: repository, Path: i.Path, After: content}, s.Content)
		switch {
		case f.kind == underWay:
		case f.kind == serverIndex:
			for subject, list := range entries(content) {
				found[i.Path+" "+subject] = sorted(digests(list))
			}
		case f.kind == fallback && f.isThere:
			found[i.Path] = sorted(digests(f.after.Children))
		default:
			found[i.Path] = digest.FromBytes(content).String()
		}
		return true
	})
	return found
}

func sorted(list []string) string {
	slices.Sort(list)
	return strings.Join(list, " ")
}

// digestOf is the digest that a blob's file is named after.
func digestOf(name string) digest.Digest {
	return digest.NewDigestFromEncoded(digest.SHA256, strings.TrimPrefix(name, docker.BlobFile("")))
}
