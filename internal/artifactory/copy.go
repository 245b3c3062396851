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
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/repository"
)

// CopyFile copies one file inside the server with Copy Item, to its full
// target path: the one form whose result does not depend on what is at the
// target. It is sent once. Success says that the server reports success, not
// that the file is there.
func (c *Client) CopyFile(ctx context.Context, from, to repository.File) error {
	r := request{
		operation: "copy", method: http.MethodPost, writes: true,
		path:  "api/copy/" + escape(from.Repository+"/"+from.Path),
		query: url.Values{"to": {"/" + to.Repository + "/" + to.Path}},
	}
	body, err := c.fetch(ctx, r)
	if err != nil {
		return blame(err)
	}
	return blame(c.verdict(r, body))
}

// verdict reads the messages of an answer with status 200: old versions put
// refusals there, and a missing source may come as a warning.
func (c *Client) verdict(r request, body []byte) error {
	var answer struct {
		Messages []struct {
			Level string `json:"level"`
		} `json:"messages"`
	}
	e := &Error{Operation: r.operation, Method: r.method, URL: c.base + "/" + r.path, Status: http.StatusOK, Final: true}
	if err := json.Unmarshal(body, &answer); err != nil {
		e.Cause = fmt.Errorf("%w: the answer is not JSON: %w", oci.ErrIncomplete, err)
		return e
	}
	words, refused := messages(body)
	if refused {
		e.Messages, e.Cause = words, meaning(e.Status, strings.Join(words, "\n"), false)
		return e
	}
	return nil
}

// blame says which side a refusal of Copy Item is about.
func blame(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	e.Side = plan.Target.String()
	if errors.Is(err, oci.ErrNotFound) || strings.Contains(strings.Join(e.Messages, " "), "permissions to read") {
		e.Side = plan.Source.String()
	}
	return e
}
