package artifactory

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/repository"
)

// Repository describes the repository of that key. Its error wraps
// oci.ErrNotFound where there is none, which old versions say with status 400.
func (c *Client) Repository(ctx context.Context, key string) (repository.Info, error) {
	var answer description
	err := c.fetchJSON(ctx, get("repositories", "api/repositories/"+outbound.Escape(key)), &answer)
	var e *outbound.Error
	if errors.Is(err, outbound.ErrRefused) && errors.As(err, &e) && e.Status == http.StatusBadRequest {
		e.Cause = oci.ErrNotFound
	}
	if err != nil {
		return repository.Info{}, err
	}
	if to := answer.DefaultDeploymentRepo; to != "" && !isSegment(to) {
		return repository.Info{}, fmt.Errorf("%w: repository %s has the default deployment repository %.80q, which none is called",
			oci.ErrIncomplete, key, to)
	}
	return answer.noun(key), nil
}

// description is the answer for one key. Administrators get rclass, others may
// get type instead; package types are spelled with either case.
type description struct {
	Class                 string `json:"rclass"`
	Type                  string `json:"type"`
	PackageType           string `json:"packageType"`
	DefaultDeploymentRepo string `json:"defaultDeploymentRepo"`
	// MaxUniqueTags is shown to administrators.
	MaxUniqueTags *int `json:"maxUniqueTags"`
}

func (r description) noun(key string) repository.Info {
	class := r.Class
	if class == "" {
		class = r.Type
	}
	tags := repository.UnknownTags
	if r.MaxUniqueTags != nil {
		tags = max(0, *r.MaxUniqueTags)
	}
	return repository.Info{
		Key: key, Class: strings.ToLower(class), PackageType: strings.ToLower(r.PackageType), DefaultDeployment: r.DefaultDeploymentRepo,
		MaxUniqueTags: tags,
	}
}

// Readable returns nil if the account may read the repository: a query for a
// repository that it may not read is answered with nothing, like an empty one.
func (c *Client) Readable(ctx context.Context, key string) error {
	return c.do(ctx, get("storage", "api/storage/"+outbound.Escape(key)), func(contentType string, body io.Reader) error {
		answer := bufio.NewReader(body)
		begins, err := answer.Peek(16)
		switch {
		case err != nil && !errors.Is(err, io.EOF):
			return fmt.Errorf("%w: the answer broke off: %w", oci.ErrUnavailable, err)
		case outbound.IsPage(contentType, begins):
			return place().Page()
		case !bytes.HasPrefix(bytes.TrimSpace(begins), []byte("{")):
			return fmt.Errorf("%w: the answer is not the JSON that was asked for", oci.ErrIncomplete)
		}
		// It lists every folder of the root, which may be many, and nobody needs them.
		if _, err := io.Copy(io.Discard, io.LimitReader(answer, intake.AnswerBytes)); err != nil {
			return fmt.Errorf("%w: the answer broke off: %w", oci.ErrUnavailable, err)
		}
		return nil
	})
}
