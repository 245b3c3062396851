package artifactory_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/scan"
)

// spaces never end, and count what was read of them.
type spaces struct{ read int }

func (s *spaces) Read(p []byte) (int, error) {
	for n := range p {
		p[n] = ' '
	}
	s.read += len(p)
	return len(p), nil
}

// calls are all that read an answer, with the most that each reads.
func calls() map[string]struct {
	call func(context.Context, *artifactory.Client) error
	most int
} {
	type entry = struct {
		call func(context.Context, *artifactory.Client) error
		most int
	}
	return map[string]entry{
		"Manifest": {func(ctx context.Context, c *artifactory.Client) error {
			_, err := c.Manifest(ctx, tag("dev"))
			return err
		}, intake.AnswerBytes},
		"FileDigest": {func(ctx context.Context, c *artifactory.Client) error {
			_, err := c.FileDigest(ctx, in("dev", "a"))
			return err
		}, intake.AnswerBytes},
		"Repository": {func(ctx context.Context, c *artifactory.Client) error {
			_, err := c.Repository(ctx, "dev")
			return err
		}, intake.AnswerBytes},
		"CopyFile": {func(ctx context.Context, c *artifactory.Client) error {
			return c.CopyFile(ctx, in("dev", "a"), in("prod", "a"), 1)
		}, intake.AnswerBytes},
		"List": {func(ctx context.Context, c *artifactory.Client) error {
			return c.List(ctx, scan.Query{Repository: "dev"}, func(scan.File) error { return nil })
		}, intake.RowBytes},
	}
}

func TestAnswersWithoutEndAreRefused(t *testing.T) {
	for name, c := range calls() {
		body := &spaces{}
		o := artifactory.Options{URL: "http://server.test/artifactory"}
		o.Retry.Attempts = 5
		o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Request: r, Header: http.Header{}, Body: io.NopCloser(body)}, nil
		})
		err := c.call(t.Context(), client(t, o))
		if !errors.As(err, new(intake.TooMuchError)) || body.read > c.most+64<<10 {
			t.Errorf("%s of an answer without end = %v after %d bytes, want too much after %d and no other attempt", name, err, body.read, c.most)
		}
		if err != nil && !strings.Contains(err.Error(), "http://server.test/artifactory/api/") {
			t.Errorf("%s = %v, want where that was", name, err)
		}
	}
}

// What a server sends may be a thousand times smaller than what it unfolds to.
func TestGzipBombsAreRefused(t *testing.T) {
	var small bytes.Buffer
	z := gzip.NewWriter(&small)
	_, _ = io.CopyN(z, &spaces{}, intake.AnswerBytes+1)
	_ = z.Close()
	for name, c := range calls() {
		err := c.call(t.Context(), answering(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(small.Bytes())
		}))
		if !errors.As(err, new(intake.TooMuchError)) {
			t.Errorf("%s of a gzip bomb = %v, want too much", name, err)
		}
	}
}
