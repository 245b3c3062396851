package docker_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/docker"
)

// TestPushesInOneImage: what two clients push to an image at the same time does not get in each other's way, though one of them
// empties the folder of uploads that both use. The moment is short: a break shows in some runs only.
func TestPushesInOneImage(t *testing.T) {
	srv := serve(t, newBackend(), docker.Options{})
	var clients sync.WaitGroup
	for client := range 2 {
		clients.Go(func() {
			for n := range 200 {
				name := fmt.Sprintf("%d-%d", client, n)
				i := newImage(name)
				pushBlobs(t, srv, "dev", "app", "pusher", i)
				if got := pushManifest(t, srv, "dev", "app", name, "pusher", i.manifest); got.status != 201 {
					t.Errorf("PUT of %s = %d %s, want 201", name, got.status, got.body)
				}
			}
		})
	}
	clients.Wait()
}
