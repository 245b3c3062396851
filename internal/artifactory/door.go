package artifactory

import (
	"errors"
	"net/http"
	"sync"

	"github.com/sigsync/sigsync/internal/oci"
)

// door lets a client's first request go alone, and none after it while its
// credentials are those that were refused: Artifactory locks an account after
// a few bad logins, and a run sends many requests at once. Credentials that
// end in the middle of a run close it again.
type door struct {
	mu      sync.Mutex
	open    bool
	refused *Error // the credentials "by" were refused so
	by      string
}

// pass sends a request, or repeats why its credentials need not be tried.
func (c *Client) pass(r request, req *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
	d, by := &c.door, req.Header.Get("Authorization")+req.Header.Get(keyHeader)
	d.mu.Lock()
	switch {
	case by == "":
		d.mu.Unlock()
		return send()
	case d.open:
		d.mu.Unlock()
		answer, err := send()
		if errors.Is(err, oci.ErrUnauthorized) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.note(by, err)
		}
		return answer, err
	}
	defer d.mu.Unlock()
	if d.refused != nil && d.by == by {
		e := c.failure(r, d.refused.Status, d.refused.Cause)
		e.Messages = d.refused.Messages
		return nil, e
	}
	answer, err := send()
	d.open = true
	d.note(by, err)
	return answer, err
}

// note closes the door on credentials that were refused.
func (d *door) note(by string, err error) {
	if e, ok := errors.AsType[*Error](err); ok && errors.Is(e, oci.ErrUnauthorized) {
		d.open, d.refused, d.by = false, e, by
	}
}
