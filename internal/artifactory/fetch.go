package artifactory

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
)

// maxBody is the most that is read of an answer that is not streamed, in
// bytes: a folder of many images is about a megabyte, a manifest far less.
const maxBody = 16 << 20

// fetch reads the whole body of an answer.
func (c *Client) fetch(ctx context.Context, r request) ([]byte, error) {
	var body []byte
	err := c.do(ctx, r, func(contentType string, from io.Reader) (err error) {
		body, err = io.ReadAll(io.LimitReader(from, maxBody+1))
		switch {
		case err != nil:
			return fmt.Errorf("%w: the answer broke off: %w", oci.ErrUnavailable, err)
		case len(body) > maxBody:
			return fmt.Errorf("the answer has more than %d bytes", maxBody)
		case outbound.IsPage(contentType, body):
			return place().Page()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return body, nil
}

// fetchJSON reads an answer that is one JSON value.
func (c *Client) fetchJSON(ctx context.Context, r request, into any) error {
	body, err := c.fetch(ctx, r)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return c.failure(r, http.StatusOK, fmt.Errorf("%w: the answer is not the JSON that was asked for: %w", oci.ErrIncomplete, err))
	}
	return nil
}
