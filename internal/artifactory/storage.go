package artifactory

import (
	"context"
	"net/http"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/repository"
)

// FileDigest returns the SHA-256 that the server has of a file's content. Its
// error wraps oci.ErrNotFound where there is no such file, and
// oci.ErrIncomplete where the server does not tell.
func (c *Client) FileDigest(ctx context.Context, at repository.File) (oci.Digest, error) {
	var answer struct {
		Checksums struct {
			SHA256 checksum `json:"sha256"`
		} `json:"checksums"`
	}
	r := request{operation: "storage", method: http.MethodGet, path: "api/storage/" + escape(at.Repository+"/"+at.Path)}
	if err := c.fetchJSON(ctx, r, &answer); err != nil {
		return oci.Digest{}, err
	}
	d := oci.Digest(answer.Checksums.SHA256)
	if d.IsZero() {
		return d, &Error{Operation: r.operation, Method: r.method, URL: c.base + "/" + r.path, Status: http.StatusOK, Cause: oci.ErrIncomplete, Final: true}
	}
	return d, nil
}
