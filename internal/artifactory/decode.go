package artifactory

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/scan"
)

// decode reads the stream {"results":[row…],"range":{…}}. The server streams
// while its database still works, so a failure in the middle leaves a status
// of 200 and a text that stops: what counts is that range came, that it says
// as many rows as there were, and that nothing says that they were trimmed.
func decode(body io.Reader, repository string, visit func(scan.File) error) error {
	l, err := read(body, repository, visit)
	if err != nil {
		return err
	}
	return l.whole()
}

// read does that, and takes an answer that the server cut where it says so.
func read(body io.Reader, repository string, visit func(scan.File) error) (*listing, error) {
	l := &listing{stream: newStream(body), repository: repository, visit: visit}
	if begins, _ := l.feed.in.Peek(16); outbound.IsPage("", begins) {
		return nil, asIncomplete(place().Page())
	}
	if err := l.object(l.member); err != nil {
		return nil, asIncomplete(err)
	}
	if err := l.end(); err != nil {
		return nil, asIncomplete(err)
	}
	if err := l.check(); err != nil {
		return nil, err
	}
	return l, nil
}

// asIncomplete says of every error but the visitor's that the answer is only a
// part of the truth. One that is too long is not asked for again.
func asIncomplete(err error) error {
	if errors.As(err, new(visitError)) || errors.Is(err, oci.ErrIncomplete) {
		return err
	}
	if tooMuch, ok := errors.AsType[intake.TooMuchError](err); ok {
		return fmt.Errorf("%w: %w", oci.ErrIncomplete, tooMuch)
	}
	// Of where it is, jsontext knows no more than that it has not seen most of the rows.
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		err = syntactic.Err
	}
	return brokenOffError{err}
}

// brokenOffError is an answer that stopped in the middle or is no query result.
// Another attempt may bring it whole.
type brokenOffError struct{ cause error }

func (e brokenOffError) Error() string {
	return fmt.Sprintf("%v: the answer broke off or is not a query result: %v", oci.ErrIncomplete, e.cause)
}

// Unwrap says what it means, and why.
func (e brokenOffError) Unwrap() []error {
	return []error{oci.ErrIncomplete, oci.ErrUnavailable, e.cause}
}

// listing is a query's answer on its way in.
type listing struct {
	*stream
	repository string
	visit      func(scan.File) error

	// path is that of the row before: the files of a folder come together.
	path         string
	isFolder     bool
	texts        texts
	plain        plainRow
	results      bool
	rows         int
	span         *span
	notification string
}

// span is the range of a query's answer.
type span struct {
	Total        *int   `json:"total"`
	Limit        *int   `json:"limit"`
	Notification string `json:"notification"`
}

func (l *listing) member(key []byte) error {
	switch string(key) {
	case `"results"`:
		l.results = true
		return l.sequence('[', l.someRows)
	case `"range"`:
		l.span = nil
		return l.value(&l.span)
	case `"notification"`:
		return l.value(&l.notification)
	default:
		return l.in.SkipValue()
	}
}

func (l *listing) value(into any) error {
	value, err := l.in.ReadValue()
	if err != nil {
		return err
	}
	return json.Unmarshal(value, into)
}

// announced is the smallest limit that is taken for a hard cap of the server.
// A cap that was reached comes with a notification; the lower limit of a user's
// queries (artifactory.search.userQueryLimit, 1,000) trims without a word.
const announced = 100_000

// check tells whether the server came to the end of what it sends.
func (l *listing) check() error {
	switch {
	case !l.results:
		return fmt.Errorf("%w: the answer has no results", oci.ErrIncomplete)
	case l.span == nil || l.span.Total == nil:
		return fmt.Errorf("%w: the answer has no range: the server stopped in the middle", oci.ErrIncomplete)
	case *l.span.Total != l.rows:
		return fmt.Errorf("%w: the server speaks of %d rows and sent %d", oci.ErrIncomplete, *l.span.Total, l.rows)
	}
	return nil
}

// notice is what the server says of rows that it held back; "" for nothing.
func (l *listing) notice() string { return outbound.Clip(l.notification + l.span.Notification) }

// whole tells whether the rows are all there are. A limit that nobody asked
// for is one that the server enforces. That fewer rows came does not prove that
// it was not reached: the server takes away what the account may not read after
// it has counted.
func (l *listing) whole() error {
	switch {
	case l.notice() != "":
		return fmt.Errorf("%w: the server trimmed the result: %s", oci.ErrIncomplete, l.notice())
	case l.span.Limit != nil && (*l.span.Limit < announced || l.rows >= *l.span.Limit):
		return fmt.Errorf("%w: the server enforces a limit of %d rows on this account's queries", oci.ErrIncomplete, *l.span.Limit)
	}
	return nil
}
