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
	return c.answers(ctx, r)
}

// Reach asks the distribution API of one repository whether it lets the account
// in. A registry that is not Artifactory has one for all.
func (c *Client) Reach(ctx context.Context, repository string) error {
	base, _ := c.api(repository, "")
	return c.answers(ctx, request{operation: "ping", method: http.MethodGet, url: base})
}

func (c *Client) answers(ctx context.Context, r request) error {
	return c.fetch(ctx, r, intake.RestBytes, func(*http.Response, []byte) error { return nil })
}
