package artifactory_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
)

func TestSample(t *testing.T) {
	w := start(t, func(o *emulator.Options) { o.AQL.HardCap = 3 },
		"dev:team/app/2.0/manifest.json", "dev:team/app/1.0/list.manifest.json", "dev:team/app/1.0/sha256__ab", "dev:other/app/1.0/manifest.json")
	sample := func(user, repository string, most int) ([]string, string) {
		files, trimmed, err := w.as(user).Sample(t.Context(), repository, most)
		if err != nil {
			t.Fatalf("Sample(%s, %d) = %v", repository, most, err)
		}
		paths := []string{}
		for _, f := range files {
			paths = append(paths, f.Path+"/"+f.Name)
			if f.Digest.IsZero() {
				t.Errorf("Sample(%s) has %s without a digest", repository, f.Path)
			}
		}
		return paths, trimmed
	}
	all := []string{"other/app/1.0/manifest.json", "team/app/1.0/list.manifest.json", "team/app/2.0/manifest.json"}
	if got, trimmed := sample("syncer", "dev", 3); cmp.Diff(all, got) != "" || trimmed != "" {
		t.Errorf("Sample = %v, trimmed %q, want %v", got, trimmed, all)
	}
	if got, _ := sample("syncer", "dev", 1); len(got) != 1 {
		t.Errorf("Sample of one = %v", got)
	}
	if got, _ := sample("partial", "dev", 3); cmp.Diff(all[1:], got) != "" {
		t.Errorf("Sample of who reads a part = %v, want %v", got, all[1:])
	}
	if got, _ := sample("syncer", "nowhere", 3); len(got) != 0 {
		t.Errorf("Sample of what is not there = %v", got)
	}
	w.Tree().Delete("dev", "other")
	for _, tag := range []string{"1", "2", "3", "4"} {
		w.Tree().Put("prod", "app/"+tag+"/manifest.json", []byte(tag), "admin", nil)
	}
	if _, trimmed := sample("syncer", "prod", 100); !strings.Contains(trimmed, "search hard limit") {
		t.Errorf("Sample beyond a cap: trimmed %q, want the server's notification", trimmed)
	}
}

func TestQueryLimit(t *testing.T) {
	w := start(t, func(o *emulator.Options) { o.AQL.UserLimit = 1000 }, "dev:team/app/1.0/manifest.json")
	for user, want := range map[string]int{"syncer": 1000, "admin": 0} {
		if got, err := w.as(user).QueryLimit(t.Context(), "dev"); got != want || err != nil {
			t.Errorf("QueryLimit as %s = %d, %v, want %d", user, got, err, want)
		}
	}
}

// What a listing must not be taken for is refused here too.
func TestSamplesAreWhole(t *testing.T) {
	for name, body := range map[string]string{
		"no range":         `{"results":[]}`,
		"too few rows":     `{"results":[],"range":{"total":1}}`,
		"another's rows":   `{"results":[{"repo":"prod","path":"a","name":"b"}],"range":{"total":1}}`,
		"something else":   `[]`,
		"a page":           `<html>`,
		"an early end":     `{"results":[{"repo":"dev"`,
		"a hostile length": `{"results":[],"range":{"total":0,"limit":"x"}}`,
	} {
		c := answering(t, answer(http.StatusOK, "application/json", body))
		if files, _, err := c.Sample(t.Context(), "dev", 3); err == nil {
			t.Errorf("Sample of %s = %v, want an error", name, files)
		}
		if limit, err := c.QueryLimit(t.Context(), "dev"); err == nil {
			t.Errorf("QueryLimit of %s = %d, want an error", name, limit)
		}
	}
	if _, _, err := answering(t, answer(200, "", "")).Sample(t.Context(), `a"`, 3); err == nil || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("Sample of a key that is none = %v, want an error", err)
	}
}

func TestTryCopyCopiesNothing(t *testing.T) {
	w := start(t, func(o *emulator.Options) { o.Users[3].Permissions[0].Rights = access.Read },
		"dev:team/app/1.0/manifest.json", "prod:team/app/1.0/manifest.json")
	before := w.files("prod")
	for _, c := range []struct {
		name, user, from, to string
		want                 error
		side                 string
	}{
		{"what is not there", "syncer", "team/app/1.0/manifest.json", "team/app/2.0/manifest.json", nil, ""},
		{"without Deploy", "partial", "team/app/1.0/manifest.json", "team/app/2.0/manifest.json", oci.ErrDenied, "target"},
		{"onto a file", "owner", "team/app/1.0/manifest.json", "team/app/1.0/manifest.json", nil, ""},
		{"onto a file without Delete", "syncer", "team/app/1.0/manifest.json", "team/app/1.0/manifest.json", oci.ErrDenied, "target"},
		{"no source", "syncer", "none", "team/app/2.0/manifest.json", oci.ErrNotFound, "source"},
	} {
		err := w.as(c.user).TryCopy(t.Context(), in("dev", c.from), in("prod", c.to))
		var e *outbound.Error
		if errors.As(err, &e); !errors.Is(err, c.want) || e != nil && e.Side != c.side {
			t.Errorf("TryCopy %s = %v, want %v", c.name, err, c.want)
		}
	}
	if diff := cmp.Diff(before, w.files("prod")); diff != "" {
		t.Errorf("TryCopy left (-before +after):\n%s", diff)
	}
	jcr := start(t, func(o *emulator.Options) { o.Edition = emulator.EditionJCR })
	if err := jcr.as("admin").TryCopy(t.Context(), in("dev", "none"), in("prod", "none")); !errors.Is(err, oci.ErrUnsupported) {
		t.Errorf("TryCopy without Copy Item = %v, want unsupported", err)
	}
}

func TestLicense(t *testing.T) {
	w := start(t, nil)
	if got, err := w.as("admin").License(t.Context()); got != "Enterprise Plus" || err != nil {
		t.Errorf("License = %s, %v, want Enterprise Plus", got, err)
	}
	if _, err := w.as("syncer").License(t.Context()); !errors.Is(err, oci.ErrDenied) {
		t.Errorf("License = %v, want denied", err)
	}
	cluster := answering(t, answer(http.StatusOK, "application/json", `{"licenses":[{"type":"Enterprise"},{"type":"Enterprise"}]}`))
	if got, err := cluster.License(t.Context()); got != "Enterprise" || err != nil {
		t.Errorf("License of a cluster = %s, %v, want Enterprise", got, err)
	}
}
