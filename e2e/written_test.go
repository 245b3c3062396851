//go:build e2e

package e2e_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// wroteOnlyAttachments tells of every request to the target that wrote anything else, a fallback index where the target
// keeps its own included. The images are references by digest.
func (p *pair) wroteOnlyAttachments(t *testing.T, images []string) {
	t.Helper()
	var digests []string
	for _, image := range images {
		_, digest, _ := strings.Cut(image, "@")
		digests = append(digests, digest)
	}
	if len(p.target.writes()) == 0 {
		t.Error("nothing was written")
	}
	for _, r := range p.target.writes() {
		if !p.isAttachment(r, digests) {
			t.Errorf("sync sent %s %s?%s, want nothing but attachments", r.method, r.path, r.query)
		}
	}
}

// isAttachment tells whether a request writes an attachment or a part of one: a blob, a manifest, or a file that Artifactory copies.
func (p *pair) isAttachment(r request, images []string) bool {
	const tag = `sha256-[0-9a-f]{64}\.(sig|att|sbom)`
	copied := regexp.MustCompile(`^/artifactory/api/copy/.+/` + tag + `/[^/]+$`)
	blob := regexp.MustCompile(`/v2/.+/blobs/uploads/`)
	manifest := regexp.MustCompile(`/v2/.+/manifests/(?:(` + tag + `)|(sha256-[0-9a-f]{64})|(sha256:[0-9a-f]{64}))$`)
	parts := manifest.FindStringSubmatch(r.path)
	switch {
	case r.method == http.MethodDelete:
		return false
	case copied.MatchString(r.path), blob.MatchString(r.path):
		return true
	case parts == nil || r.method != http.MethodPut:
		return false
	}
	attachment, fallback, digest := parts[1] != "", parts[3] != "", parts[4]
	return attachment || fallback && !p.target.referrers || digest != "" && !slices.Contains(images, digest)
}

// wroteNothing tells of every request that wrote to the servers.
func (p *pair) wroteNothing(t *testing.T) {
	t.Helper()
	for _, s := range []*server{p.source.server, p.target.server} {
		for _, r := range s.writes() {
			t.Errorf("sync sent %s %s?%s, want nothing written", r.method, r.path, r.query)
		}
	}
}

// forget begins a new count of what is written.
func (p *pair) forget() {
	p.source.forget()
	p.target.forget()
}
