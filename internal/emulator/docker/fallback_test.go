package docker_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/docker"
)

// TestFallbackIndex holds signature-formats A4 and B1: the index that clients
// keep under sha256-<hex> is a tag like any other, in list.manifest.json, and
// what it lists stays where it is, or is 404 when it is gone.
func TestFallbackIndex(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{FilterDigestTags: true})
	i := newReferrer("one", "subject", emptyType, "")
	pushReferrer(t, srv, "dev", i)
	before := set(files(b.store, "dev"))
	tag := strings.Replace(sum("subject"), ":", "-", 1)
	index := strings.Replace(newIndex(i), `"digest"`, `"artifactType":"`+bundleType+`","digest"`, 1)
	if got := pushManifest(t, srv, "dev", "app", tag, "admin", index); got.status != 201 || got.header.Get("Oci-Subject") != "" {
		t.Fatalf("PUT of the index = %d %s %v, want 201", got.status, got.body, got.header)
	}
	before["app/"+tag+"/list.manifest.json"] = true
	if diff := cmp.Diff(before, set(files(b.store, "dev"))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if got := send(t, srv, request{line: "GET " + api + "dev/v2/app/tags/list", user: "reader"}); !strings.Contains(got.body, `["`+tag+`"]`) {
		t.Errorf("tags = %s, want %s", got.body, tag)
	}
	for _, accept := range []string{indexType, imageType} {
		q := request{line: "GET " + api + "dev/v2/app/manifests/" + tag, user: "reader", header: map[string]string{"Accept": accept}}
		if got := send(t, srv, q); got.body != index || got.header.Get("Content-Type") != indexType {
			t.Errorf("GET of %s with Accept %q = %d %s, want the index", tag, accept, got.status, got.body)
		}
	}
	send(t, srv, request{line: "DELETE " + api + "dev/v2/app/manifests/" + sum(i.manifest), user: "admin"})
	got := send(t, srv, request{line: "GET " + api + "dev/v2/app/manifests/" + sum(i.manifest), user: "reader"})
	if got.status != 404 || got.body != unknownManifest {
		t.Errorf("GET of what is only listed = %d %s, want 404 %s", got.status, got.body, unknownManifest)
	}
	if got := pushManifest(t, srv, "dev", "app", tag, "admin", index+" "); got.status != 400 || !strings.Contains(got.body, "MANIFEST_BLOB_UNKNOWN") {
		t.Errorf("PUT of an index that lists it = %d %s, want 400", got.status, got.body)
	}
}

// TestSelfTag holds signature-formats A2: cosign copy tags an image with its
// own digest, which is the name of the fallback index.
func TestSelfTag(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{FilterDigestTags: true})
	single, child := newImage("single"), newImage("child")
	for _, i := range []image{single, child} {
		pushReferrer(t, srv, "dev", i)
	}
	for _, manifest := range []string{single.manifest, newIndex(child)} {
		tag := strings.Replace(sum(manifest), ":", "-", 1)
		if got := pushManifest(t, srv, "dev", "app", tag, "pusher", manifest); got.status != 201 {
			t.Fatalf("PUT of %s = %d %s, want 201", tag, got.status, got.body)
		}
		if got := send(t, srv, request{line: "GET " + api + "dev/v2/app/manifests/" + tag, user: "reader"}); got.body != manifest || got.header.Get("Docker-Content-Digest") != sum(manifest) {
			t.Errorf("GET of %s = %d %s, want %s", tag, got.status, got.body, manifest)
		}
		if got := send(t, srv, request{line: "GET " + api + "dev/v2/app/tags/list", user: "reader"}); !strings.Contains(got.body, `"`+tag+`"`) {
			t.Errorf("tags = %s, want %s among them", got.body, tag)
		}
	}
}
