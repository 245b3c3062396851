package registry_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/sirupsen/logrus"
	"github.com/sirupsen/logrus/hooks/test"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/registry"
	"github.com/sigsync/sigsync/internal/repository"
)

func TestNew(t *testing.T) {
	if got := client(t, registry.Options{URL: "https://registry.test/base//"}).URL(); got != "https://registry.test/base" {
		t.Errorf("URL = %s", got)
	}
	for _, raw := range []string{"", "registry.test", "ftp://registry.test", "https://user:hunter2@registry.test", "https://registry.test?hunter2"} {
		if c, err := registry.New(registry.Options{URL: raw}); c != nil || err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("New(%s) = %v, want an error that does not repeat it", raw, err)
		}
	}
}

// Where everything is, for Artifactory and for any other registry.
func TestAddresses(t *testing.T) {
	in := repository.Image{Repository: "Docker-Local", Path: "team/the app"}
	d := pushed()
	for artifactory, base := range map[bool]string{true: "/base/api/docker/Docker-Local/v2/team/the%20app", false: "/base/v2/Docker-Local/team/the%20app"} {
		s := script(t, with(status(404)))
		c := client(t, registry.Options{URL: s.url + "/base", Artifactory: artifactory, UserAgent: "sigsync/1.2.3"})
		_, _ = c.Manifest(t.Context(), in.In("1.0"))
		_, _ = c.Manifest(t.Context(), in.In(d.Digest.String()))
		_, _ = c.Resolve(t.Context(), in.In("1.0"))
		_, _ = c.Blob(t.Context(), in, d)
		_, _ = c.HasBlob(t.Context(), in, d)
		_ = c.Push(t.Context(), in, d, content(blobText), repository.Image{})
		_ = c.PutManifest(t.Context(), in.In("1.0"), v1.MediaTypeImageManifest, []byte("{}"))
		_, _, _ = c.Referrers(t.Context(), in, d.Digest)
		_ = c.Tags(t.Context(), in, gather(new([]string)))
		want := []string{
			"GET " + base + "/manifests/1.0", "GET " + base + "/manifests/" + d.Digest.String(), "HEAD " + base + "/manifests/1.0",
			"GET " + base + "/blobs/" + d.Digest.String(), "HEAD " + base + "/blobs/" + d.Digest.String(), "POST " + base + "/blobs/uploads/",
			"PUT " + base + "/manifests/1.0", "GET " + base + "/referrers/" + d.Digest.String(), "GET " + base + "/tags/list?n=1000",
		}
		if diff := cmp.Diff(want, s.seen().asked); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
		for n, head := range s.seen().heads {
			if head.Get("User-Agent") != "sigsync/1.2.3" || head.Get("Authorization") != "" {
				t.Errorf("%s has the headers %v", s.seen().asked[n], head)
			}
		}
	}
}

func TestPing(t *testing.T) {
	for artifactory, path := range map[bool]string{true: "GET /api/system/ping", false: "GET /v2/"} {
		s := script(t, answer(200, "application/json", "{}"), status(503), status(401), answer(200, "text/html", "<html>"))
		c := client(t, registry.Options{URL: s.url, Artifactory: artifactory})
		for _, want := range []error{nil, oci.ErrUnavailable, oci.ErrUnauthorized, oci.ErrUnavailable} {
			if err := c.Ping(t.Context()); !errors.Is(err, want) || (err == nil) != (want == nil) {
				t.Errorf("Ping = %v, want %v", err, want)
			}
		}
		if s.seen().asked[0] != path || c.Requests().ByOperation["ping"] != 4 {
			t.Errorf("Ping sent %v, want %s", s.seen().asked, path)
		}
	}
}

func TestRateLimit(t *testing.T) {
	// The second request would have to wait for an hour: longer than the
	// context lives, so it is refused at once.
	s := script(t, status(200))
	c := client(t, registry.Options{URL: s.url, Pace: outbound.NewPace(outbound.PaceOptions{RateLimit: 1.0 / 3600}), Retry: outbound.Retry{Attempts: 3}})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := c.Ping(ctx); err != nil {
		t.Errorf("first Ping = %v", err)
	}
	if err := c.Ping(ctx); err == nil || !strings.HasPrefix(err.Error(), "ping: ") || c.Requests().Total != 1 {
		t.Errorf("second Ping = %v after %v, want an error and no request", err, c.Requests())
	}
}

func TestRequestsAreRepeated(t *testing.T) {
	for _, c := range []struct {
		name     string
		h        http.HandlerFunc
		failures int
		sent     int
		want     error
	}{
		{"408", status(408), 2, 3, nil},
		{"429", status(429), 2, 3, nil},
		{"429 for ever", status(429), 9, 4, oci.ErrThrottled},
		{"500", status(500), 2, 3, nil},
		{"502 with a page", answer(502, "text/html", "<html>"), 2, 3, nil},
		{"503", status(503), 2, 3, nil},
		{"504", status(504), 2, 3, nil},
		{"a page", answer(200, "text/html", "<html>"), 2, 3, nil},
		{"half an answer", breakOff, 2, 3, nil},
		{"half an answer for ever", breakOff, 9, 4, oci.ErrUnavailable},
		{"no answer", hangUp, 2, 3, nil},
		{"500 with messages", answer(500, "application/json", `{"messages":[{"level":"ERROR","message":"x"}]}`), 1, 1, outbound.ErrRefused},
		{"400", status(400), 1, 1, outbound.ErrRefused},
		{"401", status(401), 1, 1, oci.ErrUnauthorized},
		{"403", status(403), 1, 1, oci.ErrDenied},
		{"404", status(404), 1, 1, oci.ErrNotFound},
		{"404 with a page", answer(404, "text/html", "<html>"), 1, 1, oci.ErrUnavailable},
		{"another digest", with(manifestAnswer(), "Docker-Content-Digest", pushed().Digest.String()), 1, 1, errAny},
	} {
		t.Run(c.name, func(t *testing.T) {
			var answers []http.HandlerFunc
			for range c.failures {
				answers = append(answers, c.h)
			}
			s := script(t, append(answers, manifestAnswer())...)
			client, slept := s.client(t, 4)
			_, err := client.Manifest(t.Context(), app("dev").In("1.0"))
			if (err == nil) != (c.want == nil) || c.want != errAny && !errors.Is(err, c.want) { //nolint:errorlint // stands for no meaning
				t.Errorf("Manifest = %v, want %v", err, c.want)
			}
			if n := client.Requests(); n.Total != c.sent || n.Retries != c.sent-1 || len(*slept) != c.sent-1 {
				t.Errorf("Manifest took %v and %d pauses, want %d requests", n, len(*slept), c.sent)
			}
		})
	}
}

// A blob is opened again until it is there. What is read of it is the reader's.
func TestBlobsAreOpenedAgain(t *testing.T) {
	s := script(t, status(503), answer(200, "", blobText))
	c, _ := s.client(t, 2)
	if text, err := readBlob(t.Context(), c, app("dev"), pushed()); text != blobText || err != nil || len(s.seen().asked) != 2 {
		t.Errorf("Blob = %q, %v after %v", text, err, s.seen().asked)
	}
}

func TestBlobsAreWhole(t *testing.T) {
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		want error
	}{
		"right":        {answer(200, "", blobText), nil},
		"another":      {answer(200, "", "b blob"), errAny},
		"shorter":      {answer(200, "", "a blo"), oci.ErrIncomplete},
		"longer":       {answer(200, "", "a blob "), errAny},
		"nothing":      {answer(200, "", ""), oci.ErrIncomplete},
		"broken off":   {with(answer(200, "", blobText), "Content-Length", "100"), oci.ErrUnavailable},
		"half":         {with(answer(200, "", "a b"), "Content-Length", "6"), oci.ErrUnavailable},
		"a page":       {answer(200, "text/html", "<html>"), oci.ErrUnavailable},
		"absent":       {status(404), oci.ErrNotFound},
		"an S3 answer": {answer(404, "application/xml", "<Error>"), oci.ErrUnavailable},
	} {
		text, err := readBlob(t.Context(), answering(t, c.h), app("dev"), pushed())
		if (err == nil) != (c.want == nil) || c.want != errAny && !errors.Is(err, c.want) || err != nil && text == blobText && name != "broken off" { //nolint:errorlint // stands for no meaning
			t.Errorf("Blob that is %s = %q, %v, want %v", name, text, err, c.want)
		}
		e, ok := errors.AsType[*outbound.Error](err)
		if err != nil && (!ok || e.Passing() != (errors.Is(c.want, oci.ErrUnavailable) && name != "an S3 answer")) {
			t.Errorf("Blob that is %s = %v, want an Error that may pass only where the connection broke", name, err)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	s := script(t, with(status(429), "Retry-After", "7"), with(status(503), "Retry-After", "Mon, 17 Aug 2026 12:35:16 GMT", "Date", "Mon, 17 Aug 2026 12:34:56 GMT"), manifestAnswer())
	var slept sleeps
	c := client(t, registry.Options{URL: s.url, Retry: outbound.Retry{Attempts: 3, Max: time.Minute, Sleep: slept.sleep}})
	if _, err := c.Manifest(t.Context(), app("dev").In("1.0")); err != nil {
		t.Errorf("Manifest = %v", err)
	}
	if diff := cmp.Diff(sleeps{7 * time.Second, 20 * time.Second}, slept); diff != "" {
		t.Errorf("pauses (-want +got):\n%s", diff)
	}
}

func TestRetriesAreLogged(t *testing.T) {
	log, hook := test.NewNullLogger()
	var slept sleeps
	c := client(t, registry.Options{URL: serve(t, status(503)), Log: log, Retry: outbound.Retry{Attempts: 2, Sleep: slept.sleep}})
	_ = c.Ping(t.Context())
	entries := hook.AllEntries()
	if len(entries) != 1 || entries[0].Level != logrus.WarnLevel || entries[0].Data["operation"] != "ping" || entries[0].Data["status"] != 503 {
		t.Errorf("log entries = %v, want one warning", entries)
	}
}

func TestErrors(t *testing.T) {
	body := `{"errors":[{"code":"MANIFEST_UNKNOWN","message":"no such\nmanifest"},{"code":"OTHER"},{"status":404,"message":"Artifactory's"}]}`
	s := script(t, answer(404, "application/json", body))
	c, _ := s.client(t, 1)
	_, err := c.Manifest(t.Context(), app("dev").In("1.0"))
	e, ok := errors.AsType[*outbound.Error](err)
	if !ok {
		t.Fatalf("Manifest = %v, want an Error", err)
	}
	want := "GET " + s.url + "/v2/dev/team/app/manifests/1.0: 404: no such manifest; OTHER; Artifactory's"
	if e.Error() != want || e.Operation != "manifest" || e.Status != 404 || e.Reason() != "no such manifest; OTHER; Artifactory's" || e.Passing() {
		t.Errorf("Manifest = %q with the reason %q, want %q", e, e.Reason(), want)
	}
}

// Neither the server's answer, nor the network, nor a login brings a credential
// into an error.
func TestErrorsHoldNoSecrets(t *testing.T) {
	const secret = `<hunter2/"é+?%`
	echo := func(w http.ResponseWriter, r *http.Request) {
		_, password, _ := r.BasicAuth()
		inJSON, _ := json.Marshal(password)
		_ = r.ParseForm()
		http.Error(w, fmt.Sprintf("%v %s %s %q %s %v", r.Header, inJSON, password, password, url.QueryEscape(password), r.PostForm), http.StatusBadRequest)
	}
	for name, h := range map[string]http.HandlerFunc{
		"echo": echo, "no answer": hangUp, "half": breakOff, "401": status(401), "page": answer(200, "text/html", "<html>"),
		"echo of a token": func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/token":
				answer(200, "application/json", `{"token":"hunter2-granted"}`)(w, r)
			case strings.Contains(r.Header.Get("Authorization"), "granted"):
				echo(w, r)
			default:
				with(status(401), "WWW-Authenticate", `Bearer realm="http://`+r.Host+`/token"`)(w, r)
			}
		},
		"echo of a login": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				echo(w, r)
				return
			}
			with(status(401), "WWW-Authenticate", `Bearer realm="http://`+r.Host+`/token"`)(w, r)
		},
		"echo of a password": func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "" {
				echo(w, r)
				return
			}
			with(status(401), "WWW-Authenticate", `Basic realm="r"`)(w, r)
		},
	} {
		at := serve(t, h)
		for way, o := range map[string]registry.Options{
			"registry": {Credentials: literal("user", secret)}, "token": {Credentials: registry.Credentials{Token: outbound.Literal(secret)}},
			"basic": {Artifactory: true, Authorize: outbound.Basic("user", outbound.Literal(secret))}, "key": {Artifactory: true, Authorize: outbound.APIKey(outbound.Literal(secret))},
			"no header": {Artifactory: true, Authorize: outbound.Bearer(outbound.Literal(secret + "\n" + secret))},
		} {
			o.URL = at
			c := client(t, o)
			_, manifest := c.Manifest(t.Context(), app("dev").In("1.0"))
			for call, err := range map[string]error{"Manifest": manifest, "Push": c.Push(t.Context(), app("dev"), pushed(), content(blobText), app("prod"))} {
				if err == nil || strings.Contains(err.Error(), "hunter2") {
					t.Errorf("%s with %s answered with %s = %v, want an error without the secret", call, way, name, err)
				}
			}
		}
	}
}
