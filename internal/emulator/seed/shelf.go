package seed

import (
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// shelf takes what is pushed. The blobs of a manifest come before it.
type shelf interface {
	blob(at docker.Place, content []byte)
	manifest(at docker.Place, content []byte, index bool)
}

// stored keeps it.
type stored struct{ *tree.Store }

func (s stored) blob(at docker.Place, content []byte) { docker.StoreBlob(s.Store, at, content, pusher) }

func (s stored) manifest(at docker.Place, content []byte, _ bool) {
	m, err := docker.ParseManifest(content, "")
	must(err)
	docker.StoreManifest(s.Store, at, m, pusher)
}

// listed only says which files there would be, with names, sizes and SHA-256.
type listed struct{ file func(tree.Item) }

func (l listed) blob(at docker.Place, content []byte) {
	digest := digestOf(content)
	l.put(at.Repo, at.Blob(digest), digest, content)
}

func (l listed) manifest(at docker.Place, content []byte, index bool) {
	name := docker.ManifestFile
	if index {
		name = docker.ListFile
	}
	l.put(at.Repo, at.Folder()+"/"+name, digestOf(content), content)
}

func (l listed) put(repo, path, digest string, content []byte) {
	l.file(tree.Item{
		Repo: repo, Path: path, Size: int64(len(content)),
		Checksums: tree.Checksums{SHA256: strings.TrimPrefix(digest, "sha256:")},
	})
}
