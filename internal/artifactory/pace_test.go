package artifactory_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sirupsen/logrus/hooks/test"
	"golang.org/x/sync/semaphore"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/scan"
)

// within is a transport to a server in the same process: time that is the
// test's own does not pass while a network is waited for.
func within(h http.Handler) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, r)
		return answer.Result(), nil
	})
}

// held is how many of many requests are on their way while none is answered.
func held(t *testing.T, w *world, o artifactory.Options, send func(context.Context, *artifactory.Client) error) int32 {
	t.Helper()
	var most int32
	synctest.Test(t, func(t *testing.T) {
		c := inside(t, w, o)
		var now atomic.Int32
		answered := make(chan struct{})
		w.SetIntercept(func(*http.Request, string) http.Handler {
			now.Add(1)
			<-answered
			return nil
		})
		failed := make(chan error, 50)
		for range cap(failed) {
			go func() { failed <- send(t.Context(), c) }()
		}
		synctest.Wait()
		most = now.Load()
		close(answered)
		for range cap(failed) {
			if err := <-failed; err != nil {
				t.Error(err)
			}
		}
	})
	return most
}

// inside is a client of a server in the same process that has logged in: until
// then one request goes alone.
func inside(t *testing.T, w *world, o artifactory.Options) *artifactory.Client {
	t.Helper()
	o.URL, o.Transport, o.Authorize = w.url, within(w), outbound.Basic("admin", outbound.Literal("admin"))
	w.SetIntercept(nil)
	c := client(t, o)
	if err := c.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRequestsAtATime(t *testing.T) {
	w := start(t, nil, "dev:a")
	list := func(ctx context.Context, c *artifactory.Client) error {
		return c.List(ctx, scan.Query{Repository: "dev"}, func(scan.File) error { return nil })
	}
	ping := func(ctx context.Context, c *artifactory.Client) error { return c.Ping(ctx) }
	three := func() *outbound.Pace { return outbound.NewPace(outbound.PaceOptions{MaxConnections: 3}) }
	for _, c := range []struct {
		name string
		o    artifactory.Options
		send func(context.Context, *artifactory.Client) error
		want int32
	}{
		{"requests", artifactory.Options{}, ping, 16},
		{"requests on 3 connections", artifactory.Options{Pace: three()}, ping, 3},
		{"queries", artifactory.Options{}, list, 2},
		{"queries, with 5 allowed", artifactory.Options{Queries: semaphore.NewWeighted(5)}, list, 5},
		{"queries on 3 connections", artifactory.Options{Pace: three(), Queries: semaphore.NewWeighted(5)}, list, 3},
	} {
		if got := held(t, w, c.o, c.send); got != c.want {
			t.Errorf("%d %s at a time, want %d", got, c.name, c.want)
		}
	}
}

// What waits for its turn has its whole time before it.
func TestTheQueueIsNotInTheTimeout(t *testing.T) {
	w := start(t, nil, "dev:a")
	synctest.Test(t, func(t *testing.T) {
		pace := outbound.NewPace(outbound.PaceOptions{MaxConnections: 1})
		c := inside(t, w, artifactory.Options{Timeout: time.Minute, Pace: pace})
		w.SetIntercept(func(*http.Request, string) http.Handler {
			<-time.After(40 * time.Second)
			return nil
		})
		failed := make(chan error)
		for range 5 {
			go func() { failed <- c.Ping(t.Context()) }()
		}
		for range 5 {
			if err := <-failed; err != nil {
				t.Errorf("Ping in a queue = %v", err)
			}
		}
	})
}

// A listing takes its time, and says nothing about the server's pace.
func TestListingsAreNotTimed(t *testing.T) {
	w := start(t, nil, "dev:a")
	synctest.Test(t, func(t *testing.T) {
		log, hook := test.NewNullLogger()
		c := inside(t, w, artifactory.Options{Pace: outbound.NewPace(outbound.PaceOptions{Log: log})})
		pause := time.Millisecond
		w.SetIntercept(func(*http.Request, string) http.Handler {
			<-time.After(pause)
			return nil
		})
		many := func(call func() error) {
			for range 20 {
				if err := call(); err != nil {
					t.Fatal(err)
				}
			}
		}
		slowly := func() error {
			return c.List(t.Context(), scan.Query{Repository: "dev"}, func(scan.File) error { return nil })
		}
		ping := func() error { return c.Ping(t.Context()) }
		many(slowly)
		many(ping)
		pause = time.Minute
		if many(slowly); len(hook.AllEntries()) > 0 {
			t.Errorf("slow listings: %s", hook.LastEntry().Message)
		}
		if many(ping); len(hook.AllEntries()) != 1 {
			t.Errorf("%d lines of log after slow pings, want one", len(hook.AllEntries()))
		}
	})
}
