package artifactory

import (
	"context"
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/repository"
)

// Manifest returns the bytes of the manifest that a tag names. The tag leads
// to its folder whatever the properties of the files in it say; the caller
// compares the digest with the one it expects.
func (c *Client) Manifest(ctx context.Context, at repository.Tag) ([]byte, error) {
	return c.fetch(ctx, request{
		operation: "manifest", method: http.MethodGet, accept: strings.Join(oci.ManifestMediaTypes(), ", "),
		path: "api/docker/" + escape(at.Repository) + "/v2/" + escape(at.Image) + "/manifests/" + escape(at.Tag),
	})
}
