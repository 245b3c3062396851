// Package demo has what the demonstration needs beside sigsync itself: a
// client that pushes images, a signer and a verifier. They speak to a server
// over its registry API only, as docker and cosign do.
package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/opencontainers/image-spec/specs-go"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/opencontainers/go-digest"
)

// Registry is one repository of a server, seen through the registry API.
type Registry struct {
	// URL is the server's base URL, and Repository the repository's key.
	URL, Repository string
	// Username and Password are sent as Basic authentication.
	Username, Password string
	HTTP               *http.Client
}

// Push pushes a small image for one platform and returns its descriptor. The
// tag is a tag, or "" to push by digest alone.
func (r *Registry) Push(ctx context.Context, image, tag string, platform v1.Platform, content string) (v1.Descriptor, error) {
	layer := []byte(content)
	config := v1.Image{Platform: platform, RootFS: v1.RootFS{Type: "layers", DiffIDs: []digest.Digest{digest.FromBytes(layer)}}}
	m := v1.Manifest{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: v1.MediaTypeImageManifest}
	var err error
	if m.Config, err = r.document(ctx, image, v1.MediaTypeImageConfig, config); err != nil {
		return v1.Descriptor{}, err
	}
	blob, err := r.blob(ctx, image, v1.MediaTypeImageLayer, layer)
	if err != nil {
		return v1.Descriptor{}, err
	}
	m.Layers = []v1.Descriptor{blob}
	pushed, err := r.manifest(ctx, image, tag, m.MediaType, m)
	pushed.Platform = &platform
	return pushed, err
}

// PushIndex pushes an index of manifests that are there already.
func (r *Registry) PushIndex(ctx context.Context, image, tag string, children []v1.Descriptor) (v1.Descriptor, error) {
	return r.manifest(ctx, image, tag, v1.MediaTypeImageIndex, v1.Index{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: v1.MediaTypeImageIndex, Manifests: children,
	})
}

func (r *Registry) document(ctx context.Context, image, mediaType string, content any) (v1.Descriptor, error) {
	encoded, err := encode(mediaType, content)
	if err != nil {
		return v1.Descriptor{}, err
	}
	return r.blob(ctx, image, mediaType, encoded)
}

// encode is content as JSON; what says what it is.
func encode(what string, content any) ([]byte, error) {
	encoded, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", what, err)
	}
	return encoded, nil
}

func (r *Registry) blob(ctx context.Context, image, mediaType string, content []byte) (v1.Descriptor, error) {
	d := v1.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(content), Size: int64(len(content))}
	location, _, err := r.send(ctx, http.MethodPost, r.path(image, "blobs/uploads/"), "", nil)
	if err != nil {
		return d, err
	}
	separator := "?"
	if strings.Contains(location, "?") {
		separator = "&"
	}
	_, _, err = r.send(ctx, http.MethodPut, location+separator+"digest="+d.Digest.String(), "application/octet-stream", content)
	return d, err
}

func (r *Registry) manifest(ctx context.Context, image, tag, mediaType string, content any) (v1.Descriptor, error) {
	encoded, err := encode(mediaType, content)
	if err != nil {
		return v1.Descriptor{}, err
	}
	d := v1.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(encoded), Size: int64(len(encoded))}
	if tag == "" {
		tag = d.Digest.String()
	}
	_, _, err = r.send(ctx, http.MethodPut, r.path(image, "manifests/"+tag), mediaType, encoded)
	return d, err
}

// fetch returns the bytes of a manifest or a blob.
func (r *Registry) fetch(ctx context.Context, image, what string) ([]byte, error) {
	_, body, err := r.send(ctx, http.MethodGet, r.path(image, what), "", nil)
	return body, err
}

func (r *Registry) path(image, what string) string {
	return r.URL + "/api/docker/" + r.Repository + "/v2/" + image + "/" + what
}

// maxAnswer bounds what is read of one answer; the demonstration's images are tiny.
const maxAnswer = 1 << 20

func (r *Registry) send(ctx context.Context, method, address, contentType string, body []byte) (location string, answer []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", method, err)
	}
	req.SetBasicAuth(r.Username, r.Password)
	req.Header.Set("Accept", strings.Join([]string{v1.MediaTypeImageManifest, v1.MediaTypeImageIndex, "*/*"}, ", "))
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	got, err := r.HTTP.Do(req)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", method, err)
	}
	defer func() { _ = got.Body.Close() }()
	answer, err = io.ReadAll(io.LimitReader(got.Body, maxAnswer))
	if err != nil {
		return "", nil, fmt.Errorf("%s %s: %w", method, address, err)
	}
	if got.StatusCode >= http.StatusBadRequest {
		return "", nil, fmt.Errorf("%s %s: %s: %w", method, address, got.Status, &refused{got.StatusCode})
	}
	if at, err := got.Location(); err == nil {
		location = at.String()
	}
	return location, answer, nil
}

// refused is an answer of 400 and above.
type refused struct{ status int }

func (e *refused) Error() string { return http.StatusText(e.status) }
