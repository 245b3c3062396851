package artifactory_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/scan"
)

func TestNew(t *testing.T) {
	for raw, want := range map[string]string{
		"https://acme.jfrog.io/artifactory":    "https://acme.jfrog.io/artifactory",
		"https://acme.jfrog.io/artifactory///": "https://acme.jfrog.io/artifactory",
		"http://127.0.0.1:8081":                "http://127.0.0.1:8081",
		"http://[::1]:8081/a%20b/":             "http://[::1]:8081/a%20b",
	} {
		if got := client(t, artifactory.Options{URL: raw}).URL(); got != want {
			t.Errorf("New(%s).URL() = %s, want %s", raw, got, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for _, raw := range []string{
		"", "acme.jfrog.io/artifactory", "ftp://acme.jfrog.io", "http://", "https:///artifactory", "http://:8080",
		"https://user:hunter2@acme.jfrog.io", "https://hunter2@acme.jfrog.io", "user:hunter2@acme.jfrog.io",
		"https://user:hunter2", "https://user:hun%ter2@x", "https://user:hunter2 @x",
		"https://acme.jfrog.io/?token=hunter2", "https://acme.jfrog.io/#hunter2",
	} {
		c, err := artifactory.New(artifactory.Options{URL: raw})
		if c != nil || err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "ter2") {
			t.Errorf("New(%s) = %v, want an error that does not repeat the URL", raw, err)
		}
	}
}

func TestRequestHeaders(t *testing.T) {
	var got http.Header
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		answer(http.StatusOK, "application/json", result())(w, r)
	}))
	t.Cleanup(web.Close)
	c := client(t, artifactory.Options{URL: web.URL, UserAgent: "sigsync/1.2.3"})
	for _, call := range []struct {
		name, accept, contentType string
		send                      func() error
	}{
		{"Ping", "text/plain", "", func() error { return c.Ping(t.Context()) }},
		{"Readable", "application/json", "", func() error { return c.Readable(t.Context(), "dev") }},
		{"List", "application/json", "text/plain", func() error {
			_, err := list(t.Context(), c, scan.Query{Repository: "dev"})
			return err
		}},
		{"CopyFile", "application/json", "", func() error { return c.CopyFile(t.Context(), in("dev", "a"), in("prod", "a"), 1) }},
		{"PromoteTag", "*/*", "application/json", func() error { return c.PromoteTag(t.Context(), tag("dev"), tag("prod")) }},
	} {
		if err := call.send(); err != nil {
			t.Errorf("%s = %v", call.name, err)
		}
		want := []string{"sigsync/1.2.3", call.accept, call.contentType, ""}
		if diff := cmp.Diff(want, []string{got.Get("User-Agent"), got.Get("Accept"), got.Get("Content-Type"), got.Get("Authorization")}); diff != "" {
			t.Errorf("%s: headers (-want +got):\n%s", call.name, diff)
		}
	}
}

func TestRequestsAreASnapshot(t *testing.T) {
	c := start(t, nil).as("admin")
	before := c.Requests()
	before.ByOperation["ping"] = 7
	if err := c.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := outbound.Requests{Total: 1, ByOperation: map[string]int{"ping": 1}}
	if diff := cmp.Diff(want, c.Requests()); diff != "" {
		t.Errorf("Requests (-want +got):\n%s", diff)
	}
}

func TestRateLimit(t *testing.T) {
	w := start(t, nil)
	// The second request would have to wait for an hour: longer than the
	// context lives, so it is refused at once.
	slowly := client(t, artifactory.Options{URL: w.url, Pace: outbound.NewPace(outbound.PaceOptions{RateLimit: 1.0 / 3600})})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := slowly.Ping(ctx); err != nil {
		t.Errorf("first Ping = %v", err)
	}
	if err := slowly.Ping(ctx); err == nil || !strings.HasPrefix(err.Error(), "ping: ") || slowly.Requests().Total != 1 {
		t.Errorf("second Ping = %v after %d requests, want an error and no request", err, slowly.Requests().Total)
	}
	freely := client(t, artifactory.Options{URL: w.url})
	for range 20 {
		if err := freely.Ping(ctx); err != nil {
			t.Fatalf("Ping without a limit = %v", err)
		}
	}
}

// countNew counts connections when they are made.
func countNew(n *atomic.Int32) func(net.Conn, http.ConnState) {
	return func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			n.Add(1)
		}
	}
}

// What is not read to its end costs a connection.
func TestConnectionsAreUsedAgain(t *testing.T) {
	w := start(t, nil, "dev:app/1.0/manifest.json", "dev:app/2.0/manifest.json")
	var connections atomic.Int32
	web := httptest.NewUnstartedServer(w.Server)
	web.Config.ConnState = countNew(&connections)
	web.Start()
	t.Cleanup(web.Close)
	transport, err := outbound.NewTransport(outbound.TransportOptions{MaxConnections: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	c := client(t, artifactory.Options{
		URL: web.URL + "/artifactory", Authorize: outbound.Basic("syncer", outbound.Literal("syncer")), Transport: transport,
	})
	for range 3 {
		for call, err := range map[string]error{
			"Readable": c.Readable(t.Context(), "dev"),
			"List":     c.List(t.Context(), scan.Query{Repository: "dev"}, func(scan.File) error { return nil }),
		} {
			if err != nil {
				t.Errorf("%s = %v", call, err)
			}
		}
		if err := c.CopyFile(t.Context(), in("dev", "no"), in("prod", "no"), 1); err == nil {
			t.Error("CopyFile of nothing = nil")
		}
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("9 requests one after the other made %d connections, want 1", n)
	}
}
