package docker_test

import (
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/docker"
)

// TestAccept holds artifactory 2.6 and 5.2: a tag folder with both files serves
// the list, but not to a client that takes no list.
func TestAccept(t *testing.T) {
	const dockerType, dockerList = "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.list.v2+json"
	b := newBackend()
	srv := serve(t, b, docker.Options{})
	single, arm, amd := newImage("single"), newImage("arm"), newImage("amd")
	both, listOnly := newIndex(single), listOf(arm, amd)
	for reference, i := range map[string]image{"both": single, sum(arm.manifest): arm, sum(amd.manifest): amd} {
		store(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: reference}, i)
	}
	storeManifest(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: "both"}, both)
	storeManifest(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: "list"}, listOnly)
	storeManifest(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: sum(listOnly)}, listOnly)
	storeManifest(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: "empty"}, newIndex())
	storeManifest(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: "childless"}, newIndex(newImage("gone")))
	for _, c := range []struct{ tag, accept, want, file string }{
		{"both", "", both, "list.manifest.json"},
		{"both", "*/*", both, "list.manifest.json"},
		{"both", imageType + ", " + indexType + ";q=0.5", both, "list.manifest.json"},
		{"both", dockerType + "," + dockerList, both, "list.manifest.json"},
		{"both", imageType, single.manifest, "manifest.json"},
		{"list", imageType, amd.manifest, "manifest.json"},
		{"list", indexType, listOnly, "list.manifest.json"},
		{"childless", imageType, newIndex(newImage("gone")), "list.manifest.json"},
		{"empty", imageType, newIndex(), "list.manifest.json"},
		{sum(listOnly), imageType, listOnly, "list.manifest.json"},
		{sum(single.manifest), indexType, single.manifest, "manifest.json"},
	} {
		q := request{line: "GET " + api + "dev/v2/app/manifests/" + c.tag, user: "reader", header: map[string]string{}}
		if c.accept != "" {
			q.header["Accept"] = c.accept
		}
		got := send(t, srv, q)
		if got.body != c.want || got.header.Get("X-Artifactory-Filename") != c.file || got.header.Get("Docker-Content-Digest") != sum(c.want) {
			t.Errorf("GET of %s with Accept %q = %d %s %s, want %s %s", c.tag, c.accept,
				got.status, got.header.Get("X-Artifactory-Filename"), got.body, c.file, c.want)
		}
	}
}

// listOf is an index of an arm64 and an amd64 image, in that order.
func listOf(arm, amd image) string {
	return `{"schemaVersion":2,"mediaType":"` + indexType + `","manifests":[` +
		`{"mediaType":"` + imageType + `","size":1,"digest":"` + sum(arm.manifest) + `","platform":{"os":"linux","architecture":"arm64"}},` +
		`{"mediaType":"` + imageType + `","size":1,"digest":"` + sum(amd.manifest) + `","platform":{"os":"linux","architecture":"amd64"}}]}`
}
