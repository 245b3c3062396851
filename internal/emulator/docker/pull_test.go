package docker_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/docker"
)

// TestPullHeaders holds artifactory 5.2 and signature-formats B3.
func TestPullHeaders(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{})
	i := newImage("pulled")
	store(t, b.store, docker.Place{Repo: "dev", Image: "team/app", Reference: "1.0"}, i)
	item, _ := b.store.Stat("dev", "team/app/1.0/manifest.json")
	for _, line := range []string{"GET " + api + "dev/v2/team/app/manifests/1.0", "HEAD /v2/dev/team/app/manifests/" + sum(i.manifest)} {
		got := send(t, srv, request{line: line, user: "reader"})
		if strings.HasPrefix(line, "GET") && got.body != i.manifest {
			t.Errorf("%s = %q, want the manifest", line, got.body)
		}
		for k, want := range map[string]string{
			"Content-Type": imageType, "Docker-Content-Digest": sum(i.manifest), "Content-Length": lengthOf(i.manifest),
			"Docker-Distribution-Api-Version": "registry/2.0", "Etag": item.SHA1, "X-Checksum-Sha1": item.SHA1,
			"X-Checksum-Sha256": item.SHA256, "X-Checksum-Md5": item.MD5, "X-Artifactory-Filename": "manifest.json",
			"X-Artifactory-Docker-Registry": "dev", "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT",
		} {
			if got.header.Get(k) != want {
				t.Errorf("%s has %s: %q, want %q", line, k, got.header.Get(k), want)
			}
		}
	}
}

// TestPullBlob: a blob is found in any folder of its image, and only there (artifactory 2.7).
func TestPullBlob(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{})
	i, waiting := newImage("tagged"), newImage("waiting")
	store(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: "1.0"}, i)
	pushBlobs(t, srv, "dev", "app", "pusher", waiting)
	b.store.MakeFolder("dev", "app/2.0/"+file("a folder"))
	for _, c := range []struct {
		image, content string
		status         int
	}{
		{"app", i.layer, 200},
		{"app", waiting.config, 200},
		{"other", i.layer, 404},
		{"app", "a folder", 404},
	} {
		got := send(t, srv, request{line: "GET " + api + "dev/v2/" + c.image + "/blobs/" + sum(c.content), user: "reader"})
		want := c.content
		if c.status == 404 {
			want = `{"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown to registry","detail":{"blobSum":"` + sum(c.content) + `"}}]}`
		}
		if got.status != c.status || got.body != want {
			t.Errorf("GET of %q in %s = %d %s, want %d %s", c.content, c.image, got.status, got.body, c.status, want)
		}
	}
	part := send(t, srv, request{
		line: "GET " + api + "dev/v2/app/blobs/" + sum(i.layer), user: "reader", header: map[string]string{"Range": "bytes=0-4"},
	})
	if part.status != 206 || part.body != "layer" {
		t.Errorf("GET of a range = %d %q, want 206 and its bytes", part.status, part.body)
	}
}

// TestDigestLookup holds signature-formats B1: a digest is found in the folder
// of that name in either spelling, and in tag folders, copied ones too.
func TestDigestLookup(t *testing.T) {
	i := newImage("looked up")
	for name, arrange := range map[string]func(*backend){
		"digest folder": func(b *backend) {
			store(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: sum(i.manifest)}, i)
		},
		"remote cache": func(b *backend) {
			store(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: file(i.manifest)}, i)
		},
		"tag folder": func(b *backend) {
			store(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: "1"}, i)
		},
		"copied without properties": func(b *backend) {
			b.store.Put("dev", "app/1/manifest.json", []byte(i.manifest), "", nil)
		},
		"no recorded checksum": func(b *backend) {
			store(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: "1"}, i)
			b.store.DropSHA256("dev", "app/1/manifest.json")
		},
		"neither checksum nor properties": func(b *backend) {
			b.store.Put("dev", "app/1/manifest.json", []byte(i.manifest), "", nil)
			b.store.DropSHA256("dev", "app/1/manifest.json")
		},
	} {
		b := newBackend()
		arrange(b)
		got := send(t, serve(t, b, docker.Options{}), request{line: "GET " + api + "dev/v2/app/manifests/" + sum(i.manifest), user: "reader"})
		if got.status != 200 || got.body != i.manifest {
			t.Errorf("%s: GET by digest = %d %s, want the manifest", name, got.status, got.body)
		}
	}
}

// TestCopiedTagIsServed: what Copy Item placed is pulled at once (artifactory 1.5, 2.7).
func TestCopiedTagIsServed(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{})
	i := newImage("copied")
	store(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: "1"}, i)
	for _, name := range []string{"manifest.json", file(i.layer)} {
		from, _ := b.store.Stat("dev", "app/1/"+name)
		b.store.Place("prod", "app/1/"+name, from)
	}
	for path, want := range map[string]int{
		"manifests/1": 200, "manifests/" + sum(i.manifest): 200, "blobs/" + sum(i.layer): 200,
		"blobs/" + sum(i.config): 404, // an interrupted copy left it out
	} {
		if got := send(t, srv, request{line: "GET " + api + "prod/v2/app/" + path, user: "pusher"}); got.status != want {
			t.Errorf("GET of %s = %d %s, want %d", path, got.status, got.body, want)
		}
	}
}

// TestContentType: the stated type counts, then the one it was pushed with.
func TestContentType(t *testing.T) {
	b := newBackend()
	srv := serve(t, b, docker.Options{})
	const dockerType = "application/vnd.docker.distribution.manifest.v2+json"
	type property = map[string][]string
	bare := `{"schemaVersion":2,"config":` + descriptor(configType, "c") + `}`
	for _, c := range []struct {
		content    string
		properties property
		want       string
	}{
		{newImage("x").manifest, property{"docker.manifest.type": {dockerType}}, imageType},
		{bare, property{"docker.manifest.type": {dockerType}}, dockerType},
		{bare, nil, imageType},
		{`{"schemaVersion":2,"manifests":[]}`, nil, indexType},
		{"not JSON", nil, "application/json"},
	} {
		b.store.Put("dev", "app/1/manifest.json", []byte(c.content), "", c.properties)
		got := send(t, srv, request{line: "GET " + api + "dev/v2/app/manifests/1", user: "reader"})
		if diff := cmp.Diff(c.want, got.header.Get("Content-Type")); diff != "" {
			t.Errorf("Content-Type of %s (-want +got):\n%s", c.content, diff)
		}
	}
}
