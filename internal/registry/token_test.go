package registry_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/registry"
)

// What a token is asked for, where the registry does not say it.
func TestScopes(t *testing.T) {
	var asked []string
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			asked = append(asked, strings.Join(r.URL.Query()["scope"], " "))
		}
		with(status(401), "WWW-Authenticate", `Bearer realm="http://`+r.Host+`/token"`)(w, r)
	}))
	for want, send := range map[string]func(*registry.Client) error{
		"repository:dev/team/app:pull": func(c *registry.Client) error {
			_, err := c.Manifest(t.Context(), app("dev").In("1.0"))
			return err
		},
		"repository:dev/team/app:pull repository:prod/team/app:pull,push": func(c *registry.Client) error {
			return c.Push(t.Context(), app("prod"), pushed(), content(blobText), app("dev"))
		},
		"repository:prod/team/app:pull,push": func(c *registry.Client) error {
			return c.PutManifest(t.Context(), app("prod").In("1.0"), "", []byte("{}"))
		},
		"registry:catalog:*": func(c *registry.Client) error { return c.Catalog(t.Context(), "dev", gather(new([]string))) },
	} {
		asked = nil
		if err := send(client(t, registry.Options{URL: url, Credentials: literal("user", "password")})); !errors.Is(err, oci.ErrUnauthorized) || len(asked) != 1 || asked[0] != want {
			t.Errorf("a token was asked for with %q before %v, want %q", asked, err, want)
		}
	}
}

// A token that many wait for may be refused for lack of rights, in the words of
// its issuer, and to none of them for an outage.
func TestTokensThatManyWaitFor(t *testing.T) {
	const waiting = 8
	var asked sync.WaitGroup
	asked.Add(waiting)
	c := client(t, registry.Options{Credentials: literal("user", "password"), URL: serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v2/": // opens the door
		case "/token":
			asked.Wait()
			answer(403, "application/json", `{"errors":[{"code":"DENIED","message":"not for password"},{"code":"ALAS"}]}`)(w, r)
		default:
			defer asked.Done()
			with(status(401), "WWW-Authenticate", `Bearer realm="http://`+r.Host+`/token"`)(w, r)
		}
	}))})
	if err := c.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range waiting {
		all.Go(func() {
			_, err := c.Manifest(t.Context(), app("dev").In("1.0"))
			e, ok := errors.AsType[*outbound.Error](err)
			if !ok || !errors.Is(err, oci.ErrDenied) || e.Status != 403 || e.Operation != "token" || e.Reason() != "not for ***; ALAS" {
				t.Errorf("Manifest = %v, want denied in the issuer's words", err)
			}
		})
	}
	all.Wait()
}

// A token that several requests wait for is refused to each of them as to one.
func TestTokensAreShared(t *testing.T) {
	for way, o := range ways("", "password") {
		g := &guarded{}
		o.URL = serve(t, g)
		c := client(t, o)
		if _, err := c.Manifest(t.Context(), app("dev").In("1.0")); err != nil {
			t.Fatalf("Manifest of a %s = %v", way, err)
		}
		g.deny.Store(true)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if err := c.Catalog(t.Context(), "dev", gather(new([]string))); !errors.Is(err, oci.ErrDenied) {
					t.Errorf("Catalog of a %s = %v, want denied", way, err)
				}
			})
		}
		all.Wait()
		g.deny.Store(false)
		if _, err := c.Manifest(t.Context(), app("dev").In("1.0")); err != nil {
			t.Errorf("Manifest of a %s that refused others = %v", way, err)
		}
	}
}

// A token that cannot be had is a failure of what it was for.
func TestTokensThatCannotBeHad(t *testing.T) {
	for name, c := range map[string]struct {
		token http.HandlerFunc
		want  error
		wait  bool
	}{
		"an outage":    {with(status(503), "Retry-After", "7"), oci.ErrUnavailable, true},
		"throttled":    {with(status(429), "Retry-After", "7"), oci.ErrThrottled, true},
		"no answer":    {hangUp, oci.ErrUnavailable, false},
		"a page":       {answer(200, "text/html", "<html>"), oci.ErrUnavailable, false},
		"no token":     {answer(200, "application/json", "{}"), oci.ErrUnavailable, false},
		"half a token": {breakOff, oci.ErrUnavailable, false},
		"denied":       {status(403), oci.ErrDenied, false},
		"absent":       {status(404), outbound.ErrRefused, false},
		"in a circle":  {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) }, oci.ErrUnavailable, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := registry.Options{Credentials: literal("user", "password"), URL: serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/token" {
					c.token(w, r)
					return
				}
				with(status(401), "WWW-Authenticate", `Bearer realm="http://`+r.Host+`/token"`)(w, r)
			}))}
			_, err := client(t, o).Manifest(t.Context(), app("dev").In("1.0"))
			if !errors.Is(err, c.want) || errors.Is(err, oci.ErrNotFound) {
				t.Errorf("Manifest = %v, want %v", err, c.want)
			}
			if e, ok := errors.AsType[*outbound.Error](err); !ok || c.wait != (e.RetryAfter() > 0) {
				t.Errorf("Manifest = %v, want an Error that says how long to wait: %t", err, c.wait)
			}
		})
	}
}
