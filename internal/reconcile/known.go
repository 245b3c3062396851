package reconcile

import (
	"sync"

	"github.com/sigsync/sigsync/internal/oci"
)

// known remembers, for one run, what manifests were found to be, and keeps the
// content of those that may be written, so that nothing is fetched twice.
type known struct {
	mu       sync.Mutex
	readings map[oci.Digest]reading
	contents map[oci.Digest][]byte
	room     int // bytes
}

// stashRoom is how many bytes of content are kept at the most: what does not
// fit is fetched again.
const stashRoom = 64 << 20

func newKnown() *known {
	return &known{readings: map[oci.Digest]reading{}, contents: map[oci.Digest][]byte{}, room: stashRoom}
}

func (k *known) reading(digest oci.Digest) (reading, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r, ok := k.readings[digest]
	return r, ok
}

func (k *known) note(digest oci.Digest, r reading) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.readings[digest] = r
}

func (k *known) content(digest oci.Digest) ([]byte, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	content, ok := k.contents[digest]
	return content, ok
}

func (k *known) stash(content []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	digest := oci.FromBytes(content)
	if _, there := k.contents[digest]; there || len(content) > k.room {
		return
	}
	k.room -= len(content)
	k.contents[digest] = content
}

// release forgets content that was written.
func (k *known) release(digests ...oci.Digest) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, d := range digests {
		k.room += len(k.contents[d])
		delete(k.contents, d)
	}
}
