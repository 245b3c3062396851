package docker_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/docker"
)

// TestPushLayout holds artifactory 2.7 and signature-formats B1.
func TestPushLayout(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{})
	child, single := newImage("child"), newImage("single")
	index := newIndex(child)
	pushBlobs(t, srv, "dev", "team/sub/app", "pusher", child)
	uploads := set([]string{"team/sub/app/_uploads/" + file(child.config), "team/sub/app/_uploads/" + file(child.layer)})
	if diff := cmp.Diff(uploads, set(files(b.store, "dev"))); diff != "" {
		t.Errorf("files after the blobs (-want +got):\n%s", diff)
	}
	pushManifest(t, srv, "dev", "team/sub/app", sum(child.manifest), "pusher", child.manifest)
	pushBlobs(t, srv, "dev", "team/sub/app", "pusher", single)
	pushManifest(t, srv, "dev", "team/sub/app", "1.0", "pusher", single.manifest)
	got := pushManifest(t, srv, "dev", "team/sub/app", "2.0", "pusher", index)
	if got.status != 201 || got.header.Get("Docker-Content-Digest") != sum(index) ||
		got.header.Get("Location") != srv.URL+api+"dev/v2/team/sub/app/manifests/"+sum(index) {
		t.Errorf("PUT of the index = %d %s %v", got.status, got.body, got.header)
	}
	want := map[string]bool{
		"team/sub/app/1.0/manifest.json":                                 true,
		"team/sub/app/1.0/" + file(single.config):                        true,
		"team/sub/app/1.0/" + file(single.layer):                         true,
		"team/sub/app/2.0/list.manifest.json":                            true,
		"team/sub/app/" + sum(child.manifest) + "/manifest.json":         true,
		"team/sub/app/" + sum(child.manifest) + "/" + file(child.config): true,
		"team/sub/app/" + sum(child.manifest) + "/" + file(child.layer):  true,
	}
	if diff := cmp.Diff(want, set(files(b.store, "dev"))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if _, ok := b.store.Stat("dev", "team/sub/app/_uploads"); ok {
		t.Error("the empty uploads folder must be gone")
	}
}

// TestLeaveUploads holds artifactory 2.7 and signature-formats A5.3: leftovers
// in _uploads turn up in searches and as a tag.
func TestLeaveUploads(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{LeaveUploads: true})
	i := newImage("left")
	pushBlobs(t, srv, "dev", "app", "pusher", i)
	pushManifest(t, srv, "dev", "app", "1.0", "pusher", i.manifest)
	got := set(files(b.store, "dev"))
	for _, path := range []string{
		"app/_uploads/" + file(i.config), "app/_uploads/manifest-" + file(i.manifest) + ".json", "app/1.0/" + file(i.config),
	} {
		if !got[path] {
			t.Errorf("%s is not there: %v", path, got)
		}
	}
	if got := send(t, srv, request{line: "GET " + api + "dev/v2/app/tags/list", user: "admin"}); !strings.Contains(got.body, `["1.0","_uploads"]`) {
		t.Errorf("tags = %s, want _uploads among them", got.body)
	}
}

// TestBlobsAreSharedInAnImage: a second tag takes its blobs from the first (artifactory 2.7).
func TestBlobsAreSharedInAnImage(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{})
	i := newImage("shared")
	store(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: "1"}, i)
	tag := strings.Repeat("t", 128)
	if got := pushManifest(t, srv, "dev", "app", tag, "pusher", i.manifest); got.status != 201 {
		t.Fatalf("PUT of a second tag = %d %s, want 201", got.status, got.body)
	}
	if !set(files(b.store, "dev"))["app/"+tag+"/"+file(i.layer)] {
		t.Errorf("files = %v, want the layer beside the second tag's manifest", files(b.store, "dev"))
	}
}

// TestPushThroughVirtual: pushes go to the default deployment repository.
func TestPushThroughVirtual(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{})
	i := newImage("virtual")
	store(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: "1"}, i)
	if got := pushManifest(t, srv, "all", "app", "2", "admin", i.manifest); got.status != 201 {
		t.Fatalf("PUT = %d %s, want 201 with blobs that a member has", got.status, got.body)
	}
	if len(files(b.store, "prod")) != 3 {
		t.Errorf("files of prod = %v, want the pushed image", files(b.store, "prod"))
	}
}

// TestForeignLayers: a layer with URLs is not uploaded.
func TestForeignLayers(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{})
	i := newImage("foreign")
	i.manifest = strings.Replace(i.manifest, `,"size":16,`, `,"size":16,"urls":["http://127.0.0.1/"],`, 1)
	pushBlobs(t, srv, "dev", "app", "pusher", image{config: i.config})
	if got := pushManifest(t, srv, "dev", "app", "1", "pusher", i.manifest); got.status != 201 {
		t.Errorf("PUT = %d %s, want 201", got.status, got.body)
	}
}

// TestSubjectIsAccepted holds signature-formats A4: a subject need not exist,
// and a server without the Referrers API says nothing of it.
func TestSubjectIsAccepted(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{})
	i := newImage("referrer")
	pushBlobs(t, srv, "dev", "app", "pusher", i)
	manifest := strings.Replace(i.manifest, `"layers"`, `"subject":`+descriptor(imageType, "elsewhere")+`,"layers"`, 1)
	got := pushManifest(t, srv, "dev", "app", sum(manifest), "pusher", manifest)
	if got.status != 201 || got.header.Get("Oci-Subject") != "" {
		t.Errorf("PUT = %d %s %v, want 201 without OCI-Subject", got.status, got.body, got.header)
	}
}
