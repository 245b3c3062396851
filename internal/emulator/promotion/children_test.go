package promotion_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sigsync/sigsync/internal/emulator/promotion"
)

// hide writes D for the digest.
func hide(digest string, paths []string) []string {
	for n := range paths {
		paths[n] = strings.Replace(paths[n], digest, "D", 1)
	}
	return paths
}

func TestChildUnderOtherNames(t *testing.T) {
	for _, c := range []struct {
		name, folder string
		dev          []string // what is left of the image
	}{
		{"2.7 two underscores, as in remote caches", "sha256__", []string{}},
		{"2.6 a tag of its own, which stays", "1.0-linux-amd64", []string{"img/1.0-linux-amd64/manifest.json"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			digest := w.index("img", "1.0")
			w.Delete("dev", "img/"+digest)
			folder := c.folder
			if folder == "sha256__" {
				folder = strings.Replace(digest, ":", "__", 1)
			}
			w.put("dev", "img/"+folder+"/manifest.json", `{"child":true}`)
			w.promote(t, promotion.Request{TargetRepo: "prod", Image: "img", Tag: "1.0"})
			want := [][]string{c.dev, {"img/1.0/list.manifest.json", "img/D/manifest.json"}}
			got := [][]string{w.list("dev", "img"), hide(digest, w.list("prod", ""))}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("after Promote dev and prod hold (-want +got):\n%s", diff)
			}
		})
	}
}

// indexOf stores an index of the digests.
func (w *world) indexOf(path string, digests ...string) string {
	for n := range digests {
		digests[n] = `{"digest":"` + digests[n] + `","platform":{"os":"linux","architecture":"arm64"}}`
	}
	return "sha256:" + w.put("dev", path+"/list.manifest.json", `{"manifests":[`+strings.Join(digests, ",")+`]}`).SHA256
}

func TestAbsentChildIsLeftOut(t *testing.T) {
	w := newWorld()
	child := w.index("img", "other")
	w.indexOf("img/1.0", "sha256:absent", child)
	if got := w.promote(t, promotion.Request{TargetRepo: "prod", Image: "img", Tag: "1.0"}); got != "ok, undeleted false" {
		t.Errorf("Promote = %q, want the rest", got)
	}
	if diff := cmp.Diff([]string{"img/1.0/list.manifest.json", "img/D/manifest.json"}, hide(child, w.list("prod", ""))); diff != "" {
		t.Errorf("after Promote prod holds (-want +got):\n%s", diff)
	}
}

func TestIndexOfAnIndex(t *testing.T) {
	w := newWorld()
	child := w.index("img", "other")
	inner := w.indexOf("img/inner", child)
	w.indexOf("img/1.0", inner)
	w.promote(t, promotion.Request{TargetRepo: "prod", Image: "img", Tag: "1.0", Copy: true})
	want := []string{"img/1.0/list.manifest.json", "img/D/manifest.json", "img/I/list.manifest.json"}
	got := hide(child, w.list("prod", ""))
	for n := range got {
		got[n] = strings.Replace(got[n], inner, "I", 1)
	}
	if diff := cmp.Diff(want, got, cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Errorf("after Promote prod holds (-want +got):\n%s", diff)
	}
}

func TestMoveKeepsOnlyTheChildrenOfOthers(t *testing.T) {
	for _, archTags := range []bool{false, true} {
		w := newWorld()
		shared := w.index("img", "other")
		own := w.Put("dev", "elsewhere/x/manifest.json", []byte("own"), "ci", nil).SHA256
		w.put("dev", "img/sha256:"+own+"/manifest.json", "own")
		w.indexOf("img/1.0", shared, "sha256:"+own)
		w.promote(t, promotion.Request{TargetRepo: "prod", Image: "img", Tag: "1.0", ArchTags: archTags})
		want := []string{"img/other/list.manifest.json", "img/D/manifest.json"}
		if diff := cmp.Diff(want, hide(shared, w.list("dev", "img")), cmpopts.SortSlices(strings.Compare)); diff != "" {
			t.Errorf("after Promote dev holds (-want +got):\n%s", diff)
		}
	}
}

func TestRetagInOneRepositoryKeepsTheChildren(t *testing.T) {
	w := newWorld()
	digest := w.index("img", "1.0")
	if got := w.promote(t, promotion.Request{TargetRepo: "dev", Image: "img", Tag: "1.0", TargetTag: "2.0"}); got != "ok, undeleted false" {
		t.Fatalf("Promote = %q", got)
	}
	want := []string{"img/2.0/list.manifest.json", "img/D/manifest.json"}
	if diff := cmp.Diff(want, hide(digest, w.list("dev", "img"))); diff != "" {
		t.Errorf("after Promote dev holds (-want +got):\n%s", diff)
	}
}
