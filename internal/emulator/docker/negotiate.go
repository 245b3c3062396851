package docker

import (
	"iter"
	"mime"
	"slices"
	"strings"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// candidates yields the manifests that may answer a request, best first. A
// client that asks for a tag and takes no list gets an image manifest if there
// is one; a digest is answered with exactly what it names.
func (c *call) candidates(at Place) iter.Seq[tree.Item] {
	s := c.api.backend.Tree()
	list, ok := s.Stat(at.Repo, at.manifest(true))
	if !ok || isDigest(at.Reference) || c.acceptsList() {
		return manifests(s, at)
	}
	return func(yield func(tree.Item) bool) {
		if i, ok := s.Stat(at.Repo, at.manifest(false)); ok && !yield(i) {
			return
		}
		if i, ok := platformManifest(s, at, list); ok && !yield(i) {
			return
		}
		yield(list)
	}
}

// acceptsList tells whether the client takes an index; no Accept takes all.
func (c *call) acceptsList() bool {
	headers := c.r.Header.Values("Accept")
	for _, header := range headers {
		for value := range strings.SplitSeq(header, ",") {
			switch t, _, _ := mime.ParseMediaType(value); t {
			case v1.MediaTypeImageIndex, dockerList, "*/*", "application/*":
				return true
			}
		}
	}
	return len(headers) == 0
}

// platformManifest is the linux/amd64 child of a list, else its first. What a
// fallback index of referrers lists is for no platform, and no child.
func platformManifest(s *tree.Store, at Place, list tree.Item) (tree.Item, bool) {
	content, _ := s.Content(list.Repo, list.Path)
	m, err := ParseManifest(content, "")
	children := slices.DeleteFunc(m.Children, func(d v1.Descriptor) bool { return d.Platform == nil })
	if err != nil || len(children) == 0 {
		return tree.Item{}, false
	}
	child := children[0]
	for _, d := range children {
		if d.Platform.OS == "linux" && d.Platform.Architecture == "amd64" {
			child = d
			break
		}
	}
	return FindManifest(s, Place{at.Repo, at.Image, child.Digest.String()})
}

// contentType is what the bytes say, else what the push said.
func contentType(item tree.Item, content []byte) string {
	pushed := ""
	if p := item.Properties["docker.manifest.type"]; len(p) == 1 {
		pushed = p[0]
	}
	m, err := ParseManifest(content, pushed)
	if err != nil {
		return "application/json"
	}
	return m.MediaType
}
