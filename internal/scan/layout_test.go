package scan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/scan"
)

// The contents are named m for a manifest, i for an index, c for a child, s
// for the manifest of an attachment, a and b for its blobs.
func TestInventoryReadsTheLayout(t *testing.T) {
	for _, c := range []struct {
		name  string
		files []string
		want  []string
	}{
		{"a tag", []string{
			"app/1.0/manifest.json = m", "app/1.0/sha256__<a> = a",
		}, []string{"1 manifests, 0 attachments", "app:1.0 m signature unsigned"}},
		{"a nested image, which is also the start of another", []string{
			"team/app/1.0/manifest.json = m", "team/app/sub/2.0/manifest.json = i",
		}, []string{"2 manifests, 0 attachments", "team/app:1.0 m signature unsigned", "team/app/sub:2.0 i signature unsigned"}},
		{"two tags of one manifest", []string{
			"app/1.0/manifest.json = m", "app/latest/manifest.json = m",
		}, []string{"2 manifests, 0 attachments", "app:1.0,latest m signature unsigned"}},
		{"an index with a child by digest", []string{
			"app/1.0/list.manifest.json = i", "app/sha256:<c>/manifest.json = c",
		}, []string{"2 manifests, 0 attachments", "app:1.0 i signature unsigned"}},
		{"a child in the cache of a remote repository, and its signature", []string{
			"app/sha256__<c>/manifest.json = c", "app/sha256__<c>/sha256__<a> = a",
			"app/sha256-<c>.sig/manifest.json = s", "app/sha256-<c>.sig/sha256__<a> = a", "app/sha256-<c>.sig/sha256__<b> = b",
		}, []string{"1 manifests, 1 attachments", "app: c signature ahead"}},
		{"a digest folder counts by what is in it", []string{
			"app/sha256:<c>/manifest.json = m",
			"app/sha256-<m>.sig/manifest.json = s", "app/sha256-<m>.sig/sha256__<a> = a", "app/sha256-<m>.sig/sha256__<b> = b",
		}, []string{"1 manifests, 1 attachments", "app: m signature ahead"}},
		{"a digest folder without a checksum counts by its name", []string{
			"app/sha256:<c>/manifest.json ? c",
			"app/sha256-<c>.sig/manifest.json = s", "app/sha256-<c>.sig/sha256__<a> = a", "app/sha256-<c>.sig/sha256__<b> = b",
		}, []string{"1 manifests, 1 attachments", "app: c signature ahead"}},
		{"a tag that looks like a digest folder", []string{
			"app/sha256:latest/manifest.json = m",
		}, []string{"1 manifests, 0 attachments", "app:sha256:latest m signature unsigned"}},
		{"every kind of attachment", []string{
			"app/1.0/manifest.json = m",
			"app/sha256-<m>.sig/manifest.json = s", "app/sha256-<m>.sig/sha256__<a> = a", "app/sha256-<m>.sig/sha256__<b> = b",
			"app/sha256-<m>.att/manifest.json = t", "app/sha256-<m>.att/sha256__<a> = a", "app/sha256-<m>.att/sha256__<b> = b",
			"app/sha256-<m>.sbom/manifest.json = u", "app/sha256-<m>.sbom/sha256__<a> = a", "app/sha256-<m>.sbom/sha256__<b> = b",
		}, []string{"1 manifests, 3 attachments", "app:1.0 m signature ahead", "app:1.0 m attestation ahead", "app:1.0 m sbom ahead"}},
		{"an attachment of another image", []string{
			"app/1.0/manifest.json = m",
			"other/sha256-<m>.sig/manifest.json = s", "other/sha256-<m>.sig/sha256__<a> = a", "other/sha256-<m>.sig/sha256__<b> = b",
		}, []string{"1 manifests, 1 attachments", "app:1.0 m signature unsigned", "other: m signature orphan"}},
		{"an attachment without its manifest", []string{
			"app/1.0/manifest.json = m", "app/sha256-<m>.sig/sha256__<a> = a", "app/sha256-<m>.sig/sha256__<b> = b",
		}, []string{"1 manifests, 1 attachments", "app:1.0 m signature partial"}},
		{"an attachment whose manifest has no checksum", []string{
			"app/1.0/manifest.json = m",
			"app/sha256-<m>.sig/manifest.json ? s", "app/sha256-<m>.sig/sha256__<a> = a", "app/sha256-<m>.sig/sha256__<b> = b",
		}, []string{"1 manifests, 1 attachments", "app:1.0 m signature unknown"}},
		{"a blob without a checksum counts by its name", []string{
			"app/1.0/manifest.json = m",
			"app/sha256-<m>.sig/manifest.json = s", "app/sha256-<m>.sig/sha256__<a> ? a", "app/sha256-<m>.sig/sha256__<b> ? b",
		}, []string{"1 manifests, 1 attachments", "app:1.0 m signature ahead"}},
		{"an attachment's folder holds other files", []string{
			"app/1.0/manifest.json = m",
			"app/sha256-<m>.sig/list.manifest.json = i", "app/sha256-<m>.sig/readme.txt = a",
			"app/sha256-<m>.sig/sha256__<a>.marker = a", "app/sha256-<m>.sig/sha256__short = a",
		}, []string{"1 manifests, 0 attachments", "app:1.0 m signature unsigned"}},
		{"an image tagged with its own digest", []string{
			"app/sha256-<m>/manifest.json = m",
			"app/sha256-<m>.sig/manifest.json = s", "app/sha256-<m>.sig/sha256__<a> = a", "app/sha256-<m>.sig/sha256__<b> = b",
		}, []string{"1 manifests, 1 attachments", "app: m signature ahead"}},
		{"a referrers index is derived data", []string{
			"app/sha256-<m>/list.manifest.json = i", "app/sha256-<c>/list.manifest.json ? i",
		}, []string{"0 manifests, 0 attachments"}},
		{"a tag without a checksum", []string{
			"app/1.0/manifest.json ? m",
		}, []string{"0 manifests, 0 attachments", "app:1.0 - signature unknown"}},
		{"a tag folder with a manifest and an index: a pull gets the index", []string{
			"app/1.0/manifest.json = m", "app/1.0/list.manifest.json = i",
		}, []string{"2 manifests, 0 attachments", "app:1.0 i signature unsigned"}},
		{"leftovers of uploads", []string{
			"app/_uploads/manifest.json = m", "app/_uploads/manifest-sha256__<m>.json = m",
			"app/_uploads/4711/manifest.json = m", "app/_uploads/sha256-<m>.sig/manifest.json = s",
		}, []string{"0 manifests, 0 attachments"}},
		{"the server's own indexes", []string{
			".jfrog/app/1.0/manifest.json = m", ".jfrog/manifest.json = m", ".jfrog/app/sha256-<m>.sig/manifest.json = s",
		}, []string{"0 manifests, 0 attachments"}},
		{"an image whose name has the indexes' in it", []string{
			"app/.jfrog/1.0/manifest.json = m",
		}, []string{"1 manifests, 0 attachments", "app/.jfrog:1.0 m signature unsigned"}},
		{"files that belong to no image", []string{
			"manifest.json = m", "app/manifest.json = m", "sha256-<m>.sig/manifest.json = s",
		}, []string{"0 manifests, 0 attachments"}},
		{"what a folder copy onto an existing folder leaves", []string{
			"app/1.0/manifest.json = m",
			"app/sha256-<m>.sig/sha256-<m>.sig/manifest.json = s",
			"app/sha256-<m>.sig/sha256-<m>.sig/sha256__<a> = a", "app/sha256-<m>.sig/sha256-<m>.sig/sha256__<b> = b",
		}, []string{"1 manifests, 1 attachments", "app:1.0 m signature unsigned", spell("app/sha256-<m>.sig") + ": m signature orphan"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inv := start(t, nil, c.files...).inventory(t)
			if diff := cmp.Diff(c.want, describe(inv, "m", "i", "c", "s")); diff != "" {
				t.Errorf("Inventory (-want +got):\n%s", diff)
			}
		})
	}
}

func TestInventoryHasFilesByTheirContent(t *testing.T) {
	inv := start(t, nil,
		"app/sha256-<m>.sig/manifest.json = s",
		"app/sha256-<m>.sig/sha256__<a> = a",
		"app/sha256-<m>.sig/sha256__<b> = x",
		"app/sha256-<m>.sig/sha256__<c> ? c",
		"app/sha256-<m>.sig/sha256__<d>.marker = d",
	).inventory(t)
	tag := cosign.Tag{Subject: digest("m"), Family: cosign.Signature}
	for _, c := range []struct {
		image string
		file  plan.File
		want  bool
	}{
		{"app", plan.File{Digest: digest("s"), Manifest: true}, true},
		{"app", plan.File{Digest: digest("a"), Manifest: true}, false},
		{"app", plan.File{Digest: digest("a")}, true},
		{"app", plan.File{Digest: digest("b")}, false},
		{"app", plan.File{Digest: digest("c")}, true},
		{"app", plan.File{Digest: digest("d")}, false},
		{"other", plan.File{Digest: digest("a")}, false},
	} {
		if got := inv.HasFile(c.image, tag, c.file); got != c.want {
			t.Errorf("HasFile(%s, %v) = %t, want %t", c.image, c.file, got, c.want)
		}
	}
}

func TestAttachmentPath(t *testing.T) {
	tag := cosign.Tag{Subject: digest("m"), Family: cosign.Attestation}
	for _, c := range []struct {
		file plan.File
		want string
	}{
		{plan.File{Digest: digest("s"), Manifest: true}, "team/app/sha256-<m>.att/manifest.json"},
		{plan.File{Digest: digest("a")}, "team/app/sha256-<m>.att/sha256__<a>"},
	} {
		if got, want := scan.AttachmentPath("team/app", tag, c.file), spell(c.want); got != want {
			t.Errorf("AttachmentPath(%v) = %s, want %s", c.file, got, want)
		}
	}
}
