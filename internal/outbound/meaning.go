package outbound

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
)

// phrases say what a refusal means, whatever its status: Copy Item answers 401
// where a right is lacking and 500 or 409 for the same on a folder, 400 for a
// source that is not there, and wrong credentials may be 403. In lower case.
var phrases = [...]struct {
	part  string
	means error
}{
	{"available only in artifactory pro", oci.ErrUnsupported},
	{"recurrent log", oci.ErrUnauthorized}, // a login that is blocked or locked
	{"bad credentials", oci.ErrUnauthorized},
	{"token failed verification", oci.ErrUnauthorized},
	{"authentication token not found", oci.ErrUnauthorized},
	{"doesn't have permissions", oci.ErrDenied},
	{"needs delete permissions", oci.ErrDenied},
	{"needs write permissions", oci.ErrDenied},
	{"no permission to", oci.ErrDenied},
	{"include/exclude patterns", oci.ErrDenied},
	{"cannot create/override", oci.ErrDenied},
	{"could not find item", oci.ErrNotFound},
}

// ErrRefused is a refusal that means nothing that this package knows of.
var ErrRefused = errors.New("refused")

// saying is what the words mean by themselves, nil where that is nothing.
func (s Said) saying() error {
	said := strings.ToLower(strings.Join(s.Words, "\n"))
	for _, p := range phrases {
		if strings.Contains(said, p.part) {
			return p.means
		}
	}
	return nil
}

// Meaning says what a refusal with that status means. The words come first, but
// not where the server is out of order: whatever it says then, it says nothing
// about what was asked for. A verdict of Copy Item is not that.
func (s Said) Meaning(status int) error {
	if status >= http.StatusInternalServerError && !s.Verdict {
		return oci.ErrUnavailable
	}
	if means := s.saying(); means != nil {
		return means
	}
	if s.Verdict && status == http.StatusUnauthorized {
		return oci.ErrDenied // Copy Item judges only for who is logged in
	}
	switch status {
	case http.StatusNotFound:
		return oci.ErrNotFound
	case http.StatusUnauthorized:
		return oci.ErrUnauthorized
	case http.StatusForbidden:
		return oci.ErrDenied
	case http.StatusTooManyRequests:
		return oci.ErrThrottled
	case http.StatusRequestTimeout:
		return oci.ErrUnavailable
	default:
		return fmt.Errorf("%w with status %d", ErrRefused, status)
	}
}
