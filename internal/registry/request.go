package registry

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"oras.land/oras-go/v2/registry/remote/auth"

	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/repository"
)

// request is one call of the distribution API.
type request struct {
	operation   string
	method      string
	url         string
	accept      string
	contentType string
	// scopes are what a token for the request is to cover.
	scopes []string
	// open opens the body; nil is none. It is as long as size says.
	open func() (io.ReadCloser, error)
	size int64
	// streams marks what may take any time as long as it goes on.
	streams bool
}

// api is the URL of the distribution API that the image is in, and the image's
// name there: an Artifactory repository has an API of its own, to any other
// registry it is a prefix of the name.
func (c *Client) api(repo, image string) (base, name string) {
	if c.artifactory {
		return c.base + "/api/docker/" + outbound.Escape(repo) + "/v2/", image
	}
	return c.base + "/v2/", wireName(repo, image)
}

// wireName is the name of an image where repositories are prefixes.
func wireName(repo, image string) string {
	return strings.Trim(strings.Trim(repo, "/")+"/"+image, "/")
}

// about is a request about something in an image.
func (c *Client) about(in repository.Image, operation, method string, path ...string) request {
	base, name := c.api(in.Repository, in.Path)
	actions := []string{auth.ActionPull}
	if method == http.MethodPost || method == http.MethodPut {
		actions = append(actions, auth.ActionPush)
	}
	return request{
		operation: operation, method: method, scopes: []string{auth.ScopeRepository(name, actions...)},
		url: base + outbound.Escape(name) + "/" + outbound.Escape(strings.Join(path, "/")),
	}
}

// failure is the Error of a request; status is 0 where no answer came.
func (r request) failure(status int, cause error) *outbound.Error {
	return &outbound.Error{Operation: r.operation, Method: r.method, URL: r.shown(), Status: status, Cause: cause}
}

// shown is the URL as errors tell it: the place of an upload holds what lets
// anybody go on with it.
func (r request) shown() string {
	if r.method == http.MethodPut {
		return withoutQuery(r.url)
	}
	return r.url
}

func withoutQuery(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return address
}

// prepare makes the request that is sent.
func (r request) prepare(ctx context.Context) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, http.NoBody)
	if err != nil {
		return nil, err
	}
	if r.accept != "" {
		req.Header.Set("Accept", r.accept)
	}
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	if r.open == nil || r.size == 0 {
		return req, nil
	}
	req.ContentLength, req.GetBody = r.size, r.open
	req.Body, err = r.open()
	return req, err
}

// sameOrigin tells whether credentials for the one place may go to the other.
func sameOrigin(a, b *url.URL) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case strings.EqualFold(u.Scheme, "https"):
		return "443"
	default:
		return "80"
	}
}
