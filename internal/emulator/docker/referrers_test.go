package docker_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/docker"
)

const (
	emptyType  = "application/vnd.oci.empty.v1+json"
	bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"
)

// referring is a backend whose repositories list their referrers.
func referring() *backend {
	b := newBackend()
	b.referrers = map[string]bool{"dev": true, "prod": true, "all": true}
	return b
}

// newReferrer is an artifact that names a subject. Fields are more JSON fields
// of the manifest, each with a comma behind it.
func newReferrer(name, subject, configType, fields string) image {
	i := image{config: "{}", layer: "payload of " + name}
	i.manifest = fmt.Sprintf(`{"schemaVersion":2,"mediaType":"%s",%s"config":%s,"layers":[%s],"subject":%s}`,
		imageType, fields, descriptor(configType, i.config), descriptor("text/plain", i.layer), descriptor(imageType, subject))
	return i
}

// pushReferrer pushes an artifact by digest and returns the answer to its manifest.
func pushReferrer(t *testing.T, srv *httptest.Server, repository string, i image) answer {
	t.Helper()
	pushBlobs(t, srv, repository, "app", "admin", i)
	got := pushManifest(t, srv, repository, "app", sum(i.manifest), "admin", i.manifest)
	if got.status != 201 {
		t.Fatalf("PUT of %s = %d %s, want 201", i.layer, got.status, got.body)
	}
	return got
}

// list asks for the referrers of what was pushed, and wants 200 and an index.
func list(t *testing.T, srv *httptest.Server, path string) ([]v1.Descriptor, answer) {
	t.Helper()
	got := send(t, srv, request{line: "GET " + path, user: "admin"})
	var index v1.Index
	if err := json.Unmarshal([]byte(got.body), &index); err != nil || got.status != 200 ||
		got.header.Get("Docker-Distribution-Api-Version") != "registry/2.0" || index.SchemaVersion != 2 || index.MediaType != indexType || got.header.Get("Content-Type") != indexType {
		t.Fatalf("GET %s = %d %s %s, %v, want an index", path, got.status, got.header.Get("Content-Type"), got.body, err)
	}
	return index.Manifests, got
}

func digests(entries []v1.Descriptor) []string {
	found := []string{}
	for _, d := range entries {
		found = append(found, d.Digest.String())
	}
	return found
}

// TestReferrers holds signature-formats A4 and B3: an entry has the artifact
// type of the manifest, else that of its config, and the annotations; the list
// has no order; a subject need not exist, and none is 404.
func TestReferrers(t *testing.T) {
	b := referring()
	srv := serve(t, b, docker.Options{})
	bundle := newReferrer("bundle", "subject", emptyType, `"artifactType":"`+bundleType+`","annotations":{"k":"v"},`)
	legacy := newReferrer("legacy", "subject", "application/x.legacy", "")
	index := strings.Replace(newIndex(bundle), `"manifests"`, `"artifactType":"x/index","subject":`+descriptor(imageType, "subject")+`,"manifests"`, 1)
	other := newReferrer("other", "another", emptyType, "")
	for _, i := range []image{bundle, legacy, bundle, other} {
		pushReferrer(t, srv, "dev", i)
	}
	pushManifest(t, srv, "dev", "app", "tagged", "admin", index)
	entry := func(mediaType, artifactType, content string, annotations map[string]string) v1.Descriptor {
		return v1.Descriptor{
			MediaType: mediaType, ArtifactType: artifactType, Size: int64(len(content)), Annotations: annotations,
			Digest: digest.FromString(content),
		}
	}
	want := []v1.Descriptor{
		entry(indexType, "x/index", index, nil),
		entry(imageType, "application/x.legacy", legacy.manifest, nil),
		entry(imageType, bundleType, bundle.manifest, map[string]string{"k": "v"}),
	}
	for _, path := range []string{api + "dev/v2/app/referrers/", "/v2/dev/app/referrers/"} {
		got, _ := list(t, srv, path+sum("subject"))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("GET %s (-want +got):\n%s", path, diff)
		}
	}
	for _, path := range []string{api + "dev/v2/app/referrers/" + sum("unknown"), api + "dev/v2/none/referrers/" + sum("subject"), api + "prod/v2/app/referrers/" + sum("subject")} {
		if _, got := list(t, srv, path); !strings.Contains(got.body, `"manifests":[]`) {
			t.Errorf("GET %s = %s, want no entries", path, got.body)
		}
	}
}

// TestReferrersFilter holds signature-formats A4 and B3: the header tells that the filter was used.
func TestReferrersFilter(t *testing.T) {
	b := referring()
	srv := serve(t, b, docker.Options{})
	bundle := newReferrer("bundle", "subject", emptyType, `"artifactType":"`+bundleType+`",`)
	pushReferrer(t, srv, "dev", bundle)
	pushReferrer(t, srv, "dev", newReferrer("legacy", "subject", "application/x.legacy", ""))
	for _, c := range []struct {
		query, applied string
		want           int
	}{
		{"", "", 2},
		{"?artifactType=", "", 2},
		{"?artifactType=application/vnd.dev.sigstore.bundle.v0.3%2Bjson", "artifactType", 1},
		{"?artifactType=text/plain", "artifactType", 0},
	} {
		entries, got := list(t, srv, api+"dev/v2/app/referrers/"+sum("subject")+c.query)
		if len(entries) != c.want || got.header.Get("Oci-Filters-Applied") != c.applied {
			t.Errorf("GET with %q = %v, filters %q, want %d entries, %q", c.query, entries, got.header.Get("Oci-Filters-Applied"), c.want, c.applied)
		}
	}
}

// TestReferrersPages holds signature-formats A4: pages hang together by Link,
// whose path is that behind a docker host name (artifactory 5.1).
func TestReferrersPages(t *testing.T) {
	b := referring()
	srv := serve(t, b, docker.Options{ReferrersPage: 2})
	var all []string
	for _, name := range []string{"1", "2", "3", "4", "5"} {
		i := newReferrer(name, "subject", "text/odd", "")
		pushReferrer(t, srv, "dev", i)
		all = append([]string{sum(i.manifest)}, all...)
	}
	path := "/app/referrers/" + sum("subject")
	link := func(prefix, last, rest string) string {
		return "<" + prefix + path + "?" + rest + "last=" + strings.Replace(last, ":", "%3A", 1) + "&n=2>; rel=\"next\""
	}
	for _, c := range []struct {
		prefix, query, link string
		want                []string
	}{
		{"/v2/dev", "", link("/v2/dev", all[1], ""), all[:2]},
		{api + "dev/v2", "?n=9", link("/v2", all[1], ""), all[:2]},
		{"/v2/dev", "?n=2&last=" + all[1], link("/v2/dev", all[3], ""), all[2:4]},
		{"/v2/dev", "?last=" + all[2], "", all[3:]},
		{"/v2/dev", "?last=" + all[3], "", all[4:]},
		{"/v2/dev", "?last=" + all[4], "", []string{}},
		{"/v2/dev", "?last=gone", link("/v2/dev", all[1], ""), all[:2]},
		{"/v2/dev", "?artifactType=text/odd", link("/v2/dev", all[1], "artifactType=text%2Fodd&"), all[:2]},
	} {
		entries, got := list(t, srv, c.prefix+path+c.query)
		if diff := cmp.Diff(c.want, digests(entries)); diff != "" || got.header.Get("Link") != c.link {
			t.Errorf("GET of %s%s: Link %q, want %q; entries (-want +got):\n%s", c.prefix, c.query, got.header.Get("Link"), c.link, diff)
		}
	}
	if entries, _ := list(t, srv, "/v2/dev"+path+"?n=1"); len(entries) != 1 {
		t.Errorf("GET with n=1 = %d entries, want 1", len(entries))
	}
}

// TestReferrersIndexFollowsPushes holds signature-formats B3 and B4: only what
// is pushed to the registry is entered, and deleting a referrer takes it out.
func TestReferrersIndexFollowsPushes(t *testing.T) {
	b := referring()
	srv := serve(t, b, docker.Options{})
	pushed, placed := newReferrer("pushed", "subject", emptyType, ""), newReferrer("placed", "subject", emptyType, "")
	pushReferrer(t, srv, "dev", pushed)
	pushManifest(t, srv, "dev", "app", "tag", "admin", pushed.manifest)
	store(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: sum(placed.manifest)}, placed)
	expect := func(step string, want ...image) {
		t.Helper()
		manifests := []string{}
		for _, i := range want {
			manifests = append(manifests, sum(i.manifest))
		}
		entries, _ := list(t, srv, api+"dev/v2/app/referrers/"+sum("subject"))
		if diff := cmp.Diff(manifests, digests(entries)); diff != "" {
			t.Errorf("%s: entries (-want +got):\n%s", step, diff)
		}
	}
	remove := func(reference string) {
		t.Helper()
		if got := send(t, srv, request{line: "DELETE " + api + "dev/v2/app/manifests/" + reference, user: "admin"}); got.status != 202 {
			t.Fatalf("DELETE of %s = %d %s, want 202", reference, got.status, got.body)
		}
	}
	expect("after a push and a copy", pushed)
	remove("tag")
	expect("after one of two folders is gone", pushed)
	pushReferrer(t, srv, "dev", placed)
	expect("after a repair", placed, pushed)
	remove(sum(pushed.manifest))
	expect("after the referrer is gone", placed)
	b.store.Delete("dev", "app/"+sum(placed.manifest))
	expect("after the file is gone", placed)
	if got := send(t, srv, request{line: "GET " + api + "dev/v2/app/manifests/" + sum(placed.manifest), user: "admin"}); got.status != 404 {
		t.Errorf("GET of what is only listed = %d %s, want 404", got.status, got.body)
	}
	tagged, plain := newReferrer("tagged", "subject", emptyType, ""), newImage("plain")
	pushBlobs(t, srv, "dev", "app", "admin", tagged)
	pushBlobs(t, srv, "dev", "app", "admin", plain)
	pushManifest(t, srv, "dev", "app", "tag", "admin", tagged.manifest)
	expect("after a push by tag", tagged, placed)
	pushManifest(t, srv, "dev", "app", "tag", "admin", plain.manifest)
	expect("after the tag is another's", placed)
}

// TestReferrersFile holds artifactory 2.7: the index is a file of the server's own.
func TestReferrersFile(t *testing.T) {
	b := referring()
	srv := serve(t, b, docker.Options{})
	i := newReferrer("one", "subject", emptyType, "")
	pushReferrer(t, srv, "dev", i)
	b.referrers = nil
	off := newReferrer("off", "subject", emptyType, "")
	pushReferrer(t, srv, "prod", off)
	send(t, srv, request{line: "DELETE " + api + "prod/v2/app/manifests/" + sum(off.manifest), user: "admin"})
	want := set([]string{
		".jfrog/app/v1/referrers.json", "app/" + sum(i.manifest) + "/manifest.json",
		"app/" + sum(i.manifest) + "/" + file("{}"), "app/" + sum(i.manifest) + "/" + file(i.layer),
	})
	if diff := cmp.Diff(want, set(files(b.store, "dev"))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if got := files(b.store, "prod"); len(got) != 0 {
		t.Errorf("files where the API is off = %v, want none", got)
	}
	b.referrers = map[string]bool{"dev": true}
	for _, spoiled := range []string{"{", "null"} {
		b.store.Put("dev", docker.ReferrersFile("app"), []byte(spoiled), "admin", nil)
		if entries, _ := list(t, srv, api+"dev/v2/app/referrers/"+sum("subject")); len(entries) != 0 {
			t.Errorf("entries of a spoiled index = %v, want none", entries)
		}
		pushReferrer(t, srv, "dev", i)
		if entries, _ := list(t, srv, api+"dev/v2/app/referrers/"+sum("subject")); len(entries) != 1 {
			t.Errorf("entries after a push onto %s = %v, want one", spoiled, entries)
		}
	}
}

// TestOCISubject holds signature-formats A4 and B3: the header says that the
// server lists the referrer, but there are servers that say so and do not, and
// servers that do and do not say so.
func TestOCISubject(t *testing.T) {
	i, plain := newReferrer("one", "subject", emptyType, ""), newImage("plain")
	for _, c := range []struct {
		on      bool
		options docker.Options
		push    image
		want    string
	}{
		{true, docker.Options{}, i, sum("subject")},
		{true, docker.Options{}, plain, ""},
		{true, docker.Options{SilentSubject: true}, i, ""},
		{false, docker.Options{}, i, ""},
		{false, docker.Options{SubjectWithoutReferrers: true}, i, sum("subject")},
		{false, docker.Options{SubjectWithoutReferrers: true}, plain, ""},
	} {
		b := newBackend()
		b.referrers = map[string]bool{"dev": c.on}
		srv := serve(t, b, c.options)
		if got := pushReferrer(t, srv, "dev", c.push).header.Get("Oci-Subject"); got != c.want {
			t.Errorf("PUT with the API %v and %+v: OCI-Subject %q, want %q", c.on, c.options, got, c.want)
		}
		got := send(t, srv, request{line: "GET " + api + "dev/v2/app/referrers/" + sum("subject"), user: "admin"})
		if c.on != (got.status == 200) || !c.on && (got.status != 404 || got.body != "") {
			t.Errorf("GET with the API %v = %d %q, want 200 with it and a bare 404 without", c.on, got.status, got.body)
		}
	}
}

// TestLyingReferrers holds signature-formats A2 and A4: an entry may have any
// type, no annotations and a wrong size, and the filter goes by the entry.
func TestLyingReferrers(t *testing.T) {
	b := referring()
	srv := serve(t, b, docker.Options{LyingReferrers: true})
	i := newReferrer("one", "subject", emptyType, `"artifactType":"`+bundleType+`","annotations":{"k":"v"},`)
	pushReferrer(t, srv, "dev", i)
	path := api + "dev/v2/app/referrers/" + sum("subject")
	entries, _ := list(t, srv, path)
	want := []v1.Descriptor{{MediaType: imageType, Digest: digest.FromString(i.manifest), Size: int64(len(i.manifest)) + 1, ArtifactType: emptyType}}
	if diff := cmp.Diff(want, entries); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if entries, _ := list(t, srv, path+"?artifactType="+strings.Replace(bundleType, "+", "%2B", 1)); len(entries) != 0 {
		t.Errorf("entries of the true type = %v, want none", entries)
	}
}

// TestReferrersThroughVirtual: a virtual repository lists what its readable
// members have, each manifest once.
func TestReferrersThroughVirtual(t *testing.T) {
	b := referring()
	b.users["outsider"] = access.User{Name: "outsider"}
	srv := serve(t, b, docker.Options{})
	both, dev, prod := newReferrer("both", "subject", emptyType, ""), newReferrer("dev", "subject", emptyType, ""), newReferrer("prod", "subject", emptyType, "")
	for _, i := range []image{both, dev} {
		pushReferrer(t, srv, "dev", i)
	}
	for _, i := range []image{both, prod} {
		pushReferrer(t, srv, "all", i)
	}
	entries, _ := list(t, srv, api+"all/v2/app/referrers/"+sum("subject"))
	if diff := cmp.Diff([]string{sum(dev.manifest), sum(both.manifest), sum(prod.manifest)}, digests(entries)); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	for _, c := range []struct {
		repository, user string
		hide             bool
		status, entries  int
	}{
		{"all", "reader", false, 200, 2},
		{"prod", "reader", false, 403, 0},
		{"prod", "reader", true, 404, 0},
		{"all", "outsider", false, 403, 0},
	} {
		b.hide = c.hide
		got := send(t, srv, request{line: "GET " + api + c.repository + "/v2/app/referrers/" + sum("subject"), user: c.user})
		if n := strings.Count(got.body, imageType); got.status != c.status || n != c.entries {
			t.Errorf("GET of %s as %s, hide %v = %d %s, want %d with %d entries", c.repository, c.user, c.hide, got.status, got.body, c.status, c.entries)
		}
	}
}

// TestBadReferrersRequest: what is no digest has no referrers, and only GET lists them.
func TestBadReferrersRequest(t *testing.T) {
	srv := serve(t, referring(), docker.Options{})
	for line, want := range map[string]int{
		"GET " + api + "dev/v2/app/referrers/sha256:00":        400,
		"GET " + api + "dev/v2/app/referrers/latest":           400,
		"POST " + api + "dev/v2/app/referrers/" + sum("other"): 405,
	} {
		if got := send(t, srv, request{line: line, user: "admin"}); got.status != want {
			t.Errorf("%s = %d %s, want %d", line, got.status, got.body, want)
		}
	}
}
