package registry

import (
	"context"
	"net/http"

	"github.com/sigsync/sigsync/internal/intake"
)

// Ping asks whether the server works and lets the account in. Artifactory has a
// /v2/ for each repository only, so it is asked as a whole.
func (c *Client) Ping(ctx context.Context) error {
	r := request{operation: "ping", method: http.MethodGet, url: c.base + "/v2/"}
	if c.artifactory {
		r.url = c.base + "/api/system/ping"
	}
	return c.fetch(ctx, r, intake.RestBytes, func(*http.Response, []byte) error { return nil })
}
