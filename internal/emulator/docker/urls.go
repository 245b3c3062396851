package docker

import (
	"net/url"
	"strings"
)

// base is the URL of this repository's /v2, as the client reaches it.
func (c *call) base() string {
	if c.pathForm {
		return c.origin() + "/v2/" + c.key
	}
	return c.api.backend.BaseURL(c.r) + "/api/docker/" + c.key + "/v2"
}

// realm is the URL of the token endpoint; all repositories of the path form share one.
func (c *call) realm() string {
	if c.pathForm {
		return c.origin() + "/v2/token"
	}
	return c.base() + "/token"
}

// service is the host, with its port.
func (c *call) service() string {
	_, host, _ := strings.Cut(c.origin(), "://")
	return host
}

// origin is the server's URL without its context path: the path form lives at the root of the host.
func (c *call) origin() string {
	base := c.api.backend.BaseURL(c.r)
	u, err := url.Parse(base)
	if err != nil {
		return base
	}
	return u.Scheme + "://" + u.Host
}

// location is the URL of something of this image.
func (c *call) location(elements ...string) string {
	return c.base() + "/" + c.route.image + "/" + strings.Join(elements, "/")
}

// linkBase is the path that a Link to a further page starts with. It is the
// path behind a docker host name: below <context>/api/docker it leads nowhere.
func (c *call) linkBase() string {
	if c.pathForm {
		return "/v2/" + c.key
	}
	return "/v2"
}
