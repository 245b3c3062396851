package outbound

import (
	"fmt"
	"io"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

// Place is what should be at a server's URL.
type Place struct {
	// Name is what it is, as in "a registry's URL"; Hint what a page may mean.
	Name, Hint string
}

// Page is the cause of an Error where a page was answered as if it were a
// success. It may be the wrong URL; but where pages are all there is, it is
// refused sooner or later, and pages of maintenance go away.
func (p Place) Page() error {
	return fmt.Errorf("%w: this is not %s: it answers with a page %s", oci.ErrUnavailable, p.Name, p.Hint)
}

func (p Place) wrong() WrongURLError {
	return WrongURLError{p.Name, "it answers with a page " + p.Hint}
}

// ReadAll reads a body of at most that many bytes. Its errors are causes of an
// Error.
func (p Place) ReadAll(contentType string, from io.Reader, most int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(from, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: the answer broke off: %w", oci.ErrUnavailable, err)
	case int64(len(body)) > most:
		return nil, intake.TooMuchError{What: "the answer", Of: "bytes", Most: most}
	case IsPage(contentType, body):
		return nil, p.Page()
	}
	return body, nil
}
