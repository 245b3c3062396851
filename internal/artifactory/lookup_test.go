package artifactory_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/repository"
)

func TestPingAndVersion(t *testing.T) {
	w := start(t, func(o *emulator.Options) { o.Version = "7.84.10" })
	if err := w.as("syncer").Ping(t.Context()); err != nil {
		t.Errorf("Ping = %v", err)
	}
	if got, err := w.as("syncer").Version(t.Context()); got != "7.84.10" || err != nil {
		t.Errorf("Version = %s, %v, want 7.84.10", got, err)
	}
	w.intercept("ping", answer(http.StatusServiceUnavailable, "text/plain", "starting"))
	if err := w.as("syncer").Ping(t.Context()); !errors.Is(err, oci.ErrUnavailable) || !strings.Contains(err.Error(), "starting") {
		t.Errorf("Ping = %v, want unavailable, with the server's words", err)
	}
}

func TestRepository(t *testing.T) {
	w := start(t, func(o *emulator.Options) { o.Repositories[1].MaxUniqueTags = 7 })
	for _, c := range []struct {
		user, key string
		want      repository.Info
	}{
		{"admin", "dev", repository.Info{Key: "dev", Class: "local", PackageType: "docker"}},
		{"admin", "files", repository.Info{Key: "files", Class: "local", PackageType: "generic"}},
		{"admin", "hub", repository.Info{Key: "hub", Class: "remote", PackageType: "docker"}},
		{"admin", "fed", repository.Info{Key: "fed", Class: "federated", PackageType: "oci"}},
		{"admin", "docker", repository.Info{Key: "docker", Class: "virtual", PackageType: "docker", DefaultDeployment: "dev"}},
		{"syncer", "docker", repository.Info{Key: "docker", Class: "virtual", PackageType: "docker", MaxUniqueTags: repository.UnknownTags}},
		{"admin", "prod", repository.Info{Key: "prod", Class: "local", PackageType: "docker", MaxUniqueTags: 7}},
		{"syncer", "prod", repository.Info{Key: "prod", Class: "local", PackageType: "docker", MaxUniqueTags: repository.UnknownTags}},
	} {
		got, err := w.as(c.user).Repository(t.Context(), c.key)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("Repository(%s) as %s = %v (-want +got):\n%s", c.key, c.user, err, diff)
		}
	}
}

func TestRepositoryInOtherSpellings(t *testing.T) {
	c := answering(t, answer(http.StatusOK, "application/json", `{"key":"dev","type":"LOCAL","packageType":"Docker"}`))
	want := repository.Info{Key: "dev", Class: "local", PackageType: "docker", MaxUniqueTags: repository.UnknownTags}
	if got, err := c.Repository(t.Context(), "dev"); got != want || err != nil {
		t.Errorf("Repository = %+v, %v, want %+v", got, err, want)
	}
}

// Old versions answer 400 for a repository that is not there; other refusals
// with 400 say nothing about it.
func TestRepositoryIsNotFound(t *testing.T) {
	for _, old := range []bool{false, true} {
		w := start(t, func(o *emulator.Options) { o.Quirks.MissingRepositoryIs400 = old })
		if _, err := w.as("admin").Repository(t.Context(), "nowhere"); !errors.Is(err, oci.ErrNotFound) {
			t.Errorf("Repository with MissingRepositoryIs400 %t = %v, want not found", old, err)
		}
	}
	for name, h := range map[string]http.HandlerFunc{
		"a locked account": answer(400, "application/json", `{"errors":[{"status":403,"message":"This request is locked due to recurrent log on errors"}]}`),
		"a page":           answer(400, "text/html", "<html>"),
		"no licence":       answer(400, "text/plain", "This REST API is available only in Artifactory Pro"),
		"no right":         answer(403, "", ""),
		"an outage":        answer(500, "", ""),
		"not JSON":         answer(200, "application/json", "x"),
		"a key that leads elsewhere": answer(200, "application/json",
			`{"rclass":"virtual","packageType":"docker","defaultDeploymentRepo":"../security"}`),
	} {
		if _, err := answering(t, h).Repository(t.Context(), "dev"); err == nil || errors.Is(err, oci.ErrNotFound) {
			t.Errorf("Repository answered with %s = %v, want an error other than not found", name, err)
		}
	}
}

func TestReadable(t *testing.T) {
	w := start(t, func(o *emulator.Options) { o.Users[3].Permissions[0].Repositories = []string{"dev"} }, "dev:team/app/1.0/manifest.json")
	for _, c := range []struct {
		user, key string
		want      error
	}{
		{"syncer", "dev", nil},
		{"syncer", "prod", nil}, // which is empty
		{"syncer", "hub-cache", nil},
		{"partial", "dev", nil},
		{"partial", "prod", oci.ErrDenied},
		{"syncer", "nowhere", oci.ErrNotFound},
	} {
		if err := w.as(c.user).Readable(t.Context(), c.key); !errors.Is(err, c.want) {
			t.Errorf("Readable(%s) as %s = %v, want %v", c.key, c.user, err, c.want)
		}
	}
}

func TestFileDigest(t *testing.T) {
	w := start(t, nil, "dev:app/1.0/manifest.json", "dev:app/2.0/manifest.json")
	w.Tree().DropSHA256("dev", "app/2.0/manifest.json")
	for _, c := range []struct {
		path string
		want error
	}{
		{"app/1.0/manifest.json", nil},
		{"app/3.0/manifest.json", oci.ErrNotFound},
		{"app/2.0/manifest.json", oci.ErrIncomplete}, // no checksum
		{"app/1.0", oci.ErrIncomplete},               // a folder
	} {
		got, err := w.as("syncer").FileDigest(t.Context(), in("dev", c.path))
		if !errors.Is(err, c.want) || got.IsZero() != (c.want != nil) {
			t.Errorf("FileDigest(%s) = %s, %v, want %v", c.path, got.Short(), err, c.want)
		}
	}
	if _, err := answering(t, answer(200, "application/json", `{"checksums":{"sha256":"abc"}}`)).FileDigest(t.Context(), in("dev", "a")); !errors.Is(err, oci.ErrIncomplete) {
		t.Errorf("FileDigest of half a checksum = %v, want incomplete", err)
	}
}

func TestManifest(t *testing.T) {
	w := start(t, nil)
	image := seed.Push(w.Tree(), "dev", "team/app", "1.0", "salt")
	index := seed.PushIndex(w.Tree(), "dev", "team/app", "2.0", "salt", 2)
	signed := seed.Sign(w.Tree(), "dev", "team/app", image.Digest, "alice", "bob")
	for name, want := range map[string]string{
		"1.0": image.Digest, "2.0": index.Digest, strings.Replace(image.Digest, ":", "-", 1) + ".sig": signed,
	} {
		raw, err := w.as("syncer").Manifest(t.Context(), repository.Tag{Repository: "dev", Image: "team/app", Tag: name})
		if got := oci.FromBytes(raw).String(); got != want || err != nil {
			t.Errorf("Manifest(%s) = %s, %v, want %s", name, got, err, want)
		}
	}
	for _, at := range []repository.Tag{{Repository: "dev", Image: "team/app", Tag: "3.0"}, {Repository: "dev", Image: "team/other", Tag: "1.0"}} {
		if raw, err := w.as("syncer").Manifest(t.Context(), at); raw != nil || !errors.Is(err, oci.ErrNotFound) {
			t.Errorf("Manifest(%v) = %s, %v, want not found", at, raw, err)
		}
	}
}
