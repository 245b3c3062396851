package promotion_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/promotion"
)

// TestTags: what a promotion tells are tags, by their manifests at the source.
func TestTags(t *testing.T) {
	for _, c := range []struct {
		name    string
		request promotion.Request
		want    []string
	}{
		{"one", promotion.Request{Tag: "1.0"}, []string{"img/1.0/manifest.json > 1.0"}},
		{"an index before an image", promotion.Request{Tag: "both"}, []string{"img/both/list.manifest.json > both"}},
		{"an index, whose children are not told, tagged or not", promotion.Request{Tag: "multi", TargetTag: "ga"}, []string{"img/multi/list.manifest.json > ga"}},
		{"all, digests left out", promotion.Request{}, []string{
			"img/1.0/manifest.json > 1.0", "img/both/list.manifest.json > both",
			"img/child/manifest.json > child", "img/multi/list.manifest.json > multi",
		}},
	} {
		w := newWorld("dev:img/1.0/manifest.json", "dev:img/both/manifest.json", "dev:img/both/list.manifest.json", "dev:img/sha256__ab/manifest.json", "dev:img/sha256:ab/manifest.json")
		child := w.put("dev", "img/child/manifest.json", "child")
		w.put("dev", "img/multi/list.manifest.json", `{"manifests":[{"digest":"sha256:`+child.SHA256+`"}]}`)
		c.request.SourceRepo, c.request.TargetRepo, c.request.Image = "dev", "prod", "img"
		outcome, err := promotion.Promote(w.Store, w, c.request)
		if err != nil {
			t.Fatalf("%s: Promote() = %v", c.name, err)
		}
		var got []string
		for _, tag := range outcome.Tags {
			got = append(got, tag.Manifest.Path+" > "+tag.Target)
			if tag.Manifest.Repo != "dev" || len(tag.Content) == 0 {
				t.Errorf("%s: tag = %+v, want its source and content", c.name, tag)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: tags (-want +got):\n%s", c.name, diff)
		}
	}
}
