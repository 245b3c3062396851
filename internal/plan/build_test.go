package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// Folders of many groups of subjects come in any order, and each several times.
func TestFoldersOfManySubjects(t *testing.T) {
	const subjects = 1000
	digest := func(kind string, n int) oci.Digest { return oci.FromBytes(fmt.Append(nil, kind, n)) }
	tag := func(n int) cosign.Tag { return cosign.Tag{Subject: digest("m", n/2), Family: cosign.Signature} }
	images := []string{"b", "a"}
	b, r := NewBuilder("repo"), rand.New(rand.NewPCG(1, 3))
	for _, blob := range []string{"c", "l", "c"} {
		for _, n := range r.Perm(2 * subjects) {
			b.AttachmentManifest(images[n%2], tag(n), digest("s", n))
			b.AttachmentBlob(images[n%2], tag(n), digest(blob, n), true)
		}
	}
	inv := b.Build()
	if len(inv.folders) != 2*subjects || len(inv.blobs) != 4*subjects {
		t.Errorf("%d folders and %d blobs, want %d and %d", len(inv.folders), len(inv.blobs), 2*subjects, 4*subjects)
	}
	for i := range inv.folders[1:] {
		if inv.folders[i].compare(&inv.folders[i+1]) >= 0 {
			t.Fatalf("folder %d is not behind the one before", i+1)
		}
	}
	for n := range 2 * subjects {
		for _, f := range []File{{Digest: digest("s", n), Manifest: true}, {Digest: digest("c", n)}, {Digest: digest("l", n)}} {
			if !inv.HasFile(images[n%2], tag(n), f) {
				t.Fatalf("folder %d lacks %+v", n, f)
			}
		}
	}
}

func TestAttachmentsBeside(t *testing.T) {
	b := NewBuilder("repo")
	for n := range 10 {
		tag := cosign.Tag{Subject: oci.FromBytes([]byte{byte(n)}), Family: cosign.Signature}
		b.AttachmentManifest([]string{"a", "a/b", "c"}[n%3], tag, oci.FromBytes([]byte{'s', byte(n)}))
	}
	b.Manifest("d", "1", oci.FromBytes([]byte("d")), false)
	inv := b.Build()
	for want, images := range map[int][]string{10: {"d", "none"}, 6: {"a"}, 3: {"a", "c"}, 0: {"a", "a/b", "c", "d"}} {
		if got := inv.AttachmentsBeside(images); got != want {
			t.Errorf("AttachmentsBeside(%v) = %d, want %d", images, got, want)
		}
	}
}

// holders are what a map would say.
func TestHolders(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	b := NewBuilder("repo")
	images := []string{"a", "b", "c", "c/sha256-" + oci.FromBytes(nil).Hex() + ".sig"}
	digest := func() oci.Digest { return oci.FromBytes([]byte{byte(r.IntN(200))}) }
	for range 600 {
		b.Manifest(images[r.IntN(3)], "", digest(), false)
		b.AttachmentManifest(images[r.IntN(4)], cosign.Tag{Subject: digest(), Family: cosign.Signature}, digest())
	}
	b.Fallback("b", digest(), digest())
	inv := b.Build()
	want := map[uint32]map[uint32]bool{}
	note := func(digest, image uint32) {
		if want[digest] == nil {
			want[digest] = map[uint32]bool{}
		}
		want[digest][image] = true
	}
	for _, m := range inv.manifests {
		note(m.digest, m.image)
	}
	for _, f := range inv.fallbacks {
		note(f.subject, f.image)
	}
	for _, f := range inv.folders {
		if inv.images[f.image] != images[3] {
			note(f.subject, f.image)
		}
	}
	all := holdersOf(inv)
	for number := range uint32(200 << stripeBits) {
		got := all.append([]uint32{7}, number)
		if len(got) != 1+len(want[number]) || got[0] != 7 || !slices.IsSorted(got[1:]) {
			t.Fatalf("holders of %d = %v, want %v behind what was there", number, got, want[number])
		}
		for _, image := range got[1:] {
			if !want[number][image] {
				t.Fatalf("holders of %d = %v, want %v", number, got, want[number])
			}
		}
	}
	if got := holdersOf(NewBuilder("repo").Build()).append(nil, 16); got != nil {
		t.Errorf("holders in an empty inventory = %v", got)
	}
}
