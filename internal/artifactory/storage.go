package artifactory

import (
	"context"
	"fmt"
	"net/http"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/repository"
)

// FileDigest returns the SHA-256 that the server has of a file's content. Its
// error wraps oci.ErrNotFound where there is no such file, and
// oci.ErrIncomplete where the server does not tell.
func (c *Client) FileDigest(ctx context.Context, at repository.File) (oci.Digest, error) {
	var answer struct {
		Checksums struct {
			SHA256 string `json:"sha256"`
		} `json:"checksums"`
	}
	r := get("storage", "api/storage/"+outbound.Escape(at.Repository+"/"+at.Path))
	if err := c.fetchJSON(ctx, r, &answer); err != nil {
		return oci.Digest{}, err
	}
	d, err := oci.ParseHex(answer.Checksums.SHA256)
	if err != nil {
		return oci.Digest{}, c.failure(r, http.StatusOK, fmt.Errorf("%w: no sha256 checksum: %w", oci.ErrIncomplete, err))
	}
	return d, nil
}
