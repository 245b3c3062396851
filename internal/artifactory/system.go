package artifactory

import "context"

// Ping asks whether the server works.
func (c *Client) Ping(ctx context.Context) error {
	r := get("ping", "api/system/ping")
	r.accept = "text/plain"
	_, err := c.fetch(ctx, r)
	return err
}

// Version returns the server's version, as in 7.117.21.
func (c *Client) Version(ctx context.Context) (string, error) {
	var answer struct {
		Version string `json:"version"`
	}
	err := c.fetchJSON(ctx, get("version", "api/system/version"), &answer)
	return answer.Version, err
}
