package docker_test

import (
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/docker"
)

const (
	unknownManifest = `{"errors":[{"code":"MANIFEST_UNKNOWN","message":"The named manifest is not known to the registry.","detail":{"manifest":"app"}}]}`
	noPermission    = "{\n  \"errors\" : [ {\n    \"status\" : 403,\n    \"message\" : \"The client does not have permission for manifest\"\n  } ]\n}"
)

// TestAbsentOrDenied holds artifactory 5.2, 6.4 and signature-formats A5.8:
// through a virtual repository a tag that is nowhere is 403 as soon as one
// member may not be read.
func TestAbsentOrDenied(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{})
	store(t, b.store, docker.Place{Repo: "prod", Image: "app", Reference: "hidden"}, newImage("hidden"))
	store(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: "open"}, newImage("open"))
	for _, c := range []struct {
		repository, tag, user string
		hide                  bool
		status                int
		body                  string
	}{
		{"dev", "absent", "reader", false, 404, unknownManifest},
		{"all", "absent", "pusher", false, 404, unknownManifest},
		{"all", "absent", "reader", false, 403, noPermission},
		{"all", "absent", "reader", true, 404, unknownManifest},
		{"all", "hidden", "reader", false, 403, noPermission},
		{"all", "hidden", "pusher", false, 200, newImage("hidden").manifest},
		{"all", "open", "reader", false, 200, newImage("open").manifest},
		{"prod", "hidden", "reader", false, 403, noPermission},
		{"prod", "hidden", "reader", true, 404, unknownManifest},
		{"prod", "absent", "reader", false, 403, noPermission},
	} {
		b.hide = c.hide
		got := send(t, srv, request{line: "GET " + api + c.repository + "/v2/app/manifests/" + c.tag, user: c.user})
		if got.status != c.status || got.body != c.body {
			t.Errorf("GET of %s:%s as %s, hide %v = %d %s, want %d %s",
				c.repository, c.tag, c.user, c.hide, got.status, got.body, c.status, c.body)
		}
	}
}

// TestReadableElsewhere: a digest in a folder the user may not read is served
// from one that they may.
func TestReadableElsewhere(t *testing.T) {
	b := newBackend()
	b.users["some"] = access.User{Name: "some", Permissions: []access.Permission{
		{Repositories: []string{"dev"}, Include: []string{"app/2/**"}, Rights: access.Read},
	}}
	b.users["digests"] = access.User{Name: "digests", Permissions: []access.Permission{
		{Repositories: []string{"dev"}, Include: []string{"app/sha256:*/**"}, Rights: access.Read},
	}}
	srv := serve(t, b, docker.Options{})
	i := newImage("twice")
	store(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: "1"}, i)
	store(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: "2"}, i)
	for path, want := range map[string]int{
		"manifests/" + sum(i.manifest): 200, "blobs/" + sum(i.layer): 200, "manifests/2": 200, "manifests/1": 403, "blobs/" + sum("x"): 403,
	} {
		if got := send(t, srv, request{line: "GET " + api + "dev/v2/app/" + path, user: "some"}); got.status != want {
			t.Errorf("GET of %s = %d %s, want %d", path, got.status, got.body, want)
		}
	}
	for digest, want := range map[string]int{sum(i.manifest): 403, sum("absent"): 404} {
		if got := send(t, srv, request{line: "GET " + api + "dev/v2/app/manifests/" + digest, user: "digests"}); got.status != want {
			t.Errorf("GET of %s, whose own folder is readable = %d %s, want %d", digest, got.status, got.body, want)
		}
	}
}

// TestExcludedPaths: a path that the repository's patterns refuse is not served.
func TestExcludedPaths(t *testing.T) {
	b := newBackend()
	b.excluded = "app/1/*"
	srv := serve(t, b, docker.Options{})
	i := newImage("excluded")
	store(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: "1"}, i)
	for _, path := range []string{"manifests/1", "blobs/" + sum(i.layer)} {
		if got := send(t, srv, request{line: "GET " + api + "dev/v2/app/" + path, user: "admin"}); got.status != 404 {
			t.Errorf("GET of %s = %d %s, want 404", path, got.status, got.body)
		}
	}
}
