package mover_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/mover"
)

func TestLanding(t *testing.T) {
	sig := []string{"dev:img/s.sig/manifest.json", "dev:img/s.sig/sha256__a"}
	for _, c := range []struct {
		name     string
		there    []string
		from, to string
		want     []string
	}{
		{"1.3 file to nothing is a rename", []string{"prod:"}, "dev:img/s.sig/manifest.json", "prod:x/y.json", []string{"x/", "x/y.json"}},
		{"1.3 file onto folder lands inside", []string{"prod:x/"}, "dev:img/s.sig/manifest.json", "prod:x", []string{"x/", "x/manifest.json"}},
		{"1.3 file onto file replaces", []string{"prod:x/f"}, "dev:img/s.sig/manifest.json", "prod:x/f", []string{"x/", "x/f"}},
		{"1.3 file to the root lands in it", []string{"prod:"}, "dev:img/s.sig/manifest.json", "prod:", []string{"manifest.json"}},
		{"1.3 folder to nothing is a rename", []string{"prod:"}, "dev:img/s.sig", "prod:img", []string{"img/", "img/manifest.json", "img/sha256__a"}},
		{"1.3 folder onto existing folder nests", []string{"prod:img/"}, "dev:img/s.sig", "prod:img", []string{"img/", "img/s.sig/", "img/s.sig/manifest.json", "img/s.sig/sha256__a"}},
		{"1.3 folder onto its own existing path nests", []string{"prod:img/s.sig/old"}, "dev:img/s.sig", "prod:img/s.sig", []string{"img/", "img/s.sig/", "img/s.sig/old", "img/s.sig/s.sig/", "img/s.sig/s.sig/manifest.json", "img/s.sig/s.sig/sha256__a"}},
		{"1.3 folder to the root lands in it", []string{"prod:"}, "dev:img/s.sig", "prod:", []string{"s.sig/", "s.sig/manifest.json", "s.sig/sha256__a"}},
		{"1.3 adjusted folder merges, extras stay", []string{"prod:img/s.sig/extra", "prod:img/s.sig/manifest.json"}, "dev:img/s.sig", "prod:img", []string{"img/", "img/s.sig/", "img/s.sig/extra", "img/s.sig/manifest.json", "img/s.sig/sha256__a"}},
		{"1.3 no second adjustment below the top", []string{"prod:img/s.sig/sha256__a/"}, "dev:img/s.sig/manifest.json", "prod:img", []string{"img/", "img/manifest.json", "img/s.sig/", "img/s.sig/sha256__a/"}},
		{"1.3 whole repository", []string{"prod:"}, "dev:", "prod:", []string{"img/", "img/s.sig/", "img/s.sig/manifest.json", "img/s.sig/sha256__a"}},
		{"2.7 whole repository without the server's indexes", []string{"prod:", "dev:.jfrog/img/v1/referrers.json"}, "dev:", "prod:", []string{"img/", "img/s.sig/", "img/s.sig/manifest.json", "img/s.sig/sha256__a"}},
		{"1.3 folder into itself ends", []string{"prod:"}, "dev:img", "dev:img/s.sig", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(append(sig, c.there...)...)
			if got := w.copy(t, c.from, c.to); got.Status(500) != 200 {
				t.Fatalf("Copy(%s, %s) = %v, want no problem", c.from, c.to, summary(got))
			}
			if c.want == nil {
				return
			}
			if diff := cmp.Diff(c.want, w.list("prod")); diff != "" {
				t.Errorf("after Copy(%s, %s) prod holds (-want +got):\n%s", c.from, c.to, diff)
			}
		})
	}
}

func TestCountsIncludeTheRootFolder(t *testing.T) {
	w := newWorld("dev:img/s.sig/manifest.json", "dev:img/s.sig/sha256__a", "prod:img/")
	got := w.copy(t, "dev:img/s.sig", "prod:img")
	if diff := cmp.Diff(mover.Result{Files: 2, Folders: 1}, got); diff != "" {
		t.Errorf("1.7 counts (-want +got):\n%s", diff)
	}
}

func TestSameSourceAndTarget(t *testing.T) {
	for _, to := range []string{"dev:img/s.sig", "dev:img"} {
		w := newWorld("dev:img/s.sig/manifest.json")
		want := []string{"0 files, 0 folders, status 500", "0 Skipping copy dev:img/s.sig: Destination and source are the same"}
		if diff := cmp.Diff(want, summary(w.copy(t, "dev:img/s.sig", to))); diff != "" {
			t.Errorf("1.7 Copy to %s (-want +got):\n%s", to, diff)
		}
	}
}

func TestCopyOfAnAbsentItem(t *testing.T) {
	if _, err := newWorld("dev:", "prod:").try("dev:x", "prod:x"); err == nil {
		t.Error("Copy of an absent item = nil error, want one")
	}
}
