package emulator_test

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/seed"
)

// ticking is a clock that goes on by a second whenever it is looked at.
func ticking() func() time.Time {
	var ticks atomic.Int64
	return func() time.Time { return monday().Add(time.Duration(ticks.Add(1)) * time.Second) }
}

// manifests shows the folders of a repository's manifests.
func (w *world) manifests(repo string) []string {
	var folders []string
	for _, path := range w.list(repo) {
		if folder, ok := strings.CutSuffix(path, "/manifest.json"); ok {
			folders = append(folders, folder)
		}
	}
	return folders
}

// 5.4: a repository keeps so many tags of an image, and the oldest make way.
// That copies count like pushes, and tags of signatures like others, is assumed.
func TestOldTagsMakeWay(t *testing.T) {
	const digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
	for _, c := range []struct {
		name    string
		quirks  emulator.Quirks
		request func(w *world) answer
		want    []string
	}{
		{"a read", emulator.Quirks{}, func(w *world) answer {
			seed.Push(w.Tree(), "prod", "app", "3.0", "3.0")
			return w.as("admin", http.MethodGet, "/api/storage/prod/app", "")
		}, []string{"app/1.0", "app/2.0", "app/3.0", "app/" + digest, "other/1.0"}},
		{"a copy", emulator.Quirks{}, func(w *world) answer {
			return w.as("admin", http.MethodPost, "/api/copy/dev/app/3.0/manifest.json?to=/prod/app/3.0/manifest.json", "")
		}, []string{"app/1.0", "app/3.0", "app/" + digest, "other/1.0"}},
		{"a promotion", emulator.Quirks{}, func(w *world) answer {
			return w.as("admin", http.MethodPost, "/api/docker/dev/v2/promote", `{"targetRepo":"prod","dockerRepository":"app","tag":"3.0","copy":true}`,
				"Content-Type: application/json")
		}, []string{"app/1.0", "app/3.0", "app/" + digest, "other/1.0"}},
		{"an upload", emulator.Quirks{}, func(w *world) answer {
			return w.as("admin", http.MethodPut, "/prod/app/sha256-44.sig/manifest.json", imageManifest)
		}, []string{"app/1.0", "app/sha256-44.sig", "app/" + digest, "other/1.0"}},
		{"another reading", emulator.Quirks{KeepAllTags: true}, func(w *world) answer {
			return w.as("admin", http.MethodPut, "/prod/app/sha256-44.sig/manifest.json", imageManifest)
		}, []string{"app/1.0", "app/2.0", "app/sha256-44.sig", "app/" + digest, "other/1.0"}},
	} {
		w := start(t, func(o *emulator.Options) {
			o.Now, o.Quirks = ticking(), c.quirks
			o.Repositories[1].MaxUniqueTags = 2
		})
		w.Tree().Put("prod", "app/"+digest+"/manifest.json", []byte(imageManifest), "ci", nil)
		seed.Push(w.Tree(), "prod", "app", "2.0", "2.0")
		seed.Push(w.Tree(), "prod", "app", "1.0", "1.0")
		seed.Push(w.Tree(), "prod", "other", "1.0", "other")
		seed.Push(w.Tree(), "dev", "app", "3.0", "3.0")
		if got := c.request(w); got.status/100 != 2 {
			t.Errorf("%s = %d %s", c.name, got.status, got.body)
		}
		got := w.manifests("prod")
		slices.Sort(got)
		slices.Sort(c.want)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("tags after %s (-want +got):\n%s", c.name, diff)
		}
	}
}
