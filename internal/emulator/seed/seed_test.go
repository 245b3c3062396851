package seed_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// newStore has a clock that advances by a second at every reading.
func newStore() *tree.Store {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return tree.New(func() time.Time { at = at.Add(time.Second); return at })
}

// open reads the manifest that a reference leads to and checks that its digest
// and every blob beside it are right.
func open(t *testing.T, s *tree.Store, at docker.Place) v1.Manifest {
	t.Helper()
	content, ok := s.Content(at.Repo, at.Folder()+"/manifest.json")
	if !ok {
		t.Fatalf("%s has no manifest.json", at.Folder())
	}
	var m v1.Manifest
	if err := json.Unmarshal(content, &m); err != nil {
		t.Fatal(err)
	}
	blobs := map[string]bool{"manifest.json": true}
	for _, d := range append([]v1.Descriptor{m.Config}, m.Layers...) {
		blobs[docker.BlobFile(d.Digest.String())] = true
		blob, _ := s.Content(at.Repo, at.Blob(d.Digest.String()))
		if int64(len(blob)) != d.Size || d.Digest.Algorithm().FromBytes(blob) != d.Digest {
			t.Errorf("%s: blob %s has %d bytes, want %d", at.Folder(), d.Digest, len(blob), d.Size)
		}
	}
	for _, i := range s.Children(at.Repo, at.Folder()) {
		if !blobs[i.Name()] {
			t.Errorf("%s holds %s, which the manifest does not name", at.Folder(), i.Name())
		}
	}
	return m
}

// blob is the content of a blob beside a manifest.
func blob(t *testing.T, s *tree.Store, at docker.Place, d v1.Descriptor) string {
	t.Helper()
	content, ok := s.Content(at.Repo, at.Blob(d.Digest.String()))
	if !ok {
		t.Fatalf("%s lacks %s", at.Folder(), d.Digest)
	}
	return string(content)
}

// raw is the text of a manifest.
func raw(s *tree.Store, at docker.Place) string {
	content, _ := s.Content(at.Repo, at.Folder()+"/manifest.json")
	return string(content)
}

func attachment(repo, image, digest, suffix string) docker.Place {
	return docker.Place{Repo: repo, Image: image, Reference: strings.Replace(digest, ":", "-", 1) + suffix}
}

// manifests counts the manifest files of a repository by the suffix of their folder.
func manifests(s *tree.Store, repo string) map[string]int {
	n := map[string]int{}
	s.Walk(repo, "", func(i tree.Item) bool {
		if i.Folder || !strings.HasSuffix(i.Name(), "manifest.json") {
			return true
		}
		kind := i.Name()
		if strings.HasSuffix(i.Dir(), ".sig") {
			kind = ".sig"
		} else if strings.Contains(i.Dir(), "/sha256:") {
			kind = "child"
		}
		n[kind]++
		return true
	})
	return n
}
