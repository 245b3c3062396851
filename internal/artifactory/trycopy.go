package artifactory

import (
	"context"

	"github.com/sigsync/sigsync/internal/repository"
)

// TryCopy asks the server what it would say to CopyFile, without having it done
// (dry=1): of a single file it makes every check that it makes before it copies.
// What it would say comes as the error of CopyFile.
func (c *Client) TryCopy(ctx context.Context, from, to repository.File) error {
	r := copyRequest(from, to)
	r.query.Set("dry", "1")
	body, err := c.fetch(ctx, r)
	if err == nil {
		err = c.verdict(r, body)
	}
	return blame(err)
}
