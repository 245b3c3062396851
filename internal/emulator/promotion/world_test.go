package promotion_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/promotion"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

type world struct {
	*tree.Store
	access.User
	excluded string
	veto     error
}

func (w *world) Admits(_, path string) bool {
	return w.excluded == "" || !strings.Contains(path, w.excluded)
}

func (w *world) Veto(string, string) error { return w.veto }

// newWorld holds repositories dev and prod, and files "repo:path" with their
// own path as content.
func newWorld(files ...string) *world {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	w := &world{Store: tree.New(func() time.Time { at = at.Add(time.Second); return at }), User: access.User{Admin: true}}
	w.AddRepository("dev")
	w.AddRepository("prod")
	for _, file := range files {
		repo, path, _ := strings.Cut(file, ":")
		w.put(repo, path, path)
	}
	return w
}

// put stores a file with the properties that Artifactory gives to manifests.
func (w *world) put(repo, path, content string) tree.Item {
	segments := strings.Split(path, "/")
	return w.Put(repo, path, []byte(content), "ci", map[string][]string{
		"docker.repoName": {strings.Join(segments[:len(segments)-2], "/")},
		"docker.manifest": {segments[len(segments)-2]},
	})
}

// index stores a manifest by digest and an index of it under each tag; it
// returns the digest.
func (w *world) index(image string, tags ...string) string {
	child := w.Put("dev", "other/x/"+manifest, []byte(`{"child":true}`), "ci", nil)
	w.put("dev", image+"/sha256:"+child.SHA256+"/"+manifest, `{"child":true}`)
	for _, tag := range tags {
		w.put("dev", image+"/"+tag+"/list.manifest.json", fmt.Sprintf(
			`{"tag":%q,"manifests":[{"digest":"sha256:%s","platform":{"os":"linux","architecture":"amd64"}}]}`, tag, child.SHA256))
	}
	return "sha256:" + child.SHA256
}

const manifest = "manifest.json"

// promote runs a request from dev to prod and renders the outcome.
func (w *world) promote(t *testing.T, request promotion.Request) string {
	t.Helper()
	request.SourceRepo = "dev"
	outcome, err := promotion.Promote(w.Store, w, request)
	if err == nil {
		return fmt.Sprintf("ok, undeleted %v", outcome.Undeleted)
	}
	if refusal, ok := err.(*promotion.Refusal); ok { //nolint:errorlint // never wrapped
		return fmt.Sprintf("%d %s", refusal.Status, refusal.Message)
	}
	return "error: " + err.Error()
}

// list shows the files of a repository below a path.
func (w *world) list(repo, path string) []string {
	files := []string{}
	w.Walk(repo, path, func(i tree.Item) bool {
		if !i.Folder {
			files = append(files, i.Path)
		}
		return true
	})
	return files
}
