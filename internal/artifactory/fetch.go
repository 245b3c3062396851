package artifactory

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

// fetch reads the whole body of an answer.
func (c *Client) fetch(ctx context.Context, r request) ([]byte, error) {
	var body []byte
	err := c.do(ctx, r, func(contentType string, from io.Reader) (err error) {
		body, err = place().ReadAll(contentType, from, intake.AnswerBytes)
		return err
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
