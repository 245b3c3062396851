package artifactory_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/repository"
)

// Paths are not only letters: what a URL reads otherwise must arrive as it is.
func TestCopyFilePaths(t *testing.T) {
	for _, path := range []string{
		"app/1.0/manifest.json", "app/sha256:" + hexDigits + "/manifest.json", "team a/ü/1.0/manifest.json",
		"a;b=c/1+1/100%/manifest.json", "a?b#c/&/x=y/manifest.json", `a"b\c/manifest.json`,
	} {
		w := start(t, nil, "dev:"+path)
		if err := w.as("syncer").CopyFile(t.Context(), in("dev", path), in("prod", path), 1); err != nil {
			t.Errorf("CopyFile(%s) = %v", path, err)
		}
		if diff := cmp.Diff([]string{path}, w.files("prod")); diff != "" {
			t.Errorf("CopyFile(%s) (-want +got):\n%s", path, diff)
		}
		if got, err := w.as("syncer").FileDigest(t.Context(), in("prod", path)); got != digest(path) || err != nil {
			t.Errorf("FileDigest(%s) = %s, %v, want %s", path, got.Short(), err, digest(path).Short())
		}
	}
}

func TestCopyFileFromCache(t *testing.T) {
	w := start(t, nil, "hub-cache:app/1.0/manifest.json")
	if err := w.as("syncer").CopyFile(t.Context(), in("hub-cache", "app/1.0/manifest.json"), in("prod", "app/1.0/manifest.json"), 1); err != nil {
		t.Errorf("CopyFile from a cache = %v", err)
	}
}

func TestCopyRefusals(t *testing.T) {
	const path = "team/app/1.0/manifest.json"
	for _, c := range []struct {
		name, user, from, to string
		change               func(*emulator.Options)
		want                 error
		side                 string
	}{
		{"an edition without Copy Item", "admin", "dev", "prod", func(o *emulator.Options) { o.Edition = emulator.EditionJCR }, oci.ErrUnsupported, ""},
		{"no right to read", "partial", "dev", "prod", func(o *emulator.Options) { o.Users[3].Permissions[0].Include = []string{"other/**"} }, oci.ErrDenied, "source"},
		{"no right to deploy", "partial", "dev", "prod", nil, oci.ErrDenied, "target"},
		{"a path that the target excludes", "owner", "dev", "prod", func(o *emulator.Options) { o.Repositories[1].Excludes = []string{"team/**"} }, oci.ErrDenied, "target"},
		{"no such target repository", "owner", "dev", "nowhere", nil, nil, ""},
		{"a virtual target", "owner", "dev", "docker", nil, nil, ""},
		{"onto itself", "owner", "dev", "dev", nil, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, c.change, "dev:"+path)
			err := w.as(c.user).CopyFile(t.Context(), in(c.from, path), in(c.to, path), 1)
			e, ok := errors.AsType[*outbound.Error](err)
			if !ok || len(e.Messages) == 0 {
				t.Fatalf("CopyFile = %v, want a refusal in the server's words", err)
			}
			for _, meaning := range meanings {
				if got := errors.Is(err, meaning); got != (meaning == c.want) { //nolint:errorlint // a table of sentinels
					t.Errorf("errors.Is(%v, %v) = %t", err, meaning, got)
				}
			}
			if e.Side != c.side {
				t.Errorf("CopyFile = %v about %q, want %q", err, e.Side, c.side)
			}
		})
	}
}

// A veto of a user plugin comes with a status of its own.
func TestCopyVeto(t *testing.T) {
	w := start(t, nil, "dev:app/1.0/manifest.json")
	w.SetVeto(func(string, string) (int, string) { return http.StatusConflict, "quarantined" })
	err := w.as("owner").CopyFile(t.Context(), in("dev", "app/1.0/manifest.json"), in("prod", "app/1.0/manifest.json"), 1)
	e, ok := errors.AsType[*outbound.Error](err)
	if !ok || e.Reason() != "Request has been canceled: quarantined" || errors.Is(err, oci.ErrUnavailable) {
		t.Errorf("CopyFile = %v, want the veto's words", err)
	}
}

func TestPromoteTag(t *testing.T) {
	folder := signature + "/"
	files := []string{folder + "manifest.json", folder + "sha256__" + hexDigits}
	w := start(t, func(o *emulator.Options) { o.Edition = emulator.EditionJCR })
	for _, path := range files {
		w.Tree().Put("dev", path, []byte(`{"schemaVersion":2,"layers":[{"digest":"sha256:`+hexDigits+`"}]}`), "ci", nil)
	}
	var bodies []string
	w.SetIntercept(func(r *http.Request, _ string) http.Handler {
		bodies = append(bodies, read(r))
		return nil
	})
	if err := w.as("owner").PromoteTag(t.Context(), tag("dev"), tag("prod")); err != nil {
		t.Fatalf("PromoteTag = %v", err)
	}
	for _, repo := range []string{"dev", "prod"} {
		if diff := cmp.Diff(files, w.files(repo)); diff != "" {
			t.Errorf("files in %s, of which nothing may be lost (-want +got):\n%s", repo, diff)
		}
	}
	elsewhere := repository.Tag{Repository: "prod", Image: "other", Tag: "1.0"}
	_ = w.as("owner").PromoteTag(t.Context(), tag("dev"), elsewhere)
	name := tag("dev").Tag
	want := []string{
		`{"targetRepo":"prod","dockerRepository":"team/app","tag":"` + name + `","copy":true}`,
		`{"targetRepo":"prod","dockerRepository":"team/app","targetDockerRepository":"other","tag":"` + name + `","targetTag":"1.0","copy":true}`,
	}
	if diff := cmp.Diff(want, bodies); diff != "" {
		t.Errorf("request bodies (-want +got):\n%s", diff)
	}
}

// Without a tag the server would promote, and without copy move, everything.
func TestPromoteTagNeedsATag(t *testing.T) {
	c := answering(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	for _, from := range []repository.Tag{{Repository: "dev", Image: "app"}, {Repository: "dev", Tag: "1.0"}} {
		if err := c.PromoteTag(t.Context(), from, tag("prod")); err == nil {
			t.Errorf("PromoteTag(%v) = nil, want an error", from)
		}
	}
}

func TestPromoteRefusals(t *testing.T) {
	for _, c := range []struct {
		name, user string
		change     func(*emulator.Options)
		files      []string
		want       error
		side       string
	}{
		{"no such tag", "owner", nil, nil, oci.ErrNotFound, "source"},
		{"an edition without promotion", "admin", func(o *emulator.Options) { o.Edition = emulator.EditionOSS }, nil, oci.ErrUnsupported, ""},
		{"no right to write", "partial", nil, []string{"dev:" + signature + "/manifest.json"}, oci.ErrDenied, "target"},
		{"no right to read", "partial", func(o *emulator.Options) {
			o.Users[3].Permissions = []access.Permission{{Repositories: []string{"prod"}, Rights: access.All}}
		}, []string{"dev:" + signature + "/manifest.json"}, oci.ErrDenied, "source"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := start(t, c.change, c.files...).as(c.user).PromoteTag(t.Context(), tag("dev"), tag("prod"))
			e, ok := errors.AsType[*outbound.Error](err)
			if !ok || !errors.Is(err, c.want) || e.Side != c.side {
				t.Errorf("PromoteTag = %v, want %v about %q", err, c.want, c.side)
			}
		})
	}
}
