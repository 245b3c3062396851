package plan_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
)

// randomRows are what one listing shows, each as a call of the builder.
func randomRows(r *rand.Rand, n *notation) []func(*plan.Builder) {
	images, subjects, blobs := []string{"a", "a/b", "c"}, []string{"A", "B", "C", "M0"}, []string{"c0", "c1", "l0", "l1"}
	pick := func(of []string) string { return of[r.IntN(len(of))] }
	var rows []func(*plan.Builder)
	for range 4 + r.IntN(10) {
		image, digest, tag, index := pick(images), n.digest(pick(subjects)), pick([]string{"", "1", "2", "3"}), r.IntN(4) == 0
		rows = append(rows, func(b *plan.Builder) { b.Manifest(image, tag, digest, index) })
		if tag == "" && r.IntN(2) == 0 {
			rows = append(rows, func(b *plan.Builder) { b.Artifact(image, digest) })
		}
	}
	for range 4 + r.IntN(10) {
		image, tag := pick(images), cosign.Tag{Subject: n.digest(pick(subjects)), Family: cosign.Family(r.IntN(3))}
		manifest := n.digest(fmt.Sprintf("M%d", r.IntN(3)))
		if r.IntN(8) == 0 {
			manifest = oci.Digest{}
		}
		rows = append(rows, func(b *plan.Builder) { b.AttachmentManifest(image, tag, manifest) })
		for range r.IntN(4) {
			blob, intact := n.digest(pick(blobs)), r.IntN(8) > 0
			rows = append(rows, func(b *plan.Builder) { b.AttachmentBlob(image, tag, blob, intact) })
		}
	}
	subject, index := n.digest(pick(subjects)), n.digest("I")
	return append(rows,
		func(b *plan.Builder) { b.Fallback("a", subject, index) },
		func(b *plan.Builder) { b.UnreadableManifest("c", "9") })
}

// seen is all that an inventory tells.
func seen(n *notation, inv *plan.Inventory) []string {
	lines := []string{fmt.Sprint(inv.Manifests(), inv.Attachments(), len(inv.Subjects()), len(inv.Places()))}
	for _, image := range []string{"a", "a/b", "c", "none"} {
		lines = append(lines, fmt.Sprint(image, inv.Fallbacks(image), inv.Unreadable(image), inv.HasAttachments(image)))
		for _, h := range inv.Holdings(image) {
			lines = append(lines, fmt.Sprint(image, n.names[h.Digest], h.Tags, h.Index, inv.HasManifest(image, h.Digest)))
		}
		for _, word := range []string{"A", "B", "C", "M0"} {
			lines = append(lines, fmt.Sprint(image, word, inv.AttachedTags(image, n.digest(word)), inv.Holders(n.digest(word))))
		}
	}
	return append(lines, n.plan(plan.Compute(plan.NewBuilder("").Build(), inv, plan.Options{Families: tagFamilies(), All: true}, nil))...)
}

func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 2))
		n := newNotation(t)
		rows := randomRows(r, n)
		pool := plan.NewPool()
		build := func(b *plan.Builder) *plan.Inventory {
			for _, row := range rows {
				row(b)
			}
			return b.Build()
		}
		first := build(pool.Builder("repo"))
		// The pool has numbers for what comes, and some rows come twice.
		for range r.IntN(8) {
			rows = append(rows, rows[r.IntN(len(rows))])
		}
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		for name, again := range map[string]*plan.Inventory{
			"the same pool": build(pool.Builder("repo")), "another pool": build(plan.NewBuilder("repo")),
		} {
			if diff := cmp.Diff(seen(n, first), seen(n, again)); diff != "" {
				t.Fatalf("seed %d: inventories of the same rows in %s differ (-first +again):\n%s", seed, name, diff)
			}
			o := plan.Options{Families: tagFamilies(), All: true}
			want, got := plan.Compute(first, first, o, nil), plan.Compute(again, first, o, nil)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d: plans of the same rows in %s differ (-first +again):\n%s", seed, name, diff)
			}
		}
	}
}

// Listings come at a time and share a pool; what was built is read meanwhile.
func TestPoolIsSharedByListings(t *testing.T) {
	pool := plan.NewPool()
	done := estate(pool, 300, 0)
	o := plan.Options{Families: tagFamilies(), All: true}
	want := plan.Compute(done, done, o, nil)
	var all sync.WaitGroup
	for skip := range 4 {
		all.Go(func() {
			if inv := estate(pool, 3000, 0); inv.Manifests() != 3000 || inv.Attachments() != 3000 {
				t.Errorf("%d manifests and %d attachments, want 3000 of each", inv.Manifests(), inv.Attachments())
			}
			if diff := cmp.Diff(want, plan.Compute(estate(pool, 300, 0), done, o, nil)); diff != "" {
				t.Errorf("plan %d beside other listings (-want +got):\n%s", skip, diff)
			}
		})
	}
	all.Wait()
}

// Tags lie in chunks; the registry's longest have a fraction of one.
func TestTagsOfAnyLength(t *testing.T) {
	b := plan.NewBuilder("repo")
	want := map[string]bool{}
	for _, size := range []int{1, 127, 128, 129, 16 << 10, 40 << 10, 3, 16<<10 - 1, 100 << 10, 1} {
		for i := range 40 {
			tag := fmt.Sprintf("%c%s", 'a'+i, strings.Repeat("x", size-1))
			want[tag] = true
			b.Manifest("app", tag, numbered('m', i), false)
		}
	}
	inv, got := b.Build(), 0
	for _, h := range inv.Holdings("app") {
		for _, tag := range h.Tags {
			got++
			if !want[tag] {
				t.Errorf("a tag of %d bytes that was not added: %.20q", len(tag), tag)
			}
		}
	}
	if got != len(want) {
		t.Errorf("%d tags, want %d", got, len(want))
	}
}

// What the digests of manifests begin with sorts them, as far as it tells them apart.
func TestManifestsWhoseDigestsBeginAlike(t *testing.T) {
	digest := func(n int) oci.Digest {
		d := oci.Digest{0xab, 0xcd}
		binary.BigEndian.PutUint32(d[len(d)-4:], uint32(n))
		return d
	}
	const count = 600
	b := plan.NewBuilder("repo")
	for _, n := range rand.New(rand.NewPCG(1, 2)).Perm(count) {
		b.Manifest("app", fmt.Sprint(n), digest(n), false)
	}
	b.Manifest("app", "first", oci.Digest{0xaa, 0xff}, false)
	b.Manifest("app", "last", oci.Digest{0xac}, false)
	inv := b.Build()
	got := inv.Holdings("app")
	if len(got) != count+2 || got[0].Tags[0] != "first" || got[count+1].Tags[0] != "last" {
		t.Fatalf("%d manifests, from %v to %v", len(got), got[0].Tags, got[len(got)-1].Tags)
	}
	for n, h := range got[1 : count+1] {
		if h.Digest != digest(n) || !inv.HasManifest("app", h.Digest) {
			t.Fatalf("manifest %d has the digest %v, want %v", n, h.Digest, digest(n))
		}
	}
}
