package docker_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/docker"
)

// TestProperties holds the property tables of artifactory 2.7 and signature-formats B1.
func TestProperties(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{})
	i := newImage("labelled")
	pushBlobs(t, srv, "dev", "app", "pusher", i)
	index := newIndex(i)
	pushManifest(t, srv, "dev", "app", sum(i.manifest), "pusher", i.manifest)
	pushManifest(t, srv, "dev", "app", "1.0", "pusher", index)
	for path, want := range map[string]map[string][]string{
		"app/" + sum(i.manifest) + "/manifest.json": {
			"docker.manifest":          {sum(i.manifest)},
			"docker.manifest.digest":   {sum(i.manifest)},
			"docker.manifest.type":     {imageType},
			"docker.repoName":          {"app"},
			"docker.config.media.type": {configType},
			"docker.architecture":      {"arm64"},
			"docker.os":                {"linux"},
			"docker.label.name":        {"labelled"},
			"oci.artifact.type":        {configType},
			"artifactory.content-type": {imageType},
			"sha256":                   {strings.TrimPrefix(sum(i.manifest), "sha256:")},
		},
		"app/1.0/list.manifest.json": {
			"docker.manifest":          {"1.0"},
			"docker.manifest.digest":   {sum(index)},
			"docker.manifest.type":     {indexType},
			"docker.repoName":          {"app"},
			"artifactory.content-type": {indexType},
			"sha256":                   {strings.TrimPrefix(sum(index), "sha256:")},
		},
	} {
		item, _ := b.store.Stat("dev", path)
		if diff := cmp.Diff(want, item.Properties); diff != "" {
			t.Errorf("properties of %s (-want +got):\n%s", path, diff)
		}
		if item.CreatedBy != "pusher" {
			t.Errorf("%s was created by %q, want pusher", path, item.CreatedBy)
		}
	}
}

// TestArtifactProperties: a manifest's own artifact type counts before its
// config's, and a config of another type tells no platform (signature-formats B1).
func TestArtifactProperties(t *testing.T) {
	b := newBackend()
	at := docker.Place{Repo: "dev", Image: "app", Reference: "1"}
	config := docker.StoreBlob(b.store, at, []byte(`{"architecture":"arm64"}`), "ci")
	storeManifest(t, b.store, at, `{"schemaVersion":2,"artifactType":"a/b","config":{"mediaType":"c/d","digest":"`+config+`"}}`)
	item, _ := b.store.Stat("dev", "app/1/manifest.json")
	got := []string{item.Properties["oci.artifact.type"][0], item.Properties["docker.config.media.type"][0], item.Properties["docker.manifest.type"][0]}
	if diff := cmp.Diff([]string{"a/b", "c/d", imageType}, got); diff != "" || item.Properties["docker.architecture"] != nil {
		t.Errorf("properties = %v (-want +got):\n%s", item.Properties, diff)
	}
}
