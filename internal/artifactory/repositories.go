package artifactory

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/repository"
)

// Repository describes the repository of that key. Its error wraps
// oci.ErrNotFound where there is none, which old versions say with status 400.
func (c *Client) Repository(ctx context.Context, key string) (repository.Info, error) {
	var answer description
	err := c.fetchJSON(ctx, get("repositories", "api/repositories/"+escape(key)), &answer)
	var e *Error
	if errors.Is(err, errRefused) && errors.As(err, &e) && e.Status == http.StatusBadRequest {
		e.Cause = oci.ErrNotFound
	}
	if err != nil {
		return repository.Info{}, err
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
}

func (r description) noun(key string) repository.Info {
	class := r.Class
	if class == "" {
		class = r.Type
	}
	return repository.Info{
		Key: key, Class: strings.ToLower(class), PackageType: strings.ToLower(r.PackageType), DefaultDeployment: r.DefaultDeploymentRepo,
	}
}

// Readable returns nil if the account may read the repository: a query for a
// repository that it may not read is answered with nothing, like an empty one.
func (c *Client) Readable(ctx context.Context, key string) error {
	return c.fetchJSON(ctx, get("storage", "api/storage/"+escape(key)), &struct{}{})
}
