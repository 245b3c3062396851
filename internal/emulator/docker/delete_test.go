package docker_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/docker"
)

// TestDelete holds signature-formats B1 and B3: a tag goes with its blobs, a
// digest from every folder, and signatures stay.
func TestDelete(t *testing.T) {
	i, other := newImage("deleted"), newImage("other")
	sig := "sha256-" + sum(i.manifest)[7:] + ".sig"
	for _, c := range []struct {
		reference, user string
		status          int
		left            []string // folders
	}{
		{"1", "admin", 202, []string{"2", "both", "other", sig}},
		{sum(i.manifest), "admin", 202, []string{"both", "other", sig}},
		{"absent", "admin", 404, []string{"1", "2", "both", "other", sig}},
		{"1", "pusher", 403, []string{"1", "2", "both", "other", sig}},
	} {
		b := newBackend()
		for reference, held := range map[string]image{"1": i, "2": i, "both": i, "other": other, sig: other} {
			store(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: reference}, held)
		}
		storeManifest(t, b.store, docker.Place{Repo: "dev", Image: "app", Reference: "both"}, newIndex(i))
		got := send(t, serve(t, b, docker.Options{}), request{line: "DELETE " + api + "dev/v2/app/manifests/" + c.reference, user: c.user})
		var left []string
		for _, folder := range b.store.Children("dev", "app") {
			left = append(left, folder.Name())
		}
		if diff := cmp.Diff(c.left, left); got.status != c.status || diff != "" {
			t.Errorf("DELETE of %s as %s = %d %s, want %d; folders (-want +got):\n%s", c.reference, c.user, got.status, got.body, c.status, diff)
		}
	}
}
