package registry

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
)

// mayLogIn tells whether credentials may go to where a token is to be had: to
// the server itself, and to a host that the operator named. Whoever answers in
// the server's place could name any other. That it does not go on in clear what
// began in secret is oras-go's to see.
func (x *exchange) mayLogIn(at *url.URL) bool {
	if sameOrigin(at, x.origin) {
		return true
	}
	for _, host := range x.client.realmHosts {
		if listed, err := url.Parse(at.Scheme + "://" + host); err == nil && sameOrigin(at, listed) {
			return true
		}
	}
	return false
}

// elsewhere refuses to log in at another host.
func (x *exchange) elsewhere(r *http.Request) error {
	host := outbound.Clip(r.URL.Host)
	err := x.fail(r, fmt.Errorf("the server wants the login at another host, %s: "+
		"if the credentials may go there, list %s in realm_hosts under the server's auth", host, host))
	x.failed.Cause = fmt.Errorf("%w: %w", oci.ErrUnauthorized, err)
	return err
}
