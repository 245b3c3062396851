package artifactory

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sigsync/sigsync/internal/scan"
)

// Sample lists some manifests of a repository that this account may read, at most
// so many, sorted: that is cheap however many there are. The server leaves out
// what the account may not read after it has counted, so that fewer say nothing.
// trimmed is what the server says where it has a cap below that number, else "".
func (c *Client) Sample(ctx context.Context, repository string, most int) (files []scan.File, trimmed string, err error) {
	text := fmt.Sprintf(`items.find({"repo":%q,"$or":[{"name":"manifest.json"},{"name":"list.manifest.json"}]})`+
		`.include("repo","path","name","sha256","size").limit(%d)`, repository, most)
	l, err := c.ask(ctx, repository, text, func(f scan.File) error {
		files = append(files, f)
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	slices.SortFunc(files, func(a, b scan.File) int {
		return strings.Compare(a.Path+"/"+a.Name, b.Path+"/"+b.Name)
	})
	return files, l.notice(), nil
}

// QueryLimit returns how many rows the server lets a query of this account have
// that does not ask for a limit; 0 where it says nothing of one. It asks for one
// folder that nobody has: a query that costs nothing.
func (c *Client) QueryLimit(ctx context.Context, repository string) (int, error) {
	text := fmt.Sprintf(`items.find({"repo":%q,"path":"sigsync-doctor/none"}).include("repo","path","name")`, repository)
	l, err := c.ask(ctx, repository, text, func(scan.File) error { return nil })
	if err != nil || l.span.Limit == nil {
		return 0, err
	}
	return *l.span.Limit, nil
}

// ask sends a query whose answer need not be all there is.
func (c *Client) ask(ctx context.Context, repository, text string, visit func(scan.File) error) (*listing, error) {
	if strconv.Quote(repository) != `"`+repository+`"` {
		return nil, fmt.Errorf("aql: repository key %q cannot be written in a query", repository)
	}
	if err := c.queries.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("aql: %w", err)
	}
	defer c.queries.Release(1)
	return c.rows(ctx, repository, queryRequest(text), visit)
}
