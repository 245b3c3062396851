package artifactory

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/repository"
	"github.com/sigsync/sigsync/internal/scan"
)

// witnesses are rows that trimmed answers showed, some of each. Each must come
// again in one of the parts that the trimmed one falls into: else the server does
// not take patterns for what they are, and rows that nobody saw may be lost too.
type witnesses map[witness]bool

type witness struct{ path, name string }

// call adds what a trimmed part showed: a row for each of the parts that it falls
// into, the rest too, as far as it showed any.
func (w witnesses) call(l *learned) {
	for _, f := range l.next {
		w.add(f)
	}
	if l.rest.Name != "" {
		w.add(l.rest)
	}
}

// add keeps no more of a row than it must: rows lie in large pieces of memory.
func (w witnesses) add(f scan.File) { w[witness{strings.Clone(f.Path), strings.Clone(f.Name)}] = true }

var errOddMatch = errors.New("the server does not match patterns as it should")

func (w witnesses) heard(f *scan.File) {
	if len(w) > 0 {
		delete(w, witness{f.Path, f.Name})
	}
}

// missed asks for the witnesses that did not come again: they may be gone
// meanwhile, but if one is not, the parts are not all there is.
func (c *Client) missed(ctx context.Context, repo string, w witnesses) error {
	for missing := range w {
		path := missing.name
		if missing.path != "." {
			path = missing.path + "/" + path
		}
		_, err := c.FileDigest(ctx, repository.File{Repository: repo, Path: path})
		if errors.Is(err, oci.ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%w: %.200q was in a trimmed listing, and in none of its parts: %w", oci.ErrIncomplete, path, err)
		}
		// What goes and comes back at the wrong time may pass.
		lost := fmt.Errorf("%w: %w: %.200q was in a trimmed listing, and in none of its parts: %w",
			oci.ErrIncomplete, oci.ErrUnavailable, path, errOddMatch)
		return c.failure(queryRequest(""), http.StatusOK, lost)
	}
	return nil
}

// foreign tells that a row is not one of the part's: the server does not leave
// out what it is told to, and no part would be smaller than the one before.
func (p part) foreign(f *scan.File) error {
	if len(p.not) == 0 && p.besides == "" {
		return nil // nothing was left out
	}
	text := p.text(f)
	excluded := func(prefix string) bool { return strings.HasPrefix(text, prefix) }
	if slices.ContainsFunc(p.not, excluded) || p.besides != "" && f.Path == p.besides {
		return fmt.Errorf("%w: %.200q is in a part of a listing that it was left out of: %w", oci.ErrIncomplete, text, errOddMatch)
	}
	return nil
}
