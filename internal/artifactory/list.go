package artifactory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/sigsync/sigsync/internal/scan"
)

// List implements scan.Lister with one Artifactory Query Language query. It
// reads row by row and keeps none. Its error wraps oci.ErrIncomplete where the
// server trimmed the result or the answer broke off. Such a query is not sent
// again here, because its first rows were visited; where it broke off, Passing
// says that the caller may begin anew. It waits while enough queries run.
func (c *Client) List(ctx context.Context, q scan.Query, visit func(scan.File) error) error {
	if q.Repository == "" || strconv.Quote(q.Repository) != `"`+q.Repository+`"` {
		return fmt.Errorf("aql: repository key %q cannot be written in a query", q.Repository)
	}
	if err := c.queries.Acquire(ctx, 1); err != nil {
		return fmt.Errorf("aql: %w", err)
	}
	defer c.queries.Release(1)
	err := c.do(ctx, queryRequest(query(q)), func(_ string, body io.Reader) error { return decode(body, q.Repository, visit) })
	if own, ok := errors.AsType[visitError](err); ok {
		return own.err
	}
	return err
}

func queryRequest(text string) request {
	return request{
		operation: "aql", method: http.MethodPost, path: "api/search/aql", contentType: "text/plain", body: text, streams: true,
	}
}

// visitError carries an error of the visitor past the decoder.
type visitError struct{ err error }

func (e visitError) Error() string { return e.err.Error() }
