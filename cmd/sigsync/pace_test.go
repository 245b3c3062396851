package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus/hooks/test"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	faults "github.com/sigsync/sigsync/internal/emulator/fault"
	"github.com/sigsync/sigsync/internal/repository"
)

// paced are the clients of an emulator whose configuration is changed.
func paced(t *testing.T, change func(*config.Server)) (*emulator.Server, *clients, *test.Hook) {
	t.Helper()
	server, err := emulator.New(emulator.Options{
		Repositories: []emulator.Repository{{Key: "dev"}},
		Anonymous:    []access.Permission{{Repositories: []string{"*"}, Rights: access.Read}},
	})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	s := &config.Server{URL: web.URL + "/artifactory", Type: config.TypeArtifactory, Timeout: time.Minute, MaxConnections: 32}
	change(s)
	log, hook := test.NewNullLogger()
	pair := config.Pair{Source: config.Endpoint{Server: "main"}, Target: config.Endpoint{Server: "main"}}
	through, err := newLinks(&config.Config{Servers: map[string]*config.Server{"main": s}}, []config.Pair{pair}, nil, doors{}, watchers{}, log)
	if err != nil {
		t.Fatal(err)
	}
	made, err := newClients(through, false)
	if err != nil {
		t.Fatal(err)
	}
	return server, made, hook
}

// both sends a request with each client of the server.
func (made *clients) both(ctx context.Context) (byArtifactory, byRegistry error) {
	byArtifactory = made.artifactory["main"].Ping(ctx)
	_, err := made.registry["main"].Manifest(ctx, repository.Image{Repository: "dev", Path: "app"}.In("1.0"))
	if err != nil && strings.Contains(err.Error(), "404") {
		err = nil
	}
	return byArtifactory, err
}

func TestMaxConnectionsAreOfAServer(t *testing.T) {
	const most = 3
	server, made, _ := paced(t, func(s *config.Server) { s.MaxConnections = most })
	var now, highest atomic.Int32
	full := make(chan struct{})
	open := sync.OnceFunc(func() { close(full) })
	server.SetIntercept(func(*http.Request, string) http.Handler {
		n := now.Add(1)
		for h := highest.Load(); n > h && !highest.CompareAndSwap(h, n); h = highest.Load() {
		}
		if n == most {
			open()
		}
		<-full // the first ones wait for each other
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer now.Add(-1)
			server.Direct().ServeHTTP(w, r)
		})
	})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if a, r := made.both(t.Context()); a != nil || r != nil {
				t.Errorf("requests = %v and %v", a, r)
			}
		})
	}
	all.Wait()
	if got := highest.Load(); got != most {
		t.Errorf("%d requests at a time on %d connections", got, most)
	}
}

// One request an hour: the second would have to wait longer than there is time,
// whichever client sends it.
func TestRateLimitIsOfAServer(t *testing.T) {
	server, made, _ := paced(t, func(s *config.Server) { s.RateLimit = 1.0 / 3600 })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	a, r := made.both(ctx)
	if a != nil || r == nil || !strings.Contains(r.Error(), "would exceed") || len(server.Log()) != 1 {
		t.Errorf("requests = %v and %v, %d of them sent; want only the first", a, r, len(server.Log()))
	}
}

func TestASlowdownIsOfAServer(t *testing.T) {
	server, made, log := paced(t, func(*config.Server) {})
	server.SetIntercept(func(*http.Request, string) http.Handler { return faults.JSON(http.StatusTooManyRequests, "slowly", "") })
	_, _ = made.both(t.Context())
	var got []string
	for _, e := range log.AllEntries() {
		got = append(got, fmt.Sprint(e.Level, " ", e.Data["server"], " ", e.Data["before"], " ", e.Data["at_a_time"]))
	}
	if diff := cmp.Diff([]string{"info main 16 8", "info main 8 4"}, got); diff != "" {
		t.Errorf("log after a refusal of each client (-want +got):\n%s", diff)
	}
}
