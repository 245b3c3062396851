package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/repository"
)

// Referrers lists what says of itself that it is about subject, by the
// Referrers API, every page. What an entry says of its manifest beside the
// digest is no proof. supported is false where the server has no such API: it
// answers 404, or something that is no index. Any other failure is an error and
// says nothing about whether there are referrers.
func (c *Client) Referrers(ctx context.Context, in repository.Image, subject oci.Digest) (
	list []oci.Descriptor, supported bool, err error,
) {
	r := c.about(in, "referrers", http.MethodGet, "referrers", subject.String())
	r.accept = v1.MediaTypeImageIndex
	suffix := "/referrers/" + subject.String()
	seen := map[oci.Digest]bool{}
	for visited := map[string]bool{}; !visited[r.url]; {
		visited[r.url] = true
		p, err := c.referrersPage(ctx, r, suffix)
		switch {
		case err != nil:
			return nil, false, err
		case !p.supported && len(visited) == 1:
			return nil, false, nil
		case !p.supported:
			return nil, false, r.failure(p.status, fmt.Errorf("%w: the list has no page after the %dth", oci.ErrIncomplete, len(visited)-1))
		}
		if err := intake.Check("the list", len(list)+len(p.entries), intake.Referrers, "referrers"); err != nil {
			return nil, false, r.failure(p.status, err)
		}
		before := len(list)
		for _, d := range p.entries {
			if !seen[d.Digest] {
				seen[d.Digest], list = true, append(list, d)
			}
		}
		switch {
		case !p.linked:
			return list, true, nil
		case p.next == nil:
			return nil, false, r.failure(http.StatusOK, fmt.Errorf("%w: the list goes on where it cannot be followed", oci.ErrIncomplete))
		case len(list) == before:
			return nil, false, r.failure(http.StatusOK, fmt.Errorf("%w: the list does not go on", oci.ErrIncomplete))
		}
		r.url = p.next.String()
	}
	return nil, false, r.failure(http.StatusOK, fmt.Errorf("%w: the list begins anew", oci.ErrIncomplete))
}

// referrersPage is one page of a list.
type referrersPage struct {
	supported bool
	status    int
	entries   []oci.Descriptor
	next      *url.URL
	linked    bool
}

func (c *Client) referrersPage(ctx context.Context, r request, suffix string) (referrersPage, error) {
	var p referrersPage
	err := c.do(ctx, r, func(answer *http.Response) error {
		p = referrersPage{status: answer.StatusCode}
		if answer.StatusCode != http.StatusOK || headOf(answer).mediaType() != v1.MediaTypeImageIndex {
			return nil
		}
		body, err := c.place().ReadAll("", answer.Body, intake.ManifestBytes)
		if err != nil {
			return err
		}
		if p.entries, err = entries(body); err != nil {
			return err
		}
		own, err := url.Parse(r.url)
		if err != nil {
			return err
		}
		p.supported = true
		p.next, p.linked = next(own, suffix, answer.Header)
		return nil
	})
	if e, ok := errors.AsType[*outbound.Error](err); ok && e.Operation == r.operation && e.Status == http.StatusNotFound &&
		(!c.artifactory || errors.Is(err, oci.ErrNotFound)) {
		return referrersPage{status: e.Status}, nil
	}
	return p, err
}

// entries reads an index, which may be empty, but not without a list.
func entries(body []byte) ([]oci.Descriptor, error) {
	var index struct {
		Manifests json.RawMessage `json:"manifests"`
	}
	var list []oci.Descriptor
	err := json.Unmarshal(body, &index)
	if err == nil && index.Manifests == nil {
		err = errors.New("no manifests")
	}
	if err == nil {
		err = json.Unmarshal(index.Manifests, &list)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: the answer is not the index that was asked for: %w", oci.ErrIncomplete, err)
	}
	for _, d := range list {
		if d.Digest.IsZero() {
			return nil, fmt.Errorf("%w: an entry of the index names nothing", oci.ErrIncomplete)
		}
	}
	return list, nil
}
