package docker_test

import (
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/docker"
)

func fillLists(t *testing.T, b *backend) {
	t.Helper()
	i := newImage("listed")
	for _, at := range []docker.Place{
		{Repo: "dev", Image: "team/app", Reference: "2"},
		{Repo: "dev", Image: "team/app", Reference: "1"},
		{Repo: "dev", Image: "team/app", Reference: strings.Replace(sum("x"), ":", "-", 1) + ".sig"},
		{Repo: "dev", Image: "team/app", Reference: sum(i.manifest)},
		{Repo: "dev", Image: "team/app/deep", Reference: "9"},
		{Repo: "prod", Image: "team/app", Reference: "3"},
		{Repo: "prod", Image: "lib", Reference: "1"},
	} {
		store(t, b.store, at, i)
	}
	b.store.MakeFolder("dev", "team/app/empty")
	b.store.Put("dev", "team/notes/readme.txt", []byte("text"), "", nil)
	b.store.MakeFolder("dev", "team/odd/deep/manifest.json")
	b.store.Put("dev", "stray.json", []byte("{}"), "", nil)
	b.store.Put("dev", "one/manifest.json", []byte("{}"), "", nil)
}

// TestLists holds artifactory 5.1 and signature-formats B3.
func TestLists(t *testing.T) {
	b := newBackend()
	b.users["some"] = access.User{Name: "some", Permissions: []access.Permission{
		{Repositories: []string{"dev"}, Include: []string{"team/app/1/**"}, Rights: access.Read},
	}}
	fillLists(t, b)
	sig := strings.Replace(sum("x"), ":", "-", 1) + ".sig"
	digests := sum(newImage("listed").manifest)
	srv := serve(t, b, docker.Options{FilterDigestTags: true})
	old := serve(t, b, docker.Options{})
	for _, c := range []struct {
		path, user string
		old        bool
		status     int
		body, link string
	}{
		{path: api + "dev/v2/team/app/tags/list", user: "reader", body: `{"name":"team/app","tags":["1","2","` + sig + `"]}`},
		{path: api + "dev/v2/team/app/tags/list", user: "reader", old: true, body: `{"name":"team/app","tags":["1","2","` + sig + `","` + digests + `"]}`},
		{path: api + "dev/v2/team/app/tags/list", user: "some", body: `{"name":"team/app","tags":["1"]}`},
		{path: api + "all/v2/team/app/tags/list", user: "admin", body: `{"name":"team/app","tags":["1","2","3","` + sig + `"]}`},
		{path: api + "dev/v2/team/app/tags/list?n=1", user: "reader", body: `{"name":"team/app","tags":["1"]}`, link: `</v2/team/app/tags/list?last=1&n=1>; rel="next"`},
		{path: "/v2/dev/team/app/tags/list?n=1&last=1", user: "reader", body: `{"name":"team/app","tags":["2"]}`, link: `</v2/dev/team/app/tags/list?last=2&n=1>; rel="next"`},
		{path: "/v2/dev/team/app/tags/list?n=1&last=2", user: "reader", body: `{"name":"team/app","tags":["` + sig + `"]}`},
		{path: "/v2/dev/team/app/tags/list?n=9&last=" + sig, user: "reader", body: `{"name":"team/app","tags":[]}`},
		{path: "/v2/dev/team/app/tags/list?n=0", user: "reader", body: `{"name":"team/app","tags":[]}`},
		{path: "/v2/dev/team/app/tags/list?n=x", user: "reader", status: 400, body: `"code":"PAGINATION_NUMBER_INVALID"`},
		{path: "/v2/dev/team/app/tags/list?n=-1", user: "reader", status: 400, body: `"code":"PAGINATION_NUMBER_INVALID"`},
		{path: "/v2/dev/none/tags/list", user: "reader", status: 404, body: `"code":"NAME_UNKNOWN"`},
		{path: "/v2/prod/lib/tags/list", user: "reader", status: 403, body: `"status" : 403`},
		{path: api + "dev/v2/_catalog", user: "reader", body: `{"repositories":["team/app","team/app/deep"]}`},
		{path: api + "all/v2/_catalog", user: "reader", body: `{"repositories":["team/app","team/app/deep"]}`},
		{path: api + "all/v2/_catalog", user: "admin", body: `{"repositories":["lib","team/app","team/app/deep"]}`},
		{path: api + "all/v2/_catalog?n=2", user: "admin", body: `{"repositories":["lib","team/app"]}`, link: `</v2/_catalog?last=team%2Fapp&n=2>; rel="next"`},
		{path: api + "prod/v2/_catalog", user: "reader", status: 403, body: `"status" : 403`},
	} {
		server, status := srv, c.status
		if c.old {
			server = old
		}
		if status == 0 {
			status = 200
		}
		got := send(t, server, request{line: "GET " + c.path, user: c.user})
		same := strings.TrimSpace(got.body) == c.body || status != 200 && strings.Contains(got.body, c.body)
		if got.status != status || !same || got.header.Get("Link") != c.link {
			t.Errorf("GET %s as %s = %d %s %q, want %d %s %q", c.path, c.user, got.status, got.body, got.header.Get("Link"), status, c.body, c.link)
		}
	}
}

// TestRefusedCatalog: some servers do not let everybody list repositories.
func TestRefusedCatalog(t *testing.T) {
	for _, status := range []int{403, 404} {
		srv := serve(t, newBackend(), docker.Options{CatalogStatus: status})
		if got := send(t, srv, request{line: "GET " + api + "dev/v2/_catalog", user: "admin"}); got.status != status {
			t.Errorf("catalog = %d %s, want %d", got.status, got.body, status)
		}
	}
}

// TestEmptyLists: an empty repository has an empty catalog, and no image has no tags.
func TestEmptyLists(t *testing.T) {
	srv := serve(t, newBackend(), docker.Options{})
	if got := send(t, srv, request{line: "GET " + api + "dev/v2/_catalog", user: "reader"}); got.body != "{\"repositories\":[]}\n" {
		t.Errorf("catalog of an empty repository = %d %s", got.status, got.body)
	}
}
