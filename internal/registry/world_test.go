package registry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	ggcr "github.com/google/go-containerregistry/pkg/registry"
	"github.com/olareg/olareg"
	"github.com/olareg/olareg/config"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/registry"
	"github.com/sigsync/sigsync/internal/repository"
)

// kind is a registry that the contract is held against.
type kind struct {
	name  string
	start func(t *testing.T) registry.Options
	// repositories are two of its repositories.
	repositories [2]string
	// referrers tells that it has the Referrers API, mounts that it takes blobs
	// over from other images.
	referrers, mounts bool
}

func kinds() []kind {
	artifactory, prefixes := [2]string{"dev", "prod"}, [2]string{"team/dev", "team/prod"}
	return []kind{
		{"emulator", anArtifactory(emulator.Options{}), artifactory, false, false},
		{"emulator with referrers", anArtifactory(emulator.Options{ReferrersPage: 3, Repositories: referring()}), artifactory, true, false},
		{"emulator as a registry", asRegistry(emulator.Options{
			ReferrersPage: 3, Repositories: referring(), Quirks: emulator.Quirks{BlobMount: true},
		}), artifactory, true, true},
		{"olareg", anOlareg(true), prefixes, true, true},
		{"olareg without referrers", anOlareg(false), prefixes, false, true},
		{"go-containerregistry", aGGCR(false), prefixes, false, false},
		{"go-containerregistry with referrers", aGGCR(true), prefixes, true, false},
	}
}

// anArtifactory has the users admin and reader, whose passwords are their names.
func anArtifactory(o emulator.Options) func(*testing.T) registry.Options {
	return func(t *testing.T) registry.Options {
		t.Helper()
		o.Users = []access.User{
			{Name: "admin", Password: "admin", Admin: true, Tokens: []string{"admin-token"}, APIKey: "AKCp8admin"},
			{Name: "reader", Password: "reader", Permissions: []access.Permission{{Repositories: []string{"*"}, Rights: access.Read}}},
		}
		if o.Repositories == nil {
			o.Repositories = []emulator.Repository{{Key: "dev"}, {Key: "prod"}}
		}
		server, err := emulator.New(o)
		if err != nil {
			t.Fatal(err)
		}
		return registry.Options{
			URL: serve(t, server) + "/artifactory", Artifactory: true, Authorize: outbound.Basic("admin", outbound.Literal("admin")),
		}
	}
}

func referring() []emulator.Repository {
	return []emulator.Repository{{Key: "dev", Referrers: true}, {Key: "prod", Referrers: true}}
}

// asRegistry is an Artifactory whose repositories are the first parts of names,
// and which asks for a login with tokens.
func asRegistry(o emulator.Options) func(*testing.T) registry.Options {
	return func(t *testing.T) registry.Options {
		t.Helper()
		options := anArtifactory(o)(t)
		return registry.Options{
			URL:         strings.TrimSuffix(options.URL, "/artifactory"),
			Credentials: registry.Credentials{Username: "admin", Password: outbound.Literal("admin")},
		}
	}
}

func anOlareg(referrers bool) func(*testing.T) registry.Options {
	return func(t *testing.T) registry.Options {
		t.Helper()
		s := olareg.New(config.Config{
			Storage: config.ConfigStorage{StoreType: config.StoreMem},
			API:     config.ConfigAPI{Referrer: config.ConfigAPIReferrer{Enabled: &referrers, Limit: 2000}},
		})
		t.Cleanup(func() { _ = s.Close() })
		return registry.Options{URL: serve(t, s)}
	}
}

func aGGCR(referrers bool) func(*testing.T) registry.Options {
	return func(t *testing.T) registry.Options {
		t.Helper()
		return registry.Options{URL: serve(t, ggcr.New(ggcr.WithReferrersSupport(referrers), ggcr.Logger(log.New(io.Discard, "", 0))))}
	}
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	return web.URL
}

func client(t *testing.T, o registry.Options) *registry.Client {
	t.Helper()
	// No login of the person who runs the test.
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	c, err := registry.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// answering is a client of a registry that gives every request that answer.
func answering(t *testing.T, h http.HandlerFunc) *registry.Client {
	t.Helper()
	return client(t, registry.Options{URL: serve(t, h)})
}

func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// image is an image path, and its manifest with config and layer.
type image struct {
	at       repository.Image
	blobs    []string
	manifest []byte
}

// newImage makes an image of that content; subject may be nil.
func newImage(at repository.Image, content string, subject *oci.Descriptor) image {
	i := image{at: at, blobs: []string{"{}", content}}
	layer := describe("application/vnd.example.layer", content)
	i.manifest = encode(map[string]any{
		"schemaVersion": 2, "mediaType": v1.MediaTypeImageManifest, "config": describe("application/vnd.example.config", "{}"),
		"layers": []oci.Descriptor{layer}, "subject": subject, "annotations": map[string]string{"content": content},
	})
	return i
}

func encode(value any) []byte {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return raw
}

func describe(mediaType, content string) oci.Descriptor {
	return oci.Descriptor{MediaType: mediaType, Digest: oci.FromBytes([]byte(content)), Size: int64(len(content))}
}

func (i image) descriptor() oci.Descriptor {
	return describe(v1.MediaTypeImageManifest, string(i.manifest))
}

// push writes an image to a tag, or to its digest where that is "".
func push(t *testing.T, c *registry.Client, i image, tag string) {
	t.Helper()
	for _, b := range i.blobs {
		if err := c.Push(t.Context(), i.at, describe("", b), content(b), repository.Image{}); err != nil {
			t.Fatalf("Push = %v", err)
		}
	}
	if tag == "" {
		tag = i.descriptor().Digest.String()
	}
	if err := c.PutManifest(t.Context(), i.at.In(tag), v1.MediaTypeImageManifest, i.manifest); err != nil {
		t.Fatalf("PutManifest(%s) = %v", tag, err)
	}
}

func content(text string) func(context.Context) (io.ReadCloser, error) {
	return func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte(text))), nil }
}

// readBlob reads a blob to its end, and once more: an end stays one.
func readBlob(ctx context.Context, c *registry.Client, in repository.Image, d oci.Descriptor) (string, error) {
	body, err := c.Blob(ctx, in, d)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(body)
	if n, again := body.Read(make([]byte, 1)); n != 0 || again == nil || err != nil && err.Error() != again.Error() {
		return "", fmt.Errorf("read %d bytes after the end: %w, %w", n, err, again)
	}
	if closeErr := body.Close(); err == nil {
		err = closeErr
	}
	return string(text), err
}

// gather collects what a list shows.
func gather(into *[]string) func(string) error {
	return func(name string) error {
		*into = append(*into, name)
		return nil
	}
}

// sleeps is a Sleep that writes down how long, and does not wait.
type sleeps []time.Duration

func (s *sleeps) sleep(ctx context.Context, d time.Duration) error {
	*s = append(*s, d)
	return ctx.Err()
}
