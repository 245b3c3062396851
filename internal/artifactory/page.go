package artifactory

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
)

// notBaseError says that something else answers at the URL. It tells nothing about
// what was asked for, like an outage, but repeating the request does not help.
type notBaseError struct{ why string }

func (e notBaseError) Error() string { return "this is not an Artifactory REST base URL: " + e.why }

func (notBaseError) Unwrap() error { return oci.ErrUnavailable }

var errPage = notBaseError{"it answers with a page (is the context path, /artifactory, missing, or is the server in maintenance?)"}

// isPage tells HTML, which the REST API never sends, by its type or its start.
func isPage(contentType string, body []byte) bool {
	return strings.Contains(strings.ToLower(contentType), "html") || bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n\ufeff"), []byte("<"))
}

// pageMeaning says what a refusal with a page means: the statuses of an outage
// come from what stands before the server, the others from the wrong place.
func pageMeaning(status int) error {
	switch {
	case status >= http.StatusInternalServerError, status == http.StatusRequestTimeout:
		return oci.ErrUnavailable
	case status == http.StatusTooManyRequests:
		return oci.ErrThrottled
	default:
		return errPage
	}
}
