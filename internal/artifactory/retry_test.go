package artifactory_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"
	"github.com/sirupsen/logrus/hooks/test"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/scan"
)

// flaky answers the first requests with h, and then well.
func flaky(t *testing.T, failures int, h http.HandlerFunc, retry outbound.Retry) *artifactory.Client {
	t.Helper()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if failures--; failures >= 0 {
			h(w, r)
			return
		}
		answer(http.StatusOK, "application/json", result())(w, r)
	}))
	t.Cleanup(web.Close)
	return client(t, artifactory.Options{URL: web.URL, Retry: retry})
}

// hangUp ends the connection without an answer.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// breakOff ends the connection in the middle of an answer.
func breakOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = w.Write([]byte("{"))
}

func TestReadsAreRepeated(t *testing.T) {
	for _, c := range []struct {
		name     string
		h        http.HandlerFunc
		failures int
		sent     int
		want     error
	}{
		{"nothing fails", nil, 0, 1, nil},
		{"503", answer(503, "", ""), 2, 3, nil},
		{"500", answer(500, "", ""), 2, 3, nil},
		{"504", answer(504, "", ""), 2, 3, nil},
		{"503 for ever", answer(503, "", ""), 9, 4, oci.ErrUnavailable},
		{"a page with 502", answer(502, "text/html", "<html>"), 1, 2, nil},
		{"429", answer(429, "", ""), 1, 2, nil},
		{"429 for ever", answer(429, "", ""), 9, 4, oci.ErrThrottled},
		{"408", answer(408, "", ""), 1, 2, nil},
		{"no answer", hangUp, 1, 2, nil},
		{"half of an answer", breakOff, 1, 2, nil},
		{"half of an answer for ever", breakOff, 9, 4, oci.ErrUnavailable},
		{"400", answer(400, "", ""), 1, 1, errors.ErrUnsupported},
		{"401", answer(401, "", ""), 1, 1, oci.ErrUnauthorized},
		{"403", answer(403, "", ""), 1, 1, oci.ErrDenied},
		{"404", answer(404, "", ""), 1, 1, oci.ErrNotFound},
		{"409", answer(409, "", ""), 1, 1, errors.ErrUnsupported},
		{"a redirect", answer(302, "", ""), 1, 1, oci.ErrUnavailable},
		{"a page", answer(200, "text/html", "<html>"), 1, 2, nil},
		{"a page that says to be JSON", answer(200, "application/json", "<html>"), 1, 2, nil},
		{"a page for ever", answer(200, "text/html", "<html>"), 9, 4, oci.ErrUnavailable},
		{"a page with 404", answer(404, "text/html", "<html>"), 1, 1, oci.ErrUnavailable},
		{"500 with messages", answer(500, "application/json", `{"messages":[{"level":"ERROR","message":"x"}]}`), 1, 1, errors.ErrUnsupported},
		{"not JSON", answer(200, "application/json", "x"), 1, 1, oci.ErrIncomplete},
	} {
		t.Run(c.name, func(t *testing.T) {
			var slept sleeps
			client := flaky(t, c.failures, c.h, outbound.Retry{Attempts: 4, Initial: time.Second, Max: 2 * time.Second, Sleep: slept.sleep})
			err := client.Readable(t.Context(), "dev")
			if (err == nil) != (c.want == nil) || errors.Is(c.want, oci.ErrNotFound) != errors.Is(err, oci.ErrNotFound) {
				t.Errorf("Readable = %v, want %v", err, c.want)
			}
			if c.want != nil && c.want != errors.ErrUnsupported && !errors.Is(err, c.want) { //nolint:errorlint // stands for no meaning
				t.Errorf("Readable = %v, want %v", err, c.want)
			}
			want := outbound.Requests{Total: c.sent, Retries: c.sent - 1, ByOperation: map[string]int{"storage": c.sent}}
			if diff := cmp.Diff(want, client.Requests()); diff != "" {
				t.Errorf("Requests (-want +got):\n%s", diff)
			}
			if len(slept) != c.sent-1 {
				t.Errorf("%d pauses between %d requests", len(slept), c.sent)
			}
			for n, d := range slept {
				if bound := time.Second << min(n, 1); d < 0 || d >= bound {
					t.Errorf("pause %d = %s, want less than %s", n+1, d, bound)
				}
			}
		})
	}
}

func TestWritesAreSentOnce(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"503": answer(503, "", ""), "429": answer(429, "", ""), "no answer": hangUp, "half of an answer": breakOff, "403": answer(403, "", ""),
	} {
		t.Run(name, func(t *testing.T) {
			var slept sleeps
			c := flaky(t, 2, h, outbound.Retry{Attempts: 5, Sleep: slept.sleep})
			if err := c.CopyFile(t.Context(), in("dev", "a"), in("prod", "a"), 1); err == nil {
				t.Error("CopyFile = nil, want an error")
			}
			if err := c.PromoteTag(t.Context(), tag("dev"), tag("prod")); err == nil {
				t.Error("PromoteTag = nil, want an error")
			}
			want := outbound.Requests{Total: 2, ByOperation: map[string]int{"copy": 1, "promote": 1}}
			if diff := cmp.Diff(want, c.Requests()); diff != "" || len(slept) > 0 {
				t.Errorf("Requests, after %d pauses (-want +got):\n%s", len(slept), diff)
			}
		})
	}
}

// The rows of a listing that broke off were visited already.
func TestListingsAreRepeatedBeforeTheFirstRowOnly(t *testing.T) {
	var slept sleeps
	c := flaky(t, 1, answer(503, "", ""), outbound.Retry{Attempts: 3, Sleep: slept.sleep})
	if _, err := list(t.Context(), c, scan.Query{Repository: "dev"}); err != nil || len(slept) != 1 {
		t.Errorf("List = %v after %d pauses, want nil after one", err, len(slept))
	}
	c = flaky(t, 1, breakOff, outbound.Retry{Attempts: 3, Sleep: slept.sleep})
	if _, err := list(t.Context(), c, scan.Query{Repository: "dev"}); !errors.Is(err, oci.ErrIncomplete) || len(slept) != 1 {
		t.Errorf("List that broke off = %v after %d pauses more, want incomplete at once", err, len(slept)-1)
	}
}

func TestRetryAfter(t *testing.T) {
	const date = "Mon, 17 Aug 2026 12:34:56 GMT"
	for _, c := range []struct {
		name, after, date string
		want              time.Duration // 0 for a random pause, which is at most a nanosecond here
	}{
		{"seconds", "7", "", 7 * time.Second},
		{"a date by the server's clock", "Mon, 17 Aug 2026 12:35:16 GMT", date, 20 * time.Second},
		{"longer than the longest pause", "3600", "", time.Minute},
		{"a date in the past", "Mon, 17 Aug 2026 12:34:00 GMT", date, 0},
		{"zero", "0", "", 0},
		{"negative", "-5", "", 0},
		{"huge", "99999999999999999999", "", 0},
		{"no sense", "soon", "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
				var slept sleeps
				client := flaky(t, 1, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Retry-After", c.after)
					if c.date != "" {
						w.Header().Set("Date", c.date)
					}
					w.WriteHeader(status)
				}, outbound.Retry{Attempts: 2, Initial: time.Nanosecond, Max: time.Minute, Sleep: slept.sleep})
				if err := client.Readable(t.Context(), "dev"); err != nil {
					t.Fatalf("Readable = %v", err)
				}
				if diff := cmp.Diff(sleeps{c.want}, slept); diff != "" {
					t.Errorf("pauses after %d (-want +got):\n%s", status, diff)
				}
			}
		})
	}
}

func TestRetriesEndWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := flaky(t, 9, answer(503, "", ""), outbound.Retry{Attempts: 9, Sleep: func(context.Context, time.Duration) error {
		cancel()
		return ctx.Err()
	}})
	if err := c.Readable(ctx, "dev"); !errors.Is(err, context.Canceled) || c.Requests().Total != 1 {
		t.Errorf("Readable = %v after %d requests, want canceled after one", err, c.Requests().Total)
	}
}

func TestRetriesAreLogged(t *testing.T) {
	log, hook := test.NewNullLogger()
	web := httptest.NewServer(answer(503, "", ""))
	t.Cleanup(web.Close)
	var slept sleeps
	c := client(t, artifactory.Options{URL: web.URL, Log: log, Retry: outbound.Retry{Attempts: 2, Sleep: slept.sleep}})
	_ = c.Ping(t.Context())
	want := logrus.Fields{"operation": "ping", "attempt": 1, "status": 503, "pause": "0s"}
	entries := hook.AllEntries()
	if len(entries) != 1 || entries[0].Level != logrus.WarnLevel {
		t.Fatalf("%d log entries, want one warning", len(entries))
	}
	if _, ok := entries[0].Data[logrus.ErrorKey]; !ok {
		t.Error("the log entry has no error")
	}
	delete(entries[0].Data, logrus.ErrorKey)
	if diff := cmp.Diff(want, entries[0].Data); diff != "" {
		t.Errorf("log entry (-want +got):\n%s", diff)
	}
}
