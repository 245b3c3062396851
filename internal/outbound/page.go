package outbound

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
)

// WrongURLError says that something else answers at the URL. It tells nothing
// about what was asked for, like an outage, but repeating the request does not
// help.
type WrongURLError struct {
	// Wanted is what should be at the URL, Why how it shows that it is not.
	Wanted, Why string
}

func (e WrongURLError) Error() string { return "this is not " + e.Wanted + ": " + e.Why }

// Unwrap says what it means.
func (WrongURLError) Unwrap() error { return oci.ErrUnavailable }

// IsPage tells HTML, which no API sends, by its type or its start.
func IsPage(contentType string, body []byte) bool {
	return strings.Contains(strings.ToLower(contentType), "html") || bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n\ufeff"), []byte("<"))
}

// pageMeaning says what a refusal with a page means: the statuses of an outage
// come from what stands before the server, the others from the wrong place.
func pageMeaning(status int, page WrongURLError) error {
	switch {
	case status >= http.StatusInternalServerError, status == http.StatusRequestTimeout:
		return oci.ErrUnavailable
	case status == http.StatusTooManyRequests:
		return oci.ErrThrottled
	default:
		return page
	}
}
