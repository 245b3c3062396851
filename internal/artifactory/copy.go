package artifactory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/repository"
)

// CopyFile copies one file inside the server with Copy Item, to its full
// target path: the one form whose result does not depend on what is at the
// target. It is sent once; attempt, counted from 1, is for the books. Success
// says that the server reports success, not that the file is there.
func (c *Client) CopyFile(ctx context.Context, from, to repository.File, attempt int) error {
	r := copyRequest(from, to)
	r.again = attempt > 1
	body, err := c.fetch(ctx, r)
	if err == nil {
		err = c.verdict(r, body)
	}
	return blame(err)
}

func copyRequest(from, to repository.File) request {
	return request{
		operation: "copy", method: http.MethodPost, writes: true,
		path:  "api/copy/" + outbound.Escape(from.Repository+"/"+from.Path),
		query: url.Values{"to": {"/" + to.Repository + "/" + to.Path}},
	}
}

// verdict reads the messages of an answer with status 200: old versions put
// refusals there, and a missing source may come as a warning.
func (c *Client) verdict(r request, body []byte) error {
	if !json.Valid(body) {
		return c.failure(r, http.StatusOK, fmt.Errorf("%w: the answer is not JSON", oci.ErrIncomplete))
	}
	said := outbound.Read(body)
	if len(said.Words) == 0 {
		return nil
	}
	e := c.failure(r, http.StatusOK, said.Meaning(http.StatusOK))
	e.Messages = c.hider().Presentable(said.Words)
	return e
}

// hider takes the client's credentials out of what the server says.
func (c *Client) hider() outbound.Hider {
	req := &http.Request{Header: http.Header{}}
	if c.authorize == nil || c.authorize(req) != nil {
		return outbound.Hider{}
	}
	return outbound.Hide(req)
}

// blame says which side a refusal of a copy is about, where that is known.
func blame(err error) error {
	var e *outbound.Error
	if !errors.As(err, &e) {
		return err
	}
	said := strings.Join(e.Messages, "\n")
	switch {
	case errors.Is(e, oci.ErrNotFound), strings.Contains(said, "permissions to read"), strings.Contains(said, "permission to read"):
		e.Side = plan.Source.String()
	case errors.Is(e, oci.ErrDenied):
		e.Side = plan.Target.String()
	}
	return err
}
