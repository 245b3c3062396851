package artifactory

import (
	"context"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/repository"
)

// Manifest returns the bytes of the manifest that a tag names. The tag leads
// to its folder whatever the properties of the files in it say; the caller
// compares the digest with the one it expects.
func (c *Client) Manifest(ctx context.Context, at repository.Tag) ([]byte, error) {
	r := get("manifest", "api/docker/"+outbound.Escape(at.Repository+"/v2/"+at.Image+"/manifests/"+at.Tag))
	r.accept = strings.Join(oci.ManifestMediaTypes(), ", ")
	return c.fetch(ctx, r)
}
