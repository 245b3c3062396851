package seed

import (
	"fmt"
	"strconv"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// PushIndex stores an index of that many platform images under a tag; the
// images themselves are stored by digest.
func PushIndex(s *tree.Store, repo, image, tag, salt string, platforms int) Image {
	layers := make([]layer, platforms)
	for n := range layers {
		layers[n] = newLayer(salt + "/" + strconv.Itoa(n))
	}
	return pushIndex(stored{s}, Image{Repo: repo, Path: image, Tag: tag}, salt, layers)
}

// pushIndex shelves an index with a platform image for each layer.
func pushIndex(s shelf, i Image, salt string, layers []layer) Image {
	list := index{SchemaVersion: 2, MediaType: indexType, Manifests: []descriptor{}}
	for n, l := range layers {
		p := platformNumber(n)
		child := Image{Repo: i.Repo, Path: i.Path}
		var size int64
		child.Digest, size = push(s, child.place(), p, salt, l)
		i.Children = append(i.Children, child)
		list.Manifests = append(list.Manifests, descriptor{
			MediaType: manifestType, Size: size, Digest: child.Digest, Platform: &p,
		})
	}
	content := encode(list)
	i.Digest = digestOf(content)
	s.manifest(i.place(), content, true)
	return i
}

// platformNumber starts with the usual platforms and invents variants after them.
func platformNumber(n int) platform {
	architectures := []string{"amd64", "arm64", "s390x", "ppc64le", "riscv64"}
	p := platform{OS: "linux", Architecture: architectures[n%len(architectures)]}
	if n >= len(architectures) {
		p.Variant = fmt.Sprintf("v%d", n/len(architectures))
	}
	return p
}
