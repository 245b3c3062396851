package seed

import (
	"fmt"
	"strconv"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// PushIndex stores an index of that many platform images under a tag; the
// images themselves are stored by digest.
func PushIndex(s *tree.Store, repo, image, tag, salt string, platforms int) Image {
	layers := make([]layer, platforms)
	for n := range layers {
		layers[n] = newLayer(salt + "/" + strconv.Itoa(n))
	}
	return pushIndex(s, Image{Repo: repo, Path: image, Tag: tag}, salt, layers)
}

// pushIndex stores an index with a platform image for each layer.
func pushIndex(s *tree.Store, i Image, salt string, layers []layer) Image {
	list := index{SchemaVersion: 2, MediaType: indexType, Manifests: []descriptor{}}
	for n, l := range layers {
		p := platformNumber(n)
		child := Image{Repo: i.Repo, Path: i.Path}
		child.Digest = push(s, child.place(), p, salt, l)
		item, _ := docker.FindManifest(s, docker.Place{Repo: i.Repo, Image: i.Path, Reference: child.Digest})
		i.Children = append(i.Children, child)
		list.Manifests = append(list.Manifests, descriptor{
			MediaType: manifestType, Size: item.Size, Digest: child.Digest, Platform: &p,
		})
	}
	i.Digest = store(s, i.place(), list)
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
