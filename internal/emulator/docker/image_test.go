package docker_test

import (
	"fmt"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

const (
	imageType  = "application/vnd.oci.image.manifest.v1+json"
	indexType  = "application/vnd.oci.image.index.v1+json"
	configType = "application/vnd.oci.image.config.v1+json"
	api        = "/artifactory/api/docker/"
)

// image is a small image: its manifest and its two blobs.
type image struct{ config, layer, manifest string }

func newImage(name string) image {
	config := `{"architecture":"arm64","os":"linux","config":{"Labels":{"name":"` + name + `"}}}`
	layer := "layer of " + name
	return image{config, layer, fmt.Sprintf(`{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}`,
		imageType, descriptor(configType, config), descriptor("application/vnd.oci.image.layer.v1.tar", layer))}
}

func newIndex(children ...image) string {
	var list []string
	for _, c := range children {
		list = append(list, descriptor(imageType, c.manifest))
	}
	return fmt.Sprintf(`{"schemaVersion":2,"mediaType":"%s","manifests":[%s]}`, indexType, strings.Join(list, ","))
}

func descriptor(mediaType, content string) string {
	return fmt.Sprintf(`{"mediaType":"%s","size":%d,"digest":"%s"}`, mediaType, len(content), sum(content))
}

func sum(content string) string { return digest.FromString(content).String() }

// file is the name of a blob file of that content.
func file(content string) string { return docker.BlobFile(sum(content)) }

// pushBlobs uploads an image's blobs in one request each.
func pushBlobs(t *testing.T, srv *httptest.Server, repository, path, user string, i image) {
	t.Helper()
	for _, b := range []string{i.config, i.layer} {
		q := request{line: "POST " + api + repository + "/v2/" + path + "/blobs/uploads/?digest=" + sum(b), user: user, body: b}
		if got := send(t, srv, q); got.status != 201 {
			t.Fatalf("%s = %d %s, want 201", q.line, got.status, got.body)
		}
	}
}

func pushManifest(t *testing.T, srv *httptest.Server, repository, path, reference, user, manifest string) answer {
	t.Helper()
	return send(t, srv, request{
		line: "PUT " + api + repository + "/v2/" + path + "/manifests/" + reference,
		user: user, body: manifest, header: map[string]string{"Content-Type": imageType},
	})
}

// store writes an image into the tree without the API.
func store(t *testing.T, s *tree.Store, at docker.Place, i image) {
	t.Helper()
	docker.StoreBlob(s, at, []byte(i.config), "ci")
	docker.StoreBlob(s, at, []byte(i.layer), "ci")
	storeManifest(t, s, at, i.manifest)
}

func storeManifest(t *testing.T, s *tree.Store, at docker.Place, manifest string) {
	t.Helper()
	m, err := docker.ParseManifest([]byte(manifest), "")
	if err != nil {
		t.Fatal(err)
	}
	docker.StoreManifest(s, at, m, "ci")
}

// files lists the files of a repository.
func files(s *tree.Store, repository string) []string {
	var paths []string
	s.Walk(repository, "", func(i tree.Item) bool {
		if !i.Folder {
			paths = append(paths, i.Path)
		}
		return true
	})
	return paths
}

func set(names []string) map[string]bool {
	s := map[string]bool{}
	for _, n := range names {
		s[n] = true
	}
	return s
}

func lengthOf(s string) string { return strconv.Itoa(len(s)) }
