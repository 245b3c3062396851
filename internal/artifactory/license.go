package artifactory

import (
	"cmp"
	"context"

	"github.com/sigsync/sigsync/internal/outbound"
)

// License returns the kind of the server's licence, as in "Enterprise Plus". It
// is shown to administrators: to any other account the error wraps
// oci.ErrDenied.
func (c *Client) License(ctx context.Context) (string, error) {
	type license struct {
		Type string `json:"type"`
	}
	var answer struct {
		license
		// Licenses has those of a cluster's nodes, in the place of type.
		Licenses []license `json:"licenses"`
	}
	if err := c.fetchJSON(ctx, get("license", "api/system/license"), &answer); err != nil {
		return "", err
	}
	if len(answer.Licenses) > 0 {
		answer.Type = cmp.Or(answer.Type, answer.Licenses[0].Type)
	}
	return outbound.Clip(answer.Type), nil
}
