package docker_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/docker"
)

// TestRefusedManifests holds artifactory 5.2: what is malformed is refused in
// the registry's style, what is not allowed in the server's own.
func TestRefusedManifests(t *testing.T) {
	b := newBackend()
	b.excluded = "secret/*/*"
	srv := serve(t, b, docker.Options{})
	there, absent := newImage("there"), newImage("absent")
	pushBlobs(t, srv, "dev", "app", "pusher", there)
	for _, c := range []struct {
		name, repository, image, reference, user, manifest string
		status                                             int
		word                                               string
	}{
		{"absent blob", "dev", "app", "1", "pusher", absent.manifest, 400, `"code":"MANIFEST_BLOB_UNKNOWN"`},
		{"absent child", "dev", "app", "1", "pusher", newIndex(there), 400, `"code":"MANIFEST_BLOB_UNKNOWN"`},
		{"blobs of another image", "dev", "lib", "1", "pusher", there.manifest, 400, `"code":"MANIFEST_BLOB_UNKNOWN"`},
		{"no JSON", "dev", "app", "1", "pusher", "{", 400, `"code":"MANIFEST_INVALID"`},
		{"schema 1", "dev", "app", "1", "pusher", `{"schemaVersion":1}`, 400, `"code":"MANIFEST_INVALID"`},
		{"no config", "dev", "app", "1", "pusher", `{"schemaVersion":2}`, 400, `"code":"MANIFEST_INVALID"`},
		{"odd digest", "dev", "app", "1", "pusher", `{"schemaVersion":2,"config":{"digest":"md5:00"}}`, 400, `"code":"MANIFEST_INVALID"`},
		{"odd subject", "dev", "app", "1", "pusher", strings.Replace(there.manifest, `"layers"`, `"subject":{"digest":"md5:00"},"layers"`, 1), 400, `"code":"MANIFEST_INVALID"`},
		{"too long", "dev", "app", "1", "pusher", strings.Repeat(" ", 4<<20) + there.manifest, 400, `"code":"MANIFEST_INVALID"`},
		{"other digest", "dev", "app", sum("x"), "pusher", there.manifest, 400, `"code":"DIGEST_INVALID"`},
		{"no tag", "dev", "app", ".hidden", "pusher", there.manifest, 400, `"code":"TAG_INVALID"`},
		{"short digest", "dev", "app", "sha256:00", "pusher", there.manifest, 400, `"code":"TAG_INVALID"`},
		{"long tag", "dev", "app", strings.Repeat("t", 129), "pusher", there.manifest, 400, `"code":"TAG_INVALID"`},
		{"no right", "dev", "app", "1", "reader", there.manifest, 403, "\"message\" : \"The client does not have permission for push to the repository\""},
		{"excluded path", "dev", "secret", "1", "admin", there.manifest, 403, "due to a conflict with its include/exclude patterns."},
		{"nowhere to deploy", "readonly", "app", "1", "admin", there.manifest, 405, "Repository 'readonly' does not accept deployments."},
	} {
		got := pushManifest(t, srv, c.repository, c.image, c.reference, c.user, c.manifest)
		if got.status != c.status || !strings.Contains(got.body, c.word) {
			t.Errorf("%s: PUT = %d %s, want %d %s", c.name, got.status, got.body, c.status, c.word)
		}
	}
	if got := len(files(b.store, "dev")); got != 2 {
		t.Errorf("%d files after refused manifests, want the 2 uploads: %v", got, files(b.store, "dev"))
	}
}

// TestOverwrite holds artifactory 1.4 and 6.4: other content takes the right to delete.
func TestOverwrite(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{})
	first, second := newImage("first"), newImage("second")
	for _, i := range []image{first, second} {
		pushBlobs(t, srv, "dev", "app", "pusher", i)
	}
	for _, c := range []struct {
		user, manifest string
		hide           bool
		status         int
		word           string
	}{
		{"pusher", first.manifest, false, 201, ""},
		{"pusher", first.manifest, false, 201, ""},
		{"pusher", second.manifest, false, 403, "User doesn't have permissions to override 'dev:app/1.0/manifest.json'. Needs delete permissions."},
		{"pusher", second.manifest, true, 404, "Could not locate artifact"},
		{"admin", second.manifest, false, 201, ""},
	} {
		b.hide = c.hide
		got := pushManifest(t, srv, "dev", "app", "1.0", c.user, c.manifest)
		if got.status != c.status || !strings.Contains(got.body, c.word) {
			t.Errorf("PUT as %s = %d %s, want %d %s", c.user, got.status, got.body, c.status, c.word)
		}
	}
	want := set([]string{"app/1.0/manifest.json", "app/1.0/" + file(second.config), "app/1.0/" + file(second.layer)})
	if diff := cmp.Diff(want, set(files(b.store, "dev"))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// TestRightsByPattern: the pattern of a permission is asked with the real path (artifactory 7).
func TestRightsByPattern(t *testing.T) {
	b := newBackend()
	b.users["signer"] = access.User{Name: "signer", Permissions: []access.Permission{
		{Repositories: []string{"dev"}, Include: []string{"app/*.sig/**", "app/_uploads/**"}, Rights: access.Deploy},
	}}
	srv := serve(t, b, docker.Options{})
	i := newImage("signature")
	pushBlobs(t, srv, "dev", "app", "signer", i)
	for tag, want := range map[string]int{"x.sig": 201, "x": 403} {
		if got := pushManifest(t, srv, "dev", "app", tag, "signer", i.manifest); got.status != want {
			t.Errorf("PUT of %s = %d %s, want %d", tag, got.status, got.body, want)
		}
	}
}
