package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"oras.land/oras-go/v2/registry/remote/auth"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/repository"
)

// pageSize is how many names a page is to have: more are refused by some.
const pageSize = 1000

// Tags lists the tags of an image, every page, each once. What visit returns
// ends it. The error wraps oci.ErrNotFound where there is no such image, and
// oci.ErrIncomplete where the pages do not lead to an end.
func (c *Client) Tags(ctx context.Context, in repository.Image, visit func(tag string) error) error {
	return c.list(ctx, c.about(in, "tags", http.MethodGet, "tags", "list"), tagList, visit)
}

// Catalog lists the images of a repository, every page, each once. What visit
// returns ends it. To Artifactory prefix is a repository's key; any other
// registry lists all it has, and what is not below the prefix is left out. Many
// registries refuse: the error wraps oci.ErrDenied, oci.ErrUnsupported,
// oci.ErrUnauthorized or oci.ErrNotFound then.
func (c *Client) Catalog(ctx context.Context, prefix string, visit func(image string) error) error {
	base, _ := c.api(prefix, "")
	r := request{operation: "catalog", method: http.MethodGet, url: base + "_catalog"}
	if !c.artifactory {
		r.scopes = []string{auth.ScopeRegistryCatalog}
	}
	below := strings.Trim(prefix, "/") + "/"
	return c.list(ctx, r, catalog, func(name string) error {
		if c.artifactory || below == "/" {
			return visit(name)
		}
		if image, ok := strings.CutPrefix(name, below); ok && image != "" {
			return visit(image)
		}
		return nil
	})
}

// list shows what the pages of a list have.
func (c *Client) list(ctx context.Context, r request, k kind, visit func(string) error) error {
	first, err := url.Parse(r.url)
	if err != nil {
		return fmt.Errorf("%s: %w", r.operation, err)
	}
	l := names{seen: map[string]bool{}, asked: map[string]bool{}, next: pageAfter(first, "")}
	for l.next != nil {
		r.url = l.next.String()
		p, err := c.namesPage(ctx, r, l.next, k)
		if err != nil {
			return err
		}
		if err := l.room(p.names); err != nil {
			return r.failure(http.StatusOK, err)
		}
		fresh, err := l.take(p.names, visit)
		if err != nil {
			return err
		}
		if err := l.turn(p, fresh); err != nil {
			return r.failure(http.StatusOK, err)
		}
	}
	return nil
}

// names is a list on its way in.
type names struct {
	seen map[string]bool
	// asked are the pages that were asked for, next is the one to ask for, nil
	// at the end. promised tells that the page before it spoke of it.
	asked    map[string]bool
	next     *url.URL
	promised bool
}

// room refuses a list that has no end. Names that came before count again: a
// page has few of them.
func (l *names) room(page []string) error {
	if err := intake.Check("the list", len(l.seen)+len(page), intake.Names, "names"); err != nil {
		return err
	}
	return intake.Check("the list", len(l.asked)+1, intake.Pages, "pages")
}

// take shows what is new to the visitor, and tells whether anything was.
func (l *names) take(page []string, visit func(string) error) (fresh bool, err error) {
	for _, name := range page {
		if l.seen[name] {
			continue
		}
		l.seen[name], fresh = true, true
		if err := visit(name); err != nil {
			return fresh, err
		}
	}
	return fresh, nil
}

// turn finds the next page. Where the Link is no good it is the one after the
// last name. A full page may be cut off by a server that knows no Link: one
// that has no more says so when it is asked.
func (l *names) turn(p namesPage, fresh bool) error {
	l.asked[l.next.String()] = true
	switch {
	case !fresh && (p.linked || l.promised && len(p.names) > 0):
		return fmt.Errorf("%w: the list does not go on", oci.ErrIncomplete)
	case !p.linked && (len(p.names) != pageSize || !fresh):
		l.next = nil
		return nil
	case p.next == nil:
		p.next = pageAfter(l.next, p.names[len(p.names)-1])
	}
	l.next, l.promised = p.next, p.linked
	if l.asked[l.next.String()] {
		return fmt.Errorf("%w: the list begins anew", oci.ErrIncomplete)
	}
	return nil
}

func pageAfter(list *url.URL, last string) *url.URL {
	query := url.Values{"n": {strconv.Itoa(pageSize)}}
	if last != "" {
		query.Set("last", last)
	}
	page := new(*list)
	page.RawQuery = query.Encode()
	return page
}

// namesPage is one page of a list.
type namesPage struct {
	names  []string
	next   *url.URL
	linked bool
}

func (c *Client) namesPage(ctx context.Context, r request, own *url.URL, k kind) (namesPage, error) {
	var p namesPage
	f := k.form()
	err := c.fetch(ctx, r, intake.PageBytes, func(answer *http.Response, body []byte) error {
		p = namesPage{}
		var lists map[string]json.RawMessage
		err := json.Unmarshal(body, &lists)
		if err == nil && lists[f.key] == nil {
			err = fmt.Errorf("no %s", f.key)
		}
		if err == nil {
			err = json.Unmarshal(lists[f.key], &p.names)
		}
		if err != nil {
			return fmt.Errorf("%w: the answer is not the list that was asked for: %w", oci.ErrIncomplete, err)
		}
		for _, name := range p.names {
			if !k.names(name) {
				return fmt.Errorf("%w: the list has %.80q under %s, which nothing is called", oci.ErrIncomplete, name, f.key)
			}
		}
		p.next, p.linked = next(own, f.suffix, answer.Header)
		return nil
	})
	return p, err
}
