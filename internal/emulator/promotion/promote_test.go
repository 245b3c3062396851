package promotion_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/promotion"
)

func TestPromote(t *testing.T) {
	const sig = "sha256-ab.sig"
	files := []string{"dev:img/1.0/manifest.json", "dev:img/1.0/sha256__a", "dev:img/" + sig + "/manifest.json", "dev:img/deep/2.0/manifest.json", "prod:img/old/manifest.json", "prod:img/old/sha256__z"}
	old := []string{"img/old/manifest.json", "img/old/sha256__z"}
	for _, c := range []struct {
		name      string
		request   promotion.Request
		dev, prod []string
	}{
		{
			"2.1 a move by default, without the signature", promotion.Request{Image: "img", Tag: "1.0"},
			[]string{"img/deep/2.0/manifest.json", "img/" + sig + "/manifest.json"},
			append([]string{"img/1.0/manifest.json", "img/1.0/sha256__a"}, old...),
		},
		{
			"2.1 copy keeps the source", promotion.Request{Image: "img", Tag: "1.0", Copy: true},
			[]string{"img/1.0/manifest.json", "img/1.0/sha256__a", "img/deep/2.0/manifest.json", "img/" + sig + "/manifest.json"},
			append([]string{"img/1.0/manifest.json", "img/1.0/sha256__a"}, old...),
		},
		{
			"2.4 a signature's own tag", promotion.Request{Image: "img", Tag: sig},
			[]string{"img/1.0/manifest.json", "img/1.0/sha256__a", "img/deep/2.0/manifest.json"},
			append(old[:2:2], "img/"+sig+"/manifest.json"),
		},
		{
			"2.5 whole image takes the signatures along, deeper images not", promotion.Request{Image: "img"},
			[]string{"img/deep/2.0/manifest.json"},
			append([]string{"img/1.0/manifest.json", "img/1.0/sha256__a"}, append(old[:2:2], "img/"+sig+"/manifest.json")...),
		},
		{
			"2.3 existing files at the target go", promotion.Request{Image: "img", Tag: sig, TargetTag: "old"},
			[]string{"img/1.0/manifest.json", "img/1.0/sha256__a", "img/deep/2.0/manifest.json"},
			[]string{"img/old/manifest.json"},
		},
		{
			"2.1 other image and tag", promotion.Request{Image: "img", Tag: sig, TargetImage: "team/x", TargetTag: "2"},
			[]string{"img/1.0/manifest.json", "img/1.0/sha256__a", "img/deep/2.0/manifest.json"},
			append(old[:2:2], "team/x/2/manifest.json"),
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(files...)
			c.request.TargetRepo = "prod"
			if got := w.promote(t, c.request); got != "ok, undeleted false" {
				t.Fatalf("Promote = %q", got)
			}
			if diff := cmp.Diff([][]string{c.dev, c.prod}, [][]string{w.list("dev", ""), w.list("prod", "")}); diff != "" {
				t.Errorf("after Promote dev and prod hold (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRetagCorrectsProperties(t *testing.T) {
	w := newWorld("dev:img/1.0/manifest.json")
	source, _ := w.Stat("dev", "img/1.0/manifest.json")
	w.promote(t, promotion.Request{TargetRepo: "prod", Image: "img", Tag: "1.0", TargetImage: "team/x", TargetTag: "2"})
	got, _ := w.Stat("prod", "team/x/2/manifest.json")
	want := map[string][]string{"docker.repoName": {"team/x"}, "docker.manifest": {"2"}}
	if diff := cmp.Diff(want, got.Properties); diff != "" {
		t.Errorf("properties (-want +got):\n%s", diff)
	}
	if !got.Updated.Equal(source.Updated) || !got.Created.Equal(source.Created) {
		t.Errorf("2.3 promoted timestamps = %v, %v, want the source's", got.Created, got.Updated)
	}
}

func TestMoveWithoutDelete(t *testing.T) {
	w := newWorld("dev:img/1.0/manifest.json", "dev:img/1.0/sha256__a")
	w.User = grant(access.Read, access.All)
	w.Permissions = append(w.Permissions, access.Permission{Repositories: []string{"dev"}, Include: []string{"**/sha256__*"}, Rights: access.Delete})
	if got := w.promote(t, promotion.Request{TargetRepo: "prod", Image: "img", Tag: "1.0"}); got != "ok, undeleted true" {
		t.Errorf("2.2 Promote = %q, want what could not be deleted told", got)
	}
	if diff := cmp.Diff([]string{"img/1.0/manifest.json"}, w.list("dev", "img")); diff != "" {
		t.Errorf("after Promote dev holds (-want +got):\n%s", diff)
	}
}

func TestIndexTakesItsChildrenAlong(t *testing.T) {
	for _, c := range []struct {
		name     string
		archTags bool
		tags     []string
		dev      []string // of the image, with D for the digest
		prod     []string
	}{
		{"2.6 by digest only", false, []string{"1.0"}, []string{}, []string{"img/1.0/list.manifest.json", "img/D/manifest.json"}},
		{"2.6 child of another tag stays", false, []string{"1.0", "2.0"}, []string{"img/2.0/list.manifest.json", "img/D/manifest.json"}, []string{"img/1.0/list.manifest.json", "img/D/manifest.json"}},
		{"2.6 before 7.111 under arch tags too", true, []string{"1.0"}, []string{}, []string{"img/1.0/list.manifest.json", "img/1.0-linux-amd64/manifest.json", "img/D/manifest.json"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			digest := w.index("img", c.tags...)
			if got := w.promote(t, promotion.Request{TargetRepo: "prod", Image: "img", Tag: "1.0", ArchTags: c.archTags}); got != "ok, undeleted false" {
				t.Fatalf("Promote = %q", got)
			}
			got := [][]string{hide(digest, w.list("dev", "img")), hide(digest, w.list("prod", ""))}
			if diff := cmp.Diff([][]string{c.dev, c.prod}, got); diff != "" {
				t.Errorf("after Promote dev and prod hold (-want +got):\n%s", diff)
			}
		})
	}
}
