package docker_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/docker"
)

// TestUploadForms: whole, in one piece after POST, and in chunks.
func TestUploadForms(t *testing.T) {
	type header = map[string]string
	const content = "hello, blob"
	done := "digest=" + sum(content)
	for name, steps := range map[string][]struct {
		method, query, body string
		header              header
		status              int
		size                string
	}{
		"whole": {
			{"POST", done, content, nil, 201, ""},
		},
		"POST and PUT": {
			{"POST", "", "", nil, 202, "0-0"},
			{"PUT", done, content, nil, 201, ""},
		},
		"chunks": {
			{"POST", "", "", nil, 202, "0-0"},
			{"PATCH", "", "hello", header{"Content-Range": "0-4"}, 202, "0-4"},
			{"PATCH", "", "lost", header{"Content-Range": "9-12"}, 416, "0-4"},
			{"GET", "", "", nil, 204, "0-4"},
			{"PATCH", "", ", ", header{"Content-Range": "bytes 5-6"}, 202, "0-6"},
			{"PUT", done, "blob", nil, 201, ""},
		},
		"stream": {
			{"POST", "", "", nil, 202, "0-0"},
			{"PATCH", "", content, nil, 202, "0-10"},
			{"PUT", done, "", nil, 201, ""},
		},
		"wrong digest, then right": {
			{"POST", "", "", nil, 202, "0-0"},
			{"PATCH", "", content, nil, 202, "0-10"},
			{"PUT", "digest=" + sum("other"), "", nil, 400, ""},
			{"PUT", done, "", nil, 201, ""},
		},
	} {
		b := newBackend()
		srv := serve(t, b, docker.Options{})
		next := "/v2/dev/team/app/blobs/uploads/"
		for _, s := range steps {
			got := send(t, srv, request{line: s.method + " " + next + "?" + s.query, user: "pusher", body: s.body, header: s.header})
			if got.status != s.status || got.header.Get("Range") != s.size {
				t.Fatalf("%s: %s %s = %d %s with Range %q, want %d %q", name, s.method, next, got.status, got.body, got.header.Get("Range"), s.status, s.size)
			}
			if got.header.Get("Docker-Distribution-Api-Version") != "registry/2.0" ||
				(s.size != "") != (got.header.Get("Docker-Upload-Uuid") != "") {
				t.Errorf("%s: %s has headers %v", name, s.method, got.header)
			}
			if location := got.header.Get("Location"); location != "" {
				next = location
			}
		}
		if want := srv.URL + "/v2/dev/team/app/blobs/" + sum(content); next != want {
			t.Errorf("%s: Location = %s, want %s", name, next, want)
		}
		if diff := cmp.Diff([]string{"team/app/_uploads/" + file(content)}, files(b.store, "dev")); diff != "" {
			t.Errorf("%s: files (-want +got):\n%s", name, diff)
		}
	}
}

// TestUploadSessions: a session ends with its blob or by DELETE, and belongs to its image.
func TestUploadSessions(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{})
	start := func() string {
		got := send(t, srv, request{line: "POST " + api + "dev/v2/app/blobs/uploads/", user: "pusher"})
		return got.header.Get("Location")
	}
	cancelled, finished, other := start(), start(), start()
	if got := send(t, srv, request{line: "DELETE " + cancelled, user: "pusher"}); got.status != 204 {
		t.Errorf("DELETE = %d, want 204", got.status)
	}
	if got := send(t, srv, request{line: "PUT " + finished + "?digest=" + sum("x"), user: "pusher", body: "x"}); got.status != 201 {
		t.Errorf("PUT = %d %s, want 201", got.status, got.body)
	}
	for _, c := range []struct {
		url, user string
		status    int
	}{
		{cancelled, "pusher", 404},
		{finished, "pusher", 404},
		{strings.Replace(other, "/app/", "/lib/", 1), "pusher", 404},
		{strings.Replace(other, "/dev/", "/prod/", 1), "pusher", 404},
		{other, "reader", 403},
		{other, "pusher", 204},
	} {
		got := send(t, srv, request{line: "GET " + c.url, user: c.user})
		if got.status != c.status || (c.status == 404 && !strings.Contains(got.body, "BLOB_UPLOAD_UNKNOWN")) {
			t.Errorf("GET %s as %s = %d %s, want %d", c.url, c.user, got.status, got.body, c.status)
		}
	}
}

// TestRefusedUploads holds artifactory 5.2 and 6.4.
func TestRefusedUploads(t *testing.T) {
	b := newBackend()
	b.excluded = "secret/_uploads"
	srv := serve(t, b, docker.Options{})
	for _, c := range []struct {
		path, user string
		status     int
		word       string
	}{
		{"dev/v2/app/blobs/uploads/?digest=" + sum("other"), "pusher", 400, `"code":"DIGEST_INVALID"`},
		{"dev/v2/app/blobs/uploads/?digest=md5:00", "pusher", 400, `"code":"DIGEST_INVALID"`},
		{"dev/v2/app/blobs/uploads/", "reader", 403, "\"status\" : 403"},
		{"dev/v2/secret/blobs/uploads/", "pusher", 403, "include/exclude patterns"},
		{"readonly/v2/app/blobs/uploads/", "admin", 405, "does not accept deployments"},
	} {
		got := send(t, srv, request{line: "POST " + api + c.path, user: c.user, body: "content"})
		if got.status != c.status || !strings.Contains(got.body, c.word) {
			t.Errorf("POST %s as %s = %d %s, want %d %s", c.path, c.user, got.status, got.body, c.status, c.word)
		}
	}
}

// TestMount holds signature-formats B3: a mount is declined unless it is switched on.
func TestMount(t *testing.T) {
	i := newImage("mounted")
	for _, c := range []struct {
		prefix, from, user string
		mount              bool
		status             int
	}{
		{api + "dev/v2/", "source", "pusher", false, 202},
		{api + "dev/v2/", "source", "pusher", true, 201},
		{"/v2/dev/", "dev/source", "pusher", true, 201},
		{"/v2/prod/", "dev/source", "pusher", true, 201},
		{"/v2/prod/", "dev/source", "blind", true, 202},
		{"/v2/dev/", "source", "pusher", true, 202},
		{"/v2/dev/", "dev/elsewhere", "pusher", true, 202},
	} {
		b := newBackend()
		b.users["blind"] = access.User{Permissions: []access.Permission{{Repositories: []string{"prod"}, Rights: access.Deploy}}}
		srv := serve(t, b, docker.Options{BlobMount: c.mount})
		store(t, b.store, docker.Place{Repo: "dev", Image: "source", Reference: "1"}, i)
		line := "POST " + c.prefix + "team/app/blobs/uploads/?mount=" + sum(i.layer) + "&from=" + c.from
		got := send(t, srv, request{line: line, user: c.user})
		if got.status != c.status {
			t.Errorf("%s as %s = %d %s, want %d", line, c.user, got.status, got.body, c.status)
		}
		if got.status != 201 {
			continue
		}
		if blob := send(t, srv, request{line: "GET " + got.header.Get("Location"), user: "admin"}); blob.body != i.layer {
			t.Errorf("GET of the mounted blob = %d %s", blob.status, blob.body)
		}
	}
}
