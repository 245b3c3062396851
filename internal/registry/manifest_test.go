package registry_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/registry"
)

const manifestText = `{"schemaVersion":2}`

// manifestAnswer is an answer with the manifest.
func manifestAnswer(headers ...string) http.HandlerFunc {
	return with(answer(200, v1.MediaTypeImageManifest, manifestText), headers...)
}

func TestManifest(t *testing.T) {
	right, wrong := describe(v1.MediaTypeImageManifest, manifestText).Digest.String(), describe("", "x").Digest.String()
	for _, c := range []struct {
		name, reference string
		h               http.HandlerFunc
		want            error // nil for success, errAny for a failure without a meaning
	}{
		{"a tag", "1.0", manifestAnswer(), nil},
		{"a tag whose digest is stated", "1.0", manifestAnswer("Docker-Content-Digest", right), nil},
		{"a tag whose digest is stated wrongly", "1.0", manifestAnswer("Docker-Content-Digest", wrong), errAny},
		{"a tag whose digest is stated in another algorithm", "1.0", manifestAnswer("Docker-Content-Digest", "sha512:abc"), nil},
		{"a digest", right, manifestAnswer(), nil},
		{"another digest", wrong, manifestAnswer(), errAny},
		{"another digest that is stated", wrong, manifestAnswer("Docker-Content-Digest", wrong), errAny},
		{"absent", "1.0", answer(404, "application/json", `{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}`), oci.ErrNotFound},
		{"absent without a word", "1.0", status(404), oci.ErrNotFound},
		{"absent on a page", "1.0", answer(404, "text/html", "<html>"), oci.ErrUnavailable},
		{"a page", "1.0", answer(200, "text/html", "<html>"), oci.ErrUnavailable},
		{"a page that says it is none", "1.0", answer(200, "application/json", "\n<!doctype html>"), oci.ErrUnavailable},
		{"no content", "1.0", status(204), oci.ErrIncomplete},
		{"half", "1.0", breakOff, oci.ErrUnavailable},
		{"no answer", "1.0", hangUp, oci.ErrUnavailable},
		{"denied", "1.0", status(403), oci.ErrDenied},
		{"no login", "1.0", status(401), oci.ErrUnauthorized},
		{"throttled", "1.0", status(429), oci.ErrThrottled},
		{"an outage", "1.0", answer(500, "application/json", `{"errors":[{"message":"could not find item"}]}`), oci.ErrUnavailable},
		{"unsupported", "1.0", answer(404, "application/json", `{"errors":[{"code":"UNSUPPORTED"}]}`), oci.ErrUnsupported},
		{"unsupported by status", "1.0", status(405), oci.ErrUnsupported},
		{"an absence with another status", "1.0", answer(400, "text/plain", "Could not find item"), outbound.ErrRefused},
		{"too large", "1.0", answer(200, "application/json", strings.Repeat(" ", 16<<20+1)), errAny},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw, err := answering(t, c.h).Manifest(t.Context(), app("dev").In(c.reference))
			if (err == nil) != (c.want == nil) || (raw == nil) != (err != nil) {
				t.Fatalf("Manifest = %q, %v, want %v", raw, err, c.want)
			}
			for _, meaning := range meanings() {
				if is := errors.Is(err, meaning); is != errors.Is(c.want, meaning) {
					t.Errorf("Manifest = %v, which means %v: %t", err, meaning, is)
				}
			}
		})
	}
}

var errAny = errors.New("any error")

func meanings() []error {
	return []error{
		oci.ErrNotFound, oci.ErrDenied, oci.ErrUnauthorized, oci.ErrThrottled, oci.ErrUnavailable, oci.ErrUnsupported, oci.ErrIncomplete,
		outbound.ErrRefused,
	}
}

func TestPagesSayWhatTheyMayMean(t *testing.T) {
	for artifactory, want := range map[bool]string{true: "/artifactory, missing", false: "is the URL wrong"} {
		c := client(t, registry.Options{URL: serve(t, answer(200, "text/html", "<html>")), Artifactory: artifactory})
		if _, err := c.Manifest(t.Context(), app("dev").In("1.0")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Manifest = %v, want %q", err, want)
		}
	}
}

func TestManifestsAreAskedForByEveryMediaType(t *testing.T) {
	s := script(t, manifestAnswer())
	c, _ := s.client(t, 1)
	if _, err := c.Manifest(t.Context(), app("dev").In("1.0")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Resolve(t.Context(), app("dev").In("1.0")); err != nil {
		t.Fatal(err)
	}
	for _, head := range s.seen().heads {
		accepted := strings.Split(head.Get("Accept"), ", ")
		slices.Sort(accepted)
		if diff := cmp.Diff(slices.Sorted(slices.Values(oci.ManifestMediaTypes())), accepted); diff != "" {
			t.Errorf("Accept (-want +got):\n%s", diff)
		}
	}
}

func TestResolve(t *testing.T) {
	d := describe(v1.MediaTypeImageManifest, manifestText)
	stated := []string{"Docker-Content-Digest", d.Digest.String(), "Content-Length", "19", "Content-Type", v1.MediaTypeImageManifest + "; charset=utf-8"}
	for _, c := range []struct {
		name, reference string
		script          []http.HandlerFunc
		sent            int
		want            error
	}{
		{"stated", "1.0", []http.HandlerFunc{with(status(200), stated...)}, 1, nil},
		{"not stated", "1.0", []http.HandlerFunc{manifestAnswer()}, 2, nil},
		{"stated without a size", "1.0", []http.HandlerFunc{with(status(200), stated[:2]...), manifestAnswer()}, 2, nil},
		{"no HEAD", "1.0", []http.HandlerFunc{status(405), manifestAnswer()}, 2, nil},
		{"a digest", d.Digest.String(), []http.HandlerFunc{with(status(200), stated...)}, 1, nil},
		{"a digest that is not stated", d.Digest.String(), []http.HandlerFunc{manifestAnswer()}, 2, nil},
		{"another digest", describe("", "x").Digest.String(), []http.HandlerFunc{with(status(200), stated...)}, 1, errAny},
		{"absent", "1.0", []http.HandlerFunc{status(404)}, 1, oci.ErrNotFound},
		{"not stated and absent", "1.0", []http.HandlerFunc{status(200), status(404)}, 2, oci.ErrNotFound},
		{"a page", "1.0", []http.HandlerFunc{answer(200, "text/html", "")}, 1, oci.ErrUnavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := script(t, c.script...)
			client, _ := s.client(t, 1)
			got, err := client.Resolve(t.Context(), app("dev").In(c.reference))
			want := d
			if c.want != nil {
				want = oci.Descriptor{}
			}
			if diff := cmp.Diff(want, got); diff != "" || (err == nil) != (c.want == nil) || c.want != errAny && !errors.Is(err, c.want) { //nolint:errorlint // stands for no meaning
				t.Errorf("Resolve = %v, want %v (-want +got):\n%s", err, c.want, diff)
			}
			if n := client.Requests().ByOperation["resolve"]; n != c.sent || len(s.seen().asked) != c.sent {
				t.Errorf("Resolve sent %v and counted %d, want %d", s.seen().asked, n, c.sent)
			}
		})
	}
}

func TestPutManifest(t *testing.T) {
	digest := describe("", manifestText).Digest.String()
	created := with(status(201), "Docker-Content-Digest", digest)
	for _, c := range []struct {
		name, reference string
		script          []http.HandlerFunc
		sent            int
		fails           string
	}{
		{"a tag", "1.0", []http.HandlerFunc{created}, 1, ""},
		{"a digest", digest, []http.HandlerFunc{created}, 1, ""},
		{"without a word", "1.0", []http.HandlerFunc{status(201)}, 1, ""},
		{"another digest", describe("", "x").Digest.String(), []http.HandlerFunc{created}, 0, "has the digest"},
		{"stored as something else", "1.0", []http.HandlerFunc{with(status(201), "Docker-Content-Digest", describe("", "x").Digest.String())}, 1, "stored the digest"},
		{"not stored", "1.0", []http.HandlerFunc{status(200)}, 1, "answered with 201"},
		{"a tag is written once", "1.0", []http.HandlerFunc{status(503), created}, 1, "unavailable"},
		{"a digest again", digest, []http.HandlerFunc{status(503), hangUp, created}, 3, ""},
		{"invalid", digest, []http.HandlerFunc{answer(400, "application/json", `{"errors":[{"code":"MANIFEST_INVALID","message":"no good"}]}`)}, 1, "no good"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := script(t, c.script...)
			client, _ := s.client(t, 5)
			err := client.PutManifest(t.Context(), app("prod").In(c.reference), v1.MediaTypeImageManifest, []byte(manifestText))
			if (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
				t.Errorf("PutManifest = %v, want %q", err, c.fails)
			}
			if n := client.Requests().ByOperation["put"]; n != c.sent || len(s.seen().asked) != c.sent {
				t.Errorf("PutManifest sent %v and counted %d, want %d", s.seen().asked, n, c.sent)
			}
			for n, asked := range s.seen().asked {
				if asked != "PUT /v2/prod/team/app/manifests/"+c.reference || s.seen().bodies[n] != manifestText || s.seen().heads[n].Get("Content-Type") != v1.MediaTypeImageManifest {
					t.Errorf("%s %q as %s", asked, s.seen().bodies[n], s.seen().heads[n].Get("Content-Type"))
				}
			}
		})
	}
}
