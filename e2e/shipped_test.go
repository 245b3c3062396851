//go:build e2e

package e2e_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// dist is where make image writes.
const dist = "../dist"

// shippedLabel is the beginning of the names of the image's labels.
const shippedLabel = "org.opencontainers.image."

// shipped is the image that make image made of the last commit.
type shipped struct {
	list layout.Path
	// index is the image for all platforms, digest its digest, and tag its name in the layout.
	index  v1.ImageIndex
	digest v1.Hash
	tag    string
}

// openShipped unpacks the image.
func openShipped(t *testing.T) *shipped {
	t.Helper()
	folder := t.TempDir()
	unpack(t, bytes.NewReader(readFile(t, filepath.Join(dist, "sigsync-image.tar"))), folder)
	list, err := layout.FromPath(folder)
	if err != nil {
		t.Fatal(err)
	}
	index, err := list.ImageIndex()
	if err != nil {
		t.Fatal(err)
	}
	s := &shipped{list: list}
	for _, entry := range shippedManifest(t, index).Manifests {
		if tag, named := entry.Annotations[shippedLabel+"ref.name"]; named && s.index == nil {
			s.digest, s.tag = entry.Digest, tag
			if s.index, err = index.ImageIndex(entry.Digest); err != nil {
				t.Fatal(err)
			}
		}
	}
	if s.index == nil {
		t.Fatal("the layout names no image")
	}
	// A test of an old image would say nothing of this commit.
	head := lastCommit(t)
	if got := shippedManifest(t, s.index).Annotations[shippedLabel+"revision"]; got != head {
		t.Fatalf("the image in %s is of the commit %s, want %s: run make image", dist, got, head)
	}
	return s
}

// image returns the one for a platform, such as linux/amd64.
func (s *shipped) image(t *testing.T, platform string) v1.Image {
	t.Helper()
	for _, entry := range shippedManifest(t, s.index).Manifests {
		if entry.Platform.String() == platform {
			image, err := s.index.Image(entry.Digest)
			if err != nil {
				t.Fatal(err)
			}
			return image
		}
	}
	t.Fatalf("the image has no %s", platform)
	return nil
}

func shippedManifest(t *testing.T, index v1.ImageIndex) *v1.IndexManifest {
	t.Helper()
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	return manifest
}

// unpackImage unpacks the layers of an image into a folder, as a runtime does.
func unpackImage(t *testing.T, image v1.Image, folder string) {
	t.Helper()
	layers, err := image.Layers()
	if err != nil {
		t.Fatal(err)
	}
	for _, layer := range layers {
		content, err := layer.Uncompressed()
		if err != nil {
			t.Fatal(err)
		}
		unpack(t, content, folder)
		if err := content.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// unpack unpacks folders and plain files. Anything else has no business in the image.
func unpack(t *testing.T, archive io.Reader, folder string) {
	t.Helper()
	r := tar.NewReader(archive)
	for {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(folder, filepath.FromSlash(path.Clean("/"+header.Name)))
		switch header.Typeflag {
		case tar.TypeDir:
			// Whoever may write everywhere may also remove the folder; others could not.
			err = os.MkdirAll(name, 0o755)
		case tar.TypeReg:
			err = unpackFile(r, name, header.FileInfo().Mode())
		default:
			t.Fatalf("%s is neither a folder nor a file", header.Name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func unpackFile(content io.Reader, name string, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}

// files maps the files below a folder, by their names as a process sees them whose root it is, to their sizes.
func filesIn(t *testing.T, folder string) map[string]int64 {
	t.Helper()
	found := map[string]int64{}
	err := filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		found[strings.TrimPrefix(filepath.ToSlash(file), filepath.ToSlash(folder))] = info.Size()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func lastCommit(t *testing.T) string {
	t.Helper()
	// As .ci/image: a checkout of another user is read too.
	out, err := output(exec.CommandContext(t.Context(), "git", "-c", "safe.directory=*", "rev-parse", "HEAD"))
	if err != nil {
		t.Fatal(err)
	}
	return out
}
