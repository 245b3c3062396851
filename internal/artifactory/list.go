package artifactory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/scan"
)

// List implements scan.Lister with one Artifactory Query Language query, or with
// several where the server trims its results or has no time for one (see part), or
// where that takes less than to list what was not asked for (see narrowed). It
// reads row by row and keeps none. Its error wraps oci.ErrIncomplete where the
// answer broke off, or the rows cannot be had in whole. Such a query is not sent
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
	for _, q := range narrowed(q) {
		err := c.parts(ctx, q, visit)
		if own, ok := errors.AsType[visitError](err); ok {
			return own.err
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// parts lists a repository in one part, and divides every part that is trimmed.
func (c *Client) parts(ctx context.Context, q scan.Query, visit func(scan.File) error) error {
	left, owed := []part{{}}, witnesses{}
	for asked := 1; len(left) > 0; asked++ {
		p := left[len(left)-1]
		left = left[:len(left)-1]
		if err := intake.Check("the listing", asked, intake.Parts, "parts"); err != nil {
			return fmt.Errorf("aql: %w: %w", oci.ErrIncomplete, err)
		}
		more, err := c.one(ctx, q, p, owed, visit)
		if err != nil {
			return err
		}
		left = append(left, more...)
	}
	return c.missed(ctx, q.Repository, owed)
}

// sampleLimit ends a query for some rows, where the server has no time for all.
const sampleLimit = ".limit(1000)"

// one lists one part, and returns those that it must be divided into.
func (c *Client) one(ctx context.Context, q scan.Query, p part, owed witnesses, visit func(scan.File) error) ([]part, error) {
	text := query(q, p)
	whole := queryRequest(text)
	whole.divides = true
	seen := p.learner()
	l, err := c.rows(ctx, q.Repository, whole, func(f scan.File) error {
		if err := p.foreign(&f); err != nil {
			return err
		}
		seen.row(&f)
		owed.heard(&f)
		return visit(f)
	})
	if slow, ok := tooSlow(err); ok {
		seen = p.learner()
		sample := queryRequest(text + sampleLimit)
		_, err := c.rows(ctx, q.Repository, sample, func(f scan.File) error {
			seen.row(&f)
			return p.foreign(&f)
		})
		if err != nil {
			return nil, err
		}
		return divided(q, seen, owed, slow)
	}
	if err != nil {
		return nil, err
	}
	if l.notice() == "" {
		return nil, l.whole()
	}
	return divided(q, seen, owed, l.whole())
}

// divided returns the parts of one that was trimmed, or an error that says why
// there are none.
func divided(q scan.Query, seen *learned, owed witnesses, why error) ([]part, error) {
	owed.call(seen)
	parts := seen.divide()
	if len(parts) == 0 {
		return nil, fmt.Errorf("%w: what begins with %.200q cannot be listed in smaller parts: %w", oci.ErrIncomplete, seen.prefix, why)
	}
	if len(query(q, parts[len(parts)-1])) > mostText {
		return nil, fmt.Errorf("%w: what begins with %.200q falls into too many parts for one query: %w",
			oci.ErrIncomplete, seen.prefix, why)
	}
	return parts, nil
}

// rows sends a query and shows its rows, which need not be all.
func (c *Client) rows(ctx context.Context, repository string, r request, visit func(scan.File) error) (*listing, error) {
	var l *listing
	err := c.do(ctx, r, func(_ string, body io.Reader) (err error) {
		l, err = read(body, repository, visit)
		return err
	})
	return l, err
}

func queryRequest(text string) request {
	return request{
		operation: "aql", method: http.MethodPost, path: "api/search/aql", contentType: "text/plain", body: text, streams: true,
	}
}

// visitError carries an error of the visitor past the decoder.
type visitError struct{ err error }

func (e visitError) Error() string { return e.err.Error() }
