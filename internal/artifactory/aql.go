package artifactory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/scan"
)

// List implements scan.Lister with one Artifactory Query Language query. It
// reads row by row and keeps none. Its error wraps oci.ErrIncomplete where the
// server trimmed the result or the answer broke off.
func (c *Client) List(ctx context.Context, q scan.Query, visit func(scan.File) error) error {
	if strings.ContainsAny(q.Repository, `"\`) {
		return fmt.Errorf("aql: repository key %q cannot be written in a query", q.Repository)
	}
	r := request{operation: "aql", method: http.MethodPost, path: "api/search/aql", contentType: "text/plain", body: query(q)}
	answer, err := c.open(ctx, r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if err := decode(answer.Body, q.Repository, visit); err != nil {
		var own visitError
		if errors.As(err, &own) {
			return own.err
		}
		return &Error{Operation: r.operation, Method: r.method, URL: answer.Request.URL.Redacted(), Status: answer.StatusCode, Cause: err}
	}
	return nil
}

// row is an item of the result. Size is a number, or a string in some versions.
type row struct {
	Repo   string      `json:"repo"`
	Path   string      `json:"path"`
	Name   string      `json:"name"`
	SHA256 checksum    `json:"sha256"`
	Size   json.Number `json:"size"`
}

// checksum is a SHA-256 in hexadecimal digits; "" and null are none.
type checksum oci.Digest

// UnmarshalText reads the digits.
func (s *checksum) UnmarshalText(text []byte) error {
	*s = checksum{}
	if len(text) == 0 {
		return nil
	}
	d, err := oci.ParseHex(string(text))
	*s = checksum(d)
	return err
}

// visitError carries an error of the visitor past the decoder.
type visitError struct{ err error }

func (e visitError) Error() string { return e.err.Error() }

// decode reads the stream {"results":[row…],"range":{…},"notification":"…"}.
// The server streams while its database still works, so a failure in the
// middle leaves a status of 200 and a text that stops: what counts is that
// range came, that it says as many rows as there were, and that no
// notification says that the result was trimmed.
func decode(body io.Reader, repository string, visit func(scan.File) error) error {
	d := json.NewDecoder(body)
	if err := expect(d, json.Delim('{')); err != nil {
		return err
	}
	var tail tail
	rows := -1
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return broken(err)
		}
		switch key {
		case "results":
			if rows, err = decodeRows(d, repository, visit); err != nil {
				return err
			}
		default:
			if err := tail.field(d, key); err != nil {
				return err
			}
		}
	}
	if err := expect(d, json.Delim('}')); err != nil {
		return err
	}
	return tail.check(rows)
}

func decodeRows(d *json.Decoder, repository string, visit func(scan.File) error) (int, error) {
	if err := expect(d, json.Delim('[')); err != nil {
		return 0, err
	}
	rows := 0
	for d.More() {
		var r row
		if err := d.Decode(&r); err != nil {
			return 0, broken(err)
		}
		rows++
		if r.Repo != repository {
			return 0, fmt.Errorf("%w: asked for repository %s, got a row of %q", oci.ErrIncomplete, repository, r.Repo)
		}
		if r.Path == "" || r.Name == "" {
			return 0, fmt.Errorf("%w: row %d has no path or name", oci.ErrIncomplete, rows)
		}
		size, err := r.Size.Int64()
		if err != nil && r.Size != "" {
			return 0, fmt.Errorf("%w: row %d has the size %q", oci.ErrIncomplete, rows, r.Size)
		}
		if err := visit(scan.File{Path: r.Path, Name: r.Name, Digest: oci.Digest(r.SHA256), Size: size}); err != nil {
			return 0, visitError{err}
		}
	}
	return rows, expect(d, json.Delim(']'))
}

// tail is what follows the rows.
type tail struct {
	span *struct {
		Total        *int   `json:"total"`
		Limit        *int   `json:"limit"`
		Notification string `json:"notification"`
	}
	notification string
}

func (t *tail) field(d *json.Decoder, key json.Token) error {
	var ignored json.RawMessage
	into := any(&ignored)
	switch key {
	case "range":
		into = &t.span
	case "notification":
		into = &t.notification
	}
	if err := d.Decode(into); err != nil {
		return broken(err)
	}
	return nil
}

// check tells whether the rows are all there are. A limit that nobody asked
// for is one that the server enforces, and the rows reached it.
func (t *tail) check(rows int) error {
	switch {
	case rows < 0:
		return fmt.Errorf("%w: the answer has no results", oci.ErrIncomplete)
	case t.span == nil:
		return fmt.Errorf("%w: the answer has no range: the server stopped in the middle", oci.ErrIncomplete)
	case t.notification != "" || t.span.Notification != "":
		return fmt.Errorf("%w: the server trimmed the result: %s", oci.ErrIncomplete, clip(t.notification+t.span.Notification))
	case t.span.Total != nil && *t.span.Total != rows:
		return fmt.Errorf("%w: the server speaks of %d rows and sent %d", oci.ErrIncomplete, *t.span.Total, rows)
	case t.span.Limit != nil && *t.span.Limit <= rows:
		return fmt.Errorf("%w: the server enforces a limit of %d rows", oci.ErrIncomplete, *t.span.Limit)
	}
	return nil
}

func expect(d *json.Decoder, want json.Delim) error {
	token, err := d.Token()
	if err != nil {
		return broken(err)
	}
	if token != want {
		return fmt.Errorf("%w: the answer is not a query result: %v where %v belongs", oci.ErrIncomplete, token, want)
	}
	return nil
}

// broken tells a stream that stopped from one that is no JSON.
func broken(err error) error {
	return fmt.Errorf("%w: the answer broke off or is not JSON: %w", oci.ErrIncomplete, err)
}
